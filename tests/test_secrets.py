"""Keys and signatures are taken out of whatever is written."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from techdiplomacy.sources.secrets import (
    files_with_secret,
    harmless_headers,
    holds_secret,
    redact_query,
    redact_text,
    redact_url,
)

KEY = "s3cret/+key="


@pytest.mark.parametrize("name", ["api_key", "ApiKey", "key", "TOKEN", "access_token"])
def test_parameters_that_may_be_keys(name: str) -> None:
    assert redact_url(f"https://h/a?x=1&{name}=abc&y=2#f") == f"https://h/a?x=1&{name}=***&y=2"
    assert redact_query([(name, "abc"), ("monkey", "abc")]) == [(name, "***"), ("monkey", "abc")]
    assert redact_text(f"see https://h/a?{name}=abc&y=2") == f"see https://h/a?{name}=***&y=2"


def test_user_fragment_and_signature_go() -> None:
    assert redact_url("https://me:pw@h:8/a#frag") == "https://h:8/a"
    assert redact_url("https://h/a?X-Sig=1&x=2", signed=True) == "https://h/a?***"
    assert redact_text("proxy http://me:pw@h:8 fails") == "proxy http://h:8 fails"


def test_a_key_is_found_in_each_spelling(tmp_path: Path) -> None:
    packed = base64.b64encode(KEY.encode()).decode()
    for number, form in enumerate([KEY, "s3cret%2F%2Bkey%3D", packed]):
        assert "s3cret" not in redact_text(f"a {form} b", [KEY])
        (tmp_path / f"{number}.txt").write_text("x" * 100 + form)
    (tmp_path / "clean.txt").write_text("nothing")
    assert len(files_with_secret(tmp_path, [KEY])) == 3
    assert files_with_secret(tmp_path, []) == []


def test_a_key_across_two_blocks_is_found(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * ((1 << 20) - 4) + KEY.encode() + b"y")
    assert holds_secret(path, [KEY])
    path.write_bytes(b"x" * ((1 << 20) - 4) + KEY.encode()[:-2] + b"y")
    assert not holds_secret(path, [KEY])


def test_headers_are_shown_by_a_list_of_those_allowed() -> None:
    headers = {"X-Api-Key": KEY, "Set-Cookie": "a", "ETag": '"v"', "Content-Length": "3"}
    assert harmless_headers(headers) == {"content-length": "3", "etag": '"v"'}
