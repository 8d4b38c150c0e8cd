"""``dvc repro`` with nothing to do against ``dvc status``, and against DVC's own start.

    python benchmarks/no_op.py

The three are run in turn, so that a drift of the machine's speed meets all of them alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "dvc repro, nothing to do": ["dvc", "repro"],
    "dvc status": ["dvc", "status"],
    "dvc --version": ["dvc", "--version"],
    "import dvc.repo": [sys.executable, "-c", "import dvc.repo"],
}


def main(rounds: int = 7) -> None:
    """Print medians and the ratio of each pair."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            if number:  # the first round only warms up
                times[name].append(time.perf_counter() - started)
            if name.startswith("dvc repro") and "up to date" not in run.stdout + run.stderr:
                sys.exit("There is something to do: run dvc repro first.")
    for name, values in times.items():
        print(f"{name:26} median {statistics.median(values):.2f} s")
    ratios = [
        repro / status
        for repro, status in zip(
            times["dvc repro, nothing to do"], times["dvc status"], strict=True
        )
    ]
    print(f"ratio no-op / status, median of pairs: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
