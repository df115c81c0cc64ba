"""Draw the figures of the docs from the reference itself: python docs/figures.py [folder]

Each function below draws one figure; its name is the file's. Needs matplotlib, which the extra [figures] brings.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

# One BLAS thread, read when numpy is imported: loop against matrix is to show the product, not the waiting of threads.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import matplotlib
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # the reference is not installed

from reference import activations, schedules
from reference.gradcheck import forward_difference, numeric_gradient
from reference.optimizers import adagrad, adam, momentum, rmsprop, sgd
from reference.retraining import FIRST_W, N_TRAIN, SENTIMENTS, VECTORS, WORDS, retraining_pitfall
from reference.vectorization import scores_loop, scores_matrix, speedup

matplotlib.use("svg")
from matplotlib import pyplot as plt

STYLE = {
    "svg.hashsalt": "backprop-autograder",  # the same figure gives the same file
    "svg.fonttype": "none",  # text stays text
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

# In points; the three words lie so close together that their labels would overlap.
LABEL_OFFSETS = {"TV": (-18, 6), "telly": (6, -14), "superb": (-38, -4), "moving": (6, 0), "television": (9, 0)}


def activation_functions() -> Any:
    """Every activation and its derivative."""
    z = np.linspace(-4, 4, 401)
    ones = np.ones_like(z)
    shown = {
        "sigmoid": (activations.sigmoid(z), activations.sigmoid_backward(ones, z)),
        "tanh": (activations.tanh(z), activations.tanh_backward(ones, z)),
        "hard tanh": (activations.hardtanh(z), activations.hardtanh_backward(ones, z)),
        "softsign": (activations.softsign(z), activations.softsign_backward(ones, z)),
        "ReLU": (activations.relu(z), activations.relu_backward(ones, z)),
        "leaky ReLU, k = 0.1": (activations.leaky_relu(z, 0.1), activations.leaky_relu_backward(ones, z, 0.1)),
        "parametric ReLU, a = -0.3": (activations.prelu(z, -0.3), activations.prelu_backward(ones, z, -0.3)[0]),
        "softsign' as 002 prints it": (activations.softsign(z), _printed_softsign_slope(z)),
    }
    figure, axes = plt.subplots(2, 4, figsize=(12, 5.5), sharex=True, sharey=True, layout="constrained")
    for axis, (name, (a, slope)) in zip(axes.flat, shown.items(), strict=True):
        axis.plot(z, a, label="f(z)")
        axis.plot(z, slope, "--", label="f'(z)")
        axis.set(title=name, ylim=(-2.2, 2.2))
    axes[0, 0].legend(loc="lower right")
    return figure


def difference_errors() -> Any:
    """The error of the forward and the centred difference of exp at 1, against h."""
    h = np.logspace(-15, 0, 91)
    x, exact = np.array([1.0]), np.e
    figure, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for difference, name, style in (
        (forward_difference, "forward: (f(x+h) - f(x)) / h", "C0."),
        (numeric_gradient, "centred: (f(x+h) - f(x-h)) / 2h", "C1."),
    ):
        error = [abs(difference(lambda v: np.exp(v[0]), x, step)[0] - exact) / exact for step in h]
        axis.loglog(h, np.maximum(error, 1e-17), style, label=name)
    axis.loglog(h, h / 2, "C0-", linewidth=0.8, label="h / 2")
    axis.loglog(h, h**2 / 6, "C1-", linewidth=0.8, label="h² / 6")
    axis.loglog(h, np.finfo(float).eps / h, "k:", linewidth=0.8, label="rounding: eps / h")
    axis.set(xlabel="h", ylabel="relative error", ylim=(1e-13, 10), title="The slope of exp at 1")
    axis.legend()
    return figure


def optimizers_on_a_ravine() -> Any:
    """The first steps of every optimizer on x²/2 + 20 y²/2."""
    curvature = np.array([1.0, 20.0])
    runs = {
        "sgd, lr 0.09": (sgd, 0.09),
        "momentum, lr 0.02": (momentum, 0.02),
        "adagrad, lr 0.5": (adagrad, 0.5),
        "rmsprop, lr 0.1": (rmsprop, 0.1),
        "adam, lr 0.2": (adam, 0.2),
    }
    figure, axis = plt.subplots(figsize=(9, 4.5), layout="constrained")
    across, along = np.meshgrid(np.linspace(-2.4, 1.2, 200), np.linspace(-1.2, 1.2, 200))
    axis.contour(across, along, (across**2 + 20 * along**2) / 2, levels=np.logspace(-2, 1.3, 12), colors="0.8")
    for name, (optimizer, lr) in runs.items():
        x, state = np.array([-2.2, 0.9]), None
        path = [x]
        for _ in range(60):
            x, state = optimizer(x, curvature * x, state, lr=lr)
            path.append(x)
        axis.plot(*np.array(path).T, ".-", markersize=3, linewidth=0.9, label=name)
    axis.plot(0, 0, "k*", markersize=10)
    axis.set(title="Sixty steps on a ravine", xlabel="x", ylabel="y", xlim=(-2.4, 1.2), ylim=(-1.2, 1.2))
    axis.legend(loc="lower right")
    return figure


def learning_rate_schedules() -> Any:
    """Every schedule over forty epochs."""
    t = np.arange(41)
    figure, axis = plt.subplots(figsize=(9, 4.5), layout="constrained")
    axis.step(t, schedules.constant(t, 0.1), where="post", label="constant")
    axis.step(t, schedules.halve_every(t, 0.1, 10), where="post", label="halved every 10 epochs")
    axis.step(t, schedules.step_factor(t, 0.1, 15, 0.3), where="post", label="times 0.3 every 15 epochs")
    axis.plot(t, schedules.exponential(t, 0.1, 0.08), label="exponential, k = 0.08")
    axis.plot(t, schedules.inverse(t, 0.1, 8), label="inverse, tau = 8")
    axis.plot(t, schedules.cyclical(t, 0.01, 0.06, 6), label="cyclical, half a cycle in 6 epochs")
    axis.set(xlabel="epoch t", ylabel="learning rate", ylim=(0, 0.105), title="Learning rates")
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def retraining_word_vectors() -> Any:
    """TV, telly and television before training, after it with frozen vectors, and after fine-tuning."""
    panels = {
        "before training": (VECTORS, FIRST_W, 0.0),
        "trained, vectors frozen": retraining_pitfall(fine_tune=False),
        "trained, vectors fine-tuned": retraining_pitfall(fine_tune=True),
    }
    figure, axes = plt.subplots(1, 3, figsize=(12, 4.2), sharex=True, sharey=True, layout="constrained")
    for axis, (title, (E, w, b)) in zip(axes, panels.items(), strict=True):
        line = np.linspace(-2.5, 3.5, 2)
        axis.plot(line, -(w[0] * line + b) / w[1], "k-", linewidth=1)  # w . x + b = 0
        for i, word in enumerate(WORDS):
            axis.plot(*E[i], "s" if i >= N_TRAIN else "o", color="C0" if SENTIMENTS[i] else "C3")
            axis.annotate(word, E[i], xytext=LABEL_OFFSETS[word], textcoords="offset points", fontsize=9)
            if np.any(E[i] != VECTORS[i]):
                axis.annotate("", E[i], VECTORS[i], arrowprops={"arrowstyle": "->", "color": "0.7"})
        axis.set(title=title, xlim=(-2.5, 3.5), ylim=(-2.2, 3))
    axes[0].set_xlabel("red: negative; square: only in the test set; line: the decision boundary", loc="left")
    return figure


def loop_against_matrix() -> Any:
    """How many times as long the loop takes as the matrix, against the number of windows; measured as it is drawn."""
    rng = np.random.default_rng(0)
    sizes = [5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    ratios = []
    for N in sizes:
        X, W = rng.random((N, 300)), rng.random((5, 300))
        ratios.append(speedup(lambda X=X, W=W: scores_loop(X, W), lambda X=X, W=W: scores_matrix(X, W), 25))
    figure, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
    axis.semilogx(sizes, ratios, "o-")
    axis.axvline(500, color="k", linestyle=":", linewidth=0.8)
    axis.annotate("the lecture's N", (500, 0.5), xytext=(5, 0), textcoords="offset points")
    axis.set(xlabel="windows N (d = 300, C = 5)", ylabel="time of the loop / time of the matrix", ylim=(0, None))
    axis.set_title("One product instead of N")
    return figure


FIGURES = (
    activation_functions,
    difference_errors,
    optimizers_on_a_ravine,
    learning_rate_schedules,
    retraining_word_vectors,
    loop_against_matrix,
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for draw in FIGURES:
        with plt.rc_context(STYLE):
            figure = draw()
            figure.savefig(folder / f"{draw.__name__}.svg", metadata={"Date": None})
            plt.close(figure)


def _printed_softsign_slope(z: np.ndarray) -> np.ndarray:
    """Wrong for every z < 0; it has a pole at -1, which is left out."""
    slope = np.full_like(z, np.nan)
    away = np.abs(1 + z) > 0.05
    slope[away] = np.sign(z[away]) / (1 + z[away]) ** 2
    return slope


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "figures")
