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


class TestShares:
    def test_highest_and_lowest_in_the_newest_month(self):
        names = load_countries()
        assert page.ai_headline(POSTINGS, names).say("en") == (
            "17% of postings in Canada mention AI, 6% in United States (2026-06)"
        )
        assert page.ai_headline(POSTINGS, names).say("vi").count("06/2026") == 1
        assert "2025-12 to 2026-06" in page.ai_subtitle(POSTINGS).say("en")
        assert page.ai_alt(POSTINGS, names).say("en") == (
            "Lines of 2 countries. From 2025-12 to 2026-06 the share rose in 2 of them, most in "
            "Canada: from 2.0% to 17.4%."
        )

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
