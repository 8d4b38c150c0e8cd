"""Partners in an order, by group and over all groups, and what follows from the order.

Knows: how the four sides become ranks, a front, lists, and an order after the pilot; how a stated
list stands in the measured order. Must not know: files, names of countries and groups, how the
sides are measured. May import: errors, params (settings only), priority_tables, strength, ranks,
group_strength, partner_values, NumPy, pandas, SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.group_strength import seed_of
from techdiplomacy.params import Params
from techdiplomacy.partner_values import ALL_FIELDS, PartnerValues
from techdiplomacy.priority_tables import ALL_GROUPS, CAUTIONS, FOR_IT, SIDES
from techdiplomacy.ranks import Choices, draw_choices, ranks_of_scores, scores, uncertain_ranks
from techdiplomacy.strength import Array, composition_profiles

# a partner needs so large a part of the groups for a rank over all of them
_GROUPS_AT_LEAST = 0.5
# a tie is close in the first quarter of the partners of a group
_CLOSE = 0.25
# of five places, random orders agree to .9 once in twenty-four
_LEAST_FOR_CORRELATION = 8
_ALIKE = "dirichlet1"
# tie and room exclude each other: a mean that asks for both would put a full tie behind a poor one
_AGGREGATIONS = ("arithmetic",)
_FLOOR = 0.005  # of the geometric mean, which is not used
_RANK = ["rank", "rank_median", "rank_low", "rank_high"]
_STRENGTH = ["strength_rank", "strength_low", "strength_high"]
_GAP = ["gap", "gap_low", "gap_high"]
_ASSOCIATION = ["association", "association_low", "association_high"]


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
    marked = _reasons(values.table, settings)
    counted = values.table[values.table["status"] == "ok"].groupby("partner").size()
    parts = [_rank_group(values, group, settings, seed) for group in values.sides]
    over_all, drawn = _rank_over_all(values, counted, settings, seed)
    ranked = pd.concat([*parts, over_all], ignore_index=True)
    listed = pd.concat([marked, _reasons_over_all(marked)], ignore_index=True)
    table = listed.merge(ranked, on=["group_id", "partner"], how="left", validate="1:1")
    table["framework"] = values.table["framework"].iloc[0]
    table["label"] = table["label"].fillna("do not conclude")
    table["status"] = table["score"].notna().map({True: "ok", False: "not_estimable"})
    table["on_front"] = table["on_front"].eq(True)
    table["groups"] = table["partner"].map(counted).fillna(0).astype(int)
    among = table[table["status"] == "ok"].groupby("group_id").size()
    table["ranked"] = table["group_id"].map(among).fillna(0).astype(int)
    return RankedPartners(table[_RANK_COLUMNS], drawn)


_RANK_COLUMNS = [
    *("framework", "group_id", "partner", "score", *_RANK, "label", "any_low", "any_high"),
    *("ranked", "groups", "on_front", "front_share", "reasons", "status"),
]


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
    return _joined(near, alike, front).assign(group_id=group)


def _joined(near: pd.DataFrame, alike: pd.DataFrame, front: pd.DataFrame) -> pd.DataFrame:
    """Return ranks, the wider interval and the front in one frame."""
    ends = alike[["country", "rank_low", "rank_high"]].set_axis(
        ["country", "any_low", "any_high"], axis=1
    )
    found = near[["country", "score", *_RANK, "label"]].merge(ends).merge(front)
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
        _joined(near, alike, front).assign(group_id=ALL_GROUPS),
        pd.DataFrame(drawn_ranks, index=standing.index.rename("partner")),
    )


# --- reasons --------------------------------------------------------------------------------


def _reasons(table: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Return ``group_id, partner, status, reasons`` of each partner in each group."""
    priorities = settings.priorities
    leads = table["strength_rank"] <= priorities.leader_rank
    half = table.groupby("group_id")["partner"].transform("size") / 2
    strong = table["strength_rank"] <= np.minimum(priorities.strength_rank, half)
    shallow = table["volume"] <= settings.cooperation.shallow_max
    complete = table["tie"].where(table["status"] == "ok")
    place = complete.groupby(table["group_id"]).rank(pct=True, ascending=False)
    holds = {
        "leads_here": leads,
        "strong_here": ~leads & strong,
        "specialised": table["specialisation"] >= settings.relatedness.partner_probability,
        "close_tie": (place <= _CLOSE) & ~shallow,
        "room_to_grow": table["gap_high"] < 0,
        "no_tie": table["volume"] == 0,
        "shallow_tie": shallow & (table["volume"] > 0),
        "above_expected": table["gap_low"] > 0,
        "few_items": table["few_items"],
        "one_measure": table["n_measures"] == 1,
        "tie_all_fields": table["tie_scope"] == "all_fields",
    }
    flags = pd.DataFrame(holds)[[*FOR_IT, *CAUTIONS]]
    return table[["group_id", "partner", "status"]].assign(reasons=_codes(flags))


