"""A Dask worker's side of a batch: keeps an assignment warm in bays of its own, and grades in them what is sent to it.

The batch calls these functions by Dask, each in a thread of the worker. A bay has to be started by a thread that stays,
since it ends with the thread that started it: so each bay has a desk, which is such a thread. A desk that has had
nothing to do for a while closes its bay, so that a batch that was killed leaves nothing running.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import get_worker

from autograder.assignment import Assignment, load_assignment
from autograder.batch import fingerprint
from autograder.batch.crew import Crew
from autograder.batch.parcel import laid_out, unpack_assignment
from autograder.errors import AutograderError

IDLE_SECONDS = 120.0
_STAYS = "autograder_sites"  # the worker's attribute in which they are kept from one call to the next
_ONE = "submission"

Order = dict[str, Any]


def admit(bundle: bytes, name: str, grader: str, versions: dict[str, str], options: dict[str, Any]) -> Order:
    """Take an assignment in, under the hash of all that decides about a grade.

    Returns {} or, where this machine would grade by anything else, {"refused": what differs}.
    """
    own = fingerprint.versions()
    differing = [
        f"{key} {own.get(key, 'none')}, not {value}" for key, value in versions.items() if own.get(key) != value
    ]
    if differing:
        return {"refused": f"it has {', and '.join(differing)}"}
    with tempfile.TemporaryDirectory(prefix="autograder-assignment-") as root:
        assignment = load_assignment(unpack_assignment(bundle, name, Path(root)))
        if fingerprint.of_grader(assignment, options) != grader:
            return {"refused": "the assignment did not arrive as it was sent"}
    _sites().setdefault(grader, Site(bundle, name, options))
    return {}


def answer(grader: str, parcel: Order, lateness: list[Any] | None) -> Order:
    """Grade one submission.

    Returns what a bay says of it, {"report": ...} or {"failed": ...}; {"refused": ...} where nothing can be graded on
    this machine; {"missing": True} where it knows nothing of the assignment, because it was started anew.
    """
    site = _sites().get(grader)
    if site is None:
        return {"missing": True}
    with site.desk() as desk:
        return desk.ask({"parcel": parcel, "lateness": lateness})


def leave(grader: str, dask_worker: Any = None) -> None:
    """The batch is done: end the bays, each when it has done what it is at. dask_worker: given by Dask's ``run``."""
    site = _sites(dask_worker).pop(grader, None)
    if site is not None:
        site.close()


@dataclass
class Site:
    """One assignment on this worker, and the desks at which nobody waits."""

    bundle: bytes
    name: str
    options: dict[str, Any]
    _free: list[Desk] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_closed: bool = False

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        """One for this thread alone; Dask says how many threads there are."""
        with self._lock:
            desk = self._free.pop() if self._free else Desk(self)
        try:
            yield desk
        finally:
            with self._lock:
                if not self._is_closed:
                    self._free.append(desk)
                else:
                    desk.close()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            for desk in self._free:
                desk.close()
            self._free.clear()


class Desk:
    """A thread that has one bay, with a copy of the assignment for itself, and asks it one thing after the other."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._orders: queue.SimpleQueue[tuple[Order, Future[Order]] | None] = queue.SimpleQueue()
        self._resources = contextlib.ExitStack()
        self._assignment: Assignment | None = None
        self._crew: Crew | None = None
        threading.Thread(target=self._serve, name="autograder-desk", daemon=True).start()

    def ask(self, order: Order) -> Order:
        """What the bay says; waits for it."""
        future: Future[Order] = Future()
        self._orders.put((order, future))
        return future.result()

    def close(self) -> None:
        """End the bay and the thread; waits for neither."""
        self._orders.put(None)

    def _serve(self) -> None:
        while (item := self._next()) is not None:
            order, future = item
            try:
                future.set_result(self._graded(order))
            except AutograderError as error:
                self._rest()
                future.set_result({"refused": str(error)})
            except Exception:  # a fault of ours costs this submission, and is said
                self._rest()
                future.set_result({"failed": traceback.format_exc(limit=-5)})
        self._rest()

    def _next(self) -> tuple[Order, Future[Order]] | None:
        try:
            return self._orders.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            self._rest()
            return self._orders.get()

    def _graded(self, order: Order) -> Order:
        """What the bay says, every check that is declared, and what the log of wrong answers has in addition."""
        if self._assignment is None or self._crew is None:
            folder = tempfile.TemporaryDirectory(prefix="autograder-assignment-", ignore_cleanup_errors=True)
            root = Path(self._resources.enter_context(folder))
            self._assignment = load_assignment(unpack_assignment(self._site.bundle, self._site.name, root))
            begin = {"assignment": str(self._assignment.folder), "options": self._site.options}
            self._crew = self._resources.enter_context(contextlib.closing(Crew(begin, jobs=1)))
        with laid_out(order["parcel"]) as submission:
            message = {"submission": submission, "lateness": order["lateness"]}
            [found] = self._crew.work([(_ONE, message)])
        said: Order = {"report": found.report, "failed": found.failed, "declared": self._crew.declared}
        with contextlib.suppress(OSError):
            said["unexplained"] = self._assignment.unexplained.read_text(encoding="utf-8")
            self._assignment.unexplained.unlink()
        return said

    def _rest(self) -> None:
        """End the bay, and remove what it had."""
        with contextlib.suppress(Exception):  # it has nothing more to say to anybody
            self._resources.close()
        self._resources = contextlib.ExitStack()
        self._assignment = self._crew = None


def _sites(worker: Any = None) -> dict[str, Site]:
    sites: dict[str, Site] = vars(worker or get_worker()).setdefault(_STAYS, {})
    return sites
