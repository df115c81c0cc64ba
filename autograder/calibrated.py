"""The reference as a check sees it: every value comes with how far a right answer may lie from it.

ref = Calibrated(reference.activations, store)  # or a reference.Reference, of several modules
right = ref.sigmoid(z)                    # right.value, right.tolerance("float64")
gate = ref.MaxGate(); gate.forward(x, y)  # an object's calls are kept, so that each can be run again from its start
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from autograder.right import Right

if TYPE_CHECKING:
    from autograder.reference import Reference


class Tolerances(Protocol):
    """Where tolerances come from: a tolerance_store.Store."""

    def tolerance(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
        *,
        dtype: str = "float64",
        exact_kink: bool = False,
    ) -> Any: ...


class Calibrated:
    """The reference, with functions that return Right.

    exact_kink: whether the inputs now lie on a kink. at_once: compute the tolerances of every precision with each
    value, so that the store has them before any student needs them.
    """

    def __init__(
        self,
        module: ModuleType | Reference,
        store: Tolerances,
        exact_kink: Callable[[], bool] = lambda: False,
        at_once: bool = False,
    ) -> None:
        self._module = module
        self._store = store
        self._exact_kink = exact_kink
        self._at_once = at_once

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if isinstance(found, type):
            return lambda *args: _Object(found, _bare(args), self._store, self._exact_kink, self._at_once)
        return self._calibrated(found) if callable(found) else found

    def _calibrated(self, function: Callable[..., Any]) -> Callable[..., Right]:
        def call(*args: Any, **kwargs: Any) -> Right:
            args, kwargs, exact_kink = _bare(args), _bare(kwargs), self._exact_kink()
            again = copy.deepcopy((args, kwargs))  # a Generator among them goes on

            @functools.cache  # asked for once for each part of a value
            def of(dtype: str) -> Any:
                return self._store.tolerance(function, *again, dtype=dtype, exact_kink=exact_kink)

            def elsewhere() -> Iterator[Any]:
                from autograder.narrowed import narrowings

                for inputs in narrowings(again[0]):
                    yield function(*inputs, **again[1])

            return _right(function(*args, **kwargs), of, elsewhere, self._at_once)

        return call


class _Object:
    """An object of the reference, and what it was asked so far."""

    def __init__(
        self, make: type, args: tuple[Any, ...], store: Tolerances, exact_kink: Callable[[], bool], at_once: bool
    ) -> None:
        self._args = [copy.deepcopy(args)]
        self._methods: tuple[str, ...] = ()
        self._make = make
        self._object = make(*args)
        self._store = store
        self._exact_kink = exact_kink
        self._at_once = at_once

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._object, name)
        if not callable(method):
            return method

        def call(*args: Any) -> Right:
            args = _bare(args)
            self._methods, self._args = (*self._methods, name), [*self._args, copy.deepcopy(args)]
            methods, arguments, exact_kink = self._methods, tuple(self._args), self._exact_kink()

            @functools.cache
            def of(dtype: str) -> Any:
                from autograder.tolerance import Program  # only when it is asked for: equal values need none

                program = Program(self._make, methods)
                return self._store.tolerance(program, arguments, dtype=dtype, exact_kink=exact_kink)[-1]

            def elsewhere() -> Iterator[Any]:
                from autograder.narrowed import narrowings
                from autograder.tolerance import Program

                for inputs in narrowings(arguments):
                    yield Program(self._make, methods)(*inputs)[-1]

            return _right(method(*args), of, elsewhere, self._at_once)

        return call


def _right(value: Any, of: Callable[[str], Any], elsewhere: Callable[[], Iterator[Any]], at_once: bool) -> Right:
    if at_once:
        from autograder.tolerance import LIMITS

        for dtype in LIMITS:
            of(dtype)
    return Right(value, of, elsewhere)


def _bare(value: Any) -> Any:
    """Values of the reference that go back into it, without what they carry."""
    if isinstance(value, Right):
        return value.value
    if type(value) in (tuple, list):
        return type(value)(map(_bare, value))
    if type(value) is dict:
        return {key: _bare(item) for key, item in value.items()}
    return value
