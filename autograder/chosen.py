"""Which checks are asked for: by a number, "2" for all of 2.1, 2.2 ..., or by a part of a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.outcome import Check


def chosen(questions: Sequence[str]) -> Callable[[Check], bool]:
    """Whether a check is one of those; without questions every check is."""
    return lambda check: not questions or any(_is_meant(wanted, check) for wanted in questions)


def _is_meant(wanted: str, check: Check) -> bool:
    if wanted.replace(".", "").isdigit():
        return f"{check.number}.".startswith(f"{wanted}.")
    return wanted in check.name or wanted in check.title
