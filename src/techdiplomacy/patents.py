"""Counting of patent families by country, technology group and pair of countries.

Knows: how one family is shared out between its inventor countries and its technology groups.
Must not know: names of countries or technologies, files, params. May import: errors, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable

_KEY = ["family", "country", "group"]


def count_by_country(records: pd.DataFrame, *, per: Sequence[str] = ()) -> pd.DataFrame:
    """Return one row per country with its fractional and whole count of patent families.

    Parameters
    ----------
    records : DataFrame
        Flat records with the columns ``family``, ``country`` and ``group``, one row for every
        inventor country of a family crossed with every group of that family. Further columns
        are ignored unless named in `per`.
    per : sequence of str
        Columns that are constant inside a family (a year, for example); counts are then given
        for each of their values.

    Returns
    -------
    DataFrame
        `per`, ``country``, ``families_fractional`` (1/m to each of the m inventor countries of
        a family; adds up to the number of families) and ``families_whole`` (1 per country).

    Raises
    ------
    InvalidTable
        Missing column, empty cell, repeated row, a family whose rows are not all its countries
        crossed with all its groups, or a `per` column that changes inside a family.

    Notes
    -----
    OECD (2009), OECD Patent Statistics Manual, fractional counting by inventor residence.

    Examples
    --------
    >>> records = pd.DataFrame({"family": ["F1", "F1", "F2"], "country": ["AAA", "BBB", "AAA"],
    ...                         "group": ["G1", "G1", "G2"]})
    >>> count_by_country(records)["families_fractional"].tolist()
    [1.5, 0.5]
    """
    shared = _shared_out(records, per)
    membership = shared.drop_duplicates(["family", "country"])
    return _summed(
        membership.assign(families_fractional=1.0 / membership["m"], families_whole=1.0),
        [*per, "country"],
        ["families_fractional", "families_whole"],
    )


def count_by_group(
    records: pd.DataFrame, *, per: Sequence[str] = (), groups: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one row per technology group with its fractional and whole count of families.

    Parameters
    ----------
    records, per
        As in `count_by_country`.
    groups : sequence of str, optional
        All groups of the taxonomy. A group without families is then kept as a row of zeros.

    Returns
    -------
    DataFrame
        `per`, ``group``, ``families_fractional`` (1/g to each of the g groups of a family; adds
        up to the number of families) and ``families_whole`` (1 per group touched).

    Raises
    ------
    InvalidTable
        As in `count_by_country`, and for a group that `groups` does not list.
    """
    shared = _shared_out(records, per)
    membership = shared.drop_duplicates(["family", "group"])
    counted = _summed(
        membership.assign(families_fractional=1.0 / membership["g"], families_whole=1.0),
        [*per, "group"],
        ["families_fractional", "families_whole"],
    )
    return counted if groups is None else _with_empty_groups(counted, ["group"], per, groups)


