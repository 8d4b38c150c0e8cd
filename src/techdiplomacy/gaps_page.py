"""Sections of the cooperation page on expected ties: gaps, their changes, and AI by itself.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, gap_tables, page_columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.gap_tables import (
    AI,
    MIX_OF_FIELDS,
    TERMS_OF,
    WITH_PAST,
    WITHOUT_PAST,
    WORKS,
)
from techdiplomacy.page_columns import Columns, Interval
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
)
from techdiplomacy.vocabulary import GAP_CHANGES, GAPS, TIE_KINDS, YES_NO, times

AI_SOURCES = ("ncses_ai_coauthorship", "cepii_distance", "desta_pairs")

# countries named in a sentence of the text
_NAMED = 5


# --- gaps of one window -----------------------------------------------------------------------


def newest(gaps: pd.DataFrame, kind: str, specification: str) -> pd.DataFrame:
    """Return the gaps of the newest window as ratios, widest shortfall first.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    kind, specification : str
        Kind of tie and specification.

    Returns
    -------
    DataFrame
        The rows with ``ratio, ratio_low, ratio_high`` (observed over expected) and ``state``: the
        verdict, or the status of a partner without one.
    """
    rows = gaps[(gaps["kind"] == kind) & (gaps["specification"] == specification)]
    rows = rows[rows["window"] == rows["window"].max()]
    found = rows.assign(
        ratio=np.exp(rows["gap"]),
        ratio_low=np.exp(rows["gap_low"]),
        ratio_high=np.exp(rows["gap_high"]),
        state=rows["verdict"].where(rows["status"] == "ok", rows["status"]),
    )
    ordered: pd.DataFrame = found.sort_values(["gap_low", "partner"], ignore_index=True)
    return ordered


def of_partners(rows: pd.DataFrame, shown: Sequence[str], state: str = "") -> pd.DataFrame:
    """Return the rows of some partners, of one state if it is named."""
    kept = rows["partner"].isin(list(shown))
    return rows[kept & (rows["state"] == state)] if state else rows[kept]


def holding(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose verdict no other fit turns."""
    return rows[rows["holds"].astype("Float64").fillna(1) > 0]


