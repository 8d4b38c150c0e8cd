"""Ranks of countries, and how far they move with weights, recipe and counts.

Knows: composite scores, their normalisations and aggregations, ranks over many draws.
Must not know: files, params, names of countries, what a measure means.
May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest

Array = npt.NDArray[np.float64]

Posterior = Array | Callable[[np.random.Generator, int], Array]  # draws: countries x draws

WEIGHT_DRAWS = ("dirichlet1", "dirichlet50", "declared")
NORMALISATIONS = ("min-max", "z", "rank", "none")
AGGREGATIONS = ("arithmetic", "geometric")
_NEAR_DECLARED = 50.0  # dirichlet50: Dirichlet(50 w) stays near the declared weights w
_SAME_SCORE_DECIMALS = 10  # scores that agree this far are a tie, whatever the order of adding


@dataclass(frozen=True)
class Choices:
    """What was drawn: a row of weights, a normalisation and an aggregation for each draw."""

    weights: Array
    normalisation: npt.NDArray[np.int64]
    aggregation: npt.NDArray[np.int64]


def uncertain_ranks(
    values: pd.DataFrame,
    weights: Mapping[str, float],
    *,
    seed: int,
    draws: int = 2000,
    posterior: Mapping[str, Posterior] | None = None,
    weight_draws: str = "dirichlet1",
    normalisations: Sequence[str] = ("min-max", "z", "rank"),
    aggregations: Sequence[str] = AGGREGATIONS,
    floor: float = 0.005,
    interval: Sequence[float] = (0.05, 0.95),
    firm_span: float = 2,
    leaning_span: float = 5,
    allow_missing: bool = False,
    among: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the rank of each country with its interval over weights, recipe and counts.

    Parameters
    ----------
    values : DataFrame
        Index country, columns measure; more is better (turn the sign of a measure where less is).
        One measure is enough: then only its posterior moves the ranks.
    weights : mapping
        Declared weight of each measure, positive, adding to 1.
    seed, draws : int
        Seed, and number of draws.
    posterior : mapping, optional
        Of the measures that rest on counts, an array (countries in the order of `values`, any
        number of draws but the same for all measures, used in turn and side by side, so that
        measures drawn from the same counts stay together), or a function of a generator and a
        number that returns one. Missing exactly where `values` are. Other measures stay fixed.
    weight_draws : {"dirichlet1", "dirichlet50", "declared"}
        All weights alike; near the declared ones; only the declared ones.
    normalisations : sequence of {"min-max", "z", "rank", "none"}
        One is drawn at a time; the nominal rank uses the first. ``none`` takes the values as they
        are, for measures on one scale.
    aggregations : sequence of {"arithmetic", "geometric"}
        As above. The geometric mean needs values of 0 to 1, so z enters it as Phi(z).
    floor : float
        Smallest value that enters a geometric mean.
    interval : two floats
        Quantiles of the interval; its ends are ranks that were drawn.
    firm_span, leaning_span : float
        Largest difference of the two ends for the labels ``firm`` and ``leaning``.
    allow_missing : bool
        Score a country by the measures it has, its weights made to add to 1 again.
    among : sequence of str, optional
        Normalise and rank these countries only; they alone appear in the result.

    Returns
    -------
    DataFrame
        ``country, score, rank, tied, rank_median, rank_low, rank_high, share_at_rank,
        share_at_first, span, label, measures, complete, ranked, status``, sorted by country.
        ``rank`` is nominal: declared weights, point values, first normalisation and aggregation;
        equal scores share the average of their ranks and ``tied`` counts the others. ``label`` is
        firm, leaning or do not conclude. ``share_at_first`` counts the draws in which a country is
        first alone. ``measures`` is how many entered, ``complete`` whether all did, ``ranked``
        among how many. A country with nothing but zeros or missing values is ``not_estimable``,
        has no rank, and takes no part in anyone else's.

    Raises
    ------
    InvalidParams
        Weights not adding to 1 or for other measures, unknown choices, spans or quantiles that
        do not rise.
    InvalidTable
        Repeated labels, infinite values, a missing value without `allow_missing`, draws that do
        not fit `values`, a country of `among` without row.

    Notes
    -----
    Score = sum_d weight_d norm(measure_d); geometric: the weighted mean of logarithms. A measure
    in which all agree counts for nobody. OECD & JRC (2008), Handbook on Constructing Composite
    Indicators; Saisana, Saltelli & Tarantola (2005), Uncertainty and Sensitivity Analysis
    Techniques as Tools for the Quality Assessment of Composite Indicators.

    Examples
    --------
    >>> values = pd.DataFrame({"size": [9.0, 5, 1], "pace": [0.9, 0.2, 0.4]}, index=list("ABC"))
    >>> table = uncertain_ranks(values, {"size": 0.5, "pace": 0.5}, seed=1, draws=200)
    >>> table[["country", "rank", "rank_low", "rank_high", "label"]].values.tolist()[0]
    ['A', 1.0, 1.0, 1.0, 'firm']
    """
    _check_choices(weight_draws, normalisations, aggregations, interval, draws)
    if not 0 <= firm_span <= leaning_span or not 0 < floor < 1:
        raise InvalidParams(
            f"spans {firm_span!r} and {leaning_span!r} or floor {floor!r} are not usable",
            where="ranks",
            next_step="give spans that rise from 0 and a floor between 0 and 1, such as .005",
        )
    measures = sorted(values.columns)
    w = _checked_weights(weights, measures)
    chosen = values if among is None else values.loc[_known(among, values.index)]
    x = _checked_values(chosen, measures, allow_missing=allow_missing)
    rng = np.random.default_rng(seed)
    drawn = draw_choices(w, draws, rng, weight_draws, len(normalisations), len(aggregations))
    samples = _checked_posterior(posterior or {}, values, measures, draws, rng)

    order = np.argsort(chosen.index.to_numpy(), kind="stable")
    countries = chosen.index[order]
    x = x[order]
    known = (np.nan_to_num(x) != 0).any(axis=1)
    rows = values.index.get_indexer(countries)[known]
    point = x[known]
    if "none" in normalisations and "geometric" in aggregations and (point < 0).any():
        raise InvalidTable(
            "values below 0 have no geometric mean",
            where="values (index country, columns measure), normalisation 'none'",
            next_step="normalise them, or leave out the geometric mean",
        )

    nominal = Choices(w[None, :], np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    recipe = (tuple(normalisations), tuple(aggregations), floor)
    columns = [point[:, [place]] for place in range(len(measures))]
    score = scores(columns, nominal, *recipe)
    rank = ranks_of_scores(score)[:, 0]
    moved = [
        samples[measure][rows] if measure in samples else column
        for measure, column in zip(measures, columns, strict=True)
    ]
    ranks = ranks_of_scores(scores(moved, drawn, *recipe))

    low, high = np.quantile(ranks, list(interval), axis=1, method="inverted_cdf")
    span = high - low
    label = np.where(
        span <= firm_span, "firm", np.where(span <= leaning_span, "leaning", "do not conclude")
    )
    found = {
        "score": score[:, 0],
        "rank": rank,
        "tied": (rank[:, None] == rank).sum(axis=1) - 1.0,
        "rank_median": np.median(ranks, axis=1),
        "rank_low": low,
        "rank_high": high,
        "share_at_rank": (ranks == rank[:, None]).mean(axis=1),
        "share_at_first": (ranks == 1).mean(axis=1),
        "span": span,
    }
    entered = (~np.isnan(x)).sum(axis=1)
    labels = np.full(len(countries), "do not conclude", dtype=object)
    labels[known] = label
    return pd.DataFrame(
        {
            "country": countries.to_numpy(),
            **{name: _scattered(column, known) for name, column in found.items()},
            "label": labels,
            "measures": entered,
            "complete": entered == len(measures),
            "ranked": int(known.sum()),
            "status": np.where(known, "ok", "not_estimable"),
        }
    )


def draw_choices(
    weights: Array,
    draws: int,
    rng: np.random.Generator,
    weight_draws: str,
    normalisations: int,
    aggregations: int,
) -> Choices:
    """Return the weights and the recipe of each draw; nothing here depends on the countries."""
    if weight_draws == "declared":
        w = np.tile(weights, (draws, 1))
    else:
        near = weight_draws == "dirichlet50"
        w = rng.dirichlet(_NEAR_DECLARED * weights if near else np.ones(len(weights)), size=draws)
    return Choices(
        w, rng.integers(normalisations, size=draws), rng.integers(aggregations, size=draws)
    )


def scores(
    measures: Sequence[Array],
    drawn: Choices,
    normalisations: Sequence[str],
    aggregations: Sequence[str],
    floor: float,
) -> Array:
    """Return the score of every country in every draw, shape (countries, draws).

    Parameters
    ----------
    measures : sequence of array
        One per measure, (countries, 1) if fixed or (countries, draws); a row is missing
        throughout or nowhere.
    drawn : Choices
        Weights and recipe of each draw.
    normalisations, aggregations, floor
        As in `uncertain_ranks`.
    """
    countries, draws = len(measures[0]), len(drawn.weights)
    found = np.empty((countries, draws))
    for kind, way, picked in _recipes(drawn, normalisations, aggregations):
        total = np.zeros((countries, len(picked)))
        weight = np.zeros((countries, len(picked)))
        # One measure at a time: each row is added up in the same order, so equal rows stay equal.
        for place, values in enumerate(measures):
            present = ~np.isnan(values[:, 0])
            block = values[present]
            part = _normalised(block[:, picked] if block.shape[1] > 1 else block, kind)
            if way == "geometric":
                part = np.log(np.maximum(_unit_of_z(part) if kind == "z" else part, floor))
            w = drawn.weights[picked, place]
            total[present] += w * part
            weight[present] += w
        mean = np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)
        found[:, picked] = np.exp(mean) if way == "geometric" else mean
    return found


