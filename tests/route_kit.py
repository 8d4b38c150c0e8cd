"""A kit without network that answers as the routes of a small world do, for tests of connectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from fake_kit import FakeKit
from loopback import Loopback, Route, Seen

from techdiplomacy.errors import NotFound, RequestRejected
from techdiplomacy.sources.download import Downloads
from techdiplomacy.sources.service import Ask, Service
from techdiplomacy.sources.throttle import Clock


class RouteKit(FakeKit):
    """Puts each question to the routes; refusals become the errors that the real kit raises."""

    def __init__(self, folder: Path, routes: Sequence[Route]) -> None:
        super().__init__(folder, {})
        self.world = Loopback(routes)

    def answered(self, ask: Ask) -> bytes:
        target = f"/{ask.path}" + (f"?{urlencode(ask.query)}" if ask.query else "")
        answer = self.world.answer(Seen("GET", ask.path, list(ask.query), {}, b"", 0.0), target)
        if answer.status >= 400:
            kind = NotFound if answer.status == 404 else RequestRejected
            words = f"status {answer.status}: {answer.body[:500].decode()}"
            raise kind(words, where=target, next_step="See the test.")
        return answer.body


class Time:
    """A clock that only waiting moves on."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def downloads(folder: Path, service: Service, time: Time) -> Downloads:
    """Return the real kit with a clock of its own."""
    clock = Clock(time.now, time.now, time.sleep)
    return Downloads(
        "a_source", service, folder, selection="x", refresh=False, clock=clock, announce=str
    )
