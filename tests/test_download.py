"""The kit against a server that misbehaves: what is asked, kept, refused, resumed."""

from __future__ import annotations

import errno
import gzip
import hashlib
import itertools
import json
import logging
import re
import signal
import subprocess
import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from download_world import A_FILE, ASK, CSV, FILE, GOOD, World, names_in, open_world
from loopback import Answer, Loopback, Route, files_with_secret

from techdiplomacy.errors import (
    AuthFailed,
    ContentRejected,
    NotFound,
    QueryTooLarge,
    QuotaExhausted,
    RequestRejected,
    SourceChanged,
    SourceUnavailable,
    TechDiplomacyError,
)
from techdiplomacy.sources import attempts, parts, transfer
from techdiplomacy.sources.addresses import next_hop, unsafe
from techdiplomacy.sources.download import Clock
from techdiplomacy.sources.service import Ask, Pace, Secret, Service

KEY = "planted+key/0123456789="
DATED = "Sat, 01 Aug 2026 00:00:00 GMT"


@pytest.fixture(name="world")
def a_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with open_world(tmp_path, monkeypatch) as world:
        yield world


# what is sent and kept


def test_an_answer_and_its_note(world: World) -> None:
    world.answers(Answer(CSV, content_type="text/csv", etag='W/"1"', last_modified=DATED))
    ask = Ask("tiny.csv", "data", "csv", query=[("a", "x+y z"), ("a", "2"), ("b", "é|:")])
    with world.kit() as kit:
        fetched = kit.fetch(ask)
        kit.finish()
        assert kit.date == "2026-11-18"
    assert (fetched.last_modified, world.note["etag"]) == (DATED, 'W/"1"')
    (seen,) = world.server.requests
    assert (seen.path, seen.query) == ("/api/data", list(ask.query))
    assert seen.headers["user-agent"].startswith("techdiplomacy/0")
    assert seen.headers["accept-encoding"] == "gzip"
    assert list(world.note) == [
        *("source", "origin", "service", "url", "method", "path", "query", "status", "etag"),
        *("last_modified", "media_type", "size", "sha256", "remarks", "fetched_at", "checked_at"),
    ]
    assert world.note["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert world.names == {"tiny.csv", "tiny.csv.meta.json"}


def test_a_finished_attempt_is_used_without_a_question(world: World) -> None:
    world.get()
    before = (world.folder / "attempt.json").read_bytes()
    world.server.requests.clear()
    world.still.time += 90 * 86_400
    seen: list[Path] = []
    with world.kit() as kit:
        kit.fetch(ASK, seen.append)
        kit.finish()
        assert kit.date == "2026-11-18"
    assert world.server.requests == []
    assert seen == [world.folder / "tiny.csv"]
    assert (world.folder / "attempt.json").read_bytes() == before
    assert "using the download of 2026-11-18" in world.said[-1]


@pytest.mark.parametrize("harm", ["damage", "delete", "note", "another question"])
def test_a_kept_download_that_is_not_whole_is_not_mended_silently(world: World, harm: str) -> None:
    world.get()
    ask = ASK
    if harm == "damage":
        (world.folder / "tiny.csv").write_bytes(CSV + b"x")
    elif harm == "delete":
        (world.folder / "tiny.csv").unlink()
    elif harm == "note":
        (world.folder / "tiny.csv.meta.json").write_text("{")
    else:
        ask = Ask("tiny.csv", "data", "csv", query=[("year", "2021")])
    world.server.requests.clear()
    with pytest.raises(SourceChanged, match="from 2026-11-18 lacks") as caught:
        world.get(ask)
    assert "make refresh SOURCE=tiny" in caught.value.next_step
    assert world.server.requests == []


def test_another_selection_or_a_refresh_asks_anew_and_old_answers_go(world: World) -> None:
    world.get(Ask("old.csv", "old", "csv"))
    with world.kit(selection="other") as kit:
        path = kit.fetch(ASK).path
        path.with_name("tiny.csv.quarantine.csv").write_text("kept beside its file")
        kit.finish()
    assert world.server.paths() == ["/api/old", "/api/data"]
    assert world.names == {"tiny.csv", "tiny.csv.meta.json", "tiny.csv.quarantine.csv"}
    world.get(selection="other", refresh=True)
    assert len(world.server.requests) == 3
    assert world.names == {"tiny.csv", "tiny.csv.meta.json"}


def test_a_refresh_that_gets_nothing_leaves_the_finished_attempt(world: World) -> None:
    world.get()
    world.answers(Answer(status=404))
    with pytest.raises(NotFound):
        world.get(refresh=True)
    assert world.get() == CSV
    assert len(world.server.requests) == 1


def test_an_error_in_the_block_leaves_the_attempt_open(world: World) -> None:
    def fail() -> None:
        with world.kit() as kit:
            kit.fetch(ASK)
            kit.finish()
            raise ValueError("after it")

    with pytest.raises(ValueError, match="after it"):
        fail()
    attempt = attempts.read_attempt(world.next)
    assert attempt is not None
    assert attempt.complete
    assert attempt.finished is None
    assert list(attempt.files) == ["tiny.csv"]


def test_a_quota_in_the_middle_then_only_the_rest_is_asked(world: World) -> None:
    asks = [Ask(f"{number}.csv", f"data/{number}", "csv") for number in range(4)]
    world.server.add(Route("data/2", [Answer(status=429, headers={"Retry-After": "40211"}), GOOD]))

    def run(**more: Any) -> None:
        with world.kit(**more) as kit:
            for ask in asks:
                kit.fetch(ask)
            kit.finish()

    with pytest.raises(QuotaExhausted) as caught:
        run()
    assert world.still.waits == []
    assert (caught.value.host, caught.value.status, caught.value.seconds) == (
        "127.0.0.1",
        429,
        40211,
    )
    world.still.time += 86_400
    run(refresh=True)  # goes on with what is not finished
    assert [path[-1] for path in world.server.paths()] == list("01223")
    assert "going on with the download begun on 2026-11-18, 2 answers" in " ".join(world.said)


def test_an_open_attempt_of_long_ago_is_not_taken_up(world: World) -> None:
    world.get(finish=False)
    world.still.time += 31 * 86_400
    world.get()
    assert len(world.server.requests) == 2
    assert "too old, beginning anew" in " ".join(world.said)


def test_an_open_attempt_asks_again_for_what_its_check_refuses_now(world: World) -> None:
    world.get(finish=False)

    def check(path: Path) -> None:
        if b"3" not in path.read_bytes():
            raise ContentRejected("old", where="w", next_step="n")

    world.answers(Answer(CSV + b"US,2020,3\n", content_type="text/csv"))
    assert b"US" in world.get(ASK, check)


# conditional questions


@pytest.mark.parametrize("validator", [{"etag": '"v1"'}, {"last_modified": DATED}])
def test_an_unchanged_answer_is_confirmed(world: World, validator: dict[str, str]) -> None:
    world.answers(Answer(CSV, content_type="text/csv", **validator))
    world.get()
    first = world.note
    world.still.time += 3 * 86_400
    with world.kit(refresh=True) as kit:
        kit.fetch(ASK)
        kit.finish()
        assert kit.date == "2026-11-21"
    assert len(world.server.requests) == 2
    assert world.note == first | {"checked_at": "2026-11-21T11:06:40Z"}


def test_a_damaged_file_does_not_survive_on_a_304(world: World) -> None:
    world.answers(Answer(CSV, content_type="text/csv", etag='"v1"'))
    world.get()
    (world.folder / "tiny.csv").write_bytes(CSV.replace(b"2020", b"2021"))
    assert world.get(refresh=True) == CSV
    assert "if-none-match" not in world.server.requests[-1].headers


def test_a_304_that_nobody_asked_for(world: World) -> None:
    world.answers(Answer(status=304))
    with pytest.raises(RequestRejected):
        world.get()


# statuses


@pytest.mark.parametrize(
    ("answer", "error", "requests"),
    [
        (Answer(status=503), SourceUnavailable, 5),
        (Answer(status=503, headers={"Retry-After": "3600"}), SourceUnavailable, 1),
        (Answer(status=504), SourceUnavailable, 5),
        (Answer.of_json({"reason": "query_timeout"}, status=504), QueryTooLarge, 1),
        (Answer(status=413), QueryTooLarge, 1),
        (Answer(status=401), AuthFailed, 1),
        (Answer(status=403), AuthFailed, 1),
        (Answer(status=403, headers={"X-Rejection-Reason": "Week"}), QuotaExhausted, 1),
        (Answer(b"NoRecordsFound", 404), NotFound, 1),
        (Answer(status=410), NotFound, 1),
        (Answer(b"bad filter", 400), RequestRejected, 1),
        (Answer(status=416), RequestRejected, 1),
        (Answer(status=501), RequestRejected, 1),
        (Answer(status=204), ContentRejected, 1),
        (Answer(status=429), QuotaExhausted, 3),
        (Answer(reset=True), SourceUnavailable, 5),
        (Answer(CSV, cut=20), SourceUnavailable, 5),
        (Answer(CSV, chunk_cut=True), SourceUnavailable, 5),
        (Answer(CSV, headers={"Content-Length": "999"}), SourceUnavailable, 5),
        (Answer(CSV[:-8], no_length=True, content_type="text/csv"), ContentRejected, 5),
        (Answer(CSV, headers={"Content-Length": "20"}), ContentRejected, 5),
        (Answer(b"Server Error", content_type="text/csv"), ContentRejected, 5),
        (Answer(b"<html>", content_type="text/csv"), ContentRejected, 1),
        (Answer(b'{"error": 1}', content_type="text/csv"), ContentRejected, 1),
        (Answer(b""), ContentRejected, 5),
        (Answer(status=302), SourceUnavailable, 1),
    ],
)
def test_failures_have_their_error_and_touch_nothing(
    world: World, answer: Answer, error: type[TechDiplomacyError], requests: int
) -> None:
    world.get()
    before = {name: (world.folder / name).read_bytes() for name in [*world.names, "attempt.json"]}
    world.answers(answer)
    with pytest.raises(error) as caught:
        world.get(refresh=True)
    assert type(caught.value) is error or issubclass(error, ContentRejected)
    assert len(world.server.requests) == requests
    assert caught.value.where == f"{world.server.url[7:]}/api/data"
    for name, content in before.items():
        assert (world.folder / name).read_bytes() == content
    if isinstance(caught.value, NotFound) and answer.body:
        assert caught.value.body == "NoRecordsFound"


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=503),
        Answer(status=429, headers={"Retry-After": "7.5"}),
        Answer(reset=True),
        Answer(CSV, cut=20),
        Answer(CSV, chunk_cut=True, chunked=True),
        Answer(b"Server Error"),
        Answer(CSV[:-8], no_length=True, content_type="text/csv"),
        Answer(CSV, gzip=True, cut=30),
    ],
)
def test_passing_faults_pass(world: World, fault: Answer) -> None:
    world.answers(fault, GOOD)
    assert world.get() == CSV
    least = 7.5 if fault.status == 429 else 0.5
    assert len(world.still.waits) == 1
    assert least <= world.still.waits[0] <= least + 1
    assert world.names == {"tiny.csv", "tiny.csv.meta.json"}


