"""Planted worlds of workers: series, ages and pools whose needs can be worked out by hand."""

import pandas as pd

from techdiplomacy.params import ScenarioSettings

FIRST, LAST = 2010, 2050
_POOLS = [
    ("ict", "stock", 1, "employment", "OC2_ISCO08_25", "near"),
    ("ict", "stock", 2, "ict_specialists", "all", "near"),
    ("ict", "stock", 3, "employment", "ECO_ISIC4_J", "wide"),
    ("ict", "graduates", 1, "graduates", "ict", None),
    ("ict", "graduates", 2, "degrees", "first_university/Computer sciences", None),
    ("engineering", "stock", 1, "employment", "OC2_ISCO08_21", "near"),
    ("engineering", "stock", 2, "employment", "ECO_ISIC4_M", "wide"),
    ("engineering", "graduates", 1, "graduates", "engineering", None),
    ("engineering", "graduates", 2, "degrees", "first_university/Engineering", None),
    ("energy", "stock", 1, "employment", "EC2_ISIC4_D35", "near"),
    ("energy", "stock", 2, "employment", "ECO_ISIC4_D", "near"),
    ("chips", "stock", 1, "projections", "semiconductors", "published"),
]
POOLS = pd.DataFrame(_POOLS, columns=["pool", "kind", "order", "measure", "code", "match"])
ICT = POOLS[POOLS["pool"] == "ict"]
GROUP_POOLS = pd.DataFrame(
    [
        ("A1", "ict", "partial"),
        ("A2", "ict", "partial"),
        ("A3", "chips", "direct"),
        ("A4", "NONE", "none"),
    ],
    columns=["group_id", "pool", "role"],
)
NO_PROJECTIONS = pd.DataFrame(
    columns=[
        *("projection_id", "area", "field", "publisher", "published", "quantity", "nature"),
        *("base_year", "base_value", "target_year", "low", "central", "high", "unit"),
    ]
)
NO_GRADUATES = pd.DataFrame(
    columns=["country", "field", "year", "graduates", "evidence", "licence"]
)


def settings(**changed):
    """Return settings whose ranges are points, so that every draw is the same."""
    points = {
        "years": [2027],
        "draws": 100,
        "level": 0.8,
        "past_years": 8,
        "deepening": [0.5, 0.5],
        "oldest_base": 5,
        "population_weight": [1.0, 1.0],
        "half_life": [1.0, 1.0],
        "retirement_factor": [0.5, 0.5],
        "other_exits": [0.03, 0.03],
        "transition": [0.5, 0.5],
        "graduation_trend": [0.0, 0.0],
        "share_covered": [0.1, 0.1],
        "study_years": 4,
    }
    return ScenarioSettings(**{**points, **changed})


def one_series(country, values, *, code="employment/{}/OC2_ISCO08_25", last=2025, shifts=()):
    """Return one series that ends in a year; ``shifts`` are first years of a new level."""
    years = list(range(last - len(values) + 1, last + 1))
    return pd.DataFrame(
        {
            "series": code.format(country),
            "measure": code.split("/")[0],
            "country": country,
            "label": "workers",
            "unit": "persons",
            "year": years,
            "value": [float(value) for value in values],
            "level_shift": ["new survey" if year in shifts else None for year in years],
        }
    )


def ages(countries, *, working_age=None, young=None, retirement=0.04):
    """Return flows and working age; ``working_age`` and ``young`` are functions of the year."""
    years = range(FIRST, LAST + 1)
    rows = pd.DataFrame([(c, y) for c in countries for y in years], columns=["country", "year"])
    persons = rows["year"].map(working_age or (lambda year: 1000.0))
    flows = rows.assign(
        entrants=50.0,
        leavers=1000.0 * retirement,
        balance=50.0 - 1000.0 * retirement,
        young=rows["year"].map(young or (lambda year: 250.0)),
        core=1000.0,
        older_share=0.2,
        projection=["estimate" if year < 2027 else "medium" for year in rows["year"]],
    )
    return flows, rows.assign(working_age_persons=persons)


def published(area, base_year, base, target_year, end, **changed):
    """Return one published figure of the chip workforce, now and later."""
    row = {
        "projection_id": f"{area}-{target_year}",
        "area": area,
        "field": "semiconductors",
        "published": "2029",
        "quantity": "employment",
        "nature": "projection",
        "base_year": base_year,
        "base_value": base,
        "target_year": target_year,
        "central": end,
    }
    return pd.DataFrame([{**row, **changed}])
