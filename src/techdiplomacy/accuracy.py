"""Measures of forecasts and of their intervals.

Knows: actual values, forecasts, bounds, scales. Must not know: how a forecast is made, series,
years. May import: errors, NumPy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.errors import InvalidTable


def _positive(scale: ArrayLike) -> NDArray[np.float64]:
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
        Mean absolute first difference of the training part, `smoothing.naive_scale`.

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


def rmsse(actual: ArrayLike, forecast: ArrayLike, scale: ArrayLike) -> float:
    """Return the root mean squared scaled error: large misses weigh more than in `mase`.

    Parameters
    ----------
    actual, forecast : array_like, shape (series, ..., horizon)
        Same unit; origins, if any, stand between series and horizon.
    scale : array_like, shape (series, ...)
        Root mean squared first difference of the training part, `smoothing.naive_root_scale`.

    Raises
    ------
    InvalidTable
        If a scale is not positive.

    Notes
    -----
    Mean over the series of ``sqrt(mean((y - f)^2 / s^2))``; the root is taken once a series, over
    its origins and steps. Hyndman & Koehler (2006); Makridakis, Spiliotis & Assimakopoulos (2022).

    Examples
    --------
    >>> rmsse([[10, 12]], [[6, 12]], [2]) == 2**0.5
    True
    """
    y, f = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    squared = ((y - f) / _positive(scale)) ** 2
    return float(np.sqrt(squared.mean(axis=tuple(range(1, squared.ndim)))).mean())


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
        Of Naive2 on the same series; for yearly series Naive2 is naive.

    Notes
    -----
    Mean of the two ratios, Makridakis, Spiliotis & Assimakopoulos (2020).

    Examples
    --------
    >>> owa(10.0, 3.0, 20.0, 2.0)
    1.0
    """
    return (smape / smape_naive2 + mase / mase_naive2) / 2
