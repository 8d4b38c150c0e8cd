"""Forecasts: hand-worked numbers, generated panels with known answers, bad input."""

import dataclasses
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import forecast
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.forecast import ForecastSettings, forecast_panel

FIVE = [2.0, 4.0, 3.0, 7.0, 9.0]


def long_table(values: np.ndarray, first_year: int = 2000) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (f"s{i:03d}", first_year + t, value)
            for i, row in enumerate(values)
            for t, value in enumerate(row)
        ],
        columns=["series", "year", "value"],
    )


def random_walks(seed: int, *, series: int = 30, years: int = 30, drift: float = 0.0) -> np.ndarray:
    steps = drift + np.random.default_rng(seed).normal(size=(series, years))
    return 100 + np.cumsum(steps, axis=1)


def trending_panel(series: int = 25, years: int = 24, seed: int = 7) -> pd.DataFrame:
    return long_table(random_walks(seed, series=series, years=years, drift=1.5), 2001)


# --- point methods, five points worked by hand -------------------------------------------------


def test_naive_and_drift_on_five_points():
    assert forecast.naive([FIVE], 2).tolist() == [[9, 9]]
    # slope (9 - 2) / 4
    assert forecast.drift([FIVE], 3).tolist() == [[10.75, 12.5, 14.25]]


def test_theta_on_five_points():
    # On 1, 2, 3, 4, 5 the best weight is .99: levels 1, 1.99, 2.9899, 3.989899, 4.98989899;
    # slope 1; first step adds half of (1 - .01 ** 5) / .99.
    assert forecast.theta([[1, 2, 3, 4, 5]], 2) == pytest.approx(
        np.array([[5.494949495, 5.994949495]]), abs=1e-12
    )


def test_theta_gives_a_tie_to_the_smallest_weight():
    # All weights have the same error (the last step), so a = .01, level .01 x 4, slope 1/2 x ...
    ahead = forecast.theta([[0, 0, 0, 0, 4]], 1)[0, 0]
    slope = (2 * 4) / 10
    assert ahead == pytest.approx(0.04 + slope / 2 * (1 - 0.99**5) / 0.01, abs=1e-12)


def test_damped_continues_a_series_made_by_its_own_recursion():
    reach = np.cumsum(0.9 ** np.arange(1, 11))
    made = 10 + 4 * reach
    assert forecast.damped([made[:7]], 3) == pytest.approx(made[None, 7:], abs=1e-6)


def test_damped_is_drift_below_six_points_and_says_so():
    fit = forecast.fit_damped(forecast.stack([FIVE, [*FIVE, 8.0]]))
    assert fit.fitted.tolist() == [False, True]
    assert math.isnan(fit.phi[0])
    assert forecast.damped([FIVE], 3).tolist() == forecast.drift([FIVE], 3).tolist()


def test_damped_is_never_worse_than_statsmodels():
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    rng = np.random.default_rng(20)
    series = []
    for number in range(24):
        years = int(rng.integers(8, 40))
        noise = rng.normal(size=years) * (1 + number % 4)
        slope = 0.4 * (number % 5 - 1)
        walk = np.cumsum(slope + noise) if number % 2 else slope * np.arange(years) + noise
        series.append(80 + walk)
    history = forecast.stack(series)
    fit, ahead = forecast.fit_damped(history), forecast.damped(history, 6)
    scale = forecast.naive_scale(history)
    alike = 0
    for place, values in enumerate(series):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = ExponentialSmoothing(
                values, trend="add", damped_trend=True, initialization_method="estimated"
            ).fit()
        assert fit.squared_error[place] <= other.sse * 1.001
        if abs(fit.squared_error[place] / other.sse - 1) < 1e-6:  # the same optimum
            alike += 1
            assert np.abs(ahead[place] - other.forecast(6)).max() < 0.02 * scale[place]
    assert alike >= 8


