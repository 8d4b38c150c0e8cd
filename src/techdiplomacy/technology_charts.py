"""The charts of the technology page: ranks, shares, spread and statements, as they are drawn.

Knows: which columns of which table a chart needs, and how ranks and marks are written.
Must not know: files, or how a result was computed.
May import: texts, countries, technologies, vocabulary, plots, grid_plots, interval_plots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import grid_plots, interval_plots
from techdiplomacy.countries import Countries
from techdiplomacy.grid_plots import Shade
from techdiplomacy.plots import Chart
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import NOTHING, Language, Number, Sayable, count, decimal, say, verbatim
from techdiplomacy.vocabulary import (
    CONFLICT_MARK,
    EVIDENCE,
    GRADE_MARKS,
    GRADES,
    GROUP_LABELS,
    MEASURES,
    ONE_MEASURE_MARK,
    RANK_MARKS,
    ROLES,
)

# last rank of each shade, dark for the first places, and the colour of all other ranks
_RANK_SHADES = ((1, "#08519c"), (3, "#2171b5"), (5, "#6baed6"), (10, "#bdd7e7"), (20, "#e3edf7"))
_LATER = "#f7f7f7"
_BLANK = "#ffffff"
_GRADE_SHADES = {
    "supported": "#bdd7e7",
    "partly": "#e3edf7",
    "not_supported": "#fde0c5",
    "cannot_be_measured": "#eeeeee",
}
# the worst grade of a cell colours it
_WORST_FIRST = ("not_supported", "cannot_be_measured", "partly", "supported")
# measures that count the grants of one office
US_OFFICE = ("uspto_domains", "uspto_topics")
_FILL = {"firm": "full", "leaning": "half", "do not conclude": "empty"}


def rank_number(rank: float) -> Number:
    """Return a rank; one that lies between two keeps its half.

    Examples
    --------
    >>> rank_number(3.0).say("en"), rank_number(3.5).say("vi")
    ('3', '3,5')
    """
    return count(rank) if float(rank).is_integer() else decimal(rank, 1)


def rank_ends(low: float, high: float) -> Sayable:
    """Return both ends of an interval of ranks, or the one rank that it holds."""
    if low == high:
        return rank_number(low)
    return say("{low}\u2013{high}", low=rank_number(low), high=rank_number(high))


def only_us_office(measures: str) -> bool:
    """Return whether measures, semicolons between, are all grants of the US office.

    Examples
    --------
    >>> only_us_office("uspto_domains;uspto_topics"), only_us_office("families;uspto_topics")
    (True, False)
    """
    return set(measures.split(";")) <= set(US_OFFICE)


def rank_matrix(
    ranks: pd.DataFrame,
    coverage: pd.DataFrame,
    shown: Sequence[str],
    taxonomy: Taxonomy,
    names: Countries,
    viewpoint: str,
) -> Chart:
    """Return groups by countries: median rank, its mark and its interval in each cell.

    Parameters
    ----------
    ranks, coverage : DataFrame
        Tables ``technology_ranks`` and ``group_coverage``.
    shown : sequence of str
        Countries from left to right.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    viewpoint : str
        Country whose name is bold.
    """
    own = ranks[ranks["country"].isin(list(shown))]
    cells = {(row["group_id"], row["country"]): row for row in own.to_dict("records")}
    groups = [row for row in coverage.to_dict("records") if row["n_ranked"]]

    def draw(language: Language) -> Figure:
        index = pd.Index(
            [
                "\n".join(
                    words.say(language)
                    for words in (taxonomy.short_name(row["group_id"]), _basis(row, ranks))
                )
                for row in groups
            ]
        )
        columns = pd.Index([names.name(code, language) for code in shown])
        grid = [[cells.get((row["group_id"], code)) for code in shown] for row in groups]
        blank = [[row["status"] == "proxies_only"] * len(shown) for row in groups]
        words = [[_rank_words(cell, language) for cell in line] for line in grid]
        shades = [[_rank_shade(cell) for cell in line] for line in grid]
        return grid_plots.word_grid(
            pd.DataFrame(words, index, columns),
            pd.DataFrame(shades, index, columns),
            legend=_rank_legend(language, proxies=bool(np.any(blank))),
            hatched=pd.DataFrame(blank, index, columns),
            note=_rank_note(language),
            emphasised={names.name(viewpoint, language)},
        )

    columns = ["group_id", "country", "rank_median", "rank_low", "rank_high", "label"]
    return Chart(draw, own[[*columns, "n_measures", "n_possible", "best_role", "status"]])


def role_in_rank(ranks: pd.DataFrame, group: str) -> str:
    """Return the strongest role among the measures that enter the rank of a group."""
    roles = set(ranks.loc[ranks["group_id"] == group, "best_role"])
    return next(role for role in ROLES if role in roles)


def _basis(row: Mapping[Any, Any], ranks: pd.DataFrame) -> Sayable:
    """Return what a rank rests on: the strongest role and the measures that enter it."""
    measures = str(row["measures_ranked"]).split(";")
    alone = only_us_office(str(row["measures_ranked"]))
    role = ROLES[role_in_rank(ranks, str(row["group_id"]))]
    if alone:
        return say("{role}: US office only", role=role)
    if len(measures) == 1:
        return say("{role}: {measure} alone", role=role, measure=MEASURES[measures[0]])
    return say("{role}: {n} measures", role=role, n=count(len(measures)))


def _rank_words(row: Mapping[Any, Any] | None, language: Language) -> str:
    """Return what stands in a cell: nothing where no source lists the country."""
    if row is None:
        return ""
    if row["status"] == "small_n":
        few = say("few").say(language)
        if pd.isna(row["rank_low"]):
            return few
        return f"{few}\n{rank_ends(row['rank_low'], row['rank_high']).say(language)}"
    if row["status"] != "ok":
        return NOTHING
    median = rank_number(row["rank_median"]).say(language)
    ends = rank_ends(row["rank_low"], row["rank_high"]).say(language)
    return f"{median} {_rank_mark(row)}\n{ends}"


def _rank_mark(row: Mapping[Any, Any]) -> str:
    """Return the mark of a rank: one measure alone has its own, whatever its interval."""
    if row["n_measures"] == 1 and row["label"] != "do not conclude":
        return ONE_MEASURE_MARK
    return RANK_MARKS[str(row["label"])]


def _rank_shade(row: Mapping[Any, Any] | None) -> str:
    if row is None or row["status"] != "ok":
        return _BLANK
    median = row["rank_median"]
    return next((colour for last, colour in _RANK_SHADES if median <= last), _LATER)


def _rank_legend(language: Language, *, proxies: bool) -> list[Shade]:
    """Return which median ranks each shade holds, and what hatching means if there is any."""
    firsts = [1, *(last + 1 for last, _ in _RANK_SHADES[:-1])]
    shades = [
        Shade(colour, False, rank_ends(first, last).say(language))
        for first, (last, colour) in zip(firsts, _RANK_SHADES, strict=True)
    ]
    later = say("after {last}", last=count(_RANK_SHADES[-1][0])).say(language)
    hatched = [Shade(_BLANK, True, say("proxies only").say(language))] if proxies else []
    return [*shades, Shade(_LATER, False, later), *hatched]


def _rank_note(language: Language) -> str:
    words = [*((mark, GROUP_LABELS[label]) for label, mark in RANK_MARKS.items())]
    words.append((ONE_MEASURE_MARK, say("one measure alone: tells nothing of others")))
    marks = "   ".join(f"{mark} {text.say(language)}" for mark, text in words)
    absent = say(
        "few: few items in every measure; {dash} listed in too few of these measures; empty: in "
        "none",
        dash=verbatim(NOTHING),
    )
    return f"{marks}   {absent.say(language)}"


def leading_ranks(
    ranks: pd.DataFrame,
    coverage: pd.DataFrame,
    viewpoint: str,
    taxonomy: Taxonomy,
    names: Countries,
    *,
    most: int = 10,
) -> Chart:
    """Return one chart a group: the first countries and the viewpoint with their intervals.

    Parameters
    ----------
    ranks, coverage : DataFrame
        Tables ``technology_ranks`` and ``group_coverage``.
    viewpoint : str
        Country that is added below, in the accent colour.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    most : int
        Countries a group.
    """
    groups = [row for row in coverage.to_dict("records") if row["n_ranked"]]
    chosen = {
        str(row["group_id"]): first_by_rank(ranks, str(row["group_id"]), most, viewpoint)
        for row in groups
    }

    def draw(language: Language) -> Figure:
        panels = []
        for row in groups:
            own = chosen[str(row["group_id"])]
            title = taxonomy.short_name(str(row["group_id"])).say(language)
            frame = pd.DataFrame(
                {
                    "name": [names.name(code, language) for code in own["country"]],
                    "value": own["rank_median"].to_numpy(),
                    "low": own["rank_low"].to_numpy(),
                    "high": own["rank_high"].to_numpy(),
                    "fill": own["label"].map(_FILL).to_numpy(),
                    "emphasis": (own["country"] == viewpoint).to_numpy(),
                }
            )
            panels.append((title, _basis(row, ranks).say(language), frame))
        return interval_plots.rank_panels(
            panels,
            x_label=say("rank by size (median and interval; steps grow)").say(language),
            legend=[(fill, GROUP_LABELS[label].say(language)) for label, fill in _FILL.items()],
            language=language,
        )

    columns = ["group_id", "country", "rank_median", "rank_low", "rank_high", "label"]
    plotted = pd.concat(chosen.values(), ignore_index=True)
    return Chart(draw, plotted[[*columns, "best_role", "measures"]])


def first_by_rank(ranks: pd.DataFrame, group: str, most: int, viewpoint: str = "") -> pd.DataFrame:
    """Return the first countries of a group by median rank, and the viewpoint below them.

    Parameters
    ----------
    ranks : DataFrame
        Table ``technology_ranks``.
    group : str
        Id of a group.
    most : int
        How many.
    viewpoint : str
        Added if it is ranked later; left out if it has no rank.
    """
    own = ranks[(ranks["group_id"] == group) & (ranks["status"] == "ok")]
    ordered = own.sort_values(["rank_median", "rank", "rank_high", "country"])
    added = ordered[most:]
    first = [ordered[:most], added[added["country"] == viewpoint]]
    return pd.concat(first, ignore_index=True)


def top_shares(
    concentration: pd.DataFrame, taxonomy: Taxonomy, names: Countries, *, limit: float
) -> Chart:
    """Return the share of the first country of each group and measure, with its interval.

    Parameters
    ----------
    concentration : DataFrame
        Rows of table ``group_concentration`` with a share.
    taxonomy : Taxonomy
        The list of technologies, whose order the rows take.
    names : Countries
        Names.
    limit : float
        Share from which a group is flagged.
    """
    order = {group: place for place, group in enumerate(taxonomy.groups)}
    kept = concentration[concentration["top_share"].notna()]
    shown = kept.sort_values(
        ["group_id", "measure"],
        key=lambda column: column.map(order) if column.name == "group_id" else column,
        ignore_index=True,
    )
    rows = shown.to_dict("records")

    def draw(language: Language) -> Figure:
        written = [
            say(
                "{group}: {country} by {measure}",
                group=taxonomy.short_name(row["group_id"]),
                measure=MEASURES[row["measure"]],
                country=names.text(row["top_country"]),
            ).say(language)
            for row in rows
        ]
        frame = pd.DataFrame(
            {
                "name": written,
                "value": 100 * shown["top_share"],
                "low": 100 * shown["top_share_low"],
                "high": 100 * shown["top_share_high"],
                "emphasis": shown["top_share_low"] >= limit,
            }
        )
        return interval_plots.dots_with_intervals(
            frame,
            reference=100 * limit,
            x_label=say("share of the first country, % (dashed: flagged from here)").say(language),
            language=language,
        )

    columns = ["group_id", "measure", "role", "window", "top_country"]
    return Chart(draw, shown[[*columns, "top_share", "top_share_low", "top_share_high"]])


def spread_lines(spread: pd.DataFrame) -> Chart:
    """Return over how many equal fields the viewpoint country spreads, by window.

    Parameters
    ----------
    spread : DataFrame
        Rows of table ``viewpoint_spread`` with an effective number.
    """
    shown = spread[spread["effective_number"].notna()].sort_values(["evidence", "window"])

    def draw(language: Language) -> Figure:
        series = {
            EVIDENCE[str(evidence)].say(language): pd.DataFrame(
                {
                    "window": own["window"].to_numpy(),
                    "value": own["effective_number"].to_numpy(),
                    "low": own["effective_number_low"].to_numpy(),
                    "high": own["effective_number_high"].to_numpy(),
                }
            )
            for evidence, own in shown.groupby("evidence", sort=True)
        }
        label = say("effective number of fields").say(language)
        return interval_plots.windows_with_intervals(series, y_label=label, language=language)

    columns = ["evidence", "window", "n", "hhi", "low", "high", "effective_number"]
    return Chart(draw, shown[[*columns, "effective_number_low", "effective_number_high"]])


def stated_matrix(ledger: pd.DataFrame, taxonomy: Taxonomy, names: Countries) -> Chart:
    """Return countries by groups with a mark for the grade of each statement.

    Parameters
    ----------
    ledger : DataFrame
        Table ``stated_ledger``.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    """
    order = list(dict.fromkeys(ledger["country"]))
    # a statement without a group of the list stands in a column of its own
    keyed = ledger.assign(group=ledger["group_id"].where(ledger["group_id"].notna(), ""))
    groups: list[str] = list(taxonomy.groups)
    if (~keyed["group"].isin(groups)).any():
        groups.append("")
    keyed["group"] = keyed["group"].where(keyed["group"].isin(groups), "")
    found = {
        key: (list(own["grade"]), bool(own["conflict"].notna().any()))
        for key, own in keyed.groupby(["country", "group"])
    }

    def draw(language: Language) -> Figure:
        index = pd.Index([names.name(code, language) for code in order])
        columns = pd.Index(
            [
                taxonomy.short_name(group).say(language) if group else say("no group").say(language)
                for group in groups
            ]
        )
        words = [[_marks(found.get((code, group))) for group in groups] for code in order]
        shades = [[_grade_shade(found.get((code, group))) for group in groups] for code in order]
        note = say(
            "one mark a statement; {mark} a conflict between sources touches it",
            mark=verbatim(CONFLICT_MARK),
        )
        return grid_plots.word_grid(
            pd.DataFrame(words, index, columns),
            pd.DataFrame(shades, index, columns),
            legend=[
                Shade(colour, False, f"{GRADE_MARKS[grade]} {GRADES[grade].say(language)}")
                for grade, colour in _GRADE_SHADES.items()
            ],
            note=note.say(language),
            row_height=0.36,
        )

    columns = ["statement", "country", "group_id", "grade", "reason", "firm", "measure"]
    return Chart(draw, ledger[[*columns, "role", "conflict"]])


def _marks(cell: tuple[list[str], bool] | None) -> str:
    """Return the marks of the statements of a cell."""
    if cell is None:
        return ""
    grades, conflict = cell
    marks = " ".join(GRADE_MARKS[grade] for grade in grades)
    return f"{marks} {CONFLICT_MARK}" if conflict else marks


def _grade_shade(cell: tuple[list[str], bool] | None) -> str:
    """Return the colour of a cell: that of its worst grade."""
    if cell is None:
        return _BLANK
    return next(_GRADE_SHADES[grade] for grade in _WORST_FIRST if grade in cell[0])
