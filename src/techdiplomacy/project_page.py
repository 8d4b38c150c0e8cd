"""The section of the cooperation page on projects of the European programme and their money.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, project_money, cooperation_charts, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.cooperation_charts import project_parts
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Element, Finding, figure
from techdiplomacy.project_money import ALL_PARTS
from techdiplomacy.texts import Number, Text, count, decimal, period, say, verbatim, year
from techdiplomacy.vocabulary import PROGRAMME_PARTS, YES_NO

PROJECT_SOURCES = ("cordis_participations", "cordis_programme_parts")
# the row of a matrix that holds every partner
ANYBODY = "ALL"
_MILLION = 1e6


def million(amount: float) -> Number:
    """Return an amount in millions.

    Examples
    --------
    >>> million(2720552).say("en")
    '2.72'
    """
    return decimal(amount / _MILLION, 2)


def all_parts(money: pd.DataFrame) -> dict[Any, Any] | None:
    """Return the row of ``project_money`` of all parts together; None without projects."""
    rows = money[money["programme_part"] == ALL_PARTS]
    return rows.to_dict("records")[0] if len(rows) else None


def years_of(partners: pd.DataFrame, coverage: pd.DataFrame) -> str:
    """Return the years of project start: those of the partners, else those of the source.

    Parameters
    ----------
    partners, coverage : DataFrame
        Tables ``project_partners`` and ``tie_coverage``.
    """
    if partners["first_year"].notna().any():
        return f"{partners['first_year'].min()}-{partners['last_year'].max()}"
    row = coverage[coverage["kind"] == "joint_projects"].iloc[0]
    return "" if pd.isna(row["first_year"]) else f"{row['first_year']}-{row['last_year']}"


# --- money ------------------------------------------------------------------------------------


def money_finding(money: pd.DataFrame, years: str, viewpoint: str, names: Countries) -> Finding:
    """Return how many projects there are, and what they brought where an amount is given.

    Parameters
    ----------
    money : DataFrame
        Table ``project_money``.
    years : str
        Years of project start.
    viewpoint : str
        The country.
    names : Countries
        Names.
    """
    row, to = all_parts(money), say("starts {years}", years=period(years))
    country = names.text(viewpoint)
    if row is None:
        return Finding(
            say("No Horizon 2020 project with {country} is listed.", country=country),
            say("{n} projects in a list that ends in December 2020", n=count(0)),
            to,
        )
    if pd.isna(row["own_contribution_eur"]):
        return Finding(
            say("EU: {n} projects; Horizon 2020 only.", n=count(row["projects"])),
            say("no amount is given"),
            to,
        )
    return Finding(
        say(
            "EU: {n} projects, EUR {amount} million in {known} of {all} participations; Horizon "
            "2020 only.",
            n=count(row["projects"]),
            amount=million(row["own_contribution_eur"]),
            known=count(row["participations"] - row["without_amount"]),
            all=count(row["participations"]),
        ),
        say("{blank} amounts not given", blank=count(row["without_amount"])),
        to,
    )


def parts_shown(money: pd.DataFrame) -> list[str]:
    """Return the parts of the programme with a project, most projects first."""
    parts = money[money["programme_part"] != ALL_PARTS]
    ordered = parts.sort_values(["projects", "programme_part"], ascending=[False, True])
    return [str(part) for part in ordered["programme_part"]]


def money_table(money: pd.DataFrame) -> pd.DataFrame:
    """Return ``project_money``, all parts first, then by projects."""
    order = {part: place for place, part in enumerate([ALL_PARTS, *parts_shown(money)])}
    places = money["programme_part"].map(order)
    return money.assign(_place=places).sort_values("_place", ignore_index=True)


def money_columns() -> Columns:
    """Return how `money_table` reads."""
    not_given = say("not given")
    return (
        cells.words("programme_part", say("part of the programme"), PROGRAMME_PARTS),
        cells.observed("projects", say("projects"), count),
        cells.observed("participations", say("participations"), count),
        cells.observed("organisations", say("own organisations"), count),
        cells.observed("coordinated", say("coordinated"), count),
        replace(
            cells.observed("own_contribution_eur", say("own contribution, EUR"), count),
            missing=not_given,
        ),
        cells.observed("without_amount", say("participations without amount"), count),
        replace(
            cells.observed("project_contribution_eur", say("whole projects, EUR"), count),
            missing=not_given,
        ),
    )


def money_headline(money: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return what the projects brought, and for how many participations that is known."""
    row = all_parts(money)
    if row is None:
        return say("No project of {country} is listed", country=names.text(viewpoint))
    return say(
        "{known} of {all} participations of {country} name an amount: EUR {amount} million "
        "together",
        known=count(row["participations"] - row["without_amount"]),
        all=count(row["participations"]),
        country=names.text(viewpoint),
        amount=million(row["own_contribution_eur"]),
    )


def money_subtitle(years: str) -> Text:
    """Return what the money is, and that the list is older than the programme's end."""
    return say(
        "Contribution of the European Union, Horizon 2020 projects that start {years}, list of "
        "December 2020",
        years=period(years),
    )


