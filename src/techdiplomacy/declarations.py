"""The declared tables of the workbench: what each column holds, in which unit, within which bounds.

Knows: the shape of every clean, feature and result table; the data dictionary is made from it.
Must not know: files or figures. May import: errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from techdiplomacy.errors import InvalidTable, suggest

Kind = Literal["country", "text", "integer", "number", "flag"]
Step = Literal["clean", "features", "results"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit, meaning and bounds.

    ``optional`` columns may hold empty cells; ``allowed`` lists the only values of a text, and
    ``pattern`` is a regular expression that its values match.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    optional: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its key is unique, its columns are exactly these, in this order.

    ``unordered_pair`` tables hold each pair of countries once, ``country`` before ``partner``.
    ``notebook`` names the notebook whose result a table is.
    """

    name: str
    step: Step
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unordered_pair: bool = False
    notebook: str = ""

    def column_names(self) -> list[str]:
        """Return the column names in their declared order."""
        return [column.name for column in self.columns]


def _country(meaning: str = "country or economy, ISO 3166-1 alpha-3") -> Column:
    return Column("country", "country", meaning)


def _partner(meaning: str = "the other country of the pair, ISO 3166-1 alpha-3") -> Column:
    return Column("partner", "country", meaning)


def _year(meaning: str, *, optional: bool = False) -> Column:
    return Column("year", "integer", meaning, "year", 1900, 2110, optional=optional)


def _count(name: str, meaning: str, unit: str, *, optional: bool = False) -> Column:
    return Column(name, "number", meaning, unit, 0, optional=optional)


def _share(name: str, meaning: str, *, optional: bool = False) -> Column:
    return Column(name, "number", meaning, "share, 0 to 1", 0, 1, optional=optional)


_LEVEL_SHIFT = Column(
    "level_shift",
    "text",
    "reason why the level of the series changes in this year; empty where it does not",
    optional=True,
)
_PROJECTION = Column(
    "projection",
    "text",
    "estimate, or medium variant of the projection",
    allowed=("estimate", "medium"),
)
_EVIDENCE = Column("evidence", "text", "kind of evidence", allowed=("patents", "publications"))

