"""The words and tables on how far forecasts can be trusted: back-test, skill, level shifts.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, vocabulary, workforce, charts, page_columns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.charts import method_words
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, commas, count, decimal, listing, percent, say
from techdiplomacy.vocabulary import PANELS
from techdiplomacy.workforce import WorkforceForecast

# the intervals of more panels with skill than these do not fit into a sentence
_PANELS_NAMED = 3


def skill_words(result: WorkforceForecast, measure: str) -> Text:
    """Return how far the forecasts of a measure are better than the naive line, if they are."""
    row = result.skill[result.skill["measure"] == measure].iloc[0]
    if row["passes"]:
        return say(
            "error {skill} below that of the last value carried on", skill=percent(row["skill"])
        )
    own = result.status.loc[result.status["measure"] == measure, "status"]
    if (own == "small_n").any() or pd.isna(row["skill"]):
        return say("too few series to judge a forecast")
    return say("no method was shown to beat the last value carried on")


def published_backtest(result: WorkforceForecast) -> pd.DataFrame:
    """Return the back-test of what is published, over all horizons.

    Where the recipe did not earn its place, that is the naive line.
    """
    overall = result.backtest[result.backtest["horizon"] == "all"]
    shown = result.skill["method"].where(result.skill["passes"].astype(bool), "naive")
    return overall.merge(
        pd.DataFrame({"measure": result.skill["measure"], "method": shown}),
        on=["measure", "method"],
    )


def errors_headline(result: WorkforceForecast) -> Text:
    """Return in how many panels the combined forecast beats the naive line."""
    passing = [PANELS[row["measure"]] for row in result.skill.to_dict("records") if row["passes"]]
    values: dict[str, Sayable] = {"good": count(len(passing)), "all": count(len(result.skill))}
    if not passing:
        return say("In {good} of {all} panels the combined forecast beats the naive line", **values)
    return say(
        "In {good} of {all} panels the combined forecast beats the naive line: {panels}",
        panels=listing(passing),
        **values,
    )


def errors_alt(result: WorkforceForecast) -> Text:
    """Return the chart of relative errors in words; of many panels without the intervals."""
    many = len(result.skill) > _PANELS_NAMED
    parts = commas(_error_words(row, many) for row in result.skill.to_dict("records"))
    if many:
        return say(
            "Dots of the error of each method divided by that of the naive line; for the combined "
            "method: {parts}.",
            parts=parts,
        )
    return say(
        "Dots of the error of each method divided by that of the naive line; for the combined "
        "method with its interval: {parts}.",
        parts=parts,
    )


def _error_words(row: dict[Any, Any], many: bool) -> Text:
    panel = PANELS[row["measure"]]
    if pd.isna(row["skill_low"]):
        return say("{panel} too small to judge", panel=panel)
    error = decimal(1 - row["skill"])
    if many:
        return say("{panel} {error}", panel=panel, error=error)
    return say(
        "{panel} {error} ({low} to {high})",
        panel=panel,
        error=error,
        low=decimal(1 - row["skill_high"]),
        high=decimal(1 - row["skill_low"]),
    )


def backtest_table(result: WorkforceForecast) -> pd.DataFrame:
    """Return errors and coverage by panel and method."""
    overall = result.backtest[result.backtest["horizon"] == "all"]
    columns = ["measure", "method", "n_series", "mase", "smape", "coverage_80", "coverage_95"]
    later = ["n_judged_later", "later_coverage_80", "later_coverage_95"]
    return overall[[*columns, *later]].reset_index(drop=True)


def backtest_columns() -> Columns:
    """Return how `backtest_table` reads."""
    first, second = percent(0.8), percent(0.95)
    return (
        cells.words("measure", say("panel"), PANELS),
        cells.said("method", say("method"), method_words),
        cells.observed("n_series", say("series"), count),
        cells.statistic("mase", say("MASE"), decimal),
        cells.statistic("smape", say("sMAPE, %"), lambda value: decimal(value, 1)),
        cells.statistic("coverage_80", say("{level} covers", level=first), percent),
        cells.statistic("coverage_95", say("{level} covers", level=second), percent),
        cells.statistic("n_judged_later", say("errors judged later"), count),
        cells.statistic("later_coverage_80", say("{level} covers later", level=first), percent),
        cells.statistic("later_coverage_95", say("{level} covers later", level=second), percent),
    )


def shifts_headline(used: WorkforceForecast, cut: WorkforceForecast) -> Text:
    """Return how many series are long enough under each treatment of level shifts."""
    joined, after = (
        int((result.status["status"] != "not_estimable").sum()) for result in (used, cut)
    )
    return say(
        "{joined} series are long enough as used, {after} if trained after the last shift only",
        joined=count(joined),
        after=count(after),
    )


def level_shift_table(used: WorkforceForecast, cut: WorkforceForecast) -> pd.DataFrame:
    """Return what the treatment of level shifts decides, by panel."""
    rows = []
    for treatment, result in (("used", used), ("cut", cut)):
        for row in result.skill.to_dict("records"):
            status = result.status[result.status["measure"] == row["measure"]]["status"]
            rows.append(
                {
                    "measure": row["measure"],
                    "treatment": treatment,
                    "n_long_enough": int((status != "not_estimable").sum()),
                    "n_series": len(status),
                    "judged": "ok" if status.isin(["ok", "no_skill"]).any() else "small_n",
                    "skill": row["skill"],
                    "skill_low": row["skill_low"],
                    "skill_high": row["skill_high"],
                    "skill_outside_shifts": row["skill_outside_shifts"],
                    "share_across_shifts": row["share_across_shifts"],
                }
            )
    return pd.DataFrame(rows).sort_values(
        ["measure", "treatment"], ascending=[True, False], ignore_index=True
    )


def level_shift_columns(level: float) -> Columns:
    """Return how `level_shift_table` reads; ``level`` is the mass of the interval of the skill."""
    treatments = {"used": say("as used"), "cut": say("trained after the last shift only")}
    return (
        cells.words("measure", say("panel"), PANELS),
        cells.words("treatment", say("level shifts"), treatments),
        cells.observed("n_long_enough", say("series long enough"), count),
        cells.observed("n_series", say("of"), count),
        cells.estimate(
            "skill",
            say("skill"),
            percent,
            cells.Interval("skill_low", "skill_high", percent(level)),
            without={"small_n": say("too few series")},
            by="judged",
        ),
        cells.statistic("skill_outside_shifts", say("skill outside shifts"), percent),
        cells.statistic("share_across_shifts", say("errors across a shift"), percent),
    )
