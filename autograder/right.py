"""A value of the reference, with how far a right answer may lie from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Right:
    """A value of the reference. tolerance(dtype): t for each of its numbers, in the same structure.

    elsewhere: the reference's values from inputs that were rounded to single precision before (narrowed.py). A tuple,
    list or dict can be unpacked and indexed; each part is a Right again.
    """

    value: Any
    tolerance: Callable[[str], Any] = field(repr=False)
    elsewhere: Callable[[], Iterable[Any]] = field(default=tuple, repr=False)

    def __getitem__(self, place: Any) -> Right:
        parts = lambda: (value[place] for value in self.elsewhere())  # noqa: E731 - shorter than its def
        return Right(self.value[place], lambda dtype: self.tolerance(dtype)[place], parts)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value) if isinstance(self.value, dict) else (self[place] for place in range(len(self.value)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """What an author computes from it further is a plain array."""
        return np.array(self.value, dtype=dtype)
