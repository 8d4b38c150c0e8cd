"""How fast pools of workers have grown per person of working age, in one country and in all.

Knows: ages by year, growth per person of working age, ranges across countries, growth that figures
imply. Must not know: files, countries by name, scenarios. May import: errors, pool_bases,
stock_flow, workforce_tables, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.pool_bases import PoolBase, Steps
from techdiplomacy.stock_flow import Array, Picks
from techdiplomacy.workforce_tables import PROJECTIONS

# fewer countries than this give no range of their own
FEWEST_COUNTRIES = 4
WORLD = "WORLD"
DEEPENING, DEEPENING_ALL_POOLS = "deepening", "deepening_all_pools"
# figures of which both ends are a workforce, so that a growth follows from them
_STATES_GROWTH = ("employment", "additional_employment", "additional_demand")


@dataclass(frozen=True)
class Ages:
    """Persons of working age, young people and share that retires, country by year."""

    working_age: pd.DataFrame
    young: pd.DataFrame
    retirement: pd.DataFrame

    def at(self, what: str, country: str, years: Sequence[int] | Array) -> Array:
        """Return one row of a frame at some years.

        Raises
        ------
        InvalidTable
            If the country or a year is not there.
        """
        frame: pd.DataFrame = getattr(self, what)
        wanted = [int(year) for year in years]
        lacking = [year for year in wanted if year not in frame.columns]
        row = None
        if country in frame.index and not lacking:
            row = frame.loc[country, wanted].to_numpy(dtype=float)
        if row is None or not np.isfinite(row).all():
            raise InvalidTable(
                f"No '{what}' of {country} in some year of {wanted[0]} to {wanted[-1]}.",
                where="tables age_flows and age_structure",
                next_step="Make ages for all countries that have a stock, until the last end year.",
            )
        return row


def ages_by_year(flows: pd.DataFrame, working_age: pd.DataFrame) -> Ages:
    """Return persons of working age, young people and retirement, country by year.

    Parameters
    ----------
    flows : DataFrame
        Columns of ``age_flows``.
    working_age : DataFrame
        Columns of ``age_structure``.
    """
    rates = flows.assign(retirement=flows["leavers"] / flows["core"])
    wide = (
        frame.pivot(index="country", columns="year", values=name)
        for frame, name in (
            (working_age, "working_age_persons"),
            (rates, "young"),
            (rates, "retirement"),
        )
    )
    return Ages(*wide)


def growth_per_person(
    bases: Mapping[tuple[str, str], PoolBase], working_age: pd.DataFrame
) -> pd.DataFrame:
    """Return the past yearly growth of workers per person of working age.

    Parameters
    ----------
    bases : dict of PoolBase
        As of ``pool_bases.find_bases``.
    working_age : DataFrame
        Columns ``country``, ``year``, ``working_age_persons``.

    Returns
    -------
    DataFrame
        Columns ``pool``, ``country``, ``growth``: geometric mean over the steps of a base with
        enough of them. Countries without population in these years are left out.
    """
    rows = [
        {"pool": base.pool, "country": base.country, "growth": np.expm1(deeper.mean())}
        for base, deeper in _known_growth(bases, working_age)
    ]
    return pd.DataFrame(rows, columns=["pool", "country", "growth"])


def own_growth(base: PoolBase, ages: Ages, picked: Picks, follow: Array) -> Array:
    """Return the past yearly growth of one base beside that of its population, one value a draw.

    Parameters
    ----------
    base : PoolBase
        With at least one step.
    ages : Ages
        Of the country, from the year before the oldest step.
    picked : array of int of shape (draws, steps)
        See ``stock_flow.picked_steps``.
    follow : array of shape (draws,)
        How far need follows the population; as in the future, so in the past. At 1 it is growth
        per person of working age.

    Raises
    ------
    InvalidTable
        If working age lacks a year.

    Notes
    -----
    Geometric mean over the steps picked of (S(t) / S(t-1)) / (1 + p x (W(t) / W(t-1) - 1)).
    """
    now, before = (ages.at("working_age", base.country, base.steps.years - back) for back in (0, 1))
    people = np.log1p(follow[:, None] * (now / before - 1))
    steps = np.log(base.steps.after / base.steps.before) - people
    return np.asarray(np.expm1(np.take_along_axis(steps, picked, axis=1).mean(axis=1)))


def _known_growth(
    bases: Mapping[tuple[str, str], PoolBase], working_age: pd.DataFrame
) -> Iterator[tuple[PoolBase, Array]]:
    """Yield bases with enough steps and population, and the log growth per person of each step."""
    persons = working_age.set_index(["country", "year"])["working_age_persons"]
    for base in bases.values():
        if not base.has_past:
            continue
        now, before = (
            persons.reindex(
                [(base.country, int(year) - back) for year in base.steps.years]
            ).to_numpy(float)
            for back in (0, 1)
        )
        if np.isfinite(now + before).all():
            yield base, _deeper(base.steps, now, before)


def _deeper(steps: Steps, now: Array, before: Array) -> Array:
    """Return the log growth of workers per person of working age in each step."""
    return np.asarray(np.log(steps.after / steps.before) - np.log(now / before))


def published_growth(
    projections: pd.DataFrame, working_age: pd.DataFrame, pools: pd.DataFrame
) -> pd.DataFrame:
    """Return the yearly growth per person of working age that published figures imply.

    Parameters
    ----------
    projections : DataFrame
        Columns of ``projections``. Targets say what is wished, so they are left out; so are
        figures of areas without population.
    working_age : DataFrame
        Columns ``country``, ``year``, ``working_age_persons``; all countries together are the
        world.
    pools : DataFrame
        As of ``pool_bases.find_bases``; those whose measure is ``projections``.

    Returns
    -------
    DataFrame
        Columns ``pool``, ``country`` (an area), ``growth``; one row a figure.

    Notes
    -----
    (end / base)^(1 / years) over the same of working age, less 1; the end is the figure, or base
    and figure where it counts additional workers.
    """
    persons = working_age.set_index(["country", "year"])["working_age_persons"].to_dict()
    persons |= {
        (WORLD, year): total
        for year, total in working_age.groupby("year")["working_age_persons"].sum().items()
    }
    rows = []
    for choice in pools[pools["measure"] == PROJECTIONS].to_dict("records"):
        for figure in _growing(projections, str(choice["code"])):
            base, end = int(figure["base_year"]), int(figure["target_year"])
            now, later = (persons.get((figure["area"], year)) for year in (base, end))
            if now is None or later is None:
                continue
            workers = figure["central"] / figure["base_value"]
            workers += figure["quantity"] != "employment"
            growth = (workers / (later / now)) ** (1 / (end - base)) - 1
            rows.append({"pool": choice["pool"], "country": figure["area"], "growth": growth})
    return pd.DataFrame(rows, columns=["pool", "country", "growth"])


def _growing(projections: pd.DataFrame, field: str) -> Iterator[dict[Any, Any]]:
    """Yield the figures of a field that state a workforce now and later."""
    own = projections[(projections["field"] == field) & (projections["nature"] != "target")]
    own = own[own["quantity"].isin(_STATES_GROWTH) & (own["target_year"] > own["base_year"])]
    yield from own.dropna(subset=["base_year", "base_value", "central"]).to_dict("records")


def deepening_ranges(
    counted: pd.DataFrame, published: pd.DataFrame, pools: Iterable[str], quantiles: Sequence[float]
) -> pd.DataFrame:
    """Return the range of growth per person of working age of each pool.

    Parameters
    ----------
    counted : DataFrame
        As of ``growth_per_person``.
    published : DataFrame
        As of ``published_growth``.
    pools : iterable of str
        Pools that need a range.
    quantiles : [low, high]
        Quantiles across countries.

    Returns
    -------
    DataFrame
        Columns ``pool``, ``low``, ``high``, ``basis`` (``data``, ``published``), ``n``, and
        ``assumption``: ``deepening``, or ``deepening_all_pools`` where too few countries have the
        pool and the range of all pools together stands in.

    Raises
    ------
    InvalidTable
        If no pool has any growth to take a range from.

    Notes
    -----
    Published figures are few: their range runs from the smallest to the largest.

    Examples
    --------
    >>> counted = pd.DataFrame({"pool": "ict", "country": list("ABCDE"),
    ...     "growth": [0.0, 0.01, 0.02, 0.03, 0.04]})
    >>> deepening_ranges(counted, counted.head(0), ["ict"], [0.25, 0.75])[["low", "high", "n"]]
        low  high  n
    0  0.01  0.03  5
    """
    rows = []
    for pool in sorted(set(pools)):
        own = counted.loc[counted["pool"] == pool, "growth"]
        stated = published.loc[published["pool"] == pool, "growth"]
        if len(stated):
            ends, basis, n = (stated.min(), stated.max()), "published", len(stated)
            name = DEEPENING
        else:
            name = DEEPENING if len(own) >= FEWEST_COUNTRIES else DEEPENING_ALL_POOLS
            values = own if name == DEEPENING else counted["growth"]
            if values.empty:
                raise InvalidTable(
                    f"Nothing says how fast pool '{pool}' has grown.",
                    where="feature table workforce_series",
                    next_step="Add a series with enough years inside one level for some country.",
                )
            ends, basis, n = tuple(np.quantile(values, quantiles)), "data", len(values)
        rows.append(
            {"pool": pool, "low": float(ends[0]), "high": float(ends[1]), "basis": basis}
            | {"n": n, "assumption": name}
        )
    return pd.DataFrame(rows)
