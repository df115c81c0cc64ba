"""Several results of one function, each worth its own points: one mistake does not cost the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograder import assert_matches
from autograder.errors import WrongAnswer


def assert_each_part(
    answers: Iterable[tuple[Any, Any]], names: str, points: Sequence[float], set_score: Callable[[float], None]
) -> None:
    """answers: what the student returned and what is right, call by call. A part must be right in every call."""
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


def between(results: Any, path: Sequence[int], low: float, high: float) -> float:
    """What stands at this place of a student's results if it is a number from low to high, else low."""
    try:
        for place in path:
            results = results[place]
        value = float(results)
    except (TypeError, ValueError, LookupError):
        return low
    return value if low <= value <= high else low


def _is_right(got: Any, right: Any, place: int) -> bool:
    """Whether this part alone would pass."""
    if not isinstance(got, (tuple, list)) or len(got) != len(right):
        return False
    try:
        assert_matches([got[place]], [right[place]])
    except WrongAnswer:
        return False
    return True
