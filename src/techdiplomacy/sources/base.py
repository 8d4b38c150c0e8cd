"""The one interface of every source: ``fetch_source`` leaves raw figures and a note.

Knows: hashes, file names, the note. Must not know: what the columns mean.
May import: errors, paths, files, checks, params, cards. Standard library only besides, so that a
fetch stage starts at once.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib

from techdiplomacy.cards import Card
from techdiplomacy.errors import SourceChanged, SourceUnavailable
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.params import SourceSettings
from techdiplomacy.paths import raw_file, raw_note_file, snapshot_file


def fetch_source(card: Card, settings: SourceSettings) -> None:
    """Write the raw figures of a source and a note on where they come from.

    Parameters
    ----------
    card : Card
        The source.
    settings : SourceSettings
        Whether the embedded figures are taken or the publisher is asked.

    Raises
    ------
    SourceUnavailable
        If the figures cannot be had from there. A live source never falls back silently.
    SourceChanged
        If the embedded figures are not the ones that the card describes.
    """
    if settings.origin == "live":
        raise SourceUnavailable(
            f"There is no connector to the live service of '{card.id}' yet.",
            where=f"params.yaml: sources.{card.id}.from",
            next_step="Set it to snapshot: the embedded figures are used, and every page says so.",
        )
    figures = read_snapshot(card)
    write_bytes(raw_file(card.id), figures)
    write_json(
        raw_note_file(card.id),
        {
            "source": card.id,
            "mode": "embedded",
            "date": card.date_accessed,
            "rows": card.figures.rows,
            "sha256": card.figures.sha256,
        },
    )


def read_snapshot(card: Card) -> bytes:
    """Return the embedded figures of a source as CSV text, after checking them.

    Raises
    ------
    SourceUnavailable
        If the file is missing.
    SourceChanged
        If its hash or its number of rows is not the one on the card.
    """
    path = snapshot_file(card.id)
    where = f"data/snapshots/{path.name}"
    restore = f"Restore it: git checkout -- {where} (or unpack the release again)."
    if not path.is_file():
        raise SourceUnavailable(
            f"The embedded figures of '{card.id}' are missing.", where=where, next_step=restore
        )
    packed = path.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != card.figures.sha256:
        raise SourceChanged(
            f"The embedded figures of '{card.id}' are not the ones on the card: "
            f"sha256 {found[:12]}... instead of {card.figures.sha256[:12]}...",
            where=where,
            next_step=restore + " New figures come in through tools/extract_figures.py only.",
        )
    try:
        figures = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceChanged(
            f"The embedded figures of '{card.id}' cannot be unpacked: {error}.",
            where=where,
            next_step=restore,
        ) from error
    rows = figures.count(b"\n") - 1
    if rows != card.figures.rows:
        raise SourceChanged(
            f"The embedded figures of '{card.id}' have {rows} rows, its card says "
            f"{card.figures.rows}.",
            where=where,
            next_step=restore,
        )
    return figures
