"""The words and tables of the series there are, and of the union made to add up.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, page_columns, direction_words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from techdiplomacy import direction_words as directions
from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.texts import (
    Sayable,
    Text,
    count,
    listing,
    percent,
    period,
    rounded,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import FORECAST_LABELS, PANELS, UNIONS
from techdiplomacy.workforce_tables import UNION

SERIES_SOURCES = ("ilostat_employment", "eurostat_ict", "oecd_researchers", "ncses_degrees")
UNION_SOURCES = ("eurostat_ict",)
_NO_SERIES = say("no series")


# --- catalogue --------------------------------------------------------------------------------


def measures_table(catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return the catalogue by measure: countries, series, years, gaps and level shifts.

    Parameters
    ----------
    catalogue : DataFrame
        Table ``series_catalogue``.
    """
    rows = []
    for measure in [name for name in PANELS if name in set(catalogue["measure"])]:
        own = catalogue[catalogue["measure"] == measure]
        shifted = own["shifts"].dropna()
        rows.append(
            {
                "measure": measure,
                "countries": int(own["country"].nunique()),
                "series": int(own["series"].sum()),
                "years": f"{int(own['first_year'].min())}-{int(own['last_year'].max())}",
                "oldest_end": int(own["last_year"].min()),
                "years_missing": int(own["years_missing"].sum()),
                "countries_shifted": len(shifted),
            }
        )
    return pd.DataFrame(rows)


def measures_columns() -> Columns:
    """Return how `measures_table` reads."""
    return (
        cells.words("measure", say("measure"), PANELS),
        cells.observed("countries", say("economies"), count),
        cells.observed("series", say("series"), count),
        cells.said("years", say("years"), period),
        cells.observed("oldest_end", say("earliest end of a country"), year),
        cells.observed("years_missing", say("years missing inside"), count),
        cells.observed("countries_shifted", say("economies with level shifts"), count),
    )


def measures_headline(catalogue: pd.DataFrame) -> Text:
    """Return how many series there are, of how many economies."""
    return say(
        "{series} series of {countries} economies in {n} measures, to {last} at the latest",
        series=count(catalogue["series"].sum()),
        countries=count(catalogue["country"].nunique()),
        n=count(catalogue["measure"].nunique()),
        last=year(catalogue["last_year"].max()),
    )


def catalogue_subtitle(catalogue: pd.DataFrame) -> Text:
    """Return over which years the series run."""
    return say(
        "Yearly series, {first} to {last}; years missing are those between the first and last one",
        first=year(catalogue["first_year"].min()),
        last=year(catalogue["last_year"].max()),
    )


