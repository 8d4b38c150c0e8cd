"""Printing a page to PDF: with stand-ins for the browser, and with the real one where it is."""

import importlib
import os
import re
import stat
import subprocess
import sys

import pytest
from conftest import ROOT

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><h1 id="top">Trees</h1>'
    '<a href="#top">up</a> <a class="x" href="index.html">home</a> '
    '<a class="csv" download="a.csv" href="data:text/csv;base64,YQ==">Data</a> '
    '<a href="https://example.org/terms">terms</a></body></html>'
)


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("print_page")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Make a project folder with two pages, one of them in both languages."""
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).touch()
    site = tmp_path / "reports" / "site"
    site.mkdir(parents=True)
    for name in ("trees.html", "trees.vi.html", "index.html"):
        (site / name).write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stand_in(project, monkeypatch):
    """Return a function that puts a shell script in the place of every browser."""

    def put(script):
        folder = project / "bin"
        folder.mkdir(exist_ok=True)
        browser = folder / "chromium"
        browser.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
        return str(browser)

    return put


def run(*arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "print_page.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


# writes what it was given to print, so that a test can look at it
WRITES = (
    'for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#*=}";; file:*) in="${a#file://}";; '
    'esac; done; { printf "%%PDF-1.4 "; cat "$in"; } > "$out"'
)


def test_a_page_is_printed_in_the_language_asked_for(project, stand_in):
    stand_in(WRITES)
    done = run("trees", "--language", "vi")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "reports/pdf/trees.vi.pdf\n"
    assert [path.name for path in (project / "reports/pdf").iterdir()] == ["trees.vi.pdf"]


def test_english_is_printed_unless_a_language_is_named(project, stand_in):
    stand_in(WRITES)
    assert run("index").stdout == "reports/pdf/index.en.pdf\n"


def test_all_pages_in_all_languages(project, stand_in):
    stand_in(WRITES)
    assert run("all", "--language", "all").stdout.split() == [
        f"reports/pdf/{name}.pdf" for name in ("index.en", "trees.en", "trees.vi")
    ]


def test_the_printed_copy_has_page_numbers_and_no_link_into_this_machine(tool):
    printed = tool.printable(PAGE)
    assert re.findall(r'href="([^"]*)"', printed) == ["#top", "https://example.org/terms"]
    assert '<a class="x">home</a>' in printed
    assert printed.count("counter(page)") == 1
    own = PAGE.replace("</head>", "<style>@page{@top-left{content:counter(page)}}</style></head>")
    assert tool.printable(own).count("counter(page)") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("treees",), "There is no page 'treees'. Did you mean 'trees'?"),
        (("index", "--language", "vi"), "There is no page 'index'."),
        (("../../params",), "There is no page '../../params'."),
        (("trees", "--language", "en_GB"), "There is no language 'en_GB'."),
    ],
)
def test_a_page_that_is_not_there_is_named(project, stand_in, asked, said):
    stand_in(WRITES)
    done = run(*asked)
    assert done.returncode == 1
    assert said in done.stderr
    assert "what to do: Choose one of" in done.stderr
    assert not (project / "reports/pdf").exists()


def test_without_pages_make_comes_first(project):
    for page in (project / "reports/site").iterdir():
        page.unlink()
    done = run("trees")
    assert done.returncode == 1
    assert "Run make first." in done.stderr


def test_without_a_browser_it_says_what_to_install(project, monkeypatch):
    monkeypatch.setenv("PATH", str(project / "empty"))
    done = run("trees")
    assert done.returncode == 1
    assert "No Chromium or Chrome is on this machine." in done.stderr
    assert "apt-get install chromium" in done.stderr


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo first >&2; echo cannot open display >&2; exit 3", "(exit code 3): cannot open"),
        ("exit 0", "made no PDF (exit code 0): it said nothing"),
        (WRITES.replace("%%PDF-1.4", "half"), "made no PDF (exit code 0)"),
    ],
)
def test_a_browser_that_fails_leaves_the_old_pdf(project, stand_in, script, said):
    stand_in(WRITES)
    assert run("trees").returncode == 0
    before = (project / "reports/pdf/trees.en.pdf").read_bytes()
    stand_in(script)
    done = run("trees")
    assert done.returncode == 1
    assert said in done.stderr
    assert (project / "reports/pdf/trees.en.pdf").read_bytes() == before
    assert len(list((project / "reports/pdf").iterdir())) == 1


def test_a_browser_that_hangs_is_stopped(project, stand_in, tool):
    browser = stand_in("exec sleep 30")
    with pytest.raises(tool.PrintingFailed, match=r"did not finish within 0\.5 seconds"):
        tool.print_page(project / "reports/site/trees.html", browser, timeout=0.5)


def test_a_browser_that_cannot_start_is_named(project, tool):
    with pytest.raises(tool.PrintingFailed, match="cannot be started"):
        tool.print_page(project / "reports/site/trees.html", str(project / "nothing"))


def test_the_real_browser_prints_one_page_of_paper(project, tool):
    if not tool.find_browser():
        if os.environ.get("TECHDIPLOMACY_EXPECT_BROWSER") == "1":
            pytest.fail("a browser was expected, and there is none", pytrace=False)
        pytest.skip("no Chromium here: nothing is printed")
    done = run("trees")
    assert done.returncode == 0, done.stderr
    content = (project / "reports/pdf/trees.en.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", content)) == 1
    assert b"https://example.org/terms" in content
    assert b"file://" not in content
    assert b"data:text" not in content


def test_scripts_are_left_out_so_that_heads_of_tables_are_repeated(tool):
    page = "<head></head><table><thead><tr><th>a</th></tr></thead></table><script>x(1 < 2)</script>"
    assert "<script" not in tool.printable(page)