def _codes(flags: pd.DataFrame) -> pd.Series[str]:
    """Return the names of the columns that hold in each row, semicolons between; none: missing."""
    names = [";".join(flags.columns[row]) or None for row in flags.to_numpy(dtype=bool)]
    return pd.Series(names, index=flags.index, dtype="object")


def _reasons_over_all(marked: pd.DataFrame) -> pd.DataFrame:
    """Return the row over all groups: a reason is given that holds in half of the groups or more.

    The groups are those in which the partner has all four sides.
    """
    codes = [*FOR_IT, *CAUTIONS]
    split = marked["reasons"].fillna("").str.split(";")
    flags = pd.DataFrame({code: [code in own for own in split] for code in codes})
    flags = flags[(marked["status"] == "ok").to_numpy()]
    named = marked.loc[marked["status"] == "ok", "partner"].to_numpy()
    partners = pd.Index(sorted(marked["partner"].unique()), name="partner")
    share = flags.groupby(named).mean().reindex(partners).fillna(0.0)
    reasons = _codes(share >= _GROUPS_AT_LEAST).rename("reasons")
    return reasons.reset_index().assign(group_id=ALL_GROUPS)


# --- lists ----------------------------------------------------------------------------------


def priority_lists(
    values: pd.DataFrame, measures: pd.DataFrame, gaps: pd.DataFrame, settings: Params
) -> pd.DataFrame:
    """Return table ``priority_lists``: leaders whose tie falls short, ties without strength.

    Parameters
    ----------
    values : DataFrame
        Table ``partner_values``.
    measures : DataFrame
        Table ``tie_measures``; the newest window of each kind without direction is used.
    gaps : DataFrame
        Index partner: ``gap, gap_low, gap_high`` of the tie of all fields (``PairSides.table``).
    settings : Params
        Sections ``priorities`` and ``cooperation`` are used.

    Notes
    -----
    A leader has a median rank by size up to ``leader_rank``. Its tie falls short if it has no joint
    items or few (``shallow_max``), if the association lies surely below 1 (whole interval), or
    the gap surely below 0; which of these is coded. A leader that the source does not list is given
    as ``tie_unknown``. The other list holds partners with an association surely above 1, among as
    many largest ties as ``strength_rank`` says, without a median rank up to ``strength_rank`` in
    any group; their best rank is given, or that they have none.
    """
    priorities, few = settings.priorities, settings.cooperation.shallow_max
    both = measures[measures["direction"] == "both"]
    newest = both[both["window"] == both.groupby("kind")["window"].transform("max")]
    ties = newest.assign(
        tie_kind=newest["kind"],
        tie_place=newest.groupby("kind")["volume"].rank(ascending=False, method="min"),
    )[["tie_kind", "partner", "volume", "tie_place", *_ASSOCIATION]]

    leaders = values[values["strength_rank"] <= priorities.leader_rank]
    leaders = leaders.merge(ties.drop(columns="volume"), on=["tie_kind", "partner"], how="left")
    volume = leaders["volume"]
    why = pd.DataFrame(
        {
            "tie_unknown": volume.isna(),
            "no_tie": volume == 0,
            "shallow_tie": (volume > 0) & (volume <= few),
            "below_association": leaders["association_high"] < 1,
            "below_expected": leaders["gap_high"] < 0,
        }
    )
    short = leaders.assign(list="leaders_without_tie", reasons=_codes(why))

    best = values.sort_values([*_STRENGTH, "group_id"]).groupby("partner")[_STRENGTH].first()
    close = ties[(ties["tie_kind"] == ALL_FIELDS) & (ties["association_low"] > 1)]
    close = close[close["tie_place"] <= priorities.strength_rank]
    close = close.merge(best, how="left", left_on="partner", right_index=True)
    close = close.merge(gaps[_GAP], how="left", left_on="partner", right_index=True)
    unranked = close["strength_rank"].isna()
    lower = close["strength_rank"] > priorities.strength_rank
    idle = close.assign(
        list="ties_without_strength",
        group_id=ALL_GROUPS,
        tie_scope="all_fields",
        reasons=_codes(pd.DataFrame({"ranks_lower": lower, "not_ranked": unranked})),
    )
    columns = ["list", "group_id", "partner", *_STRENGTH, "tie_kind", "tie_scope", "volume"]
    columns += ["tie_place", *_ASSOCIATION, *_GAP, "reasons"]
    parts = [part[part["reasons"].notna()][columns] for part in (short, idle)]
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return found.astype({"tie_place": "Int64"})


