"""Patents counted from a database on the researcher's own disk: REGPAT, PATSTAT or a flat list.

Quirks that force the code: none of these may be downloaded here or passed on, so only counts
leave this module. REGPAT separates with '|' and quotes nothing, so a '|' in an address breaks its
row; older editions mix encodings, write headers in capitals, and keep year and IPC in one file,
CPC in another without year. PATSTAT spreads inventors over two tables, numbers applicants among
them with zero, and writes '9999' for no year and five marks for no country. Greece is EL or GR,
the United Kingdom UK or GB, and CS was Czechoslovakia before it was Serbia and Montenegro. So
files are known by their headers and read line by line, and nothing of names or addresses is kept.

An application counts once. Its part goes to inventor countries by the shares in the file (REGPAT:
inv_share times reg_share) or in equal parts (1/m), then to its four-character classes in equal
parts (1/g, over all its classes, also those that are not asked for). An unknown country takes its
part as a known one does; that part is left out of the counts and stated.

Taken on trust and checked in each run: shares of an application add up to one within .01 (else it
is set aside; above 0.5 % the run stops); rows have the cells of the header (the same bound); one
edition and one office at a time; inventors can be told from applicants.

Knows: how these files are laid out. Must not know: a card, or names of countries.
May import: errors, checks, and of sources service, local_files, patent_shares,
patent_tables, quarantine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import SourceChanged, SourceUnavailable
from techdiplomacy.sources import local_files
from techdiplomacy.sources.patent_shares import Applications, as_decimal
from techdiplomacy.sources.patent_tables import (
    LARGEST,
    NO_CLASS,
    NO_SHARE,
    NO_YEAR,
    REASONS,
    Table,
    Tally,
    recognised,
    rows_of,
)
from techdiplomacy.sources.quarantine import SHARE, Quarantine
from techdiplomacy.sources.service import Kit, Pace, Raw, Service

SERVICE = Service(
    name="patents of one's own",
    variable="PATENT_FILES_BASE_URL",
    base_url="",
    pace=Pace("patent_files", 0.0),
)
COLUMNS = ("country", "technology_class", "year", "patents")
_CLASS = re.compile(r"[A-HY][0-9]{2}[A-Z]")
_YEAR = re.compile(r"([12][0-9]{3})(?:-[0-9]{2}-[0-9]{2}|[01][0-9][0-3][0-9])?")
_NO_YEAR = ("", "0", "9999", "9999-12-31")
_NO_COUNTRY = frozenset(("", "--", "..", "75", "@@"))
_ALIKE = {"EL": "GR", "UK": "GB"}
_CZECHOSLOVAK_TO = 2000  # later priorities under CS are of Serbia and Montenegro
_NEVER = "PATSTAT, REGPAT and the files of WIPO are never downloaded."
_OWN = (
    "Set from: file with path and date in params.yaml, and name a file that you hold under terms "
    "of your own."
)
_CODE = r"^[A-HY]([0-9]{2}[A-Z]?)?$"


class Selection(Settings):
    """What is counted of such files.

    ``years`` are the first and the last priority year. ``classes`` are beginnings of symbols (G,
    G06, G06N); none means all. ``office`` is EPO or PCT in REGPAT, a code such as EP in PATSTAT;
    empty where the files hold one, or where offices may be counted together. ``licence`` is a
    note on the terms under which the file is held; it goes into the note beside the figures.
    """

    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    classes: list[Annotated[str, Field(pattern=_CODE)]] = Field(default_factory=list)
    classification: Literal["IPC", "CPC"] = "IPC"
    office: Annotated[str, Field(pattern=r"^([A-Z]{2,3})?$")] = ""
    licence: str = ""

    @model_validator(mode="after")
    def _years_in_order(self) -> Selection:
        if self.years[0] > self.years[1]:
            raise ValueError("years: the first is after the last")
        return self


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Refuse: these files are never downloaded."""
    raise SourceUnavailable(_NEVER, where=SERVICE.name, next_step=_OWN)


def newest(selection: Selection, kit: Kit) -> str:
    """Refuse: nobody is asked about these files."""
    raise SourceUnavailable(_NEVER, where=SERVICE.name, next_step=_OWN)


