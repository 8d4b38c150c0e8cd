"""The chart of the scenarios: workers observed, and workers wanted by three scenarios.

Knows: which columns of which table the chart needs, and how scenarios are told apart.
Must not know: files, or how a scenario was computed.
May import: texts, countries, vocabulary, scenario_tables, plots.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from techdiplomacy import plots
from techdiplomacy.countries import Countries
from techdiplomacy.plots import Chart
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.texts import Language, say
from techdiplomacy.vocabulary import SCENARIOS as WORDS

OBSERVED = "observed"
# told apart by dash and marker as well as by colour, and named at the end of each line
_DASHES = ((0, (1, 1.2)), "solid", (0, (5, 1.5)))
# bars of one year stand beside each other, so many years apart
_BESIDE = 1.1
# names at the ends of the lines are at least this part of the height of a chart apart
_APART = 0.085
_COLUMNS = 3


def scenario_panels(
    series: pd.DataFrame,
    paths: pd.DataFrame,
    bases: pd.DataFrame,
    pool: str,
    countries: Sequence[str],
    names: Countries,
    *,
    ends: Sequence[int],
) -> Chart:
    """Return one chart a country: workers observed, and wanted by each scenario with its range.

    Parameters
    ----------
    series : DataFrame
        Feature ``workforce_series``.
    paths, bases : DataFrame
        Tables ``scenario_paths`` and ``pool_bases``.
    pool : str
        Which pool.
    countries : sequence of str
        ISO3 codes, in the order of the charts.
    names : Countries
        Names.
    ends : sequence of int
        Years at which the range is drawn as a bar.
    """
    own = bases[(bases["pool"] == pool) & bases["country"].isin(list(countries))]
    past = series.merge(own[["country", "series"]], on=["country", "series"])
    ahead = paths[(paths["pool"] == pool) & paths["country"].isin(list(countries))]
    columns = ["stock_wanted", "stock_wanted_low", "stock_wanted_high"]
    plotted = pd.concat(
        [
            past.rename(columns={"value": "stock_wanted"})
            .assign(line=OBSERVED, stock_wanted_low=np.nan, stock_wanted_high=np.nan)
            .reindex(columns=["country", "line", "year", *columns, "level_shift"]),
            ahead.rename(columns={"scenario": "line"})
            .assign(level_shift=None)
            .reindex(columns=["country", "line", "year", *columns, "level_shift"]),
        ],
        ignore_index=True,
    )
    starts = {
        str(code): (float(first), float(stock))
        for code, first, stock in own[["country", "base_year", "stock"]].to_numpy()
    }

    def draw(language: Language) -> Figure:
        rows = -(-len(countries) // _COLUMNS)
        figure, axes = plots.new_figure(9.6, 0.4 + 2.6 * rows, rows=rows, columns=_COLUMNS)
        flat = axes.ravel()
        for ax, code in zip(flat, countries, strict=False):
            own_rows = plotted[plotted["country"] == code]
            _panel(ax, own_rows, starts[code], list(ends), language)
            ax.set_title(names.name(code, language), fontsize=8.5, loc="left")
        for ax in flat[len(countries) :]:
            ax.set_visible(False)
        return figure

    return Chart(draw, plotted)


def _panel(
    ax: Axes, rows: pd.DataFrame, start: tuple[float, float], ends: list[int], language: Language
) -> None:
    """Draw one country: its past, and three lines with bars from its newest year on."""
    past = rows[rows["line"] == OBSERVED].sort_values("year")
    ax.plot(
        past["year"],
        past["stock_wanted"],
        color=plots.INK,
        linewidth=1.5,
        marker="o",
        markersize=2.2,
    )
    for shift in past.loc[past["level_shift"].notna(), "year"]:
        ax.axvline(shift - 0.5, color=plots.SOFT, linewidth=0.8, linestyle=(0, (3, 2)))
    lasts: list[tuple[float, float, str, str]] = []
    for order, scenario in enumerate(SCENARIOS):
        line = rows[rows["line"] == scenario].sort_values("year")
        if line.empty:
            continue
        colour = plots.TEXT_PALETTE[order]
        years = [start[0], *line["year"]]
        values = [start[1], *line["stock_wanted"]]
        ax.plot(years, values, color=colour, linewidth=1.5, linestyle=_DASHES[order])
        barred = line[line["year"].isin(ends)]
        places = barred["year"] + _BESIDE * (order - 1)
        ax.vlines(
            places,
            barred["stock_wanted_low"],
            barred["stock_wanted_high"],
            color=colour,
            linewidth=1.1,
        )
        ax.plot(
            places,
            barred["stock_wanted"],
            plots.MARKERS[order],
            color=colour,
            markersize=3.6,
        )
        last = line.iloc[-1]
        words = say("{scenario}", scenario=WORDS[scenario]).say(language)
        lasts.append((float(last["stock_wanted"]), float(last["year"]), words, colour))
    top = float(rows[["stock_wanted", "stock_wanted_high"]].max().max())
    ax.set_ylim(0, 1.06 * top)
    _name_lines(ax, lasts, 1.06 * top)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: plots.short_number(value, language))
    )
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(axis="y", color="#eceff1")
    ax.tick_params(labelsize=7.5)


def _name_lines(ax: Axes, lasts: list[tuple[float, float, str, str]], height: float) -> None:
    """Write the names of the lines at their ends, none upon another."""
    ordered = sorted(lasts)
    values = np.array([value for value, *_ in ordered])
    places = plots._spread(values, _APART * height)
    for (_, end, words, colour), place in zip(ordered, places, strict=True):
        ax.annotate(
            words,
            (end, place),
            xytext=(9, 0),
            textcoords="offset points",
            fontsize=7,
            color=colour,
            va="center",
            annotation_clip=False,
        )