def test_a_busy_service_is_asked_once_more_after_403(world: World) -> None:
    busy = Service("Busy", "TINY_BASE_URL", "https://x", Pace("busy", 0), forbidden_wait=60)
    world.answers(Answer(status=403), GOOD)
    assert world.get(service=busy) == CSV
    assert world.still.waits == [60]
    world.answers(Answer(status=403))
    with pytest.raises(SourceUnavailable):
        world.get(service=busy, refresh=True)
    assert len(world.server.requests) == 2


def test_silence_trips_the_read_timeout(world: World) -> None:
    quick = Service("Quick", "TINY_BASE_URL", "https://x", Pace("q", 0), read_timeout=0.05)
    world.answers(Answer(silent=5), Answer(CSV, after_headers=5), GOOD)
    assert world.get(service=quick) == CSV
    assert len(world.still.waits) == 2


def test_a_body_that_trickles_meets_the_deadline(world: World) -> None:
    world.still.step = 60
    world.answers(Answer(CSV * 10, drip=(4, 0.02), content_type="text/csv"))
    with pytest.raises(SourceUnavailable, match="takes too long"):
        world.get(deadline_minutes=4)
    assert len(world.server.requests) == 1


def test_waits_count_towards_the_deadline(world: World) -> None:
    world.answers(Answer(status=503, headers={"Retry-After": "50"}))
    with pytest.raises(SourceUnavailable, match="time set for one file"):
        world.get(deadline_minutes=2)
    assert len(world.server.requests) == 3


