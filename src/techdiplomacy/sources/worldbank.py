"""World Bank indicators, version 2 of the service: one indicator at a time, page by page.

Its quirks. A release is filled in place without a new date, so ``lastupdated`` is kept as the name
of a state and proves nothing; `revisions` compares the values. Aggregates have codes of three
letters like countries (AFE, ARB) and some have no such code at all, so the list of areas is asked
for first and tells them apart by ``region.id`` 'NA'; the ISO2 code 'NA' in that list is Namibia.
Errors come with status 200 as a list with a message. Rows may be null or absent. Numbers of the
page object come as numbers or as text ('400'). A per-indicator file for download has a byte-order
mark, four lines in front of the header, a comma too many at the end, and a column for each year;
which of its areas are aggregates (those without a region) stands in a second file beside it.

Checked at run time, for nobody has confirmed it: that ``region.id`` 'NA' marks aggregates (at least
200 countries and 20 aggregates must result), that ``date`` and ``per_page`` are obeyed, and that
areas without a three-letter code are in the list by their ISO2 code (else `arrivals` stops).

Knows: questions, answers and files of the World Bank. Must not know: connections, cards, names of
countries. May import: errors, checks, local_files, next_steps, service,
worldbank_answers. Standard library
only besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import ContentRejected
from techdiplomacy.sources.local_files import (
    Piece,
    byte_lines,
    pieces,
    refuse_what_is_no_file,
    refuse_what_is_no_table,
    standing_still,
)
from techdiplomacy.sources.next_steps import AGAIN
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service, parsed
from techdiplomacy.sources.worldbank_answers import (
    Page,
    Record,
    Row,
    areas_of,
    areas_of_file,
    check_page,
    read_page,
    rows_of,
    rows_of_file,
)

SERVICE = Service(
    name="World Bank",
    variable="WORLDBANK_BASE_URL",
    base_url="https://api.worldbank.org/v2",
    pace=Pace("api.worldbank.org", 0.5),
)
COLUMNS = ("iso3", "indicator", "year", "value", "status")
LARGEST_FILE = 200_000_000
PER_PAGE = 20_000


class Selection(Settings):
    """Which indicators of which years; all countries."""

    indicators: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._]*$")]], Field(min_length=1)
    ]
    years: Annotated[list[int], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _makes_sense(self) -> Selection:
        if self.years[0] > self.years[1]:
            raise ValueError(f"years: {self.years[0]} is after {self.years[1]}")
        if len(set(self.indicators)) < len(self.indicators):
            raise ValueError("indicators: one is listed twice")
        return self


def ask_for_areas(page: int) -> Ask:
    """Return the question for the list of countries and aggregates."""
    query = (("format", "json"), ("per_page", "400"), ("page", str(page)))
    return Ask(name=f"areas_{page}.json", path="country", kind="json", query=query)


def ask_for_values(
    indicator: str, years: Sequence[int], page: int, per_page: int = PER_PAGE
) -> Ask:
    """Return the question for one page of an indicator, all areas."""
    query = (
        ("format", "json"),
        ("date", f"{years[0]}:{years[1]}"),
        ("per_page", str(per_page)),
        ("page", str(page)),
    )
    return Ask(
        name=f"{indicator}_{page}.json",
        path=f"country/all/indicator/{indicator}",
        kind="json",
        query=query,
    )


def ask_for_date(indicator: str, year: int) -> Ask:
    """Return a question for one value, whose page object says when the indicator was updated."""
    ask = ask_for_values(indicator, (year, year), 1, per_page=1)
    return Ask(name=f"newest_{indicator}.json", path=ask.path, kind="json", query=ask.query)


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present values of the selected indicators."""
    listed = _pages(kit, ask_for_areas, where="World Bank: list of areas")
    areas = areas_of(_records(listed), where="World Bank: list of areas")
    rows: list[Row] = []
    left_out: dict[str, int] = {}
    updated = {}
    for indicator in selection.indicators:
        where = f"World Bank: indicator {indicator}"

        def ask(page: int, indicator: str = indicator) -> Ask:
            return ask_for_values(indicator, selection.years, page)

        def parse(
            page: Page, indicator: str = indicator, where: str = where
        ) -> tuple[list[Row], dict[str, int]]:
            return rows_of(page.rows, indicator, selection.years, areas, where=where)

        pages = _pages(kit, ask, where=where, check=parse)
        found, counts = rows_of(_records(pages), indicator, selection.years, areas, where=where)
        rows += found
        left_out = {name: left_out.get(name, 0) + count for name, count in counts.items()}
        updated[indicator] = pages[0].last_updated
    return _raw(selection, rows, left_out, updated)


def newest(selection: Selection, kit: Kit) -> str:
    """Return the day of the last update that is stated for any of the indicators.

    The same day does not mean the same values.
    """
    days = []
    for indicator in selection.indicators:
        where = f"World Bank: indicator {indicator}"

        def parse(path: Path, where: str = where) -> Page:
            return read_page(path.read_bytes(), where=where)

        days.append(parsed(kit, ask_for_date(indicator, selection.years[1]), parse).last_updated)
    return max(days)


