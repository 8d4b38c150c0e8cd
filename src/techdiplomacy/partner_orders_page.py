"""The sections of the priorities page on lists and orders: short ties, stated order, replication.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, technologies, vocabulary, partnership, page_columns, priority_words,
technology_words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.partnership import Partnership
from techdiplomacy.priority_tables import ALL_GROUPS
from techdiplomacy.priority_words import Basis, codes_in_words, ratios_of, some, with_ratios
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends, rank_number
from techdiplomacy.technology_words import short_names
from techdiplomacy.texts import Sayable, Text, commas, count, decimal, listing, percent, say
from techdiplomacy.vocabulary import SHORTFALLS, TIE_KINDS, UNIONS, times

_SHORT, _IDLE = "leaders_without_tie", "ties_without_strength"
_NAMED = 4


# --- leaders whose tie falls short ----------------------------------------------------------------


def _list(results: Partnership, name: str) -> pd.DataFrame:
    lists = results.priority_lists
    return with_ratios(lists[lists["list"] == name])


def short_table(results: Partnership) -> pd.DataFrame:
    """Return the leaders whose tie falls short, a row for each partner, tie and reason.

    Returns
    -------
    DataFrame
        ``partner, reasons, tie_kind, groups`` (codes), ``volume``, and ``association`` and
        ``ratio`` with their ends; by reason, those below what is expected first.
    """
    rows = _list(results, _SHORT)
    keys = ["partner", "reasons", "tie_kind"]
    first = [name for name in rows.columns if name not in (*keys, "group_id")]
    found = rows.sort_values("group_id").groupby(keys, sort=True)
    table = found[first].first().assign(groups=found["group_id"].agg(";".join)).reset_index()
    below = ~table["reasons"].str.contains("below_expected")
    return (
        table.assign(below=below, many=-table["groups"].str.count(";"))
        .sort_values(["below", "reasons", "many", "partner"], ignore_index=True)
        .drop(columns=["below", "many", "list"])
    )


def short_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `short_table` reads."""
    return (
        cells.country("partner", say("leader"), names),
        cells.said("groups", say("in"), lambda codes: _groups(codes, taxonomy)),
        cells.words("tie_kind", say("tie"), TIE_KINDS),
        cells.observed("volume", say("joint items"), count),
        *_closeness(level),
        cells.said("reasons", say("why listed"), lambda codes: codes_in_words(codes, SHORTFALLS)),
    )


def _closeness(level: float) -> Columns:
    return (
        cells.estimate(
            "association",
            say("times what sizes give"),
            times,
            Interval(
                "association_low", "association_high", say("{level}, scatter", level=percent(level))
            ),
        ),
        cells.estimate(
            "ratio",
            say("times expected"),
            times,
            Interval("ratio_low", "ratio_high", percent(level)),
        ),
    )


def _groups(codes: str, taxonomy: Taxonomy) -> Sayable:
    """Return groups by short name; of nearly all groups, how many and which are left out."""
    told = codes.split(";")
    rest = [group for group in taxonomy.groups if group not in told]
    if len(told) > len(taxonomy.groups) / 2 and rest:
        return say(
            "{n} groups, all but {rest}", n=count(len(told)), rest=short_names(rest, taxonomy)
        )
    return short_names(told, taxonomy)


def short_headline(results: Partnership, names: Countries) -> Text:
    """Return with which leaders the tie lies below what is expected, and how many are untied."""
    rows = _list(results, _SHORT)
    if rows.empty:
        return say("With no leader does the tie fall short")
    why = rows["reasons"].str.split(";")
    untied = int(why.explode().isin(["no_tie", "tie_unknown"]).sum())
    below = rows[[("below_expected" in told) for told in why]]
    return say(
        "Of the first five by size without a tie: {untied}; surely below what is expected: {names}",
        untied=count(untied),
        names=some(list(below["partner"].value_counts().index), names, _NAMED)
        if len(below)
        else say("none"),
    )


