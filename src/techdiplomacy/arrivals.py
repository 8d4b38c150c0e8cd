"""Figures of a source arrive: embedded, from the publisher, or from a file of the researcher.

Whatever does not come from the project is cleaned once in memory before it is let in: a renamed
column, an unknown country, a repeated key or a vanished country stops it, and the figures of the
last good run stay.

Knows: which connector a card names, in which order figures are checked and written.
Must not know: any single publisher. May import: errors, paths, checks, cards, params, sources,
acceptance. What loads pandas is imported where it is needed: the stage of an embedded source starts
at once.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import importlib
import io
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from techdiplomacy import acceptance, paths
from techdiplomacy.cards import ONLY_FILES, Card, Mode
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    InvalidParams,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    suggest,
)
from techdiplomacy.params import SourceSettings
from techdiplomacy.sources import base
from techdiplomacy.sources.service import Connector, Raw

SERVICES = (
    *("cordis", "eurostat", "ilostat", "oecd", "openalex", ONLY_FILES, "ror", "uis"),
    *("worldbank", "wpp"),
)
# set by make refresh: the one source that is asked anew, and what is accepted from it
REFRESH_VARIABLE = "TECHDIPLOMACY_REFRESH"
ACCEPT_VARIABLE = "TECHDIPLOMACY_ACCEPT"


def fetch_source(card: Card, settings: SourceSettings) -> None:
    """Write the raw figures of a source and a note on where they come from.

    Parameters
    ----------
    card : Card
        The source.
    settings : SourceSettings
        Whether the embedded figures are taken, the publisher is asked, or a file is read.

    Raises
    ------
    SourceUnavailable
        If the figures cannot be had from there. Nothing else is taken in their place.
    SourceChanged
        If they are not the ones that the card describes.
    TechDiplomacyError
        Whatever the kit, the connector or the cleaning finds wrong. Nothing is written then.
    """
    if settings.origin == "snapshot":
        base.lay_out_embedded(card)
    elif settings.origin == "file":
        _take_file(card, settings)
    else:
        _download(card)


def connector(card: Card) -> tuple[Connector, Any]:
    """Return the connector that a card names, and what its service is asked.

    Raises
    ------
    SourceUnavailable
        If the card names no service.
    InvalidParams
        If it names one that is not known, or the question is not of the service's form.
    """
    where = f"data/snapshots/{card.id}.yaml: live"
    if card.live is None:
        raise SourceUnavailable(
            f"'{card.id}' has no live service: its publisher offers none that can be asked "
            "for these figures.",
            where=f"params.yaml: sources.{card.id}.from",
            next_step="Set it to snapshot: the embedded figures are used, and every page says "
            "so. Newer figures on disk come in with from: file.",
        )
    if card.live.service not in SERVICES:
        raise InvalidParams(
            f"Unknown service '{card.live.service}'.{suggest(card.live.service, SERVICES)}",
            where=where,
            next_step=f"Name one of {', '.join(SERVICES)}.",
        )
    found: Any = importlib.import_module(f"techdiplomacy.sources.{card.live.service}")
    return found, parse_settings(found.Selection, card.live.ask, where=f"{where}.ask")


def selection_mark(card: Card) -> str:
    """Return what tells one question to a service from another."""
    live = card.live
    asked = {"service": live.service, "ask": live.ask} if live else {}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _download(card: Card) -> None:
    """Let in the publisher's figures: those of the kept download, or asked for anew."""
    from techdiplomacy.sources.download import Downloads

    service, selection = connector(card)
    with Downloads(
        card.id,
        service.SERVICE,
        paths.downloads_folder(card.id),
        selection=selection_mark(card),
        refresh=os.environ.get(REFRESH_VARIABLE) == card.id,
        take_up=_fewer(),
    ) as kit:
        raw = service.fetch(selection, kit)
        # from here on all answers are there; if they are refused, those of before stay in use
        kit.complete()
        facts = {"service": service.SERVICE.name, "version": raw.version}
        _let_in(card, raw, mode="downloaded", day_of=kit.date, facts=facts)
        kit.finish()


def _take_file(card: Card, settings: SourceSettings) -> None:
    """Let in the figures of a file: in the layout of the card, or as its publisher writes them."""
    from techdiplomacy.sources.own_files import read_card_layout

    path = own_file(settings)
    where = f"params.yaml: sources.{card.id}"
    if path.is_relative_to(paths.project_root() / "data"):
        raise SourceUnavailable(
            f"{path.name} lies in the project's folder data, which runs rewrite.",
            where=f"{where}.path",
            next_step="Keep the file elsewhere, for example in a folder beside the project.",
        )
    if settings.date > datetime.datetime.now(datetime.UTC).date().isoformat():
        raise SourceUnavailable(
            f"The date {settings.date} lies in the future.",
            where=f"{where}.date",
            next_step="Write the day whose state the figures show.",
        )
    # a folder is a publisher's; what is not there is named by the reader, with its neighbours
    raw = None if path.is_dir() else read_card_layout(card, path)
    mark = hash_of_file(path)
    if raw is None:
        if card.live is None:
            columns = ", ".join(card.columns)
            raise SourceUnavailable(
                f"{path.name} is no file with the columns of '{card.id}'.",
                where=f"{where}.path",
                next_step=f"Name a CSV file with the columns {columns}.",
            )
        service, selection = connector(card)
        raw = _read_as_publisher(card, service, selection, path)
    facts = {"file": path.name, "file_sha256": mark, "terms": settings.terms}
    try:
        _let_in(card, raw, mode="file", day_of=settings.date, facts=facts)
    except TechDiplomacyError as error:
        # the reader knows the file, not where its figures would have gone
        raw_name = f"data/raw/{card.id}.csv"
        if error.where.startswith(raw_name):
            column = error.where.removeprefix(raw_name).removeprefix(": ")
            error.where = path.name + (f" ({column})" if column else "")
        raise