def with_fits(rows: pd.DataFrame, sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `newest` with the smallest and the largest ratio of all ways to expect ties.

    Parameters
    ----------
    rows : DataFrame
        Rows of `newest`.
    sensitivity : DataFrame
        Table ``gap_sensitivity``.

    Returns
    -------
    DataFrame
        The rows with ``fits_low`` and ``fits_high``; the ratio itself is among the fits.
    """
    ends = sensitivity.groupby("partner")["gap"].agg(["min", "max"])
    own = ends.reindex(rows["partner"]).set_index(rows.index)
    return rows.assign(
        fits_low=np.exp(pd.concat([own["min"], rows["gap"]], axis=1).min(axis=1)),
        fits_high=np.exp(pd.concat([own["max"], rows["gap"]], axis=1).max(axis=1)),
    )


def with_ranges(rows: pd.DataFrame, names: Countries, most: int = 3) -> Sayable:
    """Return partners with the range of their ratios over all fits, and how many more.

    Parameters
    ----------
    rows : DataFrame
        Rows of `with_fits`.
    names : Countries
        Names.
    most : int
        Partners named.
    """
    named = []
    for row in rows.head(most).to_dict("records"):
        values: dict[str, Sayable] = {
            "country": names.text(str(row["partner"])),
            "low": times(row["fits_low"]),
            "high": times(row["fits_high"]),
        }
        named.append(say("{country} ({low}\u2013{high})", **values))
    more = len(rows) - len(named)
    return listing([*named, *([say("{n} more", n=count(more))] if more > 0 else [])])


def with_ratios(rows: pd.DataFrame, names: Countries, most: int = 3) -> Sayable:
    """Return partners with their ratios in brackets, in the order of the rows, and how many more.

    The first ratio is followed by the word for times.

    Parameters
    ----------
    rows : DataFrame
        Rows of `newest`.
    names : Countries
        Names.
    most : int
        Partners named.
    """
    named = [
        say("{country} ({ratio} times)", country=names.text(code), ratio=times(ratio))
        if place == 0
        else say("{country} ({ratio})", country=names.text(code), ratio=times(ratio))
        for place, (code, ratio) in enumerate(rows[["partner", "ratio"]].head(most).to_numpy())
    ]
    more = len(rows) - len(named)
    return listing([*named, *([say("{n} more", n=count(more))] if more > 0 else [])])


def gap_headline(rows: pd.DataFrame, shown: Sequence[str], names: Countries) -> Text:
    """Return which of the partners shown lie surely below what is expected, and how many above.

    Where other fits were tried, only readings that none of them turns are counted, and how many
    depend on the fit is said.

    Parameters
    ----------
    rows : DataFrame
        What `newest` returns.
    shown : sequence of str
        Partners of the chart.
    names : Countries
        Names.
    """
    judged = of_partners(rows[rows["status"] == "ok"], shown)
    sure = judged[judged["state"] != "open"]
    held = holding(sure)
    below = held[held["state"] == "below"]
    values: dict[str, Sayable] = {
        "ties": _ties(rows),
        "all": count(len(judged)),
        "above": count((held["state"] == "above").sum()),
    }
    if judged.empty:
        return say("None of these partners is listed, so no {ties} are expected", ties=_ties(rows))
    varied: dict[str, Sayable] = (
        {"turning": count(len(sure) - len(held))} if sure["holds"].notna().any() else {}
    )
    if below.empty:
        if varied:
            return say(
                "Of {all} partners none lies surely below the {ties} expected in every fit, "
                "{above} above; {turning} depend on the fit",
                **values,
                **varied,
            )
        return say(
            "Of {all} partners none lies surely below the {ties} expected, {above} above", **values
        )
    values |= {"n": count(len(below)), "lowest": with_ratios(below, names)}
    if varied:
        return say(
            "Of {all} partners {n} lie surely below the {ties} expected in every fit, {above} "
            "above; {turning} depend on the fit; lowest: {lowest}",
            **values,
            **varied,
        )
    return say(
        "Of {all} partners {n} lie surely below the {ties} expected, {above} above; lowest: "
        "{lowest}",
        **values,
    )


def gap_subtitle(rows: pd.DataFrame, level: float) -> Text:
    """Return what a gap is, of which years and with which interval."""
    values: dict[str, Sayable] = {
        "ties": _ties(rows),
        "window": period(str(rows["window"].max())),
        "level": percent(level),
    }
    if MIX_OF_FIELDS in TERMS_OF[str(rows["kind"].iloc[0])]:
        return say(
            "Observed over expected {ties}, {window}; expected from size, distance, language, "
            "history, trade agreements and mix of fields; {level} interval",
            **values,
        )
    return say(
        "Observed over expected {ties}, {window}; expected from size, distance, language, "
        "history and trade agreements; {level} interval",
        **values,
    )


def gap_alt(rows: pd.DataFrame, shown: Sequence[str], names: Countries) -> Text:
    """Return what to understand from a chart of gaps."""
    return say(
        "Surely above what is expected: {above}. Surely below: {below}. The others may lie on "
        "either side.",
        above=_or_none(holding(of_partners(rows, shown, "above"))[::-1], names, 3),
        below=_or_none(holding(of_partners(rows, shown, "below")), names, 3),
    )


def _ties(rows: pd.DataFrame) -> Text:
    return TIE_KINDS[str(rows["kind"].iloc[0])]


def _or_none(rows: pd.DataFrame, names: Countries, most: int = _NAMED) -> Sayable:
    return with_ratios(rows, names, most) if len(rows) else say("none")


def gap_table(gaps: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return the newest gaps of joint works by both specifications, one row a partner.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    shown : sequence of str
        Partners; one that the table does not know has a row that says so.
    """
    first = newest(gaps, WORKS, WITHOUT_PAST)
    second = newest(gaps, WORKS, WITH_PAST).rename(columns=lambda name: f"past_{name}")
    rows = pd.DataFrame({"partner": list(shown)}).merge(first, on="partner", how="left")
    rows = rows.merge(second, left_on="partner", right_on="past_partner", how="left")
    rows = rows.fillna({"state": "no_rows", "past_state": "no_rows"})
    return rows.sort_values(["gap_low", "partner"], na_position="last", ignore_index=True)


def gap_columns(table: pd.DataFrame, names: Countries, level: float) -> Columns:
    """Return how `gap_table` reads; ``level`` is the mass of the intervals."""
    mass = percent(level)
    ranked = table["pairs_ranked"].max()
    place = say("place of {n} pairs", n=count(0 if pd.isna(ranked) else ranked))
    past = percent(level)
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("observed", say("joint works"), count),
        cells.observed("expected", say("expected"), count),
        cells.estimate(
            "ratio", say("times expected"), decimal, Interval("ratio_low", "ratio_high", mass)
        ),
        cells.words("state", say("reading"), GAPS),
        cells.said("holds", say("in every other fit"), lambda holds: YES_NO[bool(holds)]),
        cells.statistic("rank_among_all", place, count),
        cells.estimate(
            "past_ratio",
            say("times expected, past included"),
            decimal,
            Interval("past_ratio_low", "past_ratio_high", say("{level} (past)", level=past)),
        ),
        cells.words("past_state", say("reading, past included"), GAPS),
    )


