"""Damped additive trends fitted to many series at once by least squares.

Knows: series as rows of one matrix, and their continuation. Must not know: settings, measures,
years, panels. May import: smoothing, NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.smoothing import Floats, checked_history, drift, naive_scale

MIN_DAMPED = 6  # five parameters are not identified by five points
# Search box of the damped trend: alpha, beta / alpha, phi. It is the region of statsmodels, where
# beta multiplies the change of the level and may not exceed alpha.
_BOX_LOW = np.array([1e-8, 0.0, 0.8])
_BOX_HIGH = np.array([1 - 1e-8, 1.0, 0.995])
_ALPHAS = (1e-8, *(i / 10 for i in range(1, 10)), 1 - 1e-8)
_SHARES = (0.0, 0.08, 0.25, 0.45, 0.7, 1.0)
_PHIS = (0.8, 0.9, 0.95, 0.995)
_ROUNDS = (6, 8)  # with both starting points, then with the better one
_LONGEST_STEP = 0.3
_CHUNK = 256  # rows searched together: large enough for numpy, short rows apart from long ones


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


def _slopes(
    values: Floats, inside: NDArray[np.bool_], shapes: Floats, level: Floats, trend: Floats
) -> Floats:
    """Return the derivatives of the errors by alpha, beta / alpha, phi: (years, 3, rows, starts).

    The initial states ``level`` and ``trend`` (rows, starts) are held.
    """
    alpha, share, phi = (shapes[..., i] for i in range(3))
    gain, own = alpha * alpha * share, np.eye(3)[:, :, None, None]
    by_gain = np.stack([2 * alpha * share, alpha * alpha, np.zeros_like(alpha)])
    d_level = np.zeros((3, *alpha.shape))
    d_trend = np.zeros((3, *alpha.shape))
    slopes = np.zeros((values.shape[1], 3, *alpha.shape))
    for t in range(values.shape[1]):
        going, d_going = phi * trend, phi * d_trend + own[2] * trend
        error = (values[:, t, None] - level - going) * inside[:, t, None]
        d_error = -(d_level + d_going) * inside[:, t, None]
        slopes[t] = d_error
        level, trend = level + going + alpha * error, going + gain * error
        d_level = d_level + d_going + own[0] * error + alpha * d_error
        d_trend = d_going + by_gain * error + gain * d_error
    return slopes


def _step(
    slopes: Floats, state: tuple[Floats, Floats, Floats], shapes: Floats, caution: Floats
) -> Floats:
    """Return the step of each shape (rows, starts, 3) that should lower the squared error most.

    What the initial states would take up is taken out of the slopes first (Kaufman 1975). A shape
    at the edge of the box that wants to leave it stays.
    """
    errors, level, trend = state
    rest = errors[:, 0] + errors[:, 1] * level + errors[:, 2] * trend
    x = errors[:, 1] / np.sqrt((errors[:, 1] ** 2).sum(axis=0) + 1e-300)
    z = errors[:, 2] - x * (x * errors[:, 2]).sum(axis=0)
    z = z / np.sqrt((z * z).sum(axis=0) + 1e-300)
    for taken in (x, z):
        slopes = slopes - taken[:, None] * np.einsum("t...,tk...->k...", taken, slopes)
    gradient = np.einsum("tk...,t...->...k", slopes, rest)
    curvature = np.einsum("tk...,tm...->...km", slopes, slopes)
    held = ((shapes <= _BOX_LOW) & (gradient > 0)) | ((shapes >= _BOX_HIGH) & (gradient < 0))
    gradient = np.where(held, 0.0, gradient)
    curvature = np.where(held[..., :, None] | held[..., None, :], 0.0, curvature)
    size = np.sqrt(np.einsum("...kk->...k", curvature)) + 1e-12
    # a shape that is held, or that changes nothing, still needs a pivot
    pivot = caution[..., None] + np.where(held, 1.0, 1e-12)
    scaled = curvature / (size[..., :, None] * size[..., None, :]) + pivot[..., None] * np.eye(3)
    step: Floats = -np.linalg.solve(scaled, (gradient / size)[..., None])[..., 0] / size
    return np.where(held, 0.0, np.clip(step, -_LONGEST_STEP, _LONGEST_STEP))


def _search(
    values: Floats, inside: NDArray[np.bool_], shapes: Floats, rounds: int
) -> tuple[Floats, Floats]:
    """Return refined shapes (rows, starts, 3) and their squared errors (rows, starts).

    Levenberg-Marquardt on the errors with the initial states solved out.
    """

    def run(tried: Floats) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
        errors, _ = _one_step(values, inside, tried)
        squared, level, trend = _concentrate(errors)
        return squared, (errors, level, trend)

    best, state = run(shapes)
    caution = np.full(best.shape, 1e-2)
    for _ in range(rounds):
        slopes = _slopes(values, inside, shapes, state[1], state[2])
        trial = np.clip(shapes + _step(slopes, state, shapes, caution), _BOX_LOW, _BOX_HIGH)
        squared, new = run(trial)
        better = squared < best
        shapes = np.where(better[..., None], trial, shapes)
        best = np.where(better, squared, best)
        state = (
            np.where(better, new[0], state[0]),
            np.where(better, new[1], state[1]),
            np.where(better, new[2], state[2]),
        )
        caution = np.clip(np.where(better, caution / 5, caution * 6), 1e-8, 1e6)
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
    from two points of a coarse grid by Levenberg-Marquardt steps, all series at once. Nothing is
    drawn at random.

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
        found, reached = _search(values, inside, starts[first : first + _CHUNK], _ROUNDS[0])
        nearer = found[np.arange(len(rows)), reached.argmin(axis=1)]
        shapes[rows] = _search(values, inside, nearer[:, None], _ROUNDS[1])[0][:, 0]
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
