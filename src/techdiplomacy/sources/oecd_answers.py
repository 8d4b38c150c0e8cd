"""Answers of the OECD's SDMX service: what is asked of a flow, and its rows in either CSV form.

Quirks that force this code. The CSV comes bare, or with a label beside each code, and nowhere says
which columns are not dimensions. Areas include aggregates of three letters (WXD, all but the
country itself) and former states that end in '_F'. What a letter says of a figure stands in up to
six columns. A multiplier of 9999 means none. Pairs of countries may stand in one direction or in
both.

Knows: the columns and letters of the service. Must not know: addresses, or any single flow or
table, which are on the cards. May import: errors, checks, decimals,
next_steps, service.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import ContentRejected, SourceChanged
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.next_steps import AGAIN, CHANGED
from techdiplomacy.sources.service import Raw

AREA_DIMENSIONS = frozenset(
    {"REF_AREA", "PARTNER_AREA", "COUNTERPART_AREA", "PARTNER", "ORIGIN", "DESTINATION"}
)
LETTER_COLUMNS = ("OBS_STATUS", "OBS_STATUS_2", "OBS_STATUS_3")
AUXILIARY_COLUMNS = ("AUX_OBS_STATUS", "AUX_OBS_STATUS_2", "AUX_OBS_STATUS_3")
ATTRIBUTES = frozenset(
    {*LETTER_COLUMNS, *AUXILIARY_COLUMNS}
    | {"UNIT_MULT", "DECIMALS", "CONF_STATUS", "BASE_PER", "PRICES", "CURRENCY"}
)
# cannot exist, not collected, contained in another, missing, suppressed, holiday
NO_VALUE = frozenset("MLKOQH")
# the one auxiliary code that had a letter in what the OECD gave before 2024: underestimated
AUXILIARY_LETTERS = {"M2": "m"}
KNOWN_LETTERS = frozenset("BDEPWm")
LARGEST_MULTIPLIER = 15

_BEFORE_PAIRS = ("STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION")
_NUMBER = re.compile(r"-?\d+(\.\d*)?([eE][-+]?\d{1,2})?")

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]


class Selection(Settings):
    """What is asked of a flow, and which columns come of it.

    ``dimensions`` is the order of the flow's key and ``key`` the codes at each position, none for
    all. ``columns`` gives the raw columns by dimension, TIME_PERIOD, OBS_VALUE or OBS_STATUS (all
    letters together). ``pair`` names two area dimensions, each pair of which is kept once. What is
    in ``filter_here`` is asked for in all codes and chosen here. ``areas_at_least`` is how many
    areas an answer must have.
    """

    agency: Annotated[str, Field(pattern=r"^[A-Z0-9.]+$")]
    flow: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+@[A-Za-z0-9_]+$")]
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]
    dimensions: list[str]
    key: list[list[Code]]
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    columns: dict[str, str]
    aggregates: list[Code] = Field(default_factory=list)
    pair: list[str] = Field(default_factory=list)
    filter_here: list[str] = Field(default_factory=list)
    areas_at_least: int = 0

    @model_validator(mode="after")
    def _fits_together(self) -> Selection:
        if len(self.key) != len(self.dimensions):
            raise ValueError(
                f"key has {len(self.key)} positions, dimensions has {len(self.dimensions)}"
            )
        known = {*self.dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"}
        strange = sorted({*self.columns, *self.pair, *self.filter_here} - known)
        if strange:
            raise ValueError(f"no dimension of this flow: {', '.join(strange)}")
        if not {"TIME_PERIOD", "OBS_VALUE"} <= {*self.columns}:
            raise ValueError("columns must name TIME_PERIOD and OBS_VALUE")
        if self.years[0] > self.years[1]:
            raise ValueError("years: the first comes after the last")
        if self.pair and (
            len(self.pair) != 2
            or not {*self.pair} <= {*self.columns}
            or "OBS_STATUS" in self.columns
        ):
            raise ValueError("pair names two dimensions that are columns; letters go with none")
        return self

    def asked(self) -> dict[str, list[str]]:
        """Return the codes asked for, by dimension; only of dimensions that are limited."""
        return {name: codes for name, codes in zip(self.dimensions, self.key, strict=True) if codes}

    def areas(self) -> list[str]:
        """Return the dimensions with countries that become columns."""
        return [name for name in self.columns if name in AREA_DIMENSIONS]

    def named(self) -> str:
        """Return the flow as its own rows name it."""
        return f"{self.agency}:{self.flow}({self.version})"


@dataclass
class Part:
    """What one answer holds: rows in the order of the columns, and counts of the rest."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    codes: dict[str, set[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    auxiliary: Counter[str] = field(default_factory=Counter)
    breaks: list[str] = field(default_factory=list)


