"""The section of the priorities page on the card of a partner: rubric, scores, totals.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: texts, countries, vocabulary, partnership, technology_charts, page_columns,
priority_words, pandas.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.page_columns import Columns, Interval
from techdiplomacy.partnership import Partnership
from techdiplomacy.priority_words import Basis
from techdiplomacy.technology_charts import rank_number
from techdiplomacy.texts import (
    Spelled,
    Text,
    commas,
    count,
    decimal,
    listing,
    percent,
    say,
    verbatim,
)
from techdiplomacy.vocabulary import (
    CARD_INDICATORS,
    CARD_STATUSES,
    GROUP_LABELS,
    YES_NO,
)

_SCORED = ("ok", "incomplete")
_HIGHER = {"higher": say("higher"), "lower": say("lower")}


# --- the rubric ---------------------------------------------------------------------------------


def rubric_table(rubric: pd.DataFrame) -> pd.DataFrame:
    """Return the rubric with names, definitions and weaknesses in every language."""
    both = {
        name: pd.Series(
            [
                Spelled({"en": row[f"{name}_en"], "vi": row[f"{name}_vi"]})
                for row in rubric.to_dict("records")
            ],
            index=rubric.index,
            dtype=object,
        )
        for name in ("name", "definition", "weakness")
    }
    needs = ("needs_" + rubric["needs"]).fillna("ok")
    number = pd.to_numeric(rubric["number"])
    return rubric[["direction", "data"]].assign(number=number, **both, needs=needs)


def rubric_columns() -> Columns:
    """Return how `rubric_table` reads."""
    needs = {**CARD_STATUSES, "ok": say("nothing")}
    return (
        cells.observed("number", say("number"), count),
        cells.texts("name", say("indicator")),
        cells.texts("definition", say("definition")),
        cells.words("direction", say("better if"), _HIGHER),
        cells.said("data", say("table and columns"), verbatim),
        cells.words("needs", say("waits for"), needs),
        cells.texts("weakness", say("weakness")),
    )


def rubric_headline(rubric: pd.DataFrame) -> Text:
    """Return how many indicators are proposed, and how many wait for other data."""
    return say(
        "A proposal of {n} indicators; {waiting} wait for data that are not here",
        n=count(len(rubric)),
        waiting=count(rubric["needs"].notna().sum()),
    )


# --- the card -----------------------------------------------------------------------------------


def card_of(results: Partnership, viewpoint: str) -> pd.DataFrame:
    """Return table ``scorecard`` without the viewpoint country itself."""
    rows: pd.DataFrame = results.scorecard[results.scorecard["partner"] != viewpoint]
    return rows


def card_words(results: Partnership, viewpoint: str) -> Text:
    """Return what the card can say: indicators measured, and ranks that are firm."""
    card, totals = card_of(results, viewpoint), totals_table(results, viewpoint)
    measured = card["status"].isin(_SCORED)
    labels = totals["label"].value_counts()
    return say(
        "No criteria of a ministry are known; these are proposed. {cells} of {all} cells hold a "
        "figure. Of {partners} ranks {firm} are firm and {leaning} leaning: the card orders "
        "questions for talks, it does not grade partners.",
        cells=count(measured.sum()),
        all=count(len(card)),
        partners=count(len(totals)),
        firm=count(labels.get("firm", 0)),
        leaning=count(labels.get("leaning", 0)),
    )


def card_headline(results: Partnership, viewpoint: str) -> Text:
    """Return how many indicators are measured for every partner, and how many for none."""
    table = indicator_table(results, viewpoint)
    partners = card_of(results, viewpoint)["partner"].nunique()
    return say(
        "{every} of {all} indicators are measured for every partner, {none} for none",
        every=count((table["measured"] == partners).sum()),
        all=count(len(table)),
        none=count((table["measured"] == 0).sum()),
    )


def card_subtitle(basis: Basis) -> Text:
    """Return what scores are made of."""
    return say(
        "Score: place among all countries with the indicator, best is 1; joint works {works}, "
        "strength {strength} (patents by year of grant)",
        works=basis.works,
        strength=basis.strength,
    )


def with_figures(results: Partnership, viewpoint: str) -> dict[str, Text]:
    """Return the indicators that any partner has, with their words; all, if nobody has any."""
    table = indicator_table(results, viewpoint)
    known = [str(code) for code in table.loc[table["measured"] > 0, "indicator"]]
    return {code: CARD_INDICATORS[code] for code in known or CARD_INDICATORS}


def card_alt(results: Partnership, viewpoint: str) -> Text:
    """Return the grid of scores in words."""
    table = indicator_table(results, viewpoint)
    return say(
        "Grid of {partners} partners by the indicators that have data; {none} of {all} have none. "
        "Of those shown, {flat} give every partner the same score and tell nobody apart.",
        partners=count(card_of(results, viewpoint)["partner"].nunique()),
        all=count(len(table)),
        none=count((table["measured"] == 0).sum()),
        flat=count((table["lowest"] == table["highest"]).sum()),
    )


def indicator_table(results: Partnership, viewpoint: str) -> pd.DataFrame:
    """Return the card by indicator: partners with a score, why others have none, the spread.

    Returns
    -------
    DataFrame
        ``indicator, measured, why (words), pool, lowest, highest``.
    """
    card = card_of(results, viewpoint)
    found = []
    for indicator in CARD_INDICATORS:
        rows = card[card["indicator"] == indicator]
        scored = rows[rows["status"].isin(_SCORED)]
        absent = rows.loc[~rows["status"].isin(_SCORED), "status"].value_counts().sort_index()
        why = commas(
            say("{why} ({n})", why=CARD_STATUSES[str(status)], n=count(number))
            for status, number in absent.items()
        )
        found.append(
            {
                "indicator": indicator,
                "measured": len(scored),
                "why": say("{why}", why=why) if len(absent) else None,
                "pool": int(rows["pool"].max()) if len(scored) else None,
                "lowest": scored["score"].min(),
                "highest": scored["score"].max(),
            }
        )
    return pd.DataFrame(found)


def indicator_columns() -> Columns:
    """Return how `indicator_table` reads."""
    return (
        cells.words("indicator", say("indicator"), CARD_INDICATORS),
        cells.observed("measured", say("partners with a score"), count),
        cells.texts("why", say("others: why not")),
        cells.observed("pool", say("countries compared"), count),
        cells.statistic("lowest", say("lowest score"), decimal),
        cells.statistic("highest", say("highest score"), decimal),
    )


def flat_headline(results: Partnership, viewpoint: str) -> Text:
    """Return which indicators tell partners apart."""
    table = indicator_table(results, viewpoint)
    known = table[table["measured"] > 0]
    flat = known[known["lowest"] == known["highest"]]
    if flat.empty:
        return say("{n} indicators tell partners apart", n=count(len(known)))
    return say(
        "{n} indicators tell partners apart; the same for all: {flat}",
        n=count(len(known) - len(flat)),
        flat=listing(CARD_INDICATORS[str(code)] for code in flat["indicator"]),
    )


def totals_table(results: Partnership, viewpoint: str) -> pd.DataFrame:
    """Return table ``scorecard_totals`` without the viewpoint country itself."""
    rows: pd.DataFrame = results.scorecard_totals[results.scorecard_totals["partner"] != viewpoint]
    return rows.reset_index(drop=True)


def totals_columns(names: Countries, level: float) -> Columns:
    """Return how `totals_table` reads; partners stand as in the parameters, not by rank."""
    return (
        cells.country("partner", say("partner"), names),
        cells.observed("measured", say("indicators measured"), count),
        cells.observed("of", say("of"), count),
        cells.estimate(
            "rank_median",
            say("rank, median"),
            rank_number,
            Interval("rank_low", "rank_high", percent(level)),
        ),
        cells.words("label", say("how firm"), GROUP_LABELS),
        cells.said("shallow", say("next to no joint work"), YES_NO.__getitem__),
    )


def totals_headline(results: Partnership, viewpoint: str) -> Text:
    """Return how many ranks can be concluded; no partner is named as first."""
    totals = totals_table(results, viewpoint).dropna(subset=["rank_low", "rank_high"])
    if totals.empty:
        return say("No partner has enough indicators for a rank")
    firm, leaning = (int((totals["label"] == label).sum()) for label in ("firm", "leaning"))
    if not firm + leaning:
        return say("No rank of {n} can be concluded", n=count(len(totals)))
    return say(
        "Of {n} ranks {firm} are firm and {leaning} leaning; of the others nothing can be "
        "concluded",
        n=count(len(totals)),
        firm=count(firm),
        leaning=count(leaning),
    )
