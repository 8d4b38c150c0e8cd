"""Sections of the cooperation page on partners: all kinds of ties, how close, network and volumes.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: columns, texts, countries, vocabulary, tie_tables, cooperation, cooperation_charts,
page_columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.columns import PARTNERSHIP_LEVELS
from techdiplomacy.cooperation import Cooperation
from techdiplomacy.cooperation_charts import small_number
from techdiplomacy.countries import Countries
from techdiplomacy.gap_tables import WORKS
from techdiplomacy.page_columns import Columns, Interval, PageColumn
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    decimal,
    listing,
    percent,
    period,
    say,
    year,
)
from techdiplomacy.tie_tables import KIND, TIE_KINDS
from techdiplomacy.vocabulary import PARTNERSHIP_LEVELS as LEVEL_WORDS
from techdiplomacy.vocabulary import (
    TIE_COURSES,
    TIE_DIRECTIONS,
    TIE_STATES,
    TIE_UNITS,
)
from techdiplomacy.vocabulary import TIE_KINDS as KIND_WORDS

# kinds whose volumes say nothing of who comes first: listed or not, a level, a collection by hand
UNRANKED = ("missions", "st_agreements", "partnership_level")
# the columns of the table of partners: kind, direction, and what stands where there is no row
_OVERVIEW: dict[str, tuple[str, str]] = {
    "joint_works": ("joint_works", "both"),
    "joint_ai_articles": ("joint_ai_articles", "both"),
    "joint_projects": ("joint_projects", "both"),
    "software_out": ("software_events", "out"),
    "software_in": ("software_events", "in"),
    "students_out": ("students", "out"),
    "migrants_out": ("migrants", "out"),
    "st_agreements": ("st_agreements", "both"),
    "partnership_level": ("partnership_level", "both"),
}


def first_partners(measures: pd.DataFrame, kind: str, direction: str = "both") -> pd.DataFrame:
    """Return the partners of the newest window with a tie, largest volume first.

    Parameters
    ----------
    measures : DataFrame
        Table ``tie_measures``.
    kind, direction : str
        Kind of tie and direction.
    """
    rows = measures[(measures["kind"] == kind) & (measures["direction"] == direction)]
    rows = rows[(rows["window"] == rows["window"].max()) & (rows["volume"] > 0)]
    ordered: pd.DataFrame = rows.sort_values(
        ["volume", "partner"], ascending=[False, True], ignore_index=True
    )
    return ordered


# --- all kinds of ties ---


def partner_table(results: Cooperation, shown: Sequence[str]) -> pd.DataFrame:
    """Return the ties of some partners, one row a partner; missions have their own pages.

    Parameters
    ----------
    results : Cooperation
        Tables ``tie_measures`` and ``tie_coverage``.
    shown : sequence of str
        Partners, in the order of the rows.

    Returns
    -------
    DataFrame
        ``partner`` and one column for each kind and direction, from the newest window. Where a
        source would list a tie if there were one, its absence is 0; else it is missing.
    """
    table = pd.DataFrame({"partner": list(shown)})
    listed = results.tie_coverage.set_index("kind")["listed"]
    for name, (kind, direction) in _OVERVIEW.items():
        volumes = first_partners(results.tie_measures, kind, direction).set_index("partner")
        table[name] = table["partner"].map(volumes["volume"].astype(float))
        if KIND[kind].absent_is_zero and bool(listed.get(kind, False)):
            table[name] = table[name].fillna(0.0)
    return table


def partner_columns(names: Countries) -> Columns:
    """Return how `partner_table` reads."""

    def counted(of: str, heading: Text, missing: Text) -> PageColumn:
        return replace(cells.observed(of, heading, count), missing=missing)

    none_known = say("none known")
    below_limit = say("under the limit")
    return (
        cells.country("partner", say("partner"), names),
        counted("joint_works", say("joint works"), say("no figures")),
        counted("joint_ai_articles", say("AI articles"), say("not listed")),
        counted("joint_projects", say("EU projects"), say("no figures")),
        counted("software_out", say("software events, out"), below_limit),
        counted("software_in", say("software events, in"), below_limit),
        replace(
            cells.observed(
                "students_out",
                say("share of its foreign students"),
                lambda value: percent(value, 1),
            ),
            missing=say("not reported"),
        ),
        counted("migrants_out", say("migrants there"), say("no figures")),
        counted("st_agreements", say("known instruments"), say("none with a year")),
        replace(
            cells.said(
                "partnership_level",
                say("known level"),
                _level,
            ),
            missing=none_known,
        ),
    )


def partners_headline(table: pd.DataFrame) -> Text:
    """Return with how many of the partners of `partner_table` there is a tie of every kind."""
    kinds = ["joint_works", "joint_ai_articles", "joint_projects", "software_out", "software_in"]
    every = (table[kinds].fillna(0) > 0).all(axis=1)
    return say(
        "{n} of {all} partners have ties of all four counted kinds: works, AI articles, EU "
        "projects and software",
        n=count(every.sum()),
        all=count(len(table)),
    )


def kinds_subtitle(measures: pd.DataFrame) -> Text:
    """Return the years of each kind of tie in table ``tie_measures``."""
    newest = measures.groupby("kind", sort=False)["window"].max()
    return say(
        "Newest period of each kind: {periods}",
        periods=commas(
            say("{kind} {window}", kind=KIND_WORDS[str(kind)], window=period(str(window)))
            for kind, window in newest.items()
        ),
    )


def kind_table(measures: pd.DataFrame, names: Countries, *, most: int = 5) -> pd.DataFrame:
    """Return the same ties the other way round, one row a kind and direction.

    Parameters
    ----------
    measures : DataFrame
        Table ``tie_measures``.
    names : Countries
        Names.
    most : int
        Partners named in a row.

    Returns
    -------
    DataFrame
        ``kind, direction, window, partners`` (with a tie in the newest window) and ``first``, a
        sentence on the first of them. A kind without a tie has a row that says so.
    """
    rows = []
    for kind in TIE_KINDS:
        found = [
            (direction, first)
            for direction in (("out", "in") if kind.directed else ("both",))
            if len(first := first_partners(measures, kind.code, direction))
        ]
        if not found:
            nothing: Text = say("no figures about this country")
            rows.append((kind.code, "out" if kind.directed else "both", None, 0, nothing))
        for direction, first in found:
            said = _first_words(first, kind.code, names, most)
            rows.append((kind.code, direction, first["window"].iloc[0], len(first), said))
    return pd.DataFrame(rows, columns=["kind", "direction", "window", "partners", "first"])


def _first_words(first: pd.DataFrame, kind: str, names: Countries, most: int) -> Text:
    """Return the first partners of a kind with their volumes, or what can be said instead."""
    if kind == "missions":
        return say("listed or not; no order")
    if kind == "partnership_level":
        levels = first["volume"].value_counts().sort_index(ascending=False)
        return say(
            "{levels}",
            levels=commas(
                say("{level} {n}", level=_level(level), n=count(n)) for level, n in levels.items()
            ),
        )
    return say(
        "{partners}",
        partners=commas(
            say(
                "{country} {volume}",
                country=names.text(str(code)),
                volume=percent(volume, 1) if kind == "students" else small_number(volume),
            )
            for code, volume in first[["partner", "volume"]].head(most).to_numpy()
        ),
    )


def _level(place: Any) -> Text:
    """Return the words for a place on the ladder of partnerships, 1 for the first."""
    return LEVEL_WORDS[PARTNERSHIP_LEVELS[int(place) - 1]]


def kind_columns() -> Columns:
    """Return how `kind_table` reads."""
    return (
        cells.words("kind", say("kind of tie"), KIND_WORDS),
        cells.words("direction", say("direction"), TIE_DIRECTIONS),
        cells.said("kind", say("unit"), lambda kind: TIE_UNITS[kind]),
        cells.said("window", say("period"), lambda window: period(str(window))),
        cells.observed("partners", say("partners"), count),
        cells.texts("first", say("first partners")),
    )


def kinds_headline(measures: pd.DataFrame) -> Text:
    """Return that the first partner depends on the kind of tie, and how many countries lead one."""
    pairs = measures[["kind", "direction"]].drop_duplicates().to_numpy()
    first = [
        str(rows["partner"].iloc[0])
        for kind, direction in pairs
        if kind not in UNRANKED and len(rows := first_partners(measures, kind, direction))
    ]
    return say(
        "Who comes first depends on the kind of tie: {n} countries lead {all} counts",
        n=count(len(set(first))),
        all=count(len(first)),
    )


# --- how close --------------------------------------------------------------------------------


def closeness(measures: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return how close the joint works of some partners are, nearest first.

    Parameters
    ----------
    measures : DataFrame
        Table ``tie_measures``.
    shown : sequence of str
        Partners.

    Returns
    -------
    DataFrame
        Rows of the newest window with ``rate, rate_low, rate_high`` (growth a year as a share)
        and ``state``: no tie, shallow, too few for a ratio, or regular.
    """
    rows = measures[measures["kind"] == WORKS]
    rows = rows[(rows["window"] == rows["window"].max()) & rows["partner"].isin(list(shown))]
    state = rows["status"].where(~rows["shallow"].astype(bool), "shallow")
    found = rows.assign(
        rate=np.expm1(rows["growth"]),
        rate_low=np.expm1(rows["growth_low"]),
        rate_high=np.expm1(rows["growth_high"]),
        state=state.mask(rows["volume"] == 0, "no_tie"),
    )
    ordered: pd.DataFrame = found.sort_values(
        ["association", "partner"], ascending=[False, True], ignore_index=True
    )
    return ordered


