"""The sections of the priorities page by technology: ranks, margins, and who is on the front.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, technologies, vocabulary, params (settings only), priority_tables,
priorities, partnership, partnership_charts, page_columns, priority_words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy import priorities
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns
from techdiplomacy.params import Params
from techdiplomacy.partnership import Partnership
from techdiplomacy.partnership_charts import BY_PLACE
from techdiplomacy.priority_tables import ALL_GROUPS
from techdiplomacy.priority_words import Basis, for_and_against, placed_names
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends
from techdiplomacy.texts import Sayable, Text, commas, count, decimal, percent, say, verbatim
from techdiplomacy.vocabulary import times

STAR = "\u2605"
# partners named for each group, and groups for each partner
_FIRST = 5
_BEST = 3
# of so many the reasons are given; one caution holds of nearly all and stands above the table
_EXPLAINED = 3
_COMMON = ("tie_all_fields",)
_OTHERS = "others"
_OPEN = "do not conclude"  # label of who has no rank


def by_group_only(ranks: pd.DataFrame, framework: str) -> pd.DataFrame:
    """Return the ranked rows of ``partner_ranks`` of single groups, best first."""
    rows = ranks[
        (ranks["framework"] == framework)
        & (ranks["group_id"] != ALL_GROUPS)
        & (ranks["status"] == "ok")
    ]
    return rows.sort_values(["group_id", *BY_PLACE], ignore_index=True)


def marked(results: Partnership, params: Params) -> pd.DataFrame:
    """Return for each partner and group whether it is ranked, leads, and is on the front."""
    return priorities.marks(results.partner_values, results.partner_ranks, params)


# --- the matrix and its margins ------------------------------------------------------------------


def matrix_rows(results: Partnership, shown: Sequence[str]) -> pd.DataFrame:
    """Return table ``partner_ranks`` of the partners shown, with a row for those that lack any."""
    ranks = results.partner_ranks
    rows = ranks[ranks["partner"].isin(list(shown))]
    absent = [code for code in shown if code not in set(ranks["partner"])]
    if not absent:
        return rows
    unknown = pd.DataFrame({"partner": absent, "group_id": ALL_GROUPS, "status": "not_estimable"})
    unknown = unknown.assign(
        framework=ranks["framework"].iloc[0], label=_OPEN, front_shown=False, on_front=False
    )
    return pd.concat([rows, unknown], ignore_index=True)


def matrix_headline(results: Partnership, framework: str, names: Countries) -> Text:
    """Return who is first in how many groups, and how many of these places are firm."""
    rows = by_group_only(results.partner_ranks, framework)
    first = rows.drop_duplicates("group_id")
    told = commas(
        say("{country} in {n}", country=names.text(str(code)), n=count(number))
        for code, number in first["partner"].value_counts().items()
    )
    return say(
        "First by the weighted sides: {told} of {all} groups; in {alone} of them strength is "
        "measured in one way only",
        told=told,
        all=count(rows["group_id"].nunique()),
        alone=count(sum("one_measure" in str(codes).split(";") for codes in first["reasons"])),
    )


def matrix_subtitle(basis: Basis, level: float) -> Text:
    """Return what the cells hold."""
    return say(
        "Median rank by the weighted sides with {level} interval; {sides}",
        level=percent(level),
        sides=basis.four_sides,
    )


def matrix_alt(
    results: Partnership, shown: Sequence[str], framework: str, names: Countries
) -> Text:
    """Return the matrix in words."""
    rows = by_group_only(results.partner_ranks, framework)
    often = rows.groupby("group_id").head(3)["partner"].value_counts().head(3)
    return say(
        "Grid of {n} partners by {groups} groups and all groups together. Most often among the "
        "first three: {often}. Some partners have a dash in most groups, for want of figures.",
        n=count(len(shown)),
        groups=count(rows["group_id"].nunique()),
        often=commas(
            say("{country} ({n})", country=names.text(str(code)), n=count(number))
            for code, number in often.items()
        ),
    )


def ties_words(results: Partnership, taxonomy: Taxonomy) -> Text:
    """Return in how many groups ties are of the group itself."""
    values = results.partner_values
    near = values.loc[values["tie_scope"] == "group", "group_id"].nunique()
    return say(
        "Ties are of the group itself in {near} of {all} groups; in the others the tie of all "
        "fields stands in, so that from one of them to the next only strength and complementarity "
        "differ.",
        near=count(near),
        all=count(len(taxonomy.groups)),
    )


# --- by group -------------------------------------------------------------------------------------


def group_table(
    results: Partnership, params: Params, taxonomy: Taxonomy, names: Countries
) -> pd.DataFrame:
    """Return each group with its leaders, its first partners and what speaks for the first.

    Returns
    -------
    DataFrame
        ``group_id, ranked, leader, on_front, leaders, first, reasons``; the last row ``ALL`` adds
        up.
    """
    table = priorities.by_group(marked(results, params))
    rows = by_group_only(results.partner_ranks, taxonomy.framework)
    first, reasons = [], []
    for group in table["group_id"]:
        top = rows[rows["group_id"] == group].head(_FIRST)
        told = placed_names(top, names, STAR)
        first.append(say("{names}", names=told) if len(top) else None)
        why = [
            say(
                "{country}: {reasons}",
                country=names.text(row["partner"]),
                reasons=for_and_against(row["reasons"], _COMMON),
            )
            for row in top.head(_EXPLAINED).to_dict("records")
        ]
        reasons.append(reduce(_both, why) if why else None)
    return table.assign(
        first=pd.Series(first, index=table.index, dtype=object),
        reasons=pd.Series(reasons, index=table.index, dtype=object),
    )


def _both(one: Text, other: Text) -> Text:
    return say("{one} / {other}", one=one, other=other)


def group_columns(taxonomy: Taxonomy, names: Countries) -> Columns:
    """Return how `group_table` reads."""
    return (
        cells.said("group_id", say("group"), lambda code: group_name(code, taxonomy)),
        cells.observed("ranked", say("ranked"), count),
        cells.statistic("leader", say("among the first five by size"), count),
        cells.statistic("on_front", say("on the front"), count),
        cells.countries("leaders", say("first five by size"), names),
        cells.texts("first", say("first five by all sides (interval)")),
        cells.texts("reasons", say("of the first three: for (+), cautions (\u2212)")),
    )


def group_name(code: str, taxonomy: Taxonomy) -> Sayable:
    """Return the short name of a group, or that all are meant."""
    return say("all groups") if code == ALL_GROUPS else taxonomy.short_name(code)


def group_headline(results: Partnership, params: Params, names: Countries) -> Text:
    """Return who leads by size in every group."""
    table = priorities.by_partner(marked(results, params))
    table = table[table["partner"] != ALL_GROUPS]
    most = int(table["leader"].max())
    leading = table[table["leader"] > 0]
    return say(
        "{n} partners are among the first five by size somewhere; most often, in {most} groups "
        "each: {names}",
        n=count(len(leading)),
        most=count(most),
        names=names.texts(table.loc[table["leader"] == most, "partner"]),
    )


# --- by partner -----------------------------------------------------------------------------------


def partner_table(
    results: Partnership, params: Params, taxonomy: Taxonomy, shown: Sequence[str]
) -> pd.DataFrame:
    """Return each partner shown with its counts and best groups; others and all at the end.

    Returns
    -------
    DataFrame
        ``partner`` (code, ``others`` or ``ALL``), ``ranked, leader, on_front, sure``, ``best``.
    """
    counts = priorities.by_partner(marked(results, params)).set_index("partner")
    rows = by_group_only(results.partner_ranks, taxonomy.framework)
    sure = rows[rows["front_shown"]].groupby("partner").size()
    counts["sure"] = sure.reindex(counts.index).fillna(0)
    counts.loc[ALL_GROUPS, "sure"] = sure.sum()
    marks = [*priorities.MARKS, "sure"]
    everyone = counts.index.drop(ALL_GROUPS)
    known = [code for code in shown if code in counts.index]
    rest = counts.loc[everyone.difference(known), marks].sum()
    table = counts.loc[known, marks].copy()
    table.loc[_OTHERS] = rest
    table.loc[ALL_GROUPS] = counts.loc[ALL_GROUPS, marks]
    best = [_best_groups(rows[rows["partner"] == code], taxonomy) for code in table.index]
    return (
        table.astype(int)
        .rename_axis("partner")
        .reset_index()
        .assign(best=pd.Series(best, dtype=object))
    )


def _best_groups(rows: pd.DataFrame, taxonomy: Taxonomy) -> Text | None:
    """Return the groups in which a partner stands first, with the intervals."""
    if rows.empty:
        return None
    best = rows.sort_values(["rank_median", "rank_high", "group_id"]).head(_BEST).to_dict("records")
    told = commas(
        say(
            "{group} {ends}{mark}",
            group=taxonomy.short_name(row["group_id"]),
            ends=rank_ends(row["rank_low"], row["rank_high"]),
            mark=verbatim(f" {STAR}" if row["front_shown"] else ""),
        )
        for row in best
    )
    return say("{told}", told=told)


def partner_columns(names: Countries) -> Columns:
    """Return how `partner_table` reads."""

    def named(code: str) -> Sayable:
        other = {ALL_GROUPS: say("all partners"), _OTHERS: say("partners not shown")}
        return other.get(code) or names.text(code)

    return (
        cells.said("partner", say("partner"), named),
        cells.observed("ranked", say("groups ranked"), count),
        cells.statistic("leader", say("groups among the first five by size"), count),
        cells.statistic("on_front", say("groups on the front"), count),
        cells.statistic("sure", say("surely on it"), count),
        cells.texts("best", say("best groups by all sides (interval)")),
    )


def partner_headline(
    results: Partnership, params: Params, framework: str, names: Countries
) -> Text:
    """Return who is surely on a front most often without leading any group by size."""
    table = priorities.by_partner(marked(results, params))
    leading = set(table.loc[table["leader"] > 0, "partner"])
    rows = by_group_only(results.partner_ranks, framework)
    rows = rows[rows["front_shown"] & ~rows["partner"].isin(leading)]
    if rows.empty:
        return say("Only those among the first five by size somewhere are surely on a front")
    number = rows["partner"].value_counts()
    top = sorted(number.index[number == number.max()])
    return say(
        "Never among the first five by size, yet surely on the front in {n} groups: {names}",
        n=count(number.max()),
        names=names.texts(top),
    )


# --- the front ------------------------------------------------------------------------------------


def front_table(results: Partnership, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return who is surely on the front of each group and among the first, and how many more are.

    Returns
    -------
    DataFrame
        ``group_id, surely`` (codes, semicolons between)``, more`` and ``ranked``.
    """
    rows = by_group_only(results.partner_ranks, taxonomy.framework)
    found = []
    for group in taxonomy.groups:
        own = rows[rows["group_id"] == group]
        if own.empty:
            continue
        sure = own.loc[own["front_shown"], "partner"]
        found.append(
            {
                "group_id": group,
                "surely": ";".join(sure) or None,
                "more": int(own["on_front"].sum()) - len(sure),
                "ranked": len(own),
            }
        )
    return pd.DataFrame(found, columns=["group_id", "surely", "more", "ranked"])


