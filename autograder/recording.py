"""Writes down what the reference answers in each public check, so that the check can be run where there is none.

A Recorder stands before ``ref``, and before every module of reference/ that a test imports by itself. It hands on what
is asked, gives back what comes, and keeps a note: of whom, which name, which arguments, which value, which tolerances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.exact import encoded
from autograder.recorded import REF, Note, check_name, described
from autograder.right import Right
from autograder.tolerance import LIMITS


@dataclass(eq=False)  # pytest keeps its plugins by their identity
class Recorder:
    """A plugin of pytest. notes: of each check, in the order of the calls. constants: by their dotted names."""

    notes: dict[str, list[Note]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    _check: str = ""
    _objects: list[Any] = field(default_factory=list)  # of the check under way; kept, so that no id is used again
    _busy: bool = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """The checks come one after the other; this one is next."""
        self._check = check_name(item)
        self.notes[self._check] = []
        self._objects.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        if REF in pyfuncitem.funcargs:
            pyfuncitem.funcargs[REF] = _Heard(self, REF, pyfuncitem.funcargs[REF])

    def heard(self, owner: str | int, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """This function, with every call of it written down. owner: a dotted name, or the number of an object."""

        def call(*args: Any, **kwargs: Any) -> Any:
            args, kwargs = _bare(args), _bare(kwargs)
            if self._busy:  # the reference asks itself: who gets the record will not hear of it
                return function(*args, **kwargs)
            asked, named = (encoded(part, self._argument) for part in (args, kwargs))  # as they are before the call
            self._busy = True
            try:
                value, raised = function(*args, **kwargs), None
            except Exception as error:
                value, raised = None, error
            finally:
                self._busy = False
            note = Note(owner, name, asked, named, generators=_states((args, kwargs)))
            self.notes.setdefault(self._check, []).append(note)
            if raised is not None:
                note.raises = [type(raised).__name__, str(raised)]
                raise raised
            note.value = encoded(value.value if isinstance(value, Right) else value, self._object)
            if isinstance(value, Right):
                note.t = {dtype: encoded(value.tolerance(dtype), described) for dtype in LIMITS}
            return self._given_back(value)

        call.__name__ = call.__qualname__ = name
        return call

    def read(self, owner: str | int, name: str, value: Any) -> Any:
        """An attribute: of a module it is a constant, of an object it may be another one later."""
        if isinstance(owner, str):
            self.constants[f"{owner}.{name}"] = encoded(value, described)
        elif not self._busy:
            note = Note(owner, name, None, None, value=encoded(value, self._object))
            self.notes.setdefault(self._check, []).append(note)
        return value

    def stand_before(self, modules: Iterable[ModuleType]) -> Callable[[], None]:
        """Put this Recorder before whatever of reference/ these modules have imported. What comes back undoes it."""
        before = []
        for module in modules:
            for name, value in list(vars(module).items()):
                if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == "reference":
                    before.append((module, name, value))
                    setattr(module, name, _Heard(self, value.__name__, value))
                elif callable(value) and str(getattr(value, "__module__", "")).startswith("reference."):
                    before.append((module, name, value))
                    setattr(module, name, self.heard(value.__module__, value.__name__, value))

        def undo() -> None:
            for module, name, value in before:
                setattr(module, name, value)

        return undo

    def _given_back(self, value: Any) -> Any:
        """An object of the reference, so that what is asked of it is heard too; anything else as it is."""
        form = encoded(value, lambda _: None)
        is_object = isinstance(form, dict) and "other" in form and not isinstance(value, Right)
        return _Heard(self, self._number(value), value) if is_object else value

    def _argument(self, value: Any) -> Any:
        is_known = any(known is value for known in self._objects)
        is_ours = isinstance(value, np.random.Generator) or callable(value)
        return described(value) if is_ours and not is_known else self._object(value)

    def _object(self, value: Any) -> Any:
        return {"object": self._number(value)}

    def _number(self, value: Any) -> int:
        for number, known in enumerate(self._objects):
            if known is value:
                return number
        self._objects.append(value)
        return len(self._objects) - 1


class _Heard:
    """A module or an object of the reference behind the Recorder."""

    def __init__(self, recorder: Recorder, owner: str | int, value: Any) -> None:
        self._recorder, self._owner, self._value = recorder, owner, value

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._value, name)
        if callable(found):
            return self._recorder.heard(self._owner, name, found)
        return self._recorder.read(self._owner, name, found)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._recorder.heard(self._owner, "__call__", self._value)(*args, **kwargs)


def _bare(value: Any) -> Any:
    """What really goes into the reference."""
    if isinstance(value, Right):
        return value.value
    if isinstance(value, _Heard):
        return value._value
    if type(value) in (tuple, list):
        return type(value)(map(_bare, value))
    if type(value) is dict:
        return {key: _bare(item) for key, item in value.items()}
    return value


def _states(value: Any) -> list[Any]:
    """How each Generator among the arguments stood after the call: the test may draw from it further."""
    found: list[Any] = []

    def note(part: Any) -> None:
        if isinstance(part, np.random.Generator):
            found.append(encoded(part.bit_generator.state, described))

    encoded(value, note)
    return found
