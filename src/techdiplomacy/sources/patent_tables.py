"""Tables of patents on disk are known by their headers and read row by row.

Knows: how REGPAT, PATSTAT and flat lists name columns and separate cells.
Must not know: what is counted. May import: errors, and of sources local_files, quarantine.
Standard library only besides.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from techdiplomacy.errors import ContentRejected, SourceChanged
from techdiplomacy.sources import local_files
from techdiplomacy.sources.local_files import Piece
from techdiplomacy.sources.quarantine import Quarantine

LARGEST = 20_000_000_000  # of a table, or of all that an archive unpacks to
_BOM = b"\xef\xbb\xbf"
_DELIMITERS = "|,;\t"
# the first of the spellings that a header has is taken; all are compared in lower case
SPELLINGS: dict[str, tuple[str, ...]] = {
    "application": (
        *("appln_id", "application_id", "application", "application_number", "appln_nr"),
        *("app_nbr", "pct_nbr", "docdb_family_id", "family_id", "family", "patent_id", "patent"),
    ),
    "country": (*("person_ctry_code", "ctry_code", "inventor_country", "country_code", "country"),),
    "year": ("prio_year", "priority_year", "earliest_filing_year", "priority_date", "year"),
    "person": ("person_id",),
    "inventor_number": ("invt_seq_nr",),
    "inv_share": ("inv_share",),
    "reg_share": ("reg_share",),
    "office": ("appln_auth",),
}
_CLASSES = {
    "IPC": ("ipc_class_symbol", "ipc", "ipc_class", "ipc_code", "ipc_symbol", "ipc4"),
    "CPC": ("cpc_class_symbol", "cpc_class", "cpc", "cpc_code", "cpc_symbol", "cpc4"),
}
_ANY_CLASS = ("class", "class_symbol", "symbol")
_APPLICANTS = ("app_share", "app_name")
BROKEN = "another number of cells than the header"
NAMELESS = "no application or person"
SWALLOWED = "a cell of several lines"
NO_CLASS, NO_YEAR, NO_SHARE = (
    *("class that is no symbol", "year that is none", "share that is no number"),
)
REASONS = (BROKEN, NAMELESS, SWALLOWED, NO_CLASS, NO_YEAR, NO_SHARE)


@dataclass
class Tally:
    """What was met on the way through a table."""

    aside: Quarantine
    rows: int = 0
    not_utf8: int = 0
    several_lines: int = 0
    empty: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Forget what is counted anew when a table is read once more, for another column."""
        self.rows = self.not_utf8 = self.several_lines = 0
        for reason in (BROKEN, NAMELESS, SWALLOWED):
            self.aside.counts.pop(reason, None)


@dataclass(frozen=True)
class Table:
    """A table on disk, by the names of its columns."""

    piece: Piece
    header: tuple[str, ...]
    delimiter: str
    columns: dict[str, str]  # what a column is for, and its name here
    keys: tuple[str, ...]  # columns that name an application

    def gives(self, *meanings: str) -> bool:
        """Return whether a table has columns for all of these."""
        return all(meaning in self.columns for meaning in meanings)

    def name(self, meaning: str) -> str:
        """Return the name of the column for something."""
        return self.columns[meaning]

    @property
    def one_row_each(self) -> bool:
        """Return whether each application has one row, as in a table of applications alone."""
        more = {word for words in _CLASSES.values() for word in words} | set(_ANY_CLASS)
        return not (self.gives("country") or more & set(self.header))

    @property
    def edition(self) -> str:
        """Return year and month in front of the name of a file of REGPAT."""
        found = re.match(r"(20[0-9]{2}[01][0-9])_", self.piece.name)
        return found[1] if found else ""

    @property
    def office(self) -> str:
        """Return EPO or PCT if the name of a file of REGPAT holds one of them."""
        words = set(re.split(r"[\W_]+", self.piece.name.upper())) & {"EPO", "PCT"}
        return words.pop() if len(words) == 1 else ""


