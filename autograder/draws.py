"""How the special arrays of a battery are drawn: ladders around kinks, ties, overflow, gradients near nothing.

A draw is a function of a shape and a random generator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Draw = Callable[[tuple[int, ...], np.random.Generator], np.ndarray]

_STEPS = np.array([1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 100.0])
LADDER = np.concatenate([-_STEPS[::-1], _STEPS])
# exp overflows beyond 709 in float64, and beyond 88 in float32.
_LARGE = (700.0, -700.0, 1000.0, -1000.0, 40.0, -40.0, 0.5)


def stretch(points: np.ndarray, start: int) -> Draw:
    """As many of the points as there is room for, the start-th stretch of them, in a mixed order."""

    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        size = int(np.prod(shape))
        chosen = np.take(points, np.arange(start * size, (start + 1) * size), mode="wrap")
        return np.reshape(rng.permutation(chosen), shape)

    return draw


def almost_tied(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """-1, 0 and 1, a little more or less: by about 1e-12 in the first row, up to 1e-2 in the seventh, and so on.

    So entries of one row, in one array or in two of a shape, nearly tie or nearly differ by 1, and never quite. The
    first of a row are about 0, -1, 0 and -1, so that every row has both.
    """
    steps = np.resize(_STEPS[:7], shape[:1]).reshape(*shape[:1], *(1,) * (len(shape) - 1))
    about = rng.integers(-1, 2, shape)
    about[..., :4] = np.array([0, -1, 0, -1])[: about.shape[-1]]
    return about + rng.choice([-1, 1], shape) * steps * (1 + rng.random(shape))


def probabilities(scale: float) -> Draw:
    """Between 1e-9 and 1 - 1e-9; at a large scale the first column is all but 0 and the last all but 1."""

    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        logits = scale * rng.standard_normal(shape)
        if scale > 1 and shape:
            logits[..., 0], logits[..., -1] = -scale, scale
        return np.clip(1 / (1 + np.exp(-logits)), 1e-9, 1 - 1e-9)

    return draw


def large(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """About +-700 and +-1000, a few moderate ones, and no two alike."""
    sizes = np.resize(_LARGE, int(np.prod(shape)))
    return np.reshape(rng.permutation(sizes), shape) + rng.uniform(-0.2, 0.2, shape)


def far_apart(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Rows 1000 apart, and moderate differences within each."""
    offsets = np.resize([0.0, 1000.0, -1000.0], shape[:1])
    return rng.standard_normal(shape) + np.reshape(offsets, (*shape[:1], *(1,) * (len(shape) - 1)))


def zeros(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return np.zeros(shape)


def tiny(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """From 1e-10 to 1e-6, of both signs: an optimizer's epsilon of 1e-8 lies in the middle."""
    return rng.choice([-1.0, 1.0], shape) * 10.0 ** rng.uniform(-10, -6, shape)


def quarters(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Multiples of 1/4 from -2 to 2: their sums and products are exact."""
    return rng.integers(-8, 9, shape) / 4


def quarters_and(points: Sequence[float]) -> Draw:
    """The same, with these points in every second place."""

    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        drawn = quarters(shape, rng).reshape(-1)
        drawn[::2] = np.resize(points, drawn[::2].shape)
        return drawn.reshape(shape)

    return draw


def whole(avoiding: Sequence[float]) -> Draw:
    """Whole numbers from -6 to 6 without 0 and without these, where a kink is."""
    allowed = [number for number in range(-6, 7) if number != 0 and number not in avoiding]
    return lambda shape, rng: rng.choice(allowed, shape)


def whole_apart(place: int, count: int) -> Draw:
    """Whole numbers at least 3 apart, those of the other ``count - 1`` arguments with ties included."""

    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        order = rng.permutation(int(np.prod(shape))).reshape(shape)
        return 3 * (count * (order - order.size // 2) + place)

    return draw


def repeated(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Indices 0 and 1 only."""
    return rng.integers(2, size=shape)
