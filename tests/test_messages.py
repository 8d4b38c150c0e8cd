"""Message catalogues: what is extracted, kept, and found wanting."""

import importlib
import json

import pytest
from conftest import CARD, ROWS, write_source

from techdiplomacy import texts
from techdiplomacy.errors import InvalidPage, InvalidParams
from techdiplomacy.labels import load_labels
from techdiplomacy.paths import catalogue_file, project_root

ROOT = project_root()
PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

# the ministry's word
msgid "calendar year"
msgstr "năm dương lịch"

msgid "a sentence of the past"
msgstr "một câu cũ"
"""


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("messages")


@pytest.fixture
def project(tiny_project):
    """Return a small project folder; catalogues that were read are forgotten."""
    texts.catalogue.cache_clear()
    load_labels.cache_clear()
    write_source(tiny_project, ROWS, coverage=CARD["coverage"] | {"year_kind": "grant"})
    yield tiny_project
    texts.catalogue.cache_clear()
    load_labels.cache_clear()


def write_catalogue(text):
    path = catalogue_file("vi")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    texts.catalogue.cache_clear()


def write_notebook(folder, *cells):
    (folder / "notebooks").mkdir(exist_ok=True)
    content = {"cells": [{"cell_type": kind, "id": "c", "source": text} for kind, text in cells]}
    (folder / "notebooks" / "tiny.ipynb").write_text(json.dumps(content), encoding="utf-8")


# --- extraction -------------------------------------------------------------------------------


def test_sentences_come_from_calls_of_say_and_phrase(tool):
    code = (
        'say("one " "sentence")\ntexts.say("two {n}", n=count(3))\nphrase("three")\n'
        'phrase(card.title)\ntext.say("vi")\nother("no")\n'
        "def forward(template):\n    return say(template)\n"
    )
    found = [message for message, _ in tool.of_code(code, "x.py")]
    assert found == ["one sentence", "two {n}", "three"]


@pytest.mark.parametrize("argument", ['f"{n} groups"', "words", '"a" + "b"', '"{}".format(n)', ""])
def test_a_sentence_that_is_no_constant_is_refused(tool, argument):
    with pytest.raises(InvalidPage, match="has no constant sentence") as error:
        list(tool.of_code(f"n = 1\nsay({argument})", "x.py"))
    assert error.value.where == "x.py, line 2"


def test_every_sentence_of_code_and_notebooks_is_a_constant(tool):
    for path in sorted((ROOT / "src").rglob("*.py")):
        list(tool.of_code(path.read_text(encoding="utf-8"), path.name))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        list(tool.of_notebook(path))


def test_sentences_have_single_blanks(tool):
    odd = [message for message in tool.messages() if message != " ".join(message.split())]
    assert odd == []


def test_notebooks_give_paragraphs_and_sentences(tool, project):
    write_notebook(project, ("markdown", "# A\n\nb\nc"), ("code", '%matplotlib\nsay("d")'))
    found = list(tool.of_notebook(project / "notebooks" / "tiny.ipynb"))
    assert found == [(text, "notebooks/tiny.ipynb") for text in ("A", "b c", "d")]


def test_a_cell_that_is_not_python_is_named(tool, project):
    write_notebook(project, ("code", "say("))
    with pytest.raises(InvalidPage, match="not Python") as error:
        list(tool.of_notebook(project / "notebooks" / "tiny.ipynb"))
    assert "cell c" in error.value.where


def test_templates_give_the_first_argument(tool, project):
    path = project / "page.html.j2"
    path.write_text("{{ _('Rows: {n}', n=count(3)) }}{{ _('a') }}{{ _(card.title) }}")
    assert [message for message, _ in tool.of_template(path)] == ["Rows: {n}", "a"]
    path.write_text("{{ _('a' }}")
    with pytest.raises(InvalidPage, match="template cannot be read"):
        list(tool.of_template(path))


def test_cards_and_declarations_give_their_words(tool, project):
    found = tool.messages()
    assert found["Families of a tiny world"] == ["data/snapshots/tiny.yaml"]
    assert found["Made by the tests."] == ["data/snapshots/tiny.yaml"]
    assert "grant year" in found
    assert "src/techdiplomacy/result_tables.py" in found["Hellinger distance"]
    assert "" not in found
    assert "the tests" not in found  # a name


def test_the_status_of_a_correction_is_a_message(tool, tiny_project):
    wrong = {
        "where": {"economy": "Japan"},
        "action": "drop",
        "reason": "typed twice",
        "status": "documented by the publisher",
        "expect_rows": 2,
    }
    write_source(tiny_project, ROWS, corrections=[wrong])
    found = tool.messages()
    assert {"typed twice", "documented by the publisher"} <= set(found)


# --- catalogues -------------------------------------------------------------------------------


def test_update_keeps_translations_and_drops_what_is_gone(tool, project, capsys):
    write_catalogue(PO)
    assert tool.main(["update"]) == 0
    kept = tool.read_catalogue("vi")
    assert kept["calendar year"].string == "năm dương lịch"
    assert kept["calendar year"].user_comments == ["the ministry's word"]
    assert "a sentence of the past" not in kept
    told = capsys.readouterr().out
    assert "1 left out" in told
    assert "một câu cũ" in told


def test_update_twice_writes_the_same_bytes(tool, project):
    tool.main(["update"])
    first = catalogue_file("vi").read_bytes()
    tool.main(["update"])
    assert catalogue_file("vi").read_bytes() == first
    text = first.decode()
    assert "#: data/snapshots/tiny.yaml\n" in text
    assert "POT-Creation-Date" not in text
    assert "python-format" not in text


def test_the_catalogue_of_the_project_is_up_to_date(tool):
    found, kept = tool.messages(), tool.read_catalogue("vi")
    if tool.merged(found, kept, "vi") != catalogue_file("vi").read_bytes():
        pytest.fail("Run: make messages (python tools/messages.py update)")


def test_the_catalogue_of_the_project_has_no_problem(tool, capsys):
    assert tool.main(["check"]) == 0, capsys.readouterr().out


def test_cards_and_declarations_of_the_project_are_translated(tool):
    known = {entry.id for entry in tool.read_catalogue("vi") if entry.string}
    lacking = [
        message
        for message, files in tool.messages().items()
        if message not in known
        and any(file.startswith("data/") or file.endswith("_tables.py") for file in files)
    ]
    assert lacking == []


def test_missing_names_messages_and_labels_with_their_file(tool, project, capsys):
    write_catalogue(PO)
    labels = project / "data" / "reference" / "labels.csv"
    labels.write_text("kind,label_en,label_vi\nfield,optics,\n", encoding="utf-8")
    assert tool.main(["missing"]) == 1
    told = capsys.readouterr().out
    assert "data/snapshots/tiny.yaml: Families of a tiny world" in told
    assert "data/reference/labels.csv: optics" in told
    assert ": calendar year" not in told


def test_missing_finds_a_label_that_a_table_brings(tool, project):
    clean = project / "data" / "clean"
    clean.mkdir()
    clean.joinpath("tiny.csv").write_text(
        "country,field,year,patent_families\nVNM,telepathy,2020,1\n"
    )
    assert tool.labels_without("vi") == [("telepathy", "data/clean/tiny.csv, column field")]


@pytest.mark.parametrize(
    ("columns", "cells", "told"),
    [
        ("", "", []),
        (",note_reader_en,note_reader_vi", ",,", []),
        (",note_reader_en,note_reader_vi", ",a,b", []),
        (",note_reader_en,note_reader_vi", ",a,", ["C001: note_reader_vi is empty"]),
        (",note_reader_en,note_reader_vi", ",,b", ["C001: note_reader_en is empty"]),
        (",note_reader_en", ",a", ["C001: note_reader_vi is empty"]),
    ],
)
def test_missing_finds_a_note_to_readers_in_one_language(
    tool, project, capsys, columns, cells, told
):
    path = project / "data" / "reference" / "claims.csv"
    path.write_text(f"claim_id,note{columns}\nC001,x{cells}\n", encoding="utf-8")
    assert tool.notes_without("vi") == told
    tool.main(["missing"])
    out = capsys.readouterr().out
    assert all(f"data/reference/claims.csv: {line}" in out for line in told)


def test_missing_is_content_when_all_is_translated(tool, project, capsys):
    tool.main(["update"])
    text = catalogue_file("vi").read_bytes()
    catalogue = tool.read_catalogue("vi")
    for entry in catalogue:
        if entry.id:
            entry.string = entry.id
    catalogue_file("vi").write_bytes(tool.merged(tool.messages(), catalogue, "vi"))
    assert catalogue_file("vi").read_bytes() != text
    assert tool.main(["missing"]) == 0
    assert "Every message and every label is translated." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "a"\nmsgstr b\n', "line 5 is no comment"),
        ('msgid "a"\nmsgstr "b\n', "line 5 is no comment"),
        ('msgid "a"\nmsgstr "say "b" twice"\n', "line 5 is no comment"),
        ("nonsense\n", "line 4 is no comment"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "a sentence stands twice"),
    ],
)
def test_a_broken_catalogue_is_left_alone(tool, project, capsys, entry, fault):
    write_catalogue('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + entry)
    before = catalogue_file("vi").read_bytes()
    with pytest.raises(InvalidParams, match=fault):
        tool.read_catalogue("vi")
    assert tool.main(["update"]) == 1
    assert fault in capsys.readouterr().err
    assert catalogue_file("vi").read_bytes() == before


def test_check_tells_an_outdated_and_a_doubtful_catalogue(tool, project, capsys):
    tool.main(["update"])
    text = catalogue_file("vi").read_text(encoding="utf-8")
    place = 'msgid "calendar year"\nmsgstr ""'
    assert place in text
    doubtful = text.replace(place, '#, fuzzy\nmsgid "calendar year"\nmsgstr "năm"')
    catalogue_file("vi").write_text(doubtful, encoding="utf-8")
    assert tool.main(["check"]) == 1
    assert "marked fuzzy" in capsys.readouterr().out
    write_catalogue(PO)
    assert tool.main(["check"]) == 1
    assert "not up to date" in capsys.readouterr().out


def test_a_deviation_from_the_glossary_is_a_warning_only(tool, project, capsys):
    tool.main(["update"])
    text = catalogue_file("vi").read_text(encoding="utf-8")
    place = 'msgid "Hellinger distance"\nmsgstr ""'
    assert place in text
    other = text.replace(place, 'msgid "Hellinger distance"\nmsgstr "cự ly"')
    catalogue_file("vi").write_text(other, encoding="utf-8")
    assert tool.main(["check"]) == 0
    assert "the glossary says 'khoảng cách Hellinger'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("năm 35", "numbers differ: 35"),
        ("năm ", "blanks stand at an end, doubled, or are line ends"),
        ("<b>năm</b>", "HTML tags differ: </b>, <b>"),
    ],
)
def test_check_tells_what_a_translation_has_lost_or_added(
    tool, project, capsys, translation, fault
):
    tool.main(["update"])
    text = catalogue_file("vi").read_text(encoding="utf-8")
    place = 'msgid "calendar year"\nmsgstr ""'
    assert place in text
    bad = text.replace(place, f'msgid "calendar year"\nmsgstr "{translation}"')
    catalogue_file("vi").write_text(bad, encoding="utf-8")
    assert tool.main(["check"]) == 1
    assert fault in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sentence", "translation", "found"),
    [
        ("Patent families", "Sáng chế", True),
        ("a patent family", "một họ sáng chế", False),
        ("non-patent families", "tài liệu", True),
        ("apatent family", "x", False),
        ("family", "gia đình", False),
    ],
)
def test_terms_of_two_words_are_looked_for(tool, sentence, translation, found):
    terms = [("patent family", "họ sáng chế"), ("family", "họ")]
    assert bool(tool.terms_not_used(sentence, translation, terms)) is found
