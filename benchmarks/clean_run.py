"""A clean pipeline run against the same notebooks run one by one with public commands.

    python benchmarks/clean_run.py

Baseline: ``papermill`` and ``jupyter nbconvert`` from the command line for each notebook, on the
same prepared tables. Both run in a copy of the project, so nothing here is touched. Where the
time of the clean run goes is printed by stage, and once more by kind: process starts and imports
are what a script costs that only imports what the stage imports.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ("data/raw", "data/clean", "data/features", "data/results", "reports", ".dvc/cache")
LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".git", "raw", "clean", "features", "results", "scratch", "reports", "cache", "tmp"
)
NEEDS = {
    "fetch_source": "from techdiplomacy.sources import base",
    "clean_source": "from techdiplomacy import clean; import pandera.pandas",
    "build_features": "from techdiplomacy import features; import pandera.pandas, scipy.optimize",
    "tidy_notebook": "from techdiplomacy import notebooks",
    "run_notebook": (
        "from techdiplomacy import notebooks; notebooks.skip_uri_grammar(); import papermill"
    ),
    "build_site": (
        "from techdiplomacy import notebooks, report; notebooks.skip_uri_grammar(); "
        "import nbconvert, nbformat"
    ),
}


def seconds(command: list[str], folder: Path, **environment: str) -> float:
    """Return how long a command takes; its output is shown only if it fails."""
    started = time.perf_counter()
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return time.perf_counter() - started


def clean_run(folder: Path) -> tuple[float, list[tuple[str, float]]]:
    """Return the time of a clean ``dvc repro`` and of each stage in it."""
    for name in BUILT:
        shutil.rmtree(folder / name, ignore_errors=True)
    started = time.perf_counter()
    stages: list[tuple[str, float]] = []
    run = subprocess.Popen(
        ["dvc", "repro", "--force"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.stdout is not None
    for line in run.stdout:
        found = re.search(r"Running stage '([\w@]+)'", line)
        if found:
            stages.append((found[1], time.perf_counter()))
    if run.wait():
        sys.exit("dvc repro failed")
    ended = time.perf_counter()
    times = [at for _, at in stages] + [ended]
    spans = [(name, times[i + 1] - times[i]) for i, (name, _) in enumerate(stages)]
    return ended - started, spans


def one_by_one(folder: Path) -> float:
    """Return the time of papermill and nbconvert from the command line for each notebook."""
    total = 0.0
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        out = folder / "reports" / f"by-hand-{path.name}"
        # where the pages of the package put their results outside the runner
        total += seconds(["papermill", str(path), str(out), "--no-progress-bar"], folder)
        total += seconds(["jupyter", "nbconvert", "--to", "html", str(out)], folder)
    return total


def main() -> None:
    """Print the times, the ratio, and where the time of the clean run goes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        subprocess.run(["dvc", "config", "--local", "core.no_scm", "true"], cwd=folder, check=True)
        clean_run(folder)  # the first run fills the disk cache of the system
        whole, spans = clean_run(folder)
        by_hand = one_by_one(folder)
    kinds: dict[str, list[float]] = {}
    for name, span in spans:
        kinds.setdefault(name.split("@")[0], []).append(span)
    imports = {
        kind: min(seconds([sys.executable, "-c", NEEDS[kind]], ROOT) for _ in range(3))
        for kind in kinds
    }
    empty = min(seconds([sys.executable, "-c", ""], ROOT) for _ in range(3))
    print(f"{'stage':16} runs  total s  of which start and imports")
    for kind, times in kinds.items():
        print(f"{kind:16} {len(times):4} {sum(times):8.1f} {len(times) * imports[kind]:8.1f}")
    staged = sum(map(sum, kinds.values()))
    notebooks = [span for name, span in spans if name.startswith("run_notebook")]
    print(f"dvc before the first stage and after the last: {whole - staged:.1f} s")
    print(f"an empty Python process: {empty:.3f} s")
    print(f"clean dvc repro: {whole:.1f} s, of which notebooks {sum(notebooks):.1f} s")
    print(f"papermill and nbconvert by hand, notebooks and pages only: {by_hand:.1f} s")
    site = sum(kinds["build_site"])
    print(
        "ratio, notebooks and site inside the clean run / by hand: "
        f"{(sum(notebooks) + site) / by_hand:.2f}"
    )
    print(f"ratio, whole clean run / by hand: {whole / by_hand:.2f}")
    print(json.dumps({"clean_run_s": round(whole, 1), "by_hand_s": round(by_hand, 1)}))


if __name__ == "__main__":
    main()
