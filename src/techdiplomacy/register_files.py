"""The owner's registers (offices, instruments, exchanges, graduates), as spreadsheets write them.

Knows: ``data/registers``, its columns, and what can be wrong in a cell. Must not know: what else
is known of a country, what is computed. May import: errors, paths, tables, scorecard_tables,
workforce_tables.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from techdiplomacy.errors import InvalidTable, TechDiplomacyError, suggest
from techdiplomacy.paths import reference_file, register_file
from techdiplomacy.scorecard_tables import EXCHANGE_KINDS
from techdiplomacy.tables import read_csv
from techdiplomacy.workforce_tables import GRADUATE_FIELDS

# columns of each register: those that need a value, then those that may stay empty
REGISTERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "offices": (
        ("sending", "host", "city", "name", "evidence"),
        ("since", "last_confirmed", "same_as", "note"),
    ),
    "agreements": (
        ("country", "partner", "title", "evidence"),
        ("instrument_type", "signed", "in_force", "same_as", "note"),
    ),
    "exchanges": (("origin", "destination", "year", "kind", "persons", "evidence"), ("note",)),
    "graduates": (("country", "field", "year", "graduates", "evidence", "licence"), ("note",)),
}

_ENDS = {"sending": "country", "host": "partner", "origin": "country", "destination": "partner"}
_COUNTRIES = (*_ENDS, "country", "partner")
_OF_THE_VIEWPOINT = ("offices", "agreements")  # it takes part in each row
_WORDS = {"kind": EXCHANGE_KINDS, "field": GRADUATE_FIELDS}  # the only words of a column
_AMOUNTS = ("persons", "graduates")
_DATES = (("since", "last_confirmed"), ("signed", "in_force"))  # the first is not after the second
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SAME = {
    "offices": ("country", "partner", "city", "name"),
    "agreements": ("country", "partner", "title"),
    "exchanges": ("country", "partner", "year", "kind"),
    "graduates": ("country", "field", "year"),
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2110
_NEAR = 0.75  # of a country: below it, a suggestion would be another country
_A_COUNTRY = "Use the code of three letters, or a name, of data/reference/countries.csv."
_FILL = {
    **dict.fromkeys(_COUNTRIES, _A_COUNTRY),
    "city": "Write the city in which the office is.",
    "name": "Write the name of the office.",
    "title": "Write the title of the instrument.",
    "year": "Write four digits.",
    **{name: f"Use one of {', '.join(words)}." for name, words in _WORDS.items()},
    **dict.fromkeys(_AMOUNTS, "Write digits only, without separators."),
    "evidence": "Write a document number or an address.",
    "licence": "Write the terms of the source, as CC BY 4.0, or 'own figures'.",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell of a register, and what to do; row 1 is the header."""

    register: str
    row: int
    column: str
    what: str
    next_step: str

    def __str__(self) -> str:
        place = f"{self.register}.csv, row {self.row}"
        return f"{place}{f', {self.column}' if self.column else ''}: {self.what} {self.next_step}"


def load_registers() -> dict[str, pd.DataFrame]:
    """Return the owner's registers of this project folder by name; one may be empty.

    Raises
    ------
    InvalidTable
        Listing every problem with file, row and column.
    """
    registers, problems = read_registers()
    refuse(problems)
    return registers


