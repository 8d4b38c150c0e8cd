"""The tables of what is known between countries, of the scorecard, the events and the offices.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    PARTNERSHIP_LEVELS,
    Column,
    Table,
    count_column,
    country_column,
    named_year_column,
    partner_column,
    share_column,
    whole_column,
    year_column,
)

ORIGINS = ("embedded", "register")
EXCHANGE_KINDS = ("study", "training", "research", "experts", "other")
INDICATORS = (
    *("preference", "gap", "gap_growth", "persistence", "breadth", "leadership"),
    *("patent_quality", "article_quality", "complementarity", "absorption"),
    *("conversion", "people"),
)
CARD_STATUSES = (
    *("ok", "incomplete", "small_n", "not_enough_data", "needs_technology", "needs_register"),
)
EVENT_KINDS = ("any", "partnership_level", "agreement")
EVENT_VERDICTS = ("change_seen", "no_change_seen", "not_enough_data")
WHY_NOT = (
    *("no_step_known", "not_dated", "not_in_data", "too_early", "too_recent"),
    *("too_few_works", "step_shortly_before", "later_step", "no_controls"),
)
MISSIONS = ("embassy", "other_mission", "consulate", "not_listed")
REPRESENTED = ("represented", "mission_listed", "nothing_listed")
CONFIRMED = ("recent", "stale")

_NOTEBOOK = "partner_priorities"
_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_VIEWPOINT = country_column("viewpoint country, ISO 3166-1 alpha-3")
_ORIGIN = Column("origin", "text", "embedded figures, or the owner's register", allowed=ORIGINS)
_EVIDENCE = Column("evidence", "text", "page or document that the row rests on", optional=True)
_EVENT_KIND = Column("event_kind", "text", "kind of dated step", allowed=EVENT_KINDS)


def _date(name: str, meaning: str) -> Column:
    return Column(name, "text", f"{meaning}: year, month or day", optional=True, pattern=_DATE)


def _ends(of: str, meaning: str, unit: str) -> tuple[Column, Column]:
    return (
        Column(f"{of}low", "number", f"{meaning}, lower end", unit, optional=True),
        Column(f"{of}high", "number", f"{meaning}, upper end", unit, optional=True),
    )


_MISSION = Column(
    "mission",
    "text",
    "highest mission listed; other_mission: representative office, de facto embassy and the like; "
    "not_listed: the list is incomplete, so this is not 'none'",
    allowed=MISSIONS,
)
_EVENT_RESULT = (
    whole_column("used", "events that can be used, one a partner", "events"),
    whole_column("controls", "median number of partners compared with", "partners"),
    Column(
        "effect",
        "number",
        "mean change of log association beside that of partners without a step",
        "log ratio",
        optional=True,
    ),
    *_ends("placebo_", "the same for random partners and years", "log ratio"),
    share_column(
        "p_value", "share of random partners and years at least as far out", optional=True
    ),
    share_column(
        "p_same_partners",
        "share of random years of the same partners at least as far out",
        optional=True,
    ),
    Column(
        "detectable",
        "number",
        "smallest mean change, up or down alike, that would be seen with a probability of 80 %",
        "log ratio",
        0,
        optional=True,
    ),
    Column(
        "verdict",
        "text",
        "change_seen: both shares lie below the level of params (events)",
        allowed=EVENT_VERDICTS,
    ),
)

KNOWN_FACTS = (
    Table(
        "known_levels",
        "features",
        "Known steps of partnership between two countries",
        ("country", "partner", "level"),
        (
            country_column(),
            partner_column(),
            Column(
                "level",
                "text",
                "level of partnership; a pair without row is one of which none is known here",
                allowed=PARTNERSHIP_LEVELS,
            ),
            _date("since", "start of the level"),
            named_year_column("since_year", "year in which the level started", optional=True),
            whole_column("current", "1 if the level held on the day of the list, else 0", "0 or 1"),
            _EVIDENCE,
            _ORIGIN,
        ),
    ),
    Table(
        "known_agreements",
        "features",
        "Known instruments on science and technology",
        ("country", "partner", "title"),
        (
            country_column(),
            partner_column(),
            Column("title", "text", "title of the instrument"),
            Column("instrument_type", "text", "kind of instrument", optional=True),
            _date("signed", "signature"),
            named_year_column("signed_year", "year of signature", optional=True),
            _date("in_force", "entry into force"),
            Column(
                "source_group",
                "text",
                "what the row rests on",
                allowed=("official", "press", "register"),
            ),
            _EVIDENCE,
            _ORIGIN,
        ),
    ),
    Table(
        "known_offices",
        "features",
        "Known science and technology offices abroad and joint institutions",
        ("country", "partner", "city", "name"),
        (
            country_column("sending country, ISO 3166-1 alpha-3"),
            partner_column("host country, ISO 3166-1 alpha-3"),
            Column("city", "text", "city of the office"),
            Column("name", "text", "name of the office"),
            _date("since", "opening"),
            _date("last_confirmed", "newest dated page or document that mentions it"),
            _EVIDENCE,
            _ORIGIN,
        ),
    ),
    Table(
        "known_exchanges",
        "features",
        "Persons trained or exchanged between two countries, as far as known",
        ("country", "partner", "year", "kind"),
        (
            country_column("country that the persons come from, ISO 3166-1 alpha-3"),
            partner_column("country that they go to, ISO 3166-1 alpha-3"),
            year_column("year of departure"),
            Column("kind", "text", "purpose", allowed=EXCHANGE_KINDS),
            count_column("persons", "persons", "persons"),
            _EVIDENCE,
            _ORIGIN,
        ),
        may_be_empty=True,
    ),
    Table(
        "known_missions",
        "features",
        "Diplomatic missions listed, by sending and host country and by rank",
        ("country", "partner"),
        (
            country_column("sending country, ISO 3166-1 alpha-3"),
            partner_column("host country, ISO 3166-1 alpha-3"),
            whole_column("embassies", "embassies, high commissions and the like", "missions"),
            whole_column("consulates", "consulates of every rank", "missions"),
            whole_column(
                "other_missions",
                "representative offices, de facto embassies and consulates, and other missions",
                "missions",
            ),
        ),
    ),
)

SCORECARD = (
    Table(
        "scorecard",
        "results",
        "Twelve indicators of cooperation by partner; a proposal, not official criteria",
        ("indicator", "partner"),
        (
            Column("indicator", "text", "indicator of the rubric", allowed=INDICATORS),
            _VIEWPOINT,
            partner_column(),
            Column("value", "number", "value of the indicator", "of the indicator", optional=True),
            *_ends("", "value", "of the indicator"),
            share_column(
                "score", "place among all countries with the indicator, 1 is best", optional=True
            ),
            whole_column("pool", "countries with the indicator", "countries"),
            whole_column("groups", "groups that a mean over groups is of", "groups", optional=True),
            whole_column(
                "own_groups",
                "of these, groups in which the viewpoint country is measured as well",
                "groups",
                optional=True,
            ),
            Column(
                "scope",
                "text",
                "of all fields of technology, or a mean over groups or fields; never by group, "
                "since ties carry no technology",
                allowed=("all_fields", "mean_of_groups", "mean_of_fields"),
            ),
            Column(
                "status",
                "text",
                "incomplete: from facts known to be incomplete; needs_register, needs_technology: "
                "waits for such data; small_n: too few items",
                allowed=CARD_STATUSES,
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "scorecard_totals",
        "results",
        "Equal-weight score of the indicators that all have, and how far the rank moves",
        ("partner",),
        (
            _VIEWPOINT,
            partner_column(),
            share_column(
                "score",
                "mean of the scores of the indicators ranked; joint work above what is expected "
                "counts for a partner here, and against it as room in priorities",
                optional=True,
            ),
            Column(
                "indicators_ranked",
                "text",
                "indicators that every partner ranked has, semicolons between",
                optional=True,
            ),
            Column("rank", "number", "rank with equal weights", "rank", 1, optional=True),
            Column("rank_median", "number", "median of the ranks drawn", "rank", 1, optional=True),
            *_ends("rank_", "ranks drawn", "rank"),
            Column(
                "label",
                "text",
                "firm, leaning or do not conclude (params: ranks), the last one wherever less than "
                "the share measures_at_least of the rubric is ranked",
                allowed=("firm", "leaning", "do not conclude"),
            ),
            whole_column("measured", "indicators measured for the partner", "indicators"),
            whole_column("of", "indicators of the rubric", "indicators"),
            whole_column("ranked", "partners ranked", "partners"),
            Column("shallow", "flag", "whether the newest window holds next to no joint work"),
            Column(
                "status",
                "text",
                "not_enough_data: fewer than the share of params (ranks: measures_at_least) of the "
                "indicators that any partner has, or none that all of these have",
                allowed=("ok", "not_enough_data"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "event_study",
        "results",
        "Joint work after dated steps against random dates; says nothing of causes",
        ("event_kind", "outcome"),
        (
            _EVENT_KIND,
            Column("outcome", "text", "what is compared", allowed=("log_association",)),
            _VIEWPOINT,
            whole_column("events", "partners and years with a dated step", "events"),
            *_EVENT_RESULT,
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "event_paths",
        "results",
        "Log association year by year around dated steps, beside partners without a step",
        ("event_kind", "relative_year"),
        (
            _EVENT_KIND,
            Column("relative_year", "integer", "years since the step", "years", -50, 50),
            Column(
                "difference",
                "number",
                "mean distance from the years before, beside partners without a step",
                "log ratio",
                optional=True,
            ),
            *_ends("placebo_", "the same for random partners and years", "log ratio"),
            whole_column("events", "events used", "events"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "event_list",
        "results",
        "Every dated step, whether it could be used, and why not",
        ("event_kind", "partner", "year"),
        (
            _EVENT_KIND,
            _VIEWPOINT,
            partner_column(),
            year_column("year of the step; empty where unknown", optional=True),
            Column(
                "change",
                "number",
                "change of log association beside that of partners without a step; one tie, "
                "without interval",
                "log ratio",
                optional=True,
            ),
            Column("used", "flag", "whether it enters the mean"),
            Column("why_not", "text", "why it does not", allowed=WHY_NOT, optional=True),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "event_sensitivity",
        "results",
        "The comparison after dated steps of any kind, with other spans and other partners",
        ("years_after", "works_at_least"),
        (
            _VIEWPOINT,
            whole_column("years_before", "years compared before a step", "years"),
            whole_column("years_after", "years compared after a step", "years"),
            count_column(
                "works_at_least",
                "joint works a year that a partner needs in the years before",
                "works per year",
            ),
            Column("as_used", "flag", "whether these are the choices of the main comparison"),
            *_EVENT_RESULT,
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "representation",
        "results",
        "Missions, offices and instruments known for partners and leaders of technology",
        ("partner",),
        (
            _VIEWPOINT,
            partner_column(),
            Column("listed_partner", "flag", "whether params.yaml lists it as a partner"),
            _MISSION,
            whole_column("consulates", "consulates listed", "missions"),
            whole_column(
                "st_offices_known", "science offices of the viewpoint country there", "offices"
            ),
            _date("last_confirmed", "newest date of a page or document on these offices"),
            Column(
                "confirmed",
                "text",
                "stale: not confirmed in the ten years before the newest date in the lists of "
                "facts, or without any date; empty without known office",
                allowed=CONFIRMED,
                optional=True,
            ),
            whole_column(
                "inbound_offices_known", "offices and institutions of the partner", "offices"
            ),
            whole_column("instruments_known", "known instruments", "instruments"),
            Column(
                "level",
                "text",
                "highest level known to hold; empty: none is known here, which is not none",
                allowed=PARTNERSHIP_LEVELS,
                optional=True,
            ),
            whole_column("groups_led", "groups of technologies that the partner leads", "groups"),
            Column("groups", "text", "these groups, semicolons between", optional=True),
            Column(
                "verdict",
                "text",
                "represented: a science office is known; mission_listed: a mission is listed; "
                "nothing_listed: neither, which may be a gap of the lists",
                allowed=REPRESENTED,
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "representation_matrix",
        "results",
        "Where groups of technologies are led, and whether an office or mission is known there",
        ("framework", "group_id", "partner"),
        (
            Column("framework", "text", "list of technologies, as in params.yaml"),
            Column("group_id", "text", "group of the list"),
            _VIEWPOINT,
            partner_column(),
            Column("leader", "flag", "whether the partner leads the group"),
            Column("rank_median", "number", "median rank in the group", "rank", 1, optional=True),
            *_ends("rank_", "rank in the group", "rank"),
            Column("office", "text", "science office", allowed=("known", "not_known")),
            _MISSION,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "representation_totals",
        "results",
        "Science offices known against the number that is stated",
        ("what",),
        (
            Column("what", "text", "what is counted", allowed=("offices", "host_countries")),
            _VIEWPOINT,
            whole_column("known", "known here", "number"),
            whole_column("from_register", "of these, from the owner's register", "number"),
            whole_column("stated", "stated; empty for other countries", "number", optional=True),
            Column("claim_id", "text", "statement that gives the number", optional=True),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
)
