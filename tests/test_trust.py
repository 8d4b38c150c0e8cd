"""What a page says about itself: hashes that change with what they stand for, and the review."""

import json

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from techdiplomacy import paths, trust
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.params import ReviewSettings, load_params
from techdiplomacy.texts import day

NOTE = {"source": "tiny", "mode": "embedded", "date": "2026-11-21", "sha256": "ab", "rows": 4}
DAY = day("2026-11-20").say("en")


@pytest.fixture
def project(tiny_project):
    """Give the small project code, a tidy notebook and the note of its source."""
    write_bytes(tiny_project / "src" / "techdiplomacy" / "one.py", b"1")
    write_bytes(tiny_project / "pipelines" / "two.py", b"2")
    write_bytes(tiny_project / "locale" / "vi" / "LC_MESSAGES" / "workbench.po", b"3")
    write_bytes(paths.tidy_notebook_file("country_clusters"), b"4")
    write_json(paths.raw_note_file("tiny"), NOTE)
    return tiny_project


def change_params(folder, **sections):
    yaml = YAML(typ="safe")
    content = yaml.load((folder / "params.yaml").read_text(encoding="utf-8"))
    content |= sections
    with (folder / "params.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(content, stream)
    return load_params()


@pytest.mark.parametrize(
    "name",
    [
        "src/techdiplomacy/one.py",
        "src/techdiplomacy/new.css",
        "pipelines/two.py",
        "locale/vi/LC_MESSAGES/workbench.po",
        "reports/tidy/country_clusters.ipynb",
    ],
)
def test_the_hash_of_the_code_changes_with_each_file_behind_a_page(project, name):
    before = trust.code_hash("country_clusters")
    assert len(before) == 12
    write_bytes(project / name, b"other")
    assert trust.code_hash("country_clusters") != before


def test_the_hash_of_the_code_leaves_out_what_tools_leave_behind(project):
    before = trust.code_hash("country_clusters")
    for name in ("__pycache__/one.pyc", ".ipynb_checkpoints/one.py", "a.mo"):
        write_bytes(project / "src" / "techdiplomacy" / name, b"left behind")
    write_bytes(paths.tidy_notebook_file("workforce_forecast"), b"another page")
    assert trust.code_hash("country_clusters") == before


def test_a_file_that_moves_changes_the_hash_even_with_the_same_bytes(project):
    before = trust.code_hash("country_clusters")
    (project / "pipelines" / "two.py").rename(project / "pipelines" / "three.py")
    assert trust.code_hash("country_clusters") != before


def test_the_hash_of_the_settings_leaves_the_review_out(project):
    before = trust.settings_hash(load_params())
    signed = {"by": "A. Reader", "on": "2026-11-21", "fingerprint": "0123456789ab"}
    empty = {"by": "", "on": "", "fingerprint": ""}
    review = dict.fromkeys(load_params().notebooks, empty) | {"country_clusters": signed}
    assert trust.settings_hash(change_params(project, review=review)) == before
    assert trust.settings_hash(change_params(project, seed=7)) != before


def test_the_hash_of_the_data_changes_with_figures_and_lists(project):
    before = trust.data_hash(["tiny"])
    write_json(paths.raw_note_file("tiny"), NOTE | {"sha256": "cd"})
    changed = trust.data_hash(["tiny"])
    assert changed != before
    write_bytes(paths.reference_file("countries"), b"iso3\nVNM\n")
    assert trust.data_hash(["tiny"]) not in (before, changed)


def test_versions_are_those_of_the_environment_without_a_patch_of_python():
    import numpy

    versions = dict(trust.versions())
    assert versions["numpy"] == numpy.__version__
    assert versions["Python"].count(".") == 1
    assert set(trust.PACKAGES) | {"Python"} == set(versions)


WAYS = {
    "embedded": "embedded in the project",
    "downloaded": "downloaded from the publisher",
    "file": "read from a file of the researcher",
}


@pytest.mark.parametrize("mode", trust.MODES)
def test_a_source_says_how_its_figures_came_here_and_when(project, mode):
    write_json(paths.raw_note_file("tiny"), NOTE | {"mode": mode})
    used = trust.used_source("tiny")
    assert used.mode.say("en") == WAYS[mode]
    assert (used.obtained, used.card.id) == ("2026-11-21", "tiny")


@pytest.mark.parametrize(
    ("mode", "live", "against", "said"),
    [
        ("embedded", False, None, "not asked; there is no live service"),
        ("embedded", True, None, "not asked; there is a live service"),
        ("downloaded", True, None, "nothing was here before"),
        ("file", True, None, "nothing was here before"),
        (
            *("downloaded", True, "embedded"),
            "beside the embedded figures: 1,200 values more, 3 changed, 0 fewer",
        ),
        (
            *("file", False, "file"),
            "beside those of 1 May 2026: 1,200 values more, 3 changed, 0 fewer",
        ),
    ],
)
def test_a_source_says_what_is_known_of_a_change(project, embed, mode, live, against, said):
    embed(live={"service": "worldbank", "ask": {}} if live else None)
    moved = {"added": 1200, "changed": 3, "removed": 0}
    beside = {"against": {"mode": against, "date": "2026-05-01"}, **moved} if against else {}
    write_json(paths.raw_note_file("tiny"), NOTE | {"mode": mode} | beside)
    assert trust.used_source("tiny").newer.say("en") == said


def test_an_unknown_mode_or_a_missing_note_is_named(project):
    write_json(paths.raw_note_file("tiny"), NOTE | {"mode": "guessed"})
    with pytest.raises(TechDiplomacyError, match="'guessed'"):
        trust.used_source("tiny")
    paths.raw_note_file("tiny").unlink()
    with pytest.raises(TechDiplomacyError, match="'tiny' has not been fetched"):
        trust.used_source("tiny")


def test_a_fingerprint_changes_with_every_piece_and_where_it_ends():
    one = trust.fingerprint(["a title", "words"])
    assert len(one) == 12
    assert one == trust.fingerprint(["a title", "words"])
    for other in (["a title", "words "], ["a titlew", "ords"], ["words", "a title"], ["a title"]):
        assert trust.fingerprint(other) != one


OWN, OTHER = "0123456789ab", "ba9876543210"


def review(**said):
    return ReviewSettings(**{"by": "A. Reader", "on": "2026-11-20", "fingerprint": OWN} | said)


def test_a_page_is_a_draft_until_someone_signs_its_fingerprint():
    status = trust.status_of(review(by="", on="", fingerprint=""), OWN)
    assert status.draft
    assert status.sentence.say("en") == "Draft: nobody has checked this page yet."
    status = trust.status_of(review(), OWN)
    assert not status.draft
    assert status.sentence.say("en") == f"Checked by A. Reader on {DAY}."


def test_a_page_that_changed_after_the_review_is_a_draft_again():
    status = trust.status_of(review(), OTHER)
    assert status.draft
    said = status.sentence.say("en")
    assert said == f"Draft: A. Reader checked an earlier state on {DAY}."


@pytest.mark.parametrize("on", ["20261120", "2026-W47-5", "2026-11-31", "20 November", "2026-1-1"])
def test_a_day_of_review_has_one_form(on):
    with pytest.raises(ValueError, match="a day is written like 2026-11-21"):
        review(on=on)


def test_the_trust_block_of_a_page(project):
    params = change_params(project, sources={"tiny": {"from": "snapshot"}})
    found = trust.trust_of("country_clusters", params, ["tiny", "tiny"], OWN)
    assert (found.command, found.fingerprint) == ("make", OWN)
    assert [source.card.id for source in found.sources] == ["tiny"]
    assert len({found.code, found.settings, found.data, found.fingerprint}) == 4
    assert trust.trust_of("country_clusters", params, ["tiny"], OWN) == found


def test_the_hash_does_not_depend_on_the_clock_or_the_folder(project):
    text = (ROOT / "src" / "techdiplomacy" / "trust.py").read_text(encoding="utf-8")
    assert "now()" not in text
    assert "today()" not in text
    assert str(project) not in json.dumps(trust.code_hash("country_clusters"))
