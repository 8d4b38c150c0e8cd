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
# a share that has grown by this factor within a year has grown more than jobs do
_STEEP = 2.0


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


def _wide(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the share that mentions AI by month (rows) and country, whole months only."""
    rows = whole_months(ai_shares(postings))
    return rows.pivot(index="month", columns="country", values="value").sort_index()


def _year_before(month: str) -> str:
    return f"{int(month[:4]) - 1}{month[4:]}"


def ai_headline(postings: pd.DataFrame) -> Text:
    """Return the median share over countries in the newest month, and a year before if known."""
    wide = _wide(postings)
    newest = str(wide.index[-1])
    before = _year_before(newest)
    now = wide.loc[[newest]].iloc[0].dropna()
    values: dict[str, Sayable] = {
        "share": percent(float(now.median()) / 100, 1),
        "n": count(len(now)),
        "month": month_words(newest),
    }
    if before not in wide.index:
        return say(
            "In the median of {n} countries, {share} of postings mention AI ({month})", **values
        )
    # the same countries in both months
    known = wide.loc[[before], list(now.index)].iloc[0]
    return say(
        "In the median of {n} countries, {share} of postings mention AI ({month}), {then} a year "
        "earlier",
        then=percent(float(known.median()) / 100, 1),
        **values,
    )


def ai_jump(postings: pd.DataFrame, names: Countries) -> Text:
    """Return where the share rose most within the newest year, and what such a rise may be."""
    wide = _wide(postings)
    newest = str(wide.index[-1])
    before = _year_before(newest)
    both = wide.reindex([before, newest]).T.dropna().set_axis(["then", "now"], axis=1)
    rise = both["now"] - both["then"]
    if not (rise > 0).any():
        return say("In no country has the share risen within the last year.")
    country = str(rise.idxmax())
    then, now = (float(both.loc[[country], column].iloc[0]) for column in ("then", "now"))
    values: dict[str, Sayable] = {
        "country": names.text(country),
        "then": percent(then / 100, 1),
        "now": percent(now / 100, 1),
    }
    if now < _STEEP * then:
        return say(
            "Within a year the share rose most in {country}, from {then} to {now}.", **values
        )
    return say(
        "Within a year the share rose most in {country}, from {then} to {now}. So steep a rise may "
        "be a change of how postings are written, and need not be one of jobs.",
        **values,
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


def ai_alt(postings: pd.DataFrame) -> Text:
    """Return the lines of the AI share in words."""
    wide = _wide(postings)
    first, last = wide.iloc[0], wide.iloc[-1]
    return say(
        "Lines of {n} countries. From {first} to {last} the share rose in {up} of them, in the "
        "median from {then} to {now}.",
        n=count(len(wide.columns)),
        first=month_words(str(wide.index[0])),
        last=month_words(str(wide.index[-1])),
        up=count((last > first).sum()),
        then=percent(first.median() / 100, 1),
        now=percent(last.median() / 100, 1),
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


def sectors_table_headline(table: pd.DataFrame, names: Countries) -> Text:
    """Return where the index of a sector is lowest and highest of all countries."""
    values = table.drop(columns="median").melt("signal", var_name="country").dropna()
    ordered = values.sort_values("value", kind="stable").to_dict("records")
    low, high = ordered[0], ordered[-1]
    labels = load_labels()
    return say(
        "Lowest: {low_sector} in {low_country}, {low} of 100 postings before; highest: "
        "{high_sector} in {high_country}, {high}",
        low_sector=labels.text(low["signal"]),
        low_country=names.text(low["country"]),
        low=count(low["value"]),
        high_sector=labels.text(high["signal"]),
        high_country=names.text(high["country"]),
        high=count(high["value"]),
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