def test_waits_for_a_turn_do_not(world: World) -> None:
    slow = Service("Slow", "TINY_BASE_URL", "https://x", Pace("slow", 61))
    world.answers(Answer(reset=True), Answer(reset=True), Answer(reset=True), GOOD)
    assert world.get(service=slow, deadline_minutes=0.5) == CSV
    assert sum(world.still.waits) == pytest.approx(3 * 61)


def test_a_body_beyond_the_largest_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "LARGEST", 20)
    with pytest.raises(ContentRejected, match="larger than"):
        world.get()
    assert world.names == set()


# content


def test_what_a_check_refuses_is_set_aside_and_the_old_file_stands(world: World) -> None:
    world.get()

    def refuse(path: Path) -> None:
        raise SourceChanged(f"columns of {path.name}", where="w", next_step="n")

    new = CSV + b"US,2020,3\n"
    world.answers(Answer(new, content_type="text/csv"))
    with pytest.raises(SourceChanged):
        world.get(ASK, refuse, refresh=True)
    assert (world.folder / "tiny.csv").read_bytes() == CSV
    assert (world.next / "tiny.csv.rejected").read_bytes() == new
    assert world.get() == CSV


def test_an_odd_label_is_said_and_noted(world: World) -> None:
    world.answers(Answer(CSV, content_type="application/octet-stream"))
    world.get()
    assert "labelled" in world.said[-1]
    assert "labelled" in world.note["remarks"][0]


