"""What joint work did after dated steps, held against random partners and years.

Knows: log association by year, which steps can be compared, with whom and why not.
Must not know: files, names of countries, why a tie changes, how random dates are drawn.
May import: params (settings only), scorecard_tables, random_dates, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from techdiplomacy.gap_tables import WORKS
from techdiplomacy.params import EventSettings
from techdiplomacy.random_dates import Places, Windows, hold_against_random, windows_of
from techdiplomacy.scorecard_tables import EVENT_KINDS

OUTCOME = "log_association"
_HALF = 0.5  # added to each count before the logarithm
_SHORTER = 2  # years by which spans are shortened to see whether it matters
_TIMES = (0.2, 1, 2, 4)  # and by how much the least number of joint works is changed


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
    rows = ties[ties["kind"] == WORKS]
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


def judge_steps(steps: pd.DataFrame, windows: Windows) -> pd.DataFrame:
    """Return the steps with what speaks against using each, all kinds of step together.

    Parameters
    ----------
    steps : DataFrame
        ``event_kind, partner, year``.
    windows : Windows
        What ``random_dates.windows_of`` returns.

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
    kinds: Sequence[str] = EVENT_KINDS,
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
    kinds : sequence of str
        Kinds of step that are compared.

    Notes
    -----
    Change of a step: mean log association of the years after less that of the years before, less
    the same of all partners with enough joint works and no dated step from the first to the last
    of these years. The statistic is the mean over the steps used. It is held against random dates
    of two kinds (``random_dates.hold_against_random``): as many random partners and years
    (``p_value``), and random years of the same partners (``p_same_partners``), for partners are
    not chosen by chance. Each p = (1 + random dates at least as far from the mean of all) / (1 +
    their number), two-sided; a change is said to be seen only if both lie below ``level``.
    ``detectable`` is the smallest mean change that would have been seen with a probability of
    80 % (``random_dates.detectable_change``). Nothing is concluded below ``min_events``. It says
    that joint work was higher or lower after steps than after random dates, not what made it so.
    """
    association, joint = log_association(ties, viewpoint)
    windows = windows_of(association, joint, settings, min_works)
    listed = judge_steps(dated_steps(levels, agreements, viewpoint), windows)
    treated = listed[listed["event_kind"] == "any"].dropna(subset="year")
    busy = _places(treated, windows)
    found: list[dict[str, object]] = []
    paths = []
    changes = pd.Series(np.nan, index=listed.index)
    for kind in kinds:
        usable = listed[(listed["event_kind"] == kind) & listed["used"]]
        rng = np.random.default_rng([seed, EVENT_KINDS.index(kind)])
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
                "events": int(((listed["event_kind"] == kind) & listed["year"].notna()).sum()),
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
                kinds=EVENT_KINDS[:1],
            )["event_study"]
            rows.append(
                found.drop(columns=["event_kind", "outcome", "events"]).assign(
                    years_before=before,
                    years_after=after,
                    works_at_least=float(times * min_works),
                    as_used=shorter == 0 and times == 1,
                )
            )
    table = pd.concat(rows, ignore_index=True)
    return table.drop_duplicates(["years_after", "works_at_least"], ignore_index=True)


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
