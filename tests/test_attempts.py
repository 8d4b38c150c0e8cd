"""The last download and the one under way: which is used, what a failure leaves, who dies when."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from download_world import ASK, CSV, World, names_in, open_world
from loopback import Answer, Route

from techdiplomacy.errors import (
    ContentRejected,
    QuotaExhausted,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
    UnknownCountry,
)
from techdiplomacy.sources import attempts, lasting
from techdiplomacy.sources.service import Ask

ONE, TWO = (Ask(f"{number}.csv", f"data/{number}", "csv") for number in (1, 2))
NEW = CSV + b"US,2020,3\n"
WAY_OUT = "make refresh SOURCE=tiny"


@pytest.fixture(name="world")
def a_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with open_world(tmp_path, monkeypatch) as world:
        yield world


def of(body: bytes, **more: Any) -> Answer:
    return Answer(body, content_type="text/csv", **more)


def run(
    world: World, *asks: Ask, end: str = "finish", error: Any = None, **more: Any
) -> list[bytes]:
    """Ask, and go as far as told; raise an error if one is given."""
    with world.kit(**more) as kit:
        bodies = [kit.fetch(ask).path.read_bytes() for ask in asks or [ASK]]
        if end == "complete":
            kit.complete()
        if end == "finish":
            kit.finish()
        if error is not None:
            raise error
    return bodies


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def failing(kind: type[TechDiplomacyError]) -> TechDiplomacyError:
    return kind("it does not fit", where="page 2", next_step="See the notes.")


# which one is used


@pytest.mark.parametrize("end", ["", "complete"])
def test_a_download_stays_in_use_until_another_was_let_in(world: World, end: str) -> None:
    run(world)
    before = content(world.folder)
    world.answers(of(NEW))
    world.still.time += 86_400
    assert run(world, end=end, refresh=True) == [NEW]
    assert content(world.folder) == before
    world.server.requests.clear()
    # an attempt that is open or was refused does not make a plain run ask
    assert run(world) == [CSV]
    assert world.server.requests == []
    assert names_in(world.next) == {"tiny.csv", "tiny.csv.meta.json"}


def test_an_attempt_that_is_let_in_takes_its_place_and_nothing_else_stays(world: World) -> None:
    run(world, ASK, ONE)
    world.answers(of(NEW))
    assert run(world, refresh=True) == [NEW]
    assert names_in(world.folder) == {"tiny.csv", "tiny.csv.meta.json"}
    assert not world.next.exists()
    assert run(world) == [NEW]
    assert len(world.server.requests) == 1


def test_a_refused_download_is_asked_anew_by_a_refresh_and_taken_up_if_told_so(
    world: World,
) -> None:
    run(world)
    world.answers(of(NEW))
    run(world, end="complete", refresh=True)
    assert run(world, refresh=True, take_up=True, end="") == [NEW]
    assert len(world.server.requests) == 1
    assert "taking up the download" in world.said[-1]
    run(world, end="", refresh=True)
    assert len(world.server.requests) == 2
    assert "was not let in, beginning anew" in world.said[-1]
    # what is taken up now is not complete: it is gone on with
    assert run(world, refresh=True, take_up=True) == [NEW]
    assert run(world) == [NEW]
    assert len(world.server.requests) == 2


def test_to_take_up_changes_nothing_where_there_is_nothing_to_take_up(world: World) -> None:
    assert run(world, refresh=True, take_up=True) == [CSV]
    assert run(world, refresh=True, take_up=True) == [CSV]
    assert len(world.server.requests) == 2


def test_a_first_download_that_was_refused_is_used_by_a_plain_run(world: World) -> None:
    run(world, end="complete")
    assert run(world) == [CSV]
    assert len(world.server.requests) == 1
    assert names_in(world.folder) == {"tiny.csv", "tiny.csv.meta.json"}


def test_a_refused_download_of_another_selection_or_of_long_ago_is_not_taken_up(
    world: World,
) -> None:
    run(world, end="complete")
    run(world, end="complete", selection="other", take_up=True, refresh=True)
    assert len(world.server.requests) == 2
    world.still.time += 31 * 86_400
    run(world, selection="other", take_up=True, refresh=True)
    assert len(world.server.requests) == 3


def test_a_complete_download_that_is_damaged_is_not_mended_with_answers_of_another_day(
    world: World,
) -> None:
    run(world, ONE, TWO, end="complete")
    (world.next / "2.csv").write_bytes(b"x")
    with pytest.raises(SourceChanged, match=r"lacks 2\.csv"):
        run(world, ONE, TWO)
    world.answers(of(NEW))
    assert run(world, ONE, TWO) == [NEW, NEW]


def test_leftovers_of_another_attempt_are_swept_out(world: World) -> None:
    run(world, ONE, end="")
    run(world, TWO, end="", selection="other")
    assert names_in(world.next) == {"2.csv", "2.csv.meta.json"}


# what does not fit together


SPOILS = [SourceChanged, ContentRejected, RequestRejected, UnknownCountry]


@pytest.mark.parametrize("kind", SPOILS)
def test_answers_that_do_not_fit_together_are_not_taken_up(
    world: World, kind: type[TechDiplomacyError]
) -> None:
    world.answers(of(CSV))
    with pytest.raises(kind) as caught:
        run(world, ONE, end="", error=failing(kind))
    assert WAY_OUT not in caught.value.next_step  # a plain run asks anew
    world.answers(of(NEW))
    assert run(world, ONE) == [NEW]
    assert "do not fit together, beginning anew" in " ".join(world.said)


@pytest.mark.parametrize(
    "error",
    [
        failing(SourceUnavailable),
        QuotaExhausted(
            "no", where="w", next_step="n", host="h", status=429, seconds=None, until=""
        ),
        KeyboardInterrupt(),
        ValueError("a bug"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_was_only_cut_off_is_taken_up(world: World, error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(world, ONE, end="", error=error)
    run(world, ONE, TWO)
    assert world.server.paths() == ["/api/data/1", "/api/data/2"]


def test_pages_of_two_days_are_asked_again_from_the_first(world: World) -> None:
    world.server.routes[:] = [
        Route("data/1", [of(CSV), of(NEW)]),
        Route("data/2", [Answer(reset=True)] * 5 + [of(NEW)]),
    ]

    def pages() -> list[bytes]:
        with world.kit() as kit:
            bodies = [kit.fetch(ask).path.read_bytes() for ask in (ONE, TWO)]
            if len(set(bodies)) > 1:
                raise failing(SourceChanged)
            kit.finish()
        return bodies

    with pytest.raises(SourceUnavailable):
        pages()
    with pytest.raises(SourceChanged):
        pages()
    assert pages() == [NEW, NEW]


def test_one_answer_that_stops_early_does_not_cost_the_others(world: World) -> None:
    world.server.routes[:] = [
        Route("data/1", [of(CSV)]),
        Route("data/2", [Answer(b"Server Error")] * 5 + [of(CSV)]),
    ]
    with pytest.raises(ContentRejected):
        run(world, ONE, TWO)
    run(world, ONE, TWO)
    assert world.server.paths().count("/api/data/1") == 1


@pytest.mark.parametrize("kind", SPOILS)
def test_a_failure_after_complete_leaves_it_complete(
    world: World, kind: type[TechDiplomacyError]
) -> None:
    with pytest.raises(kind) as caught:
        run(world, end="complete", error=failing(kind))
    assert caught.value.next_step == "See the notes."
    run(world, refresh=True, take_up=True)
    assert len(world.server.requests) == 1


@pytest.mark.parametrize("kind", SPOILS)
def test_a_kept_download_that_fails_stays_and_names_the_way_out(
    world: World, kind: type[TechDiplomacyError]
) -> None:
    run(world)
    before = content(world.folder)
    with pytest.raises(kind) as caught:
        run(world, end="", error=failing(kind))
    assert str(caught.value).endswith(WAY_OUT)
    assert content(world.folder) == before
    with pytest.raises(SourceUnavailable) as other:
        run(world, end="", error=failing(SourceUnavailable))
    assert other.value.next_step == "See the notes."


def test_a_stricter_check_of_a_kept_answer_names_the_way_out(world: World) -> None:
    run(world)

    def stricter(path: Path) -> None:
        raise failing(SourceChanged)

    with pytest.raises(SourceChanged) as caught, world.kit() as kit:
        kit.fetch(ASK, stricter)
    assert caught.value.next_step == f"See the notes. To ask the publisher again: {WAY_OUT}"
    assert len(world.server.requests) == 1


def test_a_mark_that_cannot_be_written_costs_the_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with world.kit() as kit:
        kit.fetch(ASK)
        monkeypatch.setattr(attempts, "write_attempt", full)
        kit.__exit__(SourceChanged, failing(SourceChanged), None)
    monkeypatch.undo()
    assert attempts.read_attempt(world.next) is None


# comparing and taking over


def test_an_earlier_answer_is_that_of_the_last_download(world: World) -> None:
    with world.kit() as kit:
        assert kit.earlier(ASK.name) is None
        kit.fetch(ASK)
        assert kit.earlier(ASK.name) is None
        kit.finish()
    world.answers(of(NEW))
    with world.kit(refresh=True) as kit:
        kit.fetch(ASK)
        assert kit.earlier(ASK.name) == world.folder / ASK.name
        assert (world.folder / ASK.name).read_bytes() == CSV
        (world.folder / ASK.name).write_bytes(b"damaged")
        assert kit.earlier(ASK.name) is None
    (world.folder / ASK.name).write_bytes(CSV)
    with world.kit() as kit:
        assert kit.earlier(ASK.name) == kit.fetch(ASK).path
        assert kit.reuse(ASK) == kit.fetch(ASK)


def test_an_answer_is_taken_over_without_a_question(world: World) -> None:
    run(world, ASK, ONE)
    first = world.note
    world.still.time += 86_400
    world.server.requests.clear()
    seen: list[Path] = []
    with world.kit(refresh=True) as kit:
        taken = kit.reuse(ASK, seen.append)
        assert taken is not None
        assert taken.path == world.next / ASK.name
        assert kit.reuse(ASK) == kit.fetch(ASK) == taken
        kit.finish()
    assert world.server.requests == []
    assert seen == [world.folder / ASK.name]
    assert names_in(world.folder) == {"tiny.csv", "tiny.csv.meta.json"}
    assert world.note == first
    assert run(world) == [CSV]


@pytest.mark.parametrize("why", ["nothing", "other question", "damaged", "check", "finished lacks"])
def test_an_answer_that_cannot_be_taken_over(world: World, why: str) -> None:
    if why != "nothing":
        run(world)
    ask = Ask(ASK.name, "data", "csv", query=[("year", "2021")]) if why.startswith("o") else ASK
    if why == "damaged":
        (world.folder / ASK.name).write_bytes(b"x")

    def check(path: Path) -> None:
        if why == "check":
            raise failing(SourceChanged)

    with world.kit(refresh=why != "finished lacks") as kit:
        assert kit.reuse(ONE if why == "finished lacks" else ask, check) is None
    assert not world.next.exists()


@pytest.mark.parametrize("links", [True, False])
def test_what_is_unchanged_is_taken_over_also_where_a_file_has_one_name_only(
    world: World, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    world.answers(of(CSV, etag='"v1"'))
    run(world)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    run(world, refresh=True, end="")
    assert (world.next / ASK.name).read_bytes() == CSV
    assert (world.next / ASK.name).samefile(world.folder / ASK.name) == links
    run(world, refresh=True)
    assert len(world.server.requests) == 2
    assert names_in(world.folder) == {"tiny.csv", "tiny.csv.meta.json"}
    assert run(world) == [CSV]


# processes that end on the way


RUN = """
    import os, signal, sys
    from pathlib import Path
    from techdiplomacy.sources import attempts, download
    from techdiplomacy.sources.service import Ask, Pace, Service

    folder, step, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    service = Service("Tiny", "TINY_BASE_URL", "https://x", Pace("tiny", 0))
    with download.Downloads("tiny", service, folder, selection="all", refresh=True) as kit:
        for number in (1, 2):
            kit.fetch(Ask(f"{number}.csv", f"data/{number}", "csv"))
        kit.complete()
        kit.finish()
        real, calls = getattr(attempts, step), []

        def die(*given, **more):
            calls.append(1)
            if len(calls) > count:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **more)

        setattr(attempts, step, die)
