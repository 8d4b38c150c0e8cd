"""Dated steps held against random dates: what is usual, and what change would have been seen.

Knows: the years around a step, two kinds of random dates, p-values and the change they detect.
Must not know: files, names of countries, what a step is. May import: params (settings only),
NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.params import EventSettings

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

POWER = 0.8  # a detectable change is seen with this probability
_CHUNK = 200  # random dates handled at a time
_HALVINGS = 14  # of the span in which the detectable change is looked for


@dataclass(frozen=True)
class Windows:
    """Every partner and year as if a step had been taken there.

    ``path`` holds partners x years x relative years: log association less its mean over the years
    before. ``usable`` says where all of these years are there and the years before hold enough.
    """

    partners: list[str]
    years: list[int]
    offsets: Places
    path: Array
    usable: Flags
    after: int
    before: int


@dataclass(frozen=True)
class Comparison:
    """A row of ``event_study``, its path by relative year, and change and controls of each step."""

    row: dict[str, object]
    path: pd.DataFrame
    changes: Array
    controls: Places


@dataclass(frozen=True)
class RandomDates:
    """Random dates: mean path of each (draws x relative years), its change, a planted change.

    ``change`` is the mean of the years after. ``planted`` is what it would be if exactly the steps
    compared had raised every year after them by 1, and nothing else had happened.
    """

    path: Array
    change: Array
    planted: Array


def windows_of(
    association: pd.DataFrame, joint: pd.DataFrame, settings: EventSettings, min_works: float
) -> Windows:
    """Return every partner and year as if a step had been taken there.

    Parameters
    ----------
    association, joint : DataFrame
        What ``event_study.log_association`` returns.
    settings : EventSettings
        Section ``events`` of the parameters; the year of the step is in neither span.
    min_works : float
        Joint works a year that the years before must hold on average.
    """
    works = joint.to_numpy().T
    path = _paths(association.to_numpy().T, settings.before, settings.after)
    enough = np.zeros(works.shape, dtype=bool)
    for place in range(settings.before, works.shape[1]):
        enough[:, place] = works[:, place - settings.before : place].mean(axis=1) >= min_works
    return Windows(
        partners=[str(code) for code in association.columns],
        years=[int(year) for year in association.index],
        offsets=np.arange(-settings.before, settings.after + 1),
        path=path,
        usable=enough & np.isfinite(path).all(axis=2),
        after=settings.after,
        before=settings.before,
    )


def hold_against_random(
    which: Places,
    busy: Places,
    windows: Windows,
    settings: EventSettings,
    rng: np.random.Generator,
) -> Comparison:
    """Return what joint work did after steps, and after as many random ones.

    Parameters
    ----------
    which : array
        Steps to compare, a partner at most once: place of the partner and of the year.
    busy : array
        All dated steps in the same form: a partner with one between the first and the last year
        is not compared with.
    windows : Windows
        What `windows_of` returns.
    settings : EventSettings
        Section ``events`` of the parameters.
    rng : Generator
        For the random partners and years.

    Notes
    -----
    Random dates of the first kind put as many steps on random partners, a partner at most once
    and any of its usable years alike; those of the second kind keep the partners and draw their
    years alone, since steps are not taken with just anybody. Both are treated as the steps are.
    """
    own, controls = _differences(which, busy, windows)
    compared = which[controls > 0]
    jumps = _planted(compared, windows)
    kinds = (
        random_dates(compared, windows, jumps, settings.permutations, rng, same=False),
        random_dates(compared, windows, jumps, settings.permutations, rng.spawn(1)[0], same=True),
    )
    row, path = _summary(own[controls > 0], kinds, windows, settings)
    return Comparison(row, path, own[:, windows.offsets > 0].mean(axis=1), controls)


def random_dates(
    steps: Places,
    windows: Windows,
    jumps: Array,
    draws: int,
    rng: np.random.Generator,
    *,
    same: bool,
) -> RandomDates:
    """Return random dates in the place of steps.

    Parameters
    ----------
    steps : array
        Steps: place of the partner and of the year.
    windows : Windows
        What `windows_of` returns.
    jumps : array
        Partners x years: change of a planted step, seen from each partner and year.
    draws : int
        Number of random dates.
    rng : Generator
        For partners and years.
    same : bool
        Whether the partners of the steps are kept and only their years drawn.
    """
    able = steps[:, 0] if same else np.flatnonzero(windows.usable.any(axis=1))
    options = [np.flatnonzero(windows.usable[place]) for place in able]
    many = np.array([len(one) for one in options], dtype=np.int64)
    offsets = len(windows.offsets)
    if not 0 < len(steps) <= len(able) or not many.all():
        return RandomDates(np.empty((0, offsets)), np.empty(0), np.empty(0))
    table = np.zeros((len(able), many.max()), dtype=np.int64)
    for place, one in enumerate(options):
        table[place, : len(one)] = one
    values = np.concatenate([windows.path, jumps[:, :, None]], axis=2)
    parts = []
    for first in range(0, draws, _CHUNK):
        size = (min(_CHUNK, draws - first), len(steps))
        if same:
            drawn = np.broadcast_to(np.arange(len(able)), size)
        else:
            drawn = np.argsort(rng.random((size[0], len(able))), axis=1)[:, : len(steps)]
        year = table[drawn, (rng.random(size) * many[drawn]).astype(np.int64)]
        parts.append(_mean_differences(able[drawn], year, values, windows))
    found = np.concatenate(parts)
    whole = found[np.isfinite(found).all(axis=1)]
    later = whole[:, :offsets][:, windows.offsets > 0]
    return RandomDates(whole[:, :offsets], later.mean(axis=1), whole[:, offsets])


def two_sided(statistic: float, random: Array) -> float:
    """Return the share of random statistics at least as far from the mean of all as the one seen.

    Examples
    --------
    >>> two_sided(9.0, np.array([0.0, 1.0, -1.0]))
    0.25
    """
    centre = np.append(random, statistic).mean()
    far = np.abs(random - centre) >= abs(statistic - centre) - 1e-12
    return float((1 + far.sum()) / (1 + len(random)))


def verdict(p_values: Sequence[float], level: float) -> str:
    """Return whether a change may be said to be seen: only if every p-value lies below the level.

    Examples
    --------
    >>> verdict([0.01, 0.06], 0.05)
    'no_change_seen'
    """
    return "change_seen" if max(p_values) < level else "no_change_seen"


def detectable_change(kinds: Sequence[RandomDates], chance: RandomDates, level: float) -> float:
    """Return the smallest mean change that would have been seen with a probability of 80 %.

    Parameters
    ----------
    kinds : sequence of RandomDates
        Random dates that a change has to stand out from, each kind for itself.
    chance : RandomDates
        Those whose changes stand for what chance adds to a change: years of the same partners.
    level : float
        Level of each test, two-sided.

    Returns
    -------
    float
        In the unit of the changes; half of the 80 % are changes up, half are changes down. Missing
        if no change would be seen that often.

    Notes
    -----
    Had the steps changed joint work by d, their mean would be x + d, where x is one of the
    changes of ``chance``, and random dates of each kind would give y + d b, for some fall near the
    steps (b: the part of a planted change). With c the mean of y + d b and r the quantile 1 - level
    of its distance from c, d is seen where x + d lies further than r from c for each kind. The
    smallest d for which that holds for 80 % of x is found by halving. Where b is 0 and x and y are
    normal with standard deviation s, d = (1.96 + 0.84) s = 2.80 s at a level of 5 %.
    """

    def power(size: float) -> float:
        changes = np.array([[size], [-size]])
        seen = np.ones((2, len(chance.change)), dtype=bool)
        for kind in kinds:
            usual = kind.change + changes * kind.planted
            centre = usual.mean(axis=1, keepdims=True)
            far = int(np.ceil(level * (1 + len(kind.change)) - 1))  # with fewer p is below level
            distance = np.sort(np.abs(usual - centre), axis=1)
            reach = distance[:, [-far]] if far > 0 else np.inf
            seen &= np.abs(chance.change + changes - centre) > reach
        return float(seen.mean())

    low, high = 0.0, 10 * max(float(np.ptp(kind.change)) for kind in kinds)
    if power(high) < POWER:
        return float("nan")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def _paths(values: Array, before: int, after: int) -> Array:
    """Return values by partner and year as paths around each year, less the years before."""
    partners, length = values.shape
    path = np.full((partners, length, before + after + 1), np.nan)
    for place in range(before, length - after):
        span = values[:, place - before : place + after + 1]
        path[:, place] = span - span[:, :before].mean(axis=1, keepdims=True)
    return path


def _planted(steps: Places, windows: Windows) -> Array:
    """Return the change of every partner and year if the steps had raised what follows by 1."""
    level = np.zeros(windows.usable.shape)
    for partner, year in steps:
        level[partner, year + 1 :] = 1.0
    after = _paths(level, windows.before, windows.after)[..., windows.offsets > 0]
    change: Array = after.mean(axis=2)
    return change


def _differences(which: Places, busy: Places, windows: Windows) -> tuple[Array, Places]:
    """Return the path of each step less that of the partners compared, and how many these are."""
    own = np.full((len(which), len(windows.offsets)), np.nan)
    controls = np.zeros(len(which), dtype=np.int64)
    for number, (partner, year) in enumerate(which):
        span = busy[:, 1] - year
        near = busy[(span >= -windows.before) & (span <= windows.after), 0]
        compared = windows.usable[:, year].copy()
        compared[[*near, partner]] = False
        controls[number] = compared.sum()
        if controls[number]:
            mean = windows.path[compared, year].mean(axis=0)
            own[number] = windows.path[partner, year] - mean
    return own, controls


def _mean_differences(partner: Places, year: Places, values: Array, windows: Windows) -> Array:
    """Return the mean over steps of values less those of the partners compared.

    Parameters
    ----------
    partner, year : array
        Places of the steps, draws x steps.
    values : array
        Partners x years x columns.
    windows : Windows
        Which partners and years can be compared with.
    """
    values = np.where(windows.usable[:, :, None], values, 0.0)
    total, number = values.sum(axis=0), windows.usable.sum(axis=0)
    apart = year[:, None, :] - year[:, :, None]  # step f seen from step e
    near = (apart >= -windows.before) & (apart <= windows.after)
    there = near & windows.usable[partner[:, None, :], year[:, :, None]]
    others = number[year] - there.sum(axis=2)
    found = np.full((len(partner), values.shape[2]), np.nan)
    for place in range(values.shape[2]):
        column = values[..., place]
        taken = np.where(near, column[partner[:, None, :], year[:, :, None]], 0.0).sum(axis=2)
        mean = np.divide(
            total[year, place] - taken,
            others,
            out=np.full(others.shape, np.nan),
            where=others > 0,
        )
        apart_of = column[partner, year] - mean
        counted = np.isfinite(apart_of)
        found[:, place] = np.divide(
            np.where(counted, apart_of, 0.0).sum(axis=1),
            counted.sum(axis=1),
            out=np.full(len(partner), np.nan),
            where=counted.any(axis=1),
        )
    return found


def _summary(
    own: Array, kinds: Sequence[RandomDates], windows: Windows, settings: EventSettings
) -> tuple[dict[str, object], pd.DataFrame]:
    """Return the mean of the steps with its place among random dates, and the same by year."""
    drawn = min(len(kind.path) for kind in kinds)
    few = len(own) < settings.min_events or drawn < settings.permutations / 2
    ends = [settings.level / 2, 1 - settings.level / 2]
    blank = np.full(len(windows.offsets), np.nan)
    mean = blank if few else own.mean(axis=0)
    low, high = (blank, blank) if few else np.quantile(kinds[0].path, ends, axis=0)
    path = pd.DataFrame(
        {
            "relative_year": windows.offsets,
            "difference": mean,
            "placebo_low": low,
            "placebo_high": high,
            "events": len(own),
        }
    )
    row: dict[str, object] = {"used": len(own)}
    if few:
        names = ("effect", "placebo_low", "placebo_high", "p_value", "p_same_partners")
        numbers = dict.fromkeys((*names, "detectable"), np.nan)
        return {**row, **numbers, "verdict": "not_enough_data"}, path
    later = windows.offsets > 0
    effect = float(mean[later].mean())
    p_values = [two_sided(effect, kind.change) for kind in kinds]
    bounds = np.quantile(kinds[0].change, ends)
    return {
        **row,
        "effect": effect,
        "placebo_low": float(bounds[0]),
        "placebo_high": float(bounds[1]),
        "p_value": p_values[0],
        "p_same_partners": p_values[1],
        "detectable": detectable_change(kinds, kinds[1], settings.level),
        "verdict": verdict(p_values, settings.level),
    }, path
