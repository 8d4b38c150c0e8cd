"""Figures of a source arrive: embedded, from the publisher, or from a file of the researcher.

Whatever does not come from the project is cleaned once in memory before it is let in: a renamed
column, an unknown country, a repeated key or a vanished country stops it, and the figures of the
last good run stay.

Knows: which connector a card names, what has to hold before figures are let in.
Must not know: any single publisher. May import: errors, paths, files, checks, cards, params,
sources, countries, revisions, clean, tables. What loads pandas is imported where it is needed:
the stage of an embedded source starts at once.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from techdiplomacy import paths
from techdiplomacy.cards import Card, Mode
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import InvalidParams, SourceChanged, SourceUnavailable, suggest
from techdiplomacy.files import read_json
from techdiplomacy.params import SourceSettings
from techdiplomacy.sources import base
from techdiplomacy.sources.service import Connector, Raw

SERVICES = (
    *("cordis", "eurostat", "ilostat", "oecd", "openalex", "patent_files", "ror", "uis"),
    *("worldbank", "wpp"),
)
# set by make refresh: the one source that is asked anew, and what is accepted from it
REFRESH_VARIABLE = "TECHDIPLOMACY_REFRESH"
ACCEPT_VARIABLE = "TECHDIPLOMACY_ACCEPT"
FEWER = "fewer"
_COUNTRIES_NAMED = 12


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
    text = json.dumps({**asked, "columns": list(card.columns)}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _download(card: Card) -> None:
    """Let in the publisher's figures: those of the kept download, or asked for anew."""
    from techdiplomacy.sources.download import Downloads

    service, selection = connector(card)
    wanted = os.environ.get(REFRESH_VARIABLE) == card.id
    with Downloads(
        card.id,
        service.SERVICE,
        paths.downloads_folder(card.id),
        selection=selection_mark(card),
        refresh=wanted,
    ) as kit:
        raw = service.fetch(selection, kit)
        facts = {"service": service.SERVICE.name, "version": raw.version}
        _let_in(card, raw, mode="downloaded", day_of=kit.date, facts=facts)
        kit.finish()


def _take_file(card: Card, settings: SourceSettings) -> None:
    """Let in the figures of a file: in the layout of the card, or as its publisher writes them."""
    from techdiplomacy.sources.own_files import read_card_layout

    path = own_file(settings)
    # a folder is a publisher's; what is not there is named by the reader, with its neighbours
    raw = None if path.is_dir() else read_card_layout(card, path)
    mark = hash_of_file(path)
    if raw is None:
        if card.live is None:
            columns = ", ".join(card.columns)
            raise SourceUnavailable(
                f"{path.name} is no file with the columns of '{card.id}'.",
                where=f"params.yaml: sources.{card.id}.path",
                next_step=f"Name a CSV file with the columns {columns}.",
            )
        service, selection = connector(card)
        raw = service.read(selection, path)
    facts = {"file": path.name, "file_sha256": mark}
    _let_in(card, raw, mode="file", day_of=settings.date, facts=facts)


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
    return paths.project_root() / Path(settings.path).expanduser()


def _let_in(card: Card, raw: Raw, *, mode: Mode, day_of: str, facts: Mapping[str, Any]) -> None:
    """Check figures that are not the project's own against the card and the ones before; write."""
    where = f"data/raw/{card.id}.csv"
    if not raw.rows:
        raise SourceChanged(
            f"'{card.id}' came without a single row.",
            where=where,
            next_step="See what the question on its card selects (live: ask), or the file.",
        )
    ordered = _in_order_of_the_card(card, raw)
    figures = _as_csv(ordered)
    cleaned(card, figures)
    found = _compared(card, ordered, mode)
    base.publish(
        card,
        figures,
        mode=mode,
        day_of=day_of,
        facts={
            **facts,
            **found,
            "quarantined": dict(raw.quarantined),
            "facts": dict(raw.facts),
        },
    )


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


def cleaned(card: Card, figures: bytes) -> dict[str, Any]:
    """Return the note of cleaning figures in memory; raise what cleaning them would raise."""
    import tempfile

    from techdiplomacy.clean import clean_source, read_raw
    from techdiplomacy.countries import load_countries
    from techdiplomacy.declarations import declared
    from techdiplomacy.tables import check_table

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{card.id}.csv"
        path.write_bytes(figures)
        result = clean_source(read_raw(path, card), card, load_countries())
    check_table(result.frame, declared(card.table), where=f"data/raw/{card.id}.csv")
    return result.note


