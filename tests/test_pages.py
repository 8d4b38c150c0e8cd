"""Report pages: each rule refuses what breaks it, and an element shows what it was given."""

import base64
import csv
import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from techdiplomacy import pages
from techdiplomacy.errors import InvalidPage, TechDiplomacyError

ROWS = pd.DataFrame({"country": ["Viet Nam", "Japan"], "families": [3, 40]})
SAID = pages.Finding("7 groups of 36 economies.", "noise in 0.2% of panels")
GOOD = {
    "name": "small-figure",
    "headline": "Japan has more families than Viet Nam",
    "subtitle": "Families by country, 2019 to 2020",
    "alt": "Two bars of families by country: Japan has 40, Viet Nam has 3.",
    "sources": ["tiny"],
    "plotted": ROWS,
}
TABLE = {key: GOOD[key] for key in ("name", "headline", "subtitle", "sources")}


def drawing():
    figure = Figure(figsize=(2, 1))
    figure.subplots().bar([0, 1], [3, 40])
    return figure


def shown(**changes):
    return pages.figure(drawing(), **{**GOOD, **changes})


def tabled(rows=ROWS, **changes):
    return pages.table(rows, **{**TABLE, **changes})


def linked_text(markup):
    """Return the CSV inside the page, as a spreadsheet gets it."""
    return base64.b64decode(re.search(r"base64,([^\"]+)", markup)[1]).decode()


def linked_rows(markup):
    return list(csv.reader(io.StringIO(linked_text(markup).removeprefix("\ufeff"))))


class Cells(HTMLParser):
    """Collect the words of each body cell and the attributes of each element."""

    def __init__(self, markup):
        super().__init__()
        self.cells, self.attributes, self.inside = [], [], False
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        self.inside = tag == "td"
        if self.inside:
            self.cells.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


def test_findings_show_sentence_certainty_and_date_of_data():
    element = pages.findings([SAID] * 3, data_to="grants to 2020")
    assert element.markup.count("<li>7 groups of 36 economies. <span") == 3
    assert "Data: grants to 2020." in element.markup
    assert element._repr_mimebundle_()[pages.FINDINGS_TYPE] == {
        "data_to": "grants to 2020",
        "findings": [["7 groups of 36 economies.", "noise in 0.2% of panels"]] * 3,
    }


@pytest.mark.parametrize("count", [0, 2, 6])
def test_a_page_has_three_to_five_findings(count):
    with pytest.raises(InvalidPage, match=f"three to five findings, this one has {count}"):
        pages.findings([SAID] * count, data_to="2020")


def test_findings_keep_to_a_hundred_and_twenty_words():
    long = pages.Finding("7 " + "word " * 38, "sure")
    assert pages.findings([long] * 3, data_to="2020").text.startswith("- 7 word")
    with pytest.raises(InvalidPage, match="have 121 words, at most 120"):
        pages.findings([long, long, pages.Finding("7 " + "word " * 39, "sure")], data_to="2020")


def test_each_finding_has_a_number_in_its_sentence_or_certainty():
    vague = pages.Finding("Borders move.", "agreement 0.4")
    pages.findings([SAID, SAID, vague], data_to="2020")
    with pytest.raises(InvalidPage, match=r"has no number: 'Borders move\.'"):
        pages.findings([SAID, SAID, pages.Finding("Borders move.", "surely")], data_to="2020")


def test_findings_are_escaped():
    element = pages.findings([SAID, SAID, pages.Finding("1 <script>", "<b>")], data_to="<i>")
    assert not re.search(r"<(script|b|i)>", element.markup)


def test_a_figure_carries_its_words_its_source_and_its_numbers(tiny_project):
    element = shown()
    attributes = Cells(element.markup).attributes
    svg = next(found for tag, found in attributes if tag == "svg")
    assert (svg["role"], svg["aria-label"]) == ("img", GOOD["alt"])
    assert attributes[0] == ("figure", {"class": "chart", "id": "small-figure"})
    # a wide drawing can be scrolled by keyboard, and the region says what it is
    region = next(found for tag, found in attributes if tag == "div")
    assert region == {
        "class": "scroll",
        "tabindex": "0",
        "role": "region",
        "aria-label": GOOD["headline"],
    }
    assert re.search(r'<div class="scroll"[^>]*><svg.*</svg>\s*</div>', element.markup, re.DOTALL)
    for words in (GOOD["headline"], GOOD["subtitle"]):
        assert f">{words}</p>" in element.markup
    assert "Source: the tests (CC0; data 2019-2020, grant year;" in element.markup
    assert linked_rows(element.markup) == [
        ["country", "families"],
        ["Viet Nam", "3"],
        ["Japan", "40"],
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alt": "a" * 39}, "alt text has 39 characters"),
        ({"alt": "a" * 301}, "alt text has 301 characters"),
        ({"headline": GOOD["alt"]}, "alt text repeats the title"),
        ({"subtitle": GOOD["alt"] + " 2020", "alt": GOOD["alt"] + " 2020 "}, "repeats the title"),
        ({"headline": "  Too short "}, "headline is '  Too short '"),
        ({"subtitle": "Families by country"}, "names no year"),
        ({"subtitle": "Families, 12020 of them"}, "names no year"),
        ({"sources": []}, "No source is named"),
        ({"plotted": ROWS.head(0)}, "has no rows"),
        ({"name": "Small Figure"}, "'Small Figure' cannot be the name"),
        ({"name": "1st"}, "'1st' cannot be the name"),
        ({"name": ""}, "'' cannot be the name"),
        ({"name": 'a"onload='}, "cannot be the name"),
    ],
)
def test_a_figure_that_breaks_a_rule_is_refused(tiny_project, change, message):
    with pytest.raises(InvalidPage, match=message) as caught:
        shown(**change)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"headline": "Short"}, "headline is 'Short'"),
        ({"subtitle": "No period"}, "names no year"),
        ({"sources": []}, "No source is named"),
        ({"rows": ROWS.head(0)}, "has no rows"),
        ({"name": "a_b"}, "'a_b' cannot be the name"),
        ({"formats": {"familys": ".0f"}}, r"does not have: \['familys'\]"),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused(tiny_project, change, message):
    with pytest.raises(InvalidPage, match=message):
        tabled(**change)


