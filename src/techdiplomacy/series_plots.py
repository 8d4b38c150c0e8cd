"""Drawings of series over the years: lines with their names, and fan charts.

Knows: matplotlib, what is dashed, shaded or ringed. Must not know: where numbers come from, what
they mean. May import: texts, plots, label_placement.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from techdiplomacy.label_placement import spread
from techdiplomacy.plots import (
    ACCENT,
    INK,
    PALETTE,
    SOFT,
    hatch_incomplete,
    new_figure,
    short_number,
    write_numbers,
)
from techdiplomacy.texts import Language

# the kinds of marks of a fan chart, in the order of their key
FAN_MARKS = (
    *("observed", "rescaled", "published", "shift"),
    *("forecast", "80", "95", "scenario", "no_skill"),
)
_FAN_BANDS = {"95": 0.18, "80": 0.34}
_FAN_LINES = {"forecast": "-", "no_skill": "--", "scenario": ":"}
_RINGS: dict[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "markersize": 2.6,
    "markerfacecolor": "none",
    "markeredgecolor": "#9aa5b1",
    "markeredgewidth": 0.8,
}


def small_multiples(
    panels: Sequence[tuple[str, pd.DataFrame]],
    *,
    language: Language,
    columns: int = 3,
    key: Mapping[str, str] | None = None,
) -> Figure:
    """Return fan charts, one a series: actuals, forecast line, intervals, level shifts.

    Parameters
    ----------
    panels : sequence of (title, frame)
        Frames with columns ``year``, ``value``, ``label`` (observed, rescaled, forecast,
        no_skill, scenario), ``value_published``, ``low_80``, ``high_80``, ``low_95``,
        ``high_95`` and ``level_shift``.
    language : str
        Language of the numbers.
    columns : int
        Charts side by side.
    key : mapping, optional
        What each kind of mark means, by its name in `FAN_MARKS`; it stands above the charts.
    """
    rows = -(-len(panels) // columns)
    height = 0.5 + 2.45 * rows + (0.5 if key else 0.0)
    figure, axes = new_figure(9.6, height, rows=rows, columns=columns, share_x=True)
    flat = axes.ravel()
    for ax, (title, frame) in zip(flat, panels, strict=False):
        _fan(ax, title, frame, language)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    # with shared axes only the lowest row would name its years
    for ax in flat[: len(panels)]:
        ax.tick_params(labelbottom=True)
    if key:
        figure.legend(
            handles=[_fan_mark(kind, key[kind]) for kind in FAN_MARKS if kind in key],
            loc="outside upper left",
            ncols=3,
            frameon=False,
            fontsize=8,
        )
    return figure


def _fan_mark(kind: str, words: str) -> Line2D | Patch:
    """Return how one kind of mark of a fan chart looks, for the key."""
    if kind in _FAN_BANDS:
        return Patch(facecolor=PALETTE[0], alpha=_FAN_BANDS[kind], linewidth=0, label=words)
    looks: dict[str, dict[str, Any]] = {
        "observed": {"color": INK, "linewidth": 1.5, "marker": "o", "markersize": 2.2},
        "rescaled": {"color": SOFT, "linewidth": 0.9, "linestyle": (0, (4, 2))},
        "published": _RINGS,
        "shift": {"color": PALETTE[1], "linewidth": 0.9, "linestyle": (0, (3, 2))},
    }
    ahead = {"color": PALETTE[0], "linewidth": 1.5, "linestyle": _FAN_LINES.get(kind)}
    return Line2D([], [], label=words, **looks.get(kind, ahead))


def _fan(ax: Axes, title: str, frame: pd.DataFrame, language: Language) -> None:
    """Draw one series with its forecast and intervals."""
    ordered = frame.sort_values("year")
    past = ordered["label"].isin(["observed", "rescaled"])
    actual, ahead = ordered[past], ordered[~past]
    scaled = actual[actual["label"] == "rescaled"]
    observed = actual[actual["label"] == "observed"]
    ax.plot(scaled["year"], scaled["value_published"], **_RINGS)
    ax.plot(actual["year"], actual["value"], color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.plot(
        observed["year"], observed["value"], color=INK, linewidth=1.5, marker="o", markersize=2.2
    )
    if len(ahead):
        start = actual.iloc[[-1]]
        for level, shade in _FAN_BANDS.items():
            low, high = f"low_{level}", f"high_{level}"
            band = ahead[ahead[low].notna()]
            if len(band):
                years = [*start["year"], *band["year"]]
                ax.fill_between(
                    years,
                    [*start["value"], *band[low]],
                    [*start["value"], *band[high]],
                    color=PALETTE[0],
                    alpha=shade,
                    linewidth=0,
                )
        for label, dash in _FAN_LINES.items():
            part = ahead[ahead["label"] == label]
            if len(part):
                before = ordered[ordered["year"] == part["year"].min() - 1].iloc[-1:]
                joined = pd.concat([before, part])
                ax.plot(joined["year"], joined["value"], dash, color=PALETTE[0], linewidth=1.5)
    for year in actual.loc[actual["level_shift"].notna(), "year"]:
        ax.axvline(year - 0.5, color=PALETTE[1], linewidth=0.9, linestyle=(0, (3, 2)))
    ax.set_title(_broken(title), fontsize=7.8, loc="left")
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value, language)))
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(axis="y", color="#eceff1")
    ax.tick_params(labelsize=7.5)


def _broken(title: str) -> str:
    """Return a title broken so that it stays inside its chart."""
    return "\n".join(textwrap.wrap(title, 46)[:3])


def lines(
    series: pd.DataFrame,
    *,
    y_label: str,
    emphasised: set[str],
    language: Language,
    dashed_from: int | None = None,
    incomplete_from: int | None = None,
    incomplete_words: str = "",
) -> Figure:
    """Return lines with their names at the right end; dashed from a year on.

    Parameters
    ----------
    series : DataFrame
        Index: year; one column for each line, named as it is labelled.
    y_label : str
        What is measured, with its unit.
    emphasised : set of str
        Columns drawn in the accent colour.
    language : str
        Language of the numbers.
    dashed_from : int, optional
        Last year that is not a projection.
    incomplete_from : int, optional
        First year whose counts still grow; the chart says the same year.
    incomplete_words : str
        The words that say so.
    """
    figure, axes = new_figure(9.0, 5.2)
    ax: Axes = axes[0, 0]
    turn = series.index[-1] if dashed_from is None else dashed_from
    past, ahead = series.index <= turn, series.index >= turn
    # a line that breaks off carries its name at the height where it ended
    ends = series.ffill().iloc[-1].dropna().sort_values()
    gap = 0.042 * float(series.max().max() - series.min().min())
    places = spread(ends.to_numpy(dtype=float), gap)
    for order, (name, place) in enumerate(zip(ends.index, places, strict=True)):
        bold = name in emphasised
        colour = ACCENT if bold else PALETTE[order % len(PALETTE)]
        width = 2.2 if bold else 1.2
        ax.plot(series.index[past], series.loc[past, name], color=colour, linewidth=width)
        ax.plot(series.index[ahead], series.loc[ahead, name], "--", color=colour, linewidth=width)
        ax.annotate(
            str(name),
            (series.index[-1], ends[name]),
            xytext=(series.index[-1] + 0.8, place),
            fontsize=8,
            color=colour,
            va="center",
            fontweight="bold" if bold else "normal",
            annotation_clip=False,
        )
    ax.set_xlim(series.index[0], series.index[-1] + 0.16 * (series.index[-1] - series.index[0]))
    if incomplete_from is not None:
        hatch_incomplete(ax, incomplete_from, int(series.index[-1]), incomplete_words)
    ax.set_ylabel(y_label)
    write_numbers(ax.yaxis, language)
    ax.grid(axis="y", color="#eceff1")
    first, last = int(series.index[0]), int(series.index[-1])
    ax.set_xticks(_round_years(first, last))
    return figure


def _round_years(first: int, last: int) -> list[int]:
    """Return the years along an axis: round steps, none outside the data.

    Examples
    --------
    >>> _round_years(2000, 2060)
    [2000, 2010, 2020, 2030, 2040, 2050, 2060]
    >>> _round_years(2015, 2022)
    [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022]
    """
    places = MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]).tick_values(first, last)
    return [int(year) for year in places if first <= year <= last]
