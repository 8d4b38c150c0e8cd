"""The entries of the search page: where each leads, and what it says about its source."""

import pytest
from conftest import ROOT

from techdiplomacy import declarations, paths, search_index
from techdiplomacy.cards import load_card
from techdiplomacy.files import write_bytes
from techdiplomacy.search_index import build_index
from techdiplomacy.tables import read_csv


def both(words):
    return {"en": words, "vi": f"vi {words}"}


FINDINGS = {
    "kind": "findings",
    "name": "findings",
    "findings": [
        {"sentence": both("7 groups."), "certainty": both("sure"), "data_to": both("to 2020")},
        {"sentence": both("8 fields."), "certainty": both("open"), "data_to": both("to 2019")},
    ],
}
FIGURE = {
    "kind": "figure",
    "name": "tree",
    "headline": both("Seven groups"),
    "subtitle": both("Families, 2020"),
    "sources": ["tiny"],
}
WITHOUT_ROWS = {"kind": "table", "name": "none"}
PARAGRAPH = {"kind": "paragraph", "name": ""}


@pytest.fixture
def entries(tiny_project):
    elements = {"page": [FINDINGS, FIGURE, WITHOUT_ROWS, PARAGRAPH]}
    return {
        language: build_index(elements, {"tiny": load_card("tiny")}, language)
        for language in ("en", "vi")
    }


def of_kind(entries, kind):
    return [entry for entry in entries["en"] if entry["kind"] == kind]


def test_findings_and_figures_lead_to_their_place(entries):
    places = [
        (entry["text"], entry["page"], entry["anchor"])
        for kind in ("finding", "figure", "table")
        for entry in of_kind(entries, kind)
    ]
    assert places == [
        ("7 groups.", "page", "finding-1"),
        ("8 fields.", "page", "finding-2"),
        ("Seven groups", "page", "tree"),
    ]


def test_every_entry_has_text_source_and_date(entries):
    for language in ("en", "vi"):
        for entry in entries[language]:
            assert entry["kind"] in search_index.KINDS
            for key in ("text", "page", "anchor", "source", "date"):
                assert entry[key].strip(), entry


def test_a_finding_has_the_date_of_its_data_and_the_sources_of_its_page(entries):
    first, _ = of_kind(entries, "finding")
    assert (first["more"], first["source"], first["date"]) == ("sure", "the tests", "to 2020")


def test_both_languages_hold_the_same_entries(entries):
    keys = ("kind", "page", "anchor")
    one, other = (
        [tuple(entry[key] for key in keys) for entry in entries[language]]
        for language in ("en", "vi")
    )
    assert one == other
    assert entries["vi"][0]["text"] == "vi 7 groups."


def test_sources_and_tables_are_all_there(entries):
    assert [entry["anchor"] for entry in of_kind(entries, "source")] == ["tiny"]
    assert {entry["anchor"] for entry in of_kind(entries, "data")} == set(declarations.TABLES)
    assert "patent_families: country" in " ".join(
        entry["more"] for entry in of_kind(entries, "data")
    )


def test_statements_are_found_in_both_languages(entries):
    ids = [entry["anchor"] for entry in of_kind(entries, "statement")]
    assert ids[0] == "C001"
    assert len(ids) == len(set(ids)) == len(search_index.load_claims())
    (vietnamese,) = [entry for entry in entries["vi"] if entry["anchor"] == "C001"]
    assert vietnamese["text"].startswith("Thủ tướng")


def test_terms_are_sorted_and_have_anchors(tiny_project):
    rows = "term_en,term_vi,meaning_en,meaning_vi\nSkill gate,cổng,m,n\nleaning,nghiêng,m,n\n"
    write_bytes(paths.reference_file("glossary"), rows.encode())
    assert [term.anchor for term in search_index.load_terms()] == [
        "term-leaning",
        "term-skill-gate",
    ]


def test_without_glossary_and_statements_there_are_none(tiny_project):
    for name in ("glossary", "claims"):
        paths.reference_file(name).unlink(missing_ok=True)
    assert search_index.load_terms() == []
    assert search_index.load_claims() == []


def test_many_sources_are_summed_up(tiny_project):
    cards = {}
    for number in range(4):
        card = load_card("tiny")
        cards[f"s{number}"] = card.model_copy(update={"attribution": f"Source: maker {number}"})
    elements = {"page": [FIGURE | {"sources": list(cards)}]}
    (figure,) = [entry for entry in build_index(elements, cards, "en") if entry["kind"] == "figure"]
    assert figure["source"] == "maker 0 and others"


class TestCommittedStatements:
    rows = read_csv(ROOT / "data" / "reference" / "claims.csv", dtype="str").fillna("")

    def test_each_is_said_in_both_languages_and_has_an_address(self):
        assert self.rows["claim_id"].is_unique
        for column in ("statement_en", "statement_vi", "source_id", "source_url"):
            assert (self.rows[column].str.strip() != "").all()
        assert self.rows["source_url"].str.startswith("https://").all()
        assert (self.rows["statement_en"] != self.rows["statement_vi"]).all()

    def test_each_text_has_publisher_and_date(self):
        letters = {letter for cell in self.rows["source_id"] for letter in cell.split(";")}
        assert letters <= set(search_index.POLICY_TEXTS)
