"""Why a page may be trusted: what it was made from, how to make it again, who checked it.

Knows: hashes of code, settings and data, package versions, the notes on sources, the review.
Must not know: how a page looks, or what it says. It reads no clock and asks no version control:
the same inputs give the same words. May import: errors, paths, params, cards,
source_states, texts.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import paths
from techdiplomacy.cards import Card
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.params import Params, ReviewSettings
from techdiplomacy.source_states import card_in_use
from techdiplomacy.texts import Text, count, day, say, verbatim

DIGITS = 12
# makes every page in a clean copy of the project; it sets up the environment by itself
COMMAND = "make"
# the packages whose numbers or words a page shows
PACKAGES = (
    *("numpy", "pandas", "scipy", "scikit-learn", "statsmodels"),
    *("matplotlib", "babel"),
)
# how the figures of a source came here: the one home of these words
MODES: dict[str, Text] = {
    "embedded": say("embedded in the project"),
    "downloaded": say("downloaded from the publisher"),
    "file": say("read from a file of the researcher"),
}


@dataclass(frozen=True)
class UsedSource:
    """A source of a page: its card, how its figures came here and when, and what is newer."""

    card: Card
    mode: Text
    obtained: str
    newer: Text


@dataclass(frozen=True)
class Status:
    """Whether a page is a draft, in one sentence."""

    draft: bool
    sentence: Text


@dataclass(frozen=True)
class Trust:
    """What the trust block of a page says."""

    command: str
    code: str
    settings: str
    data: str
    fingerprint: str
    versions: Sequence[tuple[str, str]]
    sources: Sequence[UsedSource]


def trust_of(notebook: str, params: Params, sources: Iterable[str], of_page: str) -> Trust:
    """Return what the trust block of a notebook's page says.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    params : Params
        The checked settings.
    sources : iterable of str
        Ids of the sources that its figures and tables name.
    of_page : str
        The fingerprint of the page.
    """
    used = sorted(set(sources), key=list(params.sources).index)
    return Trust(
        command=COMMAND,
        code=code_hash(notebook),
        settings=settings_hash(params),
        data=data_hash(used),
        fingerprint=of_page,
        versions=versions(),
        sources=[used_source(source) for source in used],
    )


def code_hash(notebook: str) -> str:
    """Return the hash of package, stages, translations and the tidy notebook of a page."""
    root = paths.project_root()
    folders = [root / "src" / "techdiplomacy", root / "pipelines", root / "locale"]
    files = [path for folder in folders for path in folder.rglob("*") if _is_input(path)]
    return _hash_of_files([*files, paths.tidy_notebook_file(notebook)])


def settings_hash(params: Params) -> str:
    """Return the hash of all settings but the review, which says nothing about the numbers."""
    settings = params.model_dump(mode="json", by_alias=True, exclude={"review"})
    canonical = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _short(canonical.encode())


def data_hash(sources: Iterable[str]) -> str:
    """Return the hash of the raw figures of the sources, and of all hand-checked lists."""
    lines = [f"{source} {_note(source)['sha256']}" for source in sorted(sources)]
    folder = paths.reference_file("countries").parent
    lists = [path for path in folder.rglob("*") if _is_input(path)]
    return _short("\n".join([*lines, _hash_of_files(lists)]).encode())


def fingerprint(said: Iterable[str]) -> str:
    """Return the fingerprint of all that a page says: it changes with every number and word."""
    whole = hashlib.sha256()
    for piece in said:
        content = piece.encode()
        whole.update(f"{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()[:DIGITS]


def versions() -> list[tuple[str, str]]:
    """Return name and version of Python and of the packages behind the numbers."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [("Python", python)] + [(name, importlib.metadata.version(name)) for name in PACKAGES]


def used_source(source: str) -> UsedSource:
    """Return card, mode and date of a source.

    Raises
    ------
    TechDiplomacyError
        If its raw note is missing or has an unknown mode.
    """
    note = _note(source)
    if note.get("mode") not in MODES:
        raise TechDiplomacyError(
            f"The figures of '{source}' came here by way of '{note.get('mode')}', which has no "
            "name on the pages.",
            where=f"data/raw/{source}.json",
            next_step=f"Fetch it again: dvc repro -f fetch_source@{source}",
        )
    card = card_in_use(source)
    return UsedSource(card, MODES[note["mode"]], str(note["date"]), _newer(card, note))


def _newer(card: Card, note: Mapping[str, Any]) -> Text:
    """Return what is known of a change at the publisher, without asking there."""
    if note.get("against"):
        return say(
            "beside {before}: {added} values more, {changed} changed, {removed} fewer",
            before=say("the embedded figures")
            if note["against"]["mode"] == "embedded"
            else say("those of {day}", day=day(str(note["against"]["date"]))),
            **{name: count(int(note[name])) for name in ("added", "changed", "removed")},
        )
    if note["mode"] == "embedded" and card.live is not None:
        return say("not asked; there is a live service")
    if note["mode"] == "embedded":
        return say("not asked; there is no live service")
    return say("nothing was here before")


def status_of(review: ReviewSettings, of_page: str) -> Status:
    """Return whether a page is a draft: it is, unless someone checked exactly this state.

    Parameters
    ----------
    review : ReviewSettings
        Who checked the page, when, and which fingerprint it had.
    of_page : str
        The fingerprint that it has now.
    """
    if not review.by:
        return Status(True, say("Draft: nobody has checked this page yet."))
    who, when = verbatim(review.by), day(review.on)
    if review.fingerprint != of_page:
        return Status(
            True,
            say("Draft: {who} checked an earlier state on {when}.", who=who, when=when),
        )
    return Status(False, say("Checked by {who} on {when}.", who=who, when=when))


def _is_input(path: Path) -> bool:
    """Return whether a file is written by a person, and not left behind by a tool."""
    inside = path.relative_to(paths.project_root()).parts
    return path.is_file() and not any(
        part == "__pycache__" or part.startswith(".") or part.endswith((".pyc", ".mo"))
        for part in inside
    )


def _hash_of_files(files: Iterable[Path]) -> str:
    """Return the hash of the names and bytes of files, whatever the order they come in."""
    root = paths.project_root()
    named = {path.relative_to(root).as_posix(): path for path in files if path.is_file()}
    whole = hashlib.sha256()
    for name in sorted(named):
        content = named[name].read_bytes()
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()[:DIGITS]


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def _note(source: str) -> dict[str, Any]:
    path = paths.raw_note_file(source)
    if not path.is_file():
        raise TechDiplomacyError(
            f"Source '{source}' has not been fetched.",
            where=f"data/raw/{path.name}",
            next_step=f"Fetch it: dvc repro fetch_source@{source}",
        )
    return dict(json.loads(path.read_text(encoding="utf-8")))