def courses(table: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return who grows faster or slower than all together, and whose works have fallen again.

    Parameters
    ----------
    table : DataFrame
        What `closeness` returns.
    viewpoint : str
        The country.
    names : Countries
        Names.
    """
    grown = table[table["growth"].notna()]
    if grown.empty:
        return say("No growth of joint works can be given here.")
    fallen = table[table["turned"] == "fell"].sort_values("last_to_peak", kind="stable")
    values: dict[str, Sayable] = {
        "country": names.text(viewpoint),
        "rate": percent(np.expm1(grown["growth_of_all"].iloc[0])),
        "n": count(len(grown)),
        "faster": count((grown["growth_low"] > grown["growth_of_all"]).sum()),
        "slower": count((grown["growth_high"] < grown["growth_of_all"]).sum()),
    }
    if fallen.empty:
        return say(
            "All joint works of {country} together grew by {rate} a year; of {n} partners {faster} "
            "surely grew faster and {slower} slower.",
            **values,
        )
    return say(
        "All joint works of {country} together grew by {rate} a year; of {n} partners {faster} "
        "surely grew faster and {slower} slower. Some had a burst that is over, and the sum of "
        "the window hides it (last year as a share of the best one): {fallen}.",
        fallen=listing(
            say(
                "{country} {share} of {peak}",
                country=names.text(str(row["partner"])),
                share=percent(row["last_to_peak"]),
                peak=year(int(row["peak_year"])),
            )
            for row in fallen.to_dict("records")
        ),
        **values,
    )


def closeness_columns(table: pd.DataFrame, names: Countries, level: float) -> Columns:
    """Return how `closeness` reads; with a note only where not all ties are regular."""
    mass = percent(level)
    notes = (
        [] if (table["state"] == "ok").all() else [cells.words("state", say("note"), TIE_STATES)]
    )
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("volume", say("joint works"), count),
        cells.observed("share_of_ties", say("share of all"), lambda share: percent(share, 1)),
        cells.estimate(
            "association",
            say("against sizes alone"),
            decimal,
            Interval("association_low", "association_high", mass),
        ),
        cells.observed("salton", say("Salton"), lambda value: decimal(value, 3)),
        cells.estimate(
            "rate",
            say("growth a year"),
            lambda rate: percent(rate, signed=True),
            Interval("rate_low", "rate_high", say("{level} of growth", level=mass)),
        ),
        cells.words("turned", say("within the window"), TIE_COURSES),
        *([] if (table["state"] == "ok").all() else notes),
    )


def closeness_headline(table: pd.DataFrame, names: Countries) -> Text:
    """Return which ties are nearest against sizes alone, and how many lie below."""
    known = table[table["association"].notna()]
    nearest = known.head(3)
    return say(
        "Against sizes alone {nearest} are nearest; {n} of {all} partners lie below 1",
        nearest=names.texts(list(nearest["partner"])),
        n=count((known["association_high"] < 1).sum()),
        all=count(len(known)),
    )


def closeness_subtitle(table: pd.DataFrame, level: float) -> Text:
    """Return what is compared, and of which years."""
    return say(
        "Joint works {window}; {level} intervals, from the scatter of years",
        window=period(str(table["window"].max())),
        level=percent(level),
    )


def thin_ties(results: Cooperation, viewpoint: str, names: Countries) -> Text:
    """Return how many ties of joint works are shallow, and how many have ended.

    Parameters
    ----------
    results : Cooperation
        Tables ``tie_measures`` and ``tie_coverage``.
    viewpoint : str
        The country.
    names : Countries
        Names.
    """
    rows = results.tie_measures[results.tie_measures["kind"] == WORKS]
    if rows.empty:
        return say("No joint works of {country} are listed.", country=names.text(viewpoint))
    rows = rows[rows["window"] == rows["window"].max()]
    none = int((rows["volume"] == 0).sum())
    return say(
        "Since {since} {country} has had joint works with {all} countries and territories. With "
        "{thin} of them those of {window} are so few that the tie may be chance; with {none} there "
        "were none.",
        since=year(int(results.tie_coverage.set_index("kind")["first_year"][WORKS])),
        window=period(str(rows["window"].iloc[0])),
        country=names.text(viewpoint),
        all=count(len(rows)),
        thin=count(rows["shallow"].astype(bool).sum() - none),
        none=count(none),
    )


# --- charts of the first section --------------------------------------------------------------


def network_headline(
    edges: pd.DataFrame, gaps: pd.DataFrame, viewpoint: str, names: Countries
) -> Text:
    """Return with how many of the first partners joint works are surely more or fewer.

    Parameters
    ----------
    edges : DataFrame
        Table ``network_edges``.
    gaps : DataFrame
        What ``gaps_page.newest`` returns for joint works.
    viewpoint : str
        The country.
    names : Countries
        Names.
    """
    own = _others(edges[(edges[["country", "partner"]] == viewpoint).any(axis=1)], viewpoint)
    first = gaps[gaps["partner"].isin(own) & (gaps["status"] == "ok")]
    fewer = sorted(first.loc[first["verdict"] == "below", "partner"])
    values: dict[str, Sayable] = {
        "n": count(len(own)),
        "more": count((first["verdict"] == "above").sum()),
    }
    if not fewer:
        return say(
            "Of {n} first partners {more} surely have more joint works than expected, none fewer",
            **values,
        )
    return say(
        "Of {n} first partners {more} surely have more joint works than expected; fewer: {fewer}",
        fewer=names.texts(fewer),
        **values,
    )


def _others(own: pd.DataFrame, viewpoint: str) -> list[str]:
    """Return the partner of each edge of the viewpoint country."""
    pairs = own[["country", "partner"]].to_numpy()
    return [str(two if one == viewpoint else one) for one, two in pairs]


def works_subtitle(measures: pd.DataFrame) -> Text:
    """Return the windows of joint works."""
    windows = sorted(measures.loc[measures["kind"] == WORKS, "window"].unique())
    return say(
        "Works with authors in both countries, {first} to {last}",
        first=period(str(windows[0])),
        last=period(str(windows[-1])),
    )


def network_subtitle(edges: pd.DataFrame) -> Text:
    """Return what the network shows, and of which years."""
    return say(
        "Joint works {window}, the first {n} partners, and for each its nearest other partner; "
        "expected from size, distance, language, history, trade agreements and mix of fields",
        window=period(str(edges["window"].iloc[0])),
        n=count(len(set(edges["country"]) | set(edges["partner"])) - 1),
    )


def network_alt(edges: pd.DataFrame, gaps: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return what to understand from the network; parameters as in `network_headline`."""
    own = edges[(edges[["country", "partner"]] == viewpoint).any(axis=1)]
    largest = own.sort_values("joint_works", ascending=False).head(3)
    return say(
        "{country} has most joint works with {partners}. {headline}.",
        country=names.text(viewpoint),
        partners=names.texts(_others(largest, viewpoint)),
        headline=network_headline(edges, gaps, viewpoint, names),
    )


def volumes_headline(measures: pd.DataFrame, names: Countries) -> Text:
    """Return which of the first partners grew fastest between the two newest windows."""
    first = first_partners(measures, WORKS).head(15)
    grown = first[first["growth"].notna()].sort_values("growth", ascending=False)
    if grown.empty:
        return say("Joint works with the first partners, newest window")
    one = grown.iloc[0]
    windows = sorted(measures.loc[measures["kind"] == WORKS, "window"].unique())
    return say(
        "Joint works grew with {n} of the first {all} partners since {before}, fastest with "
        "{country} ({rate} a year)",
        before=period(str(windows[-2])),
        n=count((grown["growth_low"] > 0).sum()),
        all=count(len(first)),
        country=names.text(str(one["partner"])),
        rate=percent(np.expm1(one["growth"]), signed=True),
    )


def volumes_alt(measures: pd.DataFrame, names: Countries) -> Text:
    """Return what to understand from the chart of volumes."""
    first = first_partners(measures, WORKS)
    return say(
        "A row a partner, a mark for each window. {headline}. In the newest window the count runs "
        "from {low} to {high}.",
        headline=volumes_headline(measures, names),
        low=count(first["volume"].head(15).min()),
        high=count(first["volume"].max()),
    )
