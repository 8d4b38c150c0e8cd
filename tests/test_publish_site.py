"""The public site: what the terms allow is copied with its licences, the rest is refused."""

import importlib
import json

import pytest
from conftest import CARD, ROOT
from small_notebooks import CELLS, executed
from test_report import Tree, small  # noqa: F401

from techdiplomacy import paths, report
from techdiplomacy.errors import LicenceForbids, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.params import load_params

IGO = "CC BY-SA 3.0 IGO"


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("publish_site")


@pytest.fixture
def site(small, embed):  # noqa: F811
    """Return a function that builds the small site under terms of its source."""

    def build(name="CC0", **terms):
        embed(licence=CARD["licence"] | {"name": name} | terms)
        report.build_site(load_params())

    return build


def published():
    return {
        path.relative_to(paths.public_folder()).as_posix(): path.read_bytes()
        for path in paths.public_folder().rglob("*")
        if path.is_file()
    }


def test_pages_data_and_licences_are_published(site, tool):
    site()
    names = tool.publish(load_params())
    made = {
        path.relative_to(paths.site_folder()).as_posix()
        for path in paths.site_folder().rglob("*")
        if path.is_file()
    }
    licences = {"LICENCES.html", "LICENCES.vi.html", "LICENCES.txt"}
    assert set(published()) == made | licences == set(names)


def test_only_the_link_to_the_licences_is_added_to_a_page(site, tool):
    site()
    tool.publish(load_params())
    before = (paths.site_folder() / "small.html").read_text(encoding="utf-8")
    after = published()["small.html"].decode()
    link = '<p><a href="LICENCES.html">Licences of these pages</a></p>\n'
    assert after.count(link) == 1
    assert after.replace(link, "") == before
    assert 'href="LICENCES.vi.html"' in published()["small.vi.html"].decode()


def test_a_second_run_gives_the_same_bytes(site, tool):
    site()
    tool.publish(load_params())
    first = published()
    tool.publish(load_params())
    assert published() == first


def test_every_source_is_listed_with_terms_citation_and_attribution(site, tool):
    site()
    tool.publish(load_params())
    text = published()["LICENCES.txt"].decode()
    page = Tree(published()["LICENCES.html"].decode()).root.words()
    for said in (CARD["title"], CARD["producer"], CARD["citation"], CARD["attribution"], "CC0"):
        assert said in text
        assert said in page
    for said in ("Apache License 2.0", "CC BY 4.0", "It may be shared, adapted and used"):
        assert said in text
        assert said in page


def test_what_may_not_be_shared_is_refused_and_nothing_is_written(site, tool, capsys):
    site("terms of a file", share="forbidden")
    with pytest.raises(LicenceForbids) as refused:
        tool.publish(load_params())
    said = str(refused.value)
    assert "page small: sharing not allowed: source 'tiny' (terms of a file)" in said
    assert "table 'numbers' of small: sharing not allowed: source 'tiny'" in said
    assert not paths.public_folder().exists()
    assert tool.main([]) == 1
    assert "LicenceForbids" in capsys.readouterr().err


def test_a_refusal_leaves_the_last_public_site_as_it_is(site, tool):
    write_bytes(paths.public_folder() / "index.html", b"old")
    site("terms of a file", share="forbidden")
    with pytest.raises(LicenceForbids):
        tool.publish(load_params())
    assert published() == {"index.html": b"old"}


def test_commercial_use_is_asked_for_only_when_told(site, tool):
    site("CC BY-NC 4.0", commercial="forbidden")
    assert tool.publish(load_params())
    with pytest.raises(LicenceForbids, match="commercial use not allowed: source 'tiny'"):
        tool.publish(load_params(), commercial=True)


def test_what_may_not_be_adapted_is_no_figure_of_a_public_page(site, tool):
    site("CC BY-ND 4.0", adapt="forbidden")
    with pytest.raises(LicenceForbids) as refused:
        tool.publish(load_params())
    assert "table 'numbers' of small: adaptation not allowed" in str(refused.value)
    assert "page small: adaptation not allowed" in str(refused.value)


def test_what_belongs_to_no_page_is_not_published(site, tool):
    site("CC BY 4.0")
    for name in ("left_over.html", "data/gone/numbers.csv"):
        path = paths.site_folder() / name
        write_bytes(path, b"of a page that is gone")
        with pytest.raises(TechDiplomacyError, match=rf"{name} belongs to no page"):
            tool.publish(load_params())
        path.unlink()
    assert not paths.public_folder().exists()


def test_share_alike_is_published_marked_and_carried_on(site, tool):
    site(IGO, share="share_alike", adapt="share_alike")
    tool.publish(load_params(), commercial=True)
    files = published()
    sentence = f"Sharing: only under {IGO}, because of the tests: "
    assert sentence in files["small.html"].decode()
    assert f"table 'numbers' of small (A table): {sentence}" in files["LICENCES.txt"].decode()
    assert 'href="small.html#numbers"' in files["LICENCES.html"].decode()


def test_a_site_that_is_older_than_its_notebooks_is_not_published(site, tool):
    site()
    cells = json.dumps(CELLS).replace("<th>Year", "<th>Changed year")
    executed(*json.loads(cells))
    with pytest.raises(TechDiplomacyError, match=r"small\.html is not what its notebook made"):
        tool.publish(load_params())
    assert not paths.public_folder().exists()


def test_hostile_words_of_a_card_stay_words(site, tool, embed):
    site()
    embed(title="<script>alert(1)</script>", attribution="Source: <b>x</b>")
    report.build_site(load_params())
    tool.publish(load_params())
    page = published()["LICENCES.html"].decode()
    assert "<script>" not in page
    assert "<b>x" not in page
