"""The card: what is read, what stays blank, places by hand, and ranks with their intervals."""

import numpy as np
import pandas as pd
import pytest
from evidence_rows import chosen
from hypothesis import given
from hypothesis import strategies as some

from techdiplomacy import scorecard
from techdiplomacy.registers import load_rubric
from techdiplomacy.scorecard_tables import INDICATORS, SCORECARD
from techdiplomacy.tables import check_table

TABLES = {table.name: table for table in SCORECARD}
PARAMS = chosen(ranks={"draws": 300})
OTHERS = ["PAA", "PAB", "PAC", "PAD", "PAE"]
WINDOW = "2019-2023"


def tie_measures():
    """Return newest and older measures; PAD has too few works, PAE none to speak of."""
    rows = [
        ("PAA", 4.0, 2.0, 8.0, 10, False, "ok"),
        ("PAB", 2.0, 1.0, 4.0, 10, False, "ok"),
        ("PAC", 0.5, 0.25, 1.0, 9, False, "ok"),
        ("PAD", np.nan, np.nan, np.nan, 4, False, "small_n"),
        ("PAE", np.nan, np.nan, np.nan, 1, True, "small_n"),
    ]
    columns = ["partner", "association", "association_low", "association_high"]
    newest = pd.DataFrame(rows, columns=[*columns, "active_of_10", "shallow", "status"])
    older = newest.assign(association=9.0, active_of_10=1, shallow=True)
    both = pd.concat([newest.assign(window=WINDOW), older.assign(window="2014-2018")])
    students = newest.assign(window="2022-2022", kind="students", association=7.0)
    return pd.concat([both.assign(kind="joint_works"), students], ignore_index=True)


def gaps():
    rows = [("PAA", 0.1, -0.1, 0.3), ("PAB", 0.5, -0.5, 1.5), ("PAC", 0.0, -0.05, 0.05)]
    table = pd.DataFrame(rows, columns=["partner", "gap", "gap_low", "gap_high"])
    table = table.assign(kind="joint_works", window=WINDOW, status="ok")
    return pd.concat(
        [
            table.assign(specification="without_past"),
            table.assign(specification="with_past", gap=5.0),
            table.assign(specification="without_past", window="2014-2018", gap=6.0),
        ]
    )


def changes():
    rows = [
        ("PAA", "2014-2018", 0.2, 0.1, 0.3),
        ("PAA", "2009-2013", 0.9, 0.8, 1.0),
        ("PAB", "2014-2018", -0.2, -0.3, -0.1),
    ]
    columns = ["partner", "from_window", "change", "change_low", "change_high"]
    return pd.DataFrame(rows, columns=columns).assign(
        kind="joint_works", specification="without_past", to_window=WINDOW
    )


def fields():
    rows = [
        ("PAA", "optics", 0.99),
        ("PAA", "biology", 0.97),
        ("PAA", "physics", 0.50),
        ("PAB", "physics", 0.96),
        ("PAC", "optics", 0.94),
    ]
    table = pd.DataFrame(rows, columns=["country", "field", "probability_above"])
    return table.assign(evidence="publications", window="2018-2022")


def relatedness():
    table = pd.DataFrame({"field": ["optics", "biology", "physics"], "density": [0.2, 0.4, 0.9]})
    return table.assign(evidence="publications", window="2018-2022", country="VVV")


def ties(jump=()):
    rows = []
    for code in OTHERS:
        for year in range(2000, 2012):
            value = 50.0 + 20 * sum(year > step for who, step in jump if who == code)
            rows.append(("joint_works", code, "VVV", year, value))
            rows.append(("joint_works", code, "ZZZ", year, 1000.0))
    return pd.DataFrame(rows, columns=["kind", "country", "partner", "year", "value"])


def agreements(steps):
    rows = [("VVV", partner, year) for partner, year in steps]
    table = pd.DataFrame(rows, columns=["country", "partner", "signed_year"])
    return table.astype({"signed_year": "Int64"})


def exchanges(rows=()):
    table = pd.DataFrame(rows, columns=["country", "partner", "year", "persons"], dtype=object)
    return table.astype({"year": "int64", "persons": "float64"})


def results(**other):
    given = {
        "tie_measures": tie_measures(),
        "cooperation_gaps": gaps(),
        "gap_changes": changes(),
        "partner_values": pd.DataFrame(
            [
                *[("G1", "PAA", 0.5), ("G1", "PAB", np.nan), ("G1", "PAC", 0.9)],
                *[("G2", "PAA", 0.7), ("G3", "PAA", np.nan), ("G3", "PAE", 0.1)],
            ],
            columns=["group_id", "partner", "complementarity"],
        ),
        "relatedness": relatedness(),
        "ties": ties(),
        "field_specialisation": fields(),
        "known_agreements": agreements([]),
        "known_exchanges": exchanges(),
    }
    return scorecard.Results(**{**given, **other})