def front_columns(taxonomy: Taxonomy, names: Countries) -> Columns:
    """Return how `front_table` reads."""
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.countries("surely", say("surely on the front, and among the first ten"), names),
        cells.statistic("more", say("others on it"), count),
        cells.observed("ranked", say("ranked"), count),
    )


def front_headline(results: Partnership, framework: str, names: Countries) -> Text:
    """Return who is surely on the front of most groups."""
    rows = by_group_only(results.partner_ranks, framework)
    number = rows.loc[rows["front_shown"], "partner"].value_counts()
    if number.empty:
        return say("Nobody is surely on a front")
    most = sorted(number.index[number == number.max()])
    return say(
        "Surely on the front in most groups ({n} of {all}): {names}",
        n=count(number.max()),
        all=count(rows["group_id"].nunique()),
        names=names.texts(most),
    )


def front_words(results: Partnership) -> Text:
    """Return how many are on a front, and why so many: tie and room pull against each other."""
    ranks = results.partner_ranks
    rows = ranks[(ranks["group_id"] != ALL_GROUPS) & (ranks["status"] == "ok")]
    known = results.side_correlations["correlation"].dropna()
    values: dict[str, Sayable] = {
        "front": count(rows["on_front"].sum()),
        "ranked": count(len(rows)),
        "sure": count(rows["front_shown"].sum()),
    }
    if known.empty:
        return say(
            "{front} of {ranked} places lie on a front, {sure} of them surely and among the first "
            "ten.",
            **values,
        )
    return say(
        "{front} of {ranked} places lie on a front, {sure} of them surely and among the first ten. "
        "A front is wide because two sides pull against each other: who has close ties has little "
        "room (rank correlation {low} to {high} over groups). Being on it is no recommendation; "
        "being off it says that somebody else is better on every side.",
        low=decimal(known.min()),
        high=decimal(known.max()),
        **values,
    )


