"""The cooperation gap of the viewpoint country: windows, specifications, changes, draws.

Knows: which economies and years are fitted together, and what describes a pair of them.
Must not know: files, names of countries, how a fit is made.
May import: errors, gap_tables, params, group_evidence, strength, ppml, gravity, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.gap_tables import (
    COOPERATION_GAPS,
    GAP_KINDS,
    PAST,
    SPECIFICATIONS,
    TERMS,
    WITH_PAST,
    WITHOUT_PAST,
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
from techdiplomacy.group_evidence import whole_windows
from techdiplomacy.params import GravitySettings
from techdiplomacy.ppml import Array, PpmlFit, fit_pairs
from techdiplomacy.strength import composition_profiles

_PAIR = ["country", "partner"]
_WITHIN = ["kind", "specification", "window"]


@dataclass(frozen=True)
class GapChoices:
    """Whose ties are looked at, whom to show in any case, and the settings of the fits."""

    viewpoint: str
    partners: tuple[str, ...]
    settings: GravitySettings
    window_years: int
    seed: int


@dataclass(frozen=True)
class Gaps:
    """The four result tables of expected cooperation, declared in ``gap_tables``."""

    cooperation_gaps: pd.DataFrame
    gap_changes: pd.DataFrame
    gravity_coefficients: pd.DataFrame
    gravity_fits: pd.DataFrame


@dataclass(frozen=True)
class _Span:
    """Years that are fitted together; 0 where there is no window before."""

    first: int
    last: int
    before: int

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"


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
    ties: pd.DataFrame, traits: pd.DataFrame, specialisation: pd.DataFrame, choices: GapChoices
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

    Returns
    -------
    Gaps
        The declared tables.

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
    before). With the past a tie that was always small is expected to be small: that gap says
    what has changed, the other one what is missing. Neither is the effect of anything: whatever
    the traits leave out is in the gap.
    """
    gaps, coefficients, fits, changes = [], [], [], []
    for kind in GAP_KINDS:
        rows = _of_kind(ties, kind)
        for specification in SPECIFICATIONS:
            fitted = list(_fits(rows, traits, specialisation, choices, kind, specification))
            gaps += [_viewpoint_gaps(one, choices) for one in fitted]
            coefficients += [_coefficients(one, choices) for one in fitted]
            fits += [_fit_row(one) for one in fitted]
            changes += [_changes(fitted[0], earlier, choices) for earlier in fitted[1:]]
    return Gaps(
        pd.concat(gaps, ignore_index=True),
        pd.concat(changes, ignore_index=True) if changes else _no_changes(),
        pd.concat(coefficients, ignore_index=True),
        pd.DataFrame(fits),
    )


def gap_draws(
    ties: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    choices: GapChoices,
    *,
    kind: str = GAP_KINDS[0],
    specification: str = WITHOUT_PAST,
) -> pd.DataFrame:
    """Return draws of the log gap of the viewpoint's ties in the newest window.

    Parameters
    ----------
    ties, traits, specialisation, choices
        As in `estimate_gaps`. The draws are those behind its intervals.
    kind, specification : str
        One fit.

    Returns
    -------
    DataFrame
        Index partner, sorted; a column per draw. Partners without an estimated gap have no row.

    Raises
    ------
    InvalidTable
        As in `estimate_gaps`.
    """
    rows = _of_kind(ties, kind)
    newest = next(_fits(rows, traits, specialisation, choices, kind, specification))
    return _own_draws(newest, choices.viewpoint)


