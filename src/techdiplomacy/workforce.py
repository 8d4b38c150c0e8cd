"""Workforce series and the age structure behind them.

Knows: stocks, level shifts, ages, panels by measure. Must not know: files, countries by name.
May import: errors, params, forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable, suggest
from techdiplomacy.forecast import PanelForecast, forecast_panel
from techdiplomacy.params import ForecastSettings

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


def select_degree_fields(series: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Return the series without degrees in other fields than the named ones.

    Totals stand beside their parts in the degree tables; pooled together they would count twice.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``.
    fields : list of str
        Fields of study that stay, as the publisher words them.

    Raises
    ------
    InvalidParams
        If no series has one of the fields.
    """
    degrees = series["measure"] == "degrees"
    field = series["series"].str.split("/").str[3]
    unknown = sorted(set(fields) - set(field[degrees]))
    if unknown:
        raise InvalidParams(
            f"No degrees in '{unknown[0]}'.{suggest(unknown[0], set(field[degrees]))}",
            where="params.yaml: notebooks.workforce_forecast.degree_fields",
            next_step="Name fields as the publisher words them.",
        )
    return series[~degrees | field.isin(fields)]


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


def ict_series(specialists: pd.DataFrame) -> pd.DataFrame:
    """Return employed ICT specialists in the layout of ``workforce_series``.

    Parameters
    ----------
    specialists : DataFrame
        Clean table ``ict_specialists``; the rows of graduates are passed over.
    """
    employed = specialists[specialists["statistic"] == "ict_specialists"]
    return _series(
        employed,
        measure="ict_specialists",
        unit="persons",
        value="persons",
        code=pd.Series("all", index=employed.index),
        label=pd.Series("ICT specialists by occupation (Eurostat)", index=employed.index),
    )


def graduate_series(specialists: pd.DataFrame) -> pd.DataFrame:
    """Return tertiary graduates in ICT and engineering in the layout of ``workforce_series``.

    Parameters
    ----------
    specialists : DataFrame
        Clean table ``ict_specialists``; the rows of employed specialists are passed over.
    """
    graduates = specialists[specialists["statistic"].isin(list(_GRADUATES))]
    fields = graduates["statistic"].map({name: code for name, (code, _) in _GRADUATES.items()})
    labels = graduates["statistic"].map({name: label for name, (_, label) in _GRADUATES.items()})
    return _series(
        graduates,
        measure="graduates",
        unit="graduates a year",
        value="persons",
        code=fields,
        label=labels,
    )


# statistic: pool that it feeds, and its label
_GRADUATES = {
    "ict_graduates": ("ict", "Tertiary graduates in ICT (Eurostat)"),
    "engineering_graduates": (
        "engineering",
        "Tertiary graduates in engineering, manufacturing and construction (Eurostat)",
    ),
}


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


def series_catalogue(series: pd.DataFrame) -> pd.DataFrame:
    """Return what series there are: one row per measure and country.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``.

    Returns
    -------
    DataFrame
        Columns of the table ``series_catalogue``: number of series, first and last year of any of
        them, years missing between the first and the last year of each series, added up, and the
        years of the level shifts. A shift in the first year of a series has nothing before it and
        is not counted.

    Examples
    --------
    >>> rows = pd.DataFrame({"series": "degrees/VNM/all", "measure": "degrees", "country": "VNM",
    ...     "year": [2001, 2004], "level_shift": [None, "new survey"]})
    >>> series_catalogue(rows)[["years_missing", "shifts"]].to_numpy().tolist()
    [[2, '2004']]
    """
    key = ["measure", "country"]
    spans = series.groupby([*key, "series"])["year"].agg(["min", "max", "count"]).reset_index()
    spans["years_missing"] = spans["max"] - spans["min"] + 1 - spans["count"]
    counted = spans.groupby(key, as_index=False).agg(
        series=("series", "size"),
        first_year=("min", "min"),
        last_year=("max", "max"),
        years_missing=("years_missing", "sum"),
    )
    first = series.groupby("series")["year"].transform("min")
    shifted = series[series["level_shift"].notna() & (series["year"] > first)]
    years = shifted.groupby(key)["year"].agg(lambda own: ", ".join(map(str, sorted(set(own)))))
    return counted.merge(years.rename("shifts").reset_index(), on=key, how="left")


def at_newest_level(series: pd.DataFrame, level_shifts: str) -> pd.DataFrame:
    """Return series as they are trained on, with ``value_published`` and ``joined``.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``.
    level_shifts : {"join", "cut"}
        ``join`` scales earlier levels to the newest (`join_level_shifts`); ``cut`` leaves values
        and shifts as published, and training starts at the last shift.
    """
    if level_shifts == "join":
        return join_level_shifts(series)
    return series.assign(value_published=series["value"], joined="")


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


@dataclass(frozen=True)
class WorkforceForecast:
    """What ``forecast_workforce`` returns: four declared tables and the panels behind them."""

    forecasts: pd.DataFrame
    status: pd.DataFrame
    backtest: pd.DataFrame
    skill: pd.DataFrame
    panels: dict[str, PanelForecast]


