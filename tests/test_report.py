"""The site: what it is built from, and that the pages that were built keep to the rules."""

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
from small_notebooks import CELLS, CSV, FOUND, both, code, executed, text

from techdiplomacy import brief_site, changes, explained_changes, paths, report, search_index
from techdiplomacy.cards import load_card, offered_cards
from techdiplomacy.declarations import TABLES
from techdiplomacy.errors import InvalidPage, TechDiplomacyError
from techdiplomacy.explained_changes import Explained, Explanation
from techdiplomacy.files import write_bytes, write_json
from techdiplomacy.params import load_params
from techdiplomacy.render import file_name
from techdiplomacy.report import LANGUAGE_NAMES, OWN_PAGES
from techdiplomacy.tables import read_csv, read_table
from techdiplomacy.texts import LANGUAGES, day
from techdiplomacy.vocabulary import LISTS

SITE = ROOT / "reports" / "site"
NOTEBOOKS = list(load_params().notebooks)
BRIEFS = (
    [brief_site.page_name(code) for code in load_params().others]
    if (ROOT / "reports" / "briefs").is_dir()
    else []
)
PAGES = [*OWN_PAGES, *NOTEBOOKS, *BRIEFS]
FILES = [file_name(page, language) for page in PAGES for language in LANGUAGES]
NOTEBOOK_FILES = [file_name(page, language) for page in NOTEBOOKS for language in LANGUAGES]
BRIEF_FILES = [file_name(page, language) for page in BRIEFS for language in LANGUAGES]
LARGEST = 2_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "source", "area", "base"}


# ---- a small project, made up ------------------------------------------------------------------


TRANSLATIONS = {
    "A title": "Một tiêu đề",
    "The evidence": "Bằng chứng",
    "Method": "Phương pháp",
    "It is *here*, see [sources](sources.html).": "Ở *đây*, xem [nguồn](sources.html).",
    "Draft": "Bản nháp",
}


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


