"""The class that the benchmarks grade: the same every time, no two alike, and worth what its models are worth."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder import grade_many
from autograder.assignment import load_assignment
from benchmarks.class_of import EXPECTED, HOSTILE, ROOT, write_class

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GATES = load_assignment(ROOT / "assignments" / "gates")


def test_it_is_the_same_every_time_and_no_two_modules_are_alike(tmp_path: Path) -> None:
    first = write_class(GATES, tmp_path / "first", 200)
    again = write_class(GATES, tmp_path / "again", 40)
    contents = {one.folder.name: content(one.folder) for one in first}
    assert {one.folder.name: content(one.folder) for one in again}.items() <= contents.items()
    modules = [text for files in contents.values() for name, text in files.items() if name.endswith(".py")]
    sound = [text for text in modules if text.startswith(b"# handed in by")]
    assert len(set(sound)) == len(sound) > 150
    unsound = [one for one in first if not one.is_sound]
    assert len(unsound) == 4
    assert set(HOSTILE) & {one.kind for one in unsound}
    assert {one.kind for one in unsound} - set(HOSTILE), "and broken examples"


@pytest.mark.parametrize("name", [path.name for path in sorted((ROOT / "assignments").iterdir()) if path.is_dir()])
def test_every_assignment_has_one(name: str, tmp_path: Path) -> None:
    students = write_class(load_assignment(ROOT / "assignments" / name), tmp_path, 8)
    assert len({one.kind for one in students}) >= 6
    assert all(any(one.folder.rglob("*.*")) for one in students)


def test_a_variation_is_worth_what_its_example_is_worth(tmp_path: Path) -> None:
    students = {one.folder.name: one for one in write_class(GATES, tmp_path / "class", 14)}
    graded = grade_many(GATES, tmp_path / "class")
    assert [one.name for one in graded] == sorted(students)
    compared = 0
    for one in graded:
        assert one.report is not None, one.why
        beside = ROOT / "examples" / "gates" / f"{students[one.name].kind.partition('.')[0]}{EXPECTED}"
        if not students[one.name].is_sound:
            assert one.report.score == 0
        elif beside.exists():
            expected = tomllib.loads(beside.read_text(encoding="utf-8"))
            assert one.report.score == expected["score"], students[one.name].kind
            compared += 1
    assert compared >= 5
    assert max(one.report.score for one in graded if one.report is not None) == 100


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
