"""The findings of the workforce page follow the results, and a missing result is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from workforce_rows import (
    BACKTEST,
    DASH,
    FORECASTS,
    LABEL,
    METHOD,
    OUTLOOK,
    RESULT,
    SETTINGS,
    SKILL,
    STATUS,
    row,
)

from techdiplomacy import pages, vocabulary
from techdiplomacy import workforce_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.labels import load_labels
from techdiplomacy.texts import LANGUAGES
from techdiplomacy.workforce import WorkforceForecast

pytestmark = pytest.mark.usefixtures("at_the_root")


def found(result=RESULT, outlook=OUTLOOK, viewpoint="VNM", codes=("a",)):
    return page.findings(result, outlook, viewpoint, load_countries(), SETTINGS, list(codes))


def english(finding):
    """Return sentence and certainty of a finding in English."""
    return finding.sentence.say("en"), finding.certainty.say("en")


class TestOwnSeries:
    def test_numbers_names_and_labels_have_the_form_of_the_language(self, names):
        first = found()[0]
        assert "120.000" in first.sentence.say("vi")
        assert names.name("VNM", "vi") in first.sentence.say("vi")
        label = FORECASTS["label_of_series"].iloc[0]
        assert load_labels().text(label).say("vi") != label, "the list of labels has this one"
        assert load_labels().text(label).say("vi") in first.sentence.say("vi")

    def test_the_first_gives_last_value_forecast_and_the_narrower_interval(self, names):
        assert english(found()[0]) == (
            f"{LABEL} in {names.name('VNM')}: 120,000 in 2024, 141,000 in 2030 if trends hold.",
            "80% interval 121,000 to 161,000: all above",
        )

    def test_the_change_since_the_newest_level_stands_beside_the_last_value(self):
        earlier = [
            row("employment/VNM/a", 2020, 150_000.0, "rescaled"),
            row("employment/VNM/a", 2021, 125_000.0, "observed", shift="new survey"),
        ]
        forecasts = pd.concat([pd.DataFrame(earlier), FORECASTS], ignore_index=True)
        sentence = english(found(replace(RESULT, forecasts=forecasts))[0])[0]
        assert ": 120,000 in 2024 (-4% since 2021), 141,000 in 2030" in sentence

    def test_a_second_series_follows_without_the_name_of_the_country(self):
        first = FORECASTS[FORECASTS["series"] == "employment/VNM/a"]
        second = first.assign(series="employment/VNM/b", value=first["value"] * 2)
        third = first.assign(series="employment/VNM/c")
        more = replace(RESULT, forecasts=pd.concat([FORECASTS, second, third]))
        five = found(more, codes=("a", "none", "b", "c"))
        assert len(five) == 5
        assert english(five[1]) == (
            f"{LABEL}: 240,000 in 2024, 282,000 in 2030.",
            "80% interval 121,000 to 161,000: all below",
        )
        assert pages.findings(five).text.count("\n") == 4

    def test_the_last_observed_year_counts_whatever_the_order_of_rows(self):
        turned = replace(RESULT, forecasts=FORECASTS.iloc[::-1])
        assert english(found(turned)[0]) == english(found()[0])

    def test_the_first_changes_with_the_forecast(self):
        changed = FORECASTS.assign(value=FORECASTS["value"].replace(140_779.3, 99_000.0))
        assert "99,000 in 2030" in english(found(replace(RESULT, forecasts=changed))[0])[0]

    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [
            (120_001.0, 150_000.0, "all above"),
            (120_000.0, 150_000.0, "direction open"),
            (100_000.0, 120_000.0, "direction open"),
            (100_000.0, 119_999.0, "all below"),
        ],
    )
    def test_the_direction_is_told_only_if_the_80_interval_has_left_the_last_value(
        self, low, high, words
    ):
        # 120,000 were observed last
        changed = FORECASTS.copy()
        changed.loc[2, ["low_80", "high_80"]] = low, high
        certainty = english(found(replace(RESULT, forecasts=changed))[0])[1]
        assert certainty.endswith(f": {words}")

    @pytest.mark.parametrize(
        ("viewpoint", "codes"),
        [("ISR", ["a"]), ("VNM", ["b"]), ("VNM", []), ("JPN", ["a"])],
        ids=["no series", "no such code", "no code", "a scenario only"],
    )
    def test_a_viewpoint_without_forecast_is_said(self, names, viewpoint, codes):
        outlook = OUTLOOK.replace({"country": {"VNM": viewpoint}}).drop_duplicates(
            ["country", "year"]
        )
        four = found(viewpoint=viewpoint, codes=codes, outlook=outlook)
        assert english(four[0]) == (
            f"No employment series of {names.name(viewpoint)} can be forecast to 2030.",
            "the data have none, or it is too short",
        )
        assert four[0].data_to.say("en") == "series to 2024"
        assert pages.findings(four).text

    def test_the_first_code_that_can_be_forecast_is_told(self):
        assert "120,000 in 2024" in english(found(codes=("b", "a"))[0])[0]


def all_measures(passes):
    """Return a result of all measures, of which some pass."""
    skill = pd.DataFrame({"measure": list(vocabulary.PANELS), "method": METHOD, "passes": passes})
    overall = BACKTEST[(BACKTEST["horizon"] == "all") & (BACKTEST["measure"] == "employment")]
    known = overall.assign(later_coverage_80=0.75, n_judged_later=1240)
    return WorkforceForecast(
        FORECASTS,
        pd.concat([STATUS.assign(measure=measure) for measure in vocabulary.PANELS]),
        pd.concat([known.assign(measure=measure) for measure in vocabulary.PANELS]),
        skill,
        {},
    )


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(found()).text.count("\n") == 3

    def test_each_says_how_new_its_own_data_are(self):
        # degrees are newer, but only employment can be judged in later years
        status = STATUS.assign(last_year=[2021, 2020, 2018, 2022])
        told = [finding.data_to.say("en") for finding in found(replace(RESULT, status=status))]
        assert told == [
            "series to 2024",
            f"series ending 2021{DASH}2022",
            "series to 2021",
            "estimates to 2025",
        ]

    def test_the_error_is_that_of_the_first_measure_that_passes(self):
        assert english(found()[1]) == (
            'Tested forecasts beat "no change" in 1 of 2 measures, not degrees; employment was off '
            "by 10%.",
            "on average over 2 series",
        )
        degrees = replace(RESULT, skill=SKILL.assign(passes=[True, False]))
        assert "not employment; degrees was off" in english(found(degrees)[1])[0]

    @pytest.mark.parametrize(
        ("passes", "words"),
        [
            ((True,) * 5, "in 5 of 5 measures; employment was off by 10%."),
            ((True,) * 4 + (False,), "in 4 of 5 measures, not graduates; employment"),
            ((True, False, False, True, True), "not researchers and degrees; employment"),
            ((False, True, False, False, True), "in 2 of 5 measures; researchers was off"),
        ],
    )
    def test_at_most_two_measures_without_skill_are_named(self, passes, words):
        assert words in english(found(all_measures(passes))[1])[0]

    def test_where_none_passes_no_error_is_told(self):
        none = replace(RESULT, skill=SKILL.assign(passes=False))
        assert english(found(none)[1]) == (
            'Tested forecasts beat "no change" in 0 of 2 measures.',
            "4 series tested",
        )

    def test_coverage_is_that_of_what_is_published(self):
        assert english(found()[2]) == (
            "80% intervals held 75% (employment) of later values.",
            "1,240 values, not independent",
        )
        both = BACKTEST.assign(
            # the first is the naive line, the second the recipe that did not pass
            later_coverage_80=[0.84, 0.9, np.nan, 0.75, 0.5],
            n_judged_later=[60, 60, 0, 1240, 240],
        )
        assert english(found(replace(RESULT, backtest=both))[2]) == (
            "80% intervals held 84% (degrees) and 75% (employment) of later values.",
            "1,300 values, not independent",
        )

    def test_coverage_of_many_measures_is_a_range(self):
        five = all_measures((True,) * 5)
        shares = five.backtest["later_coverage_80"].mask(five.backtest["method"] == "naive", 0.1)
        shares.iloc[[1, 3]] = 0.7, 0.97
        changed = replace(five, backtest=five.backtest.assign(later_coverage_80=shares))
        assert english(found(changed)[2]) == (
            "80% intervals held 70% to 97% of later values, by measure.",
            "6,200 values, not independent",
        )

    def test_coverage_that_cannot_be_known_is_said(self):
        unknown = replace(RESULT, backtest=BACKTEST.assign(later_coverage_80=np.nan))
        third = found(unknown)[2]
        assert english(third) == (
            "Too few years have passed to say how often 80% intervals held.",
            "not testable",
        )
        assert third.data_to.say("en") == "series to 2024"

    def test_population_names_viewpoint_and_both_ends(self, names):
        vnm, kor, jpn = (names.name(code) for code in ("VNM", "KOR", "JPN"))
        assert english(found()[3]) == (
            f"Working-age population 2025{DASH}2045: {vnm} +4%, {kor} -32%.",
            "medium variant, without interval",
        )
        assert english(found(viewpoint="JPN")[3])[0] == (
            f"Working-age population 2025{DASH}2045: {jpn} -25%, {kor} -32%, {vnm} +4%."
        )


class TestLength:
    """120 words are a tight measure: names and labels as long as the sources have them."""

    @pytest.mark.parametrize("label", ["Professional, scientific and technical (ISIC Rev. 4 M)"])
    @pytest.mark.parametrize(
        "passes",
        [(True, True, True, True, False), (True,) * 3 + (False,) * 2, (True,) * 5, (False,) * 5],
    )
    def test_two_long_labels_fit_in_a_page_of_all_panels(self, label, passes):
        earlier = [
            row("employment/VNM/a", 2021, 100_000.0, "rescaled"),
            row("employment/VNM/a", 2022, 100_000.0, "observed", shift="new survey"),
        ]
        told = pd.concat([pd.DataFrame(earlier), FORECASTS], ignore_index=True)
        second = told.replace({"series": {"employment/VNM/a": "employment/VNM/b"}})
        forecasts = pd.concat([told, second]).assign(label_of_series=label)
        ends = OUTLOOK.replace({"country": {"KOR": "USA", "JPN": "GBR"}})
        result = replace(all_measures(passes), forecasts=forecasts)
        five = found(result, outlook=ends, codes=("a", "b"))
        assert all(label in english(finding)[0] for finding in five[:2])
        assert "+20% since 2022" in english(five[1])[0]
        assert pages.findings(five).text.count("\n") == 4

    def test_a_viewpoint_with_a_long_name_and_no_forecast_fits(self):
        result = all_measures((True, True, True, False, False))
        ends = OUTLOOK.replace({"country": {"VNM": "COD", "KOR": "USA", "JPN": "GBR"}})
        four = found(result, outlook=ends, viewpoint="COD")
        assert "Congo - Kinshasa" in english(four[0])[0]
        assert pages.findings(four).text.count("\n") == 3


class TestPopulation:
    def test_population_counts_the_losers(self, names):
        words = page.population_headline(OUTLOOK, names).say("en")
        assert words.startswith("2 of 3 countries have fewer people of working age in 2045 than in")
        assert words.endswith(f"2025, {names.name('KOR')} and {names.name('JPN')} most of all")

    def test_population_without_losers_names_none(self, names):
        grown = OUTLOOK.assign(working_age_index=[100.0] * 3 + [104.0, 105.0, 106.0])
        assert page.population_headline(grown, names).say("en") == (
            "0 of 3 countries have fewer people of working age in 2045 than in 2025"
        )

    def test_population_alt_gives_lowest_and_highest(self, names):
        words = page.population_alt(OUTLOOK, names).say("en")
        assert f"By 2045 {names.name('KOR')} is lowest at 68" in words
        assert f"{names.name('VNM')} highest at 104." in words

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_alt_text_can_be_read_aloud(self, names, language):
        assert 40 <= len(page.population_alt(OUTLOOK, names).say(language)) <= 300

    def test_the_base_year_is_the_one_with_a_hundred(self):
        assert page.base_year(OUTLOOK) == 2025


def test_headline_numbers_are_those_of_the_results():
    numbers = page.headline_numbers(
        RESULT,
        OUTLOOK,
        "VNM",
        # of these, the first is another country's, and the last has no year 2030
        series=["employment/JPN/a", "employment/VNM/a", "employment/VNM/b"],
        until=2030,
    )
    assert numbers == {
        "employment_VNM_a_2030": 140_779.3,
        "employment_VNM_a_2030_low_80": 140_779.3 - 20_000.0,
        "employment_VNM_a_2030_high_80": 140_779.3 + 20_000.0,
        "degrees_skill": -0.1,
        "degrees_skill_low": -0.2,
        "degrees_passes": False,
        "degrees_mase": 2.2,
        "degrees_series": 2,
        "degrees_series_forecast": 0,
        "employment_skill": 0.3,
        "employment_skill_low": 0.19,
        "employment_passes": True,
        "employment_mase": 2.1,
        "employment_series": 2,
        "employment_series_forecast": 2,
        "degrees_coverage_80": 0.79,
        "employment_coverage_80": 0.81,
        "viewpoint_working_age_index": 104.0,
        "viewpoint_older_share": 0.2,
    }
