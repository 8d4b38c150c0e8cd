"""The four sides of a partner, on rows made up and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen, evidence_rows, many
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy import partner_values as pv
from techdiplomacy.errors import InvalidTable
from techdiplomacy.group_ranks import ranks_by_group
from techdiplomacy.group_strength import strength_by_measure
from techdiplomacy.priority_tables import PARTNER_PRIORITIES, SIDES
from techdiplomacy.tables import check_table

PARAMS = chosen(ranks={"draws": 400, "countries_at_least": 3}).model_copy(
    update={"viewpoint": "VVV"}
)
TABLE = {table.name: table for table in PARTNER_PRIORITIES}["partner_values"]
INTERVAL = (0.05, 0.95)
# acceptance check 3 of the methods: C = [[0,5,2,1],[5,0,3,0],[2,3,0,4],[1,0,4,0]]
CHECK = pd.DataFrame(
    [("A", "B", 5.0), ("A", "C", 2.0), ("A", "D", 1.0), ("B", "C", 3.0), ("C", "D", 4.0)],
    columns=["country", "partner", "value"],
)


def salton(pairs, viewpoint="A", **changes):
    chosen_ = {"draws": 400, "seed": 1, "interval": INTERVAL} | changes
    return pv.salton_ties(pairs, viewpoint, **chosen_)


def test_salton_is_that_of_the_reference_matrix():
    table, _ = salton(CHECK)
    assert table["volume"].to_dict() == {"B": 5, "C": 2, "D": 1}
    # 5/sqrt(8 8), 2/sqrt(8 9), 1/sqrt(8 5)
    np.testing.assert_allclose(table["tie"], [0.625, 0.23570, 0.15811], atol=1e-5)
    assert (table["tie_low"] <= table["tie"]).all()
    assert (table["tie"] <= table["tie_high"]).all()


def test_a_draw_of_the_pair_moves_the_totals_of_both():
    # A and B work with nobody else: whatever is drawn for the pair, it is all that both do
    pairs = pd.DataFrame({"country": ["A", "C"], "partner": ["B", "D"], "value": [4.0, 9.0]})
    table, drawn = salton(pairs)
    assert drawn.loc["B"].tolist() == [1.0] * 400
    assert table.loc["B", ["tie", "tie_low", "tie_high"]].tolist() == [1, 1, 1]
    # with others as well, Salton c / sqrt((4 + c)(6 + c)) stays below 1 for any c
    more = [("A", "E", 4.0), ("B", "E", 6.0)]
    _, drawn = salton(pd.concat([pairs, pd.DataFrame(more, columns=pairs.columns)]))
    c = np.linspace(0.01, 60, 4000)
    reached = c / np.sqrt((4 + c) * (6 + c))
    assert drawn.loc["B"].max() < 1
    # c of Gamma(4.5): the quantiles of the ratio are those of c, for it rises with c
    from scipy.stats import gamma

    hand = np.interp(gamma(4.5).ppf([0.1, 0.5, 0.9]), c, reached)
    np.testing.assert_allclose(np.quantile(drawn.loc["B"], [0.1, 0.5, 0.9]), hand, atol=0.03)


def test_a_pair_without_row_is_zero_or_unknown_as_the_source_says():
    table, drawn = salton(CHECK, "B")
    assert table.loc["D", ["volume", "tie", "tie_low"]].tolist() == [0, 0, 0]
    assert (drawn.loc["D"] > 0).all()
    table, drawn = salton(CHECK, "B", absent_is_zero=False)
    assert list(table.index) == list(drawn.index) == ["A", "C"]


def test_a_viewpoint_the_source_does_not_list_has_no_ties():
    table, drawn = salton(CHECK, "Z")
    assert table.empty
    assert drawn.empty


@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5))
def test_neither_order_nor_the_side_of_a_pair_matters(order, swapped):
    moved = CHECK.iloc[order].reset_index(drop=True)
    for place, swap in enumerate(swapped):
        if swap:
            pair = moved.loc[place, ["country", "partner"]].tolist()
            moved.loc[place, ["country", "partner"]] = pair[::-1]
    for one, other in zip(salton(CHECK, draws=5), salton(moved, draws=5), strict=True):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("pair", [("B", "A"), ("A", "A")])
def test_a_pair_stands_once_and_with_two_countries(pair):
    row = pd.DataFrame([(*pair, 1.0)], columns=CHECK.columns)
    with pytest.raises(InvalidTable, match="twice, or a country is paired with itself"):
        salton(pd.concat([CHECK, row], ignore_index=True))


def tie_rows(kind, rows, years):
    frame = pd.DataFrame(
        [(country, partner, year, value) for country, partner, value in rows for year in years],
        columns=["country", "partner", "year", "value"],
    )
    return frame.assign(kind=kind, first_year=frame["year"], unit="items")


def test_the_newest_window_of_a_kind_is_pooled():
    ties = pd.concat(
        [
            tie_rows("joint_works", [("A", "B", 1.0)], range(2010, 2024)),
            tie_rows("joint_ai_articles", [("A", "B", 7.0)], [2022]),
        ]
    )
    works = pv.pair_totals(ties, "joint_works", 5)
    assert works.to_dict("records") == [{"country": "A", "partner": "B", "value": 5.0}]
    assert pv.pair_totals(ties, "joint_ai_articles", 5)["value"].tolist() == [7.0]
    assert pv.pair_totals(ties, "joint_projects", 5).empty


def test_strength_is_the_log_of_a_geometric_mean():
    rows = many(
        evidence_rows({"AAA": 600.0, "BBB": 399.0, "CCC": 1.0}),
        evidence_rows({"AAA": 200.0, "BBB": 800.0, "DDD": None}, measure="uspto_topics", below=5.0),
    )
    point, drawn = pv.group_strength_of(rows, ["families", "uspto_topics"], 200, 1)
    # half an item is added to each count of 1000
    assert point["AAA"] == pytest.approx(np.log(0.6005 * 0.2005) / 2)
    assert point["CCC"] == pytest.approx(np.log(0.0015))  # in one measure only
    assert point["DDD"] == pytest.approx(np.log(0.003))  # half of the least count listed
    assert drawn.loc["AAA"].median() == pytest.approx(point["AAA"], abs=0.02)
    assert drawn.loc["DDD"].between(np.log(0.0005), np.log(0.006)).all()


# --- the four sides -------------------------------------------------------------------------

PARTNERS = ["AAA", "BBB", "CCC", "DDD"]
COUNTS = {"AAA": 600.0, "BBB": 300.0, "CCC": 80.0, "DDD": 20.0}
# advantages: AAA as the world, BBB far above it, the others below
BASE = {"AAA": 6000.0, "BBB": 1000.0, "CCC": 2000.0, "DDD": 1000.0}
PAIRS = [("VVV", "AAA", 100.0), ("VVV", "BBB", 25.0), ("VVV", "CCC", 4.0), ("AAA", "BBB", 300.0)]
PAIRS += [("CCC", "DDD", 60.0)]


def gap_frame(kind, gaps):
    table = pd.DataFrame({"partner": list(gaps), "gap": list(gaps.values())})
    return table.assign(
        kind=kind,
        specification="without_past",
        window="2019-2023",
        gap_low=table["gap"] - 0.1,
        gap_high=table["gap"] + 0.1,
        status="ok",
    )


def kind_of(kind, pairs, gaps, params=PARAMS, seed=1):
    frame = pd.DataFrame(pairs, columns=["country", "partner", "value"])
    noise = np.linspace(-0.1, 0.1, 20)
    drawn = pd.DataFrame({name: gap + noise for name, gap in gaps.items()}).T
    return pv.pair_sides(kind, frame, gap_frame(kind, gaps), drawn, params, seed)


GAPS = {"AAA": 0.4, "BBB": -0.5, "CCC": -1.0, "DDD": 0.0}
WORKS = kind_of("joint_works", PAIRS, GAPS)


def built(evidence, kinds=None, params=PARAMS):
    strength = strength_by_measure(evidence, params.rta, params.ranks, 1)
    ranks = ranks_by_group(evidence, params.rta, params.ranks, 1)
    kinds = kinds or {"joint_works": WORKS}
    return pv.partner_values(evidence, strength, ranks, kinds, params, 1)


def row(values, partner):
    return values.table.set_index("partner").loc[partner]


def test_the_table_is_the_declared_one_and_lists_every_ranked_economy():
    values = built(evidence_rows(COUNTS, base=BASE))
    assert len(check_table(values.table, TABLE, where="test")) == 4
    assert set(values.table["status"]) == {"ok"}
    first = row(values, "AAA")
    assert first["strength"] == pytest.approx(np.log(0.6005))
    assert first["strength_rank"] == 1
    assert first["volume"] == 100
    # AAA has 400 joint works, the viewpoint 129
    assert first["tie"] == pytest.approx(100 / np.sqrt(400 * 129))
    assert (first["tie_kind"], first["tie_scope"]) == ("joint_works", "all_fields")
    assert first["tie_window"] == "2019-2023"
    assert (first["measures"], first["windows"]) == ("families", "2016-2020")
    assert row(values, "DDD")["tie"] == 0
    sides = values.sides["G06"]
    assert list(sides.columns) == list(SIDES)
    assert sides["room"].tolist() == [-0.4, 0.5, 1.0, -0.0]
    assert {name: draws.shape for name, draws in values.draws["G06"].items()} == dict.fromkeys(
        ("strength", "tie", "room"), (4, 400)
    )


def test_the_own_side_counts_where_it_is_measured():
    alone = built(evidence_rows(COUNTS, base=BASE))
    assert set(alone.table["own_side"]) == {"not_measured"}
    bbb = row(alone, "BBB")
    assert bbb["partner_probability"] > 0.99
    assert bbb["complementarity"] == bbb["partner_probability"]

    with_own = built(
        evidence_rows(COUNTS | {"VVV": 200.0}, base=BASE | {"VVV": 2000.0})
    )  # the viewpoint is about as specialised as the world
    assert "VVV" not in set(with_own.table["partner"])
    assert set(with_own.table["own_side"]) == {"measured"}
    bbb = row(with_own, "BBB")
    assert 0 < bbb["own_probability"] < 1
    assert bbb["complementarity"] == pytest.approx(
        bbb["partner_probability"] * (1 - bbb["own_probability"])
    )
    # the order of partners follows their own probability, whatever the viewpoint's
    assert with_own.sides["G06"]["complementarity"].tolist() == [
        round(row(with_own, name)["partner_probability"], 2) for name in PARTNERS
    ]


def test_a_partner_without_a_side_is_listed_and_has_no_score():
    kinds = {"joint_works": kind_of("joint_works", PAIRS[:3], dict(list(GAPS.items())[:2]))}
    values = built(evidence_rows(COUNTS, base=BASE | {"AAA": 0.0}), kinds)
    missing = values.table.set_index("partner")["missing"].fillna("")
    assert missing.to_dict() == {
        "AAA": "complementarity",
        "BBB": "",
        "CCC": "room",
        "DDD": "tie;room",
    }
    assert values.table["status"].tolist() == ["not_estimable", "ok", *["not_estimable"] * 2]
    assert list(values.sides["G06"].index) == ["BBB"]
    assert pd.isna(row(values, "DDD")["volume"])


def ai_evidence():
    return many(
        evidence_rows(
            COUNTS,
            base=BASE,
            measure="ai_articles",
            group="G01",
            role="partial",
            window="2018-2022",
        ),
        evidence_rows(COUNTS, base=BASE),
    )


def test_a_group_whose_items_are_counted_jointly_has_its_own_tie():
    own = kind_of("joint_ai_articles", [*PAIRS[:3], ("VVV", "DDD", 9.0)], GAPS)
    values = built(ai_evidence(), {"joint_works": WORKS, "joint_ai_articles": own})
    named = values.table.groupby("group_id")[["measures", "windows"]].first()
    assert named.loc["G01"].tolist() == ["ai_articles", "2018-2022"]
    kinds = values.table.groupby("group_id")[["tie_kind", "tie_scope"]].first()
    assert kinds.loc["G01"].tolist() == ["joint_ai_articles", "group"]
    assert kinds.loc["G06"].tolist() == ["joint_works", "all_fields"]
    assert values.table.set_index(["group_id", "partner"]).loc[("G01", "DDD"), "volume"] == 9


def test_a_viewpoint_outside_that_source_falls_back_to_all_fields():
    other = kind_of("joint_ai_articles", [("AAA", "BBB", 5.0)], {})
    values = built(ai_evidence(), {"joint_works": WORKS, "joint_ai_articles": other})
    assert set(values.table["tie_scope"]) == {"all_fields"}


def test_the_order_of_rows_does_not_matter():
    evidence = evidence_rows(COUNTS, base=BASE)
    one = built(evidence)
    other = built(
        evidence.iloc[::-1].reset_index(drop=True),
        {"joint_works": kind_of("joint_works", PAIRS[::-1], GAPS)},
    )
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.sides["G06"], other.sides["G06"])
    for side in one.draws["G06"]:
        np.testing.assert_allclose(one.draws["G06"][side], other.draws["G06"][side])


def test_gaps_need_their_draws():
    with pytest.raises(InvalidTable, match=r"gaps without draws: \['DDD'\]"):
        pv.pair_sides(
            "joint_works",
            CHECK,
            gap_frame("joint_works", GAPS),
            pd.DataFrame(0.0, index=["AAA", "BBB", "CCC"], columns=range(3)),
            PARAMS,
            1,
        )


def test_the_tie_of_all_fields_is_needed():
    with pytest.raises(InvalidTable, match="no tie of the kind 'joint_works'"):
        built(evidence_rows(COUNTS, base=BASE), {"joint_projects": WORKS})


def test_a_tie_that_scatters_from_year_to_year_is_drawn_wider():
    pairs = pd.DataFrame(
        {"country": ["AAA", "AAA", "BBB"], "partner": ["BBB", "CCC", "CCC"], "value": 400.0}
    )
    wide = pd.Series({"BBB": 16.0})
    even, scattered = (
        pv.salton_ties(pairs, "AAA", draws=4000, seed=1, interval=(0.05, 0.95), spread=spread)[0]
        for spread in (None, wide)
    )
    width = {
        name: table["tie_high"] - table["tie_low"]
        for name, table in (("even", even), ("scattered", scattered))
    }
    # sixteen times the variance is four times the width; the other pair stays as it is
    assert 3.6 < width["scattered"]["BBB"] / width["even"]["BBB"] < 4.4
    assert 0.95 < width["scattered"]["CCC"] / width["even"]["CCC"] < 1.05
    assert scattered["tie"].tolist() == even["tie"].tolist()
