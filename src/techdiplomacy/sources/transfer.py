"""One attempt at a question: send it, go where it is sent on to, receive the body into a part.

The client library passes keys on to other hosts, takes names and passwords from a netrc file and
writes whole addresses into its log; none of that happens here.

Knows: HTTP. Must not know: what to do after a failure, and what the answer should hold.
May import: errors, addresses, parts, secrets, retries, throttle, progress.
"""

from __future__ import annotations

import io
import logging
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from techdiplomacy.errors import ContentRejected, SourceUnavailable
from techdiplomacy.sources.addresses import LOOPBACK, next_hop, origin_of, sent_on
from techdiplomacy.sources.parts import (
    Part,
    State,
    TooLarge,
    Unpacker,
    not_the_rest,
    on_disk,
)
from techdiplomacy.sources.progress import Progress
from techdiplomacy.sources.retries import LATER, Failed, Failure, cause_of, retry_after
from techdiplomacy.sources.secrets import (
    HIDDEN,
    mentions_secret,
    redact_text,
    redact_url,
    without_cut_secret,
)
from techdiplomacy.sources.throttle import Clock

CONNECT_TIMEOUT = 10.0
HOPS = 5
LARGEST = 2 * 10**9
REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 1 << 16
_ERROR, _SHOWN = 1 << 14, 500  # so much of an error is read, and so much is shown
_LOGGERS = (
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.response",
    "urllib3.util.retry",
)


@dataclass(frozen=True)
class Received:
    """A body that has arrived, and what the answer said of it."""

    url: str
    status: int
    etag: str
    last_modified: str
    media_type: str
    proved: bool
    note: str = ""


