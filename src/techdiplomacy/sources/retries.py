"""What to do after a question failed: wait and ask again, or stop with the right error.

Knows: the table of statuses, names of failures, forms of ``Retry-After``, how each end is worded.
Must not know: how a question is sent. May import: errors, service, throttle,
next_steps.
Standard library only besides.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

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
from techdiplomacy.sources.next_steps import AGAIN, CHANGED, WAY_BACK
from techdiplomacy.sources.service import Service
from techdiplomacy.sources.throttle import Clock

ATTEMPTS = 5
FIRST_WAIT = 0.5
BARE_429 = 3  # so many refusals without a time to wait are a quota
LATER = f"{AGAIN} What is complete is kept."


@dataclass(frozen=True)
class Failure:
    """One attempt that brought no answer.

    Parameters
    ----------
    words : str
        What happened, to follow the name of the service: 'does not answer: ...'.
    status : int, optional
        Of the answer, if there was one.
    retry_after : float, optional
        Seconds the publisher asks to wait.
    body : str
        Beginning of the answer, without secrets.
    quota : bool
        True if a header calls the refusal a quota.
    restart : bool
        True if a part could not be continued and is gone: ask at once, from the beginning.
    final : TechDiplomacyError, optional
        What to raise if asking again does not help, instead of 'unavailable'.
    """

    words: str
    status: int | None = None
    retry_after: float | None = None
    body: str = ""
    quota: bool = False
    restart: bool = False
    final: TechDiplomacyError | None = None


class Failed(Exception):
    """Carries a failure from the attempt to the policy; never leaves the kit."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.words)
        self.failure = failure


def cause_of(error: BaseException) -> str:
    """Return in plain words why there is no answer; never what a library says, for it may hold
    the address with all it carries.
    """  # noqa: D205
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo and len(chain) < 20:
        link = todo.pop(0)
        if isinstance(link, BaseException) and link not in chain:
            chain.append(link)
            todo += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
    names = " ".join(type(link).__name__ for link in chain)
    for pattern, words in (
        ("NameResolution|gaierror", "the name of the host is not known here (no network?)"),
        ("SSL|Certificate", "the secure connection cannot be made"),
        ("ProxyError", "the proxy does not let it through"),
        ("ConnectTimeout", "no connection within the time set"),
        ("ReadTimeout|TimeoutError|timeout", "silence for longer than the time set"),
        ("ConnectionRefused", "the connection is refused"),
        ("ConnectionReset|RemoteDisconnected|BrokenPipe", "the connection was cut"),
        ("IncompleteRead|InvalidChunk|ProtocolError", "the answer broke off"),
    ):
        if re.search(pattern, names):
            return words
    return f"there is no connection ({type(error).__name__})"


