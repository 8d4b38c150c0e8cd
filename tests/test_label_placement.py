"""Names in a drawing: none covers another, and each stands as near as may be."""

from itertools import combinations

import numpy as np
import pytest
from drawings import points, scatter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from techdiplomacy import cluster_plots, label_placement, plots


def boxes(figure):
    """Return the label boxes of a scatter as the written figure has them."""
    plots.to_svg(figure, "one")  # writing lays the figure out once more
    return [text.get_window_extent() for text in figure.axes[0].texts]


def overlapping(found):
    return [
        (one, other)
        for one, other in combinations(found, 2)
        if min(one.x1, other.x1) - max(one.x0, other.x0) > 1
        and min(one.y1, other.y1) - max(one.y0, other.y0) > 1
    ]


@pytest.mark.parametrize("seed", range(4))
def test_labels_of_a_crowd_do_not_overlap(seed):
    found = boxes(scatter(rows=points(60, seed)))
    assert len(found) >= 20
    assert not overlapping(found)


def test_labels_of_points_in_one_place_do_not_overlap():
    rows = points(12).assign(x=[0.0] * 11 + [1.0], y=[0.0] * 11 + [1.0])
    found = boxes(scatter(rows=rows))
    assert 1 <= len(found) <= 12
    assert not overlapping(found)


def test_an_emphasised_point_keeps_its_name_in_a_crowd():
    rows = points(60)
    figure = scatter(rows=rows, emphasised=["C59"])
    bold = [text.get_text() for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    assert bold == ["Country number 59"]


def test_only_labelled_and_emphasised_points_carry_a_name():
    figure = cluster_plots.labelled_scatter(
        points(),
        groups={1: "a", 2: "b"},
        emphasised={"C01"},
        labelled={"C03"},
        x_label="x",
        y_label="y",
        language="en",
    )
    assert {text.get_text() for text in figure.axes[0].texts} == {
        "Country number 1",
        "Country number 3",
    }


@settings(deadline=None)
@given(
    st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=12).map(sorted),
    st.floats(min_value=0.1, max_value=5),
)
@example([0.0] * 5, 1.0)
def test_spread_places_stay_in_order_and_apart(values, gap):
    places = label_placement.spread(np.array(values), gap)
    assert (np.diff(places) >= gap * 0.98).all()
    assert places.mean() == pytest.approx(np.mean(values), abs=1e-6)


def test_three_names_in_one_place_move_to_both_sides():
    assert label_placement.spread(np.zeros(3), 1.0) == pytest.approx([-1.0, 0.0, 1.0], abs=0.01)


def test_places_that_are_apart_are_left_alone():
    values = np.array([1.0, 2.0, 5.0])
    assert label_placement.spread(values, 0.5).tolist() == [1.0, 2.0, 5.0]
