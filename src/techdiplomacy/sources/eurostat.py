"""Eurostat: tables of official statistics of the European Union and its neighbours.

Its quirks, and what they force here (those of its answers are in `eurostat_answers`):

- Tables and dimensions are renamed, most of all by NACE Rev. 2.1 in 2026. Each run looks the table
  up in the table of contents first and holds the dimensions of the answer against the question.
- An unknown filter gives 400 (fault 150), a code that a table does not have an empty answer with
  status 200. So every dimension is asked for by one code, and a statistic without a single figure
  is an error.
- A large question gives 413, or a promise with status 200 to make a file. It is asked once more in
  groups of countries.
- Not everybody may use again what Eurostat has of countries elsewhere. So countries are asked for
  by name, out of a list of members, EFTA and candidates, and nothing else is stored.

Unverified, so checked at run time: the dimensions of both tables and their codes (``unit``,
``isced11``, ``iscedf13``, ``sex``); names of columns and form of the day in the table of contents;
yearly periods; the years asked for, and none after the last update; areas as asked.

Knows: addresses and areas of Eurostat. Must not know: the project's files and figures.
May import: errors, checks, sources. Standard library and pydantic only besides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import QueryTooLarge, RequestRejected, SourceChanged
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.eurostat_answers import (
    AGGREGATES,
    ELSEWHERE,
    EUROPE,
    LOOK,
    RENAMED,
    Cell,
    parse_answer,
    parse_contents,
    parse_download,
    table_of,
)
from techdiplomacy.sources.local_files import (
    pieces,
    refuse_what_is_no_file,
    refuse_what_is_no_table,
    standing_still,
)
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service, parsed

SERVICE = Service(
    name="Eurostat",
    variable="EUROSTAT_BASE_URL",
    base_url="https://ec.europa.eu/eurostat/api/dissemination",
    pace=Pace("ec.europa.eu", 1.0),
)
COLUMNS = ("geo", "statistic", "year", "persons")
GROUP = 8  # countries in a question, where all at once are too many
LARGEST = 500_000_000  # bytes of a file on disk, unpacked


class Statistic(Settings):
    """One series of a table: a code for each dimension besides area and time."""

    table: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    where: dict[str, str]
    times: int = 1


class Selection(Settings):
    """What is asked: statistics of countries, in Eurostat's codes, from a first year on."""

    first_year: int
    countries: Annotated[list[str], Field(min_length=1)]
    statistics: Annotated[dict[str, Statistic], Field(min_length=1)]

    @model_validator(mode="after")
    def _may_be_stored(self) -> Selection:
        odd = sorted(set(self.countries) - EUROPE)
        if odd:
            raise ValueError(f"not a member, neighbour or candidate of the Union: {', '.join(odd)}")
        if len(set(self.countries)) < len(self.countries):
            raise ValueError("a country is listed twice")
        for name, statistic in self.statistics.items():
            if {"geo", "time"} & set(statistic.where):
                raise ValueError(f"{name}: area and time are not asked for under 'where'")
        return self

    def tables(self) -> list[str]:
        """Return the tables that are asked for, sorted."""
        return sorted({statistic.table for statistic in self.statistics.values()})


def ask_contents() -> Ask:
    """Return the question for the table of contents."""
    return Ask("table_of_contents.txt", "catalogue/toc/txt", "text", (("lang", "en"),))


def ask_figures(selection: Selection, name: str, countries: Sequence[str], part: str = "") -> Ask:
    """Return the question for one statistic of some countries."""
    statistic = selection.statistics[name]
    query = [("format", "JSON"), ("lang", "EN"), *sorted(statistic.where.items())]
    query += [("geo", country) for country in countries]
    query += [("sinceTimePeriod", str(selection.first_year))]
    path = f"statistics/1.0/data/{statistic.table}"
    return Ask(f"{name}{part}.json", path, "json", tuple(query))


def check_cells(
    cells: Iterable[Cell], selection: Selection, countries: Iterable[str], last: int, where: str
) -> None:
    """Refuse cells that were not asked for: no year, another year, an area of no list.

    Raises
    ------
    SourceChanged
        Naming what came.
    """
    known = AGGREGATES | ELSEWHERE | set(countries)
    years = f"a year from {selection.first_year} to {last}, in which the table last changed"
    for cell in cells:
        yearly = re.fullmatch(r"\d{4}", cell.period)
        for what, came, right in (
            ("only areas that were asked for", cell.geo, cell.geo in known),
            (years, cell.period, yearly and selection.first_year <= int(cell.period) <= last),
        ):
            if not right:
                raise SourceChanged(
                    f"Outside the question: {came}. Expected {what}.", where=where, next_step=LOOK
                )


