"""Concentration: shares and indices by hand, planted panels, what plays no part."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import beta

from techdiplomacy.concentration import count_draws, group_concentration, own_spread
from techdiplomacy.errors import InvalidParams, InvalidTable

CHOICES = {"top_share_flag": 0.5, "hhi_flag": 0.25, "seed": 1131, "min_items": 10}
COUNTS = pd.DataFrame(
    {"even": [250.0, 250, 250, 250], "led": [600.0, 300, 100, 0], "tiny": [3.0, 1, 0, 0]},
    index=["A", "B", "C", "D"],
)


def groups(counts=COUNTS, **choices):
    return group_concentration(counts, **{**CHOICES, **choices}).set_index("group")


def test_shares_leads_and_indices_by_hand():
    led = groups().loc["led"]
    assert (led["top_country"], led["second_country"], led["countries"]) == ("A", "B", 3)
    assert led["total"] == 1000
    assert led["top_share"] == 0.6
    assert led["lead_ratio"] == 2.0
    assert led["lead_difference"] == pytest.approx(0.3)
    assert led["hhi"] == pytest.approx(0.46)
    assert led["hhi_unbiased"] == pytest.approx((1000 * 0.46 - 1) / 999)
    assert led["status"] == "ok"
    assert bool(led["dominated"])
    assert bool(led["concentrated"])


def test_interval_of_the_top_share_is_that_of_the_beta_distribution():
    led = groups(draws=20_000).loc["led"]
    expected = beta(600, 400).ppf([0.05, 0.95])
    assert led[["top_share_low", "top_share_high"]].tolist() == pytest.approx(
        expected.tolist(), abs=0.001
    )
    assert led["probability_top"] == 1
    assert led["probability_dominated"] == 1
    for name in ("lead_ratio", "lead_difference", "hhi_unbiased"):
        assert led[f"{name}_low"] < led[name] < led[f"{name}_high"]


def test_a_tie_has_no_leader():
    even = groups().loc["even"]
    assert even["lead_ratio"] == 1
    assert even["lead_difference"] == 0
    assert even["probability_top"] == pytest.approx(0.25, abs=0.04)
    assert even["lead_ratio_low"] < 1 < even["lead_ratio_high"]
    assert not even["dominated"]
    # exactly even: the unbiased index lies below .25, the least possible of four, and is cut there
    assert even["hhi"] == even["hhi_unbiased"] == even["hhi_unbiased_low"] == 0.25


def test_flags_say_how_sure_they_are():
    counts = pd.DataFrame({"close": [50.0, 30, 20], "sure": [5e4, 2e4, 1e4]}, index=list("ABC"))
    found = groups(counts)
    assert found["dominated"].tolist() == [True, True]
    assert found.loc["close", "probability_dominated"] == pytest.approx(0.5, abs=0.05)
    assert found.loc["sure", "probability_dominated"] == 1


def test_small_and_empty_groups():
    found = groups(COUNTS.assign(none=0.0))
    tiny, none = found.loc["tiny"], found.loc["none"]
    assert (tiny["status"], tiny["total"], tiny["top_country"]) == ("small_n", 4, "A")
    assert (none["status"], none["total"]) == ("not_estimable", 0)
    hidden = ["top_share", "hhi", "hhi_unbiased", "lead_ratio", "dominated", "concentrated"]
    assert found.loc[["tiny", "none"], hidden].isna().all(axis=None)
    assert pd.isna(none["top_country"])


def test_a_group_of_one_country():
    alone = groups(pd.DataFrame({"g": [40.0, 0], "h": [40.0, 9]}, index=["A", "B"])).loc["g"]
    assert alone["top_share"] == alone["lead_difference"] == alone["hhi"] == 1
    assert alone["hhi_unbiased"] == alone["hhi_unbiased_low"] == 1
    assert pd.isna(alone["lead_ratio"])
    assert pd.isna(alone["second_country"])


def test_other_groups_and_empty_countries_change_nothing():
    more = pd.concat([COUNTS, pd.DataFrame(0.0, index=["AA"], columns=COUNTS.columns)])
    pd.testing.assert_frame_equal(groups(more), groups())
    pd.testing.assert_frame_equal(groups(COUNTS[["led"]]), groups().loc[["led"]])
    pd.testing.assert_frame_equal(groups(COUNTS.iloc[::-1, ::-1]), groups())
    assert not groups(seed=2).loc["led"].equals(groups().loc["led"])


def test_the_interval_covers_the_true_index_where_counts_are_few():
    rng = np.random.default_rng(8)
    shares = rng.dirichlet(np.full(35, 0.5), size=300)
    truth = (shares**2).sum(axis=1)
    counts = pd.DataFrame([rng.multinomial(40, share) for share in shares], dtype=float)
    table = own_spread(counts, seed=1, min_items=10, draws=500)
    covered = (table["hhi_low"] <= truth) & (truth <= table["hhi_high"])
    assert 0.86 <= covered.mean() <= 0.97
    assert (table["hhi_unbiased"] - truth).mean() == pytest.approx(0, abs=0.004)
    assert (table["hhi"] - truth).mean() > 0.015  # the plain index does not


def test_spread_by_hand():
    counts = pd.DataFrame(
        [[50.0, 50, 0, 0], [100, 0, 0, 0], [25, 25, 25, 25], [2, 1, 0, 0], [0, 0, 0, 0]],
        index=pd.MultiIndex.from_tuples(
            [("A", 2010), ("A", 2015), ("B", 2010), ("B", 2015), ("C", 2010)],
            names=["country", "year"],
        ),
        columns=list("fghi"),
    )
    table = own_spread(counts, seed=1, min_items=10)
    assert table[["country", "year"]].to_numpy().tolist()[:2] == [["A", 2010], ["A", 2015]]
    assert table["status"].tolist() == ["ok", "ok", "ok", "small_n", "not_estimable"]
    assert table["hhi"].tolist()[:3] == [0.5, 1, 0.25]
    assert table["hhi_unbiased"].tolist()[:3] == pytest.approx([49 / 99, 1, 0.25])
    assert table["effective"].tolist()[:3] == pytest.approx([99 / 49, 1, 4])
    assert table["groups"].tolist() == [2, 1, 4, 2, 0]
    assert table["largest_group"].tolist()[:4] == ["f", "f", "f", "f"]
    assert pd.isna(table.loc[4, "largest_group"])
    assert table.loc[3:, ["hhi", "effective", "largest_share"]].isna().all(axis=None)
    shown = table[table["status"] == "ok"]
    assert (shown["effective_low"] <= shown["effective"] + 1e-12).all()
    assert (shown["effective"] <= shown["effective_high"] + 1e-12).all()
    alone = own_spread(counts.loc[[("B", 2010)]], seed=1, min_items=10)
    pd.testing.assert_frame_equal(alone, table.loc[[2]].reset_index(drop=True))


def test_count_draws_have_the_moments_of_the_counts():
    counts = pd.Series({"B": 400.0, "A": 0.0, "C": 2.5})
    drawn = count_draws(counts, draws=20_000, seed=1)
    assert drawn.shape == (3, 20_000)
    assert drawn[0].mean() == pytest.approx(400, rel=0.005)
    assert drawn[0].std() == pytest.approx(20, rel=0.02)
    assert (drawn[1] == 0).all()
    turned = count_draws(counts.iloc[[2, 0, 1]], draws=20_000, seed=1)
    np.testing.assert_array_equal(turned, drawn[[2, 0, 1]])
    assert (count_draws(counts, draws=10, seed=1, prior=0.5) > 0).all()


def test_bad_input_is_refused():
    with pytest.raises(InvalidTable, match=r"\('A', 'even'\)"):
        groups(COUNTS.replace(250.0, -1.0))
    with pytest.raises(InvalidTable, match="repeated countries"):
        own_spread(pd.concat([COUNTS, COUNTS]), seed=1, min_items=10)
    with pytest.raises(InvalidParams, match="flags"):
        groups(top_share_flag=50)
    with pytest.raises(InvalidParams, match="interval"):
        groups(interval=(0.9, 0.1))
    with pytest.raises(InvalidParams, match="draws"):
        own_spread(COUNTS, seed=1, min_items=10, draws=0)
    with pytest.raises(InvalidParams, match="prior"):
        count_draws(pd.Series({"A": 1.0}), draws=5, seed=1, prior=-1)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (5, 3), elements=st.integers(0, 300).map(float)))
def test_bounds(x):
    counts = pd.DataFrame(x, index=list("ABCDE"), columns=list("fgh"))
    table = group_concentration(counts, **{**CHOICES, "draws": 50})
    for name in ("top_share", "hhi", "hhi_unbiased", "probability_top", "lead_difference"):
        assert table[name].dropna().between(0, 1).all()
    assert (table["hhi_unbiased_low"].dropna() >= 0.2 - 1e-12).all()
    assert (table["lead_ratio"].dropna() >= 1).all()
    spread = own_spread(counts, seed=1, min_items=10, draws=50)
    assert spread["effective"].dropna().between(1, 3).all()
    assert (spread["hhi_unbiased"].dropna() <= spread["hhi"].dropna() + 1e-12).all()
