"""How a stage script ends: quietly, with a message and code 1, or with a trace if asked for."""

import subprocess
import sys

import pytest
from conftest import ROOT

from techdiplomacy import stages
from techdiplomacy.errors import SourceChanged


def start(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["stage.py", *arguments])


def broken(*_):
    """Make something."""
    raise SourceChanged("The hash differs.", where="a.csv", next_step="Restore it.")


def test_the_stage_is_given_its_argument(monkeypatch):
    seen = []
    start(monkeypatch, "tiny")
    stages.run_stage(seen.append, argument="source")
    assert seen == ["tiny"]


def test_a_stage_without_argument_is_called_without_one(monkeypatch):
    seen = []
    start(monkeypatch)
    stages.run_stage(lambda: seen.append("called"))
    assert seen == ["called"]


def test_an_expected_failure_is_a_message_and_code_1(monkeypatch, capsys):
    start(monkeypatch, "tiny")
    with pytest.raises(SystemExit) as ended:
        stages.run_stage(broken, argument="source")
    assert ended.value.code == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "\nSourceChanged: The hash differs.\n  where: a.csv\n  what to do: Restore it.\n"
    )


def test_with_debug_the_failure_is_raised(monkeypatch):
    start(monkeypatch, "tiny", "--debug")
    with pytest.raises(SourceChanged, match="The hash differs"):
        stages.run_stage(broken, argument="source")


@pytest.mark.parametrize("options", [(), ("--debug",)])
def test_whoever_stops_a_stage_is_told_what_is_kept(monkeypatch, capsys, options):
    def stopped():
        raise KeyboardInterrupt

    start(monkeypatch, *options)
    with pytest.raises(SystemExit) as ended:
        stages.run_stage(stopped)
    assert ended.value.code == 130
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "\nStopped. What is complete is kept; run it again to go on.\n"


def test_a_bug_is_never_hidden(monkeypatch):
    start(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        stages.run_stage(lambda: 1 / 0)


@pytest.mark.parametrize("arguments", [(), ("one", "two"), ("one", "--unknown")])
def test_a_wrong_command_line_is_refused_before_the_stage_runs(monkeypatch, arguments):
    start(monkeypatch, *arguments)
    with pytest.raises(SystemExit) as ended:
        stages.run_stage(broken, argument="source")
    assert ended.value.code == 2


@pytest.mark.parametrize(("options", "traced"), [([], False), (["--debug"], True)])
def test_a_script_shows_a_trace_only_if_asked(tiny_project, options, traced):
    script = [sys.executable, str(ROOT / "pipelines" / "clean_source.py"), "tiny", *options]
    run = subprocess.run(script, cwd=tiny_project, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert ("Traceback" in run.stderr) is traced
    assert "tiny.csv is missing." in run.stderr
    assert "what to do:" in run.stderr
