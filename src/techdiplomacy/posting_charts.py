"""Charts of job postings by month, and of a union of countries beside its target.

Knows: which columns of which table a chart needs. Must not know: files, or how a result was
computed. May import: texts, countries, labels, plots, label_placement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from techdiplomacy import label_placement, plots
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.plots import Chart
from techdiplomacy.texts import Language, percent, say

_DASHES = ("solid", (0, (5, 1.5)), (0, (1, 1.2)))
_APART = 0.045
_COLUMNS = 3


def month_places(months: Sequence[str]) -> np.ndarray:
    """Return months such as ``2026-06`` as places along an axis of years.

    Examples
    --------
    >>> month_places(["2026-01", "2026-07"]).tolist()
    [2026.0, 2026.5]
    """
    return np.array([int(month[:4]) + (int(month[5:]) - 1) / 12 for month in months])


def posting_lines(shares: pd.DataFrame, countries: Countries) -> Chart:
    """Return the share of postings that mention AI by month, one line a country.

    Parameters
    ----------
    shares : DataFrame
        Rows of ``job_postings`` of one signal, in percent.
    countries : Countries
        Names.

    Returns
    -------
    Chart
        A newest month with missing days ends in an empty circle.
    """
    ordered = shares.sort_values(["country", "month"], ignore_index=True)

    def draw(language: Language) -> Figure:
        figure, axes = plots.new_figure(9.0, 4.6)
        ax: Axes = axes[0, 0]
        top = 1.05 * float(ordered["value"].max())
        last = {
            str(code): say(
                "{country} {share}",
                country=countries.text(str(code)),
                share=percent(rows["value"].iloc[-1] / 100, 1),
            ).say(language)
            for code, rows in ordered.groupby("country")
        }
        _lines(ax, ordered, last, gap=_APART * top, size=8)
        ax.set_ylim(0, top)
        ax.set_ylabel(say("percent of postings").say(language))
        plots.write_numbers(ax.yaxis, language)
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        ax.grid(axis="y", color="#eceff1")
        return figure

    return Chart(draw, ordered[["country", "month", "value", "incomplete"]])


def sector_panels(postings: pd.DataFrame, countries: Countries) -> Chart:
    """Return the index of postings by month, one chart a sector and one line a country.

    Parameters
    ----------
    postings : DataFrame
        Rows of ``job_postings`` on sectors; index, 100 at its start.
    countries : Countries
        Names; lines bear the codes of countries, for names are too long for small charts.

    Returns
    -------
    Chart
        A newest month with missing days ends in an empty circle.
    """
    ordered = postings.sort_values(["signal", "country", "month"], ignore_index=True)
    sectors = list(ordered["signal"].unique())
    limits = (0.95 * ordered["value"].min(), 1.03 * ordered["value"].max())
    labels = load_labels()
    codes = {str(code): str(code) for code in ordered["country"].unique()}

    def draw(language: Language) -> Figure:
        rows = -(-len(sectors) // _COLUMNS)
        figure, axes = plots.new_figure(9.6, 0.4 + 2.5 * rows, rows=rows, columns=_COLUMNS)
        flat = axes.ravel()
        for ax, sector in zip(flat, sectors, strict=False):
            own = ordered[ordered["signal"] == sector]
            _lines(ax, own, codes, gap=0.075 * (limits[1] - limits[0]), size=7)
            ax.axhline(100, color=plots.SOFT, linewidth=0.8, linestyle=(0, (3, 2)))
            ax.set_ylim(*limits)
            ax.set_title(labels.text(sector).say(language), fontsize=8, loc="left")
            plots.write_numbers(ax.yaxis, language)
            ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            ax.grid(axis="y", color="#eceff1")
            ax.tick_params(labelsize=7.5)
        for ax in flat[len(sectors) :]:
            ax.set_visible(False)
        return figure

    return Chart(draw, ordered[["signal", "country", "month", "value", "incomplete"]])


def _lines(
    ax: Axes, rows: pd.DataFrame, words: Mapping[str, str], *, gap: float, size: float
) -> None:
    """Draw one line a country, named at its end; an incomplete newest month is an empty circle."""
    lasts = rows.groupby("country").tail(1).sort_values("value")
    places = label_placement.spread(lasts["value"].to_numpy(dtype=float), gap)
    order = sorted(words)
    end = month_places(list(rows["month"])).max()
    for last, place in zip(lasts.to_dict("records"), places, strict=True):
        code = str(last["country"])
        own = rows[rows["country"] == code]
        across = month_places(list(own["month"]))
        number = order.index(code)
        colour = plots.TEXT_PALETTE[number % len(plots.TEXT_PALETTE)]
        dash = _DASHES[number % len(_DASHES)]
        ax.plot(across, own["value"], color=colour, linewidth=1.2, linestyle=dash)
        if last["incomplete"]:
            ax.plot(
                across[-1:],
                [last["value"]],
                "o",
                markersize=3.4,
                markerfacecolor="white",
                markeredgecolor=colour,
            )
        ax.annotate(
            words[code],
            (end, place),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=size,
            color=colour,
            va="center",
            annotation_clip=False,
            # a line across the chart would strike the words out
            bbox={"boxstyle": "square,pad=0.12", "fc": "white", "ec": "none"},
        )


def union_fan(
    reconciled: pd.DataFrame, area: str, target: tuple[int, float] | None, title: str = ""
) -> Chart:
    """Return the union observed and forecast with its intervals, and its target as a diamond.

    Parameters
    ----------
    reconciled : DataFrame
        Table ``reconciled_forecasts``; without a forecast of the union its past alone is drawn.
    area : str
        Code of the union.
    target : (int, float), optional
        Year and value of the target.
    title : str
        Written above the chart, if anything.
    """
    rows = reconciled[reconciled["area"] == area].sort_values("year")
    past, ahead = rows[rows["observed"].notna()], rows[rows["value"].notna()]
    plotted = rows.assign(value=rows["value"].fillna(rows["observed"]))
    columns = ["area", "year", "value", "low_80", "high_80", "low_95", "high_95", "label"]
    plotted = plotted[columns]
    if target is not None:
        mark = {"area": area, "year": target[0], "value": target[1], "label": "target"}
        plotted = pd.concat([plotted, pd.DataFrame([mark])], ignore_index=True)

    def draw(language: Language) -> Figure:
        figure, axes = plots.new_figure(7.2, 3.8)
        ax: Axes = axes[0, 0]
        ax.plot(
            past["year"],
            past["observed"],
            color=plots.INK,
            linewidth=1.6,
            marker="o",
            markersize=3,
        )
        last = past.iloc[-1]
        for low, high, shade in (("low_95", "high_95", 0.18), ("low_80", "high_80", 0.34)):
            band = ahead[ahead[low].notna()]
            if len(band):
                ax.fill_between(
                    [last["year"], *band["year"]],
                    [last["observed"], *band[low]],
                    [last["observed"], *band[high]],
                    color=plots.PALETTE[0],
                    alpha=shade,
                    linewidth=0,
                )
        if len(ahead):
            years, values = [last["year"], *ahead["year"]], [last["observed"], *ahead["value"]]
            sure = 1 + int((ahead["label"] != "scenario").sum())
            blue = plots.PALETTE[0]
            ax.plot(years[:sure], values[:sure], color=blue, linewidth=1.6)
            # too far for an interval: drawn as elsewhere on the page
            ax.plot(years[sure - 1 :], values[sure - 1 :], ":", color=blue, linewidth=1.6)
        if target is not None:
            ax.plot(*target, "D", color=plots.ACCENT, markersize=7)
            ax.annotate(
                say("target").say(language),
                target,
                xytext=(-9, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8.5,
                color=plots.ACCENT,
            )
        ax.set_title(title, fontsize=9, loc="left")
        ax.set_ylim(bottom=0)
        ax.margins(x=0.04)
        ax.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: plots.short_number(value, language))
        )
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        ax.grid(axis="y", color="#eceff1")
        return figure

    return Chart(draw, plotted)