def retry_after(text: str | None, now: float) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for; None if it says nothing.

    Parameters
    ----------
    text : str or None
        The header: seconds, whole or decimal, or an HTTP date.
    now : float
        Seconds since 1970, for dates; one that is past means 0.

    Examples
    --------
    >>> retry_after("40211", 0), retry_after("1.5", 0), retry_after("soon", 0)
    (40211.0, 1.5, None)
    >>> retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 20)
    40.0
    """
    text = (text or "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def moment_of(now: float, seconds: float | None) -> str:
    """Return the moment so many seconds from now in UTC; empty if nobody can say.

    Examples
    --------
    >>> moment_of(0, 90)
    '1970-01-01T00:01:30Z'
    """
    if seconds is None:
        return ""
    try:
        moment = datetime.fromtimestamp(now, UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Patience:
    """Decides after each failure of one question.

    Parameters
    ----------
    service : Service
        Who is asked.
    host, where : str
        Host, and host with path, as they may be shown.
    clock : Clock
        The time.
    deadline : float
        Count of seconds of the clock at which the question has taken too long.
    max_wait : float
        The longest wait that is waited.
    """

    def __init__(
        self,
        service: Service,
        *,
        host: str,
        where: str,
        clock: Clock,
        deadline: float,
        max_wait: float,
    ) -> None:
        self.service = service
        self.host = host
        self.where = where
        self.clock = clock
        self.deadline = deadline
        self.max_wait = max_wait
        self.tries = 0
        self.bare_429 = 0
        self.restarted = False
        self.forbidden = False

    def after(self, failure: Failure) -> float:
        """Return how many seconds to wait before the next attempt.

        Raises
        ------
        TechDiplomacyError
            Of the kind that the failure calls for, if there is to be no next attempt.
        """
        self.tries += 1
        status = failure.status
        if failure.restart:
            return self._restart(failure)
        if status is None:
            return self._again(failure)
        if status == 429:
            return self._too_many(failure)
        if status == 403:
            return self._forbidden(failure)
        if status in (413, 414) or (status == 504 and "query_timeout" in failure.body):
            raise QueryTooLarge(
                self._words(failure, "cannot answer this question as a whole"),
                where=self.where,
                next_step="Narrow live.ask on the card: fewer countries, years or codes at once.",
            )
        if status in (408, 425) or (status >= 500 and status != 501):
            return self._again(failure)
        if status == 401:
            raise self._no_entry(failure)
        if status in (404, 410):
            raise NotFound(
                self._words(failure, "has nothing at this address"),
                where=self.where,
                next_step="The publisher may have moved or renamed it. " + CHANGED,
                body=failure.body,
            )
        if status < 300:
            raise ContentRejected(
                self._words(failure, "sends no figures"), where=self.where, next_step=LATER
            )
        raise RequestRejected(
            self._words(failure, "calls this question wrong"), where=self.where, next_step=CHANGED
        )

    def _again(self, failure: Failure) -> float:
        """Return the wait of a passing trouble."""
        asked = failure.retry_after
        if asked is not None and asked > self.max_wait:
            raise SourceUnavailable(
                self._words(failure, f"asks to wait {asked:.0f} s, until {self._until(asked)}"),
                where=self.where,
                next_step=LATER,
            )
        if self.tries >= ATTEMPTS:
            raise failure.final or self._unavailable(failure, f"{self.tries} attempts failed")
        if asked is not None:
            return self._in_time(failure, asked + random.uniform(0, 1))
        longest = FIRST_WAIT * 2 ** (self.tries - 1)
        return self._in_time(failure, min(self.max_wait, longest * random.uniform(1, 1.5)))

    def _restart(self, failure: Failure) -> float:
        if self.restarted:
            raise self._unavailable(failure, "asking from the beginning did not help")
        self.restarted = True
        return self._in_time(failure, 0.0)

    def _too_many(self, failure: Failure) -> float:
        asked = failure.retry_after
        if asked is None:
            self.bare_429 += 1
        if (asked is not None and asked > self.max_wait) or self.bare_429 >= BARE_429:
            raise self._quota(failure)
        return self._again(failure)

    def _forbidden(self, failure: Failure) -> float:
        if failure.quota:
            raise self._quota(failure)
        wait = self.service.forbidden_wait
        if wait is None:
            raise self._no_entry(failure)
        if self.forbidden:
            raise self._unavailable(failure, f"it still refuses after {wait:.0f} s")
        self.forbidden = True
        return self._in_time(failure, wait)

    def _quota(self, failure: Failure) -> QuotaExhausted:
        until = self._until(failure.retry_after)
        when = f"after {until}" if until else "later, the publisher does not say when"
        return QuotaExhausted(
            self._words(failure, "gives no more answers for now"),
            where=self.where,
            next_step=f"Run it again {when}: what is complete is kept, only the rest is asked. Or "
            f"{WAY_BACK}.",
            host=self.host,
            status=failure.status or 0,
            seconds=failure.retry_after,
            until=until,
        )

    def _no_entry(self, failure: Failure) -> AuthFailed:
        secret = self.service.secret
        step = (
            f"Check the key in the environment variable {secret.variable}, or unset it where the "
            "service answers without one."
            if secret
            else "This service takes no key: it may be blocking this network. " + LATER
        )
        return AuthFailed(
            self._words(failure, "refuses to answer"), where=self.where, next_step=step
        )

    def _unavailable(self, failure: Failure, why: str) -> SourceUnavailable:
        return SourceUnavailable(
            self._words(failure, f"cannot be had now, {why}"), where=self.where, next_step=LATER
        )

    def _in_time(self, failure: Failure, seconds: float) -> float:
        """Return the wait, unless it would reach beyond the deadline of the question."""
        if self.clock.monotonic() + seconds >= self.deadline:
            raise self._unavailable(failure, "the time set for one file is used up")
        return seconds

    def _until(self, seconds: float | None) -> str:
        return moment_of(self.clock.now(), seconds)

    def _words(self, failure: Failure, verdict: str) -> str:
        said = f" It says: {failure.body[:500]}" if failure.body else ""
        return f"{self.service.name} {verdict}: {failure.words}.{said}"