def read(selection: Selection, path: Path) -> Raw:
    """Return the values in the publisher's files for single indicators.

    Parameters
    ----------
    selection : Selection
        What is taken from them; each indicator has to be there.
    path : Path
        The zip of an indicator, its CSV with the ``Metadata_Country`` CSV beside it, or a folder
        with the zips or CSVs of several indicators.

    Raises
    ------
    ContentRejected
        If a file is not such a file, or an indicator is in none of them.
    """
    where = path.name
    tables = _tables(path)
    values = {name: text for name, text in tables.items() if name.startswith("API_")}
    lists = [text for name, text in tables.items() if name.startswith("Metadata_Country_")]
    if not values or not lists:
        raise ContentRejected(
            "There is no file API_...csv of an indicator, or no Metadata_Country_...csv with its "
            "areas.",
            where=where,
            next_step="Download the indicator as CSV from its page and name the zip as it came.",
        )
    areas = areas_of_file(lists[0], where=where)
    rows: dict[str, list[Row]] = {}
    left_out: dict[str, int] = {}
    updated: dict[str, str] = {}
    for name, text in sorted(values.items()):
        indicator, day, found, counts = rows_of_file(text, selection.years, areas, where=name)
        if indicator in rows:
            raise ContentRejected(
                f"Indicator {indicator} is there twice.",
                where=name,
                next_step="Keep one file for each indicator.",
            )
        rows[indicator], updated[indicator] = found, day
        if indicator in selection.indicators:
            left_out = {part: left_out.get(part, 0) + count for part, count in counts.items()}
    lacking = [indicator for indicator in selection.indicators if indicator not in rows]
    if lacking:
        raise ContentRejected(
            f"No file of {', '.join(lacking)}; there is {', '.join(rows)}.",
            where=where,
            next_step="Put the zips of all indicators into one folder and name the folder, or "
            "shorten live.ask.indicators on the card.",
        )
    chosen = {name: updated[name] for name in selection.indicators}
    return _raw(selection, [row for name in chosen for row in rows[name]], left_out, chosen)


def _raw(
    selection: Selection, rows: list[Row], left_out: Mapping[str, int], updated: Mapping[str, str]
) -> Raw:
    given = {row[1] for row in rows}
    return Raw(
        columns=COLUMNS,
        rows=sorted(rows),
        version=max(updated.values()),
        facts={
            "empty": [name for name in selection.indicators if name not in given],
            "left_out": dict(left_out),
            "last_updated": dict(updated),
        },
    )


def _pages(
    kit: Kit,
    ask: Callable[[int], Ask],
    *,
    where: str,
    check: Callable[[Page], object] | None = None,
) -> list[Page]:
    """Return all pages of an answer; each is checked before the kit keeps it, and again after."""
    pages: list[Page] = []

    def parse(path: Path) -> Page:
        page = read_page(path.read_bytes(), where=where)
        check_page(page, len(pages) + 1, pages[0] if pages else None, where=where)
        if check is not None:
            check(page)
        return page

    while not pages or len(pages) < pages[0].pages:
        pages.append(parsed(kit, ask(len(pages) + 1), parse))
    rows = sum(len(page.rows) for page in pages)
    if rows != pages[0].total:
        raise ContentRejected(
            f"{rows} rows came in {len(pages)} pages, {pages[0].total} were announced.",
            where=where,
            next_step=AGAIN,
        )
    return pages


def _records(pages: Sequence[Page]) -> list[Record]:
    return [row for page in pages for row in page.rows]


def _tables(path: Path) -> dict[str, str]:
    """Return the CSV texts that belong to a file or folder, by name."""
    refuse_what_is_no_file(path, largest=LARGEST_FILE, folder=True)
    found: dict[str, str] = {}
    with standing_still(path):
        chosen = pieces(path, largest=LARGEST_FILE)
        if len(chosen) == 1 and not chosen[0].member:
            lists = sorted(path.parent.glob("Metadata_Country_*.csv"))
            chosen += [Piece(beside.name, beside) for beside in lists]
        for number, piece in enumerate(chosen):
            name = piece.name
            if number == 0 and path.name == name and not name.startswith("Metadata_"):
                name = "API_" + name.removeprefix("API_")  # renamed, but named by a person
            if re.fullmatch(r"(API|Metadata_Country)_.*\.csv", name):
                found[name] = _text(piece)
    return found


def _text(piece: Piece) -> str:
    refuse_what_is_no_table(piece)
    with piece.open() as stream:
        content = b"".join(byte_lines(stream, piece, largest=LARGEST_FILE))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentRejected(
            f"{piece.name} is no text in UTF-8: {error}.",
            where=piece.where,
            next_step="Name the CSV or the zip as the World Bank gave it.",
        ) from error