def rows_of(
    cells: Mapping[str, Sequence[Cell]], selection: Selection, days: Mapping[str, date], where: str
) -> Raw:
    """Return what was asked for out of the cells of each statistic, and what is to be known of it.

    Aggregates and countries elsewhere are left out and counted.

    Raises
    ------
    SourceChanged
        If a statistic has no figure at all, or two for one country and year.
    """
    rows: dict[tuple[str, str, str], str] = {}
    breaks, empty = [], []
    left_out: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for name, statistic in selection.statistics.items():
        for cell in cells.get(name, ()):
            if cell.geo not in selection.countries:
                left_out["aggregates" if cell.geo in AGGREGATES else "other countries"] += 1
                continue
            flags.update(letter for letter in cell.flags if letter.isalpha())
            if cell.value is None:
                continue
            key = (cell.geo, name, cell.period)
            if key in rows:
                raise SourceChanged(
                    f"Two figures of one thing: {' '.join(key)}.", where=where, next_step=LOOK
                )
            rows[key] = plain(cell.value * statistic.times)
            if "b" in cell.flags:
                breaks.append(
                    {"country": cell.geo, "statistic": name, "year": int(cell.period)},
                )
        have = {geo for geo, statistic, _ in rows if statistic == name}
        empty += [f"{country} {name}" for country in selection.countries if country not in have]
        if not have:
            codes = ", ".join(f"{key} {code}" for key, code in statistic.where.items())
            raise SourceChanged(
                f"{statistic.table} came without a single figure for {codes}; Eurostat answers so "
                "to codes that the table does not have.",
                where=where,
                next_step=LOOK,
            )
    return Raw(
        columns=COLUMNS,
        rows=[(*key, rows[key]) for key in sorted(rows)],
        version=state(days),
        facts={
            "empty": empty,
            "breaks": breaks,
            "flags": dict(sorted(flags.items())),
            "left_out": dict(left_out),
        },
    )


def state(days: Mapping[str, date]) -> str:
    """Return when each table last changed, in one line."""
    return "; ".join(f"{table} {days[table].isoformat()}" for table in sorted(days))


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present figures of Eurostat.

    Raises
    ------
    SourceChanged
        If a table is gone, or an answer is not what the question and the connector expect.
    QueryTooLarge
        If the countries of a group are still too many.
    TechDiplomacyError
        As the kit.
    """
    days = _contents(selection, kit)
    cells: dict[str, list[Cell]] = {}
    narrowed = []
    for name in selection.statistics:
        try:
            cells[name] = _cells(selection, kit, name, selection.countries, days)
        except QueryTooLarge as error:
            kit.say(f"{error.what} Asking for {GROUP} countries at a time.")
            narrowed.append(name)
            cells[name] = []
            for start in range(0, len(selection.countries), GROUP):
                group = selection.countries[start : start + GROUP]
                cells[name] += _cells(selection, kit, name, group, days, part=f"_{group[0]}")
    raw = rows_of(cells, selection, days, SERVICE.name)
    return replace(raw, facts={**raw.facts, "narrowed": narrowed})


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures in SDMX-CSV files that were saved from Eurostat's pages.

    Parameters
    ----------
    selection : Selection
        What is taken from them; they may hold other codes, countries and years.
    path : Path
        A file, packed or not, or a folder with one file for each table.

    Raises
    ------
    SourceChanged
        If a file is no SDMX-CSV, or a table is in none of them or twice.
    TechDiplomacyError
        If there is no such file, or it cannot be read.
    """
    cells: dict[str, list[Cell]] = {}
    days: dict[str, date] = {}
    found: Counter[str] = Counter()
    refuse_what_is_no_file(path, largest=LARGEST, folder=True)
    with standing_still(path):
        for piece in pieces(path, largest=LARGEST):
            refuse_what_is_no_table(piece)
            with piece.open() as stream:
                content = stream.read()
            table = table_of(content, piece.where)
            found[table] += 1
            for name, statistic in selection.statistics.items():
                if statistic.table != table:
                    continue
                every, day = parse_download(content, statistic.where, piece.where)
                if day is not None:
                    days[table] = day
                since = str(selection.first_year)
                cells[name] = [cell for cell in every if cell.period[:4] >= since]
                last = days[table].year if table in days else selection.first_year
                check_cells(cells[name], selection, EUROPE, last, piece.where)
    wrong = [table for table in selection.tables() if found[table] != 1]
    if wrong:
        raise SourceChanged(
            f"Needed once and found another number of times: {', '.join(wrong)}.",
            where=str(path),
            next_step="Open the table at https://ec.europa.eu/eurostat/databrowser, download it "
            "as SDMX-CSV without labels, and name the folder with one file for each table.",
        )
    return rows_of(cells, selection, days, str(path))


def newest(selection: Selection, kit: Kit) -> str:
    """Return when each table last changed, from the table of contents.

    Raises
    ------
    SourceChanged
        If a table is no longer listed.
    TechDiplomacyError
        As the kit.
    """
    return state(_contents(selection, kit))


def _contents(selection: Selection, kit: Kit) -> dict[str, date]:
    tables = selection.tables()
    return parsed(kit, ask_contents(), lambda path: parse_contents(path.read_bytes(), tables))


def _cells(
    selection: Selection,
    kit: Kit,
    name: str,
    countries: Sequence[str],
    days: Mapping[str, date],
    part: str = "",
) -> list[Cell]:
    """Ask for one statistic of some countries, and hold the answer against the question."""
    statistic = selection.statistics[name]
    where = f"Eurostat, {statistic.table} ({name})"

    def parse(path: Path) -> list[Cell]:
        cells = parse_answer(path.read_bytes(), statistic.where, where)
        check_cells(cells, selection, countries, days[statistic.table].year, where)
        return cells

    try:
        return parsed(kit, ask_figures(selection, name, countries, part), parse)
    except RequestRejected as error:
        asked = ", ".join(f"{key} {code}" for key, code in statistic.where.items())
        raise SourceChanged(
            f"Eurostat refuses a question that it used to answer ({asked}): {error.what}",
            where=where,
            next_step=RENAMED + LOOK,
        ) from error
