"""The words and tables of what would have to be trained, for whom, and by when.

Knows: which sentence says which result, and which register completes it. Must not know: files, how
a result was computed. May import: texts, countries, technologies, vocabulary, page_columns,
scenarios_page.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.params import ScenarioSettings
from techdiplomacy.pool_words import NO_POOL, SOURCES, Pools, groups_by_role, years_words
from techdiplomacy.priority_words import some
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import (
    Text,
    commas,
    count,
    listing,
    percent,
    rounded,
    say,
    verbatim,
    year,
)

TRAINING_SOURCES = SOURCES
REGISTER = "data/registers/graduates.csv"
# no gap in most draws: a row all the same, for the need and the supply are known
_KNOWN = ("ok", "no_gap")
# age from which table age_flows counts older people
_OLDER = 65
# partners named in a headline before the others are counted
_NAMED = 3


def once_a_pool(training: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    """Return the rows of ``training_needs`` with groups that share a pool as one row.

    Returns
    -------
    DataFrame
        One row for each pool and country, in the order of the pools, then the widest gap first.
    """
    place = {pool: number for number, pool in enumerate(pools)}
    rows = training[training["status"] != NO_POOL].drop_duplicates(["country", "pool"])
    return (
        rows.assign(_pool=rows["pool"].map(place))
        .sort_values(
            ["_pool", "gap", "country"],
            ascending=[True, False, True],
            na_position="last",
            kind="stable",
            ignore_index=True,
        )
        .drop(columns="_pool")
    )


def pools_table(training: pd.DataFrame, pools: Pools, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return each pool with the groups it stands for, and with how many countries it is known.

    Parameters
    ----------
    training : DataFrame
        Table ``training_needs``.
    pools : mapping
        What ``pool_words.pool_names`` returns.
    taxonomy : Taxonomy
        The list in force.
    """
    groups = groups_by_role(training, taxonomy)
    rows = once_a_pool(training, pools)
    known = rows[rows["status"].isin(_KNOWN)].groupby("pool").size()
    short = rows[rows["to_train_high"].fillna(0) > 0].groupby("pool").size()
    return pd.DataFrame(
        [
            {
                "pool": pool,
                "groups": groups[pool],
                "countries": int(known.get(pool, 0)),
                "short": int(short.get(pool, 0)),
            }
            for pool in pools
            if pool in groups
        ]
    )


def pools_columns(pools: Pools) -> Columns:
    """Return how `pools_table` reads."""
    return (
        cells.said("pool", say("pool"), lambda pool: pools[pool]),
        cells.texts("groups", say("stands for")),
        cells.observed("countries", say("countries with need and supply"), count),
        cells.observed("short", say("with persons to be trained"), count),
    )


def pools_headline(training: pd.DataFrame, pools: Pools) -> Text:
    """Return for how many pools and countries a gap can be given."""
    rows = once_a_pool(training, pools)
    known = rows[rows["status"].isin(_KNOWN)]
    return say(
        "Scenario: need and own supply can be told for {n} countries and {k} pools",
        n=count(known["country"].nunique()),
        k=count(known["pool"].nunique()),
    )


