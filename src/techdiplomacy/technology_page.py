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
from techdiplomacy.technology_charts import first_by_rank, rank_ends, rank_number, role_in_rank
from techdiplomacy.technology_strength import TechnologyStrength
from techdiplomacy.texts import (
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
    year,
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
    VARIANTS,
)

YES_NO = {True: say("yes"), False: say("no")}
_NEAR = ("direct", "partial")
_LAST_YEAR = re.compile(r"(\d{4})(?:Q\d)?$")
_FIRST_YEAR = re.compile(r"^\d{4}")


def list_words(taxonomy: Taxonomy) -> Sayable:
    """Return which list of technologies the page uses, and whether it is in force."""
    return LISTS.get(taxonomy.framework, verbatim(taxonomy.framework))


def window_words(windows: pd.Series) -> Text:
    """Return the years in which windows end.

    Examples
    --------
    >>> window_words(pd.Series(["2016-2020", "2024Q4-2025Q3"])).say("en")
    'windows ending 2020 to 2025'
    """
    ends = sorted({_end(window) for window in windows})
    if len(ends) == 1:
        return say("windows ending {last}", last=year(ends[0]))
    return say("windows ending {first} to {last}", first=year(ends[0]), last=year(ends[-1]))


def data_to(windows: pd.Series) -> Text:
    """Return the same in the few words of a finding.

    Examples
    --------
    >>> data_to(pd.Series(["2016-2020", "2024Q4-2025Q3"])).say("en")
    'to 2020\u20132025'
    """
    ends = sorted({_end(window) for window in windows})
    last: Sayable = year(ends[-1]) if len(ends) == 1 else period(f"{ends[0]}-{ends[-1]}")
    return say("to {last}", last=last)


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


# --- findings ---------------------------------------------------------------------------------