def _of_kind(ties: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind."""
    rows = ties[ties["kind"] == kind]
    if rows.empty:
        raise InvalidTable(
            f"No tie of the kind '{kind}'.{suggest(kind, ties['kind'])}",
            where="feature ties",
            next_step="Build the features anew, or name a kind that is there.",
        )
    return rows


def _ordered(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with the codes of each in the order of the alphabet."""
    codes = np.sort(pairs[_PAIR].to_numpy(dtype=str), axis=1)
    return pairs.assign(country=codes[:, 0], partner=codes[:, 1])


def _spans(rows: pd.DataFrame, choices: GapChoices) -> list[_Span]:
    """Return the windows of a kind, newest first: the years pooled, or whole windows of years."""
    if (rows["first_year"] < rows["year"]).any():
        return [_Span(int(rows["first_year"].min()), int(rows["year"].max()), 0)]
    found = whole_windows(rows["year"], choices.window_years)
    if not found:
        raise InvalidTable(
            f"Ties of {rows['year'].min()}-{rows['year'].max()} fill no window of "
            f"{choices.window_years} years.",
            where="feature ties",
            next_step="Shorten cooperation.window_years in params.yaml, or give more years.",
        )
    before = [first for first, _ in found[1:]] + [0]
    spans = [_Span(*years, start) for years, start in zip(found, before, strict=True)]
    return spans[: choices.settings.windows]


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
        fit = fit_pairs(pairs, (*TERMS, PAST) if specification == WITH_PAST else TERMS)
        kappa = fit_kappa(fit.ties, fit.expected)
        stream = crc32(f"{kind} {specification} {window}".encode())
        rng = np.random.default_rng([choices.seed, stream])
        spread = None if newer is None else _spread_like(newer, fit, kappa, rng)
        drawn = draw_gaps(fit, kappa, draws=choices.settings.bootstrap, rng=rng, spread=spread)
        table = gap_table(fit, kappa, drawn, choices.settings.interval)
        newer = _Fitted(kind, specification, window, fit, kappa, drawn, table)
        yield newer


def panels(
    rows: pd.DataFrame, traits: pd.DataFrame, specialisation: pd.DataFrame, choices: GapChoices
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and pairs of each window of one kind of tie, newest first.

    Parameters
    ----------
    rows : DataFrame
        Feature ``ties``, the rows of one kind.
    traits, specialisation, choices
        As in `estimate_gaps`.

    Yields
    ------
    tuple of str and DataFrame
        ``country, partner, ties`` and the terms; the same economies in each window. ``log_past``
        is there where a whole window lies before.

    Raises
    ------
    InvalidTable
        As in `estimate_gaps`.
    """
    ordered = _ordered(rows)
    spans = _spans(ordered, choices)
    panel = _panel(ordered, spans[0], choices)
    for span in spans:
        yield span.name, _pairs(panel, ordered, traits, specialisation, span)


def _spread_like(newer: _Fitted, fit: PpmlFit, kappa: float, rng: np.random.Generator) -> Array:
    """Return a spread as alike to that of the next window as the gaps of both are."""
    ratio = pd.Series(np.exp(log_gap(fit.ties, fit.expected, kappa)), index=fitted_rows(fit))
    alike = ratio.corr(np.exp(newer.pairs["gap"]))
    known = 0.0 if np.isnan(alike) else float(alike)
    return persistent_spread(newer.drawn.spread, (newer.kappa, kappa), known, rng)


def _panel(rows: pd.DataFrame, span: _Span, choices: GapChoices) -> list[str]:
    """Return the economies with most ties in a window, the viewpoint and its partners, sorted."""
    totals = pd.Series(0.0, index=sorted({*rows["country"], *rows["partner"]}))
    inside = rows[rows["year"].between(span.first, span.last)]
    for member in _PAIR:
        totals = totals.add(inside.groupby(member)["value"].sum(), fill_value=0.0)
    most = totals.sort_values(ascending=False, kind="stable").index[: choices.settings.panel]
    wanted = {*most, choices.viewpoint, *choices.partners}
    return [country for country in totals.index if country in wanted]


def _pairs(
    panel: list[str],
    rows: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    span: _Span,
) -> pd.DataFrame:
    """Return all pairs of the panel with ties and terms of one window."""
    first, second = np.triu_indices(len(panel), 1)
    codes = np.array(panel)
    pairs = pd.DataFrame({"country": codes[first], "partner": codes[second]})
    pairs = pairs.merge(_ordered(traits), on=_PAIR, how="left", validate="one_to_one")
    since = pairs["trade_agreement_since"].to_numpy(np.float64)
    values = {
        "ties": _sums(rows, pairs, span.first, span.last),
        "log_distance": np.log(pairs["distance_km"].to_numpy(np.float64)),
        "trade_agreement": (since <= span.first).astype(np.float64),  # false where none is known
        "profile_similarity": _similarities(specialisation, panel, span.last)[first, second],
    }
    if span.before:
        values[PAST] = np.log1p(_sums(rows, pairs, span.before, span.first - 1))
    return pairs.assign(**values)


def _sums(rows: pd.DataFrame, pairs: pd.DataFrame, first: int, last: int) -> Array:
    """Return the ties of each pair over some years; a pair without a row has none."""
    sums = rows[rows["year"].between(first, last)].groupby(_PAIR)["value"].sum()
    found = sums.reindex(pd.MultiIndex.from_frame(pairs[_PAIR]), fill_value=0.0)
    return np.asarray(found, dtype=np.float64)


def _similarities(specialisation: pd.DataFrame, panel: list[str], last: int) -> Array:
    """Return 1 - d^2/2 of the publication profiles of all pairs; missing without articles."""
    articles = specialisation[specialisation["evidence"] == "publications"]
    ends = articles["window"].str[-4:].astype(int)
    if not (ends <= last).any():
        raise InvalidTable(
            f"No publication profile ends by {last}.",
            where="feature field_specialisation",
            next_step="Lower gravity.windows in params.yaml, or give older articles.",
        )
    counts = articles[ends == ends[ends <= last].max()].pivot(
        index="country", columns="field", values="count_items"
    )
    roots = composition_profiles(counts).reindex(panel).to_numpy(np.float64)
    # rows have length 1, so their product is one minus half the square of their distance
    return np.asarray(roots @ roots.T, dtype=np.float64)


def _viewpoint_gaps(one: _Fitted, choices: GapChoices) -> pd.DataFrame:
    """Return the rows of ``cooperation_gaps`` of one fit."""
    own = _facing(one.pairs, choices.viewpoint).rename(columns={"ties": "observed"})
    listed = set(own["partner"])
    others = [c for c in choices.partners if c not in listed and c != choices.viewpoint]
    outside = pd.DataFrame({"partner": sorted(others), "status": "outside_panel"})
    every = pd.concat([own, outside], ignore_index=True).assign(
        country=choices.viewpoint, pairs_ranked=len(one.fit.ties), **_labels(one)
    )
    every["pairs_ranked"] = every["pairs_ranked"].astype("Int64").where(every["gap"].notna())
    wanted = ["observed", "expected", "gap", "gap_low", "gap_high", "rank_among_all"]
    return every[[*_WITHIN, *_PAIR, *wanted, "pairs_ranked", "verdict", "status"]]


def _own_draws(one: _Fitted, viewpoint: str) -> pd.DataFrame:
    """Return the draws of the log gap of the viewpoint's fitted pairs, partner x draw."""
    own = _facing(one.pairs[one.pairs["status"] == "ok"].reset_index(drop=True), viewpoint)
    draws = pd.DataFrame(one.drawn.log_gap[own.index], index=own["partner"].to_numpy())
    return draws.rename_axis("partner").sort_index()


def _facing(pairs: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return the pairs of the viewpoint, with the other country as ``partner``."""
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    other = own["partner"].where(own["country"] == viewpoint, own["country"])
    return own.assign(country=viewpoint, partner=other)


def _changes(newest: _Fitted, earlier: _Fitted, choices: GapChoices) -> pd.DataFrame:
    """Return how the gaps of the viewpoint changed between two windows, draw by draw.

    Refits of both windows share what lasts of the spread, see ``gravity.persistent_spread``.
    """
    after, before = (_own_draws(one, choices.viewpoint) for one in (newest, earlier))
    both = after.index.intersection(before.index)
    ends = np.quantile(after.loc[both] - before.loc[both], choices.settings.interval, axis=1)
    points = [
        _facing(one.pairs, choices.viewpoint).set_index("partner")["gap"].reindex(both)
        for one in (earlier, newest)
    ]
    table = pd.DataFrame(
        {
            "partner": both,
            "gap_before": points[0].to_numpy(),
            "gap_after": points[1].to_numpy(),
            "change": (points[1] - points[0]).to_numpy(),
            "change_low": ends[0],
            "change_high": ends[1],
        }
    )
    return table.assign(
        kind=newest.kind,
        specification=newest.specification,
        from_window=earlier.window,
        to_window=newest.window,
        verdict=change_verdicts(table),
    )


def _no_changes() -> pd.DataFrame:
    """Return the table of changes without a row, for a single window."""
    table = next(table for table in COOPERATION_GAPS if table.name == "gap_changes")
    return pd.DataFrame(columns=table.column_names())


def change_verdicts(changes: pd.DataFrame) -> list[str]:
    """Return what each change is called.

    Parameters
    ----------
    changes : DataFrame
        ``gap_before, gap_after, change_low, change_high``.

    Returns
    -------
    list of str
        A rise is ``closing`` from below 0 and ``pulling_ahead`` from elsewhere; a fall is
        ``opening`` to below 0 and ``falling_back`` to elsewhere; ``no_change_seen`` if the
        interval holds 0.

    Examples
    --------
    >>> rising = {"gap_before": [-0.5], "gap_after": [0.1], "change_low": [0.2]}
    >>> change_verdicts(pd.DataFrame({**rising, "change_high": [1.0]}))
    ['closing']
    """
    rise, fall = changes["change_low"] > 0, changes["change_high"] < 0
    found = np.select(
        [
            rise & (changes["gap_before"] < 0),
            rise,
            fall & (changes["gap_after"] < 0),
            fall,
        ],
        ["closing", "pulling_ahead", "opening", "falling_back"],
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
