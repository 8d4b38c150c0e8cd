"""The forecast recipe against AutoETS, AutoTheta and Theta of statsforecast: seconds and errors.

    python -m venv ../forecast-rivals
    ../forecast-rivals/bin/pip install statsforecast
    python benchmarks/forecast_speed.py BENCHMARKS_FOLDER [../forecast-rivals/bin/python]

Both forecast the same yearly series of the M3 competition (yearly_series_m3_tourism.csv.gz in the
folder), one thread each, in turn: every round times the recipe, a rival, the recipe, the next
rival, so that each ratio is of two times next to each other. Counted are seconds of the processor
from arrays in memory to arrays in memory; imports, reading and the first call of each are left
out. The rivals have an environment of their own, because the project does not need their library.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from techdiplomacy import accuracy, smoothing
from techdiplomacy.backtest import point_forecasts, recipe_name
from techdiplomacy.params import ForecastSettings, load_params

HERE = Path(__file__).resolve().parent
RIVAL_PYTHON = HERE.parents[1] / "forecast-rivals" / "bin" / "python"
RIVALS = ("AutoETS", "AutoTheta", "Theta")
# the recipe may take as long as this rival, and err as much as that one
SPEED_RIVAL, ERROR_RIVAL = "AutoETS", "Theta"
ROUNDS = 7
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def load(folder: Path) -> tuple[list[list[float]], smoothing.Floats]:
    """Return the training parts of the series, and the years that were held out."""
    table = pd.read_csv(folder / "yearly_series_m3_tourism.csv.gz")
    table = table[table["collection"].eq("M3")].sort_values(["series", "t"])
    parts = {
        part: [group.tolist() for _, group in rows.groupby("series")["value"]]
        for part, rows in table.groupby("part")
    }
    return parts["train"], np.array(parts["test"])


class Rivals:
    """The other library in its own process, waiting for work."""

    def __init__(self, python: Path, series: list[list[float]], horizon: int) -> None:
        self.process = subprocess.Popen(
            [str(python), str(HERE / "forecast_rivals.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.asked = {"series": series, "horizon": horizon}

    def forecast(self, model: str) -> dict[str, Any]:
        """Return seconds, forecasts and version of one model on all series."""
        given: IO[str] = self.process.stdin  # type: ignore[assignment]
        taken: IO[str] = self.process.stdout  # type: ignore[assignment]
        print(json.dumps(self.asked | {"model": model}), file=given, flush=True)
        line = taken.readline()
        if not line:
            sys.exit("The rivals gave no answer; is statsforecast installed in their environment?")
        answer: dict[str, Any] = json.loads(line)
        return answer


def recipe(
    history: smoothing.Floats, horizon: int, settings: ForecastSettings
) -> tuple[float, smoothing.Floats]:
    """Return the seconds and the forecasts of the recipe of params.yaml."""
    started = time.process_time()
    made = point_forecasts(history, horizon, settings)[recipe_name(settings)]
    return time.process_time() - started, made


def main() -> None:
    """Measure, print a line per method, and fail if the recipe is slower or errs more."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    python = Path(sys.argv[2]) if len(sys.argv) == 3 else RIVAL_PYTHON
    if not python.is_file():
        sys.exit(f"No Python at {python}. How to make one:\n{__doc__}")
    if not os.environ.items() >= ONE_THREAD.items():
        # NumPy has read it by now, so start again; the rivals inherit it
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
    settings = load_params().forecast
    series, actual = load(Path(sys.argv[1]))
    history, horizon = smoothing.stack(series), actual.shape[1]
    scale = smoothing.naive_scale(history)
    rivals = Rivals(python, series, horizon)
    own: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in RIVALS}
    ratios: dict[str, list[float]] = {name: [] for name in RIVALS}
    _, made = recipe(history, horizon, settings)
    answers = {name: rivals.forecast(name) for name in RIVALS}
    for _ in range(ROUNDS):
        for name in RIVALS:
            seconds, _ = recipe(history, horizon, settings)
            other = float(rivals.forecast(name)["seconds"])
            own.append(seconds)
            theirs[name].append(other)
            ratios[name].append(other / seconds)

    def errors(ahead: smoothing.Floats) -> tuple[float, float]:
        return accuracy.smape(actual, ahead), accuracy.mase(actual, ahead, scale)

    found = {name: errors(np.array(answers[name]["forecasts"])) for name in RIVALS}
    mine = errors(made)
    version = answers[SPEED_RIVAL]["version"]
    print(
        f"{len(series)} series, {horizon} years ahead, one thread; statsforecast {version}; "
        f"medians of {ROUNDS} rounds\n"
        f"{'method':32} {'seconds':>8} {'ratio':>6} {'from':>6} {'to':>6} {'sMAPE':>7} {'MASE':>6}"
    )
    print(
        f"{recipe_name(settings):32} {statistics.median(own):8.3f} {1:6.1f} {'':6} {'':6} "
        f"{mine[0]:7.3f} {mine[1]:6.3f}"
    )
    for name in RIVALS:
        pairs = ratios[name]
        print(
            f"{name:32} {statistics.median(theirs[name]):8.3f} {statistics.median(pairs):6.1f} "
            f"{min(pairs):6.1f} {max(pairs):6.1f} {found[name][0]:7.3f} {found[name][1]:6.3f}"
        )
    ratio = statistics.median(ratios[SPEED_RIVAL])
    print(
        json.dumps(
            {
                "recipe_s": round(statistics.median(own), 3),
                "times_as_fast": {n: round(statistics.median(ratios[n]), 1) for n in RIVALS},
                "smape": round(mine[0], 3),
                "mase": round(mine[1], 3),
            }
        )
    )
    if ratio < 1:
        sys.exit(f"The recipe takes {1 / ratio:.1f} times as long as {SPEED_RIVAL}.")
    if mine[0] > found[ERROR_RIVAL][0] or mine[1] > found[ERROR_RIVAL][1]:
        sys.exit(f"The recipe errs more than {ERROR_RIVAL}.")


if __name__ == "__main__":
    main()
