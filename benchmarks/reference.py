"""The reference beside torch on the CPU, and the loop beside the matrix: python benchmarks/reference.py [--short]

One thread each, equal shapes, float64. Only ratios are printed, "ours / torch's": times depend on the machine, and the
shortest of many alternating runs is compared. Without torch only the loop is measured.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Read when numpy and torch are imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))  # the reference is not installed

import numpy as np

from reference.losses import cross_entropy
from reference.matrix_gradients import affine_backward, affine_forward
from reference.network import init_network, network_loss
from reference.optimizers import adam
from reference.vectorization import scores_loop, scores_matrix, speedup

N, D, H, C = 256, 300, 100, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a few runs each, to see that it works")
    repeats = 5 if parser.parse_args().short else 200
    for name, ours, theirs in _beside_torch():
        print(f"{name:52} ours / torch's  {speedup(ours, theirs, repeats):6.2f}")
    for name, loop, matrix in _loops():
        print(f"{name:52} loop / matrix   {speedup(loop, matrix, repeats):6.2f}")


def _loops() -> list[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    rng = np.random.default_rng(0)
    X, W = rng.random((500, 300)), rng.random((5, 300))
    columns = np.ascontiguousarray(X.T)  # the lecture's own layout: one window per column
    vectors = [column[:, np.newaxis] for column in X]
    return [
        ("scores, N=500 d=300 C=5, rows", lambda: scores_loop(X, W), lambda: scores_matrix(X, W)),
        ("scores, N=500 d=300 C=5, the lecture's columns", lambda: [W.dot(v) for v in vectors], lambda: W.dot(columns)),
    ]


def _beside_torch() -> list[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    try:
        import torch
        from torch.nn import functional
    except ImportError:
        print("torch is not installed, so nothing is compared with it: ./setup.sh test oracles")
        return []
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    X, W, b, dZ = rng.normal(size=(N, D)), rng.normal(size=(H, D)), rng.normal(size=H), rng.normal(size=(N, H))
    scores, y = rng.normal(size=(N, C)), rng.integers(0, C, size=N)
    X_t, y_t, dZ_t = torch.tensor(X), torch.tensor(y), torch.tensor(dZ)
    scores_t = torch.tensor(scores, requires_grad=True)
    leaves = [torch.tensor(array, requires_grad=True) for array in (X, W, b)]

    def affine() -> None:
        affine_forward(X, W, b)
        affine_backward(dZ, X, W, b)

    def torch_affine() -> None:
        torch.autograd.grad(functional.linear(*leaves), leaves, dZ_t)

    def torch_cross_entropy() -> None:
        torch.autograd.grad(functional.cross_entropy(scores_t, y_t), scores_t)

    parameters = init_network([D, H, H, C], rng)
    model = torch.nn.Sequential(
        torch.nn.Linear(D, H), torch.nn.Tanh(), torch.nn.Linear(H, H), torch.nn.Tanh(), torch.nn.Linear(H, C)
    ).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    states: list[Any] = [None] * len(parameters)

    def step() -> None:
        _, gradients = network_loss(parameters, X, y)
        for i, gradient in enumerate(gradients):
            parameters[i], states[i] = adam(parameters[i], gradient, states[i])

    def torch_step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(model(X_t), y_t).backward()
        optimizer.step()

    return [
        (f"affine, forward and backward, {N}x{D} to {H}", affine, torch_affine),
        (f"softmax cross-entropy and gradient, {N}x{C}", lambda: cross_entropy(scores, y), torch_cross_entropy),
        (f"training step, {D}-{H}-{H}-{C} tanh, batch {N}, Adam", step, torch_step),
    ]


if __name__ == "__main__":
    main()
