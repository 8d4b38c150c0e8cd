"""The charts of the cooperation page: the network, volumes, gaps and projects, as they are drawn.

Knows: which columns of which table a chart needs, and how verdicts and volumes are written.
Must not know: files, or how a result was computed.
May import: texts, countries, labels, plots, network_plot, cooperation_plots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import cooperation_plots, network_plot
from techdiplomacy.cooperation_plots import Mark, Scale
from techdiplomacy.countries import Countries
from techdiplomacy.labels import load_labels
from techdiplomacy.plots import Chart
from techdiplomacy.texts import Language, Number, Sayable, count, decimal, rounded, say

# above, open and below: the same colours as the edges of the network
_ABOVE, _OPEN, _BELOW = (
    network_plot.EDGE_STYLES[verdict].colour for verdict in ("above", "open", "below")
)
WITHOUT_GAP = {
    "not_estimable": say("not estimable: a figure about this pair is missing"),
    "separated": say("not estimable: the model foresees no ties at all"),
    "outside_panel": say("not among the countries compared"),
    "no_rows": say("no figures"),
}
# the row of all parts in the table of projects
_ALL_PARTS = "ALL"


def verdict_marks(language: Language) -> dict[str, Mark]:
    """Return how points above, below and around what is expected are drawn."""
    words = {
        "above": say("surely above what is expected"),
        "open": say("may lie on either side"),
        "below": say("surely below"),
    }
    return {
        "above": Mark(">", _ABOVE, False, words["above"].say(language)),
        "open": Mark("o", _OPEN, True, words["open"].say(language)),
        "below": Mark("<", _BELOW, False, words["below"].say(language)),
    }


def small_number(value: float) -> Number:
    """Return a count that may be a fraction, short: one place below ten, none from there on.

    Examples
    --------
    >>> small_number(2.345).say("vi"), small_number(1234.5).say("en"), small_number(3.0).say("en")
    ('2,3', '1,234', '3')
    """
    whole = float(value).is_integer() or value >= 10
    return count(value) if whole else decimal(value, 1)


# --- the network --------------------------------------------------------------------------------


def partner_network(
    edges: pd.DataFrame,
    gaps: pd.DataFrame,
    names: Countries,
    viewpoint: str,
    *,
    unit: Sayable,
) -> Chart:
    """Return the viewpoint country in the middle of its first partners, few edges drawn.

    Width tells the volume of an edge to the viewpoint country, colour, line and sign whether it is
    surely more or fewer than the fit of all pairs lets expect. Edges between partners are context:
    thin, of one width. A tie without a gap is drawn as one that is not sure.

    Parameters
    ----------
    edges : DataFrame
        Table ``network_edges``; only edges that are ``shown`` are drawn.
    gaps : DataFrame
        Rows of table ``cooperation_gaps`` of the same ties, one a partner: one kind,
        specification and window.
    names : Countries
        Names.
    viewpoint : str
        Country in the middle.
    unit : Sayable
        What is counted, for example joint works.
    """
    shown = edges[edges["shown"].astype(bool)].sort_values(
        ["joint_works", "country", "partner"], ascending=[False, True, True], ignore_index=True
    )
    own = (shown["country"] == viewpoint) | (shown["partner"] == viewpoint)
    others = shown["country"].where(shown["country"] != viewpoint, shown["partner"])
    facts = ["gap", "gap_low", "gap_high", "verdict", "status"]
    known = gaps.set_index("partner")[facts].reindex(others.where(own)).set_axis(shown.index)
    shown = pd.concat([shown.drop(columns=facts, errors="ignore"), known], axis=1)
    judged = shown["verdict"].where(shown["status"] == "ok").fillna("open")
    drawn = pd.DataFrame(
        {
            "first": shown["country"],
            "second": shown["partner"],
            "volume": shown["joint_works"],
            "style": np.where(own, judged, "context"),
        }
    )
    partners = _in_order(shown, own, viewpoint)
    to_viewpoint = {
        str(row["partner"] if row["country"] == viewpoint else row["country"]): row
        for row in shown[own].to_dict("records")
    }
    steps = network_plot.width_steps(drawn.loc[own, "volume"].tolist())

    def draw(language: Language) -> Figure:
        nodes = pd.DataFrame(
            {
                "name": [names.name(code, language) for code in [viewpoint, *partners]],
                "small": ["", *(_tie_words(to_viewpoint.get(code), language) for code in partners)],
            },
            index=pd.Index([viewpoint, *partners]),
        )
        styles = {
            "above": say("surely more"),
            "open": say("open, or not estimable"),
            "below": say("surely fewer"),
            "context": say("between partners (one width)"),
        }
        heading = say("line, sign and number with \u00d7: against what is expected")
        return network_plot.network(
            viewpoint,
            nodes,
            drawn,
            steps=steps,
            width_words=(
                say("width and first number: {unit}", unit=unit).say(language),
                [words.say(language) for words in _steps_in_words(steps)],
            ),
            style_words=(
                heading.say(language),
                {key: words.say(language) for key, words in styles.items()},
            ),
        )

    columns = ["country", "partner", "window", "joint_works"]
    return Chart(draw, shown[[*columns, *facts]])


def _in_order(shown: pd.DataFrame, own: pd.Series, viewpoint: str) -> list[str]:
    """Return the partners that are drawn: by volume with the viewpoint country, then the others."""
    pairs = [*shown.loc[own, ["country", "partner"]].to_numpy().ravel()]
    pairs += [*shown.loc[~own, ["country", "partner"]].to_numpy().ravel()]
    return [str(code) for code in dict.fromkeys(pairs) if code != viewpoint]


def _tie_words(row: Mapping[Any, Any] | None, language: Language) -> str:
    """Return what stands under a partner: the volume, and how many times what is expected."""
    if row is None:
        return ""
    volume = small_number(row["joint_works"])
    if pd.isna(row["gap"]):
        return volume.say(language)
    times = rounded(np.exp(row["gap"]), 2)
    return say("{volume}; {times} \u00d7", volume=volume, times=times).say(language)


def _steps_in_words(steps: Sequence[float]) -> list[Sayable]:
    """Return which volumes each width stands for."""
    if not steps:
        return [say("all alike")]
    ends = pairwise(steps)
    return [
        say("under {volume}", volume=small_number(steps[0])),
        *(
            say("{low} to under {high}", low=small_number(low), high=small_number(high))
            for low, high in ends
        ),
        say("{volume} or more", volume=small_number(steps[-1])),
    ]


# --- volumes ------------------------------------------------------------------------------------


def partner_volumes(
    measures: pd.DataFrame,
    names: Countries,
    *,
    kind: str,
    unit: Sayable,
    most: int = 15,
    direction: str = "both",
) -> Chart:
    """Return the volume of the first partners in each window, newest volume first.

    Parameters
    ----------
    measures : DataFrame
        Table ``tie_measures``.
    names : Countries
        Names.
    kind : str
        Kind of tie.
    unit : Sayable
        What is counted.
    most : int
        Partners shown, by the volume of the newest window.
    direction : {"both", "out", "in"}
        Direction of the ties.
    """
    own = measures[(measures["kind"] == kind) & (measures["direction"] == direction)]
    windows = sorted(own["window"].unique())
    wide = own.pivot(index="partner", columns="window", values="volume")
    first = wide.sort_values(windows[::-1], ascending=False, kind="stable")[:most]
    first = first[first[windows[-1]] > 0]
    plotted = own[own["partner"].isin(first.index)]

    def draw(language: Language) -> Figure:
        rows = first.assign(
            name=[names.name(str(code), language) for code in first.index],
            written=[small_number(volume).say(language) for volume in first[windows[-1]]],
        )
        label = say("{unit} (steps grow)", unit=unit).say(language)
        return cooperation_plots.dots_over_windows(
            rows, windows=windows, scale=Scale(label, "count"), language=language
        )

    return Chart(draw, plotted[["kind", "window", "direction", "partner", "volume", "unit"]])


# --- gaps ---------------------------------------------------------------------------------------


def gap_chart(
    gaps: pd.DataFrame,
    names: Countries,
    *,
    kind: str,
    specification: str,
    shown: Sequence[str],
    window: str = "",
) -> Chart:
    """Return observed over expected ties by partner, ranked by the lower end of the interval.

    Partners without a gap stand at the end, and the chart says why.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    names : Countries
        Names.
    kind, specification : str
        Kind of tie and specification.
    shown : sequence of str
        Partners that have a row, with or without a gap.
    window : str
        The window; without it, the newest one.
    """
    own = gaps[(gaps["kind"] == kind) & (gaps["specification"] == specification)]
    chosen = window or str(own["window"].max())
    own = own[(own["window"] == chosen) & own["partner"].isin(list(shown))]
    known = {str(row["partner"]): row for row in own.to_dict("records")}
    ordered = own.sort_values(["gap_low", "gap", "partner"], ascending=[False, False, True])
    measured = list(ordered.loc[ordered["status"] == "ok", "partner"])
    order = [*measured, *(code for code in shown if code not in measured)]

    def draw(language: Language) -> Figure:
        rows = pd.DataFrame([_gap_row(code, known, names, language) for code in order])
        label = say("observed ties over expected ones (each step doubles)")
        return cooperation_plots.rows_with_marks(
            rows,
            verdict_marks(language),
            Scale(label.say(language), "ratio", 1.0, say("as expected").say(language)),
            language=language,
            aside=say("observed / expected").say(language),
        )

    columns = ["kind", "specification", "window", "partner", "observed", "expected"]
    tail = ["gap", "gap_low", "gap_high", "rank_among_all", "verdict", "status"]
    return Chart(draw, own[[*columns, *tail]])


def _gap_row(
    code: str, known: Mapping[str, Mapping[Any, Any]], names: Countries, language: Language
) -> dict[str, object]:
    """Return the row of one partner: its gap as a ratio, or why there is none."""
    row = known.get(code)
    named = {"name": names.name(code, language), "words": ""}
    if row is None or row["status"] != "ok":
        why = "no_rows" if row is None else str(row["status"])
        blank = {"value": np.nan, "low": np.nan, "high": np.nan, "mark": "open", "aside": ""}
        return named | blank | {"words": WITHOUT_GAP[why].say(language)}
    counted = (small_number(row[name]).say(language) for name in ("observed", "expected"))
    return named | {
        "value": np.exp(row["gap"]),
        "low": np.exp(row["gap_low"]),
        "high": np.exp(row["gap_high"]),
        "mark": row["verdict"],
        "aside": " / ".join(counted),
    }


def gaps_by_window(
    gaps: pd.DataFrame,
    names: Countries,
    *,
    kind: str,
    specification: str,
    shown: Sequence[str],
    notes: Mapping[str, Sayable] | None = None,
) -> Chart:
    """Return one chart a partner: observed over expected ties, window by window.

    Parameters
    ----------
    gaps : DataFrame
        Table ``cooperation_gaps``.
    names : Countries
        Names.
    kind, specification : str
        Kind of tie and specification.
    shown : sequence of str
        Partners in the order of the charts; those without any gap are left out.
    notes : mapping, optional
        Small print of a partner, for example whether its gap closes.
    """
    own = gaps[
        (gaps["kind"] == kind)
        & (gaps["specification"] == specification)
        & gaps["partner"].isin(list(shown))
    ]
    windows = sorted(own["window"].unique())
    measured = own[own["status"] == "ok"]
    order = [code for code in shown if (measured["partner"] == code).any()]

    def draw(language: Language) -> Figure:
        panels = []
        for code in order:
            rows = measured[measured["partner"] == code].sort_values("window")
            frame = pd.DataFrame(
                {
                    "window": rows["window"].to_numpy(),
                    "value": np.exp(rows["gap"].to_numpy(dtype=float)),
                    "low": np.exp(rows["gap_low"].to_numpy(dtype=float)),
                    "high": np.exp(rows["gap_high"].to_numpy(dtype=float)),
                    "mark": rows["verdict"].to_numpy(),
                }
            )
            small = notes[code].say(language) if notes and code in notes else ""
            panels.append((names.name(code, language), small, frame))
        marks = verdict_marks(language)
        # time runs to the right here, so that above and below point up and down
        upright = {"above": "^", "open": "o", "below": "v"}
        label = say("observed ties over expected ones (each step doubles)")
        return cooperation_plots.panels_over_windows(
            panels,
            {key: mark._replace(marker=upright[key]) for key, mark in marks.items()},
            Scale(label.say(language), "ratio", 1.0, say("as expected").say(language)),
            windows=windows,
            language=language,
        )

    columns = ["kind", "specification", "window", "partner", "observed", "expected"]
    return Chart(draw, own[[*columns, "gap", "gap_low", "gap_high", "verdict", "status"]])


# --- projects -----------------------------------------------------------------------------------


def project_parts(
    money: pd.DataFrame, *, words: Mapping[str, Sayable] | None = None, most: int = 15
) -> Chart:
    """Return the projects of the viewpoint country by part of the programme, with their money.

    Parameters
    ----------
    money : DataFrame
        Table ``project_money``; its row of all parts is left out, for parts overlap.
    words : mapping, optional
        What a part is about, by its code; without it, and for other codes, the code is shown.
    most : int
        Parts shown, by projects.
    """
    parts = money[money["programme_part"] != _ALL_PARTS]
    first = parts.sort_values(
        ["projects", "programme_part"], ascending=[False, True], ignore_index=True
    )[:most]
    labels, said = load_labels(), words or {}

    def draw(language: Language) -> Figure:
        parts = [said.get(part, labels.text(part)) for part in map(str, first["programme_part"])]
        rows = pd.DataFrame(
            {
                "name": [part.say(language) for part in parts],
                "value": first["projects"],
                "part": first["coordinated"],
                "written": [_money_words(row, language) for row in first.to_dict("records")],
            }
        )
        return cooperation_plots.bars_in_words(
            rows,
            x_label=say("projects (parts overlap: one project may belong to several)").say(
                language
            ),
            parts=(
                say("projects with a participant").say(language),
                say("of these, coordinated").say(language),
            ),
            language=language,
        )

    columns = ["programme_part", "projects", "participations", "coordinated"]
    return Chart(draw, first[[*columns, "own_contribution_eur", "without_amount"]])


def _money_words(row: Mapping[Any, Any], language: Language) -> str:
    """Return the projects of a part and the contribution, and for how many it is not known."""
    projects = count(row["projects"])
    if pd.isna(row["own_contribution_eur"]):
        return say("{projects}; no amount given", projects=projects).say(language)
    thousands = count(row["own_contribution_eur"] / 1000)
    if not row["without_amount"]:
        return say("{projects}; {n} thousand EUR", projects=projects, n=thousands).say(language)
    return say(
        "{projects}; {n} thousand EUR, {blank} without amount",
        projects=projects,
        n=thousands,
        blank=count(row["without_amount"]),
    ).say(language)
