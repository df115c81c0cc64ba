"""The results of a batch on disk: a folder for each submission, written whole or not at all, and found again.

    DIR/ada/results.json    as Gradescope takes it
    DIR/ada/graded.json     the whole report, whose it is, and the hash of all that it depends on
    DIR/grades.csv          made from these

graded.json is written last and names the hash of the results.json beside it: what a kill leaves in between is graded
again. Before a submission is graded anew, what stood there is removed, so that no old grade outlives what it was for.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.batch.identity import HandedIn, Person
from autograder.errors import AutograderError
from autograder.gradescope.atomic import replace_file
from autograder.gradescope.contract import validate
from autograder.gradescope.results import results_json
from autograder.outcome import Report

VERSION = 1
RESULTS, RECORD, LOCK = "results.json", "graded.json", ".lock"
NOT_GRADED = "This submission could not be graded. That is the grader's fault, not yours: tell the course staff."


@dataclass(frozen=True)
class Record:
    """What became of one submission. report: None if it could not be graded, and then ``why`` says why, to staff."""

    handed: HandedIn
    key: str
    report: Report | None = None
    why: str = ""


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store in this folder, which is made. AutograderError while another batch writes there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with this process, however that ends
        except BlockingIOError:
            raise AutograderError(f"Another batch is writing to {folder}.") from None
        except OSError:  # some network file systems have no locks
            pass
        yield Store(folder)


def written(folder: Path) -> list[str]:
    """The names of the submissions' folders among the results, in order."""
    return sorted(place.name for place in folder.iterdir() if (place / RECORD).is_file())


def read(folder: Path, name: str) -> Record | None:
    """The record in one of them, whatever its key is; None if it is torn, or older than what lies beside it."""
    place = folder / name
    try:
        data = json.loads((place / RECORD).read_bytes())
        if (data["version"], data["results"]) != (VERSION, _hash((place / RESULTS).read_bytes())):
            return None
        said = dict(data["submission"])
        people = tuple(Person(**person) for person in said.pop("people"))
        report = Report.from_dict(data["report"]) if data["report"] is not None else None
        return Record(HandedIn(**said, people=people, folder=name), data["key"], report, data["why"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


class Store:
    """Only ``opened`` makes one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, handed: HandedIn, key: str) -> Record | None:
        """What was found for this very key, None if it was never graded, not to the end, or for another key."""
        place = self.folder / handed.folder
        try:
            data = json.loads((place / RECORD).read_bytes())
            results = (place / RESULTS).read_bytes()
            if (data["version"], data["key"], data["results"]) != (VERSION, key, _hash(results)):
                return None
            return Record(handed, key, Report.from_dict(data["report"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def forget(self, handed: HandedIn) -> None:
        """Remove what an earlier run wrote for this submission, the record first."""
        for name in (RECORD, RESULTS):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(self.folder / handed.folder / name)

    def keep(self, record: Record) -> Record:
        """Write it down. A report that would break Gradescope's contract becomes one that could not be graded."""
        place = self.folder / record.handed.folder
        place.mkdir(exist_ok=True)
        data = _results(record)
        problems = validate(data)
        if problems:
            return self.keep(replace(record, report=None, why=" ".join(problems)))
        results = json.dumps(data, allow_nan=False, indent=1).encode("ascii")
        kept: dict[str, Any] = {"version": VERSION, "key": record.key, "results": _hash(results)}
        kept |= {"submission": record.handed.said(), "why": record.why}
        kept["report"] = record.report.to_dict() if record.report is not None else None
        replace_file(place / RESULTS, results)
        replace_file(place / RECORD, json.dumps(kept, default=str).encode("ascii"))
        return record


def _results(record: Record) -> dict[str, Any]:
    """results.json, without the time it took: the same submission has the same file, whoever grades it, and when."""
    if record.report is None:
        data = results_json(Report("", record.handed.label, (), remarks=(NOT_GRADED,)))
    else:
        data = results_json(record.report)
    del data["execution_time"]
    return data


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
