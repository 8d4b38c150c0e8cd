"""What ILOSTAT answers: its table of contents, and figures of several surveys in one table.

Its quirks, and what they force here:

- Classifications stand side by side in one table and share their digits: ``EC2_ISIC4_C26`` is
  electronics, ``EC2_ISIC3_D26`` minerals. Codes are compared whole and never in part.
- Several surveys may give the same figure. Where the column ``best_source`` is there it decides;
  else the survey with most years of that area and classification, of equals the first by code.
- The columns of notes come and go, ``best_source`` appears when asked for: columns go by name.
- The table of contents writes its days day first.
- Written by R, a round number may have an exponent: 1e+05.

Knows: columns and cells of ILOSTAT. Must not know: what is asked for, connections, files.
May import: errors, decimals, next_steps. Standard library only besides.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from techdiplomacy.errors import ContentRejected, SourceChanged, suggest
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.next_steps import WAY_BACK

NEEDED = ("ref_area", "source", "indicator", "sex", "classif1", "time", "obs_value", "obs_status")
ALLOWED = (*NEEDED, "classif2", "best_source", "note_classif", "note_indicator", "note_source")
CONTENTS_NEEDED = ("id", "last.update", "n.records")
BOTH_SEXES = "SEX_T"
NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
LOOK = (
    "Read ILOSTAT's notes on the table (https://ilostat.ilo.org); then change live.ask on the "
    f"card, or the connector. Until then {WAY_BACK}."
)


@dataclass(frozen=True)
class Entry:
    """An indicator in the table of contents: when it last changed, and its size."""

    updated: datetime
    records: int


@dataclass(frozen=True)
class Figure:
    """One figure as ILOSTAT gives it; ``best`` is None where it does not say."""

    indicator: str
    area: str
    code: str
    year: int
    source: str
    value: str
    status: str
    best: bool | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What a figure is of."""
        return (self.area, self.code, self.year)

    def named(self) -> dict[str, Any]:
        """Return what a figure is of, in words for the note."""
        return {"area": self.area, "classification": self.code, "year": self.year}


def state(entries: Mapping[str, Entry]) -> str:
    """Return when each indicator last changed, in one line."""
    return "; ".join(f"{name} {entry.updated}" for name, entry in entries.items())


def parse_contents(content: bytes, indicators: Iterable[str]) -> dict[str, Entry]:
    r"""Return the entries of indicators in a table of contents.

    Raises
    ------
    SourceChanged
        If a column or an indicator is missing, or a day cannot be read.

    Examples
    --------
    >>> toc = b'"id","last.update","n.records"\n"EMP_A","03/04/2026 10:00:00",7\n'
    >>> parse_contents(toc, ["EMP_A"])["EMP_A"].updated.date().isoformat()
    '2026-04-03'
    """
    where = "ILOSTAT, table of contents"
    rows = _rows(content, CONTENTS_NEEDED, None, where)
    listed = {row["id"]: row for row in rows}
    found = {}
    for indicator in indicators:
        if indicator not in listed:
            raise SourceChanged(
                f"ILOSTAT no longer lists {indicator}.{suggest(indicator, listed)}",
                where=where,
                next_step=LOOK,
            )
        row = listed[indicator]
        try:
            updated = datetime.strptime(row["last.update"], "%d/%m/%Y %H:%M:%S")
            found[indicator] = Entry(updated, int(row["n.records"]))
        except ValueError as error:
            raise SourceChanged(
                f"{indicator}: expected a day first and then its time in last.update, and a whole "
                f"number in n.records; came '{row['last.update']}' and '{row['n.records']}'.",
                where=where,
                next_step=LOOK,
            ) from error
    return found


def parse_figures(content: bytes, where: str) -> list[Figure]:
    """Return the figures of both sexes together in an answer, of all areas and classifications.

    Rows without a number keep an empty value.

    Raises
    ------
    SourceChanged
        If a column is missing or unknown, or a cell is not what it should be.
    """
    figures = []
    for row in _rows(content, NEEDED, ALLOWED, where):
        best = row.get("best_source", "")
        value = "" if row["obs_value"] == "NA" else row["obs_value"]
        expected = {
            "a year": (row["time"], re.fullmatch(r"\d{4}", row["time"])),
            "a number": (value, not value or NUMBER.fullmatch(value)),
            "0 or 1 for the best source": (best, best in ("", "0", "1")),
            "no second classification": (row.get("classif2"), not row.get("classif2")),
        }
        for what, (came, right) in expected.items():
            if not right:
                raise SourceChanged(
                    f"Expected {what}, came '{came}' ({row['ref_area']}, {row['classif1']}, "
                    f"{row['time']}).",
                    where=where,
                    next_step=LOOK,
                )
        if row["sex"] == BOTH_SEXES:
            figures.append(
                Figure(
                    row["indicator"].removesuffix("_A") + "_A",
                    row["ref_area"],
                    row["classif1"],
                    int(row["time"]),
                    row["source"],
                    plain(Decimal(value)) if value else "",
                    row["obs_status"],
                    best == "1" if best else None,
                )
            )
    return figures


def choose(figures: Iterable[Figure], where: str) -> tuple[list[Figure], int]:
    """Return one figure for each area, classification and year, and how many have no best source.

    Raises
    ------
    SourceChanged
        If two rows of one survey, or two best ones, are of the same thing.
    """
    figures = list(figures)
    best = [figure for figure in figures if figure.best is not False]
    without = len({figure.key for figure in figures} - {figure.key for figure in best})
    for what, counted in (
        ("of one survey", Counter((figure.key, figure.source) for figure in figures)),
        ("marked as best", Counter(figure.key for figure in figures if figure.best)),
    ):
        twice = next((thing for thing, count in counted.items() if count > 1), None)
        if twice is not None:
            raise SourceChanged(
                f"Several figures {what} are of the same thing: {twice}. A breakdown may have "
                "been added to the table.",
                where=where,
                next_step=LOOK,
            )
    years = Counter((figure.area, figure.code, figure.source) for figure in best)
    chosen: dict[tuple[str, str, int], Figure] = {}
    for figure in sorted(
        best, key=lambda one: (-years[one.area, one.code, one.source], one.source, one.year)
    ):
        chosen.setdefault(figure.key, figure)
    return [chosen[key] for key in sorted(chosen)], without


def _rows(
    content: bytes, needed: Sequence[str], allowed: Sequence[str] | None, where: str
) -> list[dict[str, str]]:
    """Return the rows of a CSV by name of column, after a look at its columns and their number."""
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        table = [row for row in csv.reader(text, strict=True) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ContentRejected(
            f"This is no CSV: {error}.", where=where, next_step="Ask again, or save it again."
        ) from error
    header = table[0] if table else []
    missing = [name for name in needed if name not in header]
    extra = [
        name
        for name in header
        if allowed is not None and name.removesuffix(".label") not in allowed
    ]
    if missing or extra or len(set(header)) < len(header):
        raise SourceChanged(
            "The columns have changed. "
            f"Missing: {', '.join(missing) or 'none'}; unknown: {', '.join(extra) or 'none'}; "
            f"came: {', '.join(header[:30])}.",
            where=where,
            next_step=LOOK,
        )
    uneven = next((number for number, row in enumerate(table) if len(row) != len(header)), None)
    if uneven is not None:
        raise ContentRejected(
            f"Row {uneven} has {len(table[uneven])} cells under {len(header)} names of columns.",
            where=where,
            next_step="Ask again, or save it again: it is not whole.",
        )
    return [dict(zip(header, row, strict=True)) for row in table[1:]]
