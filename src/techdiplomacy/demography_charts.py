"""The charts of ages: how fast countries age, who enters and who leaves working life.

Knows: which columns of which table a chart needs, and how its small print is said.
Must not know: files, or how a result was computed.
May import: texts, countries, plots, age_plots.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy.age_plots import Look, Shaded, YearPanel, year_panels
from techdiplomacy.countries import Countries
from techdiplomacy.plots import ACCENT, PALETTE, Chart, short_number
from techdiplomacy.texts import Language, Number, Text, percent, say, year

_PALE = "#c3cad1"


def ageing_panels(
    flows: pd.DataFrame,
    ageing: pd.DataFrame,
    viewpoint: str,
    shown: Sequence[str],
    names: Countries,
    *,
    from_year: int,
) -> Chart:
    """Return the share of older people by country, one chart each with all others in grey.

    Parameters
    ----------
    flows, ageing : DataFrame
        Tables ``age_flows`` and ``ageing_years``; the year of each mark that lies in the chart is
        written beside it.
    viewpoint : str
        Country in the accent colour.
    shown : sequence of str
        Countries in reading order.
    names : Countries
        Names.
    from_year : int
        First year drawn.
    """
    rows = flows[flows["country"].isin(list(shown)) & (flows["year"] >= from_year)]
    wide = rows.pivot(index="year", columns="country", values="older_share")
    last = int(wide.index[-1])
    marks = sorted(ageing["mark"].unique())

    def draw(language: Language) -> Figure:
        panels = []
        for code in shown:
            own = ageing[(ageing["country"] == code) & (ageing["status"] != "before")]
            reached = own[own["year"].fillna(0) >= from_year]
            points = [
                (int(when), float(wide[code].loc[when]), year(when).say(language))
                for when in reached["year"]
            ]
            ends = say(
                "{first} in {from_year}, {last} in {until}",
                first=percent(wide[code].iloc[0]),
                from_year=year(from_year),
                last=percent(wide[code].iloc[-1]),
                until=year(last),
            )
            others = [("other", wide[other]) for other in shown if other != code]
            kind = "viewpoint" if code == viewpoint else "own"
            panels.append(
                YearPanel(
                    names.name(code, language),
                    ends.say(language),
                    [*others, (kind, wide[code])],
                    points,
                )
            )
        words = {
            "own": say("the country named; dots: first year at a mark"),
            "other": say("the other countries shown"),
        }
        looks = {
            "other": Look(_PALE, 0.9, words["other"].say(language)),
            "own": Look(PALETTE[0], 2.0, words["own"].say(language)),
            "viewpoint": Look(ACCENT, 2.2),
        }
        label = say("share of the population")
        return year_panels(
            panels,
            looks,
            y_label=label.say(language),
            turn=_last_estimate(rows),
            turn_words=say("projected").say(language),
            number=lambda value: percent(value).say(language),
            levels=marks,
            ticks=_ticks_above(marks, float(wide.to_numpy().max())),
            same_scale=True,
        )

    return Chart(draw, rows[["country", "year", "older_share", "projection"]])


def _ticks_above(marks: Sequence[float], top: float) -> list[float]:
    """Return how an axis goes on above its marks, at their step, up to its highest value."""
    step = marks[-1] - marks[-2] if len(marks) > 1 else marks[-1]
    ticks = [marks[-1] + step]
    while ticks[-1] + step <= top:
        ticks.append(ticks[-1] + step)
    return [tick for tick in ticks if tick <= top]


def flow_panels(
    flows: pd.DataFrame,
    shown: Sequence[str],
    names: Countries,
    *,
    from_year: int,
    base_year: int,
) -> Chart:
    """Return entrants and leavers of working life by country, shaded where fewer enter than leave.

    Parameters
    ----------
    flows : DataFrame
        Table ``age_flows``.
    shown : sequence of str
        Countries in reading order; each chart has its own scale.
    names : Countries
        Names.
    from_year : int
        First year drawn.
    base_year : int
        The small print adds up the years after this one.
    """
    rows = flows[flows["country"].isin(list(shown)) & (flows["year"] >= from_year)]
    until = int(rows["year"].max())

    def draw(language: Language) -> Figure:
        panels = []
        for code in shown:
            own = rows[rows["country"] == code].set_index("year")
            summed = float(own.loc[own.index > base_year, "balance"].sum())
            panels.append(
                YearPanel(
                    names.name(code, language),
                    balance_words(summed, base_year + 1, until).say(language),
                    [("enter", own["entrants"]), ("leave", own["leavers"])],
                )
            )
        looks = {
            "enter": Look(PALETTE[0], 1.6, say("reach the entry age").say(language), "o"),
            "leave": Look(PALETTE[1], 1.6, say("reach the exit age").say(language), "s"),
        }
        return year_panels(
            panels,
            looks,
            y_label=say("persons a year").say(language),
            turn=_last_estimate(rows),
            turn_words=say("projected").say(language),
            number=lambda value: short_number(value, language),
            shaded=Shaded("enter", "leave", say("more leave than enter").say(language)),
        )

    wanted = ["country", "year", "entrants", "leavers", "balance", "projection"]
    return Chart(draw, rows[wanted])


def balance_words(balance: float, first: int, last: int) -> Text:
    """Return entrants less leavers of some years, in millions.

    Examples
    --------
    >>> balance_words(-830_400.0, 2026, 2045).say("en")
    '-0.830 million, 2026 to 2045'
    """
    return say(
        "{n} million, {first} to {last}",
        n=Number(balance / 1e6, digits=3, signed=True),
        first=year(first),
        last=year(last),
    )


def _last_estimate(rows: pd.DataFrame) -> int:
    """Return the last year that is not projected; the first one, if all are."""
    estimated = rows.loc[rows["projection"] == "estimate", "year"]
    return int(rows["year"].min() if estimated.empty else estimated.max())
