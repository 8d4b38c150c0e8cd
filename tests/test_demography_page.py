"""Words on ages: years and their order come from the tables, and every case has its sentence."""

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read

from techdiplomacy import demography_page as page
from techdiplomacy import vocabulary
from techdiplomacy.page_columns import flatten, side_by_side
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
SHOWN = ["VNM", "JPN", "USA"]
MARKS = (0.07, 0.14, 0.21)
AGEING = pd.DataFrame(
    [
        (country, mark, year, status)
        for country, found in {
            "VNM": ((2015, "passed"), (2036, "ahead"), (pd.NA, "not_yet")),
            "JPN": ((1969, "passed"), (1994, "passed"), (2006, "passed")),
            "KOR": ((2000, "passed"), (2018, "passed"), (2026, "ahead")),
            "USA": ((1950, "before"), (2014, "passed"), (2032, "ahead")),
        }.items()
        for mark, (year, status) in zip(MARKS, found, strict=True)
    ],
    columns=["country", "mark", "year", "status"],
).astype({"year": "Int64"})
# working life of 1000 in 2025; balance of 2025 is not added up
BALANCES = {
    "VNM": (900, 60, 50),
    "JPN": (900, -120, -80),
    "USA": (900, -10, 40),
    "KOR": (0, 5, -65),
}
OLDER = {"VNM": (0.104, 0.12, 0.18), "JPN": (0.3, 0.31, 0.37), "USA": (0.185, 0.2, 0.23)}
OLDER["KOR"] = OLDER["JPN"]
FLOWS = pd.DataFrame(
    [
        (country, year, float(balance), 1000.0, older, "estimate" if year < 2026 else "medium")
        for country in BALANCES
        for year, balance, older in zip(
            (2025, 2026, 2045), BALANCES[country], OLDER[country], strict=True
        )
    ],
    columns=["country", "year", "balance", "core", "older_share", "projection"],
)
COHORT = pd.DataFrame(
    [
        (country, year, 2023, 2027, year - 2027, year - 2023, persons)
        for country, sizes in {"VNM": (6_794_321.0, 6_409_000.0), "JPN": (4e6, 4.1e6)}.items()
        for year, persons in zip((2027, 2045), sizes, strict=True)
    ],
    columns=["country", "year", "born_from", "born_to", "age_from", "age_to", "persons"],
)
PAIRS = pd.DataFrame(
    [
        ("VNM", "USA", 110.0, 30.0, 0.11, 0.03, 0.03, 0.05, "both_gain", 0.5),
        ("VNM", "JPN", 110.0, -200.0, 0.11, -0.2, 0.03, -0.213, "complement", 1.0),
        ("VNM", "KOR", 110.0, -60.0, 0.11, -0.06, 0.03, -0.07, "complement", 0.5),
    ],
    columns=[
        *("country", "partner", "own_balance", "partner_balance", "own_balance_share"),
        *("partner_balance_share", "own_core_change", "partner_core_change"),
        *("verdict", "years_held"),
    ],
)
CHECK = pd.DataFrame(
    [
        ("VNM", 2030, 102.7e6, 104.26e6, 101.6e6, 106.8e6, 0.015, 0.029, 0.12, 0.11, "inside"),
        ("VNM", 2045, 106.7e6, 109.7e6, 107.0e6, 118.5e6, 0.028, np.nan, 0.18, np.nan, "outside"),
        ("JPN", 2045, 107.4e6, 108.6e6, 101.7e6, 116.2e6, 0.011, np.nan, 0.37, np.nan, "inside"),
        ("USA", 2045, 371.7e6, 330.0e6, 310.0e6, 350.0e6, -0.112, np.nan, 0.23, np.nan, "outside"),
        ("TWN", 2045, 21.0e6, 18.5e6, np.nan, np.nan, -0.12, np.nan, 0.34, np.nan, "no_interval"),
    ],
    columns=[
        *("country", "year", "earlier_persons", "newer_persons", "newer_persons_low"),
        *("newer_persons_high", "difference", "working_age_difference"),
        *("earlier_older_share", "newer_older_share", "agrees"),
    ],
).assign(under_10_difference=[-0.03, np.nan, np.nan, np.nan, np.nan])


def said(text):
    return text.say("en")


def speed(names, ageing=AGEING, viewpoint="VNM", shown=("VNM", "USA", "JPN", "KOR")):
    return said(page.speed_sentence(ageing, FLOWS, viewpoint, shown, names, base_year=2025))