def past_headline(table: pd.DataFrame) -> Text:
    """Return how many ties are above and below what the past and all else let expect."""
    number = table["past_state"].value_counts()
    return say(
        "Held against their own past as well, {above} ties grew more than expected, {below} less",
        above=count(number.get("above", 0)),
        below=count(number.get("below", 0)),
    )


def other_partners(gaps: pd.DataFrame, shown: Sequence[str], names: Countries) -> Text:
    """Return which other partners lack most works, and which are surely above.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    shown : sequence of str
        Partners of the chart, left out here.
    names : Countries
        Names.
    """
    rows = newest(gaps, WORKS, WITHOUT_PAST)
    rows = rows[~rows["partner"].isin(list(shown))]
    rows = rows.assign(missing=rows["expected"] - rows["observed"])
    below = rows[rows["state"] == "below"].sort_values("missing", ascending=False)
    above = rows[rows["state"] == "above"].sort_values("missing")
    without = rows.loc[rows["status"] != "ok", "partner"]
    said = say(
        "Outside this list {below} more countries lie surely below; most works are missing with "
        "{lacking}. Surely above lie {above}, first {ahead}.",
        below=count(len(below)),
        lacking=_or_none(below.head(_NAMED), names),
        above=count(len(above)),
        ahead=_or_none(above.head(_NAMED), names),
    )
    if without.empty:
        return said
    return say(
        "{said} No expectation can be given for {countries}: a figure about them is missing.",
        said=said,
        countries=names.texts(sorted(without)),
    )


# --- changes ----------------------------------------------------------------------------------