def needs_table(training: pd.DataFrame, bases: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    """Return need, own supply and age structure of each country and pool with figures.

    Parameters
    ----------
    training, bases : DataFrame
        Tables ``training_needs`` and ``pool_bases``.
    pools : mapping
        What ``pool_words.pool_names`` returns.
    """
    rows = _known(training, pools)
    return rows.merge(bases[["country", "pool", "base_year"]], on=["country", "pool"], how="left")


def _known(training: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    rows = once_a_pool(training, pools)
    return rows[rows["status"].isin(_KNOWN)].reset_index(drop=True)


def needs_columns(pools: Pools, names: Countries, level: float) -> Columns:
    """Return how `needs_table` reads; ``level`` is the share of draws between the ends."""
    return (
        cells.said("pool", say("pool"), lambda pool: pools[pool]),
        cells.country("country", say("country"), names),
        cells.observed("base_year", say("from"), year),
        _flow("openings", say("need"), level),
        _flow("entries", say("own supply"), level),
        _flow("gap", say("gap"), level),
        cells.observed("older_share", say("{age} and older", age=count(_OLDER)), percent),
        cells.observed("leavers_per_100_entrants", say("leavers for 100 entrants"), count),
    )


def _flow(of: str, heading: Text, level: float) -> cells.Estimate:
    between = say("{heading}, {level} of draws", level=percent(level), heading=heading)
    return cells.estimate(of, heading, rounded, Interval(f"{of}_low", f"{of}_high", between))


def needs_headline(training: pd.DataFrame, pools: Pools, viewpoint: str, names: Countries) -> Text:
    """Return where too few enter in nearly all draws, without the viewpoint country."""
    rows = _known(training, pools)
    partners = rows[rows["country"] != viewpoint]
    short = partners[partners["gap_low"] > 0]
    parts = [
        say(
            "{pool}: {countries}",
            pool=pools[pool],
            countries=some(list(own["country"]), names, _NAMED),
        )
        for pool in pools
        if len(own := short[short["pool"] == pool])
    ]
    if not parts:
        return say("Scenario: with no partner fewer enter than are needed in nearly every draw")
    return say(
        "Scenario: fewer enter than are needed in nearly every draw; {parts}", parts=_joined(parts)
    )


def _joined(parts: Sequence[Text]) -> Text:
    if len(parts) == 1:
        return parts[0]
    return say("{first}; {rest}", first=parts[0], rest=_joined(parts[1:]))


def needs_subtitle(training: pd.DataFrame, bases: pd.DataFrame) -> Text:
    """Return over which years persons are added up."""
    return say(
        "Persons added up from the newest figure of each country ({years}) to {end}; scenario with "
        "growth that fades",
        years=years_words(bases["base_year"].dropna()),
        end=year(training["year"].max()),
    )


def offers_table(training: pd.DataFrame, pools: Pools, viewpoint: str) -> pd.DataFrame:
    """Return what would be trained for each partner that has a gap.

    Parameters
    ----------
    training : DataFrame
        Table ``training_needs``.
    pools : mapping
        What ``pool_words.pool_names`` returns.
    viewpoint : str
        The country that would train; its own row stands in the other table only.

    Returns
    -------
    DataFrame
        Rows with persons to be trained, one for each pool and partner.
    """
    rows = once_a_pool(training, pools)
    partners = rows[(rows["country"] != viewpoint) & (rows["to_train_high"].fillna(0) > 0)]
    return partners.reset_index(drop=True)


def offers_columns(
    pools: Pools, names: Countries, viewpoint: str, level: float, *, graduates: bool
) -> Columns:
    """Return how `offers_table` reads.

    Parameters
    ----------
    pools, names
        Names of pools and countries.
    viewpoint : str
        The country that would train.
    level : float
        Share of the draws between the ends.
    graduates : bool
        Whether graduates of the viewpoint country are known; without them they have no column.
    """
    own = cells.observed(
        "viewpoint_graduates",
        say("graduates of {country} a year", country=names.text(viewpoint)),
        count,
    )
    return (
        cells.said("pool", say("pool"), lambda pool: pools[pool]),
        cells.country("country", say("partner"), names),
        _flow("gap", say("gap"), level),
        cells.observed("to_train_low", say("to be trained, from"), rounded),
        cells.observed("to_train_high", say("to be trained, to"), rounded),
        *([own] if graduates else []),
        cells.observed("last_start", say("last start of studies"), year),
    )


def offers_headline(offers: pd.DataFrame, pools: Pools, names: Countries) -> Text:
    """Return for which partners most would have to be trained, and when at the latest."""
    if offers.empty:
        return say("Scenario: with no partner persons would have to be trained")
    first = offers.sort_values(
        ["to_train_high", "country"], ascending=[False, True], kind="stable"
    ).iloc[0]
    return say(
        "Scenario: most persons to be trained for {partner}, {pool}: {low} to {high}, starting by "
        "{start}",
        partner=names.text(first["country"]),
        pool=pools[first["pool"]],
        low=rounded(first["to_train_low"], 2),
        high=rounded(first["to_train_high"], 2),
        start=year(first["last_start"]),
    )


def offers_subtitle(training: pd.DataFrame, settings: ScenarioSettings) -> Text:
    """Return which part of a gap is meant, and how long studies last."""
    low, high = settings.share_covered
    return say(
        "{low} to {high} of the gap to {end}; {years} years from the start of studies to work",
        low=percent(low),
        high=percent(high),
        end=year(training["year"].max()),
        years=count(settings.study_years),
    )


def known_graduates(training: pd.DataFrame) -> bool:
    """Return whether graduates of the viewpoint country are known for any pool."""
    return bool(training["viewpoint_graduates"].notna().any())


def graduates_words(training: pd.DataFrame, pools: Pools, viewpoint: str, names: Countries) -> Text:
    """Return how many graduates of the viewpoint country are known, or how to fill them in."""
    country = names.text(viewpoint)
    rows = once_a_pool(training, pools)
    known = rows[rows["viewpoint_graduates"].notna()].drop_duplicates("pool")
    if known.empty:
        return say(
            "No file of graduates of {country} by field was supplied, so nobody can say here what "
            "part of its graduates this would be. Fill {register}, run make, and the column "
            "completes itself.",
            country=country,
            register=verbatim(REGISTER),
        )
    return say(
        "Graduates of {country} a year, from the register: {pools}.",
        country=country,
        pools=commas(
            say("{pool} {n}", pool=pools[row["pool"]], n=count(row["viewpoint_graduates"]))
            for row in known.to_dict("records")
        ),
    )


def without_words(training: pd.DataFrame, pools: Pools, names: Countries) -> Text:
    """Return which countries have no figure for any pool, and where need has no supply beside."""
    rows = once_a_pool(training, pools)
    any_figure = set(rows.loc[rows["openings"].notna(), "country"])
    without = sorted(set(rows["country"]) - any_figure)
    alone = rows[rows["openings"].notna() & rows["entries"].isna()]
    said = say(
        "{n} of {all} countries have no figure for any pool and no row: {countries}.",
        n=count(len(without)),
        all=count(rows["country"].nunique()),
        countries=names.texts(without) if without else say("none"),
    )
    if alone.empty:
        return said
    return say(
        "{said} A need without own supply, for past entries are not known: {parts}.",
        said=said,
        parts=_joined(
            [
                say(
                    "{pool} ({countries})",
                    pool=pools[str(pool)],
                    countries=names.texts(sorted(own["country"])),
                )
                for pool, own in alone.groupby("pool", sort=False)
            ]
        ),
    )


def groups_without_words(training: pd.DataFrame, taxonomy: Taxonomy) -> Text:
    """Return for which groups nothing can be said of training."""
    groups = sorted(set(training.loc[training["status"] == NO_POOL, "group_id"]))
    if not groups:
        return say("Some statistic stands for every group.")
    return say(
        "For {n} groups no statistic counts workers, so no number of persons is given: {groups}.",
        n=count(len(groups)),
        groups=listing(taxonomy.short_name(one) for one in groups),
    )
