"""Whole trainings against torch's: its modules, its tape, its optimizers and schedulers, on the same mini-batches."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import torch
from torch.nn import functional
from torch.utils.data import BatchSampler

from reference.locations import train_location_model
from reference.optimizers import adam, momentum, sgd
from reference.retraining import FIRST_W, N_TRAIN, SENTIMENTS, VECTORS, retraining_pitfall, train_sentiment
from reference.schedules import step_factor
from reference.training import train
from reference.word_window import init_window_model
from tests.reference.examples import BINARY, IDS, VOCABULARY
from tests.reference.proofs import proves

# Each with the factor of its learning rate every third epoch. It is 1 for momentum, since torch applies the rate of the
# day to the whole velocity, and ours to what it adds.
OPTIMIZERS = {
    "sgd": (sgd, lambda parameters: torch.optim.SGD(parameters, lr=0.1), 0.3),
    "momentum": (momentum, lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9), 1.0),
    "adam": (adam, lambda parameters: torch.optim.Adam(parameters, lr=0.1), 0.3),
}


def batches(N, batch_size, rng):
    return [torch.tensor(rows) for rows in BatchSampler(rng.permutation(N).tolist(), batch_size, drop_last=False)]


def step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@proves("training.train", by="torch")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_a_line_goes_as_in_torch(name, rng):
    X, target = rng.normal(size=(11, 3)), rng.normal(size=11)
    ours, theirs, factor = OPTIMIZERS[name]

    def loss_and_gradients(parameters, rows):
        w, b = parameters
        error = X[rows] @ w + b - target[rows]
        return np.mean(error**2), [2 * error @ X[rows] / len(rows), np.array([2 * np.mean(error)])]

    start = [rng.normal(size=3), np.zeros(1)]
    (w, b), history = train(
        loss_and_gradients, start, 11, 9, 4, lambda t: step_factor(t, 0.1, 3, factor), np.random.default_rng(7), ours
    )

    leaves = [torch.tensor(theta, requires_grad=True) for theta in start]
    optimizer = theirs(leaves)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 3, gamma=factor)
    generator = np.random.default_rng(7)
    for epoch in range(9):
        total = 0.0
        for rows in batches(11, 4, generator):
            loss = functional.mse_loss(torch.tensor(X)[rows] @ leaves[0] + leaves[1], torch.tensor(target)[rows])
            step(optimizer, loss)
            total += loss.item() * len(rows)
        schedule.step()
        assert history[epoch] == pytest.approx(total / 11, rel=1e-9)
    assert len(history) == 9
    np.testing.assert_allclose(w, leaves[0].detach().numpy(), rtol=1e-8)
    np.testing.assert_allclose(b, leaves[1].detach().numpy(), rtol=1e-8)


def torch_sentiment(E, w, b, y, lr, steps, fine_tune):
    E, w, b = (torch.tensor(theta, requires_grad=True) for theta in (E, w, np.array([b])))
    optimizer = torch.optim.SGD([E, w, b] if fine_tune else [w, b], lr=lr)
    for _ in range(steps):
        scores = E[: len(y)] @ w + b
        step(optimizer, functional.binary_cross_entropy_with_logits(scores, torch.tensor(y, dtype=torch.float64)))
    return [theta.detach().numpy() for theta in (E, w, b)]


@proves("retraining.train_sentiment", "retraining.retraining_pitfall", by="torch")
@pytest.mark.parametrize("fine_tune", [True, False])
def test_sentiments_are_trained_as_by_torch(fine_tune, rng):
    problem = rng.normal(size=(6, 3)), rng.normal(size=3), 0.2, np.array([1, 0, 1, 1]), 0.5, 20, fine_tune
    for ours, theirs in zip(train_sentiment(*problem), torch_sentiment(*problem), strict=True):
        np.testing.assert_allclose(ours, np.squeeze(theirs), rtol=1e-10)
    pitfall = retraining_pitfall(fine_tune)
    theirs = torch_sentiment(VECTORS, FIRST_W, 0.0, SENTIMENTS[:N_TRAIN], 0.3, 500, fine_tune)
    for ours, expected in zip(pitfall, theirs, strict=True):
        np.testing.assert_allclose(ours, np.squeeze(expected), rtol=1e-9)


@proves("locations.train_location_model", by="torch")
@pytest.mark.parametrize("loss", ["softmax", "max_margin"])
@pytest.mark.parametrize("fine_tune", [True, False])
def test_a_location_model_is_trained_as_by_torch(loss, fine_tune):
    ids, y = np.concatenate([IDS, IDS[:4, ::-1]]), np.concatenate([BINARY, [0, 0, 0, 0]])
    model = train_location_model(ids, y, VOCABULARY, np.random.default_rng(3), loss, fine_tune, epochs=3)

    rng = np.random.default_rng(3)
    first = init_window_model(VOCABULARY, 16, 32, rng)
    leaves = {name: torch.tensor(theta, requires_grad=True) for name, theta in first.items()}
    optimizer = torch.optim.Adam([leaf for name, leaf in leaves.items() if fine_tune or name != "E"], lr=0.01)

    def scores(windows):
        x = functional.embedding(torch.tensor(windows), leaves["E"]).flatten(1)
        return torch.tanh(functional.linear(x, leaves["W"], leaves["b"])) @ leaves["u"]

    locations = np.repeat(ids[y == 1], (y == 0).sum() // (y == 1).sum(), axis=0)
    for _ in range(3):
        for rows in batches(len(y) if loss == "softmax" else len(locations), 8, rng):
            if loss == "softmax":
                target = torch.tensor(y, dtype=torch.float64)[rows]
                J = functional.binary_cross_entropy_with_logits(scores(ids[rows]), target)
            else:
                rivals = rng.choice(ids[y == 0], size=len(rows))
                J = functional.margin_ranking_loss(
                    scores(locations[rows]), scores(rivals), torch.ones(len(rows)), margin=1.0
                )
            step(optimizer, J)
    for name, leaf in leaves.items():
        np.testing.assert_allclose(model[name], leaf.detach().numpy(), rtol=1e-7, atol=1e-9)
    assert np.array_equal(model["E"], first["E"]) != fine_tune
