"""All pairs of a panel of economies, with their ties and traits, window by window.

Knows: which economies and years are looked at together, and what describes a pair of them.
Must not know: files, names of countries, how a fit is made.
May import: errors, gap_tables, params, group_evidence, strength, ppml, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.gap_tables import PAST
from techdiplomacy.group_evidence import whole_windows
from techdiplomacy.params import GravitySettings
from techdiplomacy.ppml import Array
from techdiplomacy.strength import composition_profiles

_PAIR = ["country", "partner"]


@dataclass(frozen=True)
class GapChoices:
    """Whose ties are looked at, whom to show in any case, and the settings of the fits."""

    viewpoint: str
    partners: tuple[str, ...]
    settings: GravitySettings
    window_years: int
    seed: int


@dataclass(frozen=True)
class _Span:
    """Years that are fitted together; 0 where there is no window before."""

    first: int
    last: int
    before: int
    agreed: int  # year by which a trade agreement has to be in force

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"


def of_kind(ties: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind of tie.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``.
    kind : str
        Kind of tie.

    Raises
    ------
    InvalidTable
        If there is none.
    """
    rows = ties[ties["kind"] == kind]
    if rows.empty:
        raise InvalidTable(
            f"No tie of the kind '{kind}'.{suggest(kind, ties['kind'])}",
            where="feature ties",
            next_step="Build the features anew, or name a kind that is there.",
        )
    return rows


def panels(
    rows: pd.DataFrame, traits: pd.DataFrame, specialisation: pd.DataFrame, choices: GapChoices
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and pairs of each window of one kind of tie, newest first.

    Parameters
    ----------
    rows : DataFrame
        Feature ``ties``, the rows of one kind.
    traits, specialisation : DataFrame
        Features ``pair_traits`` and ``field_specialisation``, as in ``gaps.estimate_gaps``.
    choices : GapChoices
        Viewpoint, partners, settings, years of a window.

    Yields
    ------
    tuple of str and DataFrame
        ``country, partner, ties`` and the terms; the same economies in each window. ``log_past``
        is there where a whole window lies before.

    Raises
    ------
    InvalidTable
        If no window is full, or no publication profile is old enough for one.
    """
    ordered = _ordered(rows)
    spans = _spans(ordered, choices)
    panel = _panel(ordered, spans[0], choices)
    for span in spans:
        yield span.name, _pairs(panel, ordered, traits, specialisation, span)


def newest_panel(
    rows: pd.DataFrame,
    traits: pd.DataFrame,
    specialisation: pd.DataFrame,
    choices: GapChoices,
    *,
    years: int | None = None,
) -> tuple[str, pd.DataFrame]:
    """Return name and pairs of the newest window, or of its last years.

    Parameters
    ----------
    rows, traits, specialisation, choices
        As in `panels`.
    years : int, optional
        How many years at the end of the window; all of them if not given. The economies are those
        of the whole window.

    Raises
    ------
    InvalidTable
        As in `panels`.
    """
    ordered = _ordered(rows)
    span = _spans(ordered, choices)[0]
    panel = _panel(ordered, span, choices)
    if years is not None:
        first = max(span.first, span.last - years + 1)
        span = replace(span, first=first, before=0, agreed=first)
    return span.name, _pairs(panel, ordered, traits, specialisation, span)


def facing(pairs: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return the pairs of the viewpoint, with the other country as ``partner``.

    Parameters
    ----------
    pairs : DataFrame
        ``country, partner`` and whatever else is known of a pair.
    viewpoint : str
        Country code; it becomes the ``country`` of each row.
    """
    own = pairs[(pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)]
    other = own["partner"].where(own["country"] == viewpoint, own["country"])
    return own.assign(country=viewpoint, partner=other)


def _ordered(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with the codes of each in the order of the alphabet."""
    codes = np.sort(pairs[_PAIR].to_numpy(dtype=str), axis=1)
    return pairs.assign(country=codes[:, 0], partner=codes[:, 1])


def _spans(rows: pd.DataFrame, choices: GapChoices) -> list[_Span]:
    """Return the windows of a kind, newest first: the years pooled, or whole windows of years."""
    if (rows["first_year"] < rows["year"]).any():
        first, last = int(rows["first_year"].min()), int(rows["year"].max())
        pooled = last - first + 1 > choices.window_years
        return [_Span(first, last, 0, (first + last) // 2 if pooled else first)]
    found = whole_windows(rows["year"], choices.window_years)
    if not found:
        raise InvalidTable(
            f"Ties of {rows['year'].min()}-{rows['year'].max()} fill no window of "
            f"{choices.window_years} years.",
            where="feature ties",
            next_step="Shorten cooperation.window_years in params.yaml, or give more years.",
        )
    before = [first for first, _ in found[1:]] + [0]
    spans = [
        _Span(first, last, start, first) for (first, last), start in zip(found, before, strict=True)
    ]
    return spans[: choices.settings.windows]


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
        "trade_agreement": (since <= span.agreed).astype(np.float64),  # false where none is known
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