class Wire:
    """Sends questions of one service; the key goes to the first host only.

    Parameters
    ----------
    name : str
        Of the service, for messages.
    origin : tuple
        Scheme, host and port that may see the key.
    secret : mapping
        Headers that carry the key.
    secrets : sequence of str
        What must not be shown or go to another host.
    clock : Clock
        The time.
    """

    def __init__(
        self,
        name: str,
        *,
        origin: tuple[str, str, int | None],
        secret: Mapping[str, str],
        secrets: Sequence[str],
        clock: Clock,
    ) -> None:
        self.name = name
        self.origin = origin
        self.secret = dict(secret)
        self.secrets = list(secrets)
        self.clock = clock
        self.ends = 0.0  # of real time: no single read waits beyond it
        self.session = requests.Session()
        # proxies come from the environment, names and passwords of a netrc file never do
        self.session.auth = _as_it_is
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(lambda: self.ends - time.monotonic()))

    def hide(self, text: str) -> str:
        """Return a text without keys."""
        return redact_text(text, self.secrets)

    @contextmanager
    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        where: str,
        read_timeout: float,
        deadline: float,
    ) -> Iterator[tuple[requests.Response, str]]:
        """Give the answer that is not a redirect, and its address as it may be shown.

        Neither a silence nor a line that trickles is waited for beyond the deadline.

        Raises
        ------
        Failed
            If there is no answer.
        SourceUnavailable
            If we are sent on too often, or to where a question must not go.
        """
        shown = self.hide(redact_url(url))
        left = max(0.001, deadline - self.clock.monotonic())
        self.ends = time.monotonic() + left
        for _ in range(HOPS + 1):
            allowed = self.secret if origin_of(url) == self.origin else {}
            response = self._once(url, {**headers, **allowed}, min(read_timeout, left))
            with response:
                if response.status_code not in REDIRECTS:
                    yield response, shown
                    return
                url = next_hop(url, response.headers.get("Location"), name=self.name, where=where)
                shown = self._shown(url, where)
        raise sent_on(self.name, where, f"sends the question on more than {HOPS} times")

    def _shown(self, url: str, where: str) -> str:
        """Return an address that we are sent on to as it may be shown; refuse to carry keys off."""
        if not mentions_secret(url, self.secrets):
            return self.hide(redact_url(url, signed=True))
        scheme, host, port = origin_of(url)
        if (scheme, host, port) != self.origin:
            raise sent_on(self.name, where, "sends the question on to another host with the key")
        return f"{scheme}://{host}:{port}/{HIDDEN}"

    def _once(self, url: str, headers: Mapping[str, str], read: float) -> requests.Response:
        here = origin_of(url)[1] in LOOPBACK
        try:
            return self.session.get(
                url,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(min(CONNECT_TIMEOUT, read), read),
                proxies={"no_proxy": ",".join(LOOPBACK)} if here else None,
            )
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            words = cause_of(error)
        # raised here: what the library says of the failure holds the whole address
        raise Failed(Failure(words))

    def failure(self, response: requests.Response, deadline: float) -> Failure:
        """Return what an answer that brings no figures says, as far as it comes in time."""
        status, headers = response.status_code, response.headers
        body = b""
        with suppress(HTTPError, HTTPException, OSError):
            while len(body) < _ERROR and (
                block := response.raw.read1(_ERROR, decode_content=False)
            ):
                body += block
                if self.clock.monotonic() > deadline:
                    break
        if "gzip" in headers.get("Content-Encoding", "").lower():
            with suppress(zlib.error):
                body = zlib.decompressobj(wbits=31).decompress(body, _ERROR)
        return Failure(
            self._plain(f"status {status} {response.reason or ''}", 100),
            status=status,
            retry_after=retry_after(headers.get("Retry-After"), self.clock.now()),
            body=self._plain(body.decode("utf-8", errors="replace"), _SHOWN),
            quota="X-Rejection-Reason" in headers,
        )

    def _plain(self, text: str, longest: int) -> str:
        """Return the beginning of a text; a key is taken out before anything is cut off."""
        letters = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
        words = " ".join(letters.split())
        return self.hide(without_cut_secret(words, self.secrets))[:longest]

    def _validator(self, response: requests.Response, name: str) -> str:
        """Return an ETag or a date that may be kept; none that repeats a key."""
        value: str = response.headers.get(name, "")
        unfit = self.hide(value) != value or mentions_secret(value, self.secrets)
        return "" if unfit else value

    def receive(
        self,
        response: requests.Response,
        part: Part,
        known: State | None,
        *,
        question: str,
        begun: str,
        a_file: bool,
        packed_file: bool,
        where: str,
        shown: str,
        deadline: float,
    ) -> Received:
        """Write a body to its part, from the beginning or from where the part ends.

        Raises
        ------
        Failed
            If it breaks off, or does not continue the part.
        ContentRejected
            If it is too large or packed in a way that was not asked for.
        SourceUnavailable
            If it takes too long, or the disk is full.
        """
        headers = response.headers
        coding = self.hide(headers.get("Content-Encoding", "")).strip().lower()
        coding = coding.replace("x-gzip", "gzip").replace("identity", "")
        chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        length = _number(headers.get("Content-Length")) if not chunked else None
        etag, modified = (self._validator(response, name) for name in ("ETag", "Last-Modified"))
        media = self.hide(headers.get("Content-Type", ""))
        start = part.size if response.status_code == 206 else 0
        with on_disk(part.path.parent, part):
            if response.status_code == 206:
                wrong = not_the_rest(headers, known, start, coding)
                if known is None or wrong:
                    part.drop()
                    raise Failed(Failure(f"the rest does not fit: {wrong}", restart=True))
                total = known.total
            else:
                total = length
                lasting = (etag and not etag.startswith("W/")) or modified
                state = State(question, begun, etag, modified, media, total)
                part.begin(state if a_file and lasting and not coding else None)
        unpack = Unpacker(packed_file) if coding else None
        if coding not in ("", "gzip"):
            raise ContentRejected(
                f"{self.name} packs its answer as '{coding}', which was not asked for.",
                where=where,
                next_step=LATER,
            )
        count = 0
        with (
            on_disk(part.path.parent, part),
            part.path.open("ab") as stream,
            closing(Progress(self.name, start, total, self.clock)) as progress,
        ):
            for block in self._blocks(response):
                count += len(block)
                for piece in self._unpacked(unpack, block, part, where):
                    stream.write(piece)
                    if stream.tell() > LARGEST:
                        raise self._too_large(f"larger than {LARGEST / 1e9:g} GB", part, where)
                    if self.clock.monotonic() > deadline:
                        raise SourceUnavailable(
                            f"{self.name} takes too long: the time set for one file is used up "
                            f"after {stream.tell()} bytes.",
                            where=where,
                            next_step=LATER,
                        )
                progress.show(start + count)
        if length is not None and count != length:
            raise Failed(Failure(f"the answer broke off after {count} of {length} bytes"))
        if total is not None and not unpack and start + count != total:
            raise Failed(Failure(f"{start + count} of {total} bytes have come"))
        if unpack and not unpack.whole:
            raise Failed(Failure("the packed answer broke off"))
        return Received(
            url=shown,
            status=response.status_code,
            etag=etag or (known.etag if known and start else ""),
            last_modified=modified or (known.last_modified if known and start else ""),
            media_type=media,
            proved=length is not None or chunked or unpack is not None,
            note="packed for the way though it was not asked for" if unpack and a_file else "",
        )

    def _unpacked(
        self, unpack: Unpacker | None, block: bytes, part: Part, where: str
    ) -> Iterator[bytes]:
        if unpack is None:
            yield block
            return
        try:
            yield from unpack.feed(block)
        except TooLarge:
            raise self._too_large("many times larger unpacked than packed", part, where) from None

    def _too_large(self, how: str, part: Part, where: str) -> ContentRejected:
        part.drop()
        return ContentRejected(
            f"The answer is {how}.", where=where, next_step="Narrow live.ask on the card."
        )

    def _blocks(self, response: requests.Response) -> Iterator[bytes]:
        """Give what has arrived, at once: a body that trickles must not hold up the deadline."""
        while True:
            try:
                block = response.raw.read1(_BLOCK, decode_content=False)
            except (HTTPError, HTTPException, OSError) as error:
                words = cause_of(error)
                break
            if not block:
                return
            yield block
        raise Failed(Failure(words))


