"""The tables of partner priorities: the four sides of a partner, its rank, lists and orders.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import Column, Table, estimate_columns, partner_column, share_column

# the row over all groups of a list
ALL_GROUPS = "ALL"
# the four sides of a partner; room is how far the tie lies below what is expected
SIDES = ("strength", "complementarity", "tie", "room")
TIE_SCOPES = ("group", "all_fields")
# what speaks for a partner, and what to be careful about
FOR_IT = ("leads_here", "strong_here", "specialised", "close_tie", "room_to_grow")
CAUTIONS = ("no_tie", "shallow_tie", "above_expected", "few_items", "one_measure", "tie_all_fields")
LISTS = ("leaders_without_tie", "ties_without_strength")
# why a partner stands on a list
WHY_LISTED = (
    *("tie_unknown", "no_tie", "shallow_tie", "below_association", "below_expected"),
    *("ranks_lower", "not_ranked"),
)
STATED_LISTS = ("ten_leaders", "long_term")

_NOTEBOOK = "partner_priorities"
_FRAMEWORK = Column("framework", "text", "list of technologies, as in params.yaml")
_GROUP = Column("group_id", "text", "group of the list")
_GROUP_OR_ALL = Column("group_id", "text", "group of the list, or ALL for all groups together")
_PARTNER = partner_column("partner country, ISO 3166-1 alpha-3")
_LABEL = Column(
    "label",
    "text",
    "firm, leaning or do not conclude (params: ranks); firm only if any_low to any_high spans no "
    "more than leaning may, and strength rests on enough measures",
    allowed=("firm", "leaning", "do not conclude"),
)


def _status(meaning: str, *allowed: str) -> Column:
    return Column("status", "text", meaning, allowed=("ok", *allowed))


def _number(name: str, meaning: str, unit: str, low: float | None = None) -> Column:
    return Column(name, "number", meaning, unit, low, optional=True)


def _rank(meaning: str = "rank by the weighted score") -> tuple[Column, ...]:
    return (
        _number("rank", f"{meaning}, with the declared weights", "rank", 1),
        _number("rank_median", "median of the ranks drawn", "rank", 1),
        _number("rank_low", "ranks drawn, lower end", "rank", 1),
        _number("rank_high", "ranks drawn, upper end", "rank", 1),
    )


_STRENGTH_RANK = (
    _number("strength_rank", "rank by size in the group, median of draws", "rank", 1),
    _number("strength_low", "rank by size in the group, lower end", "rank", 1),
    _number("strength_high", "rank by size in the group, upper end", "rank", 1),
)
_GAP = estimate_columns(
    "gap", "log of observed over expected cooperation; below 0: less than expected", "log ratio"
)
_TIE_KIND = Column("tie_kind", "text", "kind of cooperation counted", optional=True)
_VOLUME = _number("volume", "joint items in the newest window", "items of the kind", 0)

PARTNER_PRIORITIES = (
    Table(
        "partner_values",
        "results",
        "Strength, complementarity, tie and gap of each partner in each group",
        ("framework", "group_id", "partner"),
        (
            _FRAMEWORK,
            _GROUP,
            _PARTNER,
            _number(
                "strength",
                "log of the geometric mean of the shares of the world",
                "natural logarithm",
            ),
            *_STRENGTH_RANK,
            Column("n_measures", "integer", "measures in which the partner is listed", "number", 1),
            Column("few_items", "flag", "whether each of these measures counts too few items"),
            Column("measures", "text", "measures that enter the group's rank, semicolons between"),
            Column("windows", "text", "years of these measures, in the same order"),
            share_column(
                "partner_probability",
                "probability that the partner's advantage exceeds 1, mean of measures; it orders",
                optional=True,
            ),
            share_column(
                "own_probability",
                "the same probability for the viewpoint country",
                optional=True,
            ),
            share_column(
                "complementarity",
                "partner's probability times one minus the viewpoint's, a factor left out where "
                "own_side is not_measured; it is one number a group and changes no order there",
                optional=True,
            ),
            Column(
                "own_side",
                "text",
                "whether the viewpoint country is measured in the group",
                allowed=("measured", "not_measured"),
            ),
            _VOLUME,
            *estimate_columns(
                "tie", "joint items over the root of both totals (Salton)", "ratio", 0
            ),
            _TIE_KIND,
            Column("tie_window", "text", "years of tie and gap", optional=True),
            Column(
                "tie_scope",
                "text",
                "whether tie and gap are of the group, or of all fields for want of nearer ones",
                allowed=TIE_SCOPES,
            ),
            *_GAP,
            Column("missing", "text", "sides without a figure, semicolons between", optional=True),
            _status("not_estimable: a side has no figure, so no score", "not_estimable"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "partner_ranks",
        "results",
        "Rank of partners over the four sides, by group and over all groups",
        ("framework", "group_id", "partner"),
        (
            _FRAMEWORK,
            _GROUP_OR_ALL,
            _PARTNER,
            _number(
                "score",
                "weighted mean of the sides; over all groups: mean standing, near 1 for the first",
                "score",
            ),
            *_rank(),
            _LABEL,
            _number("any_low", "ranks drawn with all weights alike, lower end", "rank", 1),
            _number("any_high", "ranks drawn with all weights alike, upper end", "rank", 1),
            Column("ranked", "integer", "partners ranked", "partners", 0),
            Column(
                "groups", "integer", "groups in which the partner has all four sides", "groups", 0
            ),
            Column("on_front", "flag", "no other partner is at least as good on all four sides"),
            share_column("front_share", "draws in which that holds", optional=True),
            Column(
                "front_shown",
                "flag",
                "on the front, also in as many draws as an interval holds, and among the first ten",
            ),
            Column(
                "oldest_year",
                "integer",
                "first year of the measures of strength",
                "year",
                1900,
                2110,
                optional=True,
            ),
            Column(
                "newest_year",
                "integer",
                "last year of the measures of strength",
                "year",
                1900,
                2110,
                optional=True,
            ),
            Column(
                "reasons",
                "text",
                "what speaks for the partner and what to be careful about, semicolons between",
                optional=True,
            ),
            _status(
                "not_estimable: a side has no figure; over all groups: ranked in too few",
                "not_estimable",
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "side_correlations",
        "results",
        "How far tie and room pull against each other in each group",
        ("framework", "group_id"),
        (
            _FRAMEWORK,
            _GROUP,
            Column("n", "integer", "partners with all four sides", "partners", 0),
            _number("correlation", "rank correlation (Spearman) of tie and room", "-1 to 1", -1),
            _number("correlation_low", "over draws of both, lower end", "-1 to 1", -1),
            _number("correlation_high", "over draws of both, upper end", "-1 to 1", -1),
            _status("too_short: too few partners for a correlation", "too_short"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "priority_lists",
        "results",
        "Leaders whose tie falls short, and ties to partners that lead nowhere",
        ("list", "group_id", "partner"),
        (
            Column(
                "list",
                "text",
                "leaders whose tie is absent, shallow or surely below what is expected (or not on "
                "record: tie_unknown); or ties to partners without strength",
                allowed=LISTS,
            ),
            _GROUP_OR_ALL,
            _PARTNER,
            *_STRENGTH_RANK,
            _TIE_KIND,
            Column("tie_scope", "text", "tie of the group, or of all fields", allowed=TIE_SCOPES),
            _VOLUME,
            Column(
                "tie_place",
                "integer",
                "place of the tie by joint items among those of the viewpoint country",
                "place",
                1,
                optional=True,
            ),
            *estimate_columns(
                "association", "joint items over those expected from both totals", "ratio", 0
            ),
            *_GAP,
            Column(
                "reasons",
                "text",
                "why it stands there, semicolons between; below_association only where no gap can "
                "be estimated",
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "stated_order",
        "results",
        "Stated partners in the order of the text, and their measured place",
        ("list", "partner"),
        (
            Column("list", "text", "list of a text", allowed=STATED_LISTS),
            Column("partner", "text", "country, ISO 3166-1 alpha-3, or a group of countries"),
            Column("stated_position", "integer", "position in the text", "place", 1),
            Column("members", "integer", "countries behind it, 1 for a country", "countries", 1),
            Column("measured_members", "integer", "of these with a rank", "countries", 0),
            *_rank("measured rank; of a group of countries the median of its members"),
            Column(
                "best_member", "country", "member with the best rank, groups only", optional=True
            ),
            _number("best_rank", "its rank", "rank", 1),
            _number("best_low", "its rank, lower end", "rank", 1),
            _number("best_high", "its rank, upper end", "rank", 1),
            Column("among", "integer", "partners ranked", "partners", 0),
            _status(
                "group: of several countries, whose ties are never added; not_estimable: no rank",
                "group",
                "not_estimable",
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "stated_order_agreement",
        "results",
        "How far the order of a stated list agrees with the measured order",
        ("list",),
        (
            Column("list", "text", "list of a text", allowed=STATED_LISTS),
            Column("n", "integer", "countries with position and rank", "countries", 0),
            _number("correlation", "rank correlation (Spearman)", "-1 to 1", -1),
            _number("correlation_low", "over the ranks drawn, lower end", "-1 to 1", -1),
            _number("correlation_high", "over the ranks drawn, upper end", "-1 to 1", -1),
            _number("null_low", "of orders drawn at random, lower end", "-1 to 1", -1),
            _number("null_high", "of orders drawn at random, upper end", "-1 to 1", -1),
            share_column("p_value", "random orders that agree at least as well", optional=True),
            _status("too_short: too few countries for a correlation", "too_short"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "replication_order",
        "results",
        "Partners after the pilot, in the order of the overall rank",
        ("partner",),
        (
            _PARTNER,
            Column("position", "integer", "position after the pilot", "place", 1, optional=True),
            Column(
                "step",
                "integer",
                "partners of one step cannot be told apart: their intervals overlap its first",
                "step",
                1,
                optional=True,
            ),
            *_rank(),
            Column("among", "integer", "partners ranked", "partners", 0),
            share_column(
                "similarity_to_pilot",
                "likeness of the mix of articles with that of the pilot, 1 for the same; most "
                "countries lie near 1, so it tells few of them apart",
                optional=True,
            ),
            Column(
                "groups_measured", "integer", "groups in which it has all four sides", "groups", 0
            ),
            _status("not_estimable: ranked in too few groups", "not_estimable"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
)
