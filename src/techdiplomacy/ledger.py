"""The ledger of published forecasts: frozen at a release, never changed afterwards.

Knows: what is kept of a forecast, that rows are only added. Must not know: how a forecast is made,
or whether it was right.
May import: errors, paths, files, columns, workforce_tables, tables.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from techdiplomacy import paths
from techdiplomacy.columns import Column, Table
from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.tables import check_table, read_csv
from techdiplomacy.workforce_tables import FROZEN

WHERE = "data/ledger/forecasts.csv"
BACK = (
    f"Restore ledger and records as last committed: git checkout HEAD -- {WHERE} data/releases. "
    "That loses a release that is not committed: commit each one before the next."
)
LEDGER = Table(
    "forecast_ledger",
    "results",
    "Published forecasts as they were at their release",
    ("release", "series", "year"),
    FROZEN,
    may_be_empty=True,
)
# labels of published values that have an interval and can turn out wrong
PUBLISHED = ("forecast", "no_skill")
OBSERVED = ("observed", "rescaled")
# last column of the file: ties each row to the one before it, so that a changed row can be named
_CHECK = "check"
_CHECK_LENGTH = 16
_BEFORE_THE_FIRST = "ledger"
_TYPES = {"text": "str", "integer": "int64", "number": "float64"}
# without leading zeros, so that no version can be written in two ways
_VERSION = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}")


@dataclass(frozen=True)
class Block:
    """What a release has added to the ledger: how many rows, and the SHA-256 of their lines.

    Without rows it is the SHA-256 of the check that the ledger ends with, so that no release can
    be emptied afterwards. A release from before the ledger has neither.
    """

    rows: int
    sha256: str


def is_version(version: str) -> bool:
    """Return whether a version is written as three numbers between points.

    Examples
    --------
    >>> [is_version(text) for text in ("0.10.0", "0.2", "v1.0.0", "0.02.0")]
    [True, False, False, False]
    """
    return _VERSION.fullmatch(version) is not None


def version_order(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by: 0.10.0 comes after 0.9.2, and 1.0 is 1.

    Examples
    --------
    >>> version_order("0.10.0") > version_order("0.9.2"), version_order("1.0")
    (True, (1,))
    """
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def recorded_versions() -> list[str]:
    """Return the versions that have a record, the lowest first."""
    names = [path.stem for path in paths.releases_folder().glob("*.json") if is_version(path.stem)]
    return sorted(names, key=version_order)


def freeze(forecasts: pd.DataFrame, release: str, released: str) -> pd.DataFrame:
    """Return the published forecasts as rows of the ledger.

    Parameters
    ----------
    forecasts : DataFrame
        Table ``workforce_forecasts``, and rows of `forecast_record.reconciled_rows`. Rows labelled
        ``forecast`` or ``no_skill`` that have an interval are kept; scenarios and observed years
        are not.
    release : str
        Version that publishes them.
    released : str
        Day of the release, for example ``2026-12-01``.

    Returns
    -------
    DataFrame
        Columns ``FROZEN`` of `workforce_tables`, sorted by series and year. ``last_year`` and
        ``last_value`` are the newest observed year and its value as published, ``inputs`` is the
        SHA-256 of the observed years of the series (`inputs_of`).

    Raises
    ------
    InvalidTable
        If a row lacks what the ledger keeps, such as an observed year.

    Examples
    --------
    >>> rows = pd.DataFrame({"series": "s", "measure": "employment", "country": "JPN",
    ...     "label_of_series": "Engineers", "unit": "persons", "year": [2023, 2024],
    ...     "value": [100.0, 104.0], "value_published": [100.0, None], "low_80": [None, 98.0],
    ...     "high_80": [None, 110.0], "low_95": [None, 94.0], "high_95": [None, 114.0],
    ...     "label": ["observed", "forecast"], "method": [None, "drift"]})
    >>> freeze(rows, "0.2.0", "2026-12-01")[["year", "last_year", "last_value"]].values.tolist()
    [[2024.0, 2023.0, 100.0]]
    """
    known = forecasts[forecasts["label"].isin(OBSERVED)].sort_values(["series", "year"])
    newest = known.drop_duplicates("series", keep="last").set_index("series")
    hashes = {str(name): inputs_of(rows) for name, rows in known.groupby("series")}
    has_interval = forecasts[["low_80", "high_80"]].notna().all(axis=1)
    ahead = forecasts[forecasts["label"].isin(PUBLISHED) & has_interval]
    rows = ahead.rename(columns={"country": "area"}).assign(
        release=release,
        released=released,
        last_year=ahead["series"].map(newest["year"]),
        last_value=ahead["series"].map(newest["value_published"]),
        inputs=ahead["series"].map(hashes),
    )
    return check_table(rows[LEDGER.column_names()], LEDGER, where=WHERE)


