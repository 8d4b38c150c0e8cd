"""What scenarios draw, how the draws are told, and the table of all that is assumed.

Knows: assumptions of the project with their units, medians and ends of draws. Must not know: files,
countries by name, how a path follows from the draws. May import: params, pool_bases, stock_flow,
NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.params import ScenarioSettings
from techdiplomacy.pool_bases import REGISTER, PoolBase
from techdiplomacy.stock_flow import Array

ALL = "all"
# assumptions of the project that are drawn, and their units
DRAWN_UNITS = {
    "half_life": "years",
    "population_weight": "share",
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
PLACE = "deepening"


def draw_assumptions(settings: ScenarioSettings, seed: int) -> dict[str, Array]:
    """Return the draws of each assumption by name, and of the place in the range of growth.

    Each assumption has a stream of its own: a new one changes no other.
    """
    ranges = {name: getattr(settings, name) for name in DRAWN_UNITS} | {PLACE: (0.0, 1.0)}
    found = {}
    for name, (low, high) in ranges.items():
        rng = np.random.default_rng([seed, crc32(name.encode())])
        found[name] = low + rng.random(settings.draws) * (high - low)
    return found


def interval(draws: Array, level: float) -> Array:
    """Return median, lower and upper end of draws along their last axis, ends first axis.

    Examples
    --------
    >>> interval(np.arange(11.0), 0.8).round(6).tolist()
    [5.0, 1.0, 9.0]
    """
    return np.asarray(np.quantile(draws, [0.5, (1 - level) / 2, (1 + level) / 2], axis=-1))


def estimate(name: str, draws: Array, level: float) -> dict[str, Any]:
    """Return the three columns of an estimate, not a number where there are no draws.

    Examples
    --------
    >>> [round(float(end)) for end in estimate("gap", np.arange(11.0), 0.8).values()]
    [5, 1, 9]
    """
    ends = interval(draws, level) if draws.size else np.full(3, np.nan)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def calibrated(base: PoolBase, found: Mapping[str, Array], level: float) -> list[dict[str, Any]]:
    """Return what past steps say of entries and growth, as rows of assumptions."""
    rows = []
    for name, values in found.items():
        _, low, high = interval(values, level)
        unit = _CALIBRATED_UNITS[name]
        rows.append(_row(name, base.pool, base.country, (low, high), unit, "data"))
        rows[-1]["n"] = float(len(base.steps))
    return rows


def assumptions_table(
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
        for name in ("past_years", "oldest_base", "study_years")
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
