"""The words and tables of the section on job postings: signals, not counts of workers.

Knows: which sentence says which signal. Must not know: files, how a result was computed.
May import: texts, countries, labels, page_columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import (
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    listing,
    percent,
    phrase,
    say,
)

AI_SHARE = "AI share"
AI_SOURCES = ("indeed_ai_share",)
SECTOR_SOURCES = ("indeed_sectors",)


def ai_shares(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of feature ``job_postings`` on the share that mentions AI."""
    return postings[postings["signal"] == AI_SHARE].reset_index(drop=True)


def sector_rows(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of feature ``job_postings`` on sectors."""
    return postings[postings["signal"] != AI_SHARE].reset_index(drop=True)


def whole_months(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of months without missing days."""
    return postings[postings["incomplete"] == 0]


def month_words(month: str) -> Sayable:
    """Return a month written as ``2026-06``.

    Examples
    --------
    >>> month_words("2026-06").say("en"), month_words("2026-06").say("vi")
    ('2026-06', '06/2026')
    """
    number, name = month.split("-")
    return Spelled({"en": month, "vi": f"{name}/{number}"})


def ai_headline(postings: pd.DataFrame, names: Countries) -> Text:
    """Return in which country the share is highest, and where it is lowest, in the newest month."""
    rows = whole_months(ai_shares(postings))
    newest = rows[rows["month"] == rows["month"].max()].sort_values("value")
    low, high = newest.iloc[0], newest.iloc[-1]
    return say(
        "{share} of postings in {country} mention AI, {least} in {other} ({month})",
        share=percent(high["value"] / 100),
        country=names.text(high["country"]),
        least=percent(low["value"] / 100),
        other=names.text(low["country"]),
        month=month_words(high["month"]),
    )


def ai_subtitle(postings: pd.DataFrame) -> Text:
    """Return what is drawn, from when to when."""
    rows = ai_shares(postings)
    return say(
        "Share of job postings on one platform that mention AI, percent, monthly means, {first} to "
        "{last}",
        first=month_words(rows["month"].min()),
        last=month_words(rows["month"].max()),
    )


def ai_alt(postings: pd.DataFrame, names: Countries) -> Text:
    """Return the lines of the AI share in words."""
    rows = whole_months(ai_shares(postings))
    ends = rows.sort_values("month").groupby("country")["value"].agg(["first", "last"])
    rise = (ends["last"] - ends["first"]).sort_values(kind="stable")
    country = str(rise.index[-1])
    then, now = ends.loc[[country]].to_numpy()[0] / 100
    return say(
        "Lines of {n} countries. From {first} to {last} the share rose in {up} of them, most in "
        "{country}: from {then} to {now}.",
        n=count(len(ends)),
        first=month_words(rows["month"].min()),
        last=month_words(rows["month"].max()),
        up=count((rise > 0).sum()),
        country=names.text(country),
        then=percent(then, 1),
        now=percent(now, 1),
    )


def coverage_words(
    postings: pd.DataFrame, lacking: str, partners: Sequence[str], viewpoint: str, names: Countries
) -> Text:
    """Return which countries have signals, and which part of the world has none.

    Parameters
    ----------
    postings : DataFrame
        Feature ``job_postings``.
    lacking : str
        What the card of the source says is missing, as its words stand there.
    partners : sequence of str
        Partners of the viewpoint country.
    viewpoint : str
        The country that is named in any case.
    names : Countries
        Names.
    """
    covered = set(postings["country"])
    country = names.text(viewpoint)
    own = (
        say("{country} is covered.", country=country)
        if viewpoint in covered
        else say("{country} is not covered.", country=country)
    )
    return say(
        "Covered: {countries}; of {n} partners {k}. {own} Missing: {lacking}. Nothing follows from "
        "these signals for countries without them.",
        countries=listing(names.text(code) for code in sorted(covered)),
        n=count(len(partners)),
        k=count(len(covered & set(partners))),
        own=own,
        lacking=phrase(lacking),
    )


def sectors_table(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the index of each sector in the newest whole month of each country.

    Returns
    -------
    DataFrame
        Column ``signal``, one of numbers for each country, ``median`` over countries; sectors
        that fewest postings are left of first.
    """
    rows = whole_months(sector_rows(postings))
    newest = rows.loc[rows.groupby(["country", "signal"])["month"].idxmax()]
    wide = newest.pivot(index="signal", columns="country", values="value")
    return (
        wide.assign(median=wide.median(axis=1))
        .sort_values(["median"], kind="stable")
        .rename_axis(columns=None)
        .reset_index()
    )


def sectors_columns(table: pd.DataFrame, names: Countries) -> Columns:
    """Return how `sectors_table` reads; ``table`` is what it returned."""
    countries = [str(name) for name in table.columns if name not in ("signal", "median")]
    return (
        cells.label("signal", say("sector")),
        *(
            cells.observed(code, say("{country}", country=names.text(code)), count)
            for code in countries
        ),
        cells.statistic("median", say("median"), count),
    )


def sectors_headline(table: pd.DataFrame) -> Text:
    """Return in how many sectors fewer postings are out than before, and where it is fewest."""
    first, last = table.iloc[0], table.iloc[-1]
    return say(
        "In {n} of {all} sectors fewer postings than in February 2020 in most countries; fewest in "
        "{first} ({low}), most in {last} ({high})",
        n=count((table["median"] < 100).sum()),
        all=count(len(table)),
        first=load_labels().text(first["signal"]),
        low=count(first["median"]),
        last=load_labels().text(last["signal"]),
        high=count(last["median"]),
    )


def sectors_subtitle(postings: pd.DataFrame) -> Text:
    """Return what the index is, and until when it runs."""
    rows = sector_rows(postings)
    ends = whole_months(rows).groupby("country")["month"].max()
    return say(
        "Index of postings, 1 February 2020 = 100, to {first} or later, {last} at the latest",
        first=month_words(ends.min()),
        last=month_words(ends.max()),
    )


def sectors_alt(postings: pd.DataFrame, table: pd.DataFrame) -> Text:
    """Return the charts of sectors in words."""
    rows = whole_months(sector_rows(postings))
    return say(
        "{n} small charts of lines by country, {first} to {last}. In the newest whole month the "
        "median over countries lies between {low} and {high}, where 100 is February 2020.",
        n=count(len(table)),
        first=month_words(rows["month"].min()),
        last=month_words(rows["month"].max()),
        low=count(table["median"].min()),
        high=count(table["median"].max()),
    )


def months_words(postings: pd.DataFrame, names: Countries) -> Text:
    """Return where the index of each country ends, and which newest months lack days."""
    rows = sector_rows(postings)
    ends = rows.sort_values("month").groupby("country").tail(1)
    return say(
        "The newest month of each country: {ends}. Where days are missing, the month is drawn as "
        "an empty circle, and the table gives the month before.",
        ends=commas(
            _ending(names.text(row["country"]), row["month"], bool(row["incomplete"]))
            for row in ends.sort_values("country").to_dict("records")
        ),
    )


def _ending(country: Sayable, month: str, incomplete: bool) -> Text:
    if incomplete:
        return say("{country} {month} (incomplete)", country=country, month=month_words(month))
    return say("{country} {month}", country=country, month=month_words(month))
