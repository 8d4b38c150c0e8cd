"""Published figures on technical workers beside the same quantity of this project.

Knows: when two figures count the same, and whether two ranges meet. Must not know: files, names of
countries, how the own figures were computed. May import: scenario_tables, workforce_tables, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy.scenario_tables import COMMON_GROWTH
from techdiplomacy.workforce_tables import OUTSIDE_COLUMNS

# the one that pools without a past of their own have as well
COMPARED_SCENARIO = COMMON_GROWTH
# of the interval of forecasts that is compared
_LEVEL = 80
_ANY_AREA = "*"
_OWN = ["own_value", "own_value_low", "own_value_high"]
_COLUMNS = [column.name for column in OUTSIDE_COLUMNS]


@dataclass(frozen=True)
class OwnFigures:
    """The result tables that outside figures are held against.

    ``paths`` are columns of table ``scenario_paths``, for all end years of `required_years`, with
    sums that begin after the base year of each pool, as those of outside figures do; ``bases`` is
    the table ``pool_bases`` with these base years. ``newest_year`` is the newest year that any
    series has.
    """

    reconciled: pd.DataFrame
    forecasts: pd.DataFrame
    paths: pd.DataFrame
    bases: pd.DataFrame
    newest_year: int


def required_years(projections: pd.DataFrame, matches: pd.DataFrame) -> list[int]:
    """Return the end years that scenarios need so that published figures can stand beside them.

    Parameters
    ----------
    projections : DataFrame
        Feature ``projections``.
    matches : DataFrame
        What `workforce_lists.load_outside_matches` returns.

    Examples
    --------
    >>> figures = pd.DataFrame({"field": ["chips"], "area": ["KOR"], "quantity": ["openings"],
    ...                         "target_year": [2031]})
    >>> like = figures.assign(own_table="scenario_paths").drop(columns="target_year")
    >>> required_years(figures, like)
    [2031]
    """
    found = [
        int(row["target_year"])
        for row in projections.to_dict("records")
        if (like := _match(row, matches)) is not None and like["own_table"] == "scenario_paths"
    ]
    return sorted(set(found))


def compare(projections: pd.DataFrame, matches: pd.DataFrame, own: OwnFigures) -> pd.DataFrame:
    """Return table ``projections_compared``: each published figure beside the own one, if any.

    Parameters
    ----------
    projections : DataFrame
        Feature ``projections``.
    matches : DataFrame
        What `workforce_lists.load_outside_matches` returns.
    own : OwnFigures
        Result tables.

    Returns
    -------
    DataFrame
        A row for each figure of ``projections``, in its units; columns as declared.

    Notes
    -----
    Two ranges meet if neither ends before the other begins; a figure without a range is its own
    range. A flow is compared only with one that is added up from the same year. A figure that
    looked ahead to a year by now on record, and that nothing settles, is ``due``.

    Examples
    --------
    >>> figure = {column.name: None for column in OUTSIDE_COLUMNS} | {
    ...     "field": "cooks", "area": "FRA", "quantity": "shortage", "target_year": 2030,
    ...     "published": "2024", "nature": "projection"}
    >>> none = pd.DataFrame()
    >>> like = pd.DataFrame(columns=["field", "area", "quantity"])
    >>> own = OwnFigures(none, none, none, none, 2024)
    >>> list(compare(pd.DataFrame([figure]), like, own)["verdict"])
    ['alone']
    """
    rows: list[dict[Any, Any]] = []
    for row in projections.to_dict("records"):
        like = _match(row, matches)
        found = _own(row, like, own) if like is not None else None
        rows.append({**row, **_beside(row, like, found, own.newest_year)})
    added = [*_OWN, "own_label", "own_series", "independent", "verdict"]
    table = pd.DataFrame(rows, columns=[*_COLUMNS, *added])
    kinds = dict.fromkeys([*_OWN, "independent"], "float64")
    return table.astype(kinds | {"base_year": "Int64", "own_series": "str"})


def outside_range(row: Mapping[Any, Any]) -> tuple[float, float]:
    """Return the lower and upper end of a published figure; of a single figure, it twice.

    Examples
    --------
    >>> outside_range({"low": 50.0, "central": None, "high": 81.0})
    (50.0, 81.0)
    >>> outside_range({"low": None, "central": 7.0, "high": None})
    (7.0, 7.0)
    """
    given = [float(row[name]) for name in ("low", "central", "high") if pd.notna(row[name])]
    return (min(given), max(given)) if given else (float("nan"), float("nan"))


def _match(row: Mapping[Any, Any], matches: pd.DataFrame) -> dict[Any, Any] | None:
    """Return which own figure is like a published one; one for its area comes first."""
    same = matches[
        (matches["field"] == row["field"])
        & (matches["quantity"] == row["quantity"])
        & matches["area"].isin([row["area"], _ANY_AREA])
    ]
    ordered = same.sort_values("area", key=lambda area: area == _ANY_AREA, kind="stable")
    return None if ordered.empty else ordered.to_dict("records")[0]


def _own(row: Mapping[Any, Any], like: Mapping[Any, Any], own: OwnFigures) -> dict[str, Any] | None:
    """Return the own figure of the year with its label and ends; None if there is none."""
    key, year = str(like["own_key"]), row["target_year"]
    if like["own_table"] == "scenario_paths":
        return _of_scenario(row, like, own)
    if like["own_table"] == "reconciled_forecasts":
        table, column = own.reconciled, "area"
    else:
        table, column, key = own.forecasts, "series", key.replace("{area}", str(row["area"]))
    if table.empty:
        return None
    found = table[(table[column] == key) & (table["year"] == year)].to_dict("records")
    if not found:
        return None
    one = found[0]
    observed = one["label"] in ("observed", "rescaled")
    value = one["observed"] if observed and "observed" in one else one["value"]
    if pd.isna(value):
        return None
    return {
        "own_value": value,
        "own_value_low": value if observed else one[f"low_{_LEVEL}"],
        "own_value_high": value if observed else one[f"high_{_LEVEL}"],
        "own_label": "observed" if observed else one["label"],
        "own_series": key,
    }


def _of_scenario(
    row: Mapping[Any, Any], like: Mapping[Any, Any], own: OwnFigures
) -> dict[str, Any] | None:
    """Return a quantity of the scenario compared, if it is added up from the same year."""
    pool, quantity = str(like["own_key"]), str(like["own_quantity"])
    paths, bases = own.paths, own.bases
    if paths.empty:
        return None
    here = paths[
        (paths["country"] == row["area"])
        & (paths["pool"] == pool)
        & (paths["scenario"] == COMPARED_SCENARIO)
        & (paths["year"] == row["target_year"])
    ].to_dict("records")
    if not here or pd.isna(here[0][quantity]):
        return None
    since = row["base_year"] if pd.notna(row["base_year"]) else like["base_year"]
    if quantity != "stock_wanted" and pd.notna(since):
        base = bases[(bases["country"] == row["area"]) & (bases["pool"] == pool)]["base_year"]
        if base.empty or base.iloc[0] != since:
            return None
    return {
        "own_value": here[0][quantity],
        "own_value_low": here[0][f"{quantity}_low"],
        "own_value_high": here[0][f"{quantity}_high"],
        "own_label": "scenario",
        "own_series": pool,
    }


def _beside(
    row: Mapping[Any, Any],
    like: Mapping[Any, Any] | None,
    found: dict[str, Any] | None,
    newest_year: int,
) -> dict[str, Any]:
    """Return the columns that are added to a published figure."""
    outside = outside_range(row)
    if found is None or like is None or pd.isna(outside[0]):
        looked_ahead = int(row["target_year"]) > int(str(row["published"])[:4])
        due = looked_ahead and int(row["target_year"]) <= newest_year
        return {"own_label": "none", "verdict": "due" if due else "alone"}
    ends = (found["own_value_low"], found["own_value_high"])
    return {
        **found,
        "independent": float(like["independent"]),
        "verdict": _verdict(outside, ends),
    }


def _verdict(outside: tuple[float, float], own: tuple[float, float]) -> str:
    """Return whether two ranges meet, or where the first one lies."""
    if pd.isna(own[0]) or pd.isna(own[1]):
        return "no_range"
    if outside[0] > own[1]:
        return "above"
    return "below" if outside[1] < own[0] else "inside"
