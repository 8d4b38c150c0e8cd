"""Notebooks: kept tidy, run with checked parameters, published whole or not at all."""

import ast
import copy
import itertools
import json
import re

import pytest

from techdiplomacy import notebooks, paths
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, NotebookFailed, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params, notebook_parameters

NAMES = list(load_params().notebooks)


def cell(kind, source, **more):
    empty = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **empty, **more}


def small_notebook(last="tables.write_metrics('small', {'n': len(words)})"):
    return {
        "cells": [
            cell("markdown", "# A small notebook\n\nDoes the runner work?"),
            cell("code", "times: int = 2\nwords: list = ['a']", metadata={"tags": ["parameters"]}),
            cell("markdown", "## Working\n\nIt writes."),
            cell(
                "code",
                "import sys\n"
                "from techdiplomacy import paths, tables\n"
                "from techdiplomacy.files import write_bytes\n"
                "write_bytes(paths.staged_result_file('small', 'out'), b'x\\n1\\n')\n"
                "print(sys.executable, type(times).__name__, words, object())",
            ),
            cell("code", last),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def place(content):
    write_bytes(paths.tidy_notebook_file("small"), notebooks.tidy(content).encode())


@pytest.mark.parametrize("name", NAMES)
class TestCommitted:
    def source(self, name):
        return notebooks.read_source(paths.notebook_file(name))

    def test_is_tidy(self, name):
        text = paths.notebook_file(name).read_text(encoding="utf-8")
        assert text == notebooks.tidy(json.loads(text)), "make tidy repairs it"

    def test_is_thin(self, name):
        for one in self.source(name)["cells"]:
            if one["cell_type"] != "code":
                continue
            tree = ast.parse("".join(one["source"]))
            kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
            assert not [node for node in ast.walk(tree) if isinstance(node, kinds)], one["id"]
            text = "".join(one["source"])
            assert not re.search(r"\bopen\(|read_csv|to_csv|urllib|requests", text), one["id"]

    def test_a_sentence_stands_before_each_code_cell(self, name):
        cells = self.source(name)["cells"]
        for before, one in itertools.pairwise(cells):
            if one["cell_type"] == "code":
                assert before["cell_type"] == "markdown", f"{one['id']} has no sentence before it"

    def test_opens_with_a_question_and_closes_with_limits(self, name):
        cells = self.source(name)["cells"]
        assert re.match(r"# .+\n+[^#\n].+\?", "".join(cells[0]["source"]))
        closing = "".join(cells[-1]["source"])
        assert "What this says" in closing
        assert "does not say" in closing

    def test_defaults_are_those_of_params(self, name):
        defaults = notebooks.declared_parameters(self.source(name))
        assert defaults == notebook_parameters(load_params(), name), "make tidy repairs it"

    def test_reads_feature_tables_only(self, name):
        """The run depends on features, not on clean tables: another table would go stale."""
        for one in self.source(name)["cells"]:
            for table in re.findall(r'read_table\("(\w+)"', "".join(one["source"])):
                assert declared(table).step == "features", table


def test_saving_with_outputs_changes_nothing_that_counts():
    name = NAMES[0]
    source = notebooks.read_source(paths.notebook_file(name))
    saved = copy.deepcopy(source)
    saved["metadata"]["language_info"] = {"name": "python", "version": "3.13.1"}
    for number, one in enumerate(saved["cells"]):
        one["metadata"]["trusted"] = True
        if one["cell_type"] == "code":
            one["execution_count"] = number
            one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "noise"}]
    assert notebooks.tidy(saved) == notebooks.tidy(source)


def test_machine_ids_become_readable_and_stay():
    content = small_notebook()
    for number, one in enumerate(content["cells"]):
        one["id"] = f"{number:08x}"
    once = notebooks.tidy(content)
    ids = [one["id"] for one in json.loads(once)["cells"]]
    assert ids[2] == "working-text-1"
    assert notebooks.tidy(json.loads(once)) == once


