"""A wrong array beside the right one, as what a template draws: three maps of a matrix, two rows of bars of a vector.

Written as SVG by a template, not by matplotlib, which takes a hundred times as long (docs/report.md): a class of a
thousand has thousands of them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.clean import clean_line
from autograder.evidence import Picture

CELL = 40  # units of a cell's side; a cell that holds a number is wider
WIDE = 70
MOST_NUMBERS = (12, 6)  # rows and columns up to which every cell holds its number
STRONGEST = 0.62  # of a colour: numbers on top of it stay readable
HEIGHT = 170  # of the bars, from the largest below zero to the largest above
BAR, WIDEST = 560, 110  # the width of all bars at the most, and of one entry's
MOST_TOLD = 5  # entries up to which every bar has its number


@dataclass(frozen=True)
class Cell:
    """sign: "p" above zero, "n" below, "v" for what is no finite number. strength: 0 to 1."""

    x: int
    y: int
    sign: str
    strength: float
    text: str
    first: bool


@dataclass(frozen=True)
class Map:
    """One matrix as coloured cells."""

    name: str
    width: int
    height: int
    cell: int
    cells: tuple[Cell, ...]
    across: tuple[tuple[int, int], ...]
    down: tuple[tuple[int, int], ...]
    largest: str


@dataclass(frozen=True)
class Bar:
    """kind: "e" expected, "g" got, "d" their difference, "v" as well for what is not finite. at: where the text is."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str
    at: float


@dataclass(frozen=True)
class Bars:
    """One or two rows of numbers as bars about zero. ticks: the places of some entries. first: where the mark is."""

    name: str
    width: int
    zero: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]
    first: float
    largest: str


@dataclass(frozen=True)
class Drawing:
    """entry: the first wrong one, "dW[3, 1]". expected, got: its numbers. part: what is shown of a larger array."""

    entry: str
    expected: str
    got: str
    wrong: int
    of: int
    part: str
    shape: str
    maps: tuple[Map, ...] = ()
    bars: tuple[Bars, ...] = ()


@functools.lru_cache(maxsize=512)  # many students make one mistake
def drawing_of(picture: Picture) -> Drawing:
    """What to draw of a picture, with the words to it."""
    right, got, error = (_numbers(text) for text in (picture.right, picture.got, picture.error))
    first = picture.wrong.find("1")
    whole = math.prod(picture.shape)
    shown = picture.rows * picture.columns
    top, left = picture.origin
    rows, columns = f"{top} to {top + picture.rows - 1}", f"{left} to {left + picture.columns - 1}"
    part = f"Shown: rows {rows}, columns {columns}." if picture.rows > 1 else f"Shown: entries {columns}."
    words = Drawing(
        entry=f"{clean_line(picture.name, 60)}[{', '.join(map(str, picture.first))}]",
        expected=_short(right[first], 6),
        got=_short(got[first], 6),
        wrong=picture.wrong.count("1"),
        of=shown,
        part=part if shown < whole else "",
        shape=" × ".join(map(str, picture.shape)),
    )
    if picture.rows == 1:
        return _with(words, bars=_all_bars(picture, right, got, error, first))
    both = _largest([*right, *got])
    named = (("expected", right, both), ("got", got, both), ("error: got − expected", error, _largest(error)))
    return _with(words, maps=tuple(_map(picture, name, values, scale, first) for name, values, scale in named))


def _with(drawing: Drawing, maps: tuple[Map, ...] = (), bars: tuple[Bars, ...] = ()) -> Drawing:
    return Drawing(**{**vars(drawing), "maps": maps, "bars": bars})


def _map(picture: Picture, name: str, values: Sequence[float], scale: float, first: int) -> Map:
    told = picture.rows <= MOST_NUMBERS[0] and picture.columns <= MOST_NUMBERS[1]
    width = WIDE if told else CELL
    cells = []
    for place, value in enumerate(values):
        row, column = divmod(place, picture.columns)
        text = _short(value, 2) if told else ("" if math.isfinite(value) else _short(value, 2))
        sign = "v" if not math.isfinite(value) else "p" if value > 0 else "n"
        strength = 1.0 if sign == "v" else round(STRONGEST * abs(value) / scale, 3) if scale else 0.0
        if strength or text or place == first:
            cells.append(Cell(column * width, row * CELL, sign, strength, text, place == first))
    cells.sort(key=lambda cell: cell.first)  # its frame is drawn over the others
    top, left = picture.origin
    across = tuple((column * width + width // 2, left + column) for column in _some(picture.columns))
    down = tuple((row * CELL + CELL // 2, top + row) for row in _some(picture.rows))
    return Map(name, picture.columns * width, picture.rows * CELL, width, tuple(cells), across, down, _short(scale, 3))


def _all_bars(
    picture: Picture, right: Sequence[float], got: Sequence[float], error: Sequence[float], first: int
) -> tuple[Bars, ...]:
    return (
        _bars(picture, "expected and got", (("e", right), ("g", got)), first),
        _bars(picture, "error: got − expected", (("d", error),), first),
    )


def _bars(picture: Picture, name: str, series: Sequence[tuple[str, Sequence[float]]], first: int) -> Bars:
    numbers = [value for _, values in series for value in values if math.isfinite(value)]
    high, low = max([0.0, *numbers]), min([0.0, *numbers])
    scale = HEIGHT / (high - low) if high > low else 0.0
    zero = high * scale if scale else HEIGHT / 2
    slot = min(BAR / picture.columns, WIDEST)
    width = slot * 0.84 / len(series)
    told = picture.columns <= MOST_TOLD
    bars = []
    for which, (kind, values) in enumerate(series):
        for place, value in enumerate(values):
            x, word = round(slot * (place + 0.08) + which * width, 2), _short(value, 2)
            if math.isfinite(value):
                height = round(abs(value) * scale, 2)
                top = round(zero - max(0.0, value * scale), 2)
                at = top - 5 if value >= 0 else top + height + 16
                bars.append(Bar(x, top, round(width, 2), height, kind, word if told else "", round(at, 2)))
            else:
                bars.append(Bar(x, 0.0, round(width, 2), HEIGHT, f"{kind} v", word, HEIGHT / 2))
    ticks = tuple((round(slot * (place + 0.5), 2), picture.origin[1] + place) for place in _some(picture.columns))
    mark = round(slot * (first + 0.5), 2)
    return Bars(
        name, round(slot * picture.columns), round(zero, 2), tuple(bars), ticks, mark, _short(_largest(numbers), 3)
    )


def _some(count: int) -> range:
    """Places that get a number beside them: all of few, every fifth of many."""
    return range(0, count, 1 if count <= 12 else 5)


def _numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def _largest(values: Sequence[float]) -> float:
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}g}".replace("-", "−").replace("e−0", "e−").replace("e+0", "e") if value == value else "nan"
