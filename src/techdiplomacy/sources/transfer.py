"""One attempt at a question: send it, go where it is sent on to, receive the body into a part.

The client library passes keys on to other hosts, takes names and passwords from a netrc file and
writes whole addresses into its log; none of that happens here.

Knows: HTTP. Must not know: what to do after a failure, and what the answer should hold.
May import: errors, addresses, parts, secrets, retries, throttle, progress.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from techdiplomacy.errors import ContentRejected, SourceUnavailable
from techdiplomacy.sources.addresses import LOOPBACK, next_hop, origin_of, sent_on
from techdiplomacy.sources.parts import Part, State, Unpacker, not_the_rest, on_disk
from techdiplomacy.sources.progress import Progress
from techdiplomacy.sources.retries import LATER, Failed, Failure, retry_after
from techdiplomacy.sources.secrets import redact_url
from techdiplomacy.sources.throttle import Clock

CONNECT_TIMEOUT = 10.0
HOPS = 5
LARGEST = 2 * 10**9
REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 1 << 16
_ERROR, _PIECES = 4096, 16  # so much of an error is read, in so many pieces at most
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
    hide : callable
        Takes keys out of a text.
    clock : Clock
        The time.
    """

    def __init__(
        self,
        name: str,
        *,
        origin: tuple[str, str, int | None],
        secret: Mapping[str, str],
        hide: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self.name = name
        self.origin = origin
        self.secret = dict(secret)
        self.hide = hide
        self.clock = clock
        self.session = requests.Session()
        # proxies come from the environment, names and passwords of a netrc file never do
        self.session.auth = _as_it_is
        self.asked = 0
        self.bytes = 0

    @contextmanager
    def send(
        self, url: str, headers: Mapping[str, str], *, where: str, read_timeout: float
    ) -> Iterator[tuple[requests.Response, str]]:
        """Give the answer that is not a redirect, and its address as it may be shown.

        Raises
        ------
        Failed
            If there is no answer.
        SourceUnavailable
            If we are sent on too often, or to where a question must not go.
        """
        shown = redact_url(url)
        for _ in range(HOPS + 1):
            allowed = self.secret if origin_of(url) == self.origin else {}
            response = self._once(url, {**headers, **allowed}, read_timeout)
            with response:
                if response.status_code not in REDIRECTS:
                    yield response, shown
                    return
                url = next_hop(url, response.headers.get("Location"), name=self.name, where=where)
                shown = redact_url(url, signed=True)
        raise sent_on(self.name, where, f"sends the question on more than {HOPS} times")

    def _once(self, url: str, headers: Mapping[str, str], read: float) -> requests.Response:
        self.asked += 1
        here = origin_of(url)[1] in LOOPBACK
        try:
            return self.session.get(
                url,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT, read),
                proxies={"no_proxy": ",".join(LOOPBACK)} if here else None,
            )
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            words = cause_of(error)
        # raised here: what the library says of the failure holds the whole address
        raise Failed(Failure(words))

    def failure(self, response: requests.Response) -> Failure:
        """Return what an answer that brings no figures says."""
        status, headers = response.status_code, response.headers
        body = b""
        with suppress(HTTPError, HTTPException, OSError):
            for _ in range(_PIECES):
                body += (block := response.raw.read1(_ERROR, decode_content=True))
                if not block or len(body) >= _ERROR:
                    break
        text = " ".join(self.hide(body.decode("utf-8", errors="replace")).split())
        return Failure(
            f"status {status} {response.reason or ''}".strip(),
            status=status,
            retry_after=retry_after(headers.get("Retry-After"), self.clock.now()),
            body="".join(letter for letter in text if letter.isprintable())[:500],
            quota="X-Rejection-Reason" in headers,
        )

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
        largest: int = LARGEST,
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
        coding = headers.get("Content-Encoding", "").lower().replace("x-gzip", "gzip").strip()
        chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        length = _number(headers.get("Content-Length")) if not chunked else None
        etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
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
                media = headers.get("Content-Type", "")
                state = State(question, begun, etag, modified, media, total)
                part.begin(state if a_file and lasting and coding in ("", "identity") else None)
        unpack = Unpacker(coding, packed_file) if coding not in ("", "identity") else None
        if unpack and set(unpack.codings) != {"gzip"}:
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
                self.bytes += len(block)
                stream.write(unpack.feed(block) if unpack else block)
                if stream.tell() > largest:
                    part.drop()
                    raise ContentRejected(
                        f"The answer is larger than {largest / 1e9:g} GB.",
                        where=where,
                        next_step="Narrow live.ask on the card.",
                    )
                if self.clock.monotonic() > deadline:
                    raise SourceUnavailable(
                        f"{self.name} takes too long: the time set for one file is used up after "
                        f"{stream.tell()} bytes.",
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
            media_type=headers.get("Content-Type", ""),
            proved=length is not None or chunked or unpack is not None,
            note="packed for the way though it was not asked for" if unpack and a_file else "",
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


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d+", text.strip()) else None
