"""Ranks and fronts of partners, on sides made up and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen, evidence_rows
from hypothesis import given
from hypothesis import strategies as st
from partner_rows import CLEAR, DRAWS, PARAMS, TABLES, made, of, ranked

from techdiplomacy import partner_ranks as pr
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.group_ranks import ranks_by_group
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.partner_values import pair_sides, partner_values
from techdiplomacy.priority_tables import SIDES
from techdiplomacy.tables import check_table


def test_the_best_on_every_side_is_alone_on_the_front_and_first():
    table = ranked(made({"G06": CLEAR})).table
    assert len(check_table(table, TABLES["partner_ranks"], where="test")) == 8
    for group in ("G06", "ALL"):
        own = table[table["group_id"] == group]
        assert own.loc[own["on_front"], "partner"].tolist() == ["AAA"]
        first = of(table, "AAA", group)
        assert first[["rank", "rank_low", "rank_high", "any_low", "any_high"]].tolist() == [1] * 5
        assert (first["label"], first["front_share"], first["ranked"]) == ("firm", 1.0, 4)
        assert of(table, "CCC", group)["front_share"] == 0


def test_the_score_is_the_declared_mean_of_sides_between_worst_and_best():
    table = ranked(made({"G06": CLEAR})).table
    # BBB: 2/4, .6/.9, .4/.8, 1/2 with weights .4, .2, .2, .2
    assert of(table, "BBB")["score"] == pytest.approx(0.4 / 2 + 0.2 * (2 / 3 + 1 / 2 + 1 / 2))
    assert of(table, "DDD")["score"] == 0
    # over all groups there is one group: (n - place + 1/2) / n
    assert [of(table, name, "ALL")["score"] for name in CLEAR] == [0.875, 0.625, 0.375, 0.125]


points = st.lists(
    st.tuples(*[st.integers(0, 3).map(float)] * 3), min_size=1, max_size=8, unique=False
)


@given(points, st.randoms(use_true_random=False))
def test_the_front_is_never_empty_and_holds_nobody_who_is_dominated(rows, random):
    sides = np.array(rows)
    front = pr.pareto_front(sides)
    assert front.any()
    for place, own in enumerate(sides):
        better = ((sides >= own).all(axis=1) & (sides > own).any(axis=1)).any()
        assert front[place] == (not better)
    order = list(range(len(rows)))
    random.shuffle(order)
    assert pr.pareto_front(sides[order]).tolist() == front[order].tolist()


def test_the_front_of_draws_is_that_of_each_draw():
    sides = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])  # two partners, one side, two draws
    assert pr.pareto_front(sides).tolist() == [[True, False], [False, True]]


def test_a_dead_link_is_last_among_equals_and_a_gap_lifts():
    equal = dict.fromkeys(("AAA", "BBB", "CCC", "DDD"), (2.0, 0.5, 0.5, 0.0))
    planted = equal | {"BBB": (2.0, 0.5, 0.0, 0.0), "CCC": (2.0, 0.5, 0.5, 1.5)}
    table = ranked(made({"G06": planted}, spread=0.0)).table
    assert of(table, "CCC")[["rank", "rank_high"]].tolist() == [1, 1]
    assert of(table, "BBB")[["rank", "rank_low"]].tolist() == [4, 4]
    assert "room_to_grow" in of(table, "CCC")["reasons"]
    assert "room_to_grow" not in of(table, "AAA")["reasons"]


def test_a_network_with_a_dead_link_and_a_gap_is_read_from_its_pairs():
    # four alike, each with 200 joint items; the viewpoint has 40 with AAA and DDD, none with BBB,
    # and 40 with CCC, of whom 180 are expected
    pairs = [("VVV", "AAA", 40.0), ("VVV", "CCC", 40.0), ("VVV", "DDD", 40.0)]
    pairs += [(name, f"W{name}", value) for name, value in
              {"AAA": 160.0, "BBB": 200.0, "CCC": 160.0, "DDD": 160.0}.items()]  # fmt: skip
    gaps = {"AAA": 0.0, "BBB": 0.0, "CCC": float(np.log(40 / 180)), "DDD": 0.0}
    table = pd.DataFrame({"partner": list(gaps), "gap": list(gaps.values())}).assign(
        kind="joint_works", specification="without_past", window="2019-2023", status="ok"
    )
    table = table.assign(gap_low=table["gap"] - 0.2, gap_high=table["gap"] + 0.2)
    noise = np.random.default_rng(1).normal(0, 0.1, (4, 50))
    drawn = pd.DataFrame(table["gap"].to_numpy()[:, None] + noise, index=list(gaps))
    frame = pd.DataFrame(pairs, columns=["country", "partner", "value"])
    works = pair_sides("joint_works", frame, table, drawn, PARAMS, 1)
    assert works.table.loc["BBB", "tie"] == 0
    assert works.table.loc["AAA", "tie"] == pytest.approx(40 / np.sqrt(120 * 200))

    counts = dict.fromkeys(gaps, 1000.0)
    evidence = evidence_rows(counts, base=dict.fromkeys(gaps, 5000.0))
    params = chosen(ranks={"draws": DRAWS, "countries_at_least": 3}).model_copy(
        update={"viewpoint": "VVV"}
    )
    strength = strength_by_measure(evidence, params.rta, params.ranks, 1)
    sizes = ranks_by_group(evidence, params.rta, params.ranks, 1)
    values = partner_values(evidence, strength, sizes, {"joint_works": works}, params, 1)
    found = ranked(values, params).table
    assert of(found, "CCC")[["rank", "rank_median"]].tolist() == [1, 1]
    assert of(found, "BBB")["rank"] == 4
    assert of(found, "BBB")["rank_median"] > 2.5
    assert "no_tie" in of(found, "BBB")["reasons"]


def test_neither_the_order_of_partners_nor_of_groups_matters():
    other = {name: CLEAR[name] for name in reversed(CLEAR)}
    one = ranked(made({"G05": CLEAR, "G06": CLEAR}))
    two = ranked(made({"G06": other, "G05": other}))
    sort = ["group_id", "partner"]
    pd.testing.assert_frame_equal(
        one.table.sort_values(sort, ignore_index=True),
        two.table.sort_values(sort, ignore_index=True),
    )
    pd.testing.assert_frame_equal(one.drawn, two.drawn)


def test_with_one_group_the_rank_over_all_is_that_of_the_group():
    mixed = {
        "AAA": (4.0, 0.1, 0.2, 0.0),
        "BBB": (3.0, 0.9, 0.4, 1.0),
        "CCC": (1.0, 0.3, 0.9, 2.0),
        "DDD": (2.0, 0.5, 0.5, 0.5),
    }
    table = ranked(made({"G06": mixed}, spread=0.05)).table
    columns = ["rank", "rank_median", "rank_low", "rank_high", "any_low", "any_high"]
    columns += ["label", "on_front", "front_share"]
    for name in mixed:
        assert of(table, name)[columns].tolist() == of(table, name, "ALL")[columns].tolist()
    assert (table["any_high"] - table["any_low"]).sum() > (
        table["rank_high"] - table["rank_low"]
    ).sum()


def test_over_all_groups_only_those_count_that_are_measured_in_half_of_them():
    small = {"EEE": (9.0, 0.95, 0.9, 3.0)}  # ahead of all, in one group of three
    groups = {"G04": CLEAR, "G05": CLEAR, "G06": CLEAR | small}
    table = ranked(made(groups)).table
    assert of(table, "EEE")["rank"] == 1
    lost = of(table, "EEE", "ALL")
    assert (lost["status"], lost["groups"]) == ("not_estimable", 1)
    assert pd.isna(lost["rank"])
    # EEE takes no place over all groups: AAA is first of four everywhere
    assert of(table, "AAA", "ALL")["score"] == 0.875
    assert of(table, "AAA", "ALL")["ranked"] == 4


def test_the_score_over_all_groups_is_the_mean_standing_where_measured():
    before = {"AAA": (2.0, 0.9, 0.9, 1.0), "BBB": (1.0, 0.1, 0.1, 0.5)}
    other = {
        "AAA": (2.0, 0.5, 0.5, 0.5),
        "BBB": (3.0, 0.9, 0.9, 1.0),
        "CCC": (1.0, 0.1, 0.1, 0.1),
    }
    table = ranked(made({"G05": before, "G06": other})).table
    found = {name: of(table, name, "ALL")["score"] for name in other}
    # first and second of two: 3/4, 1/4; of three: 5/6, 3/6, 1/6
    hand = {"AAA": (3 / 4 + 3 / 6) / 2, "BBB": (1 / 4 + 5 / 6) / 2, "CCC": 1 / 6}
    assert found == pytest.approx(hand)
    assert of(table, "CCC", "ALL")["groups"] == 1


def test_a_missing_side_leaves_the_partner_listed_without_rank():
    gone = CLEAR | {"CCC": (1.0, np.nan, 0.2, 0.5)}
    table = ranked(made({"G06": gone})).table
    assert of(table, "CCC")["status"] == "not_estimable"
    assert of(table, "CCC")["label"] == "do not conclude"
    assert not of(table, "CCC")["on_front"]
    assert of(table, "DDD")["rank"] == 3


def test_nobody_with_all_sides_is_an_error():
    with pytest.raises(InvalidTable, match="no partner has all four sides"):
        ranked(made({"G06": {"AAA": (1.0, 1.0, 1.0, np.nan)}}))


def test_weights_must_add_to_one():
    with pytest.raises(InvalidParams, match=r"weights add to 1\.1"):
        chosen(priorities={"weights": dict(zip(SIDES, (0.5, 0.2, 0.2, 0.2), strict=True))})
    weights = PARAMS.priorities.weights.model_copy(update={"strength": 0.5})
    wrong = PARAMS.priorities.model_copy(update={"weights": weights})
    with pytest.raises(InvalidParams, match="adding to 1"):
        ranked(made({"G06": CLEAR}), PARAMS.model_copy(update={"priorities": wrong}))


def test_a_label_is_firm_only_if_all_weights_alike_leave_the_rank_near():
    # AAA is first by far on the heaviest side and last on all others
    lopsided = {
        "AAA": (40.0, 0.0, 0.0, 0.0),
        **{f"P{letter}{letter}": (n / 9, 0.3, 0.3, 0.3) for n, letter in enumerate("BCDEFGH")},
    }
    one_way = chosen(
        ranks={"draws": DRAWS, "normalisations": ["min-max"]},
        priorities={
            "weights": dict(zip(SIDES, (0.7, 0.1, 0.1, 0.1), strict=True)),
            "weight_draws": "declared",
        },
    ).model_copy(update={"viewpoint": "VVV"})
    table = ranked(made({"G06": lopsided}), one_way).table
    for group in ("G06", "ALL"):
        first = of(table, "AAA", group)
        assert first[["rank_low", "rank_high"]].tolist() == [1, 1]
        assert first[["any_low", "any_high"]].tolist() == [1, 8]
        assert first["label"] == "leaning"
    wide = one_way.model_copy(
        update={"ranks": one_way.ranks.model_copy(update={"leaning_span": 7})}
    )
    assert of(ranked(made({"G06": lopsided}), wide).table, "AAA")["label"] == "firm"


def test_of_a_large_front_those_sure_and_among_the_first_ten_are_shown():
    # the more tie the less room: all twelve are on the front
    front = {f"P{letter}{letter}": (float(n), 0.5, 0.1 * n, -0.5 * n)
             for n, letter in enumerate("ABCDEFGHIJKL")}  # fmt: skip
    table = ranked(made({"G06": front})).table
    own = table[table["group_id"] == "G06"]
    assert own["on_front"].all()
    assert own.loc[own["front_shown"], "rank"].tolist() == [*range(10, 0, -1)]
    # PAA is behind PBB by a hair: on the front by its point, in half of the draws or fewer
    close = {"PAA": (2.0, 0.5, 0.5, 1.0), "PBB": (1.0, 0.5, 0.6, 1.0)}
    values = made({"G06": close}, spread=0.0)
    values.draws["G06"]["strength"] = np.tile([[0.0, 2.0], [1.0, 1.0]], (1, DRAWS // 2))
    row = of(ranked(values).table, "PAA")
    assert (row["on_front"], row["front_share"], row["front_shown"]) == (True, 0.5, False)


def test_the_years_of_strength_stand_beside_the_rank():
    values = made({"G05": CLEAR, "G06": CLEAR | {"DDD": (1.0, 0.0, 0.0, np.nan)}})
    old = values.table["group_id"] == "G06"
    values.table.loc[old, "windows"] = "2024Q4-2025Q3;1976-2024"
    table = ranked(values).table
    years = ["oldest_year", "newest_year"]
    assert of(table, "AAA", "G05")[years].tolist() == [2016, 2022]
    assert of(table, "AAA", "G06")[years].tolist() == [1976, 2025]
    assert of(table, "AAA", "ALL")[years].tolist() == [1976, 2025]
    assert of(table, "DDD", "ALL")[years].tolist() == [2016, 2022]  # no rank in the other


def test_tie_and_room_that_exclude_each_other_correlate_at_minus_one():
    names = [f"P{letter}{letter}" for letter in "ABCDEFGH"]
    against = {name: (1.0, 0.5, 0.1 * n, -2.0 * n) for n, name in enumerate(names)}
    # the first two change places: 1 - 6 * 2 / (8 * 63)
    swapped = against | {"PAA": (1.0, 0.5, 0.0, -2.0), "PBB": (1.0, 0.5, 0.1, 0.0)}
    groups = {"G04": CLEAR, "G05": against, "G06": swapped}
    found = pr.side_correlations(made(groups, spread=0.0), PARAMS)
    check_table(found, TABLES["side_correlations"], where="test")
    found = found.set_index("group_id")
    assert found.loc["G04", ["n", "status"]].tolist() == [4, "too_short"]
    assert found.loc["G05", "correlation"] == pytest.approx(-1)
    hand = -(1 - 12 / 504)
    ends = ["correlation_low", "correlation", "correlation_high"]
    assert found.loc["G06", ends].tolist() == pytest.approx([hand] * 3)
    values = made(groups)
    noise = np.random.default_rng(1).normal(0, 1, (8, DRAWS))
    values.draws["G06"]["tie"] = values.draws["G06"]["tie"] + noise
    noisy = pr.side_correlations(values, PARAMS).set_index("group_id").loc["G06"]
    assert noisy["correlation_low"] <= noisy["correlation"] < noisy["correlation_high"]


def test_no_label_is_firm_where_strength_rests_on_one_measure():
    enough = ranked(made({"G06": CLEAR})).table
    thin = ranked(made({"G06": CLEAR}, n_measures=1)).table
    assert of(enough, "AAA")["label"] == "firm"
    assert of(thin, "AAA")["label"] == "leaning"
    assert of(thin, "AAA")["rank_high"] == 1
