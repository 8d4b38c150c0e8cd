"""Words that the sections on scenarios share: pools by name, the groups they stand for, years.

Knows: names of pools, how groups that share a pool are named together. Must not know: files,
results. May import: technologies, texts, vocabulary, scenario_tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import Sayable, Spelled, commas, say, year
from techdiplomacy.vocabulary import ROLES

Pools = Mapping[str, Sayable]
FADES = SCENARIOS[1]
# the scenario that tables and findings are about; the others stand beside it
MIDDLE = FADES
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
    return say("{first} to {last}", first=year(found.min()), last=year(found.max()))
