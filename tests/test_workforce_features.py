"""Population by age, two revisions and job postings: small tables worked out by hand."""

import pandas as pd
import pytest

from techdiplomacy import workforce, workforce_features
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.tables import check_table


def by_age(rows, **columns):
    return pd.DataFrame(rows, columns=["country", "year", "age_from", "population_persons"]).assign(
        **columns
    )


def test_population_of_the_countries_shown_ends_with_the_last_year_wanted():
    rows = [(country, year, 0, year - 2000.0) for country in "AB" for year in (2020, 2021, 2022)]
    found = workforce_features.population_ages(
        by_age(rows, projection="estimate"), ["B"], until=2021
    )
    assert found[["country", "year"]].values.tolist() == [["B", 2020], ["B", 2021]]
    assert list(found.columns) == declared("population_ages").column_names()


@pytest.mark.parametrize(("countries", "until"), [(["B", "C"], 2020), (["A", "B"], 2021)])
def test_a_country_without_its_last_years_is_named(countries, until):
    rows = by_age([("A", 2021, 0, 1.0), ("B", 2020, 0, 1.0)], projection="medium")
    lacking = "C" if "C" in countries else "B"
    with pytest.raises(InvalidTable, match=f"No population in {until} for {lacking}"):
        workforce_features.population_ages(rows, countries, until=until)


def revisions(**changes):
    population = by_age(
        [
            *(
                ("AAA", year, age, persons)
                for year in (2020, 2029, 2030, 2031)
                for age, persons in (
                    (0, 6.0),
                    (5, 3.0),
                    (10, 1.0),
                    (15, 50.0),
                    (60, 5.0),
                    (65, 7.0),
                )
            ),
            ("BBB", 2030, 15, 9.0),
        ]
    )
    totals = pd.DataFrame(
        [
            ("AAA", 2028, 90.0, 80.0, 100.0),
            ("AAA", 2029, 92.0, 80.0, 104.0),
            ("AAA", 2030, 96.0, 82.0, 110.0),
            ("BBB", 2029, 1.0, 1.0, 1.0),
        ],
        columns=["country", "year", "population_persons", "low_95", "high_95"],
    )
    decades = by_age(
        [
            ("AAA", 2020, 0, 11.0),
            ("AAA", 2020, 15, 60.0),
            ("AAA", 2020, 65, 9.0),
            ("AAA", 2030, 0, 4.0),
            ("AAA", 2030, 5, 7.0),
            ("AAA", 2030, 10, 1.0),
            ("AAA", 2030, 15, 58.0),
            ("AAA", 2030, 60, 6.0),
            ("AAA", 2030, 65, 18.0),
            ("AAA", 2040, 15, 1.0),
        ]
    )
    chosen = {"countries": ["AAA"], "working_ages": [15, 64], "until": 2031, **changes}
    return workforce_features.population_revisions(population, totals, decades, **chosen)


def test_middle_of_the_year_lies_between_two_ends():
    found = revisions().set_index("year")
    # 1 July 2029: between the ends of 2028 and 2029; 2028 and 2031 have one end only
    assert list(found.index) == [2020, 2029, 2030]
    assert found.loc[2029, "newer_persons"] == 91.0
    assert found.loc[
        2030, ["newer_persons", "newer_persons_low", "newer_persons_high"]
    ].tolist() == [*(94.0, 81.0, 107.0)]


def test_working_age_of_the_newer_revision_is_known_in_decades_only():
    found = revisions().set_index("year")
    assert found["earlier_working_age"].tolist() == [55.0, 55.0, 55.0]
    assert found["earlier_persons"].tolist() == [72.0, 72.0, 72.0]
    assert found.loc[[2020, 2030], "newer_working_age"].tolist() == [60.0, 64.0]
    assert found["earlier_older"].tolist() == [7.0, 7.0, 7.0]
    assert found.loc[[2020, 2030], "newer_older"].tolist() == [9.0, 18.0]
    assert found["earlier_under_10"].tolist() == [9.0, 9.0, 9.0]
    assert found.loc[[2020, 2030], "newer_under_10"].tolist() == [11.0, 11.0]
    assert found.loc[2029, ["newer_working_age", "newer_under_10"]].isna().all()
    # before the totals begin, the ages add up to the total, which has no interval
    assert found.loc[2020, "newer_persons"] == 80.0
    assert pd.isna(found.loc[2020, "newer_persons_low"])


def test_revisions_end_with_the_last_year_and_fit_their_declaration():
    found = revisions(until=2029)
    assert found["year"].max() == 2029
    checked = revisions().replace({"country": {"AAA": "VNM"}})
    assert len(check_table(checked, declared("population_revisions"), where="test")) == 3


def test_a_month_is_incomplete_if_a_day_is_missing():
    ai = pd.DataFrame({"country": ["DEU"], "month": ["2026-06"], "ai_share_percent": [3.5]})
    days = {"2020-02": 29, "2021-02": 28, "2024-02": 28, "2024-04": 30, "2024-05": 30}
    sectors = pd.DataFrame(
        {
            "country": "DEU",
            "sector": "Mathematics",
            "month": list(days),
            "postings_index": 101.0,
            "days": list(days.values()),
        }
    )
    found = workforce_features.job_postings(ai, sectors)
    assert found["incomplete"].tolist() == [0, 0, 0, 1, 0, 1]
    assert found["value"].tolist() == [3.5, *[101.0] * 5]
    assert found["signal"].unique().tolist() == [workforce_features.AI_SIGNAL, "Mathematics"]
    assert len(check_table(found, declared("job_postings"), where="test")) == 6


def test_specialists_and_graduates_become_series_of_their_own():
    rows = pd.DataFrame(
        [
            ("DEU", "ict_specialists", 2020, 1_934_000.0, "new survey"),
            ("DEU", "ict_graduates", 2020, 29_305.0, None),
            ("DEU", "engineering_graduates", 2020, 139_157.0, None),
        ],
        columns=["country", "statistic", "year", "persons", "level_shift"],
    )
    employed, trained = workforce.ict_series(rows), workforce.graduate_series(rows)
    assert employed[["series", "value", "level_shift"]].values.tolist() == [
        ["ict_specialists/DEU/all", 1_934_000.0, "new survey"]
    ]
    assert trained[["series", "value"]].values.tolist() == [
        ["graduates/DEU/ict", 29_305.0],
        ["graduates/DEU/engineering", 139_157.0],
    ]
    assert trained["unit"].unique().tolist() == ["graduates a year"]
    both = pd.concat([employed, trained], ignore_index=True)
    assert both["label"].is_unique
    assert len(check_table(both, declared("workforce_series"), where="test")) == 3
