"""One line that shows how a large body arrives, on a terminal only.

Knows: bytes, rate, time left. Must not know: what arrives. May import: throttle.
Standard library only besides.
"""

from __future__ import annotations

import sys

from techdiplomacy.sources.throttle import Clock

LARGE = 5_000_000
EVERY = 0.5


class Progress:
    """Shows bytes, rate and time left of a body that is large or takes its time.

    Where there is no terminal nothing is written: a log is no place for a line that rewrites
    itself.
    """

    def __init__(self, name: str, start: int, total: int | None, clock: Clock) -> None:
        self.name = name
        self.start = start
        self.total = total
        self.clock = clock
        self.shown = False
        self.on = sys.stderr.isatty() and (total is None or total - start > LARGE)
        self.begun = self.last = clock.monotonic() if self.on else 0.0

    def show(self, count: int) -> None:
        """Rewrite the line, at most twice a second."""
        if not self.on or (now := self.clock.monotonic()) - self.last < EVERY:
            return
        self.last = now
        self.shown = True
        print(f"\r{self.line(count, now - self.begun):<78}", end="", file=sys.stderr, flush=True)

    def line(self, count: int, seconds: float) -> str:
        """Return the line after so many bytes of the whole and so many seconds.

        Examples
        --------
        >>> Progress("UN WPP", 0, 20_000_000, Clock()).line(5_000_000, 10)
        'UN WPP: 5.0 of 20.0 MB, 0.5 MB/s, 30 s left'
        """
        rate = (count - self.start) / max(seconds, 1e-6)
        of = f" of {self.total / 1e6:.1f}" if self.total else ""
        left = f", {(self.total - count) / rate:.0f} s left" if self.total and rate else ""
        return f"{self.name}: {count / 1e6:.1f}{of} MB, {rate / 1e6:.1f} MB/s{left}"

    def close(self) -> None:
        """Leave the line, if there is one."""
        if self.shown:
            print(file=sys.stderr)
