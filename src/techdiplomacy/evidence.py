"""Groups of countries for one kind of evidence, as the declared tables of the results.

Knows: which columns the result tables have, which counts make up a kind of evidence.
Must not know: files, countries by name.
May import: errors, params, strength, stability, clusters, group_description, windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from techdiplomacy.clusters import (
    CountryGroups,
    StableCut,
    country_profiles,
    cut_countries,
    group_countries,
)
from techdiplomacy.errors import InvalidTable
from techdiplomacy.group_description import map_countries, strong_fields_of_groups
from techdiplomacy.params import ClusterSettings, ProfileSettings
from techdiplomacy.strength import size_tiers
from techdiplomacy.windows import compare

# the counts behind each kind of evidence
PARTS = {
    "patents": ("patents",),
    "publications": ("publications",),
    "both": ("patents", "publications"),
}
# result table and the attribute of EvidenceGroups that fills it
RESULT_TABLES = {
    "country_groups": "countries",
    "group_stability": "stability",
    "cluster_verdicts": "verdict",
    "tree_branches": "branches",
    "coassignments": "coassignments",
    "group_windows": "windows",
    "window_agreement": "agreement",
    "core_sets": "cores",
}
# a tree needs six countries
_FEWEST = 6


@dataclass(frozen=True)
class EvidenceGroups:
    """Groups of countries under one kind of evidence; the frames are declared tables.

    ``countries``, ``stability``, ``verdict``, ``branches``, ``coassignments``, ``windows``,
    ``agreement`` and ``cores`` have the columns of the tables in `RESULT_TABLES`; ``found`` holds
    the rest. A window of two parts is written ``2016-2020;2018-2022``.
    """

    evidence: str
    window: str
    countries: pd.DataFrame
    stability: pd.DataFrame
    verdict: pd.DataFrame
    branches: pd.DataFrame
    coassignments: pd.DataFrame
    windows: pd.DataFrame
    agreement: pd.DataFrame
    cores: pd.DataFrame
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
    at_least: Mapping[str, float] | None = None,
    window_resamples: int | None = None,
) -> EvidenceGroups:
    """Return the groups of countries in the newest window of one kind of evidence.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    evidence : str
        ``patents``, ``publications`` or ``both``: profiles of both beside each other with equal
        weight, for the countries listed in both.
    settings, profiles : ClusterSettings, ProfileSettings
        Sections ``clusters`` and ``profiles`` of the parameters.
    strong_fields : int
        How many fields of each part describe a group.
    seed : int
        Seed of every random draw.
    at_least : mapping, optional
        Items that a country needs to be fitted, for ``patents`` and ``publications``; by default
        ``min_families`` of the settings.
    window_resamples : int, optional
        Redraws of each kind in earlier windows; by default those of the settings.
    """
    parts = PARTS[evidence]
    needed = {part: (at_least or {}).get(part, settings.min_families) for part in parts}
    panels = {
        window: counts_of(specialisation, dict(zip(parts, window.split(";"), strict=True)))
        for window in _windows(specialisation, parts)
    }
    window, *earlier = panels
    counts = panels[window]
    level = needed if len(parts) > 1 else None
    own = settings.model_copy(update={"min_families": needed[parts[0]]})
    found = group_countries(counts, own, profiles, seed, at_least=level)
    quick = own.model_copy(update={"resamples": window_resamples or settings.resamples})
    cuts: dict[str, StableCut] = {window: found}
    for number, name in enumerate(earlier, start=1):
        panel = panels[name].loc[:, panels[name].sum() > 0]
        if _fitted(panel, needed) >= _FEWEST:
            cuts[name] = cut_countries(
                panel, found.k, quick, profiles, seed + number, at_least=level
            )
    compared = compare(cuts, settings)
    mapped = map_countries(country_profiles(counts, profiles), found.fitted)
    newest = _newest(specialisation, parts, window)
    named = {"evidence": evidence, "window": window}
    previous = compared.agreement.loc[
        (compared.agreement["window"] == window)
        & (compared.agreement["previous"] == (earlier or [""])[0]),
        "adjusted_rand",
    ]
    return EvidenceGroups(
        evidence=evidence,
        window=window,
        countries=_countries(found, counts, mapped.places).assign(**named),
        stability=_stability(found, newest, strong_fields).assign(**named),
        verdict=_verdict(found, float(previous.iloc[0]) if len(previous) else np.nan).assign(
            **named
        ),
        branches=found.branches.assign(evidence=evidence),
        coassignments=found.coassignment.assign(evidence=evidence),
        windows=_with_windows_left_out(compared.countries, panels).assign(evidence=evidence),
        agreement=compared.agreement.assign(evidence=evidence),
        cores=compared.cores.assign(evidence=evidence),
        variance_shares=mapped.variance_shares,
        found=found,
    )


def stacked(attribute: str, *groups: EvidenceGroups) -> pd.DataFrame:
    """Return one frame of several kinds of evidence below each other."""
    frames: list[pd.DataFrame] = [getattr(one, attribute) for one in groups]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled or frames[:1], ignore_index=True)


def result_tables(*groups: EvidenceGroups) -> dict[str, pd.DataFrame]:
    """Return the result tables by name; one window has no agreement, and there may be no core.

    A table without rows is left out: it is never published.
    """
    tables = {name: stacked(attribute, *groups) for name, attribute in RESULT_TABLES.items()}
    return {name: table for name, table in tables.items() if len(table)}


def newest(specialisation: pd.DataFrame, groups: EvidenceGroups) -> pd.DataFrame:
    """Return the rows of ``field_specialisation`` that the groups were made from."""
    return _newest(specialisation, PARTS[groups.evidence], groups.window)


def counts_of(specialisation: pd.DataFrame, windows: Mapping[str, str]) -> pd.DataFrame:
    """Return counts, country by field, of one window of each part.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    windows : mapping
        Window of each part. One part gives columns of fields; several give columns
        (part, field) and the countries that all parts list.

    Raises
    ------
    InvalidTable
        If a part is not in the table, or no country is listed in all parts.
    """
    tables = {}
    for part, window in windows.items():
        rows = (specialisation["evidence"] == part) & (specialisation["window"] == window)
        wide = specialisation[rows].pivot(index="country", columns="field", values="count_items")
        tables[part] = wide
    joined = pd.concat(tables, axis=1, join="inner", names=["part", "field"])
    if joined.empty:
        raise InvalidTable(
            f"no country has counts of {', '.join(windows)} in {', '.join(windows.values())}",
            where="field_specialisation",
            next_step="build the features from sources that share countries",
        )
    return joined if len(windows) > 1 else joined.droplevel("part", axis=1)


def _windows(specialisation: pd.DataFrame, parts: tuple[str, ...]) -> list[str]:
    """Return the windows that all parts have, counted back from the newest of each."""
    each = [
        sorted(specialisation.loc[specialisation["evidence"] == part, "window"].unique())[::-1]
        for part in parts
    ]
    return [";".join(names) for names in zip(*each, strict=False)]


def _newest(specialisation: pd.DataFrame, parts: tuple[str, ...], window: str) -> pd.DataFrame:
    """Return the rows of one window of each part."""
    own = [
        specialisation[(specialisation["evidence"] == part) & (specialisation["window"] == years)]
        for part, years in zip(parts, window.split(";"), strict=True)
    ]
    return pd.concat(own) if len(own) > 1 else own[0]


def _fitted(counts: pd.DataFrame, needed: Mapping[str, float]) -> int:
    """Return how many countries have the items needed in every part."""
    several = counts.columns.nlevels > 1
    enough = np.ones(len(counts), dtype=np.bool_)
    for part, least in needed.items():
        own = counts.loc[:, [part]] if several else counts
        enough &= own.to_numpy(np.float64).sum(axis=1) >= least
    return int(enough.sum())


def _with_windows_left_out(
    countries: pd.DataFrame, panels: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the countries of all windows; a window without a tree has no groups."""
    lacking = [name for name in panels if name not in set(countries["window"])]
    empty = [
        pd.DataFrame({"window": name, "country": panels[name].index, "status": "not_estimable"})
        for name in lacking
    ]
    if not empty:
        return countries
    whole = pd.concat([*empty, countries], ignore_index=True)
    return whole[countries.columns].astype({"group": "Int64"})


