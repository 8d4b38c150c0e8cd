"""What is known of a partner: rows brought together, unknown never none, rules that hold."""

import numpy as np
import pandas as pd
import pytest
from brief_world import LIST, RICH, THIN, US, changed, world

from techdiplomacy import brief_facts, brief_points, brief_reasons, brief_rows, tables
from techdiplomacy.brief_tables import COVERAGE, READINGS, WHY_NOT_FULL
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams
from techdiplomacy.params import load_params

pytestmark = pytest.mark.usefixtures("at_the_root")
PARAMS = load_params().model_copy(update={"viewpoint": US, "taxonomy": LIST})


def facts(partner=RICH, made=None):
    return brief_facts.build_brief(made or world(), partner, PARAMS)


def codes(points):
    return [point.code for point in points]


def chances(made=None, partner=RICH):
    return codes(brief_points.opportunities(facts(partner, made), PARAMS))


def risks(made=None, partner=RICH):
    return codes(brief_points.cautions(facts(partner, made), PARAMS))


def figures(points, code):
    return next(point.figures for point in points if point.code == code)


class TestFacts:
    def test_every_group_of_the_list_has_a_row(self):
        rows = facts(THIN).groups.set_index("group_id")
        assert rows["status"].to_dict() == {
            "G01": "not_estimable",
            "G05": "no_rows",
            "G06": "no_rows",
        }
        assert rows["rank_median"].isna().all()

    def test_leading_is_by_the_median_and_surely_by_the_whole_interval(self):
        rows = facts().groups.set_index("group_id")
        assert rows["leads"].to_dict() == {"G01": True, "G05": False, "G06": True}
        wide = changed("technology_ranks", lambda rows: rows["group_id"] == "G01", rank_high=9.0)
        one = facts(made=wide).groups.set_index("group_id").loc["G01"]
        assert (one["leads"], one["leads_surely"]) == (True, False)

    def test_a_rank_of_few_items_is_none(self):
        few = changed("technology_ranks", lambda rows: rows["group_id"] == "G05", status="small_n")
        assert facts(made=few).groups["rank_low"].isna().tolist() == [False, True, False]

    def test_only_measures_in_the_rank_give_the_years(self):
        assert facts().windows.to_numpy().tolist() == [
            *(["G01", "1976-2025"], ["G01", "2000-2022"]),
            *(["G05", "2016-2020"], ["G06", "2016-2020"], ["G06", "2018-2022"]),
        ]

    def test_the_gap_is_told_as_a_ratio(self):
        gap = facts().gap
        assert [gap[name] for name in ("ratio", "ratio_low", "ratio_high")] == pytest.approx(
            [2, 1.5, 3]
        )
        assert facts(THIN).gap == {}

    def test_other_fits_stand_beside_the_ratio(self):
        gap = facts().gap
        assert [gap["fits_low"], gap["fits_high"]] == pytest.approx([1.2, 2.5])
        alone = changed("gap_sensitivity", variant="as_used")
        assert "fits_low" not in facts(made=alone).gap
        assert facts(THIN).fits == {}

    def test_another_list_of_technologies_is_left_out(self):
        other = changed("technology_ranks", framework="vn-21-2026")
        assert facts(made=other).ranked.empty

    def test_ages_are_added_up_after_the_present(self):
        row = facts().ages.table.set_index("country").loc[RICH]
        # -40 - 60 over 1000; 800 / 1000 - 1
        assert row["balance"] == -100
        assert row["balance_share"] == pytest.approx(-0.1)
        assert row["core_change"] == pytest.approx(-0.2)
        assert facts(THIN).ages.table["country"].tolist() == [US]

    def test_a_pool_stands_once_and_only_with_figures(self):
        assert facts().pools["pool"].tolist() == ["ict", "energy"]

    def test_ties_that_a_source_would_list_are_zero_and_others_unknown(self):
        rows = facts(THIN).ties.set_index(["kind", "direction"])["volume"]
        assert rows["joint_works", "both"] == 2
        assert rows["joint_projects", "both"] == 0
        assert np.isnan(rows["software_events", "out"])

    def test_places_count_partners_with_more(self):
        rows = facts().ties.set_index(["kind", "direction"])
        assert rows.loc[("joint_works", "both"), ["place", "of"]].tolist() == [2, 3]
        assert rows.loc[("joint_projects", "both"), "place"] is pd.NA

    def test_facts_count_whichever_country_stands_first(self):
        known = facts().known
        assert known.level == "comprehensive_strategic"
        assert known.instruments["title"].tolist() == [
            "Memorandum on chips",
            "Agreement on science",
        ]
        assert known.offices["own"].tolist() == [False, True]
        assert (known.mission_out, known.mission_in) == ("embassy", "not_listed")

    def test_the_newest_date_is_that_of_all_lists(self):
        assert facts(THIN).known.newest_year == 2025

    def test_lists_of_another_country_are_not_collected_for_this_one(self):
        korea = PARAMS.model_copy(update={"viewpoint": "KOR"})
        known = brief_facts.build_brief(world(), RICH, korea).known
        assert not known.collected
        # lists about the other country of the pair are about the pair as well
        known = brief_facts.build_brief(world(), US, korea).known
        assert known.collected
        assert facts().known.collected

    def test_the_viewpoint_is_no_partner_of_its_own(self):
        with pytest.raises(InvalidParams, match="viewpoint country itself"):
            facts(US)

    @pytest.mark.parametrize(
        ("verdict", "holds", "told"),
        [
            *[("above", 1, "above"), ("above", 0, "depends"), ("below", pd.NA, "below")],
            *[("open", 0, "open"), (None, pd.NA, None)],
        ],
    )
    def test_a_reading_that_another_fit_turns_depends(self, verdict, holds, told):
        assert brief_rows.reading({"verdict": verdict, "holds": holds}) == told


