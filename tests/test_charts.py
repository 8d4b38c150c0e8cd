"""Charts: what is said to be plotted is what was given, and it is drawn the right way round."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from techdiplomacy import charts, grid_plots
from techdiplomacy.texts import LANGUAGES
from techdiplomacy.vocabulary import GROUP_LABELS

pytestmark = pytest.mark.usefixtures("at_the_root")


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


def marks(figure):
    """Return every number that is drawn: points of lines, of scatters and colours of cells."""
    found = []
    for ax in figure.axes:
        found += [line.get_xydata().tolist() for line in ax.lines]
        found += [np.asarray(one.get_offsets()).tolist() for one in ax.collections]
        found += [one.get_array().tolist() for one in ax.collections if one.get_array() is not None]
    return found


class TestHeatMap:
    def test_a_few_countries_stand_side_by_side_in_the_order_given(self, names):
        chart = charts.specialisation_heat_map(specialisation(), ["JPN", "VNM"], names, level=0.95)
        ax = chart.draw("en").axes[0]
        assert labels(ax.xaxis) == ["JPN", "VNM"]
        assert labels(ax.yaxis) == ["engines", "optics"]
        # a field that the list of labels does not have stays English
        assert labels(chart.draw("vi").axes[0].yaxis) == ["engines", "quang học"]
        # log2 of the advantage: Vietnam 0.5 and 1, Japan 2 and 4
        drawn = ax.collections[0].get_array().reshape(2, 2).tolist()
        assert drawn == [[2.0, 0.0], [1.0, -1.0]]

    def test_many_countries_stand_below_each_other_by_name(self, names):
        codes = list(names.table.index[:46])
        chart = charts.specialisation_heat_map(specialisation(codes), codes, names, level=0.95)
        for language in LANGUAGES:
            ax = chart.draw(language).axes[0]
            assert labels(ax.yaxis) == [names.name(code, language) for code in codes]
        assert labels(ax.xaxis) == ["engines", "quang học"]

    def test_plotted_is_what_was_given_without_the_countries_left_out(self, names):
        rows = specialisation(("VNM", "JPN", "KOR"))
        chart = charts.specialisation_heat_map(rows, ["VNM", "KOR"], names, level=0.95)
        expected = rows[rows["country"] != "JPN"].drop(columns="unrelated")
        pd.testing.assert_frame_equal(chart.plotted, expected)

    def test_a_ring_marks_what_may_lie_on_either_side(self, names):
        rows = specialisation().assign(probability_above=[0.5, 0.94, 0.01, 0.99])
        chart = charts.specialisation_heat_map(rows, ["VNM", "JPN"], names, level=0.95)
        # unsure: Vietnam (first column) in both fields, Japan in none
        rings = chart.draw("en").axes[0].lines[0]
        places = set(zip(rings.get_xdata(), rings.get_ydata(), strict=True))
        assert places == {(0.5, 0.5), (0.5, 1.5)}

    def test_an_advantage_that_could_not_be_estimated_is_left_blank(self, names):
        rows = specialisation().assign(rta_shrunk=[np.nan, 1.0, 0.0, 2.0])
        chart = charts.specialisation_heat_map(rows, ["VNM", "JPN"], names, level=0.95)
        masked = chart.draw("en").axes[0].collections[0].get_array().mask.reshape(2, 2)
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

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_stand_in_that_order_with_group_and_support(self, names, language):
        def name(code):
            return names.name(code, language)

        chart = charts.country_tree(BRANCHES, GROUPS, "VNM", names)
        texts = chart.draw(language).axes[0].texts
        assert [text.get_text() for text in texts] == [
            *("91", "50"),
            *(f"1  {name('KOR')}", f"1  {name('JPN')}"),
            *(f"1  {name('VNM')}", f"2  {name('DEU')}"),
        ]
        heights = [text.get_position()[1] for text in texts[2:]]
        assert heights == [0, 1, 2, 3]
        bold = [text.get_text() for text in texts if text.get_fontweight() == "bold"]
        assert bold == [f"1  {name('VNM')}"]
        pd.testing.assert_frame_equal(chart.plotted, BRANCHES)

    def test_a_viewpoint_outside_the_tree_is_no_error(self, names):
        texts = charts.country_tree(BRANCHES, GROUPS, "ISR", names).draw("en").axes[0].texts
        assert len(texts) == 6
        assert not [text for text in texts if text.get_fontweight() == "bold"]


class TestMap:
    def test_plotted_are_the_countries_that_were_fitted(self, names):
        groups = GROUPS.assign(status=["small_n", "ok", "ok", "ok"])
        chart = charts.country_map(groups, STABILITY, "VNM", ["JPN"], names, (0.5, 0.25))
        assert chart.plotted["country"].tolist() == ["JPN", "KOR", "DEU"]
        assert chart.plotted["x"].tolist() == [1.0, 2.0, 3.0]
        assert chart.plotted["group"].tolist() == [1, 1, 2]
        ax = chart.draw("en").axes[0]
        assert [text.get_text() for text in ax.texts] == [names.name("JPN")]
        assert ax.get_xlabel() == "first direction (50% of the variance)"
        assert ax.get_ylabel() == "second direction (25%)"
        (name,) = chart.draw("vi").axes[0].texts
        assert name.get_text() == "Nhật Bản"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_legend_names_each_group_and_how_firm_it_is(self, names, language):
        chart = charts.country_map(GROUPS, STABILITY, "VNM", [], names, (0.5, 0.25))
        written = [text.get_text() for text in chart.draw(language).legends[0].get_texts()]
        firmness = [GROUP_LABELS[label].say(language) for label in STABILITY["label"]]
        assert len(written) == 2
        for number, (text, label) in enumerate(zip(written, firmness, strict=True), start=1):
            assert f" {number} (" in text
            assert label in text
        if language == "en":
            assert written == ["group 1 (firm)", "group 2 (single country)"]

    def test_a_viewpoint_outside_the_map_is_not_ringed(self, names):
        inside = charts.country_map(GROUPS, STABILITY, "VNM", [], names, (0.5, 0.25)).draw("en")
        outside = charts.country_map(GROUPS, STABILITY, "ISR", [], names, (0.5, 0.25)).draw("en")
        rings = [len(figure.axes[0].collections[-1].get_offsets()) for figure in (inside, outside)]
        assert rings == [1, 0]


def forecasts():
    rows = [
        ("employment/VNM/a", "VNM", 2024, 10.0, "observed"),
        ("employment/VNM/a", "VNM", 2025, 11.0, "forecast"),
        ("employment/JPN/a", "JPN", 2024, 20.0, "observed"),
        ("employment/KOR/a", "KOR", 2024, 30.0, "observed"),
    ]
    frame = pd.DataFrame(rows, columns=["series", "country", "year", "value", "label"])
    return frame.assign(
        label_of_series="optics",
        value_published=frame["value"],
        level_shift=pd.NA,
        **dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), frame["value"]),
    )


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Japan: optics", "Vietnam: optics"]),
        ("vi", ["Nhật Bản: quang học", "Việt Nam: quang học"]),
    ],
)
def test_fan_charts_keep_the_order_asked_for(names, language, titles):
    chart = charts.fan_charts(forecasts(), ["employment/JPN/a", "employment/VNM/a"], names)
    drawn = chart.draw(language).axes
    assert [ax.get_title(loc="left") for ax in drawn if ax.get_visible()] == titles
    assert set(chart.plotted["series"]) == {"employment/JPN/a", "employment/VNM/a"}
    given = forecasts().set_index(["series", "year"])["value"]
    plotted = chart.plotted.set_index(["series", "year"])["value"]
    pd.testing.assert_series_equal(plotted, given.loc[plotted.index])


def test_the_key_of_fan_charts_holds_what_is_drawn_and_no_more(names):
    def key(frame):
        chart = charts.fan_charts(frame, ["employment/VNM/a"], names)
        return [text.get_text() for text in chart.draw("en").legends[0].get_texts()]

    assert key(forecasts()) == ["observed", "forecast", "80% interval", "95% interval"]
    bare = forecasts().assign(low_95=np.nan, level_shift="new survey")
    bare["label"] = bare["label"].replace({"observed": "rescaled", "forecast": "no_skill"})
    assert key(bare) == [
        *("observed, scaled to the newest level", "the same years as published", "level shift"),
        *("80% interval", "last value carried on"),
    ]


BOTH = "median of drift, theta"
BACKTEST = pd.DataFrame(
    [
        ("degrees", "naive", "all", 2.0),
        ("degrees", "drift", "all", 1.0),
        ("degrees", BOTH, "all", 1.5),
        ("degrees", BOTH, "1", 9.0),
        ("employment", "naive", "all", 4.0),
        ("employment", BOTH, "all", 5.0),
    ],
    columns=["measure", "method", "horizon", "mase"],
)
SKILL = pd.DataFrame(
    {
        "measure": ["degrees", "employment"],
        "method": BOTH,
        "skill_low": [0.1, -0.4],
        "skill_high": [0.4, -0.1],
    }
)


def test_errors_are_relative_to_the_naive_line_of_their_panel():
    chart = charts.method_errors(BACKTEST, SKILL)
    # the interval of the skill is that of the published method, and of no other
    assert chart.plotted.round(9).fillna("none").to_dict("records") == [
        {"measure": "degrees", "method": "drift", "value": 0.5, "low": "none", "high": "none"},
        {"measure": "degrees", "method": BOTH, "value": 0.75, "low": 0.6, "high": 0.9},
        {"measure": "employment", "method": BOTH, "value": 1.25, "low": 1.1, "high": 1.4},
    ]
    ax = chart.draw("en").axes[0]
    assert labels(ax.yaxis) == [
        *("degrees: drift", "degrees: median of drift, Theta"),
        "employment: median of drift, Theta",
    ]
    bold = [text.get_fontweight() == "bold" for text in ax.get_yticklabels()]
    assert bold == [False, True, True]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == chart.plotted["value"].tolist()


def test_methods_are_said_in_the_words_of_the_language(translate):
    translate(
        {
            "median of {methods}": "trung vị của {methods}",
            "mean of {methods}": "trung bình của {methods}",
            "drift": "xu thế đều",
            "degrees": "bằng cấp",
            "employment": "việc làm",
        }
    )
    assert charts.method_words("drift").say("vi") == "xu thế đều"
    assert charts.method_words(BOTH).say("vi") == "trung vị của xu thế đều, Theta"
    assert charts.method_words("mean of drift, naive").say("vi") == (
        "trung bình của xu thế đều, naive line"
    )
    rows = labels(charts.method_errors(BACKTEST, SKILL).draw("vi").axes[0].yaxis)
    assert rows == [
        *("bằng cấp: xu thế đều", "bằng cấp: trung vị của xu thế đều, Theta"),
        "việc làm: trung vị của xu thế đều, Theta",
    ]


def test_an_unknown_method_is_an_error():
    for method in ("magic", "median of drift, magic"):
        with pytest.raises(KeyError, match="magic"):
            charts.method_words(method)


OUTLOOK = pd.DataFrame(
    {
        "country": ["VNM"] * 3 + ["JPN"] * 3,
        "year": [2020, 2021, 2022] * 2,
        "working_age_index": [98.0, 100.0, 101.0, 102.0, 100.0, 99.0],
        "projection": ["estimate", "estimate", "medium"] * 2,
    }
)


def drawn_lines(figure):
    return {
        (line.get_linestyle(), tuple(line.get_ydata()))
        for line in figure.axes[0].lines
        if len(line.get_ydata())
    }


def test_lines_start_in_the_year_asked_for_and_are_dashed_where_projected(names):
    chart = charts.working_age_lines(OUTLOOK, "VNM", names, from_year=2021)
    pd.testing.assert_frame_equal(chart.plotted, OUTLOOK[OUTLOOK["year"] >= 2021])
    # the dashed part starts where the solid one ends, so that no year is left undrawn
    assert drawn_lines(chart.draw("en")) == {
        *(("-", (100.0,)), ("--", (100.0, 101.0)), ("--", (100.0, 99.0))),
    }


def test_lines_of_projected_years_alone_are_dashed_from_their_first_year(names):
    outlook = OUTLOOK.assign(projection="medium")
    chart = charts.working_age_lines(outlook, "VNM", names, from_year=2021)
    assert drawn_lines(chart.draw("en")) == {
        *(("-", (100.0,)), ("--", (100.0, 101.0)), ("--", (100.0, 99.0))),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_carry_the_names_of_their_countries_and_the_viewpoint_stands_out(names, language):
    ax = charts.working_age_lines(OUTLOOK, "VNM", names, from_year=2020).draw(language).axes[0]
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights == {names.name("VNM", language): 101.0, names.name("JPN", language): 99.0}
    bold = [text.get_text() for text in ax.texts if text.get_fontweight() == "bold"]
    assert bold == [names.name("VNM", language)]


def every_chart(names):
    series = ["employment/JPN/a", "employment/VNM/a"]
    codes = ["VNM", "JPN"]
    return {
        "heat map": charts.specialisation_heat_map(specialisation(), codes, names, level=0.95),
        "tree": charts.country_tree(BRANCHES, GROUPS, "VNM", names),
        "map": charts.country_map(GROUPS, STABILITY, "VNM", ["JPN"], names, (0.5, 0.25)),
        "fans": charts.fan_charts(forecasts(), series, names),
        "errors": charts.method_errors(BACKTEST, SKILL),
        "lines": charts.working_age_lines(OUTLOOK, "VNM", names, from_year=2020),
    }


@pytest.mark.parametrize("kind", ["heat map", "tree", "map", "fans", "errors", "lines"])
def test_each_chart_draws_the_same_numbers_in_every_language(names, kind):
    chart = every_chart(names)[kind]
    before = chart.plotted.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        english, vietnamese = (chart.draw(language) for language in LANGUAGES)
        for figure in (english, vietnamese):
            figure.draw_without_rendering()
    assert marks(english)
    np.testing.assert_equal(marks(english), marks(vietnamese))
    # drawing in one language leaves nothing behind for the next
    np.testing.assert_equal(marks(chart.draw("en")), marks(english))
    pd.testing.assert_frame_equal(chart.plotted, before)
    assert not chart.plotted.empty


WINDOWS = pd.DataFrame(
    {
        "window": ["2011-2015"] * 4 + ["2016-2020"] * 4,
        "country": ["VNM", "JPN", "KOR", "DEU"] * 2,
        "group": pd.array([1, 1, 3, 2, 2, 1, 1, 2], dtype="Int64"),
        "own_group_coassignment": [0.9, 0.5, np.nan, 0.2, 0.6, 0.9, 0.59, 0.7],
        "label": [
            "firm",
            "firm",
            "single country",
            "leaning",
            "leaning",
            "firm",
            "firm",
            "leaning",
        ],
        "status": ["ok", "ok", "ok", "small_n", "ok", "ok", "ok", "ok"],
    }
)


class TestGroupWindows:
    def chart(self, names, windows=WINDOWS):
        return charts.group_windows(windows, STABILITY, "VNM", names, sure_from=0.6)

    def test_countries_stand_by_newest_group_then_by_their_past(self, names):
        ax = self.chart(names).draw("en").axes[0]
        # Germany was too small to be fitted in the first window: it comes last in its group
        assert labels(ax.yaxis) == [names.name(code) for code in ("JPN", "KOR", "VNM", "DEU")]
        assert labels(ax.xaxis) == ["2011\N{EN DASH}2015", "2016\N{EN DASH}2020"]
        written = [text.get_text() for text in ax.texts]
        assert written[:8] == ["1", "1", "3", "1", "1", "2", "\N{EN DASH}", "2"]
        assert written[8:] == ["group 1 (firm)", "group 2 (single country)"]

    def test_a_tile_is_full_from_the_level_on_or_if_alone(self, names):
        patches = [p for p in self.chart(names).draw("en").axes[0].patches if p.get_height() > 0.5]
        full = [grid_plots._tile_colours(n)[0] for n in range(1, 4)]
        strong = {colour.casefold() for colour in full}
        is_full = [to_hex(patch.get_facecolor()) in strong for patch in patches]
        # Japan .5, .9; Korea alone, .59; Vietnam .9, .6; Germany .7
        assert is_full == [False, True, True, False, True, True, True]

    def test_plotted_are_the_fitted_countries(self, names):
        plotted = self.chart(names).plotted
        assert len(plotted) == 7
        assert list(plotted.columns) == [
            "window",
            "country",
            "group",
            "own_group_coassignment",
            "label",
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_is_drawn_in_each_language(self, names, language):
        figure = self.chart(names).draw(language)
        figure.draw_without_rendering()
        assert names.name("KOR", language) in labels(figure.axes[0].yaxis)
        (bold,) = [t for t in figure.axes[0].get_yticklabels() if t.get_fontweight() == "bold"]
        assert bold.get_text() == names.name("VNM", language)

    def test_windows_of_two_parts_show_both_periods(self, names):
        both = WINDOWS.assign(window=WINDOWS["window"] + ";2018-2022")
        ax = self.chart(names, both).draw("en").axes[0]
        assert labels(ax.xaxis)[1] == "2016\N{EN DASH}2020, 2018\N{EN DASH}2022"
