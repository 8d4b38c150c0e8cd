"""What scenarios of pools mean for technology groups, and for training in the viewpoint country.

Knows: which pool stands for which group, the part of a gap that is covered, time to study.
Must not know: files, countries and groups by name, words of pages.
May import: params, scenario_draws, scenario_tables, scenarios, stock_flow, workforce_pools, NumPy,
pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.params import ScenarioSettings
from techdiplomacy.scenario_draws import estimate, interval
from techdiplomacy.scenario_tables import GROWTH_SCENARIOS, SCENARIOS
from techdiplomacy.scenarios import PathDraws, Scenarios, need_verdicts
from techdiplomacy.stock_flow import Array
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
                grows = scenario in GROWTH_SCENARIOS
                for year in sorted(settings.years):
                    verdict = _verdict(scenarios, country, link["pool"], year) if grows else None
                    rows.append(
                        {"country": country, **link, "scenario": scenario, "year": year}
                        | _needs(path, year, settings.level)
                        | {"verdict": verdict, "status": status}
                    )
    return pd.DataFrame(rows).astype({"shared_with": "str", "verdict": "str"})


def training_needs(
    scenarios: Scenarios,
    group_pools: pd.DataFrame,
    flows: pd.DataFrame,
    known_graduates: pd.DataFrame,
    settings: ScenarioSettings,
    viewpoint: str,
    partners: Sequence[str],
    *,
    start: int,
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
    start : int
        As in ``build_scenarios``: ages are told of this year and of those after it.

    Returns
    -------
    DataFrame
        Table ``training_needs``: the middle one of the end years; need, supply and gap of scenario
        ``own_growth`` (``common_growth`` where a pool has no past of its own), the gap of
        ``common_growth`` beside it.

    Notes
    -----
    In each draw of both growth scenarios: persons to train = share covered x gap / transition, 0
    where there is no gap. If most of these draws have none, status is ``no_gap`` and nothing is
    said of training: the upper end would tell of the rarer draws only. Studies that begin after
    ``last_start`` end too late.
    """
    middle = sorted(settings.years)[len(settings.years) // 2]
    statuses = _statuses(scenarios.bases)
    graduates = _newest_graduates(known_graduates, viewpoint)
    rows = []
    for country in sorted({viewpoint, *partners}):
        own = flows[flows["country"] == country].set_index("year").sort_index()
        ahead = own.loc[start + 1 : middle]
        for link in _links(group_pools):
            link.pop("shared_with")
            pool = link["pool"]
            of_own, common = (scenarios.draws.get((country, pool, one)) for one in GROWTH_SCENARIOS)
            status = _status(statuses, country, pool)
            row = {"country": country, **link, "year": middle}
            row |= _needs(of_own or common, middle, settings.level)
            row |= estimate("gap_common", _at(common, "gap", middle), settings.level)
            row |= {
                "verdict": _verdict(scenarios, country, pool, middle),
                "older_share": own.at[start, "older_share"],
                "leavers_per_100_entrants": 100 * ahead["leavers"].sum() / ahead["entrants"].sum(),
                "viewpoint_graduates": graduates.get(pool, np.nan),
                "to_train_low": np.nan,
                "to_train_high": np.nan,
                "last_start": pd.NA,
            }
            # one row a scenario: an assumption belongs to the same column in both
            gaps = np.array([_at(one, "gap", middle) for one in (of_own, common)])
            if status == "ok" and gaps.size:
                if (gaps > 0).mean() < 0.5:
                    status = "no_gap"
                else:
                    part = 1.0 if country == viewpoint else scenarios.drawn["share_covered"]
                    persons = part * np.maximum(gaps, 0) / scenarios.drawn["transition"]
                    _, row["to_train_low"], row["to_train_high"] = interval(
                        persons.ravel(), settings.level
                    )
                    row["last_start"] = middle - settings.study_years
            rows.append({**row, "status": status})
    return pd.DataFrame(rows).astype({"last_start": "Int64", "verdict": "str"})


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
        row |= estimate(name, _at(path, name, year), level)
    return row


def _at(path: PathDraws | None, name: str, year: int) -> Array:
    """Return the draws of one quantity in one year, empty where there is none."""
    if path is None or year not in path.years or not getattr(path, name).size:
        return np.empty(0)
    draws: Array = getattr(path, name)[path.years.index(year)]
    return draws


def _verdict(scenarios: Scenarios, country: str, pool: str, year: int) -> str | None:
    """Return what the draws of one year agree on, None where there is no gap."""
    both = [scenarios.draws.get((country, pool, one)) for one in GROWTH_SCENARIOS]
    years = next((one.years for one in both if one), ())
    return need_verdicts(*both)[years.index(year)] if year in years else None


def _newest_graduates(known: pd.DataFrame, viewpoint: str) -> dict[str, float]:
    """Return the newest number of graduates of each pool in the register."""
    own = known[known["country"] == viewpoint].sort_values("year")
    return {row["field"]: float(row["graduates"]) for row in own.to_dict("records")}
