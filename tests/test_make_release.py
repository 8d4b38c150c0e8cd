"""A release: what stands against it, what it leaves, and a clone that shows the same numbers."""

import importlib
import io
import json
import sys
import zipfile

import pytest
from conftest import CARD, ROOT
from small_repositories import (
    PAGE,
    commit,
    copy_of,
    git,
    make_project,
    numbers,
    reproduce,
    run,
    write_code,
    write_record,
)

from techdiplomacy import changes, citation, ledger, paths
from techdiplomacy.cards import Card, load_card
from techdiplomacy.errors import InvalidPage, LicenceForbids, TechDiplomacyError
from techdiplomacy.files import read_yaml
from techdiplomacy.params import load_params
from techdiplomacy.released_site import Stamp, drafts, site_zip, stamped
from techdiplomacy.texts import day

STAMP = Stamp("0.2.0", "0123456789abcdef0123456789abcdef01234567", "2026-12-01")
DAY = {language: day("2026-12-01").say(language) for language in ("en", "vi")}
FIGURES = {"sha256": "0" * 64, "bytes": 1, "rows": 1}
CARDS = [Card.model_validate({**CARD, "figures": FIGURES})]
ZIP = "dist/technology-diplomacy-site-0.2.0.zip"


def page(language="en", *, trust='<h2 id="trust-title">Trust</h2>', foot='<footer class="site">'):
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head>'
        f"<body>{trust}{foot}</body></html>"
    )


class TestStamp:
    def test_head_and_trust_block_say_version_commit_and_day(self):
        made = stamped(page(), STAMP, "page.html")
        head = f'<meta name="release" content="0.2.0, commit {STAMP.commit}, 2026-12-01">'
        assert made.count(head) == 1
        said = f'<p class="release">Release 0.2.0, commit 0123456789ab, {DAY["en"]}.</p>'
        assert f'<h2 id="trust-title">Trust</h2>\n{said}' in made
        assert made.count("0.2.0") == 2

    def test_the_day_has_the_form_of_the_language(self):
        assert DAY["vi"] in stamped(page("vi"), STAMP, "page.vi.html")

    def test_a_page_without_trust_block_says_so_at_its_foot_and_without_one_on_top(self):
        foot = '<footer class="site">'
        assert f'{foot}\n<p class="release">' in stamped(page(trust=""), STAMP, "index.html")
        bare = stamped(page(trust="", foot=""), STAMP, "LICENCES.html")
        assert '<body>\n<p class="release">' in bare

    def test_a_page_without_head_or_language_is_refused(self):
        for text in ("<html><body></body></html>", page("de"), page().replace("<meta", "<x")):
            with pytest.raises(InvalidPage, match=r"page\.html has no head"):
                stamped(text, STAMP, "page.html")

    def test_drafts_are_named_once_with_their_fingerprint(self, tmp_path):
        draft = '<body class="draft" data-watermark="Draft"><code id="fingerprint">ab12<'
        for name, text in (
            ("one.html", draft),
            ("one.vi.html", draft),
            ("two.html", '<body><p class="draft">'),
            ("brief.html", '<body class="brief draft">'),
        ):
            (tmp_path / name).write_text(text)
        assert drafts(tmp_path) == {"brief": "", "one": "ab12"}


class TestZip:
    @pytest.fixture
    def site(self, tmp_path):
        (tmp_path / "data").mkdir()
        (tmp_path / "page.html").write_text(page())
        (tmp_path / "data" / "numbers.csv").write_bytes(b"a,b\n")
        return tmp_path

    def test_the_same_site_gives_the_same_bytes(self, site):
        first = site_zip(site, STAMP, {"LICENSE": b"terms"})
        (site / "page.html").touch()
        assert site_zip(site, STAMP, {"LICENSE": b"terms"}) == first

    def test_names_are_sorted_times_fixed_and_only_the_copy_is_stamped(self, site):
        with zipfile.ZipFile(io.BytesIO(site_zip(site, STAMP, {"LICENSE": b"terms"}))) as packed:
            top = "technology-diplomacy-site-0.2.0/"
            assert packed.namelist() == [
                *(f"{top}LICENSE", f"{top}data/numbers.csv", f"{top}page.html")
            ]
            assert {entry.date_time for entry in packed.infolist()} == {(2026, 12, 1, 0, 0, 0)}
            assert b"commit 0123456789ab" in packed.read(f"{top}page.html")
            assert packed.read(f"{top}data/numbers.csv") == b"a,b\n"
        assert (site / "page.html").read_text() == page()

    def test_every_page_of_the_site_can_be_stamped(self):
        found = sorted((ROOT / "reports" / "site").glob("*.html"))
        if not found:
            pytest.skip("there is no site: run make")
        for path in found:
            made = stamped(path.read_text(encoding="utf-8"), STAMP, path.name)
            assert made.count('<p class="release">') == 1, path.name


