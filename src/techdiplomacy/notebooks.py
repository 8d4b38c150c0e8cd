"""Notebooks: kept without outputs, run with checked parameters, published whole or not at all.

Knows: the notebook format, papermill, how a failed cell is shown. Must not know: any question
that a notebook asks. May import: errors, paths, files. (papermill is loaded when one is run.)
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from techdiplomacy import paths
from techdiplomacy.errors import InvalidParams, NotebookFailed, TechDiplomacyError, suggest
from techdiplomacy.files import replace_folder, write_bytes

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PARAMETERS_TAG = "parameters"
# one thread and a fixed hash seed: sums and set orders are then the same in every run
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYTHONWARNINGS": "ignore::DeprecationWarning:jupyter_client",
}
_READABLE_ID = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")
_MACHINE_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?$")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_KERNEL_FILE = re.compile(r"/tmp/ipykernel_\d+/\d+\.py")
_COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")


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
            heading = _heading(source) or heading
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


def _heading(source: str) -> str:
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


def check_parameters(notebook: str, source: Mapping[str, Any], given: Mapping[str, Any]) -> None:
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
            where=f"params.yaml: notebooks.{notebook}",
            next_step="Correct the key or value; the notebook's parameters cell lists them all.",
        )


def run(notebook: str, parameters: Mapping[str, Any]) -> None:
    """Execute a notebook and publish its outputs, result tables and headline numbers.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    parameters : mapping
        Its parameters, with the types of ``params.yaml``.

    Raises
    ------
    InvalidParams
        If the parameters are not those of the notebook.
    NotebookFailed
        If a cell raises. The half-run notebook is kept; nothing is published, and the outputs of
        the last good run stay.
    """
    tidied = paths.tidy_notebook_file(notebook)
    if not tidied.is_file():
        raise TechDiplomacyError(
            f"The tidy copy of notebook '{notebook}' is missing.",
            where=f"reports/tidy/{notebook}.ipynb",
            next_step=f"Make it: dvc repro tidy_notebook@{notebook}",
        )
    source = read_source(tidied)
    check_parameters(notebook, source, parameters)
    with tempfile.TemporaryDirectory(prefix=f"{notebook}-") as folder:
        staging = Path(folder)
        executed = _execute(notebook, tidied, parameters, staging)
        _publish(notebook, executed, staging)


def _execute(
    notebook: str, tidied: Path, parameters: Mapping[str, Any], staging: Path
) -> dict[str, Any]:
    """Return the executed notebook; on failure keep what there is and raise."""
    skip_uri_grammar()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    half_run = staging / "executed.ipynb"
    try:
        with _environment(
            **KERNEL_ENVIRONMENT,
            **{paths.STAGING_VARIABLE: str(staging)},
            # IPython keeps its history out of the user's home
            IPYTHONDIR=str(staging / "ipython"),
        ):
            papermill.execute_notebook(
                str(tidied),
                str(half_run),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                cwd=str(paths.project_root()),
                progress_bar={"desc": notebook, "leave": True, "file": sys.stdout},
                config=Config({"KernelManager": {"transport": "ipc"}}),
            )
    except PapermillExecutionError as error:
        kept = paths.failed_notebook_file(notebook)
        write_bytes(kept, half_run.read_bytes())
        raise _failure(notebook, error, read_source(tidied), kept) from error
    except DeadKernelError as error:
        raise NotebookFailed(
            "The kernel died while the notebook ran (out of memory, or killed).",
            where=f"notebooks/{notebook}.ipynb",
            next_step="Free memory and run dvc repro again. Nothing was published.",
        ) from error
    return dict(json.loads(half_run.read_text(encoding="utf-8")))


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set environment variables, which a kernel inherits, and put the old ones back."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _failure(notebook: str, error: Any, source: Mapping[str, Any], kept: Path) -> NotebookFailed:
    """Return the error that names the failed cell, its heading and the last lines."""
    heading, cell_id = "opening", "?"
    code = error.source.strip()
    for cell in source["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = _heading(text) or heading
        elif text.strip() == code:
            cell_id = cell["id"]
            break
    trace = _COLOUR_CODE.sub("", "\n".join(error.traceback)).strip().splitlines()
    last_lines = "\n".join(f"    {line}" for line in trace[-8:])
    kept_at = kept.relative_to(paths.project_root())
    return NotebookFailed(
        f"Cell '{cell_id}' under '{heading}' raised {error.ename}: {error.evalue}\n{last_lines}",
        where=f"notebooks/{notebook}.ipynb",
        next_step=f"Look at the half-run notebook {kept_at}, mend the cell or its inputs, and run "
        "dvc repro again. Nothing was published; the last good outputs stand.",
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


def _publish(notebook: str, executed: Mapping[str, Any], staging: Path) -> None:
    """Put executed notebook, result tables and headline numbers in their places."""
    metrics = staging / f"{notebook}.json"
    tables = staging / notebook
    tables.mkdir(exist_ok=True)
    if not metrics.is_file():
        raise NotebookFailed(
            "The notebook ran, but wrote no headline numbers.",
            where=f"notebooks/{notebook}.ipynb",
            next_step="Let it call tables.write_metrics(...) once.",
        )
    replace_folder(paths.results_folder(notebook), tables)
    write_bytes(paths.metrics_file(notebook), metrics.read_bytes())
    write_bytes(paths.executed_notebook_file(notebook), normalise(executed).encode())
    paths.failed_notebook_file(notebook).unlink(missing_ok=True)
