"""The record in the place of the reference: every bit survives, and what it cannot know it does not make up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import AssignmentError
from autograder.exact import alike, decoded, encoded
from autograder.recorded import Note, Playback, Told, described, read_record, write_record
from autograder.recording import Recorder
from autograder.right import Right
from tests.releases import ASSIGNMENTS, check, each_assignment, released

numbers = st.one_of(
    st.floats(allow_nan=False), st.complex_numbers(allow_nan=False), st.integers(), st.booleans(), st.none(), st.text()
)
values = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(st.one_of(st.text(), st.integers()), inner)
    ),
    max_leaves=10,
)


class Cache(NamedTuple):
    x: Any
    y: Any


def refuse(value: Any) -> Any:
    raise AssertionError(f"{value!r} has no form")


def through_json(value: Any) -> Any:
    return decoded(json.loads(json.dumps(encoded(value, refuse))), refuse)


@given(values)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    back = through_json(value)
    assert back == value
    assert repr(back) == repr(value), "the types and the sign of a zero too"


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i8", "|u1", "|b1", "<c16"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays_come_back_bit_by_bit(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.asarray(np.random.default_rng(0).normal(size=shape) * 3).astype(dtype)
    for value in (array, array.T, array[..., None][..., 0]):
        back = through_json(value)
        assert (type(back), back.dtype, back.shape) == (np.ndarray, value.dtype, value.shape)
        assert back.tobytes() == value.tobytes()
        assert back.flags.writeable


@pytest.mark.parametrize(
    "value", [np.float64(0.1), np.float32(0.1), np.int64(7), np.bool_(True), np.complex128(1 + 2j)]
)
def test_scalars_keep_their_kind(value: Any) -> None:
    back = through_json(value)
    assert type(back) is type(value)
    assert back.tobytes() == value.tobytes()


def test_what_is_no_number_survives() -> None:
    array = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
    assert through_json(array).tobytes() == array.tobytes()
    assert np.isnan(through_json(float("nan")))
    back = through_json(Cache(np.ones(2), (1, "two")))
    assert back._fields == ("x", "y")
    assert back.y == (1, "two")


@pytest.mark.parametrize("data", [{"array": ["|O", [1], ""]}, {"nothing": 1}, {"list": [], "tuple": []}, {}])
def test_what_is_no_value_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="not a"):
        decoded(data, refuse)


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-13]), True),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-9]), False),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0]]), False),
        (np.array([1, 2]), np.array([1, 3]), False),
        ((1.0, "a"), (1.0, "b"), False),
        ([1.0], [1.0, 1.0], False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (None, np.zeros(2), False),
    ],
)
def test_alike_forgives_rounding_and_nothing_else(one: Any, other: Any, is_alike: bool) -> None:
    assert alike(one, other, 1e-11) is is_alike
    assert alike(other, one, 1e-11) is is_alike


class Gate:
    """Remembers its input, as a gate does."""

    def forward(self, x: Any) -> Any:
        self.x = x
        return 2 * x

    def backward(self, dz: Any) -> Any:
        return [dz * self.x]


class Stand:
    """A reference with all that a check may ask for."""

    LIMIT = 3.5
    Gate = Gate

    @staticmethod
    def triple(x: Any) -> Right:
        return Right(3 * x, lambda dtype: {"float64": 0.5, "float32": np.inf}[dtype])

    @staticmethod
    def draw(rng: np.random.Generator) -> Any:
        return rng.normal(size=2)

    @staticmethod
    def refuse(x: Any) -> Any:
        raise ZeroDivisionError("not by 0")


class Item:
    """As much of a test as a witness asks for."""

    path, name = Path("test_public.py"), "test_it"


@pytest.fixture
def recorder() -> Recorder:
    made = Recorder()
    made.pytest_runtest_protocol(Item())  # type: ignore[arg-type]
    return made


def heard(recorder: Recorder) -> Any:
    from autograder.recording import _Heard

    return _Heard(recorder, "ref", Stand())


def played(recorder: Recorder, folder: Path) -> tuple[Any, Playback]:
    """``ref`` from what was recorded, written and read."""
    write_record(folder, recorder.notes, recorder.constants, {})
    playback = read_record(folder)
    playback.begin("test_public.py::test_it")
    return Told(playback, "ref"), playback


def test_a_value_comes_with_its_tolerances(recorder: Recorder, tmp_path: Path) -> None:
    heard(recorder).triple(np.array([0.1]))
    ref, _ = played(recorder, tmp_path)
    right = ref.triple(np.array([0.1]))
    assert isinstance(right, Right)
    assert right.value.tobytes() == (3 * np.array([0.1])).tobytes()
    assert (right.tolerance("float64"), right.tolerance("float32")) == (0.5, np.inf)


def test_an_answer_is_found_by_what_is_asked_and_not_by_its_place(recorder: Recorder, tmp_path: Path) -> None:
    for x in (1.0, 2.0, 3.0):
        heard(recorder).triple(x)
    ref, _ = played(recorder, tmp_path)
    assert [ref.triple(x).value for x in (3.0, 1.0, 3.0)] == [9.0, 3.0, 9.0]


def test_what_was_never_asked_is_skipped_and_not_made_up(recorder: Recorder, tmp_path: Path) -> None:
    heard(recorder).triple(1.0)
    ref, _ = played(recorder, tmp_path)
    with pytest.raises(pytest.skip.Exception, match="values of your own"):
        ref.triple(1.5)
    with pytest.raises(pytest.skip.Exception):
        ref.double(1.0)


def test_two_objects_of_a_class_are_told_apart_by_what_each_was_asked(recorder: Recorder, tmp_path: Path) -> None:
    right = heard(recorder)
    one, other = right.Gate(), right.Gate()
    one.forward(1.0), other.forward(5.0), one.backward(2.0), other.backward(2.0)
    ref, _ = played(recorder, tmp_path)
    second, first = ref.Gate(), ref.Gate()  # in another order than they were recorded
    assert second.forward(5.0) == 10.0
    assert first.forward(1.0) == 2.0
    assert (first.backward(2.0), second.backward(2.0)) == ([2.0], [10.0])


def test_an_attribute_a_constant_and_an_exception_are_recorded(recorder: Recorder, tmp_path: Path) -> None:
    right = heard(recorder)
    gate = right.Gate()
    gate.forward(1.5)
    assert (gate.x, right.LIMIT) == (1.5, 3.5)
    with pytest.raises(ZeroDivisionError):
        right.refuse(1)
    ref, _ = played(recorder, tmp_path)
    gate = ref.Gate()
    gate.forward(1.5)
    assert (gate.x, ref.LIMIT) == (1.5, 3.5)
    with pytest.raises(ZeroDivisionError, match="not by 0"):
        ref.refuse(1)


def test_a_generator_goes_on_from_where_the_reference_left_it(recorder: Recorder, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    drawn = heard(recorder).draw(rng)
    after = rng.normal()
    ref, _ = played(recorder, tmp_path)
    again = np.random.default_rng(5)
    assert ref.draw(again).tobytes() == drawn.tobytes()
    assert again.normal() == after
    with pytest.raises(pytest.skip.Exception):
        ref.draw(np.random.default_rng(6))


def test_an_argument_that_is_changed_later_was_recorded_as_it_was(recorder: Recorder, tmp_path: Path) -> None:
    x = np.ones(2)
    heard(recorder).triple(x)
    x[:] = 7
    ref, _ = played(recorder, tmp_path)
    assert ref.triple(np.ones(2)).value.tolist() == [3.0, 3.0]


def test_a_function_is_told_by_its_name() -> None:
    assert described(len) == {"function": "len"}
    assert Note("ref", "f", None, None).t is None


@pytest.mark.parametrize(
    ("spoil", "phrase"),
    [
        (lambda text: text.replace('"version":1', '"version":2'), "another version"),
        (lambda text: text.replace("sigmoid", "sigmoit", 1), "not as it was released"),
        (lambda text: text[:200], "not as it was released"),
        (lambda text: "[]", "not as it was released"),
        (lambda text: "", "not as it was released"),
        (lambda text: None, "missing"),
    ],
)
def test_a_record_that_was_changed_is_refused(spoil: Any, phrase: str, tmp_path: Path) -> None:
    source = next(folder for folder in ASSIGNMENTS if folder.name == "activations")
    shutil.copytree(released(source), tmp_path / "copy")
    path = tmp_path / "copy" / "recorded.json"
    text = spoil(path.read_text("utf-8"))
    path.unlink() if text is None else path.write_text(text, "utf-8")
    with pytest.raises(AssignmentError, match=phrase) as raised:
        read_record(tmp_path / "copy")
    assert "recorded.json" in str(raised.value)
    done = check(tmp_path / "copy")
    assert done.returncode == 2
    assert "recorded.json" in done.stderr
    assert "Traceback" not in done.stderr


@each_assignment
def test_the_record_holds_public_checks_and_nothing_else(folder: Path) -> None:
    notes = read_record(released(folder)).notes
    assert notes
    assert all(check.startswith("test_public") for check in notes)
    assert any(notes.values())
