"""Specialisation of countries: RTA with its uncertainty, composition profiles, size tiers.

Knows: counts of countries by field, and how to compare them with the world's mix.
Must not know: files, params, names of countries. May import: errors, patents, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest

Array = npt.NDArray[np.float64]

TRANSFORMS = ("hellinger", "clr")
# Outside this range the likelihood is flat: 1e6 is a common profile, 0.1 one field per country.
_STRENGTH_BOUNDS = (0.1, 1e6)


def world_share(counts: pd.DataFrame) -> pd.Series[float]:
    """Return each field's share of all counts, ``w_j = x_.j / x_..`` (adds up to 1).

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0 (fractional counts allowed).

    Raises
    ------
    InvalidTable
        Negative or non-finite values, repeated labels, or a field without any count.

    Examples
    --------
    >>> world_share(pd.DataFrame({"f": [1.0, 2.0], "g": [1.0, 0.0]}, index=["A", "B"])).tolist()
    [0.75, 0.25]
    """
    x = checked_counts(counts, every_field=True)
    return pd.Series(x.sum(axis=0) / x.sum(), index=counts.columns, name="world_share")


def revealed_technology_advantage(
    counts: pd.DataFrame, *, world: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Return RTA, ``(x_ij / x_i.) / w_j``, in the shape of `counts`.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0.
    world : Series, optional
        World shares by field (> 0, adding to 1); by default those of `counts` itself, in which
        case ``sum_j w_j RTA_ij = 1`` for every country.

    Returns
    -------
    DataFrame
        1 means the world's mix. A country without counts is a row of missing values.

    Raises
    ------
    InvalidTable
        As in `world_share`; or `world` lacks a field, is not positive, or does not add to 1.

    Notes
    -----
    Balassa (1965), Trade Liberalisation and "Revealed" Comparative Advantage; Soete (1987).

    Examples
    --------
    >>> counts = pd.DataFrame({"f": [3.0, 1.0], "g": [1.0, 3.0]}, index=["A", "B"])
    >>> revealed_technology_advantage(counts).loc["A"].tolist()
    [1.5, 0.5]
    """
    w = _world(counts, world)
    return _framed(_shares(counts.to_numpy(np.float64)) / w, counts)