class TestAgeing:
    def test_one_row_a_country_with_years_in_words(self, names):
        table = page.ageing_table(AGEING, FLOWS, SHOWN, base_year=2025)
        columns = page.ageing_columns(table, AGEING, names, base_year=2025, until=2045)
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "ageing", subtitle="2025", source=page.SOURCES[0])
        cells = read(table, columns)
        assert cells["country"] == ["Vietnam", "Japan", "United States"]
        assert cells["share in 2025"] == ["10.4%", "30.0%", "18.5%"]
        assert cells["share in 2045"] == ["18.0%", "37.0%", "23.0%"]
        assert cells["7% reached"] == ["2015", "1969", "by 1950"]
        assert cells["14% reached"] == ["2036, projected", "1994", "2014"]
        assert cells["21% reached"] == ["not by 2045", "2006", "2032, projected"]
        # how long it took is unknown where the first mark was passed before the table begins
        assert cells["years from 7% to 14%"] == ["21", "25", DASH]
        assert cells["years from 14% to 21%"] == [DASH, "12", "18"]

    def test_speeds_fastest_first_and_only_where_both_years_are_known(self):
        found = page.speeds(AGEING, ["VNM", "USA", "JPN", "KOR"])
        assert found["country"].tolist() == ["KOR", "VNM", "JPN"]
        assert found["years"].tolist() == [18, 21, 25]
        assert found["status"].tolist() == ["passed", "ahead", "passed"]
        assert page.speeds(AGEING[AGEING["mark"] == 0.07], ["VNM"]).empty

    def test_sentence_compares_with_others(self, names):
        assert speed(names) == (
            f"Vietnam goes from 7% to 14% of people of 65 and older in 21 years (2015{DASH}2036); "
            "South Korea 18, Japan 25"
        )
        assert speed(names, shown=["USA"]).endswith(f"(2015{DASH}2036)")

    def test_sentence_without_known_years_says_the_shares(self, names):
        wanted = "People of 65 and older: 10% of Vietnam in 2025, 18% in 2045"
        assert speed(names, AGEING.assign(status="not_yet", year=pd.NA)) == wanted
        assert speed(names, AGEING[AGEING["mark"] == 0.14]) == wanted
        assert speed(names, viewpoint="USA").startswith("People of 65 and older: 18% of United")

    def test_captions(self, names):
        assert said(page.ageing_headline(AGEING, FLOWS, ["VNM", "JPN", "USA", "KOR"])) == (
            "1 of 4 countries had 21% of people of 65 and older by 2025, 2 more are projected to "
            "by 2045"
        )
        assert said(page.ageing_subtitle(FLOWS, 1990)) == (
            "People of 65 and older over all people, 1990 to 2045; estimates to 2025, then medium "
            "variant"
        )
        assert said(page.ageing_alt(FLOWS, "VNM", SHOWN, names)) == (
            "Share of people of 65 and older in 2045: from 18% in Vietnam to 37% in Japan."
        )
        assert said(page.ageing_alt(FLOWS, "USA", SHOWN, names)).endswith(
            "to 37% in Japan; 23% in United States."
        )

    def test_without_an_estimate_it_is_said_that_all_is_projected(self):
        assert said(page.estimates_to(FLOWS)) == "estimates to 2025"
        assert said(page.estimates_to(FLOWS[FLOWS["year"] > 2025])) == "projected from 2026 on"


class TestFlows:
    def test_balances_leave_out_the_base_year_and_are_over_its_working_life(self):
        found = page.balances(FLOWS, SHOWN, base_year=2025)
        assert found.index.tolist() == ["JPN", "USA", "VNM"]
        assert found.tolist() == pytest.approx([-0.2, 0.03, 0.11])

    def test_captions(self, names):
        assert said(page.flows_headline(FLOWS, SHOWN, names, base_year=2025)) == (
            "2026 to 2045: in 1 of 3 countries more people leave working life than reach it, most "
            "of all in Japan (-20%)"
        )
        calm = said(page.flows_headline(FLOWS, ["VNM", "USA"], names, base_year=2025))
        assert calm.startswith("2026 to 2045: in 0 of 2 countries")
        assert said(page.flows_alt(FLOWS, SHOWN, names, base_year=2025)) == (
            "Entrants less leavers 2026 to 2045, over persons of working life in 2025: from Japan "
            "(-20%) to Vietnam (+11%)."
        )
        subtitle = said(page.flows_subtitle(FLOWS, entry_age=20, exit_age=65, from_year=1990))
        assert "age of 20 and of 65 in a year, 1990 to 2045" in subtitle


