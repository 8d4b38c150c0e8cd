"""Notebooks: kept tidy, run with checked parameters, published whole or not at all."""

import ast
import copy
import itertools
import json
import re
import string

import pytest
from conftest import ROOT

from techdiplomacy import notebook_runs, notebooks, paths
from techdiplomacy.cards import load_card
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidParams, NotebookFailed, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params, notebook_parameters
from techdiplomacy.texts import typed_numbers

NAMES = list(load_params().notebooks)
CLOSING = "What this says and does not say"
PARTS_OF_THE_CLOSING = ["What this is", "What it can be used for", "Main limitations"]


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


def calls(source, *functions):
    """Return the calls of some functions in a piece of code: say(...) and pages.table(...)."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in functions
    ]


def unsound_sentences(source):
    """Return what is wrong with the sentences of a code cell.

    The catalogues are keyed by the sentence: it must stand there as a constant.
    """
    wrong = []
    for call in calls(source, "say", "texts.say"):
        text = ast.unparse(call)
        if len(call.args) != 1 or not (
            isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
        ):
            wrong.append(f"not one constant sentence: {text}")
            continue
        template = call.args[0].value
        places = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        if places != {keyword.arg for keyword in call.keywords}:
            wrong.append(f"places and values differ: {text}")
        wrong += [f"'{n}' is typed: {text}" for n in typed_numbers(re.sub(r"{\w+}", "", template))]
    return wrong


def typed_in_prose(source):
    """Return the numbers typed into a markdown cell; what code spans hold is no prose."""
    prose = re.sub(r"(`+).+?\1", " ", source, flags=re.DOTALL)
    return [number for part in re.split(r"\n\s*\n", prose) for number in typed_numbers(part)]


def headings(source, level):
    """Return the headings of one level in a piece of Markdown."""
    return re.findall(rf"^#{{{level}}} +(.+?) *$", source, flags=re.MULTILINE)


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

    def test_opens_with_a_question(self, name):
        first = "".join(self.source(name)["cells"][0]["source"])
        assert re.match(r"# .+\n+[^#\n].+\?", first)

    def test_closes_with_what_it_is_what_it_is_for_and_its_limits(self, name):
        last = self.source(name)["cells"][-1]
        assert last["cell_type"] == "markdown"
        closing = "".join(last["source"])
        assert closing.startswith(f"## {CLOSING}\n")
        assert headings(closing, 3) == PARTS_OF_THE_CLOSING
        parts = re.split(r"^### .+$", closing, flags=re.MULTILINE)[1:]
        assert all(len(part.split()) >= 10 for part in parts), "each part says something"

    def test_evidence_comes_first_then_the_method_then_the_limits(self, name):
        found, showing = [], []
        for one in self.source(name)["cells"]:
            source = "".join(one["source"])
            if one["cell_type"] == "markdown":
                found += headings(source, 2)
            elif calls(source, "pages.figure", "pages.table"):
                showing.append(len(found))
        assert found[-2:] == ["Method", CLOSING]
        assert len(set(found)) == len(found) > 2
        # each heading of evidence has something to show, and nothing is shown outside of them
        assert set(showing) == set(range(1, len(found) - 1))

    def test_findings_come_before_any_evidence(self, name):
        shown = [
            ast.unparse(call.func)
            for one in self.source(name)["cells"]
            # what belongs to the findings, such as which list is used, may stand beside them
            if one["cell_type"] == "code" and "findings" not in one["metadata"].get("tags", [])
            for call in calls(
                "".join(one["source"]),
                *("pages.findings", "pages.figure", "pages.table", "pages.paragraph"),
            )
        ]
        assert shown[0] == "pages.findings"
        assert shown.count("pages.findings") == 1

    def test_what_prepares_the_page_is_tagged_and_shows_nothing(self, name):
        for one in self.source(name)["cells"]:
            if one["cell_type"] != "code":
                continue
            source, tags = "".join(one["source"]), set(one["metadata"].get("tags", []))
            assert bool(tags & {"preparation", "parameters"}) != ("pages." in source), one["id"]

    def test_elements_are_named_once_and_their_sources_have_cards(self, name, monkeypatch):
        monkeypatch.chdir(ROOT)
        given, sources = [], set()
        for one in self.source(name)["cells"]:
            if one["cell_type"] != "code":
                continue
            for node in ast.walk(ast.parse("".join(one["source"]))):
                if isinstance(node, ast.keyword) and node.arg == "name":
                    given.append(ast.literal_eval(node.value))
                literal = isinstance(node, ast.keyword) and isinstance(node.value, ast.List)
                if literal and node.arg == "sources":
                    sources |= set(re.findall(r"'(\w+)'", ast.unparse(node.value)))
        assert given
        assert len(set(given)) == len(given)
        assert {load_card(source).id for source in sources} == sources

    def test_every_sentence_in_code_is_a_constant(self, name):
        code = [
            "".join(c["source"]) for c in self.source(name)["cells"] if c["cell_type"] == "code"
        ]
        assert sum(len(calls(source, "say")) for source in code) > 0
        assert [wrong for source in code for wrong in unsound_sentences(source)] == []

    def test_no_number_is_typed_into_prose(self, name):
        prose = [c for c in self.source(name)["cells"] if c["cell_type"] == "markdown"]
        typed = {one["id"]: typed_in_prose("".join(one["source"])) for one in prose}
        assert {place: numbers for place, numbers in typed.items() if numbers} == {}

    def test_defaults_are_those_of_params(self, name):
        defaults = notebooks.declared_parameters(self.source(name))
        assert defaults == notebook_parameters(load_params(), name), "make tidy repairs it"

    def test_reads_feature_tables_only(self, name):
        """The run depends on features, not on clean tables: another table would go stale."""
        for one in self.source(name)["cells"]:
            for table in re.findall(r'read_table\("(\w+)"', "".join(one["source"])):
                assert declared(table).step == "features", table


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("say('{n} groups', n=count(3))", None),
        ("pages.table(rows, headline=say('Series to {year}', year=year(2024)))", None),
        ("say('By 2030 one of 100')", None),
        ("say(f'{n} groups')", "not one constant sentence"),
        ("say('a' + words)", "not one constant sentence"),
        ("say(template, n=count(3))", "not one constant sentence"),
        ("say('{n} groups')", "places and values differ"),
        ("say('groups', n=count(3))", "places and values differ"),
        ("pages.paragraph(say('among 35 countries'))", "'35' is typed"),
    ],
)
def test_an_unsound_sentence_is_seen(source, wrong):
    found = unsound_sentences(source)
    assert found == [] if wrong is None else wrong in found[0]


@pytest.mark.parametrize(
    ("prose", "typed"),
    [
        ("Growth to 2030, as 1 of 100 in the EU27.", []),
        ("About 35 countries,\nor 0.5 of them.", ["35", "0.5"]),
        ("Set `k: 6` and ``n = `7` ``, not 8.", ["8"]),
        ("One `quote\n\nstays 9 open", ["9"]),
    ],
)
def test_a_number_typed_into_prose_is_seen(prose, typed):
    assert typed_in_prose(prose) == typed


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
    notebook_runs.run("small", given)
    first = paths.executed_notebook_file("small").read_bytes()
    assert json.loads(paths.metrics_file("small").read_text()) == {"n": 2}
    assert (paths.results_folder("small") / "out.csv").read_bytes() == b"x\n1\n"
    printed = json.dumps(json.loads(first))
    assert f"{sys.executable} int ['x', 'y']" in printed, "types and interpreter survive"
    notebook_runs.run("small", given)
    assert paths.executed_notebook_file("small").read_bytes() == first
    shown = capfd.readouterr()
    assert "small" in shown.out + shown.err, "progress is shown"


def test_a_failing_cell_is_named_and_the_last_good_outputs_stay(tiny_project):
    place(small_notebook())
    given = {"times": 3, "words": ["x"]}
    notebook_runs.run("small", given)
    good = paths.executed_notebook_file("small").read_bytes()
    place(small_notebook(last="tables.write_metrics('small', {'n': 9})\n1 / 0"))
    with pytest.raises(NotebookFailed, match=r"under 'Working' raised ZeroDivisionError") as caught:
        notebook_runs.run("small", given)
    assert "1 / 0" in str(caught.value)
    assert "reports/_failed/small.ipynb" in caught.value.next_step
    assert "ZeroDivisionError" in paths.failed_notebook_file("small").read_text()
    assert paths.executed_notebook_file("small").read_bytes() == good
    assert json.loads(paths.metrics_file("small").read_text()) == {"n": 1}


def test_a_notebook_without_results_is_refused(tiny_project):
    place(small_notebook(last="pass"))
    with pytest.raises(NotebookFailed, match="wrote no headline numbers"):
        notebook_runs.run("small", {"times": 3, "words": ["x"]})
    assert not paths.executed_notebook_file("small").exists()


def test_a_notebook_that_was_not_tidied_is_named(tiny_project):
    with pytest.raises(TechDiplomacyError, match="tidy copy"):
        notebook_runs.run("small", {})