def revealed_symmetric_advantage(
    counts: pd.DataFrame, *, world: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Return RSTA, ``(RTA - 1) / (RTA + 1)``, from -1 (absent) through 0 (as the world) to 1.

    Parameters, errors and missing rows as in `revealed_technology_advantage`.
    """
    rta = revealed_technology_advantage(counts, world=world).to_numpy()
    return _framed((rta - 1.0) / (rta + 1.0), counts)


def hachman_index(
    counts: pd.DataFrame, *, world: pd.Series[float] | None = None
) -> pd.Series[float]:
    """Return the Hachman index of each country, ``1 / sum_j s_ij RTA_ij`` (1 = world's mix).

    Parameters, errors and missing rows as in `revealed_technology_advantage`.
    """
    w = _world(counts, world)
    s = _shares(counts.to_numpy(np.float64))
    return pd.Series(1.0 / (s * s / w).sum(axis=1), index=counts.index, name="hachman_index")


def krugman_index(
    counts: pd.DataFrame, *, world: pd.Series[float] | None = None
) -> pd.Series[float]:
    """Return the Krugman index of each country, ``sum_j |s_ij - w_j|`` (0 = world's mix, to 2).

    Parameters, errors and missing rows as in `revealed_technology_advantage`.
    """
    w = _world(counts, world)
    s = _shares(counts.to_numpy(np.float64))
    return pd.Series(np.abs(s - w).sum(axis=1), index=counts.index, name="krugman_index")


def fit_prior_strength(counts: pd.DataFrame, shares: pd.Series[float]) -> float:
    """Return A, the strength of the Dirichlet(A w) from which the countries' shares are drawn.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field. Fractional counts are allowed.
    shares : Series
        World shares w by field.

    Returns
    -------
    float
        Maximum-likelihood A of the Dirichlet-multinomial, kept within 0.1 and 1e6. Real panels
        differ far more between countries than chance does, so A is small next to the counts.

    Raises
    ------
    InvalidTable
        As in `revealed_technology_advantage`.

    Notes
    -----
    Maximises ``sum_i lG(A) - lG(n_i + A) + sum_j lG(x_ij + A w_j) - lG(A w_j)``, lG the log of
    the gamma function (Mosimann 1962, On the Compound Multinomial Distribution).
    """
    return fit_strength_of_array(counts.to_numpy(np.float64), _world(counts, shares))


def fit_strength_of_array(x: Array, w: Array) -> float:
    """Return A of `fit_prior_strength` from plain arrays; fields of zero share are ignored."""
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    x = x[x.sum(axis=1) > 0][:, w > 0]
    w = w[w > 0]
    n = x.sum(axis=1)

    def minus_log_likelihood(log_strength: float) -> float:
        a = np.exp(log_strength)
        fields = gammaln(x + a * w).sum() - len(n) * gammaln(a * w).sum()
        return -float(len(n) * gammaln(a) - gammaln(n + a).sum() + fields)

    # The likelihood can be flat far from its top; a grid first, so the search cannot stall there.
    lowest, highest = _STRENGTH_BOUNDS
    grid = np.linspace(np.log(lowest), np.log(highest), 40)
    best = int(np.argmin([minus_log_likelihood(point) for point in grid]))
    around = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)]))
    found = minimize_scalar(
        minus_log_likelihood, bounds=around, method="bounded", options={"xatol": 1e-8}
    )
    return float(np.exp(found.x))


def specialisation(
    counts: pd.DataFrame,
    *,
    min_families: float,
    interval: Sequence[float] = (0.05, 0.95),
    threshold: float = 1.0,
    prior_strength: float | None = None,
    world: pd.Series[float] | None = None,
) -> pd.DataFrame:
    """Return raw and shrunk RTA with interval and P(RTA > threshold), a row per country and field.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0.
    min_families : float
        Countries with a smaller total get ``small_n`` and their RTA columns are left empty.
    interval : two floats
        Lower and upper quantile of the posterior.
    threshold : float
        RTA level whose exceedance probability is wanted.
    prior_strength : float, optional
        A; fitted by `fit_prior_strength` if not given.
    world : Series, optional
        World shares by field; by default those of `counts`.

    Returns
    -------
    DataFrame
        ``country, field, count, total, share, world_share, rta, rta_shrunk, rta_low, rta_high,
        probability_above, prior_strength, status``, sorted by country and field. Status is
        ``ok``, ``small_n`` or ``not_estimable`` (no counts: share and RTA are empty).

    Raises
    ------
    InvalidTable
        As in `revealed_technology_advantage`, or fewer than two fields.
    InvalidParams
        `interval`, `threshold` or `prior_strength` out of bounds.

    Notes
    -----
    Shares follow Dirichlet(A w), so each posterior share is
    Beta(x_ij + A w_j, n_i + A - x_ij - A w_j); RTA is the share divided by w_j.

    Examples
    --------
    >>> counts = pd.DataFrame({"f": [30.0, 10.0], "g": [10.0, 30.0]}, index=["A", "B"])
    >>> table = specialisation(counts, min_families=10, prior_strength=20.0)
    >>> table["rta_shrunk"].round(3).tolist()
    [1.333, 0.667, 0.667, 1.333]
    """
    from scipy.stats import beta

    low, high = interval
    if not 0 < low < high < 1 or threshold <= 0:
        raise InvalidParams(
            f"interval {interval!r} and threshold {threshold!r} are not usable",
            where="rta",
            next_step="give two rising quantiles between 0 and 1, and a positive threshold",
        )
    if prior_strength is not None and not (np.isfinite(prior_strength) and prior_strength > 0):
        raise InvalidParams(
            f"prior strength {prior_strength!r} is not a positive number",
            where="specialisation, prior_strength",
            next_step="leave it out to have it fitted, or give a positive number",
        )
    if counts.shape[1] < 2:
        raise InvalidTable(
            "one field only: specialisation compares fields",
            where=f"counts, column {list(counts.columns)}",
            next_step="give at least two fields",
        )
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    w = _world(counts, world)
    x = counts.to_numpy(np.float64)
    n = x.sum(axis=1, keepdims=True)
    a = fit_strength_of_array(x, w) if prior_strength is None else float(prior_strength)

    posterior = beta(x + a * w, n + a - x - a * w)
    status = np.where(n == 0, "not_estimable", np.where(n < min_families, "small_n", "ok"))
    shown = status == "ok"
    columns: dict[str, Array] = {
        "rta": _shares(x) / w,
        "rta_shrunk": (x + a * w) / (n + a) / w,
        "rta_low": np.asarray(posterior.ppf(low)) / w,
        "rta_high": np.asarray(posterior.ppf(high)) / w,
        "probability_above": np.asarray(posterior.sf(np.minimum(threshold * w, 1.0))),
    }
    fields = x.shape[1]
    return pd.DataFrame(
        {
            "country": np.repeat(counts.index.to_numpy(), fields),
            "field": np.tile(counts.columns.to_numpy(), len(counts)),
            "count": x.ravel(),
            "total": np.repeat(n.ravel(), fields),
            "share": _shares(x).ravel(),
            "world_share": np.tile(w, len(counts)),
            **{name: np.where(shown, value, np.nan).ravel() for name, value in columns.items()},
            "prior_strength": a,
            "status": np.repeat(status.ravel(), fields),
        }
    )


def composition_profiles(
    counts: pd.DataFrame, transform: str = "hellinger", *, pseudo_count: float = 0.5
) -> pd.DataFrame:
    """Return one profile per country whose Euclidean distances compare mixes, not sizes.

    Parameters
    ----------
    counts : DataFrame
        Index country, columns field, values finite and >= 0.
    transform : {"hellinger", "clr"}
        ``hellinger``: square root of the shares (rows of unit length, distance 0 to sqrt 2);
        ``clr``: log of count + `pseudo_count`, centred in each row.
    pseudo_count : float
        Added to every count before the logarithm; unused by ``hellinger``.

    Returns
    -------
    DataFrame
        In the shape of `counts`. A country without counts is a row of missing values.

    Raises
    ------
    InvalidTable
        Negative or non-finite values, or repeated labels.
    InvalidParams
        Unknown transform, or a pseudo-count that is not positive.

    Notes
    -----
    Legendre & Gallagher (2001), Ecologically Meaningful Transformations for Ordination of
    Species Data; Aitchison (1986), The Statistical Analysis of Compositional Data.

    Examples
    --------
    >>> composition_profiles(pd.DataFrame({"f": [9.0], "g": [16.0]}, index=["A"])).loc["A"].tolist()
    [0.6, 0.8]
    """
    if transform not in TRANSFORMS:
        raise InvalidParams(
            f"unknown transform {transform!r}.{suggest(str(transform), TRANSFORMS)}",
            where="profiles.transform",
            next_step=f"use one of {', '.join(TRANSFORMS)}",
        )
    if not pseudo_count > 0:
        raise InvalidParams(
            f"pseudo-count {pseudo_count!r} is not positive",
            where="profiles.pseudo_count",
            next_step="use 0.5, or another positive number",
        )
    x = checked_counts(counts, every_field=False)
    shown = np.where(x.sum(axis=1, keepdims=True) > 0, x, np.nan)
    return _framed(profiles_of_array(shown, transform, pseudo_count), counts)


def profiles_of_array(x: Array, transform: str, pseudo_count: float) -> Array:
    """Return `composition_profiles` of an array of counts (..., country, field), unchecked.

    A row without counts gives a row of zeros: a resample of a small country may be empty.
    """
    if transform == "clr":
        logs: Array = np.log(x + pseudo_count)
        centred: Array = logs - logs.mean(axis=-1, keepdims=True)
        return centred
    totals = x.sum(axis=-1, keepdims=True)
    roots: Array = np.sqrt(x / np.where(totals == 0, 1.0, totals))
    return roots


def size_tiers(
    totals: pd.Series[float], *, bounds: Sequence[float] = (100, 1_000, 10_000, 100_000)
) -> pd.DataFrame:
    """Return the size tier of each country, kept apart from its profile.

    Parameters
    ----------
    totals : Series
        Families (or articles) of each country over the window, index country.
    bounds : sequence of float
        Rising lower bounds of the upper tiers; by default one tier per order of magnitude.

    Returns
    -------
    DataFrame
        ``country, total, log10_total`` (empty for 0)``, tier`` (1 = largest)``, label`` (the
        range in words), sorted by country.

    Raises
    ------
    InvalidTable
        Negative or non-finite totals, or a country twice.
    InvalidParams
        Bounds that do not rise from above 0.

    Examples
    --------
    >>> size_tiers(pd.Series({"A": 250.0, "B": 7.0}))["label"].tolist()
    ['100 to under 1,000', 'under 100']
    """
    edges = np.asarray(bounds, dtype=np.float64)
    if len(edges) == 0 or edges[0] <= 0 or not bool((np.diff(edges) > 0).all()):
        raise InvalidParams(
            f"bounds {list(bounds)!r} do not rise from above 0",
            where="size tiers",
            next_step="give rising positive numbers, such as 100, 1000, 10000",
        )
    n = checked_counts(totals.to_frame("total"), every_field=False).ravel()
    step = np.searchsorted(edges, n, side="right")
    words = [f"under {edges[0]:,.0f}"]
    words += [f"{a:,.0f} to under {b:,.0f}" for a, b in pairwise(edges)]
    words += [f"{edges[-1]:,.0f} and more"]
    table = pd.DataFrame(
        {
            "country": totals.index,
            "total": n,
            "log10_total": np.log10(np.where(n > 0, n, np.nan)),
            "tier": len(edges) + 1 - step,
            "label": [words[place] for place in step],
        }
    )
    return table.sort_values("country", ignore_index=True)


def log_ratio_of_counts(
    newer: npt.ArrayLike,
    older: npt.ArrayLike,
    low: float,
    high: float,
    *,
    spread: tuple[npt.ArrayLike, npt.ArrayLike] = (1.0, 1.0),
) -> tuple[Array, Array, Array]:
    """Return the log ratio of the rates behind two counts, with both ends of its interval.

    Parameters
    ----------
    newer, older : array
        Counts >= 0 of two periods of the same length.
    low, high : float
        Quantiles.
    spread : two arrays
        How many times the variance of chance the newer and the older counts have, 1 or more.

    Notes
    -----
    The ratio is (x + .5)/(y + .5). Counts are taken as Poisson; given x + y, the newer part of
    both rates follows Beta(x + .5, y + .5), so that the interval needs no draws. Counts that
    scatter p times as much stand for x/p independent items of weight p (quasi-Poisson): Beta of
    these, and the log ratio of the two weights added to its logit.

    Examples
    --------
    >>> ratio, lower, upper = log_ratio_of_counts([19.5], [9.5], 0.05, 0.95)
    >>> [round(float(number[0]), 2) for number in (ratio, lower, upper)]
    [0.69, 0.08, 1.38]
    >>> _, lower, upper = log_ratio_of_counts([19.5], [9.5], 0.05, 0.95, spread=(4, 4))
    >>> [round(float(number[0]), 2) for number in (lower, upper)]
    [-0.52, 2.05]
    """
    from scipy.stats import beta

    x, y = np.asarray(newer, dtype=np.float64), np.asarray(older, dtype=np.float64)
    ratio = np.log((x + 0.5) / (y + 0.5))
    of_x, of_y = (np.asarray(times, dtype=np.float64) for times in spread)
    a, b = x / of_x + 0.5, y / of_y + 0.5
    ends = []
    for quantile in (low, high):
        # both tails by their own function: one minus a quantile near 1 has no digits left
        part, rest = beta(a, b).ppf(quantile), beta(b, a).isf(quantile)
        odds = np.log(np.maximum(part, 1e-300)) - np.log(np.maximum(rest, 1e-300))
        ends.append(odds + np.log(of_x / of_y))
    return ratio, np.minimum(ends[0], ratio), np.maximum(ends[1], ratio)


def checked_counts(counts: pd.DataFrame, *, every_field: bool) -> Array:
    """Return the values of `counts` as float array, after checking labels, signs and fields.

    Raises
    ------
    InvalidTable
        An empty frame, repeated labels, values that are no finite numbers >= 0, or (with
        `every_field`) a field in which no country has a count.
    """
    problems: list[str] = []
    for name, labels in (("countries", counts.index), ("fields", counts.columns)):
        if len(labels) == 0:
            problems.append(f"no {name}")
        if not labels.is_unique:
            problems.append(f"repeated {name}: {sorted(set(labels[labels.duplicated()]))[:5]}")
    try:
        x = counts.to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        problems.append("values that are not numbers")
        x = np.zeros((1, 1))
    bad = ~(np.isfinite(x) & (x >= 0))
    if bad.any():
        cells = [(counts.index[i], counts.columns[j]) for i, j in np.argwhere(bad)[:2]]
        problems.append(f"{bad.sum()} negative, empty or infinite values, first at {cells}")
    elif every_field and not problems and not (x.sum(axis=0) > 0).all():
        empty = np.flatnonzero(x.sum(axis=0) == 0)
        problems.append(f"fields without any count: {list(counts.columns[empty])[:5]}")
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where="counts (index country, columns field)",
            next_step="correct the table, and leave out fields in which nobody has a count",
        )
    return x


def _world(counts: pd.DataFrame, world: pd.Series[float] | None) -> Array:
    """Return world shares in the order of the columns, computed or checked."""
    if world is None:
        return np.asarray(world_share(counts), dtype=np.float64)
    checked_counts(counts, every_field=False)
    missing = [field for field in counts.columns if field not in world.index]
    w: Array = np.asarray(world.reindex(counts.columns), dtype=np.float64)
    if missing or not bool((w > 0).all()) or abs(w.sum() - 1.0) > 1e-6:
        raise InvalidTable(
            f"world shares must be positive and add to 1; sum {w.sum():.6f}, missing {missing}",
            where="world shares by field",
            next_step="compute them with world_share over the same fields",
        )
    return w


def _shares(x: Array) -> Array:
    """Return row shares; a row of zeros becomes a row of missing values."""
    totals = x.sum(axis=1, keepdims=True)
    shares: Array = x / np.where(totals > 0, totals, np.nan)
    return shares


def _framed(values: Array, like: pd.DataFrame) -> pd.DataFrame:
    """Return `values` with the labels of `like`."""
    return pd.DataFrame(values, index=like.index, columns=like.columns)
