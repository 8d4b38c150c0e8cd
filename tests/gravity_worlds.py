"""Pairs of countries to fit: those of acceptance check 4, simulated worlds, a viewpoint's ties."""

import numpy as np
import pandas as pd

from techdiplomacy.pair_panels import GapChoices
from techdiplomacy.params import GravitySettings

TERMS = ["log_distance", "common_language"]
CHECK = """AB 3600 0 14|AC 2700 0 9|AD 13300 0 6|AE 8300 1 3|AF 2200 0 8|BC 1150 1 61|BD 10900 0 88
BE 8900 0 30|BF 5300 0 12|CD 11100 0 70|CE 8100 0 21|CF 4700 0 9|DE 6700 0 160|DF 15500 1 26
EF 9900 0 11""".replace("\n", "|")


def check_pairs():
    """Return the pairs of acceptance check 4."""
    rows = [row.split() for row in CHECK.split("|")]
    return pd.DataFrame(
        {
            "country": [row[0][0] for row in rows],
            "partner": [row[0][1] for row in rows],
            "ties": [float(row[3]) for row in rows],
            "log_distance": np.log([float(row[1]) for row in rows]),
            "common_language": [float(row[2]) for row in rows],
        }
    )


def world(countries=12, seed=1131, *, spread=3.0):
    """Return pairs of a gravity world with two terms and gamma spread."""
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(countries, 1)
    names = np.array([f"C{number:02}" for number in range(countries)])
    size = rng.normal(2.0, 1.0, countries)
    z = np.column_stack([rng.normal(8.0, 0.8, len(first)), rng.random(len(first)) < 0.3])
    mu = np.exp(size[first] + size[second] - 0.5 * (z[:, 0] - 8) + 0.4 * z[:, 1])
    theta = rng.gamma(spread, 1 / spread, len(first))
    return pd.DataFrame(
        {
            "country": names[first],
            "partner": names[second],
            "ties": rng.poisson(mu * theta).astype(float),
            "log_distance": z[:, 0],
            "common_language": z[:, 1],
            "mu": mu,
        }
    )


# a world of ties over the years, seen from one country
CODES = ["AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "GBR", "IND", "ITA", "JPN", "KOR", "USA", "VNM"]
OWN, DEAD, RISING, FAR = "VNM", "CAN", "ITA", "BRA"
SETTINGS = GravitySettings(panel=10, windows=2, bootstrap=60, interval=[0.05, 0.95])
CHOICES = GapChoices(OWN, (DEAD, RISING, "LAO", OWN), SETTINGS, 5, 1131)


def small_world(seed=5):
    """Return ties, traits and profiles of 13 economies, 2009-2023, with two planted pairs."""
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(len(CODES), 1)
    names = np.array(CODES)
    size = rng.normal(1.5, 0.6, len(CODES)) + 1.2 * (names != FAR)
    traits = pd.DataFrame(
        {
            "country": names[first],
            "partner": names[second],
            "distance_km": np.exp(rng.normal(8.5, 0.6, len(first))).round(),
            "contiguous": (rng.random(len(first)) < 0.2).astype(float),
            "common_language": (rng.random(len(first)) < 0.3).astype(float),
            "colonial_tie": (rng.random(len(first)) < 0.2).astype(float),
            "trade_agreement_since": rng.choice([1990.0, 2000, 2012, 2016, np.nan], len(first)),
        }
    )
    log_mu = size[first] + size[second] - 0.5 * (np.log(traits["distance_km"]) - 8.5)
    theta = rng.gamma(8.0, 1 / 8.0, len(first))
    rows = []
    for year in range(2009, 2024):
        mean = np.exp(log_mu) * theta
        planted = {DEAD: 0.02, RISING: 0.1 if year < 2019 else 1.0}
        for partner, factor in planted.items():
            pair = traits["country"].isin([OWN, partner]) & traits["partner"].isin([OWN, partner])
            mean = mean.where(~pair, np.exp(log_mu) * factor)
        values = rng.poisson(mean).astype(float)
        rows.append(traits[["country", "partner"]].assign(year=year, value=values))
    works = pd.concat(rows, ignore_index=True)
    works = works[works["value"] > 0].assign(kind="joint_works", unit="works")
    works["first_year"] = works["year"]
    articles = works.groupby(["country", "partner"], as_index=False)["value"].sum()
    articles = articles[~articles["partner"].isin(["USA"]) & ~articles["country"].isin(["USA"])]
    articles = articles.assign(kind="joint_ai_articles", unit="articles", year=2022)
    ties = pd.concat([works, articles.assign(first_year=2003)], ignore_index=True)
    fields = [f"field {number}" for number in range(4)]
    profiles = pd.DataFrame(
        [
            {"window": window, "country": code, "field": field, "count_items": float(items)}
            for window in ("2008-2012", "2013-2017", "2018-2022")
            for code in CODES
            for field, items in zip(fields, rng.integers(5, 100, 4), strict=True)
        ]
    )
    return ties, traits, profiles.assign(evidence="publications")
