"""What scenarios of pools mean for technology groups, and for training in the viewpoint country.

Knows: which pool stands for which group, the part of a gap that is covered, time to study.
Must not know: files, countries and groups by name, words of pages.
May import: params, scenario_tables, scenarios, workforce_pools, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.params import ScenarioSettings
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.scenarios import DEEPENING_FADES, PathDraws, Scenarios, estimate, interval
from techdiplomacy.workforce_pools import NO_POOL

_NEEDS = ("openings", "entries", "gap")


def group_needs(
    scenarios: Scenarios,
    group_pools: pd.DataFrame,
    settings: ScenarioSettings,
    countries: Sequence[str],
) -> pd.DataFrame:
    """Return need, supply and gap of the pool of each technology group, by country.

    Parameters
    ----------
    scenarios : Scenarios
        As of ``scenarios.build_scenarios``.
    group_pools : DataFrame
        Columns ``group_id``, ``pool`` (``NONE``: no statistic isolates the group) and ``role``.
    settings : ScenarioSettings
        Section ``scenarios`` of the parameters.
    countries : sequence of str
        Countries that get rows.

    Returns
    -------
    DataFrame
        Table ``group_needs``. Groups that draw on one pool share its persons: their rows repeat
        each other, ``shared_with`` names them, and they must not be added.
    """
    statuses = _statuses(scenarios.bases)
    rows = []
    for country in sorted(set(countries)):
        for link in _links(group_pools):
            status = _status(statuses, country, link["pool"])
            for scenario in SCENARIOS:
                path = scenarios.draws.get((country, link["pool"], scenario))
                for year in sorted(settings.years):
                    rows.append(
                        {"country": country, **link, "scenario": scenario, "year": year}
                        | _needs(path, year, settings.level)
                        | {"status": status}
                    )
    return pd.DataFrame(rows).astype({"shared_with": "str"})


def training_needs(
    scenarios: Scenarios,
    group_pools: pd.DataFrame,
    flows: pd.DataFrame,
    known_graduates: pd.DataFrame,
    settings: ScenarioSettings,
    viewpoint: str,
    partners: Sequence[str],
) -> pd.DataFrame:
    """Return what would have to be trained for each partner and group, and by when.

    Parameters
    ----------
    scenarios : Scenarios
        As of ``scenarios.build_scenarios``.
    group_pools : DataFrame
        See ``group_needs``.
    flows : DataFrame
        Columns of ``age_flows``, of the viewpoint country and every partner.
    known_graduates : DataFrame
        Columns of ``known_graduates``.
    settings : ScenarioSettings
        Section ``scenarios`` of the parameters.
    viewpoint : str
        Country that would train.
    partners : sequence of str
        Countries whose gaps it would cover in part; its own gap it covers as a whole.

    Returns
    -------
    DataFrame
        Table ``training_needs``: scenario ``deepening_fades``, the middle one of the end years.

    Notes
    -----
    In each draw: persons to train = share covered x gap / transition, 0 where there is no gap. If
    most draws have none, status is ``no_gap`` and nothing is said of training: the upper end would
    tell of the rarer draws only. Studies that begin after ``last_start`` end too late.
    """
    middle = sorted(settings.years)[len(settings.years) // 2]
    statuses = _statuses(scenarios.bases)
    bases = scenarios.bases.set_index(["country", "pool"])["base_year"].dropna().astype(int)
    graduates = _newest_graduates(known_graduates, viewpoint)
    rows = []
    for country in sorted({viewpoint, *partners}):
        own = flows[flows["country"] == country].set_index("year").sort_index()
        estimated = int(own.index[own["projection"] == "estimate"].max())
        for link in _links(group_pools):
            link.pop("shared_with")
            pool = link["pool"]
            path = scenarios.draws.get((country, pool, DEEPENING_FADES))
            status = _status(statuses, country, pool)
            # where no stock tells a base year, ages are told from the newest year estimated
            base = int(bases.get((country, pool), estimated))
            ahead = own.loc[base + 1 : middle]
            row = {"country": country, **link, "year": middle}
            row |= _needs(path, middle, settings.level)
            row |= {
                "older_share": own.at[base, "older_share"],
                "leavers_per_100_entrants": 100 * ahead["leavers"].sum() / ahead["entrants"].sum(),
                "viewpoint_graduates": graduates.get(pool, np.nan),
                "to_train_low": np.nan,
                "to_train_high": np.nan,
                "last_start": pd.NA,
            }
            gap = _gap(path, middle)
            if status == "ok" and gap.size:
                whole = np.maximum(gap, 0) / scenarios.drawn["transition"]
                if (gap > 0).mean() < 0.5:
                    status = "no_gap"
                else:
                    part = 1.0 if country == viewpoint else scenarios.drawn["share_covered"]
                    _, row["to_train_low"], row["to_train_high"] = interval(
                        part * whole, settings.level
                    )
                    row["last_start"] = middle - settings.study_years
            rows.append({**row, "status": status})
    return pd.DataFrame(rows).astype({"last_start": "Int64"})


def _links(group_pools: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the pool of each group, with the other groups that draw on it."""
    links = []
    for one in group_pools.sort_values(["group_id", "pool"]).to_dict("records"):
        same = group_pools.loc[group_pools["pool"] == one["pool"], "group_id"]
        others = sorted(set(same) - {one["group_id"]}) if one["pool"] != NO_POOL else []
        links.append(
            {
                "group_id": one["group_id"],
                "pool": one["pool"],
                "role": one["role"],
                "shared_with": ", ".join(others) or pd.NA,
            }
        )
    return links


def _statuses(bases: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the status of each country and pool."""
    return {(row["country"], row["pool"]): row["status"] for row in bases.to_dict("records")}


def _status(statuses: dict[tuple[str, str], str], country: str, pool: str) -> str:
    """Return the status of a country and the pool of a group."""
    return "no_pool" if pool == NO_POOL else statuses.get((country, pool), "no_stock")


def _needs(path: PathDraws | None, year: int, level: float) -> dict[str, Any]:
    """Return openings, entries and gap of one path in one year."""
    row: dict[str, Any] = {}
    for name in _NEEDS:
        draws = np.empty((0, 0))
        if path is not None and year in path.years and getattr(path, name).size:
            draws = getattr(path, name)[[path.years.index(year)]]
        row |= {key: float(ends[0]) for key, ends in estimate(name, draws, level, 1).items()}
    return row


def _gap(path: PathDraws | None, year: int) -> Any:
    """Return the draws of the gap in one year, empty where there is none."""
    if path is None or year not in path.years or not path.gap.size:
        return np.empty(0)
    return path.gap[path.years.index(year)]


def _newest_graduates(known: pd.DataFrame, viewpoint: str) -> dict[str, float]:
    """Return the newest number of graduates of each pool in the register."""
    own = known[known["country"] == viewpoint].sort_values("year")
    return {row["field"]: float(row["graduates"]) for row in own.to_dict("records")}
