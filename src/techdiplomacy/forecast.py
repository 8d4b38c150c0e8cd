"""The forecast of one panel of yearly series: what may be trained on, which method, how labelled.

Knows: series, years, gaps, level shifts. Must not know: countries, files, reconciliation.
May import: errors, params, smoothing, accuracy, backtest, NumPy, pandas.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from techdiplomacy.backtest import (
    MIN_GATE_SERIES,
    MIN_TRAINING,
    as_table,
    conformal_radii,
    percent,
    point_forecasts,
    recipe_name,
    roll,
    roll_best,
    series_needed,
    skill_gate,
    summary,
)
from techdiplomacy.damped_trend import MIN_DAMPED
from techdiplomacy.errors import InvalidTable
from techdiplomacy.params import ForecastSettings
from techdiplomacy.smoothing import Floats, naive_scale, stack, with_floor


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
        ``method, horizon, mase, rmsse, smape, msis_80, coverage_80, msis_95, coverage_95,
        later_coverage_80, later_coverage_95, n_series, n_errors, n_judged_later``; horizon
        is text, '1', '2', ... and 'all'. ``coverage_*`` is out of sample by series,
        ``later_coverage_*`` by time.
    skill : pandas.DataFrame
        One row: ``method, transform, horizon, n_origins, mase_model, mase_naive, skill,
        skill_low, skill_high, n_series, passes``.
    backtest : pandas.DataFrame
        As returned by `backtest.backtest`, with the ``year`` that was forecast.
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


def _notes(
    status: pd.DataFrame,
    verdict: str,
    horizon: int,
    settings: ForecastSettings,
    sums: Collection[str],
) -> list[str]:
    """Return the notes of the series that were forecast: their own, then those of the panel."""
    calibrating = int(status["calibrates"].sum())
    common = [
        f"no {percent(level)} % interval: {calibrating} series calibrate, "
        f"{series_needed(level)} needed"
        for level in settings.levels
        if calibrating < series_needed(level)
    ]
    if verdict != "ok":
        common.append(f"naive shown, {verdict.replace('_', ' ')}")
    if 0 < horizon < settings.max_horizon:
        common.append(f"back-tested to {horizon} of {settings.max_horizon} steps")
    written = []
    for row in status.itertuples():
        notes = [str(row.note)] if row.note else []
        ahead = settings.until - int(str(row.last_year))
        if row.series in sums:
            notes.append("a sum of other series, pooled radius used")
        elif not row.calibrates:
            notes.append("too short to calibrate, pooled radius used")
        if ahead > settings.max_horizon:
            notes.append(f"scenario after {settings.max_horizon} steps")
        if ahead <= 0:
            notes.append(f"observed to {settings.until} or later, no forecast rows")
        written.append("; ".join(notes + common))
    return written


def _published(
    status: pd.DataFrame,
    history: Floats,
    made: Floats,
    radii: dict[float, Floats],
    settings: ForecastSettings,
    passes: bool,
) -> pd.DataFrame:
    """Return the forecast rows; ``status``, ``history`` and ``made`` have one row per series."""
    scale = with_floor(naive_scale(history)) if len(status) else np.empty(0)
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
                "method": recipe_name(settings) if passes else "naive",
                "value": value,
            }
            known = False
            for level, radius in radii.items():
                width = radius[step - 1] * scale[place] if step <= len(radius) else math.nan
                known = known or math.isfinite(width)
                row[f"low_{percent(level)}"] = float(np.maximum(value - width, floors[place]))
                row[f"high_{percent(level)}"] = value + width
            # a naive line stays what it is however far it runs; only its interval ends
            beyond = passes and (step > settings.max_horizon or not known)
            row["label"] = "scenario" if beyond else "forecast" if passes else "no_skill"
            rows.append(row)
    ends = [f"{side}_{percent(level)}" for level in radii for side in ("low", "high")]
    columns = ["series", "year", "horizon", "method", "value", *ends, "label"]
    return pd.DataFrame(rows, columns=columns)


def forecast_panel(
    panel: pd.DataFrame, settings: ForecastSettings, *, seed: int, sums: Collection[str] = ()
) -> PanelForecast:
    """Return forecasts, intervals, back-test and skill of one panel of yearly series.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``series, year, value`` and optionally ``level_shift``: text in the first year of a new
        level or definition, empty elsewhere; ``right_truncated``: true where a count is still
        growing and has been neither cut nor nowcast, which is refused. Row order is free.
    settings : ForecastSettings
        The section ``forecast`` of the parameters.
    seed : int
        Of the resampling of series in the skill gate.
    sums : collection of str
        Series that are sums of others in the panel. They are forecast with the method and the
        radii of the panel but take no part in the back-test: their errors are those of their
        parts over again.

    Returns
    -------
    PanelForecast
        One method for the whole panel: the recipe if it passes the gate, naive if not
        (``no_skill``; ``small_n`` when fewer than four series can be back-tested). Naive gets
        the intervals of its own errors. Series without enough points get no rows at all.

    Raises
    ------
    InvalidTable
        If a column is missing, a value is not finite, a series and year occur twice, a year is
        right truncated, or a sum is not in the panel.

    Notes
    -----
    Training starts after the last gap and at the last level shift, whichever is later. Errors of
    all series are pooled after scaling, so units may differ. Interval of series i at step h:
    forecast -+ radius_h x s_i, the lower end (and the value) cut at zero unless the series itself
    was ever negative. The coverage in the summary is out of sample by *series*: the radii applied
    to a series are those of all other series (leave one out, so measuring takes one series more
    than calibrating). Years are shared, so a shock common to all series is not held out.

    Examples
    --------
    >>> years = range(2010, 2026)
    >>> panel = pd.DataFrame(
    ...     [(f"s{k}", y, 100 + k + 5 * (y - 2010) + (y * k) % 3) for k in range(6) for y in years],
    ...     columns=["series", "year", "value"],
    ... )
    >>> settings = ForecastSettings(
    ...     until=2026, max_horizon=6, models=["drift", "damped", "theta"], combine="median",
    ...     transform="level", origins=3, min_points=7, levels=[0.8, 0.95], skill_bound=0.05,
    ... )
    >>> result = forecast_panel(panel, settings, seed=1)
    >>> result.forecasts["label"].unique().tolist()
    ['forecast']
    """
    status, runs = _training_runs(_checked_panel(panel), settings.min_points)
    rows = np.flatnonzero(status["status"] == "ok")
    history = stack([runs[row] for row in rows])
    lengths = status["n_points"].to_numpy()[rows]
    strangers = sorted(set(sums) - set(status["series"]))
    if strangers:
        raise InvalidTable(
            f"the sum '{strangers[0]}' is no series of the panel",
            where="forecast_panel, sums",
            next_step="name sums as their rows do",
        )
    own = ~status["series"].isin(list(sums)).to_numpy()[rows]
    tested, sizes = history[own], lengths[own]
    horizon = _backtest_horizon(sizes, settings)
    rolling, transform = roll_best(tested, horizon, settings)
    known_then = np.arange(tested.shape[1]) < sizes[:, None] - horizon
    # Series that would have been too short then take no part, as they would not have.
    then = np.where(known_then, tested, np.nan)[sizes - horizon >= settings.min_points]
    earlier = roll(then, horizon, settings, transform)
    floors = np.where((tested[rolling.rows] < 0).any(axis=1), -np.inf, 0.0)
    recipe = recipe_name(settings)
    errors = rolling.errors(recipe), rolling.errors("naive")
    gate = skill_gate(*errors, bound=settings.skill_bound, seed=seed)
    passes = bool(gate["passes"])
    method = recipe if passes else "naive"
    radii = {level: conformal_radii(rolling.errors(method), level) for level in settings.levels}

    reach = max(settings.until - int(status["last_year"].min()), 1)
    made = (
        point_forecasts(history, reach, settings, transform)[method]
        if rows.size
        else np.empty((0, reach))
    )
    status.loc[rows[own][rolling.rows], "calibrates"] = True
    verdict = "ok" if passes else "small_n" if gate["n_series"] < MIN_GATE_SERIES else "no_skill"
    status.loc[rows, "status"] = verdict
    status.loc[rows, "note"] = _notes(status.loc[rows], verdict, horizon, settings, sums)

    used = status.loc[rows]
    trial = as_table(rolling, used["series"][own].tolist())
    first = dict(zip(used["series"], used["trained_from"], strict=True))
    trained_from = trial["series"].map(first)
    trial.insert(4, "year", trained_from + trial["n_train"] + trial["horizon"] - 1)
    short = sum(int((points < MIN_DAMPED).sum()) for points in (lengths, rolling.training))
    heading = {
        "method": recipe,
        "transform": transform,
        "horizon": horizon,
        "n_origins": settings.origins,
    }
    return PanelForecast(
        forecasts=_published(used, history, made, radii, settings, passes),
        series_status=status,
        backtest_summary=summary(rolling, earlier, settings, floors),
        skill=pd.DataFrame([heading | gate]),
        backtest=trial,
        horizon=horizon,
        transform=transform,
        damped_fallbacks=short if "damped" in settings.models else 0,
    )
