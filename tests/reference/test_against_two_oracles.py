"""What the other files leave to one oracle or none: each against JAX's derivatives and against torch's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: ./setup.sh test oracles")
pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import torch

from reference import activations as act
from reference import circuits, losses
from reference import initialization as init
from reference import matrix_gradients as mg
from tests.reference.proofs import each, proves

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


@pytest.mark.parametrize("name", each("circuits", CIRCUITS, by=("jax", "torch")))
def test_a_circuit_has_the_value_and_the_gradients_of_its_formula(name, rng):
    formula, count = CIRCUITS[name]
    for numbers in rng.normal(size=(5, count)).tolist():
        value, gradients = getattr(circuits, name)(*numbers)
        for expected, slopes in both(formula, numbers):
            np.testing.assert_allclose(value, expected, rtol=1e-13)
            np.testing.assert_allclose(gradients, slopes, rtol=1e-12, atol=1e-14)


@proves("circuits.shop", by=("jax", "torch"))
def test_the_shop_has_the_value_and_the_gradients_of_its_formula():
    names = ("apples", "apple_price", "oranges", "orange_price", "tax", "apple_cost", "orange_cost", "cost", "total")
    numbers = [2.0, 100.0, 3.0, 150.0, 1.1]
    total, edges = circuits.shop(*numbers)
    assert set(edges) == set(names)

    def formula(xp):  # with a zero added on every edge in between, whose slope is that of the edge
        return lambda a, p, o, q, t, d_a, d_o, d_c, d_t: ((a * p + d_a) + (o * q + d_o) + d_c) * t + d_t

    for expected, slopes in both(formula, [*numbers, 0.0, 0.0, 0.0, 0.0]):
        np.testing.assert_allclose(total, expected, rtol=1e-14)
        np.testing.assert_allclose([edges[name] for name in names], slopes, rtol=1e-14)


@pytest.mark.parametrize(
    "name", each("activations", ["sigmoid_grad_from_output", "tanh_grad_from_output"], by=("jax", "torch"))
)
def test_a_slope_from_the_output_is_the_derivative(name, rng):
    z = rng.normal(size=9)
    activation = name.partition("_")[0]
    f = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}[activation]
    slope = getattr(act, name)(np.asarray(f(z)))
    np.testing.assert_allclose(slope, jax.vmap(jax.grad(f))(z), rtol=1e-13)
    leaf = torch.tensor(z, requires_grad=True)
    getattr(torch, activation)(leaf).sum().backward()
    np.testing.assert_allclose(slope, leaf.grad.numpy(), rtol=1e-13)


@proves("losses.cross_entropy_gradient_by_class", by=("jax", "torch"))
def test_the_cross_entropy_gradient_by_class_is_the_derivative(rng):
    f = rng.normal(size=5)
    for y in range(5):
        expected = jax.grad(lambda f, y=y: -jax.nn.log_softmax(f)[y])(f)
        leaf = torch.tensor(f, requires_grad=True)
        torch.nn.functional.cross_entropy(leaf[None], torch.tensor([y])).backward()
        np.testing.assert_allclose(losses.cross_entropy_gradient_by_class(f, y), expected, rtol=1e-12)
        np.testing.assert_allclose(losses.cross_entropy_gradient_by_class(f, y), leaf.grad.numpy(), rtol=1e-12)


@proves("initialization.zero_weights", "initialization.zero_biases", by="jax")
def test_zeros_are_those_of_the_initializer():
    zeros, key = jax.nn.initializers.zeros, jax.random.key(0)
    np.testing.assert_array_equal(init.zero_weights(3, 5), zeros(key, (3, 5)))
    np.testing.assert_array_equal(init.zero_biases(3), zeros(key, (3,)))


@proves("matrix_gradients.gradient_shapes", by=("jax", "torch"))
@pytest.mark.parametrize("x_shape", [(5,), (7, 5)])
def test_gradient_shapes_are_those_that_both_derive(x_shape):
    W_shapes, b_shapes = [(3, 5), (2, 3), (4, 2)], [(3,), (2,), (4,)]
    ours = mg.gradient_shapes(x_shape, W_shapes, b_shapes)

    def chain(tanh, x, parameters, zeros):  # a zero is added to every z, so that it has a gradient
        for layer, (W, b) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
            x = (x if layer == 0 else tanh(x)) @ W.T + b + zeros[layer]
        return x.sum()

    names = [f"d{kind}{layer}" for layer in (1, 2, 3) for kind in "Wb"]
    shapes = [shape for pair in zip(W_shapes, b_shapes, strict=True) for shape in pair]
    z_shapes = [(*x_shape[:-1], *shape) for shape in b_shapes]
    structs = [jax.ShapeDtypeStruct(shape, float) for shape in (x_shape, *shapes, *z_shapes)]
    by_jax = jax.eval_shape(
        jax.grad(lambda *arrays: chain(jnp.tanh, arrays[0], arrays[1:7], arrays[7:]), range(10)), *structs
    )
    leaves = [torch.zeros(shape, requires_grad=True) for shape in (x_shape, *shapes, *z_shapes)]
    chain(torch.tanh, leaves[0], leaves[1:7], leaves[7:]).backward()
    for gradients in (by_jax, [leaf.grad for leaf in leaves]):
        names_of_all = ["dx", *names, "dz1", "dz2", "dz3"]
        assert ours == {name: tuple(g.shape) for name, g in zip(names_of_all, gradients, strict=True)}


@proves("matrix_gradients.gradient_shapes", by=("jax", "torch"))
def test_shapes_that_do_not_fit_are_an_error_wherever_they_are_one_in_both():
    outcomes = set()
    for n_in, n_out, n_b in itertools.product((3, 5), (2, 4), (2, 4)):
        x, W, b = (5,), (n_out, n_in), (n_b,)
        fits = []
        for zeros, function in ((jnp.zeros, jax_linear), (torch.zeros, torch.nn.functional.linear)):
            try:
                function(zeros(x), zeros(W), zeros(b))
                fits.append(True)
            except (TypeError, ValueError, RuntimeError):
                fits.append(False)
        assert fits[0] == fits[1]
        outcomes.add(fits[0])
        if fits[0]:
            mg.gradient_shapes(x, [W], [b])
        else:
            with pytest.raises(ValueError, match="W1"):
                mg.gradient_shapes(x, [W], [b])
    assert outcomes == {True, False}


def jax_linear(x, W, b):
    return jax.lax.dot(W, x) + b
