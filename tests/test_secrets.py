"""Keys and signatures are taken out of whatever is written."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from loopback import files_with_secret

from techdiplomacy.sources.secrets import (
    holds_secret,
    mentions_secret,
    redact_query,
    redact_text,
    redact_url,
    without_cut_secret,
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


@pytest.mark.parametrize(
    "form",
    [KEY.upper(), "s3cret%2f%2bkey%3d", "s3cret\\/+key=", base64.urlsafe_b64encode(KEY.encode())],
)
def test_other_spellings(form: str | bytes) -> None:
    text = form if isinstance(form, str) else form.decode()
    assert redact_text(f"a {text} b", [KEY]).split()[1].startswith("***")
    assert mentions_secret(f"https://h/{text}", [KEY])


def test_a_key_that_is_quoted_twice_and_one_that_is_not_there() -> None:
    assert mentions_secret("https://s3cret%252F%252Bkey%253D.example", [KEY])
    assert not mentions_secret("https://h/s3cret", [KEY])
    assert not mentions_secret("https://h/a", [])


def test_a_key_that_was_cut_off_at_the_end_of_a_text() -> None:
    for length in range(4, len(KEY)):
        assert without_cut_secret("key " + KEY[:length], [KEY]) == "key "
    assert without_cut_secret("a secret word", [KEY]) == "a secret word"


def test_a_key_at_the_end_of_a_file_that_was_cut_and_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"key " + KEY[:-1].encode())
    assert holds_secret(path, [KEY])
    path.write_bytes(f"key {KEY} x".encode("utf-16"))
    assert holds_secret(path, [KEY])
    path.write_bytes(b"")
    assert not holds_secret(path, [KEY])


def test_a_key_across_two_blocks_is_found(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * ((1 << 20) - 4) + KEY.encode() + b"y")
    assert holds_secret(path, [KEY])
    path.write_bytes(b"x" * ((1 << 20) - 4) + KEY.encode()[:-2] + b"z")
    assert not holds_secret(path, [KEY])
