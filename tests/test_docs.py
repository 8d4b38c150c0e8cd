"""The written pages: what they name exists."""

import re

import pytest
from conftest import ROOT

from techdiplomacy.cards import Card, load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.declarations import declared
from techdiplomacy.files import read_yaml
from techdiplomacy.params import load_params

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


def test_the_readme_lists_each_source_with_its_years():
    for source in load_params().sources:
        first, last = load_card(source).coverage.years
        row = re.search(rf"^\| `{source}` .*$", text_of("README.md"), flags=re.MULTILINE)
        assert row, source
        assert f"| {first}-{last} |" in row[0]


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
