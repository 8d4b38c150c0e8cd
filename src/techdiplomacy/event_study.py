"""What joint work did after dated steps, held against random partners and years.

Knows: log association by year, which steps can be compared, random dates.
Must not know: files, names of countries, why a tie changes. May import: params (settings only),
scorecard_tables, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.params import EventSettings
from techdiplomacy.scorecard_tables import EVENT_KINDS

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

OUTCOME = "log_association"
_WORKS = "joint_works"
_HALF = 0.5  # added to each count before the logarithm
_SHORTER = 2  # years by which spans are shortened to see whether it matters
_TIMES = (0.2, 1, 2, 4)  # and by how much the least number of joint works is changed
_CHUNK = 200  # random dates handled at a time


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


def log_association(ties: pd.DataFrame, viewpoint: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return log association and joint works of a country with each other, years x partners.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``; its joint works are used, each pair once.
    viewpoint : str
        The country.

    Returns
    -------
    tuple of DataFrame
        log((C + 0.5) T / (s_i s_j)), missing where a country has no tie in a year, and C. Dividing
        by the ties of both countries takes out that either has grown.

    Examples
    --------
    >>> rows = [("joint_works", "AAA", "BBB", 2000, 3.5), ("joint_works", "AAA", "CCC", 2000, 0.5)]
    >>> ties = pd.DataFrame(rows, columns=["kind", "country", "partner", "year", "value"])
    >>> log_association(ties, "AAA")[0].round(3).to_dict("list")
    {'BBB': [0.827], 'CCC': [1.386]}
    """
    rows = ties[ties["kind"] == _WORKS]
    turned = rows.rename(columns={"country": "partner", "partner": "country"})
    both = pd.concat([rows, turned], ignore_index=True)
    totals = both.pivot_table(index="year", columns="country", values="value", aggfunc="sum")
    years = range(int(rows["year"].min()), int(rows["year"].max()) + 1) if len(rows) else range(0)
    totals = totals.reindex(list(years))
    own = both[both["country"] == viewpoint]
    joint = own.pivot_table(index="year", columns="partner", values="value", aggfunc="sum")
    partners = [code for code in totals.columns if code != viewpoint]
    joint = joint.reindex(index=totals.index, columns=partners).fillna(0.0)
    mine = totals.reindex(columns=[viewpoint])[viewpoint]
    sizes = totals[partners].where(totals[partners] > 0).mul(mine.where(mine > 0), axis=0)
    ratio = (joint + _HALF).mul(totals.sum(axis=1), axis=0) / sizes
    return pd.DataFrame(np.log(ratio)), joint


