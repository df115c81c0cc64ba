"""What the other files leave to one oracle or none: each against JAX's derivatives and against torch's."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: ./setup.sh test oracles")
pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import torch

from reference import activations as act
from reference import circuits, losses, vectorization

jax.config.update("jax_enable_x64", True)


def neuron(xp):
    return lambda w_0, x_0, w_1, x_1, b: 1 / (1 + xp.exp(-(w_0 * x_0 + w_1 * x_1 + b)))


CIRCUITS = {
    "lecture_example": (lambda xp: lambda x, y, z: (x + y) * xp.maximum(y, z), 3),
    "add_then_multiply": (lambda xp: lambda x, y, z: (x + y) * z, 3),
    "squared_sum": (lambda xp: lambda x, y: (x + y) ** 2, 2),
    "sigmoid_neuron_by_gates": (neuron, 5),
    "sigmoid_neuron_merged": (neuron, 5),
}


def both(formula, numbers):
    """The value and the gradients by JAX, and the same by torch."""
    f = formula(jnp)
    by_jax = f(*numbers), jax.grad(f, tuple(range(len(numbers))))(*numbers)
    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    value = formula(torch)(*leaves)
    value.backward()
    return [by_jax, (value.item(), [leaf.grad.item() for leaf in leaves])]


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_has_the_value_and_the_gradients_of_its_formula(name, rng):
    formula, count = CIRCUITS[name]
    for numbers in rng.normal(size=(5, count)).tolist():
        value, gradients = getattr(circuits, name)(*numbers)
        for expected, slopes in both(formula, numbers):
            np.testing.assert_allclose(value, expected, rtol=1e-13)
            np.testing.assert_allclose(gradients, slopes, rtol=1e-12, atol=1e-14)


def test_the_shop_has_the_value_and_the_gradients_of_its_formula():
    names = ("apples", "apple_price", "oranges", "orange_price", "tax")
    total, edges = circuits.shop(2.0, 100.0, 3.0, 150.0, 1.1)
    for expected, slopes in both(lambda xp: lambda a, p, o, q, t: (a * p + o * q) * t, [2.0, 100.0, 3.0, 150.0, 1.1]):
        np.testing.assert_allclose(total, expected, rtol=1e-14)
        np.testing.assert_allclose([edges[name] for name in names], slopes, rtol=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_a_slope_from_the_output_is_the_derivative(name, rng):
    z = rng.normal(size=9)
    f = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}[name]
    slope = getattr(act, f"{name}_grad_from_output")(np.asarray(f(z)))
    np.testing.assert_allclose(slope, jax.vmap(jax.grad(f))(z), rtol=1e-13)
    leaf = torch.tensor(z, requires_grad=True)
    getattr(torch, name)(leaf).sum().backward()
    np.testing.assert_allclose(slope, leaf.grad.numpy(), rtol=1e-13)


def test_the_cross_entropy_gradient_by_class_is_the_derivative(rng):
    f = rng.normal(size=5)
    for y in range(5):
        expected = jax.grad(lambda f, y=y: -jax.nn.log_softmax(f)[y])(f)
        leaf = torch.tensor(f, requires_grad=True)
        torch.nn.functional.cross_entropy(leaf[None], torch.tensor([y])).backward()
        np.testing.assert_allclose(losses.cross_entropy_gradient_by_class(f, y), expected, rtol=1e-12)
        np.testing.assert_allclose(losses.cross_entropy_gradient_by_class(f, y), leaf.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("form", ["loop", "matrix"])
def test_weight_gradients_of_a_batch_are_the_derivative(form, rng):
    delta, X, W = rng.normal(size=(7, 3)), rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    dW = getattr(vectorization, f"weight_gradient_{form}")(delta, X)
    np.testing.assert_allclose(dW, jax.grad(lambda W: jnp.sum(delta * (X @ W.T)))(W), rtol=1e-12)
    leaf = torch.tensor(W, requires_grad=True)
    (torch.tensor(delta) * (torch.tensor(X) @ leaf.T)).sum().backward()
    np.testing.assert_allclose(dW, leaf.grad.numpy(), rtol=1e-12)
