"""Clean tables of pairs become features: ties of all kinds, traits of pairs, projects.

Knows: which clean table holds which kind of tie, and how its rows become ties.
Must not know: files, params, names of countries.
May import: errors, input_tables, tie_tables, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from techdiplomacy.columns import PARTNERSHIP_LEVELS
from techdiplomacy.tie_tables import KIND, TIE_KINDS

NEEDED = (
    *("joint_works", "ai_joint_articles", "project_participations", "project_parts"),
    *("software_events", "missions", "student_shares", "migrant_stocks", "st_agreements"),
    *("partnership_levels", "country_pairs", "trade_agreement_pairs", "official_joint_articles"),
)
# years pooled by the publisher of joint AI articles, which has no column of years
_AI_YEARS = (2003, 2022)
_QUARTERS = 4
_PAIR = ["country", "partner"]


def all_ties(clean: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the feature ``ties``: the ties of all kinds in one table.

    Parameters
    ----------
    clean : mapping of DataFrame
        Clean tables by name; those of ``NEEDED`` are used.

    Returns
    -------
    DataFrame
        ``kind, country, partner, year, first_year, value, unit``. Kinds without direction hold
        each pair once, ``country`` before ``partner``. Pairs without a row are not filled.

    Notes
    -----
    Left out: projects without year of start, instruments without year of signature, and years of
    software events of which not all four quarters are there.
    """
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "joint_works": lambda: clean["joint_works"].rename(columns={"joint_works": "value"}),
        "joint_ai_articles": lambda: _ai_articles(clean["ai_joint_articles"]),
        "joint_projects": lambda: joint_projects(clean["project_participations"]),
        "software_events": lambda: whole_years(clean["software_events"]),
        "missions": lambda: _missions(clean["missions"]),
        "students": lambda: clean["student_shares"].rename(columns={"share_of_host": "value"}),
        "migrants": lambda: clean["migrant_stocks"].rename(columns={"migrants_persons": "value"}),
        "st_agreements": lambda: agreements_by_year(clean["st_agreements"]),
        "partnership_level": lambda: current_levels(clean["partnership_levels"]),
    }
    found = []
    for kind in TIE_KINDS:
        rows = makers[kind.code]()
        if "first_year" not in rows:
            rows = rows.assign(first_year=rows["year"])
        found.append(rows.assign(kind=kind.code, unit=kind.unit))
    columns = ["kind", *_PAIR, "year", "first_year", "value", "unit"]
    table = pd.concat([rows[columns] for rows in found], ignore_index=True)
    return table.astype({"year": "int64", "first_year": "int64", "value": "float64"})


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the two countries of each pair in the order of the alphabet.

    Examples
    --------
    >>> in_order(pd.DataFrame({"country": ["B"], "partner": ["A"]})).iloc[0].tolist()
    ['A', 'B']
    """
    pairs = np.sort(rows[_PAIR].to_numpy(dtype="object"), axis=1)
    return rows.assign(country=pairs[:, 0], partner=pairs[:, 1])


def _ai_articles(rows: pd.DataFrame) -> pd.DataFrame:
    """Return joint AI articles, whose years the publisher pools."""
    first, last = _AI_YEARS
    return rows.rename(columns={"joint_ai_articles": "value"}).assign(year=last, first_year=first)


def joint_projects(participations: pd.DataFrame) -> pd.DataFrame:
    """Return the projects with participants of both countries, by pair and year of start.

    Parameters
    ----------
    participations : DataFrame
        Clean table ``project_participations``. Projects without year are left out.

    Returns
    -------
    DataFrame
        ``country, partner, year, value``, each pair once. A project of n countries adds one to
        each of its n(n-1)/2 pairs, however many organisations a country has in it.
    """
    dated = participations[participations["year"].notna()]
    once = dated[["project", "year", "country"]].drop_duplicates()
    both = once.merge(once[["project", "country"]].rename(columns={"country": "partner"}))
    pairs = both[both["country"] < both["partner"]]
    return _numbers_of(pairs, [*_PAIR, "year"])


def whole_years(events: pd.DataFrame) -> pd.DataFrame:
    """Return software events by year, for years of which the source has all four quarters.

    Parameters
    ----------
    events : DataFrame
        Clean table ``software_events``. A quarter in which a pair lies below the limit of the
        publisher has no row, so that a yearly sum is a lower bound.
    """
    quarters = events.groupby("year")["quarter"].nunique()
    whole = events[events["year"].isin(quarters.index[quarters == _QUARTERS])]
    yearly = whole.groupby([*_PAIR, "year"])["software_events"].sum()
    return yearly.rename("value").reset_index()


def _missions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the number of missions of one state in another."""
    return _numbers_of(rows, _PAIR).assign(year=KIND["missions"].state_year)


def agreements_by_year(instruments: pd.DataFrame) -> pd.DataFrame:
    """Return the known instruments by pair and year of signature; those without year left out.

    Parameters
    ----------
    instruments : DataFrame
        Clean table ``st_agreements``.
    """
    dated = in_order(instruments[instruments["signed_year"].notna()])
    return _numbers_of(dated.rename(columns={"signed_year": "year"}), [*_PAIR, "year"])


def _numbers_of(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the number of rows of each key in ``value``."""
    return rows.groupby(keys).size().rename("value").reset_index()


def current_levels(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the level of partnership as of the day of the list, by its place on the ladder.

    Parameters
    ----------
    steps : DataFrame
        Clean table ``partnership_levels``. ``first_year`` is the year in which the level was
        reached; where it is unknown, the year of the list.
    """
    now = in_order(steps[steps["current"] == 1])
    year = KIND["partnership_level"].state_year
    levels = {name: place for place, name in enumerate(PARTNERSHIP_LEVELS, start=1)}
    return now.assign(
        value=now["level"].map(levels), year=year, first_year=now["since_year"].fillna(year)
    )


def pair_traits(pairs: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """Return the feature ``pair_traits``; a pair that one table lacks has empty cells.

    Parameters
    ----------
    pairs, agreements : DataFrame
        Clean tables ``country_pairs`` and ``trade_agreement_pairs``.
    """
    since = agreements.rename(columns={"in_force_since": "trade_agreement_since"})
    both = pairs.merge(since, on=_PAIR, how="outer", validate="1:1")
    return both.astype({"trade_agreement_since": "Int64"})


def projects_of(viewpoint: str, participations: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the feature ``viewpoint_projects``: who else is in the projects of a country.

    Parameters
    ----------
    viewpoint : str
        The country.
    participations, parts : DataFrame
        Clean tables ``project_participations`` and ``project_parts``.
    """
    own = participations.loc[participations["country"] == viewpoint, "project"].unique()
    rows = participations[participations["project"].isin(own)]
    ordered = parts[parts["project"].isin(own)].sort_values("programme_part")
    joined = ordered.groupby("project")["programme_part"].agg(";".join)
    return rows.assign(programme_parts=rows["project"].map(joined)).reset_index(drop=True)
