"""Drawings of ages over the years: charts beside each other, dashed where projected.

Knows: matplotlib, lines with words, points and levels. Must not know: where numbers come from,
what they mean. May import: plots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from techdiplomacy.plots import INK, SOFT, new_figure

_GRID = "#eceff1"
_PALE = "#f6dfcf"
# the smallest size of a letter, in points
SMALLEST = 7.4


class Look(NamedTuple):
    """How one kind of line is drawn; kinds with words stand in the legend."""

    colour: str
    width: float
    words: str = ""
    marker: str = ""


class YearPanel(NamedTuple):
    """One chart: its title, small print, lines by kind (index: year), and points with words."""

    title: str
    small: str
    lines: Sequence[tuple[str, pd.Series]]
    points: Sequence[tuple[int, float, str]] = ()


class Shaded(NamedTuple):
    """Where the second kind of line lies above the first, and what that means."""

    first: str
    second: str
    words: str


def year_panels(
    panels: Sequence[YearPanel],
    looks: Mapping[str, Look],
    *,
    y_label: str,
    turn: int,
    turn_words: str,
    number: Callable[[float], str],
    levels: Sequence[float] = (),
    ticks: Sequence[float] = (),
    shaded: Shaded | None = None,
    same_scale: bool = False,
    columns: int = 3,
) -> Figure:
    """Return charts over the years beside each other, each from 0 up.

    Parameters
    ----------
    panels : sequence of YearPanel
        In reading order; later lines are drawn above earlier ones.
    looks : mapping
        How each kind of line is drawn.
    y_label : str
        What is measured, with its unit.
    turn : int
        Last year that is not projected; lines are dashed from there on.
    turn_words : str
        What the dashes mean.
    number : callable
        Form of the numbers along the upright axis.
    levels : sequence of float
        Levels that are drawn across; with them the axis names 0, the levels and the ticks only.
    ticks : sequence of float
        Further numbers on an axis with levels, with a faint line and no mark.
    shaded : Shaded, optional
        What is shaded between two kinds of lines.
    same_scale : bool
        Whether all charts reach equally high.
    columns : int
        Charts side by side.
    """
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = new_figure(9.6, 0.8 + 2.25 * rows, rows=rows, columns=columns)
    flat = axes.ravel()
    tops = [max(float(line.max()) for _, line in panel.lines) for panel in panels]
    for panel, ax, top in zip(panels, flat, tops, strict=False):
        ax.set_ylim(0, 1.12 * max([*(tops if same_scale else [top]), *levels]))
        _steps(ax, levels, ticks, number)
        if shaded is not None:
            _shade(ax, dict(panel.lines), shaded)
        for kind, line in panel.lines:
            _line(ax, line, looks[kind], turn)
        for year, value, words in panel.points:
            _point(ax, year, value, words, looks[panel.lines[-1][0]].colour)
        ax.margins(x=0.02)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
        ax.tick_params(labelsize=SMALLEST, length=2)
        ax.set_title(f"{panel.title}\n", fontsize=8.8, loc="left", fontweight="bold")
        ax.text(0, 1.03, panel.small, transform=ax.transAxes, fontsize=SMALLEST, color=SOFT)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    figure.supylabel(y_label, fontsize=8.6)
    _legend(figure, looks, turn_words, shaded)
    return figure


def _steps(
    ax: Axes, levels: Sequence[float], ticks: Sequence[float], number: Callable[[float], str]
) -> None:
    """Name the steps of the upright axis, or the levels across."""
    ax.yaxis.set_major_formatter(lambda value, _: number(value))
    if not levels:
        ax.yaxis.set_major_locator(MaxNLocator(4))
        ax.grid(axis="y", color=_GRID)
        return
    ax.set_yticks([0.0, *levels, *ticks])
    for tick in ticks:
        ax.axhline(tick, color=_GRID, linewidth=0.8, zorder=1)
    for level in levels:
        ax.axhline(level, color="#9aa5b1", linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)


def _line(ax: Axes, line: pd.Series, look: Look, turn: int) -> None:
    """Draw a line, dashed where it is projected; its markers stand at every tenth year."""
    past, ahead = line.index <= turn, line.index >= turn
    pen: dict[str, Any] = {"color": look.colour, "linewidth": look.width, "zorder": 3}
    ax.plot(line.index[past], line[past], **pen)
    ax.plot(line.index[ahead], line[ahead], linestyle=(0, (4, 1.6)), **pen)
    if look.marker:
        tenth = line[np.asarray(line.index) % 10 == 0]
        ax.plot(tenth.index, tenth, look.marker, color=look.colour, markersize=3.8, zorder=4)


def _shade(ax: Axes, lines: Mapping[str, pd.Series], shaded: Shaded) -> None:
    first, second = lines[shaded.first], lines[shaded.second]
    ax.fill_between(
        first.index,
        first,
        second,
        where=(second > first).to_numpy(),
        interpolate=True,
        facecolor=_PALE,
        linewidth=0,
        zorder=2,
    )


def _point(ax: Axes, year: int, value: float, words: str, colour: str) -> None:
    """Mark a point and write its words above it, to the left, where a rising line leaves room.

    At the left edge there is none: there they stand below, to the right.
    """
    left, right = ax.dataLim.intervalx
    edge = year - left < 0.12 * (right - left)
    ax.plot([year], [value], "o", color=colour, markersize=4.4, zorder=5)
    ax.annotate(
        words,
        (year, value),
        xytext=(4, -3) if edge else (-4, 3),
        textcoords="offset points",
        fontsize=SMALLEST + 0.4,
        ha="left" if edge else "right",
        va="top" if edge else "bottom",
        color=INK,
        zorder=6,
        bbox={"boxstyle": "square,pad=0.08", "fc": "white", "ec": "none", "alpha": 0.8},
    )


def _legend(
    figure: Figure, looks: Mapping[str, Look], turn_words: str, shaded: Shaded | None
) -> None:
    """Say below the charts what lines, dashes and shading mean."""
    handles: list[Artist] = [
        Line2D(
            [],
            [],
            color=look.colour,
            lw=look.width,
            marker=look.marker or "None",
            ms=3.8,
            label=look.words,
        )
        for look in looks.values()
        if look.words
    ]
    handles.append(Line2D([], [], color=SOFT, lw=1.4, ls=(0, (4, 1.6)), label=turn_words))
    if shaded is not None:
        handles.append(Patch(facecolor=_PALE, label=shaded.words))
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
