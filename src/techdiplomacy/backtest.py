"""Rolling-origin back-tests of a recipe, pooled conformal intervals, and the skill gate.

Knows: the recipe of the settings, and its past errors. Must not know: files, years, panels.
May import: errors, params, smoothing, damped_trend, accuracy, NumPy, pandas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from techdiplomacy.accuracy import coverage, msis, rmsse, smape
from techdiplomacy.damped_trend import damped
from techdiplomacy.errors import InvalidTable
from techdiplomacy.params import ForecastSettings
from techdiplomacy.smoothing import (
    Floats,
    checked_history,
    drift,
    naive,
    naive_root_scale,
    naive_scale,
    ses,
    theta,
    with_floor,
)

MIN_TRAINING = 5  # points left at the earliest origin of a back-test
MIN_GATE_SERIES = 4  # with fewer, a resampling of series says nothing
RESAMPLES = 1000
MODELS: dict[str, Callable[[ArrayLike, int], Floats]] = {
    "naive": naive,
    "drift": drift,
    "ses": ses,
    "damped": damped,
    "theta": theta,
}
COMBINATIONS: dict[str, Callable[..., Floats]] = {"median": np.median, "mean": np.mean}


def recipe_name(settings: ForecastSettings) -> str:
    """Return the name of the combined method, as printed in the results.

    Parameters
    ----------
    settings : ForecastSettings
        Models and combination; a single model keeps its own name.

    Examples
    --------
    >>> chosen = {"models": ["drift", "damped", "theta"], "combine": "median"}
    >>> recipe_name(ForecastSettings.model_construct(**chosen))
    'median of drift, damped, theta'
    """
    if len(settings.models) == 1:
        return settings.models[0]
    return f"{settings.combine} of {', '.join(settings.models)}"


def percent(level: float) -> str:
    """Return a level as it ends the name of a column: 0.95 is '95'."""
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
        Years ahead.
    settings : ForecastSettings
        Models and combination.
    transform : str
        level or log1p.

    Returns
    -------
    dict of str to numpy.ndarray, shape (series, horizon)
        By method, the combination under its `recipe_name`; in the unit of the series.

    Raises
    ------
    InvalidTable
        If a row has a hole or an infinite value, or log1p meets a negative value.

    Examples
    --------
    >>> chosen = ForecastSettings.model_construct(models=["naive", "drift"], combine="median")
    >>> point_forecasts([[1, 3, 2, 7]], 1, chosen)["median of naive, drift"]
    array([[8.]])
    """
    matrix, _ = checked_history(history)
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
    made[recipe_name(settings)] = COMBINATIONS[settings.combine](together, axis=0)
    return made


@dataclass(frozen=True)
class Rolling:
    """Rolling-origin results; origin 0 is the latest. Axes: series, origin, horizon."""

    rows: NDArray[np.intp]
    training: NDArray[np.intp]
    scale: Floats
    root_scale: Floats
    actual: Floats
    made: dict[str, Floats]

    def errors(self, method: str) -> Floats:
        """Return absolute errors in units of the scale of their series at their origin."""
        scaled: Floats = np.abs(self.actual - self.made[method]) / self.scale[:, :, None]
        return scaled


def roll(history: Floats, horizon: int, settings: ForecastSettings, transform: str) -> Rolling:
    """Return the results of every method, refitted at every origin on the values up to it only."""
    lengths = (~np.isnan(history)).sum(axis=1)
    count = settings.origins
    long_enough = (lengths >= horizon + count - 1 + MIN_TRAINING) & (horizon > 0)
    rows = np.flatnonzero(long_enough)
    training = lengths[rows, None] - horizon - np.arange(count)
    shape = (len(rows), count, horizon)
    if not rows.size:
        empty = {m: np.empty(shape) for m in ("naive", *settings.models, recipe_name(settings))}
        return Rolling(rows, training, *(np.empty(shape[:2]),) * 2, np.empty(shape), empty)
    seen = np.arange(history.shape[1]) < training[:, :, None]
    known = np.where(seen, history[rows, None], np.nan).reshape(-1, history.shape[1])
    scale, root_scale = (
        np.stack([with_floor(at) for at in measured(known).reshape(shape[:2]).T], axis=1)
        for measured in (naive_scale, naive_root_scale)
    )
    actual = history[rows[:, None, None], training[:, :, None] + np.arange(horizon)]
    made = point_forecasts(known, horizon, settings, transform)
    shaped = {method: ahead.reshape(shape) for method, ahead in made.items()}
    return Rolling(rows, training, scale, root_scale, actual, shaped)