@contextmanager
def quiet_library() -> Iterator[None]:
    """Keep the library from writing addresses into the log."""

    def silent(_: logging.LogRecord) -> bool:
        return False

    for name in _LOGGERS:
        logging.getLogger(name).addFilter(silent)
    try:
        yield
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(silent)


class _Adapter(HTTPAdapter):
    """Opens connections on which no read waits longer than there is time left.

    A time limit of the library begins anew with every byte that comes.
    """

    def __init__(self, left: Callable[[], float]) -> None:
        self.left = left
        super().__init__()

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, **more)
        self.poolmanager.pool_classes_by_scheme = _pools(self.left)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **more)
        manager.pool_classes_by_scheme = _pools(self.left)
        return manager


def _pools(left: Callable[[], float]) -> dict[str, type[HTTPConnectionPool]]:
    """Return the library's connections by scheme, but that each read looks how much is left."""

    class Timed(HTTPResponse):
        def __init__(self, sock: socket.socket, *given: Any, **more: Any) -> None:
            super().__init__(sock, *given, **more)
            self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, left))

    class Plain(HTTPConnection):
        response_class = Timed

    class Secure(HTTPSConnection):
        response_class = Timed

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Reader(io.RawIOBase):
    """The bytes of a connection; each read may take the silence allowed or the time left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, left: Callable[[], float]) -> None:
        super().__init__()
        self.raw = raw
        self.sock = sock
        self.left = left
        self.silence = sock.gettimeout() or CONNECT_TIMEOUT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(min(self.silence, max(0.001, self.left())))
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text.strip()) else None
