"""The findings on ages: how much, how sure and how new, in every case."""

import pytest
from demography_rows import AGEING, DASH, FLOWS, PAIRS, SHOWN, said

from techdiplomacy import demography_page as page
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


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