@pytest.fixture
def build(at_the_root):
    def make(partners=tuple(OTHERS), params=PARAMS, **other):
        return scorecard.build_scorecard(
            results(**other),
            load_rubric(),
            viewpoint="VVV",
            partners=partners,
            ranks=params.ranks,
            relatedness=params.relatedness,
            interval=(0.05, 0.95),
            seed=1,
        )

    return make


def cells(card, indicator, column):
    return card[card["indicator"] == indicator].set_index("partner")[column]


def test_tables_are_declared_and_whole(build):
    made = build()
    assert len(check_table(made["scorecard"], TABLES["scorecard"], where="test")) == 12 * 5
    assert len(check_table(made["scorecard_totals"], TABLES["scorecard_totals"], where="test")) == 5


def test_values_and_places_by_hand(build):
    card = build()["scorecard"]
    assert cells(card, "preference", "value")["PAA"] == pytest.approx(np.log(4))
    assert cells(card, "preference", "low")["PAC"] == pytest.approx(np.log(0.25))
    assert cells(card, "preference", "score").iloc[:3].tolist() == [1, 0.5, 0]
    # by the lower end: -.05 before -.1 before -.5, though PAB has the largest gap
    assert cells(card, "gap", "score").iloc[:3].tolist() == [0.5, 0, 1]
    assert cells(card, "gap", "value")["PAB"] == 0.5
    assert cells(card, "gap_growth", "value").iloc[:2].tolist() == [0.2, -0.2]
    # 10, 10, 9, 4, 1 years: ranks 4.5, 4.5, 3, 2, 1 of five
    assert cells(card, "persistence", "score").tolist() == [0.875, 0.875, 0.5, 0.25, 0]
    # PAA is measured in two of three groups, PAC and PAE in one, which is less than half
    assert cells(card, "complementarity", "value")["PAA"] == pytest.approx(0.6)
    assert cells(card, "complementarity", "value").notna().sum() == 1
    assert cells(card, "absorption", "value").iloc[:2].tolist() == pytest.approx([0.3, 0.9])


def test_what_has_no_value_says_why(build):
    card = build()["scorecard"]
    blank = card[card["value"].isna()]
    assert blank["score"].isna().all()
    assert cells(card, "preference", "status")["PAD"] == "small_n"
    assert cells(card, "gap", "status")["PAE"] == "not_enough_data"
    assert cells(card, "complementarity", "status")["PAB"] == "not_enough_data"
    assert cells(card, "absorption", "status")["PAC"] == "not_enough_data"  # .94 is not sure
    for indicator in ("breadth", "leadership", "patent_quality", "article_quality"):
        assert set(cells(card, indicator, "status")) == {"needs_technology"}
    for indicator in ("conversion", "people"):
        assert set(cells(card, indicator, "status")) == {"needs_register"}
    assert set(card.loc[card["value"].notna(), "status"]) == {"ok"}


def test_places_are_taken_among_all_countries_with_the_indicator(build):
    card = build(partners=("PAB",))["scorecard"]
    assert cells(card, "preference", "score").tolist() == [0.5]
    assert cells(card, "preference", "pool").tolist() == [3]


def test_instruments_followed_by_more_joint_work(build):
    steps = [("PAA", 2003), ("PAA", 2005), ("PAA", 2007), ("PAB", 2004), ("PAC", 2010)]
    # joint works with PAA rise after 2003 and after 2007; 2005 lies between: they rise by what
    # the years after 2003 have less in the three years before
    made = build(
        ties=ties(jump=[("PAA", 2003), ("PAA", 2007)]), known_agreements=agreements(steps)
    )["scorecard"]
    status = cells(made, "conversion", "status")
    assert status["PAA"] == "incomplete"
    assert status[["PAB", "PAC", "PAD"]].tolist() == [
        "not_enough_data",
        "not_enough_data",
        "needs_register",
    ]
    row = made[(made["indicator"] == "conversion") & (made["partner"] == "PAA")].iloc[0]
    assert row["value"] == 1
    assert row["low"] < 1 <= row["high"]


def test_instruments_after_which_nothing_rose(build):
    steps = [("PAA", year) for year in (2003, 2005, 2007)]
    # all others gain at the end, PAA loses beside them
    made = build(
        ties=ties(jump=[("PAB", 2007), ("PAC", 2005), ("PAD", 2003)]),
        known_agreements=agreements(steps),
    )["scorecard"]
    assert cells(made, "conversion", "value")["PAA"] == 0


