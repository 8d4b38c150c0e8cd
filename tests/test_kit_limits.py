"""What a publisher may not do to us: repeat the key, send it on, trickle, unpack without end."""

from __future__ import annotations

import errno
import gzip
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from download_world import A_FILE, ASK, CSV, FILE, GOOD, World, open_world
from loopback import Answer, Loopback, Route, files_with_secret

from techdiplomacy.errors import ContentRejected, SourceUnavailable, TechDiplomacyError
from techdiplomacy.sources import parts, questions
from techdiplomacy.sources.download import Clock
from techdiplomacy.sources.service import Ask, Pace, Secret, Service

KEY = "Planted-0123456789-key"
KEYED = Service(
    "Keyed",
    "TINY_BASE_URL",
    "https://keyed.example",
    Pace("keyed", 0),
    secret=Secret("TINY_API_KEY", "X-Api-Key"),
)
TEXT = Ask("list.txt", "list", "text")
JSON = Ask("tiny.json", "data", "json")


@pytest.fixture(name="world")
def a_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("TINY_API_KEY", KEY)
    with open_world(tmp_path, monkeypatch) as world:
        yield world


@contextmanager
def raw(
    world: World, monkeypatch: pytest.MonkeyPatch, *pieces: bytes, pause: float = 0
) -> Iterator[None]:
    """Send bytes as they are to whoever asks, each piece after a pause."""
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(1 << 16)
                    for piece in pieces:
                        connection.sendall(piece)
                        if closing.wait(pause):
                            return
                except OSError:
                    return

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        monkeypatch.setenv("TINY_BASE_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        try:
            yield
        finally:
            closing.set()
            server.shutdown(socket.SHUT_RDWR)


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


def nowhere(world: World, text: str = "") -> bool:
    """Return whether no trace of the key is in a text, in what was said and on disk."""
    written = (text + repr(world.said)).lower()
    return KEY[:8].lower() not in written and not files_with_secret(
        world.folder.parent, [KEY, KEY[:12]]
    )


# keys


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (ASK, Answer(f"Unknown key {KEY}".encode(), content_type="text/plain")),
        (ASK, Answer(f"Unknown key {KEY[:-3]}".encode(), content_type="text/plain")),
        (ASK, Answer(f"Unknown key {KEY}".encode("utf-16"), content_type="text/plain")),
        (JSON, Answer(f"Unknown key {KEY}".encode(), content_type="application/json")),
        (JSON, Answer.of_json({"you": KEY, "results": [1]})),
        (ASK, Answer(CSV + f"{KEY},2020,1\n".encode(), content_type="text/csv")),
        (ASK, Answer(CSV + f"{KEY},2020,1\n".encode(), content_type="text/csv", gzip=True)),
        (ASK, Answer(f"no {KEY}".encode(), 400)),
        (ASK, Answer(f"no {KEY}".encode(), 400, gzip=True)),
        (ASK, Answer(f"no {KEY}".encode("utf-16"), 400)),
        (ASK, Answer(f"no {KEY}".upper().encode(), 404)),
        *(
            (ASK, Answer(b" " * (size - 14) + KEY.encode() + b" " * 9000, 400))
            for size in (500, 4096, 1 << 14)
        ),
        (ASK, Answer(b"x" * 489 + KEY.encode(), 400)),
        (ASK, Answer(b"no " + KEY.encode(), 400, cut=15)),
        (ASK, Answer(CSV, headers={"Content-Encoding": KEY})),
        (ASK, Answer(status=302, headers={"Location": f"ftp://h/{KEY}"})),
        (ASK, Answer(status=302, headers={"Location": f"http://[{KEY}"})),
        (ASK, Answer(status=302, headers={"Location": f"http://127.0.0.1:{KEY}/"})),
        (ASK, Answer(status=302, headers={"Location": f"https://{KEY}.invalid/"})),
    ],
)
def test_no_error_and_no_file_repeats_the_key(world: World, ask: Ask, answer: Answer) -> None:
    world.answers(answer)
    with pytest.raises(TechDiplomacyError) as caught:
        world.get(ask, service=KEYED)
    assert nowhere(world, shown(caught.value))


