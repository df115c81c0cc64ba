"""More questions to the student's code once a check has failed: many in one exchange, unheard, until time is up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.errors import StudentError
from autograder.sandbox.link import Call

if TYPE_CHECKING:
    from autograder.workers import Workers

BATCH = 200  # calls in one exchange: their results' headers fit the wire's 64 kB with room


@dataclass(frozen=True)
class Questions:
    """Calls of this check's worker. until: by time.monotonic(); StudentError after it, and where no value comes."""

    workers: Workers
    until: float

    def __call__(self, call: Call) -> Any:
        """The value of one call, as it came."""
        return self.many([call])[0]

    def many(self, calls: Sequence[Call]) -> list[Any]:
        """The values of many calls."""
        values: list[Any] = []
        for start in range(0, len(calls), BATCH):
            left = self.until - time.monotonic()
            if left <= 0:
                raise StudentError("There is no time to ask for more.")
            for result in self.workers.call(list(calls[start : start + BATCH]), left, None, silent=True):
                if result.error is not None:
                    raise StudentError("The function gives no value here.")
                values.append(result.value)
        return values
