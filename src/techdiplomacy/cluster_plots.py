"""Drawings of what is alike: a tree of leaves, and a scatter of named points.

Knows: matplotlib, forks, groups of points. Must not know: where numbers come from, what they mean.
May import: texts, plots, label_placement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from techdiplomacy.label_placement import place_labels
from techdiplomacy.plots import ACCENT, INK, MARKERS, PALETTE, SOFT, new_figure, write_numbers
from techdiplomacy.texts import Language


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
