"""Back-tests, pooled radii and the skill gate: hand-worked numbers, and settings refused."""

import numpy as np
import pytest
from conftest import forecast_settings, random_walks

from techdiplomacy import backtest, damped_trend, smoothing
from techdiplomacy.errors import InvalidParams, InvalidTable


def test_series_needed_and_ranks():
    assert [backtest.series_needed(level) for level in (0.5, 0.8, 0.9, 0.95)] == [1, 4, 9, 19]
    errors = np.arange(1.0, 10.0)[:, None, None]  # nine series, one origin
    # ceil(10 x .5) = 5 of 9; the pooled place is rounded up, never down
    assert backtest.conformal_radii(errors, 0.5).tolist() == [6]
    assert backtest.conformal_radii(errors, 0.9).tolist() == [9]
    assert np.isnan(backtest.conformal_radii(errors, 0.95)).all()
    three = np.arange(1.0, 13.0).reshape(4, 3, 1)
    assert backtest.conformal_radii(three, 0.8).tolist() == [12]
    assert np.isnan(backtest.conformal_radii(three[:3], 0.8)).all()
    assert np.isnan(backtest.conformal_radii(np.empty((0, 3, 2)), 0.8)).all()


def test_leave_one_out_radii_are_those_of_the_other_series():
    errors = np.random.default_rng(1).exponential(size=(23, 3, 4)).round(1)  # with ties
    for level in (0.8, 0.95):
        quick = backtest._radii_without_itself(errors, level)
        slow = [backtest.conformal_radii(np.delete(errors, i, 0), level) for i in range(23)]
        assert quick.tolist() == np.array(slow).tolist()


def test_no_radius_is_smaller_than_that_of_a_nearer_step():
    # quantiles by step: 2, 1, 3; the second step cannot be surer than the first
    errors = np.array([[[1.0, 1.0, 3.0]], [[2.0, 1.0, 2.0]], [[1.5, 0.5, 1.0]], [[0.5, 0.2, 1.0]]])
    assert backtest.conformal_radii(errors, 0.8).tolist() == [2.0, 2.0, 3.0]
    turned = np.random.default_rng(2).exponential(size=(9, 3, 6))[..., ::-1]
    for radii in (
        backtest.conformal_radii(turned, 0.8)[None],
        backtest._radii_without_itself(turned, 0.8),
    ):
        assert (np.diff(radii, axis=1) >= 0).all()


def test_skill_gate_on_numbers_worked_by_hand():
    verdict = backtest.skill_gate([[1], [1], [2], [2]], [[2], [2], [4], [4]], bound=0.05, seed=3)
    assert verdict["skill"] == verdict["skill_low"] == verdict["skill_high"] == 0.5
    assert verdict["passes"] is True
    assert backtest.skill_gate([[1]] * 3, [[2]] * 3, bound=0.05, seed=3)["passes"] is False
    assert backtest.skill_gate([[0]] * 5, [[0]] * 5, bound=0.05, seed=3)["passes"] is False
    one_good = backtest.skill_gate([[0.1], [1], [1], [1]], [[1]] * 4, bound=0.05, seed=3)
    assert one_good["skill"] > 0
    assert not one_good["passes"]


def test_backtest_trains_on_the_past_only():
    values = random_walks(5, series=1, years=12)
    errors = backtest.backtest(values, 2, forecast_settings())
    assert sorted(errors["n_train"].unique()) == [8, 9, 10]
    earliest = errors[(errors["n_train"] == 8) & (errors["method"] == "damped")]
    assert earliest["forecast"].to_numpy() == pytest.approx(
        damped_trend.damped(values[:, :8], 2)[0]
    )
    assert earliest["actual"].tolist() == values[0, 8:10].tolist()
    assert earliest["scale"].iloc[0] == smoothing.naive_scale(values[:, :8])[0]


def test_the_summary_measures_each_method_and_horizon_by_hand():
    # every difference is 1 or 3; naive errs by the steps since the origin
    rows = np.array([[0.0, 1, 2, 3, 4, 5, 6, 7, 8], [0.0, 3, 6, 9, 12, 15, 18, 21, 24]])
    chosen = forecast_settings(models=["drift", "theta"], levels=[0.5])
    rolling = backtest.roll(rows, 2, chosen, "level")
    made = backtest.summary(rolling, rolling, chosen, np.zeros(2)).set_index(["method", "horizon"])
    naive = made.loc["naive"]
    assert naive["rmsse"].to_dict() == pytest.approx({"all": 2.5**0.5, "1": 1.0, "2": 2.0})
    assert naive["mase"].to_dict() == pytest.approx({"all": 1.5, "1": 1.0, "2": 2.0})
    assert made.loc["drift", "rmsse"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-12)
    assert set(made.index.get_level_values("method")) == {
        *("naive", "drift", "theta", "median of drift, theta")
    }


def test_series_shorter_than_the_horizon_plus_seven_do_not_calibrate():
    values = smoothing.stack([random_walks(5, series=1, years=n)[0] for n in (9, 8)])
    errors = backtest.backtest(values, 2, forecast_settings(), series=["long", "short"])
    assert errors["series"].unique() == ["long"]


def test_logs_of_negative_values_are_refused():
    with pytest.raises(InvalidTable, match="negative"):
        backtest.point_forecasts([[-1, 2, 3]], 1, forecast_settings(), "log1p")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"models": ["drift", "dampd"]}, "models.1.*'damped'.*found 'dampd'"),
        ({"models": []}, "models.*at least 1"),
        ({"models": ["drift", "drift"]}, "models.*listed twice"),
        ({"combine": "medain"}, "combine.*'median'"),
        ({"transform": "log"}, "transform.*'log1p'"),
        ({"origins": 2}, "origins.*greater than or equal to 3"),
        ({"levels": [0.8, 95.0]}, "levels.1.*less than 1"),
        ({"levels": [0.0, 0.8]}, "levels.0.*greater than 0"),
        ({"levels": [0.8, 0.8]}, "levels.*listed twice"),
        ({"skill_bound": 0.6}, "skill_bound.*less than 0.5"),
        ({"skill_bound": 0.0}, "skill_bound.*greater than 0"),
        ({"max_horizon": 0}, "max_horizon.*greater than or equal to 1"),
        ({"min_points": 3}, "min_points.*greater than or equal to 5"),
    ],
)
def test_settings_refuse_what_cannot_be_meant(choice, words):
    with pytest.raises(InvalidParams, match=words):
        forecast_settings(**choice)


def test_levels_are_put_in_order_and_a_single_model_keeps_its_name():
    chosen = forecast_settings(models=["theta"], levels=[0.9, 0.5])
    assert chosen.levels == [0.5, 0.9]
    assert backtest.recipe_name(chosen) == "theta"