def read_registers() -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the rows without problem of each register, and all problems.

    Returns
    -------
    dict of DataFrame
        By register: ``row`` in the file, ``country`` and, where there is one, ``partner`` as
        codes, and the other columns as text, years and numbers of persons as numbers.
    list of Problem
        In the order of files and rows.

    Raises
    ------
    TechDiplomacyError
        If a file is missing.
    """
    spellings = _spellings()
    registers, problems = {}, []
    for register in REGISTERS:
        records, found = _cells(register)
        rows, wrong = _checked(register, records, spellings)
        registers[register] = rows
        problems += [*found, *wrong]
    return registers, problems


def doubtful_rows(
    registers: Mapping[str, pd.DataFrame], *, today: datetime.date, viewpoint: str
) -> list[Problem]:
    """Return what is wrong with rows that are well written: later than today, or not of here.

    Parameters
    ----------
    registers : mapping of DataFrame
        What `read_registers` returns.
    today : date
        The newest day that a date may name. Only a check asks for it: results know no clock.
    viewpoint : str
        Code of the country of which each office and each instrument has to be.
    """
    problems = []
    for register, rows in registers.items():
        dates = [name for pair in (*_DATES, ("year",)) for name in pair if name in rows]
        for row in rows.to_dict("records"):
            number = int(row["row"])
            for name in dates:
                cell = "" if pd.isna(row[name]) else str(row[name])
                if cell > today.isoformat()[: len(cell)]:
                    what = f"'{cell}' lies in the future; today is {today.isoformat()}."
                    step = "Correct it, or leave the date out until it has come."
                    problems.append(Problem(register, number, name, what, step))
            if register in _OF_THE_VIEWPOINT and viewpoint not in (row["country"], row["partner"]):
                what = f"{viewpoint}, the viewpoint of params.yaml, takes no part in it."
                step = "Correct a country, or delete the row."
                problems.append(Problem(register, number, "", what, step))
    return problems


def fold(words: str) -> str:
    """Return words without case, accents and needless spaces, to tell whether two are the same.

    Examples
    --------
    >>> fold("  Văn phòng  KH&CN tại Đức ")
    'van phong kh&cn tai duc'
    """
    plain = unicodedata.normalize("NFKD", words.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def refuse(problems: Sequence[Problem]) -> None:
    """Raise if there is any problem, listing all."""
    if problems:
        raise InvalidTable(
            "Problems in the registers:\n" + "\n".join(f"  - {one}" for one in problems),
            where="data/registers",
            next_step="Correct them in the spreadsheet; python tools/check_registers.py looks "
            "again.",
        )


def _cells(register: str) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return the filled rows of a file with their numbers, and what is wrong with the file."""
    path = register_file(register)
    if not path.is_file():
        raise TechDiplomacyError(
            f"The register {path.name} is missing.",
            where=f"data/registers/{path.name}",
            next_step=f"Bring the template back: git checkout -- data/registers/{path.name}",
        )
    required, others = REGISTERS[register]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        step = "In the spreadsheet, save as 'CSV UTF-8'."
        return [], [Problem(register, 1, "", "The file is not written in UTF-8.", step)]
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    lines: list[list[str]] = []
    try:
        lines += csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error:
        # lenient reading would take an open quotation mark to the end of the file as one cell
        what = "A quotation mark is opened and not closed, or a cell never ends."
        step = "Close it, or delete it; the rows below it cannot be read."
        return [], [Problem(register, len(lines) + 1, "", what, step)]
    header = [name.strip().casefold() for name in lines[0]] if lines else []
    problems = [
        Problem(register, 1, name, "The column is missing.", "Restore it; empty cells will do.")
        for name in (*required, *(other for other in others if other != "note"))
        if name not in header
    ]
    for name in dict.fromkeys(header):
        if name and (name not in (*required, *others) or header.count(name) > 1):
            hint = suggest(name, (*required, *others))
            what = "The column is not known, or stands twice."
            problems.append(Problem(register, 1, name, what + hint, "Rename or delete it."))
    if problems:
        return [], problems
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line]
        if _split_otherwise(cells, delimiter) >= len(required) > len(cells):
            what = "The separator differs from the first line."
            step = f"Write '{delimiter}' between cells, or save the file anew as 'CSV UTF-8'."
            problems.append(Problem(register, number, "", what, step))
        elif any(cells[len(header) :]):
            what = "There are more cells than columns."
            step = f"Put a text that holds '{delimiter}' in quotation marks."
            problems.append(Problem(register, number, "", what, step))
        elif any(cells):
            named = dict(zip(header, cells, strict=False))
            rows.append((number, {name: named.get(name, "") for name in (*required, *others)}))
    return rows, problems


