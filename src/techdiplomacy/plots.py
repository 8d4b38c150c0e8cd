"""Figures: how each kind of result is drawn. Colours are safe for colour-blind readers.

Knows: matplotlib, placement of labels. Must not know: where numbers come from, what they mean.
May import: texts. (Figures are made without pyplot: no global state.)
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from techdiplomacy.texts import Language

# Okabe and Ito (2008): told apart with every common kind of colour blindness, and on paper
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6b6b6b", "#000000"),
    *("#6A3D9A", "#8C510A"),
)
# the same hues, dark enough to be read as small text on white (contrast above 4.5)
TEXT_PALETTE = (
    *("#005a8f", "#a34700", "#00694b", "#8f3f70", "#7d5600", "#1b6a99", "#565656", "#000000"),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
INK = "#1c2733"
SOFT = "#5b6670"
ACCENT = "#B22222"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    # a dollar sign in a name is a dollar sign, not the start of a formula
    "text.parse_math": False,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "techdiplomacy",
}
# texts are styled when they are made, so the house style has to hold from the import on
mpl.rcParams.update(_STYLE)


class Chart(NamedTuple):
    """How a figure is drawn in a language, and exactly the numbers that it plots.

    ``incomplete_from`` is the first year that is hatched because its counts still grow.
    """

    draw: Callable[[Language], Figure]
    plotted: pd.DataFrame
    incomplete_from: int | None = None


def new_figure(
    width: float, height: float, *, rows: int = 1, columns: int = 1, share_x: bool = False
) -> tuple[Figure, np.ndarray]:
    """Return a figure in the house style and its axes as a rows by columns array.

    Parameters
    ----------
    width, height : float
        Size in inches; 9 inches fill the text width of a page.
    rows, columns : int
        Charts below and beside each other.
    share_x : bool
        Whether all charts have the same horizontal axis.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=share_x, squeeze=False)
    return figure, axes


def to_svg(figure: Figure, name: str) -> str:
    """Return a figure as an SVG element without prolog, its ids prefixed with ``name``.

    Two figures can then stand in one page; the same figure gives the same text.
    """
    if figure.get_layout_engine() is not None:
        # the layout is found once: a layout engine moves a little at every drawing
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    text = io.StringIO()
    # cut to what is drawn, so that no label is clipped where the layout misjudged its width
    figure.savefig(
        text,
        format="svg",
        bbox_inches="tight",
        pad_inches=0.06,
        metadata={"Date": None, "Creator": None},
    )
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return re.sub(r'(<svg\b[^>]*?) (?:width|height)="[^"]*" (?:width|height)="[^"]*"', r"\1", svg)


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
    figure, axes = new_figure(11.0, 1.7 + 0.21 * rows)
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
    wide = 60 // columns
    names = [textwrap.fill(str(name), max(12, wide * 3)) for name in values.columns]
    ax.set_xticks(np.arange(columns) + 0.5, names, fontsize=7.2 if columns < 20 else 6.6)
    ax.set_yticks(np.arange(rows) + 0.5, [str(name) for name in values.index], fontsize=7.5)
    ax.xaxis.tick_top()
    ax.invert_yaxis()
    ax.tick_params(length=0, colors=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(mesh, ax=ax, orientation="horizontal", shrink=0.4, pad=0.01, aspect=40)
    bar.set_ticks([-limit, 0, limit], labels=list(ends))
    bar.set_label(legend)
    bar.outline.set_visible(False)
    return figure


@dataclass(frozen=True)
class Branch:
    """One fork of a tree: its two lower ends (branch ids), its height and what stands on it."""

    left: str
    right: str
    height: float
    text: str


def tree(
    leaves: Sequence[str],
    branches: Mapping[str, Branch],
    names: Mapping[str, str],
    colours: Mapping[str, str],
    emphasised: set[str],
    *,
    x_label: str,
    language: Language,
) -> Figure:
    """Return a tree with leaves to the right and a text on each branch.

    Parameters
    ----------
    leaves : sequence of str
        Ids of the leaves from top to bottom.
    branches : mapping
        Forks by id, lower forks before higher ones.
    names : mapping
        What is written at each leaf.
    colours : mapping
        Colour of each leaf's name.
    emphasised : set of str
        Leaves written in bold.
    x_label : str
        What the height of a fork is.
    language : str
        Language of the numbers.
    """
    figure, axes = new_figure(9.0, 1.0 + 0.215 * len(leaves))
    ax: Axes = axes[0, 0]
    position = {leaf: float(place) for place, leaf in enumerate(leaves)}
    height = dict.fromkeys(leaves, 0.0)
    top = max(branch.height for branch in branches.values())
    for key, branch in branches.items():
        y_left, y_right = position[branch.left], position[branch.right]
        for end, y_end in ((branch.left, y_left), (branch.right, y_right)):
            ax.plot([height[end], branch.height], [y_end, y_end], color=SOFT, linewidth=0.9)
        ax.plot([branch.height] * 2, [y_left, y_right], color=SOFT, linewidth=0.9)
        position[key] = (y_left + y_right) / 2
        height[key] = branch.height
    for key, branch in branches.items():
        if branch.text:
            ax.text(
                branch.height + 0.004 * top,
                position[key],
                branch.text,
                fontsize=6.5,
                ha="left",
                va="center",
                bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85},
            )
    for leaf in leaves:
        ax.text(
            -0.008 * top,
            position[leaf],
            names[leaf],
            ha="left",
            va="center",
            fontsize=8,
            color=colours.get(leaf, INK),
            fontweight="bold" if leaf in emphasised else "normal",
        )
    ax.set_xlim(top * 1.06, -0.24 * top)
    ax.set_ylim(len(leaves) - 0.3, -0.7)
    ax.set_yticks([])
    ax.set_xlabel(x_label)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    write_numbers(ax.xaxis, language)
    ax.spines["left"].set_visible(False)
    return figure


