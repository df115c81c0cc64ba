"""Points for each part of a check: one mistake does not cost the others, and all that is wrong is told together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from autograder.compare import assert_matches
from autograder.errors import StudentError, WrongAnswer


class Parts:
    """The parts of one check, with their points; to be used in a ``with`` around all of them.

        with Parts({"J": 2, "gradients": 3}, set_score) as parts:
            parts.compare("J", J, right_J)
            with parts.part("gradients"):
                ...

    A part is right unless something under its name was wrong, or raised, in any call. At the end the score is set, and
    a WrongAnswer (a StudentError, if that came first) tells every problem. named: with the part's name before it. What
    is raised outside of a part ends the check.
    """

    def __init__(self, points: Mapping[str, float], set_score: Callable[[float], None], *, named: bool = False) -> None:
        self.points, self.set_score, self.named = dict(points), set_score, named
        self.problems: dict[str, StudentError | WrongAnswer] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Whatever is wrong in here costs the points of this part."""
        assert name in self.points, f"There is no part {name}."
        try:
            yield
        except (StudentError, WrongAnswer) as problem:
            self.problems.setdefault(name, problem)

    def compare(self, name: str, got: Any, right: Any) -> None:
        """One part of what came of one call."""
        with self.part(name):
            assert_matches(got, right, name)

    def compare_all(self, got: Any, right: Any) -> None:
        """A dict, each of whose values is a part; no dict, or one with other keys, ends the check."""
        if not isinstance(got, dict) or set(got) != set(right):
            assert_matches(got, right)
        for name in right:
            self.compare(name, got[name], right[name])

    def __enter__(self) -> Parts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        self.set_score(sum(worth for name, worth in self.points.items() if name not in self.problems))
        if self.problems:
            raise _together(self.problems, self.named)


def for_each(
    points: Mapping[str, float], attempt: Callable[[str], None], set_score: Callable[[float], None], named: bool = False
) -> None:
    """Try every name: its points for each attempt that is right. named: as in Parts."""
    with Parts(points, set_score, named=named) as parts:
        for name in points:
            with parts.part(name):
                attempt(name)


def assert_parts(
    answers: Iterable[tuple[Any, Any]], names: str, points: Sequence[float], set_score: Callable[[float], None]
) -> None:
    """Points for each of several values that a function returns; WrongAnswer about the first answer that is wrong.

    answers: what the student returned and what is right, call by call. A part must be right in every call.
    """
    problem: WrongAnswer | None = None
    wrong: set[int] = set()
    for got, right in answers:
        try:
            assert_matches(got, right, names)
        except WrongAnswer as error:
            problem = problem or error
            wrong |= {place for place in range(len(points)) if not _is_right(got, right, place)}
    set_score(sum(worth for place, worth in enumerate(points) if place not in wrong))
    if problem is not None:
        raise problem


def _is_right(got: Any, right: Any, place: int) -> bool:
    """Whether this part alone would pass."""
    if not isinstance(got, (tuple, list)) or len(got) != len(right):
        return False
    try:
        assert_matches([got[place]], [right[place]])
    except WrongAnswer:
        return False
    return True


def _together(problems: Mapping[str, StudentError | WrongAnswer], named: bool) -> StudentError | WrongAnswer:
    told = [
        (f"{name}: {problem.message}", f"{name}: {problem.sealed}") if named else (problem.message, problem.sealed)
        for name, problem in problems.items()
    ]
    first = next(iter(problems.values()))
    message, sealed = ("\n".join(dict.fromkeys(words)) for words in zip(*told, strict=True))
    return WrongAnswer(message, sealed) if isinstance(first, WrongAnswer) else StudentError(message, sealed)
