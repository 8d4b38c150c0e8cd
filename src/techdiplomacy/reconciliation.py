"""Forecasts of a total and of its parts, changed as little as it takes until they add up.

Knows: totals, parts, summing matrices. Must not know: how a forecast was made, countries, labels,
intervals. May import: errors, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from techdiplomacy.errors import InvalidParams, InvalidTable, NotConverged, suggest

Method: TypeAlias = Literal["wls_struct", "ols", "wls_variance"]
Hierarchy: TypeAlias = pd.DataFrame | Mapping[str, Sequence[str]]
Variances: TypeAlias = pd.Series | Mapping[str, float]

COHERENT = 1e-9  # what may be cut without another round, as a share of the largest forecast
MOST_ROUNDS = 1000


def summing_matrix(hierarchy: Mapping[str, Sequence[str]], series: Sequence[str]) -> pd.DataFrame:
    """Return the matrix that adds parts up: one row a series, one column a part without parts.

    Parameters
    ----------
    hierarchy : mapping of str to sequence of str
        Totals and their parts; a part may be a total itself.
    series : sequence of str
        Names of all series, in the order of the rows wanted.

    Returns
    -------
    DataFrame
        1 where the series of the row contains the part of the column, 0 elsewhere.

    Raises
    ------
    InvalidTable
        If a total or a part is not among the series, a total has no parts, contains itself, or
        contains a part twice.

    Examples
    --------
    >>> summing_matrix({"all": ["a", "b"]}, ["all", "a", "b"]).to_numpy().tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    known = set(series)
    for total, parts in hierarchy.items():
        unknown = [name for name in (total, *parts) if name not in known]
        if unknown:
            raise InvalidTable(
                f"'{unknown[0]}' is no series.{suggest(unknown[0], known)}",
                where=f"hierarchy, '{total}'",
                next_step="Give every total and every part a row in the forecasts.",
            )
        if not len(parts):
            raise InvalidTable(
                f"'{total}' has no parts",
                where="hierarchy",
                next_step="Leave it out of the hierarchy, or name its parts.",
            )
    leaves = [name for name in series if name not in hierarchy]
    place = {name: column for column, name in enumerate(leaves)}
    matrix = np.zeros((len(series), len(leaves)))

    def add(name: str, row: int, above: tuple[str, ...]) -> None:
        if name in above:
            raise InvalidTable(
                f"'{name}' contains itself",
                where=f"hierarchy, {' > '.join((*above, name))}",
                next_step="Take the total out of its own parts.",
            )
        for part in hierarchy.get(name, ()):
            add(part, row, (*above, name))
        if name in place:
            if matrix[row, place[name]]:
                raise InvalidTable(
                    f"'{name}' is contained twice",
                    where=f"hierarchy, '{above[0]}'",
                    next_step="Name every part of a total once.",
                )
            matrix[row, place[name]] = 1.0

    for row, name in enumerate(series):
        add(name, row, ())
    return pd.DataFrame(matrix, index=list(series), columns=leaves)


def _checked_matrix(summing: pd.DataFrame, series: pd.Index) -> pd.DataFrame:
    """Return the summing matrix with its rows in the order of the forecasts."""
    missing = [str(name) for name in summing.index if name not in series]
    if missing:
        raise InvalidTable(
            f"'{missing[0]}' is no series.{suggest(missing[0], [str(name) for name in series])}",
            where="summing matrix",
            next_step="Give every row of the matrix a row in the forecasts.",
        )
    lacking = [str(name) for name in series if name not in summing.index]
    parts = [str(name) for name in summing.columns if name not in summing.index]
    if lacking or parts:
        raise InvalidTable(
            f"'{(lacking or parts)[0]}' has no row",
            where="summing matrix",
            next_step="Give every series and every part a row of its own.",
        )
    own = summing.loc[summing.columns].to_numpy(dtype=np.float64)
    values = summing.to_numpy(dtype=np.float64)
    if not np.array_equal(own, np.eye(len(own))) or not (values >= 0).all():
        raise InvalidTable(
            "a part does not stand for itself alone, or a series takes a part away",
            where="summing matrix",
            next_step="Put 1 where a part meets itself, 0 or more where a total contains it.",
        )
    if not (values.sum(axis=1) > 0).all():
        raise InvalidTable(
            f"'{summing.index[int(np.argmin(values.sum(axis=1)))]}' has no parts",
            where="summing matrix",
            next_step="Leave the series out, or name its parts.",
        )
    return summing.loc[series].astype(np.float64)


def _checked_variances(variances: Variances, series: pd.Index) -> NDArray[np.float64]:
    """Return the error variances in the order of the forecasts."""
    where = "reconcile, variances"
    given = pd.Series(variances, dtype="float64")
    lacking = [f"'{name}' has none" for name in series if name not in given.index]
    odd = given.index.duplicated() | ~given.index.isin(series)
    if lacking or odd.any():
        problems = [*lacking, *(f"'{name}' is one too many" for name in given.index[odd])]
        raise InvalidTable(
            f"{len(given)} variances for {len(series)} series: {problems[0]}",
            where=where,
            next_step="Give every series one variance, under its own name.",
        )
    ordered = np.asarray(given.loc[series].to_numpy(dtype=np.float64), dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(ordered) & (ordered > 0)))
    if wrong.size:
        raise InvalidTable(
            f"the variance of '{series[wrong[0]]}' is {ordered[wrong[0]]}; {wrong.size} are "
            "missing, infinite or not above 0",
            where=where,
            next_step="Put a floor under the variances of series that never change.",
        )
    return ordered


