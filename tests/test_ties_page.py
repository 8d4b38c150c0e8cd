"""The findings of the cooperation page follow the results; nothing unknown is called none."""

from dataclasses import replace

import pandas as pd
import pytest
from conftest import assert_headings_differ, codes_of, read
from cooperation_rows import BEFORE, CHANGES, CHECK, COVERAGE, GAPS, MEASURES, PARTNERS, RESULTS

from techdiplomacy import pages, vocabulary
from techdiplomacy import ties_page as page
from techdiplomacy.cards import load_card
from techdiplomacy.countries import load_countries

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"


def found(results=RESULTS, partners=PARTNERS):
    return page.findings(results, partners, "VNM", load_countries(), level=0.9)


def english(finding):
    return finding.sentence.say("en"), finding.certainty.say("en")


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(found()).text.count("\n") == 4

    def test_the_first_partners_and_whether_their_order_is_sure(self):
        assert english(found()[0]) == (
            "Vietnam publishes most with United States, Japan, South Korea, Laos: 4 to 90 joint "
            "works.",
            "no US government count of all 4",
        )
        laos = pd.DataFrame({"partner": ["LAO"], "rank_articles": [9], "year": [2022]})
        check = pd.concat([CHECK, laos], ignore_index=True)
        same = check.assign(rank_articles=[1, 2, 3, 9])
        other = check.assign(rank_articles=[2, 3, 1, 9])
        assert english(found(replace(RESULTS, official_check=same))[0])[1] == (
            "same order in a US government count of 2022"
        )
        assert english(found(replace(RESULTS, official_check=other))[0])[1] == (
            "order open: a US government count puts South Korea first"
        )

    def test_who_lies_surely_below_and_above(self):
        # 0.5 as used, 0.6 for three years; 3.0 and 0.9
        assert english(found()[1]) == (
            "Surely fewer joint works than expected (size, distance, language): United States "
            f"(0.50{DASH}0.60).",
            "ratios over 2 fits; 90% intervals exclude 1",
        )
        assert english(found()[2]) == (
            f"Surely more: South Korea (0.90{DASH}3.0).",
            "open for 1 of 3",
        )

    def test_without_a_sure_gap_nobody_is_named(self):
        only = found(partners=["JPN"])
        assert english(only[1]) == (
            "With none of 1 partners are joint works surely below what size, distance and language "
            "let expect.",
            "90% intervals",
        )
        assert english(only[2])[0] == "With no partner surely more."

    def test_a_reading_that_another_fit_turns_is_not_a_finding(self):
        turned = GAPS.assign(holds=GAPS["holds"].mask(GAPS["partner"] == "KOR", 0))
        finding = found(replace(RESULTS, cooperation_gaps=turned))[2]
        assert english(finding) == (
            "With no partner surely more.",
            "1 open; 1 depend on the fit",
        )

    def test_changes_since_the_first_window(self):
        assert english(found()[3]) == (
            f"Ratio to expected since 2009{DASH}2013: fallen for United States; risen for Japan.",
            # there are no figures of the window before
            "no change seen: 1 of 3; works themselves grew: 0",
        )
        nothing = replace(RESULTS, gap_changes=CHANGES.head(0))
        assert english(found(nothing)[3])[0] == "No change can be given."
        calm = replace(RESULTS, gap_changes=CHANGES.assign(verdict="no_change_seen"))
        assert "fallen for none; risen for none" in english(found(calm)[3])[0]

    def test_works_that_grew_are_counted_though_the_ratio_fell(self):
        late = CHANGES[CHANGES["from_window"] == BEFORE]
        # the United States from 50 to 90; of Japan there is one window only
        assert english(found(replace(RESULTS, gap_changes=late))[3])[1] == (
            "no change seen: 1 of 2; works themselves grew: 1"
        )

    def test_a_country_without_works_or_projects_is_told_so(self):
        without = replace(
            RESULTS,
            tie_measures=MEASURES.head(0),
            project_money=RESULTS.project_money.head(0),
            project_partners=RESULTS.project_partners.head(0),
            project_repeats=RESULTS.project_repeats.head(0),
        )
        shown = found(without)
        assert english(shown[0])[0] == "No joint works of Vietnam are listed."
        assert english(shown[4])[0] == "No Horizon 2020 project with Vietnam is listed."
        assert pages.findings(shown).kind == "findings"

    def test_long_lists_are_cut_so_that_all_fits_on_a_screen(self):
        names = load_countries()
        codes = ["USA", "GBR", "KOR", "NZL", "ARE", "SAU", "ZAF", "CZE", "CRI", "LKA"]
        same = GAPS[(GAPS["partner"] == "KOR")]
        gaps = pd.concat([same.assign(partner=code) for code in codes], ignore_index=True)
        lost = pd.concat(
            [
                CHANGES[CHANGES["partner"] == "USA"].assign(partner=code, verdict=verdict)
                for code, verdict in zip(codes, ["opening", "closing"] * 5, strict=True)
            ],
            ignore_index=True,
        )
        results = replace(RESULTS, cooperation_gaps=gaps, gap_changes=lost)
        shown = page.findings(results, codes, "VNM", names, level=0.9)
        assert "more" in english(shown[2])[0]
        assert pages.findings(shown).kind == "findings"