def roll_best(history: Floats, horizon: int, settings: ForecastSettings) -> tuple[Rolling, str]:
    """Return the back-test and the transform it was made with, after choosing for ``auto``."""
    if settings.transform != "auto":
        return roll(history, horizon, settings, settings.transform), settings.transform
    on_level = roll(history, horizon, settings, "level")
    if not on_level.rows.size or (history < 0).any():
        return on_level, "level"
    on_logs = roll(history, horizon, settings, "log1p")
    gain = (
        on_logs.errors(recipe_name(settings)).mean() < on_level.errors(recipe_name(settings)).mean()
    )
    return (on_logs, "log1p") if gain else (on_level, "level")


def as_table(rolling: Rolling, series: Sequence[object]) -> pd.DataFrame:
    """Return the table of `backtest`; ``series`` names the rows of the history."""
    count, origins, horizon = rolling.actual.shape
    shape = (len(rolling.made), count, origins, horizon)
    methods = list(rolling.made)

    def spread(values: ArrayLike, axes: str) -> NDArray[np.generic]:
        wanted = tuple(slice(None) if axis in axes else None for axis in "msoh")
        return np.broadcast_to(np.asarray(values)[wanted], shape).ravel()

    names = np.empty(count, dtype=object)
    names[:] = [series[row] for row in rolling.rows]
    return pd.DataFrame(
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


def backtest(
    history: ArrayLike,
    horizon: int,
    settings: ForecastSettings,
    series: Sequence[object] | None = None,
) -> pd.DataFrame:
    """Return rolling-origin errors, one row per series, origin, horizon and method.

    Parameters
    ----------
    history : array_like, shape (series, years)
        Oldest value first, shorter rows padded with NaN at the end.
    horizon : int
        Years ahead.
    settings : ForecastSettings
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
    >>> chosen = ForecastSettings.model_construct(
    ...     models=["drift"], combine="median", transform="level", origins=3
    ... )
    >>> errors = backtest([[1, 2, 3, 4, 5, 6, 7, 8]], 1, chosen)
    >>> errors.groupby("method")["scaled_error"].mean().to_dict()
    {'drift': 0.0, 'naive': 1.0}
    """
    matrix, _ = checked_history(history)
    rolling, _ = roll_best(matrix, horizon, settings)
    return as_table(rolling, range(len(matrix)) if series is None else series)


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

    Each horizon has its own quantile, and in a small panel the one of a far horizon can by chance
    be smaller than that of a nearer one. Nobody knows a later year better than an earlier one, so
    the radius at step h is the largest of those of steps 1 to h. Radii only grow by this, so
    coverage cannot fall.

    Examples
    --------
    >>> conformal_radii([[[1.0]], [[2.0]], [[3.0]], [[4.0]]], 0.8)
    array([4.])
    >>> conformal_radii([[[1.0, 2.0, 1.0]]] * 4, 0.8)
    array([1., 2., 2.])
    """
    errors = np.asarray(scaled_errors, dtype=np.float64)
    series, origins, horizon = errors.shape
    rank = _rank(series, level)
    if not 0 < rank <= series:
        return np.full(horizon, np.nan)
    pooled = np.sort(errors.reshape(-1, horizon), axis=0)
    radii: Floats = np.maximum.accumulate(pooled[_place(series, origins, rank)])
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
    own_radii = np.take_along_axis(np.sort(pooled, axis=0), wanted, axis=0)
    radii: Floats = np.maximum.accumulate(own_radii, axis=1)
    return radii


def summary(
    rolling: Rolling, earlier: Rolling, settings: ForecastSettings, floors: Floats
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
            actual, ahead = rolling.actual[..., span], made[..., span]
            row: dict[str, object] = {
                "method": method,
                "horizon": name,
                "mase": float(errors[..., span].mean()) if measured else math.nan,
                "rmsse": rmsse(actual, ahead, rolling.root_scale) if measured else math.nan,
                "smape": smape(actual, ahead) if measured else math.nan,
            }
            for level, (low, high) in bounds.items():
                ends = (low[..., span], high[..., span])
                score = msis(actual, *ends, rolling.scale, level) if measured else math.nan
                row[f"msis_{percent(level)}"] = score
                row[f"coverage_{percent(level)}"] = coverage(actual, *ends)
            for level, (low, high) in later.items():
                ends = (low[..., span], high[..., span])
                row[f"later_coverage_{percent(level)}"] = coverage(actual[:, 0], *ends)
            row["n_series"], row["n_errors"] = count, actual.size
            # judged at all if the lowest level has an interval from then
            known = any(np.isfinite(low).any() for low, _ in later.values())
            row["n_judged_later"] = actual[:, 0].size if known else 0
            rows.append(row)
    return pd.DataFrame(rows)


def skill_gate(
    model_errors: ArrayLike, naive_errors: ArrayLike, *, bound: float, seed: int
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
    >>> skill_gate([[1], [2], [1], [2]], [[2], [4], [2], [4]], bound=0.05, seed=1)["skill_low"]
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
