"""The section of the workforce page on published forecasts: what became of them.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, forecast_record, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy import pages
from techdiplomacy.countries import Countries
from techdiplomacy.forecast_record import by_release, first_published
from techdiplomacy.labels import load_labels
from techdiplomacy.outside_page import area_words
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Element, Finding
from techdiplomacy.texts import (
    Sayable,
    Text,
    count,
    day,
    decimal,
    listing,
    percent,
    rounded,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import FORECAST_LABELS, RECORD_PANELS

_NARROW, _WIDE = 0.8, 0.95
# misses shown at most
_MISSES = 10


def _scored(record: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts that were scored; what a later release repeated counts once."""
    published = first_published(record)
    return published[published["status"] == "scored"]


def _frozen_since(record: pd.DataFrame) -> Sayable:
    return day(str(record["released"].min()))


# --- what can be said so far --------------------------------------------------------------------


def scored_tables(
    record: pd.DataFrame, names: Countries, newest: int, sources: Sequence[str]
) -> list[Element]:
    """Return the tables of published forecasts: none as long as nothing is scored.

    Parameters
    ----------
    record : DataFrame
        Table ``forecast_record``; without rows, with waiting rows only, or with scored ones.
    names : Countries
        Names.
    newest : int
        Newest year observed in any series.
    sources : sequence of str
        Ids of the source cards behind the series.
    """
    if _scored(record).empty:
        return []
    return [
        pages.table(
            release_table(record),
            columns=release_columns(),
            name="record",
            headline=headline(record),
            subtitle=subtitle(record, newest),
            sources=sources,
            wide=True,
        ),
        pages.paragraph(say("The largest misses, for the width of their interval:")),
        pages.table(
            misses_table(record, _MISSES),
            columns=misses_columns(names),
            name="misses",
            headline=misses_headline(record, names),
            subtitle=subtitle(record, newest),
            sources=sources,
            wide=True,
        ),
    ]


def state(record: pd.DataFrame) -> Text:
    """Return how many forecasts are frozen, waiting and scored; one sentence until one is scored.

    Parameters
    ----------
    record : DataFrame
        Table ``forecast_record``; without rows, with waiting rows only, or with scored ones.
    """
    if record.empty:
        return say(
            "No release has frozen a forecast yet; from the next one on, each forecast that is "
            "published with an interval is kept as it was, and held against what its publisher "
            "reports later."
        )
    own = first_published(record)
    number = own["status"].value_counts()
    values: dict[str, Sayable] = {
        "n": count(len(own)),
        "series": count(own["series"].nunique()),
        "since": _frozen_since(own),
        "left": _not_scored(own),
    }
    if not number.get("scored", 0):
        return say(
            "{n} forecasts of {series} series have been frozen since {since}, and none has been "
            "scored: {left}.",
            **values,
        )
    return say(
        "{n} forecasts of {series} series have been frozen since {since}: {scored} are scored; "
        "{left}.",
        scored=count(number["scored"]),
        **values,
    )


def _not_scored(own: pd.DataFrame) -> Sayable:
    """Return why the other forecasts are not scored, and which can be scored first."""
    number = own["status"].value_counts()
    waiting = own[own["status"] == "waiting"]
    kinds = {
        "shifted": say(
            "{n} are not scored because the level of the series has shifted since",
            n=count(number.get("shifted", 0)),
        ),
        "absent": say(
            "{n} cannot be scored because their series is no longer in the data",
            n=count(number.get("absent", 0)),
        ),
    }
    told: list[Sayable] = [words for status, words in kinds.items() if number.get(status, 0)]
    if len(waiting):
        # a series may have ended long ago, so the year is the one that most series wait for
        next_years = waiting.groupby(["measure", "series"])["year"].min()
        first = next_years.groupby("measure").agg(lambda years: int(years.mode().iloc[0]))
        told.insert(
            0,
            say(
                "{n} wait for the figure of their year, most series next for that of {years}",
                n=count(len(waiting)),
                years=listing(
                    say(
                        "{year} ({panel})", year=year(first[panel]), panel=RECORD_PANELS[str(panel)]
                    )
                    for panel in first.index
                ),
            ),
        )
    return listing(told) if told else say("none is waiting")


def findings(record: pd.DataFrame) -> list[Finding]:
    """Return the finding on published forecasts; none as long as nothing has been scored.

    A release changes the number of frozen forecasts by itself, so that is never a finding.
    """
    scored = _scored(record)
    if scored.empty:
        return []
    return [
        Finding(
            say(
                "Of {n} published forecasts that can be checked, {inside} held within their "
                "{level} interval.",
                n=count(len(scored)),
                inside=count(scored["inside_80"].sum()),
                level=percent(_NARROW),
            ),
            say(
                "{share}, meant to be {level}; misses of {series} series go together",
                share=percent(scored["inside_80"].mean()),
                level=percent(_NARROW),
                series=count(scored["series"].nunique()),
            ),
            _years(scored),
        )
    ]


def _years(rows: pd.DataFrame) -> Text:
    first, last = int(rows["year"].min()), int(rows["year"].max())
    if first == last:
        return say("forecasts of {year}", year=year(first))
    return say("forecasts of {first} to {last}", first=year(first), last=year(last))


