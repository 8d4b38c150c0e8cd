"""Rows set aside: named, counted, few."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdiplomacy.errors import SourceChanged
from techdiplomacy.sources.quarantine import Quarantine, write_list

REASONS = ("shifted", "two decimal marks")


def filled(count: int) -> Quarantine:
    rows = Quarantine("tiny.csv", REASONS)
    for number in range(count):
        rows.put(count + 1 - number, f"id{number}", REASONS[number % 2])
    return rows


def test_the_list_of_several_tables_is_sorted_and_holds_no_text(tmp_path: Path) -> None:
    other = Quarantine("other.csv", ["odd"])
    other.put(3, "x", "odd")
    assert write_list(tmp_path / "tiny.zip", [filled(3), other]) == "tiny.zip.quarantine.csv"
    assert (tmp_path / "tiny.zip.quarantine.csv").read_text().splitlines() == [
        "line,record,reason",
        "2,id2,shifted",
        "3,id1,two decimal marks",
        "3,x,odd",
        "4,id0,shifted",
    ]


def test_no_broken_rows_leave_no_list(tmp_path: Path) -> None:
    (tmp_path / "tiny.csv.quarantine.csv").write_text("old")
    assert write_list(tmp_path / "tiny.csv", [filled(0)]) == ""
    assert list(tmp_path.iterdir()) == []


def test_the_threshold_is_half_a_percent() -> None:
    filled(5).refuse_many(1000, "Look.")
    words = (
        r"6 of 1,000 rows are broken: shifted \(3\), .* At most 0\.5% .* See lines 7, 6, 5, 4, 3\."
    )
    with pytest.raises(SourceChanged, match=words) as caught:
        filled(6).refuse_many(1000, "Look.")
    assert caught.value.next_step == "Look."


def test_rows_may_be_counted_alone() -> None:
    rows = Quarantine("tiny.csv", REASONS)
    rows.count("shifted", 6)
    assert (dict(rows.counts), rows.rows) == ({"shifted": 6}, [])
    with pytest.raises(SourceChanged, match="6 of 1,000 rows") as caught:
        rows.refuse_many(1000, "Look.")
    assert "lines" not in caught.value.what


def test_rows_lost_or_an_unknown_reason_stop() -> None:
    filled(1).account(total=1000, accepted=999)
    with pytest.raises(SourceChanged, match="1,000 rows came, but 990 were used and 1 set aside"):
        filled(1).account(total=1000, accepted=990)
    with pytest.raises(SourceChanged, match="not known: odd"):
        filled(0).put(7, "id7", "odd")
