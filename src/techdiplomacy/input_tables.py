"""The clean tables, one or more sources each, and the feature tables that notebooks share.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    EVIDENCE,
    LEVEL_SHIFT,
    PARTNERSHIP_LEVELS,
    PROJECTION,
    Column,
    Table,
    count_column,
    country_column,
    day_column,
    partner_column,
    share_column,
    year_column,
    yes_or_no_column,
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
        "official_joint_articles",
        "clean",
        "Articles written together as an official report counts them, by pair and year",
        ("country", "partner", "edition", "year"),
        (
            country_column(),
            partner_column(),
            Column("edition", "integer", "edition of the report; compare within one only", "year"),
            year_column("publication year"),
            count_column(
                "joint_articles", "articles with an author in each country, whole count", "articles"
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "project_participations",
        "clean",
        "Who takes part in which project of Horizon 2020",
        ("project", "organisation"),
        (
            Column("project", "text", "CORDIS record number of the project"),
            Column("organisation", "text", "participant identification code"),
            country_column("country of the organisation, ISO 3166-1 alpha-3"),
            Column(
                "role",
                "text",
                "role in the project; a partner is a third party",
                allowed=("coordinator", "participant", "partner"),
            ),
            Column(
                "organisation_type",
                "text",
                "HES higher education, REC research, PRC private, PUB public, OTH other",
                allowed=("HES", "OTH", "PRC", "PUB", "REC"),
            ),
            year_column("year of project start; empty where CORDIS gives none", optional=True),
            count_column(
                "eu_contribution_eur",
                "contribution of the European Union to this participant; empty where none is given",
                "euro",
                optional=True,
            ),
        ),
    ),
    Table(
        "project_parts",
        "clean",
        "Parts of Horizon 2020 that a project belongs to",
        ("project", "programme_part"),
        (
            Column("project", "text", "CORDIS record number of the project"),
            Column("programme_part", "text", "part of the programme; a project may have several"),
        ),
    ),
    Table(
        "missions",
        "clean",
        "Diplomatic missions by sending and host state",
        ("country", "partner", "mission"),
        (
            country_column("sending state, ISO 3166-1 alpha-3"),
            partner_column("host state, ISO 3166-1 alpha-3"),
            Column("mission", "text", "Wikidata item of the mission", pattern=r"^Q\d+$"),
            Column("city", "text", "city of the mission; empty where unknown", optional=True),
            Column("mission_type", "text", "kind of mission, for example embassy"),
        ),
    ),
    Table(
        "migrant_stocks",
        "clean",
        "Migrants by country of origin and of residence",
        ("country", "partner", "year"),
        (
            country_column("country of origin, ISO 3166-1 alpha-3"),
            partner_column("country of residence, ISO 3166-1 alpha-3"),
            year_column("mid-year"),
            count_column(
                "migrants_persons", "migrants of any skill; a stock, not a flow", "persons"
            ),
        ),
    ),
    Table(
        "student_shares",
        "clean",
        "Where the international students of a host country come from",
        ("country", "partner", "year"),
        (
            country_column("country of origin, ISO 3166-1 alpha-3"),
            partner_column("host country, ISO 3166-1 alpha-3"),
            year_column("calendar year"),
            share_column(
                "share_of_host", "origin in all international or foreign students of the host"
            ),
        ),
    ),
    Table(
        "country_pairs",
        "clean",
        "Distance, border, language and colonial past of pairs of countries",
        ("country", "partner"),
        (
            country_column(),
            partner_column(),
            count_column(
                "distance_km",
                "distance weighted by population; between the largest cities where that is missing",
                "km",
            ),
            yes_or_no_column("contiguous", "common land border"),
            yes_or_no_column("common_language", "official, or spoken by nine per cent, in both"),
            yes_or_no_column("colonial_tie", "one was ever a colony of the other"),
        ),
        unordered_pair=True,
    ),
    Table(
        "trade_agreement_pairs",
        "clean",
        "Since when some trade agreement has been in force between two countries",
        ("country", "partner"),
        (
            country_column(),
            partner_column(),
            Column(
                "in_force_since",
                "integer",
                "first year with a trade agreement in force that binds both",
                "year",
                1900,
                2110,
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "partnership_levels",
        "clean",
        "Known levels of partnership, one row for each step",
        ("country", "partner", "level"),
        (
            country_column("country whose partnerships are listed, ISO 3166-1 alpha-3"),
            partner_column(),
            Column("level", "text", "level of the partnership", allowed=PARTNERSHIP_LEVELS),
            day_column("since", "start of the level: year, month or day; empty where unknown"),
            Column(
                "since_year",
                "integer",
                "year in which the level started; empty where unknown",
                "year",
                1900,
                2110,
                optional=True,
            ),
            Column(
                "current", "integer", "1 if it is the level on the day of the list", "0/1", 0, 1
            ),
            Column("evidence_urls", "text", "pages that the row rests on"),
        ),
    ),
    Table(
        "st_agreements",
        "clean",
        "Known instruments on science and technology",
        ("country", "partner", "title"),
        (
            country_column("country whose instruments are listed, ISO 3166-1 alpha-3"),
            partner_column(),
            Column("title", "text", "title of the instrument"),
            Column("instrument_type", "text", "kind of instrument"),
            day_column("signed", "signature: year, month or day; empty where unknown"),
            Column(
                "signed_year",
                "integer",
                "year of signature; empty where unknown",
                "year",
                1900,
                2110,
                optional=True,
            ),
            day_column("in_force", "entry into force: year, month or day; empty where unknown"),
            Column("source_group", "text", "what the row rests on", allowed=("official", "press")),
            Column("evidence_urls", "text", "pages that the row rests on"),
        ),
    ),
    Table(
        "st_offices",
        "clean",
        "Known science and technology offices abroad and joint institutions",
        ("country", "partner", "city", "name"),
        (
            country_column("sending country, ISO 3166-1 alpha-3"),
            partner_column("host country, ISO 3166-1 alpha-3"),
            Column("city", "text", "city of the office"),
            Column("name", "text", "name of the office or institution"),
            day_column("since", "start: year, month or day; empty where unknown"),
            day_column(
                "last_confirmed",
                "newest dated page that mentions it; empty where pages are undated",
            ),
            Column("evidence_url", "text", "page that the row rests on"),
        ),
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
                pattern=r"^[A-Zm]+$",
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
        "source_states",
        "features",
        "How and when the figures of each source came here",
        ("source",),
        (
            Column("source", "text", "id of the source"),
            Column("table", "text", "clean table that it fills"),
            Column(
                "mode",
                "text",
                "from the project, from the publisher, or from a file of the researcher",
                allowed=("embedded", "downloaded", "file"),
            ),
            Column(
                "date",
                "text",
                "day on which the figures were read, downloaded, or whose state they show",
                pattern=r"^\d{4}-\d{2}-\d{2}$",
            ),
            Column(
                "terms",
                "text",
                "terms of the card, or those of the owner of a file",
                allowed=("card", "own"),
            ),
            Column("rows", "integer", "rows of the clean table", "rows", 0),
            Column("countries", "integer", "countries in it", "countries", 0),
            Column("first_year", "integer", "first year in it", "year", 1900, 2110, optional=True),
            Column("last_year", "integer", "last year in it", "year", 1900, 2110, optional=True),
        ),
    ),
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
)