def test_a_check_that_repeats_what_it_read_and_a_refusal_that_is_remembered(world: World) -> None:
    world.answers(GOOD, Answer(f"filter {KEY}".encode(), 400), GOOD)

    def check(path: Path) -> None:
        try:
            raise ValueError(f"no {KEY}")
        except ValueError as error:
            raise ContentRejected(f"see {KEY}", where=KEY, next_step=f"use {KEY}") from error

    with world.kit(service=KEYED) as kit:
        kit.fetch(Ask("first.csv", "data", "csv"))
        with pytest.raises(TechDiplomacyError) as refused:
            kit.fetch(ASK)
        with pytest.raises(ContentRejected) as caught:
            kit.fetch(Ask("second.csv", "data", "csv"), check)
        kit.complete()
    assert nowhere(world, shown(refused.value) + str(caught.value) + repr(caught.value))
    assert "ValueError: no ***" in shown(caught.value)
    assert '"filter' not in (world.next / "attempt.json").read_text()


def test_the_words_of_the_status_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"HTTP/1.1 400 bad key {KEY}\r\nContent-Length: 0\r\n\r\n".encode()
    with raw(world, monkeypatch, line), pytest.raises(TechDiplomacyError) as caught:
        world.get(service=KEYED)
    assert "bad key ***" in caught.value.what
    assert nowhere(world, shown(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(CSV, etag=f'"{KEY}"', content_type="text/csv"),
        Answer(CSV, last_modified=KEY, content_type="text/csv"),
        Answer(CSV, content_type=f"text/csv; k={KEY}"),
        Answer(CSV, content_type=f"image/{KEY}"),
    ],
)
def test_no_header_is_kept_with_the_key(world: World, answer: Answer) -> None:
    world.answers(answer)
    assert world.get(service=KEYED) == CSV
    assert nowhere(world)
    assert world.note["etag"] == world.note["last_modified"] == ""
    assert world.get(service=KEYED, refresh=True) == CSV
    assert not world.server.requests[-1].headers.keys() & {"if-none-match", "if-modified-since"}


def test_a_part_of_an_answer_with_the_key_in_its_etag_is_not_continued(world: World) -> None:
    answer = Answer(FILE, etag=f'"{KEY}"', ranges=True, cut=9000)
    world.answers(answer, Answer(FILE, etag=f'"{KEY}"', ranges=True))
    assert world.get(A_FILE, service=KEYED) == FILE
    assert "range" not in world.server.requests[1].headers
    assert nowhere(world)


@pytest.mark.parametrize(
    "path", [f"/{KEY}/x", f"/x?token={KEY}", f"/x?a={KEY.replace('-', '%2D')}", f"/{KEY.lower()}"]
)
def test_the_key_is_not_carried_to_another_host(world: World, path: str) -> None:
    with Loopback([Route(".", [GOOD])]) as second:
        world.answers(Answer(status=302, headers={"Location": second.url + path}))
        with pytest.raises(SourceUnavailable, match="another host with the key") as caught:
            world.get(service=KEYED)
        assert second.requests == []
    assert nowhere(world, shown(caught.value))


def test_on_the_same_host_the_key_in_an_address_is_not_shown(world: World) -> None:
    world.server.add(
        Route("/api/data", [Answer(status=302, headers={"Location": f"/{KEY}/x?a=1"})])
    )
    assert world.get(service=KEYED) == CSV
    assert world.note["url"].endswith("/***")
    assert nowhere(world)


# time


def real(seconds: float) -> dict[str, Any]:
    clock = Clock(sleep=lambda wait: None)
    return {"clock": clock, "deadline_minutes": seconds / 60}


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nX-A: ", *[b"a"] * 400],
        [b"HTTP/1.1 200 OK\r\n", *[b"X-A: a\r\n"] * 90],
        [*[bytes([letter]) for letter in b"HTTP/1.1 200 " + b"O" * 400]],
        [b"HTTP/1.1 503 No\r\nContent-Length: 4000\r\n\r\n", *[b"x"] * 400],
        [b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"0"] * 400],
        [b"HTTP/1.1 302 No\r\nContent-Length: 4000\r\nLocation: /x\r\n\r\n", *[b"x"] * 400],
    ],
    ids=["a header", "headers", "the status line", "an error", "a chunk", "a redirect"],
)
def test_what_trickles_meets_the_deadline(
    world: World, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]
) -> None:
    began = time.monotonic()
    with raw(world, monkeypatch, *pieces, pause=0.02), pytest.raises(TechDiplomacyError):
        world.get(**real(0.3))
    assert time.monotonic() - began < 2


def test_the_body_of_an_error_is_read_as_far_as_it_comes_in_time(world: World) -> None:
    world.answers(Answer(b"not so fast " * 900, 404, drip=(12, 0.02)))
    with pytest.raises(TechDiplomacyError, match="not so fast") as caught:
        world.get(**real(0.3))
    assert len(caught.value.what) < 700


# odd answers


