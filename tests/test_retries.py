"""The table of failures: how long to wait, or which error."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from loopback import StillClock

from techdiplomacy.errors import (
    AuthFailed,
    ContentRejected,
    NotFound,
    QueryTooLarge,
    QuotaExhausted,
    RequestRejected,
    SourceUnavailable,
    TechDiplomacyError,
)
from techdiplomacy.sources.retries import ATTEMPTS, Failure, Patience, moment_of, retry_after
from techdiplomacy.sources.service import Pace, Secret, Service

SERVICE = Service("Tiny", "TINY_BASE_URL", "https://example.org", Pace("tiny", 0))
KEYED = Service(
    "Keyed", "K_BASE_URL", "https://k.example", Pace("k", 0), secret=Secret("K_API_KEY", "X-Key")
)
BUSY = Service("Busy", "B_BASE_URL", "https://b.example", Pace("b", 0), forbidden_wait=60)


def patience(service: Service = SERVICE, *, minutes: float = 30) -> Patience:
    still = StillClock()
    return Patience(
        service,
        host="example.org",
        where="example.org/data",
        clock=still.clock,
        deadline=still.time + minutes * 60,
        max_wait=60,
    )


def failure(status: int | None = None, **more: object) -> Failure:
    return Failure(f"status {status}", status=status, **more)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        (" 2.5 ", 2.5),
        ("40211", 40211.0),
        (formatdate(1000 + 90, usegmt=True), 90.0),
        (formatdate(1000 - 90, usegmt=True), 0.0),
        *((text, None) for text in ("", "soon", "-5", "nan", "inf", "1e3", "9" * 400, "12 s")),
        (None, None),
        ("Thu, 01 Jan 99999999999999999999 00:01:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 253402387139.0 - 1000),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, 1000) == seconds


def test_a_moment_nobody_can_write_is_left_out() -> None:
    assert moment_of(0, None) == ""
    assert moment_of(0, 1e15) == ""
    assert moment_of(0, 31_536_000) == "1971-01-01T00:00:00Z"


@pytest.mark.parametrize("status", [None, 408, 425, 500, 502, 503, 504, 520])
def test_passing_trouble_waits_twice_as_long_each_time_and_then_stops(status: int | None) -> None:
    policy = patience()
    waits = [policy.after(failure(status)) for _ in range(ATTEMPTS - 1)]
    for wait, least in zip(waits, (0.5, 1, 2, 4), strict=True):
        assert least <= wait <= 1.5 * least
    with pytest.raises(SourceUnavailable, match="5 attempts failed"):
        policy.after(failure(status))


def test_a_content_error_stands_at_the_end_of_the_attempts() -> None:
    policy = patience()
    final = ContentRejected("cut", where="w", next_step="n")
    for _ in range(ATTEMPTS - 1):
        policy.after(Failure("cut", final=final))
    with pytest.raises(ContentRejected) as caught:
        policy.after(Failure("cut", final=final))
    assert caught.value is final


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_retry_after_is_waited_and_a_little_more(status: int) -> None:
    assert 20 <= patience().after(failure(status, retry_after=20.0)) <= 21
    assert 60 <= patience().after(failure(status, retry_after=60.0)) <= 61


def test_short_waits_without_end_are_no_quota() -> None:
    policy = patience()
    for _ in range(ATTEMPTS - 1):
        policy.after(failure(429, retry_after=1.0))
    with pytest.raises(SourceUnavailable):
        policy.after(failure(429, retry_after=1.0))


def test_a_long_429_is_a_quota_and_says_until_when() -> None:
    with pytest.raises(QuotaExhausted) as caught:
        patience().after(failure(429, retry_after=40211.0))
    error = caught.value
    assert (error.host, error.status, error.seconds) == ("example.org", 429, 40211.0)
    assert error.until == moment_of(StillClock().time, 40211)
    assert error.until in error.next_step
    assert "from: snapshot" in error.next_step


def test_a_429_for_a_year() -> None:
    with pytest.raises(QuotaExhausted, match="what is complete is kept"):
        patience().after(failure(429, retry_after=31_536_000.0))


def test_the_third_429_without_a_time_is_a_quota() -> None:
    policy = patience()
    policy.after(failure(429))
    policy.after(failure(429))
    with pytest.raises(QuotaExhausted) as caught:
        policy.after(failure(429))
    assert (caught.value.seconds, caught.value.until) == (None, "")


def test_a_long_503_is_no_quota() -> None:
    with pytest.raises(SourceUnavailable, match="asks to wait 3600 s"):
        patience().after(failure(503, retry_after=3600.0))


def test_403() -> None:
    with pytest.raises(AuthFailed, match="takes no key"):
        patience().after(failure(403))
    with pytest.raises(AuthFailed, match="K_API_KEY"):
        patience(KEYED).after(failure(403))
    with pytest.raises(QuotaExhausted):
        patience(KEYED).after(failure(403, quota=True))


def test_403_of_a_busy_service_is_asked_once_more() -> None:
    policy = patience(BUSY)
    assert policy.after(failure(403)) == 60
    with pytest.raises(SourceUnavailable, match="still refuses"):
        policy.after(failure(403))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "", AuthFailed),
        (404, "NoRecordsFound", NotFound),
        (410, "", NotFound),
        (413, "", QueryTooLarge),
        (414, "", QueryTooLarge),
        (504, '{"reason": "query_timeout"}', QueryTooLarge),
        (400, "bad filter", RequestRejected),
        (405, "", RequestRejected),
        (416, "", RequestRejected),
        (501, "", RequestRejected),
        (304, "", RequestRejected),
        (202, "", ContentRejected),
        (204, "", ContentRejected),
    ],
)
def test_what_does_not_pass_is_not_repeated(
    status: int, body: str, error: type[TechDiplomacyError]
) -> None:
    with pytest.raises(error) as caught:
        patience(KEYED).after(failure(status, body=body))
    assert type(caught.value) is error
    assert caught.value.where == "example.org/data"
    assert caught.value.next_step
    assert body in caught.value.what
    if isinstance(caught.value, NotFound):
        assert caught.value.body == body


def test_a_part_that_does_not_fit_is_dropped_once_and_at_once() -> None:
    policy = patience()
    assert policy.after(failure(restart=True)) == 0
    with pytest.raises(SourceUnavailable, match="from the beginning"):
        policy.after(failure(restart=True))


def test_a_wait_beyond_the_deadline_is_not_waited() -> None:
    with pytest.raises(SourceUnavailable, match="time set for one file"):
        patience(minutes=0.5).after(failure(429, retry_after=45.0))
