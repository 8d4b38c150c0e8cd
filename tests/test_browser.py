"""The built pages in a real browser: nothing is asked of the network, nothing breaks.

A search for addresses in the text would miss one that a script puts together; a browser does not.
"""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SITE = ROOT / "reports" / "site"
PAGES = sorted(path.name for path in SITE.glob("*.html")) or ["index.html"]

if not CHROMIUM:
    pytest.skip("no Chromium here: pages are not opened in a browser", allow_module_level=True)
if not SITE.is_dir():
    pytest.skip("no pages yet: run dvc repro first", allow_module_level=True)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens a page and gives it with what it asked for and complained of."""
    opened = []

    def opener(name, width=1200):
        page = browser.new_page(viewport={"width": width, "height": 900})
        opened.append(page)
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((SITE / name).as_uri())
        return page, asked, complaints

    yield opener
    for page in opened:
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_itself_only_and_complains_of_nothing(open_page, name):
    _, asked, complaints = open_page(name)
    assert asked == [(SITE / name).as_uri()]
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_scrolls_down_only(open_page, name):
    page, _, _ = open_page(name, width=400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("name", PAGES)
def test_the_first_key_leads_past_the_navigation(open_page, name):
    page, _, _ = open_page(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_findings_stand_on_the_first_screen(open_page):
    for name in PAGES:
        page, _, _ = open_page(name)
        for box in page.locator("section.findings").all():
            place = box.bounding_box()
            assert place["y"] + place["height"] <= 900, name


def test_the_data_of_a_figure_can_be_saved(open_page):
    page, _, _ = open_page("country_clusters.html")
    with page.expect_download() as saved:
        page.locator("figure a.csv").first.click()
    header = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
    assert saved.value.suggested_filename == "patents-tree.csv"
    assert header.startswith("branch,left,right,height")
