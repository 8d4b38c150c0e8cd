"""What the answers and files of the World Bank say: checked, and turned into rows.

Quirks of the answers. Rows may be null or absent, errors come with status 200, and the numbers of
the page object come as numbers or as text ('400'). Some aggregates have no three-letter code.
Quirks of the files. A byte-order mark, four lines in front of the header, a comma too many at the
end, a column for each year; which areas are aggregates (those without a region) stands elsewhere.

Knows: answers and files of the World Bank. Must not know: connections, disks, names of countries.
May import: errors, decimals, next_steps. Standard library only besides.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from techdiplomacy.errors import ContentRejected, RequestRejected, SourceChanged
from techdiplomacy.sources.decimals import as_number, plain
from techdiplomacy.sources.next_steps import AGAIN, CHANGED

FIELDS = ("indicator", "country", "countryiso3code", "date", "value", "obs_status")
AGGREGATE = "NA"  # region.id; nothing to do with Namibia
LEAST_COUNTRIES, LEAST_AGGREGATES = 200, 20
FILE_COLUMNS = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]

Record = Mapping[str, Any]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One page of an answer."""

    number: int
    pages: int
    per_page: int
    total: int
    last_updated: str
    rows: list[Record]


@dataclass(frozen=True)
class Areas:
    """Which codes are countries and which are aggregates; and ISO2 codes where there are any."""

    countries: frozenset[str]
    aggregates: frozenset[str]
    by_iso2: Mapping[str, str]