def test_packed_answers_are_unpacked(world: World) -> None:
    world.answers(Answer(CSV, gzip=True, content_type="text/csv"))
    assert world.get() == CSV
    world.answers(
        Answer(
            gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]),
            headers={"Content-Encoding": "x-gzip"},
            content_type="text/csv",
        )
    )
    assert world.get(refresh=True) == CSV


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, br", "gzip, gzip"])
def test_a_packing_nobody_asked_for(world: World, coding: str) -> None:
    world.answers(Answer(CSV, headers={"Content-Encoding": coding}))
    with pytest.raises(ContentRejected, match="not asked for"):
        world.get()


def test_a_broken_packing(world: World) -> None:
    world.answers(Answer(b"no gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceUnavailable, match="packed answer is broken"):
        world.get()


def test_a_file_is_asked_for_as_it_is_and_stays_packed(world: World) -> None:
    world.answers(Answer(FILE))
    assert world.get(A_FILE) == FILE
    assert world.server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_file_whose_server_announces_a_packing(world: World, wrapped: bool) -> None:
    body = gzip.compress(FILE) if wrapped else FILE
    world.answers(Answer(body, headers={"Content-Encoding": "gzip"}, etag='"v1"'))
    assert world.get(A_FILE) == FILE
    note = json.loads((world.folder / "tiny.csv.gz.meta.json").read_text())
    assert note["remarks"] == ["packed for the way though it was not asked for"]


def test_a_packed_file_that_breaks_off_is_not_continued(world: World) -> None:
    whole = Answer(gzip.compress(FILE), headers={"Content-Encoding": "gzip"}, etag='"v1"')
    cut = Answer(whole.body, headers=whole.headers, etag=whole.etag, cut=9000)
    world.answers(cut, whole)
    assert world.get(A_FILE) == FILE
    assert "range" not in world.server.requests[1].headers


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "x.part", "attempt.json", "", "x" * 201])
def test_names_that_cannot_be_files(world: World, name: str) -> None:
    with world.kit() as kit, pytest.raises(ValueError, match="name of a kept answer"):
        kit.fetch(Ask(name, "data", "csv"))


