"""The section of a partner brief on strength: ranks, complementarity, stated and measured.

Knows: which sentence says which figure. Must not know: files, how a result was computed.
May import: texts, technologies, vocabulary, brief_facts, technology_charts, technology_words,
page_columns, stated_page, brief_words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.brief_rows import entering_measures
from techdiplomacy.brief_words import (
    Spoken,
)
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.stated_page import grade_counts, texts_behind
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import only_us_office, rank_number
from techdiplomacy.technology_words import short_names, sources_of
from techdiplomacy.texts import (
    NOTHING,
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    percent,
    say,
    verbatim,
)
from techdiplomacy.vocabulary import (
    GRADES,
    GROUP_LABELS,
)

# fewer ranks than these are no chart
LEAST_DRAWN = 3
_DASH: Sayable = verbatim(NOTHING)


def strength_headline(spoken: Spoken) -> Text:
    """Return in how many groups a rank is firm."""
    ranked = spoken.facts.ranked
    if ranked.empty:
        return say(
            "No group of {n} has enough figures for a rank", n=count(len(spoken.facts.groups))
        )
    labels = ranked["label"].value_counts()
    return say(
        "Ranked in {ranked} of {all} groups; firm ranks: {firm}, leaning: {leaning}, else open",
        ranked=count(len(ranked)),
        all=count(len(spoken.facts.groups)),
        firm=count(labels.get("firm", 0)),
        leaning=count(labels.get("leaning", 0)),
    )


def strength_subtitle(spoken: Spoken) -> Text:
    """Return what a rank by size is."""
    return say(
        "Rank by size among all countries, {years} (patents by year of grant); {level} interval",
        years=spoken.strength_years,
        level=spoken.level,
    )


def strength_alt(spoken: Spoken) -> Text:
    """Return the chart of ranks in words."""
    rows = spoken.facts.ranked.sort_values(["rank_median", "rank_high"], kind="stable")
    first, last = rows.iloc[0], rows.iloc[-1]
    return say(
        "One dot and interval for each of {n} groups: best in {first}, last in {last}.",
        n=count(len(rows)),
        first=spoken.group(str(first["group_id"]), first["rank_low"], first["rank_high"]),
        last=spoken.group(str(last["group_id"]), last["rank_low"], last["rank_high"]),
    )


def no_chart_words(spoken: Spoken) -> Text:
    """Return that there are too few ranks for a chart."""
    return say(
        "Ranks: {n}, too few for a chart. Sources of patents list few small economies; unknown is "
        "not weak.",
        n=count(len(spoken.facts.ranked)),
    )


def strength_table(spoken: Spoken) -> pd.DataFrame:
    """Return groups that a source lists the partner in, or of which a strength is stated.

    Returns
    -------
    DataFrame
        ``name, rank_median, rank_low, rank_high, reading, basis, years, complement, stated``: the
        best ranks first, then groups without a rank.
    """
    facts = spoken.facts
    told = facts.stated.groupby("group_id")
    rows = facts.groups
    rows = rows[(rows["status"] != "no_rows") | rows["group_id"].isin(list(told.groups))]
    rows = rows.sort_values(
        ["rank_median", "rank_high", "group_id"], na_position="last", ignore_index=True
    )
    records = rows.to_dict("records")
    columns = {
        "name": [spoken.group_and_part(row["group_id"]) for row in records],
        "years": [spoken.years_of([row["group_id"]]) for row in records],
        "reading": [_rank_reading(row) for row in records],
        "basis": [_basis(row) for row in records],
        "complement": [complement_words(row, spoken) for row in records],
        "stated": [
            _grades(told.get_group(row["group_id"])) if row["group_id"] in told.groups else _DASH
            for row in records
        ],
    }
    return rows[["group_id", "rank_median", "rank_low", "rank_high"]].assign(
        **{name: pd.Series(said, index=rows.index, dtype=object) for name, said in columns.items()}
    )


def _rank_reading(row: Mapping[Any, Any]) -> Text:
    """Return how firm a rank is, or why there is none."""
    if row["status"] == "ok":
        return GROUP_LABELS[str(row["label"])]
    if row["status"] == "small_n":
        return say("few items")
    return say("no figures") if row["status"] == "no_rows" else say("too few measures")


def _basis(row: Mapping[Any, Any]) -> Sayable:
    """Return on how many measures a rank rests."""
    if pd.isna(row["n_measures"]):
        return _DASH
    values: dict[str, Sayable] = {"n": count(row["n_measures"]), "all": count(row["n_possible"])}
    if only_us_office(str(row["measures"])):
        return say("{n} of {all}: US office", **values)
    return say("{n} of {all}", **values)


def complement_words(row: Mapping[Any, Any], spoken: Spoken) -> Sayable:
    """Return whether the partner is specialised where the viewpoint country is not.

    Parameters
    ----------
    row : mapping
        ``partner_probability, own_probability, own_side, complementarity``.
    spoken : Spoken
        The probability from which on something is sure.
    """
    sure = spoken.params.relatedness.partner_probability
    theirs, ours = row["partner_probability"], row["own_probability"]
    if pd.isna(theirs):
        return _DASH
    if theirs <= 1 - sure:
        return say("not specialised")
    if theirs < sure:
        return say("open: {share}", share=percent(theirs))
    if row["own_side"] == "not_measured" or pd.isna(ours):
        return say("{us} unknown", us=spoken.us)
    if ours >= sure:
        return say("both specialised")
    if ours <= 1 - sure:
        return say("yes")
    return say("open: {share}", share=percent(row["complementarity"]))


def _grades(ledger: pd.DataFrame) -> Sayable:
    """Return the stated strengths of a group with their grades."""
    return commas(_grade(row) for row in ledger.to_dict("records"))


def _grade(row: Mapping[Any, Any]) -> Text:
    return say("{strength}: {grade}", strength=_strength_name(row), grade=GRADES[row["grade"]])


def _strength_name(row: Mapping[Any, Any]) -> Sayable:
    return Spelled({"en": str(row["strength_en"]), "vi": str(row["strength_vi"])})


def strength_columns(spoken: Spoken) -> Columns:
    """Return how `strength_table` reads."""
    return (
        cells.texts("name", say("group")),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", spoken.level)
        ),
        cells.texts("reading", say("certainty")),
        cells.texts("basis", say("measures")),
        cells.texts("years", say("years")),
        cells.texts("complement", say("complements {us}", us=spoken.us)),
        cells.texts("stated", say("stated strength")),
    )


def complement_headline(spoken: Spoken) -> Text:
    """Return in how many groups the partner is surely specialised, and what is known of the own."""
    sure = spoken.params.relatedness.partner_probability
    rows = spoken.facts.groups
    strong = rows["partner_probability"] >= sure
    unknown = strong & (rows["own_side"] == "not_measured")
    if not strong.any():
        return say("Groups in which it is surely specialised: {n}", n=count(0))
    return say(
        "Groups in which it is surely specialised: {n}; without a figure of {us}: {unknown}",
        n=count(strong.sum()),
        unknown=count(unknown.sum()),
        us=spoken.us,
    )


def stated_words(spoken: Spoken) -> Text:
    """Return what figures make of all stated strengths, and which belong to no group."""
    ledger = spoken.facts.stated
    if ledger.empty:
        return say("No text of this project states strengths of {them}.", them=spoken.them)
    grades = grade_counts(ledger)
    values: dict[str, Sayable] = {
        "n": count(len(ledger)),
        "texts": texts_behind(ledger),
        "told": commas(
            say("{grade} {n}", grade=GRADES[grade], n=count(number))
            for grade, number in grades.items()
            if number
        ),
    }
    loose = ledger[ledger["group_id"].isna()]
    if loose.empty:
        return say("Strengths stated: {n} ({texts}); {told}.", **values)
    return say(
        "Strengths stated: {n} ({texts}); {told}. Of no group: {loose}.",
        loose=_grades(loose),
        **values,
    )


def unlisted_words(spoken: Spoken) -> Text:
    """Return in which groups no source lists the partner."""
    rows = spoken.facts.groups
    absent = rows[rows["status"] == "no_rows"]
    if len(absent):
        return say(
            "No source lists {them} in {n} groups: {groups}.",
            them=spoken.them,
            n=count(len(absent)),
            groups=short_names(list(absent["group_id"]), spoken.taxonomy),
        )
    if any(spoken.measured_part(str(group)) for group in rows["group_id"]):
        return say(
            "Every group has some figure of {them}; where a part stands behind the name of a "
            "group, it alone is measured.",
            them=spoken.them,
        )
    return say("Every group has some figure of {them}.", them=spoken.them)


def strength_sources(tables: Mapping[str, pd.DataFrame], taxonomy: Taxonomy) -> list[str]:
    """Return the cards behind the ranks."""
    coverage = tables["group_coverage"]
    own = coverage[coverage["framework"] == taxonomy.framework]
    return sources_of(pd.Series(entering_measures(own), dtype=object))
