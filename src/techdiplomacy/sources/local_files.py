"""Files of the researcher are opened: plain, packed with gzip, in a zip, or a folder of them.

They force caution of their own: a spreadsheet may be saving the file at this moment, a workbook
or a web page may carry the name of a table, and an archive may unpack to more than the disk holds.

Knows: how a file on disk is opened without trusting it. Must not know: what its columns are.
May import: errors, archives. Standard library only besides.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from techdiplomacy.errors import ContentRejected, SourceUnavailable, suggest
from techdiplomacy.sources import archives

TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
_HEAD = 4096
_LONGEST_LINE = 4_000_000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK = ("[Content_Types].xml", "mimetype")
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet workbook (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_AS_CSV = "Open it in the spreadsheet and save it as 'CSV UTF-8'."
_AGAIN = "Get the file again, or save it again, and run the command again."


@dataclass(frozen=True)
class Piece:
    """One text file: by itself, packed with gzip, or a member of a zip.

    ``name`` is without folders: it may stand in a note beside figures.
    """

    name: str
    path: Path
    member: str = ""

    @property
    def where(self) -> str:
        """Return the place for a message."""
        return f"{self.path}: {self.member}" if self.member else str(self.path)

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Give the unpacked bytes as a stream."""
        with contextlib.ExitStack() as stack:
            if self.member:
                yield stack.enter_context(archives.member(self.path, self.member))
                return
            plain = stack.enter_context(self.path.open("rb"))
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=plain)) if packed else plain
            yield io.BufferedReader(unpacked) if packed else plain


@contextlib.contextmanager
def standing_still(path: Path) -> Iterator[None]:
    """Refuse what was read inside if the file changed meanwhile.

    Raises
    ------
    SourceUnavailable
        If the file is not there or may not be read.
    ContentRejected
        If its size or its time differ afterwards, or it cannot be unpacked.
    """
    with _named_failures(path):
        before = _state(path)
        yield
        after = _state(path)
    if before != after:
        raise ContentRejected(
            f"{path.name} was changed while it was read.",
            where=str(path),
            next_step="Wait until it is saved or copied, close it, and run the command again.",
        )


@contextlib.contextmanager
def _named_failures(path: Path) -> Iterator[None]:
    """Word what the system and the unpackers say about a file."""
    try:
        yield
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ContentRejected(
            f"{path.name} cannot be unpacked: {error}.", where=str(path), next_step=_AGAIN
        ) from error
    except OSError as error:
        raise SourceUnavailable(
            f"{path.name} cannot be read: {error.strerror or error}.",
            where=str(path),
            next_step="See whether the file is there, open to this account and on a disk that "
            "is connected.",
        ) from error


def refuse_what_is_no_file(path: Path, *, largest: int, folder: bool = False) -> None:
    """Raise unless a path is a file with content, or, where that is wanted, a folder.

    Parameters
    ----------
    path : Path
        What ``path`` in the settings names.
    largest : int
        Bytes that a file may have.
    folder : bool
        Whether a folder is as good.
    """
    with _named_failures(path):
        what, step = _no_file(path, largest, folder)
    if what:
        raise SourceUnavailable(f"{path.name} {what}", where=str(path), next_step=step)


def _no_file(path: Path, largest: int, folder: bool) -> tuple[str, str]:
    """Return why a path cannot be read, and what to do about it; nothing where it can."""
    if path.is_dir():
        return ("", "") if folder else ("is a folder.", "Name the file in it.")
    if not path.exists():
        near: list[str] = []
        with contextlib.suppress(OSError):
            near = [one.name for one in path.parent.iterdir()]
        step = "Correct the path; it counts from the folder of params.yaml."
        return f"is missing.{suggest(path.name, near)}", step
    if not path.is_file():
        return "is no file.", "Name a file on disk."
    size = path.stat().st_size
    if size == 0:
        return "is empty.", _AGAIN
    if size > largest:
        step = "Keep the rows and columns that are needed, and save these."
        return f"has {size:,} bytes; at most {largest:,} are read.", step
    return "", ""


def pieces(path: Path, *, largest: int) -> list[Piece]:
    """Return the files that a path stands for: itself, those of a folder, those of a zip.

    Hidden files, folders inside and what a system adds to an archive are left out.

    Raises
    ------
    ContentRejected
        If a zip holds what no honest one holds, or would unpack to more than ``largest`` bytes.
    """
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if one.is_file() and one.name[0] != ".")
        return [piece for one in inside for piece in pieces(one, largest=largest)]
    with path.open("rb") as stream:
        head = stream.read(4)
    if not head.startswith(_ZIP):
        return [Piece(path.name, path)]
    if set(archives.listed(path)) & set(_WORKBOOK):
        return [Piece(path.name, path)]
    return [
        Piece(Path(name).name, path, name)
        for name in sorted(archives.names(path, limits=archives.Limits(size=largest)))
        if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")
    ]


def not_a_table(piece: Piece) -> str:
    """Return what a file is instead of a table of text; empty where it may be one."""
    with piece.open() as stream:
        head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        return "an archive or a spreadsheet workbook"
    for mark, name in _OTHERS:
        if head.startswith(mark):
            return name
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) * 3 > len(head):
        return "written in UTF-16"
    if 0 in head:
        return "no text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return "" if start else "empty"


def refuse_what_is_no_table(piece: Piece) -> None:
    """Raise if a file is something else than text with cells, and say what to do about it."""
    found = not_a_table(piece)
    if not found:
        return
    step = _AS_CSV
    if found == "a web page":
        step = "Download the file itself: what was saved is the page around it, or an error page."
    elif found == "empty":
        step = _AGAIN
    raise ContentRejected(
        f"{piece.name} is {found}, not a table of text.", where=piece.where, next_step=step
    )


def byte_lines(stream: BinaryIO, piece: Piece, *, largest: int) -> Iterator[bytes]:
    """Yield the lines of a file, as long as they and the file keep within bounds.

    Raises
    ------
    ContentRejected
        If a line never ends, or the file unpacks to more than ``largest`` bytes.
    """
    read = 0
    while line := stream.readline(_LONGEST_LINE):
        read += len(line)
        if len(line) == _LONGEST_LINE:
            raise ContentRejected(
                f"{piece.name} has a line of more than {_LONGEST_LINE:,} bytes.",
                where=piece.where,
                next_step=f"It is no table with a row on each line. {_AS_CSV}",
            )
        if read > largest:
            raise ContentRejected(
                f"{piece.name} unpacks to more than {largest:,} bytes.",
                where=piece.where,
                next_step="Keep the rows and columns that are needed, and save these.",
            )
        yield line


def _state(path: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of a file, or of the files of a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    states = ((one, one.stat()) for one in files)
    return [(one.name, state.st_size, state.st_mtime_ns) for one, state in states]
