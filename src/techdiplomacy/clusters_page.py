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
# adjusted Rand index from which two cuts are called the same
SAME_CUT = 0.9
PROFILE_WORDS = {"patents": "patent", "publications": "publication"}
ITEM_WORDS = {"patents": "patent families", "publications": "articles"}
_REDRAWN = dict.fromkeys(("items redrawn", "countries redrawn", "fields redrawn"), ".0%")
GROUP_FORMATS = _REDRAWN
COUNTRY_FORMATS = {"with its own group": ".0%", "items": ",.0f"}
PARTNER_FORMATS = _REDRAWN | {"together": ".0%", "distance": ".2f"}
VERDICT_FORMATS = dict.fromkeys(
    ("silhouette", "p continuum", "with window before", "with k-means", "with the other profile"),
    ".2f",
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


def _how_grouped(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return into how many groups the countries fall and whether they are distinct."""
    verdict = _verdict(groups)
    listed = viewpoint in set(groups.countries["country"])
    absent = "" if listed else f" ({names.name(viewpoint)} is not in the data)"
    firm = int((groups.stability["label"] == "firm").sum())
    return Finding(
        f"By {groups.evidence}, {verdict['n_countries']} economies{absent} fall into "
        f"{verdict['k']} groups, {firm} of them firm: {VERDICT_WORDS[verdict['verdict']]}.",
        f"tests against noise p = {verdict['p_noise']:.3f}, against a mere gradient "
        f"p = {verdict['p_continuum']:.2f}",
    )


def _firmest(groups: EvidenceGroups, names: Countries) -> Finding:
    """Return the group that comes back most often when data are drawn anew."""
    supports = ["jaccard_families", "jaccard_countries", "jaccard_fields"]
    ranked = groups.stability.assign(mean=groups.stability[supports].mean(axis=1))
    if _verdict(groups)["verdict"] == "no_stable_groups":
        return Finding(
            "No group comes back when data are drawn anew: describe countries one by one.",
            f"largest mean similarity {ranked['mean'].max():.0%}",
        )
    best = ranked.sort_values("mean", ascending=False).to_dict("records")[0]
    members = names.names(best["members"].split(";"))
    return Finding(
        f"The firmest group is {members}, strong in {best['strong_fields']}.",
        "drawn anew, its likeness stays "
        + ", ".join(f"{best[name]:.0%}" for name in supports)
        + f" ({ITEM_WORDS[groups.evidence]}, countries, fields)",
    )


def _where(groups: EvidenceGroups, viewpoint: str, names: Countries) -> Finding:
    """Return the neighbours of the viewpoint country."""
    if viewpoint not in set(groups.countries["country"]):
        return Finding(
            f"{names.name(viewpoint)} is not listed in the {PROFILE_WORDS[groups.evidence]} "
            "source.",
            f"absent from the data of {groups.window}, which is not zero",
        )
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
        f"{names.name(viewpoint)} is most often grouped with {near} by {groups.evidence} "
        f"({total}).",
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
    moved = "Borders move between windows" if before < SAME_CUT else "Borders hold between windows"
    return Finding(
        f"{moved}: read the firm groups, not the exact cut.",
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
    words = "No group is firm"
    if len(firm):
        smallest = firm.sort_values("n_countries").to_dict("records")[0]
        members = names.names(smallest["members"].split(";"))
        words = f"Firm groups: {len(firm)}, among them {members}"
    return (
        f"Tree of {_verdict(groups)['n_countries']} economies with the support of each branch in "
        f"percent. {words}."
    )


def map_headline(groups: EvidenceGroups) -> str:
    """Return what the map says."""
    share = sum(groups.variance_shares)
    return (
        f"Economies with similar {PROFILE_WORDS[groups.evidence]} profiles lie together; two "
        f"directions hold {share:.0%} of the differences"
    )


def map_alt(groups: EvidenceGroups, viewpoint: str, names: Countries) -> str:
    """Return the map in words."""
    where = _where(groups, viewpoint, names).sentence
    return (
        f"Scatter of {_verdict(groups)['n_countries']} economies, near each other where their "
        f"profiles are alike, marked by group. {where}"
    )


def heat_map_headline(specialisation: pd.DataFrame, level: float) -> str:
    """Return in how many cells a country is surely more or less specialised than the panel."""
    return (
        f"In {_sure(specialisation, level):.0%} of the cells a country is surely more, or surely "
        "less, specialised than the panel"
    )


def heat_map_alt(groups: EvidenceGroups, specialisation: pd.DataFrame, level: float) -> str:
    """Return the heat map in words."""
    return (
        f"Heat map of {len(groups.found.fitted)} economies by {specialisation['field'].nunique()} "
        "fields, coloured by shrunk advantage; countries of one group show like colours. "
        f"{_sure(specialisation, level):.0%} of the cells differ from the panel beyond doubt."
    )


def _sure(specialisation: pd.DataFrame, level: float) -> float:
    """Return the share of estimable cells whose side of the panel is beyond doubt."""
    chance = specialisation["probability_above"].dropna()
    return float(((chance >= level) | (chance <= 1 - level)).mean())


def largest_member(specialisation: pd.DataFrame, names: Countries) -> str:
    """Return how much of the panel its largest country is."""
    totals = specialisation.drop_duplicates("country").set_index("country")["total_items"]
    share = totals.max() / totals.sum()
    return f"{names.name(str(totals.idxmax()))} is {share:.0%} of the panel"


def group_table(groups: EvidenceGroups, names: Countries) -> pd.DataFrame:
    """Return the groups with their stability, members and strong fields."""
    rows = groups.stability
    return pd.DataFrame(
        {
            "group": rows["group"],
            "countries": [
                ", ".join(sorted(names.name(code) for code in str(codes).split(";")))
                for codes in rows["members"]
            ],
            "strong in": rows["strong_fields"],
            "label": rows["label"],
            "items redrawn": rows["jaccard_families"],
            "countries redrawn": rows["jaccard_countries"],
            "fields redrawn": rows["jaccard_fields"],
        }
    )


def country_table(groups: EvidenceGroups, viewpoint: str, names: Countries) -> pd.DataFrame:
    """Return the fitted countries, and the viewpoint, with size, group and neighbours."""
    own = groups.countries
    shown = (own["status"] == "ok") | (own["country"] == viewpoint)
    rows = own[shown & own["group"].notna()].sort_values(
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


def partner_table(
    groups: EvidenceGroups, viewpoint: str, names: Countries, *, most: int = 25
) -> pd.DataFrame:
    """Return the partners that the viewpoint country is most often grouped with."""
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
    ordered = table.sort_values(["together", "distance"], ascending=[False, True])
    return ordered.head(most).reset_index(drop=True)


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
            "with the other profile": rows["adjusted_rand_other_profile"],
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
            "adjusted_rand_other_profile",
        ):
            numbers[f"{groups.evidence}_{name}"] = float(verdict[name])
        labels = groups.stability["label"].value_counts()
        numbers[f"{groups.evidence}_firm_groups"] = int(labels.get("firm", 0))
        if _has(groups, viewpoint):
            neighbours = _row(groups, viewpoint)["nearest_neighbours"]
            numbers[f"{groups.evidence}_viewpoint_neighbours"] = str(neighbours)
    return numbers
