"""The words and tables of the fan charts: what a series has been, and where it goes.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: errors, texts, countries, labels, vocabulary, workforce, page_columns,
direction_words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from techdiplomacy import direction_words as directions
from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, commas, count, percent, period, rounded, say, year
from techdiplomacy.vocabulary import FORECAST_LABELS, PANELS, WITHOUT_FORECAST
from techdiplomacy.workforce import WorkforceForecast

_PAST = ("observed", "rescaled")
# a forecast that moves less than this share of the last value is called level
_LEVEL = 0.02


class Ahead(NamedTuple):
    """One series: its last value, its forecast for a year with the narrower interval.

    ``since`` is the first year of its newest level and ``change`` how far it has moved since; both
    are empty if the publisher never changed the way of counting, or did so in the last year.
    """

    label: Sayable
    last_year: int
    last: float
    value: float
    low: float
    high: float
    since: int | None
    change: float | None


def series_shown(
    result: WorkforceForecast, measure: str, countries: Sequence[str], codes: Sequence[str]
) -> list[str]:
    """Return the series of a measure for some countries and codes, in that order.

    Parameters
    ----------
    result : WorkforceForecast
        The forecasts.
    measure : str
        ``employment``, ``researchers`` or ``degrees``.
    countries, codes : sequence of str
        ISO3 codes; ends of the series' names (all of them, if empty).

    Raises
    ------
    InvalidPage
        If no such series exists.
    """
    existing = set(result.status.loc[result.status["measure"] == measure, "series"])
    wanted = [f"{measure}/{country}/{code}" for country in countries for code in codes or ["all"]]
    found = [name for name in wanted if name in existing]
    if not found:
        raise InvalidPage(
            f"No {measure} series of {', '.join(countries)} with {', '.join(codes) or 'any code'}.",
            where="params.yaml: notebooks.workforce_forecast",
            next_step="Name countries and codes that the data have: see the table series_status.",
        )
    return found


def last_year(result: WorkforceForecast, measure: str) -> int:
    """Return the newest year observed in a measure."""
    return int(result.status.loc[result.status["measure"] == measure, "last_year"].max())


def ahead_of(result: WorkforceForecast, series: str, until: int) -> Ahead | None:
    """Return a series with its forecast for a year, or None if it has none with an interval.

    Parameters
    ----------
    result : WorkforceForecast
        The forecasts.
    series : str
        Its name.
    until : int
        Year of the forecast.
    """
    rows = result.forecasts[result.forecasts["series"] == series].sort_values("year")
    end = rows[(rows["year"] == until) & (rows["label"] == "forecast") & rows["low_80"].notna()]
    if end.empty:
        return None
    past = rows[rows["label"].isin(_PAST)]
    last, then = past.iloc[-1], end.iloc[0]
    shifts = past[past["level_shift"].notna() & (past["year"] > past["year"].iloc[0])]
    newest = shifts.iloc[-1] if len(shifts) and shifts["year"].iloc[-1] < last["year"] else None
    return Ahead(
        label=load_labels().text(last["label_of_series"]),
        last_year=int(last["year"]),
        last=float(last["value"]),
        value=float(then["value"]),
        low=float(then["low_80"]),
        high=float(then["high_80"]),
        since=None if newest is None else int(newest["year"]),
        change=None if newest is None else float(last["value"] / newest["value"] - 1),
    )


# --- fan charts -------------------------------------------------------------------------------


def fans_headline(
    result: WorkforceForecast, series: Sequence[str], viewpoint: str, names: Countries, until: int
) -> Text:
    """Return what fan charts say of workers: of the viewpoint country, if it has a forecast.

    Parameters
    ----------
    result : WorkforceForecast
        The forecasts.
    series : sequence of str
        The series drawn, all of one measure.
    viewpoint : str
        Country that is told of if one of the series is its own.
    names : Countries
        Names.
    until : int
        Year of the forecast.
    """
    for name in series:
        own = ahead_of(result, name, until) if name.split("/")[1] == viewpoint else None
        if own is not None:
            return say(
                "{country}: {told}", country=names.text(viewpoint), told=_trend_words(own, until)
            )
    return _headline_of_others(result, series, names)


def _trend_words(own: Ahead, until: int) -> Text:
    """Return where a series stands and goes, and on which side of today its interval lies."""
    side: Sayable = directions.direction(own.last, own.low, own.high)
    if not own.low <= own.last <= own.high:
        side = say(
            "{level} interval {side}", level=directions.level_words(directions.NARROW), side=side
        )
    return say(
        "{series} {last} in {last_year}, {value} in {until} if trends hold, {side}",
        series=own.label,
        last=rounded(own.last),
        last_year=year(own.last_year),
        value=rounded(own.value),
        until=year(until),
        side=side,
    )


def _headline_of_others(result: WorkforceForecast, series: Sequence[str], names: Countries) -> Text:
    """Return the largest series: as far as its interval reaches, or carried on."""
    rows = result.forecasts[result.forecasts["series"].isin(list(series))]
    past = rows[rows["label"] == "observed"].sort_values("year").groupby("series").tail(1)
    for label in ("forecast", "no_skill"):
        reach = rows[(rows["label"] == label) & rows["low_80"].notna()]
        if len(reach):
            some = past[past["series"].isin(reach["series"])]
            most = some.sort_values("value").iloc[-1]
            break
    else:
        return say("No series of {panel} can be forecast", panel=PANELS[series[0].split("/")[0]])
    country = names.text(most["country"])
    end = int(reach.loc[reach["series"] == most["series"], "year"].max())
    own = ahead_of(result, most["series"], end)
    if own is not None:
        return say("Most in {country}: {told}", country=country, told=_trend_words(own, end))
    return say(
        "Most in {country}: {series} {value} in {year}; the last value is carried on",
        country=country,
        series=load_labels().text(most["label_of_series"]),
        value=rounded(most["value"]),
        year=year(most["year"]),
    )


def fans_alt(result: WorkforceForecast, series: Sequence[str], until: int) -> Text:
    """Return fan charts in words: how many lines rise, fall, or have no forecast."""
    rises = falls = level = none = 0
    for name in series:
        rows = result.forecasts[result.forecasts["series"] == name].sort_values("year")
        past = rows["label"].isin(_PAST)
        observed, ahead = rows[past], rows[~past]
        if ahead.empty:
            none += 1
            continue
        change = ahead["value"].iloc[-1] / observed["value"].iloc[-1] - 1
        rises += change > _LEVEL
        falls += change < -_LEVEL
        level += abs(change) <= _LEVEL
    margin = percent(_LEVEL)
    kinds = (
        (rises, say("{n} rise", n=count(rises))),
        (falls, say("{n} fall", n=count(falls))),
        (level, say("{n} stay within {margin}", n=count(level), margin=margin)),
        (none, say("{n} without forecast", n=count(none))),
    )
    return say(
        "{n} fan charts of past years and forecast. From the last observed year to {until}: "
        "{kinds}.",
        n=count(len(series)),
        until=year(until),
        kinds=commas(words for number, words in kinds if number),
    )


# --- the same as numbers ----------------------------------------------------------------------


def outlook_headline(table: pd.DataFrame) -> Text:
    """Return for how many series each of the two intervals tells the direction."""
    return say(
        "Of {n} series with an interval, {moves}; for the others the direction is open",
        n=count(len(directions.known(table))),
        moves=directions.moves(table),
    )


def outlook_table(result: WorkforceForecast, series: Sequence[str], until: int) -> pd.DataFrame:
    """Return last observed value and forecast with low and high for some series."""
    rows = []
    for name in series:
        own = result.forecasts[result.forecasts["series"] == name].sort_values("year")
        last = own[own["label"] == "observed"].iloc[-1]
        end = own[(own["year"] == until) & ~own["label"].isin(_PAST)]
        ahead: dict[Any, Any] = dict(end.iloc[0]) if len(end) else {}
        rows.append(
            {
                "country": last["country"],
                "label_of_series": last["label_of_series"],
                "year": last["year"],
                "last_observed": last["value"],
                "until": until,
                "label": ahead.get("label"),
                **{
                    column: ahead.get(column)
                    for column in ("value", "low_80", "high_80", "low_95", "high_95")
                },
            }
        )
    return pd.DataFrame(rows)


def outlook_columns(names: Countries, until: int) -> Columns:
    """Return how `outlook_table` reads."""
    none = say("no interval")
    heading = say("value in {until}", until=year(until))
    return (
        cells.country("country", say("country"), names),
        cells.label("label_of_series", say("series")),
        cells.observed("year", say("year"), year),
        cells.observed("last_observed", say("last observed"), rounded),
        cells.words("label", say("ahead"), FORECAST_LABELS),
        cells.estimate(
            "value",
            heading,
            rounded,
            cells.Interval("low_80", "high_80", percent(0.8)),
            cells.Interval("low_95", "high_95", percent(0.95), missing=none),
            # the interval of a naive line ends where the back-test does
            without={"scenario": none, "no_skill": none},
            by="label",
        ),
    )


def not_forecast_table(result: WorkforceForecast, countries: Sequence[str]) -> pd.DataFrame:
    """Return the series of some countries without a forecast, and why."""
    status = result.status
    without = status[(status["status"] != "ok") & status["country"].isin(countries)]
    counted = without.groupby(["country", "measure", "status"], as_index=False).agg(
        n_series=("series", "size"), first=("first_year", "min"), last=("last_year", "max")
    )
    years = counted["first"].astype(str) + "-" + counted["last"].astype(str)
    return counted.assign(years=years)[["country", "measure", "n_series", "years", "status"]]


def not_forecast_columns(names: Countries) -> Columns:
    """Return how `not_forecast_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.words("measure", say("measure"), PANELS),
        cells.observed("n_series", say("series"), count),
        cells.said("years", say("years"), period),
        cells.words("status", say("why"), WITHOUT_FORECAST),
    )
