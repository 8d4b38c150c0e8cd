"""Heat maps and tiles: colours, rings and numbers stand in their own cells."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from drawings import VIETNAMESE, heat_map, tile_figure
from matplotlib.colors import to_rgb

from techdiplomacy import grid_plots


def test_colours_of_a_heat_map_are_clipped_and_missing_cells_masked():
    mesh = heat_map().axes[0].collections[0]
    drawn = mesh.get_array()
    assert drawn.reshape(3, 2).filled(99).tolist() == [[0.5, 99], [-2.0, -2.0], [0.0, 2.0]]


def test_rings_stand_on_the_unsure_cells_that_have_a_value():
    values = pd.DataFrame([[0.5, np.nan], [1.0, 2.0]])
    unsure = pd.DataFrame([[True, True], [False, True]])
    ends = ("a", "b", "c")
    figure = grid_plots.heat_map(values, unsure=unsure, limit=2.0, legend="l", ends=ends)
    rings = figure.axes[0].lines[0]
    assert list(zip(rings.get_xdata(), rings.get_ydata(), strict=True)) == [(0.5, 0.5), (1.5, 1.5)]


@pytest.mark.parametrize("words", ["Kỹ thuật hàng không và vũ trụ", "Toán"])
def test_column_names_of_a_heat_map_lean_only_where_they_do_not_fit(words):
    values = pd.DataFrame(1.0, index=["VNM"], columns=[f"{words} {n}" for n in range(14)])
    ends = ("less", "as", "more")
    figure = grid_plots.heat_map(values, unsure=values < 0, limit=2.0, legend="l", ends=ends)
    figure.draw_without_rendering()
    ticks = figure.axes[0].get_xticklabels()
    if len(words) > 12:
        assert {tick.get_rotation() for tick in ticks} == {40.0}
        return
    assert {tick.get_rotation() for tick in ticks} == {0.0}
    boxes = [tick.get_window_extent() for tick in ticks]
    assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))


def test_the_colour_bar_says_both_ends_and_the_middle():
    bar = heat_map().axes[1]
    assert [label.get_text() for label in bar.get_xticklabels()] == ["less", VIETNAMESE, "more"]
    assert bar.get_xticks().tolist() == [-2.0, 0.0, 2.0]


def test_tiles_carry_their_number_and_a_strip_joins_alike_neighbours():
    ax = tile_figure().axes[0]
    written = [text.get_text() for text in ax.texts]
    assert written[:9] == ["1", "1", "2", "7", "\u2013", "2", "12", "3", "3"]
    assert written[9:] == ["group 2", VIETNAMESE]
    # eight tiles, and strips from 1 to 1 and from 3 to 3
    assert len(ax.patches) == 8 + 2


def test_unsure_tiles_are_pale_and_numbers_can_be_read_on_all():
    ax = tile_figure().axes[0]
    full, pale = grid_plots._tile_colours(1)
    assert full != pale

    def brightness(colour):
        parts = np.array(to_rgb(colour))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ np.array([0.2126, 0.7152, 0.0722]))

    tiles = [patch for patch in ax.patches if patch.get_height() > 0.5]
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    for tile, text in zip(tiles, numbers, strict=True):
        lightness = sorted((brightness(tile.get_facecolor()[:3]), brightness(text.get_color())))
        assert (lightness[1] + 0.05) / (lightness[0] + 0.05) >= 4.5
    assert [patch.get_facecolor() for patch in tiles[:2]] == [
        (*to_rgb(full), 1.0),
        (*to_rgb(pale), 1.0),
    ]


def test_the_legend_of_tiles_names_blanks_only_if_there_are_any():
    assert [text.get_text() for text in tile_figure().legends[0].get_texts()] == [
        "full",
        "pale",
        "blank",
    ]
    whole = pd.DataFrame([[1, 2]], index=["A"], columns=["x", "y"], dtype="Int64")
    figure = grid_plots.tiles(
        whole,
        sure=pd.DataFrame([[True, True]]),
        sides=[],
        emphasised=set(),
        legend=("full", "pale", "blank"),
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["full", "pale"]


def test_names_of_tiles_stand_in_order_and_the_emphasised_one_is_bold():
    ax = tile_figure().axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == [VIETNAMESE, "Japan", "Korea"]
    assert [text.get_fontweight() for text in ax.get_yticklabels()] == ["normal", "bold", "normal"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
