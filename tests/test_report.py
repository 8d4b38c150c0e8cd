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

from techdiplomacy import paths, report
from techdiplomacy.cards import load_card
from techdiplomacy.declarations import TABLES
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.pages import FINDINGS_TYPE
from techdiplomacy.params import load_params

SITE = ROOT / "reports" / "site"
NOTEBOOKS = list(load_params().notebooks)
PAGES = ["index", "sources", "dictionary", *NOTEBOOKS]
LARGEST = 2_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "source", "area", "base"}


def code(identity, *, tags=(), shows=None):
    data = {} if shows is None else {FINDINGS_TYPE: shows}
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": "1",
        "execution_count": None,
        "outputs": [{"output_type": "display_data", "data": data, "metadata": {}}],
    }


def text(identity, source="Words.", tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "markdown", "id": identity, "metadata": metadata, "source": source}


FOUND = {"data_to": "grants to 2020", "findings": [["7 groups.", "sure"]]}
OPENING = text("opening", "# A title\n\nDoes it work?\n\nMore words.")


class TestArrange:
    cells = (
        OPENING,
        code("parameters", tags=["parameters"]),
        code("injected-parameters"),
        code("prepare", tags=["preparation"]),
        text("about-findings", tags=["findings"]),
        code("findings", shows=FOUND),
        text("words"),
        code("figure"),
        text("last", tags=["preparation"]),
    )

    def ids(self):
        parts = report.arrange(list(self.cells))
        return {name: [cell["id"] for cell in cells] for name, cells in parts.items()}

    def test_findings_stand_before_the_body_and_preparation_last(self):
        assert list(self.ids()) == ["opening", "findings", "body", "preparation"]
        assert self.ids() == {
            "opening": ["opening"],
            "findings": ["about-findings", "findings"],
            "body": ["words", "figure"],
            "preparation": ["parameters", "injected-parameters", "prepare", "last"],
        }

    def test_no_cell_is_lost_or_shown_twice(self):
        arranged = [identity for part in self.ids().values() for identity in part]
        assert sorted(arranged) == sorted(cell["id"] for cell in self.cells)

    def test_findings_of_a_cell_tagged_preparation_are_still_first(self):
        parts = report.arrange([OPENING, code("both", tags=["preparation"], shows=FOUND)])
        assert [cell["id"] for cell in parts["findings"]] == ["both"]

    def test_a_notebook_without_cells_has_four_empty_parts(self):
        assert all(part == [] for part in report.arrange([]).values())


def executed(*cells):
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write_bytes(paths.executed_notebook_file("small"), json.dumps(content).encode())


class TestReadPage:
    def test_title_question_and_findings_are_read(self, tiny_project):
        executed(OPENING, code("findings", shows=FOUND))
        page = report.read_page("small")
        assert (page.title, page.question) == ("A title", "Does it work?")
        assert (page.findings, page.data_to) == ([["7 groups.", "sure"]], "grants to 2020")

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


