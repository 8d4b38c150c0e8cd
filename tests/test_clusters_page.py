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
            "adjusted_rand_clr": 0.25,
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
            "noise would look so grouped in 0.2% of panels, a mere gradient in 37%"
        )

    @pytest.mark.parametrize(("verdict", "words"), page.VERDICT_WORDS.items())
    def test_the_first_follows_the_verdict(self, verdict, words):
        changed = replace(PATENTS, verdict=VERDICT.assign(verdict=verdict, k=5))
        sentence = found(changed)[0].sentence
        assert sentence.endswith(f": {words}.")
        assert "into 5 groups" in sentence

    def test_the_firmest_group_is_the_one_found_again_most_often(self, names):
        second = found()[1]
        assert second.sentence == (
            f"Firmest: {names.name('JPN')}, {names.name('KOR')}, strong in optics, engines."
        )
        assert "90%, 80%, 70%" in second.certainty
        turned = replace(PATENTS, stability=STABILITY.assign(jaccard_families=[0.1, 1.9]))
        assert found(turned)[1].sentence.startswith(f"Firmest: {names.name('VNM')},")

    def test_the_viewpoint_stands_with_its_neighbours(self, names):
        third = found()[2]
        assert third.sentence == (
            f"{names.name('VNM')} stands nearest to {names.name('KOR')}, {names.name('JPN')} by "
            "patents (1,230 patent families in 2016-2020)."
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

    @pytest.mark.parametrize("viewpoint", ["TKL", "ISR"], ids=["no group", "not listed"])
    def test_a_viewpoint_without_a_group_is_said(self, names, viewpoint):
        four = found(viewpoint=viewpoint)
        assert four[2].sentence == (f"{names.name(viewpoint)} has too few articles to be placed.")
        assert four[2].certainty == "fewer than needed in 2019-2023"
        assert findings(four, data_to="2020").text

    def test_movement_gives_both_agreements(self):
        assert found()[3].certainty == (
            "agreement with the window before 0.34, with k-means 0.60 (1 = the same)"
        )

    def test_movement_without_an_earlier_window_gives_no_number_for_it(self):
        first = VERDICT.assign(adjusted_rand_previous_window=np.nan)
        assert "nan" not in found(replace(PATENTS, verdict=first))[3].certainty


class TestHeadlines:
    def test_tree_says_groups_firm_ones_and_verdict(self):
        assert page.tree_headline(PATENTS) == (
            "2 groups by patents, 1 firm: useful names on a gradient, not distinct groups"
        )

    def test_tree_alt_names_the_firm_groups_or_says_there_is_none(self, names):
        words = page.tree_alt(PATENTS, names)
        assert words.endswith(f"Firm groups: {names.name('JPN')}, {names.name('KOR')}.")
        assert words.startswith("Tree of 3 economies")
        none = replace(PATENTS, stability=STABILITY.assign(label="leaning"))
        assert page.tree_alt(none, names).endswith("No group is firm.")

    def test_map_gives_the_share_of_two_directions(self, names):
        assert page.map_headline(PATENTS).startswith("Economies with like patent profiles")
        assert "two directions hold 60%" in page.map_headline(PATENTS)
        assert page.map_alt(PATENTS, "VNM", names).startswith("Scatter of 3 economies")
        assert "stands nearest to" in page.map_alt(PATENTS, "VNM", names)
        assert "too few patent families" in page.map_alt(PATENTS, "ISR", names)

    def test_alt_texts_can_be_read_aloud(self, names):
        many = names.table.index[:80]
        crowd = replace(PATENTS, stability=STABILITY.assign(members=";".join(many)))
        for words in (
            page.tree_alt(crowd, names),
            page.map_alt(PATENTS, "VNM", names),
            page.heat_map_alt(PATENTS, SPECIALISATION, names),
        ):
            assert 40 <= len(words) <= 300

    def test_heat_map_names_the_surest_cell_of_a_fitted_country(self, names):
        # the small country has the largest number, and Korea the larger value
        assert page.heat_map_headline(PATENTS, SPECIALISATION, names) == (
            f"Sharpest specialisation: {names.name('JPN')} in optics, 2.5 times the panel"
        )
        assert "with 2.5 (2.2 to 2.8)" in page.heat_map_alt(PATENTS, SPECIALISATION, names)


class TestTables:
    def test_groups(self, names):
        made = page.group_table(PATENTS, names)
        assert made["items redrawn"].tolist() == [0.9, 0.5]
        assert made["countries"].iloc[0] == f"{names.name('JPN')}, {names.name('KOR')}"
        assert set(page.GROUP_FORMATS) <= set(made.columns)

    def test_countries_by_group_and_size_without_those_that_have_none(self, names):
        made = page.country_table(PATENTS, names)
        assert made["country"].tolist() == [names.name(c) for c in ("JPN", "KOR", "VNM", "LAO")]
        assert made["note"].tolist() == ["", "", "", "too small to be fitted"]
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

    def test_strengths_have_low_and_high_and_the_strongest_first(self):
        made = page.strength_table(SPECIALISATION, "VNM")
        assert made.to_dict("list") == {
            "field": ["optics", "engines"],
            "items": [30.0, 5.0],
            "advantage": [1.5, 0.4],
            "low": [1.1, 0.2],
            "high": [2.0, 0.9],
            "P(above 1)": [0.97, 0.01],
        }
        assert len(page.strength_table(SPECIALISATION, "VNM", most=1)) == 1
        assert set(page.RTA_FORMATS) <= set(made.columns)

    def test_verdicts_of_both_kinds_of_evidence(self):
        made = page.verdict_table(PATENTS, PUBLICATIONS)
        assert made["evidence"].tolist() == ["patents", "publications"]
        assert made["verdict"].tolist() == [
            "useful names on a gradient, not distinct groups",
            "distinct groups",
        ]
        assert made["p continuum"].tolist() == [0.37, 0.37]
        assert set(page.VERDICT_FORMATS) <= set(made.columns)


def test_headline_numbers_are_those_of_the_results():
    numbers = page.headline_numbers(PATENTS, PUBLICATIONS, "VNM")
    assert numbers["patents_verdict"] == "typology"
    assert numbers["publications_verdict"] == "groups"
    assert (numbers["patents_k"], numbers["patents_n_countries"]) == (2, 3)
    assert numbers["patents_p_continuum"] == 0.37
    assert numbers["patents_adjusted_rand_clr"] == 0.25
    assert numbers["patents_firm_groups"] == 1
    assert numbers["patents_viewpoint_neighbours"] == "KOR;JPN"


def test_a_viewpoint_without_group_has_no_neighbours_in_the_numbers():
    numbers = page.headline_numbers(PATENTS, PUBLICATIONS, "ISR")
    assert not [name for name in numbers if "viewpoint" in name]
