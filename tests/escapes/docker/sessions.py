"""What is done in the container: the doctor's look, an upload graded as Gradescope does, and the court's sessions."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.sandbox.levels import Level
from tests.escapes.docker.image import CHECKOUT, PYTHON, UPLOAD
from tests.escapes.docker.runtime import Container, run, running

COURT = "/autograder/court"
ANSWER_SECONDS = 300.0  # for one verdict: the longest limit, in half a processor


def container(root: Path, landlock: bool = True, **mounts: Path) -> Container:
    """With what this checkout has, whatever it was when the root was made. mounts: folders of /autograder."""
    folders = {f"source/{name}": CHECKOUT / name for name in ("autograder", "reference", f"assignments/{UPLOAD}")}
    folders |= {"court/tests/escapes": CHECKOUT / "tests" / "escapes", **mounts}
    return Container(root, mounts={f"/autograder/{name}": path for name, path in folders.items()}, landlock=landlock)


def doctor(inside: Container) -> dict[str, Any]:
    """What ``autograder doctor --json`` finds in there."""
    found: dict[str, Any] = json.loads(run(inside, [PYTHON, "-m", "autograder", "doctor", "--json"]))
    return found


def graded(root: Path, submission: Path) -> dict[str, Any]:
    """The results.json of one submission to the upload, by run_autograder, as Gradescope calls it."""
    script = "./run_autograder >results/stdout 2>&1; cat results/results.json"
    said = run(container(root, submission=submission), ["bash", "-c", script], "/autograder")
    found: dict[str, Any] = json.loads(said)
    return found


def job(attack: str, setting: str = "root", without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the court is to try. setting: as whom the grader runs in there."""
    return {"attack": attack, "setting": setting, "without": list(without), "docker": True}


def outcomes(
    inside: Container, jobs: list[dict[str, Any]], containers: int = 1
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each job and its verdict as it comes. The jobs are dealt out to so many containers that run at once."""
    hands = [hand for hand in (jobs[at::containers] for at in range(containers)) if hand]
    verdicts: queue.Queue[tuple[dict[str, Any], Any]] = queue.Queue()
    threads = [threading.Thread(target=_session, args=(inside, hand, verdicts), daemon=True) for hand in hands]
    for thread in threads:
        thread.start()
    for _ in jobs:
        yield verdicts.get(timeout=ANSWER_SECONDS * (1 + len(jobs) // 20))
    for thread in threads:
        thread.join()


def promise_that_broke(job: dict[str, Any], verdict: Any) -> str | None:
    """What did not end as it must; None if all did."""
    if "died" in verdict:
        return f"the grader died: {verdict['died']}"
    if job["without"]:
        return None if verdict["broken"] else "it should have succeeded"
    if verdict["broken"]:
        return json.dumps(verdict["broken"]) + " " + json.dumps(verdict["told"])
    if Level(verdict["sandbox"]["level"]) < Level.STANDARD:
        return f"graded at the level {verdict['sandbox']['level']}"
    return None


def _session(inside: Container, jobs: list[dict[str, Any]], verdicts: queue.Queue[tuple[dict[str, Any], Any]]) -> None:
    """One container, one court in it, one submission at a time."""
    open_jobs = dict(enumerate(jobs))
    command = [PYTHON, "-W", "ignore", "-m", "tests.escapes.court", "1"]
    with contextlib.suppress(OSError), running(inside, command, COURT) as court:
        assert court.stdin is not None
        assert court.stdout is not None
        court.stdin.write(json.dumps(jobs))
        court.stdin.close()
        for line in court.stdout:
            verdict = json.loads(line)
            verdicts.put((open_jobs.pop(verdict["number"]), verdict))
    for job in open_jobs.values():
        verdicts.put((job, {"died": "with its container"}))
