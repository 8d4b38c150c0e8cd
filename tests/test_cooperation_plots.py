"""Rows, windows, two sides, paths and bars: drawn where the numbers are, and told by shape."""

import re
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from test_network_plot import SMALLEST, contrast, share_an_area

from techdiplomacy import cooperation_plots as drawing
from techdiplomacy import plots
from techdiplomacy.cooperation_plots import Mark, Scale
from techdiplomacy.texts import LANGUAGES

VIETNAMESE = "Đặng Quốc Bảo: ữ ỵ ằ ẵ ợ ễ"
MARKS = {
    "above": Mark(">", "#0072B2", False, "surely above"),
    "open": Mark("o", "#565656", True, VIETNAMESE),
    "below": Mark("<", "#D55E00", False, "surely below"),
}
RATIO = Scale("observed over expected", "ratio", 1.0, "as expected")


def rows(language="en", **more):
    frame = pd.DataFrame(
        {
            "name": [VIETNAMESE, "Japan", "Korea", "Laos"],
            "value": [3.0, 1.0, 0.3, np.nan],
            "low": [2.0, 0.8, 0.2, np.nan],
            "high": [4.0, 1.3, 0.5, np.nan],
            "mark": ["above", "open", "below", "open"],
            "words": ["", "", "", "no figures"],
            "aside": ["30 / 10", "5 / 5", "3 / 10", ""],
        }
    ).assign(**more)
    return drawing.rows_with_marks(frame, MARKS, RATIO, language=language, aside="counted")


def windows(language="en"):
    frame = pd.DataFrame(
        {
            "window": ["2009-2013", "2019-2023"],
            "value": [0.5, 2.0],
            "low": [0.4, 1.5],
            "high": [0.6, 2.5],
            "mark": ["below", "above"],
        }
    )
    return drawing.panels_over_windows(
        [("Japan", "closing", frame), ("Korea", "", frame.iloc[:1]), ("Laos", "", frame)],
        MARKS,
        RATIO,
        windows=["2009-2013", "2014-2018", "2019-2023"],
        language=language,
        columns=2,
    )


def volumes(language="en"):
    frame = pd.DataFrame(
        {
            "name": ["Japan", VIETNAMESE],
            "written": ["1,200", "3"],
            "2014-2018": [400.0, 0.0],
            "2019-2023": [1200.0, 3.0],
        }
    )
    scale = Scale("joint works", "count")
    return drawing.dots_over_windows(
        frame, windows=["2014-2018", "2019-2023"], scale=scale, language=language
    )


def points(count=4, seed=1):
    draws = np.random.default_rng(seed)
    x, y = 2.0 ** draws.normal(size=count), draws.integers(1, 60, count)
    return pd.DataFrame(
        {
            "name": [f"Country number {place}" for place in range(count)],
            "x": x,
            "x_low": x * 0.9,
            "x_high": x * 1.1,
            "y": y,
            "y_low": np.maximum(y - 1, 1),
            "y_high": y + 1,
            "mark": ["above" if place < 2 else "open" for place in range(count)],
            "front": [place < 2 for place in range(count)],
            "labelled": True,
        },
        index=[f"C{place}" for place in range(count)],
    )


def sides(language="en", panels=None):
    return drawing.two_sides(
        panels or [("Chips", "ties of all fields", points())],
        MARKS,
        RATIO,
        Scale("rank by size", "rank"),
        language=language,
    )


def paths(language="en"):
    frame = pd.DataFrame(
        {"year": [1, 0, -1], "value": [0.3, 0.1, 0.0], "low": [-0.2] * 3, "high": [0.2] * 3}
    )
    return drawing.paths_with_band(
        [("any step", "12 steps used", frame), ("agreement", "", frame)],
        x_label="years",
        y_label="difference",
        line_words="mean",
        band_words=VIETNAMESE,
        zero_words="no difference",
        language=language,
    )


def bars(language="en"):
    frame = pd.DataFrame(
        {
            "name": ["a long name of a part of the programme that has to be broken", VIETNAMESE],
            "value": [12, 3],
            "part": [1, 0],
            "written": ["12 projects", "3 projects"],
        }
    )
    return drawing.bars_in_words(
        frame, x_label="projects", parts=("all", "coordinated"), language=language
    )


DRAWINGS = [rows, windows, volumes, sides, paths, bars]


