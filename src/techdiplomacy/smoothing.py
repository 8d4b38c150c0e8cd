"""Yearly point forecasts: naive, drift, Theta, damped trend.

Knows: series as rows of one matrix, and their continuation. Must not know: settings, measures,
years, panels. May import: errors, NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.errors import InvalidTable

Floats: TypeAlias = NDArray[np.float64]

MIN_DAMPED = 6  # five parameters are not identified by five points
SCALE_FLOOR = 0.01  # share of the panel's median scale given to a constant series


def stack(series: Sequence[ArrayLike]) -> Floats:
    """Return series of unequal length, oldest value first, as rows padded with NaN at the end.

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


def checked_history(history: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Return the history as a matrix and the length of each row.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.
    """
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
    matrix, lengths = checked_history(history)
    steps: Floats = np.nansum(np.abs(np.diff(matrix, axis=1)), axis=1) / (lengths - 1)
    return steps


def with_floor(scale: Floats) -> Floats:
    """Return scales, those of constant series lifted to 1 % of the median of the others.

    Only constant series are lifted: panels may mix units, and a floor under every series would
    blur those published in thousands.
    """
    moving = scale[scale > 0]
    floor = SCALE_FLOOR * float(np.median(moving)) if moving.size else 1.0
    return np.where(scale > 0, scale, floor)


def naive(history: ArrayLike, horizon: int) -> Floats:
    """Return the last value of every series, repeated over the horizon.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Years ahead.

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
    matrix, lengths = checked_history(history)
    last = matrix[np.arange(len(matrix)), lengths - 1]
    return np.repeat(last[:, None], horizon, axis=1)


def drift(history: ArrayLike, horizon: int) -> Floats:
    """Return the straight line through the first and the last value, continued.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Years ahead.

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
    matrix, lengths = checked_history(history)
    last = matrix[np.arange(len(matrix)), lengths - 1]
    slope = (last - matrix[:, 0]) / (lengths - 1)
    return last[:, None] + slope[:, None] * np.arange(1, horizon + 1)


def theta(history: ArrayLike, horizon: int) -> Floats:
    """Return Theta forecasts: exponential smoothing with half the slope of the trend line.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Years ahead.

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
    matrix, lengths = checked_history(history)
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
    matrix, lengths = checked_history(history)
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
        Years ahead.

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
