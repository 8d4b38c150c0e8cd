"""The built pages in a real browser: as a reader with a keyboard, a phone, a printer meets them.

Nothing is asked of the network, nothing breaks, axe-core finds no barrier, the first screen
answers the questions of tests/reader_questions.yaml. A search for words in the text would miss
what a script puts together or a style hides; a browser does not.

Without Chromium or axe-core these tests skip and say so; under TECHDIPLOMACY_EXPECT_BROWSER=1,
which continuous integration sets once it has got both, they fail instead.
"""

import base64
import json
import os
import re
import runpy
import unicodedata
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from conftest import ROOT

from techdiplomacy import report
from techdiplomacy.files import read_yaml
from techdiplomacy.params import load_params

CHROMIUM = runpy.run_path(str(ROOT / "tools" / "print_page.py"))["find_browser"]()
AXE = ROOT / "tests" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SITE = ROOT / "reports" / "site"
NOTEBOOKS = list(read_yaml(ROOT / "params.yaml")["notebooks"])
REVIEW = read_yaml(ROOT / "params.yaml").get("review") or {}
QUESTIONS = read_yaml(ROOT / "tests" / "reader_questions.yaml")
# all briefs come from one notebook and one template: the pilot and the last are opened
BRIEFS = sorted(path.name for path in SITE.glob("brief_*.html"))
PILOT = f"brief_{read_yaml(ROOT / 'params.yaml')['priorities']['pilot'].lower()}."
OPENED = [name for name in BRIEFS if name.startswith(PILOT) or name in BRIEFS[-2:]]
FILES = sorted(
    path.name for path in SITE.glob("*.html") if path.name not in BRIEFS or path.name in OPENED
) or ["index.html"]
NOTEBOOK_FILES = [f"{name}{ending}.html" for name in NOTEBOOKS for ending in ("", ".vi")]
SCREEN = {"width": 1200, "height": 900}
PHONE = {"width": 400, "height": 800}
PATIENCE = 10000  # milliseconds for a page of one file to do what it is asked
# how a page is opened for axe: its size, its colours, and whether all that folds is unfolded
LOOKS = {
    "light": (SCREEN, "light", True),
    "dark": (SCREEN, "dark", True),
    "phone": (PHONE, "light", False),
}

every_page = pytest.mark.parametrize("name", FILES)
every_notebook = pytest.mark.parametrize("name", NOTEBOOK_FILES)
every_search = pytest.mark.parametrize("name", ["search.html", "search.vi.html"])


