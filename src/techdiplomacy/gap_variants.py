"""Whether the gap of a tie keeps its side when ties are expected in another way.

Knows: which other ways there are, and what they say of the viewpoint's ties.
Must not know: files, names of countries and regions, how the main fit is drawn from.
May import: errors, gap_tables, ppml, gravity, pair_panels, NumPy, pandas, statsmodels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd

from techdiplomacy.errors import NotConverged
from techdiplomacy.gap_tables import (
    AS_USED,
    NEGATIVE_BINOMIAL,
    REGIONS,
    TERMS_OF,
    THREE_YEARS,
    VARIED_KIND,
    WITHOUT_PAST,
)
from techdiplomacy.gravity import fit_kappa, fitted_rows, log_gap
from techdiplomacy.pair_panels import GapChoices, facing, newest_panel, of_kind
from techdiplomacy.ppml import Array, PpmlFit, fit_pairs

# a variant keeps the side of a verdict only if its ratio lies beyond 1 by at least this part
MARGIN = 0.05
_YEARS = 3
_MOST_STEPS = 200


def gap_sensitivity(
    ties: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    choices: GapChoices,
    regions: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """Return the viewpoint's gaps in the newest window under other ways to expect ties.

    Parameters
    ----------
    ties, traits, specialisation, choices
        As in ``gaps.estimate_gaps``.
    regions : mapping of str to collection of str
        Members of each region. Without any, the variant ``regions`` is left out.

    Returns
    -------
    DataFrame
        The declared table: a row per variant and partner in the panel; the gap is empty where a
        variant does not fit the pair.

    Raises
    ------
    InvalidTable
        As in ``gaps.estimate_gaps``.
    NotConverged
        If a fit does not come to rest.

    Notes
    -----
    ``as_used`` repeats the fit without the past. A Poisson fit gives a pair weight in proportion
    to what is expected of it, so a few large pairs settle the coefficients; ``negative_binomial``
    with variance mu + mu^2 / kappa, kappa that of ``as_used``, weighs large pairs nearly alike.
    ``regions`` adds a term per region, 1 if both countries belong to it. ``three_years`` takes
    the last three years of the window. Kappa is estimated anew for the last two.
    """
    given = (of_kind(ties, VARIED_KIND), traits, specialisation, choices)
    terms = TERMS_OF[VARIED_KIND]
    window, pairs = newest_panel(*given)
    fit = fit_pairs(pairs, terms)
    kappa = fit_kappa(fit.ties, fit.expected)
    found = [
        _gaps(AS_USED, window, fit, fit.expected, kappa),
        _gaps(NEGATIVE_BINOMIAL, window, fit, _negative_binomial(fit, kappa), kappa),
    ]
    if regions:
        shared = dict(_shared_regions(pairs, regions))
        found.append(_by_poisson(REGIONS, window, pairs.assign(**shared), (*terms, *shared)))
    found.append(_by_poisson(THREE_YEARS, *newest_panel(*given, years=_YEARS), terms))
    own = facing(pd.concat(found, ignore_index=True), choices.viewpoint).assign(kind=VARIED_KIND)
    return own[["kind", "variant", "window", "partner", "observed", "expected", "gap"]]


def with_holds(gaps: pd.DataFrame, sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps with what the variants say of their verdicts.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    sensitivity : DataFrame
        Table ``gap_sensitivity``.

    Returns
    -------
    DataFrame
        The gaps with column ``holds``: 1 where a verdict above or below, of the fit that was
        varied, keeps its side in every variant; 0 where it does not in at least one; empty
        elsewhere, also where a variant has no gap and no other one speaks against the verdict.

    Notes
    -----
    A variant keeps the side if its ratio lies beyond 1 on that side by `MARGIN` or more:
    ``abs(gap) >= log(1 + MARGIN)``. A ratio nearer to 1 is as expected, and not on a side.
    """
    by_variant = sensitivity.set_index(["partner", "variant"])["gap"].unstack("variant")
    varied = (gaps["kind"] == VARIED_KIND) & (gaps["specification"] == WITHOUT_PAST)
    varied &= gaps["window"] == gaps.loc[varied, "window"].max()
    side = gaps["verdict"].map({"above": 1.0, "below": -1.0}).where(varied)
    told = by_variant.reindex(gaps["partner"]).to_numpy(np.float64)
    kept = told * side.to_numpy(np.float64)[:, None] >= np.log1p(MARGIN)
    known = side.notna().to_numpy()
    holds = pd.Series(pd.NA, index=gaps.index, dtype="Int64")
    holds[known & kept.all(axis=1)] = 1
    holds[known & (~kept & ~np.isnan(told)).any(axis=1)] = 0
    return gaps.assign(holds=holds)


def _by_poisson(
    variant: str, window: str, pairs: pd.DataFrame, terms: tuple[str, ...]
) -> pd.DataFrame:
    """Return the gaps of a Poisson fit with a kappa of its own."""
    fit = fit_pairs(pairs, terms)
    return _gaps(variant, window, fit, fit.expected, fit_kappa(fit.ties, fit.expected))


def _gaps(variant: str, window: str, fit: PpmlFit, expected: Array, kappa: float) -> pd.DataFrame:
    """Return observed and expected ties and the gap of all pairs; empty where not fitted."""
    measured = pd.DataFrame(
        {"expected": expected, "gap": log_gap(fit.ties, expected, kappa)}, index=fitted_rows(fit)
    )
    pairs = fit.pairs[["country", "partner", "ties"]].rename(columns={"ties": "observed"})
    return pairs.join(measured).assign(variant=variant, window=window)


def _shared_regions(
    pairs: pd.DataFrame, regions: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, pd.Series[float]]]:
    """Yield name and term of each region: 1 if both countries of a pair belong to it."""
    for name, members in regions.items():
        inside = pairs["country"].isin(members) & pairs["partner"].isin(members)
        yield f"in {name}", inside.astype(np.float64)


def _negative_binomial(fit: PpmlFit, kappa: float) -> Array:
    """Return what the likelihood of the negative binomial expects of the fitted pairs."""
    import statsmodels.api as sm

    family = sm.families.NegativeBinomial(alpha=1.0 / kappa)
    start = np.concatenate([fit.coefficients.dropna().to_numpy(), fit.effects.to_numpy()])
    found = sm.GLM(fit.ties, fit.design.rows(), family=family).fit(
        start_params=start, maxiter=_MOST_STEPS, tol=1e-10, tol_criterion="params"
    )
    if not found.converged:
        raise NotConverged(
            "The negative binomial fit of all pairs has not come to rest "
            f"after {_MOST_STEPS} steps.",
            where="variants of the gap",
            next_step="Look for terms that hardly differ between pairs, and leave one out.",
        )
    return np.asarray(found.fittedvalues, dtype=np.float64)
