"""What a download folder holds: the attempt, its files, a note beside each.

An attempt is one go at all questions of a source. It may be cut off and taken up again; once it is
finished its files are used as they are until somebody asks for a refresh.

Knows: names of files, order of writing, whose answer a file is. Must not know: how a file came.
May import: errors, files, service, secrets, content, parts. Standard library only besides.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from techdiplomacy.errors import (
    NotFound,
    QueryTooLarge,
    RequestRejected,
    SourceUnavailable,
    TechDiplomacyError,
)
from techdiplomacy.files import write_bytes
from techdiplomacy.sources.content import sha256_of
from techdiplomacy.sources.parts import on_disk
from techdiplomacy.sources.secrets import redact_query, redact_url
from techdiplomacy.sources.service import Ask

ATTEMPT = "attempt.json"
LOCK = ".lock"
STALE_DAYS = 30  # a table is of one time; the slowest source takes nine days without a key
NOTE = ".meta.json"
BESIDE = (NOTE, ".quarantine.csv")
OURS = re.compile(r"\.(part|part\.json|meta\.json|rejected|quarantine\.csv)$")


@dataclass
class Attempt:
    """One go at all questions of a source; moments are in UTC, ``files`` are hashes by name.

    ``refused`` holds, by name, questions that the publisher would not answer and the connector
    then put in another way: a finished attempt is read again in the same way.
    """

    selection: str
    service: str
    begun: str
    finished: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)


# what a connector may answer by asking otherwise
REFUSALS = {kind.__name__: kind for kind in (NotFound, QueryTooLarge, RequestRejected)}


class Shelf:
    """The folder of one source while one process holds it.

    Parameters
    ----------
    folder : Path
        The folder.
    source, service : str
        Id of the source and name of the service.
    selection : str
        Fingerprint of all that is asked.
    """

    def __init__(self, folder: Path, *, source: str, service: str, selection: str) -> None:
        self.folder = folder
        self.source = source
        self.attempt = Attempt(selection, service, written(0))
        self.begun = False

    @property
    def finished(self) -> bool:
        """Whether the attempt is complete, so that nothing is asked."""
        return self.attempt.finished is not None

    def lock(self, stack: contextlib.ExitStack) -> None:
        """Keep other processes off the folder as long as the stack lasts.

        Raises
        ------
        SourceUnavailable
            If another process holds it.
        """
        with on_disk(self.folder.parent):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((self.folder / LOCK).open("wb"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SourceUnavailable(
                f"Another fetch of {self.source} is running.",
                where=str(self.folder),
                next_step="Let it end, or end it; then run this again. The lock of a process "
                "that died is free.",
            ) from None

    def open(self, now: float, *, refresh: bool) -> str:
        """Use the finished attempt, take up the one that was cut off, or begin anew; say which."""
        old = read_attempt(self.folder)
        self.attempt.begun = written(now)
        same = old and (old.selection, old.service) == (
            self.attempt.selection,
            self.attempt.service,
        )
        if old is None or not same or (old.finished is not None and refresh):
            return ""
        day = old.begun[:10]
        if old.finished is None and now - moment(old.begun) > STALE_DAYS * 86_400:
            return f"the download begun on {day} is too old, beginning anew"
        self.attempt, self.begun = old, True
        if old.finished is not None:
            return f"using the download of {day}, nothing is asked"
        return f"going on with the download begun on {day}, {len(old.files)} answers are here"

    def begin(self) -> None:
        """Write down a new attempt; only now, so that one that gets nothing changes nothing."""
        if not self.begun:
            write_attempt(self.folder, self.attempt)
            self.begun = True

    def keep(self, name: str, digest: str) -> None:
        """Write down that an answer is complete."""
        self.attempt.files[name] = digest
        self.attempt.refused.pop(name, None)
        write_attempt(self.folder, self.attempt)

    def keep_refusal(self, ask: Ask, error: TechDiplomacyError) -> None:
        """Remember that a question was refused, if a connector may ask otherwise.

        It is written with the next answer: a refusal by itself begins no attempt.
        """
        if type(error).__name__ not in REFUSALS:
            return
        self.attempt.refused[ask.name] = {
            **asked(ask),
            "error": type(error).__name__,
            "what": error.what,
            "where": error.where,
            "next_step": error.next_step,
            "body": getattr(error, "body", ""),
        }

    def refusal(self, ask: Ask) -> TechDiplomacyError | None:
        """Return how this very question was refused in the attempt, if it was."""
        kept = self.attempt.refused.get(ask.name)
        if kept is None or {name: kept[name] for name in ("path", "query")} != asked(ask):
            return None
        words = {name: str(kept[name]) for name in ("where", "next_step")}
        if kept["error"] == NotFound.__name__:
            return NotFound(str(kept["what"]), **words, body=str(kept["body"]))
        return REFUSALS[kept["error"]](str(kept["what"]), **words)

    def finish(self, now: float) -> None:
        """Write down that all is there, and delete what the attempt does not name."""
        self.attempt.finished = written(now)
        with on_disk(self.folder):
            write_attempt(self.folder, self.attempt)
            clear(self.folder, self.attempt)

    def holds(self, ask: Ask) -> bool:
        """Return whether the attempt has the answer to this very question, undamaged."""
        digest = self.attempt.files.get(ask.name)
        return digest is not None and self._whole(ask) == digest

    def validators(self, ask: Ask) -> dict[str, str]:
        """Return the headers that ask for a change only; none unless the old file is whole."""
        if not self._whole(ask):
            return {}
        note = read_note(self.folder / ask.name)
        if note.get("etag"):
            return {"If-None-Match": str(note["etag"])}
        if note.get("last_modified"):
            return {"If-Modified-Since": str(note["last_modified"])}
        return {}

    def _whole(self, ask: Ask) -> str:
        """Return the hash of an answer on disk that its note describes; empty if it does not."""
        path = self.folder / ask.name
        note = read_note(path)
        if {name: note.get(name) for name in ("path", "query")} != asked(ask):
            return ""
        if not path.is_file() or sha256_of(path) != note.get("sha256"):
            return ""
        return str(note["sha256"])


def asked(ask: Ask) -> dict[str, Any]:
    """Return a question as it stands in the note, without keys."""
    return {"path": redact_url(ask.path), "query": [list(pair) for pair in redact_query(ask.query)]}


def read_attempt(folder: Path) -> Attempt | None:
    """Return the attempt of a folder; None if there is none, or none that can be read."""
    try:
        attempt = Attempt(**json.loads((folder / ATTEMPT).read_text(encoding="utf-8")))
        moment(attempt.begun)
    except (OSError, ValueError, TypeError):
        return None
    whole = isinstance(attempt.files, dict) and isinstance(attempt.refused, dict)
    return attempt if whole else None


def write_attempt(folder: Path, attempt: Attempt) -> None:
    """Write the attempt of a folder."""
    write_lasting(folder / ATTEMPT, asdict(attempt))


def write_lasting(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON in the order given, so that it survives a loss of power."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(part: Path, path: Path) -> None:
    """Put a checked body in place of the old file."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.chmod(0o644)
    part.replace(path)
    sync_folder(path.parent)


