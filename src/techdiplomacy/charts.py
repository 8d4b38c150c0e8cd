"""The charts of the notebooks: each takes result tables and returns a figure and what it plots.

Knows: which columns of which table a chart needs, how countries are named in it.
Must not know: files, or how a result was computed. May import: countries, plots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import plots
from techdiplomacy.countries import Countries

# log2 of the advantage at which the colour is full: a quarter or four times the panel
_FULL_COLOUR = 2.0
# more codes than these do not fit side by side
_MOST_COLUMNS = 45


class Chart(NamedTuple):
    """A figure and exactly the numbers that it plots."""

    drawing: Figure
    plotted: pd.DataFrame


def specialisation_heat_map(
    specialisation: pd.DataFrame, order: list[str], countries: Countries, *, level: float
) -> Chart:
    """Return countries by fields, coloured by shrunk advantage.

    Parameters
    ----------
    specialisation : DataFrame
        Rows of ``field_specialisation`` of one kind of evidence and one window.
    order : list of str
        Countries from top to bottom; others are left out.
    countries : Countries
        Names.
    level : float
        Probability from which an advantage, or the lack of one, is marked as sure.
    """
    shown = specialisation[specialisation["country"].isin(order)]
    wide = shown.pivot(index="country", columns="field", values="rta_shrunk").loc[order]
    sure = shown.pivot(index="country", columns="field", values="probability_above").loc[order]
    with np.errstate(divide="ignore"):
        logarithms = np.log2(wide.to_numpy(dtype=float))
    # the longer of the two lists of names goes where it can be read: down the side
    upright = len(order) > _MOST_COLUMNS
    names = [countries.name(code) for code in order] if upright else order
    colours = pd.DataFrame(logarithms, index=pd.Index(names), columns=wide.columns)
    unsure = (sure < level) & (sure > 1 - level)
    drawing = plots.heat_map(
        colours if upright else colours.T,
        unsure=unsure if upright else unsure.T,
        limit=_FULL_COLOUR,
        legend="advantage in the field (shrunk RTA); ring: may lie on either side of the panel",
        low="a quarter",
        high="four times",
    )
    columns = ["country", "field", "count_items", "rta_shrunk", "rta_low", "rta_high"]
    return Chart(drawing, shown[[*columns, "probability_above"]])


def country_tree(
    branches: pd.DataFrame, groups: pd.DataFrame, viewpoint: str, countries: Countries
) -> Chart:
    """Return the tree of countries with the support of each branch in percent.

    Parameters
    ----------
    branches : DataFrame
        Rows of ``tree_branches`` of one kind of evidence.
    groups : DataFrame
        Rows of ``country_groups`` of the same evidence; names are coloured by group.
    viewpoint : str
        Country written in bold.
    countries : Countries
        Names.
    """
    ordered = branches.sort_values("height", kind="stable")
    records = ordered.to_dict("records")
    ends = {row["branch"]: (row["left"], row["right"]) for row in records}
    leaves = _leaves(records[-1]["branch"], ends)
    group = groups.set_index("country")["group"]
    colours = {
        leaf: plots.TEXT_PALETTE[(int(group[leaf]) - 1) % len(plots.TEXT_PALETTE)]
        for leaf in leaves
        if pd.notna(group.get(leaf))
    }
    forks = {
        row["branch"]: plots.Branch(
            left=row["left"],
            right=row["right"],
            height=row["height"],
            text="" if pd.isna(row["support_families"]) else f"{100 * row['support_families']:.0f}",
        )
        for row in records
    }
    # the number says what the colour says, for those who do not see it
    names = {leaf: f"{group[leaf]}  {countries.name(leaf)}" for leaf in leaves}
    return Chart(plots.tree(leaves, forks, names, colours, {viewpoint}), branches)


def _leaves(branch: str, ends: dict[str, tuple[str, str]]) -> list[str]:
    """Return the countries below a branch from top to bottom."""
    if branch not in ends:
        return [branch]
    left, right = ends[branch]
    return _leaves(left, ends) + _leaves(right, ends)


def country_map(
    groups: pd.DataFrame,
    stability: pd.DataFrame,
    viewpoint: str,
    labelled: list[str],
    countries: Countries,
    variance_shares: tuple[float, float],
) -> Chart:
    """Return countries in two dimensions, near where their profiles are alike.

    Parameters
    ----------
    groups, stability : DataFrame
        Rows of ``country_groups`` and ``group_stability`` of one kind of evidence.
    viewpoint : str
        Country that is ringed, if the evidence has it.
    labelled : list of str
        Countries that carry their name.
    countries : Countries
        Names.
    variance_shares : (float, float)
        Share of all variance in each direction.
    """
    placed = groups[groups["status"] == "ok"].set_index("country")
    points = pd.DataFrame(
        {
            "x": placed["map_x"],
            "y": placed["map_y"],
            "group": placed["group"].astype(int),
            "name": [countries.name(code) for code in placed.index],
        }
    )
    legend = {
        row["group"]: f"group {row['group']} ({row['label']})"
        for row in stability.to_dict("records")
    }
    drawing = plots.labelled_scatter(
        points,
        groups=legend,
        emphasised={viewpoint} & set(points.index),
        labelled=set(labelled) & set(points.index),
        x_label=f"first direction ({variance_shares[0]:.0%} of the variance)",
        y_label=f"second direction ({variance_shares[1]:.0%})",
    )
    return Chart(drawing, points.rename_axis("country").reset_index())


def fan_charts(forecasts: pd.DataFrame, series: list[str], countries: Countries) -> Chart:
    """Return one chart a series: actuals, forecast, intervals and level shifts.

    Parameters
    ----------
    forecasts : DataFrame
        Rows of ``workforce_forecasts``.
    series : list of str
        Which series, in the order of the charts; all of one unit.
    countries : Countries
        Names.
    """
    shown = forecasts[forecasts["series"].isin(series)]
    panels = []
    for name in series:
        rows = shown[shown["series"] == name]
        first = rows.iloc[0]
        title = f"{countries.name(str(first['country']))}: {first['label_of_series']}"
        panels.append((title, rows))
    columns = ["series", "year", "value", "value_published", "low_80", "high_80"]
    plotted = shown[[*columns, "low_95", "high_95", "label", "level_shift"]]
    return Chart(plots.small_multiples(panels), plotted)


def method_errors(backtest: pd.DataFrame, skill: pd.DataFrame) -> Chart:
    """Return the error of each method relative to the naive line, by panel.

    Parameters
    ----------
    backtest, skill : DataFrame
        Tables ``forecast_backtest`` and ``forecast_skill``.
    """
    overall = backtest[backtest["horizon"] == "all"].to_dict("records")
    naive = {row["measure"]: row["mase"] for row in overall if row["method"] == "naive"}
    judged = {row["measure"]: row for row in skill.to_dict("records")}
    rows = []
    for row in overall:
        if row["method"] == "naive":
            continue
        ratio = row["mase"] / naive[row["measure"]]
        own = judged[row["measure"]]
        published = row["method"] == own["method"]
        rows.append(
            {
                "name": f"{row['measure']}: {row['method']}",
                "value": ratio,
                # the interval of the skill belongs to the combined method only
                "low": 1 - own["skill_high"] if published else np.nan,
                "high": 1 - own["skill_low"] if published else np.nan,
                "emphasis": published,
            }
        )
    plotted = pd.DataFrame(rows)
    drawing = plots.dots_with_intervals(
        plotted, reference=1.0, x_label="error relative to the naive line (1 = no better)"
    )
    return Chart(drawing, plotted.drop(columns="emphasis"))


def working_age_lines(
    outlook: pd.DataFrame, viewpoint: str, countries: Countries, *, from_year: int
) -> Chart:
    """Return working-age population as an index, dashed where projected.

    Parameters
    ----------
    outlook : DataFrame
        Table ``working_age_outlook``.
    viewpoint : str
        Country in the accent colour.
    countries : Countries
        Names.
    from_year : int
        First year shown.
    """
    shown = outlook[outlook["year"] >= from_year]
    wide = shown.pivot(index="year", columns="country", values="working_age_index")
    estimated = shown.loc[shown["projection"] == "estimate", "year"]
    wide.columns = pd.Index([countries.name(str(code)) for code in wide.columns])
    drawing = plots.lines(
        wide,
        y_label="working-age population, base year = 100",
        dashed_from=int(estimated.max()),
        emphasised={countries.name(viewpoint)},
    )
    return Chart(drawing, shown)
