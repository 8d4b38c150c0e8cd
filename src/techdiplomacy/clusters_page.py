"""The words and tables of the country groups page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, labels, vocabulary, evidence, page_columns, pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    decimal,
    percent,
    period,
    rounded,
    say,
)
from techdiplomacy.vocabulary import (
    BY_EVIDENCE,
    EVIDENCE,
    GROUP_LABELS,
    ITEMS,
    NOTES_ON_CUTS,
    VERDICTS,
)

# adjusted Rand index from which two cuts are called the same
SAME_CUT = 0.9
# a sentence names a group of so many members in full, of a larger one the first few
MOST_NAMED = 5
_FIRST_FEW = 3
_SUPPORTS = ("jaccard_families", "jaccard_countries", "jaccard_fields")


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
        _where(publications if not _has(patents, viewpoint) else patents, viewpoint, names),
        _movement(patents),
    ]


def _verdict(groups: EvidenceGroups) -> dict[Any, Any]:
    """Return the row of ``cluster_verdicts``."""
    return groups.verdict.to_dict("records")[0]


def _row(groups: EvidenceGroups, country: str) -> dict[Any, Any]:
    """Return the row of a country in ``country_groups``."""
    return groups.countries.set_index("country").to_dict("index")[country]


def _has(groups: EvidenceGroups, country: str) -> bool:
    own = groups.countries
    return bool(((own["country"] == country) & own["group"].notna()).any())


def window_words(groups: EvidenceGroups) -> Text:
    """Return the period of the evidence, and how its years are counted."""
    window = period(groups.window)
    if groups.evidence == "patents":
        return say("families granted {window}", window=window)
    return say("articles of {window}", window=window)


def _fields(codes: Any, most: int | None = None) -> Sayable:
    """Return names of fields, semicolons between, as a list in words; the first ones, if many."""
    if pd.isna(codes):
        return say("no field in common")
    return commas(load_labels().text(name) for name in str(codes).split(";")[:most])


def _members(codes: str, names: Countries) -> Sayable:
    """Return the members of a group as a list in words; of a large group only the first few."""
    members = codes.split(";")
    if len(members) <= MOST_NAMED:
        return names.texts(members)
    first = members[:_FIRST_FEW]
    return say("{some} and {n} more", some=names.texts(first), n=count(len(members) - len(first)))


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
    ranked = groups.stability.assign(mean=groups.stability[list(_SUPPORTS)].mean(axis=1))
    if _verdict(groups)["verdict"] == "no_stable_groups":
        return Finding(
            say("No group comes back when data are drawn anew: describe countries one by one."),
            say("largest mean similarity {share}", share=percent(ranked["mean"].max())),
            window_words(groups),
        )
    best = ranked.sort_values("mean", ascending=False).to_dict("records")[0]
    families, countries, fields = (percent(best[name]) for name in _SUPPORTS)
    return Finding(
        say(
            "The firmest group is {members}, strong in {fields}.",
            members=_members(best["members"], names),
            fields=_fields(best["strong_fields"], _FIRST_FEW),
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
    if not _has(groups, viewpoint):
        return Finding(
            say("{country} has too few {items} to be placed.", **values),
            say("fewer than needed in {window}", window=_window(groups)),
            window_words(groups),
        )
    row = _row(groups, viewpoint)
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
    """Return how much the groups agree with those of the window before."""
    verdict = _verdict(groups)
    before = verdict["adjusted_rand_previous_window"]
    kmeans = decimal(verdict["adjusted_rand_kmeans"])
    if pd.isna(before):
        return Finding(
            say("Other recipes draw other borders: trust the firm groups, not the exact cut."),
            say("agreement with k-means {kmeans} (1 = same); no earlier window", kmeans=kmeans),
            window_words(groups),
        )
    sentence = (
        say("Borders move between windows: trust the firm groups, not the exact cut.")
        if before < SAME_CUT
        else say("Borders hold between windows: trust the firm groups, not the exact cut.")
    )
    certainty = say(
        "agreement with window before {before}, k-means {kmeans} (1 = same)",
        before=decimal(before),
        kmeans=kmeans,
    )
    return Finding(sentence, certainty, window_words(groups))


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
        members=_members(smallest["members"], names),
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


def group_table(groups: EvidenceGroups) -> pd.DataFrame:
    """Return the groups with their stability, members and strong fields."""
    rows = groups.stability
    columns = ["group", "members", "label", *_SUPPORTS]
    strong = pd.Series([_fields(codes) for codes in rows["strong_fields"]], dtype=object)
    return rows[columns].reset_index(drop=True).assign(strong_fields=strong)


def group_columns(names: Countries) -> Columns:
    """Return how `group_table` reads."""
    return (
        cells.observed("group", say("group"), count),
        cells.countries("members", say("countries"), names),
        cells.texts("strong_fields", say("strong in")),
        cells.words("label", say("label"), GROUP_LABELS),
        *_redrawn("jaccard"),
    )


def _redrawn(prefix: str) -> Columns:
    """Return the columns of what happens when each part of the data is drawn anew."""
    return (
        cells.statistic(f"{prefix}_families", say("items redrawn"), percent),
        cells.statistic(f"{prefix}_countries", say("countries redrawn"), percent),
        cells.statistic(f"{prefix}_fields", say("fields redrawn"), percent),
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


def partner_table(groups: EvidenceGroups, viewpoint: str, *, most: int = 25) -> pd.DataFrame:
    """Return the partners that the viewpoint country is most often grouped with."""
    pairs = groups.coassignments
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    partner = own["partner"].where(own["country"] == viewpoint, own["country"])
    shares = [f"coassignment{end}" for end in ("", "_families", "_countries", "_fields")]
    table = own[[*shares, "distance"]].assign(partner=partner)
    ordered = table.sort_values(["coassignment", "distance"], ascending=[False, True])
    return ordered[["partner", *shares, "distance"]].head(most).reset_index(drop=True)


def partner_columns(names: Countries) -> Columns:
    """Return how `partner_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.statistic("coassignment", say("together"), percent),
        *_redrawn("coassignment"),
        cells.statistic("distance", say("distance"), decimal),
    )


def labelled(groups: EvidenceGroups, viewpoint: str, *, most: int = 30) -> list[str]:
    """Return the countries whose names a crowded map carries: the largest, and the viewpoint's."""
    own = groups.countries[groups.countries["status"] == "ok"]
    largest = own.sort_values("total_items", ascending=False)["country"].head(most).tolist()
    near = own.loc[own["country"] == viewpoint, "nearest_neighbours"].tolist()
    return [*largest, *(near[0].split(";") if near else [])]


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


def verdict_table(one: EvidenceGroups, other: EvidenceGroups) -> pd.DataFrame:
    """Return the answers to the three questions, and the agreement with other recipes."""
    rows = pd.concat([one.verdict, other.verdict], ignore_index=True)
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
        cells.statistic("adjusted_rand_previous_window", say("with window before"), decimal),
        cells.statistic("adjusted_rand_kmeans", say("with k-means"), decimal),
        cells.statistic("adjusted_rand_other_profile", say("with the other profile"), decimal),
        cells.texts("notes", say("note")),
    )


def headline_numbers(
    patents: EvidenceGroups, publications: EvidenceGroups, viewpoint: str
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/country_clusters.json``."""
    numbers: dict[str, float | int | str | bool | None] = {}
    for groups in (patents, publications):
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
        if _has(groups, viewpoint):
            neighbours = _row(groups, viewpoint)["nearest_neighbours"]
            numbers[f"{groups.evidence}_viewpoint_neighbours"] = str(neighbours)
    return numbers
