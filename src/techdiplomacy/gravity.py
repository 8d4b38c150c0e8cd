"""How far ties lie from what country sizes and pair traits lead one to expect, with intervals.

Knows: the spread around a fit, the gap of a pair, and its draws by parametric bootstrap.
Must not know: files, params, names of countries, what the counts and terms mean.
May import: errors, ppml, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidParams, NotConverged
from techdiplomacy.ppml import Array, Design, PpmlFit, refit, separated

# outside this range the likelihood is flat: .05 is chaos, 1e6 no more spread than chance
_KAPPA_BOUNDS = (0.05, 1e6)
# a refit that lowers a pair to this part of its expectation is looked at for separation
_SUSPECT = 1e-3
_MOST_ROUNDS = 20


@dataclass(frozen=True)
class GapDraws:
    """Draws around a fit.

    Attributes
    ----------
    log_gap : array, fitted pairs x draws
        Log of what a tie is against what is expected of it.
    coefficients : array, terms x draws
        Of the refits.
    spread : array, all pairs x draws
        The gamma variates of shape kappa from which the refitted counts were drawn.
    """

    log_gap: Array
    coefficients: Array
    spread: Array


def fit_kappa(ties: Array, expected: Array) -> float:
    """Return kappa: ties scatter around what is expected as a gamma of mean 1 and variance 1/kappa.

    Parameters
    ----------
    ties, expected : arrays
        Observed and expected counts of the pairs.

    Notes
    -----
    Maximum likelihood of the negative binomial with mean mu, kappa kept within .05 and a million.

    Examples
    --------
    >>> even = fit_kappa(np.array([4.0, 4.0, 4.0]), np.array([4.0, 4.0, 4.0]))
    >>> wide = fit_kappa(np.array([0.0, 1.0, 11.0]), np.array([4.0, 4.0, 4.0]))
    >>> even > 1000 > 2 > wide
    True
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    def minus_log_likelihood(log_kappa: float) -> float:
        kappa = np.exp(log_kappa)
        chance = gammaln(ties + kappa) - gammaln(kappa)
        # log1p keeps its digits where kappa is far above mu
        return float(
            (kappa * np.log1p(expected / kappa) + ties * np.log(expected + kappa) - chance).sum()
        )

    lowest, highest = np.log(_KAPPA_BOUNDS[0]), np.log(_KAPPA_BOUNDS[1])
    grid = np.linspace(lowest, highest, 40)
    best = int(np.argmin([minus_log_likelihood(point) for point in grid]))
    around = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)]))
    found = minimize_scalar(
        minus_log_likelihood, bounds=around, method="bounded", options={"xatol": 1e-8}
    )
    return float(np.exp(found.x))


def log_gap(ties: Array, expected: Array, kappa: float) -> Array:
    """Return the gap of each pair, ``log((O + kappa) / (mu + kappa))``: 0 is as expected.

    Examples
    --------
    >>> log_gap(np.array([14.0]), np.array([8.606197]), 4.0).round(6).tolist()
    [0.356183]
    """
    gap: Array = np.log((ties + kappa) / (expected + kappa))
    return gap


def draw_gaps(
    fit: PpmlFit,
    kappa: float,
    *,
    draws: int,
    rng: np.random.Generator,
    spread: Array | None = None,
) -> GapDraws:
    """Return draws of the log gap of each fitted pair and of the coefficients.

    Parameters
    ----------
    fit : PpmlFit
        The fit.
    kappa : float
        From `fit_kappa`.
    draws : int
        How many.
    rng : Generator
        Source of all draws.
    spread : array, all pairs x draws, optional
        Gamma variates of shape kappa, such as those of `persistent_spread`; else drawn here.

    Raises
    ------
    NotConverged
        If a refit does not converge, or draws that can be fitted are too rare.

    Notes
    -----
    For each draw: theta* ~ Gamma(kappa, rate kappa), O* ~ Poisson(mu theta*), refitted to mu*;
    then mu_b = mu^2 / mu*, and theta_b ~ Gamma(O + kappa, rate mu_b + kappa). The refit carries
    the uncertainty of the expectation, the gamma that of a count. O* that no finite fit exists
    for (a country without ties, a separated pair) is drawn again, for the observed ties have
    passed the same test.
    """
    mu, shape = fit.expected, (len(fit.pairs), draws)
    used = fitted_rows(fit)
    spread = rng.standard_gamma(kappa, size=shape) if spread is None else spread.copy()
    slopes = np.asarray(fit.coefficients.dropna(), dtype=np.float64)
    effects = np.asarray(fit.effects, dtype=np.float64)
    expected, coefficients = np.empty((len(mu), draws)), np.empty((len(slopes), draws))
    wanted = np.arange(draws)
    for _ in range(_MOST_ROUNDS):
        counts = rng.poisson(mu[:, None] * spread[np.ix_(used, wanted)] / kappa).astype(np.float64)
        full = np.asarray((fit.design.totals(counts) > 0).all(axis=0))
        again = refit(fit.design, counts[:, full], slopes=slopes, effects=effects)
        expected[:, wanted[full]], coefficients[:, wanted[full]] = (
            again.expected,
            again.coefficients,
        )
        full[full] = _finite(fit.design, counts[:, full], again.expected / mu[:, None])
        wanted = wanted[~full]
        if len(wanted) == 0:
            shifted = mu[:, None] ** 2 / expected
            theta = rng.standard_gamma(fit.ties[:, None] + kappa, size=expected.shape)
            return GapDraws(np.log(theta / (shifted + kappa)), coefficients, spread)
        spread[:, wanted] = rng.standard_gamma(kappa, size=(shape[0], len(wanted)))
    raise NotConverged(
        f"Draws around the fit lack a country or separate pairs, even after {_MOST_ROUNDS} rounds.",
        where="parametric bootstrap of the gap",
        next_step="Leave out countries with very few ties, or pool more years.",
    )


