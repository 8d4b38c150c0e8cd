"""The section of a partner brief on ties: what is expected, how it grows, all counted kinds.

Knows: which sentence says which figure; an absent tie that a source may miss is unknown. Must not
know: files, how a result was computed. May import: texts, vocabulary, tie_tables, brief_facts,
page_columns, brief_words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.brief_rows import reading
from techdiplomacy.brief_words import (
    READINGS,
    Spoken,
    growth_words,
    ratio_words,
    reading_words,
)
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import (
    NOTHING,
    Sayable,
    Text,
    commas,
    count,
    percent,
    period,
    say,
    verbatim,
    year,
)
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import (
    GAP_SOURCES,
    TIE_KINDS,
)

_DASH: Sayable = verbatim(NOTHING)


def tie_words(spoken: Spoken) -> Text:
    """Return the expectation, the growth, and the expectation with the past, in one paragraph."""
    parts = [
        _expected_words(spoken),
        _growth_words(spoken),
        _past_words(spoken),
        _ai_words(spoken),
    ]
    told = [one for one in parts if one is not None]
    said = told[0]
    for one in told[1:]:
        said = say("{one} {other}", one=said, other=one)
    return said


def _expected_words(spoken: Spoken) -> Text:
    facts = spoken.facts
    if not facts.gap:
        return say(
            "What joint works to expect cannot be told: the fit lacks {them}.", them=spoken.them
        )
    return say(
        "Expected from size, distance, language, history, agreements and mix of fields: {n} joint "
        "works, {window}. Observed: {ratio} that, {reading}.",
        n=count(facts.gap["expected"]),
        window=period(str(facts.gap["window"])),
        ratio=ratio_words(facts.gap),
        reading=reading_words(facts),
    )


def _growth_words(spoken: Spoken) -> Text | None:
    row = spoken.facts.works
    if not row or row["status"] != "ok" or pd.isna(row["growth"]) or pd.isna(row["growth_of_all"]):
        return None
    growth = say("Growth since the window before: {growth}.", growth=growth_words(row))
    if pd.isna(row["last_to_peak"]) or row["last_to_peak"] >= 1:
        return growth
    return say(
        "{growth} The best year was {peak}; the last one has {share} of it.",
        growth=growth,
        peak=year(int(row["peak_year"])),
        share=percent(row["last_to_peak"]),
    )


def _past_words(spoken: Spoken) -> Text | None:
    past = spoken.facts.past
    told = reading(past)
    if told is None or past["status"] != "ok":
        return None
    return say(
        "With the tie of the window before among what is expected: {ratio}, {reading}.",
        ratio=ratio_words(past),
        reading=READINGS[told],
    )


def _ai_words(spoken: Spoken) -> Text | None:
    gap = spoken.facts.ai_gap
    told = reading(gap)
    if told is None:
        return None
    return say(
        "Joint AI articles, {window}: {n}, {ratio} what is expected, {reading}.",
        window=period(str(gap["window"])),
        n=count(gap["observed"]),
        ratio=ratio_words(gap),
        reading=READINGS[told],
    )


def ties_table(spoken: Spoken) -> pd.DataFrame:
    """Return the ties of every counted kind: ``kind, window, amount, place``."""
    rows = spoken.facts.ties
    records = []
    for kind, own in rows.groupby("kind", sort=False):
        sided = own.to_dict("records")
        records.append(
            {
                "kind": kind,
                "window": sided[0]["window"],
                "amount": commas(_amount(row, spoken) for row in sided),
                "place": commas(_place(row) for row in sided),
            }
        )
    return pd.DataFrame(records, columns=["kind", "window", "amount", "place"])


def _amount(row: Mapping[Any, Any], spoken: Spoken) -> Text:
    """Return a volume with its direction; a share of students is one."""
    kind, direction = str(row["kind"]), str(row["direction"])
    if pd.isna(row["volume"]):
        number: Sayable = ABSENT[kind]
    elif kind == "students":
        number = percent(row["volume"], 1)
    else:
        number = count(row["volume"])
    if direction == "both":
        return say("{n}", n=number)
    if direction == "out":
        return say("{us} to {them}: {n}", us=spoken.us, them=spoken.them, n=number)
    return say("{them} to {us}: {n}", us=spoken.us, them=spoken.them, n=number)


ABSENT: Mapping[str, Text] = {
    "joint_works": say("not listed"),
    "joint_ai_articles": say("not listed"),
    "joint_projects": say("not listed"),
    "software_events": say("under the limit"),
    "students": say("not reported"),
    "migrants": say("not listed"),
}


def _place(row: Mapping[Any, Any]) -> Text:
    """Return the place among the partners with such a tie."""
    if pd.isna(row["place"]):
        return say("{none}", none=_DASH)
    return say("{place} of {of}", place=count(row["place"]), of=count(row["of"]))


def ties_columns() -> Columns:
    """Return how `ties_table` reads."""
    return (
        cells.words("kind", say("tie"), TIE_KINDS),
        cells.said("window", say("years"), lambda window: period(str(window))),
        cells.texts("amount", say("how much")),
        cells.texts("place", say("place among partners")),
    )


def ties_headline(spoken: Spoken) -> Text:
    """Return of how many kinds of ties there is one."""
    rows = spoken.facts.ties
    tied = rows.loc[rows["volume"].fillna(0) > 0, "kind"].nunique()
    return say(
        "Kinds of ties in which the pair is listed: {n} of {all}",
        n=count(tied),
        all=count(rows["kind"].nunique()),
    )


def ties_subtitle(spoken: Spoken) -> Text:
    """Return what kinds count; students are shares."""
    return say(
        "All fields, joint works {works}; software is pushes and pull requests, students are "
        "shares of the host's foreign students, migrants are estimates of all skills",
        works=period(spoken.facts.works_window or str(spoken.facts.ages.now)),
    )


def tie_sources(spoken: Spoken) -> list[str]:
    """Return the cards behind the ties that are shown, and behind what is expected."""
    kinds = spoken.facts.ties["kind"].unique()
    cards = [card for kind in kinds for card in KIND[str(kind)].sources]
    return list(dict.fromkeys([*GAP_SOURCES, *cards]))