def countries_table(catalogue: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Return what there is of some countries: one row a country, one column a measure.

    Parameters
    ----------
    catalogue : DataFrame
        Table ``series_catalogue``.
    countries : sequence of str
        ISO3 codes, in the order of the rows.
    """
    measures = [name for name in PANELS if name in set(catalogue["measure"])]
    found: dict[tuple[str, str], Text] = {
        (row["country"], row["measure"]): _run_words(row) for row in catalogue.to_dict("records")
    }
    rows: list[dict[str, Any]] = [
        {
            "country": code,
            **{measure: found.get((code, measure), _NO_SERIES) for measure in measures},
        }
        for code in countries
    ]
    return pd.DataFrame(rows, columns=["country", *measures])


def _run_words(row: Mapping[Any, Any]) -> Text:
    """Return how many series there are, of which years, with gaps and level shifts."""
    said = say(
        "{n}: {years}",
        n=count(row["series"]),
        years=period(f"{int(row['first_year'])}-{int(row['last_year'])}"),
    )
    if row["years_missing"]:
        said = say("{said}; {n} years missing", said=said, n=count(row["years_missing"]))
    if pd.notna(row["shifts"]):
        said = say("{said}; shifts {years}", said=said, years=verbatim(row["shifts"]))
    return said


def countries_columns(table: pd.DataFrame, names: Countries) -> Columns:
    """Return how `countries_table` reads; ``table`` is what it returned."""
    return (
        cells.country("country", say("country"), names),
        *(
            cells.texts(measure, say("{measure}", measure=PANELS[measure]))
            for measure in table.columns[1:]
        ),
    )


def countries_headline(table: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return which measures cover the viewpoint country, and which do not."""
    own = table[table["country"] == viewpoint]
    if own.empty:
        return say("Series of each country compared: number, years, gaps and level shifts")
    measures = [str(name) for name in table.columns[1:]]
    covered = [name for name in measures if own.iloc[0][name] is not _NO_SERIES]
    without = [name for name in measures if name not in covered]
    return say(
        "{country} has series of {covered}; none of {without}",
        country=names.text(viewpoint),
        covered=_panels(covered),
        without=_panels(without),
    )


def _panels(measures: Sequence[str]) -> Sayable:
    return listing(PANELS[name] for name in measures) if measures else say("no measure")


# --- union ------------------------------------------------------------------------------------


def area_name(area: str, names: Countries) -> Sayable:
    """Return a country or union by name."""
    return UNIONS["EU"] if area == UNION else names.text(area)


def union_end(reconciled: pd.DataFrame) -> int:
    """Return the last year that forecasts are carried on to; of none that add up, of any row."""
    ahead = reconciled[reconciled["value"].notna()]
    return int((reconciled if ahead.empty else ahead)["year"].max())


def _union_alone(reconciled: pd.DataFrame) -> pd.DataFrame | None:
    """Return the observed years of the union where it has no forecast, or None if it has one."""
    rows = reconciled[reconciled["area"] == UNION]
    if rows["value"].notna().any():
        return None
    return rows[rows["observed"].notna()].sort_values("year")


def interval_end(reconciled: pd.DataFrame) -> int:
    """Return the last year in which the forecast of the union has an interval, or the end."""
    rows = reconciled[(reconciled["area"] == UNION) & reconciled["low_80"].notna()]
    return union_end(reconciled) if rows.empty else int(rows["year"].max())


def members_table(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return the union and its members: alone, made to add up, and carried on to the end.

    Parameters
    ----------
    reconciled : DataFrame
        Table ``reconciled_forecasts``.

    Returns
    -------
    DataFrame
        The union first, then members by size. Values and intervals are those of the last year with
        an interval; ``value_end`` is the value of the last year. Without a forecast of the union
        there are no rows.
    """
    past = reconciled[reconciled["observed"].notna()].sort_values("year")
    last = past.groupby("area").agg(last_year=("year", "last"), last_observed=("observed", "last"))
    then = reconciled[
        (reconciled["year"] == interval_end(reconciled)) & reconciled["value"].notna()
    ]
    end = reconciled.loc[reconciled["year"] == union_end(reconciled), ["area", "value"]]
    table = (
        then.drop(columns="observed")
        .merge(last.reset_index(), on="area", how="left")
        .merge(end.rename(columns={"value": "value_end"}), on="area", how="left")
    )
    return (
        table.assign(_union=table["area"] != UNION)
        .sort_values(["_union", "value", "area"], ascending=[True, False, True], ignore_index=True)
        .drop(columns="_union")
    )


def members_columns(reconciled: pd.DataFrame, names: Countries) -> Columns:
    """Return how `members_table` reads."""
    then, end = year(interval_end(reconciled)), year(union_end(reconciled))
    none = say("no interval")
    return (
        cells.said("area", say("union or country"), lambda area: area_name(area, names)),
        cells.observed("last_observed", say("last observed"), rounded),
        cells.observed("value_alone", say("{year}, alone", year=then), rounded),
        cells.words("label", say("ahead"), FORECAST_LABELS),
        cells.estimate(
            "value",
            say("{year}, adding up", year=then),
            rounded,
            Interval("low_80", "high_80", percent(0.8)),
            Interval("low_95", "high_95", percent(0.95), missing=none),
            without={"scenario": none, "no_skill": none},
            by="label",
        ),
        cells.observed("value_end", say("carried on to {year}", year=end), rounded),
    )


def union_headline(reconciled: pd.DataFrame, goal: float | None) -> Text:
    """Return what the union reaches if trends hold, beside its target, or that nothing tells it.

    Parameters
    ----------
    reconciled : DataFrame
        Table ``reconciled_forecasts``.
    goal : float or None
        The target for the end year, persons.
    """
    alone = _union_alone(reconciled)
    if alone is not None:
        return say(
            "No forecast of ICT specialists in the {union}: too few years at one level ({n})",
            union=UNIONS["EU"],
            n=count(len(alone)),
        )
    end = union_end(reconciled)
    ahead = reconciled[(reconciled["area"] == UNION) & reconciled["value"].notna()]
    row = ahead.sort_values("year").iloc[-1]
    values: dict[str, Sayable] = {
        "end": year(end),
        "value": rounded(row["value"]),
        "union": UNIONS["EU"],
    }
    if (ahead["label"] == "no_skill").any():
        return say(
            "No forecast of ICT specialists in the {union} is better than the last value: {value} "
            "in {end}",
            **values,
        )
    if goal is None:
        told = say(
            "if trends held, the {union} would have {value} ICT specialists in {end}", **values
        )
    else:
        told = say(
            "if trends held, the {union} would have {value} ICT specialists in {end}, {share} of "
            "its target",
            share=percent(row["value"] / goal),
            **values,
        )
    # what is too far ahead for an interval is no forecast
    kind = say("Scenario") if row["label"] == "scenario" else say("Forecast")
    return say("{kind}: {told}", kind=kind, told=told)


def union_subtitle(reconciled: pd.DataFrame) -> Text:
    """Return what is counted, from when to when, and until when there is an interval."""
    alone = _union_alone(reconciled)
    if alone is not None:
        return say(
            "Employed ICT specialists, persons, {first} to {last}, without a forecast",
            first=year(alone["year"].min()),
            last=year(alone["year"].max()),
        )
    past = reconciled[reconciled["observed"].notna()]
    return say(
        "Employed ICT specialists, persons, {first} to {last}, forecast with intervals to {then}, "
        "carried on to {end} as a scenario",
        first=year(past["year"].min()),
        last=year(past["year"].max()),
        then=year(interval_end(reconciled)),
        end=year(union_end(reconciled)),
    )


def union_alt(reconciled: pd.DataFrame, goal: float | None) -> Text:
    """Return the fan of the union in words."""
    rows = reconciled[reconciled["area"] == UNION].sort_values("year")
    first, last = rows[rows["observed"].notna()].iloc[[0, -1]].to_dict("records")
    values: dict[str, Sayable] = {
        "first": rounded(first["observed"]),
        "then": year(first["year"]),
        "last": rounded(last["observed"]),
        "now": year(last["year"]),
    }
    if _union_alone(reconciled) is not None:
        if goal is None:
            return say(
                "A line from {first} in {then} to {last} in {now}, without a forecast.", **values
            )
        return say(
            "A line from {first} in {then} to {last} in {now}, without a forecast; a diamond marks "
            "the target of {goal} in {end}.",
            goal=rounded(goal),
            end=year(union_end(reconciled)),
            **values,
        )
    end = rows[rows["value"].notna()].iloc[-1]
    values |= {"value": rounded(end["value"]), "end": year(end["year"])}
    if goal is None:
        return say(
            "A line from {first} in {then} to {last} in {now}, carried on to {value} in {end}.",
            **values,
        )
    return say(
        "A line from {first} in {then} to {last} in {now}, carried on to {value} in {end}; a "
        "diamond marks the target of {goal}.",
        goal=rounded(goal),
        **values,
    )


def union_words(reconciled: pd.DataFrame) -> Text:
    """Return how far forecasts of members alone miss that of the union, before adding up."""
    alone = _union_alone(reconciled)
    if alone is not None:
        return say(
            "This cannot be told: the members can be added up at one level from {first} to {last} "
            "only. That is too short for a forecast of their sum, so their own forecasts are not "
            "made to add up.",
            first=year(alone["year"].min()),
            last=year(alone["year"].max()),
        )
    end = union_end(reconciled)
    rows = reconciled[(reconciled["year"] == end) & reconciled["value"].notna()]
    members = rows[rows["area"] != UNION]
    union = rows[rows["area"] == UNION].iloc[0]
    parts = members["value_alone"].sum()
    return say(
        "Forecast one by one, the {n} members come to {parts} in {end} and the union to {alone}: "
        "{gap} apart. After adding up, both say {value}.",
        n=count(len(members)),
        parts=rounded(parts),
        end=year(end),
        alone=rounded(union["value_alone"]),
        gap=percent(parts / union["value_alone"] - 1, 1, signed=True),
        value=rounded(union["value"]),
    )


def members_headline(table: pd.DataFrame, names: Countries) -> Text:
    """Return for how many members the interval of their own forecast tells the direction."""
    if table.empty:
        return say("No forecasts of members that add up to the {union}", union=UNIONS["EU"])
    members = directions.known(table[table["area"] != UNION])
    return say(
        "Of {n} members with an interval, before adding up {moves}; largest: {first}",
        n=count(len(members)),
        moves=directions.moves(_alone(members)),
        first=listing(
            names.text(code) for code in table.loc[table["area"] != UNION, "area"].head(3)
        ),
    )


def _alone(members: pd.DataFrame) -> pd.DataFrame:
    """Return members with the intervals that they had before they were made to add up."""
    moved = members.copy()
    for level in (directions.NARROW, directions.WIDE):
        # the upper half is the width before the lower end was cut at zero
        width = members[f"high_{level}"] - members["value"]
        moved[f"low_{level}"] = members["value_alone"] - width
        moved[f"high_{level}"] = members["value_alone"] + width
    return moved


def union_goal(projections: pd.DataFrame, until: int) -> float | None:
    """Return the target of ICT specialists of the union for a year, if one is published.

    Parameters
    ----------
    projections : DataFrame
        Feature ``projections``.
    until : int
        Target year.
    """
    found = projections[
        (projections["area"] == UNION)
        & (projections["nature"] == "target")
        & (projections["quantity"] == "employment")
        & (projections["target_year"] == until)
    ]
    return None if found.empty else float(found["central"].iloc[0])
