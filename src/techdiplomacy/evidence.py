"""Groups of countries for one kind of evidence, as the declared tables of the results.

Knows: which columns the result tables have. Must not know: files, countries by name.
May import: errors, params, strength, stability, clusters, group_description.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from techdiplomacy.clusters import CountryGroups, group_countries
from techdiplomacy.group_description import compare_cuts, map_countries, strong_fields_of_groups
from techdiplomacy.params import ClusterSettings, ProfileSettings
from techdiplomacy.stability import branch_members, cut_tree, grow_tree
from techdiplomacy.strength import composition_profiles, size_tiers

# result table and the attribute of EvidenceGroups that fills it
RESULT_TABLES = {
    "country_groups": "countries",
    "group_stability": "stability",
    "cluster_verdicts": "verdict",
    "tree_branches": "branches",
    "coassignments": "coassignments",
}


@dataclass(frozen=True)
class EvidenceGroups:
    """Groups of countries under one kind of evidence; the frames are declared tables.

    ``countries``, ``stability``, ``verdict``, ``branches`` and ``coassignments`` have the columns
    of ``country_groups``, ``group_stability``, ``cluster_verdicts``, ``tree_branches`` and
    ``coassignments``; ``found`` holds the rest.
    """

    evidence: str
    window: str
    countries: pd.DataFrame
    stability: pd.DataFrame
    verdict: pd.DataFrame
    branches: pd.DataFrame
    coassignments: pd.DataFrame
    variance_shares: tuple[float, float]
    found: CountryGroups


def group_by_evidence(
    specialisation: pd.DataFrame,
    evidence: str,
    *,
    settings: ClusterSettings,
    profiles: ProfileSettings,
    strong_fields: int,
    seed: int,
) -> EvidenceGroups:
    """Return the groups of countries in the newest window of one kind of evidence.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    evidence : str
        ``patents`` or ``publications``.
    settings, profiles : ClusterSettings, ProfileSettings
        Sections ``clusters`` and ``profiles`` of the parameters.
    strong_fields : int
        How many fields describe a group.
    seed : int
        Seed of every random draw.
    """
    own = specialisation[specialisation["evidence"] == evidence]
    windows = sorted(own["window"].unique())
    window = windows[-1]
    newest = own[own["window"] == window]
    counts = counts_of(newest)
    found = group_countries(counts, settings, profiles, seed)
    previous = (
        _agreement(counts_of(own[own["window"] == windows[-2]]), found, settings, profiles)
        if len(windows) > 1
        else np.nan
    )
    mapped = map_countries(
        composition_profiles(counts, profiles.transform, pseudo_count=profiles.pseudo_count),
        found.fitted,
    )
    renamed = newest.rename(columns={"count_items": "count", "total_items": "total"})
    named = {"evidence": evidence, "window": window}
    return EvidenceGroups(
        evidence=evidence,
        window=window,
        countries=_countries(found, counts, mapped.places).assign(**named),
        stability=_stability(found, renamed, strong_fields).assign(**named),
        verdict=_verdict(found, previous).assign(**named),
        branches=found.branches.assign(evidence=evidence),
        coassignments=found.coassignment.assign(evidence=evidence),
        variance_shares=mapped.variance_shares,
        found=found,
    )


def both(one: EvidenceGroups, other: EvidenceGroups, attribute: str) -> pd.DataFrame:
    """Return one frame of two kinds of evidence below each other."""
    frames: list[pd.DataFrame] = [getattr(one, attribute), getattr(other, attribute)]
    return pd.concat(frames, ignore_index=True)


def newest(specialisation: pd.DataFrame, groups: EvidenceGroups) -> pd.DataFrame:
    """Return the rows of ``field_specialisation`` that the groups were made from."""
    own = specialisation["evidence"] == groups.evidence
    return specialisation.loc[own & (specialisation["window"] == groups.window)]


def counts_of(specialisation: pd.DataFrame) -> pd.DataFrame:
    """Return counts, country by field, of one window."""
    return specialisation.pivot(index="country", columns="field", values="count_items")


def _agreement(
    earlier: pd.DataFrame,
    found: CountryGroups,
    settings: ClusterSettings,
    profiles: ProfileSettings,
) -> float:
    """Return the adjusted Rand index of the main cut with the same cut of an earlier window."""
    panel = earlier[earlier.sum(axis=1) >= settings.min_families].sort_index()
    points = composition_profiles(panel, profiles.transform, pseudo_count=profiles.pseudo_count)
    tree = grow_tree(points.to_numpy(dtype=float), settings.method)
    labels = cut_tree(tree, branch_members(tree), range(found.k, found.k + 1))[0]
    fitted = found.countries[found.countries["country"].isin(found.fitted)]
    cut = pd.DataFrame({"country": panel.index, "group": labels, "status": "ok"})
    return compare_cuts(fitted, cut)


def _countries(found: CountryGroups, counts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the countries with size tier and place on the map."""
    tiers = size_tiers(counts.sum(axis=1)).set_index("country")["label"]
    places = places.set_index("country")
    country = found.countries["country"]
    return found.countries.rename(columns={"total": "total_items"}).assign(
        size_tier=country.map(tiers),
        map_x=country.map(places["x"]),
        map_y=country.map(places["y"]),
        nearest_neighbours=found.countries["nearest_neighbours"].replace("", pd.NA),
    )


def _stability(found: CountryGroups, newest: pd.DataFrame, strong_fields: int) -> pd.DataFrame:
    """Return the groups with the fields that describe them."""
    strong = strong_fields_of_groups(found.countries, newest, top=strong_fields)
    words = strong.sort_values("rank").groupby("group")["field"].agg(";".join)
    return found.groups.assign(strong_fields=found.groups["group"].map(words))


def _verdict(found: CountryGroups, previous: float) -> pd.DataFrame:
    """Return the answers to the three questions as one row."""
    agreement = found.sensitivity["adjusted_rand"].tolist()
    return pd.DataFrame(
        [
            {
                "verdict": found.verdict,
                "k": found.k,
                "n_countries": len(found.fitted),
                "largest_silhouette": found.largest_silhouette,
                "p_noise": found.p_noise,
                "p_continuum": found.p_continuum,
                "prior_strength": found.prior_strength,
                "adjusted_rand_previous_window": previous,
                "adjusted_rand_kmeans": agreement[0],
                "adjusted_rand_other_profile": agreement[1],
                "notes": ";".join(found.notes) or pd.NA,
            }
        ]
    )
