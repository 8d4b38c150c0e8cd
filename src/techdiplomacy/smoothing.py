"""Yearly point forecasts: naive, drift, exponential smoothing, Theta.

Knows: series as rows of one matrix, and their continuation. Must not know: settings, measures,
years, panels. May import: errors, NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.errors import InvalidTable

Floats: TypeAlias = NDArray[np.float64]

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


def naive_root_scale(history: ArrayLike) -> Floats:
    """Return the root mean squared first difference of every row, in the unit of the series.

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
    Denominator of RMSSE, Makridakis, Spiliotis & Assimakopoulos (2022).

    Examples
    --------
    >>> naive_root_scale([[1, 2, 9]])
    array([5.])
    """
    matrix, lengths = checked_history(history)
    steps: Floats = np.sqrt(np.nansum(np.diff(matrix, axis=1) ** 2, axis=1) / (lengths - 1))
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


_WEIGHTS = np.arange(1, 100) / 100


def _smoothed(matrix: Floats, lengths: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the last level of simple exponential smoothing and its best weight, by row."""
    filled = np.nan_to_num(matrix)
    level = np.repeat(matrix[:, :1], _WEIGHTS.size, axis=1)
    squared = np.zeros_like(level)
    for t in range(1, matrix.shape[1]):
        error = np.where((t < lengths)[:, None], filled[:, t : t + 1] - level, 0.0)
        squared += error * error
        level += _WEIGHTS * error
    # Ties (a level that moves once, say) go to the smallest weight, whatever the rounding.
    least = squared.min(axis=1, keepdims=True)
    best = (squared <= least * (1 + 1e-10)).argmax(axis=1)
    return level[np.arange(len(best)), best], _WEIGHTS[best]


def ses(history: ArrayLike, horizon: int) -> Floats:
    """Return the level of simple exponential smoothing, repeated over the horizon.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Years ahead.

    Returns
    -------
    numpy.ndarray, shape (series, horizon)
        ``l_T`` of ``l_t = l_(t-1) + a (y_t - l_(t-1))``, started at the first value, a the value
        in .01, .02, ..., .99 with the least squared one-step error; in the unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole, an infinite value or fewer than two values.

    Notes
    -----
    Brown (1959); the level that `theta` adds its half trend to.

    Examples
    --------
    >>> ses([[1, 2, 3, 4, 5]], 2).round(4)
    array([[4.9899, 4.9899]])
    """
    matrix, lengths = checked_history(history)
    level, _ = _smoothed(matrix, lengths)
    return np.repeat(level[:, None], horizon, axis=1)


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
    level, a = _smoothed(matrix, lengths)
    time = np.arange(matrix.shape[1]) - (lengths[:, None] - 1) / 2
    time = np.where(np.isnan(matrix), 0.0, time)
    slope = (time * np.nan_to_num(matrix)).sum(axis=1) / (time * time).sum(axis=1)
    shift = 1 / a - (1 - a) ** lengths / a
    steps = np.arange(horizon) + shift[:, None]
    ahead: Floats = level[:, None] + slope[:, None] / 2 * steps
    return ahead