def lacking(what):
    """Skip for want of something; fail where it was promised."""
    if os.environ.get("TECHDIPLOMACY_EXPECT_BROWSER") == "1":
        pytest.fail(f"expected here, yet: {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        lacking("no Chromium here: pages are not opened in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def axe():
    if not AXE.is_file():
        lacking("no axe-core here (make axe): pages are not checked for accessibility")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def blank(browser):
    """Return a function that gives an empty page; the options are those of a browser context."""
    contexts, errors = [], []

    def opener(**options):
        contexts.append(browser.new_context(**{"viewport": SCREEN, **options}))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opener
    for context in contexts:
        context.close()
    assert errors == [], "a script of the page failed"


def address_of(name):
    """Return the address of a page of the site, or of the part of it after a '#'."""
    if not SITE.is_dir():
        lacking("no pages yet: run dvc repro first")
    file, _, part = name.partition("#")
    assert (SITE / file).is_file(), f"the site has no page {file}"
    return (SITE / file).as_uri() + (f"#{part}" if part else "")


@pytest.fixture
def open_page(blank):
    """Return a function that opens a page of the site, or the part of it after a '#'."""

    def opener(name, **options):
        address = address_of(name)
        page = blank(**options)
        page.goto(address)
        return page

    return opener


@pytest.fixture(scope="module")
def kept(browser):
    """Keep the pages of one file that tests only look at, by file, purpose and options."""
    pages = {}
    yield pages
    close_all(pages)


def close_all(pages):
    for page, _ in pages.values():
        page.context.close()
    pages.clear()


@pytest.fixture
def look_at(browser, kept):
    """Return a function that gives a page as it was opened, once for all tests that only look.

    A test that clicks, types or unfolds takes `open_page`. What a test emulates is undone for
    the next one. A page for another purpose than "reading" may be prepared, once, for that.
    """
    seen = []

    def opener(name, *, purpose="reading", prepare=None, **options):
        key = (name, purpose, json.dumps(options, sort_keys=True))
        if key not in kept:
            if any(file != name for file, *_ in kept):
                close_all(kept)
            address = address_of(name)
            context = browser.new_context(**{"viewport": SCREEN, **options})
            context.set_default_timeout(PATIENCE)
            page, errors = context.new_page(), []
            kept[key] = page, errors
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(address)
            if prepare:
                prepare(page)
        page, errors = kept[key]
        page.emulate_media(media="screen", color_scheme="light")
        seen.append(errors)
        return page

    yield opener
    assert [error for errors in seen for error in errors] == [], "a script of the page failed"


# ---- the page as a file


@every_page
def test_a_page_asks_for_itself_only_and_complains_of_nothing(blank, name):
    page = blank()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((SITE / name).as_uri())
    assert asked == [(SITE / name).as_uri()]
    assert complaints == []


@pytest.mark.skipif(not SITE.is_dir(), reason="no pages yet: run dvc repro first")
def test_every_page_is_there_in_both_languages():
    pages = {name.split(".")[0] for name in FILES}
    assert {"index", "search", *NOTEBOOKS} <= pages
    assert set(FILES) == {f"{page}{ending}.html" for page in pages for ending in ("", ".vi")}


@every_page
def test_links_to_other_pages_and_parts_lead_somewhere(look_at, name):
    links = look_at(name).evaluate(
        "[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"
    )
    assert [link for link in links if not leads_somewhere(link, name)] == []


def leads_somewhere(link, page):
    """Tell whether a link of a page is external, data, or an existing part of an existing page."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "data", "mailto"):
        return True
    file = SITE / (unquote(parts.path) or page)
    if parts.scheme or parts.netloc or not file.is_file():
        return False
    return not parts.fragment or f'id="{unquote(parts.fragment)}"' in file.read_text("utf-8")


# ---- barriers


VIOLATIONS = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.map(rule => ({
    id: rule.id, impact: rule.impact, help: rule.help,
    nodes: rule.nodes.map(node => `${node.target.join(' ')}: ${node.failureSummary}`)}));
}"""
UNFOLD = """() => {
  document.querySelectorAll('details').forEach(part => { part.open = true; });
  const code = document.querySelector('#show-code');
  if (code) code.checked = true;
}"""


# A chart is an image with a name, drawn with thousands of shapes. axe-core spends most of its time
# on them and no rule of it concerns a shape without role, state, focus, handler, link or words:
# those are taken out before, and the image itself stays in its place and size.
WITHOUT_SHAPES = """() => {
  const speaks = /^(role|tabindex|focusable|title|lang|xml:lang|contenteditable|aria-.*|on.*)$/;
  const silent = new Set('g defs use path rect circle ellipse line polyline polygon clipPath'
    .split(' ').concat('pattern', 'metadata', 'style'));
  const bare = element => silent.has(element.localName)
    && ![...element.attributes].some(attribute => speaks.test(attribute.name))
    && (element.localName === 'style' || [...element.childNodes].every(node =>
      node.nodeType === Node.ELEMENT_NODE ? bare(node) : !node.data.trim()));
  const prune = element => [...element.children].forEach(child => {
    if (bare(child)) child.remove(); else prune(child);
  });
  document.querySelectorAll('svg').forEach(prune);
}"""


def barriers(page, axe):
    """Return what axe-core objects to: rule, impact, and up to five of its places."""
    page.evaluate(WITHOUT_SHAPES)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    lines = []
    for rule in page.evaluate(VIOLATIONS):
        lines.append(
            f"{rule['id']} ({rule['impact']}): {rule['help']}, {len(rule['nodes'])} places"
        )
        lines += [f"    {' '.join(node.split())[:300]}" for node in rule["nodes"][:5]]
    return lines


@pytest.mark.parametrize("look", LOOKS)
@every_page
def test_no_barrier_that_axe_knows(look_at, axe, name, look):
    size, colours, unfolded = LOOKS[look]
    prepare = (lambda page: page.evaluate(UNFOLD)) if unfolded else None
    page = look_at(name, purpose="axe", prepare=prepare, viewport=size)
    page.emulate_media(color_scheme=colours)
    found = barriers(page, axe)
    assert not found, "\n".join([f"{name}, {look}:", *found])


def test_a_barrier_would_be_found(blank, axe):
    page = blank()
    page.set_content(
        '<html lang="en"><title>T</title><main><h1>T</h1>'
        '<p style="color: #bbb; background: #fff">Faint</p><img src="data:,"></main></html>'
    )
    found = "\n".join(barriers(page, axe))
    assert "color-contrast (serious)" in found
    assert "image-alt (critical)" in found
    assert "img" in found


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ('<path d="M0 0H9V9Z"/>', "svg-img-alt (serious)"),
        ('<g><a href="#m"><path d="M0 0H9V9Z"/></a></g>', "link-name (serious)"),
        ('<g><path role="buton" d="M0 0H9V9Z"/></g>', "aria-roles (critical)"),
        ('<g><path tabindex="0" role="button" d="M0 0H9V9Z"/></g>', "aria-command-name (serious)"),
        ('<g><rect aria-lable="x" width="9" height="9"/></g>', "aria-valid-attr (critical)"),
    ],
)
def test_a_barrier_inside_a_drawing_would_be_found(blank, axe, inside, rule):
    page = blank()
    named = "" if rule.startswith("svg-img-alt") else 'aria-label="A drawing"'
    page.set_content(
        '<html lang="en"><title>T</title><main id="m"><h1>T</h1>'
        f'<svg role="img" {named} width="90" height="90"><defs><path id="p" d="M0 0"/></defs>'
        f'{inside}<g><use href="#p"/></g></svg></main></html>'
    )
    assert rule in "\n".join(barriers(page, axe))
    assert page.locator("svg use, svg defs").count() == 0


