"""The words and tables of the technology page, filled from results.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, labels, technologies, vocabulary, technology_strength,
technology_charts, page_columns, pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.params import ConcentrationSettings
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
from techdiplomacy.texts import (
    LANGUAGES,
    NOTHING,
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    decimal,
    listing,
    percent,
    period,
    say,
    verbatim,
)
from techdiplomacy.vocabulary import (
    BRIEF_MEASURES,
    CONFLICT_MARK,
    COVERAGE,
    EVIDENCE,
    GRADES,
    INDICATORS,
    ITEMS,
    LISTS,
    MEASURE_SOURCES,
    MEASURES,
    REASONS,
    ROLES,
    STATISTICS,
    STATUSES,
    UNSEEN,
    VARIANTS,
    YES_NO,
)

# fewer items than this say little, whatever the interval
FEW_ITEMS = 10
# p-values below this are called different from chance
SURELY = 0.05
_NEAR = ("direct", "partial")
_LAST_YEAR = re.compile(r"(\d{4})(?:Q\d)?$")
_FIRST_YEAR = re.compile(r"^\d{4}")


def list_words(taxonomy: Taxonomy) -> Sayable:
    """Return which list of technologies the page uses, and whether it is in force."""
    return LISTS.get(taxonomy.framework, verbatim(taxonomy.framework))


def window_words(rows: pd.DataFrame) -> Text:
    """Return the years that each kind of measure covers, said of every kind by itself.

    Examples
    --------
    >>> window_words(
    ...     pd.DataFrame(
    ...         {
    ...             "measure": ["articles", "uspto_domains", "uspto_topics"],
    ...             "window": ["2018-2022", "1976-2025", "2018-2022"],
    ...         }
    ...     )
    ... ).say("en")
    'US-office patents 1976\u20132025 and 2018\u20132022, articles 2018\u20132022'
    """
    pairs = rows[["measure", "window"]].dropna().drop_duplicates()
    kinds: dict[str, list[str]] = {}
    for measure in MEASURES:
        for window in sorted(pairs.loc[pairs["measure"] == measure, "window"]):
            spans = kinds.setdefault(BRIEF_MEASURES[measure].template, [])
            if window not in spans:
                spans.append(window)
    said = {text.template: text for text in BRIEF_MEASURES.values()}
    parts = commas(
        say("{measure} {windows}", measure=said[kind], windows=listing(map(period, spans)))
        for kind, spans in kinds.items()
    )
    return say("{parts}", parts=parts)


def data_span(windows: pd.Series) -> Text:
    """Return the years from the first to the last of some windows, for a finding.

    Examples
    --------
    >>> data_span(pd.Series(["2016-2020", "1976-2025"])).say("en")
    '1976\u20132025'
    """
    return say("{parts}", parts=span_words(windows))


def span_words(windows: pd.Series) -> Sayable:
    """Return the years from the first to the last of some windows."""
    first = min(int(match[0]) for window in windows if (match := _FIRST_YEAR.match(window)))
    return period(f"{first}-{max(_end(window) for window in windows)}")


def _end(window: str) -> int:
    match = _LAST_YEAR.search(window)
    return int(match[1]) if match else 0


def sources_of(measures: pd.Series) -> list[str]:
    """Return the cards of the sources behind some measures, each once."""
    return sorted({MEASURE_SOURCES[name] for name in measures.unique()})


def sources_of_ranks(coverage: pd.DataFrame) -> list[str]:
    """Return the cards of the sources whose measures enter a rank."""
    return sources_of(coverage["measures_ranked"].dropna().str.split(";").explode())


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
        _statements(results),
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
                groups=_short(list(holding.loc[holding["country"] == code, "group_id"]), taxonomy),
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


def _short(groups: Sequence[str], taxonomy: Taxonomy) -> Sayable:
    """Return groups by short name, semicolons between where a name holds a comma."""
    found = [taxonomy.short_name(group) for group in groups]
    if any("," in name.say("en") for name in found):
        forms = {tongue: "; ".join(name.say(tongue) for name in found) for tongue in ("en", "vi")}
        return Spelled(forms)
    return listing(found)


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


def grade_counts(ledger: pd.DataFrame) -> dict[str, int]:
    """Return the number of statements of each grade."""
    found = ledger["grade"].value_counts()
    return {grade: int(found.get(grade, 0)) for grade in GRADES}


def _grade_values(ledger: pd.DataFrame) -> dict[str, Sayable]:
    """Return the number of statements, and of those of each grade, for a sentence."""
    values: dict[str, Sayable] = {"n": count(len(ledger))}
    for grade, number in grade_counts(ledger).items():
        values[grade] = count(number)
    return values


def _statements(results: TechnologyStrength) -> Finding:
    """Return how many stated strengths figures support, and how many pairs nobody stated."""
    ledger = results.stated_ledger
    return Finding(
        say(
            "Figures support {supported} of {n} stated strengths, but also {share} of pairs nobody "
            "stated.",
            supported=count(grade_counts(ledger)["supported"]),
            n=count(len(ledger)),
            share=percent(_supported(results)["share_unstated"]),
        ),
        texts_behind(ledger),
        data_span(ledger["window"].dropna())
        if ledger["window"].notna().any()
        else data_span(results.technology_strength["window"]),
    )


def texts_behind(ledger: pd.DataFrame) -> Text:
    """Return from how many texts the statements come; one text is one witness."""
    number = ledger["source_title"].value_counts()
    if len(number) == 1:
        return say("one press article")
    return say("{n} from one press article", n=count(number.iloc[0]))


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


def near_shares(concentration: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``group_concentration`` with a share and nearer than a proxy."""
    return concentration[
        concentration["role"].isin(_NEAR)
        & (concentration["status"] == "ok")
        & concentration["top_share"].notna()
    ]


