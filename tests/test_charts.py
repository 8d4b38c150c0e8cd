"""Charts: what is said to be plotted is what was given, and it is drawn the right way round."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from techdiplomacy import charts
from techdiplomacy.countries import load_countries


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names():
    return load_countries()


def specialisation(countries=("VNM", "JPN"), fields=("optics", "engines")):
    rows = [(country, field) for country in countries for field in fields]
    return pd.DataFrame(rows, columns=["country", "field"]).assign(
        count_items=10.0,
        rta_shrunk=[2.0 ** (place % 4 - 1) for place in range(len(rows))],
        rta_low=0.4,
        rta_high=4.0,
        probability_above=0.5,
        unrelated="x",
    )


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


class TestHeatMap:
    def test_a_few_countries_stand_side_by_side_in_the_order_given(self, names):
        chart = charts.specialisation_heat_map(specialisation(), ["JPN", "VNM"], names, level=0.95)
        ax = chart.drawing.axes[0]
        assert labels(ax.xaxis) == ["JPN", "VNM"]
        assert labels(ax.yaxis) == ["engines", "optics"]
        # log2 of the advantage: Viet Nam 0.5 and 1, Japan 2 and 4
        drawn = ax.collections[0].get_array().reshape(2, 2).tolist()
        assert drawn == [[2.0, 0.0], [1.0, -1.0]]

    def test_many_countries_stand_below_each_other_by_name(self, names):
        codes = list(names.table.index[:46])
        chart = charts.specialisation_heat_map(specialisation(codes), codes, names, level=0.95)
        ax = chart.drawing.axes[0]
        assert labels(ax.yaxis) == [names.name(code) for code in codes]
        assert labels(ax.xaxis) == ["engines", "optics"]

    def test_plotted_is_what_was_given_without_the_countries_left_out(self, names):
        rows = specialisation(("VNM", "JPN", "KOR"))
        chart = charts.specialisation_heat_map(rows, ["VNM", "KOR"], names, level=0.95)
        expected = rows[rows["country"] != "JPN"].drop(columns="unrelated")
        pd.testing.assert_frame_equal(chart.plotted, expected)

    def test_a_ring_marks_what_may_lie_on_either_side(self, names):
        rows = specialisation().assign(probability_above=[0.5, 0.99, 0.01, 0.94])
        chart = charts.specialisation_heat_map(rows, ["VNM", "JPN"], names, level=0.95)
        # unsure: Viet Nam in optics (second row) and Japan in engines (first row)
        rings = chart.drawing.axes[0].lines[0]
        places = set(zip(rings.get_xdata(), rings.get_ydata(), strict=True))
        assert places == {(0.5, 1.5), (1.5, 0.5)}

    def test_an_advantage_that_could_not_be_estimated_is_left_blank(self, names):
        rows = specialisation().assign(rta_shrunk=[np.nan, 1.0, 0.0, 2.0])
        chart = charts.specialisation_heat_map(rows, ["VNM", "JPN"], names, level=0.95)
        masked = chart.drawing.axes[0].collections[0].get_array().mask.reshape(2, 2)
        assert masked[1, 0]
        assert not masked[0].any()


BRANCHES = pd.DataFrame(
    {
        "branch": ["root", "b1", "b2"],
        "left": ["b2", "KOR", "b1"],
        "right": ["DEU", "JPN", "VNM"],
        "height": [3.0, 1.0, 2.0],
        "support_families": [np.nan, 0.911, 0.5],
    }
)
GROUPS = pd.DataFrame(
    {
        "country": ["VNM", "JPN", "KOR", "DEU"],
        "group": pd.array([1, 1, 1, 2], dtype="Int64"),
        "status": "ok",
        "map_x": [0.0, 1.0, 2.0, 3.0],
        "map_y": [0.0, 1.0, 0.0, -1.0],
    }
)
STABILITY = pd.DataFrame({"group": [1, 2], "label": ["firm", "single country"]})


class TestTree:
    def test_leaves_stand_as_the_branches_say(self):
        ends = {"b1": ("KOR", "JPN"), "b2": ("b1", "VNM"), "root": ("b2", "DEU")}
        assert charts._leaves("root", ends) == ["KOR", "JPN", "VNM", "DEU"]

    def test_names_stand_in_that_order_with_group_and_support(self, names):
        chart = charts.country_tree(BRANCHES, GROUPS, "VNM", names)
        texts = chart.drawing.axes[0].texts
        assert [text.get_text() for text in texts] == [
            *("91", "50"),
            *(f"1  {names.name('KOR')}", f"1  {names.name('JPN')}"),
            *(f"1  {names.name('VNM')}", f"2  {names.name('DEU')}"),
        ]
        heights = [text.get_position()[1] for text in texts[2:]]
        assert heights == [0, 1, 2, 3]
        bold = [text.get_text() for text in texts if text.get_fontweight() == "bold"]
        assert bold == [f"1  {names.name('VNM')}"]
        pd.testing.assert_frame_equal(chart.plotted, BRANCHES)

    def test_a_viewpoint_outside_the_tree_is_no_error(self, names):
        chart = charts.country_tree(BRANCHES, GROUPS, "ISR", names)
        assert not [text for text in chart.drawing.axes[0].texts if text.get_fontweight() == "bold"]


class TestMap:
    def test_plotted_are_the_countries_that_were_fitted(self, names):
        groups = GROUPS.assign(status=["small_n", "ok", "ok", "ok"])
        chart = charts.country_map(groups, STABILITY, "VNM", ["JPN"], names, (0.5, 0.25))
        assert chart.plotted["country"].tolist() == ["JPN", "KOR", "DEU"]
        assert chart.plotted["x"].tolist() == [1.0, 2.0, 3.0]
        assert chart.plotted["name"].tolist() == [names.name(c) for c in ("JPN", "KOR", "DEU")]
        ax = chart.drawing.axes[0]
        assert [text.get_text() for text in ax.texts] == [names.name("JPN")]
        assert ax.get_xlabel() == "first direction (50% of the variance)"

    def test_legend_names_each_group_and_how_firm_it_is(self, names):
        chart = charts.country_map(GROUPS, STABILITY, "VNM", [], names, (0.5, 0.25))
        written = [text.get_text() for text in chart.drawing.legends[0].get_texts()]
        assert written == ["group 1 (firm)", "group 2 (single country)"]


def forecasts():
    rows = [
        ("employment/VNM/a", "VNM", 2024, 10.0, "observed"),
        ("employment/VNM/a", "VNM", 2025, 11.0, "forecast"),
        ("employment/JPN/a", "JPN", 2024, 20.0, "observed"),
        ("employment/KOR/a", "KOR", 2024, 30.0, "observed"),
    ]
    frame = pd.DataFrame(rows, columns=["series", "country", "year", "value", "label"])
    return frame.assign(
        label_of_series="ICT professionals",
        value_published=frame["value"],
        level_shift=pd.NA,
        **dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), frame["value"]),
    )


def test_fan_charts_keep_the_order_asked_for(names):
    chart = charts.fan_charts(forecasts(), ["employment/JPN/a", "employment/VNM/a"], names)
    titles = [ax.get_title(loc="left") for ax in chart.drawing.axes if ax.get_visible()]
    assert titles == [
        f"{names.name('JPN')}: ICT professionals",
        f"{names.name('VNM')}: ICT professionals",
    ]
    assert set(chart.plotted["series"]) == {"employment/JPN/a", "employment/VNM/a"}
    given = forecasts().set_index(["series", "year"])["value"]
    plotted = chart.plotted.set_index(["series", "year"])["value"]
    pd.testing.assert_series_equal(plotted, given.loc[plotted.index])


def test_errors_are_relative_to_the_naive_line_of_their_panel(names):
    backtest = pd.DataFrame(
        [
            ("degrees", "naive", "all", 2.0),
            ("degrees", "drift", "all", 1.0),
            ("degrees", "median", "all", 1.5),
            ("degrees", "median", "1", 9.0),
            ("employment", "naive", "all", 4.0),
            ("employment", "median", "all", 5.0),
        ],
        columns=["measure", "method", "horizon", "mase"],
    )
    skill = pd.DataFrame(
        {
            "measure": ["degrees", "employment"],
            "method": "median",
            "skill_low": [0.1, -0.4],
            "skill_high": [0.4, -0.1],
        }
    )
    chart = charts.method_errors(backtest, skill)
    # the interval of the skill is that of the published method, and of no other
    assert chart.plotted.round(9).fillna("none").to_dict("records") == [
        {"name": "degrees: drift", "value": 0.5, "low": "none", "high": "none"},
        {"name": "degrees: median", "value": 0.75, "low": 0.6, "high": 0.9},
        {"name": "employment: median", "value": 1.25, "low": 1.1, "high": 1.4},
    ]
    assert labels(chart.drawing.axes[0].yaxis) == chart.plotted["name"].tolist()


def test_lines_start_in_the_year_asked_for_and_are_dashed_where_projected(names):
    outlook = pd.DataFrame(
        {
            "country": ["VNM"] * 3 + ["JPN"] * 3,
            "year": [2020, 2021, 2022] * 2,
            "working_age_index": [98.0, 100.0, 101.0, 102.0, 100.0, 99.0],
            "projection": ["estimate", "estimate", "medium"] * 2,
        }
    )
    chart = charts.working_age_lines(outlook, "VNM", names, from_year=2021)
    pd.testing.assert_frame_equal(chart.plotted, outlook[outlook["year"] >= 2021])
    drawn = {
        (line.get_linestyle(), tuple(line.get_ydata()))
        for line in chart.drawing.axes[0].lines
        if len(line.get_ydata())
    }
    # the dashed part starts where the solid one ends, so that no year is left undrawn
    assert drawn == {("-", (100.0,)), ("--", (100.0, 101.0)), ("--", (100.0, 99.0))}
