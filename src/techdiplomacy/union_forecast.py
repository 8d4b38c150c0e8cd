"""The forecast of a union of countries beside those of its members, made to add up.

Knows: one measure with one series a country, its level shifts, the panel it is forecast in.
Must not know: files, which countries form a union. May import: errors, params, smoothing,
backtest, forecast, reconciliation, workforce.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy.backtest import percent
from techdiplomacy.errors import InvalidTable
from techdiplomacy.forecast import forecast_panel
from techdiplomacy.params import ForecastSettings
from techdiplomacy.reconciliation import reconcile
from techdiplomacy.smoothing import naive_scale, stack, with_floor
from techdiplomacy.workforce import at_newest_level, is_rescaled

PANEL_COLUMNS = ["series", "year", "value", "level_shift"]
NOT_FORECAST = ("observed", "rescaled")


def _members_rows(prepared: pd.DataFrame, members: Sequence[str], measure: str) -> pd.DataFrame:
    """Return the rows of the members, or name the member that has no series or several."""
    rows = prepared[(prepared["measure"] == measure) & prepared["country"].isin(list(members))]
    count = rows.groupby("country")["series"].nunique().reindex(list(members), fill_value=0)
    if not len(members) or (count != 1).any():
        wrong = [f"{name} {number}" for name, number in count.items() if number != 1]
        raise InvalidTable(
            f"series of members: {', '.join(wrong[:4]) or 'no members'}; one each is needed",
            where=f"workforce series, measure {measure}",
            next_step="Name members that have exactly one series of this measure.",
        )
    return rows


def _union_rows(rows: pd.DataFrame, name: str, members: int) -> pd.DataFrame:
    """Return the sum of the members in the years in which all are observed at one level."""
    first = rows.groupby("series")["year"].transform("min")
    shifts = rows[rows["level_shift"].notna() & (rows["year"] > first)]["year"]
    # a shift that could not be joined is one of the union too: nothing before it is added up
    level = rows[rows["year"] >= shifts.max()] if len(shifts) else rows
    summed = (
        level.assign(rescaled=is_rescaled(level))
        .groupby("year", as_index=False)
        .agg(value=("value", "sum"), rescaled=("rescaled", "any"), known=("country", "size"))
    )
    full = summed[summed["known"] == members].drop(columns="known")
    return full.assign(series=name, level_shift=None).astype({"level_shift": "str"})


def union_forecast(
    forecasts: pd.DataFrame,
    series: pd.DataFrame,
    members: Sequence[str],
    settings: ForecastSettings,
    *,
    union: str,
    measure: str,
    level_shifts: str,
    seed: int,
) -> pd.DataFrame:
    """Return observed values and forecasts of a union and its members that add up.

    Parameters
    ----------
    forecasts : DataFrame
        Columns of ``workforce_forecasts``: the forecasts of the members, as published.
    series : DataFrame
        Columns of ``workforce_series``, all countries: the panel that errors are pooled over.
    members : sequence of str
        ISO3 codes of the union's members.
    settings : ForecastSettings
        Section ``forecast`` of the parameters, as the members were forecast with.
    union : str
        Name of the union, for the column ``area``.
    measure : str
        Measure with one series a country.
    level_shifts : {"join", "cut"}
        As the members were forecast with.
    seed : int
        Of the resampling in the skill gate, as the members were forecast with.

    Returns
    -------
    DataFrame
        Columns of the table ``reconciled_forecasts``, years observed and years ahead.
        ``value_alone`` is the forecast of a series by itself, ``value`` what it becomes when the
        members have to add up to the union: only in years in which the union and all members have
        a forecast, empty otherwise. Labels are those of the forecasts alone.

    Raises
    ------
    InvalidTable
        If a member has no series of the measure, or more than one.

    Notes
    -----
    The union is the sum of its members at their newest levels, in the years in which all are
    observed; with ``join`` a member whose level shifted enters with its earlier years scaled, so
    the sum does not shift. It is forecast in the panel of all countries, with their method and
    their pooled radii, and is not back-tested itself: its errors are those of its members over
    again (``sums`` in `forecast.forecast_panel`).

    What is lacking is shared out by error variances (``wls_variance`` in
    `reconciliation.reconcile`). Errors are pooled over the panel after division by the scale of
    their series, its mean absolute first difference, so the standard deviation of the error of
    series i at step h is r_h s_i; r_h is common to all and cancels, and the variance is s_i
    squared. A member whose figures end a year early is a step further ahead, which is left aside.
    Constant series get the floor of `smoothing.with_floor`.

    Each interval keeps its own width around the moved value. The radii were measured on forecasts
    of single series; how the errors of members go together cannot be estimated from so few years,
    so no narrower interval is claimed for the union, and the ends of the members do not add up to
    those of the union. Ends below zero are cut.
    """
    prepared = at_newest_level(series[series["measure"] == measure], level_shifts)
    rows = _members_rows(prepared, members, measure)
    code = str(rows["series"].iloc[0]).split("/", 2)[2]
    name = f"{measure}/{union}/{code}"
    together = _union_rows(rows, name, len(members))
    panel = pd.concat([prepared[PANEL_COLUMNS], together[PANEL_COLUMNS]], ignore_index=True)
    sums = [name] if len(together) else []
    panelled = forecast_panel(panel, settings, seed=seed, sums=sums)
    made = panelled.forecasts
    areas = {name: union, **dict(zip(rows["series"], rows["country"], strict=True))}
    scale = _scales(panel, panelled.series_status).rename(areas)
    ahead = pd.concat(
        [
            made[made["series"] == name].assign(area=union),
            forecasts[
                (forecasts["measure"] == measure)
                & forecasts["country"].isin(list(members))
                & ~forecasts["label"].isin(NOT_FORECAST)
            ].rename(columns={"country": "area"}),
        ],
        ignore_index=True,
    ).rename(columns={"value": "value_alone"})
    observed = pd.concat(
        [
            together.assign(area=union),
            rows.assign(area=rows["country"], rescaled=is_rescaled(rows)),
        ],
        ignore_index=True,
    )
    observed["label"] = np.where(observed["rescaled"], "rescaled", "observed")
    ends = [f"{side}_{percent(level)}" for level in settings.levels for side in ("low", "high")]
    columns = ["area", "year", "observed", "value_alone", "value", *ends, "label"]
    return pd.concat(
        [
            observed.rename(columns={"value": "observed"})[["area", "year", "observed", "label"]],
            _reconciled(ahead, scale, union, members, settings),
        ],
        ignore_index=True,
    ).reindex(columns=columns)


def _scales(panel: pd.DataFrame, status: pd.DataFrame) -> pd.Series:
    """Return the scale of every series that is forecast, over the years it is trained on."""
    fit = status[status["status"] != "not_estimable"].set_index("series")["trained_from"]
    trained = panel[panel["year"] >= panel["series"].map(fit)].sort_values(["series", "year"])
    runs = {str(name): part.to_numpy() for name, part in trained.groupby("series")["value"]}
    scale = with_floor(naive_scale(stack(list(runs.values())))) if runs else np.empty(0)
    return pd.Series(scale, index=list(runs), dtype="float64")


def _reconciled(
    ahead: pd.DataFrame,
    scale: pd.Series,
    union: str,
    members: Sequence[str],
    settings: ForecastSettings,
) -> pd.DataFrame:
    """Return the rows ahead with reconciled values and intervals moved with them."""
    alone = ahead.pivot(index="area", columns="year", values="value_alone")
    full = alone.reindex([union, *members]).dropna(axis=1)
    if not full.empty:
        full = reconcile(
            full,
            {union: list(members)},
            method="wls_variance",
            variances=scale.reindex(full.index) ** 2,
        )
    value = full.stack()
    keys = pd.MultiIndex.from_frame(ahead[["area", "year"]])
    rows = ahead.assign(value=value.reindex(keys).to_numpy())
    for level in settings.levels:
        low, high = f"low_{percent(level)}", f"high_{percent(level)}"
        # the upper half is the width before the lower end was cut at zero
        width = rows[high] - rows["value_alone"]
        rows[high] = rows["value"] + width
        rows[low] = (rows["value"] - width).clip(lower=0.0)
    return rows
