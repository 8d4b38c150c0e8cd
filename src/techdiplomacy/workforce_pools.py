"""Pools of workers that statistics count, and the groups of technologies that they stand for.

Knows: ``data/reference/workforce_pools.csv`` and ``group_pools.csv``. Must not know: figures,
countries, which list is in force. May import: errors, paths, tables, workforce_tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv
from techdiplomacy.workforce_tables import GRADUATE_FIELDS, MEASURES

NO_POOL = "NONE"  # the pool of a group for which no statistic stands
PROJECTIONS = "projections"  # the measure of a pool that only published figures count
KINDS = ("stock", "graduates")
# a series counts the workers closely, or others as well; or a figure was published
MATCHES = ("near", "wide", "published")
# how well a pool stands for a group, the best first
ROLES = ("direct", "partial", "proxy", "none")

_POOLS = ("pool", "name_en", "name_vi", "kind", "order", "measure", "code", "match", "note")
_GROUPS = ("framework", "group_id", "pool", "role", "covers", "misses", "source")


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
    table = _read(file, _POOLS)
    _refuse_words(file, table, "kind", KINDS)
    _refuse_words(file, table, "match", MATCHES)
    _refuse_words(file, table, "measure", (*MEASURES, PROJECTIONS))
    figures = (table["measure"] == PROJECTIONS) != (table["match"] == "published")
    _refuse(file, table, figures, "has a published match without being a published figure")
    parts = table.groupby(["pool", "kind"], sort=False)
    wanted = (parts.cumcount() + 1).astype(str)
    _refuse(file, table, table["order"] != wanted, "breaks the order 1, 2, 3 of its pool and kind")
    names = table.groupby("pool", sort=False)[["name_en", "name_vi"]].transform("first")
    other = (table[["name_en", "name_vi"]] != names).any(axis=1)
    _refuse(file, table, other, "names its pool otherwise than a row above")
    counted = table["pool"].isin(table.loc[table["kind"] == "stock", "pool"])
    _refuse(file, table, ~counted, "belongs to a pool without a stock")
    trained = table["pool"].where(table["kind"] == "graduates")
    _refuse(
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
    table = _read(file, _GROUPS, may_be_empty=("covers",))
    _refuse_words(file, table, "pool", (*load_pools()["pool"].unique(), NO_POOL))
    _refuse_words(file, table, "role", ROLES)
    none = table["pool"] == NO_POOL
    _refuse(file, table, none != (table["role"] == "none"), "has a pool and the role none, or not")
    _refuse(file, table, none == table["covers"].notna(), "says what no pool covers, or not what")
    key = ["framework", "group_id"]
    _refuse(file, table, table.duplicated([*key, "pool"]), "says what a row above says")
    alone = table.groupby(key)["pool"].transform("size") == 1
    _refuse(file, table, none & ~alone, "gives no pool to a group that has one")
    place = table["role"].map(ROLES.index)
    back = place < place.groupby([table[name] for name in key]).shift()
    _refuse(file, table, back, "stands below a row of a lesser role")
    known = list(table["framework"].unique())
    if framework not in known:
        raise InvalidParams(
            f"No pools are given for the list '{framework}'.{suggest(framework, known)}",
            where="data/reference/group_pools.csv",
            next_step="Add a row for each group of the list, with NONE where no pool stands.",
        )
    kept = table[table["framework"] == framework].drop(columns="framework")
    return kept.reset_index(drop=True)


def _read(file: str, columns: Sequence[str], may_be_empty: Sequence[str] = ()) -> pd.DataFrame:
    """Return one of the two files as text, with all its columns and cells."""
    table = read_csv(reference_file(file), dtype="str")
    if list(table.columns) != list(columns):
        raise InvalidTable(
            f"The columns are {', '.join(map(str, table.columns))}.",
            where=f"data/reference/{file}.csv",
            next_step=f"Name them {', '.join(columns)}.",
        )
    required = [name for name in columns if name not in may_be_empty]
    _refuse(file, table, table[required].isna().any(axis=1), "has an empty cell")
    return table


def _refuse_words(file: str, table: pd.DataFrame, column: str, known: Sequence[str]) -> None:
    """Raise if a column holds a word that is not known."""
    wrong = table.loc[~table[column].isin(list(known)), column]
    hint = suggest(str(wrong.iloc[0]), known) if len(wrong) else ""
    problem = f"has a {column} that is none of {', '.join(known)}.{hint}"
    _refuse(file, table, ~table[column].isin(list(known)), problem)


def _refuse(file: str, table: pd.DataFrame, broken: pd.Series, problem: str) -> None:
    """Raise if a row is broken, naming the first one by its line in the file."""
    if broken.any():
        place = int(broken.to_numpy().argmax())
        row = ",".join("" if pd.isna(cell) else str(cell) for cell in table.iloc[place])
        raise InvalidTable(
            f"Line {place + 2} {problem}: {row}",
            where=f"data/reference/{file}.csv",
            next_step="Correct or delete this line.",
        )
