"""Words on ageing: years and their order come from the tables, and every case has its sentence."""

import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from demography_rows import AGEING, DASH, FLOWS, SHOWN, said

from techdiplomacy import ageing_page as page
from techdiplomacy import demography_words

pytestmark = pytest.mark.usefixtures("at_the_root")


def speed(names, ageing=AGEING, viewpoint="VNM", shown=("VNM", "USA", "JPN", "KOR")):
    return said(page.speed_sentence(ageing, FLOWS, viewpoint, shown, names, base_year=2025))


class TestAgeing:
    def test_one_row_a_country_with_years_in_words(self, names):
        table = page.ageing_table(AGEING, FLOWS, SHOWN, base_year=2025)
        columns = page.ageing_columns(table, AGEING, names, base_year=2025, until=2045)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "ageing", subtitle="2025", source=demography_words.SOURCES[0]
        )
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
        assert said(demography_words.estimates_to(FLOWS)) == "estimates to 2025"
        assert (
            said(demography_words.estimates_to(FLOWS[FLOWS["year"] > 2025]))
            == "projected from 2026 on"
        )