def _split_otherwise(cells: Sequence[str], delimiter: str) -> int:
    """Return how many cells a line would have under the other separator."""
    other = "," if delimiter == ";" else ";"
    line = " ".join(delimiter.join(cells).split())  # a cell may hold line breaks
    return len(next(csv.reader([line], delimiter=other), []))


def _checked(
    register: str, records: Sequence[tuple[int, dict[str, str]]], spellings: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the rows without problem, typed, and the problems of the others."""
    problems: list[Problem] = []
    good: list[dict[str, object]] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in records:
        wrong = _wrong_cells(register, cells, spellings)
        row: dict[str, object] = {"row": number}
        if not wrong:
            row |= {_ENDS.get(name, name): cell or None for name, cell in cells.items()}
            for end in ("country", "partner"):
                if end in row:
                    row[end] = spellings[fold(str(row[end]))]
            if row["country"] == row.get("partner"):
                wrong = [("", "Both countries are the same.", "Name two countries.")]
        if not wrong:
            key = tuple(fold(str(row[name])) for name in _SAME[register])
            if key in seen:
                what = f"Row {seen[key]} says the same."
                wrong = [("", what, "Delete one of them, or tell them apart by name.")]
            seen.setdefault(key, number)
        problems += [Problem(register, number, *found) for found in wrong]
        if not wrong:
            good.append(row)
    required, others = REGISTERS[register]
    columns = ["row", *(_ENDS.get(name, name) for name in (*required, *others))]
    frame = pd.DataFrame(good, columns=columns, dtype=object)
    types = {"year": "int64", **dict.fromkeys(_AMOUNTS, "float64")}
    return frame.astype({name: of for name, of in types.items() if name in frame}), problems


def _wrong_cells(
    register: str, cells: Mapping[str, str], spellings: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return column, what is wrong and what to do for each wrong cell of a row."""
    wrong = [
        (name, "The cell is empty.", _FILL[name])
        for name in REGISTERS[register][0]
        if not cells[name]
    ]
    for name, cell in cells.items():
        if not cell:
            continue
        what = step = ""
        if name in _COUNTRIES and fold(cell) not in spellings:
            what = (
                f"'{cell}' is no country.{suggest(cell.title(), _shown(spellings), cutoff=_NEAR)}"
            )
            step = _A_COUNTRY
        elif any(name in pair for pair in _DATES) and not _is_date(cell):
            what = f"'{cell}' is no date."
            step = "Write year-month-day, year-month or year (2015-10-24), cells set to text."
        elif name in _WORDS and cell not in _WORDS[name]:
            what = f"'{cell}' is no {name}.{suggest(cell, _WORDS[name])}"
            step = _FILL[name]
        elif name == "year" and not (re.fullmatch(r"\d{4}", cell) and _is_date(cell)):
            what, step = f"'{cell}' is no year.", _FILL[name]
        elif name in _AMOUNTS and not re.fullmatch(r"\d+", cell):
            what, step = f"'{cell}' is no whole number.", _FILL[name]
        if what:
            wrong.append((name, what, step))
    for first, second in _DATES:
        early, late = cells.get(first, ""), cells.get(second, "")
        length = min(len(early), len(late))
        if length and _is_date(early) and _is_date(late) and early[:length] > late[:length]:
            wrong.append((second, f"'{late}' lies before {first} '{early}'.", "Correct one."))
    return wrong


def _is_date(cell: str) -> bool:
    """Return whether a cell holds a year, a month or a day that exists."""
    found = _DATE.fullmatch(cell)
    if not found or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return False
    try:
        datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def _spellings() -> dict[str, str]:
    """Return codes of countries by folded code, English name and Vietnamese name."""
    table = read_csv(reference_file("countries"), dtype="str")
    return {
        fold(str(word)): str(code)
        for column in ("name_vi", "name_en", "iso3")
        for word, code in zip(table[column], table["iso3"], strict=True)
    }


def _shown(spellings: Mapping[str, str]) -> list[str]:
    """Return the spellings as one would write them."""
    return [word.upper() if len(word) == 3 else word.title() for word in spellings]
