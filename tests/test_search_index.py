"""The entries of the search page: where each leads, and what it says about its source."""

import pytest
from conftest import ROOT

from techdiplomacy import declarations, paths, search_index
from techdiplomacy.cards import load_card
from techdiplomacy.errors import InvalidTable
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
TABLE = FIGURE | {
    "kind": "table",
    "name": "rows",
    "markup": {
        "en": "<table><tr><th>Country</th></tr><tr><td>Guinea-Bissau</td></tr>"
        "<tr><td><b>Japan</b></td><td>1</td></tr><tr><td>Nigeria, Japan</td></tr></table>",
        "vi": "<table><tr><td>Nhật Bản</td><td>Nigeria</td></tr></table>",
    },
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
            for key in ("text", "page", "anchor", "source"):
                assert entry[key].strip(), entry
            assert (entry["date"] == "") == (entry["kind"] == "term"), entry


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


def test_a_table_is_found_by_the_countries_in_its_cells(tiny_project):
    def table(language):
        entries = build_index({"page": [TABLE]}, {"tiny": load_card("tiny")}, language)
        return next(entry for entry in entries if entry["kind"] == "table")

    assert table("en")["hidden"] == "Guinea-Bissau, Japan, Nigeria"
    assert table("vi")["hidden"] == "Nhật Bản, Nigeria"


def test_a_source_is_found_by_producer_licence_and_citation(entries):
    card = load_card("tiny")
    (source,) = of_kind(entries, "source")
    assert source["source"] == card.producer
    assert card.licence.name in source["more"]
    assert card.citation in source["hidden"]


def test_a_term_is_found_in_both_languages(entries):
    for language, other in (("en", "vi"), ("vi", "en")):
        found = [entry for entry in entries[language] if entry["kind"] == "term"]
        assert len(found) == len(search_index.load_terms())
        for entry, term in zip(found, search_index.load_terms(), strict=True):
            assert (entry["text"], entry["hidden"]) == (
                term.term.say(language),
                term.term.say(other),
            )


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
    for name in ("glossary", "claims", "policy_texts"):
        paths.reference_file(name).unlink(missing_ok=True)
    assert search_index.load_terms() == []
    assert search_index.load_claims() == []
    assert search_index.load_policy_texts() == {}


def test_statements_that_share_a_conflict_are_related(tiny_project):
    claims = search_index.load_claims()
    related = search_index.related_claims(claims)
    assert related["C003"] == ["C002"]
    assert related["C001"] == []
    for name, others in related.items():
        assert name not in others
        assert all(name in related[other] for other in others)


@pytest.mark.parametrize(("published", "shown"), [("2025", "2025"), ("2025-07-16", "16 July 2025")])
def test_a_policy_text_has_a_day_or_a_year(tiny_project, published, shown):
    rows = f"text_id,publisher_en,publisher_vi,published\nX,Someone,Ai đó,{published}\n"
    write_bytes(paths.reference_file("policy_texts"), rows.encode())
    text = search_index.load_policy_texts()["X"]
    assert text.publisher.say("vi") == "Ai đó"
    assert text.published.say("en") == shown


@pytest.mark.parametrize("published", ["", "soon", "2025-13-01", "2025-07"])
def test_a_policy_text_without_day_or_year_is_named(tiny_project, published):
    rows = f"text_id,publisher_en,publisher_vi,published\nX,Someone,Ai đó,{published}\n"
    write_bytes(paths.reference_file("policy_texts"), rows.encode())
    with pytest.raises(InvalidTable, match="Text X") as caught:
        search_index.load_policy_texts()
    assert "policy_texts.csv" in caught.value.where


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
        assert letters == set(search_index.load_policy_texts())

    def test_a_note_for_readers_is_said_in_both_languages(self):
        english, vietnamese = self.rows["note_reader_en"], self.rows["note_reader_vi"]
        assert ((english == "") == (vietnamese == "")).all()
        assert (english[english != ""] != vietnamese[english != ""]).all()
