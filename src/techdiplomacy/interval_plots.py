"""Drawings of values with their intervals: by row, by rank, and by window.

Knows: matplotlib, dots and their filling. Must not know: where numbers come from, what they mean.
May import: texts, plots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from techdiplomacy.plots import (
    ACCENT,
    MARKERS,
    PALETTE,
    SOFT,
    new_figure,
    plain_number,
    write_numbers,
)
from techdiplomacy.texts import Language


def dots_with_intervals(
    rows: pd.DataFrame, *, reference: float | None, x_label: str, language: Language
) -> Figure:
    """Return one dot and interval a row, with a reference line.

    Parameters
    ----------
    rows : DataFrame
        Columns ``name``, ``value``, ``low``, ``high`` and optional ``emphasis`` (bool), from top
        to bottom.
    reference : float or None
        Where the line of comparison stands.
    x_label : str
        What is measured, with its unit.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 0.9 + 0.27 * len(rows))
    ax: Axes = axes[0, 0]
    places = np.arange(len(rows))
    strong = (
        rows["emphasis"].to_numpy(dtype=bool) if "emphasis" in rows else np.zeros(len(rows), bool)
    )
    for place, (_, row) in enumerate(rows.iterrows()):
        colour = ACCENT if strong[place] else PALETTE[0]
        ax.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1.6)
        ax.plot([row["value"]], [place], "o", color=colour, markersize=5)
    if reference is not None:
        ax.axvline(reference, color=SOFT, linewidth=0.9, linestyle=(0, (3, 2)))
    ax.set_yticks(places, rows["name"], fontsize=8)
    for tick, bold in zip(ax.get_yticklabels(), strong, strict=True):
        tick.set_fontweight("bold" if bold else "normal")
    ax.invert_yaxis()
    ax.set_xlabel(x_label)
    write_numbers(ax.xaxis, language)
    ax.grid(axis="x", color="#eceff1")
    return figure


def _filling(fill: str, colour: str) -> dict[str, Any]:
    """Return how a dot is filled; an empty one is white, so that no line shows through."""
    return {
        "fillstyle": "left" if fill == "half" else "full",
        "markerfacecolor": "white" if fill == "empty" else colour,
        "markerfacecoloralt": "white",
    }


def rank_panels(
    panels: Sequence[tuple[str, str, pd.DataFrame]],
    *,
    x_label: str,
    legend: Sequence[tuple[str, str]],
    language: Language,
    columns: int = 3,
) -> Figure:
    """Return charts of ranks with intervals beside each other; rank 1 stands on the left.

    Parameters
    ----------
    panels : sequence of (title, small print, frame)
        Frames with columns ``name``, ``value``, ``low``, ``high``, ``fill`` (full,
        half or empty) and ``emphasis`` (bool), from top to bottom.
    x_label : str
        What is measured.
    legend : sequence of (fill, words)
        What each filling of a dot means.
    language : str
        Language of the numbers.
    columns : int
        Charts side by side.
    """
    rows = -(-len(panels) // columns)
    longest = max(len(frame) for *_, frame in panels)
    figure, axes = new_figure(
        9.6, 0.9 + (0.75 + 0.155 * longest) * rows, rows=rows, columns=columns
    )
    flat = axes.ravel()
    last = max(float(frame["high"].max()) for *_, frame in panels)
    steps = [step for step in (1, 2, 5, 10, 20, 50, 100, 200) if step <= last * 1.05]
    for ax, (title, small, frame) in zip(flat, panels, strict=False):
        placed = frame.assign(place=np.arange(len(frame)))
        for (emphasis, fill), own in placed.groupby(["emphasis", "fill"]):
            colour = ACCENT if emphasis else PALETTE[0]
            ax.hlines(own["place"], own["low"], own["high"], color=colour, linewidth=1.4)
            ax.plot(
                own["value"],
                own["place"],
                "o",
                color=colour,
                markersize=4.6,
                markeredgewidth=1.0,
                **_filling(str(fill), colour),
            )
        ax.set_xscale("log")
        ax.set_xlim(0.88, last * 1.12)
        ax.set_xticks(steps, [plain_number(step, language) for step in steps])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_yticks(np.arange(len(frame)), frame["name"], fontsize=7.2)
        for tick, bold in zip(ax.get_yticklabels(), frame["emphasis"], strict=True):
            tick.set_fontweight("bold" if bold else "normal")
        ax.set_ylim(longest - 0.4, -0.6)
        ax.set_title(f"{title}\n", fontsize=8.6, loc="left", fontweight="bold")
        ax.text(0, 1.03, small, transform=ax.transAxes, fontsize=7.4, color=SOFT)
        ax.grid(axis="x", color="#eceff1")
        ax.tick_params(labelsize=7.2, length=2)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    handles = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="none",
            color=PALETTE[0],
            label=words,
            **_filling(fill, PALETTE[0]),
        )
        for fill, words in legend
    ]
    figure.legend(
        handles=handles,
        title=x_label,
        loc="outside lower center",
        ncols=len(handles),
        frameon=False,
        fontsize=8,
        title_fontsize=8.5,
    )
    return figure


def windows_with_intervals(
    series: Mapping[str, pd.DataFrame], *, y_label: str, language: Language
) -> Figure:
    """Return values by window with their intervals, one colour and marker a series.

    Parameters
    ----------
    series : mapping
        Frames ``window, value, low, high`` by the name of the series; windows in order of time.
    y_label : str
        What is measured.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 3.4)
    ax: Axes = axes[0, 0]
    windows = sorted({window for frame in series.values() for window in frame["window"]})
    shift = 0.12
    for order, (name, frame) in enumerate(series.items()):
        x = [windows.index(w) + shift * (order - (len(series) - 1) / 2) for w in frame["window"]]
        colour = PALETTE[order % len(PALETTE)]
        below, above = frame["value"] - frame["low"], frame["high"] - frame["value"]
        ax.errorbar(
            x,
            frame["value"],
            yerr=np.maximum(np.array([below, above], dtype=float), 0.0),
            color=colour,
            marker=MARKERS[order % len(MARKERS)],
            markersize=5.5,
            linewidth=1.3,
            capsize=3,
            label=name,
        )
    ax.set_xticks(np.arange(len(windows)), [window.replace("-", "\u2013") for window in windows])
    ax.set_xlim(-0.5, len(windows) - 0.5)
    ax.margins(y=0.15)
    ax.set_ylabel(y_label)
    write_numbers(ax.yaxis, language)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.grid(axis="y", color="#eceff1")
    if len(series) > 1:
        figure.legend(loc="outside lower center", ncols=len(series), frameon=False, fontsize=8)
    return figure
