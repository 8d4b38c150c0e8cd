"""Small tables of scenarios that obey their declarations, for the tests of pages and charts."""

import numpy as np
import pandas as pd

from techdiplomacy.scenario_tables import COMMON_GROWTH, OWN_GROWTH, SCENARIOS, SHARE_HELD

NAN = float("nan")
ENDS = (2030, 2035, 2045)
POOLS = pd.DataFrame(
    {
        "pool": ["ict", "ict", "engineering", "chips"],
        "name_en": ["ICT workers", "ICT workers", "Engineers", "Chip workers"],
        "name_vi": ["Nhân lực số", "Nhân lực số", "Kỹ sư", "Nhân lực chip"],
    }
)


def trio(name, value, half):
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


def path(country, pool, scenario, year, stock, need, supply, half, verdict="open"):
    """Return a row of scenario_paths; the gap is need less supply, half as wide on each side."""
    return {
        "country": country,
        "pool": pool,
        "scenario": scenario,
        "year": year,
        **trio("stock_wanted", stock, stock / 10),
        **trio("expansion", need / 2, 0.0),
        **trio("replacement", need / 2, 0.0),
        **trio("openings", need, half),
        **trio("entries", supply, 0.0),
        **trio("gap", need - supply, half),
        "draws_short": 0.5,
        "verdict": None if scenario == SHARE_HELD else verdict,
    }


# by scenario: need of each year; supply is 40 a year in VNM, so that the signs are known
_NEED = {"share_held": 20.0, "own_growth": 100.0, "common_growth": 160.0}
_STOCK = {"share_held": 900.0, "own_growth": 1500.0, "common_growth": 2500.0}
PATHS = pd.DataFrame(
    [
        path("VNM", "ict", one, end, _STOCK[one], _NEED[one], 40.0, 10.0, "short")
        for one in SCENARIOS
        for end in ENDS
    ]
    # the range of engineers holds 0 in every scenario
    + [
        path("VNM", "engineering", one, end, 500.0, 50.0, 49.0, 30.0)
        for one in SCENARIOS
        for end in ENDS
    ]
    + [
        path(country, "ict", one, end, stock, need, 1000.0, 200.0, verdict)
        for country, stock, need, verdict in (
            ("JPN", 800.0, 4000.0, "short"),
            ("DEU", 3000.0, 1100.0, "open"),
        )
        for one in SCENARIOS
        for end in ENDS
    ]
    # a published figure: need only, and no growth of its own
    + [
        path("KOR", "chips", one, end, 300.0, 70.0, NAN, 5.0, None) | {"draws_short": NAN}
        for one in (SHARE_HELD, COMMON_GROWTH)
        for end in ENDS
    ]
)


def base(country, pool, match, stock, year, supply, status, graduates=NAN, then=None, series=None):
    return {
        "country": country,
        "pool": pool,
        "series": series,
        "match": match,
        "base_year": year,
        "stock": stock,
        "past_growth": NAN,
        "graduates_series": None if then is None else f"graduates/{country}/{pool}",
        "graduates_year": then,
        "graduates": graduates,
        "supply_basis": supply,
        "status": status,
    }


ICT = "employment/{}/OC2_ISCO08_25"
BASES = pd.DataFrame(
    [
        base("VNM", "ict", "near", 1000.0, 2024, "young_people", "ok", series="employment/VNM/ICT"),
        base("VNM", "engineering", "near", 500.0, 2024, "young_people", "ok", series="x"),
        base("VNM", "chips", "none", NAN, None, "none", "no_stock"),
        base("JPN", "ict", "wide", 1000.0, 2022, "young_people", "ok", series="employment/JPN/ICT"),
        base("JPN", "engineering", "none", NAN, None, "none", "no_stock"),
        base("JPN", "chips", "none", NAN, None, "none", "no_stock"),
        base("DEU", "ict", "near", 2000.0, 2024, "graduates", "ok", 351.0, 2023, "e/DEU/ICT"),
        base("GBR", "ict", "near", 1800.0, 2017, "young_people", "old_base", series="e/GBR/ICT"),
        base("KOR", "chips", "published", 177.0, 2021, "none", "no_past", series="projections/x"),
        base("LAO", "ict", "none", NAN, None, "none", "no_stock"),
    ]
).astype({"base_year": "Int64", "graduates_year": "Int64"})

_FLOWS = [
    f"{name}{end}" for name in ("openings", "entries", "gap") for end in ("", "_low", "_high")
]
_LINKS = [
    ("G01", "ict", "partial", "G02"),
    ("G02", "ict", "partial", "G01"),
    ("G06", "chips", "direct", None),
    ("G06", "engineering", "proxy", "G11"),
    ("G11", "engineering", "proxy", "G06"),
    ("G07", "NONE", "none", None),
]


