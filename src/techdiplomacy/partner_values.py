"""The four sides of a partner in a group of technologies: strength, complementarity, tie, room.

Knows: how evidence by group, counts of pairs and cooperation gaps become the sides, with draws.
Must not know: files, names of countries and groups, how sides are weighed.
May import: errors, params (settings only), gap_tables, tie_tables, priority_tables, strength,
ties, tie_measures, concentration, group_strength, group_ranks, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from techdiplomacy.concentration import count_draws
from techdiplomacy.errors import InvalidTable
from techdiplomacy.gap_tables import WITHOUT_PAST, WORKS
from techdiplomacy.group_ranks import groups_with_measures
from techdiplomacy.group_strength import of_window, seed_of, share_draws
from techdiplomacy.params import Params
from techdiplomacy.priority_tables import SIDES
from techdiplomacy.strength import Array
from techdiplomacy.tie_measures import spans
from techdiplomacy.tie_tables import KIND
from techdiplomacy.ties import allowed_spread

# the tie of all fields, and ties that count the same items as a measure of strength
TIE_OF_MEASURE = {"ai_articles": "joint_ai_articles"}
# half an item, so that none has a logarithm
_HALF = 0.5
# a probability from a model is not known better than this
_DECIMALS = 2


@dataclass(frozen=True)
class PartnerValues:
    """The sides of all partners.

    ``table`` is table ``partner_values``; ``sides`` holds for each group the partners that have
    all four sides (index partner, columns `SIDES`, more is better), ``draws`` for each group and
    each side that is uncertain an array (partners in that order, draws).
    """

    table: pd.DataFrame
    sides: dict[str, pd.DataFrame]
    draws: dict[str, dict[str, Array]]


@dataclass(frozen=True)
class PairSides:
    """What is known of each pair with the viewpoint, by one kind of cooperation."""

    kind: str
    window: str | None  # years of the gaps, which are the newest of the kind; None without gaps
    table: pd.DataFrame  # index partner: volume, tie, tie_low, tie_high, gap, gap_low, gap_high
    tie_draws: pd.DataFrame  # index partner, columns draw
    room_draws: pd.DataFrame


def pair_totals(ties: pd.DataFrame, kind: str, years: int) -> pd.DataFrame:
    """Return the joint items of each pair in the newest window of one kind of tie.

    Parameters
    ----------
    ties : DataFrame
        Feature ``ties``.
    kind : str
        A kind of ``tie_tables`` that counts unordered pairs.
    years : int
        Length of the window; a kind on record over all years is taken whole.

    Returns
    -------
    DataFrame
        ``country, partner, value``, each pair once.
    """
    rows = ties[ties["kind"] == kind]
    newest = [rows["year"].between(*span) for span in spans(rows, KIND[kind], years)[:1]]
    inside = rows[newest[0]] if newest else rows
    return inside.groupby(["country", "partner"])[["value"]].sum().reset_index()


def salton_ties(
    pairs: pd.DataFrame,
    viewpoint: str,
    *,
    draws: int,
    seed: int,
    interval: Sequence[float],
    absent_is_zero: bool = True,
    spread: pd.Series[float] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how close each country is to the viewpoint, and draws of it.

    Parameters
    ----------
    pairs : DataFrame
        ``country, partner, value``, each unordered pair at most once.
    viewpoint : str
        The viewpoint country.
    draws, seed : int
        Number of draws, and seed.
    interval : two floats
        Quantiles.
    absent_is_zero : bool
        Whether a pair without row, of two countries that the source lists, has no joint items;
        otherwise it is unknown and has no row in the result either.
    spread : Series, optional
        By partner, how far the variance of the count exceeds chance (`ties.allowed_spread`), 1
        where it is not given.

    Returns
    -------
    tuple of DataFrame
        Index partner: ``volume, tie, tie_low, tie_high``; and index partner, columns draw. Both
        are empty if the source does not list the viewpoint.

    Raises
    ------
    InvalidTable
        A pair twice, or a country paired with itself.

    Notes
    -----
    Salton: C_ij / sqrt(s_i s_j). The count of the pair is drawn from k Gamma(C_ij / k + 1/2) with k
    its spread; for k = 1 that is a Poisson rate with Jeffreys' prior. What both countries do with
    others stays as counted.

    Examples
    --------
    >>> pairs = pd.DataFrame({"country": ["A", "A"], "partner": ["B", "C"], "value": [9.0, 16.0]})
    >>> salton_ties(pairs, "A", draws=9, seed=1, interval=(0.05, 0.95))[0]["tie"].tolist()
    [0.6, 0.8]
    """
    names = pairs[["country", "partner"]].to_numpy()
    twice = pd.DataFrame(np.sort(names.astype(str), axis=1)).duplicated().any()
    if twice or (names[:, 0] == names[:, 1]).any():
        raise InvalidTable(
            "a pair stands twice, or a country is paired with itself",
            where="pairs of countries (country, partner, value)",
            next_step="give each unordered pair once",
        )
    both = [
        pairs.set_axis(["country", "partner", "value"], axis=1),
        pairs.set_axis(["partner", "country", "value"], axis=1),
    ]
    directed = pd.concat(both, ignore_index=True)
    totals = directed.groupby("country")["value"].sum()
    partners = totals.index[totals > 0].difference([viewpoint]).rename("partner")
    if totals.get(viewpoint, 0.0) <= 0:
        partners = partners[:0]
    own = directed[directed["country"] == viewpoint].set_index("partner")["value"]
    if not absent_is_zero:
        partners = partners.intersection(own.index).rename("partner")
    volume = own.reindex(partners).fillna(0.0)
    rest = totals.reindex(partners) - volume
    own_rest = totals.get(viewpoint, 0.0) - volume
    if partners.empty:
        columns = ["volume", "tie", "tie_low", "tie_high"]
        empty = pd.DataFrame(columns=columns, index=partners, dtype=float)
        return empty, pd.DataFrame(columns=range(draws), index=partners, dtype=float)
    wider = pd.Series(1.0, partners) if spread is None else spread.reindex(partners).fillna(1.0)
    drawn = count_draws(volume / wider, draws=draws, seed=seed, prior=_HALF)
    drawn = drawn * wider.to_numpy()[:, None]
    ties = drawn / np.sqrt(
        (rest.to_numpy()[:, None] + drawn) * (own_rest.to_numpy()[:, None] + drawn)
    )
    tie = volume / np.sqrt((rest + volume) * (own_rest + volume))
    low, high = np.quantile(ties, list(interval), axis=1)
    table = pd.DataFrame(
        {
            "volume": volume,
            "tie": tie,
            "tie_low": np.minimum(low, tie),
            "tie_high": np.maximum(high, tie),
        }
    )
    return table, pd.DataFrame(ties, index=partners, columns=range(draws))