def texts(figure):
    """Return every text of a figure that is seen."""
    figure.draw_without_rendering()
    found = [text for legend in figure.legends for text in legend.get_texts()]
    found += [text for text in (figure._supxlabel, figure._supylabel) if text is not None]
    for ax in figure.axes:
        if ax.get_visible():
            found += [*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label]
            found += [*ax.get_xticklabels(), *ax.get_yticklabels()]
    return [text for text in found if text.get_text() and text.get_visible()]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def marks(ax):
    """Return place, shape and filling of the single points of a chart."""
    return [
        (*line.get_xydata()[0], line.get_marker(), line.get_markerfacecolor())
        for line in ax.lines
        if len(line.get_xydata()) == 1 and line.get_marker() not in ("None", "", None)
    ]


@pytest.mark.parametrize("draw", DRAWINGS)
class TestEveryDrawing:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_same_bytes_twice_and_every_letter_exists(self, draw, language):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            first = plots.to_svg(draw(language), "one")
        assert plots.to_svg(draw(language), "one") == first
        assert not re.search(r'\bid="(?!one-)', first)

    def test_letters_are_large_enough_and_stand_out(self, draw):
        found = texts(draw())
        assert found
        assert min(text.get_fontsize() for text in found) >= SMALLEST
        assert min(contrast(text.get_color()) for text in found) >= 4.5


class TestRows:
    def test_a_point_stands_at_its_value_and_its_shape_tells_its_kind(self):
        found = marks(rows().axes[0])
        assert found == [
            (3.0, 0.0, ">", "#0072B2"),
            (1.0, 1.0, "o", "white"),
            (0.3, 2.0, "<", "#D55E00"),
        ]

    def test_intervals_are_drawn_at_both_ends_and_a_second_one_thin(self):
        ax = rows(wide_low=[1.0, 0.5, 0.1, np.nan], wide_high=[8.0, 2.0, 0.6, np.nan]).axes[0]
        ends = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
        assert ends[:4] == [(1.0, 8.0), (2.0, 4.0), (0.5, 2.0), (0.8, 1.3)]

    def test_the_line_of_comparison_is_said_in_words_and_so_is_a_row_without_a_point(self):
        written = [text.get_text() for text in rows().axes[0].texts]
        assert "as expected" in written
        assert "no figures" in written
        assert written[1:6] == ["30 / 10", "5 / 5", "3 / 10", "", "counted"]

    def test_steps_of_a_ratio_double_and_are_written_in_the_language(self):
        # the lowest end is 0.2, so that no step stands below a quarter
        assert ticks(rows().axes[0].xaxis) == ["0.25", "0.5", "1", "2", "4"]
        assert ticks(rows("vi").axes[0].xaxis)[:2] == ["0,25", "0,5"]

    def test_a_wide_range_of_ratios_has_every_other_step(self):
        ax = rows(low=[0.001, 0.8, 0.2, np.nan], high=[1000.0, 1.3, 0.5, np.nan]).axes[0]
        assert ticks(ax.xaxis) == ["0.015625", "0.0625", "0.25", "1", "4", "16", "64"]

    def test_the_legend_names_the_kinds_that_have_a_point(self):
        assert legend(rows()) == ["surely above", VIETNAMESE, "surely below"]
        assert legend(rows(value=[3.0, np.nan, np.nan, np.nan])) == ["surely above"]

    def test_names_are_bold_where_they_are_emphasised(self):
        labels = rows(emphasis=[False, True, False, False]).axes[0].get_yticklabels()
        assert [label.get_fontweight() for label in labels] == [
            *("normal", "bold"),
            *["normal"] * 2,
        ]

    def test_a_plain_axis_has_equal_steps_and_needs_no_line_of_comparison(self):
        frame = pd.DataFrame(
            {"name": ["a"], "value": [5.0], "low": [0.0], "high": [10.0], "mark": ["open"]}
        )
        ax = drawing.rows_with_marks(frame, MARKS, Scale("x"), language="en").axes[0]
        steps = np.diff(ax.get_xticks())
        assert steps == pytest.approx(steps[0])
        assert len(ax.lines) == 2

    def test_places_start_at_one_and_run_in_fives(self):
        frame = pd.DataFrame(
            {"name": ["a"], "value": [7.0], "low": [2.0], "high": [21.0], "mark": ["open"]}
        )
        figure = drawing.rows_with_marks(frame, MARKS, Scale("rank", "place"), language="en")
        assert ticks(figure.axes[0].xaxis) == ["1", "5", "10", "15", "20"]


