"""Executed notebooks are read as pages: openings, findings, prose, outputs, order of the cells."""

import pytest
from small_notebooks import FOUND, OPENING, code, executed, table_element, text

from techdiplomacy import notebook_pages
from techdiplomacy.errors import InvalidPage, TechDiplomacyError


class TestArrange:
    cells = (
        OPENING,
        code("parameters", tags=["parameters"]),
        code("injected-parameters"),
        code("prepare", tags=["preparation"]),
        text("about-findings", tags=["findings"]),
        code("findings", shows=FOUND),
        text("words"),
        code("figure", shows=table_element()),
        text("last", tags=["preparation"]),
    )

    def ids(self):
        parts = notebook_pages.arrange(list(self.cells))
        return {name: [cell["id"] for cell in cells] for name, cells in parts.items()}

    def test_findings_stand_before_the_body_and_preparation_last(self):
        assert list(self.ids()) == ["findings", "body", "preparation"]
        assert self.ids() == {
            "findings": ["about-findings", "findings"],
            "body": ["words", "figure"],
            "preparation": ["parameters", "injected-parameters", "prepare", "last"],
        }

    def test_no_cell_but_the_opening_is_lost_or_shown_twice(self):
        arranged = [identity for part in self.ids().values() for identity in part]
        assert sorted(arranged) == sorted(cell["id"] for cell in self.cells[1:])

    def test_findings_of_a_cell_tagged_preparation_are_still_first(self):
        parts = notebook_pages.arrange([OPENING, code("both", tags=["preparation"], shows=FOUND)])
        assert [cell["id"] for cell in parts["findings"]] == ["both"]

    def test_a_notebook_without_cells_has_three_empty_parts(self):
        assert all(part == [] for part in notebook_pages.arrange([]).values())


class TestReadPage:
    def test_title_question_findings_and_sources_are_read(self, tiny_project):
        executed(OPENING, code("findings", shows=FOUND), code("table", shows=table_element()))
        page = notebook_pages.read_page("small")
        assert (page.title, page.question) == ("A title", "Does it work?")
        assert page.introduction == "More words."
        assert page.findings == FOUND["findings"]
        assert page.sources == ["tiny"]

    def test_a_notebook_that_was_not_executed_is_named(self, tiny_project):
        with pytest.raises(TechDiplomacyError, match="'small' has not been executed") as caught:
            notebook_pages.read_page("small")
        assert caught.value.next_step == "Run it: dvc repro run_notebook@small"

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ((), "opening is missing"),
            ((text("a", "No title.\n\nA question?"), code("b", shows=FOUND)), "opening is missing"),
            ((text("a", "## Too low\n\nWhy?"), code("b", shows=FOUND)), "opening is missing"),
            ((text("a", "# A title"), code("b", shows=FOUND)), "opening is missing"),
            ((text("a", "# A title\n\n## Next"), code("b", shows=FOUND)), "opening is missing"),
            ((OPENING, code("b")), "once; here 0"),
            ((OPENING, code("b", shows=FOUND), code("c", shows=FOUND)), "once; here 2"),
        ],
        ids=["empty", "no title", "wrong level", "no question", "heading", "none", "twice"],
    )
    def test_an_opening_or_findings_that_are_missing_are_named(self, tiny_project, cells, words):
        executed(*cells)
        with pytest.raises(InvalidPage, match=words) as caught:
            notebook_pages.read_page("small")
        assert caught.value.where == "notebooks/small.ipynb"


class TestCheckCells:
    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("There are 35 economies.", "35"),
            ("- one\n- and 3.5 more", "3.5"),
            ("## The 12 groups", "12"),
            ("Fine.\n\nNot fine: 80%.", "80"),
            ("| group | 7 |", "7"),
            ("A number alone is no code: `35`.", "35"),
        ],
    )
    def test_a_typed_number_is_named_with_notebook_and_cell(self, source, found):
        with pytest.raises(InvalidPage, match=rf"typed into a paragraph: {found}\.") as caught:
            notebook_pages.check_cells("small", [text("the-cell", source)])
        assert caught.value.where == "notebooks/small.ipynb, cell 'the-cell'"

    @pytest.mark.parametrize(
        "source",
        [
            "From 2016 to 2020, 0 to 100, or 1.",
            "The code `OC2_ISCO08_25 = 35` and [a page](https://example.org/35/).",
            "1. one\n2. two\n3. three",
            "```\nrows = 35\n```",
        ],
    )
    def test_years_code_addresses_and_list_numbers_may_be_typed(self, source):
        notebook_pages.check_cells("small", [text("a", source)])

    @pytest.mark.parametrize(
        ("output", "words"),
        [
            ({"output_type": "stream", "name": "stdout", "text": "35 rows"}, "stream: 35 rows"),
            (
                {"output_type": "execute_result", "data": {"text/plain": "  a\n0 1"}},
                "execute_result: a 0 1",
            ),
            ({"output_type": "display_data", "data": {"image/png": "x"}}, "display_data"),
        ],
    )
    def test_an_output_that_is_no_element_is_named_unless_it_prepares(self, output, words):
        with pytest.raises(InvalidPage, match=rf"no element of a page \({words}\)") as caught:
            notebook_pages.check_cells("small", [code("the-cell", outputs=[output])])
        assert caught.value.where == "notebooks/small.ipynb, cell 'the-cell'"
        notebook_pages.check_cells("small", [code("a", outputs=[output], tags=["preparation"])])

    def test_an_error_is_refused_even_in_preparation(self):
        error = {"output_type": "error", "ename": "ValueError", "evalue": "bad"}
        with pytest.raises(InvalidPage, match="error: bad"):
            notebook_pages.check_cells("small", [code("a", outputs=[error], tags=["preparation"])])

    def test_two_elements_of_one_name_are_refused(self):
        cells = [code("a", shows=table_element("one")), code("b", shows=table_element("one"))]
        with pytest.raises(InvalidPage, match="named 'one'") as caught:
            notebook_pages.check_cells("small", cells)
        assert "cell 'b'" in caught.value.where
