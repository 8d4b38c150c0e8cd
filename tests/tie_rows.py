"""A few clean rows of pairs of countries that several test files read."""

import pandas as pd


def rows(columns, *cells):
    return pd.DataFrame(cells, columns=columns.split())


CLEAN_TABLES = {
    "joint_works": rows("country partner year joint_works", ("JPN", "VNM", 2020, 7.0)),
    "ai_joint_articles": rows(
        "country partner joint_ai_articles collaboration_index", ("JPN", "VNM", 0.0, 0.0)
    ),
    "project_participations": rows(
        "project organisation country role organisation_type year eu_contribution_eur",
        ("1", "a", "VNM", "participant", "HES", 2015, 10.0),
        ("1", "b", "VNM", "participant", "REC", 2015, None),
        ("1", "f", "FRA", "coordinator", "REC", 2015, 90.0),
        ("1", "d", "DEU", "participant", "HES", 2015, 30.0),
        ("2", "a", "VNM", "participant", "HES", None, 20.0),
        ("2", "f", "FRA", "coordinator", "REC", None, 20.0),
        ("3", "f", "FRA", "coordinator", "REC", 2016, 20.0),
    ).astype({"year": "Int64"}),
    "project_parts": rows("project programme_part", ("1", "Health"), ("1", "Energy"), ("3", "Sea")),
    "software_events": rows(
        "country partner year quarter software_events",
        *[("VNM", "JPN", 2024, quarter, 10.0) for quarter in (1, 2, 4)],
        *[("JPN", "VNM", 2024, quarter, 1.0) for quarter in (1, 2, 3, 4)],
        *[("JPN", "VNM", 2025, quarter, 1.0) for quarter in (1, 2, 3)],
    ),
    "missions": rows(
        "country partner mission city mission_type",
        ("VNM", "JPN", "Q1", "Tokyo", "embassy"),
        ("VNM", "JPN", "Q2", "Osaka", "consulate"),
        ("JPN", "VNM", "Q3", "Hanoi", "embassy"),
    ),
    "student_shares": rows("country partner year share_of_host", ("VNM", "JPN", 2022, 0.2)),
    "migrant_stocks": rows("country partner year migrants_persons", ("VNM", "JPN", 2019, 9.0)),
    "st_agreements": rows(
        "country partner title signed_year",
        ("VNM", "JPN", "one", 2006),
        ("VNM", "JPN", "two", 2006),
        ("VNM", "JPN", "undated", None),
        ("VNM", "ZAF", "three", 2007),
    ).astype({"signed_year": "Int64"}),
    "partnership_levels": rows(
        "country partner level since_year current",
        ("VNM", "JPN", "strategic", 2009, 0),
        ("VNM", "JPN", "comprehensive_strategic", 2023, 1),
        ("VNM", "ZAF", "comprehensive", None, 1),
    ).astype({"since_year": "Int64"}),
    "country_pairs": rows(
        "country partner distance_km contiguous common_language colonial_tie",
        ("FRA", "VNM", 9900.0, 0.0, 1.0, 1.0),
        ("JPN", "VNM", 3600.0, 0.0, 0.0, 0.0),
    ),
    "trade_agreement_pairs": rows(
        "country partner in_force_since", ("JPN", "VNM", 2008), ("SRB", "VNM", 2020)
    ),
    "official_joint_articles": rows(
        "country partner edition year joint_articles", ("JPN", "VNM", 2024, 2022, 5.0)
    ),
}
