"""The section on ageing of the scenario page: shares of older people, and how fast they rise.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, demography, page_columns, demography_words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.demography import OLDER
from techdiplomacy.demography_words import NAMED, estimates_to, reached_words, tenth
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, commas, count, percent, period, say, year


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
        row |= {f"mark{place}": reached_words(one, until) for place, one in enumerate(own)}
        for place, (before, after) in enumerate(pairwise(own), start=1):
            known = before["status"] != "before" and pd.notna(after["year"])
            row[f"took{place}"] = after["year"] - before["year"] if known else None
        rows.append(row)
    table = pd.DataFrame(rows)
    took = [name for name in table.columns if name.startswith("took")]
    return table.astype(dict.fromkeys(took, "Int64"))


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
        cells.observed("share_base", say("share in {year}", year=year(base_year)), tenth),
        cells.observed("share_end", say("share in {year}", year=year(until)), tenth),
        *reached,
        *took,
    )


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
            for code, years in others[["country", "years"]].head(NAMED).to_numpy()
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
