"""Makes a release that has been recorded: python tools/make_release.py VERSION [--date DATE].

The second step of a release. The first, make record, freezes the forecasts and writes what the
pages say to data/releases; then the pages are made again, read, signed and committed. Here all
that has to hold is checked first, and everything that does not is listed; nothing is done then.
Otherwise the outputs go to the DVC remote, the public site goes into one zip in dist, each page of
it with version, commit and day, and the commit gets the tag vVERSION. The tag comes last: whatever
fails before leaves no release behind, and the same command can be called again.
"""

from __future__ import annotations

import argparse
import configparser
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from make_citation import out_of_step
from publish_site import publish
from repository import checked_dvc, git, has_git, missing_on_remote, stale_stages, tags, uncommitted

from techdiplomacy import changes, ledger, paths
from techdiplomacy.cards import Card
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.ledger import is_version, recorded_versions, version_order
from techdiplomacy.params import load_params
from techdiplomacy.released_site import Stamp, drafts, site_zip
from techdiplomacy.source_states import card_in_use

NAMED = 5
ADD_A_REMOTE = (
    "Add one: dvc remote add --default shared ../workbench-results; git add .dvc/config; "
    'git commit -m "Keep results in a folder"'
)


def public_site() -> Path:
    """Return the folder of the site as it may be published, once it has been built.

    Raises
    ------
    LicenceForbids
        If the terms of a source forbid to publish something, naming it.
    """
    publish(load_params())
    return paths.public_folder()


def problems(
    version: str, date: str, notebooks: Sequence[str], cards: Sequence[Card]
) -> Iterator[TechDiplomacyError]:
    """Yield everything that stands against a release, most basic first.

    Parameters
    ----------
    version, date : str
        The release; an empty date is that of the record.
    notebooks : sequence of str
        The notebooks whose numbers and findings it has.
    cards : sequence of Card
        The sources in use.
    """
    root = paths.project_root()
    if not has_git(root):
        yield TechDiplomacyError(
            "This folder has no history, so nothing can be tagged.",
            where=str(root),
            next_step="Make the release in a clone of the project.",
        )
        return
    if not is_version(version):
        yield TechDiplomacyError(
            f"'{version}' is no version.",
            where="make release",
            next_step="Write it like 0.2.0: make release VERSION=0.2.0",
        )
        return
    for check in (_uncommitted, _not_reproduced, _no_remote, _drafts):
        yield from check(root)
    yield from _wrong_version(root, version)
    yield from _not_recorded(version, date, notebooks, cards)


def _uncommitted(root: Path) -> Iterator[TechDiplomacyError]:
    found = uncommitted(root)
    if found:
        yield TechDiplomacyError(
            f"{len(found)} files are not committed: {_named(found)}.",
            where=str(root),
            next_step="Commit them, or put them aside (git stash).",
        )


def _not_reproduced(root: Path) -> Iterator[TechDiplomacyError]:
    found = stale_stages(root)
    if found:
        yield TechDiplomacyError(
            f"{len(found)} stages are not reproduced: {_named(found)}.",
            where="dvc status",
            next_step="Run make, and commit dvc.lock and metrics.",
        )


