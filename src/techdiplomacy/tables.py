"""The only reader and writer of tables that cross a stage, so validation cannot be skipped.

Knows: how a declared table is checked, sorted and written. Must not know: what is computed.
May import: errors, paths, files, declarations. (pandera is loaded when a table is written.)
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from techdiplomacy import paths
from techdiplomacy.columns import Column, Table
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import replace_folder, write_bytes, write_json

if TYPE_CHECKING:
    import pandera.pandas as pa

# more digits than any publisher prints, fewer than processors disagree on
SIGNIFICANT_DIGITS = 9

# tables read before a process is forked, which the forks then need not read
_HELD: dict[Path, pd.DataFrame] = {}
_DTYPES = {"country": "str", "text": "str", "integer": "int64", "number": "float64", "flag": "bool"}


def read_csv(path: Path, *, may_be_empty: bool = False, **options: Any) -> pd.DataFrame:
    """Return a CSV file as a frame; only an empty cell is missing, ``NA`` is Namibia.

    Raises
    ------
    TechDiplomacyError
        If the file is missing.
    InvalidTable
        If it is not a table, or has no rows and may not be empty.
    """
    where = _relative(path)
    if not path.is_file():
        raise TechDiplomacyError(
            f"{path.name} is missing.",
            where=where,
            next_step="Make it with dvc repro; what is committed comes back with git checkout.",
        )
    try:
        frame: pd.DataFrame = pd.read_csv(path, keep_default_na=False, na_values=[""], **options)
    except (ValueError, UnicodeDecodeError, EOFError, OSError) as error:
        raise InvalidTable(
            f"{path.name} cannot be read as a table: {error}",
            where=where,
            next_step="Restore the file (git checkout, dvc checkout) or fetch it again.",
        ) from error
    if frame.empty and not may_be_empty:
        raise InvalidTable(
            f"{path.name} has no rows.",
            where=where,
            next_step="Restore the file (git checkout, dvc checkout) or fetch it again.",
        )
    return frame


def table_path(name: str, *, source: str = "") -> Path:
    """Return where a declared table lies; clean tables have one file for each source."""
    table = declared(name)
    if table.step == "clean":
        return paths.clean_file(source)
    if table.step == "features":
        return paths.feature_file(name)
    return paths.result_file(table.notebook, name)


def read_table(name: str, *, source: str = "") -> pd.DataFrame:
    """Return a declared table with its declared types.

    Parameters
    ----------
    name : str
        Name of the table.
    source : str
        For a clean table: the source whose rows are wanted.

    Raises
    ------
    InvalidTable
        If the header is not the declared one or a cell does not have the declared type.
    """
    table = declared(name)
    path = table_path(name, source=source)
    if path in _HELD:
        return _HELD[path].copy(deep=False)  # its memory is shared until somebody writes
    types = {column.name: _dtype(column) for column in table.columns}
    frame = read_csv(path, may_be_empty=table.may_be_empty, dtype=types)
    _require_columns(frame, table, _relative(path))
    return frame


def hold_tables(names: Iterable[str]) -> None:
    """Read tables once for all processes forked from this one: they stay as they are now."""
    for name in names:
        _HELD[table_path(name)] = read_table(name)


def write_table(frame: pd.DataFrame, name: str, *, source: str = "") -> None:
    """Check a frame against its declaration and write it sorted by key.

    Floats are rounded to a fixed number of significant digits, so that the same inputs give the
    same bytes; the file is whole or absent.

    Parameters
    ----------
    frame : DataFrame
        The rows; column order and index do not matter.
    name : str
        Name of the table.
    source : str
        For a clean table: the source that the rows come from.

    Raises
    ------
    InvalidTable
        Listing all problems, each with a count and two sample rows. Nothing is written.
    """
    table = declared(name)
    path = (
        paths.staged_result_file(table.notebook, name)
        if table.step == "results"
        else table_path(name, source=source)
    )
    _write_csv(check_table(frame, table, where=_relative(path)), path.parent, path.name)


def write_features(frames: dict[str, pd.DataFrame]) -> None:
    """Replace the folder of feature tables by these, once every one of them has been checked.

    Parameters
    ----------
    frames : dict of DataFrame
        All feature tables by name.

    Raises
    ------
    InvalidTable
        If any of them breaks its declaration. The tables of the last good run stay.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in frames.items():
            path = table_path(name)
            _write_csv(check_table(frame, declared(name), where=_relative(path)), folder, path.name)
        replace_folder(paths.features_folder(), Path(folder))


def _write_csv(checked: pd.DataFrame, folder: Path | str, name: str) -> None:
    """Write a checked table as CSV."""
    # a carriage return by itself would end a row for whoever reads the file
    words = checked.select_dtypes(["object", "string"]).replace(r"\r\n?", "\n", regex=True)
    held = checked.assign(**{str(name): words[name] for name in words})
    text = held.to_csv(index=False, lineterminator="\n")
    write_bytes(Path(folder) / name, text.encode())


def write_metrics(notebook: str, numbers: dict[str, float | int | str | bool | None]) -> None:
    """Write the headline numbers of a notebook.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    numbers : dict
        Number, word or flag by name; floats are rounded to six significant digits, and one that
        cannot be given is written as null.
    """
    rounded = {
        name: _six_digits(value) if isinstance(value, float) else value
        for name, value in numbers.items()
    }
    write_json(paths.staged_metrics_file(notebook), rounded)


def _six_digits(value: float) -> float | None:
    """Return a number at six significant digits, or None if it is not finite."""
    return float(f"{value:.5e}") if math.isfinite(value) else None


