"""Drawings of what lies above and below a line that is said in words: rows, windows, two sides.

Knows: matplotlib, marks whose shape says what their colour says. Must not know: where numbers come
from, what they mean. May import: texts, plots, label_placement.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator

from techdiplomacy.label_placement import place_labels
from techdiplomacy.plots import (
    INK,
    PALETTE,
    SOFT,
    new_figure,
    write_numbers,
)
from techdiplomacy.texts import Language

_GRID = "#eceff1"
_BAND = "#dfe4e8"
# steps of an axis of ratios, and those of one of ranks
_RATIOS = (1, 2, 4, 8, 16, 32, 64)
_RANKS = (1, 2, 3, 5, 10, 20, 50, 100, 200)
# the smallest size of a letter in these drawings, in points
SMALLEST = 7.4


class Mark(NamedTuple):
    """How one kind of point is drawn, and what it means: the shape says what the colour says."""

    marker: str
    colour: str
    hollow: bool
    words: str


@dataclass(frozen=True)
class Scale:
    """An axis: what it measures, how its steps run, and the line of comparison on it.

    Attributes
    ----------
    label : str
        What is measured, with its unit.
    kind : {"plain", "ratio", "place", "rank", "count"}
        Equal steps; doublings; places from 1 on; ranks from 1 on, whose steps grow, upright with
        the first on top; counts from 0 on, whose steps grow.
    reference : float or None
        Where the line of comparison stands.
    words : str
        What the line means, written at its end.
    """

    label: str
    kind: str = "plain"
    reference: float | None = None
    words: str = ""


def rows_with_marks(
    rows: pd.DataFrame,
    marks: Mapping[str, Mark],
    scale: Scale,
    *,
    language: Language,
    aside: str = "",
    width: float = 9.0,
    row_height: float = 0.25,
) -> Figure:
    """Return one marked point and its intervals a row, beside a line of comparison in words.

    Parameters
    ----------
    rows : DataFrame
        Columns ``name``, ``value``, ``low``, ``high`` and ``mark`` (a key of ``marks``), from top
        to bottom; optional ``wide_low`` and ``wide_high`` (a second, thin interval), ``words``
        (what stands in a row without a value), ``aside`` (what stands at the right of a row) and
        ``emphasis`` (bool).
    marks : mapping
        How each kind of point is drawn.
    scale : Scale
        The horizontal axis.
    language : str
        Language of the numbers.
    aside : str
        Heading of what stands at the right.
    width, row_height : float
        Width of the figure, and height of a row, in inches.
    """
    figure, axes = new_figure(width, 6 * row_height + row_height * len(rows))
    ax: Axes = axes[0, 0]
    records = rows.to_dict("records")
    _set_scale(ax, "x", scale, rows[_numbers(rows)], language)
    for place, row in enumerate(records):
        if pd.isna(row["value"]):
            _words_in_row(ax, place, str(row.get("words", "")))
            continue
        mark = marks[str(row["mark"])]
        if pd.notna(row.get("wide_low", np.nan)):
            ends = [row["wide_low"], row["wide_high"]]
            ax.plot(ends, [place, place], color="#9aa5b1", linewidth=0.9, marker="|", zorder=2)
        ax.plot([row["low"], row["high"]], [place, place], color=mark.colour, lw=2.0, zorder=3)
        ax.plot(row["value"], place, linestyle="none", zorder=4, **_pen(mark))
    ax.set_yticks(np.arange(len(rows)), rows["name"], fontsize=8.2)
    ax.tick_params(axis="y", length=0, colors=INK)
    strong = rows["emphasis"] if "emphasis" in rows else [False] * len(rows)
    for tick, bold in zip(ax.get_yticklabels(), strong, strict=True):
        tick.set_fontweight("bold" if bold else "normal")
    if "aside" in rows:
        for place, row in enumerate(records):
            _beside(ax, place, str(row["aside"]))
        _beside(ax, -1.0, aside, fontweight="bold")
    _reference(ax, scale)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(scale.label)
    ax.grid(axis="x", color=_GRID, zorder=0)
    used = [key for key in marks if key in set(rows.loc[rows["value"].notna(), "mark"])]
    _legend(figure, [marks[key] for key in used])
    return figure


def _numbers(rows: pd.DataFrame) -> list[str]:
    """Return the columns that a row of points may reach to."""
    return [
        name for name in ("value", "low", "high", "wide_low", "wide_high") if name in rows.columns
    ]


def _pen(mark: Mark, size: float = 7.0) -> dict[str, Any]:
    """Return how a mark is drawn; a hollow one is white, so that no line shows through."""
    return {
        "marker": mark.marker,
        "markersize": size,
        "color": mark.colour,
        "markerfacecolor": "white" if mark.hollow else mark.colour,
        "markeredgewidth": 1.3,
    }


def _words_in_row(ax: Axes, place: int, words: str) -> None:
    """Write why a row has no point, at its left end."""
    ax.text(
        0.01,
        place,
        words,
        transform=ax.get_yaxis_transform(),
        fontsize=7.6,
        fontstyle="italic",
        color=SOFT,
        va="center",
        bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
        zorder=3,
    )


def _beside(ax: Axes, place: float, words: str, **look: Any) -> None:
    """Write something to the right of a row."""
    ax.text(
        1.02,
        place,
        words,
        transform=ax.get_yaxis_transform(),
        fontsize=7.8,
        color=INK,
        va="center",
        **look,
    )


def _reference(ax: Axes, scale: Scale) -> None:
    """Draw the upright line of comparison and write at its upper end what it means."""
    if scale.reference is None:
        return
    ax.axvline(scale.reference, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)
    if scale.words:
        ax.annotate(
            scale.words,
            (scale.reference, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=8,
            ha="center",
            va="bottom",
        )


def _set_scale(
    ax: Axes, way: Literal["x", "y"], scale: Scale, reached: pd.DataFrame, language: Language
) -> None:
    """Give an axis its steps, wide enough for all that is drawn."""
    axis: Axis = ax.xaxis if way == "x" else ax.yaxis
    set_scale = ax.set_xscale if way == "x" else ax.set_yscale
    set_ends = ax.set_xlim if way == "x" else ax.set_ylim
    found = reached.to_numpy(dtype=float)
    found = found[np.isfinite(found)]
    least, most = (float(found.min()), float(found.max())) if found.size else (1.0, 1.0)
    if scale.kind == "ratio":
        # a factor of two on both sides at least, and no more doublings than can be read
        lower, upper = max(min(least, 0.5), 1 / _RATIOS[-1]), min(max(most, 2.0), _RATIOS[-1])
        set_scale("log", base=2)
        set_ends(lower / 1.15, upper * 1.15)
        steps = [1 / step for step in _RATIOS[:0:-1]] + list(_RATIOS)
        within = [step for step in steps if lower / 1.1 <= step <= upper * 1.1]
        axis.set_ticks([step for step in within if len(within) < 9 or np.log2(step) % 2 == 0])
    elif scale.kind == "rank":
        set_scale("log")
        ends = (0.9, max(most, 2.0) * 1.12)
        set_ends(*(ends if way == "x" else ends[::-1]))
        axis.set_ticks([step for step in _RANKS if step <= max(most, 2.0)])
    elif scale.kind == "place":
        set_ends(0.3, most + 0.7)
        axis.set_ticks([1, *range(5, int(most) + 1, 5)])
    elif scale.kind == "count":
        set_scale("symlog", linthresh=1.0, linscale=0.5)
        set_ends(-0.25, max(most, 1.0) * 1.5)
        powers = np.arange(0, np.ceil(np.log10(max(most, 2.0))) + 1)
        axis.set_ticks([0.0, *(10.0**power for power in powers if 10**power <= most * 1.5)])
    else:
        axis.set_major_locator(MaxNLocator(6))
    axis.set_minor_locator(NullLocator())
    write_numbers(axis, language)


def _legend(
    figure: Figure, marks: Sequence[Mark], more: Sequence[Artist] = (), title: str = ""
) -> None:
    """Say below the charts what each mark means; the title says what is measured across."""
    handles = [
        Line2D([], [], linestyle="none", label=mark.words, **_pen(mark)) for mark in marks
    ] + list(more)
    if handles:
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=len(handles) if len(handles) < 5 else 3,
            frameon=False,
            fontsize=8,
            title=title,
            title_fontsize=8.4,
        )


# --- windows ------------------------------------------------------------------------------------


def panels_over_windows(
    panels: Sequence[tuple[str, str, pd.DataFrame]],
    marks: Mapping[str, Mark],
    scale: Scale,
    *,
    windows: Sequence[str],
    language: Language,
    columns: int = 4,
) -> Figure:
    """Return a chart for each name: marked points and their intervals, window by window.

    Parameters
    ----------
    panels : sequence of (title, small print, frame)
        Frames with columns ``window``, ``value``, ``low``, ``high`` and ``mark``.
    marks : mapping
        How each kind of point is drawn.
    scale : Scale
        The upright axis, the same in all charts.
    windows : sequence of str
        Windows from left to right; one without a value stays empty.
    language : str
        Language of the numbers.
    columns : int
        Charts side by side.
    """
    rows = -(-len(panels) // columns)
    figure, axes = new_figure(9.6, 0.9 + 1.75 * rows, rows=rows, columns=columns)
    flat = axes.ravel()
    reached = pd.concat([frame[["value", "low", "high"]] for *_, frame in panels])
    used = set()
    for order, (ax, (title, small, frame)) in enumerate(zip(flat, panels, strict=False)):
        _set_scale(ax, "y", scale, reached, language)
        if scale.reference is not None:
            ax.axhline(scale.reference, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
        shown = frame[frame["value"].notna()]
        places = [list(windows).index(window) for window in shown["window"]]
        # a window without a value breaks the line
        joined = pd.Series(shown["value"].to_numpy(), index=places).reindex(range(len(windows)))
        ax.plot(joined.index, joined, color="#9aa5b1", linewidth=1.0, zorder=2)
        for place, row in zip(places, shown.to_dict("records"), strict=True):
            mark = marks[str(row["mark"])]
            used.add(str(row["mark"]))
            ax.plot([place] * 2, [row["low"], row["high"]], color=mark.colour, lw=1.6, zorder=3)
            ax.plot(place, row["value"], linestyle="none", zorder=4, **_pen(mark, 6.0))
        ax.set_xlim(-0.5, len(windows) - 0.5)
        names = [window.replace("-", "\u2013\n") for window in windows]
        ax.set_xticks(range(len(windows)), names, fontsize=SMALLEST)
        ax.tick_params(axis="y", labelsize=SMALLEST, labelleft=order % columns == 0)
        ax.grid(axis="y", color=_GRID, zorder=0)
        _title(ax, title, small)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    figure.supylabel(scale.label, fontsize=8.4)
    line = Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label=scale.words)
    _legend(
        figure,
        [mark for key, mark in marks.items() if key in used],
        [line] if scale.words else [],
    )
    return figure


def _title(ax: Axes, title: str, small: str) -> None:
    """Write the name of a chart, and small print under it."""
    lines = textwrap.fill(small, 34)
    height = 3 + 1.3 * SMALLEST * len(lines.splitlines())
    for words, lift, size, colour, weight in (
        (title, height, 8.6, INK, "bold"),
        (lines, 3.0, SMALLEST, SOFT, "normal"),
    ):
        ax.annotate(
            words,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, lift),
            textcoords="offset points",
            fontsize=size,
            va="bottom",
            color=colour,
            fontweight=weight,
        )


def dots_over_windows(
    rows: pd.DataFrame, *, windows: Sequence[str], scale: Scale, language: Language
) -> Figure:
    """Return one row a name with a dot for each window, the newest one full and numbered.

    Parameters
    ----------
    rows : DataFrame
        Columns ``name``, ``written`` (what stands beside the newest dot) and one for each window,
        from top to bottom.
    windows : sequence of str
        Columns in order of time.
    scale : Scale
        The horizontal axis.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 1.4 + 0.27 * len(rows))
    ax: Axes = axes[0, 0]
    _set_scale(ax, "x", scale, rows[list(windows)], language)
    looks = window_marks(windows)
    for place, row in enumerate(rows.to_dict("records")):
        values = [row[window] for window in windows]
        ax.plot(values, [place] * len(values), color="#c3cad1", linewidth=1.4, zorder=2)
        for mark, value in zip(looks, values, strict=True):
            ax.plot(value, place, linestyle="none", zorder=3, **_pen(mark, 6.2))
        ax.annotate(
            str(row["written"]),
            (max(value for value in values if pd.notna(value)), place),
            xytext=(8, 0),
            textcoords="offset points",
            fontsize=7.8,
            va="center",
        )
    ax.set_yticks(np.arange(len(rows)), rows["name"], fontsize=8.2)
    ax.tick_params(axis="y", length=0, colors=INK)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(scale.label)
    ax.grid(axis="x", color=_GRID, zorder=0)
    _legend(figure, looks)
    return figure


