"""A zygote that serves one submission after the other, and is never closed with a worker of the last one alive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox.hatch import Zygote


class LastingZygote(Zygote):
    """``close`` ends the stem of this submission, and waits until it is gone; ``end`` ends the zygote itself.

    A stem that was asked to be reaped is gone, and its workers with it, by the time the next one is forked: the zygote
    does one thing after the other. What was never asked to be reaped, because a grading broke off, is reaped here.
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_ended = False

    def wait(self) -> None:
        """Until it has started. It serves this process and those forked from it, one at a time."""
        self.request({"reap": 0})

    def post(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> int:
        if self._has_ended:
            raise SandboxError("The zygote does not answer: it was ended.")
        return super().post(message, descriptors)

    def close(self) -> None:
        try:
            for stem in list(self._stems):
                self.end_stem(stem)
            self.request({"reap": 0})  # nobody has that name: the answer says that all before it is done
        except SandboxError:
            self.end()
            raise

    def end(self) -> None:
        """End the zygote and every worker it has. Twice is allowed."""
        self._has_ended = True
        super().close()
