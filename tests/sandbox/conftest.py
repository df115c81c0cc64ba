"""Children to try the lock-down in: forked, under hard limits, heard through a pipe, and always reaped."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import linux, lockdown

NOBODY = 65534
SECONDS = 60  # a generous end to whatever hangs; nothing here measures time


@dataclass(frozen=True)
class Ended:
    """How a child ended: the value its function returned, or the signal or exit code that it died of without one."""

    value: Any
    signal: int
    code: int


class Children:
    """Runs functions in forked children. user: "as we are", or "ordinary", a root's child that became nobody."""

    def __init__(self, folder: Path, canary: Path, user: str) -> None:
        self.folder = folder
        self.canary = canary
        self.user = user

    @property
    def root(self) -> bool:
        return os.geteuid() == 0 and self.user == "as we are"

    def run(self, function: Callable[[], Any]) -> Any:
        """The function's value, which must be JSON; AssertionError with the traceback if it raised."""
        ended = self.end(lambda _: function())
        assert ended.value is not None, f"the child died: {ended}"
        return ended.value["returned"]

    def confined(self, function: Callable[[], Any] = lambda: None, **changes: Any) -> tuple[dict[str, str], Any]:
        """The layers that were reported, and the function's value inside the lock-down."""
        ended = self.end(self.under_lockdown(function, **changes))
        assert ended.value is not None, f"the child died: {ended}"
        layers, value = ended.value["returned"]
        return layers, value

    def under_lockdown(self, function: Callable[[], Any], **changes: Any) -> Callable[[int], Any]:
        confinement = replace(self.confinement(), **changes)
        parent = os.getpid()

        def locked(pipe: int) -> Any:
            return lock_down(confinement, pipe, parent), function()

        return locked

    def confinement(self) -> lockdown.Confinement:
        return lockdown.Confinement(
            folder=str(self.folder),
            uid=None,
            memory_bytes=1 << 30,
            cpu_seconds=30,
            readable=lockdown.interpreter_paths(),
            canaries=(str(self.canary),),
        )

    def end(self, function: Callable[[int], Any]) -> Ended:
        """Fork, run the function with the pipe's descriptor, kill and reap."""
        if "jax" in sys.modules:
            pytest.skip("JAX runs threads in this process, which a fork would not survive: run tests/sandbox by itself")
        ours, theirs = os.pipe()
        with warnings.catch_warnings():
            # From 3.12 on python warns of a fork beside threads; BLAS has some here, a zygote has none.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            self._child(function, theirs)
        os.close(theirs)
        try:
            heard = _hear(ours)
        finally:
            os.close(ours)
            if not _ends_soon(child):
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        value = json.loads(heard) if heard else None
        assert not (value and "raised" in value), value["raised"]
        died_of = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        return Ended(value, died_of, os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0)

    def _child(self, function: Callable[[int], Any], pipe: int) -> None:
        try:
            signal.alarm(SECONDS)
            _limit("RLIMIT_CPU", SECONDS)
            _limit("RLIMIT_CORE", 0)
            _limit("RLIMIT_DATA", 8 << 30)
            if self.user == "ordinary":
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            # As every process starts, whatever this one has set. Not by linux.prctl, which a test may forge.
            ctypes.CDLL(None).prctl(linux.PR_SET_DUMPABLE, 1, 0, 0, 0)
            _say(pipe, {"returned": function(pipe)})
        except BaseException:
            _say(pipe, {"raised": traceback.format_exc()})
        finally:
            os._exit(0)


def lock_down(confinement: lockdown.Confinement, pipe: int, parent: int) -> dict[str, str]:
    """What a stem does and then its worker, in one process."""
    shared = lockdown.confine_all(confinement, (pipe,), parent)
    return lockdown.confine_one(confinement, shared, keep=(pipe,), parent=parent)


def _limit(name: str, value: int) -> None:
    hard = resource.getrlimit(getattr(resource, name))[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(getattr(resource, name), (value, value))


def _say(pipe: int, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    while data:
        data = data[os.write(pipe, data) :]


def _hear(pipe: int) -> bytes:
    deadline = time.monotonic() + SECONDS
    heard = b""
    while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
        part = os.read(pipe, 1 << 16)
        if not part:
            break
        heard += part
    return heard


def _ends_soon(child: int) -> bool:
    """Whether the child, which said all it had to say, ends by itself; it stays a zombie to be waited for."""
    for _ in range(200):
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(0.01)
    return False


@pytest.fixture(params=["as we are", "ordinary"] if os.geteuid() == 0 else ["as we are"])
def children(request: pytest.FixtureRequest) -> Iterator[Children]:
    """Children as the user that runs the tests, and, where that is root, as an ordinary user too."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the lock-down is Linux's")
    # Not tmp_path: its parents are shut to another uid.
    top = Path(tempfile.mkdtemp())
    try:
        top.chmod(0o711)
        folder, shut = top / "submission", top / "shut"
        folder.mkdir(mode=0o755)
        (folder / "data.txt").write_text("the student's own data\n")
        shut.mkdir(mode=0o700)
        (shut / "canary").write_text("not for a submission\n")
        yield Children(folder, shut / "canary", request.param)
    finally:
        shutil.rmtree(top)


@pytest.fixture
def root_children(children: Children) -> Children:
    """The same, for what only root's children can do."""
    if not children.root:
        pytest.skip("needs the right to change the uid")
    return children


@pytest.fixture
def landlocked() -> None:
    try:
        linux.syscall("landlock_create_ruleset", None, 0, 1)
    except OSError as error:
        pytest.skip(f"no Landlock here: {error.strerror}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder and the search path that a worker has; what was imported is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]
