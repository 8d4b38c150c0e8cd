"""The cooperation gap of the viewpoint country: windows, specifications, changes, draws.

Knows: which fits there are, what is told of each, and how gaps of two windows are compared.
Must not know: files, names of countries, how a fit is made, what describes a pair.
May import: gap_tables, ppml, gravity, pair_panels, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.gap_tables import (
    COOPERATION_GAPS,
    GAP_KINDS,
    PAST,
    SPECIFICATIONS,
    TERMS_OF,
    WITH_PAST,
)
from techdiplomacy.gravity import (
    GapDraws,
    draw_gaps,
    fit_kappa,
    fitted_rows,
    gap_table,
    log_gap,
    persistent_spread,
)
from techdiplomacy.pair_panels import GapChoices, facing, of_kind, panels
from techdiplomacy.ppml import Array, PpmlFit, fit_pairs

_PAIR = ["country", "partner"]
_WITHIN = ["kind", "specification", "window"]


@dataclass(frozen=True)
class Gaps:
    """Four result tables of expected cooperation, declared in ``gap_tables``."""

    cooperation_gaps: pd.DataFrame
    gap_changes: pd.DataFrame
    gravity_coefficients: pd.DataFrame
    gravity_fits: pd.DataFrame
    draws: dict[tuple[str, str], pd.DataFrame]


@dataclass(frozen=True)
class _Fitted:
    """One fit with its spread and draws."""

    kind: str
    specification: str
    window: str
    fit: PpmlFit
    kappa: float
    drawn: GapDraws
    pairs: pd.DataFrame  # what gap_table returns


def estimate_gaps(
    ties: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    choices: GapChoices,
    *,
    specifications: Sequence[str] = SPECIFICATIONS,
) -> Gaps:
    """Return gaps, their changes, coefficients and fits of every kind, window and specification.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``; those of ``GAP_KINDS`` are used. Each pair once; a pair of listed
        economies without a row has no joint items, as the cards of these sources say.
    traits : DataFrame
        Feature ``pair_traits``, each pair once. An empty ``trade_agreement_since`` means that no
        agreement is known.
    specialisation : DataFrame
        Feature ``field_specialisation``; the counts of publications are used.
    choices : GapChoices
        Viewpoint, partners, settings, years of a window, seed.
    specifications : sequence of str
        Which of ``SPECIFICATIONS`` are fitted.

    Returns
    -------
    Gaps
        The declared tables; column ``holds`` is empty, see ``gap_variants.with_holds``.

    Raises
    ------
    InvalidTable
        If a kind has no row, or no publication profile is old enough for a window.
    NotConverged
        If a fit does not come to rest.

    Notes
    -----
    Regressors: log of distance in km; common language, common border and colonial tie (0/1); a
    trade agreement in force by the first year of the window, thus in all of it; similarity of
    publication profiles, 1 - d^2/2, d the Hellinger distance, in the nearest window of articles
    that ends no later; and, in the specification with the past, log(1 + ties of the window
    before). Where a source pools more years than a window has, an agreement counts if in force by
    the middle one of them. Profiles of all fields say little of one field, so a kind of tie in
    one field goes without their similarity (``TERMS_OF``). With the past a tie that was always
    small is expected to be small: that gap says what has changed, the other one what is missing.
    Neither is the effect of anything: whatever the traits leave out is in the gap.
    """
    gaps, coefficients, fits, changes = [], [], [], []
    draws = {}
    for kind in GAP_KINDS:
        rows = of_kind(ties, kind)
        for specification in specifications:
            fitted = list(_fits(rows, traits, specialisation, choices, kind, specification))
            if fitted:
                draws[kind, specification] = _own_draws(fitted[0], choices.viewpoint)
            gaps += [_viewpoint_gaps(one, choices) for one in fitted]
            coefficients += [_coefficients(one, choices) for one in fitted]
            fits += [_fit_row(one) for one in fitted]
            changes += [_changes(fitted[0], earlier, choices) for earlier in fitted[1:]]
    return Gaps(
        pd.concat(gaps, ignore_index=True),
        pd.concat(changes, ignore_index=True) if changes else _no_changes(),
        pd.concat(coefficients, ignore_index=True),
        pd.DataFrame(fits),
        draws,
    )


def _fits(
    rows: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    choices: GapChoices,
    kind: str,
    specification: str,
) -> Iterator[_Fitted]:
    """Yield the fits of a kind, newest window first."""
    newer: _Fitted | None = None
    for window, pairs in panels(rows, traits, specialisation, choices):
        if specification == WITH_PAST and PAST not in pairs:
            continue
        past = (PAST,) if specification == WITH_PAST else ()
        fit = fit_pairs(pairs, (*TERMS_OF[kind], *past))
        kappa = fit_kappa(fit.ties, fit.expected)
        stream = crc32(f"{kind} {specification} {window}".encode())
        rng = np.random.default_rng([choices.seed, stream])
        spread = None if newer is None else _spread_like(newer, fit, kappa, rng)
        drawn = draw_gaps(fit, kappa, draws=choices.settings.bootstrap, rng=rng, spread=spread)
        table = gap_table(fit, kappa, drawn, choices.settings.interval)
        newer = _Fitted(kind, specification, window, fit, kappa, drawn, table)
        yield newer


def _spread_like(newer: _Fitted, fit: PpmlFit, kappa: float, rng: np.random.Generator) -> Array:
    """Return a spread as alike to that of the next window as the gaps of both are."""
    ratio = pd.Series(np.exp(log_gap(fit.ties, fit.expected, kappa)), index=fitted_rows(fit))
    alike = ratio.corr(np.exp(newer.pairs["gap"]))
    known = 0.0 if np.isnan(alike) else float(alike)
    return persistent_spread(newer.drawn.spread, (newer.kappa, kappa), known, rng)


def _viewpoint_gaps(one: _Fitted, choices: GapChoices) -> pd.DataFrame:
    """Return the rows of ``cooperation_gaps`` of one fit."""
    own = facing(one.pairs, choices.viewpoint).rename(columns={"ties": "observed"})
    listed = set(own["partner"])
    others = [c for c in choices.partners if c not in listed and c != choices.viewpoint]
    outside = pd.DataFrame({"partner": sorted(others), "status": "outside_panel"})
    every = pd.concat([own, outside], ignore_index=True).assign(
        country=choices.viewpoint, pairs_ranked=len(one.fit.ties), **_labels(one)
    )
    every["pairs_ranked"] = every["pairs_ranked"].astype("Int64").where(every["gap"].notna())
    wanted = ["observed", "expected", "gap", "gap_low", "gap_high", "rank_among_all"]
    every["holds"] = pd.array([pd.NA] * len(every), dtype="Int64")
    return every[[*_WITHIN, *_PAIR, *wanted, "pairs_ranked", "verdict", "holds", "status"]]


def _own_draws(one: _Fitted, viewpoint: str) -> pd.DataFrame:
    """Return the draws of the log gap of the viewpoint's fitted pairs, partner x draw."""
    own = facing(one.pairs[one.pairs["status"] == "ok"].reset_index(drop=True), viewpoint)
    draws = pd.DataFrame(one.drawn.log_gap[own.index], index=own["partner"].to_numpy())
    return draws.rename_axis("partner").sort_index()