@pytest.mark.parametrize("element", [shown, tabled])
def test_an_unknown_source_is_named(tiny_project, element):
    with pytest.raises(TechDiplomacyError, match=r"tinny\.yaml is missing"):
        element(sources=["tinny"])


def test_the_limits_of_the_alt_text_are_allowed(tiny_project):
    for length in (40, 300):
        assert f'aria-label="{"a" * length}"' in shown(alt="a" * length).markup


def test_markup_in_words_and_cells_is_escaped(tiny_project):
    bad = "<script>alert('x')</script>"
    rows = pd.DataFrame({bad: [bad], "n": [1]})
    for element in (
        tabled(rows, headline=bad, subtitle=f"{bad} 2020"),
        shown(headline=bad, subtitle=f"{bad} 2020", alt=f'{bad} " is what a reader understands'),
    ):
        assert "<script" not in element.markup
        tags = {tag for tag, _ in Cells(element.markup).attributes}
        assert "script" not in tags
    assert Cells(tabled(rows).markup).cells == [bad, "1"]
    svg = next(
        found
        for tag, found in Cells(shown(alt=f'{bad} " and more words here').markup).attributes
        if tag == "svg"
    )
    assert svg["aria-label"] == f'{bad} " and more words here'


def test_cells_are_formatted_and_missing_ones_are_a_dash(tiny_project):
    rows = pd.DataFrame(
        {
            "text": ["a", None],
            "share": [0.256, float("nan")],
            "count": pd.array([1200, pd.NA], dtype="Int64"),
            "plain": [0.5, 12.0],
            "called": [1.0, None],
        }
    )
    styles = {"share": ".0%", "count": ",.0f", "called": lambda value: f"<{value:.0f}>"}
    element = tabled(rows, formats=styles)
    assert Cells(element.markup).cells == [
        *("a", "26%", "1,200", "0.5", "<1>"),
        *("–", "–", "–", "12", "–"),
    ]
    numbers = [found for tag, found in Cells(element.markup).attributes if tag == "th"]
    assert [found.get("class") for found in numbers] == [None, "number", "number", "number", None]


def test_a_wide_table_says_so(tiny_project):
    assert '<figure class="table wide" id="small-figure">' in tabled(wide=True).markup
    assert '<figure class="table" id="small-figure">' in tabled().markup


def test_the_link_opens_as_utf8_in_a_spreadsheet():
    rows = pd.DataFrame({"tên": ["Việt Nam, 1"], "n": [1.5]})
    text = linked_text(pages.csv_link(rows, "one"))
    assert text == '\ufefftên,n\n"Việt Nam, 1",1.5\n'


def test_formulas_are_quoted_and_negative_numbers_are_not():
    rows = pd.DataFrame({"text": ["=1+1", "+1", "-1", "@a", "a=1"], "number": [-1, -2, -3, 4, 5]})
    before = rows.copy()
    read = linked_rows(pages.csv_link(rows, "one"))[1:]
    assert [row[0] for row in read] == ["'=1+1", "'+1", "'-1", "'@a", "a=1"]
    assert [row[1] for row in read] == ["-1", "-2", "-3", "4", "5"]
    pd.testing.assert_frame_equal(rows, before)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1).filter(
                lambda text: text[0] not in "=+-@"
            ),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_linked_rows_are_those_plotted(pairs):
    rows = pd.DataFrame(pairs, columns=["text", "number"])
    read = linked_rows(pages.csv_link(rows, "one"))
    assert read[0] == ["text", "number"]
    assert [(text, float(number)) for text, number in read[1:]] == pairs


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (999.6, 3, "1,000"),
        (0.0, 3, "0"),
        (-1234567.0, 3, "-1,230,000"),
        (12.345, 2, "12"),
        (1.234, 2, "1.2"),
        (99.96, 3, "100"),
    ],
)
def test_rounded_keeps_a_few_digits(value, digits, words):
    assert pages.rounded(value, digits) == words


@settings(deadline=None)
@given(st.floats(min_value=1e-3, max_value=1e12))
def test_rounded_stays_within_half_a_percent(value):
    assert float(pages.rounded(value).replace(",", "")) == pytest.approx(value, rel=0.0051)
