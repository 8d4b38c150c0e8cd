"""The clean tables, one or more sources each, and the feature tables that notebooks share.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    EVIDENCE,
    LEVEL_SHIFT,
    PROJECTION,
    Column,
    Table,
    count_column,
    country_column,
    partner_column,
    share_column,
    year_column,
)

CLEAN = (
    Table(
        "patent_families",
        "clean",
        "Granted patent families by country, technology field and year",
        ("country", "field", "year"),
        (
            country_column(),
            Column("field", "text", "WIPO technology field, as the publisher words it"),
            year_column("year in which the first patent of the family was granted"),
            count_column(
                "patent_families", "granted families, shared by inventor residence", "families"
            ),
        ),
    ),
    Table(
        "pct_applications",
        "clean",
        "International (PCT) applications by country, technology sector and year",
        ("country", "sector", "year"),
        (
            country_column("country of the receiving office, ISO 3166-1 alpha-3"),
            Column("sector", "text", "WIPO technology sector"),
            year_column("publication year of the application"),
            count_column("pct_applications", "applications under the PCT", "applications"),
        ),
    ),
    Table(
        "domain_patents",
        "clean",
        "US patents by country of the first inventor and technology domain, all years together",
        ("country", "domain"),
        (
            country_column("country of the first inventor, ISO 3166-1 alpha-3"),
            Column("domain", "text", "technology domain, defined by CPC classes"),
            count_column("uspto_patents", "patents granted by the US office", "patents"),
            Column("first_year", "integer", "earliest grant year listed", "year", 1900, 2110),
            Column("last_year", "integer", "latest grant year listed", "year", 1900, 2110),
            count_column(
                "smallest_count_listed_uspto_patents",
                "a country below this count is unknown, not zero",
                "patents",
            ),
        ),
    ),
    Table(
        "ai_patents",
        "clean",
        "Granted patents on artificial intelligence by country, all years together",
        ("country", "topic"),
        (
            country_column(),
            Column("topic", "text", "what is counted: one topic, AI patents"),
            count_column(
                "ai_patents",
                "granted AI patents, one per family, shared by inventor country",
                "patents",
            ),
            Column("first_year", "integer", "first of the grant years pooled", "year", 1900, 2110),
            Column("last_year", "integer", "last of the grant years pooled", "year", 1900, 2110),
        ),
    ),
    Table(
        "uspto_topic_patents",
        "clean",
        "US patents by country, topic and year",
        ("country", "topic", "year"),
        (
            country_column(),
            Column("topic", "text", "topic, as the publisher words it (overlaps); or 'All fields'"),
            year_column("grant year"),
            count_column(
                "uspto_patents", "US utility patents, shared by inventor residence", "patents"
            ),
        ),
    ),
    Table(
        "uspto_field_patents",
        "clean",
        "US patents by country, technology field and year",
        ("country", "field", "year"),
        (
            country_column(),
            Column("field", "text", "WIPO technology field, as the publisher words it"),
            year_column("grant year"),
            count_column(
                "uspto_patents", "US utility patents, shared by inventor residence", "patents"
            ),
        ),
    ),
    Table(
        "articles",
        "clean",
        "Science and engineering articles by country, field and year",
        ("country", "field", "counting", "year"),
        (
            country_column(),
            Column("field", "text", "field of science; 'all fields'; or 'AI-related' (overlaps)"),
            Column(
                "counting", "text", "whole or fractional count", allowed=("fractional", "whole")
            ),
            year_column("publication year"),
            count_column("articles", "articles and conference papers", "articles"),
        ),
    ),
    Table(
        "joint_works",
        "clean",
        "Works written together, by pair of countries and year",
        ("country", "partner", "year"),
        (
            country_column(),
            partner_column(),
            year_column("publication year"),
            count_column(
                "joint_works", "works with an author in each country, whole count", "works"
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "international_works",
        "clean",
        "Works with an author in another country, by country and year",
        ("country", "year"),
        (
            country_column(),
            year_column("publication year"),
            count_column("international_works", "works with an author in another country", "works"),
            count_column(
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
            country_column(),
            partner_column(),
            count_column(
                "joint_ai_articles", "AI articles with an author in each country", "articles"
            ),
            count_column("collaboration_index", "observed over expected joint articles", "ratio"),
        ),
        unordered_pair=True,
    ),
    Table(
        "joint_projects",
        "clean",
        "Horizon 2020 projects with participants of both countries",
        ("country", "partner", "programme_part", "year"),
        (
            country_column(),
            partner_column(),
            Column("programme_part", "text", "part of the programme; 'ALL' for any part"),
            year_column("year of project start; empty where CORDIS gives none", optional=True),
            count_column("joint_projects", "projects with participants of both", "projects"),
        ),
        unordered_pair=True,
    ),
    Table(
        "software_events",
        "clean",
        "Git pushes and pull requests from developers of one economy to repositories of another",
        ("country", "partner", "year", "quarter"),
        (
            country_column("economy of the developer, ISO 3166-1 alpha-3"),
            partner_column("economy of the repository owner, ISO 3166-1 alpha-3"),
            year_column("calendar year"),
            Column("quarter", "integer", "quarter of the year", "quarter", 1, 4),
            count_column("software_events", "git pushes sent plus pull requests opened", "events"),
        ),
    ),
    Table(
        "topic_developers",
        "clean",
        "Developers who pushed to repositories with a topic, by economy and quarter",
        ("country", "topic", "year", "quarter"),
        (
            country_column("economy of the developer, ISO 3166-1 alpha-3"),
            Column("topic", "text", "topic label set by the repository owner"),
            year_column("calendar year"),
            Column("quarter", "integer", "quarter of the year", "quarter", 1, 4),
            count_column("developers", "developers who pushed", "developers"),
        ),
    ),
    Table(
        "employment",
        "clean",
        "Employed persons in technology occupations and industries",
        ("country", "classification", "year"),
        (
            country_column(),
            Column("classification", "text", "ILOSTAT code of the occupation or industry"),
            Column("label", "text", "the code in words"),
            year_column("calendar year"),
            count_column("employment_persons", "employed persons, both sexes", "persons"),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "researchers",
        "clean",
        "Researchers, full-time equivalents",
        ("country", "year"),
        (
            country_column(),
            year_column("calendar year"),
            count_column("researchers_fte", "researchers in all sectors", "full-time equivalents"),
            Column(
                "publisher_status",
                "text",
                "letters of the OECD: D definition differs, B break, E estimated, P provisional",
                optional=True,
                pattern=r"^[BDEPWm]+$",
            ),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "degrees",
        "clean",
        "Degrees awarded by level and field",
        ("country", "level", "field", "year"),
        (
            country_column(),
            Column("level", "text", "degree", allowed=("first_university", "doctoral")),
            Column("field", "text", "field of study, as the publisher words it"),
            year_column("year of award"),
            count_column("degrees", "degrees awarded", "degrees"),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "population",
        "clean",
        "Population by five-year age group",
        ("country", "year", "age_from"),
        (
            country_column(),
            year_column("population on 1 July"),
            Column(
                "age_from", "integer", "youngest age of the group; 100 means 100+", "years", 0, 100
            ),
            count_column("population_persons", "persons of both sexes", "persons"),
            PROJECTION,
        ),
    ),
)

FEATURES = (
    Table(
        "field_specialisation",
        "features",
        "Specialisation of countries in fields, with interval and probability",
        ("evidence", "window", "country", "field"),
        (
            EVIDENCE,
            Column("window", "text", "years pooled, for example 2016-2020"),
            country_column(),
            Column("field", "text", "technology field or field of science"),
            count_column(
                "count_items", "items of the country in the field", "families or articles"
            ),
            count_column(
                "total_items", "items of the country in all fields", "families or articles"
            ),
            share_column("share", "field in the total of the country", optional=True),
            share_column("world_share", "field in the total of all countries of the panel"),
            count_column(
                "rta",
                "revealed technology advantage; empty below the minimum",
                "ratio",
                optional=True,
            ),
            count_column("rta_shrunk", "posterior mean of the advantage", "ratio", optional=True),
            count_column("rta_low", "lower end of the interval", "ratio", optional=True),
            count_column("rta_high", "upper end of the interval", "ratio", optional=True),
            share_column(
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
            country_column(),
            Column("label", "text", "what is counted, in words"),
            Column("unit", "text", "unit of the value"),
            year_column("calendar year"),
            count_column("value", "value in the unit of the row", "see column unit"),
            LEVEL_SHIFT,
        ),
    ),
    Table(
        "age_structure",
        "features",
        "Working-age and older population",
        ("country", "year"),
        (
            country_column(),
            year_column("population on 1 July"),
            count_column(
                "working_age_persons",
                "persons of working age (params: workforce.working_ages)",
                "persons",
            ),
            count_column("older_persons", "persons above working age", "persons"),
            count_column("total_persons", "persons of all ages", "persons"),
            share_column("working_age_share", "working-age persons in the total"),
            share_column("older_share", "persons above working age in the total"),
            PROJECTION,
        ),
    ),
)
