"""Arguments for every public function of the reference that has no battery among the subjects."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.tolerance import Program
from reference import gates, optimizers
from reference import word_window as window
from tests.tolerance.subjects import coupled, model, tanh_slope

RNG = np.random.default_rng(5)
X, Y, DZ, W = RNG.normal(size=(7, 5)), RNG.normal(size=(7, 5)), RNG.normal(size=(7, 5)), RNG.normal(size=(3, 5))
x, b, u = X[0], RNG.normal(size=3), RNG.normal(size=3)
LABELS, HALVES = np.array([2, 0, 1, 2, 4, 4, 0]), np.array([1, 0, 0, 1, 0, 1, 1])
IDS = RNG.integers(8, size=(7, 5))
MODEL = model(RNG.normal(size=(8, 2)), RNG.normal(size=(3, 10)), b, u)
PARAMETERS = [W, b, RNG.normal(size=(5, 3)), RNG.normal(size=5)]
SENTENCES = [(["in", "Paris", "now"], [0, 1, 0]), (["to", "Rome"], [0, 1])]
ROWS = {"in": 2, "Paris": 3, "now": 4}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def _nodes() -> list[tuple[str, Any, list[str]]]:
    return [
        ("s", gates.AddGate(), ["x", "y"]),
        ("m", gates.MaxGate(), ["y", "z"]),
        ("f", gates.MultiplyGate(), ["s", "m"]),
    ]


def _quadratic(parameters: list[Any], rows: Any) -> Any:
    return np.sum((parameters[0] - 1) ** 2) * len(rows), [2 * len(rows) * (parameters[0] - 1)]


ELEMENTWISE = ("sigmoid", "tanh", "hardtanh", "softsign", "relu", "leaky_relu")
FROM_OUTPUT = ("sigmoid_grad_from_output", "tanh_grad_from_output", "tanh_from_sigmoid")
CROSS_ENTROPIES = ("cross_entropy", "cross_entropy_loop", "cross_entropy_matrix")
HINGES = ("multiclass_hinge", "hinge_loop", "hinge_matrix")
ONE_INPUT = ("SquareGate", "ExpGate", "NegateGate", "SigmoidGate", "TanhGate", "ReluGate")

# For a class: what it is made with, then (method, arguments) for each call.
STEPS: dict[str, list[Any]] = {
    **{name: [(), ("forward", (X,)), ("backward", (DZ,))] for name in ONE_INPUT},
    **{name: [(), ("forward", (abs(X),)), ("backward", (DZ,))] for name in ("LogGate", "ReciprocalGate")},
    **{name: [(), ("forward", (X, Y)), ("backward", (DZ,))] for name in ("AddGate", "MultiplyGate", "MaxGate")},
    "MatMulGate": [(), ("forward", (X, W.T)), ("backward", (RNG.normal(size=(7, 3)),))],
    "SumGate": [(), ("forward", (X,)), ("backward", (-2.5,))],
    "ComputationalGraph": [(_nodes(),), ("forward", ({"x": 1.1, "y": 2.2, "z": 0.3},)), ("backward", ())],
}
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys((*ELEMENTWISE, *FROM_OUTPUT), (X,)),
    **{f"{name}_backward": (DZ, X) for name in ELEMENTWISE},
    **dict.fromkeys((*CROSS_ENTROPIES, *HINGES), (X, LABELS)),
    "prelu": (X, 0.3),
    "prelu_backward": (DZ, X, 0.3),
    "neuron": (x, W[0], 0.3),
    "neuron_folded": (x, RNG.normal(size=6)),
    "layer": (x, W, b),
    **dict.fromkeys(("lecture_example", "add_then_multiply"), (1.1, 2.3, 0.7)),
    "squared_sum": (1.1, 2.3),
    "shop": (2.0, 100.0, 3.0, 150.0, 1.1),
    **dict.fromkeys(("sigmoid_neuron_by_gates", "sigmoid_neuron_merged"), (2.0, -1.1, -3.0, -2.3, -3.7)),
    **dict.fromkeys(("forward_difference", "numeric_gradient"), (coupled, W, 0.01)),
    "relative_error": (X, Y),
    "check_gradient": (coupled, W, W, 0.01),
    "zero_biases": (3,),
    "zero_weights": (3, 5),
    **dict.fromkeys(("small_normal", "xavier_uniform", "xavier_normal"), (3, 5, rng())),
    "uniform": (3, 5, 0.3, rng()),
    **dict.fromkeys(("output_bias_from_mean", "output_bias_from_inverse_sigmoid"), (abs(X) / 10,)),
    "load_sentences": (),
    "vocabulary": (SENTENCES,),
    "labelled_windows": (SENTENCES, ROWS),
    "train_location_model": (IDS, HALVES, 8, rng(), "softmax", True, 1),
    "best_threshold": (x, HALVES[:5]),
    "find_locations": (window.init_window_model(6, 2, 3, rng()), ["in", "Paris"], ROWS),
    "softmax": (X,),
    "softmax_backward": (DZ, X),
    "cross_entropy_gradient_by_class": (x, 2),
    "max_margin": (x, W[0]),
    **dict.fromkeys(("scores_loop", "scores_matrix"), (X, W)),
    "affine_forward": (X, W, b),
    "affine_backward": (RNG.normal(size=(7, 3)), X, W, b),
    "weight_gradient_by_elements": (b, x),
    "score_forward": (x, W, b, u, np.tanh),
    "score_backward": (x, W, b, u, np.tanh, tanh_slope),
    "delta_below": (b, W, x),
    "layer_gradients": (b, x, W, u, 0.3),
    "gradient_shapes": ((5,), [(3, 5)], [(3,)]),
    "init_network": ((5, 3, 2), rng()),
    "network_forward": (X, PARAMETERS, np.tanh),
    "network_backward": (DZ, [(X, X @ W.T), (np.tanh(X @ W.T), X)], PARAMETERS, tanh_slope),
    "network_loss": (PARAMETERS, X, LABELS, 0.3),
    **dict.fromkeys(("sgd", "momentum", "adagrad", "rmsprop", "adam"), (X, Y, None, 0.01)),
    "sparse_adam": (X, np.array([2, 2, 5]), W),
    **dict.fromkeys(("subtract_mean", "normalize", "whiten"), (X, W)),
    **dict.fromkeys(("l2_penalty", "l1_penalty"), (W, 0.3)),
    "regularized_objective": (1.5, [0.5 * W, b], [W, b], 0.3),
    "dropout_train": (X, 0.6, rng()),
    "dropout_test": (X, 0.6, False),
    "dropout_backward": (DZ, (X > 0) / 0.6),
    "train_sentiment": (RNG.normal(size=(5, 2)), u[:2], 0.1, HALVES[:4], 0.3, 5, True),
    "sentiment": (X, x, 0.1),
    "retraining_pitfall": (True,),
    "constant": (3, 0.1),
    "halve_every": (7, 0.1, 3),
    "step_factor": (7, 0.1, 3, 0.7),
    "exponential": (7, 0.1, 0.3),
    "inverse": (7, 0.1, 3.0),
    "cyclical": (7, 0.1, 0.7, 5.0),
    "fan_in_scaled": (0.1, 7),
    "minibatches": (7, 3, rng()),
    "train": (_quadratic, [x], 7, 2, 3, lambda t: 0.01, rng(), optimizers.adam),
    **dict.fromkeys(("weight_gradient_loop", "weight_gradient_matrix"), (RNG.normal(size=(7, 3)), X)),
    **dict.fromkeys(("squared_distances_loop", "squared_distances_matrix"), (X, W)),
    **dict.fromkeys(("embedding_gradient_loop", "embedding_gradient_matrix"), (X, LABELS, 8)),
    "window_ids": ([3, 4, 5], 0),
    "window_vectors": (MODEL["E"], IDS),
    "window_gradient": (RNG.normal(size=(7, 10)), IDS, 8),
    "window_gradient_rows": (RNG.normal(size=(7, 10)), IDS),
    "init_window_model": (8, 2, 3, rng()),
    "window_scores": (MODEL, IDS),
    "window_scores_backward": (RNG.normal(size=7), MODEL, IDS),
    "max_margin_loss": (MODEL, IDS, IDS[::-1]),
    "location_loss": (MODEL, IDS, HALVES),
    "corrupt_windows": (IDS, HALVES, 4, rng()),
    "train_windows": (MODEL, IDS, HALVES, 0.1, 2, 3),
    "different_neurons": (W, b, RNG.normal(size=(2, 3))),
}
# A clock has no right value; an error, a tape of operations and whatever runs it are no functions of numbers.
NOT_NUMERIC = {"speedup", "GraphError", "Variable", "NamedGate", "run_graph", "differentiate"}


def program_of(name: str, found: Any) -> tuple[Any, tuple[Any, ...]]:
    """What to call, and with what, to use this function or class of the reference."""
    if name not in STEPS:
        return found, ARGUMENTS[name]
    made_with, *steps = STEPS[name]
    return Program(found, tuple(method for method, _ in steps)), (made_with, *(args for _, args in steps))
