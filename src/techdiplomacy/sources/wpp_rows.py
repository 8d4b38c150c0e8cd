"""Population by age as the World Population Prospects write it, line by line into groups of age.

Quirks. Persons are in thousands. Regions stand among the countries, some of them with empty cells.
The two-letter code of Namibia is the text NA. The files open to more than a gigabyte of text, so
only sums are kept, never lines. China, Taiwan, Hong Kong and Macao are four areas; whether the row
of China leaves the others out is not said, so all areas are compared with the row of the world.

Knows: columns and codes of the age files. Must not know: where they come from, or tables of this
project. May import: errors, checks, and in this folder decimals and next_steps. Standard library
only besides.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Annotated, Literal

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import ContentRejected, SourceChanged
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.next_steps import AGAIN, CHANGED

Bytes = IO[bytes] | gzip.GzipFile
HEADER = (
    *("SortOrder", "LocID", "Notes", "ISO3_code", "ISO2_code", "SDMX_code", "LocTypeID"),
    *("LocTypeName", "ParentID", "Location", "VarID", "Variant", "Time", "MidPeriod"),
    *("AgeGrp", "AgeGrpStart", "AgeGrpSpan", "PopMale", "PopFemale", "PopTotal"),
)
AREA, VARIANT, WORLD = "Country/Area", "Medium", "900"
AREAS = 237
APART = {"CHN": "156", "TWN": "158", "HKG": "344", "MAC": "446"}
ESTIMATED_TO = 2023  # last year of the file of the past
OPEN_AGE, GROUP = 100, 5
GROUPS = OPEN_AGE // GROUP + 1
WIDTHS = {"five_year": 5, "single": 1}
COLUMNS = {
    "five_year": ("iso3", "year", "age_from", "persons"),
    "single": ("iso3", "year", "age_from", "population_thousand", "variant"),
}
# Hong Kong, Macao and Taiwan are 0.4 % of the world; rounding and corrections are far less
WORLD_TOLERANCE = Decimal("0.001")


class Packed(Settings):
    """A file of the publisher: its name, and what is known of its bytes."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]
    size: int | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    md5: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None


class Selection(Settings):
    """What a card asks for: files, years as first, last and step, and how ages are cut there.

    Single ages are added up to groups of five years. ``update`` is the archive of corrections.
    """

    grid: Literal["five_year", "single"]
    years: Annotated[list[int], Field(min_length=3, max_length=3)]
    files: Annotated[list[Packed], Field(min_length=1)]
    update: Packed | None = None
    areas_at_least: int = 230

    @model_validator(mode="after")
    def _years_run_forwards(self) -> Selection:
        first, last, step = self.years
        if step < 1 or last < first:
            raise ValueError("years are the first, the last and a step of at least 1")
        return self

    def wanted(self) -> list[int]:
        """Return the years asked for."""
        first, last, step = self.years
        return list(range(first, last + 1, step))


@dataclass(slots=True)
class AreaYear:
    """People of an area in a year by group of age, in thousands, and the ages that were read."""

    ages: int = 0  # one bit for each
    thousands: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * GROUPS)


