"""What is drawn is past and scenarios, with both ends; lines are named and told apart by form."""

import itertools

import pytest
from scenario_rows import BASES, ENDS, PATHS, SERIES

from techdiplomacy import pool_words
from techdiplomacy import scenario_charts as charts
from techdiplomacy.countries import load_countries
from techdiplomacy.page_columns import check_pairs
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.texts import LANGUAGES
from techdiplomacy.vocabulary import SCENARIOS as WORDS
from techdiplomacy.workforce import at_newest_level

pytestmark = pytest.mark.usefixtures("at_the_root")


def drawn_of(paths=PATHS, countries=("VNM", "JPN"), levels="join"):
    return charts.scenario_panels(
        at_newest_level(SERIES, levels),
        paths,
        BASES,
        "ict",
        list(countries),
        load_countries(),
        ends=ENDS,
        wide=pool_words.wide_names(BASES, SERIES),
    )


@pytest.fixture
def chart():
    return drawn_of()


def shown_axes(figure):
    return [ax for ax in figure.axes if ax.get_visible()]


def test_plotted_is_the_past_and_each_scenario_with_its_ends(chart):
    check_pairs(chart.plotted, "test")
    counted = chart.plotted.groupby(["country", "line"]).size()
    # VNM from 2014, JPN from 2010 on: all charts begin in 2014; the level is that from 2020 on
    assert counted["VNM", charts.RESCALED] == counted["JPN", charts.RESCALED] == 6
    assert counted["VNM", charts.OBSERVED] == 5
    assert counted["JPN", charts.OBSERVED] == 3
    assert all(counted["VNM", one] == 3 for one in SCENARIOS)
    assert set(chart.plotted["country"]) == {"VNM", "JPN"}


def test_rescaled_years_keep_what_was_published(chart):
    own = chart.plotted[chart.plotted["country"] == "VNM"].set_index("year")
    # 100 published in 2014, at half the level of today
    assert own.at[2014, "published"] == pytest.approx(100.0)
    assert own.at[2014, "stock_wanted"] == pytest.approx(200.0)
    assert list(own.index[own["level_shift"].notna()]) == [2020]


def test_levels_that_are_cut_are_drawn_as_published():
    own = drawn_of(levels="cut").plotted
    assert charts.RESCALED not in set(own["line"])
    assert set(own.loc[own["level_shift"].notna(), "year"]) == {2020}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_has_a_chart_and_each_line_a_name(chart, language):
    shown = shown_axes(chart.draw(language))
    titles = [ax.get_title(loc="left").replace("\n", " ") for ax in shown]
    assert titles[0] == load_countries().name("VNM", language)
    # a series that counts more is named
    assert titles[1].startswith(load_countries().name("JPN", language) + ": ")
    assert titles[1].endswith("(ISIC Rev. 4 J)")
    for ax in shown:
        assert {text.get_text().replace("\n", " ") for text in ax.texts} == {
            WORDS[one].say(language) for one in SCENARIOS
        }
        assert ax.get_ylim()[0] == 0


def test_charts_span_the_same_years_and_names_stand_clear_of_marks(chart):
    figure = chart.draw("en")
    shown = shown_axes(figure)
    assert len({ax.get_xlim() for ax in shown}) == 1
    figure.canvas.draw()
    for ax in shown:
        edge = max(
            ax.transData.transform((x, 0))[0]
            for bar in ax.collections
            for path in bar.get_paths()
            for x in path.vertices[:, 0]
        )
        assert min(text.get_window_extent().x0 for text in ax.texts) > edge + 4


def test_scenarios_start_at_the_newest_figure_and_are_told_apart_by_form(chart):
    ax = chart.draw("en").axes[0]
    lines = [line for line in ax.lines if list(line.get_xdata())[:1] == [2024.0]]
    assert [next(iter(line.get_ydata())) for line in lines] == [1000.0] * 3
    assert len({line.get_linestyle() + str(line._dash_pattern) for line in lines}) == 3
    # bars of one year stand beside each other
    bars = [path.vertices[0][0] for bar in ax.collections for path in bar.get_paths()]
    assert len(set(bars)) == len(bars) == 9


def test_names_of_lines_that_end_together_do_not_meet():
    close = PATHS.assign(stock_wanted=1000.0, stock_wanted_low=900.0, stock_wanted_high=1100.0)
    figure = drawn_of(close, ["VNM"]).draw("en")
    figure.canvas.draw()
    boxes = sorted(
        (text.get_window_extent() for text in figure.axes[0].texts), key=lambda box: box.y0
    )
    assert all(above.y0 >= below.y1 for below, above in itertools.pairwise(boxes))
