"""The Certificate: what was proved of an assignment before it is released, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.complexstep import Gradient


@dataclass(frozen=True)
class Edit:
    """A wrong answer made of the reference. where: file and line. margin: the largest |S - R| / t over the limit, None
    where there is no such ratio (an exception, another shape)."""

    where: str
    edit: str
    label: str
    caught_by: str = ""
    margin: float | None = None


@dataclass(frozen=True)
class Certificate:
    """What holds of an assignment, and what does not.

    lost: checks at which the reference loses points; earned: those at which an empty starter gets some. problems: what
    is wrong with misconceptions.toml, breaks a check, or makes the reference answer nan. caught, missed:
    misconceptions; killed, survivors: automatic mutants that are not equivalent; weak: caught, but by less than 1000
    times the limit; unhinted: misconceptions that lose points, but whose hint no check tells. unexplained: wrong
    answers of students that nothing explains, with their number.
    """

    assignment: str
    points: float
    checks: int
    lost: tuple[str, ...]
    earned: tuple[str, ...]
    problems: tuple[str, ...]
    caught: tuple[Edit, ...]
    missed: tuple[Edit, ...]
    killed: int
    equivalent: int
    survivors: tuple[Edit, ...]
    weak: tuple[Edit, ...]
    unhinted: tuple[Edit, ...]
    gradients: tuple[Gradient, ...]
    unexplained: tuple[tuple[str, int], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the assignment can be released."""
        wrong = [gradient for gradient in self.gradients if gradient.right is False]
        return not (
            self.lost
            or self.earned
            or self.problems
            or self.missed
            or self.survivors
            or self.weak
            or self.unhinted
            or wrong
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "holds": self.holds}


def show(certificate: Certificate, console: Console) -> None:
    """The certificate for a person."""
    console.print(as_table(certificate))


def as_table(certificate: Certificate) -> RenderableType:
    """A line for each thing to be proved; what does not hold is listed below, with file and line."""
    table = Table(title=f"{certificate.assignment}: {certificate.checks} checks, {certificate.points:g} points")
    table.add_column("")
    table.add_column("what has to hold")
    table.add_column("what was found")
    for good, what, found in _rows(certificate):
        mark = {True: Text("yes", style="green"), False: Text("NO", style="bold red"), None: Text("-", style="dim")}
        table.add_row(mark[good], what, found)
    return Group(table, *_lists(certificate))


def _rows(certificate: Certificate) -> list[tuple[bool | None, str, str]]:
    c = certificate
    wrong = [gradient.name for gradient in c.gradients if gradient.right is False]
    asked = [gradient.name for gradient in c.gradients if gradient.right is not None]
    gradients = f"{len(asked) - len(wrong)} of {len(asked)} pairs of forward and backward" if asked else "no pairs"
    return [
        (not c.lost, "the reference gets full marks", _count(c.lost, "check loses points", "checks lose points")),
        (not c.earned, "an empty starter gets nothing", _count(c.earned, "check gives points", "checks give points")),
        (not c.problems, "the assignment's own files are sound", _count(c.problems, "problem", "problems")),
        (not c.missed, "every misconception loses points", f"{len(c.caught)} of {len(c.caught) + len(c.missed)}"),
        (not c.unhinted, "and gets its own hint", f"{len(c.caught) - len(c.unhinted)} of {len(c.caught)}"),
        (
            not c.survivors,
            "every automatic mutant loses points",
            f"{c.killed} of {c.killed + len(c.survivors)}; {c.equivalent} more are equivalent to the reference",
        ),
        (not c.weak, "each by 1000 times the limit in some case", _count(c.weak, "by less", "by less")),
        ((not wrong) if asked else None, "gradients equal the complex step", gradients),
    ]


def _lists(certificate: Certificate) -> list[Text]:
    lines = [f"the reference loses points: {name}" for name in certificate.lost]
    lines += [f"an empty starter gets points: {name}" for name in certificate.earned]
    lines += list(certificate.problems)
    for what, edits in (
        ("missed", certificate.missed),
        ("survives", certificate.survivors),
        ("weak", certificate.weak),
        ("gets no hint of its own", certificate.unhinted),
    ):
        lines += [f"{what}: {edit.where}: {edit.edit} ({edit.label})" + _margin(edit) for edit in edits]
    for gradient in certificate.gradients:
        if gradient.right is not True:
            word = "wrong gradient" if gradient.right is False else "gradient not checked"
            lines.append(f"{word}: {gradient.name}: {gradient.why}")
    lines += [f"unexplained so far, {count} times: {name}" for name, count in certificate.unexplained]
    return [Text(line) for line in lines]


def _margin(edit: Edit) -> str:
    return "" if edit.margin is None else f", {edit.margin:.3g} times the limit"


def _count(found: Sequence[Any], one: str, many: str) -> str:
    return f"{len(found)} {one if len(found) == 1 else many}" if found else "all well"
