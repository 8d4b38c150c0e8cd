"""What may be done with an output: the lattice of terms, its words, and what flows where."""

import pytest
from conftest import CARD
from hypothesis import given
from hypothesis import strategies as st
from small_notebooks import CELLS, code, executed

from techdiplomacy import pages, paths
from techdiplomacy.cards import Licence, load_card
from techdiplomacy.declarations import TABLES
from techdiplomacy.errors import InvalidPage
from techdiplomacy.features import FED_BY, NEEDED
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.licences import (
    FREE,
    STRICTNESS,
    USES,
    Input,
    Terms,
    card_input,
    meet,
    named_terms,
    of_cards,
    terms_of,
    verdict,
)
from techdiplomacy.notebook_pages import read_page
from techdiplomacy.notebook_tables import tables_read
from techdiplomacy.output_terms import OutputTerms, with_register_terms
from techdiplomacy.params import load_params
from techdiplomacy.source_states import card_in_use
from techdiplomacy.texts import verbatim

A, S, F = STRICTNESS
IGO, SA4, NCSA = "CC BY-SA 3.0 IGO", "CC BY-SA 4.0", "CC BY-NC-SA 4.0"
OWN_FILE = Terms(F, F, A)
# worked out by hand: licences that come together; share, commercial, adapt; what is carried on
COMBINATIONS = [
    ([], (A, A, A), set()),
    (["CC BY 4.0"], (A, A, A), set()),
    (["CC0 1.0", "CC BY 4.0"], (A, A, A), set()),
    ([IGO], (S, A, S), {IGO}),
    (["CC BY 4.0", IGO], (S, A, S), {IGO}),
    ([IGO, IGO], (S, A, S), {IGO}),
    ([IGO, SA4], (S, A, F), {IGO, SA4}),
    (["CC BY 4.0", "CC BY-NC 4.0"], (A, F, A), set()),
    (["CC BY-NC 4.0", IGO], (S, F, F), {IGO}),
    (["CC BY-NC 4.0", NCSA], (S, F, S), {NCSA}),
    (["CC BY-ND 4.0", "CC BY 4.0"], (A, A, F), set()),
    (["CC BY-ND 4.0", IGO], (S, A, F), {IGO}),
    ([NCSA], (S, F, S), {NCSA}),
    ([NCSA, SA4], (S, F, F), {NCSA, SA4}),
    (["own file", "CC BY 4.0"], (F, F, A), set()),
    (["own file", IGO], (F, F, F), {IGO}),
    (["own file", IGO, SA4], (F, F, F), {IGO, SA4}),
]
terms = st.builds(
    Terms,
    *[st.sampled_from(STRICTNESS)] * 3,
    alike=st.frozensets(st.sampled_from([IGO, SA4, NCSA]), max_size=2),
    alike_commercial=st.sampled_from(STRICTNESS),
)


def term_of(name):
    return OWN_FILE if name == "own file" else named_terms(name)


@pytest.mark.parametrize(("names", "expected", "alike"), COMBINATIONS)
def test_combinations_worked_out_by_hand(names, expected, alike):
    found = meet(*map(term_of, names))
    assert (found.share, found.commercial, found.adapt) == expected
    assert found.alike == alike


@given(terms, terms, terms)
def test_terms_meet_in_any_order_and_grouping(one, other, third):
    assert meet(one, other) == meet(other, one)
    assert meet(one, meet(other, third)) == meet(meet(one, other), third) == meet(one, other, third)
    assert meet(one, one) == one == meet(one, FREE)


@given(terms, terms)
def test_together_nothing_is_less_strict(one, other):
    both = meet(one, other)
    for use in USES:
        weights = [STRICTNESS.index(each.of(use)) for each in (one, other, both)]
        assert weights[2] >= max(weights[:2])
    assert both.alike >= one.alike | other.alike


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CC BY-SA 3.0 IGO", IGO),
        ("cc by sa 3.0 igo", IGO),
        ("Creative Commons BY-SA 4.0 International", SA4),
        ("CC BY\u2013SA 4.0", SA4),
    ],
)
def test_one_licence_has_one_name_however_it_is_written(written, expected):
    assert named_terms(written).alike == {expected}


