"""What texts state of countries, and where sources contradict each other.

Knows: ``stated_strengths.csv``, ``statement_limits.csv``, ``conflicts.csv``, ``conflict_links.csv``
and ``policy_texts.csv`` in ``data/reference``, and the values of ``claims.csv``.
Must not know: figures, which list of technologies is in force. May import: errors, paths, tables.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.paths import reference_file
from techdiplomacy.reference_lists import read_list
from techdiplomacy.tables import read_csv

# what a conflict touches: a country, a group, a list of technologies, or all statements
TOUCHES = ("country", "group", "list", "statements")

# statements that name partners of long-term cooperation, offices, and their host countries
LONG_TERM_CLAIM = "C018"
OFFICE_CLAIMS = ("C023", "C024")

_STATED = ("country", "group_id", "strength_en", "strength_vi", "source_title", "source_url")


def load_statements() -> pd.DataFrame:
    """Return the stated strengths of this project folder, numbered in their order.

    Returns
    -------
    DataFrame
        ``statement`` (from 1), ``country, group_id, strength_en, strength_vi, source_title,
        source_url``. A group ``NONE`` means that none is meant, ``AMBIGUOUS`` that several could
        be.

    Raises
    ------
    InvalidTable
        Missing columns or empty cells.
    """
    table = read_list("stated_strengths", _STATED)
    table.insert(0, "statement", range(1, len(table) + 1))
    return table


def load_statement_limits() -> pd.DataFrame:
    """Return which measures of a group count something else than what a statement says.

    Returns
    -------
    DataFrame
        ``country, strength_en, measure, why``, a row for each measure that says nothing of the
        statement; patents on the ocean say nothing of rare earths, though both are one group.

    Notes
    -----
    One criterion for all countries: a measure that counts mostly something else than the words say
    is not used. It is asked of statements that name a part of their group only (batteries,
    materials, nuclear power, rare earths, cloud, quantum), and of every measure of that group,
    proxies among them; who says it, and what the figures show, plays no part. Words for the group
    as a whole are graded by all of its measures. Measures that are only shown need no row.

    Raises
    ------
    InvalidTable
        Missing columns, empty cells, or a row without its statement.
    """
    limits = read_list("statement_limits", ("country", "strength_en", "measure", "why"))
    stated = pd.MultiIndex.from_frame(load_statements()[["country", "strength_en"]])
    lost = limits[~pd.MultiIndex.from_frame(limits[["country", "strength_en"]]).isin(stated)]
    if len(lost):
        raise InvalidTable(
            f"Rows without a statement: {lost[['country', 'strength_en']].values.tolist()[:3]}.",
            where="data/reference/statement_limits.csv",
            next_step="Word the strength as in stated_strengths.csv.",
        )
    return limits


def load_claim_values(claim: str) -> list[str]:
    """Return what one statement of the policy texts names: partners, or a single number.

    Parameters
    ----------
    claim : str
        Its ``claim_id``.

    Returns
    -------
    list of str
        The values in the order of the text.

    Raises
    ------
    InvalidTable
        If no statement has that id, or it names nothing.

    Examples
    --------
    >>> load_claim_values("C023")
    ['23']
    """
    claims = read_csv(reference_file("claims"), dtype="str").set_index("claim_id")
    value = claims["value"].get(claim)
    if pd.isna(value):
        raise InvalidTable(
            f"Statement '{claim}' is not on the list or has no value."
            f"{suggest(claim, map(str, claims.index))}",
            where="data/reference/claims.csv",
            next_step="Name a statement that has a value.",
        )
    return str(value).split(";")


def load_partner_lists(country: str) -> dict[str, list[str]]:
    """Return the lists of partners that the policy texts of a country name, by list.

    Parameters
    ----------
    country : str
        ISO3 code of the country whose policy the texts are.

    Returns
    -------
    dict of list of str
        ``ten_leaders`` (countries of the stated strengths in the order in which they are named)
        and ``long_term`` (partners of long-term cooperation; one may be a group of countries).
        Empty for a country of whose policy no text is known. The two answer different questions
        and are never merged.
    """
    if not _texts_are_of(country):
        return {}
    leaders = list(dict.fromkeys(load_statements()["country"]))
    return {"ten_leaders": leaders, "long_term": load_claim_values(LONG_TERM_CLAIM)}


def load_office_claims(country: str) -> dict[str, int]:
    """Return how many offices a country is said to have, and in how many countries, by claim.

    Returns
    -------
    dict of int
        Numbers by ``claim_id``: offices first, then host countries; empty for a country of whose
        policy no text is known.
    """
    known = _texts_are_of(country)
    return {claim: int(load_claim_values(claim)[0]) for claim in OFFICE_CLAIMS if known}


def _texts_are_of(country: str) -> bool:
    """Return whether the policy texts are those of a country."""
    return country in set(read_list("policy_texts", ("country",))["country"])


def load_conflicts() -> pd.DataFrame:
    """Return where sources disagree, and the value used.

    Returns
    -------
    DataFrame
        ``conflict_id, what, what_vi, value_used, reason, reason_vi``.
    """
    return read_list(
        "conflicts", ("conflict_id", "what", "what_vi", "value_used", "reason", "reason_vi")
    )


def load_conflict_links() -> pd.DataFrame:
    """Return what each conflict between sources touches.

    Returns
    -------
    DataFrame
        ``conflict_id, touches, key``: a code of a country, an id of a group, a name of a list, or
        ``ALL`` statements.

    Raises
    ------
    InvalidTable
        Missing columns, an unknown kind, or a conflict that is not on the list.
    """
    links = read_list("conflict_links", ("conflict_id", "touches", "key"))
    known = set(read_list("conflicts", ("conflict_id",))["conflict_id"])
    problems = [
        f"unknown kind '{kind}'.{suggest(kind, TOUCHES)}"
        for kind in sorted(set(links["touches"]) - set(TOUCHES))
    ]
    problems += [f"no conflict {name}" for name in sorted(set(links["conflict_id"]) - known)]
    if problems:
        raise InvalidTable(
            "; ".join(problems) + ".",
            where="data/reference/conflict_links.csv",
            next_step="Correct the row, or add the conflict to conflicts.csv.",
        )
    return links
