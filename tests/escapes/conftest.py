"""Brings the selected attacks before the court, several at a time, and hands each test its verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

collect_ignore = ["target"]  # an assignment: its checks are run by the engine

ROOT = Path(__file__).resolve().parents[2]


class Court:
    """The court's process, and the verdicts that it has given so far."""

    def __init__(self, jobs: list[dict[str, Any]]) -> None:
        self.jobs = jobs
        self.verdicts: dict[int, dict[str, Any]] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.escapes.court"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(jobs))
        self.process.stdin.close()

    def verdict(self, job: dict[str, Any]) -> dict[str, Any]:
        number = self.jobs.index(job)
        assert self.process.stdout is not None
        while number not in self.verdicts:
            line = self.process.stdout.readline()
            assert line, "the court itself died"
            verdict = json.loads(line)
            self.verdicts[verdict["number"]] = verdict
        verdict = self.verdicts[number]
        assert "died" not in verdict, f"the grader died: {verdict['died']}"
        return verdict

    def close(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def court(request: pytest.FixtureRequest) -> Iterator[Court]:
    """Knows from the selected tests what is to be tried: the parameter called ``job``."""
    callspecs = [getattr(item, "callspec", None) for item in request.session.items]
    jobs = [spec.params["job"] for spec in callspecs if spec is not None and "job" in spec.params]
    court = Court(jobs)
    yield court
    court.close()


@pytest.fixture
def verdict(court: Court) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return court.verdict
