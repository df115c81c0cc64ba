"""A probe believes an act only when it fails in the way that a layer makes it fail."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

from autograder.sandbox import probes
from autograder.sandbox.probes import NotEnforcedError, must_fail


def fails_with(code: int) -> Callable[[], None]:
    def act() -> None:
        raise OSError(code, os.strerror(code))

    return act


def test_a_refusal_of_the_right_kind_passes() -> None:
    must_fail("act", fails_with(errno.EACCES), errno.EPERM, errno.EACCES)


def test_an_act_that_can_be_done_is_named() -> None:
    with pytest.raises(NotEnforcedError, match="it could still act"):
        must_fail("act", lambda: None, errno.EPERM)


def test_a_failure_of_another_kind_is_no_refusal() -> None:
    with pytest.raises(NotEnforcedError, match="failed: No such file"):
        must_fail("act", fails_with(errno.ENOENT), errno.EPERM)


def test_an_exception_that_is_no_oserror_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        must_fail("act", lambda: 1 / 0, errno.EPERM)


def unconfined(children: Any, probe: Callable[[], None]) -> str:
    """What a probe says in a child that has no layer at all."""

    def inside() -> str:
        try:
            probe()
        except NotEnforcedError as error:
            return str(error)
        return "passed"

    said: str = children.run(inside)
    return said


def test_without_any_layer_each_probe_says_no(children: Any) -> None:
    parent = os.getpid()
    assert unconfined(children, lambda: probes.reads_nothing_foreign(())) == "it could still open /"
    assert unconfined(children, lambda: probes.reads_nothing([str(children.folder / "data.txt")])).startswith(
        "it could"
    )
    assert unconfined(children, lambda: probes.calls_nothing(parent)) == "it could still open a socket"
    assert unconfined(children, lambda: probes.writes_nothing("/tmp")) == "it could still make a file in /tmp"


@pytest.mark.parametrize("passed_over", range(1, 4))
def test_each_forbidden_act_is_tried(children: Any, passed_over: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = probes.must_fail, []

    def skip_the_first(act: str, attempt: Callable[[], object], *refusals: int) -> None:
        seen.append(act)
        if len(seen) > passed_over:
            real(act, attempt, *refusals)

    monkeypatch.setattr(probes, "must_fail", skip_the_first)
    said = unconfined(children, lambda: probes.calls_nothing(os.getpid()))
    expected = ["make a process", "run a program", "signal to the parent"][passed_over - 1]
    assert expected in said


def test_a_probe_leaves_no_file_behind(children: Any) -> None:
    children.folder.chmod(0o777)
    before = sorted(os.listdir(children.folder))
    unconfined(children, lambda: probes.writes_nothing(str(children.folder)))
    assert sorted(os.listdir(children.folder)) == before


def test_a_missing_canary_is_no_proof(children: Any) -> None:
    said = unconfined(children, lambda: probes.reads_nothing([str(children.folder / "missing")]))
    assert "not refused but failed" in said