def test_damped_errors_are_those_of_its_recursion():
    history = random_walks(3, series=4, years=12)
    fit = forecast.fit_damped(history)
    assert ((fit.beta >= 0) & (fit.beta <= fit.alpha)).all()
    assert ((fit.phi >= 0.8) & (fit.phi <= 0.995)).all()
    # Walk the recursion back from the last states to the first, then forward for the errors.
    for row, values in enumerate(history):
        a, b, phi = fit.alpha[row], fit.beta[row], fit.phi[row]
        if a > 0.999:
            continue  # the way back divides by 1 - alpha
        level, trend, total = fit.level[row], fit.trend[row], 0.0
        for value in values[::-1]:
            error = (value - level) / (1 - a)
            going = trend - a * b * error
            level, trend, total = value - error - going, going / phi, total + error**2
        assert total == pytest.approx(fit.squared_error[row], rel=1e-4)


def test_unequal_series_give_the_same_as_each_alone():
    series = [
        random_walks(seed, series=1, years=years)[0] for seed, years in enumerate((7, 12, 30))
    ]
    for method in forecast.MODELS.values():
        alone = np.vstack([method([one], 4) for one in series])
        assert method(forecast.stack(series), 4) == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("row", [[1, math.nan, 3], [1, math.inf, 3], [1, math.nan, math.nan]])
def test_a_hole_in_the_matrix_is_refused(row):
    with pytest.raises(InvalidTable, match="hole"):
        forecast.naive([row], 1)


# --- measures -----------------------------------------------------------------------------------


def test_measures_on_numbers_worked_by_hand():
    actual, ahead = [[10.0, 20.0]], [[8.0, 30.0]]
    assert forecast.smape(actual, ahead) == pytest.approx((400 / 18 + 2000 / 50) / 2)
    assert forecast.smape([[0.0]], [[0.0]]) == 0
    assert forecast.naive_scale([FIVE]).tolist() == [(2 + 1 + 4 + 2) / 4]
    assert forecast.mase(actual, ahead, [4.0]) == 1.5
    # widths 4 and 4, the second is 8 outside: (4 + 4 + 40 * 8) / 2 / 4
    assert forecast.msis(actual, [[8, 8]], [[12, 12]], [4], 0.95) == pytest.approx(41)
    assert forecast.coverage(actual, [[10, 21]], [[11, 22]]) == 0.5
    assert math.isnan(forecast.coverage([1, 2], [0, math.nan], [2, 3]))
    assert forecast.owa(12, 3, 10, 2) == pytest.approx(1.35)


def test_a_scale_of_zero_is_refused():
    with pytest.raises(InvalidTable, match="scales"):
        forecast.mase([[1]], [[2]], [0])


# --- conformal radii and gate ------------------------------------------------------------------


def test_series_needed_and_ranks():
    assert [forecast.series_needed(level) for level in (0.5, 0.8, 0.9, 0.95)] == [1, 4, 9, 19]
    errors = np.arange(1.0, 10.0)[:, None, None]  # nine series, one origin
    # ceil(10 x .5) = 5 of 9; the pooled place is rounded up, never down
    assert forecast.conformal_radii(errors, 0.5).tolist() == [6]
    assert forecast.conformal_radii(errors, 0.9).tolist() == [9]
    assert np.isnan(forecast.conformal_radii(errors, 0.95)).all()
    three = np.arange(1.0, 13.0).reshape(4, 3, 1)
    assert forecast.conformal_radii(three, 0.8).tolist() == [12]
    assert np.isnan(forecast.conformal_radii(three[:3], 0.8)).all()
    assert np.isnan(forecast.conformal_radii(np.empty((0, 3, 2)), 0.8)).all()


def test_leave_one_out_radii_are_those_of_the_other_series():
    errors = np.random.default_rng(1).exponential(size=(23, 3, 4)).round(1)  # with ties
    for level in (0.8, 0.95):
        quick = forecast._radii_without_itself(errors, level)
        slow = [forecast.conformal_radii(np.delete(errors, i, 0), level) for i in range(23)]
        assert quick.tolist() == np.array(slow).tolist()


