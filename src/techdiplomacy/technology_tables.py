"""The tables of technology strength: evidence by group, and what the notebook makes of it.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    Column,
    Table,
    count_column,
    country_column,
    estimate_columns,
    share_column,
)

# the measures of a group, in the order in which they are shown; those only for comparison apart
MEASURES = (
    *("families", "uspto_domains", "uspto_topics", "ai_patents"),
    *("articles", "ai_articles", "developers"),
)
# shown beside the others, never ranked or graded: sums over however many topics list a country
SHOWN_ONLY = ("developers",)
# a stock of all years gives way to counts of a window from the same office: stock, and window
SAME_OFFICE = {"uspto_domains": "uspto_topics"}
COMPARED_ONLY = ("uspto_fields", "articles_whole")
# fields of the strongest role alone, or those of the two stronger roles together
RULES = ("strongest", "direct_and_partial")
GRADES = ("supported", "partly", "not_supported", "cannot_be_measured")
VARIANTS = (
    *("as_used", "one_office", "whole_counts", "window_before", "direct_and_partial"),
    *("raw_share_of_families", "specialisation", "specialisation_raw", "other_taxonomy"),
    *(f"without_{measure}" for measure in MEASURES if measure not in SHOWN_ONLY),
)
INDICATORS = ("world_share", "probability_above")

_NOTEBOOK = "technology_strength"
_ROLES = ("direct", "partial", "proxy")
_FRAMEWORK = Column("framework", "text", "list of technologies, as in params.yaml")
_GROUP = Column("group_id", "text", "group of the list")
_MEASURE = Column("measure", "text", "what is counted", allowed=MEASURES)
_WINDOW = Column("window", "text", "years pooled, for example 2016-2020")
_STATUS_OR_BELOW = Column(
    "status",
    "text",
    "small_n: too few items for a ratio; below_limit: not listed, so below the least count listed; "
    "few_listed: the source lists too few countries, or in too different numbers of topics, to "
    "compare them",
    allowed=("ok", "small_n", "below_limit", "few_listed", "not_estimable"),
)
_STATUS = Column(
    "status",
    "text",
    "small_n: too few items for a ratio; not_estimable: nothing to estimate from",
    allowed=("ok", "small_n", "not_estimable"),
)


def _role(name: str = "role", *, optional: bool = False) -> Column:
    return Column(
        name,
        "text",
        "how well the fields counted measure the group: the strongest role there is",
        allowed=_ROLES,
        optional=optional,
    )


def _ends(of: str, meaning: str, unit: str, low: float | None = None) -> tuple[Column, Column]:
    return (
        Column(f"{of}_low", "number", f"{meaning}, lower end", unit, low, optional=True),
        Column(f"{of}_high", "number", f"{meaning}, upper end", unit, low, optional=True),
    )


def _share_ends(of: str, meaning: str) -> tuple[Column, Column]:
    return (
        share_column(f"{of}_low", f"{meaning}, lower end", optional=True),
        share_column(f"{of}_high", f"{meaning}, upper end", optional=True),
    )


_MEASURE_RANKS = (
    Column(
        "rank_median",
        "number",
        "rank by share of the world, median of draws",
        "rank",
        1,
        optional=True,
    ),
    *_ends("rank", "rank by share of the world", "rank", 1),
    Column("ranked", "integer", "countries ranked", "countries", 0, optional=True),
)

GROUP_EVIDENCE = (
    Table(
        "group_evidence",
        "features",
        "Items of each country in each group of technologies, by measure and window",
        ("framework", "measure", "rule", "group_id", "window", "country"),
        (
            _FRAMEWORK,
            Column("measure", "text", "what is counted", allowed=(*MEASURES, *COMPARED_ONLY)),
            Column(
                "rule",
                "text",
                "fields of the strongest role alone, or direct and partial ones together",
                allowed=RULES,
            ),
            _GROUP,
            _WINDOW,
            country_column(),
            Column(
                "role",
                "text",
                "how well the fields counted measure the group: the weakest of those counted",
                allowed=_ROLES,
            ),
            Column("fields", "text", "fields counted, in any country, semicolons between"),
            count_column(
                "count_items",
                "items in the group; empty where the source lists the country only elsewhere",
                "items of the measure",
                optional=True,
            ),
            count_column(
                "below",
                "where the source does not list the country: it has fewer items than this",
                "items of the measure",
                optional=True,
            ),
            count_column(
                "base_items",
                "items of the country in all fields",
                "items of the measure",
                optional=True,
            ),
            count_column(
                "world_items", "items in the group of all countries listed", "items of the measure"
            ),
            count_column(
                "world_base",
                "items in all fields of all countries listed",
                "items of the measure",
                optional=True,
            ),
            share_column(
                "world_mix",
                "part of the group in all countries, over the fields that list the country",
                optional=True,
            ),
            Column("n_fields", "integer", "fields in which the country is listed", "fields", 0),
            Column("upper_bound", "flag", "whether fields were added that share what they count"),
        ),
    ),
)

TECHNOLOGY_STRENGTH = (
    Table(
        "group_coverage",
        "results",
        "How each group of technologies is measured, and which groups are not",
        ("framework", "group_id"),
        (
            _FRAMEWORK,
            _GROUP,
            Column("established", "flag", "whether a source gives the name of the group"),
            Column("confidence", "text", "how sure the wording of the group is"),
            Column("measures", "text", "measures with figures, semicolons between", optional=True),
            Column(
                "measures_ranked",
                "text",
                "measures that enter the rank, semicolons between",
                optional=True,
            ),
            Column(
                "same_office",
                "text",
                "measures kept out of the rank: all years of an office of which a window enters",
                allowed=tuple(SAME_OFFICE),
                optional=True,
            ),
            _role("best_role", optional=True),
            Column(
                "measures_needed", "integer", "measures a country needs for a rank", "number", 0
            ),
            Column("n_countries", "integer", "countries with figures", "countries", 0),
            Column("n_ranked", "integer", "countries ranked", "countries", 0),
            Column(
                "status",
                "text",
                "proxies_only: nothing nearer than a proxy; no_evidence: no field is assigned",
                allowed=("ok", "proxies_only", "no_evidence"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "technology_strength",
        "results",
        "Strength of each country in each group of technologies, one measure at a time",
        ("framework", "measure", "group_id", "country"),
        (
            _FRAMEWORK,
            _MEASURE,
            _GROUP,
            country_column(),
            _role(),
            _WINDOW,
            count_column(
                "count_items",
                "items in the group; empty where the source lists the country only elsewhere",
                "items of the measure",
                optional=True,
            ),
            count_column(
                "below",
                "where the source does not list the country: it has fewer items than this",
                "items of the measure",
                optional=True,
            ),
            share_column(
                "world_share", "items of the country among those of all listed", optional=True
            ),
            *_share_ends("share", "share of the world"),
            Column("size_tier", "text", "order of magnitude of the items", optional=True),
            *_MEASURE_RANKS,
            Column(
                "rta",
                "number",
                "share of the group in the country over that in the world",
                "ratio",
                0,
                optional=True,
            ),
            Column(
                "rta_shrunk",
                "number",
                "the same, drawn towards the world's share",
                "ratio",
                0,
                optional=True,
            ),
            *_ends("rta", "shrunk advantage", "ratio", 0),
            share_column(
                "probability_above", "probability that the advantage exceeds 1", optional=True
            ),
            *estimate_columns(
                "growth",
                "yearly rate of growth of the items since the window before, 0.1 for a tenth",
                "per year",
                -1,
            ),
            _STATUS_OR_BELOW,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "technology_ranks",
        "results",
        "Rank of countries by size in each group, over all its measures",
        ("framework", "group_id", "country"),
        (
            _FRAMEWORK,
            _GROUP,
            country_column(),
            Column(
                "rank",
                "number",
                "rank with equal weights and the figures as they are",
                "rank",
                1,
                optional=True,
            ),
            Column("rank_median", "number", "median of the ranks drawn", "rank", 1, optional=True),
            *_ends("rank", "ranks drawn", "rank", 1),
            share_column(
                "share_at_rank", "draws in which the rank is that of equal weights", optional=True
            ),
            share_column("share_at_first", "draws in which the rank is 1, alone", optional=True),
            Column(
                "holds_first",
                "flag",
                "first at both ends of the interval, over two measures or more, and still first by "
                "median when any one of them is left out",
            ),
            Column("span", "number", "difference of the two ends", "ranks", 0, optional=True),
            Column(
                "label",
                "text",
                "firm, leaning or do not conclude (params: ranks); one measure alone is never firm",
                allowed=("firm", "leaning", "do not conclude"),
            ),
            Column("n_measures", "integer", "measures in which the country is listed", "number", 1),
            Column(
                "n_possible", "integer", "measures that enter the rank of the group", "number", 1
            ),
            Column("measures", "text", "measures in which the country is listed"),
            _role("best_role"),
            share_column("score", "score with equal weights", optional=True),
            Column(
                "status",
                "text",
                "small_n: too few items in each measure of the rank; not_estimable: listed in "
                "fewer than half of the measures, or nowhere above zero",
                allowed=("ok", "small_n", "not_estimable"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "group_concentration",
        "results",
        "How much of each group the first country holds, by measure",
        ("framework", "measure", "group_id"),
        (
            _FRAMEWORK,
            _MEASURE,
            _GROUP,
            _WINDOW,
            _role(),
            Column("n_countries", "integer", "countries with items", "countries", 0),
            Column("top_country", "country", "country with most items", optional=True),
            share_column("top_share", "its share", optional=True),
            *_share_ends("top_share", "its share"),
            Column("second_country", "country", "country with most items after it", optional=True),
            *estimate_columns(
                "lead", "items of the first over those of the best other", "ratio", 0
            ),
            share_column(
                "hhi", "Herfindahl-Hirschman index, corrected for few items", optional=True
            ),
            *_share_ends("hhi", "Herfindahl-Hirschman index"),
            Column(
                "flag_top",
                "flag",
                "whether the first country's share reaches the parameter; no where there is none",
            ),
            Column(
                "flag_hhi",
                "flag",
                "whether the index reaches the parameter; no where there is none",
            ),
            _STATUS_OR_BELOW,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "stated_ledger",
        "results",
        "What texts state of countries, and what figures make of each statement",
        ("statement",),
        (
            Column("statement", "integer", "number of the statement", "number", 1),
            country_column("country of which it is stated, ISO 3166-1 alpha-3"),
            Column(
                "group_id",
                "text",
                "group of the list in force; empty if none is meant",
                optional=True,
            ),
            Column("strength_en", "text", "the strength in English"),
            Column("strength_vi", "text", "the strength in Vietnamese"),
            Column("grade", "text", "what the figures make of it", allowed=GRADES),
            Column(
                "reason",
                "text",
                "condition that decided",
                allowed=(
                    *("top_k", "specialised_and_large", "specialised_only", "rank_may_reach"),
                    *("none", "proxies_only", "not_usable", "no_rows"),
                    *("no_group", "ambiguous", "other_list", "other_words"),
                ),
            ),
            Column("firm", "flag", "whether the condition holds over its whole interval"),
            Column("measure", "text", "measure that decided", allowed=MEASURES, optional=True),
            _role(optional=True),
            Column("window", "text", "years pooled of that measure", optional=True),
            *_MEASURE_RANKS,
            share_column(
                "probability_above", "probability that the advantage exceeds 1", optional=True
            ),
            share_column("share", "share of the world", optional=True),
            Column(
                "nearer_met",
                "integer",
                "direct or partial measures that meet a full condition",
                "measures",
                0,
            ),
            Column(
                "nearer", "integer", "direct or partial measures that can be used", "measures", 0
            ),
            Column(
                "supported_by_any",
                "flag",
                "whether one direct or partial measure alone meets a full condition",
            ),
            Column(
                "conflict",
                "text",
                "conflicts between sources that touch it, by number",
                optional=True,
            ),
            Column("source_title", "text", "text that states it"),
            Column("source_url", "text", "address of the text"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "stated_agreement",
        "results",
        "How well each measure puts the stated pairs before the others",
        ("measure", "indicator", "statistic"),
        (
            Column(
                "measure",
                "text",
                "what is counted; pooled: all measures together",
                allowed=(*MEASURES, "pooled"),
            ),
            Column("indicator", "text", "what is compared", allowed=INDICATORS),
            Column(
                "statistic",
                "text",
                "area under the curve, or recall among the first k",
                allowed=("auc", "recall_at_k"),
            ),
            Column("k", "integer", "groups of a country that count as first", "groups", 1),
            share_column("value", "the statistic", optional=True),
            share_column("low", "lower end over resampled countries", optional=True),
            share_column("high", "upper end over resampled countries", optional=True),
            share_column(
                "null_mean", "mean when statements are put on random groups", optional=True
            ),
            share_column("null_low", "lower end of the same", optional=True),
            share_column("null_high", "upper end of the same", optional=True),
            share_column("p_value", "share of random placements at least as large", optional=True),
            Column("n_stated", "integer", "stated pairs that are measured", "pairs", 0),
            Column(
                "n_pairs", "integer", "pairs of the same countries that are measured", "pairs", 0
            ),
            Column(
                "n_countries",
                "integer",
                "countries with a stated pair that is measured",
                "countries",
                0,
            ),
            _STATUS,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "grade_rates",
        "results",
        "Grades of the stated pairs beside those of the unstated pairs of the same countries",
        ("grade",),
        (
            Column("grade", "text", "what the figures make of a pair", allowed=GRADES),
            Column("stated", "integer", "stated pairs", "pairs", 0),
            Column("unstated", "integer", "other pairs of the same countries", "pairs", 0),
            share_column("share_stated", "share of the stated pairs", optional=True),
            *_share_ends("share_stated", "share of the stated pairs"),
            Column(
                "supported_by_any",
                "integer",
                "stated pairs of the grade for which one direct or partial measure alone meets a "
                "full condition",
                "pairs",
                0,
            ),
            share_column("share_unstated", "share of the other pairs", optional=True),
            *_share_ends("share_unstated", "share of the other pairs"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "rank_sensitivity",
        "results",
        "The first countries of each group when a choice is made otherwise",
        ("framework", "group_id", "variant", "position"),
        (
            _FRAMEWORK,
            _GROUP,
            Column("variant", "text", "the choice", allowed=VARIANTS),
            Column("position", "integer", "place by the variant", "place", 1),
            country_column(),
            Column(
                "value", "number", "score, share of the world or advantage", "score or ratio", 0
            ),
            Column("overlap", "integer", "countries shared with the first as used", "countries", 0),
            Column(
                "first_changes",
                "flag",
                "whether the first country is another than as used; no where none is first as used",
            ),
            Column("compared", "text", "measures that entered, semicolons between"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "viewpoint_spread",
        "results",
        "Over how many fields the viewpoint country spreads, window by window",
        ("evidence", "window"),
        (
            Column("evidence", "text", "kind of evidence", allowed=("patents", "publications")),
            _WINDOW,
            country_column("viewpoint country, ISO 3166-1 alpha-3"),
            count_column("n", "items in all fields", "families or articles", optional=True),
            share_column(
                "hhi",
                "Herfindahl-Hirschman index over fields, corrected for few items",
                optional=True,
            ),
            share_column("low", "lower end", optional=True),
            share_column("high", "upper end", optional=True),
            *estimate_columns(
                "effective_number", "number of equal fields with the same index", "fields", 0
            ),
            _STATUS,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "relatedness",
        "results",
        "Which fields lie near to what the viewpoint country is strong in, and who covers them",
        ("evidence", "country", "field"),
        (
            Column("evidence", "text", "kind of evidence", allowed=("patents", "publications")),
            country_column("viewpoint country, ISO 3166-1 alpha-3"),
            Column("field", "text", "field, as the publisher words it"),
            _WINDOW,
            Column(
                "groups",
                "text",
                "groups that the field measures, semicolons between",
                optional=True,
            ),
            Column(
                "rta_shrunk",
                "number",
                "advantage, drawn towards the world's share",
                "ratio",
                0,
                optional=True,
            ),
            *_ends("rta", "shrunk advantage", "ratio", 0),
            share_column(
                "probability_above", "probability that the advantage exceeds 1", optional=True
            ),
            Column("specialised", "flag", "whether the advantage reaches the parameter"),
            share_column(
                "density",
                "part of what is related that the country is specialised in",
                optional=True,
            ),
            Column(
                "place",
                "integer",
                "place by density among the fields it is not specialised in",
                "place",
                1,
                optional=True,
            ),
            Column(
                "covering_partners",
                "text",
                "large countries that are surely specialised, semicolons between",
                optional=True,
            ),
            _STATUS,
        ),
        notebook=_NOTEBOOK,
    ),
)
