"""What has to hold before figures that are not embedded are let in, and what was let in last.

Figures are cleaned once in memory; they are then held against the ones before them. What was let
in last is kept beside the downloads, so that neither an embedded run in between nor a deleted
folder of raw figures makes the comparison forget.

Knows: the columns of a card, how two states are compared. Must not know: how figures came here.
May import: errors, paths, files, cards, countries, declarations, tables, clean, sources. What loads
pandas is imported where it is needed: the stage of an embedded source starts at once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import paths
from techdiplomacy.cards import Card, Mode
from techdiplomacy.errors import SourceChanged
from techdiplomacy.files import read_json, write_bytes, write_json
from techdiplomacy.sources.base import read_snapshot

FEWER = "fewer"
_NAMED = 12
Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Before:
    """The figures that came before, how they came here, and of which day they are."""

    rows: Rows
    mode: Mode
    day: str


def cleaned(card: Card, figures: bytes, mode: Mode) -> dict[str, Any]:
    """Return the note of cleaning figures in memory; raise what cleaning them would raise."""
    from techdiplomacy.clean import clean_source, read_raw
    from techdiplomacy.countries import load_countries
    from techdiplomacy.declarations import declared
    from techdiplomacy.tables import check_table

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{card.id}.csv"
        path.write_bytes(figures)
        origin = {"mode": mode, "date": ""}
        result = clean_source(read_raw(path, card), card, load_countries(), origin=origin)
    check_table(result.frame, declared(card.table), where=f"data/raw/{card.id}.csv")
    return result.note


def compared(card: Card, figures: bytes, *, mode: Mode, day_of: str, fewer: bool) -> dict[str, Any]:
    """Return how figures differ from the ones before, for the note beside them.

    A download is held against the download before it, or else against the embedded figures, of
    which only the countries have to be there still: they are another edition. A file covers what
    its owner chose; what it lacks is said, and stops nothing. The same figures once more keep
    what was said of them when they came.

    Parameters
    ----------
    card : Card
        The source.
    figures : bytes
        CSV text with the columns of the card.
    mode : str
        How the figures came here.
    day_of : str
        Their day.
    fewer : bool
        Whether countries and values may have gone.

    Raises
    ------
    SourceChanged
        If countries or values have gone, and that is not accepted.
    """
    from techdiplomacy.sources.revisions import compare

    kept = _kept_note(card, mode)
    if kept and (kept["sha256"], kept["date"]) == (_hash(figures), day_of):
        return dict(kept["comparison"])
    rows = rows_of(figures, card)
    before = _before(card, mode)
    if before is None:
        _check_expected(card, rows, fewer=fewer)
        return {}
    gone, come = countries_apart(card, before.rows, rows)
    if gone and mode == "downloaded" and not fewer:
        raise SourceChanged(
            f"{_counted(gone, card, 'had')} no longer there: {_listed(gone)}.",
            where=f"data/downloads/{card.id}",
            next_step="See the publisher's notes. If they are gone for good, list them under "
            f"live: gone in data/snapshots/{card.id}.yaml; for this once: make refresh "
            f"SOURCE={card.id} ACCEPT={FEWER}.",
        )
    key, values, year = places(card)
    # what one indicator has lost is not made up for by another
    kinds = [place for place in key if place != year and place not in country_places(card)]
    within = kinds if year is not None else []
    revision = compare(before.rows, rows, key, values, year, within=within)
    if revision.shrunk and mode == before.mode == "downloaded" and not fewer:
        raise SourceChanged(
            f"'{card.id}' has fewer values than before: {'; '.join(revision.shrunk[:5])}.",
            where=f"data/downloads/{card.id}",
            next_step="See whether the publisher has withdrawn them; to accept it: make refresh "
            f"SOURCE={card.id} ACCEPT={FEWER}.",
        )
    return {
        "revised": bool(revision.added or revision.removed or revision.changed),
        "against": {"mode": before.mode, "date": before.day},
        "added": revision.added,
        "removed": revision.removed,
        "changed": revision.changed,
        "difference": revision.words(),
        "countries_gone": gone,
        "countries_new": come,
    }


def keep(
    card: Card, figures: bytes, *, mode: Mode, day_of: str, comparison: dict[str, Any]
) -> None:
    """Keep figures that were let in, for the comparison with the next ones.

    The figures come first and their note last: a note without its figures is never there.
    """
    digest = _hash(figures)
    folder = paths.accepted_folder()
    path = folder / f"{card.id}.{mode}.{digest[:12]}.csv"
    write_bytes(path, figures)
    note = {"sha256": digest, "date": day_of, "comparison": comparison}
    write_json(folder / f"{card.id}.{mode}.json", note)
    for other in folder.glob(f"{card.id}.{mode}.*.csv"):
        if other != path:
            other.unlink()


def rows_of(figures: bytes, card: Card) -> Rows:
    """Return the rows of CSV text in the order of the card's columns."""
    reader = csv.DictReader(io.StringIO(figures.decode()))
    return [tuple(row[name] for name in card.columns) for row in reader]


