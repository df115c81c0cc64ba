"""Grades attacks with the real engine, each in a process of its own under hard limits, and says which promise broke.

Run as a program: a JSON list of jobs on stdin, one line of JSON for each verdict on stdout, in the order of the ends.
An argument says how many are graded at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.assignment import load_assignment
from autograder.bench import Safety
from autograder.files import ResultsFile
from autograder.grade import grade
from autograder.gradescope.contract import validate
from autograder.gradescope.results import results_json
from autograder.outcome import Report
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from tests.escapes.attack import HERE, Attack, load
from tests.escapes.settings import SETTINGS, open_up
from tests.escapes.surroundings import Surroundings, surroundings

AT_ONCE = 6  # most attacks wait for a limit, or for a process to start
SECONDS = 90  # a generous end to a grading that hangs: every limit below is far shorter
# An attack may wait for its limit; what is honest is not hurried by a busy machine.
LIMITS = {"load_seconds": 20.0, "call_seconds": 2.0, "check_seconds": 6.0}
PATIENT = {"load_seconds": 30.0, "call_seconds": 20.0, "check_seconds": 60.0}
# The machine is safe whatever an attack does: what no layer stops ends here.
HARD = {"CPU": 60, "DATA": 6 << 30, "FSIZE": 64 << 20, "CORE": 0, "NOFILE": 512}
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def main() -> None:
    import autograder.pytest_run  # noqa: F401 - loaded once, for every fork to inherit

    jobs = json.load(sys.stdin)
    at_once = int(sys.argv[1]) if sys.argv[1:] else AT_ONCE
    open_up()
    waiting, running = list(enumerate(jobs)), dict[int, tuple[int, Any]]()
    while waiting or running:
        while waiting and len(running) < at_once:
            number, job = waiting.pop(0)
            answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is reaped
            parent, child = os.getpid(), os.fork()
            if child == 0:
                _serve(job, answer.fileno(), parent)
            running[child] = number, answer
        child, status = os.wait()
        number, answer = running.pop(child)
        answer.seek(0)
        verdict = json.loads(answer.read() or "{}") or {"died": f"the grader ended with status {status}"}
        answer.close()
        print(json.dumps({"number": number, **verdict}), flush=True)


def _serve(job: dict[str, Any], answer: int, parent: int) -> None:
    """In a fresh child: one verdict, written to a file, and nobody left behind."""
    verdict: dict[str, Any] = {}
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.alarm(SECONDS)
        for name, value in HARD.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
        SETTINGS[job["setting"]]()
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if os.getppid() != parent:
            return
        attack = load(HERE / f"{job['attack']}.toml")
        if job.get("docker"):
            attack = replace(attack, shows=tuple(attack.in_docker.get(job["setting"], attack.shows)))
        verdict = judge(attack, tuple(job["without"]))
    except BaseException:
        verdict = {"died": traceback.format_exc()}
    finally:
        os.pwrite(answer, json.dumps(verdict).encode(), 0)
        os._exit(0)


def judge(attack: Attack, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Grade it and look what became of every promise. broken: promise -> how; empty for what was kept in check."""
    with surroundings() as here:
        before = here.files()
        submission = here.submit(attack)
        handed_in = {path: content for path, content in here.files().items() if path not in before}
        assignment = load_assignment(here.assignment)
        limits = replace(assignment.limits, **{**(PATIENT if attack.kind == "odd" else LIMITS), **attack.limits})
        safety = Safety(minimum=Level.WEAK, without=without) if without else None
        started = time.monotonic()
        report = grade(
            replace(assignment, limits=limits),
            submission,
            safety=safety,
            listeners=(ResultsFile(here.results),),
            zygote=Zygote(isolated="namespaces" not in without),
        )
        seconds = time.monotonic() - started
        broken = _broken(attack, report, here)
        if here.files() != before | handed_in:
            broken["files"] = "a file was changed, made or removed"
        told = [f"{outcome.status.value}: {outcome.message}" for outcome in report.outcomes]
        return {
            "broken": broken,
            "score": report.score,
            "told": [*told, *report.remarks, *report.staff],
            "sandbox": report.sandbox,
            "seconds": seconds,
        }


def _broken(attack: Attack, report: Report, here: Surroundings) -> dict[str, str]:
    """Every promise that does not hold now that the grading is over."""
    broken = {}
    if survivors := _survivors():
        broken["survivors"] = f"still alive: {survivors}"
    shown, everything = json.dumps(results_json(report)), json.dumps(report.to_dict())
    if report.score != attack.score:
        broken["score"] = f"{report.score:g} points, not {attack.score:g}"
    if seen := here.seen(shown):
        broken["seen"] = f"the student reads {' and '.join(seen)}"
    if here.canary in everything:
        broken["seen by staff"] = "the canary stands in the report"
    if problems := validate(json.loads(shown)):
        broken["contract"] = " ".join(problems)
    if json.loads(here.results.read_text(encoding="utf-8")) != json.loads(shown):
        broken["results"] = "results.json is not the grader's"
    if reached := here.reached():
        broken["reached"] = f"somebody reached out by {' and '.join(reached)}"
    if marks := here.marks():
        broken["marks"] = f"left behind: {marks}"
    if missing := [
        words for words in attack.shows if words not in json.dumps(results_json(report), ensure_ascii=False)
    ]:
        broken["words"] = f"the student should read {missing}"
    return broken


def _survivors() -> list[str]:
    """What is alive below this process, which adopts every orphan; all of it is ended and reaped."""
    alive = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = path.read_text(encoding="utf-8", errors="replace").rpartition(")")
            state, parent, *_ = rest.split()
            if int(parent) == os.getpid() and state != "Z":
                alive.append(name)
                os.kill(int(path.parent.name), signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return alive


if __name__ == "__main__":
    main()
