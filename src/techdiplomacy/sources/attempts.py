"""What a download folder holds: the download that was let in, and the one that is under way.

An attempt is one go at all questions of a source. It is made in ``.next``, may be cut off there and
taken up again, and takes the place of the last download only once its figures were let in. A
download that was let in is used as it is until somebody asks for a refresh.

Knows: names of files, order of writing, whose answer a file is. Must not know: how a file came.
May import: errors, service, secrets, content, lasting, parts. Standard library only besides.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
from collections.abc import Callable, Mapping
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
from techdiplomacy.sources.content import sha256_of
from techdiplomacy.sources.lasting import (
    NOTE,
    link,
    publish,
    read_note,
    sync_folder,
    write_lasting,
    write_note,
)
from techdiplomacy.sources.parts import Part, on_disk
from techdiplomacy.sources.secrets import redact_query, redact_url
from techdiplomacy.sources.service import Ask

ATTEMPT = "attempt.json"
NEXT = ".next"
LOCK = ".lock"
STALE_DAYS = 30  # a table is of one time; the slowest source takes nine days without a key
ORDER = (
    *("source", "origin", "service", "url", "method", "path", "query", "status", "etag"),
    *("last_modified", "media_type", "size", "sha256", "remarks", "fetched_at", "checked_at"),
)
BESIDE = (NOTE, ".quarantine.csv")
OURS = re.compile(r"\.(part|part\.json|meta\.json|rejected|quarantine\.csv)$")


@dataclass
class Attempt:
    """One go at all questions of a source; moments are in UTC, ``files`` are hashes by name.

    It is ``complete`` once the connector has all its answers, and ``finished`` once their figures
    were let in. It is ``spoilt`` if its answers do not fit together: it is not taken up then.
    ``refused`` holds, by name, questions that the publisher would not answer and the connector
    then put in another way: a kept attempt is read again in the same way.
    """

    selection: str
    service: str
    begun: str
    complete: str | None = None
    finished: str | None = None
    spoilt: bool = False
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
    hide : callable
        Takes keys out of a text; whatever is written passes it.
    """

    def __init__(
        self, folder: Path, *, source: str, service: str, selection: str, hide: Callable[[str], str]
    ) -> None:
        self.folder = folder
        self.place = folder / NEXT
        self.source = source
        self.hide = hide
        self.accepted: Attempt | None = None
        self.attempt = Attempt(selection, service, written(0))
        self.begun = False
        self.settled = False  # nothing is asked: all answers were here on opening

    @property
    def of_accepted(self) -> bool:
        """Whether the download that was let in is in use."""
        return self.attempt is self.accepted

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

    def open(self, now: float, *, refresh: bool, take_up: bool) -> str:
        """Use the last download, take up the attempt that is here, or begin anew; say which."""
        with on_disk(self.folder):
            settle(self.folder)
        last, left = read_attempt(self.folder), read_attempt(self.place)
        if last is not None and last.finished is not None:
            self.accepted = last
            if not refresh and self._same(last):
                self.attempt, self.place = last, self.folder
                self.begun = self.settled = True
                return f"using the download of {last.begun[:10]}, nothing is asked"
        self.attempt.begun = written(now)
        with on_disk(self.folder):
            self.place.mkdir(exist_ok=True)
        if left is None or not self._same(left):
            return ""
        day = left.begun[:10]
        if left.spoilt:
            return f"the answers of {day} do not fit together, beginning anew"
        if now - moment(left.begun) > STALE_DAYS * 86_400:
            return f"the download begun on {day} is too old, beginning anew"
        if left.complete is not None and refresh and not take_up:
            return f"the download of {day} was not let in, beginning anew"
        self.attempt, self.begun = left, True
        if left.complete is not None:
            self.settled = True
            return f"taking up the download of {day} that was not let in, nothing is asked"
        return f"going on with the download begun on {day}, {len(left.files)} answers are here"

    def _same(self, other: Attempt) -> bool:
        mine = self.attempt
        return (other.selection, other.service) == (mine.selection, mine.service)

    def begin(self) -> None:
        """Write down a new attempt; only now, so that one that gets nothing changes nothing."""
        if not self.begun:
            write_attempt(self.place, self.attempt)
            clear(self.place, self.attempt, parts=True)
            self.begun = True

    def store(self, ask: Ask, part: Part, note: Mapping[str, Any]) -> None:
        """Put a checked body on the shelf, with its note; ``note`` lacks what the file tells."""
        path = self.place / ask.name
        digest = sha256_of(part.path)
        self.begin()
        publish(part.path, path)
        part.drop()
        whole = {**note, "size": path.stat().st_size, "sha256": digest}
        write_note(path, self._hidden({name: whole[name] for name in ORDER}))
        self.keep(ask.name, digest)

    def carry_over(self, ask: Ask, **more: str) -> None:
        """Take an answer of the last download into the attempt; ``more`` is new in its note."""
        old, path = self.folder / ask.name, self.place / ask.name
        note = read_note(old)
        self.begin()
        link(old, path)
        write_note(path, self._hidden({**note, **more}))
        self.keep(ask.name, str(note["sha256"]))

    def keep(self, name: str, digest: str) -> None:
        """Write down that an answer is complete."""
        self.attempt.files[name] = digest
        self.attempt.refused.pop(name, None)
        write_attempt(self.place, self.attempt)

    def keep_refusal(self, ask: Ask, error: TechDiplomacyError) -> None:
        """Remember that a question was refused, if a connector may ask otherwise.

        It is written with the next answer: a refusal by itself begins no attempt.
        """
        if type(error).__name__ not in REFUSALS:
            return
        self.attempt.refused[ask.name] = self.asked(ask) | self._hidden(
            {
                "error": type(error).__name__,
                "what": error.what,
                "where": error.where,
                "next_step": error.next_step,
                "body": getattr(error, "body", ""),
            }
        )

    def refusal(self, ask: Ask) -> TechDiplomacyError | None:
        """Return how this very question was refused in the attempt, if it was."""
        kept = self.attempt.refused.get(ask.name)
        if kept is None or {name: kept[name] for name in ("path", "query")} != self.asked(ask):
            return None
        what, where = str(kept["what"]), str(kept["where"])
        next_step = str(kept["next_step"])
        if kept["error"] == NotFound.__name__:
            return NotFound(what, where=where, next_step=next_step, body=str(kept["body"]))
        return REFUSALS[kept["error"]](what, where=where, next_step=next_step)

    def complete(self, now: float) -> None:
        """Write down that all answers are here."""
        if self.attempt.complete is None and not self.of_accepted:
            with on_disk(self.folder):
                self.begin()
                self.attempt.complete = written(now)
                write_attempt(self.place, self.attempt)

    def spoil(self) -> None:
        """Write down that the answers do not fit together; the error that says so goes on."""
        if self.of_accepted or not self.begun:
            return
        self.attempt.spoilt = True
        try:
            write_attempt(self.place, self.attempt)
        except OSError:
            # a full disk: what cannot be marked is not kept either
            with contextlib.suppress(OSError):
                (self.place / ATTEMPT).unlink()

    def finish(self, now: float) -> None:
        """Put the attempt in the place of the last download; from its mark on it is the download.

        A process that ends on the way leaves the mark: the next one to open the folder goes on.
        """
        if self.of_accepted:
            return
        self.complete(now)
        with on_disk(self.folder):
            self.attempt.finished = written(now)
            write_attempt(self.place, self.attempt)
            settle(self.folder)

    def close(self) -> None:
        """Leave no empty folder behind."""
        with contextlib.suppress(OSError):
            (self.folder / NEXT).rmdir()

    def holds(self, ask: Ask) -> bool:
        """Return whether the attempt has the answer to this very question, undamaged."""
        digest = self.attempt.files.get(ask.name)
        return digest is not None and self._whole(self.place, ask) == digest

    def held_before(self, ask: Ask) -> bool:
        """Return whether the last download has the answer to this very question, undamaged."""
        digest = self.accepted.files.get(ask.name) if self.accepted else None
        return digest is not None and self._whole(self.folder, ask) == digest

    def earlier(self, name: str) -> Path | None:
        """Return an answer of the last download by its name, if it is undamaged."""
        path = self.folder / name
        digest = self.accepted.files.get(name) if self.accepted else None
        if digest is None or not path.is_file() or sha256_of(path) != digest:
            return None
        return path

    def validators(self, ask: Ask) -> dict[str, str]:
        """Return the headers that ask for a change only; none unless the old file is whole."""
        if not self.held_before(ask):
            return {}
        note = read_note(self.folder / ask.name)
        if note.get("etag"):
            return {"If-None-Match": str(note["etag"])}
        if note.get("last_modified"):
            return {"If-Modified-Since": str(note["last_modified"])}
        return {}

    def asked(self, ask: Ask) -> dict[str, Any]:
        """Return a question as it stands in the note, without keys."""
        query = [list(pair) for pair in redact_query(ask.query)]
        return dict(self._hidden({"path": redact_url(ask.path), "query": query}))

    def _whole(self, folder: Path, ask: Ask) -> str:
        """Return the hash of an answer on disk that its note describes; empty if it does not."""
        path = folder / ask.name
        note = read_note(path)
        if {name: note.get(name) for name in ("path", "query")} != self.asked(ask):
            return ""
        if not path.is_file() or sha256_of(path) != note.get("sha256"):
            return ""
        return str(note["sha256"])

    def _hidden(self, value: Any) -> Any:
        """Return a value of a note in which no text holds a key."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            return {name: self._hidden(inner) for name, inner in value.items()}
        return [self._hidden(inner) for inner in value] if isinstance(value, list) else value


def settle(folder: Path) -> None:
    """Put a finished attempt in the place of the last download, or go on with doing so.

    Every file of the attempt stays in ``.next`` until all have their place: however often this is
    cut off, it can be done again from the beginning.
    """
    arriving = read_attempt(folder / NEXT)
    if arriving is None or arriving.finished is None:
        return
    for name in _names(arriving):
        if (folder / NEXT / name).is_file():
            link(folder / NEXT / name, folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    sync_folder(folder)
    write_attempt(folder, arriving)
    clear(folder, arriving)
    remove(folder / NEXT)


def remove(folder: Path) -> None:
    """Delete the folder of an attempt; its mark first, so that half a folder is no attempt."""
    (folder / ATTEMPT).unlink()
    sync_folder(folder)
    shutil.rmtree(folder)


def _names(attempt: Attempt) -> list[str]:
    """Return the names of the files of an attempt and of what lies beside them."""
    return [name + ending for name in attempt.files for ending in ("", *BESIDE)]


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


def clear(folder: Path, attempt: Attempt, *, parts: bool = False) -> None:
    """Delete the files of a folder that an attempt does not name, but for parts if told so."""
    stay = {ATTEMPT, LOCK, *_names(attempt)}
    for path in folder.iterdir():
        kept = path.name in stay or (parts and path.name.endswith((".part", ".part.json")))
        if path.is_file() and not kept:
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
