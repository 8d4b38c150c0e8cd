"""How the project and its figures are cited, with the licences of the data: CITATION.cff.

Knows: the form of CITATION.cff, what a card says about its terms. Must not know: what is done with
the figures, git, or how a page looks. May import: cards, changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from techdiplomacy.cards import Card
from techdiplomacy.changes import Release

TITLE = "Technology Diplomacy Workbench"
AUTHORS = "The contributors of the Technology Diplomacy Workbench"
CODE_LICENCE = "Apache-2.0"
_ABSTRACT = (
    "Technology profiles of countries, ties between them and forecasts of their technical "
    "workforce: a Jupyter workbench with reproducible pipelines and pages in two languages."
)
_YEAR = re.compile(r"\b(19|20)\d\d\b")


def citation_file(release: Release, cards: Iterable[Card]) -> str:
    """Return the text of ``CITATION.cff`` for a release: software first, then its data.

    Parameters
    ----------
    release : Release
        Gives version and day.
    cards : iterable of Card
        The sources in use; each becomes a reference with its licence.
    """
    lines = [
        "# Written by tools/make_citation.py from data/releases and the source cards: do not edit",
        "cff-version: 1.2.0",
        "message: Please cite this software if you use it or its results, and the data you use.",
        "type: software",
        f"title: {TITLE}",
        f"abstract: {_quoted(_ABSTRACT)}",
        "authors:",
        f"  - name: {_quoted(AUTHORS)}",
        f"version: {_quoted(release.version)}",
        f"date-released: '{release.date}'",
        f"license: {CODE_LICENCE}",
        "references:",
        "  - type: data",
        "    title: Reference lists of the workbench (data/reference)",
        "    authors:",
        f"      - name: {_quoted(AUTHORS)}",
        "    license: CC-BY-4.0",
    ]
    for card in sorted(cards, key=lambda card: card.id):
        lines += [
            "  - type: data",
            f"    title: {_quoted(card.title)}",
            "    authors:",
            f"      - name: {_quoted(card.producer)}",
            *_year_line(card),
            f"    url: {_quoted(card.url_main)}",
            f"    license-url: {_quoted(card.licence.url)}",
            f"    notes: {_quoted(_note(card))}",
        ]
    return "\n".join(lines) + "\n"


def _note(card: Card) -> str:
    return f"Licence: {card.licence.name}. {card.attribution}. Cite as: {card.citation}"


def _year_line(card: Card) -> list[str]:
    found = _YEAR.search(card.date_published)
    return [f"    year: {found[0]}"] if found else []


def _quoted(words: str) -> str:
    """Return words as a YAML string on one line: JSON strings are YAML."""
    return json.dumps(" ".join(words.split()), ensure_ascii=False)


def with_version(pyproject: str, version: str) -> str:
    """Return the text of ``pyproject.toml`` with a version.

    Examples
    --------
    >>> with_version('version = "0.1.0"', "0.2.0")
    'version = "0.2.0"'
    """
    return re.sub(
        r'^version = "[^"]*"', f'version = "{version}"', pyproject, count=1, flags=re.MULTILINE
    )