def places_of(header: Sequence[str], selection: Selection, where: str) -> dict[str, int]:
    """Return at which place each column stands, of either CSV form; labels are passed over.

    Raises
    ------
    SourceChanged
        If a dimension is missing, or there is a column that nobody knows.
    """
    if header and header[0] == "STRUCTURE":
        start = 1
        while start < len(header) and header[start] in _BEFORE_PAIRS:
            start += 1
        names = ["" if (place - start) % 2 else name for place, name in enumerate(header)]
        names[:start] = ["DATAFLOW" if n == "STRUCTURE_ID" else "" for n in header[:start]]
    else:
        names = list(header)
    needed = {"DATAFLOW", *selection.dimensions, "TIME_PERIOD", "OBS_VALUE"}
    needed |= {"OBS_STATUS"} & {*selection.columns}
    found = [name for name in names if name]
    missing = sorted(needed - {*found})
    extra = sorted({*found} - needed - ATTRIBUTES)
    twice = sorted(name for name, times in Counter(found).items() if times > 1)
    if missing or extra or twice:
        raise SourceChanged(
            f"The columns of {selection.flow} are not those of its key: "
            f"missing {', '.join(missing) or 'none'}; unexpected {', '.join(extra) or 'none'}"
            + (f"; twice {', '.join(twice)}" if twice else "")
            + ".",
            where=where,
            next_step="A new dimension has to go into live.ask on the card, a harmless attribute "
            "into ATTRIBUTES in oecd_answers.py. " + CHANGED,
        )
    return {name: place for place, name in enumerate(names) if name}


def read_answer(
    selection: Selection,
    path: Path,
    years: Sequence[int],
    *,
    left_open: Iterable[str] = (),
) -> Part:
    """Return the rows of a CSV answer, checked against the question.

    Parameters
    ----------
    selection : Selection
        The question.
    path : Path
        The answer.
    years : sequence of int
        First and last year asked for; rows of other years are refused.
    left_open : iterable of str
        Dimensions whose codes are chosen here instead of refused; with TIME_PERIOD among them,
        years too.

    Raises
    ------
    SourceChanged
        If columns, flow, version, letters or multipliers are not as expected.
    ContentRejected
        If rows are broken or lie outside the question.
    """
    where = f"OECD, {selection.flow}: {path.name}"
    part = Part()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.reader(lines, strict=True)
            header = next(table, [])
            places = places_of(header, selection, where)
            for cells in filter(None, table):
                if len(cells) != len(header):
                    raise _refused(
                        f"A row has {len(cells)} cells under {len(header)} columns "
                        f"(line {table.line_num})",
                        where,
                    )
                row = {name: cells[place] for name, place in places.items()}
                _read_row(part, row, selection, years, frozenset(left_open), where)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _refused(f"The answer is no CSV text ({error})", where) from error
    return part


def _read_row(
    part: Part,
    row: dict[str, str],
    selection: Selection,
    years: Sequence[int],
    left_open: frozenset[str],
    where: str,
) -> None:
    """Add one row of an answer to what it holds."""
    if row["DATAFLOW"] != selection.named():
        raise SourceChanged(
            f"Rows were to be of {selection.named()}, they are of {row['DATAFLOW']}.",
            where=where,
            next_step=CHANGED,
        )
    outside = [name for name, codes in selection.asked().items() if row[name] not in codes]
    if not re.fullmatch(r"\d{4}", row["TIME_PERIOD"]):
        raise _refused(f"'{row['TIME_PERIOD']}' is not a year", where)
    if not years[0] <= int(row["TIME_PERIOD"]) <= years[1]:
        outside.append("TIME_PERIOD")
    if outside and not {*outside} <= left_open:
        name = next(name for name in outside if name not in left_open)
        raise _refused(f"There is a row with {name} {row[name]}, which nobody asked for", where)
    if outside:
        part.counts["not_asked_for"] += 1
        return
    if any(row[name] in selection.aggregates for name in selection.areas()):
        part.counts["aggregates"] += 1
        return
    letters = "".join(dict.fromkeys("".join(row.get(name, "") for name in LETTER_COLUMNS)))
    letters = letters.replace("A", "")
    auxiliary = [row[name] for name in AUXILIARY_COLUMNS if row.get(name)]
    value = row["OBS_VALUE"].strip()
    if value in ("", "NaN"):
        if not NO_VALUE & {*letters}:
            raise _refused(f"A value is empty, and its status '{letters}' does not say why", where)
        part.missing[letters] += 1
        return
    value = in_units(value, row.get("UNIT_MULT", ""), where)
    letters += "".join(AUXILIARY_LETTERS.get(code, "") for code in auxiliary)
    part.auxiliary.update(code for code in auxiliary if code not in AUXILIARY_LETTERS)
    part.letters[letters] += 1
    if "B" in letters:
        broken = {*selection.areas(), "TIME_PERIOD"}
        part.breaks.append(" ".join(row[name] for name in selection.columns if name in broken))
    for name in selection.dimensions:
        part.codes.setdefault(name, set()).add(row[name])
    shown = row | {"OBS_VALUE": value, "OBS_STATUS": letters}
    part.rows.append(tuple(shown[name] for name in selection.columns))