def _read_as_publisher(card: Card, service: Connector, selection: Any, path: Path) -> Raw:
    """Return the figures of a file as its publisher writes it; say both layouts if it is neither.

    Raises
    ------
    TechDiplomacyError
        If the file cannot be read in this way either.
    """
    try:
        return service.read(selection, path)
    except TechDiplomacyError as error:
        error.next_step = (
            f"As a file in the layout of the card it would have these columns in its first row: "
            f"{', '.join(card.columns)}. As the publisher's file: {error.next_step}"
        )
        raise


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and bytes of all files in a folder.

    Raises
    ------
    SourceUnavailable
        If it cannot be read.
    """
    whole = hashlib.sha256()
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    try:
        for file in files:
            if file.is_file():
                whole.update(file.name.encode())
                with file.open("rb") as stream:
                    while piece := stream.read(1 << 20):
                        whole.update(piece)
    except OSError as error:
        raise SourceUnavailable(
            f"{path.name} cannot be read: {error}",
            where="params.yaml: sources",
            next_step="Correct the path, or the rights of the file.",
        ) from error
    return whole.hexdigest()


def own_file(settings: SourceSettings) -> Path:
    """Return where the file of a researcher is; a relative path starts at the project folder."""
    return (paths.project_root() / Path(settings.path).expanduser()).resolve()


def _let_in(card: Card, raw: Raw, *, mode: Mode, day_of: str, facts: Mapping[str, Any]) -> None:
    """Check figures that are not the project's own against the card and the ones before; write."""
    if not raw.rows:
        raise SourceChanged(
            f"'{card.id}' came without a single row.",
            where=f"data/raw/{card.id}.csv",
            next_step="See what the question on its card selects (live: ask), or the file.",
        )
    figures = _as_csv(_in_order_of_the_card(card, raw))
    note = acceptance.cleaned(card, figures, mode)
    comparison = acceptance.compared(card, figures, mode=mode, day_of=day_of, fewer=_fewer())
    base.publish(
        card,
        figures,
        mode=mode,
        day_of=day_of,
        facts={
            **facts,
            **comparison,
            "level_shifts_left_out": note.get("level_shifts_left_out", 0),
            "quarantined": dict(raw.quarantined),
            "facts": dict(raw.facts),
        },
    )
    acceptance.keep(card, figures, mode=mode, day_of=day_of, comparison=comparison)
    _tell(card, raw, mode=mode, day_of=day_of, comparison=comparison, note=note)


def _tell(
    card: Card,
    raw: Raw,
    *,
    mode: Mode,
    day_of: str,
    comparison: Mapping[str, Any],
    note: Mapping[str, Any],
) -> None:
    """Print in a line or two what has come in and how it differs from what was there."""
    way = {"downloaded": "downloaded", "file": "from a file, state of"}[mode]
    told = [f"{card.id}: {len(raw.rows):,} rows, {way} {day_of}"]
    if comparison:
        told.append(
            f"beside the {comparison['against']['mode']} figures of "
            f"{comparison['against']['date']}: {comparison['difference']}"
        )
        for words, name in (("countries gone", "countries_gone"), ("new", "countries_new")):
            if comparison[name]:
                told.append(f"{words}: {', '.join(comparison[name])}")
    if raw.quarantined:
        aside = ", ".join(f"{count} {reason}" for reason, count in raw.quarantined.items())
        told.append(f"rows set aside: {aside}")
    if left := raw.facts.get("columns_left_out"):
        told.append(f"columns left out: {', '.join(map(str, left))}")
    if shifts := note.get("level_shifts_left_out"):
        told.append(f"level shifts of the card that meet no row: {shifts}")
    told.append(f"more in data/raw/{card.id}.json")
    print("\n  ".join(told), file=sys.stderr)


def _fewer() -> bool:
    """Return whether whoever runs this lets in figures that have lost countries or values."""
    return os.environ.get(ACCEPT_VARIABLE) == acceptance.FEWER


def _in_order_of_the_card(card: Card, raw: Raw) -> Raw:
    """Return figures with the columns of the card, sorted, so that the same ones are one file."""
    missing = [name for name in card.columns if name not in raw.columns]
    if missing or len(raw.columns) != len(card.columns):
        raise SourceChanged(
            f"The figures of '{card.id}' have the columns {', '.join(raw.columns)}, its card has "
            f"{', '.join(card.columns)}.",
            where=f"data/snapshots/{card.id}.yaml: columns",
            next_step="Correct the card, or the connector.",
        )
    order = [list(raw.columns).index(name) for name in card.columns]
    rows = sorted(tuple(row[place] for place in order) for row in raw.rows)
    return replace(raw, columns=tuple(card.columns), rows=rows)


def _as_csv(raw: Raw) -> bytes:
    """Return figures as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(raw.columns)
    writer.writerows(raw.rows)
    return text.getvalue().encode()
