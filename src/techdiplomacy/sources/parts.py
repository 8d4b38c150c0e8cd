"""A body while it grows on the disk, what it belongs to, and how it is unpacked.

Knows: the part and its state file, gzip, what a full disk says. Must not know: who sends.
May import: errors, files, retries. Standard library only besides.
"""

from __future__ import annotations

import errno
import json
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from techdiplomacy.errors import SourceUnavailable
from techdiplomacy.files import write_json
from techdiplomacy.sources.retries import Failed, Failure

PIECE = 1 << 20
RATIO, SLACK = 200, 20_000_000  # figures shrink to a fiftieth at best; short answers may do better


@dataclass(frozen=True)
class State:
    """What a part belongs to, so that it can be continued: kept beside it while it grows."""

    question: str
    begun: str
    etag: str
    last_modified: str
    media_type: str
    total: int | None


class Part:
    """The growing body ``<name>.part`` and its state file.

    The state is removed before the part is emptied and written before it grows: at whatever
    point a process dies, a part with a state is the beginning of what the state describes.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.part"
        self.state_path = folder / f"{name}.part.json"

    @property
    def size(self) -> int:
        """Number of bytes that have come."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def state(self, question: str) -> State | None:
        """Return the state of a part of this question; None if there is nothing to continue."""
        try:
            state = State(**json.loads(self.state_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return state if state.question == question and self.size else None

    def begin(self, state: State | None) -> None:
        """Empty the part, and note what it belongs to if it can be continued."""
        self.state_path.unlink(missing_ok=True)
        self.path.write_bytes(b"")
        if state is not None:
            write_json(self.state_path, asdict(state))

    def drop(self) -> None:
        """Remove both files."""
        self.state_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


class TooLarge(Exception):
    """A packed body that becomes many times larger; never leaves the kit."""


class Unpacker:
    """Unpacks a body that was packed with gzip for the way, a piece at a time.

    A packed file whose server takes its ending for such a packing is left as it is: that shows
    when there is no packed file inside.
    """

    def __init__(self, packed_file: bool) -> None:
        self.stream = zlib.decompressobj(wbits=31)
        self.undecided = packed_file
        self.as_sent = False
        self.held = self.opened = b""
        self.count_in = self.count_out = 0

    @property
    def whole(self) -> bool:
        """Whether the packed body came to its end."""
        return self.as_sent or self.stream.eof

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Give what a further block adds to the file, in pieces of bounded size.

        Raises
        ------
        TooLarge
            If it grows to a size that no figures have.
        """
        if self.as_sent:
            yield block
            return
        self.count_in += len(block)
        if self.undecided:
            self.held += block
        for opened in self._inflate(block):
            self.count_out += len(opened)
            if self.count_out > SLACK + RATIO * self.count_in:
                raise TooLarge
            if not self.undecided:
                yield opened
                continue
            self.opened += opened
            if len(self.opened) < 2:
                continue
            self.undecided = False
            self.as_sent = not self.opened.startswith(b"\x1f\x8b")
            if self.as_sent:
                yield self.held
                return
            yield self.opened

    def _inflate(self, block: bytes) -> Iterator[bytes]:
        try:
            opened = b""
            # a full piece may have more behind it
            while block or (len(opened) == PIECE and not self.stream.eof):
                if self.stream.eof:
                    self.stream = zlib.decompressobj(wbits=31)
                opened = self.stream.decompress(block, PIECE)
                block = self.stream.unused_data if self.stream.eof else self.stream.unconsumed_tail
                if opened:
                    yield opened
        except zlib.error:
            raise Failed(Failure("the packed answer is broken")) from None


def not_the_rest(headers: Mapping[str, str], known: State | None, start: int, coding: str) -> str:
    """Return why an answer 206 does not continue a part; empty if it does."""
    found = re.fullmatch(
        r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", headers.get("Content-Range", "").strip()
    )
    if known is None:
        return "nobody asked for it"
    if not found or int(found[1]) != start:
        return "it begins elsewhere"
    if known.total is not None and int(found[3]) != known.total:
        return "its size has changed"
    strong = known.etag and not known.etag.startswith("W/")
    if strong and headers.get("ETag", "") != known.etag:
        return "its ETag has changed"
    if not strong and headers.get("Last-Modified", known.last_modified) != known.last_modified:
        return "its date has changed"
    return "" if coding in ("", "identity") else "it is packed"


@contextmanager
def on_disk(folder: Path, part: Part | None = None) -> Iterator[None]:
    """Word what the disk refuses; a part that does not fit is taken away again."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "The disk is full" if full else f"The disk refuses: {error.strerror or error}"
        if part is not None and full:
            part.drop()
        free = shutil.disk_usage(folder).free if folder.is_dir() else 0
    else:
        return
    raise SourceUnavailable(
        f"{why}; {free / 1e6:.0f} MB are free.",
        where=str(folder),
        next_step="Make room or give rights there, then run it again. Earlier files are untouched.",
    )
