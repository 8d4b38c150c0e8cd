"""The columns of a table on a page: what a heading says, how a cell reads, where an interval is.

Knows: the kinds of columns, and that an estimate has a lower and an upper end. Must not know: any
single table, files, HTML. May import: errors, texts, countries, labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.errors import InvalidPage, suggest
from techdiplomacy.labels import load_labels
from techdiplomacy.texts import NOTHING, Number, Sayable, Text, Verbatim, say

Style = Callable[[Any], Number]
_DASH = Verbatim(NOTHING)
# estimates of the result tables whose ends bear other names than <estimate>_low, <estimate>_high;
# they are estimates even in a frame that has lost the ends
ESTIMATES = {"rta_shrunk": ("rta_low", "rta_high"), "skill": ("skill_low", "skill_high")}
# names of the ends of whatever is simply called 'value'
_ENDS_OF_VALUE = (("low", "high"), ("low_80", "high_80"), ("low_95", "high_95"))


@dataclass(frozen=True)
class PageColumn:
    """One column as it is read: its heading, and what stands in a cell.

    ``of`` is the column of the frame, ``missing`` what is said where it has no value, and
    ``instead`` the same for a row that is known.
    """

    of: str
    heading: Text
    cell: Callable[[Any], Sayable]
    numeric: bool
    missing: Sayable = _DASH
    instead: Callable[[Mapping[Any, Any]], Sayable] | None = None

    def read(self, value: Any, row: Mapping[Any, Any] | None = None) -> Sayable:
        """Return what stands in a cell; of an absent value, what its row says instead."""
        if not _absent(value):
            return self.cell(value)
        return self.missing if row is None or self.instead is None else self.instead(row)


def _absent(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


@dataclass(frozen=True)
class Interval:
    """The columns of the lower and upper end of an interval, and what interval it is.

    ``missing`` is said where an estimate lacks this one of several intervals; without it every
    estimate has it.
    """

    low: str
    high: str
    level: Sayable
    missing: Text | None = None


@dataclass(frozen=True)
class Estimate:
    """An estimate, and the ends of its intervals, which stand beside it.

    Rows whose column ``by`` holds a key of ``without`` need no interval; ``needed`` are the ends
    that every other row has.
    """

    value: PageColumn
    ends: tuple[tuple[PageColumn, PageColumn], ...]
    levels: tuple[Sayable, ...]
    needed: tuple[str, ...]
    without: Mapping[Any, Text]
    by: str


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
    without: Mapping[Any, Text] | None = None,
    by: str = "",
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
        One interval or more; the first one has no ``missing``.
    without : mapping, optional
        What is said in place of the ends, by the value of column ``by``, for rows that need no
        interval; every other row must have one.
    by : str
        Column of the frame that tells such rows; it need not be shown.

    Raises
    ------
    InvalidPage
        If no interval is given that each estimate must have, or of ``without`` and ``by`` only
        one is.
    """
    if not intervals:
        raise InvalidPage(
            f"The estimate '{of}' has no interval.",
            where=f"column '{of}'",
            next_step="Name the columns of its ends: Interval(low=..., high=..., level=...).",
        )
    if intervals[0].missing is not None:
        raise InvalidPage(
            f"The first interval of the estimate '{of}' may be missing from any row.",
            where=f"column '{of}'",
            next_step="Excuse single rows with without={value: text}, by='column'.",
        )
    reasons = dict(without or {})
    if bool(reasons) != bool(by):
        raise InvalidPage(
            f"Which rows of the estimate '{of}' need no interval cannot be told.",
            where=f"column '{of}'",
            next_step="Give both: without={value: text}, by='column that holds the value'.",
        )

    def end(name: str, words: Text, missing: Sayable) -> PageColumn:
        def instead(row: Mapping[Any, Any]) -> Sayable:
            # where nothing is estimated, no interval is missing
            return _DASH if _absent(row[of]) else reasons.get(row.get(by), missing)

        return PageColumn(name, words, style, numeric=True, instead=instead)

    ends = tuple(
        (
            end(one.low, say("{level} low", level=one.level), one.missing or _DASH),
            end(one.high, say("{level} high", level=one.level), one.missing or _DASH),
        )
        for one in intervals
    )
    needed = [name for one in intervals if one.missing is None for name in (one.low, one.high)]
    return Estimate(
        value=PageColumn(of, heading, style, True),
        ends=ends,
        levels=tuple(one.level for one in intervals),
        needed=tuple(needed),
        without=reasons,
        by=by,
    )


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


def label(of: str, heading: Text, *, raw: bool = False) -> PageColumn:
    """Return a column of names out of the data: fields, occupations, programmes.

    A name that ``data/reference/labels.csv`` does not list is an error, unless ``raw`` says that
    such names are shown as the source writes them.
    """

    def cell(name: Any) -> Sayable:
        listed = load_labels()
        if not raw and name not in listed.forms:
            raise InvalidPage(
                f"The label '{name}' of column '{of}' is not listed."
                f"{suggest(str(name), listed.forms)}",
                where="data/reference/labels.csv",
                next_step="Add a line with its kind and its forms in both languages.",
            )
        return listed.text(name)

    return PageColumn(of, heading, cell, numeric=False)


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


