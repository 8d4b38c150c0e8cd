"""Members of a zip file as streams; nothing of it is ever unpacked onto the disk.

The one set of rules for zip files, whether a publisher sent them or they lie on a researcher's
disk: a file may name places outside itself, hide its content or open to more than a disk holds.

Knows: the tricks of zip files. Must not know: what the members hold.
May import: errors. Standard library only besides.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from techdiplomacy.errors import ContentRejected, SourceChanged

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_BLOCK = 1 << 20
LOOK = (
    "Look at what it holds. If it was downloaded, ask the publisher for it again (make refresh); "
    "if it is your own, unpack it by hand and name the file in it."
)


@dataclass(frozen=True)
class Limits:
    """How much a zip file may hold: members, bytes when unpacked, and times its packed size.

    Up to ``harmless`` bytes a member may be packed however well.
    """

    members: int = 100
    size: int = 20_000_000_000
    ratio: float = 200.0
    harmless: int = 1_000_000


def names(path: Path, *, limits: Limits | None = None) -> list[str]:
    """Return the names of the members that are files, after a look at all that is stated of them.

    Raises
    ------
    ContentRejected
        If the file is broken, holds names that reach out of a folder, links, encrypted or doubled
        members, or more than the limits.
    """
    with _opened(path) as archive:
        return list(_checked(path, archive.infolist(), limits or Limits()))


def listed(path: Path) -> list[str]:
    """Return the names of all members as they are written, to see what kind of file it is.

    Raises
    ------
    ContentRejected
        If the file is broken.
    """
    with _opened(path) as archive:
        return archive.namelist()


@contextmanager
def member(path: Path, name: str, *, limits: Limits | None = None) -> Iterator[BinaryIO]:
    """Give one member as a stream; what is not read of it is not looked at.

    Raises
    ------
    ContentRejected
        As `names`, or if the member unpacks to more than allowed.
    """
    limits = limits or Limits()
    with _opened(path) as archive:
        found = _checked(path, archive.infolist(), limits)
        with _guarded(path, archive, found[name], limits.size) as guard:
            yield io.BufferedReader(guard, _BLOCK)


def members(
    path: Path, expected: Sequence[str], *, limits: Limits | None = None
) -> Iterator[tuple[str, BinaryIO]]:
    """Give the expected members in their order, each as a stream to read before the next.

    Whatever a reader leaves of a member is read to its end, so that its checksum is checked. Other
    members are not opened.

    Parameters
    ----------
    path : Path
        The zip file.
    expected : sequence of str
        Names of the members that are wanted.
    limits : Limits, optional
        How much the file may hold.

    Raises
    ------
    ContentRejected
        As `names`, or if a member is broken or unpacks to more than allowed.
    SourceChanged
        If an expected member is missing.
    """
    limits = limits or Limits()
    with _opened(path) as archive:
        found = _checked(path, archive.infolist(), limits)
        missing = [name for name in expected if name not in found]
        if missing:
            raise SourceChanged(
                f"The zip file lacks {', '.join(missing)}; it holds "
                f"{', '.join(map(ascii, sorted(found))) or 'nothing'}.",
                where=path.name,
                next_step="See the publisher's notes on the release; then change the list of "
                "members in the connector.",
            )
        room = limits.size
        for name in expected:
            with _guarded(path, archive, found[name], room) as guard:
                yield name, io.BufferedReader(guard, _BLOCK)
                guard.drain()
                room -= guard.count


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _broken(path, error) from None
    with archive:
        yield archive


@contextmanager
def _guarded(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int
) -> Iterator[_Guard]:
    try:
        stream = archive.open(info)
    except _BROKEN as error:
        raise _broken(path, error, info.filename) from None
    with stream:
        yield _Guard(path, info.filename, stream, room)


class _Guard(io.RawIOBase):
    """A member that counts what is read of it and words its faults."""

    def __init__(self, path: Path, name: str, stream: IO[bytes], room: int) -> None:
        self.path = path
        self.name_inside = name
        self.stream = stream
        self.room = room
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        block = self._read(len(buffer))  # type: ignore[arg-type]
        buffer[: len(block)] = block  # type: ignore[index]
        return len(block)

    def drain(self) -> None:
        while self._read(_BLOCK):
            pass

    def _read(self, count: int) -> bytes:
        try:
            block: bytes = self.stream.read(count)
        except _BROKEN as error:
            raise _broken(self.path, error, self.name_inside) from None
        self.count += len(block)
        if self.count > self.room:
            raise _refused(self.path, f"'{self.name_inside}' unpacks to more than allowed")
        return block


def _checked(
    path: Path, infos: list[zipfile.ZipInfo], limits: Limits
) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, or refuse the file for what its directory says."""
    if len(infos) > limits.members:
        raise _refused(path, f"it holds {len(infos)} members, at most {limits.members} are read")
    found: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    total = 0
    for info in infos:
        name = info.orig_filename
        shown = ascii(name)
        if name.startswith("/") or "\\" in name or re.match(r"[A-Za-z]:", name) or "\0" in name:
            raise _refused(path, f"{shown} is not a plain name")
        if ".." in name.split("/"):
            raise _refused(path, f"{shown} reaches out of its folder")
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refused(path, f"{shown} is a link or a device")
        if info.flag_bits & 0x1:
            raise _refused(path, f"{shown} is encrypted")
        if name.casefold() in seen:
            raise _refused(path, f"{shown} is there twice")
        seen.add(name.casefold())
        if info.file_size > limits.harmless + limits.ratio * info.compress_size:
            raise _refused(
                path, f"{shown} claims to be over {limits.ratio:g} times its packed size"
            )
        total += info.file_size
        if not info.is_dir():
            found[name] = info
    if total > limits.size:
        raise _refused(path, f"it unpacks to {total} bytes, at most {limits.size} are read")
    return found


def _broken(path: Path, error: Exception, name: str = "") -> ContentRejected:
    member = f" in member '{name}'" if name else ""
    return ContentRejected(
        f"The zip file is broken{member}: {error or type(error).__name__}.",
        where=path.name,
        next_step=LOOK,
    )


def _refused(path: Path, why: str) -> ContentRejected:
    return ContentRejected(f"The zip file is refused: {why}.", where=path.name, next_step=LOOK)
