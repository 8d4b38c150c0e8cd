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

    ``optional`` columns may hold empty cells; ``allowed`` lists the only values of a text.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    optional: bool = False
    allowed: tuple[str, ...] = ()


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

TABLES: dict[str, Table] = {table.name: table for table in (*_CLEAN, *_FEATURES)}


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
