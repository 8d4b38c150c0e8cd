"""Rows set aside: named, counted, few."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdiplomacy.errors import SourceChanged
from techdiplomacy.sources.quarantine import Quarantine

REASONS = ("shifted", "two decimal marks")


def filled(count: int, *, personal: bool) -> Quarantine:
    rows = Quarantine("tiny.csv", REASONS, personal=personal)
    for number in range(count):
        rows.put(count + 1 - number, f"id{number}", REASONS[number % 2], "Jane Doe;Street 1")
    return rows


def test_the_list_is_sorted_and_holds_the_row(tmp_path: Path) -> None:
    rows = filled(3, personal=False)
    rows.settle(total=1000, accepted=997, beside=tmp_path / "tiny.csv")
    assert rows.counts == {"shifted": 2, "two decimal marks": 1}
    assert (tmp_path / "tiny.csv.quarantine.csv").read_text().splitlines() == [
        "line,record,reason,text",
        "2,id2,shifted,Jane Doe;Street 1",
        "3,id1,two decimal marks,Jane Doe;Street 1",
        "4,id0,shifted,Jane Doe;Street 1",
    ]


def test_rows_that_may_speak_of_persons_leave_no_text(tmp_path: Path) -> None:
    rows = filled(3, personal=True)
    rows.settle(total=1000, accepted=997, beside=tmp_path / "tiny.csv")
    text = (tmp_path / "tiny.csv.quarantine.csv").read_text()
    assert text.startswith("line,record,reason\n2,id2,shifted\n")
    assert "Jane" not in text + repr(vars(rows))


def test_no_broken_rows_leave_no_list(tmp_path: Path) -> None:
    (tmp_path / "tiny.csv.quarantine.csv").write_text("old")
    filled(0, personal=True).settle(total=10, accepted=10, beside=tmp_path / "tiny.csv")
    assert list(tmp_path.iterdir()) == []


def test_the_threshold_is_half_a_percent_and_the_list_is_there_to_look_at(tmp_path: Path) -> None:
    filled(5, personal=True).settle(total=1000, accepted=995)
    with pytest.raises(SourceChanged, match=r"6 of 1000 rows .*shifted 3.*more than 0\.5%"):
        filled(6, personal=True).settle(total=1000, accepted=994, beside=tmp_path / "tiny.csv")
    assert (tmp_path / "tiny.csv.quarantine.csv").is_file()


def test_rows_lost_or_an_unknown_reason_stop() -> None:
    with pytest.raises(SourceChanged, match="1000 rows came, but 990 were used and 1 set aside"):
        filled(1, personal=True).settle(total=1000, accepted=990)
    with pytest.raises(SourceChanged, match="not known: odd") as caught:
        filled(0, personal=True).put(7, "id7", "odd", "Jane Doe")
    assert "line 7" in caught.value.where
    assert "Jane" not in str(caught.value)