def window_marks(windows: Sequence[str]) -> list[Mark]:
    """Return a mark for each window: older ones are hollow and paler, the newest one is full."""
    shapes = ("v", "D", "s", "^", "P")
    tones = ("#8a949e", "#7b8792", SOFT, INK)
    older = len(windows) - 1
    looks = [
        Mark(shapes[place % len(shapes)], tones[min(place, 3)], True, window.replace("-", "\u2013"))
        for place, window in enumerate(windows[:older])
    ]
    return [*looks, Mark("o", PALETTE[0], False, windows[-1].replace("-", "\u2013"))]


# --- two sides ----------------------------------------------------------------------------------


def two_sides(
    panels: Sequence[tuple[str, str, pd.DataFrame]],
    marks: Mapping[str, Mark],
    across: Scale,
    upright: Scale,
    *,
    language: Language,
    columns: int = 3,
) -> Figure:
    """Return charts of named points with intervals on both sides; some of them stand out.

    Parameters
    ----------
    panels : sequence of (title, small print, frame)
        Frames with index id and columns ``name``, ``x``, ``x_low``, ``x_high``, ``y``, ``y_low``,
        ``y_high``, ``mark``, ``front`` (bold, and named before all others) and ``labelled``.
    marks : mapping
        How each kind of point is drawn.
    across, upright : Scale
        The two axes, the same in all charts.
    language : str
        Language of the numbers.
    columns : int
        Charts side by side.
    """
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    size = (9.0, 6.4) if len(panels) == 1 else (9.6, 1.2 + 3.3 * rows)
    figure, axes = new_figure(*size, rows=rows, columns=columns)
    flat = axes.ravel()
    whole = pd.concat([frame for *_, frame in panels])
    for order, (ax, (title, small, frame)) in enumerate(zip(flat, panels, strict=False)):
        _set_scale(ax, "x", across, whole[["x", "x_low", "x_high"]], language)
        _set_scale(ax, "y", upright, whole[["y", "y_low", "y_high"]], language)
        for row in frame.to_dict("records"):
            mark = marks[str(row["mark"])]
            pen = {"color": mark.colour, "linewidth": 0.7, "alpha": 0.55, "zorder": 2}
            ax.plot([row["x_low"], row["x_high"]], [row["y"]] * 2, **pen)
            ax.plot([row["x"]] * 2, [row["y_low"], row["y_high"]], **pen)
            ax.plot(row["x"], row["y"], linestyle="none", zorder=4, **_pen(mark, 6.0))
        if across.reference is not None:
            ax.axvline(across.reference, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
        ax.grid(color=_GRID, zorder=0)
        ax.tick_params(labelsize=SMALLEST, labelleft=order % columns == 0)
        _title(ax, title, small)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    figure.supylabel(upright.label, fontsize=8.4)
    used = set(whole["mark"])
    line = Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label=across.words)
    _legend(
        figure,
        [mark for key, mark in marks.items() if key in used],
        [line] if across.words else [],
        title=across.label,
    )
    # names are placed in the layout that stays
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax, (*_, frame) in zip(flat, panels, strict=False):
        front = {str(key) for key in frame.index[frame["front"].astype(bool)]}
        named = frame[frame["labelled"].astype(bool) | frame["front"].astype(bool)]
        place_labels(
            figure,
            ax,
            named,
            front,
            frame,
            inside=True,
            avoided=_crosses(frame),
            sizes=(9.0, 7.8) if len(panels) == 1 else (7.6, SMALLEST),
        )
    return figure


