"""Bring ``data/reference/claims.csv`` up to date with the project's list of statements.

Call it with the folder that holds the hand-checked list ``claims.csv``::

    python tools/build_claims.py REFERENCE_FOLDER

The list gives the statements in English, and notes for the project. Their Vietnamese wording and
the notes for readers are kept in ``data/reference/claims.csv`` itself, by id: for a new statement,
first add a line with its id and its Vietnamese wording there. The script stops if a statement has
no such line, or a line no statement.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv

COLUMNS = (
    *("claim_id", "statement_en", "statement_vi", "value", "unit", "kind"),
    *("source_id", "source_url", "note", "note_reader_en", "note_reader_vi", "conflict_group"),
)
# what is kept in the committed list
KEPT = ("statement_vi", "note_reader_en", "note_reader_vi")


def claim_rows(statements: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return the statements with the wording that is kept here, sorted by id.

    Parameters
    ----------
    statements : DataFrame
        The list of the project: all columns but those of `KEPT`.
    kept : DataFrame
        The committed list: ``claim_id`` and those of `KEPT`.

    Raises
    ------
    InvalidTable
        If a column is missing, an id is repeated, or the two lists do not agree.
    """
    given = [column for column in COLUMNS if column not in KEPT]
    problems = [
        f"column '{column}' is missing in {place}"
        for place, table, columns in (
            ("the list", statements, given),
            ("data/reference/claims.csv", kept, ["claim_id", *KEPT]),
        )
        for column in columns
        if column not in table.columns
    ]
    if not problems:
        ids, lines = statements["claim_id"], kept["claim_id"]
        worded = set(lines[kept["statement_vi"].notna()])
        problems = [
            f"{name} is repeated" for both in (ids, lines) for name in both[both.duplicated()]
        ]
        problems += [f"{name} has no Vietnamese wording" for name in ids if name not in worded]
        problems += [f"{name} is no statement" for name in lines if name not in set(ids)]
        halves = kept["note_reader_en"].isna() != kept["note_reader_vi"].isna()
        problems += [f"{name} has a reader's note in one language" for name in lines[halves]]
    if problems:
        raise InvalidTable(
            "; ".join(problems) + ".",
            where="claims.csv",
            next_step="Compare the list with data/reference/claims.csv, which keeps the Vietnamese "
            "wording and the notes for readers.",
        )
    rows = statements[given].merge(kept[["claim_id", *KEPT]], on="claim_id", validate="1:1")
    return rows[list(COLUMNS)].sort_values("claim_id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list; return 0 if all went well."""
    parser = argparse.ArgumentParser(description="Bring data/reference/claims.csv up to date.")
    parser.add_argument("folder", type=Path, help="folder that holds the list claims.csv")
    path = parser.parse_args(arguments).folder / "claims.csv"
    try:
        if not path.is_file():
            raise TechDiplomacyError(
                "There is no list of statements.",
                where=str(path),
                next_step="Name the folder that holds claims.csv.",
            )
        kept = read_csv(reference_file("claims"), dtype="str")
        rows = claim_rows(read_csv(path, dtype="str"), kept)
        text = rows.to_csv(index=False, lineterminator="\n")
        write_bytes(reference_file("claims"), text.encode())
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"data/reference/claims.csv: {len(rows)} statements")
    return 0


if __name__ == "__main__":
    sys.exit(main())
