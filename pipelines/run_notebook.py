"""Stage run_notebook: one notebook executed with its parameters from params.yaml."""

from techdiplomacy import notebook_runs
from techdiplomacy.params import load_params, notebook_parameters
from techdiplomacy.stages import run_stage


def run_notebook(notebook: str) -> None:
    """Write the executed notebook, its result tables and metrics/<notebook>.json."""
    notebook_runs.run(notebook, notebook_parameters(load_params(), notebook))


if __name__ == "__main__":
    run_stage(run_notebook, argument="notebook")
