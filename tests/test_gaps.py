"""Gaps of a viewpoint: windows, panel, both specifications, what is left out, planted changes."""

import numpy as np
import pandas as pd
import pytest
from gravity_worlds import CHOICES, DEAD, FAR, OWN, RISING, SETTINGS, small_world

from techdiplomacy import gaps
from techdiplomacy.errors import InvalidTable
from techdiplomacy.gap_tables import COOPERATION_GAPS, PAST, TERMS, TERMS_OF
from techdiplomacy.gaps import change_verdicts, estimate_gaps
from techdiplomacy.pair_panels import GapChoices, of_kind
from techdiplomacy.tables import check_table


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
        if table.name == "gap_sensitivity":  # not estimated here
            continue
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
    within = found.gravity_coefficients.groupby(["kind", "specification"])["term"]
    terms = {labels: set(names) for labels, names in within}
    assert terms["joint_works", "without_past"] == set(TERMS)
    assert terms["joint_works", "with_past"] == {*TERMS, PAST}
    # profiles of all fields do not describe ties in one of them
    assert terms["joint_ai_articles", "without_past"] == set(TERMS) - {"profile_similarity"}
    assert set(TERMS_OF) == set(fits["kind"])
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


def test_draws_are_those_behind_the_intervals(found):
    draws = found.draws["joint_works", "without_past"]
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
    assert other.draws["joint_ai_articles", "without_past"].empty


def test_one_window_has_no_changes(inputs):
    settings = SETTINGS.model_copy(update={"windows": 1, "bootstrap": 20})
    found = estimate_gaps(*inputs, GapChoices(OWN, (), settings, 5, 1))
    assert found.gap_changes.empty
    assert "verdict" in found.gap_changes


@pytest.mark.parametrize(
    ("low", "high", "before", "after", "verdict"),
    [
        (0.2, 1.0, "below", "open", "closing"),
        (0.2, 1.0, "below", "below", "closing"),
        (0.2, 1.0, "below", "above", "pulling_ahead"),
        (0.2, 1.0, "open", "above", "pulling_ahead"),
        (0.2, 1.0, "above", "above", "pulling_ahead"),
        (0.2, 1.0, "open", "open", "rising"),
        (-1.0, -0.2, "open", "below", "opening"),
        (-1.0, -0.2, "below", "below", "opening"),
        (-1.0, -0.2, "above", "open", "falling_back"),
        (-1.0, -0.2, "open", "open", "falling_back"),
        (-0.2, 1.0, "below", "above", "no_change_seen"),
        (0.0, 1.0, "below", "open", "no_change_seen"),
    ],
)
def test_changes_are_called_by_where_they_surely_come_from_and_lead_to(
    low, high, before, after, verdict
):
    assert change_verdicts([low], [high], [before], [after]) == [verdict]


def test_a_change_is_called_by_the_verdicts_of_its_windows(found):
    changes = found.gap_changes
    verdicts = found.cooperation_gaps.set_index(["specification", "window", "partner"])["verdict"]
    for row in changes.itertuples():
        ends = [
            verdicts[row.specification, w, row.partner] for w in (row.from_window, row.to_window)
        ]
        called = change_verdicts([row.change_low], [row.change_high], *[[end] for end in ends])
        assert [row.verdict] == called
    assert changes["verdict"].nunique() > 1


def test_both_windows_of_a_change_share_what_lasts_of_the_spread(inputs, found):
    """A change would be blurred by what both windows leave out alike, were it drawn twice."""
    newest, earlier = gaps._fits(
        inputs[0][inputs[0]["kind"] == "joint_works"],
        *inputs[1:],
        CHOICES,
        "joint_works",
        "without_past",
    )
    ratios = [np.exp(one.pairs["gap"]) for one in (newest, earlier)]
    alike = ratios[0].corr(ratios[1])
    assert alike > 0.5
    drawn = np.corrcoef(newest.drawn.spread.ravel(), earlier.drawn.spread.ravel())[0, 1]
    assert drawn == pytest.approx(alike, abs=0.05)
    # and the interval is that of the differences draw by draw
    rows = found.gap_changes
    row = rows[rows["specification"] == "without_past"].set_index("partner").loc["JPN"]
    after, before = (gaps._own_draws(one, OWN).loc["JPN"] for one in (newest, earlier))
    ends = np.quantile(after - before, SETTINGS.interval)
    assert [row["change_low"], row["change_high"]] == pytest.approx(ends.tolist())


def test_a_kind_that_is_not_there_is_an_error(inputs):
    with pytest.raises(InvalidTable, match="Did you mean 'joint_works'"):
        of_kind(inputs[0], "joint_work")


def test_one_specification_alone_gives_the_same_gaps(inputs, found):
    alone = estimate_gaps(*inputs, CHOICES, specifications=["without_past"])
    both = found.cooperation_gaps
    pd.testing.assert_frame_equal(
        alone.cooperation_gaps,
        both[both["specification"] == "without_past"].reset_index(drop=True),
    )
    assert set(alone.draws) == {
        ("joint_works", "without_past"),
        ("joint_ai_articles", "without_past"),
    }