def ranks_of_scores(score: Array) -> Array:
    """Return ranks inside each column, 1 = largest; scores equal to ten digits share the mean."""
    from scipy.stats import rankdata

    size = np.abs(score).max(axis=0, initial=1e-300)
    return np.asarray(rankdata(-np.round(score / size, _SAME_SCORE_DECIMALS), axis=0))


def _recipes(
    drawn: Choices, normalisations: Sequence[str], aggregations: Sequence[str]
) -> Iterator[tuple[str, str, npt.NDArray[np.intp]]]:
    """Yield each pair of normalisation and aggregation with the draws that use it."""
    for place, kind in enumerate(normalisations):
        for other, way in enumerate(aggregations):
            picked = np.flatnonzero((drawn.normalisation == place) & (drawn.aggregation == other))
            if len(picked):
                yield kind, way, picked


def _normalised(x: Array, kind: str) -> Array:
    """Return `x` (countries, draws) normalised inside each column; no spread counts for nobody."""
    from scipy.stats import rankdata

    if kind == "none" or len(x) == 0:
        return x
    if kind == "min-max":
        low, spread = x.min(axis=0), np.ptp(x, axis=0)
        return np.asarray(np.divide(x - low, spread, out=np.full_like(x, 0.5), where=spread > 0))
    if kind == "z":
        # The standard deviation of equal values can come out as a rounding error; the range cannot.
        spread = np.where(np.ptp(x, axis=0) > 0, x.std(axis=0), 0.0)
        from_mean = x - x.mean(axis=0)
        return np.asarray(np.divide(from_mean, spread, out=np.zeros_like(x), where=spread > 0))
    if len(x) == 1:
        return np.full_like(x, 0.5)
    return np.asarray((rankdata(x, axis=0) - 1.0) / (len(x) - 1.0))


