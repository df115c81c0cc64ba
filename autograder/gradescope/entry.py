"""One run in Gradescope's container, from the folders it gives to the results.json it takes."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.assignment import load_assignment
from autograder.clean import clean
from autograder.errors import AssignmentError
from autograder.gradescope.atomic import replace_file
from autograder.gradescope.metadata import Metadata, read_metadata
from autograder.gradescope.rate import keep_count, results_to_keep
from autograder.gradescope.results import warnings, write
from autograder.gradescope.supervisor import NOT_YOUR_FAULT, supervise
from autograder.outcome import Report

DEFAULT_LIMIT = 600.0  # seconds; Gradescope's own default

# -I: what lies in the working folder can never stand in for a module. -X utf8: the container's locale may be anything.
GRADER = (sys.executable, "-I", "-X", "utf8", "-m", "autograder", "grade")

# OpenBLAS starts a thread for each core of the host, of which the container has a half.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

UNFINISHED = f"The grading has not come to its end. {NOT_YOUR_FAULT}"
NO_ASSIGNMENT = f"The autograder was uploaded without its assignment. {NOT_YOUR_FAULT}"


def run(root: Path, grader: Sequence[str] = GRADER) -> int:
    """Grade ROOT/submission by the assignment in ROOT/source, into ROOT/results/results.json.

    Returns 0 whenever a valid results.json was written, whatever is in it. Details for staff go to stdout, which
    Gradescope shows to instructors only. Has to have the process for itself, as ``supervise``.
    """
    started = time.monotonic()
    results = root / "results" / "results.json"
    try:
        results.parent.mkdir(parents=True, exist_ok=True)
        _write_sentence(UNFINISHED, results)
        assignments = sorted(path.parent for path in (root / "source" / "assignments").glob("*/assignment.toml"))
        if len(assignments) != 1:
            _write_sentence(NO_ASSIGNMENT, results)
            print(f"The upload must hold one assignment, and it holds {len(assignments)}: use `autograder build`.")
            return 0
        metadata = read_metadata(root / "submission_metadata.json")
        if _keeps_last_results(metadata, assignments[0], results):
            return 0
        report = _grade(root, assignments[0], results, started, grader)
        if metadata is not None:
            keep_count(results, metadata)
    except OSError as error:
        print(f"The grading could not be set up, or its results not written: {error}", file=sys.stderr)
        return 1
    for line in _for_staff(report, metadata.total_points if metadata else None):
        print(clean(line, limit=20_000))
    return 0


def time_limits(environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds until the grader has to be done by itself, and until it is killed, both below Gradescope's limit.

    At its limit Gradescope puts a file with no points in the place of ours. Of 600 s the grader has 555 and is killed
    at 570; the rest is for killing, writing, and the start of the container on half a CPU.
    """
    try:
        limit = float(environment["TIMEOUT_SECONDS"])
    except (KeyError, ValueError):
        limit = DEFAULT_LIMIT
    if not (math.isfinite(limit) and limit > 0):
        limit = DEFAULT_LIMIT
    margin = min(max(20.0, 0.05 * limit), 0.3 * limit)
    return limit - 1.5 * margin, limit - margin


def _keeps_last_results(metadata: Metadata | None, assignment: Path, results: Path) -> bool:
    """Whether this submission is one too many, so that the results of the one before were written again."""
    try:
        limit = load_assignment(assignment).rate_limit
    except AssignmentError:
        return False  # the grader will say so
    kept = results_to_keep(metadata, limit) if metadata is not None and limit is not None else None
    if kept is not None:
        replace_file(results, json.dumps(kept, allow_nan=False, indent=1).encode("ascii"))
    return kept is not None


def _grade(root: Path, assignment: Path, results: Path, started: float, grader: Sequence[str]) -> Report:
    own, killed = time_limits(os.environ)
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
        journal = Path(folder) / "journal"
        files = {"--journal": journal, "--results": results, "--metadata": root / "submission_metadata.json"}
        options = [str(word) for option in files.items() for word in option] + ["--deadline", f"{own:g}"]
        command = (*grader, str(assignment), str(root / "submission"), *options)
        return supervise(command, journal, results, started + killed, {**os.environ, **ONE_THREAD})


def _write_sentence(sentence: str, results: Path) -> None:
    write(Report(assignment="", submission="", outcomes=(), remarks=(sentence,)), results)


def _for_staff(report: Report, points: float | None) -> list[str]:
    lines = [*report.staff, *warnings(report, points)]
    lines += [f"{outcome.check.name}: {outcome.staff}" for outcome in report.outcomes if outcome.staff]
    return lines