def country_places(card: Card) -> list[int]:
    """Return the places of the columns of countries among the card's columns."""
    return [n for n, reading in enumerate(card.columns.values()) if reading.read_as == "country"]


def countries_apart(card: Card, earlier: Rows, later: Rows) -> tuple[list[str], list[str]]:
    """Return the countries that only the first figures have, and those that only the second have.

    Two editions of a source may write a country in two ways, so codes of the project are compared.
    """
    before, now = _countries(card, earlier), _countries(card, later)
    return sorted(before - now - _known_gone(card)), sorted(now - before)


def places(card: Card) -> tuple[list[int], list[int], int | None]:
    """Return the places of the key, of the numbers and of a year of the key among the columns.

    Texts that are no part of the key, such as labels and status letters, are no values: a letter
    that goes is no loss. Where a table holds no numbers besides its key, all of them are values;
    where it is nothing but its key, rows are counted by their first column.
    """
    from techdiplomacy.declarations import declared

    readings = list(card.columns.values())
    table = declared(card.table)
    key = [n for n, reading in enumerate(readings) if reading.to in table.key]
    others = [n for n in range(len(readings)) if n not in key]
    numbers = [n for n in others if readings[n].read_as in ("number", "integer")]
    year = next((n for n in key if readings[n].to == "year"), None)
    return key, numbers or others or key[:1], year


def _before(card: Card, mode: Mode) -> Before | None:
    """Return the figures to compare with, if there are any."""
    note = _kept_note(card, mode)
    if note:
        path = paths.accepted_folder() / f"{card.id}.{mode}.{note['sha256'][:12]}.csv"
        figures = path.read_bytes() if path.is_file() else b""
        # a card may have other columns since
        header = next(csv.reader([figures.partition(b"\n")[0].decode()]), [])
        if header == list(card.columns):
            return Before(rows_of(figures, card), mode, str(note["date"]))
    if card.embedded:
        return Before(rows_of(read_snapshot(card), card), "embedded", card.date_accessed)
    return None


def _kept_note(card: Card, mode: Mode) -> dict[str, Any]:
    path = paths.accepted_folder() / f"{card.id}.{mode}.json"
    return read_json(path) if path.is_file() else {}


def _check_expected(card: Card, rows: Rows, *, fewer: bool) -> None:
    """Raise if countries that the card expects are not in the first figures of a source."""
    expected = set(card.live.expected) if card.live is not None else set()
    missing = sorted(expected - _countries(card, rows) - _known_gone(card))
    if missing and not fewer:
        raise SourceChanged(
            f"{_counted(missing, card, 'should have')} not there: {_listed(missing)}.",
            where=f"data/downloads/{card.id}",
            next_step="See the publisher's notes. If it does not give them, take them out of live: "
            f"expected in data/snapshots/{card.id}.yaml; for this once: make refresh "
            f"SOURCE={card.id} ACCEPT={FEWER}.",
        )


def _countries(card: Card, rows: Sequence[tuple[str, ...]]) -> set[str]:
    """Return the countries in the rows, as the project codes them; aggregates are none."""
    from techdiplomacy.countries import load_countries

    codes = load_countries().codes
    at = country_places(card)
    return {codes[row[place]] for row in rows for place in at if row[place] in codes}


def _known_gone(card: Card) -> set[str]:
    """Return the countries that the card says have gone, in the codes of the project."""
    from techdiplomacy.countries import load_countries

    codes = load_countries().codes
    return {codes.get(code, code) for code in (card.live.gone if card.live is not None else ())}


def _counted(countries: Sequence[str], card: Card, relation: str) -> str:
    """Return how many countries a source had or should have, with the verb that goes with them."""
    if len(countries) == 1:
        return f"1 country that '{card.id}' {relation} is"
    return f"{len(countries)} countries that '{card.id}' {relation} are"


def _listed(countries: Sequence[str]) -> str:
    more = len(countries) - _NAMED
    return ", ".join(countries[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _hash(figures: bytes) -> str:
    return hashlib.sha256(figures).hexdigest()
