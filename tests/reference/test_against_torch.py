"""Optimizers and schedules against torch's own classes, step by step, and what torch has ready-made of the rest."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import torch
from torch.nn import functional

from reference import activations as act
from reference import schedules
from reference.losses import cross_entropy, multiclass_hinge, softmax, softmax_backward
from reference.optimizers import adagrad, adam, momentum, rmsprop, sgd, sparse_adam
from reference.regularization import l2_penalty
from reference.vectorization import squared_distances_loop, squared_distances_matrix
from reference.word_window import window_gradient, window_gradient_rows, window_vectors
from tests.reference.examples import IDS, LABELS, VOCABULARY
from tests.reference.proofs import each, proves

STEPS = 50

OPTIMIZERS = {
    "sgd": (sgd, {"lr": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    "momentum": (momentum, {"lr": 0.1, "mu": 0.8}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    # torch puts Adagrad's eps outside the root; a tiny one shows in neither place.
    "adagrad": (adagrad, {"lr": 0.1, "eps": 1e-30}, torch.optim.Adagrad, {"lr": 0.1, "eps": 1e-30}),
    "rmsprop": (
        rmsprop,
        {"lr": 0.1, "decay": 0.9, "eps": 1e-3},
        torch.optim.RMSprop,
        {"lr": 0.1, "alpha": 0.9, "eps": 1e-3},
    ),
    "adam": (
        adam,
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
        torch.optim.Adam,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3},
    ),
}


@pytest.mark.parametrize("name", each("optimizers", OPTIMIZERS, by="torch"))
def test_fifty_steps_equal_those_of_torch(name, rng):
    ours, our_options, theirs, their_options = OPTIMIZERS[name]
    x, state = rng.normal(size=(3, 5)), None
    parameter = torch.nn.Parameter(torch.tensor(x))
    optimizer = theirs([parameter], **their_options)
    for _ in range(STEPS):
        dx = rng.normal(size=x.shape)
        x, state = ours(x, dx, state, **our_options)
        parameter.grad = torch.tensor(dx)
        optimizer.step()
        np.testing.assert_allclose(x, parameter.detach().numpy(), rtol=1e-12, atol=1e-13)


@proves("optimizers.sparse_adam", by="torch")
def test_fifty_sparse_steps_equal_those_of_torch(rng):
    X, state = rng.normal(size=(11, 3)), None
    parameter = torch.nn.Parameter(torch.tensor(X))
    # torch adds eps before it corrects the bias, we after; with 1e-30 both are the same.
    optimizer = torch.optim.SparseAdam([parameter], lr=0.1, betas=(0.8, 0.95), eps=1e-30)
    for _ in range(STEPS):
        rows = rng.integers(0, 9, size=5)  # repeats within a step, and two rows that never have a gradient
        d_rows = rng.normal(size=(5, 3))
        X, state = sparse_adam(X, rows, d_rows, state, lr=0.1, beta1=0.8, beta2=0.95, eps=1e-30)
        parameter.grad = torch.sparse_coo_tensor(rows[None], d_rows, X.shape, check_invariants=True)
        optimizer.step()
        np.testing.assert_allclose(X, parameter.detach().numpy(), rtol=1e-11, atol=1e-12)


def _rates(scheduler_class, lr0, epochs, **options):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr0, momentum=0.9)
    scheduler = scheduler_class(optimizer, **options)
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


SCHEDULES = {
    "cyclical": (
        lambda t: schedules.cyclical(t, 0.1, 0.5, 7),
        lambda n: _rates(torch.optim.lr_scheduler.CyclicLR, 0.1, n, base_lr=0.1, max_lr=0.5, step_size_up=7),
    ),
    "halve_every": (
        lambda t: schedules.halve_every(t, 0.1, 5),
        lambda n: _rates(torch.optim.lr_scheduler.StepLR, 0.1, n, step_size=5, gamma=0.5),
    ),
    "step_factor": (
        lambda t: schedules.step_factor(t, 0.1, 3, 0.3),
        lambda n: _rates(torch.optim.lr_scheduler.StepLR, 0.1, n, step_size=3, gamma=0.3),
    ),
    "exponential": (
        lambda t: schedules.exponential(t, 0.1, 0.2),
        lambda n: _rates(torch.optim.lr_scheduler.ExponentialLR, 0.1, n, gamma=float(np.exp(-0.2))),
    ),
    "inverse": (
        lambda t: schedules.inverse(t, 0.1, 4),
        lambda n: _rates(torch.optim.lr_scheduler.LambdaLR, 0.1, n, lr_lambda=lambda t: 1 if t < 4 else 4 / t),
    ),
    "constant": (
        lambda t: schedules.constant(t, 0.1),
        lambda n: _rates(torch.optim.lr_scheduler.ConstantLR, 0.1, n, factor=1.0),
    ),
}


@pytest.mark.parametrize("name", each("schedules", SCHEDULES, by="torch"))
def test_forty_epochs_of_a_schedule_equal_those_of_torch(name):
    ours, theirs = SCHEDULES[name]
    np.testing.assert_allclose([ours(t) for t in range(40)], theirs(40), rtol=1e-12)


ACTIVATIONS = {
    "sigmoid": (act.sigmoid, act.sigmoid_backward, torch.sigmoid),
    "tanh": (act.tanh, act.tanh_backward, torch.tanh),
    "hardtanh": (act.hardtanh, act.hardtanh_backward, functional.hardtanh),
    "softsign": (act.softsign, act.softsign_backward, functional.softsign),
    "relu": (act.relu, act.relu_backward, functional.relu),
    "leaky_relu": (act.leaky_relu, act.leaky_relu_backward, functional.leaky_relu),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_and_its_slope_equal_those_of_torch_far_out(name):
    forward, backward, theirs = ACTIVATIONS[name]
    z = np.concatenate([np.linspace(-1000, 1000, 41) + 0.5, np.linspace(-3, 3, 60)])
    z_torch = torch.tensor(z, requires_grad=True)
    a = theirs(z_torch)
    a.sum().backward()
    np.testing.assert_allclose(forward(z), a.detach().numpy(), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(backward(np.ones_like(z), z), z_torch.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_prelu_and_its_slope_gradient_equal_those_of_torch(rng):
    z, da = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    z_torch, a = torch.tensor(z, requires_grad=True), torch.tensor([0.25], dtype=torch.float64, requires_grad=True)
    functional.prelu(z_torch, a).backward(torch.tensor(da))
    dz, d_a = act.prelu_backward(da, z, 0.25)
    np.testing.assert_allclose(dz, z_torch.grad.numpy(), rtol=1e-14)
    assert d_a == pytest.approx(a.grad.item(), rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_the_losses_equal_those_of_torch(scale, rng):
    scores = scale * rng.normal(size=(7, 5))
    for ours, theirs in (
        (cross_entropy, functional.cross_entropy),
        # torch divides the hinge by the number of classes as well
        (multiclass_hinge, lambda f, y: 5 * functional.multi_margin_loss(f, y)),
    ):
        f = torch.tensor(scores, requires_grad=True)
        J = theirs(f, torch.tensor(LABELS))
        J.backward()
        loss, dscores = ours(scores, LABELS)
        assert loss == pytest.approx(J.item(), rel=1e-12)
        np.testing.assert_allclose(dscores, f.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_softmax_and_its_jacobian_equal_those_of_torch(rng):
    scores, dp = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    f = torch.tensor(scores, requires_grad=True)
    p = functional.softmax(f, dim=1)
    p.backward(torch.tensor(dp))
    np.testing.assert_allclose(softmax(scores), p.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(softmax_backward(dp, scores), f.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_weight_decay_of_torch_is_half_of_our_lambda(rng):
    x = rng.normal(size=(3, 5))
    parameter = torch.nn.Parameter(torch.tensor(x))
    parameter.grad = torch.zeros_like(parameter)
    torch.optim.SGD([parameter], lr=0.1, weight_decay=2 * 0.3).step()
    np.testing.assert_allclose(sgd(x, l2_penalty(x, 0.3)[1], lr=0.1)[0], parameter.detach().numpy(), rtol=1e-14)


def test_window_lookup_and_its_sparse_gradient_equal_an_embedding_of_torch(rng):
    E, dx = rng.normal(size=(VOCABULARY, 3)), rng.normal(size=(7, 15))
    for sparse in (False, True):
        weight = torch.tensor(E, requires_grad=True)
        x = functional.embedding(torch.tensor(IDS), weight, sparse=sparse).flatten(1)
        x.backward(torch.tensor(dx))
        np.testing.assert_array_equal(window_vectors(E, IDS), x.detach().numpy())
        if sparse:
            gradient = weight.grad.coalesce()
            rows, d_rows = window_gradient_rows(dx, IDS)
            np.testing.assert_array_equal(rows, gradient.indices()[0].numpy())
            np.testing.assert_allclose(d_rows, gradient.values().numpy(), rtol=1e-12, atol=1e-14)
        else:
            dE = window_gradient(dx, IDS, VOCABULARY)
            np.testing.assert_allclose(dE, weight.grad.numpy(), rtol=1e-12, atol=1e-14)


@proves("vectorization.squared_distances_loop", "vectorization.squared_distances_matrix", by="torch")
def test_pairwise_distances_equal_those_of_torch(rng):
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    theirs = torch.cdist(torch.tensor(A), torch.tensor(B), compute_mode="donot_use_mm_for_euclid_dist") ** 2
    for ours in (squared_distances_loop, squared_distances_matrix):
        np.testing.assert_allclose(ours(A, B), theirs.numpy(), rtol=1e-12)
