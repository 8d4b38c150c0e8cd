"""One question, from its address until its answer is on the shelf.

Knows: attempts at a question, conditions, parts, checks before a body is kept. Must not know: what
any publisher answers. May import: errors, and its neighbours.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from techdiplomacy.errors import ContentRejected, SourceUnavailable, TechDiplomacyError
from techdiplomacy.sources.addresses import address_of, origin_of, unsafe
from techdiplomacy.sources.attempts import Shelf, written
from techdiplomacy.sources.content import Incomplete, examine
from techdiplomacy.sources.parts import Part, on_disk
from techdiplomacy.sources.retries import LATER, Failed, Failure, Patience
from techdiplomacy.sources.secrets import holds_secret, redact_url
from techdiplomacy.sources.service import Ask, Check, Pace, Service
from techdiplomacy.sources.throttle import Clock, Throttle
from techdiplomacy.sources.transfer import Received, Wire

PACKAGE = "technology-diplomacy-workbench"


@dataclass(frozen=True)
class Asker:
    """Puts questions of one source to its service, and its answers on the shelf.

    Parameters
    ----------
    service : Service
        Who is asked.
    base : str
        Base address, with a slash at its end.
    pace : Pace
        How often it may be asked.
    shelf : Shelf
        Where answers are kept.
    wire : Wire
        The way there.
    throttle : Throttle
        Turns at the publisher.
    clock : Clock
        The time.
    say : callable
        Takes a line for the person who waits.
    secrets : sequence of str
        What no answer may repeat.
    deadline_seconds, max_wait : float
        The longest that one file may take, and the longest wait that is waited.
    """

    service: Service
    base: str
    pace: Pace
    shelf: Shelf
    wire: Wire
    throttle: Throttle
    clock: Clock
    say: Callable[[str], None]
    secrets: Sequence[str]
    deadline_seconds: float
    max_wait: float

    def where(self, ask: Ask) -> str:
        """Return host and path of a question, for messages."""
        url = redact_url(address_of(ask, self.base))
        return self.wire.hide(url.partition("?")[0].partition("://")[2])

    def ask(self, ask: Ask, check: Check | None) -> None:
        """Put a question until its answer is on the shelf or nothing more can be done.

        Raises
        ------
        TechDiplomacyError
            Of the kind that tells what to do.
        """
        url, where = address_of(ask, self.base), self.where(ask)
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
            retrying(self._attempt, ask, check, url, patience)
        except TechDiplomacyError as error:
            self._leave(Part(self.shelf.place, ask.name))
            self.shelf.keep_refusal(ask, error)
            raise

    def _leave(self, part: Part) -> None:
        """Keep a part after a failure only if it can be continued and does not repeat the key."""
        with on_disk(self.shelf.place):
            lasting = part.size and part.state_path.is_file()
            if not lasting or holds_secret(part.path, self.secrets):
                part.drop()

    def _attempt(self, ask: Ask, check: Check | None, url: str, patience: Patience) -> None:
        """Put a question once; its body passes all checks before it is kept."""
        part = Part(self.shelf.place, ask.name)
        where = patience.where
        question = self.wire.hide(redact_url(url))
        known = part.state(question) if ask.a_file else None
        if known and known.total == part.size:
            # whole: a process of this attempt ended before the checks
            if known.begun == self.shelf.attempt.begun:
                found = Received(
                    question, 200, known.etag, known.last_modified, known.media_type, True
                )
                return self._accept(ask, check, part, found, where)
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
            response, shown = stack.enter_context(
                self.wire.send(
                    url,
                    {**headers, **old},
                    where=where,
                    read_timeout=self.service.read_timeout,
                    deadline=patience.deadline,
                )
            )
            status = response.status_code
            if status == 304 and old:
                return self._confirm(ask, check, where)
            if status == 416 and known:
                part.drop()
                raise Failed(Failure("the part that is here does not fit (416)", restart=True))
            if status not in (200, 206):
                raise Failed(self.wire.failure(response, patience.deadline))
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
        return self._accept(ask, check, part, found, where)

    def _accept(
        self, ask: Ask, check: Check | None, part: Part, found: Received, where: str
    ) -> None:
        """Check a body and put it on the shelf, or set it aside."""
        with on_disk(self.shelf.place):
            if holds_secret(part.path, self.secrets):
                part.drop()
                raise ContentRejected(
                    f"The answer of {self.service.name} repeats the key that it was asked with.",
                    where=where,
                    next_step="Nothing of it is kept. Tell the publisher, and use another key.",
                )
        refused: TechDiplomacyError | None = None
        warning = ""
        try:
            with on_disk(self.shelf.place):
                warning = examine(
                    part.path, ask, where=where, media_type=found.media_type, proved=found.proved
                )
            if check is not None:
                check(part.path)
        except TechDiplomacyError as error:
            refused = error
        if refused is not None:
            with on_disk(self.shelf.place, part):
                part.path.replace(self.shelf.place / f"{ask.name}.rejected")
                part.drop()
        if isinstance(refused, Incomplete):
            raise Failed(Failure("the answer is not whole", final=refused))
        if refused is not None:
            raise refused
        if warning:
            self.say(f"warning: {warning}")
        now = written(self.clock.now())
        with on_disk(self.shelf.folder, part):
            note = {
                "source": self.shelf.source,
                "origin": "live",
                "service": self.service.name,
                "url": found.url,
                "method": "GET",
                **self.shelf.asked(ask),
                "status": found.status,
                "etag": found.etag,
                "last_modified": found.last_modified,
                "media_type": found.media_type,
                "remarks": [text for text in (found.note, warning) if text],
                "fetched_at": now,
                "checked_at": now,
            }
            self.shelf.store(ask, part, note)

    def _confirm(self, ask: Ask, check: Check | None, where: str) -> None:
        """Take over a file of the last download that the publisher calls unchanged."""
        path = self.shelf.folder / ask.name
        with on_disk(self.shelf.folder):
            examine(path, ask, where=where)
        if check is not None:
            check(path)
        with on_disk(self.shelf.folder):
            self.shelf.carry_over(ask, checked_at=written(self.clock.now()))

    def _headers(self, ask: Ask) -> dict[str, str]:
        version = importlib.metadata.version(PACKAGE)
        agent = self.service.user_agent or "techdiplomacy/{version}"
        return {
            "User-Agent": agent.replace("{version}", version),
            "Accept": ask.accept,
            "Accept-Encoding": "identity" if ask.a_file else "gzip",
        }
