"""What a publisher has changed between two states of its figures, counted and worded.

The World Bank fills in its figures in place without a new date, and no service promises not to do
the same, so what is new is found by comparing values, never by a date. Numbers are compared as
decimals ('12' equals '12.0'); all else as text. A key may repeat where a card says that repeated
rows are summed: the values of such rows are compared as a set.

Knows: rows of text. Must not know: sources, files, or what follows from a change (`arrivals`
raises). May import: decimals. Standard library only besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from techdiplomacy.sources.decimals import as_number, plain

Row = tuple[str, ...]
Place = tuple[Row, int]  # a key and a column of values

LARGEST = 5
NAMED = 12  # how many shrunk years a sentence names


@dataclass(frozen=True)
class Change:
    """One value that is another one now.

    ``share`` is the size of the change relative to the value before, 0.1 for a tenth more or
    less; it is empty where the value was zero before.
    """

    key: Row
    column: int
    before: str
    after: str
    share: Decimal | None

    def words(self) -> str:
        """Return the change in words."""
        size = "from zero" if self.share is None else _percent(self.share * 100)
        return f"{size} at {', '.join(self.key)}: {self.before} to {self.after}"


@dataclass(frozen=True)
class Revision:
    """What differs between two states of a source; values are counted, not rows.

    Parameters
    ----------
    added, removed, changed : int
        Values that are there now and were not, that were there and are not, and that differ.
    before, after : mapping
        Number of values for each year; for ``all`` where there is no column of years.
    largest : sequence of Change
        The changes of numbers that are largest beside the number before, at most five.
    shrunk : list of str
        Years, or ``all``, in which there are fewer values than before; with the name of the group
        in front where groups were told apart.
    """

    added: int
    removed: int
    changed: int
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    largest: Sequence[Change] = ()
    shrunk: list[str] = field(default_factory=list)

    @property
    def revised(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    def words(self) -> str:
        """Return the revision in one line.

        Examples
        --------
        >>> Revision(added=2, removed=0, changed=1).words()
        '2 values more, none less, 1 changed.'
        """
        if not self.revised:
            return "The same values as before."
        counts = (
            f"{self.added or 'no'} {'value' if self.added == 1 else 'values'} more, "
            f"{self.removed or 'none'} less, {self.changed or 'none'} changed"
        )
        largest = f"; largest change {self.largest[0].words()}" if self.largest else ""
        shrunk = ", ".join(self.shrunk[:NAMED])
        others = len(self.shrunk) - NAMED
        more = f" and {others} more" if others > 0 else ""
        return f"{counts}{largest}{f'; fewer values than before: {shrunk}{more}' * bool(shrunk)}."


@dataclass(frozen=True)
class Difference:
    """One line of the table that a person sees before new figures are embedded.

    ``differ`` counts the values that changed, came or went. Sums are of numbers, as plain text.
    """

    by: Literal["all", "year", "country"]
    name: str
    before: int
    after: int
    sum_before: str
    sum_after: str
    differ: int


def compare(
    earlier: Iterable[Row],
    later: Iterable[Row],
    key: Sequence[int],
    values: Sequence[int],
    year: int | None,
    *,
    within: Sequence[int] = (),
) -> Revision:
    """Return what differs between two states of a source.

    Parameters
    ----------
    earlier, later : iterable of tuple of str
        Rows of both states, in any order; an empty cell is no value.
    key : sequence of int
        Columns that say what a row is about.
    values : sequence of int
        Columns that are compared.
    year : int, optional
        Column of the year, one of ``key``.
    within : sequence of int
        Columns of ``key``, for example the indicator, by which values are counted for ``shrunk``:
        what one indicator has lost is not made up for by another.
    """
    old, new = _cells(earlier, key, values), _cells(later, key, values)
    places = {column: at for at, column in enumerate(key)}
    group = [places[column] for column in (*within, *([] if year is None else [year]))]
    old_sizes, new_sizes = _sizes(old, group), _sizes(new, group)
    by_year = [] if year is None else [places[year]]
    added = removed = changed = 0
    changes = []
    for place, gone, come in _differing(old, new):
        pairs = list(zip(gone, come, strict=False))
        changed += len(pairs)
        removed += len(gone) - len(pairs)
        added += len(come) - len(pairs)
        changes += [change for pair in pairs if (change := _change(place, *pair)) is not None]
    # what was zero before has changed beyond any share
    changes.sort(key=lambda found: (found.share is not None, -(found.share or 0), found.key))
    return Revision(
        added=added,
        removed=removed,
        changed=changed,
        before=_named(_sizes(old, by_year)),
        after=_named(_sizes(new, by_year)),
        largest=tuple(changes[:LARGEST]),
        shrunk=[
            " ".join(name) or "all"
            for name, size in sorted(old_sizes.items())
            if new_sizes[name] < size
        ],
    )


def difference_table(
    earlier: Iterable[Row],
    later: Iterable[Row],
    key: Sequence[int],
    values: Sequence[int],
    year: int | None = None,
    country: int | None = None,
) -> list[Difference]:
    """Return counts, sums and differing values of two states: in all, by year, by country.

    Parameters
    ----------
    earlier, later, key, values, year
        As in `compare`.
    country : int, optional
        Column of the country, one of ``key``.
    """
    old, new = _cells(earlier, key, values), _cells(later, key, values)
    unlike = list(_differing(old, new))
    ways: list[tuple[Literal["all", "year", "country"], int | None]] = [("all", None)]
    ways += [("year", year)] if year is not None else []
    ways += [("country", country)] if country is not None else []
    lines = []
    for by, column in ways:
        at = None if column is None else list(key).index(column)
        before, after = _totals(old, at), _totals(new, at)
        differ: Counter[str] = Counter()
        for place, gone, come in unlike:
            differ["all" if at is None else place[0][at]] += max(len(gone), len(come))
        for name in sorted(before.keys() | after.keys()):
            count_before, sum_before = before.get(name, (0, Decimal(0)))
            count_after, sum_after = after.get(name, (0, Decimal(0)))
            sums = (plain(sum_before), plain(sum_after))
            lines.append(Difference(by, name, count_before, count_after, *sums, differ[name]))
    return lines


def _percent(value: Decimal) -> str:
    """Return a share of a hundred with two digits that count, and no exponent."""
    if value < Decimal("0.01"):
        return "less than 0.01 %"
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %" if value >= 1 else f"{value:.2f} %"


def _cells(
    rows: Iterable[Row], key: Sequence[int], values: Sequence[int]
) -> dict[Place, list[str]]:
    """Return the values, without empty ones, by key and column."""
    found: dict[Place, list[str]] = {}
    for row in rows:
        name = tuple(row[column] for column in key)
        for column in values:
            if row[column]:
                found.setdefault((name, column), []).append(row[column])
    return found


def _differing(
    old: Mapping[Place, list[str]], new: Mapping[Place, list[str]]
) -> Iterator[tuple[Place, list[str], list[str]]]:
    """Yield each place at which values differ, with those that are on one side only."""
    for place in {**old, **new}:
        before, after = old.get(place, []), new.get(place, [])
        if before != after:
            gone, come = _unlike(before, after)
            if gone or come:
                yield place, gone, come


def _unlike(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return the values of one place that are on one side only, in order of size."""
    numbers = {text: as_number(text) for text in (*old, *new)}
    same: dict[str, Decimal | str] = {
        text: text if number is None else number for text, number in numbers.items()
    }
    olds, news = Counter(same[text] for text in old), Counter(same[text] for text in new)

    def left(texts: list[str], more: Counter[Decimal | str]) -> list[str]:
        kept = []
        for text in texts:
            if more[same[text]] > 0:
                more[same[text]] -= 1
                kept.append(text)
        return sorted(kept, key=lambda text: (numbers[text] or Decimal(0), text))

    return left(old, olds - news), left(new, news - olds)


def _change(place: Place, before: str, after: str) -> Change | None:
    """Return the change of a number, or None where one of the two is none."""
    old, new = as_number(before), as_number(after)
    if old is None or new is None:
        return None
    return Change(*place, before, after, abs(new - old) / abs(old) if old else None)


def _sizes(cells: Mapping[Place, list[str]], at: Sequence[int]) -> Counter[Row]:
    """Return the number of values for each part of the key."""
    sizes: Counter[Row] = Counter()
    for (name, _), texts in cells.items():
        sizes[tuple(name[place] for place in at)] += len(texts)
    return sizes


def _named(sizes: Mapping[Row, int]) -> dict[str, int]:
    return {" ".join(name) or "all": size for name, size in sorted(sizes.items())}


def _totals(cells: Mapping[Place, list[str]], at: int | None) -> dict[str, tuple[int, Decimal]]:
    """Return count and sum of the values, for each part of the key at a place."""
    totals: dict[str, tuple[int, Decimal]] = {}
    for (name, _), texts in cells.items():
        part = "all" if at is None else name[at]
        count, total = totals.get(part, (0, Decimal(0)))
        numbers = [number for text in texts if (number := as_number(text)) is not None]
        totals[part] = (count + len(texts), sum(numbers, total))
    return totals
