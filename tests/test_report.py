"""The site: cells are arranged for a reader; the pages that were built keep to the rules."""

import base64
import csv
import io
import json
import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from techdiplomacy import changes, paths, report
from techdiplomacy.cards import load_card
from techdiplomacy.declarations import TABLES
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.pages import ELEMENT_TYPE
from techdiplomacy.params import load_params
from techdiplomacy.report import LANGUAGE_NAMES, OWN_PAGES, file_name
from techdiplomacy.texts import LANGUAGES, day

SITE = ROOT / "reports" / "site"
NOTEBOOKS = list(load_params().notebooks)
PAGES = [*OWN_PAGES, *NOTEBOOKS]
FILES = [file_name(page, language) for page in PAGES for language in LANGUAGES]
NOTEBOOK_FILES = [file_name(page, language) for page in NOTEBOOKS for language in LANGUAGES]
LARGEST = 2_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "source", "area", "base"}
ELEMENT_KINDS = {"findings", "figure", "table", "paragraph"}


# ---- small notebooks, made up ------------------------------------------------------------------


def both(words):
    return {"en": words, "vi": f"vi {words}"}


def element(kind, **said):
    return {"kind": kind, **said}


FOUND = element(
    "findings",
    name="findings",
    markup={
        language: f'<section class="findings" aria-label="F"><ul>{words}</ul></section>'
        for language, words in both('<li id="finding-1">7 groups.</li>').items()
    },
    findings=[
        {"sentence": both("7 groups."), "certainty": both("sure"), "data_to": both("to 2020")}
    ],
)
CSV = base64.b64encode("\ufeffyear,value\n2020,1\n".encode()).decode()


def table_element(name="numbers"):
    link = f'<a class="csv" download="{name}.csv" href="data:text/csv;charset=utf-8;base64,{CSV}">'
    markup = {
        language: f'<figure class="table wide" id="{name}"><table><thead><tr><th>{words}</th></tr>'
        f'</thead><tbody><tr><td class="number" data-value="1">1</td></tr></tbody></table>'
        f'<figcaption><a href="sources.html#tiny">tiny</a> {link}Data</a></figcaption></figure>'
        for language, words in both("Year").items()
    }
    captions = {"headline": both("A table"), "subtitle": both("of 2020")}
    return element("table", name=name, markup=markup, sources=["tiny"], **captions)


def code(identity, *, tags=(), shows=None, outputs=None):
    data = {"text/plain": "shown"} if shows is None else {ELEMENT_TYPE: shows}
    shown = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": "answer = 42",
        "execution_count": 7,
        "outputs": shown if outputs is None else outputs,
    }


def text(identity, source="Words.", tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "markdown", "id": identity, "metadata": metadata, "source": source}


OPENING = text("opening", "# A title\n\nDoes it work?\n\nMore words.")
CELLS = (
    OPENING,
    code("prepare", tags=["preparation"]),
    code("findings", shows=FOUND),
    text("evidence", "## The evidence\n\nIt is *here*, see [sources](sources.html)."),
    code("table", shows=table_element()),
    text("method", "## Method\n\nPlain counting."),
    text("closing", "## What this says\n\n### Main limitations\n\nMany."),
)
TRANSLATIONS = {
    "A title": "Một tiêu đề",
    "The evidence": "Bằng chứng",
    "Method": "Phương pháp",
    "It is *here*, see [sources](sources.html).": "Ở *đây*, xem [nguồn](sources.html).",
    "Draft": "Bản nháp",
}


def executed(*cells):
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write_bytes(paths.executed_notebook_file("small"), json.dumps(content).encode())


CLEANED = {
    "rows_added_together": 0,
    "rows_clean": 1234,
    "rows_dropped_by_correction": 0,
    "rows_of_aggregates_left_out": 1,
    "rows_raw": 1235,
}


