"""Labels: the list is sound, and every label that the tables hold has a Vietnamese form."""

import importlib

import pytest

from techdiplomacy import labels
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable
from techdiplomacy.labels import LABEL_COLUMNS, load_labels
from techdiplomacy.paths import project_root, reference_file
from techdiplomacy.tables import read_csv

ROOT = project_root()


@pytest.fixture
def written(tiny_project):
    """Return a function that replaces the list of labels."""

    def write(text: str) -> None:
        reference_file("labels").write_text(text, encoding="utf-8")
        load_labels.cache_clear()

    yield write
    load_labels.cache_clear()


def test_a_label_has_a_form_in_each_language():
    text = load_labels().text("semiconductors")
    assert (text.say("en"), text.say("vi")) == ("semiconductors", "bán dẫn")


def test_an_unknown_label_is_english_in_every_language():
    text = load_labels().text("telepathy")
    assert text.say("en") == text.say("vi") == "telepathy"
    assert not text.translated("vi")


def test_a_label_without_vietnamese_is_english(written):
    written("kind,label_en,label_vi\nfield,optics,\n")
    text = load_labels().text("optics")
    assert text.say("vi") == "optics"
    assert not text.translated("vi")


def test_a_label_that_stands_twice_is_named_with_its_line(written):
    written("kind,label_en,label_vi\nfield,optics,quang học\nfield,optics,quang\n")
    with pytest.raises(InvalidTable, match=r"Line 3 holds a label .* field,optics,quang"):
        load_labels()


def test_a_line_without_kind_or_label_is_named(written):
    written("kind,label_en,label_vi\nfield,,quang học\n")
    with pytest.raises(InvalidTable, match="Line 2 lacks its kind or label: field,,quang học"):
        load_labels()


def test_other_columns_are_refused(written):
    written("kind,en,vi\nfield,optics,quang học\n")
    with pytest.raises(InvalidTable, match="The columns are kind, en, vi"):
        load_labels()


def test_the_columns_that_hold_labels_are_declared():
    for table, column in LABEL_COLUMNS:
        assert column in declared(table).column_names()


def test_every_label_of_the_built_tables_has_a_vietnamese_form(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    messages = importlib.import_module("messages")
    assert messages.labels_without("vi") == []
    built = [table for table, _ in LABEL_COLUMNS if messages.built_tables(table)]
    if not built:
        pytest.skip("no table is built: run make")


@pytest.mark.parametrize("name", ["labels", "glossary"])
def test_reference_lists_are_tidy(name):
    table = read_csv(reference_file(name), dtype="str")
    assert not table.isna().any().any()
    for column in table.columns:
        squeezed = table[column].map(lambda cell: " ".join(cell.split()))
        assert (table[column] == squeezed).all(), column
    assert not table.duplicated().any()


def test_the_glossary_explains_each_term_once_and_in_the_order_of_the_alphabet():
    glossary = read_csv(reference_file("glossary"), dtype="str")
    assert list(glossary.columns) == ["term_en", "term_vi", "meaning_en", "meaning_vi"]
    terms = glossary["term_en"].tolist()
    assert terms == sorted(set(terms), key=str.casefold)
    assert glossary["term_vi"].is_unique
    assert glossary["meaning_en"].str.endswith(".").all()
    assert glossary["meaning_vi"].str.endswith(".").all()


def test_labels_are_read_once():
    assert load_labels() is load_labels()
    assert labels.load_labels.cache_info().maxsize == 1
