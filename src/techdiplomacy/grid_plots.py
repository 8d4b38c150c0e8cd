"""Drawings of rows by columns: a heat map, numbered tiles, a grid of words.

Knows: matplotlib, how a cell is filled and written on. Must not know: where numbers come from, what
they mean. May import: plots.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from techdiplomacy.plots import INK, PALETTE, SOFT, new_figure


def heat_map(
    values: pd.DataFrame,
    *,
    unsure: pd.DataFrame,
    limit: float,
    legend: str,
    ends: tuple[str, str, str],
) -> Figure:
    """Return a heat map of rows by columns around 0; a ring marks the cells that are unsure.

    Parameters
    ----------
    values : DataFrame
        Rows by columns; missing cells are hatched.
    unsure : DataFrame of bool
        Same shape; True where the sign is open to doubt.
    limit : float
        Value at which the colour is full.
    legend : str
        What the colour means.
    ends : (str, str, str)
        Its lower end, its middle and its upper end in words.
    """
    rows, columns = values.shape
    size = 7.2 if columns < 20 else 6.6
    names = [textwrap.fill(str(name), max(12, 60 // columns * 3)) for name in values.columns]
    # names that do not fit side by side lean, and need the height
    leaning = _widest(names) * size > 9.0 * 72 / columns
    if leaning:
        names = [textwrap.fill(str(name), 34) for name in values.columns]
    extra = 0.64 * _widest(names) * size / 72 if leaning else 0.0
    figure, axes = new_figure(11.0, 1.7 + 0.21 * rows + extra)
    ax: Axes = axes[0, 0]
    grid = values.to_numpy(dtype=float)
    ax.set_facecolor("#eceff1")
    ax.patch.set_hatch("////")
    ax.patch.set_edgecolor("#c3cad1")
    mesh = ax.pcolormesh(
        np.ma.masked_invalid(np.clip(grid, -limit, limit)),
        cmap="PuOr_r",
        norm=TwoSlopeNorm(0.0, -limit, limit),
        edgecolors="white",
        linewidth=0.4,
        # one picture inside the drawing instead of a thousand rectangles
        rasterized=True,
    )
    where_row, where_column = np.nonzero(unsure.to_numpy(dtype=bool) & np.isfinite(grid))
    ax.plot(
        where_column + 0.5,
        where_row + 0.5,
        "o",
        markersize=3.2,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=0.6,
    )
    ax.set_xticks(np.arange(columns) + 0.5, names, fontsize=size)
    ax.set_yticks(np.arange(rows) + 0.5, [str(name) for name in values.index], fontsize=7.5)
    ax.xaxis.tick_top()
    ax.invert_yaxis()
    ax.tick_params(length=0, colors=INK)
    if leaning:
        for tick in ax.get_xticklabels():
            tick.set(rotation=40, ha="left", va="bottom", rotation_mode="anchor")
    for spine in ax.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(mesh, ax=ax, orientation="horizontal", shrink=0.4, pad=0.01, aspect=40)
    bar.set_ticks([-limit, 0, limit], labels=list(ends))
    bar.set_label(legend)
    bar.outline.set_visible(False)
    return figure


def _widest(names: Sequence[str]) -> float:
    """Return about how wide the longest line of any name is, in heights of a letter."""
    return 0.6 * max(len(line) for name in names for line in name.split("\n"))


def tiles(
    numbers: pd.DataFrame,
    *,
    sure: pd.DataFrame,
    sides: Sequence[tuple[int, int, str]],
    emphasised: set[str],
    legend: tuple[str, str, str],
) -> Figure:
    """Return rows by columns of coloured, numbered tiles; a strip joins tiles of one number.

    Parameters
    ----------
    numbers : DataFrame of Int64
        Rows by columns, numbers from 1 on that name the colour; missing ones are left blank.
    sure : DataFrame of bool
        Same shape; tiles that are not sure are pale.
    sides : sequence of (int, int, str)
        First and last row (from 0) of a bracket on the right, and what stands beside it.
    emphasised : set of str
        Row names written in bold.
    legend : (str, str, str)
        What full, pale and blank tiles mean.
    """
    rows, columns = numbers.shape
    figure, axes = new_figure(9.0, 1.35 + 0.225 * rows)
    ax: Axes = axes[0, 0]
    grid = [[None if pd.isna(cell) else int(cell) for cell in row] for row in numbers.to_numpy()]
    full = sure.to_numpy(dtype=bool)
    width = 0.62
    for row, cells in enumerate(grid):
        for column, number in enumerate(cells):
            if number is None:
                ax.text(column, row, "\u2013", fontsize=7, color=SOFT, ha="center", va="center")
                continue
            colour, pale = _tile_colours(number)
            strong = full[row, column]
            left = column - width / 2
            ax.add_patch(Rectangle((left, row - 0.42), width, 0.84, fc=colour if strong else pale))
            ax.text(
                column,
                row,
                str(number),
                fontsize=7.5,
                color=_readable_on(colour) if strong else INK,
                ha="center",
                va="center_baseline",
            )
            if column + 1 < columns and cells[column + 1] == number:
                ax.add_patch(Rectangle((left + width, row - 0.16), 1 - width, 0.32, fc=pale))
    for first, last, words in sides:
        edge = columns - 1 + width / 2 + 0.06
        ax.plot([edge, edge], [first - 0.36, last + 0.36], color=SOFT, linewidth=0.9)
        ax.text(edge + 0.06, (first + last) / 2, words, fontsize=8, va="center", color=INK)
    ax.set_xlim(-0.45, columns - 1 + 1.25)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xticks(range(columns), [str(name) for name in numbers.columns], fontsize=8.5)
    ax.set_yticks(range(rows), [str(name) for name in numbers.index], fontsize=8)
    for tick in ax.get_yticklabels():
        tick.set_fontweight("bold" if tick.get_text() in emphasised else "normal")
    ax.xaxis.tick_top()
    ax.tick_params(length=0, colors=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    colour, pale = _tile_colours(1)
    keys = [Patch(fc=colour), Patch(fc=pale), Patch(fc="white", ec="#9aa5b1")]
    shown = 3 if numbers.isna().any(axis=None) else 2
    figure.legend(
        keys[:shown], legend[:shown], loc="outside lower center", ncols=3, frameon=False, fontsize=8
    )
    return figure


def _tile_colours(number: int) -> tuple[str, str]:
    """Return the colour of a number, and its pale form."""
    colour = PALETTE[(number - 1) % len(PALETTE)]
    red, green, blue = (0.25 * part + 0.75 for part in to_rgb(colour))
    return colour, to_hex((red, green, blue))


def _readable_on(colour: str) -> str:
    """Return white or black, whichever stands out more against a colour."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "white" if linear @ np.array([0.2126, 0.7152, 0.0722]) < 0.179 else "black"


