"""How close two countries are, beyond what their sizes would lead one to expect.

Knows: a square matrix of ties, and association, Salton and Jaccard of its pairs.
Must not know: files, params, kinds of ties, names of countries.
May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidTable

Array = npt.NDArray[np.float64]

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
    first, second = rows["country"].to_numpy(), rows["partner"].to_numpy()
    names, places = np.unique(np.concatenate([first, second]).astype(str), return_inverse=True)
    matrix = np.zeros((len(names), len(names)))
    at, to = places[: len(rows)], places[len(rows) :]
    np.add.at(matrix, (at, to), rows["value"].to_numpy(dtype=np.float64))
    if symmetric:
        matrix = matrix + matrix.T
    return pd.DataFrame(matrix, index=names, columns=names)


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
    value: npt.ArrayLike, expected: npt.ArrayLike, low: float, high: float
) -> tuple[Array, Array]:
    """Return both ends of the interval of an association; it always holds the association.

    Parameters
    ----------
    value, expected : array
        Joint items of pairs, and those expected from sizes.
    low, high : float
        Quantiles.

    Notes
    -----
    The joint items are taken as Poisson and the totals as known: posterior Gamma(C + .5) of
    Jeffreys' prior, over expected. This is the noise of counting alone. A work of many countries
    counts in many pairs, and events come in bursts, so that the true spread is wider.

    Examples
    --------
    >>> lower, upper = association_interval([10.0], [5.0], 0.05, 0.95)
    >>> [round(float(end), 2) for end in (lower[0], upper[0])]
    [1.16, 3.27]
    """
    from scipy.stats import gamma

    items, sized = np.asarray(value, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    ends = gamma(items + 0.5)
    lower = np.minimum(np.asarray(ends.ppf(low)), items)
    upper = np.maximum(np.asarray(ends.ppf(high)), items)
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
