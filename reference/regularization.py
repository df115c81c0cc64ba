"""Against overfitting: L2 and L1 penalties on the parameters, and dropout of units.

Conventions (CS224n lecture 4, eq. 8; notes part III, sections 2.2 and 2.3):
- The L2 penalty is lam * sum(theta**2), so its gradient is 2 * lam * theta. (003 halves both; 002 prints the norm
  without its square, which is another penalty.) It is not divided by the number of examples.
- Weight matrices are penalised. Biases, the 1-D parameters, are not, unless penalise_biases says so.
- Dropout keeps a unit with probability p, 0 < p <= 1. Randomness comes from the generator that is handed in.
- No argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def l2_penalty(theta: np.ndarray, lam: float) -> tuple[float, np.ndarray]:
    """lam * sum(theta**2) over all elements, and its gradient, of the shape of theta."""
    return lam * np.sum(theta**2), 2 * lam * theta


def l1_penalty(theta: np.ndarray, lam: float) -> tuple[float, np.ndarray]:
    """lam * sum(|theta|) over all elements, and its gradient, of the shape of theta; at the kink 0 the slope is 0."""
    # max(theta, -theta) is |theta|, and holds for complex theta with a tiny imaginary part too.
    return lam * np.sum(np.maximum(theta, -theta)), lam * np.sign(theta)


def regularized_objective(
    J: float,
    gradients: Sequence[np.ndarray],
    parameters: Sequence[np.ndarray],
    lam: float,
    penalise_biases: bool = False,
) -> tuple[float, list[np.ndarray]]:
    """The full objective J + lam * sum_k theta_k**2 and its gradients, in the order of the parameters (eq. 8).

    J and gradients are the loss's alone. Parameters with one axis are biases.
    """
    total, regularized = J, []
    for theta, dtheta in zip(parameters, gradients, strict=True):
        if theta.ndim > 1 or penalise_biases:
            penalty, dpenalty = l2_penalty(theta, lam)
            total = total + penalty
            regularized.append(dtheta + dpenalty)
        else:
            regularized.append(dtheta.copy())
    return total, regularized


def dropout_train(
    h: np.ndarray, p: float, rng: np.random.Generator, inverted: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Dropout in training: every unit is kept with probability p (where rng.random(h.shape) < p) and else set to 0.

    inverted: kept units are scaled by 1/p, so that testing needs nothing. Classic: they stay as they are, and testing
    scales by p. Returns the output and the mask, both of the shape of h; output = h * mask.
    """
    mask = (rng.random(h.shape) < p).astype(h.dtype)
    if inverted:
        mask = mask / p  # the expectation over the masks is then h itself
    return h * mask, mask


def dropout_test(h: np.ndarray, p: float, inverted: bool = True) -> np.ndarray:
    """Dropout in testing: every unit takes part, at the level that it had in training on average."""
    return h.copy() if inverted else p * h


def dropout_backward(dout: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The gradient with respect to h, given that with respect to the output, and the forward pass's own mask."""
    return dout * mask