def set_params(folder, **sections):
    yaml = YAML(typ="safe")
    content = yaml.load((folder / "params.yaml").read_text(encoding="utf-8")) | sections
    with (folder / "params.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(content, stream)
    return load_params()


@pytest.fixture
def small(tiny_project, translate):
    """Return a project with one executed notebook, one source and a few translations."""
    note = {"source": "tiny", "mode": "embedded", "date": "2026-11-21", "sha256": "ab", "rows": 4}
    write_json(paths.raw_note_file("tiny"), note)
    write_json(paths.clean_note_file("tiny"), CLEANED)
    write_json(paths.metrics_file("small"), {"groups": 7, "share": 0.25})
    translate(TRANSLATIONS)
    executed(*CELLS)
    set_params(
        tiny_project,
        sources={"tiny": {"from": "snapshot"}},
        notebooks={"small": {}},
        review={"small": {"by": "", "on": "", "fingerprint": ""}},
    )
    return tiny_project


def built(page="small", language="en"):
    path = paths.site_folder() / file_name(page, language)
    return Tree(path.read_text(encoding="utf-8")).root


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
        parts = report.arrange(list(self.cells))
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
        parts = report.arrange([OPENING, code("both", tags=["preparation"], shows=FOUND)])
        assert [cell["id"] for cell in parts["findings"]] == ["both"]

    def test_a_notebook_without_cells_has_three_empty_parts(self):
        assert all(part == [] for part in report.arrange([]).values())


class TestReadPage:
    def test_title_question_findings_and_sources_are_read(self, tiny_project):
        executed(OPENING, code("findings", shows=FOUND), code("table", shows=table_element()))
        page = report.read_page("small")
        assert (page.title, page.question) == ("A title", "Does it work?")
        assert page.introduction == "More words."
        assert page.findings == FOUND["findings"]
        assert page.sources == ["tiny"]

    def test_a_notebook_that_was_not_executed_is_named(self, tiny_project):
        with pytest.raises(TechDiplomacyError, match="'small' has not been executed") as caught:
            report.read_page("small")
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
            report.read_page("small")
        assert caught.value.where == "notebooks/small.ipynb"


class TestCheckCells:
    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("There are 35 economies.", "35"),
            ("- one\n- and 3.5 more", "3.5"),
            ("## The 12 groups", "12"),
            ("Fine.\n\nNot fine: 80%.", "80"),
        ],
    )
    def test_a_typed_number_is_named_with_notebook_and_cell(self, source, found):
        with pytest.raises(InvalidPage, match=rf"typed into a paragraph: {found}\.") as caught:
            report.check_cells("small", [text("the-cell", source)])
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
        report.check_cells("small", [text("a", source)])

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
            report.check_cells("small", [code("the-cell", outputs=[output])])
        assert caught.value.where == "notebooks/small.ipynb, cell 'the-cell'"
        report.check_cells("small", [code("a", outputs=[output], tags=["preparation"])])

    def test_an_error_is_refused_even_in_preparation(self):
        error = {"output_type": "error", "ename": "ValueError", "evalue": "bad"}
        with pytest.raises(InvalidPage, match="error: bad"):
            report.check_cells("small", [code("a", outputs=[error], tags=["preparation"])])

    def test_two_elements_of_one_name_are_refused(self):
        cells = [code("a", shows=table_element("one")), code("b", shows=table_element("one"))]
        with pytest.raises(InvalidPage, match="named 'one'") as caught:
            report.check_cells("small", cells)
        assert "cell 'b'" in caught.value.where


