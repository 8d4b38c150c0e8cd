"""Turns a live fetch into the embedded figures of a source, after showing what would change.

    python tools/promote_figures.py SOURCE [--write] [--fewer]

Without --write nothing is written: the difference to the figures embedded now is shown, by year
and by country. With it the figures replace the embedded ones, sorted and packed as every extract,
and the card takes their hash, years, day, words and way here. Figures that lack countries, or most
of the values embedded now, are embedded with --fewer only. Nothing is committed: read the
difference again with git diff.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from extract_figures import (
    LARGEST_TOTAL_BYTES,
    compressed,
    sorted_by_key,
    write_card,
    write_figures_block,
)

from techdiplomacy import acceptance, paths
from techdiplomacy.cards import Card, check_may_be_embedded, load_card
from techdiplomacy.errors import (
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
)
from techdiplomacy.files import read_json, write_bytes
from techdiplomacy.sources.base import read_snapshot
from techdiplomacy.sources.revisions import Difference, compare, difference_table
from techdiplomacy.tables import read_csv

COUNTRIES_SHOWN = 15
# what no fetch tells: only a person knows whether the words still hold
BY_HAND = ("title", "coverage.missing", "coverage.complete_to", "level_shifts", "caveats")


def promotable_note(card: Card) -> dict[str, Any]:
    """Return the note of a live fetch that may be embedded.

    Raises
    ------
    SourceUnavailable
        If the raw figures of the source are not those of a live fetch.
    LicenceForbids
        If the terms do not allow figures of the source to be passed on as they are.
    """
    path = paths.raw_note_file(card.id)
    note: dict[str, Any] = read_json(path) if path.is_file() else {}
    if note.get("mode") != "downloaded":
        raise SourceUnavailable(
            f"The figures of '{card.id}' in data/raw are {note.get('mode', 'not there')}, not "
            "downloaded.",
            where=f"params.yaml: sources.{card.id}.from",
            next_step=f"Set it to live, and run make refresh SOURCE={card.id}.",
        )
    check_may_be_embedded(card)
    return note


def differences(card: Card) -> list[str]:
    """Return in lines how the fetched figures differ from the embedded ones."""
    old, new = _both(card)
    key, values, year = acceptance.places(card)
    told = [
        f"{card.id}: {len(old):,} rows embedded, {len(new):,} fetched",
        compare(old, new, key, values, year).words(),
    ]
    country = next(iter(acceptance.country_places(card)), None)
    at = country if country in key else None
    lines = difference_table(old, new, key, values, year, at)
    for by in ("year", "country"):
        kept = [line for line in lines if line.by == by]
        if by == "country":
            kept.sort(key=lambda line: (-line.differ, line.name))
        told += _table(by, kept) if kept else []
    return told


def _both(card: Card) -> tuple[acceptance.Rows, acceptance.Rows]:
    """Return the rows that are embedded now, if any, and those that were fetched."""
    old = acceptance.rows_of(read_snapshot(card), card) if card.embedded else []
    return old, acceptance.rows_of(paths.raw_file(card.id).read_bytes(), card)


def _refuse_losses(card: Card, note: Mapping[str, Any]) -> None:
    """Raise if countries have gone, or most of the values that are embedded now."""
    old, new = _both(card)
    against_embedded, _ = acceptance.countries_apart(card, old, new)
    gone = sorted({*note.get("countries_gone", ()), *against_embedded})
    key, values, year = acceptance.places(card)
    revision = compare(old, new, key, values, year)
    embedded = sum(revision.before.values())
    lost = [f"countries have gone: {', '.join(gone)}"] if gone else []
    if revision.removed * 2 > embedded:
        lost.append(f"{revision.removed:,} of {embedded:,} values have gone")
    if lost:
        raise SourceChanged(
            f"The figures of '{card.id}' have losses: {'; '.join(lost)}.",
            where=f"data/raw/{card.id}.csv",
            next_step="See what live: ask on the card selects, and the publisher's notes. To embed "
            f"them all the same: python tools/promote_figures.py {card.id} --write --fewer.",
        )


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


def promote(card: Card, note: Mapping[str, Any], *, fewer: bool = False) -> int:
    """Write the fetched figures as the embedded ones, with their card; return the bytes.

    Parameters
    ----------
    card : Card
        The source, as its card is now.
    note : mapping
        Of the fetch; see `promotable_note`.
    fewer : bool
        Whether countries and most values may have gone.

    Raises
    ------
    SourceChanged
        If they have gone and may not, or the card as it would be does not fit the figures.
    SourceUnavailable
        If all embedded figures together would become too large.
    """
    if not fewer:
        _refuse_losses(card, note)
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
    words = _words_of_the_fetch(card, note, len(rows))  # may refuse: before anything is written
    write_bytes(paths.snapshot_file(card.id), content)
    write_figures_block(card.id, content, len(rows))
    write_card(card.id, words)
    return len(content)


def _words_of_the_fetch(card: Card, note: Mapping[str, Any], rows: int) -> dict[str, object]:
    """Return what the card says of figures that came from its service."""
    live = card.live
    shifts = live.level_shifts if live is not None else None
    # as the card will be: embedded figures have to meet each of its level shifts
    new = card.model_copy(update={} if shifts is None else {"level_shifts": shifts})
    clean = acceptance.cleaned(new, paths.raw_file(card.id).read_bytes(), "embedded")
    words: dict[str, object] = {
        name: getattr(live, name)
        for name in ("producer", "citation", "attribution", "caveats")
        if live is not None and getattr(live, name)
    }
    if shifts is not None:
        words["level_shifts"] = [one.model_dump(exclude_defaults=True) for one in shifts]
    if "first_year" in clean:
        words["coverage.years"] = [clean["first_year"], clean["last_year"]]
    if clean["countries"]:
        words["coverage.economies"] = clean["countries"]
    version = f" (state of the publisher: {note['version']})" if note.get("version") else ""
    return words | {
        "date_accessed": str(note["date"]),
        "date_published": "not stated",
        "how_obtained": f"Downloaded from the service of {note['service']} on {note['date']}"
        f"{version}; this extract of {rows:,} rows was then made by tools/promote_figures.py.",
        "trimmed": ["Nothing left out of what was asked for."],
    }


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("--write", action="store_true", help="replace the embedded figures")
    parser.add_argument("--fewer", action="store_true", help="also where much has gone")
    chosen = parser.parse_args()
    try:
        card = load_card(chosen.source)
        note = promotable_note(card)
        print("\n".join(differences(card)))
        if not chosen.write:
            print("\nNothing was written. To embed these figures: make promote ... WRITE=yes")
            return
        size = promote(card, note, fewer=chosen.fewer)
    except TechDiplomacyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
    print(
        f"\nEmbedded: {size:,} bytes in data/snapshots/{card.id}.csv.gz. Set from: snapshot in "
        "params.yaml, run make and make test, read git diff, and commit.\n"
        f"Read by hand: {', '.join(BY_HAND)}."
    )


if __name__ == "__main__":
    main()
