"""Briefs: every partner, several at a time, without a trace of one in another."""

import json
import re

import pytest
from small_notebooks import brief

from techdiplomacy import brief_runs, notebook_runs, notebooks, paths
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, NotebookFailed, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params

PARTNERS = ["USA", "VNM", "JPN", "KOR", "SGP"]
MADE_FIRST = ["JPN", "USA", "KOR", "SGP"]
# what a kernel is like: whatever another brief has changed would show
LOOK = """\
import builtins, os, random, sys, time, warnings
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from techdiplomacy import tables, texts
from techdiplomacy.countries import load_countries

print(partner, load_countries().text(partner).say("vi"), texts.catalogue("vi")["Word 1 of it"])
print(list(tables.read_table("known_exchanges").columns)[-1], "tampered" in sys.modules)
print(pd.read_csv.__module__, texts.say.__module__, "tampered" in dir(builtins))
print(os.environ.get("TAMPERED"), time.strftime("%Z"), os.path.exists("params.yaml"), sys.path[0])
print(plt.rcParams["font.size"], plt.get_fignums(), pd.get_option("display.max_rows"))
print(np.random.random() == 0.417022004702574, random.random() == 0.13436424411240122)
print({"b", "a", "c"}, object(), ("ignore", None, Warning, None, 0) in warnings.filters)
"""
TAMPER = """\
if partner == "JPN" and os.path.exists("tamper"):
    import types
    for module, name in ((pd, "read_csv"), (texts, "say")):
        untouched = getattr(module, name)
        setattr(module, name, lambda *words, untouched=untouched, **more: untouched(*words, **more))
    texts.catalogue("vi")["Word 1 of it"] = "tampered"
    load_countries().codes[partner] = "FRA"
    for held in tables._HELD.values():
        held["tampered"] = 1
    os.environ |= {"TAMPERED": "yes", "TZ": "Asia/Tokyo"}
    time.tzset()
    plt.rcParams["font.size"] = 40
    pd.set_option("display.max_rows", 3)
    warnings.simplefilter("ignore")
    random.seed(1)
    np.random.seed(1)
    sys.modules["tampered"] = types.ModuleType("tampered")
    sys.path.insert(0, "/nowhere")
    builtins.tampered = "yes"
    plt.figure()
    os.chdir("data")
"""
DRAW = """\
import hashlib, io

plt.close("all")
figure, drawn = plt.figure(figsize=(1, 1)), io.BytesIO()
_ = figure.gca().plot([1, 2])
figure.savefig(drawn, format="png")
print("drawn:", hashlib.sha256(drawn.getvalue()).hexdigest())
"""
# saves by hand: what it would import may have been tampered with
SAVE = """\
import os, pathlib

folder = pathlib.Path(os.environ["TECHDIPLOMACY_STAGING"]) / "partner_briefs"
folder.mkdir()
_ = (folder / "brief_index.csv").write_text(f"partner,name\\n{partner},\\"a, {partner}\\"\\n")
"""


def params(processes=2, partners=PARTNERS):
    settings = load_params()
    briefs = settings.briefs.model_copy(update={"processes": processes, "partner": "JPN"})
    return settings.model_copy(update={"partners": partners, "briefs": briefs})


def place(notebook):
    write_bytes(paths.tidy_notebook_file(paths.BRIEF), notebooks.tidy(notebook).encode())


def published():
    files = [*paths.briefs_folder().iterdir(), *paths.results_folder(paths.BRIEFS).iterdir()]
    return {path.name: path.read_bytes() for path in files}


@pytest.fixture
def project(tiny_project, translate):
    """Return a project folder with a catalogue and a table for the briefs to read."""
    translate({"Word 1 of it": "Lời 1 x"})
    columns = declared("known_exchanges").column_names()
    write_bytes(paths.feature_file("known_exchanges"), ",".join(columns).encode() + b"\n")
    return tiny_project


def test_the_pilot_comes_first_and_the_viewpoint_has_no_brief():
    assert brief_runs.in_order(params()) == MADE_FIRST
    assert params().others == ["USA", "JPN", "KOR", "SGP"]


def test_every_brief_is_the_same_whoever_runs_beside_or_before_it(project, capfd):
    place(brief(LOOK, TAMPER, LOOK, DRAW, save=SAVE))
    write_bytes(paths.briefs_folder() / "OLD.ipynb", b"of a partner who is listed no longer")
    brief_runs.run_briefs(params(processes=2))
    made = published()
    assert capfd.readouterr().out.splitlines() == [
        f"brief {number} of 4: {partner}" for number, partner in enumerate(MADE_FIRST, start=1)
    ]
    assert set(made) == {f"{code}.ipynb" for code in MADE_FIRST} | {"brief_index.csv"}
    assert made["brief_index.csv"].decode().splitlines() == [
        "partner,name",
        *(f'{code},"a, {code}"' for code in ("USA", "JPN", "KOR", "SGP")),
    ]
    shown = made["KOR.ipynb"].decode()
    assert "KOR Hàn Quốc Lời 1 x" in shown
    assert "None UTC True" in shown
    assert "False False" in shown, "a fork draws as if it had a seed"
    assert "drawn: " in shown

    brief_runs.run_briefs(params(processes=1))
    assert published() == made

    # the first brief spoils all that it can reach: it shows in its own second look alone
    (project / "tamper").touch()
    brief_runs.run_briefs(params(processes=1))
    spoilt = published()
    assert {name for name in made if spoilt[name] != made[name]} == {"JPN.ipynb"}
    cells = json.loads(spoilt["JPN.ipynb"])["cells"]
    looks = [
        cell["outputs"][0]["text"]
        for cell in cells
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip() == LOOK.strip()
    ]
    assert len(looks) == 2
    lines = [zip(*("".join(look).splitlines() for look in looks), strict=True)]
    assert all(before != after for pair in lines for before, after in pair)

    # a kernel that is not forked shows the same
    staging = project / "staging"
    staging.mkdir()
    environment = notebook_runs.KERNEL_ENVIRONMENT | notebook_runs.staged(staging)
    with notebook_runs.environment(**environment):
        alone = notebook_runs.execute(
            paths.BRIEF,
            {"partner": "SGP"},
            staging / "out.ipynb",
            kept=paths.failed_notebook_file(paths.BRIEF),
            progress_bar=False,
        )
    assert notebooks.normalise(alone).encode() == made["SGP.ipynb"]