def recognised(path: Path, classification: str) -> tuple[list[Table], list[str]]:
    """Return the tables of patents that a path holds, and the names of what is left out.

    Raises
    ------
    ContentRejected
        If the path is a single file that is no table.
    SourceChanged
        If nothing there is a table of patents.
    """
    found = local_files.pieces(path, largest=LARGEST)
    tables, unused = [], []
    for piece in found:
        if len(found) == 1:
            local_files.refuse_what_is_no_table(piece)
        table = None if local_files.not_a_table(piece) else _table(piece, classification)
        if table is None:
            unused.append(piece.name)
        else:
            tables.append(table)
    if not tables:
        listed = ", ".join(unused[:8]) or "nothing"
        raise SourceChanged(
            f"{path.name} holds no table of patents with a header that is known; it holds "
            f"{listed}.",
            where=str(path),
            next_step="A flat list needs the columns application, country, class and year, named "
            "so or as PATSTAT does (appln_id, person_ctry_code, ipc_class_symbol, prio_year).",
        )
    return tables, unused


def _table(piece: Piece, classification: str) -> Table | None:
    """Return a table by its header; None if it has no column that is of use."""
    with piece.open() as stream:
        start = stream.readline(65_536)
    text, _ = _text(start.removeprefix(_BOM))
    text = text.strip("\r\n")
    delimiter = max(_DELIMITERS, key=text.count)
    names = next(csv.reader([text], delimiter=delimiter), [])
    header = tuple(name.strip().casefold() for name in names)
    if set(_APPLICANTS) & set(header) or len(header) != len(set(header)):
        return None
    spellings = {**SPELLINGS, "class": (*_CLASSES[classification], *_ANY_CLASS)}
    columns = {
        meaning: next(word for word in words if word in header)
        for meaning, words in spellings.items()
        if set(words) & set(header)
    }
    keys = tuple(word for word in SPELLINGS["application"] if word in header)
    table = Table(piece, header, delimiter, columns, keys)
    useful = (("application", "year"), ("application", "class"), ("application", "country"))
    more = (("application", "person", "inventor_number"), ("person", "country"))
    return table if any(table.gives(*one) for one in (*useful, *more)) else None


def rows_of(table: Table, names: Sequence[str], tally: Tally) -> Iterator[tuple[str, ...]]:
    """Yield some cells of each row below the header; broken rows are counted and left out.

    Parameters
    ----------
    table : Table
        A table on disk.
    names : sequence of str
        Columns wanted; the first names what the row is about and may not be empty.
    tally : Tally
        Where rows and broken rows are counted.

    Raises
    ------
    ContentRejected
        If the file cannot be split into cells.
    """
    at = [table.header.index(name) for name in names]
    width = len(table.header)
    with table.piece.open() as stream:
        lines = local_files.byte_lines(stream, table.piece, largest=LARGEST)
        next(lines, None)
        split = _split_plain if table.delimiter == "|" else _split_quoted
        for cells, count in split(lines, table, tally):
            if not any(cells):
                continue
            tally.rows += count
            tally.several_lines += count > 1
            if len(cells) != width:
                tally.aside.count(BROKEN, count)
                continue
            wanted = tuple(cells[place].strip() for place in at)
            if not wanted[0]:
                tally.aside.count(NAMELESS, count)
            elif count > 1 and any("\n" in cell for cell in wanted):
                # a quotation mark that is not closed on its line has swallowed the next ones
                tally.aside.count(SWALLOWED, count)
            else:
                yield wanted


def _split_plain(
    lines: Iterator[bytes], table: Table, tally: Tally
) -> Iterator[tuple[list[str], int]]:
    """Yield cells of lines without quoting, and the one line that each row takes."""
    for line in lines:
        yield _counted(line, tally).rstrip("\r\n").split("|"), 1


def _split_quoted(
    lines: Iterator[bytes], table: Table, tally: Tally
) -> Iterator[tuple[list[str], int]]:
    """Yield cells of a CSV, and how many lines each row takes."""
    reader = csv.reader((_counted(line, tally) for line in lines), delimiter=table.delimiter)
    before = 0
    try:
        for cells in reader:
            yield cells, reader.line_num - before
            before = reader.line_num
    except csv.Error as error:
        raise ContentRejected(
            f"{table.piece.name} cannot be split into cells: {error}.",
            where=f"{table.piece.where}, line {reader.line_num + 1}",
            next_step="See whether a quotation mark is opened and not closed there.",
        ) from error


def _counted(line: bytes, tally: Tally) -> str:
    """Return a line as text, counting those that are not UTF-8."""
    text, is_utf8 = _text(line)
    tally.not_utf8 += not is_utf8
    return text


def _text(line: bytes) -> tuple[str, bool]:
    """Return a line as text, and whether it is UTF-8."""
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        # names and addresses of older editions; none of them is kept
        return line.decode("latin-1"), False
