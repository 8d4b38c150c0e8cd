"""Strips outputs and run metadata from the notebooks in place: python tools/tidy_notebooks.py."""

from techdiplomacy import notebooks
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params
from techdiplomacy.paths import notebook_file
from techdiplomacy.stages import run_stage


def tidy_notebooks() -> None:
    """Rewrite each notebook that is not tidy."""
    for name in load_params().notebooks:
        path = notebook_file(name)
        tidied = notebooks.tidy(notebooks.read_source(path))
        if path.read_text(encoding="utf-8") != tidied:
            write_bytes(path, tidied.encode())
            print(f"tidied notebooks/{name}.ipynb")


if __name__ == "__main__":
    run_stage(tidy_notebooks)