def read(selection: Selection, path: Path) -> Raw:
    """Return counts by country, class and priority year of the applications in files on disk.

    Parameters
    ----------
    selection : Selection
        Years, classes and office.
    path : Path
        Folder or zip with the files, or one flat list; each may be packed with gzip.

    Raises
    ------
    SourceUnavailable
        If there is nothing, or it cannot be read.
    ContentRejected
        If a file is no table of text, cannot be unpacked, or changed while it was read.
    SourceChanged
        If the files do not belong together, too many rows are broken, or nothing is counted.

    Notes
    -----
    Files are read line by line; in memory is what is known of the applications of the years and
    classes asked for: about 0.5 GB for each million.
    """
    local_files.refuse_what_is_no_file(path, largest=LARGEST, folder=True)
    with local_files.standing_still(path):
        tables, unused = recognised(path, selection.classification)
        tables = _of_one_office(tables, selection, path)
        used = _belonging_together(tables, selection, path)
        tallies: dict[str, Tally] = {}
        applications, facts = _applications(used, selection, tallies)
    return _raw(applications, selection, used, unused, tallies, facts, path)


@dataclass(frozen=True)
class _Used:
    """The tables that say when an application was, of what class, and who invented it."""

    years: list[Table]
    classes: list[Table]
    inventors: list[Table]
    links: list[Table]
    persons: list[Table]
    key: str

    @property
    def all(self) -> list[Table]:
        """Return each table once."""
        listed = (*self.years, *self.classes, *self.inventors, *self.links, *self.persons)
        return list({table.piece.where: table for table in listed}.values())

    @property
    def shares(self) -> bool:
        """Whether the file of inventors gives shares."""
        return any(table.gives("inv_share", "reg_share") for table in self.inventors)


def _of_one_office(tables: list[Table], selection: Selection, path: Path) -> list[Table]:
    """Return the files of one office, where their names tell offices apart."""
    offices = sorted({table.office for table in tables if table.office})
    if len(offices) > 1 and selection.office not in offices:
        raise _unlike(
            f"{path.name} holds files of {' and '.join(offices)}, and an invention may be in both.",
            path,
            f"Set office to one of {', '.join(offices)} under live: ask on the card.",
        )
    return [table for table in tables if table.office in ("", selection.office or table.office)]


def _belonging_together(tables: list[Table], selection: Selection, path: Path) -> _Used:
    """Return the tables by what they are for.

    Raises
    ------
    SourceChanged
        If something is missing, or two editions or kinds of files are mixed.
    """
    with_years = [table for table in tables if table.gives("application", "year")]
    with_classes = [table for table in tables if table.gives("application", "class")]
    inventors = [table for table in tables if table.gives("application", "country")]
    links = [table for table in tables if table.gives("application", "person", "inventor_number")]
    persons = [table for table in tables if table.gives("person", "country")]
    if inventors:
        links, persons = [], []
    missing = [
        words
        for found, words in (
            (with_years, "priority years (a column such as prio_year or earliest_filing_year)"),
            (with_classes, f"classes of the {selection.classification}"),
            (
                inventors or (links and persons),
                "countries of inventors (for PATSTAT the tables "
                "tls206 and tls207, with invt_seq_nr)",
            ),
        )
        if not found
    ]
    listed = ", ".join(table.piece.name for table in tables[:8]) or "no table that is known"
    if missing:
        raise _unlike(
            f"{path.name} gives no {' and no '.join(missing)}; it holds {listed}.",
            path,
            "Put the files of REGPAT (Inv_reg and IPC), the tables tls201, tls206, tls207 and "
            "tls209 or tls224 of PATSTAT, or one list with the columns application, country, "
            "class and year there, each with its header.",
        )
    # a file that names inventors gives their years and classes too, or none of the two
    together = [*with_years, *with_classes, *inventors, *links]
    keys = [name for name in together[0].keys if all(name in one.keys for one in together)]
    if not keys:
        raise _unlike(
            f"The files in {path.name} name applications by different columns; it holds {listed}.",
            path,
            "Keep files of one database, with the column appln_id in each.",
        )
    used = _Used(with_years, with_classes, inventors, links, persons, keys[0])
    editions = sorted({table.edition for table in used.all if table.edition})
    if (
        len(editions) > 1
        or len({one.header for one in inventors}) > 1
        or (used.shares and len(inventors) > 1)
    ):
        raise _unlike(
            f"{path.name} mixes editions or kinds of files: {listed}.",
            path,
            "Keep the files of one edition of one database there.",
        )
    return used


