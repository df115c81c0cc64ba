"""numpy's own tests of one module pass inside a real worker as outside; `benchmarks/numpy_suite.py` runs them all."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from benchmarks import numpy_suite


def test_numpys_own_tests_of_its_fourier_transforms_pass_inside_as_outside() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("the lock-down is Linux's")
    if importlib.util.find_spec("numpy.fft.tests") is None:
        pytest.skip("this numpy was installed without its tests")
    outside, inside = numpy_suite.outside("fft"), numpy_suite.inside("fft")
    assert sum(outcome == "passed" for outcome, _ in outside.values()) > 100
    assert numpy_suite.differences(outside, inside) == {}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("PermissionError: [Errno 13] Permission denied: '/tmp/pytest-of-root'", "writes a file"),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", "starts a process"),
        ("AssertionError: Arrays are not equal", ""),
        ("", ""),
    ],
)
def test_a_difference_is_explained_by_a_refusal_or_not_at_all(said: str, reason: str) -> None:
    assert numpy_suite.reason(said) == reason


def test_a_test_that_passes_outside_only_is_a_difference_whatever_became_of_it() -> None:
    outside = {"a": ("passed", ""), "b": ("passed", ""), "c": ("failed", "x"), "d": ("passed", "")}
    inside = {"a": ("passed", ""), "b": ("failed", "y"), "c": ("failed", "z")}
    assert numpy_suite.differences(outside, inside) == {"b": ("failed", "y"), "d": ("not run", "")}