def _unit_of_z(z: Array) -> Array:
    """Return z between 0 and 1 by the normal distribution function."""
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def _scattered(found: Array, known: npt.NDArray[np.bool_]) -> Array:
    """Return `found` at the known rows and missing values elsewhere."""
    column = np.full(len(known), np.nan)
    column[known] = found
    return column


# --- checks ---------------------------------------------------------------------------------


def _check_choices(
    weight_draws: str,
    normalisations: Sequence[str],
    aggregations: Sequence[str],
    interval: Sequence[float],
    draws: int,
) -> None:
    """Refuse unknown words, no draws, and quantiles that do not rise."""
    for name, given, allowed in (
        ("weights", [weight_draws], WEIGHT_DRAWS),
        ("normalisations", normalisations, NORMALISATIONS),
        ("aggregations", aggregations, AGGREGATIONS),
    ):
        wrong = [word for word in given if word not in allowed]
        if wrong or not given:
            raise InvalidParams(
                f"{wrong or 'nothing'} is not usable.{suggest(str((wrong or [''])[0]), allowed)}",
                where=f"ranks, {name}",
                next_step=f"use {', '.join(allowed)}",
            )
    low, high = interval
    if not 0 < low < high < 1 or draws < 1:
        raise InvalidParams(
            f"interval {interval!r} and draws {draws!r} are not usable",
            where="ranks",
            next_step="give two rising quantiles between 0 and 1, and at least one draw",
        )