def test_code_is_folded_and_prompts_are_left_out():
    shown = {**code("a"), "source": "answer = 42", "execution_count": 7, "outputs": []}
    content = {"cells": [shown], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    body = report.notebook_body(content)
    assert '<details class="code"><summary>Code</summary>' in body
    assert "answer" in body
    assert "[7]" not in body


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

    def words(self):
        parts = [one.words() if isinstance(one, Node) else one for one in self.children]
        return "".join(parts)


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
def tree(page):
    return Tree((SITE / f"{page}.html").read_text(encoding="utf-8")).root


def squeezed(words):
    return " ".join(words.split())


def linked_rows(link):
    content = base64.b64decode(link.attributes["href"].split("base64,")[1], validate=True).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


@pytest.fixture
def site():
    if not SITE.is_dir():
        pytest.skip("there is no site: run dvc repro first")


@pytest.mark.usefixtures("site")
class TestSite:
    def test_it_has_one_page_for_each_notebook_and_three_of_its_own(self):
        assert sorted(path.name for path in SITE.iterdir()) == sorted(
            f"{page}.html" for page in PAGES
        )

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_has_language_title_one_heading_and_a_main_part(self, page):
        root = tree(page)
        assert [node.attributes.get("lang") for node in root.all("html")] == ["en"]
        assert len(next(root.all("title")).words().strip()) > len("Technology Diplomacy Workbench")
        assert len(list(root.all("h1"))) == 1
        mains = list(root.all("main"))
        assert len(mains) == 1
        assert list(mains[0].all("h1")), "the heading stands in the main part"
        assert any(node.attributes.get("charset") == "utf-8" for node in root.all("meta"))

    @pytest.mark.parametrize("page", PAGES)
    def test_headings_skip_no_level(self, page):
        levels = [int(node.tag[1]) for node in tree(page).all() if re.match(r"h[1-6]$", node.tag)]
        assert levels[0] == 1
        for before, after in pairwise(levels):
            assert after <= before + 1

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_runs_nothing_and_loads_nothing(self, page):
        for node in tree(page).all():
            assert node.tag not in ("script", "iframe", "object", "embed", "link", "base")
            for name, value in node.attributes.items():
                assert not name.startswith("on"), f"<{node.tag} {name}>"
                if name in ("src", "srcset", "poster", "action") or (
                    name.endswith("href") and node.tag != "a"
                ):
                    assert value.startswith(("#", "data:image/png;base64,")), f"{name}={value}"
                assert not re.search(r"url\(\s*['\"]?(?!#|data:)", value or ""), f"{name}={value}"
        for style in tree(page).all("style"):
            assert "@import" not in style.words()
            assert "url(" not in style.words().replace("url(#", "")

    @pytest.mark.parametrize("page", PAGES)
    def test_links_to_elsewhere_are_visible(self, page):
        for node in tree(page).all("a"):
            target = node.attributes.get("href", "")
            if "//" in target and not target.startswith("data:"):
                assert target.startswith("https://"), target
                assert node.words().strip(), target

    @pytest.mark.parametrize("page", PAGES)
    def test_links_inside_the_site_arrive(self, page):
        targets = [node.attributes.get("href", "") for node in tree(page).all("a")]
        for target in targets:
            if target.startswith(("https://", "data:text/csv;")):
                continue
            name, _, anchor = target.partition("#")
            arrives = name.removesuffix(".html") or page
            assert arrives in PAGES, target
            ids = {node.attributes.get("id") for node in tree(arrives).all()}
            assert not anchor or anchor in ids, target

    @pytest.mark.parametrize("page", PAGES)
    def test_no_id_is_given_twice(self, page):
        ids = [node.attributes["id"] for node in tree(page).all() if "id" in node.attributes]
        assert sorted(ids) == sorted(set(ids))

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_stays_small(self, page):
        assert (SITE / f"{page}.html").stat().st_size <= LARGEST

    @pytest.mark.parametrize("page", PAGES)
    def test_every_drawing_can_be_read_aloud(self, page):
        drawings = list(tree(page).all("svg"))
        for node in drawings:
            assert node.attributes.get("role") == "img"
            assert 40 <= len(node.attributes.get("aria-label", "")) <= 300
        assert bool(drawings) is (page in NOTEBOOKS)

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_every_figure_and_table_has_its_source_and_its_numbers(self, page):
        figures = list(tree(page).all("figure"))
        assert figures
        for node in figures:
            name = node.attributes["id"]
            source = [part.words() for part in node.all("span", "source")]
            assert len(source) == 1, name
            assert source[0].startswith("Source: "), name
            assert "accessed" in source[0], name
            links = list(node.all("a", "csv"))
            assert [link.attributes["download"] for link in links] == [f"{name}.csv"]
            rows = linked_rows(links[0])
            assert len(rows) >= 2, name
            assert {len(row) for row in rows} == {len(rows[0])}, name

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_a_table_shows_as_many_rows_as_its_link_holds(self, page):
        for node in tree(page).all("figure", "table"):
            body = next(node.all("tbody"))
            rows = linked_rows(next(node.all("a", "csv")))
            assert len(list(body.all("tr"))) == len(rows) - 1
            assert [cell.words() for cell in next(node.all("thead")).all("th")] == rows[0]

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_findings_stand_before_every_figure_and_preparation_last(self, page):
        main = next(tree(page).all("main"))
        order = [
            "findings" if "findings" in node.kinds() else node.tag
            for node in main.all()
            if node.tag == "figure" or {"findings", "preparation"} & set(node.kinds())
        ]
        assert order[0] == "findings"
        assert order.count("findings") == 1
        assert order[-1] == "details"

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_no_error_or_warning_of_a_run_is_shown(self, page):
        words = tree(page).words()
        for sign in ("Traceback", "Warning:", "NaN", "<NA>"):
            assert sign not in words
        assert not re.search(r"\bnan\b", words)

    @pytest.mark.parametrize("page", NOTEBOOKS)
    def test_the_index_shows_the_findings_of_each_page(self, page):
        shown = squeezed(tree("index").words())
        found = next(tree(page).all("section", "findings"))
        items = [squeezed(node.words()) for node in found.all("li")]
        assert 3 <= len(items) <= 5
        for item in items:
            assert item in shown
        assert squeezed(next(tree(page).all("h1")).words()).removesuffix("¶").strip() in shown

    @pytest.mark.parametrize("source", list(load_params().sources))
    def test_the_sources_page_gives_licence_and_citation_of_each_source(self, source):
        card = load_card(source)
        section = next(
            node for node in tree("sources").all() if node.attributes.get("id") == source
        )
        words = squeezed(section.words())
        for said in (card.title, card.producer, card.licence.name, card.citation, card.unit):
            assert squeezed(said) in words
        for said in (*card.trimmed, *card.caveats):
            assert squeezed(said) in words
        targets = {node.attributes["href"] for node in section.all("a")}
        assert {card.licence.url, card.url_main} <= targets

    def test_each_source_of_a_figure_is_credited_as_its_card_asks(self):
        lines = " ".join(
            part.words() for page in NOTEBOOKS for part in tree(page).all("span", "source")
        )
        credited = [
            source
            for source in load_params().sources
            if load_card(source).attribution.removeprefix("Source: ") in lines
        ]
        assert {"ncses_patent_families", "ncses_articles", "ilostat_employment"} <= set(credited)

    def test_the_dictionary_lists_every_table_and_column(self):
        sections = {
            node.attributes.get("id"): node for node in tree("dictionary").all("section", "card")
        }
        assert set(sections) == set(TABLES)
        for name, table in TABLES.items():
            rows = [
                [squeezed(cell.words()) for cell in row.all("td")]
                for row in next(sections[name].all("tbody")).all("tr")
            ]
            assert [row[0] for row in rows] == table.column_names()
            for row, column in zip(rows, table.columns, strict=True):
                assert row[2] == (column.unit or "–")
                assert squeezed(column.meaning) in row[3]
