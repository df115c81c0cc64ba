"""A wrong answer of the corpus as a check meets it: what was asked, what came back, and what the grader says first."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import Assignment, load_assignment
from autograder.edits import Source, source_from
from autograder.errors import StudentError
from autograder.model import model_of
from autograder.replay import Exchange, replay
from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref
from autograder.tolerance import Program
from tests.tolerance.subjects import two_steps
from tests.verdicts.entries import Entry, problems
from tests.verdicts.judge import Judged, battery, failure

ROOT = Path(__file__).resolve().parent.parent.parent
# An optimizer is called twice, with its own state; what it answers to both is one result.
_TWICE = """

def two_steps(x, dx, second_dx, eps, lr=0.01):
    x, state = {name}(x, dx, None, lr=lr{eps})
    return x, *{name}(x, second_dx, state, lr=lr{eps})
"""


@dataclass(frozen=True)
class Asked:
    """The calls of one function's battery with a submission's answers. says: the grader's words for the first failure.

    ask: asks the submission for more.
    """

    source: Source
    exchanges: list[Exchange]
    says: str
    ask: Callable[[Call], Any]


def asked_of(entry: Entry) -> Asked:
    """Calls that raise an exception have no exchange, as in a check."""
    source, calls = source_for(entry.function), _calls(entry.function)
    ask = _Answering(entry, source)
    exchanges = []
    for call in calls:
        try:
            exchanges.append(Exchange(call, ask(call)))
        except StudentError:
            continue
    return Asked(source, exchanges, failure(entry.submission, _judged(entry.function)), ask)


@functools.cache
def source_for(function: str) -> Source:
    """What the reference needs for this function, as the model solution of an assignment of that one function."""
    subject = problems()[function].subject.function
    if subject is two_steps:
        (_, (optimizer, *_), _), *_ = problems()[function].subject.calls()
        model = _model(optimizer)
        eps = "" if function in ("sgd", "momentum") else ", eps=eps"
        text = model.text + _TWICE.format(name=optimizer.__name__, eps=eps)
        return source_from(text, model.name, model.path, model.places)
    return _model(subject.make if isinstance(subject, Program) else subject)


def title_of(function: str) -> str:
    """What the reference calls the function that an entry is about."""
    subject = problems()[function].subject.function
    return str((subject.make if isinstance(subject, Program) else subject).__name__)


def _model(function: Any) -> Source:
    some: Assignment = load_assignment(ROOT / "assignments" / "gates")
    module = function.__module__.removeprefix("reference.")
    return model_of(replace(some, functions={function.__name__: {}}, reference=(module,), given=()))


@functools.cache
def _judged(function: str) -> list[Judged]:
    return battery(problems()[function].subject)


def _calls(function: str) -> list[Call]:
    """All calls of the battery, in order; an object is made anew for each case."""
    subject, title = problems()[function].subject, title_of(function)
    found: list[Call] = []
    for number, (_, args, _) in enumerate(subject.calls()):
        if isinstance(subject.function, Program):
            found.append(Call(title, title=title))
            for method, given in zip(subject.function.methods, args[1:], strict=True):
                found.append(Call(method, tuple(given), on=number, title=f"{title}.{method}"))
        else:
            found.append(Call(title, args[1:] if subject.function is two_steps else args, title=title))
    return found


class _Answering:
    """Calls a submission as a worker would: it keeps the objects, and forgets no argument of theirs."""

    def __init__(self, entry: Entry, source: Source) -> None:
        self.entry = entry
        self.source = source
        self.subject = problems()[entry.function].subject
        self.made = 0
        self.inputs: dict[int, tuple[Any, ...]] = {}

    def __call__(self, call: Call) -> Any:
        function = self.subject.function
        if isinstance(function, Program):
            if call.on is None:
                self.made += 1
                return Ref(self.made - 1, call.name)
            return self._of_object(call)
        args = copy.deepcopy(tuple(call.args))
        if function is two_steps:
            args = (self.subject.calls()[0][1][0], *args)
        return self._run(*args, **copy.deepcopy(dict(call.kwargs)))

    def _of_object(self, call: Call) -> Any:
        assert call.on is not None
        if call.name == "forward":
            self.inputs[call.on] = copy.deepcopy(tuple(call.args))
            make = Call(call.title.partition(".")[0], title="")
            _, right = replay(self.source.module(), [Exchange(make, Ref(0, "")), Exchange(replace(call, on=0), None)])
            upstream: Any = np.ones(np.shape(right))  # the submission wants both steps at once
            return self._run((), tuple(call.args), (upstream if np.shape(right) else 1.0,))[0]
        return self._run((), self.inputs[call.on], tuple(call.args))[1]

    def _run(self, *args: Any, **named: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return self.entry.submission(*copy.deepcopy(args), **named)
        except Exception as error:
            raise StudentError("The function gives no value here.") from error
