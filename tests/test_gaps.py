"""Gaps of a viewpoint: windows, panel, both specifications, what is left out, planted changes."""

import numpy as np
import pandas as pd
import pytest

from techdiplomacy import gaps
from techdiplomacy.errors import InvalidTable
from techdiplomacy.gap_tables import COOPERATION_GAPS, PAST, TERMS
from techdiplomacy.gaps import GapChoices, change_verdicts, estimate_gaps, gap_draws
from techdiplomacy.params import GravitySettings
from techdiplomacy.tables import check_table

CODES = ["AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "GBR", "IND", "ITA", "JPN", "KOR", "USA", "VNM"]
OWN, DEAD, RISING, FAR = "VNM", "CAN", "ITA", "BRA"
SETTINGS = GravitySettings(panel=10, windows=2, bootstrap=60, interval=[0.05, 0.95])
CHOICES = GapChoices(OWN, (DEAD, RISING, "LAO", OWN), SETTINGS, 5, 1131)


def small_world(seed=5):
    """Return ties, traits and profiles of 13 economies, 2009-2023, with two planted pairs."""
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(len(CODES), 1)
    names = np.array(CODES)
    size = rng.normal(1.5, 0.6, len(CODES)) + 1.2 * (names != FAR)
    traits = pd.DataFrame(
        {
            "country": names[first],
            "partner": names[second],
            "distance_km": np.exp(rng.normal(8.5, 0.6, len(first))).round(),
            "contiguous": (rng.random(len(first)) < 0.2).astype(float),
            "common_language": (rng.random(len(first)) < 0.3).astype(float),
            "colonial_tie": (rng.random(len(first)) < 0.2).astype(float),
            "trade_agreement_since": rng.choice([1990.0, 2000, 2012, 2016, np.nan], len(first)),
        }
    )
    log_mu = size[first] + size[second] - 0.5 * (np.log(traits["distance_km"]) - 8.5)
    theta = rng.gamma(8.0, 1 / 8.0, len(first))
    rows = []
    for year in range(2009, 2024):
        mean = np.exp(log_mu) * theta
        planted = {DEAD: 0.02, RISING: 0.1 if year < 2019 else 2.0}
        for partner, factor in planted.items():
            pair = traits["country"].isin([OWN, partner]) & traits["partner"].isin([OWN, partner])
            mean = mean.where(~pair, np.exp(log_mu) * factor)
        values = rng.poisson(mean).astype(float)
        rows.append(traits[["country", "partner"]].assign(year=year, value=values))
    works = pd.concat(rows, ignore_index=True)
    works = works[works["value"] > 0].assign(kind="joint_works", unit="works")
    works["first_year"] = works["year"]
    articles = works.groupby(["country", "partner"], as_index=False)["value"].sum()
    articles = articles[~articles["partner"].isin(["USA"]) & ~articles["country"].isin(["USA"])]
    articles = articles.assign(kind="joint_ai_articles", unit="articles", year=2022)
    ties = pd.concat([works, articles.assign(first_year=2003)], ignore_index=True)
    fields = [f"field {number}" for number in range(4)]
    profiles = pd.DataFrame(
        [
            {"window": window, "country": code, "field": field, "count_items": float(items)}
            for window in ("2008-2012", "2013-2017", "2018-2022")
            for code in CODES
            for field, items in zip(fields, rng.integers(5, 100, 4), strict=True)
        ]
    )
    return ties, traits, profiles.assign(evidence="publications")


@pytest.fixture(scope="module")
def inputs():
    return small_world()


@pytest.fixture(scope="module")
def found(inputs):
    return estimate_gaps(*inputs, CHOICES)


def own(found, kind="joint_works", specification="without_past", window="2019-2023"):
    rows = found.cooperation_gaps
    same = (rows["kind"] == kind) & (rows["specification"] == specification)
    return rows[same & (rows["window"] == window)].set_index("partner")


def test_the_tables_are_as_declared(found):
    for table in COOPERATION_GAPS:
        check_table(getattr(found, table.name), table, where=table.name)


def test_windows_and_specifications(found):
    fits = found.gravity_fits
    assert list(zip(fits["kind"], fits["specification"], fits["window"], strict=True)) == [
        ("joint_works", "without_past", "2019-2023"),
        ("joint_works", "without_past", "2014-2018"),
        ("joint_works", "with_past", "2019-2023"),
        ("joint_works", "with_past", "2014-2018"),
        ("joint_ai_articles", "without_past", "2003-2022"),
    ]
    terms = found.gravity_coefficients.groupby("specification")["term"].unique().to_dict()
    assert set(terms["without_past"]) == set(TERMS)
    assert set(terms["with_past"]) == {*TERMS, PAST}
    assert (fits["totals_error"] < 1e-8).all()
    assert fits["deviance_explained"].between(0, 1).all()
    tied = found.gravity_coefficients.dropna()
    assert (tied["low"] < tied["high"]).all()


def test_the_oldest_window_has_no_past_to_be_described_with(inputs):
    settings = SETTINGS.model_copy(update={"windows": 3, "bootstrap": 20})
    profiles = inputs[2].replace({"window": {"2008-2012": "2006-2010"}})
    fits = estimate_gaps(
        *inputs[:2], profiles, GapChoices(OWN, (), settings, 5, 1)
    ).gravity_fits.groupby("specification")["window"]
    assert fits.get_group("without_past").tolist()[:3] == ["2019-2023", "2014-2018", "2009-2013"]
    assert fits.get_group("with_past").tolist() == ["2019-2023", "2014-2018"]


def test_the_panel_is_most_ties_and_viewpoint_and_partners(inputs, found):
    works = inputs[0][inputs[0]["kind"] == "joint_works"]
    newest = works[works["year"] >= 2019]
    totals = (
        newest.groupby("country")["value"]
        .sum()
        .add(newest.groupby("partner")["value"].sum(), fill_value=0)
    )
    expected = {*totals.nlargest(10).index, OWN, DEAD, RISING} - {OWN}
    measured = own(found)
    assert set(measured.index[measured["status"] == "ok"]) == expected
    assert measured.loc["LAO", "status"] == "outside_panel"
    assert measured.loc["LAO", ["observed", "gap", "verdict"]].isna().all()
    assert OWN not in measured.index
    assert FAR not in measured.index  # the smallest, and no partner


def test_observed_ties_are_sums_of_the_window(inputs, found):
    works = inputs[0]
    works = works[(works["kind"] == "joint_works") & (works["year"] >= 2019)]
    pair = (works["country"] == "JPN") & (works["partner"] == OWN)
    assert own(found).loc["JPN", "observed"] == works.loc[pair, "value"].sum()


def test_the_planted_gap_is_below_and_last_and_the_planted_rise_is_closing(found):
    newest = own(found)
    assert newest.loc[DEAD, "verdict"] == "below"
    assert newest.loc[DEAD, "gap_high"] < 0
    assert newest["gap"].idxmin() == DEAD
    assert newest["rank_among_all"].idxmax() == DEAD
    changes = found.gap_changes
    without = changes[changes["specification"] == "without_past"].set_index("partner")
    assert without.loc[RISING, "verdict"] == "closing"
    assert without.loc[DEAD, "verdict"] == "no_change_seen"
    assert without.loc[RISING, "change"] == pytest.approx(
        newest.loc[RISING, "gap"] - own(found, window="2014-2018").loc[RISING, "gap"]
    )


def test_with_the_past_a_tie_that_was_always_small_shows_less_of_a_gap(found):
    assert abs(own(found, specification="with_past").loc[DEAD, "gap"]) < abs(
        own(found).loc[DEAD, "gap"]
    )


def test_draws_are_those_behind_the_intervals(inputs, found):
    draws = gap_draws(*inputs, CHOICES)
    newest = own(found)
    newest = newest[newest["status"] == "ok"].sort_index()
    assert draws.index.tolist() == newest.index.tolist()
    assert draws.shape[1] == SETTINGS.bootstrap
    ends = np.quantile(draws, [0.05, 0.95], axis=1)
    assert ends[0] == pytest.approx(newest["gap_low"].tolist())
    assert ends[1] == pytest.approx(newest["gap_high"].tolist())


def test_the_way_round_of_ties_and_traits_does_not_matter(inputs, found):
    turned = [
        frame.rename(columns={"country": "partner", "partner": "country"}) for frame in inputs[:2]
    ]
    again = estimate_gaps(*turned, inputs[2], CHOICES)
    pd.testing.assert_frame_equal(again.cooperation_gaps, found.cooperation_gaps)


def test_what_describes_a_pair_by_hand():
    span = gaps._Span(2019, 2023, 2014)
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
    pairs = gaps._pairs(["AUS", "BRA", "VNM"], rows, traits, profiles, span)
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


def test_a_pair_without_traits_is_not_estimable_and_listed(inputs):
    ties, traits, profiles = inputs
    lacking = traits[~((traits["country"] == "JPN") & (traits["partner"] == OWN))]
    lacking = lacking[(lacking["country"] != "IND") & (lacking["partner"] != "IND")]
    found = estimate_gaps(ties, lacking, profiles, CHOICES)
    newest = own(found)
    assert newest.loc[["JPN", "IND"], "status"].tolist() == ["not_estimable"] * 2
    assert newest.loc["JPN", "observed"] > 0
    assert np.isnan(newest.loc["JPN", "gap"])
    fit = found.gravity_fits.iloc[0]
    assert fit["without_traits"] == "IND; JPN-VNM"
    assert fit["n_without_traits"] == fit["n_countries"] + 1


def test_another_viewpoint_has_the_same_fits_and_its_own_gaps(inputs, found):
    everybody = SETTINGS.model_copy(update={"panel": 13})
    one, other = (
        estimate_gaps(*inputs, GapChoices(code, (DEAD,), everybody, 5, 1131))
        for code in (OWN, "USA")
    )
    pd.testing.assert_frame_equal(one.gravity_fits, other.gravity_fits)
    pd.testing.assert_frame_equal(one.gravity_coefficients, other.gravity_coefficients)
    assert own(one).loc["USA", "gap"] == own(other).loc[OWN, "gap"]
    # the source of AI articles does not list it: said, not guessed
    ai = own(other, kind="joint_ai_articles", window="2003-2022")
    assert ai["status"].tolist() == ["outside_panel"]
    assert gap_draws(
        *inputs, GapChoices("USA", (), everybody, 5, 1), kind="joint_ai_articles"
    ).empty


def test_one_window_has_no_changes(inputs):
    settings = SETTINGS.model_copy(update={"windows": 1, "bootstrap": 20})
    found = estimate_gaps(*inputs, GapChoices(OWN, (), settings, 5, 1))
    assert found.gap_changes.empty
    assert "verdict" in found.gap_changes


def test_changes_are_called_by_where_they_come_from_and_lead_to():
    rows = [
        (-0.5, 0.1, 0.2, 1.0, "closing"),
        (0.1, 0.9, 0.2, 1.0, "pulling_ahead"),
        (0.1, -0.6, -1.0, -0.2, "opening"),
        (1.0, 0.3, -1.0, -0.2, "falling_back"),
        (-0.5, 0.1, -0.2, 1.0, "no_change_seen"),
    ]
    names = ["gap_before", "gap_after", "change_low", "change_high", "verdict"]
    table = pd.DataFrame(rows, columns=names)
    assert change_verdicts(table) == table["verdict"].tolist()


def test_a_kind_that_is_not_there_is_an_error(inputs):
    with pytest.raises(InvalidTable, match="Did you mean 'joint_works'"):
        gap_draws(*inputs, CHOICES, kind="joint_work")


def test_too_few_years_are_an_error(inputs):
    with pytest.raises(InvalidTable, match="fill no window of 20 years"):
        gap_draws(*inputs, GapChoices(OWN, (), SETTINGS, 20, 1))


def test_a_window_without_profile_is_an_error(inputs):
    late = inputs[2][inputs[2]["window"] == "2018-2022"].assign(window="2020-2024")
    with pytest.raises(InvalidTable, match="No publication profile ends by 2023"):
        gap_draws(*inputs[:2], late, CHOICES)