def projects_subtitle(years: str) -> Text:
    """Return which projects are counted, and that the list is older than the programme's end."""
    return say(
        "Horizon 2020 projects with a participant from the country that start {years}, list of "
        "December 2020",
        years=period(years),
    )


def parts_headline(money: pd.DataFrame) -> Text:
    """Return which part of the programme has most projects."""
    row, parts = all_parts(money), parts_shown(money)
    if row is None or not parts:
        return say("No project is listed in any part of the programme")
    first = int(money.loc[money["programme_part"] == parts[0], "projects"].iloc[0])
    return say(
        "{n} of {all} projects belong to one part: {part}",
        n=count(first),
        all=count(row["projects"]),
        part=PROGRAMME_PARTS[parts[0]],
    )


def parts_alt(money: pd.DataFrame) -> Text:
    """Return what to understand from the chart of parts."""
    row = all_parts(money)
    return say(
        "Bars of projects by part of the programme: {headline}. {parts} parts have a project; "
        "{led} projects are coordinated from the country.",
        headline=parts_headline(money),
        parts=count(len(parts_shown(money))),
        led=count(row["coordinated"] if row else 0),
    )


def parts_figure(money: pd.DataFrame, years: str, *, otherwise: Element) -> Element:
    """Return the chart of projects by part of the programme; without any, what is said instead."""
    if not parts_shown(money):
        return otherwise
    return figure(
        project_parts(money, words=PROGRAMME_PARTS),
        name="project-parts",
        headline=parts_headline(money),
        subtitle=projects_subtitle(years),
        alt=parts_alt(money),
        sources=PROJECT_SOURCES,
    )


# --- partners ---------------------------------------------------------------------------------


def matrix(
    cells_of: pd.DataFrame,
    partners: pd.DataFrame,
    money: pd.DataFrame,
    listed: Sequence[str],
    *,
    at_least: int = 5,
) -> pd.DataFrame:
    """Return the projects with each partner in each part, with both margins.

    Parameters
    ----------
    cells_of, partners, money : DataFrame
        Tables ``project_matrix``, ``project_partners`` and ``project_money``.
    listed : sequence of str
        Partners that are shown whenever they have a project.
    at_least : int
        Any other partner is shown from so many projects on.

    Returns
    -------
    DataFrame
        ``partner`` (the first row, of any partner, is ``ANYBODY``), one column for each part and
        ``ALL``, and ``first_year, last_year, organisations, repeated``.
    """
    known = set(partners["partner"])
    many = partners[partners["projects"] >= at_least]
    more = many.sort_values(["projects", "partner"], ascending=[False, True])["partner"]
    shown = list(dict.fromkeys([code for code in [*listed, *more] if code in known]))
    if not shown:
        return pd.DataFrame()
    parts = [ALL_PARTS, *parts_shown(money)]
    wide = cells_of.pivot(index="partner", columns="programme_part", values="projects")
    body = wide.reindex(index=shown, columns=parts).fillna(0)
    margin = money.set_index("programme_part")["projects"].reindex(parts).to_frame(ANYBODY).T
    table = pd.concat([margin, body]).astype(int).rename_axis("partner").reset_index()
    facts = ["partner", "first_year", "last_year", "organisations", "repeated"]
    return table.merge(partners[facts], on="partner", how="left")


def matrix_columns(money: pd.DataFrame, names: Countries) -> Columns:
    """Return how `matrix` reads; parts by their codes, for there are many."""
    everybody = say("any partner")
    return (
        cells.said(
            "partner",
            say("partner"),
            lambda code: everybody if code == ANYBODY else names.text(str(code)),
        ),
        cells.observed(ALL_PARTS, say("all parts"), count),
        *(
            cells.observed(part, say("{part}", part=verbatim(part)), count)
            for part in parts_shown(money)
        ),
        cells.observed("organisations", say("its organisations"), count),
        cells.observed("first_year", say("first start"), year),
        cells.observed("last_year", say("last start"), year),
        cells.said("repeated", say("in several years"), lambda again: YES_NO[bool(again)]),
    )


def matrix_headline(partners: pd.DataFrame) -> Text:
    """Return with how many countries there is one project only, and with how many several."""
    again = int(partners["repeated"].astype(bool).sum())
    return say(
        "Projects with {n} countries: {again} in several years, {once} in one year only",
        n=count(len(partners)),
        again=count(again),
        once=count(len(partners) - again),
    )


def repeats_words(repeats: pd.DataFrame) -> Text:
    """Return how many foreign organisations came back.

    Parameters
    ----------
    repeats : DataFrame
        Table ``project_repeats``.
    """
    met = repeats.set_index("joint_projects")["organisations"]
    if met.empty or not met.sum():
        return say("No foreign organisation shares a listed project with the country.")
    return say(
        "Of {all} foreign organisations in these projects {once} were met in one project, {twice} "
        "in two, and {often} in three or more. Being met again may follow from a consortium that "
        "applies again; it does not say who sought whom.",
        all=count(met.sum()),
        once=count(met.get("1", 0)),
        twice=count(met.get("2", 0)),
        often=count(met.get("3+", 0)),
    )