def changes_of(changes: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return the changes of joint works of some partners without the past, as factors.

    Returns
    -------
    DataFrame
        Rows of ``gap_changes`` with ``factor, factor_low, factor_high``: how many times the ratio
        of observed and expected ties is what it was.
    """
    rows = changes[
        (changes["kind"] == WORKS)
        & (changes["specification"] == WITHOUT_PAST)
        & changes["partner"].isin(list(shown))
    ]
    return rows.assign(
        factor=np.exp(rows["change"]),
        factor_low=np.exp(rows["change_low"]),
        factor_high=np.exp(rows["change_high"]),
    )


def since_windows(rows: pd.DataFrame) -> list[str]:
    """Return the earlier windows of changes, newest first."""
    return sorted(map(str, rows["from_window"].unique()), reverse=True)


def changed(rows: pd.DataFrame, window: str, verdict: str) -> list[str]:
    """Return the partners of one verdict since one window, largest change first."""
    found = rows[(rows["from_window"] == window) & (rows["verdict"] == verdict)]
    order = found["change"].abs().sort_values(ascending=False, kind="stable").index
    return [str(code) for code in found.loc[order, "partner"]]


def change_notes(rows: pd.DataFrame) -> dict[str, Sayable]:
    """Return the small print of partners whose gap has changed since the earliest window."""
    windows = since_windows(rows)
    if not windows:
        return {}
    told = rows[(rows["from_window"] == windows[-1]) & (rows["verdict"] != "no_change_seen")]
    return {
        str(code): GAP_CHANGES[verdict] for code, verdict in told[["partner", "verdict"]].to_numpy()
    }


def changes_table(rows: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return changes with one row a partner, the columns of each earlier window side by side.

    Parameters
    ----------
    rows : DataFrame
        What `changes_of` returns.
    shown : sequence of str
        Partners, in the order of the rows.
    """
    table = pd.DataFrame({"partner": [code for code in shown if code in set(rows["partner"])]})
    for place, window in enumerate(since_windows(rows)):
        own = rows[rows["from_window"] == window]
        kept = own[["partner", "factor", "factor_low", "factor_high", "verdict"]]
        named = kept.rename(
            columns={
                "factor": f"since{place}",
                "factor_low": f"since{place}_low",
                "factor_high": f"since{place}_high",
                "verdict": f"verdict{place}",
            }
        )
        table = table.merge(named, on="partner", how="left")
    return table


def changes_columns(rows: pd.DataFrame, names: Countries, level: float) -> Columns:
    """Return how `changes_table` reads; ``rows`` are those it was made from."""
    columns: list[Any] = [cells.country("partner", say("partner"), names)]
    for place, window in enumerate(since_windows(rows)):
        since = period(window)
        columns += [
            cells.estimate(
                f"since{place}",
                say("times {window}", window=since),
                decimal,
                Interval(
                    f"since{place}_low",
                    f"since{place}_high",
                    say("{level} ({window})", level=percent(level), window=since),
                ),
            ),
            cells.words(f"verdict{place}", say("since {window}", window=since), GAP_CHANGES),
        ]
    return tuple(columns)


def changes_headline(rows: pd.DataFrame, names: Countries) -> Text:
    """Return which gaps have changed since the earliest window.

    Parameters
    ----------
    rows : DataFrame
        What `changes_of` returns.
    names : Countries
        Names.
    """
    return _changed_since(rows, -1, names)


def lately_headline(rows: pd.DataFrame, names: Countries) -> Text:
    """Return which gaps have changed since the window before the newest one."""
    return _changed_since(rows, 0, names)


def _changed_since(rows: pd.DataFrame, place: int, names: Countries) -> Text:
    windows = since_windows(rows)
    if not windows:
        return say("No change of a gap can be given: there is one window only")
    since = windows[place]
    said = [
        say("{verdict} with {countries}", verdict=words, countries=few(found, names))
        for verdict, words in GAP_CHANGES.items()
        if verdict != "no_change_seen" and (found := changed(rows, since, verdict))
    ]
    if not said:
        return say("Since {window} no gap has surely changed", window=period(since))
    return say("Since {window}: {changes}", window=period(since), changes=semicolons(said))


def few(codes: Sequence[str], names: Countries, most: int = 4) -> Sayable:
    """Return the first countries of a list and how many there are more; none, if it is empty."""
    if not codes:
        return say("none")
    named = [names.text(code) for code in codes[:most]]
    more = len(codes) - len(named)
    return commas([*named, *([say("{n} more", n=count(more))] if more else [])])


def semicolons(parts: Sequence[Text]) -> Text:
    """Return sentences with semicolons between."""
    if len(parts) == 1:
        return parts[0]
    return say("{first}; {rest}", first=parts[0], rest=semicolons(parts[1:]))


def changes_subtitle(gaps: pd.DataFrame, level: float) -> Text:
    """Return which windows are compared."""
    windows = gaps.loc[
        (gaps["kind"] == WORKS) & (gaps["specification"] == WITHOUT_PAST), "window"
    ].unique()
    return say(
        "Joint works over those expected, by window, {first} to {last}; {level} interval",
        first=period(min(windows)),
        last=period(max(windows)),
        level=percent(level),
    )


def changes_alt(rows: pd.DataFrame, names: Countries) -> Text:
    """Return what to understand from the chart of gaps by window."""
    return say(
        "One small chart a partner, where 1 is as expected. {headline}.",
        headline=changes_headline(rows, names),
    )


# --- artificial intelligence ------------------------------------------------------------------


def ai_table(gaps: pd.DataFrame, measures: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return the AI ties of partners: articles, association and what is expected.

    Parameters
    ----------
    gaps, measures : DataFrame
        Tables ``cooperation_gaps`` and ``tie_measures``.
    shown : sequence of str
        Partners; one that the source does not list has a row that says so.
    """
    first = newest(gaps, AI, WITHOUT_PAST)
    ties = measures[measures["kind"] == AI]
    ratios = ["association", "association_low", "association_high"]
    rows = pd.DataFrame({"partner": list(shown)}).merge(first, on="partner", how="left")
    rows = rows.merge(ties[["partner", "share_of_ties", *ratios]], on="partner", how="left")
    rows = rows.fillna({"state": "no_rows"})
    return rows.sort_values(["gap_low", "partner"], na_position="last", ignore_index=True)


def ai_columns(names: Countries, level: float) -> Columns:
    """Return how `ai_table` reads."""
    mass = percent(level)
    return (
        cells.country("partner", say("partner"), names),
        replace(
            cells.observed("observed", say("joint AI articles"), count), missing=say("not listed")
        ),
        cells.observed("share_of_ties", say("share of all"), lambda value: percent(value, 1)),
        cells.estimate(
            "association",
            say("against sizes alone"),
            decimal,
            Interval("association_low", "association_high", say("{level} (counting)", level=mass)),
        ),
        cells.observed("expected", say("expected"), count),
        cells.estimate(
            "ratio", say("times expected"), decimal, Interval("ratio_low", "ratio_high", mass)
        ),
        cells.words("state", say("reading"), GAPS),
    )


def ai_headline(
    ai: pd.DataFrame, works: pd.DataFrame, shown: Sequence[str], names: Countries
) -> Text:
    """Return which partners read otherwise in AI than in all works.

    Parameters
    ----------
    ai, works : DataFrame
        What `newest` returns for AI articles and for joint works.
    shown : sequence of str
        Partners of the table.
    names : Countries
        Names.
    """
    both = of_partners(ai[ai["status"] == "ok"], shown).merge(
        works.loc[works["status"] == "ok", ["partner", "state"]],
        on="partner",
        suffixes=("", "_works"),
    )
    worse = both[(both["state"] == "below") & (both["state_works"] != "below")]
    values: dict[str, Sayable] = {
        "same": count((both["state"] == both["state_works"]).sum()),
        "all": count(len(both)),
    }
    if both.empty:
        return say("None of these partners can be compared in AI and in all works")
    if worse.empty:
        return say("AI and all works read alike with {same} of {all} partners", **values)
    return say(
        "AI and all works read alike with {same} of {all} partners; below what is expected in AI "
        "only: {countries}",
        countries=names.texts(list(worse["partner"])),
        **values,
    )