class TestWindows:
    def test_a_window_without_a_value_breaks_the_line_and_keeps_its_place(self):
        ax = windows().axes[0]
        joined = ax.lines[1].get_ydata()
        assert joined[[0, 2]].tolist() == [0.5, 2.0]
        assert np.isnan(joined[1])
        assert [(x, shape) for x, _, shape, _ in marks(ax)] == [(0, "<"), (2, ">")]

    def test_charts_share_their_scale_and_those_not_needed_are_hidden(self):
        axes = windows().axes
        assert len({ax.get_ylim() for ax in axes[:3]}) == 1
        assert [ax.get_visible() for ax in axes] == [True] * 3 + [False]

    def test_the_legend_says_what_the_line_of_comparison_is(self):
        assert legend(windows()) == ["surely above", "surely below", "as expected"]


class TestVolumes:
    def test_nothing_has_a_place_of_its_own_and_the_newest_dot_is_full(self):
        ax = volumes().axes[0]
        assert [(x, y) for x, y, *_ in marks(ax)] == [(400, 0), (1200, 0), (0, 1), (3, 1)]
        assert [filling for *_, filling in marks(ax)] == ["white", plots.PALETTE[0]] * 2
        assert ticks(ax.xaxis) == ["0", "1", "10", "100", "1,000"]

    def test_each_window_has_a_shape_of_its_own(self):
        looks = drawing.window_marks(["a", "b", "c", "d", "e"])
        assert len({look.marker for look in looks}) == 5
        assert [look.hollow for look in looks] == [True] * 4 + [False]
        assert min(contrast(look.colour) for look in looks) >= 3


class TestSides:
    def test_the_first_rank_stands_on_top_and_charts_share_their_scales(self):
        figure = sides(panels=[("a", "", points(5, 1)), ("b", "", points(8, 2))])
        low, high = figure.axes[0].get_ylim()
        assert low > high > 0
        assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()

    @pytest.mark.parametrize("count", [4, 14])
    def test_names_stay_inside_and_overlap_neither_each_other_nor_a_mark(self, count):
        figure = sides(panels=[("a", "", points(count))])
        plots.to_svg(figure, "one")
        # sizes of letters in the file are those of another resolution
        figure.draw_without_rendering()
        ax = figure.axes[0]
        names = [text for text in ax.texts if text.get_text().startswith("Country")]
        assert len(names) >= min(count, 12)
        # the letters alone, without the line to the point that some have
        boxes = [Text.get_window_extent(text) for text in names]
        assert not [pair for pair in combinations(boxes, 2) if share_an_area(*pair)]
        frame = ax.get_window_extent()
        assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
        spots = ax.transData.transform([spot[:2] for spot in marks(ax)])
        assert not any(box.contains(*spot) for box in boxes for spot in spots)

    def test_those_on_the_front_are_named_first_and_in_bold(self):
        ax = sides(panels=[("a", "", points(12))]).axes[0]
        bold = [text.get_text() for text in ax.texts if text.get_fontweight() == "bold"]
        assert bold == ["a", "Country number 0", "Country number 1"]


class TestPaths:
    def test_years_run_in_order_and_the_band_is_that_of_chance(self):
        ax = paths().axes[0]
        line = next(line for line in ax.lines if len(line.get_xdata()) == 3)
        assert line.get_xdata().tolist() == [-1, 0, 1]
        assert line.get_ydata().tolist() == [0.0, 0.1, 0.3]
        band = ax.collections[0].get_paths()[0].vertices
        assert (band[:, 1].min(), band[:, 1].max()) == (-0.2, 0.2)
        assert ax.collections[0].get_hatch()

    def test_the_legend_says_what_is_measured_across(self):
        assert paths().legends[0].get_title().get_text() == "years"
        assert legend(paths()) == ["mean", VIETNAMESE, "no difference"]


class TestBars:
    def test_the_dark_part_lies_inside_its_bar(self):
        widths = [patch.get_width() for patch in bars().axes[0].patches]
        assert widths == [12, 3, 1, 0]

    def test_long_names_are_broken(self):
        assert "\n" in ticks(bars().axes[0].yaxis)[0]