def test_the_lock_file_of_axe_pins_one_version_by_hash_and_names_no_machine():
    text = (ROOT / "tests" / "axe" / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)["packages"]
    wanted = json.loads((ROOT / "tests/axe/package.json").read_text("utf-8"))["devDependencies"]
    assert "://" not in text
    assert list(wanted) == ["axe-core"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted["axe-core"])
    assert lock["node_modules/axe-core"]["version"] == wanted["axe-core"]
    for name, package in lock.items():
        assert not name or package["integrity"].startswith("sha512-"), name


# ---- screens


@every_page
def test_a_phone_scrolls_down_only(open_page, name):
    page = open_page(name, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@every_notebook
def test_findings_stand_on_the_first_screen(look_at, name):
    (findings,) = look_at(name).locator("section.findings").all()
    place = findings.bounding_box()
    assert place["height"] > 0
    assert place["y"] + place["height"] <= SCREEN["height"]


@every_page
def test_the_dark_page_is_dark(look_at, name):
    page = look_at(name)
    light = brightness(page)
    page.emulate_media(color_scheme="dark")
    dark = brightness(page)
    assert light > 0.8
    assert dark < 0.3


def brightness(page):
    """Return how light the median point of the first screen is, from 0 (black) to 1 (white)."""
    import numpy as np
    from matplotlib.image import imread

    return float(np.median(imread(BytesIO(page.screenshot()), format="png")[..., :3]))


# ---- keyboard


@every_page
def test_the_first_key_leads_past_the_navigation(open_page, name):
    page = open_page(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.locator("a[href='#main']").first.bounding_box()["x"] >= 0, "it cannot be seen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


# whether each of the elements is visible, in Playwright's words: it has a box with a size, and
# no style hides it; one question to the browser instead of one for each element
VISIBLE = """elements => elements.map(element => {
  const box = element.getBoundingClientRect();
  return element.checkVisibility() && getComputedStyle(element).visibility === 'visible'
    && box.width > 0 && box.height > 0;
})"""


def visible(locator):
    """Return for each of the elements whether it is visible."""
    return locator.evaluate_all(VISIBLE)


def code_shown(page):
    blocks = visible(page.locator("main pre"))
    assert blocks, "the page has no code at all"
    return sum(blocks)


def test_visible_is_what_playwright_calls_visible(blank):
    page = blank()
    page.set_content(
        "<p>a</p><p hidden>b</p><p style='visibility:hidden'>c</p><p style='opacity:0'>d</p>"
        "<p style='width:0'></p><details><summary>e</summary><p>f</p></details><p></p>"
        "<svg width='9' height='9'><path d='M0 0H9V9Z'/></svg><svg width='0' height='9'></svg>"
        "<div style='visibility:hidden'><p style='visibility:visible'>g</p></div>"
    )
    parts = page.locator("p, svg, summary, div")
    assert visible(parts) == [part.is_visible() for part in parts.all()]
    assert {True, False} == set(visible(parts))


@every_notebook
def test_one_switch_shows_and_hides_the_code(open_page, name):
    page = open_page(name)
    switch = page.locator("#show-code")
    assert not switch.is_checked()
    assert code_shown(page) == 0
    switch.check()
    assert code_shown(page) > 0
    switch.uncheck()
    assert code_shown(page) == 0


@every_notebook
def test_the_switch_works_by_keyboard_and_without_script(open_page, name):
    page = open_page(name, java_script_enabled=False)
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "show-code":
            break
    else:
        pytest.fail("the switch cannot be reached with the tab key")
    page.keyboard.press("Space")
    assert code_shown(page) > 0
    page.keyboard.press("Space")
    assert code_shown(page) == 0


# ---- data of figures and tables


@every_notebook
def test_the_data_of_a_figure_can_be_saved(open_page, name):
    page = open_page(name)
    link = page.locator("figure a.csv").first
    with page.expect_download() as saved:
        link.click()
    file = link.get_attribute("download")
    assert saved.value.suggested_filename == file
    kept = SITE / "data" / name.split(".")[0] / file
    assert Path(saved.value.path()).read_bytes() == kept.read_bytes()


@every_notebook
def test_the_data_on_the_page_is_the_data_beside_it(look_at, name):
    links = look_at(name).evaluate(
        "[...document.querySelectorAll('figure a.csv')].map(link => [link.download, link.href])"
    )
    folder = SITE / "data" / name.split(".")[0]
    assert sorted(file for file, _ in links) == sorted(path.name for path in folder.iterdir())
    for file, address in links:
        start, _, content = address.partition(",")
        assert start == "data:text/csv;charset=utf-8;base64"
        assert base64.b64decode(unquote(content)) == (folder / file).read_bytes(), file


# ---- wide tables


def plain(text):
    """Return text without case, marks and doubled space, as a reader types it."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(mark for mark in bare if not unicodedata.combining(mark)).split())


WORD = re.compile(r"\w+(?:[.,]\d+)*")


def holds(text, query):
    """Tell whether a text has, for each word of a query, one that is it or begins with it.

    An accented query is compared with accents, another one without.
    """
    text, query = (unicodedata.normalize("NFC", words).lower() for words in (text, query))
    if plain(query) == " ".join(query.split()):
        text = plain(text)
    words = WORD.findall(text)
    return all(any(word.startswith(part) for word in words) for part in WORD.findall(query))


CUT = """() => [...document.querySelectorAll('.scroll')]
  .filter(box => box.checkVisibility() && box.querySelector('table'))
  .filter(box => box.scrollWidth > box.clientWidth)
  .map(box => `${box.closest('[id]').id}: ${box.scrollWidth} > ${box.clientWidth}`)"""


@every_page
def test_no_table_is_cut_on_a_screen(look_at, name):
    assert look_at(name).evaluate(CUT) == []


def wide_tables(page):
    return [table for table in page.locator("figure.table.wide").all() if table.is_visible()]


def visible_rows(table):
    """Return the text of each row that is shown."""
    rows = "rows => rows.filter(row => row.checkVisibility()).map(row => row.innerText)"
    return table.locator("tbody tr").evaluate_all(rows)


def shown_places(table):
    """Return place and content of each row that is shown; text as it is seen takes far longer."""
    rows = """rows => rows.flatMap((row, place) =>
      row.checkVisibility() ? [[place, row.textContent]] : [])"""
    return table.locator("tbody tr").evaluate_all(rows)


# for each column of numbers: its name, its values as they come, after each of two clicks the
# order that the headings name and the values then; and whether a third brings all rows back
SORTED = """figure => {
  const headings = [...figure.querySelector('thead').lastElementChild.cells];
  const values = column => [...figure.querySelectorAll('tbody tr')]
    .map(row => row.cells[column].dataset.value)
    .filter(value => value !== undefined).map(Number);
  const rows = () => [...figure.querySelectorAll('tbody tr')].map(row => row.innerText).join('|');
  const named = () => headings.map(heading => heading.getAttribute('aria-sort'))
    .filter(order => order && order !== 'none').join();
  return headings.map((heading, column) => {
    const before = values(column), original = rows();
    const clicks = [0, 1].map(() => {
      heading.querySelector('button').click();
      return [heading.getAttribute('aria-sort'), named(), values(column)];
    });
    heading.querySelector('button').click();
    const back = rows() === original && named() === '';
    return [heading.innerText, before, clicks, back];
  });
}"""


@every_notebook
def test_wide_tables_sort_by_value_and_back(open_page, name):
    page = open_page(name)
    for table in wide_tables(page):
        title = table.get_attribute("id")
        rows = sorted(visible_rows(table))
        columns = table.evaluate(SORTED)
        assert any(len(set(values)) > 1 for _, values, *_ in columns), f"{title}: no numbers"
        for heading, values, clicks, back in columns:
            place = f"{title}: {heading}"
            assert back, f"{place}: a third click brings the order back"
            assert {own for own, _, _ in clicks} == {"ascending", "descending"}, place
            for own, named, after in clicks:
                assert named == own, f"{place}: one column at a time says how it is sorted"
                assert after == sorted(values, reverse=own == "descending"), f"{place}: {own}"
        assert sorted(visible_rows(table)) == rows, f"{title}: sorting lost or changed a row"


@every_notebook
def test_wide_tables_sort_by_keyboard(open_page, name):
    page = open_page(name)
    for table in wide_tables(page)[:1]:
        button = table.locator("thead th button").first
        button.focus()
        page.keyboard.press("Enter")
        assert table.locator("thead th[aria-sort='ascending'], th[aria-sort='descending']").count()


@every_notebook
def test_wide_tables_are_filtered_by_words(open_page, name):
    page = open_page(name)
    for table in wide_tables(page):
        title = table.get_attribute("id")
        field = table.locator("input")
        assert field.evaluate("field => field.labels.length") == 1, f"{title}: no label"
        everything, places = visible_rows(table), shown_places(table)
        word = table.locator("tbody tr").last.locator("th, td").first.inner_text().strip()
        spellings = (word, plain(word), word.upper(), unicodedata.normalize("NFD", word))
        for typed in dict.fromkeys(spellings):
            field.fill(typed)
            rows = zip(places, everything, strict=True)
            expected = [place for place, text in rows if holds(text, typed)]
            assert expected
            assert shown_places(table) == expected, f"{title}: '{typed}'"
        field.fill("zzqqzz")
        assert shown_places(table) == []
        field.fill("")
        assert visible_rows(table) == everything


@pytest.mark.skipif(not SITE.is_dir(), reason="no pages yet: run dvc repro first")
@pytest.mark.parametrize(
    ("name", "ago"), [("sources.html", r"ago\)$"), ("sources.vi.html", r"trước\)$")]
)
def test_the_age_of_figures_is_told_by_the_readers_clock(open_page, name, ago):
    days = open_page(name).locator("time[data-age]")
    assert days.count() == len(load_params().sources)
    said = days.first.evaluate("time => time.parentElement.textContent")
    assert re.search(ago, said.strip()), said


def test_there_are_wide_tables_to_try():
    texts = [(SITE / name).read_text(encoding="utf-8") for name in NOTEBOOK_FILES]
    assert any('class="table wide"' in text for text in texts)


# ---- search


def hits(page):
    """Return the links among the hits, once they are there."""
    page.wait_for_selector("#hits a")
    return page.evaluate(
        "[...document.querySelectorAll('#hits a')].map(link => link.getAttribute('href'))"
    )


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("search.html", "patents", "patent"),
        ("search.html", "WORKING-AGE", "working-age"),
        ("search.vi.html", "viet nam", "Việt Nam"),
        ("search.vi.html", "VIỆT NAM", "Việt Nam"),
    ],
)
def test_a_search_finds_parts_of_pages(open_page, name, typed, found):
    page = open_page(f"{name}#q={quote(typed)}")
    links = hits(page)
    assert [link for link in links if not leads_somewhere(link, name)] == []
    assert any("#" in link for link in links), "no hit leads to a part of a page"
    ending = ".vi.html" if name == "search.vi.html" else ".html"
    files = {*FILES, *BRIEFS}
    own = {file for file in files if file.endswith(".vi.html") == (ending == ".vi.html")}
    assert {link.partition("#")[0] for link in links} <= own, "a hit in the other language"
    assert found.casefold() in page.locator("#hits").inner_text().casefold()


WORDS_JS = (report.TEMPLATES / "words.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("Nhật", "Nhật Bản", True),
        ("NHẬT", "nhật bản", True),
        ("nhật", unicodedata.normalize("NFD", "Nhật Bản"), True),
        ("Nhật", "lớn nhất", False),
        ("nhat", "lớn nhất", True),
        ("nhat", "Nhật Bản", True),
        ("kỹ sư", "kỹ sư phần mềm", True),
        ("kỹ sư", "Hoa Kỳ và sự kiện", False),
        ("hàn", "Hàn Quốc", True),
        ("hàn", "Phần Lan", False),
        ("han", "Phần Lan", False),
        ("dai loan", "Đài Loan", True),
        ("đài", "Dai", False),
        ("Việt Nam", "năm 2020 ở Việt Bắc", False),
        ("engin", "civil engineers", True),
        ("gine", "civil engineers", False),
        ("turkiye", "Türkiye", True),
        ("0.2", "skill 0.21", True),
    ],
)
def test_words_match_from_their_start_and_by_their_accents(blank, query, text, found):
    page = blank()
    page.add_script_tag(content=WORDS_JS)
    matches = """([query, text]) => {
      const wanted = matching.queryOf(query);
      const words = matching.inForm(matching.wordsOf(text), wanted);
      return wanted.words.every(word => matching.begins(words, word));
    }"""
    assert page.evaluate(matches, [query, text]) is found
    assert holds(text, query) is found


@pytest.mark.parametrize("query", ["Nhật Bản", "hàn quốc"])
def test_whole_words_that_stand_together_come_first(open_page, query):
    page = open_page(f"search.vi.html#q={quote(query)}")
    hits(page)
    index = json.loads(page.locator("#search-index").inner_text())
    first = page.locator("#hits li").first
    address = first.locator("a").get_attribute("href")
    (entry,) = [one for one in index if one["href"] == address]
    assert query.casefold() in " ".join([*entry.values()]).casefold()


@pytest.mark.parametrize(
    ("name", "typed", "page_found"),
    [
        ("search.html", "public domain", "sources.html"),
        ("search.html", "độ hỗ trợ nhánh", "method.html"),
        ("search.vi.html", "branch support", "method.vi.html"),
    ],
)
def test_licences_and_terms_of_either_language_are_found(open_page, name, typed, page_found):
    page = open_page(f"{name}#q={quote(typed)}")
    assert page_found in {link.partition("#")[0] for link in hits(page)}
    if page_found.startswith("method"):
        origin = page.locator("#hits .origin").first.inner_text()
        assert not re.search(r"\d", origin), "a term has no data date"


@every_search
def test_a_search_by_keyboard_leads_to_a_hit(open_page, name):
    page = open_page(name)
    page.locator("main input").first.focus()
    page.keyboard.type("2030")
    page.keyboard.press("Enter")
    links = hits(page)
    page.locator("#hits a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "search" not in Path(urlsplit(address).path).name)
    assert Path(urlsplit(page.url).path).name == links[0].partition("#")[0]


@every_search
def test_a_search_without_hits_says_so(open_page, name):
    before = open_page(name).locator("main").inner_text()
    page = open_page(f"{name}#q=zzqqzz")
    page.wait_for_function(
        "before => document.querySelector('main').innerText.trim() !== before.trim()",
        arg=before,
    )
    assert page.locator("#hits a").count() == 0
    assert page.locator("main [role=status], main [aria-live]").first.inner_text().strip()


@every_search
def test_a_search_is_text_and_never_markup(open_page, name):
    page = open_page(f"{name}#q={quote('<img src=x onerror=window.broken=1>')}")
    page.wait_for_timeout(300)
    assert page.evaluate("window.broken") is None
    assert page.locator("main img").count() == 0


# ---- without script, on paper


@every_notebook
def test_without_script_a_page_shows_findings_and_tables(look_at, name):
    page = look_at(name, java_script_enabled=False)
    assert page.locator("section.findings li").first.is_visible()
    tables = page.locator("main figure.table").all()
    assert tables
    for table in tables:
        title = table.get_attribute("id")
        if table.locator("xpath=ancestor::*[self::details or @id='preparation']").count() == 0:
            assert table.locator("tbody tr").last.is_visible(), title
    controls = page.locator("figure.table input, figure.table th button")
    assert not any(visible(controls)), "a control that does nothing without script"


@every_page
def test_without_script_a_page_can_be_read(look_at, name):
    page = look_at(name, java_script_enabled=False)
    assert page.locator("h1").first.is_visible()
    assert len(page.locator("main").inner_text()) > 80


@every_notebook
def test_paper_has_no_navigation_and_no_code(open_page, name):
    page = open_page(name)
    page.locator("#show-code").check()
    page.emulate_media(media="print")
    assert page.locator("nav").count()
    parts = page.locator("nav, #show-code, main pre, a.csv, a[href='#main']")
    markup = parts.evaluate_all("parts => parts.map(part => part.outerHTML.slice(0, 200))")
    assert [text for text, seen in zip(markup, visible(parts), strict=True) if seen] == []
    assert all(visible(page.locator("section.findings, main h1, figure.chart svg")))


@pytest.mark.parametrize("name", BRIEFS)
def test_a_brief_takes_two_sheets_at_most(blank, name):
    page = blank()
    page.goto((SITE / name).as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


@pytest.mark.skipif(not BRIEFS, reason="no brief has been made")
@pytest.mark.parametrize("name", ["partner_briefs.html", "partner_briefs.vi.html"])
def test_the_list_of_briefs_sorts_by_value_and_back(open_page, name):
    page = open_page(name)
    (table,) = wide_tables(page)
    columns = table.evaluate(SORTED)
    assert any(len(set(values)) > 1 for _, values, *_ in columns)
    for heading, values, clicks, back in columns:
        assert back, heading
        for own, _, after in clicks:
            assert after == sorted(values, reverse=own == "descending"), heading


# what is laid over the page: text of positioned elements and of what styles put before and after
LAID_OVER = """() => [...document.querySelectorAll('*')].flatMap(element =>
  [null, '::before', '::after'].flatMap(pseudo => {
    const style = getComputedStyle(element, pseudo);
    const text = pseudo ? style.content : element.textContent;
    const laid = ['fixed', 'absolute'].includes(style.position);
    const shown = element.checkVisibility() && style.display !== 'none'
      && style.visibility === 'visible';
    return laid && shown && text.length < 80 ? [text] : [];
  }))"""


@every_notebook
def test_a_draft_is_marked_on_paper(look_at, name):
    if all(REVIEW.get(name.split(".")[0], {}).get(key) for key in ("by", "on", "fingerprint")):
        pytest.skip("the page has been reviewed: it is no draft")
    page = look_at(name)
    page.emulate_media(media="print")
    word = "bản nháp|bản thảo|dự thảo" if name.endswith(".vi.html") else "draft"
    texts = page.evaluate(LAID_OVER)
    assert any(re.search(word, text, re.IGNORECASE) for text in texts), texts


# ---- the reader


# words of which a part can be seen, with a space where one block ends and the next begins
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = '', block = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    let around = parent;
    while (getComputedStyle(around).display.startsWith('inline')) around = around.parentElement;
    if (around !== block) { seen += ' '; block = around; }
    for (const word of node.data.matchAll(/\\S+|\\s+/g)) {
      if (!word[0].trim()) { seen += ' '; continue; }
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const inside = box => box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0
        && box.left < innerWidth && box.top < innerHeight;
      if ([...range.getClientRects()].some(inside)) seen += word[0];
    }
  }
  return seen;
}"""


def first_screen(page):
    """Return the text that can be seen without scrolling."""
    return " ".join(page.evaluate(SEEN).split())


@pytest.fixture(scope="module")
def screens():
    """Return the first screens seen so far, by file: a page is opened once for all questions."""
    return {}


@pytest.fixture
def first_screen_of(screens, look_at):
    def look(name):
        if name not in screens:
            screens[name] = first_screen(look_at(name))
        return screens[name]

    return look


def numbers(text):
    """Return the numbers in a text as they are written, without closing full stops."""
    return re.findall(r"\d+(?:[.,]\d+)*", text)


def in_vietnamese(number):
    """Return an English number as Vietnamese writes it: comma and full stop change places."""
    return number.translate(str.maketrans(",.", ".,"))


def test_the_first_screen_is_what_can_be_seen(blank):
    page = blank(viewport={"width": 600, "height": 300})
    page.set_content(
        "<p>In 2030: <b>12</b>%</p><p>next</p><p style='display:none'>hidden</p>"
        "<p style='position:absolute;left:-9999px'>aside</p><p style='margin-top:900px'>below</p>"
    )
    assert first_screen(page) == "In 2030: 12% next"


def test_numbers_change_their_marks_with_the_language():
    assert numbers("1,074 errors, 0.21 and 2016-2020.") == ["1,074", "0.21", "2016", "2020"]
    assert [in_vietnamese(number) for number in ("1,074", "0.21", "2016")] == [
        *("1.074", "0,21", "2016")
    ]


def test_ten_questions_are_asked_of_existing_pages():
    assert len(QUESTIONS) >= 10
    assert len({asked["question"] for asked in QUESTIONS}) == len(QUESTIONS)
    for asked in QUESTIONS:
        assert asked["page"] in (*NOTEBOOKS, *report.OWN_PAGES)
        copied = re.sub(r"20(\\d\\d|\d\d)|\\.|\[[^\]]*\]|\{[^}]*\}", "", asked["answer"])
        assert not re.search(r"\d", copied), "an answer leaves its numbers open"
        assert r"\d" in asked["answer"] or "answer_vi" in asked, asked["question"]


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"])
def test_the_first_screen_answers(first_screen_of, asked):
    seen = first_screen_of(f"{asked['page']}.html")
    answer = re.search(asked["answer"], seen)
    assert answer, f"{asked['question']}\n{seen}"
    seen = first_screen_of(f"{asked['page']}.vi.html")
    expected = {in_vietnamese(number) for number in numbers(answer[0])}
    assert expected <= set(numbers(seen)), f"{asked['question']} ({answer[0]})\n{seen}"
    assert re.search(asked.get("answer_vi", ""), seen), f"{asked['question']}\n{seen}"
