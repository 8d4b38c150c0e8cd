"""The sections of a partner brief on ages, workers, and facts known between both countries.

Knows: which sentence says which figure; a list without an entry is no proof. Must not know: files,
how a result was computed. May import: texts, vocabulary, demography, demography_words, tie_tables,
page_columns, pool_words, priority_words, brief_words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from techdiplomacy import demography_words
from techdiplomacy import page_columns as cells
from techdiplomacy.brief_words import Spoken, persons
from techdiplomacy.demography import OLDER
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pool_words import SOURCES
from techdiplomacy.priority_words import OFFICE_SOURCES
from techdiplomacy.texts import (
    NOTHING,
    Sayable,
    Text,
    count,
    percent,
    period,
    say,
    verbatim,
    year,
)
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import (
    LEVELS,
    MISSION_LISTED,
    NEED_VERDICTS,
)

AGE_SOURCES = demography_words.SOURCES
POOL_SOURCES = SOURCES
KNOWN_SOURCES = OFFICE_SOURCES
_DASH: Sayable = verbatim(NOTHING)
_UNKNOWN_LEVEL = say("not applicable or not known")

# --- ages and workers ---------------------------------------------------------------------------


def ages_table(spoken: Spoken) -> pd.DataFrame:
    """Return the ages of the partner and of the viewpoint country, a row each."""
    facts = spoken.facts
    table = facts.ages.table
    if facts.partner not in set(table["country"]):
        table = table.head(0)
    marks = facts.ages.marks
    shown = sorted(marks["mark"].unique())[-2:]
    columns = {
        f"mark{place}": [_reached(marks, code, mark, facts.ages.until) for code in table["country"]]
        for place, mark in enumerate(shown)
    }
    return table.assign(
        **{name: pd.Series(told, index=table.index, dtype=object) for name, told in columns.items()}
    )


def _reached(marks: pd.DataFrame, country: str, mark: float, until: int) -> Text:
    """Return in words when a share of older people is reached."""
    rows = marks[(marks["country"] == country) & (marks["mark"] == mark)].to_dict("records")
    if not rows:
        return say("{none}", none=_DASH)
    return demography_words.reached_words(rows[0], until)


def ages_columns(spoken: Spoken) -> Columns:
    """Return how `ages_table` reads."""
    ages = spoken.facts.ages
    marks = sorted(ages.marks["mark"].unique())[-2:]
    reached = [
        cells.texts(f"mark{place}", say("{mark} reached", mark=percent(mark)))
        for place, mark in enumerate(marks)
    ]
    years = period(f"{ages.now + 1}-{ages.until}")

    def signed(share: float) -> Sayable:
        return percent(share, signed=True)

    return (
        cells.country("country", say("country"), spoken.names),
        cells.observed(
            "share_now",
            say("{age} and older, {year}", age=count(OLDER), year=year(ages.now)),
            lambda share: percent(share, 1),
        ),
        *reached,
        cells.observed(
            "balance",
            say(
                "entrants less leavers of working life ({ages}), {years}",
                ages=spoken.working_life,
                years=years,
            ),
            persons,
        ),
        cells.said("balance_share", say("the same, per person of these ages"), signed),
        cells.said("core_change", say("people of these ages, change"), signed),
    )


def ages_headline(spoken: Spoken) -> Text:
    """Return the balance of entrants and leavers of both countries."""
    facts = spoken.facts
    rows = facts.ages.table.set_index("country")["balance_share"]
    if len(facts.ages.disputed):
        return say(
            "Two revisions of the population disagree on ages: do not conclude from this table",
        )
    if facts.partner not in rows or facts.viewpoint not in rows:
        return say("Ages of {them} and {us}", them=spoken.them, us=spoken.us)
    return say(
        "Entrants less leavers to {until}: {them} {theirs}, {us} {ours}",
        until=year(facts.ages.until),
        them=spoken.them,
        us=spoken.us,
        theirs=percent(rows[facts.partner], signed=True),
        ours=percent(rows[facts.viewpoint], signed=True),
    )


def ages_subtitle(spoken: Spoken) -> Text:
    """Return what the ages are, and that they are projected."""
    return say(
        "Revision of 2022, {known}, then medium variant without interval; last column after "
        "deaths and migration",
        known=spoken.population,
    )


def no_ages_words(spoken: Spoken) -> Text:
    """Return what is said in place of a table of ages."""
    return say("No ages of {them} are tabled here.", them=spoken.them)


def pools_table(spoken: Spoken) -> pd.DataFrame:
    """Return the gaps of the partner's pools of workers, a row each."""
    rows = spoken.facts.pools
    named = [spoken.pool(str(pool)) for pool in rows["pool"]]
    persons = [_range(row["to_train_low"], row["to_train_high"]) for row in rows.to_dict("records")]
    return rows.assign(
        counted=pd.Series(named, index=rows.index, dtype=object),
        persons=pd.Series(persons, index=rows.index, dtype=object),
    )


