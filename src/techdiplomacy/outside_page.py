"""The section that puts published figures on technical workers beside those of this project.

Knows: which sentence says which result. Must not know: files, how a figure was compared.
May import: texts, countries, labels, vocabulary, outside, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.outside import outside_range
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.texts import (
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    day,
    percent,
    rounded,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import (
    EVIDENCE_GRADES,
    OUTSIDE_NATURES,
    OUTSIDE_QUANTITIES,
    OUTSIDE_VERDICTS,
    OWN_LABELS,
    UNIONS,
)

_WORLD = say("the world")
# verdicts of figures that have something alike here
_PLACED = ("inside", "above", "below", "no_range")


def area_words(code: str, names: Countries) -> Sayable:
    """Return the name of a country, of a union of countries, or of the world.

    Parameters
    ----------
    code : str
        ISO3 code, a union followed by its number of members, or ``WORLD``.
    names : Countries
        Names.
    """
    if code == "WORLD":
        return _WORLD
    return UNIONS.get(code.rstrip("0123456789")) or names.text(code)


def date_words(written: str) -> Sayable:
    """Return a day or year in the form of the language; a month as it is written.

    Examples
    --------
    >>> [date_words(day).say("en") for day in ("2024-07-02", "2025-07", "2022")]
    ['2 July 2024', '2025-07', '2022']
    """
    if len(written) == len("2024-07-02"):
        return day(written)
    return verbatim(written)


def range_words(low: float, high: float) -> Sayable:
    """Return a figure, or a range with a dash.

    Examples
    --------
    >>> range_words(50000, 81000).say("en"), range_words(7, 7).say("en")
    ('50,000–81,000', '7')
    """
    if low == high:
        return count(low)
    return say("{low}\u2013{high}", low=count(low), high=count(high))


def outside_table(compared: pd.DataFrame, viewpoint: str | None = None) -> pd.DataFrame:
    """Return the published figures in the order shown: those with something alike here first.

    Parameters
    ----------
    compared : DataFrame
        Table ``projections_compared``.
    viewpoint : str, optional
        Of the figures with nothing alike only those on this country are kept; `others_table` has
        the others. Without it every figure is.

    Returns
    -------
    DataFrame
        The rows with ``told`` (kind, figure or range, and year), ``placed`` (where it lies, and
        beside what) and ``source`` (publisher, date, how it was read) in words.
    """
    rows = _worded(compared)
    if viewpoint is not None:
        rows = rows[rows["verdict"].isin(_PLACED) | (rows["area"] == viewpoint)]
    return rows.reset_index(drop=True)


def others_table(compared: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return the published figures that have nothing alike here and are on other countries."""
    rows = _worded(compared)
    left = ~rows["verdict"].isin(_PLACED) & (rows["area"] != viewpoint)
    return rows[left].reset_index(drop=True)


