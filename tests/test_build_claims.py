"""The list of statements: brought up to date without losing what is kept by hand."""

import importlib

import pytest
from conftest import ROOT

from techdiplomacy import paths
from techdiplomacy.errors import InvalidTable
from techdiplomacy.files import write_bytes
from techdiplomacy.tables import read_csv

GIVEN = "claim_id,statement_en,value,unit,kind,source_id,source_url,note,conflict_group\n"
KEPT = "claim_id,statement_vi,note_reader_en,note_reader_vi\n"


@pytest.fixture
def tool(monkeypatch, tiny_project):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("build_claims")


def write(folder, given, kept):
    write_bytes(folder / "list" / "claims.csv", (GIVEN + given).encode())
    write_bytes(paths.reference_file("claims"), (KEPT + kept).encode())
    return str(folder / "list")


def test_wording_and_notes_for_readers_are_kept_by_id(tool, tiny_project, capsys):
    folder = write(
        tiny_project,
        "C002,Two.,,,q,N,https://a,internal,K01\nC001,One.,1,x,q,N,https://a,,\n",
        "C001,Một.,,\nC002,Hai.,seen,đã thấy\n",
    )
    assert tool.main([folder]) == 0
    assert capsys.readouterr().out == "data/reference/claims.csv: 2 statements\n"
    rows = read_csv(paths.reference_file("claims"), dtype="str").fillna("")
    assert list(rows.columns) == list(tool.COLUMNS)
    assert rows["statement_vi"].tolist() == ["Một.", "Hai."]
    assert rows.iloc[1][["note", "note_reader_en", "note_reader_vi"]].tolist() == [
        "internal",
        "seen",
        "đã thấy",
    ]
    before = paths.reference_file("claims").read_bytes()
    assert tool.main([folder]) == 0
    assert paths.reference_file("claims").read_bytes() == before


@pytest.mark.parametrize(
    ("given", "kept", "words"),
    [
        ("C001,One.,,,,,,,\n", "C002,Hai.,,\n", "C001 has no Vietnamese wording"),
        ("C001,One.,,,,,,,\n", "C001,,,\n", "C001 has no Vietnamese wording"),
        ("C001,One.,,,,,,,\n", "C001,Một.,,\nC002,Hai.,,\n", "C002 is no statement"),
        ("C001,One.,,,,,,,\nC001,One.,,,,,,,\n", "C001,Một.,,\n", "C001 is repeated"),
        ("C001,One.,,,,,,,\n", "C001,Một.,seen,\n", "reader's note in one language"),
    ],
)
def test_lists_that_do_not_agree_are_refused_and_nothing_is_written(
    tool, tiny_project, capsys, given, kept, words
):
    folder = write(tiny_project, given, kept)
    before = paths.reference_file("claims").read_bytes()
    assert tool.main([folder]) == 1
    assert words in capsys.readouterr().err
    assert paths.reference_file("claims").read_bytes() == before


def test_a_missing_column_is_named(tool):
    rows = read_csv(paths.reference_file("claims"), dtype="str")
    with pytest.raises(InvalidTable, match="column 'unit' is missing in the list"):
        tool.claim_rows(rows.drop(columns="unit"), rows)


def test_a_missing_list_is_named(tool, tiny_project, capsys):
    assert tool.main([str(tiny_project)]) == 1
    assert "There is no list of statements." in capsys.readouterr().err
