"""Every differentiable function of the reference, wrapped alike, so that each oracle is asked about all of them.

An Example's ``forward(*inputs)`` is a number or an array, ``backward(upstream, *inputs)`` the gradients of all
inputs in their order, and ``draw(rng)`` random inputs away from kinks. Whatever is no float array (labels, a
mask) is fixed here, where the oracles find it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from reference import activations as act
from reference import gates, losses, network, regularization, word_window
from reference import matrix_gradients as mg
from reference import vectorization as vec

LABELS = np.array([2, 0, 1, 2, 4, 4, 0])  # 7 examples, 5 classes; some twice, one (3) never
BINARY = np.array([1, 0, 0, 1, 0, 1, 1])
IDS = np.array([[0, 3, 3, 5, 1], [2, 3, 4, 5, 6], [6, 6, 6, 6, 6]] * 2 + [[1, 2, 3, 4, 5]])  # repeats within a window
RIVALS = IDS[::-1]
VOCABULARY = 8  # row 7 is in no window
LAM, K, RATE = 0.3, 0.1, 0.6
MASK = regularization.dropout_train(np.ones((7, 5)), RATE, np.random.default_rng(1))[1]
MODEL_NAMES = ("E", "W", "b", "u")

Draw = Callable[[np.random.Generator], tuple[np.ndarray, ...]]


@dataclass(frozen=True)
class Example:
    forward: Callable[..., Any]
    backward: Callable[..., tuple[Any, ...]]
    draw: Draw


def _shapes(*shapes: tuple[int, ...], positive: bool = False) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        # No element lies within 0.01 of the kinks at 0 and +-1 (and, almost surely, no two are as close as 1e-30).
        arrays = []
        for shape in shapes:
            x = rng.normal(size=shape)
            x = np.where(np.abs(x) < 0.01, x + 0.1, x)
            x = np.where(np.abs(np.abs(x) - 1) < 0.01, x * 1.1, x)
            arrays.append(np.abs(x) if positive else x)
        return tuple(arrays)

    return draw


def _gate(name: str, *shapes: tuple[int, ...], positive: bool = False) -> Example:
    def backward(dz: Any, *inputs: Any) -> tuple[Any, ...]:
        gate = getattr(gates, name)()
        gate.forward(*inputs)
        return tuple(gate.backward(dz))

    draw = _shapes(*shapes, positive=positive)
    return Example(lambda *inputs: getattr(gates, name)().forward(*inputs), backward, draw)


def _elementwise(forward: Callable[[Any], Any], backward: Callable[[Any, Any], Any]) -> Example:
    return Example(forward, lambda da, z: (backward(da, z),), _shapes((7, 5)))


def _scalar_loss(function: Callable[[Any], tuple[Any, Any]], *shape: int) -> Example:
    """A function of one array that returns ``loss, gradient``."""
    return Example(lambda x: function(x)[0], lambda dJ, x: (dJ * function(x)[1],), _shapes(shape))


def _score_backward(ds: Any, *inputs: Any) -> tuple[Any, ...]:
    return tuple(ds * g for g in mg.score_backward(*inputs, np.tanh, lambda z: 1 - np.tanh(z) ** 2))


def _penalised_layer(a: Any, W: Any, b: Any, penalise_biases: bool) -> Any:
    """A loss whose error signal is the fixed vector 1, 2, 3 at z = W a + b, plus the penalty."""
    penalty = LAM * np.sum(W**2) + (LAM * np.sum(b**2) if penalise_biases else 0)
    return np.arange(1.0, 4.0) @ (W @ a + b) + penalty


def _layer_gradients(penalise_biases: bool) -> Example:
    def backward(dJ: Any, a: Any, W: Any, b: Any) -> tuple[Any, ...]:
        delta = np.arange(1.0, 4.0)
        dW, db = mg.layer_gradients(delta, a, W, b, LAM, penalise_biases)
        return dJ * mg.delta_below(delta, W, np.ones_like(a)), dJ * dW, dJ * db

    return Example(lambda a, W, b: _penalised_layer(a, W, b, penalise_biases), backward, _shapes((5,), (3, 5), (3,)))


def _regularized(penalise_biases: bool) -> Example:
    def call(W: Any, b: Any) -> tuple[Any, list[Any]]:
        J, gradients = np.sum(W) * np.sum(b), [np.full(W.shape, np.sum(b)), np.full(b.shape, np.sum(W))]
        return regularization.regularized_objective(J, gradients, [W, b], LAM, penalise_biases)

    return Example(
        lambda W, b: call(W, b)[0], lambda dJ, W, b: tuple(dJ * g for g in call(W, b)[1]), _shapes((3, 5), (3,))
    )


def _network(activation: str) -> Example:
    def backward(dJ: Any, X: Any, *parameters: Any) -> tuple[Any, ...]:
        f, f_prime = network.ACTIVATIONS[activation]
        scores, cache = network.network_forward(X, parameters, f)
        dX, _ = network.network_backward(losses.cross_entropy(scores, LABELS)[1], cache, parameters, f_prime)
        _, gradients = network.network_loss(parameters, X, LABELS, LAM, activation)
        return dJ * dX, *(dJ * g for g in gradients)

    return Example(
        lambda X, *parameters: network.network_loss(parameters, X, LABELS, LAM, activation)[0],
        backward,
        _shapes((7, 3), (4, 3), (4,), (6, 4), (6,), (5, 6), (5,)),
    )


def _window_model(loss: Callable[[dict[str, Any]], tuple[Any, dict[str, Any]]]) -> Example:
    def call(arrays: tuple[Any, ...]) -> tuple[Any, dict[str, Any]]:
        return loss(dict(zip(MODEL_NAMES, arrays, strict=True)))

    return Example(
        lambda *arrays: call(arrays)[0],
        lambda dJ, *arrays: tuple(dJ * call(arrays)[1][name] for name in MODEL_NAMES),
        _shapes((VOCABULARY, 2), (3, 10), (3,), (3,)),
    )


def _window_scores(*arrays: Any) -> Any:
    return word_window.window_scores(dict(zip(MODEL_NAMES, arrays, strict=True)), IDS)


def _window_scores_backward(ds: Any, *arrays: Any) -> tuple[Any, ...]:
    gradients = word_window.window_scores_backward(ds, dict(zip(MODEL_NAMES, arrays, strict=True)), IDS)
    return tuple(gradients[name] for name in MODEL_NAMES)


EXAMPLES: dict[str, Example] = {
    # gates
    "AddGate": _gate("AddGate", (3, 5), (3, 5)),
    "MultiplyGate": _gate("MultiplyGate", (3, 5), (3, 5)),
    "MaxGate": _gate("MaxGate", (3, 5), (3, 5)),
    "SquareGate": _gate("SquareGate", (3, 5)),
    "ExpGate": _gate("ExpGate", (3, 5)),
    "LogGate": _gate("LogGate", (3, 5), positive=True),
    "ReciprocalGate": _gate("ReciprocalGate", (3, 5)),
    "NegateGate": _gate("NegateGate", (3, 5)),
    "SigmoidGate": _gate("SigmoidGate", (3, 5)),
    "TanhGate": _gate("TanhGate", (3, 5)),
    "ReluGate": _gate("ReluGate", (3, 5)),
    "MatMulGate": _gate("MatMulGate", (3, 5), (5, 2)),
    "SumGate": _gate("SumGate", (3, 5)),
    # activations
    "sigmoid": _elementwise(act.sigmoid, act.sigmoid_backward),
    "tanh": _elementwise(act.tanh, act.tanh_backward),
    "tanh_from_sigmoid": _elementwise(act.tanh_from_sigmoid, act.tanh_backward),
    "hardtanh": _elementwise(act.hardtanh, act.hardtanh_backward),
    "softsign": _elementwise(act.softsign, act.softsign_backward),
    "relu": _elementwise(act.relu, act.relu_backward),
    "leaky_relu": _elementwise(lambda z: act.leaky_relu(z, K), lambda da, z: act.leaky_relu_backward(da, z, K)),
    "prelu": Example(act.prelu, act.prelu_backward, _shapes((7, 5), ())),
    # matrix gradients
    "affine, one vector": Example(mg.affine_forward, mg.affine_backward, _shapes((5,), (3, 5), (3,))),
    "affine, a batch": Example(mg.affine_forward, mg.affine_backward, _shapes((7, 5), (3, 5), (3,))),
    "score": Example(
        lambda *inputs: mg.score_forward(*inputs, np.tanh), _score_backward, _shapes((5,), (3, 5), (3,), (3,))
    ),
    "penalised layer": _layer_gradients(penalise_biases=False),
    "penalised layer and bias": _layer_gradients(penalise_biases=True),
    # losses and regularization
    "softmax": Example(losses.softmax, lambda dp, f: (losses.softmax_backward(dp, f),), _shapes((7, 5))),
    "cross_entropy": _scalar_loss(lambda f: losses.cross_entropy(f, LABELS), 7, 5),
    "multiclass_hinge": _scalar_loss(lambda f: losses.multiclass_hinge(f, LABELS), 7, 5),
    "max_margin": Example(
        lambda s, s_c: losses.max_margin(s, s_c)[0],
        lambda dJ, s, s_c: tuple(dJ * g for g in losses.max_margin(s, s_c)[1:]),
        _shapes((7,), (7,)),
    ),
    "l2_penalty": _scalar_loss(lambda theta: regularization.l2_penalty(theta, LAM), 3, 5),
    "l1_penalty": _scalar_loss(lambda theta: regularization.l1_penalty(theta, LAM), 3, 5),
    "regularized_objective": _regularized(penalise_biases=False),
    "regularized_objective and biases": _regularized(penalise_biases=True),
    "dropout": _elementwise(lambda h: h * MASK, lambda dout, h: regularization.dropout_backward(dout, MASK)),
    # network
    **{f"network, {activation}": _network(activation) for activation in network.ACTIVATIONS},
    # word window
    "window_vectors": Example(
        lambda E: word_window.window_vectors(E, IDS),
        lambda dx, E: (word_window.window_gradient(dx, IDS, VOCABULARY),),
        _shapes((VOCABULARY, 2)),
    ),
    "window_scores": Example(_window_scores, _window_scores_backward, _shapes((VOCABULARY, 2), (3, 10), (3,), (3,))),
    "max_margin_loss": _window_model(lambda parameters: word_window.max_margin_loss(parameters, IDS, RIVALS)),
    "location_loss": _window_model(lambda parameters: word_window.location_loss(parameters, IDS, BINARY)),
    # vectorization
    "cross_entropy_matrix": _scalar_loss(lambda f: vec.cross_entropy_matrix(f, LABELS), 7, 5),
    "hinge_matrix": _scalar_loss(lambda f: vec.hinge_matrix(f, LABELS), 7, 5),
}