_CLEAN = (
    Table(
        "patent_families",
        "clean",
        "Granted patent families by country, technology field and year",
        ("country", "field", "year"),
        (
            _country(),
            Column("field", "text", "WIPO technology field, as the publisher words it"),
            _year("year in which the first patent of the family was granted"),
            _count("patent_families", "granted families, shared by inventor residence", "families"),
        ),
    ),
    Table(
        "pct_applications",
        "clean",
        "International (PCT) applications by country, technology sector and year",
        ("country", "sector", "year"),
        (
            _country("country of the receiving office, ISO 3166-1 alpha-3"),
            Column("sector", "text", "WIPO technology sector"),
            _year("publication year of the application"),
            _count("pct_applications", "applications under the PCT", "applications"),
        ),
    ),
    Table(
        "domain_patents",
        "clean",
        "US patents by country of the first inventor and technology domain, all years together",
        ("country", "domain"),
        (
            _country("country of the first inventor, ISO 3166-1 alpha-3"),
            Column("domain", "text", "technology domain, defined by CPC classes"),
            _count("uspto_patents", "patents granted by the US office", "patents"),
            Column("first_year", "integer", "earliest grant year listed", "year", 1900, 2110),
            Column("last_year", "integer", "latest grant year listed", "year", 1900, 2110),
            _count(
                "smallest_count_listed_uspto_patents",
                "a country below this count is unknown, not zero",
                "patents",
            ),
        ),
    ),
    Table(
        "articles",
        "clean",
        "Science and engineering articles by country, field and year",
        ("country", "field", "counting", "year"),
        (
            _country(),
            Column("field", "text", "field of science; 'all fields'; or 'AI-related' (overlaps)"),
            Column(
                "counting", "text", "whole or fractional count", allowed=("fractional", "whole")
            ),
            _year("publication year"),
            _count("articles", "articles and conference papers", "articles"),
        ),
    ),
    Table(
        "joint_works",
        "clean",
        "Works written together, by pair of countries and year",
        ("country", "partner", "year"),
        (
            _country(),
            _partner(),
            _year("publication year"),
            _count("joint_works", "works with an author in each country, whole count", "works"),
        ),
        unordered_pair=True,
    ),
    Table(
        "international_works",
        "clean",
        "Works with an author in another country, by country and year",
        ("country", "year"),
        (
            _country(),
            _year("publication year"),
            _count("international_works", "works with an author in another country", "works"),
            _count(
                "partner_groups",
                "partner countries that the service returned, at most 200",
                "countries",
            ),
        ),
    ),
    Table(
        "ai_joint_articles",
        "clean",
        "Articles on artificial intelligence written together, by pair, 2003-2022 pooled",
        ("country", "partner"),
        (
            _country(),
            _partner(),
            _count("joint_ai_articles", "AI articles with an author in each country", "articles"),
            _count("collaboration_index", "observed over expected joint articles", "ratio"),
        ),
        unordered_pair=True,
    ),
    Table(
        "joint_projects",
        "clean",
        "Horizon 2020 projects with participants of both countries",
        ("country", "partner", "programme_part", "year"),
        (
            _country(),
            _partner(),
            Column("programme_part", "text", "part of the programme; 'ALL' for any part"),
            _year("year of project start; empty where CORDIS gives none", optional=True),
            _count("joint_projects", "projects with participants of both", "projects"),
        ),
        unordered_pair=True,
    ),
    Table(
        "software_events",
        "clean",
        "Git pushes and pull requests from developers of one economy to repositories of another",
        ("country", "partner", "year", "quarter"),
        (
            _country("economy of the developer, ISO 3166-1 alpha-3"),
            _partner("economy of the repository owner, ISO 3166-1 alpha-3"),
            _year("calendar year"),
            Column("quarter", "integer", "quarter of the year", "quarter", 1, 4),
            _count("software_events", "git pushes sent plus pull requests opened", "events"),
        ),
    ),
    Table(
        "topic_developers",
        "clean",
        "Developers who pushed to repositories with a topic, by economy and quarter",
        ("country", "topic", "year", "quarter"),
        (
            _country("economy of the developer, ISO 3166-1 alpha-3"),
            Column("topic", "text", "topic label set by the repository owner"),
            _year("calendar year"),
            Column("quarter", "integer", "quarter of the year", "quarter", 1, 4),
            _count("developers", "developers who pushed", "developers"),
        ),
    ),
    Table(
        "employment",
        "clean",
        "Employed persons in technology occupations and industries",
        ("country", "classification", "year"),
        (
            _country(),
            Column("classification", "text", "ILOSTAT code of the occupation or industry"),
            Column("label", "text", "the code in words"),
            _year("calendar year"),
            _count("employment_persons", "employed persons, both sexes", "persons"),
            _LEVEL_SHIFT,
        ),
    ),
    Table(
        "researchers",
        "clean",
        "Researchers, full-time equivalents",
        ("country", "year"),
        (
            _country(),
            _year("calendar year"),
            _count("researchers_fte", "researchers in all sectors", "full-time equivalents"),
            Column(
                "publisher_status",
                "text",
                "letters of the OECD: D definition differs, B break, E estimated, P provisional",
                optional=True,
                pattern=r"^[BDEPWm]+$",
            ),
            _LEVEL_SHIFT,
        ),
    ),
    Table(
        "degrees",
        "clean",
        "Degrees awarded by level and field",
        ("country", "level", "field", "year"),
        (
            _country(),
            Column("level", "text", "degree", allowed=("first_university", "doctoral")),
            Column("field", "text", "field of study, as the publisher words it"),
            _year("year of award"),
            _count("degrees", "degrees awarded", "degrees"),
            _LEVEL_SHIFT,
        ),
    ),
    Table(
        "population",
        "clean",
        "Population by five-year age group",
        ("country", "year", "age_from"),
        (
            _country(),
            _year("population on 1 July"),
            Column(
                "age_from", "integer", "youngest age of the group; 100 means 100+", "years", 0, 100
            ),
            _count("population_persons", "persons of both sexes", "persons"),
            _PROJECTION,
        ),
    ),
)