# parts that are continued


HALF = Answer(FILE, etag='"v1"', ranges=True, cut=9000)
WHOLE = Answer(FILE, etag='"v1"', ranges=True)


def test_a_broken_file_is_continued_where_it_ends(world: World) -> None:
    world.answers(HALF, WHOLE)
    assert world.get(A_FILE) == FILE
    sent = world.server.requests[1].headers
    assert (sent["range"], sent["if-range"]) == ("bytes=9000-", '"v1"')
    assert world.names == {"tiny.csv.gz", "tiny.csv.gz.meta.json"}


def test_a_date_serves_where_there_is_no_etag(world: World) -> None:
    world.answers(
        Answer(FILE, etag='W/"1"', last_modified=DATED, ranges=True, cut=9000),
        Answer(FILE, etag='W/"1"', last_modified=DATED, ranges=True),
    )
    assert world.get(A_FILE) == FILE
    assert world.server.requests[1].headers["if-range"] == DATED


def rest(**wrong: str) -> Answer:
    total = len(FILE)
    headers = {"ETag": '"v1"', "Content-Range": f"bytes 9000-{total - 1}/{total}"} | wrong
    return Answer(FILE[9000:], 206, headers=headers)


@pytest.mark.parametrize(
    "second",
    [
        rest(**{"Content-Range": f"bytes 9001-{len(FILE)}/{len(FILE) + 1}"}),
        rest(**{"Content-Range": f"bytes 9000-{len(FILE) - 1}/{len(FILE) + 5}"}),
        rest(**{"Content-Range": ""}),
        rest(ETag='"v2"'),
        rest(ETag=""),
        rest(**{"Content-Encoding": "gzip"}),
        Answer(status=416),
    ],
)
def test_a_rest_that_does_not_fit_means_from_the_beginning(world: World, second: Answer) -> None:
    world.answers(HALF, second, WHOLE)
    assert world.get(A_FILE) == FILE
    assert "range" not in world.server.requests[2].headers
    assert len(world.still.waits) == 1


def test_a_file_that_changed_comes_whole_and_is_not_appended(world: World) -> None:
    new = gzip.compress(b"another edition" * 999)
    world.answers(HALF, Answer(new, etag='"v2"', ranges=True))
    assert world.get(A_FILE) == new


@pytest.mark.parametrize("validators", [{}, {"etag": 'W/"1"'}])
def test_without_a_strong_validator_nothing_is_continued(
    world: World, validators: dict[str, str]
) -> None:
    cut, whole = (Answer(FILE, ranges=True, cut=cut, **validators) for cut in (9000, None))
    world.answers(cut, whole)
    assert world.get(A_FILE) == FILE
    assert "range" not in world.server.requests[1].headers


def test_a_part_of_another_address_is_never_continued(world: World) -> None:
    world.answers(HALF)
    world.still.step = 500
    with pytest.raises(SourceUnavailable):
        world.get(A_FILE)
    assert (world.next / "tiny.csv.gz.part").is_file()
    world.still.step = 0
    world.answers(WHOLE)
    other = Ask("tiny.csv.gz", "elsewhere.csv.gz", "gzip", a_file=True)
    assert world.get(other) == FILE
    assert "range" not in world.server.requests[0].headers


def test_a_206_that_nobody_asked_for(world: World) -> None:
    world.answers(rest(), WHOLE)
    assert world.get(A_FILE) == FILE


def test_a_part_is_continued_in_the_next_run(world: World) -> None:
    world.answers(HALF, Answer(status=404), WHOLE)
    with pytest.raises(NotFound):
        world.get(A_FILE)
    assert world.get(A_FILE) == FILE
    assert world.server.requests[2].headers["range"] == "bytes=9000-"


# keys