class TestPartners:
    def test_listed_first_then_the_first_of_each_kind_never_the_viewpoint(self):
        assert page.shown_partners(RESULTS, ["VNM", "KOR"], "VNM", most=1) == [
            *("KOR", "USA", "JPN", "DEU", "SGP"),
        ]

    def test_what_is_not_collected_is_not_called_none(self):
        said = page.known_words(load_card("vietnam_st_agreements"), RESULTS).say("en")
        # two with a year, five without
        assert "Of instruments 7 are known, 5 of them without a year" in said
        assert "not that there is none" in said
        assert "more than 80" in said


class TestCoverage:
    def test_every_code_has_words(self):
        assert codes_of("tie_coverage", "kind") == set(vocabulary.TIE_KINDS)
        assert set(vocabulary.TIE_UNITS) == set(vocabulary.TIE_KINDS)
        assert codes_of("tie_coverage", "note") == set(vocabulary.TIE_NOTES)
        assert codes_of("tie_measures", "direction") == set(vocabulary.TIE_DIRECTIONS)
        assert codes_of("tie_measures", "status") - {"not_defined"} <= set(vocabulary.TIE_STATES)
        assert codes_of("tie_measures", "turned") == set(vocabulary.TIE_COURSES)
        assert codes_of("known_levels", "level") == set(vocabulary.PARTNERSHIP_LEVELS)

    def test_kinds_with_their_limits(self):
        columns = page.coverage_columns()
        assert_headings_differ(columns)
        cells = read(COVERAGE, columns)
        assert cells["left out: no year"] == [
            *(DASH, DASH, "0", DASH, "5"),
        ]
        assert page.coverage_headline(COVERAGE).say("en").startswith("5 of 5 kinds of ties list")
        assert page.coverage_subtitle(COVERAGE).say("en").endswith("1990 to 2025")
        assert page.all_sources(RESULTS)[0] == "cordis_participations"


class TestNumbers:
    def test_headline_numbers(self):
        numbers = page.headline_numbers(RESULTS, PARTNERS)
        assert numbers["partners_with_joint_works"] == 5
        assert (numbers["works_below"], numbers["works_above"], numbers["works_open"]) == (1, 1, 1)
        assert numbers["times_expected_USA"] == pytest.approx(0.5)
        assert (numbers["changes_opening"], numbers["changes_closing"]) == (1, 1)
        assert (numbers["projects"], numbers["contribution_eur"]) == (3, 100_000.0)

    def test_what_is_not_there_is_empty_not_zero(self):
        empty = replace(
            RESULTS,
            official_check=CHECK.head(0),
            project_money=RESULTS.project_money.head(0),
            tie_measures=MEASURES.head(0),
        )
        numbers = page.headline_numbers(empty, PARTNERS)
        assert numbers["contribution_eur"] is None
        assert numbers["rank_correlation_with_official_count"] is None
        assert numbers["first_partner"] is None