@pytest.mark.parametrize(
    "name", ["own figures", "Public domain", "CC0", "cc by 4.0", "CC-BY 3.0 IGO"]
)
def test_free_licences_are_known_by_name(name):
    assert named_terms(name) == FREE


@pytest.mark.parametrize(
    "name",
    ["", "ask the ministry", "CC BY 4.0 but not abroad", "not CC0", "CC BY 4.0 and CC BY-NC 4.0"],
)
def test_what_is_not_understood_stays_at_home(name):
    assert (named_terms(name).share, named_terms(name).commercial) == (F, F)


def made_of(*names):
    return verdict(
        Input(f"source-{place}", verbatim(f"Maker {place}"), name, term_of(name))
        for place, name in enumerate(names)
    )


class TestVerdict:
    def test_of_free_sources_says_one_sentence(self):
        said = made_of("CC BY 4.0", "CC0").sentence.say("en")
        assert said.startswith("It may be shared, adapted and used commercially")

    def test_names_the_licence_to_carry_on_and_the_source(self):
        said = made_of("CC BY 4.0", IGO).sentence.say("en")
        assert said == (
            f"Sharing: only under {IGO}, because of Maker 1. Commercial use: allowed. "
            f"Adaptation: only under {IGO}, because of Maker 1."
        )

    def test_says_why_two_licences_do_not_combine(self):
        said = made_of(SA4, "CC BY 4.0", IGO).sentence.say("en")
        assert f"Adaptation: not allowed, for {IGO} and {SA4} do not combine" in said
        assert said.endswith("because of Maker 0 and Maker 2.")

    def test_names_only_what_is_as_strict(self):
        found = made_of("own file", IGO, "CC BY-NC 4.0")
        assert [one.id for one in found.because("share")] == ["source-0"]
        assert [one.id for one in found.because("commercial")] == ["source-0", "source-2"]
        assert [one.id for one in found.because("adapt")] == ["source-0", "source-1", "source-2"]
        assert [one.id for one in made_of("CC BY 4.0", IGO).because("adapt")] == ["source-1"]

    def test_terms_that_do_not_combine_are_named(self):
        said = made_of("CC BY-NC 4.0", SA4, "CC BY 4.0").sentence.say("en")
        assert f"Adaptation: not allowed, for CC BY-NC 4.0 and {SA4} do not combine" in said

    def test_does_not_depend_on_the_order_of_its_inputs(self):
        one, other = made_of(IGO, "own file"), made_of(IGO, "own file").inputs[::-1]
        assert verdict(other) == one == verdict([*other, *other])


@pytest.mark.usefixtures("at_the_root")
class TestCards:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("own_patents", (F, F, A)),
            ("oecd_coauthorship", (F, F, A)),
            ("uis_indicators", (S, A, S)),
            ("ncses_articles", (A, A, A)),
        ],
    )
    def test_carry_their_terms(self, source, expected):
        found = of_cards([load_card("ncses_articles"), load_card(source)])
        assert tuple(found.terms.of(use) for use in USES) == expected
        assert all(one.id == source for use in USES for one in found.because(use))

    def test_every_embedded_source_is_free(self):
        assert of_cards(load_card(name) for name in load_params().sources).terms == FREE

    def test_a_card_names_what_is_to_be_carried_on(self):
        licence = Licence(name="X", url="u", share=S, commercial=A, adapt=S)
        assert terms_of(licence).alike == {"X"}
        assert card_input(load_card("uis_indicators")).terms.alike == {IGO}

    def test_the_source_line_says_only_what_is_not_free(self):
        free, alike = (of_cards([load_card(one)]) for one in ("ncses_articles", "uis_indicators"))
        assert pages.terms_note(free, "en") == ""
        note = pages.terms_note(alike, "en")
        assert note.startswith(' <span class="terms">Sharing: only under CC BY-SA 3.0 IGO')

    def test_what_feeds_a_feature_is_declared_for_each(self):
        assert set(FED_BY) == {name for name, one in TABLES.items() if one.step == "features"}
        assert {table for tables in FED_BY.values() for table in tables} == set(NEEDED)


def licensed(name, *, share=A, commercial=A, adapt=A):
    return CARD["licence"] | {
        "name": name,
        "share": share,
        "commercial": commercial,
        "adapt": adapt,
    }


