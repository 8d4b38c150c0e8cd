"""The cells of a notebook as the parts of a page, in HTML and in any language.

Knows: nbconvert, anchors of headings, links between pages. Must not know: templates, cards, where
the site lies. May import: errors, texts, markdown, notebooks, pages, notebook_pages. (nbconvert is
loaded when a converter is made.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import markdown
from techdiplomacy.errors import InvalidPage
from techdiplomacy.notebook_pages import FRAME_ANCHORS, NotebookPage, arrange, source_of
from techdiplomacy.notebooks import skip_uri_grammar
from techdiplomacy.pages import ELEMENT_TYPE
from techdiplomacy.texts import LANGUAGES, Language, catalogue

TEMPLATES = Path(__file__).parent / "templates"
Convert = Callable[[Sequence[dict[str, Any]]], str]
_MARKER = "<!--part:{}-->"
_PART = re.compile(r"<!--part:([a-z]+)-->")
_SLOT = re.compile(r"<!--element:(\d+)-->")
_HEADING = re.compile(
    r'<h([1-6])(?: id="[^"]*")?>(.*?)(?:<a class="anchor-link"[^>]*>.*?</a>)?</h\1>', re.S
)


@dataclass(frozen=True)
class Rendered:
    """The parts of a page as HTML, the contents of its body, and the anchors of all headings."""

    parts: dict[str, str]
    contents: list[tuple[str, str]]
    anchors: list[str]


def file_name(page: str, language: Language) -> str:
    """Return the file of a page in a language.

    Examples
    --------
    >>> file_name("index", "en"), file_name("index", "vi")
    ('index.html', 'index.vi.html')
    """
    return f"{page}.html" if language == LANGUAGES[0] else f"{page}.{language}.html"


def converter(*, code: bool = True) -> Convert:
    """Return a function that turns cells into HTML; making it is slow, calling it is not.

    Parameters
    ----------
    code : bool
        Whether the code of cells is shown, behind the switch.
    """
    skip_uri_grammar()
    import nbformat
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )

    def convert(cells: Sequence[dict[str, Any]]) -> str:
        content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        notebook = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        body, _ = exporter.from_notebook_node(notebook)
        return str(body)

    return convert


def render_parts(
    page: NotebookPage,
    language: Language,
    convert: Convert,
    every_page: Sequence[str],
    anchors: Sequence[str] | None = None,
) -> Rendered:
    """Return findings, introduction, body and preparation of a page as HTML.

    Parameters
    ----------
    page : NotebookPage
        What is rendered.
    language : str
        Language of the parts.
    convert : callable
        From `converter`.
    every_page : sequence of str
        Names of all pages, for links between them.
    anchors : sequence of str, optional
        The anchors that the English headings have; None while these are made.

    Raises
    ------
    InvalidPage
        If a translation has more or fewer headings than its text.
    """
    introduction = {"cell_type": "markdown", "id": "introduction", "metadata": {}}
    arranged = arrange(page.cells)
    cells_of = {
        "findings": arranged["findings"],
        "introduction": [{**introduction, "source": page.introduction}],
        "body": arranged["body"],
        "preparation": arranged["preparation"],
    }
    shown: list[str] = []
    cells = []
    for part, own in cells_of.items():
        marker = {**introduction, "id": f"part-{part}", "source": _MARKER.format(part)}
        cells += [marker, *(_slotted(cell, language, shown) for cell in own)]
    markup, headings = _with_anchors(convert(cells), page, language, anchors)
    body = _split(markup)["body"]
    contents = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, flags=re.DOTALL)
    markup = _SLOT.sub(lambda match: shown[int(match[1])], markup)
    parts = _split(localise_links(markup, language, every_page))
    return Rendered(parts, contents, headings)


def translate_markdown(source: str, language: Language) -> str:
    """Return a markdown text in a language; what has no translation is marked as English.

    Examples
    --------
    >>> translate_markdown("## Method", "en")
    '## Method'
    """
    if language == LANGUAGES[0]:
        return source
    known = catalogue(language)
    waiting = markdown.paragraphs(source)
    lines = []
    for line in markdown.translate(source, language).split("\n"):
        prefix, text = waiting[0] if waiting else ("", "")
        if waiting and text not in known and line == prefix + text:
            line = f'{prefix}<span lang="en">{text}</span>'
            waiting = waiting[1:]
        elif waiting and text in known and line == (prefix + known[text]).split("\n")[0]:
            waiting = waiting[1:]
        lines.append(line)
    return "\n".join(lines)


def localise_links(markup: str, language: Language, every_page: Sequence[str]) -> str:
    """Return HTML whose links to pages of the site stay in its language.

    Examples
    --------
    >>> localise_links('<a href="sources.html#x">', "vi", ["sources"])
    '<a href="sources.vi.html#x">'
    """
    if language == LANGUAGES[0]:
        return markup
    names = "|".join(re.escape(name) for name in every_page)
    return re.sub(rf'(<a\b[^>]*?\shref=")({names})\.html(?=[#"])', rf"\1\2.{language}.html", markup)


def plain(markup: str) -> str:
    """Return the words of a piece of HTML.

    Examples
    --------
    >>> plain("<em>R&amp;D</em> staff")
    'R&D staff'
    """
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def _slotted(cell: dict[str, Any], language: Language, shown: list[str]) -> dict[str, Any]:
    """Return a cell in a language; its elements are put aside, nbconvert need not copy them."""
    if cell["cell_type"] == "markdown":
        return {**cell, "source": translate_markdown(source_of(cell), language)}
    outputs = []
    for output in cell.get("outputs", []):
        element = output.get("data", {}).get(ELEMENT_TYPE)
        if element is None:
            outputs.append(output)
            continue
        slot = {"text/html": f"<!--element:{len(shown)}-->"}
        outputs.append({"output_type": "display_data", "data": slot, "metadata": {}})
        shown.append(element["markup"][language])
    return {**cell, "source": source_of(cell), "outputs": outputs}


def _with_anchors(
    markup: str, page: NotebookPage, language: Language, given: Sequence[str] | None
) -> tuple[str, list[str]]:
    """Return HTML whose headings have anchors, and these; given anchors go by position."""
    words = [plain(match[2]) for match in _HEADING.finditer(markup)]
    if given is not None and len(given) != len(words):
        raise InvalidPage(
            "The translated text has other headings than the English one.",
            where=f"notebooks/{page.name}.ipynb in locale/{language}",
            next_step="Translate each heading by a heading, and nothing else.",
        )
    anchors = list(given) if given is not None else []
    if given is None:
        taken = [*FRAME_ANCHORS, *(str(element.get("name")) for element in page.elements)]
        for heading in words:
            anchors.append(_anchor(heading, [*taken, *anchors]))
    waiting = iter(anchors)
    return _HEADING.sub(
        lambda match: f'<h{match[1]} id="{next(waiting)}">{match[2]}</h{match[1]}>', markup
    ), anchors


def _anchor(words: str, taken: Sequence[str]) -> str:
    """Return an anchor made of the words of a heading that nothing else has."""
    base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _split(markup: str) -> dict[str, str]:
    """Return the parts between the markers."""
    pieces = _PART.split(markup)
    return dict(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
