"""The words and tables of the scenarios of workers wanted and workers who enter.

Knows: which sentence says which scenario, and that a scenario is no forecast. Must not know: files,
how a result was computed. May import: texts, countries, technologies, vocabulary, scenario_tables,
page_columns, pages, pool_words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.pool_words import (
    MIDDLE,
    NO_POOL,
    Pools,
    by_semicolon,
    ends_of,
    groups_by_role,
    middle_year,
    years_words,
)
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    commas,
    count,
    listing,
    percent,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import SCENARIOS as SCENARIO_WORDS

HELD, FADES, LASTS = SCENARIOS


def _row(paths: pd.DataFrame, **key: Any) -> dict[Any, Any] | None:
    """Return the only row of a key, or None."""
    for column, value in key.items():
        paths = paths[paths[column] == value]
    return None if paths.empty else dict(paths.iloc[0])


# --- the chart --------------------------------------------------------------------------------


def largest_pool(bases: pd.DataFrame, needs: pd.DataFrame) -> str:
    """Return the pool with past entries that stands for most groups, and in most countries.

    Parameters
    ----------
    bases, needs : DataFrame
        Tables ``pool_bases`` and ``group_needs``.
    """
    known = bases[bases["status"] == "ok"].groupby("pool").size()
    groups = needs.drop_duplicates(["pool", "group_id"]).groupby("pool").size()
    order = pd.DataFrame({"groups": groups, "countries": known}).dropna().reset_index()
    first = order.sort_values(["groups", "countries", "pool"], ascending=[False, False, True])
    return str(first["pool"].iloc[0])


def charted(paths: pd.DataFrame, pool: str, countries: Sequence[str]) -> list[str]:
    """Return the countries, in order, that have scenarios of a pool."""
    known = set(paths.loc[(paths["pool"] == pool) & paths["stock_wanted"].notna(), "country"])
    return [code for code in dict.fromkeys(countries) if code in known]


def paths_headline(
    paths: pd.DataFrame, pool: str, country: str, pools: Pools, names: Countries
) -> Text:
    """Return how many workers a country wants at the last end year, by the three scenarios."""
    end = ends_of(paths)[-1]
    rows = [_row(paths, country=country, pool=pool, scenario=one, year=end) for one in SCENARIOS]
    known = [row for row in rows if row is not None and pd.notna(row["stock_wanted"])]
    values: dict[str, Sayable] = {"pool": pools[pool], "end": year(end)}
    if not known:
        return say("Scenario: {pool} wanted, to {end}", **values)
    return say(
        "Scenario: {pool} wanted in {country} in {end}: {low} to {high}, as growth is assumed",
        country=names.text(country),
        low=rounded(min(row["stock_wanted"] for row in known), 2),
        high=rounded(max(row["stock_wanted"] for row in known), 2),
        **values,
    )


def paths_subtitle(paths: pd.DataFrame, bases: pd.DataFrame, pool: str, level: float) -> Text:
    """Return what is drawn: which pool is counted, from when to when, and what a bar is."""
    own = bases[(bases["pool"] == pool) & bases["base_year"].notna()]
    return say(
        "Employed persons, observed to {last} at the latest, scenarios to {end}; bars: {level} of "
        "the draws",
        last=year(own["base_year"].max()),
        end=year(ends_of(paths)[-1]),
        level=percent(level),
    )


def paths_alt(
    paths: pd.DataFrame, bases: pd.DataFrame, pool: str, shown: Sequence[str], names: Countries
) -> Text:
    """Return the chart in words: where fewer, and where more workers are wanted."""
    end = ends_of(paths)[-1]
    stock = bases[bases["pool"] == pool].set_index("country")["stock"]
    fewer: dict[str, list[str]] = {one: [] for one in (HELD, FADES)}
    for one, found in fewer.items():
        for code in shown:
            row = _row(paths, country=code, pool=pool, scenario=one, year=end)
            if row is not None and row["stock_wanted"] < stock[code]:
                found.append(code)
    return say(
        "Past workers and three scenarios for {n} countries. With the share held, fewer are wanted "
        "in {end} in {held}; where growth fades, in {fades}.",
        n=count(len(shown)),
        end=year(end),
        held=listing(map(names.text, fewer[HELD])) if fewer[HELD] else say("none"),
        fades=listing(map(names.text, fewer[FADES])) if fewer[FADES] else say("none"),
    )


# --- need, supply and gap ---------------------------------------------------------------------


def by_pool(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the needs of pools, each once, however many groups share it.

    Returns
    -------
    DataFrame
        Rows of ``group_needs`` with a figure, one for each country, pool, scenario and year.
    """
    known = needs[needs["openings"].notna()]
    return known.drop_duplicates(["country", "pool", "scenario", "year"])


