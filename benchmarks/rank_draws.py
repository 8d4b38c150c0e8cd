"""Rank uncertainty in arrays against a loop over countries and draws, same numbers drawn.

    python benchmarks/rank_draws.py

Both get the same weights, recipes and counts, and must return the same ranks.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time

import numpy as np

from techdiplomacy.ranks import Array, Choices, draw_choices, ranks_of_scores, scores

COUNTRIES, MEASURES, DRAWS = 60, 5, 500
NORMALISATIONS = ("min-max", "z", "rank")
AGGREGATIONS = ("arithmetic", "geometric")
FLOOR = 0.005


def places(values: list[float], *, largest_first: bool) -> list[float]:
    """Return the rank of each value, equal ones sharing the mean of their ranks."""
    ahead = [
        sum((other > value) if largest_first else (other < value) for other in values)
        for value in values
    ]
    level = [sum(other == value for other in values) for value in values]
    return [a + (b + 1) / 2 for a, b in zip(ahead, level, strict=True)]


def one_normalised(values: list[float], kind: str, way: str) -> list[float]:
    """Return one measure of one draw, ready to be added up."""
    if kind == "min-max":
        low, high = min(values), max(values)
        unit = [(value - low) / (high - low) for value in values]
    elif kind == "z":
        mean, spread = statistics.fmean(values), statistics.pstdev(values)
        unit = [(value - mean) / spread for value in values]
        if way == "geometric":
            unit = [(1 + math.erf(value / math.sqrt(2))) / 2 for value in unit]
    else:
        unit = [(p - 1) / (len(values) - 1) for p in places(values, largest_first=False)]
    return [math.log(max(value, FLOOR)) for value in unit] if way == "geometric" else unit


def by_loop(measures: list[Array], drawn: Choices) -> Array:
    """Return the ranks, one draw, one measure and one country at a time."""
    found = np.empty((COUNTRIES, DRAWS))
    for draw in range(DRAWS):
        kind = NORMALISATIONS[drawn.normalisation[draw]]
        way = AGGREGATIONS[drawn.aggregation[draw]]
        total = [0.0] * COUNTRIES
        for place, measure in enumerate(measures):
            column = [float(value) for value in measure[:, draw]]
            for country, value in enumerate(one_normalised(column, kind, way)):
                total[country] += float(drawn.weights[draw, place]) * value
        found[:, draw] = places([round(value, 12) for value in total], largest_first=True)
    return found


def in_arrays(measures: list[Array], drawn: Choices) -> Array:
    """Return the ranks as the package does."""
    return ranks_of_scores(scores(measures, drawn, NORMALISATIONS, AGGREGATIONS, FLOOR))


def main(rounds: int = 3) -> None:
    """Print the seconds of both ways and their ratio."""
    rng = np.random.default_rng(1131)
    sizes = rng.lognormal(5, 2, size=(COUNTRIES, 1))
    measures = [rng.gamma(sizes + 1, size=(COUNTRIES, DRAWS)) for _ in range(MEASURES)]
    weights = np.full(MEASURES, 1 / MEASURES)
    drawn = draw_choices(weights, DRAWS, rng, "dirichlet1", len(NORMALISATIONS), len(AGGREGATIONS))
    if not np.array_equal(in_arrays(measures, drawn), by_loop(measures, drawn)):
        sys.exit("The two ways disagree.")
    loop: list[float] = []
    arrays: list[float] = []
    for _ in range(rounds):
        for way, times in ((by_loop, loop), (in_arrays, arrays)):
            started = time.perf_counter()
            way(measures, drawn)
            times.append(time.perf_counter() - started)
    ratio = statistics.median(a / b for a, b in zip(loop, arrays, strict=True))
    print(f"{COUNTRIES} countries, {MEASURES} measures, {DRAWS} draws; same ranks both ways")
    print(f"{'loop, median':20} {statistics.median(loop):8.3f} s")
    print(f"{'arrays, median':20} {statistics.median(arrays):8.3f} s")
    print(f"ratio loop / arrays, median of pairs: {ratio:.0f}")
    print(json.dumps({"rank_draws_s": round(statistics.median(arrays), 4), "ratio": round(ratio)}))


if __name__ == "__main__":
    main()
