"""A batch on a Dask cluster: submissions go to its workers as data, and what they say comes back as it is found.

Which worker grades what is decided here, not by Dask, for two reasons: a worker is given something only after it was
found to grade as this machine does (site.admit), and what a lost worker was at is known at once and goes to another.
Each Dask worker has one submission more than it has threads, so that none of them waits for the next.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.batch import fingerprint
from autograder.batch.crew import Answer, CrewGone
from autograder.batch.parcel import pack, pack_assignment
from autograder.errors import AutograderError

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 1.0  # between two looks at which workers there are
PATIENCE_SECONDS = 5.0  # for a better worker, where all that have come are refused
FETCH_SECONDS = 10.0  # for an answer from its worker, before we look whether that is still there
SHOWN = 10  # workers that refuse
MAX_LOSSES = 5  # of workers, by one submission: then it is not sent again

Order = tuple[str, dict[str, Any]]


@dataclass
class _Guest:
    """One worker of the cluster. refused: why it takes no part. under_way: what it has, each with Dask's future."""

    address: str
    threads: int
    is_admitted: bool = False
    refused: str = ""
    under_way: dict[str, tuple[dict[str, Any], Any]] = field(default_factory=dict)

    @property
    def room(self) -> int:
        return self.threads + 1 - len(self.under_way) if self.is_admitted and not self.refused else 0


