"""The words and tables of the country groups page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: errors, countries, evidence, pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.pages import Finding, rounded

VERDICT_WORDS = {
    "groups": "distinct groups",
    "typology": "useful names on a gradient, not distinct groups",
    "no_stable_groups": "no stable groups",
}
PROFILE_WORDS = {"patents": "patent", "publications": "publication"}
ITEM_WORDS = {"patents": "patent families", "publications": "articles"}
_REDRAWN = dict.fromkeys(("items redrawn", "countries redrawn", "fields redrawn"), ".0%")
GROUP_FORMATS = _REDRAWN
COUNTRY_FORMATS = {"with its own group": ".0%", "items": ",.0f"}
PARTNER_FORMATS = _REDRAWN | {"together": ".0%", "distance": ".2f"}
VERDICT_FORMATS = dict.fromkeys(
    ("silhouette", "p continuum", "with window before", "with k-means", "with log ratios"), ".2f"
) | {"p noise": ".3f"}
RTA_FORMATS = dict.fromkeys(("advantage", "low", "high"), ".2f") | {
    "P(above 1)": ".0%",
    "items": ",.0f",
}


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
        _how_grouped(patents),
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


def _how_grouped(groups: EvidenceGroups) -> Finding:
    """Return into how many groups the countries fall and whether they are distinct."""
    verdict = _verdict(groups)
    firm = int((groups.stability["label"] == "firm").sum())
    return Finding(
        f"By {groups.evidence}, {verdict['n_countries']} economies fall into {verdict['k']} "
        f"groups, {firm} of them firm: {VERDICT_WORDS[verdict['verdict']]}.",
        f"noise would look so grouped in {verdict['p_noise']:.1%} of panels, a mere gradient in "
        f"{verdict['p_continuum']:.0%}",
    )


def _firmest(groups: EvidenceGroups, names: Countries) -> Finding:
    """Return the group that comes back most often when data are drawn anew."""
    supports = ["jaccard_families", "jaccard_countries", "jaccard_fields"]
    ranked = groups.stability.assign(mean=groups.stability[supports].mean(axis=1))
    best = ranked.sort_values("mean", ascending=False).to_dict("records")[0]
    members = names.names(best["members"].split(";"))
    return Finding(
        f"Firmest: {members}, strong in {best['strong_fields']}.",
        "found again "
        + ", ".join(f"{best[name]:.0%}" for name in supports)
        + " when items, countries, fields are redrawn",
    )


def _where(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return the neighbours of the viewpoint country."""
    if not _has(groups, viewpoint):
        return Finding(
            f"{names.name(viewpoint)} has too few {ITEM_WORDS[groups.evidence]} to be placed.",
            f"fewer than needed in {groups.window}",
        )
    row = _row(groups, viewpoint)
    near = names.names(row["nearest_neighbours"].split(";"))
    labels = groups.stability.set_index("group")["label"].to_dict()
    label = labels[row["group"]]
    total = f"{rounded(row['total_items'])} {ITEM_WORDS[groups.evidence]} in {groups.window}"
    return Finding(
        f"{names.name(viewpoint)} stands nearest to {near} by {groups.evidence} ({total}).",
        f"its group is {label}: together with its members in "
        f"{row['own_group_coassignment']:.0%} of redraws"
        if pd.notna(row["own_group_coassignment"])
        else f"its group is {label}; placed afterwards, too few items to be fitted",
    )


def _movement(groups: EvidenceGroups) -> Finding:
    """Return how much the groups agree with those of the window before."""
    verdict = _verdict(groups)
    before = verdict["adjusted_rand_previous_window"]
    agreement = f"with k-means {verdict['adjusted_rand_kmeans']:.2f} (1 = the same)"
    if pd.isna(before):
        return Finding(
            "Other recipes draw other borders: read the firm groups, not the exact cut.",
            f"agreement {agreement}; there is no earlier window",
        )
    return Finding(
        "Borders move between windows: read the firm groups, not the exact cut.",
        f"agreement with the window before {before:.2f}, {agreement}",
    )


def tree_headline(groups: EvidenceGroups) -> str:
    """Return what the tree says."""
    firm = int((groups.stability["label"] == "firm").sum())
    return (
        f"{len(groups.stability)} groups by {groups.evidence}, {firm} firm: "
        f"{VERDICT_WORDS[_verdict(groups)['verdict']]}"
    )


def tree_alt(groups: EvidenceGroups, names: Countries) -> str:
    """Return the tree in words."""
    firm = groups.stability[groups.stability["label"] == "firm"]
    words = "; ".join(names.names(str(row).split(";")) for row in firm["members"].head(2))
    return (
        f"Tree of {_verdict(groups)['n_countries']} economies with the support of each branch in "
        f"percent. {'Firm groups: ' + words if words else 'No group is firm'}."
    )[:300]


def map_headline(groups: EvidenceGroups) -> str:
    """Return what the map says."""
    share = sum(groups.variance_shares)
    return (
        f"Economies with like {PROFILE_WORDS[groups.evidence]} profiles lie together; two "
        f"directions hold {share:.0%} of the differences"
    )


def map_alt(groups: EvidenceGroups, viewpoint: str, names: Countries) -> str:
    """Return the map in words."""
    where = _where(groups, viewpoint, names).sentence
    return (
        f"Scatter of {int(groups.countries['map_x'].notna().sum())} economies, near each other "
        f"where their profiles are alike, coloured by group. {where}"
    )[:300]


