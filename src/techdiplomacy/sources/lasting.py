"""Files that survive a loss of power, and the note beside each answer.

Knows: order of writing, renaming, second names of a file. Must not know: what is in a file.
May import: files. Standard library only besides.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from techdiplomacy.files import write_bytes

NOTE = ".meta.json"


def write_lasting(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON in the order given, so that it survives a loss of power."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(part: Path, path: Path) -> None:
    """Put a checked body in place of the old file."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.chmod(0o644)
    part.replace(path)
    sync_folder(path.parent)


def read_note(path: Path) -> dict[str, Any]:
    """Return the note beside a file; empty if there is none, or none that can be read."""
    try:
        note = json.loads(path.with_name(path.name + NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(path: Path, note: Mapping[str, Any]) -> None:
    """Write the note beside a file."""
    write_lasting(path.with_name(path.name + NOTE), note)


def link(path: Path, target: Path) -> None:
    """Give a file a second name, or copy it where there are no second names; replace the old."""
    if target.is_file() and target.samefile(path):
        return
    beside = target.with_name(f".{target.name}.arriving")
    beside.unlink(missing_ok=True)
    try:
        beside.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, beside)
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
    beside.replace(target)
