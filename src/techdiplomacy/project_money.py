"""Projects and money of one country: parts of a programme, partners, who comes back.

Knows: participations of all countries in the projects of one.
Must not know: files, params, names of countries. May import: errors, NumPy, pandas.
"""

from __future__ import annotations

import pandas as pd

ALL_PARTS = "ALL"
# projects that CORDIS assigns to no part
NO_PART = "unknown"
_MANY = 3


def by_part(projects: pd.DataFrame) -> pd.DataFrame:
    """Return the participations once for each part of their project, and once for all parts.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.

    Returns
    -------
    DataFrame
        The same with ``programme_part`` instead of ``programme_parts``. A project of several
        parts stands in each of them: parts add to more than ``ALL``.
    """
    rows = projects.drop(columns="programme_parts")
    parts = projects["programme_parts"].fillna(NO_PART).str.split(";")
    each = rows.assign(programme_part=parts).explode("programme_part")
    return pd.concat([rows.assign(programme_part=ALL_PARTS), each], ignore_index=True)


def project_money(projects: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return table ``project_money``: projects and money by part of the programme.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.
    viewpoint : str
        The country whose projects they are.

    Notes
    -----
    A participation without amount enters no sum and is counted apart; where none has an amount,
    the sum is empty, not zero.
    """
    rows = by_part(projects)
    own = rows[rows["country"] == viewpoint]
    parts = own.groupby("programme_part")
    leading = own[own["role"] == "coordinator"].groupby("programme_part")["project"].nunique()
    found = parts.agg(
        projects=("project", "nunique"),
        participations=("project", "size"),
        organisations=("organisation", "nunique"),
        without_amount=("eu_contribution_eur", lambda amounts: amounts.isna().sum()),
    )
    total = rows.groupby("programme_part")["eu_contribution_eur"].sum(min_count=1)
    return found.assign(
        coordinated=leading.reindex(found.index, fill_value=0),
        own_contribution_eur=parts["eu_contribution_eur"].sum(min_count=1),
        project_contribution_eur=total.reindex(found.index),
    ).reset_index()


def project_partners(projects: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return table ``project_partners``: how often and how long each country is a partner.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.
    viewpoint : str
        The country whose projects they are.
    """
    others = projects[projects["country"] != viewpoint].groupby("country")
    found = others.agg(
        projects=("project", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        active_years=("year", "nunique"),
        organisations=("organisation", "nunique"),
    ).astype({"first_year": "Int64", "last_year": "Int64"})
    found = found.assign(repeated=found["active_years"] > 1)
    return found.rename_axis("partner").reset_index()


def project_matrix(projects: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return table ``project_matrix``: projects with each partner in each part of the programme.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.
    viewpoint : str
        The country whose projects they are.

    Notes
    -----
    The rows of part ``ALL`` are those of ``project_partners``.
    """
    rows = by_part(projects[projects["country"] != viewpoint])
    cells = rows.groupby(["country", "programme_part"])["project"].nunique()
    return cells.rename("projects").rename_axis(["partner", "programme_part"]).reset_index()


def project_repeats(projects: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return table ``project_repeats``: foreign organisations by number of projects.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.
    viewpoint : str
        The country whose projects they are.
    """
    others = projects[projects["country"] != viewpoint]
    times = others.groupby("organisation")["project"].nunique().clip(upper=_MANY)
    counted = times.value_counts().reindex(range(1, _MANY + 1), fill_value=0)
    names = [str(number) for number in range(1, _MANY)] + [f"{_MANY}+"]
    return pd.DataFrame({"joint_projects": names, "organisations": counted.to_numpy()})
