"""Job postings: the newest whole month counts, and what is not covered is said."""

import pandas as pd
import pytest
from conftest import assert_headings_differ, read

from techdiplomacy import postings_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table

pytestmark = pytest.mark.usefixtures("at_the_root")

ROWS = [
    ("USA", page.AI_SHARE, "2025-12", 5.0, 0),
    ("USA", page.AI_SHARE, "2026-06", 6.0, 0),
    ("CAN", page.AI_SHARE, "2025-12", 2.0, 0),
    ("CAN", page.AI_SHARE, "2026-06", 17.4, 0),
    ("USA", "Software Development", "2024-08", 68.0, 0),
    ("USA", "Software Development", "2024-09", 99.0, 1),
    ("DEU", "Software Development", "2025-05", 64.0, 0),
    ("DEU", "Electrical Engineering", "2025-05", 120.0, 0),
]
POSTINGS = pd.DataFrame(ROWS, columns=["country", "signal", "month", "value", "incomplete"]).assign(
    unit="percent of postings"
)


def test_the_rows_of_these_tests_obey_their_declaration():
    check_table(POSTINGS, declared("job_postings"), where="test")


_YEARS = [
    ("USA", page.AI_SHARE, "2025-06", 5.0, 0),
    ("USA", page.AI_SHARE, "2026-06", 6.0, 0),
    ("CAN", page.AI_SHARE, "2025-06", 3.0, 0),
    ("CAN", page.AI_SHARE, "2026-06", 17.4, 0),
    ("DEU", page.AI_SHARE, "2025-06", 90.0, 0),
]
YEARS = pd.DataFrame(_YEARS, columns=list(POSTINGS.columns[:5])).assign(unit="percent of postings")


class TestShares:
    def test_the_median_is_told_not_the_extreme(self):
        assert page.ai_headline(POSTINGS).say("en") == (
            "In the median of 2 countries, 11.7% of postings mention AI (2026-06)"
        )
        assert page.ai_headline(POSTINGS).say("vi").count("06/2026") == 1
        assert "2025-12 to 2026-06" in page.ai_subtitle(POSTINGS).say("en")
        assert page.ai_alt(POSTINGS).say("en") == (
            "Lines of 2 countries. From 2025-12 to 2026-06 the share rose in 2 of them, in the "
            "median from 3.5% to 11.7%."
        )

    def test_a_year_before_is_that_of_the_same_countries(self):
        # a country that has no figure now does not count then either
        assert page.ai_headline(YEARS).say("en") == (
            "In the median of 2 countries, 11.7% of postings mention AI (2026-06), 4.0% a year "
            "earlier"
        )

    def test_a_steep_rise_may_be_one_of_words(self):
        names = load_countries()
        assert page.ai_jump(YEARS, names).say("en") == (
            "Within a year the share rose most in Canada, from 3.0% to 17.4%. So steep a rise may "
            "be a change of how postings are written, and need not be one of jobs."
        )
        slow = YEARS.assign(value=YEARS["value"].replace(17.4, 5.9))
        assert page.ai_jump(slow, names).say("en") == (
            "Within a year the share rose most in Canada, from 3.0% to 5.9%."
        )

    @pytest.mark.parametrize("rows", ["no year before", "all fell"])
    def test_without_a_rise_there_is_none(self, rows):
        fell = YEARS.assign(value=YEARS["value"].mask(YEARS["month"] == "2026-06", 0.5))
        told = page.ai_jump(POSTINGS if rows == "no year before" else fell, load_countries())
        assert told.say("en") == "In no country has the share risen within the last year."

    def test_who_is_not_covered_is_said(self):
        names = load_countries()
        said = page.coverage_words(POSTINGS, "all of Asia", ["JPN", "USA"], "VNM", names).say("en")
        assert said.startswith(
            "Covered: Canada, Germany and United States; of 2 partners 1. Vietnam is not covered. "
            "Missing: all of Asia."
        )
        own = page.coverage_words(POSTINGS, "all of Asia", ["JPN"], "DEU", names).say("en")
        assert "of 1 partners 0. Germany is covered." in own


class TestSectors:
    def test_an_incomplete_month_is_not_the_newest_one(self):
        table = page.sectors_table(POSTINGS)
        columns = page.sectors_columns(table, load_countries())
        assert_headings_differ(columns)
        shown = read(table, columns)
        assert shown["sector"] == ["Software Development", "Electrical Engineering"]
        assert shown["United States"] == ["68", "\N{EN DASH}"]
        assert shown["median"] == ["66", "120"]

    def test_captions(self):
        table = page.sectors_table(POSTINGS)
        assert page.sectors_headline(table).say("en") == (
            "In 1 of 2 sectors fewer postings than in February 2020 in most countries; fewest in "
            "Software Development (66), most in Electrical Engineering (120)"
        )
        assert page.sectors_table_headline(table, load_countries()).say("en") == (
            "Lowest: Software Development in Germany, 64 of 100 postings before; highest: "
            "Electrical Engineering in Germany, 120"
        )
        assert page.sectors_subtitle(POSTINGS).say("en") == (
            "Index of postings, 1 February 2020 = 100, to 2024-08 or later, 2025-05 at the latest"
        )
        assert "lies between 66 and 120" in page.sectors_alt(POSTINGS, table).say("en")
        assert (
            page.months_words(POSTINGS, load_countries())
            .say("en")
            .startswith(
                "The newest month of each country: Germany 2025-05, United States 2024-09 "
                "(incomplete)."
            )
        )
