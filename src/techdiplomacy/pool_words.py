"""Words that the sections on scenarios share: pools by name, the groups they stand for, years.

Knows: names of pools, how groups that share a pool are named together, which scenario is told.
Must not know: files, results. May import: labels, technologies, texts, vocabulary, scenario_tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from techdiplomacy.labels import load_labels
from techdiplomacy.scenario_tables import COMMON_GROWTH, OWN_GROWTH
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import Sayable, Spelled, commas, say, year
from techdiplomacy.vocabulary import ROLES

Pools = Mapping[str, Sayable]
# what is counted, by country and pool, where that is more than the pool
Wide = Mapping[tuple[str, str], Sayable]
# the scenario that tables and findings are about; the others stand beside it
TOLD = OWN_GROWTH
NO_POOL = "no_pool"
EVERY = "all"
SOURCES = (
    *("ilostat_employment", "eurostat_ict", "ncses_degrees"),
    *("un_population_2022", "published_projections"),
)


def pool_names(pools: pd.DataFrame) -> dict[str, Sayable]:
    """Return the pools by name, in the order of their file.

    Parameters
    ----------
    pools : DataFrame
        What ``workforce_pools.load_pools`` returns; columns ``pool``, ``name_en``, ``name_vi``.
    """
    named = pools.drop_duplicates("pool")[["pool", "name_en", "name_vi"]].to_numpy()
    return {str(pool): Spelled({"en": english, "vi": own}) for pool, english, own in named}


def by_semicolon(parts: Sequence[Sayable]) -> Sayable:
    """Return names with semicolons between, for some of them hold commas."""
    return Spelled({tongue: "; ".join(one.say(tongue) for one in parts) for tongue in ("en", "vi")})


def groups_by_role(needs: pd.DataFrame, taxonomy: Taxonomy) -> dict[str, Sayable]:
    """Return for each pool the groups it stands for, by how well it does.

    Parameters
    ----------
    needs : DataFrame
        Table ``group_needs`` or ``training_needs``.
    taxonomy : Taxonomy
        The list in force.
    """
    drawn = needs[needs["status"] != NO_POOL]
    single = drawn.drop_duplicates(["pool", "group_id"]).sort_values("group_id", kind="stable")
    said: dict[str, Sayable] = {}
    for pool, rows in single.groupby("pool", sort=False):
        parts = [
            say(
                "{role}: {groups}",
                role=ROLES[role],
                groups=by_semicolon([taxonomy.short_name(one) for one in own["group_id"]]),
            )
            for role in ROLES
            if len(own := rows[rows["role"] == role])
        ]
        said[str(pool)] = commas(parts) if len(parts) > 1 else parts[0]
    return said


def ends_of(table: pd.DataFrame) -> list[int]:
    """Return the end years of a table of scenarios, in order."""
    return sorted(int(end) for end in table["year"].unique())


def middle_year(table: pd.DataFrame) -> int:
    """Return the middle one of the end years, which sentences are about."""
    ends = ends_of(table)
    return ends[len(ends) // 2]


def years_words(found: pd.Series) -> Sayable:
    """Return a year, or the first and last one."""
    if found.empty:
        return say("an unknown year")
    if found.min() == found.max():
        return year(found.min())
    return years_from(int(found.min()), int(found.max()))


def told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the scenario that is told, of each country and pool.

    Where no past tells how fast a pool grew in a country itself, that is the growth common to all.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``scenario_paths`` or ``group_needs`` with a figure.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": "AAA", "pool": ["x", "x", "y"],
    ...     "scenario": ["own_growth", "common_growth", "common_growth"], "openings": [1, 2, 3]})
    >>> told(rows)["openings"].tolist()
    [1, 3]
    """
    keys = ["country", "pool"]
    own = rows[rows["scenario"] == TOLD]
    known = pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(own[keys]))
    return rows[(rows["scenario"] == TOLD) | (~known & (rows["scenario"] == COMMON_GROWTH))]


def wide_names(bases: pd.DataFrame, series: pd.DataFrame) -> dict[tuple[str, str], Sayable]:
    """Return what is counted in each country where a series holds more people than its pool.

    Parameters
    ----------
    bases : DataFrame
        Table ``pool_bases``.
    series : DataFrame
        Feature ``workforce_series``.

    Returns
    -------
    dict
        Names of series by country and pool.
    """
    labels = series.drop_duplicates("series").set_index("series")["label"]
    wide = bases[bases["match"] == "wide"]
    return {
        (str(country), str(pool)): load_labels().text(labels[name])
        for country, pool, name in wide[["country", "pool", "series"]].to_numpy()
    }


def near_names(
    bases: pd.DataFrame, series: pd.DataFrame, pool: str, countries: Sequence[str]
) -> Sayable:
    """Return the names of the series that count a pool and no more, in some countries.

    Parameters
    ----------
    bases, series : DataFrame
        As of `wide_names`.
    pool : str
        Which pool.
    countries : sequence of str
        ISO3 codes.
    """
    own = bases[(bases["pool"] == pool) & bases["country"].isin(list(countries))]
    named = series[series["series"].isin(own.loc[own["match"] == "near", "series"])]
    return commas(load_labels().text(label) for label in sorted(set(named["label"])))


def counted(rows: pd.DataFrame, pools: Pools, wide: Wide) -> pd.Series:
    """Return what the rows of a table count: the pool, or the wider series in its place."""
    keys = rows[["country", "pool"]].to_numpy()
    found = [wide.get((str(country), str(pool)), pools[str(pool)]) for country, pool in keys]
    return pd.Series(found, index=rows.index, dtype=object)


def near(rows: pd.DataFrame, wide: Wide) -> pd.DataFrame:
    """Return the rows of countries whose series counts no more than the pool."""
    keys = rows[["country", "pool"]].to_numpy()
    found = [(str(country), str(pool)) not in wide for country, pool in keys]
    return rows[pd.Series(found, index=rows.index, dtype=bool)]


def years_from(first: int, last: int) -> Sayable:
    """Return the years over which persons are added up.

    Examples
    --------
    >>> years_from(2026, 2035).say("en")
    '2026 to 2035'
    """
    return say("{first} to {last}", first=year(first), last=year(last))
