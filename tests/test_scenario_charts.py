"""What is drawn is past and scenarios, with both ends; lines are named and told apart by form."""

import itertools

import pytest
from scenario_rows import BASES, ENDS, PATHS, SERIES

from techdiplomacy import scenario_charts as charts
from techdiplomacy.countries import load_countries
from techdiplomacy.page_columns import check_pairs
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.texts import LANGUAGES
from techdiplomacy.vocabulary import SCENARIOS as WORDS

pytestmark = pytest.mark.usefixtures("at_the_root")


@pytest.fixture
def chart():
    return charts.scenario_panels(
        SERIES, PATHS, BASES, "ict", ["VNM", "JPN"], load_countries(), ends=ENDS
    )


def test_plotted_is_the_past_and_each_scenario_with_its_ends(chart):
    check_pairs(chart.plotted, "test")
    counted = chart.plotted.groupby(["country", "line"]).size()
    assert counted["VNM", charts.OBSERVED] == 8
    assert counted["JPN", charts.OBSERVED] == 6
    assert all(counted["VNM", one] == 3 for one in SCENARIOS)
    assert set(chart.plotted["country"]) == {"VNM", "JPN"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_has_a_chart_and_each_line_a_name(chart, language):
    figure = chart.draw(language)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") for ax in shown] == [
        load_countries().name(code, language) for code in ("VNM", "JPN")
    ]
    for ax in shown:
        assert {text.get_text() for text in ax.texts} == {
            WORDS[one].say(language) for one in SCENARIOS
        }
        assert ax.get_ylim()[0] == 0


def test_scenarios_start_at_the_newest_figure_and_are_told_apart_by_form(chart):
    ax = chart.draw("en").axes[0]
    lines = [line for line in ax.lines if list(line.get_xdata())[:1] == [2024.0]]
    assert [next(iter(line.get_ydata())) for line in lines] == [1000.0] * 3
    assert len({line.get_linestyle() + str(line._dash_pattern) for line in lines}) == 3
    # bars of one year stand beside each other
    bars = [path.vertices[0][0] for bar in ax.collections for path in bar.get_paths()]
    assert len(set(bars)) == len(bars) == 9


def test_names_of_lines_that_end_together_do_not_meet(chart):
    close = PATHS.assign(stock_wanted=1000.0, stock_wanted_low=900.0, stock_wanted_high=1100.0)
    drawn = charts.scenario_panels(
        SERIES, close, BASES, "ict", ["VNM"], load_countries(), ends=ENDS
    ).draw("en")
    places = sorted(text.xy[1] for text in drawn.axes[0].texts)
    assert min(b - a for a, b in itertools.pairwise(places)) > 50
