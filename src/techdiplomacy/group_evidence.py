"""How many items each country has in each group of technologies, one measure at a time.

Knows: which clean table counts what, in which windows, and which fields speak for a group.
Must not know: files, params, names of countries and groups.
May import: errors, technology_tables, technologies, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from techdiplomacy.technologies import ALL, Taxonomy, group_counts
from techdiplomacy.technology_tables import RULES

STRONGEST, TOGETHER = RULES
_ROLES = ("direct", "partial", "proxy")
_CELL = ["window", "country"]
# calendar quarters of a year; as many are averaged, so that no season stands out
_QUARTERS = 4
# what a topic of all counts is called where no topic stands for the total
_ALL_FIELDS = "all fields"
_SET = "AI-related"


@dataclass(frozen=True)
class Counted:
    """One measure: the clean table, its columns, its system of fields, and its windows.

    ``base`` says what all fields together are: the ``printed`` total of the system, the ``sum``
    of the fields in which a country is listed (others lie below a limit), the total printed
    beside a ``set`` of items, or ``none``.
    """

    measure: str
    table: str
    field: str
    value: str
    system: str
    windows: Literal["years", "pooled", "quarters"]
    base: Literal["printed", "sum", "set", "none"]
    counting: str = ""


COUNTED = (
    Counted(
        *("families", "patent_families", "field", "patent_families", "wipo_field"),
        windows="years",
        base="printed",
    ),
    Counted(
        *("uspto_fields", "uspto_field_patents", "field", "uspto_patents", "wipo_field"),
        windows="years",
        base="printed",
    ),
    Counted(
        *("uspto_domains", "domain_patents", "domain", "uspto_patents", "uspto_domain"),
        windows="pooled",
        base="sum",
    ),
    Counted(
        *("uspto_topics", "uspto_topic_patents", "topic", "uspto_patents", "uspto_topic"),
        windows="years",
        base="printed",
    ),
    Counted(
        *("ai_patents", "ai_patents", "topic", "ai_patents", "ai_patents"),
        windows="pooled",
        base="none",
    ),
    Counted(
        *("articles", "articles", "field", "articles", "article_field"),
        windows="years",
        base="printed",
        counting="fractional",
    ),
    Counted(
        *("articles_whole", "articles", "field", "articles", "article_field"),
        windows="years",
        base="printed",
        counting="whole",
    ),
    Counted(
        *("ai_articles", "articles", "field", "articles", "article_set"),
        windows="years",
        base="set",
        counting="whole",
    ),
    Counted(
        *("developers", "topic_developers", "topic", "developers", "github_topic"),
        windows="quarters",
        base="sum",
    ),
)
NEEDED = tuple(sorted({counted.table for counted in COUNTED}))


def whole_windows(years: pd.Series, length: int) -> list[tuple[int, int]]:
    """Return whole windows of years, newest first, back from the last year.

    Examples
    --------
    >>> whole_windows(pd.Series([2008, 2020]), 5)
    [(2016, 2020), (2011, 2015)]
    """
    last, first = int(years.max()), int(years.min())
    ends = range(last, first + length - 2, -length)
    return [(end - length + 1, end) for end in ends]


def build_group_evidence(
    clean: Mapping[str, pd.DataFrame], taxonomies: Sequence[Taxonomy], window_years: int
) -> pd.DataFrame:
    """Return the items of each country in each group: the feature ``group_evidence``.

    Parameters
    ----------
    clean : mapping of DataFrame
        Clean tables by name; those of ``NEEDED`` are used.
    taxonomies : sequence of Taxonomy
        The lists of technologies.
    window_years : int
        Years pooled where a measure has years.

    Returns
    -------
    DataFrame
        The declared columns. A group that no field of a measure speaks for has no row, nor has a
        country outside the panel of a source: both are unknown, not zero. Where a source lists a
        country only from some count on, one that it lists in other fields has a row without
        count, and ``below`` holds the least count that is listed.

    Notes
    -----
    Of the fields that speak for a group those of the strongest role are taken alone (rule
    ``strongest``): adding a proxy would drown what is measured directly. Where a measure has
    direct and partial fields, both together stand beside it under rule ``direct_and_partial``.
    """
    found = []
    for counted in COUNTED:
        cells, base = pooled(clean[counted.table], counted, window_years)
        for taxonomy in taxonomies:
            if counted.system in taxonomy.systems():
                found.append(_of_groups(cells, base, counted, taxonomy))
    return pd.concat(found, ignore_index=True)


def pooled(
    table: pd.DataFrame, counted: Counted, window_years: int
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return counts by window, country and field, and the total printed beside a set of items.

    Parameters
    ----------
    table : DataFrame
        The clean table.
    counted : Counted
        What it counts.
    window_years : int
        Years pooled where there are years.

    Returns
    -------
    cells : DataFrame
        ``window, country, field, value``.
    base : DataFrame or None
        ``window, country, base_items`` for a measure whose base is ``set``.
    """
    rows = table.rename(columns={counted.field: "field", counted.value: "value"})
    if counted.counting:
        rows = rows[rows["counting"] == counted.counting]
    if counted.windows == "pooled":
        first, last = int(rows["first_year"].min()), int(rows["last_year"].max())
        rows = rows.assign(window=f"{first}-{last}")
    elif counted.windows == "quarters":
        rows = _by_quarters(rows)
    else:
        rows = _by_years(rows, window_years)
    how = "mean" if counted.windows == "quarters" else "sum"
    cells = rows.groupby([*_CELL, "field"], as_index=False)["value"].agg(how)
    inside = cells["field"] == _SET
    if counted.base != "set":
        return cells[~inside].reset_index(drop=True), None
    total = cells[cells["field"] == _ALL_FIELDS].rename(columns={"value": "base_items"})
    return cells[inside].reset_index(drop=True), total[[*_CELL, "base_items"]]


