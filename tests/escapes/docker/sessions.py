"""What is done in the container: the doctor's look, an upload graded as Gradescope does, and the court's sessions."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox.levels import Level
from tests.escapes.docker.image import CHECKOUT, PYTHON, UPLOAD
from tests.escapes.docker.runtime import Container, run, running

COURT = "/autograder/court"
ANSWER_SECONDS = 300.0  # for one verdict: the longest limit, in half a processor


def container(root: Path, landlock: bool = True, **mounts: Path) -> Container:
    """With what this checkout has, whatever it was when the root was made. mounts: folders of /autograder."""
    folders = {"source/autograder": CHECKOUT / "autograder"}
    folders |= {"court/tests/escapes": CHECKOUT / "tests" / "escapes", **mounts}
    return Container(root, mounts={f"/autograder/{name}": path for name, path in folders.items()}, landlock=landlock)


def doctor(inside: Container) -> dict[str, Any]:
    """What ``autograder doctor --json`` finds in there."""
    found: dict[str, Any] = json.loads(run(inside, [PYTHON, "-m", "autograder", "doctor", "--json"]))
    return found


def graded(root: Path, submission: Path) -> dict[str, Any]:
    """The results.json of one submission to the upload, by run_autograder, as Gradescope calls it."""
    # Copied, for the grader shuts the assignment's folder to others, and what is mounted here cannot be changed.
    copies = "rm -rf source/reference source/assignments/*; cp -r today/reference source; cp -r today/upload "
    script = f"{copies} source/assignments/{UPLOAD}; ./run_autograder >results/stdout 2>&1; cat results/results.json"
    today = {"today/reference": CHECKOUT / "reference", "today/upload": CHECKOUT / "assignments" / UPLOAD}
    inside = container(root, submission=submission, **today)
    said = run(inside, ["bash", "-c", script], "/autograder")
    found: dict[str, Any] = json.loads(said)
    return found


def job(attack: str, setting: str = "root", without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the court is to try. setting: as whom the grader runs in there."""
    return {"attack": attack, "setting": setting, "without": list(without), "docker": True}


@dataclass
class Hand:
    """The jobs that one container was dealt and has not answered, by their numbers; what it has said of the next."""

    jobs: dict[int, dict[str, Any]]
    said: bytes = b""


def outcomes(
    inside: Container, jobs: list[dict[str, Any]], containers: int = 1
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each job and its verdict as it comes. The jobs are dealt out to so many containers that run at once.

    In each container one court grades one submission at a time. Nothing of them is left, however this ends.
    """
    command = [PYTHON, "-W", "ignore", "-m", "tests.escapes.court", "1"]
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        for hand in filter(None, (jobs[at::containers] for at in range(containers))):
            court = stack.enter_context(running(inside, command, COURT))
            assert court.stdin is not None
            assert court.stdout is not None
            court.stdin.write(json.dumps(hand))
            court.stdin.close()
            selector.register(court.stdout, selectors.EVENT_READ, Hand(dict(enumerate(hand))))
        while selector.get_map():
            events = selector.select(ANSWER_SECONDS)
            if not events:
                raise TimeoutError(f"no verdict in {ANSWER_SECONDS:g} s")
            for key, _ in events:
                said = os.read(key.fd, 1 << 16)
                yield from _verdicts(key.data, said)
                if not said:
                    selector.unregister(key.fileobj)


def _verdicts(hand: Hand, said: bytes) -> Iterator[tuple[dict[str, Any], Any]]:
    """What has been said in full by now; at the end, when nothing is, of all that is still open."""
    *lines, hand.said = (hand.said + said).split(b"\n")
    for verdict in map(json.loads, lines):
        yield hand.jobs.pop(verdict["number"]), verdict
    if not said:
        yield from ((job, {"died": "with its container"}) for job in hand.jobs.values())


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