def count_by_country_and_group(
    records: pd.DataFrame, *, per: Sequence[str] = (), groups: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one row per country and group with three counts of patent families.

    Parameters
    ----------
    records, per
        As in `count_by_country`.
    groups : sequence of str, optional
        All groups of the taxonomy. Each country then has a row for each of them, zero if empty.

    Returns
    -------
    DataFrame
        `per`, ``country``, ``group``, ``families_fractional`` (1/(m g): adds up over groups and
        countries to the number of families), ``families_per_country`` (1/m: a family counts
        fully in each of its groups, so cells do not add up over groups) and ``families_whole``.

    Raises
    ------
    InvalidTable
        As in `count_by_group`.
    """
    shared = _shared_out(records, per)
    counted = _summed(
        shared.assign(
            families_fractional=1.0 / (shared["m"] * shared["g"]),
            families_per_country=1.0 / shared["m"],
            families_whole=1.0,
        ),
        [*per, "country", "group"],
        ["families_fractional", "families_per_country", "families_whole"],
    )
    if groups is None:
        return counted
    return _with_empty_groups(counted, ["country", "group"], per, groups)


def count_pairs(records: pd.DataFrame, *, per: Sequence[str] = ()) -> pd.DataFrame:
    """Return one row per unordered pair of countries with its joint patent families.

    Parameters
    ----------
    records, per
        As in `count_by_country`. To count inside one group, pass the rows of that group only.

    Returns
    -------
    DataFrame
        `per`, ``country``, ``partner`` (later in the alphabet than ``country``),
        ``families_full`` (1 for each of the m(m-1)/2 pairs of a family) and
        ``families_fractional`` (2/(m(m-1)): the pairs of a family add up to 1).

    Raises
    ------
    InvalidTable
        As in `count_by_country`.
    """
    shared = _shared_out(records, per)
    members = shared.drop_duplicates(["family", "country"])
    members = members.loc[members["m"] > 1, [*per, "family", "country", "m"]]
    joint = members.merge(members[["family", "country"]].rename(columns={"country": "partner"}))
    joint = joint[joint["country"] < joint["partner"]]
    return _summed(
        joint.assign(
            families_full=1.0, families_fractional=2.0 / (joint["m"] * (joint["m"] - 1.0))
        ),
        [*per, "country", "partner"],
        ["families_full", "families_fractional"],
    )


def _shared_out(records: pd.DataFrame, per: Sequence[str]) -> pd.DataFrame:
    """Return the checked records with m (countries) and g (groups) of each row's family."""
    wanted = [*_KEY, *(column for column in per if column not in _KEY)]
    missing = [column for column in wanted if column not in records.columns]
    if missing:
        raise InvalidTable(
            f"missing columns: {', '.join(missing)}",
            where="flat patent records",
            next_step=f"give one row per family, country and group with {', '.join(wanted)}",
        )
    kept = records[wanted]
    _refuse(kept[kept.isna().any(axis=1)], "empty cells in", "fill or remove these rows")
    _refuse(
        kept[kept.duplicated(_KEY)],
        "family, country and group are repeated in",
        "keep one row per family, country and group",
    )
    per_family = kept.groupby("family")
    kept = kept.assign(
        m=per_family["country"].transform("nunique"), g=per_family["group"].transform("nunique")
    )
    # 1/(m g) adds up to one only if every country meets every group inside the family.
    rows = per_family["country"].transform("size")
    _refuse(
        kept[rows != kept["m"] * kept["g"]],
        "some country lacks a group of its own family, in",
        "list every inventor country of a family with every group of that family",
    )
    for column in per:
        _refuse(
            kept[per_family[column].transform("nunique") > 1],
            f"'{column}' changes inside a family, in",
            f"give each family one {column}",
        )
    return kept


def _refuse(rows: pd.DataFrame, problem: str, next_step: str) -> None:
    """Raise InvalidTable with a count and two sample rows unless `rows` is empty."""
    if len(rows):
        sample = rows[_KEY].head(2).to_dict(orient="records")
        raise InvalidTable(
            f"{problem} {len(rows)} rows, first: {sample}",
            where="flat patent records",
            next_step=next_step,
        )


def _summed(rows: pd.DataFrame, keys: list[str], counts: list[str]) -> pd.DataFrame:
    """Return `counts` added up over `keys`, sorted by key."""
    return rows.groupby(keys, sort=True)[counts].sum().reset_index()


def _with_empty_groups(
    counted: pd.DataFrame, keys: list[str], per: Sequence[str], groups: Sequence[str]
) -> pd.DataFrame:
    """Return `counted` completed with rows of zeros for the groups that have no families."""
    unknown = sorted(set(counted["group"]) - set(groups))
    if unknown:
        raise InvalidTable(
            f"groups outside the taxonomy: {', '.join(map(str, unknown))}",
            where="column 'group' of the flat patent records",
            next_step="map the codes with the concordance of the same taxonomy",
        )
    outer = [*per, *(key for key in keys if key != "group")]
    names = pd.DataFrame({"group": sorted(set(groups))})
    frame = counted[outer].drop_duplicates().merge(names, how="cross") if outer else names
    full = frame.merge(counted, how="left", on=[*outer, "group"])
    numbers = [column for column in counted.columns if column not in (*outer, "group")]
    # A group nobody patents in is a measured zero here: every family of the records was mapped.
    full[numbers] = full[numbers].fillna(0.0).astype(np.float64)
    return full.sort_values([*outer, "group"], ignore_index=True)[list(counted.columns)]
