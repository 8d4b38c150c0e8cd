"""Poisson pseudo-likelihood for unordered pairs with one effect per country.

Knows: how pair counts are fitted, which pairs no fit can use, and how to fit many draws at once.
Must not know: files, params, names of countries, what the counts and terms mean.
May import: errors, NumPy, pandas, SciPy, statsmodels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidTable, NotConverged

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# how near a fit has to come: country totals, relative to the observed ones
TOTALS_WITHIN = 1e-8
_SCORE_WITHIN = 1e-10
_MOST_STEPS = 60
# a step that would change a fitted count by more than this factor of e is shortened
_LONGEST_STEP = 3.0
# below this share of the largest eigenvalue, a direction is one the rows leave free
_FREE = 1e-10


@dataclass(frozen=True)
class Design:
    """Pairs as numbers: places of the two countries of each pair, and its terms."""

    countries: tuple[str, ...]
    terms: tuple[str, ...]
    first: Places
    second: Places
    z: Array

    def rows(self) -> Array:
        """Return the terms, then a column per country: 1 if it is in the pair; no constant."""
        pairs = np.arange(len(self.first))
        columns = np.zeros((len(pairs), len(self.terms) + len(self.countries)))
        columns[:, : len(self.terms)] = self.z
        columns[pairs, len(self.terms) + self.first] = 1.0
        columns[pairs, len(self.terms) + self.second] = 1.0
        return columns

    def totals(self, counts: Array) -> Array:
        """Return the total of each country in counts by pair (or pairs x draws)."""
        return np.asarray(self.incidence() @ counts, dtype=np.float64)

    def incidence(self) -> csr_array:
        """Return countries x pairs, 1 where the country is in the pair."""
        from scipy.sparse import csr_array

        pairs = len(self.first)
        places = (np.concatenate([self.first, self.second]), np.tile(np.arange(pairs), 2))
        return csr_array((np.ones(2 * pairs), places), shape=(len(self.countries), pairs))


@dataclass(frozen=True)
class PpmlFit:
    """A fit: the pairs with what is expected of them, coefficients, effects, and how near it is.

    Attributes
    ----------
    pairs : DataFrame
        The rows given, in their order, ``country`` before ``partner``, with ``expected`` and
        ``status``: ``ok``, ``not_estimable`` (a term is missing, or a country has no ties at
        all), ``separated`` (the likelihood drives the expectation to zero).
    design : Design
        The pairs with status ``ok``, in the same order.
    ties, expected : arrays
        Of these pairs.
    coefficients, effects : Series
        By term and by country. A term that the fitted pairs leave free is missing.
    totals_error : float
        Largest relative difference between a fitted and an observed country total.
    deviance, deviance_of_sizes : float
        Deviance of the fit, and that of country effects alone.
    zero_total : tuple of str
        Countries without any ties, dropped before fitting.
    """

    pairs: pd.DataFrame
    design: Design
    ties: Array
    expected: Array
    coefficients: pd.Series[float]
    effects: pd.Series[float]
    totals_error: float
    deviance: float
    deviance_of_sizes: float
    zero_total: tuple[str, ...]


@dataclass(frozen=True)
class Refits:
    """Fits of many draws: expected counts (pairs x draws), coefficients (terms x draws)."""

    expected: Array
    coefficients: Array


def fit_pairs(pairs: pd.DataFrame, terms: Sequence[str]) -> PpmlFit:
    """Return the Poisson pseudo-likelihood fit of the ties of unordered pairs.

    Parameters
    ----------
    pairs : DataFrame
        ``country, partner, ties`` and the columns of `terms`, each pair once, in any order of
        its members. Ties are finite and >= 0; an empty term makes the pair ``not_estimable``.
    terms : sequence of str
        Columns that describe a pair.

    Raises
    ------
    InvalidTable
        A pair with itself, a pair twice, ties that are no counts, infinite terms, or too few
        pairs to tell the effects apart.
    NotConverged
        The fit did not come to rest, or country totals are not reproduced.

    Notes
    -----
    log mu_ij = a_i + a_j + b'z_ij, fitted by statsmodels. With one effect per country the result
    does not depend on who stands first, and each fitted country total equals the observed one.
    Santos Silva & Tenreyro (2006), The Log of Gravity; Fally (2015), Structural Gravity and Fixed
    Effects; on pairs predicted to zero Correia, Guimaraes & Zylkin (2019), Verifying the
    Existence of Maximum Likelihood Estimates for Generalized Linear Models.

    Examples
    --------
    >>> rows = [("A", "B", 8.0), ("A", "C", 4.0), ("A", "D", 3.0), ("B", "C", 2.0)]
    >>> rows += [("B", "D", 1.0), ("C", "D", 5.0)]
    >>> fit = fit_pairs(pd.DataFrame(rows, columns=["country", "partner", "ties"]), [])
    >>> fit.design.totals(fit.expected).round(6).tolist()
    [15.0, 11.0, 11.0, 9.0]
    """
    table = _checked(pairs, terms)
    counts = table["ties"].to_numpy(np.float64)
    status = np.full(len(table), "ok", dtype=object)
    status[table[list(terms)].isna().to_numpy().any(axis=1)] = "not_estimable"

    usable = table[status == "ok"]
    totals = (
        usable.groupby("country")["ties"]
        .sum()
        .add(usable.groupby("partner")["ties"].sum(), fill_value=0.0)
    )
    zero = tuple(sorted(totals.index[totals == 0]))
    empty = table["country"].isin(zero) | table["partner"].isin(zero)
    status[empty.to_numpy()] = "not_estimable"

    kept = np.flatnonzero(status == "ok")
    design = design_of(table.iloc[kept], terms)
    apart = separated(design, counts[kept])
    status[kept[apart]] = "separated"

    kept = kept[~apart]
    design = _identified(design_of(table.iloc[kept], terms))
    ties = counts[kept]
    values, expected, deviance = _by_statsmodels(design, ties)
    observed = design.totals(ties)
    error = float(np.max(np.abs(design.totals(expected) - observed) / observed))
    if error > TOTALS_WITHIN:
        raise NotConverged(
            f"Fitted country totals differ from the observed ones by {error:.1e}.",
            where="Poisson fit of pairs",
            next_step="Look for a country whose ties lie nearly all in one pair.",
        )
    without = Design(design.countries, (), design.first, design.second, design.z[:, :0])
    start = start_from_sizes(without, ties)
    sizes = refit(without, ties[:, None], slopes=np.zeros(0), effects=start).expected[:, 0]
    everywhere = np.full(len(table), np.nan)
    everywhere[kept] = expected
    k = len(design.terms)
    return PpmlFit(
        pairs=table.assign(expected=everywhere, status=status),
        design=design,
        ties=ties,
        expected=expected,
        coefficients=pd.Series(values[:k], index=list(design.terms)).reindex(list(terms)),
        effects=pd.Series(values[k:], index=list(design.countries)),
        totals_error=error,
        deviance=deviance,
        deviance_of_sizes=_deviance(ties, sizes),
        zero_total=zero,
    )


def design_of(pairs: pd.DataFrame, terms: Sequence[str]) -> Design:
    """Return pairs as numbers, countries in the order of their codes.

    Raises
    ------
    InvalidTable
        No pair at all.
    """
    if pairs.empty:
        raise InvalidTable(
            "No pair of countries is left to fit.",
            where="Poisson fit of pairs",
            next_step="Give pairs with ties and with all terms filled.",
        )
    countries = tuple(sorted({*pairs["country"], *pairs["partner"]}))
    place = {country: number for number, country in enumerate(countries)}
    return Design(
        countries,
        tuple(terms),
        pairs["country"].map(place).to_numpy(np.intp),
        pairs["partner"].map(place).to_numpy(np.intp),
        pairs[list(terms)].to_numpy(np.float64),
    )


def separated(design: Design, ties: Array) -> npt.NDArray[np.bool_]:
    """Return which pairs the likelihood drives to zero, so that no finite fit exists with them.

    Parameters
    ----------
    design : Design
        The pairs.
    ties : array
        Their counts.

    Notes
    -----
    A pair without ties is separated if some change of the parameters leaves the expectation of
    every pair with ties alone, raises that of no pair, and lowers its own. Directions that leave
    the pairs with ties alone are found first (nearly always there are none); a linear programme
    then looks among them for the change that lowers most pairs.
    """
    from scipy.optimize import linprog

    rows = _standardised(design)
    positive = ties > 0
    free = _free_directions(rows[positive])
    slopes = rows[~positive] @ free
    found = np.zeros(len(ties), dtype=bool)
    if free.shape[1] == 0 or not bool((np.abs(slopes) > 1e-7).any()):
        return found
    # unknowns: the change along each free direction, and how far each empty pair falls, up to 1
    empty, ways = slopes.shape
    solved = linprog(
        np.concatenate([np.zeros(ways), -np.ones(empty)]),
        A_ub=np.hstack([slopes, np.eye(empty)]),
        b_ub=np.zeros(empty),
        bounds=[(None, None)] * ways + [(0.0, 1.0)] * empty,
        method="highs",
    )
    if not solved.success:
        raise NotConverged(
            f"The search for separated pairs failed: {solved.message}",
            where="Poisson fit of pairs",
            next_step="Look at terms that are filled for few pairs.",
        )
    found[~positive] = np.asarray(solved.x)[ways:] > 0.5
    return found


def refit(design: Design, draws: Array, *, slopes: Array, effects: Array) -> Refits:
    """Return the fit of each column of counts, all columns at once.

    Parameters
    ----------
    design : Design
        The pairs; they have to tell terms and effects apart.
    draws : array, pairs x draws
        Counts. Every country needs some in every draw.
    slopes, effects : arrays
        Coefficients by term and effects by country from which every fit starts; the nearer, the
        faster.

    Raises
    ------
    InvalidTable
        A country without any count in a draw.
    NotConverged
        A fit has not come to rest after 60 steps.

    Notes
    -----
    Newton's method for the likelihood of `fit_pairs`, which is iteratively reweighted least
    squares. A row holds two ones and the terms of its pair, so the block of the country effects
    is the symmetric matrix of expected counts with country totals on its diagonal: it is written
    down, not multiplied out. A fit is at rest when its country totals and its totals of each term
    are those of the draw to one part in 10^10.
    """
    n, k, many = len(design.countries), len(design.terms), draws.shape[1]
    z, _, scale = _scaled_terms(design)
    incidence = design.incidence()
    by_term = _stacked(incidence, z)
    crossed = (z[:, :, None] * z[:, None, :]).reshape(len(z), k * k).T
    wanted = np.vstack([z.T @ draws, incidence @ draws])
    sizes = np.vstack([np.abs(z).T @ draws, wanted[k:]])
    if not bool((sizes > 0).all()):
        raise InvalidTable(
            "A country has no ties at all in a draw, so its effect has no finite value.",
            where="Poisson fit of draws",
            next_step="Leave such a country out, or draw again.",
        )
    first, second = k + design.first, k + design.second
    diagonal = k + np.arange(n)
    eta = np.repeat(
        (design.z @ slopes + effects[design.first] + effects[design.second])[:, None], many, axis=1
    )
    moved = np.zeros((k, many))
    expected = np.empty_like(eta)
    active = np.arange(many)
    for _ in range(_MOST_STEPS):
        mu = np.exp(eta)
        totals = np.asarray(incidence @ mu)
        score = wanted[:, active] - np.vstack([z.T @ mu, totals])
        rest = (np.abs(score) <= _SCORE_WITHIN * sizes[:, active]).all(axis=0)
        expected[:, active[rest]] = mu[:, rest]
        active, going = active[~rest], ~rest
        if len(active) == 0:
            return Refits(expected, slopes[:, None] + moved / scale[:, None])
        if rest.any():
            mu, totals, score, eta = mu[:, going], totals[:, going], score[:, going], eta[:, going]
        curve = np.zeros((len(active), k + n, k + n))
        curve[:, first, second] = mu.T
        curve[:, second, first] = mu.T
        curve[:, diagonal, diagonal] = totals.T
        mixed = np.asarray(by_term @ mu).reshape(k, n, len(active)).transpose(2, 0, 1)
        curve[:, :k, k:] = mixed
        curve[:, k:, :k] = mixed.transpose(0, 2, 1)
        curve[:, :k, :k] = (crossed @ mu).T.reshape(len(active), k, k)
        step = np.linalg.solve(curve, score.T[:, :, None])[:, :, 0].T
        change = z @ step[:k] + step[first] + step[second]
        short = np.minimum(1.0, _LONGEST_STEP / np.maximum(np.abs(change).max(axis=0), 1e-300))
        eta = eta + short * change
        moved[:, active] += short * step[:k]
    raise NotConverged(
        f"{len(active)} of {many} fits have not come to rest after {_MOST_STEPS} steps.",
        where="Poisson fit of draws",
        next_step="Look for pairs that are predicted to zero, or for terms that hardly differ.",
    )


def start_from_sizes(design: Design, ties: Array) -> Array:
    """Return country effects with which a pair is expected in proportion to both totals."""
    totals = design.totals(ties)
    effects: Array = np.log(totals) - 0.5 * np.log(totals.sum())
    return effects


def _stacked(incidence: csr_array, z: Array) -> csr_array:
    """Return incidence times each term in turn, (terms x countries) x pairs."""
    from scipy.sparse import csr_array, vstack

    parts = [incidence.multiply(column) for column in z.T]
    return csr_array(vstack(parts)) if parts else csr_array((0, incidence.shape[1]))


def _by_statsmodels(design: Design, ties: Array) -> tuple[Array, Array, float]:
    """Return parameters (terms, then countries), expected counts and deviance."""
    import statsmodels.api as sm

    model = sm.GLM(ties, design.rows(), family=sm.families.Poisson())
    found = model.fit(maxiter=100, tol=0.0, rtol=1e-13)
    if not found.converged:
        raise NotConverged(
            "The fit of all pairs has not come to rest after 100 steps.",
            where="Poisson fit of pairs",
            next_step="Look for terms that hardly differ between pairs, and leave one out.",
        )
    return np.asarray(found.params), np.asarray(found.fittedvalues), float(found.deviance)


def _deviance(ties: Array, expected: Array) -> float:
    """Return twice the log likelihood lost against a fit of every pair by itself."""
    from scipy.special import xlogy

    return float(2.0 * (xlogy(ties, ties / expected) - ties + expected).sum())


def _scaled_terms(design: Design) -> tuple[Array, Array, Array]:
    """Return the terms with mean 0 and largest absolute value 1, their means and scales."""
    mean = design.z.mean(axis=0)
    scale = np.abs(design.z - mean).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    return (design.z - mean) / scale, mean, scale


def _standardised(design: Design) -> Array:
    """Return the rows of a design with terms of mean 0 and size 1: same span, better numbers."""
    rows = design.rows()
    rows[:, : len(design.terms)] = _scaled_terms(design)[0]
    return rows


def _free_directions(rows: Array) -> Array:
    """Return directions of the parameters, as columns, that change none of the rows."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    return np.asarray(vectors[:, values <= _FREE * max(float(values[-1]), 1.0)])


