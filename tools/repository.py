"""What git and DVC say about the project: for the tools that compare and release states."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from techdiplomacy.errors import TechDiplomacyError


def git(folder: Path, *arguments: str) -> bytes:
    """Return what a git command prints.

    Raises
    ------
    TechDiplomacyError
        If it fails, in the words of git.
    """
    run = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    if run.returncode:
        raise TechDiplomacyError(
            f"git {arguments[0]} failed: {run.stderr.decode(errors='replace').strip()}",
            where=str(folder),
            next_step="Mend what git says above, and call the command again.",
        )
    return run.stdout


def has_git(folder: Path) -> bool:
    """Return whether a folder is under version control, with a commit."""
    run = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", "HEAD"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return run.returncode == 0


def uncommitted(folder: Path) -> list[str]:
    """Return the files that differ from the last commit, or are not in it."""
    shown = git(folder, "status", "--porcelain", "-z", "--untracked-files=all").decode()
    return [entry[3:] for entry in shown.split("\0") if entry[2:3] == " "]


def tags(folder: Path) -> list[str]:
    """Return all tags."""
    return git(folder, "tag", "--list").decode().split()


def dvc(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a DVC command; stages find the Python of this process, unless told otherwise."""
    around = dict(os.environ if environment is None else environment)
    if environment is None:
        around["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), around["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )


def checked_dvc(folder: Path, *arguments: str) -> str:
    """Return what a DVC command prints.

    Raises
    ------
    TechDiplomacyError
        If it fails, in the words of DVC.
    """
    run = dvc(folder, *arguments)
    if run.returncode:
        raise TechDiplomacyError(
            f"dvc {arguments[0]} failed: {run.stderr.strip() or run.stdout.strip()}",
            where=str(folder),
            next_step="Mend what DVC says above, and call the command again.",
        )
    return run.stdout


def stale_stages(folder: Path) -> list[str]:
    """Return the stages whose outputs are not those of the present code, settings and data."""
    return sorted(json.loads(checked_dvc(folder, "status", "--json") or "{}"))


def missing_on_remote(folder: Path) -> list[str]:
    """Return the outputs that the DVC remote does not hold."""
    shown = json.loads(checked_dvc(folder, "status", "--cloud", "--json") or "{}")
    return sorted(name for name, state in shown.items() if state != "deleted")
