"""What tests share: a small project folder of their own, and the real one."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import settings
from ruamel.yaml import YAML

from techdiplomacy import countries, labels, pages, paths, technologies, texts
from techdiplomacy.checks import parse_settings
from techdiplomacy.declarations import declared
from techdiplomacy.page_columns import Columns, check_columns, flatten
from techdiplomacy.params import ForecastSettings

ROOT = Path(__file__).parents[1]

# as continuous integration does: the same examples each time, and no deadline on a busy machine
settings.register_profile("project", settings.get_profile("ci"))
settings.load_profile("project")


def unit_of(nodeid: str) -> str:
    """Return what a test is run with: its file; in test_browser.py its page, if it has one.

    The two processes of `make test` take whole units, for what is made once a file, a clone or
    a simulation, is then made once; and a page is opened once for all tests that look at it.
    """
    file, _, test = nodeid.partition("::")
    page = re.search(r"\[([\w.]+\.html)", test)
    return f"{file}::{page[1]}" if page and file.endswith("test_browser.py") else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests of a unit one after the other, in the order in which units are met."""
    first: dict[str, int] = {}
    for item in items:
        first.setdefault(unit_of(item.nodeid), len(first))
    items.sort(key=lambda item: first[unit_of(item.nodeid)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Return what hands the units to the processes."""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    return Units(config, log)


CARD = {
    "id": "tiny",
    "title": "Families of a tiny world",
    "producer": "the tests",
    "table": "patent_families",
    "kind": "synthetic",
    "unit": "families",
    "coverage": {
        "years": [2019, 2020],
        "year_means": "grant year",
        "year_kind": "grant",
        "economies": 2,
        "missing": [],
    },
    "url_main": "https://example.org",
    "url_download": None,
    "date_published": "2026",
    "date_accessed": "2026-11-21",
    "licence": {
        "name": "CC0",
        "url": "https://example.org",
        "share": "allowed",
        "commercial": "allowed",
        "adapt": "allowed",
    },
    "citation": "The tests (2026).",
    "attribution": "Source: the tests",
    "how_obtained": "Made by the tests.",
    "trimmed": [],
    "caveats": [],
    "columns": {
        "economy": {"to": "country", "as": "country"},
        "technology_field": {"to": "field", "as": "text"},
        "year": {"to": "year", "as": "integer"},
        "families": {"to": "patent_families", "as": "number"},
    },
}
ROWS = (
    "economy,technology_field,year,families\n"
    "Vietnam,optics,2019,3\n"
    "Vietnam,optics,2020,4\n"
    "Japan,optics,2019,40.5\n"
    "Japan,optics,2020,50\n"
    "World,optics,2020,1000\n"
)


@pytest.fixture
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in the real project folder, with its cards and lists."""
    monkeypatch.chdir(ROOT)


@pytest.fixture
def names(at_the_root: None) -> countries.Countries:
    """Return the names of countries."""
    return countries.load_countries()


def read(rows: pd.DataFrame, columns: Columns) -> dict[str, list[str]]:
    """Return a table as it is read in English: the cells by heading."""
    check_columns(rows, columns, "test")
    records = rows.to_dict("records")
    return {
        column.heading.say("en"): [column.read(row[column.of], row).say("en") for row in records]
        for column in flatten(columns)
    }


def assert_can_be_shown(
    rows: pd.DataFrame, columns: Columns, name: str, *, subtitle: str, source: str
) -> None:
    """Assert that a table has what its columns need, and shows every row without left-overs."""
    check_columns(rows, columns, name)
    assert len(rows)
    made = pages.table(
        rows,
        columns=columns,
        name=name,
        headline=texts.phrase("A table of a page under test"),
        subtitle=texts.phrase(subtitle),
        sources=[source],
    )
    for language in texts.LANGUAGES:
        body = made.markup[language].split("<tbody>")[1].split("</tbody>")[0]
        assert body.count("<tr>") == len(rows)
        for leftover in (">nan<", ">None<", "&lt;NA&gt;", ";", "{"):
            assert leftover not in body.replace("&amp;", ""), leftover


def assert_headings_differ(columns: Columns) -> None:
    """Assert that no two headings of a table are alike, in any language."""
    for language in texts.LANGUAGES:
        headings = [column.heading.say(language) for column in flatten(columns)]
        assert len(set(headings)) == len(headings)


def codes_of(table: str, column: str) -> set[str]:
    """Return the codes that a declared column may hold."""
    return set(next(one.allowed for one in declared(table).columns if one.name == column))


@pytest.fixture
def tiny_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder with the real settings and lists, and one made-up source 'tiny'."""
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in ("reference", "registers"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    monkeypatch.chdir(tmp_path)
    forget_lists()
    write_source(tmp_path, ROWS)
    yield tmp_path
    forget_lists()


def forget_lists() -> None:
    """Have the lists and catalogues of the project folder read anew: they are read once."""
    lists = (countries.load_countries, labels.load_labels, technologies.load_taxonomy)
    for read_once in (*lists, texts.catalogue):
        read_once.cache_clear()


def write_source(folder: Path, rows: str, **changes: object) -> None:
    """Embed rows as the figures of source 'tiny', with a card that fits them."""
    packed = gzip.compress(rows.encode(), mtime=0)
    snapshots = folder / "data" / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    (snapshots / "tiny.csv.gz").write_bytes(packed)
    figures = {
        "sha256": hashlib.sha256(packed).hexdigest(),
        "bytes": len(packed),
        "rows": rows.count("\n") - 1,
    }
    card = {**CARD, "figures": figures, **changes}
    with (snapshots / "tiny.yaml").open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(card, stream)


@pytest.fixture
def embed(tiny_project: Path) -> Callable[..., None]:
    """Return a function that replaces the figures and card statements of source 'tiny'."""

    def replace(rows: str = ROWS, **changes: object) -> None:
        write_source(tiny_project, rows, **changes)

    return replace


@pytest.fixture
def translate(tiny_project: Path) -> Callable[[dict[str, str]], None]:
    """Return a function that gives the project folder a Vietnamese catalogue."""

    def write(translations: dict[str, str]) -> None:
        entries = Catalog(locale="vi")
        for sentence, translation in translations.items():
            entries.add(sentence, translation)
        path = paths.catalogue_file("vi")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, entries)
        texts.catalogue.cache_clear()

    return write


FORECAST = {
    "until": 2030,
    "max_horizon": 6,
    "models": ["drift", "damped", "theta"],
    "combine": "median",
    "transform": "level",
    "origins": 3,
    "min_points": 7,
    "levels": [0.8, 0.95],
    "skill_bound": 0.05,
}


def forecast_settings(**changes: object) -> ForecastSettings:
    """Return checked forecast settings: those above, with changes."""
    return parse_settings(ForecastSettings, FORECAST | changes, where="params.yaml: forecast")


def random_walks(seed: int, *, series: int = 30, years: int = 30, drift: float = 0.0) -> np.ndarray:
    """Return random walks from 100 with normal steps around the drift, one a row."""
    steps = drift + np.random.default_rng(seed).normal(size=(series, years))
    return 100 + np.cumsum(steps, axis=1)
