"""The section on stated strengths: what texts state, beside what figures show.

Knows: which sentence says which grade. Must not know: files, how a grade was found.
May import: texts, countries, technologies, vocabulary, technology_strength, technology_words,
page_columns, pages.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.pages import Finding
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import (
    rank_number,
)
from techdiplomacy.technology_strength import TechnologyStrength
from techdiplomacy.technology_words import data_span, list_words, sources_of, window_words
from techdiplomacy.texts import (
    NOTHING,
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    decimal,
    percent,
    period,
    say,
    verbatim,
)
from techdiplomacy.vocabulary import (
    CONFLICT_MARK,
    GRADES,
    INDICATORS,
    MEASURES,
    REASONS,
    STATISTICS,
    STATUSES,
)

# p-values below this are called different from chance
SURELY = 0.05


def grade_counts(ledger: pd.DataFrame) -> dict[str, int]:
    """Return the number of statements of each grade."""
    found = ledger["grade"].value_counts()
    return {grade: int(found.get(grade, 0)) for grade in GRADES}


def grade_values(ledger: pd.DataFrame) -> dict[str, Sayable]:
    """Return the number of statements, and of those of each grade, for a sentence."""
    values: dict[str, Sayable] = {"n": count(len(ledger))}
    for grade, number in grade_counts(ledger).items():
        values[grade] = count(number)
    return values


def statements_finding(results: TechnologyStrength) -> Finding:
    """Return how many stated strengths figures support, and how many pairs nobody stated."""
    ledger = results.stated_ledger
    return Finding(
        say(
            "Figures support {supported} of {n} stated strengths, but also {share} of pairs nobody "
            "stated.",
            supported=count(grade_counts(ledger)["supported"]),
            n=count(len(ledger)),
            share=percent(rate_of_supported(results)["share_unstated"]),
        ),
        texts_behind(ledger),
        data_span(ledger["window"].dropna())
        if ledger["window"].notna().any()
        else data_span(results.technology_strength["window"]),
    )


def texts_behind(ledger: pd.DataFrame) -> Text:
    """Return from how many texts the statements come; one text is one witness."""
    number = ledger["source_title"].value_counts()
    if len(number) == 1:
        return say("one press article")
    return say("{n} from one press article", n=count(number.iloc[0]))


def rate_of_supported(results: TechnologyStrength) -> dict[Any, Any]:
    """Return the row of ``grade_rates`` of the grade supported."""
    rates = results.grade_rates
    return rates[rates["grade"] == "supported"].to_dict("records")[0]


def stated_headline(results: TechnologyStrength) -> Text:
    """Return how many statements have each grade, beside the pairs that nobody stated."""
    rate = rate_of_supported(results)
    return say(
        "Supported: {stated} of the stated pairs, {unstated} of those that nobody stated",
        stated=percent(rate["share_stated"]),
        unstated=percent(rate["share_unstated"]),
    )


def stated_subtitle(results: TechnologyStrength) -> Text:
    """Return what statements are compared with, and from how few texts they come."""
    return say(
        "{n} statements, {texts}; {windows} (patents by year of grant)",
        n=count(len(results.stated_ledger)),
        texts=texts_behind(results.stated_ledger),
        windows=window_words(results.technology_strength),
    )


def stated_sources(ledger: pd.DataFrame) -> list[str]:
    """Return the cards of the measures that decided a grade."""
    return sources_of(ledger["measure"].dropna())


def no_statements(taxonomy: Taxonomy) -> Text:
    """Return that figures decide no statement by the groups of a list."""
    return say(
        "No statement can be held against figures by the groups of this list ({list}).",
        list=list_words(taxonomy),
    )


def stated_alt(results: TechnologyStrength) -> Text:
    """Return the matrix of statements in words."""
    ledger = results.stated_ledger
    return say(
        "Grid of {countries} countries by groups with one mark a statement. Of {n} statements "
        "{supported} are supported, {partly} in part, {not_supported} not as worded, "
        "{cannot_be_measured} cannot be measured; {conflicts} carry a sign of conflict.",
        countries=count(ledger["country"].nunique()),
        conflicts=count(ledger["conflict"].notna().sum()),
        **grade_values(ledger),
    )


def stated_where(ledger: pd.DataFrame) -> Text:
    """Return the texts that the statements come from, with the number from each."""
    number = ledger["source_title"].value_counts()
    return say(
        "The {n} statements come from: {texts}.",
        n=count(len(ledger)),
        texts=commas(
            say("{title} ({n})", title=verbatim(title), n=count(many))
            for title, many in number.items()
        ),
    )


def ledger_table(results: TechnologyStrength) -> pd.DataFrame:
    """Return the statements with their grades, evidence and the interval of the share."""
    shares = results.technology_strength[
        ["measure", "group_id", "country", "share_low", "share_high"]
    ]
    rows = results.stated_ledger.merge(shares, on=["measure", "group_id", "country"], how="left")
    texts = [
        Spelled({"en": english, "vi": vietnamese})
        for english, vietnamese in rows[["strength_en", "strength_vi"]].to_numpy()
    ]
    return rows.assign(
        strength=pd.Series(texts, dtype=object),
        # a share without its interval is no estimate; the grade did not rest on it
        share=rows["share"].where(rows["share_low"].notna()),
    )


def ledger_columns(taxonomy: Taxonomy, names: Countries, level: float) -> Columns:
    """Return how `ledger_table` reads."""
    mass = percent(level)

    def group(code: Any) -> Sayable:
        known = str(code) in taxonomy.groups
        return taxonomy.short_name(str(code)) if known else verbatim(NOTHING)

    return (
        cells.observed("statement", say("no."), count),
        cells.country("country", say("country"), names),
        cells.texts("strength", say("stated strength")),
        cells.said("group_id", say("group"), group),
        cells.words("grade", say("grade"), GRADES),
        cells.words("reason", say("because"), REASONS),
        cells.words("measure", say("decided by"), MEASURES),
        cells.said("window", say("window"), lambda window: period(str(window))),
        cells.estimate(
            "rank_median", say("rank"), rank_number, Interval("rank_low", "rank_high", mass)
        ),
        cells.statistic("probability_above", say("P(above 1)"), percent),
        cells.said("conflict", say("conflict"), _conflicts),
    )


def _conflicts(codes: Any) -> Sayable:
    return verbatim(f"{CONFLICT_MARK} {str(codes).replace(';', ', ')}")


def ledger_headline(results: TechnologyStrength) -> Text:
    """Return how many grades do not hold over their whole interval."""
    ledger = results.stated_ledger
    judged = ledger[ledger["grade"].isin(["supported", "partly", "not_supported"])]
    return say(
        "Chance in counts could change {open} of {judged} grades; {near} of them rest on a direct "
        "measure",
        open=count(len(judged) - judged["firm"].sum()),
        judged=count(len(judged)),
        near=count((judged["role"] == "direct").sum()),
    )


def rates_headline(results: TechnologyStrength) -> Text:
    """Return how far the grades of stated pairs exceed those of the others."""
    rates = results.grade_rates.set_index("grade")
    held = rates["share_stated_low"] > rates["share_unstated_high"]
    values: dict[str, Sayable] = {
        "stated": count(rates["stated"].sum()),
        "unstated": count(rates["unstated"].sum()),
    }
    if held["supported"]:
        return say(
            "The {stated} stated pairs are supported more often than the {unstated} others, beyond "
            "chance",
            **values,
        )
    return say(
        "The {stated} stated pairs are not surely supported more often than the {unstated} others",
        **values,
    )


def rate_columns(level: float) -> Columns:
    """Return how table ``grade_rates`` reads."""
    mass = percent(level)
    return (
        cells.words("grade", say("grade"), GRADES),
        cells.observed("stated", say("stated pairs"), count),
        cells.estimate(
            "share_stated",
            say("share of them"),
            percent,
            Interval("share_stated_low", "share_stated_high", mass),
        ),
        cells.observed("unstated", say("pairs nobody stated"), count),
        cells.estimate(
            "share_unstated",
            say("share of them"),
            percent,
            Interval("share_unstated_low", "share_unstated_high", mass),
        ),
    )


def pooled_agreement(results: TechnologyStrength) -> dict[Any, Any]:
    """Return the pooled AUC of the probability of specialisation, or of what there is."""
    rows = results.stated_agreement
    pooled = rows[(rows["measure"] == "pooled") & (rows["statistic"] == "auc")]
    ordered = pooled.sort_values("indicator", key=lambda code: code != "probability_above")
    return ordered.to_dict("records")[0]


def agreement_headline(results: TechnologyStrength) -> Text:
    """Return how many comparisons of stated with measured strength differ from chance."""
    judged = results.stated_agreement.dropna(subset="p_value")
    if judged.empty:
        return say("Too few statements are measured to say whether they agree with figures")
    return say(
        "{k} of {n} comparisons of stated pairs with the others differ from chance (p below "
        "{limit})",
        k=count((judged["p_value"] < SURELY).sum()),
        n=count(len(judged)),
        limit=decimal(SURELY),
    )


def agreement_sources(results: TechnologyStrength) -> list[str]:
    """Return the cards of the measures that statements are compared with."""
    compared = results.stated_agreement["measure"]
    judged = results.stated_ledger["measure"].dropna()
    return sources_of(pd.concat([compared[compared != "pooled"], judged]))


def agreement_columns(level: float) -> Columns:
    """Return how table ``stated_agreement`` reads."""
    mass = percent(level)
    few = {"small_n": say("too few")}
    return (
        cells.words("measure", say("measure"), MEASURES),
        cells.words("indicator", say("compared by"), INDICATORS),
        cells.words("statistic", say("statistic"), STATISTICS),
        cells.estimate(
            "value", say("value"), decimal, Interval("low", "high", mass), without=few, by="status"
        ),
        cells.estimate(
            "null_mean",
            say("by chance"),
            decimal,
            Interval("null_low", "null_high", mass),
            without=few,
            by="status",
        ),
        cells.statistic("p_value", say("p"), lambda value: decimal(value, 3)),
        cells.observed("n_stated", say("stated pairs"), count),
        cells.observed("n_pairs", say("pairs"), count),
        cells.observed("n_countries", say("countries"), count),
        cells.words("status", say("note"), STATUSES),
    )
