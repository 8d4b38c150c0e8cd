"""The tables of expected cooperation: gaps by pair, their changes, and the fits behind them.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    Column,
    Table,
    count_column,
    country_column,
    partner_column,
    share_column,
)

# ties that are fitted, and what describes a pair; the past is the tie of the window before
WORKS, AI = GAP_KINDS = ("joint_works", "joint_ai_articles")
WITHOUT_PAST, WITH_PAST = SPECIFICATIONS = ("without_past", "with_past")
MIX_OF_FIELDS = "profile_similarity"
TERMS = (
    *("log_distance", "common_language", "contiguous", "colonial_tie"),
    *("trade_agreement", MIX_OF_FIELDS),
)
# profiles of all fields do not describe ties in a single one
TERMS_OF = {
    WORKS: TERMS,
    AI: tuple(term for term in TERMS if term != MIX_OF_FIELDS),
}
PAST = "log_past"
GAP_VERDICTS = ("above", "below", "open")
CHANGES = ("closing", "opening", "pulling_ahead", "rising", "falling_back", "no_change_seen")
# other ways to expect the ties of one kind, without the past, in the newest window
VARIED_KIND = GAP_KINDS[0]
AS_USED, NEGATIVE_BINOMIAL, REGIONS, THREE_YEARS = VARIANTS = (
    *("as_used", "negative_binomial", "regions", "three_years"),
)

_NOTEBOOK = "cooperation_ties"
_LOG = "natural log of observed over expected"
_KIND = Column("kind", "text", "kind of tie", allowed=GAP_KINDS)
_SPECIFICATION = Column(
    "specification",
    "text",
    "without_past: size, place, language, history, agreements and, where ties of all fields are "
    "counted, mix of fields; with_past: the tie of the window before as well",
    allowed=SPECIFICATIONS,
)
_WINDOW = Column("window", "text", "years pooled, for example 2019-2023")


def _log_column(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, _LOG, optional=True)


COOPERATION_GAPS = (
    Table(
        "cooperation_gaps",
        "results",
        "Ties of the viewpoint country against what is expected of them",
        ("kind", "specification", "window", "country", "partner"),
        (
            _KIND,
            _SPECIFICATION,
            _WINDOW,
            country_column("the viewpoint country, ISO 3166-1 alpha-3"),
            partner_column(),
            count_column(
                "observed",
                "joint items of the window; empty where the source does not list the partner",
                "items",
                optional=True,
            ),
            count_column(
                "expected",
                "joint items expected from the sizes of both countries and the traits of the pair",
                "items",
                optional=True,
            ),
            _log_column(
                "gap", "log of observed over expected, drawn towards 0 where counts are few"
            ),
            _log_column("gap_low", "lower end of the interval of the gap (params: gravity)"),
            _log_column("gap_high", "upper end of the interval of the gap (params: gravity)"),
            Column(
                "rank_among_all",
                "integer",
                "place among all pairs of the fit by the lower end; 1 is the highest",
                "rank",
                1,
                optional=True,
            ),
            Column("pairs_ranked", "integer", "pairs of the fit", "pairs", 1, optional=True),
            Column(
                "verdict",
                "text",
                "above or below what is expected if the whole interval is; otherwise open",
                allowed=GAP_VERDICTS,
                optional=True,
            ),
            Column(
                "holds",
                "integer",
                "whether a verdict above or below keeps its side in every variant of the table "
                "gap_sensitivity, its ratio beyond 1 by at least 5 %: 1 yes, 0 no; empty where no "
                "variant was looked at",
                "0 or 1",
                0,
                1,
                optional=True,
            ),
            Column(
                "status",
                "text",
                "not_estimable: a trait is missing, or a country has no ties; separated: the fit "
                "drives the expectation to zero; outside_panel: the source does not list the pair",
                allowed=("ok", "not_estimable", "separated", "outside_panel"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "gap_changes",
        "results",
        "How the gap of each tie of the viewpoint country has changed up to the newest window",
        ("kind", "specification", "from_window", "partner"),
        (
            _KIND,
            _SPECIFICATION,
            Column("from_window", "text", "earlier window"),
            Column("to_window", "text", "newest window"),
            partner_column(),
            Column("gap_before", "number", "gap in the earlier window", _LOG),
            Column("gap_after", "number", "gap in the newest window", _LOG),
            Column("change", "number", "gap in the newest window less the earlier one", _LOG),
            Column("change_low", "number", "lower end of the interval of the change", _LOG),
            Column("change_high", "number", "upper end of the interval of the change", _LOG),
            Column(
                "verdict",
                "text",
                "by the verdicts of both windows. pulling_ahead: rising, and now above; closing: "
                "rising from below, and not above now; rising: any other rise; opening: falling, "
                "and now below; falling_back: any other fall; no_change_seen: the interval of the "
                "change holds 0",
                allowed=CHANGES,
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "gap_sensitivity",
        "results",
        "The gaps of the viewpoint country in the newest window under other ways to expect ties",
        ("kind", "variant", "partner"),
        (
            Column("kind", "text", "kind of tie", allowed=(VARIED_KIND,)),
            Column(
                "variant",
                "text",
                "as_used: the fit without the past; negative_binomial: the same terms by the "
                "likelihood of the negative binomial, which gives large counts less weight; "
                "regions: a term more for each region, 1 if both countries belong to it; "
                "three_years: the last three years of the window",
                allowed=VARIANTS,
            ),
            _WINDOW,
            partner_column(),
            count_column("observed", "joint items of these years", "items"),
            count_column(
                "expected", "joint items that the variant expects", "items", optional=True
            ),
            _log_column("gap", "log of observed over expected, drawn towards 0 as in the gaps"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "gravity_coefficients",
        "results",
        "What goes with more ties between two countries of given sizes",
        ("kind", "specification", "window", "term"),
        (
            _KIND,
            _SPECIFICATION,
            _WINDOW,
            Column("term", "text", "trait of the pair", allowed=(*TERMS, PAST)),
            Column(
                "coefficient",
                "number",
                "change of the log of the expected items with one unit of the trait; empty where "
                "the pairs do not tell it apart",
                "log items",
                optional=True,
            ),
            Column(
                "low", "number", "lower end of the bootstrap interval", "log items", optional=True
            ),
            Column(
                "high", "number", "upper end of the bootstrap interval", "log items", optional=True
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "gravity_fits",
        "results",
        "The fits behind the expectations: countries, pairs, what was left out, how near they are",
        ("kind", "specification", "window"),
        (
            _KIND,
            _SPECIFICATION,
            _WINDOW,
            Column("n_countries", "integer", "countries fitted", "countries", 2),
            Column("n_pairs", "integer", "pairs fitted", "pairs", 1),
            Column("n_without_traits", "integer", "pairs that lack a trait", "pairs", 0),
            Column(
                "without_traits",
                "text",
                "countries all of whose pairs lack a trait, then other such pairs",
                optional=True,
            ),
            Column("n_separated", "integer", "pairs that the fit drives to zero", "pairs", 0),
            Column("n_zero_total", "integer", "countries without any ties", "countries", 0),
            count_column("kappa", "gamma shape of the spread around the expectation", "shape"),
            share_column(
                "deviance_explained",
                "part of the deviance left by country sizes alone that the traits of pairs take up",
            ),
            count_column(
                "totals_error",
                "largest relative difference of a fitted and an observed country total",
                "ratio",
            ),
        ),
        notebook=_NOTEBOOK,
    ),
)