def read_page(content: bytes, *, where: str) -> Page:
    """Return one page of an answer.

    Parameters
    ----------
    content : bytes
        As sent.
    where : str
        What was asked, for the message.

    Raises
    ------
    RequestRejected
        If the answer is an error with status 200.
    ContentRejected
        If it is no JSON.
    SourceChanged
        If it is built in another way.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_none)
    except ValueError as error:
        raise ContentRejected(
            f"The World Bank's answer is no JSON: {error}.", where=where, next_step=AGAIN
        ) from error
    first = answer[0] if isinstance(answer, list) and answer else None
    if isinstance(first, dict) and "message" in first:
        raise RequestRejected(
            f"The World Bank refuses the question: {_message(first['message'])}",
            where=where,
            next_step="Correct live.ask.indicators or live.ask.years on the card; an indicator may "
            "also have been withdrawn.",
        )
    rows = answer[1] if isinstance(first, dict) and len(answer) > 1 else None
    if rows is None:
        rows = []  # 'null', or nothing behind the page object
    numbers = _numbers(first) if isinstance(first, dict) else None
    if numbers is None or not _are_records(rows):
        raise _changed(
            "expected a page object with page, pages, per_page and total, and a list of rows; "
            f"came {content[:120]!r}",
            where,
        )
    assert isinstance(first, dict)
    return Page(*numbers, last_updated=str(first.get("lastupdated") or ""), rows=rows)


def check_page(page: Page, asked: int, first: Page | None, *, where: str) -> None:
    """Refuse a page that is another one, is not whole, or belongs to another state than the first.

    Raises
    ------
    ContentRejected
        Saying which numbers disagree.
    """
    earlier = first or page
    whole = min(page.per_page, page.total - page.per_page * (asked - 1)) if page.total else 0
    problems = []
    if page.number != asked:
        problems.append(f"page {page.number} came instead of page {asked}")
    if (page.total, page.pages) != (earlier.total, earlier.pages):
        problems.append(
            f"the total went from {earlier.total} rows in {earlier.pages} pages to {page.total} "
            f"in {page.pages}"
        )
    if page.per_page != earlier.per_page:
        problems.append(f"{page.per_page} rows a page, before {earlier.per_page}")
    if page.last_updated != earlier.last_updated:
        problems.append(f"updated {page.last_updated}, page 1 {earlier.last_updated}")
    if not problems and len(page.rows) != whole:
        problems.append(f"it has {len(page.rows)} rows, {whole} were announced")
    if problems:
        raise ContentRejected(
            f"Page {asked} does not fit the other pages: {'; '.join(problems)}.",
            where=where,
            next_step=AGAIN,
        )


def areas_of(rows: Sequence[Record], *, where: str) -> Areas:
    """Return countries and aggregates from the list of areas.

    Raises
    ------
    SourceChanged
        If the list has other fields, or if too few of either kind result.
    """
    kinds: dict[str, bool] = {}
    by_iso2 = {}
    for row in rows:
        region = row.get("region")
        if not isinstance(row.get("id"), str) or not isinstance(region, dict) or "id" not in region:
            raise _changed(f"expected id, iso2Code and region.id for an area; came {row!r}", where)
        kinds[row["id"]] = region["id"] == AGGREGATE
        if row.get("iso2Code"):
            by_iso2[str(row["iso2Code"])] = row["id"]
    return _areas(kinds, by_iso2, "region.id 'NA'", where)


def rows_of(
    records: Sequence[Record], indicator: str, years: Sequence[int], areas: Areas, *, where: str
) -> tuple[list[Row], dict[str, int]]:
    """Return the rows of an indicator, and how many records were left out and why.

    Codes that are not in the list of areas stay in the rows.

    Raises
    ------
    SourceChanged
        If a field is missing, or a record is of another indicator, year or kind than asked.
    """
    left_out = {"aggregates": 0, "without a value": 0}
    rows: dict[tuple[str, str], Row] = {}
    for record in records:
        missing = [name for name in FIELDS if name not in record]
        if missing:
            raise _changed(
                f"expected the fields {', '.join(FIELDS)}; {', '.join(missing)} missing, came "
                f"{', '.join(record)}",
                where,
            )
        found, iso2, year = _id(record["indicator"]), _id(record["country"]), str(record["date"])
        if found != indicator:
            raise _changed(f"asked for indicator {indicator}, came {found}", where)
        _check_year(year, years, where)
        code = str(record["countryiso3code"] or areas.by_iso2.get(iso2, iso2))
        value = record["value"]
        if code in areas.aggregates:
            left_out["aggregates"] += 1
        elif value is None:
            left_out["without a value"] += 1
        elif isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _changed(f"expected a number or null as value, came {value!r}", where)
        elif (code, year) in rows:
            raise _changed(f"{indicator} of {code} in {year} came twice", where)
        else:
            status = str(record["obs_status"] or "")
            rows[code, year] = (code, indicator, year, plain(Decimal(value)), status)
    return list(rows.values()), left_out


def areas_of_file(text: str, *, where: str) -> Areas:
    """Return countries and aggregates from ``Metadata_Country``; aggregates have no region."""
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    header = table[0] if table else []
    if header[:2] != ["Country Code", "Region"]:
        raise _changed(f"expected Country Code and Region as first columns; came {header}", where)
    kinds = {line[0]: not line[1] for line in table[1:] if len(line) > 1}
    return _areas(kinds, {}, "an empty region", where)


def rows_of_file(
    text: str, years: Sequence[int], areas: Areas, *, where: str
) -> tuple[str, str, list[Row], dict[str, int]]:
    """Return indicator, day of update, rows and what was left out from the CSV of an indicator."""
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    front = [line for line in table[:4] if line]
    header = table[4] if len(table) > 4 else []
    trimmed = header[:-1] if header and not header[-1] else header
    file_years = trimmed[4:]
    if (
        [line[0] for line in front] != ["Data Source", "Last Updated Date"]
        or trimmed[:4] != FILE_COLUMNS
        or not file_years
        or not all(re.fullmatch(r"\d{4}", year) for year in file_years)
    ):
        raise _changed(
            "expected four lines with Data Source and Last Updated Date, then the columns "
            f"{', '.join(FILE_COLUMNS)} and years; came {header[:6]}",
            where,
        )
    left_out = {"aggregates": 0, "without a value": 0}
    rows: dict[tuple[str, str], Row] = {}
    indicators = set()
    for number, line in enumerate(table[5:], start=6):
        if not line:
            continue
        if len(line) != len(header):
            raise ContentRejected(
                f"Line {number} has {len(line)} cells, the header {len(header)}.",
                where=where,
                next_step="Download the file again.",
            )
        code, indicator = line[1], line[3]
        indicators.add(indicator)
        for year, value in zip(file_years, line[4:], strict=False):
            if not years[0] <= int(year) <= years[1]:
                continue
            amount = as_number(value)
            if code in areas.aggregates:
                left_out["aggregates"] += 1
            elif not value:
                left_out["without a value"] += 1
            elif amount is None:
                raise _changed(f"expected a number in line {number}, came {value!r}", where)
            elif (code, year) in rows:
                raise _changed(f"{indicator} of {code} in {year} came twice", where)
            else:
                rows[code, year] = (code, indicator, year, plain(amount), "")
    if len(indicators) != 1:
        raise _changed(f"expected one indicator in a file, came {sorted(indicators)}", where)
    return indicators.pop(), front[1][1], list(rows.values()), left_out


def _areas(kinds: Mapping[str, bool], by_iso2: Mapping[str, str], sign: str, where: str) -> Areas:
    aggregates = frozenset(code for code, is_aggregate in kinds.items() if is_aggregate)
    countries = frozenset(kinds) - aggregates
    if len(countries) < LEAST_COUNTRIES or len(aggregates) < LEAST_AGGREGATES:
        raise _changed(
            f"expected at least {LEAST_COUNTRIES} countries and {LEAST_AGGREGATES} aggregates by "
            f"{sign}; came {len(countries)} and {len(aggregates)}",
            where,
        )
    return Areas(countries, aggregates, by_iso2)


def _check_year(year: str, years: Sequence[int], where: str) -> None:
    if not re.fullmatch(r"\d{4}", year) or not years[0] <= int(year) <= years[1]:
        raise _changed(f"asked for {years[0]} to {years[1]}, came {year!r}", where)


def _numbers(page: Record) -> tuple[int, int, int, int] | None:
    """Return page, pages, per_page and total, which come as numbers or as text."""
    try:
        number, pages, per_page, total = (
            int(str(page[name])) for name in ("page", "pages", "per_page", "total")
        )
    except (KeyError, ValueError):
        return None
    return (number, pages, per_page, total) if min(pages, total) >= 0 < per_page else None


def _are_records(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _id(part: object) -> str:
    return str(part.get("id") or "") if isinstance(part, dict) else ""


def _message(parts: object) -> str:
    """Return the publisher's words, which come as a list of id, key and value."""
    listed = parts if isinstance(parts, list) else [parts]
    return "; ".join(
        f"{part.get('key', '')}: {part.get('value', '')} (id {part.get('id', '')})"
        if isinstance(part, dict)
        else str(part)
        for part in listed
    )[:500]


def _none(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _changed(what: str, where: str) -> SourceChanged:
    return SourceChanged(
        f"The World Bank answers otherwise than described: {what}.",
        where=where,
        next_step=CHANGED,
    )