def _countries(found: CountryGroups, counts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the countries with size tier and place on the map.

    Families and articles are not added: with two parts a country has no total and no size.
    """
    places = places.set_index("country")
    country = found.countries["country"]
    table = found.countries.rename(columns={"total": "total_items"}).assign(
        map_x=country.map(places["x"]),
        map_y=country.map(places["y"]),
        nearest_neighbours=found.countries["nearest_neighbours"].replace("", pd.NA),
    )
    if counts.columns.nlevels > 1:
        nothing = pd.Series(pd.NA, index=table.index, dtype=object)
        return table.assign(total_items=np.nan, size_tier=nothing)
    tiers = size_tiers(counts.sum(axis=1)).set_index("country")["label"]
    return table.assign(size_tier=country.map(tiers))


def _stability(found: CountryGroups, newest: pd.DataFrame, strong_fields: int) -> pd.DataFrame:
    """Return the groups with the fields that describe them, part by part."""
    renamed = newest.rename(columns={"count_items": "count", "total_items": "total"})
    strong = pd.concat(
        strong_fields_of_groups(found.countries, own, top=strong_fields).assign(part=part)
        for part, own in renamed.groupby("evidence", sort=True)
    )
    words = strong.sort_values(["part", "rank"]).groupby("group")["field"].agg(";".join)
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