def needs_of(country):
    rows = []
    for group, pool, role, shared in _LINKS:
        own = PATHS[(PATHS["country"] == country) & (PATHS["pool"] == pool)]
        status = "ok" if len(own) else "no_stock"
        for one in SCENARIOS:
            for end in ENDS:
                found = own[(own["scenario"] == one) & (own["year"] == end)]
                rows.append(
                    {
                        "country": country,
                        "group_id": group,
                        "pool": pool,
                        "role": role,
                        "shared_with": shared,
                        "scenario": one,
                        "year": end,
                        **{name: found[name].iloc[0] if len(found) else NAN for name in _FLOWS},
                        "verdict": found["verdict"].iloc[0] if len(found) else None,
                        "status": "no_pool" if pool == "NONE" else status,
                    }
                )
    return rows


NEEDS = pd.DataFrame([row for code in ("VNM", "JPN", "KOR") for row in needs_of(code)])

ASSUMPTIONS = pd.DataFrame(
    [
        ("population_weight", "all", "all", 0.0, 1.0, "share", "project", NAN),
        ("half_life", "all", "all", 8.0, 20.0, "years", "project", NAN),
        ("study_years", "all", "all", 4.0, 4.0, "years", "project", NAN),
        ("transition", "all", "all", 0.4, 0.8, "share", "project", NAN),
        ("retirement_factor", "all", "all", 0.5, 1.0, "ratio", "project", NAN),
        ("deepening", "ict", "all", 0.0363, 0.0691, "share a year", "data", 38.0),
        ("past_entries", "ict", "VNM", 6720.0, 8690.0, "persons a year", "data", 6.0),
        ("past_entries", "ict", "JPN", 1.0, 2.0, "persons a year", "data", 8.0),
    ],
    columns=["assumption", "pool", "country", "low", "high", "unit", "basis", "n"],
)


def training_of(country, status_of, to_train):
    rows = []
    for group, pool, role, _ in _LINKS:
        own = PATHS[
            (PATHS["country"] == country) & (PATHS["pool"] == pool) & (PATHS["year"] == 2035)
        ]
        # where no past tells its own growth, the need is that of the common one
        own_rows, common = (own[own["scenario"] == one] for one in (OWN_GROWTH, COMMON_GROWTH))
        own = own_rows if len(own_rows) else common
        low, high = to_train.get(pool, (NAN, NAN))
        rows.append(
            {
                "country": country,
                "group_id": group,
                "pool": pool,
                "role": role,
                "year": 2035,
                **{name: own[name].iloc[0] if len(own) else NAN for name in _FLOWS},
                **{
                    name.replace("gap", "gap_common"): common[name].iloc[0] if len(common) else NAN
                    for name in _FLOWS
                    if name.startswith("gap")
                },
                "verdict": own["verdict"].iloc[0] if len(own) else None,
                "older_share": 0.3,
                "leavers_per_100_entrants": 146.0,
                "viewpoint_graduates": NAN,
                "to_train_low": low,
                "to_train_high": high,
                "last_start": 2031 if pool in to_train else None,
                "status": "no_pool" if pool == "NONE" else status_of.get(pool, "no_stock"),
            }
        )
    return rows


TRAINING = pd.DataFrame(
    training_of("VNM", {"ict": "ok", "engineering": "ok"}, {"ict": (80.0, 150.0)})
    + training_of("JPN", {"ict": "ok"}, {"ict": (28.0, 160.0)})
    + training_of("DEU", {"ict": "no_gap"}, {})
    + training_of("KOR", {"chips": "no_past"}, {})
    + training_of("GBR", {"ict": "old_base"}, {})
    + training_of("LAO", {}, {})
).astype({"last_start": "Int64"})
# a tenth more every year, and another level from 2020 on
SERIES = pd.DataFrame(
    [
        {
            "series": f"employment/{country}/ICT",
            "measure": "employment",
            "country": country,
            "label": label,
            "unit": "persons",
            "year": year,
            "value": 100.0 * 1.1 ** (year - 2014) * (2 if year >= 2020 else 1),
            "level_shift": "new survey" if year == 2020 else None,
        }
        for country, first, last, label in (
            ("VNM", 2014, 2024, "ICT professionals (ISCO-08 25)"),
            ("JPN", 2010, 2022, "Information and communication (ISIC Rev. 4 J)"),
        )
        for year in range(first, last + 1)
    ]
)
assert np.isfinite(SERIES["value"]).all()
