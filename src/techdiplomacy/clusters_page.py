"""The country groups page: its findings, what its figures say, and its numbers.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: params (settings only), texts, countries, vocabulary, evidence, pages, cluster_words,
cluster_windows_page.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy.cluster_windows_page import move_table
from techdiplomacy.cluster_words import (
    FIRST_FEW,
    SUPPORTS,
    fields_in_words,
    has_group,
    members_in_words,
    row_of,
    span_words,
    window_words,
)
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.pages import Finding
from techdiplomacy.params import ClusterSettings
from techdiplomacy.texts import Sayable, Text, count, decimal, percent, period, rounded, say
from techdiplomacy.vocabulary import BY_EVIDENCE, EVIDENCE, GROUP_LABELS, ITEMS, VERDICTS

# adjusted Rand index from which two cuts are called the same
SAME_CUT = 0.9

# --- findings ---------------------------------------------------------------------------------


def findings(
    patents: EvidenceGroups, publications: EvidenceGroups, viewpoint: str, names: Countries
) -> list[Finding]:
    """Return the findings of the page.

    Parameters
    ----------
    patents, publications : EvidenceGroups
        Groups under each kind of evidence.
    viewpoint : str
        Country that one sentence is about.
    names : Countries
        Names.
    """
    return [
        _how_grouped(patents, viewpoint, names),
        _firmest(patents, names),
        _where(publications if not has_group(patents, viewpoint) else patents, viewpoint, names),
        _movement(patents),
    ]


def _verdict(groups: EvidenceGroups) -> dict[Any, Any]:
    """Return the row of ``cluster_verdicts``."""
    return groups.verdict.to_dict("records")[0]


def _how_grouped(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return into how many groups the countries fall and whether they are distinct."""
    verdict = _verdict(groups)
    values: dict[str, Sayable] = {
        "by": BY_EVIDENCE[groups.evidence],
        "n": count(verdict["n_countries"]),
        "k": count(verdict["k"]),
        "firm": count(_firm(groups)),
        "verdict": VERDICTS[verdict["verdict"]],
    }
    if viewpoint in set(groups.countries["country"]):
        sentence = say(
            "{by}, {n} economies fall into {k} groups, {firm} firm: {verdict}.", **values
        )
    else:
        sentence = say(
            "{by}, {n} economies (without {viewpoint}) fall into {k} groups, {firm} firm: "
            "{verdict}.",
            viewpoint=names.text(viewpoint),
            **values,
        )
    certainty = say(
        "noise p = {noise}, gradient p = {gradient}",
        noise=decimal(verdict["p_noise"], 3),
        gradient=decimal(verdict["p_continuum"], 2),
    )
    return Finding(sentence, certainty, window_words(groups))


def _firm(groups: EvidenceGroups) -> int:
    return int((groups.stability["label"] == "firm").sum())


def _firmest(groups: EvidenceGroups, names: Countries) -> Finding:
    """Return the group that comes back most often when data are drawn anew."""
    ranked = groups.stability.assign(mean=groups.stability[list(SUPPORTS)].mean(axis=1))
    if _verdict(groups)["verdict"] == "no_stable_groups":
        return Finding(
            say("No group comes back when data are drawn anew: describe countries one by one."),
            say("largest mean similarity {share}", share=percent(ranked["mean"].max())),
            window_words(groups),
        )
    best = ranked.sort_values("mean", ascending=False).to_dict("records")[0]
    families, countries, fields = (percent(best[name]) for name in SUPPORTS)
    return Finding(
        say(
            "The firmest group is {members}, strong in {fields}.",
            members=members_in_words(best["members"], names),
            fields=fields_in_words(best["strong_fields"], FIRST_FEW),
        ),
        say(
            "redrawn: {items_share} ({items}), {countries_share} (countries), {fields_share} "
            "(fields)",
            items_share=families,
            items=ITEMS[groups.evidence],
            countries_share=countries,
            fields_share=fields,
        ),
        window_words(groups),
    )


