"""Which addresses are asked, where an answer may send us on to, and who may see the key.

Knows: addresses, the variables of the environment. Must not know: how a question is sent.
May import: errors, service, secrets, next_steps. Standard library only besides.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode, urljoin, urlsplit

from techdiplomacy.errors import AuthFailed, SourceUnavailable
from techdiplomacy.sources.next_steps import CHANGED
from techdiplomacy.sources.secrets import redact_url
from techdiplomacy.sources.service import Ask, Service

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def unsafe(url: str) -> str:
    """Return why an address must not be asked; empty if it may.

    Examples
    --------
    >>> unsafe("http://127.0.0.1:8000/a"), unsafe("https://example.org")
    ('', '')
    >>> unsafe("http://example.org")
    'plain http is for this machine only'
    """
    try:
        scheme, host, _ = origin_of(url)
    except ValueError:
        return "it is not an address"
    if "@" in urlsplit(url).netloc:
        return "it holds a user name or password"
    if scheme not in ("http", "https") or not host:
        return "it is not a web address"
    if scheme == "http" and host not in LOOPBACK:
        return "plain http is for this machine only"
    return ""


def next_hop(url: str, location: str | None, *, name: str = "", where: str = "") -> str:
    """Return the address that an answer sends us on to.

    Raises
    ------
    SourceUnavailable
        If it names none, leaves https, or is one that must not be asked.
    """
    if not location:
        raise sent_on(name, where, "sends the question on without saying where to")
    try:
        target = urljoin(url, location).partition("#")[0]
        reason = unsafe(target)
    except ValueError:
        target, reason = "", "it is not an address"
    if not reason and origin_of(url)[0] == "https" and origin_of(target)[0] == "http":
        reason = "it leaves https"
    if reason:
        raise sent_on(name, where, f"sends the question on to an address that is refused: {reason}")
    return target


def base_of(service: Service) -> str:
    """Return the base address of a service, with a slash at its end.

    Raises
    ------
    SourceUnavailable
        If it must not be asked.
    """
    variable = service.variable
    given = os.environ.get(variable, "").strip()
    base = given or service.base_url
    reason = unsafe(base)
    if reason:
        raise SourceUnavailable(
            f"The base address of {service.name} is refused: {reason}.",
            where=f"environment variable {variable}" if given else redact_url(base),
            next_step=f"Unset {variable}, or set it to an address with https.",
        )
    return base.rstrip("/") + "/"


def key_of(service: Service) -> str:
    """Return the key of a service from the environment; empty if it takes none or has none.

    Raises
    ------
    AuthFailed
        If the key cannot travel in a header.
    """
    secret = service.secret
    key = os.environ.get(secret.variable, "").strip() if secret else ""
    if secret and key and not (key.isascii() and key.isprintable()):
        raise AuthFailed(
            f"The key of {service.name} holds signs that no key has.",
            where=f"environment variable {secret.variable}",
            next_step=f"Copy the key into {secret.variable} again, without line breaks.",
        )
    return key


def address_of(ask: Ask, base: str) -> str:
    """Return the whole address of a question."""
    whole = ask.path.startswith(("http://", "https://"))
    url = ask.path if whole else base + ask.path.lstrip("/")
    if not ask.query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(ask.query, quote_via=quote)}"


def sent_on(name: str, where: str, why: str) -> SourceUnavailable:
    """Return the error of a question that is sent on to nowhere good."""
    return SourceUnavailable(f"{name} {why}.", where=where, next_step=CHANGED)
