"""Indicators of the card: each value by hand, and why there is none."""

import numpy as np
import pytest
from card_rows import agreements, cells, exchanges, results, ties
from evidence_rows import chosen

from techdiplomacy.scorecard_values import indicator_values, shallow_partners

PARAMS = chosen()


def values(**other):
    return indicator_values(
        results(**other),
        viewpoint="VVV",
        ranks=PARAMS.ranks,
        relatedness=PARAMS.relatedness,
        interval=(0.05, 0.95),
    )


def test_values_by_hand():
    found = values()
    assert cells(found, "preference", "value")["PAA"] == pytest.approx(np.log(4))
    assert cells(found, "preference", "low")["PAC"] == pytest.approx(np.log(0.25))
    assert cells(found, "gap", "value")["PAB"] == 0.5
    assert cells(found, "gap_growth", "value").tolist() == [0.2, -0.2]
    # PAA is measured in three of four groups, PAC and PAE in one, which is less than half
    assert cells(found, "complementarity", "value")["PAA"] == pytest.approx(0.6)
    assert cells(found, "complementarity", "value").notna().sum() == 1
    assert cells(found, "absorption", "value").tolist() == pytest.approx([0.3, 0.9])
    assert set(found.loc[found["value"].notna(), "status"]) == {"ok"}


def test_a_mean_over_groups_counts_those_in_which_the_viewpoint_is_measured():
    found = values()
    # PAA has G1 and G4, where the viewpoint is measured, and G2, where it is not
    counts = found[found["indicator"] == "complementarity"].set_index("partner")
    assert counts.loc["PAA", ["groups", "own_groups"]].tolist() == [3, 2]
    assert counts.loc["PAC", ["groups", "own_groups"]].isna().all()
    assert found.loc[found["indicator"] != "complementarity", "groups"].isna().all()


def test_partners_with_next_to_no_joint_work_in_the_newest_window():
    assert shallow_partners(results().tie_measures) == ["PAE"]


def test_instruments_followed_by_more_joint_work():
    steps = [("PAA", 2003), ("PAA", 2005), ("PAA", 2007), ("PAB", 2004), ("PAC", 2010)]
    # joint works with PAA rise after 2003 and after 2007; 2005 lies between: they rise by what
    # the years after 2003 have less in the three years before
    made = values(
        ties=ties(jump=[("PAA", 2003), ("PAA", 2007)]), known_agreements=agreements(steps)
    )
    status = cells(made, "conversion", "status")
    assert status["PAA"] == "incomplete"
    assert status[["PAB", "PAC"]].tolist() == ["not_enough_data", "not_enough_data"]
    assert "PAD" not in status
    row = made[(made["indicator"] == "conversion") & (made["partner"] == "PAA")].iloc[0]
    assert row["value"] == 1
    assert row["low"] < 1 <= row["high"]


def test_instruments_after_which_nothing_rose():
    steps = [("PAA", year) for year in (2003, 2005, 2007)]
    # all others gain at the end, PAA loses beside them
    made = values(
        ties=ties(jump=[("PAB", 2007), ("PAC", 2005), ("PAD", 2003)]),
        known_agreements=agreements(steps),
    )
    assert cells(made, "conversion", "value")["PAA"] == 0


def test_people_of_the_newest_years_of_the_register():
    rows = [
        ("VVV", "PAA", 2024, 10.0),
        ("PAA", "VVV", 2020, 5.0),
        ("VVV", "PAA", 2019, 100.0),  # six years before 2024 is out
        ("PAB", "PAC", 2024, 7.0),  # not of the viewpoint
        ("VVV", "PAB", 2023, 4.0),
    ]
    card = values(known_exchanges=exchanges(rows))
    assert cells(card, "people", "value").iloc[:2].tolist() == [15, 4]
    assert cells(card, "people", "status").tolist() == ["incomplete"] * 2


def test_three_years_before_and_after_an_instrument_are_compared():
    steps = [("PAA", 2003), ("PAA", 2004), ("PAA", 2005)]
    rows = ties()
    own = (rows["country"] == "PAA") & (rows["partner"] == "VVV")
    later = dict.fromkeys(range(2006, 2012), 90.0) | {2004: 45.0, 2005: 45.0}
    rows.loc[own, "value"] = rows.loc[own, "year"].map(later).fillna(50.0)
    # after 2003: 45, 45 and then 90 works; over two years it would have fallen
    made = values(ties=rows, known_agreements=agreements(steps))
    assert cells(made, "conversion", "value")["PAA"] == 1
