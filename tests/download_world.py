"""A small service and a kit that asks it, for the tests of the download kit."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Loopback, Route, StillClock

from techdiplomacy.sources.download import Downloads
from techdiplomacy.sources.service import Ask, Pace, Service

CSV = b"iso2,year,value\nNA,2020,1\nKR,2020,2\n"
FILE = gzip.compress(bytes(range(256)) * 2000 + os.urandom(60_000), mtime=0)
GOOD = Answer(CSV, content_type="text/csv")
ASK = Ask("tiny.csv", "data", "csv", header="iso2,year")
A_FILE = Ask("tiny.csv.gz", "file.csv.gz", "gzip", a_file=True)


def names_in(folder: Path) -> set[str]:
    """Return the names of answers, notes and parts in a folder."""
    return {path.name for path in folder.iterdir()} - {".lock", "attempt.json", ".next"}


class World:
    """A service that answers as told, and its kit in a folder of its own."""

    def __init__(self, server: Loopback, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.still = StillClock()
        self.said: list[str] = []
        self.service = Service(
            "Tiny", "TINY_BASE_URL", "https://tiny.example/api", Pace("tiny", 0.0)
        )

    def kit(self, **more: Any) -> Downloads:
        settings = {
            "selection": "all",
            "refresh": False,
            "clock": self.still.clock,
            "announce": self.said.append,
            **more,
        }
        service = settings.pop("service", self.service)
        return Downloads("tiny", service, self.folder, **settings)

    def get(self, ask: Ask = ASK, check: Any = None, *, finish: bool = True, **more: Any) -> bytes:
        with self.kit(**more) as kit:
            body = kit.fetch(ask, check).path.read_bytes()
            if finish:
                kit.finish()
        return body

    def answers(self, *answers: Answer | Callable[..., Answer]) -> None:
        self.server.routes[:] = [Route(".", list(answers))]
        self.server.requests.clear()

    @property
    def names(self) -> set[str]:
        """Files of the download that was let in, but for those that are always there."""
        return names_in(self.folder)

    @property
    def next(self) -> Path:
        """Folder of the attempt that is under way."""
        return self.folder / ".next"

    @property
    def note(self) -> dict[str, Any]:
        """Note beside the answer that was let in."""
        return json.loads((self.folder / "tiny.csv.meta.json").read_text())


@contextmanager
def open_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Run the service for one test."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # not for addresses of this machine
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Loopback([Route(".", [GOOD])]) as server:
        monkeypatch.setenv("TINY_BASE_URL", server.url + "/api/")
        yield World(server, tmp_path / "downloads" / "tiny")
