"""A few result rows of the cooperation notebook that the tests of its page read."""

import numpy as np
import pandas as pd

from techdiplomacy.cooperation import Cooperation
from techdiplomacy.project_money import (
    project_matrix,
    project_money,
    project_partners,
    project_repeats,
)

NOW, BEFORE = "2019-2023", "2014-2018"


def tie(kind, window, direction, partner, volume, ratio=np.nan, last=2023):
    works = kind == "joint_works"
    return {
        "kind": kind,
        "window": window,
        "direction": direction,
        "country": "VNM",
        "partner": partner,
        "volume": volume,
        "unit": "see kind",
        "share_of_ties": volume / 200 if works else np.nan,
        "association": ratio,
        "association_low": ratio * 0.9,
        "association_high": ratio * 1.1,
        "salton": 0.01 if ratio == ratio else np.nan,
        "jaccard": 0.01 if ratio == ratio else np.nan,
        "growth": np.log(1.2) if works and volume else np.nan,
        "growth_low": np.log(1.1) if works and volume else np.nan,
        "growth_high": np.log(1.3) if works and volume else np.nan,
        "growth_of_all": np.log(1.2),
        "turned": "rose" if ratio == ratio else None,
        "peak_year": last,
        "last_to_peak": 1.0,
        "last_active": last if works else pd.NA,
        "active_of_10": 10 if works else pd.NA,
        "shallow": works and volume <= 2,
        "status": "ok" if ratio == ratio else "small_n",
    }


MEASURES = pd.DataFrame(
    [
        tie("joint_works", NOW, "both", "USA", 90, 0.7),
        tie("joint_works", NOW, "both", "JPN", 60, 2.7),
        tie("joint_works", NOW, "both", "KOR", 45, 4.6),
        tie("joint_works", NOW, "both", "LAO", 4),
        tie("joint_works", NOW, "both", "BRN", 1),
        tie("joint_works", NOW, "both", "TUV", 0, last=2016),
        tie("joint_works", BEFORE, "both", "USA", 50, 0.8),
        tie("joint_ai_articles", "2003-2022", "both", "JPN", 30, 3.4),
        tie("joint_ai_articles", "2003-2022", "both", "USA", 17, 0.5),
        tie("joint_projects", "2014-2022", "both", "DEU", 18),
        tie("software_events", "2020-2024", "out", "USA", 2748),
        tie("software_events", "2020-2024", "in", "SGP", 689),
        tie("missions", "2022", "out", "JPN", 3),
        tie("missions", "2022", "in", "JPN", 3),
        tie("students", "2022", "out", "KOR", 0.218),
        tie("migrants", "2019", "out", "USA", 1368),
        tie("st_agreements", "1992-2025", "both", "JPN", 2),
        tie("partnership_level", "2025", "both", "JPN", 3),
        tie("partnership_level", "2025", "both", "LAO", 4),
    ]
).astype({"last_active": "Int64", "active_of_10": "Int64"})

COVERAGE = pd.DataFrame(
    [
        ("joint_works", "openalex_coauthorship", 1990, 2023, 5, pd.NA, "first_200_partners"),
        ("joint_ai_articles", "ncses_ai_coauthorship", 2003, 2022, 2, pd.NA, "listed_economies"),
        ("joint_projects", "cordis_participations", 2014, 2022, 1, 0, "european_programme"),
        ("software_events", "github_collaborators", 2020, 2024, 2, pd.NA, "missions_known"),
        ("st_agreements", "vietnam_st_agreements", 1992, 2025, 1, 5, "known_only"),
    ],
    columns=[
        *("kind", "sources", "first_year", "last_year", "viewpoint_partners", "undated", "note"),
    ],
).assign(unit="see kind", directed=False, n_countries=9, n_pairs=12, listed=True)

EDGES = pd.DataFrame(
    [
        ("USA", "VNM", 90.0, 0.7, 0.6, 0.8, True),
        ("JPN", "VNM", 60.0, 2.7, 2.6, 2.8, True),
        ("KOR", "VNM", 45.0, 1.0, 0.9, 1.1, True),
        ("JPN", "USA", 900.0, 1.0, 0.9, 1.1, True),
    ],
    columns=[
        *("country", "partner", "joint_works", "association"),
        *("association_low", "association_high", "shown"),
    ],
).assign(window=NOW)

CHECK = pd.DataFrame(
    {
        "country": "VNM",
        "partner": ["USA", "JPN", "KOR"],
        "edition": 2024,
        "year": 2022,
        "joint_works": [20.0, 15.0, 10.0],
        "joint_articles": [18.0, 12.0, 14.0],
        "rank_works": [1, 2, 3],
        "rank_articles": [1, 3, 2],
    }
)


def gap(kind, specification, window, partner, observed, ratio, factor=1.5, status="ok"):
    known = status == "ok"
    low, high = ratio / factor, ratio * factor
    verdict = "above" if low > 1 else "below" if high < 1 else "open"
    return {
        "kind": kind,
        "specification": specification,
        "window": window,
        "country": "VNM",
        "partner": partner,
        "observed": observed if known else np.nan,
        "expected": observed / ratio if known else np.nan,
        "gap": np.log(ratio) if known else np.nan,
        "gap_low": np.log(low) if known else np.nan,
        "gap_high": np.log(high) if known else np.nan,
        "rank_among_all": 7 if known else pd.NA,
        "pairs_ranked": 50 if known else pd.NA,
        "verdict": verdict if known else None,
        "holds": 1 if known and verdict != "open" else pd.NA,
        "status": status,
    }