def _changes(newest: _Fitted, earlier: _Fitted, choices: GapChoices) -> pd.DataFrame:
    """Return how the gaps of the viewpoint changed between two windows, draw by draw.

    Refits of both windows share what lasts of the spread, see ``gravity.persistent_spread``.
    """
    after, before = (_own_draws(one, choices.viewpoint) for one in (newest, earlier))
    both = after.index.intersection(before.index)
    ends = np.quantile(after.loc[both] - before.loc[both], choices.settings.interval, axis=1)
    was, now = (
        facing(one.pairs, choices.viewpoint).set_index("partner").loc[both]
        for one in (earlier, newest)
    )
    table = pd.DataFrame(
        {
            "partner": both,
            "gap_before": was["gap"].to_numpy(),
            "gap_after": now["gap"].to_numpy(),
            "change": (now["gap"] - was["gap"]).to_numpy(),
            "change_low": ends[0],
            "change_high": ends[1],
        }
    )
    told = change_verdicts(ends[0], ends[1], was["verdict"], now["verdict"])
    return table.assign(
        kind=newest.kind,
        specification=newest.specification,
        from_window=earlier.window,
        to_window=newest.window,
        verdict=told,
    )


def _no_changes() -> pd.DataFrame:
    """Return the table of changes without a row, for a single window."""
    table = next(table for table in COOPERATION_GAPS if table.name == "gap_changes")
    return pd.DataFrame(columns=table.column_names())


