"""The kinds of ties between countries, and the tables of ties and of the cooperation notebook.

Knows: what each kind of tie counts, and what each of these tables declares.
Must not know: files or figures. May import: columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from techdiplomacy.columns import (
    Column,
    Table,
    count_column,
    country_column,
    estimate_columns,
    named_year_column,
    partner_column,
    share_column,
    whole_column,
    year_column,
    yes_or_no_column,
)

NOTES = (
    *("first_200_partners", "listed_economies", "european_programme", "whole_years_above_limit"),
    *("missions_known", "hosts_reporting", "all_skills", "known_only", "known_current"),
)


@dataclass(frozen=True)
class TieKind:
    """One kind of tie: where it comes from, what it counts, and what may be computed of it.

    Attributes
    ----------
    code : str
        Name of the kind in tables.
    sources : tuple of str
        Cards of the figures.
    unit : str
        Unit of the value.
    directed : bool
        Whether country and partner play different parts; if not, each pair stands once.
    pooled : {"windows", "record", "state"}
        Years that one figure stands for: windows of years, all years on record, or the newest
        year of a stock, which is never added to another.
    note : str
        Code of what the reader should know, one of ``NOTES``.
    association : bool
        Whether ties may be held against the totals of both countries: those with all others are
        known, in one unit that adds up, and no rule but size says who meets whom. In a European
        programme European countries meet by design; others meet in its large consortia.
    adds_over_partners : bool
        Whether the values of the partners add to a total.
    absent_is_zero : bool
        Whether a pair without a row has no such tie. Where not, it is unknown.
    joint_output : bool
        Whether works or projects of both countries are counted, so that a tie may be shallow.
    dated : bool
        Whether each item has a year, so that active years can be counted.
    state_year : int
        Year of a state whose table has no column of years; 0 elsewhere.
    """

    code: str
    sources: tuple[str, ...]
    unit: str
    directed: bool
    pooled: Literal["windows", "record", "state"]
    note: str
    association: bool = False
    adds_over_partners: bool = True
    absent_is_zero: bool = False
    joint_output: bool = False
    dated: bool = False
    state_year: int = 0

    @property
    def symmetric(self) -> bool:
        """Whether each pair stands once, ``country`` before ``partner``."""
        return not self.directed

    @property
    def adds_over_years(self) -> bool:
        """Whether values of several years may be added."""
        return self.pooled != "state"


TIE_KINDS = (
    TieKind(
        "joint_works",
        ("openalex_coauthorship",),
        "works",
        directed=False,
        pooled="windows",
        note="first_200_partners",
        association=True,
        absent_is_zero=True,
        joint_output=True,
        dated=True,
    ),
    TieKind(
        "joint_ai_articles",
        ("ncses_ai_coauthorship",),
        "articles",
        directed=False,
        pooled="record",
        note="listed_economies",
        association=True,
        joint_output=True,
    ),
    TieKind(
        "joint_projects",
        ("cordis_participations",),
        "projects",
        directed=False,
        pooled="record",
        note="european_programme",
        absent_is_zero=True,
        joint_output=True,
        dated=True,
    ),
    TieKind(
        "software_events",
        ("github_collaborators",),
        "events",
        directed=True,
        pooled="windows",
        note="whole_years_above_limit",
        association=True,
        dated=True,
    ),
    TieKind(
        "missions",
        ("wikidata_missions",),
        "missions",
        directed=True,
        pooled="state",
        note="missions_known",
        state_year=2022,
    ),
    TieKind(
        "students",
        ("oecd_student_origin",),
        "share of the host's international students",
        directed=True,
        pooled="state",
        note="hosts_reporting",
        adds_over_partners=False,
    ),
    TieKind(
        "migrants",
        ("un_migrant_stock",),
        "persons",
        directed=True,
        pooled="state",
        note="all_skills",
    ),
    TieKind(
        "st_agreements",
        ("vietnam_st_agreements",),
        "instruments",
        directed=False,
        pooled="record",
        note="known_only",
        adds_over_partners=False,
        dated=True,
    ),
    TieKind(
        "partnership_level",
        ("vietnam_partnerships",),
        "code of the level: 1 to 3 on the ladder, 4 special, beside it",
        directed=False,
        pooled="state",
        note="known_current",
        adds_over_partners=False,
        state_year=2025,
    ),
)
KIND = {kind.code: kind for kind in TIE_KINDS}

_NOTEBOOK = "cooperation_ties"
_ROLES = ("coordinator", "participant", "partner")
_KIND = Column("kind", "text", "kind of tie", allowed=tuple(KIND))
_WINDOW = Column("window", "text", "years pooled, for example 2019-2023, or the year of a state")
_PART = Column("programme_part", "text", "part of the programme; ALL: any part, each project once")
_CONTRIBUTION = count_column(
    "eu_contribution_eur",
    "contribution of the European Union to this participant; empty where none is given",
    "euro",
    optional=True,
)


_AMOUNT = (
    "amount in the unit of the row; a work, article or project of n countries counts once in each "
    "of its n(n-1)/2 pairs; levels of partnership are codes, never averaged: 1 to 3 are steps of "
    "the ladder, 4 (special) stands beside it"
)
_ASSOCIATION = estimate_columns(
    "association", "joint items over those expected from sizes", "ratio", 0
)
_DISPERSION = Column(
    "dispersion",
    "number",
    "variance of the joint items from year to year within the window over that of chance, 1 or "
    "more; intervals of association and growth are widened by it; empty where the years are not "
    "known, fewer than three or without ties: there intervals hold the noise of counting alone",
    "ratio",
    1,
    optional=True,
)
_COURSE = (
    named_year_column(
        "peak_year",
        "year of the window with the most joint items, the last of equals; empty where there are "
        "too few items or years",
        optional=True,
    ),
    share_column(
        "last_to_peak", "joint items of the window's last year over the peak year's", optional=True
    ),
    Column(
        "turned",
        "text",
        "fell: the last year of the window lies clearly below the peak year, by more than a factor "
        "of 1.5 and the noise of a usual pair; rose: not so, and clearly above the first year; "
        "steady: neither; counts, not compared with all partners",
        allowed=("fell", "rose", "steady"),
        optional=True,
    ),
)

COOPERATION_FEATURES = (
    Table(
        "ties",
        "features",
        "Ties between countries by kind and year",
        ("kind", "country", "partner", "year"),
        (
            _KIND,
            country_column("country from which the tie goes; without direction, the first of two"),
            partner_column("country to which the tie goes; without direction, the second of two"),
            year_column("year of the tie, or last year pooled"),
            named_year_column(
                "first_year", "first year pooled; for a level, the year it was reached"
            ),
            count_column("value", _AMOUNT, "see column unit"),
            Column("unit", "text", "unit of the value"),
        ),
    ),
    Table(
        "pair_traits",
        "features",
        "What makes pairs of countries near to each other",
        ("country", "partner"),
        (
            country_column(),
            partner_column(),
            count_column("distance_km", "distance weighted by population", "km", optional=True),
            yes_or_no_column("contiguous", "common land border", optional=True),
            yes_or_no_column(
                "common_language", "official, or spoken by nine per cent, in both", optional=True
            ),
            yes_or_no_column("colonial_tie", "one was ever a colony of the other", optional=True),
            named_year_column(
                "trade_agreement_since",
                "first year with a trade agreement in force that binds both; empty without one",
                optional=True,
            ),
        ),
        unordered_pair=True,
    ),
    Table(
        "viewpoint_projects",
        "features",
        "All participations in the projects in which the viewpoint country takes part",
        ("project", "organisation"),
        (
            Column("project", "text", "CORDIS record number of the project"),
            Column("organisation", "text", "participant identification code"),
            country_column("country of the organisation, ISO 3166-1 alpha-3"),
            Column("role", "text", "role in the project", allowed=_ROLES),
            Column("organisation_type", "text", "kind of organisation, as on the clean table"),
            year_column("year of project start; empty where CORDIS gives none", optional=True),
            _CONTRIBUTION,
            Column(
                "programme_parts",
                "text",
                "parts of the programme, semicolons between; empty where none is recorded",
                optional=True,
            ),
        ),
        may_be_empty=True,
    ),
    Table(
        "official_ties",
        "features",
        "Articles written together as an official report counts them",
        ("country", "partner", "edition", "year"),
        (
            country_column(),
            partner_column(),
            Column("edition", "integer", "edition of the report; compare within one only", "year"),
            year_column("publication year"),
            count_column("joint_articles", "articles with an author in each country", "articles"),
        ),
        unordered_pair=True,
    ),
)

COOPERATION_TIES = (
    Table(
        "tie_measures",
        "results",
        "How close the ties of the viewpoint country are, by kind and partner",
        ("kind", "window", "direction", "country", "partner"),
        (
            _KIND,
            _WINDOW,
            Column(
                "direction",
                "text",
                "out: from the viewpoint country to the partner; in: the other way round",
                allowed=("both", "out", "in"),
            ),
            country_column("viewpoint country, ISO 3166-1 alpha-3"),
            partner_column(),
            count_column("volume", _AMOUNT, "see column unit"),
            Column("unit", "text", "unit of the volume"),
            share_column(
                "share_of_ties",
                "volume in that of all partners; empty where volumes do not add up",
                optional=True,
            ),
            *_ASSOCIATION,
            share_column(
                "salton", "joint items over the root of the product of totals", optional=True
            ),
            share_column("jaccard", "joint items over those of either country", optional=True),
            _DISPERSION,
            *estimate_columns(
                "growth", "log ratio to the window before, per year; 0 without change", "per year"
            ),
            Column(
                "growth_of_all",
                "number",
                "growth of the ties with all partners together: a tie with more grows faster",
                "per year",
                optional=True,
            ),
            *_COURSE,
            named_year_column(
                "last_active", "last year with a tie, up to the window's end", optional=True
            ),
            whole_column(
                "active_of_10",
                "years with a tie among the ten up to the window's end",
                "years",
                optional=True,
            ),
            Column(
                "shallow",
                "flag",
                "whether there are so few joint items that a tie may be chance (params: "
                "cooperation); no where no joint output is counted",
            ),
            Column(
                "status",
                "text",
                "small_n: too few items for a ratio; not_estimable: no ties of the country; "
                "not_defined: ratios are not defined for this kind",
                allowed=("ok", "small_n", "not_estimable", "not_defined"),
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "tie_coverage",
        "results",
        "What each kind of tie covers",
        ("kind",),
        (
            _KIND,
            Column("sources", "text", "cards of the figures, semicolons between"),
            Column(
                "unit",
                "text",
                "unit of the value; a work, article or project of n countries counts once in each "
                "of its n(n-1)/2 pairs",
            ),
            Column("directed", "flag", "whether country and partner play different parts"),
            named_year_column("first_year", "first year covered", optional=True),
            named_year_column("last_year", "last whole year covered", optional=True),
            whole_column("n_countries", "countries with a tie above zero", "countries"),
            whole_column("n_pairs", "pairs of countries with a tie above zero", "pairs"),
            whole_column("viewpoint_partners", "partners of the viewpoint country", "countries"),
            Column("listed", "flag", "whether the source lists the viewpoint country"),
            whole_column(
                "undated",
                "ties of the viewpoint country left out because they have no year; empty where "
                "single ties are not listed",
                "ties",
                optional=True,
            ),
            Column("note", "text", "what limits the figures", allowed=NOTES),
        ),
        notebook=_NOTEBOOK,
    ),
    Table(
        "network_edges",
        "results",
        "Ties among the viewpoint country and its first partners",
        ("country", "partner"),
        (
            country_column(),
            partner_column(),
            _WINDOW,
            count_column("joint_works", "works with an author in each country", "works"),
            *_ASSOCIATION,
            _DISPERSION,
            *_COURSE,
            Column("shown", "flag", "whether the edge belongs to the few that are drawn"),
        ),
        unordered_pair=True,
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "official_check",
        "results",
        "Joint works beside the joint articles of an official report",
        ("country", "partner"),
        (
            country_column("viewpoint country, ISO 3166-1 alpha-3"),
            partner_column(),
            Column("edition", "integer", "edition of the report", "year"),
            year_column("publication year of both counts"),
            count_column("joint_works", "joint works in the open catalogue", "works"),
            count_column("joint_articles", "joint articles in the official report", "articles"),
            Column("rank_works", "integer", "place by joint works", "rank", 1),
            Column("rank_articles", "integer", "place by joint articles", "rank", 1),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "project_money",
        "results",
        "Projects and money of the viewpoint country by part of the programme",
        ("programme_part",),
        (
            _PART,
            whole_column("projects", "projects with the viewpoint country", "projects"),
            whole_column("participations", "its participations", "participations"),
            whole_column("organisations", "its organisations", "organisations"),
            whole_column("coordinated", "projects that it coordinates", "projects"),
            count_column(
                "own_contribution_eur",
                "contribution of the European Union to it, where one is given",
                "euro",
                optional=True,
            ),
            whole_column("without_amount", "its participations without amount", "participations"),
            count_column(
                "project_contribution_eur",
                "contribution to all participants of these projects, where one is given",
                "euro",
                optional=True,
            ),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "project_partners",
        "results",
        "Partners of the viewpoint country in projects",
        ("partner",),
        (
            partner_column(),
            whole_column("projects", "projects with both", "projects"),
            named_year_column("first_year", "first start of a project with both", optional=True),
            named_year_column("last_year", "last start of a project with both", optional=True),
            whole_column("active_years", "years in which projects with both start", "years"),
            whole_column("organisations", "organisations of the partner", "organisations"),
            Column("repeated", "flag", "whether projects with both start in two years or more"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "project_matrix",
        "results",
        "Projects of the viewpoint country by partner and part of the programme",
        ("partner", "programme_part"),
        (partner_column(), _PART, whole_column("projects", "projects with both", "projects")),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
    Table(
        "project_repeats",
        "results",
        "Foreign organisations by the number of projects with the viewpoint country",
        ("joint_projects",),
        (
            Column(
                "joint_projects",
                "text",
                "projects with the viewpoint country",
                "projects",
                allowed=("1", "2", "3+"),
            ),
            whole_column("organisations", "foreign organisations", "organisations"),
        ),
        notebook=_NOTEBOOK,
        may_be_empty=True,
    ),
)
