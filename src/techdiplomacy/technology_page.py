"""The findings, ranks and headline numbers of the technology page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, technologies, vocabulary, technology_strength, technology_charts,
technology_words, stated_page, page_columns, pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.stated_page import (
    grade_counts,
    pooled_agreement,
    rate_of_supported,
    statements_finding,
)
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import (
    US_OFFICE,
    first_by_rank,
    only_us_office,
    rank_ends,
    rank_number,
    role_in_rank,
)
from techdiplomacy.technology_strength import TechnologyStrength
from techdiplomacy.technology_words import (
    data_span,
    held_by_one,
    measure_names,
    near_shares,
    short_names,
    window_words,
)
from techdiplomacy.texts import (
    LANGUAGES,
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    percent,
    say,
)
from techdiplomacy.vocabulary import (
    BRIEF_MEASURES,
    CONFLICT_MARK,
    COVERAGE,
    MEASURES,
    ROLES,
    UNSEEN,
)

# fewer items than this say little, whatever the interval
FEW_ITEMS = 10


# --- findings ---------------------------------------------------------------------------------


def findings(
    results: TechnologyStrength,
    taxonomy: Taxonomy,
    viewpoint: str,
    names: Countries,
    *,
    limit: float,
) -> list[Finding]:
    """Return the findings of the page.

    Parameters
    ----------
    results : TechnologyStrength
        All tables.
    taxonomy : Taxonomy
        The list in force.
    viewpoint : str
        Country that one sentence is about.
    names : Countries
        Names.
    limit : float
        Share of the first country from which a group is flagged.
    """
    return [
        _first_places(results, taxonomy, names),
        _first_by_measure(results, names),
        statements_finding(results),
        _viewpoint(results, taxonomy, viewpoint, names),
        _dominated(results, names, limit),
    ]


def leaders(ranks: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the first country of each ranked group.

    Parameters
    ----------
    ranks, coverage : DataFrame
        Tables ``technology_ranks`` and ``group_coverage``.

    Returns
    -------
    DataFrame
        Columns of ``technology_ranks`` and ``holds``: whether the country stays first whatever
        the measures, in a group that has nearer measures than proxies.
    """
    first = [first_by_rank(ranks, group, 1) for group in coverage["group_id"]]
    table = pd.concat(first, ignore_index=True)
    near = table["group_id"].isin(coverage.loc[coverage["status"] == "ok", "group_id"])
    holds = table["holds_first"].astype("boolean").fillna(False).astype(bool)
    return table.assign(holds=holds & near)


def nearest_to_first(first: pd.DataFrame) -> dict[Any, Any] | None:
    """Return the leader of several measures that is first in most draws; None without one."""
    several = first[first["n_measures"] > 1]
    ordered = several.sort_values(["share_at_first", "group_id"], ascending=[False, True])
    return ordered.to_dict("records")[0] if len(ordered) else None


def _first_places(results: TechnologyStrength, taxonomy: Taxonomy, names: Countries) -> Finding:
    """Return in how many groups first place holds whatever the measures, and who holds it."""
    first = leaders(results.technology_ranks, results.group_coverage)
    holding = first[first["holds"]]
    to = data_span(results.technology_strength["window"])
    alone = say("one measure: {n} groups", n=count((first["n_measures"] == 1).sum()))
    if len(holding):
        holders = commas(
            say(
                "{country} ({groups})",
                country=names.text(str(code)),
                groups=short_names(
                    list(holding.loc[holding["country"] == code, "group_id"]), taxonomy
                ),
            )
            for code in holding["country"].value_counts().index
        )
        return Finding(
            say(
                "First place holds whatever the measure in {n} of {all} groups: {holders}.",
                n=count(len(holding)),
                all=count(len(taxonomy.groups)),
                holders=holders,
            ),
            alone,
            to,
        )
    nearest = nearest_to_first(first)
    if nearest is None:
        return Finding(say("In no group does first place rest on two measures."), alone, to)
    return Finding(
        say(
            "No first place holds whatever the measure; nearest: {country} in {group} ({share} of "
            "draws).",
            country=names.text(nearest["country"]),
            group=taxonomy.short_name(nearest["group_id"]),
            share=percent(nearest["share_at_first"]),
        ),
        alone,
        to,
    )


