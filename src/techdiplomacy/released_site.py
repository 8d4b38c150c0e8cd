"""The site of a release: pages stamped with version, commit and day, in one zip.

Knows: where a page says what it was made from, and how a zip gets the same bytes twice.
Must not know: git, DVC, or what a page says otherwise. May import: errors, files, texts.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from techdiplomacy.errors import InvalidPage
from techdiplomacy.texts import LANGUAGES, Language, day, say, verbatim

_LANGUAGE = re.compile(r'<html lang="(\w+)"')
_DRAFT = re.compile(r'<body class="(?:[^"]* )?draft\b')
_FINGERPRINT = re.compile(r'id="fingerprint">([0-9a-f]+)<')
_HEAD = '<meta charset="utf-8">'
# the trust block, or the foot of a page that has none, or the top of a page that has neither
_PLACES = (
    re.compile(r'(?<=<h2 id="trust-title">).*?</h2>', re.DOTALL),
    re.compile(r"<footer\b[^>]*>"),
    re.compile(r"<body\b[^>]*>"),
)
COMMIT_DIGITS = 12


@dataclass(frozen=True)
class Stamp:
    """What the pages of a release say of it."""

    version: str
    commit: str
    date: str


def drafts(site: Path) -> dict[str, str]:
    """Return the pages that are marked as drafts, with the fingerprint that each prints.

    Parameters
    ----------
    site : Path
        Folder of the site. A page is named without its language.
    """
    found = {}
    for path in sorted(site.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        if _DRAFT.search(text):
            printed = _FINGERPRINT.search(text)
            found[path.name.split(".")[0]] = printed[1] if printed else ""
    return found


def stamped(text: str, stamp: Stamp, name: str) -> str:
    """Return a page that says which release it belongs to, in its head and in its words.

    Raises
    ------
    InvalidPage
        If the page has no place for it.
    """
    language = _language(text)
    place = next((found for one in _PLACES if (found := one.search(text))), None)
    if language is None or place is None or text.count(_HEAD) != 1:
        raise InvalidPage(
            f"The page {name} has no head, or no place to be stamped in.",
            where=f"reports/site/{name}",
            next_step="Make the pages again with make; their frame is frame.html.j2.",
        )
    sentence = say(
        "Release {version}, commit {commit}, {day}.",
        version=verbatim(stamp.version),
        commit=verbatim(stamp.commit[:COMMIT_DIGITS]),
        day=day(stamp.date),
    )
    said = f'<p class="release">{escape(sentence.say(language))}</p>'
    head = escape(f"{stamp.version}, commit {stamp.commit}, {stamp.date}")
    words = f"{text[: place.end()]}\n{said}{text[place.end() :]}"
    return words.replace(_HEAD, f'{_HEAD}\n<meta name="release" content="{head}">', 1)


def _language(text: str) -> Language | None:
    found = _LANGUAGE.search(text)
    return next((tongue for tongue in LANGUAGES if found and tongue == found[1]), None)


def site_zip(site: Path, stamp: Stamp, beside: Mapping[str, bytes]) -> bytes:
    """Return the site of a release as a zip; the same inputs give the same bytes.

    Parameters
    ----------
    site : Path
        Folder of the site; its pages are stamped in the zip only.
    stamp : Stamp
        Version, commit and day.
    beside : mapping of str to bytes
        Files that go with the pages, by name.
    """
    top = f"technology-diplomacy-site-{stamp.version}"
    files = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }
    for name, content in files.items():
        if name.endswith(".html"):
            files[name] = stamped(content.decode(), stamp, name).encode()
    time = (*datetime.date.fromisoformat(stamp.date).timetuple()[:3], 0, 0, 0)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in sorted((files | dict(beside)).items()):
            entry = zipfile.ZipInfo(f"{top}/{name}", time)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content, compresslevel=9)
    return stream.getvalue()