def _checked_weights(weights: Mapping[str, float], measures: Sequence[str]) -> Array:
    """Return the declared weights in the order of `measures`."""
    w = np.array([weights.get(measure, np.nan) for measure in measures], dtype=np.float64)
    other = sorted(set(weights) - set(measures))
    if other or not bool((w > 0).all()) or abs(w.sum() - 1.0) > 1e-6:
        raise InvalidParams(
            f"weights {dict(weights)!r} are not positive numbers adding to 1 for {list(measures)}",
            where="ranks, weights",
            next_step="give each measure its weight, and leave out measures that shall not count",
        )
    return cast("Array", w / w.sum())


def _known(among: Sequence[str], index: pd.Index) -> list[str]:
    """Return `among` without repeats, after checking that every country has a row."""
    absent = sorted(set(among) - set(index))
    if absent:
        raise InvalidTable(
            f"no row for {absent[:5]}.{suggest(absent[0], map(str, index))}",
            where="values (index country, columns measure)",
            next_step="rank countries of the table only",
        )
    return list(dict.fromkeys(among))


def _checked_values(values: pd.DataFrame, measures: Sequence[str], *, allow_missing: bool) -> Array:
    """Return the values in the order of `measures`, after checking labels and cells."""
    problems = [
        f"repeated {name}: {sorted(set(labels[labels.duplicated()]))[:5]}"
        for name, labels in (("countries", values.index), ("measures", values.columns))
        if not labels.is_unique
    ]
    if problems or values.empty:
        raise InvalidTable(
            "; ".join(problems) or "no countries or no measures",
            where="values (index country, columns measure)",
            next_step="give one row per country and one column per measure",
        )
    x = values[list(measures)].to_numpy(np.float64)
    bad = np.isinf(x) | (np.isnan(x) & (not allow_missing))
    if bad.any():
        cells = [(values.index[i], measures[j]) for i, j in np.argwhere(bad)[:3]]
        raise InvalidTable(
            f"{bad.sum()} missing or infinite values, first at {cells}",
            where="values (index country, columns measure)",
            next_step="leave these countries out, or set ranks.allow_missing for missing values",
        )
    return x


def _checked_posterior(
    posterior: Mapping[str, Posterior],
    values: pd.DataFrame,
    measures: Sequence[str],
    draws: int,
    rng: np.random.Generator,
) -> dict[str, Array]:
    """Return the draws of each measure that has them, stretched to the number of draws."""
    other = sorted(set(posterior) - set(measures))
    found: dict[str, Array] = {}
    problems = [f"draws of unknown measures {other}"] if other else []
    for measure in [name for name in measures if name in posterior]:
        given = posterior[measure]
        sample = np.asarray(given(rng, draws) if callable(given) else given, dtype=np.float64)
        if sample.ndim != 2 or sample.shape[0] != len(values) or sample.shape[1] == 0:
            problems.append(
                f"draws of {measure!r} have shape {sample.shape}, not ({len(values)}, draws)"
            )
            continue
        missing = values[measure].isna().to_numpy()
        if not (np.isfinite(sample) | missing[:, None]).all():
            problems.append(f"draws of {measure!r} are missing or infinite where values are not")
        found[measure] = np.where(missing[:, None], np.nan, sample)
    sizes = {sample.shape[1] for sample in found.values()}
    if len(sizes) > 1:
        problems.append(f"measures have different numbers of draws: {sorted(sizes)}")
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where="posterior draws (countries in the order of values, draws)",
            next_step="draw every measure for the same countries, the same number of times",
        )
    turn = np.arange(draws) % max(sizes, default=1)
    return {measure: sample[:, turn] for measure, sample in found.items()}
