"""Lines and fans over the years: each mark says which kind of year it is."""

import numpy as np
import pandas as pd
from drawings import LINES, VIETNAMESE, hatched, lines, multiples, series

from techdiplomacy import plots, series_plots


def test_a_chart_without_interval_has_no_band():
    bands = [len(ax.collections) for ax in multiples().axes]
    # only the first series has an interval, and only one of 80 percent
    assert bands[:4] == [1, 0, 0, 0]


def test_every_chart_names_its_years():
    figure = multiples()
    figure.draw_without_rendering()
    for ax in figure.axes[:4]:
        assert any(tick.get_text() and tick.get_visible() for tick in ax.get_xticklabels())


def test_charts_that_are_not_needed_are_hidden():
    shown = [ax.get_visible() for ax in multiples().axes]
    assert shown == [True] * 4 + [False] * 2


def test_a_key_names_the_marks_above_the_charts_and_looks_like_them():
    key = {"95": "wide", "forecast": VIETNAMESE, "shift": "shift", "published": "ring"}
    figure = series_plots.small_multiples([("a", series())], language="en", key=key)
    (legend,) = figure.legends
    # in the order of the marks, whatever the order asked for
    assert [text.get_text() for text in legend.get_texts()] == ["ring", "shift", VIETNAMESE, "wide"]
    ring, shift, ahead, band = legend.legend_handles
    assert (ring.get_marker(), ring.get_markerfacecolor()) == ("o", "none")
    assert shift.get_color() == plots.PALETTE[1]
    drawn = [line for line in figure.axes[0].lines if line.get_color() == plots.PALETTE[0]]
    assert (ahead.get_color(), ahead.get_linestyle()) == ("#0072B2", drawn[0].get_linestyle())
    assert band.get_alpha() == 0.18
    assert not series_plots.small_multiples([("a", series())], language="en").legends


def test_rescaled_years_are_ringed_as_published_and_dashed_as_scaled():
    rows = series(["rescaled", "rescaled", "observed", "forecast"]).assign(
        value_published=[90.0, 91.0, 102.0, np.nan]
    )
    ax = series_plots.small_multiples([("a", rows)], language="en").axes[0]
    rings, scaled, observed = ax.lines[:3]
    assert (rings.get_marker(), rings.get_markerfacecolor()) == ("o", "none")
    assert rings.get_xydata().tolist() == [[2020, 90.0], [2021, 91.0]]
    # the dashed line goes on to the last year, so that both parts meet
    assert scaled.get_xydata().tolist() == [[2020, 100.0], [2021, 101.0], [2022, 102.0]]
    assert scaled.is_dashed()
    assert observed.get_xydata().tolist() == [[2022, 102.0]]
    assert not observed.is_dashed()


def test_a_level_shift_is_drawn_between_its_years():
    ax = multiples().axes[0]
    places = [line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1]
    assert 2020.5 in places


def test_years_along_lines_stand_at_tens_and_end_with_the_data():
    table = pd.DataFrame({"Japan": 1.0}, index=range(2000, 2061))
    ticks = lines(table=table, emphasised=set()).axes[0].get_xticks()
    assert list(ticks) == list(range(2000, 2061, 10))


def test_lines_are_hatched_up_to_their_last_year_only_if_asked():
    assert not lines().axes[0].patches
    (area,) = hatched().axes[0].patches
    assert (area.get_x(), area.get_x() + area.get_width()) == (2020.5, 2022.5)
    assert VIETNAMESE in [text.get_text() for text in hatched().axes[0].texts]


def test_a_line_that_breaks_off_carries_its_name_where_it_ended():
    table = LINES.assign(Japan=[1000.0, 999.0, np.nan], Nowhere=np.nan)
    texts = {text.get_text(): text.xy for text in lines(table=table).axes[0].texts}
    assert texts == {VIETNAMESE: (2022, 1002.0), "Japan": (2022, 999.0)}
