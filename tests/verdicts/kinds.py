"""The kinds of mistake: what a person's label of a wrong answer says, and what the words of the diagnosis say.

kinds.toml was written by hand from the labels alone. A label that can be read in two ways ("the upper end forgotten": a
mask, and something missing) has two kinds.
"""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from tests.verdicts.entries import Entry

TABLE = Path(__file__).parent / "kinds.toml"

KINDS = {
    "sign": "a sign is flipped or lost",
    "factor": "a factor is wrong: half, lambda, 1/p",
    "mean": "a mean for a sum, or the reverse: a factor that is a number of examples",
    "axis": "numbers are put together over the wrong axis, or not at all",
    "missing": "a factor, a term, a function or a step is left out: upstream ignored",
    "extra": "a factor, a term, a function or a step is too much",
    "order": "transposed, reshaped, exchanged",
    "precedence": "the same operations in another order",
    "mask": "a comparison, a case, a cut: which side of a kink",
    "variable": "another variable, or a derivative at the wrong place",
    "function": "another function or operation",
    "power": "a power or a root",
    "constant": "another constant",
    "epsilon": "a small number, a threshold that is not exact",
    "subset": "only some examples or entries count",
    "random": "the random numbers are drawn otherwise",
    "overflow": "not finite for large inputs",
    "integer": "whole numbers only",
    "rounding": "values are rounded",
    "numeric": "a difference quotient",
    "state": "what an earlier call left",
    "in place": "an argument is changed",
    "shape": "another structure or shape",
    "exception": "no value comes back",
}

# What the grader says of a structure, and of which kind that is.
_STRUCTURES = {
    r"Error: ": "exception",
    r"changed in place": "in place",
    r"should have shape|single number|one value|should be \d+ values|should have the keys": "shape",
    r"should be a dict|is None": "shape",
    r"should hold|should be an array|should be a number": "shape",
}

# The words of an explanation, and the kinds that they tell: all that match count.
_WORDS = {
    r"sign of .* flipped|sign is flipped|wrong sign|is -\d|sign is lost|without its sign|minus |only the size": "sign",
    r"absolute value|the sign of": "sign",
    r"half of|twice as|times what|(half|twice|[\d.]+ times) as large|a multiple of|\b1 - |as a factor": "factor",
    r"number of (rows|columns|entries)|N - 1|a (mean|sum) is taken|for all: the (mean|sum)": "mean",
    r": the mean over|averaged": "mean",
    r"wrong axis|not (summed|averaged)|is one (number )?for|axis of length|row of .* is one|one number stands": "axis",
    r"length of its row|sum of its|for each whole row|same for": "axis",
    r"missing|left out|ignored|is not (taken|applied|transposed)": "missing",
    r"as 1\b|as 0|unchanged|is 0\b|= False|too small by": "missing",
    r"does not belong|applied twice|too m(uch|any)|is added to|too (large|small) by|= True": "extra",
    r"divided by the (sum|length) of its|as a relu does|twice as large": "extra",
    r"transposed|reshaped|reverse|^it is (result|\w+$)": "order",
    r"mixed up|swapped|wrong order|other places|wrong end|sorted|1 divided by what|wrong way round": "order",
    r"brackets|taken first|one part only|inside of the square|outside of the square": "precedence",
    r"mask|opposite|comparison|condition|two cases|both cases|cut off|kink|threshold|one side": "mask",
    r"^where |step function|treats equality|kept .* away": "mask",
    r"[A-Za-z_]\w* is used where|computed from|in the place of|fixed|usual value": "variable",
    r"next example|example before|mixed up|^it is (result|\w+$)|too large, the largest": "variable",
    r"is taken where|(adds|multiplies|divides) where|elementwise product": "function",
    r"^it is (?!result|the (number|square)|-?[\d(]).* of |derivative stands": "function",
    r"is taken of|as a relu does|logarithm|slope of|stands where|exponential is": "function",
    r" of .* stands in the place|1 / .* stands in": "function",
    r"power|square|cube|root|norm ": "power",
    r"^-?[\d.e-]+ is used where|fixed|base|usual value|1 is (added|subtracted)|one too (large|small)": "constant",
    r"exp2|log2|log10|to base|switch|do with|too (large|small) by|times as large": "constant",
    r"small number|small constant|inside of the square|outside of the square|not exact|cut off below|1e-": "epsilon",
    r"only the (last|first|largest)|is lost|repeated index|overwritten|used for all": "subset",
    r"chosen ones|whole columns|last column|one entry of each|stands for each|is used for": "subset",
    r"random|uniform|normal ": "random",
    r"overflows|inf or nan": "overflow",
    r"whole (numbers|ones)": "integer",
    r"rounded|whole ones": "rounding",
    r"difference quotient": "numeric",
}

# Two kinds that may both be true of the same wrong numbers. Every other pair contradicts: one of the two is wrong.
_BOTH_TRUE = {
    # A factor that is missing is one that is taken as 1, or a division too many; z where f(z) belongs is f left out.
    "missing": "factor constant mask variable extra function subset power state",
    # A gate that multiplies has a factor too many; a minimum takes the other case; |x| loses a sign.
    "function": "extra variable mask sign axis factor",
    # Lambda squared is lambda once too often.
    "power": "extra factor constant",
    # A threshold is a constant, and one that is doubled counts as an input that is halved.
    "constant": "factor mask variable extra epsilon",
    # What is cut off where it is large, or for whole rows.
    "mask": "subset epsilon variable extra overflow axis",
    # Transposed is along the other axis; two opposite gradients that are exchanged have their signs flipped.
    "order": "variable axis sign",
    # The mean first and then the function, or the reverse, is a mean of other numbers.
    "precedence": "mean axis extra",
    "axis": "mean subset extra",
    "mean": "factor",
    "subset": "variable state",
    "variable": "state extra",
    "extra": "factor",
    "epsilon": "factor rounding numeric",
}
_FACTS = {"exception", "shape", "in place", "state", "overflow", "integer", "numeric"}  # what was seen is true


@functools.cache
def _table() -> dict[str, dict[str, list[str]]]:
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def of_person(entry: Entry) -> set[str]:
    """The kinds that a person's label of a wrong answer may mean."""
    return set(_table()[entry.function][entry.label])


def of_structure(says: str) -> set[str]:
    """The kind of a structure that the grader's message names; none if it speaks of values."""
    return {kind for words, kind in _STRUCTURES.items() if re.search(words, says)}


def of_words(label: str) -> set[str]:
    """The kinds that an explanation tells."""
    return {kind for words, kind in _WORDS.items() if re.search(words, label)}


def contradicts(person: set[str], told: set[str]) -> bool:
    """Whether an explanation says something else than a person, and both cannot be true."""
    if person & told or told & _FACTS:
        return False
    return not any(_both_true(one, other) for one in person for other in told)


def _both_true(one: str, other: str) -> bool:
    return other in _BOTH_TRUE.get(one, "").split() or one in _BOTH_TRUE.get(other, "").split()
