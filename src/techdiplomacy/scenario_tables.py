"""The tables of the workforce scenarios: ages, cohorts, needs, outside figures, training.

Knows: what each of these tables declares. Must not know: files or figures.
May import: columns, workforce_tables.
"""

from techdiplomacy.columns import (
    PROJECTION,
    Column,
    Table,
    count_column,
    country_column,
    estimate_columns,
    named_year_column,
    partner_column,
    share_column,
    year_column,
    yes_or_no_column,
)
from techdiplomacy.workforce_tables import AREA, OUTSIDE_COLUMNS

SHARE_HELD, OWN_GROWTH, COMMON_GROWTH = "share_held", "own_growth", "common_growth"
SCENARIOS = (SHARE_HELD, OWN_GROWTH, COMMON_GROWTH)
# a verdict stands only where both agree; tables and findings are about the first one
GROWTH_SCENARIOS = (OWN_GROWTH, COMMON_GROWTH)
NEED_VERDICTS = ("short", "surplus", "open")
BASES = ("project", "data", "published", "register")
POOL_ROLES = ("direct", "partial", "proxy", "none")
# of an outside figure beside the own one
OUTSIDE_VERDICTS = ("inside", "above", "below", "no_range", "due", "alone")
# how a statement on workforce and ageing is tested, and what comes of it
CLAIM_TESTS = (
    "workers_missing",
    "cohort_enters",
    "ageing_speed",
    "young_people",
    "interest",
    "ageing_answer",
    "parts_of_target",
)
CLAIM_VERDICTS = ("supported", "adds_up", "partly", "not_supported", "not_testable")
CLAIM_FIGURES = (
    "shortage",
    "world_need",
    "persons_of_generation",
    "entry_years",
    "first_entry_years",
    "ageing_years",
    "ageing_years_at_least",
    "young_per_100_core",
    "degrees_per_100_young",
    "leavers_per_100_entrants",
    "target",
    "sum_of_parts",
    "persons_today",
    "times_today",
    "professionals",
    "per_100_professionals",
    "per_100_young",
)
_NOTEBOOK = "workforce_scenarios"
_CLAIM = Column("claim_id", "text", "number of the statement; D1017 for the decision")
_POOL = Column("pool", "text", "pool of workers (data/reference/workforce_pools.csv)")
_SCENARIO = Column(
    "scenario",
    "text",
    "share_held: workers wanted change with working age only; own_growth: they also go on as in "
    "the country's own past, less and less; common_growth: as in the past of all countries, "
    "less and less",
    allowed=SCENARIOS,
)
_DRAWN = "persons; ends hold the drawn assumptions, not a probability"
_SINCE = "added up from the first year after the newest year of any series"
_VERDICT = Column(
    "verdict",
    "text",
    "short: at least nine tenths of the draws lack persons in own_growth and in common_growth; "
    "surplus: as many have too many; open: neither; empty for share_held, and where entries are "
    "not known",
    allowed=NEED_VERDICTS,
    optional=True,
)

