"""Why a number changed: parts by factor, their sum, and runs of a miniature project."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from small_repositories import commit, copy_of, git, make_project, numbers, write_code

from techdiplomacy import explained_changes, paths
from techdiplomacy.changes import NumberChange
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.explained_changes import (
    CODE,
    DATA,
    FACTORS,
    PACKAGES,
    PARAMETERS,
    TAXONOMY,
    TAXONOMY_LISTS,
    Explained,
    Explanation,
    explain,
)


def alone(**numbers_by_factor):
    """Return runs with one factor swapped each, for a page with one number 'n'."""
    return {
        frozenset(factor.split("_")): None if value is None else {"n": value}
        for factor, value in numbers_by_factor.items()
    }


class TestWhatBelongsToAFactor:
    @pytest.mark.parametrize(
        ("path", "factor"),
        [
            ("data/snapshots/ncses_articles.csv.gz", DATA),
            ("data/registers/offices.csv", DATA),
            ("data/ledger/forecasts.csv", DATA),
            ("data/releases/0.1.0.json", DATA),
            ("data/reference/countries.csv", DATA),
            ("data/reference/field_groups.csv", TAXONOMY),
            ("data/reference/README.md", ""),
            ("data/changes/v0.1.0.json", ""),
            ("dvc.yaml", CODE),
            ("notebooks/country_clusters.ipynb", CODE),
            ("locale/vi/LC_MESSAGES/workbench.po", CODE),
            ("src/techdiplomacy/technologies.py", CODE),
            ("requirements.lock", PACKAGES),
            ("tests/test_texts.py", ""),
            ("dvc.lock", ""),
            ("metrics/country_clusters.json", ""),
        ],
    )
    def test_of_a_file(self, path, factor):
        assert explained_changes.factor_of(path) == factor

    def test_the_lists_of_the_taxonomy_exist(self):
        for name in TAXONOMY_LISTS:
            assert (ROOT / "data" / "reference" / f"{name}.csv").is_file(), name

    def test_every_list_with_ids_of_groups_is_one_of_the_taxonomy(self):
        for path in (ROOT / "data" / "reference").glob("*.csv"):
            header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
            if {"group_id", "framework"} & set(header):
                assert path.stem in TAXONOMY_LISTS, path.name

    def test_every_input_of_a_notebook_belongs_to_a_factor(self):
        stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
        made = ("data/raw", "data/clean", "data/features", "reports")
        for stage in ("fetch_source", "clean_source", "build_features", "run_notebook"):
            body = stages[stage].get("do", stages[stage])
            for name in body["deps"]:
                if not name.startswith(made):
                    inside = name if "." in name else f"{name}/file"
                    assert explained_changes.factor_of(inside), name

    def test_what_changed_is_found_in_files_and_settings(self):
        files = {"src/a.py": "1", "README.md": "1", "data/snapshots/a.yaml": "1"}
        settings = {"taxonomy": "one", "sources": {"a": 1}, "ranks": {"draws": 1}}
        changed = explained_changes.changed_factors
        assert changed(files, files, settings, settings) == []
        assert changed(files, files | {"README.md": "2"}, settings, settings) == []
        assert changed(files, files | {"src/b.py": "1"}, settings, settings) == [CODE]
        assert changed(files, {"src/a.py": "1"}, settings, settings) == [DATA]
        now = {"taxonomy": "two", "sources": {"a": 2}, "ranks": {"draws": 2}}
        assert changed(files, files, settings, now) == [DATA, TAXONOMY, PARAMETERS]

    def test_settings_are_swapped_by_section(self):
        before = {"taxonomy": "one", "sources": {"a": 1}, "ranks": 1, "gone": 1}
        now = {"taxonomy": "two", "sources": {"b": 1}, "ranks": 2, "new": 1}
        swapped = explained_changes.swapped_settings
        assert swapped(before, now, [DATA]) == before | {"sources": {"b": 1}}
        assert swapped(before, now, [PARAMETERS]) == before | {"ranks": 2}

    def test_a_setting_that_one_state_does_not_know_goes_with_the_code(self):
        before = {"ranks": {"draws": 1, "old": 1}, "gone": 1}
        now = {"ranks": {"draws": 2, "new": 2}, "added": 1, "notebooks": ["one"]}
        swapped = explained_changes.swapped_settings
        assert swapped(before, now, [PARAMETERS]) == {"ranks": {"draws": 2, "old": 1}, "gone": 1}
        coded = {"ranks": {"draws": 1, "new": 2}, "added": 1, "notebooks": ["one"]}
        assert swapped(before, now, [CODE]) == coded
        assert swapped(before, now, [CODE, PARAMETERS]) == now
        found = explained_changes.changed_factors
        assert found({}, {}, before, now) == [PARAMETERS, CODE]
        assert found({}, {}, {"a": {"b": 1}}, {"a": {"b": 1, "c": 1}}) == [CODE]

    def test_signing_a_page_changes_no_number(self):
        signed = {"review": {"one": {"by": "A"}}, "briefs": {"processes": 4}}
        before = {"review": {"one": {"by": ""}}, "briefs": {"processes": 2}}
        assert explained_changes.changed_factors({}, {}, before, signed) == []


class TestParts:
    def test_a_factor_that_has_not_changed_has_no_part(self):
        (row,) = explain({"n": 5}, {"n": 7.5}, [DATA], alone(data=7.5)).values()
        assert row.parts == {DATA: 2.5, TAXONOMY: 0, PARAMETERS: 0, CODE: 0, PACKAGES: 0}
        assert row.interaction == 0

    def test_what_the_parts_do_not_add_up_to_is_the_interaction(self):
        # figures from 10 to 20 and a factor from 3 to 5: 30 + 30 (figures) + 20 (factor) + 20
        runs = alone(data=60.0, parameters=50.0)
        (row,) = explain({"n": 30.0}, {"n": 100.0}, [DATA, PARAMETERS], runs).values()
        assert (row.parts[DATA], row.parts[PARAMETERS], row.interaction) == (30, 20, 20)

    def test_differences_are_exact(self):
        (row,) = explain({"n": 0.1}, {"n": 0.3}, [DATA], alone(data=0.3)).values()
        assert row.parts[DATA] == 0.2

    def test_a_factor_that_cannot_run_alone_stands_with_the_code(self):
        # old code cannot read the new figures; code and figures together give 9
        runs = alone(data=None, taxonomy=6, code=5.5, data_code=9)
        changed = [DATA, TAXONOMY, CODE]
        (row,) = explain({"n": 5}, {"n": 12}, changed, runs).values()
        assert (row.parts[DATA], row.parts[CODE], row.parts[TAXONOMY]) == (None, 4, 1)
        assert (row.interaction, row.with_code) == (2, (DATA,))

    def test_code_and_all_that_is_stuck_are_the_present_state_if_nothing_else_changed(self):
        runs = alone(data=None, code=None)
        assert explained_changes.joint_swap([DATA, CODE], runs) is None
        (row,) = explain({"n": 5}, {"n": 12}, [DATA, CODE], runs).values()
        assert (row.parts[CODE], row.interaction, row.with_code) == (7, 0, (DATA,))

    def test_where_not_even_that_runs_the_code_has_the_rest(self):
        runs = alone(data=6, code=None)
        (row,) = explain({"n": 5}, {"n": 12}, [DATA, CODE], runs).values()
        assert (row.parts[DATA], row.parts[CODE], row.interaction) == (1, 6, None)
        assert row.with_code == ()
        runs = alone(data=None, parameters=7, code=5, data_code=None)
        (row,) = explain({"n": 5}, {"n": 12}, [DATA, PARAMETERS, CODE], runs).values()
        assert (row.parts[PARAMETERS], row.parts[CODE], row.interaction) == (2, 5, None)
        assert row.with_code == (DATA,)

    def test_which_runs_are_needed_together(self):
        joint = explained_changes.joint_swap
        assert joint([DATA, CODE, PACKAGES], alone(data=1, code=1, packages=1)) is None
        assert joint([DATA, CODE, PACKAGES], alone(data=None, code=1, packages=1)) == {DATA, CODE}
        assert joint([DATA, CODE], alone(data=1, code=None)) is None

    def test_numbers_that_are_new_or_gone_have_no_parts(self):
        rows = explain({"old": 1, "none": 2}, {"new": 1, "none": None}, [CODE], {})
        assert rows == {
            "new": Explained(None, 1),
            "none": Explained(2, None),
            "old": Explained(1, None),
        }

    def test_a_number_that_a_run_does_not_give_is_stuck_for_this_run(self):
        runs = {frozenset({DATA}): {"other": 1}, frozenset({CODE}): {"n": 6}}
        (row,) = explain({"n": 5}, {"n": 8}, [DATA, CODE], runs).values()
        assert (row.parts[CODE], row.with_code) == (3, (DATA,))

    def test_a_word_says_what_it_becomes_by_a_factor_alone(self):
        runs = alone(data="b", code="a", parameters="c")
        (row,) = explain({"n": "a"}, {"n": "b"}, [DATA, PARAMETERS, CODE], runs).values()
        assert (row.parts, row.alone) == ({}, {DATA: "b", PARAMETERS: "c"})
        (row,) = explain({"n": True}, {"n": False}, [DATA], alone(data=False)).values()
        assert row.alone == {DATA: False}

    def test_parts_that_cancel_out_are_listed_and_what_stands_still_is_not(self):
        runs = alone(data=7, code=3)
        (row,) = explain({"n": 5}, {"n": 5}, [DATA, CODE], runs).values()
        assert (row.parts[DATA], row.parts[CODE], row.interaction) == (2, -2, 0)
        assert explain({"n": 5}, {"n": 5}, [DATA, CODE], alone(data=5, code=5)) == {}

    @given(st.data())
    def test_parts_and_interaction_add_up_to_the_change(self, data):
        value = st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.6g}"))
        changed = data.draw(st.lists(st.sampled_from(FACTORS), unique=True, min_size=1))
        changed = [factor for factor in FACTORS if factor in changed]
        before, now = data.draw(value), data.draw(value)
        runs = {frozenset({f}): data.draw(st.none() | value.map(one)) for f in changed}
        together = explained_changes.joint_swap(changed, runs)
        if together:
            runs[together] = data.draw(st.none() | value.map(one))
        for row in explain({"n": before}, {"n": now}, changed, runs).values():
            parts = [part for part in row.parts.values() if part is not None]
            total = sum(parts) + (row.interaction or 0)
            assert total == pytest.approx(now - before, abs=1e-6)


def one(number):
    return {"n": number}


class TestFile:
    ROW = Explained(5.0, 7.0, dict.fromkeys(FACTORS, 0.4), 0.0, (DATA,))

    def test_what_is_written_is_read_back(self, tiny_project):
        explanation = Explanation("v0.1.0", [DATA, CODE], {"page": {"n": self.ROW}})
        assert explained_changes.read_explanation("0.1.0") is None
        path = explained_changes.write_explanation(explanation)
        assert path == tiny_project / "data" / "changes" / "v0.1.0.json"
        read = explained_changes.read_explanation("0.1.0")
        assert explained_changes.write_explanation(read).read_bytes() == path.read_bytes()
        assert read.pages["page"]["n"].parts == self.ROW.parts

    def test_a_broken_file_is_named(self, tiny_project):
        path = paths.explanation_file("v0.1.0")
        path.parent.mkdir(parents=True)
        path.write_text('{"tag": "v0.1.0", "changed": [], "pages": {"page": {"n": {"x": 1}}}}')
        with pytest.raises(TechDiplomacyError, match=r"v0\.1\.0\.json cannot be read"):
            explained_changes.read_explanation("0.1.0")

    def test_a_number_that_changed_again_is_not_explained(self):
        explanation = Explanation("v0.1.0", [DATA], {"page": {"n": self.ROW}})
        shown = explained_changes.explained
        assert shown(explanation, "page", [NumberChange("n", 5.0, 7.0)]) == {"n": self.ROW}
        assert shown(explanation, "page", [NumberChange("n", 5.0, 8.0)]) == {}
        assert shown(explanation, "other", [NumberChange("n", 5.0, 7.0)]) == {}
        assert shown(None, "page", [NumberChange("n", 5.0, 7.0)]) == {}

    def test_the_committed_explanations_can_be_read(self, at_the_root):
        for path in (ROOT / "data" / "changes").glob("*.json"):
            explanation = explained_changes.read_explanation(path.stem.removeprefix("v"))
            assert explanation.tag == path.stem
            assert set(explanation.changed) <= set(FACTORS)


# ---- runs of a miniature project: one stage whose numbers depend on every factor


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    yield importlib.import_module("explain_changes")
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a project at its release v0.1.0: sum 138, product 1000, verdict low."""
    project = tmp_path_factory.mktemp("explained") / "project"
    make_project(project)
    git(project, "tag", "v0.1.0")
    assert numbers(project) == {"sum": 138.0, "product": 1000.0, "verdict": "low"}
    return project


