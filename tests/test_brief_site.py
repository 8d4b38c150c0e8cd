"""Briefs on the site: pages made of executed briefs, and the table that leads to them."""

import json
import re
import shutil

import pandas as pd
import pytest
from small_notebooks import CELLS
from test_report import Tree, set_params, small  # noqa: F401

from techdiplomacy import brief_site, paths, report
from techdiplomacy.columns import Column, Table, estimate_columns, partner_column
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params
from techdiplomacy.render import file_name
from techdiplomacy.texts import LANGUAGES

HOSTILE = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x")'
INDEX = Table(
    "brief_index",
    "results",
    "Briefs",
    ("partner",),
    (
        partner_column("partner"),
        Column("groups_led", "integer", "groups", optional=True),
        *estimate_columns("times_expected", "ratio", "ratio", 0),
        Column("reading", "text", "reading", optional=True),
    ),
    notebook="partner_briefs",
)


def write_briefs(*partners):
    content = {"cells": list(CELLS), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for partner in partners:
        write_bytes(paths.briefs_folder() / f"{partner}.ipynb", json.dumps(content).encode())


@pytest.fixture
def briefs(small):  # noqa: F811
    """Return a project with the briefs of two partners, of which one is in the index."""
    set_params(small, partners=["JPN", "VNM", "KOR"])
    write_briefs("JPN", "KOR")
    return small


@pytest.fixture
def indexed(briefs, monkeypatch):
    """Give the index a row of Korea."""
    monkeypatch.setitem(brief_site.TABLES, "brief_index", INDEX)
    rows = "partner,groups_led,times_expected,times_expected_low,times_expected_high,reading\n"
    row = "KOR,3,2.5,1.5,3.5,above\n"
    write_bytes(paths.result_file("partner_briefs", "brief_index"), (rows + row).encode())
    return briefs


def markup(page, language="en"):
    return (paths.site_folder() / file_name(page, language)).read_text(encoding="utf-8")


def built(page, language="en"):
    return Tree(markup(page, language)).root


def test_each_partner_but_the_viewpoint_has_a_page_in_each_language(briefs):
    report.build_site(load_params())
    made = {path.name for path in paths.site_folder().glob("brief_*.html")}
    names = ("brief_jpn", "brief_kor")
    assert made == {file_name(one, language) for one in names for language in LANGUAGES}
    assert next(built("brief_jpn").all("h1")).words() == "Partner brief: Japan"
    assert list(built("brief_jpn").all("section", "findings"))
    assert (paths.site_folder() / "data" / "brief_jpn" / "numbers.csv").is_file()


def test_a_brief_shows_no_code_and_no_preparation(briefs):
    report.build_site(load_params())
    assert not list(built("brief_jpn").all("div", "code"))
    assert not list(built("brief_jpn").all("section", "preparation"))
    assert list(built("small").all("div", "code"))


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
    paths.briefs_folder().joinpath("KOR.ipynb").unlink()
    with pytest.raises(TechDiplomacyError, match="briefs of KOR"):
        report.build_site(load_params())


def test_the_list_has_a_row_for_each_brief_with_what_its_table_holds(indexed):
    report.build_site(load_params())
    (body,) = built(brief_site.INDEX).all("tbody")
    rows = [[cell.words() for cell in row.all("td")] for row in body.all("tr")]
    assert rows == [
        ["Japan", "–", "–", "–", "–"],
        ["South Korea", "3", "2.50", "1.50 to 3.50", "surely above"],
    ]
    values = [cell.attributes.get("data-value") for cell in list(body.all("tr"))[1].all("td")]
    assert values == [None, "3", "2.5", "1.5", None]
    beside = paths.site_folder() / "data" / "partner_briefs" / "brief-index.csv"
    assert pd.read_csv(beside)["partner"].tolist() == ["JPN", "KOR"]


def test_hostile_names_come_out_as_words(indexed):
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


def test_a_second_build_gives_the_same_bytes(indexed):
    report.build_site(load_params())
    first = {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")}
    shutil.rmtree(paths.site_folder())
    report.build_site(load_params())
    assert {path: path.read_bytes() for path in paths.site_folder().rglob("*.*")} == first
