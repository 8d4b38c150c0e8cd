"""Another library's forecasts and the processor time they take, for benchmarks/forecast_speed.py.

It runs in an environment of its own, which has statsforecast and not this project. Each line of
the input is a list of series, the number of years ahead and the name of a model, in JSON; each
line of the output holds seconds, forecasts and the version of the library.
"""

from __future__ import annotations

import importlib
import json
import sys
import time


def main() -> None:
    """Answer until the input ends."""
    import numpy as np

    library = importlib.import_module("statsforecast")
    models = importlib.import_module("statsforecast.models")
    for line in sys.stdin:
        asked = json.loads(line)
        series = [np.asarray(one, dtype=np.float64) for one in asked["series"]]
        model = getattr(models, asked["model"])(season_length=1)
        started = time.process_time()
        made = [model.forecast(y=one, h=asked["horizon"])["mean"] for one in series]
        seconds = time.process_time() - started
        answer = {
            "seconds": seconds,
            "forecasts": np.array(made).tolist(),
            "version": library.__version__,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