def short_subtitle(basis: Basis, leader_rank: int) -> Text:
    """Return who is a leader, and what is compared."""
    return say(
        "Median rank by size up to {rank}; joint works of all fields {works}, joint AI articles "
        "{ai}; strength {strength} (patents by year of grant)",
        rank=count(leader_rank),
        works=basis.works,
        ai=basis.ai,
        strength=basis.strength,
    )


def by_group_table(results: Partnership, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return the same by group: leaders below what is expected, and below what sizes give only."""
    rows = _list(results, _SHORT)
    below = rows["reasons"].str.contains("below_expected")
    found = []
    for group in taxonomy.groups:
        own = rows["group_id"] == group
        if not own.any():
            continue
        found.append(
            {
                "group_id": group,
                "n": int(own.sum()),
                "expected": ";".join(sorted(rows.loc[own & below, "partner"])) or None,
                "other": ";".join(sorted(rows.loc[own & ~below, "partner"])) or None,
            }
        )
    return pd.DataFrame(found, columns=["group_id", "n", "expected", "other"])


def by_group_columns(taxonomy: Taxonomy, names: Countries) -> Columns:
    """Return how `by_group_table` reads."""
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.observed("n", say("leaders listed"), count),
        cells.countries("expected", say("surely below what is expected"), names),
        cells.countries("other", say("for another reason"), names),
    )


def by_group_headline(results: Partnership, taxonomy: Taxonomy) -> Text:
    """Return in how many groups a leader falls short."""
    return say(
        "In {n} of {all} groups the tie with one of the first five by size falls short",
        n=count(len(by_group_table(results, taxonomy))),
        all=count(len(taxonomy.groups)),
    )


# --- ties without strength ------------------------------------------------------------------------


def idle_table(results: Partnership) -> pd.DataFrame:
    """Return close ties with partners that are in no group among the strong, closest first."""
    rows = _list(results, _IDLE)
    return rows.sort_values(["association", "partner"], ascending=[False, True], ignore_index=True)


def idle_columns(names: Countries, level: float) -> Columns:
    """Return how `idle_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("volume", say("joint works"), count),
        cells.observed("tie_place", say("place by joint works"), count),
        *_closeness(level),
        cells.estimate(
            "strength_rank",
            say("best rank by size"),
            rank_number,
            Interval("strength_low", "strength_high", say("size, {level}", level=percent(level))),
        ),
        cells.said("reasons", say("why listed"), lambda codes: codes_in_words(codes, SHORTFALLS)),
    )


def idle_subtitle(basis: Basis, strength_rank: int) -> Text:
    """Return who is not among the strong, and what is compared."""
    return say(
        "No median rank by size up to {rank} in any group; joint works of all fields {works}; "
        "strength {strength} (patents by year of grant)",
        rank=count(strength_rank),
        works=basis.works,
        strength=basis.strength,
    )


def idle_headline(results: Partnership, names: Countries) -> Text:
    """Return with whom ties are close and strength by technology is not seen."""
    table = idle_table(results)
    if table.empty:
        return say("Every close tie is one to a partner that is strong somewhere")
    return say(
        "Close ties to {n} partners that are in no group among the strong: {names}",
        n=count(len(table)),
        names=some(list(table["partner"]), names, _NAMED),
    )


# --- stated order and measured order --------------------------------------------------------------


def stated_table(results: Partnership, name: str) -> pd.DataFrame:
    """Return the partners of a stated list in the order of its text."""
    rows = results.stated_order
    own = rows[rows["list"] == name]
    best = [
        say(
            "{n} of {m} members ranked, their median",
            n=count(row["measured_members"]),
            m=count(row["members"]),
        )
        if row["status"] == "group"
        else None
        for row in own.to_dict("records")
    ]
    return own.assign(
        behind=pd.Series(best, index=own.index, dtype=object),
        best_median=own["best_member"].map(_medians(results)).astype(float),
    ).sort_values("stated_position", ignore_index=True)


def _medians(results: Partnership) -> dict[str, float]:
    """Return the median place over all groups by partner."""
    ranks = results.partner_ranks
    rows = ranks[(ranks["group_id"] == ALL_GROUPS) & (ranks["status"] == "ok")]
    return {
        str(code): float(place)
        for code, place in zip(rows["partner"], rows["rank_median"], strict=True)
    }


def stated_columns(names: Countries, level: float, *, unions: bool) -> Columns:
    """Return how `stated_table` reads; with groups of countries also what is behind them."""
    columns: Columns = (
        cells.observed("stated_position", say("place in the text"), count),
        cells.said("partner", say("partner"), lambda code: UNIONS.get(code) or names.text(code)),
        cells.estimate(
            "rank_median",
            say("measured place, median"),
            rank_number,
            Interval("rank_low", "rank_high", percent(level)),
        ),
        cells.observed("among", say("among"), count),
    )
    if not unions:
        return columns
    return (
        *columns,
        cells.texts("behind", say("behind it")),
        cells.country("best_member", say("best member"), names),
        cells.estimate(
            "best_median",
            say("its place, median"),
            rank_number,
            Interval("best_low", "best_high", say("best, {level}", level=percent(level))),
        ),
    )


def _apart(results: Partnership, name: str) -> tuple[int, pd.DataFrame]:
    """Return how many countries of a list have a place, and those behind the list's length."""
    rows = results.stated_order
    length = rows.loc[rows["list"] == name, "stated_position"].max()
    own = rows[(rows["list"] == name) & (rows["status"] == "ok")]
    behind = own[own["rank_low"] > length]
    return len(own), behind


def stated_headline(results: Partnership, name: str, names: Countries) -> Text:
    """Return who of a list is measured far behind its length."""
    n, behind = _apart(results, name)
    if not n:
        return say("No country of the list has a measured place")
    length = results.stated_order.loc[results.stated_order["list"] == name, "stated_position"].max()
    values: dict[str, Sayable] = {"n": count(n), "length": count(length)}
    if behind.empty:
        return say("All {n} countries with a place may be among the first {length}", **values)
    return say(
        "Of {n} countries with a place, all may be among the first {length} but {names}",
        names=listing(names.text(code) for code in behind["partner"]),
        **values,
    )


def stated_subtitle(basis: Basis, *, first_mention: bool) -> Text:
    """Return what is compared, the order of a list or that of first mention."""
    if not first_mention:
        return say(
            "Order of the list in the text, and place over all groups; {sides}",
            sides=basis.four_sides,
        )
    return say(
        "Order of first mention in the text, and place over all groups; {sides}",
        sides=basis.four_sides,
    )


def agreement_words(results: Partnership, name: str) -> Text:
    """Return how far the order of a list agrees with the measured order."""
    rows = results.stated_order_agreement
    found: list[dict[Any, Any]] = rows[rows["list"] == name].to_dict("records")
    if not found:
        return say("No text of this country names such a list.")
    row = found[0]
    if row["status"] != "ok":
        return say(
            "{n} countries with a place are too few for a correlation. The two lists answer "
            "different questions and are not merged.",
            n=count(row["n"]),
        )
    inside = row["correlation"] <= row["null_high"]
    return say(
        "Rank correlation {rho} ({low} to {high} over the ranks drawn); random orders give "
        "{null_low} to {null_high}: {verdict} The text names partners in some order; it does not "
        "say that the order is one of importance.",
        rho=decimal(row["correlation"]),
        low=decimal(row["correlation_low"]),
        high=decimal(row["correlation_high"]),
        null_low=decimal(row["null_low"]),
        null_high=decimal(row["null_high"]),
        verdict=say("no more than chance.") if inside else say("more alike than by chance."),
    )


# --- after the pilot ------------------------------------------------------------------------------


def replication_table(results: Partnership) -> pd.DataFrame:
    """Return table ``replication_order`` in its order; partners without a place come last."""
    return results.replication_order.sort_values(
        "position", na_position="last", kind="stable", ignore_index=True
    )


def pilot_words(
    results: Partnership, taxonomy: Taxonomy, groups: Sequence[str], pilot: str, names: Countries
) -> Text:
    """Return where the pilot itself stands, and whether figures speak for it."""
    ranks = results.partner_ranks
    own = ranks[
        (ranks["framework"] == taxonomy.framework)
        & (ranks["partner"] == pilot)
        & (ranks["status"] == "ok")
    ].set_index("group_id")
    ratio = ratios_of(results, [pilot]).iloc[0]
    if ALL_GROUPS not in own.index or pd.isna(ratio["ratio"]):
        return say(
            "Of {pilot} itself too few figures are known to say whether they speak for it.",
            pilot=names.text(pilot),
        )
    places = commas(
        say(
            "{group} {place} ({ends})",
            group=taxonomy.short_name(group),
            place=rank_number(own["rank_median"][group]),
            ends=rank_ends(own["rank_low"][group], own["rank_high"][group]),
        )
        for group in groups
        if group in own.index
    )
    row: dict[Any, Any] = own.loc[ALL_GROUPS].to_dict()
    if ratio["ratio_low"] > 1:
        verdict = say("room does not: the tie is surely above what is expected already.")
    elif ratio["ratio_high"] < 1:
        verdict = say("room does too: the tie is surely below what is expected.")
    else:
        verdict = say("of room nothing can be said: the tie may be as expected.")
    return say(
        "The pilot itself, {pilot}: place {place} over all groups ({ends}; any weights {wide}); by "
        "group: {places}. Joint works are {ratio} times those expected ({low} to {high}). Its "
        "place says how far figures speak for it; {verdict}",
        pilot=names.text(pilot),
        place=rank_number(row["rank_median"]),
        ends=rank_ends(row["rank_low"], row["rank_high"]),
        wide=rank_ends(row["any_low"], row["any_high"]),
        places=places,
        ratio=times(ratio["ratio"]),
        low=times(ratio["ratio_low"]),
        high=times(ratio["ratio_high"]),
        verdict=verdict,
    )


def replication_columns(names: Countries, level: float) -> Columns:
    """Return how `replication_table` reads."""
    return (
        cells.observed("step", say("step"), count),
        cells.country("partner", say("partner"), names),
        cells.estimate(
            "rank_median",
            say("place, median"),
            rank_number,
            Interval("rank_low", "rank_high", percent(level)),
        ),
        cells.observed("groups_measured", say("groups with all sides"), count),
    )


def replication_headline(results: Partnership, pilot: str, names: Countries) -> Text:
    """Return who stands in the first step after the pilot, and how large the next one is."""
    rows = replication_table(results).dropna(subset="step")
    if rows.empty:
        return say("No partner after {pilot} can be placed", pilot=names.text(pilot))
    sizes = rows.groupby("step").size()
    first = rows.loc[rows["step"] == rows["step"].min(), "partner"]
    values: dict[str, Sayable] = {
        "pilot": names.text(pilot),
        "first": some(list(first), names, _NAMED),
    }
    if len(sizes) == 1:
        return say("After {pilot}, in one step: {first}", **values)
    return say(
        "After {pilot}: {first}; then {n} that cannot be told apart",
        n=count(sizes.iloc[1]),
        **values,
    )


def replication_words(results: Partnership, names: Countries) -> Text:
    """Return who cannot be placed."""
    rows = results.replication_order
    without = rows[rows["status"] != "ok"]
    if without.empty:
        return say("All other listed partners are placed.")
    return say(
        "Not placed, for want of figures by technology: {names}. That is unknown, not last.",
        names=names.texts(without["partner"]),
    )


def replication_subtitle(basis: Basis, pilot: str, names: Countries) -> Text:
    """Return what the steps are made of."""
    return say(
        "Partners by place over all groups without {pilot}, in steps that overlap; {sides}",
        pilot=names.text(pilot),
        sides=basis.four_sides,
    )
