"""The reference as a check sees it: every value comes with how far a right answer may lie from it.

ref = Calibrated(reference.activations, store)
right = ref.sigmoid(z)                    # right.value, right.tolerance("float64")
gate = ref.MaxGate(); gate.forward(x, y)  # an object's calls are kept, so that each can be run again from its start
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from autograder.tolerance import Program
from autograder.tolerance_store import Store


@dataclass(frozen=True)
class Right:
    """A value of the reference. tolerance(dtype): t for each of its numbers, in the same structure.

    A tuple, list or dict can be unpacked and indexed; each part is a Right again.
    """

    value: Any
    tolerance: Callable[[str], Any] = field(repr=False)

    def __getitem__(self, place: Any) -> Right:
        return Right(self.value[place], lambda dtype: self.tolerance(dtype)[place])

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value) if isinstance(self.value, dict) else (self[place] for place in range(len(self.value)))


class Calibrated:
    """A module of the reference whose functions return Right. exact_kink: whether the inputs now lie on a kink."""

    def __init__(self, module: ModuleType, store: Store, exact_kink: Callable[[], bool] = lambda: False) -> None:
        self._module = module
        self._store = store
        self._exact_kink = exact_kink

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if isinstance(found, type):
            return lambda *args: _Object(found, _bare(args), self._store, self._exact_kink)
        return self._calibrated(found) if callable(found) else found

    def _calibrated(self, function: Callable[..., Any]) -> Callable[..., Right]:
        def call(*args: Any, **kwargs: Any) -> Right:
            args, kwargs, exact_kink = _bare(args), _bare(kwargs), self._exact_kink()
            again = copy.deepcopy((args, kwargs))  # a Generator among them goes on

            def of(dtype: str) -> Any:
                return self._store.tolerance(function, *again, dtype=dtype, exact_kink=exact_kink)

            return Right(function(*args, **kwargs), of)

        return call


class _Object:
    """An object of the reference, and what it was asked so far."""

    def __init__(self, make: type, args: tuple[Any, ...], store: Store, exact_kink: Callable[[], bool]) -> None:
        self._args = [copy.deepcopy(args)]
        self._methods: tuple[str, ...] = ()
        self._make = make
        self._object = make(*args)
        self._store = store
        self._exact_kink = exact_kink

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._object, name)
        if not callable(method):
            return method

        def call(*args: Any) -> Right:
            args = _bare(args)
            self._methods, self._args = (*self._methods, name), [*self._args, copy.deepcopy(args)]
            program, arguments, exact_kink = Program(self._make, self._methods), tuple(self._args), self._exact_kink()

            def of(dtype: str) -> Any:
                return self._store.tolerance(program, arguments, dtype=dtype, exact_kink=exact_kink)[-1]

            return Right(method(*args), of)

        return call


def _bare(value: Any) -> Any:
    """Values of the reference that go back into it, without what they carry."""
    if isinstance(value, Right):
        return value.value
    if type(value) in (tuple, list):
        return type(value)(map(_bare, value))
    if type(value) is dict:
        return {key: _bare(item) for key, item in value.items()}
    return value
