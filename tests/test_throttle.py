"""Turns: spaced, shared by processes, remembered, bounded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from loopback import StillClock

from techdiplomacy.errors import QuotaExhausted, SourceUnavailable
from techdiplomacy.sources.service import Pace
from techdiplomacy.sources.throttle import Throttle

SLOW = Pace("sdmx.example data", 61)


def throttle(folder: Path, still: StillClock, said: list[str] | None = None) -> Throttle:
    lines = [] if said is None else said
    return Throttle(folder, "OECD", clock=still.clock, announce=lines.append)


def test_questions_are_61_seconds_apart_also_in_the_next_run(tmp_path: Path) -> None:
    still, said = StillClock(), []
    for _ in range(2):
        turns = throttle(tmp_path, still, said)
        for _ in range(2):
            with turns.turn(SLOW):
                still.time += 4
    assert still.waits == [57, 57, 57]
    assert said == ["OECD: next question in 57 s"] * 3


def test_another_pace_does_not_wait(tmp_path: Path) -> None:
    still = StillClock()
    turns = throttle(tmp_path, still)
    for pace in (SLOW, Pace("other", 61), Pace("third", 0)):
        with turns.turn(pace):
            pass
    assert still.waits == []


@pytest.mark.parametrize("content", ["garbage", "9999999999.0", "nan"])
def test_a_file_that_cannot_be_right_means_to_wait_in_full(tmp_path: Path, content: str) -> None:
    still = StillClock()
    (tmp_path / "sdmx.example_data.last").write_text(content)
    with throttle(tmp_path, still).turn(SLOW):
        pass
    assert still.waits == [61]


@pytest.mark.parametrize("device", ["/dev/full", "/dev/null/x"])
def test_a_moment_that_cannot_be_noted(tmp_path: Path, device: str) -> None:
    (tmp_path / "sdmx.example_data.last").symlink_to(device)
    with pytest.raises(SourceUnavailable, match="cannot be noted"):
        throttle(tmp_path, StillClock()).turn(SLOW).__enter__()


def test_bytes_that_are_no_text_mean_to_wait_in_full(tmp_path: Path) -> None:
    still = StillClock()
    (tmp_path / "sdmx.example_data.last").write_bytes(b"\xff\xfe" * 99)
    for _ in range(2):
        with throttle(tmp_path, still).turn(SLOW):
            pass
    assert still.waits == [61, 61]


def test_no_more_than_so_many_in_one_run(tmp_path: Path) -> None:
    pace = Pace("p", 0, questions=2)
    still = StillClock()
    turns = throttle(tmp_path, still)
    for _ in range(2):
        with turns.turn(pace):
            pass
    with pytest.raises(QuotaExhausted, match="at most 2 questions"), turns.turn(pace):
        pass
    with throttle(tmp_path, still).turn(pace):
        pass  # another run counts anew


def test_a_turn_that_fails_counts_and_is_given_back(tmp_path: Path) -> None:
    still = StillClock()
    turns = throttle(tmp_path, still)
    with pytest.raises(ValueError, match="x"), turns.turn(SLOW):
        raise ValueError("x")
    with turns.turn(SLOW):
        pass
    assert still.waits == [61]


def test_one_process_at_a_time(tmp_path: Path) -> None:
    other = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from techdiplomacy.sources.service import Pace\n"
        "from techdiplomacy.sources.throttle import REAL, Throttle\n"
        "with Throttle(Path(sys.argv[1]), 'x', clock=REAL, announce=print).turn(Pace('p', 0)):\n"
        "    print('in', flush=True); sys.stdin.readline(); print('out', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", other, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        said: list[str] = []

        def announce(words: str) -> None:
            said.append(words)
            process.stdin.write("\n")
            process.stdin.flush()

        turns = Throttle(tmp_path, "OECD", clock=StillClock().clock, announce=announce)
        with turns.turn(Pace("p", 0)):
            assert process.stdout.readline() == "out\n"
    assert said == ["OECD: another run is asking, waiting for its answer"]
