"""Learning rates that change with time: the value at epoch t, from 0 on.

Conventions (CS224n lecture 4, "Learning rates"; notes part III, section 2.7):
- t counts epochs, passes over the data, from 0; a number, or an array of them for a whole curve at once.
- lr0 is the learning rate at t = 0. A boundary belongs to the later stage: with k = 10, epoch 9 is still in the first.
- The lecture's advice: begin near 0.001 and try powers of 10; too large diverges, too small stalls.
"""

from __future__ import annotations

import numpy as np


def constant(t: float, lr0: float) -> float:
    """lr0 at every epoch."""
    return lr0 + 0 * t


def halve_every(t: float, lr0: float, k: int) -> float:
    """lr0, halved every k epochs: lr0 / 2 from t = k on, lr0 / 4 from t = 2k on."""
    return step_factor(t, lr0, k, 0.5)


def step_factor(t: float, lr0: float, n: int, factor: float) -> float:
    """lr0, multiplied by factor every n epochs: lr0 * factor**floor(t / n)."""
    return lr0 * factor ** (t // n)


def exponential(t: float, lr0: float, k: float) -> float:
    """lr0 * exp(-k t): decay by the same share every epoch."""
    return lr0 * np.exp(-k * t)


def inverse(t: float, lr0: float, tau: float) -> float:
    """lr0 * tau / max(t, tau): lr0 up to epoch tau, and from then on decay as 1 / t."""
    return lr0 * tau / np.maximum(t, tau)


def cyclical(t: float, lr_min: float, lr_max: float, half_cycle: float) -> float:
    """The triangular cycle: from lr_min at t = 0 up to lr_max at t = half_cycle, down again, and so on, linearly."""
    # The distance of t from the nearest even multiple of half_cycle, as a part of half_cycle: 0, up to 1, back to 0.
    position = t / half_cycle % 2
    return lr_min + (lr_max - lr_min) * np.minimum(position, 2 - position)


def fan_in_scaled(lr: float, n_in: int) -> float:
    """The learning rate of a layer with fan-in n_in: lr / sqrt(n_in) (Collobert's scaling, notes part III)."""
    return lr / np.sqrt(n_in)
