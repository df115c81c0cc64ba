"""In the assignments: one mistake in a forward, and a backward that is right for it, earns the share that is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.assignment import load_assignment
from autograder.edits import source_from
from autograder.model import model_of
from autograder.pytest_run import importable
from autograder.rehearsal import Stage, rehearse

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mistake:
    """Edits of the model solution's forward, with the backward that is right for it; broken: of that backward."""

    assignment: str
    forward: dict[str, str]
    backward: dict[str, str]
    broken: dict[str, str]
    shares: dict[str, float]  # by the check's name


MISTAKES = [
    Mistake(
        "gates",
        {"return x * y": "return x * y * y"},
        {"dx = dz * self.y\n": "dx = dz * self.y**2\n", "dy = dz * self.x\n": "dy = 2 * dz * self.x * self.y\n"},
        {"dy = 2 * dz * self.x * self.y\n": "dy = dz * self.x * self.y\n"},
        {"test_two_inputs[MultiplyGate]": 1},
    ),
    Mistake(
        "gates",
        {"return x**2": "return x**3"},
        {"dx = dz * 2 * self.x": "dx = dz * 3 * self.x**2"},
        {"dx = dz * 3 * self.x**2": "dx = dz * 3 * self.x"},
        {"test_one_input[SquareGate]": 0.5},
    ),
    Mistake(
        "matrix_gradients",
        {"s: float = u @ f(W @ x + b)": "s: float = u @ f(W @ x - b)"},
        {
            "z = W @ x + b\n    delta": "z = W @ x - b\n    delta",
            "np.outer(delta, x), delta, f(z)": "np.outer(delta, x), -delta, f(z)",
        },
        {"-delta, f(z)": "-delta, f_prime(z)"},
        {"test_score_backward": 3},
    ),
    Mistake(
        "matrix_gradients",
        {"            a = f(z)": "            a = f(z) + z"},
        {"da * f_prime(cache[layer - 1][1])": "da * (f_prime(cache[layer - 1][1]) + 1)"},
        {"[1]) + 1)": "[1]) + 2)"},
        {"test_network_backward": 3},
    ),
    Mistake(
        "word_window",
        {'return np.tanh(X @ parameters["W"].T': 'return np.sin(X @ parameters["W"].T'},
        {"H = np.tanh(X @ W.T + b)": "H = np.sin(X @ W.T + b)", "(1 - H**2)": "np.cos(X @ W.T + b)"},
        {"np.cos(X @ W.T + b)": "(1 - H)"},
        {
            "test_window_scores_backward": 4,
            "test_location_loss": 1.5,
            "test_max_margin_loss": 1.5,
            "test_backward_of_any_model": 2,
        },
    ),
    Mistake(
        "activations",
        {"np.maximum(z, 0) + a * np.minimum(z, 0)": "np.maximum(z, 0) + a**2 * np.minimum(z, 0)"},
        {"np.where(z > 0, da, a * da)": "np.where(z > 0, da, a**2 * da)", "d_a = np.sum(": "d_a = 2 * a * np.sum("},
        {"d_a = 2 * a * np.sum(": "d_a = 3 * a * np.sum("},
        {"test_prelu_backward": 2},
    ),
    Mistake(
        "losses",
        {"return lam * np.sum(theta**2)": "return lam / 2 * np.sum(theta**2)"},
        {"2 * lam * theta": "lam * theta"},
        {", lam * theta": ", 3 * lam * theta"},
        {"test_l2_penalty": 0.75, "test_l2_of_any_strength": 0.75},
    ),
    Mistake(
        "vectorization",
        {"return margins.sum() / N, (violated": "return margins.sum(), (violated"},
        {"violated.sum(axis=1, keepdims=True)) / N": "violated.sum(axis=1, keepdims=True))"},
        {"return margins.sum(), (violated - one_hot": "return margins.sum(), (violated + one_hot"},
        {"test_hinge[matrix]": 0.5},
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.assignment}-{next(iter(mistake.shares))}")
def test_the_share_is_earned_by_the_right_gradient_and_by_no_other(mistake: Mistake) -> None:
    assignment = load_assignment(ROOT / "assignments" / mistake.assignment)
    with importable(assignment.root):
        source = model_of(assignment)
    found: list[dict[str, float]] = []

    def play(stage: Stage) -> None:
        wanted = [at for at, item in enumerate(stage.items) if item.name in mistake.shares]
        assert len(wanted) == len(mistake.shares)
        stage.grading.explaining = False  # it is no part of a score
        for edits in ((mistake.forward, mistake.backward), (mistake.forward, mistake.backward, mistake.broken)):
            text = source.text
            for old, new in (pair for edit in edits for pair in edit.items()):
                assert text.count(old) == 1, old
                text = text.replace(old, new)
            played = stage.perform(source_from(text, source.name, source.path).module(), wanted)
            found.append({one.outcome.check.name.partition("::")[2]: one.outcome.score for one in played})

    rehearse(assignment, play)
    consistent, broken = found
    assert consistent == mistake.shares
    assert [name for name, score in broken.items() if score >= mistake.shares[name]] == []
