"""Sections of the scenario page on who enters and who leaves working life, alone and in pairs.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, page_columns, demography_words.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography_words import estimates_to, signed_tenth, with_shares
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Number, Sayable, Text, count, percent, say, year
from techdiplomacy.vocabulary import BALANCES

# --- entrants and leavers ---------------------------------------------------------------------


def balances(flows: pd.DataFrame, shown: Sequence[str], *, base_year: int) -> pd.Series:
    """Return entrants less leavers after the base year over persons of working life, by country.

    Lowest first.
    """
    own = flows[flows["country"].isin(list(shown))]
    summed = own[own["year"] > base_year].groupby("country")["balance"].sum()
    core = own[own["year"] == base_year].set_index("country")["core"]
    return (summed / core).sort_values()


def flows_headline(
    flows: pd.DataFrame, shown: Sequence[str], names: Countries, *, base_year: int
) -> Text:
    """Return in how many countries more people leave working life than reach it."""
    shares = balances(flows, shown, base_year=base_year)
    losing = shares[shares < 0]
    values: dict[str, Sayable] = {
        "n": count(len(losing)),
        "all": count(len(shares)),
        "first": year(base_year + 1),
        "last": year(flows["year"].max()),
    }
    if losing.empty:
        return say(
            "{first} to {last}: in {n} of {all} countries more people leave working life than "
            "reach it",
            **values,
        )
    return say(
        "{first} to {last}: in {n} of {all} countries more people leave working life than reach "
        "it, most of all in {countries}",
        countries=with_shares(losing, names, 2),
        **values,
    )


def flows_subtitle(flows: pd.DataFrame, *, entry_age: int, exit_age: int, from_year: int) -> Text:
    """Return what the chart of entrants and leavers measures."""
    return say(
        "Persons who reach the age of {entry} and of {exit} in a year, {first} to {last}; {known}, "
        "then medium variant; small print: entrants less leavers",
        entry=count(entry_age),
        exit=count(exit_age),
        first=year(from_year),
        last=year(flows["year"].max()),
        known=estimates_to(flows),
    )


def flows_alt(
    flows: pd.DataFrame, shown: Sequence[str], names: Countries, *, base_year: int
) -> Text:
    """Return the chart of entrants and leavers in words."""
    shares = balances(flows, shown, base_year=base_year)
    return say(
        "Entrants less leavers {first} to {last}, over persons of working life in {base}: from "
        "{lowest} to {highest}.",
        first=year(base_year + 1),
        last=year(flows["year"].max()),
        base=year(base_year),
        lowest=with_shares(shares, names, 1),
        highest=with_shares(shares[::-1], names, 1),
    )


# --- pairs ------------------------------------------------------------------------------------


def pairs_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return table ``demographic_pairs``, partners with fewest entrants less leavers first."""
    return pairs.sort_values(["partner_balance_share", "partner"], ignore_index=True)


def _signed(number: float) -> Number:
    """Return a number of persons at three significant digits, with its sign."""
    return Number(number, digits=3, signed=True)


def pair_columns(names: Countries) -> Columns:
    """Return how `pairs_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("partner_balance", say("its entrants less leavers"), _signed),
        cells.observed("partner_balance_share", say("over its working life"), signed_tenth),
        cells.observed(
            "partner_core_change",
            say("change of its working life, with deaths and migration"),
            signed_tenth,
        ),
        cells.words("verdict", say("reading"), BALANCES),
        cells.observed("years_held", say("years of which it is true"), percent),
    )


def pairs_headline(pairs: pd.DataFrame, names: Countries) -> Text:
    """Return how many partners have fewer entrants than leavers, and how the viewpoint fares."""
    row = pairs.iloc[0]
    losing = pairs["partner_balance"] < 0
    values: dict[str, Sayable] = {
        "n": count(losing.sum()),
        "all": count(len(pairs)),
        "country": names.text(row["country"]),
        "own": _signed(row["own_balance"]),
        "share": percent(row["own_balance_share"], signed=True),
        "core": percent(row["own_core_change"], signed=True),
    }
    return say(
        "{n} of {all} partners have fewer entrants than leavers; {country}: {own} ({share}), with "
        "deaths and migration {core}",
        **values,
    )


def pairs_subtitle(flows: pd.DataFrame, *, base_year: int, entry_age: int, exit_age: int) -> Text:
    """Return what is added up for the pairs, and over what."""
    return say(
        "Persons who reach the age of {entry} less those who reach {exit}, {first} to {last}, over "
        "persons between these ages in {base}; deaths before {exit} and migration are in neither, "
        "but in the change of working life from {base} to {last}; medium variant",
        entry=count(entry_age),
        exit=count(exit_age),
        first=year(base_year + 1),
        last=year(flows["year"].max()),
        base=year(base_year),
    )