def fingerprint():
    """Return the fingerprint that both languages of the small page print."""
    printed = {
        node.words()
        for language in LANGUAGES
        for node in built(language=language).all("code")
        if node.attributes.get("id") == "fingerprint"
    }
    (one,) = printed
    return one


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
        signed = {"by": "A. Reader", "on": "2026-11-20", "fingerprint": fingerprint()}
        report.build_site(set_params(small, review={"small": signed}))
        (body,) = built().all("body")
        assert body.attributes == {}
        assert f"Checked by A. Reader on {day('2026-11-20').say('en')}." in built().words()
        executed(*CELLS, text("more", "More."))
        report.build_site(load_params())
        assert "A. Reader checked an earlier state" in built().words()
        assert next(built().all("body")).attributes["class"] == "draft"

    @pytest.mark.parametrize(
        "sentence", ["A title", "Does it work?", "Plain counting.", "More words."]
    )
    def test_a_page_whose_words_change_in_one_language_is_a_draft_again(
        self, small, translate, sentence
    ):
        report.build_site(load_params())
        before = fingerprint()
        signed = {"by": "A. Reader", "on": "2026-11-20", "fingerprint": before}
        report.build_site(set_params(small, review={"small": signed}))
        assert fingerprint() == before
        assert next(built().all("body")).attributes == {}
        translate(TRANSLATIONS | {sentence: "Lời khác"})
        report.build_site(load_params())
        assert fingerprint() != before
        assert next(built().all("body")).attributes["class"] == "draft"

    def test_words_around_a_page_leave_its_fingerprint_alone(self, small, translate):
        report.build_site(load_params())
        before = fingerprint()
        translate(TRANSLATIONS | {"Questions": "Câu hỏi", "Settings": "Thiết lập"})
        changes.write_release("0.1.0", "2026-11-20", ["small"])
        report.build_site(load_params())
        assert fingerprint() == before

    def test_an_element_that_says_more_changes_the_fingerprint(self, small):
        report.build_site(load_params())
        before = fingerprint()
        markup = FOUND["markup"] | {"vi": FOUND["markup"]["vi"] + "<p>thêm</p>"}
        found = code("findings", shows=FOUND | {"markup": markup})
        executed(*(found if cell["id"] == "findings" else cell for cell in CELLS))
        report.build_site(load_params())
        assert fingerprint() != before

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

    def test_why_numbers_changed_stands_beside_them(self, small):
        before = {"groups": 7, "share": 0.25, "verdict": "a", "again": 1}
        write_json(paths.metrics_file("small"), before)
        changes.write_release("0.1.0", "2026-11-20", ["small"])
        numbers = {"groups": 8, "share": 0.5, "verdict": "b", "again": 3, "new": 1}
        write_json(paths.metrics_file("small"), numbers)
        nothing = dict.fromkeys(explained_changes.FACTORS, 0.0)
        rows = {
            "groups": Explained(7, 8, nothing | {"data": None, "code": 3.0}, -2.0, ("data",)),
            "share": Explained(0.25, 0.5, nothing | {"data": 0.1, "code": 0.15}, None),
            "new": Explained(None, 1),
            "verdict": Explained("a", "b", alone={"data": "b"}),
            "again": Explained(1, 2, nothing, 0.0),
        }
        explained_changes.write_explanation(
            Explanation("v0.1.0", ["data", "code"], {"small": rows})
        )
        report.build_site(load_params())
        page = built("new")
        (table,) = page.all("table", "why")
        assert [cell.words() for cell in table.all("th")] == [
            *("Number", "Before", "Now", "Change", "Parts"),
        ]
        shown = [
            [squeezed(cell.words()) for cell in row.all("td")]
            for row in next(table.all("tbody")).all("tr")
        ]
        assert shown == [
            ["groups", "7", "8", "+1", "Data: in code Code: +3 Interaction: -2"],
            [
                *("share", "0.250", "0.500", "+0.250"),
                "Data: +0.100 Code: +0.150 Interaction: in code",
            ],
            ["verdict", "a", "b", "other", "Data: b"],
        ]
        said = squeezed(page.words())
        assert "Not changed since then: Taxonomy, Parameters, Packages." in said
        assert "have not been explained in their present state: 1." in said

    def test_the_pages_of_a_release_tell_what_changed_since_the_one_before(self, small):
        changes.write_release("0.1.0", "2026-11-20", ["small"])
        write_json(paths.metrics_file("small"), {"groups": 8, "share": 0.25})
        changes.write_release("0.2.0", "2026-12-01", ["small"])
        report.build_site(load_params())
        said = squeezed(built("new").words())
        assert f"what release 0.2.0 of {day('2026-12-01').say('en')} said" in said
        assert f"Compared with release 0.1.0 of {day('2026-11-20').say('en')}" in said
        rows = [squeezed(row.words()) for row in next(built("new").all("tbody")).all("tr")]
        assert len(rows) == 1
        assert rows[0].startswith("groups")

    def test_a_finding_that_is_only_reworded_is_folded_away(self, small):
        said = [
            {"sentence": both("There are 7 groups."), "certainty": both("sure")},
            {"sentence": both("Zebras are striped, 5 of 5."), "certainty": both("open")},
        ]
        record = {"version": "0.1.0", "date": "2026-11-20", "findings": {"small": said}}
        write_json(paths.release_file("0.1.0"), record | {"metrics": {"small": {}}})
        report.build_site(load_params())
        (folded,) = built("new").all("details", "reworded")
        assert "There are 7 groups." in folded.words()
        assert "Zebras" not in folded.words()
        assert "Zebras" in built("new").words()
        assert "stands in its file CHANGELOG.md" in built("new").words()

    def test_a_statement_shows_the_note_for_readers_and_what_it_is_compared_with(self, small):
        report.build_site(load_params())
        rows = {node.attributes.get("id"): node for node in built("claims").all("tr")}
        targets = [link.attributes["href"] for link in rows["C003"].all("a")]
        assert targets == ["#C003", "#C002"]
        claims = read_csv(paths.reference_file("claims"), dtype="str").set_index("claim_id")
        page = squeezed(built("claims").words())
        assert claims.at["C084", "note_reader_en"] in page
        for note in claims["note"].dropna():
            shown = note in set(claims["note_reader_en"].dropna())
            assert shown or note not in page

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


