"""Every differentiable function against JAX in float64: its value, and all its gradients by JAX's rules."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
from jax import nn

from reference.activations import layer, neuron, neuron_folded
from reference.autodiff import Variable
from reference.matrix_gradients import weight_gradient_by_elements
from tests.reference.autodiff_expressions import EXPRESSIONS
from tests.reference.examples import BINARY, EXAMPLES, IDS, LABELS, LAM, MASK, RIVALS, K
from tests.reference.proofs import each_example, proves

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def cross_entropy(f):
    return -jnp.mean(jnp.take_along_axis(nn.log_softmax(f), LABELS[:, None], axis=1))


def hinge(f):
    others = 1 - nn.one_hot(LABELS, f.shape[1])
    right = jnp.take_along_axis(f, LABELS[:, None], axis=1)
    return jnp.sum(others * nn.relu(f - right + 1)) / len(f)


def network(activation):
    def loss(X, W1, b1, W2, b2, W3, b3):
        hidden = activation(activation(X @ W1.T + b1) @ W2.T + b2)
        return cross_entropy(hidden @ W3.T + b3) + LAM * sum(jnp.vdot(W, W) for W in (W1, W2, W3))

    return loss


def window_scores(E, W, b, u, ids=IDS):
    return jax.vmap(lambda window: u @ jnp.tanh(W @ jnp.concatenate([E[word] for word in window]) + b))(ids)


def location_loss(E, W, b, u):
    two_scores = jnp.stack([jnp.zeros(len(IDS)), window_scores(E, W, b, u)], axis=1)
    return -jnp.mean(jnp.take_along_axis(nn.log_softmax(two_scores), BINARY[:, None], axis=1))


def max_margin_loss(E, W, b, u):
    return jnp.mean(nn.relu(1 - window_scores(E, W, b, u) + window_scores(E, W, b, u, RIVALS)))


def penalised_layer(a, W, b):
    return jnp.arange(1.0, 4.0) @ (W @ a + b) + LAM * jnp.vdot(W, W)


JAX = {
    "AddGate": jnp.add,
    "MultiplyGate": jnp.multiply,
    "MaxGate": jnp.maximum,
    "SquareGate": jnp.square,
    "ExpGate": jnp.exp,
    "LogGate": jnp.log,
    "ReciprocalGate": jnp.reciprocal,
    "NegateGate": jnp.negative,
    "SigmoidGate": nn.sigmoid,
    "TanhGate": jnp.tanh,
    "ReluGate": nn.relu,
    "MatMulGate": jnp.matmul,
    "SumGate": jnp.sum,
    "sigmoid": nn.sigmoid,
    "tanh": jnp.tanh,
    "tanh_from_sigmoid": jnp.tanh,
    "hardtanh": nn.hard_tanh,
    "softsign": nn.soft_sign,
    "relu": nn.relu,
    "leaky_relu": lambda z: nn.leaky_relu(z, K),
    "prelu": lambda z, a: jnp.where(z > 0, z, a * z),
    "affine, one vector": lambda x, W, b: W @ x + b,
    "affine, a batch": lambda X, W, b: jax.vmap(lambda x: W @ x + b)(X),
    "score": lambda x, W, b, u: u @ jnp.tanh(W @ x + b),
    "penalised layer": penalised_layer,
    "penalised layer and bias": lambda a, W, b: penalised_layer(a, W, b) + LAM * jnp.vdot(b, b),
    "softmax": nn.softmax,
    "cross_entropy": cross_entropy,
    "multiclass_hinge": hinge,
    "max_margin": lambda s, s_c: jnp.mean(nn.relu(1 - s + s_c)),
    "l2_penalty": lambda theta: LAM * jnp.linalg.norm(theta) ** 2,
    "l1_penalty": lambda theta: LAM * jnp.sum(jnp.abs(theta)),
    "regularized_objective": lambda W, b: jnp.sum(W) * jnp.sum(b) + LAM * jnp.vdot(W, W),
    "regularized_objective and biases": lambda W, b: jnp.sum(W) * jnp.sum(b) + LAM * (jnp.vdot(W, W) + jnp.vdot(b, b)),
    "dropout": lambda h: h * MASK,
    "network, sigmoid": network(nn.sigmoid),
    "network, tanh": network(jnp.tanh),
    "network, hardtanh": network(nn.hard_tanh),
    "network, softsign": network(nn.soft_sign),
    "network, relu": network(nn.relu),
    "network, leaky_relu": network(nn.leaky_relu),
    "window_vectors": lambda E: jnp.concatenate([E[IDS[:, i]] for i in range(5)], axis=1),
    "window_scores": window_scores,
    "max_margin_loss": max_margin_loss,
    "location_loss": location_loss,
    "cross_entropy_matrix": cross_entropy,
    "hinge_matrix": hinge,
}


def test_jax_is_asked_about_every_function():
    assert set(JAX) == set(EXAMPLES)


@pytest.mark.parametrize("name", each_example(by="jax"))
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradients_equal_those_of_jax(name, seed):
    example, rng = EXAMPLES[name], np.random.default_rng(seed)
    inputs = example.draw(rng)
    value, pullback = jax.vjp(JAX[name], *inputs)
    assert value.dtype == np.float64
    np.testing.assert_allclose(example.forward(*inputs), value, rtol=1e-12, atol=1e-14)
    upstream = rng.normal(size=value.shape)
    gradients = pullback(jnp.asarray(upstream))
    for ours, theirs in zip(example.backward(upstream, *inputs), gradients, strict=True):
        assert np.shape(ours) == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13)


@proves("autodiff.Variable", by="jax")
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_autodiff_equals_jax(name, rng):
    expression, shapes = EXPRESSIONS[name]
    inputs = [rng.uniform(0.3, 2.0, shape) for shape in shapes]
    variables = [Variable(x) for x in inputs]
    result = expression(Functions(Variable), *variables)
    value, pullback = jax.vjp(lambda *arrays: expression(Functions(jnp), *arrays), *inputs)
    np.testing.assert_allclose(result.value, value, rtol=1e-12)
    upstream = rng.normal(size=value.shape)
    result.backward(upstream)
    for variable, theirs in zip(variables, pullback(jnp.asarray(upstream)), strict=True):
        assert variable.grad.shape == theirs.shape
        np.testing.assert_allclose(variable.grad, theirs, rtol=1e-11, atol=1e-13)


class Functions:
    """The functions that JAX has in a module and a Variable has as methods, under one spelling."""

    def __init__(self, where):
        self.exp, self.log, self.tanh, self.maximum = where.exp, where.log, where.tanh, where.maximum
        self.sigmoid = nn.sigmoid if where is jnp else where.sigmoid
        self.relu = nn.relu if where is jnp else where.relu


@proves("activations.neuron", "activations.neuron_folded", "activations.layer", by="jax")
def test_neurons_and_layers_equal_jax(rng):
    x, W, b = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    expected = np.asarray(nn.sigmoid(W @ x + b))
    np.testing.assert_allclose(layer(x, W, b), expected, rtol=1e-14)
    assert neuron(x, W[0], b[0]) == pytest.approx(expected[0], rel=1e-14)
    assert neuron_folded(x, np.append(W[0], b[0])) == pytest.approx(expected[0], rel=1e-14)


@proves("matrix_gradients.weight_gradient_by_elements", by="jax")
def test_the_weight_gradient_by_elements_equals_jax(rng):
    x, W, delta = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    expected = jax.grad(lambda W: delta @ (W @ x))(W)
    np.testing.assert_allclose(weight_gradient_by_elements(delta, x), expected, rtol=1e-14)
