"""All partner briefs and their pages, against the same one by one with public commands.

    python -m benchmarks.briefs [PARTNERS]

What is compared, in one run and in turn, so that a drift of the machine meets both alike:

* the stages ``partner_briefs`` and ``build_site``, each in a process that starts anew; the site has
  all its pages in both languages, those of the other notebooks as well;
* for each partner ``papermill`` from the command line, and ``jupyter nbconvert --to html`` twice,
  once for each language.

Given a number, the second half of each pair does so many partners, and its time is scaled up to
all of them. All is written to a copy of the project. It needs the results of ``dvc repro``.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.clean_run import ROOT, seconds
from techdiplomacy.notebook_runs import KERNEL_ENVIRONMENT
from techdiplomacy.params import load_params
from techdiplomacy.paths import BRIEF, STAGING_VARIABLE

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".dvc", "node_modules", "scratch", "_failed")
LANGUAGES = 2


def in_one_stage(folder: Path) -> tuple[float, float]:
    """Return the seconds of the stage, and of the site with the pages of the briefs."""
    made = seconds([sys.executable, "pipelines/partner_briefs.py"], folder)
    return made, seconds([sys.executable, "pipelines/build_site.py"], folder)


def one_by_one(folder: Path, partners: list[str]) -> float:
    """Return the seconds of public commands for some partners."""
    out = folder / "reports" / "one_by_one"
    out.mkdir(parents=True, exist_ok=True)
    spent = 0.0
    for partner in partners:
        executed = str(out / f"{partner}.ipynb")
        command = ["papermill", f"reports/tidy/{BRIEF}.ipynb", executed, "-p", "partner", partner]
        environment = KERNEL_ENVIRONMENT | {STAGING_VARIABLE: str(out / partner)}
        spent += seconds(command, folder, **environment)
        for language in range(LANGUAGES):
            page = f"{partner}-{language}.html"
            spent += seconds(
                ["jupyter", "nbconvert", "--to", "html", "--output", page, executed], folder
            )
    return spent


def main(wanted: int = 0, rounds: int = 2) -> None:
    """Print both times, by pair, and the ratio."""
    settings = load_params()
    partners = [code for code in settings.partners if code != settings.viewpoint]
    some = partners[:wanted] if wanted else partners
    scale = len(partners) / len(some)
    pairs = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        for number in range(rounds):
            made, shown = in_one_stage(folder)
            alone = one_by_one(folder, some) * scale
            pairs.append((made, shown, alone))
            print(
                f"pair {number + 1}: stage {made:.1f} s + site {shown:.1f} s; one by one "
                f"{alone:.1f} s; ratio {alone / (made + shown):.1f}",
                flush=True,
            )
    ratio = statistics.median(alone / (made + shown) for made, shown, alone in pairs)
    scaled = f", {len(some)} of them timed one by one and scaled up" if scale > 1 else ""
    print(f"{len(partners)} briefs in {LANGUAGES} languages{scaled}")
    print(f"{settings.briefs.processes} at a time; median ratio of pairs {ratio:.1f}")
    print(json.dumps({"briefs": len(partners), "ratio": round(ratio, 1)}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
