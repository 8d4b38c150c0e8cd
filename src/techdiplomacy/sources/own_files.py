"""A file of the researcher in the layout of a card becomes raw figures, or every fault is named.

Quirks that force the code: spreadsheets write commas, semicolons or tabs between cells and, where
they write semicolons, a comma in front of decimals; '1.234' is then one and a bit or a thousand,
and only the other cells can tell. They put marks between thousands, a byte-order mark or a line
'sep=;' in front, and save in Windows-1252 or UTF-16 unless told otherwise. Nothing is guessed: a
cell that can be read in two ways stops the run.

Knows: how a spreadsheet writes a table. Must not know: any single source or publisher.
May import: errors, cards, and of sources service, decimals, local_files. Standard library only
besides.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from techdiplomacy.cards import Card
from techdiplomacy.errors import ContentRejected, InvalidTable, SourceChanged, suggest
from techdiplomacy.sources import local_files
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.local_files import Piece
from techdiplomacy.sources.service import Raw

LARGEST = 2_000_000_000
_DELIMITERS = (",", ";", "\t")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAID = 3  # of the cells of one kind of fault, how many are named
_BOM = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"-?(?:[0-9]+,[0-9]*|,[0-9]+)")
_WHOLE = re.compile(r"-?[0-9]+(?:\.0)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[\s'’._,][0-9]{3})+(?:[.,][0-9]+)?")
_LIKE_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_NO_MARKS = "Write digits without marks between thousands, a point before decimals."


@dataclass
class _Found:
    """What the cells of a file showed: faults by kind, and how its numbers are written."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    empty_rows: int = 0
    like_formulas: int = 0
    commas: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    like_thousands: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def fault(self, kind: str, place: str) -> None:
        """Keep the first places of a kind of fault, and count all."""
        self.counts[kind] += 1
        if self.counts[kind] <= _SAID:
            self.faults.setdefault(kind, []).append(place)


@dataclass(frozen=True)
class _Layout:
    """How the header of a file is written, and where the columns of the card stand."""

    delimiter: str
    at: dict[str, int]
    width: int
    extra: tuple[str, ...]
    skipped: int  # lines in front of the header


def read_card_layout(card: Card, path: Path) -> Raw | None:
    """Return the figures of a CSV file that has the columns of a card.

    Parameters
    ----------
    card : Card
        The source. Its columns may stand in any order, further ones are left out.
    path : Path
        CSV file, such a file packed with gzip, or a zip with exactly one.

    Returns
    -------
    Raw or None
        None if none of the card's columns is there; if the card names a service, also when at
        most half are: the file is then for the connector, in the publisher's own format.

    Raises
    ------
    SourceUnavailable
        If the file is missing, empty, a folder, too large or not readable.
    ContentRejected
        If it is no table of text in UTF-8, or changed while it was read.
    SourceChanged
        If columns of the card are missing or stand twice.
    InvalidTable
        If rows or cells cannot be read, or can be read in two ways; row 1 is the header.
    """
    local_files.refuse_what_is_no_file(path, largest=LARGEST)
    with local_files.standing_still(path):
        piece = _only_table(card, path)
        if piece is None:
            return None
        local_files.refuse_what_is_no_table(piece)
        layout = _layout(card, piece)
        if layout is None:
            return None
        with piece.open() as stream:
            return _figures(card, piece, layout, stream)


def _only_table(card: Card, path: Path) -> Piece | None:
    """Return the one table that a path stands for; None where it may be a publisher's archive."""
    found = local_files.pieces(path, largest=LARGEST)
    if len(found) == 1 and not found[0].member:
        return found[0]
    tables = [one for one in found if one.name.lower().endswith(local_files.TABLE_ENDINGS)]
    if len(tables) == 1 and (len(found) == 1 or card.live is None):
        return tables[0]
    if card.live is not None:
        return None
    listed = ", ".join(one.name for one in found[:5]) or "nothing"
    raise ContentRejected(
        f"{path.name} has to hold exactly one CSV file; it holds {listed}.",
        where=str(path),
        next_step="Unpack it and name the CSV file.",
    )