def test_skill_gate_on_numbers_worked_by_hand():
    verdict = forecast.skill_gate([[1], [1], [2], [2]], [[2], [2], [4], [4]], seed=3)
    assert verdict["skill"] == verdict["skill_low"] == verdict["skill_high"] == 0.5
    assert verdict["passes"] is True
    assert forecast.skill_gate([[1]] * 3, [[2]] * 3, seed=3)["passes"] is False
    assert forecast.skill_gate([[0]] * 5, [[0]] * 5, seed=3)["passes"] is False
    one_good = forecast.skill_gate([[0.1], [1], [1], [1]], [[1]] * 4, seed=3)
    assert one_good["skill"] > 0
    assert not one_good["passes"]


def test_random_walks_have_no_skill():
    chosen = ForecastSettings(max_horizon=5)
    labels = [
        set(forecast_panel(long_table(random_walks(seed)), chosen, seed=1).forecasts["label"])
        for seed in range(20)
    ]
    assert sum(label == {"no_skill"} for label in labels) >= 18


def test_a_drift_of_half_a_standard_deviation_passes():
    chosen = ForecastSettings(max_horizon=5)
    verdicts = [
        forecast_panel(long_table(random_walks(seed, drift=0.5)), chosen, seed=1).skill
        for seed in range(20)
    ]
    assert sum(bool(one["passes"].iloc[0]) for one in verdicts) >= 15
    assert all(one["skill"].iloc[0] > 0 for one in verdicts)


# --- back-test ----------------------------------------------------------------------------------


def test_backtest_trains_on_the_past_only():
    values = random_walks(5, series=1, years=12)
    errors = forecast.backtest(values, 2)
    assert sorted(errors["n_train"].unique()) == [8, 9, 10]
    earliest = errors[(errors["n_train"] == 8) & (errors["method"] == "damped")]
    assert earliest["forecast"].to_numpy() == pytest.approx(forecast.damped(values[:, :8], 2)[0])
    assert earliest["actual"].tolist() == values[0, 8:10].tolist()
    assert earliest["scale"].iloc[0] == forecast.naive_scale(values[:, :8])[0]


def test_series_shorter_than_the_horizon_plus_seven_do_not_calibrate():
    values = forecast.stack([random_walks(5, series=1, years=n)[0] for n in (9, 8)])
    assert forecast.backtest(values, 2, series=["long", "short"])["series"].unique() == ["long"]


def test_auto_takes_the_transform_that_erred_less():
    years = np.arange(20)
    growth = np.array([100 * np.exp(0.15 * years + 0.01 * np.sin(years + k)) for k in range(6)])
    chosen = ForecastSettings(transform="auto", until=2021)
    assert forecast_panel(long_table(growth), chosen, seed=1).transform == "log1p"
    walks = long_table(random_walks(1, drift=1.0))
    assert forecast_panel(walks, chosen, seed=1).transform == "level"
    with pytest.raises(InvalidTable, match="negative"):
        forecast.point_forecasts([[-1, 2, 3]], 1, chosen, "log1p")


# --- one panel ----------------------------------------------------------------------------------


def test_panel_columns_and_labels():
    result = forecast_panel(trending_panel(), ForecastSettings(until=2032), seed=1)
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
    last = result.backtest.query("origin == 0 and horizon == 6")
    assert set(last["year"]) == {2024}


def test_intervals_cover_what_was_held_out():
    inside = {"80": [], "95": []}
    for seed in range(6):
        values = random_walks(100 + seed, series=60, years=31, drift=0.8)
        result = forecast_panel(long_table(values[:, :25]), ForecastSettings(), seed=1)
        made = result.forecasts
        assert set(made["label"]) == {"forecast"}
        actual = values[:, 25:].ravel()
        for level, shares in inside.items():
            shares.append(forecast.coverage(actual, made[f"low_{level}"], made[f"high_{level}"]))
            said = result.backtest_summary.query("horizon == 'all'")[f"coverage_{level}"]
            assert said.between(float(level) / 100 - 0.03, 1).all()
    assert 0.76 <= np.mean(inside["80"]) <= 0.92
    assert 0.92 <= np.mean(inside["95"]) <= 1