_FEATURES = (
    Table(
        "field_specialisation",
        "features",
        "Specialisation of countries in fields, with interval and probability",
        ("evidence", "window", "country", "field"),
        (
            _EVIDENCE,
            Column("window", "text", "years pooled, for example 2016-2020"),
            _country(),
            Column("field", "text", "technology field or field of science"),
            _count("count_items", "items of the country in the field", "families or articles"),
            _count("total_items", "items of the country in all fields", "families or articles"),
            _share("share", "field in the total of the country", optional=True),
            _share("world_share", "field in the total of all countries of the panel"),
            _count(
                "rta",
                "revealed technology advantage; empty below the minimum",
                "ratio",
                optional=True,
            ),
            _count("rta_shrunk", "posterior mean of the advantage", "ratio", optional=True),
            _count("rta_low", "lower end of the interval", "ratio", optional=True),
            _count("rta_high", "upper end of the interval", "ratio", optional=True),
            _share(
                "probability_above",
                "probability that the advantage exceeds the threshold",
                optional=True,
            ),
            Column(
                "status",
                "text",
                "whether the advantage can be estimated",
                allowed=("ok", "small_n", "not_estimable"),
            ),
        ),
    ),
    Table(
        "workforce_series",
        "features",
        "Workforce and graduate series, one row a year",
        ("series", "year"),
        (
            Column("series", "text", "measure, country and code of the series"),
            Column("measure", "text", "table that the series comes from"),
            _country(),
            Column("label", "text", "what is counted, in words"),
            Column("unit", "text", "unit of the value"),
            _year("calendar year"),
            _count("value", "value in the unit of the row", "see column unit"),
            _LEVEL_SHIFT,
        ),
    ),
    Table(
        "age_structure",
        "features",
        "Working-age and older population",
        ("country", "year"),
        (
            _country(),
            _year("population on 1 July"),
            _count(
                "working_age_persons",
                "persons of working age (params: workforce.working_ages)",
                "persons",
            ),
            _count("older_persons", "persons above working age", "persons"),
            _count("total_persons", "persons of all ages", "persons"),
            _share("working_age_share", "working-age persons in the total"),
            _share("older_share", "persons above working age in the total"),
            _PROJECTION,
        ),
    ),
)

_WINDOW = Column("window", "text", "years pooled, for example 2016-2020")


def _support(name: str, drawn: str) -> Column:
    return _share(name, f"mean Jaccard similarity when {drawn} are drawn anew", optional=True)


