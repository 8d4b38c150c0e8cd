"""The tables of what stands for each pool of workers, and of what the scenarios assume.

Knows: which sentence says which assumption. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, page_columns, pool_words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns
from techdiplomacy.pool_words import EVERY, Pools, years_words
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    commas,
    count,
    decimal,
    percent,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import ASSUMPTION_BASES, ASSUMPTIONS, POOL_MATCHES, SUPPLY_BASES


def bases_table(bases: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    """Return what stands for each pool in each country: one row a country, one column a pool.

    Parameters
    ----------
    bases : DataFrame
        Table ``pool_bases``.
    pools : mapping
        What `pool_names` returns.

    Returns
    -------
    DataFrame
        Column ``country`` and one of sentences for each pool; countries without any figure are
        left out.
    """
    known = bases.loc[bases["match"] != "none", "country"]
    rows = []
    for country in dict.fromkeys(bases["country"]):
        if country not in set(known):
            continue
        own = bases[bases["country"] == country]
        found = {row["pool"]: _base_words(row) for row in own.to_dict("records")}
        rows.append({"country": country, **{p: found.get(p, POOL_MATCHES["none"]) for p in pools}})
    return pd.DataFrame(rows, columns=["country", *pools])


def _base_words(row: Mapping[Any, Any]) -> Text:
    if row["match"] == "none" or pd.isna(row["stock"]):
        return POOL_MATCHES["none"]
    values: dict[str, Sayable] = {
        "stock": rounded(row["stock"]),
        "base": year(row["base_year"]),
        "match": POOL_MATCHES[row["match"]],
    }
    if row["status"] == "old_base":
        return say("{stock} in {base}; {match}; too old to start from", **values)
    values["supply"] = SUPPLY_BASES[row["supply_basis"]]
    if row["supply_basis"] == "graduates" and pd.notna(row["graduates_year"]):
        return say(
            "{stock} in {base}; {match}; {supply} ({graduates} in {then})",
            graduates=rounded(row["graduates"]),
            then=year(row["graduates_year"]),
            **values,
        )
    return say("{stock} in {base}; {match}; {supply}", **values)


def bases_columns(pools: Pools, names: Countries) -> Columns:
    """Return how `bases_table` reads."""
    return (
        cells.country("country", say("country"), names),
        *(cells.texts(pool, say("{pool}", pool=said)) for pool, said in pools.items()),
    )


def bases_headline(bases: pd.DataFrame, pools: Pools) -> Text:
    """Return in how many countries each pool has a figure that scenarios can start from."""
    known = bases[~bases["status"].isin(["no_stock", "old_base"])]
    countries = known.groupby("pool")["country"].nunique().to_dict()
    return say(
        "Countries of {n} with a figure to start from: {pools}",
        n=count(bases["country"].nunique()),
        pools=commas(
            say("{pool} {n}", pool=said, n=count(countries.get(pool, 0)))
            for pool, said in pools.items()
        ),
    )


def bases_subtitle(bases: pd.DataFrame) -> Text:
    """Return of which years the figures are."""
    return say(
        "Workers in the newest year, {years}, what the figure counts, and what their supply "
        "follows",
        years=years_words(bases["base_year"].dropna()),
    )


def missing_words(bases: pd.DataFrame, names: Countries) -> Text:
    """Return which countries have no figure for any pool."""
    known = set(bases.loc[bases["match"] != "none", "country"])
    without = [code for code in dict.fromkeys(bases["country"]) if code not in known]
    if not without:
        return say("Every country compared has a figure for 1 pool or more.")
    return say(
        "No figure for any pool: {countries}. Nothing is estimated for them.",
        countries=names.texts(without),
    )


def assumptions_table(assumptions: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Return the assumptions with their ranges in words, those of all pools first.

    Parameters
    ----------
    assumptions : DataFrame
        Table ``scenario_assumptions``.
    countries : sequence of str
        Countries whose own ranges are listed beside those of all countries.
    """
    order = list(ASSUMPTIONS)
    own = assumptions[assumptions["country"].isin([EVERY, *countries])]
    ranges: Any = [_range(row) for row in own.to_dict("records")]
    known = own.assign(
        place=own["assumption"].map(order.index),
        range=ranges,
        single=own["pool"] != EVERY,
    )
    return known.sort_values(
        ["place", "single", "pool", "country"], kind="stable", ignore_index=True
    ).drop(columns=["place", "single"])


def _range(row: Mapping[Any, Any]) -> Text:
    form = _form(str(row["unit"]))
    if row["low"] == row["high"]:
        return say("{value}", value=form(row["low"]))
    return say("{low} to {high}", low=form(row["low"]), high=form(row["high"]))


def _form(unit: str) -> Callable[[float], Number]:
    """Return how numbers of a unit are written."""
    if "share" in unit:
        return lambda value: percent(value, 1 if unit == "share a year" else 0)
    return {"ratio": decimal, "years": count}.get(unit, rounded)


def assumptions_columns(pools: Pools, names: Countries) -> Columns:
    """Return how `assumptions_table` reads."""

    def pool_or_all(pool: str) -> Sayable:
        return say("all pools") if pool == EVERY else pools[pool]

    def country_or_all(code: str) -> Sayable:
        return say("all countries") if code == EVERY else names.text(code)

    return (
        cells.words("assumption", say("assumption"), ASSUMPTIONS),
        cells.said("pool", say("pool"), pool_or_all),
        cells.said("country", say("country"), country_or_all),
        cells.texts("range", say("range drawn from")),
        cells.words("basis", say("where it comes from"), ASSUMPTION_BASES),
        cells.observed("n", say("figures behind it"), count),
    )


def assumptions_headline(table: pd.DataFrame) -> Text:
    """Return how many ranges of `assumptions_table` are the project's own assumptions."""
    own = int((table["basis"] == "project").sum())
    return say(
        "{own} of {n} ranges are assumptions of the project; the others come from data or "
        "publications",
        own=count(own),
        n=count(len(table)),
    )


def assumptions_subtitle(draws: int, base: pd.Series) -> Text:
    """Return how often each range is drawn from, and of which years the data are."""
    return say(
        "All ranges are drawn from evenly, {draws} times; past steps are resampled; figures to "
        "{last}",
        draws=count(draws),
        last=year(base.max()),
    )
