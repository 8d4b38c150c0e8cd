"""The bootstrap refits of expected cooperation, all at once against statsmodels one by one.

    python benchmarks/gravity_refits.py

Both fit the same draws of counts around the fit of the real panel of economies in its newest
window, and must expect the same of every pair. It reads data/features.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
import pandas as pd

from techdiplomacy.cooperation import gap_choices
from techdiplomacy.gap_tables import GAP_KINDS, TERMS_OF
from techdiplomacy.gravity import fit_kappa
from techdiplomacy.pair_panels import newest_panel, of_kind
from techdiplomacy.params import load_params
from techdiplomacy.ppml import Array, PpmlFit, fit_pairs, refit
from techdiplomacy.tables import read_table

WITHIN = 1e-6
KIND = GAP_KINDS[0]


def one_by_one(fit: PpmlFit, draws: Array) -> Array:
    """Return what statsmodels expects of each pair in each draw."""
    import statsmodels.api as sm

    rows, family = fit.design.rows(), sm.families.Poisson()
    start = np.concatenate([fit.coefficients.dropna().to_numpy(), fit.effects.to_numpy()])
    found = [
        sm.GLM(draws[:, draw], rows, family=family).fit(start_params=start, tol=0.0, rtol=1e-13)
        for draw in range(draws.shape[1])
    ]
    return np.column_stack([one.fittedvalues for one in found])


def all_at_once(fit: PpmlFit, draws: Array) -> Array:
    """Return what the package expects of each pair in each draw."""
    slopes = np.asarray(fit.coefficients.dropna(), dtype=np.float64)
    effects = np.asarray(fit.effects, dtype=np.float64)
    return refit(fit.design, draws, slopes=slopes, effects=effects).expected


def measure(pairs: pd.DataFrame, draws: int, seed: int, rounds: int = 3) -> None:
    """Print the seconds of both ways and their ratio."""
    fit = fit_pairs(pairs, TERMS_OF[KIND])
    rng = np.random.default_rng(seed)
    kappa = fit_kappa(fit.ties, fit.expected)
    theta = rng.standard_gamma(kappa, size=(len(fit.ties), draws)) / kappa
    counts = rng.poisson(fit.expected[:, None] * theta).astype(np.float64)
    quick: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        at_once = all_at_once(fit, counts)
        quick.append(time.perf_counter() - started)
    started = time.perf_counter()
    single = one_by_one(fit, counts)
    slow = time.perf_counter() - started
    apart = float(np.abs(at_once / single - 1.0).max())
    if apart > WITHIN:
        sys.exit(f"The two ways disagree by {apart:.1e}.")
    seconds = statistics.median(quick)
    size = f"{len(fit.ties)} pairs, {len(fit.effects)} countries, {draws} refits"
    print(f"{size}; expectations agree to {apart:.0e}")
    print(f"{'statsmodels, one by one':26} {slow:8.2f} s")
    print(f"{'all at once, median':26} {seconds:8.2f} s")
    print(f"ratio one by one / all at once: {slow / seconds:.0f}")
    print(json.dumps({"gravity_refits_s": round(seconds, 3), "ratio": round(slow / seconds)}))


def main() -> None:
    """Measure on the features of this project folder."""
    params = load_params()
    rows = of_kind(read_table("ties"), KIND)
    traits, specialisation = read_table("pair_traits"), read_table("field_specialisation")
    _, pairs = newest_panel(rows, traits, specialisation, gap_choices(params))
    measure(pairs, params.gravity.bootstrap, params.seed)


if __name__ == "__main__":
    main()
