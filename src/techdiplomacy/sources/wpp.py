"""World Population Prospects 2024, from the publisher's own packed files.

Quirks. There is no service to ask, only files of 30 to 67 MB with a revision in their names; so
size and hash are pinned on the card, and a file that changed is refused instead of read. Single
ages come in two files, past and future. Corrections come as a further archive that repeats the
corrected areas, and no description lists its members. What stands in the lines, and what is made of
regions, of Namibia and of China, is in wpp_rows.

Taken on trust and checked with every reading: a span of -1 marks the group 100+; every area has
every year and every age once; numbers of the four areas; China alone in its row; sizes of files
without a published hash; a member of the archive of corrections that is named like its file.

Knows: names of these files and members. Must not know: their columns (wpp_rows), or tables of this
project. May import: errors, and in this folder service, archives and wpp_rows. Standard library
only besides.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from techdiplomacy.errors import ContentRejected, SourceUnavailable
from techdiplomacy.sources import archives
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service
from techdiplomacy.sources.wpp_rows import (
    AREAS,
    COLUMNS,
    Packed,
    Reading,
    Selection,
    changed,
    check_ages,
    check_reading,
    parse,
    positions,
    records,
    rows_of,
)

__all__ = ["SERVICE", "Packed", "Selection", "asks", "fetch", "newest", "read"]

SERVICE = Service(
    name="World Population Prospects",
    variable="WPP_BASE_URL",
    base_url="https://population.un.org/wpp/assets/Excel%20Files/1_Indicator%20(Standard)/",
    pace=Pace("population.un.org", 5.0),
)
FOLDER = "CSV_FILES/"


def asks(selection: Selection) -> list[Ask]:
    """Return the questions: one for each file, the corrections last.

    Examples
    --------
    >>> ages = Selection(grid="single", years=[2020, 2060, 10], files=[Packed(name="A.csv.gz")])
    >>> [(ask.path, ask.kind, ask.a_file) for ask in asks(ages)]
    [('CSV_FILES/A.csv.gz', 'gzip', True)]
    """
    questions = [_ask(file, FOLDER + file.name, "gzip") for file in selection.files]
    if selection.update is not None:
        questions.append(_ask(selection.update, selection.update.name, "zip"))
    return questions


def check_file(path: Path) -> None:
    """Refuse a packed file whose first line is not the header of the age files.

    Raises
    ------
    SourceChanged
        If columns are missing or new.
    ContentRejected
        If it cannot be unpacked or read.
    """
    with gzip.open(path, "rb") as stream:
        positions(next(records(stream, path.name), []), path.name)


def check_update(selection: Selection, path: Path) -> None:
    """Refuse an archive of corrections that has none of the files asked for.

    Raises
    ------
    SourceChanged
        Listing the members it has.
    """
    correcting(selection, path)


def correcting(selection: Selection, path: Path) -> list[str]:
    """Return the members of the archive of corrections for the files asked for.

    Raises
    ------
    SourceChanged
        If there is no such member, or there are two for one file.
    ContentRejected
        If it is no archive.
    """
    members = archives.names(path)
    found: list[str] = []
    for file in selection.files:
        stem = _stem(file.name)
        fitting = [name for name in members if _stem(name) == stem]
        if len(fitting) > 1:
            raise changed(
                f"There are {len(fitting)} members for {file.name}: {fitting}.", path.name
            )
        found += fitting
    if not found:
        raise changed(
            f"No member corrects {', '.join(file.name for file in selection.files)}; "
            f"there are: {', '.join(sorted(members)) or 'none'}.",
            path.name,
        )
    return found


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the figures of the publisher's files.

    Raises
    ------
    ContentRejected
        If a file is not the one that the card names.
    SourceChanged
        If it is not as described.
    """
    questions = asks(selection)
    packed = [kit.fetch(ask, check_file).path for ask in questions if ask.kind == "gzip"]
    update = None
    if selection.update is not None:
        update = kit.fetch(questions[-1], lambda path: check_update(selection, path)).path
    kit.say(f"reading {len(questions)} files, which takes a minute")
    return compose(selection, packed, update)


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures of the publisher's files on disk.

    Parameters
    ----------
    selection : Selection
        What the card asks for.
    path : Path
        The folder in which the files lie under the publisher's names, or one of them.

    Raises
    ------
    SourceUnavailable
        If one of the files is not there.
    ContentRejected
        If it is not the one that the card names.
    """
    folder = path if path.is_dir() else path.parent
    wanted = [*selection.files, *([selection.update] if selection.update else [])]
    missing = [file.name for file in wanted if not (folder / file.name).is_file()]
    if missing:
        raise SourceUnavailable(
            f"Missing beside each other in one folder: {', '.join(missing)}.",
            where=str(folder),
            next_step=f"Download them from {SERVICE.base_url} (age files under {FOLDER}), and keep "
            "their names.",
        )
    for file in wanted:
        _check_pinned(file, folder / file.name)
    for file in selection.files:
        check_file(folder / file.name)
    update = folder / selection.update.name if selection.update else None
    if update is not None:
        check_update(selection, update)
    return compose(selection, [folder / file.name for file in selection.files], update)


def newest(selection: Selection, kit: Kit) -> str:
    """Return nothing: the files have no list of states, and their hashes are on the card.

    A state that changed shows when the files are fetched: as one that is refused.
    """
    return ""


def compose(selection: Selection, packed: Sequence[Path], update: Path | None) -> Raw:
    """Return the figures of files that lie on disk; corrections stand instead of what they correct.

    Raises
    ------
    SourceChanged
        If the files are not as described.
    ContentRejected
        If one cannot be read to its end.
    """
    reading = Reading()
    for path in packed:
        with gzip.open(path, "rb") as stream:
            parse(stream, selection, reading, path.name)
    corrected: set[str] = set()
    if update is not None:
        corrected = _correct(selection, reading, update)
    check_reading(selection, reading, ", ".join(path.name for path in packed))
    facts = {
        "areas": len(reading.numbers),
        "areas_expected": AREAS,
        "corrected": sorted(corrected),
        "empty": [],
        "rows_left_out": dict(sorted(reading.left_out.items())),
        "world_compared_in_years": len(reading.world),
        "china": "China, Taiwan, Hong Kong and Macao are four rows; nothing is added to China",
    }
    return Raw(
        COLUMNS[selection.grid],
        rows_of(selection, reading),
        version="World Population Prospects 2024",
        facts=facts,
    )


def _correct(selection: Selection, reading: Reading, update: Path) -> set[str]:
    """Put corrected areas and years in place of the old ones, and return which areas they are."""
    new = Reading()
    for name, member in archives.members(update, correcting(selection, update)):
        where = f"{update.name}: {name}"
        if name.casefold().endswith(".gz"):
            with gzip.open(member, "rb") as stream:
                parse(stream, selection, new, where)
        else:
            parse(member, selection, new, where)
    for code, number in new.numbers.items():
        if reading.numbers.get(code) != number:
            raise changed(
                f"A correction of {code} with the number {number}, but the files have "
                f"{reading.numbers.get(code, 'no such area')}.",
                update.name,
            )
    if not new.figures:
        raise changed("The corrections hold none of the years asked for.", update.name)
    check_ages(selection, new, update.name)
    reading.figures |= new.figures
    return set(new.numbers)


def _stem(name: str) -> str:
    """Return the name of a member or file without folder and endings, in small letters."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].casefold().split(".csv")[0]


def _ask(file: Packed, path: str, kind: Literal["gzip", "zip"]) -> Ask:
    return Ask(
        name=file.name,
        path=path,
        kind=kind,
        size=file.size,
        sha256=file.sha256,
        md5=file.md5,
        a_file=True,
    )


def _check_pinned(file: Packed, path: Path) -> None:
    found: dict[str, Any] = {"size": path.stat().st_size}
    for algorithm in ("sha256", "md5"):
        if getattr(file, algorithm) is not None:
            with path.open("rb") as stream:
                found[algorithm] = hashlib.file_digest(stream, algorithm).hexdigest()
    for name, value in found.items():
        pinned = getattr(file, name)
        if pinned is not None and pinned != value:
            raise ContentRejected(
                f"The {name} is {value}, the card names {pinned}.",
                where=str(path),
                next_step="Take the file of the revision that the card names; if the publisher "
                "replaced it, read the notes and change live.ask on the card.",
            )
