"""The bench on which one submission lies while it is graded: its private copy, the sandbox, and the workers."""

from __future__ import annotations

import contextlib
import math
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder import submission as submissions
from autograder.assignment import Assignment
from autograder.errors import StudentError, SubmissionError
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.session import Sandbox
from autograder.workers import Workers

PREPARED = 24  # workers that lock themselves down while pytest loads: most assignments have more checks; 4 MB each


@dataclass(frozen=True)
class Safety:
    """How much confinement is asked for. without: layers left out on purpose."""

    minimum: Level = Level.STANDARD
    without: tuple[str, ...] = ()


@dataclass
class Bench:
    """One submission, ready to be asked. ``problem``: why it cannot be graded at all, said at every check."""

    sandbox: Sandbox
    workers: Workers | None
    problem: StudentError | None
    remarks: tuple[str, ...]


@contextlib.contextmanager
def open_bench(
    assignment: Assignment,
    path: Path,
    *,
    seconds: float = math.inf,
    safety: Safety | None = None,
    zygote: Zygote | None = None,
    prepared: int = PREPARED,
) -> Iterator[Bench]:
    """Copy the submission to a private folder and start the sandbox; end and remove both afterwards.

    seconds: for all checks together, by the grader's clock. zygote: one that was started already; it is closed at the
    end. prepared: how many workers to have made in advance. Raises SandboxError where nothing can run safely; what is
    wrong with the submission itself becomes ``problem``.
    """
    safety = safety or Safety()
    deadline = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        zygote = stack.enter_context(contextlib.closing(zygote or Zygote("namespaces" not in safety.without)))
        folder = stack.enter_context(_private_folder())
        sandbox = Sandbox(
            zygote=zygote,
            folder=folder,
            memory_mb=int(assignment.limits.memory_mb),
            cpu_seconds=math.ceil(assignment.limits.check_seconds + assignment.limits.load_seconds),
            secrets=(assignment.folder, assignment.root / "reference"),
            minimum=safety.minimum,
            without=safety.without,
        )
        stack.callback(sandbox.close)
        sandbox.prepare(prepared)
        try:
            submission = submissions.read(path, file=assignment.file, provides=tuple(assignment.functions), into=folder)
        except SubmissionError as error:
            yield Bench(sandbox, None, StudentError(str(error)), ())
            return
        workers = Workers(sandbox, assignment, submission, deadline)
        try:
            yield Bench(sandbox, workers, None, submission.remarks)
        finally:
            workers.close()


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """An empty folder that a worker of another uid can enter, and nobody can find by listing."""
    outer = Path(tempfile.mkdtemp(prefix="autograder-"))
    try:
        outer.chmod(0o711)
        inner = Path(tempfile.mkdtemp(dir=outer))
        inner.chmod(0o755)
        yield inner
    finally:
        shutil.rmtree(outer, ignore_errors=True)
