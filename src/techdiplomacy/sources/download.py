"""The one place that asks publishers: questions, answers kept on disk, attempts.

Knows: which answers are kept and when a publisher is asked. Must not know: what any publisher
answers. May import: errors, and its neighbours.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from techdiplomacy.errors import (
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
)
from techdiplomacy.sources import attempts
from techdiplomacy.sources.addresses import address_of, base_of, key_of, origin_of, unsafe
from techdiplomacy.sources.attempts import Shelf
from techdiplomacy.sources.content import Incomplete, examine, sha256_of
from techdiplomacy.sources.parts import Part, on_disk
from techdiplomacy.sources.retries import LATER, Failed, Failure, Patience
from techdiplomacy.sources.secrets import (
    holds_secret,
    redact_text,
    redact_url,
)
from techdiplomacy.sources.service import Ask, Check, Fetched, Service
from techdiplomacy.sources.throttle import REAL, Clock, Throttle
from techdiplomacy.sources.transfer import (
    Received,
    Wire,
    quiet_library,
)

PACKAGE = "technology-diplomacy-workbench"


def to_stderr(words: str) -> None:
    """Print a line for the person who waits."""
    print(words, file=sys.stderr, flush=True)


class Downloads:
    """The answers of a service to one source, kept in a folder; use it in a ``with`` block.

    Parameters
    ----------
    source : str
        Id of the source.
    service : Service
        Who is asked.
    folder : Path
        Where answers are kept between runs.
    selection : str
        Fingerprint of all that is asked; another one begins a new attempt.
    refresh : bool
        True to ask the publisher although a finished attempt is kept.
    clock : Clock
        The time.
    announce : callable
        Takes a line for the person who waits.
    throttle_folder : Path, optional
        Where the paces of all sources are; beside ``folder`` if not given.
    deadline_minutes : float
        The longest that one file may take, with all waits between attempts.
    max_wait : float
        The longest wait in seconds, between two attempts, that is waited.

    Raises
    ------
    SourceUnavailable
        On entry, if another process fetches the same source, or the base address is refused.
    AuthFailed
        On entry, if the key in the environment cannot travel in a header.
    """

    def __init__(
        self,
        source: str,
        service: Service,
        folder: Path,
        *,
        selection: str,
        refresh: bool,
        clock: Clock = REAL,
        announce: Callable[[str], None] = to_stderr,
        throttle_folder: Path | None = None,
        deadline_minutes: float = 30,
        max_wait: float = 60,
    ) -> None:
        self.source = source
        self.service = service
        self.folder = folder
        self.refresh = refresh
        self.clock = clock
        self.announce = announce
        self.deadline_seconds = deadline_minutes * 60
        self.max_wait = max_wait
        self.throttle = Throttle(
            throttle_folder or folder.parent / ".pace",
            service.name,
            clock=clock,
            announce=announce,
        )
        self.secrets: list[str] = []
        self.kept = self.confirmed = 0
        self.finishing = False
        self.shelf = Shelf(folder, source=source, service=service.name, selection=selection)
        self.inside = contextlib.ExitStack()

    # the block

    def __enter__(self) -> Downloads:
        self.base = base_of(self.service)
        key = key_of(self.service)
        secret = self.service.secret
        self.secrets = [key] if key else []
        self.pace = (self.service.pace_with_key if key else None) or self.service.pace
        self.wire = Wire(
            self.service.name,
            origin=origin_of(self.base),
            secret={secret.header: secret.written.format(key)} if secret and key else {},
            hide=self._hide,
            clock=self.clock,
        )
        with contextlib.ExitStack() as stack:
            self.shelf.lock(stack)
            if words := self.shelf.open(self.clock.now(), refresh=self.refresh):
                self.say(words)
            stack.callback(self.wire.session.close)
            stack.enter_context(quiet_library())
            self.inside = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self.inside:
            if kind is None and self.finishing and not self.shelf.finished:
                self.shelf.finish(self.clock.now())

    def finish(self) -> None:
        """Say that everything is there and right; it counts when the block ends without error."""
        self.finishing = True

    @property
    def date(self) -> str:
        """The day, in UTC, on which the attempt began."""
        return self.shelf.attempt.begun[:10]

    def facts(self) -> dict[str, int]:
        """Return how many requests were sent, bytes received, answers reused and confirmed."""
        return {
            "requests": self.wire.asked,
            "bytes": self.wire.bytes,
            "kept": self.kept,
            "confirmed": self.confirmed,
        }

    def say(self, words: str) -> None:
        """Tell the person at the keyboard what goes on."""
        self.announce(f"{self.service.name}: {self._hide(words)}")

    # one question

    def fetch(self, ask: Ask, check: Check | None = None) -> Fetched:
        """Return the answer to a question: the one that is kept, or a new one.

        Parameters
        ----------
        ask : Ask
            The question.
        check : callable, optional
            Takes the path of the answer and raises if it cannot be used.

        Raises
        ------
        TechDiplomacyError
            Of the kind that tells what to do; the earlier answer then stands untouched.
        """
        attempts.check_name(ask.name)
        path = self.folder / ask.name
        where = self._where(ask)
        if self.shelf.holds(ask) and self._still_good(ask, path, check, where):
            self.kept += 1
            return _fetched(path)
        if self.shelf.finished:
            refusal = self.shelf.refusal(ask)
            if refusal is not None:
                raise refusal
            raise SourceChanged(
                f"The kept download of {self.source} from {self.date} lacks {ask.name}, or it is "
                "damaged.",
                where=str(path),
                next_step=f"Ask the publisher again: make refresh SOURCE={self.source}",
            )
        return self._ask(ask, check, path, where)

    def _ask(self, ask: Ask, check: Check | None, path: Path, where: str) -> Fetched:
        url = address_of(ask, self.base)
        reason = unsafe(url)
        if reason:
            raise SourceUnavailable(
                f"The address of {ask.name} is refused: {reason}.", where=where, next_step=LATER
            )
        patience = Patience(
            self.service,
            host=origin_of(url)[1],
            where=where,
            clock=self.clock,
            deadline=self.clock.monotonic() + self.deadline_seconds,
            max_wait=self.max_wait,
        )

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            assert isinstance(error, Failed)
            seconds = patience.after(error.failure)
            if seconds > 2:
                self.say(f"{error.failure.words}; next attempt in {seconds:.0f} s")
            return seconds

        # stamina sleeps by itself and counts in real time; the engine beneath it takes a clock
        retrying = Retrying(
            retry=retry_if_exception_type(Failed), wait=wait, sleep=self.clock.sleep
        )
        try:
            return retrying(self._attempt, ask, check, path, url, where, patience)
        except TechDiplomacyError as error:
            self._leave(Part(self.folder, ask.name))
            self.shelf.keep_refusal(ask, error)
            raise

    def _leave(self, part: Part) -> None:
        """Keep a part after a failure only if it can be continued and does not repeat the key."""
        with on_disk(self.folder):
            lasting = part.size and part.state_path.is_file()
            if not lasting or holds_secret(part.path, self.secrets):
                part.drop()

    def _attempt(
        self,
        ask: Ask,
        check: Check | None,
        path: Path,
        url: str,
        where: str,
        patience: Patience,
    ) -> Fetched:
        """Put a question once; its body passes all checks before it takes the place of the old."""
        part = Part(self.folder, ask.name)
        question = redact_url(url)
        known = part.state(question) if ask.a_file else None
        if known and known.total == part.size:
            # whole: a process of this attempt ended before the checks
            if known.begun == self.shelf.attempt.begun:
                found = Received(
                    question, 200, known.etag, known.last_modified, known.media_type, True
                )
                return self._accept(ask, check, path, part, found, where)
            part.drop()
            known = None
        headers = self._headers(ask)
        old = {} if known else self.shelf.validators(ask)
        if known:
            strong = known.etag if known.etag and not known.etag.startswith("W/") else ""
            headers["Range"] = f"bytes={part.size}-"
            headers["If-Range"] = strong or known.last_modified
        with contextlib.ExitStack() as stack:
            # waiting for its turn is not the fault of this question
            patience.deadline += stack.enter_context(self.throttle.turn(ask.pace or self.pace))
            left = max(0.001, patience.deadline - self.clock.monotonic())
            response, shown = stack.enter_context(
                self.wire.send(
                    url,
                    {**headers, **old},
                    where=where,
                    read_timeout=min(self.service.read_timeout, left),
                )
            )
            status = response.status_code
            if status == 304 and old:
                return self._confirm(ask, check, path, where)
            if status == 416 and known:
                part.drop()
                raise Failed(Failure("the part that is here does not fit (416)", restart=True))
            if status not in (200, 206):
                raise Failed(self.wire.failure(response))
            found = self.wire.receive(
                response,
                part,
                known,
                question=question,
                begun=self.shelf.attempt.begun,
                a_file=ask.a_file,
                packed_file=ask.kind == "gzip",
                where=where,
                shown=shown,
                deadline=patience.deadline,
            )
        return self._accept(ask, check, path, part, found, where)

    def _accept(
        self,
        ask: Ask,
        check: Check | None,
        path: Path,
        part: Part,
        found: Received,
        where: str,
    ) -> Fetched:
        """Check a body and publish it with its note, or set it aside."""
        refused: TechDiplomacyError | None = None
        try:
            warning = examine(
                part.path, ask, where=where, media_type=found.media_type, proved=found.proved
            )
            if check is not None:
                check(part.path)
        except TechDiplomacyError as error:
            self._reject(path, part)
            refused = error
        if isinstance(refused, Incomplete):
            raise Failed(Failure("the answer is not whole", final=refused))
        if refused is not None:
            raise refused
        if warning:
            self.say(f"warning: {warning}")
        now = attempts.written(self.clock.now())
        with on_disk(self.folder, part):
            digest = sha256_of(part.path)
            self.shelf.begin()
            attempts.publish(part.path, path)
            part.drop()
            fresh = {
                "source": self.source,
                "origin": "live",
                "service": self.service.name,
                "url": found.url,
                "method": "GET",
                **attempts.asked(ask),
                "status": found.status,
                "etag": found.etag,
                "last_modified": found.last_modified,
                "media_type": found.media_type,
                "size": path.stat().st_size,
                "sha256": digest,
                "remarks": [text for text in (found.note, warning) if text],
                "fetched_at": now,
                "checked_at": now,
            }
            attempts.write_note(path, fresh)
            self.shelf.keep(ask.name, digest)
        return _fetched(path)

    def _reject(self, path: Path, part: Part) -> None:
        """Set a body aside for a look, unless it repeats the key."""
        with on_disk(self.folder, part):
            if holds_secret(part.path, self.secrets):
                part.drop()
            else:
                part.path.replace(path.with_name(path.name + ".rejected"))
                part.drop()

    def _confirm(
        self,
        ask: Ask,
        check: Check | None,
        path: Path,
        where: str,
    ) -> Fetched:
        """Reuse a file that the publisher calls unchanged."""
        examine(path, ask, where=where)
        if check is not None:
            check(path)
        note = attempts.read_note(path)
        with on_disk(self.folder):
            self.shelf.begin()
            attempts.write_note(path, {**note, "checked_at": attempts.written(self.clock.now())})
            self.shelf.keep(ask.name, str(note["sha256"]))
        self.confirmed += 1
        return _fetched(path)

    def _still_good(self, ask: Ask, path: Path, check: Check | None, where: str) -> bool:
        """Check a kept answer again; in an attempt that goes on, a bad one is asked for anew."""
        try:
            examine(path, ask, where=where)
            if check is not None:
                check(path)
        except TechDiplomacyError:
            if self.shelf.finished:
                raise
            return False
        return True

    def _where(self, ask: Ask) -> str:
        return self._hide(
            redact_url(address_of(ask, self.base)).partition("?")[0].partition("://")[2]
        )

    def _headers(self, ask: Ask) -> dict[str, str]:
        version = importlib.metadata.version(PACKAGE)
        agent = self.service.user_agent or "techdiplomacy/{version}"
        return {
            "User-Agent": agent.replace("{version}", version),
            "Accept": ask.accept,
            "Accept-Encoding": "identity" if ask.a_file else "gzip",
        }

    def _hide(self, text: str) -> str:
        return redact_text(text, self.secrets)


def _fetched(path: Path) -> Fetched:
    note = attempts.read_note(path)
    etag, modified = str(note.get("etag") or ""), str(note.get("last_modified") or "")
    return Fetched(path, etag=etag, last_modified=modified)


__all__ = ["REAL", "Clock", "Downloads", "to_stderr"]
