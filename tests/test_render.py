"""Cells become HTML: paragraphs in each language, anchors, links between pages."""

import pytest
from small_notebooks import CELLS, FOUND, OPENING, code, executed, text

from techdiplomacy import render
from techdiplomacy.errors import InvalidPage
from techdiplomacy.notebook_pages import read_page


@pytest.fixture
def small(tiny_project, translate):
    """Return a project with one executed notebook and a few translations."""
    translate(
        {
            "Method": "Phương pháp",
            "It is *here*, see [sources](sources.html).": "Ở *đây*, xem [nguồn](sources.html).",
        }
    )
    executed(*CELLS)
    return tiny_project


class TestTranslateMarkdown:
    def test_english_stays_as_it_is(self, small):
        source = "##  Odd   spacing\n\n\nis kept"
        assert render.translate_markdown(source, "en") == source

    def test_paragraphs_and_headings_are_translated_one_by_one(self, small):
        source = "## Method\n\nIt is *here*, see\n[sources](sources.html)."
        assert render.translate_markdown(source, "vi") == (
            "## Phương pháp\n\nỞ *đây*, xem [nguồn](sources.html)."
        )

    def test_what_has_no_translation_is_marked_as_english(self, small):
        assert render.translate_markdown("## Unknown\n\nNot *known*.", "vi") == (
            '## <span lang="en">Unknown</span>\n\n<span lang="en">Not *known*.</span>'
        )

    def test_code_is_not_translated(self, small):
        source = "```\nMethod\n\n\nMethod\n```"
        assert render.translate_markdown(source, "vi") == source

    def test_each_item_and_paragraph_is_marked_by_itself(self, small):
        source = "- Method\n- Unknown\n\nUnknown\n\nMethod"
        assert render.translate_markdown(source, "vi") == (
            '- Phương pháp\n- <span lang="en">Unknown</span>\n\n<span lang="en">Unknown</span>\n\n'
            "Phương pháp"
        )

    def test_code_that_reads_like_an_unknown_paragraph_is_left_alone(self, small):
        source = "```\nUnknown\n```\n\nMethod\n\nUnknown"
        assert render.translate_markdown(source, "vi") == (
            '```\nUnknown\n```\n\nPhương pháp\n\n<span lang="en">Unknown</span>'
        )


@pytest.fixture(scope="module")
def convert():
    return render.converter()


class TestRenderParts:
    def test_anchors_come_from_the_words_and_are_never_given_twice(self, small, convert):
        same = text("same", "## Method\n\nWords.\n\n## Contents\n\n## 方法")
        executed(OPENING, code("findings", shows=FOUND), text("one", "## Method"), same)
        rendered = render.render_parts(read_page("small"), "en", convert, [])
        assert rendered.anchors == ["method", "method-2", "contents-2", "section"]
        assert rendered.contents[0] == ("method", "Method")
        assert 'id="finding-1"' in rendered.parts["findings"]
        assert list(rendered.parts) == ["findings", "introduction", "body", "preparation"]

    def test_a_page_without_headings_has_none_in_any_language(self, small, convert):
        executed(OPENING, code("findings", shows=FOUND), text("one", "Words."))
        page = read_page("small")
        first = render.render_parts(page, "en", convert, [])
        assert first.anchors == []
        assert render.render_parts(page, "vi", convert, [], first.anchors).anchors == []

    def test_headings_that_only_a_translation_has_are_refused(self, small, translate, convert):
        executed(OPENING, code("findings", shows=FOUND), text("one", "Words."))
        page = read_page("small")
        translate({"Words.": "## Lời"})
        with pytest.raises(InvalidPage, match="other headings than the English") as caught:
            render.render_parts(page, "vi", convert, [], [])
        assert caught.value.where == "notebooks/small.ipynb in locale/vi"
