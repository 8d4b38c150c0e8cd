"""Partners in an order, on sides made up and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import LIST, chosen, evidence_rows
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy import priorities as pr
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.group_ranks import ranks_by_group
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.partner_values import PartnerValues, pair_sides, partner_values
from techdiplomacy.priority_tables import PARTNER_PRIORITIES, SIDES
from techdiplomacy.tables import check_table

DRAWS = 300
PARAMS = chosen(ranks={"draws": DRAWS}).model_copy(update={"viewpoint": "VVV"})
TABLES = {table.name: table for table in PARTNER_PRIORITIES}


def made(groups, *, listed=None, spread=0.01, **columns):
    """Return partner values from sides by group: {group: {partner: (four numbers)}}."""
    parts, sides, draws = [], {}, {}
    for group, rows in groups.items():
        frame = pd.DataFrame(rows, index=list(SIDES)).T.sort_index().rename_axis("partner")
        table = frame.rename(columns={"complementarity": "specialisation"}).reset_index()
        table = table.assign(
            framework=LIST,
            group_id=group,
            strength_rank=frame["strength"].rank(ascending=False).to_numpy(),
            gap=-table["room"],
            gap_low=-table["room"] - 0.1,
            gap_high=-table["room"] + 0.1,
            volume=100.0,
            n_measures=2,
            few_items=False,
            tie_kind="joint_works",
            tie_scope="all_fields",
            status=np.where(frame.notna().all(axis=1), "ok", "not_estimable"),
        )
        parts.append(table.assign(strength_low=1.0, strength_high=9.0, **columns))
        complete = frame.dropna()
        if len(complete):
            sides[group] = complete
            noise = np.random.default_rng(3).normal(0, spread, (len(complete), DRAWS))
            draws[group] = {
                side: complete[side].to_numpy()[:, None] + noise
                for side in ("strength", "tie", "room")
            }
    return PartnerValues(pd.concat(parts, ignore_index=True), sides, draws)


def ranked(values, params=PARAMS):
    return pr.rank_partners(values, params, seed=1)


def of(table, partner, group="G06"):
    return table[(table["partner"] == partner) & (table["group_id"] == group)].iloc[0]


# AAA is best on every side, CCC worse than BBB on every side
CLEAR = {
    "AAA": (5.0, 0.9, 0.8, 2.0),
    "BBB": (3.0, 0.6, 0.4, 1.0),
    "CCC": (2.0, 0.3, 0.2, 0.5),
    "DDD": (1.0, 0.0, 0.0, 0.0),
}


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


def test_reasons_say_what_holds():
    table = made({"G06": CLEAR}).table
    table.loc[table["partner"] == "BBB", ["volume", "n_measures", "few_items"]] = [0.0, 1, True]
    table.loc[table["partner"] == "CCC", ["volume", "gap_low", "gap_high"]] = [2.0, 0.1, 0.5]
    params = chosen(
        ranks={"draws": DRAWS},
        priorities={"leader_rank": 1, "strength_rank": 2},
        relatedness={"partner_probability": 0.8},
    )
    values = made({"G06": CLEAR})
    found = ranked(PartnerValues(table, values.sides, values.draws), params).table
    assert of(found, "AAA")["reasons"] == (
        "leads_here;specialised;close_tie;room_to_grow;tie_all_fields"
    )
    assert of(found, "BBB")["reasons"] == (
        "strong_here;room_to_grow;no_tie;few_items;one_measure;tie_all_fields"
    )
    assert of(found, "CCC")["reasons"] == "shallow_tie;above_expected;tie_all_fields"
    assert of(found, "CCC", "ALL")["reasons"] == of(found, "CCC")["reasons"]


# --- lists ----------------------------------------------------------------------------------


def measures_of(rows):
    frame = pd.DataFrame(
        rows,
        columns=["partner", "volume", "association", "association_low", "association_high"],
    )
    return frame.assign(kind="joint_works", window="2019-2023", direction="both")


def lists(values, measures, params=PARAMS):
    gaps = pd.DataFrame(
        0.0, index=["AAA", "BBB", "CCC", "DDD"], columns=["gap", "gap_low", "gap_high"]
    )
    found = pr.priority_lists(values, measures, gaps, params)
    return check_table(found, TABLES["priority_lists"], where="test") if len(found) else found


STRICT = chosen(ranks={"draws": DRAWS}, priorities={"leader_rank": 2, "strength_rank": 2})


def test_a_leader_without_tie_is_found_and_the_reason_is_coded():
    table = made({"G06": CLEAR}).table
    table.loc[table["partner"] == "AAA", "volume"] = 0.0
    table.loc[table["partner"] == "BBB", ["gap_low", "gap_high"]] = [-0.1, 0.1]
    found = lists(table, measures_of([("BBB", 100.0, 0.8, 0.7, 0.9)]), STRICT)
    found = found[found["list"] == "leaders_without_tie"].set_index("partner")
    assert found["reasons"].to_dict() == {
        "AAA": "no_tie;below_expected",
        "BBB": "below_association",
    }
    assert found.loc["BBB", "tie_place"] == 1


def test_lists_pivot_to_one_row_a_partner():
    table = made({"G05": CLEAR, "G06": CLEAR}).table
    table.loc[table["partner"] == "AAA", "volume"] = 0.0
    found = pr.lists_by_partner(lists(table, measures_of([("BBB", 100.0, 0.8, 0.7, 0.9)]), STRICT))
    first = found.set_index("partner").loc["AAA"]
    assert first["group_ids"] == "G05;G06"
    assert first[["groups", "volume", "best_rank"]].tolist() == [2, 0, 1]
    assert found["groups"].sum() == 4


def test_a_leader_whose_tie_holds_is_not_listed_and_an_unknown_tie_is():
    table = made({"G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    table.loc[table["partner"] == "BBB", "volume"] = np.nan
    found = lists(table, measures_of([("AAA", 100.0, 1.8, 1.7, 1.9)]), STRICT)
    assert found[["partner", "reasons"]].to_numpy().tolist() == [["BBB", "tie_unknown"]]


def test_a_close_tie_to_a_partner_without_strength_is_found():
    table = made({"G05": CLEAR, "G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    rows = [("CCC", 90.0, 2.0, 1.8, 2.2), ("AAA", 80.0, 2.0, 1.8, 2.2)]
    rows += [("DDD", 3.0, 9.0, 4.0, 15.0)]  # close, but the third tie by volume
    found = lists(table, measures_of(rows), STRICT)
    assert found[
        ["list", "group_id", "partner", "strength_rank", "reasons"]
    ].to_numpy().tolist() == [["ties_without_strength", "ALL", "CCC", 3.0, "ranks_lower"]]
    rows[0] = ("EEE", 90.0, 2.0, 1.8, 2.2)
    found = lists(table, measures_of(rows), STRICT)
    assert found[["partner", "reasons"]].to_numpy().tolist() == [["EEE", "not_ranked"]]


def test_no_list_is_an_empty_table():
    table = made({"G06": CLEAR}).table
    table[["gap_low", "gap_high"]] = [0.1, 0.3]
    assert lists(table, measures_of([("AAA", 5.0, 1.0, 0.5, 1.5)]), STRICT).empty


# --- orders ---------------------------------------------------------------------------------

LONG = {f"A{place}{letter}": (8.0 - n, 0.5, 0.5, 8.0 - n)
        for n, (place, letter) in enumerate([(p, q) for p in "ABCD" for q in "XY"])}  # fmt: skip


def stated(lists_, members=None, values=None):
    found = ranked(values or made({"G06": LONG}))
    return pr.stated_order(lists_, members or {}, found, PARAMS, seed=1)


def test_a_stated_order_that_is_the_measured_one_agrees_fully():
    order, agreement = stated({"ten_leaders": list(LONG), "long_term": list(LONG)[:3]})
    check_table(order, TABLES["stated_order"], where="test")
    check_table(agreement, TABLES["stated_order_agreement"], where="test")
    first = agreement.set_index("list").loc["ten_leaders"]
    assert first["correlation"] == pytest.approx(1.0)
    assert first["n"] == 8
    assert first["p_value"] < 0.05
    assert first["null_low"] < 0 < first["null_high"] < 1
    assert agreement.set_index("list").loc["long_term", ["n", "status"]].tolist() == [
        3,
        "too_short",
    ]
    own = order[order["list"] == "ten_leaders"]
    assert own["stated_position"].tolist() == own["rank"].tolist() == list(range(1, 9))
    assert set(own["among"]) == {8}


def test_a_group_of_countries_is_reported_by_its_best_and_median_member():
    names = list(LONG)
    order, agreement = stated(
        {"long_term": [names[0], "EU", "ZZZ"]}, {"EU": [names[1], names[3], names[6], "QQQ"]}
    )
    group = order.set_index("partner").loc["EU"]
    assert (group["status"], group["members"], group["measured_members"]) == ("group", 4, 3)
    assert group["rank"] == 4  # places 2, 4 and 7
    assert (group["best_member"], group["best_rank"]) == (names[1], 2)
    assert order.set_index("partner").loc["ZZZ", "status"] == "not_estimable"
    assert agreement["n"].tolist() == [1]  # the group takes no part in a correlation


def test_a_stated_list_names_each_partner_once():
    with pytest.raises(InvalidTable, match="stands twice"):
        stated({"long_term": ["AAX", "AAX"]})


def fields(counts):
    rows = [
        ("publications", "2018-2022", country, field, value)
        for country, own in counts.items()
        for field, value in zip("fg", own, strict=True)
    ]
    return pd.DataFrame(rows, columns=["evidence", "window", "country", "field", "count_items"])


def test_likeness_is_one_minus_half_the_squared_distance():
    # roots of shares .6 .8 and .8 .6: .48 + .48
    alike = pr.likeness(fields({"JPN": (9.0, 16.0), "AAA": (16.0, 9.0)}), "JPN")
    assert alike.to_dict() == pytest.approx({"JPN": 1.0, "AAA": 0.96})
    assert pr.likeness(fields({"AAA": (1.0, 1.0)}), "JPN").empty


def test_partners_that_cannot_be_told_apart_share_a_step():
    sides = {
        "AAA": (4.0, 0.9, 0.9, 4.0),
        "BBB": (3.0, 0.8, 0.8, 3.0),
        "CCC": (1.0, 0.2, 0.201, 1.0),
        "DDD": (1.0, 0.2, 0.2, 1.0),
        "JPN": (0.5, 0.0, 0.0, 0.0),
    }
    params = PARAMS.model_copy(
        update={"partners": ["DDD", "BBB", "AAA", "JPN", "VVV", "CCC", "ZZZ"]}
    )
    found = ranked(made({"G06": sides}, spread=0.05), params)
    articles = fields({"JPN": (9.0, 16.0), "AAA": (16.0, 9.0)})
    order = pr.replication_order(found, articles, params)
    check_table(order, TABLES["replication_order"], where="test")
    assert order["partner"].tolist() == ["AAA", "BBB", "CCC", "DDD", "ZZZ"]
    assert order["step"].tolist()[:4] == [1, 2, 3, 3]
    assert order["position"].tolist()[:4] == [1, 2, 3, 4]
    assert order.loc[0, "similarity_to_pilot"] == pytest.approx(0.96)
    last = order.iloc[-1]
    assert (last["status"], last["groups_measured"]) == ("not_estimable", 0)
    assert pd.isna(last["position"])


# --- by partner and by group ----------------------------------------------------------------


def test_both_margins_count_the_same():
    values = made({"G05": CLEAR, "G06": CLEAR | {"DDD": (9.0, 0.9, 0.9, np.nan)}})
    marked = pr.marks(values.table, ranked(values), STRICT)
    partner, group = pr.by_partner(marked), pr.by_group(marked)
    # two leaders a group; DDD leads by size in one of them, without a score there
    assert partner.set_index("partner")["leader"].to_dict() == {
        "AAA": 2,
        "BBB": 1,
        "CCC": 0,
        "DDD": 1,
        "ALL": 4,
    }
    assert group["leaders"].fillna("").tolist() == ["AAA;BBB", "AAA;DDD", ""]
    assert partner.loc[0, "groups_led"] == "G05;G06"
    counts = list(pr.MARKS)
    assert partner.iloc[-1][counts].tolist() == group.iloc[-1][counts].tolist() == [7, 4, 2]


@given(
    st.sets(st.tuples(st.sampled_from("PQR"), st.sampled_from("GH")), min_size=1),
    st.integers(0, 2**18 - 1),
)
def test_margins_agree_whatever_is_marked(cells, bits):
    marked = pd.DataFrame(sorted(cells), columns=["partner", "group_id"])
    for place, name in enumerate(pr.MARKS):
        marked[name] = [bool(bits >> (place * 6 + n) & 1) for n in range(len(marked))]
    counts = list(pr.MARKS)
    one, other = pr.by_partner(marked), pr.by_group(marked)
    assert one.iloc[-1][counts].tolist() == other.iloc[-1][counts].tolist()
    assert one.iloc[-1][counts].tolist() == one.iloc[:-1][counts].sum().tolist()


def test_a_partner_stands_once_in_a_group():
    values = made({"G06": CLEAR})
    marked = pr.marks(values.table, ranked(values), STRICT)
    with pytest.raises(InvalidTable, match="stands twice in a group"):
        pr.by_group(pd.concat([marked, marked]))