def _layout(card: Card, piece: Piece) -> _Layout | None:
    """Return how the header is written; None if it is not one of the card.

    Raises
    ------
    SourceChanged
        If only part of the card's columns is there, or one stands twice.
    """
    with piece.open() as stream:
        start = stream.read(65_536)
    lines = start.removeprefix(_BOM).decode("utf-8", errors="replace").splitlines() or [""]
    skipped = int(bool(re.fullmatch(r"\"?sep=.\"?", lines[0].strip(), re.IGNORECASE)))
    header = lines[skipped] if len(lines) > skipped else ""
    candidates = {
        delimiter: [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        for delimiter in _DELIMITERS
    }
    delimiter = max(
        _DELIMITERS,
        key=lambda one: (len(set(candidates[one]) & set(card.columns)), len(candidates[one])),
    )
    names = candidates[delimiter]
    missing = [name for name in card.columns if name not in names]
    few = len(missing) * 2 >= len(card.columns) if card.live else False
    if len(missing) == len(card.columns) or (missing and few):
        return None
    extra = tuple(name for name in names if name and name not in card.columns)
    _refuse_columns(card, piece, names, missing, extra)
    width = max(number for number, name in enumerate(names, start=1) if name)
    at = {name: names.index(name) for name in card.columns}
    return _Layout(delimiter, at, width, extra, skipped)


def _refuse_columns(
    card: Card, piece: Piece, names: Sequence[str], missing: Sequence[str], extra: Sequence[str]
) -> None:
    """Raise if columns of a card are missing or stand twice, naming what could be meant."""
    twice = [name for name in card.columns if names.count(name) > 1]
    if not missing and not twice:
        return
    folded = {_folded(name): name for name in extra}
    listed = []
    for name in missing:
        hint = suggest(_folded(name), folded)
        for word, written in folded.items():
            hint = hint.replace(f"'{word}'", f"'{written}'")
        listed.append(f"'{name}'{hint or '.'}")
    words = [f"Columns are missing: {' '.join(listed)}"] if missing else []
    if twice:
        words.append(f"Columns stand twice: {', '.join(map(repr, twice))}.")
    raise SourceChanged(
        f"{piece.name} does not have the columns of '{card.id}'. {' '.join(words)}",
        where=f"{piece.where}, row 1",
        next_step="Name the columns in the first row of the file as data/snapshots/"
        f"{card.id}.yaml does: {', '.join(card.columns)}. Where nothing is known of a column, "
        "add it with empty cells.",
    )


def _folded(name: str) -> str:
    """Return a name of a column without case and marks, to find what could be meant."""
    return re.sub(r"[\s_.-]+", "_", name.casefold())


def _figures(card: Card, piece: Piece, layout: _Layout, stream: BinaryIO) -> Raw:
    """Return the rows below the header, checked cell by cell."""
    found = _Found()
    rows = []
    for number, line, cells in _records(piece, layout, stream):
        if not any(cells):
            found.empty_rows += 1
        elif len(cells) < layout.width or any(cells[layout.width :]):
            place = f"line {line}: {len(cells)} cells"
            found.fault(f"rows do not have the {layout.width} cells of the header", place)
        else:
            rows.append(_row(card, layout, found, number, cells))
    _look_at_marks(layout, found)
    _refuse_faults(piece, layout, found)
    if not rows:
        raise InvalidTable(
            f"{piece.name} has the columns of '{card.id}' and no row.",
            where=piece.where,
            next_step="Write the figures below the first row.",
        )
    return Raw(
        columns=tuple(card.columns),
        rows=rows,
        facts={
            "layout": "columns of the card",
            "delimiter": _NAMES[layout.delimiter],
            "decimal_comma": bool(found.commas),
            "columns_left_out": list(layout.extra),
            "empty_rows": found.empty_rows,
            "cells_like_formulas": found.like_formulas,
        },
    )


def _records(
    piece: Piece, layout: _Layout, stream: BinaryIO
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield number of the row, line in the file and stripped cells of what is below the header."""
    reader = csv.reader(_text(piece, stream), delimiter=layout.delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1 - layout.skipped):
            if number > 1:
                yield number, reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise InvalidTable(
            f"{piece.name} cannot be split into cells: {error}.",
            where=f"{piece.where}, line {reader.line_num}",
            next_step="See whether a quotation mark is opened and not closed there, or a cell "
            "never ends; or save the file anew as 'CSV UTF-8'.",
        ) from error


def _text(piece: Piece, stream: BinaryIO) -> Iterator[str]:
    """Yield the lines of a file as text; anything but UTF-8 is refused, not guessed."""
    lines = local_files.byte_lines(stream, piece, largest=LARGEST)
    for number, line in enumerate(lines, start=1):
        try:
            yield (line.removeprefix(_BOM) if number == 1 else line).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ContentRejected(
                f"{piece.name} is not written in UTF-8 (byte {line[error.start]:#04x}); it may be "
                "Windows-1252.",
                where=f"{piece.where}, line {number}",
                next_step="In the spreadsheet, save it as 'CSV UTF-8'.",
            ) from error


def _row(
    card: Card, layout: _Layout, found: _Found, number: int, cells: Sequence[str]
) -> tuple[str, ...]:
    """Return the cells of the card's columns, numbers as plain digits; faults are kept."""
    row = []
    for name, reading in card.columns.items():
        cell = cells[layout.at[name]]
        if cell and reading.read_as == "integer":
            cell = _whole(cell, found, f"row {number}, {name}: '{cell}'")
        elif cell and reading.read_as == "number":
            cell = _number(cell, layout, found, name, number)
        elif len(cell) > 1 and cell[0] in "=+-@":
            found.like_formulas += 1
        row.append(cell)
    return tuple(row)


def _whole(cell: str, found: _Found, place: str) -> str:
    """Return a whole number as digits."""
    if _WHOLE.fullmatch(cell):
        return str(int(cell.removesuffix(".0")))
    marked = bool(_THOUSANDS.fullmatch(cell))
    found.fault("have marks between thousands" if marked else "are no whole numbers", place)
    return cell


def _number(cell: str, layout: _Layout, found: _Found, name: str, row: int) -> str:
    """Return a number as plain digits with a point; what is no number is kept as a fault."""
    place = f"row {row}, {name}: '{cell}'"
    if _NUMBER.fullmatch(cell):
        if "." in cell:
            found.points[name] += 1
            found.like_thousands[f".{name}"] += bool(_LIKE_THOUSANDS.fullmatch(cell))
            found.first.setdefault(".", place)
            found.first.setdefault(f".{name}", place)
        return _plain(cell, found, place)
    if _COMMA_NUMBER.fullmatch(cell) and layout.delimiter == ";":
        found.commas[name] += 1
        found.like_thousands[f",{name}"] += bool(_LIKE_THOUSANDS.fullmatch(cell))
        found.first.setdefault(",", place)
        found.first.setdefault(f",{name}", place)
        return _plain(cell.replace(",", "."), found, place)
    if _THOUSANDS.fullmatch(cell):
        found.fault("have marks between thousands", place)
    elif _COMMA_NUMBER.fullmatch(cell):
        found.fault("have a decimal comma, which only a file with semicolons may have", place)
    else:
        found.fault("are no numbers", place)
    return cell


def _plain(cell: str, found: _Found, place: str) -> str:
    """Return a number without exponent and without zeros at the end of its decimals."""
    value = Decimal(cell)
    exponent = value.as_tuple().exponent
    if abs(value.adjusted()) > 30 or (isinstance(exponent, int) and exponent > 0):
        # a spreadsheet shows 1234567890123 as 1.23457E+12: the other digits are lost
        found.fault("are written with an exponent that hides digits", place)
        return cell
    return plain(value)


def _look_at_marks(layout: _Layout, found: _Found) -> None:
    """Keep as faults what reads in two ways: points beside commas, and '1.234' all along."""
    if found.commas and found.points:
        both = f"{found.first[',']}; {found.first['.']}"
        found.fault("have a comma, others a point: either could stand between thousands", both)
        return
    for mark, counts in ((",", found.commas), (".", found.points)):
        for name, count in counts.items():
            if layout.delimiter != "," and found.like_thousands[f"{mark}{name}"] == count:
                place = f"{found.first[f'{mark}{name}']}, and all others with a mark"
                found.fault("may be thousands or have three decimals", place)


def _refuse_faults(piece: Piece, layout: _Layout, found: _Found) -> None:
    """Raise if there is any fault, listing each kind with its number and first places."""
    if not found.counts:
        return
    listed = "\n".join(
        f"  - {found.counts[kind]:,} "
        f"{'' if kind.startswith('rows') else 'cells '}{kind} ({'; '.join(places)})"
        for kind, places in found.faults.items()
    )
    steps = []
    if any(kind.startswith("rows") for kind in found.faults):
        steps.append(f"Put a text that holds a {_NAMES[layout.delimiter]} in quotation marks.")
    if any(not kind.startswith("rows") for kind in found.faults):
        steps.append(f"{_NO_MARKS} Leave a cell empty where nothing is known.")
    raise InvalidTable(
        f"{piece.name} cannot be used as it is (row 1 is the header):\n{listed}",
        where=piece.where,
        next_step=" ".join(steps),
    )