def check_table(frame: pd.DataFrame, table: Table, *, where: str) -> pd.DataFrame:
    """Return the frame in declared order, types and rounding, sorted by key.

    Raises
    ------
    InvalidTable
        If anything breaks the declaration.
    """
    import pandera.errors as pandera_errors

    _require_columns(frame, table, where)
    if frame.empty and not table.may_be_empty:
        raise InvalidTable(
            f"Table '{table.name}' has no rows.",
            where=where,
            next_step="Check the selection that feeds it: an empty table is never published.",
        )
    ordered = frame[table.column_names()].reset_index(drop=True)
    if ordered.empty:  # no cell shows what type a column has
        return ordered.astype({column.name: _dtype(column) for column in table.columns})
    ordered = ordered.assign(
        **{
            column.name: round_significant(ordered[column.name])
            for column in table.columns
            if column.kind == "number" and pd.api.types.is_numeric_dtype(ordered[column.name])
        }
    )
    try:
        checked = _schema(table).validate(ordered, lazy=True)
    except pandera_errors.SchemaErrors as error:
        raise InvalidTable(
            f"Table '{table.name}' breaks its declaration:\n" + _problems(error, ordered),
            where=where,
            next_step="Correct the rows at their source; see input_tables.py, result_tables.py.",
        ) from error
    return checked.sort_values(list(table.key), kind="stable", ignore_index=True)


def round_significant(values: pd.Series, digits: int = SIGNIFICANT_DIGITS) -> pd.Series:
    """Return numbers rounded to a number of significant digits.

    Examples
    --------
    >>> round_significant(pd.Series([1234.5678, 0.00123456]), digits=3).tolist()
    [1230.0, 0.00123]
    """
    numbers = values.to_numpy(dtype=float, copy=True)
    finite = np.isfinite(numbers) & (numbers != 0)
    # formatting is exact where multiplying by powers of ten is not
    numbers[finite] = [float(f"{number:.{digits - 1}e}") for number in numbers[finite]]
    return pd.Series(numbers, index=values.index, name=values.name)


def _require_columns(frame: pd.DataFrame, table: Table, where: str) -> None:
    """Raise if the columns are not exactly the declared ones."""
    found, wanted = set(map(str, frame.columns)), set(table.column_names())
    if found != wanted:
        missing = ", ".join(sorted(wanted - found)) or "none"
        extra = ", ".join(sorted(found - wanted)) or "none"
        raise InvalidTable(
            f"Table '{table.name}' has the wrong columns: missing {missing}; not declared {extra}.",
            where=where,
            next_step="Rename or add columns, or change input_tables.py or result_tables.py.",
        )


def _schema(table: Table) -> pa.DataFrameSchema:
    """Return the pandera schema of a declared table."""
    import pandera.pandas as pa

    checks = []
    if table.unordered_pair:
        checks.append(
            pa.Check(
                lambda frame: frame["country"] < frame["partner"],
                error="country must come before partner in the alphabet (each pair once)",
            )
        )
    return pa.DataFrameSchema(
        {column.name: _column_schema(column, pa) for column in table.columns},
        checks=checks,
        unique=list(table.key),
        strict=True,
        ordered=True,
    )


def _column_schema(column: Column, pa: Any) -> Any:
    """Return the pandera column for a declared column."""
    checks = []
    if column.kind == "country":
        checks.append(
            pa.Check.str_matches(r"^[A-Z]{3}$", error="is not an ISO 3166-1 alpha-3 code")
        )
    if column.kind == "number":
        checks.append(
            pa.Check(lambda values: np.isfinite(values) | values.isna(), error="is not finite")
        )
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, error=f"is below {column.low:g}"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, error=f"is above {column.high:g}"))
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, error=f"is not like {column.pattern}"))
    if column.allowed:
        checks.append(pa.Check.isin(list(column.allowed), error=f"is not one of {column.allowed}"))
    return pa.Column(_dtype(column), checks=checks, nullable=column.optional)


def _dtype(column: Column) -> str:
    """Return the type of a declared column; whole numbers that may be missing need their own."""
    whole = column.kind == "integer" and column.optional
    return "Int64" if whole else _DTYPES[column.kind]


def _problems(error: Any, frame: pd.DataFrame) -> str:
    """Return each kind of problem once: how often, and two rows to look at."""
    cases = error.failure_cases.copy()
    cases["column"] = cases["column"].astype(object).where(cases["column"].notna(), "")
    lines = []
    for (column, check), found in cases.groupby(["column", "check"], sort=True):
        rows = sorted({int(row) for row in found["index"].dropna() if not math.isnan(float(row))})
        values = ", ".join(sorted({repr(value) for value in found["failure_case"]})[:3])
        lines.append(
            f"  - {column or 'rows'}: {_in_words(str(check), values)} ({_times(rows, found)})"
        )
        lines += [f"      row {row}: {_row(frame, row)}" for row in rows[:2]]
    return "\n".join(lines)


def _in_words(check: str, values: str) -> str:
    """Return a check of pandera in the words of this project."""
    if check == "not_nullable":
        return "empty cell where a value is required"
    if "unique" in check:
        return "the key is not unique"
    if check.startswith("dtype"):
        return f"wrong type, expected {check[7:-2]}, found {values}"
    return f"{check}: {values}"


def _times(rows: list[int], found: pd.DataFrame) -> str:
    """Return how many rows a problem touches."""
    count = len(rows) or len(found)
    return f"{count} row" + ("s" if count != 1 else "")


def _row(frame: pd.DataFrame, row: int) -> str:
    """Return a row as ``column=value`` pairs."""
    return ", ".join(f"{name}={value}" for name, value in frame.iloc[row].items())


def _relative(path: Path) -> str:
    """Return a path as seen from the project folder."""
    root = paths.project_root()
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
