"""The validator takes a good results.json and refuses a bad one for each of Gradescope's rules."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from autograder.gradescope.contract import MAX_OUTPUT, validate

GOOD: dict[str, Any] = {
    "score": 3,
    "execution_time": 1.25,
    "output": "two cells were passed over",
    "output_format": "text",
    "test_output_format": "text",
    "test_name_format": "text",
    "visibility": "visible",
    "stdout_visibility": "hidden",
    "extra_data": {"checks": {"a": "passed", "b": "failed"}, "sandbox": {"layers": ["seccomp", None, True]}},
    "tests": [
        {
            "score": 3,
            "max_score": 3,
            "status": "passed",
            "name": "z = x + y",
            "name_format": "text",
            "number": "1.1",
            "output": "∂z/∂x\n\tis right",
            "output_format": "text",
            "tags": ["gates"],
            "visibility": "after_published",
            "extra_data": {"check": "a"},
        },
        {"score": 0.0, "max_score": 2, "status": "failed", "extra_data": {"check": "b"}},
    ],
    "leaderboard": [{"name": "loss", "value": 0.5, "order": "asc"}, {"name": "team", "value": "x"}],
}


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The good file with one value put at a place."""
    data = copy.deepcopy(GOOD)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def without(*path: Any) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return data


def test_a_good_file_breaks_no_rule() -> None:
    assert validate(GOOD) == []
    assert validate(GOOD, ["a", "b"]) == []
    assert validate({"score": 0}) == []
    assert validate({"tests": [{"score": 1}]}) == []
    assert validate(json.loads(json.dumps(GOOD))) == []


BAD = {
    "the root is no object": ([GOOD], "root must be an object"),
    "the root is null": (None, "root must be an object"),
    "there is neither a score nor a test": ({"tests": [], "output_format": "text"}, "a score or a test"),
    "there is a top-level max_score": (changed(("max_score",), 5), "max_score is not a key"),
    "a test has an unknown key": (changed(("tests", 0, "points"), 5), "points is not a key"),
    "the leaderboard has an unknown key": (changed(("leaderboard", 0, "unit"), "s"), "unit is not a key"),
    "the score is NaN": (changed(("score",), float("nan")), "finite"),
    "a score is infinite": (changed(("tests", 0, "score"), float("inf")), "finite"),
    "a score is over every double": (changed(("tests", 0, "score"), 10**400), "finite"),
    "extra_data holds an infinity": (changed(("extra_data", "deep"), [{"x": float("-inf")}]), "finite"),
    "the score is a string": (changed(("score",), "3"), "score must be a number"),
    "the score is a truth value": (changed(("score",), True), "score must be a number"),
    "the score is null": (changed(("score",), None), "score must be a number"),
    "a max_score is a string": (changed(("tests", 0, "max_score"), "3"), "max_score must be a number"),
    "the time is a string": (changed(("execution_time",), "1 s"), "execution_time must be a number"),
    "the time is negative": (changed(("execution_time",), -1), "execution_time must not be negative"),
    "the output is a list": (changed(("output",), ["a"]), "output must be a string"),
    "a test's output is null": (changed(("tests", 0, "output"), None), "output must be a string"),
    "the output is too long": (changed(("output",), "x" * (MAX_OUTPUT + 1)), "10001 characters"),
    "a test's output is too long": (changed(("tests", 0, "output"), "x" * (MAX_OUTPUT + 1)), "10001 characters"),
    "the output's format is left to the default": (without("output_format"), "no output_format"),
    "an output format is unknown": (changed(("output_format",), "markdown"), "output_format must be one of"),
    "the tests' output format is unknown": (changed(("test_output_format",), ""), "test_output_format must be one"),
    "the tests' name format is unknown": (changed(("test_name_format",), []), "test_name_format must be one of"),
    "a test's format is unknown": (changed(("tests", 0, "output_format"), "TEXT"), "output_format must be one of"),
    "a name's format is unknown": (changed(("tests", 0, "name_format"), "rst"), "name_format must be one of"),
    "the visibility is unknown": (changed(("visibility",), "public"), "visibility must be one of"),
    "stdout's visibility is unknown": (changed(("stdout_visibility",), None), "stdout_visibility must be one of"),
    "a test's visibility is unknown": (changed(("tests", 0, "visibility"), "shown"), "visibility must be one of"),
    "a status is one of ours": (changed(("tests", 0, "status"), "crashed"), "status must be one of"),
    "a name is a number": (changed(("tests", 0, "name"), 1), "name must be a string"),
    "a number is a number": (changed(("tests", 0, "number"), 1.1), "number must be a string"),
    "tags are a string": (changed(("tests", 0, "tags"), "gates"), "tags must be strings"),
    "a tag is a number": (changed(("tests", 0, "tags"), [1]), "tags must be strings"),
    "extra_data is a list": (changed(("extra_data",), []), "extra_data must be an object"),
    "a test's extra_data is a string": (changed(("tests", 0, "extra_data"), "a"), "extra_data must be an object"),
    "tests is an object": (changed(("tests",), {"a": 1}), "tests must be a list"),
    "a test is a string": (changed(("tests", 0), "a"), "must be an object"),
    "the leaderboard is an object": (changed(("leaderboard",), {}), "leaderboard must be a list"),
    "a leaderboard entry is a number": (changed(("leaderboard", 0), 1), "must be an object"),
    "a leaderboard entry has no name": (without("leaderboard", 0, "name"), "name is missing"),
    "a leaderboard entry has no value": (without("leaderboard", 0, "value"), "value is missing"),
    "a leaderboard value is null": (changed(("leaderboard", 0, "value"), None), "value must be a number or a string"),
    "a leaderboard order is unknown": (changed(("leaderboard", 0, "order"), "up"), "order must be one of"),
    "a string holds a lone surrogate": (changed(("tests", 0, "output"), "a\ud800"), "U+D800"),
    "a string holds a NUL": (changed(("output",), "a\x00"), "U+0000"),
    "a string holds an escape": (changed(("tests", 0, "name"), "\x1b[31m"), "U+001B"),
    "a string holds a bidi override": (changed(("tests", 0, "tags"), ["\u202e"]), "U+202E"),
    "a string holds a zero-width space": (changed(("leaderboard", 0, "name"), "a\u200bb"), "U+200B"),
    "a key holds a NUL": (changed(("extra_data", "a\x00"), 1), "U+0000"),
    "a key is a number": (changed(("extra_data", 1), 1), "is no string"),
    "a value is no JSON": (changed(("extra_data", "x"), {1, 2}), "set is no JSON"),
    "a declared check is missing": (without("tests", 1), "'b' stands 0 times"),
    "a declared check stands twice": (changed(("tests", 1, "extra_data"), {"check": "a"}), "'a' stands 2 times"),
    "a check was never declared": (changed(("extra_data", "checks"), {"a": "passed"}), "'b' was never declared"),
    "a test says of no check": (without("tests", 1, "extra_data"), "'b' stands 0 times"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_file_is_refused_because(why: str) -> None:
    data, words = BAD[why]
    assert words in " ".join(validate(data))


def test_the_names_of_the_checks_can_be_given() -> None:
    assert "'c' stands 0 times" in " ".join(validate(GOOD, ["a", "b", "c"]))
    assert "'b' was never declared" in " ".join(validate(GOOD, ["a"]))
