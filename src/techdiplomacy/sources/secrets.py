"""Keys stay out of everything that is written or said.

Knows: where keys and signatures hide in addresses and texts.
Must not know: which service has a key. May import: nothing. Standard library only.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit, urlunsplit

HIDDEN = "***"
SECRET_NAMES = frozenset({"api_key", "apikey", "key", "token", "access_token"})
_PARAMETER = re.compile(r"(?i)(?<![\w-])(api_?key|access_token|token|key)=([^&\s\"'<>]+)")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@\"'<>]+@")
_BLOCK = 1 << 20
_TELLS = 8  # so many first bytes of a key, and half of it, at the end of a file tell of it


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
    quoted = json.dumps(secret)[1:-1]
    forms = [secret, quote(secret, safe=""), quote_plus(secret), html.escape(secret)]
    forms += [quoted, quoted.replace("/", "\\/")]
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        forms.append(alphabet(secret.encode()).decode().rstrip("="))
    return [form for form in dict.fromkeys(forms) if form]


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text in which neither the given keys nor anything that looks like one remains.

    Examples
    --------
    >>> redact_text("no key 'abc' at http://me:pw@example.org/?token=x1", ["abc"])
    "no key '***' at http://example.org/?token=***"
    """
    for secret in secrets:
        for form in sorted(written_forms(secret), key=len, reverse=True):
            text = re.sub(re.escape(form), HIDDEN, text, flags=re.IGNORECASE)
    return _USERINFO.sub(r"\1", _PARAMETER.sub(rf"\1={HIDDEN}", text))


def without_cut_secret(text: str, secrets: Iterable[str]) -> str:
    """Return a text without the beginning of a key at its end, where the text was cut.

    Examples
    --------
    >>> without_cut_secret("no key 'abcdefghij", ["abcdefghijkl"])
    "no key '"
    """
    for secret in secrets:
        for form in written_forms(secret):
            for length in range(len(form) - 1, 3, -1):
                if text.lower().endswith(form[:length].lower()):
                    text = text[:-length]
                    break
    return text


def mentions_secret(text: str, secrets: Iterable[str]) -> bool:
    """Return whether an address or a header holds a key, however it is quoted.

    Examples
    --------
    >>> mentions_secret("https://h/a%2562c", ["abc"]), mentions_secret("https://h/ab", ["abc"])
    (True, False)
    """
    once = unquote(text)
    readings = [reading.lower() for reading in (text, once, unquote(once))]
    forms = [form.lower() for secret in secrets for form in written_forms(secret)]
    return any(form in reading for form in forms for reading in readings)


def holds_secret(path: Path, secrets: Iterable[str]) -> bool:
    """Return whether a file holds one of the keys, in any of its spellings, or ends within one."""
    spelt = [form for secret in secrets for form in written_forms(secret)]
    forms = [form.encode(code) for form in spelt for code in ("utf-8", "utf-16-le", "utf-16-be")]
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
    return any(
        tail.endswith(form[:length])
        for form in forms
        for length in range(len(form) // 2, len(form))
        if length >= _TELLS
    )