def outside_drawings(node):
    for child in node.children:
        if isinstance(child, Node) and child.tag != "svg":
            yield child
            yield from outside_drawings(child)


def linked_rows(link):
    content = base64.b64decode(link.attributes["href"].split("base64,")[1], validate=True).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def language_of(file):
    return "vi" if file.endswith(".vi.html") else "en"


# names of licences and packages are written alike, dates are compared by themselves
ALIKE = ("script", "style", "pre", "code", "svg", "time", "math", "source", "package")


def said_in(node, language):
    """Return pairs of language and words of a node; what is written alike is left out."""
    for one in node.children:
        if isinstance(one, str):
            yield language, one
        elif not {one.tag, *one.kinds()} & set(ALIKE):
            yield from said_in(one, one.attributes.get("lang", language))
            yield language, " "


def plain(words, language):
    """Return the numbers in words as a computer writes them."""
    if language == "vi":
        words = re.sub(r"\btháng \d+", "", words)  # a month has a name in English
    found = re.findall(r"\d[\d.,]*\d|\d", words)
    if language == "vi":
        found = [number.translate(str.maketrans(",.", ".,")) for number in found]
    return [number.replace(",", "") for number in found]


def plain_numbers(root, language):
    """Return the numbers of the main part as a computer writes them."""
    said = dict.fromkeys(LANGUAGES, "")
    for tongue, words in said_in(next(root.all("main")), language):
        said[tongue] += words
    return sorted(number for tongue in LANGUAGES for number in plain(said[tongue], tongue))


def english_by_right(page):
    """Return what may stand in English on any page: works, licences, producers, citations.

    What a release said in English only may stand on the page that tells what is new.
    """
    listed = load_params().sources
    cards = [*(load_card(source) for source in listed), *offered_cards(listed)]
    allowed = {
        squeezed(words)
        for card in cards
        for words in (card.producer, card.licence.name, card.citation)
    }
    if page == "workforce_scenarios":
        # who published a figure is a name
        allowed |= {squeezed(name) for name in read_table("projections")["publisher"]}
    release = changes.newest_release()
    if release and page == "new":
        allowed |= {
            squeezed(finding[part]["en"])
            for findings in release.findings.values()
            for finding in findings
            for part in ("sentence", "certainty")
        }
    return allowed


@pytest.fixture
def site():
    if not SITE.is_dir():
        pytest.skip("there is no site: run dvc repro first")


