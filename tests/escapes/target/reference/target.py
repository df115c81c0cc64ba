"""The model solution of the assignment that attacks are graded with; @WORDS@ are replaced by what no attack knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SECRET = "@CANARY@"


def double(x: Any) -> Any:
    return 2 * x


class Square:
    def forward(self, x: Any) -> Any:
        self.x = x
        return x * x

    def backward(self, dz: Any) -> Any:
        return 2 * self.x * dz


def apply(f: Callable[[Any], Any], x: Any) -> Any:
    return f(x) + 1
