"""What the student reads when no value came: where it stopped, why, and what to try; without blame.

Each function gives a StudentError with two texts. The full one may quote the student's code and its own words; the
sealed one, for hidden checks, says only what cannot carry an input.
"""

from __future__ import annotations

import builtins
import difflib
import signal
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.clean import clean, clean_line
from autograder.errors import StudentError
from autograder.sandbox.link import Call
from autograder.sandbox.session import Ending
from autograder.submission import Submission

SMALL = 8  # entries of an array that are shown as numbers; a larger one is shown by its shape

_SIGNALS = {
    signal.SIGSEGV: "a segmentation fault: memory was used that is not there, often by endless recursion",
    signal.SIGXCPU: "it used up its computing time: is there a loop that never ends?",
    signal.SIGKILL: "the system stopped it, most likely because it took too much memory",
    signal.SIGABRT: "it gave itself up (abort)",
    signal.SIGFPE: "an integer division that the processor cannot do",
}


def call_text(call: Call) -> str:
    """The call as a student would type it, long arrays by their shapes."""
    args = [value_text(value) for value in call.args]
    args += [f"{name}={value_text(value)}" for name, value in call.kwargs]
    return f"{call.name}({', '.join(args)})"


def value_text(value: Any) -> str:
    """A value in one short line."""
    if isinstance(value, np.ndarray):
        if value.size <= SMALL:
            return np.array2string(value, separator=", ", max_line_width=10_000).replace("\n", "")
        return f"<array of shape {value.shape}>"
    if isinstance(value, np.generic):
        return repr(value.item())
    if callable(value):
        return clean_line(getattr(value, "__name__", "function"), 40)
    return clean_line(repr(value), 80)


def out_of_time(calls: Sequence[Call], seconds: float, *, shortened: bool) -> StudentError:
    """The deadline passed. ``shortened``: because the check or the submission had no more left."""
    what = "Loading your file" if not calls else f"{calls[0].name}" + (f", {len(calls)} calls," if calls[1:] else "")
    limit = "what was left of the time for this check" if shortened else f"{seconds:g} seconds"
    advice = (
        "Does it train or wait at the top level? Put that under if __name__ == '__main__':"
        if not calls
        else "Is there a loop that never ends, or one that numpy could do in one step?"
    )
    return StudentError(f"{what} did not finish within {limit}. {advice}")


def ended(calls: Sequence[Call], ending: Ending) -> StudentError:
    """The worker's process ended by itself."""
    where = f"In {calls[0].name} your" if calls else "While your file was being loaded, your"
    if ending.signal is not None:
        name = signal.Signals(ending.signal).name if ending.signal in set(signal.Signals) else str(ending.signal)
        why = _SIGNALS.get(signal.Signals(ending.signal), "") if name.startswith("SIG") else ""
        return StudentError(f"{where} program was ended by {name}" + (f": {why}." if why else "."))
    return StudentError(f"{where} program ended itself with exit code {ending.code}: is there an exit() in it?")


def not_an_answer(calls: Sequence[Call]) -> StudentError:
    """Something came back that no honest worker sends."""
    what = f"calling {calls[0].name}" if calls else "loading your file"
    return StudentError(f"What came back from {what} was not an answer that can be read.")


def load_failed(report: dict[str, Any], submission: Submission) -> StudentError | None:
    """Why the submission could not be loaded, if it could not. Nothing hidden has been sent to it at that time."""
    if not report.get("fatal"):
        return None
    errors = report.get("errors")
    error = errors[-1] if isinstance(errors, list) and errors and isinstance(errors[-1], dict) else {}
    place = _place([[error.get("piece"), error.get("line")]], submission)
    column = error.get("column")
    if place and type(column) is int and 0 < column < 10_000:
        head, _, source = place.partition("\n")
        place = f"{head}, column {column}" + (f"\n{source}" if source else "")
    text = _exception_text(error)
    hint = error.get("hint")
    advice = f"\n{clean_line(hint)}" if isinstance(hint, str) else ""
    return StudentError(f"Your file {submission.file} could not be loaded: {text}{place}{advice}")


def call_failed(error: dict[str, Any], call: Call, submission: Submission, defined: Sequence[str] = ()) -> StudentError:
    """Why a call gave no value, from the worker's description of it."""
    kind, name = error.get("kind"), call.name
    owner = f"Your {submission.file}" if call.on is None else "The object that your code returned"
    if kind == "missing":
        close = difflib.get_close_matches(name, [entry for entry in defined if isinstance(entry, str)], n=1)
        guess = f" It has {clean_line(close[0], 60)}: is that the one?" if close else ""
        return StudentError(f"{owner} has no {name}.{guess}")
    if kind == "not_callable":
        return StudentError(f"{owner} has something called {name}, but it is not a function that can be called.")
    if kind == "signature":
        count = len(call.args) + len(call.kwargs)
        sealed = f"{name} cannot be called with {count} argument{'s' * (count != 1)}, as the handout has it."
        yours = clean_line(str(error.get("signature", "")))
        return StudentError(f"{sealed} Yours is {name}{yours}.", sealed)
    if kind == "too_large":
        reason = clean_line(str(error.get("message", "")))
        sealed = f"{name} returned something that is too large to be an answer."
        return StudentError(f"{sealed} ({reason})", sealed)
    place = _place(error.get("lines"), submission)
    full = f"{call_text(call)} raised {_exception_text(error)}{place}"
    return StudentError(full, f"{name} raised {_class_name(error)}{place}")


def _exception_text(error: dict[str, Any]) -> str:
    kind, message = clean_line(str(error.get("type", "an error")), 60), clean(str(error.get("message", "")), 500)
    return f"{kind}: {message}" if message.strip() else kind


def _class_name(error: dict[str, Any]) -> str:
    """The class of an exception if it is really a builtin one: any other name could carry a hidden input."""
    kind = getattr(builtins, str(error.get("type", "")), None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
    return "an exception of its own"


def _place(lines: Any, submission: Submission) -> str:
    """The innermost line of the student's own files, quoted from what was handed in, not from what the worker says."""
    if not isinstance(lines, list):
        return ""
    sources = {piece.name: piece.source.splitlines() for piece in submission.pieces}
    for entry in reversed(lines):
        if not isinstance(entry, list) or len(entry) != 2 or type(entry[1]) is not int or entry[0] not in sources:
            continue
        name, number = entry
        source = sources[name]
        if 1 <= number <= len(source):
            return f"\n  in {clean_line(name, 80)}, line {number}:\n    {clean_line(source[number - 1], 160)}"
    return ""