def _freedom(
    method: str, variances: Variances | None, matrix: NDArray[np.float64], series: pd.Index
) -> NDArray[np.float64]:
    """Return how freely each series may move: the diagonal of W."""
    if method not in get_args(Method):
        raise InvalidParams(
            f"No method '{method}'.{suggest(method, get_args(Method))}",
            where="reconcile, method",
            next_step=f"Take one of {', '.join(get_args(Method))}.",
        )
    if (method == "wls_variance") != (variances is not None):
        raise InvalidParams(
            f"method '{method}' with{'out' if variances is None else ''} variances",
            where="reconcile, variances",
            next_step="Give variances with the method 'wls_variance', and with no other.",
        )
    if variances is not None:
        return _checked_variances(variances, series)
    parts: NDArray[np.float64] = matrix.sum(axis=1)
    return parts if method == "wls_struct" else np.ones_like(parts)


def reconcile(
    base: pd.DataFrame,
    summing: Hierarchy,
    *,
    method: Method = "wls_struct",
    variances: Variances | None = None,
) -> pd.DataFrame:
    """Return forecasts that add up, as near to those given as the weights allow.

    Parameters
    ----------
    base : DataFrame
        Forecasts made one by one: a row per series (the index names them), a column per year.
    summing : mapping of str to sequence of str, or DataFrame
        Totals and their parts, or the matrix of `summing_matrix` (series by parts).
    method : {"wls_struct", "ols", "wls_variance"}
        ``wls_struct``: a series may move in proportion to the number of its parts; ``ols``: all
        series alike; ``wls_variance``: in proportion to the variance of its errors. The first two
        move small and large parts by the same amount, which suits parts of like size only.
    variances : Series or mapping of str to float, optional
        With ``wls_variance``: the error variance of every series, under its name, in the unit of
        the forecasts squared. Only their ratios count, so a common factor may be left out.

    Returns
    -------
    DataFrame
        The same rows and columns. Every total is the sum of its parts and no value is negative.
        Forecasts that added up before, none of them negative, come back unchanged.

    Raises
    ------
    InvalidTable
        If a value is missing or infinite, two rows share a name, the hierarchy names a series
        that is not there, or the variances are not one positive number for each series.
    InvalidParams
        If the method is unknown, or variances and method do not go together.
    NotConverged
        If cutting at zero and adding up do not come to rest.

    Notes
    -----
    ``y~ = S (S'W^-1 S)^-1 S'W^-1 y^`` with W diagonal: numbers of parts (structural scaling), the
    identity for ``ols``, or the variances: Wickramasuriya, Athanasopoulos & Hyndman (2019),
    Optimal Forecast Reconciliation. Computed in its equal form ``y^ - W C'(C W C')^-1 C y^``, in
    which ``C y = 0`` says that the series add up and no small variance is divided by. Counts
    cannot be negative: parts below zero are cut and all series made to add up again, until what
    is cut is below 1e-9 of the largest forecast of the year. With variances far apart that would
    take very many rounds; with ``wls_variance`` parts are instead fitted under the condition that
    none is negative: Wickramasuriya, Turlach & Hyndman (2020), Optimal Non-negative Forecast
    Reconciliation.

    Examples
    --------
    >>> base = pd.DataFrame({2030: [10.0, 4.0, 5.0]}, index=["all", "a", "b"])
    >>> reconcile(base, {"all": ["a", "b"]})[2030].tolist()
    [9.5, 4.25, 5.25]
    >>> known = {"all": 1.0, "a": 1.0, "b": 3.0}
    >>> made = reconcile(base, {"all": ["a", "b"]}, method="wls_variance", variances=known)
    >>> made[2030].round(9).tolist()
    [9.8, 4.2, 5.6]
    """
    values = base.to_numpy(dtype=np.float64)
    if base.index.has_duplicates or not np.isfinite(values).all():
        raise InvalidTable(
            f"{int((~np.isfinite(values)).sum())} forecasts are missing or infinite, "
            f"{int(base.index.duplicated().sum())} series stand twice",
            where="forecasts to be reconciled",
            next_step="Give each series one row, and only the years in which all have a forecast.",
        )
    adding = (
        _checked_matrix(summing, base.index)
        if isinstance(summing, pd.DataFrame)
        else summing_matrix(summing, [str(name) for name in base.index])
    )
    matrix = adding.to_numpy()
    leaf = base.index.get_indexer(adding.columns)
    apart = np.eye(len(matrix))
    # what a series has beyond the sum of its parts; nothing to ask of a part itself
    apart[:, leaf] -= matrix
    apart = np.delete(apart, leaf, axis=0)
    freedom = _freedom(method, variances, matrix, base.index)
    moved = (apart * freedom).T
    step = moved @ np.linalg.solve(apart @ moved, apart)
    parts_of: NDArray[np.float64] = (np.eye(len(matrix)) - step)[leaf]
    parts: NDArray[np.float64] = parts_of @ values
    allowed = COHERENT * np.abs(values).max(axis=0, initial=0.0)
    if method == "wls_variance":
        root = np.sqrt(freedom.min(initial=np.inf) / freedom)
        for year in np.flatnonzero((parts < -allowed).any(axis=0)):
            parts[:, year] = nnls(matrix * root[:, None], values[:, year] * root)[0]
    for _ in range(MOST_ROUNDS):
        below = (parts < -allowed).any(axis=0)
        if not below.any():
            break
        # the total still has the negative parts in it: the difference is shared out anew
        parts[:, below] = parts_of @ np.maximum(matrix @ parts[:, below], 0.0)
    else:
        raise NotConverged(
            f"values are still cut at zero after {MOST_ROUNDS} rounds",
            where="reconcile",
            next_step="Look at the forecasts of this hierarchy: totals and parts are far apart.",
        )
    return pd.DataFrame(matrix @ np.maximum(parts, 0.0), index=base.index, columns=base.columns)
