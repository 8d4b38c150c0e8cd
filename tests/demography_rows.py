"""Result rows of a few countries that the tests of the sections on ages read."""

import numpy as np
import pandas as pd

DASH = "\N{EN DASH}"
SHOWN = ["VNM", "JPN", "USA"]
MARKS = (0.07, 0.14, 0.21)
AGEING = pd.DataFrame(
    [
        (country, mark, year, status)
        for country, found in {
            "VNM": ((2015, "passed"), (2036, "ahead"), (pd.NA, "not_yet")),
            "JPN": ((1969, "passed"), (1994, "passed"), (2006, "passed")),
            "KOR": ((2000, "passed"), (2018, "passed"), (2026, "ahead")),
            "USA": ((1950, "before"), (2014, "passed"), (2032, "ahead")),
        }.items()
        for mark, (year, status) in zip(MARKS, found, strict=True)
    ],
    columns=["country", "mark", "year", "status"],
).astype({"year": "Int64"})
# working life of 1000 in 2025; balance of 2025 is not added up
BALANCES = {
    "VNM": (900, 60, 50),
    "JPN": (900, -120, -80),
    "USA": (900, -10, 40),
    "KOR": (0, 5, -65),
}
OLDER = {"VNM": (0.104, 0.12, 0.18), "JPN": (0.3, 0.31, 0.37), "USA": (0.185, 0.2, 0.23)}
OLDER["KOR"] = OLDER["JPN"]
FLOWS = pd.DataFrame(
    [
        (country, year, float(balance), 1000.0, older, "estimate" if year < 2026 else "medium")
        for country in BALANCES
        for year, balance, older in zip(
            (2025, 2026, 2045), BALANCES[country], OLDER[country], strict=True
        )
    ],
    columns=["country", "year", "balance", "core", "older_share", "projection"],
)
COHORT = pd.DataFrame(
    [
        (country, year, 2023, 2027, year - 2027, year - 2023, persons)
        for country, sizes in {"VNM": (6_794_321.0, 6_409_000.0), "JPN": (4e6, 4.1e6)}.items()
        for year, persons in zip((2027, 2045), sizes, strict=True)
    ],
    columns=["country", "year", "born_from", "born_to", "age_from", "age_to", "persons"],
)
PAIRS = pd.DataFrame(
    [
        ("VNM", "USA", 110.0, 30.0, 0.11, 0.03, 0.03, 0.05, "both_gain", 0.5),
        ("VNM", "JPN", 110.0, -200.0, 0.11, -0.2, 0.03, -0.213, "complement", 1.0),
        ("VNM", "KOR", 110.0, -60.0, 0.11, -0.06, 0.03, -0.07, "complement", 0.5),
    ],
    columns=[
        *("country", "partner", "own_balance", "partner_balance", "own_balance_share"),
        *("partner_balance_share", "own_core_change", "partner_core_change"),
        *("verdict", "years_held"),
    ],
)
CHECK = pd.DataFrame(
    [
        ("VNM", 2030, 102.7e6, 104.26e6, 101.6e6, 106.8e6, 0.015, 0.029, 0.12, 0.11, "inside"),
        ("VNM", 2045, 106.7e6, 109.7e6, 107.0e6, 118.5e6, 0.028, np.nan, 0.18, np.nan, "outside"),
        ("JPN", 2045, 107.4e6, 108.6e6, 101.7e6, 116.2e6, 0.011, np.nan, 0.37, np.nan, "inside"),
        ("USA", 2045, 371.7e6, 330.0e6, 310.0e6, 350.0e6, -0.112, np.nan, 0.23, np.nan, "outside"),
        ("TWN", 2045, 21.0e6, 18.5e6, np.nan, np.nan, -0.12, np.nan, 0.34, np.nan, "no_interval"),
    ],
    columns=[
        *("country", "year", "earlier_persons", "newer_persons", "newer_persons_low"),
        *("newer_persons_high", "difference", "working_age_difference"),
        *("earlier_older_share", "newer_older_share", "agrees"),
    ],
).assign(under_10_difference=[-0.03, np.nan, np.nan, np.nan, np.nan])


def said(text):
    return text.say("en")
