"""A worker with its own uid is nobody, and stays it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from autograder.sandbox import identity, linux
from autograder.sandbox.probes import NotEnforcedError

UID = 1_900_000_002


def status() -> dict[str, str]:
    with open("/proc/self/status") as file:
        return {key: value.strip() for key, _, value in (line.partition(":") for line in file)}


def test_every_id_is_the_new_one_and_no_group_is_left(root_children: Any) -> None:
    def become() -> dict[str, str]:
        identity.become(UID)
        return status()

    found = root_children.run(become)
    assert found["Uid"].split() == found["Gid"].split() == [str(UID)] * 4
    assert found["Groups"] == ""


def test_no_capability_is_left_in_any_set(root_children: Any) -> None:
    def drop() -> dict[str, str]:
        identity.clear_capability_bounds()
        identity.drop_capabilities()
        return status()

    found = root_children.run(drop)
    assert {found[f"Cap{name}"] for name in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0000000000000000"}


def test_an_ordinary_user_has_none_to_drop_and_may_not_change_its_uid(children: Any) -> None:
    if children.root:
        pytest.skip("root may")

    def drop() -> list[str]:
        identity.drop_capabilities()
        refused = []
        for attempt in (identity.clear_capability_bounds, lambda: identity.become(UID)):
            try:
                attempt()
            except PermissionError:
                refused.append("PermissionError")
        return refused

    assert children.run(drop) == ["PermissionError"] * 2


def test_a_way_back_is_noticed(root_children: Any) -> None:
    def keep_the_effective_set() -> str:
        linux.prctl(28, 1 << 2)  # PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP: a change of uid takes no capability
        try:
            identity.become(UID)
        except NotEnforcedError as error:
            return str(error)
        return "not noticed"

    assert root_children.run(keep_the_effective_set) == "it could still become root again"


def test_a_change_of_uid_that_does_nothing_is_noticed(root_children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "setresuid", lambda *_: None)

    def lie() -> str:
        try:
            identity.become(UID)
        except NotEnforcedError as error:
            return str(error)
        return "believed"

    assert root_children.run(lie) == "the old identity is still there"


def test_capabilities_that_stay_are_noticed(root_children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = linux.syscall
    monkeypatch.setattr(linux, "syscall", lambda name, *rest: 0 if name == "capset" else real(name, *rest))

    def lie() -> str:
        try:
            identity.drop_capabilities()
        except NotEnforcedError as error:
            return str(error)
        return "believed"

    assert root_children.run(lie).startswith("capabilities left")