class Cluster:
    """The workers of one scheduler, for one assignment; in the place of a Crew. ``close`` lets them go.

    scheduler: its address, or a file that it wrote. say: is told of workers that are refused or lost.
    AutograderError where no scheduler answers.
    """

    def __init__(
        self, scheduler: str, assignment: Assignment, options: dict[str, Any], say: Callable[[str], None]
    ) -> None:
        self.declared: dict[str, Any] | None = None
        self._scheduler, self._assignment, self._options, self._say = scheduler, assignment, options, say
        self._bundle = pack_assignment(assignment)
        self._grader = fingerprint.of_grader(assignment, options)
        self._guests: dict[str, _Guest] = {}
        self._losses: Counter[str] = Counter()
        self._waiting: deque[Order] = deque()
        self._done: queue.SimpleQueue[tuple[_Guest, str, Any]] = queue.SimpleQueue()
        self._answers: deque[Answer] = deque()
        self._looked = self._hopeful = time.monotonic()
        self._has_said = False
        self._client = _connected(scheduler)

    def work(self, orders: Iterable[Order]) -> Iterator[Answer]:
        """The answer to each of these messages, each with its key, as they come; each exactly once.

        AutograderError where every worker refuses, CrewGone where the scheduler is gone.
        """
        self._waiting = deque(orders)
        self._meet()
        while self._waiting or any(guest.under_way for guest in self._guests.values()):
            self._hand_out()
            with contextlib.suppress(queue.Empty):
                self._hear(*self._done.get(timeout=LOOK_SECONDS))
            if time.monotonic() - self._looked > LOOK_SECONDS:
                self._meet()
            while self._answers:
                yield self._answers.popleft()

    def close(self) -> None:
        futures = [future for guest in self._guests.values() for _, future in guest.under_way.values()]
        there = [guest.address for guest in self._guests.values() if guest.is_admitted]
        with contextlib.suppress(Exception):  # whatever Dask says of a cluster that is going to pieces
            if self._client.status == "running":
                self._client.cancel(futures)
                leave, wait = _site().leave, CONNECT_SECONDS
                self._client.run(leave, self._grader, workers=there, on_error="ignore", callback_timeout=wait)
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT_SECONDS)

    def _meet(self) -> None:
        """Look who is there: greet who has come, and give to others what those had who are gone."""
        there = self._threads()
        self._looked = time.monotonic()
        if there is not None:
            for address in set(self._guests) - set(there):
                guest = self._guests[address]
                if guest.is_admitted:
                    self._say(f"The worker {address} is gone; others go on with what it had.")
                for key in list(guest.under_way):
                    self._lose(guest, key)
                del self._guests[address]
            for address in sorted(set(there) - set(self._guests)):
                self._guests[address] = guest = _Guest(address, there[address])
                self._greet(guest)
        self._see_to_it_that_somebody_grades()

    def _threads(self) -> dict[str, int] | None:
        """Of each worker of the cluster how many threads it has; None while the scheduler does not answer."""
        try:
            found: dict[str, int] = self._client.nthreads(callback_timeout=FETCH_SECONDS)
            return found
        except Exception as error:  # Dask has many for this
            self._end_if_gone(error)
            return None

    def _end_if_gone(self, error: Exception) -> None:
        if self._client.status in ("closed", "closing"):
            raise CrewGone(f"The Dask scheduler {self._scheduler} is gone.") from error

    def _see_to_it_that_somebody_grades(self) -> None:
        guests = self._guests.values()
        if any(not guest.refused for guest in guests) or not self._waiting:
            self._hopeful = time.monotonic()
        elif time.monotonic() - self._hopeful > PATIENCE_SECONDS:
            if guests:
                reasons = sorted(f"{guest.address}: {guest.refused}." for guest in guests)
                raise AutograderError("\n  ".join(["No worker of the cluster can grade this.", *reasons[:SHOWN]]))
            if not self._has_said:
                self._say(f"No worker has joined {self._scheduler} yet: waiting for one. Ctrl-C stops.")
            self._has_said = True

    def _greet(self, guest: _Guest) -> None:
        guest.is_admitted = False
        sent = (self._bundle, self._assignment.name, self._grader, fingerprint.versions(), self._options)
        self._submit(guest, "", _site().admit, *sent)

    def _hand_out(self) -> None:
        """Give the next submission to whoever has most room for it, as long as somebody has."""
        while self._waiting and self._guests:
            guest = max(self._guests.values(), key=lambda one: one.room)
            if guest.room <= 0:
                return
            key, message = self._waiting.popleft()
            try:
                parcel = pack(message["submission"])
            except OSError as error:
                self._answers.append(Answer(key, failed=f"It cannot be read: {error.strerror or error}."))
                continue
            future = self._submit(guest, key, _site().answer, self._grader, parcel, message["lateness"])
            guest.under_way[key] = message, future

    def _submit(self, guest: _Guest, key: str, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Sending large graph")  # it is what has to be sent
                future = self._client.submit(function, *arguments, workers=[guest.address], pure=False)
        except Exception as error:
            self._end_if_gone(error)
            raise
        future.add_done_callback(lambda done: self._done.put((guest, key, done)))
        return future

    def _hear(self, guest: _Guest, key: str, future: Any) -> None:
        """What came of one thing that was asked of a worker. key: of the submission; none for its admission."""
        if self._guests.get(guest.address) is not guest:
            return  # it is gone, and others have what it had
        if key and guest.under_way.get(key, (None, None))[1] is not future:
            return
        said, problem = self._fetched(guest, future)
        if said is not None and "refused" in said:
            problem, said = str(said["refused"]).rstrip("."), None
            self._refuse(guest, problem, key)
        elif not key and problem:
            self._refuse(guest, problem)
        elif not key and said is None:  # its answer was lost on the way
            self._greet(guest)
        elif not key:
            guest.is_admitted = True
        elif said is not None and "missing" in said:
            self._give_back(guest, key)
            if guest.is_admitted:
                self._greet(guest)
        elif said is None and not problem:
            self._lose(guest, key)
        else:
            del guest.under_way[key]
            self._answers.append(self._answer(key, said or {"failed": problem}))

    def _fetched(self, guest: _Guest, future: Any) -> tuple[dict[str, Any] | None, str]:
        """What the worker said, or what is wrong with it; neither, where it was lost before it could say it."""
        import distributed

        if future.status == "error":
            error = future.exception()
            if isinstance(error, distributed.KilledWorker):
                return None, ""
            if isinstance(error, (ImportError, AttributeError, TypeError)):  # of what was to be called there
                return None, f"it has no autograder with [cluster], or another version of it ({error})"
            return None, f"{type(error).__name__}: {error}"
        while future.status == "finished":
            try:
                return future.result(timeout=FETCH_SECONDS), ""
            except (TimeoutError, distributed.TimeoutError):  # perhaps its worker is gone, and nobody else has it
                there = self._threads()
                if there is not None and guest.address not in there:
                    break
            except Exception:  # it was there a moment ago
                break
        return None, ""

    def _answer(self, key: str, said: dict[str, Any]) -> Answer:
        self.declared = self.declared or said.get("declared")
        if said.get("unexplained"):
            with contextlib.suppress(OSError), self._assignment.unexplained.open("a", encoding="utf-8") as file:
                file.write(said["unexplained"])
        return Answer(key, said.get("report"), said.get("failed", ""))

    def _refuse(self, guest: _Guest, why: str, key: str = "") -> None:
        if key:
            self._give_back(guest, key)
        if not guest.refused:
            guest.refused = why
            self._say(f"The worker {guest.address} takes no part: {why}.")

    def _lose(self, guest: _Guest, key: str) -> None:
        """A worker is lost with this submission. Another gets it, unless it is the submission that loses them."""
        self._losses[key] += 1
        self._give_back(guest, key)
        if self._losses[key] >= MAX_LOSSES:
            self._waiting.popleft()
            self._answers.append(Answer(key, failed=f"{MAX_LOSSES} workers were lost while they graded it."))

    def _give_back(self, guest: _Guest, key: str) -> None:
        message, future = guest.under_way.pop(key)
        self._waiting.appendleft((key, message))
        with contextlib.suppress(Exception):  # of a scheduler that is gone
            future.cancel()


def _connected(scheduler: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        raise AutograderError("--scheduler needs Dask: pip install 'backprop-autograder[cluster]'.") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would say is said here, in other words
    client: Any = distributed.Client
    where = {"scheduler_file": scheduler} if Path(scheduler).is_file() else {"address": scheduler}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions that differ: each worker is asked for those that matter
            return client(**where, timeout=CONNECT_SECONDS, set_as_default=False, name="autograder")
    except (OSError, ValueError, TypeError, distributed.TimeoutError) as error:
        words = f"No Dask scheduler answers at {scheduler}. `dask scheduler` starts one, and says its address."
        raise AutograderError(words) from error


def _site() -> Any:
    from autograder.batch import site  # needs Dask

    return site