def test_later_coverage_is_that_of_the_forecast_made_back_then():
    values = random_walks(11, series=40, years=30, drift=1.0)
    now = forecast_panel(long_table(values), seed=1).backtest_summary.set_index("method")
    then = forecast_panel(long_table(values[:, :24]), ForecastSettings(until=2029), seed=1)
    everything = now[now["horizon"].eq("all")].loc["median of drift, damped, theta"]
    for level in ("80", "95"):
        ends = [then.forecasts[f"{side}_{level}"] for side in ("low", "high")]
        assert everything[f"later_coverage_{level}"] == forecast.coverage(
            values[:, 24:].ravel(), *ends
        )
    assert everything["n_calibrated_earlier"] == 40
    # 18 points: nobody could have been back-tested to six steps six years ago
    short = forecast_panel(long_table(values[:, :18]), seed=1)
    assert short.backtest_summary["later_coverage_80"].isna().all()
    assert short.backtest_summary["coverage_80"].notna().all()


def test_row_order_changes_nothing():
    panel = trending_panel()
    shuffled = panel.sample(frac=1, random_state=3)
    one, two = (forecast_panel(table, seed=1) for table in (panel, shuffled))
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
    result = forecast_panel(moved, seed=1)
    status = result.series_status.set_index("series").loc["s003"]
    assert status["trained_from"] == 2010
    assert status["first_year"] == 2001
    assert status["n_points"] == 15
    assert "level shift in 2010: new definition" in status["note"]
    cut = forecast_panel(panel[~(here & (panel["year"] < 2010))], seed=1)
    pd.testing.assert_frame_equal(result.forecasts, cut.forecasts)


def test_a_level_shift_too_late_leaves_the_series_without_a_forecast():
    panel = trending_panel().assign(level_shift="")
    panel.loc[panel["series"].eq("s003") & (panel["year"] == 2020), "level_shift"] = "break"
    result = forecast_panel(panel, seed=1)
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
    result = forecast_panel(holed, seed=1)
    status = result.series_status.set_index("series").loc["s003"]
    assert (status["trained_from"], status["n_points"]) == (2010, 15)
    assert "gap before 2010" in status["note"]
    # a shift before the gap is already cut away
    marked = holed.assign(
        level_shift=np.where(here[holed.index] & (holed["year"] == 2006), "old", None)
    )
    pd.testing.assert_frame_equal(forecast_panel(marked, seed=1).forecasts, result.forecasts)


def test_a_short_series_is_forecast_with_the_pooled_radius():
    panel = trending_panel()
    short = panel[~(panel["series"].eq("s003") & (panel["year"] < 2016))]  # nine points
    result = forecast_panel(short, seed=1)
    status = result.series_status.set_index("series")
    assert not status.loc["s003", "calibrates"]
    assert "pooled radius" in status.loc["s003", "note"]
    assert result.skill["n_series"].iloc[0] == 24
    assert result.forecasts.query("series == 's003'")["low_95"].notna().all()


def test_few_series_get_no_interval_and_are_told():
    walks = random_walks(1, series=10, years=24, drift=3.0)
    ten = forecast_panel(long_table(walks, 2001), seed=1)
    assert ten.forecasts["low_80"].notna().all()
    assert ten.forecasts["low_95"].isna().all()
    assert ten.series_status["note"].str.contains("no 95 % interval: 10 series").all()
    three = forecast_panel(long_table(walks[:3], 2001), seed=1)
    assert set(three.series_status["status"]) == {"small_n"}
    assert set(three.forecasts["label"]) == {"no_skill"}
    assert set(three.forecasts["method"]) == {"naive"}
    assert three.forecasts[["low_80", "low_95"]].isna().all(axis=None)


def test_a_panel_of_short_series_is_tested_to_a_shorter_horizon():
    values = random_walks(2, series=25, years=10, drift=3.0)
    result = forecast_panel(long_table(values, 2015), ForecastSettings(until=2030), seed=1)
    assert result.horizon == 3
    labels = result.forecasts.groupby("horizon")["label"].unique().str[0]
    assert labels.loc[:3].tolist() == ["forecast"] * 3
    assert set(labels.loc[4:]) == {"scenario"}
    assert result.series_status["note"].str.contains("back-tested to 3 of 6 steps").all()
    assert result.damped_fallbacks == 25  # the earliest origin has five points