def _where(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return the neighbours of the viewpoint country."""
    values: dict[str, Sayable] = {"country": names.text(viewpoint), "items": ITEMS[groups.evidence]}
    if viewpoint not in set(groups.countries["country"]):
        return Finding(
            say("{country} is not listed in the source of {items}.", **values),
            say("absent from the data of {window}, which is not zero", window=_window(groups)),
            window_words(groups),
        )
    if not has_group(groups, viewpoint):
        return Finding(
            say("{country} has too few {items} to be placed.", **values),
            say("fewer than needed in {window}", window=_window(groups)),
            window_words(groups),
        )
    row = row_of(groups, viewpoint)
    label = GROUP_LABELS[groups.stability.set_index("group")["label"].to_dict()[row["group"]]]
    if pd.notna(row["own_group_coassignment"]):
        certainty = say(
            "its group is {label}: together in {share} of redraws",
            label=label,
            share=percent(row["own_group_coassignment"]),
        )
    else:
        certainty = say("its group is {label}; too few items: placed afterwards", label=label)
    return Finding(
        say(
            "{country} is most often grouped with {near} by {evidence} ({total} {items}).",
            near=names.texts(row["nearest_neighbours"].split(";")),
            evidence=EVIDENCE[groups.evidence],
            total=rounded(row["total_items"]),
            **values,
        ),
        certainty,
        window_words(groups),
    )


def _window(groups: EvidenceGroups) -> Sayable:
    return period(groups.window)


def _movement(groups: EvidenceGroups) -> Finding:
    """Return how much the groups agree with the window before, and which sets persist."""
    verdict = _verdict(groups)
    before = verdict["adjusted_rand_previous_window"]
    kmeans = decimal(verdict["adjusted_rand_kmeans"])
    if pd.isna(before):
        return Finding(
            say("Other recipes draw other borders: trust the firm groups, not the exact cut."),
            say("agreement with k-means {kmeans} (1 = same); no earlier window", kmeans=kmeans),
            window_words(groups),
        )
    values = {
        "firm": count(_firm_cores(groups)),
        "windows": count(groups.windows["window"].nunique()),
    }
    sentence = (
        say(
            "Borders move between windows; firm cores in all {windows}: {firm}.",
            **values,
        )
        if before < SAME_CUT
        else say(
            "Borders hold between windows; firm cores in all {windows}: {firm}.",
            **values,
        )
    )
    certainty = say(
        "agreement with window before {before}; same window redrawn {within}",
        before=decimal(before),
        within=decimal(groups.agreement["adjusted_rand_within"].iloc[0]),
    )
    return Finding(sentence, certainty, span_words(groups))


def _firm_cores(groups: EvidenceGroups) -> int:
    return int((groups.cores["label"] == "firm").sum())


# --- figures ----------------------------------------------------------------------------------


def tree_headline(groups: EvidenceGroups) -> Text:
    """Return what the tree says."""
    return say(
        "{by}: {k} groups, {firm} firm: {verdict}",
        by=BY_EVIDENCE[groups.evidence],
        k=count(len(groups.stability)),
        firm=count(_firm(groups)),
        verdict=VERDICTS[_verdict(groups)["verdict"]],
    )


def tree_subtitle(groups: EvidenceGroups, specialisation: pd.DataFrame) -> Text:
    """Return what the tree is made of."""
    return say(
        "Ward tree of profiles over {fields} fields, {window}",
        fields=count(specialisation["field"].nunique()),
        window=window_words(groups),
    )


def tree_alt(groups: EvidenceGroups, names: Countries) -> Text:
    """Return the tree in words."""
    firm = groups.stability[groups.stability["label"] == "firm"]
    n = count(_verdict(groups)["n_countries"])
    if firm.empty:
        return say(
            "Tree of {n} economies with the support of each branch in percent. No group is firm.",
            n=n,
        )
    smallest = firm.sort_values("n_countries").to_dict("records")[0]
    return say(
        "Tree of {n} economies with the support of each branch in percent. Firm groups: {firm}, "
        "among them {members}.",
        n=n,
        firm=count(len(firm)),
        members=members_in_words(smallest["members"], names),
    )


def map_headline(groups: EvidenceGroups) -> Text:
    """Return what the map says."""
    return say(
        "Near means alike by {evidence}; two directions hold {share} of the differences",
        evidence=EVIDENCE[groups.evidence],
        share=percent(sum(groups.variance_shares)),
    )


def map_subtitle(groups: EvidenceGroups, transform: str) -> Text:
    """Return what the map is made of."""
    window = window_words(groups)
    if transform == "hellinger":
        return say("Principal axes of profiles in Hellinger distance, {window}", window=window)
    return say("Principal axes of profiles in log ratios, {window}", window=window)


def map_alt(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Text:
    """Return the map in words."""
    return say(
        "Scatter of {n} economies, near each other where their profiles are alike, marked by "
        "group. {where}",
        n=count(_verdict(groups)["n_countries"]),
        where=_where(groups, viewpoint, names).sentence,
    )


def heat_map_headline(specialisation: pd.DataFrame, level: float) -> Text:
    """Return in how many cells a country is surely more or less specialised than the panel."""
    return say(
        "In {share} of the cells a country is surely more, or surely less, specialised than the "
        "panel",
        share=percent(_sure(specialisation, level)),
    )


def heat_map_subtitle(
    groups: EvidenceGroups, specialisation: pd.DataFrame, names: Countries
) -> Text:
    """Return what the heat map is made of, and how much of the panel its largest country is."""
    totals = specialisation.drop_duplicates("country").set_index("country")["total_items"]
    return say(
        "Shrunk revealed advantage, {window}; {largest} is {share} of the panel",
        window=window_words(groups),
        largest=names.text(str(totals.idxmax())),
        share=percent(totals.max() / totals.sum()),
    )


def heat_map_alt(groups: EvidenceGroups, specialisation: pd.DataFrame, level: float) -> Text:
    """Return the heat map in words."""
    return say(
        "Heat map of {n} economies by {fields} fields, coloured by shrunk advantage; countries of "
        "one group show like colours. {share} of the cells differ from the panel beyond doubt.",
        n=count(len(groups.found.fitted)),
        fields=count(specialisation["field"].nunique()),
        share=percent(_sure(specialisation, level)),
    )


def _sure(specialisation: pd.DataFrame, level: float) -> float:
    """Return the share of estimable cells whose side of the panel is beyond doubt."""
    chance = specialisation["probability_above"].dropna()
    return float(((chance >= level) | (chance <= 1 - level)).mean())


# --- numbers ----------------------------------------------------------------------------------


def headline_numbers(
    viewpoint: str, settings: ClusterSettings, *evidence: EvidenceGroups
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/country_clusters.json``."""
    numbers: dict[str, float | int | str | bool | None] = {}
    for groups in evidence:
        verdict = _verdict(groups)
        for name in ("verdict", "k", "n_countries"):
            value = verdict[name]
            numbers[f"{groups.evidence}_{name}"] = value if isinstance(value, str) else int(value)
        for name in (
            "largest_silhouette",
            "p_noise",
            "p_continuum",
            "adjusted_rand_previous_window",
            "adjusted_rand_kmeans",
            "adjusted_rand_other_profile",
        ):
            numbers[f"{groups.evidence}_{name}"] = float(verdict[name])
        labels = groups.stability["label"].value_counts()
        numbers[f"{groups.evidence}_firm_groups"] = int(labels.get("firm", 0))
        numbers[f"{groups.evidence}_firm_cores"] = _firm_cores(groups)
        found = move_table(groups, settings)
        numbers[f"{groups.evidence}_firm_moves"] = int((found["label"] == "firm").sum())
        if has_group(groups, viewpoint):
            neighbours = row_of(groups, viewpoint)["nearest_neighbours"]
            numbers[f"{groups.evidence}_viewpoint_neighbours"] = str(neighbours)
    return numbers
