"""Nothing seen, nothing forged, nothing hurt, nothing left behind; and what is merely odd loses nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from autograder.sandbox.levels import Level
from tests.escapes.attack import HERE, KINDS, MAX_POINTS, Attack, attacks
from tests.escapes.settings import SETTINGS, why_not

ATTACKS = attacks()
ALWAYS, LIKENESSES = ("root", "ordinary"), ("container", "old_container")
EVERY = 16
Verdict = Callable[[dict[str, Any]], dict[str, Any]]


def jobs(chosen: list[Attack], bare: bool = False) -> list[Any]:
    """What the court is to try: each attack as root and as an ordinary user, and some as in a container.

    With ESCAPES=all each in every setting; the real container (docker/) tries all of them too. bare: without the layers
    that an attack names, in one setting each.
    """
    here = [setting for setting in SETTINGS if why_not(setting) is None]
    return [
        pytest.param(
            {"attack": attack.id, "setting": setting, "without": list(attack.without) if bare else []},
            id=f"{attack.id}-{setting}",
        )
        for at, attack in enumerate(chosen)
        for setting in _chosen([one for one in here if one not in attack.not_in], at, bare)
    ]


def _chosen(settings: list[str], at: int, bare: bool) -> list[str]:
    """Of these settings those for the attack that stands at this place."""
    if os.environ.get("ESCAPES") == "all":
        return settings
    if bare:
        return settings[at % len(settings) :][:1] if settings else []
    likeness = LIKENESSES[at // EVERY % 2] if at % EVERY == 0 else None
    return [setting for setting in settings if setting in ALWAYS or setting == likeness]


@pytest.mark.parametrize("job", jobs(ATTACKS))
def test_every_promise_holds_whatever_a_submission_tries(job: dict[str, Any], verdict: Verdict) -> None:
    found = verdict(job)
    assert found["broken"] == {}, found
    assert Level(found["sandbox"]["level"]) >= Level.STANDARD


@pytest.mark.parametrize("job", jobs([attack for attack in ATTACKS if attack.without], bare=True))
def test_the_court_notices_an_attack_that_no_layer_stops(job: dict[str, Any], verdict: Verdict) -> None:
    found = verdict(job)
    assert found["broken"], f"without {job['without']} it should have succeeded: {found}"


def test_every_attack_that_the_security_model_names_is_here() -> None:
    page = (HERE.parents[1] / "docs" / "security.md").read_text(encoding="utf-8")
    section = page.partition("## Each promise")[2].partition("## What is not")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ")]
    assert len(rows) > 20
    for _, promise, _, tried, _ in rows[1:]:
        kind = ""
        for name in re.findall("`([^`]+)`", tried):
            if name.endswith(".py"):
                assert (HERE.parents[1] / name).is_file(), name
                continue
            kind, _, attack = name.rpartition("/") if "/" in name else (kind, "", name)
            assert list((HERE / kind).glob(f"{attack}.toml")), f"{promise}: {name}"


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_can_be_had_here(setting: str) -> None:
    if reason := why_not(setting):
        pytest.skip(reason)
    assert any(job.values[0]["setting"] == setting for job in jobs(ATTACKS))


def test_there_are_attacks_of_every_kind_and_enough_of_them() -> None:
    odd = [attack for attack in ATTACKS if attack.kind == "odd"]
    assert {attack.kind for attack in ATTACKS} == set(KINDS)
    assert len(ATTACKS) - len(odd) >= 80
    assert len(odd) >= 25
    assert all(attack.score == MAX_POINTS for attack in odd)
