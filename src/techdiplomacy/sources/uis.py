"""UNESCO Institute for Statistics: indicators of all countries at once, of a pinned release.

Its quirks. Parameters that it does not know are ignored with status 200, so every year has to lie
in the window and every indicator has to be one that was asked for. Unknown codes give status 200,
no records and a hint; an empty answer without a hint is a true empty set. Parameters are repeated,
commas do not work. More than 100,000 records give 400, a long address 414: then each indicator is
asked for alone, and if that is too much still, some countries at a time. Regional units stand
among the countries. A zero marked NA means that the indicator does not apply and is no zero. Dates
are written month first, and by some releases year first. The release is always named, for the
default moves on.

Checked at run time, for nobody has confirmed it: each indicator against the list of definitions;
the release against the list of releases; that units are NATIONAL or REGIONAL; that dates are month
first; that NA stands beside zero only; that a hint names what is wrong.

Knows: questions and answers of the institute. Must not know: connections, cards, names of
countries. May import: errors, checks, service, uis_answers. Standard library only besides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import QueryTooLarge, RequestRejected, SourceUnavailable
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service, parsed
from techdiplomacy.sources.uis_answers import (
    Parsed,
    Question,
    check_indicators,
    parse_newest,
    parse_units,
    parse_values,
    parse_versions,
)

SERVICE = Service(
    name="UNESCO UIS",
    variable="UIS_BASE_URL",
    base_url="https://api.uis.unesco.org/api/public",
    pace=Pace("api.uis.unesco.org", 1.0),
)
COLUMNS = ("iso3", "indicator", "year", "value", "status")

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Selection(Settings):
    """Which indicators of which years and release; all countries."""

    indicators: Annotated[list[Code], Field(min_length=1)]
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    version: Annotated[str, Field(pattern=r"^\d{8}-[0-9a-f]{8}$")]

    @model_validator(mode="after")
    def _makes_sense(self) -> Selection:
        if self.years[0] > self.years[1]:
            raise ValueError(f"years: {self.years[0]} is after {self.years[1]}")
        if len(set(self.indicators)) < len(self.indicators):
            raise ValueError("indicators: one is listed twice")
        return self


def ask_for_versions() -> Ask:
    """Return the question for the list of releases."""
    return Ask(name="versions.json", path="versions", kind="json")


def ask_for_newest() -> Ask:
    """Return the question for the release that is given when none is named."""
    return Ask(name="newest.json", path="versions/default", kind="json")


def ask_for_definitions(what: str, version: str) -> Ask:
    """Return the question for the definitions of ``indicators`` or ``geounits``."""
    query = (("version", version),)
    return Ask(name=f"{what}.json", path=f"definitions/{what}", kind="json", query=query)


def ask_for_values(question: Question) -> Ask:
    """Return the question for figures; the release is always named."""
    units = [("geoUnit", unit) for unit in question.units] or [("geoUnitType", "NATIONAL")]
    query = [
        *(("indicator", indicator) for indicator in question.indicators),
        *units,
        ("start", str(question.years[0])),
        ("end", str(question.years[1])),
        ("version", question.version),
    ]
    return Ask(name=f"values{question.part}.json", path="data/indicators", kind="json", query=query)


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the values of the selected indicators in the pinned release."""
    version = selection.version
    updated = parsed(
        kit, ask_for_versions(), lambda path: parse_versions(path.read_bytes(), version)
    )
    parsed(
        kit,
        ask_for_definitions("indicators", version),
        lambda path: check_indicators(path.read_bytes(), selection.indicators),
    )
    types = parsed(
        kit,
        ask_for_definitions("geounits", version),
        lambda path: parse_units(path.read_bytes()),
    )
    whole = Question(selection.indicators, (), selection.years, version)
    narrowed: list[str] = []
    answers = _answers(whole, types, kit, narrowed)
    rows = sorted(row for answer in answers for row in answer.rows)
    given = {row[1] for row in rows}
    return Raw(
        columns=COLUMNS,
        rows=rows,
        version=version,
        facts={
            "empty": [name for name in selection.indicators if name not in given],
            "left_out": _sum(answer.left_out for answer in answers),
            "marks": _sum(answer.marks for answer in answers),
            "hints": [hint for answer in answers for hint in answer.hints],
            "last_updated": updated,
            "narrowed": narrowed,
        },
    )


def read(selection: Selection, path: Path) -> Raw:
    """Say that files of the institute cannot be read, and what can be had instead.

    Raises
    ------
    SourceUnavailable
        Always.
    """
    raise SourceUnavailable(
        f"{path.name} cannot be read: of UNESCO UIS the figures are taken from its service only, "
        "not from its files (OPRI.zip, SDG.zip).",
        where=str(path),
        next_step="Set from: live in params.yaml. Or make a CSV file with the columns "
        f"{', '.join(COLUMNS)} in its first row, and name that.",
    )


def newest(selection: Selection, kit: Kit) -> str:
    """Return the release that the institute gives when none is named."""
    return parsed(kit, ask_for_newest(), lambda path: parse_newest(path.read_bytes()))


def _answers(
    question: Question, types: Mapping[str, str], kit: Kit, narrowed: list[str]
) -> list[Parsed]:
    """Return the answers to a question, or to narrower ones where it is too large."""

    def parse(path: Path) -> Parsed:
        return parse_values(path.read_bytes(), question, types)

    try:
        return [parsed(kit, ask_for_values(question), parse)]
    except (QueryTooLarge, RequestRejected) as error:
        national = sorted(unit for unit, kind in types.items() if kind == "NATIONAL")
        smaller = question.smaller(national) if _is_too_large(error) else []
        if not smaller:
            raise
        words = f"{', '.join(question.indicators)}: in {len(smaller)} smaller questions"
        kit.say(words)
        narrowed.append(words)
    return [answer for part in smaller for answer in _answers(part, types, kit, narrowed)]


def _is_too_large(error: Exception) -> bool:
    """Return whether a refusal is about the size of the question, not about its sense."""
    return isinstance(error, QueryTooLarge) or bool(
        re.search(r"\b414\b|too much data|too many records|too long", str(error), re.IGNORECASE)
    )


def _sum(counters: Iterable[Counter[str]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return dict(sorted(total.items()))
