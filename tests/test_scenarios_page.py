"""Scenarios are said as such, pools once, and groups without a statistic by name."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from scenario_rows import ASSUMPTIONS, BASES, NEEDS, PATHS, POOLS

from techdiplomacy import assumptions_page, pages, pool_words, vocabulary
from techdiplomacy import scenarios_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

pytestmark = pytest.mark.usefixtures("at_the_root")

SAID = pool_words.pool_names(POOLS)
SOURCE = "ilostat_employment"


def taxonomy():
    return load_taxonomy("vn-1131-2025")


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        (PATHS, "scenario_paths"),
        (BASES, "pool_bases"),
        (NEEDS, "group_needs"),
        (ASSUMPTIONS, "scenario_assumptions"),
    ],
)
def test_the_rows_of_these_tests_obey_their_declarations(rows, table):
    check_table(rows, declared(table), where="test")


class TestWords:
    def test_every_code_of_a_table_has_words(self):
        for words, table, column, unsaid in (
            (vocabulary.SCENARIOS, "scenario_paths", "scenario", set()),
            (vocabulary.POOL_MATCHES, "pool_bases", "match", set()),
            (vocabulary.SUPPLY_BASES, "pool_bases", "supply_basis", set()),
            (vocabulary.ASSUMPTION_BASES, "scenario_assumptions", "basis", set()),
        ):
            assert set(words) == codes_of(table, column) - unsaid

    def test_pools_bear_their_names_in_both_languages(self):
        assert list(SAID) == ["ict", "engineering", "chips"]
        assert SAID["engineering"].say("vi") == "Kỹ sư"

    def test_groups_of_a_pool_are_named_by_role(self):
        groups = pool_words.groups_by_role(NEEDS, taxonomy())
        assert groups["ict"].say("en") == "partial: AI; Cloud, quantum, data"
        assert groups["engineering"].say("en") == "proxy: Chips; Aerospace"
        assert "NONE" not in groups

    def test_the_middle_year_is_the_middle_one(self):
        assert pool_words.ends_of(NEEDS) == [2030, 2035, 2045]
        assert pool_words.middle_year(NEEDS) == 2035


class TestChart:
    def test_the_pool_of_most_groups_with_past_entries_is_drawn(self):
        # engineering has two groups as well, and fewer countries
        assert page.largest_pool(BASES, NEEDS) == "ict"
        assert page.charted(PATHS, "ict", ["VNM", "KOR", "JPN", "VNM"]) == ["VNM", "JPN"]

    def test_captions_start_with_the_word(self):
        names = load_countries()
        assert page.paths_headline(PATHS, "ict", "VNM", SAID, names).say("en") == (
            "Scenario: ICT workers wanted in Vietnam in 2045: 900 to 2,500, as growth is assumed"
        )
        assert (
            page.paths_headline(PATHS, "ict", "LAO", SAID, names).say("en")
            == "Scenario: ICT workers wanted, to 2045"
        )
        assert (
            page.paths_subtitle(PATHS, BASES, "ict", 0.8)
            .say("en")
            .startswith(
                "Employed persons, observed to 2024 at the latest, scenarios to 2045; bars: 80%"
            )
        )

    def test_the_alt_text_says_where_fewer_are_wanted(self):
        # VNM 1000 now: 900 with the share held, 1500 where growth fades; JPN 1000: 800 in all
        said = page.paths_alt(PATHS, BASES, "ict", ["VNM", "JPN"], load_countries()).say("en")
        assert "fewer are wanted in 2045 in Vietnam and Japan; where growth fades, in Japan" in said
        assert 40 <= len(said) <= 300


class TestNeeds:
    def test_a_shared_pool_stands_once(self):
        rows = page.needs_table(NEEDS, "VNM", SAID, taxonomy())
        assert rows[["pool", "year"]].to_numpy().tolist() == [
            [pool, end] for pool in ("ict", "engineering") for end in (2030, 2035, 2045)
        ]
        shown = read(rows, page.needs_columns(SAID, 0.8))
        assert shown["need"][0] == "100"
        assert shown["supply"][0] == "40.0"
        assert shown["gap, 80% of draws low"][0] == "50.0"
        assert_headings_differ(page.needs_columns(SAID, 0.8))
        assert_can_be_shown(
            rows.assign(groups=rows["pool"].map(SAID)),
            page.needs_columns(SAID, 0.8),
            "needs",
            subtitle="Persons to 2035",
            source=SOURCE,
        )

    def test_a_need_without_supply_has_a_row_and_no_gap(self):
        rows = page.needs_table(NEEDS, "KOR", SAID, taxonomy())
        shown = read(rows, page.needs_columns(SAID, 0.8))
        assert shown["need"] == ["70.0"] * 3
        assert set(shown["gap"]) == set(shown["supply"]) == {"\N{EN DASH}"}

    def test_the_headline_says_what_depends_on_the_scenario(self):
        assert page.needs_headline(NEEDS, "VNM").say("en") == (
            "Scenario: to 2035 fewer enter than are needed in 1 of 2 pools if growth fades, in 0 "
            "if the share is held"
        )
        assert "no gap can be given" in page.needs_headline(NEEDS, "KOR").say("en")

    def test_years_of_several_bases_are_said_as_a_span(self):
        assert "from 2024 on; scenario: growth fades" in page.needs_subtitle(BASES, "VNM").say("en")
        both = BASES.assign(base_year=BASES["base_year"].mask(BASES["pool"] == "ict", 2022))
        assert "from 2022 to 2024 on" in page.needs_subtitle(both, "VNM").say("en")

    def test_who_shares_and_who_has_no_statistic(self):
        assert (
            page.sharing_words(NEEDS, "VNM", SAID, taxonomy())
            .say("en")
            .startswith(
                "Groups share pools: ICT workers (AI; Cloud, quantum, data), Engineers (Chips; "
                "Aerospace). The figure"
            )
        )
        alone = NEEDS[NEEDS["group_id"] == "G01"]
        assert "No pool is shared" in page.sharing_words(alone, "VNM", SAID, taxonomy()).say("en")
        names = load_countries()
        assert page.without_words(NEEDS, "VNM", SAID, taxonomy(), names).say("en") == (
            "For 1 of 5 groups no statistic counts workers, so nothing is estimated: Biomedicine. "
            "No figure of Vietnam counts Chip workers."
        )
        rest = NEEDS[NEEDS["pool"] == "ict"]
        assert page.without_words(rest, "VNM", SAID, taxonomy(), names).say("en") == (
            "Some statistic stands for every one of 2 groups."
        )

    def test_scenarios_stand_beside_each_other(self):
        table = page.scenarios_table(NEEDS, "VNM", SAID)
        assert list(table["scenario"]) == [
            *("share_held", "deepening_fades", "deepening_lasts"),
            *("share_held", "deepening_fades", "deepening_lasts"),
        ]
        shown = read(table, page.scenarios_columns(table, SAID, 0.8))
        # 20 - 40, 100 - 40, 160 - 40
        assert shown["gap to 2035"][:3] == ["-20.0", "60.0", "120"]
        # only in the engineering pool do all three agree that nothing can be said: no sign at all
        assert page.scenarios_headline(NEEDS, "VNM").say("en") == (
            "Scenario: the sign of the gap to 2035 is the same in all three in 0 of 2 pools"
        )
        assert "added up from 2024 on" in page.scenarios_subtitle(BASES, "VNM").say("en")
        same = NEEDS[NEEDS["scenario"] != "share_held"]
        assert "in 1 of 2 pools" in page.scenarios_headline(same, "VNM").say("en")


class TestBases:
    def test_what_stands_for_what(self):
        names = load_countries()
        table = assumptions_page.bases_table(BASES, SAID)
        assert list(table["country"]) == ["VNM", "JPN", "DEU", "KOR"]
        shown = read(table, assumptions_page.bases_columns(SAID, names))
        assert shown["ICT workers"] == [
            "1,000 in 2024; counts the pool; supply in step with young people",
            "1,000 in 2022; counts more than the pool; supply in step with young people",
            "2,000 in 2024; counts the pool; supply from graduates (351 in 2023)",
            "no figure",
        ]
        assert shown["Chip workers"][3] == "177 in 2021; published figure; no supply"
        assert assumptions_page.bases_headline(BASES, SAID).say("en") == (
            "Countries of 5 with a figure: ICT workers 3, Engineers 1, Chip workers 1"
        )
        assert "2021 to 2024" in assumptions_page.bases_subtitle(BASES).say("en")
        assert "Laos. Nothing" in assumptions_page.missing_words(BASES, names).say("en")
        known = BASES[BASES["country"] == "VNM"]
        assert "Every country" in assumptions_page.missing_words(known, names).say("en")

    def test_every_range_is_listed_in_its_own_form(self):
        table = assumptions_page.assumptions_table(ASSUMPTIONS, ["VNM"])
        shown = read(table, assumptions_page.assumptions_columns(SAID, load_countries()))
        assert dict(zip(table["assumption"], shown["range drawn from"], strict=True)) == {
            "deepening": "3.6% to 6.9%",
            "half_life": "8 to 20",
            "retirement_factor": "0.50 to 1.00",
            "transition": "40% to 80%",
            "study_years": "4",
            "past_entries": "6,720 to 8,690",
        }
        assert shown["pool"][0] == "ICT workers"
        assert shown["pool"][1] == "all pools"
        assert shown["country"][-1] == "Vietnam"
        assert assumptions_page.assumptions_headline(table).say("en").startswith("4 of 6 ranges")
        said = assumptions_page.assumptions_subtitle(2000, BASES["base_year"]).say("en")
        assert said.endswith("2,000 times; figures to 2024")


class TestFindings:
    def found(self, paths=PATHS, needs=NEEDS, viewpoint="VNM"):
        return page.findings(
            paths,
            needs,
            BASES,
            "ict",
            viewpoint=viewpoint,
            pools=SAID,
            names=load_countries(),
            level=0.8,
        )

    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(self.found()).text.count("\n") == 2

    def test_need_supply_and_what_the_scenario_decides(self):
        first = self.found()[0]
        assert first.sentence.say("en") == (
            "Scenario: by 2035 Vietnam needs 100 more ICT workers; 40 enter."
        )
        assert first.certainty.say("en") == (
            "80% of draws: gap 50 to 70, too few; enough without growth"
        )
        # where all scenarios tell the same, nothing is added
        alike = PATHS[PATHS["scenario"] == "deepening_fades"]
        both = pd.concat([alike, alike.assign(scenario="share_held")])
        assert self.found(both)[0].certainty.say("en").endswith("70, too few")
        assert self.found(viewpoint="LAO")[0].sentence.say("en").startswith("Scenario: no gap of")

    def test_partners_and_groups(self):
        _, partners, groups = self.found()
        # JPN: 4000 - 1000; DEU: 1100 - 1000, give or take 200
        assert partners.sentence.say("en") == (
            "Scenario: to 2035 too few enter in 1 of 2 partners with figures, first Japan."
        )
        assert partners.certainty.say("en") == "1 open; ICT workers"
        assert groups.sentence.say("en") == (
            "No statistic counts workers of 1 of 5 groups; a pool of its own has 1."
        )
        calm = PATHS.assign(gap_low=-1.0)
        assert "in 0 of 2 partners with figures." in self.found(calm)[1].sentence.say("en")

    def test_directions(self):
        assert [page.direction(*ends).say("en") for ends in ((1, 2), (-2, -1), (-1, 1))] == [
            *("too few", "enough", "open"),
        ]

    def test_numbers_kept(self):
        numbers = page.headline_numbers(PATHS, NEEDS, "VNM")
        assert numbers["ict_gap_2035"] == 60.0
        assert numbers["groups_without_statistic"] == 1
        # a need without supply keeps no gap
        assert "chips_gap_2035" not in page.headline_numbers(PATHS, NEEDS, "KOR")
