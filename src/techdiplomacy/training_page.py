"""The words and tables of what would have to be trained, for whom, and by when.

Knows: which sentence says which result, and which register completes it. Must not know: files, how
a result was computed. May import: texts, countries, vocabulary, params (settings only),
page_columns, pool_words.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography import OLDER
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.params import ScenarioSettings
from techdiplomacy.pool_words import NO_POOL, Pools, Wide, counted, near, years_from
from techdiplomacy.priority_words import some
from techdiplomacy.scenario_tables import GROWTH_SCENARIOS, NEED_VERDICTS
from techdiplomacy.texts import (
    Text,
    commas,
    count,
    percent,
    rounded,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import NEED_VERDICTS as VERDICT_WORDS
from techdiplomacy.vocabulary import SCENARIOS as SCENARIO_WORDS

REGISTER = "data/registers/graduates.csv"
# no gap in most draws: a row all the same, for the need and the supply are known
_KNOWN = ("ok", "no_gap")
# partners named in a headline before the others are counted
_NAMED = 3
_SHORT, _SURPLUS, _OPEN = NEED_VERDICTS


def once_a_pool(training: pd.DataFrame, pools: Pools) -> pd.DataFrame:
    """Return the rows of ``training_needs`` with groups that share a pool as one row.

    Returns
    -------
    DataFrame
        One row for each pool and country, in the order of the pools.
    """
    place = {pool: number for number, pool in enumerate(pools)}
    rows = training[training["status"] != NO_POOL].drop_duplicates(["country", "pool"])
    return (
        rows.assign(_pool=rows["pool"].map(place))
        .sort_values(["_pool", "country"], kind="stable", ignore_index=True)
        .drop(columns="_pool")
    )


def partners_table(
    training: pd.DataFrame, bases: pd.DataFrame, viewpoint: str, pools: Pools, wide: Wide
) -> pd.DataFrame:
    """Return need and gap of each partner and pool with figures, shortages first.

    Parameters
    ----------
    training, bases : DataFrame
        Tables ``training_needs`` and ``pool_bases``.
    viewpoint : str
        The country that would train; it is no partner of its own.
    pools, wide : mapping
        What `pool_words.pool_names` and `pool_words.wide_names` return.

    Returns
    -------
    DataFrame
        Rows of ``training_needs`` with ``counted``: what is counted. Ordered by verdict (short,
        open, surplus), then by the gap over the stock, the widest first.
    """
    rows = once_a_pool(training, pools)
    rows = rows[rows["status"].isin(_KNOWN) & (rows["country"] != viewpoint)]
    rows = rows.merge(bases[["country", "pool", "stock"]], on=["country", "pool"], how="left")
    place = {_SHORT: 0, _OPEN: 1, _SURPLUS: 2}
    ordered = rows.assign(
        _side=rows["verdict"].map(place), _gap=rows["gap"] / rows["stock"]
    ).sort_values(["_side", "_gap"], ascending=[True, False], kind="stable", ignore_index=True)
    return ordered.drop(columns=["_side", "_gap", "stock"]).assign(
        counted=counted(ordered, pools, wide)
    )


def partners_columns(names: Countries, level: float) -> Columns:
    """Return how `partners_table` reads; ``level`` is the share of draws between the ends."""
    own, common = (SCENARIO_WORDS[one] for one in GROWTH_SCENARIOS)
    return (
        cells.country("country", say("partner"), names),
        cells.texts("counted", say("who is counted")),
        _flow("openings", say("need"), level),
        _flow("gap", say("gap, {scenario}", scenario=own), level),
        _flow("gap_common", say("gap, {scenario}", scenario=common), level),
        cells.words("verdict", say("both scenarios"), VERDICT_WORDS),
    )


def _flow(of: str, heading: Text, level: float) -> cells.Estimate:
    between = say("{heading}, {level} of draws", level=percent(level), heading=heading)
    return cells.estimate(of, heading, rounded, Interval(f"{of}_low", f"{of}_high", between))


def partners_headline(table: pd.DataFrame, pools: Pools, wide: Wide, names: Countries) -> Text:
    """Return in how many rows both growth scenarios tell a shortage, and where.

    Partners whose series counts more than the pool are counted and not named.

    Parameters
    ----------
    table : DataFrame
        What `partners_table` returned.
    pools, wide : mapping
        What `pool_words.pool_names` and `pool_words.wide_names` return.
    names : Countries
        Names.
    """
    if table.empty:
        return say("Scenario: no partner has a need and a supply")
    short = table[table["verdict"] == _SHORT]
    said = say(
        "Scenario: nine tenths of the draws of both growth scenarios show a shortage to {end} in "
        "{n} of {all} rows, a surplus in {surplus}",
        end=year(table["year"].max()),
        n=count(len(short)),
        all=count(len(table)),
        surplus=count((table["verdict"] == _SURPLUS).sum()),
    )
    named = near(short, wide)
    parts = [
        say(
            "{countries}: {pool}",
            pool=pools[pool],
            countries=some(list(own["country"]), names, _NAMED),
        )
        for pool in pools
        if len(own := named[named["pool"] == pool])
    ]
    return say("{said}; {parts}", said=said, parts=_joined(parts)) if parts else said


def _joined(parts: Sequence[Text]) -> Text:
    if len(parts) == 1:
        return parts[0]
    return say("{first}; {rest}", first=parts[0], rest=_joined(parts[1:]))


def partners_subtitle(table: pd.DataFrame, *, first: int) -> Text:
    """Return over which years persons are added up, and how rows are ordered."""
    return say(
        "Persons added up, {years}; medians of the draws; shortages first, then by the gap over "
        "the workers of the newest year",
        years=years_from(first, int(table["year"].max())) if len(table) else year(first),
    )


def offers_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return what would be trained for each partner whose gap is above 0 in most draws.

    Parameters
    ----------
    table : DataFrame
        What `partners_table` returned.

    Returns
    -------
    DataFrame
        Rows of ``table`` with ``persons``: the range of persons to train, in words.
    """
    rows = table[table["to_train_high"].fillna(0) > 0].reset_index(drop=True)
    said = [_range(low, high) for low, high in rows[["to_train_low", "to_train_high"]].to_numpy()]
    return rows.assign(persons=pd.Series(said, index=rows.index, dtype=object))


