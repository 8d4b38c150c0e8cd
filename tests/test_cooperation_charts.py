"""Charts of the cooperation page: plotted is what was given, shapes say what colours say."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from matplotlib.colors import to_hex
from test_cooperation_plots import legend, marks, ticks

from techdiplomacy import cooperation_charts as charts
from techdiplomacy import network_plot, plots
from techdiplomacy.countries import load_countries
from techdiplomacy.texts import LANGUAGES, say, verbatim

WORKS = verbatim("joint works")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names():
    return load_countries()


EDGES = pd.DataFrame(
    [
        ("JPN", "VNM", 3300.4, 1.61, 1.5, 1.7, True),
        ("KOR", "VNM", 3600.0, 1.02, 0.9, 1.1, True),
        ("LAO", "VNM", 2.5, np.nan, np.nan, np.nan, True),
        ("USA", "VNM", 5200.0, 0.5, 0.4, 0.6, True),
        ("JPN", "USA", 80000.0, 1.1, 1.0, 1.2, True),
        ("KOR", "USA", 50000.0, 1.1, 1.0, 1.2, False),
        # a partner that is drawn for its ties to another one only
        ("DEU", "USA", 90000.0, 1.1, 1.0, 1.2, True),
    ],
    columns=[
        *("country", "partner", "joint_works", "association"),
        *("association_low", "association_high", "shown"),
    ],
).assign(window="2019-2023")
EXPECTED = pd.DataFrame(
    [
        ("JPN", np.log(1.61), "above", "ok"),
        ("KOR", np.log(1.02), "open", "ok"),
        ("LAO", np.nan, None, "not_estimable"),
        ("USA", np.log(0.5), "below", "ok"),
    ],
    columns=["partner", "gap", "verdict", "status"],
).assign(gap_low=0.0, gap_high=0.0)
WINDOWS = ("2014-2018", "2019-2023")
MEASURES = pd.DataFrame(
    [
        ("joint_works", window, direction, partner, volume, "works")
        for direction in ("both", "out")
        for partner, both in {"JPN": (400, 900), "USA": (700, 1200.5), "LAO": (3, 0)}.items()
        for window, volume in zip(WINDOWS, both, strict=True)
    ],
    columns=["kind", "window", "direction", "partner", "volume", "unit"],
).assign(country="VNM")


def gap(partner, window, value, half, status="ok", kind="joint_works"):
    ends = (value - half, value + half)
    verdict = "above" if ends[0] > 0 else "below" if ends[1] < 0 else "open"
    return {
        "kind": kind,
        "specification": "with_past",
        "window": window,
        "country": "VNM",
        "partner": partner,
        "observed": 30.0,
        "expected": 12.34,
        "gap": value,
        "gap_low": ends[0],
        "gap_high": ends[1],
        "rank_among_all": 1,
        "pairs_ranked": 10,
        "verdict": verdict,
        "status": status,
    }


DOUBLE = float(np.log(2))
GAPS = pd.DataFrame(
    [
        gap("JPN", "2019-2023", DOUBLE, 0.1),
        gap("JPN", "2014-2018", 0.0, 0.2),
        # a wide interval: the lower end orders
        gap("KOR", "2019-2023", 2 * DOUBLE, 1.5),
        gap("USA", "2019-2023", -DOUBLE, 0.1),
        gap("LAO", "2019-2023", np.nan, np.nan, "not_estimable"),
        gap("DEU", "2019-2023", DOUBLE, 0.1, kind="joint_ai_articles"),
    ]
)
MONEY = pd.DataFrame(
    [
        ("ALL", 12, 15, 9, 2, 2.5e6, 2, 6e7),
        ("health", 4, 5, 4, 1, 810_000.0, 0, 1e6),
        ("food", 7, 8, 5, 1, 1_420_000.0, 2, 1e6),
        ("space", 1, 1, 1, 0, np.nan, 1, np.nan),
    ],
    columns=[
        *("programme_part", "projects", "participations", "organisations", "coordinated"),
        *("own_contribution_eur", "without_amount", "project_contribution_eur"),
    ],
)


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


class TestNetwork:
    def chart(self, names, edges=EDGES):
        return charts.partner_network(edges, EXPECTED, names, "VNM", unit=WORKS)

    def test_only_edges_that_are_shown_are_drawn_and_plotted(self, names):
        chart = self.chart(names)
        assert len(chart.plotted) == 6
        assert chart.plotted["joint_works"].tolist() == [90000, 80000, 5200, 3600, 3300.4, 2.5]
        assert len(chart.draw("en").axes[0].patches) == 6

    def test_names_volumes_and_ratios_are_in_the_language(self, names):
        written = words(self.chart(names).draw("vi"))
        assert set(written) >= {names.name("JPN", "vi"), "3.300; 1,6 \u00d7", "2,5"}
        # a partner without edge to the viewpoint country has a name only
        german = self.chart(names).draw("en")
        assert words(german)[-2:] == ["Germany", "Vietnam"]

    def test_preference_follows_the_interval_and_partners_among_themselves_are_context(self, names):
        signs = [line.get_marker() for line in self.chart(names).draw("en").axes[0].lines]
        # by volume: the United States below, South Korea open, Japan above, Laos without a gap
        assert signs[:4] == ["v", "o", "^", "o"]
        context = network_plot.EDGE_STYLES["context"].colour
        colours = [
            to_hex(patch.get_edgecolor()) for patch in self.chart(names).draw("en").axes[0].patches
        ]
        assert colours.count(context) == 2

    def test_the_legend_says_which_volumes_are_wide(self, names):
        # quartiles of the four volumes 2.5, 3300.4, 3600 and 5200: 2475.9, 3450 and 4000
        written = [text for text in legend(self.chart(names).draw("en")) if text]
        assert written[0].startswith("line, sign")
        assert written[-3:] == ["under 2,000", "2,000 to under 5,000", "5,000 or more"]

    def test_one_partner_has_one_width(self, names):
        one = legend(self.chart(names, EDGES.iloc[:1]).draw("en"))
        assert "all alike" in one

    @pytest.mark.parametrize("viewpoint", ["USA", "JPN"])
    def test_every_country_can_stand_in_the_middle(self, names, viewpoint):
        figure = charts.partner_network(EDGES, EXPECTED, names, viewpoint, unit=WORKS).draw("en")
        assert words(figure)[-1] == names.name(viewpoint)


class TestVolumes:
    def test_partners_stand_by_the_newest_volume_and_those_without_are_left_out(self, names):
        chart = charts.partner_volumes(MEASURES, names, kind="joint_works", unit=WORKS)
        assert chart.plotted["direction"].unique().tolist() == ["both"]
        assert set(chart.plotted["partner"]) == {"USA", "JPN"}
        ax = chart.draw("en").axes[0]
        assert ticks(ax.yaxis) == ["United States", "Japan"]
        assert words(chart.draw("vi")) == ["1.200", "900"]
        assert [(x, y) for x, y, *_ in marks(ax)] == [(700, 0), (1200.5, 0), (400, 1), (900, 1)]

    def test_only_the_first_are_shown(self, names):
        chart = charts.partner_volumes(MEASURES, names, kind="joint_works", unit=WORKS, most=1)
        assert set(chart.plotted["partner"]) == {"USA"}


class TestGaps:
    def chart(self, names, **more):
        chosen = {"shown": ["LAO", "USA", "KOR", "JPN", "MMR"]} | more
        return charts.gap_chart(
            GAPS, names, kind="joint_works", specification="with_past", **chosen
        )

    def test_partners_are_ranked_by_the_lower_end_and_those_without_a_gap_follow(self, names):
        ax = self.chart(names).draw("en").axes[0]
        # lower ends: log 2 - 0.1 = 0.59, 2 log 2 - 1.5 = -0.11, -log 2 - 0.1
        expected = ["Japan", "South Korea", "United States", "Laos", "Myanmar"]
        assert ticks(ax.yaxis) == expected
        found = [(round(x, 6), shape) for x, _, shape, _ in marks(ax)]
        assert found == [(2.0, ">"), (4.0, "o"), (0.5, "<")]

    def test_rows_say_counts_and_why_there_is_no_gap(self, names):
        written = words(self.chart(names).draw("vi"))
        assert written.count("30 / 12") == 3
        missing = [charts.WITHOUT_GAP[key].say("vi") for key in ("not_estimable", "no_rows")]
        assert set(written) >= set(missing)

    def test_plotted_holds_the_newest_window_or_the_one_asked_for(self, names):
        assert set(self.chart(names).plotted["window"]) == {"2019-2023"}
        before = self.chart(names, window="2014-2018").plotted
        assert before["partner"].tolist() == ["JPN"]

    def test_windows_stand_side_by_side_and_partners_without_a_gap_are_left_out(self, names):
        chart = charts.gaps_by_window(
            GAPS,
            names,
            kind="joint_works",
            specification="with_past",
            shown=["KOR", "JPN", "LAO"],
            notes={"JPN": verbatim("moving away")},
        )
        figure = chart.draw("en")
        shown = [ax for ax in figure.axes if ax.get_visible()]
        assert [ax.texts[0].get_text() for ax in shown] == ["South Korea", "Japan"]
        assert shown[1].texts[1].get_text() == "moving away"
        assert [(x, round(y, 6), shape) for x, y, shape, _ in marks(shown[1])] == [
            (0, 1.0, "o"),
            (1, 2.0, "^"),
        ]
        assert set(chart.plotted["partner"]) == {"KOR", "JPN", "LAO"}

    def test_every_status_has_words_and_every_verdict_a_shape(self):
        from techdiplomacy.gap_tables import COOPERATION_GAPS, GAP_VERDICTS

        columns = {column.name: column for column in COOPERATION_GAPS[0].columns}
        assert {*charts.WITHOUT_GAP, "ok"} - {"no_rows"} == set(columns["status"].allowed)
        assert set(charts.verdict_marks("en")) == set(GAP_VERDICTS)


class TestProjects:
    def test_parts_stand_by_projects_without_the_row_of_all(self):
        chart = charts.project_parts(MONEY)
        assert chart.plotted["programme_part"].tolist() == ["food", "health", "space"]
        figure = chart.draw("en")
        assert words(figure) == [
            "7; 1,420 thousand EUR, 2 without amount",
            "4; 810 thousand EUR",
            "1; no amount given",
        ]
        assert [patch.get_width() for patch in figure.axes[0].patches] == [7, 4, 1, 1, 1, 0]

    def test_only_the_first_are_shown(self):
        assert len(charts.project_parts(MONEY, most=2).plotted) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_in_every_language(language, names):
    kind = {"kind": "joint_works"}
    model = {**kind, "specification": "with_past", "shown": ["JPN", "USA"]}
    for chart in (
        charts.partner_network(EDGES, EXPECTED, names, "VNM", unit=say("works")),
        charts.partner_volumes(MEASURES, names, **kind, unit=WORKS),
        charts.gap_chart(GAPS, names, **model),
        charts.gaps_by_window(GAPS, names, **model),
        charts.project_parts(MONEY),
    ):
        assert plots.to_svg(chart.draw(language), "one").startswith("<svg")
        assert len(chart.plotted) > 0