@pytest.fixture
def project(released, tmp_path):
    return copy_of(released, tmp_path / "project")


def plant(project, factor):
    """Change one factor: the sum by 7 (data), 11, 13 (parameters), 200 (code) or 17 (packages)."""
    settings = project / "params.yaml"
    if factor == CODE:
        write_code(project, 203)
    elif factor == PARAMETERS:
        settings.write_text(settings.read_text().replace("factor: 10", "factor: 23"))
    else:
        name, text = {
            DATA: ("data/snapshots/figures.csv", "107"),
            TAXONOMY: ("data/reference/technologies.csv", "31"),
            PACKAGES: ("requirements.lock", "22"),
        }[factor]
        (project / name).write_text(text)


PLANTED = {DATA: 7, TAXONOMY: 11, PARAMETERS: 13, CODE: 200, PACKAGES: 17}


def explained_at(tool, project):
    """Return the explanation of the last commit; the numbers of now come from the code of now."""
    subprocess.run([sys.executable, "src/stage.py", "page"], cwd=project, check=True)
    commit(project, "Changed")
    asked = []

    def same_environment(root, before):
        asked.append(before)
        return Path(sys.executable).parent

    told = []
    explanation = tool.explain_changes(
        project, "v0.1.0", environment_of=same_environment, tell=told.append
    )
    # the packages of the release are only asked for where they are others
    assert bool(asked) == (PACKAGES in explanation.changed)
    assert git(project, "status", "--porcelain") == ""
    return explanation, told


