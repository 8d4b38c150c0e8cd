"""The one place that asks publishers: questions, answers kept on disk, attempts.

Knows: which answers are kept and when a publisher is asked. Must not know: what any publisher
answers. May import: errors, and its neighbours.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from techdiplomacy.errors import (
    ContentRejected,
    RequestRejected,
    SourceChanged,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.sources import attempts
from techdiplomacy.sources.addresses import base_of, key_of, origin_of
from techdiplomacy.sources.attempts import Shelf
from techdiplomacy.sources.content import Incomplete, examine
from techdiplomacy.sources.lasting import read_note
from techdiplomacy.sources.parts import on_disk
from techdiplomacy.sources.questions import Asker
from techdiplomacy.sources.secrets import redact_text
from techdiplomacy.sources.service import Ask, Check, Fetched, Service
from techdiplomacy.sources.throttle import REAL, Clock, Throttle
from techdiplomacy.sources.transfer import Wire, quiet_library

# answers that end in one of these do not fit together, or the card does not fit them
SPOILING = (SourceChanged, ContentRejected, RequestRejected, UnknownCountry)


def to_stderr(words: str) -> None:
    """Print a line for the person who waits."""
    print(words, file=sys.stderr, flush=True)


class Downloads:
    """The answers of a service to one source, kept in a folder; use it in a ``with`` block.

    The folder holds the last download whose figures were let in. A new one is made in ``.next``:
    `complete` says that all answers are there, `finish` that their figures were let in. Without
    `finish` the last download stays as it is, and what has come so far is taken up the next time;
    but if the block is left before `complete` because answers do not fit, they are asked anew.

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
        True to ask the publisher although a download is kept.
    take_up : bool
        True to use a complete download that was not let in, also for a refresh.
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
        take_up: bool = False,
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
        self.take_up = take_up
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
        self.completed = self.finishing = False
        self.shelf = Shelf(
            folder, source=source, service=service.name, selection=selection, hide=self._hide
        )
        self.inside = contextlib.ExitStack()

    # the block

    def __enter__(self) -> Downloads:
        base, key, secret = base_of(self.service), key_of(self.service), self.service.secret
        self.secrets = [key] if key else []
        wire = Wire(
            self.service.name,
            origin=origin_of(base),
            secret={secret.header: secret.written.format(key)} if secret and key else {},
            secrets=self.secrets,
            clock=self.clock,
        )
        self.asker = Asker(
            service=self.service,
            base=base,
            pace=(self.service.pace_with_key if key else None) or self.service.pace,
            shelf=self.shelf,
            wire=wire,
            throttle=self.throttle,
            clock=self.clock,
            say=self.say,
            secrets=self.secrets,
            deadline_seconds=self.deadline_seconds,
            max_wait=self.max_wait,
        )
        with contextlib.ExitStack() as stack:
            self.shelf.lock(stack)
            words = self.shelf.open(self.clock.now(), refresh=self.refresh, take_up=self.take_up)
            if words:
                self.say(words)
            stack.callback(self.shelf.close)
            stack.callback(wire.session.close)
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
            if kind is None and self.finishing:
                self.shelf.finish(self.clock.now())
            elif isinstance(error, SPOILING) and not self.completed:
                self._misfit(error)

    def complete(self) -> None:
        """Say that all answers are there; a failure from now on does not make them worthless.

        It counts at once. Call it when the connector has its figures, before they are let in.
        """
        self.shelf.complete(self.clock.now())
        self.completed = True

    def finish(self) -> None:
        """Say that the figures were let in; it counts when the block ends without an error."""
        self.complete()
        self.finishing = True

    @property
    def date(self) -> str:
        """The day, in UTC, on which the attempt began."""
        return self.shelf.attempt.begun[:10]

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
        with self._hidden():
            if self.shelf.settled or not self._kept(ask, check):
                self._get(ask, check)
        return _fetched(self.shelf.place / ask.name)

    def earlier(self, name: str) -> Path | None:
        """Return the answer of the last download under a name, or None if it has no whole one.

        It serves to see whether a publisher's list of what it has is still the one it was; where
        the last download itself is in use, that is the answer `fetch` returns.
        """
        attempts.check_name(name)
        with on_disk(self.folder):
            return self.shelf.earlier(name)

    def reuse(self, ask: Ask, check: Check | None = None) -> Fetched | None:
        """Return the last download's answer to this very question, without asking the publisher.

        Parameters
        ----------
        ask : Ask
            The question.
        check : callable, optional
            As for `fetch`.

        Returns
        -------
        Fetched or None
            None if there is no whole answer, or the check refuses it now: then `fetch` it.
        """
        attempts.check_name(ask.name)
        with self._hidden():
            if self._kept(ask, check):
                return _fetched(self.shelf.place / ask.name)
            with on_disk(self.folder):
                here = not self.shelf.settled and self.shelf.held_before(ask)
            if not here or not self._good(self.folder / ask.name, ask, check):
                return None
            with on_disk(self.folder):
                self.shelf.carry_over(ask)
        return _fetched(self.shelf.place / ask.name)

    def _get(self, ask: Ask, check: Check | None) -> None:
        """See that the answer is on the shelf and passes all checks."""
        if not self.shelf.settled:
            self.asker.ask(ask, check)
            return
        with on_disk(self.folder):
            here = self.shelf.holds(ask)
        path = self.shelf.place / ask.name
        if here:
            self._look(path, ask, check)
            return
        refusal = self.shelf.refusal(ask)
        if refusal is not None:
            raise refusal
        raise SourceChanged(
            f"The kept download of {self.source} from {self.date} lacks {ask.name}, or it is "
            "damaged.",
            where=str(path),
            next_step=f"Ask the publisher again: {self._refresh}",
        )

    def _kept(self, ask: Ask, check: Check | None) -> bool:
        """Return whether the attempt has the answer, and it passes the checks of today."""
        with on_disk(self.folder):
            here = self.shelf.holds(ask)
        return here and self._good(self.shelf.place / ask.name, ask, check)

    def _good(self, path: Path, ask: Ask, check: Check | None) -> bool:
        try:
            self._look(path, ask, check)
        except TechDiplomacyError:
            return False
        return True

    def _look(self, path: Path, ask: Ask, check: Check | None) -> None:
        with on_disk(self.folder):
            examine(path, ask, where=self.asker.where(ask))
        if check is not None:
            check(path)

    # what goes wrong

    @property
    def _refresh(self) -> str:
        return f"make refresh SOURCE={self.source}"

    def _misfit(self, error: TechDiplomacyError) -> None:
        """Mark answers that do not fit together, and name the way out of those that are kept."""
        passing = isinstance(error, Incomplete)  # of one answer, and it is not kept
        if not passing:
            self.shelf.spoil()
        if self.shelf.settled and not error.next_step.endswith(self._refresh):
            error.next_step += f" To ask the publisher again: {self._refresh}"
            error.args = (error.what, error.where, error.next_step)

    @contextlib.contextmanager
    def _hidden(self) -> Iterator[None]:
        """Take keys out of whatever an error says, also of those before it."""
        try:
            yield
        except TechDiplomacyError as error:
            todo: list[BaseException | None] = [error]
            seen: list[BaseException] = []
            while todo:
                link = todo.pop()
                if link is None or link in seen:
                    continue
                seen.append(link)
                todo += [link.__cause__, link.__context__]
                link.args = tuple(
                    self._hide(value) if isinstance(value, str) else value for value in link.args
                )
                for name in ("what", "where", "next_step", "body", "host"):
                    if isinstance(value := getattr(link, name, None), str):
                        setattr(link, name, self._hide(value))
            raise

    def _hide(self, text: str) -> str:
        return redact_text(text, self.secrets)


def _fetched(path: Path) -> Fetched:
    return Fetched(path, str(read_note(path).get("last_modified") or ""))


__all__ = ["REAL", "Clock", "Downloads", "to_stderr"]