def inputs_of(observed: pd.DataFrame) -> str:
    """Return the SHA-256 of a series: a line ``year,value`` for each observed year.

    Parameters
    ----------
    observed : DataFrame
        Columns ``year`` and ``value_published`` of one series, in any order. Values count at nine
        significant digits, as tables hold them.

    Examples
    --------
    >>> inputs_of(pd.DataFrame({"year": [2023], "value_published": [100.0]}))[:12]
    '55ecd62ea4ea'
    """
    ordered = observed.sort_values("year")
    lines = [
        f"{int(year)},{float(value):.8e}\n"
        for year, value in zip(ordered["year"], ordered["value_published"], strict=True)
    ]
    return _sha256("".join(lines))


def load_ledger() -> pd.DataFrame:
    """Return all frozen forecasts, once the file is known to hold what the releases published.

    Returns
    -------
    DataFrame
        Columns ``FROZEN`` of `workforce_tables`; no rows, if no release has frozen a forecast.

    Raises
    ------
    TechDiplomacyError
        If the file is missing, or the record of a release cannot be read.
    InvalidTable
        If a row was edited, is missing or belongs to no release, or a release was moved, emptied
        or taken out before another one; the message names release and row.
    """
    _verify(_read_lines(), _recorded_blocks())
    types = {column.name: _TYPES[column.kind] for column in FROZEN} | {_CHECK: "str"}
    frame = read_csv(paths.ledger_file(), may_be_empty=True, dtype=types)
    return frame[LEDGER.column_names()]


@contextlib.contextmanager
def append(rows: pd.DataFrame) -> Iterator[Block]:
    """Add the forecasts of one release to the ledger, for as long as its record is written.

    The only writer of the ledger; only ``tools/record_release.py`` calls it. Inside the ``with``
    block the record of the release is written with the number and hash of the rows. That record
    is what makes the release: if it is not there at the end, for whatever reason, the ledger is
    put back as it was. A process that is killed in between leaves rows without a record, which
    `load_ledger` refuses.

    Parameters
    ----------
    rows : DataFrame
        What `freeze` returns. Without rows nothing is written, but the block still names the end
        of the ledger.

    Yields
    ------
    Block
        Number and hash of the rows, for the record of the release.

    Raises
    ------
    InvalidTable
        If the ledger is not in order, or the rows are not those of one release.
    TechDiplomacyError
        If the release is in the ledger or recorded already, is not higher and newer than all that
        are, or no record names the rows when the block ends.
    """
    known = load_ledger()
    checked = check_table(rows, LEDGER, where=WHERE)
    check = _last_check(_read_lines())
    if checked.empty:
        yield Block(0, _sha256(check))
        return
    release = _check_turn(checked, known)
    path = paths.ledger_file()
    before = path.read_bytes()
    text = "".join(f"{line}\n" for line in _lines(checked, check))
    if text.count("\n") != len(checked):
        raise InvalidTable(
            "A row holds a line break, and the ledger keeps one line for each row.",
            where="table workforce_forecasts",
            next_step="Take the line break out of the name of the series.",
        )
    block = Block(len(checked), _sha256(text))
    try:
        write_bytes(path, before + text.encode())
        yield block
        if not _is_recorded(release, block):
            raise TechDiplomacyError(
                f"Release {release} has no record that names its forecasts; none was frozen.",
                where=f"data/releases/{release}.json",
                next_step="Write the record with ledger_rows and ledger_sha256 of the block.",
            )
    except BaseException:
        # a record that is there makes the release, even if the process is stopped right after
        if not _is_recorded(release, block):
            write_bytes(path, before)
        raise


