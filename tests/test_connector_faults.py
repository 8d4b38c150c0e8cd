"""Every connector against every fault of a network and of a publisher: what comes in, what stays.

The answers are those of the small worlds; a fault is put on the requests that carry figures.
"""

from __future__ import annotations

import functools
import importlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_plus

import pytest
from conftest import ROOT
from loopback import Answer, Loopback, Seen
from route_kit import RouteKit
from worlds import World

from techdiplomacy import acceptance, arrivals, paths
from techdiplomacy.cards import load_card
from techdiplomacy.checks import parse_settings
from techdiplomacy.errors import (
    ContentRejected,
    QuotaExhausted,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.params import SourceSettings
from techdiplomacy.sources.download import Clock, Downloads

SERVICES = ("cordis", "eurostat", "ilostat", "oecd", "openalex", "ror", "uis", "worldbank", "wpp")
WORLDS = {name: importlib.import_module(f"worlds.{name}").WORLD for name in SERVICES}
KEY = "planted-0123456789-key"
LIVE = SourceSettings(**{"from": "live"})
HTML = b"\xef\xbb\xbf\n <!DOCTYPE html><html><body>Down for maintenance</body></html>"
Fault = Callable[[Answer], Answer]


@dataclass
class Hands:
    """A clock that a wait moves on; ``waits`` are the seconds that were asked for."""

    at: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, monotonic=lambda: self.at, sleep=self.sleep)


class Faulty(Loopback):
    """Answers as a world does, but for the first so many answers that a pattern matches."""

    def __init__(self, world: World, fault: Fault = lambda good: good, times: int = 0) -> None:
        super().__init__(world.routes())
        self.figures = re.compile(world.figures)
        self.fault = fault
        self.left = times

    def answer(self, seen: Seen, target: str) -> Answer:
        good = super().answer(seen, target)
        met = self.figures.search(target) or self.figures.search(unquote_plus(target))
        if met and self.left > 0:
            self.left -= 1
            return self.fault(good)
        return good


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda good: Answer(b'{"message": "no"}', code, named, "application/json")


