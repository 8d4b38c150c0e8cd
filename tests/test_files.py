"""Files are whole or absent, and YAML holds no surprise."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdiplomacy import files
from techdiplomacy.errors import InvalidParams, TechDiplomacyError


def fail(*_, **__):
    raise OSError("the disk is full")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_into_folders_that_are_made(tmp_path):
    path = tmp_path / "a" / "b.txt"
    files.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert names(path.parent) == ["b.txt"]


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace"), (Path, "chmod")])
def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, owner, call):
    path = tmp_path / "kept.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(owner, call, fail)
    with pytest.raises(OSError, match="disk is full"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["kept.txt"]


def test_a_failed_first_write_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk is full"):
        files.write_bytes(tmp_path / "never.txt", b"new")
    assert names(tmp_path) == []


def two_folders(tmp_path):
    old, new = tmp_path / "site", tmp_path / "new"
    for folder, text in ((old, "old"), (new, "new")):
        folder.mkdir()
        (folder / "index.html").write_text(text)
    (old / "gone.html").write_text("old")
    return old, new


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    old, new = two_folders(tmp_path)
    files.replace_folder(old, new)
    assert names(old) == ["index.html"]
    assert (old / "index.html").read_text() == "new"
    assert names(tmp_path) == ["new", "site"]


def test_a_folder_is_put_where_none_was(tmp_path):
    _, new = two_folders(tmp_path)
    files.replace_folder(tmp_path / "deep" / "site", new)
    assert names(tmp_path / "deep" / "site") == ["index.html"]


def test_a_folder_that_cannot_be_copied_leaves_the_old_one(tmp_path, monkeypatch):
    old, new = two_folders(tmp_path)
    monkeypatch.setattr(shutil, "copytree", fail)
    with pytest.raises(OSError, match="disk is full"):
        files.replace_folder(old, new)
    assert names(old) == ["gone.html", "index.html"]
    assert (old / "index.html").read_text() == "old"


def test_a_folder_that_cannot_be_moved_in_leaves_the_old_one(tmp_path, monkeypatch):
    old, new = two_folders(tmp_path)
    rename = Path.rename

    def only_out(path, target):
        return fail() if path.name == ".site.arriving" else rename(path, target)

    monkeypatch.setattr(Path, "rename", only_out)
    with pytest.raises(OSError, match="disk is full"):
        files.replace_folder(old, new)
    assert names(old) == ["gone.html", "index.html"]


def test_leftovers_of_an_interrupted_run_are_cleared(tmp_path):
    old, new = two_folders(tmp_path)
    (tmp_path / ".site.arriving").mkdir()
    (tmp_path / ".site.arriving" / "half.html").write_text("half")
    files.replace_folder(old, new)
    assert names(old) == ["index.html"]
    assert names(tmp_path) == ["new", "site"]


def test_files_of_what_is_no_longer_listed_are_deleted(tmp_path):
    for name in ("kept.csv", "kept.json", "gone.csv", "kept_too.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "gone.csv").write_text("x")
    files.keep_only(tmp_path, iter(["kept", "never_there"]))
    assert names(tmp_path) == ["folder", "kept.csv", "kept.json"]
    assert names(tmp_path / "folder") == ["gone.csv"]


def test_a_folder_that_is_not_there_has_nothing_to_delete(tmp_path):
    files.keep_only(tmp_path / "never", ["kept"])
    assert names(tmp_path) == []


def test_json_is_sorted_readable_and_ends_with_a_line(tmp_path):
    files.write_json(tmp_path / "a.json", {"b": 1, "a": "Việt"})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == ('{\n  "a": "Việt",\n  "b": 1\n}\n')


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_without_a_finite_number_is_refused_and_the_old_file_stays(tmp_path, number):
    files.write_json(tmp_path / "a.json", {"a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "a.json", {"a": number})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 1}


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans()))
def test_json_reads_back_equal(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("json") / "a.json"
    files.write_json(path, content)
    assert json.loads(path.read_text(encoding="utf-8")) == content


def read(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return files.read_yaml(path)


def test_norway_stays_text(tmp_path):
    assert read(tmp_path, "country: NO\nother: on\nyes: 1\n") == {
        "country": "NO",
        "other": "on",
        "yes": 1,
    }


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [1\n", "a: 1\n b: 2\n"])
def test_a_repeated_key_or_a_broken_line_is_named(tmp_path, text):
    with pytest.raises(InvalidParams, match=r"a\.yaml cannot be read as YAML") as caught:
        read(tmp_path, text)
    assert "line" in caught.value.what
    assert caught.value.where.endswith("a.yaml")


def test_a_yaml_file_that_is_not_utf8_is_named(tmp_path):
    (tmp_path / "a.yaml").write_bytes("a: Việt\n".encode("utf-16"))
    with pytest.raises(InvalidParams, match=r"a\.yaml"):
        files.read_yaml(tmp_path / "a.yaml")


def test_a_missing_yaml_file_says_how_to_restore_it(tmp_path):
    with pytest.raises(TechDiplomacyError, match=r"git checkout -- gone\.yaml"):
        files.read_yaml(tmp_path / "gone.yaml")
