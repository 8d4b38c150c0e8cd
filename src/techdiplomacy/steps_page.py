"""The section of the priorities page on dated steps: what joint work did around them.

Knows: which sentence says which result, without a word on causes. Must not know: files.
May import: texts, countries, vocabulary, params (settings only), partnership, page_columns,
priority_words, pages, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.params import EventSettings
from techdiplomacy.partnership import Partnership
from techdiplomacy.priority_words import Basis
from techdiplomacy.texts import Number, Sayable, Text, commas, count, decimal, say, year
from techdiplomacy.vocabulary import STEP_KINDS, STEP_REASONS, STEP_VERDICTS, YES_NO, times


def _dated(results: Partnership) -> pd.DataFrame:
    """Return the steps of any kind whose year is known."""
    steps = results.event_list
    rows: pd.DataFrame = steps[(steps["event_kind"] == "any") & steps["year"].notna()]
    return rows


def _too_recent(results: Partnership) -> pd.DataFrame:
    rows = _dated(results)
    recent: pd.DataFrame = rows[rows["why_not"] == "too_recent"]
    return recent


def _any(results: Partnership) -> Mapping[Any, Any]:
    """Return the result for steps of any kind."""
    rows = results.event_study
    found: Mapping[Any, Any] = rows[rows["event_kind"] == "any"].to_dict("records")[0]
    return found


def _combinations(results: Partnership) -> tuple[int, int]:
    """Return in how many combinations of choices a change is seen, and how many there are."""
    rows = results.event_sensitivity
    return int((rows["verdict"] == "change_seen").sum()), len(rows)


def steps_finding(results: Partnership, basis: Basis, settings: EventSettings) -> Finding:
    """Return what joint work did after dated steps, and how far choices decide it."""
    row = _any(results)
    seen, tried = _combinations(results)
    usable: dict[str, Sayable] = {
        "used": count(row["used"]),
        "dated": count(len(_dated(results))),
    }
    to = say("{year}", year=basis.works_to)
    if row["verdict"] == "not_enough_data":
        return Finding(
            say("Too few dated steps to say what followed ({used} of {dated} usable).", **usable),
            say("{least} are needed", least=count(settings.min_events)),
            to,
        )
    numbers: dict[str, Sayable] = {
        "p": decimal(row["p_value"]),
        "seen": count(seen),
        "tried": count(tried),
    }
    sure = say("p = {p}; {seen} of {tried} choices see one", **numbers)
    if row["verdict"] == "no_change_seen":
        return Finding(
            say(
                "Whether agreements raise joint work cannot be told: changes under {least}-fold "
                "stay unseen ({used} of {dated} steps usable).",
                least=times(np.exp(row["detectable"])),
                **usable,
            ),
            sure,
            to,
        )
    return Finding(
        say(
            "Joint work differs after dated steps ({used} of {dated} usable); why is open.",
            **usable,
        ),
        sure,
        to,
    )


def steps_words(results: Partnership, settings: EventSettings) -> Text:
    """Return how many steps can be used, and when the newest ones can be judged."""
    dated, recent = _dated(results), _too_recent(results)
    values: dict[str, Sayable] = {
        "dated": count(len(dated)),
        "used": count(dated["used"].sum()),
    }
    if recent.empty:
        return say("Of {dated} dated steps {used} can be used.", **values)
    last = int(recent["year"].max())
    return say(
        "Of {dated} dated steps {used} can be used; {recent} are too recent. A step of {last} can "
        "be judged when works of {ready} are counted, not before.",
        recent=count(len(recent)),
        last=year(last),
        ready=year(last + settings.after),
        **values,
    )


def study_table(results: Partnership) -> pd.DataFrame:
    """Return table ``event_study`` with ratios in place of logarithms, and only dated steps."""
    steps = results.event_list
    dated = steps[steps["year"].notna()].groupby("event_kind").size()
    rows = results.event_study
    return _as_ratios(rows).assign(dated=rows["event_kind"].map(dated).fillna(0).astype(int))


def _as_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with ``ratio, random_low, random_high`` of the effect and of random dates."""
    return rows.assign(
        ratio=np.exp(rows["effect"].astype(float)),
        random_low=np.exp(rows["placebo_low"].astype(float)),
        random_high=np.exp(rows["placebo_high"].astype(float)),
        seen_from=np.exp(rows["detectable"].astype(float)),
    )


def _p_value(value: float) -> Number:
    """Return a p-value with enough places to tell it from its level."""
    return decimal(value, 3)


def _result_columns() -> Columns:
    return (
        cells.observed("used", say("steps used"), count),
        cells.observed("controls", say("partners compared with"), count),
        cells.estimate(
            "ratio",
            say("after over before, beside others"),
            times,
            Interval("random_low", "random_high", say("random dates")),
        ),
        cells.statistic("p_value", say("p, random partners"), _p_value),
        cells.statistic("p_same_partners", say("p, same partners"), _p_value),
        cells.statistic("seen_from", say("would be seen from"), times),
        cells.words("verdict", say("what may be said"), STEP_VERDICTS),
    )


def study_columns() -> Columns:
    """Return how `study_table` reads."""
    return (
        cells.words("event_kind", say("kind of step"), STEP_KINDS),
        cells.observed("dated", say("dated steps"), count),
        *_result_columns(),
    )


def study_headline(results: Partnership) -> Text:
    """Return how many kinds of step show a change."""
    verdicts = results.event_study["verdict"].value_counts()
    return say(
        "Of {n} kinds of step, {seen} show a change of joint work and {few} are too few to judge",
        n=count(len(results.event_study)),
        seen=count(verdicts.get("change_seen", 0)),
        few=count(verdicts.get("not_enough_data", 0)),
    )


