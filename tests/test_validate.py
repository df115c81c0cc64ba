"""A certificate says yes only of an assignment that catches every wrong answer that can be made of its reference."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from autograder.assignment import load_assignment
from autograder.certificate import Certificate, show
from autograder.errors import AssignmentError
from autograder.validate import validate

ROOT = Path(__file__).resolve().parent.parent
EVERY = int(os.environ.get("EVERY_MUTANT", "8"))
ASSIGNMENTS = sorted(path.parent for path in (ROOT / "assignments").glob("*/assignment.toml"))

REFERENCE = '''
"""Squares."""

import numpy as np


class Keeper:
    """Keeps what it is given."""

    def forward(self, x):
        """x, times 3."""
        self.x = x
        return 3 * x


def square(z):
    """z squared."""
    return z * z


def square_backward(da, z):
    """2 z da."""
    return 2 * z * da
'''
STRICT = '''
from autograder import assert_matches, weight


@weight(40)
def test_square(student, ref, cases):
    """square."""
    for (z,) in cases(z="N,D"):
        assert_matches(student.square(z), ref.square(z), "a")


@weight(40)
def test_backward(student, ref, cases):
    """square_backward."""
    for da, z in cases(da="N,D", z="N,D"):
        assert_matches(student.square_backward(da, z), ref.square_backward(da, z), "dz")


@weight(20)
def test_keeper(student, ref):
    """Keeper."""
    gate, right = student.Keeper(), ref.Keeper()
    assert_matches(gate.forward(5.0), right.forward(5.0), "z")
    assert_matches(gate.read("x"), 5.0, "x")
'''
MISCONCEPTIONS = """
[[misconception]]
function = "square_backward"
replace = "2 * z * da"
with = "z * da"
hint = "Nudge z."
"""


def course(
    tmp_path: Path, tests: str = STRICT, misconceptions: str = MISCONCEPTIONS, reference: str = REFERENCE
) -> Path:
    folder = tmp_path / "assignments" / "squares"
    folder.mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "reference" / "squares.py").write_text(reference, encoding="utf-8")
    (folder / "test_public.py").write_text(tests, encoding="utf-8")
    (folder / "misconceptions.toml").write_text(misconceptions, encoding="utf-8")
    (folder / "assignment.toml").write_text(
        'title = "Squares"\nfile = "squares.py"\npoints = 100\n\n[functions]\nsquare = { z = "N,D" }\n'
        'square_backward = { da = "N,D", z = "N,D" }\nKeeper = { x = "" }\n',
        encoding="utf-8",
    )
    return folder


def certified(folder: Path) -> Certificate:
    return validate(load_assignment(folder))


@pytest.mark.parametrize("folder", ASSIGNMENTS, ids=lambda folder: folder.name)
def test_every_assignment_has_its_certificate(folder: Path) -> None:
    """With a part of the mutants: all of them take minutes, and are for whoever changes the assignment."""
    certificate = validate(load_assignment(folder), every=EVERY)
    assert certificate.holds, certificate
    assert certificate.points == 100
    assert certificate.killed >= 20
    assert len(certificate.caught) >= 15


def test_there_are_assignments_to_certify() -> None:
    assert len(ASSIGNMENTS) == 10


def test_a_quick_look_tries_a_part_of_the_mutants(tmp_path: Path) -> None:
    whole, part = (validate(load_assignment(course(tmp_path / str(n))), every=n) for n in (1, 3))
    assert part.holds
    assert 0 < part.killed + part.equivalent <= (whole.killed + whole.equivalent) / 3 + 1


def test_checks_that_catch_everything_get_a_certificate_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    certificate = validate(load_assignment(course(tmp_path)), lambda *progress: told.append(progress))
    assert certificate.holds, certificate
    assert [gradient.name for gradient in certificate.gradients if gradient.right] == ["square"]
    assert told[-1][0] == told[-1][1] > 10
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_a_mutant_that_survives_is_listed_with_its_line(tmp_path: Path) -> None:
    ones = STRICT.replace('cases(da="N,D", z="N,D")', "[(np.ones(3), np.array([2.0, -0.5, 0.7]))]")
    certificate = certified(course(tmp_path, "import numpy as np\n" + ones))
    assert not certificate.holds
    assert "2 * z * da -> 2 * z" in [edit.edit for edit in certificate.survivors]
    assert {edit.where for edit in certificate.survivors} == {"reference/squares.py:23"}
    assert all(edit.label for edit in certificate.survivors)


def test_an_equivalent_mutant_is_no_survivor(tmp_path: Path) -> None:
    certificate = certified(
        course(tmp_path, reference=REFERENCE.replace("return z * z", "return np.abs(z) * np.abs(z)"))
    )
    assert certificate.holds
    assert certificate.equivalent > 0


def test_a_check_that_gives_points_for_nothing_is_named(tmp_path: Path) -> None:
    free = STRICT + '\n\n@weight(1)\ndef test_free(student):\n    """Free."""\n'
    certificate = certified(course(tmp_path, free))
    assert certificate.earned == ("test_public.py::test_free",)
    assert not certificate.holds


def test_a_check_that_the_reference_fails_is_named(tmp_path: Path) -> None:
    check = '@weight(1)\ndef test_wrong(student):\n    """Wrong."""\n    assert_matches(student.square(3.0), 8.0)\n'
    wrong = f"{STRICT}\n\n{check}"
    certificate = certified(course(tmp_path, wrong))
    assert certificate.lost == ("test_public.py::test_wrong",)
    assert not certificate.holds


def test_misconceptions_that_are_missed_or_without_effect_are_named(tmp_path: Path) -> None:
    missed = MISCONCEPTIONS.replace('"z * da"', '"2 * z * da + 0 * da"')
    certificate = certified(course(tmp_path, misconceptions=MISCONCEPTIONS + missed))
    assert [problem.rpartition("/")[2] for problem in certificate.problems] == [
        "misconceptions.toml:8: this edit changes no value of any check's calls."
    ]
    assert [edit.where.rpartition("/")[2] for edit in certificate.missed] == ["misconceptions.toml:8"]
    assert not certificate.holds


def test_a_reference_that_answers_nan_is_named_with_its_line(tmp_path: Path) -> None:
    nan = REFERENCE.replace("return z * z", "return np.where(np.abs(z) > 30, np.nan, z * z)")
    certificate = certified(course(tmp_path, reference=nan))
    assert certificate.problems == (
        "reference/squares.py:16: square answers nan to numbers of test_public.py::test_square.",
    )
    assert not certificate.holds


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ('z="N,D-1"', "cases: 'D-1' in the shape of z is no symbol and no number."),
        ('z="N,D", large="x"', "x"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, declared: str, words: str) -> None:
    folder = course(tmp_path, STRICT.replace('cases(z="N,D")', f"cases({declared})"))
    certificate = certified(folder)
    (problem,) = certificate.problems
    assert problem.startswith(f"{folder / 'test_public.py'}:8: autograder.errors.AssignmentError: cases: ")
    assert words in problem
    assert certificate.lost == ("test_public.py::test_square",)


def test_the_reference_is_asked_for_a_misconception_that_stands_in_it_once(tmp_path: Path) -> None:
    twice = MISCONCEPTIONS.replace('replace = "2 * z * da"', 'replace = "da"')
    certificate = certified(course(tmp_path, misconceptions=twice))
    (problem,) = certificate.problems
    assert problem.endswith("misconceptions.toml:2: 'da' stands 3 times in square_backward; it must stand there once.")
    assert not certificate.holds


def test_two_misconceptions_with_the_same_values_are_named(tmp_path: Path) -> None:
    again = MISCONCEPTIONS.replace('with = "z * da"', 'with = "da * z"')
    certificate = certified(course(tmp_path, misconceptions=MISCONCEPTIONS + again))
    (problem,) = certificate.problems
    assert "misconceptions.toml:8: gives the same values as " in problem
    assert problem.endswith("misconceptions.toml:2.")
    assert not certificate.holds


def test_a_wrong_gradient_in_the_reference_itself_is_found(tmp_path: Path) -> None:
    wrong = REFERENCE.replace("2 * z * da", "2.001 * z * da")
    certificate = certified(course(tmp_path, reference=wrong, misconceptions=""))
    (gradient,) = certificate.gradients
    assert gradient.right is False
    assert not certificate.holds


def test_a_wrong_answer_that_lies_close_to_the_limit_is_weak(tmp_path: Path) -> None:
    near = 'replace = "2 * z * da"\nwith = "2 * z * da * (1 + 1e-9)"'
    text = MISCONCEPTIONS + MISCONCEPTIONS.replace('replace = "2 * z * da"\nwith = "z * da"', near)
    certificate = certified(course(tmp_path, misconceptions=text))
    (weak,) = certificate.weak
    assert weak.margin is not None
    assert 1 < weak.margin < 1000
    assert not certificate.holds


def test_tests_that_cannot_be_loaded_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="cannot be loaded"):
        certified(course(tmp_path, "import nothing_of_this_name\n"))


def test_the_certificate_is_a_table_and_json(tmp_path: Path) -> None:
    folder = course(tmp_path, STRICT.replace('cases(z="N,D")', "[(1.0,)]"))
    line = json.dumps({"function": "square", "outputs": [{"name": "a", "shape": [2], "hash": "0123"}]})
    (folder / "unexplained.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
    certificate = certified(folder)
    console = Console(width=160, file=io.StringIO(), record=True)
    show(certificate, console)
    text = console.export_text()
    assert "NO" in text
    assert "survives: reference/squares.py:18: z * z" in text
    assert "unexplained so far, 2 times: square: a (2,) 0123" in text
    data = json.loads(json.dumps(certificate.to_dict()))
    assert data["holds"] is False
    assert data["survivors"][0]["where"] == "reference/squares.py:18"