def test_parameters_are_checked_by_name_and_type():
    content = small_notebook()
    notebooks.check_parameters("small", content, {"times": 3, "words": ["b"]})
    with pytest.raises(InvalidParams, match=r"'tmes' is not a parameter.*Did you mean 'times'"):
        notebooks.check_parameters("small", content, {"tmes": 3, "words": []})
    with pytest.raises(InvalidParams, match=r"'times' is '3' \(str\), the notebook expects int"):
        notebooks.check_parameters("small", content, {"times": "3", "words": []})
    with pytest.raises(InvalidParams, match="'words' is missing"):
        notebooks.check_parameters("small", content, {"times": 3})


def test_defaults_follow_params_and_right_ones_stay_as_written():
    content = small_notebook()
    content["cells"][1]["source"] = "times: int = 2\nwords: list = [\n    'a',\n]"
    changed = notebooks.with_parameters(content, {"times": 5, "words": ["a"]})
    assert changed["cells"][1]["source"] == "times: int = 5\nwords: list = [\n    'a',\n]"
    again = notebooks.with_parameters(changed, {"times": 5, "words": ["b", "c"]})
    assert notebooks.declared_parameters(again) == {"times": 5, "words": ["b", "c"]}


def test_a_parameters_cell_holds_plain_values_only():
    content = small_notebook()
    content["cells"][1]["source"] = "times: int = len('ab')"
    with pytest.raises(InvalidParams, match="parameters cell holds"):
        notebooks.declared_parameters(content)


def test_a_missing_or_broken_notebook_is_named(tmp_path):
    with pytest.raises(TechDiplomacyError, match="no notebook 'absent'"):
        notebooks.read_source(tmp_path / "absent.ipynb")
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(TechDiplomacyError, match="is not a notebook"):
        notebooks.read_source(tmp_path / "broken.ipynb")


def test_a_run_publishes_and_repeats_to_the_byte(tiny_project, capfd):
    import sys

    place(small_notebook())
    given = {"times": 3, "words": ["x", "y"]}
    notebooks.run("small", given)
    first = paths.executed_notebook_file("small").read_bytes()
    assert json.loads(paths.metrics_file("small").read_text()) == {"n": 2}
    assert (paths.results_folder("small") / "out.csv").read_bytes() == b"x\n1\n"
    printed = json.dumps(json.loads(first))
    assert f"{sys.executable} int ['x', 'y']" in printed, "types and interpreter survive"
    notebooks.run("small", given)
    assert paths.executed_notebook_file("small").read_bytes() == first
    shown = capfd.readouterr()
    assert "small" in shown.out + shown.err, "progress is shown"


def test_a_failing_cell_is_named_and_the_last_good_outputs_stay(tiny_project):
    place(small_notebook())
    given = {"times": 3, "words": ["x"]}
    notebooks.run("small", given)
    good = paths.executed_notebook_file("small").read_bytes()
    place(small_notebook(last="tables.write_metrics('small', {'n': 9})\n1 / 0"))
    with pytest.raises(NotebookFailed, match=r"under 'Working' raised ZeroDivisionError") as caught:
        notebooks.run("small", given)
    assert "1 / 0" in str(caught.value)
    assert "reports/_failed/small.ipynb" in caught.value.next_step
    assert "ZeroDivisionError" in paths.failed_notebook_file("small").read_text()
    assert paths.executed_notebook_file("small").read_bytes() == good
    assert json.loads(paths.metrics_file("small").read_text()) == {"n": 1}


def test_a_notebook_without_results_is_refused(tiny_project):
    place(small_notebook(last="pass"))
    with pytest.raises(NotebookFailed, match="wrote no headline numbers"):
        notebooks.run("small", {"times": 3, "words": ["x"]})
    assert not paths.executed_notebook_file("small").exists()


def test_a_notebook_that_was_not_tidied_is_named(tiny_project):
    with pytest.raises(TechDiplomacyError, match="tidy copy"):
        notebooks.run("small", {})
