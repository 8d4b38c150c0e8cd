"""How the publishers' files on workers, output, population and projections become snapshot rows.

Each function takes all rows of a file as text and returns them in the project's own layout, or a
test for rows to leave out. ``tools/extract_figures.py`` names the file that each belongs to.
"""

from __future__ import annotations

import pandas as pd

Frame = pd.DataFrame

# what one row of Eurostat's file holds side by side: column, name in the table, persons in a unit
STATISTICS = {
    "ict_employed_ths": ("ict_specialists", 1000),
    "grads_ict_tertiary": ("ict_graduates", 1),
    "grads_eng_tertiary": ("engineering_graduates", 1),
}
# sectors of job postings in which technical staff is sought
TECHNICAL_SECTORS = (
    "Electrical Engineering",
    "IT Operations & Helpdesk",
    "Industrial Engineering",
    "Mathematics",
    "Scientific Research & Development",
    "Software Development",
)
LAST_TOTALS_YEAR = 2060
DECADES = (2020, 2060)

# what each published figure counts; the compiler's wording differs from row to row
COUNTED = {
    "VN-SEMI-2030": "trained",
    "VN-IT-2025-GAP": "shortage",
    "VN-IT-2030-MOST": "employment",
    "VN-DIGITAL-2030": "needed",
    "VN-IT-ANNUAL-GAP": "shortage_per_year",
    "US-SEMI-2030-EMP": "employment",
    "US-SEMI-2030-GAP": "shortage",
    "US-TECH-2030-GAP": "shortage",
    "US-STEM-2032": "employment",
    "US-SE-2032": "employment",
    "KR-SEMI-2031-EMP": "employment",
    "KR-SEMI-2031-DEMAND-MOTIE": "additional_demand",
    "KR-SEMI-2031-DEMAND-BAI": "openings",
    "KR-SEMI-2031-GAP-BAI": "shortage",
    "KR-SEMI-2031-GAP-SK": "shortage",
    "JP-IT-2030": "shortage",
    "JP-AIROBOT-2040-v1": "shortage",
    "JP-AIROBOT-2040-v2": "shortage",
    "JP-STEMGRAD-2040": "shortage",
    "TW-SEMI-VAC-2022Q1": "vacancies",
    "TW-SEMI-VAC-2025": "vacancies",
    "EU-SEMI-2030-OPENINGS": "openings",
    "EU-SEMI-2030-GAP": "shortage",
    "EU-SEMI-2030-GAP-2025rev": "shortage_per_year",
    "EU-ICT-2030-TARGET": "employment",
    "EU-ICT-2030-BASELINE": "employment",
    "CN-SEMI-2020": "needed",
    "CN-SEMI-2021-GAP": "shortage",
    "CN-SEMI-2022-GAP": "shortage",
    "MY-SEMI-2030": "trained",
    "WORLD-SEMI-2030": "additional_demand",
}
NATURES = {
    "policy target": "target",
    "official projection": "projection",
    "official projection quoted by press": "projection",
    "forecast quoted by press": "projection",
    "industry projection": "projection",
    "industry projection (revision)": "projection",
    "industry estimate": "estimate",
    "audit re-estimate": "estimate",
    "job-board count": "count",
}
# a release that a news page prints is read there, not at its publisher
GRADES = {
    "official": "official",
    "official table": "official",
    "government summary of the decision": "official",
    "publisher page": "publisher",
    "press": "press",
    "press release": "press",
    "press, rewritten elsewhere": "second_hand",
    "secondary": "second_hand",
}
WEAK = "secondary (weak)"
# the base of these is the workforce then, which the figure itself does not count
OTHER_BASE = ("VN-IT-ANNUAL-GAP", "WORLD-SEMI-2030")
COUNTS_JOBS = ("US-STEM-2032", "US-SE-2032")
_UNITS = {
    "shortage_per_year": "persons a year",
    "openings": "openings",
    "vacancies": "vacancies",
}


def one_row_per_statistic(rows: Frame) -> Frame:
    """Return Eurostat's figures with one row for each statistic, in persons; empty cells go."""
    parts = [
        pd.DataFrame(
            {
                "geo": rows["geo"],
                "year": rows["year"],
                "statistic": name,
                "persons": (pd.to_numeric(rows[column]) * times).round(),
            }
        )
        for column, (name, times) in STATISTICS.items()
    ]
    long = pd.concat(parts, ignore_index=True).dropna(subset="persons")
    return long.assign(persons=long["persons"].astype("int64"))


def other_sectors(rows: Frame) -> pd.Series[bool]:
    """Return which postings belong to sectors in which technical staff is not the rule."""
    return ~rows["sector"].isin(TECHNICAL_SECTORS)


def aggregates(rows: Frame) -> pd.Series[bool]:
    """Return which rows of the United Nations are regions and groups: they have no ISO3 code."""
    return rows["iso3"].isna()


def later_totals(rows: Frame) -> pd.Series[bool]:
    """Return which totals lie beyond the last year of the project."""
    return rows["year"].astype(int) > LAST_TOTALS_YEAR


def both_sexes(rows: Frame) -> Frame:
    """Return totals of men and women together, in thousands as printed."""
    total = rows["pop_male"].astype(float) + rows["pop_female"].astype(float)
    return rows.assign(population_thousand=total.round(3))


def other_decades(rows: Frame) -> pd.Series[bool]:
    """Return which years of the population by age are not shown."""
    first, last = DECADES
    return ~rows["year"].astype(int).between(first, last)


def both_sexes_by_age(rows: Frame) -> Frame:
    """Return the population by age with one row for each age group, men and women together."""
    ages = [column for column in rows.columns if str(column).startswith("age_")]
    long = rows.melt(["iso3", "year"], ages, var_name="age_from", value_name="persons")
    long = long.assign(
        age_from=long["age_from"].str.extract(r"^age_(\d+)_", expand=False),
        persons=long["persons"].astype("int64"),
    )
    summed = long.groupby(["iso3", "year", "age_from"])["persons"].sum()
    return summed.reset_index()


def weakly_sourced(rows: Frame) -> pd.Series[bool]:
    """Return which figures rest on a page that the compiler itself calls weak."""
    return rows["source_level"] == WEAK


def coded_projections(rows: Frame) -> Frame:
    """Return published figures with codes for what they count, their nature and who says them.

    A figure or a wording that is not in the mappings above fails, so that nothing is guessed.
    """
    base = ["base_year", "base_value"]
    kept = rows.assign(
        quantity=rows["id"].map(COUNTED.__getitem__),
        nature=rows["kind"].map(NATURES.__getitem__),
        evidence_grade=rows["source_level"].map(GRADES.__getitem__),
        evidence_url=rows["url"],
    )
    kept["unit"] = kept["quantity"].map(_UNITS).fillna("persons")
    kept["unit"] = kept["unit"].mask(kept["id"].isin(COUNTS_JOBS), "jobs")
    kept[base] = kept[base].mask(kept["id"].isin(OTHER_BASE))
    return kept
