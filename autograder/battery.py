"""The inputs that a check feeds to a function: fixed, the same for every student, smallest first.

An author declares the arguments in the function's order, each with its shape, and adds what the function has to bear:

    cases(X="N,D", W="H,D", b="H")                           arrays of drawn numbers; "" is a single number
    cases(scores="N,C", y="N<C", large="scores")             y: whole numbers from 0 to C - 1, often repeated
    cases(dx="N,D", ids="N<V", V="=V")                       V: the size itself, a Python int
    cases(theta="N,D", lam=(0.0, 0.1, 5.0))                  lam: these values in turn
    cases(da="N,D", z="N,D", kinks={"z": (-1.0, 1.0)}, gradients="da", integers="z")
    cases(x="N", y="N", ties="x y", at_kinks=True)           kinks where two entries are equal, or differ by 1

Every dimension is a different prime, so that a transpose or a broadcast cannot hide behind equal sizes; one case has a
first dimension of 1. The scales are 1 (four times), 1e-2 and 30. What each option adds:

    kinks       points from 1e-12 to 100 away on both sides of every kink named, for an element-wise function
    ties        entries that are equal or differ by 1, but for steps from 1e-12 to 1e-2
    at_kinks    one case on the kinks themselves, for a handout that fixes what belongs there. Its numbers are multiples
                of 1/4, exact in any order of evaluation; its exact_kink is true: nothing may be moved
    large       entries of +-700 and +-1000, and rows 1000 apart in which the right class lies 900 below the maximum
    gradients   upstream gradients, or those given to an optimizer: all zero, and as small as an optimizer's epsilon
    integers    arrays of whole numbers
    positive, probability   what is drawn is > 0, or between 0 and 1
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import draws
from autograder.draws import Draw
from autograder.errors import AssignmentError

# Sizes in the order in which the symbols first appear, a row a case; then the scale of the numbers drawn.
_SMALL, _MIDDLE = (2, 3, 5, 7, 11), (7, 5, 3, 11, 2)
_BASE = (
    (_SMALL, 1.0),
    ((1, 7, 5, 3, 2), 1.0),
    ((3, 5, 2, 7, 11), 30.0),
    ((7, 3, 5, 2, 11), 1e-2),
    (_MIDDLE, 1.0),
    ((5, 11, 7, 2, 3), 1.0),
)
_LONG = (_MIDDLE, (11, 5, 7, 2, 3), (23, 2, 3, 5, 7), (41, 2, 3, 5, 7))  # for the ladder's 20 steps around each kink
_SEED = 20190115  # any fixed number


class Case(tuple[Any, ...]):
    """The arguments of one call. name: for messages. exact_kink: a rounding of these inputs would change the result."""

    name: str
    exact_kink: bool

    def __new__(cls, arguments: Sequence[Any], name: str, exact_kink: bool = False) -> Case:
        case = super().__new__(cls, arguments)
        case.name, case.exact_kink = name, exact_kink
        return case


def cases(
    *,
    kinks: Mapping[str, Sequence[float]] | None = None,
    at_kinks: bool = False,
    ties: str = "",
    large: str = "",
    gradients: str = "",
    integers: str = "",
    positive: str = "",
    probability: str = "",
    **arguments: str | tuple[Any, ...],
) -> Iterator[Case]:
    """Values for the arguments, one Case for each call, in the order in which they are declared.

    ties, large, gradients, integers, positive, probability: names of arguments, with blanks between. Raises
    AssignmentError, naming the argument, where a declaration or an option cannot be right.
    """
    options = {"ties": ties, "large": large, "gradients": gradients, "integers": integers}
    named = {option: _names(option, text, arguments) for option, text in options.items()}
    battery = _Battery(
        tuple(_argument(name, declared) for name, declared in arguments.items()),
        frozenset(_names("positive", positive, arguments)),
        frozenset(_names("probability", probability, arguments)),
    )
    points = {name: tuple(map(float, where)) for name, where in (kinks or {}).items()}
    _names("kinks", " ".join(points), arguments)
    if at_kinks and not (points or named["ties"]):
        raise AssignmentError("cases: at_kinks needs to be told where: name the kinks, or the arguments with ties.")
    made = [*_basic(battery), *_around(battery, points), *_special(battery, named, points)]
    if at_kinks:
        made.append(battery.case("on the kinks", _MIDDLE, replaced=_on_kinks(battery, points), exact_kink=True))
    return iter(_told_apart([battery.filled(plan, number) for number, plan in enumerate(made)]))


@dataclass(frozen=True)
class _Argument:
    """shape: its symbols and numbers. below: for indices, the symbol or number that they stay below.

    size: for an argument that is a size, its symbol. values: those that it takes in turn, where they are listed.
    """

    name: str
    shape: tuple[str, ...] = ()
    below: str = ""
    size: str = ""
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class _Plan:
    name: str
    sizes: dict[str, int]
    scale: float
    replaced: dict[str, Draw]
    exact_kink: bool


@dataclass(frozen=True)
class _Battery:
    arguments: tuple[_Argument, ...]
    positive: frozenset[str] = field(default=frozenset())
    probability: frozenset[str] = field(default=frozenset())

    def case(
        self,
        name: str,
        row: Sequence[int],
        scale: float = 1.0,
        replaced: Mapping[str, Draw] | None = None,
        exact_kink: bool = False,
    ) -> _Plan:
        sizes = dict(zip(self._symbols(), row, strict=False))
        return _Plan(name, sizes, scale, dict(replaced or {}), exact_kink)

    def filled(self, plan: _Plan, number: int) -> Case:
        """The Case of this number: its seed, and which of the listed values it takes."""
        rng = np.random.default_rng([_SEED, number])
        values, turn = [], number
        for argument in self.arguments:
            values.append(self._value(argument, plan, rng, turn))
            turn //= len(argument.values) or 1  # so that two lists meet in every combination
        _push_down_right_class(self.arguments, values, plan)
        listed = {a.name: value for a, value in zip(self.arguments, values, strict=True) if len(a.values) > 1}
        details = ", ".join(f"{name} = {value}" for name, value in {**plan.sizes, **listed}.items())
        return Case(values, f"{plan.name} ({details})" if details else plan.name, plan.exact_kink)

    def _value(self, argument: _Argument, plan: _Plan, rng: np.random.Generator, turn: int) -> Any:
        shape = self.shape(argument, plan.sizes)
        if argument.values:
            return argument.values[turn % len(argument.values)]
        if argument.size:
            return _size(argument.size, plan.sizes)
        if argument.name in plan.replaced:
            drawn = plan.replaced[argument.name](shape, rng)
            return np.abs(drawn) + (drawn == 0) if argument.name in self.positive else drawn
        if argument.below:
            return rng.integers(_size(argument.below, plan.sizes), size=shape)
        if argument.name in self.probability:
            return draws.probabilities(plan.scale)(shape, rng)
        drawn = plan.scale * rng.standard_normal(shape)
        return np.abs(drawn) + 0.1 * plan.scale if argument.name in self.positive else drawn

    def shape(self, argument: _Argument, sizes: Mapping[str, int]) -> tuple[int, ...]:
        return tuple(_size(part, sizes) for part in argument.shape)

    def _symbols(self) -> list[str]:
        parts = [part for argument in self.arguments for part in (*argument.shape, argument.below, argument.size)]
        symbols = list(dict.fromkeys(part for part in parts if part and not part.isdigit()))
        if len(symbols) > len(_MIDDLE):
            raise AssignmentError(f"cases: at most {len(_MIDDLE)} shape symbols, not {', '.join(symbols)}.")
        return symbols


def _told_apart(found: list[Case]) -> list[Case]:
    """The same cases; of those with one name the later ones are numbered."""
    times: dict[str, int] = {}
    for case in found:
        times[case.name] = draw = times.get(case.name, 0) + 1
        if draw > 1:
            case.name += f", draw {draw}"
    return found


def _basic(battery: _Battery) -> Iterator[_Plan]:
    combinations = math.prod(len(argument.values) or 1 for argument in battery.arguments)
    for number in range(max(len(_BASE), combinations)):  # so that every listed value meets every other
        row, scale = _BASE[number % len(_BASE)]
        yield battery.case(f"scale {scale:g}", row, scale)


def _around(battery: _Battery, kinks: Mapping[str, tuple[float, ...]]) -> Iterator[_Plan]:
    """The ladder around every kink; where an array is too small for it, in several cases."""
    if not kinks:
        return
    points = {name: np.concatenate([draws.LADDER + kink for kink in where]) for name, where in kinks.items()}

    def rounds(row: Sequence[int]) -> int:
        sizes = battery.case("", row).sizes
        room = {argument.name: int(np.prod(battery.shape(argument, sizes))) for argument in battery.arguments}
        return max(-(-len(points[name]) // room[name]) for name in points)

    row = min(_LONG, key=rounds)
    for start in range(rounds(row)):
        replaced = {name: draws.stretch(all_points, start) for name, all_points in points.items()}
        yield battery.case("around the kinks", row, replaced=replaced)


def _special(
    battery: _Battery, named: Mapping[str, Sequence[str]], kinks: Mapping[str, tuple[float, ...]]
) -> Iterator[_Plan]:
    def case(name: str, row: Sequence[int], option: str, draw: Draw) -> Iterator[_Plan]:
        if named[option]:
            yield battery.case(name, row, replaced=dict.fromkeys(named[option], draw))

    yield from case("entries almost equal", _MIDDLE, "ties", draws.almost_tied)
    yield from case("large entries", _MIDDLE, "large", draws.large)
    yield from case("rows far apart", _MIDDLE, "large", draws.far_apart)
    yield from case("zero gradients", _SMALL, "gradients", draws.zeros)
    for _ in range(math.prod(len(argument.values) or 1 for argument in battery.arguments)):  # so with every epsilon
        yield from case("tiny gradients", _SMALL, "gradients", draws.tiny)
    if named["integers"]:
        ties = named["ties"]
        replaced = {name: draws.whole(kinks.get(name, ())) for name in named["integers"]}
        apart = {name: draws.whole_apart(ties.index(name), len(ties)) for name in replaced if name in ties}
        yield battery.case("whole numbers", _MIDDLE, replaced={**replaced, **apart})
    indices = [argument.name for argument in battery.arguments if argument.below]
    if indices:
        yield battery.case("repeated indices", (11, 3, 5, 7, 2), replaced=dict.fromkeys(indices, draws.repeated))


def _on_kinks(battery: _Battery, kinks: Mapping[str, tuple[float, ...]]) -> dict[str, Draw]:
    arrays = [argument.name for argument in battery.arguments if not argument.below]
    return {name: draws.quarters_and(kinks[name]) if name in kinks else draws.quarters for name in arrays}


def _push_down_right_class(arguments: Sequence[_Argument], values: list[Any], plan: _Plan) -> None:
    """In far rows: every second right class 900 below the row's maximum."""
    for scores, right in ((s, y) for s in range(len(values)) for y in range(len(values))):
        far = plan.replaced.get(arguments[scores].name) is draws.far_apart
        if (
            far
            and arguments[right].below
            and (*arguments[right].shape, arguments[right].below) == arguments[scores].shape
        ):
            rows = np.arange(0, len(values[right]), 2)
            values[scores][rows, values[right][rows]] = values[scores].max(axis=1)[rows] - 900


