"""What a release said, and what has changed since: headline numbers and findings.

Knows: the record of a release, and how two states are compared. Must not know: any analysis, or
how a change looks on a page. May import: errors, paths, files, ledger, pages.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from techdiplomacy import paths
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_json
from techdiplomacy.ledger import is_version, recorded_versions, version_order
from techdiplomacy.pages import ELEMENT_TYPE

Headline = bool | float | str | None
# two sentences that share this part of their letters are one finding, said anew
ALIKE = 0.5


@dataclass(frozen=True)
class Release:
    """What a release said: for each notebook its headline numbers and its findings.

    A finding is a mapping of ``sentence`` and ``certainty``, each a mapping by language.
    ``ledger_rows`` and ``ledger_sha256`` are number and hash of the forecasts that the release
    has added to the ledger; a release before the ledger has none.
    """

    version: str
    date: str
    metrics: Mapping[str, Mapping[str, Headline]]
    findings: Mapping[str, Sequence[Mapping[str, Mapping[str, str]]]]
    ledger_rows: int = 0
    ledger_sha256: str = ""


@dataclass(frozen=True)
class NumberChange:
    """A headline number before and now; None where there is none."""

    name: str
    before: Headline
    now: Headline

    @property
    def absolute(self) -> float | None:
        """Return by how much the number changed, if both are numbers."""
        if _is_number(self.before) and _is_number(self.now):
            return float(self.now) - float(self.before)  # type: ignore[arg-type]
        return None

    @property
    def relative(self) -> float | None:
        """Return the change as a share of the number before, unless that was 0."""
        if self.absolute is None or not self.before:
            return None
        return self.absolute / abs(float(self.before))


@dataclass(frozen=True)
class FindingChange:
    """A finding before and now; None where there is none."""

    before: Mapping[str, Mapping[str, str]] | None
    now: Mapping[str, Mapping[str, str]] | None

    @property
    def reworded(self) -> bool:
        """Return whether it says the same numbers in other words; False if it has none."""
        if self.before is None or self.now is None:
            return False
        before, now = (
            {part: _numbers(item[part]["en"]) for part in ("sentence", "certainty")}
            for item in (self.before, self.now)
        )
        return any(before.values()) and before == now


@dataclass(frozen=True)
class PageChanges:
    """What changed on one page."""

    notebook: str
    findings: Sequence[FindingChange]
    numbers: Sequence[NumberChange]

    @property
    def other(self) -> list[FindingChange]:
        """Return the findings that say something else than before."""
        return [change for change in self.findings if not change.reworded]

    @property
    def reworded(self) -> list[FindingChange]:
        """Return the findings that say the same numbers in other words."""
        return [change for change in self.findings if change.reworded]


def current_state(notebooks: Sequence[str], *, version: str = "", date: str = "") -> Release:
    """Return what the pages say now, from headline numbers and executed notebooks.

    Raises
    ------
    TechDiplomacyError
        If a notebook has not been executed.
    """
    metrics: dict[str, Any] = {}
    findings: dict[str, Any] = {}
    for notebook in notebooks:
        content, numbers = (
            _read(path, notebook)
            for path in (paths.executed_notebook_file(notebook), paths.metrics_file(notebook))
        )
        metrics[notebook] = numbers
        findings[notebook] = [
            {"sentence": item["sentence"], "certainty": item["certainty"]}
            for cell in content["cells"]
            for output in cell.get("outputs", [])
            for item in output.get("data", {}).get(ELEMENT_TYPE, {}).get("findings", [])
        ]
    return Release(version, date, metrics, findings)


def _read(path: Any, notebook: str) -> Any:
    if not path.is_file():
        raise TechDiplomacyError(
            f"Notebook '{notebook}' has not been executed.",
            where=str(path.relative_to(paths.project_root())),
            next_step=f"Run it: dvc repro run_notebook@{notebook}",
        )
    return json.loads(path.read_text(encoding="utf-8"))


def check_release(version: str, date: str) -> None:
    """Raise unless a release of this version and day can be recorded.

    Raises
    ------
    TechDiplomacyError
        If version or date are not written as they must be, the version has a record already, or
        it is not higher and newer than all that have one.
    """
    path = paths.release_file(version)
    newest = newest_release()
    problem = ""
    if not is_version(version):
        problem = f"'{version}' is no version: write it like 0.2.0."
    elif path.is_file():
        problem = f"Release {version} is recorded already: a record is never changed."
    elif not _is_day(date):
        problem = f"'{date}' is no day: write it like 2026-11-21."
    elif newest and version_order(version) <= version_order(newest.version):
        problem = f"Release {version} is not higher than the newest one, {newest.version}."
    elif newest and date < newest.date:
        problem = (
            f"Release {version} is dated {date}, before the newest one, {newest.version} "
            f"({newest.date})."
        )
    if problem:
        raise TechDiplomacyError(
            problem,
            where=f"data/releases/{path.name}",
            next_step="Call: make record VERSION=0.2.0 DATE=2026-12-01",
        )


def _is_day(date: str) -> bool:
    try:
        # other forms of ISO 8601, such as 20261121, would sort elsewhere
        return datetime.date.fromisoformat(date).isoformat() == date
    except ValueError:
        return False


def write_release(
    version: str,
    date: str,
    notebooks: Sequence[str],
    *,
    ledger_rows: int = 0,
    ledger_sha256: str = "",
) -> Release:
    """Record what the pages say now as a release, and return the record.

    Parameters
    ----------
    version, date : str
        Version of the release and its day.
    notebooks : sequence of str
        Notebooks whose pages it has.
    ledger_rows, ledger_sha256 : int, str
        Number and hash of the forecasts that it adds to the ledger (`ledger.append`).

    Raises
    ------
    TechDiplomacyError
        If the release cannot be recorded (`check_release`), or a notebook has not been executed.
    """
    check_release(version, date)
    state = current_state(notebooks, version=version, date=date)
    release = replace(state, ledger_rows=ledger_rows, ledger_sha256=ledger_sha256)
    write_json(
        paths.release_file(version),
        {
            "version": version,
            "date": date,
            "metrics": release.metrics,
            "findings": release.findings,
            "ledger_rows": ledger_rows,
            "ledger_sha256": ledger_sha256,
        },
    )
    return release


def newest_release() -> Release | None:
    """Return the record with the highest version number; None if there is no record.

    Raises
    ------
    TechDiplomacyError
        If a record lacks a part or is named after another version.
    """
    versions = recorded_versions()
    return read_release(versions[-1]) if versions else None


def read_release(version: str) -> Release:
    """Return the record of a release.

    Raises
    ------
    TechDiplomacyError
        If it is missing, lacks a part or is named after another version.
    """
    path = paths.release_file(version)
    where = f"data/releases/{path.name}"
    try:
        release = Release(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise TechDiplomacyError(
            f"The record of release {version} cannot be read: {error}",
            where=where,
            next_step=f"Restore it: git checkout HEAD -- {where}",
        ) from error
    if release.version != version:
        raise TechDiplomacyError(
            f"The record says version {release.version}, its file is named {path.name}.",
            where=where,
            next_step=f"Restore it: git checkout HEAD -- {where}",
        )
    return release


def released_and_before(now: Release) -> tuple[Release | None, Release | None]:
    """Return the release that says just what the pages say now, and the one to compare with.

    The pages of a release are compared with the release before it: with itself it would have
    nothing to tell. All others are compared with the newest release. Either may be missing.
    """
    newest = newest_release()
    if newest is None or compare(newest, now):
        return None, newest
    earlier = recorded_versions()[:-1]
    return newest, read_release(earlier[-1]) if earlier else newest


def compare(before: Release, now: Release) -> list[PageChanges]:
    """Return what changed on each page; pages without a change are left out."""
    names = [*now.metrics, *(name for name in before.metrics if name not in now.metrics)]
    pages = [
        PageChanges(
            name,
            _findings_changed(before.findings.get(name, ()), now.findings.get(name, ())),
            _numbers_changed(before.metrics.get(name, {}), now.metrics.get(name, {})),
        )
        for name in names
    ]
    return [page for page in pages if page.findings or page.numbers]


def _numbers_changed(
    before: Mapping[str, Headline], now: Mapping[str, Headline]
) -> list[NumberChange]:
    names = sorted(set(before) | set(now))
    rows = [NumberChange(name, before.get(name), now.get(name)) for name in names]
    return [row for row in rows if row.before != row.now]


def _findings_changed(
    before: Sequence[Mapping[str, Mapping[str, str]]],
    now: Sequence[Mapping[str, Mapping[str, str]]],
) -> list[FindingChange]:
    """Pair findings so that all pairs together are most alike; what has not changed is left out."""
    said_before = {_english(item) for item in before}
    said_now = {_english(item) for item in now}
    old = [item for item in before if _english(item) not in said_now]
    new = [item for item in now if _english(item) not in said_before]
    partner = _paired([_english(item) for item in old], [_english(item) for item in new])
    changes = [
        FindingChange(old[partner[place]] if place in partner else None, item)
        for place, item in enumerate(new)
    ]
    paired = set(partner.values())
    gone = [item for place, item in enumerate(old) if place not in paired]
    return changes + [FindingChange(item, None) for item in gone]


def _paired(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return for places of new sentences the places of the old ones that they say anew."""
    if not old or not new:
        return {}
    from scipy.optimize import linear_sum_assignment

    alike = [
        [difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() for one in old]
        for other in new
    ]
    worth = [[ratio if ratio >= ALIKE else 0.0 for ratio in row] for row in alike]
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if worth[row][column]
    }


def _numbers(sentence: str) -> list[str]:
    """Return the numbers of a sentence in a fixed order; those inside a name count too."""
    return sorted(number.rstrip(".,") for number in re.findall(r"[-+]?\d[\d.,]*%?", sentence))


def _english(item: Mapping[str, Mapping[str, str]]) -> str:
    return f"{item['sentence']['en']} ({item['certainty']['en']})"


def _is_number(value: Headline) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
