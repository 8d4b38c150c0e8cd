"""A small world for briefs: one partner with figures, one with next to none; numbers by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

LIST = "vn-1131-2025"
US, RICH, THIN = "VNM", "JPN", "LAO"
LOG2 = float(np.log(2))


def _frame(columns, *rows, **same):
    return pd.DataFrame(rows, columns=columns.split()).assign(**same)


def world():
    """Return the tables that a brief needs."""
    ranks = _frame(
        "group_id country rank_median rank_low rank_high label n_measures n_possible "
        "measures status",
        ("G01", RICH, 3.0, 2.0, 4.0, "firm", 2, 2, "uspto_domains;ai_patents", "ok"),
        ("G05", RICH, 6.0, 5.0, 7.0, "leaning", 1, 1, "families", "ok"),
        ("G06", RICH, 2.0, 1.0, 2.0, "firm", 2, 2, "families;uspto_topics", "ok"),
        (
            "G01",
            THIN,
            np.nan,
            np.nan,
            np.nan,
            "do not conclude",
            1,
            2,
            "ai_patents",
            "not_estimable",
        ),
        framework=LIST,
        best_role="direct",
    )
    values = _frame(
        "group_id partner partner_probability own_probability complementarity own_side",
        ("G01", RICH, 0.99, 0.01, 0.98, "measured"),
        ("G05", RICH, 0.5, np.nan, 0.5, "not_measured"),
        ("G06", RICH, 1.0, np.nan, 1.0, "not_measured"),
        framework=LIST,
    )
    coverage = _frame(
        "group_id measures_ranked n_ranked",
        ("G01", "uspto_domains;ai_patents", 40),
        ("G05", "families", 30),
        ("G06", "families;uspto_topics", 36),
        framework=LIST,
    )
    strength = _frame(
        "measure group_id window",
        ("uspto_domains", "G01", "1976-2025"),
        ("ai_patents", "G01", "2000-2022"),
        ("families", "G05", "2016-2020"),
        ("families", "G06", "2016-2020"),
        ("uspto_topics", "G06", "2018-2022"),
        ("articles", "G01", "2018-2022"),  # enters no rank
        framework=LIST,
        country=RICH,
    )
    ledger = _frame(
        "country group_id strength_en strength_vi grade window",
        (RICH, "G06", "chips", "chip", "supported", "2016-2020"),
        (RICH, None, "finance", "tài chính", "cannot_be_measured", None),
        source_title="one article",
    )
    places = _frame(
        "partner rank_median rank_low rank_high any_low any_high",
        (RICH, 3.0, 3.0, 7.0, 2.0, 28.0),
        framework=LIST,
        group_id="ALL",
        status="ok",
        ranked=35,
    )
    blank = {"turned": None, "peak_year": np.nan, "last_to_peak": np.nan, "status": "not_defined"}
    blank |= dict.fromkeys(("growth", "growth_low", "growth_high", "growth_of_all"), np.nan)
    ties = _frame(
        "kind window direction partner volume",
        ("joint_works", "2014-2018", "both", RICH, 300.0),
        ("joint_works", "2019-2023", "both", RICH, 600.0),
        ("joint_works", "2019-2023", "both", "USA", 900.0),
        ("joint_works", "2019-2023", "both", THIN, 2.0),
        ("joint_projects", "2014-2022", "both", "USA", 4.0),
        ("software_events", "2020-2024", "out", RICH, 50.0),
        ("software_events", "2020-2024", "in", "USA", 70.0),
        ("students", "2022", "out", RICH, 0.19),
        country=US,
        **blank,
    )
    works = (ties["kind"] == "joint_works") & (ties["partner"] == RICH)
    ties.loc[works, ["growth", "growth_low", "growth_high", "growth_of_all"]] = [
        0.1,
        0.08,
        0.12,
        0.2,
    ]
    ties.loc[works, "status"] = "ok"
    listed = _frame(
        "kind listed",
        ("joint_works", True),
        ("joint_projects", True),
        ("software_events", True),
        ("students", True),
    )
    gaps = _frame(
        "kind specification partner observed expected gap gap_low gap_high verdict holds status",
        (
            *("joint_works", "without_past", RICH, 600.0, 300.0),
            *(LOG2, np.log(1.5), np.log(3.0), "above", 1, "ok"),
        ),
        (
            *("joint_works", "with_past", RICH, 600.0, 660.0),
            *(-0.1, -0.3, 0.1, "open", pd.NA, "ok"),
        ),
        (
            *("joint_ai_articles", "without_past", THIN, np.nan, np.nan),
            *(np.nan, np.nan, np.nan, None, pd.NA, "outside_panel"),
        ),
        window="2019-2023",
    )
    changes = _frame(
        "from_window to_window change change_low change_high verdict",
        ("2009-2013", "2019-2023", 0.1, -0.2, 0.4, "no_change_seen"),
        ("2004-2008", "2019-2023", -LOG2, -1.0, -0.1, "falling_back"),
        kind="joint_works",
        specification="without_past",
        partner=RICH,
    )
    fits = _frame(
        "kind variant window partner gap",
        ("joint_works", "as_used", "2019-2023", RICH, LOG2),
        ("joint_works", "negative_binomial", "2019-2023", RICH, np.log(1.2)),
        ("joint_works", "regions", "2019-2023", RICH, np.log(2.5)),
        ("joint_works", "regions", "2019-2023", THIN, np.nan),
    )
    flows = _frame(
        "country year older_share core balance projection",
        (RICH, 2021, 0.28, 1100.0, 5.0, "estimate"),
        (RICH, 2025, 0.30, 1000.0, 0.0, "medium"),
        (RICH, 2026, 0.31, 980.0, -40.0, "medium"),
        (RICH, 2045, 0.37, 800.0, -60.0, "medium"),
        (US, 2021, 0.09, 990.0, 5.0, "estimate"),
        (US, 2025, 0.10, 1000.0, 0.0, "medium"),
        (US, 2026, 0.11, 1010.0, 40.0, "medium"),
        (US, 2045, 0.18, 1030.0, 10.0, "medium"),
    )
    ageing = _frame(
        "country mark year status",
        (RICH, 0.14, 1994, "passed"),
        (RICH, 0.21, 2006, "passed"),
        (US, 0.14, 2036, "ahead"),
        (US, 0.21, pd.NA, "not_yet"),
    ).astype({"year": "Int64"})
    pairs = pd.DataFrame(
        {
            "country": [US],
            "partner": [RICH],
            "own_balance": [50.0],
            "partner_balance": [-100.0],
            "own_balance_share": [0.05],
            "partner_balance_share": [-0.1],
            "own_core_change": [0.03],
            "partner_core_change": [-0.2],
            "verdict": ["complement"],
            "years_held": [1.0],
        }
    )
    check = _frame(
        "country year earlier_older_share newer_older_share difference",
        (RICH, 2040, 0.35, 0.34, 0.01),
        (RICH, 2045, 0.37, np.nan, 0.01),
    )
    bases = _frame(
        "country pool series match base_year stock",
        (RICH, "ict", "e/ict", "wide", 2022, 1000.0),
        (RICH, "energy", "e/energy", "near", 2022, 100.0),
        (RICH, "chips", None, "none", pd.NA, np.nan),
    )
    needs = _frame(
        "country group_id pool openings openings_low openings_high gap gap_low gap_high verdict "
        "to_train_low to_train_high status",
        (RICH, "G01", "ict", 500.0, 300.0, 700.0, 90.0, -50.0, 200.0, "open", 0.0, 9.0, "ok"),
        (RICH, "G02", "ict", 500.0, 300.0, 700.0, 90.0, -50.0, 200.0, "open", 0.0, 9.0, "ok"),
        (
            RICH,
            "G08",
            "energy",
            50.0,
            30.0,
            70.0,
            8.0,
            -1.0,
            20.0,
            "open",
            np.nan,
            np.nan,
            "no_gap",
        ),
        (RICH, "G06", "chips", *[np.nan] * 6, None, np.nan, np.nan, "no_stock"),
        (RICH, "G07", "NONE", *[np.nan] * 6, None, np.nan, np.nan, "no_pool"),
        year=2035,
    )
    needs = needs.assign(
        gap_common_low=needs["gap_low"] - 10, gap_common_high=needs["gap_high"] + 10
    )
    needs["gap_common"] = needs["gap"]
    levels = _frame(
        "country partner level since since_year current",
        (US, RICH, "strategic", "2009-04", 2009, 0),
        (US, RICH, "comprehensive_strategic", "2023-11", 2023, 1),
        (US, "FRA", "strategic", "2013", 2013, 1),
    )
    agreements = _frame(
        "country partner title signed signed_year in_force",
        (US, RICH, "Agreement on science", "2006-08-21", 2006, None),
        (US, RICH, "Memorandum on chips", "2025-04-28", 2025, None),
        (US, "FRA", "Undated", None, np.nan, "2018"),
    )
    offices = _frame(
        "country partner city name since last_confirmed",
        (RICH, US, "Hanoi", "Office here", None, "2009-11"),
        (US, RICH, "Tokyo", "Office there", None, "2022-05"),
    )
    missions = _frame("country partner embassies consulates other_missions", (US, RICH, 1, 2, 0))
    return {
        "group_coverage": coverage,
        "technology_ranks": ranks,
        "technology_strength": strength,
        "stated_ledger": ledger,
        "partner_values": values,
        "partner_ranks": places,
        "tie_measures": ties,
        "tie_coverage": listed,
        "cooperation_gaps": gaps.astype({"holds": "Int64"}),
        "gap_changes": changes,
        "gap_sensitivity": fits,
        "known_levels": levels,
        "known_agreements": agreements,
        "known_offices": offices,
        "known_missions": missions,
        "age_flows": flows,
        "ageing_years": ageing,
        "demographic_pairs": pairs,
        "population_check": check,
        "pool_bases": bases,
        "training_needs": needs,
        "workforce_series": pd.DataFrame(
            {"series": ["e/ict"], "label": ["Information and communication"], "year": [2025]}
        ),
    }


def changed(table, where=None, **columns):
    """Return the world with columns of one table replaced, in rows that ``where`` selects."""
    tables = world()
    frame = tables[table]
    rows = frame.index if where is None else frame.index[where(frame)]
    for name, value in columns.items():
        frame.loc[rows, name] = value
    return tables