def _no_remote(root: Path) -> Iterator[TechDiplomacyError]:
    """Yield if a clone would not know where to pull from: settings outside git do not count."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(root / ".dvc" / "config", encoding="utf-8")
    name = settings.get("core", "remote", fallback="")
    if not any(f'remote "{name}"' in section for section in settings.sections()):
        yield TechDiplomacyError(
            "There is no default DVC remote in the committed settings to push the results to.",
            where=".dvc/config",
            next_step=ADD_A_REMOTE,
        )


def _drafts(root: Path) -> Iterator[TechDiplomacyError]:
    """Yield if pages are drafts; whether the site is the present one, DVC has said before."""
    found = drafts(paths.site_folder())
    if found:
        lines = [
            f'      {page}: {{by: "", on: "", fingerprint: "{of}"}}' for page, of in found.items()
        ]
        yield TechDiplomacyError(
            f"{len(found)} pages are drafts, for nobody has signed their present state:\n"
            + "\n".join(lines),
            where="params.yaml: review",
            next_step="Read each page, put its line under review with your name and the day, run "
            "make, and commit.",
        )


def _wrong_version(root: Path, version: str) -> Iterator[TechDiplomacyError]:
    known = [tag.removeprefix("v") for tag in tags(root)]
    released = sorted(filter(is_version, known), key=version_order)
    if version in released:
        yield TechDiplomacyError(
            f"Release {version} is tagged already: a tag is never moved.",
            where=f"git tag v{version}",
            next_step="Record the next version: make record VERSION=... DATE=...",
        )
        return
    others = sorted({*released, *recorded_versions()} - {version}, key=version_order)
    if others and version_order(version) <= version_order(others[-1]):
        yield TechDiplomacyError(
            f"Release {version} is not higher than the newest one, {others[-1]}.",
            where="git tag, data/releases",
            next_step="Choose a higher version.",
        )


def _not_recorded(
    version: str, date: str, notebooks: Sequence[str], cards: Sequence[Card]
) -> Iterator[TechDiplomacyError]:
    where = f"data/releases/{version}.json"
    if version not in recorded_versions():
        yield TechDiplomacyError(
            f"Release {version} is not recorded: its forecasts are not frozen in the ledger.",
            where=where,
            next_step=f"Record it: make record VERSION={version} DATE={date or '2026-12-01'}",
        )
        return
    try:
        record = changes.read_release(version)
        ledger.load_ledger()
        moved = [
            page.notebook for page in changes.compare(record, changes.current_state(notebooks))
        ]
    except TechDiplomacyError as error:
        yield error
        return
    if date and date != record.date:
        yield TechDiplomacyError(
            f"Release {version} is recorded for {record.date}, not for {date}.",
            where=where,
            next_step=f"Leave DATE out, or give the recorded day: DATE={record.date}",
        )
    if moved:
        yield TechDiplomacyError(
            f"Numbers or findings are not those of the record of {version}: {_named(moved)}.",
            where=where,
            next_step="A record is never changed: put back what was released, or record the next "
            "version.",
        )
    open_files = out_of_step(record, cards)
    if open_files:
        yield TechDiplomacyError(
            f"Not in step with release {version} and its sources: {_named(open_files)}.",
            where=", ".join(open_files),
            next_step="Run python tools/make_citation.py, and commit.",
        )


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def make_release(
    version: str, *, public: Callable[[], Path] = public_site, tell: Callable[[str], None] = print
) -> Path:
    """Push, pack and tag a release against which nothing stands; return the path of the zip.

    Parameters
    ----------
    version : str
        The release.
    public : callable
        What builds the public site, and raises if the terms of a source forbid it.
    tell : callable
        What says how far it has come.

    Raises
    ------
    TechDiplomacyError
        If a step fails; there is no tag then and no zip.
    """
    root = paths.project_root()
    record = changes.read_release(version)
    stamp = Stamp(version, git(root, "rev-parse", "HEAD").decode().strip(), record.date)
    beside = {
        name: (root / name).read_bytes()
        for name in ("CITATION.cff", "LICENSE")
        if (root / name).is_file()
    }
    packed = site_zip(public(), stamp, beside)
    tell(checked_dvc(root, "push").strip() or "everything is on the DVC remote")
    missing = missing_on_remote(root)
    if missing:
        raise TechDiplomacyError(
            f"The DVC remote lacks {len(missing)} outputs after the push: {_named(missing)}.",
            where="dvc status --cloud",
            next_step="Look at the remote, and call the same command again.",
        )
    path = root / "dist" / f"technology-diplomacy-site-{version}.zip"
    write_bytes(path, packed)
    try:
        git(root, "tag", "--annotate", f"v{version}", "-m", f"Release {version} of {record.date}")
    except BaseException:
        path.unlink()
        raise
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the release, or say what stands against it; return 0 if it was made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", help="version of the release, for example 0.2.0")
    parser.add_argument("--date", default="", help="its day, if it is to be checked")
    given = parser.parse_args(arguments)
    try:
        params = load_params()
        cards = [card_in_use(name) for name in params.sources]
        found = list(problems(given.version, given.date, list(params.notebooks), cards))
        if found:
            print("\n".join(map(str, found)), file=sys.stderr)
            print("\nNothing was done.", file=sys.stderr)
            return 1
        path = make_release(given.version)
    except TechDiplomacyError as error:
        print(f"{error}\n\nNo release was made: there is no tag.", file=sys.stderr)
        return 1
    print(f"release {given.version}: {path.relative_to(paths.project_root())}")
    print(f"tagged v{given.version}; make it known: git push origin HEAD v{given.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
