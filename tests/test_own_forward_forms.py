"""The other forms of a backward that is right for the student's own forward: objects, caches, dicts, and values."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.grade import grade

TOML = """
title = "Layers"
file = "double.py"
points = 24

[functions]
Gate = {}
model_score = { model = "", x = "D" }
model_score_backward = { ds = "", model = "", x = "D" }
deep = { x = "N,D", parameters = "", f = "" }
deep_backward = { dz = "N,D", cache = "", parameters = "", f_prime = "" }
unit = { x = "D", w = "D", f = "" }
unit_backward = { x = "D", w = "D", f = "", f_prime = "" }
loss = { s = "N", y = "N" }
"""
RIGHT = '''
import numpy as np

class Gate:
    """x * y."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]

def model_score(model, x):
    """u . (W x)."""
    return model["u"] @ (model["W"] @ x)

def model_score_backward(ds, model, x):
    """The gradients of the model."""
    return {"W": ds * np.outer(model["u"], x), "u": ds * (model["W"] @ x)}

def deep(x, parameters, f):
    """f(x W^T) V^T and a cache."""
    W, V = parameters
    z = x @ W.T
    return f(z) @ V.T, (x, z, f(z))

def deep_backward(dz, cache, parameters, f_prime):
    """dx, [dW, dV]."""
    (x, z, h), (W, V) = cache, parameters
    delta = dz @ V * f_prime(z)
    return delta @ W, [delta.T @ x, dz.T @ h]

def unit(x, w, f):
    """f(w . x)."""
    return f(w @ x)

def unit_backward(x, w, f, f_prime):
    """dx, dw."""
    slope = f_prime(w @ x)
    return slope * w, slope * x

def loss(s, y):
    """The mean of (s - y)**2, and ds."""
    return np.mean((s - y) ** 2), 2 * (s - y) / s.size
