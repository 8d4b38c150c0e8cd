"""Zip files: members by name, and what is refused."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from techdiplomacy.errors import ContentRejected, SourceChanged
from techdiplomacy.sources.archives import Limits, listed, member, members, names

TEXT = "projectID;name\n" + "".join(f"{number};{number % 7}\n" for number in range(5000))


ONE = Limits(members=1)


def packed(tmp_path: Path, files: dict[str, str] | None = None) -> Path:
    path = tmp_path / "tiny.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files or {"a.csv": TEXT, "b.csv": "x\n1\n"}).items():
            archive.writestr(name, text)
    return path


def read_all(path: Path, expected: list[str], **more: object) -> dict[str, str]:
    return {
        name: io.TextIOWrapper(stream, encoding="utf-8", newline="").read()
        for name, stream in members(path, expected, **more)
    }


def test_members_come_by_name_in_the_order_asked(tmp_path: Path) -> None:
    got = read_all(packed(tmp_path), ["b.csv", "a.csv"])
    assert list(got) == ["b.csv", "a.csv"]
    assert got["a.csv"] == TEXT
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.zip"]


def test_a_missing_member_is_named_and_others_are_not_opened(tmp_path: Path) -> None:
    path = packed(tmp_path)
    with pytest.raises(SourceChanged, match=r"lacks c\.csv; it holds 'a\.csv', 'b\.csv'"):
        read_all(path, ["a.csv", "c.csv"])
    assert list(read_all(path, ["a.csv"])) == ["a.csv"]
    assert names(path) == ["a.csv", "b.csv"]


def test_one_member_by_itself_and_the_names_as_they_are_written(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.csv": TEXT, "folder/": "", "../b.csv": "x"})
    assert listed(path) == ["a.csv", "folder/", "../b.csv"]
    with pytest.raises(ContentRejected, match="reaches out"):
        names(path)
    path = packed(tmp_path, {"a.csv": TEXT, "folder/": "", "folder/b.csv": "x"})
    assert names(path) == ["a.csv", "folder/b.csv"]
    with member(path, "folder/b.csv") as stream:
        assert stream.read() == b"x"
    with pytest.raises(ContentRejected, match="at most 1 are"), member(path, "a.csv", limits=ONE):
        raise AssertionError


def spoil_crc(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 16] ^= 1
    content[14] ^= 1
    path.write_bytes(bytes(content))


def set_encrypted(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def cut_directory(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize("spoil", [spoil_crc, set_encrypted, cut_directory])
def test_a_spoilt_file(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = packed(tmp_path)
    spoil(path)
    with pytest.raises(ContentRejected):
        read_all(path, ["a.csv", "b.csv"])


def test_a_checksum_is_looked_at_though_the_reader_stops_early(tmp_path: Path) -> None:
    path = packed(tmp_path)
    spoil_crc(path)
    with pytest.raises(ContentRejected, match=r"'a\.csv'"):
        [stream.readline() for _, stream in members(path, ["a.csv", "b.csv"])]


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "C:/a.csv", "x\\a.csv"]
)
def test_names_that_reach_out(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path, {"a.csv": "x", name: "y"})
    with pytest.raises(ContentRejected, match=r"plain name|reaches out"):
        read_all(path, ["a.csv"])


def test_a_link(tmp_path: Path) -> None:
    path = tmp_path / "tiny.zip"
    link = zipfile.ZipInfo("a.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ContentRejected, match="link"):
        read_all(path, ["a.csv"])


def test_a_name_twice(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.csv": "x", "A.csv": "y"})
    with pytest.raises(ContentRejected, match="twice"):
        read_all(path, ["a.csv", "A.csv"])


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(members=1), "2 members"),
        (Limits(size=1000), "unpacks to"),
        (Limits(ratio=2, harmless=0), "packed size"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, words: str) -> None:
    with pytest.raises(ContentRejected, match=words):
        read_all(packed(tmp_path), ["a.csv", "b.csv"], limits=limits)


def test_what_is_small_may_be_packed_however_well(tmp_path: Path) -> None:
    text = "0" * 900_000
    assert read_all(packed(tmp_path, {"a.csv": text}), ["a.csv"])["a.csv"] == text
    with pytest.raises(ContentRejected, match="over 200 times its packed size"):
        names(packed(tmp_path, {"a.csv": text * 10}))


def test_no_zip_file_at_all(tmp_path: Path) -> None:
    path = tmp_path / "tiny.zip"
    path.write_text("<html>")
    with pytest.raises(ContentRejected, match="broken"):
        read_all(path, ["a.csv"])
