"""Running notebooks: with checked parameters, published whole or not at all.

Knows: papermill, the environment of a kernel, how a failed cell is shown. Must not know: any
question that a notebook asks. May import: errors, paths, files, notebooks. (papermill is loaded
when one is run.)
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from techdiplomacy import notebooks, paths
from techdiplomacy.errors import NotebookFailed, TechDiplomacyError
from techdiplomacy.files import replace_folder, write_bytes

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
_COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")


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
    tidied = read_tidied(notebook, f"tidy_notebook@{notebook}")
    notebooks.check_parameters(notebook, tidied, parameters)
    with tempfile.TemporaryDirectory(prefix=f"{notebook}-") as folder:
        staging = Path(folder)
        with environment(**KERNEL_ENVIRONMENT, **staged(staging)):
            executed = execute(
                notebook,
                parameters,
                staging / "executed.ipynb",
                kept=paths.failed_notebook_file(notebook),
                cwd=str(paths.project_root()),
                progress_bar={"desc": notebook, "leave": True, "file": sys.stdout},
            )
        _publish(notebook, executed, staging)


def read_tidied(notebook: str, stage: str) -> dict[str, Any]:
    """Return the tidy copy of a notebook.

    Raises
    ------
    TechDiplomacyError
        If the stage that makes it has not run.
    """
    tidied = paths.tidy_notebook_file(notebook)
    if not tidied.is_file():
        raise TechDiplomacyError(
            f"The tidy copy of notebook '{notebook}' is missing.",
            where=f"reports/tidy/{notebook}.ipynb",
            next_step=f"Make it: dvc repro {stage}",
        )
    return notebooks.read_source(tidied)


def load_papermill() -> None:
    """Import what runs notebooks, which takes a moment."""
    notebooks.skip_uri_grammar()
    import papermill  # noqa: F401


def staged(staging: Path) -> dict[str, str]:
    """Return the environment of a kernel whose results are collected in a folder."""
    # IPython keeps its history out of the user's home
    return {paths.STAGING_VARIABLE: str(staging), "IPYTHONDIR": str(staging / "ipython")}


def execute(
    notebook: str,
    parameters: Mapping[str, Any],
    output: Path,
    *,
    kept: Path,
    **options: Any,
) -> dict[str, Any]:
    """Return the tidy copy of a notebook executed; on failure keep what there is and raise.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    parameters : mapping
        Its parameters, checked.
    output : Path
        Where papermill writes while it runs.
    kept : Path
        Where the half-run notebook of a failure goes.
    **options
        Further options of papermill and nbclient.

    Raises
    ------
    NotebookFailed
        If a cell raises, ends the kernel, or takes longer than the option ``execution_timeout``.
    """
    notebooks.skip_uri_grammar()
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    begun: dict[str, Any] = {}
    try:
        papermill.execute_notebook(
            str(paths.tidy_notebook_file(notebook)),
            str(output),
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            config=Config({"KernelManager": {"transport": "ipc"}}),
            # what a kernel prints comes in pieces as its clock wants, and late when much runs
            coalesce_streams=True,
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            on_cell_start=lambda cell, cell_index: begun.update({cell["id"]: cell}),
            **options,
        )
    except PapermillExecutionError as error:
        write_bytes(kept, output.read_bytes())
        source = notebooks.read_source(paths.tidy_notebook_file(notebook))
        raise _failure(notebook, error, source, kept) from error
    except (RuntimeError, CellTimeoutError) as error:
        if not begun:
            raise NotebookFailed(
                f"Its kernel did not start: {error}",
                where=f"notebooks/{notebook}.ipynb",
                next_step="Free memory, and run dvc repro again. Nothing was published; the last "
                "good outputs stand.",
            ) from error
        source = notebooks.read_source(paths.tidy_notebook_file(notebook))
        cells = [begun.get(cell["id"], cell) for cell in source["cells"]]
        write_bytes(kept, json.dumps({**source, "cells": cells}, indent=1).encode())
        did = f"was not finished ({error})"
        if isinstance(error, CellTimeoutError):
            did = f"came to no end in {options['execution_timeout']} seconds"
        elif isinstance(error, DeadKernelError):
            did = "ended the kernel (out of memory, or killed)"
        raise _death(notebook, next(reversed(begun), ""), did, source, kept) from error
    return dict(json.loads(output.read_text(encoding="utf-8")))


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
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
    code = error.source.strip()
    cell = _place(source, lambda cell: "".join(cell["source"]).strip() == code)
    trace = _COLOUR_CODE.sub("", "\n".join(error.traceback)).strip().splitlines()
    last_lines = "\n".join(f"    {line}" for line in trace[-8:])
    kept_at = kept.relative_to(paths.project_root())
    return NotebookFailed(
        f"{cell} raised {error.ename}: {error.evalue}\n{last_lines}",
        where=f"notebooks/{notebook}.ipynb",
        next_step=f"Look at the half-run notebook {kept_at}, mend the cell or its inputs, and run "
        "dvc repro again. Nothing was published; the last good outputs stand.",
    )


def _death(
    notebook: str, last: str, did: str, source: Mapping[str, Any], kept: Path
) -> NotebookFailed:
    """Return the error that names the cell in which the kernel died or hung."""
    cell = _place(source, lambda cell: cell["id"] == last)
    kept_at = kept.relative_to(paths.project_root())
    return NotebookFailed(
        f"{cell} {did}.",
        where=f"notebooks/{notebook}.ipynb",
        next_step=f"Free memory, or look at the half-run notebook {kept_at}, and run dvc repro "
        "again. Nothing was published; the last good outputs stand.",
    )


def _place(source: Mapping[str, Any], wanted: Callable[[Mapping[str, Any]], bool]) -> str:
    """Return the first code cell that is wanted, in words: its id and its heading."""
    heading = "opening"
    for cell in source["cells"]:
        if cell["cell_type"] == "markdown":
            heading = notebooks.heading_of("".join(cell["source"])) or heading
        elif wanted(cell):
            return f"Cell '{cell['id']}' under '{heading}'"
    return f"A cell under '{heading}'"


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
    write_bytes(paths.executed_notebook_file(notebook), notebooks.normalise(executed).encode())
    paths.failed_notebook_file(notebook).unlink(missing_ok=True)