def needs_table(
    needs: pd.DataFrame, viewpoint: str, pools: Pools, taxonomy: Taxonomy
) -> pd.DataFrame:
    """Return need, supply and gap of each pool by end year, in the middle scenario.

    Parameters
    ----------
    needs : DataFrame
        Table ``group_needs``.
    viewpoint : str
        Whose needs.
    pools : mapping
        What `pool_names` returns.
    taxonomy : Taxonomy
        The list in force.
    """
    own = needs[needs["country"] == viewpoint]
    groups = groups_by_role(own, taxonomy)
    rows = by_pool(own)
    rows = rows[rows["scenario"] == MIDDLE]
    return _in_order(rows, pools).assign(groups=lambda table: table["pool"].map(groups))


def _in_order(rows: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    place = {pool: number for number, pool in enumerate(pools)}
    kinds = {name: number for number, name in enumerate(SCENARIOS)}
    return (
        rows.assign(
            _pool=rows["pool"].map(place),
            _kind=rows["scenario"].map(kinds) if "scenario" in rows else 0,
        )
        .sort_values(["_pool", "_kind", "year"], kind="stable", ignore_index=True)
        .drop(columns=["_pool", "_kind"])
    )


def _pool_column(pools: Pools) -> cells.PageColumn:
    return cells.said("pool", say("pool"), lambda pool: pools[pool])


def needs_columns(pools: Pools, level: float) -> Columns:
    """Return how `needs_table` reads; ``level`` is the share of draws between the ends."""
    return (
        _pool_column(pools),
        cells.texts("groups", say("stands for")),
        cells.observed("year", say("until"), year),
        _flow("openings", say("need"), level),
        _flow("entries", say("supply"), level),
        _flow("gap", say("gap"), level),
    )


def _flow(of: str, heading: Text, level: float) -> cells.Estimate:
    """Return a column of persons added up, with its range."""
    between = say("{heading}, {level} of draws", level=percent(level), heading=heading)
    return cells.estimate(of, heading, rounded, Interval(f"{of}_low", f"{of}_high", between))


def needs_headline(needs: pd.DataFrame, viewpoint: str) -> Text:
    """Return in how many pools fewer enter than are needed, where growth fades and where not."""
    end = middle_year(needs)
    own = by_pool(needs[(needs["country"] == viewpoint) & (needs["year"] == end)])
    known = own[own["gap"].notna()]
    if known.empty:
        return say("Scenario: no gap can be given, for past entries are not known")
    short = known[known["gap_low"] > 0].groupby("scenario").size()
    return say(
        "Scenario: to {end} fewer enter than are needed in {fades} of {n} pools if growth fades, "
        "in {held} if the share is held",
        end=year(end),
        fades=count(short.get(FADES, 0)),
        held=count(short.get(HELD, 0)),
        n=count(known["pool"].nunique()),
    )


def needs_subtitle(bases: pd.DataFrame, viewpoint: str, scenario: str = MIDDLE) -> Text:
    """Return whose persons are added up from when on, in which scenario."""
    own = bases[(bases["country"] == viewpoint) & bases["base_year"].notna()]
    return say(
        "Persons added up from {base} on; scenario: {scenario}; medians of the draws, each by "
        "itself",
        base=years_words(own["base_year"]),
        scenario=SCENARIO_WORDS[scenario],
    )


def scenarios_subtitle(bases: pd.DataFrame, viewpoint: str) -> Text:
    """Return whose persons are added up from when on."""
    own = bases[(bases["country"] == viewpoint) & bases["base_year"].notna()]
    return say(
        "Need less supply, persons added up from {base} on; medians of the draws",
        base=years_words(own["base_year"]),
    )


def sharing_words(needs: pd.DataFrame, viewpoint: str, pools: Pools, taxonomy: Taxonomy) -> Text:
    """Return which groups share a pool, and that their rows are the same people."""
    own = needs[(needs["country"] == viewpoint) & (needs["status"] != NO_POOL)]
    single = own.drop_duplicates(["pool", "group_id"]).sort_values("group_id", kind="stable")
    shared = [
        say(
            "{pool} ({groups})",
            pool=pools[str(pool)],
            groups=by_semicolon([taxonomy.short_name(one) for one in rows["group_id"]]),
        )
        for pool, rows in single.groupby("pool", sort=False)
        if len(rows) > 1
    ]
    if not shared:
        return say("No pool is shared by several groups.")
    return say(
        "Groups share pools: {shared}. The figure of a pool is that of all its groups together: it "
        "is not split among them, and rows are not to be added up, for a person may be counted in "
        "more than one pool.",
        shared=commas(shared),
    )


def without_words(
    needs: pd.DataFrame, viewpoint: str, pools: Pools, taxonomy: Taxonomy, names: Countries
) -> Text:
    """Return which groups no statistic stands for, and which pools lack a figure."""
    own = needs[needs["country"] == viewpoint]
    without = sorted(set(own.loc[own["status"] == NO_POOL, "group_id"]))
    unknown = [pool for pool in pools if pool in set(own.loc[own["status"] == "no_stock", "pool"])]
    if not without:
        said = say("Some statistic stands for every one of {n} groups.", n=_groups(own))
    else:
        said = say(
            "For {k} of {n} groups no statistic counts workers, so nothing is estimated: {groups}.",
            k=count(len(without)),
            n=_groups(own),
            groups=by_semicolon([taxonomy.short_name(one) for one in without]),
        )
    if not unknown:
        return said
    return say(
        "{said} No figure of {country} counts {pools}.",
        said=said,
        country=names.text(viewpoint),
        pools=listing(pools[pool] for pool in unknown),
    )


def _groups(needs: pd.DataFrame) -> Number:
    return count(needs["group_id"].nunique())


def scenarios_table(needs: pd.DataFrame, viewpoint: str, pools: Pools) -> pd.DataFrame:
    """Return the gaps of each pool by scenario, the end years side by side.

    Returns
    -------
    DataFrame
        Columns ``pool, scenario`` and, for each end year, ``gap<year>`` with its ends; pools
        without past entries have no row.
    """
    rows = by_pool(needs[needs["country"] == viewpoint])
    rows = rows[rows["gap"].notna()]
    table = rows.drop_duplicates(["pool", "scenario"])[["pool", "scenario"]]
    for end in ends_of(needs):
        ends = ["gap", "gap_low", "gap_high"]
        own = rows.loc[rows["year"] == end, ["pool", "scenario", *ends]]
        named = {name: name.replace("gap", f"gap{end}") for name in ends}
        table = table.merge(own.rename(columns=named), on=["pool", "scenario"], how="left")
    return _in_order(table.assign(year=0), pools).drop(columns="year")


def scenarios_columns(table: pd.DataFrame, pools: Pools, level: float) -> Columns:
    """Return how `scenarios_table` reads; ``table`` is what it returned."""
    ends = [name[3:] for name in map(str, table.columns) if name[3:].isdigit()]
    return (
        _pool_column(pools),
        cells.words("scenario", say("scenario"), SCENARIO_WORDS),
        *(_flow(f"gap{end}", say("gap to {end}", end=year(int(end))), level) for end in ends),
    )


def scenarios_headline(needs: pd.DataFrame, viewpoint: str) -> Text:
    """Return for how many pools the three scenarios agree on the sign of the gap."""
    rows = by_pool(needs[(needs["country"] == viewpoint) & (needs["year"] == middle_year(needs))])
    rows = rows[rows["gap"].notna()]
    signs = rows.groupby("pool").agg(low=("gap_low", "min"), high=("gap_high", "max"))
    sure = int(((signs["low"] > 0) | (signs["high"] < 0)).sum())
    return say(
        "Scenario: the sign of the gap to {end} is the same in all three in {n} of {all} pools",
        end=year(middle_year(needs)),
        n=count(sure),
        all=count(len(signs)),
    )


# --- findings ---------------------------------------------------------------------------------


def findings(
    paths: pd.DataFrame,
    needs: pd.DataFrame,
    bases: pd.DataFrame,
    pool: str,
    *,
    viewpoint: str,
    pools: Pools,
    names: Countries,
    level: float,
) -> list[Finding]:
    """Return what the scenarios say of the viewpoint country, of partners and of the groups.

    Parameters
    ----------
    paths, needs, bases : DataFrame
        Tables ``scenario_paths``, ``group_needs`` and ``pool_bases``.
    pool : str
        Pool that the sentences are about.
    viewpoint : str
        Country of the first sentence.
    pools : mapping
        What `pool_names` returns.
    names : Countries
        Names.
    level : float
        Share of the draws between the ends.
    """
    end = middle_year(needs)
    then = paths[(paths["pool"] == pool) & (paths["year"] == end)].set_index("country")
    rows, held = (then[then["scenario"] == one] for one in (MIDDLE, HELD))
    data_to = say(
        "figures to {last}", last=year(bases.loc[bases["pool"] == pool, "base_year"].max())
    )
    return [
        _own_finding(rows, held, viewpoint, end, pools[pool], names, level, data_to),
        _partners_finding(rows, viewpoint, end, pools[pool], names, data_to),
        _groups_finding(needs, viewpoint, data_to),
    ]


def _own_finding(
    rows: pd.DataFrame,
    held: pd.DataFrame,
    viewpoint: str,
    end: int,
    pool: Sayable,
    names: Countries,
    level: float,
    data_to: Text,
) -> Finding:
    country = names.text(viewpoint)
    known = rows[rows["gap"].notna()]
    if viewpoint not in known.index:
        return Finding(
            say(
                "Scenario: no gap of {country} can be given to {end}: {pool}.",
                country=country,
                pool=pool,
                end=year(end),
            ),
            say("too few figures"),
            data_to,
        )
    row = dict(rows.loc[viewpoint])
    return Finding(
        say(
            "Scenario: by {end} {country} needs {need} more {pool}; {supply} enter.",
            end=year(end),
            country=country,
            need=rounded(row["openings"], 2),
            pool=pool,
            supply=rounded(row["entries"], 2),
        ),
        _gap_words(row, dict(held.loc[viewpoint]), level),
        data_to,
    )


def _gap_words(row: Mapping[Any, Any], held: Mapping[Any, Any], level: float) -> Text:
    """Return the range of a gap where growth fades, and what the held share tells instead."""
    said = say(
        "{level}: gap {low} to {high}, {direction}",
        level=say("{level} of draws", level=percent(level)),
        low=rounded(row["gap_low"], 2),
        high=rounded(row["gap_high"], 2),
        direction=direction(row["gap_low"], row["gap_high"]),
    )
    other = direction(held["gap_low"], held["gap_high"])
    if other == direction(row["gap_low"], row["gap_high"]):
        return said
    return say("{said}; {other} without growth", said=said, other=other)


def direction(low: float, high: float) -> Text:
    """Return what the range of a gap tells."""
    if low > 0:
        return say("too few")
    return say("enough") if high < 0 else say("open")


def _partners_finding(
    rows: pd.DataFrame,
    viewpoint: str,
    end: int,
    pool: Sayable,
    names: Countries,
    data_to: Text,
) -> Finding:
    others = rows[(rows.index != viewpoint) & rows["gap"].notna()]
    short = others[others["gap_low"] > 0].sort_values("gap", ascending=False)
    values: dict[str, Sayable] = {
        "n": count(len(short)),
        "all": count(len(others)),
        "end": year(end),
    }
    sentence = (
        say("Scenario: to {end} too few enter in {n} of {all} partners with figures.", **values)
        if short.empty
        else say(
            "Scenario: to {end} too few enter in {n} of {all} partners with figures, first "
            "{countries}.",
            countries=listing(names.text(code) for code in short.index[:2]),
            **values,
        )
    )
    open_ = len(others) - len(short) - int((others["gap_high"] < 0).sum())
    return Finding(sentence, say("{n} open; {pool}", n=count(open_), pool=pool), data_to)


def _groups_finding(needs: pd.DataFrame, viewpoint: str, data_to: Text) -> Finding:
    own = needs[needs["country"] == viewpoint]
    nearest = own[own["status"] != NO_POOL].drop_duplicates(["group_id", "pool"])
    direct = nearest.loc[nearest["role"] == "direct", "group_id"].nunique()
    without = own.loc[own["status"] == NO_POOL, "group_id"].nunique()
    return Finding(
        say(
            "No statistic counts workers of {without} of {n} groups; a pool of its own has {k}.",
            without=count(without),
            n=_groups(own),
            k=count(direct),
        ),
        say("sure: definitions"),
        data_to,
    )


def headline_numbers(
    paths: pd.DataFrame, needs: pd.DataFrame, viewpoint: str
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers of the scenarios kept in ``metrics``: need, supply and gap by pool."""
    end = middle_year(needs)
    rows = paths[
        (paths["country"] == viewpoint) & (paths["scenario"] == MIDDLE) & (paths["year"] == end)
    ]
    numbers: dict[str, float | int | str | bool | None] = {}
    for row in rows.sort_values("pool").to_dict("records"):
        for name in ("openings", "entries", "gap", "gap_low", "gap_high"):
            if pd.notna(row[name]):
                numbers[f"{row['pool']}_{name}_{end}"] = float(row[name])
    own = needs[needs["country"] == viewpoint]
    numbers["groups_without_statistic"] = int(
        own.loc[own["status"] == NO_POOL, "group_id"].nunique()
    )
    return numbers
