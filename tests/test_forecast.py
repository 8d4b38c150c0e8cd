"""The forecast of a panel: generated panels with known answers, and bad input."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from conftest import forecast_settings, random_walks
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import accuracy
from techdiplomacy.errors import InvalidTable
from techdiplomacy.forecast import forecast_panel

DEFAULT = forecast_settings()


def long_table(values: np.ndarray, first_year: int = 2000) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (f"s{i:03d}", first_year + t, value)
            for i, row in enumerate(values)
            for t, value in enumerate(row)
        ],
        columns=["series", "year", "value"],
    )


def trending_panel(series: int = 25, years: int = 24, seed: int = 7) -> pd.DataFrame:
    return long_table(random_walks(seed, series=series, years=years, drift=1.5), 2001)


def test_random_walks_have_no_skill():
    chosen = forecast_settings(max_horizon=5)
    labels = [
        set(forecast_panel(long_table(random_walks(seed)), chosen, seed=1).forecasts["label"])
        for seed in range(20)
    ]
    assert sum(label == {"no_skill"} for label in labels) >= 18


def test_a_drift_of_half_a_standard_deviation_passes():
    chosen = forecast_settings(max_horizon=5)
    verdicts = [
        forecast_panel(long_table(random_walks(seed, drift=0.5)), chosen, seed=1).skill
        for seed in range(20)
    ]
    assert sum(bool(one["passes"].iloc[0]) for one in verdicts) >= 15
    assert all(one["skill"].iloc[0] > 0 for one in verdicts)


def test_auto_takes_the_transform_that_erred_less():
    years = np.arange(20)
    growth = np.array([100 * np.exp(0.15 * years + 0.01 * np.sin(years + k)) for k in range(6)])
    chosen = forecast_settings(transform="auto", until=2021)
    assert forecast_panel(long_table(growth), chosen, seed=1).transform == "log1p"
    walks = long_table(random_walks(1, drift=1.0))
    assert forecast_panel(walks, chosen, seed=1).transform == "level"


def test_panel_columns_and_labels():
    result = forecast_panel(trending_panel(), forecast_settings(until=2032), seed=1)
    made = result.forecasts
    bounds = ["low_80", "high_80", "low_95", "high_95"]
    assert list(made.columns) == [
        *["series", "year", "horizon", "method", "value"],
        *bounds,
        "label",
    ]
    assert made["year"].min() == 2025
    assert made["year"].max() == 2032
    assert set(made["method"]) == {"median of drift, damped, theta"}
    far = made["horizon"] > 6
    assert set(made.loc[far, "label"]) == {"scenario"}
    assert set(made.loc[~far, "label"]) == {"forecast"}
    assert made.loc[far, bounds].isna().all(axis=None)
    assert made.loc[~far, bounds].notna().all(axis=None)
    assert list(result.series_status.columns) == [
        *["series", "n_points", "first_year", "last_year", "trained_from"],
        *["calibrates", "status", "note"],
    ]
    assert result.series_status["note"].str.contains("scenario after 6 steps").all()
    assert set(result.series_status["status"]) == {"ok"}
    assert list(result.skill.columns) == [
        *["method", "transform", "horizon", "n_origins", "mase_model", "mase_naive"],
        *["skill", "skill_low", "skill_high", "n_series", "passes"],
    ]
    everything = result.backtest_summary.query("horizon == 'all'").set_index("method")
    recipe = everything.loc["median of drift, damped, theta"]
    assert recipe["mase"] == pytest.approx(result.skill["mase_model"].iloc[0])
    assert recipe["n_errors"] == 25 * 3 * 6
    same = result.backtest.query("method == 'naive'")["scaled_error"].mean()
    assert everything.loc["naive", "mase"] == pytest.approx(same)
    assert result.backtest_summary["rmsse"].notna().all()
    last = result.backtest.query("origin == 0 and horizon == 6")
    assert set(last["year"]) == {2024}


def test_a_naive_line_stays_one_beyond_the_last_horizon_without_its_interval():
    walks = random_walks(1, drift=0.0)
    made = forecast_panel(
        long_table(walks, 2001), forecast_settings(max_horizon=5, until=2038), seed=1
    )
    rows = made.forecasts
    assert not made.skill["passes"].iloc[0]
    assert rows["horizon"].max() == 8
    assert set(rows["label"]) == {"no_skill"}
    assert set(rows["method"]) == {"naive"}
    bounds = ["low_80", "high_80", "low_95", "high_95"]
    far = rows["horizon"] > 5
    assert rows.loc[far, bounds].isna().all(axis=None)
    assert rows.loc[~far, bounds].notna().all(axis=None)
    last = dict(zip(sorted(rows["series"].unique()), walks[:, -1], strict=True))
    assert rows["value"].tolist() == pytest.approx([last[name] for name in rows["series"]])


def test_intervals_cover_what_was_held_out():
    inside = {"80": [], "95": []}
    for seed in range(6):
        values = random_walks(100 + seed, series=60, years=31, drift=0.8)
        result = forecast_panel(long_table(values[:, :25]), DEFAULT, seed=1)
        made = result.forecasts
        assert set(made["label"]) == {"forecast"}
        actual = values[:, 25:].ravel()
        for level, shares in inside.items():
            shares.append(accuracy.coverage(actual, made[f"low_{level}"], made[f"high_{level}"]))
            said = result.backtest_summary.query("horizon == 'all'")[f"coverage_{level}"]
            assert said.between(float(level) / 100 - 0.03, 1).all()
    assert 0.76 <= np.mean(inside["80"]) <= 0.92
    assert 0.92 <= np.mean(inside["95"]) <= 1


def test_later_coverage_is_that_of_the_forecast_made_back_then():
    values = random_walks(11, series=40, years=30, drift=1.0)
    now = forecast_panel(long_table(values), DEFAULT, seed=1).backtest_summary.set_index("method")
    then = forecast_panel(long_table(values[:, :24]), forecast_settings(until=2029), seed=1)
    everything = now[now["horizon"].eq("all")].loc["median of drift, damped, theta"]
    for level in ("80", "95"):
        ends = [then.forecasts[f"{side}_{level}"] for side in ("low", "high")]
        assert everything[f"later_coverage_{level}"] == accuracy.coverage(
            values[:, 24:].ravel(), *ends
        )
    # the newest origin alone: 40 series at six horizons
    assert everything["n_judged_later"] == 40 * 6
    steps = now[now["horizon"].ne("all")].loc["median of drift, damped, theta"]
    assert steps["n_judged_later"].tolist() == [40] * 6
    # 18 points: nobody could have been back-tested to six steps six years ago
    short = forecast_panel(long_table(values[:, :18]), DEFAULT, seed=1)
    assert short.backtest_summary["later_coverage_80"].isna().all()
    assert set(short.backtest_summary["n_judged_later"]) == {0}
    assert short.backtest_summary["coverage_80"].notna().all()


def test_errors_judged_later_are_series_times_horizons_by_hand():
    walks = random_walks(3, series=8, years=24)
    panel = long_table(walks, 2001)
    chosen = forecast_settings(max_horizon=4)
    counts = forecast_panel(panel, chosen, seed=1).backtest_summary
    # 8 series at 4 horizons, whatever the number of origins
    expected = {"all": 32, "1": 8, "2": 8, "3": 8, "4": 8}
    for _, rows in counts.groupby("method"):
        assert dict(zip(rows["horizon"], rows["n_judged_later"], strict=True)) == expected
    # nine points are too few to be back-tested to four steps: that series is judged nowhere
    short = panel[~(panel["series"].eq("s003") & (panel["year"] < 2016))]
    fewer = forecast_panel(short, chosen, seed=1).backtest_summary
    assert set(fewer.loc[fewer["horizon"] == "all", "n_judged_later"]) == {7 * 4}


def test_row_order_changes_nothing():
    panel = trending_panel()
    shuffled = panel.sample(frac=1, random_state=3)
    one, two = (forecast_panel(table, DEFAULT, seed=1) for table in (panel, shuffled))
    for field in dataclasses.fields(one):
        first, second = getattr(one, field.name), getattr(two, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second)
        else:
            assert first == second


def test_training_starts_at_the_last_level_shift():
    panel = trending_panel()
    moved = panel.assign(level_shift=None)
    here = moved["series"].eq("s003")
    moved.loc[here & (moved["year"] < 2010), "value"] += 5000
    moved.loc[here & (moved["year"] == 2010), "level_shift"] = "new definition"
    result = forecast_panel(moved, DEFAULT, seed=1)
    status = result.series_status.set_index("series").loc["s003"]
    assert status["trained_from"] == 2010
    assert status["first_year"] == 2001
    assert status["n_points"] == 15
    assert "level shift in 2010: new definition" in status["note"]
    cut = forecast_panel(panel[~(here & (panel["year"] < 2010))], DEFAULT, seed=1)
    pd.testing.assert_frame_equal(result.forecasts, cut.forecasts)


def test_nothing_before_a_cut_shift_is_looked_at():
    marked = trending_panel().assign(level_shift="")
    here = marked["series"].eq("s003")
    marked.loc[here & (marked["year"] == 2010), "level_shift"] = "new definition"
    before = here & (marked["year"] < 2010)
    made = forecast_panel(marked, DEFAULT, seed=1)
    for factor in (0.1, 50.0):
        other = marked.assign(value=marked["value"].mask(before, marked["value"] * factor))
        again = forecast_panel(other, DEFAULT, seed=1)
        pd.testing.assert_frame_equal(again.forecasts, made.forecasts)
        pd.testing.assert_frame_equal(again.backtest, made.backtest)
    note = made.series_status.set_index("series").at["s003", "note"]
    assert note.startswith("trained from 2010 (level shift in 2010: new definition)")


def test_gaps_are_never_filled():
    panel = trending_panel()
    here = panel["series"].eq("s003")
    holed = panel[~(here & panel["year"].eq(2009))]
    made = forecast_panel(holed, DEFAULT, seed=1)
    own = made.forecasts[made.forecasts["series"] == "s003"]
    # one row a year after the last, none in the gap or before it
    assert own["year"].tolist() == list(range(2025, 2031))
    tested = made.backtest[made.backtest["series"] == "s003"]
    assert tested["year"].min() > 2010
    # the values before the gap play no part in it
    moved = holed.assign(value=holed["value"].mask(here & (holed["year"] < 2009), 1e6))
    again = forecast_panel(moved, DEFAULT, seed=1)
    pd.testing.assert_frame_equal(again.forecasts, made.forecasts)
    assert "gap before 2010" in made.series_status.set_index("series").at["s003", "note"]


def test_a_sum_of_others_is_forecast_but_not_counted_as_evidence():
    panel = trending_panel()
    total = panel.groupby("year", as_index=False)["value"].sum().assign(series="total")
    alone = forecast_panel(panel, DEFAULT, seed=1)
    both = forecast_panel(pd.concat([panel, total]), DEFAULT, seed=1, sums=["total"])
    # nothing else changes
    others = both.forecasts[both.forecasts["series"] != "total"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, alone.forecasts)
    pd.testing.assert_frame_equal(both.backtest_summary, alone.backtest_summary)
    pd.testing.assert_frame_equal(both.skill, alone.skill)
    status = both.series_status.set_index("series").loc["total"]
    assert not status["calibrates"]
    assert status["note"].startswith("a sum of other series, pooled radius used")
    own = both.forecasts[both.forecasts["series"] == "total"]
    assert own["label"].tolist() == ["forecast"] * 6
    # its interval is the pooled radius in its own scale
    one = both.forecasts[both.forecasts["series"] == "s000"]
    scale = {
        name: np.abs(np.diff(rows["value"])).mean()
        for name, rows in pd.concat([panel, total]).groupby("series")
    }
    np.testing.assert_allclose(
        (own["high_80"] - own["value"]).to_numpy() / scale["total"],
        (one["high_80"] - one["value"]).to_numpy() / scale["s000"],
    )
    with pytest.raises(InvalidTable, match="'totl' is no series of the panel"):
        forecast_panel(panel, DEFAULT, seed=1, sums=["totl"])


def test_a_level_shift_too_late_leaves_the_series_without_a_forecast():
    panel = trending_panel().assign(level_shift="")
    panel.loc[panel["series"].eq("s003") & (panel["year"] == 2020), "level_shift"] = "break"
    result = forecast_panel(panel, DEFAULT, seed=1)
    status = result.series_status.set_index("series").loc["s003"]
    assert status["status"] == "not_estimable"
    assert "level shift in 2020" in status["note"]
    assert "5 points, 7 needed" in status["note"]
    assert "s003" not in set(result.forecasts["series"])
    assert result.forecasts["series"].nunique() == 24


def test_the_run_after_the_last_gap_is_used():
    panel = trending_panel()
    here = panel["series"].eq("s003")
    holed = panel[~(here & panel["year"].isin([2004, 2009]))]
    result = forecast_panel(holed, DEFAULT, seed=1)
    status = result.series_status.set_index("series").loc["s003"]
    assert (status["trained_from"], status["n_points"]) == (2010, 15)
    assert "gap before 2010" in status["note"]
    # a shift before the gap is already cut away
    marked = holed.assign(
        level_shift=np.where(here[holed.index] & (holed["year"] == 2006), "old", None)
    )
    pd.testing.assert_frame_equal(
        forecast_panel(marked, DEFAULT, seed=1).forecasts, result.forecasts
    )


def test_a_short_series_is_forecast_with_the_pooled_radius():
    panel = trending_panel()
    short = panel[~(panel["series"].eq("s003") & (panel["year"] < 2016))]  # nine points
    result = forecast_panel(short, DEFAULT, seed=1)
    status = result.series_status.set_index("series")
    assert not status.loc["s003", "calibrates"]
    assert "pooled radius" in status.loc["s003", "note"]
    assert result.skill["n_series"].iloc[0] == 24
    assert result.forecasts.query("series == 's003'")["low_95"].notna().all()


def test_few_series_get_no_interval_and_are_told():
    walks = random_walks(1, series=10, years=24, drift=3.0)
    ten = forecast_panel(long_table(walks, 2001), DEFAULT, seed=1)
    assert ten.forecasts["low_80"].notna().all()
    assert ten.forecasts["low_95"].isna().all()
    assert ten.series_status["note"].str.contains("no 95 % interval: 10 series").all()
    three = forecast_panel(long_table(walks[:3], 2001), DEFAULT, seed=1)
    assert set(three.series_status["status"]) == {"small_n"}
    assert set(three.forecasts["label"]) == {"no_skill"}
    assert set(three.forecasts["method"]) == {"naive"}
    assert three.forecasts[["low_80", "low_95"]].isna().all(axis=None)


def test_a_panel_of_short_series_is_tested_to_a_shorter_horizon():
    values = random_walks(2, series=25, years=10, drift=3.0)
    result = forecast_panel(long_table(values, 2015), forecast_settings(until=2030), seed=1)
    assert result.horizon == 3
    labels = result.forecasts.groupby("horizon")["label"].unique().str[0]
    assert labels.loc[:3].tolist() == ["forecast"] * 3
    assert set(labels.loc[4:]) == {"scenario"}
    assert result.series_status["note"].str.contains("back-tested to 3 of 6 steps").all()
    assert result.damped_fallbacks == 25  # the earliest origin has five points


def test_nothing_long_enough_gives_statuses_and_no_crash():
    result = forecast_panel(long_table(random_walks(2, series=3, years=5)), DEFAULT, seed=1)
    assert set(result.series_status["status"]) == {"not_estimable"}
    assert result.forecasts.empty
    assert not result.skill["passes"].iloc[0]
    seven = forecast_panel(long_table(random_walks(2, series=3, years=7)), DEFAULT, seed=1)
    assert set(seven.series_status["status"]) == {"small_n"}
    assert seven.horizon == 0


def test_a_constant_series_gets_a_narrow_interval():
    panel = trending_panel()
    panel.loc[panel["series"].eq("s003"), "value"] = 50.0
    made = forecast_panel(panel, DEFAULT, seed=1).forecasts
    flat, other = (made[made["series"].eq(name)] for name in ("s003", "s004"))
    assert (flat["value"] == 50).all()
    width = (flat["high_80"] - flat["low_80"]).to_numpy()
    assert (width > 0).all()
    assert (width < (other["high_80"] - other["low_80"]).to_numpy()).all()
    everything = forecast_panel(long_table(np.full((5, 20), 3.0)), DEFAULT, seed=1)
    assert set(everything.series_status["status"]) == {"no_skill"}


def test_values_stop_at_zero_unless_the_series_was_negative():
    falling = 60 - 4.0 * np.arange(15) + 0.3 * random_walks(4, series=6, years=15) - 30
    counts = forecast_panel(
        long_table(falling - falling.min() + 0.5, 2011), DEFAULT, seed=1
    ).forecasts
    assert (counts[["value", "low_80"]] >= 0).all(axis=None)
    balances = forecast_panel(long_table(falling - falling.mean(), 2011), DEFAULT, seed=1).forecasts
    assert (balances["value"] < 0).any()
    assert (balances["low_80"] <= balances["value"]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.assign(value=p["value"].mask(p.index == 5)), "1 values are missing.*'s000'"),
        (lambda p: p.assign(value=p["value"].mask(p.index == 30, np.inf)), "'s001' 2007"),
        (lambda p: pd.concat([p, p.iloc[[5]]]), "2 rows share.*'s000' 2006"),
        (lambda p: p.drop(columns="year"), "columns missing: year"),
        (lambda p: p.assign(year=p["year"] + 0.5), "year is float64"),
        (lambda p: p.iloc[:0], "no rows"),
        (lambda p: p.assign(right_truncated=p["year"] > 2023), "25 years are right truncated"),
    ],
)
def test_bad_panels_are_refused_by_name(change, words):
    with pytest.raises(InvalidTable, match="(?s)" + words):
        forecast_panel(change(trending_panel()), DEFAULT, seed=1)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), drift=st.floats(-3, 3))
def test_intervals_are_nested_and_never_below_zero(seed, drift):
    walks = np.maximum(random_walks(seed, series=20, years=15, drift=drift), 0)
    result = forecast_panel(long_table(walks, 2012), forecast_settings(until=2029), seed=1)
    made = result.forecasts
    assert (made["low_95"] >= 0).all()
    assert (made["low_95"] <= made["low_80"]).all()
    assert (made["low_80"] <= made["value"]).all()
    assert (made["value"] <= made["high_80"]).all()
    assert (made["high_80"] <= made["high_95"]).all()