def first_by_kind(strength: pd.DataFrame, measures: Sequence[str]) -> pd.Series:
    """Return the country with the largest share of each group by some measures, by group.

    A group in which the measures put different countries first has none.
    """
    rows = strength[strength["measure"].isin(measures) & strength["world_share"].notna()]
    largest = rows.loc[rows.groupby(["group_id", "measure"])["world_share"].idxmax()]
    by_group = largest.groupby("group_id")["country"]
    return by_group.first().where(by_group.nunique() == 1)


def _most_often_first(strength: pd.DataFrame, measures: Sequence[str]) -> tuple[str, int, int]:
    """Return who is first in most groups by some measures, in how many, and of how many."""
    first = first_by_kind(strength, measures)
    number = first.value_counts()
    return str(number.index[0]), int(number.iloc[0]), len(first)


def _first_by_measure(results: TechnologyStrength, names: Countries) -> Finding:
    """Return that who is first depends on the measure: on one office, or on families."""
    strength = results.technology_strength
    known = set(strength.loc[strength["world_share"].notna(), "measure"])
    kinds = [
        measures
        for measures in (US_OFFICE, ("families",))
        if known.intersection(measures) and first_by_kind(strength, measures).notna().any()
    ]
    by = commas(
        say(
            "by {measure} {country} ({n} of {all} groups)",
            measure=BRIEF_MEASURES[measures[0]],
            country=names.text(code),
            n=count(number),
            all=count(groups),
        )
        for measures in kinds
        for code, number, groups in [_most_often_first(strength, measures)]
    )
    used = strength["measure"].isin([code for measures in kinds for code in measures])
    return Finding(
        say("First {by}.", by=by),
        say("both favour home grants"),
        data_span(strength.loc[used, "window"]),
    )


def own_ranks(results: TechnologyStrength, viewpoint: str) -> pd.DataFrame:
    """Return the ranks of the viewpoint country, with the items of each measure behind them.

    Returns
    -------
    DataFrame
        Rows of ``technology_ranks`` that have a rank, best first and proxies last, with
        ``items``: a list of (measure, items, window), most first; and ``few``: whether they are
        fewer than `FEW_ITEMS` together.
    """
    ranks = results.technology_ranks
    own = ranks[(ranks["country"] == viewpoint) & ranks["rank_median"].notna()]
    strength = results.technology_strength
    figures = strength[(strength["country"] == viewpoint) & strength["count_items"].notna()]
    items = []
    for group, measures in own[["group_id", "measures"]].to_numpy():
        behind = figures[
            (figures["group_id"] == group) & figures["measure"].isin(str(measures).split(";"))
        ].sort_values("count_items", ascending=False)
        items.append(list(behind[["measure", "count_items", "window"]].itertuples(index=False)))
    found = own.assign(
        items=pd.Series(items, index=own.index, dtype=object),
        few=[sum(row.count_items for row in rows) < FEW_ITEMS for rows in items],
        proxy=own["best_role"] == "proxy",
    )
    order = ["few", "proxy", "rank_median", "rank_high", "group_id"]
    return found.sort_values(order).reset_index(drop=True)


def best_rank(results: TechnologyStrength, viewpoint: str) -> dict[Any, Any] | None:
    """Return the row of `own_ranks` of the best rank, few items last; None without one."""
    own = own_ranks(results, viewpoint)
    return own.to_dict("records")[0] if len(own) else None


