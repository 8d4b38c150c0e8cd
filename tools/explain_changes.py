"""Says why headline numbers changed since a release: python tools/explain_changes.py TAG.

The state of the tag is run again in a temporary folder, each time with one factor as it is now:
data, taxonomy, parameters, code or packages (`techdiplomacy.explained_changes` says what belongs to
which). What a factor changes alone is its part. Stages that are not touched come from the DVC
cache of the project, and what is run is kept there. The result is data/changes/TAG.json; commit it
by hand. The project itself is not touched.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repository import checked_dvc, dvc, git, has_git, stale_stages, tags, uncommitted
from ruamel.yaml import YAML

from techdiplomacy import explained_changes, paths
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.explained_changes import PACKAGES, Explanation, Numbers
from techdiplomacy.files import write_bytes

STAGE = "run_notebook"
LAST_LINES = 3


@dataclass(frozen=True)
class State:
    """A committed state: its files, hashes of them, settings and headline numbers."""

    files: Mapping[str, tuple[bytes, bool]]
    hashes: Mapping[str, str]
    settings: Mapping[str, Any]
    metrics: Mapping[str, Numbers]


@dataclass(frozen=True)
class Project:
    """The project: its folder and DVC cache, the state of the release and the present one."""

    root: Path
    cache: Path
    before: State
    now: State


def read_state(root: Path, revision: str) -> State:
    """Return a committed state; a file is its bytes and whether it can be run."""
    with tarfile.open(fileobj=io.BytesIO(git(root, "archive", revision))) as archive:
        files = {
            member.name: (held.read(), bool(member.mode & 0o100))
            for member in archive
            if (held := archive.extractfile(member)) is not None
        }
    metrics = {
        Path(name).stem: json.loads(content)
        for name, (content, _) in files.items()
        if name.startswith("metrics/") and name.endswith(".json")
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, (content, _) in files.items()}
    settings = YAML(typ="safe").load(files["params.yaml"][0].decode())
    return State(files, hashes, settings, metrics)


def lay_out(project: Project, folder: Path, swapped: Collection[str]) -> None:
    """Write the released state into a folder, with files and settings of some factors as now."""
    before, now = project.before, project.now
    of = explained_changes.factor_of
    chosen = {name: held for name, held in before.files.items() if of(name) not in swapped}
    chosen |= {name: held for name, held in now.files.items() if of(name) in swapped}
    for name, (content, can_run) in chosen.items():
        if name == "dvc.yaml":
            content = _with_all_runs_kept(content)
        if name.startswith("metrics/"):
            _keep(project.cache, content)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if can_run:
            path.chmod(0o755)
    settings = explained_changes.swapped_settings(before.settings, now.settings, swapped)
    if settings != before.settings:
        with (folder / "params.yaml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(settings, stream)
    local = f"[core]\n    no_scm = true\n[cache]\n    dir = {project.cache}\n"
    write_bytes(folder / ".dvc" / "config.local", local.encode())


def _with_all_runs_kept(stages: bytes) -> bytes:
    """Return ``dvc.yaml`` so that DVC takes whatever ran before from its cache.

    It never does that for a stage with an output that persists or is left to git.
    """
    kept = stages.replace(b"persist: true", b"persist: false")
    return kept.replace(b"cache: false", b"cache: true")


def _keep(cache: Path, content: bytes) -> None:
    """Put a file into DVC's cache, as DVC does: headline numbers are otherwise kept by git."""
    name = hashlib.md5(content, usedforsecurity=False).hexdigest()
    path = cache / "files" / "md5" / name[:2] / name[2:]
    if not path.is_file():
        write_bytes(path, content)


