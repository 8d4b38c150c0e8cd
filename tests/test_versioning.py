"""Versioned data: what one clone pushes, another pulls; numbers and settings can be compared."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from techdiplomacy.files import read_yaml
from techdiplomacy.params import load_params
from techdiplomacy.paths import BRIEFS

CACHE = ROOT / ".dvc" / "cache"


def git(*arguments, folder):
    run = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return run.stdout


def cached(name):
    """Return whether the cache holds an output, and what is in it if it is a folder."""
    path = CACHE / "files" / "md5" / name[:2] / name[2:]
    if not path.is_file():
        return False
    inside = json.loads(path.read_text()) if name.endswith(".dir") else []
    return all(cached(entry["md5"]) for entry in inside)


def hashes(lock):
    """Return the hash of each output that the cache keeps; metrics are kept by git."""
    return {
        out["path"]: out["md5"]
        for stage in lock["stages"].values()
        for out in stage.get("outs", [])
        if not out["path"].startswith("metrics/")
    }


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Clone:
    """A clone of the committed state with DVC settings of its own."""

    def __init__(self, folder: Path, apart: Path):
        git("clone", "--quiet", str(ROOT), str(folder), folder=folder.parent)
        self.folder = folder
        # no settings, locks or caches of the person at the keyboard
        self.environment = os.environ | {
            "DVC_SITE_CACHE_DIR": str(apart / "site"),
            "DVC_GLOBAL_CONFIG_DIR": str(apart / "global"),
            "DVC_SYSTEM_CONFIG_DIR": str(apart / "system"),
            "DVC_NO_ANALYTICS": "1",
        }

    def dvc(self, *arguments):
        run = subprocess.run(
            [sys.executable, "-m", "dvc", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"dvc {' '.join(arguments)}\n{run.stdout}\n{run.stderr}"
        return run.stdout


@pytest.fixture(scope="module")
def clones(tmp_path_factory):
    """Give a clone that has pushed from the cache of this project, and one that has pulled."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is nothing to clone")
    apart = tmp_path_factory.mktemp("versioning")
    first = Clone(apart / "first", apart)
    lock = read_yaml(first.folder / "dvc.lock")
    absent = [path for path, name in hashes(lock).items() if not cached(name)]
    if absent:
        pytest.skip(
            f"the cache does not hold {len(absent)} outputs of the committed dvc.lock, for "
            f"example {absent[0]}: run dvc repro and commit dvc.lock"
        )
    first.dvc("cache", "dir", "--local", str(CACHE))
    second = Clone(apart / "second", apart)
    for clone in (first, second):
        clone.dvc("remote", "add", "--local", "-d", "store", str(apart / "store"))
    first.dvc("push")
    second.dvc("pull")
    yield first, second
    # two clones and a store of everything: too much to keep for a look
    shutil.rmtree(apart)


def test_a_second_clone_gets_the_results_of_the_first(clones):
    first, second = clones
    first.dvc("checkout")
    results = files(second.folder / "data" / "results")
    assert {name.split("/")[0] for name in results} == {*load_params().notebooks, BRIEFS}
    assert results == files(first.folder / "data" / "results")
    assert files(second.folder / "reports" / "site") == files(first.folder / "reports" / "site")


def test_what_was_pulled_is_what_the_lock_says(clones):
    _, second = clones
    listed = hashes(read_yaml(second.folder / "dvc.lock"))
    assert [path for path in listed if not (second.folder / path).exists()] == []
    # data status compares the hash of each output with the lock
    assert second.dvc("data", "status").strip() == "No changes."


def test_pulling_changes_nothing_that_git_keeps(clones):
    _, second = clones
    assert git("status", "--porcelain", folder=second.folder) == ""


def test_the_difference_of_metrics_is_shown(clones):
    _, second = clones
    path = second.folder / "metrics" / "workforce_forecast.json"
    kept = path.read_text(encoding="utf-8")
    number = re.search(r'"employment_skill": ([\d.]+)', kept)
    assert second.dvc("metrics", "diff").strip() == ""
    try:
        path.write_text(kept.replace(number[0], '"employment_skill": 0.123456'), encoding="utf-8")
        shown = second.dvc("metrics", "diff", "--md", "--precision", "9")
    finally:
        path.write_text(kept, encoding="utf-8")
    changed = [line for line in shown.splitlines() if "employment_skill " in line]
    assert len(changed) == 1
    assert number[1] in changed[0]
    assert "0.123456" in changed[0]


def test_the_difference_of_settings_is_shown(clones):
    _, second = clones
    path = second.folder / "params.yaml"
    kept = path.read_text(encoding="utf-8")
    seed = re.search(r"^seed: (\d+)", kept, flags=re.MULTILINE)
    assert second.dvc("params", "diff").strip() == ""
    try:
        path.write_text(kept.replace(seed[0], "seed: 7", 1), encoding="utf-8")
        shown = second.dvc("params", "diff", "--md")
    finally:
        path.write_text(kept, encoding="utf-8")
    changed = [line for line in shown.splitlines() if "params.yaml" in line]
    assert len(changed) == 1
    assert [cell.strip() for cell in changed[0].strip("|").split("|")] == [
        *("params.yaml", "seed"),
        *(seed[1], "7"),
    ]
