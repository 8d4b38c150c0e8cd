"""How close two countries are, beyond what their sizes would lead one to expect.

Knows: a square matrix of ties, association, Salton and Jaccard of its pairs, and how much the
ties of a pair scatter from year to year.
Must not know: files, params, kinds of ties, names of countries.
May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidTable

Array = npt.NDArray[np.float64]

# fewer years say nothing of how much a tie scatters
_FEWEST_YEARS = 3
_NEXT_STEP = "Make the matrix with ties.tie_matrix from a table of ties."


def tie_matrix(rows: pd.DataFrame, *, symmetric: bool) -> pd.DataFrame:
    """Return the square matrix of ties, countries in the order of the alphabet.

    Parameters
    ----------
    rows : DataFrame
        ``country, partner, value``; rows of the same pair are added, pairs without a row are 0.
    symmetric : bool
        Whether each pair stands once and is to be entered both ways.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["A"], "partner": ["B"], "value": [2.0]})
    >>> tie_matrix(rows, symmetric=True).to_numpy().tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    names, _, by_year = yearly_matrices(rows.assign(year=0), symmetric=symmetric)
    return pd.DataFrame(by_year.sum(axis=0), index=names, columns=names)


def yearly_matrices(
    rows: pd.DataFrame, *, symmetric: bool
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.int64], Array]:
    """Return the countries, the years, and the square matrix of ties of each year.

    Parameters
    ----------
    rows : DataFrame
        ``country, partner, year, value``; rows of the same pair and year are added.
    symmetric : bool
        Whether each pair stands once and is to be entered both ways.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["A"], "partner": ["B"], "year": [2020], "value": [2.0]})
    >>> _, years, matrices = yearly_matrices(rows, symmetric=False)
    >>> years.tolist(), matrices.tolist()
    ([2020], [[[0.0, 2.0], [0.0, 0.0]]])
    """
    both = pd.concat([rows["country"], rows["partner"]]).to_numpy(dtype=object)
    places, names = pd.factorize(both, sort=True)
    when, years = pd.factorize(rows["year"].to_numpy(dtype=np.int64), sort=True)
    matrices = np.zeros((len(years), len(names), len(names)))
    at, to = places[: len(rows)], places[len(rows) :]
    np.add.at(matrices, (when, at, to), rows["value"].to_numpy(dtype=np.float64))
    if symmetric:
        matrices = matrices + matrices.transpose(0, 2, 1)
    return names.astype(str), years, matrices


