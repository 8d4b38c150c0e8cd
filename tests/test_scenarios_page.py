"""Scenarios are said as such, pools once, and groups without a statistic by name."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from scenario_rows import BASES, ENDS, NEEDS, PATHS, POOLS, SERIES

from techdiplomacy import pages, pool_words, vocabulary
from techdiplomacy import scenarios_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table
from techdiplomacy.technologies import load_taxonomy

pytestmark = pytest.mark.usefixtures("at_the_root")

SAID = pool_words.pool_names(POOLS)
WIDE = pool_words.wide_names(BASES, SERIES)
SOURCE = "ilostat_employment"


def taxonomy():
    return load_taxonomy("vn-1131-2025")


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        (PATHS, "scenario_paths"),
        (BASES, "pool_bases"),
        (NEEDS, "group_needs"),
    ],
)
def test_the_rows_of_these_tests_obey_their_declarations(rows, table):
    check_table(rows, declared(table), where="test")


class TestWords:
    def test_every_code_of_a_table_has_words(self):
        for words, table, column, unsaid in (
            (vocabulary.SCENARIOS, "scenario_paths", "scenario", set()),
            (vocabulary.NEED_VERDICTS, "group_needs", "verdict", set()),
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


class TestSharedWords:
    def test_a_series_that_counts_more_is_named_by_what_it_counts(self):
        assert {key: name.say("en") for key, name in WIDE.items()} == {
            ("JPN", "ict"): "Information and communication (ISIC Rev. 4 J)"
        }
        rows = pd.DataFrame({"country": ["JPN", "VNM"], "pool": "ict"})
        assert [one.say("en") for one in pool_words.counted(rows, SAID, WIDE)] == [
            "Information and communication (ISIC Rev. 4 J)",
            "ICT workers",
        ]
        assert list(pool_words.near(rows, WIDE)["country"]) == ["VNM"]
        assert (
            pool_words.near_names(BASES, SERIES, "ict", ["VNM", "JPN"]).say("vi")
            == "Nhà chuyên môn trong lĩnh vực công nghệ thông tin và truyền thông (ISCO-08 25)"
        )

    def test_own_growth_is_told_and_common_growth_where_there_is_none(self):
        told = pool_words.told(PATHS[PATHS["year"] == 2035])
        assert dict(zip(told["country"] + told["pool"], told["scenario"], strict=True)) == {
            "VNMict": "own_growth",
            "VNMengineering": "own_growth",
            "JPNict": "own_growth",
            "DEUict": "own_growth",
            "KORchips": "common_growth",
        }


class TestChart:
    def test_the_pool_of_most_groups_with_past_entries_is_drawn(self):
        # engineering has two groups as well, and fewer countries
        assert page.largest_pool(BASES, NEEDS) == "ict"
        assert page.charted(PATHS, "ict", ["VNM", "KOR", "JPN", "VNM"]) == ["VNM", "JPN"]

    def test_the_headline_names_the_pool_and_medians(self):
        names = load_countries()
        assert page.paths_headline(PATHS, "ict", "VNM", SAID, names, WIDE).say("en") == (
            "Scenario: ICT workers wanted in Vietnam in 2045: medians of 900 to 2,500, as growth "
            "is assumed"
        )

    @pytest.mark.parametrize("country", ["LAO", "JPN"])
    def test_the_headline_names_no_country_without_a_figure_or_with_a_wide_one(self, country):
        assert (
            page.paths_headline(PATHS, "ict", country, SAID, load_countries(), WIDE).say("en")
            == "Scenario: ICT workers wanted, to 2045"
        )

    def test_the_subtitle_says_what_is_counted(self):
        counts = pool_words.near_names(BASES, SERIES, "ict", ["VNM", "JPN"])
        assert page.paths_subtitle(BASES, "ict", counts, ENDS, 0.8).say("en") == (
            "Employed persons: ICT professionals (ISCO-08 25), or what a title names; observed to "
            "2024 at the latest; bars: 80% of the draws, 2030, 2035, 2045"
        )

    def test_the_alt_text_says_where_fewer_are_wanted(self):
        # VNM 1000 now: 900 with the share held, 1500 where growth fades; JPN 1000: 800 in all
        said = page.paths_alt(PATHS, BASES, "ict", ["VNM", "JPN"], load_countries()).say("en")
        assert (
            "fewer are wanted in 2045 in Vietnam and Japan; where own growth fades, in Japan"
            in (said)
        )
        assert 40 <= len(said) <= 300


class TestNeeds:
    def rows(self, viewpoint="VNM"):
        return page.needs_table(NEEDS, PATHS, viewpoint, SAID, taxonomy())

    def test_a_shared_pool_stands_once_and_says_its_groups_once(self):
        rows = self.rows()
        assert rows[["pool", "year"]].to_numpy().tolist() == [
            [pool, end] for pool in ("ict", "engineering") for end in (2030, 2035, 2045)
        ]
        shown = read(rows, page.needs_columns(0.8))
        ict, engineers = (SAID[pool].say("en") for pool in ("ict", "engineering"))
        assert shown["pool, and what it stands for"] == [
            *(f"{ict} (partial: AI; Cloud, quantum, data)", ict, ict),
            *(f"{engineers} (proxy: Chips; Aerospace)", engineers, engineers),
        ]
        assert shown["wanted"][0] == "1,500"
        assert shown["need"][0] == "100"
        assert shown["supply"][0] == "40.0"
        assert shown["gap, 80% low"][0] == "50.0"
        assert_headings_differ(page.needs_columns(0.8))
        assert_can_be_shown(
            rows.assign(groups=rows["pool"].map(SAID)),
            page.needs_columns(0.8),
            "needs",
            subtitle="Persons to 2035",
            source=SOURCE,
        )

    def test_a_need_without_supply_has_a_row_and_no_gap(self):
        rows = self.rows("KOR")
        shown = read(rows, page.needs_columns(0.8))
        assert shown["need"] == ["70.0"] * 3
        assert set(shown["gap"]) == set(shown["supply"]) == {"\N{EN DASH}"}
        # of a published figure no growth of its own is known
        assert (
            page.needs_subtitle(rows, SAID, first=2026, level=0.8)
            .say("en")
            .endswith("80% of the draws; Chip workers: common growth fades")
        )

    def test_the_headline_follows_the_verdicts(self):
        assert page.needs_headline(NEEDS, "VNM", SAID, WIDE).say("en") == (
            "Scenario: nine tenths of the draws of both growth scenarios show a shortage to 2035: "
            "ICT workers; of 2 pools 1 are open, 0 in surplus"
        )
        calm = NEEDS.assign(verdict=NEEDS["verdict"].replace("short", "surplus"))
        assert page.needs_headline(calm, "VNM", SAID, WIDE).say("en") == (
            "Scenario: in no pool do nine tenths of the draws of both growth scenarios show a "
            "shortage to 2035; of 2 pools 1 are open, 1 in surplus"
        )

    @pytest.mark.parametrize("viewpoint", ["KOR", "JPN"])
    def test_no_headline_on_a_pool_without_a_gap_or_with_a_wide_series(self, viewpoint):
        assert "no gap can be given" in page.needs_headline(NEEDS, viewpoint, SAID, WIDE).say("en")

    def test_all_sums_begin_in_one_year(self):
        said = page.needs_subtitle(self.rows(), SAID, first=2026, level=0.8).say("en")
        assert "persons added up, 2026 to the end year" in said
        assert said.endswith("own growth fades; medians, each by itself, and 80% of the draws")
        assert "2026 to the end year" in page.scenarios_subtitle(first=2026, level=0.8).say("en")

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
        said = (
            "For 1 of 5 groups no statistic counts workers, so nothing is estimated: Biomedicine. "
            "No figure of Vietnam that is new enough counts Chip workers."
        )
        assert page.without_words(NEEDS, "VNM", SAID, taxonomy(), names).say("en") == said
        # a figure that is too old is none to start from
        old = NEEDS.assign(status=NEEDS["status"].replace("no_stock", "old_base"))
        assert page.without_words(old, "VNM", SAID, taxonomy(), names).say("en") == said
        rest = NEEDS[NEEDS["pool"] == "ict"]
        assert page.without_words(rest, "VNM", SAID, taxonomy(), names).say("en") == (
            "Some statistic stands for every one of 2 groups."
        )

    def test_scenarios_stand_beside_each_other(self):
        table = page.scenarios_table(NEEDS, "VNM", SAID)
        assert list(table["scenario"]) == [
            *("share_held", "own_growth", "common_growth"),
            *("share_held", "own_growth", "common_growth"),
        ]
        shown = read(table, page.scenarios_columns(table, SAID, 0.8))
        # 20 - 40, 100 - 40, 160 - 40
        assert shown["gap to 2035"][:3] == ["-20.0", "60.0", "120"]
        assert shown["both growth scenarios, 2035"] == [
            *("\N{EN DASH}", "short", "short"),
            *("\N{EN DASH}", "open", "open"),
        ]
        assert page.scenarios_headline(NEEDS, "VNM").say("en") == (
            "Scenario: the side of the gap to 2035 holds in both growth scenarios in 1 of 2 pools"
        )


class TestFindings:
    def found(self, paths=PATHS, needs=NEEDS, viewpoint="VNM"):
        return page.findings(
            paths,
            needs,
            BASES,
            "ict",
            viewpoint=viewpoint,
            pools=SAID,
            taxonomy=taxonomy(),
            names=load_countries(),
            wide=WIDE,
            first=2026,
        )

    def test_they_keep_to_the_rules_of_a_page(self):
        own, groups = self.found()
        assert pages.findings([own, groups, groups]).text.count("\n") == 2

    def test_need_leavers_stock_and_what_both_scenarios_tell(self):
        own = self.found()[0]
        assert own.sentence.say("en") == (
            "Scenario, own growth fades: 2026\N{EN DASH}2035 Vietnam has 100 openings for ICT "
            "workers, 50 to replace leavers; stock wanted then: 1,500."
        )
        # own growth: 60 give or take 10; common growth: 120 give or take 10
        assert own.certainty.say("en") == (
            "openings 90\N{EN DASH}110; gap short: 50 to 130 across scenarios"
        )
        assert own.data_to.say("en") == "to 2024"

    @pytest.mark.parametrize("viewpoint", ["LAO", "JPN"])
    def test_no_gap_is_told_of_a_country_without_figures_or_with_a_wide_one(self, viewpoint):
        said = self.found(viewpoint=viewpoint)[0].sentence.say("en")
        assert said.startswith("Scenario: no gap of")

    def test_groups_are_named(self):
        groups = self.found()[1]
        # chips have a pool of their own, and no figure of this country
        assert groups.sentence.say("en") == (
            "Biomedicine: no statistic counts workers; Chips: none in Vietnam."
        )
        assert groups.certainty.say("en") == "2 of 5 groups"
        rest = NEEDS[NEEDS["pool"] == "ict"]
        assert self.found(needs=rest)[1].sentence.say("en") == (
            "Some statistic stands for every group."
        )

    def test_many_groups_are_counted(self):
        many = NEEDS.assign(status="no_pool", role="none")
        assert self.found(needs=many)[1].sentence.say("en") == (
            "AI, Cloud, quantum, data, Chips and 2 more: no statistic counts workers."
        )

    def test_numbers_kept(self):
        numbers = page.headline_numbers(PATHS, NEEDS, "VNM")
        assert numbers["ict_gap_2035"] == 60.0
        assert numbers["ict_verdict_2035"] == "short"
        assert numbers["groups_without_statistic"] == 1
        # a need without supply keeps no gap
        kept = page.headline_numbers(PATHS, NEEDS, "KOR")
        assert kept["chips_openings_2035"] == 70.0
        assert "chips_gap_2035" not in kept
