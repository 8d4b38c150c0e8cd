"""The findings, the order over all groups and the headline numbers of the priorities page.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, params (settings only), priority_tables, priorities,
partnership, technology_charts, page_columns, priority_words, pages,
steps_page, offices_page, partner_groups_page.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy import priorities
from techdiplomacy.countries import Countries
from techdiplomacy.offices_page import offices_finding, own_total
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.params import Params
from techdiplomacy.partner_groups_page import by_group_only
from techdiplomacy.partnership import Partnership
from techdiplomacy.priorities import steps_of_places
from techdiplomacy.priority_tables import ALL_GROUPS
from techdiplomacy.priority_words import (
    WORKS,
    Basis,
    codes_of_all,
    for_and_against,
    over_all,
    ratios_of,
    shown_partners,
    some,
    with_ratios,
)
from techdiplomacy.steps_page import steps_finding
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends, rank_number
from techdiplomacy.texts import Sayable, Text, commas, count, listing, percent, say
from techdiplomacy.vocabulary import PARTNER_REASONS, PARTNER_SIDES, YES_NO, times

# names of a step that a finding has room for
_NAMED = 3
_THEN = 1
_FIRST_TWO = 2
# places up to this one are among the first
_AMONG_THE_FIRST = 10


# --- findings ---------------------------------------------------------------------------------


def findings(
    results: Partnership,
    basis: Basis,
    framework: str,
    params: Params,
    names: Countries,
    offices_to: Sayable,
    taxonomy: Taxonomy,
) -> list[Finding]:
    """Return the findings of the page.

    Parameters
    ----------
    results : Partnership
        All tables.
    basis : Basis
        Periods of the data.
    framework : str
        The list of technologies in force.
    params : Params
        Viewpoint, partners and settings of steps.
    names : Countries
        Names.
    offices_to : Sayable
        Newest year in which an office was confirmed.
    taxonomy : Taxonomy
        The list of technologies.
    """
    return [
        _first_places(results, basis, framework, params, names),
        _first_by_group(results, basis, taxonomy, names),
        _short_ties(results, basis, names),
        steps_finding(results, basis, params.events),
        offices_finding(results, params.viewpoint, names, offices_to),
    ]


def _first_places(
    results: Partnership, basis: Basis, framework: str, params: Params, names: Countries
) -> Finding:
    """Return who comes first, by whose weights, and how many listed partners have no place."""
    rows = over_all(results.partner_ranks, framework)
    steps = steps_of_places(rows)
    listed = params.others
    without = [code for code in listed if code not in set(rows["partner"])]
    first = rows[rows["partner"].isin(steps[0])]
    values: dict[str, Sayable] = {
        "first": some(steps[0], names, _NAMED),
        "ends": rank_ends(first["rank_low"].min(), first["rank_high"].max()),
    }
    to = say("{years}", years=basis.works)
    sure = say(
        "this project's weights; willingness, security, export rules unmeasured; {n} of {all} "
        "partners unranked",
        n=count(len(without)),
        all=count(len(listed)),
    )
    if len(steps) == 1:
        return Finding(say("To ask first, in an open order: {first} ({ends}).", **values), sure, to)
    values["next"] = some(steps[1], names, _THEN)
    return Finding(say("To ask first: {first} ({ends}); then {next}.", **values), sure, to)


def groups_first(taxonomy: Taxonomy) -> list[str]:
    """Return the first group of each spearhead of the texts, or else the first two groups."""
    return [own[0] for own in taxonomy.spearheads().values()] or list(taxonomy.groups)[:2]


def _first_by_group(
    results: Partnership, basis: Basis, taxonomy: Taxonomy, names: Countries
) -> Finding:
    """Return who comes first in the groups that texts name first."""
    ranked = by_group_only(results.partner_ranks, taxonomy.framework)
    told, reach = [], 0.0
    for group in groups_first(taxonomy):
        rows = ranked[ranked["group_id"] == group].head(_FIRST_TWO)
        if len(rows) < _FIRST_TWO:
            continue
        reach = max(reach, float(rows["any_high"].max()))
        one, two = (
            say(
                "{country} ({ends})",
                country=names.text(row["partner"]),
                ends=rank_ends(row["rank_low"], row["rank_high"]),
            )
            for row in rows.to_dict("records")
        )
        words: dict[str, Sayable] = {"group": taxonomy.short_name(group), "one": one, "two": two}
        told.append(
            say("{group}: {one}, {two}, not told apart", **words)
            if len(steps_of_places(rows)) == 1
            else say("{group}: {one}, then {two}", **words)
        )
    to = say("{years}", years=basis.works)
    if not told:
        return Finding(
            say("In {n} groups named first can partners be ranked.", n=count(0)),
            say("unknown, not unimportant"),
            to,
        )
    return Finding(
        say("{told}.", told=reduce(_both, told)),
        say("ranks; other weights reach {reach}", reach=rank_number(reach)),
        to,
    )


def _both(one: Text, other: Text) -> Text:
    return say("{one}; {other}", one=one, other=other)


def short_leaders(results: Partnership) -> pd.DataFrame:
    """Return the leaders whose tie of all fields lies surely below what is expected, each once.

    Returns
    -------
    DataFrame
        ``partner, ratio, ratio_low, ratio_high``, the widest shortfall first.
    """
    lists = results.priority_lists
    rows = lists[
        (lists["list"] == "leaders_without_tie")
        & (lists["tie_kind"] == WORKS)
        & (lists["gap_high"] < 0)
    ]
    once = with_ratios(rows).sort_values(["ratio", "partner"]).drop_duplicates("partner")
    return once[["partner", "ratio", "ratio_low", "ratio_high"]].reset_index(drop=True)


def _short_ties(results: Partnership, basis: Basis, names: Countries) -> Finding:
    """Return with which leaders there is less joint work than expected."""
    short = short_leaders(results)
    to = say("{years}", years=basis.works)
    if short.empty:
        return Finding(
            say("With no leader are joint works surely below what is expected."),
            say("{n} leaders", n=count(_leaders(results))),
            to,
        )
    rows = short.to_dict("records")[:_NAMED]
    told = commas(
        say(
            "{ratio} ({low}\u2013{high})",
            ratio=times(row["ratio"]),
            low=times(row["ratio_low"]),
            high=times(row["ratio_high"]),
        )
        for row in rows
    )
    with_whom = listing(names.text(row["partner"]) for row in rows)
    return Finding(
        say(
            "Fewer joint works than size, distance and language suggest: {names}.",
            names=with_whom,
        ),
        say("times expected: {told}", told=told),
        to,
    )


def _untied(results: Partnership) -> int:
    """Return how many leaders have no joint item, or a tie that no source lists."""
    lists = results.priority_lists
    why = lists.loc[lists["list"] == "leaders_without_tie", "reasons"].str.split(";").explode()
    return int(why.isin(["no_tie", "tie_unknown"]).sum())


def _leaders(results: Partnership) -> int:
    """Return how many countries lead a group."""
    return int((results.representation["groups_led"] > 0).sum())


# --- who can be ranked, and by which weights -----------------------------------------------------


def ranked_words(results: Partnership, framework: str, params: Params, names: Countries) -> Text:
    """Return who can be ranked over all groups, and who of the listed partners cannot."""
    rows = over_all(results.partner_ranks, framework)
    ranks = results.partner_ranks
    everyone = ranks[(ranks["framework"] == framework) & (ranks["group_id"] == ALL_GROUPS)]
    missing = [code for code in params.others if code not in set(rows["partner"])]
    numbers: dict[str, Sayable] = {"n": count(len(rows)), "all": count(len(everyone))}
    if not missing:
        return say(
            "Of {all} economies with any figure by technology, {n} have all four sides in at least "
            "half of the groups and can be ranked over all of them; all listed partners are among "
            "them.",
            **numbers,
        )
    return say(
        "Of {all} economies with any figure by technology, {n} have all four sides in at least "
        "half of the groups and can be ranked over all of them: mostly those that patent sources "
        "list. Of the listed partners, {missing} cannot. That says nothing of their importance; "
        "their ties are known and stand on the page of ties.",
        missing=names.texts(missing),
        **numbers,
    )


def weights_words(params: Params) -> Text:
    """Return the declared weights, and that they are a choice."""
    weights = dict(params.priorities.weights)
    told = commas(
        say("{side} {weight}", side=PARTNER_SIDES[side], weight=percent(weight))
        for side, weight in weights.items()
    )
    return say(
        "Declared weights: {told}. They are a choice of this project, not a finding: a ministry "
        "should set its own in params.yaml (section priorities). The wider interval shows which "
        "places hold whatever the weights.",
        told=told,
    )


def shared_words(results: Partnership, framework: str) -> Text:
    """Return the cautions that hold for every ranked partner, said once instead of in each row."""
    shared = codes_of_all(over_all(results.partner_ranks, framework)["reasons"])
    if not shared:
        return say("A reason is given if it holds in at least half of the groups of the partner.")
    return say(
        "A reason is given if it holds in at least half of the groups of the partner. Of every "
        "ranked partner this holds, so rows leave it out: {shared}.",
        shared=commas(PARTNER_REASONS[code] for code in shared),
    )


# --- the order over all groups -------------------------------------------------------------------


def order_table(results: Partnership, basis: Basis, framework: str, params: Params) -> pd.DataFrame:
    """Return the partners shown with their place, their sides and the reasons.

    Returns
    -------
    DataFrame
        Rows of ``partner_ranks`` over all groups with ``leads, strong, specialised`` (numbers of
        groups), ``joint_works``, ``ratio`` with its ends, and ``reasons`` without what all share.
    """
    ranks = results.partner_ranks
    shown = shown_partners(ranks, params, framework)
    rows = ranks[(ranks["framework"] == framework) & (ranks["group_id"] == ALL_GROUPS)]
    table = rows.set_index("partner").reindex(shown).rename_axis("partner").reset_index()
    by_group = ranks[(ranks["framework"] == framework) & (ranks["group_id"] != ALL_GROUPS)]
    for name, code in (
        ("leads", "leads_here"),
        ("strong", "strong_here"),
        ("specialised", "specialised"),
    ):
        holds = (
            by_group["reasons"].fillna("").str.split(";").map(lambda told, one=code: one in told)
        )
        number = by_group[holds].groupby("partner").size()
        known = table["partner"].isin(by_group["partner"])
        table[name] = table["partner"].map(number).fillna(0).where(known)
    shared = codes_of_all(over_all(ranks, framework)["reasons"])
    told = [
        for_and_against(codes if status == "ok" else None, shared)
        for codes, status in table[["reasons", "status"]].itertuples(index=False)
    ]
    ratios = ratios_of(results, list(table["partner"]))
    return table.assign(
        joint_works=table["partner"].map(dict(basis.joint_works)),
        **{name: ratios[name].to_numpy() for name in ratios.columns},
        reasons=pd.Series(told, index=table.index, dtype=object),
        groups=table["groups"].fillna(0).astype(int),
        front_shown=table["front_shown"].where(table["status"] == "ok"),
    )


def order_columns(names: Countries, level: float) -> Columns:
    """Return how `order_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.estimate(
            "rank_median",
            say("place, median"),
            rank_number,
            Interval("rank_low", "rank_high", percent(level)),
            Interval("any_low", "any_high", say("any weights")),
        ),
        cells.statistic("leads", say("among the first five by size (groups)"), count),
        cells.statistic("strong", say("else strong (groups)"), count),
        cells.statistic("specialised", say("specialised (groups)"), count),
        cells.observed("joint_works", say("joint works"), count),
        cells.estimate(
            "ratio",
            say("times expected"),
            times,
            Interval("ratio_low", "ratio_high", say("times, {level}", level=percent(level))),
        ),
        cells.said("front_shown", say("surely on the front"), YES_NO.__getitem__),
        cells.texts("reasons", say("for (+), cautions (\u2212)")),
    )


def order_headline(results: Partnership, framework: str, names: Countries) -> Text:
    """Return who comes first and with how many others the third step cannot be told apart."""
    steps = steps_of_places(over_all(results.partner_ranks, framework))
    first = some(steps[0], names, _NAMED)
    if len(steps) == 1:
        return say("No place of the {n} ranked can be told apart", n=count(len(steps[0])))
    if len(steps[0]) == 1:
        return say(
            "{first} comes first; the places of the next {n} overlap",
            first=first,
            n=count(len(steps[1])),
        )
    return say(
        "{first} come first and are not told apart; the places of the next {n} overlap",
        first=first,
        n=count(len(steps[1])),
    )


def sides_headline(results: Partnership, names: Countries) -> Text:
    """Return with which leaders joint works fall short of what is expected, and how far."""
    short = short_leaders(results)
    if short.empty:
        return say("Four sides of each partner: no leader has fewer joint works than expected")
    return say(
        "Of the first five by size, with fewer joint works than expected: {told} times",
        told=commas(
            say("{country} {ratio}", country=names.text(row["partner"]), ratio=times(row["ratio"]))
            for row in short.to_dict("records")
        ),
    )


def order_subtitle(basis: Basis, level: float) -> Text:
    """Return what places over all groups are made of."""
    return say(
        "Median place by the weighted sides over all groups, {level} interval; {sides}",
        level=percent(level),
        sides=basis.four_sides,
    )


def order_alt(results: Partnership, framework: str, names: Countries) -> Text:
    """Return the chart of places in words."""
    rows = over_all(results.partner_ranks, framework)
    steps = steps_of_places(rows)
    widest = rows.assign(width=rows["any_high"] - rows["any_low"]).sort_values(
        ["width", "partner"], ascending=[False, True]
    )
    row = widest.to_dict("records")[0]
    return say(
        "Dots with two intervals. On top: {first}. The weights matter most for {country}, whose "
        "place reaches from {low} to {high} when any weights may be chosen.",
        first=some(steps[0], names, _NAMED),
        country=names.text(row["partner"]),
        low=rank_number(row["any_low"]),
        high=rank_number(row["any_high"]),
    )


def weights_matter(results: Partnership, framework: str, names: Countries) -> Text:
    """Return which places hold whatever the weights, and which move most."""
    rows = over_all(results.partner_ranks, framework).head(10)
    ordered = rows.assign(width=rows["any_high"] - rows["any_low"]).sort_values(
        ["width", "rank_median"], kind="stable"
    )

    def told(part: pd.DataFrame) -> Sayable:
        return listing(
            say(
                "{country} ({ends})",
                country=names.text(row["partner"]),
                ends=rank_ends(row["any_low"], row["any_high"]),
            )
            for row in part.to_dict("records")
        )

    return say(
        "Among the first {n}, other weights move {least} least. They move {most} most: where these "
        "stand depends on what is wanted, size or room or closeness.",
        n=count(len(rows)),
        least=told(ordered.head(2)),
        most=told(ordered.tail(2)[::-1]),
    )


def hidden_words(
    results: Partnership, taxonomy: Taxonomy, params: Params, names: Countries
) -> Text:
    """Return which listed partners stand far behind over all groups, but not in their best one."""
    rows = over_all(results.partner_ranks, taxonomy.framework)
    behind = rows[rows["partner"].isin(params.others) & (rows["rank_low"] > _AMONG_THE_FIRST)]
    values = results.partner_values
    best = values.sort_values(["strength_rank", "group_id"]).drop_duplicates("partner")
    best = best[best["strength_rank"] <= _AMONG_THE_FIRST].set_index("partner")
    told = [
        say(
            "{country} ({ends} over all groups) is {place} by size in \u201c{group}\u201d",
            country=names.text(row["partner"]),
            ends=rank_ends(row["rank_low"], row["rank_high"]),
            place=rank_number(best["strength_rank"][row["partner"]]),
            group=taxonomy.short_name(str(best["group_id"][row["partner"]])),
        )
        for row in behind.to_dict("records")
        if row["partner"] in best.index
    ]
    if not told:
        return say(
            "A place over all groups is a mean; a partner may stand further in front in one."
        )
    return say(
        "A place over all groups is a mean, and behind is not unimportant: {told}.",
        told=commas(told),
    )


# --- numbers kept --------------------------------------------------------------------------------


def headline_numbers(results: Partnership, framework: str, params: Params) -> dict[str, Any]:
    """Return the numbers of the page that are kept by themselves.

    Parameters
    ----------
    results : Partnership
        All tables.
    framework : str
        The list in force.
    params : Params
        Partners and viewpoint.
    """
    rows = over_all(results.partner_ranks, framework)
    marked = priorities.marks(
        results.partner_values,
        results.partner_ranks,
        params,
    )
    ranks = results.partner_ranks
    by_group = ranks[(ranks["framework"] == framework) & (ranks["group_id"] != ALL_GROUPS)]
    margin = priorities.by_partner(marked)
    total = margin[margin["partner"] == ALL_GROUPS].to_dict("records")[0]
    numbers: dict[str, Any] = {
        "partners_ranked": len(rows),
        "listed_partners_ranked": len(set(params.others) & set(rows["partner"])),
        "pairs_ranked": int(total["ranked"]),
        "pairs_leading": int(total["leader"]),
        "pairs_on_front": int(total["on_front"]),
        "pairs_surely_on_front": int(by_group["front_shown"].sum()),
        "leaders_below_expected": len(short_leaders(results)),
        "leaders_without_any_tie": _untied(results),
        "card_ranks_firm": int((results.scorecard_totals["label"] == "firm").sum()),
        "indicators_measured_most": int(results.scorecard_totals["measured"].max()),
        "offices_known": int(own_total(results)["known"]),
        "offices_stated": own_total(results)["stated"],
    }
    for row in rows.head(5).to_dict("records"):
        numbers[f"rank_{row['partner']}"] = row["rank_median"]
        numbers[f"rank_{row['partner']}_low"] = row["rank_low"]
        numbers[f"rank_{row['partner']}_high"] = row["rank_high"]
    for row in results.stated_order_agreement.to_dict("records"):
        numbers[f"agreement_{row['list']}"] = _number(row["correlation"])
    for row in results.event_study.to_dict("records"):
        numbers[f"steps_used_{row['event_kind']}"] = int(row["used"])
        numbers[f"steps_effect_{row['event_kind']}"] = _number(row["effect"])
        numbers[f"steps_p_{row['event_kind']}"] = _number(row["p_value"])
        numbers[f"steps_detectable_{row['event_kind']}"] = _number(row["detectable"])
    return numbers


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
