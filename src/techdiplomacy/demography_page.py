"""Sections of the scenario page on ages: ageing, entrants and leavers, one generation, revisions.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, demography, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography import CHILDREN, OLDER, generation_revised
from techdiplomacy.page_columns import Columns, Estimate, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    commas,
    count,
    day,
    percent,
    period,
    rounded,
    say,
    year,
)
from techdiplomacy.vocabulary import BALANCES, REVISIONS

SOURCES = ("un_population_2022",)
CHECK_SOURCES = ("un_population_2022", "un_population_2024_totals", "un_population_2024_ages")
# the interval of the newer revision
_LEVEL = 0.95
# countries named in a sentence
_NAMED = 4
# from this difference between two revisions on, a country is named
_REVISED = 0.05


def _signed(number: float) -> Number:
    """Return a number of persons at three significant digits, with its sign."""
    return Number(number, digits=3, signed=True)


def estimates_to(flows: pd.DataFrame) -> Text:
    """Return up to which year the population of table ``age_flows`` is estimated."""
    estimated = flows.loc[flows["projection"] == "estimate", "year"]
    if estimated.empty:
        return say("projected from {first} on", first=year(flows["year"].min()))
    return say("estimates to {last}", last=year(estimated.max()))


# --- ageing -----------------------------------------------------------------------------------


def ageing_table(
    ageing: pd.DataFrame, flows: pd.DataFrame, shown: Sequence[str], *, base_year: int
) -> pd.DataFrame:
    """Return one row a country: shares of older people, years of the marks, years between them.

    Parameters
    ----------
    ageing, flows : DataFrame
        Tables ``ageing_years`` and ``age_flows``.
    shown : sequence of str
        Countries, in the order of the rows.
    base_year : int
        Year of the first share; the second one is that of the last year.

    Returns
    -------
    DataFrame
        Columns ``country, share_base, share_end``, ``mark0, mark1, ...`` (in words) and ``took1,
        took2, ...``: years from the mark before, empty unless both years are known.
    """
    until = int(flows["year"].max())
    share = flows.pivot(index="country", columns="year", values="older_share")
    rows = []
    for code in shown:
        own = ageing[ageing["country"] == code].sort_values("mark").to_dict("records")
        row: dict[str, object] = {
            "country": code,
            "share_base": share.at[code, base_year],
            "share_end": share.at[code, until],
        }
        row |= {f"mark{place}": _reached(one, until) for place, one in enumerate(own)}
        for place, (before, after) in enumerate(pairwise(own), start=1):
            known = before["status"] != "before" and pd.notna(after["year"])
            row[f"took{place}"] = after["year"] - before["year"] if known else None
        rows.append(row)
    table = pd.DataFrame(rows)
    took = [name for name in table.columns if name.startswith("took")]
    return table.astype(dict.fromkeys(took, "Int64"))


def _reached(row: Mapping[Any, Any], until: int) -> Text:
    """Return in words when a mark is reached."""
    if row["status"] == "not_yet":
        return say("not by {until}", until=year(until))
    when = year(row["year"])
    if row["status"] == "before":
        return say("by {year}", year=when)
    if row["status"] == "ahead":
        return say("{year}, projected", year=when)
    return say("{year}", year=when)


def ageing_columns(
    table: pd.DataFrame, ageing: pd.DataFrame, names: Countries, *, base_year: int, until: int
) -> Columns:
    """Return how `ageing_table` reads."""
    marks = sorted(ageing["mark"].unique())
    reached = [
        cells.texts(f"mark{place}", say("{mark} reached", mark=percent(mark)))
        for place, mark in enumerate(marks)
    ]
    took = [
        cells.observed(
            f"took{place}",
            say("years from {low} to {high}", low=percent(low), high=percent(high)),
            count,
        )
        for place, (low, high) in enumerate(pairwise(marks), start=1)
    ]
    return (
        cells.country("country", say("country"), names),
        cells.observed("share_base", say("share in {year}", year=year(base_year)), _tenth),
        cells.observed("share_end", say("share in {year}", year=year(until)), _tenth),
        *reached,
        *took,
    )


def _tenth(share: float) -> Number:
    return percent(share, 1)


def speeds(ageing: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Return how many years the way from the first to the second mark takes, fastest first.

    Returns
    -------
    DataFrame
        Columns ``country, from_year, to_year, years, status`` (of the second mark); countries
        that were past the first mark at the start, or do not reach the second one, are left out.
    """
    marks = sorted(ageing["mark"].unique())
    columns = ["country", "from_year", "to_year", "years", "status"]
    if len(marks) < 2:
        return pd.DataFrame(columns=columns)
    low, high = (
        ageing[ageing["mark"] == mark].set_index("country").reindex(list(shown))
        for mark in marks[:2]
    )
    known = low["status"].isin(["passed", "ahead"]) & high["status"].isin(["passed", "ahead"])
    found = pd.DataFrame(
        {
            "from_year": low.loc[known, "year"].astype(int),
            "to_year": high.loc[known, "year"].astype(int),
            "status": high.loc[known, "status"],
        }
    )
    found = found.assign(years=found["to_year"] - found["from_year"])
    return (
        found.rename_axis("country")
        .reset_index()
        .sort_values(["years", "country"], ignore_index=True)[columns]
    )


