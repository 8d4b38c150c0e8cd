"""Members of a zip file as streams; nothing of it is ever unpacked onto the disk.

Knows: the tricks of zip files. Must not know: what the members hold.
May import: errors. Standard library only besides.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from techdiplomacy.errors import ContentRejected, SourceChanged

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_BLOCK = 1 << 20
LATER = "Look at the file, then ask the publisher for it again (make refresh)."


@dataclass(frozen=True)
class Limits:
    """How much a zip file may hold: members, bytes when unpacked, and times its packed size."""

    members: int = 100
    size: int = 20_000_000_000
    ratio: float = 200.0


def members(
    path: Path,
    expected: Sequence[str],
    *,
    limits: Limits | None = None,
    ignored: Collection[str] = (),
) -> Iterator[tuple[str, BinaryIO]]:
    """Give the expected members in their order, each as a stream to read before the next.

    Whatever a reader leaves of a member is read to its end, so that its checksum is checked.

    Parameters
    ----------
    path : Path
        The zip file.
    expected : sequence of str
        Names of the members that are wanted.
    limits : Limits, optional
        How much the file may hold.
    ignored : collection of str
        Names of members that may be there besides and are not opened.

    Raises
    ------
    ContentRejected
        If the file is broken, holds names that reach out of a folder, links, encrypted or doubled
        members, or more than the limits.
    SourceChanged
        If an expected member is missing or another one is there.
    """
    limits = limits or Limits()
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _broken(path, error) from None
    with archive:
        found = _checked(path, archive.infolist(), limits)
        _compare(path, found, expected, ignored)
        room = limits.size
        for name in expected:
            try:
                opened = archive.open(found[name])
            except _BROKEN as error:
                raise _broken(path, error, name) from None
            with opened:
                guard = _Guard(path, name, opened, room)
                yield name, io.BufferedReader(guard, _BLOCK)
                guard.drain()
                room -= guard.count


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
    total = packed = 0
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
        if info.file_size > limits.ratio * max(info.compress_size, 1):
            raise _refused(
                path, f"{shown} claims to be over {limits.ratio:g} times its packed size"
            )
        total += info.file_size
        packed += info.compress_size
        if not info.is_dir():
            found[name] = info
    if total > limits.size:
        raise _refused(path, f"it unpacks to {total} bytes, at most {limits.size} are read")
    return found


def _compare(
    path: Path, found: Collection[str], expected: Sequence[str], ignored: Collection[str]
) -> None:
    missing = [name for name in expected if name not in found]
    extra = sorted(name for name in found if name not in expected and name not in ignored)
    if missing or extra:
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        parts += [f"holds {', '.join(map(ascii, extra))} besides"] if extra else []
        raise SourceChanged(
            f"The zip file {' and '.join(parts)}.",
            where=path.name,
            next_step="See the publisher's notes on the release; then change the list of members "
            "in the connector.",
        )


def _broken(path: Path, error: Exception, name: str = "") -> ContentRejected:
    member = f" in member '{name}'" if name else ""
    return ContentRejected(
        f"The zip file is broken{member}: {error or type(error).__name__}.",
        where=path.name,
        next_step=LATER,
    )


def _refused(path: Path, why: str) -> ContentRejected:
    return ContentRejected(f"The zip file is refused: {why}.", where=path.name, next_step=LATER)