'''
CHECKS = """
import numpy as np
from autograder import assert_matches, number, own_forward, weight

MODEL = {"W": np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]), "u": np.array([2.0, -0.5])}
X = np.array([[1.0, -2.0, 0.5], [0.75, 3.0, 1.5]])
PARAMETERS = [MODEL["W"], np.array([[0.5, -1.0], [2.0, 0.25], [1.5, 1.0]])]

@number("1")
@weight(4)
@own_forward(1)
def test_gate(student, ref):
    '''Gate.'''
    for x, y, dz in ((X, X[::-1] + 1, X - 2), (3.0, -2.0, 5.0)):
        gate, right = student.Gate(), ref.Gate()
        z, gradients = gate.forward(x, y), gate.backward(dz)
        assert_matches(z, right.forward(x, y), "z")
        assert_matches(gradients, right.backward(dz), "dx dy")

@number("2")
@weight(4)
@own_forward(1)
def test_model(student, ref):
    '''model_score_backward.'''
    got, right = (one.model_score_backward(-1.5, MODEL, X[0]) for one in (student, ref))
    assert_matches(got, right)

@number("3")
@weight(4)
@own_forward(1)
def test_deep(student, ref):
    '''deep_backward.'''
    dz = np.array([[1.0, -0.5, 2.0], [0.25, 3.0, -1.0]])
    _, cache = student.deep(X, PARAMETERS, np.sin)
    _, right = ref.deep(X, PARAMETERS, np.sin)
    dx, gradients = student.deep_backward(dz, cache, PARAMETERS, np.cos)
    right_dx, right_gradients = ref.deep_backward(dz, right, PARAMETERS, np.cos)
    assert_matches([dx, *gradients], [right_dx, *right_gradients])

@number("4")
@weight(4)
@own_forward(1)
def test_unit(student, ref):
    '''unit_backward.'''
    arguments = (X[0], X[1], np.sin, np.cos)
    assert_matches(student.unit_backward(*arguments), ref.unit_backward(*arguments), "dx dw")

@number("5")
@weight(4)
@own_forward(1)
def test_loss(student, ref):
    '''loss.'''
    arguments = (X[0], X[1])
    assert_matches(student.loss(*arguments), ref.loss(*arguments), "J ds")
"""

Scores = Callable[..., list[float]]

# What a submission has another way: the number of the check, and the edits of a right one.
CONSISTENT = {
    "gate": (
        1,
        {
            "return x * y": "return x * y * y",
            "[dz * self.y, dz * self.x]": "[dz * self.y**2, dz * 2 * self.x * self.y]",
        },
    ),
    "dict": (
        2,
        {
            'model["u"] @ (model["W"] @ x)\n\ndef': 'model["u"] @ np.tanh(model["W"] @ x)\n\ndef',
            'np.outer(model["u"], x)': 'np.outer(model["u"] / np.cosh(model["W"] @ x) ** 2, x)',
            '"u": ds * (model["W"] @ x)': '"u": ds * np.tanh(model["W"] @ x)',
        },
    ),
    "cache": (
        3,
        {
            "z = x @ W.T": "z = x @ W.T + 1",
            "return f(z) @ V.T, (x, z, f(z))": "return f(z) @ V.T, {'x': x, 'z': z, 'h': f(z)}",
            "(x, z, h), (W, V) = cache, parameters": "x, z, h, (W, V) = *cache.values(), parameters",
        },
    ),
    "cache that stays inside": (
        3,
        {
            "z = x @ W.T": "z = x @ W.T + 1",
            "(x, z, f(z))": "iter((x, z, f(z)))",
            "(x, z, h), (W, V) = cache, parameters": "x, z, h = cache\n    W, V = parameters",
        },
    ),
    "no upstream": (
        4,
        {"return f(w @ x)": "return f(w @ x + 1)", "slope = f_prime(w @ x)": "slope = f_prime(w @ x + 1)"},
    ),
    "value": (5, {"np.mean((s - y) ** 2)": "np.sum((s - y) ** 2)", "/ s.size": ""}),
}
# The gradient is right for neither; and where the forward is right a wrong gradient is wrong.
ODD = {
    "gate": {"dz * 2 * self.x * self.y]": "dz * self.x * self.y]"},
    "dict": {'"u": ds * np.tanh(': '"u": ds * np.sin('},
    "cache": {"dz.T @ h": "dz.T @ z"},
    "cache that stays inside": {"dz.T @ h": "dz.T @ z"},
    "no upstream": {"slope * x": "slope * w"},
    "value": {"2 * (s - y) ": "(s - y) "},
}


@pytest.fixture
def scores(make_assignment: Callable[..., Assignment], submit: Callable[..., Path]) -> Scores:
    """The points of each check for the reference with these edits."""
    assignment = make_assignment(TOML, test_public=CHECKS)
    (assignment.root / "reference").mkdir()
    (assignment.root / "reference" / "__init__.py").touch()
    (assignment.root / "reference" / "double.py").write_text(RIGHT)

    def run(*edits: dict[str, str]) -> list[float]:
        text = textwrap.dedent(RIGHT)
        for edit in edits:
            for old, new in edit.items():
                assert text.count(old) == 1, old
                text = text.replace(old, new)
        return [outcome.score for outcome in grade(assignment, submit(text)).outcomes]

    return run


def test_the_right_ones_get_all_points(scores: Scores) -> None:
    assert scores() == [4, 4, 4, 4, 4]


@pytest.mark.parametrize("form", CONSISTENT)
def test_a_gradient_that_is_right_for_a_wrong_forward_earns_the_share_and_no_more(scores: Scores, form: str) -> None:
    number, edits = CONSISTENT[form]
    assert scores(edits) == [1 if at == number else 4 for at in range(1, 6)]


@pytest.mark.parametrize("form", CONSISTENT)
def test_one_that_is_right_for_neither_earns_nothing(scores: Scores, form: str) -> None:
    number, edits = CONSISTENT[form]
    assert scores(edits, ODD[form]) == [0 if at == number else 4 for at in range(1, 6)]


@pytest.mark.parametrize(
    ("number", "edits"),
    [
        pytest.param(1, {"[dz * self.y, dz * self.x]": "[dz * self.y, dz * self.y]"}, id="a right forward"),
        pytest.param(1, {"return x * y": "return x - y", "[dz * self.y, dz * self.x]": "[dz, -dz]"}, id="multiples"),
        pytest.param(1, {"return x * y": "return 0 * x", "[dz * self.y, dz * self.x]": "[0 * dz, 0 * dz]"}, id="zeros"),
        pytest.param(5, {"np.mean((s - y) ** 2), 2 * (s - y) / s.size": "np.sum(s), np.ones(s.shape)"}, id="ones"),
        pytest.param(5, {"np.mean((s - y) ** 2), 2 * (s - y) / s.size": "0.0, 0 * s"}, id="a value of zero"),
        pytest.param(5, {"2 * (s - y) / s.size": "None"}, id="no gradient"),
    ],
)
def test_what_is_easy_to_be_right_for_earns_nothing(scores: Scores, number: int, edits: dict[str, str]) -> None:
    assert scores(edits) == [0 if at == number else 4 for at in range(1, 6)]