class TestIndex:
    def test_a_rich_partner(self):
        row = brief_facts.index_row(facts(), opportunities=3, cautions=2).iloc[0]
        assert row["groups_led"] == 2
        assert row["times_expected"] == pytest.approx(2)
        assert (row["reading"], row["coverage"]) == ("above", "full")
        assert (row["older_mark"], row["older_year"]) == (0.21, 2006)
        assert row["balance_share"] == pytest.approx(-0.1)
        assert (row["instruments_known"], row["offices_known"]) == (2, 2)
        assert pd.isna(row["why"])

    def test_a_thin_partner_says_why(self):
        row = brief_facts.index_row(facts(THIN), opportunities=0, cautions=3).iloc[0]
        assert row["coverage"] == "thin"
        assert row["why"] == "no_groups;no_gap;no_ages;no_pools"
        assert row["joint_works"] == 2

    def test_ages_in_dispute_are_in_no_index(self):
        apart = changed("population_check", newer_older_share=0.25)
        row = brief_facts.index_row(facts(made=apart), opportunities=0, cautions=0).iloc[0]
        assert (row["coverage"], row["why"]) == ("partial", "disputed_ages")
        assert pd.isna(row["older_year"])
        assert pd.isna(row["balance_share"])

    @pytest.mark.parametrize("partner", [RICH, THIN, "TLS"])
    def test_it_keeps_to_its_declaration(self, partner):
        row = brief_facts.index_row(facts(partner), opportunities=1, cautions=1)
        checked = tables.check_table(row, declared("brief_index"), where="test")
        assert checked["partner"].tolist() == [partner]

    def test_codes_are_declared(self):
        assert set(COVERAGE) == {"full", "partial", "thin"}
        assert {"above", "below", "open", "depends"} == set(READINGS)
        assert set(brief_facts.missing_sides(facts("TLS"))) <= set(WHY_NOT_FULL)


class TestOpportunities:
    def test_one_a_side_in_the_order_of_sides(self):
        assert chances() == ["adds", "works_base", "ages"]

    def test_a_thin_partner_has_none(self):
        assert chances(partner=THIN) == []

    def test_measured_lack_comes_before_an_unknown_own_side(self):
        points = brief_points.opportunities(facts(), PARAMS)
        found = figures(points, "adds")
        assert found["groups"] == [("G01", 2.0, 4.0), ("G06", 1.0, 2.0)]
        assert (found["n"], found["unknown"], found["firm"]) == (2, 1, 2)
        assert (found["first"], found["all_groups"]) == (10, ["G01", "G06"])

    def test_large_without_a_mix_of_its_own_is_told_as_size(self):
        assert chances(changed("partner_values", partner_probability=0.5))[0] == "leads"

    def test_too_small_to_add_anything(self):
        far = changed("technology_ranks", rank_median=15.0, rank_low=12.0, rank_high=18.0)
        assert chances(far) == ["works_base", "ages", "instrument"]

    def test_fewer_works_than_expected_are_room(self):
        fewer = changed("cooperation_gaps", lambda rows: rows["partner"] == RICH, verdict="below")
        assert chances(fewer)[1] == "room"
        fewer["tie_measures"].loc[:, "volume"] = 1.0
        assert chances(fewer)[1] != "room", "one joint work says nothing"

    def test_a_reading_that_depends_is_no_opportunity(self):
        turned = changed("cooperation_gaps", lambda rows: rows["verdict"] == "above", holds=0)
        assert "works_base" not in chances(turned)
        assert "depends" not in risks(turned)  # a fallen ratio comes first

    def test_a_ratio_that_rose_over_the_decades_comes_before_growth(self):
        risen = changed("cooperation_gaps", verdict="open")
        risen["tie_measures"]["growth_of_all"] = 0.05
        risen["gap_changes"].loc[1, "verdict"] = "rising"
        assert chances(risen)[1] == "pulling_ahead"

    def test_faster_than_all_is_told_where_the_gap_is_open(self):
        tables_now = changed("cooperation_gaps", verdict="open")
        tables_now["tie_measures"]["growth_of_all"] = 0.05
        assert chances(tables_now)[1] == "rising"

    @pytest.mark.parametrize(
        "change",
        [
            *[{"years_held": 0.8}, {"partner_balance_share": -0.04}],
            *[{"partner_core_change": 0.01}, {"verdict": "both_lose"}],
        ],
    )
    def test_ages_count_if_steady_large_and_not_made_up_by_migration(self, change):
        assert "ages" not in chances(changed("demographic_pairs", **change))

    def test_nothing_rests_on_ages_in_dispute(self):
        apart = changed("population_check", newer_older_share=0.25)
        apart["training_needs"]["verdict"] = "short"
        assert chances(apart)[2] == "students"
        assert "disputed" in risks(apart)

    def test_a_sure_shortage_comes_before_ages(self):
        short = changed("training_needs", lambda rows: rows["pool"] == "energy", verdict="short")
        assert chances(short)[2] == "short_pool"
        points = brief_points.opportunities(facts(made=short), PARAMS)
        assert figures(points, "short_pool")["pool"] == "energy"

    def test_an_old_instrument_is_none_to_build_on(self):
        old = changed("known_agreements", lambda rows: rows["partner"] == RICH, signed_year=2019)
        old["cooperation_gaps"]["verdict"] = "open"
        assert "instrument" not in chances(old)


