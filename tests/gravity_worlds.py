"""Pairs of countries to fit: those of acceptance check 4, and simulated worlds."""

import numpy as np
import pandas as pd

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
