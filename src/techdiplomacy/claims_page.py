"""The section that holds statements on workforce and ageing against figures.

Knows: which sentence says which result. Must not know: files, how a verdict was found.
May import: texts, countries, vocabulary, page_columns, pages, outside_page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.outside_page import area_words, range_words
from techdiplomacy.page_columns import Columns
from techdiplomacy.pages import Finding
from techdiplomacy.texts import (
    Sayable,
    Spelled,
    Text,
    commas,
    count,
    decimal,
    percent,
    period,
    rounded,
    say,
    verbatim,
    year,
)
from techdiplomacy.vocabulary import (
    CLAIM_FIGURES,
    CLAIM_LABELS,
    CLAIM_TESTS,
    CLAIM_VERDICTS,
    CONFLICT_MARK,
)

# which figures of a statement are whole numbers of people or years; the others are ratios
_WHOLE = frozenset(
    {
        *("shortage", "world_need", "persons_of_generation", "ageing_years"),
        *("ageing_years_at_least", "target", "sum_of_parts", "persons_today", "professionals"),
    }
)
# these are years of the calendar
_YEARS = ("entry_years", "first_entry_years")


def claims_table(
    verdicts: pd.DataFrame, figures: pd.DataFrame, claims: pd.DataFrame, names: Countries
) -> pd.DataFrame:
    """Return the statements with their verdicts and the figures that decide, as sentences.

    Parameters
    ----------
    verdicts, figures : DataFrame
        Tables ``claim_verdicts`` and ``claim_figures``.
    claims : DataFrame
        What `workforce_lists.load_workforce_claims` returns: the words of each statement.
    names : Countries
        Names.

    Returns
    -------
    DataFrame
        ``claim_id, statement, verdict, decides, test, conflict`` (what sources disagree on; missing
        where they do not); in the order of the claims.
    """
    said = claims.set_index("claim_id")
    rows = []
    for row in verdicts.to_dict("records"):
        identity = row["claim_id"]
        own = figures[figures["claim_id"] == identity]
        rows.append(
            {
                "claim_id": identity,
                "statement": Spelled(
                    {
                        "en": str(said.at[identity, "statement_en"]),
                        "vi": str(said.at[identity, "statement_vi"]),
                    }
                ),
                "verdict": row["verdict"],
                "decides": decides(row, own, said.loc[identity].to_dict(), names),
                "test": row["test"],
                "conflict": _conflict(said.loc[identity].to_dict()),
            }
        )
    wanted = ["claim_id", "statement", "verdict", "decides", "test", "conflict"]
    table = pd.DataFrame(rows, columns=wanted)
    return table.assign(conflict=table["conflict"].astype(object))


def _conflict(claim: Mapping[Any, Any]) -> Sayable | None:
    """Return what sources disagree on, behind the sign of a conflict."""
    if pd.isna(claim["conflict_en"]):
        return None
    what = Spelled({"en": str(claim["conflict_en"]), "vi": str(claim["conflict_vi"])})
    return say("{mark} {what}", mark=verbatim(CONFLICT_MARK), what=what)


def decides(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    """Return what the figures say of one statement.

    Parameters
    ----------
    row : mapping
        Row of ``claim_verdicts``.
    figures : DataFrame
        Rows of ``claim_figures`` of that statement.
    claim : mapping
        Its row of the list of statements, for the limit that it is held against.
    names : Countries
        Names.
    """
    return _DECIDES[str(row["test"])](row, figures, claim, names)


def _workers_missing(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    if pd.isna(row["figure"]):
        return say("no shortage of this field is published")
    own = figures[figures["figure"] == "shortage"]
    need = figures[figures["figure"] == "world_need"]
    values: dict[str, Sayable] = {
        "sum": rounded(row["figure"]),
        "n": count(len(own)),
        "low": rounded(row["figure_low"]),
        "high": rounded(row["figure_high"]),
        "limit": rounded(claim["limit"], 1),
    }
    if need.empty:
        return say(
            "{sum} missing in {n} economies together ({low} to {high}); held against {limit}",
            **values,
        )
    world = need.to_dict("records")[0]
    return say(
        "{sum} missing in {n} economies together ({low} to {high}), {world} more needed worldwide "
        "until {until}; held against {limit}",
        world=amount(world),
        until=year(world["year"]),
        **values,
    )


def _cohort_enters(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    if figures.empty:
        return say("the generation is not followed to that year")
    return say(
        "{persons} people of the generation in {year}; {begun}",
        persons=rounded(row["figure"]),
        year=year(row["year"]),
        begun=commas(
            say(
                "who begins to work at {age} does so in {years}",
                age=count(float(one["part"])),
                years=amount(one),
            )
            for one in figures[figures["figure"].isin(_YEARS)].to_dict("records")
        ),
    )


def _ageing_speed(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    if pd.isna(row["figure"]):
        return say("the shares of older people that it needs are not on record")
    first, second = (float(mark) for mark in str(claim["values"]).split(";"))
    known = figures["figure"] == "ageing_years"
    # the viewpoint country is the first of the rows, and not one of its partners
    partners = known & (figures["area"] != figures["area"].iloc[0])
    fast = figures[partners & (figures["value"] <= float(claim["limit"]))]
    return say(
        "{years} years from {first} to {second} of older people, by {until}; at most {limit} years "
        "in {fast} of {n} partners, {ahead} of them by projection",
        years=count(row["figure"]),
        first=percent(first),
        second=percent(second),
        until=year(row["year"]),
        fast=count(len(fast)),
        ahead=count((fast["label"] == "projection").sum()),
        n=count(len(figures) - 1),
        limit=count(claim["limit"]),
    )


def _young_people(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    if pd.isna(row["figure"]):
        return say("the ages that it needs are not on record")
    now = figures[figures["year"] == row["year"]]
    last = int(figures["year"].max())
    return say(
        "{own} young people per 100 of working life in {year}; fewer in {behind} of {n} partners; "
        "in {last} they are {lowest} to {highest} in all of these countries",
        own=decimal(row["figure"], 1),
        year=year(row["year"]),
        behind=count((now["value"] < row["figure"]).sum()),
        n=count(len(now) - 1),
        last=year(last),
        lowest=decimal(figures.loc[figures["year"] == last, "value"].min(), 1),
        highest=decimal(figures.loc[figures["year"] == last, "value"].max(), 1),
    )


def _nearest(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    """Return the figures nearest to a statement that none decides."""
    if figures.empty:
        return say("nothing near it is counted")
    what = CLAIM_FIGURES[str(figures["figure"].iloc[0])]
    if figures["year"].nunique() == 1:
        alike = [
            say("{area} {value}", area=area_words(str(one["area"]), names), value=amount(one))
            for one in figures.to_dict("records")
        ]
        return say(
            "{what}, {year}: {parts}",
            what=what,
            year=year(figures["year"].iloc[0]),
            parts=commas(alike),
        )
    parts = [
        say(
            "{area} {values}",
            area=area_words(str(area), names),
            values=commas(
                say("{value} ({year})", value=amount(one), year=year(one["year"]))
                for one in rows.sort_values("year").to_dict("records")
            ),
        )
        for area, rows in figures.groupby("area", sort=False)
    ]
    return say("{what}: {parts}", what=what, parts=commas(parts))


def _parts_of_target(
    row: Mapping[Any, Any], figures: pd.DataFrame, claim: Mapping[Any, Any], names: Countries
) -> Text:
    sums = figures[figures["figure"] == "sum_of_parts"]
    if sums.empty:
        return say("the parts of the target are not known")
    return say(
        "{target} by {year}; its {n} divisions add up to {sums}",
        target=count(row["figure"]),
        year=year(row["year"]),
        n=count(len(sums)),
        sums=commas(count(total) for total in sums["value"]),
    )


_DECIDES = {
    "workers_missing": _workers_missing,
    "cohort_enters": _cohort_enters,
    "ageing_speed": _ageing_speed,
    "young_people": _young_people,
    "interest": _nearest,
    "ageing_answer": _nearest,
    "parts_of_target": _parts_of_target,
}


def amount(row: Mapping[Any, Any]) -> Sayable:
    """Return a figure of ``claim_figures``, or its ends where it has no middle.

    Examples
    --------
    >>> known = {"value_low": 5.0, "value_high": 7.0}
    >>> amount({"figure": "shortage", "value": None} | known).say("en")
    '5–7'
    >>> amount({"figure": "young_per_100_core", "value": 9.26}).say("en")
    '9.3'
    """
    if row["figure"] in _YEARS:
        return period(f"{row['value_low']:.0f}-{row['value_high']:.0f}")
    whole = row["figure"] in _WHOLE
    if pd.notna(row["value"]):
        value = float(row["value"])
        return count(value) if whole else decimal(value, 1)
    low, high = float(row["value_low"]), float(row["value_high"])
    if whole:
        return range_words(low, high)
    return say("{low}\u2013{high}", low=decimal(low, 1), high=decimal(high, 1))


def claims_columns() -> Columns:
    """Return how `claims_table` reads."""
    return (
        cells.texts("statement", say("statement")),
        cells.words("verdict", say("verdict"), CLAIM_VERDICTS),
        cells.texts("decides", say("figures")),
        cells.words("test", say("tested by"), CLAIM_TESTS),
        cells.texts("conflict", say("sources disagree on")),
    )


def target_claim(verdicts: pd.DataFrame) -> str:
    """Return the statement that names an official target by its parts; empty if there is none.

    Examples
    --------
    >>> target_claim(pd.DataFrame({"claim_id": ["C1", "D1"], "test": ["x", "parts_of_target"]}))
    'D1'
    """
    own = verdicts.loc[verdicts["test"] == "parts_of_target", "claim_id"]
    return str(own.iloc[0]) if len(own) else ""


def target_table(figures: pd.DataFrame, parts: pd.DataFrame, claim: str) -> pd.DataFrame:
    """Return what stands beside an official target: parts, people at work, young people.

    Parameters
    ----------
    figures : DataFrame
        Table ``claim_figures``.
    parts : DataFrame
        What `workforce_lists.load_target_parts` returns: the words of each part.
    claim : str
        Statement that names the target.

    Returns
    -------
    DataFrame
        ``figure, part`` (sentence; missing for the whole), ``amount`` (sentence), ``year, label``.
    """
    words: dict[str, Sayable] = {
        str(row["part"]): Spelled({"en": row["part_en"], "vi": row["part_vi"]})
        for row in parts.to_dict("records")
    }
    for by, group in parts[parts["adds_up"] == 1].groupby("by", sort=False):
        words[str(by)] = commas(words[part] for part in group["part"])
    rows = figures[figures["claim_id"] == claim].to_dict("records")
    return pd.DataFrame(
        {
            "figure": [row["figure"] for row in rows],
            "part": pd.Series([words.get(str(row["part"])) for row in rows], dtype=object),
            "amount": pd.Series([amount(row) for row in rows], dtype=object),
            "year": pd.Series([row["year"] for row in rows], dtype="Int64"),
            "label": [row["label"] for row in rows],
        }
    )


def target_columns() -> Columns:
    """Return how `target_table` reads."""
    return (
        cells.words("figure", say("what is counted"), CLAIM_FIGURES),
        cells.texts("part", say("part")),
        cells.texts("amount", say("figure")),
        cells.said("year", say("year"), year),
        cells.words("label", say("it is"), CLAIM_LABELS),
    )


_BESIDE: Mapping[str, Callable[[Sayable], Text]] = {
    "times_today": lambda value: say("one part is {value} times those at work in it", value=value),
    "per_100_professionals": lambda value: say("{value} per 100 professionals", value=value),
    "per_100_young": lambda value: say("{value} per 100 young people", value=value),
}


def target_headline(figures: pd.DataFrame, claim: str) -> Text:
    """Return what a target would mean beside those at work and the young people of its year."""
    own = figures[figures["claim_id"] == claim].set_index("figure")
    rows = own.reset_index().drop_duplicates("figure").set_index("figure", drop=False)
    if "target" not in rows.index:
        return say("No target of this list is known")
    values: dict[str, Sayable] = {"target": amount(rows.loc["target"].to_dict())}
    told = [
        form(amount(rows.loc[name].to_dict()))
        for name, form in _BESIDE.items()
        if name in rows.index
    ]
    if not told:
        return say("The target of {target} stands alone: nothing to hold it against", **values)
    return say("The target of {target}: {told}", told=commas(told), **values)


def claims_headline(verdicts: pd.DataFrame) -> Text:
    """Return how many statements have each verdict."""
    if verdicts.empty:
        return say("No text of this country makes statements that could be held against figures")
    found = verdicts["verdict"].value_counts()
    return say(
        "Of {n} statements {supported} are supported, {partly} in part, {not_supported} not as "
        "worded; {not_testable} cannot be tested, and of {adds_up} the parts add up",
        n=count(len(verdicts)),
        **{code: count(found.get(code, 0)) for code in CLAIM_VERDICTS},
    )


def claims_subtitle(until: int) -> Text:
    """Return which statements these are, and how far the figures reach.

    Parameters
    ----------
    until : int
        Last year of the figures.
    """
    return say(
        "Statements of policy texts on workforce and ageing; verdicts follow from the figures "
        "beside them, which reach to {until}",
        until=year(until),
    )


def claims_empty() -> Text:
    """Return what is said for a country of whose policy no text is known."""
    return say("No text on the policy of this country is in the lists of the project.")


def claims_note(verdicts: pd.DataFrame) -> Text:
    """Return what a verdict is, and what it is not."""
    return say(
        "A verdict concerns the words of a statement and the figures at hand, nothing else: {n} "
        "statements have no figure that could decide, and what is nearest is shown in its place. "
        "Published shortages belong to different years, and economies without a published figure "
        "are not in their sum. That the parts of a target add up does not mean that it will be "
        "met.",
        n=count((verdicts["verdict"] == "not_testable").sum()),
    )


def claims_finding(verdicts: pd.DataFrame, figures: pd.DataFrame, to: int) -> Finding:
    """Return what comes of the statement on missing workers, or of all statements together.

    Parameters
    ----------
    verdicts, figures : DataFrame
        Tables ``claim_verdicts`` and ``claim_figures``.
    to : int
        Newest year of the figures.
    """
    date = say("figures to {to}", to=year(to))
    rows = verdicts[(verdicts["test"] == "workers_missing") & verdicts["figure"].notna()]
    if rows.empty:
        return Finding(
            say("{counts}.", counts=claims_headline(verdicts)),
            say("{n} statements", n=count(len(verdicts))),
            date,
        )
    row = rows.to_dict("records")[0]
    own = figures[figures["claim_id"] == row["claim_id"]]
    need = own[own["figure"] == "world_need"].to_dict("records")
    values: dict[str, Sayable] = {
        "verdict": CLAIM_VERDICTS[row["verdict"]],
        "sum": rounded(row["figure"]),
        "n": count((own["figure"] == "shortage").sum()),
    }
    sure = say("outside figures, mostly from the press")
    if not need:
        return Finding(
            say(
                "Millions of missing chip workers: {verdict}; published shortages of {n} economies "
                "total {sum}.",
                **values,
            ),
            sure,
            date,
        )
    return Finding(
        say(
            "Millions of missing chip workers: {verdict}; published shortages of {n} economies "
            "total {sum}, the world needs {world} more by {until}.",
            world=amount(need[0]),
            until=year(need[0]["year"]),
            **values,
        ),
        sure,
        date,
    )
