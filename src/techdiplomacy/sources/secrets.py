"""Keys stay out of everything that is written or said.

Knows: where keys and signatures hide in addresses, texts and headers; which headers are harmless.
Must not know: which service has a key. May import: nothing. Standard library only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

HIDDEN = "***"
SECRET_NAMES = frozenset({"api_key", "apikey", "key", "token", "access_token"})
HARMLESS_HEADERS = (
    *("content-type", "content-length", "content-encoding", "content-range", "accept-ranges"),
    *("etag", "last-modified", "date", "retry-after", "server"),
)
_PARAMETER = re.compile(r"(?i)(?<![\w-])(api_?key|access_token|token|key)=([^&\s\"'<>]+)")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@\"'<>]+@")
_BLOCK = 1 << 20


def redact_query(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return parameters with the values of those that may be keys hidden.

    Examples
    --------
    >>> redact_query([("year", "2020"), ("API_KEY", "abc")])
    [('year', '2020'), ('API_KEY', '***')]
    """
    return [(name, HIDDEN if name.lower() in SECRET_NAMES else value) for name, value in query]


def redact_url(url: str, *, signed: bool = False) -> str:
    """Return an address without user, fragment and keys; of a signed one, without its query.

    Parameters
    ----------
    url : str
        The address.
    signed : bool
        True for an address that another server sent us to: its query may be a pass in itself.

    Examples
    --------
    >>> redact_url("https://me:pw@example.org/a?year=2020&key=abc#x")
    'https://example.org/a?year=2020&key=***'
    >>> redact_url("https://example.org/a?Signature=abc", signed=True)
    'https://example.org/a?***'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    if not parts.query:
        query = ""
    elif signed:
        query = HIDDEN
    else:
        pairs = redact_query(parse_qsl(parts.query, keep_blank_values=True))
        query = "&".join(f"{quote(name)}={quote(value, safe=':,*/')}" for name, value in pairs)
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def written_forms(secret: str) -> list[str]:
    """Return how a key may be spelt in an address, a header or a body; the key first."""
    packed = base64.b64encode(secret.encode()).decode().rstrip("=")
    return list(dict.fromkeys([secret, quote(secret, safe=""), quote_plus(secret), packed]))


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text in which neither the given keys nor anything that looks like one remains.

    Examples
    --------
    >>> redact_text("no key 'abc' at http://me:pw@example.org/?token=x1", ["abc"])
    "no key '***' at http://example.org/?token=***"
    """
    for secret in secrets:
        for form in written_forms(secret):
            text = text.replace(form, HIDDEN)
    return _USERINFO.sub(r"\1", _PARAMETER.sub(rf"\1={HIDDEN}", text))


def harmless_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may be shown, by a list of those allowed and in its order."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name] for name in HARMLESS_HEADERS if name in lower}


def holds_secret(path: Path, secrets: Iterable[str]) -> bool:
    """Return whether a file holds one of the keys, in any of its spellings."""
    forms = [form.encode() for secret in secrets for form in written_forms(secret)]
    if not forms:
        return False
    overlap = max(len(form) for form in forms)
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            window = tail + block
            if any(form in window for form in forms):
                return True
            tail = window[-overlap:]
    return False


def files_with_secret(folder: Path, secrets: Iterable[str]) -> list[Path]:
    """Return the files below a folder that hold one of the keys, for tests and a look by hand."""
    known = list(secrets)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if holds_secret(path, known)]
