"""The embedded figures of a source, checked against its card, and the note beside raw figures.

Knows: hashes, file names, the note. Must not know: what the columns mean.
May import: errors, paths, files, cards. Standard library only besides, so that a fetch stage
starts at once.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

from techdiplomacy.cards import Card, Mode
from techdiplomacy.errors import SourceChanged, SourceUnavailable
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.paths import raw_file, raw_note_file, snapshot_file


def lay_out_embedded(card: Card) -> None:
    """Write the embedded figures of a source raw, and the note beside them.

    Raises
    ------
    SourceUnavailable
        If the project holds no figures of the source.
    SourceChanged
        If the embedded figures are not the ones that the card describes.
    """
    if not card.embedded:
        raise SourceUnavailable(
            f"No figures of '{card.id}' are embedded: its card gives the columns only.",
            where=f"params.yaml: sources.{card.id}.from",
            next_step="Set it to live, or to file with a path and a date; or take the line out.",
        )
    publish(card, read_snapshot(card), mode="embedded", day_of=card.date_accessed)


def publish(
    card: Card, figures: bytes, *, mode: Mode, day_of: str, facts: Mapping[str, Any] | None = None
) -> None:
    """Write raw figures and their note; what reads them sees the old ones or the new ones.

    Parameters
    ----------
    card : Card
        The source.
    figures : bytes
        CSV text with the columns of the card.
    mode : str
        How they came here.
    day_of : str
        Day on which they were read or downloaded, or whose state they show.
    facts : mapping, optional
        What else is known of them; goes into the note.
    """
    write_bytes(raw_file(card.id), figures)
    write_json(
        raw_note_file(card.id),
        {
            **(facts or {}),
            "source": card.id,
            "mode": mode,
            "date": day_of,
            "rows": figures.count(b"\n") - 1,
            "sha256": hash_of_figures(card, figures, mode),
        },
    )


def hash_of_figures(card: Card, figures: bytes, mode: Mode) -> str:
    """Return what tells one state of figures from another: of embedded ones the card's hash."""
    return card.figures.sha256 if mode == "embedded" else hashlib.sha256(figures).hexdigest()


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
            next_step=restore
            + " New figures come in through tools/extract_figures.py or make promote.",
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