def headline_numbers(record: pd.DataFrame) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in the metrics: only what later figures change, not a release."""
    scored = _scored(record)
    better = scored["nearer_than_naive"].dropna()
    return {
        "record_scored": len(scored),
        "record_inside_80": float(scored["inside_80"].mean()) if len(scored) else None,
        "record_nearer_than_naive": float(better.mean()) if len(better) else None,
    }


# --- by release ---------------------------------------------------------------------------------


def headline(record: pd.DataFrame) -> Text:
    """Return how many published forecasts held, and how many beat the last value."""
    scored = _scored(record)
    judged = scored["nearer_than_naive"].dropna()
    values: dict[str, Sayable] = {
        "inside": count(scored["inside_80"].sum()),
        "n": count(len(scored)),
        "level": percent(_NARROW),
    }
    if judged.empty:
        return say(
            "{inside} of {n} forecasts scored so far lay inside their {level} interval", **values
        )
    return say(
        "{inside} of {n} forecasts scored so far lay inside their {level} interval; {nearer} of "
        "{judged} came nearer than the last value carried on",
        nearer=count(judged.sum()),
        judged=count(len(judged)),
        **values,
    )


def subtitle(record: pd.DataFrame, newest: int) -> Text:
    """Return which forecasts are counted, and how new the figures are that they are held against.

    Parameters
    ----------
    record : DataFrame
        Table ``forecast_record``.
    newest : int
        Newest year observed in any series.
    """
    return say(
        "Published {years}, by release and panel, held against series to {newest}",
        years=_years(record),
        newest=year(newest),
    )


def release_table(record: pd.DataFrame) -> pd.DataFrame:
    """Return how the forecasts of each release have done, newest release first."""
    table = by_release(record)
    return table.sort_values(
        ["released", "release", "measure"], ascending=[False, False, True], ignore_index=True
    )


def release_columns() -> Columns:
    """Return how `release_table` reads."""
    narrow, wide = percent(_NARROW), percent(_WIDE)
    return (
        cells.said("release", say("release"), verbatim),
        cells.said("released", say("day"), day),
        cells.words("measure", say("panel"), RECORD_PANELS),
        cells.words("label", say("published as"), FORECAST_LABELS),
        cells.observed("forecasts", say("forecasts"), count),
        cells.observed("waiting", say("waiting"), count),
        cells.observed("shifted", say("not scored: level shifted"), count),
        cells.observed("absent", say("not scored: series gone"), count),
        cells.observed("scored", say("scored"), count),
        cells.statistic("inside_80", say("inside {level}", level=narrow), percent),
        cells.statistic("inside_95", say("inside {level}", level=wide), percent),
        cells.statistic("nearer_than_naive", say("nearer than last value"), percent),
        cells.observed("revised", say("scored though past revised"), count),
        cells.statistic(
            "inside_80_unrevised", say("inside {level}, past not revised", level=narrow), percent
        ),
    )


# --- misses -------------------------------------------------------------------------------------


def misses_table(record: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the scored forecasts that erred most, for the width of their interval.

    Parameters
    ----------
    record : DataFrame
        Table ``forecast_record``.
    most : int
        Rows at most.

    Returns
    -------
    DataFrame
        Rows of the record with ``widths``: the error over the distance from the forecast to the
        end of its 80 % interval on that side; above 1 the interval did not hold. Without any
        distance an error is infinitely many widths.
    """
    scored = _scored(record)
    side = np.where(
        scored["error"] > 0,
        scored["high_80"] - scored["value"],
        scored["value"] - scored["low_80"],
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        widths = np.where(scored["error"] == 0, 0.0, scored["error"].abs() / side)
    ordered: pd.DataFrame = scored.assign(widths=widths).sort_values(
        ["widths", "released", "series", "year"], ascending=[False, True, True, True]
    )
    return ordered.head(most).reset_index(drop=True)


def misses_headline(record: pd.DataFrame, names: Countries) -> Text:
    """Return how many forecasts missed their interval, and the widest miss."""
    scored = _scored(record)
    missed = scored[scored["inside_80"] == 0]
    if missed.empty:
        return say(
            "None of {n} forecasts scored so far missed its {level} interval",
            n=count(len(scored)),
            level=percent(_NARROW),
        )
    worst = misses_table(record, 1).iloc[0]
    return say(
        "{missed} of {n} forecasts scored so far missed their {level} interval, most of all "
        "{series} in {country}: {value} forecast for {year}, {actual} reported",
        missed=count(len(missed)),
        n=count(len(scored)),
        level=percent(_NARROW),
        series=load_labels().text(worst["label_of_series"]),
        country=area_words(str(worst["area"]), names),
        value=rounded(worst["value"]),
        year=year(worst["year"]),
        actual=rounded(worst["actual"]),
    )


def misses_columns(names: Countries) -> Columns:
    """Return how `misses_table` reads."""
    return (
        cells.said("area", say("area"), lambda code: area_words(str(code), names)),
        # a release may have named a series that the lists no longer hold
        cells.label("label_of_series", say("series"), raw=True),
        cells.said("release", say("release"), verbatim),
        cells.words("label", say("published as"), FORECAST_LABELS),
        cells.observed("year", say("year"), year),
        cells.observed("actual", say("actual"), count),
        cells.estimate(
            "value",
            say("forecast"),
            count,
            cells.Interval("low_80", "high_80", percent(_NARROW)),
            cells.Interval("low_95", "high_95", percent(_WIDE), missing=say("no interval")),
        ),
        cells.statistic("widths", say("error over half-width"), decimal),
        cells.statistic(
            "revision",
            say("past revised by"),
            lambda share: percent(share, 1, signed=True),
        ),
    )
