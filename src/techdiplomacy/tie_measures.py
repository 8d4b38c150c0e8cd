"""The ties of one country: volume, preference, growth and persistence by kind and partner.

Knows: which numbers each kind of tie allows, and which few ties make a readable network.
Must not know: files, names of countries.
May import: params (settings only), tie_tables, strength, group_evidence, ties, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.group_evidence import whole_windows
from techdiplomacy.params import CooperationSettings
from techdiplomacy.strength import log_ratio_of_counts
from techdiplomacy.tie_tables import TIE_KINDS, TieKind
from techdiplomacy.ties import (
    Array,
    allowed_spread,
    association_interval,
    directed_indices,
    tie_indices,
    yearly_dispersion,
    yearly_matrices,
)

_PAIR = ["country", "partner"]
# years in which activity is counted
_LOOK_BACK = 10
# a last year that differs by a lesser factor is called steady
_TURN = 1.5
_RATIOS = ["association", "association_low", "association_high", "salton", "jaccard"]
_GROWTH = ["growth", "growth_low", "growth_high"]
_COURSE = ["peak_year", "last_to_peak", "turned"]
_WHOLE = ["last_active", "active_of_10"]
_COLUMNS = [
    *("kind", "window", "direction", "country", "partner", "volume", "unit", "share_of_ties"),
    *(*_RATIOS, "dispersion", *_GROWTH, "growth_of_all", *_COURSE, *_WHOLE, "shallow", "status"),
]
_EDGES = [
    *(*_PAIR, "window", "joint_works", *_RATIOS[:3], "dispersion", *_COURSE, "shown"),
]


class Span(NamedTuple):
    """Years pooled into one figure."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Return the years in words, as other tables write them.

        Examples
        --------
        >>> Span(2019, 2023).name, Span(2022, 2022).name
        ('2019-2023', '2022')
        """
        return str(self.last) if self.first == self.last else f"{self.first}-{self.last}"


def spans(rows: pd.DataFrame, kind: TieKind, window_years: int) -> list[Span]:
    """Return the years that figures of a kind stand for, newest first.

    Parameters
    ----------
    rows : DataFrame
        Rows of that kind of feature ``ties``, of all countries.
    kind : TieKind
        The kind; ``pooled`` decides.
    window_years : int
        Length of a window.
    """
    if rows.empty:
        return []
    last = int(rows["year"].max())
    if kind.pooled == "windows":
        return [Span(*years) for years in whole_windows(rows["year"], window_years)]
    return [Span(int(rows["first_year"].min()) if kind.pooled == "record" else last, last)]


def tie_measures(
    ties: pd.DataFrame,
    viewpoint: str,
    settings: CooperationSettings,
    *,
    interval: tuple[float, float],
    windows: int,
) -> pd.DataFrame:
    """Return table ``tie_measures``: how close the ties of a country are.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``.
    viewpoint : str
        The country.
    settings : CooperationSettings
        Years pooled, from how many items on ratios are shown, and up to how many a tie is shallow.
    interval : (float, float)
        Quantiles of the intervals.
    windows : int
        Number of windows, newest first, for kinds that have several.

    Returns
    -------
    DataFrame
        The declared columns. A partner has a row where it had a tie in any year; in a window
        without one its volume is 0 if the source lists every tie, else it has no row there.

    Notes
    -----
    Association compares with the totals of both countries over the whole source (see
    ``ties.tie_indices``); kinds with a direction take the totals sent and received. Ratios of
    few items are left out (``small_n``). Growth is the log ratio of the counts of two windows
    over the years between them; ``growth_of_all`` is that of all partners together. Where a
    window has three years or more, the interval of the association is widened by how much the
    tie scatters from year to year (``ties.yearly_dispersion``), and that of growth by the
    scatter in both windows; else they hold the noise of counting alone.

    A sum of years does not tell a tie that swells from one that bursts: ``peak_year`` is the
    year of the window with the most items (the last of equals), ``last_to_peak`` the items of
    its last year over those. ``turned`` is ``fell`` where the last year lies below the peak by
    more than a factor of 1.5 and the interval of that ratio excludes 1; else ``rose`` where the
    last year lies above the first by the same rule; else ``steady``. The noise is that of a
    usual pair, the median dispersion in the source: a tie's own would count its turn as noise
    and could never tell one. As the peak is picked from n years, the tails of its ratio are
    divided by n - 1. Years of activity are counted up to the end of each window, and only where
    the source covers all ten of them and lists every tie.
    """
    found = []
    of_kinds = dict(iter(ties.groupby("kind", sort=False)))
    for kind in TIE_KINDS:
        rows = of_kinds.get(kind.code, ties.iloc[:0])
        there = spans(rows, kind, settings.window_years)[: windows + 1]
        ties_of = {
            direction: _of_country(rows, viewpoint, direction)
            for direction in (("out", "in") if kind.directed else ("both",))
        }
        pairs = [_pairs_of(rows, kind, span, viewpoint, settings, interval) for span in there]
        for place, span in enumerate(there[:windows]):
            before = there[place + 1] if place + 1 < len(there) else None
            for direction, own in ties_of.items():
                now, *older = (
                    _of_country(one, viewpoint, direction).set_index("partner")
                    for one in pairs[place : place + 2]
                )
                table = _of_window(own, kind, span, settings).join(now)
                if before is not None:
                    _add_growth(table, _volume(own, kind, before), older[0]["spread"], interval)
                    years = span.last - before.last
                    table[[*_GROWTH, "growth_of_all"]] /= years
                found.append(table.reset_index().assign(direction=direction))
    if not found:
        return pd.DataFrame(columns=_COLUMNS)
    table = pd.concat(found, ignore_index=True).assign(country=viewpoint)
    defined = table["kind"].isin([kind.code for kind in TIE_KINDS if kind.association])
    status = table["status"].where(defined, "not_defined").fillna("not_estimable")
    numbers = ("share_of_ties", *_RATIOS, "dispersion", *_GROWTH, "growth_of_all", "last_to_peak")
    types = dict.fromkeys(numbers, "float64") | dict.fromkeys(("partner", "turned"), "object")
    types |= dict.fromkeys((*_WHOLE, "peak_year"), "Int64")
    return table.assign(status=status).astype(types)[_COLUMNS]


def _of_country(rows: pd.DataFrame, viewpoint: str, direction: str) -> pd.DataFrame:
    """Return the rows of one country, the other one in ``partner``."""
    first = rows[rows["country"] == viewpoint].drop(columns="country")
    second = rows[rows["partner"] == viewpoint].drop(columns="partner")
    second = second.rename(columns={"country": "partner"})
    if direction == "both":
        return pd.concat([first, second], ignore_index=True)
    return first if direction == "out" else second


def _of_window(
    own: pd.DataFrame, kind: TieKind, span: Span, settings: CooperationSettings
) -> pd.DataFrame:
    """Return what one window says of each partner without a look at other years or countries."""
    volume = _volume(own, kind, span)
    total = volume.sum()
    table = pd.DataFrame(
        {
            "kind": kind.code,
            "window": span.name,
            "volume": volume,
            "unit": kind.unit,
            "share_of_ties": volume / total if kind.adds_over_partners and total else np.nan,
            "shallow": (volume <= settings.shallow_max) & kind.joint_output,
            **dict.fromkeys([*_GROWTH, "growth_of_all"], np.nan),
        }
    )
    active = own[(own["value"] > 0) & (own["year"] <= span.last)]
    # where an absent tie is unknown, a year without one is not a year without activity
    covered = kind.absent_is_zero and own["first_year"].min() <= span.last - _LOOK_BACK + 1
    recent = active[active["year"] > span.last - _LOOK_BACK].groupby("partner")["year"].nunique()
    table["last_active"] = active.groupby("partner")["year"].max() if kind.dated else np.nan
    table["active_of_10"] = (
        recent.reindex(table.index, fill_value=0) if kind.dated and covered else np.nan
    )
    return table.rename_axis("partner")


def _add_growth(
    table: pd.DataFrame,
    before: pd.Series[float],
    spread: pd.Series[float],
    interval: tuple[float, float],
) -> None:
    """Fill in the log ratios to the volumes before, of each partner and of all together."""
    volume, older = table["volume"], before.reindex(table.index)
    known = older.notna() & (older + volume > 0)
    wider = [one.reindex(table.index).fillna(1.0)[known] for one in (table["spread"], spread)]
    ratios = log_ratio_of_counts(
        volume[known], older[known], *interval, spread=(wider[0], wider[1])
    )
    for name, ratio in zip(_GROWTH, ratios, strict=True):
        table.loc[known, name] = ratio
    if volume.sum() + before.sum() > 0:
        table["growth_of_all"] = float(
            log_ratio_of_counts(volume.sum(), before.sum(), *interval)[0]
        )


def _volume(own: pd.DataFrame, kind: TieKind, span: Span) -> pd.Series[float]:
    """Return the volume by partner; 0 where the source would list a tie if there were one."""
    inside = own[own["year"].between(span.first, span.last)]
    volume = inside.groupby("partner")["value"].sum()
    if not kind.absent_is_zero:
        return volume
    return volume.reindex(np.sort(own["partner"].unique()), fill_value=0.0)


def _pairs_of(
    rows: pd.DataFrame,
    kind: TieKind,
    span: Span,
    viewpoint: str,
    settings: CooperationSettings,
    interval: tuple[float, float],
) -> pd.DataFrame:
    """Return ratios, scatter and course of the pairs of one country in the years of a window."""
    columns = [*_PAIR, *_RATIOS, "dispersion", "spread", *_COURSE, "status"]
    if not kind.association:
        return pd.DataFrame(columns=columns)

    def with_viewpoint(pairs: pd.DataFrame) -> pd.Series[bool]:
        return (pairs["country"] == viewpoint) | (pairs["partner"] == viewpoint)

    return pairs_within(rows, kind, span, with_viewpoint, settings, interval)[columns]


def pairs_within(
    rows: pd.DataFrame,
    kind: TieKind,
    span: Span,
    wanted: Callable[[pd.DataFrame], pd.Series[bool]],
    settings: CooperationSettings,
    interval: tuple[float, float],
) -> pd.DataFrame:
    """Return pairs of a kind in a window with ratios, intervals, scatter and course.

    Parameters
    ----------
    rows : DataFrame
        Rows of that kind of feature ``ties``.
    kind : TieKind
        A kind whose association is defined.
    span : Span
        The years.
    wanted : callable
        Tells which of all pairs are returned; totals and the usual scatter are those of all.
    settings : CooperationSettings
        From how many items on ratios and course are shown.
    interval : (float, float)
        Quantiles.

    Returns
    -------
    DataFrame
        What ``ties.tie_indices`` or ``ties.directed_indices`` returns, with
        ``association_low, association_high, dispersion, spread, peak_year, last_to_peak,
        turned``. Ratios and course of few items are left out, and the course where there are
        fewer than three years.
    """
    inside = rows[rows["year"].between(span.first, span.last)]
    names, years, matrices = yearly_matrices(inside, symmetric=kind.symmetric)
    matrix = pd.DataFrame(matrices.sum(axis=0), index=names, columns=names)
    indices = tie_indices if kind.symmetric else directed_indices
    found = indices(matrix, min_ties=settings.min_ties)
    at, to = (np.searchsorted(names, found[end].to_numpy(dtype=str)) for end in _PAIR)
    dispersion, free = (of_pairs[at, to] for of_pairs in yearly_dispersion(matrices))
    known = (found["status"] == "ok").to_numpy() & ~np.isnan(dispersion)
    usual = float(np.median(dispersion[known])) if known.any() else 1.0
    kept = wanted(found).to_numpy()
    found, known, dispersion, free = found[kept], known[kept], dispersion[kept], free[kept]
    at, to = at[kept], to[kept]
    spread = allowed_spread(dispersion, free, *interval)
    low, high = association_interval(found["value"], found["expected"], *interval, spread=spread)
    course = _course(matrices[:, at[known], to[known]], years, usual, interval)
    found = found.assign(
        association_low=low, association_high=high, dispersion=dispersion, spread=spread
    ).join(course.set_index(found.index[known]))
    found.loc[found["status"] != "ok", [*found.columns.intersection(_RATIOS)]] = np.nan
    return found.reindex(columns=[*found.columns.difference(_RATIOS, sort=False), *_RATIOS])


def _course(
    counts: Array, years: npt.NDArray[np.int64], usual: float, interval: tuple[float, float]
) -> pd.DataFrame:
    """Return the peak of each pair, its last year over it, and whether it rose or fell.

    Counts by year and pair; `usual` is how many times the scatter of chance a pair has.
    """
    low, high = interval
    picked = max(len(years) - 1, 1)
    highest = len(years) - 1 - counts[::-1].argmax(axis=0)
    peak, last, first = counts.max(axis=0, initial=0.0), counts[-1], counts[0]
    noise = (usual, usual)
    fall, _, above = log_ratio_of_counts(
        last, peak, low / picked, 1 - (1 - high) / picked, spread=noise
    )
    rise, below, _ = log_ratio_of_counts(last, first, low, high, spread=noise)
    fell = (fall < -np.log(_TURN)) & (above < 0)
    rose = (rise > np.log(_TURN)) & (below > 0)
    return pd.DataFrame(
        {
            "peak_year": years[highest],
            "last_to_peak": last / peak,
            "turned": np.select([fell, rose], ["fell", "rose"], default="steady"),
        }
    )


def tie_coverage(
    ties: pd.DataFrame, viewpoint: str, undated: dict[str, int] | None = None
) -> pd.DataFrame:
    """Return table ``tie_coverage``: what each kind of tie covers.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``.
    viewpoint : str
        The country whose partners are counted.
    undated : dict, optional
        Ties of that country without year, which are not in `ties`, by kind (see ``undated_ties``).

    Notes
    -----
    A kind without any rows is given too, with no years and not listed.
    """
    rows = []
    for kind in TIE_KINDS:
        own = ties[ties["kind"] == kind.code]
        real = own[own["value"] > 0]
        partners = set(real.loc[real["country"] == viewpoint, "partner"])
        partners |= set(real.loc[real["partner"] == viewpoint, "country"])
        rows.append(
            {
                "kind": kind.code,
                "sources": ";".join(kind.sources),
                "unit": kind.unit,
                "directed": kind.directed,
                "first_year": own["first_year"].min() if len(own) else pd.NA,
                "last_year": own["year"].max() if len(own) else pd.NA,
                "n_countries": len(set(real["country"]) | set(real["partner"])),
                "n_pairs": len(real[_PAIR].drop_duplicates()),
                "viewpoint_partners": len(partners),
                "listed": bool((own[_PAIR] == viewpoint).any(axis=None)),
                "undated": (undated or {}).get(kind.code, pd.NA),
                "note": kind.note,
            }
        )
    found = pd.DataFrame(rows)
    return found.astype(dict.fromkeys(("first_year", "last_year", "undated"), "Int64"))


def undated_ties(
    projects: pd.DataFrame, instruments: pd.DataFrame, viewpoint: str
) -> dict[str, int]:
    """Return how many projects and instruments of a country have no year, by kind of tie.

    Parameters
    ----------
    projects : DataFrame
        Feature ``viewpoint_projects``.
    instruments : DataFrame
        Known instruments: ``country, partner, signed_year``.
    viewpoint : str
        The country whose instruments are counted.
    """
    without = projects.loc[projects["year"].isna(), "project"].nunique()
    own = (instruments[["country", "partner"]] == viewpoint).any(axis=1)
    unsigned = instruments.loc[own, "signed_year"].isna().sum()
    return {"joint_projects": int(without), "st_agreements": int(unsigned)}


def network_edges(
    ties: pd.DataFrame,
    viewpoint: str,
    settings: CooperationSettings,
    *,
    interval: tuple[float, float],
    partners: int = 12,
) -> pd.DataFrame:
    """Return table ``network_edges``: joint works among a country and its first partners.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``.
    viewpoint : str
        The country in the middle.
    settings : CooperationSettings
        Years pooled, and from how many joint works on an association is used.
    interval : (float, float)
        Quantiles of the interval of the association.
    partners : int
        Number of partners taken, by joint works in the newest window.

    Notes
    -----
    Shown are the tie of the country to each of these partners, and for each partner the tie to
    another of them with the highest association: at most two edges a partner. By volume nearly
    all of the latter would go to the largest partner; by association they show who is near to
    whom. Association compares with all countries, not with those shown. The first in the
    alphabet wins a draw.
    """
    kind = TIE_KINDS[0]
    rows = ties[ties["kind"] == kind.code]
    there = spans(rows, kind, settings.window_years)
    if not there:
        return pd.DataFrame(columns=_EDGES)
    span = there[0]
    volume = _volume(_of_country(rows, viewpoint, "both"), kind, span)
    first = volume[volume > 0].sort_values(ascending=False, kind="stable")
    nodes = [viewpoint, *first.index[:partners]]

    def of_nodes(pairs: pd.DataFrame) -> pd.Series[bool]:
        return pairs["country"].isin(nodes) & pairs["partner"].isin(nodes)

    among = pairs_within(rows, kind, span, of_nodes, settings, interval)
    spokes = (among[_PAIR] == viewpoint).any(axis=1)
    among = among.assign(window=span.name, shown=spokes & (among["value"] > 0))
    usable = among[~spokes & (among["status"] == "ok")]
    for node in nodes[1:]:
        near = usable[(usable[_PAIR] == node).any(axis=1)]
        if not near.empty:
            among.loc[near["association"].idxmax(), "shown"] = True
    kept = among.rename(columns={"value": "joint_works"}).astype({"peak_year": "Int64"})
    return kept.reset_index(drop=True)[_EDGES]


def official_check(ties: pd.DataFrame, official: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return table ``official_check``: joint works beside officially counted joint articles.

    Parameters
    ----------
    ties, official : DataFrame
        Features ``ties`` and ``official_ties``.
    viewpoint : str
        The country.

    Notes
    -----
    Newest edition and its newest year; places are among the partners that this edition lists
    with the country. A country that it does not list has no rows.
    """
    listed = _of_country(official, viewpoint, "both")
    listed = listed[listed["edition"] == listed["edition"].max()]
    listed = listed[listed["year"] == listed["year"].max()]
    works = ties[(ties["kind"] == "joint_works") & ties["year"].isin(listed["year"])]
    volume = _of_country(works, viewpoint, "both").set_index("partner")["value"]
    table: pd.DataFrame = listed.assign(
        country=viewpoint, joint_works=listed["partner"].map(volume).fillna(0.0)
    )
    for column, counted in (("rank_works", "joint_works"), ("rank_articles", "joint_articles")):
        table[column] = table[counted].rank(ascending=False, method="min").astype("int64")
    columns = ["country", "partner", "edition", "year", "joint_works", "joint_articles"]
    return table.reset_index(drop=True)[[*columns, "rank_works", "rank_articles"]]