def pair_sides(
    kind: str,
    pairs: pd.DataFrame,
    gaps: pd.DataFrame,
    gap_draws: pd.DataFrame,
    settings: Params,
    seed: int,
    *,
    dispersion: pd.Series[float] | None = None,
) -> PairSides:
    """Return tie and gap of each pair with the viewpoint, by one kind of cooperation.

    Parameters
    ----------
    kind : str
        Kind of cooperation.
    pairs : DataFrame
        As for `salton_ties`.
    gaps : DataFrame
        Table ``cooperation_gaps``; the newest window of the specification without past ties is
        taken, and of it the rows with a gap: where the past is known, a tie that was always too
        small is as expected.
    gap_draws : DataFrame
        Index partner, columns draw: ``draws`` of ``gaps.Gaps`` for that kind; used in turn
        if they are fewer than ``ranks.draws``.
    settings : Params
        ``viewpoint`` and sections ``rta`` and ``ranks`` are used.
    seed : int
        Seed of the draws.
    dispersion : Series, optional
        By partner, the scatter of the count from year to year, as in table ``tie_measures``; the
        draws of ties are as much wider. Not given for a kind without years.

    Raises
    ------
    InvalidTable
        As in `salton_ties`, or gaps without draws.

    Notes
    -----
    Count and gap of a pair are drawn apart: that both rise with the same chance is left out, so
    that a score in which one makes up for the other is a little too sure.
    """
    draws, (low, high) = settings.ranks.draws, settings.rta.interval
    spread = None
    if dispersion is not None:
        wider = allowed_spread(
            dispersion, np.full(len(dispersion), settings.cooperation.window_years), low, high
        )
        spread = pd.Series(wider, dispersion.index)
    table, tie_draws = salton_ties(
        pairs,
        settings.viewpoint,
        draws=draws,
        seed=seed_of(seed, kind),
        interval=settings.rta.interval,
        absent_is_zero=KIND[kind].absent_is_zero,
        spread=spread,
    )
    own = gaps[(gaps["kind"] == kind) & (gaps["specification"] == WITHOUT_PAST)]
    window = own["window"].max() if len(own) else None
    own = own[(own["window"] == window) & (own["status"] == "ok")]
    known = own.set_index("partner")[["gap", "gap_low", "gap_high"]].astype(float)
    lost = sorted(set(known.index) - set(gap_draws.index))
    if lost or (len(known) and not gap_draws.shape[1]):
        raise InvalidTable(
            f"gaps without draws: {lost[:5]}",
            where=f"gap_draws of {kind} (index partner, columns draw)",
            next_step="give the draws behind table cooperation_gaps",
        )
    room = -gap_draws.reindex(known.index)
    if len(known):
        room = room.iloc[:, np.arange(draws) % room.shape[1]].set_axis(range(draws), axis=1)
    return PairSides(kind, window, table.join(known, how="outer"), tie_draws, room)