def lists_by_partner(lists: pd.DataFrame) -> pd.DataFrame:
    """Return the lists with a row for each partner and reason instead of one for each group.

    Parameters
    ----------
    lists : DataFrame
        Table ``priority_lists``.

    Returns
    -------
    DataFrame
        ``list, partner, reasons, tie_kind, group_ids`` (semicolons between)``, groups`` (their
        number), ``volume`` and ``best_rank``, the best rank by size among them. A tie of all
        fields is the same in every group, so that a table by group repeats it.
    """
    keys = ["list", "partner", "reasons", "tie_kind"]
    found = lists.sort_values("group_id").groupby(keys, sort=True)
    return found.agg(
        group_ids=("group_id", ";".join),
        groups=("group_id", "size"),
        volume=("volume", "first"),
        best_rank=("strength_rank", "min"),
    ).reset_index()


# --- orders ---------------------------------------------------------------------------------


def stated_order(
    stated: Mapping[str, Sequence[str]],
    members: Mapping[str, Sequence[str]],
    ranked: RankedPartners,
    settings: Params,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables ``stated_order`` and ``stated_order_agreement``.

    Parameters
    ----------
    stated : mapping
        Partners of each list in the order of its text, codes of countries or of `members`.
    members : mapping
        Countries behind each group of countries that a list names.
    ranked : RankedPartners
        What `rank_partners` returns.
    settings : Params
        Sections ``ranks`` and ``rta`` are used.
    seed : int
        Seed of the random orders.

    Raises
    ------
    InvalidTable
        A list names a partner twice.

    Notes
    -----
    A group of countries has no rank of its own: the median rank of its members is given and that
    of the best of them, and their joint items are never added. The correlation (Spearman) is over
    the countries alone and needs eight: fewer agree by chance too often. It is held against random
    orders. That an order of a text means importance is an assumption; texts seldom say so.
    """
    over_all = ranked.table[ranked.table["group_id"] == ALL_GROUPS].set_index("partner")
    over_all = over_all[over_all["status"] == "ok"]
    rows, agreement = [], []
    for name, partners in stated.items():
        if len(set(partners)) < len(partners):
            raise InvalidTable(
                f"a partner stands twice: {list(partners)}",
                where=f"stated list {name}",
                next_step="give each partner once, at its first place in the text",
            )
        for position, partner in enumerate(partners, start=1):
            own = [code for code in members.get(partner, [partner]) if code in over_all.index]
            row: dict[str, object] = {
                "list": name,
                "best_member": None,
                "partner": partner,
                "stated_position": position,
                "members": len(members.get(partner, [partner])),
                "measured_members": len(own),
                "among": len(over_all),
                "status": "group" if partner in members else "ok" if own else "not_estimable",
            }
            if own:
                row |= _place_of(own, over_all, ranked.drawn, settings.rta.interval)
            if own and partner in members:
                best = over_all.loc[own].sort_values(["rank", "rank_median"], kind="stable").iloc[0]
                row |= {"best_member": best.name, "best_rank": best["rank"]}
                row |= {"best_low": best["rank_low"], "best_high": best["rank_high"]}
            rows.append(row)
        alone = [code for code in partners if code not in members and code in over_all.index]
        agreement.append({"list": name, **_agreement(alone, over_all, ranked, settings, seed)})
    order = pd.DataFrame(rows).reindex(columns=_STATED_COLUMNS)
    return order, pd.DataFrame(agreement).reindex(columns=_AGREEMENT_COLUMNS)


_STATED_COLUMNS = [
    *("list", "partner", "stated_position", "members", "measured_members", *_RANK),
    *("best_member", "best_rank", "best_low", "best_high", "among", "status"),
]
_AGREEMENT_COLUMNS = [
    *("list", "n", "correlation", "correlation_low", "correlation_high"),
    *("null_low", "null_high", "p_value", "status"),
]


def _place_of(
    own: list[str], over_all: pd.DataFrame, drawn: pd.DataFrame, interval: Sequence[float]
) -> dict[str, float]:
    """Return the rank of a country, or the median rank of the members of a group."""
    if len(own) == 1:
        place = over_all.loc[own, _RANK].to_numpy(dtype=np.float64)[0]
        return dict(zip(_RANK, place, strict=True))
    medians = drawn.loc[own].median(axis=0)
    low, high = np.quantile(medians, list(interval), method="inverted_cdf")
    point = float(over_all.loc[own, "rank"].median())
    return dict(zip(_RANK, (point, float(medians.median()), low, high), strict=True))


def _agreement(
    partners: list[str],
    over_all: pd.DataFrame,
    ranked: RankedPartners,
    settings: Params,
    seed: int,
) -> dict[str, object]:
    """Return the rank correlation of the order given with the measured one."""
    from scipy.stats import rankdata

    n = len(partners)
    if n < _LEAST_FOR_CORRELATION:
        return {"n": n, "status": "too_short"}
    interval, rng = settings.rta.interval, np.random.default_rng(seed_of(seed, "stated_order"))
    order = np.arange(n, dtype=np.float64)
    random = rng.permuted(np.tile(order, (settings.ranks.draws, 1)), axis=1)
    measured = rankdata(over_all.loc[partners, "rank"])
    point = float(np.corrcoef(order, measured)[0, 1])
    drawn = rankdata(ranked.drawn.loc[partners].to_numpy(), axis=0).T
    low, high = np.quantile(_correlations(drawn, order), list(interval))
    null = _correlations(random, measured)
    null_low, null_high = np.quantile(null, list(interval))
    as_well = (int((null >= point - 1e-12).sum()) + 1) / (len(null) + 1)
    found = {"correlation": point, "correlation_low": low, "correlation_high": high}
    found |= {"null_low": null_low, "null_high": null_high, "p_value": as_well}
    return {"n": n, **found, "status": "ok"}


def _correlations(rows: Array, one: Array) -> Array:
    """Return the correlation of each row with one row."""
    centred, other = rows - rows.mean(axis=1, keepdims=True), one - one.mean()
    size = np.sqrt((centred**2).sum(axis=1) * (other**2).sum())
    return np.asarray(np.divide(centred @ other, size, out=np.zeros(len(rows)), where=size > 0))


def replication_order(
    ranked: RankedPartners, specialisation: pd.DataFrame, settings: Params
) -> pd.DataFrame:
    """Return table ``replication_order``: whom to take after the pilot.

    Parameters
    ----------
    ranked : RankedPartners
        What `rank_partners` returns.
    specialisation : DataFrame
        Feature ``field_specialisation``.
    settings : Params
        ``viewpoint``, ``partners`` and ``priorities.pilot`` are used.

    Notes
    -----
    The other ``partners`` of the parameters in the order of their rank over all groups. The first
    of a step is the first that no earlier step holds; whoever's interval reaches that of the
    first shares its step, for the two cannot be told apart. Likeness to the pilot is
    1 - d^2 / 2 with d the Hellinger distance of the mixes of articles over fields, newest window;
    it says whether what was tried with the pilot meets similar fields, not whether it will work.
    """
    pilot = settings.priorities.pilot
    named = [code for code in settings.partners if code not in (pilot, settings.viewpoint)]
    over_all = ranked.table[ranked.table["group_id"] == ALL_GROUPS].set_index("partner")
    table = over_all.reindex(pd.Index(named, name="partner"))[[*_RANK, "groups", "status"]]
    table["status"] = table["status"].fillna("not_estimable")
    table["groups_measured"] = table.pop("groups").fillna(0).astype(int)
    table["among"] = int((over_all["status"] == "ok").sum())
    table["similarity_to_pilot"] = likeness(specialisation, pilot).reindex(table.index)
    table = table.reset_index().sort_values(["rank", "rank_median", "partner"], ignore_index=True)
    placed = int(table["rank"].notna().sum())
    steps: list[int] = []
    anchor = -math.inf
    for low, high in table.loc[: placed - 1, ["rank_low", "rank_high"]].to_numpy():
        new = low > anchor
        anchor = high if new else anchor
        steps.append((steps[-1] if steps else 0) + int(new))
    rest = [pd.NA] * (len(table) - placed)
    table["position"] = pd.array([*range(1, placed + 1), *rest], dtype="Int64")
    table["step"] = pd.array([*steps, *rest], dtype="Int64")
    columns = ["partner", "position", "step", *_RANK, "among", "similarity_to_pilot"]
    return table[[*columns, "groups_measured", "status"]]


def likeness(specialisation: pd.DataFrame, country: str) -> pd.Series[float]:
    """Return how alike the mix of articles of each country is to that of one, 0 to 1.

    Parameters
    ----------
    specialisation : DataFrame
        Feature ``field_specialisation``.
    country : str
        The country compared with; unknown there, nobody has a likeness.
    """
    rows = specialisation[specialisation["evidence"] == "publications"]
    newest = rows[rows["window"] == rows["window"].max()]
    counts = newest.pivot(index="country", columns="field", values="count_items").fillna(0.0)
    if country not in counts.index:
        return pd.Series(dtype=float)
    profiles = composition_profiles(counts)
    alike = profiles.to_numpy() @ profiles.loc[country].to_numpy()
    return pd.Series(np.minimum(alike, 1.0), index=profiles.index)


# --- by partner and by group ----------------------------------------------------------------

MARKS = ("ranked", "leader", "on_front")


def marks(values: pd.DataFrame, ranked: RankedPartners, settings: Params) -> pd.DataFrame:
    """Return for each partner and group whether it is ranked, leads by size, is on the front.

    Parameters
    ----------
    values : DataFrame
        Table ``partner_values``.
    ranked : RankedPartners
        What `rank_partners` returns.
    settings : Params
        ``priorities.leader_rank`` is used.
    """
    found = values.merge(
        ranked.table[["group_id", "partner", "on_front"]], on=["group_id", "partner"]
    )
    return found[["group_id", "partner"]].assign(
        ranked=found["status"] == "ok",
        leader=found["strength_rank"] <= settings.priorities.leader_rank,
        on_front=found["on_front"],
    )


def by_partner(marked: pd.DataFrame) -> pd.DataFrame:
    """Return in how many groups each partner is ranked, leads and is on the front.

    Parameters
    ----------
    marked : DataFrame
        What `marks` returns.

    Returns
    -------
    DataFrame
        ``partner``, the counts, and ``groups_led`` by name; the last row ``ALL`` adds all up and
        equals that of `by_group`.
    """
    return _margin(marked, "partner", "group_id", "groups_led")


def by_group(marked: pd.DataFrame) -> pd.DataFrame:
    """Return how many partners are ranked, lead and are on the front in each group.

    Parameters, result as in `by_partner`, with ``leaders`` by name.
    """
    return _margin(marked, "group_id", "partner", "leaders")


def _margin(marked: pd.DataFrame, by: str, other: str, named: str) -> pd.DataFrame:
    """Return counts of the marks by one side of the cross, with the row that adds them up."""
    if by not in marked or marked.duplicated([by, other]).any():
        raise InvalidTable(
            f"a partner stands twice in a group, or there is no column '{by}'."
            f"{suggest(by, marked.columns)}",
            where="marks of partners by group",
            next_step="make them with priorities.marks",
        )
    counts = marked.groupby(by)[list(MARKS)].sum().astype(int)
    leaders = marked[marked["leader"]].sort_values(other).groupby(by)[other].agg(";".join)
    counts[named] = leaders.reindex(counts.index)
    counts.loc[ALL_GROUPS, list(MARKS)] = counts[list(MARKS)].sum()
    return counts.astype(dict.fromkeys(MARKS, int)).rename_axis(by).reset_index()
