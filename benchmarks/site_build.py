"""What building the site costs, by part, and its share of a clean pipeline run.

    python -m benchmarks.site_build

The clean run is that of benchmarks/clean_run.py, in a copy of the project, so nothing here is
touched. In the same copy the stage is then run by itself, and once more with every function timed;
the parts of that last run are given as shares, since timing slows small functions down.
"""

from __future__ import annotations

import json
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.clean_run import LEFT_OUT, NEEDS, ROOT, clean_run, seconds

STAGE = "pipelines/build_site.py"
SMALLEST_SHARE = 0.01


def parts(profile: Path) -> dict[str, float]:
    """Return the share of the stage that each function takes which the building calls.

    A comprehension is no part: what it calls counts as called by the building itself.
    """
    # pstats keeps {function: (calls, calls, own seconds, seconds, {caller: (.., .., .., seconds)})}
    timed = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    stage = next(key for key in timed if key[0].endswith("report.py") and key[2] == "build_site")
    spent: dict[str, float] = {}
    open_callers = [stage]
    for caller in open_callers:
        for key, (*_, callers) in timed.items():
            if caller not in callers:
                continue
            file, _, function = key
            if file != "~" and function.startswith("<"):
                open_callers.append(key)
                continue
            name = f"{Path(file).stem}.{function}" if file != "~" else function
            spent[name] = spent.get(name, 0.0) + callers[caller][3] / timed[stage][3]
    return dict(sorted(spent.items(), key=lambda part: -part[1]))


def main(rounds: int = 5) -> None:
    """Print the seconds of the stage, its parts, and its share of the clean run."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        subprocess.run(["dvc", "config", "--local", "core.no_scm", "true"], cwd=folder, check=True)
        whole, spans = clean_run(folder)
        in_run = sum(span for name, span in spans if name.startswith("build_site"))
        # the first stage of all that is run by itself warms up
        alone = [seconds([sys.executable, STAGE], folder) for _ in range(rounds + 1)][1:]
        profile = Path(temporary) / "profile"
        seconds([sys.executable, "-m", "cProfile", "-o", str(profile), STAGE], folder)
        shares = parts(profile)
        pages = list((folder / "reports" / "site").glob("*.html"))
        kilobytes = sum(page.stat().st_size for page in pages) / 1000
    imports = min(seconds([sys.executable, "-c", NEEDS["build_site"]], ROOT) for _ in range(3))
    own = statistics.median(alone)
    print(f"{'build_site alone, median':42} {own:6.1f} s")
    print(f"{'  process start and imports':42} {imports:6.1f} s")
    print(f"{'  building':42} {own - imports:6.1f} s, of which")
    for name, share in shares.items():
        if share >= SMALLEST_SHARE:
            print(f"{'    ' + name:42} {share:6.0%}")
    print(f"{'    everything else':42} {1 - sum(shares.values()):6.0%}")
    print(f"pages: {len(pages)}, together {kilobytes:,.0f} kB")
    print(f"build_site in a clean run, with DVC's own work on it: {in_run:.1f} s")
    print(f"clean dvc repro: {whole:.1f} s, share of build_site: {in_run / whole:.1%}")
    print(json.dumps({"site_build_s": round(own, 1), "share_of_clean_run": in_run / whole}))


if __name__ == "__main__":
    main()
