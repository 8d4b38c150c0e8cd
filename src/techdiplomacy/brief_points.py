"""Opportunities and cautions of a partner: which rule of which figure holds, and with what number.

Knows: the rules and their order. Must not know: files, words of pages, countries and groups by
name. May import: params (settings only), scenario_tables, brief_rows, brief_facts, pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy.brief_facts import BriefFacts
from techdiplomacy.brief_rows import NO_ROWS, reading
from techdiplomacy.params import Params
from techdiplomacy.scenario_tables import NEED_VERDICTS

# so many of each are told at most, one a side
MOST = 3
# groups named in one point
NAMED_GROUPS = 3
# entrants less leavers count from this share of the persons of working life on
LEAST_BALANCE = 0.05
# a difference of two revisions is told from this share of the people on
LEAST_REVISED = 0.05
# a verdict on ages is steady if it is true of this share of the years
STEADY = 0.9
# an office is confirmed, an instrument new, if its year is not so many years before the newest
RECENT_YEARS = 10
NEW_YEARS = 5
_SHORT = NEED_VERDICTS[0]


@dataclass(frozen=True)
class Point:
    """One opportunity or caution: its side, the rule that holds, and the figures it rests on."""

    side: str
    code: str
    figures: Mapping[str, Any]


Found = Mapping[str, Any] | None
Rule = Callable[[BriefFacts, Params], Found]


def opportunities(facts: BriefFacts, params: Params) -> list[Point]:
    """Return at most three opportunities that figures carry, one a side, in the order of sides.

    Parameters
    ----------
    facts : BriefFacts
        What is known of the partner.
    params : Params
        Sections ``priorities``, ``relatedness`` and ``cooperation`` are used.
    """
    return _first_of_each(OPPORTUNITIES, facts, params)


def cautions(facts: BriefFacts, params: Params) -> list[Point]:
    """Return at most three cautions that figures carry, one a side, in the order of sides."""
    return _first_of_each(CAUTIONS, facts, params)


def _first_of_each(
    rules: Mapping[str, Sequence[tuple[str, Rule]]], facts: BriefFacts, params: Params
) -> list[Point]:
    points = []
    for side, own in rules.items():
        for code, rule in own:
            figures = rule(facts, params)
            if figures is not None:
                points.append(Point(side, code, figures))
                break
    return points[:MOST]


# --- opportunities ------------------------------------------------------------------------------


def _adds(facts: BriefFacts, params: Params) -> Found:
    """Large and surely specialised, where the viewpoint country surely is not, or is unknown."""
    sure = params.relatedness.partner_probability
    rows = facts.ranked
    strong = rows["rank_high"] <= params.relatedness.partners_among
    unknown = rows["own_side"] == "not_measured"
    lacking = unknown | (rows["own_probability"] <= 1 - sure)
    rows = rows[strong & (rows["partner_probability"] >= sure) & lacking]
    if rows.empty:
        return None
    rows = rows.assign(unknown=rows["own_side"] == "not_measured", firm=rows["label"] == "firm")
    rows = rows.sort_values(
        ["unknown", "firm", "rank_median"], ascending=[True, False, True], kind="stable"
    )
    return _groups(rows) | {
        "unknown": int(rows["unknown"].sum()),
        "first": params.relatedness.partners_among,
    }


def _leads(facts: BriefFacts, params: Params) -> Found:
    """Among the first with the whole interval of the rank, whatever the mix."""
    rows = facts.groups[facts.groups["leads_surely"]]
    if rows.empty:
        return None
    firm = (rows["label"] == "firm").rename("firm")
    ordered = rows.assign(firm=firm).sort_values(
        ["firm", "rank_median"], ascending=[False, True], kind="stable"
    )
    return _groups(ordered) | {"first": params.priorities.leader_rank}


def _groups(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the groups to be named with their ranks, and how many of all rest on how much."""
    named = rows.head(NAMED_GROUPS)
    ends = named[["group_id", "rank_low", "rank_high"]].to_numpy()
    return {
        "groups": [(str(group), float(low), float(high)) for group, low, high in ends],
        "all_groups": [str(group) for group in rows["group_id"]],
        "n": len(rows),
        "firm": int((rows["label"] == "firm").sum()),
        "one_measure": int((rows["n_measures"] == 1).sum()),
    }


def _room(facts: BriefFacts, params: Params) -> Found:
    """Joint works surely below what is expected, in every other fit as well."""
    shallow = facts.works.get("volume", 0) <= params.cooperation.shallow_max
    return _ratio(facts.gap) if reading(facts.gap) == "below" and not shallow else None


