"""Notebooks as files: kept without outputs, parameters declared, published without noise.

Knows: the notebook format. Must not know: any question that a notebook asks, how one is run.
May import: errors.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from techdiplomacy.errors import InvalidParams, TechDiplomacyError, suggest

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PARAMETERS_TAG = "parameters"
_READABLE_ID = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")
_MACHINE_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?$")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_KERNEL_FILE = re.compile(r"/tmp/ipykernel_\d+/\d+\.py")


def skip_uri_grammar() -> None:
    """Keep ``nbformat`` from building a grammar of internationalised web addresses.

    Its import chain compiles one (``rfc3987_syntax``) in more than a second of every process, for
    a check that notebooks do not need. The importing package treats it as optional.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def read_source(path: Path) -> dict[str, Any]:
    """Return a notebook file as a mapping.

    Raises
    ------
    TechDiplomacyError
        If the file is missing or is not a notebook.
    """
    where = f"notebooks/{path.name}"
    if not path.is_file():
        raise TechDiplomacyError(
            f"There is no notebook '{path.stem}'.",
            where=where,
            next_step="Add the file, or take its entry out of params.yaml: notebooks.",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = content["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise TechDiplomacyError(
            f"{path.name} is not a notebook: {error}.",
            where=where,
            next_step=f"Restore it: git checkout -- {where}",
        ) from error
    if not isinstance(cells, list):
        raise TechDiplomacyError(
            f"{path.name} has no list of cells.",
            where=where,
            next_step=f"Restore it: git checkout -- {where}",
        )
    return dict(content)


def tidy(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as text without outputs, counts and run metadata, with readable ids.

    The text of a tidy notebook depends on its author's cells only: running it, saving it in
    JupyterLab or touching it does not change it.
    """
    cells = []
    taken: set[str] = set()
    heading = "opening"
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = heading_of(source) or heading
        tags = cell.get("metadata", {}).get("tags", [])
        kept: dict[str, Any] = {
            "cell_type": cell["cell_type"],
            "id": _cell_id(cell, heading, taken),
            "metadata": {"tags": tags} if tags else {},
            "source": source.strip("\n").splitlines(keepends=True),
        }
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(kept)
    tidied = {
        "cells": cells,
        "metadata": {
            "kernelspec": KERNELSPEC,
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(tidied, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def heading_of(source: str) -> str:
    """Return the first heading of a markdown cell, or an empty string."""
    match = re.search(r"^#{1,4}\s+(.+)$", source, flags=re.MULTILINE)
    return match.group(1).strip() if match else ""


def _cell_id(cell: Mapping[str, Any], heading: str, taken: set[str]) -> str:
    """Return the author's cell id, or a readable one in place of a machine's."""
    given = str(cell.get("id", ""))
    if _READABLE_ID.match(given) and not _MACHINE_ID.match(given) and given not in taken:
        taken.add(given)
        return given
    slug = "-".join(re.findall(r"[a-z0-9]+", heading.lower())[:4]) or "cell"
    kind = "text" if cell["cell_type"] == "markdown" else "code"
    number = 1
    while f"{slug}-{kind}-{number}" in taken:
        number += 1
    taken.add(f"{slug}-{kind}-{number}")
    return f"{slug}-{kind}-{number}"


def declared_parameters(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return name and default of each parameter in the cell tagged ``parameters``.

    Raises
    ------
    InvalidParams
        If the cell holds anything but assignments of literal values.
    """
    import ast

    declared: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if PARAMETERS_TAG not in cell.get("metadata", {}).get("tags", []):
            continue
        for statement in ast.parse("".join(cell["source"])).body:
            target: ast.expr | None = None
            if isinstance(statement, ast.AnnAssign):
                target = statement.target
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
            value = getattr(statement, "value", None)
            try:
                if not isinstance(target, ast.Name) or value is None:
                    raise ValueError("not an assignment to a name")
                declared[target.id] = ast.literal_eval(value)
            except ValueError as error:
                raise InvalidParams(
                    f"The parameters cell holds '{ast.unparse(statement)}': {error}.",
                    where="cell tagged 'parameters'",
                    next_step="Keep to lines such as: strong_fields_shown: int = 3",
                ) from error
    return declared


def with_parameters(notebook: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook whose parameters cell has the given values as defaults.

    ``params.yaml`` is the home of the values; the cell repeats them so that a run in JupyterLab
    shows what the pipeline shows. A line whose value is right stays as its author wrote it.
    """
    import ast

    cells = []
    for cell in notebook["cells"]:
        if PARAMETERS_TAG in cell.get("metadata", {}).get("tags", []):
            declared_parameters({"cells": [cell]})
            lines = []
            for statement in ast.parse("".join(cell["source"])).body:
                line = ast.get_source_segment("".join(cell["source"]), statement) or ""
                value = statement.value  # type: ignore[attr-defined]
                name = line.split(":")[0].split("=")[0].strip()
                if name in values and ast.literal_eval(value) != values[name]:
                    line = line[: line.index("=") + 1] + f" {values[name]!r}".replace("'", '"')
                lines.append(line)
            cell = {**cell, "source": "\n".join(lines)}
        cells.append(cell)
    return {**notebook, "cells": cells}


def check_parameters(
    notebook: str, source: Mapping[str, Any], given: Mapping[str, Any], *, where: str = ""
) -> None:
    """Raise unless the given parameters are exactly those that the notebook declares.

    Raises
    ------
    InvalidParams
        Naming each unknown parameter with the nearest known one, each missing one, and each of
        another type than the default in the notebook.
    """
    declared = declared_parameters(source)
    problems = [
        f"'{name}' is not a parameter of the notebook.{suggest(name, declared)}"
        for name in given
        if name not in declared
    ]
    problems += [f"'{name}' is missing" for name in declared if name not in given]
    for name, value in given.items():
        if name in declared and type(value) is not type(declared[name]):
            problems.append(
                f"'{name}' is {value!r} ({type(value).__name__}), "
                f"the notebook expects {type(declared[name]).__name__}"
            )
    if problems:
        raise InvalidParams(
            "; ".join(problems) + ".",
            where=where or f"params.yaml: notebooks.{notebook}",
            next_step="Correct the key or value; the notebook's parameters cell lists them all.",
        )


def normalise(executed: Mapping[str, Any]) -> str:
    """Return an executed notebook as text without times and random ids.

    The same inputs then give the same bytes.
    """
    cells = []
    for number, cell in enumerate(executed["cells"], start=1):
        tags = [tag for tag in cell["metadata"].get("tags", []) if tag != "injected-parameters"]
        injected = "injected-parameters" in cell["metadata"].get("tags", [])
        kept: dict[str, Any] = {
            "cell_type": cell["cell_type"],
            "id": "injected-parameters" if injected else cell.get("id", f"cell-{number}"),
            "metadata": {"tags": tags} if tags else {},
            "source": cell["source"],
        }
        if cell["cell_type"] == "code":
            kept["execution_count"] = cell.get("execution_count")
            kept["outputs"] = [_normalise_output(output) for output in cell.get("outputs", [])]
        cells.append(kept)
    content = {
        "cells": cells,
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _normalise_output(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output without memory addresses and names of temporary files."""
    text = json.dumps(output, ensure_ascii=False)
    text = _KERNEL_FILE.sub("cell.py", _ADDRESS.sub("0x0", text))
    return dict(json.loads(text))