class TestCautions:
    def test_one_a_side_and_three_at_most(self):
        assert risks() == ["unmeasured", "falling_back", "need_open"]

    def test_a_thin_partner_is_told_first_what_is_unknown(self):
        assert risks(partner=THIN) == ["unranked", "shallow", "no_pools"]

    def test_against_the_statement_comes_before_what_cannot_be_measured(self):
        against = changed("stated_ledger", lambda rows: rows.index == 0, grade="not_supported")
        assert risks(against)[0] == "not_borne_out"

    def test_leading_by_one_measure(self):
        one = changed("technology_ranks", lambda rows: rows["group_id"] == "G06", n_measures=1)
        found = figures(brief_points.cautions(facts(made=one), PARAMS), "one_measure")
        assert (found["n"], found["leads"]) == (1, 2)

    def test_leading_nowhere(self):
        far = changed("technology_ranks", rank_median=15.0, rank_low=12.0, rank_high=18.0)
        assert risks(far)[0] == "no_lead"

    def test_the_way_the_tie_takes(self):
        steady = changed("tie_measures", growth_of_all=0.1)
        assert risks(steady)[1] == "falling_back"
        steady["gap_changes"]["verdict"] = "no_change_seen"
        steady["cooperation_gaps"]["verdict"] = "below"
        assert risks(steady)[1] == "below_past"
        steady["tie_measures"]["growth_of_all"] = 0.2
        assert risks(steady)[1] == "slower"
        steady["tie_measures"]["turned"] = "fell"
        assert risks(steady)[1] == "fell"

    def test_a_newer_revision_with_other_totals(self):
        revised = changed("population_check", difference=-0.12)
        assert risks(revised)[2] == "revised"

    def test_a_viewpoint_that_loses_entrants_itself(self):
        assert risks(changed("demographic_pairs", verdict="both_lose"))[2] == "both_lose"

    def test_a_partner_with_entrants_for_a_viewpoint_that_loses_them(self):
        other = changed("demographic_pairs", verdict="reverse", partner_balance_share=0.2)
        other["demographic_pairs"]["partner_balance"] = 200.0
        assert chances(other)[2] == "reverse"
        assert "both_lose" not in risks(other)
        assert "enough_entrants" not in risks(other)
        other["demographic_pairs"]["partner_balance_share"] = 0.01
        assert "reverse" not in chances(other)

    def test_weights_and_relations_follow_where_people_are_clear(self):
        short = changed("training_needs", lambda rows: rows["pool"] == "ict", verdict="short")
        assert risks(short) == ["unmeasured", "falling_back", "weights"]
        short["partner_ranks"]["any_high"] = 6.0
        assert risks(short) == ["unmeasured", "falling_back", "stale_office"]


def test_every_rule_has_words_and_no_words_are_left_over():
    for rules, words in (
        (brief_points.OPPORTUNITIES, brief_reasons.OPPORTUNITY_WORDS),
        (brief_points.CAUTIONS, brief_reasons.CAUTION_WORDS),
    ):
        assert {code for own in rules.values() for code, _ in own} == set(words)
