"""The written pages: what they name exists."""

import ast
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from techdiplomacy import arrivals, columns, declarations
from techdiplomacy.arrivals import fetch_source
from techdiplomacy.cards import Card, load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.clean import clean_source, read_raw
from techdiplomacy.countries import load_countries
from techdiplomacy.declarations import declared
from techdiplomacy.files import read_yaml
from techdiplomacy.params import SourceSettings
from techdiplomacy.paths import raw_file
from techdiplomacy.tables import read_table, write_table
from techdiplomacy.texts import typed_numbers

PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "DECISIONS.md")
REBUILT = ("data/raw", "data/clean", "data/features", "data/results", "data/scratch", "reports")
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"data", "reports"}
PARAMS = read_yaml(ROOT / "params.yaml")


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def spans(page):
    """Return what stands in backticks inside sentences, fenced blocks left out."""
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", prose)


def exists(name):
    places = (ROOT, ROOT / "src" / "techdiplomacy", ROOT / "data" / "reference")
    return any(any(place.glob(name)) for place in places)


@pytest.mark.parametrize("page", PAGES)
def test_paths_exist(page):
    for span in spans(page):
        is_path = span.split("/")[0] in FOLDERS and " " not in span
        is_file = re.fullmatch(r"[\w.]+\.(py|yaml|md|toml|lock|csv|sh)", span)
        if (is_path or is_file) and "<" not in span and not span.startswith(REBUILT):
            assert exists(span) or span in ("uv.lock", "pylock.toml"), span


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make_exist(page):
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))
    commands = re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), flags=re.MULTILINE)
    assert set(commands) <= targets


@pytest.mark.parametrize("page", PAGES)
def test_settings_exist(page):
    named = [span for span in spans(page) if re.fullmatch(r"[a-z]\w*(\.[a-z]\w*)+", span)]
    named += re.findall(r"-S ([\w.]+)=", text_of(page))
    for name in named:
        block = PARAMS
        first, *rest = name.split(".")
        if first in PARAMS and not name.endswith(".py"):
            for key in (first, *rest):
                assert key in block, name
                block = block[key]


def test_the_years_in_the_readme_are_those_of_the_cards():
    rows = re.findall(r"^\| `(\w+)` .*\| (\d{4})-(\d{4}) \|", text_of("README.md"), flags=re.M)
    assert len(rows) > 5
    for source, first, last in rows:
        assert load_card(source).coverage.years == [int(first), int(last)], source


def test_the_readme_names_every_source_with_a_service_and_whether_it_is_embedded():
    cards = [load_card(path.stem) for path in (ROOT / "data" / "snapshots").glob("*.yaml")]
    table = (
        text_of("README.md").split("| service | sources with a live fetch |")[1].split("\n\n")[0]
    )
    embedded, offered = set(), set()
    for line in table.splitlines()[2:]:
        before, _, after = line.split(" | ", 1)[1].partition("not embedded")
        embedded |= set(re.findall(r"`(\w+)`", before))
        offered |= set(re.findall(r"`(\w+)`", after))
    assert offered | embedded == {card.id for card in cards if card.live is not None}
    assert embedded - {"own_patents"} == {card.id for card in cards if card.live and card.embedded}


def test_every_service_that_is_known_serves_a_card():
    cards = [load_card(path.stem) for path in (ROOT / "data" / "snapshots").glob("*.yaml")]
    assert {card.live.service for card in cards if card.live} == set(arrivals.SERVICES)


def test_the_named_results_are_declared():
    named = re.findall(r"artifacts get \S+ ([\w-]+)", text_of("README.md"))
    assert named
    assert set(named) <= set(read_yaml(ROOT / "dvc.yaml")["artifacts"])


def test_the_card_of_the_worked_example_is_a_card(tmp_path):
    (block,) = re.findall(
        r"^```yaml\n(# Source card.*?)^```", text_of("CONTRIBUTING.md"), re.S | re.M
    )
    (tmp_path / "card.yaml").write_text(block, encoding="utf-8")
    card = parse_settings(Card, read_yaml(tmp_path / "card.yaml"), where="CONTRIBUTING.md")
    columns = {reading.to: reading.read_as for reading in card.columns.values()}
    kinds = {column.name: column.kind for column in declared(card.table).columns}
    assert columns == kinds


