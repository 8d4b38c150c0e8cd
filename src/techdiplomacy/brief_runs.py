"""Briefs on all partners: one notebook, executed for each of them, several at a time.

Every brief runs in a kernel of its own. All are forked from one process that has imported what
the notebook imports and read what it reads, so none waits for that and none sees another.

Knows: what a brief saves, that all are published or none. Must not know: what a
brief says. May import: errors, paths, files, params, tables, lists and catalogues, notebooks,
notebook_runs, notebook_tables, forked_kernels.
"""

from __future__ import annotations

import csv
import importlib
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from techdiplomacy import notebook_runs, notebooks, paths, tables, texts
from techdiplomacy.brief_tables import INDEX
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import TABLES, declared
from techdiplomacy.errors import NotebookFailed, TechDiplomacyError
from techdiplomacy.files import replace_folder, write_bytes
from techdiplomacy.forked_kernels import ForkServer, kernels_of
from techdiplomacy.labels import load_labels
from techdiplomacy.notebook_tables import modules_imported, tables_read
from techdiplomacy.params import Params, load_params
from techdiplomacy.paths import BRIEF, BRIEFS
from techdiplomacy.technologies import load_taxonomy

# no cell of a brief takes so long unless its kernel hangs
_CELL_SECONDS = 600
# what notebooks load when they draw and save, and not when they import
_LATE = (
    *("matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("ruamel.yaml", "babel.dates", "babel.numbers"),
)


def run_briefs(params: Params) -> None:
    """Execute the brief of every partner and publish all of them with their index.

    Parameters
    ----------
    params : Params
        Viewpoint, partners, the partner who comes first, and how many run at a time.

    Raises
    ------
    InvalidParams
        If the notebook does not declare the one parameter ``partner``.
    NotebookFailed
        Naming each partner whose brief failed, with cell and heading. Their half-run notebooks
        are kept; nothing is published, and the briefs of the last good run stay.
    """
    tidied = notebook_runs.read_tidied(BRIEF, "tidy_brief")
    notebooks.check_parameters(
        BRIEF, tidied, {"partner": params.briefs.partner}, where=f"notebooks/{BRIEF}.ipynb"
    )
    for kept in paths.failed_notebook_file(BRIEF).parent.glob(f"{BRIEF}_*.ipynb"):
        kept.unlink()
    with tempfile.TemporaryDirectory(prefix=f"{BRIEFS}-") as folder:
        made = Path(folder)
        _run_all(in_order(params), made, params.briefs.processes)
        rows = [_index_row(made / partner, partner) for partner in params.others]
        results = made / "results"
        write_bytes(results / f"{INDEX}.csv", _joined(rows))
        replace_folder(paths.results_folder(BRIEFS), results)
        replace_folder(paths.briefs_folder(), made / "briefs")


def in_order(params: Params) -> list[str]:
    """Return the partners in the order in which their briefs are made."""
    first = params.briefs.partner
    return [first, *(code for code in params.others if code != first)]


def _run_all(partners: Sequence[str], made: Path, processes: int) -> None:
    """Execute the briefs into a folder; raise for all that failed once the others are done."""
    root = paths.project_root()
    with (
        notebook_runs.environment(**notebook_runs.KERNEL_ENVIRONMENT),
        ForkServer(f"{__name__}:load", [BRIEF], environment=os.environ, folder=root) as server,
    ):
        notebook_runs.load_papermill()  # meanwhile the other process loads as well
        server.wait_until_ready()
        pool = ThreadPoolExecutor(processes)
        try:
            runs = [pool.submit(_run_one, partner, made, server) for partner in partners]
            failed = list(_failures(partners, runs))
        finally:
            # on Ctrl-C: what has not begun does not begin, and kernels end with the server
            pool.shutdown(wait=False, cancel_futures=True)
    if failed:
        alike: dict[str, list[str]] = {}  # one fault often stops them all
        for partner, error in failed:
            alike.setdefault(error.what, []).append(partner)
        raise NotebookFailed(
            "\n".join(f"Brief on {', '.join(who)}: {what}" for what, who in alike.items()),
            where=f"notebooks/{BRIEF}.ipynb",
            next_step=failed[0][1].next_step,
        )


def _failures(
    partners: Sequence[str], runs: Iterable[Future[None]]
) -> Iterable[tuple[str, TechDiplomacyError]]:
    """Yield each brief that failed with its error, and tell how far the run is."""
    for number, (partner, run) in enumerate(zip(partners, runs, strict=True), start=1):
        try:
            run.result()
            print(f"brief {number} of {len(partners)}: {partner}", flush=True)
        except TechDiplomacyError as error:
            print(f"brief {number} of {len(partners)}: {partner} FAILED", flush=True)
            yield partner, error


def _run_one(partner: str, made: Path, server: ForkServer) -> None:
    """Execute one brief; its notebook and what it saves go to folders of its own."""
    staging = made / partner
    staging.mkdir()
    executed = notebook_runs.execute(
        BRIEF,
        {"partner": partner},
        staging / "executed.ipynb",
        kept=paths.failed_notebook_file(f"{BRIEF}_{partner}"),
        progress_bar=False,
        # a brief takes a second: writing it after each cell would cost more than it may save
        request_save_on_cell_execute=False,
        kernel_manager_class=kernels_of(server, notebook_runs.staged(staging)),
        shutdown_kernel="immediate",
        execution_timeout=_CELL_SECONDS,
    )
    text = notebooks.normalise(executed)
    write_bytes(made / "briefs" / f"{partner}.ipynb", text.encode())


def _index_row(staging: Path, partner: str) -> tuple[str, str]:
    """Return heading and row that a brief has saved for the index, as they stand in its file.

    Raises
    ------
    NotebookFailed
        If it has saved none, or not exactly one row, or one on somebody else.
    """
    path = staging / BRIEFS / f"{INDEX}.csv"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    rows = list(csv.DictReader(io.StringIO(text)))
    if [row.get("partner") for row in rows] != [partner]:
        raise NotebookFailed(
            f"Brief on {partner}: it saved {len(rows)} rows of table '{INDEX}', and needs one, "
            "with its partner.",
            where=f"notebooks/{BRIEF}.ipynb",
            next_step=f'Let it call tables.write_table(..., "{INDEX}") once.',
        )
    heading, _, row = text.partition("\n")
    return heading, row


def _joined(rows: Sequence[tuple[str, str]]) -> bytes:
    """Return the rows under their heading; each has been checked when its brief wrote it."""
    return "".join([rows[0][0] + "\n", *(row for _, row in rows)]).encode()


# --- in the process that is forked -------------------------------------------------------------


def load(notebook: str) -> None:
    """Import what a notebook imports, read the tables and lists that it reads: once for all."""
    cells = notebooks.read_source(paths.tidy_notebook_file(notebook))["cells"]
    for name in (*_LATE, *sorted(modules_imported(cells, notebook))):
        importlib.import_module(name)
    # what it saves is named as well
    named = tables_read(cells, notebook)
    held = sorted(name for name in named if TABLES[name].notebook != BRIEFS)
    tables.hold_tables(held)
    for name in held[:1]:  # what checks tables sets itself up at the first one
        tables.check_table(tables.read_table(name), declared(name), where=name)
    params = load_params()
    load_countries()
    load_labels()
    load_taxonomy(params.taxonomy)
    for language in texts.LANGUAGES:
        texts.catalogue(language)
    random = importlib.import_module("numpy.random")
    # Python's own generator does this by itself; else all forks would draw alike
    os.register_at_fork(after_in_child=random.seed)