@pytest.mark.parametrize("factor", FACTORS)
def test_a_planted_change_is_credited_to_its_factor(tool, project, factor):
    plant(project, factor)
    explanation, told = explained_at(tool, project)
    assert explanation.changed == [factor]
    assert len(told) == 1
    row = explanation.pages["page"]["sum"]
    assert row.now - row.before == PLANTED[factor]
    assert row.parts[factor] >= 0.95 * PLANTED[factor]
    assert sum(row.parts.values()) + row.interaction == PLANTED[factor]


def test_all_planted_together_each_gets_its_own_and_the_rest_is_interaction(tool, project):
    for factor in FACTORS:
        plant(project, factor)
    explanation, _ = explained_at(tool, project)
    assert explanation.changed == list(FACTORS)
    page = explanation.pages["page"]
    assert page["sum"].parts == PLANTED
    assert page["sum"].interaction == 0
    # from 100 x 10 to 107 x 23: figures alone 70, factor alone 1300, both together 91 more
    product = page["product"]
    assert (product.parts[DATA], product.parts[PARAMETERS]) == (70, 1300)
    assert product.interaction == 107 * 23 - 1000 - 70 - 1300 == 91
    assert (page["verdict"].before, page["verdict"].now) == ("low", "high")
    assert page["verdict"].alone == {CODE: "high"}


