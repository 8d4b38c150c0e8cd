"""Figures: the house style, colours, numbers on axes. Safe for colour-blind readers.

Knows: matplotlib, how a figure becomes SVG. Must not know: any kind of drawing, where numbers come
from, what they mean. May import: texts. (Figures are made without pyplot: no global state.)
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

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


def short_number(value: float, language: Language) -> str:
    """Return a number short enough for an axis.

    Examples
    --------
    >>> short_number(1_250_000, "en"), short_number(1_250_000, "vi"), short_number(0.5, "vi")
    ('1.25M', '1,25 Tr', '0,5')
    """
    from babel.numbers import format_compact_decimal

    if abs(value) < 1000:
        return plain_number(value, language)
    shown = format_compact_decimal(value, locale=language, fraction_digits=2)
    return _drawn_minus(shown.replace("\xa0", " "))


def plain_number(value: float, language: Language) -> str:
    """Return a number in full, as it stands along an axis."""
    from babel.numbers import format_decimal

    # places on an axis are sums of steps: what is left over is no number, nor is its sign
    whole = round(value, 6) + 0.0
    return _drawn_minus(format_decimal(whole, format="#,##0.######", locale=language))


def _drawn_minus(number: str) -> str:
    """Return a number with the minus that fits the figures."""
    return number.replace("-", "\u2212")


def write_numbers(axis: Axis, language: Language) -> None:
    """Write the numbers along an axis in the form of a language."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value, language)))


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
