"""What a worker tells in words, of its load and of its errors, held to the form that an honest worker's account has."""

from __future__ import annotations

from typing import Any

from autograder.sandbox.values import ProtocolError

MAX_WORDS = 4000  # characters of one text; an honest worker cuts them at 2,000
MAX_ENTRIES = 1000  # of one list
MAX_NAME = 255  # of a file: no longer name can be one

_ERROR: dict[str, Any] = {"kind": str, "type": str, "builtin": bool, "message": str, "signature": str, "lines": list}
_FAILURE: dict[str, Any] = {"type": str, "builtin": bool, "message": str, "text": str, "piece": str, "line": int}
_FAILURE |= {"column": (int, type(None)), "hint": (str, type(None))}
_REPORT: dict[str, Any] = {"remarks": list, "errors": list, "fatal": bool, "defined": list}


def error_of(account: Any) -> dict[str, Any]:
    """An error of a call. Of its lines those are kept that can be some of a file's."""
    error = _held(account, _ERROR)
    if "kind" not in error:
        raise ProtocolError("an error of no kind")
    return {**error, "lines": [place for place in error.get("lines", []) if _is_place(place)]}


def report_of(account: Any) -> dict[str, Any]:
    """The loader's report."""
    report = _held(account, _REPORT)
    errors = [_held(error, _FAILURE) for error in report.get("errors", [])]
    for error in errors:
        if not _is_place([error.get("piece"), error.get("line")]):
            error.pop("piece", None)
    if not all(_is_text(text) for key in ("remarks", "defined") for text in report.get(key, [])):
        raise ProtocolError("a report of something else than words")
    return {**report, "errors": errors}


def _held(account: Any, form: dict[str, Any]) -> dict[str, Any]:
    """A copy, if it is a dict of these keys with values of these types, none of them too long."""
    if not isinstance(account, dict) or not account.keys() <= form.keys():
        raise ProtocolError("an account of another form")
    for key, value in account.items():
        if not isinstance(value, form[key]) or (isinstance(value, bool) and form[key] is not bool):
            raise ProtocolError(f"{key} of another type")
        if isinstance(value, str) and not _is_text(value):
            raise ProtocolError(f"{key} is too long")
        if isinstance(value, list) and len(value) > MAX_ENTRIES:
            raise ProtocolError(f"{key} is too long")
    return dict(account)


def _is_text(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= MAX_WORDS


def _is_place(place: Any) -> bool:
    """A file's name and the number of a line in it."""
    if not isinstance(place, list) or len(place) != 2 or type(place[1]) is not int:
        return False
    return isinstance(place[0], str) and len(place[0]) <= MAX_NAME and place[0].isprintable()