def half(good: Answer) -> Answer:
    return replace(good, cut=len(good.body) // 2, chunked=False)


def too_long(good: Answer) -> Answer:
    length = {"Content-Length": str(len(good.body) + 40)}
    return replace(good, chunked=False, headers=length, cut=len(good.body))


def page(good: Answer) -> Answer:
    return Answer(HTML, content_type=good.content_type)


def packed(good: Answer) -> Answer:
    return replace(good, gzip=True)


def slow(good: Answer) -> Answer:
    return replace(good, drip=(max(len(good.body) // 40, 1), 0.05))


# name: the fault, how often, and the error that it ends in, if any
FAULTS: dict[str, tuple[Fault, int, type[TechDiplomacyError] | None]] = {
    "429 for a second": (status(429, Retry_After="1"), 1, None),
    "429 for the day": (status(429, Retry_After="40211"), 99, QuotaExhausted),
    "503 once": (status(503), 1, None),
    "503 for good": (status(503), 99, SourceUnavailable),
    "504 once": (status(504), 1, None),
    "cut in the middle": (half, 1, None),
    "cut each time": (half, 99, SourceUnavailable),
    "wrong length once": (too_long, 1, None),
    "HTML with 200": (page, 99, ContentRejected),
    "packed on the way": (packed, 99, None),
}


def selection_of(world: World):
    module = importlib.import_module(f"techdiplomacy.sources.{world.service}")
    return module, parse_settings(module.Selection, world.ask, where="a test")


def fetched(world: World, folder, server: Loopback, monkeypatch, **options):
    """Return the rows that a connector gets, sorted."""
    module, selection = selection_of(world)
    monkeypatch.setenv(module.SERVICE.variable, server.url)
    if module.SERVICE.secret:
        monkeypatch.setenv(module.SERVICE.secret.variable, KEY)
    given = {"clock": Hands().clock(), "refresh": False, "announce": lambda words: None} | options
    with Downloads(
        world.source, module.SERVICE, folder / world.source, selection="small", **given
    ) as kit:
        raw = module.fetch(selection, kit)
        kit.finish()
    return sorted(raw.rows)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder with the lists and cards of this one and no figures."""
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "data").mkdir()
    for name in ("reference", "snapshots"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def card_of(world: World):
    """Return the card of a world: its small question, and nothing that the figures must meet."""
    card = load_card(world.source)
    return card.model_copy(
        update={
            "live": card.live.model_copy(update={"ask": world.ask, "expected": []}),
            "figures": card.figures.model_copy(update={"rows": 0}),
            "level_shifts": [],
            "corrections": [],
        }
    )


def arrive(world: World, server: Loopback, monkeypatch, **options) -> None:
    """Fetch a source as its stage does, with a clock that does not wait."""
    module, _ = selection_of(world)
    monkeypatch.setenv(module.SERVICE.variable, server.url)
    given = {"clock": Hands().clock(), "announce": lambda words: None} | options
    monkeypatch.setattr(
        "techdiplomacy.sources.download.Downloads", functools.partial(Downloads, **given)
    )
    arrivals.fetch_source(card_of(world), LIVE)


@pytest.mark.parametrize("service", SERVICES)
def test_good_answers_give_the_rows(service, tmp_path, monkeypatch):
    world = WORLDS[service]
    with Faulty(world) as server:
        assert fetched(world, tmp_path, server, monkeypatch) == sorted(world.rows)
        asked = len(server.requests)
        # what is kept is used without asking
        assert fetched(world, tmp_path, server, monkeypatch) == sorted(world.rows)
        assert len(server.requests) == asked
    assert not world.paged or asked > 1


@pytest.mark.parametrize("service", ["oecd", "ilostat"])
def test_a_refresh_of_what_has_not_changed_asks_for_no_figures(service, tmp_path, monkeypatch):
    world = WORLDS[service]
    with Faulty(world) as server:
        fetched(world, tmp_path, server, monkeypatch)
        before = len(server.requests)
        assert fetched(world, tmp_path, server, monkeypatch, refresh=True) == sorted(world.rows)
        later = server.requests[before:]
        assert later  # the list of what there is was asked for
        targets = [seen.path + "?" + "&".join(map("=".join, seen.query)) for seen in later]
        assert not [target for target in targets if re.search(world.figures, target)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_fault_is_overcome_or_named_and_nothing_is_lost(service, fault, tmp_path, monkeypatch):
    world, (spoil, times, ends_in) = WORLDS[service], FAULTS[fault]
    hands = Hands()
    with Faulty(world, spoil, times) as server:
        if ends_in is None:
            rows = fetched(world, tmp_path, server, monkeypatch, clock=hands.clock())
            assert rows == sorted(world.rows)
            return
        with pytest.raises(ends_in) as caught:
            fetched(world, tmp_path, server, monkeypatch, clock=hands.clock())
        for words in (caught.value.what, caught.value.where, caught.value.next_step):
            assert words
        if ends_in is QuotaExhausted:
            assert caught.value.seconds == 40211
            assert max(hands.waits, default=0) < 1000
        before = len(server.requests)
        server.left = 0
        later = Hands(hands.at + 3600)
        rows = fetched(world, tmp_path, server, monkeypatch, clock=later.clock())
        assert rows == sorted(world.rows)
        if ends_in is QuotaExhausted:
            # what was complete before the quota ended is not asked again
            asked = [(seen.path, tuple(seen.query)) for seen in server.requests]
            assert not set(asked[: before - 1]) & set(asked[before:])
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_body_that_trickles_ends_at_the_deadline(service, tmp_path, monkeypatch):
    world = WORLDS[service]
    clock = Clock(now=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    with Faulty(world, slow, 99) as server, pytest.raises(SourceUnavailable):
        fetched(world, tmp_path, server, monkeypatch, clock=clock, deadline_minutes=0.3 / 60)


@pytest.mark.parametrize("service", SERVICES)
def test_a_key_stays_with_the_first_host(service, tmp_path, monkeypatch, capfd):
    world = WORLDS[service]
    said: list[str] = []
    with Faulty(world) as second, Faulty(world, times=99) as first:
        elsewhere = second.url.replace("127.0.0.1", "localhost")

        def moved(good: Answer) -> Answer:
            seen = first.requests[-1]
            query = "&".join(f"{name}={value}" for name, value in seen.query)
            target = f"{elsewhere}{seen.path}?{query}" if query else f"{elsewhere}{seen.path}"
            return Answer(status=302, headers={"Location": target})

        first.fault = moved
        rows = fetched(world, tmp_path, first, monkeypatch, announce=said.append)
    assert rows == sorted(world.rows)
    assert second.requests
    for seen in second.requests:
        assert KEY not in json.dumps(seen.headers) + json.dumps(seen.query)
    assert KEY not in "".join(capfd.readouterr()) + "".join(said)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("service", SERVICES)
def test_a_good_answer_becomes_raw_figures_and_a_note(service, project, monkeypatch):
    world = WORLDS[service]
    with Faulty(world) as server:
        arrive(world, server, monkeypatch)
    rows = acceptance.rows_of(paths.raw_file(world.source).read_bytes(), card_of(world))
    assert sorted(rows) == sorted(world.rows)
    note = json.loads(paths.raw_note_file(world.source).read_text(encoding="utf-8"))
    assert (note["mode"], note["date"]) == ("downloaded", "2023-11-14")
    assert note["rows"] == len(world.rows)


@pytest.mark.parametrize("service", SERVICES)
def test_a_renamed_column_stops_before_anything_is_written(service, project, monkeypatch):
    world = WORLDS[service]
    with Loopback(world.renamed()) as server, pytest.raises(SourceChanged) as caught:
        arrive(world, server, monkeypatch)
    assert caught.value.next_step
    assert not paths.raw_file(world.source).exists()


@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_selection_stops_before_anything_is_written(service, project, monkeypatch):
    world = WORLDS[service]
    expected = world.empty_gives or SourceChanged
    with Loopback(world.empty()) as server, pytest.raises(expected):
        arrive(world, server, monkeypatch)
    assert not paths.raw_file(world.source).exists()


@pytest.mark.parametrize("service", SERVICES)
def test_an_unknown_country_stops_before_anything_is_written(service, project, monkeypatch):
    world = WORLDS[service]
    with Loopback(world.unknown()) as server, pytest.raises(TechDiplomacyError) as caught:
        arrive(world, server, monkeypatch)
    assert isinstance(caught.value, UnknownCountry | SourceChanged)
    assert re.search(r"\bQQQ?\b", str(caught.value))
    assert not paths.raw_file(world.source).exists()


@pytest.mark.parametrize("service", SERVICES)
def test_offline_says_so_and_the_last_figures_stay(service, project, monkeypatch):
    world = WORLDS[service]
    with Faulty(world) as server:
        arrive(world, server, monkeypatch)
    good = paths.raw_file(world.source).read_bytes()
    monkeypatch.setenv(arrivals.REFRESH_VARIABLE, world.source)
    # nobody listens at the port of a server that has closed
    with pytest.raises(SourceUnavailable) as caught:
        arrive(world, server, monkeypatch)
    assert "snapshot" in caught.value.next_step or "params.yaml" in caught.value.next_step
    assert paths.raw_file(world.source).read_bytes() == good


def test_services_are_named_as_a_person_writes_them():
    modules = [importlib.import_module(f"techdiplomacy.sources.{name}") for name in SERVICES]
    assert [module.SERVICE.name for module in modules] == [
        *("CORDIS", "Eurostat", "ILOSTAT", "OECD", "OpenAlex", "ROR", "UNESCO UIS", "World Bank"),
        "World Population Prospects",
    ]


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_nothing_that_is_said_repeats_the_name_in_front_of_it(world, tmp_path):
    module, selection = selection_of(world)
    kit = RouteKit(tmp_path, world.routes())
    module.fetch(selection, kit)
    assert not [words for words in kit.said if words.startswith(module.SERVICE.name)]
