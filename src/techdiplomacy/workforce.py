"""Workforce series and the age structure behind them.

Knows: stocks, level shifts, ages. Must not know: files, or how a series is forecast.
May import: errors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable

# fewer changes inside the levels than this say nothing about the change between them
FEWEST_CHANGES = 3


def employment_series(employment: pd.DataFrame) -> pd.DataFrame:
    """Return employment in the layout of ``workforce_series``.

    Parameters
    ----------
    employment : DataFrame
        Clean table ``employment``; persons.
    """
    return _series(
        employment,
        measure="employment",
        unit="persons",
        value="employment_persons",
        code=employment["classification"],
        label=employment["label"],
    )


def researcher_series(researchers: pd.DataFrame) -> pd.DataFrame:
    """Return researchers in the layout of ``workforce_series``.

    Parameters
    ----------
    researchers : DataFrame
        Clean table ``researchers``; full-time equivalents.
    """
    words = pd.Series("Researchers, all sectors", index=researchers.index)
    return _series(
        researchers,
        measure="researchers",
        unit="full-time equivalents",
        value="researchers_fte",
        code=pd.Series("all", index=researchers.index),
        label=words,
    )


def degree_series(degrees: pd.DataFrame) -> pd.DataFrame:
    """Return degrees in the layout of ``workforce_series``.

    Parameters
    ----------
    degrees : DataFrame
        Clean table ``degrees``; degrees a year.
    """
    level = degrees["level"].map(
        {"first_university": "first university degrees", "doctoral": "doctoral degrees"}
    )
    return _series(
        degrees,
        measure="degrees",
        unit="degrees a year",
        value="degrees",
        code=degrees["level"] + "/" + degrees["field"],
        label=degrees["field"] + ", " + level,
    )


def _series(
    table: pd.DataFrame,
    *,
    measure: str,
    unit: str,
    value: str,
    code: pd.Series,
    label: pd.Series,
) -> pd.DataFrame:
    """Return one clean table as rows of ``workforce_series``."""
    return pd.DataFrame(
        {
            "series": f"{measure}/" + table["country"] + "/" + code,
            "measure": measure,
            "country": table["country"],
            "label": label,
            "unit": unit,
            "year": table["year"],
            "value": table[value],
            "level_shift": table["level_shift"],
        }
    )


def age_structure(population: pd.DataFrame, working_ages: list[int]) -> pd.DataFrame:
    """Return working-age and older population by country and year.

    Parameters
    ----------
    population : DataFrame
        Clean table ``population``: persons by five-year age group.
    working_ages : [first, last]
        First and last year of working age; they have to be limits of the five-year groups.

    Returns
    -------
    DataFrame
        Columns of the table ``age_structure``.

    Raises
    ------
    InvalidParams
        If the ages do not fall on limits of the groups.
    InvalidTable
        If a country and year lacks an age group that others have.
    """
    first, last = working_ages
    ages = set(population["age_from"].unique())
    if first not in ages or last + 1 not in ages or first > last:
        raise InvalidParams(
            f"Working ages {first} to {last} do not fall on the limits of five-year groups.",
            where="params.yaml: workforce.working_ages",
            next_step="Take a first age that is a multiple of 5, and a last age just below one.",
        )
    key = ["country", "year"]
    groups = population.groupby(key)["age_from"].size()
    if (groups != len(ages)).any():
        holes = groups[groups != len(ages)].index.tolist()[:2]
        raise InvalidTable(
            f"{int((groups != len(ages)).sum())} country-years lack age groups, for example "
            f"{holes}.",
            where="clean table population",
            next_step="Restore the missing ages; a population with holes cannot be aged.",
        )
    working = population["age_from"].between(first, last)
    older = population["age_from"] > last
    persons = population["population_persons"]
    summed = (
        population.assign(
            working_age_persons=persons.where(working, 0.0),
            older_persons=persons.where(older, 0.0),
            total_persons=persons,
        )
        .groupby([*key, "projection"], as_index=False)[
            ["working_age_persons", "older_persons", "total_persons"]
        ]
        .sum()
    )
    # a territory whose people round to zero has no shares
    inhabited = summed[summed["total_persons"] > 0]
    return inhabited.assign(
        working_age_share=inhabited["working_age_persons"] / inhabited["total_persons"],
        older_share=inhabited["older_persons"] / inhabited["total_persons"],
    )


def join_level_shifts(series: pd.DataFrame) -> pd.DataFrame:
    """Return series whose earlier levels are scaled to the newest one, so that no shift is left.

    The change into the first year of a new level is not a change of the workforce. It is replaced
    by the median yearly change inside the levels of the same series; every year before the shift
    is multiplied by what that leaves. The newest level stays as published, and changes inside a
    level keep their rates.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``; ``level_shift`` holds a reason in the first year of a new
        level.

    Returns
    -------
    DataFrame
        The same rows with ``value`` scaled, ``value_published`` as it was, ``level_shift`` empty
        where levels were joined, and ``joined`` (years of the shifts joined, as text). A series
        that has fewer than three changes inside its levels, or a zero, keeps its shifts.

    Notes
    -----
    With values y and shift years T, the ratio at a shift is r_t = y_t / y_(t-1); the factor for
    all years before t is r_t / m, where m is the median of r over consecutive years outside T.

    Examples
    --------
    >>> rows = pd.DataFrame({"series": "s", "year": range(2001, 2007),
    ...     "value": [100.0, 110, 121, 133.1, 300, 330],
    ...     "level_shift": [None, None, None, None, "new survey", None]})
    >>> join_level_shifts(rows)["value"].round(1).tolist()
    [204.9, 225.4, 247.9, 272.7, 300.0, 330.0]
    """
    joined = [_join(rows) for _, rows in series.groupby("series", sort=True)]
    return pd.concat(joined, ignore_index=True)


def _join(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one series with its levels joined."""
    ordered = rows.sort_values("year").assign(value_published=rows["value"], joined="")
    shift = ordered["level_shift"].notna().to_numpy().copy()
    # the first year of a series has no earlier level
    shift[0] = False
    values = ordered["value"].to_numpy(dtype=float).copy()
    years = ordered["year"].to_numpy()
    if not shift.any():
        return ordered
    consecutive = np.diff(years) == 1
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = values[1:] / values[:-1]
    inside = ratios[consecutive & ~shift[1:]]
    if (values <= 0).any() or len(inside) < FEWEST_CHANGES:
        return ordered
    usual = float(np.median(inside))
    for place in np.flatnonzero(shift):
        steps = int(years[place] - years[place - 1])
        values[:place] *= (values[place] / values[place - 1]) / usual**steps
    return ordered.assign(
        value=values,
        level_shift=pd.Series(pd.NA, index=ordered.index, dtype="str"),
        joined=", ".join(str(year) for year in years[shift]),
    )
