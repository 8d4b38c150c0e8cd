"""CORDIS: who takes part in which European project, from the publisher's monthly archives.

Quirks. A programme is one zip of some fifty megabytes, without version, hash or key; its tables
stand in members of fixed names beside others that are not opened. What the tables are like stands
in cordis_rows: shifted rows, mixed decimals, and natural persons, of whom nothing may be kept.

Taken on trust and checked with every reading: the columns of project.csv and legalBasis.csv (column
rcn among them, which the embedded figures are numbered by); the share of shifted rows; the words of
the roles; the codes of the legal bases; dates that begin with the year. Line ends may be either.

Knows: the archives and their members. Must not know: cells (cordis_rows), or tables of this
project. May import: in this folder service, archives, local_files, next_steps, quarantine and
cordis_rows. Standard library only besides.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from techdiplomacy.sources import archives
from techdiplomacy.sources.cordis_rows import (
    COLUMNS,
    FILES,
    PROJECTS,
    Projects,
    Selection,
    participations_of,
    parts_of,
    projects_of,
    reasons,
    records,
)
from techdiplomacy.sources.local_files import refuse_what_is_no_file, standing_still
from techdiplomacy.sources.next_steps import WAY_BACK
from techdiplomacy.sources.quarantine import Quarantine, write_list
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service

__all__ = ["SERVICE", "Selection", "asks", "fetch", "newest", "read"]

SERVICE = Service(
    name="CORDIS",
    variable="CORDIS_BASE_URL",
    base_url="https://cordis.europa.eu/data/",
    pace=Pace("cordis.europa.eu", 5.0),
)
LIMITS = archives.Limits(size=4_000_000_000)
LARGEST = 1_000_000_000  # bytes of an archive on disk


def asks(selection: Selection) -> list[Ask]:
    """Return the one question: the archive of the programme.

    Examples
    --------
    >>> chosen = Selection(programme="H2020", table="parts", years=[2014, 2024],
    ...                    parts={"H2020-EU.1.1.": "ERC"})
    >>> [(ask.path, ask.kind) for ask in asks(chosen)]
    [('cordis-h2020projects-csv.zip', 'zip')]
    """
    file = FILES[selection.programme]
    return [Ask(name=file, path=file, kind="zip", a_file=True)]


def check_archive(selection: Selection, path: Path) -> None:
    """Refuse an archive without the members and columns that are read.

    Raises
    ------
    SourceChanged
        Naming what is missing and what is there.
    ContentRejected
        If it is no archive, or a member cannot be read.
    """
    for member, stream in archives.members(path, selection.members(), limits=LIMITS):
        next(records(stream, member), None)


def compose(selection: Selection, path: Path, version: str = "", *, keep_list: bool = False) -> Raw:
    """Return the figures of an archive that lies on disk.

    With ``keep_list`` the rows that were set aside are listed beside it: line, project and reason.

    Raises
    ------
    SourceChanged
        If members or columns are missing, or too many rows have to be set aside.
    """
    projects = Projects()
    rows: list[tuple[str, ...]] = []
    facts: dict[str, Any] = {}
    tables: list[Quarantine] = []
    take = participations_of if selection.table == "participations" else parts_of
    for member, stream in archives.members(path, selection.members(), limits=LIMITS):
        aside = Quarantine(f"{path.name}: {member}", reasons(member))
        tables.append(aside)
        if member == PROJECTS:
            projects = projects_of(stream, selection, aside)
            total, accepted = projects.rows, len(projects.found)
        else:
            rows, facts = take(stream, selection, projects, aside)
            total, accepted = facts["rows_before"], facts["rows_accepted"]
        kept = write_list(path, tables) if keep_list else ""
        aside.account(total=total, accepted=accepted)
        aside.refuse_many(
            total,
            f"Look at {kept or 'these lines'}; then change the reading in the connector. Until "
            f"then {WAY_BACK}.",
        )
    counts = sum((table.counts for table in tables), Counter[str]())
    others = set(archives.names(path, limits=LIMITS)) - set(selection.members())
    return Raw(
        COLUMNS[selection.table],
        rows,
        version=version,
        quarantined=dict(sorted(counts.items())),
        facts={"programme": selection.programme, "projects": len(projects.found), **facts}
        | {"members_not_read": sorted(others)},
    )


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the figures of the publisher's present archive.

    Raises
    ------
    SourceChanged
        If it is not as described.
    """
    fetched = kit.fetch(asks(selection)[0], lambda path: check_archive(selection, path))
    kit.say(f"reading {fetched.path.name}")
    return compose(selection, fetched.path, fetched.last_modified, keep_list=True)


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures of an archive that lies on disk.

    Raises
    ------
    SourceUnavailable
        If there is no such file, or it is a folder.
    SourceChanged
        If it is not as described.
    ContentRejected
        If it is no archive, or changed while it was read.
    """
    refuse_what_is_no_file(path, largest=LARGEST)
    with standing_still(path):
        return compose(selection, path)


def newest(selection: Selection, kit: Kit) -> str:
    """Return nothing: the archive has no list of states, and asking for it means fetching it.

    An archive that did not change is not sent again when the figures are fetched.
    """
    return ""
