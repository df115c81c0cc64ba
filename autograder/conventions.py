"""Where a handout allows several conventions, a submission keeps to one of them: the one that earns it the most.

def test_loss(student, ref, assert_one_convention):
    rights = {"the mean over the batch": ref.mean_loss(X, y), "the sum over the batch": ref.sum_loss(X, y)}
    assert_one_convention(student.loss(X, y), rights, "J")

Choosing anew for every answer would pass a gradient of the sum beside a loss that is a mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.compare import assert_matches
from autograder.errors import WrongAnswer
from autograder.outcome import Outcome, Status


@dataclass
class Conventions:
    """Which conventions the answers of each check follow.

    first_only: accept no other than the first that is named, which the reference follows.
    """

    first_only: bool = False
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of each question, in the author's order
    _followed: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)  # check -> question -> conventions
    _check: str = ""

    def begin(self, check: str) -> None:
        """The checks of a submission come one after the other; this one is next."""
        self._check = check
        self._followed[check] = {}

    def assert_one(self, got: Any, rights: Mapping[str, Any], names: str = "", *, of: str = "convention") -> None:
        """Raise WrongAnswer unless ``got`` is right by one of these conventions, and by one with all of this check.

        rights: the right value by each convention's name, which the student reads. names: as of assert_matches. of:
        what the conventions are about, where an assignment leaves several such things open.
        """
        self._names.setdefault(of, tuple(rights))
        allowed = dict(list(rights.items())[:1]) if self.first_only else rights
        matching = {name for name, right in allowed.items() if _matches(got, right)}
        if not matching:
            assert_matches(got, next(iter(rights.values())), names)
        earlier = self._followed[self._check].get(of)
        if earlier is not None and not matching & earlier:
            words = f"This follows {_listed(matching)}, while an answer before it followed {_listed(earlier)}."
            raise WrongAnswer(f"{words} Keep to one of them.", f"{words} Keep to one of them.")
        self._followed[self._check][of] = frozenset(matching if earlier is None else matching & earlier)

    def settle(self, outcomes: Mapping[str, Outcome]) -> Iterator[Outcome]:
        """The outcomes, by check, that change because the submission follows another convention in most places."""
        for of, names in self._names.items():
            chosen = max(names, key=lambda name: self._points(of, name, outcomes))
            for check, followed in self._followed.items():
                if check in outcomes and of in followed and chosen not in followed[of]:
                    words = (
                        f"This follows {_listed(followed[of])}, while the rest of your submission follows “{chosen}”. "
                        "Each would be right, but one submission keeps to one of them."
                    )
                    yield replace(outcomes[check], status=Status.FAILED, score=0.0, message=words, hint="")

    def _points(self, of: str, name: str, outcomes: Mapping[str, Outcome]) -> float:
        kept = [check for check, followed in self._followed.items() if of not in followed or name in followed[of]]
        return sum(outcomes[check].score for check in kept if check in outcomes)


def _matches(got: Any, right: Any) -> bool:
    try:
        assert_matches(got, right)
    except WrongAnswer:
        return False
    return True


def _listed(names: frozenset[str] | set[str]) -> str:
    return " or ".join(f"“{name}”" for name in sorted(names))
