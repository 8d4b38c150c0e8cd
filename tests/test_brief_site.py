"""Briefs on the site: pages made of executed briefs, and the table that leads to them."""

import json
import re
import shutil

import pandas as pd
import pytest
from brief_world import LIST, RICH, THIN, US, world
from conftest import ROOT
from small_notebooks import CELLS
from test_report import Tree, set_params, small  # noqa: F401

from techdiplomacy import brief_facts, brief_site, paths, report
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.notebook_tables import tables_read
from techdiplomacy.params import load_params
from techdiplomacy.render import file_name
from techdiplomacy.texts import LANGUAGES

HOSTILE = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x")'


def write_briefs(*partners):
    content = {"cells": list(CELLS), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for partner in partners:
        write_bytes(paths.briefs_folder() / f"{partner}.ipynb", json.dumps(content).encode())


@pytest.fixture
def briefs(small):  # noqa: F811
    """Return a project with the briefs of two partners and their index."""
    set_params(small, partners=["JPN", "VNM", "LAO"])
    write_briefs("JPN", "LAO")
    params = load_params().model_copy(update={"viewpoint": US, "taxonomy": LIST})
    found = [brief_facts.build_brief(world(), one, params) for one in (THIN, RICH)]
    # the order of the page is that of the settings
    rows = [brief_facts.index_row(one, opportunities=1, cautions=2) for one in found]
    text = pd.concat(rows).to_csv(index=False)
    write_bytes(paths.result_file("partner_briefs", "brief_index"), text.encode())
    return small


def markup(page, language="en"):
    return (paths.site_folder() / file_name(page, language)).read_text(encoding="utf-8")


def built(page, language="en"):
    return Tree(markup(page, language)).root


def test_each_partner_but_the_viewpoint_has_a_page_in_each_language(briefs):
    report.build_site(load_params())
    made = {path.name for path in paths.site_folder().glob("brief_*.html")}
    names = ("brief_jpn", "brief_lao")
    assert made == {file_name(one, language) for one in names for language in LANGUAGES}
    assert next(built("brief_jpn").all("h1")).words() == "Partner brief: Japan"
    assert list(built("brief_jpn").all("section", "findings"))
    assert (paths.site_folder() / "data" / "brief_jpn" / "numbers.csv").is_file()


def test_a_brief_shows_no_code_and_no_preparation(briefs):
    report.build_site(load_params())
    assert not list(built("brief_jpn").all("div", "code"))
    assert not list(built("brief_jpn").all("section", "preparation"))
    assert list(built("small").all("div", "code"))


def test_terms_follow_from_all_that_a_brief_read_though_it_is_not_shown(briefs):
    (brief, _) = brief_site.read_briefs(load_params())
    whole, shown = (
        [tag for cell in page.cells for tag in cell["metadata"].get("tags", [])]
        for page in (brief.page, brief.shown)
    )
    assert "preparation" in whole
    assert "preparation" not in shown
    assert brief.shown.elements == brief.page.elements


def test_the_notebook_names_every_table_that_its_terms_hang_on():
    cells = json.loads((ROOT / "notebooks" / "partner_brief.ipynb").read_text())["cells"]
    assert tables_read(cells, "partner_brief") >= set(brief_facts.NEEDED)


def test_a_brief_says_how_it_is_signed(briefs):
    report.build_site(load_params())
    (said,) = built("brief_jpn").all("code", "sign")
    assert said.words().startswith('review: brief_jpn: {by: "…", on: "…", fingerprint: "')


def test_a_brief_is_a_draft_and_says_what_may_be_done_with_it(briefs):
    report.build_site(load_params())
    for language in LANGUAGES:
        (body,) = built("brief_jpn", language).all("body")
        assert body.attributes["class"] == "brief draft"
        (said,) = built("brief_jpn", language).all("span", "terms")
        assert said.words().startswith("It may be shared")


def test_overview_navigation_and_search_lead_to_the_briefs(briefs):
    report.build_site(load_params())
    for page in ("index", "small", "brief_jpn"):
        targets = [link.attributes.get("href") for link in built(page).all("a")]
        assert "partner_briefs.html" in targets
    found = json.loads(re.search(r'id="search-index">(.*?)</script>', markup("search"))[1])
    of_japan = [one for one in found if one["href"].startswith("brief_jpn.html#")]
    assert [one["kind"] for one in of_japan] == ["brief", "finding"]
    assert of_japan[0]["text"] == "Partner brief: Japan"


def test_without_briefs_the_list_says_so(small):  # noqa: F811
    report.build_site(load_params())
    assert "No brief has been made yet." in built(brief_site.INDEX).words()


def test_a_missing_brief_is_named(briefs):
    paths.briefs_folder().joinpath("LAO.ipynb").unlink()
    with pytest.raises(TechDiplomacyError, match="briefs of LAO"):
        report.build_site(load_params())


def test_the_list_has_a_row_for_each_brief_with_what_its_table_holds(briefs):
    report.build_site(load_params())
    (body,) = built(brief_site.INDEX).all("tbody")
    rows = [[cell.words() for cell in row.all("td")] for row in body.all("tr")]
    assert [row[0] for row in rows] == ["Japan", "Laos"]
    heads = [head.words() for head in built(brief_site.INDEX).all("th")]
    japan, laos = (dict(zip(heads, row, strict=True)) for row in rows)
    assert (japan["times expected"], laos["times expected"]) == ("2.0", "–")
    assert (japan["figures"], laos["figures"]) == ("full", "thin")
    values = [cell.attributes.get("data-value") for cell in next(body.all("tr")).all("td")]
    assert values[0] is None
    assert float(values[heads.index("times expected")]) == pytest.approx(2)
    beside = paths.site_folder() / "data" / "partner_briefs" / "brief-index.csv"
    assert pd.read_csv(beside)["partner"].tolist() == ["JPN", "LAO"]


def test_hostile_names_come_out_as_words(briefs):
    path = paths.reference_file("countries")
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    table.loc[table["iso3"] == "JPN", ["name_en", "name_vi"]] = [HOSTILE, FORMULA]
    write_bytes(path, table.to_csv(index=False).encode())
    report.build_site(load_params())
    for page in ("brief_jpn", brief_site.INDEX, "search", "index"):
        assert "<script>alert" not in markup(page)
    assert next(built("brief_jpn").all("h1")).words() == f"Partner brief: {HOSTILE}"
    assert next(built("brief_jpn").all("title")).words().startswith("Partner brief")
    assert next(built(brief_site.INDEX).all("td")).words() == HOSTILE
    assert FORMULA in next(built(brief_site.INDEX, "vi").all("td")).words()
    assert next(built("brief_jpn").all("main")).attributes["id"] == "main"


def test_a_second_build_gives_the_same_bytes(briefs):
    report.build_site(load_params())
    first = {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")}
    shutil.rmtree(paths.site_folder())
    report.build_site(load_params())
    assert {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")} == first
