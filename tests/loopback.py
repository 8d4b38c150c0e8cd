"""A small HTTP server on this machine that answers as told, faults included.

It stands for the services of the publishers: it records what it is asked, and may answer each
question differently the first, second and third time. Standard library only.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it came in; names of headers in lower case, ``at`` in seconds (monotonic)."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    """What is sent, and how.

    Headers given by name stand instead of those that the server would compute; an empty text
    leaves such a header out. ``cut`` closes the connection after so many bytes of the body while
    the announced length stays whole; together with ``no_length`` nothing shows that it is cut.
    ``chunk_cut`` leaves out the last chunk. ``drip`` sends so many bytes each so many seconds.
    ``silent`` waits before the headers, ``after_headers`` behind them. With ``etag`` or
    ``last_modified`` conditional requests are answered with 304, and with ``ranges`` parts are
    sent (206, 416) where ``If-Range`` allows.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/octet-stream"
    cut: int | None = None
    no_length: bool = False
    chunked: bool = False
    chunk_cut: bool = False
    drip: tuple[int, float] | None = None
    silent: float | None = None
    after_headers: float | None = None
    reset: bool = False
    ranges: bool = False
    etag: str = ""
    last_modified: str = ""
    gzip: bool = False

    @classmethod
    def of_json(cls, value: Any, **more: Any) -> Answer:
        return cls(json.dumps(value).encode(), **{"content_type": "application/json", **more})

    @classmethod
    def of_csv(cls, text: str, **more: Any) -> Answer:
        return cls(text.encode(), **{"content_type": "text/csv", **more})


@dataclass
class Route:
    """Answers for all requests whose ``path?query`` the pattern is found in.

    The n-th request gets the n-th answer, the last repeats. The address is searched as sent and
    with its percent signs resolved. Instead of an answer there may be a function of the request.
    """

    pattern: str
    answers: Sequence[Answer | Callable[[Seen], Answer]]
    asked: int = 0


class Loopback:
    """The server, as a context manager; a request without a route is answered with 404.

    Examples
    --------
    >>> import urllib.request
    >>> with Loopback([Route(r"^/figures", [Answer(b"1")])]) as server:
    ...     urllib.request.urlopen(server.url + "/figures?year=2020").read()
    b'1'
    >>> server.requests[0].query
    [('year', '2020')]
    """

    def __init__(self, routes: Sequence[Route] = (), *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.routes = list(routes)
        self.requests: list[Seen] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.server: _Server | None = None
        self.thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Address without a slash at its end; known once the server runs."""
        assert self.server is not None, "the server runs inside 'with' only"
        return f"http://{self.host}:{self.server.server_address[1]}"

    def add(self, *routes: Route) -> None:
        """Put routes in front of the others, so that a fault hides a good answer."""
        with self.lock:
            self.routes[:0] = routes

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in their order."""
        return [seen.path for seen in self.requests]

    def __enter__(self) -> Loopback:
        self.closing.clear()
        self.server = _Server((self.host, 0), _Handler)
        self.server.loopback = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.server is not None
        assert self.thread is not None
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def answer(self, seen: Seen, target: str) -> Answer:
        """Record a request and return what it gets."""
        with self.lock:
            self.requests.append(seen)
            for route in self.routes:
                if re.search(route.pattern, target) or re.search(
                    route.pattern, unquote_plus(target)
                ):
                    answer = route.answers[min(route.asked, len(route.answers) - 1)]
                    route.asked += 1
                    break
            else:
                answer = Answer(f"no route for {target}".encode(), 404, content_type="text/plain")
        return answer(seen) if callable(answer) else answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    loopback: Loopback

    def server_bind(self) -> None:
        # HTTPServer would ask a name server who this machine is
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep still: clients of these tests go away in the middle of things."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Keep still."""

    def handle_any(self) -> None:
        at = time.monotonic()
        length = int(self.headers.get("Content-Length") or 0)
        address = urlsplit(self.path)
        seen = Seen(
            self.command,
            address.path,
            parse_qsl(address.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
            at,
        )
        self.close_connection = True
        answer = self.server.loopback.answer(seen, self.path)
        with contextlib.suppress(ConnectionError):
            self.send(answer, seen)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = handle_any

    def send(self, answer: Answer, seen: Seen) -> None:
        if answer.silent is not None:
            self.server.loopback.closing.wait(answer.silent)
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        status, body, headers = self.as_asked(answer, seen)
        self.send_response_only(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        if answer.after_headers is not None:
            self.server.loopback.closing.wait(answer.after_headers)
        if seen.method != "HEAD" and status != 304:
            self.send_body(answer, body if answer.cut is None else body[: answer.cut])

    def as_asked(self, answer: Answer, seen: Seen) -> tuple[int, bytes, dict[str, str]]:
        """Return status, whole body and headers, after conditions and ranges."""
        status, body = answer.status, answer.body
        headers = {"Connection": "close", "Content-Type": answer.content_type}
        if answer.etag:
            headers["ETag"] = answer.etag
        if answer.last_modified:
            headers["Last-Modified"] = answer.last_modified
        if answer.gzip:
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        if status == 200 and self.unchanged(answer, seen):
            status, body = 304, b""
        elif status == 200 and answer.ranges:
            headers["Accept-Ranges"] = "bytes"
            asked = re.fullmatch(r"bytes=(\d+)-", seen.headers.get("range", ""))
            condition = seen.headers.get("if-range")
            if asked and condition in (None, answer.etag, answer.last_modified):
                start, total = int(asked[1]), len(body)
                if start >= total:
                    status, body = 416, b""
                    headers["Content-Range"] = f"bytes */{total}"
                else:
                    status, body = 206, body[start:]
                    headers["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        if answer.chunked or answer.chunk_cut:
            headers["Transfer-Encoding"] = "chunked"
        elif not answer.no_length and status != 304:
            headers["Content-Length"] = str(len(body))
        return status, body, headers | dict(answer.headers)

    def unchanged(self, answer: Answer, seen: Seen) -> bool:
        etag = seen.headers.get("if-none-match")
        if etag is not None:
            return bool(answer.etag) and answer.etag in etag
        since = seen.headers.get("if-modified-since")
        return since is not None and since == answer.last_modified

    def send_body(self, answer: Answer, body: bytes) -> None:
        count, pause = answer.drip or (max(len(body), 1), 0.0)
        for start in range(0, len(body), count):
            piece = body[start : start + count]
            if answer.chunked or answer.chunk_cut:
                piece = b"%x\r\n%b\r\n" % (len(piece), piece)
            self.wfile.write(piece)
            self.wfile.flush()
            if pause and self.server.loopback.closing.wait(pause):
                return
        if answer.chunked and not answer.chunk_cut:
            self.wfile.write(b"0\r\n\r\n")


class StillClock:
    """A clock that moves only when somebody sleeps; ``waits`` are the seconds slept.

    Give its methods to `techdiplomacy.sources.download.Clock`, or take ``clock``.
    """

    def __init__(self, start: float = 1_795_000_000.0, *, step: float = 0.0) -> None:
        self.time = start
        self.step = step  # passes at each look at the clock, for what takes long without sleeping
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        self.time += self.step
        return self.time

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(seconds)
            self.time += seconds

    @property
    def clock(self) -> Any:
        from techdiplomacy.sources.throttle import Clock

        return Clock(now=self.now, monotonic=self.monotonic, sleep=self.sleep)


def files_with_secret(folder: Path, secrets: Iterable[str]) -> list[Path]:
    """Return the files below a folder that hold one of the keys."""
    from techdiplomacy.sources.secrets import holds_secret

    known = list(secrets)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if holds_secret(path, known)]
