"""Yearly point forecasts, rolling-origin back-tests, pooled conformal intervals and the skill gate.

Knows: series, years, values. Must not know: countries, files, parameters on disk, reconciliation.
May import: numpy, pandas, the standard library and `errors`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest

Floats: TypeAlias = NDArray[np.float64]

MIN_TRAINING = 5  # points left at the earliest origin of a back-test
MIN_DAMPED = 6  # five parameters are not identified by five points
MIN_GATE_SERIES = 4  # with fewer, a resampling of series says nothing
RESAMPLES = 1000
SCALE_FLOOR = 0.01  # share of the panel's median scale given to a constant series


# --- shapes -------------------------------------------------------------------------------------


def stack(series: Sequence[ArrayLike]) -> Floats:
    """Return series of unequal length as rows of one matrix, padded with NaN at the end.

    Parameters
    ----------
    series : sequence of array_like
        One-dimensional series, oldest value first.

    Examples
    --------
    >>> stack([[1, 2, 3], [4, 5]])
    array([[ 1.,  2.,  3.],
           [ 4.,  5., nan]])
    """
    rows = [np.asarray(one, dtype=np.float64) for one in series]
    matrix = np.full((len(rows), max((len(row) for row in rows), default=0)), np.nan)
    for place, row in enumerate(rows):
        matrix[place, : len(row)] = row
    return matrix


def _checked(history: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Return the history as a matrix and the length of each row; refuse holes and short rows."""
    matrix = np.atleast_2d(np.asarray(history, dtype=np.float64))
    padding = np.isnan(matrix)
    lengths = (~padding).sum(axis=1)
    bad = (
        np.isinf(matrix).any(axis=1)
        | (padding != (np.arange(matrix.shape[1]) >= lengths[:, None])).any(axis=1)
        | (lengths < 2)
    )
    if bad.any():
        raise InvalidTable(
            f"{int(bad.sum())} rows have a hole, an infinite value or fewer than two values",
            where=f"history, first such row {int(np.argmax(bad))}",
            next_step="pad shorter series with NaN after their last value only",
        )
    return matrix, lengths


def _last(matrix: Floats, lengths: NDArray[np.intp]) -> Floats:
    return matrix[np.arange(len(lengths)), lengths - 1]


def naive_scale(history: ArrayLike) -> Floats:
    """Return the mean absolute first difference of every row, in the unit of the series.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Notes
    -----
    Denominator of MASE and MSIS, Hyndman & Koehler (2006).

    Examples
    --------
    >>> naive_scale([[1, 3, 2, 6]]).round(3)
    array([2.333])
    """
    matrix, lengths = _checked(history)
    steps: Floats = np.nansum(np.abs(np.diff(matrix, axis=1)), axis=1) / (lengths - 1)
    return steps


def _with_floor(scale: Floats) -> Floats:
    """Give constant series 1 % of the median scale of the others.

    Only constant series are lifted: panels may mix units, and a floor under every series would
    blur those published in thousands.
    """
    moving = scale[scale > 0]
    floor = SCALE_FLOOR * float(np.median(moving)) if moving.size else 1.0
    return np.where(scale > 0, scale, floor)


# --- point methods ------------------------------------------------------------------------------


def naive(history: ArrayLike, horizon: int) -> Floats:
    """Return the last value of every series, repeated over the horizon.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.

    Returns
    -------
    numpy.ndarray, shape (series, horizon)
        Forecasts in the unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Examples
    --------
    >>> naive([[1, 3, 2, 6]], 2)
    array([[6., 6.]])
    """
    matrix, lengths = _checked(history)
    return np.repeat(_last(matrix, lengths)[:, None], horizon, axis=1)


def drift(history: ArrayLike, horizon: int) -> Floats:
    """Return the straight line through the first and the last value, continued.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.

    Returns
    -------
    numpy.ndarray, shape (series, horizon)
        ``y_T + h (y_T - y_1) / (T - 1)``, in the unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Examples
    --------
    >>> drift([[1, 3, 2, 7]], 2)
    array([[ 9., 11.]])
    """
    matrix, lengths = _checked(history)
    last = _last(matrix, lengths)
    slope = (last - matrix[:, 0]) / (lengths - 1)
    return last[:, None] + slope[:, None] * np.arange(1, horizon + 1)


def theta(history: ArrayLike, horizon: int) -> Floats:
    """Return Theta forecasts: exponential smoothing with half the slope of the trend line.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.

    Returns
    -------
    numpy.ndarray, shape (series, horizon)
        ``l_T + (b/2)(h - 1 + 1/a - (1-a)^T/a)``: b the least-squares slope on time, l the level
        of simple exponential smoothing started at the first value, a the value in .01, .02, ...,
        .99 with the least squared one-step error.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Notes
    -----
    Assimakopoulos & Nikolopoulos (2000); closed form of Hyndman & Billah (2003).

    Examples
    --------
    >>> theta([[5, 5, 5, 5]], 2)
    array([[5., 5.]])
    """
    matrix, lengths = _checked(history)
    filled = np.nan_to_num(matrix)
    weights = np.arange(1, 100) / 100
    level = np.repeat(matrix[:, :1], weights.size, axis=1)
    squared = np.zeros_like(level)
    for t in range(1, matrix.shape[1]):
        error = np.where((t < lengths)[:, None], filled[:, t : t + 1] - level, 0.0)
        squared += error * error
        level += weights * error
    # Ties (a level that moves once, say) go to the smallest weight, whatever the rounding.
    least = squared.min(axis=1, keepdims=True)
    best = (squared <= least * (1 + 1e-10)).argmax(axis=1)
    a = weights[best]
    time = np.arange(matrix.shape[1]) - (lengths[:, None] - 1) / 2
    time = np.where(np.isnan(matrix), 0.0, time)
    slope = (time * filled).sum(axis=1) / (time * time).sum(axis=1)
    shift = 1 / a - (1 - a) ** lengths / a
    steps = np.arange(horizon) + shift[:, None]
    ahead: Floats = level[np.arange(len(a)), best][:, None] + slope[:, None] / 2 * steps
    return ahead


