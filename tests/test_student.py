"""What a check can ask of a submission, and how it is told of what came of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import Assignment
from autograder.bench import open_bench
from autograder.errors import StudentError, WrongAnswer
from autograder.sandbox.values import CannotTravel
from autograder.student import RemoteObject, Student

SOURCE = """
import threading
import numpy as np

class Counter:
    start = 10

    def __init__(self, n=0):
        self.n = n

    def add(self, k):
        self.n += k
        return self.n

    def __call__(self, x):
        return x + self.n

class Slots:
    __slots__ = ()

def make(n):
    return Counter(n), {"w": np.ones(n), "own": Counter(n)}

def read(cache):
    return cache["own"].n + cache["w"].sum()

def slope(f, x, h=1e-3):
    return (f(x + h) - f(x - h)) / (2 * h)

def slopes(f, xs):
    results = [None] * len(xs)
    def work(i):
        results[i] = slope(f, xs[i])
    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(xs))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return results

def draw(rng, n):
    return rng.standard_normal(n)

def kinds(*values):
    return [type(value).__name__ for value in values]

def same(value):
    return value

def spoil(x, *, y):
    y[0] = 0
    return x

def big(n):
    return np.zeros(n)
"""


@pytest.fixture
def student(assignment: Assignment, submit: Callable[..., Path]) -> Iterator[Student]:
    with opened(assignment, submit(SOURCE)) as student:
        yield student


@contextlib.contextmanager
def opened(assignment: Assignment, path: Path) -> Iterator[Student]:
    with open_bench(assignment, path) as bench:
        assert bench.workers is not None
        bench.workers.begin()
        yield Student(bench.workers)
        bench.workers.end()


def test_objects_stay_inside_and_can_be_used(student: Student) -> None:
    counter = student.Counter(3)
    assert isinstance(counter, RemoteObject)
    assert counter.add(4) == 7
    assert counter.add(k=1) == 8
    assert counter.read("n") == 8
    assert counter(0.5) == 8.5
    assert repr(counter) == "<Counter object>"


def test_a_cache_goes_back_as_what_it_was(student: Student) -> None:
    counter, cache = student.make(4)
    np.testing.assert_array_equal(cache["w"], np.ones(4))
    assert student.read(cache) == 8
    assert counter.add(1) == 5
    assert cache["own"].add(0) == 4


def test_a_function_of_ours_can_be_called_from_inside(student: Student) -> None:
    asked = []

    def f(x: float) -> float:
        asked.append(x)
        return x**2

    assert student.slope(f, 3.0) == pytest.approx(6.0)
    assert len(asked) == 2


def test_threads_may_call_back_too(student: Student) -> None:
    assert student.slopes(lambda x: x**2, [1.0, 2.0, 3.0, 4.0]) == pytest.approx([2.0, 4.0, 6.0, 8.0])


def test_what_our_function_says_never_reaches_the_student(student: Student) -> None:
    def f(x: float) -> float:
        raise ValueError("the hidden input is 42")

    with pytest.raises(StudentError) as caught:
        student.slope(f, 1.0)
    assert "42" not in caught.value.message
    assert "(ValueError)" in caught.value.message


def test_a_generator_arrives_as_its_seed(student: Student) -> None:
    expected = np.random.default_rng(7).standard_normal(5)
    np.testing.assert_array_equal(student.draw(np.random.default_rng(7), 5), expected)


def test_a_generator_that_was_drawn_from_is_refused(student: Student) -> None:
    rng = np.random.default_rng(7)
    rng.random()
    with pytest.raises(CannotTravel):
        student.draw(rng, 5)


def test_many_calls_go_in_few_exchanges(student: Student) -> None:
    assert student.same.batch([(i,) for i in range(450)]) == list(range(450))


def test_types_arrive_as_they_are(student: Student) -> None:
    values = (1, 1.0, 1j, True, None, "s", [1], (1,), {"a": 1}, np.ones(2), np.float32(1))
    names = ["int", "float", "complex", "bool", "NoneType", "str", "list", "tuple", "dict", "ndarray", "float32"]
    assert student.kinds(*values) == names


def test_an_argument_changed_in_place_is_named(student: Student) -> None:
    with pytest.raises(WrongAnswer, match="changed its y argument in place") as caught:
        student.spoil(np.ones(2), y=np.ones(3))
    assert "[" not in caught.value.sealed
    assert student.spoil.allowing(may_change=True)(1.0, y=np.ones(3)) == 1.0


def test_a_large_reply_has_to_be_expected(student: Student) -> None:
    with pytest.raises(StudentError, match="too large"):
        student.big(1_000_000)
    assert student.big.allowing(max_reply=16_000_000)(1_000_000).shape == (1_000_000,)


def test_large_arguments_travel(student: Student) -> None:
    x = np.arange(4_000_000.0)
    np.testing.assert_array_equal(student.same.allowing(max_reply=40_000_000)(x), x)


def test_a_missing_method_is_named_with_its_class(student: Student) -> None:
    with pytest.raises(StudentError, match=r"no Counter\.subtract in your double\.py"):
        student.Counter().subtract(1)


def test_a_sealed_message_holds_nothing_that_the_student_could_have_put_there(
    assignment: Assignment, submit: Callable[..., Path]
) -> None:
    source = """
    class Leak(Exception): pass
    def by_message(x): raise ValueError(f"input {x}")
    def by_class(x): raise type(f"Input{x}", (Exception,), {})()
    def by_fake_builtin(x):
        kind = type(f"Input{x}", (Exception,), {"__module__": "builtins"})
        raise kind()
    class Odd:
        pass
    def by_type_name(x): return type(f"Input{x}", (), {})()
    def by_signature(x): return x
    import inspect
    """
    with opened(assignment, submit(source)) as student:
        for name in ("by_message", "by_class", "by_fake_builtin"):
            with pytest.raises(StudentError) as caught:
                getattr(student, name)(4711)
            assert "4711" in caught.value.message
            assert "4711" not in caught.value.sealed
        thing = student.by_type_name(4711)
        with pytest.raises(StudentError) as caught:
            thing.method()
        assert "4711" not in caught.value.sealed
