"""The findings, ties and headline numbers of the cooperation page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, cards, countries, vocabulary, tie_tables, gap_tables, cooperation, gaps_page,
partners_page, fits_page, project_page, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy import gaps_page as expected
from techdiplomacy import page_columns as cells
from techdiplomacy.cards import Card
from techdiplomacy.cooperation import Cooperation
from techdiplomacy.countries import Countries
from techdiplomacy.fits_page import rank_agreement
from techdiplomacy.gap_tables import AI, WITHOUT_PAST, WORKS
from techdiplomacy.gaps_page import with_ranges
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding, fit_on_a_screen
from techdiplomacy.partners_page import UNRANKED, first_partners
from techdiplomacy.project_page import all_parts, money_finding, years_of
from techdiplomacy.texts import (
    Sayable,
    Text,
    count,
    percent,
    period,
    phrase,
    say,
    year,
)
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import (
    GAP_CHANGES,
    TIE_NOTES,
)
from techdiplomacy.vocabulary import TIE_KINDS as KIND_WORDS

_FIRST = 4


# --- findings ---------------------------------------------------------------------------------


def findings(
    results: Cooperation,
    partners: Sequence[str],
    viewpoint: str,
    names: Countries,
    *,
    level: float,
) -> list[Finding]:
    """Return the findings of the page: with whom, what is missing, what changes, how sure.

    Parameters
    ----------
    results : Cooperation
        All tables.
    partners : sequence of str
        Partners that the findings are about.
    viewpoint : str
        The country.
    names : Countries
        Names.
    level : float
        Mass of the intervals.
    """
    rows = expected.newest(results.cooperation_gaps, WORKS, WITHOUT_PAST)
    rows = expected.with_fits(rows, results.gap_sensitivity)
    for most in (3, 2, 1):
        found = [
            _with_whom(results, viewpoint, names),
            _below(rows, partners, names, most, level=level, fits=_fits(results)),
            _above(rows, partners, names, most),
            _changing(results, partners, names, most),
            money_finding(
                results.project_money,
                years_of(results.project_partners, results.tie_coverage),
                viewpoint,
                names,
            ),
        ]
        if fit_on_a_screen(found):
            break
    return found


def _with_whom(results: Cooperation, viewpoint: str, names: Countries) -> Finding:
    """Return the first partners by joint works, and whether another count orders them so."""
    first = first_partners(results.tie_measures, WORKS).head(_FIRST)
    country = names.text(viewpoint)
    if first.empty:
        return Finding(
            say("No joint works of {country} are listed.", country=country),
            say("{n} partners", n=count(0)),
            say("{year}", year=_last_year(results)),
        )
    return Finding(
        say(
            "{country} publishes most with {partners}: {low} to {high} joint works.",
            country=country,
            partners=names.texts(list(first["partner"])),
            low=count(first["volume"].min()),
            high=count(first["volume"].max()),
        ),
        _order_words(first, results.official_check, names),
        say("{window}", window=period(str(first["window"].iloc[0]))),
    )


def _last_year(results: Cooperation) -> Sayable:
    last = results.tie_coverage["last_year"].max()
    return year(int(last))


def _order_words(first: pd.DataFrame, check: pd.DataFrame, names: Countries) -> Text:
    """Return whether a US government count puts the first partners in the same order."""
    official = check[check["partner"].isin(first["partner"])].sort_values("rank_articles")
    if len(official) < len(first):
        return say("no US government count of all {n}", n=count(len(first)))
    if list(official["partner"]) == list(first["partner"]):
        return say(
            "same order in a US government count of {year}",
            year=year(int(official["year"].iloc[0])),
        )
    return say(
        "order open: a US government count puts {country} first",
        country=names.text(str(official["partner"].iloc[0])),
    )


def _fits(results: Cooperation) -> int:
    """Return in how many ways joint works were expected."""
    return max(1, results.gap_sensitivity["variant"].nunique())


def _below(
    rows: pd.DataFrame,
    partners: Sequence[str],
    names: Countries,
    most: int,
    *,
    level: float,
    fits: int,
) -> Finding:
    """Return which partners lie surely below what is expected, whichever way it is fitted."""
    judged = expected.of_partners(rows[rows["status"] == "ok"], partners)
    below = expected.holding(expected.of_partners(rows, partners, "below"))
    to = say("{window}", window=period(str(rows["window"].max())))
    if below.empty:
        return Finding(
            say(
                "With none of {all} partners are joint works surely below what size, distance and "
                "language let expect.",
                all=count(len(judged)),
            ),
            say("{level} intervals", level=percent(level)),
            to,
        )
    return Finding(
        say(
            "Surely fewer joint works than expected (size, distance, language): {countries}.",
            countries=with_ranges(below, names, most),
        ),
        say(
            "ratios over {n} fits; {level} intervals exclude 1",
            n=count(fits),
            level=percent(level),
        ),
        to,
    )


def _above(rows: pd.DataFrame, partners: Sequence[str], names: Countries, most: int) -> Finding:
    """Return which partners lie surely above, and for how many that is open."""
    judged = expected.of_partners(rows, partners, "above")[::-1]
    above = expected.holding(judged)
    values: dict[str, Sayable] = {
        "n": count(len(expected.of_partners(rows, partners, "open"))),
        "all": count(len(expected.of_partners(rows[rows["status"] == "ok"], partners))),
    }
    certainty = say("open for {n} of {all}", **values)
    if len(above) < len(judged):
        turning = count(len(judged) - len(above))
        certainty = say("{n} open; {turning} depend on the fit", n=values["n"], turning=turning)
    to = say("{window}", window=period(str(rows["window"].max())))
    if above.empty:
        return Finding(say("With no partner surely more."), certainty, to)
    return Finding(
        say("Surely more: {countries}.", countries=with_ranges(above, names, most)), certainty, to
    )


def _changing(
    results: Cooperation, partners: Sequence[str], names: Countries, most: int
) -> Finding:
    """Return which ties have gained and lost against what is expected since the first window."""
    rows = expected.changes_of(results.gap_changes, partners)
    windows = expected.since_windows(rows)
    if not windows:
        newest = period(str(results.cooperation_gaps["window"].max()))
        nothing = say("{n} earlier windows", n=count(0))
        return Finding(say("No change can be given."), nothing, say("{window}", window=newest))
    rows = rows[rows["from_window"] == windows[-1]]
    to = say("{window}", window=period(str(rows["to_window"].iloc[0])))
    sure = say(
        "no change seen: {n} of {all}; works themselves grew: {grown}",
        n=count((rows["verdict"] == "no_change_seen").sum()),
        all=count(len(rows)),
        grown=count(_grown(results.cooperation_gaps, rows)),
    )
    lost, gained = (
        [code for verdict in verdicts for code in expected.changed(rows, windows[-1], verdict)]
        for verdicts in (("opening", "falling_back"), ("pulling_ahead", "closing", "rising"))
    )
    values: dict[str, Sayable] = {
        "window": period(windows[-1]),
        "lost": expected.few(lost, names, most + 1),
        "gained": expected.few(gained, names, most + 1),
    }
    return Finding(
        say("Ratio to expected since {window}: fallen for {lost}; risen for {gained}.", **values),
        sure,
        to,
    )


def _grown(gaps: pd.DataFrame, rows: pd.DataFrame) -> int:
    """Return with how many partners of some changes there are more joint works than before."""
    kept = (gaps["kind"] == WORKS) & (gaps["specification"] == WITHOUT_PAST)
    works = gaps[kept].pivot(index="partner", columns="window", values="observed")
    works = works.reindex(rows["partner"])
    before, now = (str(rows[name].iloc[0]) for name in ("from_window", "to_window"))
    if before not in works or now not in works:
        return 0
    return int((works[now] > works[before]).sum())


# --- partners and what is known of them ------------------------------------------------------


def shown_partners(
    results: Cooperation, partners: Sequence[str], viewpoint: str, *, most: int = 5
) -> list[str]:
    """Return the partners of the tables: those listed, then any among the first of a kind.

    Parameters
    ----------
    results : Cooperation
        Table ``tie_measures``.
    partners : sequence of str
        Partners that pages list, in their order.
    viewpoint : str
        Never among them.
    most : int
        How many first partners of each kind and direction are added.
    """
    listed = [code for code in partners if code != viewpoint]
    measures = results.tie_measures
    more = [
        str(code)
        for kind, direction in measures[["kind", "direction"]].drop_duplicates().to_numpy()
        if kind not in UNRANKED
        for code in first_partners(measures, kind, direction)["partner"].head(most)
    ]
    works = first_partners(measures, WORKS).set_index("partner")["volume"]
    added = sorted({*more} - {*listed}, key=lambda code: (-works.get(code, 0.0), code))
    return [*listed, *added]


def known_words(instruments: Card, results: Cooperation) -> Text:
    """Return what the collections of levels and of instruments leave out.

    Parameters
    ----------
    instruments : Card
        Card of the known instruments; it says how many there are.
    results : Cooperation
        Tables ``tie_measures`` and ``tie_coverage``.
    """
    dated = first_partners(results.tie_measures, "st_agreements")["volume"].sum()
    undated = results.tie_coverage.set_index("kind")["undated"].get("st_agreements", 0)
    undated = 0 if pd.isna(undated) else int(undated)
    return say(
        "Levels are those known in {year}; special relationships stand beside the three levels, "
        "not below them. No known level means that none was found, not that there is none. "
        "Of instruments {known} are known, {undated} of them without a year and therefore not in "
        "the tables. Not known: {instruments}.",
        known=count(dated + undated),
        undated=count(undated),
        year=year(KIND["partnership_level"].state_year),
        instruments=phrase(instruments.coverage.missing[0]),
    )


# --- coverage ---------------------------------------------------------------------------------


def coverage_columns() -> Columns:
    """Return how table ``tie_coverage`` reads."""
    return (
        cells.words("kind", say("kind of tie"), KIND_WORDS),
        cells.observed("first_year", say("from"), year),
        cells.observed("last_year", say("to"), year),
        cells.observed("n_countries", say("countries"), count),
        cells.observed("n_pairs", say("pairs"), count),
        cells.observed("viewpoint_partners", say("partners, all years"), count),
        cells.observed("undated", say("left out: no year"), count),
        cells.words("note", say("what to know"), TIE_NOTES),
    )


def coverage_headline(coverage: pd.DataFrame) -> Text:
    """Return how many kinds list the country, and which of them carry a technology."""
    return say(
        "{n} of {all} kinds of ties list the country; only AI articles and the parts of the "
        "European programme carry a technology",
        n=count(coverage["listed"].astype(bool).sum()),
        all=count(len(coverage)),
    )


def coverage_subtitle(coverage: pd.DataFrame) -> Text:
    """Return the years that all kinds together cover."""
    return say(
        "Years, countries and pairs with a tie above zero, {first} to {last}",
        first=year(int(coverage["first_year"].min())),
        last=year(int(coverage["last_year"].max())),
    )


def all_sources(results: Cooperation) -> list[str]:
    """Return the cards behind all kinds of ties, each once."""
    return sorted({card for text in results.tie_coverage["sources"] for card in text.split(";")})


# --- numbers ----------------------------------------------------------------------------------


def headline_numbers(
    results: Cooperation, partners: Sequence[str]
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/cooperation_ties.json``."""
    works = first_partners(results.tie_measures, WORKS)
    rho = rank_agreement(results.official_check)
    numbers: dict[str, float | int | str | bool | None] = {
        "partners_with_joint_works": len(works),
        "first_partner": str(works["partner"].iloc[0]) if len(works) else None,
        "rank_correlation_with_official_count": None if np.isnan(rho) else rho,
    }
    for name, kind in (("works", WORKS), ("ai", AI)):
        rows = expected.newest(results.cooperation_gaps, kind, WITHOUT_PAST)
        own = expected.of_partners(rows, partners)
        for state in ("above", "below", "open"):
            numbers[f"{name}_{state}"] = int((own["state"] == state).sum())
        if name == "works":
            for row in own[own["status"] == "ok"].to_dict("records"):
                numbers[f"times_expected_{row['partner']}"] = float(row["ratio"])
    rows = expected.changes_of(results.gap_changes, partners)
    for verdict in GAP_CHANGES:
        since = expected.since_windows(rows)
        found = expected.changed(rows, since[-1], verdict) if since else []
        numbers[f"changes_{verdict}"] = len(found)
    money = all_parts(results.project_money)
    numbers["projects"] = int(money["projects"]) if money else 0
    numbers["projects_coordinated"] = int(money["coordinated"]) if money else 0
    amount = money["own_contribution_eur"] if money else None
    numbers["contribution_eur"] = None if amount is None or pd.isna(amount) else float(amount)
    return numbers