class TestTranslateMarkdown:
    def test_english_stays_as_it_is(self, small):
        source = "##  Odd   spacing\n\n\nis kept"
        assert report.translate_markdown(source, "en") == source

    def test_paragraphs_and_headings_are_translated_one_by_one(self, small):
        source = "## Method\n\nIt is *here*, see\n[sources](sources.html)."
        assert report.translate_markdown(source, "vi") == (
            "## Phương pháp\n\nỞ *đây*, xem [nguồn](sources.html)."
        )

    def test_what_has_no_translation_is_marked_as_english(self, small):
        assert report.translate_markdown("## Unknown\n\nNot *known*.", "vi") == (
            '## <span lang="en">Unknown</span>\n\n<div lang="en">\n\nNot *known*.\n\n</div>'
        )

    def test_code_is_not_translated(self, small):
        source = "```\nMethod\n\n\nMethod\n```"
        assert report.translate_markdown(source, "vi") == source


class TestBuildSite:
    def test_every_page_exists_in_both_languages_with_the_data_beside_it(self, small):
        report.build_site(load_params())
        pages = [*OWN_PAGES, "small"]
        expected = {file_name(page, language) for page in pages for language in LANGUAGES}
        assert {path.name for path in paths.site_folder().glob("*.html")} == expected
        beside = paths.site_folder() / "data" / "small" / "numbers.csv"
        assert beside.read_bytes() == base64.b64decode(CSV)

    def test_a_second_build_gives_the_same_bytes(self, small):
        report.build_site(load_params())
        first = {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")}
        report.build_site(load_params())
        assert {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")} == first

    def test_the_page_is_said_in_its_language(self, small):
        report.build_site(load_params())
        page = built(language="vi")
        assert [node.attributes["lang"] for node in page.all("html")] == ["vi"]
        assert next(page.all("h1")).words() == "Một tiêu đề"
        assert next(page.all("th")).words() == "vi Year"
        assert "Ở đây, xem nguồn" in page.words()
        unknown = [
            node.words().strip() for node in page.all() if node.attributes.get("lang") == "en"
        ]
        assert {"Does it work?", "Plain counting.", "More words."} <= set(unknown)

    def test_links_stay_in_the_language_and_anchors_come_from_english(self, small):
        report.build_site(load_params())
        targets = {
            language: [
                node.attributes["href"]
                for node in next(built("small", language).all("main")).all("a")
            ]
            for language in LANGUAGES
        }
        assert "sources.html#tiny" in targets["en"]
        assert "sources.vi.html#tiny" in targets["vi"]
        assert [target.replace(".vi.", ".") for target in targets["vi"]] == targets["en"]
        for language in LANGUAGES:
            ids = [
                node.attributes["id"]
                for node in built("small", language).all("h2")
                if "id" in node.attributes
            ]
            assert ids[:3] == ["the-evidence", "method", "what-this-says"]

    def test_each_page_leads_to_itself_in_the_other_language(self, small):
        report.build_site(load_params())
        for page in (*OWN_PAGES, "small"):
            for language in LANGUAGES:
                (link,) = built(page, language).all("a", "language")
                other = link.attributes["hreflang"]
                assert other != language
                assert link.attributes["href"] == file_name(page, other)
                assert (link.attributes["lang"], link.words()) == (other, LANGUAGE_NAMES[other])

    def test_a_translation_with_other_headings_is_refused(self, small, translate):
        translate({"Plain counting.": "## Một đề mục"})
        with pytest.raises(InvalidPage, match="other headings than the English"):
            report.build_site(load_params())

    def test_code_stands_behind_one_switch_and_prompts_are_left_out(self, small):
        report.build_site(load_params())
        page = built()
        (switch,) = (node for node in page.all("input") if node.attributes["type"] == "checkbox")
        assert switch.attributes["id"] == "show-code"
        assert "checked" not in switch.attributes
        (label,) = page.all("label")
        assert label.attributes["for"] == "show-code"
        assert len(list(page.all("div", "code"))) == 3
        assert "[7]" not in page.words()
        style = next(page.all("style")).words()
        assert ".code, section.preparation { display: none; }" in style

    def test_a_draft_says_so_and_a_checked_page_by_whom(self, small):
        report.build_site(load_params())
        (body,) = built(language="vi").all("body")
        assert body.attributes == {"class": "draft", "data-watermark": "Bản nháp"}
        (fingerprint,) = (
            node.words()
            for node in built().all("code")
            if node.attributes.get("id") == "fingerprint"
        )
        signed = {"by": "A. Reader", "on": "2026-11-20", "fingerprint": fingerprint}
        report.build_site(set_params(small, review={"small": signed}))
        (body,) = built().all("body")
        assert body.attributes == {}
        assert f"Checked by A. Reader on {day('2026-11-20').say('en')}." in built().words()
        executed(*CELLS, text("more", "More."))
        report.build_site(load_params())
        assert "A. Reader checked an earlier state" in built().words()
        assert next(built().all("body")).attributes["class"] == "draft"

    def test_what_is_new_compares_with_the_last_release(self, small):
        report.build_site(load_params())
        assert "No release has been recorded yet" in built("new").words()
        changes.write_release("0.1.0", "2026-11-20", ["small"])
        report.build_site(load_params())
        assert "No finding and no headline number has changed." in built("new").words()
        write_json(paths.metrics_file("small"), {"groups": 8, "rand": 0.5})
        report.build_site(load_params())
        rows = [
            [squeezed(cell.words()) for cell in row.all("td")]
            for row in next(built("new").all("tbody")).all("tr")
        ]
        assert rows == [
            ["groups", "7", "8", "+1", "+14.3%"],
            ["rand", "–", "0.500", "new", "–"],
            ["share", "0.250", "–", "gone", "–"],
        ]

    def test_what_a_release_did_not_say_in_a_language_is_shown_in_english(self, small):
        found = [{"sentence": {"en": "6 groups."}, "certainty": {"en": "open"}}]
        write_json(
            paths.release_file("0.1.0"),
            {"version": "0.1.0", "date": "2026-11-20", "metrics": {}, "findings": {"small": found}}
            | {"metrics": {"small": {}}},
        )
        report.build_site(load_params())
        english = [
            node.words()
            for node in built("new", "vi").all("span")
            if node.attributes.get("lang") == "en"
        ]
        assert {"6 groups.", "open"} <= set(english)
        assert "vi 7 groups." in built("new", "vi").words()

    def test_numbers_and_dates_have_the_form_of_the_language(self, small):
        report.build_site(load_params())
        assert "1,234" in built("sources").words()
        assert "1.234" in built("sources", "vi").words()
        shown = {
            language: {
                (node.attributes["datetime"], node.words())
                for node in built("sources", language).all("time")
            }
            for language in LANGUAGES
        }
        assert ("2026-11-21", day("2026-11-21").say("en")) in shown["en"]
        assert ("2026-11-21", day("2026-11-21").say("vi")) in shown["vi"]

    def test_what_is_written_into_a_card_cannot_become_markup(self, small, embed):
        embed(title="<script>alert(1)</script> & more")
        report.build_site(load_params())
        for page in ("sources", "search", "small"):
            text_of_page = (paths.site_folder() / f"{page}.html").read_text(encoding="utf-8")
            assert "<script>alert" not in text_of_page
        assert "<script>alert(1)</script> & more" in built("sources").words()


def test_a_notebook_that_is_missing_leaves_the_old_site_as_it_is(tiny_project):
    write_bytes(paths.site_folder() / "index.html", b"old")
    with pytest.raises(TechDiplomacyError, match="has not been executed"):
        report.build_site(load_params())
    assert [path.name for path in paths.site_folder().iterdir()] == ["index.html"]
    assert (paths.site_folder() / "index.html").read_bytes() == b"old"


def test_what_unlisted_sources_and_notebooks_left_behind_is_deleted(tiny_project):
    params = load_params()
    left = [paths.raw_folder() / "gone.csv", paths.executed_notebooks_folder() / "gone.ipynb"]
    stays = [paths.raw_file(next(iter(params.sources)))]
    stays.append(paths.clean_folder() / "gone.csv")  # the features step clears this one
    for path in (*left, *stays):
        write_bytes(path, b"old")
    with pytest.raises(TechDiplomacyError, match="has not been executed"):
        report.build_site(params)
    assert not [path for path in left if path.exists()]
    assert all(path.exists() for path in stays)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_marked_up_as_far_as_they_go(language):
    wording = report.Wording(language)
    whole = day("2026-11-21").say(language)
    assert wording.date("2026-11-21") == f'<time datetime="2026-11-21">{whole}</time>'
    assert wording.date("2026-11") == '<time datetime="2026-11">11/2026</time>'
    assert wording.date("2024 <sic>").startswith('<time datetime="2024">2024</time> ')
    assert "<sic>" not in wording.date("2024 <sic>")


def test_a_headline_number_shows_more_digits_where_it_would_look_the_same():
    wording = report.Wording("en")
    assert wording.headline(0.860791) == "0.861"
    assert wording.headline(0.860791, 0.860792) == "0.860791"
    assert wording.headline(127549.0) == "127,549"
    assert wording.headline(True) == "yes"
    assert wording.headline("MAR;DZA") == "<code>MAR;DZA</code>"


# ---- the site that was built -------------------------------------------------------------------


class Node:
    """An element of a page with its words and what is inside."""

    def __init__(self, tag, attributes, parent=None):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []

    def all(self, tag=None, kind=None):
        for child in self.children:
            if isinstance(child, Node):
                if tag in (None, child.tag) and (kind is None or kind in child.kinds()):
                    yield child
                yield from child.all(tag, kind)

    def kinds(self):
        return (self.attributes.get("class") or "").split()

    def words(self, without=()):
        """Return the words, but for those inside tags or kinds that are left out."""
        parts = [
            one
            if isinstance(one, str)
            else " "
            if {one.tag, *one.kinds()} & set(without)
            else one.words(without)
            for one in self.children
        ]
        return "".join(parts) + (" " if without and self.tag in ("td", "th", "li", "p") else "")


class Tree(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.root = self.open = Node("", {})
        self.feed(markup)
        self.close()
        assert self.open is self.root, f"<{self.open.tag}> is never closed"

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs), self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Node(tag, dict(attrs), self.open))

    def handle_endtag(self, tag):
        assert tag == self.open.tag, f"</{tag}> closes <{self.open.tag}>"
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data)