def yearly_dispersion(matrices: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return how many times the scatter of chance the ties of each pair have, and its years.

    Parameters
    ----------
    matrices : array
        Ties by year, country and partner, as of `yearly_matrices`.

    Returns
    -------
    (array, array)
        Dispersion by country and partner, 1 or more; missing for a pair without ties or with
        fewer than three years. Years in which both countries of the pair have ties.

    Notes
    -----
    Expected from the sizes of a year is e_t = s_i s_j / T of that year. With an association that
    stays the same, a pair of C ties has m_t = C e_t / sum e_t in year t; Pearson's
    sum (c_t - m_t)^2 / m_t over the n - 1 years that are free is 1 on average if only chance is
    at work, more if the tie swings or drifts. Growth of either country or of the whole source is
    in e_t and does not count as scatter. A tie that is most of what a country has moves e_t
    itself, so that its scatter comes out too small. Years are taken as independent. (McCullagh
    and Nelder 1989, Generalized Linear Models, chapter 9.)

    Examples
    --------
    >>> swing, rest = np.array([10.0, 40.0, 10.0]), np.array([40.0, 10.0, 40.0])
    >>> matrices = np.zeros((3, 4, 4))
    >>> for (i, j), ties in {(0, 1): swing, (2, 3): swing, (0, 2): rest, (1, 3): rest}.items():
    ...     matrices[:, i, j] = matrices[:, j, i] = ties
    >>> dispersion, years = yearly_dispersion(matrices)
    >>> float(dispersion[0, 1]), int(years[0, 1])
    (15.0, 3)
    """
    out, into = matrices.sum(axis=2), matrices.sum(axis=1)
    total = out.sum(axis=1)[:, None]
    share = np.divide(into, total, out=np.zeros_like(into), where=total > 0)
    expected = out[:, :, None] * share[:, None, :]
    ties, sized = matrices.sum(axis=0), expected.sum(axis=0)
    fitted = expected * np.divide(ties, sized, out=np.zeros_like(ties), where=sized > 0)
    apart = np.divide(
        (matrices - fitted) ** 2, fitted, out=np.zeros_like(fitted), where=fitted > 0
    ).sum(axis=0)
    years = (expected > 0).sum(axis=0)
    known = (ties > 0) & (years >= _FEWEST_YEARS)
    return np.where(known, np.maximum(apart / np.maximum(years - 1, 1), 1.0), np.nan), years


def allowed_spread(
    dispersion: npt.ArrayLike, years: npt.ArrayLike, low: float, high: float
) -> Array:
    """Return by how much intervals take the variance of counts to exceed chance, 1 or more.

    Parameters
    ----------
    dispersion, years : array
        Of pairs, as of `yearly_dispersion`; a missing one is taken as 1.
    low, high : float
        Quantiles of the interval.

    Notes
    -----
    A dispersion above 1 is itself measured from a few years, so that the quantile of Student's t
    with n - 1 degrees of freedom takes the place of the normal one: its square over that of the
    normal one multiplies the dispersion (1.7 for five years and 90 %). Of such intervals around
    simulated counts of five years 92 to 94 % held the truth where only chance was at work, 87 to
    90 % where the variance was 3 to 50 times as large; without t, 79 to 84 % of the latter.

    Examples
    --------
    >>> allowed_spread([1.0, 2.0, np.nan], [5, 5, 2], 0.05, 0.95).round(2).tolist()
    [1.0, 3.36, 1.0]
    """
    from scipy.stats import norm, t

    measured, n = np.asarray(dispersion, dtype=np.float64), np.asarray(years, dtype=np.float64)
    inside = 0.5 + (high - low) / 2
    wider = (np.asarray(t.ppf(inside, np.maximum(n - 1, 1))) / norm.ppf(inside)) ** 2
    spread: Array = np.where(measured > 1, measured * wider, 1.0)
    return spread


def tie_indices(matrix: pd.DataFrame, *, min_ties: float) -> pd.DataFrame:
    """Return association, Salton and Jaccard of each unordered pair of a symmetric matrix.

    Parameters
    ----------
    matrix : DataFrame
        C, square, symmetric, with a diagonal of zeros; index and columns the same countries.
    min_ties : float
        Below so many joint items a pair is ``small_n``; its numbers are given all the same.

    Returns
    -------
    DataFrame
        ``country, partner, value, expected, association, salton, jaccard, status``, country
        before partner in the alphabet.

    Raises
    ------
    InvalidTable
        If the matrix is not square, not symmetric, negative, or has a diagonal other than zero.

    Notes
    -----
    With s_i the row sums and T their sum: expected = s_i s_j / T, association = C_ij / expected,
    Salton = C_ij / sqrt(s_i s_j), Jaccard = C_ij / (s_i + s_j - C_ij). s_i is the sum of the
    pair counts, not the number of works of i with anyone abroad: only so do rows, columns and T
    belong to the same matrix, and 1 means as expected; a work of n countries counts n - 1 times
    in s_i. A country without ties is ``not_estimable``. Association does not change when all of
    C is multiplied. (van Eck and Waltman 2009, How to Normalize Cooccurrence Data?)
    """
    c = _checked(matrix)
    if not np.array_equal(c, c.T):
        i, j = (int(place) for place in np.argwhere(c != c.T)[0])
        raise InvalidTable(
            f"The matrix of ties is not symmetric: {matrix.index[i]} with {matrix.index[j]} "
            f"{c[i, j]:g}, the other way round {c[j, i]:g}.",
            where="ties.tie_indices",
            next_step="Use directed_indices for ties with a direction, or " + _NEXT_STEP,
        )
    order = np.argsort(matrix.index.to_numpy(dtype=str), kind="stable")
    names, c = matrix.index.to_numpy(dtype=str)[order], c[np.ix_(order, order)]
    at, to = np.triu_indices(len(c), k=1)
    totals = c.sum(axis=1)
    joint, first, second = c[at, to], totals[at], totals[to]
    found = _associated(names[at], names[to], joint, first, second, totals.sum(), min_ties)
    either = first + second - joint
    return found.assign(
        salton=_over(joint, np.sqrt(first * second)),
        jaccard=np.where(found["status"] == "not_estimable", np.nan, _over(joint, either)),
    )[["country", "partner", "value", "expected", "association", "salton", "jaccard", "status"]]


def directed_indices(matrix: pd.DataFrame, *, min_ties: float) -> pd.DataFrame:
    """Return the association of each ordered pair: C_ij T / (out_i in_j).

    Parameters
    ----------
    matrix : DataFrame
        C, square, from the country of the row to that of the column, with a diagonal of zeros.
    min_ties : float
        Below so many items a pair is ``small_n``.

    Returns
    -------
    DataFrame
        ``country, partner, value, expected, association, status``. Salton and Jaccard are left
        out: a set measure needs pairs without direction.

    Raises
    ------
    InvalidTable
        If the matrix is not square, negative, or has a diagonal other than zero.
    """
    c = _checked(matrix)
    names = matrix.index.to_numpy(dtype=str)
    at, to = np.nonzero(~np.eye(len(c), dtype=bool))
    out, into = c.sum(axis=1), c.sum(axis=0)
    found = _associated(names[at], names[to], c[at, to], out[at], into[to], c.sum(), min_ties)
    return found.sort_values(["country", "partner"], ignore_index=True)


def association_interval(
    value: npt.ArrayLike,
    expected: npt.ArrayLike,
    low: float,
    high: float,
    *,
    spread: npt.ArrayLike = 1.0,
) -> tuple[Array, Array]:
    """Return both ends of the interval of an association; it always holds the association.

    Parameters
    ----------
    value, expected : array
        Joint items of pairs, and those expected from sizes.
    low, high : float
        Quantiles.
    spread : array
        How many times the variance of chance the joint items have (see `allowed_spread`).

    Notes
    -----
    The totals are taken as known. With a spread of 1 the joint items are taken as Poisson:
    posterior Gamma(C + .5) of Jeffreys' prior, over expected. With a spread of p the C items
    stand for C/p independent ones of weight p (quasi-Poisson): p Gamma(C/p + .5).

    Examples
    --------
    >>> lower, upper = association_interval([10.0], [5.0], 0.05, 0.95)
    >>> [round(float(end), 2) for end in (lower[0], upper[0])]
    [1.16, 3.27]
    >>> lower, upper = association_interval([10.0], [5.0], 0.05, 0.95, spread=2.0)
    >>> [round(float(end), 2) for end in (lower[0], upper[0])]
    [0.91, 3.94]
    """
    from scipy.stats import gamma

    items, sized = np.asarray(value, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    times = np.asarray(spread, dtype=np.float64)
    ends = gamma(items / times + 0.5)
    lower = np.minimum(np.asarray(ends.ppf(low)) * times, items)
    upper = np.maximum(np.asarray(ends.ppf(high)) * times, items)
    return _over(lower, sized), _over(upper, sized)


def _associated(
    country: npt.NDArray[np.str_],
    partner: npt.NDArray[np.str_],
    value: Array,
    first: Array,
    second: Array,
    total: float,
    min_ties: float,
) -> pd.DataFrame:
    """Return pairs with what their totals lead one to expect, and the ratio to it."""
    there = (first > 0) & (second > 0)
    # one factor after the other: the product of two large totals has no digits to spare
    expected = np.where(there, first * (second / total if total else 0.0), np.nan)
    return pd.DataFrame(
        {
            "country": country,
            "partner": partner,
            "value": value,
            "expected": expected,
            "association": _over(value, expected),
            "status": np.select(
                [~there, value < min_ties], ["not_estimable", "small_n"], default="ok"
            ),
        }
    )


def _over(value: Array, of: Array) -> Array:
    """Return quotients, missing where there is nothing to divide by."""
    divisible = np.nan_to_num(of) > 0
    quotients: Array = np.divide(value, of, out=np.full(len(value), np.nan), where=divisible)
    return quotients


def _checked(matrix: pd.DataFrame) -> Array:
    """Return the values of a square matrix after checking labels, signs and diagonal."""
    if not matrix.index.is_unique or matrix.index.tolist() != matrix.columns.tolist():
        raise InvalidTable(
            "The matrix of ties does not have the same countries, once each, in rows and columns.",
            where="ties",
            next_step=_NEXT_STEP,
        )
    c = matrix.to_numpy(dtype=np.float64)
    if not np.isfinite(c).all() or (c < 0).any():
        raise InvalidTable(
            "The matrix of ties has negative or missing values.", where="ties", next_step=_NEXT_STEP
        )
    if np.diagonal(c).any():
        own = matrix.index[int(np.flatnonzero(np.diagonal(c))[0])]
        raise InvalidTable(
            f"The matrix of ties has a tie of {own} with itself.",
            where="ties",
            next_step=_NEXT_STEP,
        )
    return c
