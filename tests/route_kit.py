"""A kit without network that answers as the routes of a small world do, for tests of connectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from loopback import Loopback, Route, Seen

from techdiplomacy.errors import NotFound, RequestRejected
from techdiplomacy.sources.download import Downloads
from techdiplomacy.sources.service import Ask, Check, Fetched, Service
from techdiplomacy.sources.throttle import Clock


class RouteKit:
    """Puts each question to the routes; refusals become the errors that the real kit raises.

    ``asked`` holds the questions in their order, ``said`` the words for the person.
    """

    def __init__(self, folder: Path, routes: Sequence[Route]) -> None:
        self.folder = folder
        self.world = Loopback(routes)
        self.asked: list[Ask] = []
        self.said: list[str] = []

    def fetch(self, ask: Ask, check: Check | None = None) -> Fetched:
        self.asked.append(ask)
        target = f"/{ask.path}" + (f"?{urlencode(ask.query)}" if ask.query else "")
        answer = self.world.answer(Seen("GET", ask.path, list(ask.query), {}, b"", 0.0), target)
        if answer.status >= 400:
            kind = NotFound if answer.status == 404 else RequestRejected
            words = f"status {answer.status}: {answer.body[:500].decode()}"
            raise kind(words, where=target, next_step="See the test.")
        path = self.folder / ask.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.body)
        if check is not None:
            check(path)
        return Fetched(path)

    def say(self, words: str) -> None:
        self.said.append(words)


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
