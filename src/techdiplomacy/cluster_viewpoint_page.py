"""The section of the country groups page on one country: strengths, branches, groups, partners.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, group_description, evidence, page_columns, cluster_words.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.cluster_words import (
    has_group,
    members_in_words,
    periods,
    redrawn_columns,
    row_of,
    window_words,
)
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.group_description import branches_above, standing_among_groups
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, count, decimal, percent, say
from techdiplomacy.vocabulary import GROUP_LABELS, ITEMS


def patents_of_viewpoint(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return whether the viewpoint country has a place in the patent tree, and if not, why."""
    values: dict[str, Sayable] = {
        "country": names.text(viewpoint),
        "window": window_words(groups),
    }
    if viewpoint not in set(groups.countries["country"]):
        return say(
            "{country} is not listed in the patent source ({window}): there are no patents to "
            "place it by, neither in the patent tree nor in that of both. Absent is not zero.",
            **values,
        )
    row = row_of(groups, viewpoint)
    if row["status"] != "ok":
        return say(
            "{country} has {n} {items} ({window}): too few for a place in the patent tree.",
            n=count(row["total_items"]),
            items=ITEMS[groups.evidence],
            **values,
        )
    return say(
        "By patents {country} stands in group {group} ({window}).",
        group=count(row["group"]),
        **values,
    )


def strength_table(specialisation: pd.DataFrame, country: str, *, most: int = 8) -> pd.DataFrame:
    """Return the fields of a country by shrunk advantage, with interval and count."""
    own = specialisation[
        (specialisation["country"] == country) & (specialisation["rta_shrunk"] > 1)
    ]
    top = own.sort_values("rta_shrunk", ascending=False, ignore_index=True).head(most)
    return top[["field", "count_items", "rta_shrunk", "rta_low", "rta_high", "probability_above"]]


