"""Markdown: it falls into paragraphs, each can be translated, and nothing that is read escapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdiplomacy.markdown import paragraphs, prose, translate
from techdiplomacy.texts import typed_numbers


@pytest.fixture
def translations(request):
    """Return the function that gives a small project its Vietnamese catalogue."""
    return request.getfixturevalue("translate")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Title\nText at once.", [("# ", "Title"), ("", "Text at once.")]),
        ("one\n  two\tthree\n\nfour", [("", "one two three"), ("", "four")]),
        ("- a\n  b\n- c", [("- ", "a b"), ("- ", "c")]),
        ("1. a\n2. b", [("1. ", "a"), ("2. ", "b")]),
        ("- a\n  - b", [("- ", "a"), ("  - ", "b")]),
        ("- a\n\n  more", [("- ", "a"), ("  ", "more")]),
        ("> a\n> b", [("> ", "a b")]),
        ("up to\n2016. Then on", [("", "up to 2016. Then on")]),
        ("*What?* and **why**", [("", "*What?* and **why**")]),
        ("a\n```py\nb\n\nc\n```\nd", [("", "a"), ("", "d")]),
        ("~~~\n```\n~~~\n\nd", [("", "d")]),
        ("a\n\n    code\n\nb", [("", "a"), ("", "b")]),
        ("| a | b |\n|---|---|\n\n---\n\n$$x$$", []),
        ("", []),
    ],
)
def test_markdown_falls_into_paragraphs(source, expected):
    assert paragraphs(source) == expected


def test_markdown_is_translated_by_paragraph_and_keeps_its_form(translations):
    translations({"A title": "Tiêu đề", "an item that goes on": "một mục"})
    source = "## A title\n\n- an item\n  that goes on\n- unknown\n\n```\n\ncode\n```\nend"
    assert translate(source, "vi") == (
        "## Tiêu đề\n\n- một mục\n- unknown\n\n```\n\ncode\n```\nend"
    )
    assert translate(source, "en") == source


@given(
    st.lists(
        st.sampled_from(["# h", "- i", "  j", "", "1. k", "> q", "```", "    c", "| t |", "w w"]),
        max_size=12,
    )
)
def test_a_translation_without_catalogue_has_the_same_paragraphs(lines):
    source = "\n".join(lines)
    # a language without a catalogue: every paragraph stays as it is
    translated = translate(source, "xx")
    assert paragraphs(translated) == paragraphs(source)
    assert translate(translated, "xx") == translated


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("| a | 35 |\n|---|---|\n| b | 7 |", ["35", "7"]),
        ("    35 groups", ["35"]),
        ("\ttext of 35", ["35"]),
        ("$$ x = 35 $$", ["35"]),
        ("$$\nx = 35\n$$", ["35"]),
        ("of `35` groups", ["35"]),
        ("of ``35`` and `3.5`", ["35", "3.5"]),
        ("# The top 5\n\n- 7 groups\n> 9", ["5", "7", "9"]),
        ("<td>35</td>", ["35"]),
        ("<!-- 35 --> 36", ["36"]),
        ("35. groups", ["35"]),
        ("1. groups\n2. countries\n3. fields", []),
        ("1. groups\n\nand so on\n\n7. fields", ["7"]),
        ("`ISCO 35` and `k = 3`", []),
        ("[text](page-35.html)", []),
        ("```\n35 groups\n```", []),
        ("", []),
    ],
)
def test_what_is_read_as_prose_can_be_checked(source, found):
    assert [number for text in prose(source) for number in typed_numbers(text)] == found


@given(st.text(alphabet="ab 1#-|`$<>!\n\t", max_size=40))
def test_any_markdown_has_its_prose(source):
    assert all(isinstance(text, str) for text in prose(source))