def test_the_worked_example_of_a_source_comes_in_with_two_files_and_one_line(tiny_project):
    (block,) = re.findall(
        r"^```yaml\n(# Source card.*?)^```", text_of("CONTRIBUTING.md"), re.S | re.M
    )
    (tiny_project / "data/snapshots/pacific_register.yaml").write_text(block, encoding="utf-8")
    rows = (
        "applications,area,office,published\n"
        "4,sea,Vietnam,2024\n"
        "2,sea,Fiji,2023\n"
        "3,sea,Japan,2023\n"
    )
    (tiny_project / "register.csv").write_text(rows, encoding="utf-8")
    script = ROOT / "tools" / "embed_figures.py"
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, str(script), "register.csv", "pacific_register"],
            cwd=tiny_project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
    card = load_card("pacific_register")
    fetch_source(card, SourceSettings(**{"from": "snapshot"}))
    cleaned = clean_source(read_raw(raw_file("pacific_register"), card), card, load_countries())
    write_table(cleaned.frame, card.table, source="pacific_register")
    table = read_table("pct_applications", source="pacific_register")
    assert table[["country", "year", "pct_applications"]].to_numpy().tolist() == [
        ["FJI", 2023, 2.0],
        ["JPN", 2023, 3.0],
        ["VNM", 2024, 4.0],
    ]


def test_embedding_a_file_without_a_column_names_it(tiny_project):
    (tiny_project / "own.csv").write_text(
        "economy,technology_fields,year,families\nJapan,a,2020,1\n"
    )
    before = (tiny_project / "data/snapshots/tiny.csv.gz").read_bytes()
    run = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "embed_figures.py"), "own.csv", "tiny"],
        cwd=tiny_project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "no column 'technology_field'. Did you mean 'technology_fields'?" in run.stderr
    assert (tiny_project / "data/snapshots/tiny.csv.gz").read_bytes() == before


def example_cells():
    """Return kind, tags and text of each cell of the worked example of a notebook."""
    (block,) = re.findall(r"^````\n(.*?)^````", text_of("CONTRIBUTING.md"), re.S | re.M)
    parts = re.split(r"^\[(markdown|code)(?:, tag: (\w+))?\]\n", block, flags=re.M)[1:]
    return list(zip(parts[::3], parts[1::3], (text.strip() for text in parts[2::3]), strict=True))


def test_the_worked_example_of_a_notebook_runs_and_keeps_to_the_rules(tmp_path, monkeypatch):
    (table,) = re.findall(
        r"^```python\n(GROUP_OUTLOOK = .*?)^```", text_of("CONTRIBUTING.md"), re.S | re.M
    )
    names = dict(vars(columns))
    exec(table, names)
    monkeypatch.setitem(declarations.TABLES, "group_outlook", names["GROUP_OUTLOOK"][0])
    monkeypatch.setenv("TECHDIPLOMACY_STAGING", str(tmp_path))
    monkeypatch.chdir(ROOT)
    shown, space = [], {}
    for kind, _, source in example_cells():
        if kind == "markdown":
            assert not typed_numbers(source), source
            continue
        statements = ast.parse(source).body
        last = statements.pop() if isinstance(statements[-1], ast.Expr) else None
        exec(compile(ast.Module(statements, []), "example", "exec"), space)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), "example", "eval"), space))
    kinds = [element.kind for element in shown if element is not None]
    assert kinds == ["findings", "figure", "table"]
    assert (tmp_path / "group_outlook" / "group_outlook.csv").is_file()
    headings = re.findall(r"^#+ .*", "\n".join(text for _, _, text in example_cells()), re.M)
    assert headings[-5:] == [
        "## Method",
        "## What this says and does not say",
        "### What this is",
        "### What it can be used for",
        "### Main limitations",
    ]