def findings(
    results: TechnologyStrength,
    taxonomy: Taxonomy,
    viewpoint: str,
    names: Countries,
    *,
    level: float,
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
    level : float
        Mass of the intervals of ranks and shares.
    limit : float
        Share of the first country from which a group is flagged.
    """
    return [
        _first_places(results, taxonomy, names, level),
        _thin(results, taxonomy),
        _statements(results),
        _viewpoint(results, taxonomy, viewpoint, names, level),
        _dominated(results, taxonomy, names, limit),
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
        Columns of ``technology_ranks`` and ``firm_first``: whether the rank is firm and reaches
        the first place, in a group that has nearer measures than proxies.
    """
    first = [first_by_rank(ranks, group, 1) for group in coverage["group_id"]]
    table = pd.concat(first, ignore_index=True)
    near = table["group_id"].isin(coverage.loc[coverage["status"] == "ok", "group_id"])
    return table.assign(firm_first=(table["label"] == "firm") & (table["rank_low"] < 2) & near)


def _first_places(
    results: TechnologyStrength, taxonomy: Taxonomy, names: Countries, level: float
) -> Finding:
    """Return in how many groups the first place is firm, and who holds it."""
    first = leaders(results.technology_ranks, results.group_coverage)
    firm = first[first["firm_first"]]
    to = data_to(results.technology_strength["window"])
    if firm.empty:
        return Finding(
            say("In none of {all} groups is the first place firm.", all=count(len(first))),
            say("{level} intervals of ranks", level=percent(level)),
            to,
        )
    holders = commas(
        say(
            "{country} ({groups})",
            country=names.text(str(code)),
            groups=_short(list(firm.loc[firm["country"] == code, "group_id"]), taxonomy),
        )
        for code in firm["country"].value_counts().index
    )
    return Finding(
        say(
            "First place is firm in {n} of {all} groups: {holders}.",
            n=count(len(firm)),
            all=count(len(taxonomy.groups)),
            holders=holders,
        ),
        say(
            "{level} intervals within {ends}",
            level=percent(level),
            ends=rank_ends(firm["rank_low"].min(), firm["rank_high"].max()),
        ),
        to,
    )


def _short(groups: Sequence[str], taxonomy: Taxonomy) -> Sayable:
    """Return groups by short name, semicolons between where a name holds a comma."""
    found = [taxonomy.short_name(group) for group in groups]
    if any("," in name.say("en") for name in found):
        forms = {tongue: "; ".join(name.say(tongue) for name in found) for tongue in ("en", "vi")}
        return Spelled(forms)
    return listing(found)


def _kinds(measures: pd.Series) -> list[tuple[Text, int]]:
    """Return the kinds of some measures in words, with how many are of each, most first."""
    # two measures that are said alike are of one kind
    said = measures.map(lambda code: BRIEF_MEASURES[str(code)].template)
    words = {text.template: text for text in BRIEF_MEASURES.values()}
    return [(words[str(name)], int(n)) for name, n in said.value_counts().items()]


def _thin(results: TechnologyStrength, taxonomy: Taxonomy) -> Finding:
    """Return the groups of which little or nothing can be concluded, and why."""
    coverage = results.group_coverage
    weak = coverage[coverage["status"] != "ok"]
    near = coverage[coverage["status"] == "ok"]
    alone = near[~near["measures_ranked"].str.contains(";", na=False)]
    to = data_to(results.technology_strength["window"])
    deciding = say(
        "by {measures}",
        measures=commas(
            say("{measure} ({n})", measure=words, n=count(number))
            for words, number in _kinds(alone["measures_ranked"])
        ),
    )
    values: dict[str, Sayable] = {"n": count(len(alone)), "all": count(len(coverage))}
    if weak.empty and alone.empty:
        return Finding(
            say("Every group has more than one measure nearer than a proxy."),
            say("{n} groups", n=count(len(coverage))),
            to,
        )
    if weak.empty:
        return Finding(
            say("One measure decides {n} of {all} groups: none is firm.", **values),
            deciding,
            to,
        )
    groups = _short(list(weak["group_id"]), taxonomy)
    if alone.empty:
        return Finding(
            say("Nothing can be concluded on {groups}.", groups=groups),
            say("proxies or no figures in {n} groups", n=count(len(weak))),
            to,
        )
    return Finding(
        say(
            "Nothing can be concluded on {groups}; one measure decides {n} of {all} groups.",
            groups=groups,
            **values,
        ),
        deciding,
        to,
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
    """Return how the stated strengths are graded, and how unstated pairs would be."""
    rates = results.grade_rates.set_index("grade")["share_unstated"]
    ledger = results.stated_ledger
    return Finding(
        say(
            "Of {n} stated strengths figures support {supported}, {partly} partly, "
            "{not_supported} not; {cannot_be_measured} unmeasurable.",
            **_grade_values(ledger),
        ),
        say(
            "unstated pairs: {supported} supported, {partly} partly",
            supported=percent(rates["supported"]),
            partly=percent(rates["partly"]),
        ),
        data_to(ledger["window"].dropna())
        if ledger["window"].notna().any()
        else data_to(results.technology_strength["window"]),
    )


def best_rank(results: TechnologyStrength, viewpoint: str) -> dict[Any, Any] | None:
    """Return the row of the best rank of the viewpoint country, proxies last; None without one.

    The row also holds the measure with most items behind it: ``measure``, ``count_items``,
    ``window``.
    """
    ranks = results.technology_ranks
    own = ranks[(ranks["country"] == viewpoint) & (ranks["status"] == "ok")]
    if own.empty:
        return None
    ordered = own.assign(proxy=own["best_role"] == "proxy").sort_values(
        ["proxy", "rank_median", "rank_high", "group_id"]
    )
    row = ordered.to_dict("records")[0]
    strength = results.technology_strength
    behind = strength[
        (strength["country"] == viewpoint)
        & (strength["group_id"] == row["group_id"])
        & strength["measure"].isin(str(row["measures"]).split(";"))
    ].sort_values("count_items", ascending=False)
    most: dict[Any, Any] = behind[["measure", "count_items", "window"]].to_dict("records")[0]
    return {**row, **most}


def _ranked(coverage: pd.DataFrame, group: str) -> int:
    """Return how many countries are ranked in a group."""
    return int(coverage.loc[coverage["group_id"] == group, "n_ranked"].iloc[0])


def _viewpoint(
    results: TechnologyStrength,
    taxonomy: Taxonomy,
    viewpoint: str,
    names: Countries,
    level: float,
) -> Finding:
    """Return the best rank of the viewpoint country, its interval and what it rests on."""
    row = best_rank(results, viewpoint)
    country = names.text(viewpoint)
    if row is None:
        listed = results.technology_strength["country"] == viewpoint
        return Finding(
            say("{country} has no rank in any group.", country=country),
            say(
                "figures in {n} groups, in too few measures each",
                n=count(results.technology_strength.loc[listed, "group_id"].nunique()),
            ),
            data_to(results.technology_strength["window"]),
        )
    return Finding(
        say(
            "{country} ranks best in {group}: {rank} of {n}.",
            country=country,
            group=taxonomy.short_name(row["group_id"]),
            rank=rank_number(row["rank_median"]),
            n=count(_ranked(results.group_coverage, row["group_id"])),
        ),
        say(
            "{level} interval {ends}; {items} {measure}",
            level=percent(level),
            ends=rank_ends(row["rank_low"], row["rank_high"]),
            items=count(row["count_items"]),
            measure=MEASURES[row["measure"]],
        ),
        data_to(pd.Series([row["window"]])),
    )


def near_shares(concentration: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``group_concentration`` with a share and nearer than a proxy."""
    return concentration[
        concentration["role"].isin(_NEAR)
        & (concentration["status"] == "ok")
        & concentration["top_share"].notna()
    ]


def _dominated(
    results: TechnologyStrength, taxonomy: Taxonomy, names: Countries, limit: float
) -> Finding:
    """Return in how many groups a measure lies with one country, and where most."""
    near = near_shares(results.group_concentration)
    if near.empty:
        return Finding(
            say("No group has figures near enough to say whether one country dominates it."),
            say("{n} groups", n=count(len(taxonomy.groups))),
            data_to(results.technology_strength["window"]),
        )
    flagged = near[near["flag_top"].fillna(False).astype(bool)]
    most = near.sort_values("top_share", ascending=False).to_dict("records")[0]
    values: dict[str, Sayable] = {
        "n": count(flagged["group_id"].nunique()),
        "all": count(near["group_id"].nunique()),
        "limit": percent(limit),
    }
    certainty = say(
        "up to {share} ({low}\u2013{high}), {group}",
        group=taxonomy.short_name(most["group_id"]),
        share=percent(most["top_share"]),
        low=percent(most["top_share_low"]),
        high=percent(most["top_share_high"]),
    )
    to = data_to(near["window"])
    if flagged.empty:
        return Finding(
            say("No country holds {limit} in any of {all} groups.", **_but(values, "n")),
            certainty,
            to,
        )
    held = commas(
        say(
            "{country} by {kinds}",
            country=names.text(str(code)),
            kinds=commas(
                words for words, _ in _kinds(flagged.loc[flagged["top_country"] == code, "measure"])
            ),
        )
        for code in flagged["top_country"].value_counts().index
    )
    return Finding(
        say(
            "One country holds {limit} or more in {n} of {all} groups: {held}.", held=held, **values
        ),
        certainty,
        to,
    )


def _but(values: dict[str, Sayable], name: str) -> dict[str, Sayable]:
    return {key: value for key, value in values.items() if key != name}


# --- coverage and ranks -----------------------------------------------------------------------


def coverage_table(results: TechnologyStrength) -> pd.DataFrame:
    """Return how each group is measured, with the strongest role in its rank."""
    coverage = results.group_coverage
    roles = [
        role_in_rank(results.technology_ranks, group) if ranked else None
        for group, ranked in coverage[["group_id", "n_ranked"]].to_numpy()
    ]
    columns = ["group_id", "measures", "measures_ranked", "measures_needed", "n_countries"]
    table = coverage[[*columns, "n_ranked", "confidence", "status"]]
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
        cells.words("role", say("role in the rank"), ROLES),
        cells.observed("measures_needed", say("measures needed"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.observed("n_ranked", say("ranked"), count),
        cells.words("confidence", say("wording of the list"), confidence),
        cells.words("status", say("note"), COVERAGE),
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


def matrix_headline(results: TechnologyStrength, names: Countries) -> Text:
    """Return who is first in most groups, and in how many that is firm."""
    first = leaders(results.technology_ranks, results.group_coverage)
    holders = first["country"].value_counts()
    return say(
        "First by median rank: {country} in {n} of {all} groups; firm first places: {firm}",
        country=names.text(str(holders.index[0])),
        n=count(holders.iloc[0]),
        all=count(len(first)),
        firm=count(first["firm_first"].sum()),
    )


def ranks_subtitle(results: TechnologyStrength, level: float) -> Text:
    """Return what ranks are made of."""
    return say(
        "Median rank by size with {level} interval; patents granted, articles and developers, "
        "{windows}",
        level=percent(level),
        windows=window_words(results.technology_strength["window"]),
    )


def matrix_alt(
    results: TechnologyStrength,
    shown: Sequence[str],
    viewpoint: str,
    names: Countries,
) -> Text:
    """Return the matrix in words."""
    first = leaders(results.technology_ranks, results.group_coverage)
    own = results.technology_ranks
    ranked = own[(own["country"] == viewpoint) & (own["status"] == "ok")]
    values: dict[str, Sayable] = {
        "groups": count(len(first)),
        "countries": count(len(shown)),
        "leaders": names.texts(first["country"].value_counts().index[:3]),
        "viewpoint": names.text(viewpoint),
    }
    if ranked.empty:
        return say(
            "Grid of {groups} groups by {countries} countries with rank and interval in each "
            "cell. First places belong to {leaders}; {viewpoint} has no rank.",
            **values,
        )
    return say(
        "Grid of {groups} groups by {countries} countries with rank and interval in each cell. "
        "First places belong to {leaders}; {viewpoint} stands between {best} and {worst}.",
        best=rank_number(ranked["rank_median"].min()),
        worst=rank_number(ranked["rank_median"].max()),
        **values,
    )


def leading_headline(results: TechnologyStrength) -> Text:
    """Return how many of the first ten ranks are firm."""
    ranks, coverage = results.technology_ranks, results.group_coverage
    near = coverage.loc[(coverage["status"] == "ok") & (coverage["n_ranked"] > 0), "group_id"]
    ten = pd.concat([first_by_rank(ranks, group, 10) for group in near] or [ranks.head(0)])
    labels = ten["label"].value_counts()
    return say(
        "Of {n} places among the first ten, {firm} are firm, {leaning} leaning; the rest are open",
        n=count(len(ten)),
        firm=count(labels.get("firm", 0)),
        leaning=count(labels.get("leaning", 0)),
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


def strength_table(results: TechnologyStrength, viewpoint: str, *, most: int = 5) -> pd.DataFrame:
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
        cells.observed("below", say("listed from"), count),
        cells.estimate(
            "world_share",
            say("share of the world"),
            lambda share: percent(share, 2),
            Interval("share_low", "share_high", mass),
        ),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.estimate(
            "rta_shrunk", say("advantage"), decimal, Interval("rta_low", "rta_high", mass)
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.estimate(
            "growth",
            say("growth a year"),
            lambda rate: percent(rate, 1, signed=True),
            Interval("growth_low", "growth_high", mass),
        ),
        cells.words("status", say("note"), STATUSES),
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
        "Patents by year of grant, articles by year of publication, {span}; newest window of each "
        "measure",
        span=span_words(results.technology_strength["window"]),
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
                say("{country} in {n}", country=names.text(str(code)), n=count(number))
                for code, number in flagged["top_country"].value_counts().items()
            ),
        )
    )


def concentration_subtitle(rows: pd.DataFrame, level: float) -> Text:
    """Return what the shares are made of."""
    return say(
        "Share of the first country with {level} interval; patents granted, articles and "
        "developers, {windows}",
        level=percent(level),
        windows=window_words(rows["window"]),
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
        cells.observed("n_countries", say("countries"), count),
        cells.texts("flags", say("flag")),
        cells.words("status", say("note"), STATUSES),
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
    """Return what statements are compared with."""
    return say(
        "{n} statements against patents granted, articles and developers, {windows}",
        n=count(len(results.stated_ledger)),
        windows=window_words(results.technology_strength["window"]),
    )


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
    met = [
        say("{met} of {all}", met=count(met), all=count(nearer))
        for met, nearer in rows[["nearer_met", "nearer"]].to_numpy()
    ]
    return rows.assign(
        strength=pd.Series(texts, dtype=object),
        met=pd.Series(met, dtype=object),
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
        cells.said("firm", say("sure"), lambda firm: YES_NO[bool(firm)]),
        cells.words("measure", say("decided by"), MEASURES),
        cells.words("role", say("role"), ROLES),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.observed("ranked", say("among"), count),
        cells.estimate(
            "share",
            say("share of the world"),
            lambda share: percent(share, 1),
            Interval("share_low", "share_high", mass),
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.texts("met", say("near measures that meet a condition")),
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
    """Return whether stated pairs are specialised more often than chance would have it."""
    row = _pooled(results)
    values: dict[str, Sayable] = {
        "value": decimal(row["value"]),
        "null": decimal(row["null_mean"]),
        "p": decimal(row["p_value"], 3),
    }
    if pd.isna(row["p_value"]):
        return say("Too few statements are measured to say whether they agree with figures")
    if row["p_value"] < 0.05:
        return say(
            "Stated pairs are more specialised than chance: AUC {value}, chance {null}, p {p}",
            **values,
        )
    return say(
        "Stated pairs are not surely more specialised than chance: AUC {value}, chance {null}, "
        "p {p}",
        **values,
    )


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
        cells.observed("overlap", say("shared with as used"), count),
        cells.said("compared", say("measures compared"), _measures),
    )


def sensitivity_headline(sensitivity: pd.DataFrame, taxonomy: Taxonomy) -> Text:
    """Return the choice that moves the first countries most, and the one that moves them least."""
    table = sensitivity_table(sensitivity, taxonomy)
    others = table[table["variant"] != "as_used"]
    share = (others["overlap"] / others["n"]).groupby(others["variant"]).mean().sort_values()
    if share.empty:
        return say("No other choice can be compared with the one used")
    return say(
        "Of the first countries {low} stay with the choice \u201c{most}\u201d, {high} with "
        "\u201c{least}\u201d",
        most=VARIANTS[str(share.index[0])],
        low=percent(share.iloc[0]),
        least=VARIANTS[str(share.index[-1])],
        high=percent(share.iloc[-1]),
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
    numbers |= {
        f"firm_{row['group_id']}": bool(row["firm_first"]) for row in first.to_dict("records")
    }
    coverage = results.group_coverage["status"]
    rate = _supported(results)
    pooled = _pooled(results)
    numbers |= {
        "firm_first_places": int(first["firm_first"].sum()),
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
