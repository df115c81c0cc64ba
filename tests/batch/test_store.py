"""What is on disk is whole, is found again for the same key only, and depends on everything that a grade depends on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.fingerprint import of_grader, of_submission
from autograder.batch.identity import HandedIn, Person, named
from autograder.batch.store import RECORD, RESULTS, Record, Store, opened, read, written
from autograder.errors import AutograderError
from autograder.outcome import Check, Outcome, Report, Status
from tests.batch.conftest import RIGHT, write

REPORT = Report("A", "ada", (Outcome(Check("t.py::test_a", "A check.", 3), Status.PASSED, 3.0),), seconds=1.5)


@pytest.fixture
def ada() -> HandedIn:
    return named([HandedIn("ada")])[0]


def test_a_record_is_found_for_its_key_and_no_other(tmp_path: Path, ada: HandedIn) -> None:
    with opened(tmp_path / "new" / "out") as store:
        store.keep(Record(ada, "key", REPORT))
        found = store.find(ada, "key")
        assert found is not None
        assert found.report == REPORT
        assert store.find(ada, "another key") is None
        assert store.find(replace(ada, folder="bela"), "key") is None


@pytest.mark.parametrize("file", [RECORD, RESULTS])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"version": 1}', b"null"])
def test_what_is_torn_or_spoiled_is_graded_again(
    tmp_path: Path, ada: HandedIn, file: str, content: bytes | None
) -> None:
    store = Store(tmp_path)
    store.keep(Record(ada, "key", REPORT))
    path = tmp_path / "ada" / file
    path.unlink() if content is None else path.write_bytes(content)
    assert store.find(ada, "key") is None


def test_a_record_between_two_writes_is_not_believed(tmp_path: Path, ada: HandedIn) -> None:
    store = Store(tmp_path)
    store.keep(Record(ada, "key", REPORT))
    old = (tmp_path / "ada" / RECORD).read_bytes()
    better = replace(REPORT, outcomes=(replace(REPORT.outcomes[0], score=2.0),))
    store.keep(Record(ada, "key", better))
    (tmp_path / "ada" / RECORD).write_bytes(old)  # as if killed before the record was written
    assert store.find(ada, "key") is None


def test_what_could_not_be_graded_is_tried_again_and_has_no_points(tmp_path: Path, ada: HandedIn) -> None:
    store = Store(tmp_path)
    store.keep(Record(ada, "key", why="The disk was full of </script>."))
    assert store.find(ada, "key") is None
    data = json.loads((tmp_path / "ada" / RESULTS).read_text())
    assert data["score"] == 0
    assert "script" not in json.dumps(data)


def test_results_say_nothing_of_the_time_they_took(tmp_path: Path, ada: HandedIn) -> None:
    store = Store(tmp_path)
    store.keep(Record(ada, "key", REPORT))
    first = (tmp_path / "ada" / RESULTS).read_bytes()
    store.keep(Record(ada, "key", replace(REPORT, seconds=99.0)))
    assert (tmp_path / "ada" / RESULTS).read_bytes() == first


def test_only_one_batch_at_a_time(tmp_path: Path) -> None:
    let_in = []
    with opened(tmp_path), pytest.raises(AutograderError, match="Another batch"), opened(tmp_path):
        let_in.append("the second, beside the first")
    with opened(tmp_path):
        let_in.append("the third, after it")
    assert let_in == ["the third, after it"]


def test_the_hash_of_the_grader_covers_what_a_grade_depends_on(
    make_assignment: Callable[..., Assignment],
) -> None:
    assignment = make_assignment()
    options = {"seconds": None}
    seen = {of_grader(assignment, options)}
    write(assignment.root / "reference", {"double.py": RIGHT})
    seen.add(of_grader(assignment, options))
    write(assignment.folder, {"misconceptions.toml": ""})
    seen.add(of_grader(assignment, options))
    (assignment.folder / "test_public.py").write_text("# another\n")
    seen.add(of_grader(assignment, options))
    seen.add(of_grader(assignment, {"seconds": 3.0}))
    assert len(seen) == 5
    last = of_grader(assignment, options)
    write(assignment.folder, {"handout.md": "Words.", "unexplained.jsonl": "{}", "__pycache__/a.pyc": "x"})
    assert of_grader(assignment, options) == last


def test_the_hash_of_a_submission_covers_names_and_bytes_and_waits_for_nobody(tmp_path: Path) -> None:
    folder = write(tmp_path / "ada", {"double.py": RIGHT})
    whole = HandedIn("ada", folder)
    first = of_submission(whole, "grader")
    assert of_submission(replace(whole, label="bela"), "grader") == first
    assert of_submission(HandedIn("ada", files=(("double.py", folder / "double.py"),)), "grader") == first
    seen = {first, of_submission(whole, "another grader"), of_submission(whole, "grader", "late")}
    (folder / "double.py").rename(folder / "half.py")
    seen.add(of_submission(whole, "grader"))
    (folder / "half.py").write_text(RIGHT + "\n")
    seen.add(of_submission(whole, "grader"))
    (folder / "linked").symlink_to("/etc/passwd")
    seen.add(of_submission(whole, "grader"))
    os.mkfifo(folder / "fifo.py")
    seen.add(of_submission(whole, "grader"))
    assert len(seen) == 7


def test_whoever_reads_the_results_needs_no_key_and_believes_nothing_torn(tmp_path: Path) -> None:
    handed = named(
        [HandedIn("ada", people=(Person("Ada", "ada@example.org", "7", "12"),), created_at="2026", late=True)]
    )
    store = Store(tmp_path)
    store.keep(Record(handed[0], "some key", REPORT))
    store.keep(Record(HandedIn("bela", folder="bela"), "", why="The disk was full."))
    (tmp_path / "report").mkdir()
    assert written(tmp_path) == ["ada", "bela"]
    assert read(tmp_path, "ada") == Record(handed[0], "some key", REPORT)
    assert read(tmp_path, "bela") == Record(HandedIn("bela", folder="bela"), "", None, "The disk was full.")
    (tmp_path / "ada" / RESULTS).write_bytes(b"{}")
    (tmp_path / "bela" / RECORD).write_bytes(b'{"version": 1')
    assert (read(tmp_path, "ada"), read(tmp_path, "bela"), read(tmp_path, "report")) == (None, None, None)