def _range(low: float, high: float) -> Text:
    """Return the persons to be trained; none, where most draws have no gap."""
    if pd.isna(low) or pd.isna(high):
        return say("no gap in most draws")
    return say("{low} to {high}", low=persons(low), high=persons(high))


def pools_columns(spoken: Spoken) -> Columns:
    """Return how `pools_table` reads."""
    level = percent(spoken.params.scenarios.level)

    def flow(of: str, heading: Text, between: Text) -> cells.Estimate:
        return cells.estimate(of, heading, persons, Interval(f"{of}_low", f"{of}_high", between))

    return (
        cells.texts("counted", say("who is counted")),
        flow("gap", say("gap, own growth"), say("own, {level} of draws", level=level)),
        flow(
            "gap_common",
            say("gap, common growth"),
            say("common, {level} of draws", level=level),
        ),
        cells.words("verdict", say("both"), NEED_VERDICTS),
        cells.texts("persons", say("to train for a part of it")),
    )


def pools_headline(spoken: Spoken) -> Text:
    """Return how many pools are surely short."""
    rows = spoken.facts.pools
    return say(
        "Scenario: pools of workers that are surely short: {n} of {all} with figures",
        n=count((rows["verdict"] == "short").sum()),
        all=count(len(rows)),
    )


def pools_subtitle(spoken: Spoken) -> Text:
    """Return over which years persons are added up, and which part would be trained for."""
    facts = spoken.facts
    low, high = spoken.params.scenarios.share_covered
    until = facts.pools["year"].max() if len(facts.pools) else facts.ages.until
    return say(
        "Gap: need less own supply, persons, {first} to {last}, if own or common growth fades; to "
        "train: {low} to {high} of it, an assumption",
        first=year(facts.ages.now + 1),
        last=year(int(until)),
        low=percent(low),
        high=percent(high),
    )


def no_pools_words(spoken: Spoken) -> Text:
    """Return that no need can be told."""
    return say(
        "No pool of workers of {them} has figures that a scenario can start from: need unknown.",
        them=spoken.them,
    )


# --- known facts --------------------------------------------------------------------------------

_FACTS = {
    "level": say("partnership"),
    "instrument": say("instrument"),
    "office_abroad": say("science office there"),
    "office_here": say("science office here"),
    "mission_out": say("mission there"),
    "mission_in": say("mission here"),
}


def known_table(spoken: Spoken) -> pd.DataFrame:
    """Return level, instruments, offices and missions, a row each: ``fact, told, dated``."""
    known = spoken.facts.known
    state = year(KIND["missions"].state_year)
    rows: list[tuple[str, Sayable, Sayable]] = [
        (
            "level",
            _UNKNOWN_LEVEL if known.level is None else LEVELS[known.level],
            _level_since(known.levels, known.level),
        )
    ]
    for row in known.instruments.to_dict("records"):
        dated = row["signed_year"]
        when: Sayable = say("no year") if pd.isna(dated) else year(int(dated))
        rows.append(("instrument", verbatim(row["title"]), when))
    for row in known.offices.to_dict("records"):
        told = say("{name}, {city}", name=verbatim(row["name"]), city=verbatim(row["city"]))
        rows.append(("office_abroad" if row["own"] else "office_here", told, _confirmed(row)))
    rows.append(("mission_out", MISSION_LISTED[known.mission_out], state))
    rows.append(("mission_in", MISSION_LISTED[known.mission_in], state))
    return pd.DataFrame(rows, columns=["fact", "told", "dated"], dtype=object)


def _level_since(levels: pd.DataFrame, level: str | None) -> Sayable:
    """Return since when a level holds."""
    since = levels.loc[levels["level"] == level, "since_year"].dropna()
    return year(int(since.iloc[0])) if len(since) else _DASH


def _confirmed(row: Mapping[Any, Any]) -> Sayable:
    """Return the newest year in which an office was mentioned."""
    dates = [str(row[name])[:4] for name in ("since", "last_confirmed") if pd.notna(row[name])]
    return year(int(max(dates))) if dates else say("no year")


def known_columns() -> Columns:
    """Return how `known_table` reads."""
    return (
        cells.words("fact", say("fact"), _FACTS),
        cells.texts("told", say("what is known")),
        cells.texts("dated", say("year")),
    )


def known_headline(spoken: Spoken) -> Text:
    """Return how much is known; an empty list is unknown, never none."""
    known = spoken.facts.known
    if not known.collected:
        return say(
            "Lists of levels, instruments and offices were not collected for {us}", us=spoken.us
        )
    return say(
        "Known instruments: {n}, science offices: {offices}; lists are incomplete",
        n=count(len(known.instruments)),
        offices=count(len(known.offices)),
    )


def known_subtitle() -> Text:
    """Return of which years the lists are."""
    return say(
        "Collected by hand and from registers: levels as of {levels}, missions as listed in "
        "{missions}, offices as last mentioned",
        levels=year(KIND["partnership_level"].state_year),
        missions=year(KIND["missions"].state_year),
    )