@dataclass(frozen=True)
class PageCells:
    """What stands under one heading: a value, or the two ends of an interval in one cell."""

    heading: Text
    column: PageColumn
    upper: PageColumn | None = None

    def read(self, row: Mapping[Any, Any]) -> Sayable:
        """Return what stands in the cell of a row."""
        low = self.column.read(row[self.column.of], row)
        if self.upper is None:
            return low
        if _absent(row[self.column.of]) and _absent(row[self.upper.of]):
            return low  # what is said in place of an interval is said once
        return say("{low} to {high}", low=low, high=self.upper.read(row[self.upper.of], row))


def side_by_side(columns: Columns) -> list[PageCells]:
    """Return what stands side by side in a table; the ends of an interval share a cell."""
    shown: list[PageCells] = []
    for column in columns:
        if isinstance(column, PageColumn):
            shown.append(PageCells(column.heading, column))
            continue
        shown.append(PageCells(column.value.heading, column.value))
        for (low, high), level in zip(column.ends, column.levels, strict=True):
            shown.append(PageCells(say("{level}: low to high", level=level), low, high))
    return shown


def check_columns(rows: pd.DataFrame, columns: Columns, where: str) -> None:
    """Raise unless a frame has what its columns need, and every estimate its interval.

    Raises
    ------
    InvalidPage
        If a column is missing, an estimate stands without a lower or an upper end, or a column
        that has such ends is not shown as an estimate.
    """
    wanted = [column.of for column in flatten(columns)]
    wanted += [column.by for column in columns if isinstance(column, Estimate) and column.by]
    absent = [name for name in wanted if name not in rows.columns]
    if absent:
        raise InvalidPage(
            f"The table has no column {', '.join(absent)}.",
            where=where,
            next_step=f"Show columns that it has: {', '.join(map(str, rows.columns))}.",
        )
    shown = {column.value.of for column in columns if isinstance(column, Estimate)}
    for column in columns:
        if isinstance(column, PageColumn):
            if column.of not in shown and (ends := ends_of(column.of, list(rows.columns))):
                raise InvalidPage(
                    f"'{column.of}' is an estimate and stands without its interval.",
                    where=where,
                    next_step=f"Show it with estimate('{column.of}', ..., "
                    f"Interval('{ends[0]}', '{ends[1]}', level)).",
                )
            continue
        _check_present(rows, column, where)
        for low, high in column.ends:
            trio = (column.value.of, low.of, high.of)
            _check_ends(*(pd.to_numeric(rows[name]) for name in trio), where=where)


def ends_of(name: str, columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns that are the ends of the interval of another one; None if it has none.

    Examples
    --------
    >>> ends_of("share", ["share", "share_low", "share_high"])
    ('share_low', 'share_high')
    >>> ends_of("value", ["value", "low_80", "high_80"])
    ('low_80', 'high_80')
    """
    if name in ESTIMATES:
        return ESTIMATES[name]
    pairs = _ENDS_OF_VALUE if name == "value" else ((f"{name}_low", f"{name}_high"),)
    return next((pair for pair in pairs if pair[0] in columns or pair[1] in columns), None)


def check_pairs(rows: pd.DataFrame, where: str) -> None:
    """Raise if numbers that are drawn hold an estimate, or one end of an interval, alone.

    Raises
    ------
    InvalidPage
        If an end has no other end, or an estimate has none.
    """
    for name in map(str, rows.columns):
        other = _other_end(name)
        pair = ends_of(name, list(rows.columns)) or ()
        lacking = [end for end in (*pair, *other) if end not in rows.columns]
        if lacking:
            raise InvalidPage(
                f"'{name}' is drawn without {', '.join(lacking)}.",
                where=where,
                next_step="Draw an estimate with both ends of its interval, and plot them too.",
            )


def _other_end(name: str) -> tuple[str, ...]:
    """Return the name of the other end of an interval, if a name is that of an end."""
    for end, other in (("low", "high"), ("high", "low")):
        if name == end or name.endswith(f"_{end}"):
            return (name.removesuffix(end) + other,)
        if name.startswith(f"{end}_") and name.removeprefix(f"{end}_").isdigit():
            return (other + name.removeprefix(end),)
    return ()


def _check_present(rows: pd.DataFrame, column: Estimate, where: str) -> None:
    """Raise if an estimate that needs its interval stands without one of its ends."""
    lacking = rows[list(column.needed)].isna().any(axis=1)
    if column.by:
        lacking &= ~rows[column.by].isin(list(column.without))
    bare = rows[column.value.of].notna() & lacking
    if bare.any():
        raise InvalidPage(
            f"{int(bare.sum())} estimates of '{column.value.of}' have no interval, the "
            f"first in row {int(bare.to_numpy().argmax()) + 1}.",
            where=where,
            next_step="Compute it, or say why there is none: estimate(..., without={value: text}, "
            "by='column').",
        )


def _check_ends(value: pd.Series, low: pd.Series, high: pd.Series, *, where: str) -> None:
    """Raise if an interval has one end only, or its ends are exchanged.

    The estimate need not lie inside: the mean of a very skewed distribution may lie beyond its
    upper quantile.
    """
    wrong = (low.isna() != high.isna()) | (low > high).fillna(False)
    if wrong.any():
        raise InvalidPage(
            f"{int(wrong.sum())} intervals of '{value.name}' have one end, or a low end above the "
            f"high one, the first in row {int(wrong.to_numpy().argmax()) + 1}.",
            where=where,
            next_step="Mend the columns of the ends, or their order in Interval(low, high).",
        )
