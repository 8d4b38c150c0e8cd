"""Where things are: the one home of every location in the project.

Knows: the layout of the project folder. Must not know: what the files contain.
May import: errors.
"""

from __future__ import annotations

import os
from pathlib import Path

from techdiplomacy.errors import TechDiplomacyError

STAGING_VARIABLE = "TECHDIPLOMACY_STAGING"
# the notebook that is executed once for each partner, and what all of its runs are called
BRIEF = "partner_brief"
BRIEFS = "partner_briefs"


def project_root() -> Path:
    """Return the project folder: the nearest one upwards from here that holds ``params.yaml``.

    Notebooks run from ``notebooks/`` in JupyterLab and from the root in a pipeline; looking
    upwards serves both, and lets a test work in a copy.

    Raises
    ------
    TechDiplomacyError
        If neither the current folder nor one above it is a project folder.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "params.yaml").is_file() and (folder / "dvc.yaml").is_file():
            return folder
    raise TechDiplomacyError(
        "This is not a folder of the workbench: no params.yaml and dvc.yaml here or above.",
        where=str(here),
        next_step="Change into the folder you cloned, and run the command again.",
    )


def params_file() -> Path:
    """Return the path of ``params.yaml``."""
    return project_root() / "params.yaml"


def reference_file(name: str) -> Path:
    """Return the path of a hand-checked list, for example ``countries``."""
    return project_root() / "data" / "reference" / f"{name}.csv"


def register_file(name: str) -> Path:
    """Return the path of a register that the owner fills, for example ``offices``."""
    return project_root() / "data" / "registers" / f"{name}.csv"


def card_file(source: str) -> Path:
    """Return the path of a source card."""
    return project_root() / "data" / "snapshots" / f"{source}.yaml"


def snapshot_file(source: str) -> Path:
    """Return the path of the embedded figures of a source."""
    return project_root() / "data" / "snapshots" / f"{source}.csv.gz"


def raw_folder() -> Path:
    """Return the folder of fetched figures."""
    return project_root() / "data" / "raw"


def raw_file(source: str) -> Path:
    """Return the path of the fetched figures of a source, in its own codes."""
    return raw_folder() / f"{source}.csv"


def raw_note_file(source: str) -> Path:
    """Return the path of the note on how the figures were fetched."""
    return raw_folder() / f"{source}.json"


def downloads_folder(source: str) -> Path:
    """Return where answers of a publisher are kept: outside the outputs, which DVC deletes."""
    return project_root() / "data" / "downloads" / source


def accepted_folder() -> Path:
    """Return where figures that were let in are kept, for the comparison with the next ones."""
    return project_root() / "data" / "downloads" / ".accepted"


def clean_folder() -> Path:
    """Return the folder of clean tables."""
    return project_root() / "data" / "clean"


def clean_file(source: str) -> Path:
    """Return the path of one source's figures in its declared table."""
    return clean_folder() / f"{source}.csv"


def clean_note_file(source: str) -> Path:
    """Return the path of the note on corrections and rows left out."""
    return clean_folder() / f"{source}.json"


def features_folder() -> Path:
    """Return the folder of the indicator tables."""
    return project_root() / "data" / "features"


def feature_file(table: str) -> Path:
    """Return the path of an indicator table."""
    return features_folder() / f"{table}.csv"


def catalogue_file(language: str) -> Path:
    """Return the path of the message catalogue of a language."""
    return project_root() / "locale" / language / "LC_MESSAGES" / "workbench.po"


def staging_folder() -> Path:
    """Return where a notebook that is running puts its results.

    The runner names a folder of its own and publishes it only if every cell has run; a notebook
    that is tried in JupyterLab writes to ``data/scratch`` and disturbs no published result.
    """
    return Path(os.environ.get(STAGING_VARIABLE) or project_root() / "data" / "scratch")


def staged_result_file(notebook: str, table: str) -> Path:
    """Return where a running notebook writes a result table."""
    return staging_folder() / notebook / f"{table}.csv"


def staged_metrics_file(notebook: str) -> Path:
    """Return where a running notebook writes its headline numbers."""
    return staging_folder() / f"{notebook}.json"


def results_folder(notebook: str) -> Path:
    """Return the folder of a notebook's published result tables."""
    return project_root() / "data" / "results" / notebook


def result_file(notebook: str, table: str) -> Path:
    """Return the path of a published result table of a notebook."""
    return results_folder(notebook) / f"{table}.csv"


def notebook_file(notebook: str) -> Path:
    """Return the path of a notebook as its author keeps it."""
    return project_root() / "notebooks" / f"{notebook}.ipynb"


def tidy_notebook_file(notebook: str) -> Path:
    """Return the path of the notebook without outputs, the form that the run depends on."""
    return project_root() / "reports" / "tidy" / f"{notebook}.ipynb"


def executed_notebooks_folder() -> Path:
    """Return the folder of notebooks with their outputs."""
    return project_root() / "reports" / "notebooks"


def executed_notebook_file(notebook: str) -> Path:
    """Return the path of a notebook with its outputs."""
    return executed_notebooks_folder() / f"{notebook}.ipynb"


def briefs_folder() -> Path:
    """Return the folder of the executed briefs, one for each partner country."""
    return project_root() / "reports" / "briefs"


def executed_brief_file(partner: str) -> Path:
    """Return the path of the executed brief of a partner country."""
    return briefs_folder() / f"{partner}.ipynb"


def failed_notebook_file(notebook: str) -> Path:
    """Return where a half-run notebook is kept for a look."""
    return project_root() / "reports" / "_failed" / f"{notebook}.ipynb"


def metrics_file(notebook: str) -> Path:
    """Return the path of the headline numbers of a notebook."""
    return project_root() / "metrics" / f"{notebook}.json"


def site_folder() -> Path:
    """Return the folder of the rendered site."""
    return project_root() / "reports" / "site"


def public_folder() -> Path:
    """Return the folder of the site as it may be put on the web."""
    return project_root() / "reports" / "public"


def releases_folder() -> Path:
    """Return the folder of what each release said: its headline numbers and findings."""
    return project_root() / "data" / "releases"


def release_file(version: str) -> Path:
    """Return the path of the record of one release."""
    return releases_folder() / f"{version}.json"


def explanation_file(tag: str) -> Path:
    """Return the path of the file that says why numbers changed since a release."""
    return project_root() / "data" / "changes" / f"{tag}.json"


def ledger_file() -> Path:
    """Return the path of the ledger of published forecasts."""
    return project_root() / "data" / "ledger" / "forecasts.csv"