def test_nothing_long_enough_gives_statuses_and_no_crash():
    result = forecast_panel(long_table(random_walks(2, series=3, years=5)), seed=1)
    assert set(result.series_status["status"]) == {"not_estimable"}
    assert result.forecasts.empty
    assert not result.skill["passes"].iloc[0]
    seven = forecast_panel(long_table(random_walks(2, series=3, years=7)), seed=1)
    assert set(seven.series_status["status"]) == {"small_n"}
    assert seven.horizon == 0


def test_a_constant_series_gets_a_narrow_interval():
    panel = trending_panel()
    panel.loc[panel["series"].eq("s003"), "value"] = 50.0
    made = forecast_panel(panel, seed=1).forecasts
    flat, other = (made[made["series"].eq(name)] for name in ("s003", "s004"))
    assert (flat["value"] == 50).all()
    width = (flat["high_80"] - flat["low_80"]).to_numpy()
    assert (width > 0).all()
    assert (width < (other["high_80"] - other["low_80"]).to_numpy()).all()
    everything = forecast_panel(long_table(np.full((5, 20), 3.0)), seed=1)
    assert set(everything.series_status["status"]) == {"no_skill"}


def test_values_stop_at_zero_unless_the_series_was_negative():
    falling = 60 - 4.0 * np.arange(15) + 0.3 * random_walks(4, series=6, years=15) - 30
    counts = forecast_panel(long_table(falling - falling.min() + 0.5, 2011), seed=1).forecasts
    assert (counts[["value", "low_80"]] >= 0).all(axis=None)
    balances = forecast_panel(long_table(falling - falling.mean(), 2011), seed=1).forecasts
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
        forecast_panel(change(trending_panel()), seed=1)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"models": ("drift", "dampd")}, "Did you mean 'damped'"),
        ({"models": ()}, "one or more"),
        ({"combine": "medain"}, "Did you mean 'median'"),
        ({"transform": "log"}, "log1p"),
        ({"origins": 2}, "3 or more"),
        ({"levels": (0.8, 95)}, "between 0 and 1"),
        ({"skill_bound": 0.6}, "below 0.5"),
        ({"max_horizon": 0}, "1 or more"),
        ({"min_points": 3}, "5 or more"),
    ],
)
def test_settings_refuse_what_cannot_be_meant(choice, words):
    with pytest.raises(InvalidParams, match=words):
        ForecastSettings(**choice)


def test_settings_accept_lists_from_a_file():
    chosen = ForecastSettings(models=["theta"], levels=[0.9, 0.5])
    assert chosen.recipe == "theta"
    assert chosen.levels == (0.5, 0.9)


# --- properties ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    years=st.integers(7, 25),
    factor=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
)
def test_methods_follow_a_change_of_unit_and_of_zero(seed, years, factor, shift):
    history = random_walks(seed, series=2, years=years)
    scale = forecast.naive_scale(history)[:, None]
    for name, method in forecast.MODELS.items():
        expected = method(history, 4) * factor + shift
        error = np.abs(method(history * factor + shift, 4) - expected) / (factor * scale)
        assert (error < (0.01 if name == "damped" else 1e-5)).all(), name


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), drift=st.floats(-3, 3))
def test_intervals_are_nested_and_never_below_zero(seed, drift):
    walks = np.maximum(random_walks(seed, series=20, years=15, drift=drift), 0)
    result = forecast_panel(long_table(walks, 2012), ForecastSettings(until=2029), seed=1)
    made = result.forecasts
    assert (made["low_95"] >= 0).all()
    assert (made["low_95"] <= made["low_80"]).all()
    assert (made["low_80"] <= made["value"]).all()
    assert (made["value"] <= made["high_80"]).all()
    assert (made["high_80"] <= made["high_95"]).all()
