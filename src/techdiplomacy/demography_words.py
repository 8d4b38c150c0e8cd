"""Words that the sections on ages share: the source, estimates, marks, shares with their sign.

Knows: how countries are named with a share, how far a population is estimated. Must not know: any
single section, files. May import: texts, countries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.texts import Number, Sayable, Text, commas, percent, say, year

SOURCES = ("un_population_2022",)
# countries named in a sentence
NAMED = 4


def estimates_to(flows: pd.DataFrame) -> Text:
    """Return up to which year the population of table ``age_flows`` is estimated."""
    estimated = flows.loc[flows["projection"] == "estimate", "year"]
    if estimated.empty:
        return say("projected from {first} on", first=year(flows["year"].min()))
    return say("estimates to {last}", last=year(estimated.max()))


def tenth(share: float) -> Number:
    """Return a share in percent with one decimal."""
    return percent(share, 1)


def signed_tenth(share: float) -> Number:
    """Return a share in percent with one decimal and its sign."""
    return percent(share, 1, signed=True)


def with_shares(shares: pd.Series, names: Countries, most: int = NAMED) -> Sayable:
    """Return countries with their balance in brackets, in the order given."""
    return commas(
        say(
            "{country} ({share})",
            country=names.text(str(code)),
            share=percent(share, signed=True),
        )
        for code, share in shares.head(most).items()
    )


def reached_words(row: Mapping[Any, Any], until: int) -> Text:
    """Return in words when a mark is reached."""
    if row["status"] == "not_yet":
        return say("not by {until}", until=year(until))
    when = year(row["year"])
    if row["status"] == "before":
        return say("by {year}", year=when)
    if row["status"] == "ahead":
        return say("{year}, projected", year=when)
    return say("{year}", year=when)