KEYED = Service(
    "Keyed",
    "TINY_BASE_URL",
    "https://keyed.example",
    Pace("keyed", 0),
    secret=Secret("TINY_API_KEY", "X-Api-Key"),
    pace_with_key=Pace("keyed-fast", 0),
)


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("same_port", [True, False])
def test_the_key_goes_to_the_first_host_only(
    world: World, monkeypatch: pytest.MonkeyPatch, same_port: bool
) -> None:
    monkeypatch.setenv("TINY_API_KEY", KEY)
    with Loopback([Route(".", [GOOD])]) as second:
        host = second.url if same_port else world.server.url.replace("127.0.0.1", "localhost")
        target = f"{host}/signed?X-Sig=SIGNATURE"
        world.server.add(Route("/api/data", [Answer(status=302, headers={"Location": target})]))
        assert world.get(service=KEYED) == CSV
        last = (second if same_port else world.server).requests[-1]
    assert world.server.requests[0].headers["x-api-key"] == KEY
    assert last.path == "/signed"
    assert KEY not in repr(last)
    assert world.note["url"] == f"{host}/signed?***"
    assert (world.folder.parent / ".pace" / "keyed-fast.last").is_file()
    assert files_with_secret(world.folder.parent, [KEY, "SIGNATURE"]) == []


def test_a_redirect_on_the_same_host_keeps_the_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_API_KEY", KEY)
    world.server.add(Route("/api/data", [Answer(status=307, headers={"Location": "../new"})]))
    assert world.get(service=KEYED) == CSV
    assert world.server.requests[1].path == "/new"
    assert world.server.requests[1].headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    "answer",
    [
        Answer(f"your key {KEY} is odd".encode(), 400),
        Answer(f"key {KEY}".encode(), 401),
        Answer(f"<html>{KEY}</html>".encode()),
        Answer(b"Server Error for " + KEY.encode()),
        Answer(status=302, headers={"Location": "http://127.0.0.1:1/x?Signature=SIGNATURE"}),
        Answer(status=302, headers={"Location": "https://u:SIGNATURE@127.0.0.1/x"}),
        Answer(status=302, headers={"Location": "ftp://127.0.0.1/SIGNATURE"}),
        Answer(status=429, headers={"Retry-After": "9999", "X-Key": KEY}),
        Answer(KEY.encode() * 3, cut=30),
    ],
)
def test_no_failure_shows_a_key_or_a_signature(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TINY_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    world.answers(answer)
    with pytest.raises(TechDiplomacyError) as caught:
        world.get(service=KEYED)
    written = shown(caught.value) + caplog.text + "".join(capfd.readouterr()) + repr(world.said)
    for word in (KEY, KEY.rstrip("="), "planted%2Bkey", "SIGNATURE"):
        assert word not in written
    assert files_with_secret(world.folder.parent, [KEY, "SIGNATURE"]) == []


def test_a_refusal_names_the_variable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_API_KEY", KEY)
    world.answers(Answer(status=401))
    with pytest.raises(AuthFailed, match="TINY_API_KEY"):
        world.get(service=KEYED)
    monkeypatch.setenv("TINY_API_KEY", "broken\nkey")
    with pytest.raises(AuthFailed) as caught:
        world.get(service=KEYED)
    assert "broken" not in shown(caught.value)


def test_no_key_no_header_and_an_address_elsewhere_gets_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_API_KEY", " ")
    world.get(service=KEYED)
    assert "x-api-key" not in world.server.requests[0].headers
    monkeypatch.setenv("TINY_API_KEY", KEY)
    elsewhere = world.server.url.replace("127.0.0.1", "localhost") + "/bulk.csv"
    world.get(Ask("bulk.csv", elsewhere, "csv"), service=KEYED, refresh=True)
    assert "x-api-key" not in world.server.requests[1].headers


def test_a_netrc_file_is_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    world.get()
    assert "authorization" not in world.server.requests[0].headers


# addresses


def test_redirects_end(world: World) -> None:
    hops = [Answer(status=302, headers={"Location": f"/api/{n}"}) for n in range(9)]
    world.answers(*hops[:5], GOOD)
    assert world.get() == CSV
    world.answers(*hops)
    with pytest.raises(SourceUnavailable, match="more than 5 times"):
        world.get(refresh=True)
    assert len(world.server.requests) == 6


@pytest.mark.parametrize(
    ("url", "location", "words"),
    [
        ("https://127.0.0.1/a", "http://127.0.0.1/b", "leaves https"),
        ("https://h/a", "http://h/b", "plain http"),
        ("https://h/a", "https://me:pw@h/b", "user name"),
        ("https://h/a", "file:///etc/passwd", "not a web address"),
        ("https://h/a", None, "without saying where"),
    ],
)
def test_hops_that_are_refused(url: str, location: str | None, words: str) -> None:
    with pytest.raises(SourceUnavailable, match=words) as caught:
        next_hop(url, location)
    assert "pw" not in str(caught.value)


def test_hops_that_are_followed() -> None:
    assert next_hop("https://h/a/b?x=1", "../c?y=2#z") == "https://h/c?y=2"
    assert next_hop("http://localhost/a", "https://h/b") == "https://h/b"


@pytest.mark.parametrize(
    "base",
    ["http://example.org", "https://me:pw@example.org", "ftp://x", "example.org", "http://[x"],
)
def test_base_addresses_that_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    assert unsafe(base)
    monkeypatch.setenv("TINY_BASE_URL", base)
    with pytest.raises(SourceUnavailable, match="base address") as caught:
        world.get()
    assert "TINY_BASE_URL" in caught.value.where
    assert "pw" not in shown(caught.value)
    monkeypatch.delenv("TINY_BASE_URL")
    if base.startswith("http"):
        with pytest.raises(SourceUnavailable, match="refused"):
            world.get(Ask("a.csv", base, "csv"))


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://127.0.0.1:9", "connection is refused"),
        ("https://nowhere.invalid", "name of the host is not known"),
    ],
)
def test_no_network(world: World, monkeypatch: pytest.MonkeyPatch, base: str, words: str) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    world.get()
    before = (world.folder / "attempt.json").read_bytes()
    monkeypatch.setenv("TINY_BASE_URL", base)
    with pytest.raises(SourceUnavailable, match=words) as caught:
        world.get(refresh=True)
    assert "from: snapshot" in caught.value.next_step
    assert (world.folder / "attempt.json").read_bytes() == before