@pytest.mark.parametrize(
    "headers",
    [
        {"Location": "http://[bad?sig=S"},
        {"Location": "http://127.0.0.1:99999999/"},
        {"Location": "https://" + "a" * 300 + ".invalid/"},
        {"Location": "//"},
        {"Location": "http:///x"},
    ],
)
def test_addresses_that_are_none(world: World, headers: dict[str, str]) -> None:
    world.answers(Answer(status=302, headers=headers))
    with pytest.raises(SourceUnavailable):
        world.get()


@pytest.mark.parametrize("length", ["9" * 5000, "-5", "x"])
def test_lengths_that_are_none(world: World, length: str) -> None:
    world.answers(Answer(CSV, headers={"Content-Length": length}, content_type="text/csv"), GOOD)
    assert world.get() == CSV


def test_a_moment_to_wait_for_that_no_calendar_has(world: World) -> None:
    late = "Thu, 01 Jan 99999999999999999999 00:01:00 GMT"
    world.answers(Answer(status=503, headers={"Retry-After": late}), GOOD)
    assert world.get() == CSV


# size


def test_an_answer_that_unpacks_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "SLACK", 1_000_000)
    largest: list[int] = []
    real_feed = parts.Unpacker.feed

    def feed(self: parts.Unpacker, block: bytes) -> Iterator[bytes]:
        for piece in real_feed(self, block):
            largest.append(len(piece))
            yield piece

    monkeypatch.setattr(parts.Unpacker, "feed", feed)
    bomb = gzip.compress(CSV + b"NA,2020,1\n" * 8_000_000, 9)
    world.answers(Answer(bomb, headers={"Content-Encoding": "gzip"}, content_type="text/csv"))
    with pytest.raises(ContentRejected, match="many times larger"):
        world.get()
    assert max(largest) <= parts.PIECE
    assert sum(largest) < 50_000_000
    assert not world.next.exists()


def test_an_answer_that_shrinks_well_is_no_bomb(world: World) -> None:
    many = CSV + b"NA,2020,1\n" * 300_000
    world.answers(Answer(many, gzip=True, content_type="text/csv"))
    assert world.get() == many


def test_a_packed_answer_is_unpacked_in_pieces_of_any_size() -> None:
    for size in (parts.PIECE - 1, parts.PIECE, parts.PIECE + 1, 3 * parts.PIECE):
        body = bytes(size)
        unpack = parts.Unpacker(packed_file=False)
        pieces = list(unpack.feed(gzip.compress(body)))
        assert b"".join(pieces) == body
        assert max(map(len, pieces)) <= parts.PIECE
        assert unpack.whole


def test_the_body_of_an_error_is_unpacked_to_what_is_read_of_it(world: World) -> None:
    world.answers(Answer(b"no " * 10_000_000, 400, gzip=True))
    with pytest.raises(TechDiplomacyError, match="no no no"):
        world.get()


# texts that are cut


def test_a_text_without_a_length_has_to_end_its_last_line(world: World) -> None:
    body = b"one\ntwo\nthree\n"
    cut = Answer(body, no_length=True, cut=10, content_type="text/plain")
    world.answers(cut, Answer(body, no_length=True, content_type="text/plain"))
    assert world.get(TEXT) == body
    assert len(world.server.requests) == 2


def test_a_text_with_a_length_may_end_as_it_likes(world: World) -> None:
    world.answers(Answer(b"one\ntwo", content_type="text/plain"))
    assert world.get(TEXT) == b"one\ntwo"


# the disk


def fails(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "broken",
    [
        lambda m: m.setattr(questions, "examine", fails),
        lambda m: m.setattr(questions, "holds_secret", fails),
        lambda m: m.setattr("techdiplomacy.sources.attempts.sha256_of", fails),
        lambda m: m.setattr("techdiplomacy.sources.attempts.settle", fails),
        lambda m: m.setattr("techdiplomacy.sources.attempts.write_attempt", fails),
        lambda m: m.setattr("techdiplomacy.sources.attempts.clear", fails),
        lambda m: m.setattr(Path, "mkdir", fails),
        lambda m: m.setattr(Path, "replace", fails),
    ],
)
def test_a_full_disk_has_its_words_wherever_it_is_met(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as patched:
        broken(patched)
        with pytest.raises(SourceUnavailable, match="disk is full"):
            world.get()
    assert world.get() == CSV


def test_a_full_disk_in_the_kept_download(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.get()
    with monkeypatch.context() as patched:
        patched.setattr("techdiplomacy.sources.download.examine", fails)
        with pytest.raises(SourceUnavailable):
            world.get()
        with world.kit() as kit:
            patched.setattr("techdiplomacy.sources.attempts.sha256_of", fails)
            with pytest.raises(SourceUnavailable):
                kit.earlier(ASK.name)