def _range(low: float, high: float) -> Text:
    return say("{low} to {high}", low=rounded(low, 2), high=rounded(high, 2))


def offers_columns(
    names: Countries, viewpoint: str, *, first: int, until: int, graduates: bool
) -> Columns:
    """Return how `offers_table` reads.

    Parameters
    ----------
    names : Countries
        Names.
    viewpoint : str
        The country that would train.
    first, until : int
        Years over which persons are added up.
    graduates : bool
        Whether graduates of the viewpoint country are known; without them they have no column.
    """
    own = cells.observed(
        "viewpoint_graduates",
        say("graduates of {country} a year", country=names.text(viewpoint)),
        count,
    )
    return (
        cells.country("country", say("partner"), names),
        cells.texts("counted", say("who is counted")),
        cells.texts("persons", say("persons to train")),
        *([own] if graduates else []),
        cells.observed(
            "older_share",
            say("{age} and older, {year}", age=count(OLDER), year=year(first - 1)),
            percent,
        ),
        cells.observed(
            "leavers_per_100_entrants",
            say("leavers for 100 entrants, {years}", years=years_from(first, until)),
            count,
        ),
    )


def offers_headline(
    offers: pd.DataFrame, viewpoint: str, pools: Pools, wide: Wide, names: Countries
) -> Text:
    """Return for whom both growth scenarios tell a shortage, and how many persons that means.

    Parameters
    ----------
    offers : DataFrame
        What `offers_table` returned.
    viewpoint : str
        The country that would train.
    pools, wide : mapping
        What `pool_words.pool_names` and `pool_words.wide_names` return.
    names : Countries
        Names.
    """
    if offers.empty:
        return say("Scenario: with no partner persons would have to be trained")
    short = near(offers[offers["verdict"] == _SHORT], wide)
    if short.empty:
        return say(
            "Scenario: {n} rows have a gap above 0 in most draws; none that counts the pool alone "
            "has one in nine tenths of the draws of both growth scenarios",
            n=count(len(offers)),
        )
    row = short.iloc[0]
    return say(
        "Scenario: {country} would train {low} to {high} persons for {partner}, {pool}, to {end}",
        country=names.text(viewpoint),
        low=rounded(row["to_train_low"], 2),
        high=rounded(row["to_train_high"], 2),
        partner=names.text(row["country"]),
        pool=pools[row["pool"]],
        end=year(row["year"]),
    )


