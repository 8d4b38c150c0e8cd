"""The section of the scenario page on the newer revision of the population, and on disputed ages.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, demography, page_columns, demography_words.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography import OLDER
from techdiplomacy.demography_words import signed_tenth, tenth, with_shares
from techdiplomacy.page_columns import Columns, Estimate, Interval
from techdiplomacy.texts import Number, Sayable, Text, commas, count, percent, rounded, say, year
from techdiplomacy.vocabulary import REVISIONS

CHECK_SOURCES = ("un_population_2022", "un_population_2024_totals", "un_population_2024_ages")
# the interval of the newer revision
_LEVEL = 0.95


def check_table(check: pd.DataFrame, shown: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return the rows of table ``population_check`` of some countries and years."""
    own = check[check["country"].isin(list(shown)) & check["year"].isin(list(years))]
    place = {code: order for order, code in enumerate(shown)}
    return own.sort_values(
        ["country", "year"],
        key=lambda column: column.map(place) if column.name == "country" else column,
        ignore_index=True,
    )


def _four_digits(number: float) -> Number:
    return rounded(number, 4)


def check_columns(names: Countries, table: pd.DataFrame | None = None) -> Columns:
    """Return how `check_table` reads.

    Parameters
    ----------
    names : Countries
        Names.
    table : DataFrame, optional
        The rows shown: a column that is empty in all of them is left out, and so is the share of
        older people in the one revision where the other has none.
    """
    columns: Columns = (
        cells.country("country", say("country"), names),
        cells.observed("year", say("year"), year),
        cells.observed("earlier_persons", say("revision used"), _four_digits),
        cells.estimate(
            "newer_persons",
            say("newer revision"),
            _four_digits,
            Interval("newer_persons_low", "newer_persons_high", percent(_LEVEL)),
            without={"no_interval": REVISIONS["no_interval"]},
            by="agrees",
        ),
        cells.observed("difference", say("newer over used"), signed_tenth),
        cells.observed("working_age_difference", say("the same of working age"), signed_tenth),
        cells.observed(
            "earlier_older_share", say("of {age} and older, used", age=count(OLDER)), tenth
        ),
        cells.observed(
            "newer_older_share", say("of {age} and older, newer", age=count(OLDER)), tenth
        ),
        cells.words("agrees", say("used against the newer interval"), REVISIONS),
    )
    if table is None:
        return columns
    empty = {str(name) for name in table.columns[table.isna().all()]}
    if "newer_older_share" in empty:
        empty.add("earlier_older_share")
    return tuple(one for one in columns if isinstance(one, Estimate) or one.of not in empty)


def check_headline(
    check: pd.DataFrame, names: Countries, *, in_year: int, first_year: int | None = None
) -> Text:
    """Return how many countries lie outside the newer interval, in the first and last year.

    Parameters
    ----------
    check : DataFrame
        Table ``population_check``.
    names : Countries
        Names.
    in_year : int
        Last year compared.
    first_year : int, optional
        First year compared; without it the first one of which an interval is known.
    """
    known = check[check["agrees"] != "no_interval"]
    start = int(known["year"].min()) if first_year is None else first_year
    own = known[known["year"] == in_year]
    outside = own[own["agrees"] == "outside"]
    far = outside.reindex(outside["difference"].abs().sort_values(ascending=False).index)
    before = known[(known["year"] == start) & (known["agrees"] == "outside")]
    values: dict[str, Sayable] = {
        "n": count(len(outside)),
        "all": count(len(own)),
        "level": percent(_LEVEL),
        "year": year(in_year),
        "before": count(len(before)),
        "start": year(start),
    }
    if far.empty:
        return say(
            "Outside the {level} interval of the newer revision lie {before} countries in {start}, "
            "{n} of {all} in {year}",
            **values,
        )
    return say(
        "Outside the {level} interval of the newer revision lie {before} countries in {start}, {n} "
        "of {all} in {year}, furthest {countries}",
        countries=with_shares(far.set_index("country")["difference"], names, 2),
        **values,
    )


def check_subtitle(table: pd.DataFrame) -> Text:
    """Return which years of which revisions are compared, and on which day."""
    return say(
        "All people on 1 July, revisions of 2022 and 2024, medium variants, {years}; totals that "
        "the newer one gives for the ends of years are means of two of them",
        years=commas(year(one) for one in sorted(table["year"].unique())),
    )


def check_words(check: pd.DataFrame, viewpoint: str, names: Countries, *, in_year: int) -> Text:
    """Return how far the newer revision lies from the one used, at most and for one country."""
    own = check[check["year"] == in_year].set_index("country")["difference"]
    return say(
        "Against the revision used, the newer one has from {low} to {high} people in {year}; for "
        "{country} {own}.",
        low=percent(own.min(), 1, signed=True),
        high=percent(own.max(), 1, signed=True),
        year=year(in_year),
        country=names.text(viewpoint),
        own=percent(own[viewpoint], 1, signed=True),
    )


def disputed_words(disputed: pd.DataFrame, names: Countries, *, margin: float) -> Text:
    """Return for which countries the revisions differ much on ages.

    Parameters
    ----------
    disputed : DataFrame
        What `demography.disputed_ages` returns.
    names : Countries
        Names.
    margin : float
        The margin it was asked for.
    """
    values: dict[str, Sayable] = {"age": count(OLDER), "points": count(100 * margin)}
    if disputed.empty:
        return say(
            "For no country do the revisions differ by {points} points or more in the share of "
            "people of {age} and older.",
            **values,
        )
    return say(
        "By {points} points or more the revisions differ in the share of people of {age} and "
        "older for: {countries}. No headline and no finding on ages rests on these countries.",
        countries=commas(
            say(
                "{country} ({used} used, {newer} newer, {year})",
                country=names.text(str(row["country"])),
                used=percent(row["earlier_older_share"]),
                newer=percent(row["newer_older_share"]),
                year=year(row["year"]),
            )
            for row in disputed.to_dict("records")
        ),
        **values,
    )