def test_people_of_the_newest_years_of_the_register(build):
    rows = [
        ("VVV", "PAA", 2024, 10.0),
        ("PAA", "VVV", 2020, 5.0),
        ("VVV", "PAA", 2019, 100.0),  # six years before 2024 is out
        ("PAB", "PAC", 2024, 7.0),  # not of the viewpoint
        ("VVV", "PAB", 2023, 4.0),
    ]
    card = build(known_exchanges=exchanges(rows))["scorecard"]
    assert cells(card, "people", "value").iloc[:2].tolist() == [15, 4]
    assert cells(card, "people", "status").tolist() == ["incomplete"] * 2 + ["needs_register"] * 3


def test_live_data_bring_what_is_blank(build):
    brought = pd.DataFrame(
        {"indicator": "breadth", "partner": ["PAA", "PAB"], "value": [4.0, 9.0], "status": "ok"}
    ).assign(low=np.nan, high=np.nan)
    card = build(brought=brought)["scorecard"]
    assert cells(card, "breadth", "score").iloc[:2].tolist() == [0, 1]
    assert cells(card, "breadth", "status")["PAC"] == "needs_technology"


def test_totals_are_means_of_places_with_a_rank_that_moves(build):
    totals = build()["scorecard_totals"].set_index("partner")
    # PAA: preference 1, gap .5, growth 1, persistence .875, absorption 0; complementarity is
    # known of one country only and places nobody
    assert totals.loc["PAA", "measured"] == 5
    assert totals.loc["PAA", "score"] == pytest.approx((1 + 0.5 + 1 + 0.875 + 0) / 5)
    assert totals.loc["PAA", "of"] == len(INDICATORS)
    # three of five are needed: PAD and PAE have one
    assert totals.loc[["PAD", "PAE"], "status"].tolist() == ["not_enough_data"] * 2
    assert totals.loc[["PAD", "PAE"], "rank"].isna().all()
    assert totals.loc["PAE", "shallow"]
    assert not totals.loc["PAA", "shallow"]
    ranked = totals[totals["status"] == "ok"]
    assert (ranked["rank_low"] <= ranked["rank_median"]).all()
    assert (ranked["rank_median"] <= ranked["rank_high"]).all()
    assert set(ranked["ranked"]) == {3}


def test_a_wider_interval_of_a_value_moves_the_rank_more(build):
    """Two partners with one measured indicator each are sure of their order, or are not."""

    def share(width):
        rows = [(code, place, place - width, place + width) for place, code in enumerate(OTHERS)]
        table = pd.DataFrame(rows, columns=["partner", "gap", "gap_low", "gap_high"])
        table = table.assign(kind="joint_works", window=WINDOW, specification="without_past")
        made = build(
            tie_measures=tie_measures().iloc[:0],
            cooperation_gaps=table,
            gap_changes=changes().iloc[:0],
            relatedness=relatedness().iloc[:0],
        )
        totals = made["scorecard_totals"]
        return (totals["rank_high"] - totals["rank_low"]).mean()

    assert share(0.01) == 0
    assert share(3.0) > 1


def test_nothing_known_is_a_card_too(build):
    made = build(
        tie_measures=tie_measures().iloc[:0],
        cooperation_gaps=gaps().iloc[:0],
        gap_changes=changes().iloc[:0],
        partner_values=results().partner_values.assign(complementarity=np.nan),
        relatedness=relatedness().iloc[:0],
    )
    for name, frame in made.items():
        check_table(frame, TABLES[name], where="test")
    assert set(made["scorecard_totals"]["status"]) == {"not_enough_data"}


def test_the_same_seed_gives_the_same_ranks(build):
    pd.testing.assert_frame_equal(build()["scorecard_totals"], build()["scorecard_totals"])


@given(some.lists(some.integers(-9, 9), min_size=2, max_size=12), some.booleans())
def test_places_run_from_nothing_to_one_and_turn_with_the_direction(values, by_low):
    rows = pd.DataFrame({"indicator": "gap", "value": values, "low": values}).astype(
        {"value": "float64", "low": "float64"}
    )
    ranked_by = "low" if by_low else "value"
    scores = [
        scorecard.placed(
            rows,
            pd.DataFrame(
                [("gap", direction, ranked_by)], columns=["indicator", "direction", "ranked_by"]
            ),
        )["score"].to_numpy()
        for direction in ("higher", "lower")
    ]
    assert scores[0] == pytest.approx(1 - scores[1])
    assert scores[0].min() >= 0
    assert scores[0].max() <= 1
    assert scores[0].mean() == pytest.approx(0.5)