def _is_recorded(release: str, block: Block) -> bool:
    """Return whether the record of a release is there and names these rows."""
    try:
        return _recorded_blocks().get(release) == block
    except TechDiplomacyError:  # a record that cannot be read names nothing
        return False


def _check_turn(rows: pd.DataFrame, known: pd.DataFrame) -> str:
    """Return the release that rows belong to, or raise if it is not its turn."""
    told = rows[["release", "released"]].drop_duplicates()
    release, released = map(str, told.iloc[0])
    # the ledger is in order: each of its releases has a record
    newest = (recorded_versions() or [""])[-1]
    problem = ""
    if len(told) > 1:
        problem = f"The rows belong to {len(told)} releases or days; one release is added a time."
    elif release in set(known["release"]):
        problem = f"Release {release} is in the ledger already: its forecasts are frozen."
    elif paths.release_file(release).exists():
        problem = f"Release {release} is recorded already: nothing can be added to it."
    elif not is_version(release):
        problem = f"'{release}' is no version: write it like 0.2.0."
    elif newest and version_order(release) <= version_order(newest):
        problem = f"Release {release} is not higher than the newest one, {newest}."
    elif len(known) and released < str(known["released"].max()):
        problem = (
            f"Release {release} is dated {released}, before the newest one in the ledger "
            f"({known['released'].max()})."
        )
    if problem:
        raise TechDiplomacyError(
            problem,
            where=WHERE,
            next_step="Record a new version with its own day: make record VERSION=... DATE=...",
        )
    return release


def _lines(rows: pd.DataFrame, check: str) -> Iterator[str]:
    """Return rows as lines of the file, each with the check that ties it to the one before."""
    for row in rows.to_dict("records"):
        text = _csv_line([_cell(column, row[column.name]) for column in FROZEN])
        check = _next_check(check, text)
        yield f"{text},{check}"


def _cell(column: Column, value: Any) -> str:
    if column.kind == "number":  # rounded before; the shortest form that reads back alike
        return "" if pd.isna(value) else repr(float(value))
    return str(value)


