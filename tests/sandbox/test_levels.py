"""The level follows from the layers, and nothing secret may lie where a submission reads."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from autograder.sandbox.levels import ExposedError, Level, level, refuse_exposed


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("seccomp landlock uid folders", Level.STRONG),
        ("seccomp landlock uid", Level.STRONG),
        ("seccomp landlock namespaces", Level.STRONG),
        ("seccomp landlock", Level.STANDARD),
        ("seccomp landlock folders", Level.STANDARD),
        ("seccomp uid folders", Level.STANDARD),
        ("seccomp uid", Level.WEAK),
        ("seccomp folders", Level.WEAK),
        ("seccomp namespaces", Level.WEAK),
        ("seccomp", Level.WEAK),
        ("landlock uid folders namespaces", Level.WEAK),
        ("session rlimits", Level.WEAK),
        ("", Level.WEAK),
    ],
)
def test_the_level_is_that_of_the_layers_that_are_on(on: str, expected: Level) -> None:
    assert level(dict.fromkeys(on.split(), "on")) is expected


def test_only_the_word_on_counts() -> None:
    layers = dict.fromkeys(("seccomp", "landlock", "uid"), "on")
    for layer, word in product(layers, ("", "On", "yes", "not granted: Operation not permitted")):
        assert level(layers | {layer: word}) < Level.STRONG


def test_the_levels_are_in_order() -> None:
    assert Level.STRONG > Level.STANDARD > Level.WEAK
    assert Level("standard") is Level.STANDARD


def test_a_secret_beside_what_is_readable_is_fine(tmp_path: Path) -> None:
    readable, secret = tmp_path / "project" / ".venv" / "lib", tmp_path / "project" / "reference"
    readable.mkdir(parents=True)
    secret.mkdir()
    refuse_exposed([str(secret), str(secret / "not-yet.json"), str(tmp_path)], [str(readable)])
    (tmp_path / "project" / "reference2").mkdir()
    refuse_exposed([str(tmp_path / "project" / "reference2")], [str(secret)])  # the same beginning, another folder


@pytest.mark.parametrize("where", ["itself", "below", "not there yet"])
def test_a_secret_under_what_is_readable_is_refused_by_both_names(tmp_path: Path, where: str) -> None:
    readable = tmp_path / "lib"
    (readable / "site-packages").mkdir(parents=True)
    secret = {"itself": readable, "below": readable / "site-packages", "not there yet": readable / "results.json"}[
        where
    ]
    with pytest.raises(ExposedError) as caught:
        refuse_exposed([str(tmp_path), str(secret)], ["/nonexistent", str(readable)])
    assert str(secret) in str(caught.value)
    assert str(readable) in str(caught.value)


def test_a_link_does_not_hide_a_secret(tmp_path: Path) -> None:
    readable = tmp_path / "lib"
    (readable / "reference").mkdir(parents=True)
    (tmp_path / "reference").symlink_to(readable / "reference")
    (tmp_path / "alias").symlink_to(readable)
    with pytest.raises(ExposedError):
        refuse_exposed([str(tmp_path / "reference")], [str(readable)])
    with pytest.raises(ExposedError):
        refuse_exposed([str(readable / "reference")], [str(tmp_path / "alias")])


def test_what_every_worker_may_read_is_looked_at_too() -> None:
    folder = next(path for path in ("/usr/lib", "/usr/local/lib") if os.path.isdir(path))
    with pytest.raises(ExposedError):
        refuse_exposed([f"{folder}/python3/site-packages/reference"], [])