def in_units(value: str, multiplier: str, where: str) -> str:
    """Return a value in units as plain decimal text.

    Examples
    --------
    >>> in_units("12.50", "3", "here")
    '12500'
    >>> in_units("1.5E-1", "", "here")
    '0.15'
    """
    if not _NUMBER.fullmatch(value):
        raise _refused(f"'{value}' is not a number", where)
    power = int(multiplier or "0") if re.fullmatch(r"(-?\d{1,2})?", multiplier) else None
    if power is None or abs(power) > LARGEST_MULTIPLIER:
        raise SourceChanged(
            f"The multiplier of a value was to be a power of ten, it is '{multiplier}'.",
            where=where,
            next_step=CHANGED,
        )
    return plain(Decimal(value).scaleb(power))


def _refused(what: str, where: str) -> ContentRejected:
    """Return the error for an answer that is not the one to the question."""
    return ContentRejected(f"{what}.", where=where, next_step=AGAIN)


def assemble(selection: Selection, parts: Sequence[Part], *, version: str, **facts: Any) -> Raw:
    """Return the figures of all answers to a question, with what is to be known of them.

    Raises
    ------
    SourceChanged
        If a dimension that no column shows has several codes, a figure is given twice, or there
        are fewer areas than the card says.
    """
    where = f"OECD, {selection.named()}"
    rows = [row for part in parts for row in part.rows]
    codes: dict[str, set[str]] = {}
    for part in parts:
        for name, seen in part.codes.items():
            codes.setdefault(name, set()).update(seen)
    for name, seen in codes.items():
        if name not in selection.columns and len(seen) > 1:
            raise SourceChanged(
                f"{name} was to have one code in all rows, it has {', '.join(sorted(seen))}.",
                where=where,
                next_step=f"Name the one that is meant in live.ask.key on the card. {CHANGED}",
            )
    _refuse_repeats(selection, rows, where)
    areas = {code for name in selection.areas() for code in codes.get(name, ())}
    if rows and len(areas) < selection.areas_at_least:
        raise SourceChanged(
            f"At least {selection.areas_at_least} areas were to have figures, {len(areas)} have.",
            where=where,
            next_step=CHANGED,
        )
    facts["empty"] = [
        f"{name} {code}"
        for name, listed in selection.asked().items()
        for code in listed
        if rows and code not in codes.get(name, ()) and code not in selection.aggregates
    ]
    counts = sum((part.counts for part in parts), Counter[str]())
    facts["aggregates_left_out"] = counts["aggregates"]
    if counts["not_asked_for"]:
        facts["rows_not_asked_for"] = counts["not_asked_for"]
    facts["without_value"] = _by_name(part.missing for part in parts)
    if "OBS_STATUS" in selection.columns:
        letters = _by_name(part.letters for part in parts)
        facts["status"] = letters
        facts["status_unlike_embedded"] = sorted(
            text for text in letters if not {*text} <= KNOWN_LETTERS
        )
        facts["auxiliary_status_left_out"] = _by_name(part.auxiliary for part in parts)
        facts["breaks"] = sorted(text for part in parts for text in part.breaks)
    if selection.pair:
        rows, facts["pairs"] = once_per_pair(selection, rows)
    return Raw(tuple(selection.columns.values()), rows, version=version, facts=facts)


def _by_name(counters: Iterable[Counter[str]]) -> dict[str, int]:
    """Return counts added up, in the order of what is counted."""
    return dict(sorted(sum(counters, Counter[str]()).items()))


def _refuse_repeats(selection: Selection, rows: Sequence[tuple[str, ...]], where: str) -> None:
    """Stop where two rows differ in nothing but their value."""
    value = [place for place, name in enumerate(selection.columns) if name.startswith("OBS_")]
    keys = Counter(
        tuple(cell for place, cell in enumerate(row) if place not in value) for row in rows
    )
    twice = [" ".join(key) for key, times in keys.items() if times > 1]
    if twice:
        raise SourceChanged(
            f"{len(twice)} figures are given more than once, for example {twice[0]}.",
            where=where,
            next_step=CHANGED,
        )


def once_per_pair(
    selection: Selection, rows: Sequence[tuple[str, ...]]
) -> tuple[list[tuple[str, ...]], dict[str, int]]:
    """Return each pair of countries once, and how far the two directions agree.

    The country that comes first in the alphabet stands first. Where the directions differ the
    larger figure is kept; where there is one, it. A country with itself is no pair.
    """
    names = list(selection.columns)
    one, other, value = (names.index(name) for name in (*selection.pair, "OBS_VALUE"))
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = Counter({"both_directions": 0, "directions_differ": 0, "with_itself": 0})
    for row in rows:
        if row[one] == row[other]:
            found["with_itself"] += 1
            continue
        ordered = list(row)
        ordered[one], ordered[other] = sorted((row[one], row[other]))
        key = tuple(cell for place, cell in enumerate(ordered) if place != value)
        before = kept.get(key)
        if before is not None:
            found["both_directions"] += 1
            found["directions_differ"] += before[value] != row[value]
            ordered[value] = max(before[value], row[value], key=Decimal)
        kept[key] = tuple(ordered)
    found["one_direction"] = len(kept) - found["both_directions"]
    return list(kept.values()), dict(sorted(found.items()))