class TestCitation:
    def test_the_file_at_the_root_is_that_of_the_newest_release_and_of_the_cards(self, at_the_root):
        cards = [load_card(name) for name in load_params().sources]
        expected = citation.citation_file(changes.newest_release(), cards)
        text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
        assert text == expected, "run python tools/make_citation.py"

    def test_version_and_licences_of_all_data_are_in_it(self, at_the_root):
        cited = read_yaml(ROOT / "CITATION.cff")
        assert cited["cff-version"] == "1.2.0"
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert f'\nversion = "{cited["version"]}"\n' in project
        assert len(cited["references"]) == len(load_params().sources) + 1
        for one in cited["references"]:
            assert one["title"]
            assert one["authors"]
            assert one.get("license") or one["notes"].startswith("Licence: ")


# ---- a miniature project with a DVC remote


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    yield importlib.import_module("make_release")
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def ready(tmp_path_factory, tool):
    """Return a project in which release 0.2.0 is recorded, signed, committed and reproduced."""
    folder = tmp_path_factory.mktemp("release")
    project = folder / "project"
    make_project(project)
    config = "[core]\n    analytics = false\n    autostage = false\n    remote = store\n"
    config += f"['remote \"store\"']\n    url = {folder / 'store'}\n"
    (project / ".dvc" / "config").write_text(config)
    (project / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (project / "LICENSE").write_text("Apache License")
    (project / "data" / "ledger").mkdir()
    (project / "data" / "ledger" / "forecasts.csv").write_text(f"{ledger.header()}\n")
    write_record(project, "0.1.0", "2026-11-21")
    write_record(project, "0.2.0", "2026-12-01")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project)
        importlib.import_module("make_citation").write_citation(changes.newest_release(), CARDS)
    commit(project, "Release 0.2.0 recorded")
    git(project, "tag", "v0.1.0", "HEAD~1")
    return project


@pytest.fixture
def project(ready, tmp_path, monkeypatch):
    folder = copy_of(ready, tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def against(tool, version="0.2.0", date=""):
    """Return what stands against a release, as one text."""
    return "\n".join(map(str, tool.problems(version, date, [PAGE], CARDS)))


def as_it_was(project):
    """Return what a refused release must leave alone: tags and files."""
    return git(project, "tag"), sorted(path.name for path in project.glob("dist/*"))


def test_a_clone_at_the_tag_pulls_and_shows_the_same_numbers(tool, project, tmp_path):
    assert against(tool, date="2026-12-01") == ""
    path = tool.make_release("0.2.0", public=paths.site_folder, tell=lambda line: None)
    assert path == project / ZIP
    assert git(project, "tag").split() == ["v0.1.0", "v0.2.0"]
    assert git(project, "status", "--porcelain") == ""
    # the project goes on: other figures, another commit
    (project / "data/snapshots/figures.csv").write_text("999")
    reproduce(project)
    commit(project, "Later")

    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", "v0.2.0", str(project), str(clone))
    assert not (clone / "reports").exists()
    run(clone, sys.executable, "-m", "dvc", "pull", "--quiet")
    assert numbers(clone) == {"sum": 138.0, "product": 1000.0, "verdict": "low"}
    assert numbers(clone) != numbers(project)
    shown = (clone / "reports" / "site" / "page.html").read_text()
    assert json.dumps(numbers(clone)) in shown
    assert run(clone, sys.executable, "-m", "dvc", "status").strip().endswith("up to date.")

    # the zip holds the pages of the clone, stamped with the commit of the tag
    commit_of_tag = git(clone, "rev-parse", "HEAD").strip()
    top = "technology-diplomacy-site-0.2.0/"
    with zipfile.ZipFile(path) as packed:
        names = ["CITATION.cff", "LICENSE", "data/numbers.csv", "index.html", "page.html"]
        assert packed.namelist() == [f"{top}{name}" for name in [*names, "page.vi.html"]]
        stamp = Stamp("0.2.0", commit_of_tag, "2026-12-01")
        assert packed.read(f"{top}page.html").decode() == stamped(shown, stamp, "page.html")
        assert b'version: "0.2.0"' in packed.read(f"{top}CITATION.cff")


def test_uncommitted_files_are_refused(tool, project):
    (project / "notes.txt").write_text("new")
    assert "1 files are not committed: notes.txt" in against(tool)


def test_what_is_not_reproduced_is_refused(tool, project):
    write_code(project, 4)
    commit(project, "Other code")
    assert "2 stages are not reproduced" in (told := against(tool)) or "run_notebook@page" in told
    assert "Run make, and commit dvc.lock" in told


def test_drafts_are_refused_by_name(tool, project):
    (project / "review.json").write_text('{"signed": false}')
    reproduce(project)
    commit(project, "Not signed")
    told = against(tool)
    assert "1 pages are drafts" in told
    assert 'page: {by: "", on: "", fingerprint: "0123456789ab"}' in told
    assert "not reproduced" not in told


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0.1.0", r"Release 0.1.0 is tagged already"),
        ("0.0.9", "Release 0.0.9 is not higher than the newest one, 0.2.0"),
        ("0.3.0", "Release 0.3.0 is not recorded"),
        ("v3", "'v3' is no version"),
    ],
)
def test_a_version_that_cannot_be_is_refused(tool, project, version, words):
    assert words in against(tool, version)


