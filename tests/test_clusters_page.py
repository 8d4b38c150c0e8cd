"""The words of the country groups page follow the results; an absent country is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cluster_rows import (
    COUNTRIES,
    EVERY,
    PATENTS,
    PUBLICATIONS,
    SETTINGS,
    SPECIALISATION,
    STABILITY,
    VERDICT,
)
from conftest import assert_can_be_shown, assert_headings_differ, codes_of

from techdiplomacy import (
    cluster_cuts_page,
    cluster_viewpoint_page,
    cluster_windows_page,
    pages,
    vocabulary,
)
from techdiplomacy import clusters_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.labels import load_labels
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


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
        assert (
            cluster_cuts_page.group_table(groups)["strong_fields"].iloc[0].say("en")
            == "a, b, c, d, e, f"
        )

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
        "groups": (cluster_cuts_page.group_table(PATENTS), cluster_cuts_page.group_columns(names)),
        "countries": (
            cluster_cuts_page.country_table(PATENTS, "LAO"),
            cluster_cuts_page.country_columns(names),
        ),
        "partners": (
            cluster_viewpoint_page.partner_table(PATENTS, "VNM"),
            cluster_viewpoint_page.partner_columns(names),
        ),
        "strengths": (
            cluster_viewpoint_page.strength_table(SPECIALISATION, "VNM"),
            cluster_viewpoint_page.strength_columns(0.9),
        ),
        "cores": (
            cluster_windows_page.core_table(*EVERY),
            cluster_windows_page.core_columns(names),
        ),
        "moves": (
            cluster_windows_page.move_table(PATENTS, SETTINGS),
            cluster_windows_page.move_columns(names),
        ),
        "agreement": (
            cluster_windows_page.agreement_table(*EVERY),
            cluster_windows_page.agreement_columns(),
        ),
        "sides": (cluster_cuts_page.side_table(*EVERY), cluster_cuts_page.side_columns(names)),
        "branches": (
            cluster_viewpoint_page.branch_table(PATENTS, "VNM"),
            cluster_viewpoint_page.branch_columns(names),
        ),
        "standing": (
            cluster_viewpoint_page.standing_table(PATENTS, "VNM"),
            cluster_viewpoint_page.standing_columns(names),
        ),
        "history": (
            cluster_viewpoint_page.history_table(PATENTS, "VNM"),
            cluster_viewpoint_page.history_columns(names),
        ),
        "verdicts": (cluster_cuts_page.verdict_table(*EVERY), cluster_cuts_page.verdict_columns()),
        "sensitivity": (
            cluster_cuts_page.sensitivity_table(SETTINGS, *EVERY),
            cluster_cuts_page.sensitivity_columns(),
        ),
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