def _ranked(coverage: pd.DataFrame, group: str) -> int:
    """Return how many countries are ranked in a group."""
    return int(coverage.loc[coverage["group_id"] == group, "n_ranked"].iloc[0])


def _viewpoint(
    results: TechnologyStrength,
    taxonomy: Taxonomy,
    viewpoint: str,
    names: Countries,
) -> Finding:
    """Return where the viewpoint country can be ranked, its best rank and what it rests on."""
    own = own_ranks(results, viewpoint)
    country = names.text(viewpoint)
    if own.empty:
        listed = results.technology_strength["country"] == viewpoint
        return Finding(
            say("{country} has no rank in any group.", country=country),
            say(
                "figures in {n} groups, in too few measures each",
                n=count(results.technology_strength.loc[listed, "group_id"].nunique()),
            ),
            data_span(results.technology_strength["window"]),
        )
    row = own.to_dict("records")[0]
    values: dict[str, Sayable] = {
        "ends": rank_ends(row["rank_low"], row["rank_high"]),
        "items": commas(
            say("{items} {measure}", items=count(one.count_items), measure=MEASURES[one.measure])
            for one in row["items"]
        ),
    }
    thin = int(own["few"].sum())
    return Finding(
        say(
            "{country} ranks in {n} of {all} groups, best in {group}: {rank} of {ranked}.",
            country=country,
            n=count(len(own)),
            all=count(len(taxonomy.groups)),
            group=taxonomy.short_name(row["group_id"]),
            rank=rank_number(row["rank_median"]),
            ranked=count(_ranked(results.group_coverage, row["group_id"])),
        ),
        say(
            "interval {ends}; {items}; {thin} ranks under {few} items",
            few=count(FEW_ITEMS),
            thin=count(thin),
            **values,
        )
        if thin
        else say("interval {ends}; {items}", **values),
        data_span(pd.Series([one.window for one in row["items"]])),
    )


def _dominated(results: TechnologyStrength, names: Countries, limit: float) -> Finding:
    """Return in how many groups measures agree that one country holds most, else by measure."""
    near = near_shares(results.group_concentration)
    if near.empty:
        return Finding(
            say("No group has figures near enough to say whether one country dominates it."),
            say("{n} groups", n=count(0)),
            data_span(results.technology_strength["window"]),
        )
    flagged = near[near["flag_top"].astype("boolean").fillna(False).astype(bool)]
    values: dict[str, Sayable] = {
        "all": count(near["group_id"].nunique()),
        "limit": percent(limit),
    }
    to = data_span(near["window"])
    if flagged.empty:
        return Finding(
            say("No country holds {limit} in any of {all} groups.", **values),
            say("{n} shares", n=count(len(near))),
            to,
        )
    agreed = held_by_one(results.group_concentration)
    single = say("single shares: {n} of {all}", n=count(len(flagged)), all=count(len(near)))
    if agreed.empty:
        return Finding(
            say("Measures agree in none of {all} groups who holds {limit}.", **values), single, to
        )
    return Finding(
        say(
            "Measures agree in {n} of {all} groups that one country holds {limit}: {countries}.",
            n=count(len(agreed)),
            countries=names.texts(sorted(agreed["country"].unique())),
            **values,
        ),
        single,
        to,
    )


# --- coverage and ranks -----------------------------------------------------------------------


def coverage_table(results: TechnologyStrength) -> pd.DataFrame:
    """Return how each group is measured, with the strongest role in its rank."""
    coverage = results.group_coverage
    roles = [
        role_in_rank(results.technology_ranks, group) if ranked else None
        for group, ranked in coverage[["group_id", "n_ranked"]].to_numpy()
    ]
    columns = ["group_id", "measures", "measures_ranked", "same_office", "measures_needed"]
    table = coverage[[*columns, "n_countries", "n_ranked", "confidence", "status"]]
    return table.assign(role=pd.Series(roles, index=table.index, dtype=object))


