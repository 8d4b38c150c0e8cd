"""Partners in an order, by group and over all groups, and who is on the front.

Knows: how the four sides become ranks and a front, and how far two sides pull against
each other. Must not know: files, names of countries and groups, how the sides are measured.
May import: errors, params (settings only), priority_tables, strength, ranks, group_strength,
partner_reasons, partner_values, NumPy, pandas, SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidTable
from techdiplomacy.group_strength import seed_of
from techdiplomacy.params import Params, RankSettings
from techdiplomacy.partner_reasons import reasons, reasons_over_all
from techdiplomacy.partner_values import PartnerValues
from techdiplomacy.priority_tables import ALL_GROUPS, SIDES
from techdiplomacy.ranks import Choices, draw_choices, ranks_of_scores, scores, uncertain_ranks
from techdiplomacy.strength import Array

# of five places, random orders agree to .9 once in twenty-four
LEAST_FOR_CORRELATION = 8
# a partner needs so large a part of the groups for a rank over all of them
_GROUPS_AT_LEAST = 0.5
# of a large front, those among the first by score are shown
_FRONT_AMONG = 10
_ALIKE = "dirichlet1"
# tie and room exclude each other: a mean that asks for both would put a full tie behind a poor one
_AGGREGATIONS = ("arithmetic",)
_FLOOR = 0.005  # of the geometric mean, which is not used
_RANK = ["rank", "rank_median", "rank_low", "rank_high"]


@dataclass(frozen=True)
class RankedPartners:
    """Table ``partner_ranks``, and the ranks over all groups (index partner, columns draw)."""

    table: pd.DataFrame
    drawn: pd.DataFrame


def pareto_front(sides: Array) -> npt.NDArray[np.bool_]:
    """Return who is on the front: nobody else is as good on every side and better on one.

    Parameters
    ----------
    sides : array
        Shape (partners, sides), or (partners, sides, draws); more is better.

    Returns
    -------
    array of bool
        Shape (partners,) or (partners, draws).

    Examples
    --------
    >>> pareto_front(np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])).tolist()
    [True, True, False]
    """
    if sides.ndim == 2:
        as_good = (sides[:, None, :] >= sides[None, :, :]).all(axis=2)
        return np.asarray(~(as_good & ~as_good.T).any(axis=0))
    one_by_one = [pareto_front(sides[:, :, draw]) for draw in range(sides.shape[2])]
    return np.stack(one_by_one, axis=1)


def rank_partners(values: PartnerValues, settings: Params, seed: int) -> RankedPartners:
    """Return the rank of every partner in each group and over all groups, with reasons.

    Parameters
    ----------
    values : PartnerValues
        What ``partner_values.partner_values`` returns.
    settings : Params
        Sections ``priorities``, ``ranks``, ``rta``, ``cooperation`` and ``relatedness`` are used.
    seed : int
        Seed of the draws.

    Returns
    -------
    RankedPartners
        A partner that lacks a side in a group, or is ranked in too few groups, is
        ``not_estimable`` and listed without a rank.

    Raises
    ------
    InvalidParams
        Weights that do not add to 1.
    InvalidTable
        No partner has all four sides in any group.

    Notes
    -----
    In a group: ``ranks.uncertain_ranks`` over the four sides; the interval draws the counts behind
    the sides, the normalisation, and weights near the declared ones (``any_low`` and ``any_high``:
    all weights alike). The score is an arithmetic mean in every draw: a full tie leaves no room,
    so a geometric mean, which asks for all sides at once, would punish the closest partners most.

    A label is firm only if the ranks with all weights alike span no more than ``leaning_span``
    either; otherwise it is leaning at most, however narrow the ranks near the declared weights. It
    is leaning at most, too, in a group whose strength rests on fewer than ``firm_measures``.

    Tie and room pull against each other (`side_correlations`), so that a front is large and says
    little. ``front_shown`` holds of it those that are on it in as large a share of the draws as an
    interval holds, and are among the first ten by score.

    Over all groups: ranked is who has all four sides in at least half of the groups. In each group
    its standing is (n - place + 1/2) / n among the n partners so ranked; others take no place, so
    that a group in which many small economies are measured lifts nobody. The score is the mean
    standing over the groups in which the partner is measured. Each draw uses one choice of weights
    and normalisation for all groups. The front over all groups compares mean standings on each
    side.
    """
    if not values.sides:
        raise InvalidTable(
            "no partner has all four sides in any group",
            where="partner values",
            next_step="give ties and gaps of the viewpoint country",
        )
    seed = seed_of(seed, "priorities")
    marked = reasons(values.table, settings)
    counted = values.table[values.table["status"] == "ok"].groupby("partner").size()
    parts = [_rank_group(values, group, settings, seed) for group in values.sides]
    over_all, drawn = _rank_over_all(values, counted, settings, seed)
    ranked = pd.concat([*parts, over_all], ignore_index=True)
    over_groups = reasons_over_all(marked, _GROUPS_AT_LEAST)
    listed = pd.concat([marked, over_groups], ignore_index=True)
    table = listed.merge(ranked, on=["group_id", "partner"], how="left", validate="1:1")
    table["framework"] = values.table["framework"].iloc[0]
    resting = values.table.groupby("group_id")["n_measures"].max()
    thin = table["group_id"].map(resting) < settings.ranks.firm_measures
    too_firm = (table["label"] == "firm") & thin
    table["label"] = table["label"].mask(too_firm, "leaning").fillna("do not conclude")
    table["status"] = table["score"].notna().map({True: "ok", False: "not_estimable"})
    table["on_front"] = table["on_front"].eq(True)
    enough = table["front_share"] >= settings.rta.interval[1] - settings.rta.interval[0] - 1e-9
    table["front_shown"] = table["on_front"] & enough & (table["rank"] <= _FRONT_AMONG)
    table["groups"] = table["partner"].map(counted).fillna(0).astype(int)
    among = table[table["status"] == "ok"].groupby("group_id").size()
    table["ranked"] = table["group_id"].map(among).fillna(0).astype(int)
    table = table.merge(_years_behind(values.table), on=["group_id", "partner"], how="left")
    return RankedPartners(table[_RANK_COLUMNS], drawn)


_RANK_COLUMNS = [
    *("framework", "group_id", "partner", "score", *_RANK, "label", "any_low", "any_high"),
    *("ranked", "groups", "on_front", "front_share", "front_shown", "oldest_year", "newest_year"),
    *("reasons", "status"),
]


def _years_behind(table: pd.DataFrame) -> pd.DataFrame:
    """Return first and last year of the measures of strength, by group and over those ranked in."""
    years = table["windows"].str.extractall(r"(\d{4})")[0].astype(int).groupby(level=0)
    found = table[["group_id", "partner", "status"]].assign(
        oldest_year=years.min(), newest_year=years.max()
    )
    over_all = (
        found[found["status"] == "ok"]
        .groupby("partner")
        .agg(oldest_year=("oldest_year", "min"), newest_year=("newest_year", "max"))
        .reset_index()
        .assign(group_id=ALL_GROUPS)
    )
    both = pd.concat([found.drop(columns="status"), over_all], ignore_index=True)
    return both.astype({"oldest_year": "Int64", "newest_year": "Int64"})


def _rank_group(values: PartnerValues, group: str, settings: Params, seed: int) -> pd.DataFrame:
    """Return ranks and front of the partners of one group that have all four sides."""
    sides, posterior = values.sides[group], values.draws[group]
    near, alike = (
        _uncertain(sides, dict(settings.priorities.weights), posterior, settings, seed, way)
        for way in (settings.priorities.weight_draws, _ALIKE)
    )
    on_front = pareto_front(sides.to_numpy())
    drawn = pareto_front(_side_draws(sides, posterior, settings.ranks.draws))
    front = pd.DataFrame(
        {"country": sides.index, "on_front": on_front, "front_share": drawn.mean(axis=1)}
    )
    return _joined(near, alike, front, settings.ranks).assign(group_id=group)


def _joined(
    near: pd.DataFrame, alike: pd.DataFrame, front: pd.DataFrame, ranks: RankSettings
) -> pd.DataFrame:
    """Return ranks, the wider interval and the front in one frame; it also tempers the label."""
    ends = alike[["country", "rank_low", "rank_high"]].set_axis(
        ["country", "any_low", "any_high"], axis=1
    )
    found = near[["country", "score", *_RANK, "label"]].merge(ends).merge(front)
    moves = found["any_high"] - found["any_low"] > ranks.leaning_span
    found["label"] = found["label"].mask((found["label"] == "firm") & moves, "leaning")
    return found.rename(columns={"country": "partner"})


def _uncertain(
    values: pd.DataFrame,
    weights: Mapping[str, float],
    posterior: Mapping[str, Array],
    settings: Params,
    seed: int,
    weight_draws: str,
    normalisations: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return ``uncertain_ranks`` with the settings of the parameters."""
    ranks = settings.ranks
    return uncertain_ranks(
        values,
        weights,
        seed=seed,
        draws=ranks.draws,
        posterior=posterior,
        weight_draws=weight_draws,
        normalisations=normalisations or ranks.normalisations,
        aggregations=_AGGREGATIONS,
        interval=settings.rta.interval,
        firm_span=ranks.firm_span,
        leaning_span=ranks.leaning_span,
    )


