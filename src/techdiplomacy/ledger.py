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
BACK = f"Bring it back: git checkout -- {WHERE}"
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
_TYPES = {"country": "str", "text": "str", "integer": "int64", "number": "float64"}


@dataclass(frozen=True)
class Block:
    """What a release has added to the ledger: how many rows, and the SHA-256 of their lines."""

    rows: int
    sha256: str


def freeze(forecasts: pd.DataFrame, release: str, released: str) -> pd.DataFrame:
    """Return the published forecasts as rows of the ledger.

    Parameters
    ----------
    forecasts : DataFrame
        Table ``workforce_forecasts``. Rows labelled ``forecast`` or ``no_skill`` that have an
        interval are kept; scenarios and observed years are not.
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
    rows = ahead.assign(
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
        If a row was edited, is missing or belongs to no release; the message names release and
        row.
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
        What `freeze` returns. Without rows nothing is written.

    Yields
    ------
    Block
        Number and hash of the rows, for the record of the release.

    Raises
    ------
    InvalidTable
        If the ledger is not in order, or the rows are not those of one release.
    TechDiplomacyError
        If the release is in the ledger or recorded already, lies before the newest one in the
        ledger, or no record names the rows when the block ends.
    """
    known = load_ledger()
    checked = check_table(rows, LEDGER, where=WHERE)
    if checked.empty:
        yield Block(0, "")
        return
    release = _check_turn(checked, known)
    path = paths.ledger_file()
    before = path.read_bytes()
    text = "".join(f"{line}\n" for line in _lines(checked, release))
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
    problem = ""
    if len(told) > 1:
        problem = f"The rows belong to {len(told)} releases or days; one release is added a time."
    elif release in set(known["release"]):
        problem = f"Release {release} is in the ledger already: its forecasts are frozen."
    elif paths.release_file(release).exists():
        problem = f"Release {release} is recorded already: nothing can be added to it."
    elif len(known) and released < str(known["released"].max()):
        problem = (
            f"Release {release} is dated {released}, before the newest one in the ledger "
            f"({known['released'].max()})."
        )
    if problem:
        raise TechDiplomacyError(
            problem,
            where=WHERE,
            next_step="Record a new version with its own day: tools/record_release.py VERSION DATE",
        )
    return release


def _lines(rows: pd.DataFrame, release: str) -> Iterator[str]:
    """Return rows as lines of the file, each with the check that ties it to the one before."""
    check = release
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
    """Return what each recorded release says that it has added; releases without rows too."""
    blocks = {}
    for path in sorted(paths.releases_folder().glob("[0-9]*.json")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            blocks[path.stem] = Block(
                int(record.get("ledger_rows", 0)), str(record.get("ledger_sha256", ""))
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise TechDiplomacyError(
                f"The record of release {path.stem} cannot be read: {error}",
                where=f"data/releases/{path.name}",
                next_step=f"Restore it: git checkout -- data/releases/{path.name}",
            ) from error
    return blocks


def _verify(lines: Sequence[str], recorded: Mapping[str, Block]) -> None:
    """Raise unless the lines are exactly the blocks that releases have recorded."""
    seen: set[str] = set()
    for release, group in itertools.groupby(lines, key=lambda line: line.split(",", 1)[0]):
        own = list(group)
        if release not in recorded or release in seen:
            raise InvalidTable(
                f"{len(own)} rows of the ledger name release '{release}', which has not published "
                f"them; the first is {_named(own[0])}.",
                where=WHERE,
                next_step=f"{BACK} - if recording that release was cut off, record it again then.",
            )
        seen.add(release)
        _verify_block(release, own, recorded[release])
    for release, block in recorded.items():
        if block.rows and release not in seen:
            raise InvalidTable(
                f"All {block.rows} rows of release {release} are missing from the ledger, from "
                "row 1 on.",
                where=WHERE,
                next_step=BACK,
            )


def _verify_block(release: str, lines: Sequence[str], block: Block) -> None:
    """Raise unless these lines are the rows that a release has recorded."""
    check = release
    problem = ""
    for number, line in enumerate(lines[: block.rows], start=1):
        text, _, stated = line.rpartition(",")
        check = _next_check(check, text)
        if check != stated:
            problem = (
                f"Row {number} of release {release} ({_named(line)}) is not the one published: it "
                "was edited, or a row before it was added or taken out."
            )
            break
    if not problem and len(lines) < block.rows:
        problem = (
            f"Release {release} has {len(lines)} of its {block.rows} rows: row {len(lines) + 1} "
            "is missing."
        )
    elif not problem and len(lines) > block.rows:
        problem = (
            f"Row {block.rows + 1} of release {release} ({_named(lines[block.rows])}) was not "
            "published with it."
        )
    elif not problem and _sha256("".join(f"{line}\n" for line in lines)) != block.sha256:
        problem = (
            f"Rows 1 to {block.rows} of release {release} fit each other, but are not those "
            "published: edited together with their checks."
        )
    if problem:
        raise InvalidTable(problem, where=WHERE, next_step=BACK)


def _named(line: str) -> str:
    """Return series and year of a line, as far as they can be read."""
    cells = dict(zip(LEDGER.column_names(), next(csv.reader([line]), []), strict=False))
    return f"{cells.get('series', 'no series')}, {cells.get('year', 'no year')}"