def _identified(design: Design) -> Design:
    """Return the design without terms that country effects and the terms before them settle.

    Raises
    ------
    InvalidTable
        If the pairs do not even tell the country effects apart.
    """
    rows, k = _standardised(design), len(design.terms)
    if _free_directions(rows[:, k:]).shape[1] > 0:
        raise InvalidTable(
            "The pairs are too few to tell the effects of their countries apart.",
            where="Poisson fit of pairs",
            next_step="Give more pairs, or countries with ties to more partners.",
        )
    kept: list[int] = []
    for term in range(k):
        tried = rows[:, [*kept, term, *range(k, rows.shape[1])]]
        if _free_directions(tried).shape[1] == 0:
            kept.append(term)
    names = tuple(design.terms[term] for term in kept)
    return Design(design.countries, names, design.first, design.second, design.z[:, kept])


def _checked(pairs: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Return the pairs with ``country`` before ``partner``, or say all that is wrong."""
    table = pairs.reset_index(drop=True)
    swap = table["country"] > table["partner"]
    table.loc[swap, ["country", "partner"]] = table.loc[swap, ["partner", "country"]].to_numpy()
    ties = table["ties"].to_numpy(np.float64)
    values = table[list(terms)].to_numpy(np.float64)
    wrong = {
        "with itself": table["country"] == table["partner"],
        "more than once": table.duplicated(["country", "partner"]),
        "with ties that are no counts": ~(np.isfinite(ties) & (ties >= 0)),
        "with an infinite term": np.isinf(values).any(axis=1),
    }
    problems = [
        f"{rows.sum()} pairs {what}, first {tuple(table.loc[rows, ['country', 'partner']].iloc[0])}"
        for what, rows in wrong.items()
        if rows.any()
    ]
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where="pairs to be fitted",
            next_step="Give each pair of different countries once, with a count and finite terms.",
        )
    return table
