"""Stage tidy_notebook: a notebook without outputs, counts and run metadata."""

from techdiplomacy import notebooks
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import notebook_file, tidy_notebook_file
from techdiplomacy.stages import run_stage


def tidy_notebook(notebook: str) -> None:
    """Write reports/tidy/<notebook>.ipynb."""
    source = notebooks.read_source(notebook_file(notebook))
    write_bytes(tidy_notebook_file(notebook), notebooks.tidy(source).encode())


if __name__ == "__main__":
    run_stage(tidy_notebook, argument="notebook")
