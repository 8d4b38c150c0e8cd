"""A network around one country that can be read: few edges, no chance, no label on another.

Knows: where nodes, edges and labels stand. Must not know: where numbers come from, what they mean.
May import: plots.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from techdiplomacy.plots import ACCENT, INK, PALETTE, SOFT, TEXT_PALETTE, new_figure

# widths of an edge in points: steps that the eye tells apart
WIDTHS = (0.9, 2.2, 3.8, 5.8)
_WIDTH = 9.0
# size of a name and of what stands under it, in points
_NAME, _SMALL = 8.6, 7.6
# a name is broken after so many letters
_LETTERS = 24
# a lighter line than any edge that is judged
_PALE = "#a2acb5"


class EdgeStyle(NamedTuple):
    """How one kind of edge is drawn: colour, dash and the sign on it, so that no colour is lone.

    ``dash`` is in widths of a middling line; without a sign ``marker`` is empty. An edge that is
    context has one ``width``, whatever its volume.
    """

    colour: str
    dash: tuple[float, ...]
    marker: str
    width: float | None = None


EDGE_STYLES = {
    "above": EdgeStyle(PALETTE[0], (), "^"),
    "open": EdgeStyle(TEXT_PALETTE[6], (4.2, 1.4), "o"),
    "below": EdgeStyle(PALETTE[1], (0.8, 0.8), "v"),
    "context": EdgeStyle(_PALE, (), "", 1.3),
}


def width_steps(volumes: Sequence[float]) -> list[float]:
    """Return the round volumes from which an edge is drawn wider: at most one less than widths.

    They lie near the quartiles, rounded to 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> width_steps([3.0, 14, 45, 90, 480, 2100])
    [20.0, 50.0, 500.0]
    >>> width_steps([7.0])
    []
    """
    found = np.asarray([value for value in volumes if value > 0], dtype=float)
    if not found.size:
        return []
    quartiles = np.quantile(found, [0.25, 0.5, 0.75])
    steps = sorted({_nice(value) for value in quartiles})
    return [step for step in steps if found.min() < step <= found.max()]


def _nice(value: float) -> float:
    """Return the nearest of 1, 2 and 5 times a power of ten, by ratio.

    Examples
    --------
    >>> _nice(14.0), _nice(0.8), _nice(3.5)
    (10.0, 1.0, 5.0)
    """
    power = math.floor(math.log10(value))
    nice = [factor * 10.0**power for factor in (1, 2, 5, 10)]
    return min(nice, key=lambda one: abs(math.log(one / value)))


def ring_order(keys: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[str]:
    """Return nodes in an order around a ring in which those joined by an edge stand near.

    Pairs of nodes change places as long as that shortens the edges, first pairs first: the same
    nodes and edges give the same order.

    Parameters
    ----------
    keys : sequence of str
        Ids of the nodes; without edges they keep this order.
    edges : sequence of (str, str)
        Pairs of ids.

    Examples
    --------
    >>> ring_order(["a", "b", "c", "d", "e"], [("a", "c"), ("c", "e")])
    ['c', 'a', 'b', 'd', 'e']
    """
    order = list(keys)
    place = {key: number for number, key in enumerate(order)}
    joined = [(a, b) for a, b in edges if a in place and b in place]

    def length() -> int:
        steps = [abs(place[a] - place[b]) for a, b in joined]
        return sum(min(step, len(order) - step) for step in steps)

    best, improved = length(), True
    while improved:
        improved = False
        for one, other in combinations(range(len(order)), 2):
            _swap(order, place, one, other)
            now = length()
            if now < best:
                best, improved = now, True
            else:
                _swap(order, place, one, other)
    return order


def _swap(order: list[str], place: dict[str, int], one: int, other: int) -> None:
    """Let two nodes change places."""
    order[one], order[other] = order[other], order[one]
    place[order[one]], place[order[other]] = one, other


def ring_places(count: int) -> np.ndarray:
    """Return places around an ellipse of half-axes 1, in rows of one height on both sides.

    Equal rows are what keeps labels apart. The first node stands at the top right, and the
    others follow clockwise.

    Examples
    --------
    >>> ring_places(4).round(2).tolist()
    [[0.87, 0.5], [0.87, -0.5], [-0.87, -0.5], [-0.87, 0.5]]
    """
    places = []
    for side, size in ((1, -(-count // 2)), (-1, count // 2)):
        for row in range(size):
            # rows of the left side run upwards, so that the ring closes
            height = side * (1 - (2 * row + 1) / size)
            places.append((side * math.sqrt(1 - height**2), height))
    return np.array(places).reshape(count, 2)


def network(
    centre: str,
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    steps: Sequence[float],
    width_words: tuple[str, Sequence[str]],
    style_words: tuple[str, Mapping[str, str]],
) -> Figure:
    """Return a network with one node in the middle and the others on a ring around it.

    Parameters
    ----------
    centre : str
        Id of the node in the middle.
    nodes : DataFrame
        Index: id; columns ``name`` and ``small`` (what stands under the name, may be empty).
        Those on the ring keep their order as far as edges between them allow.
    edges : DataFrame
        Columns ``first``, ``second`` (ids), ``volume`` and ``style`` (a key of `EDGE_STYLES`).
    steps : sequence of float
        Volumes from which an edge is wider, of `width_steps`.
    width_words : (str, sequence of str)
        What the width is, and what each width means: one more than there are steps.
    style_words : (str, mapping)
        What colour, line and sign are, and what each style means.
    """
    ring = [str(key) for key in nodes.index if key != centre]
    inner = [
        (str(row["first"]), str(row["second"]))
        for row in edges.to_dict("records")
        if centre not in (row["first"], row["second"])
    ]
    order = ring_order(ring, inner)
    names = {key: textwrap.fill(str(nodes.at[key, "name"]), _LETTERS) for key in nodes.index}
    small = {key: textwrap.fill(str(nodes.at[key, "small"]), _LETTERS + 4) for key in nodes.index}
    pitch = max((_height(names[key], small[key]) for key in order), default=0.4) + 0.1
    rows = -(-len(order) // 2)
    half_height = max(1.6, rows * pitch / 2)
    room = max((_breadth(names[key], small[key]) for key in order), default=1.0) + 0.15
    half_width = max(1.4, _WIDTH / 2 - room)
    figure, axes = new_figure(_WIDTH, 2 * half_height + 1.6)
    ax: Axes = axes[0, 0]
    ax.set_axis_off()
    ax.set_xlim(-half_width - room, half_width + room)
    ax.set_ylim(-half_height - 0.1, half_height + 0.1)
    scale = np.array([half_width, half_height])
    places = dict(zip(order, ring_places(len(order)) * scale, strict=True))
    places[centre] = np.zeros(2)
    # wide edges first: narrow ones stay visible on them
    for row in edges.sort_values("volume", ascending=False, kind="stable").to_dict("records"):
        ends = places[str(row["first"])], places[str(row["second"])]
        style = EDGE_STYLES[str(row["style"])]
        width = style.width or WIDTHS[int(np.searchsorted(steps, row["volume"], side="right"))]
        to_centre = centre in (row["first"], row["second"])
        _edge(ax, ends, style, width, straight=to_centre, scale=scale)
    for key in order:
        _ring_node(ax, places[key], names[key], small[key])
    ax.text(
        0,
        0,
        names[centre],
        ha="center",
        va="center",
        fontsize=10,
        fontweight="bold",
        color=ACCENT,
        zorder=6,
        bbox={"boxstyle": "round,pad=0.45", "fc": "white", "ec": ACCENT, "lw": 1.4},
    )
    _legend(figure, width_words, style_words, set(edges["style"]))
    return figure


def _height(name: str, small: str) -> float:
    """Return about how high the label of a node is, in inches."""
    lines = (name.count("\n") + 1) * _NAME + (small.count("\n") + 1 if small else 0) * _SMALL
    return 1.25 * lines / 72


def _breadth(name: str, small: str) -> float:
    """Return about how wide the label of a node is, in inches."""
    widths = [0.66 * _NAME * len(line) for line in name.split("\n")]
    widths += [0.66 * _SMALL * len(line) for line in small.split("\n")]
    return max(widths) / 72


def _edge(
    ax: Axes,
    ends: tuple[np.ndarray, np.ndarray],
    style: EdgeStyle,
    width: float,
    *,
    straight: bool,
    scale: np.ndarray,
) -> None:
    """Draw one edge, and its sign where spokes are far enough apart."""
    start, end = ends
    middle = (start + end) / 2
    if straight:
        bend = middle
    else:
        # towards the middle, so that it leaves the labels outside; past the node that stands there
        bend = 0.7 * middle
        if np.hypot(*(middle / scale)) < 0.25:
            along = (end - start) / scale
            across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
            bend = bend + 0.7 * across * scale
    path = Path([start, bend, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    line = PathPatch(
        path,
        facecolor="none",
        edgecolor=style.colour,
        linewidth=width,
        linestyle=(0, _dashes(style, width)) if style.dash else "solid",
        capstyle="butt",
        zorder=1 if not style.marker else 2,
    )
    ax.add_patch(line)
    if style.marker:
        outer = end if straight and not start.any() else start
        spot = 0.72 * outer if straight else 0.25 * start + 0.5 * bend + 0.25 * end
        ax.plot(*spot, **_sign(style), zorder=4)


def _dashes(style: EdgeStyle, width: float) -> tuple[float, ...]:
    """Return the dashes of an edge in widths of it, none too short or long to be seen as one."""
    return tuple(part * min(max(width, 1.6), 2.8) / width for part in style.dash)


def _sign(style: EdgeStyle) -> dict[str, Any]:
    """Return how the sign on an edge is drawn: white with a rim of the colour of the edge."""
    return {
        "marker": style.marker,
        "markersize": 7.0,
        "markerfacecolor": "white",
        "markeredgecolor": style.colour,
        "markeredgewidth": 1.3,
    }


def _ring_node(ax: Axes, place: np.ndarray, name: str, small: str) -> None:
    """Draw a node and its label, which stands outside the ring."""
    ax.plot(*place, "o", color=INK, markersize=6, zorder=5)
    side = 1 if place[0] >= 0 else -1
    # name and small print are together in the middle of their row
    below = 72 * (_height(name, small) - _height(name, "")) / 2
    under = below - 72 * _height(name, "") / 2
    written = [(name, below, "center", _NAME, INK)]
    if small:
        written.append((small, under, "top", _SMALL, SOFT))
    for words, lift, anchor, size, colour in written:
        ax.annotate(
            words,
            (float(place[0]), float(place[1])),
            xytext=(8 * side, lift),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va=anchor,
            fontsize=size,
            linespacing=1.1,
            color=colour,
            zorder=6,
        )


def _legend(
    figure: Figure,
    width_words: tuple[str, Sequence[str]],
    style_words: tuple[str, Mapping[str, str]],
    drawn: set[str],
) -> None:
    """Write what the styles and the widths mean below the network, in a column each."""
    styles: list[tuple[Artist, str]] = [(_blank(), style_words[0])]
    for key, style in EDGE_STYLES.items():
        if key in drawn:
            line = Line2D([], [], color=style.colour, linewidth=style.width or 2.2)
            if style.marker:
                line.set(**_sign(style))
            if style.dash:
                line.set_linestyle((0, style.dash))
            styles.append((line, style_words[1][key]))
    widths: list[tuple[Artist, str]] = [(_blank(), width_words[0])]
    for width, words in zip(WIDTHS, width_words[1], strict=False):
        widths.append((Line2D([], [], color=SOFT, linewidth=width), words))
    longest = max(len(styles), len(widths))
    for column in (styles, widths):
        column += [(_blank(), "")] * (longest - len(column))
    entries = styles + widths
    legend = figure.legend(
        [handle for handle, _ in entries],
        [words for _, words in entries],
        loc="outside lower center",
        ncols=2,
        frameon=False,
        fontsize=8,
        handlelength=3.4,
        columnspacing=3.0,
    )
    for place in (0, longest):
        legend.get_texts()[place].set_fontweight("bold")


def _blank() -> Artist:
    return Line2D([], [], linestyle="none")
