"""Where names stand in a drawing, so that none covers another.

Knows: matplotlib, boxes of letters. Must not know: what is drawn, where numbers come from, what
they mean. May import: plots.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from techdiplomacy.plots import ACCENT, INK


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