def check_embedded(tag: str, before: State, now: State) -> None:
    """Raise if a state has figures that its commit does not hold: it cannot be run again.

    Raises
    ------
    TechDiplomacyError
        Naming the sources.
    """
    for name, state in ((tag, before), ("the last commit", now)):
        outside = [
            source
            for source, of in (state.settings.get("sources") or {}).items()
            if isinstance(of, dict) and of.get("from", "snapshot") != "snapshot"
        ]
        if outside:
            raise TechDiplomacyError(
                f"Figures of {', '.join(outside)} are not held by {name}: they came from a service "
                "or a file, so their part cannot be told from the others.",
                where="params.yaml: sources",
                next_step="Compare states whose figures are embedded; a live fetch becomes so with "
                "make promote.",
            )


def made_environment(root: Path, before: State) -> Path:
    """Return the folder of the commands of an environment with the packages of a state.

    It is kept in ``build/environments``, so that it is made once.
    """
    folder = root / "build" / "environments" / before.hashes["requirements.lock"][:12]
    if (folder / ".ready").is_file():
        return folder / "bin"
    with tempfile.TemporaryDirectory() as copy:
        for name, (content, _) in before.files.items():
            if name in ("requirements.lock", "pyproject.toml", "README.md") or name[:4] == "src/":
                write_bytes(Path(copy) / name, content)
        run = subprocess.run(
            ["bash", str(root / "tools" / "make_environment.sh"), sys.executable, str(folder)],
            cwd=copy,
            check=False,
        )
    if run.returncode:
        raise TechDiplomacyError(
            "The packages of the release cannot be installed, so nothing can be told from them.",
            where="requirements.lock of the release",
            next_step="Read what stands above; the network is needed to install packages.",
        )
    (folder / ".ready").touch()
    return folder / "bin"


def run_with(
    project: Project, swapped: Collection[str], notebooks: Sequence[str], commands: Path
) -> dict[str, Numbers]:
    """Return the headline numbers of the notebooks that run with some factors as they are now."""
    with tempfile.TemporaryDirectory(prefix="explain-") as place:
        folder = Path(place)
        lay_out(project, folder, swapped)
        environment = _environment(folder, commands)
        stages = {notebook: f"{STAGE}@{notebook}" for notebook in notebooks}
        # what the release made is laid out at once; stage by stage it would take minutes
        dvc(folder, "checkout", "--quiet", "--force", environment=environment)

        def repro(*targets: str) -> bool:
            run = dvc(folder, "repro", "--keep-going", *targets, environment=environment)
            if run.returncode and len(targets) == 1:
                told = (run.stderr or run.stdout).strip().splitlines()[-LAST_LINES:]
                print("\n".join(f"    {line}" for line in told), file=sys.stderr)
            return run.returncode == 0

        done = notebooks if repro(*stages.values()) else []
        if not done and len(notebooks) > 1:
            done = [notebook for notebook in notebooks if repro(stages[notebook])]
        return {
            notebook: json.loads((folder / "metrics" / f"{notebook}.json").read_bytes())
            for notebook in done
        }


