"""Charts of the technology page: what is plotted is what was given, marks say what colours say."""

import numpy as np
import pandas as pd
import pytest
from test_technology_page import CONCENTRATION, COVERAGE, LEDGER, RANKS, SPREAD, TAXONOMY

from techdiplomacy import grid_plots, interval_plots, plots
from techdiplomacy import technology_charts as charts
from techdiplomacy.texts import LANGUAGES

pytestmark = pytest.mark.usefixtures("at_the_root")

DASH = "\N{EN DASH}"


def words(figure):
    """Return everything that is written inside the axes of a figure."""
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_ends_of_an_interval_of_ranks():
    assert charts.rank_ends(1.0, 2.5).say("vi") == f"1{DASH}2,5"
    assert charts.rank_ends(3.0, 3.0).say("en") == "3"


class TestRankMatrix:
    def chart(self, names, shown=("JPN", "KOR", "VNM")):
        return charts.rank_matrix(RANKS, COVERAGE, list(shown), TAXONOMY, names, "VNM")

    def test_a_cell_holds_median_mark_and_interval(self, names):
        figure = self.chart(names).draw("en")
        # first row: Japan, South Korea in no source, Vietnam
        assert words(figure)[:5] == [
            "1 \u25cf",
            f"1{DASH}2",
            "",
            "3.5 \u25cb",
            f"3{DASH}12",
        ]
        # second row: Vietnam is listed, but in too few measures
        assert words(figure)[5:9] == ["2 \u25c7", "2", "", DASH]

    def test_a_rank_from_few_items_is_not_written(self):
        row = {"status": "small_n", "rank_low": 26.0, "rank_high": 37.0}
        assert charts._rank_words(row, "en") == f"few\n26{DASH}37"
        assert charts._rank_words({**row, "rank_low": np.nan}, "en") == "few"

    def test_rows_say_what_the_rank_rests_on(self, names):
        ax = self.chart(names).draw("en").axes[0]
        assert ticks(ax.yaxis) == [
            "Chips\ndirect: 2 measures",
            "Cybersecurity\ndirect: US office only",
            "Rare earths, ocean\nproxy: patent families alone",
        ]
        assert [tick.get_fontweight() for tick in ax.get_xticklabels()] == [
            *("normal", "normal", "bold"),
        ]

    def test_rows_with_proxies_only_are_hatched_and_the_legend_says_so(self, names):
        figure = self.chart(names).draw("en")
        hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
        assert {patch.get_y() for patch in hatched} == {2}
        assert legend(figure)[-1] == "proxies only"
        near = charts.rank_matrix(
            RANKS, COVERAGE.assign(status="ok"), ["JPN"], TAXONOMY, names, "VNM"
        ).draw("en")
        assert legend(near)[-1] == "after 20"

    @pytest.mark.parametrize(
        ("median", "colour"),
        [(1.0, "#08519c"), (3.0, "#2171b5"), (3.5, "#6baed6"), (21, "#f7f7f7")],
    )
    def test_shades_follow_the_median(self, median, colour):
        assert charts._rank_shade({"status": "ok", "rank_median": median}) == colour
        assert charts._rank_shade(None) == "#ffffff"

    def test_the_rows_plotted_are_those_shown(self, names):
        plotted = self.chart(names).plotted
        assert set(plotted["country"]) == {"JPN", "VNM"}
        assert len(plotted) == 5


class TestLeadingRanks:
    def test_the_viewpoint_stands_below_the_first(self, names):
        chart = charts.leading_ranks(RANKS, COVERAGE, "VNM", TAXONOMY, names, most=1)
        first = chart.plotted[chart.plotted["group_id"] == "G06"]
        assert first["country"].tolist() == ["JPN", "VNM"]
        figure = chart.draw("vi")
        assert ticks(figure.axes[0].yaxis) == [names.name("JPN", "vi"), names.name("VNM", "vi")]

    def test_the_first_by_rank_break_ties_by_the_nominal_rank(self):
        tied = RANKS.assign(rank_median=1.0)
        assert charts.first_by_rank(tied, "G06", 2)["country"].tolist() == ["JPN", "USA"]
        # a country without rank is not added
        assert charts.first_by_rank(RANKS, "G10", 5, "VNM")["country"].tolist() == ["USA", "JPN"]

    def test_dots_are_filled_as_ranks_are_firm(self, names):
        figure = charts.leading_ranks(RANKS, COVERAGE, "VNM", TAXONOMY, names).draw("en")
        lines = {
            (line.get_xdata()[0], line.get_fillstyle(), line.get_markerfacecolor())
            for line in figure.axes[0].lines
        }
        assert lines == {
            (1.0, "full", plots.PALETTE[0]),
            (2.0, "left", plots.PALETTE[0]),
            (3.5, "full", "white"),
        }
        assert legend(figure) == ["firm", "leaning", "do not conclude"]


