"""Workforce: series, ages and joined levels worked out by hand; panels kept apart."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import forecast_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import workforce
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, InvalidTable
from techdiplomacy.tables import check_table

SETTINGS = forecast_settings()


def series(values, *, shifts=(), first=2001, name="employment/VNM/a", skip=()):
    """Return one series a year apart, with a reason in the years of its shifts."""
    years = [year for year in range(first, first + len(values) + len(skip)) if year not in skip]
    measure, country, _ = name.split("/", 2)
    return pd.DataFrame(
        {
            "series": name,
            "measure": measure,
            "country": country,
            "label": "Somebody",
            "unit": "persons",
            "year": years,
            "value": np.asarray(values, dtype=float),
            "level_shift": pd.Series(
                ["new survey" if year in shifts else None for year in years], dtype="str"
            ),
        }
    )


def population(country="VNM", year=2025, ages=(0, 15, 60, 65), persons=(10.0, 20.0, 30.0, 40.0)):
    return pd.DataFrame(
        {
            "country": country,
            "year": year,
            "age_from": ages,
            "population_persons": persons,
            "projection": "estimate",
        }
    )


class TestSeries:
    shared: pd.DataFrame = pd.DataFrame(
        {"country": ["VNM"], "year": [2020], "level_shift": ["new survey"]}
    )

    def test_employment_counts_persons_by_classification(self):
        table = self.shared.assign(
            classification="OC2_25", label="ICT professionals", employment_persons=1200.0
        )
        made = workforce.employment_series(table)
        assert made.to_dict("records") == [
            {
                "series": "employment/VNM/OC2_25",
                "measure": "employment",
                "country": "VNM",
                "label": "ICT professionals",
                "unit": "persons",
                "year": 2020,
                "value": 1200.0,
                "level_shift": "new survey",
            }
        ]

    def test_researchers_are_one_series_a_country(self):
        made = workforce.researcher_series(self.shared.assign(researchers_fte=7.5))
        row = made.to_dict("records")[0]
        assert (row["series"], row["value"]) == ("researchers/VNM/all", 7.5)
        assert row["unit"] == "full-time equivalents"

    def test_degrees_say_their_level_in_words(self):
        table = pd.concat([self.shared] * 2, ignore_index=True).assign(
            level=["first_university", "doctoral"], field="Engineering", degrees=[9.0, 1.0]
        )
        made = workforce.degree_series(table)
        assert made["series"].tolist() == [
            "degrees/VNM/first_university/Engineering",
            "degrees/VNM/doctoral/Engineering",
        ]
        assert made["label"].tolist() == [
            "Engineering, first university degrees",
            "Engineering, doctoral degrees",
        ]

    def test_all_three_have_the_declared_columns(self):
        made = pd.concat(
            [
                workforce.employment_series(
                    self.shared.assign(classification="a", label="b", employment_persons=1.0)
                ),
                workforce.researcher_series(self.shared.assign(researchers_fte=1.0)),
                workforce.degree_series(
                    self.shared.assign(level="doctoral", field="Engineering", degrees=1.0)
                ),
            ]
        )
        assert len(check_table(made, declared("workforce_series"), where="test")) == 3


class TestDegreeFields:
    both = pd.concat(
        [
            series([1.0], name="degrees/VNM/doctoral/Engineering"),
            series([2.0], name="degrees/VNM/doctoral/All fields"),
            series([3.0], name="employment/VNM/a"),
        ]
    )

    def test_other_fields_leave_and_other_measures_stay(self):
        kept = workforce.select_degree_fields(self.both, ["Engineering"])
        assert kept["value"].tolist() == [1.0, 3.0]

    def test_an_unknown_field_is_named_with_a_suggestion(self):
        with pytest.raises(InvalidParams, match=r"'Enginering'\. Did you mean 'Engineering'\?"):
            workforce.select_degree_fields(self.both, ["Enginering"])


class TestAgeStructure:
    def test_shares_add_up_by_hand(self):
        made = workforce.age_structure(population(), [15, 64])
        row = check_table(made, declared("age_structure"), where="test").to_dict("records")[0]
        assert (row["working_age_persons"], row["older_persons"]) == (50.0, 40.0)
        assert (row["working_age_share"], row["older_share"]) == (0.5, 0.4)
        assert row["total_persons"] == 100.0

    def test_a_missing_age_group_is_named(self):
        holed = pd.concat([population(), population("JPN", ages=(0, 15, 65), persons=(1, 2, 3.0))])
        with pytest.raises(InvalidTable, match=r"1 country-years lack .*\('JPN', 2025\)"):
            workforce.age_structure(holed, [15, 64])

    @pytest.mark.parametrize("ages", [[16, 64], [15, 65], [65, 14], [15, 99]])
    def test_working_ages_off_the_groups_are_refused(self, ages):
        with pytest.raises(InvalidParams, match=f"{ages[0]} to {ages[1]} do not fall"):
            workforce.age_structure(population(), ages)

    def test_a_country_without_people_has_no_shares(self):
        empty = population("TKL", persons=(0.0, 0.0, 0.0, 0.0))
        made = workforce.age_structure(pd.concat([population(), empty]), [15, 64])
        assert made["country"].tolist() == ["VNM"]


class TestLevelShifts:
    # ratios inside the levels: 1.1, 1.1, 1.1; the shift doubles the level
    values = (100.0, 110.0, 121.0, 266.2, 292.82)

    def test_the_old_level_is_scaled_by_hand(self):
        made = workforce.join_level_shifts(series(self.values, shifts=[2004]))
        # 266.2 / 121 = 2.2 is 1.1 times a factor of 2
        assert made["value"].round(9).tolist() == [200.0, 220.0, 242.0, 266.2, 292.82]
        assert made["value_published"].tolist() == list(self.values)
        assert made["level_shift"].isna().all()
        assert set(made["joined"]) == {"2004"}

    def test_two_shifts_multiply(self):
        rows = series([10, 11, 24.2, 26.62, 87.846, 96.6306], shifts=[2003, 2005])
        made = workforce.join_level_shifts(rows)
        # factors 2 and 3: the first level is scaled by 6, the second by 3
        assert made["value"].round(9).tolist() == [60, 66, 72.6, 79.86, 87.846, 96.6306]
        assert set(made["joined"]) == {"2003, 2005"}

    def test_over_a_gap_the_usual_change_counts_for_each_year(self):
        rows = series([100, 110, 121, 292.82, 322.102], shifts=[2005], skip=[2004])
        made = workforce.join_level_shifts(rows)
        # two years of 1.1 explain 1.21 of the 2.42; 2 is left
        assert made["value"].round(9).tolist() == [200.0, 220.0, 242.0, 292.82, 322.102]

    def test_the_change_over_a_gap_is_not_a_yearly_change(self):
        rows = series([100, 200, 220, 264, 343.2, 823.68], shifts=[2007], skip=[2002])
        made = workforce.join_level_shifts(rows)
        # yearly: 1.1, 1.2, 1.3; the doubling over two years is left out of their median
        assert made["value"].round(9).tolist() == [200, 400, 440, 528, 686.4, 823.68]

    @pytest.mark.parametrize(
        "values",
        [(100.0, 110.0, 121.0, 266.2), (100.0, 0.0, 121.0, 266.2, 292.82)],
        ids=["too few changes", "a zero"],
    )
    def test_a_series_that_says_too_little_keeps_its_shift(self, values):
        made = workforce.join_level_shifts(series(values, shifts=[2004]))
        assert made["value"].tolist() == list(values)
        assert made["level_shift"].notna().tolist() == [year == 2004 for year in made["year"]]
        assert set(made["joined"]) == {""}

    def test_a_shift_in_the_first_year_has_nothing_before_it(self):
        made = workforce.join_level_shifts(series(self.values, shifts=[2001]))
        assert made["value"].tolist() == list(self.values)
        assert set(made["joined"]) == {""}

    def test_series_are_joined_one_by_one(self):
        one, other = (
            series(self.values, shifts=[2004]),
            series(self.values, name="employment/JPN/a"),
        )
        made = workforce.join_level_shifts(pd.concat([one, other]))
        assert made.loc[made["country"] == "JPN", "value"].tolist() == list(self.values)
        assert made.loc[made["country"] == "VNM", "value"].iloc[0] == pytest.approx(200.0)

    @settings(deadline=None)
    @given(
        values=st.lists(st.floats(min_value=0.5, max_value=2.0), min_size=6, max_size=12),
        shift=st.integers(min_value=1, max_value=5),
        order=st.randoms(use_true_random=False),
    )
    def test_rates_inside_levels_and_the_newest_level_stay(self, values, shift, order):
        published = 100 * np.cumprod(values)
        rows = series(published, shifts=[2001 + shift])
        made = workforce.join_level_shifts(rows)
        joined = made["value"].to_numpy()
        np.testing.assert_array_equal(joined[shift:], published[shift:])
        inside = np.delete(np.arange(len(values) - 1), shift - 1)
        rates = (joined[1:] / joined[:-1])[inside]
        np.testing.assert_allclose(rates, (published[1:] / published[:-1])[inside], rtol=1e-9)
        # what is left at the shift is the usual change
        assert joined[shift] / joined[shift - 1] == pytest.approx(np.median(rates), rel=1e-9)
        places = list(range(len(rows)))
        order.shuffle(places)
        pd.testing.assert_frame_equal(workforce.join_level_shifts(rows.iloc[places]), made)


def panel(measure, *, count=6, years=22, drift=1.5, seed=1):
    """Return random walks with a drift as series of a measure."""
    steps = drift + np.random.default_rng(seed).normal(size=(count, years))
    walks = 100 + np.cumsum(steps, axis=1)
    return pd.concat(
        [
            series(walk, name=f"{measure}/VNM/{chr(97 + place)}", first=2003)
            for place, walk in enumerate(walks)
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def stocks():
    short = series([5.0, 6.0], name="employment/JPN/short", first=2020)
    shifted = panel("employment", seed=1)
    shifted.loc[
        (shifted["series"] == "employment/VNM/a") & (shifted["year"] == 2010), "level_shift"
    ] = "new survey"
    return pd.concat([shifted, short, panel("researchers", seed=2)], ignore_index=True)


def forecast(rows, level_shifts="join"):
    return workforce.forecast_workforce(rows, SETTINGS, level_shifts=level_shifts, seed=1)


@pytest.fixture(scope="module")
def made(stocks):
    return forecast(stocks)


class TestForecast:
    @pytest.mark.parametrize(
        ("attribute", "table"),
        [
            ("forecasts", "workforce_forecasts"),
            ("status", "series_status"),
            ("backtest", "forecast_backtest"),
            ("skill", "forecast_skill"),
        ],
    )
    def test_results_are_declared_tables(self, made, attribute, table):
        frame = getattr(made, attribute)
        assert len(check_table(frame, declared(table), where="test")) == len(frame)

    def test_observed_rows_come_back_with_their_shift_and_published_value(self, made, stocks):
        observed = made.forecasts[made.forecasts["label"].isin(["observed", "rescaled"])]
        both = observed.merge(stocks, on=["series", "year"])
        assert len(both) == len(stocks)
        assert (both["value_published"] == both["value_y"]).all()
        assert both["level_shift_x"].notna().sum() == 1

    def test_years_before_a_joined_shift_are_labelled_as_rescaled(self, made, stocks):
        rows = made.forecasts
        rescaled = rows[rows["label"] == "rescaled"]
        # the series begins in 2003, its level shifts in 2010
        assert set(rescaled["series"]) == {"employment/VNM/a"}
        assert sorted(rescaled["year"]) == list(range(2003, 2010))
        assert (rescaled["value"] != rescaled["value_published"]).all()
        observed = rows[rows["label"] == "observed"]
        np.testing.assert_allclose(observed["value"], observed["value_published"], rtol=1e-9)
        assert len(observed) + len(rescaled) == len(stocks)
        # nothing is scaled where levels are cut
        assert "rescaled" not in set(forecast(stocks, "cut").forecasts["label"])

    def test_forecasts_go_on_from_the_last_year_to_the_end(self, made):
        ahead = made.forecasts[~made.forecasts["label"].isin(["observed", "rescaled"])]
        for _, rows in ahead.groupby("series"):
            assert sorted(rows["year"]) == list(range(2025, 2031))
        assert ahead["value_published"].isna().all()

    def test_a_short_series_has_no_forecast_and_says_why(self, made):
        row = made.status.set_index("series").loc["employment/JPN/short"]
        assert row["status"] == "not_estimable"
        assert "2 points, 7 needed" in row["note"]
        ahead = made.forecasts[~made.forecasts["label"].isin(["observed", "rescaled"])]
        assert "employment/JPN/short" not in set(ahead["series"])

    def test_joined_levels_are_written_in_the_status(self, made, stocks):
        status = made.status.set_index("series")
        assert status.at["employment/VNM/a", "levels_joined"] == "2010"
        assert status.at["employment/VNM/a", "trained_from"] == 2003
        assert status["levels_joined"].notna().sum() == 1
        cut = forecast(stocks, "cut").status.set_index("series")
        assert cut.at["employment/VNM/a", "trained_from"] == 2010
        assert cut["levels_joined"].isna().all()

    def test_errors_across_a_shift_are_left_out_by_hand(self):
        # a level begins in 2010 in series a alone
        errors = pd.DataFrame(
            [
                # method, series, year, horizon, scaled error
                ("recipe", "a", 2009, 3, 1.0),  # (2006, 2009] ends before the shift
                ("recipe", "a", 2010, 1, 50.0),  # (2009, 2010] holds it
                ("recipe", "a", 2011, 1, 2.0),  # (2010, 2011] begins with it
                ("recipe", "a", 2012, 3, 70.0),  # (2009, 2012] holds it
                ("recipe", "b", 2010, 1, 6.0),  # another series has no shift
                ("naive", "a", 2009, 3, 2.0),
                ("naive", "a", 2010, 1, 90.0),
                ("naive", "a", 2011, 1, 4.0),
                ("naive", "a", 2012, 3, 80.0),
                ("naive", "b", 2010, 1, 5.0),
            ],
            columns=["method", "series", "year", "horizon", "scaled_error"],
        )
        panel_ = SimpleNamespace(backtest=errors, skill=pd.DataFrame({"method": ["recipe"]}))
        shifts = pd.DataFrame({"series": ["a", "a", "b"], "year": [2009, 2010, 2010]}).assign(
            level_shift=[None, "new survey", None]
        )
        found = workforce._outside_shifts(panel_, shifts)
        # means by series: recipe (1.5, 6), naive (3, 5); over series 3.75 and 4
        assert found["skill_outside_shifts"] == pytest.approx(1 - 3.75 / 4)
        assert found["share_across_shifts"] == pytest.approx(4 / 10)

    def test_skill_without_shifts_is_the_skill_and_one_shift_takes_its_share(self, made, stocks):
        skill = made.skill.set_index("measure")
        assert skill.at["researchers", "share_across_shifts"] == 0
        assert skill.at["researchers", "skill_outside_shifts"] == pytest.approx(
            skill.at["researchers", "skill"]
        )
        # the shift of 2010 lies before every origin (2016 to 2018): nothing crosses it
        assert skill.at["employment", "share_across_shifts"] == 0
        late = stocks.assign(level_shift=None)
        here = late["series"] == "employment/VNM/a"
        late.loc[here & (late["year"] == 2018), "level_shift"] = "new survey"
        moved = forecast(late)
        # origins 2016 and 2017 reach 2018 from their second and first step on: 5 and 6 of the
        # 18 errors of one of the six series
        row = moved.skill.set_index("measure").loc["employment"]
        assert row["share_across_shifts"] == pytest.approx((5 + 6) / (6 * 18))
        kept = moved.panels["employment"].backtest
        crossing = (
            (kept["series"] == "employment/VNM/a")
            & (kept["year"] >= 2018)
            & (kept["year"] - kept["horizon"] < 2018)
        )
        means = kept[~crossing].groupby(["method", "series"])["scaled_error"].mean()
        by_method = means.groupby("method").mean()
        assert row["skill_outside_shifts"] == pytest.approx(
            1 - by_method[row["method"]] / by_method["naive"]
        )
        assert row["skill_outside_shifts"] != pytest.approx(row["skill"])
        # trained after the shift only, nothing is left that could cross it
        cut = forecast(late, "cut").skill.set_index("measure")
        assert (cut["share_across_shifts"] == 0).all()

    def test_measures_are_never_pooled(self, made, stocks):
        own = stocks["measure"] == "employment"
        alone = forecast(stocks[own])
        together = made.forecasts[made.forecasts["measure"] == "employment"]
        # the same numbers whether or not another measure is there
        pd.testing.assert_frame_equal(
            together.sort_values(["series", "year"], ignore_index=True),
            alone.forecasts.sort_values(["series", "year"], ignore_index=True),
        )
        assert made.skill.set_index("measure")["n_series"].to_dict() == {
            "employment": 6,
            "researchers": 6,
        }

    def test_a_panel_too_short_to_be_judged_leaves_the_tables_valid(self, stocks):
        short = series([5.0, 6.0], name="degrees/JPN/a", first=2020)
        result = forecast(pd.concat([stocks, short], ignore_index=True))
        check_table(result.forecasts, declared("workforce_forecasts"), where="test")
        check_table(result.backtest, declared("forecast_backtest"), where="test")
        check_table(result.skill, declared("forecast_skill"), where="test")

    def test_order_of_rows_plays_no_part(self, made, stocks):
        again = forecast(stocks.sample(frac=1, random_state=3))
        table = declared("workforce_forecasts")
        pd.testing.assert_frame_equal(
            check_table(again.forecasts, table, where="test"),
            check_table(made.forecasts, table, where="test"),
        )


class TestPlantedBreak:
    """One series of a panel jumps in a year that is marked; the truth without it is known."""

    name = "employment/VNM/c"
    truth = panel("employment", count=8, seed=4)

    def broken(self, factor=3.0, year=2012):
        rows = self.truth.copy()
        here = rows["series"] == self.name
        rows.loc[here & (rows["year"] < year), "value"] *= factor
        rows.loc[here & (rows["year"] == year), "level_shift"] = "new survey"
        return rows

    def ahead(self, result):
        rows = result.forecasts
        own = rows[(rows["series"] == self.name) & (rows["year"] > 2024)]
        return own.set_index("year")["value"]

    def test_cut_trains_on_nothing_before_it_and_says_so(self):
        made = forecast(self.broken(), "cut")
        row = made.status.set_index("series").loc[self.name]
        assert (row["trained_from"], row["n_points"]) == (2012, 13)
        assert "trained from 2012 (level shift in 2012: new survey)" in row["note"]
        # whatever the old level was
        again = forecast(self.broken(factor=0.01), "cut")
        pd.testing.assert_series_equal(self.ahead(again), self.ahead(made))
        published = made.forecasts[made.forecasts["series"] == self.name]
        assert set(published.loc[published["year"] < 2025, "label"]) == {"observed"}

    def test_joined_it_is_forecast_as_if_there_had_been_no_break(self):
        expected = self.ahead(forecast(self.truth))
        made = forecast(self.broken())
        rows = made.forecasts[made.forecasts["series"] == self.name].set_index("year")
        assert set(rows.loc[2003:2011, "label"]) == {"rescaled"}
        assert set(rows.loc[2012:2024, "label"]) == {"observed"}
        # the joint replaces one yearly change by the usual one: no more is lost
        np.testing.assert_allclose(self.ahead(made), expected, rtol=0.02)
        # left unmarked, the same break would have moved it far away
        unmarked = forecast(self.broken().assign(level_shift=None))
        assert abs(self.ahead(unmarked)[2030] / expected[2030] - 1) > 0.1
        # how large the break was plays no part
        np.testing.assert_allclose(self.ahead(forecast(self.broken(factor=0.2))), self.ahead(made))


class TestCatalogue:
    def test_years_gaps_and_shifts_by_hand(self):
        rows = pd.concat(
            [
                series([1, 2, 3, 4], name="employment/VNM/a", skip=(2002, 2004), shifts=[2003]),
                series([1, 2], name="employment/VNM/b", first=2010, shifts=[2010, 2011]),
                series([1, 2, 3], name="employment/JPN/a", first=1999),
                series([5], name="degrees/VNM/doctoral/Engineering"),
            ],
            ignore_index=True,
        )
        made = check_table(
            workforce.series_catalogue(rows), declared("series_catalogue"), where="test"
        )
        columns = ["measure", "country", "series", "first_year", "last_year", "years_missing"]
        assert made[columns].to_numpy().tolist() == [
            ["degrees", "VNM", 1, 2001, 2001, 0],
            ["employment", "JPN", 1, 1999, 2001, 0],
            # a: 2001, 2003, 2005, 2006; b: 2010, 2011
            ["employment", "VNM", 2, 2001, 2011, 2],
        ]
        # the first year of a series has no level before it
        assert made["shifts"].fillna("").tolist() == ["", "", "2003, 2011"]
        again = workforce.series_catalogue(rows.sample(frac=1, random_state=2))
        pd.testing.assert_frame_equal(
            check_table(again, declared("series_catalogue"), where="test"), made
        )


class TestOutlook:
    ages = pd.DataFrame(
        {
            "country": ["VNM", "VNM", "VNM", "JPN", "JPN"],
            "year": [2025, 2030, 2050, 2025, 2030],
            "working_age_persons": [50.0, 60.0, 70.0, 40.0, 30.0],
            "older_share": 0.2,
            "projection": ["estimate", "medium", "medium", "estimate", "medium"],
        }
    )

    def test_the_base_year_is_a_hundred(self):
        made = workforce.working_age_outlook(self.ages, ["VNM", "JPN"], base_year=2025, until=2030)
        checked = check_table(made, declared("working_age_outlook"), where="test")
        assert checked["country"].tolist() == ["JPN", "JPN", "VNM", "VNM"]
        assert checked["working_age_index"].tolist() == [100.0, 75.0, 100.0, 120.0]

    def test_a_country_without_the_base_year_is_named(self):
        with pytest.raises(InvalidTable, match="No population in 2025 for KOR"):
            workforce.working_age_outlook(self.ages, ["VNM", "KOR"], base_year=2025, until=2030)