def _side_draws(sides: pd.DataFrame, posterior: Mapping[str, Array], draws: int) -> Array:
    """Return draws of all sides, shape (partners, sides, draws); a fixed side is repeated."""
    fixed = sides.to_numpy()[:, :, None]
    columns = [
        posterior.get(side, np.broadcast_to(fixed[:, place], (len(sides), draws)))
        for place, side in enumerate(sides.columns)
    ]
    return np.stack(columns, axis=1)


# --- over all groups ------------------------------------------------------------------------


def _rank_over_all(
    values: PartnerValues, counted: pd.Series[int], settings: Params, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ranks and front over all groups, and the ranks drawn."""
    priorities, ranks = settings.priorities, settings.ranks
    needed = math.ceil(_GROUPS_AT_LEAST * len(values.sides) - 1e-9)
    able = sorted(counted.index[counted >= needed])
    if not able:
        return pd.DataFrame(columns=["group_id", "partner"]), pd.DataFrame()
    names = sorted(SIDES)  # the order in which the engine adds sides up
    weights = dict(priorities.weights)
    w = np.array([weights[name] for name in names])
    ways = {
        name: draw_choices(
            w,
            ranks.draws,
            np.random.default_rng(seed),
            name,
            len(ranks.normalisations),
            len(_AGGREGATIONS),
        )
        for name in (priorities.weight_draws, _ALIKE)
    }
    point = Choices(w[None, :], np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    standings: dict[str, list[pd.DataFrame]] = {}
    for group, sides in values.sides.items():
        rows = sides.index.get_indexer(pd.Index(able).intersection(sides.index))
        if not len(rows):
            continue
        fixed = [sides[[name]].to_numpy() for name in names]
        drawn = _side_draws(sides[names], values.draws[group], ranks.draws)
        moved = [drawn[:, place] for place in range(len(names))]
        recipe = (tuple(ranks.normalisations), _AGGREGATIONS, _FLOOR)
        found = {"point": scores(fixed, point, *recipe)}
        found |= {name: scores(moved, choices, *recipe) for name, choices in ways.items()}
        found |= {f"{side} point": fixed[place] for place, side in enumerate(names)}
        found |= {f"{side} drawn": moved[place] for place, side in enumerate(names)}
        for name, score in found.items():
            reached = (len(rows) - ranks_of_scores(score[rows]) + 0.5) / len(rows)
            standings.setdefault(name, []).append(pd.DataFrame(reached, index=sides.index[rows]))
    mean = {name: pd.concat(parts).groupby(level=0).mean() for name, parts in standings.items()}
    standing = mean["point"].set_axis(["standing"], axis=1)
    near, alike = (
        _uncertain(
            standing,
            {"standing": 1.0},
            {"standing": mean[way].to_numpy()},
            settings,
            seed,
            "declared",
            ["none"],
        )
        for way in (priorities.weight_draws, _ALIKE)
    )
    on_front = pareto_front(np.hstack([mean[f"{side} point"].to_numpy() for side in names]))
    drawn_front = pareto_front(
        np.stack([mean[f"{side} drawn"].to_numpy() for side in names], axis=1)
    )
    front = pd.DataFrame(
        {"country": standing.index, "on_front": on_front, "front_share": drawn_front.mean(axis=1)}
    )
    drawn_ranks = ranks_of_scores(mean[priorities.weight_draws].to_numpy())
    return (
        _joined(near, alike, front, ranks).assign(group_id=ALL_GROUPS),
        pd.DataFrame(drawn_ranks, index=standing.index.rename("partner")),
    )


# --- sides against each other -----------------------------------------------------------------


def side_correlations(values: PartnerValues, settings: Params) -> pd.DataFrame:
    """Return table ``side_correlations``: how far tie and room pull against each other.

    Parameters
    ----------
    values : PartnerValues
        What ``partner_values.partner_values`` returns.
    settings : Params
        Section ``rta`` is used.

    Notes
    -----
    Rank correlation (Spearman) over the partners of a group that have all four sides; fewer than
    eight are too few. The interval is over the draws of both sides, drawn apart, which weakens a
    correlation; it is widened to hold that of the point values.
    """
    from scipy.stats import rankdata

    rows: list[dict[str, object]] = []
    for group, sides in values.sides.items():
        row: dict[str, object] = {"group_id": group, "n": len(sides), "status": "too_short"}
        if len(sides) >= LEAST_FOR_CORRELATION:
            places = [rankdata(sides[side].to_numpy()) for side in ("tie", "room")]
            point = float(paired_correlations(*places)[()])
            drawn = [rankdata(values.draws[group][side], axis=0).T for side in ("tie", "room")]
            low, high = np.quantile(paired_correlations(*drawn), list(settings.rta.interval))
            row |= {"correlation": point, "status": "ok"}
            row |= {"correlation_low": min(low, point), "correlation_high": max(high, point)}
        rows.append(row)
    table = pd.DataFrame(rows).assign(framework=values.table["framework"].iloc[0])
    columns = ["framework", "group_id", "n", "correlation", "correlation_low", "correlation_high"]
    return table.reindex(columns=[*columns, "status"])


def paired_correlations(one: Array, other: Array) -> Array:
    """Return the correlation of each row of one array with that row of another.

    Parameters
    ----------
    one, other : array
        Shape (n,) or (rows, n); a single row is held against all. A row without spread has 0.

    Examples
    --------
    >>> rows = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    >>> paired_correlations(rows, np.array([10.0, 20.0, 30.0])).tolist()
    [1.0, -1.0]
    """
    centred, other = (rows - rows.mean(axis=-1, keepdims=True) for rows in (one, other))
    size = np.sqrt((centred**2).sum(axis=-1) * (other**2).sum(axis=-1))
    shared = (centred * other).sum(axis=-1)
    return np.asarray(np.divide(shared, size, out=np.zeros_like(shared), where=size > 0))