def persistent_spread(
    spread: Array, kappas: tuple[float, float], correlation: float, rng: np.random.Generator
) -> Array:
    """Return the spread of another window, as alike to that of the first as gaps are in fact.

    Parameters
    ----------
    spread : array
        Gamma variates of shape ``kappas[0]``.
    kappas : two floats
        Shapes of the first window and of the other.
    correlation : float
        Correlation wanted; below 0 it is taken as 0, and it is lowered where the two shapes do
        not allow it.

    Notes
    -----
    A gamma of shape c + d is a gamma of shape c and one of shape d added: a part of shape
    c = correlation x sqrt(kappa_1 kappa_2) is kept, the rest is drawn anew. What pairs have in
    common beyond their traits then moves the expectations of both windows alike, instead of
    blurring the difference of their gaps. Lewis, McKenzie & Hugus (1989), Gamma Processes.
    """
    most = min(kappas) * (1 - 1e-9)
    kept = min(max(correlation, 1e-9) * float(np.sqrt(kappas[0] * kappas[1])), most)
    part = rng.beta(kept, kappas[0] - kept, size=spread.shape)
    other: Array = spread * part + rng.standard_gamma(kappas[1] - kept, size=spread.shape)
    return other


def gap_table(
    fit: PpmlFit, kappa: float, drawn: GapDraws, interval: Sequence[float]
) -> pd.DataFrame:
    """Return expectation, gap, interval, rank and verdict of every pair of a fit.

    Parameters
    ----------
    fit, kappa, drawn
        The fit, its spread, and its draws.
    interval : two floats
        Lower and upper quantile of the draws.

    Returns
    -------
    DataFrame
        The rows of ``fit.pairs`` with ``gap, gap_low, gap_high, rank_among_all, verdict``. Rank 1
        has the highest lower end. Verdict is ``above`` if the whole interval lies above 0,
        ``below`` if below, else ``open``. Empty where the status is not ``ok``.

    Raises
    ------
    InvalidParams
        If the two quantiles do not rise between 0 and 1.
    """
    low, high = interval
    if not 0 < low < high < 1:
        raise InvalidParams(
            f"interval {list(interval)!r} is not usable",
            where="gravity.interval",
            next_step="give two rising quantiles between 0 and 1, such as 0.05 and 0.95",
        )
    ends = np.quantile(drawn.log_gap, [low, high], axis=1)
    measured = pd.DataFrame(
        {
            "gap": log_gap(fit.ties, fit.expected, kappa),
            "gap_low": ends[0],
            "gap_high": ends[1],
            "rank_among_all": pd.Series(ends[0]).rank(method="min", ascending=False).to_numpy(),
            "verdict": verdicts(ends[0], ends[1]),
        },
        index=fitted_rows(fit),
    )
    return fit.pairs.join(measured).astype({"rank_among_all": "Int64"})


def verdicts(low: Array, high: Array) -> npt.NDArray[np.str_]:
    """Return ``above``, ``below`` or ``open`` for each interval.

    Examples
    --------
    >>> verdicts(np.array([0.1, -0.3, -0.1]), np.array([0.4, -0.2, 0.2])).tolist()
    ['above', 'below', 'open']
    """
    return np.where(low > 0, "above", np.where(high < 0, "below", "open"))


def fitted_rows(fit: PpmlFit) -> npt.NDArray[np.intp]:
    """Return the numbers of the rows of ``fit.pairs`` that were fitted."""
    return np.flatnonzero(fit.pairs["status"] == "ok")


def _finite(design: Design, counts: Array, ratio: Array) -> npt.NDArray[np.bool_]:
    """Return the draws in which the likelihood drives no pair to zero."""
    suspect = np.asarray((ratio < _SUSPECT).any(axis=0))
    return np.array(
        [not (suspect[d] and separated(design, counts[:, d]).any()) for d in range(len(suspect))],
        dtype=np.bool_,
    )
