"""The doctor says what a real worker found, and what to do about what is missing."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder import doctor
from autograder.cli import cli
from autograder.sandbox import control
from autograder.sandbox.confinement import LAYERS
from autograder.sandbox.levels import Level

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lock-down is Linux's")


def table(examination: doctor.Examination) -> str:
    stream = io.StringIO()
    doctor.show(examination, Console(file=stream, width=200))
    return stream.getvalue()


def test_every_layer_has_words() -> None:
    assert list(doctor.LAYERS) == list(LAYERS)


def test_a_machine_that_will_do_is_said_to() -> None:
    found = doctor.examine()
    assert found.will_do
    assert found.layers["seccomp"] == found.layers["landlock"] == "on"
    said = table(found)
    assert f"level: {found.level.value}." in said if found.level else False
    assert all(layer in said for layer in LAYERS)


@pytest.mark.parametrize("layer", ["seccomp", "namespaces"])
def test_a_layer_that_is_missing_is_told_with_its_reason_and_a_way(layer: str) -> None:
    found = doctor.examine(without=(layer,))
    assert found.layers[layer] == "left out on purpose"
    row = next(line for line in table(found).splitlines() if f" {layer} " in line)
    assert "– off" in row
    assert doctor.LAYERS[layer][1].split(";")[0] in row


def test_below_the_standard_it_says_that_nothing_is_graded() -> None:
    found = doctor.examine(without=("seccomp",))
    assert found.level is Level.WEAK
    assert not found.will_do
    assert "Nothing is graded here" in table(found)


def test_where_no_worker_can_be_had_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError(93, "Protocol not supported")

    monkeypatch.setattr(control.socket, "socketpair", refuse)
    found = doctor.examine()
    assert (found.level, found.will_do) == (None, False)
    assert "Protocol not supported" in table(found)
    assert found.to_dict()["level"] is None


@pytest.mark.parametrize(("level", "code"), [(Level.STRONG, 0), (Level.STANDARD, 0), (Level.WEAK, 1), (None, 1)])
def test_the_exit_code_says_whether_it_will_do(level: Level | None, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: doctor.Examination(level, {}, {}, ""))
    assert CliRunner().invoke(cli, ["doctor"]).exit_code == code


def test_the_json_has_a_row_for_each_layer() -> None:
    done = CliRunner().invoke(cli, ["doctor", "--json"])
    data = json.loads(done.output)
    assert [row["name"] for row in data["layers"]] == list(LAYERS)
    assert data["machine"]["user"] == ("root" if os.geteuid() == 0 else "an ordinary user")
    assert all(row["on"] == (row["state"] == "on") for row in data["layers"])
