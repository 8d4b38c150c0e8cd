"""What the download kit and the connectors say to each other: a service, a question, figures.

Knows: the shapes. Must not know: how a question is put, or what any publisher answers.
May import: errors, checks. Standard library only besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from techdiplomacy.errors import TechDiplomacyError

ContentKind = Literal["json", "csv", "gzip", "zip", "xml", "text"]
Check = Callable[[Path], None]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Secret:
    """A key that comes from the environment and travels in a header, to the first host only."""

    variable: str
    header: str
    written: str = "{}"  # how the header words it, for example 'Bearer {}'


@dataclass(frozen=True)
class Pace:
    """How often a publisher may be asked, by all processes together.

    ``name`` is what is paced (a host, or one kind of question to it), ``seconds`` lie between two
    questions, and ``questions`` is the most in one run, where there is such a bound.
    """

    name: str
    seconds: float
    questions: int | None = None


@dataclass(frozen=True)
class Service:
    """A publisher's service: where it is and how it wants to be asked.

    ``name`` is the publisher's, as a person writes it. ``variable`` names the variable of the
    environment that replaces ``base_url`` in tests. ``pace_with_key`` holds where the key of
    ``secret`` is set. ``forbidden_wait`` is how long to wait before the one repeat after 403, where
    the publisher answers so when busy.
    """

    name: str
    variable: str
    base_url: str
    pace: Pace
    secret: Secret | None = None
    pace_with_key: Pace | None = None
    read_timeout: float = 120.0
    user_agent: str = ""
    forbidden_wait: float | None = None


@dataclass(frozen=True)
class Ask:
    """One question to a service, and what its answer has to look like.

    Parameters
    ----------
    name : str
        Name of the file that keeps the answer.
    path : str
        Behind the base address, without a slash in front; or a whole address of another host.
    query : sequence of (str, str)
        Sent in this order; names may repeat. Never a key.
    kind : str
        What the first bytes have to show.
    header : str
        How the first line of a CSV has to begin, without byte-order mark; empty to accept any.
    size, sha256, md5 : optional
        As pinned on the card, of the bytes as sent.
    pace : Pace, optional
        Instead of the pace of the service.
    accept : str
        Media type asked for.
    a_file : bool
        True for a file of the publisher, which is asked for as it is and resumed after a break;
        False for an answer that is made for the question.
    """

    name: str
    path: str
    kind: ContentKind
    query: Sequence[tuple[str, str]] = ()
    header: str = ""
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None
    pace: Pace | None = None
    accept: str = "*/*"
    a_file: bool = False


@dataclass(frozen=True)
class Fetched:
    """An answer that passed all checks; ``last_modified`` is as sent, and may be empty."""

    path: Path
    last_modified: str = ""


class Kit(Protocol):
    """What a connector asks with; see `techdiplomacy.sources.download.Downloads`."""

    def fetch(self, ask: Ask, check: Check | None = None) -> Fetched:
        """Return the answer to a question, kept or asked for; ``check`` may refuse it first."""

    def earlier(self, name: str) -> Path | None:
        """Return the last download's answer under a name, if it is whole."""

    def reuse(self, ask: Ask, check: Check | None = None) -> Fetched | None:
        """Return the last download's answer to this very question without asking, if it is good."""

    def say(self, words: str) -> None:
        """Tell the person at the keyboard what goes on."""


def parsed(kit: Kit, ask: Ask, parse: Callable[[Path], Found], *, unchanged: bool = False) -> Found:
    """Return what an answer says; the kit keeps none that cannot be parsed.

    Parameters
    ----------
    kit : Kit
        Puts the question.
    ask : Ask
        The question.
    parse : callable
        Takes the file with the answer, and raises if it is not an answer to the question.
    unchanged : bool
        Whether the publisher says that its figures are those of the last download: its answer is
        then used again.
    """

    def check(path: Path) -> None:
        parse(path)

    fetched = kit.reuse(ask, check) if unchanged else None
    return parse((fetched or kit.fetch(ask, check)).path)


def before(kit: Kit, ask: Ask, parse: Callable[[Path], Found]) -> Found | None:
    """Return what the answer of the last download to a question said, if it can be read."""
    path = kit.earlier(ask.name)
    if path is None:
        return None
    try:
        return parse(path)
    except TechDiplomacyError:
        return None


@dataclass(frozen=True)
class Raw:
    """Figures of a source in its own codes, as text, and what is to be known of them.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns, all of those on the card.
    rows : list of tuple of str
        Cells in the order of the columns; an empty text is a missing value. Any order.
    version : str
        What the publisher calls this state (release, last update); empty if nothing.
    quarantined : mapping
        Number of rows set aside by reason.
    facts : mapping
        Whatever else a reader has to know, for the note beside the figures: codes that were asked
        for and are empty, the share without a country, questions that had to be narrowed.
    """

    columns: Sequence[str]
    rows: list[tuple[str, ...]]
    version: str = ""
    quarantined: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Connector(Protocol):
    """What a module of a service offers, besides its parts that build, check and parse.

    ``Selection`` is the shape of ``live: ask:`` on a card. A service without files that a person
    could have on disk has a ``read`` that says so.
    """

    SERVICE: Service
    Selection: type[Any]

    @staticmethod
    def fetch(selection: Any, kit: Kit) -> Raw:
        """Return the publisher's present figures."""

    @staticmethod
    def read(selection: Any, path: Path) -> Raw:
        """Return the figures in a file of the publisher that lies on disk."""

    @staticmethod
    def newest(selection: Any, kit: Kit) -> str:
        """Return what the publisher calls its present state, without fetching the figures."""