_SUPPORTS = ("families", "countries", "fields")
_COUNTRY_CLUSTERS = (
    Table(
        "country_groups",
        "results",
        "Group of each country, how firmly it belongs, its neighbours, and its size",
        ("evidence", "country"),
        (
            _EVIDENCE,
            _WINDOW,
            _country(),
            _count("total_items", "items of the country in all fields", "families or articles"),
            Column(
                "size_tier", "text", "order of magnitude of the total, kept apart from the profile"
            ),
            Column(
                "group",
                "integer",
                "group of the main cut; empty without counts",
                "number",
                1,
                optional=True,
            ),
            Column(
                "group_two_way", "integer", "side of the two-way split", "number", 1, optional=True
            ),
            _share(
                "own_group_coassignment", "mean co-assignment with its own group", optional=True
            ),
            Column(
                "nearest_neighbours",
                "text",
                "three partners it is grouped with most often",
                optional=True,
            ),
            Column("in_firm_group", "flag", "whether its group is firm"),
            Column(
                "status",
                "text",
                "small_n: too few items to be fitted, placed afterwards",
                allowed=("ok", "small_n", "not_estimable"),
            ),
            Column(
                "map_x", "number", "first direction of the map", "Hellinger distance", optional=True
            ),
            Column(
                "map_y",
                "number",
                "second direction of the map",
                "Hellinger distance",
                optional=True,
            ),
        ),
        notebook="country_clusters",
    ),
    Table(
        "group_stability",
        "results",
        "Groups of countries, how stable each is, and what it is strong in",
        ("evidence", "group"),
        (
            _EVIDENCE,
            _WINDOW,
            Column("group", "integer", "group of the main cut, the largest first", "number", 1),
            Column("n_countries", "integer", "countries fitted", "countries", 1),
            Column("members", "text", "ISO3 codes"),
            *(
                _support(
                    f"jaccard_{kind}", kind if kind != "families" else "items inside each country"
                )
                for kind in _SUPPORTS
            ),
            Column(
                "label",
                "text",
                "firm, leaning or do not conclude (params: clusters)",
                allowed=("firm", "leaning", "do not conclude", "single country"),
            ),
            Column(
                "strong_fields",
                "text",
                "fields in which the group is most specialised",
                optional=True,
            ),
        ),
        notebook="country_clusters",
    ),
    Table(
        "cluster_verdicts",
        "results",
        "Answers to the three questions: noise, a continuum, stable?",
        ("evidence",),
        (
            _EVIDENCE,
            _WINDOW,
            Column(
                "verdict",
                "text",
                "groups; typology (names on a gradient); or no stable groups",
                allowed=("groups", "typology", "no_stable_groups"),
            ),
            Column("k", "integer", "groups of the main cut", "number", 1),
            Column("n_countries", "integer", "countries fitted", "countries", 3),
            Column(
                "largest_silhouette",
                "number",
                "largest mean silhouette over the cuts",
                "-1 to 1",
                -1,
                1,
            ),
            _share("p_noise", "share of panels of one noisy profile that look as grouped"),
            _share("p_continuum", "share of panels of a continuum that look as grouped"),
            _count("prior_strength", "weight A of the common profile in the shrinkage", "items"),
            Column(
                "adjusted_rand_previous_window",
                "number",
                "agreement with the window before",
                "-1 to 1",
                -1,
                1,
                optional=True,
            ),
            Column("adjusted_rand_kmeans", "number", "agreement with k-means", "-1 to 1", -1, 1),
            Column(
                "adjusted_rand_other_profile",
                "number",
                "agreement with Ward on the other profile (params: profiles)",
                "-1 to 1",
                -1,
                1,
            ),
            Column("notes", "text", "what was adapted to the panel", optional=True),
        ),
        notebook="country_clusters",
    ),
    Table(
        "tree_branches",
        "results",
        "The tree of countries with the support of each branch",
        ("evidence", "branch"),
        (
            _EVIDENCE,
            Column("branch", "text", "id of the branch"),
            Column("left", "text", "lower end: a country or a branch"),
            Column("right", "text", "lower end: a country or a branch"),
            _count("height", "height at which the two ends join", "Ward distance"),
            Column("n_countries", "integer", "countries below the branch", "countries", 2),
            Column("members", "text", "ISO3 codes below the branch"),
            *(
                _support(
                    f"support_{kind}", kind if kind != "families" else "items inside each country"
                )
                for kind in _SUPPORTS
            ),
        ),
        notebook="country_clusters",
    ),
    Table(
        "coassignments",
        "results",
        "How often two countries fall into one group when data are drawn anew",
        ("evidence", "country", "partner"),
        (
            _EVIDENCE,
            _country(),
            _partner(),
            _share("coassignment", "mean over the three resamplings"),
            *(_share(f"coassignment_{kind}", f"when {kind} are drawn anew") for kind in _SUPPORTS),
            _count("distance", "distance of the two profiles", "Hellinger distance"),
        ),
        unordered_pair=True,
        notebook="country_clusters",
    ),
)


def _interval(level: int, optional: bool = True) -> tuple[Column, Column]:
    return (
        _count(
            f"low_{level}",
            f"lower end of the {level} % interval",
            "see column unit",
            optional=optional,
        ),
        _count(
            f"high_{level}",
            f"upper end of the {level} % interval",
            "see column unit",
            optional=optional,
        ),
    )


