"""A small planted forecast of workers: results of two panels, and what trains after shifts."""

from dataclasses import replace

import numpy as np
import pandas as pd
from conftest import forecast_settings

from techdiplomacy.workforce import WorkforceForecast

SETTINGS = forecast_settings()
METHOD = "median of drift, damped, theta"
DASH = "\N{EN DASH}"
LABEL = "ICT professionals (ISCO-08 25)"


def row(series, year, value, label, half_80=np.nan, half_95=np.nan, shift=None):
    measure, country, _ = series.split("/", 2)
    return {
        "series": series,
        "measure": measure,
        "country": country,
        "label_of_series": LABEL,
        "year": year,
        "value": value,
        "label": label,
        "low_80": value - half_80,
        "high_80": value + half_80,
        "low_95": value - half_95,
        "high_95": value + half_95,
        "level_shift": shift,
    }


FORECASTS = pd.DataFrame(
    [
        row("employment/VNM/a", 2023, 100_000.0, "observed"),
        row("employment/VNM/a", 2024, 120_000.0, "observed"),
        row("employment/VNM/a", 2030, 140_779.3, "forecast", 20_000.0, 50_000.0),
        row("employment/JPN/a", 2024, 900.0, "observed"),
        row("employment/JPN/a", 2030, 800.0, "scenario"),
        row("degrees/KOR/all", 2018, 50.0, "observed"),
        row("degrees/KOR/all", 2030, 50.0, "no_skill", 5.0),
        row("degrees/DEU/all", 2018, 7.0, "observed"),
    ]
)
STATUS = pd.DataFrame(
    {
        "series": ["employment/VNM/a", "employment/JPN/a", "degrees/KOR/all", "degrees/DEU/all"],
        "measure": ["employment", "employment", "degrees", "degrees"],
        "country": ["VNM", "JPN", "KOR", "DEU"],
        "label_of_series": LABEL,
        "first_year": 2010,
        "last_year": 2024,
        "n_points": [15, 14, 8, 3],
        "status": ["ok", "ok", "no_skill", "not_estimable"],
    }
)
BACKTEST = pd.DataFrame(
    {
        "measure": ["degrees", "degrees", "employment", "employment", "employment"],
        "method": ["naive", METHOD, "naive", METHOD, METHOD],
        "horizon": ["all", "all", "all", "all", "1"],
        "n_series": 2,
        "mase": [2.0, 2.2, 3.0, 2.1, 1.0],
        "smape": 10.0,
        "coverage_80": [0.79, 0.7, np.nan, 0.81, 0.5],
        "coverage_95": 0.95,
        "n_judged_later": [0, 0, 0, 1240, 240],
        "later_coverage_80": [np.nan, np.nan, np.nan, 0.75, 0.5],
        "later_coverage_95": np.nan,
    }
)
SKILL = pd.DataFrame(
    {
        "measure": ["degrees", "employment"],
        "method": METHOD,
        "mase_model": [2.2, 2.1],
        "skill": [-0.1, 0.3],
        "skill_low": [-0.2, 0.19],
        "skill_high": [0.05, 0.4],
        "passes": [False, True],
        "skill_outside_shifts": [-0.15, 0.25],
        "share_across_shifts": [0.0, 0.2],
    }
)
RESULT = WorkforceForecast(FORECASTS, STATUS, BACKTEST, SKILL, {})
OUTLOOK = pd.DataFrame(
    {
        "country": ["VNM", "JPN", "KOR"] * 2,
        "year": [2025] * 3 + [2045] * 3,
        "working_age_index": [100.0, 100.0, 100.0, 104.0, 75.0, 68.0],
        "older_share": [0.1, 0.3, 0.2, 0.2, 0.4, 0.35],
        "projection": ["estimate"] * 3 + ["medium"] * 3,
    }
)

CUT = replace(
    RESULT,
    skill=SKILL.assign(skill=[0.0, 0.2], skill_outside_shifts=[0.0, 0.1], share_across_shifts=0.0),
    status=STATUS.assign(status="not_estimable"),
)
