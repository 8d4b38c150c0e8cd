"""Strips outputs and run metadata from the notebooks in place: python tools/tidy_notebooks.py.

Defaults in the parameters cells are set to the values of params.yaml, which is their home.
"""

from techdiplomacy import notebooks
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params
from techdiplomacy.paths import BRIEF, notebook_file
from techdiplomacy.stages import run_stage


def tidy_notebooks() -> None:
    """Rewrite each notebook that is not tidy."""
    params = load_params()
    brief = {BRIEF: {"partner": params.briefs.partner}}
    for name, values in (params.notebooks | brief).items():
        path = notebook_file(name)
        source = notebooks.with_parameters(notebooks.read_source(path), values)
        tidied = notebooks.tidy(source)
        if path.read_text(encoding="utf-8") != tidied:
            write_bytes(path, tidied.encode())
            print(f"tidied notebooks/{name}.ipynb")


if __name__ == "__main__":
    run_stage(tidy_notebooks)
