"""Scenarios of the workers wanted, openings, entries and gap of each pool and country.

Knows: three scenarios, the assumptions that are drawn, how past entries calibrate future ones.
Must not know: files, countries by name, technology groups, words of pages.
May import: errors, params, pool_bases, pool_growth, scenario_tables, stock_flow, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.params import ScenarioSettings
from techdiplomacy.pool_bases import (
    REGISTER,
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
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.stock_flow import (
    Array,
    Openings,
    Picks,
    past_entries,
    picked_steps,
    summed_openings,
    wanted_stock,
)

SHARE_HELD, DEEPENING_FADES, DEEPENING_LASTS = SCENARIOS
ALL = "all"
# assumptions of the project that are drawn, and their units
DRAWN_UNITS = {
    "own_growth": "share",
    "half_life": "years",
    "retirement_factor": "ratio",
    "other_exits": "share a year",
    "transition": "share",
    "graduation_trend": "share a year",
    "share_covered": "share",
}
# what past steps tell of a country and pool, and its units
_CALIBRATED_UNITS = {
    "past_entries": "persons a year",
    "other_entries": "persons a year",
    "own_past_growth": "share a year",
}
# where the growth common to all countries stands in the range that its pool is given
_PLACE = "deepening"
_FLOWS = ("stock_wanted", "expansion", "replacement", "openings", "entries", "gap")


@dataclass(frozen=True)
class PathDraws:
    """Draws of one path at its end years: each array has one row a year, one column a draw.

    ``entries`` is empty (no columns) where past entries are not known.
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

    Returns
    -------
    Scenarios
        ``paths``, ``bases`` and ``assumptions`` are the tables ``scenario_paths``, ``pool_bases``
        and ``scenario_assumptions``. A country without a stock has a row in ``bases`` and no path;
        one without past entries has openings and no gap; end years up to the base year are left
        out.

    Raises
    ------
    InvalidTable
        If ages lack a year, a stock is negative, or a rate is no share.

    Notes
    -----
    Each draw takes one value of every assumption, evenly from its range, the same for all
    countries, pools and scenarios, so that their differences are not chance. It also takes as many
    of the past steps of each country and pool as there are, with replacement, the same for all
    scenarios: past entries and own growth come from these, so that high growth goes with high
    entries. With S the stock, W persons of working age, Y persons aged 20 to 24, year t after base
    year b:

    wanted(t) = wanted(t-1) x W(t) / W(t-1) x (1 + d(t)); d(t) is 0 (``share_held``),
    d0 x 2^(-(t-b)/H) (``deepening_fades``) or d0 (``deepening_lasts``).
    d0 = w x own past growth + (1 - w) x common growth; w is 0 where past steps are too few.
    leaving(t) = persons reaching exit age / persons of working life x retirement factor + other.
    openings(t) = wanted(t) - wanted(t-1) + leaving(t) x wanted(t-1).
    entries(t) = T x G(t) + M, G(t) = G0 x Y(t) / Y(g) x (1 + tau)^(t-g), g the newest year of
    graduates. Entries of the first year, a = b + 1, are the rate of the past steps at the stock of
    the base year; M, all other ways in, is what T x G(a) leaves of them, and stays at that number
    of persons. Where T x G(a) alone is more, T is lowered until M is 0, for persons who go
    elsewhere would become fewer with the graduates. Without graduates entries(t) = entries of the
    first year x Y(t) / Y(a).
    gap = openings - entries. All are added up from b + 1 on. The ends hold the drawn assumptions;
    no probability belongs to them.
    """
    bases = find_bases(
        series,
        projections,
        known_graduates,
        pools,
        past_years=settings.past_years,
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
    ends = {one["pool"]: (one["low"], one["high"]) for one in ranges.to_dict("records")}
    draws, notes = {}, []
    for base in (one for one in shown if one.series):
        after = [year for year in sorted(settings.years) if year > base.base_year]
        if not after:
            continue
        low, high = ends[base.pool]
        d0 = low + drawn[_PLACE] * (high - low)
        entries = np.empty((0, settings.draws))
        if base.status == "ok":
            # a stream of its own: no other country or pool changes it
            stream = crc32(f"steps {base.country} {base.pool}".encode())
            picked = picked_steps(len(base.steps), settings.draws, [seed, stream])
            entries, found = _entries(base, after, ages, drawn, picked)
            found["own_past_growth"] = own_growth(base, ages, picked)
            weight = drawn["own_growth"]
            d0 = weight * found["own_past_growth"] + (1 - weight) * d0
            notes += _calibrated(base, found, settings.level)
        for scenario in SCENARIOS:
            draws[base.country, base.pool, scenario] = _path(
                base, scenario, after, entries, ages, d0, drawn
            )
    return Scenarios(
        paths=_paths_table(draws, settings.level),
        bases=bases_table(shown),
        assumptions=_assumptions(settings, ranges, shown, notes),
        draws=draws,
        drawn={name: drawn[name] for name in DRAWN_UNITS},
    )


def draw_assumptions(settings: ScenarioSettings, seed: int) -> dict[str, Array]:
    """Return the draws of each assumption by name, and of the place in the range of growth.

    Each assumption has a stream of its own: a new one changes no other.
    """
    ranges = {name: getattr(settings, name) for name in DRAWN_UNITS} | {_PLACE: (0.0, 1.0)}
    found = {}
    for name, (low, high) in ranges.items():
        rng = np.random.default_rng([seed, crc32(name.encode())])
        found[name] = low + rng.random(settings.draws) * (high - low)
    return found


def deepening_path(scenario: str, d0: Array, half_life: Array, years: int) -> Array:
    """Return the growth of workers wanted per person of working age, draw x year.

    Examples
    --------
    >>> deepening_path("deepening_fades", np.array([0.04]), np.array([1.0]), 2).tolist()
    [[0.02, 0.01]]
    """
    if scenario == SHARE_HELD:
        return np.zeros((len(d0), years))
    if scenario == DEEPENING_LASTS:
        return np.repeat(d0[:, None], years, axis=1)
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
    base: PoolBase, after: Sequence[int], ages: Ages, drawn: Mapping[str, Array], picked: Picks
) -> tuple[Array, dict[str, Array]]:
    """Return entries added up to each end year, year x draw, and what calibrates them."""
    steps = base.steps
    leaving = _leaving(base, steps.years, ages, drawn)
    # entries have grown with the stock: it is their rate that holds, not their number
    lift = base.stock / steps.before.mean()
    past = past_entries(steps.before, steps.after, leaving, picked) * lift
    years = np.arange(base.base_year + 1, after[-1] + 1, dtype=float)
    found = {"past_entries": past}
    if base.graduates is None:
        young = ages.at("young", base.country, years)
        yearly = past[:, None] * (young / young[0])
    else:
        graduates = _graduating(base.graduates, base.country, years, ages, drawn)
        # no more graduates can have entered than persons did
        transition = np.minimum(drawn["transition"], np.maximum(past, 0) / graduates[:, 0])
        found["other_entries"] = past - transition * graduates[:, 0]
        yearly = transition[:, None] * graduates + found["other_entries"][:, None]
    return _at_ends(np.cumsum(yearly, axis=1), base, after), found


def _path(
    base: PoolBase,
    scenario: str,
    after: Sequence[int],
    entries: Array,
    ages: Ages,
    d0: Array,
    drawn: Mapping[str, Array],
) -> PathDraws:
    """Return the draws of one path."""
    years = np.arange(base.base_year, after[-1] + 1, dtype=float)
    deepening = deepening_path(scenario, d0, drawn["half_life"], len(years) - 1)
    wanted = wanted_stock(base.stock, ages.at("working_age", base.country, years), deepening)
    found: Openings = summed_openings(wanted, _leaving(base, years[1:], ages, drawn))
    return PathDraws(
        years=tuple(after),
        stock_wanted=_at_ends(wanted[:, 1:], base, after),
        expansion=_at_ends(found.expansion, base, after),
        replacement=_at_ends(found.replacement, base, after),
        entries=entries,
    )


def _at_ends(values: Array, base: PoolBase, after: Sequence[int]) -> Array:
    """Return the columns of the end years, as rows; the first column is the year after the base."""
    return np.ascontiguousarray(values[:, [year - base.base_year - 1 for year in after]].T)


def interval(draws: Array, level: float) -> Array:
    """Return median, lower and upper end of draws along their last axis, ends first axis.

    Examples
    --------
    >>> interval(np.arange(11.0), 0.8).round(6).tolist()
    [5.0, 1.0, 9.0]
    """
    return np.asarray(np.quantile(draws, [0.5, (1 - level) / 2, (1 + level) / 2], axis=-1))


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
            columns |= estimate(name, getattr(path, name), level, years)
        short = (path.gap > 0).mean(axis=-1) if path.gap.size else np.full(years, np.nan)
        parts.append(pd.DataFrame({**columns, "draws_short": short}))
    if not parts:
        raise InvalidTable(
            "No country has a stock of any pool.",
            where="feature tables workforce_series and projections",
            next_step="Check the codes in data/reference/workforce_pools.csv.",
        )
    return pd.concat(parts, ignore_index=True)


def estimate(name: str, draws: Array, level: float, years: int) -> dict[str, Array]:
    """Return the three columns of an estimate, not a number where there are no draws."""
    ends = interval(draws, level) if draws.size else np.full((3, years), np.nan)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def _calibrated(base: PoolBase, found: Mapping[str, Array], level: float) -> list[dict[str, Any]]:
    """Return what past steps say of entries and growth, as rows of assumptions."""
    rows = []
    for name, values in found.items():
        _, low, high = interval(values, level)
        unit = _CALIBRATED_UNITS[name]
        rows.append(_row(name, base.pool, base.country, (low, high), unit, "data"))
        rows[-1]["n"] = float(len(base.steps))
    return rows


def _assumptions(
    settings: ScenarioSettings,
    ranges: pd.DataFrame,
    shown: Sequence[PoolBase],
    notes: list[dict[str, Any]],
) -> pd.DataFrame:
    """Return the table ``scenario_assumptions``."""
    rows = [
        _row(name, ALL, ALL, getattr(settings, name), unit, "project")
        for name, unit in DRAWN_UNITS.items()
    ]
    rows += [
        _row(name, ALL, ALL, (getattr(settings, name),) * 2, "years", "project")
        for name in ("past_years", "study_years")
    ]
    for one in ranges.to_dict("records"):
        ends = (one["low"], one["high"])
        rows.append(
            _row(one["assumption"], one["pool"], ALL, ends, "share a year", one["basis"])
            | {"n": float(one["n"])}
        )
    for base in shown:
        if base.graduates is not None and base.graduates.series == REGISTER:
            ends = (base.graduates.values[-1],) * 2
            rows.append(_row("graduates", base.pool, base.country, ends, "graduates", REGISTER))
    return pd.DataFrame([*rows, *notes])


def _row(
    assumption: str, pool: str, country: str, ends: Sequence[float], unit: str, basis: str
) -> dict[str, Any]:
    """Return one row of the table ``scenario_assumptions``."""
    low, high = (float(end) for end in ends)
    row = {"assumption": assumption, "pool": pool, "country": country, "low": low, "high": high}
    return {**row, "unit": unit, "basis": basis, "n": np.nan}
