"""The table of partner briefs: one row a partner, for the index of briefs.

Knows: what the table declares. Must not know: files or figures. May import: columns.
"""

from techdiplomacy.columns import (
    PARTNERSHIP_LEVELS,
    Column,
    Table,
    count_column,
    country_column,
    estimate_columns,
    named_year_column,
    partner_column,
    share_column,
    whole_column,
)

READINGS = ("above", "below", "open", "depends")
COVERAGE = ("full", "partial", "thin")
# why a brief is not full
WHY_NOT_FULL = ("no_groups", "few_groups", "no_gap", "no_ages", "disputed_ages", "no_pools")

INDEX = "brief_index"

PARTNER_BRIEFS = (
    Table(
        INDEX,
        "results",
        "Briefs on single partners: the figures by which they can be sorted",
        ("partner",),
        (
            country_column("viewpoint country, ISO 3166-1 alpha-3"),
            partner_column("country that the brief is about, ISO 3166-1 alpha-3"),
            whole_column("groups", "groups of the list of technologies", "groups"),
            whole_column("groups_ranked", "groups in which the partner has a rank", "groups"),
            whole_column(
                "groups_led",
                "groups with a median rank among the first (params: priorities.leader_rank)",
                "groups",
            ),
            whole_column(
                "groups_led_surely",
                "of these, groups in which the whole interval of the rank is",
                "groups",
            ),
            Column("window", "text", "years of the joint works", optional=True),
            count_column(
                "joint_works",
                "works with authors in both countries, all fields; empty where unknown",
                "works",
                optional=True,
            ),
            *estimate_columns(
                "times_expected",
                "joint works observed over expected, drawn towards 1 where counts are few",
                "ratio",
                0,
            ),
            Column(
                "reading",
                "text",
                "above or below what is expected if the whole interval is, else open; depends: "
                "above or below here, not by every other fit",
                allowed=READINGS,
                optional=True,
            ),
            Column(
                "level",
                "text",
                "highest level of partnership known; empty: none known, which is not none",
                allowed=PARTNERSHIP_LEVELS,
                optional=True,
            ),
            whole_column(
                "instruments_known",
                "instruments on science and technology known; empty where nobody collected them",
                "instruments",
                optional=True,
            ),
            whole_column(
                "offices_known",
                "science offices and joint institutions known, of both in the other; empty where "
                "nobody collected them",
                "offices",
                optional=True,
            ),
            share_column(
                "older_mark",
                "highest mark (params: workforce.ageing_marks) that the share of people of 65 and "
                "older reaches; this and the next three empty where two revisions disagree on ages",
                optional=True,
            ),
            named_year_column(
                "older_year", "year in which it does, estimated or projected", optional=True
            ),
            Column(
                "balance_persons",
                "number",
                "entrants less leavers of working life after the newest year, to the end of the "
                "projection (params: workforce.cohorts_until)",
                "persons",
                optional=True,
            ),
            Column(
                "balance_share",
                "number",
                "the same over the persons of working life",
                "share",
                optional=True,
            ),
            whole_column("opportunities", "opportunities that figures carry", "number"),
            whole_column("cautions", "cautions that figures carry", "number"),
            Column(
                "coverage",
                "text",
                "full: strength in at least half of the groups, expected works, ages that two "
                "revisions agree on, and a pool of workers; partial: one of these is missing; "
                "thin: more are, or there is no group",
                allowed=COVERAGE,
            ),
            Column(
                "why",
                "text",
                f"what is missing, semicolons between: {', '.join(WHY_NOT_FULL)}",
                optional=True,
            ),
        ),
        notebook="partner_briefs",
    ),
)
