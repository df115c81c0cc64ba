"""Gradescope's rules for results.json, checked on the data alone: whoever wrote the file, this can refuse it.

Stricter than Gradescope where it would take a file and show something else than was meant: unknown keys, an output
whose format is left to a default, invisible characters, a check that is missing or stands twice.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MAX_OUTPUT = 10_000  # characters of one output; Gradescope itself cuts the middle out of what is over 100,000
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
FORMATS = ("text", "html", "simple_format", "md", "ansi")
STATUSES = ("passed", "failed")
ORDERS = ("asc", "desc")

# C0 but tab and newline, DEL and C1, soft hyphen, zero-width, bidi, line separators, byte order mark, interlinear
# marks, surrogates, tags: a page shows none of them, and some change how the rest is shown.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

_Rule = Callable[[Any], "str | None"]  # what is wrong with a value, None if nothing


def validate(data: Any, declared: Iterable[str] | None = None) -> list[str]:
    """Every rule that this results.json breaks, as sentences that name the place; none for a good one.

    declared: the names of all checks. Without it they are taken from extra_data.checks, where the file has that.
    """
    if not isinstance(data, dict):
        return [f"The root must be an object, not {type(data).__name__}."]
    problems = [*_anywhere(data, "root"), *_by_rules(data, _TOP, "root")]
    tests = data.get("tests", [])
    if "score" not in data and not tests:
        problems.append("root: a score or a test is needed.")
    if "output" in data and "output_format" not in data:
        problems.append("root: the output has no output_format.")
    for place, test in _objects(tests, "tests", problems):
        problems += _by_rules(test, _TEST, place)
        if "output" in test and "output_format" not in test and "test_output_format" not in data:
            problems.append(f"{place}: the output has no output_format.")
    for place, entry in _objects(data.get("leaderboard", []), "leaderboard", problems):
        problems += _by_rules(entry, _LEADERBOARD, place)
        problems += [f"{place}: {key} is missing." for key in ("name", "value") if key not in entry]
    return problems + _each_once(data, declared)


def _by_rules(data: Mapping[Any, Any], rules: Mapping[str, _Rule], where: str) -> list[str]:
    problems = []
    for key, value in data.items():
        wrong = rules[key](value) if key in rules else "is not a key that Gradescope knows"
        if wrong is not None:
            problems.append(f"{where}: {key} {wrong}.")
    return problems


def _objects(entries: Any, where: str, problems: list[str]) -> list[tuple[str, dict[Any, Any]]]:
    """The objects of a list with their places; what is none is a problem."""
    if not isinstance(entries, list):
        return []  # the rule for the list itself has said so
    problems += [f"{where}[{i}]: must be an object." for i, entry in enumerate(entries) if not isinstance(entry, dict)]
    return [(f"{where}[{i}]", entry) for i, entry in enumerate(entries) if isinstance(entry, dict)]


def _each_once(data: Mapping[Any, Any], declared: Iterable[str] | None) -> list[str]:
    extra = data.get("extra_data")
    if declared is None and isinstance(extra, dict) and isinstance(extra.get("checks"), dict):
        declared = extra["checks"]
    if declared is None:
        return []
    tests = data.get("tests")
    notes = [test.get("extra_data") for test in tests if isinstance(test, dict)] if isinstance(tests, list) else []
    standing = Counter(str(note.get("check")) if isinstance(note, dict) else "" for note in notes)
    names = list(declared)
    problems = [f"tests: the check {name!r} stands {standing[name]} times." for name in names if standing[name] != 1]
    return problems + [f"tests: the check {name!r} was never declared." for name in standing if name not in names]


def _anywhere(value: Any, where: str) -> list[str]:
    """What is not allowed at any place: a number that is none, a character that cannot be seen, another type."""
    if isinstance(value, str):
        found = _UNSEEN.search(value)
        return [] if found is None else [f"{where}: holds the character U+{ord(found.group()):04X}."]
    if isinstance(value, dict):
        problems = [f"{where}: the key {key!r} is no string." for key in value if not isinstance(key, str)]
        for key, entry in value.items():
            problems += _anywhere(key, f"{where}: a key") if isinstance(key, str) else []
            problems += _anywhere(entry, f"{where}.{key!s:.40}")
        return problems
    if isinstance(value, list):
        return [problem for i, entry in enumerate(value) for problem in _anywhere(entry, f"{where}[{i}]")]
    if isinstance(value, (int, float)):
        return [] if _finite(value) else [f"{where}: must be a finite number."]
    return [] if value is None else [f"{where}: {type(value).__name__} is no JSON."]


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no double holds
        return False


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def _output(value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    return f"has {len(value)} characters, over {MAX_OUTPUT}" if len(value) > MAX_OUTPUT else None


def _number(value: Any) -> str | None:
    return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "must be a number"


def _seconds(value: Any) -> str | None:
    return _number(value) or ("must not be negative" if value < 0 else None)


def _number_or_text(value: Any) -> str | None:
    return None if isinstance(value, str) or _number(value) is None else "must be a number or a string"


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else "must be an object"


def _list(value: Any) -> str | None:
    return None if isinstance(value, list) else "must be a list"


def _texts(value: Any) -> str | None:
    return None if isinstance(value, list) and all(isinstance(tag, str) for tag in value) else "must be strings"


def _one_of(words: tuple[str, ...]) -> _Rule:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


_TOP: dict[str, _Rule] = {
    "score": _number,
    "execution_time": _seconds,
    "output": _output,
    "output_format": _one_of(FORMATS),
    "test_output_format": _one_of(FORMATS),
    "test_name_format": _one_of(FORMATS),
    "visibility": _one_of(VISIBILITIES),
    "stdout_visibility": _one_of(VISIBILITIES),
    "extra_data": _object,
    "tests": _list,
    "leaderboard": _list,
}

_TEST: dict[str, _Rule] = {
    "score": _number,
    "max_score": _number,
    "status": _one_of(STATUSES),
    "name": _text,
    "name_format": _one_of(FORMATS),
    "number": _text,
    "output": _output,
    "output_format": _one_of(FORMATS),
    "tags": _texts,
    "visibility": _one_of(VISIBILITIES),
    "extra_data": _object,
}

_LEADERBOARD: dict[str, _Rule] = {"name": _text, "value": _number_or_text, "order": _one_of(ORDERS)}