def speed_sentence(
    ageing: pd.DataFrame,
    flows: pd.DataFrame,
    viewpoint: str,
    shown: Sequence[str],
    names: Countries,
    *,
    base_year: int,
) -> Text:
    """Return how fast the viewpoint country ages beside others.

    Parameters
    ----------
    ageing, flows : DataFrame
        Tables ``ageing_years`` and ``age_flows``.
    viewpoint : str
        Country that the sentence is about.
    shown : sequence of str
        Countries to compare it with.
    names : Countries
        Names.
    base_year : int
        Year of the first share, where the years of the marks are not known.
    """
    found = speeds(ageing, list(dict.fromkeys([viewpoint, *shown])))
    own = found[found["country"] == viewpoint]
    others = found[found["country"] != viewpoint]
    country = names.text(viewpoint)
    if own.empty:
        share = flows[flows["country"] == viewpoint].set_index("year")["older_share"]
        return say(
            "People of {age} and older: {low} of {country} in {base}, {high} in {until}",
            age=count(OLDER),
            low=percent(share[base_year]),
            country=country,
            base=year(base_year),
            high=percent(share.iloc[-1]),
            until=year(share.index[-1]),
        )
    row = own.iloc[0]
    low, high = sorted(ageing["mark"].unique())[:2]
    values: dict[str, Sayable] = {
        "country": country,
        "low": percent(low),
        "high": percent(high),
        "age": count(OLDER),
        "n": count(row["years"]),
        "years": period(f"{row['from_year']}-{row['to_year']}"),
    }
    if others.empty:
        return say(
            "{country} goes from {low} to {high} of people of {age} and older in {n} years "
            "({years})",
            **values,
        )
    return say(
        "{country} goes from {low} to {high} of people of {age} and older in {n} years "
        "({years}); {others}",
        others=commas(
            say("{country} {n}", country=names.text(code), n=count(years))
            for code, years in others[["country", "years"]].head(_NAMED).to_numpy()
        ),
        **values,
    )


def ageing_headline(ageing: pd.DataFrame, flows: pd.DataFrame, shown: Sequence[str]) -> Text:
    """Return how many countries have reached the highest mark, and how many will."""
    own = ageing[ageing["country"].isin(list(shown))]
    top = own[own["mark"] == own["mark"].max()]
    estimated = flows.loc[flows["projection"] == "estimate", "year"]
    return say(
        "{now} of {n} countries had {mark} of people of {age} and older by {last}, {later} more "
        "are projected to by {until}",
        now=count(top["status"].isin(["passed", "before"]).sum()),
        n=count(len(top)),
        mark=percent(own["mark"].max()),
        age=count(OLDER),
        last=year(flows["year"].min() if estimated.empty else estimated.max()),
        later=count((top["status"] == "ahead").sum()),
        until=year(flows["year"].max()),
    )


def ageing_subtitle(flows: pd.DataFrame, from_year: int) -> Text:
    """Return what the chart and the table of ageing measure."""
    return say(
        "People of {age} and older over all people, {first} to {last}; {known}, then medium "
        "variant",
        age=count(OLDER),
        first=year(from_year),
        last=year(flows["year"].max()),
        known=estimates_to(flows),
    )


