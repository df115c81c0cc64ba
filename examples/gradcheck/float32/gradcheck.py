from typing import Callable, List, Tuple

import numpy as np

F = np.float32   # a GPU has nothing else


def moved(x: np.ndarray, k: int, step: float) -> np.ndarray:
    """A fresh array like x, with the k-th entry (counted through all rows) moved by step."""
    y = x.ravel().astype(F)       # astype copies
    y[k] += F(step)
    return y.reshape(x.shape)


def slopes(f: Callable, x: np.ndarray, k: int, h: float) -> Tuple[float, float]:
    """(left, right) at entry k"""
    here = f(moved(x, k, 0))
    return (here - f(moved(x, k, -h))) / h, (f(moved(x, k, h)) - here) / h


def forward_difference(f: Callable, x: np.ndarray, h: float = 1e-7) -> np.ndarray:
    here = f(x.astype(F))
    return np.array([(f(moved(x, k, h)) - here) / h for k in range(x.size)], F).reshape(x.shape)


def numeric_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    return np.array([(f(moved(x, k, h)) - f(moved(x, k, -h))) / (2 * h) for k in range(x.size)], F).reshape(x.shape)


def same_shape(a: np.ndarray, b: np.ndarray) -> None:
    if np.shape(a) != np.shape(b): raise ValueError(f"{np.shape(a)} is not {np.shape(b)}")


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    same_shape(a, b)
    size = np.maximum(np.abs(a), np.abs(b))
    return float(np.max(np.abs(a - b) / np.where(size == 0, 1, size), initial=0))


def is_right(f: Callable, x: np.ndarray, k: int, g: float, n: float, h: float, tolerance: float) -> bool:
    noise = np.finfo(float).eps * abs(f(x.astype(F))) / h
    if abs(g - n) <= tolerance * max(abs(g), abs(n)) + 10 * noise: return True
    # second look: is there a corner?
    wide = slopes(f, x, k, h); narrow = slopes(f, x, k, h / 8); rho = 160 * noise
    corner = abs(narrow[1] - narrow[0]) > abs(wide[1] - wide[0]) / 2 + rho
    return corner and min(narrow) - rho <= g <= max(narrow) + rho


def check_gradient(f: Callable, x: np.ndarray, gradient: np.ndarray, h: float = 1e-5, tolerance: float = 1e-5) -> List[tuple]:
    same_shape(x, gradient)
    pairs = zip(np.ravel(gradient), numeric_gradient(f, x, h).ravel())
    bad = [k for k, (g, n) in enumerate(pairs) if not is_right(f, x, k, g, n, h, tolerance)]
    return [tuple(int(i) for i in np.unravel_index(k, x.shape)) for k in bad]
