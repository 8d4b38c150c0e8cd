"""The words of the country groups page follow the results; an absent country is said."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from test_clusters import cluster_settings

from techdiplomacy import clusters_page as page
from techdiplomacy import pages, vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import check_columns
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")

COUNTRIES = pd.DataFrame(
    {
        "country": ["JPN", "KOR", "VNM", "LAO", "TKL"],
        "total_items": [9000.0, 8000.0, 1234.0, 20.0, 0.0],
        "size_tier": "1,000 to under 10,000",
        "group": pd.array([1, 1, 2, 2, pd.NA], dtype="Int64"),
        "own_group_coassignment": [0.9, 0.9, 0.61, np.nan, np.nan],
        "nearest_neighbours": ["KOR;VNM", "JPN;VNM", "KOR;JPN", "VNM;KOR", pd.NA],
        "status": ["ok", "ok", "ok", "small_n", "not_estimable"],
        "map_x": [0.1, 0.2, 0.3, np.nan, np.nan],
    }
)
STABILITY = pd.DataFrame(
    {
        "group": [1, 2],
        "members": ["JPN;KOR", "VNM"],
        "n_countries": [2, 1],
        "jaccard_families": [0.9, 0.5],
        "jaccard_countries": [0.8, 0.4],
        "jaccard_fields": [0.7, 0.3],
        "label": ["firm", "leaning"],
        "jaccard_kmeans": [1.0, 0.5],
        "jaccard_other_profile": [0.8, 0.9],
        # a field with commas in its name is one field
        "strong_fields": ["optics;engines, pumps, turbines", pd.NA],
    }
)
VERDICT = pd.DataFrame(
    [
        {
            "evidence": "patents",
            "verdict": "typology",
            "k": 2,
            "n_countries": 3,
            "largest_silhouette": 0.3,
            "p_noise": 0.002,
            "p_continuum": 0.37,
            "adjusted_rand_previous_window": 0.34,
            "adjusted_rand_kmeans": 0.6,
            "adjusted_rand_other_profile": 0.25,
            "notes": pd.NA,
        }
    ]
)
PAIRS = pd.DataFrame(
    {
        "country": ["JPN", "JPN", "KOR"],
        "partner": ["KOR", "VNM", "VNM"],
        "coassignment": [0.9, 0.2, 0.3],
        "coassignment_families": [0.91, 0.21, 0.31],
        "coassignment_countries": [0.92, 0.22, 0.32],
        "coassignment_fields": [0.93, 0.23, 0.33],
        "distance": [0.1, 0.5, 0.4],
    }
)
BRANCHES = pd.DataFrame(
    {
        "branch": ["B001", "B002"],
        "left": ["JPN", "B001"],
        "right": ["KOR", "VNM"],
        "height": [0.1, 0.5],
        "n_countries": [2, 3],
        "members": ["JPN;KOR", "JPN;KOR;VNM"],
        "support_families": [0.9, np.nan],
        "support_countries": [0.8, np.nan],
        "support_fields": [0.7, np.nan],
        "label": ["firm", pd.NA],
    }
)
# Korea moves firmly, Vietnam is too small at first
WINDOWS = pd.DataFrame(
    {
        "window": ["2011-2015"] * 3 + ["2016-2020"] * 3,
        "country": ["JPN", "KOR", "VNM"] * 2,
        "group": pd.array([1, 2, 2, 1, 1, 2], dtype="Int64"),
        "own_group_coassignment": [0.9, 0.8, np.nan, 0.9, 0.9, 0.61],
        "label": ["firm", "leaning", "leaning", "firm", "firm", "leaning"],
        "status": ["ok", "ok", "small_n", "ok", "ok", "ok"],
    }
)
AGREEMENT = pd.DataFrame(
    {
        "window": ["2016-2020"],
        "previous": ["2011-2015"],
        "adjusted_rand": [0.34],
        "adjusted_rand_between": [0.4],
        "adjusted_rand_within": [0.7],
        "share_as_alike": [0.04],
        "n_common": [2],
    }
)
CORES = pd.DataFrame(
    {
        "members": ["JPN;KOR", "VNM;LAO;TKL"],
        "n_countries": [2, 3],
        "n_windows": [2, 2],
        "coassignment": [0.95, 0.7],
        "lowest_coassignment": [0.9, 0.62],
        "label": ["firm", "leaning"],
    }
)


def of_kind(frame, evidence):
    return frame.assign(evidence=evidence)


PATENTS = EvidenceGroups(
    evidence="patents",
    window="2016-2020",
    countries=COUNTRIES,
    stability=STABILITY,
    verdict=VERDICT,
    branches=BRANCHES,
    coassignments=PAIRS,
    windows=of_kind(WINDOWS, "patents"),
    agreement=of_kind(AGREEMENT, "patents"),
    cores=of_kind(CORES, "patents"),
    variance_shares=(0.4, 0.2),
    found=SimpleNamespace(fitted=("JPN", "KOR", "VNM")),
)
PUBLICATIONS = replace(
    PATENTS,
    evidence="publications",
    window="2019-2023",
    verdict=VERDICT.assign(evidence="publications", verdict="groups"),
    windows=of_kind(WINDOWS, "publications"),
    agreement=of_kind(AGREEMENT, "publications"),
    cores=of_kind(CORES, "publications"),
)
TOGETHER = replace(
    PATENTS,
    evidence="both",
    window="2016-2020;2019-2023",
    countries=COUNTRIES.assign(total_items=np.nan, size_tier=pd.NA),
    verdict=VERDICT.assign(evidence="both"),
    windows=of_kind(WINDOWS, "both").assign(
        window=lambda rows: rows["window"] + ";" + rows["window"].replace("2016-2020", "2019-2023")
    ),
    agreement=of_kind(AGREEMENT, "both").assign(
        window="2016-2020;2019-2023", previous="2011-2015;2014-2018"
    ),
    cores=of_kind(CORES, "both"),
)
EVERY = (PATENTS, PUBLICATIONS, TOGETHER)
SETTINGS = cluster_settings()
SPECIALISATION = pd.DataFrame(
    {
        "country": ["JPN", "KOR", "VNM", "LAO", "VNM"],
        "field": ["optics", "engines", "optics", "optics", "engines"],
        "count_items": [900.0, 100.0, 30.0, 1.0, 5.0],
        "total_items": [6000.0, 3000.0, 900.0, 100.0, 900.0],
        "rta_shrunk": [2.5, 3.0, 1.5, 9.0, 0.4],
        "rta_low": [2.25, 1.0, 1.1, 8.0, 0.2],
        "rta_high": [2.75, 6.0, 2.0, 10.0, 0.9],
        "probability_above": [1.0, 0.95, 0.97, 1.0, 0.01],
    }
)


def found(patents=PATENTS, publications=PUBLICATIONS, viewpoint="VNM"):
    return page.findings(patents, publications, viewpoint, load_countries())


def english(finding):
    """Return sentence and certainty of a finding in English."""
    return finding.sentence.say("en"), finding.certainty.say("en")


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(found()).text.count("\n") == 3

    def test_each_says_the_period_of_its_own_evidence(self):
        assert [finding.data_to.say("en") for finding in found()] == [
            *["families granted 2016\N{EN DASH}2020"] * 3,
            "families granted 2011\N{EN DASH}2020",
        ]
        listed = COUNTRIES[COUNTRIES["country"] != "VNM"]
        third = found(replace(PATENTS, countries=listed))[2]
        assert third.data_to.say("en") == "articles of 2019\N{EN DASH}2023"

    def test_numbers_and_names_have_the_form_of_the_language(self, names):
        third = found()[2]
        assert "1,230" in third.sentence.say("en")
        assert "1.230" in third.sentence.say("vi")
        first, second = names.name("KOR", "vi"), names.name("JPN", "vi")
        assert f"{first}, {second}" in third.sentence.say("vi")
        assert "0,002" in found()[0].certainty.say("vi")

    def test_the_first_counts_groups_and_says_whether_they_are_distinct(self):
        assert english(found()[0]) == (
            "By patents, 3 economies fall into 2 groups, 1 firm: useful names on a gradient, not "
            "distinct groups.",
            "noise p = 0.002, gradient p = 0.37",
        )

    def test_the_first_says_that_the_viewpoint_is_absent(self, names):
        absent = f"3 economies (without {names.name('ISR')}) fall into 2 groups"
        assert absent in english(found(viewpoint="ISR")[0])[0]
        # listed without a group: not absent
        assert "without" not in english(found(viewpoint="TKL")[0])[0]

    @pytest.mark.parametrize("verdict", vocabulary.VERDICTS)
    def test_the_first_follows_the_verdict(self, verdict):
        changed = replace(PATENTS, verdict=VERDICT.assign(verdict=verdict, k=5))
        sentence = english(found(changed)[0])[0]
        assert sentence.endswith(f": {vocabulary.VERDICTS[verdict].say('en')}.")
        assert "into 5 groups" in sentence

    def test_the_firmest_group_is_the_one_found_again_most_often(self, names):
        assert english(found()[1]) == (
            f"The firmest group is {names.name('JPN')}, {names.name('KOR')}, "
            "strong in optics, engines, pumps, turbines.",
            "redrawn: 90% (patent families), 80% (countries), 70% (fields)",
        )
        turned = replace(PATENTS, stability=STABILITY.assign(jaccard_families=[0.1, 1.9]))
        assert english(found(turned)[1])[0] == (
            f"The firmest group is {names.name('VNM')}, strong in no field in common."
        )

    def test_fields_are_said_one_by_one_in_each_language(self):
        said = load_labels().text("engines, pumps, turbines").say("vi")
        assert said != "engines, pumps, turbines", "the list of labels has this field"
        assert said in found()[1].sentence.say("vi")

    @pytest.mark.parametrize(
        ("n", "named", "more"), [(5, 5, None), (6, 3, "and 3 more"), (40, 3, "and 37 more")]
    )
    def test_of_a_large_group_the_first_members_are_named(self, names, n, named, more):
        codes = list(names.table.index[:n])
        large = STABILITY.assign(members=[";".join(codes), "VNM"], n_countries=[n, 1])
        groups = replace(PATENTS, stability=large)
        for words in (english(found(groups)[1])[0], page.tree_alt(groups, names).say("en")):
            shown = ", ".join(names.name(code) for code in codes[:named])
            assert shown in words
            assert (more in words) if more else ("more" not in words)
            assert all(names.name(code) not in words for code in codes[named:])

    def test_of_many_strong_fields_the_strongest_three_are_named(self):
        many = STABILITY.assign(strong_fields=["a;b;c;d;e;f", pd.NA])
        groups = replace(PATENTS, stability=many)
        assert english(found(groups)[1])[0].endswith("strong in a, b, c.")
        # the table lists them all
        assert page.group_table(groups)["strong_fields"].iloc[0].say("en") == "a, b, c, d, e, f"

    def test_without_stable_groups_none_is_called_the_firmest(self):
        second = found(replace(PATENTS, verdict=VERDICT.assign(verdict="no_stable_groups")))[1]
        assert english(second) == (
            "No group comes back when data are drawn anew: describe countries one by one.",
            # (0.9 + 0.8 + 0.7) / 3, the larger of the two means
            "largest mean similarity 80%",
        )

    def test_the_viewpoint_stands_with_its_neighbours(self, names):
        assert english(found()[2]) == (
            f"{names.name('VNM')} is most often grouped with {names.name('KOR')}, "
            f"{names.name('JPN')} by patents (1,230 patent families).",
            "its group is leaning: together in 61% of redraws",
        )

    def test_a_viewpoint_without_patents_is_told_by_publications(self):
        listed = COUNTRIES[COUNTRIES["country"] != "VNM"]
        sentence = english(found(replace(PATENTS, countries=listed))[2])[0]
        assert "by publications (1,230 articles)" in sentence

    def test_a_viewpoint_placed_afterwards_is_told_so(self):
        assert english(found(viewpoint="LAO")[2])[1] == (
            "its group is leaning; too few items: placed afterwards"
        )

    @pytest.mark.parametrize(
        ("viewpoint", "words", "certainty"),
        [
            (
                "TKL",
                "has too few articles to be placed.",
                "fewer than needed in 2019\N{EN DASH}2023",
            ),
            (
                "ISR",
                "is not listed in the source of articles.",
                "absent from the data of 2019\N{EN DASH}2023, which is not zero",
            ),
        ],
        ids=["no group", "not listed"],
    )
    def test_a_viewpoint_without_a_group_is_said(self, names, viewpoint, words, certainty):
        four = found(viewpoint=viewpoint)
        assert english(four[2]) == (f"{names.name(viewpoint)} {words}", certainty)
        assert pages.findings(four).text

    def test_movement_gives_both_agreements(self):
        assert english(found()[3])[1] == (
            "agreement with window before 0.34; same window redrawn 0.70"
        )

    @pytest.mark.parametrize(
        ("index", "words"), [(0.34, "move"), (0.899, "move"), (0.9, "hold"), (1.0, "hold")]
    )
    def test_movement_follows_the_agreement_with_the_window_before(self, index, words):
        changed = replace(PATENTS, verdict=VERDICT.assign(adjusted_rand_previous_window=index))
        assert english(found(changed)[3])[0] == (
            f"Borders {words} between windows; firm cores in all 2: 1."
        )

    def test_movement_without_an_earlier_window_gives_no_number_for_it(self):
        first = VERDICT.assign(adjusted_rand_previous_window=np.nan)
        sentence, certainty = english(found(replace(PATENTS, verdict=first))[3])
        assert certainty == "agreement with k-means 0.60 (1 = same); no earlier window"
        assert "between windows" not in sentence


class TestLength:
    """120 words are a tight measure: names and groups as long as the sources have them."""

    # those of the publication panel with the longest names
    large = "ARE;AUS;CZE;GBR;HRV;IRL;KOR;NZL;OMN;PRT;SAU;SGP;SRB;SVK;SVN;TWN;USA;ZAF"
    longest = "microstructural technology and nanotechnology;computer technology;optics;drugs"

    def with_viewpoint(self, viewpoint, status):
        """Return groups in which a country stands as Vietnam or Laos does, its neighbours long."""
        stands_as = {"ok": "VNM", "small_n": "LAO", "not_estimable": "TKL"}[status]
        own = COUNTRIES.replace({"country": {stands_as: viewpoint}})
        far = own["country"] == viewpoint
        neighbours = own["nearest_neighbours"].mask(far, "KEN;USA;ZAF")
        return replace(PUBLICATIONS, countries=own.assign(nearest_neighbours=neighbours))

    @pytest.mark.parametrize("verdict", vocabulary.VERDICTS)
    @pytest.mark.parametrize("status", ["ok", "small_n", "not_estimable"])
    def test_a_long_viewpoint_and_a_large_group_fit(self, verdict, status):
        patents = replace(
            PATENTS,
            verdict=VERDICT.assign(verdict=verdict),
            stability=STABILITY.assign(
                members=[self.large, "VNM"], strong_fields=[self.longest, pd.NA]
            ),
        )
        four = found(patents, self.with_viewpoint("COD", status), viewpoint="COD")
        assert "Congo - Kinshasa" in english(four[0])[0]
        assert "Congo - Kinshasa" in english(four[2])[0]
        assert pages.findings(four).text.count("\n") == 3

    def test_a_viewpoint_with_the_longest_name_of_all_fits_where_it_is_absent(self):
        assert pages.findings(found(viewpoint="SGS")).text.count("South Georgia") == 2


class TestHeadlines:
    def test_tree_says_groups_firm_ones_and_verdict(self):
        assert page.tree_headline(PATENTS).say("en") == (
            "By patents: 2 groups, 1 firm: useful names on a gradient, not distinct groups"
        )
        assert page.tree_headline(PUBLICATIONS).say("en") == (
            "By publications: 2 groups, 1 firm: distinct groups"
        )

    def test_tree_subtitle_counts_fields_and_names_the_window(self):
        assert page.tree_subtitle(PATENTS, SPECIALISATION).say("en") == (
            "Ward tree of profiles over 2 fields, families granted 2016\N{EN DASH}2020"
        )

    def test_tree_alt_counts_the_firm_groups_and_names_the_smallest_or_says_there_is_none(
        self, names
    ):
        words = page.tree_alt(PATENTS, names).say("en")
        assert words.endswith(
            f"Firm groups: 1, among them {names.name('JPN')}, {names.name('KOR')}."
        )
        assert words.startswith("Tree of 3 economies")
        both = page.tree_alt(replace(PATENTS, stability=STABILITY.assign(label="firm")), names)
        assert both.say("en").endswith(f"Firm groups: 2, among them {names.name('VNM')}.")
        none = replace(PATENTS, stability=STABILITY.assign(label="leaning"))
        assert page.tree_alt(none, names).say("en").endswith("No group is firm.")

    def test_map_gives_the_share_of_two_directions(self, names):
        assert page.map_headline(PATENTS).say("en") == (
            "Near means alike by patents; two directions hold 60% of the differences"
        )
        assert page.map_headline(PUBLICATIONS).say("en").startswith("Near means alike by publicat")
        assert page.map_alt(PATENTS, "VNM", names).say("en").startswith("Scatter of 3 economies")
        # as many as the verdict counts, whatever else the table lists
        more = replace(PATENTS, verdict=VERDICT.assign(n_countries=35))
        assert page.map_alt(more, "VNM", names).say("en").startswith("Scatter of 35 economies")

    @pytest.mark.parametrize(
        ("viewpoint", "words"),
        [
            ("VNM", "is most often grouped with"),
            ("TKL", "has too few patent families to be placed."),
            ("ISR", "is not listed in the source of patent families."),
        ],
    )
    def test_map_alt_says_where_the_viewpoint_is(self, names, viewpoint, words):
        said = page.map_alt(PATENTS, viewpoint, names).say("en")
        assert f"{names.name(viewpoint)} {words}" in said

    def test_map_subtitle_names_the_transform(self):
        distance = page.map_subtitle(PATENTS, "hellinger").say("en")
        ratios = page.map_subtitle(PATENTS, "clr").say("en")
        assert "in Hellinger distance, families granted" in distance
        assert "in log ratios, families granted" in ratios

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_alt_texts_can_be_read_aloud(self, names, language):
        many = list(names.table.index[:80])
        crowded = STABILITY.assign(
            members=[";".join(many), ";".join(many[:40])], n_countries=[80, 40], label="firm"
        )
        crowd = replace(PATENTS, stability=crowded)
        for words in (
            page.tree_alt(crowd, names),
            page.map_alt(PATENTS, "VNM", names),
            page.map_alt(PATENTS, "ISR", names),
            page.heat_map_alt(PATENTS, SPECIALISATION, 0.95),
        ):
            assert 40 <= len(words.say(language)) <= 300

    @pytest.mark.parametrize(
        ("level", "chances", "share"),
        [
            (0.95, [1.0, 0.95, 0.97, 1.0, 0.01], "100%"),
            # sure are 1, 1 and 0.01; 0.95 and 0.97 are not
            (0.98, [1.0, 0.95, 0.97, 1.0, 0.01], "60%"),
            # a cell that could not be estimated is neither sure nor unsure: 1 of 4
            (0.95, [1.0, 0.5, 0.2, 0.94, np.nan], "25%"),
        ],
    )
    def test_heat_map_gives_the_share_of_sure_cells_on_either_side(self, level, chances, share):
        cells = SPECIALISATION.assign(probability_above=chances)
        assert page.heat_map_headline(cells, level).say("en") == (
            f"In {share} of the cells a country is surely more, or surely less, specialised than "
            "the panel"
        )
        words = page.heat_map_alt(PATENTS, cells, level).say("en")
        assert words.startswith("Heat map of 3 economies by 2 fields")
        assert f"{share} of the cells differ from the panel beyond doubt." in words

    def test_the_largest_member_is_counted_once_whatever_its_number_of_fields(self, names):
        # 6,000 of 6,000 + 3,000 + 900 + 100
        assert page.heat_map_subtitle(PATENTS, SPECIALISATION, names).say("en") == (
            "Shrunk revealed advantage, families granted 2016\N{EN DASH}2020; "
            f"{names.name('JPN')} is 60% of the panel"
        )


def tables():
    """Return each table of the page with its columns."""
    names = load_countries()
    return {
        "groups": (page.group_table(PATENTS), page.group_columns(names)),
        "countries": (page.country_table(PATENTS, "LAO"), page.country_columns(names)),
        "partners": (page.partner_table(PATENTS, "VNM"), page.partner_columns(names)),
        "strengths": (page.strength_table(SPECIALISATION, "VNM"), page.strength_columns(0.9)),
        "cores": (page.core_table(*EVERY), page.core_columns(names)),
        "moves": (page.move_table(PATENTS, SETTINGS), page.move_columns(names)),
        "agreement": (page.agreement_table(*EVERY), page.agreement_columns()),
        "sides": (page.side_table(*EVERY), page.side_columns(names)),
        "branches": (page.branch_table(PATENTS, "VNM"), page.branch_columns(names)),
        "standing": (page.standing_table(PATENTS, "VNM"), page.standing_columns(names)),
        "history": (page.history_table(PATENTS, "VNM"), page.history_columns(names)),
        "verdicts": (page.verdict_table(*EVERY), page.verdict_columns()),
        "sensitivity": (page.sensitivity_table(SETTINGS, *EVERY), page.sensitivity_columns()),
    }


@pytest.mark.parametrize("name", sorted(tables()))
class TestEachTable:
    def test_it_has_what_its_columns_need_and_can_be_shown(self, name):
        rows, columns = tables()[name]
        assert_can_be_shown(
            rows, columns, name, subtitle="families granted 2016", source="ncses_patent_families"
        )

    def test_no_two_headings_are_alike(self, name):
        assert_headings_differ(tables()[name][1])


class TestTables:
    def test_groups(self, names):
        shown = read(page.group_table(PATENTS), page.group_columns(names))
        assert shown == {
            "group": ["1", "2"],
            "countries": [f"{names.name('JPN')}, {names.name('KOR')}", names.name("VNM")],
            "strong in": ["optics, engines, pumps, turbines", "no field in common"],
            "label": ["firm", "leaning"],
            "items redrawn": ["90%", "50%"],
            "countries redrawn": ["80%", "40%"],
            "fields redrawn": ["70%", "30%"],
            "by k-means": ["100%", "50%"],
            "on the other profile": ["80%", "90%"],
        }

    def test_groups_keep_their_own_fields_whatever_the_index(self):
        shifted = STABILITY.set_axis([7, 3])
        made = page.group_table(replace(PATENTS, stability=shifted))
        assert [text.say("en") for text in made["strong_fields"]] == [
            "optics, engines, pumps, turbines",
            "no field in common",
        ]

    def test_a_group_of_one_has_no_similarity_and_says_what_it_is(self, names):
        alone = STABILITY.assign(
            label=["firm", "single country"],
            **{name: [0.9, np.nan] for name in STABILITY.columns if name.startswith("jaccard")},
        )
        shown = read(page.group_table(replace(PATENTS, stability=alone)), page.group_columns(names))
        assert shown["label"] == ["firm", "single country"]
        assert shown["items redrawn"] == ["90%", "\N{EN DASH}"]

    def test_countries_by_group_and_size_without_those_that_have_none(self, names):
        made = page.country_table(PATENTS, "LAO")
        assert made["country"].tolist() == ["JPN", "KOR", "VNM", "LAO"]
        shown = read(made, page.country_columns(names))
        assert shown["country"] == [names.name(c) for c in ("JPN", "KOR", "VNM", "LAO")]
        assert shown["note"] == [*["fitted"] * 3, "too small to be fitted"]
        assert shown["with its own group"] == ["90%", "90%", "61%", "\N{EN DASH}"]
        assert shown["items"] == ["9,000", "8,000", "1,234", "20"]
        assert shown["most often grouped with"][0] == f"{names.name('KOR')}, {names.name('VNM')}"
        # another small country than the viewpoint stands in the result table only
        for viewpoint in ("VNM", "TKL", "ISR"):
            fitted = page.country_table(PATENTS, viewpoint)
            assert fitted["country"].tolist() == ["JPN", "KOR", "VNM"]
        # the largest first within a group, whatever the order in the result
        turned = replace(PATENTS, countries=COUNTRIES.iloc[::-1])
        assert page.country_table(turned, "VNM")["country"].tolist() == ["JPN", "KOR", "VNM"]

    def test_partners_from_both_sides_of_a_pair_most_often_first(self, names):
        made = page.partner_table(PATENTS, "VNM")
        assert made["partner"].tolist() == ["KOR", "JPN"]
        assert made["coassignment"].tolist() == [0.3, 0.2]
        assert made["coassignment_fields"].tolist() == [0.33, 0.23]
        assert page.partner_table(PATENTS, "KOR")["partner"].tolist() == ["JPN", "VNM"]
        assert read(made, page.partner_columns(names)) == {
            "partner": [names.name("KOR"), names.name("JPN")],
            "together": ["30%", "20%"],
            "items redrawn": ["31%", "21%"],
            "countries redrawn": ["32%", "22%"],
            "fields redrawn": ["33%", "23%"],
            "distance": ["0.40", "0.50"],
        }

    def test_partners_as_often_together_come_by_distance(self):
        level = replace(PATENTS, coassignments=PAIRS.assign(coassignment=0.5))
        assert page.partner_table(level, "VNM")["partner"].tolist() == ["KOR", "JPN"]
        turned = PAIRS.assign(coassignment=0.5, distance=[0.1, 0.4, 0.5])
        again = page.partner_table(replace(PATENTS, coassignments=turned), "VNM")
        assert again["partner"].tolist() == ["JPN", "KOR"]

    def test_a_viewpoint_outside_the_tree_has_no_partners(self):
        assert page.partner_table(PATENTS, "LAO").empty

    def test_every_partner_is_listed(self, names):
        codes = [code for code in names.table.index if code != "VNM"][:60]
        pairs = pd.DataFrame({"country": codes, "partner": "VNM"}).assign(
            **{name: PAIRS[name].iloc[0] for name in PAIRS.columns[2:]}
        )
        crowd = replace(PATENTS, coassignments=pairs)
        assert len(page.partner_table(crowd, "VNM")) == 60

    def test_a_crowded_map_names_the_largest_and_the_neighbours_of_the_viewpoint(self):
        assert page.labelled(PATENTS, "VNM", most=1) == ["JPN", "KOR", "JPN"]
        assert page.labelled(PATENTS, "VNM")[:3] == ["JPN", "KOR", "VNM"]
        # a viewpoint that was not fitted is not on the map
        for viewpoint in ("LAO", "TKL", "ISR"):
            assert page.labelled(PATENTS, viewpoint, most=2) == ["JPN", "KOR"]

    def test_strengths_have_low_and_high_and_the_strongest_first(self):
        listed = SPECIALISATION.replace({"engines": "telecommunications"})
        strong = listed.assign(rta_shrunk=[2.5, 3.0, 1.5, 9.0, 1.75])
        made = page.strength_table(strong, "VNM")
        assert read(made, page.strength_columns(0.9)) == {
            "field": ["telecommunications", "optics"],
            "items": ["5", "30"],
            "advantage": ["1.75", "1.50"],
            "90% low": ["0.20", "1.10"],
            "90% high": ["0.90", "2.00"],
            "P(above 1)": ["1%", "97%"],
        }
        assert page.strength_table(strong, "VNM", most=1)["field"].tolist() == [
            "telecommunications"
        ]

    @pytest.mark.parametrize("end", ["rta_low", "rta_high"])
    def test_an_advantage_without_interval_is_refused(self, end):
        made = page.strength_table(SPECIALISATION.assign(**{end: np.nan}), "VNM")
        with pytest.raises(InvalidPage, match="1 estimates of 'rta_shrunk' have no interval"):
            check_columns(made, page.strength_columns(0.9), "test")

    @pytest.mark.parametrize("advantage", [0.4, 1.0, np.nan])
    def test_a_field_without_advantage_is_no_strength(self, advantage):
        weak = SPECIALISATION.assign(rta_shrunk=[2.5, 3.0, 1.5, 9.0, advantage])
        made = page.strength_table(weak, "VNM")
        assert made["field"].tolist() == ["optics"]
        assert page.strength_table(weak, "ISR").empty

    def test_verdicts_of_every_kind_of_evidence(self):
        shown = read(page.verdict_table(*EVERY), page.verdict_columns())
        gradient = "useful names on a gradient, not distinct groups"
        assert shown == {
            "evidence": ["patents", "publications", "both together"],
            "verdict": [gradient, "distinct groups", gradient],
            "groups": ["2"] * 3,
            "countries": ["3"] * 3,
            "silhouette": ["0.30"] * 3,
            "p noise": ["0.002"] * 3,
            "p gradient": ["0.37"] * 3,
            "note": ["\N{EN DASH}"] * 3,
        }

    def test_what_was_adapted_is_said_in_words_and_a_first_window_has_a_dash(self):
        adapted = replace(
            PATENTS,
            verdict=VERDICT.assign(
                notes="k_max_lowered;no_stable_cut", adjusted_rand_previous_window=np.nan
            ),
        )
        shown = read(page.verdict_table(adapted, PUBLICATIONS), page.verdict_columns())
        assert shown["note"] == [
            "fewer groups were tried than set: too few countries, "
            "no cut is stable; the nearest is shown",
            "\N{EN DASH}",
        ]
        others = read(
            page.sensitivity_table(SETTINGS, adapted, PUBLICATIONS), page.sensitivity_columns()
        )
        assert others["with window before"] == ["\N{EN DASH}", "0.34"]

    def test_other_recipes_count_the_groups_that_both_find_again(self):
        shown = read(page.sensitivity_table(SETTINGS, PATENTS), page.sensitivity_columns())
        assert shown == {
            "evidence": ["patents"],
            "groups": ["2"],
            # the second group is found again by one of the two only
            "found again by both": ["1"],
            "with k-means": ["0.60"],
            "with the other profile": ["0.25"],
            "with window before": ["0.34"],
        }
        words = page.sensitivity_headline(SETTINGS, PATENTS, TOGETHER).say("en")
        assert words.endswith("find again: 1 of 2 (patents), 1 of 2 (both together)")


class TestWindows:
    def test_windows_are_dated_as_their_evidence_is(self):
        assert page.window_words(TOGETHER).say("en") == (
            "families granted 2016\N{EN DASH}2020, articles of 2019\N{EN DASH}2023"
        )
        assert page.span_words(TOGETHER).say("en") == (
            "families granted 2011\N{EN DASH}2020, articles of 2011\N{EN DASH}2023"
        )
        assert page.span_words(PUBLICATIONS).say("en") == "articles of 2011\N{EN DASH}2020"

    def test_who_keeps_a_group_is_counted_among_those_fitted_throughout(self):
        # Vietnam was too small in the first window
        assert page.windows_headline(PATENTS).say("en") == (
            "1 of 2 economies keep their group in all 2 windows"
        )
        assert "granted 2011" in page.windows_subtitle(PATENTS).say("en")
        for language in LANGUAGES:
            assert 40 <= len(page.windows_alt(PATENTS, SETTINGS).say(language)) <= 300
        assert "of 1 changes 1 are firm and 0 leaning" in page.windows_alt(PATENTS, SETTINGS).say(
            "en"
        )

    def test_cores_name_the_largest_firm_one(self, names):
        assert page.core_headline(PATENTS, names).say("en") == (
            f"By patents, sets that stay firmly together: 1, the largest {names.name('JPN')}, "
            f"{names.name('KOR')}"
        )
        none = replace(PATENTS, cores=CORES.assign(label="leaning"))
        assert "no set of countries stays firmly" in page.core_headline(none, names).say("en")
        shown = read(page.core_table(PATENTS, TOGETHER), page.core_columns(names))
        assert shown["evidence"] == [*["patents"] * 2, *["both together"] * 2]
        assert shown["together"][:2] == ["95%", "70%"]
        assert shown["worst pair, worst window"][:2] == ["90%", "62%"]

    def test_moves_name_the_firm_movers(self, names):
        assert page.move_headline(PATENTS, SETTINGS, names).say("en") == (
            f"Firm changes of group: 1 of 1 ({names.name('KOR')})"
        )
        shown = read(page.move_table(PATENTS, SETTINGS), page.move_columns(names))
        assert shown["from window"] == ["2011\N{EN DASH}2015"]
        assert (shown["group before"], shown["group after"]) == (["2"], ["1"])
        assert shown["with its group before"] == ["80%"]
        border = replace(PATENTS, windows=WINDOWS.assign(own_group_coassignment=0.5))
        words = page.move_headline(border, SETTINGS, names).say("en")
        assert words == "Firm changes of group: none of 1; the countries lie on borders"

    def test_agreement_counts_the_pairs_that_differ_beyond_chance(self):
        assert page.agreement_headline(PATENTS, PUBLICATIONS).say("en").endswith("in 2 of 2 pairs")
        level = replace(PATENTS, agreement=of_kind(AGREEMENT, "patents").assign(share_as_alike=0.3))
        assert page.agreement_headline(level, PUBLICATIONS).say("en").endswith("in 1 of 2 pairs")
        shown = read(page.agreement_table(TOGETHER), page.agreement_columns())
        assert shown["window"] == ["2016\N{EN DASH}2020, 2019\N{EN DASH}2023"]
        assert shown["one drawn twice"] == ["0.70"]


class TestTogether:
    def test_groups_of_each_kind_stand_side_by_side(self, names):
        science = replace(
            PUBLICATIONS, countries=COUNTRIES.assign(group=pd.array([2, 1, 1, 1, pd.NA], "Int64"))
        )
        shown = read(page.side_table(PATENTS, science, TOGETHER), page.side_columns(names))
        assert shown["country"] == [names.name(code) for code in ("JPN", "KOR", "VNM")]
        assert shown["group by both"] == shown["group by patents"] == ["1", "1", "2"]
        assert shown["group by publications"] == ["2", "1", "1"]

    def test_their_agreement_stands_in_the_headline(self):
        assert page.side_headline(*EVERY).say("en") == (
            "Patents and publications agree by 1.00; both together with patents by 1.00, with "
            "publications by 1.00"
        )


class TestViewpoint:
    def test_a_viewpoint_without_patents_is_said_to_be_absent_not_zero(self, names):
        words = page.patents_of_viewpoint(PATENTS, "ISR", names).say("en")
        assert f"{names.name('ISR')} is not listed in the patent source" in words
        assert "Absent is not zero." in words
        few = page.patents_of_viewpoint(PATENTS, "LAO", names).say("en")
        assert f"{names.name('LAO')} has 20 patent families" in few
        assert "too few for a place in the patent tree" in few
        assert page.patents_of_viewpoint(PATENTS, "VNM", names).say("en") == (
            f"By patents {names.name('VNM')} stands in group 2 (families granted "
            "2016\N{EN DASH}2020)."
        )

    def test_the_firm_branch_lies_inside_the_group(self, names):
        assert page.branch_headline(PATENTS, "JPN", names).say("en") == (
            f"{names.name('JPN')} hangs on a firm branch with {names.name('KOR')}: 90% (patent "
            "families), 80% (countries), 70% (fields)"
        )
        # the whole tree is larger than Vietnam's group
        assert page.branch_headline(PATENTS, "VNM", names).say("en") == (
            f"No branch inside the group of {names.name('VNM')} is firm"
        )
        outside = page.branch_headline(PATENTS, "ISR", names).say("en")
        assert outside == f"{names.name('ISR')} hangs on no branch of the tree"

    def test_branches_tell_who_joins(self, names):
        shown = read(page.branch_table(PATENTS, "JPN"), page.branch_columns(names))
        assert shown["joined by"] == [names.name("KOR"), names.name("VNM")]
        assert shown["label"] == ["firm", "\N{EN DASH}"]
        assert page.branch_table(PATENTS, "ISR").empty

    def test_the_nearest_firm_group_is_named_or_that_there_is_none(self, names):
        # Vietnam is alone in its group: the other one is the only one to compare with
        assert page.standing_headline(PATENTS, "VNM", names).say("en") == (
            f"The firm group nearest to {names.name('VNM')} is group 1 ({names.name('JPN')}, "
            f"{names.name('KOR')}), with it in 25% of redraws"
        )
        none = replace(PATENTS, stability=STABILITY.assign(label="leaning"))
        assert page.standing_headline(none, "VNM", names).say("en") == (
            f"No group is firm; {names.name('VNM')} is nearest to group 1 (leaning), with it in "
            "25% of redraws"
        )
        assert "was not compared" in page.standing_headline(none, "ISR", names).say("en")

    def test_its_group_in_each_window_and_who_stood_in_it(self, names):
        shown = read(page.history_table(PATENTS, "VNM"), page.history_columns(names))
        assert shown["window"] == ["2016\N{EN DASH}2020", "2011\N{EN DASH}2015"]
        assert shown["with"] == ["\N{EN DASH}", names.name("KOR")]
        assert shown["note"] == ["fitted", "too small to be fitted"]
        words = page.history_headline(PATENTS, "VNM", names).say("en")
        assert words.endswith(f"of {names.name('VNM')}: 1 in 1 windows with enough articles")
        assert page.history_table(PATENTS, "ISR").empty
        assert "was too small" in page.history_headline(PATENTS, "ISR", names).say("en")


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("cluster_verdicts", "verdict", vocabulary.VERDICTS),
        ("cluster_verdicts", "evidence", vocabulary.EVIDENCE),
        ("cluster_verdicts", "evidence", vocabulary.BY_EVIDENCE),
        ("cluster_verdicts", "evidence", vocabulary.ITEMS),
        ("group_stability", "label", vocabulary.GROUP_LABELS),
    ],
)
def test_each_code_that_a_result_may_hold_has_words(table, column, words):
    assert set(words) == codes_of(table, column)


def test_headline_numbers_are_those_of_the_results():
    numbers = page.headline_numbers("VNM", SETTINGS, *EVERY)
    assert numbers["patents_verdict"] == "typology"
    assert numbers["publications_verdict"] == "groups"
    assert (numbers["patents_k"], numbers["patents_n_countries"]) == (2, 3)
    assert numbers["patents_p_continuum"] == 0.37
    assert numbers["patents_adjusted_rand_other_profile"] == 0.25
    assert numbers["patents_firm_groups"] == 1
    assert numbers["both_firm_cores"] == numbers["patents_firm_moves"] == 1
    assert numbers["patents_viewpoint_neighbours"] == "KOR;JPN"


def test_a_viewpoint_without_group_has_no_neighbours_in_the_numbers():
    numbers = page.headline_numbers("ISR", SETTINGS, *EVERY)
    assert not [name for name in numbers if "viewpoint" in name]