_MEASURE = Column(
    "measure",
    "text",
    "panel that errors are pooled over",
    allowed=("employment", "researchers", "degrees"),
)
_WORKFORCE_FORECAST = (
    Table(
        "workforce_forecasts",
        "results",
        "Observed and forecast values of each workforce series",
        ("series", "year"),
        (
            Column("series", "text", "measure, country and code of the series"),
            _MEASURE,
            _country(),
            Column("label_of_series", "text", "what is counted, in words"),
            Column("unit", "text", "unit of the value"),
            _year("calendar year"),
            _count(
                "value",
                "observed (earlier levels scaled to the newest) or forecast",
                "see column unit",
            ),
            _count(
                "value_published", "observed value as published", "see column unit", optional=True
            ),
            *_interval(80),
            *_interval(95),
            Column(
                "label",
                "text",
                "observed; rescaled (observed, at the newest level); forecast (better than naive); "
                "no_skill (naive line); scenario (too far for an interval)",
                allowed=("observed", "rescaled", "forecast", "no_skill", "scenario"),
            ),
            Column(
                "method", "text", "how the value was forecast; empty where observed", optional=True
            ),
            Column("level_shift", "text", "reason of a level shift in this year", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "series_status",
        "results",
        "Which series could be forecast, and why not",
        ("series",),
        (
            Column("series", "text", "measure, country and code of the series"),
            _MEASURE,
            _country(),
            Column("label_of_series", "text", "what is counted, in words"),
            Column("n_points", "integer", "years used for training", "years", 0),
            Column("first_year", "integer", "first year published", "year", 1900, 2110),
            Column("last_year", "integer", "last year published", "year", 1900, 2110),
            Column(
                "trained_from",
                "integer",
                "first year used for training",
                "year",
                1900,
                2110,
                optional=True,
            ),
            Column(
                "levels_joined", "text", "years of level shifts that were joined", optional=True
            ),
            Column(
                "status",
                "text",
                "ok; no_skill; small_n (too few series to judge); not_estimable (too short)",
                allowed=("ok", "no_skill", "small_n", "not_estimable"),
            ),
            Column("note", "text", "reason, in words", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "forecast_backtest",
        "results",
        "Errors of each method in the rolling-origin back-test",
        ("measure", "method", "horizon"),
        (
            _MEASURE,
            Column("method", "text", "forecasting method"),
            Column("horizon", "text", "years ahead, or all"),
            _count("mase", "mean absolute scaled error", "ratio", optional=True),
            _count("smape", "symmetric mean absolute percentage error", "percent", optional=True),
            *(
                column
                for level in (80, 95)
                for column in (
                    _count(
                        f"msis_{level}",
                        f"mean scaled interval score, {level} %",
                        "ratio",
                        optional=True,
                    ),
                    _share(
                        f"coverage_{level}",
                        f"share inside the {level} % interval, own series left out",
                        optional=True,
                    ),
                    _share(
                        f"later_coverage_{level}",
                        f"share of later years inside the {level} % interval known before",
                        optional=True,
                    ),
                )
            ),
            Column("n_series", "integer", "series in the back-test", "series", 0),
            Column("n_errors", "integer", "errors behind the means", "errors", 0),
            Column(
                "n_judged_later",
                "integer",
                "errors held against intervals fixed before",
                "errors",
                0,
            ),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "forecast_skill",
        "results",
        "Skill of the forecast against the naive line, by panel",
        ("measure",),
        (
            _MEASURE,
            Column("method", "text", "method that is judged"),
            Column("transform", "text", "scale on which series are forecast"),
            Column("horizon", "integer", "years ahead in the back-test; 0: none", "years", 0),
            Column("n_origins", "integer", "origins in the back-test", "origins", 0),
            _count("mase_model", "error (MASE) of the method", "ratio", optional=True),
            _count("mase_naive", "error (MASE) of the naive line", "ratio", optional=True),
            Column("skill", "number", "1 - MASE / MASE of the naive line", "share", optional=True),
            Column(
                "skill_low", "number", "5 % bound over resampled series", "share", optional=True
            ),
            Column(
                "skill_high", "number", "95 % bound over resampled series", "share", optional=True
            ),
            Column("n_series", "integer", "series in the back-test", "series", 0),
            Column("passes", "flag", "whether the lower bound is above 0"),
            Column(
                "skill_outside_shifts",
                "number",
                "skill over the errors that cross no level shift",
                "share",
                optional=True,
            ),
            _share("share_across_shifts", "errors that cross a level shift", optional=True),
        ),
        notebook="workforce_forecast",
    ),
    Table(
        "working_age_outlook",
        "results",
        "Working-age and older population of the countries shown",
        ("country", "year"),
        (
            _country(),
            _year("population on 1 July"),
            _count("working_age_persons", "persons of working age", "persons"),
            _count("working_age_index", "working-age persons, base year = 100", "index"),
            _share("older_share", "persons above working age in the total"),
            _PROJECTION,
        ),
        notebook="workforce_forecast",
    ),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (*_CLEAN, *_FEATURES, *_COUNTRY_CLUSTERS, *_WORKFORCE_FORECAST)
}


def declared(name: str) -> Table:
    """Return the declaration of a table.

    Raises
    ------
    InvalidTable
        If no table of that name is declared.

    Examples
    --------
    >>> declared("population").key
    ('country', 'year', 'age_from')
    """
    if name not in TABLES:
        raise InvalidTable(
            f"No table '{name}' is declared.{suggest(name, TABLES)}",
            where="src/techdiplomacy/declarations.py",
            next_step="Declare the table there, or correct the name.",
        )
    return TABLES[name]