def _applications(
    used: _Used, selection: Selection, tallies: dict[str, Tally]
) -> tuple[Applications, dict[str, Any]]:
    """Return the applications of the years and classes asked for, with what is known of each."""
    known = Applications(shares=used.shares)
    first, last = selection.years
    offices: set[str] = set()
    without_year = 0
    tells_office = any(table.gives("office") or table.office for table in used.all)
    if selection.office and not tells_office:
        raise _unlike(
            f"No file tells which application is of office {selection.office}.",
            used.years[0].piece.path,
            "Take office out of live: ask on the card, or add the column appln_auth.",
        )
    for table in used.years:
        names = [used.key, table.name("year")]
        names += [table.name("office")] if table.gives("office") else []
        for cells, tally in _rows(table, names, tallies):
            year = _year(cells[1], tally)
            if year is None or (selection.office and cells[2:] and cells[2] != selection.office):
                continue
            offices.update(cells[2:])
            if table.one_row_each and not (year and first <= year <= last):
                without_year += not year  # what lies outside need not be remembered
            else:
                known.date(cells[0], year)
    without_year += known.keep_years(first, last)
    for table in used.classes:
        spread = table.delimiter != ";"
        for cells, tally in _rows(table, (used.key, table.name("class")), tallies):
            for symbol in cells[1].split(";") if spread else (cells[1],):
                found = symbol.strip()[:4].upper()
                if _CLASS.fullmatch(found):
                    known.classify(cells[0], found)
                elif found:
                    tally.aside.count(NO_CLASS)
                else:
                    tally.empty["class"] += 1
    facts: dict[str, Any] = {
        "applications_without_year": without_year,
        "applications_with_several_years": known.several_years,
        "applications_in_years": known.dated,
    }
    facts["applications_without_class"] = known.keep_classes(tuple(selection.classes))
    facts["applications_in_years_and_classes"] = known.classified
    _invent(known, used, tallies)
    facts["offices"] = sorted(offices)
    return known, facts


def _invent(known: Applications, used: _Used, tallies: dict[str, Tally]) -> None:
    """Note the countries of the inventors of each application."""
    for table in used.inventors:
        names = [used.key, table.name("country")]
        names += [table.name("inv_share"), table.name("reg_share")] if used.shares else []
        numbered = table.gives("inventor_number")
        names += [table.name("inventor_number")] if numbered else []
        spread = table.delimiter != ";" and not used.shares
        for cells, tally in _rows(table, names, tallies):
            if numbered and cells[-1] in ("", "0"):
                tally.empty["inventor_number"] += 1
            elif used.shares:
                if not known.share(cells[0], _country(cells[1]), cells[2], cells[3]):
                    tally.aside.count(NO_SHARE)
            else:
                for country in cells[1].split(";") if spread else (cells[1],):
                    known.invent(cells[0], _country(country))
    countries: dict[str, str] = {}
    for table in used.persons:
        for cells, _ in _rows(table, (table.name("person"), table.name("country")), tallies):
            country = _country(cells[1])
            if country:
                known.settle(cells[0], countries.setdefault(country, country))
    for table in used.links:
        names = [used.key, table.name("person"), table.name("inventor_number")]
        for cells, tally in _rows(table, names, tallies):
            if cells[2] in ("", "0"):
                tally.empty["inventor_number"] += 1
            else:
                known.invent(cells[0], known.home(cells[1]))


def _rows(
    table: Table, names: Sequence[str], tallies: dict[str, Tally]
) -> Iterator[tuple[tuple[str, ...], Tally]]:
    """Yield cells of a table with what is counted of it; too many broken rows stop the run."""
    tally = tallies.get(table.piece.where) or Tally(Quarantine(table.piece.where, REASONS))
    tallies[table.piece.where] = tally
    tally.start()
    for cells in rows_of(table, names, tally):
        yield cells, tally
    tally.aside.refuse_many(
        tally.rows,
        "Look at these rows: a mark that separates cells may stand inside a text, or the file is "
        "of another kind. Export it again, with such texts in quotation marks or left out.",
    )


