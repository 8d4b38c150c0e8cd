"""Point methods: hand-worked numbers, their own recursions, statsmodels, a change of unit."""

import math
import warnings

import numpy as np
import pytest
from conftest import random_walks
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import backtest, damped_trend, smoothing
from techdiplomacy.errors import InvalidTable

FIVE = [2.0, 4.0, 3.0, 7.0, 9.0]


def test_naive_and_drift_on_five_points():
    assert smoothing.naive([FIVE], 2).tolist() == [[9, 9]]
    # slope (9 - 2) / 4
    assert smoothing.drift([FIVE], 3).tolist() == [[10.75, 12.5, 14.25]]


def test_theta_on_five_points():
    # On 1, 2, 3, 4, 5 the best weight is .99: levels 1, 1.99, 2.9899, 3.989899, 4.98989899;
    # slope 1; first step adds half of (1 - .01 ** 5) / .99.
    assert smoothing.theta([[1, 2, 3, 4, 5]], 2) == pytest.approx(
        np.array([[5.494949495, 5.994949495]]), abs=1e-12
    )


def test_theta_gives_a_tie_to_the_smallest_weight():
    # All weights have the same error (the last step), so a = .01, level .01 x 4, slope 1/2 x ...
    ahead = smoothing.theta([[0, 0, 0, 0, 4]], 1)[0, 0]
    slope = (2 * 4) / 10
    assert ahead == pytest.approx(0.04 + slope / 2 * (1 - 0.99**5) / 0.01, abs=1e-12)


def test_exponential_smoothing_on_five_points():
    # rising: the best weight is .99, the level trails by .01 + .0001 + ...
    assert smoothing.ses([[1, 2, 3, 4, 5]], 2) == pytest.approx(
        np.full((1, 2), 4.98989899), abs=1e-12
    )
    # all weights err by 4 once: the smallest is taken
    assert smoothing.ses([[0, 0, 0, 0, 4]], 1).tolist() == [[0.04]]
    # up and down: squared errors 1 and a^2, so the smallest; the level goes to .01, then .0099
    assert smoothing.ses([[0, 1, 0]], 1).tolist() == [[pytest.approx(0.0099)]]


def test_exponential_smoothing_agrees_with_statsmodels():
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    rng = np.random.default_rng(4)
    inside = 0
    for number in range(20):
        years = int(rng.integers(10, 40))
        level = np.cumsum(rng.normal(size=years)) * (number % 5) / 2
        values = 100 + level + rng.normal(size=years) * 2
        model = SimpleExpSmoothing(
            values, initialization_method="known", initial_level=float(values[0])
        )
        ours = float(smoothing.ses([values], 1)[0, 0])
        weights = np.arange(1, 100) / 100
        fits = [model.fit(smoothing_level=one, optimized=False) for one in weights]
        best = int(np.argmin([fit.sse for fit in fits]))
        # the same level at the weight that statsmodels finds best on our grid
        assert ours == pytest.approx(float(fits[best].forecast(1)[0]), abs=1e-9)
        free = model.fit()
        if 0.02 < free.params["smoothing_level"] < 0.98:
            inside += 1
            assert weights[best] == pytest.approx(free.params["smoothing_level"], abs=0.011)
            assert fits[best].sse <= free.sse * 1.001
    assert inside >= 10


def test_damped_continues_a_series_made_by_its_own_recursion():
    reach = np.cumsum(0.9 ** np.arange(1, 11))
    made = 10 + 4 * reach
    assert damped_trend.damped([made[:7]], 3) == pytest.approx(made[None, 7:], abs=1e-6)


def test_damped_is_drift_below_six_points_and_says_so():
    fit = damped_trend.fit_damped(smoothing.stack([FIVE, [*FIVE, 8.0]]))
    assert fit.fitted.tolist() == [False, True]
    assert math.isnan(fit.phi[0])
    assert damped_trend.damped([FIVE], 3).tolist() == smoothing.drift([FIVE], 3).tolist()


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
    history = smoothing.stack(series)
    fit, ahead = damped_trend.fit_damped(history), damped_trend.damped(history, 6)
    scale = smoothing.naive_scale(history)
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
    fit = damped_trend.fit_damped(history)
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
    for method in backtest.MODELS.values():
        alone = np.vstack([method([one], 4) for one in series])
        assert method(smoothing.stack(series), 4) == pytest.approx(alone, rel=1e-9)


def test_scale_on_five_points_and_its_floor_for_constant_series():
    assert smoothing.naive_scale([FIVE, [3] * 5]).tolist() == [(2 + 1 + 4 + 2) / 4, 0]
    squares = (4 + 1 + 16 + 4) / 4
    assert smoothing.naive_root_scale([FIVE, [3] * 5]).tolist() == [squares**0.5, 0]
    assert smoothing.naive_root_scale(smoothing.stack([FIVE, FIVE[:3]]))[1] == (5 / 2) ** 0.5
    assert smoothing.with_floor(np.array([2.0, 0.0, 4.0, 0.001])).tolist() == [2, 0.02, 4, 0.001]
    assert smoothing.with_floor(np.zeros(2)).tolist() == [1, 1]


@pytest.mark.parametrize("row", [[1, math.nan, 3], [1, math.inf, 3], [1, math.nan, math.nan]])
def test_a_hole_in_the_matrix_is_refused(row):
    with pytest.raises(InvalidTable, match="hole"):
        smoothing.naive([row], 1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    years=st.integers(7, 25),
    factor=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
)
def test_methods_follow_a_change_of_unit_and_of_zero(seed, years, factor, shift):
    history = random_walks(seed, series=2, years=years)
    scale = smoothing.naive_scale(history)[:, None]
    for name, method in backtest.MODELS.items():
        expected = method(history, 4) * factor + shift
        error = np.abs(method(history * factor + shift, 4) - expected) / (factor * scale)
        assert (error < (0.01 if name == "damped" else 1e-5)).all(), name