def _works_base(facts: BriefFacts, params: Params) -> Found:
    """Joint works surely above what is expected, in every other fit as well."""
    shallow = facts.works.get("volume", 0) <= params.cooperation.shallow_max
    return _ratio(facts.gap) if reading(facts.gap) == "above" and not shallow else None


def _ai_base(facts: BriefFacts, params: Params) -> Found:
    """Joint AI articles surely above what is expected."""
    return _ratio(facts.ai_gap) if reading(facts.ai_gap) == "above" else None


def _ratio(gap: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("observed", "expected", "ratio", "ratio_low", "ratio_high", "window", "holds")
    fits = {name: gap[name] for name in ("fits_low", "fits_high") if name in gap}
    return {name: gap[name] for name in names} | fits


def _rising(facts: BriefFacts, params: Params) -> Found:
    """Joint works that surely grow faster than those with all partners together."""
    return _growth(facts) if _growth_beside_all(facts) > 0 else None


def _pulling_ahead(facts: BriefFacts, params: Params) -> Found:
    """A ratio to what is expected that has surely risen since the earliest window."""
    return _change(facts, ("pulling_ahead", "closing", "rising"))


def _change(facts: BriefFacts, verdicts: Sequence[str]) -> Found:
    row = {} if facts.changes.empty else dict(facts.changes.iloc[0])
    if not row or row["verdict"] not in verdicts:
        return None
    names = ("from_window", "to_window", "change", "change_low", "change_high")
    return {name: row[name] for name in names}


def _growth_beside_all(facts: BriefFacts) -> int:
    """Return 1 for surely faster than all, -1 for surely slower, 0 else."""
    row = facts.works
    if not row or row["status"] != "ok" or pd.isna(row["growth"]) or pd.isna(row["growth_of_all"]):
        return 0
    return int(row["growth_low"] > row["growth_of_all"]) - int(
        row["growth_high"] < row["growth_of_all"]
    )


def _growth(facts: BriefFacts) -> dict[str, Any]:
    names = ("volume", "growth", "growth_low", "growth_high", "growth_of_all", "window")
    return {name: facts.works[name] for name in names}


def _ages(facts: BriefFacts, params: Params) -> Found:
    """The partner alone has fewer entrants than leavers, by much and steadily, beyond dispute."""
    pair = facts.ages.pair
    if not pair or not _complement(facts):
        return None
    return {"partner": pair["partner_balance"], "share": pair["partner_balance_share"]} | {
        "own": pair["own_balance"],
        "own_share": pair["own_balance_share"],
        "held": pair["years_held"],
        **_years(facts),
    }


def _complement(facts: BriefFacts) -> bool:
    """Return whether the partner alone surely loses people of working life."""
    pair = facts.ages.pair
    return bool(
        pair
        and facts.ages.disputed.empty
        and pair["verdict"] == "complement"
        and pair["years_held"] >= STEADY
        and pair["partner_balance_share"] <= -LEAST_BALANCE
        and pair["partner_core_change"] < 0
    )


def _years(facts: BriefFacts) -> dict[str, Any]:
    return {"first": facts.ages.now + 1, "until": facts.ages.until}


def _reverse(facts: BriefFacts, params: Params) -> Found:
    """The partner alone has more entrants than leavers, by much and steadily, beyond dispute."""
    pair = facts.ages.pair
    if not (
        pair
        and facts.ages.disputed.empty
        and pair["verdict"] == "reverse"
        and pair["years_held"] >= STEADY
        and pair["partner_balance_share"] >= LEAST_BALANCE
    ):
        return None
    return {"share": pair["partner_balance_share"], "own_share": pair["own_balance_share"]} | {
        "held": pair["years_held"],
        **_years(facts),
    }


def _short_pool(facts: BriefFacts, params: Params) -> Found:
    """A pool that nine tenths of the draws of both growth scenarios show short."""
    rows = facts.pools[facts.pools["verdict"] == _SHORT]
    return _pool(rows, facts) if len(rows) and facts.ages.disputed.empty else None


def _pool(rows: pd.DataFrame, facts: BriefFacts) -> dict[str, Any]:
    """Return the pool with the widest gap over its workers."""
    widest = rows.assign(part=rows["gap"] / rows["stock"]).sort_values(
        "part", ascending=False, kind="stable"
    )
    row = widest.iloc[0]
    names = ["pool", "match", "gap", "gap_low", "gap_high", "gap_common_low", "gap_common_high"]
    names += ["year", "base_year"]
    return {name: row[name] for name in names} | {"first": facts.ages.now + 1}


def _students(facts: BriefFacts, params: Params) -> Found:
    """The partner is among the hosts in which students of the viewpoint country weigh most."""
    rows = facts.ties[(facts.ties["kind"] == "students") & (facts.ties["direction"] == "out")]
    rows = rows[(rows["volume"] > 0) & (rows["place"] <= params.priorities.leader_rank)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    names = ("volume", "place", "of", "window")
    return {name: row[name] for name in names}


def _instrument(facts: BriefFacts, params: Params) -> Found:
    """An instrument on science and technology that was signed in recent years."""
    newest = facts.known.newest_year
    rows = facts.known.instruments
    rows = rows[rows["signed_year"].notna()]
    if newest is None or rows.empty or newest - rows["signed_year"].max() > NEW_YEARS:
        return None
    row = rows.iloc[0]
    return {"title": str(row["title"]), "year": int(row["signed_year"])} | {
        "n": len(facts.known.instruments)
    }


# --- cautions -----------------------------------------------------------------------------------


def _unranked(facts: BriefFacts, params: Params) -> Found:
    """No rank in more than half of the groups."""
    ranked, groups = len(facts.ranked), len(facts.groups)
    if 2 * ranked >= groups:
        return None
    nowhere = int((facts.groups["status"] == NO_ROWS).sum())
    return {"ranked": ranked, "all": groups, "nowhere": nowhere}


def _not_borne_out(facts: BriefFacts, params: Params) -> Found:
    """Stated strengths that figures do not support as they are worded."""
    found = _graded(facts, "not_supported")
    unknown = int((facts.stated["grade"] == "cannot_be_measured").sum())
    return None if found is None else {**found, "unknown": unknown}


def _unmeasured(facts: BriefFacts, params: Params) -> Found:
    """Stated strengths that figures cannot measure."""
    return _graded(facts, "cannot_be_measured")


def _graded(facts: BriefFacts, grade: str) -> Found:
    number = int((facts.stated["grade"] == grade).sum())
    return {"all": len(facts.stated), "n": number} if number else None


def _no_lead(facts: BriefFacts, params: Params) -> Found:
    """Among the first by size in no group."""
    if facts.groups["leads"].any() or facts.ranked.empty:
        return None
    best = facts.ranked.sort_values(["rank_median", "rank_high"], kind="stable").iloc[0]
    return {
        "groups": [(str(best["group_id"]), float(best["rank_low"]), float(best["rank_high"]))],
        "n": 1,
        "ranked": len(facts.ranked),
        "first": params.priorities.leader_rank,
    }


def _one_measure(facts: BriefFacts, params: Params) -> Found:
    """Leading ranks that rest on one measure alone."""
    rows = facts.groups[facts.groups["leads"]]
    alone = rows[rows["n_measures"] == 1]
    if alone.empty:
        return None
    return {
        "n": len(alone),
        "all_groups": [str(group) for group in alone["group_id"]],
        "leads": len(rows),
        "measures": sorted(alone["measures"]),
        "first": params.priorities.leader_rank,
    }


def _shallow(facts: BriefFacts, params: Params) -> Found:
    """Next to no joint works."""
    volume = facts.works.get("volume", 0.0)
    if not facts.works_window or volume > params.cooperation.shallow_max:
        return None
    return {"volume": volume, "window": facts.works_window}


def _fell(facts: BriefFacts, params: Params) -> Found:
    """Joint works that have fallen since their best year."""
    row = facts.works
    if not row or row["turned"] != "fell":
        return None
    names = ("peak_year", "last_to_peak", "window", "volume")
    return {name: row[name] for name in names}


def _slower(facts: BriefFacts, params: Params) -> Found:
    """Joint works that surely grow more slowly than those with all partners together."""
    return _growth(facts) if _growth_beside_all(facts) < 0 else None


def _below_past(facts: BriefFacts, params: Params) -> Found:
    """Fewer joint works than their own past, among all else, makes one expect."""
    return _ratio(facts.past) if reading(facts.past) == "below" else None


def _falling_back(facts: BriefFacts, params: Params) -> Found:
    """A ratio to what is expected that has surely fallen since the earliest window."""
    return _change(facts, ("opening", "falling_back"))


def _depends(facts: BriefFacts, params: Params) -> Found:
    """A reading of the tie that another fit turns."""
    return _ratio(facts.gap) if reading(facts.gap) == "depends" else None


def _no_expectation(facts: BriefFacts, params: Params) -> Found:
    """Nothing that joint works could be held against."""
    if facts.gap or not facts.works_window:
        return None
    return {"volume": facts.works.get("volume", 0.0), "window": facts.works_window}


def _disputed(facts: BriefFacts, params: Params) -> Found:
    """Two revisions of the population that differ much on older people in either country."""
    if facts.ages.disputed.empty:
        return None
    row = facts.ages.disputed.iloc[0]
    return {"country": str(row["country"]), "year": int(row["year"])} | {
        "used": row["earlier_older_share"],
        "newer": row["newer_older_share"],
    }


def _revised(facts: BriefFacts, params: Params) -> Found:
    """A newer revision that counts many more or fewer people at the end."""
    row = facts.ages.revised
    if not row or abs(row["difference"]) < LEAST_REVISED:
        return None
    return {"difference": row["difference"], "year": int(row["year"])}


def _both_lose(facts: BriefFacts, params: Params) -> Found:
    """The viewpoint country has fewer entrants than leavers as well."""
    pair = facts.ages.pair
    if not pair or pair["verdict"] != "both_lose":
        return None
    return {
        "own": pair["own_balance"],
        "own_share": pair["own_balance_share"],
        "share": pair["partner_balance_share"],
        **_years(facts),
    }


def _need_open(facts: BriefFacts, params: Params) -> Found:
    """An ageing partner without any pool of workers that surely falls short."""
    rows = facts.pools
    if rows.empty or not _complement(facts) or (rows["verdict"] == _SHORT).any():
        return None
    return _pool(rows, facts) | {"n": len(rows)}


def _no_pools(facts: BriefFacts, params: Params) -> Found:
    """No need of workers can be told."""
    if len(facts.pools) or not facts.pools_all:
        return None
    return {"all": facts.pools_all, "now": facts.ages.now}


def _enough_entrants(facts: BriefFacts, params: Params) -> Found:
    """Ages give the partner no reason to look for workers abroad."""
    pair = facts.ages.pair
    if not pair or pair["partner_balance"] < 0 or pair["verdict"] == "reverse":
        return None
    return {"share": pair["partner_balance_share"], "held": pair["years_held"], **_years(facts)}


def _weights(facts: BriefFacts, params: Params) -> Found:
    """A place over all groups that hangs on the weights of the four sides."""
    row = facts.overall
    if not row or row["any_high"] - row["any_low"] <= params.ranks.leaning_span:
        return None
    names = ("rank_median", "rank_low", "rank_high", "any_low", "any_high", "ranked")
    return {name: row[name] for name in names}


def _not_collected(facts: BriefFacts, params: Params) -> Found:
    """Lists of levels, instruments and offices that are not about the viewpoint country."""
    return None if facts.known.collected else {"n": len(facts.known.instruments)}


def _no_office(facts: BriefFacts, params: Params) -> Found:
    """No science office known in either country."""
    return {"n": 0} if facts.known.offices.empty else None


def _stale_office(facts: BriefFacts, params: Params) -> Found:
    """Offices that no page of recent years mentions."""
    rows = facts.known.offices
    newest = facts.known.newest_year
    if rows.empty or newest is None:
        return None
    dates = rows[["last_confirmed", "since"]].fillna("").astype(str).max(axis=1).str[:4]
    years = pd.to_numeric(dates.where(dates != ""), errors="coerce")
    stale = ~(newest - years <= RECENT_YEARS)
    return {"n": int(stale.sum()), "all": len(rows)} if stale.any() else None


OPPORTUNITIES: Mapping[str, Sequence[tuple[str, Rule]]] = {
    "strength": (("adds", _adds), ("leads", _leads)),
    "tie": (
        ("room", _room),
        ("works_base", _works_base),
        ("pulling_ahead", _pulling_ahead),
        ("ai_base", _ai_base),
        ("rising", _rising),
    ),
    "people": (
        ("short_pool", _short_pool),
        ("ages", _ages),
        ("reverse", _reverse),
        ("students", _students),
    ),
    "relations": (("instrument", _instrument),),
}
CAUTIONS: Mapping[str, Sequence[tuple[str, Rule]]] = {
    "strength": (
        ("not_borne_out", _not_borne_out),
        ("no_lead", _no_lead),
        ("one_measure", _one_measure),
        ("unmeasured", _unmeasured),
        ("unranked", _unranked),
    ),
    "tie": (
        ("shallow", _shallow),
        ("fell", _fell),
        ("falling_back", _falling_back),
        ("slower", _slower),
        ("below_past", _below_past),
        ("depends", _depends),
        ("no_expectation", _no_expectation),
    ),
    "people": (
        ("disputed", _disputed),
        ("revised", _revised),
        ("both_lose", _both_lose),
        ("need_open", _need_open),
        ("enough_entrants", _enough_entrants),
        ("no_pools", _no_pools),
    ),
    "weights": (("weights", _weights),),
    "relations": (
        ("not_collected", _not_collected),
        ("no_office", _no_office),
        ("stale_office", _stale_office),
    ),
}