def _argument(name: str, declared: str | tuple[Any, ...]) -> _Argument:
    if isinstance(declared, tuple) and declared:
        return _Argument(name, values=declared)
    if not isinstance(declared, str):
        raise AssignmentError(f"cases: {name} is declared by a shape such as 'N,D', or by a tuple of its values.")
    if declared.startswith("="):
        return _Argument(name, size=_symbol(name, declared[1:].strip()))
    text, is_index, below = declared.partition("<")
    shape = tuple(_symbol(name, part.strip()) for part in text.split(",") if part.strip())
    return _Argument(name, shape, _symbol(name, below.strip()) if is_index else "")


def _symbol(name: str, part: str) -> str:
    if not part.isidentifier() and not part.isdigit():
        raise AssignmentError(f"cases: {part!r} in the shape of {name} is no symbol and no number.")
    return part


def _size(part: str, sizes: Mapping[str, int]) -> int:
    return int(part) if part.isdigit() else sizes[part]


def _names(option: str, text: str, arguments: Mapping[str, Any]) -> list[str]:
    names = text.replace(",", " ").split()
    for name in names:
        if name not in arguments:
            raise AssignmentError(f"cases: {option} names {name}, which is no argument here.")
        if not isinstance(arguments[name], str) or "<" in arguments[name] or "=" in arguments[name]:
            raise AssignmentError(f"cases: {option} names {name}, which is no array of drawn numbers.")
    return names