def held_by_one(concentration: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that one country holds by every near measure, with that country.

    Returns
    -------
    DataFrame
        ``group_id, country``: groups of two measures or more that are all flagged, and agree.
    """
    near = near_shares(concentration)
    flagged = near["flag_top"].astype("boolean").fillna(False).astype(bool)
    by_group = near.assign(flagged=flagged).groupby("group_id")
    agree = (
        by_group["flagged"].all()
        & (by_group["measure"].nunique() > 1)
        & (by_group["top_country"].nunique() == 1)
    )
    first = by_group["top_country"].first()[agree]
    return first.rename("country").reset_index()


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


def _flagged_kinds(flagged: pd.DataFrame) -> list[tuple[str, Text, int]]:
    """Return by country and kind of measure in how many groups it is flagged, most first."""
    words = {text.template: text for text in BRIEF_MEASURES.values()}
    kinds = flagged.assign(kind=flagged["measure"].map(lambda code: BRIEF_MEASURES[code].template))
    number = kinds.groupby(["top_country", "kind"])["group_id"].nunique().rename("n").reset_index()
    ordered = number.sort_values("n", ascending=False, kind="stable").to_dict("records")
    return [(str(row["top_country"]), words[str(row["kind"])], int(row["n"])) for row in ordered]


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
        cells.said("measures", say("measured by"), _measures),
        cells.said("measures_ranked", say("in the rank"), _measures),
        cells.said("same_office", say("same office, kept out"), _measures),
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
        say("{words}: {groups}", words=words, groups=_short(list(groups), taxonomy))
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
        cells.said("measures_ranked", say("in the rank"), _measures),
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


def _measures(codes: Any) -> Sayable:
    """Return measures, semicolons between, as a list in words."""
    return commas(MEASURES[code] for code in str(codes).split(";"))


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


# --- one measure at a time ----------------------------------------------------------------------


def strength_table(results: TechnologyStrength, viewpoint: str, *, most: int = 3) -> pd.DataFrame:
    """Return the measures of the first countries of each group, and of the viewpoint.

    Parameters
    ----------
    results : TechnologyStrength
        Tables ``technology_strength`` and ``group_coverage``.
    viewpoint : str
        Shown in every measure that lists it.
    most : int
        Countries a group and measure, by share of the world.
    """
    rows = results.technology_strength
    order = {group: place for place, group in enumerate(results.group_coverage["group_id"])}
    measures = {measure: place for place, measure in enumerate(MEASURES)}
    place = rows.groupby(["measure", "group_id"])["world_share"].rank(
        ascending=False, method="first"
    )
    kept = rows[(place <= most) | (rows["country"] == viewpoint)]
    sorted_rows = kept.assign(
        _group=kept["group_id"].map(order), _measure=kept["measure"].map(measures)
    ).sort_values(["_group", "_measure", "world_share"], ascending=[True, True, False])
    return sorted_rows.drop(columns=["_group", "_measure"]).reset_index(drop=True)


def strength_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `strength_table` reads; ``level`` is the mass of the intervals."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.country("country", say("country"), names),
        cells.words("role", say("role"), ROLES),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.observed("count_items", say("items"), count),
        cells.label("size_tier", say("size")),
        cells.estimate(
            "world_share",
            say("share of listed economies"),
            lambda share: percent(share, 2),
            Interval("share_low", "share_high", mass),
        ),
        cells.estimate(
            "growth",
            say("growth a year"),
            lambda rate: percent(rate, 1, signed=True),
            Interval("growth_low", "growth_high", mass),
        ),
    )


def advantage_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how the advantages of `strength_table` read, beside the rank in each measure."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.country("country", say("country"), names),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.estimate(
            "rta_shrunk", say("advantage"), decimal, Interval("rta_low", "rta_high", mass)
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.words("status", say("note"), STATUSES),
    )


def advantage_headline(table: pd.DataFrame, level: float) -> Text:
    """Return how many of the largest countries are surely specialised."""
    known = table[table["probability_above"].notna()]
    sure = int((known["probability_above"] >= level).sum())
    return say(
        "Large is not specialised: {sure} of {n} rows show an advantage with a probability of "
        "{level} or more",
        sure=count(sure),
        n=count(len(known)),
        level=percent(level),
    )


def strength_headline(results: TechnologyStrength, viewpoint: str, names: Countries) -> Text:
    """Return in how many groups and measures the viewpoint country has figures."""
    rows = results.technology_strength
    own = rows[(rows["country"] == viewpoint) & rows["count_items"].notna()]
    return say(
        "{country} has figures in {n} of {all} pairs of group and measure; in {small} they are few",
        country=names.text(viewpoint),
        n=count(len(own)),
        all=count(len(rows.drop_duplicates(["measure", "group_id"]))),
        small=count((own["status"] == "small_n").sum()),
    )


def strength_subtitle(results: TechnologyStrength) -> Text:
    """Return what the table holds."""
    return say(
        "Newest window of each measure: {windows} (patents by year of grant)",
        windows=window_words(results.technology_strength),
    )


# --- concentration and spread -------------------------------------------------------------------


def concentration_headline(
    results: TechnologyStrength, settings: ConcentrationSettings, names: Countries
) -> Text:
    """Return how many groups and measures one country holds by half or more."""
    near = near_shares(results.group_concentration)
    flagged = near[near["flag_top"].fillna(False).astype(bool)]
    return (
        say(
            "One country holds {limit} or more in {n} of {all} measures of groups",
            limit=percent(settings.top_share),
            n=count(len(flagged)),
            all=count(len(near)),
        )
        if flagged.empty
        else say(
            "One country holds {limit} or more in {n} of {all} measures of groups: {held}",
            limit=percent(settings.top_share),
            n=count(len(flagged)),
            all=count(len(near)),
            held=commas(
                say(
                    "{country} by {measure} in {n}",
                    country=names.text(code),
                    measure=words,
                    n=count(number),
                )
                for code, words, number in _flagged_kinds(flagged)
            ),
        )
    )


def concentration_subtitle(rows: pd.DataFrame, level: float) -> Text:
    """Return what the shares are made of."""
    return say(
        "Share of the first country with {level} interval; {windows} (patents by year of grant)",
        level=percent(level),
        windows=window_words(rows),
    )


def concentration_alt(rows: pd.DataFrame, taxonomy: Taxonomy, names: Countries) -> Text:
    """Return the shares in words."""
    ordered = rows.sort_values("top_share", ascending=False).to_dict("records")
    most, least = ordered[0], ordered[-1]
    return say(
        "Dots with intervals for {n} measures of groups. The first country's share is largest in "
        "\u201c{most}\u201d ({most_country}, {most_share}), smallest in \u201c{least}\u201d "
        "({least_country}, {least_share}).",
        n=count(len(ordered)),
        most=taxonomy.short_name(most["group_id"]),
        most_country=names.text(most["top_country"]),
        most_share=percent(most["top_share"]),
        least=taxonomy.short_name(least["group_id"]),
        least_country=names.text(least["top_country"]),
        least_share=percent(least["top_share"]),
    )


def concentration_table(concentration: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return concentration by group and measure, in the order of the list, flags as words."""
    order = {group: place for place, group in enumerate(taxonomy.groups)}
    rows = concentration.assign(
        _order=concentration["group_id"].map(order),
        _near=concentration["role"].map(list(ROLES).index),
        flags=pd.Series(
            [_flags(*pair) for pair in concentration[["flag_top", "flag_hhi"]].to_numpy()],
            index=concentration.index,
            dtype=object,
        ),
    )
    columns = ["_order", "_near", "measure"]
    return rows.sort_values(columns).drop(columns=columns[:2]).reset_index(drop=True)


def _flags(top: Any, index: Any) -> Text | None:
    """Return which parameters a row reaches."""
    held = pd.notna(top) and bool(top)
    few = pd.notna(index) and bool(index)
    if held and few:
        return say("one country; few countries")
    if held:
        return say("one country")
    return say("few countries") if few else None


def concentration_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `concentration_table` reads."""
    mass = percent(level)
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("measure", say("measure"), MEASURES),
        cells.words("role", say("role"), ROLES),
        cells.country("top_country", say("first"), names),
        cells.estimate(
            "top_share",
            say("its share"),
            percent,
            Interval("top_share_low", "top_share_high", mass),
        ),
        cells.country("second_country", say("second"), names),
        cells.estimate(
            "lead", say("lead (ratio)"), decimal, Interval("lead_low", "lead_high", mass)
        ),
        cells.estimate("hhi", say("HHI"), decimal, Interval("hhi_low", "hhi_high", mass)),
        cells.texts("flags", say("flag")),
    )


def spread_headline(spread: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return how the spread of the viewpoint country over fields has changed of late."""
    known = spread[spread["effective_number"].notna()].sort_values(["evidence", "window"])
    rows = known.to_dict("records")
    last = rows[-1]
    before = [row for row in rows[:-1] if row["evidence"] == last["evidence"]]
    values: dict[str, Sayable] = {
        "country": names.text(viewpoint),
        "items": ITEMS[str(last["evidence"])],
        "now": decimal(last["effective_number"], 1),
        "window": period(last["window"]),
    }
    if not before:
        return say("{country}'s {items} of {window} spread over {now} equal fields", **values)
    values |= {"before": decimal(before[-1]["effective_number"], 1)}
    if last["effective_number_low"] > before[-1]["effective_number_high"]:
        return say(
            "{country}'s {items} of {window} spread wider than before: over {now} equal fields, "
            "not {before}",
            **values,
        )
    if last["effective_number_high"] < before[-1]["effective_number_low"]:
        return say(
            "{country}'s {items} of {window} spread less than before: over {now} equal fields, "
            "not {before}",
            **values,
        )
    return say(
        "{country}'s {items} of {window} spread as before: over {now} equal fields, then {before}",
        **values,
    )


def spread_subtitle(spread: pd.DataFrame, level: float) -> Text:
    """Return what the spread is made of."""
    known = spread[spread["effective_number"].notna()]
    return say(
        "Effective number of fields (1/HHI) with {level} interval: {evidence}, {span}",
        level=percent(level),
        evidence=commas(
            say("families granted") if code == "patents" else say("articles published")
            for code in sorted(known["evidence"].unique())
        ),
        span=span_words(known["window"]),
    )


def spread_alt(spread: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return the spread in words."""
    known = spread[spread["effective_number"].notna()].sort_values(["evidence", "window"])
    parts = commas(
        say(
            "{items} of {window} over {n}",
            items=ITEMS[str(row["evidence"])],
            window=period(row["window"]),
            n=decimal(row["effective_number"], 1),
        )
        for row in known.groupby("evidence").tail(4).to_dict("records")
    )
    return say(
        "Lines with intervals: over how many equal fields the items of {country} spread. {parts}.",
        country=names.text(viewpoint),
        parts=parts,
    )


def spread_sources(spread: pd.DataFrame) -> list[str]:
    """Return the cards behind the windows that have a number."""
    cards = {"patents": "ncses_patent_families", "publications": "ncses_articles"}
    known = spread.loc[spread["effective_number"].notna(), "evidence"]
    return [cards[code] for code in sorted(known.unique())]


# --- stated and measured ------------------------------------------------------------------------


def _supported(results: TechnologyStrength) -> dict[Any, Any]:
    """Return the row of ``grade_rates`` of the grade supported."""
    rates = results.grade_rates
    return rates[rates["grade"] == "supported"].to_dict("records")[0]


def stated_headline(results: TechnologyStrength) -> Text:
    """Return how many statements have each grade, beside the pairs that nobody stated."""
    rate = _supported(results)
    return say(
        "Supported: {stated} of the stated pairs, {unstated} of those that nobody stated",
        stated=percent(rate["share_stated"]),
        unstated=percent(rate["share_unstated"]),
    )


def stated_subtitle(results: TechnologyStrength) -> Text:
    """Return what statements are compared with, and from how few texts they come."""
    return say(
        "{n} statements, {texts}; {windows} (patents by year of grant)",
        n=count(len(results.stated_ledger)),
        texts=texts_behind(results.stated_ledger),
        windows=window_words(results.technology_strength),
    )


def stated_sources(ledger: pd.DataFrame) -> list[str]:
    """Return the cards of the measures that decided a grade."""
    return sources_of(ledger["measure"].dropna())


def stated_alt(results: TechnologyStrength) -> Text:
    """Return the matrix of statements in words."""
    ledger = results.stated_ledger
    return say(
        "Grid of {countries} countries by groups with one mark a statement. Of {n} statements "
        "{supported} are supported, {partly} in part, {not_supported} not as worded, "
        "{cannot_be_measured} cannot be measured; {conflicts} carry a sign of conflict.",
        countries=count(ledger["country"].nunique()),
        conflicts=count(ledger["conflict"].notna().sum()),
        **_grade_values(ledger),
    )


def stated_where(ledger: pd.DataFrame) -> Text:
    """Return the texts that the statements come from, with the number from each."""
    number = ledger["source_title"].value_counts()
    return say(
        "The {n} statements come from: {texts}.",
        n=count(len(ledger)),
        texts=commas(
            say("{title} ({n})", title=verbatim(title), n=count(many))
            for title, many in number.items()
        ),
    )


def ledger_table(results: TechnologyStrength) -> pd.DataFrame:
    """Return the statements with their grades, evidence and the interval of the share."""
    shares = results.technology_strength[
        ["measure", "group_id", "country", "share_low", "share_high"]
    ]
    rows = results.stated_ledger.merge(shares, on=["measure", "group_id", "country"], how="left")
    texts = [
        Spelled({"en": english, "vi": vietnamese})
        for english, vietnamese in rows[["strength_en", "strength_vi"]].to_numpy()
    ]
    return rows.assign(
        strength=pd.Series(texts, dtype=object),
        # a share without its interval is no estimate; the grade did not rest on it
        share=rows["share"].where(rows["share_low"].notna()),
    )


def ledger_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `ledger_table` reads."""
    mass = percent(level)

    def group(code: Any) -> Sayable:
        known = str(code) in taxonomy.groups
        return taxonomy.short_name(str(code)) if known else verbatim(NOTHING)

    return (
        cells.observed("statement", say("no."), count),
        cells.country("country", say("country"), names),
        cells.texts("strength", say("stated strength")),
        cells.said("group_id", say("group"), group),
        cells.words("grade", say("grade"), GRADES),
        cells.words("reason", say("because"), REASONS),
        cells.words("measure", say("decided by"), MEASURES),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.said("conflict", say("conflict"), _conflicts),
    )


def _conflicts(codes: Any) -> Sayable:
    return verbatim(f"{CONFLICT_MARK} {str(codes).replace(';', ', ')}")


def ledger_headline(results: TechnologyStrength) -> Text:
    """Return how many grades do not hold over their whole interval."""
    ledger = results.stated_ledger
    judged = ledger[ledger["grade"].isin(["supported", "partly", "not_supported"])]
    return say(
        "Chance in counts could change {open} of {judged} grades; {near} of them rest on a direct "
        "measure",
        open=count(len(judged) - judged["firm"].sum()),
        judged=count(len(judged)),
        near=count((judged["role"] == "direct").sum()),
    )


def rates_headline(results: TechnologyStrength) -> Text:
    """Return how far the grades of stated pairs exceed those of the others."""
    rates = results.grade_rates.set_index("grade")
    held = rates["share_stated_low"] > rates["share_unstated_high"]
    values: dict[str, Sayable] = {
        "stated": count(rates["stated"].sum()),
        "unstated": count(rates["unstated"].sum()),
    }
    if held["supported"]:
        return say(
            "The {stated} stated pairs are supported more often than the {unstated} others, beyond "
            "chance",
            **values,
        )
    return say(
        "The {stated} stated pairs are not surely supported more often than the {unstated} others",
        **values,
    )


def rate_columns(level: float) -> Columns:
    """Return how table ``grade_rates`` reads."""
    mass = percent(level)
    return (
        cells.words("grade", say("grade"), GRADES),
        cells.observed("stated", say("stated pairs"), count),
        cells.estimate(
            "share_stated",
            say("share of them"),
            percent,
            Interval("share_stated_low", "share_stated_high", mass),
        ),
        cells.observed("unstated", say("pairs nobody stated"), count),
        cells.estimate(
            "share_unstated",
            say("share of them"),
            percent,
            Interval("share_unstated_low", "share_unstated_high", mass),
        ),
    )


def _pooled(results: TechnologyStrength) -> dict[Any, Any]:
    """Return the pooled AUC of the probability of specialisation, or of what there is."""
    rows = results.stated_agreement
    pooled = rows[(rows["measure"] == "pooled") & (rows["statistic"] == "auc")]
    ordered = pooled.sort_values("indicator", key=lambda code: code != "probability_above")
    return ordered.to_dict("records")[0]


def agreement_headline(results: TechnologyStrength) -> Text:
    """Return how many comparisons of stated with measured strength differ from chance."""
    judged = results.stated_agreement.dropna(subset="p_value")
    if judged.empty:
        return say("Too few statements are measured to say whether they agree with figures")
    return say(
        "{k} of {n} comparisons of stated pairs with the others differ from chance (p below "
        "{limit})",
        k=count((judged["p_value"] < SURELY).sum()),
        n=count(len(judged)),
        limit=decimal(SURELY),
    )


def agreement_sources(results: TechnologyStrength) -> list[str]:
    """Return the cards of the measures that statements are compared with."""
    compared = results.stated_agreement["measure"]
    judged = results.stated_ledger["measure"].dropna()
    return sources_of(pd.concat([compared[compared != "pooled"], judged]))


def agreement_columns(level: float) -> Columns:
    """Return how table ``stated_agreement`` reads."""
    mass = percent(level)
    few = {"small_n": say("too few")}
    return (
        cells.words("measure", say("measure"), MEASURES),
        cells.words("indicator", say("compared by"), INDICATORS),
        cells.words("statistic", say("statistic"), STATISTICS),
        cells.estimate(
            "value", say("value"), decimal, Interval("low", "high", mass), without=few, by="status"
        ),
        cells.estimate(
            "null_mean",
            say("by chance"),
            decimal,
            Interval("null_low", "null_high", mass),
            without=few,
            by="status",
        ),
        cells.statistic("p_value", say("p"), lambda value: decimal(value, 3)),
        cells.observed("n_stated", say("stated pairs"), count),
        cells.observed("n_pairs", say("pairs"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.words("status", say("note"), STATUSES),
    )


# --- relatedness --------------------------------------------------------------------------------


def related_table(relatedness: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Return the fields nearest to what the viewpoint country does, by kind of evidence."""
    near = relatedness[relatedness["place"].notna()]
    near = near[near["place"].astype(float) <= most]
    return near.sort_values(["evidence", "place"]).reset_index(drop=True)


def related_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `related_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.observed("place", say("place"), count),
        cells.label("field", say("field")),
        cells.said(
            "groups", say("speaks for"), lambda codes: _short(str(codes).split(";"), taxonomy)
        ),
        cells.statistic("density", say("density"), decimal),
        cells.estimate(
            "rta_shrunk", say("advantage"), decimal, Interval("rta_low", "rta_high", percent(level))
        ),
        cells.countries("covering_partners", say("partners that cover it"), names),
    )


def related_headline(relatedness: pd.DataFrame, viewpoint: str, names: Countries) -> Text:
    """Return the nearest field and who covers it."""
    near = related_table(relatedness, most=1)
    if near.empty:
        return say(
            "No source lists enough of {country} to say what lies near",
            country=names.text(viewpoint),
        )
    row = near.to_dict("records")[-1]
    field = cells.label("field", say("field")).read(row["field"])
    if pd.isna(row["covering_partners"]):
        return say(
            "Nearest to the strengths of {country} lies {field}, which no large country surely "
            "covers",
            country=names.text(viewpoint),
            field=field,
        )
    return say(
        "Nearest to the strengths of {country} lies {field}; {partners} cover it",
        country=names.text(viewpoint),
        field=field,
        partners=names.texts(str(row["covering_partners"]).split(";")[:3]),
    )


def related_subtitle(relatedness: pd.DataFrame) -> Text:
    """Return what density is made of."""
    known = relatedness[relatedness["place"].notna()]
    shown = relatedness if known.empty else known
    kinds = [
        say("families granted {window}", window=period(own["window"].iloc[0]))
        if code == "patents"
        else say("articles published {window}", window=period(own["window"].iloc[0]))
        for code, own in shown.groupby("evidence", sort=True)
    ]
    return say("Fields without advantage, densest first: {kinds}", kinds=commas(kinds))


def related_sources(relatedness: pd.DataFrame) -> list[str]:
    """Return the cards behind the fields shown."""
    cards = {"patents": "ncses_patent_families", "publications": "ncses_articles"}
    known = relatedness.loc[relatedness["place"].notna(), "evidence"]
    kinds = known if len(known) else relatedness["evidence"]
    return [cards[code] for code in sorted(kinds.unique())]


# --- sensitivity --------------------------------------------------------------------------------


def sensitivity_table(sensitivity: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return the first countries of each group under each choice, one row a choice."""
    order = {group: place for place, group in enumerate(taxonomy.groups)}
    variants = {variant: place for place, variant in enumerate(VARIANTS)}
    ordered = sensitivity.sort_values("position")
    table = ordered.groupby(["group_id", "variant"], as_index=False).agg(
        countries=("country", ";".join),
        n=("country", "size"),
        overlap=("overlap", "first"),
        compared=("compared", "first"),
        first_changes=("first_changes", "first"),
    )
    # another list has groups of its own; they stand under the group that they are compared with
    known = table[table["group_id"].isin(list(order))]
    return (
        known.assign(_group=known["group_id"].map(order), _variant=known["variant"].map(variants))
        .sort_values(["_group", "_variant"])
        .drop(columns=["_group", "_variant"])
        .reset_index(drop=True)
    )


def sensitivity_columns(taxonomy: Taxonomy, names: Countries) -> Columns:
    """Return how `sensitivity_table` reads."""
    return (
        cells.said("group_id", say("group"), taxonomy.short_name),
        cells.words("variant", say("choice"), VARIANTS),
        cells.countries("countries", say("first countries"), names),
        cells.said("first_changes", say("first place changes"), lambda new: YES_NO[bool(new)]),
        cells.observed("overlap", say("shared with as used"), count),
        cells.said("compared", say("measures compared"), _measures),
    )


def sensitivity_headline(sensitivity: pd.DataFrame, taxonomy: Taxonomy) -> Text:
    """Return in how many groups another country comes first if some choice is made otherwise."""
    table = sensitivity_table(sensitivity, taxonomy)
    others = table[table["variant"] != "as_used"]
    if others.empty:
        return say("No other choice can be compared with the one used")
    changes = others["first_changes"].astype("boolean").fillna(False).astype(bool)
    by_size = changes & ~others["variant"].str.startswith("specialisation")
    return say(
        "First place changes under some other choice in {n} of {all} groups, in {by_size} with "
        "size as the yardstick",
        n=count(others.loc[changes, "group_id"].nunique()),
        all=count(others["group_id"].nunique()),
        by_size=count(others.loc[by_size, "group_id"].nunique()),
    )


def sensitivity_sources(sensitivity: pd.DataFrame) -> list[str]:
    """Return the cards behind the choices compared."""
    measures = sensitivity["compared"].str.split(";").explode()
    return sources_of(measures)


# --- numbers kept -------------------------------------------------------------------------------


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
    rate = _supported(results)
    pooled = _pooled(results)
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