def _worded(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the figures in order, with their words."""
    last = ~compared["verdict"].isin(_PLACED)
    order = ["last", "area", "field", "target_year", "projection_id"]
    rows = compared.assign(last=last).sort_values(order, kind="stable").drop(columns="last")
    words: dict[str, list[Text]] = {"told": [], "placed": [], "source": []}
    for row in rows.to_dict("records"):
        verdict = OUTSIDE_VERDICTS[row["verdict"]]
        words["told"].append(
            say(
                "{nature}: {figure} ({year})",
                nature=OUTSIDE_NATURES[row["nature"]],
                figure=range_words(*outside_range(row)),
                year=year(row["target_year"]),
            )
        )
        words["placed"].append(
            say("{verdict} ({label})", verdict=verdict, label=OWN_LABELS[row["own_label"]])
            if row["verdict"] in _PLACED
            else verdict
        )
        words["source"].append(
            say(
                "{publisher}, {published}, {grade}",
                publisher=load_labels().text(str(row["publisher"])),
                published=date_words(str(row["published"])),
                grade=EVIDENCE_GRADES[row["evidence_grade"]],
            )
        )
    return rows.assign(
        **{name: pd.Series(said, index=rows.index, dtype=object) for name, said in words.items()}
    )


def outside_columns(names: Countries, level: float) -> Columns:
    """Return how `outside_table` reads.

    Parameters
    ----------
    names : Countries
        Names.
    level : float
        Share of the draws, or of the interval, between the ends of the own values.
    """
    alone = {
        "observed": say("observed"),
        "no_skill": say("no interval"),
        "scenario": say("no interval"),
    }
    what, told, source = others_columns(names)[:3], *others_columns(names)[3:]
    return (
        *what,
        told,
        cells.estimate(
            "own_value",
            say("figure here"),
            rounded,
            Interval("own_value_low", "own_value_high", percent(level)),
            without=alone,
            by="own_label",
        ),
        cells.texts("placed", say("their figure lies")),
        source,
    )


def others_columns(names: Countries) -> Columns:
    """Return how `others_table` reads."""
    return (
        cells.said("area", say("area"), lambda code: area_words(str(code), names)),
        cells.label("field", say("field of work")),
        cells.words("quantity", say("what is counted"), OUTSIDE_QUANTITIES),
        cells.texts("told", say("their figure")),
        cells.texts("source", say("published by")),
    )


def others_headline(others: pd.DataFrame) -> Text:
    """Return how many figures of `others_table` have nothing alike here."""
    return say(
        "{n} more published figures on other countries have no like quantity here",
        n=count(len(others)),
    )


def others_subtitle(others: pd.DataFrame) -> Text:
    """Return of which years the figures of `others_table` are, and when they were published."""
    return say(
        "Outside figures, published {first} to {last}, about {start} to {end}; nothing here counts "
        "the same",
        **_span(others),
    )


def unlike_words(
    compared: pd.DataFrame,
    unlike: pd.DataFrame,
    bases: pd.DataFrame,
    viewpoint: str,
    pools: Mapping[str, Sayable],
    names: Countries,
) -> Text:
    """Return what figures on the viewpoint country count that look like a pool and are not.

    Parameters
    ----------
    compared, bases : DataFrame
        Tables ``projections_compared`` and ``pool_bases``.
    unlike : DataFrame
        What `workforce_lists.load_outside_unlike` returns.
    viewpoint : str
        ISO3 code.
    pools : mapping
        Names of pools.
    names : Countries
        Names.
    """
    key = ["field", "area", "quantity"]
    # in the order of the list
    rows = unlike.merge(compared[compared["area"] == viewpoint], on=key)
    sentences = [
        _unlike(own, str(field), _stock(bases, viewpoint, str(pool)), pools[str(pool)], names)
        for (field, pool), own in rows.groupby(["field", "own_key"], sort=False)
    ]
    if not sentences:
        return say(
            "No published figure on {country} could be taken for a pool that is counted here.",
            country=names.text(viewpoint),
        )
    return reduce(lambda told, one: say("{told} {next}", told=told, next=one), sentences)


def _stock(bases: pd.DataFrame, country: str, pool: str) -> Mapping[Any, Any] | None:
    """Return the row of a pool with a stock; None without one."""
    own = bases[(bases["country"] == country) & (bases["pool"] == pool) & bases["stock"].notna()]
    return own.to_dict("records")[0] if len(own) else None


def _unlike(
    rows: pd.DataFrame,
    field: str,
    stock: Mapping[Any, Any] | None,
    pool: Sayable,
    names: Countries,
) -> Text:
    """Return the sentence on the figures of one field of work."""
    parts = [
        say(
            "{figures} {counts} ({differs})",
            figures=_dated(row),
            counts=Spelled({"en": row["counts_en"], "vi": row["counts_vi"]}),
            differs=Spelled({"en": row["differs_en"], "vi": row["differs_vi"]}),
        )
        for row in rows.to_dict("records")
    ]
    values: dict[str, Sayable] = {
        "field": load_labels().text(field),
        "area": area_words(str(rows["area"].iloc[0]), names),
        "parts": reduce(lambda told, one: say("{told}; {next}", told=told, next=one), parts),
        "pool": pool,
    }
    if stock is None:
        return say("{field}, {area}: {parts}; none of it counts the pool '{pool}'.", **values)
    return say(
        "{field}, {area}: {parts}; none of it counts the pool '{pool}', of which there are {stock} "
        "({year}).",
        stock=rounded(stock["stock"]),
        year=year(stock["base_year"]),
        **values,
    )


def _dated(row: Mapping[Any, Any]) -> Sayable:
    """Return the figure of a row with its year, after the value that it starts from."""
    told = [(range_words(*outside_range(row)), row["target_year"])]
    if pd.notna(row["base_value"]) and pd.notna(row["base_year"]):
        told.insert(0, (count(row["base_value"]), row["base_year"]))
    return commas(say("{figure} ({year})", figure=one, year=year(then)) for one, then in told)


def outside_counts(compared: pd.DataFrame) -> dict[str, int]:
    """Return how many figures there are, how many have something alike here, and of each verdict.

    Returns
    -------
    dict of int
        ``n, alike, independent`` (compared with a value that rests on no figure of the kind),
        ``press`` (not read from an official page or that of the publisher), and each verdict.
    """
    placed = compared[compared["verdict"].isin(_PLACED)]
    found = compared["verdict"].value_counts()
    grades = compared["evidence_grade"]
    return {
        "n": len(compared),
        "alike": len(placed),
        "independent": int((placed["independent"] == 1).sum()),
        "press": int(grades.isin(["press", "second_hand"]).sum()),
        **{verdict: int(found.get(verdict, 0)) for verdict in OUTSIDE_VERDICTS},
    }


def _said(counts: Mapping[str, int], *wanted: str) -> dict[str, Sayable]:
    return {name: count(counts[name]) for name in wanted}


def outside_headline(compared: pd.DataFrame) -> Text:
    """Return how many outside figures have a like quantity here, and where they lie."""
    counts = outside_counts(compared)
    if not counts["alike"]:
        return say("None of {n} published figures has its like here", n=count(counts["n"]))
    values = _said(counts, "alike", "n", "inside", "above", "below", "no_range")
    if not counts["no_range"]:
        values.pop("no_range")
        return say(
            "{alike} of {n} published figures have their like here: {inside} inside its range, "
            "{above} above, {below} below",
            **values,
        )
    return say(
        "{alike} of {n} published figures have their like here: {inside} inside its range, {above} "
        "above, {below} below, {no_range} beside a value without range",
        **values,
    )


def outside_subtitle(compared: pd.DataFrame) -> Text:
    """Return of which years the figures are, and when they were published."""
    return say(
        "Outside figures, published {first} to {last}, about {start} to {end}; beside them the "
        "forecast or scenario of this page",
        **_span(compared),
    )


def _span(compared: pd.DataFrame) -> dict[str, Sayable]:
    """Return the first and last year of publication, and of what figures are about."""
    published = compared["published"].astype(str).str[:4].astype(int)
    return {
        "first": year(published.min()),
        "last": year(published.max()),
        "start": year(compared["target_year"].min()),
        "end": year(compared["target_year"].max()),
    }


def outside_note(compared: pd.DataFrame, level: float) -> Text:
    """Return what agreement with outside figures does and does not show.

    Parameters
    ----------
    compared : DataFrame
        Table ``projections_compared``.
    level : float
        Share of the draws between the ends of a scenario.
    """
    counts = outside_counts(compared)
    return say(
        "Only like is compared with like: employment with workers wanted, growth with growth, "
        "openings with openings, added up from the same year. Of {alike} comparisons {independent} "
        "rest on a value that owes nothing to published figures; the scenarios of semiconductor "
        "workers start from such figures and draw their growth from them, so that agreement there "
        "proves nothing. Between "
        "the ends of a scenario lie {level} of its draws, which is no probability. {press} of {n} "
        "figures were read in the press or second hand; {due} are due: their year has passed, and "
        "no statistic known here settles them.",
        level=percent(level),
        **_said(counts, "alike", "independent", "press", "n", "due"),
    )
