"""The columns of a table on a page: what a heading says, how a cell reads, where an interval is.

Knows: the kinds of columns, and that an estimate has a lower and an upper end. Must not know: any
single table, files, HTML. May import: errors, texts, countries, labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.errors import InvalidPage
from techdiplomacy.labels import load_labels
from techdiplomacy.texts import NOTHING, Number, Sayable, Text, Verbatim, say

Style = Callable[[Any], Number]
_DASH = Verbatim(NOTHING)


@dataclass(frozen=True)
class PageColumn:
    """One column as it is read: its heading, and what stands in a cell.

    ``of`` is the column of the frame, ``missing`` what is said where it has no value.
    """

    of: str
    heading: Text
    cell: Callable[[Any], Sayable]
    numeric: bool
    missing: Sayable = _DASH

    def read(self, value: Any) -> Sayable:
        """Return what stands in a cell."""
        absent = value is None or (pd.api.types.is_scalar(value) and pd.isna(value))
        return self.missing if absent else self.cell(value)


@dataclass(frozen=True)
class Interval:
    """The columns of the lower and upper end of an interval, and what interval it is."""

    low: str
    high: str
    level: Sayable


@dataclass(frozen=True)
class Estimate:
    """An estimate, and the ends of its intervals, which stand beside it."""

    value: PageColumn
    ends: tuple[tuple[PageColumn, PageColumn], ...]
    excused: bool


Columns = tuple[PageColumn | Estimate, ...]


def observed(of: str, heading: Text, style: Style) -> PageColumn:
    """Return a column of figures as they were published or counted, which have no interval."""
    return PageColumn(of, heading, style, numeric=True)


def statistic(of: str, heading: Text, style: Style) -> PageColumn:
    """Return a column of test or quality statistics: they say how sure something else is."""
    return PageColumn(of, heading, style, numeric=True)


def estimate(
    of: str,
    heading: Text,
    style: Style,
    *intervals: Interval,
    without: Text | None = None,
) -> Estimate:
    """Return an estimate with the columns of its lower and upper ends.

    Parameters
    ----------
    of : str
        Column of the frame.
    heading : Text
        Heading of the estimate.
    style : callable
        Form of the numbers.
    *intervals : Interval
        One interval or more.
    without : Text, optional
        Said in place of the ends where an estimate has no interval; without it every estimate
        must have one.

    Raises
    ------
    InvalidPage
        If no interval is given.
    """
    if not intervals:
        raise InvalidPage(
            f"The estimate '{of}' has no interval.",
            where=f"column '{of}'",
            next_step="Name the columns of its ends: Interval(low=..., high=..., level=...).",
        )
    missing: Sayable = _DASH if without is None else without
    ends = tuple(
        (
            PageColumn(one.low, say("{level} low", level=one.level), style, True, missing),
            PageColumn(one.high, say("{level} high", level=one.level), style, True, missing),
        )
        for one in intervals
    )
    return Estimate(PageColumn(of, heading, style, True), ends, without is not None)


def words(of: str, heading: Text, vocabulary: Mapping[str, Text]) -> PageColumn:
    """Return a column whose codes are said in words; a code without words is an error."""

    def cell(code: Any) -> Sayable:
        if code not in vocabulary:
            raise InvalidPage(
                f"'{code}' of column '{of}' has no words.",
                where=f"vocabulary of '{of}'",
                next_step=f"Give it words, as the others have: {', '.join(map(str, vocabulary))}.",
            )
        return vocabulary[code]

    return PageColumn(of, heading, cell, numeric=False)


def texts(of: str, heading: Text) -> PageColumn:
    """Return a column whose cells are sentences already."""
    return PageColumn(of, heading, lambda text: text, numeric=False)


def said(of: str, heading: Text, form: Callable[[Any], Sayable]) -> PageColumn:
    """Return a column whose cells a function puts into words."""
    return PageColumn(of, heading, form, numeric=False)


def label(of: str, heading: Text) -> PageColumn:
    """Return a column of names out of the data: fields, occupations, programmes."""
    return PageColumn(of, heading, load_labels().text, numeric=False)


def country(of: str, heading: Text, names: Countries) -> PageColumn:
    """Return a column of countries given as ISO3 codes."""
    return PageColumn(of, heading, names.text, numeric=False)


def countries(of: str, heading: Text, names: Countries) -> PageColumn:
    """Return a column of lists of countries, ISO3 codes with semicolons between."""
    return PageColumn(of, heading, lambda codes: names.texts(str(codes).split(";")), numeric=False)


def flatten(columns: Columns) -> list[PageColumn]:
    """Return the columns side by side, estimates followed by their ends."""
    flat: list[PageColumn] = []
    for column in columns:
        if isinstance(column, Estimate):
            flat += [column.value, *(end for ends in column.ends for end in ends)]
        else:
            flat.append(column)
    return flat


def check_columns(rows: pd.DataFrame, columns: Columns, where: str) -> None:
    """Raise unless a frame has what its columns need, and every estimate its interval.

    Raises
    ------
    InvalidPage
        If a column is missing, or an estimate stands without a lower or an upper end.
    """
    absent = [column.of for column in flatten(columns) if column.of not in rows.columns]
    if absent:
        raise InvalidPage(
            f"The table has no column {', '.join(absent)}.",
            where=where,
            next_step=f"Show columns that it has: {', '.join(map(str, rows.columns))}.",
        )
    for column in columns:
        if isinstance(column, PageColumn):
            continue
        for low, high in column.ends:
            ends = (column.value.of, low.of, high.of)
            _check_ends(*(pd.to_numeric(rows[name]) for name in ends), where=where)
        if column.excused:
            continue
        lacking = pd.Series(False, index=rows.index)
        for low, high in column.ends:
            lacking |= rows[low.of].isna() | rows[high.of].isna()
        bare = rows[column.value.of].notna() & lacking
        if bare.any():
            raise InvalidPage(
                f"{int(bare.sum())} estimates of '{column.value.of}' have no interval, the "
                f"first in row {int(bare.to_numpy().argmax()) + 1}.",
                where=where,
                next_step="Compute it, or say with estimate(..., without=...) why there is none.",
            )


def _check_ends(value: pd.Series, low: pd.Series, high: pd.Series, *, where: str) -> None:
    """Raise if an interval has one end only, or does not hold its estimate."""
    half = low.isna() != high.isna()
    # rounding to nine digits may move an end past its estimate
    slack = 1e-6 * value.abs()
    outside = (value < low - slack) | (value > high + slack)
    wrong = half | outside.fillna(False)
    if wrong.any():
        raise InvalidPage(
            f"{int(wrong.sum())} intervals of '{value.name}' have one end or do not hold their "
            f"estimate, the first in row {int(wrong.to_numpy().argmax()) + 1}.",
            where=where,
            next_step="Mend the columns of the ends, or their order in Interval(low, high).",
        )
