"""The server of the tests: that its faults are the faults they are named after."""

from __future__ import annotations

import time

import pytest
import requests
from loopback import Answer, Loopback, Route

BODY = bytes(range(256)) * 40


def test_answers_follow_each_other_and_the_last_repeats() -> None:
    with Loopback([Route("^/a", [Answer(status=503), Answer(b"good")])]) as server:
        statuses = [requests.get(server.url + "/a?x=1&x=2", timeout=5).status_code for _ in "123"]
        assert requests.get(server.url + "/b", timeout=5).status_code == 404
    assert statuses == [503, 200, 200]
    assert server.requests[0].query == [("x", "1"), ("x", "2")]
    assert server.paths() == ["/a", "/a", "/a", "/b"]


def test_a_route_added_later_hides_those_before_and_sees_the_resolved_address() -> None:
    with Loopback([Route(".", [Answer(b"good")])]) as server:
        server.add(Route(r"years=2019\|2020", [lambda seen: Answer(seen.method.encode())]))
        assert requests.get(server.url, timeout=5).content == b"good"
        asked = requests.post(server.url, params={"years": "2019|2020"}, data=b"x", timeout=5)
    assert asked.content == b"POST"
    assert server.requests[1].body == b"x"


@pytest.mark.parametrize("fault", [{"cut": 100}, {"chunk_cut": True}, {"reset": True}])
def test_a_broken_body_is_an_error_to_the_client(fault: dict[str, object]) -> None:
    with (
        Loopback([Route(".", [Answer(BODY, **fault)])]) as server,
        pytest.raises(requests.RequestException),
    ):
        requests.get(server.url, timeout=5)


def test_a_cut_without_length_cannot_be_seen() -> None:
    with Loopback([Route(".", [Answer(BODY, cut=100, no_length=True)])]) as server:
        answer = requests.get(server.url, timeout=5)
    assert answer.content == BODY[:100]
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize("fault", [{"silent": 30.0}, {"after_headers": 30.0}])
def test_silence_trips_the_read_timeout_and_ends_with_the_server(fault: dict[str, float]) -> None:
    began = time.monotonic()
    with (
        Loopback([Route(".", [Answer(BODY, **fault)])]) as server,
        pytest.raises(requests.RequestException),
    ):
        requests.get(server.url, timeout=0.1)
    assert time.monotonic() - began < 5


def test_a_drip_never_trips_it() -> None:
    with Loopback([Route(".", [Answer(BODY[:20], drip=(4, 0.05))])]) as server:
        assert requests.get(server.url, timeout=0.2).content == BODY[:20]


@pytest.mark.parametrize(
    ("sent", "status", "body"),
    [
        ({"Range": "bytes=100-"}, 206, BODY[100:]),
        ({"Range": "bytes=100-", "If-Range": '"v1"'}, 206, BODY[100:]),
        ({"Range": "bytes=100-", "If-Range": '"v0"'}, 200, BODY),
        ({"Range": f"bytes={len(BODY)}-"}, 416, b""),
        ({"If-None-Match": '"v1"'}, 304, b""),
        ({"If-None-Match": '"v0"'}, 200, BODY),
        ({"If-Modified-Since": "Sat, 01 Aug 2026 00:00:00 GMT"}, 304, b""),
    ],
)
def test_ranges_and_conditions(sent: dict[str, str], status: int, body: bytes) -> None:
    answer = Answer(BODY, ranges=True, etag='"v1"', last_modified="Sat, 01 Aug 2026 00:00:00 GMT")
    with Loopback([Route(".", [answer])]) as server:
        got = requests.get(server.url, headers=sent, timeout=5)
    assert (got.status_code, got.content) == (status, body)


def test_headers_given_by_name_win_and_gzip_is_announced() -> None:
    wrong = Answer(b"abc", headers={"Content-Length": "2", "Content-Type": ""})
    with Loopback([Route("wrong", [wrong]), Route(".", [Answer(BODY, gzip=True)])]) as server:
        got = requests.get(server.url + "/wrong", timeout=5)
        packed = requests.get(server.url, timeout=5)
    assert got.content == b"ab"
    assert "Content-Type" not in got.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == BODY
