"""The site: one self-contained page a notebook, an index, the sources, the data dictionary.

Knows: templates, nbconvert, where executed notebooks and cards lie. Must not know: any analysis.
May import: everything below it. (nbconvert is loaded when a page is rendered.)
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techdiplomacy import declarations, paths
from techdiplomacy.cards import Card, load_card
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.files import keep_only, replace_folder, write_bytes
from techdiplomacy.notebooks import skip_uri_grammar
from techdiplomacy.pages import FINDINGS_TYPE
from techdiplomacy.params import Params

TEMPLATES = Path(__file__).parent / "templates"
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)<a class="anchor-link"', re.DOTALL)


@dataclass(frozen=True)
class NotebookPage:
    """What the index and a page need to know of an executed notebook."""

    name: str
    title: str
    question: str
    findings: list[list[str]]
    data_to: str
    content: dict[str, Any]


def build_site(params: Params) -> None:
    """Write the site: it is replaced as a whole, and only when every page has been rendered.

    Parameters
    ----------
    params : Params
        Sources and notebooks that the site shows.

    Raises
    ------
    TechDiplomacyError
        If an executed notebook is missing.
    InvalidPage
        If a notebook has no title, no question or no findings.
    """
    keep_only(paths.raw_folder(), params.sources)
    keep_only(paths.executed_notebooks_folder(), params.notebooks)
    notebooks = [read_page(name) for name in params.notebooks]
    navigation = [(page.name, page.title) for page in notebooks]
    navigation += [("sources", "Sources"), ("dictionary", "Data dictionary")]
    common = {
        "navigation": navigation,
        "css": (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "viewpoint": load_countries().name(params.viewpoint),
    }
    sources = [source_row(name) for name in params.sources]
    rendered = {
        "index": _render(
            "index",
            **common,
            title="Overview",
            pages=notebooks,
            source_count=len(sources),
            command="make",
        ),
        "sources": _render(
            "sources",
            **common,
            title="Sources",
            sources=sources,
            free=all(_is_free(row["card"]) for row in sources),
            command="make",
        ),
        "dictionary": _render(
            "dictionary",
            **common,
            title="Data dictionary",
            tables=list(declarations.TABLES.values()),
            command="make",
        ),
    }
    for page in notebooks:
        parts = {
            name: notebook_body({**page.content, "cells": cells})
            for name, cells in arrange(page.content["cells"]).items()
        }
        rendered[page.name] = _render(
            "notebook",
            **common,
            **parts,
            title=page.title,
            contents=[(anchor, _plain(text)) for anchor, text in _HEADING.findall(parts["body"])],
            command=f"dvc repro run_notebook@{page.name} build_site",
            current=page.name,
        )
    _replace_site(rendered)


def read_page(name: str) -> NotebookPage:
    """Return title, question and findings of an executed notebook.

    Raises
    ------
    TechDiplomacyError
        If it has not been executed.
    InvalidPage
        If it has no title, no question or no findings.
    """
    path = paths.executed_notebook_file(name)
    where = f"notebooks/{name}.ipynb"
    if not path.is_file():
        raise TechDiplomacyError(
            f"Notebook '{name}' has not been executed.",
            where=f"reports/notebooks/{name}.ipynb",
            next_step=f"Run it: dvc repro run_notebook@{name}",
        )
    content = json.loads(path.read_text(encoding="utf-8"))
    opening = "".join(content["cells"][0]["source"]) if content["cells"] else ""
    match = re.match(r"# (?P<title>.+)\n+(?P<question>[^#\n].+)", opening)
    found = [
        output["data"][FINDINGS_TYPE]
        for cell in content["cells"]
        for output in cell.get("outputs", [])
        if FINDINGS_TYPE in output.get("data", {})
    ]
    if match is None or len(found) != 1:
        raise InvalidPage(
            "A notebook opens with '# Title', a question in the next paragraph, and shows its "
            f"findings once; here {'the opening is missing' if match is None else len(found)}.",
            where=where,
            next_step="Compare its first cells with those of another notebook.",
        )
    return NotebookPage(
        name=name,
        title=match["title"].strip(),
        question=match["question"].strip(),
        findings=found[0]["findings"],
        data_to=found[0]["data_to"],
        content=content,
    )


def arrange(cells: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the cells of a notebook in the order of a page: findings before everything else.

    A notebook has to compute before it can state findings; a reader wants them first. Cells
    tagged ``preparation`` (and the parameters) go to a fold at the end of the page.
    """
    parts: dict[str, list[dict[str, Any]]] = {"opening": cells[:1], "findings": []}
    parts |= {"body": [], "preparation": []}
    for cell in cells[1:]:
        tags = cell["metadata"].get("tags", [])
        shows = any(FINDINGS_TYPE in output.get("data", {}) for output in cell.get("outputs", []))
        if shows or "findings" in tags:
            parts["findings"].append(cell)
        elif {"preparation", "parameters"} & set(tags) or cell["id"] == "injected-parameters":
            parts["preparation"].append(cell)
        else:
            parts["body"].append(cell)
    return parts


def _is_free(card: Card) -> bool:
    """Return whether a source may be shared, adapted and used commercially."""
    terms = card.licence
    return {terms.share, terms.commercial, terms.adapt} == {"allowed"}


def source_row(source: str) -> dict[str, Any]:
    """Return card, mode and row counts of a source."""
    card = load_card(source)
    clean = json.loads(paths.clean_note_file(source).read_text(encoding="utf-8"))
    mode = json.loads(paths.raw_note_file(source).read_text(encoding="utf-8"))["mode"]
    return {"card": card, "clean": clean, "mode": f"{mode} {card.kind}"}


def notebook_body(content: dict[str, Any]) -> str:
    """Return the HTML of an executed notebook, code folded, without page around it."""
    skip_uri_grammar()
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.reads(json.dumps(content), as_version=4)  # type: ignore[no-untyped-call]
    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def _render(template: str, **values: Any) -> str:
    """Return a page from its template."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    safe = {"css", "opening", "findings", "body", "preparation"}
    marked = {
        key: Markup(value) if key in safe and isinstance(value, str) else value
        for key, value in {"current": template, **values}.items()
    }
    return environment.get_template(f"{template}.html.j2").render(**marked)


def _plain(markup: str) -> str:
    """Return the words of a piece of HTML."""
    return re.sub(r"<[^>]+>", "", markup).strip()


def _replace_site(pages: dict[str, str]) -> None:
    """Put all pages in place of the old site at once."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in pages.items():
            write_bytes(Path(folder) / f"{name}.html", text.encode())
        replace_folder(paths.site_folder(), Path(folder))
