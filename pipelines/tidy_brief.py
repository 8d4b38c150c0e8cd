"""Stage tidy_brief: the notebook of the partner briefs without outputs, counts and run metadata."""

from techdiplomacy import notebooks
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import BRIEF, notebook_file, tidy_notebook_file
from techdiplomacy.stages import run_stage


def tidy_brief() -> None:
    """Write reports/tidy/partner_brief.ipynb."""
    source = notebooks.read_source(notebook_file(BRIEF))
    write_bytes(tidy_notebook_file(BRIEF), notebooks.tidy(source).encode())


if __name__ == "__main__":
    run_stage(tidy_brief)