def sensitivity_table(results: Partnership) -> pd.DataFrame:
    """Return table ``event_sensitivity`` with ratios in place of logarithms."""
    rows = results.event_sensitivity
    return _as_ratios(rows).sort_values(
        ["years_after", "works_at_least"], ascending=[False, True], ignore_index=True
    )


def sensitivity_columns() -> Columns:
    """Return how `sensitivity_table` reads."""
    return (
        cells.observed("years_after", say("years before and after"), count),
        cells.observed("works_at_least", say("least joint works a year"), count),
        cells.said("as_used", say("as used"), YES_NO.__getitem__),
        *_result_columns(),
    )


def sensitivity_headline(results: Partnership) -> Text:
    """Return in how many of all combinations a change is seen."""
    rows = results.event_sensitivity
    return say(
        "A change is seen in {seen} of {n} combinations of choices",
        seen=count((rows["verdict"] == "change_seen").sum()),
        n=count(len(rows)),
    )


def choices_subtitle(basis: Basis) -> Text:
    """Return what is compared with other spans."""
    return say(
        "Association of joint works after and before a step of any kind, beside partners without "
        "one; works up to {to}",
        to=basis.works_to,
    )


def steps_subtitle(basis: Basis, settings: EventSettings) -> Text:
    """Return what is compared."""
    return say(
        "Association of joint works, {before} years before and {after} after a step, beside "
        "partners without one; works up to {to}",
        before=count(settings.before),
        after=count(settings.after),
        to=basis.works_to,
    )


def path_headline(results: Partnership) -> Text:
    """Return whether the way after steps leaves the band of random dates."""
    paths = results.event_paths.dropna(subset="difference")
    after = paths[paths["relative_year"] > 0]
    outside = (after["difference"] < after["placebo_low"]) | (
        after["difference"] > after["placebo_high"]
    )
    return say(
        "After steps, {n} of {all} yearly means lie outside what random dates give",
        n=count(outside.sum()),
        all=count(len(after)),
    )


def path_alt(results: Partnership) -> Text:
    """Return the charts of steps in words."""
    paths = results.event_paths.dropna(subset="difference")
    kinds = [code for code in STEP_KINDS if code in set(paths["event_kind"])]
    return say(
        "Lines of joint work from the years before to the years after a step, one chart for each "
        "of {n} kinds ({kinds}), on a band of random dates that is wide around no difference.",
        n=count(len(kinds)),
        kinds=commas(STEP_KINDS[code] for code in kinds),
    )


def no_path_words(results: Partnership) -> Text:
    """Return what is said where there are too few steps to draw."""
    return say(
        "Too few dated steps are known to draw what followed: {used} can be used.",
        used=count(_any(results)["used"]),
    )


def used_table(results: Partnership) -> pd.DataFrame:
    """Return the steps of any kind that are used, with the change of each as a ratio."""
    rows = results.event_list
    kept = rows[(rows["event_kind"] == "any") & rows["used"]]
    narrow = rows[(rows["event_kind"] != "any") & rows["year"].notna()]
    kinds = narrow.groupby(["partner", "year"])["event_kind"].agg(lambda told: sorted(set(told)))
    told = [
        say("{kinds}", kinds=commas(STEP_KINDS[code] for code in kinds.get((partner, when), [])))
        for partner, when in kept[["partner", "year"]].itertuples(index=False)
    ]
    return kept.assign(
        kinds=pd.Series(told, index=kept.index, dtype=object),
        ratio=np.exp(kept["change"].astype(float)),
    ).sort_values(["year", "partner"], ignore_index=True)[["partner", "year", "kinds", "ratio"]]


def used_columns(names: Countries) -> Columns:
    """Return how `used_table` reads."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("year", say("year"), year),
        cells.texts("kinds", say("kind of step")),
        cells.statistic("ratio", say("after over before, beside others"), times),
    )


def used_headline(results: Partnership) -> Text:
    """Return after how many of the steps used joint work was higher, beside others."""
    table = used_table(results)
    return say(
        "Beside others joint work was higher after {up} of {n} steps, lower after {down}; one "
        "alone says little",
        up=count((table["ratio"] > 1).sum()),
        n=count(len(table)),
        down=count((table["ratio"] < 1).sum()),
    )


def unused_table(results: Partnership) -> pd.DataFrame:
    """Return why steps of any kind are not used: the reason, how many, and with whom."""
    rows = results.event_list
    left = rows[(rows["event_kind"] == "any") & ~rows["used"]]
    by_reason = left.groupby("why_not")["partner"]
    found = pd.DataFrame(
        {
            "steps": by_reason.size(),
            "partners": by_reason.agg(";".join).map(
                lambda codes: ";".join(dict.fromkeys(str(codes).split(";")))
            ),
        }
    ).reset_index()
    ordered: pd.DataFrame = found.sort_values(["steps", "why_not"], ascending=[False, True])
    return ordered.reset_index(drop=True)


def unused_columns(names: Countries) -> Columns:
    """Return how `unused_table` reads."""
    return (
        cells.words("why_not", say("why not used"), STEP_REASONS),
        cells.observed("steps", say("steps, or partners"), count),
        cells.countries("partners", say("with"), names),
    )


def unused_headline(results: Partnership) -> Text:
    """Return the reason for which most steps are not used."""
    table = unused_table(results)
    row = table.to_dict("records")[0] if len(table) else None
    if row is None:
        return say("Every known step is used")
    return say(
        "Most frequent reason ({n} of {all}): {why}",
        n=count(row["steps"]),
        all=count(table["steps"].sum()),
        why=STEP_REASONS[str(row["why_not"])],
    )
