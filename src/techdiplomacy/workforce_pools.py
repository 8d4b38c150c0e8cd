"""Pools of workers that statistics count, and the groups of technologies that they stand for.

Knows: ``data/reference/workforce_pools.csv`` and ``group_pools.csv``. Must not know: figures,
countries, which list is in force. May import: errors, reference_lists, workforce_tables.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy.errors import InvalidParams, suggest
from techdiplomacy.reference_lists import read_list, refuse_rows, refuse_words
from techdiplomacy.workforce_tables import GRADUATE_FIELDS, MEASURES, PROJECTIONS

NO_POOL = "NONE"  # the pool of a group for which no statistic stands
KINDS = ("stock", "graduates")
# a series counts the workers closely, or others as well; or a figure was published
MATCHES = ("near", "wide", "published")
# how well a pool stands for a group, the best first
ROLES = ("direct", "partial", "proxy", "none")

_POOLS = ("pool", "name_en", "name_vi", "kind", "order", "measure", "code", "match", "note")
_GROUPS = ("framework", "group_id", "pool", "role", "misses", "source")


def load_pools() -> pd.DataFrame:
    """Return which series count each pool of workers and its graduates, the preferred first.

    Returns
    -------
    DataFrame
        One row for each series: ``pool``, its name as ``name_en`` and ``name_vi``, ``kind``
        (stock or graduates), ``order`` (1 is preferred), ``measure`` and ``code`` as in the names
        of ``workforce_series``, ``match`` (near, wide, or published where a figure stands in for
        a series) and ``note``. Pools in the order of the file, stocks before graduates.

    Raises
    ------
    InvalidTable
        If a column or cell is missing, a word is not known, the order of a pool has a hole, a
        pool has two names or no stock, or other pools than the fields of the register of
        graduates have graduates.

    Examples
    --------
    >>> pools = load_pools()
    >>> pools.loc[pools["pool"] == "energy", "measure"].unique().tolist()
    ['employment']
    """
    file = "workforce_pools"
    table = read_list(file, _POOLS)
    refuse_words(file, table, "kind", "has the unknown kind '{word}'.", KINDS)
    refuse_words(file, table, "match", "has the unknown match '{word}'.", MATCHES)
    refuse_words(
        file, table, "measure", "has the unknown measure '{word}'.", (*MEASURES, PROJECTIONS)
    )
    figures = (table["measure"] == PROJECTIONS) != (table["match"] == "published")
    refuse_rows(file, table, figures, "has a published match without being a published figure")
    parts = table.groupby(["pool", "kind"], sort=False)
    wanted = (parts.cumcount() + 1).astype(str)
    refuse_rows(
        file, table, table["order"] != wanted, "breaks the order 1, 2, 3 of its pool and kind"
    )
    names = table.groupby("pool", sort=False)[["name_en", "name_vi"]].transform("first")
    other = (table[["name_en", "name_vi"]] != names).any(axis=1)
    refuse_rows(file, table, other, "names its pool otherwise than a row above")
    counted = table["pool"].isin(table.loc[table["kind"] == "stock", "pool"])
    refuse_rows(file, table, ~counted, "belongs to a pool without a stock")
    trained = table["pool"].where(table["kind"] == "graduates")
    refuse_rows(
        file,
        table,
        trained.notna() & ~trained.isin(list(GRADUATE_FIELDS)),
        f"gives graduates to another pool than {', '.join(GRADUATE_FIELDS)}",
    )
    return table.assign(order=table["order"].astype("int64"))


def load_group_pools(framework: str) -> pd.DataFrame:
    """Return which pools of workers stand for each group of a list of technologies.

    Parameters
    ----------
    framework : str
        Name of the list, as in ``params.yaml``.

    Returns
    -------
    DataFrame
        ``group_id, pool, role, covers, misses, source`` in the order of the file, nearest role
        first for a group of several pools. ``pool`` is `NO_POOL` where no statistic stands for
        the group; ``covers`` is empty there.

    Raises
    ------
    InvalidParams
        If the list has no rows.
    InvalidTable
        If a column or cell is missing, a pool or role is not known, or a row stands twice.

    Examples
    --------
    >>> pools = load_group_pools("vn-1131-2025")
    >>> pools.loc[pools["group_id"] == "G06", ["pool", "role"]].values.tolist()
    [['chips', 'direct'], ['engineering', 'proxy']]
    """
    file = "group_pools"
    table = read_list(file, _GROUPS, ("covers",))
    refuse_words(
        file,
        table,
        "pool",
        "has the unknown pool '{word}'.",
        (*load_pools()["pool"].unique(), NO_POOL),
    )
    refuse_words(file, table, "role", "has the unknown role '{word}'.", ROLES)
    none = table["pool"] == NO_POOL
    refuse_rows(
        file, table, none != (table["role"] == "none"), "has a pool and the role none, or not"
    )
    refuse_rows(
        file, table, none == table["covers"].notna(), "says what no pool covers, or not what"
    )
    key = ["framework", "group_id"]
    refuse_rows(file, table, table.duplicated([*key, "pool"]), "says what a row above says")
    alone = table.groupby(key)["pool"].transform("size") == 1
    refuse_rows(file, table, none & ~alone, "gives no pool to a group that has one")
    place = table["role"].map(ROLES.index)
    back = place < place.groupby([table[name] for name in key]).shift()
    refuse_rows(file, table, back, "stands below a row of a lesser role")
    known = list(table["framework"].unique())
    if framework not in known:
        raise InvalidParams(
            f"No pools are given for the list '{framework}'.{suggest(framework, known)}",
            where="data/reference/group_pools.csv",
            next_step="Add a row for each group of the list, with NONE where no pool stands.",
        )
    kept = table[table["framework"] == framework].drop(columns="framework")
    return kept.reset_index(drop=True)