def read_note(path: Path) -> dict[str, Any]:
    """Return the note beside a file; empty if there is none, or none that can be read."""
    try:
        note = json.loads(path.with_name(path.name + NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(path: Path, note: Mapping[str, Any]) -> None:
    """Write the note beside a file."""
    write_lasting(path.with_name(path.name + NOTE), note)


def clear(folder: Path, attempt: Attempt) -> None:
    """Delete the files of a folder that an attempt does not name: old answers, parts, refusals."""
    stay = {ATTEMPT, LOCK, *attempt.files}
    stay |= {name + ending for name in attempt.files for ending in BESIDE}
    for path in folder.iterdir():
        if path.is_file() and path.name not in stay:
            path.unlink()


def check_name(name: str) -> None:
    """Refuse a name of a question that cannot be the name of its file."""
    if not re.fullmatch(r"[\w][\w.+=,@-]*", name) or OURS.search(name) or name == ATTEMPT:
        raise ValueError(f"'{name}' cannot be the name of a kept answer")
    if len(name.encode()) > 200:
        raise ValueError(f"'{name[:40]}...' is too long for the name of a kept answer")


def written(seconds: float) -> str:
    """Return a moment in UTC as text.

    Examples
    --------
    >>> written(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> float:
    """Return what `written` was given.

    Examples
    --------
    >>> moment("1970-01-01T00:01:00Z")
    60.0
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
