"""Files that are whole or absent: the only way the package writes to disk.

Knows: temporary file, fsync, rename; YAML without surprises. Must not know: what is in a file.
May import: errors, paths.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from techdiplomacy.errors import InvalidParams, TechDiplomacyError


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Parameters
    ----------
    path : Path
        Where to; missing folders are made.
    content : bytes
        All of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes the file private; what the project writes is as readable as any other file
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def replace_folder(target: Path, arriving: Path) -> None:
    """Put a finished folder in place of another; the old one stands until the new one is whole.

    Parameters
    ----------
    target : Path
        Folder to replace; it need not exist.
    arriving : Path
        Folder with the new content, which is copied next to the target first.
    """
    beside = target.with_name(f".{target.name}.arriving")
    leaving = target.with_name(f".{target.name}.leaving")
    if leaving.exists() and not target.exists():
        leaving.rename(target)  # an earlier replacement was cut off between its two steps
    for leftover in (beside, leaving):
        shutil.rmtree(leftover, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(arriving, beside)
    beside.chmod(0o755)
    if target.exists():
        target.rename(leaving)
    try:
        beside.rename(target)
    except OSError:
        if leaving.exists():
            leaving.rename(target)
        raise
    shutil.rmtree(leaving, ignore_errors=True)


def keep_only(folder: Path, names: Iterable[str]) -> None:
    """Delete the files of a folder whose name without ending is not listed.

    What a source or notebook left behind that is no longer in ``params.yaml`` would otherwise be
    hashed as an input here and be absent in a fresh clone.
    """
    listed = set(names)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.stem not in listed:
            path.unlink()


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys and a final newline, so that it reads well in a diff."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of a JSON file that the project wrote.

    Raises
    ------
    TechDiplomacyError
        If the file is missing or is no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TechDiplomacyError(
            f"{path.name} cannot be read: {error}",
            where=str(path),
            next_step="Make it again with dvc repro; what is committed comes back with "
            "git checkout.",
        ) from error
    if not isinstance(content, dict):
        raise TechDiplomacyError(
            f"{path.name} holds no object.",
            where=str(path),
            next_step="Make it again with dvc repro.",
        )
    return content


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML 1.2 file (``NO`` stays Norway; a repeated key is an error).

    Raises
    ------
    TechDiplomacyError
        If the file is missing.
    InvalidParams
        If it is not YAML or holds a key twice.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.is_file():
        raise TechDiplomacyError(
            f"{path.name} is missing.",
            where=str(path),
            next_step=f"Restore it: git checkout -- {path.name}, or unpack the release again.",
        )
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (YAMLError, ValueError) as error:  # an impossible day is no YAML error
        raise InvalidParams(
            f"{path.name} cannot be read as YAML: {error}",
            where=str(path),
            next_step="Mend the line named above; indent with spaces, and name each key once.",
        ) from error
