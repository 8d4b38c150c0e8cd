"""What is published is judged as published; what cannot be judged is said to be too small."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, read
from workforce_rows import CUT, DASH, METHOD, RESULT, SKILL, STATUS

from techdiplomacy import backtest_page as page
from techdiplomacy import vocabulary
from techdiplomacy.params import ForecastSettings
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


class TestSkill:
    def test_skill_of_a_measure(self):
        assert page.skill_words(RESULT, "employment").say("en") == (
            "error 30% below that of the last value carried on"
        )
        assert page.skill_words(RESULT, "degrees").say("en") == (
            "no method was shown to beat the last value carried on"
        )

    def test_a_panel_that_could_not_be_judged_is_not_said_to_lack_skill(self):
        few = replace(RESULT, status=STATUS.replace({"status": {"no_skill": "small_n"}}))
        unknown = SKILL.assign(skill=[np.nan, 0.3], skill_low=[np.nan, 0.19])
        for result in (few, replace(RESULT, skill=unknown)):
            words = page.skill_words(result, "degrees").say("en")
            assert words == "too few series to judge a forecast"

    def test_a_panel_without_skill_publishes_the_naive_line(self):
        published = page.published_backtest(RESULT).set_index("measure")
        assert published["method"].to_dict() == {"degrees": "naive", "employment": METHOD}
        assert published["mase"].to_dict() == {"degrees": 2.0, "employment": 2.1}
        good = replace(RESULT, skill=SKILL.assign(passes=True))
        assert page.published_backtest(good)["mase"].tolist() == [2.2, 2.1]


class TestErrors:
    def test_errors_name_the_panels_that_pass(self):
        assert page.errors_headline(RESULT).say("en") == (
            "In 1 of 2 panels the combined forecast beats the naive line: employment"
        )
        none = replace(RESULT, skill=SKILL.assign(passes=False))
        assert page.errors_headline(none).say("en") == (
            "In 0 of 2 panels the combined forecast beats the naive line"
        )

    def test_errors_alt_gives_the_ratio_with_its_interval(self):
        words = page.errors_alt(RESULT).say("en")
        assert words.endswith(": degrees 1.10 (0.95 to 1.20), employment 0.70 (0.60 to 0.81).")

    def test_errors_alt_gives_no_number_for_a_panel_too_small(self):
        small = SKILL.assign(skill_low=[np.nan, 0.19], skill_high=[np.nan, 0.4])
        words = page.errors_alt(replace(RESULT, skill=small)).say("en")
        assert words.endswith(": degrees too small to judge, employment 0.70 (0.60 to 0.81).")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_many_panels_are_read_aloud_without_their_intervals(self, language):
        skill = pd.DataFrame(
            {
                "measure": list(vocabulary.PANELS),
                "method": METHOD,
                "skill": [0.3, 0.4, -0.1, 0.2, 0.1],
                "skill_low": 0.02,
                "skill_high": 0.5,
            }
        )
        result = replace(RESULT, skill=skill)
        assert (
            page.errors_alt(result)
            .say("en")
            .endswith(
                "for the combined method: employment 0.70, researchers 0.60, degrees 1.10, ICT "
                "specialists 0.80, graduates 0.90."
            )
        )
        for one in (result, RESULT):
            assert 40 <= len(page.errors_alt(one).say(language)) <= 300

    def test_shifts_count_what_each_treatment_leaves(self):
        assert page.shifts_headline(RESULT, CUT).say("en") == (
            "3 series are long enough as used, 0 if trained after the last shift only"
        )


def tables():
    """Return each table of the page with its columns."""
    return {
        "backtest": (page.backtest_table(RESULT), page.backtest_columns()),
        "level-shifts": (page.level_shift_table(RESULT, CUT), page.level_shift_columns(0.9)),
    }


@pytest.mark.parametrize("name", ["backtest", "level-shifts"])
class TestEachTable:
    def test_it_has_what_its_columns_need_and_can_be_shown(self, name):
        rows, columns = tables()[name]
        assert_can_be_shown(
            rows, columns, name, subtitle="Series to 2024", source="ilostat_employment"
        )

    def test_no_two_headings_are_alike(self, name):
        assert_headings_differ(tables()[name][1])


class TestTables:
    def test_backtest_shows_each_method_over_all_horizons(self):
        shown = read(page.backtest_table(RESULT), page.backtest_columns())
        recipe = "median of drift, damped trend, Theta"
        assert shown == {
            "panel": ["degrees", "degrees", "employment", "employment"],
            "method": ["naive line", recipe, "naive line", recipe],
            "series": ["2"] * 4,
            "MASE": ["2.00", "2.20", "3.00", "2.10"],
            "sMAPE, %": ["10.0"] * 4,
            "80% covers": ["79%", "70%", DASH, "81%"],
            "95% covers": ["95%"] * 4,
            "errors judged later": ["0", "0", "0", "1,240"],
            "80% covers later": [DASH, DASH, DASH, "75%"],
            "95% covers later": [DASH] * 4,
        }

    def test_level_shifts_are_compared_with_low_and_high(self):
        shown = read(page.level_shift_table(RESULT, CUT), page.level_shift_columns(0.9))
        cut = "trained after the last shift only"
        assert shown == {
            "panel": ["degrees", "degrees", "employment", "employment"],
            "level shifts": ["as used", cut, "as used", cut],
            "series long enough": ["1", "0", "2", "0"],
            "of": ["2"] * 4,
            "skill": ["-10%", "0%", "30%", "20%"],
            "90% low": ["-20%", "-20%", "19%", "19%"],
            "90% high": ["5%", "5%", "40%", "40%"],
            "skill outside shifts": ["-15%", "0%", "25%", "10%"],
            "errors across a shift": ["0%", "0%", "20%", "0%"],
        }

    def test_a_skill_of_too_few_series_says_so_in_place_of_its_ends(self):
        few = replace(CUT, skill=CUT.skill.assign(skill_low=np.nan, skill_high=np.nan))
        shown = read(page.level_shift_table(RESULT, few), page.level_shift_columns(0.9))
        assert shown["90% low"] == ["-20%", "too few series", "19%", "too few series"]


def test_each_method_that_may_be_set_has_words():
    settable = get_args(get_args(ForecastSettings.model_fields["models"].annotation)[0])
    assert set(vocabulary.METHODS) == {"naive", *settable}