def test_each_failure_is_named_and_the_last_good_briefs_stay(project, capfd):
    place(brief("1 + 1"))
    brief_runs.run_briefs(params())
    good = published()
    capfd.readouterr()
    place(
        brief(
            "import os, sys\n"
            "if partner == 'USA': os._exit(3)\n"
            "if partner == 'KOR': raise ValueError('bad ' + partner)"
        )
    )
    with pytest.raises(NotebookFailed) as caught:
        brief_runs.run_briefs(params())
    told = str(caught.value)
    assert "Brief on USA: Cell 'working-code-1' under 'Working' ended the kernel" in told
    assert "Brief on KOR: Cell 'working-code-1' under 'Working' raised ValueError: bad KOR" in told
    assert "reports/_failed/partner_brief_USA.ipynb" in told
    shown = capfd.readouterr().out
    assert [line.split(": ")[1] for line in shown.splitlines()] == [
        *("JPN", "USA FAILED", "KOR FAILED", "SGP")
    ]
    assert published() == good
    kept = {path.stem for path in paths.failed_notebook_file("x").parent.iterdir()}
    assert kept == {"partner_brief_USA", "partner_brief_KOR"}
    half_run = paths.failed_notebook_file("partner_brief_KOR").read_text()
    assert "bad KOR" in half_run

    place(brief("1 + 1"))
    brief_runs.run_briefs(params())
    assert published() == good
    assert not list(paths.failed_notebook_file("x").parent.iterdir())


def test_a_brief_that_hangs_is_stopped_and_named(project, monkeypatch):
    monkeypatch.setattr(brief_runs, "_CELL_SECONDS", 2)
    place(brief("import threading\nthreading.Event().wait()"))
    with pytest.raises(NotebookFailed, match=r"'working-code-1' .* came to no end in 2 seconds"):
        brief_runs.run_briefs(params(partners=["JPN"]))
    assert not paths.briefs_folder().exists()


@pytest.mark.parametrize(
    ("save", "words"),
    [
        ("pass", "saved 0 rows"),
        ("import sys; sys.exit()", "saved 0 rows"),
        (SAVE.replace("\\n{partner}", "\\nXXX"), "saved 1 rows of table 'brief_index'"),
    ],
)
def test_a_brief_without_its_row_of_the_index_is_refused(project, save, words):
    place(brief("import os", save=save))
    with pytest.raises(NotebookFailed, match=rf"Brief on JPN: it {words}"):
        brief_runs.run_briefs(params(partners=["JPN"]))
    assert not paths.briefs_folder().exists()


def test_a_notebook_with_other_parameters_or_none_is_named(tiny_project):
    with pytest.raises(TechDiplomacyError, match=r"dvc repro tidy_brief"):
        brief_runs.run_briefs(params())
    other = brief()
    other["cells"][1]["source"] = 'country: str = "JPN"'
    place(other)
    with pytest.raises(InvalidParams, match=r"'partner' is not a parameter[\s\S]*partner_brief"):
        brief_runs.run_briefs(params())


def test_each_fork_draws_numbers_of_its_own(project):
    place(brief('import numpy as np\nprint("drawn", np.random.random())'))
    brief_runs.run_briefs(params())
    found = {re.search(rb"drawn [.0-9e-]+", made)[0] for made in texts_of_briefs()}
    assert len(found) == 4


def texts_of_briefs():
    return [path.read_bytes() for path in paths.briefs_folder().iterdir()]


def test_a_kernel_that_does_not_start_is_named(project, monkeypatch):
    def gone(*_):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr("techdiplomacy.forked_kernels.ForkServer.fork", gone)
    place(brief("1 + 1"))
    with pytest.raises(
        NotebookFailed, match=r"Brief on JPN: Its kernel did not start: Kernel died"
    ):
        brief_runs.run_briefs(params(partners=["JPN"]))
    assert not paths.briefs_folder().exists()


def test_a_table_that_cannot_be_read_stops_the_run(tiny_project):
    place(brief("from techdiplomacy import tables", 'tables.read_table("partner_ranks")'))
    with pytest.raises(TechDiplomacyError, match=r"partner_ranks\.csv is missing"):
        brief_runs.run_briefs(params(partners=["JPN"]))
