"""A kit without network: answers by the name of a question, for tests of a connector alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.sources.service import Ask, Check, Fetched

Given = bytes | TechDiplomacyError | list[bytes | TechDiplomacyError]


class FakeKit:
    """Answers each question with the bytes of the first pattern that its name matches.

    An error is raised instead; of a list each question takes the next, the last one again and
    again. ``asked`` holds the questions in their order, ``said`` the words for the person.
    """

    def __init__(self, folder: Path, answers: Mapping[str, Given]) -> None:
        self.folder = folder
        self.answers = {
            name: list(given) if isinstance(given, list) else [given]
            for name, given in answers.items()
        }
        self.asked: list[Ask] = []
        self.said: list[str] = []

    def answered(self, ask: Ask) -> bytes:
        """Return the answer to a question, or raise the error that stands for it."""
        pattern = next((name for name in self.answers if re.search(name, ask.name)), None)
        assert pattern is not None, f"nobody answers '{ask.name}'; known: {list(self.answers)}"
        given = self.answers[pattern]
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, TechDiplomacyError):
            raise answer
        return answer

    def fetch(self, ask: Ask, check: Check | None = None) -> Fetched:
        self.asked.append(ask)
        answer = self.answered(ask)
        path = self.folder / ask.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer)
        if check is not None:
            check(path)
        return Fetched(path)

    def earlier(self, name: str) -> Path | None:
        return None

    def reuse(self, ask: Ask, check: Check | None = None) -> Fetched | None:
        return None

    def say(self, words: str) -> None:
        self.said.append(words)