def dated_steps(levels: pd.DataFrame, agreements: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return the known steps of a country, each partner and year once for each kind.

    Parameters
    ----------
    levels, agreements : DataFrame
        Features ``known_levels`` and ``known_agreements``.
    viewpoint : str
        The country.

    Returns
    -------
    DataFrame
        ``event_kind`` (partnership_level or agreement), ``partner`` and ``year``, missing where
        the date is not known. A comprehensive partnership is no step here: few are known.
    """
    upgrades = steps_of(levels[levels["level"] != "comprehensive"], "since_year", viewpoint)
    signed = steps_of(agreements, "signed_year", viewpoint)
    return pd.concat(
        [upgrades.assign(event_kind="partnership_level"), signed.assign(event_kind="agreement")],
        ignore_index=True,
    )


def steps_of(facts: pd.DataFrame, column: str, viewpoint: str) -> pd.DataFrame:
    """Return partner and year of the facts of a country, whichever of the two stands first."""
    rows = facts[(facts["country"] == viewpoint) | (facts["partner"] == viewpoint)]
    other = rows["partner"].where(rows["country"] == viewpoint, rows["country"])
    steps = pd.DataFrame({"partner": other, "year": rows[column].astype("Int64")})
    return steps.drop_duplicates(ignore_index=True)


def windows_of(
    association: pd.DataFrame, joint: pd.DataFrame, settings: EventSettings, min_works: float
) -> Windows:
    """Return every partner and year as if a step had been taken there.

    Parameters
    ----------
    association, joint : DataFrame
        What `log_association` returns.
    settings : EventSettings
        Section ``events`` of the parameters; the year of the step is in neither span.
    min_works : float
        Joint works a year that the years before must hold on average.
    """
    before, after = settings.before, settings.after
    offsets = np.arange(-before, after + 1)
    values, works = association.to_numpy().T, joint.to_numpy().T
    partners, length = values.shape
    path = np.full((partners, length, len(offsets)), np.nan)
    enough = np.zeros((partners, length), dtype=bool)
    for place in range(before, length - after):
        span = values[:, place - before : place + after + 1]
        path[:, place] = span - span[:, :before].mean(axis=1, keepdims=True)
        enough[:, place] = works[:, place - before : place].mean(axis=1) >= min_works
    usable = enough & np.isfinite(path).all(axis=2)
    years = [int(year) for year in association.index]
    codes = [str(code) for code in association.columns]
    return Windows(codes, years, offsets, path, usable, after, before)


def judge_steps(steps: pd.DataFrame, windows: Windows) -> pd.DataFrame:
    """Return the steps with what speaks against using each, all kinds of step together.

    Parameters
    ----------
    steps : DataFrame
        ``event_kind, partner, year``.
    windows : Windows
        What `windows_of` returns.

    Returns
    -------
    DataFrame
        ``event_kind`` (each step also under ``any``), ``partner, year, used, why_not``. A partner
        enters once for each kind, with its first step that can be used, so that no year of a
        partner counts twice.
    """
    pooled = steps.assign(event_kind="any").drop_duplicates()
    rows = pd.concat([pooled, steps], ignore_index=True).sort_values(
        ["event_kind", "partner", "year"], ignore_index=True
    )
    dated = pooled.dropna(subset="year")
    reasons: list[str] = []
    taken: set[tuple[str, str]] = set()
    for row in rows.itertuples():
        own = dated.loc[dated["partner"] == row.partner, "year"]
        why = _why_not(str(row.partner), row.year, own, windows)
        if not why and (row.event_kind, row.partner) in taken:
            why = "later_step"
        if not why:
            taken.add((str(row.event_kind), str(row.partner)))
        reasons.append(why)
    why_not = pd.Series(reasons, index=rows.index, dtype="str")
    return rows.assign(used=why_not == "", why_not=why_not.where(why_not != ""))


def _why_not(partner: str, year: object, own: pd.Series, windows: Windows) -> str:
    """Return why a step cannot be used, or nothing."""
    if year is pd.NA:
        return "not_dated"
    step = int(str(year))
    if partner not in windows.partners:
        return "not_in_data"
    if step - windows.before < windows.years[0]:
        return "too_early"
    if step + windows.after > windows.years[-1]:
        return "too_recent"
    if own.between(step - windows.before, step - 1).any():
        return "step_shortly_before"
    place = windows.partners.index(partner), windows.years.index(step)
    return "" if windows.usable[place] else "too_few_works"


def study(
    ties: pd.DataFrame,
    levels: pd.DataFrame,
    agreements: pd.DataFrame,
    *,
    viewpoint: str,
    partners: Sequence[str],
    settings: EventSettings,
    min_works: float,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return tables ``event_study, event_paths`` and ``event_list``.

    Parameters
    ----------
    ties, levels, agreements : DataFrame
        Features ``ties, known_levels`` and ``known_agreements``.
    viewpoint : str
        The country whose steps are looked at.
    partners : sequence of str
        Partners that are listed even if no step with them is known.
    settings : EventSettings
        Section ``events`` of the parameters.
    min_works : float
        Joint works a year that a partner needs before a step (``cooperation.min_ties``).
    seed : int
        Seed of the random dates.

    Notes
    -----
    Change of a step: mean log association of the years after less that of the years before, less
    the same of all partners with enough joint works and no dated step from the first to the last
    of these years. The statistic is the mean over the steps used. Random dates put as many steps
    on random partners, a partner at most once and any of its usable years alike, and are treated
    in the same way. p = (1 + random dates at least as far from the mean of all) / (1 + their
    number). Nothing is concluded below ``min_events``. It says that joint work was higher or
    lower after steps than after random dates, not what made it so.
    """
    association, joint = log_association(ties, viewpoint)
    windows = windows_of(association, joint, settings, min_works)
    listed = judge_steps(dated_steps(levels, agreements, viewpoint), windows)
    treated = listed[listed["event_kind"] == "any"].dropna(subset="year")
    busy = _places(treated, windows)
    found: list[dict[str, object]] = []
    paths = []
    changes = pd.Series(np.nan, index=listed.index)
    for number, kind in enumerate(EVENT_KINDS):
        usable = listed[(listed["event_kind"] == kind) & listed["used"]]
        rng = np.random.default_rng([seed, number])
        tested = hold_against_random(_places(usable, windows), busy, windows, settings, rng)
        alone = tested.controls == 0
        listed.loc[usable.index[alone], "used"] = False
        listed.loc[usable.index[alone], "why_not"] = "no_controls"
        changes[usable.index] = tested.changes
        compared = tested.controls[~alone]
        found.append(
            {
                "event_kind": kind,
                "outcome": OUTCOME,
                "country": viewpoint,
                "events": int((listed["event_kind"] == kind).sum()),
                "controls": int(np.median(compared)) if len(compared) else 0,
                **tested.row,
            }
        )
        paths.append(tested.path.assign(event_kind=kind))
    told = set(listed["partner"])
    silent = pd.DataFrame({"partner": [code for code in partners if code not in told]})
    silent = silent.assign(event_kind="any", used=False, why_not="no_step_known")
    listed = listed.assign(change=changes)
    filled = [part for part in (listed, silent) if len(part)]
    joined = pd.concat(filled or [listed], ignore_index=True)
    events = joined.reindex(columns=["event_kind", "partner", "year", "change", "used", "why_not"])
    return {
        "event_study": pd.DataFrame(found),
        "event_paths": pd.concat(paths, ignore_index=True),
        "event_list": events.assign(
            country=viewpoint,
            year=events["year"].astype("Int64"),
            change=events["change"].astype("float64"),
            used=events["used"].astype(bool),
        ),
    }


def sensitivity(
    ties: pd.DataFrame,
    levels: pd.DataFrame,
    agreements: pd.DataFrame,
    *,
    viewpoint: str,
    settings: EventSettings,
    min_works: float,
    seed: int,
) -> pd.DataFrame:
    """Return table ``event_sensitivity``: the pooled comparison with each choice made otherwise.

    Parameters
    ----------
    ties, levels, agreements, viewpoint, settings, min_works, seed
        As in `study`.

    Notes
    -----
    Spans shorter by two years admit newer steps. Asking for more joint works leaves partners that
    are more alike in size, and fewer of them to compare with; asking for fewer lets chance in.
    """
    rows = []
    for shorter in (0, _SHORTER):
        before, after = max(1, settings.before - shorter), max(1, settings.after - shorter)
        chosen = settings.model_copy(update={"before": before, "after": after})
        for times in _TIMES:
            found = study(
                ties,
                levels,
                agreements,
                viewpoint=viewpoint,
                partners=(),
                settings=chosen,
                min_works=times * min_works,
                seed=seed,
            )["event_study"]
            rows.append(
                found[found["event_kind"] == "any"]
                .drop(columns=["event_kind", "outcome", "events"])
                .assign(
                    years_before=before,
                    years_after=after,
                    works_at_least=float(times * min_works),
                    as_used=shorter == 0 and times == 1,
                )
            )
    table = pd.concat(rows, ignore_index=True)
    return table.drop_duplicates(["years_after", "works_at_least"], ignore_index=True)


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
    """
    own, controls = _differences(which, busy, windows)
    compared = own[controls > 0]
    draws = _random_dates(len(compared), windows, settings.permutations, rng)
    row, path = _summary(compared, draws, windows, settings)
    return Comparison(row, path, own[:, windows.offsets > 0].mean(axis=1), controls)


def _places(steps: pd.DataFrame, windows: Windows) -> Places:
    """Return steps as (place of the partner, place of the year), those in the data only."""
    partners = {code: place for place, code in enumerate(windows.partners)}
    first = windows.years[0] if windows.years else 0
    found = [
        (partners[str(row.partner)], int(str(row.year)) - first)
        for row in steps.itertuples()
        if str(row.partner) in partners
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


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


def _random_dates(events: int, windows: Windows, draws: int, rng: np.random.Generator) -> Array:
    """Return the mean path for random partners and years, draws x relative years."""
    able = np.flatnonzero(windows.usable.any(axis=1))
    found = np.full((draws, len(windows.offsets)), np.nan)
    if not 0 < events <= len(able):
        return found
    path = np.where(windows.usable[:, :, None], windows.path, 0.0)
    total, number = path.sum(axis=0), windows.usable.sum(axis=0)
    options = [np.flatnonzero(windows.usable[place]) for place in able]
    many = np.array([len(one) for one in options])
    table = np.zeros((len(able), many.max()), dtype=np.int64)
    for place, one in enumerate(options):
        table[place, : len(one)] = one
    for first in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - first)
        drawn = np.argsort(rng.random((size, len(able))), axis=1)[:, :events]
        year = table[drawn, (rng.random((size, events)) * many[drawn]).astype(np.int64)]
        partner = able[drawn]
        apart = year[:, None, :] - year[:, :, None]  # step f seen from step e
        near = (apart >= -windows.before) & (apart <= windows.after)
        there = near & windows.usable[partner[:, None, :], year[:, :, None]]
        others = number[year] - there.sum(axis=2)
        for place in range(len(windows.offsets)):
            values = path[..., place]
            taken = np.where(near, values[partner[:, None, :], year[:, :, None]], 0.0).sum(axis=2)
            mean = np.divide(
                total[year, place] - taken,
                others,
                out=np.full(others.shape, np.nan),
                where=others > 0,
            )
            apart_of = values[partner, year] - mean
            counted = np.isfinite(apart_of)
            found[first : first + size, place] = np.divide(
                np.where(counted, apart_of, 0.0).sum(axis=1),
                counted.sum(axis=1),
                out=np.full(size, np.nan),
                where=counted.any(axis=1),
            )
    whole: Array = found[np.isfinite(found).all(axis=1)]
    return whole


def _summary(
    own: Array, draws: Array, windows: Windows, settings: EventSettings
) -> tuple[dict[str, object], pd.DataFrame]:
    """Return the mean of the steps with its place among random dates, and the same by year."""
    few = len(own) < settings.min_events or len(draws) < settings.permutations / 2
    ends = [settings.level / 2, 1 - settings.level / 2]
    blank = np.full(len(windows.offsets), np.nan)
    mean = blank if few else own.mean(axis=0)
    low, high = (blank, blank) if few else np.quantile(draws, ends, axis=0)
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
        numbers = dict.fromkeys(("effect", "placebo_low", "placebo_high", "p_value"), np.nan)
        return {**row, **numbers, "verdict": "not_enough_data"}, path
    later = windows.offsets > 0
    effect, random = float(mean[later].mean()), draws[:, later].mean(axis=1)
    p_value = two_sided(effect, random)
    bounds = np.quantile(random, ends)
    return {
        **row,
        "effect": effect,
        "placebo_low": float(bounds[0]),
        "placebo_high": float(bounds[1]),
        "p_value": p_value,
        "verdict": "change_seen" if p_value < settings.level else "no_change_seen",
    }, path


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
