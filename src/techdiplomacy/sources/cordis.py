"""CORDIS: who takes part in which European project, from the publisher's monthly archives.

Quirks. A programme is one zip of some fifty megabytes, without version, hash or key; its tables
stand in members of fixed names beside others that are not opened. What the tables are like stands
in cordis_rows: shifted rows, mixed decimals, and natural persons, of whom nothing may be kept.

Taken on trust and checked with every reading: the columns of project.csv and legalBasis.csv (column
rcn among them, which the embedded figures are numbered by); the share of shifted rows; the words of
the roles; the codes of the legal bases; dates that begin with the year. Line ends may be either.

Knows: the archives and their members. Must not know: cells (cordis_rows), or tables of this
project. May import: in this folder service, archives, quarantine and cordis_rows. Standard library
only besides.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from techdiplomacy.errors import ContentRejected
from techdiplomacy.sources import archives
from techdiplomacy.sources.cordis_rows import (
    AGAIN,
    COLUMNS,
    PROJECTS,
    Projects,
    Selection,
    participations_of,
    parts_of,
    projects_of,
    reasons,
    records,
)
from techdiplomacy.sources.quarantine import Quarantine
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service

__all__ = ["SERVICE", "Selection", "asks", "fetch", "newest", "read"]

SERVICE = Service(
    name="cordis",
    variable="CORDIS_BASE_URL",
    base_url="https://cordis.europa.eu/data/",
    pace=Pace("cordis.europa.eu", 5.0),
)
LIMITS = archives.Limits(members=100, size=4_000_000_000)


def asks(selection: Selection) -> list[Ask]:
    """Return the one question: the archive of the programme.

    Examples
    --------
    >>> file = "cordis-h2020projects-csv.zip"
    >>> chosen = Selection(programme="H2020", file=file, table="parts", years=[2014, 2024],
    ...                    parts={"H2020-EU.1.1.": "ERC"})
    >>> [(ask.path, ask.kind) for ask in asks(chosen)]
    [('cordis-h2020projects-csv.zip', 'zip')]
    """
    return [Ask(name=selection.file, path=selection.file, kind="zip", a_file=True)]


def check_archive(selection: Selection, path: Path) -> None:
    """Refuse an archive without the members and columns that are read.

    Raises
    ------
    SourceChanged
        Naming what is missing and what is there.
    ContentRejected
        If a member cannot be read.
    """
    for member, stream in archives.members(
        path, selection.members(), limits=LIMITS, ignored=unread(selection, path)
    ):
        next(records(stream, member), None)


def unread(selection: Selection, path: Path) -> list[str]:
    """Return the members of an archive that are not opened.

    Raises
    ------
    ContentRejected
        If it is no archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [name for name in archive.namelist() if name not in selection.members()]
    except (zipfile.BadZipFile, OSError) as error:
        raise ContentRejected(
            f"The archive cannot be opened: {error}.", where=f"cordis: {path.name}", next_step=AGAIN
        ) from error


def compose(selection: Selection, path: Path, version: str = "", *, keep_list: bool = False) -> Raw:
    """Return the figures of an archive that lies on disk.

    With ``keep_list`` the rows that were set aside are listed beside it: line, project and reason.

    Raises
    ------
    SourceChanged
        If members or columns are missing, or too many rows have to be set aside.
    """
    others = unread(selection, path)
    projects = Projects()
    rows: list[tuple[str, ...]] = []
    facts: dict[str, Any] = {}
    listed = Quarantine(path.name, [], personal=True)  # of all members, for the one list
    take = participations_of if selection.table == "participations" else parts_of
    for member, stream in archives.members(
        path, selection.members(), limits=LIMITS, ignored=others
    ):
        aside = Quarantine(path.name, reasons(member), personal=True)
        if member == PROJECTS:
            projects = projects_of(stream, selection, aside)
            total, accepted = projects.rows, len(projects.found)
        else:
            rows, facts = take(stream, selection, projects, aside)
            total, accepted = facts["rows_before"], facts["rows_accepted"]
        listed.rows += aside.rows
        if keep_list:
            listed.write(path)
        aside.settle(total=total, accepted=accepted)
    return Raw(
        COLUMNS[selection.table],
        rows,
        version=version,
        quarantined=listed.counts,
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
    kit.say(f"reading {selection.file}.")
    return compose(selection, fetched.path, fetched.last_modified, keep_list=True)


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures of an archive that lies on disk.

    Raises
    ------
    SourceChanged
        If it is not as described.
    """
    check_archive(selection, path)
    return compose(selection, path)


def newest(selection: Selection, kit: Kit) -> str:
    """Return nothing: the archive has no list of states, and asking for it means fetching it.

    An archive that did not change is not sent again when the figures are fetched.
    """
    return ""