def forecast_workforce(
    series: pd.DataFrame, settings: ForecastSettings, *, level_shifts: str, seed: int
) -> WorkforceForecast:
    """Return observed and forecast values of all series, pooled by measure.

    Series of one measure share their back-test errors: intervals and the skill gate are those of
    the panel. Employment, researchers and degrees are never pooled with each other.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``.
    settings : ForecastSettings
        Section ``forecast`` of the parameters.
    level_shifts : {"join", "cut"}
        ``join`` scales earlier levels to the newest (``join_level_shifts``); ``cut`` trains after
        the last shift only.
    seed : int
        Seed of the resampling in the skill gate.

    Returns
    -------
    WorkforceForecast
        ``forecasts``, ``status``, ``backtest`` and ``skill`` have the columns of the tables
        ``workforce_forecasts``, ``series_status``, ``forecast_backtest``, ``forecast_skill``.
    """
    prepared = at_newest_level(series, level_shifts)
    panels = {
        str(measure): forecast_panel(
            rows[["series", "year", "value", "level_shift"]], settings, seed=seed
        )
        for measure, rows in prepared.groupby("measure", sort=True)
    }
    published = series[["series", "year", "level_shift"]]
    observed = (
        prepared.drop(columns="level_shift")
        .merge(published, on=["series", "year"])
        .assign(label_="observed")
    )
    observed["label_"] = observed["label_"].mask(is_rescaled(observed), "rescaled")
    described = prepared.drop_duplicates("series").set_index("series")
    # a panel without a forecast has columns without a type, which would spread to the others
    ahead = pd.concat(
        [panel.forecasts for panel in panels.values() if len(panel.forecasts)]
        or [panel.forecasts for panel in panels.values()],
        ignore_index=True,
    )
    forecasts = pd.concat(
        [
            observed.rename(columns={"label": "label_of_series", "label_": "label"}).drop(
                columns="joined"
            ),
            _described(ahead.drop(columns="horizon"), described),
        ],
        ignore_index=True,
    )
    status = pd.concat([panel.series_status for panel in panels.values()], ignore_index=True)
    return WorkforceForecast(
        forecasts=forecasts,
        status=_described(status.drop(columns="calibrates"), described)
        .drop(columns="unit")
        .assign(levels_joined=status["series"].map(described["joined"]).replace("", pd.NA)),
        backtest=_by_measure({name: panel.backtest_summary for name, panel in panels.items()}),
        skill=_by_measure(
            {
                name: panel.skill.assign(**_outside_shifts(panel, published))
                for name, panel in panels.items()
            }
        ),
        panels=panels,
    )


def is_rescaled(prepared: pd.DataFrame) -> pd.Series:
    """Return in which rows the level is ours, not the publisher's; see `at_newest_level`."""
    return (prepared["value"] / prepared["value_published"] - 1).abs() > 1e-9


def _outside_shifts(panel: PanelForecast, published: pd.DataFrame) -> dict[str, float]:
    """Return the skill over back-test errors that cross no level shift, and the share that do.

    Where levels are joined, the year of a shift is no observation: errors across it are partly
    errors against our own joint.
    """
    errors = panel.backtest
    crosses = pd.Series(False, index=errors.index)
    shifts = published[published["level_shift"].notna()]
    for row in shifts.to_dict("records"):
        own = errors["series"] == row["series"]
        from_year = errors["year"] - errors["horizon"]
        crosses |= own & (from_year < row["year"]) & (row["year"] <= errors["year"])
    across = float(crosses.mean()) if len(errors) else np.nan
    if errors.empty or crosses.all():
        return {"skill_outside_shifts": np.nan, "share_across_shifts": across}
    means = (
        errors[~crosses]
        .groupby(["method", "series"])["scaled_error"]
        .mean()
        .groupby("method")
        .mean()
    )
    model, naive = float(means[panel.skill["method"].iloc[0]]), float(means["naive"])
    skill = 1 - model / naive if naive > 0 else np.nan
    return {"skill_outside_shifts": skill, "share_across_shifts": across}


def _described(rows: pd.DataFrame, described: pd.DataFrame) -> pd.DataFrame:
    """Return rows with measure, country, label and unit of their series."""
    return rows.assign(
        measure=rows["series"].map(described["measure"]),
        country=rows["series"].map(described["country"]),
        label_of_series=rows["series"].map(described["label"]),
        unit=rows["series"].map(described["unit"]),
    )


def _by_measure(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return tables of several panels below each other, with the name of the panel."""
    return pd.concat(
        [table.assign(measure=name) for name, table in tables.items()], ignore_index=True
    )


def working_age_outlook(
    ages: pd.DataFrame, countries: list[str], *, base_year: int, until: int
) -> pd.DataFrame:
    """Return working-age population of some countries as an index of a base year.

    Parameters
    ----------
    ages : DataFrame
        Feature ``age_structure``.
    countries : list of str
        ISO3 codes wanted.
    base_year : int
        Year whose working-age population is 100.
    until : int
        Last year wanted.

    Returns
    -------
    DataFrame
        Columns of the table ``working_age_outlook``.

    Raises
    ------
    InvalidTable
        If a country has no population in the base year.
    """
    wanted = ages[ages["country"].isin(countries) & (ages["year"] <= until)]
    base = wanted[wanted["year"] == base_year].set_index("country")["working_age_persons"]
    lacking = sorted(set(countries) - set(base.index))
    if lacking:
        raise InvalidTable(
            f"No population in {base_year} for {', '.join(lacking)}.",
            where="feature table age_structure",
            next_step="Take these countries out of the list, or take another base year.",
        )
    index = 100 * wanted["working_age_persons"] / wanted["country"].map(base)
    columns = ["country", "year", "working_age_persons", "older_share", "projection"]
    return wanted[columns].assign(working_age_index=index)
