"""What the answers of the UNESCO Institute for Statistics say: checked, and turned into rows.

Quirks of the answers. An unknown code gives no records and a hint, a parameter that was ignored
gives more than was asked for. A zero marked NA means that the indicator does not apply and is no
zero. Dates are written month first, and by some releases year first.

Knows: questions as a whole, and answers to them. Must not know: connections, addresses, names of
countries. May import: errors, decimals, next_steps. Standard library only besides.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from techdiplomacy.errors import ContentRejected, RequestRejected, SourceChanged, suggest
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.next_steps import AGAIN, CHANGED

FIELDS = ("indicatorId", "geoUnit", "year", "value", "magnitude", "qualifier")
UNKNOWN_CODE = ("UIS::HINT::001", "UIS::HINT::003")  # of an indicator, of a unit
NOT_APPLICABLE = "NA"  # a magnitude; nothing to do with Namibia
UNITS_AT_ONCE = 50
RELEASES = "UNESCO UIS: list of releases"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question for figures; without units all countries are meant. ``part`` names its file."""

    indicators: Sequence[str]
    units: Sequence[str]
    years: Sequence[int]
    version: str
    part: str = ""

    def smaller(self, national: Sequence[str]) -> list[Question]:
        """Return narrower questions: by indicator; else some countries at a time; else none."""
        if len(self.indicators) > 1:
            return [replace(self, indicators=[one], part=f"_{one}") for one in self.indicators]
        units = self.units or national
        if len(units) <= UNITS_AT_ONCE:
            return []
        parts = [units[at : at + UNITS_AT_ONCE] for at in range(0, len(units), UNITS_AT_ONCE)]
        return [
            replace(self, units=part, part=f"{self.part}_{number}")
            for number, part in enumerate(parts, start=1)
        ]


@dataclass(frozen=True)
class Parsed:
    """Rows of an answer; what was left out and why; marks beside values; hints that do no harm."""

    rows: list[Row]
    left_out: Counter[str]
    marks: Counter[str]
    hints: list[str]


def month_first(text: str) -> str:
    """Return a date of the institute as year, month and day.

    Raises
    ------
    SourceChanged
        If it is neither month/day/year nor year-month-day.

    Examples
    --------
    >>> month_first("02/09/2026"), month_first("9/17/2025"), month_first("2025-02-23")
    ('2026-02-09', '2025-09-17', '2025-02-23')
    """
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if found:
            return date(int(found[3]), int(found[1]), int(found[2])).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _changed(f"expected a date with the month first, came {text!r}", RELEASES) from error


def parse_versions(content: bytes, version: str) -> dict[str, str]:
    """Return the days of the last update by theme, of the pinned release.

    Raises
    ------
    SourceChanged
        If the release is not listed.
    """
    listed = _json(content, RELEASES)
    if not _all_have(listed, ("version", "publicationDate", "themeDataStatus")):
        raise _changed("expected a list with version, publicationDate, themeDataStatus", RELEASES)
    given = {str(each["version"]): each for each in listed}
    if version not in given:
        latest = max(given, key=lambda each: str(given[each]["publicationDate"]), default="none")
        raise SourceChanged(
            f"The release {version} is not listed by UNESCO UIS.{suggest(version, given)}",
            where=RELEASES,
            next_step="Set live.ask.version on the card to a listed one, for example "
            f"{latest}, and compare the figures.",
        )
    themes = given[version]["themeDataStatus"]
    if not _all_have(themes, ("theme", "lastUpdate")):
        raise _changed("expected theme and lastUpdate for each theme", RELEASES)
    return {str(theme["theme"]): month_first(str(theme["lastUpdate"])) for theme in themes}


def parse_newest(content: bytes) -> str:
    """Return the release that is given when none is named."""
    given = _json(content, RELEASES)
    if not isinstance(given, dict) or not isinstance(given.get("version"), str):
        raise _changed(f"expected a release with its version, came {given!r:.120}", RELEASES)
    return str(given["version"])


def check_indicators(content: bytes, asked: Iterable[str]) -> None:
    """Refuse indicators that are not defined.

    Raises
    ------
    SourceChanged
        Naming them and those that are spelt nearly so.
    """
    where = "UNESCO UIS: definitions of indicators"
    listed = _json(content, where)
    if not listed or not _all_have(listed, ("indicatorCode", "name")):
        raise _changed("expected a list with indicatorCode and name", where)
    codes = [str(each["indicatorCode"]) for each in listed]
    unknown = [indicator for indicator in asked if indicator not in codes]
    if unknown:
        words = " ".join(f"'{code}'.{suggest(code, codes)}" for code in unknown)
        raise SourceChanged(
            f"UNESCO UIS does not define: {words}",
            where=where,
            next_step="Correct live.ask.indicators on the card; an indicator may also be of "
            "another release.",
        )


