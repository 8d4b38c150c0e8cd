"""Relatedness of fields, and which fields lie near to what a country is already strong in.

Knows: proximity of fields, density around a field with the field itself left out.
Must not know: files, params, names of countries, where the advantages come from.
May import: errors, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, UnknownCountry, suggest

Array = npt.NDArray[np.float64]


def proximity(
    advantages: pd.DataFrame,
    *,
    threshold: float = 1.0,
    fitted: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return phi, how often two fields are strong in the same country, fields x fields.

    Parameters
    ----------
    advantages : DataFrame
        Index country, columns field. RTA with `threshold` 1, or P(RTA > 1) with `threshold` .5.
        A row of missing values is a country without items (or too few): it takes no part.
    threshold : float
        Specialised from this value on.
    fitted : collection of str, optional
        Countries that shape phi; by default all with values.

    Returns
    -------
    DataFrame
        Symmetric, 0 to 1, diagonal 1. Missing between fields in which nobody is specialised.

    Raises
    ------
    InvalidTable
        Fewer than two fields, repeated labels, a row partly missing, infinite values, no
        country left, or a fitted country without values.
    InvalidParams
        A threshold that is not positive.

    Notes
    -----
    M_ij = 1 if advantage_ij >= threshold; u_j = sum_i M_ij; phi_jk = sum_i M_ij M_ik /
    max(u_j, u_k), the smaller of the two conditional probabilities. Hidalgo et al. (2007), The
    Product Space Conditions the Development of Nations.

    Examples
    --------
    >>> m = pd.DataFrame({"f": [1.0, 1, 0], "g": [1.0, 0, 0], "h": [0.0, 0, 1]}, index=list("ABC"))
    >>> proximity(m).loc["f"].tolist()
    [1.0, 0.5, 0.0]
    """
    values, known = _checked(advantages, threshold)
    phi = _phi((values >= threshold).astype(np.float64)[_shaping(advantages, known, fitted)])
    return pd.DataFrame(phi, index=advantages.columns, columns=advantages.columns)