def _csv_line(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()


def _last_check(lines: Sequence[str]) -> str:
    return lines[-1].rpartition(",")[2] if lines else _BEFORE_THE_FIRST


def _next_check(check: str, text: str) -> str:
    return _sha256(f"{check}\n{text}")[:_CHECK_LENGTH]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def header() -> str:
    """Return the first line of the ledger.

    Examples
    --------
    >>> header().split(",")[:2], header().split(",")[-1]
    (['release', 'released'], 'check')
    """
    return ",".join([*LEDGER.column_names(), _CHECK])


def _read_lines() -> list[str]:
    """Return the lines of the ledger without its header."""
    path = paths.ledger_file()
    if not path.is_file():
        raise TechDiplomacyError("The ledger is missing.", where=WHERE, next_step=BACK)
    text = path.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    first, _, rest = text.partition("\n")
    if first != header() or (rest and not rest.endswith("\n")):
        raise InvalidTable(
            "The ledger has another header than it was given, or breaks off in its last row.",
            where=WHERE,
            next_step=BACK,
        )
    return rest.split("\n")[:-1]


def _recorded_blocks() -> dict[str, Block]:
    """Return what each recorded release says that it has added, the lowest version first."""
    blocks = {}
    for version in recorded_versions():
        try:
            record = json.loads(paths.release_file(version).read_text(encoding="utf-8"))
            blocks[version] = Block(
                int(record.get("ledger_rows", 0)), str(record.get("ledger_sha256", ""))
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise TechDiplomacyError(
                f"The record of release {version} cannot be read: {error}",
                where=f"data/releases/{version}.json",
                next_step=f"Restore it: git checkout HEAD -- data/releases/{version}.json",
            ) from error
    return blocks


def _verify(lines: Sequence[str], recorded: Mapping[str, Block]) -> None:
    """Raise unless the lines are exactly the blocks of the recorded releases, in their order."""
    groups = itertools.groupby(lines, key=lambda line: line.split(",", 1)[0])
    blocks = [(release, list(own)) for release, own in groups]
    _verify_order(blocks, recorded)
    found = dict(blocks)
    check, begun = _BEFORE_THE_FIRST, False
    for release, block in recorded.items():
        own = found.get(release, [])
        # releases from before the ledger name no hash
        problem = _block_problem(release, own, block, check) if own or begun or block.sha256 else ""
        if problem:
            raise InvalidTable(problem, where=WHERE, next_step=BACK)
        begun = begun or bool(block.sha256)
        check = _last_check(own) if own else check


def _verify_order(
    blocks: Sequence[tuple[str, Sequence[str]]], recorded: Mapping[str, Block]
) -> None:
    """Raise if rows name no recorded release, or if releases do not follow in time."""
    seen: dict[str, str] = {}
    for place, (release, own) in enumerate(blocks):
        if release not in recorded or release in seen:
            last = place == len(blocks) - 1
            cut_off = (
                "If recording that release was cut off, take these rows out, the last "
                f"{len(own)} lines of the file, and record it again. Otherwise: "
            )
            raise InvalidTable(
                f"{len(own)} rows of the ledger name release '{release}', which has not published "
                f"them; the first is {_named(own[0])}.",
                where=WHERE,
                next_step=f"{cut_off if last else ''}{BACK}",
            )
        released = _cells(own[0]).get("released", "")
        before = next(reversed(seen), release)
        if seen and (released < seen[before] or version_order(release) < version_order(before)):
            raise InvalidTable(
                f"Release {release} ({released}) stands after release {before} ({seen[before]}) "
                "in the ledger, but came before it: releases were moved.",
                where=WHERE,
                next_step=BACK,
            )
        seen[release] = released


def _block_problem(release: str, lines: Sequence[str], block: Block, check: str) -> str:
    """Return why lines are not what a release has recorded on top of a check, if they are not."""
    if not lines and block.rows:
        return (
            f"All {block.rows} rows of release {release} are missing from the ledger, from row 1 "
            "on."
        )
    if not lines:
        return (
            ""
            if block.sha256 == _sha256(check)
            else (
                f"Release {release} says that it has frozen nothing, but was recorded on top of "
                "another ledger: it, or a release before it, was emptied or taken out."
            )
        )
    whole = len(lines) == block.rows and _sha256_of(lines) == block.sha256
    for number, line in enumerate(lines[: block.rows], start=1):
        text, _, stated = line.rpartition(",")
        check = _next_check(check, text)
        if check == stated:
            continue
        if whole and number == 1:
            return (
                f"Release {release} is as published, but does not follow on what stands before "
                "it: an older release was edited, moved, emptied or taken out, or its record was."
            )
        return (
            f"Row {number} of release {release} ({_named(line)}) is not the one published: it "
            "was edited, or a row before it was added or taken out."
        )
    if len(lines) < block.rows:
        return (
            f"Release {release} has {len(lines)} of its {block.rows} rows: row {len(lines) + 1} "
            "is missing."
        )
    if len(lines) > block.rows:
        return (
            f"Row {block.rows + 1} of release {release} ({_named(lines[block.rows])}) was not "
            "published with it."
        )
    return (
        ""
        if whole
        else (
            f"Rows 1 to {block.rows} of release {release} fit each other, but are not those "
            "published: edited together with their checks."
        )
    )


def _sha256_of(lines: Sequence[str]) -> str:
    return _sha256("".join(f"{line}\n" for line in lines))


def _named(line: str) -> str:
    """Return series and year of a line, as far as they can be read."""
    cells = _cells(line)
    return f"{cells.get('series', 'no series')}, {cells.get('year', 'no year')}"


def _cells(line: str) -> dict[str, str]:
    return dict(zip(LEDGER.column_names(), next(csv.reader([line]), []), strict=False))
