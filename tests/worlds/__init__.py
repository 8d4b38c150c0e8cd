"""Small worlds: for each service the answers it gives, and what must come of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loopback import Route


@dataclass(frozen=True)
class World:
    """Good answers of a service to a small question, the rows they give, and spoilt answers.

    ``figures`` is a regular expression of the addresses that carry figures: faults are put there.
    ``renamed``, ``empty`` and ``unknown`` are the good answers with one column renamed, with an
    empty selection as the service words it, and with a country code that nobody knows.
    """

    service: str
    source: str
    ask: dict[str, Any]
    routes: Callable[[], list[Route]]
    rows: list[tuple[str, ...]]
    figures: str
    renamed: Callable[[], list[Route]]
    empty: Callable[[], list[Route]]
    unknown: Callable[[], list[Route]]
    empty_gives: type[Exception] | None = None
    paged: bool = False
    a_file: bool = False