def _by_years(rows: pd.DataFrame, length: int) -> pd.DataFrame:
    """Return the rows of whole windows of years, with the name of the window."""
    names = {
        year: f"{first}-{last}"
        for first, last in whole_windows(rows["year"], length)
        for year in range(first, last + 1)
    }
    named = rows.assign(window=rows["year"].map(names))
    return named[named["window"].notna()]


def _by_quarters(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of whole windows of four quarters, with the name of the window."""
    place = rows["year"] * _QUARTERS + rows["quarter"] - 1
    names = {
        number: f"{first // _QUARTERS}Q{first % _QUARTERS + 1}"
        f"-{last // _QUARTERS}Q{last % _QUARTERS + 1}"
        for first, last in whole_windows(place, _QUARTERS)
        for number in range(first, last + 1)
    }
    named = rows.assign(window=place.map(names))
    return named[named["window"].notna()]


def _of_groups(
    cells: pd.DataFrame, base: pd.DataFrame | None, counted: Counted, taxonomy: Taxonomy
) -> pd.DataFrame:
    """Return the rows of one measure under one list."""
    rows = group_counts(cells, counted.system, taxonomy, separate_roles=True)
    rows = rows.rename(columns={"value": "count_items"}).assign(
        n_fields=rows["fields"].str.count("; ") + 1
    )
    if base is None:
        base = base_items(rows, counted)
    kept = rows[rows["role"].isin(_ROLES)]
    best = strongest_role(kept)
    if counted.base == "sum":
        best = with_unlisted(best, cells)
    found = pd.concat([best, direct_and_partial(kept)], ignore_index=True)
    found = found.assign(fields=_all_fields(found)).merge(base, on=_CELL, how="left")
    # printed totals are rounded: a part may exceed them by a trifle, never by more
    found["base_items"] = found["base_items"].clip(lower=found["count_items"])
    across = found.groupby(["rule", "group_id", "window"])
    found["world_items"] = across["count_items"].transform("sum")
    found["world_base"] = across["base_items"].transform(lambda items: items.sum(min_count=1))
    mix = found["world_items"] / found["world_base"].where(found["world_base"] > 0)
    found["world_mix"] = listed_mix(cells, found) if counted.base == "sum" else mix
    found = found.drop(columns=["mixed_roles", "double_counted"])
    return found.reindex(columns=[*found.columns.difference(["below"]), "below"]).assign(
        framework=taxonomy.framework, measure=counted.measure
    )


def base_items(rows: pd.DataFrame, counted: Counted) -> pd.DataFrame:
    """Return the items of each country in all fields: the printed total, or the sum of fields.

    Parameters
    ----------
    rows : DataFrame
        What ``technologies.group_counts`` returns with separate roles, values in ``count_items``.
    counted : Counted
        Its ``base`` decides.
    """
    total = rows["group_id"] == ALL
    if counted.base == "none":
        return rows.loc[[], [*_CELL]].assign(base_items=np.array([], dtype=float))
    taken = rows[total if counted.base == "printed" else ~total]
    once = taken["count_items"] - taken["double_counted"]
    # a field of several groups counts fully in each, and once in all
    items = taken["count_items"] if counted.base == "printed" else once
    return taken.assign(base_items=items).groupby(_CELL)["base_items"].sum().reset_index()


def strongest_role(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the strongest role that each group has in any country or window."""
    place = rows["role"].map(_ROLES.index)
    best = place.groupby(rows["group_id"]).transform("min")
    return rows[place == best].assign(rule=STRONGEST)


def with_unlisted(rows: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows and, without count, those of countries that the source lists elsewhere.

    Parameters
    ----------
    rows : DataFrame
        ``window, country, group_id, role, rule, fields, n_fields, upper_bound, count_items``.
    cells : DataFrame
        ``window, country`` of every count of the source.
    """
    panel = cells[_CELL].drop_duplicates()
    of_group = rows.groupby(["window", "group_id"], as_index=False).agg(
        role=("role", "first"),
        rule=("rule", "first"),
        fields=("fields", "first"),
        below=("count_items", "min"),
    )
    every = panel.merge(of_group, on="window")
    listed = pd.MultiIndex.from_frame(rows[[*_CELL, "group_id"]])
    absent = every[~pd.MultiIndex.from_frame(every[[*_CELL, "group_id"]]).isin(listed)]
    return pd.concat([rows, absent.assign(n_fields=0, upper_bound=False)], ignore_index=True)


def direct_and_partial(rows: pd.DataFrame) -> pd.DataFrame:
    """Return direct and partial fields added, for groups that have both."""
    near = rows[rows["role"].isin(_ROLES[:2])]
    kinds = near.groupby("group_id")["role"].transform("nunique")
    added = near[kinds > 1].groupby([*_CELL, "group_id"])
    sums = added.agg(
        role=("role", "max"),  # partial comes after direct, in the alphabet as in strength
        fields=("fields", "; ".join),
        n_fields=("n_fields", "sum"),
        upper_bound=("upper_bound", "any"),
        count_items=("count_items", "sum"),
    )
    return sums.reset_index().assign(rule=TOGETHER)


def listed_mix(cells: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Return the world's part of the group over the fields in which each country is listed.

    A source that lists a country only above a limit shows small countries in few fields; their
    mix is compared with that of the world in the same fields.

    Parameters
    ----------
    cells : DataFrame
        ``window, country, field, value``.
    rows : DataFrame
        ``window, country, fields`` and anything else.
    """
    world = cells.groupby(["window", "field"])["value"].sum()
    listed = cells.join(world.rename("world"), on=["window", "field"])
    base = listed.groupby(_CELL)["world"].sum().rename("base")
    wanted = rows[[*_CELL, "fields"]].assign(row=rows.index, field=rows["fields"].str.split("; "))
    parts = wanted.explode("field").merge(listed, on=[*_CELL, "field"], how="inner")
    part = parts.groupby("row")["world"].sum().reindex(rows.index)
    mix: pd.Series[float] = part / base.reindex(pd.MultiIndex.from_frame(rows[_CELL])).to_numpy()
    return mix


def _all_fields(rows: pd.DataFrame) -> pd.Series:
    """Return the fields counted in any country, for every row of a group and rule."""
    fields = rows.assign(field=rows["fields"].str.split("; ")).explode("field")
    names = fields.groupby(["rule", "group_id"])["field"].agg(
        lambda found: "; ".join(sorted(set(found)))
    )
    return rows.join(names.rename("named"), on=["rule", "group_id"])["named"]