def ageing_alt(flows: pd.DataFrame, viewpoint: str, shown: Sequence[str], names: Countries) -> Text:
    """Return the chart of ageing in words."""
    until = flows["year"].max()
    end = flows[(flows["year"] == until) & flows["country"].isin([viewpoint, *shown])]
    share = end.set_index("country")["older_share"].sort_values()
    values: dict[str, Sayable] = {
        "age": count(OLDER),
        "until": year(until),
        "lowest": names.text(str(share.index[0])),
        "low": percent(share.iloc[0]),
        "highest": names.text(str(share.index[-1])),
        "high": percent(share.iloc[-1]),
    }
    if viewpoint in (share.index[0], share.index[-1]):
        return say(
            "Share of people of {age} and older in {until}: from {low} in {lowest} to {high} in "
            "{highest}.",
            **values,
        )
    return say(
        "Share of people of {age} and older in {until}: from {low} in {lowest} to {high} in "
        "{highest}; {own} in {country}.",
        own=percent(share[viewpoint]),
        country=names.text(viewpoint),
        **values,
    )


# --- entrants and leavers -----------------------------------------------------------------------


def balances(flows: pd.DataFrame, shown: Sequence[str], *, base_year: int) -> pd.Series:
    """Return entrants less leavers after the base year over persons of working life, by country.

    Lowest first.
    """
    own = flows[flows["country"].isin(list(shown))]
    summed = own[own["year"] > base_year].groupby("country")["balance"].sum()
    core = own[own["year"] == base_year].set_index("country")["core"]
    return (summed / core).sort_values()


def _with_shares(shares: pd.Series, names: Countries, most: int = _NAMED) -> Sayable:
    """Return countries with their balance in brackets, in the order given."""
    return commas(
        say(
            "{country} ({share})",
            country=names.text(str(code)),
            share=percent(share, signed=True),
        )
        for code, share in shares.head(most).items()
    )


def flows_headline(
    flows: pd.DataFrame, shown: Sequence[str], names: Countries, *, base_year: int
) -> Text:
    """Return in how many countries more people leave working life than reach it."""
    shares = balances(flows, shown, base_year=base_year)
    losing = shares[shares < 0]
    values: dict[str, Sayable] = {
        "n": count(len(losing)),
        "all": count(len(shares)),
        "first": year(base_year + 1),
        "last": year(flows["year"].max()),
    }
    if losing.empty:
        return say(
            "{first} to {last}: in {n} of {all} countries more people leave working life than "
            "reach it",
            **values,
        )
    return say(
        "{first} to {last}: in {n} of {all} countries more people leave working life than reach "
        "it, most of all in {countries}",
        countries=_with_shares(losing, names, 2),
        **values,
    )


def flows_subtitle(flows: pd.DataFrame, *, entry_age: int, exit_age: int, from_year: int) -> Text:
    """Return what the chart of entrants and leavers measures."""
    return say(
        "Persons who reach the age of {entry} and of {exit} in a year, {first} to {last}; {known}, "
        "then medium variant; small print: entrants less leavers",
        entry=count(entry_age),
        exit=count(exit_age),
        first=year(from_year),
        last=year(flows["year"].max()),
        known=estimates_to(flows),
    )


def flows_alt(
    flows: pd.DataFrame, shown: Sequence[str], names: Countries, *, base_year: int
) -> Text:
    """Return the chart of entrants and leavers in words."""
    shares = balances(flows, shown, base_year=base_year)
    return say(
        "Entrants less leavers {first} to {last}, over persons of working life in {base}: from "
        "{lowest} to {highest}.",
        first=year(base_year + 1),
        last=year(flows["year"].max()),
        base=year(base_year),
        lowest=_with_shares(shares, names, 1),
        highest=_with_shares(shares[::-1], names, 1),
    )


# --- one generation -----------------------------------------------------------------------------


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
        cells.observed("change", say("change"), _signed_tenth),
    )
    revised = None if check is None else generation_revised(check, _generation(cohort))
    if revised is None or revised.empty:
        return columns
    heading = say(
        "newer revision, children below {age} in {year}",
        age=count(CHILDREN),
        year=year(revised["year"].iloc[0]),
    )
    return (*columns, cells.observed("revised", heading, _signed_tenth))


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
        countries=_with_shares(far, names, len(far)),
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


def _signed_tenth(share: float) -> Number:
    return percent(share, 1, signed=True)


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


# --- pairs --------------------------------------------------------------------------------------