def test_the_role_in_a_rank_is_the_strongest_there_is():
    mixed = RANKS.assign(best_role=["partial", "direct", *["proxy"] * 6])
    assert charts.role_in_rank(mixed, "G06") == "direct"
    assert charts.role_in_rank(mixed, "G10") == "proxy"


class TestTopShares:
    def test_rows_follow_the_list_and_flagged_ones_are_bold(self, names):
        chart = charts.top_shares(CONCENTRATION, TAXONOMY, names, limit=0.5)
        assert chart.plotted["group_id"].tolist() == ["G06", "G09", "G10"]
        ax = chart.draw("en").axes[0]
        assert ticks(ax.yaxis)[0] == "Chips: Japan by patent families"
        assert [tick.get_fontweight() for tick in ax.get_yticklabels()] == [
            *("normal", "bold", "bold"),
        ]


class TestSpread:
    def test_evidence_without_numbers_has_no_line(self):
        chart = charts.spread_lines(SPREAD)
        assert chart.plotted["evidence"].unique().tolist() == ["publications"]
        ax = chart.draw("en").axes[0]
        assert ticks(ax.xaxis) == [f"2013{DASH}2017", f"2018{DASH}2022"]
        assert ax.lines[0].get_ydata().tolist() == [7.0, 8.5]


class TestStatedMatrix:
    def test_each_statement_has_a_mark_and_a_conflict_its_sign(self, names):
        figure = charts.stated_matrix(LEDGER, TAXONOMY, names).draw("en")
        written = [text for text in words(figure) if text]
        assert written == ["\u25cf", "\u25cb \u26a0", "?"]
        assert ticks(figure.axes[0].xaxis)[-1] == "no group"
        assert legend(figure)[0] == "\u25cf supported"

    def test_without_a_statement_outside_the_list_there_is_no_such_column(self, names):
        figure = charts.stated_matrix(LEDGER.head(2), TAXONOMY, names).draw("en")
        assert len(ticks(figure.axes[0].xaxis)) == len(TAXONOMY.groups)

    def test_a_cell_of_several_statements_takes_the_colour_of_the_worst(self):
        both = (["supported", "not_supported"], False)
        assert charts._grade_shade(both) == charts._grade_shade((["not_supported"], True))
        assert charts._marks(both) == "\u25cf \u25cb"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_in_every_language(language, names):
    for chart in (
        charts.rank_matrix(RANKS, COVERAGE, ["JPN", "VNM"], TAXONOMY, names, "VNM"),
        charts.leading_ranks(RANKS, COVERAGE, "VNM", TAXONOMY, names),
        charts.top_shares(CONCENTRATION, TAXONOMY, names, limit=0.4),
        charts.spread_lines(SPREAD),
        charts.stated_matrix(LEDGER, TAXONOMY, names),
    ):
        svg = plots.to_svg(chart.draw(language), "one")
        assert svg.startswith("<svg")
        assert len(chart.plotted) > 0


def test_a_grid_of_words_survives_one_cell():
    one = pd.DataFrame([["a\nb"]], ["row"], ["column"])
    shade = one.replace("a\nb", "#08519c")
    figure = grid_plots.word_grid(
        one, shade, legend=[grid_plots.Shade("#08519c", False, "dark")], note="note"
    )
    assert words(figure) == ["a", "b"]
    # white on a dark shade
    assert {text.get_color() for text in figure.axes[0].texts} == {"#ffffff"}


@pytest.mark.parametrize("colour", [colour for _, colour in charts._RANK_SHADES])
def test_ink_can_be_read_on_every_shade(colour):
    def luminance(code):
        parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    one, other = luminance(colour), luminance(grid_plots._ink_on(colour))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


def test_windows_with_intervals_of_two_series_have_a_legend():
    frame = pd.DataFrame({"window": ["2011-2015"], "value": [2.0], "low": [1.0], "high": [3.0]})
    two = interval_plots.windows_with_intervals(
        {"a": frame, "b": frame}, y_label="y", language="en"
    )
    assert legend(two) == ["a", "b"]
    assert not interval_plots.windows_with_intervals(
        {"a": frame}, y_label="y", language="en"
    ).legends
