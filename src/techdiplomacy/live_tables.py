"""The clean tables of sources that are not embedded: from a live service or a file of one's own.

Knows: what each of these tables declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    Column,
    Table,
    count_column,
    country_column,
    partner_column,
    year_column,
)

INDICATOR_VALUE = Column(
    "value", "number", "value of the indicator", "as the publisher defines the indicator"
)
PUBLISHER_STATUS = Column(
    "publisher_status", "text", "letters that the publisher adds; empty for none", optional=True
)

LIVE = (
    Table(
        "patent_families_by_field",
        "clean",
        "Patent families by country, technology field and priority year",
        ("country", "field", "year"),
        (
            country_column(),
            Column("field", "text", "code of the WIPO technology field"),
            year_column("priority year"),
            count_column("patent_families", "families, shared by inventor residence", "families"),
        ),
    ),
    Table(
        "patent_families_by_technology",
        "clean",
        "Patent families by country, technology and priority year",
        ("country", "technology", "year"),
        (
            country_column(),
            Column("technology", "text", "code of the technology; technologies overlap"),
            year_column("priority year"),
            count_column("patent_families", "families, shared by inventor residence", "families"),
        ),
    ),
    Table(
        "coinventions",
        "clean",
        "International applications with inventors in both countries, by pair and year",
        ("country", "partner", "year"),
        (
            country_column(),
            partner_column(),
            year_column("priority year"),
            count_column(
                "joint_applications", "applications with an inventor in each", "applications"
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "joint_publications",
        "clean",
        "Citable publications written together, by pair and year",
        ("country", "partner", "year"),
        (
            country_column(),
            partner_column(),
            year_column("publication year"),
            count_column(
                "joint_publications",
                "publications with an author in each country, whole count; below ten not listed",
                "publications",
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "joint_works_by_field",
        "clean",
        "Works written together, by pair of countries, field and year",
        ("country", "partner", "field", "year"),
        (
            country_column(),
            partner_column(),
            Column("field", "text", "code of the field, subfield or topic"),
            year_column("publication year"),
            count_column(
                "joint_works", "works with an author in each country, whole count", "works"
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "indicators",
        "clean",
        "Indicators of countries by year",
        ("country", "indicator", "year"),
        (
            country_column(),
            Column("indicator", "text", "code of the indicator at its publisher"),
            year_column("calendar year"),
            INDICATOR_VALUE,
            PUBLISHER_STATUS,
        ),
    ),
    Table(
        "organisations",
        "clean",
        "Research organisations and the countries in which they are",
        ("organisation", "country"),
        (
            Column("organisation", "text", "identifier of the organisation"),
            country_column("country of one of its locations, ISO 3166-1 alpha-3"),
            Column("name", "text", "name as its register displays it"),
            Column("types", "text", "kinds of organisation, separated by semicolons"),
            Column("locations", "integer", "countries in which it has locations", "countries", 1),
        ),
    ),
    Table(
        "horizon_participations",
        "clean",
        "Who takes part in which project of Horizon Europe",
        ("project", "organisation", "role"),
        (
            Column("project", "text", "CORDIS record number of the project"),
            Column("organisation", "text", "participant identification code"),
            country_column("country of the organisation, ISO 3166-1 alpha-3"),
            Column("role", "text", "role in the project, as CORDIS words it"),
            Column("organisation_type", "text", "kind of organisation", optional=True),
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
        "own_patents",
        "clean",
        "Patents counted from a file of one's own, by country, technology class and year",
        ("country", "technology_class", "year"),
        (
            country_column(),
            Column("technology_class", "text", "class of the IPC or CPC, four characters"),
            year_column("priority year"),
            count_column(
                "patents_fractional", "applications, shared by inventor residence", "applications"
            ),
        ),
    ),
)