def _year(cell: str, tally: Tally) -> int | None:
    """Return a year, 0 if none is known, nothing if the cell is broken."""
    if cell in _NO_YEAR:
        return 0
    found = _YEAR.fullmatch(cell.removesuffix(".0"))
    if found is None:
        tally.aside.count(NO_YEAR)
        return None
    return int(found[1])


def _country(cell: str) -> str:
    """Return a country with one spelling for Greece and the United Kingdom; empty if unknown."""
    country = cell.strip()
    return "" if country in _NO_COUNTRY else _ALIKE.get(country, country)


def _raw(
    known: Applications,
    selection: Selection,
    used: _Used,
    unused: list[str],
    tallies: dict[str, Tally],
    facts: dict[str, Any],
    path: Path,
) -> Raw:
    """Return the counts and all that has to be known of them."""
    counted = known.count(tuple(selection.classes))
    unequal = counted.not_adding_up
    if unequal > SHARE * max(counted.with_inventors, 1):
        raise _unlike(
            f"The shares of {unequal:,} of {counted.with_inventors:,} applications do not add up "
            f"to one; at most {SHARE:.1%} may be set aside.",
            path,
            "See whether the file of inventors is whole and of the same edition as the others.",
        )
    amounts: Counter[tuple[str, str, int]] = Counter()
    for (country, symbol, year), amount in counted.amounts.items():
        old = country == "CS" and year <= _CZECHOSLOVAK_TO
        amounts["CSK" if old else country, symbol, year] += amount
    rows: list[tuple[str, ...]] = [
        (country, symbol, str(year), as_decimal(amount))
        for (country, symbol, year), amount in sorted(amounts.items())
    ]
    if not rows:
        raise _unlike(
            f"No application in {path.name} has a known country, a class of the "
            f"{selection.classification} and a priority year that are asked for "
            f"({facts['applications_in_years']:,} have a year from {selection.years[0]} to "
            f"{selection.years[1]}).",
            path,
            "See years, classes and classification under live: ask on the card.",
        )
    aside: Counter[str] = Counter()
    for tally in tallies.values():
        aside.update(tally.aside.counts)
    editions = sorted({table.edition for table in used.all if table.edition})
    return Raw(
        columns=COLUMNS,
        rows=rows,
        version=editions[0] if editions else "",
        quarantined=dict(sorted(aside.items())),
        facts={
            **facts,
            "files": [table.piece.name for table in used.all],
            "files_left_out": unused,
            "rows_by_file": {
                table.piece.name: tallies[table.piece.where].rows
                for table in used.all
                if table.piece.where in tallies
            },
            "lines_not_in_utf8": sum(tally.not_utf8 for tally in tallies.values()),
            "rows_over_several_lines": sum(tally.several_lines for tally in tallies.values()),
            "rows_of_applicants": sum(one.empty["inventor_number"] for one in tallies.values()),
            "rows_without_class": sum(tally.empty["class"] for tally in tallies.values()),
            "counted_by": used.key,
            "year_column": sorted({table.name("year") for table in used.years}),
            "shares": "of the file" if used.shares else "equal parts",
            "classification": selection.classification,
            "applications_without_inventor": counted.without_inventors,
            "applications_not_adding_up_to_one": unequal,
            "applications_scaled_to_one": counted.scaled,
            "applications_without_known_country": counted.of_nowhere,
            "applications_counted": counted.applications,
            "lost_to_unknown_countries": as_decimal(counted.lost),
            "share_lost_to_unknown_countries": as_decimal(
                counted.lost // max(counted.with_inventors - unequal, 1)
            ),
            "counted_in_all": as_decimal(sum(counted.amounts.values())),
            "licence_of_the_file": selection.licence,
        },
    )


def _unlike(what: str, path: Path, next_step: str) -> SourceChanged:
    """Return the error of files that are not as expected."""
    return SourceChanged(what, where=str(path), next_step=next_step)
