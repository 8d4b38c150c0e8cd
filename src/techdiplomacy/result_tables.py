"""The result tables of the notebooks.

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

_WINDOW = Column(
    "window", "text", "years pooled, for example 2016-2020; both kinds: patents, then publications"
)
_GROUPED_BY = Column(
    "evidence",
    "text",
    "kind of evidence; both: profiles of patents and of publications with equal weight",
    allowed=("patents", "publications", "both"),
)


def _support(name: str, drawn: str) -> Column:
    return share_column(name, f"mean Jaccard similarity when {drawn} are drawn anew", optional=True)


_SUPPORTS = ("families", "countries", "fields")
COUNTRY_CLUSTERS = (
    Table(
        "country_groups",
        "results",
        "Group of each country, how firmly it belongs, its neighbours, and its size",
        ("evidence", "country"),
        (
            _GROUPED_BY,
            _WINDOW,
            country_column(),
            count_column(
                "total_items",
                "items of the country in all fields; empty for both kinds, which are not added",
                "families or articles",
                optional=True,
            ),
            Column(
                "size_tier",
                "text",
                "order of magnitude of the total, kept apart from the profile",
                optional=True,
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
            share_column(
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
            _GROUPED_BY,
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
            share_column(
                "jaccard_kmeans", "Jaccard similarity with its best match by k-means", optional=True
            ),
            share_column(
                "jaccard_other_profile",
                "Jaccard similarity with its best match on the other profile (params: profiles)",
                optional=True,
            ),
            Column(
                "strong_fields",
                "text",
                "fields in which the group is most specialised, semicolons between, patent fields "
                "first; empty if none",
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
            _GROUPED_BY,
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
            share_column("p_noise", "share of panels of one noisy profile that look as grouped"),
            share_column("p_continuum", "share of panels of a continuum that look as grouped"),
            count_column(
                "prior_strength",
                "weight A of the common profile in the shrinkage; empty for both kinds",
                "items",
                optional=True,
            ),
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
            Column(
                "notes",
                "text",
                "what was adapted to the panel: k_max_lowered, k_lowered, no_stable_cut, "
                "two_way_nested; semicolons between",
                optional=True,
            ),
        ),
        notebook="country_clusters",
    ),
    Table(
        "tree_branches",
        "results",
        "The tree of countries with the support of each branch",
        ("evidence", "branch"),
        (
            _GROUPED_BY,
            Column("branch", "text", "id of the branch"),
            Column("left", "text", "lower end: a country or a branch"),
            Column("right", "text", "lower end: a country or a branch"),
            count_column("height", "height at which the two ends join", "Ward distance"),
            Column("n_countries", "integer", "countries below the branch", "countries", 2),
            Column("members", "text", "ISO3 codes below the branch"),
            *(
                _support(
                    f"support_{kind}", kind if kind != "families" else "items inside each country"
                )
                for kind in _SUPPORTS
            ),
            Column(
                "label",
                "text",
                "as for groups (params: clusters); empty for the root, which cannot vary",
                allowed=("firm", "leaning", "do not conclude"),
                optional=True,
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
            _GROUPED_BY,
            country_column(),
            partner_column(),
            share_column("coassignment", "mean over the three resamplings"),
            *(
                share_column(f"coassignment_{kind}", f"when {kind} are drawn anew")
                for kind in _SUPPORTS
            ),
            count_column("distance", "distance of the two profiles", "Hellinger distance"),
        ),
        unordered_pair=True,
        notebook="country_clusters",
    ),
    Table(
        "group_windows",
        "results",
        "Group of each country in each window, numbered alike, and how firmly it belongs",
        ("evidence", "window", "country"),
        (
            _GROUPED_BY,
            _WINDOW,
            country_column(),
            Column(
                "group",
                "integer",
                "group with the number of its best match in the newest window, or a number of its "
                "own; empty without counts",
                "number",
                1,
                optional=True,
            ),
            share_column(
                "own_group_coassignment",
                "mean co-assignment with its own group in the window; empty if alone in it",
                optional=True,
            ),
            Column(
                "label",
                "text",
                "label of the group in this window (params: clusters)",
                allowed=("firm", "leaning", "do not conclude", "single country"),
                optional=True,
            ),
            Column(
                "status",
                "text",
                "small_n: too few items to be fitted, placed afterwards",
                allowed=("ok", "small_n", "not_estimable"),
            ),
        ),
        notebook="country_clusters",
    ),
    Table(
        "window_agreement",
        "results",
        "How far the groups of two windows agree, against two redraws of one window",
        ("evidence", "window", "previous"),
        (
            _GROUPED_BY,
            _WINDOW,
            Column("previous", "text", "the earlier window"),
            Column("adjusted_rand", "number", "agreement of the two cuts", "-1 to 1", -1, 1),
            Column(
                "adjusted_rand_between",
                "number",
                "mean agreement when items are redrawn in both windows",
                "-1 to 1",
                -1,
                1,
            ),
            Column(
                "adjusted_rand_within",
                "number",
                "mean agreement of two redraws of one and the same window",
                "-1 to 1",
                -1,
                1,
            ),
            share_column(
                "share_as_alike",
                "share of redraws in which two windows agree at least as much as one with itself",
            ),
            Column("n_common", "integer", "countries fitted in both windows", "countries", 2),
        ),
        notebook="country_clusters",
    ),
    Table(
        "core_sets",
        "results",
        "Countries that stay in one group in every window",
        ("evidence", "members"),
        (
            _GROUPED_BY,
            Column("members", "text", "ISO3 codes, semicolons between"),
            Column("n_countries", "integer", "countries of the set", "countries", 2),
            Column("n_windows", "integer", "windows together, which are all", "windows", 1),
            share_column("coassignment", "mean co-assignment over pairs and windows"),
            share_column("lowest_coassignment", "that of the worst pair in its worst window"),
            Column(
                "label",
                "text",
                "firm: even the worst pair comes back as often as a firm group (params: clusters)",
                allowed=("firm", "leaning"),
            ),
        ),
        notebook="country_clusters",
    ),
)
