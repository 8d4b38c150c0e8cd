"""The network: the same drawing each time, and no label on a label, a node or an edge."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from techdiplomacy import network_plot, plots
from techdiplomacy.countries import load_countries
from techdiplomacy.texts import LANGUAGES

# the smallest letters of the house stand on the branches of a tree
SMALLEST = 6.5
STYLES = ("above", "open", "below")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def longest_names(language, count):
    table = load_countries().table
    codes = table[f"name_{language}"].str.len().nlargest(count).index
    return {str(code): str(table.at[code, f"name_{language}"]) for code in codes}


def drawn(names, chords=(), small="123,456; 1.23 \u00d7", volumes=None):
    """Return a network of the first id with all others, and of the pairs of positions given."""
    keys = list(names)
    volumes = volumes or [10.0 * 3**place for place in range(len(keys) - 1)]
    rows = [
        (keys[0], key, volume, STYLES[place % 3])
        for place, (key, volume) in enumerate(zip(keys[1:], volumes, strict=True))
    ]
    rows += [(keys[one], keys[other], 5.0, "context") for one, other in chords]
    edges = pd.DataFrame(rows, columns=["first", "second", "volume", "style"])
    nodes = pd.DataFrame(
        {"name": list(names.values()), "small": ["", *[small] * len(rows)][: len(keys)]}, index=keys
    )
    steps = network_plot.width_steps(volumes)
    return network_plot.network(
        keys[0],
        nodes,
        edges,
        steps=steps,
        width_words=("width: works", [f"step {place}" for place in range(len(steps) + 1)]),
        style_words=("line and sign", {style: f"is {style}" for style in network_plot.EDGE_STYLES}),
    )


CHORDS = [(1, 2), (2, 9), (3, 4), (5, 6), (7, 12), (8, 9), (10, 11), (1, 14), (2, 3)]


def placed(figure):
    """Return label boxes, nodes and points along edges as the written figure has them."""
    plots.to_svg(figure, "one")
    # sizes of letters in the file are those of another resolution
    figure.draw_without_rendering()
    ax = figure.axes[0]
    boxes = [text.get_window_extent() for text in ax.texts]
    to_pixels = ax.transData.transform
    dots = [to_pixels(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"]
    part = np.linspace(0, 1, 101)[:, None]
    along = []
    for patch in ax.patches:
        start, bend, end = to_pixels(patch.get_path().vertices)
        along.append((1 - part) ** 2 * start + 2 * part * (1 - part) * bend + part**2 * end)
    return boxes, dots, along


def share_an_area(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    return wide > 0.5 and min(one.y1, other.y1) - max(one.y0, other.y0) > 0.5


class TestLabels:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("count", [2, 3, 16, 23])
    def test_no_label_stands_on_another_however_long(self, language, count):
        chords = [pair for pair in CHORDS if max(pair) < count]
        boxes, _, _ = placed(drawn(longest_names(language, count), chords))
        # name and small print of each node, and the name in the middle
        assert len(boxes) == 2 * (count - 1) + 1
        pairs = [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :]]
        assert not [pair for pair in pairs if share_an_area(*pair)]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_edge_and_no_node_runs_through_a_label(self, language):
        boxes, dots, along = placed(drawn(longest_names(language, 16), CHORDS))
        *ring, centre = boxes
        assert centre.contains(*np.mean([path[0] for path in along[:15]], axis=0))
        assert len(along) == 15 + len(CHORDS)
        for box in ring:
            assert not any(box.contains(*dot) for dot in dots)
            assert not any(box.contains(*point) for path in along for point in path)

    def test_all_labels_lie_inside_the_drawing(self):
        figure = drawn(longest_names("en", 16))
        boxes, _, _ = placed(figure)
        frame = figure.bbox
        assert all(box.x0 >= 0 and box.x1 <= frame.width for box in boxes)

    def test_letters_are_not_smaller_than_elsewhere(self):
        figure = drawn(longest_names("en", 5), [(1, 2)])
        texts = [*figure.axes[0].texts, *figure.legends[0].get_texts()]
        assert min(text.get_fontsize() for text in texts) >= SMALLEST


class TestDrawing:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_same_bytes_twice_and_every_letter_exists(self, language):
        names = longest_names(language, 16)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            first = plots.to_svg(drawn(names, CHORDS), "one")
        assert plots.to_svg(drawn(names, CHORDS), "one") == first
        assert not re.search(r'\bid="(?!one-)', first)

    def test_kinds_of_edges_differ_in_dash_and_sign_as_well_as_in_colour(self):
        judged = [network_plot.EDGE_STYLES[style] for style in STYLES]
        assert len({style.dash for style in judged}) == 3
        assert len({style.marker for style in judged}) == 3

    @pytest.mark.parametrize("style", STYLES)
    def test_lines_and_words_stand_out_from_white(self, style):
        assert contrast(network_plot.EDGE_STYLES[style].colour) >= 3
        figure = drawn(longest_names("en", 5))
        texts = [*figure.axes[0].texts, *figure.legends[0].get_texts()]
        assert min(contrast(text.get_color()) for text in texts) >= 4.5

    def test_the_legend_names_only_what_is_drawn(self):
        def written(figure):
            return [text.get_text() for text in figure.legends[0].get_texts() if text.get_text()]

        bare = written(drawn({"A": "a", "B": "b"}))
        assert bare == ["line and sign", "is above", "width: works", "step 0"]
        with_context = written(drawn({"A": "a", "B": "b", "C": "c"}, [(1, 2)]))
        assert "is context" in with_context

    def test_width_follows_the_steps_and_context_has_one(self):
        figure = drawn(dict.fromkeys("ABCDE", "x"), [(1, 2)], volumes=[3.0, 14.0, 45.0, 480.0])
        # quartiles 11, 30 and 154: steps from 10, 20 and 200
        assert network_plot.width_steps([3.0, 14.0, 45.0, 480.0]) == [10.0, 20.0, 200.0]
        widths = sorted(patch.get_linewidth() for patch in figure.axes[0].patches)
        context = network_plot.EDGE_STYLES["context"].width
        assert widths == sorted([*network_plot.WIDTHS, context])

    def test_nodes_opposite_each_other_are_joined_around_the_middle(self):
        names = dict.fromkeys("ABC", "x")
        figure = drawn(names, [(1, 2)])
        chord = next(
            patch.get_path().vertices
            for patch in figure.axes[0].patches
            if patch.get_linewidth() == network_plot.EDGE_STYLES["context"].width
        )
        # the two nodes are at the left and at the right, the bend lies off their line
        assert chord[0][1] == chord[2][1] == pytest.approx(0)
        assert abs(chord[1][1]) > 0.5

    def test_an_edge_to_a_node_that_is_not_there_is_an_error(self):
        columns = ["first", "second", "volume", "style"]
        with pytest.raises(KeyError, match="Z"):
            network_plot.network(
                "A",
                pd.DataFrame({"name": ["a"], "small": [""]}, index=["A"]),
                pd.DataFrame([("A", "Z", 1.0, "open")], columns=columns),
                steps=[],
                width_words=("w", ["all"]),
                style_words=("s", {"open": "o"}),
            )


def contrast(colour):
    """Return the contrast of a colour with white (WCAG)."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (float(linear @ np.array([0.2126, 0.7152, 0.0722])) + 0.05)


