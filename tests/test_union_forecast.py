"""A union and its members: sums by hand, level shifts, years that cannot be added up."""

import numpy as np
import pandas as pd
import pytest
from conftest import forecast_settings

from techdiplomacy import workforce
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.tables import check_table
from techdiplomacy.union_forecast import union_forecast

SETTINGS = forecast_settings(max_horizon=4)
MEMBERS = ["AUT", "BEL", "DEU"]
COUNTRIES = [*MEMBERS, "CHE", "NOR", "GBR"]
UNION = "EU27"
LABELS = ["observed", "rescaled"]


def world(seed=3, years=16):
    """Return one trending series a country; members are some of the countries."""
    rng = np.random.default_rng(seed)
    rows = []
    for place, country in enumerate(COUNTRIES):
        walk = 200 * (place + 1) + np.cumsum(8.0 + 3 * rng.normal(size=years))
        rows += [(country, 2009 + year, value) for year, value in enumerate(walk)]
    table = pd.DataFrame(rows, columns=["country", "year", "value"])
    table["series"] = "ict_specialists/" + table["country"] + "/all"
    return table.assign(
        measure="ict_specialists",
        label="ICT specialists",
        unit="persons",
        level_shift=pd.Series(pd.NA, index=table.index, dtype="str"),
    )


def made(series, level_shifts="join", members=MEMBERS):
    """Return the checked table of the union."""
    alone = workforce.forecast_workforce(series, SETTINGS, level_shifts=level_shifts, seed=1)
    table = union_forecast(
        alone.forecasts,
        series,
        members,
        SETTINGS,
        union=UNION,
        measure="ict_specialists",
        level_shifts=level_shifts,
        seed=1,
    )
    assert len(check_table(table, declared("reconciled_forecasts"), where="test")) == len(table)
    return table, alone


@pytest.fixture(scope="module")
def both():
    return made(world())


def of(table, area, *, ahead):
    rows = table[(table["area"] == area) & (~table["label"].isin(LABELS) == ahead)]
    return rows.set_index("year").sort_index()


def test_the_union_is_the_sum_of_its_members_where_all_are_observed(both):
    table, _ = both
    series = world()
    expected = series[series["country"].isin(MEMBERS)].groupby("year")["value"].sum()
    union = of(table, UNION, ahead=False)
    assert union["observed"].to_dict() == pytest.approx(expected.to_dict())
    assert set(union["label"]) == {"observed"}
    assert set(table["area"]) == {UNION, *MEMBERS}


def test_forecasts_add_up_and_say_what_they_were_alone(both):
    table, alone = both
    ahead = table[~table["label"].isin(LABELS)]
    value = ahead.pivot(index="year", columns="area", values="value")
    assert value.index.tolist() == list(range(2025, 2031))
    np.testing.assert_allclose(value[MEMBERS].sum(axis=1), value[UNION], atol=1e-6)
    own = alone.forecasts.set_index(["country", "year"])["value"]
    separately = ahead.pivot(index="year", columns="area", values="value_alone")
    for member in MEMBERS:
        np.testing.assert_array_equal(separately[member], own[member].loc[2025:2030])
    assert_shared_by_scale(table, {area: of(table, area, ahead=False) for area in separately})


def assert_shared_by_scale(table, trained):
    """Check by hand: what is lacking is shared by the squared mean absolute yearly change."""
    ahead = table[~table["label"].isin(LABELS)]
    value = ahead.pivot(index="year", columns="area", values="value")
    alone = ahead.pivot(index="year", columns="area", values="value_alone")
    lack = alone[UNION] - alone[MEMBERS].sum(axis=1)
    assert (lack.abs() > 1e-3).all()
    squared = {
        area: np.abs(np.diff(rows["observed"].to_numpy())).mean() ** 2
        for area, rows in trained.items()
    }
    for area in [UNION, *MEMBERS]:
        share = squared[area] / sum(squared.values())
        moved = value[area] - alone[area]
        np.testing.assert_allclose(moved, lack * share * (-1 if area == UNION else 1), rtol=1e-6)


def test_a_small_member_is_hardly_moved():
    series = world()
    series.loc[series["country"] == "AUT", "value"] /= 1000
    table, _ = made(series)
    ahead = table[~table["label"].isin(LABELS)].assign(
        moved=lambda t: t["value"] - t["value_alone"]
    )
    moved = ahead.pivot(index="year", columns="area", values="moved").abs()
    value = ahead.pivot(index="year", columns="area", values="value_alone")
    # its yearly change is a thousandth of that of the others, its variance a millionth
    assert (moved["AUT"] < 1e-4 * moved["BEL"]).all()
    assert (moved["AUT"] / value["AUT"] < moved["BEL"] / value["BEL"]).all()


def test_a_member_that_never_changed_gets_the_floor():
    series = world()
    series.loc[series["country"] == "AUT", "value"] = 300.0
    table, _ = made(series)
    rows = {area: of(table, area, ahead=False)["observed"] for area in [UNION, *MEMBERS]}
    others = series[~series["country"].isin(MEMBERS)].groupby("country")["value"]
    runs = [*(run for area, run in rows.items() if area != "AUT"), *(run for _, run in others)]
    # 1 % of the median scale of the panel, the union and the countries outside it included
    floor = 0.01 * np.median([run.diff().abs().mean() for run in runs])
    ahead = table[~table["label"].isin(LABELS)].set_index(["area", "year"])
    moved = (ahead["value"] - ahead["value_alone"]).unstack("area")
    expected = (floor / rows["DEU"].diff().abs().mean()) ** 2
    np.testing.assert_allclose(moved["AUT"] / moved["DEU"], expected, rtol=1e-4)