def strength_columns(level: float) -> Columns:
    """Return how `strength_table` reads; ``level`` is the mass of the interval."""
    return (
        cells.label("field", say("field")),
        cells.observed("count_items", say("items"), count),
        cells.estimate(
            "rta_shrunk",
            say("advantage"),
            decimal,
            cells.Interval("rta_low", "rta_high", percent(level)),
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
    )


def branch_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the branches that the viewpoint country hangs on, the smallest first."""
    return branches_above(viewpoint, groups.branches)


def _firm_branch(groups: EvidenceGroups, viewpoint: str) -> dict[Any, Any] | None:
    """Return the largest firm branch of a country that lies inside its group."""
    if not has_group(groups, viewpoint):
        return None
    group = row_of(groups, viewpoint)["group"]
    own = groups.stability.loc[groups.stability["group"] == group, "n_countries"]
    steps = branch_table(groups, viewpoint)
    inside = steps[(steps["label"] == "firm") & (steps["n_countries"] <= own.iloc[0])]
    return inside.to_dict("records")[-1] if len(inside) else None


def branch_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return on which firm branch the viewpoint country hangs."""
    country = names.text(viewpoint)
    if branch_table(groups, viewpoint).empty:
        return say("{country} hangs on no branch of the tree", country=country)
    firm = _firm_branch(groups, viewpoint)
    if firm is None:
        return say("No branch inside the group of {country} is firm", country=country)
    others = ";".join(code for code in str(firm["members"]).split(";") if code != viewpoint)
    return say(
        "{country} hangs on a firm branch with {others}: {items_share} ({items}), "
        "{countries} (countries), {fields} (fields)",
        country=country,
        others=members_in_words(others, names),
        items=ITEMS[groups.evidence],
        items_share=percent(firm["support_families"]),
        countries=percent(firm["support_countries"]),
        fields=percent(firm["support_fields"]),
    )


def branch_columns(names: Countries) -> Columns:
    """Return how `branch_table` reads."""
    return (
        cells.observed("step", say("step"), count),
        cells.said("joined", say("joined by"), lambda codes: members_in_words(codes, names)),
        cells.observed("n_countries", say("countries in the branch"), count),
        cells.words("label", say("label"), GROUP_LABELS),
        *redrawn_columns("support"),
        cells.statistic("height", say("height"), decimal),
    )


def standing_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return how near the viewpoint country stands to each group, the nearest first."""
    return standing_among_groups(
        viewpoint, groups.countries, groups.stability, groups.coassignments
    )


def standing_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return the firm group nearest to the viewpoint country, or that no group is firm."""
    near = standing_table(groups, viewpoint)
    country = names.text(viewpoint)
    if near.empty:
        return say("{country} was not compared with the groups", country=country)
    firm = near[near["label"] == "firm"]
    best = (near if firm.empty else firm).to_dict("records")[0]
    values: dict[str, Sayable] = {
        "country": country,
        "group": count(best["group"]),
        "members": members_in_words(best["members"], names),
        "share": percent(best["coassignment"]),
    }
    if firm.empty:
        return say(
            "No group is firm; {country} is nearest to group {group} ({label}), with it in {share} "
            "of redraws",
            country=values["country"],
            group=values["group"],
            share=values["share"],
            label=GROUP_LABELS[best["label"]],
        )
    return say(
        "The firm group nearest to {country} is group {group} ({members}), with it in {share} of "
        "redraws",
        **values,
    )


def standing_columns(names: Countries) -> Columns:
    """Return how `standing_table` reads."""
    return (
        cells.observed("group", say("group"), count),
        cells.said("members", say("countries"), lambda codes: members_in_words(codes, names)),
        cells.said("own", say("its own"), lambda own: say("yes") if own else say("no")),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.statistic("coassignment", say("together"), percent),
        cells.statistic("distance", say("mean distance"), decimal),
    )


def history_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the group of the viewpoint country in each window, the newest first."""
    windows = groups.windows
    own = windows[(windows["country"] == viewpoint) & windows["group"].notna()]
    fitted = windows[windows["status"] == "ok"]
    rows = own.sort_values("window", ascending=False, ignore_index=True)
    mates = []
    for row in rows.to_dict("records"):
        same = (fitted["window"] == row["window"]) & (fitted["group"] == row["group"])
        codes = [code for code in fitted.loc[same, "country"] if code != viewpoint]
        mates.append(";".join(codes) or pd.NA)
    return rows.assign(mates=pd.Series(mates, dtype=object))


def history_headline(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return in how many groups the viewpoint country stood."""
    rows = history_table(groups, viewpoint)
    rows = rows[rows["status"] == "ok"]
    if rows.empty:
        return say("{country} was too small to be fitted", country=names.text(viewpoint))
    return say(
        "Different groups of {country}: {groups} in {windows} windows with enough articles",
        country=names.text(viewpoint),
        groups=count(rows["group"].nunique()),
        windows=count(len(rows)),
    )


def history_columns(names: Countries) -> Columns:
    """Return how `history_table` reads."""
    notes = {"ok": say("fitted"), "small_n": say("too small to be fitted")}
    return (
        cells.said("window", say("window"), periods),
        cells.observed("group", say("group"), count),
        cells.countries("mates", say("with"), names),
        cells.words("label", say("label of the group"), GROUP_LABELS),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.words("status", say("note"), notes),
    )


def partner_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return every partner of the viewpoint country, those most often grouped with it first."""
    pairs = groups.coassignments
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    partner = own["partner"].where(own["country"] == viewpoint, own["country"])
    shares = [f"coassignment{end}" for end in ("", "_families", "_countries", "_fields")]
    table = own[[*shares, "distance"]].assign(partner=partner)
    ordered = table.sort_values(["coassignment", "distance"], ascending=[False, True])
    return ordered[["partner", *shares, "distance"]].reset_index(drop=True)


def partner_columns(names: Countries) -> Columns:
    """Return how `partner_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.statistic("coassignment", say("together"), percent),
        *redrawn_columns("coassignment"),
        cells.statistic("distance", say("distance"), decimal),
    )