def test_figures_that_only_the_new_code_can_read_stand_with_the_code(tool, project, capfd):
    plant(project, TAXONOMY)
    (project / "data/snapshots/figures.csv").write_text("figures: 107")
    code = project / "src" / "stage.py"
    text = code.read_text().replace("read_text())\n\nset", "read_text().split(': ')[-1])\n\nset")
    code.write_text(text.replace("CONSTANT = 3", "CONSTANT = 4"))
    explanation, told = explained_at(tool, project)
    row = explanation.pages["page"]["sum"]
    assert row.parts == {DATA: None, TAXONOMY: 11, PARAMETERS: 0, CODE: 8, PACKAGES: 0}
    assert (row.interaction, row.with_code) == (0, (DATA,))
    assert told[0].startswith("data as now: 0 of 1 notebooks run")
    assert told[-1].startswith("data and code as now: 1 of 1")
    assert "run_notebook@page" in capfd.readouterr().err


def test_figures_that_git_does_not_hold_are_refused(tool, project):
    settings = project / "params.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("{from: snapshot}", "{from: file, path: ../own.csv}"))
    commit(project, "A file of one's own")
    with pytest.raises(TechDiplomacyError, match="Figures of figures are not held by the"):
        tool.explain_changes(project, "v0.1.0", tell=lambda line: None)


def test_a_second_explanation_is_the_same(tool, project):
    plant(project, DATA)
    first, _ = explained_at(tool, project)
    assert tool.explain_changes(project, "v0.1.0", tell=lambda line: None) == first


def test_what_is_not_ready_is_refused(tool, project):
    with pytest.raises(TechDiplomacyError, match=r"no tag 'v9'; known are: v0\.1\.0"):
        tool.check_ready(project, "v9")
    plant(project, DATA)
    with pytest.raises(TechDiplomacyError, match=r"Not committed: data/snapshots/figures\.csv"):
        tool.check_ready(project, "v0.1.0")
    commit(project, "Changed, not reproduced")
    with pytest.raises(TechDiplomacyError, match="Not reproduced: run_notebook@page"):
        tool.check_ready(project, "v0.1.0")