def _compared(card: Card, raw: Raw, mode: Mode) -> dict[str, Any]:
    """Return how figures differ from the ones before; raise if countries or values have gone.

    A download is held against the download before it, or against the embedded figures, of which
    only the countries have to be there still: they are another edition. A file covers what its
    owner chose; what it lacks is said, and stops nothing.
    """
    from techdiplomacy.sources.revisions import compare

    earlier, earlier_mode, earlier_day = _before(card, mode)
    if earlier is None:
        return {"revised": False}
    accepted = os.environ.get(ACCEPT_VARIABLE) == FEWER
    gone = _countries_gone(card, earlier, raw.rows)
    if gone and mode == "downloaded" and not accepted:
        named = ", ".join(gone[:_COUNTRIES_NAMED])
        more = f" and {len(gone) - _COUNTRIES_NAMED} more" if len(gone) > _COUNTRIES_NAMED else ""
        raise SourceChanged(
            f"{len(gone)} countries of '{card.id}' are no longer there: {named}{more}.",
            where=f"data/downloads/{card.id}",
            next_step="See the publisher's notes. If they are gone for good, list them under "
            f"live: gone in data/snapshots/{card.id}.yaml; for this once: make refresh "
            f"SOURCE={card.id} ACCEPT={FEWER}.",
        )
    key, values, year = places(card)
    # what one indicator has lost is not made up for by another
    kinds = [place for place in key if place != year and place not in country_places(card)]
    within = kinds if year is not None else []
    revision = compare(earlier, raw.rows, key, values, year, within=within)
    if revision.shrunk and mode == earlier_mode == "downloaded" and not accepted:
        raise SourceChanged(
            f"'{card.id}' has fewer values than before: {'; '.join(revision.shrunk[:5])}.",
            where=f"data/downloads/{card.id}",
            next_step="See whether the publisher has withdrawn them; to accept it: make refresh "
            f"SOURCE={card.id} ACCEPT={FEWER}.",
        )
    return {
        "revised": bool(revision.added or revision.removed or revision.changed),
        "against": {"mode": earlier_mode, "date": earlier_day},
        "added": revision.added,
        "removed": revision.removed,
        "changed": revision.changed,
        "difference": revision.words(),
        "countries_gone": gone,
    }


def _before(card: Card, mode: Mode) -> tuple[list[tuple[str, ...]] | None, str, str]:
    """Return the figures to compare with, how they came here, and of which day they are."""
    note = paths.raw_note_file(card.id)
    if note.is_file() and paths.raw_file(card.id).is_file():
        before = read_json(note)
        if before["mode"] == mode:
            return rows_of(paths.raw_file(card.id).read_bytes(), card), mode, str(before["date"])
    if card.embedded:
        return rows_of(base.read_snapshot(card), card), "embedded", card.date_accessed
    return None, "", ""


def rows_of(figures: bytes, card: Card) -> list[tuple[str, ...]]:
    """Return the rows of CSV text in the order of the card's columns."""
    reader = csv.DictReader(io.StringIO(figures.decode()))
    return [tuple(row[name] for name in card.columns) for row in reader]


def _countries_gone(
    card: Card, earlier: Sequence[tuple[str, ...]], later: Sequence[tuple[str, ...]]
) -> list[str]:
    """Return countries, as the project codes them, that are in the first figures alone.

    Two editions of a source may write a country in two ways, so codes of the project are compared.
    """
    from techdiplomacy.countries import load_countries

    codes = load_countries().codes
    at = country_places(card)
    before, now = (
        {codes[row[place]] for row in rows for place in at if row[place] in codes}
        for rows in (earlier, later)
    )
    known = {codes.get(code, code) for code in (card.live.gone if card.live else ())}
    return sorted(before - now - known)


def country_places(card: Card) -> list[int]:
    """Return the places of the columns of countries among the card's columns."""
    return [n for n, reading in enumerate(card.columns.values()) if reading.read_as == "country"]


def places(card: Card) -> tuple[list[int], list[int], int | None]:
    """Return the places of the key, the values and a year of the key among the card's columns."""
    from techdiplomacy.declarations import declared

    becomes = [reading.to for reading in card.columns.values()]
    table = declared(card.table)
    key = [n for n, name in enumerate(becomes) if name in table.key]
    values = [n for n in range(len(becomes)) if n not in key]
    return key, values, becomes.index("year") if "year" in table.key else None