"""
# the step that does not come about any more, how often it did before, and whose answers are used
DEATHS = [
    ("write_attempt", 0, CSV),  # the mark of the attempt
    ("settle", 0, NEW),
    ("link", 0, NEW),
    ("link", 1, NEW),
    ("link", 2, NEW),
    ("link", 3, NEW),
    ("sync_folder", 0, NEW),
    ("write_attempt", 1, NEW),  # the mark of the folder
    ("clear", 0, NEW),
    ("remove", 0, NEW),
    ("sync_folder", 1, NEW),
]


@pytest.mark.parametrize(("step", "count", "body"), DEATHS)
def test_a_process_that_ends_while_it_puts_a_download_in_place(
    world: World, step: str, count: int, body: bytes
) -> None:
    run(world, ONE, TWO, Ask("3.csv", "data/3", "csv"))
    world.answers(of(NEW))
    command = [sys.executable, "-c", textwrap.dedent(RUN), str(world.folder), step, str(count)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    world.server.requests.clear()
    assert run(world, ONE, TWO) == [body, body]
    assert world.server.requests == []
    files = {"1.csv", "2.csv"} if body == NEW else {"1.csv", "2.csv", "3.csv"}
    assert names_in(world.folder) == files | {f"{name}.meta.json" for name in files}
    assert (world.next / "attempt.json").exists() == (body == CSV)


def test_a_disk_that_is_full_while_a_download_is_put_in_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(world, ONE, TWO)
    world.answers(of(NEW))
    done: list[Path] = []
    real = lasting.link

    def full(path: Path, target: Path) -> None:
        if done:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(target)
        real(path, target)

    monkeypatch.setattr(attempts, "link", full)
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match="disk is full"):
            run(world, ONE, TWO, refresh=True)
        done.append(Path())
    monkeypatch.undo()
    monkeypatch.setenv("TINY_BASE_URL", "http://127.0.0.1:9")
    assert run(world, ONE, TWO) == [NEW, NEW]


@pytest.mark.parametrize("written", ["", "{", "[]", '{"selection": 1}'])
def test_an_attempt_that_cannot_be_read_is_none(world: World, written: str) -> None:
    run(world)
    world.next.mkdir()
    (world.next / "attempt.json").write_text(written)
    assert run(world) == [CSV]
    (world.folder / "attempt.json").write_text(written)
    run(world)
    assert len(world.server.requests) == 2
    assert json.loads((world.folder / "attempt.json").read_text())["finished"]