class TestCohort:
    def test_first_and_last_side_by_side(self, names):
        table = page.cohort_table(COHORT, ["VNM", "JPN"])
        columns = page.cohort_columns(COHORT, names)
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "cohort", subtitle="2045", source=page.SOURCES[0])
        cells = read(table, columns)
        assert cells["persons on 1 January 2028, aged 0 to 4"] == ["6,790,000", "4,000,000"]
        assert cells["persons on 1 January 2046, aged 18 to 22"] == ["6,410,000", "4,100,000"]
        assert cells["change"] == ["-5.7%", "+2.5%"]

    def test_captions(self, names):
        assert said(page.cohort_headline(COHORT, "VNM", names)) == (
            "Vietnam, born 2023 to 2027: 6,790,000 persons at first, 6,410,000 at the end of 2045, "
            "aged 18 to 22"
        )
        # a country left out for its ages changes nothing for the viewpoint
        assert page.cohort_table(COHORT, ["VNM"])["country"].tolist() == ["VNM"]
        # births after the estimates are projected, and the subtitle says so
        assert said(page.cohort_subtitle(COHORT, FLOWS)) == (
            "Cohort born 2023 to 2027: births, survival and migration of the medium variant; "
            "estimates to 2025"
        )

    REVISED = pd.DataFrame(
        [("VNM", 2030, -0.03), ("JPN", 2030, 0.06), ("SGP", 2030, 0.5), ("JPN", 2040, 0.9)],
        columns=["country", "year", "under_10_difference"],
    )

    def test_the_newer_revision_stands_beside_it(self, names):
        table = page.cohort_table(COHORT, ["VNM", "JPN"], self.REVISED)
        columns = page.cohort_columns(COHORT, names, self.REVISED)
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "cohort", subtitle="2045", source=page.SOURCES[0])
        cells = read(table, columns)
        assert cells["newer revision, children below 10 in 2030"] == ["-3.0%", "+6.0%"]
        # without a newer age the column is not there
        unknown = self.REVISED.assign(under_10_difference=np.nan)
        assert len(page.cohort_columns(COHORT, names, unknown)) == 4

    def test_countries_with_other_numbers_of_children_are_named(self, names):
        words = said(page.revised_words(COHORT, self.REVISED, ["VNM", "JPN"], names))
        assert "by 5% or more in the newer revision for 1 of 2 countries, Japan (+6%);" in words
        alike = said(page.revised_words(COHORT, self.REVISED, ["VNM"], names))
        assert alike.startswith("In none of 1 countries")
        unknown = page.revised_words(COHORT, self.REVISED, ["DEU"], names)
        assert said(unknown).endswith("is not known.")


class TestPairs:
    def test_partners_that_lose_most_first(self, names):
        table, columns = page.pairs_table(PAIRS), page.pair_columns(names)
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "pairs", subtitle="2045", source=page.SOURCES[0])
        cells = read(table, columns)
        assert cells["partner"] == ["Japan", "South Korea", "United States"]
        assert cells["its entrants less leavers"] == ["-200", "-60.0", "+30.0"]
        assert cells["over its working life"] == ["-20.0%", "-6.0%", "+3.0%"]
        alone = "the partner alone has fewer entrants than leavers"
        assert cells["reading"] == [alone, alone, "both have more entrants than leavers"]
        change = "change of its working life, with deaths and migration"
        assert cells[change] == ["-21.3%", "-7.0%", "+5.0%"]
        assert cells["years of which it is true"] == ["100%", "50%", "50%"]

    def test_captions(self, names):
        assert said(page.pairs_headline(PAIRS, names)) == (
            "2 of 3 partners have fewer entrants than leavers; Vietnam: +110 (+11%), with deaths "
            "and migration +3%"
        )
        # as much with a country left out whose ages are in dispute
        left = page.pairs_headline(PAIRS[PAIRS["partner"] != "KOR"], names)
        assert said(left).startswith("1 of 2 partners have fewer entrants than leavers; Vietnam")
        subtitle = page.pairs_subtitle(FLOWS, base_year=2025, entry_age=20, exit_age=65)
        assert "2026 to 2045, over persons between these ages in 2025" in said(subtitle)

    def test_every_code_has_words(self):
        assert codes_of("demographic_pairs", "verdict") == set(vocabulary.BALANCES)
        assert codes_of("population_check", "agrees") == set(vocabulary.REVISIONS)


