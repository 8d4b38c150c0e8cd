"""Sections of the country groups page on the cut: groups, members, other evidence and recipes.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: params (settings only), texts, countries, vocabulary, group_description, evidence,
page_columns, cluster_words.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.cluster_words import SUPPORTS, fields_in_words, redrawn_columns
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups, stacked
from techdiplomacy.group_description import compare_cuts
from techdiplomacy.page_columns import Columns
from techdiplomacy.params import ClusterSettings
from techdiplomacy.texts import Text, commas, count, decimal, percent, say
from techdiplomacy.vocabulary import EVIDENCE, GROUP_LABELS, NOTES_ON_CUTS, VERDICTS

_OTHER_RECIPES = ("jaccard_kmeans", "jaccard_other_profile")

# --- groups and their members -----------------------------------------------------------------


def group_table(groups: EvidenceGroups) -> pd.DataFrame:
    """Return the groups with their stability, members and strong fields."""
    rows = groups.stability
    columns = ["group", "members", "label", *SUPPORTS, *_OTHER_RECIPES]
    strong = pd.Series([fields_in_words(codes) for codes in rows["strong_fields"]], dtype=object)
    return rows[columns].reset_index(drop=True).assign(strong_fields=strong)


def group_columns(names: Countries) -> Columns:
    """Return how `group_table` reads."""
    return (
        cells.observed("group", say("group"), count),
        cells.countries("members", say("countries"), names),
        cells.texts("strong_fields", say("strong in")),
        cells.words("label", say("label"), GROUP_LABELS),
        *redrawn_columns("jaccard"),
        cells.statistic("jaccard_kmeans", say("by k-means"), percent),
        cells.statistic("jaccard_other_profile", say("on the other profile"), percent),
    )


def country_table(groups: EvidenceGroups, viewpoint: str) -> pd.DataFrame:
    """Return the fitted countries, and the viewpoint, with size, group and neighbours."""
    own = groups.countries
    shown = (own["status"] == "ok") | (own["country"] == viewpoint)
    columns = ["country", "group", "total_items", "size_tier", "own_group_coassignment"]
    return own.loc[
        shown & own["group"].notna(), [*columns, "nearest_neighbours", "status"]
    ].sort_values(["group", "total_items"], ascending=[True, False], ignore_index=True)


def country_columns(names: Countries) -> Columns:
    """Return how `country_table` reads."""
    notes = {"ok": say("fitted"), "small_n": say("too small to be fitted")}
    return (
        cells.country("country", say("country"), names),
        cells.observed("group", say("group"), count),
        cells.observed("total_items", say("items"), count),
        cells.label("size_tier", say("size")),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.countries("nearest_neighbours", say("most often grouped with"), names),
        cells.words("status", say("note"), notes),
    )


def labelled(groups: EvidenceGroups, viewpoint: str, *, most: int = 30) -> list[str]:
    """Return the countries whose names a crowded map carries: the largest, and the viewpoint's."""
    own = groups.countries[groups.countries["status"] == "ok"]
    largest = own.sort_values("total_items", ascending=False)["country"].head(most).tolist()
    near = own.loc[own["country"] == viewpoint, "nearest_neighbours"].tolist()
    return [*largest, *(near[0].split(";") if near else [])]


# --- patents and publications together --------------------------------------------------------


def side_table(
    patents: EvidenceGroups, publications: EvidenceGroups, together: EvidenceGroups
) -> pd.DataFrame:
    """Return the group of each economy under each kind of evidence."""
    fitted = together.countries[together.countries["status"] == "ok"]
    table = fitted[["country", "group", "own_group_coassignment", "nearest_neighbours"]]
    for name, groups in (("patents", patents), ("publications", publications)):
        own = groups.countries.set_index("country")["group"]
        table = table.assign(**{f"group_{name}": table["country"].map(own).astype("Int64")})
    return table.sort_values(["group", "group_patents", "country"], ignore_index=True)


def side_columns(names: Countries) -> Columns:
    """Return how `side_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.observed("group", say("group by both"), count),
        cells.observed("group_patents", say("group by patents"), count),
        cells.observed("group_publications", say("group by publications"), count),
        cells.statistic("own_group_coassignment", say("with its own group"), percent),
        cells.countries("nearest_neighbours", say("most often grouped with"), names),
    )


def side_headline(
    patents: EvidenceGroups, publications: EvidenceGroups, together: EvidenceGroups
) -> Text:
    """Return how far the groups of the three kinds of evidence agree."""
    return say(
        "Patents and publications agree by {two}; both together with patents by {first}, with "
        "publications by {second}",
        two=decimal(compare_cuts(patents.countries, publications.countries)),
        first=decimal(compare_cuts(together.countries, patents.countries)),
        second=decimal(compare_cuts(together.countries, publications.countries)),
    )


# --- tests and other recipes ------------------------------------------------------------------


def verdict_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return the answers to the three questions."""
    rows = stacked("verdict", *groups)
    notes = [
        commas(NOTES_ON_CUTS[note] for note in str(codes).split(";")) if pd.notna(codes) else None
        for codes in rows["notes"]
    ]
    return rows.assign(notes=pd.Series(notes, dtype=object))


def verdict_columns() -> Columns:
    """Return how `verdict_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.words("verdict", say("verdict"), VERDICTS),
        cells.observed("k", say("groups"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.statistic("largest_silhouette", say("silhouette"), decimal),
        cells.statistic("p_noise", say("p noise"), lambda value: decimal(value, 3)),
        cells.statistic("p_continuum", say("p gradient"), decimal),
        cells.texts("notes", say("note")),
    )


def sensitivity_table(settings: ClusterSettings, *groups: EvidenceGroups) -> pd.DataFrame:
    """Return how far other recipes and the window before agree with the main cut.

    ``kept`` counts the groups that both other recipes find again at the level of a firm group.
    """
    kept = []
    for one in groups:
        again = one.stability[list(_OTHER_RECIPES)] >= settings.firm.families
        kept.append(int(again.all(axis=1).sum()))
    return stacked("verdict", *groups).assign(kept=kept)


def sensitivity_headline(settings: ClusterSettings, *groups: EvidenceGroups) -> Text:
    """Return how many groups two other recipes find again, for each kind of evidence."""
    rows = sensitivity_table(settings, *groups).to_dict("records")
    parts = commas(
        say(
            "{kept} of {k} ({evidence})",
            kept=count(row["kept"]),
            k=count(row["k"]),
            evidence=EVIDENCE[row["evidence"]],
        )
        for row in rows
    )
    return say("Groups that two other recipes find again: {parts}", parts=parts)


def sensitivity_columns() -> Columns:
    """Return how `sensitivity_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.observed("k", say("groups"), count),
        cells.observed("kept", say("found again by both"), count),
        cells.statistic("adjusted_rand_kmeans", say("with k-means"), decimal),
        cells.statistic("adjusted_rand_other_profile", say("with the other profile"), decimal),
        cells.statistic("adjusted_rand_previous_window", say("with window before"), decimal),
    )
