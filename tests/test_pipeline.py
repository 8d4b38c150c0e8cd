"""The wiring: params = cards = files = dvc.yaml, and every stage has its script."""

import subprocess
import sys

import pytest
from conftest import ROOT

from techdiplomacy import paths
from techdiplomacy.cards import load_card
from techdiplomacy.declarations import TABLES
from techdiplomacy.files import read_yaml
from techdiplomacy.params import Params, load_params

STAGES = read_yaml(ROOT / "dvc.yaml")["stages"]


def body(stage):
    return STAGES[stage].get("do", STAGES[stage])


def locations(entries):
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


def test_sources_are_cards_are_files():
    snapshots = ROOT / "data" / "snapshots"
    cards = {path.stem for path in snapshots.glob("*.yaml")}
    assert cards == {path.name.removesuffix(".csv.gz") for path in snapshots.glob("*.csv.gz")}
    assert set(load_params().sources) == {name for name in cards if load_card(name).embedded}


def test_a_source_without_embedded_figures_has_a_way_to_get_them():
    cards = [load_card(path.stem) for path in (ROOT / "data" / "snapshots").glob("*.yaml")]
    offered = [card for card in cards if not card.embedded]
    assert offered
    for card in offered:
        assert card.live is not None, card.id
        assert card.columns, card.id


def test_notebooks_are_files_are_metrics():
    listed = set(load_params().notebooks)
    assert listed | {paths.BRIEF} == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert listed == {path.stem for path in (ROOT / "metrics").glob("*.json")}
    assert read_yaml(ROOT / "dvc.yaml")["metrics"] == ["metrics"]


def test_stages_are_scripts():
    scripts = {path.stem for path in (ROOT / "pipelines").glob("*.py")}
    assert scripts == set(STAGES)
    for stage in STAGES:
        assert body(stage)["cmd"].split()[:2] == ["python", f"pipelines/{stage}.py"]
        assert len(body(stage)["desc"]) > 20


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_depends_on_its_script_and_the_package(stage):
    deps = body(stage)["deps"]
    # the site prints a hash of all of pipelines, so it depends on the folder
    assert {f"pipelines/{stage}.py", "pipelines"} & set(deps)
    assert any(dep.startswith("src/techdiplomacy") for dep in deps)
    for dep in deps:
        if "${" not in dep and dep.startswith(("src", "pipelines", "data/snapshots", "data/ref")):
            assert (ROOT / dep).exists(), dep


@pytest.mark.parametrize(
    ("stage", "module_paths"),
    [
        ("fetch_source", (paths.raw_file, paths.raw_note_file)),
        ("clean_source", (paths.clean_file, paths.clean_note_file)),
        ("tidy_notebook", (paths.tidy_notebook_file,)),
        (
            "run_notebook",
            (paths.executed_notebook_file, paths.results_folder, paths.metrics_file),
        ),
        ("tidy_brief", (lambda key: paths.tidy_notebook_file(paths.BRIEF),)),
        (
            "partner_briefs",
            (lambda key: paths.briefs_folder(), lambda key: paths.results_folder(paths.BRIEFS)),
        ),
    ],
)
def test_outputs_lie_where_the_paths_module_says(stage, module_paths):
    said = {str(path("${key}").relative_to(ROOT)) for path in module_paths}
    assert said == set(locations(body(stage)["outs"]))


def test_a_failed_stage_cannot_take_the_last_good_outputs_away():
    for stage in STAGES:
        for out in body(stage)["outs"]:
            assert isinstance(out, dict), f"{stage}: {out} is not declared persist"
            assert next(iter(out.values()))["persist"] is True


def test_params_that_stages_read_exist():
    known = set(Params.model_fields)
    for stage in STAGES:
        for name in body(stage).get("params", []):
            assert name.split(".")[0] in known


def test_briefs_depend_on_the_results_of_every_notebook():
    needed = {f"data/results/{name}" for name in load_params().notebooks}
    assert needed <= set(body("partner_briefs")["deps"])


@pytest.mark.parametrize("stage", ["run_notebook", "partner_briefs", "build_site"])
def test_every_setting_makes_the_pages_stale(stage):
    """A page says that each setting can be changed: the next run has to see the change."""
    read = {name.split(".")[0] for name in body(stage)["params"]}
    elsewhere = {
        "run_notebook": {"sources", "briefs"},
        "partner_briefs": {"sources", "notebooks"},
        "build_site": set(),
    }[stage]
    assert read >= set(Params.model_fields) - elsewhere - {"review"}


def test_a_changed_plot_or_setting_never_goes_back_to_a_publisher():
    """What decides which figures come in is the source folder, the card and the snapshot."""
    assert set(body("fetch_source")["deps"]) == {
        "pipelines/fetch_source.py",
        "src/techdiplomacy/sources",
        "data/snapshots/${key}.yaml",
        "data/snapshots/${key}.csv.gz",
    }
    assert body("fetch_source")["params"] == ["sources.${key}"]


def test_fetching_starts_at_once():
    code = "import sys; sys.path.insert(0, 'pipelines'); import fetch_source; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"pandas", "numpy", "pandera"} & set(run.stdout.split())


def test_each_clean_table_has_a_source_and_each_result_table_a_notebook():
    cards = (ROOT / "data" / "snapshots").glob("*.yaml")
    given = {load_card(path.stem).table for path in cards}
    assert given == {table.name for table in TABLES.values() if table.step == "clean"}
    results = {table.notebook for table in TABLES.values() if table.step == "results"}
    assert results <= {*load_params().notebooks, paths.BRIEFS}


def test_embedded_figures_stay_small():
    total = sum(path.stat().st_size for path in (ROOT / "data" / "snapshots").glob("*.csv.gz"))
    assert total <= 12_000_000


def test_no_committed_file_names_a_registry_or_a_machine():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout: the list of committed files cannot be had")
    own = "tests/test_pipeline.py"
    for name in tracked:
        path = ROOT / name
        if name == own or not path.is_file() or path.suffix in (".gz", ".png"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert "pypi.org" not in text, name
        assert "files.pythonhosted" not in text, name
        assert "/work/" not in text, name


def test_a_script_prints_what_where_and_what_to_do(tiny_project):
    run = subprocess.run(
        [sys.executable, str(ROOT / "pipelines/fetch_source.py"), "ncses_article"],
        cwd=tiny_project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "InvalidParams: 'ncses_article' is not listed. Did you mean" in run.stderr
    assert "what to do:" in run.stderr
    assert "Traceback" not in run.stderr