def test_what_was_not_recorded_names_the_command(tool, project):
    told = against(tool, "0.3.0", "2027-01-01")
    assert "make record VERSION=0.3.0 DATE=2027-01-01" in told


def test_another_day_than_the_recorded_one_is_refused(tool, project):
    assert "is recorded for 2026-12-01, not for 2026-12-02" in against(tool, date="2026-12-02")


def test_numbers_that_are_not_those_of_the_record_are_refused(tool, project):
    (project / "data/snapshots/figures.csv").write_text("101")
    reproduce(project)
    commit(project, "Other figures")
    told = against(tool)
    assert "Numbers or findings are not those of the record of 0.2.0: page" in told
    assert "not reproduced" not in told


def test_a_citation_of_another_version_is_refused(tool, project):
    text = (project / "pyproject.toml").read_text().replace("0.2.0", "0.1.0")
    (project / "pyproject.toml").write_text(text)
    commit(project, "Old version")
    assert "Not in step with release 0.2.0 and its sources: pyproject.toml" in against(tool)


def test_without_a_remote_the_command_to_add_one_is_named(tool, project):
    committed = (project / ".dvc" / "config").read_text()
    (project / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    # a remote that only this clone knows is none for another one
    (project / ".dvc" / "config.local").write_text(committed)
    commit(project, "No remote")
    told = against(tool)
    assert "no default DVC remote in the committed settings" in told
    assert "dvc remote add --default" in told


def test_everything_that_stands_against_it_is_said_at_once(tool, project):
    (project / "notes.txt").write_text("new")
    told = against(tool, "0.0.9")
    assert told.index("not committed") < told.index("not higher") < told.index("not recorded")


def test_terms_that_forbid_it_leave_nothing_behind(tool, project):
    before = as_it_was(project)

    def forbidden():
        raise LicenceForbids("table 'x'", where="reports/site", next_step="Take it out.")

    with pytest.raises(LicenceForbids):
        tool.make_release("0.2.0", public=forbidden, tell=lambda line: None)
    assert as_it_was(project) == before


def test_a_push_that_fails_leaves_no_tag_and_no_zip(tool, project, tmp_path):
    before = as_it_was(project)
    (tmp_path / "file").write_text("no folder")
    config = project / ".dvc" / "config"
    lines = [
        f"    url = {tmp_path / 'file'}" if "url" in line else line
        for line in config.read_text().splitlines()
    ]
    config.write_text("\n".join(lines))
    with pytest.raises(TechDiplomacyError, match="dvc push failed"):
        tool.make_release("0.2.0", public=paths.site_folder, tell=lambda line: None)
    assert as_it_was(project) == before


def test_a_tag_that_fails_leaves_no_zip(tool, project):
    git(project, "tag", "v0.2.0")
    before = as_it_was(project)
    with pytest.raises(TechDiplomacyError, match="git tag failed"):
        tool.make_release("0.2.0", public=paths.site_folder, tell=lambda line: None)
    assert as_it_was(project) == before
