"""The chart of the scenarios: workers observed, and workers wanted by three scenarios.

Knows: which columns of which table the chart needs, and how scenarios are told apart.
Must not know: files, or how a scenario was computed.
May import: texts, countries, vocabulary, scenario_tables, workforce, plots, label_placement.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from techdiplomacy import label_placement, plots
from techdiplomacy.countries import Countries
from techdiplomacy.plots import Chart
from techdiplomacy.scenario_tables import SCENARIOS
from techdiplomacy.texts import Language, Sayable, say
from techdiplomacy.vocabulary import SCENARIOS as WORDS
from techdiplomacy.workforce import is_rescaled

OBSERVED, RESCALED = "observed", "rescaled"
# told apart by dash and marker as well as by colour, and named at the end of each line
_DASHES = ((0, (1, 1.2)), "solid", (0, (5, 1.5)))
# bars of one year stand beside each other, so many years apart
_BESIDE = 1.1
# names of the lines stand right of the chart, so far from its edge, clear of the last bar
_BEYOND = 1.03
_LETTERS = 13
# names at the ends of the lines are at least this part of the height of a chart apart
_APART = 0.16
_COLUMNS = 3
_TITLE_LETTERS = 38
_ENDS = ["stock_wanted", "stock_wanted_low", "stock_wanted_high"]


def scenario_panels(
    series: pd.DataFrame,
    paths: pd.DataFrame,
    bases: pd.DataFrame,
    pool: str,
    countries: Sequence[str],
    names: Countries,
    *,
    ends: Sequence[int],
    wide: Mapping[tuple[str, str], Sayable],
) -> Chart:
    """Return one chart a country: workers observed, and wanted by each scenario with its range.

    All charts begin in the first year of the first country.

    Parameters
    ----------
    series : DataFrame
        What `workforce.at_newest_level` returns.
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
    wide : mapping
        What is counted, by country and pool, where that is more than the pool: it stands in the
        title.
    """
    own = bases[(bases["pool"] == pool) & bases["country"].isin(list(countries))]
    past = _past(series, own)
    first = int(past.loc[past["country"] == countries[0], "year"].min())
    ahead = paths[(paths["pool"] == pool) & paths["country"].isin(list(countries))]
    columns = ["country", "line", "year", *_ENDS, "published", "level_shift"]
    plotted = pd.concat(
        [
            past[past["year"] >= first].reindex(columns=columns),
            ahead.rename(columns={"scenario": "line"})
            .assign(published=np.nan, level_shift=None)
            .reindex(columns=columns),
        ],
        ignore_index=True,
    )
    starts = {
        str(code): (float(year), float(stock))
        for code, year, stock in own[["country", "base_year", "stock"]].to_numpy()
    }

    def draw(language: Language) -> Figure:
        rows = -(-len(countries) // _COLUMNS)
        figure, axes = plots.new_figure(9.6, 0.4 + 2.6 * rows, rows=rows, columns=_COLUMNS)
        flat = axes.ravel()
        for ax, code in zip(flat, countries, strict=False):
            own_rows = plotted[plotted["country"] == code]
            _panel(ax, own_rows, starts[code], list(ends), language)
            ax.set_xlim(first - 1, max(ends) + 2 * _BESIDE)
            _title(ax, names.text(code), wide.get((code, pool)), language)
        for ax in flat[len(countries) :]:
            ax.set_visible(False)
        return figure

    return Chart(draw, plotted)


def _past(series: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return what was observed, at the newest level, and in which years the level shifted."""
    past = series.merge(own[["country", "series"]], on=["country", "series"])
    joined = [
        str(year) in str(years).split(", ")
        for year, years in past[["year", "joined"]].to_numpy(dtype=object)
    ]
    shifted = past["level_shift"].notna() | pd.Series(joined, index=past.index, dtype=bool)
    return past.assign(
        line=np.where(is_rescaled(past), RESCALED, OBSERVED),
        stock_wanted=past["value"],
        stock_wanted_low=np.nan,
        stock_wanted_high=np.nan,
        published=past["value_published"],
        level_shift=shifted.map({True: "yes", False: None}),
    ).sort_values(["country", "year"])


def _title(ax: Axes, country: Sayable, counts: Sayable | None, language: Language) -> None:
    """Write the country above its chart, and what is counted if that is not the pool."""
    said = country if counts is None else say("{country}: {counts}", country=country, counts=counts)
    lines = textwrap.wrap(said.say(language), _TITLE_LETTERS)
    ax.set_title("\n".join(lines), fontsize=8.5 if counts is None else 7.5, loc="left")


def _panel(
    ax: Axes, rows: pd.DataFrame, start: tuple[float, float], ends: list[int], language: Language
) -> None:
    """Draw one country: its past, and three lines with bars from its newest year on."""
    _draw_past(ax, rows[rows["line"].isin([OBSERVED, RESCALED])])
    lasts: list[tuple[float, str, str]] = []
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
        words = say("{scenario}", scenario=WORDS[scenario]).say(language)
        lasts.append((float(line["stock_wanted"].iloc[-1]), words, colour))
    top = 1.06 * float(rows[["stock_wanted", "stock_wanted_high", "published"]].max().max())
    ax.set_ylim(0, top)
    _name_lines(ax, lasts, top)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: plots.short_number(value, language))
    )
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(axis="y", color="#eceff1")
    ax.tick_params(labelsize=7.5)


def _draw_past(ax: Axes, past: pd.DataFrame) -> None:
    """Draw what was observed; rescaled years thin, with rings where they were published."""
    ax.plot(
        past["year"],
        past["stock_wanted"],
        color=plots.SOFT,
        linewidth=0.9,
        linestyle=(0, (4, 2)),
    )
    scaled = past[past["line"] == RESCALED]
    ax.plot(
        scaled["year"],
        scaled["published"],
        "o",
        markersize=2.6,
        markerfacecolor="none",
        markeredgecolor="#9aa5b1",
        markeredgewidth=0.8,
    )
    observed = past[past["line"] == OBSERVED]
    ax.plot(
        observed["year"],
        observed["stock_wanted"],
        color=plots.INK,
        linewidth=1.5,
        marker="o",
        markersize=2.2,
    )
    # a shift into the first year drawn has nothing before it
    for shift in past.loc[past["level_shift"].notna(), "year"].drop_duplicates():
        if shift == past["year"].min():
            continue
        ax.axvline(shift - 0.5, color=plots.PALETTE[1], linewidth=0.8, linestyle=(0, (3, 2)))


def _name_lines(ax: Axes, lasts: list[tuple[float, str, str]], height: float) -> None:
    """Write the names of the lines right of the chart, none upon another."""
    ordered = sorted(lasts)
    values = np.array([value for value, *_ in ordered])
    places = label_placement.spread(values, _APART * height)
    for (_, words, colour), place in zip(ordered, places, strict=True):
        ax.annotate(
            "\n".join(textwrap.wrap(words, _LETTERS)),
            (_BEYOND, place),
            xycoords=("axes fraction", "data"),
            fontsize=7,
            color=colour,
            va="center",
            annotation_clip=False,
        )
