"""The section that puts published figures on technical workers beside those of this project.

Knows: which sentence says which result. Must not know: files, how a figure was compared.
May import: texts, countries, labels, vocabulary, outside, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.outside import outside_range
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.texts import (
    Sayable,
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


def outside_table(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the published figures in the order shown: those with something alike here first.

    Parameters
    ----------
    compared : DataFrame
        Table ``projections_compared``.

    Returns
    -------
    DataFrame
        The rows with ``figure``, the published figure or range in words.
    """
    figures = [range_words(*outside_range(row)) for row in compared.to_dict("records")]
    rows = compared.assign(figure=pd.Series(figures, index=compared.index, dtype=object))
    order = rows.assign(placed=~rows["verdict"].isin(_PLACED)).sort_values(
        ["placed", "area", "field", "target_year", "projection_id"], kind="stable"
    )
    return order.drop(columns="placed").reset_index(drop=True)


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
    return (
        cells.said("area", say("area"), lambda code: area_words(str(code), names)),
        cells.label("field", say("field of work")),
        cells.label("publisher", say("publisher"), raw=True),
        cells.said("published", say("published"), lambda written: date_words(str(written))),
        cells.words("quantity", say("what is counted"), OUTSIDE_QUANTITIES),
        cells.words("nature", say("kind"), OUTSIDE_NATURES),
        cells.observed("target_year", say("about the year"), year),
        cells.texts("figure", say("their figure")),
        cells.estimate(
            "own_value",
            say("figure here"),
            rounded,
            Interval("own_value_low", "own_value_high", percent(level)),
            without=alone,
            by="own_label",
        ),
        cells.words("own_label", say("figure here is"), OWN_LABELS),
        cells.words("verdict", say("their figure lies"), OUTSIDE_VERDICTS),
        cells.words("evidence_grade", say("read from"), EVIDENCE_GRADES),
    )


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
    published = compared["published"].astype(str).str[:4].astype(int)
    return say(
        "Outside figures, published {first} to {last}, about {start} to {end}; beside them the "
        "forecast or scenario of this page",
        first=year(published.min()),
        last=year(published.max()),
        start=year(compared["target_year"].min()),
        end=year(compared["target_year"].max()),
    )


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
        "Only like is compared with like: employment with workers wanted, openings with openings, "
        "added up from the same year. Of {alike} comparisons {independent} rest on a value that "
        "owes nothing to published figures; the scenarios of semiconductor workers start from such "
        "figures and draw their growth from them, so that agreement there proves nothing. Between "
        "the ends of a scenario lie {level} of its draws, which is no probability. {press} of {n} "
        "figures were read in the press or second hand; {due} are due: their year has passed, and "
        "no statistic known here settles them.",
        level=percent(level),
        **_said(counts, "alike", "independent", "press", "n", "due"),
    )


def outside_finding(compared: pd.DataFrame, names: Countries) -> Finding:
    """Return what comes of the comparisons that rest on independent values."""
    counts = outside_counts(compared)
    known = compared[(compared["independent"] == 1) & compared["verdict"].isin(_PLACED)]
    # one series is told; figures that stand beside another one are in the table
    known = known[known["own_series"] == known["own_series"].min()]
    newest = say("figures published to {last}", last=year(int(compared["published"].str[:4].max())))
    if known.empty:
        return Finding(
            say(
                "Of {n} published figures {alike} have their like here, none of them independent.",
                **_said(counts, "n", "alike"),
            ),
            say("agreement proves nothing"),
            newest,
        )
    parts = commas(
        say(
            "{nature} of {figure} by {target} ({verdict})",
            nature=OUTSIDE_NATURES[row["nature"]],
            figure=range_words(*outside_range(row)),
            target=year(row["target_year"]),
            verdict=OUTSIDE_VERDICTS[row["verdict"]],
        )
        for row in known.to_dict("records")
    )
    row = known.to_dict("records")[0]
    values: dict[str, Sayable] = {
        "area": area_words(str(row["area"]), names),
        "field": load_labels().text(row["field"]),
        "own": rounded(row["own_value"]),
        "label": OWN_LABELS[row["own_label"]],
    }
    return Finding(
        say("{field}, {area}: {own} here ({label}), beside {parts}.", parts=parts, **values),
        say(
            "{independent} of {n} can be compared independently",
            **_said(counts, "independent", "n"),
        ),
        newest,
    )
