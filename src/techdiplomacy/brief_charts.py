"""The one chart of a partner brief: ranks by group with their intervals, small enough for print.

Knows: which columns the chart needs, how each label of a rank is marked. Must not know: files, or
how a result was computed. May import: texts, vocabulary, plots,
technology_charts, cooperation_plots.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from techdiplomacy import plots
from techdiplomacy.cooperation_plots import Mark, Scale, rows_with_marks
from techdiplomacy.plots import Chart
from techdiplomacy.texts import Language, Sayable, percent, say
from techdiplomacy.vocabulary import GROUP_LABELS

# the width of the text on a sheet of A4, in inches, so that letters keep their size in print
_WIDTH = 6.9
_ROW = 0.17
_LOOKS = {
    "firm": ("o", plots.PALETTE[0], False),
    "leaning": ("D", plots.PALETTE[0], True),
    "do not conclude": ("o", plots.TEXT_PALETTE[6], True),
}


def strength_chart(ranked: pd.DataFrame, name: Callable[[str], Sayable], level: float) -> Chart:
    """Return the ranks of one country by size, a row a group, the first ranks on top.

    Parameters
    ----------
    ranked : DataFrame
        ``group_id, rank_median, rank_low, rank_high, label``; every row has a rank.
    name : callable
        What is ranked in a group.
    level : float
        Mass of the intervals.
    """
    rows = ranked.sort_values(["rank_median", "rank_high", "group_id"], ignore_index=True)

    def draw(language: Language) -> Figure:
        marks = {
            label: Mark(*look, GROUP_LABELS[label].say(language)) for label, look in _LOOKS.items()
        }
        measured = say("rank by size, median and {level} interval", level=percent(level))
        return rows_with_marks(
            pd.DataFrame(
                {
                    "name": [name(one).say(language) for one in rows["group_id"]],
                    "value": rows["rank_median"],
                    "low": rows["rank_low"],
                    "high": rows["rank_high"],
                    "mark": rows["label"],
                }
            ),
            marks,
            Scale(measured.say(language), "rank"),
            language=language,
            width=_WIDTH,
            row_height=_ROW,
        )

    return Chart(draw, rows[["group_id", "rank_median", "rank_low", "rank_high", "label"]])
