"""Functions of the reference with the battery that a check of each would declare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.battery import cases
from autograder.tolerance import Program
from reference import activations as act
from reference import circuits, gates, gradcheck, losses, network, optimizers, preprocessing, schedules, vectorization
from reference import initialization as init
from reference import matrix_gradients as mg
from reference import regularization as reg
from reference import word_window as window


@dataclass(frozen=True)
class Subject:
    """function: the reference's. declared: for ``cases``. call: from a case to the function's arguments."""

    function: Callable[..., Any]
    declared: dict[str, Any]
    call: Callable[..., tuple[Any, ...]] = lambda *values: values

    def calls(self) -> list[tuple[str, tuple[Any, ...], bool]]:
        return [(case.name, self.call(*case), case.exact_kink) for case in cases(**self.declared)]


def forward_and_backward(*inputs: Any) -> tuple[Any, ...]:
    """A gate's steps: made with nothing, forward of all but the last, backward of the last."""
    return (), inputs[:-1], inputs[-1:]


def two_steps(optimizer: Callable[..., Any], x: Any, dx: Any, second_dx: Any, eps: float, lr: float = 0.01) -> Any:
    """What an optimizer makes of two steps; eps only where it has one."""
    options = {} if optimizer.__name__ in ("sgd", "momentum") else {"eps": eps}
    x, state = optimizer(x, dx, None, lr=lr, **options)
    return x, *optimizer(x, second_dx, state, lr=lr, **options)


def tanh_slope(z: Any) -> Any:
    return 1 - np.tanh(z) ** 2


def coupled(x: Any) -> Any:
    """A smooth function of all its inputs together; a separable one hides an x that is not put back."""
    weights = np.arange(1.0, x.size + 1).reshape(x.shape)
    return np.sin(np.sum(weights * x)) + np.sum(x) ** 2


def model(E: Any, W: Any, b: Any, u: Any) -> dict[str, Any]:
    return {"E": E, "W": W, "b": b, "u": u}


def _gate(name: str, **declared: Any) -> Subject:
    return Subject(Program(getattr(gates, name), ("forward", "backward")), declared, forward_and_backward)


def _elementwise(function: Callable[..., Any], **options: Any) -> Subject:
    shapes = {"da": "N,D", "z": "N,D"} if function.__name__.endswith("_backward") else {"z": "N,D"}
    gradients = {"gradients": "da"} if "da" in shapes else {}
    return Subject(function, {**shapes, "large": "z", "integers": "z", **gradients, **options})


def _optimizer(optimizer: Callable[..., Any]) -> Subject:
    declared = {"x": "N,D", "dx": "N,D", "second_dx": "N,D", "eps": (1e-8, 0.1), "gradients": "dx second_dx"}
    return Subject(two_steps, declared, lambda *values: (optimizer, *values))


_SCORES = {"scores": "N,C", "y": "N<C", "large": "scores", "integers": "scores"}
_MODEL = {"E": "V,D", "W": "H,M", "b": "H", "u": "H"}
_ZERO = {"kinks": {"z": (0.0,)}}


def _window(E: Any, W: Any, *rest: Any) -> tuple[Any, ...]:
    """W fitted to windows of five words."""
    return np.resize(W, (W.shape[0], 5 * E.shape[1])), *rest