def offers_subtitle(offers: pd.DataFrame, settings: ScenarioSettings, *, first: int) -> Text:
    """Return which part of a gap is meant, over which years, and what a range is."""
    low, high = settings.share_covered
    return say(
        "Assumption: {low} to {high} of the gap, {years}; {level} of the draws of both growth "
        "scenarios together",
        low=percent(low),
        high=percent(high),
        years=years_from(first, int(offers["year"].max())) if len(offers) else year(first),
        level=percent(settings.level),
    )


def start_words(training: pd.DataFrame, settings: ScenarioSettings, *, first: int) -> Text:
    """Return when studies must begin.

    Parameters
    ----------
    training : DataFrame
        Table ``training_needs``.
    settings : ScenarioSettings
        How long studies last.
    first : int
        First year that is added up.
    """
    end = int(training["year"].max())
    return say(
        "Studies last {years} years: the first intake, of {first}, can work in {works}, and the "
        "last one that counts until {end} begins in {last}. Who is to be trained is spread over "
        "these {intakes} intakes.",
        years=count(settings.study_years),
        first=year(first),
        works=year(first + settings.study_years),
        end=year(end),
        last=year(end - settings.study_years),
        intakes=count(end - settings.study_years - first + 1),
    )


def own_words(training: pd.DataFrame, viewpoint: str, pools: Pools, names: Countries) -> Text:
    """Return what the viewpoint country would have to train to fill its own gaps."""
    rows = once_a_pool(training, pools)
    own = rows[(rows["country"] == viewpoint) & (rows["to_train_high"].fillna(0) > 0)]
    country = names.text(viewpoint)
    if own.empty:
        return say("{country} itself has no gap in most draws.", country=country)
    return say(
        "To fill its own gaps as a whole, {country} would have to train: {parts}. Whoever is "
        "trained for a partner is missing here.",
        country=country,
        parts=commas(
            say(
                "{pool} {range}",
                pool=pools[row["pool"]],
                range=_range(row["to_train_low"], row["to_train_high"]),
            )
            for row in own.to_dict("records")
        ),
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


def without_words(training: pd.DataFrame, viewpoint: str, pools: Pools, names: Countries) -> Text:
    """Return which partners have no figure to start from, and whose need has no supply beside.

    Parameters
    ----------
    training : DataFrame
        Table ``training_needs``.
    viewpoint : str
        The country that would train; it is no partner of its own.
    pools : mapping
        What `pool_words.pool_names` returns.
    names : Countries
        Names.
    """
    rows = once_a_pool(training, pools)
    rows = rows[rows["country"] != viewpoint]
    without = sorted(set(rows["country"]) - set(rows.loc[rows["openings"].notna(), "country"]))
    said = [
        say(
            "{n} of {all} partners have no figure to start from and no row: {countries}.",
            n=count(len(without)),
            all=count(rows["country"].nunique()),
            countries=names.texts(without) if without else say("none"),
        )
    ]
    old = rows[rows["status"] == "old_base"]
    alone = rows[rows["openings"].notna() & rows["entries"].isna()]
    if len(old):
        said.append(
            say(
                "Figures that are too old to start from: {parts}.",
                parts=_by_pool(old, pools, names),
            )
        )
    if len(alone):
        said.append(
            say(
                "A need without own supply, for past entries are not known: {parts}.",
                parts=_by_pool(alone, pools, names),
            )
        )
    return _sentences(said)


def _by_pool(rows: pd.DataFrame, pools: Pools, names: Countries) -> Text:
    """Return pools with their countries in brackets."""
    return _joined(
        [
            say(
                "{pool} ({countries})",
                pool=pools[str(pool)],
                countries=names.texts(sorted(own["country"])),
            )
            for pool, own in rows.groupby("pool", sort=False)
        ]
    )


def _sentences(parts: Sequence[Text]) -> Text:
    if len(parts) == 1:
        return parts[0]
    return say("{first} {rest}", first=parts[0], rest=_sentences(parts[1:]))