def _crosses(frame: pd.DataFrame) -> pd.DataFrame:
    """Return points along the intervals of all rows, which names should not stand on."""
    found = []
    for one, other in (("x", "y"), ("y", "x")):
        for part in np.linspace(0, 1, 9):
            along = frame[f"{one}_low"] ** (1 - part) * frame[f"{one}_high"] ** part
            found.append(pd.DataFrame({one: along, other: frame[other]})[["x", "y"]])
    return pd.concat(found, ignore_index=True).dropna()


# --- before and after ---------------------------------------------------------------------------


def paths_with_band(
    panels: Sequence[tuple[str, str, pd.DataFrame]],
    *,
    x_label: str,
    y_label: str,
    line_words: str,
    band_words: str,
    zero_words: str,
    language: Language,
) -> Figure:
    """Return values year by year around a step, on the band of what chance alone gives.

    Parameters
    ----------
    panels : sequence of (title, small print, frame)
        Frames with columns ``year`` (0 at the step), ``value``, ``low`` and ``high`` (the band).
    x_label, y_label : str
        What the two axes are.
    line_words, band_words, zero_words : str
        What the line, the band and the line of comparison mean.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 3.9, columns=len(panels))
    ends = [frame[name] for *_, frame in panels for name in ("value", "low", "high")]
    reached = pd.concat([*ends, pd.Series([0.0])]).astype(float)
    margin = 0.08 * float(reached.max() - reached.min()) or 1.0
    for order, (ax, (title, small, frame)) in enumerate(zip(axes.ravel(), panels, strict=True)):
        shown = frame.sort_values("year")
        ax.fill_between(
            shown["year"],
            shown["low"].astype(float),
            shown["high"].astype(float),
            facecolor=_BAND,
            edgecolor="#a9b2bb",
            hatch="//",
            linewidth=0,
            zorder=1,
        )
        ax.axhline(0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
        ax.axvline(0, color=SOFT, linewidth=0.8, zorder=2)
        ax.plot(shown["year"], shown["value"], color=PALETTE[0], marker="o", ms=5, lw=1.6, zorder=3)
        ax.set_ylim(float(reached.min()) - margin, float(reached.max()) + margin)
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        ax.tick_params(labelsize=7.8, labelleft=order == 0)
        write_numbers(ax.xaxis, language)
        write_numbers(ax.yaxis, language)
        ax.grid(axis="y", color=_GRID, zorder=0)
        _title(ax, title, small)
    axes[0, 0].set_ylabel(textwrap.fill(y_label, 48), fontsize=8.4)
    handles = [
        Line2D([], [], color=PALETTE[0], marker="o", markersize=5, label=line_words),
        Patch(facecolor=_BAND, edgecolor="#a9b2bb", hatch="//", linewidth=0, label=band_words),
        Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label=zero_words),
    ]
    _legend(figure, [], handles, title=x_label)
    return figure


# --- bars ---------------------------------------------------------------------------------------


def bars_in_words(
    rows: pd.DataFrame, *, x_label: str, parts: tuple[str, str], language: Language
) -> Figure:
    """Return horizontal bars with words at their ends; the dark part of a bar lies inside it.

    Parameters
    ----------
    rows : DataFrame
        Columns ``name``, ``value``, ``part`` (the dark part of the value) and ``written``, from
        top to bottom.
    x_label : str
        What is measured, with its unit.
    parts : (str, str)
        What the whole bar and its dark part mean.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 1.3 + 0.3 * len(rows))
    ax: Axes = axes[0, 0]
    places = np.arange(len(rows))
    ax.barh(places, rows["value"], color="#bdd7e7", height=0.66, zorder=2)
    ax.barh(places, rows["part"], color=PALETTE[0], height=0.34, zorder=3)
    for place, row in enumerate(rows.to_dict("records")):
        ax.annotate(
            str(row["written"]),
            (float(row["value"]), place),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=7.8,
            va="center",
        )
    names = [textwrap.fill(str(name), 42) for name in rows["name"]]
    ax.set_yticks(places, names, fontsize=8.0)
    ax.tick_params(axis="y", length=0, colors=INK)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 1.02 * float(rows["value"].max()) or 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    write_numbers(ax.xaxis, language)
    ax.grid(axis="x", color=_GRID, zorder=0)
    ax.set_xlabel(x_label)
    handles = [
        Patch(color="#bdd7e7", label=parts[0]),
        Line2D([], [], color=PALETTE[0], linewidth=4, label=parts[1]),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    return figure