def panels_headline(results: Partnership, groups: Sequence[str], names: Countries) -> Text:
    """Return which large partners have fewer ties than expected in the charts shown."""
    values = results.partner_values
    rows = values[values["group_id"].isin(list(groups)) & (values["gap_high"] < 0)]
    rows = rows[rows["strength_rank"] <= _FIRST]
    often = rows["partner"].value_counts()
    every = sorted(often.index[often == rows["group_id"].nunique()]) if len(rows) else []
    if not every:
        return say("No partner is among the largest with ties below what is expected in each group")
    return say(
        "Large, with ties surely below what is expected in each of {n} groups: {names}",
        n=count(rows["group_id"].nunique()),
        names=names.texts(every),
    )


def panels_subtitle(basis: Basis) -> Text:
    """Return what the charts of the front compare."""
    return say(
        "Rank by size, and observed over expected ties; {sides}",
        sides=basis.four_sides,
    )


def panels_alt(results: Partnership, groups: Sequence[str]) -> Text:
    """Return the charts of the front in words."""
    values = results.partner_values
    rows = values[values["group_id"].isin(list(groups)) & values["gap"].notna()]
    below = rows[rows["gap_high"] < 0]
    low = below["gap"].median()
    return say(
        "{n} charts of partners: size from below to top, ties over expected ones from left to "
        "right. {below} of {all} marks lie surely left of what is expected{middle}.",
        n=count(rows["group_id"].nunique()),
        below=count(len(below)),
        all=count(len(rows)),
        middle=say(", half of them at {ratio} times or less", ratio=times(math.exp(low)))
        if len(below)
        else verbatim(""),
    )