def group_strength_of(
    rows: pd.DataFrame, measures: Sequence[str], draws: int, seed: int
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Return the log of the geometric mean of each country's shares, and draws of it.

    Parameters
    ----------
    rows : DataFrame
        Evidence of one group in one window.
    measures : sequence of str
        The measures that enter the rank of the group.
    draws, seed : int
        Number of draws, and seed.

    Notes
    -----
    Shares span four orders of magnitude and measures differ in size; the geometric mean asks for
    strength in all of them, while one large share cannot make up for absence elsewhere. Half an
    item is added to each count, so that none has a logarithm. A measure that does not list a
    country at all is left out of its mean; where it is only below the least count listed its share
    is half of that, and anything up to it in the draws.
    """
    points, drawn = [], []
    for measure in measures:
        own = rows[(rows["measure"] == measure) & (rows["world_items"] > 0)]
        own = own[own["count_items"].notna() | own["below"].notna()]
        world = own["world_items"].to_numpy(dtype=np.float64)
        share = own["count_items"].fillna(own["below"] / 2).to_numpy(dtype=np.float64) / world
        countries = own["country"].to_numpy()
        points.append(pd.Series(np.log(share + _HALF / world), index=countries))
        shares = share_draws(own, draws, seed_of(seed, measure, str(rows["group_id"].iloc[0])))
        drawn.append(pd.DataFrame(np.log(shares + (_HALF / world)[:, None]), index=countries))
    together = pd.concat(drawn, keys=range(len(drawn))).groupby(level=1).mean()
    return pd.concat(points, axis=1).mean(axis=1), together


def partner_values(
    evidence: pd.DataFrame,
    strength: pd.DataFrame,
    group_ranks: pd.DataFrame,
    kinds: Mapping[str, PairSides],
    settings: Params,
    seed: int,
) -> PartnerValues:
    """Return the four sides of each economy that has a rank in a group, group by group.

    Parameters
    ----------
    evidence : DataFrame
        Rows of one list of technologies and one rule of feature ``group_evidence``.
    strength, group_ranks : DataFrame
        Tables ``technology_strength`` and ``technology_ranks`` of the same list.
    kinds : mapping
        What `pair_sides` returns, by kind; ``joint_works`` at least.
    settings : Params
        ``viewpoint`` and section ``ranks`` are used.
    seed : int
        Seed of the draws.

    Raises
    ------
    InvalidTable
        If the tie of all fields is not among `kinds`.

    Notes
    -----
    *Strength* as in `group_strength_of`. *Complementarity*: mean over the measures of the rank of
    the partner's P(advantage > 1) (``partner_probability``), times one minus the same mean of the
    viewpoint; where no measure of the rank lists the viewpoint, that factor is left out
    (``own_side``). Inside one group the factor is the same for all partners and cannot change
    their order; partners are therefore ordered by ``partner_probability``, rounded to a hundredth,
    lest a factor of 0 made all of them alike. *Tie* and *room* (minus the gap) are of the pair: by
    the kind that counts what a measure of the rank counts, if its source lists the viewpoint and
    there are gaps of it, else by all fields. A partner without one of the four has no score;
    nothing is filled in.
    """
    if WORKS not in kinds:
        raise InvalidTable(
            f"there is no tie of the kind '{WORKS}'",
            where=f"kinds of ties: {sorted(kinds)}",
            next_step="build it with partner_values.pair_sides",
        )
    draws, viewpoint = settings.ranks.draws, settings.viewpoint
    found, sides, drawn = [], {}, {}
    for group, measures, rows in groups_with_measures(of_window(evidence), settings.ranks):
        ranked = group_ranks[(group_ranks["group_id"] == group) & group_ranks["rank"].notna()]
        ranked = ranked[ranked["country"] != viewpoint].sort_values("country")
        partners = pd.Index(ranked["country"].to_numpy(), name="partner")
        size, size_draws = group_strength_of(rows, measures, draws, seed)
        mix = strength[(strength["group_id"] == group) & strength["measure"].isin(measures)]
        probability = mix.groupby("country")["probability_above"].mean()
        own = probability.get(viewpoint, np.nan)
        pair = _pair_of(measures, kinds)
        table = pd.DataFrame(
            {
                "strength": size.reindex(partners),
                "strength_rank": ranked["rank_median"].to_numpy(),
                "strength_low": ranked["rank_low"].to_numpy(),
                "strength_high": ranked["rank_high"].to_numpy(),
                "n_measures": ranked["n_measures"].to_numpy(),
                "few_items": (ranked["status"] == "small_n").to_numpy(),
                "measures": ";".join(measures),
                "windows": ";".join(_window_of(rows, measure) for measure in measures),
                "partner_probability": probability.reindex(partners),
                "own_probability": own,
                "complementarity": probability.reindex(partners)
                * (1.0 if np.isnan(own) else 1.0 - own),
                "own_side": "not_measured" if np.isnan(own) else "measured",
                "tie_kind": pair.kind,
                "tie_window": pair.window,
                "tie_scope": "all_fields" if pair.kind == WORKS else "group",
            },
            index=partners,
        ).join(pair.table)
        values = pd.DataFrame(
            {
                "strength": table["strength"],
                "complementarity": table["partner_probability"].round(_DECIMALS),
                "tie": table["tie"],
                "room": -table["gap"],
            }
        )[list(SIDES)]
        lacking = values.isna()
        table["missing"] = [";".join(values.columns[row]) or None for row in lacking.to_numpy()]
        table["status"] = np.where(lacking.any(axis=1), "not_estimable", "ok")
        table = table.reset_index().assign(framework=rows["framework"].iloc[0], group_id=group)
        found.append(table[_COLUMNS])
        complete = values[~lacking.any(axis=1)]
        if len(complete):
            sides[group] = complete
            drawn[group] = {
                "strength": size_draws.loc[complete.index].to_numpy(),
                "tie": pair.tie_draws.loc[complete.index].to_numpy(),
                "room": pair.room_draws.loc[complete.index].to_numpy(),
            }
    return PartnerValues(pd.concat(found, ignore_index=True), sides, drawn)


_COLUMNS = [
    *("framework", "group_id", "partner"),
    *("strength", "strength_rank", "strength_low", "strength_high", "n_measures", "few_items"),
    *("measures", "windows", "partner_probability", "own_probability", "complementarity"),
    *("own_side", "volume", "tie", "tie_low", "tie_high", "tie_kind", "tie_window", "tie_scope"),
    *("gap", "gap_low", "gap_high", "missing", "status"),
]


def _window_of(rows: pd.DataFrame, measure: str) -> str:
    """Return the years that a measure of a group stands for."""
    return str(rows.loc[rows["measure"] == measure, "window"].iloc[0])


def _pair_of(measures: Sequence[str], kinds: Mapping[str, PairSides]) -> PairSides:
    """Return the tie that counts what a measure of the rank counts, or that of all fields."""
    for measure in measures:
        nearer = kinds.get(TIE_OF_MEASURE.get(measure, ""))
        if nearer is not None and nearer.table[["tie", "gap"]].notna().all(axis=1).any():
            return nearer
    return kinds[WORKS]