def heat_map_headline(
    groups: EvidenceGroups, specialisation: pd.DataFrame, names: Countries
) -> str:
    """Return the most sharply specialised cell of the fitted countries."""
    top = _sharpest(groups, specialisation)
    return (
        f"Sharpest specialisation: {names.name(top['country'])} in {top['field']}, "
        f"{top['rta_shrunk']:.1f} times the panel"
    )


def heat_map_alt(groups: EvidenceGroups, specialisation: pd.DataFrame, names: Countries) -> str:
    """Return the heat map in words."""
    top = _sharpest(groups, specialisation)
    return (
        f"Heat map of {len(groups.found.fitted)} economies by field, coloured by shrunk advantage. "
        f"Highest: {names.name(top['country'])} in {top['field']} with {top['rta_shrunk']:.1f} "
        f"({top['rta_low']:.1f} to {top['rta_high']:.1f})."
    )


def _sharpest(groups: EvidenceGroups, specialisation: pd.DataFrame) -> dict[Any, Any]:
    """Return the cell with the largest lower bound of the advantage."""
    own = specialisation[specialisation["country"].isin(groups.found.fitted)]
    return own.sort_values("rta_low", ascending=False).to_dict("records")[0]


def group_table(groups: EvidenceGroups, names: Countries) -> pd.DataFrame:
    """Return the groups with their stability, members and strong fields."""
    rows = groups.stability
    return pd.DataFrame(
        {
            "group": rows["group"],
            "label": rows["label"],
            "items redrawn": rows["jaccard_families"],
            "countries redrawn": rows["jaccard_countries"],
            "fields redrawn": rows["jaccard_fields"],
            "strong in": rows["strong_fields"],
            "countries": [names.names(str(codes).split(";")) for codes in rows["members"]],
        }
    )


def country_table(groups: EvidenceGroups, names: Countries) -> pd.DataFrame:
    """Return the countries with size, group, co-assignment and neighbours."""
    rows = groups.countries[groups.countries["group"].notna()].sort_values(
        ["group", "total_items"], ascending=[True, False]
    )
    return pd.DataFrame(
        {
            "country": [names.name(code) for code in rows["country"]],
            "group": rows["group"],
            "items": rows["total_items"],
            "size": rows["size_tier"],
            "with its own group": rows["own_group_coassignment"],
            "most often grouped with": [
                names.names(str(codes).split(";")) if pd.notna(codes) else "\u2013"
                for codes in rows["nearest_neighbours"]
            ],
            "note": rows["status"].map({"ok": "", "small_n": "too small to be fitted"}),
        }
    )


def partner_table(groups: EvidenceGroups, viewpoint: str, names: Countries) -> pd.DataFrame:
    """Return how often the viewpoint country is grouped with each partner, most often first."""
    pairs = groups.coassignments
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    partner = own["partner"].where(own["country"] == viewpoint, own["country"])
    table = pd.DataFrame(
        {
            "partner": [names.name(code) for code in partner],
            "together": own["coassignment"].to_numpy(),
            "items redrawn": own["coassignment_families"].to_numpy(),
            "countries redrawn": own["coassignment_countries"].to_numpy(),
            "fields redrawn": own["coassignment_fields"].to_numpy(),
            "distance": own["distance"].to_numpy(),
        }
    )
    return table.sort_values(["together", "distance"], ascending=[False, True], ignore_index=True)


def strength_table(specialisation: pd.DataFrame, country: str, *, most: int = 8) -> pd.DataFrame:
    """Return the fields of a country by shrunk advantage, with interval and count."""
    own = specialisation[specialisation["country"] == country]
    top = own.sort_values("rta_shrunk", ascending=False).head(most)
    return pd.DataFrame(
        {
            "field": top["field"],
            "items": top["count_items"],
            "advantage": top["rta_shrunk"],
            "low": top["rta_low"],
            "high": top["rta_high"],
            "P(above 1)": top["probability_above"],
        }
    )


def verdict_table(one: EvidenceGroups, other: EvidenceGroups) -> pd.DataFrame:
    """Return the answers to the three questions, and the agreement with other recipes."""
    rows = pd.concat([one.verdict, other.verdict], ignore_index=True)
    return pd.DataFrame(
        {
            "evidence": rows["evidence"],
            "verdict": rows["verdict"].map(VERDICT_WORDS),
            "groups": rows["k"],
            "countries": rows["n_countries"],
            "silhouette": rows["largest_silhouette"],
            "p noise": rows["p_noise"],
            "p continuum": rows["p_continuum"],
            "with window before": rows["adjusted_rand_previous_window"],
            "with k-means": rows["adjusted_rand_kmeans"],
            "with log ratios": rows["adjusted_rand_clr"],
            "note": rows["notes"],
        }
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
            "adjusted_rand_clr",
        ):
            numbers[f"{groups.evidence}_{name}"] = float(verdict[name])
        labels = groups.stability["label"].value_counts()
        numbers[f"{groups.evidence}_firm_groups"] = int(labels.get("firm", 0))
        if _has(groups, viewpoint):
            neighbours = _row(groups, viewpoint)["nearest_neighbours"]
            numbers[f"{groups.evidence}_viewpoint_neighbours"] = str(neighbours)
    return numbers
