"""Scenarios of the workers wanted, openings, entries and gap of each pool and country.

Knows: three scenarios, the assumptions that are drawn, how past entries calibrate future ones, when
draws agree on a shortage.
Must not know: files, countries by name, technology groups, words of pages.
May import: errors, params, pool_bases, pool_growth, scenario_draws, scenario_tables,
stock_flow, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.params import ScenarioSettings
from techdiplomacy.pool_bases import (
    Graduates,
    PoolBase,
    bases_table,
    find_bases,
)
from techdiplomacy.pool_growth import (
    Ages,
    ages_by_year,
    deepening_ranges,
    growth_per_person,
    own_growth,
    published_growth,
)
from techdiplomacy.scenario_draws import (
    DRAWN_UNITS,
    PLACE,
    assumptions_table,
    calibrated,
    draw_assumptions,
    estimate,
)
from techdiplomacy.scenario_tables import (
    COMMON_GROWTH,
    GROWTH_SCENARIOS,
    OWN_GROWTH,
    SCENARIOS,
    SHARE_HELD,
)
from techdiplomacy.stock_flow import (
    Array,
    Openings,
    Picks,
    past_entries,
    picked_steps,
    summed_openings,
    wanted_stock,
)

# share of the draws that have to agree before a shortage or a surplus is told
AGREEING = 0.9
_FLOWS = ("stock_wanted", "expansion", "replacement", "openings", "entries", "gap")


@dataclass(frozen=True)
class PathDraws:
    """Draws of one path at its end years: each array has one row a year, one column a draw.

    ``entries`` is empty (no rows) where past entries are not known.
    """

    years: tuple[int, ...]
    stock_wanted: Array
    expansion: Array
    replacement: Array
    entries: Array

    @property
    def openings(self) -> Array:
        """Expansion and replacement together."""
        return self.expansion + self.replacement

    @property
    def gap(self) -> Array:
        """Openings less entries, or empty where entries are."""
        return self.openings - self.entries if self.entries.size else self.entries


@dataclass(frozen=True)
class Scenarios:
    """Three result tables of ``scenario_tables`` and the draws behind them.

    ``draws`` holds the paths by country, pool and scenario, ``drawn`` the values of the assumptions
    of the project by name; column j of every path belongs to value j of every assumption.
    """

    paths: pd.DataFrame
    bases: pd.DataFrame
    assumptions: pd.DataFrame
    draws: dict[tuple[str, str, str], PathDraws]
    drawn: dict[str, Array]


def build_scenarios(
    series: pd.DataFrame,
    flows: pd.DataFrame,
    working_age: pd.DataFrame,
    projections: pd.DataFrame,
    known_graduates: pd.DataFrame,
    pools: pd.DataFrame,
    countries: Sequence[str],
    settings: ScenarioSettings,
    *,
    seed: int,
    start: int | None,
) -> Scenarios:
    """Return workers wanted, openings, entries and gap by country, pool, scenario and end year.

    Parameters
    ----------
    series : DataFrame
        Columns of ``workforce_series``. Countries that are not asked for help to say how fast
        pools grow.
    flows : DataFrame
        Columns of ``age_flows``, from the oldest past step to the last end year.
    working_age : DataFrame
        Columns of ``age_structure``, as long, and the year before the oldest step.
    projections, known_graduates : DataFrame
        Feature tables of these names.
    pools : DataFrame
        See ``pool_bases.find_bases``.
    countries : sequence of str
        Countries that get paths; their order does not matter.
    settings : ScenarioSettings
        Section ``scenarios`` of the parameters.
    seed : int
        Seed of the draws.
    start : int or None
        Last year that is not added up, for every country alike: the newest of any series. None:
        the base year of each stock, however old, to stand beside figures that count from it.

    Returns
    -------
    Scenarios
        ``paths``, ``bases`` and ``assumptions`` are the tables ``scenario_paths``, ``pool_bases``
        and ``scenario_assumptions``. A country without a stock, or with one that is too old, has
        a row in ``bases`` and no path; one without past steps has openings, no gap and no path of
        own growth. Without a start, end years up to the base year are left out.

    Raises
    ------
    InvalidTable
        If ages lack a year, a stock is negative, or a rate is no share.
    InvalidParams
        If an end year is not after the start.

    Notes
    -----
    Each draw takes one value of every assumption, evenly from its range, the same for all
    countries, pools and scenarios, so that their differences are not chance. It also takes as many
    of the past steps of each country and pool as there are, with replacement, the same for all
    scenarios: past entries and own growth come from these, so that high growth goes with high
    entries. With S the stock, W persons of working age, Y persons aged 20 to 24, year t after base
    year b:

    wanted(t) = wanted(t-1) x (1 + p x (W(t) / W(t-1) - 1)) x (1 + d(t)), p how far need follows the
    population; d(t) is 0 (``share_held``) or d0 x 2^(-(t-b)/H), d0 being the country's own past
    growth beyond p times that of its population (``own_growth``) or a growth per person of working
    age within the range over countries (``common_growth``).
    leaving(t) = persons reaching exit age / persons of working life x retirement factor + other.
    openings(t) = wanted(t) - wanted(t-1) + leaving(t) x wanted(t-1).
    entries(t) = T x G(t) + M x Y(t) / Y(a), G(t) = G0 x Y(t) / Y(g) x (1 + tau)^(t-g), g the newest
    year of graduates. Entries of the first year, a = b + 1, are the rate of the past steps at the
    stock of the base year, at least 0; M, all other ways in, is what T x G(a) leaves of them. Where
    T x G(a) alone is more, T is lowered until M is 0, for persons who go elsewhere would become
    fewer with the graduates. Without graduates M is all who enter, and T is 0.
    gap = openings - entries. All are added up from the year after the start. The ends hold the
    drawn assumptions; no probability belongs to them.
    """
    passed = [] if start is None else [year for year in settings.years if year <= start]
    if passed:
        raise InvalidParams(
            f"The end year {passed[0]} is not after {start}, the newest year of the series.",
            where="params.yaml: scenarios.years",
            next_step="Give end years that lie ahead.",
        )
    bases = find_bases(
        series,
        projections,
        known_graduates,
        pools,
        past_years=settings.past_years,
        between=None if start is None else (start - settings.oldest_base, start),
        countries=countries,
    )
    ranges = deepening_ranges(
        growth_per_person(bases, working_age),
        published_growth(projections, working_age, pools),
        sorted(set(pools["pool"])),
        settings.deepening,
    )
    shown = [base for (country, _), base in sorted(bases.items()) if country in set(countries)]
    drawn = draw_assumptions(settings, seed)
    ages = ages_by_year(flows, working_age)
    if all(base.status == "no_stock" for base in shown):
        raise InvalidTable(
            "No country has a stock of any pool.",
            where="feature tables workforce_series and projections",
            next_step="Check the codes in data/reference/workforce_pools.csv.",
        )
    ends = {one["pool"]: (one["low"], one["high"]) for one in ranges.to_dict("records")}
    draws, notes = {}, []
    for base in (one for one in shown if one.status in ("ok", "no_past")):
        since = base.base_year if start is None else start
        after = [year for year in sorted(settings.years) if year > since]
        if not after:
            continue
        low, high = ends[base.pool]
        place = drawn[PLACE]
        growth = {SHARE_HELD: np.zeros_like(place), COMMON_GROWTH: low + place * (high - low)}
        entries = np.empty((0, settings.draws))
        if base.status == "ok":
            # a stream of its own: no other country or pool changes it
            stream = crc32(f"steps {base.country} {base.pool}".encode())
            picked = picked_steps(len(base.steps), settings.draws, [seed, stream])
            entries, found = _entries(base, since, after, ages, drawn, picked)
            growth[OWN_GROWTH] = found["own_past_growth"] = own_growth(
                base, ages, picked, drawn["population_weight"]
            )
            notes += calibrated(base, found, settings.level)
        for scenario in (one for one in SCENARIOS if one in growth):
            draws[base.country, base.pool, scenario] = _path(
                base, growth[scenario], since, after, entries, ages, drawn
            )
    return Scenarios(
        paths=_paths_table(draws, settings.level),
        bases=bases_table(shown),
        assumptions=assumptions_table(settings, ranges, shown, notes),
        draws=draws,
        drawn={name: drawn[name] for name in DRAWN_UNITS},
    )


def fading(d0: Array, half_life: Array, years: int) -> Array:
    """Return a growth that fades, draw x year.

    Examples
    --------
    >>> fading(np.array([0.04]), np.array([1.0]), 2).tolist()
    [[0.02, 0.01]]
    """
    return np.asarray(d0[:, None] * 2.0 ** (-np.arange(1, years + 1) / half_life[:, None]))


def _leaving(base: PoolBase, years: Array, ages: Ages, drawn: Mapping[str, Array]) -> Array:
    """Return the share of the workers who leave, draw x year."""
    retirement = ages.at("retirement", base.country, years)
    factor, other = drawn["retirement_factor"], drawn["other_exits"]
    return np.asarray(factor[:, None] * retirement + other[:, None])


def _graduating(
    given: Graduates, country: str, years: Array, ages: Ages, drawn: Mapping[str, Array]
) -> Array:
    """Return the graduates of each year, draw x year: as counted, later ones by young people."""
    newest = given.years[-1]
    young = ages.at("young", country, years) / ages.at("young", country, [int(newest)])
    trend = (1 + drawn["graduation_trend"][:, None]) ** (years - newest)
    counted = np.interp(years, given.years, given.values)
    return np.where(years <= newest, counted, given.values[-1] * young * trend)


def _entries(
    base: PoolBase,
    since: int,
    after: Sequence[int],
    ages: Ages,
    drawn: Mapping[str, Array],
    picked: Picks,
) -> tuple[Array, dict[str, Array]]:
    """Return entries added up to each end year, year x draw, and what calibrates them."""
    steps = base.steps
    leaving = _leaving(base, steps.years, ages, drawn)
    # entries have grown with the stock: it is their rate that holds, not their number
    lift = base.stock / steps.before.mean()
    # nobody enters less than not at all, however much a stock has shrunk
    past = np.maximum(past_entries(steps.before, steps.after, leaving, picked) * lift, 0)
    years = np.arange(base.base_year + 1, after[-1] + 1, dtype=float)
    found = {"past_entries": past}
    young = ages.at("young", base.country, years)
    young = young / young[0]
    if base.graduates is None:
        yearly = past[:, None] * young
    else:
        graduates = _graduating(base.graduates, base.country, years, ages, drawn)
        # no more graduates can have entered than persons did
        transition = np.minimum(drawn["transition"], past / graduates[:, 0])
        found["other_entries"] = past - transition * graduates[:, 0]
        yearly = transition[:, None] * graduates + found["other_entries"][:, None] * young
    counted = yearly[:, since - base.base_year :]
    return _at_ends(np.cumsum(counted, axis=1), since, after), found


def _path(
    base: PoolBase,
    d0: Array,
    since: int,
    after: Sequence[int],
    entries: Array,
    ages: Ages,
    drawn: Mapping[str, Array],
) -> PathDraws:
    """Return the draws of one path, which begins in the base year; sums begin later."""
    years = np.arange(base.base_year, after[-1] + 1, dtype=float)
    wanted = wanted_stock(
        base.stock,
        ages.at("working_age", base.country, years),
        fading(d0, drawn["half_life"], len(years) - 1),
        drawn["population_weight"],
    )[:, since - base.base_year :]
    counted = np.arange(since + 1, after[-1] + 1, dtype=float)
    found: Openings = summed_openings(wanted, _leaving(base, counted, ages, drawn))
    return PathDraws(
        years=tuple(after),
        stock_wanted=_at_ends(wanted[:, 1:], since, after),
        expansion=_at_ends(found.expansion, since, after),
        replacement=_at_ends(found.replacement, since, after),
        entries=entries,
    )


def _at_ends(values: Array, since: int, after: Sequence[int]) -> Array:
    """Return the columns of the end years, as rows; the first column is the first year counted."""
    return np.ascontiguousarray(values[:, [year - since - 1 for year in after]].T)


def need_verdicts(own: PathDraws | None, common: PathDraws | None) -> list[str | None]:
    """Return for each end year whether the draws of both growth scenarios agree on a gap.

    Parameters
    ----------
    own, common : PathDraws or None
        Paths of one country and pool in `GROWTH_SCENARIOS`.

    Returns
    -------
    list of str or None
        ``short`` or ``surplus`` if at least `AGREEING` of the draws are so in both, else ``open``;
        None where entries are not known. Empty without a path.
    """
    given = own or common
    if own is None or common is None or not own.gap.size:
        return [None] * len(given.years) if given else []
    short, surplus = (
        np.minimum((own.gap * sign > 0).mean(axis=-1), (common.gap * sign > 0).mean(axis=-1))
        for sign in (1, -1)
    )
    told = np.select([short >= AGREEING, surplus >= AGREEING], ["short", "surplus"], "open")
    return [str(one) for one in told]


def _paths_table(draws: Mapping[tuple[str, str, str], PathDraws], level: float) -> pd.DataFrame:
    """Return paths in the layout of the table ``scenario_paths``."""
    parts = []
    for (country, pool, scenario), path in draws.items():
        years = len(path.years)
        columns: dict[str, Any] = {
            "country": country,
            "pool": pool,
            "scenario": scenario,
            "year": list(path.years),
        }
        for name in _FLOWS:
            columns |= estimate(name, getattr(path, name), level)
        short = (path.gap > 0).mean(axis=-1) if path.gap.size else np.full(years, np.nan)
        columns |= {"draws_short": short, "verdict": [None] * years}
        if scenario in GROWTH_SCENARIOS:
            both = (draws.get((country, pool, one)) for one in GROWTH_SCENARIOS)
            columns["verdict"] = need_verdicts(*both)
        parts.append(pd.DataFrame(columns))
    if not parts:
        ends = (end for name in _FLOWS for end in estimate(name, np.empty(0), level))
        keys = ("country", "pool", "scenario", "year")
        return pd.DataFrame(columns=[*keys, *ends, "draws_short", "verdict"])
    return pd.concat(parts, ignore_index=True).astype({"verdict": "str"})
