"""Rows of CORDIS: projects, organisations and legal bases, as its tables write them.

Quirks. Tables are separated by semicolons, every cell quoted, with line breaks and quotes inside
texts; quotes that do not close shift rows, which are set aside and counted. Money mixes decimal
comma and point within one row; contributions may be 0 or empty. Columns move between programmes and
months, so they are found by name. Countries are written EL, UK and XK; ZZ, nothing, and two
countries in one cell occur. An organisation may come twice in one project. Natural persons take
part: names, addresses, tax numbers and links are never read into a row, and a row that is set aside
leaves its line, its project and a reason, no text.

Knows: columns and codes of these tables. Must not know: where they come from, or tables of this
project. May import: errors, checks, and in this folder decimals, next_steps and quarantine.
Standard library only besides.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Annotated, Any, Literal

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import ContentRejected, SourceChanged
from techdiplomacy.sources.decimals import plain
from techdiplomacy.sources.next_steps import AGAIN, CHANGED
from techdiplomacy.sources.quarantine import Quarantine

FILES = {
    "H2020": "cordis-h2020projects-csv.zip",
    "HORIZON": "cordis-HORIZONprojects-csv.zip",
}
PROJECTS, ORGANISATIONS, BASES = "project.csv", "organization.csv", "legalBasis.csv"
# nothing else is ever taken out of a line: the other columns may name persons
READ = {
    PROJECTS: ("id", "rcn", "startDate"),
    ORGANISATIONS: (
        *("projectID", "organisationID", "country", "role", "activityType", "ecContribution"),
    ),
    BASES: ("projectID", "legalBasis"),
}
ENDED_EARLY = "endOfParticipation"
COLUMNS = {
    "participations": (
        *("rcn", "pic", "country", "role", "organisation_type", "start_year"),
        "eu_contribution_eur",
    ),
    "parts": ("rcn", "programme_part"),
}
REASONS = (
    *("wrong number of fields", "project id not in digits", "record number not in digits"),
    *("start date not in form", "start outside the years asked for", "project listed twice"),
    *("organisation number not in digits", "unknown country", "two countries"),
    *("country not in form", "unknown role", "unknown kind of organisation"),
    *("project not listed", "two decimal marks", "contribution is no number from 0 up"),
)
KINDS = ("HES", "OTH", "PRC", "PUB", "REC")
CODE = re.compile(r"[A-Za-z0-9]{2,12}-[A-Za-z0-9.-]{1,30}", flags=re.ASCII)
UNKNOWN_BASES = 0.01


def reasons(member: str) -> list[str]:
    """Return why rows of a member may be set aside, as the list of them words it."""
    return [f"{member}: {reason}" for reason in REASONS]


class Selection(Settings):
    """What a card asks for.

    ``roles`` gives for each role in CORDIS the role that is written, the strongest first: of an
    organisation that comes twice in a project the stronger role stands. ``parts`` gives for the
    beginnings of legal bases the part that is written, and ``wide`` the bases that are no part of
    their own. ``years`` are the first and last in which a project may start.
    """

    programme: Literal["H2020", "HORIZON"]
    table: Literal["participations", "parts"]
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    roles: dict[str, str] = Field(default_factory=dict)
    kind_may_be_empty: bool = False
    parts: dict[str, str] = Field(default_factory=dict)
    wide: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> Selection:
        if bool(self.roles) != (self.table == "participations"):
            raise ValueError("participations, and they alone, need roles")
        if bool(self.parts) != (self.table == "parts"):
            raise ValueError("parts, and they alone, need the legal bases of parts")
        return self

    def members(self) -> list[str]:
        """Return the members of the archive that are read."""
        return [PROJECTS, ORGANISATIONS if self.table == "participations" else BASES]


@dataclass
class Projects:
    """Record number and start year (empty where CORDIS gives none) of each project."""

    found: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: int = 0


@dataclass
class Participation:
    """One organisation in one project; ``rank`` is the place of its role, 0 the strongest."""

    rank: int
    cells: tuple[str, str, str]  # country, role as written, kind of organisation
    contribution: Decimal | None


def money(text: str) -> Decimal | None:
    """Return an amount in euro; nothing for an empty cell.

    Raises
    ------
    ValueError
        With the reason in a few words, never the text: it may belong to another column.

    Examples
    --------
    >>> money("960 619,95"), money("528340.97"), money("0"), money("")
    (Decimal('960619.95'), Decimal('528340.97'), Decimal('0'), None)
    >>> money("1.234,50")
    Traceback (most recent call last):
    ...
    ValueError: two decimal marks
    """
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not digits:
        return None
    if len(re.findall(r"[.,]", digits)) > 1:
        raise ValueError("two decimal marks")
    if not re.fullmatch(r"\d+([.,]\d+)?", digits, flags=re.ASCII):
        raise ValueError("contribution is no number from 0 up")
    return Decimal(digits.replace(",", "."))


def part_of(base: str, parts: Mapping[str, str]) -> str | None:
    """Return the part of the programme that a legal basis belongs to: the longest beginning wins.

    Examples
    --------
    >>> parts = {"H2020-EU.2.": "Industry", "H2020-EU.2.1.": "LEIT", "H2020-Euratom": "Euratom"}
    >>> part_of("H2020-EU.2.1.1.", parts), part_of("H2020-Euratom-1.3.", parts)
    ('LEIT', 'Euratom')
    >>> part_of("H2020-EU.2.10", parts), part_of("H2020-EU.9.", parts)
    ('Industry', None)
    """
    whole = _whole(base)
    fitting = [start for start in parts if whole.startswith(start.casefold())]
    return parts[max(fitting, key=len)] if fitting else None


def projects_of(stream: IO[bytes], selection: Selection, aside: Quarantine) -> Projects:
    """Return the projects of an archive; shifted rows are set aside.

    Raises
    ------
    SourceChanged
        If a column is missing.
    """
    projects = Projects()
    for line, row in records(stream, PROJECTS):
        projects.rows += 1
        project = row.get("id", "")
        reason = _shifted(row, project) or _project_reason(row, projects, selection)
        if reason:
            aside.put(line, _number(project), f"{PROJECTS}: {reason}")
        else:
            projects.found[project] = (row["rcn"], row["startDate"][:4])
    return projects


def participations_of(
    stream: IO[bytes], selection: Selection, projects: Projects, aside: Quarantine
) -> tuple[list[tuple[str, ...]], dict[str, Any]]:
    """Return one row for each organisation in a project, and what was counted on the way.

    Of an organisation that comes twice, the row with the stronger role gives country, role and
    kind, the first of equals; contributions are added.

    Raises
    ------
    SourceChanged
        If a column is missing.
    """
    ranks = {role: rank for rank, role in enumerate(selection.roles)}
    joined: dict[tuple[str, str], Participation] = {}
    counts: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    for line, row in records(stream, ORGANISATIONS):
        counts["before"] += 1
        project = row.get("projectID", "")
        reason = _shifted(row, project) or _participation_reason(row, selection, projects)
        contribution = None
        if not reason:
            try:
                contribution = money(row["ecContribution"])
            except ValueError as error:
                reason = str(error)
        if reason:
            aside.put(line, _number(project), f"{ORGANISATIONS}: {reason}")
            counts["set aside"] += 1
            continue
        role = row["role"]
        roles[role] += 1
        counts["ended early"] += row.get(ENDED_EARLY, "").strip().casefold() == "true"
        cells = (row["country"], selection.roles[role], row["activityType"])
        new = Participation(ranks[role], cells, contribution)
        key = (project, row["organisationID"])
        old = joined.get(key)
        if old is None:
            joined[key] = new
            continue
        counts["joined"] += 1
        counts["joined, of two countries"] += old.cells[0] != new.cells[0]
        joined[key] = _together(old, new)
    rows: list[tuple[str, ...]] = []
    for (project, organisation), one in joined.items():
        rcn, year = projects.found[project]
        amount = "" if one.contribution is None else plain(one.contribution)
        rows.append((rcn, organisation, *one.cells, year, amount))
    facts: dict[str, Any] = {
        "rows_before": counts["before"],
        "rows_set_aside": counts["set aside"],
        "rows_accepted": len(rows) + counts["joined"],
        "rows_joined_with_another": counts["joined"],
        "joined_of_two_countries": counts["joined, of two countries"],
        "rows": len(rows),
        "left_before_the_end_and_kept": counts["ended early"],
        "without_contribution": sum(row[-1] == "" for row in rows),
        "rows_by_role_in_cordis": dict(sorted(roles.items())),
        "empty": [role for role in selection.roles if not roles[role]],
    }
    return rows, facts


def parts_of(
    stream: IO[bytes], selection: Selection, projects: Projects, aside: Quarantine
) -> tuple[list[tuple[str, ...]], dict[str, Any]]:
    """Return the parts of the programme of each project, and what was counted on the way.

    Raises
    ------
    SourceChanged
        If a column is missing, or more than one legal basis in a hundred is not known.
    """
    wide = {_whole(base) for base in selection.wide}
    rows: dict[tuple[str, str], None] = {}
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for line, row in records(stream, BASES):
        counts["before"] += 1
        project = row.get("projectID", "")
        reason = _shifted(row, project)
        if not reason and project not in projects.found:
            reason = "project not listed"
        if reason:
            aside.put(line, _number(project), f"{BASES}: {reason}")
            counts["set aside"] += 1
            continue
        base = row["legalBasis"]
        if _whole(base) in wide:
            counts["wide"] += 1
            continue
        part = part_of(base, selection.parts)
        if part is None:
            unknown[base if CODE.fullmatch(base) else "(no code)"] += 1
            continue
        key = (projects.found[project][0], part)
        counts["again"] += key in rows
        rows[key] = None
    if sum(unknown.values()) > UNKNOWN_BASES * counts["before"]:
        listed = ", ".join(f"{base} ({count})" for base, count in unknown.most_common(10))
        raise _changed(
            f"{sum(unknown.values())} of {counts['before']} legal bases are not on the card: "
            f"{listed}.",
            BASES,
        )
    others = counts["again"] + counts["wide"] + sum(unknown.values())
    facts = {
        "rows_before": counts["before"],
        "rows_set_aside": counts["set aside"],
        "rows_accepted": len(rows) + others,
        "rows_of_the_same_part": counts["again"],
        "rows_of_no_single_part": counts["wide"],
        "legal_bases_unknown": dict(sorted(unknown.items())),
        "rows": len(rows),
        "projects_without_part": len(projects.found) - len({rcn for rcn, _ in rows}),
        "empty": sorted(set(selection.parts.values()) - {part for _, part in rows}),
    }
    return list(rows), facts


def records(stream: IO[bytes], member: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the last line of each record and the cells that are read of it.

    A record with another number of cells than the header is yielded without cells.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=";")
    at: dict[str, int] = {}
    width = 0
    try:
        for cells in reader:
            if not at:
                at, width = _positions(cells, member), len(cells)
            elif cells:
                fits = len(cells) == width
                row = {name: cells[place].strip() for name, place in at.items()} if fits else {}
                yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        # the error itself carries a piece of the file, which may name a person
        raise ContentRejected(
            f"{type(error).__name__} behind line {reader.line_num}: the member cannot be read.",
            where=f"CORDIS: {member}",
            next_step=AGAIN,
        ) from None
    finally:
        with contextlib.suppress(ValueError):  # closed before: an error came in between
            text.detach()
    if not at:
        raise ContentRejected(
            "The member is empty.", where=f"CORDIS: {member}", next_step=AGAIN
        )  # fmt: skip


def _positions(header: Sequence[str], member: str) -> dict[str, int]:
    """Return where the columns that are read stand; others may be there."""
    names = [name.strip() for name in header]
    missing = [name for name in READ[member] if names.count(name) != 1]
    if missing:
        # a first line without any known column may be a row, and a row may name a person
        known = len(missing) < len(READ[member])
        found = f"there are: {', '.join(names)[:500]}" if known else "the first line is no header"
        raise _changed(
            f"Columns missing or repeated: {', '.join(missing)}; {found}.",
            member,
        )
    optional = [ENDED_EARLY] if names.count(ENDED_EARLY) == 1 else []
    return {name: names.index(name) for name in (*READ[member], *optional)}


def _shifted(row: Mapping[str, str], project: str) -> str:
    """Return why a row is not where it belongs, or nothing."""
    if not row:
        return "wrong number of fields"
    return "" if _number(project) else "project id not in digits"


def _project_reason(row: Mapping[str, str], projects: Projects, selection: Selection) -> str:
    """Return why a row of projects is set aside, or nothing."""
    first, last = selection.years
    start = row["startDate"]
    if not _number(row["rcn"]):
        return "record number not in digits"
    if start and not re.match(r"\d{4}-\d{2}-\d{2}", start, flags=re.ASCII):
        return "start date not in form"
    if start and not first <= int(start[:4]) <= last:
        return "start outside the years asked for"
    return "project listed twice" if row["id"] in projects.found else ""


def _participation_reason(row: Mapping[str, str], selection: Selection, projects: Projects) -> str:
    """Return why a row of organisations is set aside, or nothing."""
    country, kind = row["country"], row["activityType"]
    if not _number(row["organisationID"]):
        return "organisation number not in digits"
    if country in ("", "ZZ"):
        return "unknown country"
    if re.fullmatch(r"[A-Z]{2}(;[A-Z]{2})+", country):
        return "two countries"
    if not re.fullmatch(r"[A-Z]{2}", country):
        return "country not in form"
    if row["role"] not in selection.roles:
        return "unknown role"
    if kind not in KINDS and (kind or not selection.kind_may_be_empty):
        return "unknown kind of organisation"
    return "" if row["projectID"] in projects.found else "project not listed"


def _together(old: Participation, new: Participation) -> Participation:
    """Return two rows of one organisation in one project as one."""
    stronger = new if new.rank < old.rank else old
    given = [one.contribution for one in (old, new) if one.contribution is not None]
    total = sum(given, Decimal(0)) if given else None
    return Participation(stronger.rank, stronger.cells, total)


def _number(text: str) -> str:
    """Return a text of digits, or nothing: what else stands there may name a person."""
    return text if text.isascii() and text.isdigit() else ""


def _whole(base: str) -> str:
    return base.strip().rstrip(".").casefold() + "."


def _changed(what: str, member: str) -> SourceChanged:
    return SourceChanged(what, where=f"CORDIS: {member}", next_step=CHANGED)