def labelled_scatter(
    points: pd.DataFrame,
    *,
    groups: Mapping[int, str],
    emphasised: set[str],
    labelled: set[str],
    x_label: str,
    y_label: str,
    language: Language,
) -> Figure:
    """Return a scatter of named points with labels that do not overlap.

    Parameters
    ----------
    points : DataFrame
        Index: id; columns ``x``, ``y``, ``name`` and ``group`` (number).
    groups : mapping
        Legend text of each group number.
    emphasised : set of str
        Ids drawn in bold with a ring.
    labelled : set of str
        Ids that carry their name.
    x_label, y_label : str
        What the two directions are.
    language : str
        Language of the numbers.
    """
    spread = points[["x", "y"]].max() - points[["x", "y"]].min()
    # as tall as the points need at one scale in both directions, within reason
    height = float(np.clip(9.0 * spread["y"] / max(spread["x"], 1e-9), 4.5, 9.0))
    figure, axes = new_figure(9.0, height + 0.6)
    ax: Axes = axes[0, 0]
    for order, (group, legend) in enumerate(sorted(groups.items())):
        own = points[points["group"] == group]
        ax.scatter(
            own["x"],
            own["y"],
            s=34,
            color=PALETTE[order % len(PALETTE)],
            marker=MARKERS[order % len(MARKERS)],
            label=legend,
            linewidths=0.5,
            edgecolors="white",
            zorder=3,
        )
    ringed = points[points.index.isin(list(emphasised))]
    ax.scatter(
        ringed["x"],
        ringed["y"],
        s=150,
        facecolors="none",
        edgecolors=ACCENT,
        linewidths=1.6,
        zorder=4,
    )
    ax.margins(0.09)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    write_numbers(ax.xaxis, language)
    write_numbers(ax.yaxis, language)
    ax.grid(color="#eceff1", zorder=0)
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    _place_labels(
        figure, ax, points[points.index.isin(list(labelled | emphasised))], emphasised, points
    )
    return figure