# the disk


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["part", "note", "attempt", "rename"])
def test_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    world.get()
    world.answers(Answer(CSV + b"US,2020,3\n", content_type="text/csv"))
    with monkeypatch.context() as patched:
        if where == "part":
            patched.setattr(parts.Part, "begin", full)
        elif where == "note":
            patched.setattr(attempts, "write_note", full)
        elif where == "attempt":
            patched.setattr(attempts, "write_attempt", full)
        else:
            patched.setattr(attempts, "publish", full)
        with pytest.raises(SourceUnavailable, match=r"disk is full; \d+ MB are free") as caught:
            world.get(refresh=True)
    assert caught.value.where.startswith(str(world.folder))
    assert not (world.next / "tiny.csv.part").exists()
    assert world.get() == CSV
    world.get(refresh=True)
    assert world.note["sha256"] == hashlib.sha256(CSV + b"US,2020,3\n").hexdigest()


def test_a_disk_that_is_really_full(world: World, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(small)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        world.folder = small / "tiny"
        world.answers(WHOLE)
        with pytest.raises(SourceUnavailable, match="disk is full"):
            world.get(A_FILE, throttle_folder=tmp_path / "pace")
        assert world.names == set()
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_error_of_a_check_is_not_blamed_on_the_disk(world: World) -> None:
    def broken(path: Path) -> None:
        raise gzip.BadGzipFile(path.name)

    with pytest.raises(gzip.BadGzipFile):
        world.get(ASK, broken)


def test_a_line_of_progress_on_a_terminal_only(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.answers(Answer(CSV * 3, no_length=True, content_type="text/csv", drip=(40, 0.01)))
    world.still.step = 1
    world.get()
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    world.get(refresh=True)
    assert re.search(r"\rTiny: 0\.0 MB, 0\.0 MB/s +\n$", capsys.readouterr().err)


# processes that end, and two at once


RUN = """
    import os, signal, sys
    from pathlib import Path
    from techdiplomacy.errors import TechDiplomacyError
    from techdiplomacy.sources import attempts, download
    from techdiplomacy.sources.service import Ask, Pace, Service

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    folder, die_at = Path(sys.argv[1]), sys.argv[2]
    pace, count = float(sys.argv[3]), int(sys.argv[4])
    if die_at:
        setattr(attempts, die_at, die)
    service = Service("Tiny", "TINY_BASE_URL", "https://x", Pace("tiny", pace))
    with download.Downloads("tiny", service, folder, selection="all", refresh=False) as kit:
        print("inside", flush=True)
        for number in range(count):
            name = f"{number}" if number else ""
            kit.fetch(Ask(f"tiny{name}.csv.gz", f"file{name}.csv.gz", "gzip", a_file=True))
        kit.finish()
"""


def start(folder: Path, die_at: str = "", pace: float = 0, count: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(RUN), str(folder), die_at, str(pace)]
    return subprocess.Popen(
        [*command, str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_ends_in_the_middle_is_continued(world: World, kill: int) -> None:
    world.answers(Answer(FILE, etag='"v1"', ranges=True, drip=(3000, 0.03)), WHOLE)
    process = start(world.folder)
    part = world.next / "tiny.csv.gz.part"
    wait_for(lambda: part.is_file() and part.stat().st_size >= 9000)
    process.send_signal(kill)
    process.communicate()
    assert process.returncode
    had = part.stat().st_size
    assert names_in(world.next) == {"tiny.csv.gz.part", "tiny.csv.gz.part.json"}
    world.still.time = time.time()
    assert world.get(A_FILE) == FILE
    assert world.server.requests[1].headers["range"] == f"bytes={had}-"
    assert world.names == {"tiny.csv.gz", "tiny.csv.gz.meta.json"}


@pytest.mark.parametrize("die_at", ["publish", "write_note", "write_attempt"])
def test_a_process_that_ends_between_the_steps(world: World, die_at: str) -> None:
    world.answers(WHOLE)
    process = start(world.folder, die_at)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    world.still.time = time.time() + 60
    assert world.get(A_FILE) == FILE
    assert world.names == {"tiny.csv.gz", "tiny.csv.gz.meta.json"}
    # what was whole before the checks is not asked for again within the same attempt
    assert len(world.server.requests) == (1 if die_at == "publish" else 2)


def test_a_new_file_with_an_old_note_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answers(Answer(CSV, content_type="text/csv", etag='"v1"'))
    world.get()
    new = Answer(CSV + b"US,2020,3\n", content_type="text/csv", etag='"v2"')
    world.answers(new)
    with monkeypatch.context() as patched:
        patched.setattr(attempts, "write_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            world.get(refresh=True)
    assert world.get() == CSV
    assert world.get(refresh=True) == new.body
    assert world.server.requests[1].headers["if-none-match"] == '"v1"'
    assert world.note["sha256"] == hashlib.sha256(new.body).hexdigest()


def test_two_processes_at_one_source(world: World) -> None:
    world.answers(Answer(FILE, silent=20))
    process = start(world.folder)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        with pytest.raises(SourceUnavailable, match="Another fetch of tiny is running"):
            world.get()
    finally:
        process.kill()
        process.communicate()
    world.answers(GOOD)
    assert world.get() == CSV


def test_two_processes_at_one_paced_host(world: World) -> None:
    world.answers(WHOLE)
    both = [start(world.folder.with_name(name), "", 0.2, 3) for name in ("one", "two")]
    for process in both:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    at = sorted(seen.at for seen in world.server.requests)
    assert len(at) == 6
    assert min(later - earlier for earlier, later in itertools.pairwise(at)) > 0.17


def test_the_clock_of_the_kit_is_the_one_given() -> None:
    assert Clock().now() == pytest.approx(time.time(), abs=5)