def change_verdicts(
    low: Sequence[float] | Array,
    high: Sequence[float] | Array,
    before: Sequence[str] | pd.Series[str],
    after: Sequence[str] | pd.Series[str],
) -> list[str]:
    """Return what each change of a gap is called.

    Parameters
    ----------
    low, high : sequences of float
        Ends of the interval of the change.
    before, after : sequences of str
        Verdicts of the gap in the earlier and in the later window: ``above``, ``below``, ``open``.

    Returns
    -------
    list of str
        ``no_change_seen`` if the interval of the change holds 0. Else a rise is ``pulling_ahead``
        if the later gap is surely above, ``closing`` if the earlier one was surely below and the
        later one is not surely above, and otherwise ``rising``; a fall is ``opening`` if the later
        gap is surely below, and otherwise ``falling_back``.

    Examples
    --------
    >>> before, after = ["below", "open", "above"], ["open", "open", "open"]
    >>> change_verdicts([0.2, 0.2, -1.0], [1.0, 1.0, -0.1], before, after)
    ['closing', 'rising', 'falling_back']
    """
    rise, fall = np.asarray(low) > 0, np.asarray(high) < 0
    was, now = np.asarray(before, dtype=object), np.asarray(after, dtype=object)
    found = np.select(
        [
            rise & (now == "above"),
            rise & (was == "below"),
            rise,
            fall & (now == "below"),
            fall,
        ],
        ["pulling_ahead", "closing", "rising", "opening", "falling_back"],
        "no_change_seen",
    )
    return [str(name) for name in found]


def _coefficients(one: _Fitted, choices: GapChoices) -> pd.DataFrame:
    """Return the coefficients of one fit with the interval of its refits."""
    ends = np.quantile(one.drawn.coefficients, choices.settings.interval, axis=1)
    kept = list(one.fit.design.terms)
    table = pd.DataFrame(
        {
            "coefficient": one.fit.coefficients,
            "low": pd.Series(ends[0], index=kept),
            "high": pd.Series(ends[1], index=kept),
        },
        index=one.fit.coefficients.index,
    )
    return table.rename_axis("term").reset_index().assign(**_labels(one))


def _fit_row(one: _Fitted) -> dict[str, object]:
    """Return the row of ``gravity_fits`` of one fit."""
    fit = one.fit
    lacking = fit.pairs[list(fit.coefficients.index)].isna().any(axis=1)
    return {
        **_labels(one),
        "n_countries": len(fit.design.countries),
        "n_pairs": len(fit.ties),
        "n_without_traits": int(lacking.sum()),
        "without_traits": _listed(fit.pairs, lacking),
        "n_separated": int((fit.pairs["status"] == "separated").sum()),
        "n_zero_total": len(fit.zero_total),
        "kappa": one.kappa,
        "deviance_explained": 1.0 - fit.deviance / fit.deviance_of_sizes,
        "totals_error": fit.totals_error,
    }


def _listed(pairs: pd.DataFrame, lacking: pd.Series[bool]) -> str | None:
    """Return countries all of whose pairs lack a trait, then the other pairs that do."""
    full = {*pairs.loc[~lacking, "country"], *pairs.loc[~lacking, "partner"]}
    without = sorted({*pairs["country"], *pairs["partner"]} - full)
    some = pairs[lacking & pairs["country"].isin(full) & pairs["partner"].isin(full)]
    singles = [f"{a}-{b}" for a, b in zip(some["country"], some["partner"], strict=True)]
    return "; ".join([*without, *singles]) or None


def _labels(one: _Fitted) -> dict[str, str]:
    return {"kind": one.kind, "specification": one.specification, "window": one.window}
