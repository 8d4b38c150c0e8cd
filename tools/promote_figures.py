"""Turns a live fetch into the embedded figures of a source, after showing what would change.

    python tools/promote_figures.py SOURCE [--write]

Without --write nothing is written: the difference to the figures embedded now is shown, by year
and by country. With it the figures replace the embedded ones, sorted and packed as every extract,
and the card takes their hash, years, day, words and way here; what is wrong in it is said in the
terms of the card. Nothing is committed: read the difference again with git diff.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from extract_figures import (
    LARGEST_TOTAL_BYTES,
    compressed,
    sorted_by_key,
    write_card,
    write_figures_block,
)

from techdiplomacy import arrivals, paths
from techdiplomacy.cards import Card, load_card
from techdiplomacy.errors import LicenceForbids, SourceUnavailable, TechDiplomacyError
from techdiplomacy.files import read_json, write_bytes
from techdiplomacy.sources.base import read_snapshot
from techdiplomacy.sources.revisions import Difference, compare, difference_table
from techdiplomacy.tables import read_csv

COUNTRIES_SHOWN = 15


def fetched(card: Card) -> dict[str, object]:
    """Return the note of a live fetch that may be embedded.

    Raises
    ------
    SourceUnavailable
        If the raw figures of the source are not those of a live fetch.
    LicenceForbids
        If the terms do not allow figures of the source to be passed on as they are.
    """
    path = paths.raw_note_file(card.id)
    note = read_json(path) if path.is_file() else {}
    if note.get("mode") != "downloaded":
        raise SourceUnavailable(
            f"The figures of '{card.id}' in data/raw are {note.get('mode', 'not there')}, not "
            "downloaded.",
            where=f"params.yaml: sources.{card.id}.from",
            next_step=f"Set it to live, and run make refresh SOURCE={card.id}.",
        )
    if card.licence.share != "allowed" or card.licence.adapt != "allowed":
        raise LicenceForbids(
            f"Figures of '{card.id}' stay on this machine: {card.licence.name}, sharing "
            f"{card.licence.share}, adaptation {card.licence.adapt}.",
            where=f"data/snapshots/{card.id}.yaml: licence",
            next_step="Use them with from: live; what is embedded must be free to pass on.",
        )
    return note


def differences(card: Card) -> list[str]:
    """Return in lines how the fetched figures differ from the embedded ones."""
    new = arrivals.rows_of(paths.raw_file(card.id).read_bytes(), card)
    old = arrivals.rows_of(read_snapshot(card), card) if card.embedded else []
    key, values, year = arrivals.places(card)
    told = [
        f"{card.id}: {len(old):,} rows embedded, {len(new):,} fetched",
        compare(old, new, key, values, year).words(),
    ]
    country = next(iter(arrivals.country_places(card)), None)
    at = country if country in key else None
    lines = difference_table(old, new, key, values, year, at)
    for by in ("year", "country"):
        kept = [line for line in lines if line.by == by]
        if by == "country":
            kept.sort(key=lambda line: (-line.differ, line.name))
        told += _table(by, kept) if kept else []
    return told


def _table(by: str, lines: Sequence[Difference]) -> list[str]:
    """Return differences as lines of a table; of countries those that differ most."""
    shown = lines if by == "year" else lines[:COUNTRIES_SHOWN]
    cells = [(by, "values", "now", "sum", "now", "differ")] + [
        (
            line.name,
            f"{line.before:,}",
            f"{line.after:,}",
            line.sum_before,
            line.sum_after,
            f"{line.differ:,}",
        )
        for line in shown
    ]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    told = ["", *("  ".join(cell.rjust(widths[n]) for n, cell in enumerate(row)) for row in cells)]
    left = len(lines) - len(shown)
    return told + ([f"... and {left} more that differ less"] if left else [])


def promote(card: Card, note: dict[str, object]) -> int:
    """Write the fetched figures as the embedded ones, with their card; return the bytes.

    Raises
    ------
    LicenceForbids
        Never; see `fetched`.
    SourceUnavailable
        If all embedded figures together would become too large.
    """
    rows = read_csv(paths.raw_file(card.id), dtype="str")
    content = compressed(sorted_by_key(rows[list(card.columns)], card))
    others = sum(
        path.stat().st_size
        for path in paths.snapshot_file(card.id).parent.glob("*.csv.gz")
        if path.name != paths.snapshot_file(card.id).name
    )
    if others + len(content) > LARGEST_TOTAL_BYTES:
        raise SourceUnavailable(
            f"With {len(content):,} bytes of '{card.id}' all embedded figures together would have "
            f"{others + len(content):,}; {LARGEST_TOTAL_BYTES:,} is the most.",
            where="data/snapshots",
            next_step="Ask for fewer years or codes: live: ask on the card.",
        )
    write_bytes(paths.snapshot_file(card.id), content)
    write_figures_block(card.id, content, len(rows))
    write_card(card.id, _words_of_the_fetch(card, note, rows.shape[0]))
    return len(content)


def _words_of_the_fetch(card: Card, note: dict[str, object], rows: int) -> dict[str, object]:
    """Return what the card says of figures that came from its service."""
    live = card.live
    clean = arrivals.cleaned(card, paths.raw_file(card.id).read_bytes())
    words: dict[str, object] = {
        name: getattr(live, name)
        for name in ("producer", "citation", "attribution", "caveats")
        if live is not None and getattr(live, name)
    }
    version = f" (state of the publisher: {note['version']})" if note.get("version") else ""
    return words | {
        "date_accessed": str(note["date"]),
        "date_published": str(note.get("version") or "not stated"),
        "how_obtained": f"Downloaded from the service of {note['service']} on {note['date']}"
        f"{version}; this extract of {rows:,} rows was then made by tools/promote_figures.py.",
        "trimmed": ["Nothing left out of what was asked for."],
        "coverage.years": [clean["first_year"], clean["last_year"]],
        "coverage.economies": clean["countries"],
    }


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("--write", action="store_true", help="replace the embedded figures")
    chosen = parser.parse_args()
    try:
        card = load_card(chosen.source)
        note = fetched(card)
        print("\n".join(differences(card)))
        if not chosen.write:
            print("\nNothing was written. To embed these figures: make promote ... WRITE=yes")
            return
        size = promote(card, note)
    except TechDiplomacyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
    print(
        f"\nEmbedded: {size:,} bytes in data/snapshots/{card.id}.csv.gz. Set from: snapshot in "
        "params.yaml, run make and make test, read git diff, and commit."
    )


if __name__ == "__main__":
    main()
