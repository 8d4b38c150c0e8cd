"""The section on one country: partners, strengths, branches, groups."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cluster_rows import PAIRS, PATENTS, SPECIALISATION, STABILITY
from conftest import read

from techdiplomacy import cluster_viewpoint_page as page
from techdiplomacy.errors import InvalidPage
from techdiplomacy.page_columns import check_columns

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestTables:
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