@dataclass
class Reading:
    """What was read of one file or several: areas and years, and what stood beside them."""

    figures: dict[tuple[str, int], AreaYear] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    world: dict[int, Decimal] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def parse(stream: Bytes, selection: Selection, reading: Reading, where: str) -> None:
    """Read the text of one file, as bytes line by line, into what has been read so far.

    Raises
    ------
    SourceChanged
        If columns, ages or numbers are not as described, or a row comes twice.
    ContentRejected
        If the file breaks off, or is not UTF-8.
    """
    lines = records(stream, where)
    at = positions(next(lines, []), where)
    iso3, number, kind = at["ISO3_code"], at["LocID"], at["LocTypeName"]
    variant, time, total = at["Variant"], at["Time"], at["PopTotal"]
    age_from, span = at["AgeGrpStart"], at["AgeGrpSpan"]
    wanted = {str(year): year for year in selection.wanted()}
    width = WIDTHS[selection.grid]
    spans = {(str(age), str(width)): age for age in range(0, OPEN_AGE, width)}
    spans[(str(OPEN_AGE), "-1")] = OPEN_AGE
    for line, row in enumerate(lines, start=2):
        if len(row) != len(at):
            raise changed(f"Row {line} has {len(row)} cells, the header {len(at)}.", where)
        year = wanted.get(row[time])
        is_area, is_world = row[kind] == AREA, row[number] == WORLD
        if not is_area:
            reading.left_out[row[kind] or "rows without a type"] += 1
        if row[variant] != VARIANT:
            reading.left_out[f"variant {row[variant]}" if row[variant] else "no variant"] += 1
        if year is None or row[variant] != VARIANT or not (is_area or is_world):
            continue
        thousands = _thousands(row[total], line, where)
        if is_world:
            reading.world[year] = reading.world.get(year, Decimal(0)) + thousands
            continue
        age = spans.get((row[age_from], row[span]))
        if age is None:
            raise changed(
                f"Row {line} has an age from '{row[age_from]}' over '{row[span]}' years; expected "
                f"steps of {width} and -1 for the open group from {OPEN_AGE}.",
                where,
            )
        code = row[iso3]
        if not code or reading.numbers.setdefault(code, row[number]) != row[number]:
            raise changed(
                f"Row {line}: number {row[number]} has the code '{code}', which is empty or "
                f"belongs to {reading.numbers.get(code, 'nobody')}.",
                where,
            )
        one = reading.figures.setdefault((code, year), AreaYear())
        bit = 1 << age
        if one.ages & bit:
            raise changed(f"{code}, {year}, age {age} comes twice (row {line}).", where)
        one.ages |= bit
        one.thousands[age // GROUP] += thousands


def check_reading(selection: Selection, reading: Reading, where: str) -> None:
    """Refuse figures with gaps, and a China that holds its neighbours.

    Raises
    ------
    SourceChanged
        If areas, years or ages are missing, or all areas do not add up to the world.
    """
    areas, years = set(reading.numbers), selection.wanted()
    if len(areas) < selection.areas_at_least:
        raise changed(
            f"There are {len(areas)} countries and areas; expected {AREAS}, at the very least "
            f"{selection.areas_at_least}.",
            where,
        )
    for code, number in APART.items():
        if reading.numbers.get(code) != number:
            raise changed(
                f"{code} should be a row of its own with the number {number}; found "
                f"{reading.numbers.get(code, 'none')}.",
                where,
            )
    gaps = [
        f"{code} {year}" for code in sorted(areas) for year in years
        if (code, year) not in reading.figures
    ]  # fmt: skip
    if gaps:
        raise changed(f"Missing {len(gaps)} areas by year, first {', '.join(gaps[:5])}.", where)
    check_ages(selection, reading, where)
    for year, world in sorted(reading.world.items()):
        added = sum(
            (sum(reading.figures[code, year].thousands, Decimal(0)) for code in sorted(areas)),
            Decimal(0),
        )
        if abs(added - world) > WORLD_TOLERANCE * world:
            raise changed(
                f"In {year} all areas add to {added:,.0f} thousand, the world has {world:,.0f}: "
                "a country may hold another, for example China its neighbours.",
                where,
            )


def rows_of(selection: Selection, reading: Reading) -> list[tuple[str, ...]]:
    """Return the rows of a reading as its card names the columns, sorted."""
    rows: list[tuple[str, ...]] = []
    for (code, year), one in sorted(reading.figures.items()):
        for group, thousands in enumerate(one.thousands):
            start = (code, str(year), str(group * GROUP))
            if selection.grid == "five_year":
                rows.append((*start, plain(thousands * 1000)))
            else:
                word = "estimate" if year <= ESTIMATED_TO else "medium"
                rows.append((*start, plain(thousands), word))
    return rows


def check_ages(selection: Selection, reading: Reading, where: str) -> None:
    """Refuse areas and years without all ages.

    Raises
    ------
    SourceChanged
        Naming the first of them.
    """
    width = WIDTHS[selection.grid]
    whole = sum(1 << age for age in range(0, OPEN_AGE + 1, width))
    gaps = [f"{code} {year}" for (code, year), one in reading.figures.items() if one.ages != whole]
    if gaps:
        raise changed(
            f"Ages are missing in {len(gaps)} areas by year, first {', '.join(sorted(gaps)[:5])}.",
            where,
        )


def records(stream: Bytes, where: str) -> Iterator[list[str]]:
    """Yield the records of a CSV file; whatever breaks underneath is one error."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield from csv.reader(text)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise ContentRejected(
            f"The file cannot be read to its end: {error}.",
            where=f"World Population Prospects: {where}",
            next_step=AGAIN,
        ) from error
    finally:
        with contextlib.suppress(ValueError):  # closed before: an error came in between
            text.detach()


def positions(header: Iterable[str], where: str) -> dict[str, int]:
    """Return where each column stands, or say what is missing and what is new."""
    names = [name.strip() for name in header]
    missing = [name for name in HEADER if name not in names]
    extra = [name for name in names if name not in HEADER]
    if missing or extra or len(names) != len(HEADER):
        raise changed(
            f"The columns are not those of the age files. Missing: {', '.join(missing) or 'none'}; "
            f"new or repeated: {', '.join(extra)[:200] or 'none'}; in all {len(names)}.",
            where,
        )
    return {name: place for place, name in enumerate(names)}


def _thousands(text: str, line: int, where: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise changed(f"Row {line} has '{text}' people, which is no number from 0 up.", where)
    return number


def changed(what: str, where: str) -> SourceChanged:
    """Return the error of a file that is not as described."""
    return SourceChanged(what, where=f"World Population Prospects: {where}", next_step=CHANGED)
