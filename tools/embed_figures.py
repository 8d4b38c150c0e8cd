"""Embeds a CSV file as the figures of a source whose card is written.

    python tools/embed_figures.py FILE ID

The columns of the file are those of the card, in any order. The rows are sorted by the key of the
declared table, written to data/snapshots/ID.csv.gz, and counted and hashed in the card.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from extract_figures import compressed, sorted_by_key, write_figures_block

from techdiplomacy.cards import load_card
from techdiplomacy.errors import SourceChanged, TechDiplomacyError, suggest
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import snapshot_file
from techdiplomacy.tables import read_csv


def embed_figures(file: Path, source: str) -> int:
    """Write the figures of a source and return the number of rows.

    Parameters
    ----------
    file : Path
        CSV file; UTF-8, comma-separated, one header line.
    source : str
        Id of the source; its card exists.

    Raises
    ------
    SourceChanged
        If the columns are not those of the card. Nothing is written.
    """
    card = load_card(source)
    rows = read_csv(file.resolve(), dtype="str", may_be_empty=True)
    for name in card.columns:
        if name not in rows.columns:
            raise SourceChanged(
                f"There is no column '{name}'.{suggest(name, rows.columns)}",
                where=str(file),
                next_step=f"Name the columns as data/snapshots/{source}.yaml does.",
            )
    kept = sorted_by_key(rows[list(card.columns)], card)
    content = compressed(kept)
    write_bytes(snapshot_file(source), content)
    write_figures_block(source, content, len(kept))
    return len(kept)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("id")
    chosen = parser.parse_args()
    try:
        rows = embed_figures(chosen.file, chosen.id)
    except TechDiplomacyError as error:
        parser.exit(1, f"{type(error).__name__}: {error}\n")
    print(f"{chosen.id}: {rows:,} rows in data/snapshots/{chosen.id}.csv.gz")


if __name__ == "__main__":
    main()
