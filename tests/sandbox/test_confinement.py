"""A confinement travels as JSON, and what is not exactly one is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from autograder.sandbox.lockdown import Confinement

UID = 1_900_000_003


def test_a_confinement_travels_as_json() -> None:
    plain = Confinement("/folder", None, 1 << 30, 10, ("/usr/lib", "/lib"))
    for confinement in (plain, replace(plain, uid=UID, without=("landlock",), canaries=("/canary",))):
        assert Confinement.from_dict(json.loads(json.dumps(confinement.to_dict()))) == confinement


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": 0},
        {"uid": True},
        {"uid": "1000"},
        {"uid": 2**32 - 1},
        {"memory_bytes": 0},
        {"memory_bytes": 1.5},
        {"memory_bytes": None},
        {"cpu_seconds": -1},
        {"folder": "relative"},
        {"folder": "/with/\0nul"},
        {"folder": None},
        {"readable": "/usr"},
        {"readable": ["relative"]},
        {"readable": [7]},
        {"without": ["landlok"]},
        {"canaries": [None]},
        {"stranger": 1},
    ],
)
def test_a_confinement_that_is_not_exactly_one_is_refused(wrong: dict[str, Any]) -> None:
    right = Confinement("/folder", None, 1 << 30, 10, ("/usr/lib",)).to_dict()
    assert Confinement.from_dict(right)
    with pytest.raises(ValueError, match=r"."):
        Confinement.from_dict(right | wrong)
    with pytest.raises(ValueError, match="not a confinement"):
        Confinement.from_dict({key: value for key, value in right.items() if key != "uid"})
