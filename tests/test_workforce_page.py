"""The words of the workforce page follow the results, and the absence of a result is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, forecast_settings

from techdiplomacy import workforce_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.pages import findings
from techdiplomacy.workforce import WorkforceForecast

SETTINGS = forecast_settings()
METHOD = "median of drift, damped, theta"


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names():
    return load_countries()


def row(series, year, value, label, half_80=np.nan, half_95=np.nan):
    measure, country, _ = series.split("/", 2)
    return {
        "series": series,
        "measure": measure,
        "country": country,
        "label_of_series": "ICT professionals",
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
        "label_of_series": "ICT professionals",
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


class TestFindings:
    def test_they_keep_to_the_rules_of_a_page(self):
        assert findings(found(), data_to="2024").text.count("\n") == 3

    def test_the_first_gives_last_value_forecast_and_interval(self, names):
        first = found()[0]
        assert first.sentence == (
            f"ICT professionals in {names.name('VNM')}: 120,000 in 2024, 141,000 in 2030 "
            "if trends hold."
        )
        assert first.certainty == (
            "80% interval 121,000 to 161,000, 95% interval 90,800 to 191,000: a rise"
        )

    def test_the_first_changes_with_the_forecast(self):
        changed = FORECASTS.assign(value=FORECASTS["value"].replace(140_779.3, 99_000.0))
        assert "99,000 in 2030" in found(replace(RESULT, forecasts=changed))[0].sentence

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
        certainty = found(replace(RESULT, forecasts=changed))[0].certainty
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
        assert four[0].sentence == (
            f"No employment series of {names.name(viewpoint)} can be forecast to 2030."
        )
        assert findings(four, data_to="2024").text

    def test_the_first_code_that_can_be_forecast_is_told(self):
        assert "120,000 in 2024" in found(codes=("b", "a"))[0].sentence

    @pytest.mark.parametrize(
        ("passes", "words"),
        [
            (
                [False, True],
                "The forecast beats carrying the last value on for employment "
                "(30% smaller error), not for degrees.",
            ),
            (
                [False, False],
                "No forecast beats carrying the last value on for degrees and employment.",
            ),
            (
                [True, True],
                "The forecast beats carrying the last value on for degrees "
                "(-10% smaller error) and employment (30% smaller error).",
            ),
        ],
    )
    def test_skill_is_told_by_panel(self, passes, words):
        finding = found(replace(RESULT, skill=SKILL.assign(passes=passes)))[1]
        assert finding.sentence == words
        assert finding.certainty == "lower bounds of the skill: degrees -20%, employment 19%"

    def test_a_panel_too_small_for_a_bound_gives_no_number_for_it(self):
        small = SKILL.assign(skill_low=[np.nan, 0.19], skill_high=[np.nan, 0.4])
        certainty = found(replace(RESULT, skill=small))[1].certainty
        assert certainty == (
            "lower bounds of the skill: degrees too small to judge, employment 19%"
        )

    def test_coverage_in_later_years_counts_its_errors(self):
        third = found()[2]
        assert third.sentence == (
            "In years after they were fixed, 80% intervals held 75% for employment (1,240 errors)."
        )
        assert third.certainty == "errors of one panel are not independent of each other"
        both = BACKTEST.assign(
            later_coverage_80=[np.nan, 0.9, np.nan, 0.75, 0.5], n_judged_later=[0, 60, 0, 1240, 240]
        )
        assert found(replace(RESULT, backtest=both))[2].sentence == (
            "In years after they were fixed, 80% intervals held 90% for degrees (60 errors), "
            "75% for employment (1,240 errors)."
        )

    def test_coverage_that_cannot_be_known_is_said(self):
        unknown = replace(RESULT, backtest=BACKTEST.assign(later_coverage_80=np.nan))
        assert found(unknown)[2].sentence.startswith("Too few years have passed")

    def test_population_names_viewpoint_and_both_ends(self, names):
        vnm, kor, jpn = (names.name(code) for code in ("VNM", "KOR", "JPN"))
        assert found()[3].sentence == (
            f"Working-age population 2025 to 2045: {vnm} +4%, {kor} -32%."
        )
        assert found(viewpoint="JPN")[3].sentence == (
            f"Working-age population 2025 to 2045: {jpn} -25%, {kor} -32%, {vnm} +4%."
        )


class TestHeadlines:
    def test_population_counts_the_losers(self, names):
        words = page.population_headline(OUTLOOK, names)
        assert words.startswith("2 of 3 countries have fewer people of working age in 2045 than in")
        assert words.endswith(f"2025, {names.name('KOR')} and {names.name('JPN')} most of all")

    def test_population_without_losers_names_none(self, names):
        grown = OUTLOOK.assign(working_age_index=[100.0] * 3 + [104.0, 105.0, 106.0])
        words = page.population_headline(grown, names)
        assert "most of all" not in words

    def test_population_alt_gives_lowest_and_highest(self, names):
        words = page.population_alt(OUTLOOK, names)
        assert f"By 2045 {names.name('KOR')} is lowest at 68" in words
        assert f"{names.name('VNM')} highest at 104." in words
        assert 40 <= len(words) <= 300

    def test_the_base_year_is_the_one_with_a_hundred(self):
        assert page.base_year(OUTLOOK) == 2025

    def test_skill_of_a_measure(self):
        assert page.skill_headline(RESULT, "employment") == (
            "Employment: the forecast beats the naive line by 30% (lower bound 19%)"
        )
        assert page.skill_headline(RESULT, "degrees") == (
            "Degrees: no skill beyond the naive line, so the last value is carried on"
        )
        few = replace(RESULT, status=STATUS.replace({"status": {"no_skill": "small_n"}}))
        assert page.skill_headline(few, "degrees") == (
            "Degrees: too few series to judge a forecast, so the last value is carried on"
        )

    def test_fans_count_lines_that_rise_fall_stay_and_stop(self):
        words = page.fans_alt(RESULT, list(STATUS["series"]), 2030)
        assert words.startswith("4 fan charts. From the last observed year to 2030, 1 lines rise, ")
        assert words.endswith("1 fall, 1 stay within two percent, 1 have no forecast.")

    def test_a_rescaled_year_is_no_forecast(self):
        changed = FORECASTS.assign(
            label=FORECASTS["label"].mask(FORECASTS["year"] == 2023, "rescaled")
        )
        rescaled = replace(RESULT, forecasts=changed)
        assert page.fans_alt(rescaled, list(STATUS["series"]), 2030) == page.fans_alt(
            RESULT, list(STATUS["series"]), 2030
        )
        # the year that is asked for, rescaled, is not ahead of anything
        made = page.outlook_table(rescaled, ["employment/VNM/a"], load_countries(), 2023)
        assert made["ahead"].tolist() == ["no forecast"]

    def test_data_to_gives_each_measure_and_the_end_of_the_estimates(self):
        status = STATUS.assign(last_year=[2024, 2022, 2018, 2020])
        assert page.data_to(replace(RESULT, status=status), OUTLOOK) == (
            "degrees to 2020 at the latest, employment to 2024 at the latest, "
            "population estimated to 2025 and projected after"
        )

    def test_the_last_year_is_the_newest_of_the_measure(self):
        status = STATUS.assign(last_year=[2022, 2024, 2018, 2020])
        assert page.last_year(replace(RESULT, status=status), "employment") == 2024
        assert page.last_year(replace(RESULT, status=status), "degrees") == 2020

    def test_errors_alt_gives_the_ratio_with_its_interval(self):
        assert "degrees 1.10 (0.95 to 1.20), employment 0.70 (0.60 to 0.81)." in page.errors_alt(
            RESULT
        )


class TestSeriesShown:
    def test_series_that_exist_come_in_the_order_asked_for(self):
        shown = page.series_shown(RESULT, "employment", ["JPN", "ISR", "VNM"], ["b", "a"])
        assert shown == ["employment/JPN/a", "employment/VNM/a"]

    def test_without_codes_the_only_series_is_taken(self):
        assert page.series_shown(RESULT, "degrees", ["KOR"], []) == ["degrees/KOR/all"]

    def test_none_at_all_is_refused(self):
        with pytest.raises(InvalidPage, match="No employment series of ISR with a"):
            page.series_shown(RESULT, "employment", ["ISR"], ["a"])


class TestTables:
    def test_outlook_has_low_and_high_where_there_is_a_forecast(self, names):
        made = page.outlook_table(RESULT, list(STATUS["series"]), names, 2030)
        first = made.iloc[0]
        assert first["last observed"] == 120_000.0
        assert first["ahead"] == "2030, forecast"
        ends = ["95% low", "80% low", "value", "80% high", "95% high"]
        assert first[ends].astype(float).round(1).tolist() == [
            *(90_779.3, 120_779.3, 140_779.3),
            *(160_779.3, 190_779.3),
        ]
        assert made["ahead"].tolist()[1:] == ["2030, scenario", "2030, naive line", "no forecast"]
        assert np.isnan(made["80% low"].iloc[1])
        assert made[["value", "80% low", "95% high"]].iloc[3].isna().all()
        assert set(page.INTERVAL_FORMATS) <= set(made.columns)

    def test_backtest_shows_each_method_over_all_horizons(self):
        made = page.backtest_table(RESULT)
        assert made["MASE"].tolist() == [2.0, 2.2, 3.0, 2.1]
        assert made["errors judged later"].tolist() == [0, 0, 0, 1240]
        assert set(page.BACKTEST_FORMATS) <= set(made.columns)

    def test_level_shifts_are_compared_with_low_and_high(self):
        cut = replace(
            RESULT,
            skill=SKILL.assign(
                skill=[0.0, 0.1], skill_outside_shifts=[0.0, 0.1], share_across_shifts=0.0
            ),
            status=STATUS.assign(status="not_estimable"),
        )
        made = page.level_shift_table(RESULT, cut)
        assert made["panel"].tolist() == ["degrees", "degrees", "employment", "employment"]
        assert made["series long enough"].tolist() == [1, 0, 2, 0]
        assert made["of"].tolist() == [2, 2, 2, 2]
        assert made["skill"].tolist() == [-0.1, 0.0, 0.3, 0.1]
        assert made["skill low"].tolist() == [-0.2, -0.2, 0.19, 0.19]
        assert made["skill high"].tolist() == [0.05, 0.05, 0.4, 0.4]
        assert made["skill outside shifts"].tolist() == [-0.15, 0.0, 0.25, 0.1]
        assert made["errors across a shift"].tolist() == [0.0, 0.0, 0.2, 0.0]
        assert set(page.SKILL_FORMATS) <= set(made.columns)

    def test_series_without_forecast_say_why(self, names):
        made = page.not_forecast_table(RESULT, ["KOR", "DEU", "VNM"], names)
        assert list(made.columns) == ["country", "measure", "series", "years", "why"]
        assert made["country"].tolist() == [names.name("DEU"), names.name("KOR")]
        assert made["years"].tolist() == ["2010-2024"] * 2
        assert made["series"].tolist() == [1, 1]
        assert made["why"].iloc[0] == "too few years in a row"
        assert "naive line" in made["why"].iloc[1]

    def test_series_without_forecast_count_by_country_measure_and_reason(self, names):
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
        ).assign(first_year=2010, last_year=2018)
        made = page.not_forecast_table(replace(RESULT, status=status), ["KOR", "JPN"], names)
        found_ = made.set_index(["country", "measure", "why"])["series"].to_dict()
        naive = "no method beat the naive line in this panel: the last value is carried on"
        assert found_ == {
            (names.name("JPN"), "degrees", naive): 1,
            (names.name("KOR"), "degrees", naive): 2,
            (names.name("KOR"), "degrees", "too few years in a row"): 1,
            (
                names.name("KOR"),
                "researchers",
                "too few series in this panel to judge a forecast",
            ): 1,
        }


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
