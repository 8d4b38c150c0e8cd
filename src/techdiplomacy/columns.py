"""What a declared table is made of: columns with kind, unit and bounds, and a key.

Knows: the shapes of a column and of a table, and the columns that many tables share.
Must not know: any single table, files or figures. May import: nothing of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["country", "text", "integer", "number", "flag"]
Step = Literal["clean", "features", "results"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit, meaning and bounds.

    ``optional`` columns may hold empty cells; ``allowed`` lists the only values of a text, and
    ``pattern`` is a regular expression that its values match.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    optional: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its key is unique, its columns are exactly these, in this order.

    ``unordered_pair`` tables hold each pair of countries once, ``country`` before ``partner``.
    ``notebook`` names the notebook whose result a table is. A table that ``may_be_empty`` says
    something by having no rows: nothing of the kind is known.
    """

    name: str
    step: Step
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unordered_pair: bool = False
    notebook: str = ""
    may_be_empty: bool = False

    def column_names(self) -> list[str]:
        """Return the column names in their declared order."""
        return [column.name for column in self.columns]


def country_column(meaning: str = "country or economy, ISO 3166-1 alpha-3") -> Column:
    """Return the column of the country."""
    return Column("country", "country", meaning)


def partner_column(meaning: str = "the other country of the pair, ISO 3166-1 alpha-3") -> Column:
    """Return the column of the other country of a pair."""
    return Column("partner", "country", meaning)


def year_column(meaning: str, *, optional: bool = False) -> Column:
    """Return a column of years."""
    return named_year_column("year", meaning, optional=optional)


def named_year_column(name: str, meaning: str, *, optional: bool = False) -> Column:
    """Return a column of years that is not called ``year``."""
    return Column(name, "integer", meaning, "year", 1900, 2110, optional=optional)


def day_column(name: str, meaning: str) -> Column:
    """Return an optional column of days, of which only month or year may be known."""
    return Column(name, "text", meaning, optional=True, pattern=r"^\d{4}(-\d{2}){0,2}$")


def whole_column(name: str, meaning: str, unit: str, *, optional: bool = False) -> Column:
    """Return a column of whole numbers, zero or more."""
    return Column(name, "integer", meaning, unit, 0, optional=optional)


def yes_or_no_column(name: str, meaning: str, *, optional: bool = False) -> Column:
    """Return a column that holds 1 for yes and 0 for no."""
    return Column(name, "number", meaning, "0/1", 0, 1, optional=optional)


def estimate_columns(
    name: str, meaning: str, unit: str, low: float | None = None
) -> tuple[Column, Column, Column]:
    """Return the columns of an estimate and of the ends of its interval; all may be empty."""
    return (
        Column(name, "number", meaning, unit, low, optional=True),
        Column(f"{name}_low", "number", f"{meaning}, lower end", unit, low, optional=True),
        Column(f"{name}_high", "number", f"{meaning}, upper end", unit, low, optional=True),
    )


def count_column(name: str, meaning: str, unit: str, *, optional: bool = False) -> Column:
    """Return a column of amounts, zero or more."""
    return Column(name, "number", meaning, unit, 0, optional=optional)


def share_column(name: str, meaning: str, *, optional: bool = False) -> Column:
    """Return a column of shares between 0 and 1."""
    return Column(name, "number", meaning, "share, 0 to 1", 0, 1, optional=optional)


LEVEL_SHIFT = Column(
    "level_shift",
    "text",
    "reason why the level of the series changes in this year; empty where it does not",
    optional=True,
)
PROJECTION = Column(
    "projection",
    "text",
    "estimate, or medium variant of the projection",
    allowed=("estimate", "medium"),
)
# steps of the ladder, lowest first; a special relationship stands beside it
PARTNERSHIP_LEVELS = ("comprehensive", "strategic", "comprehensive_strategic", "special")
EVIDENCE = Column("evidence", "text", "kind of evidence", allowed=("patents", "publications"))
