"""The inputs that a check feeds to a function: fixed, the same for every student, smallest first.

Every dimension is a different prime, so that a transpose or a broadcast cannot hide behind equal sizes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.errors import AssignmentError

# Sizes in the order in which the symbols first appear, a row a case; then the scale of the numbers drawn.
_SIZES = ((2, 3, 5, 7, 11), (7, 5, 3, 11, 2), (5, 11, 7, 2, 3), (1, 7, 5, 3, 2), (7, 3, 5, 2, 11), (3, 5, 2, 7, 11))
_SCALES = (1.0, 1.0, 1.0, 1.0, 1e-2, 30.0)
_SEED = 20190115  # any fixed number


def cases(**shapes: str) -> Iterator[tuple[np.ndarray, ...]]:
    """Arrays for the arguments, one tuple a case, in the order given: ``cases(X="N,D", W="H,D", b="H")``.

    A shape is symbols and numbers with commas between; "" is a single number (a 0-d array).
    """
    symbols = _symbols(shapes)
    for number, (sizes, scale) in enumerate(zip(_SIZES, _SCALES, strict=True)):
        rng = np.random.default_rng([_SEED, number])
        size = dict(zip(symbols, sizes, strict=False))
        yield tuple(scale * rng.standard_normal(_shape(shape, size)) for shape in shapes.values())


def _symbols(shapes: dict[str, str]) -> list[str]:
    names = [part for shape in shapes.values() for part in _parts(shape) if not part.isdigit()]
    symbols = list(dict.fromkeys(names))
    for symbol in symbols:
        if not symbol.isidentifier():
            raise AssignmentError(f"cases: {symbol!r} is not a shape symbol.")
    if len(symbols) > len(_SIZES[0]):
        raise AssignmentError(f"cases: at most {len(_SIZES[0])} shape symbols, not {', '.join(symbols)}.")
    return symbols


def _shape(shape: str, size: dict[str, int]) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else size[part] for part in _parts(shape))


def _parts(shape: str) -> list[str]:
    return [part.strip() for part in shape.split(",") if part.strip()]
