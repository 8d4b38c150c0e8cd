"""Charts of the priorities page: cells say what their colours say, and what is not known."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from matplotlib.colors import to_hex
from test_cooperation_plots import legend, marks, ticks
from test_network_plot import contrast

from techdiplomacy import grid_plots, plots
from techdiplomacy import partnership_charts as charts
from techdiplomacy.countries import load_countries
from techdiplomacy.scorecard_tables import CARD_STATUSES
from techdiplomacy.technologies import load_taxonomy
from techdiplomacy.texts import LANGUAGES, verbatim

DASH = "\N{EN DASH}"
LIST = "vn-1131-2025"


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names():
    return load_countries()


@pytest.fixture
def taxonomy():
    return load_taxonomy(LIST)


def rank(group, partner, median, low, high, label, front=False, status="ok"):
    return {
        "framework": LIST,
        "group_id": group,
        "partner": partner,
        "rank": median,
        "rank_median": median,
        "rank_low": low,
        "rank_high": high,
        "label": label,
        "any_low": low - 1 if status == "ok" else np.nan,
        "any_high": high + 3 if status == "ok" else np.nan,
        "on_front": front,
        "front_shown": front,
        "front_share": 0.9 if front else 0.0,
        "status": status,
    }


NONE = (np.nan, np.nan, np.nan, "do not conclude", False, "not_estimable")
RANKS = pd.DataFrame(
    [
        rank("G06", "USA", 1.0, 1.0, 2.0, "firm", front=True),
        rank("G06", "JPN", 2.5, 2.0, 7.0, "leaning"),
        rank("G06", "LAO", *NONE),
        rank("G01", "USA", 12.0, 2.0, 15.0, "do not conclude"),
        rank("ALL", "JPN", 2.0, 2.0, 4.0, "firm", front=True),
        rank("ALL", "USA", 3.0, 2.0, 6.0, "leaning"),
        rank("ALL", "LAO", *NONE),
        rank("R02", "DEU", 1.0, 1.0, 1.0, "firm") | {"framework": "other"},
    ]
)
DOUBLE = float(np.log(2))
VALUES = pd.DataFrame(
    [
        ("G06", "USA", 1.0, 1.0, 2.0, "all_fields", -DOUBLE, -0.8, -0.6),
        ("G06", "JPN", 4.0, 3.0, 6.0, "group", DOUBLE, 0.5, 0.9),
        ("G06", "LAO", np.nan, np.nan, np.nan, "all_fields", 0.1, 0.0, 0.2),
        ("G01", "JPN", 9.0, 8.0, 11.0, "group", DOUBLE, 0.5, 0.9),
    ],
    columns=[
        *("group_id", "partner", "strength_rank", "strength_low", "strength_high"),
        *("tie_scope", "gap", "gap_low", "gap_high"),
    ],
).assign(framework=LIST, tie_kind="joint_works")
MATRIX = pd.DataFrame(
    [
        ("G06", "JPN", True, 2.0, 1.0, 3.0, "known", "listed"),
        ("G01", "JPN", True, 3.5, 2.0, 6.0, "known", "listed"),
        ("G06", "KOR", True, 4.0, 4.0, 4.0, "not_known", "listed"),
        ("G06", "TWN", True, 1.0, 1.0, 1.0, "not_known", "not_listed"),
        ("G06", "LAO", False, 90.0, 80.0, 95.0, "not_known", "listed"),
    ],
    columns=[
        *("group_id", "partner", "leader", "rank_median", "rank_low", "rank_high"),
        *("office", "mission"),
    ],
).assign(framework=LIST, country="VNM")
CARD = pd.DataFrame(
    [
        ("preference", "USA", 0.85, "ok"),
        ("preference", "JPN", np.nan, "small_n"),
        ("people", "USA", np.nan, "needs_register"),
        ("people", "JPN", 0.1, "incomplete"),
    ],
    columns=["indicator", "partner", "score", "status"],
).assign(country="VNM", value=1.0, low=0.5, high=1.5, pool=10, scope="all_fields")
INDICATORS = {"preference": verbatim("preference"), "people": verbatim("people")}
PATHS = pd.DataFrame(
    [
        (kind, year, value, -0.2, 0.2, 6)
        for kind, values in {"any": (0.0, 0.1, 0.3), "agreement": (np.nan,) * 3}.items()
        for year, value in zip((-1, 0, 1), values, strict=True)
    ],
    columns=[
        *("event_kind", "relative_year", "difference", "placebo_low", "placebo_high", "events"),
    ],
)
STUDY = pd.DataFrame(
    [("any", 6, "no_change_seen"), ("agreement", 0, "not_enough_data")],
    columns=["event_kind", "used", "verdict"],
)
KINDS = {"any": verbatim("any step"), "agreement": verbatim("agreement")}
VERDICTS = {"no_change_seen": verbatim("no change seen")}


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def shades(figure):
    return [to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]


class TestGroupMatrix:
    def figure(self, names, taxonomy, language="en"):
        return charts.partner_group_matrix(RANKS, taxonomy, names, framework=LIST).draw(language)

    def test_partners_stand_in_the_order_over_all_groups_which_come_last(self, names, taxonomy):
        ax = self.figure(names, taxonomy).axes[0]
        assert ticks(ax.yaxis) == ["Japan", "United States", "Laos"]
        assert ticks(ax.xaxis) == ["AI", "Chips", "all\ngroups"]

    def test_a_cell_holds_median_mark_star_and_interval_or_a_dash(self, names, taxonomy):
        assert words(self.figure(names, taxonomy)) == [
            *(DASH, "2.5 \u25d0", f"2{DASH}7", "2 \u25cf\u2605", f"2{DASH}4"),
            *("12 \u25cb", f"2{DASH}15", "1 \u25cf\u2605", f"1{DASH}2", "3 \u25d0", f"2{DASH}6"),
            *(DASH, DASH, DASH),
        ]
        assert "2,5 \u25d0" in words(self.figure(names, taxonomy, "vi"))

    def test_shades_follow_the_median(self, names, taxonomy):
        found = shades(self.figure(names, taxonomy))
        assert found[:6] == ["#ffffff", "#6baed6", "#6baed6", "#f7f7f7", "#08519c", "#6baed6"]

    def test_plotted_is_the_list_asked_for(self, names, taxonomy):
        chart = charts.partner_group_matrix(RANKS, taxonomy, names, framework=LIST)
        assert len(chart.plotted) == 7


class TestOverallRanks:
    def test_both_intervals_are_drawn_and_no_rank_is_said(self, names, taxonomy):
        chart = charts.overall_ranks(RANKS, names, framework=LIST)
        ax = chart.draw("en").axes[0]
        assert ticks(ax.yaxis) == ["Japan", "United States", "Laos"]
        ends = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
        assert ends == [(1.0, 7.0), (2.0, 4.0), (1.0, 9.0), (2.0, 6.0)]
        assert [(x, shape) for x, _, shape, _ in marks(ax)] == [(2.0, "o"), (3.0, "D")]
        assert words(chart.draw("en")) == ["a side is missing, so no rank"]
        assert legend(chart.draw("en")) == ["firm", "leaning"]

    def test_a_group_has_an_order_of_its_own(self, names):
        chart = charts.overall_ranks(RANKS, names, framework=LIST, group="G06")
        assert chart.plotted["partner"].tolist() == ["USA", "JPN", "LAO"]

    def test_order_names_those_without_a_rank_last(self):
        assert charts.overall_order(RANKS, LIST) == ["JPN", "USA", "LAO"]


class TestPareto:
    def test_gap_lies_across_rank_upright_and_the_front_stands_out(self, names, taxonomy):
        chart = charts.pareto_panel(VALUES, RANKS, taxonomy, names, framework=LIST, groups=["G06"])
        # a partner without strength has no place
        assert chart.plotted["partner"].tolist() == ["USA", "JPN"]
        assert chart.plotted["front_shown"].tolist() == [True, False]
        figure = chart.draw("en")
        found = [(round(x, 6), y, shape) for x, y, shape, _ in marks(figure.axes[0])]
        assert found == [(0.5, 1.0, "D"), (2.0, 4.0, "o")]
        assert words(figure) == [
            *("Chips", "ties of the group or of all fields", "United States", "Japan"),
        ]

    def test_of_several_groups_only_the_front_is_named(self, names, taxonomy):
        chart = charts.pareto_panel(
            VALUES, RANKS, taxonomy, names, framework=LIST, groups=["G01", "G05", "G06"]
        )
        axes = [ax for ax in chart.draw("en").axes if ax.get_visible()]
        written = [[text.get_text() for text in ax.texts] for ax in axes]
        assert written[0] == ["AI", "ties of the group"]
        assert written[1][-1] == "United States"

    def test_ties_of_all_fields_say_so(self):
        assert charts._scope_words({"all_fields"}).say("en") == "ties of all fields"


class TestRepresentation:
    def test_leaders_stand_by_the_groups_they_lead(self, names, taxonomy):
        chart = charts.representation_matrix(MATRIX, taxonomy, names, framework=LIST)
        figure = chart.draw("en")
        assert ticks(figure.axes[0].yaxis) == ["Japan", "South Korea", "Taiwan"]
        assert set(chart.plotted["partner"]) == {"JPN", "KOR", "TWN"}

    def test_marks_and_shades_say_what_stands_there(self, names, taxonomy):
        figure = charts.representation_matrix(MATRIX, taxonomy, names, framework=LIST).draw("en")
        assert words(figure) == [
            *("\u25cf 3.5", f"2{DASH}6", "\u25cf 2", f"1{DASH}3"),
            *("", "\u25d0 4", "4", "", "\u25cb 1", "1"),
        ]
        assert shades(figure) == [
            *("#6baed6", "#6baed6", "#f7f7f7", "#e3edf7", "#f7f7f7", "#fde0c5"),
        ]
        assert legend(figure) == [
            "\u25cf a science office is known",
            "\u25d0 a mission is listed, no office known",
            "\u25cb list incomplete",
        ]


class TestScorecard:
    def figure(self, names, language="en"):
        chart = charts.scorecard_matrix(
            CARD, names, indicators=INDICATORS, order=["JPN", "USA", "MMR"]
        )
        return chart.draw(language)

    def test_a_cell_holds_a_score_or_what_is_wanting(self, names):
        assert words(self.figure(names)) == [
            *("no data", "few items", "0.10*"),
            *("0.85", "no data", "register"),
            # a partner of which nothing is known
            *("no data", "no data"),
        ]
        assert "0,85" in words(self.figure(names, "vi"))

    def test_shades_follow_the_score_and_missing_ones_have_their_own(self, names):
        found = shades(self.figure(names))
        assert found == ["#e6e2dc", "#f7f7f7", "#2171b5", "#e6e2dc", "#e6e2dc", "#e6e2dc"]

    def test_every_status_without_a_score_says_what_is_wanting(self):
        assert set(charts.NO_SCORE) == set(CARD_STATUSES) - {"ok", "incomplete"}


class TestEvents:
    def test_kinds_with_a_path_have_a_chart_that_says_how_sure_it_is(self):
        chart = charts.event_path(PATHS, STUDY, kinds=KINDS, verdicts=VERDICTS)
        figure = chart.draw("en")
        assert len(figure.axes) == 1
        assert words(figure) == ["any step", "6 steps used: no change seen"]
        assert chart.plotted["event_kind"].unique().tolist() == ["any"]

    def test_without_enough_events_nothing_is_plotted(self):
        none = PATHS[PATHS["event_kind"] == "agreement"]
        assert charts.event_path(none, STUDY, kinds=KINDS, verdicts=VERDICTS).plotted.empty


@pytest.mark.parametrize(
    "colour",
    [
        *(shade for _, shade in charts._RANK_SHADES),
        *(shade for _, shade in charts._SCORE_SHADES),
        *(shade for _, shade in charts._REPRESENTED.values()),
        charts._MISSING,
    ],
)
def test_ink_can_be_read_on_every_shade(colour):
    one, other = contrast(colour), contrast(grid_plots._ink_on(colour))
    assert max(one, other) / min(one, other) >= 4.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_in_every_language(language, names, taxonomy):
    chosen = {"framework": LIST}
    for chart in (
        charts.partner_group_matrix(RANKS, taxonomy, names, **chosen),
        charts.overall_ranks(RANKS, names, **chosen),
        charts.pareto_panel(VALUES, RANKS, taxonomy, names, **chosen, groups=["G06", "G01"]),
        charts.representation_matrix(MATRIX, taxonomy, names, **chosen),
        charts.scorecard_matrix(CARD, names, indicators=INDICATORS, order=["USA"]),
        charts.event_path(PATHS, STUDY, kinds=KINDS, verdicts=VERDICTS),
    ):
        svg = plots.to_svg(chart.draw(language), "one")
        assert svg == plots.to_svg(chart.draw(language), "one")
        assert len(chart.plotted) > 0