def _place_labels(
    figure: Figure, ax: Axes, named: pd.DataFrame, emphasised: set[str], points: pd.DataFrame
) -> None:
    """Write each name at the first of several places that is free; leave it out if none is."""
    figure.draw_without_rendering()
    to_pixels = ax.transData.transform
    marks = to_pixels(points[["x", "y"]].to_numpy(dtype=float))
    taken: list[tuple[float, float, float, float]] = [
        (x - 4, y - 4, x + 4, y + 4) for x, y in marks
    ]
    places = [(7, 0, "left", "center"), (-7, 0, "right", "center"), (0, 7, "center", "bottom")]
    places += [(0, -7, "center", "top"), (6, 6, "left", "bottom"), (-6, 6, "right", "bottom")]
    places += [(6, -6, "left", "top"), (-6, -6, "right", "top")]
    places += [(14, 12, "left", "bottom"), (-14, 12, "right", "bottom")]
    places += [(14, -12, "left", "top"), (-14, -12, "right", "top")]
    order = sorted(named.index, key=lambda key: (key not in emphasised, key))
    for key in order:
        row = named.loc[key]
        bold = key in emphasised
        for dx, dy, ha, va in places:
            text = ax.annotate(
                str(row["name"]),
                (float(row["x"]), float(row["y"])),
                xytext=(dx, dy),
                textcoords="offset points",
                ha=ha,
                va=va,
                fontsize=9 if bold else 7.5,
                fontweight="bold" if bold else "normal",
                color=ACCENT if bold else INK,
                zorder=5,
                arrowprops={"arrowstyle": "-", "color": "#9aa5b1", "linewidth": 0.6}
                if abs(dx) == 14
                else None,
            )
            box = text.get_window_extent()
            own = (box.x0, box.y0, box.x1, box.y1)
            if not any(_overlap(own, other) for other in taken):
                taken.append(own)
                break
            text.remove()


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Return whether two boxes (left, bottom, right, top) share an area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def small_multiples(
    panels: Sequence[tuple[str, pd.DataFrame]], *, language: Language, columns: int = 3
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
    """
    rows = -(-len(panels) // columns)
    figure, axes = new_figure(9.6, 0.5 + 2.35 * rows, rows=rows, columns=columns, share_x=True)
    flat = axes.ravel()
    for ax, (title, frame) in zip(flat, panels, strict=False):
        _fan(ax, title, frame, language)
    for ax in flat[len(panels) :]:
        ax.set_visible(False)
    # with shared axes the last chart of a column keeps its years even if one below is hidden
    for ax in flat[max(0, len(panels) - columns) : len(panels)]:
        ax.tick_params(labelbottom=True)
    return figure


def _fan(ax: Axes, title: str, frame: pd.DataFrame, language: Language) -> None:
    """Draw one series with its forecast and intervals."""
    ordered = frame.sort_values("year")
    past = ordered["label"].isin(["observed", "rescaled"])
    actual, ahead = ordered[past], ordered[~past]
    scaled = actual[actual["label"] == "rescaled"]
    observed = actual[actual["label"] == "observed"]
    ax.plot(
        scaled["year"],
        scaled["value_published"],
        "o",
        markersize=2.6,
        markerfacecolor="none",
        markeredgecolor="#9aa5b1",
        markeredgewidth=0.8,
    )
    ax.plot(actual["year"], actual["value"], color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.plot(
        observed["year"], observed["value"], color=INK, linewidth=1.5, marker="o", markersize=2.2
    )
    if len(ahead):
        start = actual.iloc[[-1]]
        for low, high, shade in (("low_95", "high_95", 0.18), ("low_80", "high_80", 0.34)):
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
        for label, dash in (("forecast", "-"), ("no_skill", "--"), ("scenario", ":")):
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


def short_number(value: float, language: Language) -> str:
    """Return a number short enough for an axis.

    Examples
    --------
    >>> short_number(1_250_000, "en"), short_number(1_250_000, "vi"), short_number(0.5, "vi")
    ('1.25M', '1,25 Tr', '0,5')
    """
    from babel.numbers import format_compact_decimal

    if abs(value) < 1000:
        return _plain_number(value, language)
    shown = format_compact_decimal(value, locale=language, fraction_digits=2)
    return _drawn_minus(shown.replace("\xa0", " "))


def _plain_number(value: float, language: Language) -> str:
    from babel.numbers import format_decimal

    # places on an axis are sums of steps: what is left over is no number, nor is its sign
    whole = round(value, 6) + 0.0
    return _drawn_minus(format_decimal(whole, format="#,##0.######", locale=language))


def _drawn_minus(number: str) -> str:
    """Return a number with the minus that fits the figures."""
    return number.replace("-", "\u2212")


def write_numbers(axis: Axis, language: Language) -> None:
    """Write the numbers along an axis in the form of a language."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: _plain_number(value, language)))


def hatch_incomplete(ax: Axes, first: int, last: int, words: str) -> None:
    """Hatch the years whose counts still grow, and say so.

    Parameters
    ----------
    ax : Axes
        Chart over years.
    first, last : int
        First and last incomplete year.
    words : str
        What is written at the top of the hatched years.
    """
    ax.axvspan(first - 0.5, last + 0.5, facecolor="none", edgecolor="#b0b8c0", hatch="///", lw=0)
    ax.text(
        last + 0.4,
        1.0,
        words,
        transform=ax.get_xaxis_transform(),
        ha="right",
        va="bottom",
        fontsize=7.5,
        color=SOFT,
    )


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


def lines(
    series: pd.DataFrame,
    *,
    y_label: str,
    emphasised: set[str],
    language: Language,
    dashed_from: int | None = None,
    incomplete: tuple[int, str] | None = None,
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
    incomplete : (int, str), optional
        First year whose counts still grow, and the words that say so.
    """
    figure, axes = new_figure(9.0, 5.2)
    ax: Axes = axes[0, 0]
    turn = series.index[-1] if dashed_from is None else dashed_from
    past, ahead = series.index <= turn, series.index >= turn
    # a line that breaks off carries its name at the height where it ended
    ends = series.ffill().iloc[-1].dropna().sort_values()
    gap = 0.042 * float(series.max().max() - series.min().min())
    places = _spread(ends.to_numpy(dtype=float), gap)
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
    if incomplete is not None:
        hatch_incomplete(ax, incomplete[0], int(series.index[-1]), incomplete[1])
    ax.set_ylabel(y_label)
    write_numbers(ax.yaxis, language)
    ax.grid(axis="y", color="#eceff1")
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    return figure


def _spread(values: np.ndarray, gap: float) -> np.ndarray:
    """Return ascending places at least ``gap`` apart, as near to the values as may be.

    Examples
    --------
    >>> _spread(np.array([1.0, 1.1, 5.0]), 1.0).round(2).tolist()
    [0.55, 1.55, 5.0]
    """
    from scipy.optimize import isotonic_regression

    steps = gap * np.arange(len(values))
    # least squares under "no closer than a gap": isotonic once the gaps are taken out
    places: np.ndarray = isotonic_regression(values - steps).x + steps
    return places
