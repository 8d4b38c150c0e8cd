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
from matplotlib.colors import TwoSlopeNorm, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

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

    ``incomplete_from`` is the first year that is hatched because its counts still grow: the same
    value that `lines` and `hatch_incomplete` are given.
    """

    draw: Callable[[Language], Figure]
    plotted: pd.DataFrame
    incomplete_from: int | None = None


def hatched_years(first: int) -> str:
    """Return the id of what is hatched from a year on, by which a drawing shows that it is.

    Examples
    --------
    >>> hatched_years(2019)
    'incomplete-from-2019'
    """
    return f"incomplete-from-{first}"


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
    """Return a figure as an SVG element without prolog, its ids short and prefixed with ``name``.

    Two figures can then stand in one page; the same figure gives the same text. Each letter is
    drawn by reference to an id, so that short ids halve a drawing with many words.
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
    svg = _with_short_ids(svg, name)
    return re.sub(r'(<svg\b[^>]*?) (?:width|height)="[^"]*" (?:width|height)="[^"]*"', r"\1", svg)


def _with_short_ids(svg: str, name: str) -> str:
    """Return a drawing with numbered ids; those that nothing refers to are left out.

    What is hatched keeps its id: a page looks for it.
    """
    used = dict.fromkeys(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
    short = {one or other: f"{name}-{number}" for number, (one, other) in enumerate(used)}
    hatched = re.findall(rf'\bid="({hatched_years(0)[:-1]}[^"]*)"', svg)
    short |= {kept: f"{name}-{kept}" for kept in hatched}
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{short[m[1]]}"' if m[1] in short else "", svg)
    svg = re.sub(r'href="#([^"]+)"', lambda m: f'href="#{short[m[1]]}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{short[m[1]]})", svg)


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
    place_labels(
        figure, ax, points[points.index.isin(list(labelled | emphasised))], emphasised, points
    )
    return figure


def place_labels(
    figure: Figure,
    ax: Axes,
    named: pd.DataFrame,
    emphasised: set[str],
    points: pd.DataFrame,
    *,
    inside: bool = False,
    avoided: pd.DataFrame | None = None,
    sizes: tuple[float, float] = (9.0, 7.5),
) -> None:
    """Write each name at the first of several places that is free; leave it out if none is.

    Parameters
    ----------
    figure : Figure
        Laid out once before the names are placed.
    ax : Axes
        Chart whose points are named.
    named : DataFrame
        Index: id; columns ``x``, ``y`` and ``name``.
    emphasised : set of str
        Ids written first, in bold and in the accent colour.
    points : DataFrame
        Columns ``x`` and ``y`` of all marks that no name may cover.
    inside : bool
        Whether names have to stay inside the chart; then places further off are tried as well.
    avoided : DataFrame, optional
        Columns ``x`` and ``y`` of what a name covers only where it has no other place.
    sizes : (float, float)
        Size of an emphasised name and of any other, in points.
    """
    figure.draw_without_rendering()
    taken = _around(ax, points)
    thin = [] if avoided is None else _around(ax, avoided)
    places = [(7, 0, "left", "center"), (-7, 0, "right", "center"), (0, 7, "center", "bottom")]
    places += [(0, -7, "center", "top"), (6, 6, "left", "bottom"), (-6, 6, "right", "bottom")]
    places += [(6, -6, "left", "top"), (-6, -6, "right", "top")]
    places += [(14, 12, "left", "bottom"), (-14, 12, "right", "bottom")]
    places += [(14, -12, "left", "top"), (-14, -12, "right", "top")]
    if inside:
        sides = ((1, "left"), (-1, "right"))
        for far, up in ((26, 24), (26, -24), (40, 8), (40, -8), (20, 44), (20, -44), (60, 30)):
            places += [(side * far, up, ha, "center") for side, ha in sides]
    # letters are a little larger in the file than where they are placed
    frame, pad = ax.get_window_extent(), 2.0 if inside else 0.0
    order = sorted(named.index, key=lambda key: (key not in emphasised, key))
    for key in order:
        row = named.loc[key]
        bold = key in emphasised
        # first where nothing is covered, then where thin lines may be
        tries = [(place, thin) for place in places] + [(place, []) for place in places if thin]
        for (dx, dy, ha, va), lines in tries:
            text = ax.annotate(
                str(row["name"]),
                (float(row["x"]), float(row["y"])),
                xytext=(dx, dy),
                textcoords="offset points",
                ha=ha,
                va=va,
                fontsize=sizes[0] if bold else sizes[1],
                fontweight="bold" if bold else "normal",
                color=ACCENT if bold else INK,
                zorder=5,
                arrowprops={"arrowstyle": "-", "color": "#9aa5b1", "linewidth": 0.6}
                if abs(dx) >= 14
                else None,
            )
            box = text.get_window_extent()
            if inside:
                # the letters alone: the line to the point may pass other marks
                box = Text.get_window_extent(text)
            own = (box.x0 - pad, box.y0 - pad, box.x1 + pad, box.y1 + pad)
            stays = frame.x0 <= box.x0 and box.x1 <= frame.x1
            stays = stays and frame.y0 <= box.y0 and box.y1 <= frame.y1
            free = not any(_overlap(own, other) for other in (*taken, *lines))
            if free and (stays or not inside):
                taken.append(own)
                break
            text.remove()


def _around(ax: Axes, points: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    """Return a small box (left, bottom, right, top) around each point, in pixels."""
    marks = ax.transData.transform(points[["x", "y"]].to_numpy(dtype=float))
    return [(x - 4, y - 4, x + 4, y + 4) for x, y in marks]


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Return whether two boxes (left, bottom, right, top) share an area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


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
    area = ax.axvspan(
        first - 0.5, last + 0.5, facecolor="none", edgecolor="#b0b8c0", hatch="///", lw=0
    )
    # several charts of one figure cannot share an id
    place = ax.figure.axes.index(ax)
    area.set_gid(hatched_years(first) + (f"-{place + 1}" if place else ""))
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


def spread(values: np.ndarray, gap: float) -> np.ndarray:
    """Return ascending places at least ``gap`` apart, as near to the values as may be.

    Parameters
    ----------
    values : ndarray
        Places wanted, ascending.
    gap : float
        Least distance, in the unit of the values.

    Examples
    --------
    >>> spread(np.array([1.0, 1.1, 5.0]), 1.0).round(2).tolist()
    [0.55, 1.55, 5.0]
    """
    from scipy.optimize import isotonic_regression

    steps = gap * np.arange(len(values))
    # least squares under "no closer than a gap": isotonic once the gaps are taken out
    places: np.ndarray = isotonic_regression(values - steps).x + steps
    return places


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


# --- grids of words, ranks, windows -------------------------------------------------------------


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
        ax.set_xticks(steps, [_plain_number(step, language) for step in steps])
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
