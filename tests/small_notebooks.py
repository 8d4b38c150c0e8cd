"""Small executed notebooks, made up for tests of what becomes of them."""

import base64
import json

from techdiplomacy import paths
from techdiplomacy.files import write_bytes
from techdiplomacy.pages import ELEMENT_TYPE


def both(words):
    return {"en": words, "vi": f"vi {words}"}


def element(kind, **said):
    return {"kind": kind, **said}


FOUND = element(
    "findings",
    name="findings",
    markup={
        language: f'<section class="findings" aria-label="F"><ul>{words}</ul></section>'
        for language, words in both('<li id="finding-1">7 groups.</li>').items()
    },
    findings=[
        {"sentence": both("7 groups."), "certainty": both("sure"), "data_to": both("to 2020")}
    ],
)
CSV = base64.b64encode("\ufeffyear,value\n2020,1\n".encode()).decode()


def table_element(name="numbers"):
    link = f'<a class="csv" download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{CSV}">'
    markup = {
        language: f'<figure class="table wide" id="{name}"><table><thead><tr><th>{words}</th></tr>'
        f'</thead><tbody><tr><td class="number" data-value="1">1</td></tr></tbody></table>'
        f'<figcaption><a href="sources.html#tiny">tiny</a> {link}Data</a></figcaption></figure>'
        for language, words in both("Year").items()
    }
    captions = {"headline": both("A table"), "subtitle": both("of 2020")}
    return element("table", name=name, markup=markup, sources=["tiny"], **captions)


def code(identity, *, tags=(), shows=None, outputs=None):
    data = {"text/plain": "shown"} if shows is None else {ELEMENT_TYPE: shows}
    shown = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": "answer = 42",
        "execution_count": 7,
        "outputs": shown if outputs is None else outputs,
    }


def text(identity, source="Words.", tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "markdown", "id": identity, "metadata": metadata, "source": source}


OPENING = text("opening", "# A title\n\nDoes it work?\n\nMore words.")
CELLS = (
    OPENING,
    code("prepare", tags=["preparation"]),
    code("findings", shows=FOUND),
    text("evidence", "## The evidence\n\nIt is *here*, see [sources](sources.html)."),
    code("table", shows=table_element()),
    text("method", "## Method\n\nPlain counting."),
    text("closing", "## What this says\n\n### Main limitations\n\nMany."),
)


def executed(*cells):
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write_bytes(paths.executed_notebook_file("small"), json.dumps(content).encode())


SAVE = """\
from techdiplomacy import paths
from techdiplomacy.files import write_bytes

row = f"partner,length\\n{partner},{len(partner)}\\n"
write_bytes(paths.staged_result_file(paths.BRIEFS, "brief_index"), row.encode())
"""


def brief(*sources, save=SAVE):
    """Return a notebook that stands in for the partner brief: some cells, and one that saves."""

    def cell(kind, source, tags=()):
        empty = {"outputs": [], "execution_count": None} if kind == "code" else {}
        metadata = {"tags": list(tags)} if tags else {}
        return {"cell_type": kind, "metadata": metadata, "source": source, **empty}

    return {
        "cells": [
            cell("markdown", "# A brief\n\nDoes the runner work?"),
            cell("code", 'partner: str = "JPN"', tags=["parameters"]),
            cell("markdown", "## Working\n\nIt shows."),
            *(cell("code", source) for source in sources),
            cell("markdown", "## Saving\n\nIt saves."),
            cell("code", save),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