def relatedness_density(
    advantages: pd.DataFrame,
    *,
    threshold: float = 1.0,
    fitted: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return how much of what is related to a field a country is already specialised in.

    Parameters
    ----------
    advantages, threshold, fitted
        As in `proximity`. A country outside `fitted` gets its densities from the phi of the
        others and moves none of theirs.

    Returns
    -------
    DataFrame
        ``country, field, advantage, specialised, density, status``, sorted by country and field.
        Density runs from 0 to 1. ``not_estimable`` (density missing): a country without values,
        or a field related to no other.

    Raises
    ------
    InvalidTable, InvalidParams
        As in `proximity`.

    Notes
    -----
    density_ij = sum_{k != j} M_ik phi_jk / sum_{k != j} phi_jk. The field itself is left out:
    being strong in j is no evidence about j. A country specialised in much has a high density
    everywhere, so compare fields inside a country rather than countries inside a field.
    Hidalgo et al. (2007), The Product Space Conditions the Development of Nations.

    Examples
    --------
    >>> m = pd.DataFrame({"f": [1.0, 1, 0], "g": [1.0, 0, 0], "h": [1.0, 0, 1]}, index=list("ABC"))
    >>> relatedness_density(m).query("country == 'B'")["density"].round(3).tolist()
    [0.0, 0.5, 0.5]
    """
    advantages = advantages.sort_index(axis=0).sort_index(axis=1)
    values, known = _checked(advantages, threshold)
    m = (values >= threshold).astype(np.float64)
    near = np.nan_to_num(_phi(m[_shaping(advantages, known, fitted)]))
    np.fill_diagonal(near, 0.0)
    around = np.broadcast_to(near.sum(axis=0), m.shape)
    estimable = known[:, None] & (around > 0)
    density = np.divide(m @ near, around, out=np.full_like(m, np.nan), where=estimable)
    fields = m.shape[1]
    return pd.DataFrame(
        {
            "country": np.repeat(advantages.index.to_numpy(), fields),
            "field": np.tile(advantages.columns.to_numpy(), len(advantages)),
            "advantage": values.ravel(),
            "specialised": (m > 0).ravel(),
            "density": density.ravel(),
            "status": np.where(estimable, "ok", "not_estimable").ravel(),
        }
    )


def nearest_gaps(
    density: pd.DataFrame,
    probability: pd.DataFrame,
    country: str,
    *,
    below: float = 0.5,
    top: int | None = None,
) -> pd.DataFrame:
    """Return the fields a country is not specialised in, nearest to its strengths first.

    Parameters
    ----------
    density : DataFrame
        Result of `relatedness_density`.
    probability : DataFrame
        Index country, columns field: P(RTA > 1) with `below` .5, or RTA with `below` 1.
    country : str
        Whose gaps.
    below : float
        A field under this value is a gap.
    top : int, optional
        Only so many.

    Returns
    -------
    DataFrame
        ``country, place, field, density, probability``: densest first, equal ones by higher
        probability, then by name. A field whose density is not estimable is no gap with a place
        and is left out; so the frame of a country without values is empty.

    Raises
    ------
    UnknownCountry
        The country is in neither table, or in one only.
    InvalidTable
        A field of `density` is not in `probability`.

    Notes
    -----
    Near does not mean worth entering: density says what is close, not what pays.

    Examples
    --------
    >>> rows = [[1.0, 1, 1], [1, 0, 0], [0, 0, 1], [0, 1, 1]]
    >>> m = pd.DataFrame(rows, index=list("ABCD"), columns=list("fgh"))
    >>> nearest_gaps(relatedness_density(m), m, "C")["field"].tolist()
    ['g', 'f']
    """
    rows = density[density["country"] == country]
    if rows.empty or country not in probability.index:
        known = sorted(set(density["country"]) & set(probability.index))
        raise UnknownCountry(
            f"no density or no probability for {country!r}.{suggest(country, known)}",
            where="nearest_gaps",
            next_step="compute both from a table that holds the country",
        )
    absent = sorted(set(rows["field"]) - set(probability.columns))
    if absent:
        raise InvalidTable(
            f"no probability for the fields {absent[:5]}",
            where="nearest_gaps, probability (index country, columns field)",
            next_step="use the same fields in both tables",
        )
    own = probability.loc[[country]].iloc[0].reindex(rows["field"]).to_numpy(np.float64)
    rows = rows[["country", "field", "density"]].assign(probability=own)
    gaps = rows[(rows["probability"] < below) & rows["density"].notna()]
    # A twelfth digit that differs by the order of adding must not decide.
    gaps = gaps.assign(rounded=gaps["density"].round(12)).sort_values(
        ["rounded", "probability", "field"], ascending=[False, False, True], ignore_index=True
    )
    gaps.insert(1, "place", np.arange(1, len(gaps) + 1))
    return gaps.drop(columns="rounded").head(len(gaps) if top is None else top)


def _phi(m: Array) -> Array:
    """Return the proximity of the columns of a matrix of zeros and ones."""
    together = m.T @ m
    ubiquity = np.diag(together)
    either = np.maximum(ubiquity[:, None], ubiquity)
    return np.divide(together, either, out=np.full_like(together, np.nan), where=either > 0)


def _checked(advantages: pd.DataFrame, threshold: float) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return the values and which countries have some, after checking labels and cells."""
    if not threshold > 0:
        raise InvalidParams(
            f"threshold {threshold!r} is not positive",
            where="relatedness.rta_threshold",
            next_step="use 1 for RTA, or .5 for probabilities",
        )
    problems = [
        f"repeated {name}: {sorted(set(labels[labels.duplicated()]))[:5]}"
        for name, labels in (("countries", advantages.index), ("fields", advantages.columns))
        if not labels.is_unique
    ]
    values = advantages.to_numpy(np.float64)
    missing = np.isnan(values)
    known = ~missing.all(axis=1) if values.size else np.zeros(len(values), dtype=np.bool_)
    partly = advantages.index[known & missing.any(axis=1)]
    if values.shape[1] < 2:
        problems.append("fewer than two fields")
    if len(partly):
        problems.append(f"countries with some fields missing: {list(partly[:5])}")
    if np.isinf(values).any():
        problems.append("infinite values")
    if not known.any():
        problems.append("no country with values")
    if problems:
        raise InvalidTable(
            "; ".join(problems),
            where="advantages (index country, columns field)",
            next_step="give RTA or P(RTA > 1) of all fields, or of none, for each country",
        )
    return values, known


def _shaping(
    advantages: pd.DataFrame, known: npt.NDArray[np.bool_], fitted: Collection[str] | None
) -> npt.NDArray[np.bool_]:
    """Return which countries shape phi."""
    if fitted is None:
        return known
    absent = sorted(set(fitted) - set(advantages.index[known]))
    if absent or not fitted:
        raise InvalidTable(
            f"fitted countries without values: {absent[:5] or 'none is given'}",
            where="advantages (index country, columns field)",
            next_step="fit countries that have values",
        )
    return np.asarray(advantages.index.isin(list(fitted)))