def parse_units(content: bytes) -> dict[str, str]:
    """Return the type of each unit, NATIONAL or REGIONAL.

    Raises
    ------
    SourceChanged
        If there are other types.
    """
    where = "UNESCO UIS: definitions of geographical units"
    listed = _json(content, where)
    if not _all_have(listed, ("id", "type")):
        raise _changed("expected a list with id and type", where)
    types = {str(each["id"]): str(each["type"]) for each in listed}
    if set(types.values()) != {"NATIONAL", "REGIONAL"}:
        raise _changed(
            f"expected the types NATIONAL and REGIONAL, came {sorted(set(types.values()))}", where
        )
    return types


def parse_values(content: bytes, question: Question, types: Mapping[str, str]) -> Parsed:
    """Return the rows of an answer, without regional units and empty values.

    Units that are in no list stay in the rows.

    Raises
    ------
    RequestRejected
        If a code that was asked for is hinted at, even when there are rows.
    SourceChanged
        If a field is missing, or a record lies outside the question.
    """
    where = f"UNESCO UIS: {', '.join(question.indicators)}"
    answer = _json(content, where)
    if not isinstance(answer, dict) or not {"hints", "records"} <= answer.keys():
        raise _changed(f"expected hints and records, came {str(answer)[:120]!r}", where)
    parsed = Parsed([], Counter(), Counter(), _harmless_hints(answer["hints"], question, where))
    records = answer["records"]
    if not _all_have(records, ()):
        raise _changed("expected a list of records", where)
    met = set()
    for record in records:
        missing = [name for name in FIELDS if name not in record]
        if missing:
            raise _changed(
                f"expected the fields {', '.join(FIELDS)}; {', '.join(missing)} missing, came "
                f"{', '.join(record)}",
                where,
            )
        indicator, unit, year = (record[name] for name in ("indicatorId", "geoUnit", "year"))
        _check_inside(str(indicator), str(unit), year, question, where)
        if (indicator, unit, year) in met:
            raise _changed(f"{indicator} of {unit} in {year} came twice", where)
        met.add((indicator, unit, year))
        value = record["value"]
        if types.get(str(unit)) == "REGIONAL":
            parsed.left_out["regional units"] += 1
        elif value is None:
            parsed.left_out["without a value"] += 1
        elif isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _changed(f"expected a number or null as value, came {value!r}", where)
        elif record["magnitude"] == NOT_APPLICABLE:
            if value:
                raise _changed(f"expected zero beside NA, came {value} for {unit}, {year}", where)
            parsed.left_out["not applicable"] += 1
        else:
            marks = [str(record[name]) for name in ("magnitude", "qualifier") if record[name]]
            parsed.marks.update(marks)
            row = (str(unit), str(indicator), str(year), plain(Decimal(value)), ";".join(marks))
            parsed.rows.append(row)
    return parsed


def _harmless_hints(hints: object, question: Question, where: str) -> list[str]:
    """Return hints that concern nothing that was asked for, and refuse the others."""
    if not _all_have(hints, ("code", "message")):
        raise _changed(f"expected hints with code and message, came {hints!r:.200}", where)
    assert isinstance(hints, list)
    kept = []
    for hint in hints:
        words = f"{hint['message']} ({hint['code']})"
        about = [
            code
            for code in (*question.indicators, *question.units)
            if re.search(rf"(?<![\w.]){re.escape(code)}(?!\w|\.\w)", str(hint["message"]))
        ]
        if about or hint["code"] in UNKNOWN_CODE:
            raise RequestRejected(
                f"UNESCO UIS says of what was asked for: {words}",
                where=where,
                next_step="Correct live.ask (indicators, years) on the card; a hint "
                "beside rows means that some are missing.",
            )
        kept.append(words)
    return kept


def _check_inside(indicator: str, unit: str, year: object, question: Question, where: str) -> None:
    """Refuse a record that lies outside the question: the sign of an ignored parameter."""
    first, last = question.years
    if isinstance(year, bool) or not isinstance(year, int) or not first <= year <= last:
        asked, came = f"years {first} to {last}", repr(year)
    elif indicator not in question.indicators:
        asked, came = f"indicators {', '.join(question.indicators)}", indicator
    elif question.units and unit not in question.units:
        asked, came = f"units {', '.join(question.units[:10])}", unit
    else:
        return
    raise _changed(f"asked for {asked}, came {came}: a parameter was ignored", where)


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_none)
    except ValueError as error:
        raise ContentRejected(
            f"The answer of UNESCO UIS is no JSON: {error}.", where=where, next_step=AGAIN
        ) from error


def _none(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _all_have(listed: object, names: Sequence[str]) -> bool:
    return isinstance(listed, list) and all(
        isinstance(each, dict) and all(name in each for name in names) for each in listed
    )


def _changed(what: str, where: str) -> SourceChanged:
    return SourceChanged(
        f"UNESCO UIS answers otherwise than described: {what}.", where=where, next_step=CHANGED
    )
