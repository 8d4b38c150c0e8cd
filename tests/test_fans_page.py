"""Fan charts are told in words of workers; what has no forecast says why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import assert_can_be_shown, assert_headings_differ, codes_of, read
from workforce_rows import DASH, FORECASTS, LABEL, RESULT, STATUS, row

from techdiplomacy import fans_page as page
from techdiplomacy import vocabulary
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")


def with_rows(*rows):
    """Return the result with rows in place of those of the same series."""
    made = pd.DataFrame(rows)
    kept = FORECASTS[~FORECASTS["series"].isin(made["series"])]
    return replace(RESULT, forecasts=pd.concat([kept, made], ignore_index=True))


class TestAhead:
    def test_the_change_counts_from_the_newest_level(self):
        result = with_rows(
            row("employment/VNM/a", 2018, 290.0, "rescaled"),
            row("employment/VNM/a", 2019, 300.0, "rescaled", shift="an older one"),
            row("employment/VNM/a", 2021, 200.0, "observed", shift="new survey"),
            row("employment/VNM/a", 2024, 190.0, "observed"),
            row("employment/VNM/a", 2030, 210.0, "forecast", 5.0),
        )
        own = page.ahead_of(result, "employment/VNM/a", 2030)
        assert (own.last_year, own.last, own.value) == (2024, 190.0, 210.0)
        assert (own.low, own.high) == (205.0, 215.0)
        assert (own.since, own.change) == (2021, pytest.approx(-0.05))

    @pytest.mark.parametrize("when", [2021, 2024], ids=["first year", "last year"])
    def test_a_shift_in_the_first_or_last_year_leaves_nothing_to_compare(self, when):
        past = [
            row("employment/VNM/a", n, 100.0, "observed", shift="x" if n == when else None)
            for n in (2021, 2022, 2024)
        ]
        result = with_rows(*past, row("employment/VNM/a", 2030, 210.0, "forecast", 5.0))
        own = page.ahead_of(result, "employment/VNM/a", 2030)
        assert (own.since, own.change) == (None, None)

    @pytest.mark.parametrize(
        "series", ["employment/JPN/a", "degrees/KOR/all", "degrees/DEU/all", "none/VNM/a"]
    )
    def test_only_a_forecast_with_an_interval_counts(self, series):
        assert page.ahead_of(RESULT, series, 2030) is None


class TestHeadline:
    def told(self, result=RESULT, series=("employment/JPN/a", "employment/VNM/a")):
        return page.fans_headline(result, list(series), "VNM", load_countries(), 2030).say("en")

    def test_the_viewpoint_is_told_with_the_side_of_its_interval(self):
        assert self.told() == (
            f"Vietnam: {LABEL} 120,000 in 2024, 141,000 in 2030 if trends hold, 80% interval above "
            "the last value"
        )
        low = FORECASTS["low_80"].where(FORECASTS["label"] != "forecast", 1.0)
        wide = replace(RESULT, forecasts=FORECASTS.assign(low_80=low))
        assert self.told(wide).endswith("hold, direction open")

    def test_without_one_the_largest_series_is_told_as_far_as_its_interval_reaches(self):
        result = with_rows(
            row("employment/JPN/a", 2024, 900.0, "observed"),
            row("employment/JPN/a", 2027, 800.0, "forecast", 50.0),
            row("employment/JPN/a", 2030, 700.0, "scenario"),
            row("employment/ISR/a", 2024, 9.0, "observed"),
            row("employment/ISR/a", 2028, 10.0, "forecast", 50.0),
            row("employment/KOR/a", 2024, 5000.0, "observed"),
            row("employment/KOR/a", 2030, 6000.0, "scenario"),
        )
        series = ("employment/ISR/a", "employment/KOR/a", "employment/JPN/a")
        assert self.told(result, series) == (
            f"Most in Japan: {LABEL} 900 in 2024, 800 in 2027 if trends hold, 80% interval below "
            "the last value"
        )

    def test_a_naive_line_is_carried_on_and_nothing_is_nothing(self):
        assert self.told(series=("degrees/KOR/all", "degrees/DEU/all")) == (
            f"Most in South Korea: {LABEL} 50.0 in 2018; the last value is carried on"
        )
        assert self.told(series=("degrees/DEU/all",)) == "No series of degrees can be forecast"


class TestFans:
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

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_alt_text_can_be_read_aloud(self, language):
        assert 40 <= len(page.fans_alt(RESULT, list(STATUS["series"]), 2030).say(language)) <= 300


class TestSeriesShown:
    def test_series_that_exist_come_in_the_order_asked_for(self):
        shown = page.series_shown(RESULT, "employment", ["JPN", "ISR", "VNM"], ["b", "a"])
        assert shown == ["employment/JPN/a", "employment/VNM/a"]

    def test_without_codes_the_only_series_is_taken(self):
        assert page.series_shown(RESULT, "degrees", ["KOR"], []) == ["degrees/KOR/all"]

    def test_none_at_all_is_refused(self):
        with pytest.raises(InvalidPage, match="No employment series of ISR with a"):
            page.series_shown(RESULT, "employment", ["ISR"], ["a"])


def tables():
    """Return each table of the page with its columns."""
    names = load_countries()
    series = list(STATUS["series"])
    return {
        "outlook": (page.outlook_table(RESULT, series, 2030), page.outlook_columns(names, 2030)),
        "not-forecast": (
            page.not_forecast_table(RESULT, ["KOR", "DEU"]),
            page.not_forecast_columns(names),
        ),
    }


@pytest.mark.parametrize("name", ["outlook", "not-forecast"])
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
            "last observed": ["120,000", "900", "50.0", "7.00"],
            "ahead": ["forecast", "scenario", "naive line", DASH],
            "value in 2030": ["141,000", "800", "50.0", DASH],
            "80% low": ["121,000", "no interval", "45.0", DASH],
            "80% high": ["161,000", "no interval", "55.0", DASH],
            "95% low": ["90,800", *["no interval"] * 2, DASH],
            "95% high": ["191,000", *["no interval"] * 2, DASH],
        }
        assert np.isnan(made["low_80"].iloc[1])
        assert made[["value", "low_80", "high_95"]].iloc[3].isna().all()

    def test_outlook_of_one_series_without_forecast_still_reads(self, names):
        made = page.outlook_table(RESULT, ["degrees/DEU/all"], 2030)
        shown = read(made, page.outlook_columns(names, 2030))
        assert (shown["ahead"], shown["value in 2030"]) == ([DASH], [DASH])

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

    def test_directions_are_counted_by_each_interval(self):
        rows = pd.DataFrame(
            {
                "last_observed": [10.0, 10.0, 10.0, 10.0],
                "low_80": [11.0, 5.0, 9.0, np.nan],
                "high_80": [12.0, 9.0, 12.0, np.nan],
                "low_95": [10.5, 4.0, np.nan, np.nan],
                "high_95": [12.5, 10.5, np.nan, np.nan],
            }
        )
        assert page.outlook_headline(rows).say("en") == (
            "Of 3 series with an interval, 1 rise and 1 fall by their 80% interval, 1 and 0 by the "
            "95% one; for the others the direction is open"
        )
        narrow = rows.assign(low_95=np.nan, high_95=np.nan)
        assert page.outlook_headline(narrow).say("en") == (
            "Of 3 series with an interval, 1 rise and 1 fall by their 80% interval; for the others "
            "the direction is open"
        )


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
