"""What follows from the order of partners: lists, stated orders, whom to take after the pilot.

Knows: which leaders have a poor tie and which ties lead nowhere, how a stated list stands in the
measured order, steps after the pilot, counts by partner and by group. Must not know: files, names
of countries and groups, how the sides are measured or weighed. May import: errors, params
(settings only), priority_tables, strength, group_strength, partner_reasons, partner_values,
partner_ranks, NumPy, pandas, SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.gap_tables import WORKS
from techdiplomacy.group_strength import seed_of
from techdiplomacy.params import Params
from techdiplomacy.partner_ranks import (
    LEAST_FOR_CORRELATION,
    RankedPartners,
    paired_correlations,
)
from techdiplomacy.partner_reasons import codes_that_hold
from techdiplomacy.priority_tables import ALL_GROUPS
from techdiplomacy.strength import composition_profiles

_RANK = ["rank", "rank_median", "rank_low", "rank_high"]
_STRENGTH = ["strength_rank", "strength_low", "strength_high"]
_GAP = ["gap", "gap_low", "gap_high"]
_ASSOCIATION = ["association", "association_low", "association_high"]

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
    A leader has a median rank by size up to ``leader_rank``. It is listed if it has no joint items
    or few (``shallow_max``), or if the gap lies surely below 0 (whole interval); which of these is
    coded. Association alone lists nobody: a country that works with the whole world has one below
    1 with most of it. Only where no gap can be estimated does an association surely below 1 stand
    in for it. A leader that the source does not list is given as ``tie_unknown``.

    The other list holds partners with an association surely above 1, among as many largest ties
    as ``strength_rank`` says, without a median rank up to ``strength_rank`` in any group; their
    best rank is given, or that they have none.
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
            "below_association": leaders["gap_high"].isna() & (leaders["association_high"] < 1),
            "below_expected": leaders["gap_high"] < 0,
        }
    )
    short = leaders.assign(list="leaders_without_tie", reasons=codes_that_hold(why))

    best = values.sort_values([*_STRENGTH, "group_id"]).groupby("partner")[_STRENGTH].first()
    close = ties[(ties["tie_kind"] == WORKS) & (ties["association_low"] > 1)]
    close = close[close["tie_place"] <= priorities.strength_rank]
    close = close.merge(best, how="left", left_on="partner", right_index=True)
    close = close.merge(gaps[_GAP], how="left", left_on="partner", right_index=True)
    unranked = close["strength_rank"].isna()
    lower = close["strength_rank"] > priorities.strength_rank
    idle = close.assign(
        list="ties_without_strength",
        group_id=ALL_GROUPS,
        tie_scope="all_fields",
        reasons=codes_that_hold(pd.DataFrame({"ranks_lower": lower, "not_ranked": unranked})),
    )
    columns = ["list", "group_id", "partner", *_STRENGTH, "tie_kind", "tie_scope", "volume"]
    columns += ["tie_place", *_ASSOCIATION, *_GAP, "reasons"]
    parts = [part[part["reasons"].notna()][columns] for part in (short, idle)]
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    listed: pd.DataFrame = found.astype({"tie_place": "Int64"})
    return listed


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
        What ``partner_ranks.rank_partners`` returns.
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
    if n < LEAST_FOR_CORRELATION:
        return {"n": n, "status": "too_short"}
    interval, rng = settings.rta.interval, np.random.default_rng(seed_of(seed, "stated_order"))
    order = np.arange(n, dtype=np.float64)
    random = rng.permuted(np.tile(order, (settings.ranks.draws, 1)), axis=1)
    measured = rankdata(over_all.loc[partners, "rank"])
    point = float(np.corrcoef(order, measured)[0, 1])
    drawn = rankdata(ranked.drawn.loc[partners].to_numpy(), axis=0).T
    low, high = np.quantile(paired_correlations(drawn, order), list(interval))
    null = paired_correlations(random, measured)
    null_low, null_high = np.quantile(null, list(interval))
    as_well = (int((null >= point - 1e-12).sum()) + 1) / (len(null) + 1)
    found = {"correlation": point, "correlation_low": low, "correlation_high": high}
    found |= {"null_low": null_low, "null_high": null_high, "p_value": as_well}
    return {"n": n, **found, "status": "ok"}


def replication_order(
    ranked: RankedPartners, specialisation: pd.DataFrame, settings: Params
) -> pd.DataFrame:
    """Return table ``replication_order``: whom to take after the pilot.

    Parameters
    ----------
    ranked : RankedPartners
        What ``partner_ranks.rank_partners`` returns.
    specialisation : DataFrame
        Feature ``field_specialisation``.
    settings : Params
        ``viewpoint``, ``partners`` and ``priorities.pilot`` are used.

    Notes
    -----
    The other ``partners`` of the parameters in the order of their median rank over all groups. The
    first of a step is the first that no earlier step holds; whoever's interval reaches that of the
    first shares its step, for the two cannot be told apart. Likeness to the pilot is
    1 - d^2 / 2 with d the Hellinger distance of the mixes of articles over fields, newest window;
    it says whether what was tried with the pilot meets similar fields, not whether it will work,
    and as most countries publish in most fields it lies near 1 for nearly all and orders nobody.
    """
    pilot = settings.priorities.pilot
    named = [code for code in settings.partners if code not in (pilot, settings.viewpoint)]
    over_all = ranked.table[ranked.table["group_id"] == ALL_GROUPS].set_index("partner")
    table = over_all.reindex(pd.Index(named, name="partner"))[[*_RANK, "groups", "status"]]
    table["status"] = table["status"].fillna("not_estimable")
    table["groups_measured"] = table.pop("groups").fillna(0).astype(int)
    table["among"] = int((over_all["status"] == "ok").sum())
    table["similarity_to_pilot"] = likeness(specialisation, pilot).reindex(table.index)
    table = table.reset_index().sort_values(
        ["rank_median", "rank_high", "rank", "partner"], ignore_index=True
    )
    placed = int(table["rank"].notna().sum())
    steps = [
        step
        for step, codes in enumerate(steps_of_places(table.head(placed)), start=1)
        for _ in codes
    ]
    rest = [pd.NA] * (len(table) - placed)
    table["position"] = pd.array([*range(1, placed + 1), *rest], dtype="Int64")
    table["step"] = pd.array([*steps, *rest], dtype="Int64")
    columns = ["partner", "position", "step", *_RANK, "among", "similarity_to_pilot"]
    return table[[*columns, "groups_measured", "status"]]


def steps_of_places(rows: pd.DataFrame) -> list[list[str]]:
    """Return partners in steps: those of a step cannot be told apart from its first.

    Parameters
    ----------
    rows : DataFrame
        ``partner, rank_low, rank_high``, in the order of places.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["A", "B", "C"], "rank_low": [1, 2, 3],
    ...                      "rank_high": [2, 3, 3]})
    >>> steps_of_places(rows)
    [['A', 'B'], ['C']]
    """
    steps: list[list[str]] = []
    reach = -math.inf
    for code, low, high in rows[["partner", "rank_low", "rank_high"]].itertuples(index=False):
        if low > reach:
            steps.append([])
            reach = high
        steps[-1].append(str(code))
    return steps


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


def marks(values: pd.DataFrame, ranks: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Return for each partner and group whether it is ranked, leads by size, is on the front.

    Parameters
    ----------
    values : DataFrame
        Table ``partner_values``.
    ranks : DataFrame
        Table ``partner_ranks``.
    settings : Params
        ``priorities.leader_rank`` is used.
    """
    found = values.merge(ranks[["group_id", "partner", "on_front"]], on=["group_id", "partner"])
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