class TestRing:
    def test_nodes_joined_stand_near_and_the_order_is_kept_without_edges(self):
        assert network_plot.ring_order(list("dbca"), []) == list("dbca")
        order = network_plot.ring_order(list("abcdef"), [("a", "d"), ("b", "e"), ("c", "f")])
        steps = [abs(order.index(one) - order.index(other)) for one, other in ("ad", "be", "cf")]
        assert all(min(step, 6 - step) == 1 for step in steps)

    def test_edges_to_nodes_outside_the_ring_are_left_out(self):
        assert network_plot.ring_order(["a", "b"], [("a", "centre")]) == ["a", "b"]

    @given(st.integers(1, 40))
    def test_rows_of_a_side_are_equally_far_apart_and_nodes_lie_on_the_ring(self, count):
        places = network_plot.ring_places(count)
        assert np.hypot(*places.T) == pytest.approx(1.0)
        right = places[places[:, 0] > 0][:, 1]
        assert len(right) == -(-count // 2)
        assert np.diff(right) == pytest.approx(-2 / len(right))

    @given(st.permutations(list("abcdefg")), st.lists(st.sampled_from(["ab", "cd", "ag", "be"])))
    def test_the_order_holds_every_node_once(self, keys, pairs):
        order = network_plot.ring_order(keys, [(one, other) for one, other in pairs])
        assert sorted(order) == sorted(keys)
        # as near as can be: no pair that changes places shortens the edges further
        assert network_plot.ring_order(order, [(a, b) for a, b in pairs]) == order


@given(st.lists(st.floats(0.5, 1e7), min_size=1, max_size=30))
def test_steps_rise_and_are_fewer_than_widths(volumes):
    steps = network_plot.width_steps(volumes)
    assert steps == sorted(set(steps))
    assert len(steps) < len(network_plot.WIDTHS)
    assert all(min(volumes) < step <= max(volumes) for step in steps)


def test_without_volumes_there_are_no_steps():
    assert network_plot.width_steps([0.0]) == []
