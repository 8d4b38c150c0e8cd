"""How a hand-checked list is read: its columns are there, its cells filled, its rows sound.

Knows: ``data/reference`` and the errors of a list. Must not know: what any list means.
May import: errors, paths, tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from techdiplomacy.errors import InvalidTable, suggest
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv


def read_list(name: str, filled: Sequence[str], others: Sequence[str] = ()) -> pd.DataFrame:
    """Return columns of a reference list as text; the first ones have no empty cell.

    Parameters
    ----------
    name : str
        Name of the file in ``data/reference``, without its ending.
    filled : sequence of str
        Columns without empty cells.
    others : sequence of str
        Further columns, in which cells may be empty.

    Raises
    ------
    InvalidTable
        If a column is missing or a cell that has to be filled is empty.
    """
    columns = list(dict.fromkeys([*filled, *others]))
    table = read_csv(reference_file(name), dtype="str")
    missing = [column for column in columns if column not in table]
    empty = [column for column in filled if column in table and table[column].isna().any()]
    if missing or empty:
        raise InvalidTable(
            f"Columns missing: {missing}; columns with empty cells: {empty}.",
            where=f"data/reference/{name}.csv",
            next_step=f"Restore the file: git checkout -- data/reference/{name}.csv",
        )
    return table[columns].copy()


def refuse_rows(name: str, rows: pd.DataFrame, broken: pd.Series, problem: str) -> None:
    """Raise if a row of a list is broken, naming the first one by its line in the file.

    Raises
    ------
    InvalidTable
        With the line, what is wrong, and the row.
    """
    if broken.any():
        place = int(broken.to_numpy().argmax())
        row = ",".join("" if pd.isna(cell) else str(cell) for cell in rows.iloc[place])
        raise InvalidTable(
            f"Line {place + 2} {problem}: {row}",
            where=f"data/reference/{name}.csv",
            next_step="Correct or delete this line; data/reference/README.md says what it holds.",
        )


def refuse_words(
    name: str, rows: pd.DataFrame, column: str, problem: str, known: Sequence[str]
) -> None:
    """Raise if a column of a list holds a word that is not known, with the nearest known one.

    ``problem`` may hold ``{word}``, the first such word.

    Raises
    ------
    InvalidTable
        As `refuse_rows`.
    """
    wrong = ~rows[column].isin(list(known))
    if wrong.any():
        word = str(rows.loc[wrong, column].iloc[0])
        told = problem.format(word=word) + suggest(word, known)
        refuse_rows(name, rows, wrong, told)
