"""Which functions of the reference an example calls: those that give its value, and those that give its gradients."""

from __future__ import annotations

from reference.network import ACTIVATIONS
from tests.reference.examples import EXAMPLES

_MODULES = {
    "activations": ("tanh", "hardtanh", "softsign", "relu", "leaky_relu", "prelu"),
    "losses": ("cross_entropy", "multiclass_hinge", "max_margin"),
    "regularization": ("l2_penalty", "l1_penalty"),
    "word_window": ("max_margin_loss", "location_loss"),
    "vectorization": ("cross_entropy_matrix", "hinge_matrix"),
}
_OBJECTIVE = "regularization.regularized_objective"

# A function that returns a loss with its gradient gives both, and so does a gate.
VALUES: dict[str, tuple[str, ...]] = {
    **{name: (f"gates.{name}",) for name in EXAMPLES if name.endswith("Gate")},
    **{name: (f"{module}.{name}",) for module, names in _MODULES.items() for name in names},
    "sigmoid": ("activations.sigmoid",),
    "tanh_from_sigmoid": ("activations.tanh_from_sigmoid",),
    "affine, one vector": ("matrix_gradients.affine_forward",),
    "affine, a batch": ("matrix_gradients.affine_forward",),
    "score": ("matrix_gradients.score_forward",),
    "penalised layer": (),
    "penalised layer and bias": (),
    "softmax": ("losses.softmax",),
    "regularized_objective": (_OBJECTIVE,),
    "regularized_objective and biases": (_OBJECTIVE,),
    "dropout": (),
    **{f"network, {name}": ("network.network_loss", "network.network_forward") for name in ACTIVATIONS},
    "window_vectors": ("word_window.window_vectors",),
    "window_scores": ("word_window.window_scores",),
}
_LAYER = ("matrix_gradients.delta_below", "matrix_gradients.layer_gradients")
GRADIENTS: dict[str, tuple[str, ...]] = {
    **VALUES,
    **{name: (f"activations.{name}_backward",) for name in ("sigmoid", *_MODULES["activations"])},
    "tanh_from_sigmoid": ("activations.tanh_backward",),
    "affine, one vector": ("matrix_gradients.affine_backward",),
    "affine, a batch": ("matrix_gradients.affine_backward",),
    "score": ("matrix_gradients.score_backward",),
    "penalised layer": _LAYER,
    "penalised layer and bias": _LAYER,
    "softmax": ("losses.softmax_backward",),
    "dropout": ("regularization.dropout_backward",),
    **{f"network, {name}": ("network.network_backward", "network.network_loss") for name in ACTIVATIONS},
    "window_vectors": ("word_window.window_gradient", "word_window.window_gradient_rows"),
    "window_scores": ("word_window.window_scores_backward",),
}


def functions_of(example: str, oracle: str) -> list[str]:
    """The functions that an oracle proves by an example.

    A complex step of our own forward pass proves nothing about that forward pass, and of the functions that return a
    loss with its gradient only a half.
    """
    values, gradients = VALUES[example], GRADIENTS[example]
    if oracle == "complex step":
        return [name for name in gradients if name not in values]
    return list(dict.fromkeys(values + gradients))