@pytest.mark.usefixtures("site")
class TestSite:
    def test_it_has_every_page_in_every_language_and_the_data_beside_them(self):
        assert sorted(path.name for path in SITE.iterdir()) == sorted([*FILES, "data"])
        beside = {path.name for path in (SITE / "data").iterdir()}
        wanted = {*NOTEBOOKS, *([brief_site.INDEX] if BRIEFS else [])}
        assert wanted <= beside <= wanted | set(BRIEFS)

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
    def test_a_page_says_which_list_of_technologies_is_used(self, file):
        (footer,) = tree(file).all("footer")
        said = LISTS[load_params().taxonomy].say(language_of(file))
        assert squeezed(said) in squeezed(footer.words())

    @pytest.mark.parametrize("file", FILES)
    def test_a_page_stays_small(self, file):
        assert (SITE / file).stat().st_size <= LARGEST

    @pytest.mark.parametrize("file", FILES)
    def test_every_drawing_can_be_read_aloud(self, file):
        drawings = list(tree(file).all("svg"))
        for node in drawings:
            assert node.attributes.get("role") == "img"
            assert 40 <= len(node.attributes.get("aria-label", "")) <= 300
        assert file in BRIEF_FILES or bool(drawings) is (file in NOTEBOOK_FILES)

    @pytest.mark.parametrize("file", [*NOTEBOOK_FILES, *BRIEF_FILES])
    def test_every_figure_and_table_has_its_source_and_its_numbers(self, file):
        figures = [node for node in tree(file).all("figure") if list(node.all("div", "scroll"))]
        assert figures or file in BRIEF_FILES
        page = file.split(".")[0]
        for node in figures:
            name = node.attributes["id"]
            lines = [*node.all("span", "source"), *node.all("details", "source")]
            assert len(lines) == 1, name
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

    @pytest.mark.parametrize("file", [*NOTEBOOK_FILES, *BRIEF_FILES])
    def test_no_error_or_warning_of_a_run_is_shown(self, file):
        words = tree(file).words()
        for sign in ("Traceback", "Warning:", "NaN", "<NA>"):
            assert sign not in words
        assert not re.search(r"\bnan\b", words)

    @pytest.mark.parametrize("file", NOTEBOOK_FILES)
    def test_the_trust_block_is_complete(self, file):
        (block,) = tree(file).all("section", "trust")
        words = squeezed(block.words())
        assert next(block.all("code", "command")).words() == "make"
        assert "byte by byte" in words or language_of(file) != "en"
        hashes = [node.words() for node in block.all("code", "hash")]
        assert len(hashes) == 4
        assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in hashes)
        for name in ("Python 3.", "numpy ", "pandas ", "matplotlib ", "babel "):
            assert name in words
        rows = list(next(block.all("tbody")).all("tr"))
        assert rows
        for row in rows:
            assert len(list(row.all("time"))) >= 2

    @pytest.mark.parametrize("file", [*NOTEBOOK_FILES, *BRIEF_FILES])
    def test_a_page_says_what_may_be_done_with_it(self, file):
        (block,) = tree(file).all("section", "trust")
        (said,) = (node for node in block.all() if "terms" in node.kinds())
        if language_of(file) == "en":
            assert squeezed(said.words()).startswith("It may be shared, adapted and used")
        assert not list(tree(file).all("span", "terms")) or file in BRIEF_FILES

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_list_of_briefs_leads_to_each(self, language):
        if not BRIEFS:
            pytest.skip("no brief has been made")
        (body,) = tree(file_name(brief_site.INDEX, language)).all("tbody")
        links = [next(row.all("a")).attributes["href"] for row in body.all("tr")]
        assert links == [file_name(page, language) for page in BRIEFS]

    @pytest.mark.parametrize("file", BRIEF_FILES)
    def test_a_brief_tells_its_status_then_findings_then_trust(self, file):
        main = next(tree(file).all("main"))
        marks = ("status", "findings", "trust")
        order = [mark for node in main.all() for mark in marks if mark in node.kinds()]
        assert order == list(marks)
        assert not list(main.all("div", "code"))

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
        without = set() if BRIEFS else {"brief"}
        assert {entry["kind"] for entry in entries} == set(search_index.KINDS) - without
        for entry in entries:
            assert entry["text"].strip(), entry
            assert entry["source"].strip(), entry
            # a term has no date of its own; its meaning is that of this release
            assert entry["date"].strip() or entry["kind"] == "term", entry
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
        # a drawing has ids of its own, made of what is drawn; only its figure can be linked to
        ids = [
            [node.attributes["id"] for node in outside_drawings(root) if "id" in node.attributes]
            for root in self.trees(page).values()
        ]
        assert ids[0] == ids[1]

    def test_numbers_are_the_same(self, page):
        found = [plain_numbers(root, language) for language, root in self.trees(page).items()]
        assert found[0] == found[1]

    def test_numbers_of_what_is_read_aloud_are_the_same(self, page):
        found = [
            [
                sorted(plain(node.attributes["aria-label"], language))
                for node in root.all("svg")
                if "aria-label" in node.attributes
            ]
            for language, root in self.trees(page).items()
        ]
        assert found[0] == found[1]

    def test_what_stays_english_is_a_name_or_a_citation(self, page):
        left = {
            squeezed(node.words())
            for node in tree(file_name(page, "vi")).all()
            if node.attributes.get("lang") == "en" and "language" not in node.kinds()
            if not (page == "method" and node.tag == "td")  # the terms in the other language
        }
        assert left <= english_by_right(page)

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
