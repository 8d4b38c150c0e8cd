"""The words of the workforce page follow the results, and the absence of a result is said."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, forecast_settings, read

from techdiplomacy import pages, vocabulary
from techdiplomacy import workforce_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.labels import load_labels
from techdiplomacy.params import ForecastSettings
from techdiplomacy.texts import LANGUAGES
from techdiplomacy.workforce import WorkforceForecast

pytestmark = pytest.mark.usefixtures("at_the_root")

SETTINGS = forecast_settings()
METHOD = "median of drift, damped, theta"
DASH = "\N{EN DASH}"
LABEL = "ICT professionals (ISCO-08 25)"


def row(series, year, value, label, half_80=np.nan, half_95=np.nan):
    measure, country, _ = series.split("/", 2)
    return {
        "series": series,
        "measure": measure,
        "country": country,
        "label_of_series": LABEL,
        "year": year,
        "value": value,
        "label": label,
        "low_80": value - half_80,
        "high_80": value + half_80,
        "low_95": value - half_95,
        "high_95": value + half_95,
    }


FORECASTS = pd.DataFrame(
    [
        row("employment/VNM/a", 2023, 100_000.0, "observed"),
        row("employment/VNM/a", 2024, 120_000.0, "observed"),
        row("employment/VNM/a", 2030, 140_779.3, "forecast", 20_000.0, 50_000.0),
        row("employment/JPN/a", 2024, 900.0, "observed"),
        row("employment/JPN/a", 2030, 800.0, "scenario"),
        row("degrees/KOR/all", 2018, 50.0, "observed"),
        row("degrees/KOR/all", 2030, 50.0, "no_skill", 5.0),
        row("degrees/DEU/all", 2018, 7.0, "observed"),
    ]
)
STATUS = pd.DataFrame(
    {
        "series": ["employment/VNM/a", "employment/JPN/a", "degrees/KOR/all", "degrees/DEU/all"],
        "measure": ["employment", "employment", "degrees", "degrees"],
        "country": ["VNM", "JPN", "KOR", "DEU"],
        "label_of_series": LABEL,
        "first_year": 2010,
        "last_year": 2024,
        "n_points": [15, 14, 8, 3],
        "status": ["ok", "ok", "no_skill", "not_estimable"],
    }
)
BACKTEST = pd.DataFrame(
    {
        "measure": ["degrees", "degrees", "employment", "employment", "employment"],
        "method": ["naive", METHOD, "naive", METHOD, METHOD],
        "horizon": ["all", "all", "all", "all", "1"],
        "n_series": 2,
        "mase": [2.0, 2.2, 3.0, 2.1, 1.0],
        "smape": 10.0,
        "coverage_80": [np.nan, 0.7, np.nan, 0.81, 0.5],
        "coverage_95": 0.95,
        "n_judged_later": [0, 0, 0, 1240, 240],
        "later_coverage_80": [np.nan, np.nan, np.nan, 0.75, 0.5],
        "later_coverage_95": np.nan,
    }
)
SKILL = pd.DataFrame(
    {
        "measure": ["degrees", "employment"],
        "method": METHOD,
        "mase_model": [2.2, 2.1],
        "skill": [-0.1, 0.3],
        "skill_low": [-0.2, 0.19],
        "skill_high": [0.05, 0.4],
        "passes": [False, True],
        "skill_outside_shifts": [-0.15, 0.25],
        "share_across_shifts": [0.0, 0.2],
    }
)
RESULT = WorkforceForecast(FORECASTS, STATUS, BACKTEST, SKILL, {})
OUTLOOK = pd.DataFrame(
    {
        "country": ["VNM", "JPN", "KOR"] * 2,
        "year": [2025] * 3 + [2045] * 3,
        "working_age_index": [100.0, 100.0, 100.0, 104.0, 75.0, 68.0],
        "older_share": [0.1, 0.3, 0.2, 0.2, 0.4, 0.35],
        "projection": ["estimate"] * 3 + ["medium"] * 3,
    }
)


def found(result=RESULT, outlook=OUTLOOK, viewpoint="VNM", codes=("a",)):
    return page.findings(result, outlook, viewpoint, load_countries(), SETTINGS, list(codes))


def english(finding):
    """Return sentence and certainty of a finding in English."""
    return finding.sentence.say("en"), finding.certainty.say("en")


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert pages.findings(found()).text.count("\n") == 3

    def test_each_says_how_new_its_own_data_are(self):
        # degrees are newer, but only employment can be judged in later years
        status = STATUS.assign(last_year=[2021, 2020, 2018, 2022])
        told = [finding.data_to.say("en") for finding in found(replace(RESULT, status=status))]
        assert told == [
            "series to 2024",
            "series ending 2021 to 2022",
            "series to 2021",
            "estimates to 2025",
        ]

    def test_numbers_names_and_labels_have_the_form_of_the_language(self, names):
        first = found()[0]
        assert "120.000" in first.sentence.say("vi")
        assert names.name("VNM", "vi") in first.sentence.say("vi")
        label = FORECASTS["label_of_series"].iloc[0]
        assert load_labels().text(label).say("vi") != label, "the list of labels has this one"
        assert load_labels().text(label).say("vi") in first.sentence.say("vi")

    def test_the_first_gives_last_value_forecast_and_interval(self, names):
        assert english(found()[0]) == (
            f"{LABEL} in {names.name('VNM')}: 120,000 in 2024, 141,000 in 2030 if trends hold.",
            "80% interval 121,000 to 161,000, 95% interval 90,800 to 191,000: a rise",
        )

    def test_the_first_gives_no_interval_that_could_not_be_calibrated(self):
        narrow = FORECASTS.assign(low_95=np.nan, high_95=np.nan)
        certainty = english(found(replace(RESULT, forecasts=narrow))[0])[1]
        assert certainty == "80% interval 121,000 to 161,000: a rise"

    def test_the_last_observed_year_counts_whatever_the_order_of_rows(self):
        turned = replace(RESULT, forecasts=FORECASTS.iloc[::-1])
        assert english(found(turned)[0]) == english(found()[0])

    def test_the_first_changes_with_the_forecast(self):
        changed = FORECASTS.assign(value=FORECASTS["value"].replace(140_779.3, 99_000.0))
        assert "99,000 in 2030" in english(found(replace(RESULT, forecasts=changed))[0])[0]

    def test_many_panels_with_skill_are_counted_not_named(self):
        names = ["degrees", "employment", "graduates", "ict_specialists", "researchers"]
        skill = pd.DataFrame(
            {
                "measure": names,
                "method": METHOD,
                "skill": [-0.1, 0.3, 0.1, 0.2, 0.4],
                "skill_low": [-0.2, 0.19, 0.02, 0.1, 0.3],
                "skill_high": [0.05, 0.4, 0.2, 0.3, 0.5],
                "passes": [False, True, True, True, True],
            }
        )
        status = pd.DataFrame({"measure": names, "last_year": 2024, "status": "ok"})
        result = replace(RESULT, skill=skill, status=status)
        assert english(page._skill(result)) == (
            "In 4 of 5 panels the forecast errs 10% to 40% less than the last value carried on; "
            "not for degrees.",
            "lowest bound: graduates 2%",
        )
        every = replace(result, skill=skill.iloc[1:])
        assert english(page._skill(every))[0] == (
            "In all 4 panels the forecast errs 10% to 40% less than the last value carried on."
        )
        said = page.errors_alt(result).say("en")
        assert said.endswith(
            "for the combined method: degrees 1.10, employment 0.70, graduates 0.90, ICT "
            "specialists 0.80, researchers 0.60."
        )
        assert len(said) <= 300

    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [
            (120_001.0, 150_000.0, "a rise"),
            (120_000.0, 150_000.0, "the direction is open"),
            (100_000.0, 120_000.0, "the direction is open"),
            (100_000.0, 119_999.0, "a fall"),
        ],
    )
    def test_the_direction_is_told_only_if_the_80_interval_has_left_the_last_value(
        self, low, high, words
    ):
        # 120,000 were observed last; the 95% interval always holds it
        changed = FORECASTS.copy()
        changed.loc[2, ["low_80", "high_80"]] = low, high
        certainty = english(found(replace(RESULT, forecasts=changed))[0])[1]
        assert certainty.endswith(f"95% interval 90,800 to 191,000: {words}")

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

    @pytest.mark.parametrize(
        ("passes", "words"),
        [
            (
                [False, True],
                "The forecast errs less than the last value carried on: employment (30% less); "
                "not for degrees.",
            ),
            (
                [False, False],
                "No forecast errs less than the last value carried on: degrees and employment.",
            ),
            (
                [True, True],
                "The forecast errs less than the last value carried on: degrees (-10% less) and "
                "employment (30% less).",
            ),
        ],
    )
    def test_skill_is_told_by_panel(self, passes, words):
        finding = found(replace(RESULT, skill=SKILL.assign(passes=passes)))[1]
        assert english(finding) == (words, "lower bounds: degrees -20%, employment 19%")

    def test_a_panel_too_small_for_a_bound_gives_no_number_for_it(self):
        small = SKILL.assign(skill_low=[np.nan, 0.19], skill_high=[np.nan, 0.4])
        certainty = english(found(replace(RESULT, skill=small))[1])[1]
        assert certainty == "lower bounds: degrees too small to judge, employment 19%"

    def test_coverage_in_later_years_counts_its_errors(self):
        assert english(found()[2]) == (
            "80% intervals covered 75% (employment, n = 1,240) of later values.",
            "errors depend on each other",
        )
        both = BACKTEST.assign(
            later_coverage_80=[np.nan, 0.9, np.nan, 0.75, 0.5], n_judged_later=[0, 60, 0, 1240, 240]
        )
        assert english(found(replace(RESULT, backtest=both))[2])[0] == (
            "80% intervals covered 90% (degrees, n = 60) and 75% (employment, n = 1,240) of later "
            "values."
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
            f"Working-age population 2025 to 2045: {vnm} +4%, {kor} -32%.",
            "medium variant, without interval",
        )
        assert english(found(viewpoint="JPN")[3])[0] == (
            f"Working-age population 2025 to 2045: {jpn} -25%, {kor} -32%, {vnm} +4%."
        )


class TestLength:
    """120 words are a tight measure: names, labels and panels as long as the sources have them."""

    @staticmethod
    def all_panels(label, passes):
        """Return a result of all panels whose first series has a label."""
        numbers = {"skill": 0.3, "skill_low": 0.19, "skill_high": 0.4}
        skill = pd.DataFrame(
            [
                {"measure": measure, "method": METHOD, "passes": good, **numbers}
                for measure, good in zip(vocabulary.PANELS, passes, strict=True)
            ]
        )
        overall = BACKTEST[(BACKTEST["horizon"] == "all") & (BACKTEST["measure"] == "employment")]
        return WorkforceForecast(
            FORECASTS.assign(label_of_series=label),
            pd.concat([STATUS.assign(measure=measure) for measure in vocabulary.PANELS]),
            pd.concat([overall.assign(measure=measure) for measure in vocabulary.PANELS]),
            skill,
            {},
        )

    @pytest.mark.parametrize("label", ["Professional, scientific and technical (ISIC Rev. 4 M)"])
    @pytest.mark.parametrize(
        "passes",
        [(True, True, True, True, False), (True,) * 3 + (False,) * 2, (True,) * 5, (False,) * 5],
    )
    def test_a_long_label_fits_in_a_page_of_all_panels(self, label, passes):
        result = self.all_panels(label, passes)
        ends = OUTLOOK.replace({"country": {"KOR": "USA", "JPN": "GBR"}})
        four = found(result, outlook=ends)
        assert label in english(four[0])[0]
        assert pages.findings(four).text.count("\n") == 3

    def test_a_viewpoint_with_a_long_name_and_no_forecast_fits(self):
        result = self.all_panels(LABEL, (True, True, True, False, False))
        ends = OUTLOOK.replace({"country": {"VNM": "COD", "KOR": "USA", "JPN": "GBR"}})
        four = found(result, outlook=ends, viewpoint="COD")
        assert "Congo - Kinshasa" in english(four[0])[0]
        assert pages.findings(four).text.count("\n") == 3


class TestHeadlines:
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
    def test_alt_texts_can_be_read_aloud(self, names, language):
        for words in (
            page.population_alt(OUTLOOK, names),
            page.fans_alt(RESULT, list(STATUS["series"]), 2030),
            page.errors_alt(RESULT),
        ):
            assert 40 <= len(words.say(language)) <= 300

    def test_the_base_year_is_the_one_with_a_hundred(self):
        assert page.base_year(OUTLOOK) == 2025

    def test_skill_of_a_measure(self):
        assert page.skill_headline(RESULT, "employment").say("en") == (
            "The forecast of employment beats the naive line by 30% (lower bound 19%)"
        )
        assert page.skill_headline(RESULT, "degrees").say("en") == (
            "The forecast of degrees has no skill beyond the naive line, so the last value is "
            "carried on"
        )
        few = replace(RESULT, status=STATUS.replace({"status": {"no_skill": "small_n"}}))
        assert page.skill_headline(few, "degrees").say("en") == (
            "Too few series of degrees to judge a forecast, so the last value is carried on"
        )

    def test_a_panel_that_could_not_be_judged_is_not_said_to_lack_skill(self):
        unknown = SKILL.assign(skill=[np.nan, 0.3], skill_low=[np.nan, 0.19])
        short = STATUS.replace({"status": {"no_skill": "not_estimable"}})
        words = page.skill_headline(replace(RESULT, skill=unknown, status=short), "degrees")
        assert words.say("en").startswith("Too few series of degrees to judge a forecast")

    def test_fans_count_lines_that_rise_fall_stay_and_stop(self):
        assert page.fans_alt(RESULT, list(STATUS["series"]), 2030).say("en") == (
            "4 fan charts of past years and forecast. From the last observed year to 2030: 1 rise, "
            "1 fall, 1 stay within 2%, 1 without forecast."
        )

    def test_a_rescaled_year_is_no_forecast(self):
        changed = FORECASTS.assign(
            label=FORECASTS["label"].mask(FORECASTS["year"] == 2023, "rescaled")
        )
        # one more year of a series that has no forecast
        past = pd.DataFrame([row("degrees/DEU/all", 2017, 6.0, "rescaled")])
        rescaled = replace(RESULT, forecasts=pd.concat([changed, past], ignore_index=True))
        assert page.fans_alt(rescaled, list(STATUS["series"]), 2030).say("en") == page.fans_alt(
            RESULT, list(STATUS["series"]), 2030
        ).say("en")
        # the year that is asked for, rescaled, is not ahead of anything
        made = page.outlook_table(rescaled, ["employment/VNM/a"], 2023)
        shown = read(made, page.outlook_columns(load_countries(), 2023))
        assert (shown["ahead"], shown["value in 2023"]) == ([DASH], [DASH])

    def test_the_last_year_is_the_newest_of_the_measure(self):
        status = STATUS.assign(last_year=[2022, 2024, 2018, 2020])
        assert page.last_year(replace(RESULT, status=status), "employment") == 2024
        assert page.last_year(replace(RESULT, status=status), "degrees") == 2020

    def test_errors_alt_gives_the_ratio_with_its_interval(self):
        words = page.errors_alt(RESULT).say("en")
        assert words.endswith(": degrees 1.10 (0.95 to 1.20), employment 0.70 (0.60 to 0.81).")

    def test_errors_alt_gives_no_number_for_a_panel_too_small(self):
        small = SKILL.assign(skill_low=[np.nan, 0.19], skill_high=[np.nan, 0.4])
        words = page.errors_alt(replace(RESULT, skill=small)).say("en")
        assert words.endswith(": degrees too small to judge, employment 0.70 (0.60 to 0.81).")


class TestSeriesShown:
    def test_series_that_exist_come_in_the_order_asked_for(self):
        shown = page.series_shown(RESULT, "employment", ["JPN", "ISR", "VNM"], ["b", "a"])
        assert shown == ["employment/JPN/a", "employment/VNM/a"]

    def test_without_codes_the_only_series_is_taken(self):
        assert page.series_shown(RESULT, "degrees", ["KOR"], []) == ["degrees/KOR/all"]

    def test_none_at_all_is_refused(self):
        with pytest.raises(InvalidPage, match="No employment series of ISR with a"):
            page.series_shown(RESULT, "employment", ["ISR"], ["a"])


CUT = replace(
    RESULT,
    skill=SKILL.assign(skill=[0.0, 0.2], skill_outside_shifts=[0.0, 0.1], share_across_shifts=0.0),
    status=STATUS.assign(status="not_estimable"),
)


def tables():
    """Return each table of the page with its columns."""
    names = load_countries()
    series = list(STATUS["series"])
    return {
        "outlook": (page.outlook_table(RESULT, series, 2030), page.outlook_columns(names, 2030)),
        "backtest": (page.backtest_table(RESULT), page.backtest_columns()),
        "level-shifts": (page.level_shift_table(RESULT, CUT), page.level_shift_columns(0.9)),
        "not-forecast": (
            page.not_forecast_table(RESULT, ["KOR", "DEU"]),
            page.not_forecast_columns(names),
        ),
    }


@pytest.mark.parametrize("name", ["outlook", "backtest", "level-shifts", "not-forecast"])
class TestEachTable:
    def test_it_has_what_its_columns_need_and_can_be_shown(self, name):
        rows, columns = tables()[name]
        assert_can_be_shown(
            rows, columns, name, subtitle="Series to 2024", source="ilostat_employment"
        )

    def test_no_two_headings_are_alike(self, name):
        assert_headings_differ(tables()[name][1])


class TestTables:
    def test_outlook_has_low_and_high_where_there_is_a_forecast(self, names):
        made = page.outlook_table(RESULT, list(STATUS["series"]), 2030)
        assert read(made, page.outlook_columns(names, 2030)) == {
            "country": [names.name(code) for code in ("VNM", "JPN", "KOR", "DEU")],
            "series": [LABEL] * 4,
            "year": ["2024", "2024", "2018", "2018"],
            "last observed": ["120,000", "900", "50", "7"],
            "ahead": ["forecast", "scenario", "naive line", DASH],
            "value in 2030": ["140,779", "800", "50", DASH],
            "80% low": ["120,779", "no interval", "45", DASH],
            "80% high": ["160,779", "no interval", "55", DASH],
            "95% low": ["90,779", *["no interval"] * 2, DASH],
            "95% high": ["190,779", *["no interval"] * 2, DASH],
        }
        assert np.isnan(made["low_80"].iloc[1])
        assert made[["value", "low_80", "high_95"]].iloc[3].isna().all()

    def test_outlook_of_one_series_without_forecast_still_reads(self, names):
        made = page.outlook_table(RESULT, ["degrees/DEU/all"], 2030)
        shown = read(made, page.outlook_columns(names, 2030))
        assert (shown["ahead"], shown["value in 2030"]) == ([DASH], [DASH])

    def test_backtest_shows_each_method_over_all_horizons(self):
        shown = read(page.backtest_table(RESULT), page.backtest_columns())
        recipe = "median of drift, damped trend, Theta"
        assert shown == {
            "panel": ["degrees", "degrees", "employment", "employment"],
            "method": ["naive line", recipe, "naive line", recipe],
            "series": ["2"] * 4,
            "MASE": ["2.00", "2.20", "3.00", "2.10"],
            "sMAPE, %": ["10.0"] * 4,
            "80% covers": [DASH, "70%", DASH, "81%"],
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

    def test_series_without_forecast_say_why(self, names):
        made = page.not_forecast_table(RESULT, ["KOR", "DEU", "VNM"])
        assert list(made.columns) == ["country", "measure", "n_series", "years", "status"]
        assert read(made, page.not_forecast_columns(names)) == {
            "country": [names.name("DEU"), names.name("KOR")],
            "measure": ["degrees", "degrees"],
            "series": ["1", "1"],
            "years": [f"2010{DASH}2024"] * 2,
            "why": [
                "too few years in a row",
                "no method beat the naive line in this panel: the last value is carried on",
            ],
        }

    def test_series_without_forecast_count_by_country_measure_and_reason(self):
        status = pd.DataFrame(
            [
                ("degrees/KOR/a", "degrees", "KOR", "no_skill"),
                ("degrees/KOR/b", "degrees", "KOR", "no_skill"),
                ("degrees/KOR/c", "degrees", "KOR", "not_estimable"),
                ("researchers/KOR/all", "researchers", "KOR", "small_n"),
                ("employment/KOR/a", "employment", "KOR", "ok"),
                ("degrees/JPN/a", "degrees", "JPN", "no_skill"),
                ("degrees/DEU/a", "degrees", "DEU", "no_skill"),
            ],
            columns=["series", "measure", "country", "status"],
        ).assign(
            first_year=[2010, 2009, 2010, 2010, 2010, 2010, 2010],
            last_year=[2018, 2018, 2018, 2018, 2018, 2020, 2018],
        )
        made = page.not_forecast_table(replace(RESULT, status=status), ["KOR", "JPN"])
        counted = made.set_index(["country", "measure", "status"])
        assert counted["n_series"].to_dict() == {
            ("JPN", "degrees", "no_skill"): 1,
            ("KOR", "degrees", "no_skill"): 2,
            ("KOR", "degrees", "not_estimable"): 1,
            ("KOR", "researchers", "small_n"): 1,
        }
        # from the first year of any of them to the last
        assert counted["years"].tolist() == ["2010-2020", "2009-2018", *["2010-2018"] * 2]


@pytest.mark.parametrize(
    ("table", "column", "words", "not_said"),
    [
        ("workforce_forecasts", "measure", vocabulary.PANELS, set()),
        (
            "workforce_forecasts",
            "label",
            vocabulary.FORECAST_LABELS,
            {"observed", "rescaled"},  # the table shows what lies ahead
        ),
        ("series_status", "status", vocabulary.WITHOUT_FORECAST, {"ok"}),
    ],
)
def test_each_code_that_a_result_may_hold_has_words(table, column, words, not_said):
    assert set(words) == codes_of(table, column) - not_said


def test_each_method_that_may_be_set_has_words():
    settable = get_args(get_args(ForecastSettings.model_fields["models"].annotation)[0])
    assert set(vocabulary.METHODS) == {"naive", *settable}


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
        "degrees_coverage_80": 0.7,
        "employment_coverage_80": 0.81,
        "viewpoint_working_age_index": 104.0,
        "viewpoint_older_share": 0.2,
    }


class TestTableHeadlines:
    def test_errors_name_the_panels_that_pass(self):
        assert page.errors_headline(RESULT).say("en") == (
            "In 1 of 2 panels the combined forecast beats the naive line: employment"
        )
        none = replace(RESULT, skill=SKILL.assign(passes=False))
        assert page.errors_headline(none).say("en") == (
            "In 0 of 2 panels the combined forecast beats the naive line"
        )

    def test_shifts_count_what_each_treatment_leaves(self):
        enough = int((RESULT.status["status"] != "not_estimable").sum())
        assert page.shifts_headline(RESULT, CUT).say("en") == (
            f"{enough} series are long enough as used, 0 if trained after the last shift only"
        )

    def test_directions_are_counted_where_an_interval_has_left_the_last_value(self):
        rows = pd.DataFrame(
            {
                "last_observed": [10.0, 10.0, 10.0, 10.0],
                "low_80": [11.0, 5.0, 9.0, np.nan],
                "high_80": [12.0, 9.0, 12.0, np.nan],
            }
        )
        assert page.outlook_headline(rows).say("en") == (
            "Of 3 series with an interval, 1 surely rise and 1 surely fall; for the others the "
            "direction is open"
        )
