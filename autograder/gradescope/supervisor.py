"""A small parent of the grader, which finishes results.json when the grader no longer can.

The grader may be killed (out of memory), may hang, or may be stopped from outside; what it had found stands in its
journal. The supervisor itself does next to nothing, so there is next to nothing it can die of.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.gradescope.descendants import adopt_orphans, die_with, kill_descendants, reap
from autograder.gradescope.results import ResultsError, write
from autograder.journal import read_journal
from autograder.outcome import Outcome, Report, Status

NOT_YOUR_FAULT = "This is not your fault: tell the course staff."
STOPPED = f"The grader itself was stopped before this check was done. {NOT_YOUR_FAULT}"
TIME_IS_UP = "The time for the whole submission was used up before this check was done."
NO_CHECKS = f"The grader itself was stopped before it had begun. {NOT_YOUR_FAULT}"

_WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_OOM_SCORE = "500"  # when memory runs out: first a worker (1000), then the grader (500), last the supervisor (0)


def supervise(
    command: Sequence[str],
    journal: Path,
    results: Path,
    deadline: float,
    environment: Mapping[str, str] | None = None,
) -> Report:
    """Run the grader until it ends, or until the deadline by ``time.monotonic()``, and write results.json.

    Returns the report that was written; how the grader ended is in its ``staff``. Outcomes found so far stand.
    Raises OSError when results.json cannot be written. Has to have the process for itself: it takes over the
    signals, and every process below it is killed at the end.
    """
    started = time.monotonic()
    adopting = adopt_orphans()
    ending = _run(command, environment, deadline)
    gone = kill_descendants() and adopting
    report = _known(journal, ending, time.monotonic() - started)
    if not gone:
        report = replace(report, staff=(*report.staff, "Processes that the grader started may still be running."))
    try:
        write(report, results)
    except ResultsError as error:
        report = replace(_without_checks(NO_CHECKS), staff=(*report.staff, str(error)))
        write(report, results)
    return report


@dataclass(frozen=True)
class _Ending:
    """How the grader ended, and what an unjudged check gets for it."""

    staff: str
    status: Status = Status.BROKEN
    message: str = STOPPED


def _run(command: Sequence[str], environment: Mapping[str, str] | None, deadline: float) -> _Ending:
    # Blocked and asked for, not handled: no handler interrupts the writing of the file, and none is lost before the
    # wait. They stay blocked, since a second SIGTERM must not stop what the first one asked for.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    supervisor = os.getpid()

    def in_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        die_with(supervisor)
        with contextlib.suppress(OSError):  # some containers do not let us
            Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")

    try:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True, preexec_fn=in_child
        )
    except (OSError, subprocess.SubprocessError) as error:
        return _Ending(f"The grader could not be started: {error}")
    ending, child.returncode = _wait(child.pid, deadline)
    return ending


def _wait(child: int, deadline: float) -> tuple[_Ending, int]:
    """Until the child ends, or is killed since the time is up or someone stops us; and the child's exit code."""
    while True:
        ended = reap()
        if child in ended:
            return _Ending(_how_it_ended(ended[child])), ended[child]
        left = deadline - time.monotonic()
        if left <= 0:
            os.killpg(child, signal.SIGKILL)
            return _Ending("The grader was killed at the deadline.", Status.CRASHED, TIME_IS_UP), -signal.SIGKILL
        caught = signal.sigtimedwait(_WATCHED, min(left, 3600.0))
        if caught is not None and caught.si_signo != signal.SIGCHLD:
            os.killpg(child, signal.SIGKILL)
            name = signal.Signals(caught.si_signo).name
            return _Ending(f"The grading was stopped from outside by {name}."), -signal.SIGKILL


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"The grader ended with exit code {code}."
    if code == -signal.SIGKILL:
        return "The grader was killed by SIGKILL, as happens when memory runs out."
    return f"The grader was ended by signal {-code} ({signal.strsignal(-code)})."


def _known(journal: Path, ending: _Ending, seconds: float) -> Report:
    """The journal's report, with what the grader no longer said."""
    record = read_journal(journal)
    if record is None:
        report = _without_checks(TIME_IS_UP if ending.message == TIME_IS_UP else NO_CHECKS)
        return replace(report, staff=(ending.staff,), seconds=seconds)
    if record.finished:
        return record.report
    report = record.report
    for outcome in report.outcomes:
        if outcome.check.name in record.unjudged:
            report = report.with_outcome(Outcome(outcome.check, ending.status, message=ending.message))
    remark = f"{len(record.unjudged)} of {len(report.outcomes)} checks are without a verdict: see what they say."
    return replace(
        report,
        remarks=(*report.remarks, remark) if record.unjudged else report.remarks,
        staff=(*report.staff, ending.staff),
        seconds=seconds,
    )


def _without_checks(sentence: str) -> Report:
    """What can be said when not even the checks are known: no points and a sentence."""
    return Report(assignment="", submission="", outcomes=(), remarks=(sentence,))