class TestRevisions:
    def test_rows_in_the_order_shown_with_their_interval(self, names):
        table = page.check_table(CHECK, ["VNM", "TWN", "JPN"], [2030, 2045])
        columns = page.check_columns(names)
        assert_headings_differ(columns)
        assert_can_be_shown(table, columns, "check", subtitle="2045", source=page.SOURCES[0])
        cells = read(table, columns)
        assert cells["country"] == ["Vietnam", "Vietnam", "Taiwan", "Japan"]
        assert cells["year"] == ["2030", "2045", "2045", "2045"]
        assert cells["newer revision"] == [
            "104,300,000",
            "109,700,000",
            "18,500,000",
            "108,600,000",
        ]
        ends = next(cell for cell in side_by_side(columns) if cell.upper is not None)
        told = [ends.read(row).say("en") for row in table.to_dict("records")]
        assert told[1:3] == ["107,000,000 to 118,500,000", "no interval"]
        assert cells["the same of working age"] == ["+2.9%", DASH, DASH, DASH]
        assert cells["used against the newer interval"] == [
            *("inside", "outside", "no interval", "inside"),
        ]

    def test_captions(self, names):
        assert said(page.check_headline(CHECK, names, in_year=2045)) == (
            "Outside the 95% interval of the newer revision lie 0 countries in 2030, 2 of 3 in "
            "2045, furthest United States (-11%), Vietnam (+3%)"
        )
        assert said(page.check_headline(CHECK, names, in_year=2030, first_year=2045)) == (
            "Outside the 95% interval of the newer revision lie 2 countries in 2045, 0 of 1 in 2030"
        )
        assert said(page.check_words(CHECK, "VNM", names, in_year=2045)) == (
            "Against the revision used, the newer one has from -12.0% to +2.8% people in 2045; for "
            "Vietnam +2.8%."
        )
        assert said(page.check_subtitle(CHECK)).startswith("All people on 1 July, revisions of")
        assert "2030, 2045" in said(page.check_subtitle(CHECK))

    def test_columns_without_any_value_are_left_out(self, names):
        table = page.check_table(CHECK, ["VNM", "TWN", "JPN"], [2045])
        shown = set(read(table, page.check_columns(names, table)))
        left = {column.heading.say("en") for column in flatten(page.check_columns(names))} - shown
        # the share in the one revision goes with that in the other
        assert left == {
            *("the same of working age", "of 65 and older, used", "of 65 and older, newer"),
        }
        both = page.check_table(CHECK, ["VNM"], [2030, 2045])
        assert len(page.check_columns(names, both)) == len(page.check_columns(names))


class TestFindings:
    def findings(self, names, pairs=PAIRS):
        return page.findings(AGEING, FLOWS, pairs, names, shown=SHOWN, base_year=2025)

    def test_both_say_how_much_how_sure_and_how_new(self, names):
        first, second = self.findings(names)
        assert said(first.sentence).startswith("Vietnam goes from 7% to 14%")
        assert said(first.certainty) == "medium variant, no interval"
        assert said(second.sentence) == (
            f"2026{DASH}2045: more leave than reach working life in 2 of 3 partners, "
            "first Japan (-20%), South Korea (-6%); Vietnam +11%, after deaths and migration +3%."
        )
        # South Korea gains in one of the years
        assert said(second.certainty) == "every single year in 1 of them"
        assert {said(one.data_to) for one in (first, second)} == {"estimates to 2025"}

    def test_nobody_loses(self, names):
        _, second = self.findings(names, PAIRS[PAIRS["partner"] == "USA"])
        assert said(second.sentence) == (
            f"2026{DASH}2045: more leave than reach working life in 0 of 1 partners; "
            "Vietnam +11%, after deaths and migration +3%."
        )
        assert said(second.certainty) == "every single year in 0 of them"

    def test_without_a_country_whose_ages_are_in_dispute(self, names):
        first, second = page.findings(
            AGEING, FLOWS, PAIRS[PAIRS["partner"] != "JPN"], names, shown=["VNM"], base_year=2025
        )
        assert "Japan" not in said(first.sentence) + said(second.sentence)
        assert "in 1 of 2 partners, first South Korea (-6%)" in said(second.sentence)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_they_leave_half_of_the_first_screen_to_others(self, names, language):
        most = {"en": 60, "vi": 115}
        parts = [
            part.say(language)
            for one in self.findings(names)
            for part in (one.sentence, one.certainty, one.data_to)
        ]
        assert sum(len(part.split()) for part in parts) <= most[language]


def test_countries_whose_ages_are_in_dispute_are_named_with_both_shares(names):
    apart = pd.DataFrame(
        [("SGP", 2040, 0.298, 0.214)],
        columns=["country", "year", "earlier_older_share", "newer_older_share"],
    )
    words = said(page.disputed_words(apart, names, margin=0.03))
    assert "Singapore (30% used, 21% newer, 2040)" in words
    assert words.startswith("By 3 points or more")
    assert said(page.disputed_words(apart.head(0), names, margin=0.03)).startswith("For no country")
