"""Writes CITATION.cff, and the version in pyproject.toml: python tools/make_citation.py.

The version and day are those of the newest release that is recorded in data/releases, the data and
their licences those of the source cards in use. tools/record_release.py does this as well; call it
after a change of a card, or of the list of sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from techdiplomacy import paths
from techdiplomacy.cards import Card
from techdiplomacy.changes import Release, newest_release
from techdiplomacy.citation import citation_file, with_version
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params
from techdiplomacy.source_states import card_in_use
from techdiplomacy.stages import run_stage


def cited_texts(release: Release, cards: Sequence[Card]) -> dict[str, str]:
    """Return what files at the root that name the version should say, by file name."""
    root = paths.project_root()
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    return {
        "CITATION.cff": citation_file(release, cards),
        "pyproject.toml": with_version(pyproject, release.version),
    }


def out_of_step(release: Release, cards: Sequence[Card]) -> list[str]:
    """Return the files that do not say the version, or the data in use."""
    root = paths.project_root()
    return [
        name
        for name, text in cited_texts(release, cards).items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]


def write_citation(release: Release, cards: Sequence[Card]) -> None:
    """Bring these files into step with a release."""
    for name, text in cited_texts(release, cards).items():
        write_bytes(paths.project_root() / name, text.encode())


def make_citation() -> None:
    """Write CITATION.cff and the version of the newest release."""
    release = newest_release()
    if release is None:
        raise TechDiplomacyError(
            "No release has been recorded, so there is no version to cite.",
            where="data/releases",
            next_step="Record one: make record VERSION=0.1.0 DATE=2026-11-21",
        )
    write_citation(release, [card_in_use(name) for name in load_params().sources])
    print(f"CITATION.cff and pyproject.toml name release {release.version}")


if __name__ == "__main__":
    run_stage(make_citation)
