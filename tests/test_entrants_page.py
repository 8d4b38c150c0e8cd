"""Words on entrants and leavers, alone and in pairs: who gains and who loses."""

import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from demography_rows import FLOWS, PAIRS, SHOWN, said

from techdiplomacy import demography_words, vocabulary
from techdiplomacy import entrants_page as page

pytestmark = pytest.mark.usefixtures("at_the_root")


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


class TestPairs:
    def test_partners_that_lose_most_first(self, names):
        table, columns = page.pairs_table(PAIRS), page.pair_columns(names)
        assert_headings_differ(columns)
        assert_can_be_shown(
            table, columns, "pairs", subtitle="2045", source=demography_words.SOURCES[0]
        )
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