WORKFORCE_SCENARIOS = (
    Table(
        "age_flows",
        "results",
        "Who reaches working life and who leaves it, by country and year",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column("entrants", "persons who reach the entry age in a year", "persons"),
            count_column("leavers", "persons who reach the exit age in a year", "persons"),
            Column("balance", "number", "entrants less leavers", "persons"),
            count_column("young", "persons aged 20 to 24", "persons"),
            count_column("core", "persons between entry and exit age", "persons"),
            share_column("older_share", "persons of 65 and older in the total"),
            PROJECTION,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "ageing_years",
        "results",
        "When the share of people of 65 and older passes a mark",
        ("country", "mark"),
        (
            country_column(),
            share_column("mark", "share of people of 65 and older"),
            year_column("first year at or above the mark; empty: not until the end", optional=True),
            Column(
                "status",
                "text",
                "passed: estimated; ahead: projected; before: at the first year already; not_yet",
                allowed=("passed", "ahead", "before", "not_yet"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "birth_cohort",
        "results",
        "One generation followed through the years: survival and migration only",
        ("country", "year"),
        (
            country_column(),
            year_column("1 January of the year after; ages as of that day"),
            named_year_column("born_from", "first year of birth"),
            named_year_column("born_to", "last year of birth"),
            Column("age_from", "integer", "youngest age", "years", 0, 120),
            Column("age_to", "integer", "oldest age", "years", 0, 120),
            count_column("persons", "persons of the generation", "persons"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "demographic_pairs",
        "results",
        "Viewpoint country and partner: who ages, who has entrants",
        ("country", "partner"),
        (
            country_column("the viewpoint country, ISO 3166-1 alpha-3"),
            partner_column(),
            Column("own_balance", "number", "entrants less leavers, viewpoint country", "persons"),
            Column("partner_balance", "number", "entrants less leavers, partner", "persons"),
            Column(
                "own_balance_share", "number", "over persons of working life, base year", "share"
            ),
            Column("partner_balance_share", "number", "over persons of working life", "share"),
            Column(
                "own_core_change",
                "number",
                "persons of working life, end over base year, less 1, viewpoint country; deaths "
                "and migration are in it",
                "share",
            ),
            Column("partner_core_change", "number", "the same of the partner", "share"),
            Column(
                "verdict",
                "text",
                "complement: the partner alone has fewer entrants than leavers; reverse: the "
                "viewpoint country alone; both_gain: neither; both_lose: both",
                allowed=("complement", "reverse", "both_gain", "both_lose"),
            ),
            share_column("years_held", "share of the years of which the verdict is true"),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "population_check",
        "results",
        "The revision used against the newer one",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column("earlier_persons", "all ages, revision used", "persons"),
            count_column("newer_persons", "all ages, newer revision", "persons"),
            count_column(
                "newer_persons_low", "lower end of its 95 % interval", "persons", optional=True
            ),
            count_column(
                "newer_persons_high", "upper end of its 95 % interval", "persons", optional=True
            ),
            Column("difference", "number", "newer over earlier, less 1", "share"),
            Column(
                "working_age_difference",
                "number",
                "newer over earlier, less 1, of working age; empty between the decades",
                "share",
                optional=True,
            ),
            Column(
                "under_10_difference",
                "number",
                "newer over earlier, less 1, of children below 10; empty between the decades",
                "share",
                optional=True,
            ),
            share_column("earlier_older_share", "persons above working age, revision used"),
            share_column(
                "newer_older_share",
                "persons above working age, newer revision; empty between the decades",
                optional=True,
            ),
            Column(
                "agrees",
                "text",
                "whether the revision used lies inside the newer interval",
                allowed=("inside", "outside", "no_interval"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "scenario_assumptions",
        "results",
        "What the scenarios assume, and where each range comes from",
        ("assumption", "pool", "country"),
        (
            Column("assumption", "text", "name of the quantity"),
            Column("pool", "text", "pool; all: every pool"),
            Column("country", "text", "ISO3 code; all: every country", pattern=r"^([A-Z]{3}|all)$"),
            Column("low", "number", "lower end of the range drawn, or computed", "see column unit"),
            Column(
                "high", "number", "upper end of the range drawn, or computed", "see column unit"
            ),
            Column("unit", "text", "unit of the range"),
            Column(
                "basis",
                "text",
                "project: assumption of the project; data: computed from series; published: from "
                "published projections; register: from the owner's register",
                allowed=BASES,
            ),
            count_column("n", "countries or figures behind the range", "number", optional=True),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "pool_bases",
        "results",
        "What stands for each pool in each country: stock, graduates, past entries",
        ("country", "pool"),
        (
            country_column(),
            _POOL,
            Column("series", "text", "series of the stock", optional=True),
            Column(
                "match",
                "text",
                "near: the series counts the pool; wide: it counts more; published: a published "
                "figure; none: no figure",
                allowed=("near", "wide", "published", "none"),
            ),
            named_year_column("base_year", "newest year of the stock", optional=True),
            count_column("stock", "workers in the base year", "persons", optional=True),
            Column(
                "past_growth",
                "number",
                "mean yearly growth of the stock inside levels",
                "share",
                optional=True,
            ),
            Column("graduates_series", "text", "series of the graduates", optional=True),
            named_year_column("graduates_year", "newest year of the graduates", optional=True),
            count_column("graduates", "graduates in that year", "graduates", optional=True),
            Column(
                "supply_basis",
                "text",
                "graduates; young_people: entries in step with people of 20 to 24; none",
                allowed=("graduates", "young_people", "none"),
            ),
            Column(
                "status",
                "text",
                "ok; no_stock: no figure for the pool; old_base: the newest one is too old to "
                "start from; no_past: too few years for past entries",
                allowed=("ok", "no_stock", "old_base", "no_past"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "scenario_paths",
        "results",
        "Scenario: workers wanted, openings, entries and gap",
        ("country", "pool", "scenario", "year"),
        (
            country_column(),
            _POOL,
            _SCENARIO,
            year_column(f"end year; openings, entries and gap are {_SINCE}"),
            *estimate_columns("stock_wanted", "workers wanted", _DRAWN, 0),
            *estimate_columns("expansion", "change of the workers wanted", _DRAWN),
            *estimate_columns("replacement", "leavers to be replaced", _DRAWN, 0),
            *estimate_columns("openings", "expansion and replacement", _DRAWN),
            *estimate_columns("entries", "entries if past ratios hold", _DRAWN),
            *estimate_columns("gap", "openings less entries; above 0: too few", _DRAWN),
            share_column("draws_short", "share of draws in which too few enter", optional=True),
            _VERDICT,
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "group_needs",
        "results",
        "Scenario: need, supply and gap of the pool that each technology group draws on",
        ("country", "group_id", "pool", "scenario", "year"),
        (
            country_column(),
            Column("group_id", "text", "technology group"),
            _POOL,
            Column("role", "text", "how well the pool stands for the group", allowed=POOL_ROLES),
            Column("shared_with", "text", "other groups that draw on the pool", optional=True),
            _SCENARIO,
            year_column("end year"),
            *estimate_columns("openings", f"need: openings, {_SINCE}", _DRAWN),
            *estimate_columns("entries", f"supply: entries, {_SINCE}", _DRAWN),
            *estimate_columns("gap", "openings less entries", _DRAWN),
            _VERDICT,
            Column(
                "status",
                "text",
                "ok; no_pool: no statistic isolates the group; no_stock; old_base; no_past",
                allowed=("ok", "no_pool", "no_stock", "old_base", "no_past"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "projections_compared",
        "results",
        "Outside figures beside those of this page",
        ("projection_id",),
        (
            *OUTSIDE_COLUMNS,
            *estimate_columns("own_value", "the same quantity here", "see column unit"),
            Column(
                "own_label",
                "text",
                "what the own value is: observed, forecast, no_skill (naive line), scenario; none: "
                "nothing alike here",
                allowed=("observed", "forecast", "no_skill", "scenario", "none"),
            ),
            Column("own_series", "text", "series or pool of the own value", optional=True),
            yes_or_no_column(
                "independent",
                "0: the own value is drawn from published figures like this one, so that "
                "agreement proves nothing",
                optional=True,
            ),
            Column(
                "verdict",
                "text",
                "inside: the ranges meet; above or below: the outside figure lies so; no_range: "
                "the own value has no range to meet; due: its year has passed and no figure "
                "settles it; alone: nothing alike here",
                allowed=OUTSIDE_VERDICTS,
            ),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "claim_verdicts",
        "results",
        "Statements on workforce and ageing held against figures",
        ("claim_id",),
        (
            _CLAIM,
            Column("test", "text", "how the statement is tested", allowed=CLAIM_TESTS),
            Column(
                "verdict",
                "text",
                "supported; adds_up: the parts make up the whole, whether or not it will be met; "
                "partly; not_supported: not as worded; not_testable",
                allowed=CLAIM_VERDICTS,
            ),
            Column("figure", "number", "the figure that decides", "see column unit", optional=True),
            Column("figure_low", "number", "its lower end", "see column unit", optional=True),
            Column("figure_high", "number", "its upper end", "see column unit", optional=True),
            Column("unit", "text", "unit of the figure", optional=True),
            year_column("year of the figure", optional=True),
            Column("conflict", "text", "conflicts between sources that touch it", optional=True),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "claim_figures",
        "results",
        "The figures beside each statement on workforce and ageing",
        ("claim_id", "figure", "area", "part", "year"),
        (
            _CLAIM,
            Column("figure", "text", "what is counted", allowed=CLAIM_FIGURES),
            AREA,
            Column("part", "text", "part of a target, or age of entry; all: the whole"),
            year_column("year of the figure; empty where it is not known", optional=True),
            *estimate_columns("value", "the figure", "see column unit"),
            Column("unit", "text", "unit of the figure"),
            Column(
                "label",
                "text",
                "observed; projection (medium variant); cohort (survival and migration only); "
                "target (official aim); external (somebody else's figure)",
                allowed=("observed", "projection", "cohort", "target", "external"),
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "training_needs",
        "results",
        "Scenario: what would have to be trained for a partner and a group, and by when",
        ("country", "group_id", "pool"),
        (
            country_column("partner, or the viewpoint country itself"),
            Column("group_id", "text", "technology group"),
            _POOL,
            Column("role", "text", "how well the pool stands for the group", allowed=POOL_ROLES),
            year_column("year until which openings and entries are added up"),
            *estimate_columns(
                "openings",
                f"need, {_SINCE}; own_growth, or common_growth where no past tells of its own",
                _DRAWN,
            ),
            *estimate_columns("entries", f"own supply, {_SINCE}", _DRAWN),
            *estimate_columns("gap", "openings less entries, own_growth", _DRAWN),
            *estimate_columns("gap_common", "openings less entries, common_growth", _DRAWN),
            _VERDICT,
            share_column("older_share", "persons of 65 and older in the newest year of any series"),
            count_column(
                "leavers_per_100_entrants",
                "persons who reach the exit age for 100 who reach the entry age, after that year",
                "persons",
                optional=True,
            ),
            count_column(
                "viewpoint_graduates",
                "graduates of the field in the viewpoint country a year, from the register",
                "graduates",
                optional=True,
            ),
            count_column(
                "to_train_low", "persons to be trained, lower end", "persons", optional=True
            ),
            count_column(
                "to_train_high", "persons to be trained, upper end", "persons", optional=True
            ),
            named_year_column(
                "last_start", "last year in which their studies can begin", optional=True
            ),
            Column(
                "status",
                "text",
                "ok; no_gap: none in most draws of own_growth and common_growth together; "
                "no_pool; no_stock; old_base; no_past",
                allowed=("ok", "no_gap", "no_pool", "no_stock", "old_base", "no_past"),
            ),
        ),
        notebook=_NOTEBOOK,
    ),
)
