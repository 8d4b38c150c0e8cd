"""The catalogue says what there is and what not; a union adds up; a target stands beside it."""

import numpy as np
import pandas as pd
import pytest
from conftest import assert_headings_differ, read

from techdiplomacy import series_page as page
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.tables import check_table

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"
NAN = float("nan")
CATALOGUE = pd.DataFrame(
    [
        ("employment", "VNM", 13, 2007, 2024, 19, "2019, 2021"),
        ("employment", "JPN", 5, 2000, 2025, 0, None),
        ("degrees", "JPN", 11, 2000, 2018, 0, None),
    ],
    columns=["measure", "country", "series", "first_year", "last_year", "years_missing", "shifts"],
)


def ahead(area, when, alone, value, half, label):
    return {
        "area": area,
        "year": when,
        "observed": NAN,
        "value_alone": alone,
        "value": value,
        "low_80": value - half,
        "high_80": value + half,
        "low_95": value - 2 * half,
        "high_95": value + 2 * half,
        "label": label,
    }


def past(area, when, value, label="observed"):
    return {**ahead(area, when, NAN, NAN, NAN, label), "observed": value}


RECONCILED = pd.DataFrame(
    [
        # the union of earlier years holds a member whose level was scaled
        past("EU27", 2023, 280.0, "rescaled"),
        past("EU27", 2024, 300.0),
        past("DEU", 2024, 200.0),
        past("FRA", 2024, 100.0),
        # parts alone: 230 + 100 against 320
        ahead("EU27", 2028, 320.0, 326.0, 30.0, "forecast"),
        ahead("DEU", 2028, 230.0, 228.0, 20.0, "forecast"),
        ahead("FRA", 2028, 100.0, 98.0, 10.0, "forecast"),
        ahead("EU27", 2030, 350.0, 360.0, NAN, "scenario"),
        ahead("DEU", 2030, 260.0, 255.0, NAN, "scenario"),
        ahead("FRA", 2030, 110.0, 105.0, NAN, "scenario"),
    ]
)

# levels cut: the union and Germany are too short, France goes on by itself and adds up to nothing
CUT = pd.DataFrame(
    [
        past("EU27", 2023, 280.0),
        past("EU27", 2024, 300.0),
        past("DEU", 2019, 100.0),
        past("DEU", 2024, 200.0),
        past("FRA", 2024, 100.0),
        ahead("FRA", 2028, 100.0, NAN, NAN, "forecast"),
        ahead("FRA", 2030, 110.0, NAN, NAN, "scenario"),
    ]
)


def test_the_rows_of_these_tests_obey_their_declarations():
    check_table(CATALOGUE, declared("series_catalogue"), where="test")
    check_table(RECONCILED, declared("reconciled_forecasts"), where="test")
    check_table(CUT, declared("reconciled_forecasts"), where="test")


class TestCatalogue:
    def test_by_measure(self):
        shown = read(page.measures_table(CATALOGUE), page.measures_columns())
        assert shown == {
            "measure": ["employment", "degrees"],
            "economies": ["2", "1"],
            "series": ["18", "11"],
            "years": [f"2000{DASH}2025", f"2000{DASH}2018"],
            "earliest end of a country": ["2024", "2018"],
            "years missing inside": ["19", "0"],
            "economies with level shifts": ["1", "0"],
        }
        assert page.measures_headline(CATALOGUE).say("en") == (
            "29 series of 2 economies in 2 measures, to 2025 at the latest"
        )
        assert "2000 to 2025" in page.catalogue_subtitle(CATALOGUE).say("en")

    def test_by_country_says_what_there_is_not(self):
        names = load_countries()
        table = page.countries_table(CATALOGUE, ["VNM", "JPN", "LAO"])
        columns = page.countries_columns(table, names)
        assert_headings_differ(columns)
        assert read(table, columns) == {
            "country": ["Vietnam", "Japan", "Laos"],
            "employment": [
                f"13: 2007{DASH}2024; 19 years missing; shifts 2019, 2021",
                f"5: 2000{DASH}2025",
                "no series",
            ],
            "degrees": ["no series", f"11: 2000{DASH}2018", "no series"],
        }
        assert page.countries_headline(table, "VNM", names).say("en") == (
            "Vietnam has series of employment; none of degrees"
        )
        assert "none of no measure" in page.countries_headline(table, "JPN", names).say("en")
        assert "Series of each country" in page.countries_headline(table, "USA", names).say("en")


