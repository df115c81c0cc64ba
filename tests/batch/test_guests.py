"""Who gets what on a cluster, by a Dask that says what a test wants: rare things that real workers seldom do."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import distributed
import pytest

from autograder.assignment import Assignment
from autograder.batch import cluster
from autograder.batch.crew import Answer
from autograder.batch.handover import order
from autograder.batch.identity import HandedIn
from autograder.errors import AutograderError
from tests.batch.conftest import RIGHT, write

GRADED = {"report": {"it": "was graded"}}
LOST = "the worker is lost"


class Future:
    """One that has come to its end. said: a result, an error, or LOST."""

    def __init__(self, said: Any) -> None:
        self.said = said
        self.status = "error" if isinstance(said, Exception) else "cancelled" if said is LOST else "finished"

    def add_done_callback(self, callback: Callable[[Future], None]) -> None:
        callback(self)

    def exception(self) -> Exception:
        return self.said  # type: ignore[no-any-return]

    def result(self, timeout: float) -> Any:
        return self.said

    def cancel(self) -> None: ...


class Client:
    """there: the threads of each worker, look by look; the last one holds. says: by worker and function, in turn."""

    status = "running"

    def __init__(self, there: Iterable[dict[str, int]], says: dict[tuple[str, str], list[Any]]) -> None:
        self.there, self.says = deque(there), {key: deque(values) for key, values in says.items()}
        self.asked: Counter[tuple[str, str]] = Counter()

    def nthreads(self, callback_timeout: float) -> dict[str, int]:
        return self.there.popleft() if len(self.there) > 1 else self.there[0]

    def submit(self, function: Callable[..., Any], *arguments: Any, workers: list[str], pure: bool) -> Future:
        key = (workers[0], function.__name__)
        self.asked[key] += 1
        usual = {} if function.__name__ == "admit" else GRADED
        values = self.says.get(key)
        return Future(values.popleft() if values else usual)

    def cancel(self, futures: list[Future]) -> None: ...

    def run(self, *arguments: Any, **options: Any) -> None: ...

    def close(self, timeout: float) -> None: ...


@pytest.fixture
def grade(assignment: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Answer]]:
    """Grades so many submissions with this client; what was said stands in ``said``."""
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 0.03)
    handed = order(HandedIn("ada", write(tmp_path / "ada", {"double.py": RIGHT})))

    def run(client: Client, said: list[str], number: int = 4) -> list[Answer]:
        monkeypatch.setattr(cluster, "_connected", lambda scheduler: client)
        batch = cluster.Cluster("tcp://there:1", assignment, {}, said.append)
        try:
            return list(batch.work([(f"s{at}", {"submission": handed, "lateness": None}) for at in range(number)]))
        finally:
            batch.close()

    return run


def test_each_is_answered_once_whoever_comes_and_goes(grade: Callable[..., list[Answer]]) -> None:
    there = [{"a": 1}, {"a": 1, "b": 2}, {"b": 2}]
    says = {("a", "answer"): [GRADED, LOST, LOST], ("b", "answer"): [LOST, GRADED]}
    said: list[str] = []
    answers = grade(Client(there, says), said, number=9)
    assert sorted(answer.key for answer in answers) == [f"s{at}" for at in range(9)]
    assert all(answer.report == GRADED["report"] for answer in answers)


def test_a_worker_that_was_started_anew_is_sent_the_assignment_again(grade: Callable[..., list[Answer]]) -> None:
    client = Client([{"a": 1}], {("a", "answer"): [GRADED, {"missing": True}, {"missing": True}]})
    assert len(grade(client, [])) == 4
    assert client.asked["a", "admit"] == 2
    assert client.asked["a", "answer"] == 6


def test_what_cannot_run_there_makes_a_worker_stand_aside(grade: Callable[..., list[Answer]]) -> None:
    says: dict[tuple[str, str], list[Any]] = {
        ("a", "admit"): [ModuleNotFoundError("No module named 'autograder'")],
        ("b", "answer"): [{"refused": "This machine cannot confine a submission."}] * 2,
    }
    said: list[str] = []
    client = Client([{"a": 1, "b": 1, "c": 1}], says)
    assert len(grade(client, said)) == 4
    assert client.asked["a", "answer"] == 0
    assert any("a takes no part: it has no autograder with [cluster]" in words for words in said)
    assert any("b takes no part: This machine cannot confine a submission." in words for words in said)

    with pytest.raises(AutograderError, match=r"No worker of the cluster can grade this\.\n  a: it has numpy 1"):
        grade(Client([{"a": 1}], {("a", "admit"): [{"refused": "it has numpy 1, not 2"}]}), [])


def test_one_that_loses_its_workers_again_and_again_is_given_up(grade: Callable[..., list[Answer]]) -> None:
    killed = distributed.KilledWorker("answer", None, 4)
    [answer] = grade(Client([{"a": 1}], {("a", "answer"): [killed] * 9}), [], number=1)
    assert answer.report is None
    assert answer.failed == "5 workers were lost while they graded it."


def test_a_fault_of_ours_there_costs_one_submission(grade: Callable[..., list[Answer]]) -> None:
    answers = grade(Client([{"a": 1}], {("a", "answer"): [OSError(28, "No space left on device")]}), [])
    assert sorted(answer.failed for answer in answers) == ["", "", "", "OSError: [Errno 28] No space left on device"]


def test_a_scheduler_that_nobody_joins_is_said_so(grade: Callable[..., list[Answer]]) -> None:
    said: list[str] = []
    assert len(grade(Client([{}] * 30 + [{"a": 1}], {}), said)) == 4
    assert said == ["No worker has joined tcp://there:1 yet: waiting for one. Ctrl-C stops."]
