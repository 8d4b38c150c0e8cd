"""The section of the scenario page on one generation, from its births to its working life.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, demography, page_columns, demography_words.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography import CHILDREN, generation_revised
from techdiplomacy.demography_words import estimates_to, signed_tenth, with_shares
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, count, day, percent, rounded, say, year

# from this difference between two revisions on, a country is named
_REVISED = 0.05


def cohort_table(
    cohort: pd.DataFrame, shown: Sequence[str], check: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the generation at the start and at the end of the table, one row a country.

    Parameters
    ----------
    cohort : DataFrame
        Table ``birth_cohort``.
    shown : sequence of str
        Countries, in the order of the rows.
    check : DataFrame, optional
        Table ``population_check``.

    Returns
    -------
    DataFrame
        Columns ``country, persons_first, persons_last, change``, and with the check ``revised``:
        children of about that generation in the newer revision over the one used, less 1.
    """
    wide = cohort.pivot(index="country", columns="year", values="persons")
    first, last = wide[wide.columns.min()], wide[wide.columns.max()]
    table = pd.DataFrame({"persons_first": first, "persons_last": last, "change": last / first - 1})
    if check is not None:
        found = generation_revised(check, _generation(cohort)).set_index("country")
        table["revised"] = found["under_10_difference"]
    return table.reindex(list(shown)).rename_axis("country").reset_index()


def _generation(cohort: pd.DataFrame) -> tuple[int, int]:
    return int(cohort["born_from"].iloc[0]), int(cohort["born_to"].iloc[0])


def cohort_columns(
    cohort: pd.DataFrame, names: Countries, check: pd.DataFrame | None = None
) -> Columns:
    """Return how `cohort_table` reads; give the check here if it was given there."""
    first, last = _ends(cohort)
    columns = (
        cells.country("country", say("country"), names),
        cells.observed("persons_first", _persons_on(first), rounded),
        cells.observed("persons_last", _persons_on(last), rounded),
        cells.observed("change", say("change"), signed_tenth),
    )
    revised = None if check is None else generation_revised(check, _generation(cohort))
    if revised is None or revised.empty:
        return columns
    heading = say(
        "newer revision, children below {age} in {year}",
        age=count(CHILDREN),
        year=year(revised["year"].iloc[0]),
    )
    return (*columns, cells.observed("revised", heading, signed_tenth))


def revised_words(
    cohort: pd.DataFrame,
    check: pd.DataFrame,
    shown: Sequence[str],
    names: Countries,
    *,
    margin: float = _REVISED,
) -> Text:
    """Return for which countries the newer revision has another number of children.

    Parameters
    ----------
    cohort, check : DataFrame
        Tables ``birth_cohort`` and ``population_check``.
    shown : sequence of str
        Countries of the table.
    names : Countries
        Names.
    margin : float
        Countries are named from this difference on, in either direction.
    """
    revised = generation_revised(check, _generation(cohort))
    own = revised[revised["country"].isin(list(shown))].set_index("country")["under_10_difference"]
    if own.empty:
        return say("How the newer revision counts this generation is not known.")
    far = own[own.abs() >= margin].sort_values(key=lambda by: by.abs(), ascending=False)
    born_from, born_to = _generation(cohort)
    values: dict[str, Sayable] = {
        "age": count(CHILDREN),
        "year": year(revised["year"].iloc[0]),
        "born_from": year(born_from),
        "born_to": year(born_to),
        "margin": percent(margin),
        "all": count(len(own)),
    }
    if far.empty:
        return say(
            "In none of {all} countries does the newer revision differ by {margin} or more in "
            "children below {age} in {year}, who are about as old as those born {born_from} to "
            "{born_to}.",
            **values,
        )
    return say(
        "Children below {age} in {year} are about as old as those born {born_from} to {born_to}: "
        "their number differs by {margin} or more in the newer revision for {n} of {all} "
        "countries, {countries}; there the generation would be about as much smaller or larger.",
        n=count(len(far)),
        countries=with_shares(far, names, len(far)),
        **values,
    )


def _ends(cohort: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return a row of the first and of the last year of the table."""
    ordered = cohort.sort_values("year")
    return ordered.iloc[0], ordered.iloc[-1]


def _persons_on(row: pd.Series) -> Text:
    return say(
        "persons on {day}, aged {youngest} to {oldest}",
        day=day(f"{row['year'] + 1}-01-01"),
        youngest=count(row["age_from"]),
        oldest=count(row["age_to"]),
    )


def cohort_headline(cohort: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return how large the generation of the viewpoint country is, at first and at last."""
    first, last = _ends(cohort[cohort["country"] == viewpoint])
    return say(
        "{country}, born {born_from} to {born_to}: {first} persons at first, {last} at the end of "
        "{until}, aged {youngest} to {oldest}",
        country=names.text(viewpoint),
        born_from=year(first["born_from"]),
        born_to=year(first["born_to"]),
        first=rounded(first["persons"]),
        last=rounded(last["persons"]),
        until=year(last["year"]),
        youngest=count(last["age_from"]),
        oldest=count(last["age_to"]),
    )


def cohort_subtitle(cohort: pd.DataFrame, flows: pd.DataFrame) -> Text:
    """Return what moves a generation, and from when on its births are projected."""
    first, _ = _ends(cohort)
    return say(
        "Cohort born {born_from} to {born_to}: births, survival and migration of the medium "
        "variant; {known}",
        born_from=year(first["born_from"]),
        born_to=year(first["born_to"]),
        known=estimates_to(flows),
    )
