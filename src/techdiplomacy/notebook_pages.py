"""An executed notebook as what a page is made of: title, question, cells, elements.

Knows: the form of executed notebooks, and which cells belong to which part of a page.
Must not know: HTML, templates, translations. May import: errors, paths, texts, markdown, pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import markdown, paths, texts
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.pages import ELEMENT_TYPE

# anchors of the page frame, which no heading and no element may take
FRAME_ANCHORS = frozenset({"main", "contents", "findings", "preparation", "trust", "show-code"})


@dataclass(frozen=True)
class NotebookPage:
    """What the site needs to know of an executed notebook; title and question are English."""

    name: str
    title: str
    question: str
    introduction: str
    cells: list[dict[str, Any]]
    elements: list[dict[str, Any]]

    @property
    def findings(self) -> list[dict[str, dict[str, str]]]:
        """Return the findings of the page."""
        return next(
            list(element["findings"]) for element in self.elements if element["kind"] == "findings"
        )

    @property
    def sources(self) -> list[str]:
        """Return the ids of the sources that figures and tables name, each once."""
        named = (source for element in self.elements for source in element.get("sources", ()))
        return list(dict.fromkeys(named))


def read_page(name: str) -> NotebookPage:
    """Return title, question, cells and elements of an executed notebook.

    Raises
    ------
    TechDiplomacyError
        If it has not been executed.
    InvalidPage
        If it has no title, no question or no findings; if a number is typed into its prose; if
        an output is no element of a page.
    """
    path = paths.executed_notebook_file(name)
    if not path.is_file():
        raise TechDiplomacyError(
            f"Notebook '{name}' has not been executed.",
            where=f"reports/notebooks/{name}.ipynb",
            next_step=f"Run it: dvc repro run_notebook@{name}",
        )
    return page_of(path, name, name)


def page_of(path: Path, name: str, notebook: str) -> NotebookPage:
    """Return the page of that name that an executed notebook makes.

    Raises
    ------
    InvalidPage
        As `read_page`; the message names the notebook as its author keeps it.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    opening = source_of(cells[0]) if cells else ""
    match = re.match(r"# (?P<title>.+)\n+(?P<question>[^#\n].+)(?P<more>[\s\S]*)", opening)
    elements = [element for cell in cells for element in elements_of(cell)]
    found = sum(element["kind"] == "findings" for element in elements)
    if match is None or found != 1:
        raise InvalidPage(
            "A notebook opens with '# Title', a question in the next paragraph, and shows its "
            f"findings once; here {'the opening is missing' if match is None else found}.",
            where=f"notebooks/{notebook}.ipynb",
            next_step="Compare its first cells with those of another notebook.",
        )
    check_cells(notebook, cells)
    return NotebookPage(
        name=name,
        title=match["title"].strip(),
        question=match["question"].strip(),
        introduction=match["more"].strip(),
        cells=cells,
        elements=elements,
    )


def check_cells(name: str, cells: Sequence[Mapping[str, Any]]) -> None:
    """Raise if prose holds a typed number, or an output is no element of a page.

    Raises
    ------
    InvalidPage
        Naming notebook and cell.
    """
    taken: set[str] = set(FRAME_ANCHORS)
    for cell in cells:
        where = f"notebooks/{name}.ipynb, cell '{cell.get('id', '?')}'"
        if cell["cell_type"] == "markdown":
            for text in markdown.prose(source_of(cell)):
                typed = texts.typed_numbers(text)
                if typed:
                    raise InvalidPage(
                        f"Numbers are typed into a paragraph: {', '.join(typed)}.",
                        where=where,
                        next_step="Say it in a code cell with pages.paragraph, filled from "
                        "results, or set it as `code` if it is a name.",
                    )
        for element in elements_of(cell):
            anchor = element.get("name")
            if anchor and anchor in taken and element["kind"] != "findings":
                raise InvalidPage(
                    f"Two elements of the page are named '{anchor}'.",
                    where=where,
                    next_step="Give each figure and table a name of its own.",
                )
            taken.add(anchor or "")
        for output in cell.get("outputs", []):
            plain = ELEMENT_TYPE not in output.get("data", {})
            if output["output_type"] == "error" or (plain and not _is_preparation(cell)):
                raise InvalidPage(
                    f"An output is no element of a page ({_described(output)}).",
                    where=where,
                    next_step="Show it with pages.figure, pages.table or pages.paragraph, or tag "
                    "the cell 'preparation'.",
                )


def arrange(cells: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the cells after the opening in the order of a page: findings, body, preparation.

    A notebook must compute before it can state findings; a reader wants them first. Cells
    tagged ``preparation`` (and the parameters) go to a section at the end of the page.
    """
    parts: dict[str, list[dict[str, Any]]] = {"findings": [], "body": [], "preparation": []}
    for cell in cells[1:]:
        shows = any(element["kind"] == "findings" for element in elements_of(cell))
        if shows or "findings" in cell["metadata"].get("tags", []):
            parts["findings"].append(cell)
        elif _is_preparation(cell):
            parts["preparation"].append(cell)
        else:
            parts["body"].append(cell)
    return parts


def source_of(cell: Mapping[str, Any]) -> str:
    """Return the text of a cell, which a notebook may hold in lines."""
    return "".join(cell["source"])


def elements_of(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the payloads of the page elements that a cell shows."""
    return [
        output["data"][ELEMENT_TYPE]
        for output in cell.get("outputs", [])
        if ELEMENT_TYPE in output.get("data", {})
    ]


def _described(output: Mapping[str, Any]) -> str:
    """Return what kind of output this is, and how it starts."""
    shown = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue")
    start = " ".join("".join(shown or "").split())[:60]
    return f"{output['output_type']}: {start}" if start else str(output["output_type"])


def _is_preparation(cell: Mapping[str, Any]) -> bool:
    tags = {"preparation", "parameters"} & set(cell["metadata"].get("tags", []))
    return bool(tags) or cell.get("id") == "injected-parameters"
