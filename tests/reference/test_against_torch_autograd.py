"""Every differentiable function against torch in float64: its value, and all its gradients by torch's tape."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import torch
from torch.nn import functional

from reference.activations import layer, neuron, neuron_folded
from reference.autodiff import Variable
from tests.reference import autodiff_expressions
from tests.reference.autodiff_expressions import EXPRESSIONS
from tests.reference.examples import BINARY, EXAMPLES, IDS, LABELS, LAM, MASK, RIVALS, K
from tests.reference.proofs import each_example, proves

Y, TRUE, CORRUPT = torch.tensor(LABELS), torch.tensor(IDS), torch.tensor(RIVALS.copy())


def cross_entropy(f):
    return functional.cross_entropy(f, Y)


def hinge(f):
    return f.shape[1] * functional.multi_margin_loss(f, Y)  # torch divides by the number of classes as well


def max_margin(s, s_c):
    return functional.margin_ranking_loss(s, s_c, torch.ones_like(s), margin=1.0)


def network(activation):
    def loss(X, W1, b1, W2, b2, W3, b3):
        hidden = activation(functional.linear(activation(functional.linear(X, W1, b1)), W2, b2))
        return cross_entropy(functional.linear(hidden, W3, b3)) + LAM * sum(W.square().sum() for W in (W1, W2, W3))

    return loss


def window_scores(E, W, b, u, ids=TRUE):
    return torch.tanh(functional.linear(functional.embedding(ids, E).flatten(1), W, b)) @ u


def location_loss(*parameters):
    y = torch.tensor(BINARY, dtype=torch.float64)
    return functional.binary_cross_entropy_with_logits(window_scores(*parameters), y)


def penalised_layer(a, W, b):
    return functional.linear(a, W, b) @ torch.arange(1.0, 4.0, dtype=torch.float64) + LAM * W.square().sum()


TORCH = {
    "AddGate": torch.add,
    "MultiplyGate": torch.mul,
    "MaxGate": torch.maximum,
    "SquareGate": torch.square,
    "ExpGate": torch.exp,
    "LogGate": torch.log,
    "ReciprocalGate": torch.reciprocal,
    "NegateGate": torch.neg,
    "SigmoidGate": torch.sigmoid,
    "TanhGate": torch.tanh,
    "ReluGate": torch.relu,
    "MatMulGate": torch.matmul,
    "SumGate": torch.sum,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "tanh_from_sigmoid": torch.tanh,
    "hardtanh": functional.hardtanh,
    "softsign": functional.softsign,
    "relu": functional.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, K),
    "prelu": lambda z, a: functional.prelu(z, a.reshape(1)),
    "affine, one vector": functional.linear,
    "affine, a batch": functional.linear,
    "score": lambda x, W, b, u: torch.tanh(functional.linear(x, W, b)) @ u,
    "penalised layer": penalised_layer,
    "penalised layer and bias": lambda a, W, b: penalised_layer(a, W, b) + LAM * b.square().sum(),
    "softmax": lambda f: functional.softmax(f, dim=1),
    "cross_entropy": cross_entropy,
    "multiclass_hinge": hinge,
    "max_margin": max_margin,
    "l2_penalty": lambda theta: LAM * functional.mse_loss(theta, torch.zeros_like(theta), reduction="sum"),
    "l1_penalty": lambda theta: LAM * functional.l1_loss(theta, torch.zeros_like(theta), reduction="sum"),
    "regularized_objective": lambda W, b: W.sum() * b.sum() + LAM * W.square().sum(),
    "regularized_objective and biases": lambda W, b: W.sum() * b.sum() + LAM * (W.square().sum() + b.square().sum()),
    "dropout": lambda h: h * torch.tensor(MASK),
    "network, sigmoid": network(torch.sigmoid),
    "network, tanh": network(torch.tanh),
    "network, hardtanh": network(functional.hardtanh),
    "network, softsign": network(functional.softsign),
    "network, relu": network(functional.relu),
    "network, leaky_relu": network(functional.leaky_relu),
    "window_vectors": lambda E: functional.embedding(TRUE, E).flatten(1),
    "window_scores": window_scores,
    "max_margin_loss": lambda *p: max_margin(window_scores(*p), window_scores(*p, CORRUPT)),
    "location_loss": location_loss,
    "cross_entropy_matrix": cross_entropy,
    "hinge_matrix": hinge,
}


def test_torch_is_asked_about_every_function():
    assert set(TORCH) == set(EXAMPLES)


@pytest.mark.parametrize("name", each_example(by="torch"))
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradients_equal_those_of_torch(name, seed):
    example, rng = EXAMPLES[name], np.random.default_rng(seed)
    inputs = example.draw(rng)
    leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
    value = TORCH[name](*leaves)
    assert value.dtype == torch.float64
    np.testing.assert_allclose(example.forward(*inputs), value.detach().numpy(), rtol=1e-12, atol=1e-14)
    upstream = rng.normal(size=tuple(value.shape))
    value.backward(torch.tensor(upstream))
    for ours, leaf in zip(example.backward(upstream, *inputs), leaves, strict=True):
        assert np.shape(ours) == leaf.grad.shape
        np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1e-11, atol=1e-13)


class Tensor(torch.Tensor):
    """A tensor with the one method of numpy's that torch spells otherwise."""

    def transpose(self, *axes):
        return self.permute(*(axes or reversed(range(self.ndim))))

    @property
    def T(self):
        return self.transpose()


@proves("autodiff.Variable", by="torch")
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_autodiff_equals_torch(name, rng, monkeypatch):
    expression, shapes = EXPRESSIONS[name]
    inputs = [rng.uniform(0.3, 2.0, shape) for shape in shapes]
    variables = [Variable(x) for x in inputs]
    result = expression(Variable, *variables)
    monkeypatch.setattr(autodiff_expressions, "CONSTANT", torch.tensor(autodiff_expressions.CONSTANT))
    leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
    value = expression(torch, *(leaf.as_subclass(Tensor) for leaf in leaves))
    np.testing.assert_allclose(result.value, value.detach().numpy(), rtol=1e-12)
    upstream = rng.normal(size=tuple(value.shape))
    result.backward(upstream)
    value.backward(torch.tensor(upstream))
    for variable, leaf in zip(variables, leaves, strict=True):
        assert variable.grad.shape == leaf.grad.shape
        np.testing.assert_allclose(variable.grad, leaf.grad.numpy(), rtol=1e-11, atol=1e-13)


@proves("activations.neuron", "activations.neuron_folded", "activations.layer", by="torch")
def test_neurons_and_layers_equal_torch(rng):
    x, W, b = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    expected = torch.sigmoid(functional.linear(*map(torch.tensor, (x, W, b)))).numpy()
    np.testing.assert_allclose(layer(x, W, b), expected, rtol=1e-14)
    assert neuron(x, W[0], b[0]) == pytest.approx(expected[0], rel=1e-14)
    assert neuron_folded(x, np.append(W[0], b[0])) == pytest.approx(expected[0], rel=1e-14)
