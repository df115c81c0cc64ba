"""The rules that the benchmark compares with: each accepts the reference, and rejects what it can see."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import verdict_rules as rules
from tests.verdicts.entries import Entry, of, problems
from tests.verdicts.judge import battery

PROBLEM = problems()["affine_backward"]
assert PROBLEM.gradient is not None
GRADIENT = PROBLEM.gradient
CASES = battery(PROBLEM.subject)[4:6]  # moderate numbers, which every rule can bear


def entry(label: str) -> Entry:
    (found,) = (entry for entry in of("affine_backward") if entry.label == label)
    return found


def torch_rule(fast: bool) -> rules.Rule:
    torch = pytest.importorskip("torch")
    return lambda submission, cases: rules.torch_gradcheck(submission, cases, GRADIENT, fast, torch)


def relative_error_rule(submission: Any, cases: Any) -> bool:
    numeric = [rules.difference_quotients(GRADIENT, case) for case in cases]
    return rules.relative_error(submission, cases, GRADIENT, numeric, 1e-4)


RULES = {
    "allclose": lambda: rules.allclose,
    "assert_allclose": lambda: rules.assert_allclose,
    "rel_error": lambda: relative_error_rule,
    "gradcheck, slow": lambda: torch_rule(False),
    "gradcheck, fast": lambda: torch_rule(True),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_accepts_right_answers_and_rejects_wrong_ones(name: str) -> None:
    rule = RULES[name]()
    assert rule(PROBLEM.subject.function, CASES)
    assert rule(entry("einsum").submission, CASES)
    for label in ("sign of db", "all divided by N", "dW transposed", "db left out"):
        assert not rule(entry(label).submission, CASES)


def test_one_random_case_is_the_batterys_own() -> None:
    (case,) = battery(PROBLEM.subject)[rules.ONE : rules.ONE + 1]
    assert case.name.startswith("scale 1 (N = 7, H = 5, D = 3)")


def test_only_the_broadcasting_comparison_accepts_a_kept_axis() -> None:
    kept = entry("db keeps its axis").submission
    assert rules.allclose(kept, CASES)
    assert not rules.assert_allclose(kept, CASES)