def pairs_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return table ``demographic_pairs``, partners with fewest entrants less leavers first."""
    return pairs.sort_values(["partner_balance_share", "partner"], ignore_index=True)


def pair_columns(names: Countries) -> Columns:
    """Return how `pairs_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("partner_balance", say("its entrants less leavers"), _signed),
        cells.observed("partner_balance_share", say("over its working life"), _signed_tenth),
        cells.observed(
            "partner_core_change",
            say("change of its working life, with deaths and migration"),
            _signed_tenth,
        ),
        cells.words("verdict", say("reading"), BALANCES),
        cells.observed("years_held", say("years of which it is true"), percent),
    )


def pairs_headline(pairs: pd.DataFrame, names: Countries) -> Text:
    """Return how many partners have fewer entrants than leavers, and how the viewpoint fares."""
    row = pairs.iloc[0]
    losing = pairs["partner_balance"] < 0
    values: dict[str, Sayable] = {
        "n": count(losing.sum()),
        "all": count(len(pairs)),
        "country": names.text(row["country"]),
        "own": _signed(row["own_balance"]),
        "share": percent(row["own_balance_share"], signed=True),
        "core": percent(row["own_core_change"], signed=True),
    }
    return say(
        "{n} of {all} partners have fewer entrants than leavers; {country}: {own} ({share}), with "
        "deaths and migration {core}",
        **values,
    )


def pairs_subtitle(flows: pd.DataFrame, *, base_year: int, entry_age: int, exit_age: int) -> Text:
    """Return what is added up for the pairs, and over what."""
    return say(
        "Persons who reach the age of {entry} less those who reach {exit}, {first} to {last}, over "
        "persons between these ages in {base}; deaths before {exit} and migration are in neither, "
        "but in the change of working life from {base} to {last}; medium variant",
        entry=count(entry_age),
        exit=count(exit_age),
        first=year(base_year + 1),
        last=year(flows["year"].max()),
        base=year(base_year),
    )


# --- revisions ----------------------------------------------------------------------------------


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
        cells.observed("difference", say("newer over used"), _signed_tenth),
        cells.observed("working_age_difference", say("the same of working age"), _signed_tenth),
        cells.observed(
            "earlier_older_share", say("of {age} and older, used", age=count(OLDER)), _tenth
        ),
        cells.observed(
            "newer_older_share", say("of {age} and older, newer", age=count(OLDER)), _tenth
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
        countries=_with_shares(far.set_index("country")["difference"], names, 2),
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


# --- findings -----------------------------------------------------------------------------------


def findings(
    ageing: pd.DataFrame,
    flows: pd.DataFrame,
    pairs: pd.DataFrame,
    names: Countries,
    *,
    shown: Sequence[str],
    base_year: int,
) -> list[Finding]:
    """Return the two findings on ages: how fast the viewpoint country ages, who has entrants.

    Countries whose ages are in dispute between revisions are left out of ``pairs`` and ``shown``
    by the caller.

    Parameters
    ----------
    ageing, flows, pairs : DataFrame
        Tables ``ageing_years``, ``age_flows`` and ``demographic_pairs``.
    names : Countries
        Names.
    shown : sequence of str
        Countries that the speed is compared with.
    base_year : int
        Entrants and leavers are added up after it.
    """
    viewpoint = str(pairs["country"].iloc[0])
    known = estimates_to(flows)
    speed = speed_sentence(ageing, flows, viewpoint, shown, names, base_year=base_year)
    return [
        Finding(say("{speed}.", speed=speed), say("medium variant, no interval"), known),
        _fewer_entrants(flows, pairs, names, base_year=base_year),
    ]


def _fewer_entrants(
    flows: pd.DataFrame, pairs: pd.DataFrame, names: Countries, *, base_year: int
) -> Finding:
    """Return how many partners have fewer entrants than leavers, and how steadily."""
    losing = pairs[pairs["partner_balance"] < 0].sort_values("partner_balance_share")
    single = flows[(flows["year"] > base_year) & flows["country"].isin(losing["partner"])]
    steady = (single["balance"] < 0).groupby(single["country"]).all()
    own = pairs.iloc[0]
    values: dict[str, Sayable] = {
        "years": period(f"{base_year + 1}-{flows['year'].max()}"),
        "n": count(len(losing)),
        "all": count(len(pairs)),
        "country": names.text(str(own["country"])),
        "own": percent(own["own_balance_share"], signed=True),
        "core": percent(own["own_core_change"], signed=True),
    }
    if losing.empty:
        sentence = say(
            "{years}: more leave than reach working life in {n} of {all} partners; "
            "{country} {own}, after deaths and migration {core}.",
            **values,
        )
    else:
        sentence = say(
            "{years}: more leave than reach working life in {n} of {all} partners, "
            "first {countries}; {country} {own}, after deaths and migration {core}.",
            countries=_with_shares(losing.set_index("partner")["partner_balance_share"], names, 2),
            **values,
        )
    certainty = say("every single year in {n} of them", n=count(steady.sum()))
    return Finding(sentence, certainty, estimates_to(flows))
