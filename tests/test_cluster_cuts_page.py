"""The sections on the cut: groups, members, other evidence and other recipes."""

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
    STABILITY,
    TOGETHER,
    VERDICT,
)
from conftest import read

from techdiplomacy import cluster_cuts_page as page

pytestmark = pytest.mark.usefixtures("at_the_root")


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

    def test_a_crowded_map_names_the_largest_and_the_neighbours_of_the_viewpoint(self):
        assert page.labelled(PATENTS, "VNM", most=1) == ["JPN", "KOR", "JPN"]
        assert page.labelled(PATENTS, "VNM")[:3] == ["JPN", "KOR", "VNM"]
        # a viewpoint that was not fitted is not on the map
        for viewpoint in ("LAO", "TKL", "ISR"):
            assert page.labelled(PATENTS, viewpoint, most=2) == ["JPN", "KOR"]

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
