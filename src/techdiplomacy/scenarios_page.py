"""The words and tables of the scenarios of workers wanted and workers who enter.

Knows: which sentence says which scenario, and that a scenario is no forecast. Must not know: files,
how a result was computed. May import: texts, countries, technologies, vocabulary, scenario_tables,
page_columns, pages, pool_words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.pool_words import (
    NO_POOL,
    TOLD,
    Pools,
    Wide,
    by_semicolon,
    ends_of,
    groups_by_role,
    middle_year,
    near,
    told,
)
from techdiplomacy.scenario_tables import GROWTH_SCENARIOS, SCENARIOS, SHARE_HELD
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    commas,
    count,
    listing,
    percent,
    period,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import NEED_VERDICTS
from techdiplomacy.vocabulary import SCENARIOS as SCENARIO_WORDS

# pools without a figure: none at all, or one that is too old to start from
_NO_FIGURE = ("no_stock", "old_base")
# groups named in a finding before the others are counted
_NAMED = 3
_NAME_WORDS = 7


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
    paths: pd.DataFrame, pool: str, country: str, pools: Pools, names: Countries, wide: Wide
) -> Text:
    """Return how many workers a country wants at the last end year, by the three scenarios.

    A country whose series counts more than the pool is not named.

    Parameters
    ----------
    paths : DataFrame
        Table ``scenario_paths``.
    pool, country : str
        Which pool, and whose.
    pools : mapping
        What `pool_words.pool_names` returns.
    names : Countries
        Names.
    wide : mapping
        What `pool_words.wide_names` returns.
    """
    end = ends_of(paths)[-1]
    own = near(paths[(paths["country"] == country) & (paths["pool"] == pool)], wide)
    known = own.loc[(own["year"] == end) & own["stock_wanted"].notna(), "stock_wanted"]
    values: dict[str, Sayable] = {"pool": pools[pool], "end": year(end)}
    if known.empty:
        return say("Scenario: {pool} wanted, to {end}", **values)
    return say(
        "Scenario: {pool} wanted in {country} in {end}: medians of {low} to {high}, as growth is "
        "assumed",
        country=names.text(country),
        low=rounded(known.min(), 2),
        high=rounded(known.max(), 2),
        **values,
    )


def paths_subtitle(
    bases: pd.DataFrame, pool: str, counts: Sayable, ends: Sequence[int], level: float
) -> Text:
    """Return what is counted, from when to when, and what a bar is.

    Parameters
    ----------
    bases : DataFrame
        Table ``pool_bases``.
    pool : str
        Which pool.
    counts : Sayable
        What `pool_words.near_names` returns.
    ends : sequence of int
        End years.
    level : float
        Share of the draws that a bar spans.
    """
    own = bases[(bases["pool"] == pool) & bases["base_year"].notna()]
    return say(
        "Employed persons: {counts}, or what a title names; observed to {last} at the latest; "
        "bars: {level} of the draws, {ends}",
        counts=counts,
        last=year(own["base_year"].max()),
        level=percent(level),
        ends=commas(year(end) for end in ends),
    )


def paths_alt(
    paths: pd.DataFrame, bases: pd.DataFrame, pool: str, shown: Sequence[str], names: Countries
) -> Text:
    """Return the chart in words: where fewer workers are wanted than there are."""
    end = ends_of(paths)[-1]
    stock = bases[bases["pool"] == pool].set_index("country")["stock"]
    fewer: dict[str, list[str]] = {one: [] for one in (SHARE_HELD, TOLD)}
    for one, found in fewer.items():
        for code in shown:
            row = _row(paths, country=code, pool=pool, scenario=one, year=end)
            if row is not None and row["stock_wanted"] < stock[code]:
                found.append(code)
    return say(
        "Past workers and three scenarios for {n} countries. With the share held, fewer are wanted "
        "in {end} in {held}; where own growth fades, in {fades}.",
        n=count(len(shown)),
        end=year(end),
        held=listing(map(names.text, fewer[SHARE_HELD])) if fewer[SHARE_HELD] else say("none"),
        fades=listing(map(names.text, fewer[TOLD])) if fewer[TOLD] else say("none"),
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
    needs: pd.DataFrame, paths: pd.DataFrame, viewpoint: str, pools: Pools, taxonomy: Taxonomy
) -> pd.DataFrame:
    """Return workers wanted, need, supply and gap of each pool by end year, one scenario.

    Parameters
    ----------
    needs, paths : DataFrame
        Tables ``group_needs`` and ``scenario_paths``.
    viewpoint : str
        Whose needs.
    pools : mapping
        What `pool_names` returns.
    taxonomy : Taxonomy
        The list in force.

    Returns
    -------
    DataFrame
        Rows of ``group_needs`` with ``stock_wanted`` and its ends, and with ``groups``: the pool
        and, in its first row only, what it stands for.
    """
    own = needs[needs["country"] == viewpoint]
    groups = groups_by_role(own, taxonomy)
    keys = ["country", "pool", "scenario", "year"]
    wanted = paths[[*keys, *(f"stock_wanted{end}" for end in ("", "_low", "_high"))]]
    rows = _in_order(told(by_pool(own)).merge(wanted, on=keys, how="left"), pools)
    first = ~rows.duplicated("pool")
    said = [
        say("{pool} ({groups})", pool=pools[pool], groups=groups[pool]) if once else pools[pool]
        for pool, once in zip(rows["pool"], first, strict=True)
    ]
    return rows.assign(groups=pd.Series(said, index=rows.index, dtype=object))


def _in_order(rows: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    place = {pool: number for number, pool in enumerate(pools)}
    kinds = {name: number for number, name in enumerate(SCENARIOS)}
    return (
        rows.assign(_pool=rows["pool"].map(place), _kind=rows["scenario"].map(kinds))
        .sort_values(["_pool", "_kind", "year"], kind="stable", ignore_index=True)
        .drop(columns=["_pool", "_kind"])
    )


def _pool_column(pools: Pools) -> cells.PageColumn:
    return cells.said("pool", say("pool"), lambda pool: pools[pool])


def needs_columns(level: float) -> Columns:
    """Return how `needs_table` reads; ``level`` is the share of draws between the ends."""
    return (
        cells.texts("groups", say("pool, and what it stands for")),
        cells.observed("year", say("until"), year),
        _flow("stock_wanted", say("wanted"), level),
        _flow("openings", say("need"), level),
        _flow("entries", say("supply"), level),
        _flow("gap", say("gap"), level),
    )


def _flow(of: str, heading: Text, level: float) -> cells.Estimate:
    """Return a column of persons added up, with its range."""
    between = say("{heading}, {level}", level=percent(level), heading=heading)
    return cells.estimate(of, heading, rounded, Interval(f"{of}_low", f"{of}_high", between))


def _told_pools(needs: pd.DataFrame, viewpoint: str, wide: Wide) -> pd.DataFrame:
    """Return the pools of a country that are counted closely and have a gap, middle end year."""
    own = by_pool(needs[(needs["country"] == viewpoint) & (needs["year"] == middle_year(needs))])
    return near(told(own[own["gap"].notna()]), wide)


def needs_headline(needs: pd.DataFrame, viewpoint: str, pools: Pools, wide: Wide) -> Text:
    """Return in which pools both growth scenarios tell that too few enter.

    Parameters
    ----------
    needs : DataFrame
        Table ``group_needs``.
    viewpoint : str
        Whose needs.
    pools, wide : mapping
        What `pool_words.pool_names` and `pool_words.wide_names` return.
    """
    known = _told_pools(needs, viewpoint, wide)
    if known.empty:
        return say("Scenario: no gap can be given, for past entries are not known")
    found = known["verdict"].value_counts()
    values: dict[str, Sayable] = {
        "end": year(middle_year(needs)),
        "n": count(len(known)),
        "surplus": count(found.get("surplus", 0)),
        "open": count(found.get("open", 0)),
    }
    short = [pools[pool] for pool in known.loc[known["verdict"] == "short", "pool"]]
    if not short:
        return say(
            "Scenario: in no pool do nine tenths of the draws of both growth scenarios show a "
            "shortage to {end}; of {n} pools {open} are open, {surplus} in surplus",
            **values,
        )
    return say(
        "Scenario: nine tenths of the draws of both growth scenarios show a shortage to {end}: "
        "{short}; of {n} pools {open} are open, {surplus} in surplus",
        short=listing(short),
        **values,
    )


def needs_subtitle(table: pd.DataFrame, pools: Pools, *, first: int, level: float) -> Text:
    """Return from when on persons are added up, and in which scenario.

    Parameters
    ----------
    table : DataFrame
        What `needs_table` returned.
    pools : mapping
        What `pool_words.pool_names` returns.
    first : int
        First year that is added up.
    level : float
        Share of the draws between the ends.
    """
    common = table.loc[table["scenario"] != TOLD, "pool"].drop_duplicates()
    said = say(
        "Need, supply and gap: persons added up, {first} to the end year; workers wanted: in that "
        "year; scenario: {scenario}; medians, each by itself, and {level} of the draws",
        first=year(first),
        level=percent(level),
        scenario=SCENARIO_WORDS[TOLD],
    )
    if common.empty:
        return said
    return say(
        "{said}; {pools}: {scenario}",
        said=said,
        pools=listing(pools[pool] for pool in common),
        scenario=SCENARIO_WORDS[GROWTH_SCENARIOS[1]],
    )


def scenarios_subtitle(*, first: int, level: float) -> Text:
    """Return from when on persons are added up."""
    return say(
        "Need less supply, persons added up, {first} to the end year; medians and {level} of the "
        "draws",
        first=year(first),
        level=percent(level),
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
    unknown = pools_without(needs, viewpoint, pools)
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
        "{said} No figure of {country} that is new enough counts {pools}.",
        said=said,
        country=names.text(viewpoint),
        pools=listing(pools[pool] for pool in unknown),
    )


def pools_without(needs: pd.DataFrame, viewpoint: str, pools: Pools) -> list[str]:
    """Return the pools that stand for a group and have no figure of a country to start from."""
    own = needs[(needs["country"] == viewpoint) & needs["status"].isin(_NO_FIGURE)]
    return [pool for pool in pools if pool in set(own["pool"])]


def _groups(needs: pd.DataFrame) -> Number:
    return count(needs["group_id"].nunique())


def scenarios_table(needs: pd.DataFrame, viewpoint: str, pools: Pools) -> pd.DataFrame:
    """Return the gaps of each pool by scenario, the end years side by side.

    Returns
    -------
    DataFrame
        Columns ``pool, scenario``, for each end year ``gap<year>`` with its ends, and ``verdict``
        of the middle one; pools without past entries have no row.
    """
    rows = by_pool(needs[needs["country"] == viewpoint])
    rows = rows[rows["gap"].notna()]
    keys = ["pool", "scenario"]
    table = rows.drop_duplicates(keys)[keys].assign(year=0)
    for end in ends_of(needs):
        ends = ["gap", "gap_low", "gap_high"]
        named = {name: name.replace("gap", f"gap{end}") for name in ends}
        own = rows.loc[rows["year"] == end, [*keys, *ends]]
        table = table.merge(own.rename(columns=named), on=keys, how="left")
    middle = rows.loc[rows["year"] == middle_year(needs), [*keys, "verdict"]]
    return _in_order(table.merge(middle, on=keys, how="left"), pools).drop(columns="year")


def scenarios_columns(table: pd.DataFrame, pools: Pools, level: float) -> Columns:
    """Return how `scenarios_table` reads; ``table`` is what it returned."""
    ends = [int(name[3:]) for name in map(str, table.columns) if name[3:].isdigit()]
    return (
        _pool_column(pools),
        cells.words("scenario", say("scenario"), SCENARIO_WORDS),
        *(_flow(f"gap{end}", say("gap to {end}", end=year(end)), level) for end in ends),
        cells.words(
            "verdict",
            say("both growth scenarios, {end}", end=year(sorted(ends)[len(ends) // 2])),
            NEED_VERDICTS,
        ),
    )


def scenarios_headline(needs: pd.DataFrame, viewpoint: str) -> Text:
    """Return for how many pools both growth scenarios tell the same side of the gap."""
    rows = told(by_pool(needs[needs["country"] == viewpoint]))
    rows = rows[(rows["year"] == middle_year(needs)) & rows["gap"].notna()]
    return say(
        "Scenario: the side of the gap to {end} holds in both growth scenarios in {n} of {all} "
        "pools",
        end=year(middle_year(needs)),
        n=count(rows["verdict"].isin(["short", "surplus"]).sum()),
        all=count(len(rows)),
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
    taxonomy: Taxonomy,
    names: Countries,
    wide: Wide,
    first: int,
) -> list[Finding]:
    """Return what the scenarios say of one pool of the viewpoint country, and what of the groups.

    Parameters
    ----------
    paths, needs, bases : DataFrame
        Tables ``scenario_paths``, ``group_needs`` and ``pool_bases``.
    pool : str
        Pool that the first sentence is about.
    viewpoint : str
        Country of the sentences.
    pools : mapping
        What `pool_words.pool_names` returns.
    taxonomy : Taxonomy
        The list in force.
    names : Countries
        Names.
    wide : mapping
        What `pool_words.wide_names` returns: of such a pool no gap is told.
    first : int
        First year that is added up.
    """
    end = middle_year(needs)
    then = paths[paths["year"] == end]
    own = near(then[(then["country"] == viewpoint) & (then["pool"] == pool)], wide)
    newest = bases.loc[bases["country"] == viewpoint].set_index("pool")["base_year"]
    last = newest[pool] if pd.notna(newest.get(pool)) else bases["base_year"].max()
    data_to = say("to {last}", last=year(last))
    return [
        _own_finding(
            own[own["gap"].notna()], pools[pool], names.text(viewpoint), end, first, data_to
        ),
        _groups_finding(needs, viewpoint, taxonomy, names, data_to),
    ]


def _own_finding(
    own: pd.DataFrame, pool: Sayable, country: Sayable, end: int, first: int, data_to: Text
) -> Finding:
    """Return need, leavers and stock of one pool, and whether the side of its gap is told."""
    if own.empty:
        return Finding(
            say(
                "Scenario: no gap of {country} can be told to {end}: {pool}.",
                country=country,
                pool=pool,
                end=year(end),
            ),
            say("too few figures"),
            data_to,
        )
    row = dict(told(own).iloc[0])
    growing = own[own["scenario"].isin(GROWTH_SCENARIOS)]
    return Finding(
        say(
            "Scenario, {scenario}: {years} {country} has {openings} openings for {pool}, {leavers} "
            "to replace leavers; stock wanted then: {stock}.",
            scenario=SCENARIO_WORDS[row["scenario"]],
            years=period(f"{first}-{end}"),
            country=country,
            openings=rounded(row["openings"], 2),
            pool=pool,
            leavers=rounded(row["replacement"], 2),
            stock=rounded(row["stock_wanted"], 2),
        ),
        say(
            "openings {openings}; gap {side}: {low} to {high} across scenarios",
            openings=_dashed(row["openings_low"], row["openings_high"]),
            side=NEED_VERDICTS[row["verdict"]],
            low=rounded(growing["gap_low"].min(), 2),
            high=rounded(growing["gap_high"].max(), 2),
        ),
        data_to,
    )


def _dashed(low: float, high: float) -> Text:
    return say("{low}\u2013{high}", low=rounded(low, 2), high=rounded(high, 2))


def _groups_finding(
    needs: pd.DataFrame, viewpoint: str, taxonomy: Taxonomy, names: Countries, data_to: Text
) -> Finding:
    """Return which groups no statistic counts, and of which a country lacks the figure."""
    own = needs[needs["country"] == viewpoint]
    without = sorted(set(own.loc[own["status"] == NO_POOL, "group_id"]))
    # of a pool that is the group itself
    lacking = own["status"].isin(_NO_FIGURE) & (own["role"] == "direct")
    unknown = sorted(set(own.loc[lacking, "group_id"]))
    said: list[Text] = []
    if without:
        said.append(say("{groups}: no statistic counts workers", groups=_few(without, taxonomy)))
    if unknown:
        said.append(
            say(
                "{groups}: none in {country}",
                groups=_few(unknown, taxonomy),
                country=names.text(viewpoint),
            )
        )
    if not said:
        said.append(say("Some statistic stands for every group"))
    return Finding(
        say("{first}; {second}.", first=said[0], second=said[1])
        if said[1:]
        else say("{said}.", said=said[0]),
        say("{k} of {n} groups", k=count(len(without) + len(unknown)), n=_groups(own)),
        data_to,
    )


def _few(groups: Sequence[str], taxonomy: Taxonomy) -> Sayable:
    """Return the first groups by name, and how many more there are."""
    named: list[Sayable] = []
    words = 0
    for one in groups[:_NAMED]:
        name = taxonomy.short_name(one)
        words += len(name.say("en").split())
        # some lists have long names, and a first screen has little room
        if words > _NAME_WORDS:
            break
        named.append(name)
    if not named:
        return say("{n} groups", n=count(len(groups)))
    if len(groups) > len(named):
        named.append(say("{more} more", more=count(len(groups) - len(named))))
    return listing(named)


def headline_numbers(
    paths: pd.DataFrame, needs: pd.DataFrame, viewpoint: str
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers of the scenarios kept in ``metrics``: need, supply and gap by pool."""
    end = middle_year(needs)
    rows = told(paths[(paths["country"] == viewpoint) & (paths["year"] == end)])
    numbers: dict[str, float | int | str | bool | None] = {}
    for row in rows.sort_values("pool").to_dict("records"):
        for name in ("stock_wanted", "openings", "entries", "gap", "gap_low", "gap_high"):
            if pd.notna(row[name]):
                numbers[f"{row['pool']}_{name}_{end}"] = float(row[name])
        if pd.notna(row["verdict"]):
            numbers[f"{row['pool']}_verdict_{end}"] = str(row["verdict"])
    own = needs[needs["country"] == viewpoint]
    numbers["groups_without_statistic"] = int(
        own.loc[own["status"] == NO_POOL, "group_id"].nunique()
    )
    return numbers
