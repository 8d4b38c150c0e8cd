"""The owner's registers of offices, instruments and exchanges, joined with what is embedded.

Knows: ``data/registers``, how a spreadsheet writes them, when two rows are one fact, and
``effectiveness_rubric.csv``. Must not know: what is computed from the facts, figures of sources.
May import: errors, paths, tables, scorecard_tables.
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
from techdiplomacy.scorecard_tables import CARD_STATUSES, EXCHANGE_KINDS, INDICATORS, KNOWN_FACTS
from techdiplomacy.tables import read_csv

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
}
NEW = "new"  # in the column same_as: another fact than the embedded ones

_ENDS = {"sending": "country", "host": "partner", "origin": "country", "destination": "partner"}
_DATES = (("since", "last_confirmed"), ("signed", "in_force"))  # the first is not after the second
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SAME = {
    "offices": ("country", "partner", "city", "name"),
    "agreements": ("country", "partner", "title"),
    "exchanges": ("country", "partner", "year", "kind"),
}
_NAMES = {"offices": "name", "agreements": "title"}
_FIRST_YEAR, _LAST_YEAR = 1900, 2110


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
    _refuse(problems)
    return registers


def read_registers() -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the rows without problem of each register, and all problems.

    Returns
    -------
    dict of DataFrame
        By register: ``row`` in the file, ``country`` and ``partner`` as codes, and the other
        columns of the register as text, years and persons as whole numbers.
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


def known_facts(
    clean: Mapping[str, pd.DataFrame], registers: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the feature tables of known facts: embedded ones and rows of the registers.

    Parameters
    ----------
    clean : mapping of DataFrame
        Clean tables ``partnership_levels, st_agreements, st_offices, missions``.
    registers : mapping of DataFrame
        What `load_registers` returns.

    Returns
    -------
    dict of DataFrame
        ``known_levels, known_agreements, known_offices, known_exchanges, known_missions``. A row
        of a register that repeats an embedded fact replaces it. Exchanges are known from the
        register only.

    Raises
    ------
    InvalidTable
        If a row of a register may or may not repeat an embedded fact.
    """
    facts, problems = joined_facts(clean, registers)
    _refuse(problems)
    return facts


