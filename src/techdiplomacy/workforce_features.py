"""Population by age, two revisions of it, and job postings, in the layout that notebooks read.

Knows: five-year age groups, ends and middles of years, months. Must not know: files, countries by
name, series of workers. May import: errors.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection

import pandas as pd

from techdiplomacy.errors import InvalidTable

AI_SIGNAL = "AI share"
# children: those born in the ten years before
_CHILDREN = 10
# parts of a population that two revisions are held against each other in
_PARTS = {"working": "working_age", "older": "older", "young": "under_10"}


def population_ages(
    population: pd.DataFrame, countries: Collection[str], *, until: int
) -> pd.DataFrame:
    """Return the population by five-year age group of some countries.

    Parameters
    ----------
    population : DataFrame
        Clean table ``population``.
    countries : collection of str
        ISO3 codes of the countries that pages show.
    until : int
        Last year wanted.

    Returns
    -------
    DataFrame
        Columns of the table ``population_ages``; all years up to the last one wanted.

    Raises
    ------
    InvalidTable
        If a country has no population, or the last year is not among its years.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["AAA", "AAA", "BBB"], "year": [2020, 2021, 2020],
    ...     "age_from": 0, "population_persons": [9.0, 8.0, 7.0], "projection": "estimate"})
    >>> population_ages(rows, ["AAA"], until=2020)["population_persons"].tolist()
    [9.0]
    """
    kept = population[population["country"].isin(list(countries))]
    _refuse_gaps(kept, countries, until)
    return kept[kept["year"] <= until].reset_index(drop=True)


def _refuse_gaps(population: pd.DataFrame, countries: Collection[str], until: int) -> None:
    """Raise if a country does not reach the last year wanted."""
    last = population.groupby("country")["year"].max().reindex(sorted(set(countries)))
    short = last.index[~(last >= until)]
    if len(short):
        raise InvalidTable(
            f"No population in {until} for {', '.join(short)}.",
            where="clean table population",
            next_step="Take these countries out of params.yaml, or lower workforce.cohorts_until.",
        )


def population_revisions(
    population: pd.DataFrame,
    totals: pd.DataFrame,
    decades: pd.DataFrame,
    countries: Collection[str],
    *,
    working_ages: list[int],
    until: int,
) -> pd.DataFrame:
    """Return what two revisions say of the population of some countries.

    Parameters
    ----------
    population : DataFrame
        Clean table ``population``, the earlier revision: 1 July, by age.
    totals : DataFrame
        Clean table ``population_totals``, the newer revision: 31 December, with intervals.
    decades : DataFrame
        Clean table ``population_decades``, the newer revision: 1 July, by age, every ten years.
    countries : collection of str
        ISO3 codes of the countries that pages show.
    working_ages : [first, last]
        First and last year of working age, limits of five-year groups.
    until : int
        Last year wanted.

    Returns
    -------
    DataFrame
        Columns of the table ``population_revisions``: 1 July of each year of which the newer
        revision says anything. Cells of the newer one are empty where it says nothing.

    Notes
    -----
    The newer totals are those of 31 December: 1 July of year t is the mean of the ends of t - 1
    and t. So is each end of the interval, which is right as far as errors of two neighbouring
    years go together, and they nearly do. Where only the population by age is known, the total is
    the sum of its groups and has no interval.
    """
    key = ["country", "year"]
    wanted = list(countries)
    first, last = working_ages
    renamed = {
        "population_persons": "newer_persons",
        "low_95": "newer_persons_low",
        "high_95": "newer_persons_high",
    }
    newer = _middle_of_year(totals[totals["country"].isin(wanted)].rename(columns=renamed))
    ages = _summed(decades[decades["country"].isin(wanted)], first, last).rename(
        columns={"all": "by_age", **{part: f"newer_{name}" for part, name in _PARTS.items()}}
    )
    both = newer.merge(ages, on=key, how="outer")
    both["newer_persons"] = both["newer_persons"].fillna(both["by_age"])
    earlier = _summed(population[population["country"].isin(wanted)], first, last).rename(
        columns={
            "all": "earlier_persons",
            **{part: f"earlier_{name}" for part, name in _PARTS.items()},
        }
    )
    joined = earlier.merge(both[both["year"] <= until], on=key, how="inner")
    columns = [*key, "earlier_persons", *renamed.values()]
    by_age = [f"{which}_{part}" for part in _PARTS.values() for which in ("earlier", "newer")]
    return joined[[*columns, *by_age]].sort_values(key, ignore_index=True)


def _middle_of_year(ends: pd.DataFrame) -> pd.DataFrame:
    """Return the state of 1 July from the states of 31 December before and after it."""
    later = ends.assign(year=ends["year"] + 1)
    both = pd.concat([ends, later], ignore_index=True).groupby(["country", "year"])
    means: pd.DataFrame = both.mean()[both.size() == 2]
    return means.reset_index()


def _summed(ages: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return persons of all ages, of working age, older, and children, by country and year."""
    persons = ages["population_persons"]
    working = persons.where(ages["age_from"].between(first, last), 0.0)
    older = persons.where(ages["age_from"] > last, 0.0)
    young = persons.where(ages["age_from"] < _CHILDREN, 0.0)
    return (
        ages.assign(all=persons, working=working, older=older, young=young)
        .groupby(["country", "year"], as_index=False)[["all", *_PARTS]]
        .sum()
    )


def job_postings(ai: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """Return signals from job postings by country and month.

    Parameters
    ----------
    ai : DataFrame
        Clean table ``ai_postings``; its months are whole.
    sectors : DataFrame
        Clean table ``sector_postings``.

    Returns
    -------
    DataFrame
        Columns of the table ``job_postings``; a month is incomplete if it has more days than its
        mean was taken over.

    Examples
    --------
    >>> ai = pd.DataFrame({"country": ["AAA"], "month": ["2021-02"], "ai_share_percent": [2.5]})
    >>> index = pd.DataFrame({"country": ["AAA"], "sector": ["Mathematics"],
    ...     "month": ["2021-03"], "postings_index": [110.0], "days": [30]})
    >>> job_postings(ai, index)[["signal", "value", "incomplete"]].values.tolist()
    [['AI share', 2.5, 0.0], ['Mathematics', 110.0, 1.0]]
    """
    lengths = sectors["month"].map(lambda month: calendar.monthrange(*_parts(month))[1])
    shares = ai.rename(columns={"ai_share_percent": "value"}).assign(
        signal=AI_SIGNAL, unit="percent of postings", incomplete=0.0
    )
    indices = sectors.rename(columns={"sector": "signal", "postings_index": "value"}).assign(
        unit="index, 1 February 2020 = 100",
        incomplete=(sectors["days"] < lengths).astype("float64"),
    )
    columns = ["country", "signal", "month", "value", "unit", "incomplete"]
    return pd.concat([shares[columns], indices[columns]], ignore_index=True)


def _parts(month: str) -> tuple[int, int]:
    """Return year and month of a text such as 2021-03."""
    year, number = month.split("-")
    return int(year), int(number)
