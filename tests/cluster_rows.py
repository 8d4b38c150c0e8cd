"""Result rows of a few countries that the tests of the country groups page read."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from test_clusters import cluster_settings

from techdiplomacy.evidence import EvidenceGroups

COUNTRIES = pd.DataFrame(
    {
        "country": ["JPN", "KOR", "VNM", "LAO", "TKL"],
        "total_items": [9000.0, 8000.0, 1234.0, 20.0, 0.0],
        "size_tier": "1,000 to under 10,000",
        "group": pd.array([1, 1, 2, 2, pd.NA], dtype="Int64"),
        "own_group_coassignment": [0.9, 0.9, 0.61, np.nan, np.nan],
        "nearest_neighbours": ["KOR;VNM", "JPN;VNM", "KOR;JPN", "VNM;KOR", pd.NA],
        "status": ["ok", "ok", "ok", "small_n", "not_estimable"],
        "map_x": [0.1, 0.2, 0.3, np.nan, np.nan],
    }
)
STABILITY = pd.DataFrame(
    {
        "group": [1, 2],
        "members": ["JPN;KOR", "VNM"],
        "n_countries": [2, 1],
        "jaccard_families": [0.9, 0.5],
        "jaccard_countries": [0.8, 0.4],
        "jaccard_fields": [0.7, 0.3],
        "label": ["firm", "leaning"],
        "jaccard_kmeans": [1.0, 0.5],
        "jaccard_other_profile": [0.8, 0.9],
        # a field with commas in its name is one field
        "strong_fields": ["optics;engines, pumps, turbines", pd.NA],
    }
)
VERDICT = pd.DataFrame(
    [
        {
            "evidence": "patents",
            "verdict": "typology",
            "k": 2,
            "n_countries": 3,
            "largest_silhouette": 0.3,
            "p_noise": 0.002,
            "p_continuum": 0.37,
            "adjusted_rand_previous_window": 0.34,
            "adjusted_rand_kmeans": 0.6,
            "adjusted_rand_other_profile": 0.25,
            "notes": pd.NA,
        }
    ]
)
PAIRS = pd.DataFrame(
    {
        "country": ["JPN", "JPN", "KOR"],
        "partner": ["KOR", "VNM", "VNM"],
        "coassignment": [0.9, 0.2, 0.3],
        "coassignment_families": [0.91, 0.21, 0.31],
        "coassignment_countries": [0.92, 0.22, 0.32],
        "coassignment_fields": [0.93, 0.23, 0.33],
        "distance": [0.1, 0.5, 0.4],
    }
)
BRANCHES = pd.DataFrame(
    {
        "branch": ["B001", "B002"],
        "left": ["JPN", "B001"],
        "right": ["KOR", "VNM"],
        "height": [0.1, 0.5],
        "n_countries": [2, 3],
        "members": ["JPN;KOR", "JPN;KOR;VNM"],
        "support_families": [0.9, np.nan],
        "support_countries": [0.8, np.nan],
        "support_fields": [0.7, np.nan],
        "label": ["firm", pd.NA],
    }
)
# Korea moves firmly, Vietnam is too small at first
WINDOWS = pd.DataFrame(
    {
        "window": ["2011-2015"] * 3 + ["2016-2020"] * 3,
        "country": ["JPN", "KOR", "VNM"] * 2,
        "group": pd.array([1, 2, 2, 1, 1, 2], dtype="Int64"),
        "own_group_coassignment": [0.9, 0.8, np.nan, 0.9, 0.9, 0.61],
        "label": ["firm", "leaning", "leaning", "firm", "firm", "leaning"],
        "status": ["ok", "ok", "small_n", "ok", "ok", "ok"],
    }
)
AGREEMENT = pd.DataFrame(
    {
        "window": ["2016-2020"],
        "previous": ["2011-2015"],
        "adjusted_rand": [0.34],
        "adjusted_rand_between": [0.4],
        "adjusted_rand_within": [0.7],
        "share_as_alike": [0.04],
        "n_common": [2],
    }
)
CORES = pd.DataFrame(
    {
        "members": ["JPN;KOR", "VNM;LAO;TKL"],
        "n_countries": [2, 3],
        "n_windows": [2, 2],
        "coassignment": [0.95, 0.7],
        "lowest_coassignment": [0.9, 0.62],
        "label": ["firm", "leaning"],
    }
)


def of_kind(frame, evidence):
    return frame.assign(evidence=evidence)


PATENTS = EvidenceGroups(
    evidence="patents",
    window="2016-2020",
    countries=COUNTRIES,
    stability=STABILITY,
    verdict=VERDICT,
    branches=BRANCHES,
    coassignments=PAIRS,
    windows=of_kind(WINDOWS, "patents"),
    agreement=of_kind(AGREEMENT, "patents"),
    cores=of_kind(CORES, "patents"),
    variance_shares=(0.4, 0.2),
    found=SimpleNamespace(fitted=("JPN", "KOR", "VNM")),
)
PUBLICATIONS = replace(
    PATENTS,
    evidence="publications",
    window="2019-2023",
    verdict=VERDICT.assign(evidence="publications", verdict="groups"),
    windows=of_kind(WINDOWS, "publications"),
    agreement=of_kind(AGREEMENT, "publications"),
    cores=of_kind(CORES, "publications"),
)
TOGETHER = replace(
    PATENTS,
    evidence="both",
    window="2016-2020;2019-2023",
    countries=COUNTRIES.assign(total_items=np.nan, size_tier=pd.NA),
    verdict=VERDICT.assign(evidence="both"),
    windows=of_kind(WINDOWS, "both").assign(
        window=lambda rows: rows["window"] + ";" + rows["window"].replace("2016-2020", "2019-2023")
    ),
    agreement=of_kind(AGREEMENT, "both").assign(
        window="2016-2020;2019-2023", previous="2011-2015;2014-2018"
    ),
    cores=of_kind(CORES, "both"),
)
EVERY = (PATENTS, PUBLICATIONS, TOGETHER)
SETTINGS = cluster_settings()
SPECIALISATION = pd.DataFrame(
    {
        "country": ["JPN", "KOR", "VNM", "LAO", "VNM"],
        "field": ["optics", "engines", "optics", "optics", "engines"],
        "count_items": [900.0, 100.0, 30.0, 1.0, 5.0],
        "total_items": [6000.0, 3000.0, 900.0, 100.0, 900.0],
        "rta_shrunk": [2.5, 3.0, 1.5, 9.0, 0.4],
        "rta_low": [2.25, 1.0, 1.1, 8.0, 0.2],
        "rta_high": [2.75, 6.0, 2.0, 10.0, 0.9],
        "probability_above": [1.0, 0.95, 0.97, 1.0, 0.01],
    }
)