@lru_cache
def tree(file):
    return Tree((SITE / file).read_text(encoding="utf-8")).root


def squeezed(words):
    return " ".join(words.split())


def linked_rows(link):
    content = base64.b64decode(link.attributes["href"].split("base64,")[1], validate=True).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def language_of(file):
    return "vi" if file.endswith(".vi.html") else "en"


def plain_numbers(root, language):
    """Return the numbers of the main part as a computer writes them."""
    main = next(root.all("main"))
    # names of licences and packages are written alike, dates are compared by themselves
    left_out = ("script", "pre", "code", "svg", "time", "math", "source", "package")
    words = main.words(without=left_out)
    found = re.findall(r"\d[\d.,]*\d|\d", words)
    if language == "vi":
        found = [number.translate(str.maketrans(",.", ".,")) for number in found]
    return sorted(number.replace(",", "") for number in found)


@pytest.fixture
def site():
    if not SITE.is_dir():
        pytest.skip("there is no site: run dvc repro first")


@pytest.mark.usefixtures("site")
class TestSite:
    def test_it_has_every_page_in_every_language_and_the_data_beside_them(self):
        assert sorted(path.name for path in SITE.iterdir()) == sorted([*FILES, "data"])
        assert sorted(path.name for path in (SITE / "data").iterdir()) == sorted(NOTEBOOKS)

    @pytest.mark.parametrize("file", FILES)
    def test_a_page_has_language_title_one_heading_and_a_main_part(self, file):
        root = tree(file)
        assert [node.attributes.get("lang") for node in root.all("html")] == [language_of(file)]
        assert " · " in next(root.all("title")).words()
        assert len(list(root.all("h1"))) == 1
        mains = list(root.all("main"))
        assert len(mains) == 1
        assert list(mains[0].all("h1")), "the heading stands in the main part"
        assert any(node.attributes.get("charset") == "utf-8" for node in root.all("meta"))

    @pytest.mark.parametrize("file", FILES)
    def test_headings_skip_no_level(self, file):
        levels = [int(node.tag[1]) for node in tree(file).all() if re.match(r"h[1-6]$", node.tag)]
        assert levels[0] == 1
        for before, after in pairwise(levels):
            assert after <= before + 1

    @pytest.mark.parametrize("file", FILES)
    def test_a_page_loads_nothing(self, file):
        for node in tree(file).all():
            assert node.tag not in ("iframe", "object", "embed", "link", "base")
            for name, value in node.attributes.items():
                assert not name.startswith("on"), f"<{node.tag} {name}>"
                if name in ("src", "srcset", "poster", "action") or (
                    name.endswith("href") and node.tag != "a"
                ):
                    assert value.startswith(("#", "data:image/png;base64,")), f"{name}={value}"
                assert not re.search(r"url\(\s*['\"]?(?!#|data:)", value or ""), f"{name}={value}"
        for style in tree(file).all("style"):
            assert "@import" not in style.words()
            assert "url(" not in style.words().replace("url(#", "")
        for script in tree(file).all("script"):
            assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|eval\(", script.words())

    @pytest.mark.parametrize("file", FILES)
    def test_links_to_elsewhere_are_visible(self, file):
        for node in tree(file).all("a"):
            target = node.attributes.get("href", "")
            if "//" in target and not target.startswith("data:"):
                assert target.startswith("https://"), target
                assert node.words().strip(), target

    @pytest.mark.parametrize("file", FILES)
    def test_links_inside_the_site_arrive_and_stay_in_the_language(self, file):
        for node in tree(file).all("a"):
            target = node.attributes.get("href", "")
            if target.startswith(("https://", "data:text/csv;")):
                continue
            name, _, anchor = target.partition("#")
            arrives = name or file
            assert arrives in FILES, target
            assert "language" in node.kinds() or language_of(arrives) == language_of(file), target
            ids = {one.attributes.get("id") for one in tree(arrives).all()}
            assert not anchor or anchor in ids, target

    @pytest.mark.parametrize("file", FILES)
    def test_no_id_is_given_twice(self, file):
        ids = [node.attributes["id"] for node in tree(file).all() if "id" in node.attributes]
        assert sorted(ids) == sorted(set(ids))

    @pytest.mark.parametrize("file", FILES)
    def test_a_page_stays_small(self, file):
        assert (SITE / file).stat().st_size <= LARGEST

    @pytest.mark.parametrize("file", FILES)
    def test_every_drawing_can_be_read_aloud(self, file):
        drawings = list(tree(file).all("svg"))
        for node in drawings:
            assert node.attributes.get("role") == "img"
            assert 40 <= len(node.attributes.get("aria-label", "")) <= 300
        assert bool(drawings) is (file in NOTEBOOK_FILES)

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_every_figure_and_table_has_its_source_and_its_numbers(self, file):
        figures = [node for node in tree(file).all("figure") if list(node.all("div", "scroll"))]
        assert figures
        page = file.split(".")[0]
        for node in figures:
            name = node.attributes["id"]
            assert len([part.words() for part in node.all("span", "source")]) == 1, name
            links = list(node.all("a", "csv"))
            assert [link.attributes["download"] for link in links] == [f"{name}.csv"]
            rows = linked_rows(links[0])
            assert len(rows) >= 2, name
            assert {len(row) for row in rows} == {len(rows[0])}, name
            beside = (SITE / "data" / page / f"{name}.csv").read_text(encoding="utf-8-sig")
            assert list(csv.reader(io.StringIO(beside))) == rows

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_a_table_shows_as_many_rows_as_its_link_holds(self, file):
        for node in tree(file).all("figure", "table"):
            for link in node.all("a", "csv"):
                body = next(node.all("tbody"))
                assert len(list(body.all("tr"))) == len(linked_rows(link)) - 1

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_a_page_tells_findings_then_evidence_then_preparation_then_trust(self, file):
        main = next(tree(file).all("main"))
        order = [
            next(
                iter({"findings", "preparation", "trust", "contents"} & set(node.kinds())), "figure"
            )
            for node in main.all()
            if node.tag == "figure"
            or {"findings", "preparation", "trust", "contents"} & set(node.kinds())
        ]
        assert order[:2] == ["findings", "contents"]
        assert order[-2:] == ["preparation", "trust"]
        assert set(order[2:-2]) == {"figure"}

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_a_page_ends_with_what_it_is_its_use_and_its_limits(self, page):
        ids = [node.attributes.get("id") for node in tree(file_name(page, "en")).all("h3")]
        wanted = ["what-this-is", "what-it-can-be-used-for", "main-limitations"]
        assert [one for one in ids if one in wanted] == wanted

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_no_error_or_warning_of_a_run_is_shown(self, file):
        words = tree(file).words()
        for sign in ("Traceback", "Warning:", "NaN", "<NA>"):
            assert sign not in words
        assert not re.search(r"\bnan\b", words)

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_the_trust_block_is_complete(self, file):
        (block,) = tree(file).all("section", "trust")
        page = file.split(".")[0]
        words = squeezed(block.words())
        assert f"dvc repro run_notebook@{page} build_site" in words
        hashes = [node.words() for node in block.all("code", "hash")]
        assert len(hashes) == 4
        assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in hashes)
        for name in ("Python 3.", "numpy ", "pandas ", "matplotlib ", "babel "):
            assert name in words
        rows = list(next(block.all("tbody")).all("tr"))
        assert rows
        for row in rows:
            assert len(list(row.all("time"))) >= 2

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_a_page_that_nobody_checked_is_marked_as_a_draft(self, file):
        if load_params().review[file.split(".")[0]].by:
            pytest.skip("somebody has reviewed this page")
        (body,) = tree(file).all("body")
        assert body.attributes["data-watermark"].strip()
        assert list(tree(file).all("p", "draft-banner"))

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_code_is_hidden_until_the_switch_is_on(self, file):
        (switch,) = (
            node for node in tree(file).all("input") if node.attributes.get("id") == "show-code"
        )
        assert "checked" not in switch.attributes
        main = next(tree(file).all("main"))
        for block in main.all("div", "highlight"):
            around = block.parent
            while around and not {"code"} & set(around.kinds()):
                around = around.parent
            assert around, "code outside the switch"

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_the_index_shows_the_findings_of_each_page(self, page, language):
        shown = squeezed(tree(file_name("index", language)).words())
        found = next(tree(file_name(page, language)).all("section", "findings"))
        items = [squeezed(node.words()) for node in found.all("li")]
        assert 3 <= len(items) <= 5
        for item in items:
            assert item in shown
        assert squeezed(next(tree(file_name(page, language)).all("h1")).words()) in shown

    @pytest.mark.parametrize("source", list(load_params().sources))
    def test_the_sources_page_gives_licence_and_citation_of_each_source(self, source):
        card = load_card(source)
        sections = {
            language: next(
                node
                for node in tree(file_name("sources", language)).all()
                if node.attributes.get("id") == source
            )
            for language in LANGUAGES
        }
        words = squeezed(sections["en"].words())
        for said in (card.title, card.producer, card.licence.name, card.citation, card.unit):
            assert squeezed(said) in words
        for said in (*card.trimmed, *card.caveats):
            assert squeezed(said) in words
        assert squeezed(card.citation) in squeezed(sections["vi"].words())
        for section in sections.values():
            targets = {node.attributes["href"] for node in section.all("a")}
            assert {card.licence.url, card.url_main} <= targets

    def test_each_source_of_a_figure_is_credited_as_its_card_asks(self):
        lines = " ".join(
            part.words() for file in NOTEBOOK_FILES for part in tree(file).all("span", "source")
        )
        credited = [
            source
            for source in load_params().sources
            if load_card(source).attribution.removeprefix("Source: ") in lines
        ]
        assert {"ncses_patent_families", "ncses_articles", "ilostat_employment"} <= set(credited)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_dictionary_lists_every_table_and_column(self, language):
        root = tree(file_name("dictionary", language))
        sections = {node.attributes.get("id"): node for node in root.all("section", "card")}
        assert set(sections) == set(TABLES)
        for name, table in TABLES.items():
            rows = [
                [squeezed(cell.words()) for cell in row.all("td")]
                for row in next(sections[name].all("tbody")).all("tr")
            ]
            assert [row[0] for row in rows] == table.column_names()
            for row, column in zip(rows, table.columns, strict=True):
                assert bool(column.unit) is (row[2] != "–")
                assert language != "en" or squeezed(column.meaning) in row[3]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_search_index_names_source_and_date_of_everything(self, language):
        (script,) = (
            node
            for node in tree(file_name("search", language)).all("script")
            if node.attributes.get("type") == "application/json"
        )
        entries = json.loads(script.words())
        kinds = {"finding", "figure", "table", "statement", "source", "data"}
        assert kinds <= {entry["kind"] for entry in entries}
        for entry in entries:
            assert entry["text"].strip(), entry
            assert entry["source"].strip(), entry
            assert entry["date"].strip(), entry
            file, _, anchor = entry["href"].partition("#")
            assert language_of(file) == language
            assert anchor in {node.attributes.get("id") for node in tree(file).all()}, entry


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("page", PAGES)
class TestParity:
    """Both languages of a page say the same."""

    def trees(self, page):
        return {language: tree(file_name(page, language)) for language in LANGUAGES}

    def test_ids_are_the_same_in_the_same_order(self, page):
        ids = [
            [node.attributes["id"] for node in root.all() if "id" in node.attributes]
            for root in self.trees(page).values()
        ]
        drawn = [[one for one in own if not re.search(r"[0-9a-f]{10}$", one)] for own in ids]
        assert drawn[0] == drawn[1] or page in NOTEBOOKS
        figures = [
            [node.attributes["id"] for node in root.all("figure")]
            for root in self.trees(page).values()
        ]
        assert figures[0] == figures[1]

    def test_numbers_are_the_same(self, page):
        found = [plain_numbers(root, language) for language, root in self.trees(page).items()]
        if page in NOTEBOOKS:
            assert found[0] == found[1]

    def test_data_files_are_the_same(self, page):
        links = [
            [node.attributes["href"] for node in root.all("a", "csv")]
            for root in self.trees(page).values()
        ]
        assert links[0] == links[1]

    def test_links_are_the_same_but_for_the_language(self, page):
        links = [
            [
                node.attributes["href"].replace(".vi.html", ".html")
                for node in root.all("a")
                if "csv" not in node.kinds()
            ]
            for root in self.trees(page).values()
        ]
        assert links[0] == links[1]

    def test_as_many_drawings_have_words(self, page):
        counts = [
            sum("aria-label" in node.attributes for node in root.all("svg"))
            for root in self.trees(page).values()
        ]
        assert counts[0] == counts[1]

    def test_dates_are_the_same(self, page):
        dates = [
            [node.attributes["datetime"] for node in root.all("time")]
            for root in self.trees(page).values()
        ]
        assert dates[0] == dates[1]
