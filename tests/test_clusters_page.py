"""The words of the country groups page follow the results; an absent country is said."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from techdiplomacy import clusters_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.pages import findings

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
        "strong_fields": ["optics, engines", "no common strength"],
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
PATENTS = EvidenceGroups(
    evidence="patents",
    window="2016-2020",
    countries=COUNTRIES,
    stability=STABILITY,
    verdict=VERDICT,
    branches=pd.DataFrame(),
    coassignments=PAIRS,
    variance_shares=(0.4, 0.2),
    found=SimpleNamespace(fitted=("JPN", "KOR", "VNM")),
)
PUBLICATIONS = replace(
    PATENTS,
    evidence="publications",
    window="2019-2023",
    verdict=VERDICT.assign(evidence="publications", verdict="groups"),
)
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


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names():
    return load_countries()


def found(patents=PATENTS, publications=PUBLICATIONS, viewpoint="VNM"):
    return page.findings(patents, publications, viewpoint, load_countries())


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert findings(found(), data_to="2020").text.count("\n") == 3

    def test_the_first_counts_groups_and_says_whether_they_are_distinct(self):
        first = found()[0]
        assert first.sentence == (
            "By patents, 3 economies fall into 2 groups, 1 of them firm: useful names on a "
            "gradient, not distinct groups."
        )
        assert first.certainty == (
            "tests against noise p = 0.002, against a mere gradient p = 0.37"
        )

    def test_the_first_says_that_the_viewpoint_is_absent(self, names):
        absent = f"3 economies ({names.name('ISR')} is not in the data) fall into 2 groups"
        assert absent in found(viewpoint="ISR")[0].sentence
        # listed without a group: not absent
        assert "not in the data" not in found(viewpoint="TKL")[0].sentence

    @pytest.mark.parametrize(("verdict", "words"), page.VERDICT_WORDS.items())
    def test_the_first_follows_the_verdict(self, verdict, words):
        changed = replace(PATENTS, verdict=VERDICT.assign(verdict=verdict, k=5))
        sentence = found(changed)[0].sentence
        assert sentence.endswith(f": {words}.")
        assert "into 5 groups" in sentence

    def test_the_firmest_group_is_the_one_found_again_most_often(self, names):
        second = found()[1]
        assert second.sentence == (
            f"The firmest group is {names.name('JPN')}, {names.name('KOR')}, "
            "strong in optics, engines."
        )
        assert second.certainty == (
            "drawn anew, its likeness stays 90%, 80%, 70% (patent families, countries, fields)"
        )
        turned = replace(PATENTS, stability=STABILITY.assign(jaccard_families=[0.1, 1.9]))
        assert found(turned)[1].sentence.startswith(f"The firmest group is {names.name('VNM')},")

    def test_without_stable_groups_none_is_called_the_firmest(self):
        second = found(replace(PATENTS, verdict=VERDICT.assign(verdict="no_stable_groups")))[1]
        assert second.sentence == (
            "No group comes back when data are drawn anew: describe countries one by one."
        )
        # (0.9 + 0.8 + 0.7) / 3, the larger of the two means
        assert second.certainty == "largest mean similarity 80%"

    def test_the_viewpoint_stands_with_its_neighbours(self, names):
        third = found()[2]
        assert third.sentence == (
            f"{names.name('VNM')} is most often grouped with {names.name('KOR')}, "
            f"{names.name('JPN')} by patents (1,230 patent families in 2016-2020)."
        )
        assert third.certainty == (
            "its group is leaning: together with its members in 61% of redraws"
        )

    def test_a_viewpoint_without_patents_is_told_by_publications(self):
        listed = COUNTRIES[COUNTRIES["country"] != "VNM"]
        sentence = found(replace(PATENTS, countries=listed))[2].sentence
        assert "by publications (1,230 articles in 2019-2023)" in sentence

    def test_a_viewpoint_placed_afterwards_is_told_so(self):
        third = found(viewpoint="LAO")[2]
        assert third.certainty == (
            "its group is leaning; placed afterwards, too few items to be fitted"
        )

    @pytest.mark.parametrize(
        ("viewpoint", "words", "certainty"),
        [
            ("TKL", "has too few articles to be placed.", "fewer than needed in 2019-2023"),
            (
                "ISR",
                "is not listed in the publication source.",
                "absent from the data of 2019-2023, which is not zero",
            ),
        ],
        ids=["no group", "not listed"],
    )
    def test_a_viewpoint_without_a_group_is_said(self, names, viewpoint, words, certainty):
        four = found(viewpoint=viewpoint)
        assert four[2].sentence == f"{names.name(viewpoint)} {words}"
        assert four[2].certainty == certainty
        assert findings(four, data_to="2020").text

    def test_movement_gives_both_agreements(self):
        assert found()[3].certainty == (
            "agreement with the window before 0.34, with k-means 0.60 (1 = the same)"
        )

    @pytest.mark.parametrize(
        ("index", "words"), [(0.34, "move"), (0.899, "move"), (0.9, "hold"), (1.0, "hold")]
    )
    def test_movement_follows_the_agreement_with_the_window_before(self, index, words):
        changed = replace(PATENTS, verdict=VERDICT.assign(adjusted_rand_previous_window=index))
        assert found(changed)[3].sentence == (
            f"Borders {words} between windows: read the firm groups, not the exact cut."
        )

    def test_movement_without_an_earlier_window_gives_no_number_for_it(self):
        first = VERDICT.assign(adjusted_rand_previous_window=np.nan)
        fourth = found(replace(PATENTS, verdict=first))[3]
        assert "nan" not in fourth.certainty
        assert "there is no earlier window" in fourth.certainty
        assert "between windows" not in fourth.sentence


class TestHeadlines:
    def test_tree_says_groups_firm_ones_and_verdict(self):
        assert page.tree_headline(PATENTS) == (
            "2 groups by patents, 1 firm: useful names on a gradient, not distinct groups"
        )

    def test_tree_alt_counts_the_firm_groups_and_names_the_smallest_or_says_there_is_none(
        self, names
    ):
        words = page.tree_alt(PATENTS, names)
        assert words.endswith(
            f"Firm groups: 1, among them {names.name('JPN')}, {names.name('KOR')}."
        )
        assert words.startswith("Tree of 3 economies")
        both = page.tree_alt(replace(PATENTS, stability=STABILITY.assign(label="firm")), names)
        assert both.endswith(f"Firm groups: 2, among them {names.name('VNM')}.")
        none = replace(PATENTS, stability=STABILITY.assign(label="leaning"))
        assert page.tree_alt(none, names).endswith("No group is firm.")

    def test_map_gives_the_share_of_two_directions(self, names):
        assert page.map_headline(PATENTS).startswith("Economies with similar patent profiles")
        assert "two directions hold 60%" in page.map_headline(PATENTS)
        assert page.map_alt(PATENTS, "VNM", names).startswith("Scatter of 3 economies")
        # as many as the verdict counts, whatever else the table lists
        more = replace(PATENTS, verdict=VERDICT.assign(n_countries=35))
        assert page.map_alt(more, "VNM", names).startswith("Scatter of 35 economies")
        assert "is most often grouped with" in page.map_alt(PATENTS, "VNM", names)
        assert "too few patent families" in page.map_alt(PATENTS, "TKL", names)
        assert "is not listed in the patent source" in page.map_alt(PATENTS, "ISR", names)

    def test_alt_texts_can_be_read_aloud(self, names):
        many = names.table.index[:80]
        crowded = STABILITY.assign(
            members=[";".join(many), "JPN;KOR"], n_countries=[80, 2], label="firm"
        )
        crowd = replace(PATENTS, stability=crowded)
        for words in (
            page.tree_alt(crowd, names),
            page.map_alt(PATENTS, "VNM", names),
            page.heat_map_alt(PATENTS, SPECIALISATION, 0.95),
        ):
            assert 40 <= len(words) <= 300

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
        assert page.heat_map_headline(cells, level) == (
            f"In {share} of the cells a country is surely more, or surely less, specialised than "
            "the panel"
        )
        words = page.heat_map_alt(PATENTS, cells, level)
        assert words.startswith("Heat map of 3 economies by 2 fields")
        assert f"{share} of the cells differ from the panel beyond doubt." in words

    def test_the_largest_member_is_counted_once_whatever_its_number_of_fields(self, names):
        # 6,000 of 6,000 + 3,000 + 900 + 100
        assert page.largest_member(SPECIALISATION, names) == (
            f"{names.name('JPN')} is 60% of the panel"
        )


class TestTables:
    def test_groups(self, names):
        made = page.group_table(PATENTS, names)
        assert made["items redrawn"].tolist() == [0.9, 0.5]
        assert made["countries"].iloc[0] == f"{names.name('JPN')}, {names.name('KOR')}"
        assert list(made.columns) == [
            *["group", "countries", "strong in", "label"],
            *["items redrawn", "countries redrawn", "fields redrawn"],
        ]
        assert set(page.GROUP_FORMATS) <= set(made.columns)
        turned = replace(PATENTS, stability=STABILITY.assign(members=["VNM;KOR;JPN", "LAO"]))
        assert page.group_table(turned, names)["countries"].iloc[0] == ", ".join(
            sorted(names.name(code) for code in ("JPN", "KOR", "VNM"))
        )

    def test_countries_by_group_and_size_without_those_that_have_none(self, names):
        made = page.country_table(PATENTS, "LAO", names)
        assert made["country"].tolist() == [names.name(c) for c in ("JPN", "KOR", "VNM", "LAO")]
        assert made["note"].tolist() == ["", "", "", "too small to be fitted"]
        # another small country than the viewpoint stands in the result table only
        for viewpoint in ("VNM", "TKL", "ISR"):
            fitted = page.country_table(PATENTS, viewpoint, names)
            assert fitted["country"].tolist() == [names.name(c) for c in ("JPN", "KOR", "VNM")]
        assert made["most often grouped with"].iloc[0] == (
            f"{names.name('KOR')}, {names.name('VNM')}"
        )
        assert set(page.COUNTRY_FORMATS) <= set(made.columns)

    def test_partners_from_both_sides_of_a_pair_most_often_first(self, names):
        made = page.partner_table(PATENTS, "VNM", names)
        assert made["partner"].tolist() == [names.name("KOR"), names.name("JPN")]
        assert made["together"].tolist() == [0.3, 0.2]
        assert made["fields redrawn"].tolist() == [0.33, 0.23]
        assert page.partner_table(PATENTS, "KOR", names)["partner"].tolist() == [
            names.name("JPN"),
            names.name("VNM"),
        ]
        assert set(page.PARTNER_FORMATS) <= set(made.columns)
        first = page.partner_table(PATENTS, "VNM", names, most=1)
        assert first["partner"].tolist() == [names.name("KOR")]

    def test_no_more_than_25_partners_are_listed_unless_asked_for(self, names):
        codes = [code for code in names.table.index if code != "VNM"][:30]
        pairs = pd.DataFrame({"country": codes, "partner": "VNM"}).assign(
            **{name: PAIRS[name].iloc[0] for name in PAIRS.columns[2:]}
        )
        crowd = replace(PATENTS, coassignments=pairs)
        assert len(page.partner_table(crowd, "VNM", names)) == 25
        assert len(page.partner_table(crowd, "VNM", names, most=30)) == 30

    def test_a_crowded_map_names_the_largest_and_the_neighbours_of_the_viewpoint(self):
        assert page.labelled(PATENTS, "VNM", most=1) == ["JPN", "KOR", "JPN"]
        assert page.labelled(PATENTS, "VNM")[:3] == ["JPN", "KOR", "VNM"]
        # a viewpoint that was not fitted is not on the map
        for viewpoint in ("LAO", "TKL", "ISR"):
            assert page.labelled(PATENTS, viewpoint, most=2) == ["JPN", "KOR"]

    def test_strengths_have_low_and_high_and_the_strongest_first(self):
        strong = SPECIALISATION.assign(rta_shrunk=[2.5, 3.0, 1.5, 9.0, 1.75])
        made = page.strength_table(strong, "VNM")
        assert made.to_dict("list") == {
            "field": ["engines", "optics"],
            "items": [5.0, 30.0],
            "advantage": [1.75, 1.5],
            "low": [0.2, 1.1],
            "high": [0.9, 2.0],
            "P(above 1)": [0.01, 0.97],
        }
        assert page.strength_table(strong, "VNM", most=1)["field"].tolist() == ["engines"]

    @pytest.mark.parametrize("advantage", [0.4, 1.0, np.nan])
    def test_a_field_without_advantage_is_no_strength(self, advantage):
        weak = SPECIALISATION.assign(rta_shrunk=[2.5, 3.0, 1.5, 9.0, advantage])
        made = page.strength_table(weak, "VNM")
        assert made["field"].tolist() == ["optics"]
        assert page.strength_table(weak, "ISR").empty
        assert set(page.RTA_FORMATS) <= set(made.columns)

    def test_verdicts_of_both_kinds_of_evidence(self):
        made = page.verdict_table(PATENTS, PUBLICATIONS)
        assert made["evidence"].tolist() == ["patents", "publications"]
        assert made["verdict"].tolist() == [
            "useful names on a gradient, not distinct groups",
            "distinct groups",
        ]
        assert made["p continuum"].tolist() == [0.37, 0.37]
        assert made["with the other profile"].tolist() == [0.25, 0.25]
        assert set(page.VERDICT_FORMATS) <= set(made.columns)


def test_headline_numbers_are_those_of_the_results():
    numbers = page.headline_numbers(PATENTS, PUBLICATIONS, "VNM")
    assert numbers["patents_verdict"] == "typology"
    assert numbers["publications_verdict"] == "groups"
    assert (numbers["patents_k"], numbers["patents_n_countries"]) == (2, 3)
    assert numbers["patents_p_continuum"] == 0.37
    assert numbers["patents_adjusted_rand_other_profile"] == 0.25
    assert numbers["patents_firm_groups"] == 1
    assert numbers["patents_viewpoint_neighbours"] == "KOR;JPN"


def test_a_viewpoint_without_group_has_no_neighbours_in_the_numbers():
    numbers = page.headline_numbers(PATENTS, PUBLICATIONS, "ISR")
    assert not [name for name in numbers if "viewpoint" in name]
