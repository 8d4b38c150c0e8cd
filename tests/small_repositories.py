"""A miniature of the project under git and DVC: one stage whose numbers depend on every factor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from small_notebooks import FOUND

from techdiplomacy.files import write_bytes, write_json

PAGE = "page"
SETTINGS = (
    "taxonomy: one\nsources:\n  figures: {from: snapshot}\nfactor: 10\nnotebooks: {page: {}}\n"
)
STAGES = """\
stages:
  run_notebook:
    foreach: ${notebooks}
    do:
      cmd: python src/stage.py ${key}
      params: [taxonomy, sources, factor]
      deps:
        - src
        - data/snapshots
        - data/reference
        - requirements.lock
      outs:
        - reports/notebooks/${key}.ipynb:
            persist: true
        - metrics/${key}.json:
            cache: false
            persist: true
  build_site:
    cmd: python src/site.py
    deps: [src/site.py, metrics, review.json]
    outs:
      - reports/site:
          persist: true
"""
# sum: each factor counts by itself; product: figures times factor; words: of the code alone
CODE = """\
import json, pathlib, re, sys

def number(path):
    return float(pathlib.Path(path).read_text())

settings = pathlib.Path("params.yaml").read_text()
factor = float(re.search("factor: (\\\\S+)", settings)[1])
figures = number("data/snapshots/figures.csv")
listed = number("data/reference/technologies.csv")
numbers = {
    "sum": figures + listed + factor + CONSTANT + number("requirements.lock"),
    "product": figures * factor,
    "verdict": "high" if CONSTANT > 100 else "low",
}
content = {"cells": [{"cell_type": "code", "outputs": [{"data": {KIND: FOUND}}]}]}
pathlib.Path(f"metrics/{sys.argv[1]}.json").write_text(json.dumps(numbers))
pathlib.Path("reports/notebooks").mkdir(parents=True, exist_ok=True)
pathlib.Path(f"reports/notebooks/{sys.argv[1]}.ipynb").write_text(json.dumps(content))
"""
SITE = """\
import json, pathlib
numbers = pathlib.Path("metrics/page.json").read_text()
signed = json.loads(pathlib.Path("review.json").read_text())["signed"]
body = "<body>" if signed else '<body class="draft" data-watermark="Draft">'
site = pathlib.Path("reports/site")
(site / "data").mkdir(parents=True, exist_ok=True)
(site / "data" / "numbers.csv").write_text(numbers)
for name, language in (("page.html", "en"), ("page.vi.html", "vi"), ("index.html", "en")):
    trust = '<h2 id="trust-title">Trust</h2><code class="hash" id="fingerprint">0123456789ab</code>'
    (site / name).write_text(
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head>\\n'
        f'{body if name != "index.html" else "<body>"}<p>{numbers}</p>'
        f'{trust if name != "index.html" else ""}<footer class="site"></footer></body></html>'
    )
"""


def make_project(folder: Path) -> None:
    """Write the miniature, run it, and commit it."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "A. Tester")
    git(folder, "config", "user.email", "tester@example.org")
    texts = {
        "params.yaml": SETTINGS,
        "dvc.yaml": STAGES,
        "data/snapshots/figures.csv": "100",
        "data/reference/technologies.csv": "20",
        "requirements.lock": "5",
        "review.json": '{"signed": true}',
        ".dvc/config": "[core]\n    analytics = false\n    autostage = false\n",
        ".gitignore": "/reports/\n/dist/\n/build/\n",
        ".dvcignore": "__pycache__/\n",
        ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
        "metrics/.gitignore": "",
        "src/site.py": SITE,
    }
    for name, text in texts.items():
        write_bytes(folder / name, text.encode())
    write_code(folder, 3)
    reproduce(folder)
    commit(folder, "First")


def write_code(folder: Path, constant: int, *, also: str = "") -> None:
    """Write the code of the stage."""
    found = {"kind": "findings", "findings": FOUND["findings"]}
    head = f"CONSTANT = {constant}\nKIND = {_kind()!r}\nFOUND = {json.loads(json.dumps(found))!r}\n"
    write_bytes(folder / "src" / "stage.py", (head + CODE + also).encode())


def _kind() -> str:
    from techdiplomacy.pages import ELEMENT_TYPE

    return ELEMENT_TYPE


def reproduce(folder: Path) -> None:
    """Run what is not up to date."""
    run(folder, sys.executable, "-m", "dvc", "repro", "--quiet")


def commit(folder: Path, message: str, *, tag: str = "") -> None:
    """Commit everything, and tag it."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    if tag:
        git(folder, "tag", tag)


def copy_of(project: Path, folder: Path) -> Path:
    """Return a copy of a project, with its history and its cache."""
    shutil.copytree(project, folder, symlinks=True)
    return folder


def numbers(folder: Path) -> dict[str, object]:
    """Return the headline numbers of the page."""
    return dict(json.loads((folder / "metrics" / "page.json").read_text(encoding="utf-8")))


def write_record(folder: Path, version: str, date: str) -> None:
    """Record what the page says as a release without forecasts."""
    found = [{key: one[key] for key in ("sentence", "certainty")} for one in FOUND["findings"]]
    content = {"version": version, "date": date, "ledger_rows": 0, "ledger_sha256": ""}
    content |= {"metrics": {PAGE: numbers(folder)}, "findings": {PAGE: found}}
    write_json(folder / "data" / "releases" / f"{version}.json", content)


def git(folder: Path, *arguments: str) -> str:
    """Run a git command."""
    return run(folder, "git", *arguments)


def run(folder: Path, *command: str) -> str:
    """Run a command; it has to succeed."""
    around = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DVC_NO_ANALYTICS": "1",
    }
    done = subprocess.run(
        command, cwd=folder, env=around, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
