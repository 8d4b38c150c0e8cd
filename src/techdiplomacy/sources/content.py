"""Whether the bytes of an answer are what was asked for, and all of it.

Knows: first bytes, disguises of error pages, ends of files, hashes. Must not know: columns and
codes, which are the connector's. May import: errors, service. Standard library only besides.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from techdiplomacy.errors import ContentRejected, QueryTooLarge
from techdiplomacy.sources.service import Ask

LATER = (
    "Run it again later; the answer is kept for a look in the download folder: .next/{}.rejected"
)
MARKS = {"zip": b"PK\x03\x04", "gzip": b"\x1f\x8b"}
MEDIA = {
    "json": ("json",),
    "csv": ("csv", "comma-separated", "tab-separated", "text/plain"),
    "gzip": ("gzip", "octet-stream"),
    "zip": ("zip", "octet-stream"),
    "xml": ("xml",),
    "text": ("text/",),
}
_HEAD = 4096
_HTML = re.compile(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html[\s>])", re.I | re.S)
_SERVER_ERROR = re.compile(r"[\"'\[\s]*(internal\s+)?server\s+error", re.I)
_FAULT = re.compile(r"(<\?xml[^>]*>\s*)?<(\w+:)?Envelope\b.*<(\w+:)?Fault[\s>]", re.I | re.S)
# Eurostat announces a file instead of sending figures, with status 200
_TO_A_FILE = re.compile(r"<(\w+:)?Message\s[^>]*code=\"413\"|\"status\"\s*:\s*413\b", re.I)


class Incomplete(ContentRejected):
    """An answer that stops early or is a passing error; another attempt may bring the whole."""


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def examine(path: Path, ask: Ask, *, where: str, media_type: str = "", proved: bool = True) -> str:
    """Check an answer on disk, and return a warning or an empty text.

    Parameters
    ----------
    path : Path
        The body, unpacked if it was packed for the way.
    ask : Ask
        What was asked for.
    where : str
        Host and path, for messages.
    media_type : str
        As the answer claims; empty if it says nothing.
    proved : bool
        Whether length, chunks or a packed stream proved on the way that the body is whole.

    Raises
    ------
    Incomplete
        If the body stops early, or is the text of a passing error.
    ContentRejected
        If it is something else than asked for, or its size or hash is not the pinned one.
    QueryTooLarge
        If it says that the figures will come as a file.
    """
    step = LATER.format(ask.name)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise Incomplete("The answer is empty.", where=where, next_step=step)
    wrong = _disguise(_text(head), ask.kind, media_type)
    if wrong == "too large":
        raise QueryTooLarge(
            "The publisher would write the figures to a file instead of sending them.",
            where=where,
            next_step="Narrow live.ask on the card: fewer countries, years or codes at once.",
        )
    if wrong:
        kind = Incomplete if wrong == "the words 'server error'" else ContentRejected
        raise kind(f"The answer is {wrong}, not {ask.kind}.", where=where, next_step=step)
    if not _first_bytes_fit(head, ask):
        start = f"'{ask.header}'" if ask.kind == "csv" and ask.header else f"as {ask.kind} does"
        raise ContentRejected(
            f"The answer does not begin {start}, but with {_shown(head)}.",
            where=where,
            next_step=step,
        )
    _pinned(path, ask, where)
    problem = _unfinished(path, ask.kind, proved)
    if problem:
        raise Incomplete(f"The answer is not whole: {problem}.", where=where, next_step=step)
    plain = media_type.partition(";")[0].strip().lower()
    if not any(word in plain for word in MEDIA[ask.kind]):
        return f"{ask.name} is labelled '{plain or 'nothing'}', but its content is {ask.kind}"
    return ""


def _text(head: bytes) -> str:
    """Return the beginning without byte-order mark and blanks, whatever it is written in."""
    code = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(code, errors="replace").lstrip("\ufeff \t\r\n\0")


def _disguise(text: str, kind: str, media_type: str) -> str:
    """Return what an answer is instead of figures; empty if it may be figures."""
    if _HTML.match(text) or media_type.partition(";")[0].strip().lower() == "text/html":
        return "a web page"
    if _SERVER_ERROR.match(text):
        return "the words 'server error'"
    if _FAULT.match(text):
        return "a SOAP fault"
    if text.startswith(("<", "{")) and _TO_A_FILE.search(text):
        return "too large"
    if kind in ("json", "csv") and text.startswith("<"):
        return "XML"
    if kind == "csv" and text.startswith(("{", "[")):
        return "JSON"
    return ""


def _first_bytes_fit(head: bytes, ask: Ask) -> bool:
    if ask.kind in MARKS:
        return head.startswith(MARKS[ask.kind])
    text = _text(head)
    if ask.kind == "json":
        return text.startswith(("{", "["))
    if ask.kind == "xml":
        return text.startswith("<")
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    if head.startswith((*MARKS.values(), b"PAR1")):
        return False
    return ask.kind == "text" or text.startswith(ask.header)


def _shown(head: bytes) -> str:
    first = _text(head).partition("\n")[0].strip()
    return ascii(first[:60]) if first.isprintable() else f"the bytes {head[:8].hex(' ')}"


def _pinned(path: Path, ask: Ask, where: str) -> None:
    """Compare size and hashes with those pinned on the card."""
    found: list[tuple[str, object, object]] = [("size", ask.size, path.stat().st_size)]
    if ask.sha256:
        found.append(("sha256", ask.sha256.lower(), sha256_of(path)))
    if ask.md5:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False))
        found.append(("md5", ask.md5.lower(), digest.hexdigest()))
    for name, pinned, is_now in found:
        if pinned is not None and pinned != is_now:
            raise ContentRejected(
                f"{ask.name} has {name} {is_now}, the card pins {pinned}.",
                where=where,
                next_step="If the publisher brought out a new release, read its notes and pin the "
                "new value on the card; else run it again later.",
            )


def _unfinished(path: Path, kind: str, proved: bool) -> str:
    """Return why a file is not whole; empty if it is."""
    try:
        if kind == "json":
            with path.open(encoding="utf-8-sig") as text:
                json.load(text)
        elif kind == "gzip":
            with gzip.open(path) as packed:
                while packed.read(1 << 20):
                    pass
        elif kind == "zip":
            with zipfile.ZipFile(path) as archive:
                return "" if archive.namelist() else "the zip file is empty"
        elif kind == "csv":
            return _last_record(path) or _last_line(path, proved)
        elif kind == "text":
            return _last_line(path, proved)
        elif kind == "xml":
            return "" if _tail(path).rstrip().endswith(b">") else "the last tag is cut"
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, csv.Error) as error:
        return str(error).rstrip(".")
    return ""


def _tail(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _HEAD))
        return stream.read()


def _last_line(path: Path, proved: bool) -> str:
    """Return why a text without a length may be cut: its last line does not end."""
    if not proved and not _tail(path).endswith((b"\n", b"\r")):
        return "its length was not announced and the last line does not end"
    return ""


def _last_record(path: Path) -> str:
    """Return what the last record of a CSV lacks."""
    lines: list[str] = []

    def noted(stream: io.TextIOBase) -> Iterator[str]:
        for line in stream:
            lines.append(line)
            yield line

    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        first = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t|", key=first.count)
        width, last, raw = 0, 0, ""
        for record in csv.reader(noted(stream), delimiter=delimiter):
            if record:
                width, last, raw = width or len(record), len(record), "".join(lines)
            lines.clear()
    if last < width:
        return f"the last record has {last} of {width} fields"
    list(csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter, strict=True))
    return ""
