"""Answers: what they look like, and whether they are whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from techdiplomacy.errors import ContentRejected, QueryTooLarge
from techdiplomacy.sources.content import Incomplete, examine
from techdiplomacy.sources.service import Ask

SAMPLES = ROOT.parent / "shared" / "samples"
CSV = b'iso2,year,value\n"NA",2020,1.5\n"KR",2020,2\n'
GZIP = gzip.compress(CSV * 100, mtime=0)
HTML = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
SOAP = (
    b'<?xml version="1.0"?>\n<S:Envelope xmlns:S="http://x"><S:Body><S:Fault>'
    b"<faultcode>150</faultcode></S:Fault></S:Body></S:Envelope>"
)


def make_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", CSV)
    return stream.getvalue()


def look(tmp_path: Path, body: bytes, kind: str, media: str = "x/json csv gzip zip xml", **more):
    path = tmp_path / "body"
    path.write_bytes(body)
    proved = more.pop("proved", True)
    ask = Ask("tiny", "data", kind, **more)
    return examine(path, ask, where="h/data", media_type=media, proved=proved)


@pytest.mark.parametrize(
    ("body", "kind", "more"),
    [
        (CSV, "csv", {"header": "iso2,year"}),
        (b"\xef\xbb\xbf" + CSV, "csv", {"header": "iso2,year"}),
        (CSV.replace(b"\n", b"\r\n"), "csv", {}),
        (CSV.rstrip(), "csv", {}),
        (CSV + b"\n\n", "csv", {"proved": False}),
        (b'a;b\n1;"two\nlines; ""and"" more"\n', "csv", {}),
        (b"a\n1\n", "csv", {}),
        (b' \n{"a": [1, null]}', "json", {}),
        (b"\xef\xbb\xbf[]", "json", {}),
        (GZIP, "gzip", {"size": len(GZIP), "sha256": hashlib.sha256(GZIP).hexdigest().upper()}),
        (GZIP, "gzip", {"md5": hashlib.md5(GZIP).hexdigest()}),
        (make_zip(), "zip", {}),
        (b"<?xml version='1.0'?><a/>\n", "xml", {}),
        (b"plain words", "text", {"media": "text/plain"}),
        (b"plain words\n", "text", {"media": "text/plain", "proved": False}),
    ],
)
def test_good_answers_pass(tmp_path: Path, body: bytes, kind: str, more: dict) -> None:
    assert look(tmp_path, body, kind, **more) == ""


@pytest.mark.parametrize("media", ["", "application/octet-stream", "image/png"])
def test_an_odd_label_is_a_warning_only(tmp_path: Path, media: str) -> None:
    assert "labelled" in look(tmp_path, CSV, "csv", media)


@pytest.mark.parametrize(
    ("body", "kind", "media", "words"),
    [
        (HTML, "csv", "text/csv", "a web page"),
        (HTML, "json", "application/json", "a web page"),
        (b"\xef\xbb\xbf\r\n \n<HTML lang='en'>", "csv", "text/csv", "a web page"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n" + HTML, "xml", "text/xml", "a web page"),
        (HTML.decode().encode("utf-16"), "csv", "text/csv", "a web page"),
        (HTML, "zip", "application/zip", "a web page"),
        (CSV, "csv", "text/html; charset=utf-8", "a web page"),
        (SOAP, "csv", "text/csv", "a SOAP fault"),
        (SOAP, "xml", "text/xml", "a SOAP fault"),
        (b"<data/>", "json", "application/json", "XML"),
        (b"<data/>", "csv", "text/csv", "XML"),
        (b'{"error": "no"}', "csv", "text/csv", "JSON"),
        (b'[{"message": []}]', "csv", "text/csv", "JSON"),
        (b"a,c\n1,2\n", "csv", "text/csv", r"begin 'iso2,year'"),
        (GZIP, "csv", "text/csv", "bytes 1f 8b"),
        (b"PAR1xxxx", "csv", "text/csv", "PAR1"),
        (CSV, "zip", "application/zip", "begin as zip"),
        (CSV, "gzip", "application/gzip", "begin as gzip"),
        (b"hello", "json", "application/json", "'hello'"),
    ],
)
def test_disguises(tmp_path: Path, body: bytes, kind: str, media: str, words: str) -> None:
    with pytest.raises(ContentRejected, match=words) as caught:
        look(tmp_path, body, kind, media, header="iso2,year" if kind == "csv" else "")
    assert not isinstance(caught.value, Incomplete)


@pytest.mark.parametrize(
    ("body", "kind", "more"),
    [
        (b"", "csv", {}),
        (b"Server Error", "csv", {}),
        (b"\n SERVER ERROR: try again", "json", {}),
        (b'["Server error"]', "json", {}),
        (b"Internal Server Error", "text", {}),
        (b'{"a": [1, 2', "json", {}),
        (b'{"a": 1} x', "json", {}),
        (CSV[:-4], "csv", {}),
        (CSV[:-10], "csv", {}),
        (b'a,b\n1,"two', "csv", {}),
        (CSV.rstrip(), "csv", {"proved": False}),
        (b"plain wor", "text", {"proved": False}),
        (GZIP[:-5], "gzip", {}),
        (GZIP[:-5] + b"12345", "gzip", {}),
        (make_zip()[:-30], "zip", {}),
        (b"<a><b></b", "xml", {}),
    ],
)
def test_what_stops_early_may_come_whole_the_next_time(
    tmp_path: Path, body: bytes, kind: str, more: dict
) -> None:
    with pytest.raises(Incomplete):
        look(tmp_path, body, kind, **more)


@pytest.mark.parametrize("pin", [{"size": 5}, {"sha256": "0" * 64}, {"md5": "0" * 32}])
def test_pins(tmp_path: Path, pin: dict) -> None:
    with pytest.raises(ContentRejected, match="the card pins") as caught:
        look(tmp_path, GZIP, "gzip", **pin)
    assert next(iter(pin)) in caught.value.what


def test_an_answer_that_promises_a_file(tmp_path: Path) -> None:
    footer = b'<m:GenericData><f:Message code="413" severity="Infomation"/></m:GenericData>'
    for kind in ("csv", "json", "xml"):
        with pytest.raises(QueryTooLarge):
            look(tmp_path, footer, kind)
    with pytest.raises(QueryTooLarge):
        look(tmp_path, b'{"warning": {"status": 413, "label": "ASYNC"}}', "json")


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded answers are not here")
def test_the_recorded_footer(tmp_path: Path) -> None:
    body = (SAMPLES / "eurostat" / "sdmx21_async_footer_413.xml").read_bytes()
    with pytest.raises(QueryTooLarge):
        look(tmp_path, body, "csv")
