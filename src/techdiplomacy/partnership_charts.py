"""The charts of the priorities page: partners by group, offices, events and cards, as drawn.

Knows: which columns of which table a chart needs, and how ranks and verdicts are written.
Must not know: files, or how a result was computed.
May import: priority_tables, texts, countries, technologies, vocabulary, plots, grid_plots,
cooperation_plots, technology_charts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import cooperation_plots, grid_plots, plots
from techdiplomacy.cooperation_plots import Mark, Scale
from techdiplomacy.countries import Countries
from techdiplomacy.grid_plots import Shade
from techdiplomacy.plots import Chart
from techdiplomacy.priority_tables import ALL_GROUPS
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends, rank_number
from techdiplomacy.texts import NOTHING, Language, Sayable, count, decimal, say, verbatim
from techdiplomacy.vocabulary import GROUP_LABELS, RANK_MARKS

_BLANK = "#ffffff"
# the one order of places, as in the tables
BY_PLACE = ["rank_median", "rank_high", "rank", "partner"]
# last rank of each shade among partners, dark for the first places, and that of later ranks
_RANK_SHADES = ((1, "#08519c"), (3, "#6baed6"), (5, "#bdd7e7"), (10, "#e3edf7"))
_LATER = "#f7f7f7"
# least score of each shade of a card
_SCORE_SHADES = ((0.8, "#2171b5"), (0.6, "#6baed6"), (0.4, "#bdd7e7"), (0.2, "#e3edf7"))
_LOWEST = "#f7f7f7"
_MISSING = "#e6e2dc"
_FRONT_MARK = "\u2605"
# a leader by what stands in its country: full, half and empty, as for other marks
_REPRESENTED = {
    "office": ("\u25cf", "#6baed6"),
    "mission": ("\u25d0", "#e3edf7"),
    "nothing": ("\u25cb", "#fde0c5"),
}
_RANK_FILLS = {
    "firm": Mark("o", plots.PALETTE[0], False, ""),
    "leaning": Mark("D", plots.PALETTE[0], True, ""),
    "do not conclude": Mark("o", plots.TEXT_PALETTE[6], True, ""),
}
# why a cell of a card has no score: under 'no data', in one or two words
NO_SCORE = {
    "small_n": say("few items"),
    "not_enough_data": say("too few"),
    "needs_register": say("register"),
    "needs_technology": say("by field"),
}


def overall_order(ranks: pd.DataFrame, framework: str) -> list[str]:
    """Return the partners by their place over all groups; those without one follow by code.

    Parameters
    ----------
    ranks : DataFrame
        Table ``partner_ranks``.
    framework : str
        List of technologies.
    """
    own = ranks[(ranks["framework"] == framework) & (ranks["group_id"] == ALL_GROUPS)]
    ordered = own.sort_values(BY_PLACE, na_position="last")
    return [str(code) for code in ordered["partner"]]


# --- ranks --------------------------------------------------------------------------------------


def partner_group_matrix(
    ranks: pd.DataFrame, taxonomy: Taxonomy, names: Countries, *, framework: str
) -> Chart:
    """Return partners by groups: median rank, its mark, its interval, and a star on the front.

    Parameters
    ----------
    ranks : DataFrame
        Table ``partner_ranks``. Partners stand in the order over all groups, whose column is last.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    framework : str
        List of technologies.
    """
    own = ranks[ranks["framework"] == framework]
    partners = overall_order(ranks, framework)
    cells = {(row["partner"], row["group_id"]): row for row in own.to_dict("records")}
    present = set(own["group_id"])
    groups = [group for group in taxonomy.groups if group in present]
    groups += [ALL_GROUPS] if ALL_GROUPS in present else []

    def draw(language: Language) -> Figure:
        index = pd.Index([names.name(code, language) for code in partners])
        columns = pd.Index([_group_name(group, taxonomy, language) for group in groups])
        grid = [[cells.get((code, group)) for group in groups] for code in partners]
        words = [[_rank_words(cell, language) for cell in line] for line in grid]
        shades = [[_rank_shade(cell) for cell in line] for line in grid]
        return grid_plots.word_grid(
            pd.DataFrame(words, index, columns),
            pd.DataFrame(shades, index, columns),
            legend=_rank_legend(language),
            note=_rank_note(language),
            emphasised={_group_name(ALL_GROUPS, taxonomy, language)},
            row_height=0.36,
            width=9.6,
        )

    columns = ["framework", "group_id", "partner", "rank", "rank_median", "rank_low", "rank_high"]
    return Chart(draw, own[[*columns, "label", "front_shown", "front_share", "status"]])


def _group_name(group: str, taxonomy: Taxonomy, language: Language) -> str:
    """Return the name of a group for a heading; that of all groups together."""
    words: Sayable = say("all groups") if group == ALL_GROUPS else taxonomy.short_name(group)
    return words.say(language)


def _rank_words(row: Mapping[Any, Any] | None, language: Language) -> str:
    """Return what stands in a cell: a dash where a side is missing, so that there is no rank."""
    if row is None or row["status"] != "ok":
        return NOTHING
    star = _FRONT_MARK if row["front_shown"] else ""
    first = f"{rank_number(row['rank_median']).say(language)} {RANK_MARKS[row['label']]}{star}"
    return f"{first}\n{rank_ends(row['rank_low'], row['rank_high']).say(language)}"


def _rank_shade(row: Mapping[Any, Any] | None) -> str:
    if row is None or row["status"] != "ok":
        return _BLANK
    return next((shade for last, shade in _RANK_SHADES if row["rank_median"] <= last), _LATER)


def _rank_legend(language: Language) -> list[Shade]:
    """Return which median ranks each shade holds."""
    firsts = [1, *(last + 1 for last, _ in _RANK_SHADES[:-1])]
    shades = [
        Shade(shade, False, rank_ends(first, last).say(language))
        for first, (last, shade) in zip(firsts, _RANK_SHADES, strict=True)
    ]
    later = say("after {last}", last=count(_RANK_SHADES[-1][0])).say(language)
    return [*shades, Shade(_LATER, False, later)]


def _rank_note(language: Language) -> str:
    marks = [f"{mark} {GROUP_LABELS[label].say(language)}" for label, mark in RANK_MARKS.items()]
    front = say(
        "{star} surely on the front (no other is at least as good on all sides), and among the "
        "first ten",
        star=verbatim(_FRONT_MARK),
    )
    absent = say("{dash} a side is missing, so no rank", dash=verbatim(NOTHING))
    return "   ".join([*marks, front.say(language), absent.say(language)])


def overall_ranks(
    ranks: pd.DataFrame, names: Countries, *, framework: str, group: str = ALL_GROUPS
) -> Chart:
    """Return partners by median rank with the intervals of near the declared, and of any weights.

    Parameters
    ----------
    ranks : DataFrame
        Table ``partner_ranks``.
    names : Countries
        Names.
    framework : str
        List of technologies.
    group : str
        Group of the list, or ALL for all groups together.
    """
    own = ranks[(ranks["framework"] == framework) & (ranks["group_id"] == group)]
    ordered = own.sort_values(BY_PLACE, na_position="last")
    records = ordered.to_dict("records")

    def draw(language: Language) -> Figure:
        rows = pd.DataFrame(
            [
                {
                    "name": names.name(str(row["partner"]), language),
                    "value": row["rank_median"] if row["status"] == "ok" else np.nan,
                    "low": row["rank_low"],
                    "high": row["rank_high"],
                    "wide_low": row["any_low"],
                    "wide_high": row["any_high"],
                    "mark": row["label"],
                    "words": say("a side is missing, so no rank").say(language),
                }
                for row in records
            ]
        )
        label = say("rank among partners, median (thick: near the weights set; thin: any)")
        return cooperation_plots.rows_with_marks(
            rows,
            {
                key: mark._replace(words=GROUP_LABELS[key].say(language))
                for key, mark in _RANK_FILLS.items()
            },
            Scale(label.say(language), "place"),
            language=language,
        )

    columns = ["framework", "group_id", "partner", "rank", "rank_median", "rank_low", "rank_high"]
    return Chart(draw, ordered[[*columns, "any_low", "any_high", "label", "status"]])


# --- two of the four sides ----------------------------------------------------------------------


def pareto_panel(
    values: pd.DataFrame,
    ranks: pd.DataFrame,
    taxonomy: Taxonomy,
    names: Countries,
    *,
    framework: str,
    groups: Sequence[str],
) -> Chart:
    """Return partners by gap and strength, one chart a group; those on the front are named first.

    The front is of four sides and the chart shows two, so that partners on it may lie inside the
    cloud. In one chart all partners are named where there is room, in several those on the front.

    Parameters
    ----------
    values : DataFrame
        Table ``partner_values``.
    ranks : DataFrame
        Table ``partner_ranks``, for who is on the front.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    framework : str
        List of technologies.
    groups : sequence of str
        Groups in the order of the charts; one without partners is left out.
    """
    front = ranks.set_index(["framework", "group_id", "partner"])["front_shown"]
    own = values[(values["framework"] == framework) & values["group_id"].isin(list(groups))]
    own = own[own["strength_rank"].notna() & own["gap"].notna()]
    keys = list(own[["framework", "group_id", "partner"]].itertuples(index=False, name=None))
    plotted = own.assign(front_shown=[bool(front.get(key, False)) for key in keys])
    drawn = [group for group in groups if (plotted["group_id"] == group).any()]

    def draw(language: Language) -> Figure:
        panels = []
        for group in drawn:
            rows = plotted[plotted["group_id"] == group]
            frame = pd.DataFrame(
                {
                    "name": [names.name(str(code), language) for code in rows["partner"]],
                    "x": np.exp(rows["gap"].to_numpy(dtype=float)),
                    "x_low": np.exp(rows["gap_low"].to_numpy(dtype=float)),
                    "x_high": np.exp(rows["gap_high"].to_numpy(dtype=float)),
                    "y": rows["strength_rank"].to_numpy(),
                    "y_low": rows["strength_low"].to_numpy(),
                    "y_high": rows["strength_high"].to_numpy(),
                    "mark": np.where(rows["front_shown"], "front", "behind"),
                    "front": rows["front_shown"].to_numpy(),
                    "labelled": len(drawn) == 1,
                },
                index=pd.Index(rows["partner"]),
            )
            scope = _scope_words(set(rows["tie_scope"])).say(language)
            panels.append((taxonomy.short_name(group).say(language), scope, frame))
        across = say("observed ties over expected ones (left: fewer than expected)")
        upright = say("rank by size in the group (first on top; steps grow)")
        return cooperation_plots.two_sides(
            panels,
            {
                "front": Mark("D", plots.ACCENT, False, say("surely on the front").say(language)),
                "behind": Mark(
                    "o", plots.TEXT_PALETTE[6], True, say("not, or not surely").say(language)
                ),
            },
            Scale(across.say(language), "ratio", 1.0, say("as expected").say(language)),
            Scale(upright.say(language), "rank"),
            language=language,
        )

    columns = ["framework", "group_id", "partner", "strength_rank", "strength_low"]
    more = ["strength_high", "tie_kind", "tie_scope", "gap", "gap_low", "gap_high", "front_shown"]
    return Chart(draw, plotted[[*columns, *more]])


def _scope_words(scopes: set[str]) -> Sayable:
    """Return of what the ties are: the group itself, or all fields for want of nearer ones."""
    if scopes == {"group"}:
        return say("ties of the group")
    if scopes == {"all_fields"}:
        return say("ties of all fields")
    return say("ties of the group or of all fields")


# --- representation -----------------------------------------------------------------------------


def representation_matrix(
    matrix: pd.DataFrame, taxonomy: Taxonomy, names: Countries, *, framework: str
) -> Chart:
    """Return leaders by groups: their rank, and what is known to stand in their country.

    Parameters
    ----------
    matrix : DataFrame
        Table ``representation_matrix``; countries that lead no group are left out.
    taxonomy : Taxonomy
        The list of technologies.
    names : Countries
        Names.
    framework : str
        List of technologies.
    """
    own = matrix[matrix["framework"] == framework]
    leading = own[own["leader"].astype(bool)]
    led = leading.groupby("partner").size()
    partners = sorted(led.index, key=lambda code: (-int(led[code]), str(code)))
    groups = [group for group in taxonomy.groups if group in set(own["group_id"])]
    cells = {(row["partner"], row["group_id"]): row for row in leading.to_dict("records")}
    plotted = own[own["partner"].isin(partners)]

    def draw(language: Language) -> Figure:
        index = pd.Index([names.name(str(code), language) for code in partners])
        columns = pd.Index([taxonomy.short_name(group).say(language) for group in groups])
        grid = [[cells.get((code, group)) for group in groups] for code in partners]
        words = [[_leader_words(cell, language) for cell in line] for line in grid]
        shades = [[_leader_shade(cell) for cell in line] for line in grid]
        meaning = {
            "office": say("a science office is known"),
            "mission": say("a mission is listed, no office known"),
            "nothing": say("list incomplete"),
        }
        note = say("number: median rank by size; empty: not among the first five of the group")
        return grid_plots.word_grid(
            pd.DataFrame(words, index, columns),
            pd.DataFrame(shades, index, columns),
            legend=[
                Shade(shade, False, f"{mark} {meaning[key].say(language)}")
                for key, (mark, shade) in _REPRESENTED.items()
            ],
            note=note.say(language),
            row_height=0.36,
            width=9.6,
        )

    columns = ["framework", "group_id", "partner", "leader", "rank_median", "rank_low"]
    return Chart(draw, plotted[[*columns, "rank_high", "office", "mission"]])


def _stands_there(row: Mapping[Any, Any]) -> str:
    """Return the nearest kind of representation that is known in a country."""
    if row["office"] == "known":
        return "office"
    return "nothing" if row["mission"] == "not_listed" else "mission"


def _leader_words(row: Mapping[Any, Any] | None, language: Language) -> str:
    if row is None:
        return ""
    mark, _ = _REPRESENTED[_stands_there(row)]
    ends = rank_ends(row["rank_low"], row["rank_high"]).say(language)
    return f"{mark} {rank_number(row['rank_median']).say(language)}\n{ends}"


def _leader_shade(row: Mapping[Any, Any] | None) -> str:
    return _LATER if row is None else _REPRESENTED[_stands_there(row)][1]


# --- cards and events ---------------------------------------------------------------------------


def scorecard_matrix(
    card: pd.DataFrame,
    names: Countries,
    *,
    indicators: Mapping[str, Sayable],
    order: Sequence[str],
) -> Chart:
    """Return partners by indicators: the score, or that there are no data and what is wanting.

    Parameters
    ----------
    card : DataFrame
        Table ``scorecard``.
    names : Countries
        Names.
    indicators : mapping
        Heading of each indicator, in the order of the columns.
    order : sequence of str
        Partners from top to bottom.
    """
    own = card[card["partner"].isin(list(order)) & card["indicator"].isin(list(indicators))]
    cells = {(row["partner"], row["indicator"]): row for row in own.to_dict("records")}

    def draw(language: Language) -> Figure:
        index = pd.Index([names.name(code, language) for code in order])
        columns = pd.Index([words.say(language) for words in indicators.values()])
        grid = [[cells.get((code, key)) for key in indicators] for code in order]
        words = [[_score_words(cell, language) for cell in line] for line in grid]
        shades = [[_score_shade(cell) for cell in line] for line in grid]
        note = say(
            "score: place among all countries with the indicator, 1 is best; {star} from facts "
            "known to be incomplete; no data by field: sources split no ties by technology; "
            "register: waits for figures of the owner",
            star=verbatim("*"),
        )
        return grid_plots.word_grid(
            pd.DataFrame(words, index, columns),
            pd.DataFrame(shades, index, columns),
            legend=_score_legend(language),
            note=note.say(language),
            row_height=0.36,
            width=9.6,
        )

    columns = ["indicator", "partner", "value", "low", "high", "score", "scope", "status"]
    return Chart(draw, own[columns])


def _has_score(row: Mapping[Any, Any] | None) -> bool:
    return row is not None and row["status"] in ("ok", "incomplete") and pd.notna(row["score"])


def _score_words(row: Mapping[Any, Any] | None, language: Language) -> str:
    """Return a score, or the words that there are no data and what is wanting."""
    if row is not None and _has_score(row):
        star = "*" if row["status"] == "incomplete" else ""
        return f"{decimal(row['score'], 2).say(language)}{star}"
    nothing = say("no data").say(language)
    why = NO_SCORE.get(str(row["status"])) if row is not None else None
    return f"{nothing}\n{why.say(language)}" if why else nothing


def _score_shade(row: Mapping[Any, Any] | None) -> str:
    if row is None or not _has_score(row):
        return _MISSING
    return next((shade for least, shade in _SCORE_SHADES if row["score"] >= least), _LOWEST)


def _score_legend(language: Language) -> list[Shade]:
    shades = [
        Shade(shade, False, say("{least} or more", least=decimal(least, 1)).say(language))
        for least, shade in _SCORE_SHADES
    ]
    below = say("below {least}", least=decimal(_SCORE_SHADES[-1][0], 1)).say(language)
    missing = Shade(_MISSING, False, say("no data").say(language))
    return [*shades, Shade(_LOWEST, False, below), missing]


def event_path(
    paths: pd.DataFrame,
    study: pd.DataFrame,
    *,
    kinds: Mapping[str, Sayable],
    verdicts: Mapping[str, Sayable],
) -> Chart:
    """Return the way of association around dated steps, on the band of random dates.

    A kind of step without a path, or without enough events, has no chart.

    Parameters
    ----------
    paths, study : DataFrame
        Tables ``event_paths`` and ``event_study``.
    kinds : mapping
        Name of each kind of step, in the order of the charts.
    verdicts : mapping
        Words for each verdict.
    """
    judged = {row["event_kind"]: row for row in study.to_dict("records")}
    shown = paths[paths["difference"].notna()]
    drawn = [kind for kind in kinds if (shown["event_kind"] == kind).any()]
    plotted = shown[shown["event_kind"].isin(drawn)]

    def draw(language: Language) -> Figure:
        panels = []
        for kind in drawn:
            rows = plotted[plotted["event_kind"] == kind]
            frame = pd.DataFrame(
                {
                    "year": rows["relative_year"].to_numpy(),
                    "value": rows["difference"].to_numpy(),
                    "low": rows["placebo_low"].to_numpy(),
                    "high": rows["placebo_high"].to_numpy(),
                }
            )
            small = say(
                "{n} steps used: {verdict}",
                n=count(judged[kind]["used"]),
                verdict=verdicts[judged[kind]["verdict"]],
            )
            panels.append((kinds[kind].say(language), small.say(language), frame))
        return cooperation_plots.paths_with_band(
            panels,
            x_label=say("years since the step").say(language),
            y_label=say("log association against partners without a step").say(language),
            line_words=say("mean of the steps").say(language),
            band_words=say("the same at random dates").say(language),
            zero_words=say("no difference").say(language),
            language=language,
        )

    columns = ["event_kind", "relative_year", "difference", "placebo_low", "placebo_high"]
    return Chart(draw, plotted[[*columns, "events"]])
