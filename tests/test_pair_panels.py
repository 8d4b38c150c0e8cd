"""Pairs of a panel: who is in it, which years belong together, what describes a pair."""

import numpy as np
import pandas as pd
import pytest
from gravity_worlds import CHOICES, DEAD, OWN, RISING, SETTINGS, small_world

from techdiplomacy import pair_panels
from techdiplomacy.errors import InvalidTable
from techdiplomacy.gap_tables import PAST, TERMS
from techdiplomacy.pair_panels import GapChoices, facing, newest_panel, of_kind, panels


@pytest.fixture(scope="module")
def inputs():
    return small_world()


@pytest.fixture(scope="module")
def works(inputs):
    return of_kind(inputs[0], "joint_works")


def test_windows_come_newest_first_with_the_same_economies(inputs, works):
    found = list(panels(works, *inputs[1:], CHOICES))
    assert [name for name, _ in found] == ["2019-2023", "2014-2018"]
    newest, earlier = (pairs for _, pairs in found)
    assert newest[["country", "partner"]].equals(earlier[["country", "partner"]])
    assert {OWN, DEAD, RISING} <= {*newest["country"], *newest["partner"]}
    assert {"ties", *TERMS, PAST} <= set(newest)
    # the window before is the past of the newest one
    assert newest[PAST].tolist() == pytest.approx(np.log1p(earlier["ties"]).tolist())
    name, again = newest_panel(works, *inputs[1:], CHOICES)
    assert name == "2019-2023"
    pd.testing.assert_frame_equal(again, newest)


def test_an_agreement_counts_from_the_first_of_the_last_years(inputs, works):
    for since, counts in ((2021.0, 1.0), (2022.0, 0.0)):
        traits = inputs[1].assign(trade_agreement_since=since)
        _, pairs = newest_panel(works, traits, inputs[2], CHOICES, years=3)
        assert pairs["trade_agreement"].unique().tolist() == [counts]


def test_the_last_years_of_a_window_have_its_economies_and_no_past(inputs, works):
    _, whole = newest_panel(works, *inputs[1:], CHOICES)
    name, pairs = newest_panel(works, *inputs[1:], CHOICES, years=3)
    assert name == "2021-2023"
    assert PAST not in pairs
    assert pairs[["country", "partner"]].equals(whole[["country", "partner"]])
    late = works[works["year"] >= 2021]
    pair = (late["country"] == "JPN") & (late["partner"] == OWN)
    ties = pairs.set_index(["country", "partner"])["ties"]
    assert ties["JPN", OWN] == late.loc[pair, "value"].sum()
    assert newest_panel(works, *inputs[1:], CHOICES, years=9)[0] == "2019-2023"


@pytest.mark.parametrize(
    ("first_year", "since", "counts"),
    [
        (2003, 2012, 1.0),  # 20 years are pooled: in force by the middle one, 2012
        (2003, 2013, 0.0),
        (2018, 2018, 1.0),  # 5 years are a window: in force in all of it
        (2018, 2019, 0.0),
    ],
)
def test_an_agreement_counts_by_the_middle_year_of_a_long_record(inputs, first_year, since, counts):
    articles = of_kind(inputs[0], "joint_ai_articles").assign(first_year=first_year)
    traits = inputs[1].assign(trade_agreement_since=float(since))
    name, pairs = newest_panel(articles, traits, inputs[2], CHOICES)
    assert name == f"{first_year}-2022"
    assert pairs["trade_agreement"].unique().tolist() == [counts]


def test_facing_turns_every_pair_to_the_viewpoint():
    pairs = pd.DataFrame(
        [("AUS", "VNM", 1), ("VNM", "ZAF", 2), ("AUS", "ZAF", 3)],
        columns=["country", "partner", "ties"],
    )
    assert facing(pairs, "VNM").to_numpy().tolist() == [["VNM", "AUS", 1], ["VNM", "ZAF", 2]]


def test_what_describes_a_pair_by_hand():
    span = pair_panels._Span(2019, 2023, 2014, 2019)
    rows = pd.DataFrame(
        [("AUS", "VNM", 2018, 3.0), ("AUS", "VNM", 2020, 5.0), ("AUS", "VNM", 2023, 2.0)],
        columns=["country", "partner", "year", "value"],
    )
    traits = pd.DataFrame(
        {
            "country": ["VNM", "AUS"],
            "partner": ["AUS", "BRA"],
            "distance_km": [np.e**8, 100.0],
            "contiguous": 0.0,
            "common_language": 1.0,
            "colonial_tie": 0.0,
            "trade_agreement_since": [2019.0, 2020.0],
        }
    )
    profiles = pd.DataFrame(
        {
            "evidence": "publications",
            "window": ["2018-2022"] * 4 + ["2020-2024"] * 2,
            "country": ["AUS", "AUS", "VNM", "VNM", "VNM", "AUS"],
            "field": ["f", "g", "f", "g", "f", "f"],
            "count_items": [36.0, 64.0, 64.0, 36.0, 1.0, 1.0],
        }
    )
    pairs = pair_panels._pairs(["AUS", "BRA", "VNM"], rows, traits, profiles, span)
    own_pair = pairs.set_index(["country", "partner"]).loc[("AUS", "VNM")]
    assert own_pair["ties"] == 7.0
    assert own_pair[PAST] == pytest.approx(np.log(4.0))
    assert own_pair["log_distance"] == pytest.approx(8.0)
    assert own_pair["trade_agreement"] == 1.0  # in force in the first year of the window
    # roots .6 .8 and .8 .6: product .96, distance squared .08
    assert own_pair["profile_similarity"] == pytest.approx(0.96)
    other = pairs.set_index(["country", "partner"]).loc[("AUS", "BRA")]
    assert other["ties"] == 0.0
    assert other["trade_agreement"] == 0.0
    assert np.isnan(other["profile_similarity"])
    assert np.isnan(pairs.set_index(["country", "partner"]).loc[("BRA", "VNM"), "distance_km"])


def test_too_few_years_are_an_error(inputs, works):
    with pytest.raises(InvalidTable, match="fill no window of 20 years"):
        newest_panel(works, *inputs[1:], GapChoices(OWN, (), SETTINGS, 20, 1))


def test_a_window_without_profile_is_an_error(inputs, works):
    late = inputs[2][inputs[2]["window"] == "2018-2022"].assign(window="2020-2024")
    with pytest.raises(InvalidTable, match="No publication profile ends by 2023"):
        newest_panel(works, inputs[1], late, CHOICES)