def test_intervals_keep_their_width_and_labels_stay(both):
    table, alone = both
    assert of(table, UNION, ahead=True)["label"].tolist() == ["forecast"] * 4 + ["scenario"] * 2
    own = alone.forecasts[alone.forecasts["country"] == "DEU"].set_index("year").loc[2025:]
    moved = of(table, "DEU", ahead=True)
    assert moved["label"].tolist() == own["label"].tolist()
    # ten series would be too few for 95 %
    assert moved.loc[2025:2028, "low_80"].notna().all()
    assert moved.loc[2029:, "low_80"].isna().all()
    for side in ("low_80", "high_80"):
        np.testing.assert_allclose(moved[side] - moved["value"], own[side] - own["value"])


def test_an_end_cut_at_zero_is_cut_anew_from_the_full_width():
    series = world()
    here = series["country"] == "AUT"
    # falls to almost nothing, so its interval reaches below zero
    fall = 120 - 8.0 * np.arange(here.sum()) + 3.0 * (np.arange(here.sum()) % 2)
    series.loc[here, "value"] = np.maximum(fall, 2.0)
    table, _ = made(series)
    rows = of(table, "AUT", ahead=True).loc[2025:2028]
    assert (rows["low_80"] == 0).any()
    width = rows["high_80"] - rows["value"]
    np.testing.assert_allclose(rows["low_80"], np.maximum(rows["value"] - width, 0.0), atol=1e-9)


class TestLevelShifts:
    def shifted(self):
        rows = world()
        here = rows["country"] == "DEU"
        rows.loc[here & (rows["year"] < 2020), "value"] *= 0.8
        rows.loc[here & (rows["year"] == 2020), "level_shift"] = "new survey"
        return rows

    def test_joined_the_sum_does_not_shift(self):
        rows = self.shifted()
        table, alone = made(rows)
        union, member = of(table, UNION, ahead=False), of(table, "DEU", ahead=False)
        assert union.index.tolist() == list(range(2009, 2025))
        assert set(union.loc[:2019, "label"]) == {"rescaled"}
        assert set(union.loc[2020:, "label"]) == {"observed"}
        joined = alone.forecasts[alone.forecasts["country"] == "DEU"].set_index("year")["value"]
        np.testing.assert_allclose(member["observed"], joined.loc[:2024])
        others = rows[rows["country"].isin(["AUT", "BEL"])].groupby("year")["value"].sum()
        np.testing.assert_allclose(union["observed"], others + joined.loc[:2024])
        # near the forecast of the world in which nothing had shifted
        plain, _ = made(world())
        np.testing.assert_allclose(
            of(table, UNION, ahead=True)["value"], of(plain, UNION, ahead=True)["value"], rtol=0.01
        )

    def test_cut_the_scale_is_that_of_the_newest_level(self):
        rows = world()
        here = rows["country"] == "DEU"
        rows.loc[here & (rows["year"] < 2015), "value"] *= 0.2
        rows.loc[here & (rows["year"] == 2015), "level_shift"] = "new survey"
        table, _ = made(rows, "cut")
        trained = {area: of(table, area, ahead=False) for area in [UNION, *MEMBERS]}
        trained["DEU"] = trained["DEU"].loc[2015:]
        assert_shared_by_scale(table, trained)

    def test_cut_the_union_begins_with_the_newest_level(self):
        table, _ = made(self.shifted(), "cut")
        union = of(table, UNION, ahead=False)
        assert union.index.tolist() == list(range(2020, 2025))
        # five points are too few: there is nothing to add up with, and nothing is made up
        assert of(table, UNION, ahead=True).empty
        ahead = table[~table["label"].isin(LABELS)]
        assert ahead["value"].isna().all()
        assert ahead["high_80"].isna().all()


def test_years_in_which_a_member_is_missing_are_not_added_up():
    rows = world()
    late = rows[~((rows["country"] == "BEL") & (rows["year"] == 2024))]
    table, _ = made(late)
    assert of(table, UNION, ahead=False).index.max() == 2023
    # the union is forecast from 2024 on, when two members are still observed
    union = of(table, UNION, ahead=True)
    assert union["value_alone"].notna().all()
    assert union.index[union["value"].isna()].tolist() == [2024]
    value = table[table["year"] >= 2025].pivot(index="year", columns="area", values="value")
    np.testing.assert_allclose(value[MEMBERS].sum(axis=1), value[UNION], atol=1e-6)


def test_a_member_without_a_forecast_leaves_the_others_as_they_are():
    rows = world()
    short = rows[~((rows["country"] == "BEL") & (rows["year"] < 2021))]
    table, _ = made(short)
    ahead = table[~table["label"].isin(LABELS)]
    assert set(ahead["area"]) == {"AUT", "DEU"}
    assert ahead["value"].isna().all()
    assert ahead["value_alone"].notna().all()


def test_a_member_without_a_series_is_named():
    with pytest.raises(InvalidTable, match="FRA 0"):
        made(world(), members=["AUT", "FRA"])
    double = world()
    double.loc[double["country"].eq("CHE"), "country"] = "AUT"
    with pytest.raises(InvalidTable, match="AUT 2"):
        made(double)