def _environment(folder: Path, commands: Path) -> dict[str, str]:
    """Return the environment of a run: the code of the folder, the packages of the commands."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    }
    return kept | {
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "PYTHONPATH": str(folder / "src"),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def explain_changes(
    root: Path,
    tag: str,
    *,
    environment_of: Callable[[Path, State], Path] = made_environment,
    tell: Callable[[str], None] = print,
) -> Explanation:
    """Return why the headline numbers of the last commit differ from those of a tag.

    Parameters
    ----------
    root : Path
        The project; its last commit is 'now'.
    tag : str
        The release.
    environment_of : callable
        What makes an environment with the packages of a state, and returns where its commands are.
    tell : callable
        What says how far the runs have come.
    """
    before, now = read_state(root, f"refs/tags/{tag}"), read_state(root, "HEAD")
    check_embedded(tag, before, now)
    cache = (root / checked_dvc(root, "cache", "dir").strip()).resolve()
    project = Project(root, cache, before, now)
    changed = explained_changes.changed_factors(
        before.hashes, now.hashes, before.settings, now.settings
    )
    notebooks = [name for name in now.metrics if name in before.metrics]
    own = Path(sys.executable).parent
    others = environment_of(root, before) if PACKAGES in changed else own
    runs: dict[str, dict[frozenset[str], Numbers | None]] = {name: {} for name in notebooks}

    def run(swapped: frozenset[str], wanted: Sequence[str]) -> None:
        start = time.monotonic()
        commands = own if PACKAGES in swapped else others
        found = run_with(project, swapped, wanted, commands)
        for notebook in wanted:
            runs[notebook][swapped] = found.get(notebook)
        seconds = time.monotonic() - start
        tell(
            f"{' and '.join(f for f in changed if f in swapped)} as now: {len(found)} of "
            f"{len(wanted)} notebooks run, {seconds:.0f} s"
        )

    for factor in changed if notebooks else ():
        run(frozenset({factor}), notebooks)
    joint: dict[frozenset[str], list[str]] = {}
    for notebook in notebooks:
        together = explained_changes.joint_swap(changed, runs[notebook])
        if together:
            joint.setdefault(together, []).append(notebook)
    for together, wanted in joint.items():
        run(together, wanted)
    return Explanation(
        tag, changed, _pages([*now.metrics, *before.metrics], before, now, changed, runs)
    )


def _pages(
    notebooks: Iterable[str],
    before: State,
    now: State,
    changed: Sequence[str],
    runs: Mapping[str, Mapping[frozenset[str], Numbers | None]],
) -> dict[str, Any]:
    pages = {
        notebook: explained_changes.explain(
            before.metrics.get(notebook, {}),
            now.metrics.get(notebook, {}),
            changed,
            runs.get(notebook, {}),
        )
        for notebook in dict.fromkeys(notebooks)
    }
    return {notebook: rows for notebook, rows in pages.items() if rows}


def check_ready(root: Path, tag: str) -> None:
    """Raise unless the tag is there, and the project is committed and reproduced.

    Raises
    ------
    TechDiplomacyError
        Saying which of these does not hold.
    """
    if not has_git(root):
        raise TechDiplomacyError(
            "This folder has no history, so there is no release to compare with.",
            where=str(root),
            next_step="Call it in a clone of the project.",
        )
    known = tags(root)
    if tag not in known:
        raise TechDiplomacyError(
            f"There is no tag '{tag}'; known are: {', '.join(known) or 'none'}.",
            where="git tag",
            next_step=f"Name one of them: make explain RELEASE={sorted(known)[-1]}"
            if known
            else "Get the tags of the project (git fetch --tags), or tag the commit of the "
            "release: git tag TAG COMMIT",
        )
    open_files = [name for name in uncommitted(root) if not name.startswith("data/changes/")]
    if open_files:
        raise TechDiplomacyError(
            f"Not committed: {', '.join(open_files[:5])}; the last commit is what is explained.",
            where=str(root),
            next_step="Commit, or put the changes aside (git stash), and call it again.",
        )
    stale = [name for name in stale_stages(root) if name != "build_site"]
    if stale:
        raise TechDiplomacyError(
            f"Not reproduced: {', '.join(stale[:5])}; the numbers are not those of the code.",
            where="dvc status",
            next_step="Run make, commit dvc.lock and metrics, and call it again.",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain the changes since a tag; return 0 if all went well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tag", help="tag of the release, for example v0.1.0")
    tag = parser.parse_args(arguments).tag
    try:
        root = paths.project_root()
        check_ready(root, tag)
        explanation = explain_changes(root, tag, tell=lambda line: print(line, flush=True))
        path = explained_changes.write_explanation(explanation)
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    rows = [row for page in explanation.pages.values() for row in page.values()]
    stuck = sorted({factor for row in rows for factor in row.with_code})
    print(
        f"{len(rows)} headline numbers explained, changed are: "
        f"{', '.join(explanation.changed) or 'nothing'}"
    )
    if stuck:
        print(f"could not be run alone, so their part stands with the code: {', '.join(stuck)}")
    print(f"written: {path.relative_to(root)}; run make for the page, and commit it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