class TestUnion:
    def test_intervals_end_before_the_scenario_does(self):
        assert page.interval_end(RECONCILED) == 2028
        assert page.union_end(RECONCILED) == 2030
        bare = RECONCILED.assign(low_80=np.nan)
        assert page.interval_end(bare) == 2030

    def test_the_union_first_then_members_by_size(self):
        table = page.members_table(RECONCILED)
        columns = page.members_columns(RECONCILED, load_countries())
        assert_headings_differ(columns)
        shown = read(table, columns)
        assert shown["union or country"] == ["European Union", "Germany", "France"]
        assert shown["last observed"] == ["300", "200", "100"]
        assert shown["2028, alone"] == ["320", "230", "100"]
        assert shown["2028, adding up"] == ["326", "228", "98.0"]
        assert shown["80% low"][0] == "296"
        assert shown["carried on to 2030"] == ["360", "255", "105"]
        # Germany 210 to 250 against 200: up; France 90 to 110 against 100: open
        assert page.members_headline(table, load_countries()).say("en") == (
            "Of 2 members with an interval, before adding up 1 rise and 0 fall by their 80% "
            "interval, 0 and 0 by the 95% one; largest: Germany and France"
        )

    def test_adding_up_does_not_decide_whether_a_member_rises(self):
        # Germany alone 210 to 250; moved down by 15 its interval would hold the 200 of today
        moved = RECONCILED.copy()
        germany = (moved["area"] == "DEU") & (moved["year"] == 2028)
        columns = ["value", "low_80", "high_80", "low_95", "high_95"]
        moved.loc[germany, columns] -= 15.0
        assert moved.loc[germany, "low_80"].item() < 200.0
        said = page.members_headline(page.members_table(moved), load_countries()).say("en")
        assert "before adding up 1 rise and 0 fall" in said

    def test_the_target_stands_beside_what_trends_give(self):
        assert page.union_headline(RECONCILED, 720.0).say("en") == (
            "Scenario: if trends held, the European Union would have 360 ICT specialists in 2030, "
            "50% of its target"
        )
        assert page.union_headline(RECONCILED, None).say("en").endswith("in 2030")
        near = RECONCILED[RECONCILED["year"] <= 2028]
        assert page.union_headline(near, None).say("en") == (
            "Forecast: if trends held, the European Union would have 326 ICT specialists in 2028"
        )
        naive = RECONCILED.assign(label=RECONCILED["label"].replace("forecast", "no_skill"))
        assert page.union_headline(naive, 720.0).say("en").startswith("No forecast of ICT")

    def test_captions(self):
        assert page.union_subtitle(RECONCILED).say("en") == (
            "Employed ICT specialists, persons, 2023 to 2024, forecast with intervals to 2028, "
            "carried on to 2030 as a scenario"
        )
        alt = page.union_alt(RECONCILED, 720.0).say("en")
        assert "from 280 in 2023 to 300 in 2024, carried on to 360 in 2030; a diamond" in alt
        assert "diamond" not in page.union_alt(RECONCILED, None).say("en")
        assert page.union_words(RECONCILED).say("en") == (
            "Forecast one by one, the 2 members come to 370 in 2030 and the union to 350: +5.7% "
            "apart. After adding up, both say 360."
        )

    def test_a_union_without_forecast_is_said_to_have_none(self):
        # the target of the year that single members reach may still be shown
        assert (page.union_end(CUT), page.interval_end(CUT)) == (2030, 2030)
        for goal in (720.0, None):
            assert page.union_headline(CUT, goal).say("en") == (
                "No forecast of ICT specialists in the European Union: too few years at one "
                "level (2)"
            )
        # the years of the union, not those before the shift of a member
        assert page.union_subtitle(CUT).say("en") == (
            "Employed ICT specialists, persons, 2023 to 2024, without a forecast"
        )
        assert page.union_alt(CUT, None).say("en") == (
            "A line from 280 in 2023 to 300 in 2024, without a forecast."
        )
        assert page.union_alt(CUT, 720.0).say("en") == (
            "A line from 280 in 2023 to 300 in 2024, without a forecast; a diamond marks the "
            "target of 720 in 2030."
        )
        assert page.union_words(CUT).say("en") == (
            "This cannot be told: the members can be added up at one level from 2023 to 2024 "
            "only. That is too short for a forecast of their sum, so their own forecasts are not "
            "made to add up."
        )

    def test_without_a_forecast_of_the_union_no_member_is_listed(self):
        names = load_countries()
        table = page.members_table(CUT)
        assert table.empty
        assert_headings_differ(page.members_columns(CUT, names))
        assert page.members_headline(table, names).say("en") == (
            "No forecasts of members that add up to the European Union"
        )

    def test_where_nothing_is_ahead_the_end_is_the_last_year(self):
        observed = CUT[CUT["observed"].notna()]
        assert page.union_end(observed) == page.interval_end(observed) == 2024
        assert page.members_table(observed).empty

    def test_only_a_target_of_the_union_and_year_is_one(self):
        figures = pd.DataFrame(
            [
                ("EU27", "projection", "employment", 2030, 12.0),
                ("EU27", "target", "employment", 2030, 20.0),
                ("JPN", "target", "employment", 2030, 1.0),
            ],
            columns=["area", "nature", "quantity", "target_year", "central"],
        )
        assert page.union_goal(figures, 2030) == 20.0
        assert page.union_goal(figures, 2031) is None
        assert page.union_goal(figures[figures["area"] == "JPN"], 2030) is None