# Search box of the damped trend: alpha, beta / alpha, phi. It is the region of statsmodels, where
# beta multiplies the change of the level and may not exceed alpha.
_BOX_LOW = np.array([1e-8, 0.0, 0.8])
_BOX_HIGH = np.array([1 - 1e-8, 1.0, 0.995])
_ALPHAS = (1e-8, *(i / 20 for i in range(1, 20)), 1 - 1e-8)
_SHARES = (0.0, 0.03, 0.08, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
_PHIS = (0.8, 0.85, 0.9, 0.95, 0.995)
_FIRST_STEP = np.array([0.04, 0.1, 0.025])
_ROUNDS = 12
_CHUNK = 128  # rows searched together: large enough for numpy, small enough for the cache


@dataclass(frozen=True)
class DampedFit:
    """Damped additive trends fitted by least squares, one element per series.

    Attributes
    ----------
    alpha, beta, phi : numpy.ndarray
        Smoothing of level and trend, damping; NaN where ``fitted`` is false.
    level, trend : numpy.ndarray
        Last states; NaN where ``fitted`` is false.
    squared_error : numpy.ndarray
        Sum of squared one-step errors.
    fitted : numpy.ndarray of bool
        False where the series is too short for five parameters.
    """

    alpha: Floats
    beta: Floats
    phi: Floats
    level: Floats
    trend: Floats
    squared_error: Floats
    fitted: NDArray[np.bool_]


def _one_step(values: Floats, inside: NDArray[np.bool_], shapes: Floats) -> tuple[Floats, Floats]:
    """Run the recursion from three starts and return (errors, last states).

    The errors are linear in the two initial states, so the run with zero states and the runs of
    a unit level and of a unit trend on no values hold everything that least squares needs.
    Errors have the shape (years, 3, rows, candidates), states (2, 3, rows, candidates).
    """
    alpha, share, phi = (shapes[..., i] for i in range(3))
    gain = alpha * alpha * share
    level = np.zeros((3, *alpha.shape))
    trend = np.zeros((3, *alpha.shape))
    level[1], trend[2] = 1.0, 1.0
    errors = np.empty((values.shape[1], 3, *alpha.shape))
    for t in range(values.shape[1]):
        going = phi * trend
        expected = level + going
        error = -expected
        error[0] += values[:, t, None]
        open_rows = inside[:, t]
        if open_rows.all():
            level, trend = expected + alpha * error, going + gain * error
        else:  # a series that has ended keeps its last state
            keep = open_rows[None, :, None]
            error = error * keep
            level = np.where(keep, expected + alpha * error, level)
            trend = np.where(keep, going + gain * error, trend)
        errors[t] = error
    return errors, np.stack([level, trend])


def _concentrate(errors: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (squared error, initial level, initial trend) with the states solved out."""
    y, x, z = errors[:, 0], -errors[:, 1], -errors[:, 2]

    def dot(a: Floats, b: Floats) -> Floats:
        product: Floats = np.einsum("t...,t...->...", a, b)
        return product

    xx, zz, xz, xy, zy = dot(x, x), dot(z, z), dot(x, z), dot(x, y), dot(z, y)
    determinant = np.maximum(xx * zz - xz * xz, 1e-12 * xx * zz + 1e-300)
    level = (zz * xy - xz * zy) / determinant
    trend = (xx * zy - xz * xy) / determinant
    rest = y - x * level - z * trend
    return dot(rest, rest), level, trend


def _starting_shapes(values: Floats, lengths: NDArray[np.intp]) -> Floats:
    """Return two starting points per series from a coarse grid: slow trends and fast trends.

    On a common grid the errors are a fixed linear filter of the series, so one small matrix per
    grid point serves all series of a length. Two starts, because the surface often has one
    hollow near beta = 0 and another near beta = alpha.
    """
    grid = np.stack(np.meshgrid(_ALPHAS, _SHARES, _PHIS, indexing="ij"), axis=-1).reshape(-1, 3)
    years = values.shape[1]
    impulse = np.eye(1, years)
    responses, _ = _one_step(impulse, np.ones((1, years), dtype=bool), grid[None])
    filter_, x, z = responses[:, 0, 0].T, responses[:, 1, 0].T, responses[:, 2, 0].T
    starts = np.empty((len(lengths), 2, 3))
    for n in np.unique(lengths):
        rows = np.flatnonzero(lengths == n)
        lag = np.subtract.outer(np.arange(n), np.arange(n))
        toeplitz = np.where(lag >= 0, filter_[:, np.maximum(lag, 0)], 0.0)
        base, _ = np.linalg.qr(np.stack([x[:, :n], z[:, :n]], axis=-1))
        rest = toeplitz @ values[rows, :n].T
        explained = np.swapaxes(base, 1, 2) @ rest
        squared = (rest * rest).sum(axis=1) - (explained * explained).sum(axis=1)
        for place, side in enumerate((grid[:, 1] < 0.4, grid[:, 1] >= 0.4)):
            starts[rows, place] = grid[np.where(side[:, None], squared, np.inf).argmin(axis=0)]
    return starts


def _search(values: Floats, inside: NDArray[np.bool_], shapes: Floats) -> tuple[Floats, Floats]:
    """Return refined shapes and their squared errors: look around, move, or halve the step."""
    around = np.stack(np.meshgrid(*[(-1.0, 0.0, 1.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    around = around[np.abs(around).sum(axis=1) > 0]
    rows = np.arange(len(values))
    best = _concentrate(_one_step(values, inside, shapes[:, None])[0])[0][:, 0]
    step = np.repeat(_FIRST_STEP[None], len(values), axis=0)
    for _ in range(_ROUNDS):
        tried = np.clip(shapes[:, None] + step[:, None] * around, _BOX_LOW, _BOX_HIGH)
        squared = _concentrate(_one_step(values, inside, tried)[0])[0]
        pick = squared.argmin(axis=1)
        better = squared[rows, pick] < best
        shapes = np.where(better[:, None], tried[rows, pick], shapes)
        best = np.where(better, squared[rows, pick], best)
        step = np.where(better[:, None], step, step / 2)
    return shapes, best


def fit_damped(history: ArrayLike) -> DampedFit:
    """Return damped additive trends fitted to every series by least squares.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.

    Returns
    -------
    DampedFit
        Series with fewer than six points are not fitted.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Notes
    -----
    ``e = y - l - phi b``, ``l' = l + phi b + alpha e``, ``b' = phi b + alpha beta e``: additive
    errors, 0 < alpha < 1, 0 <= beta <= alpha, .8 <= phi <= .995 (Gardner & McKenzie 1985; the
    region of statsmodels' ``ExponentialSmoothing``). For given alpha, beta, phi the errors are
    linear in the initial states; these are solved exactly and only three parameters are searched,
    from a coarse grid, all series at once. The optimum is never looked for at random.

    Examples
    --------
    >>> fit = fit_damped([[1, 2, 3, 4, 5, 6, 7]])
    >>> bool(fit.squared_error[0] < 1e-2)
    True
    """
    matrix, lengths = _checked(history)
    fitted = lengths >= MIN_DAMPED
    size = len(lengths)
    shapes, states = np.full((size, 3), np.nan), np.full((size, 2), np.nan)
    squared = np.full(size, np.nan)
    # Rows of one length side by side keep a chunk free of padding.
    order = np.flatnonzero(fitted)[np.argsort(lengths[fitted], kind="stable")]
    origin = matrix[:, 0]
    spread = naive_scale(matrix)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = np.nan_to_num((matrix - origin[:, None]) / spread[:, None])
    starts = _starting_shapes(scaled[order], lengths[order]) if order.size else np.empty((0, 2, 3))
    for first in range(0, order.size, _CHUNK):
        rows = order[first : first + _CHUNK]
        years = int(lengths[rows].max())
        values = scaled[rows, :years]
        inside = np.arange(years) < lengths[rows, None]
        found = [_search(values, inside, starts[first : first + _CHUNK, i]) for i in range(2)]
        second = found[1][1] < found[0][1]
        shapes[rows] = np.where(second[:, None], found[1][0], found[0][0])
        errors, ends = _one_step(values, inside, shapes[rows, None])
        total, level, trend = _concentrate(errors)
        squared[rows] = total[:, 0] * spread[rows] ** 2
        states[rows] = (ends[:, 0] + ends[:, 1] * level + ends[:, 2] * trend)[:, :, 0].T
    return DampedFit(
        alpha=shapes[:, 0],
        beta=shapes[:, 0] * shapes[:, 1],
        phi=shapes[:, 2],
        level=origin + spread * states[:, 0],
        trend=spread * states[:, 1],
        squared_error=squared,
        fitted=fitted,
    )


def damped(history: ArrayLike, horizon: int) -> Floats:
    """Return damped-trend forecasts; drift for series with fewer than six points.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.

    Returns
    -------
    numpy.ndarray, shape (series, horizon)
        ``l_T + (phi + ... + phi^h) b_T``, in the unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    See Also
    --------
    fit_damped : the parameters, and which series were too short to have any.

    Examples
    --------
    >>> damped([[5, 5, 5, 5, 5, 5, 5]], 2)
    array([[5., 5.]])
    """
    fit = fit_damped(history)
    reach = np.cumsum(fit.phi[:, None] ** np.arange(1, horizon + 1), axis=1)
    ahead = fit.level[:, None] + fit.trend[:, None] * reach
    return np.where(fit.fitted[:, None], ahead, drift(history, horizon))


MODELS: dict[str, Callable[[ArrayLike, int], Floats]] = {
    "naive": naive,
    "drift": drift,
    "damped": damped,
    "theta": theta,
}
COMBINATIONS: dict[str, Callable[..., Floats]] = {"median": np.median, "mean": np.mean}
TRANSFORMS = ("level", "log1p", "auto")


# --- measures -----------------------------------------------------------------------------------


def _positive(scale: ArrayLike) -> Floats:
    divisor = np.asarray(scale, dtype=np.float64)
    if not (divisor > 0).all():
        raise InvalidTable(
            f"{int((~(divisor > 0)).sum())} scales are zero, negative or missing",
            where="scale",
            next_step="give constant series a floor before measuring errors",
        )
    return divisor[..., None]


def smape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Return the mean symmetric percentage error, between 0 and 200.

    Parameters
    ----------
    actual, forecast : array_like, shape (..., horizon)
        Same unit. A pair of zeros counts as no error.

    Notes
    -----
    Mean of ``200 |y - f| / (|y| + |f|)``, Makridakis & Hibon (2000).

    Examples
    --------
    >>> round(smape([100, 100], [50, 150]), 4)
    53.3333
    """
    y, f = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    size = np.abs(y) + np.abs(f)
    return float(np.mean(200 * np.abs(y - f) / np.where(size == 0, 1.0, size)))


def mase(actual: ArrayLike, forecast: ArrayLike, scale: ArrayLike) -> float:
    """Return the mean absolute scaled error: 1 is the average yearly change in training.

    Parameters
    ----------
    actual, forecast : array_like, shape (..., horizon)
        Same unit.
    scale : array_like, shape (...)
        Mean absolute first difference of the training part, see `naive_scale`.

    Raises
    ------
    InvalidTable
        If a scale is not positive.

    Notes
    -----
    Mean of ``|y - f| / s``, Hyndman & Koehler (2006).

    Examples
    --------
    >>> mase([[10, 12]], [[9, 9]], [2])
    1.0
    """
    y, f = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    return float(np.mean(np.abs(y - f) / _positive(scale)))


def msis(
    actual: ArrayLike, low: ArrayLike, high: ArrayLike, scale: ArrayLike, level: float
) -> float:
    """Return the mean scaled interval score: narrow is good, missing is dear.

    Parameters
    ----------
    actual, low, high : array_like, shape (..., horizon)
        Same unit; a missing bound makes the score missing.
    scale : array_like, shape (...)
        Mean absolute first difference of the training part.
    level : float
        Nominal coverage, between 0 and 1.

    Raises
    ------
    InvalidTable
        If a scale is not positive.

    Notes
    -----
    Mean of ``(width + 2 / (1 - level) x distance outside) / s``, Gneiting & Raftery (2007).

    Examples
    --------
    >>> round(msis([[10, 20]], [[8, 8]], [[12, 12]], [2], 0.8), 6)
    22.0
    """
    y, lower, upper = (np.asarray(part, dtype=np.float64) for part in (actual, low, high))
    outside = np.maximum(lower - y, 0) + np.maximum(y - upper, 0)
    return float(np.mean((upper - lower + 2 / (1 - level) * outside) / _positive(scale)))


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Return the share of values inside their interval, ends included; NaN if a bound is missing.

    Parameters
    ----------
    actual, low, high : array_like
        Same shape and unit.

    Examples
    --------
    >>> coverage([1, 2, 3, 4], [0, 0, 0, 5], [1, 1, 5, 6])
    0.5
    """
    y, lower, upper = (np.asarray(part, dtype=np.float64) for part in (actual, low, high))
    missing = np.isnan(lower).any() or np.isnan(upper).any() or y.size == 0
    return math.nan if missing else float(np.mean((lower <= y) & (y <= upper)))


def owa(smape: float, mase: float, smape_naive2: float, mase_naive2: float) -> float:
    """Return the overall weighted average of the M4 competition: below 1 beats Naive2.

    Parameters
    ----------
    smape, mase : float
        Of the method.
    smape_naive2, mase_naive2 : float
        Of Naive2 on the same series; for yearly series Naive2 is `naive`.

    Notes
    -----
    Mean of the two ratios, Makridakis, Spiliotis & Assimakopoulos (2020).

    Examples
    --------
    >>> owa(10.0, 3.0, 20.0, 2.0)
    1.0
    """
    return (smape / smape_naive2 + mase / mase_naive2) / 2


# --- settings and recipe ------------------------------------------------------------------------


@dataclass(frozen=True)
class ForecastSettings:
    """Choices of the section ``forecast:`` of the parameters.

    Attributes
    ----------
    until : int
        Last year drawn.
    max_horizon : int
        Steps that may be called a forecast; later ones are a scenario.
    models : tuple of str
        Out of naive, drift, damped, theta.
    combine : str
        Element by element: median or mean.
    transform : str
        level, log1p, or auto (the smaller rolling-origin MASE; level on a tie).
    origins : int
        Origins of the back-test, three or more.
    min_points : int
        Shorter series are ``not_estimable``.
    levels : tuple of float
        Nominal coverages of the intervals.
    skill_bound : float
        Share of resamples that may lie at or below zero skill.

    Raises
    ------
    InvalidParams
        If a value is unknown or out of bounds.

    Examples
    --------
    >>> ForecastSettings().recipe
    'median of drift, damped, theta'
    """

    until: int = 2030
    max_horizon: int = 6
    models: tuple[str, ...] = ("drift", "damped", "theta")
    combine: str = "median"
    transform: str = "level"
    origins: int = 3
    min_points: int = 7
    levels: tuple[float, ...] = (0.8, 0.95)
    skill_bound: float = 0.05

    def __post_init__(self) -> None:
        """Turn lists from a file into tuples and refuse what cannot be meant."""
        object.__setattr__(self, "models", tuple(self.models))
        object.__setattr__(self, "levels", tuple(sorted(self.levels)))
        words = [("models", name, tuple(MODELS)) for name in self.models]
        words.append(("combine", self.combine, tuple(COMBINATIONS)))
        words.append(("transform", self.transform, TRANSFORMS))
        for key, word, known in words:
            if word not in known:
                raise InvalidParams(
                    f"{word!r} is not known.{suggest(str(word), known)}",
                    where=f"forecast.{key}",
                    next_step=f"use one of: {', '.join(known)}",
                )
        bounds = {
            "models": (len(set(self.models)) == len(self.models) > 0, "one or more, none twice"),
            "max_horizon": (self.max_horizon >= 1, "1 or more"),
            "origins": (self.origins >= 3, "3 or more"),
            "min_points": (self.min_points >= MIN_TRAINING, f"{MIN_TRAINING} or more"),
            "levels": (
                all(0 < level < 1 for level in self.levels)
                and len({_percent(level) for level in self.levels}) == len(self.levels) > 0,
                "different shares between 0 and 1",
            ),
            "skill_bound": (0 < self.skill_bound < 0.5, "above 0 and below 0.5"),
        }
        for key, (holds, wanted) in bounds.items():
            if not holds:
                raise InvalidParams(
                    f"{getattr(self, key)!r} is out of bounds",
                    where=f"forecast.{key}",
                    next_step=f"give {wanted}",
                )

    @property
    def recipe(self) -> str:
        """Name of the combined method, as printed in the results."""
        if len(self.models) == 1:
            return self.models[0]
        return f"{self.combine} of {', '.join(self.models)}"


def _percent(level: float) -> str:
    return f"{100 * level:g}"


def point_forecasts(
    history: ArrayLike, horizon: int, settings: ForecastSettings, transform: str = "level"
) -> dict[str, Floats]:
    """Return the forecasts of naive, of every model of the settings and of their combination.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.
    settings : ForecastSettings
        Models and combination.
    transform : str
        level or log1p.

    Returns
    -------
    dict of str to numpy.ndarray, shape (series, horizon)
        By method; the combination is under ``settings.recipe``. Unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole or an infinite value, or log1p meets a negative value.

    Examples
    --------
    >>> made = point_forecasts([[1, 3, 2, 7]], 1, ForecastSettings(models=("naive", "drift")))
    >>> made["median of naive, drift"]
    array([[8.]])
    """
    matrix, _ = _checked(history)
    logs = transform == "log1p"
    if logs and (matrix < 0).any():
        raise InvalidTable(
            f"{int((matrix < 0).any(axis=1).sum())} series have negative values",
            where="history, transform log1p",
            next_step="set forecast.transform to level",
        )
    worked = np.log1p(matrix) if logs else matrix
    made = {"naive": naive(matrix, horizon)}
    for name in settings.models:
        ahead = MODELS[name](worked, horizon)
        made[name] = np.expm1(ahead) if logs else ahead
    together = np.stack([made[name] for name in settings.models])
    made[settings.recipe] = COMBINATIONS[settings.combine](together, axis=0)
    return made


# --- back-test ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rolling:
    """Rolling-origin results; origin 0 is the latest. Axes: series, origin, horizon."""

    rows: NDArray[np.intp]
    training: NDArray[np.intp]
    scale: Floats
    actual: Floats
    made: dict[str, Floats]

    def errors(self, method: str) -> Floats:
        scaled: Floats = np.abs(self.actual - self.made[method]) / self.scale[:, :, None]
        return scaled


def _roll(history: Floats, horizon: int, settings: ForecastSettings, transform: str) -> _Rolling:
    """Refit every method at every origin, on the values up to it only."""
    lengths = (~np.isnan(history)).sum(axis=1)
    count = settings.origins
    long_enough = (lengths >= horizon + count - 1 + MIN_TRAINING) & (horizon > 0)
    rows = np.flatnonzero(long_enough)
    training = lengths[rows, None] - horizon - np.arange(count)
    shape = (len(rows), count, horizon)
    if not rows.size:
        empty = {m: np.empty(shape) for m in ("naive", *settings.models, settings.recipe)}
        return _Rolling(rows, training, np.empty(shape[:2]), np.empty(shape), empty)
    seen = np.arange(history.shape[1]) < training[:, :, None]
    known = np.where(seen, history[rows, None], np.nan).reshape(-1, history.shape[1])
    scale = naive_scale(known).reshape(shape[:2])
    scale = np.stack([_with_floor(at_origin) for at_origin in scale.T], axis=1)
    actual = history[rows[:, None, None], training[:, :, None] + np.arange(horizon)]
    made = point_forecasts(known, horizon, settings, transform)
    return _Rolling(rows, training, scale, actual, {m: f.reshape(shape) for m, f in made.items()})


def _roll_best(history: Floats, horizon: int, settings: ForecastSettings) -> tuple[_Rolling, str]:
    """Return the back-test and the transform it was made with, after choosing for ``auto``."""
    if settings.transform != "auto":
        return _roll(history, horizon, settings, settings.transform), settings.transform
    on_level = _roll(history, horizon, settings, "level")
    if not on_level.rows.size or (history < 0).any():
        return on_level, "level"
    on_logs = _roll(history, horizon, settings, "log1p")
    gain = on_logs.errors(settings.recipe).mean() < on_level.errors(settings.recipe).mean()
    return (on_logs, "log1p") if gain else (on_level, "level")


def _tidy(rolling: _Rolling, series: Sequence[object]) -> pd.DataFrame:
    count, origins, horizon = rolling.actual.shape
    shape = (len(rolling.made), count, origins, horizon)
    methods = list(rolling.made)

    def spread(values: ArrayLike, axes: str) -> NDArray[np.generic]:
        wanted = tuple(slice(None) if axis in axes else None for axis in "msoh")
        return np.broadcast_to(np.asarray(values)[wanted], shape).ravel()

    names = np.empty(count, dtype=object)
    names[:] = [series[row] for row in rolling.rows]
    frame = pd.DataFrame(
        {
            "series": pd.Series(spread(names, "s")).infer_objects(),
            "origin": spread(np.arange(origins), "o"),
            "n_train": spread(rolling.training, "so"),
            "horizon": spread(np.arange(1, horizon + 1), "h"),
            "method": spread(np.array(methods, dtype=object), "m"),
            "actual": spread(rolling.actual, "soh"),
            "forecast": np.stack([rolling.made[m] for m in methods]).ravel(),
            "scale": spread(rolling.scale, "so"),
            "scaled_error": np.stack([rolling.errors(m) for m in methods]).ravel(),
        }
    )
    return frame


def backtest(
    history: ArrayLike,
    horizon: int,
    settings: ForecastSettings | None = None,
    series: Sequence[object] | None = None,
) -> pd.DataFrame:
    """Return rolling-origin errors, one row per series, origin, horizon and method.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Number of years ahead.
    settings : ForecastSettings, optional
        Models, combination, transform and number of origins.
    series : sequence, optional
        Names of the rows; the row numbers without it.

    Returns
    -------
    pandas.DataFrame
        ``series, origin, n_train, horizon, method, actual, forecast, scale, scaled_error``.
        Origin 0 is T - h, 1 is T - h - 1, and so on; ``n_train`` is the number of values known
        then. Series too short to leave five training points at the earliest origin (T < h + 7
        with three origins) have no rows.

    Raises
    ------
    InvalidTable
        If a row has a hole or an infinite value.

    Notes
    -----
    ``scale`` is the mean absolute first difference up to the origin; a series constant until then
    gets 1 % of the median scale of the panel at that origin.

    Examples
    --------
    >>> errors = backtest([[1, 2, 3, 4, 5, 6, 7, 8]], 1, ForecastSettings(models=("drift",)))
    >>> errors.groupby("method")["scaled_error"].mean().to_dict()
    {'drift': 0.0, 'naive': 1.0}
    """
    matrix, _ = _checked(history)
    rolling, _ = _roll_best(matrix, horizon, settings or ForecastSettings())
    return _tidy(rolling, range(len(matrix)) if series is None else series)


# --- intervals and gate -------------------------------------------------------------------------


def _rank(series: int, level: float) -> int:
    """Return ceil((n + 1) level), safe against 20 x .95 coming out above 19."""
    return math.ceil(round((series + 1) * level, 9))


def _place(series: int, origins: int, rank: int) -> int:
    """Return the index, from 0, of the quantile rank / series among all pooled errors."""
    return min(origins * rank, origins * series - 1)


def series_needed(level: float) -> int:
    """Return the smallest number of series that can calibrate an interval of this level.

    Parameters
    ----------
    level : float
        Nominal coverage, between 0 and 1.

    Examples
    --------
    >>> series_needed(0.8), series_needed(0.95)
    (4, 19)
    """
    series = 1
    while _rank(series, level) > series:
        series += 1
    return series


def conformal_radii(scaled_errors: ArrayLike, level: float) -> Floats:
    """Return the half-width of the interval per horizon, in units of the scale of a series.

    Parameters
    ----------
    scaled_errors : array_like, shape (series, origins, horizon)
        Absolute rolling-origin errors divided by the scale of their series at their origin.
    level : float
        Nominal coverage, between 0 and 1.

    Returns
    -------
    numpy.ndarray, shape (horizon,)
        NaN when there are fewer series than `series_needed`.

    Notes
    -----
    Split conformal with the k-th of n ordered values, k = ceil((n + 1) level), n the number of
    *series*: errors of one series at neighbouring origins are not independent, so origins add
    precision but not sample size. The errors of all m origins are pooled and the quantile of
    probability k / n is taken, rounded up to a pooled value: the (m k + 1)-th of m n, or the
    largest. Vovk, Gammerman & Shafer (2005).

    Examples
    --------
    >>> conformal_radii([[[1.0]], [[2.0]], [[3.0]], [[4.0]]], 0.8)
    array([4.])
    """
    errors = np.asarray(scaled_errors, dtype=np.float64)
    series, origins, horizon = errors.shape
    rank = _rank(series, level)
    if not 0 < rank <= series:
        return np.full(horizon, np.nan)
    radii: Floats = np.sort(errors.reshape(-1, horizon), axis=0)[_place(series, origins, rank)]
    return radii


def _radii_without_itself(errors: Floats, level: float) -> Floats:
    """Return, for every series, the radii that all the other series give: (series, horizon)."""
    series, origins, horizon = errors.shape
    rank = _rank(series - 1, level)
    if not 0 < rank <= series - 1:
        return np.full((series, horizon), np.nan)
    pooled = errors.reshape(-1, horizon)
    order = np.argsort(pooled, axis=0, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(pooled))[:, None], axis=0)
    # Leaving values out moves the wanted one up by as many places as it meets on its way.
    wanted = np.full((series, horizon), _place(series - 1, origins, rank))
    for own in np.moveaxis(np.sort(place.reshape(errors.shape), axis=1), 1, 0):
        wanted += own <= wanted
    radii: Floats = np.take_along_axis(np.sort(pooled, axis=0), wanted, axis=0)
    return radii


def _summary(
    rolling: _Rolling, earlier: _Rolling, settings: ForecastSettings, floors: Floats
) -> pd.DataFrame:
    """Return measures per method and horizon, with coverage across series and across time.

    Across series: the radii of a series come from the others. Errors drawn from one pool make
    that come out near the level whatever the method, so it shows what small panels cost and no
    more. Across time is the harder test: radii of the back-test that ended ``horizon`` years
    ago, held against the years since.
    """
    count, horizon = rolling.actual.shape[0], rolling.actual.shape[2]
    spans: list[tuple[str, slice]] = [("all", slice(None))]
    spans += [(str(h + 1), slice(h, h + 1)) for h in range(horizon)]
    measured = rolling.actual.size > 0
    rows = []
    for method, made in rolling.made.items():
        errors = rolling.errors(method)
        bounds, later = {}, {}
        for level in settings.levels:
            width = _radii_without_itself(errors, level)[:, None] * rolling.scale[:, :, None]
            bounds[level] = (np.maximum(made - width, floors[:, None, None]), made + width)
            since = conformal_radii(earlier.errors(method), level) * rolling.scale[:, :1]
            last = made[:, 0]
            later[level] = (np.maximum(last - since, floors[:, None]), last + since)
        for name, span in spans:
            actual = rolling.actual[..., span]
            row: dict[str, object] = {
                "method": method,
                "horizon": name,
                "mase": float(errors[..., span].mean()) if measured else math.nan,
                "smape": smape(actual, made[..., span]) if measured else math.nan,
            }
            for level, (low, high) in bounds.items():
                ends = (low[..., span], high[..., span])
                score = msis(actual, *ends, rolling.scale, level) if measured else math.nan
                row[f"msis_{_percent(level)}"] = score
                row[f"coverage_{_percent(level)}"] = coverage(actual, *ends)
            for level, (low, high) in later.items():
                ends = (low[..., span], high[..., span])
                row[f"later_coverage_{_percent(level)}"] = coverage(actual[:, 0], *ends)
            row["n_series"], row["n_errors"] = count, actual.size
            row["n_calibrated_earlier"] = len(earlier.rows)
            rows.append(row)
    return pd.DataFrame(rows)


def skill_gate(
    model_errors: ArrayLike, naive_errors: ArrayLike, *, bound: float = 0.05, seed: int
) -> dict[str, float | int | bool]:
    """Return the skill against naive, its bounds over resampled series, and the verdict.

    Parameters
    ----------
    model_errors, naive_errors : array_like, shape (series, ...)
        Scaled absolute errors at the same origins and horizons.
    bound : float
        The lower bound is this quantile of the resamples, the upper one its mirror.
    seed : int
        Of the 1,000 resamples.

    Returns
    -------
    dict
        ``mase_model, mase_naive, skill, skill_low, skill_high, n_series, passes``. It passes if
        ``skill_low`` is above 0. With fewer than four series, or if naive makes no error, there
        is nothing to resample: the bounds are NaN and it does not pass.

    Notes
    -----
    ``skill = 1 - MASE / MASE_naive``; whole series are drawn, since the errors of one are alike.

    Examples
    --------
    >>> skill_gate([[1], [2], [1], [2]], [[2], [4], [2], [4]], seed=1)["skill_low"]
    0.5
    """
    both = []
    for errors in (model_errors, naive_errors):
        block = np.asarray(errors, dtype=np.float64)
        size = math.prod(block.shape[1:])
        both.append(block.reshape(len(block), size).mean(axis=1) if size else np.empty(0))
    model, rival = both
    count = len(model)
    result: dict[str, float | int | bool] = {
        "mase_model": float(model.mean()) if count else math.nan,
        "mase_naive": float(rival.mean()) if count else math.nan,
        "skill": math.nan,
        "skill_low": math.nan,
        "skill_high": math.nan,
        "n_series": count,
        "passes": False,
    }
    if count and rival.mean() > 0:
        result["skill"] = float(1 - model.mean() / rival.mean())
    if count >= MIN_GATE_SERIES and rival.mean() > 0:
        drawn = np.random.default_rng(seed).integers(count, size=(RESAMPLES, count))
        below, above = model[drawn].mean(axis=1), rival[drawn].mean(axis=1)
        # A resample in which naive is perfect can only speak against the model.
        skills = np.where(above > 0, 1 - below / np.where(above > 0, above, 1.0), -np.inf)
        low, high = np.quantile(skills, [bound, 1 - bound], method="inverted_cdf")
        result |= {"skill_low": float(low), "skill_high": float(high), "passes": bool(low > 0)}
    return result


# --- one panel ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PanelForecast:
    """Everything a forecast page prints about one panel.

    Attributes
    ----------
    forecasts : pandas.DataFrame
        ``series, year, horizon, method, value, low_80, high_80, low_95, high_95, label``; the
        suffixes follow the levels of the settings. Label: forecast, no_skill or scenario.
    series_status : pandas.DataFrame
        ``series, n_points, first_year, last_year, trained_from, calibrates, status, note``;
        ``n_points`` counts the points trained on. Status: ok, no_skill, small_n, not_estimable.
    backtest_summary : pandas.DataFrame
        ``method, horizon, mase, smape, msis_80, coverage_80, msis_95, coverage_95,
        later_coverage_80, later_coverage_95, n_series, n_errors, n_calibrated_earlier``; horizon
        is text, '1', '2', ... and 'all'. ``coverage_*`` is out of sample by series,
        ``later_coverage_*`` by time.
    skill : pandas.DataFrame
        One row: ``method, transform, horizon, n_origins, mase_model, mase_naive, skill,
        skill_low, skill_high, n_series, passes``.
    backtest : pandas.DataFrame
        As returned by `backtest`, with the ``year`` that was forecast.
    horizon : int
        Back-tested steps; 0 when no series is long enough.
    transform : str
        level or log1p, after ``auto`` was decided.
    damped_fallbacks : int
        Damped fits, in the back-test and at the end, replaced by drift for want of points.
    """

    forecasts: pd.DataFrame
    series_status: pd.DataFrame
    backtest_summary: pd.DataFrame
    skill: pd.DataFrame
    backtest: pd.DataFrame
    horizon: int
    transform: str
    damped_fallbacks: int


def _refuse(problems: list[str], sample: pd.DataFrame, next_step: str) -> None:
    shown = ", ".join(f"{row.series!r} {row.year}" for row in sample.head(2).itertuples())
    raise InvalidTable("; ".join(problems), where=f"panel, {shown}", next_step=next_step)


def _checked_panel(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the panel sorted, or refuse it with counts and two sample rows."""
    missing = [name for name in ("series", "year", "value") if name not in panel.columns]
    if missing or panel.empty:
        raise InvalidTable(
            f"columns missing: {', '.join(missing)}" if missing else "the panel has no rows",
            where="panel",
            next_step="give the columns series, year, value (and level_shift, if any)",
        )
    unnamed = panel["series"].isna() | panel["year"].isna()
    if not pd.api.types.is_integer_dtype(panel["year"]) or unnamed.any():
        raise InvalidTable(
            f"year is {panel['year'].dtype}, {int(unnamed.sum())} rows lack a series or a year",
            where="panel",
            next_step="give whole years and a name for every series",
        )
    table = panel.sort_values(["series", "year"], kind="stable", ignore_index=True)
    table["year"] = table["year"].astype("int64")
    table["value"] = pd.to_numeric(table["value"], errors="coerce").astype("float64")
    bad = ~np.isfinite(table["value"].to_numpy())
    if bad.any():
        problems = [f"{int(bad.sum())} values are missing, infinite or not numbers"]
        _refuse(problems, table[bad], "leave unknown years out; never fill them with zero")
    twice = table.duplicated(["series", "year"], keep=False)
    if twice.any():
        problems = [f"{int(twice.sum())} rows share their series and year with another"]
        _refuse(problems, table[twice], "keep one value per series and year")
    if "right_truncated" in table:
        open_years = table["right_truncated"].fillna(False).astype(bool)
        if open_years.any():
            problems = [f"{int(open_years.sum())} years are right truncated"]
            _refuse(problems, table[open_years], "cut these years or nowcast them first")
    return table


def _training_runs(table: pd.DataFrame, min_points: int) -> tuple[pd.DataFrame, list[Floats]]:
    """Return a status row per series and the unbroken, unshifted run it may be trained on."""
    rows, runs = [], []
    for name, part in table.groupby("series", sort=True):
        years = part["year"].to_numpy()
        start, reasons = 0, []
        gaps = np.flatnonzero(np.diff(years) > 1)
        if gaps.size:
            start = int(gaps[-1]) + 1
            reasons.append(f"gap before {years[start]}")
        if "level_shift" in part:
            words = part["level_shift"].fillna("").astype(str).str.strip().to_numpy()
            marked = np.flatnonzero(words != "")
            # A shift at the start of the run, or before it, has nothing left to cut.
            if marked.size and marked[-1] > start:
                start = int(marked[-1])
                reasons = [f"level shift in {years[start]}: {words[start]}"]
        points = len(years) - start
        notes = [f"trained from {years[start]} ({reasons[0]})"] if reasons else []
        if points < min_points:
            notes.append(f"{points} points, {min_points} needed: drawn without a forecast")
        rows.append(
            {
                "series": name,
                "n_points": points,
                "first_year": int(years[0]),
                "last_year": int(years[-1]),
                "trained_from": int(years[start]),
                "calibrates": False,
                "status": "ok" if points >= min_points else "not_estimable",
                "note": "; ".join(notes),
            }
        )
        runs.append(part["value"].to_numpy()[start:])
    return pd.DataFrame(rows), runs


def _backtest_horizon(lengths: NDArray[np.intp], settings: ForecastSettings) -> int:
    """Return the longest horizon at which enough series calibrate, for all levels if possible."""
    needs = [series_needed(settings.levels[-1]), series_needed(settings.levels[0]), 1]
    for need in needs:
        for horizon in range(settings.max_horizon, 0, -1):
            if (lengths >= horizon + settings.origins - 1 + MIN_TRAINING).sum() >= need:
                return horizon
    return 0


def _published(
    status: pd.DataFrame,
    history: Floats,
    made: Floats,
    radii: dict[float, Floats],
    settings: ForecastSettings,
    passes: bool,
) -> pd.DataFrame:
    """Return the forecast rows; ``status``, ``history`` and ``made`` have one row per series."""
    scale = _with_floor(naive_scale(history)) if len(status) else np.empty(0)
    # Counts and stocks cannot fall below nothing; a balance that was negative once may again.
    floors = np.where((history < 0).any(axis=1), -np.inf, 0.0)
    rows = []
    for place, one in enumerate(status.itertuples()):
        for step in range(1, settings.until - int(str(one.last_year)) + 1):
            value = float(max(made[place, step - 1], floors[place]))
            row: dict[str, object] = {
                "series": one.series,
                "year": int(str(one.last_year)) + step,
                "horizon": step,
                "method": settings.recipe if passes else "naive",
                "value": value,
            }
            known = False
            for level, radius in radii.items():
                width = radius[step - 1] * scale[place] if step <= len(radius) else math.nan
                known = known or math.isfinite(width)
                row[f"low_{_percent(level)}"] = float(np.maximum(value - width, floors[place]))
                row[f"high_{_percent(level)}"] = value + width
            beyond = step > settings.max_horizon or (passes and not known)
            row["label"] = "scenario" if beyond else "forecast" if passes else "no_skill"
            rows.append(row)
    ends = [f"{side}_{_percent(level)}" for level in radii for side in ("low", "high")]
    columns = ["series", "year", "horizon", "method", "value", *ends, "label"]
    return pd.DataFrame(rows, columns=columns)


def forecast_panel(
    panel: pd.DataFrame, settings: ForecastSettings | None = None, *, seed: int
) -> PanelForecast:
    """Return forecasts, intervals, back-test and skill of one panel of yearly series.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``series, year, value`` and optionally ``level_shift``: text in the first year of a new
        level or definition, empty elsewhere; ``right_truncated``: true where a count is still
        growing and has been neither cut nor nowcast, which is refused. Row order is free.
    settings : ForecastSettings, optional
        The defaults of the project without it.
    seed : int
        Of the resampling of series in the skill gate.

    Returns
    -------
    PanelForecast
        One method for the whole panel: the recipe if it passes the gate, naive if not
        (``no_skill``; ``small_n`` when fewer than four series can be back-tested). Naive gets
        the intervals of its own errors. Series without enough points get no rows at all.

    Raises
    ------
    InvalidTable
        If a column is missing, a value is not finite, a series and year occur twice, or a year
        is right truncated.

    Notes
    -----
    Training starts after the last gap and at the last level shift, whichever is later. Errors of
    all series are pooled after scaling, so units may differ. Interval of series i at step h:
    forecast -+ radius_h x s_i, the lower end (and the value) cut at zero unless the series itself
    was ever negative. The coverage in the summary is out of sample by *series*: the radii applied
    to a series are those of all other series (leave one out, so measuring takes one series more
    than calibrating). Years are shared, so a shock common
    to all series is not held out.

    Examples
    --------
    >>> years = range(2010, 2026)
    >>> panel = pd.DataFrame(
    ...     [(f"s{k}", y, 100 + k + 5 * (y - 2010) + (y * k) % 3) for k in range(6) for y in years],
    ...     columns=["series", "year", "value"],
    ... )
    >>> result = forecast_panel(panel, ForecastSettings(until=2026), seed=1)
    >>> result.forecasts["label"].unique().tolist()
    ['forecast']
    """
    settings = settings or ForecastSettings()
    status, runs = _training_runs(_checked_panel(panel), settings.min_points)
    rows = np.flatnonzero(status["status"] == "ok")
    history = stack([runs[row] for row in rows])
    lengths = status["n_points"].to_numpy()[rows]
    horizon = _backtest_horizon(lengths, settings)
    rolling, transform = _roll_best(history, horizon, settings)
    known_then = np.arange(history.shape[1]) < lengths[:, None] - horizon
    # Series that would have been too short then take no part, as they would not have.
    then = np.where(known_then, history, np.nan)[lengths - horizon >= settings.min_points]
    earlier = _roll(then, horizon, settings, transform)
    floors = np.where((history[rolling.rows] < 0).any(axis=1), -np.inf, 0.0)
    errors = rolling.errors(settings.recipe)
    gate = skill_gate(errors, rolling.errors("naive"), bound=settings.skill_bound, seed=seed)
    passes, calibrating = bool(gate["passes"]), int(gate["n_series"])
    method = settings.recipe if passes else "naive"
    radii = {level: conformal_radii(rolling.errors(method), level) for level in settings.levels}

    reach = max(settings.until - int(status["last_year"].min()), 1)
    made = (
        point_forecasts(history, reach, settings, transform)[method]
        if rows.size
        else np.empty((0, reach))
    )
    status.loc[rows[rolling.rows], "calibrates"] = True
    verdict = "ok" if passes else "small_n" if calibrating < MIN_GATE_SERIES else "no_skill"
    status.loc[rows, "status"] = verdict
    common = [
        f"no {_percent(level)} % interval: {calibrating} series calibrate, "
        f"{series_needed(level)} needed"
        for level in settings.levels
        if calibrating < series_needed(level)
    ]
    if verdict != "ok":
        common.append(f"naive shown, {verdict.replace('_', ' ')}")
    if 0 < horizon < settings.max_horizon:
        common.append(f"back-tested to {horizon} of {settings.max_horizon} steps")
    for row in rows:
        notes = [str(status.at[row, "note"])] if status.at[row, "note"] else []
        ahead = settings.until - int(str(status.at[row, "last_year"]))
        if not status.at[row, "calibrates"]:
            notes.append("too short to calibrate, pooled radius used")
        if ahead > settings.max_horizon:
            notes.append(f"scenario after {settings.max_horizon} steps")
        if ahead <= 0:
            notes.append(f"observed to {settings.until} or later, no forecast rows")
        status.at[row, "note"] = "; ".join(notes + common)

    used = status.loc[rows]
    trial = _tidy(rolling, used["series"].tolist())
    first = dict(zip(used["series"], used["trained_from"], strict=True))
    trained_from = trial["series"].map(first)
    trial.insert(4, "year", trained_from + trial["n_train"] + trial["horizon"] - 1)
    short = sum(int((sizes < MIN_DAMPED).sum()) for sizes in (lengths, rolling.training))
    heading = {
        "method": settings.recipe,
        "transform": transform,
        "horizon": horizon,
        "n_origins": settings.origins,
    }
    return PanelForecast(
        forecasts=_published(used, history, made, radii, settings, passes),
        series_status=status,
        backtest_summary=_summary(rolling, earlier, settings, floors),
        skill=pd.DataFrame([heading | gate]),
        backtest=trial,
        horizon=horizon,
        transform=transform,
        damped_fallbacks=short if "damped" in settings.models else 0,
    )