SUBJECTS: dict[str, Subject] = {
    "MultiplyGate": _gate("MultiplyGate", x="N,D", y="N,D", dz="N,D", gradients="dz", integers="x y"),
    "MaxGate": _gate("MaxGate", x="N,D", y="N,D", dz="N,D", ties="x y", integers="x y"),
    "SigmoidGate": _gate("SigmoidGate", x="N,D", dz="N,D", large="x", integers="x"),
    "ReciprocalGate": _gate("ReciprocalGate", x="N,D", dz="N,D", positive="x"),
    "MatMulGate": _gate("MatMulGate", x="N,D", y="D,H", dz="N,H", integers="x"),
    "SumGate": _gate("SumGate", x="N,D", dz=""),
    "shop": Subject(circuits.shop, dict.fromkeys(("apples", "apple_price", "oranges", "orange_price", "tax"), "")),
    "sigmoid": _elementwise(act.sigmoid),
    "sigmoid_backward": _elementwise(act.sigmoid_backward),
    "tanh": _elementwise(act.tanh),
    "tanh_backward": _elementwise(act.tanh_backward),
    "hardtanh_backward": _elementwise(act.hardtanh_backward, kinks={"z": (-1.0, 1.0)}),
    "softsign": _elementwise(act.softsign),
    "softsign_backward": _elementwise(act.softsign_backward, **_ZERO),
    "relu_backward": _elementwise(act.relu_backward, **_ZERO),
    "leaky_relu_backward": _elementwise(act.leaky_relu_backward, **_ZERO, k=(0.01, 0.3)),
    "prelu_backward": _elementwise(act.prelu_backward, **_ZERO, a=(0.25, 0.1)),
    "neuron": Subject(act.neuron, {"x": "N", "w": "N", "b": (0.25, -1.5)}),
    "affine_forward": Subject(mg.affine_forward, {"X": "N,D", "W": "H,D", "b": "H", "integers": "X"}),
    "affine_backward": Subject(
        mg.affine_backward, {"delta": "N,H", "X": "N,D", "W": "H,D", "b": "H", "gradients": "delta", "integers": "X"}
    ),
    "score_backward": Subject(
        mg.score_backward, {"x": "D", "W": "H,D", "b": "H", "u": "H"}, lambda *v: (*v, np.tanh, tanh_slope)
    ),
    "layer_gradients": Subject(mg.layer_gradients, {"delta": "H", "a": "D", "W": "H,D", "b": "H", "lam": (0.1, 5.0)}),
    "softmax": Subject(losses.softmax, {"scores": "N,C", "large": "scores", "integers": "scores"}),
    "softmax_backward": Subject(losses.softmax_backward, {"dp": "N,C", "scores": "N,C", "large": "scores"}),
    "cross_entropy": Subject(losses.cross_entropy, _SCORES),
    "multiclass_hinge": Subject(losses.multiclass_hinge, {**_SCORES, "ties": "scores"}),
    "max_margin": Subject(losses.max_margin, {"s": "N", "s_c": "N", "ties": "s s_c"}),
    "l2_penalty": Subject(reg.l2_penalty, {"theta": "N,D", "lam": (0.1, 5.0), "integers": "theta"}),
    "l1_penalty": Subject(reg.l1_penalty, {"theta": "N,D", "lam": (0.1, 5.0), "kinks": {"theta": (0.0,)}}),
    "dropout_train": Subject(
        reg.dropout_train, {"h": "N,D", "p": (0.25, 0.8)}, lambda h, p: (h, p, np.random.default_rng(h.size))
    ),
    "momentum": _optimizer(optimizers.momentum),
    "adagrad": _optimizer(optimizers.adagrad),
    "rmsprop": _optimizer(optimizers.rmsprop),
    "adam": _optimizer(optimizers.adam),
    "sparse_adam": Subject(optimizers.sparse_adam, {"X": "V,D", "rows": "K<V", "d_rows": "K,D", "gradients": "d_rows"}),
    "normalize": Subject(preprocessing.normalize, {"X": "7,D", "other": "N,D"}),
    "inverse_sigmoid_bias": Subject(
        init.output_bias_from_inverse_sigmoid, {"targets": "N,D", "probability": "targets"}
    ),
    "cyclical": Subject(schedules.cyclical, {"t": (0, 3, 5, 7, 10, 12), "low": (0.1,), "high": (0.7,), "half": (5,)}),
    "numeric_gradient": Subject(gradcheck.numeric_gradient, {"x": "N,D", "h": (1e-2, 0.1)}, lambda *v: (coupled, *v)),
    "window_gradient": Subject(window.window_gradient, {"dx": "N,10", "ids": "N,5<V", "V": "=V"}),
    "window_scores_backward": Subject(
        window.window_scores_backward,
        {"ds": "N", **_MODEL, "ids": "N,5<V"},
        lambda ds, E, W, b, u, ids: (ds, model(E, *_window(E, W, b, u)), ids),
    ),
    "location_loss": Subject(
        window.location_loss,
        {**_MODEL, "ids": "N,5<V", "y": "N<2"},
        lambda E, W, b, u, ids, y: (model(E, *_window(E, W, b, u)), ids, y),
    ),
    "network_loss": Subject(
        network.network_loss,
        {"X": "N,D", "W1": "H,D", "b1": "H", "W2": "C,H", "b2": "C", "y": "N<C", "lam": (0.1, 2.0)},
        lambda X, W1, b1, W2, b2, y, lam: ([W1, b1, W2, b2], X, y, lam),
    ),
    "squared_distances": Subject(vectorization.squared_distances_matrix, {"A": "M,D", "B": "N,D"}),
    "embedding_gradient": Subject(
        vectorization.embedding_gradient_matrix, {"dX": "N,D", "ids": "N<V", "V": "=V", "integers": "dX"}
    ),
}