def coverage_headline(results: TechnologyStrength) -> Text:
    """Return on how many groups a direct measure enters the rank, and on how many only one."""
    table = coverage_table(results)
    return say(
        "The rank rests on a direct measure in {direct} of {all} groups, on one measure alone in "
        "{alone}",
        direct=count((table["role"] == "direct").sum()),
        all=count(len(table)),
        alone=count((~table["measures_ranked"].dropna().str.contains(";")).sum()),
    )


def coverage_columns(taxonomy: Taxonomy) -> Columns:
    """Return how `coverage_table` reads."""
    confidence = {
        "high": say("high"),
        "medium": say("medium"),
        "low": say("low"),
        "none": say("not established"),
    }
    return (
        cells.said("group_id", say("group"), taxonomy.name),
        cells.said("measures", say("measured by"), measure_names),
        cells.said("measures_ranked", say("in the rank"), measure_names),
        cells.said("same_office", say("same office, kept out"), measure_names),
        cells.words("role", say("role in the rank"), ROLES),
        cells.observed("measures_needed", say("measures needed"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.observed("n_ranked", say("ranked"), count),
        cells.words("confidence", say("wording of the list"), confidence),
        cells.words("status", say("note"), COVERAGE),
    )


def missing_words(results: TechnologyStrength, taxonomy: Taxonomy) -> Text:
    """Return which groups rest on proxies, on nothing, or on grants of one office alone."""
    coverage = results.group_coverage
    office = coverage["measures_ranked"].map(only_us_office, na_action="ignore").eq(True)
    parts = [
        say("{words}: {groups}", words=words, groups=short_names(list(groups), taxonomy))
        for words, groups in (
            (
                say("Not measured at all"),
                coverage.loc[coverage["status"] == "no_evidence", "group_id"],
            ),
            (
                say("Ranked by proxies only"),
                coverage.loc[coverage["status"] == "proxies_only", "group_id"],
            ),
            (
                say("Ranked by grants of the US office only"),
                coverage.loc[office, "group_id"],
            ),
        )
        if len(groups)
    ]
    if not parts:
        return say("Every group has a near measure that is not one office alone.")
    forms: dict[str, str] = {
        tongue: ". ".join(part.say(tongue) for part in parts) for tongue in LANGUAGES
    }
    return say("{parts}.", parts=Spelled(forms))


def missing_parts(results: TechnologyStrength) -> pd.DataFrame:
    """Return the groups of which the ranked fields see a part only, with what they leave out.

    Returns
    -------
    DataFrame
        ``group_id, measures_ranked, role, missing``: `UNSEEN` where its measures alone are ranked.
    """
    table = coverage_table(results)
    keys = table[["group_id", "measures_ranked"]].to_numpy()
    found = [UNSEEN.get((group, measures)) for group, measures in keys]
    kept = table.assign(missing=pd.Series(found, index=table.index, dtype=object))
    columns = ["group_id", "measures_ranked", "role", "missing"]
    return kept.loc[kept["missing"].notna(), columns].reset_index(drop=True)


def missing_columns(taxonomy: Taxonomy) -> Columns:
    """Return how `missing_parts` reads."""
    return (
        cells.said("group_id", say("group"), taxonomy.name),
        cells.said("measures_ranked", say("in the rank"), measure_names),
        cells.words("role", say("role in the rank"), ROLES),
        cells.texts("missing", say("not measured")),
    )


def conflict_words(conflicts: pd.DataFrame, links: pd.DataFrame, framework: str) -> Text:
    """Return the conflicts between sources that touch the list or the statements as a whole.

    Parameters
    ----------
    conflicts : DataFrame
        Reference list ``conflicts``.
    links : DataFrame
        What ``statements.load_conflict_links`` returns.
    framework : str
        The list in use.
    """
    whole = (links["touches"] == "statements") | (
        (links["touches"] == "list") & (links["key"] == framework)
    )
    kept = conflicts[conflicts["conflict_id"].isin(links.loc[whole, "conflict_id"])]
    if kept.empty:
        return say("No conflict touches the list or the statements as a whole.")
    told = {
        tongue: "; ".join(
            f"{CONFLICT_MARK} {row['conflict_id']} {row[column][0].lower()}{row[column][1:]}"
            for row in kept.to_dict("records")
        )
        for tongue, column in (("en", "what"), ("vi", "what_vi"))
    }
    return say(
        "Sources disagree, and the list of conflicts says which value is used: {told}.",
        told=Spelled(told),
    )


def countries_shown(
    ranks: pd.DataFrame, named: Sequence[str], viewpoint: str, *, most: int
) -> list[str]:
    """Return the countries of the matrix: the named, the viewpoint, and then leaders.

    Parameters
    ----------
    ranks : DataFrame
        Table ``technology_ranks``.
    named : sequence of str
        Countries that are shown in any case.
    viewpoint : str
        Shown in any case, at the right end.
    most : int
        How many in all; more if more are named.

    Returns
    -------
    list of str
        By the mean of the median ranks; those without any rank before the viewpoint.
    """
    ranked = ranks[ranks["status"] == "ok"]
    firsts = pd.concat(
        [first_by_rank(ranked, group, 10) for group in ranked["group_id"].unique()] or [ranked]
    )
    often = firsts["country"].value_counts().rename("n").rename_axis("country").reset_index()
    often = often.sort_values(["n", "country"], ascending=[False, True])
    chosen = list(dict.fromkeys([*named, *often["country"]]))
    chosen = [code for code in chosen if code != viewpoint]
    kept = chosen[: max(most - 1, len([code for code in named if code != viewpoint]))]
    mean = ranked.groupby("country")["rank_median"].mean()
    ordered = sorted(kept, key=lambda code: (mean.get(code, float("inf")), code))
    return [*ordered, viewpoint]


def matrix_headline(results: TechnologyStrength) -> Text:
    """Return in how many groups first place holds, and in how many one measure decides it."""
    first = leaders(results.technology_ranks, results.group_coverage)
    coverage = results.group_coverage
    office = sum(only_us_office(codes) for codes in coverage["measures_ranked"].dropna())
    return say(
        "First place holds whatever the measure in {n} of {all} groups; one measure "
        "decides {alone}, the US office alone {office}",
        n=count(first["holds"].sum()),
        all=count(len(coverage)),
        alone=count((~coverage["measures_ranked"].dropna().str.contains(";")).sum()),
        office=count(office),
    )


def ranks_subtitle(results: TechnologyStrength, level: float) -> Text:
    """Return what ranks are made of."""
    return say(
        "Median rank by size with {level} interval; {windows} (patents by year of grant)",
        level=percent(level),
        windows=window_words(_in_ranks(results)),
    )


def _in_ranks(results: TechnologyStrength) -> pd.DataFrame:
    """Return the rows of ``technology_strength`` whose measure enters the rank of its group."""
    known = results.group_coverage.dropna(subset="measures_ranked")
    pairs = known.assign(measure=known["measures_ranked"].str.split(";")).explode("measure")
    return results.technology_strength.merge(pairs[["group_id", "measure"]])


def matrix_alt(
    results: TechnologyStrength,
    shown: Sequence[str],
    viewpoint: str,
    names: Countries,
) -> Text:
    """Return the matrix in words."""
    first = leaders(results.technology_ranks, results.group_coverage)
    own = own_ranks(results, viewpoint)
    values: dict[str, Sayable] = {
        "groups": count(len(first)),
        "countries": count(len(shown)),
        "leaders": names.texts(first["country"].value_counts().index[:3]),
        "holds": count(first["holds"].sum()),
        "viewpoint": names.text(viewpoint),
    }
    if own.empty:
        return say(
            "Grid of {groups} groups by {countries} countries. {leaders} come first by median "
            "rank, whatever the measure in {holds}; {viewpoint} has no rank.",
            **values,
        )
    return say(
        "Grid of {groups} groups by {countries} countries. {leaders} come first by median rank, "
        "whatever the measure in {holds}; {viewpoint} has a rank in {n}, in {few} of them from "
        "few items.",
        n=count(len(own)),
        few=count(own["few"].sum()),
        **values,
    )


def leading_headline(results: TechnologyStrength) -> Text:
    """Return how many of the first ten ranks are firm."""
    ranks, coverage = results.technology_ranks, results.group_coverage
    near = coverage.loc[(coverage["status"] == "ok") & (coverage["n_ranked"] > 0), "group_id"]
    ten = pd.concat([first_by_rank(ranks, group, 10) for group in near] or [ranks.head(0)])
    several = ten[ten["n_measures"] > 1]
    labels = several["label"].value_counts()
    return say(
        "Of {n} places among the first ten, {firm} are firm and {leaning} leaning; {alone} rest on "
        "one measure alone",
        n=count(len(ten)),
        firm=count(labels.get("firm", 0)),
        leaning=count(labels.get("leaning", 0)),
        alone=count(len(ten) - len(several)),
    )


def leading_alt(
    results: TechnologyStrength, taxonomy: Taxonomy, viewpoint: str, names: Countries
) -> Text:
    """Return the charts of ranks in words."""
    first = leaders(results.technology_ranks, results.group_coverage)
    widest = first.assign(width=first["rank_high"] - first["rank_low"]).sort_values(
        ["width", "group_id"], ascending=[False, True]
    )
    row = widest.to_dict("records")[0]
    return say(
        "Dots with intervals for the first ten countries and {viewpoint} in {n} groups. The first "
        "place is most open in \u201c{group}\u201d, where {country} lies between {low} and {high}.",
        viewpoint=names.text(viewpoint),
        n=count(len(first)),
        group=taxonomy.short_name(row["group_id"]),
        country=names.text(row["country"]),
        low=rank_number(row["rank_low"]),
        high=rank_number(row["rank_high"]),
    )


# --- numbers kept -----------------------------------------------------------------------------


def headline_numbers(
    results: TechnologyStrength, viewpoint: str
) -> dict[str, float | int | str | bool | None]:
    """Return the numbers kept in ``metrics/technology_strength.json``."""
    first = leaders(results.technology_ranks, results.group_coverage)
    near = near_shares(results.group_concentration)
    numbers: dict[str, float | int | str | bool | None] = {
        f"first_{row['group_id']}": str(row["country"]) for row in first.to_dict("records")
    }
    numbers |= {f"holds_{row['group_id']}": bool(row["holds"]) for row in first.to_dict("records")}
    coverage = results.group_coverage["status"]
    rate = rate_of_supported(results)
    pooled = pooled_agreement(results)
    numbers |= {
        "first_places_that_hold": int(first["holds"].sum()),
        "groups_with_proxies_only": int((coverage == "proxies_only").sum()),
        "groups_not_measured": int((coverage == "no_evidence").sum()),
        **{f"stated_{grade}": n for grade, n in grade_counts(results.stated_ledger).items()},
        "share_supported_stated": float(rate["share_stated"]),
        "share_supported_unstated": float(rate["share_unstated"]),
        "auc_pooled": float(pooled["value"]),
        "auc_pooled_p": float(pooled["p_value"]),
        "measures_held_by_one_country": int(near["flag_top"].fillna(False).astype(bool).sum()),
        "measures_near": len(near),
    }
    best = best_rank(results, viewpoint)
    numbers["viewpoint_best_group"] = str(best["group_id"]) if best else None
    if best:
        for name in ("rank_median", "rank_low", "rank_high"):
            numbers[f"viewpoint_best_{name}"] = float(best[name])
    return numbers