GAPS = pd.DataFrame(
    [
        gap("joint_works", "without_past", NOW, "USA", 90, 0.5),
        gap("joint_works", "without_past", NOW, "JPN", 60, 1.25),
        gap("joint_works", "without_past", NOW, "KOR", 45, 3.0),
        gap("joint_works", "without_past", NOW, "BRA", 5, 0.25),
        gap("joint_works", "without_past", NOW, "IRN", 40, 4.0),
        gap("joint_works", "without_past", NOW, "HKG", 9, 1.0, status="not_estimable"),
        gap("joint_works", "without_past", BEFORE, "USA", 50, 1.0),
        gap("joint_works", "with_past", NOW, "USA", 90, 1.0),
        gap("joint_works", "with_past", NOW, "JPN", 60, 0.5),
        gap("joint_ai_articles", "without_past", "2003-2022", "USA", 17, 0.4),
        gap("joint_ai_articles", "without_past", "2003-2022", "JPN", 30, 0.5),
        gap(
            *("joint_ai_articles", "without_past", "2003-2022", "LAO", 1, 1.0),
            status="outside_panel",
        ),
    ]
).astype({"rank_among_all": "Int64", "pairs_ranked": "Int64", "holds": "Int64"})
SENSITIVITY = pd.DataFrame(
    [
        ("as_used", "USA", np.log(0.5)),
        ("as_used", "KOR", np.log(3.0)),
        ("three_years", "USA", np.log(0.6)),
        ("three_years", "KOR", np.log(0.9)),
    ],
    columns=["variant", "partner", "gap"],
).assign(kind="joint_works", window=NOW, observed=9.0, expected=9.0)


def change(since, partner, factor, verdict):
    middle = np.log(factor)
    return {
        "kind": "joint_works",
        "specification": "without_past",
        "from_window": since,
        "to_window": NOW,
        "partner": partner,
        "gap_before": 0.0,
        "gap_after": middle,
        "change": middle,
        "change_low": middle - 0.1,
        "change_high": middle + 0.1,
        "verdict": verdict,
    }


CHANGES = pd.DataFrame(
    [
        change(BEFORE, "USA", 0.5, "opening"),
        change(BEFORE, "JPN", 1.0, "no_change_seen"),
        change("2009-2013", "USA", 0.25, "opening"),
        change("2009-2013", "JPN", 2.0, "closing"),
        change("2009-2013", "KOR", 1.0, "no_change_seen"),
    ]
)

COEFFICIENTS = pd.DataFrame(
    [
        ("joint_works", "without_past", NOW, "log_distance", -1.0, -1.5, -0.5),
        ("joint_works", "without_past", NOW, "common_language", np.log(2), 0.1, 1.0),
        ("joint_works", "without_past", BEFORE, "log_distance", -9.0, -9.5, -8.5),
        ("joint_works", "with_past", NOW, "log_past", 1.0, 0.9, 1.1),
        ("joint_ai_articles", "without_past", "2003-2022", "profile_similarity", 10, -5, 25),
    ],
    columns=["kind", "specification", "window", "term", "coefficient", "low", "high"],
)
FITS = pd.DataFrame(
    [
        ("joint_works", "with_past", NOW, 0.95, 8.0),
        ("joint_ai_articles", "without_past", "2003-2022", 0.28, 1.3),
        ("joint_works", "without_past", BEFORE, 0.42, 1.6),
        ("joint_works", "without_past", NOW, 0.44, 2.1),
    ],
    columns=["kind", "specification", "window", "deviance_explained", "kappa"],
).assign(
    n_countries=101,
    n_pairs=5050,
    n_without_traits=203,
    without_traits=[None, None, "HKG; MAC; FRA-JPN", "HKG; MAC; FRA-JPN"],
    n_separated=0,
    n_zero_total=0,
    totals_error=1e-12,
)
# one project with two parts, one without amounts, one that starts in another year
PROJECTS = pd.DataFrame(
    [
        ("1", "a", "VNM", "participant", "HES", 2015, 100_000.0, "SC1;SC2"),
        ("1", "x", "DEU", "coordinator", "REC", 2015, 900_000.0, "SC1;SC2"),
        ("1", "y", "FRA", "participant", "REC", 2015, 400_000.0, "SC1;SC2"),
        ("2", "a", "VNM", "partner", "HES", 2018, np.nan, "MSCA"),
        ("2", "x", "DEU", "coordinator", "REC", 2018, 50_000.0, "MSCA"),
        ("3", "b", "VNM", "partner", "HES", 2018, np.nan, "MSCA"),
        ("3", "z", "JPN", "coordinator", "REC", 2018, 70_000.0, "MSCA"),
    ],
    columns=[
        *("project", "organisation", "country", "role", "organisation_type", "year"),
        *("eu_contribution_eur", "programme_parts"),
    ],
).astype({"year": "Int64"})

RESULTS = Cooperation(
    tie_measures=MEASURES,
    tie_coverage=COVERAGE,
    network_edges=EDGES,
    official_check=CHECK,
    cooperation_gaps=GAPS,
    gap_changes=CHANGES,
    gap_sensitivity=SENSITIVITY,
    gravity_coefficients=COEFFICIENTS,
    gravity_fits=FITS,
    project_money=project_money(PROJECTS, "VNM"),
    project_partners=project_partners(PROJECTS, "VNM"),
    project_matrix=project_matrix(PROJECTS, "VNM"),
    project_repeats=project_repeats(PROJECTS, "VNM"),
)
PARTNERS = ["USA", "JPN", "KOR"]