def joined_facts(
    clean: Mapping[str, pd.DataFrame], registers: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return what `known_facts` does, and the rows of which it is open whether they are new."""
    embedded = {name: _embedded(clean[table]) for name, table in _CLEAN.items()}
    agreements, open_agreements = _joined("agreements", embedded["known_agreements"], registers)
    offices, open_offices = _joined("offices", embedded["known_offices"], registers)
    agreements["signed_year"] = pd.to_numeric(agreements["signed"].str[:4]).astype("Int64")
    agreements["source_group"] = agreements["source_group"].fillna("register")
    facts = {
        "known_levels": embedded["known_levels"],
        "known_agreements": agreements,
        "known_offices": offices,
        "known_exchanges": registers["exchanges"].assign(origin="register"),
        "known_missions": missions_by_rank(clean["missions"]),
    }
    tables = {}
    for table in KNOWN_FACTS:
        rows = facts[table.name].reindex(columns=table.column_names()).reset_index(drop=True)
        texts = [one.name for one in table.columns if one.kind in ("text", "country")]
        tables[table.name] = rows.astype(dict.fromkeys(texts, "str"))
    return tables, [*open_offices, *open_agreements]


_CLEAN = {
    "known_levels": "partnership_levels",
    "known_agreements": "st_agreements",
    "known_offices": "st_offices",
}


def missions_by_rank(missions: pd.DataFrame) -> pd.DataFrame:
    """Return how many embassies, consulates and other missions are listed for each pair.

    Parameters
    ----------
    missions : DataFrame
        Clean table ``missions``; kinds as the source words them.
    """
    kind = missions["mission_type"].str.casefold()
    consulate = kind.str.contains("consul")
    high = kind.str.contains("high commission") & ~kind.str.contains("assistant")
    embassy = ~consulate & (kind.str.contains("embassy|nunciature") | high)
    ranks = missions[["country", "partner"]].assign(
        embassies=embassy.astype("int64"),
        consulates=consulate.astype("int64"),
        other_missions=(~embassy & ~consulate).astype("int64"),
    )
    return ranks.groupby(["country", "partner"], as_index=False).sum()


def load_rubric() -> pd.DataFrame:
    """Return the rubric of the scorecard, one row for each indicator, in its order.

    Returns
    -------
    DataFrame
        ``number, indicator``, name, definition and weakness in English and Vietnamese,
        ``direction`` (higher is better), ``ranked_by`` (value, or lower end of the interval),
        ``scope``, ``data`` (table and columns) and ``needs`` (empty, technology or register).

    Raises
    ------
    InvalidTable
        If an indicator is missing or repeated, or a cell but ``needs`` is empty.
    """
    rubric = read_csv(reference_file("effectiveness_rubric"), dtype="str")
    filled = rubric.drop(columns="needs", errors="ignore").notna().all(axis=None)
    words = {f"needs_{word}" for word in rubric.get("needs", pd.Series(["?"])).dropna()}
    if (
        rubric.get("indicator", pd.Series(dtype="str")).tolist() != list(INDICATORS)
        or not filled
        or not words <= set(CARD_STATUSES)
    ):
        raise InvalidTable(
            "The rubric does not list each indicator once with all of its cells.",
            where="data/reference/effectiveness_rubric.csv",
            next_step="Keep the order of INDICATORS in src/techdiplomacy/scorecard_tables.py.",
        )
    return rubric


# --- joining --------------------------------------------------------------------------------


def _embedded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a clean table with the evidence under one name."""
    renamed = {"evidence_urls": "evidence", "evidence_url": "evidence"}
    return table.rename(columns=renamed).assign(origin="embedded").reset_index(drop=True)


def _joined(
    register: str, embedded: pd.DataFrame, registers: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return embedded facts and rows of a register, each fact once."""
    name = _NAMES[register]
    gone: list[int] = []
    new: list[dict[str, object]] = []
    problems = []
    for record in registers[register].to_dict("records"):
        row = {str(column): cell for column, cell in record.items()}
        near = embedded[_near(register, embedded, row)]
        places = {fold(str(known)): int(str(place)) for place, known in near[name].items()}
        said = fold(str(row["same_as"] or ""))
        same = places.get(said or fold(str(row[name])))
        what = step = ""
        if same is None and said != NEW and (said or len(near)):
            listed = "; ".join(f"'{known}'" for known in near[name].astype("str"))
            what = f"It is open whether '{row[name]}' is known already; known are: {listed or '-'}."
            step = f"Copy that name into same_as, or write {NEW} if it is another one."
        elif same in gone:
            what = "An earlier row stands for the same known fact."
            step = f"Write {NEW} if this is another one, or delete the row."
        if what:
            problems.append(Problem(register, int(str(row["row"])), "same_as", what, step))
            continue
        if same is not None:
            gone.append(same)
            row = _completed(row, embedded.iloc[same])
        new.append({**row, "origin": "register"})
    kept = embedded.drop(index=gone)
    rows = pd.DataFrame(new, columns=[*dict.fromkeys([*registers[register], *_KEPT]), "origin"])
    return pd.concat([kept, rows.dropna(axis=1, how="all")], ignore_index=True), problems


def _near(register: str, embedded: pd.DataFrame, row: Mapping[str, object]) -> pd.Series:
    """Return which embedded facts a row of a register may repeat."""
    pair = (embedded["country"] == row["country"]) & (embedded["partner"] == row["partner"])
    if register == "offices":
        return pair
    turned = (embedded["country"] == row["partner"]) & (embedded["partner"] == row["country"])
    titles = embedded["title"].map(fold)
    told = titles.isin([fold(str(row[name])) for name in ("title", "same_as") if row[name]])
    year = embedded["signed"].str[:4]
    same_year = year.isna() | (not row["signed"]) | (year == str(row["signed"])[:4])
    return (pair | turned) & (same_year | told)


_KEPT = ("since", "last_confirmed", "signed", "in_force", "instrument_type", "source_group")


def _completed(row: dict[str, object], known: pd.Series) -> dict[str, object]:
    """Return a row in the direction of the fact it replaces; what it leaves open stays known."""
    filled = {
        name: row.get(name) or known[name]
        for name in _KEPT
        if name in known.index and pd.notna(known[name])
    }
    return {**row, **filled, "country": known["country"], "partner": known["partner"]}


def fold(words: str) -> str:
    """Return words without case, accents and needless spaces, to tell whether two are the same.

    Examples
    --------
    >>> fold("  Văn phòng  KH&CN tại Đức ")
    'van phong kh&cn tai duc'
    """
    plain = unicodedata.normalize("NFKD", words.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


# --- reading --------------------------------------------------------------------------------


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
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
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
        if any(cells[len(header) :]):
            what = "There are more cells than columns."
            step = f"Put a text that holds '{delimiter}' in quotation marks."
            problems.append(Problem(register, number, "", what, step))
        elif any(cells):
            named = dict(zip(header, cells, strict=False))
            rows.append((number, {name: named.get(name, "") for name in (*required, *others)}))
    return rows, problems


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
                row[end] = spellings[fold(str(row[end]))]
            if row["country"] == row["partner"]:
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
    if register == "exchanges":
        frame = frame.astype({"year": "int64", "persons": "float64"})
    return frame, problems


def _wrong_cells(
    register: str, cells: Mapping[str, str], spellings: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return column, what is wrong and what to do for each wrong cell of a row."""
    wrong = [
        (name, "The cell is empty.", "Fill it; for evidence, a document number or an address.")
        for name in REGISTERS[register][0]
        if not cells[name]
    ]
    for name, cell in cells.items():
        if not cell:
            continue
        what = step = ""
        if name in (*_ENDS, "country", "partner") and fold(cell) not in spellings:
            what = f"'{cell}' is no country.{suggest(cell.title(), _shown(spellings))}"
            step = "Use the code of three letters, or a name, of data/reference/countries.csv."
        elif any(name in pair for pair in _DATES) and not _is_date(cell):
            what = f"'{cell}' is no date."
            step = "Write year-month-day, year-month or year (2015-10-24), cells set to text."
        elif name == "kind" and cell not in EXCHANGE_KINDS:
            what = f"'{cell}' is no kind.{suggest(cell, EXCHANGE_KINDS)}"
            step = f"Use one of {', '.join(EXCHANGE_KINDS)}."
        elif name == "year" and not (re.fullmatch(r"\d{4}", cell) and _is_date(cell)):
            what, step = f"'{cell}' is no year.", "Write four digits."
        elif name == "persons" and not re.fullmatch(r"\d+", cell):
            what, step = f"'{cell}' is no whole number.", "Write digits only, without separators."
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


def _refuse(problems: Sequence[Problem]) -> None:
    """Raise if there is any problem, listing all."""
    if problems:
        raise InvalidTable(
            "Problems in the registers:\n" + "\n".join(f"  - {one}" for one in problems),
            where="data/registers",
            next_step="Correct them in the spreadsheet; python tools/check_registers.py looks "
            "again.",
        )