REGISTER = "country,field,year,graduates,evidence,licence\n"
READS = code("read", tags=["preparation"]) | {"source": 'tables.read_table("known_graduates")'}


def register(*licences):
    rows = [f"VNM,ict,{2018 + place},5.0,e,{one}\n" for place, one in enumerate(licences)]
    write_bytes(paths.feature_file("known_graduates"), (REGISTER + "".join(rows)).encode())


@pytest.fixture
def small(tiny_project, embed):
    """Return a function that gives the small page and its terms, with a changed card or cells."""
    write_json(paths.raw_note_file("tiny"), {"mode": "embedded", "date": "2026-11-21"})
    params = load_params()

    def make(*cells, **card):
        embed(**card)
        executed(*(cells or CELLS))
        page = read_page("small")
        own = params.model_copy(update={"sources": {"tiny": next(iter(params.sources.values()))}})
        return page, OutputTerms(own, [page])

    return make


class TestOutputs:
    def element(self, page):
        return next(one for one in page.elements if one["kind"] == "table")

    def test_an_element_has_the_terms_of_its_sources(self, small):
        page, found = small(licence=licensed("own", share=F))
        assert found.element(page, self.element(page)).terms.share == F
        assert found.page(page).terms.share == F

    def test_results_have_the_terms_of_all_that_was_read(self, small):
        reads = code("r", tags=["preparation"]) | {"source": 'x = read_table("age_structure")'}
        without = [cell for cell in CELLS if cell["id"] != "table"]
        page, found = small(*without, reads, table="population", licence=licensed(IGO, share=S))
        assert page.sources == []
        assert found.results(page).terms.alike == {IGO}
        assert found.page(page).terms.alike == {IGO}

    @pytest.mark.parametrize("table", ["degrees", "patent_families"])
    def test_rows_of_the_register_bring_their_licence(self, small, table):
        register("own figures", IGO)
        page, found = small(*CELLS, READS, table=table)
        element = self.element(page)
        holds = table == "degrees"
        assert found.element(page, element).terms.share == (S if holds else A)
        assert found.page(page).terms.alike == {IGO}
        with_register_terms(found, page, pages.terms_note)
        for markup in element["markup"].values():
            assert markup.count('<span class="terms">') == holds
        assert not holds or "because of the register of graduates" in element["markup"]["en"]

    def test_a_page_that_does_not_read_the_register_is_free_of_it(self, small):
        register(IGO)
        page, found = small(table="degrees")
        assert found.page(page).terms == FREE

    def test_what_a_register_does_not_say_clearly_is_forbidden(self, small):
        register("as agreed")
        page, found = small(*CELLS, READS, table="degrees")
        assert found.element(page, self.element(page)).terms.share == F

    def test_tables_are_found_in_constants_and_calls(self):
        source = (
            "from techdiplomacy import partnership, tables\n"
            "from techdiplomacy.workforce_outlook import NEEDED, build_outlook\n"
            "a = {name: tables.read_table(name) for name in partnership.NEEDED}\n"
            'b = tables.read_table("partner_ranks"), "no table"\n'
        )
        found = tables_read([code("one") | {"source": source}], "small")
        assert {"known_missions", "known_graduates", "partner_ranks"} <= found
        assert "country_pairs" not in found

    def test_a_cell_that_is_not_python_is_named(self):
        magic = code("one") | {"source": "%time x = 1"}
        with pytest.raises(InvalidPage, match=r"not plain Python[\s\S]*small\.ipynb, cell"):
            tables_read([magic], "small")

    def test_a_source_that_stands_in_for_another_brings_its_own_card(self, tiny_project, embed):
        embed()
        card = (tiny_project / "data/snapshots/tiny.yaml").read_text(encoding="utf-8")
        other = card.replace("id: tiny", "id: other").replace("the tests (2026)", "others")
        (tiny_project / "data/snapshots/other.yaml").write_text(other, encoding="utf-8")
        header = "source,table,mode,date,terms,rows,countries,first_year,last_year\n"
        row = "other,patent_families,embedded,2026-11-21,card,4,2,2019,2020\n"
        write_bytes(paths.feature_file("source_states"), (header + row).encode())
        assert card_in_use("tiny").id == "other"
