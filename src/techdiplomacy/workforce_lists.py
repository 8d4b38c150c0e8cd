"""Lists that join outside figures and statements on workforce to what this project computes.

Knows: ``outside_matches.csv``, ``workforce_claims.csv`` and ``target_parts.csv`` in
``data/reference``, and the statements of ``claims.csv``. Must not know: figures of the project.
May import: reference_lists, workforce_tables, scenario_tables.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy.reference_lists import read_list, refuse_rows, refuse_words
from techdiplomacy.scenario_tables import CLAIM_TESTS
from techdiplomacy.workforce_tables import QUANTITIES

# the result tables in which a figure like an outside one may stand
OWN_TABLES = ("reconciled_forecasts", "workforce_forecasts", "scenario_paths", "pool_bases")

_MATCH = ("field", "area", "quantity", "like", "own_table", "own_key", "own_quantity")
_WORDS = ("counts_en", "counts_vi", "differs_en", "differs_vi")
_CLAIM = ("claim_id", "area", "test", "key", "values", "limit")
_TEXTS = ("statement_en", "statement_vi", "conflict_group")
_LIST_OF_CONFLICTS = ("conflict_id", "what", "what_vi")
_PART = (
    *("target_id", "by", "part", "part_en", "part_vi", "persons_low", "persons_high", "adds_up"),
    *("compare_with", "conflict_id"),
)


def load_outside_matches() -> pd.DataFrame:
    """Return which own figure is like a published one, by field, area and quantity.

    Returns
    -------
    DataFrame
        ``field, area`` (``*``: any), ``quantity, own_table, own_key`` (area, series with
        ``{area}``, or pool), ``own_quantity`` (column of the own table), ``base_year`` (the year
        that flows are added up from; missing: stocks, or not stated), ``independent`` (0: the own
        value is drawn from published figures of the kind), ``counts_en, counts_vi`` (what both
        count) and ``differs_en, differs_vi`` (what is not alike for all that). A figure without a
        row has nothing alike here.

    Raises
    ------
    InvalidTable
        Missing columns, empty cells, an unknown quantity or table, or a row that stands twice.

    Examples
    --------
    >>> sorted(set(load_outside_matches()["own_table"]))
    ['reconciled_forecasts', 'scenario_paths']
    """
    rows = _outside("1")
    return rows.assign(
        base_year=pd.to_numeric(rows["base_year"]).astype("Int64"),
        independent=pd.to_numeric(rows["independent"]),
    )


def load_outside_unlike() -> pd.DataFrame:
    """Return published figures that readers would take for an own one, and why they are not.

    Returns
    -------
    DataFrame
        ``field, area, quantity, own_key`` (pool that it could be taken for), ``counts_en,
        counts_vi`` (what the published figure counts), ``differs_en, differs_vi`` (what makes it
        another quantity). They are not compared.

    Raises
    ------
    InvalidTable
        As `load_outside_matches`.

    Examples
    --------
    >>> sorted(set(load_outside_unlike()["own_key"]))
    ['ict']
    """
    return _outside("0")[["field", "area", "quantity", "own_key", *_WORDS]]


def _outside(like: str) -> pd.DataFrame:
    """Return the rows of outside figures that are compared, or those that are not."""
    name = "outside_matches"
    rows = read_list(name, (*_MATCH, *_WORDS), ("base_year", "independent"))
    refuse_words(name, rows, "quantity", "has the unknown quantity '{word}'.", QUANTITIES)
    refuse_words(name, rows, "own_table", "has the unknown own_table '{word}'.", OWN_TABLES)
    refuse_words(name, rows, "like", "has the unknown like '{word}'.", ("0", "1"))
    open_ = (rows["like"] == "1") & ~rows["independent"].isin(["0", "1"])
    refuse_rows(name, rows, open_, "does not say whether the own value is independent (0 or 1)")
    refuse_rows(
        name, rows, rows.duplicated(["field", "area", "quantity"]), "stands above it already"
    )
    return rows[rows["like"] == like].drop(columns="like").reset_index(drop=True)


def load_workforce_claims(country: str) -> pd.DataFrame:
    """Return the statements on workforce and ageing in the policy texts of a country.

    Parameters
    ----------
    country : str
        ISO3 code of the country whose policy the texts are.

    Returns
    -------
    DataFrame
        ``claim_id, test, key`` (what it is tested by: field of work, series with ``{country}``,
        target), ``values`` (with semicolons between; where the list names none, those of the
        statement), ``limit, statement_en, statement_vi, conflict_group`` (numbers of conflicts,
        semicolons between) and ``conflict_en, conflict_vi`` (what sources disagree on, commas
        between); no rows for a country of whose policy no text is known. The words of a statement
        come from ``claims.csv``; a decision that is not on that list has its own.

    Raises
    ------
    InvalidTable
        Missing columns, an unknown test, a statement that is neither on the list of statements
        nor has words of its own, or a conflict that is not on the list of conflicts.

    Examples
    --------
    >>> list(load_workforce_claims("VNM")["claim_id"])[:2]
    ['C071', 'C072']
    >>> len(load_workforce_claims("FRA"))
    0
    """
    name = "workforce_claims"
    rows = read_list(name, ("claim_id", "test"), (*_CLAIM, *_TEXTS))
    refuse_words(name, rows, "test", "has the unknown test '{word}'.", CLAIM_TESTS)
    refuse_rows(name, rows, rows["claim_id"].duplicated(), "holds a statement a second time")
    texts = read_list("policy_texts", ("text_id", "country")).set_index("text_id")["country"]
    columns = ("claim_id", "statement_en", "statement_vi", "source_id")
    listed = read_list("claims", columns, ("conflict_group", "value")).set_index("claim_id")
    own = rows["statement_en"].notna() & rows["statement_vi"].notna() & rows["area"].notna()
    known = rows["claim_id"].isin(listed.index)
    refuse_rows(name, rows, ~own & ~known, "is on no list of statements and has no words and area")
    origin = listed["source_id"].str.split(";").str[0].map(texts)
    rows["area"] = rows["area"].fillna(rows["claim_id"].map(origin))
    for column in _TEXTS:
        rows[column] = rows[column].fillna(rows["claim_id"].map(listed[column]))
    rows["values"] = rows["values"].fillna(rows["claim_id"].map(listed["value"]))
    conflicts = read_list("conflicts", _LIST_OF_CONFLICTS).set_index("conflict_id")
    codes = (
        rows["conflict_group"].fillna("").str.split(";").map(lambda all_: list(filter(None, all_)))
    )
    lost = codes.map(lambda own: not set(own) <= set(conflicts.index))
    refuse_rows(name, rows, lost, "names a conflict that is not in conflicts.csv")
    for column, what in (("conflict_en", "what"), ("conflict_vi", "what_vi")):
        told = codes.map(lambda own, of=conflicts[what]: ", ".join(of[code] for code in own))
        rows[column] = told.where(told != "", None)
    kept = rows[rows["area"] == country].drop(columns="area")
    return kept.assign(limit=pd.to_numeric(kept["limit"])).reset_index(drop=True)


def load_target_parts() -> pd.DataFrame:
    """Return the parts that an official target names, and figures to hold beside them.

    Returns
    -------
    DataFrame
        ``target_id`` (as in table ``projections``), ``by`` (what it is divided by), ``part,
        part_en, part_vi, persons_low, persons_high, adds_up`` (1: one of the parts that make up
        the whole), ``compare_with`` (the part of the target that counts the same persons),
        ``conflict_id``.

    Raises
    ------
    InvalidTable
        Missing columns, empty cells, ends exchanged, or a part that stands twice.

    Examples
    --------
    >>> sorted(set(load_target_parts().query("adds_up == 1")["by"]))
    ['degree', 'work']
    """
    name = "target_parts"
    rows = read_list(name, _PART[:-2], _PART[-2:])
    numbers = ["persons_low", "persons_high", "adds_up"]
    rows = rows.assign(**{column: pd.to_numeric(rows[column]) for column in numbers})
    refuse_rows(name, rows, rows["persons_low"] > rows["persons_high"], "has its ends exchanged")
    refuse_rows(name, rows, rows.duplicated(["target_id", "part"]), "holds a part a second time")
    return rows
