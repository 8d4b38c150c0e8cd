"""What Eurostat answers: its table of contents, JSON-stat, and the SDMX-CSV that a person saves.

Its quirks, and what they force here:

- JSON-stat leaves out cells without a figure: ``value`` and ``status`` are keyed by the place of a
  cell in a row-major box over ``size`` (a list with gaps is allowed as well). The order of the
  dimensions is the one of ``id``, whatever was asked.
- An error may come as JSON with status 200. (So may the promise of a file, for a question that is
  too large; that is for the kit to see, in XML and in JSON.)
- Aggregates stand beside their members, and some rows are of countries elsewhere, which Eurostat
  does not let everybody reuse. Both go by explicit lists; a code in no list stops the run.
- Greece is EL and the United Kingdom UK; they stay so.
- Days: dd.mm.yyyy in the table of contents, dd/mm/yy in SDMX-CSV.
- A missing figure is an empty cell, in some files a colon; letters beside it are flags.

Knows: formats, flags and area codes of Eurostat. Must not know: which tables are asked for.
May import: errors, next_steps. Standard library only besides.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from techdiplomacy.errors import ContentRejected, SourceChanged, suggest
from techdiplomacy.sources.next_steps import WAY_BACK

UNION = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
# members of EFTA, the United Kingdom, and candidates for membership
NEIGHBOURS = "CH IS LI NO UK AL BA GE MD ME MK RS TR UA XK"
EUROPE = frozenset(f"{UNION} {NEIGHBOURS}".split())
UNIONS = (
    "EU EU_V EU15 EU25 EU27 EU27_2007 EU27_2020 EU28 EFTA EEA EEA30 EEA30_2007 EEA31 EEA31_2007"
)
EURO_AREAS = "EA EA11 EA12 EA13 EA15 EA16 EA17 EA18 EA19 EA20 EA21"
AGGREGATES = frozenset(f"{UNIONS} {EURO_AREAS}".split())
REST_OF_EUROPE = "AD AM AZ BY MC RU SM"
OVERSEAS = (
    "AE AR AU BR CA CL CN CN_X_HK CO CR DZ EG HK ID IL IN JO JP KR KZ LB LY MA MX MY NZ PE PH PK "
    "PS SA SG SY TH TN TW US UY VN ZA"
)
ELSEWHERE = frozenset(f"{REST_OF_EUROPE} {OVERSEAS}".split())
CONTENTS_NEEDED = ("code", "type", "last update of data")
BEFORE, BEHIND = ("DATAFLOW", "LAST UPDATE"), ("TIME_PERIOD", "OBS_VALUE", "OBS_FLAG")
LOOK = (
    "See what Eurostat says of the table (https://ec.europa.eu/eurostat/databrowser); then change "
    f"live.ask on the card, or the connector. Until then {WAY_BACK}."
)
RENAMED = (
    "NACE Rev. 2.1 renames tables and dimensions in 2026 (jvs_q_r2 is now jvs_q_r21, nace_r2 is "
    "nace_r2_1): look for a successor. "
)


@dataclass(frozen=True)
class Cell:
    """One cell of a table; ``value`` is None where there is no figure."""

    geo: str
    period: str
    value: Decimal | None
    flags: str


def parse_contents(content: bytes, tables: Iterable[str]) -> dict[str, date]:
    """Return the day on which each table last changed.

    Raises
    ------
    SourceChanged
        If a column or a table is missing, or a day cannot be read.
    """
    where = "Eurostat, table of contents"
    rows = _rows(content, CONTENTS_NEEDED, where, delimiter="\t")
    listed = {
        row["code"].strip().lower(): row["last update of data"].strip()
        for row in rows
        if row["type"].strip() != "folder"
    }
    days = {}
    for table in tables:
        if table not in listed:
            raise SourceChanged(
                f"Eurostat no longer lists the table {table}.{suggest(table, listed)}",
                where=where,
                next_step=RENAMED + LOOK,
            )
        days[table] = _day(listed[table], ("%d.%m.%Y",), where)
    return days


def parse_answer(content: bytes, codes: Mapping[str, str], where: str) -> list[Cell]:
    """Return the cells of a JSON-stat answer that have a figure or a flag.

    Parameters
    ----------
    content : bytes
        The answer.
    codes : mapping
        The one code that was asked of each dimension besides area and time.
    where : str
        The table, for the message.

    Raises
    ------
    ContentRejected
        If it is no JSON.
    SourceChanged
        If it is an error in JSON, or has other dimensions or codes than were asked for.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except ValueError as error:
        raise ContentRejected(
            f"The answer is no JSON: {error}.", where=where, next_step="Run it again later."
        ) from error
    problem = answer
    if isinstance(answer, dict):
        problem = answer.get("error") or answer.get("warning")
    if problem:
        raise SourceChanged(
            f"Eurostat says instead of figures: {str(problem)[:300]}",
            where=where,
            next_step=LOOK,
        )
    try:
        sizes = [int(size) for size in answer["size"]]
        if not answer["value"] and 0 in sizes:
            return []
        dimensions = {
            name: _codes(answer["dimension"][name]["category"]["index"]) for name in answer["id"]
        }
        values, statuses = _sparse(answer["value"]), _sparse(answer.get("status") or {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceChanged(
            f"The answer is no JSON-stat as it used to be: {type(error).__name__} {error}.",
            where=where,
            next_step=LOOK,
        ) from error
    check_dimensions(dimensions, codes, where)
    places = sorted(values.keys() | statuses.keys())
    if [len(found) for found in dimensions.values()] != sizes or any(
        not 0 <= place < math.prod(sizes) for place in places
    ):
        raise SourceChanged(
            f"Sizes {sizes} do not fit the codes of {', '.join(dimensions)} and the places of the "
            "figures.",
            where=where,
            next_step=LOOK,
        )
    cells = []
    for place in places:
        at, left = {}, place
        for name, size in reversed(list(zip(dimensions, sizes, strict=True))):
            left, index = divmod(left, size)
            at[name] = dimensions[name][index]
        cells.append(
            Cell(
                at["geo"], at["time"], _number(values.get(place), where), statuses.get(place) or ""
            )
        )
    return cells


def parse_download(
    content: bytes, codes: Mapping[str, str], where: str
) -> tuple[list[Cell], date | None]:
    """Return the cells of an SDMX-CSV that are of the codes, and when the table last changed.

    Raises
    ------
    SourceChanged
        If a column is missing, unknown, or there are other dimensions.
    """
    rows = _rows(content, (*BEFORE, *BEHIND), where)
    names = [
        name for name in (rows[0] if rows else {}) if name not in (*BEFORE, *BEHIND, "CONF_STATUS")
    ]
    if not rows:
        return [], None
    found = {name: sorted({row[name] for row in rows}) for name in names}
    check_dimensions({**found, "time": []}, codes, where, exactly=False)
    cells = [
        Cell(
            row["geo"],
            row["TIME_PERIOD"],
            _number(row["OBS_VALUE"], where),
            row["OBS_FLAG"] + row.get("CONF_STATUS", "").lower(),
        )
        for row in rows
        if all(row[name] == code for name, code in codes.items())
    ]
    return cells, _day(rows[0]["LAST UPDATE"], ("%d/%m/%y %H:%M:%S", "%d/%m/%y"), where)


def table_of(content: bytes, where: str) -> str:
    """Return the code of the table that an SDMX-CSV holds; empty where it holds no row."""
    rows = _rows(content, (*BEFORE, *BEHIND), where)
    name = re.fullmatch(r"(?:ESTAT:)?([\w$]+)(\(.*\))?", rows[0]["DATAFLOW"]) if rows else None
    return name[1].lower() if name else ""


def check_dimensions(
    found: Mapping[str, Sequence[str]],
    codes: Mapping[str, str],
    where: str,
    *,
    exactly: bool = True,
) -> None:
    """Refuse a table whose dimensions or codes are not the ones that were asked for.

    Raises
    ------
    SourceChanged
        Naming what is there.
    """
    expected = {*codes, "geo", "time"}
    if expected != set(found):
        missing, extra = sorted(expected - set(found)), sorted(set(found) - expected)
        hint = RENAMED if any(name.startswith("nace") for name in (*missing, *extra)) else ""
        raise SourceChanged(
            f"The dimensions have changed. Missing: {', '.join(missing) or 'none'}; unknown: "
            f"{', '.join(extra) or 'none'}; there are: {', '.join(found)}.",
            where=where,
            next_step=hint + LOOK,
        )
    for name, code in codes.items():
        if code not in found[name] or (exactly and len(found[name]) > 1):
            raise SourceChanged(
                f"Asked for {code} in the dimension {name}; there are: "
                f"{', '.join(found[name][:40]) or 'none'}.",
                where=where,
                next_step=LOOK,
            )


def _codes(index: Any) -> list[str]:
    """Return the codes of a dimension in their order; the format allows a list or an object."""
    return list(index) if isinstance(index, list) else sorted(index, key=index.__getitem__)


def _sparse(cells: Any) -> dict[int, Any]:
    """Return what stands at which place; the format allows an object or a list with gaps."""
    pairs = enumerate(cells) if isinstance(cells, list) else cells.items()
    return {int(place): cell for place, cell in pairs if cell is not None}


def _number(cell: Any, where: str) -> Decimal | None:
    text = "" if cell is None else str(cell).strip()
    if text in ("", ":"):
        return None
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise SourceChanged(f"Expected a number, came '{text}'.", where=where, next_step=LOOK)
    return Decimal(text)


def _day(text: str, forms: Sequence[str], where: str) -> date:
    for form in forms:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise SourceChanged(
        f"Expected a day as {' or '.join(forms)}, came '{text}'.", where=where, next_step=LOOK
    )


def _rows(
    content: bytes, needed: Sequence[str], where: str, delimiter: str = ","
) -> list[dict[str, str]]:
    """Return the rows of a table with separators, by name of column."""
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        table = [row for row in csv.reader(text, delimiter=delimiter) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ContentRejected(
            f"This is no table of text: {error}.", where=where, next_step="Ask or save it again."
        ) from error
    header = table[0] if table else []
    missing = [name for name in needed if name not in header]
    if missing:
        raise SourceChanged(
            f"The columns have changed. Missing: {', '.join(missing)}; came: "
            f"{', '.join(header[:30])}.",
            where=where,
            next_step=LOOK,
        )
    if any(
        len(row) > len(header) or (delimiter == "," and len(row) < len(header)) for row in table
    ):
        raise ContentRejected(
            "A row has another number of cells than there are columns.",
            where=where,
            next_step="Ask or save it again: it is not whole.",
        )
    width = len(header)
    return [dict(zip(header, row + [""] * (width - len(row)), strict=True)) for row in table[1:]]
