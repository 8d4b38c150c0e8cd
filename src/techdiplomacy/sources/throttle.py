"""Publishers are asked one question at a time, and no faster than they bear.

Knows: a file per pace that all processes lock, with the moment of the last question in it.
Must not know: what is asked. May import: errors, service. Standard library only besides.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from techdiplomacy.errors import QuotaExhausted, SourceUnavailable
from techdiplomacy.sources.service import Pace

ANNOUNCED = 2.0  # shorter waits are not worth a line
_LONGEST = 64  # bytes of a moment


@dataclass(frozen=True)
class Clock:
    """The time, so that tests bring their own: seconds since 1970, a count of seconds, a wait."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


REAL = Clock()


class Throttle:
    """Turns at a publisher, shared by all processes and remembered between runs.

    Parameters
    ----------
    folder : Path
        Where the files of the paces are.
    name : str
        Of the service, for the person who waits.
    clock : Clock
        The time.
    announce : callable
        Takes a line for the person who waits.
    """

    def __init__(
        self, folder: Path, name: str, *, clock: Clock, announce: Callable[[str], None]
    ) -> None:
        self.folder = folder
        self.name = name
        self.clock = clock
        self.announce = announce
        self.asked: Counter[str] = Counter()

    @contextlib.contextmanager
    def turn(self, pace: Pace) -> Iterator[float]:
        """Wait until it is our turn, and hold it: nobody else asks within the block.

        The file stays locked for the whole question, so that a service is asked one question at
        a time; the system frees the lock of a process that dies. The block is given the seconds
        that were waited.

        Raises
        ------
        QuotaExhausted
            If this run has put as many questions as the pace allows.
        SourceUnavailable
            If the file cannot be written.
        """
        began = self.clock.monotonic()
        if pace.questions is not None and self.asked[pace.name] >= pace.questions:
            raise QuotaExhausted(
                f"{self.name} is asked at most {pace.questions} questions in one run.",
                where=pace.name,
                next_step="Run it again: what is complete is kept, only the rest is asked.",
                host=pace.name,
                status=0,
                seconds=None,
                until="",
            )
        with self._opened(pace) as stream:
            wait = self._wait(self._last(stream), pace.seconds)
            if wait > ANNOUNCED:
                self.announce(f"{self.name}: next question in {wait:.0f} s")
            if wait > 0:
                self.clock.sleep(wait)
            self.asked[pace.name] += 1
            self._stamp(stream)
            yield self.clock.monotonic() - began

    def _opened(self, pace: Pace) -> FileIO:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # without a buffer: what a full disk refuses must not be tried again on closing
            return FileIO(self.folder / (re.sub(r"[^\w.-]+", "_", pace.name) + ".last"), "a+")
        except OSError as error:
            raise self._refused(error) from None

    def _last(self, stream: FileIO) -> str:
        """Lock a file, once no other process holds it, and return what is in it."""
        try:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.announce(f"{self.name}: another run is asking, waiting for its answer")
                fcntl.flock(stream, fcntl.LOCK_EX)
            stream.seek(0)
            return stream.read(_LONGEST).decode(errors="replace")
        except OSError as error:
            raise self._refused(error) from None

    def _stamp(self, stream: FileIO) -> None:
        try:
            stream.truncate(0)
            stream.write(f"{self.clock.now():.3f}\n".encode())
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> SourceUnavailable:
        return SourceUnavailable(
            f"The moment of the last question to {self.name} cannot be noted: {error.strerror}.",
            where=str(self.folder),
            next_step="Make room or give rights there, then run it again.",
        )

    def _wait(self, last: str, seconds: float) -> float:
        """Return how long to wait; a file that was cut off or lies in the future means: in full."""
        if not last:
            return 0.0
        try:
            passed = self.clock.now() - float(last)
        except ValueError:
            return seconds
        return min(seconds, max(0.0, seconds - passed)) if passed >= 0 else seconds
