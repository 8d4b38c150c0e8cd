"""How fast pools of workers have grown, whether they go on so, and whether output goes with it.

Knows: ages by year, growth per person of working age, ranges across countries, growth that figures
imply. Must not know: files, countries by name, scenarios. May import: errors, pool_bases,
stock_flow, workforce, NumPy, pandas, SciPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import linregress

from techdiplomacy.errors import InvalidTable
from techdiplomacy.pool_bases import PUBLISHED, PoolBase, Steps
from techdiplomacy.stock_flow import Array, Picks
from techdiplomacy.workforce import FEWEST_CHANGES

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


@dataclass(frozen=True)
class Persistence:
    """How far growth in the later half of the past follows that in the earlier half.

    ``slope`` is 1 where countries keep their differences and 0 where nothing of them is left; it
    is not a number, as its standard error, where fewer than four countries (``n``) tell.
    """

    pool: str
    slope: float
    slope_error: float
    n: int


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


def own_growth(base: PoolBase, ages: Ages, picked: Picks) -> Array:
    """Return the past yearly growth of one base per person of working age, one value a draw.

    Parameters
    ----------
    base : PoolBase
        With at least one step.
    ages : Ages
        Of the country, from the year before the oldest step.
    picked : array of int of shape (draws, steps)
        See ``stock_flow.picked_steps``.

    Raises
    ------
    InvalidTable
        If working age lacks a year.

    Notes
    -----
    Geometric mean over the steps picked, as in `growth_per_person` over all.
    """
    now, before = (ages.at("working_age", base.country, base.steps.years - back) for back in (0, 1))
    return np.asarray(np.expm1(_deeper(base.steps, now, before)[picked].mean(axis=-1)))


def growth_persistence(
    bases: Mapping[tuple[str, str], PoolBase], working_age: pd.DataFrame, pool: str
) -> Persistence:
    """Return how far the growth of a pool goes on from the earlier to the later half of its past.

    Parameters
    ----------
    bases : dict of PoolBase
        As of ``pool_bases.find_bases``; with many ``past_years`` the whole series tells.
    working_age : DataFrame
        Columns ``country``, ``year``, ``working_age_persons``.
    pool : str
        The pool.

    Notes
    -----
    Least squares across countries of the mean growth per person of working age over the later half
    of the steps on that over the earlier half (log changes); a middle step belongs to the later
    half. Each half has at least as many steps as `workforce.FEWEST_CHANGES`. Chance in the earlier
    half draws the slope towards 0, so growth itself goes on rather more than measured.
    """
    halves = [
        (deeper[: len(deeper) // 2].mean(), deeper[len(deeper) // 2 :].mean())
        for base, deeper in _known_growth(bases, working_age)
        if base.pool == pool and len(deeper) >= 2 * FEWEST_CHANGES
    ]
    if len(halves) < FEWEST_COUNTRIES:
        return Persistence(pool, np.nan, np.nan, len(halves))
    fit = linregress(*np.transpose(halves))
    return Persistence(pool, float(fit.slope), float(fit.stderr), len(halves))


def _known_growth(
    bases: Mapping[tuple[str, str], PoolBase], working_age: pd.DataFrame
) -> Iterator[tuple[PoolBase, Array]]:
    """Yield bases with enough steps and population, and the log growth per person of each step."""
    persons = working_age.set_index(["country", "year"])["working_age_persons"]
    for base in bases.values():
        if base.status != "ok":
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
    for choice in pools[pools["measure"] == PUBLISHED].to_dict("records"):
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


def output_check(
    bases: Mapping[tuple[str, str], PoolBase], working_age: pd.DataFrame, output: pd.DataFrame
) -> pd.DataFrame:
    """Return how far growth of output goes with growth of workers, both per person of working age.

    Parameters
    ----------
    bases : dict of PoolBase
        As of ``pool_bases.find_bases``.
    working_age : DataFrame
        Columns ``country``, ``year``, ``working_age_persons``.
    output : DataFrame
        Columns ``country``, ``year``, ``output_million_lcu``.

    Returns
    -------
    DataFrame
        Columns ``pool``, ``comparison`` (``countries``: means over the steps; ``years``: single
        steps less the means of their country and of their year), ``slope`` (an elasticity),
        ``slope_error``, ``r`` and ``n``. Only countries with enough steps that have output, and
        only pools that at least four of them have.

    Notes
    -----
    Least squares of log changes. In ``years`` the errors of a country are taken as independent,
    which flatters the slope.
    """
    keyed = output.merge(working_age, on=["country", "year"]).set_index(["country", "year"])
    keyed = keyed[keyed["output_million_lcu"] > 0]
    persons = {at: float(np.log(one)) for at, one in keyed["working_age_persons"].items()}
    level = {
        at: float(np.log(one)) - persons[at] for at, one in keyed["output_million_lcu"].items()
    }
    rows = []
    for (country, pool), base in bases.items():
        for year, ratio in zip(
            base.steps.years.astype(int), base.steps.after / base.steps.before, strict=True
        ):
            now, before = (country, int(year)), (country, int(year) - 1)
            if now in level and before in level:
                workers = np.log(ratio) - (persons[now] - persons[before])
                rows.append((pool, country, year, level[now] - level[before], workers))
    names = ["pool", "country", "year", "output", "workers"]
    steps = pd.DataFrame(rows, columns=names).dropna()
    both = ["output", "workers"]
    found = []
    for name_of_pool, own in steps.groupby("pool", sort=True):
        own = own[own.groupby("country")["year"].transform("size") >= FEWEST_CHANGES]
        if own["country"].nunique() < FEWEST_COUNTRIES:
            continue
        within = own[both] + own[both].mean()
        for by in ("country", "year"):
            within = within - own.groupby(by)[both].transform("mean")
        for name, some in (("countries", own.groupby("country")[both].mean()), ("years", within)):
            fit = linregress(some["output"], some["workers"])
            found.append((name_of_pool, name, fit.slope, fit.stderr, fit.rvalue, len(some)))
    return pd.DataFrame(found, columns=["pool", "comparison", "slope", "slope_error", "r", "n"])
