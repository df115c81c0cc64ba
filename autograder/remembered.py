"""Findings kept for the next wrong answer that equals this one to the bit: many students make one mistake."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
MOST = 20_000  # findings: of some hundred bytes each


class Memory:
    """What work found, by what it was about. ``fresh`` are those that were not known before, for others to learn."""

    def __init__(self) -> None:
        self.fresh: dict[str, list[Any]] = {}
        self._known: dict[str, list[Any]] = {}

    def recall(self, about: object, work: Callable[[], list[Found]]) -> list[Found]:
        """What work() finds, or found when it was about the very same; it must depend on nothing else."""
        try:
            key = hashlib.sha256(pickle.dumps(about)).hexdigest()
        except Exception:  # a function among the arguments: those are not alike because they look alike
            return work()
        if key not in self._known:
            self._known[key] = self.fresh[key] = work()
        return self._known[key]

    def learn(self, findings: dict[str, list[Any]]) -> None:
        """What another one found."""
        if len(self._known) < MOST:
            self._known.update(findings)
