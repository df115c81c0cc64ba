"""The journal keeps what a dead grader had found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.journal import Journal, read_journal, replay
from autograder.outcome import Check, Outcome, Status, declared

CHECKS = tuple(Check(f"test_public.py::test_{i}", f"Check {i}", 2.0, tags=("t",)) for i in range(3))
DECLARED = declared("gates", "gates.py", CHECKS, "not run")
FOUND = (
    Outcome(CHECKS[0], Status.PASSED, 2.0, leaderboard=0.5),
    Outcome(CHECKS[1], Status.FAILED, 0.5, "dx is wrong: \udc80 ∂ \x00\n", "the sign", "printed", "staff"),
)


def test_a_finished_journal_gives_the_finished_report(tmp_path: Path) -> None:
    final = replace(DECLARED.with_outcome(FOUND[0]), remarks=("a remark",), sandbox={"level": "strong"}, seconds=1.5)
    journal = Journal.start(tmp_path / "journal", DECLARED)
    journal.add(FOUND[1])
    journal.finish(final)
    record = read_journal(tmp_path / "journal")
    assert record is not None
    assert (record.report, record.unjudged, record.finished) == (final, (), True)


def test_outcomes_and_remarks_stand_before_the_end(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "journal", DECLARED)
    for outcome in FOUND:
        journal.add(outcome)
    journal.remark("cell 4 was passed over")
    journal.remark("slow", staff=True)
    record = read_journal(tmp_path / "journal")
    assert record is not None
    assert record.report.outcomes == (*FOUND, DECLARED.outcomes[2])
    assert (record.report.remarks, record.report.staff) == (("cell 4 was passed over",), ("slow",))
    assert (record.unjudged, record.finished) == ((CHECKS[2].name,), False)
    journal.close()
    journal.close()


def test_a_journal_torn_at_any_byte_keeps_every_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal.start(path, DECLARED)
    for outcome in FOUND:
        journal.add(outcome)
    journal.finish(DECLARED.with_outcome(FOUND[0]).with_outcome(FOUND[1]))
    whole = path.read_bytes()
    ends = [i for i, byte in enumerate(whole) if byte == ord("\n")]
    assert len(ends) == 4
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        record = read_journal(path)
        lines = sum(length >= end for end in ends)  # the newline itself may be missing
        if lines == 0:
            assert record is None
            continue
        assert record is not None
        found = min(lines - 1, 2)
        assert record.report.outcomes == (*FOUND[:found], *DECLARED.outcomes[found:])
        assert record.finished == (lines == 4)
        assert len(record.unjudged) == (0 if record.finished else 3 - found)


def test_lines_after_a_torn_one_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal.start(path, DECLARED)
    with path.open("ab") as stream:
        stream.write(b'{"outcome": {"check\n[1]\n')
    journal.add(FOUND[0])
    journal.close()
    report = replay(path)
    assert report is not None
    assert report.outcomes[0] == FOUND[0]


def test_no_journal_is_none(tmp_path: Path) -> None:
    assert replay(tmp_path / "journal") is None
    (tmp_path / "journal").write_bytes(b"")
    assert replay(tmp_path / "journal") is None
    (tmp_path / "journal").write_bytes(b'{"outcome": 1}\n\xff\xfe\n')
    assert replay(tmp_path / "journal") is None


def test_a_new_journal_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    first = Journal.start(tmp_path / "journal", DECLARED)
    first.add(FOUND[0])
    first.close()
    Journal.start(tmp_path / "journal", DECLARED).close()
    assert replay(tmp_path / "journal") == DECLARED


def test_an_undeclared_check_is_refused(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "journal", DECLARED)
    with pytest.raises(ValueError, match="never declared"):
        journal.add(Outcome(Check("other", "Other", 1.0), Status.PASSED, 1.0))
    with pytest.raises(ValueError, match="but declared were"):
        journal.finish(replace(DECLARED, outcomes=DECLARED.outcomes[:2]))
    journal.close()


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "journal", DECLARED)
    journal.add(Outcome(CHECKS[0], Status.FAILED, np.float32(0.5), leaderboard=np.float64("nan")))
    journal.close()
    report = replay(tmp_path / "journal")
    assert report is not None
    assert report.score == 0.5
    assert str(report.outcomes[0].leaderboard) == "nan"
