"""How fresh the figures of each source are: mode, day, rows, what has changed since, terms.

Knows: the notes on sources and what a service calls its present state. Must not know: figures.
It asks a publisher only when told to. May import: errors, paths, files, cards, params, arrivals,
sources.
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import arrivals, paths
from techdiplomacy.cards import OWN_TERMS, Card, load_card
from techdiplomacy.errors import SourceUnavailable, TechDiplomacyError
from techdiplomacy.files import read_json
from techdiplomacy.params import Params, SourceSettings

NOT_ASKED = "not asked"
NOT_FETCHED = "not fetched"


@dataclass(frozen=True)
class Freshness:
    """How fresh one source is; ``changed`` says in words whether there is anything newer."""

    source: str
    mode: str
    date: str
    age_days: int
    rows: int
    last_year: str
    changed: str
    licence: str
    service: str


def freshness(params: Params, today: datetime.date, *, ask: bool = False) -> Iterator[Freshness]:
    """Give the state of each listed source, one after the other.

    Parameters
    ----------
    params : Params
        Which sources are listed, and where each comes from.
    today : date
        The day from which ages are counted.
    ask : bool
        Whether publishers are asked what they call their present state. Without it no connection
        is opened.
    """
    silent: set[str] = set()  # services that do not answer are asked once
    for source, settings in params.sources.items():
        card = load_card(source)
        path = paths.raw_note_file(source)
        if not path.is_file():
            yield Freshness(
                source, NOT_FETCHED, "-", 0, 0, "-", "", card.licence.name, _service_name(card)
            )
            continue
        note = read_json(path)
        day_of = datetime.date.fromisoformat(str(note["date"]))
        yield Freshness(
            source=source,
            mode=str(note["mode"]),
            date=str(note["date"]),
            age_days=(today - day_of).days,
            rows=int(note["rows"]),
            last_year=_last_year(source),
            changed=_changed(card, settings, note, ask=ask, silent=silent),
            licence=(OWN_TERMS if note.get("terms") == "own" else card.licence).name,
            service=_service_name(card),
        )


def _last_year(source: str) -> str:
    """Return the last year of cleaned figures; nothing where they have no years."""
    path = paths.clean_note_file(source)
    return str(read_json(path).get("last_year", "")) if path.is_file() else ""


def _service_name(card: Card) -> str:
    return card.live.service if card.live else ""


def _changed(
    card: Card, settings: SourceSettings, note: dict[str, Any], *, ask: bool, silent: set[str]
) -> str:
    """Return in words whether there is anything newer than the figures in use."""
    modes = {"snapshot": "embedded", "live": "downloaded", "file": "file"}
    if note["mode"] != modes[settings.origin]:
        return f"params.yaml now says {settings.origin}: run make"
    if settings.origin == "file":
        return _file_changed(card.id, settings, note)
    if card.live is None:
        return "no live service"
    if not ask:
        if "against" not in note:
            return NOT_ASKED
        moved = ", ".join(f"{note[name]:,} {name}" for name in ("added", "changed", "removed"))
        return f"{NOT_ASKED}; beside those of {note['against']['date']}: {moved}"
    service = card.live.service
    if service in silent:
        return "no answer, see above"
    try:
        newest = _newest(card)
    except TechDiplomacyError as error:
        if isinstance(error, SourceUnavailable):
            silent.add(service)
        return f"no answer: {error.what}"
    if not newest:
        return "its service names no state; only a fetch tells"
    if note["mode"] == "embedded":
        return f"publisher's state: {newest}"
    if newest == note.get("version"):
        return f"the publisher names the same state ({newest}); only a fetch tells the figures"
    return f"the publisher names another state: {newest}"


def _newest(card: Card) -> str:
    """Return what a publisher calls its present state."""
    from techdiplomacy.sources.download import Downloads

    service, selection = arrivals.connector(card)
    folder = paths.downloads_folder(card.id)
    with (
        tempfile.TemporaryDirectory() as emptied,  # nothing of an earlier answer is taken up
        Downloads(
            card.id,
            service.SERVICE,
            Path(emptied),
            selection=arrivals.selection_mark(card),
            refresh=True,
            announce=lambda words: None,
            throttle_folder=folder.parent / ".pace",
            deadline_minutes=0.25,
            max_wait=1,
        ) as kit,
    ):
        return service.newest(selection, kit)


def _file_changed(source: str, settings: SourceSettings, note: dict[str, Any]) -> str:
    """Return whether the file of a researcher is still the one that was read."""
    path = arrivals.own_file(settings)
    if not path.exists():
        return "the file is no longer there; the figures read from it are kept"
    try:
        mark = arrivals.hash_of_file(path)
    except TechDiplomacyError as error:
        return f"cannot be looked at ({error.what})"
    if mark == note.get("file_sha256"):
        return "unchanged"
    return f"the file has changed: make refresh SOURCE={source}"