class Shade(NamedTuple):
    """One kind of cell in a grid of words: its colour, whether it is hatched, and what it means."""

    colour: str
    hatched: bool
    words: str


def word_grid(
    words: pd.DataFrame,
    shades: pd.DataFrame,
    *,
    legend: Sequence[Shade],
    hatched: pd.DataFrame | None = None,
    note: str,
    emphasised: set[str] | None = None,
    row_height: float = 0.42,
    width: float = 11.0,
) -> Figure:
    """Return a grid whose cells hold words on a shade.

    Parameters
    ----------
    words : DataFrame
        Rows by columns; the first line of a cell is written larger than a second one.
    shades : DataFrame of str
        Same shape; colour of each cell.
    legend : sequence of Shade
        What each colour and the hatching mean.
    hatched : DataFrame of bool, optional
        Same shape; cells that are hatched.
    note : str
        What the marks in the words mean, written below the grid.
    emphasised : set of str, optional
        Columns whose names are written in bold.
    row_height : float
        Height of a row in inches.
    width : float
        Width of the figure in inches.
    """
    rows, columns = words.shape
    figure, axes = new_figure(width, 1.9 + row_height * rows)
    ax: Axes = axes[0, 0]
    for row in range(rows):
        for column in range(columns):
            colour = str(shades.iat[row, column])
            _cell(ax, column, row, colour, hatched is not None and bool(hatched.iat[row, column]))
            ink = _ink_on(colour)
            first, _, rest = str(words.iat[row, column]).partition("\n")
            place = (column + 0.5, row + (0.36 if rest else 0.5))
            ax.text(*place, first, ha="center", va="center", fontsize=8.6, color=ink)
            if rest:
                under = (column + 0.5, row + 0.74)
                ax.text(*under, rest, ha="center", va="center", fontsize=6.8, color=ink)
    names = [textwrap.fill(str(name), 9, break_long_words=False) for name in words.columns]
    ax.set_xticks(np.arange(columns) + 0.5, names, fontsize=7.4)
    ax.set_yticks(np.arange(rows) + 0.5, [str(name) for name in words.index], fontsize=7.8)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.xaxis.tick_top()
    # the names at the top are other objects than those at the bottom
    for tick, name in zip(ax.get_xticklabels(), words.columns, strict=True):
        tick.set_fontweight("bold" if name in (emphasised or set()) else "normal")
    ax.tick_params(length=0, colors=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel(textwrap.fill(note, int(150 * width / 11)), fontsize=8)
    handles = [
        Patch(
            facecolor=shade.colour,
            edgecolor=_HATCHES if shade.hatched else "#9aa5b1",
            hatch="////" if shade.hatched else None,
            linewidth=0.6,
            label=shade.words,
        )
        for shade in legend
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=8
    )
    return figure


_HATCHES = "#a9b2bb"


def _cell(ax: Axes, column: int, row: int, colour: str, hatched: bool) -> None:
    """Draw the ground of a cell."""
    box: dict[str, Any] = {"xy": (column, row), "width": 1, "height": 1}
    ax.add_patch(Rectangle(**box, facecolor=colour, edgecolor="white", linewidth=1.2))
    if hatched:
        ax.add_patch(
            Rectangle(**box, facecolor="none", edgecolor=_HATCHES, hatch="////", linewidth=0)
        )


def _ink_on(colour: str) -> str:
    """Return black or white, whichever can be read on a colour.

    Examples
    --------
    >>> _ink_on("#08306b"), _ink_on("#ffffff") == INK
    ('#ffffff', True)
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.2 else INK
