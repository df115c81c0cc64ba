"""What the student reads when no value came: where it stopped, why, and what to try; without blame.

Each function gives a StudentError with two texts. The full one may quote the student's code and its own words; the
sealed one, for hidden checks, says only what cannot carry an input.
"""

from __future__ import annotations

import builtins
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.clean import clean, clean_line
from autograder.errors import Raised, StudentError
from autograder.sandbox.link import Call

if TYPE_CHECKING:  # not where students check their own work: Windows has no sandbox
    from autograder.evidence import Crash
    from autograder.sandbox.session import Ending
    from autograder.submission import Submission

MAX_CALLS = 4  # of one object that a message tells
SMALL = 8  # entries of an array that are shown as numbers; a larger one is shown by its shape

_SIGNALS = {
    "SIGSEGV": "a segmentation fault, which is memory that is not there, often by endless recursion",
    "SIGXCPU": "it used up its computing time: is there a loop that never ends?",
    "SIGKILL": "the system stopped it, most likely because it took too much memory",
    "SIGABRT": "it gave itself up (abort)",
    "SIGFPE": "an integer division that the processor cannot do",
}


def call_text(call: Call) -> str:
    """The call as a student would type it, long arrays by their shapes."""
    args = [value_text(value) for value in call.args]
    args += [f"{name}={value_text(value)}" for name, value in call.kwargs]
    return f"{call.title}({', '.join(args)})"


def calls_text(calls: Sequence[Call]) -> str:
    """The last call in a sentence, with what was asked of the same object before; nothing if there was no call."""
    if not calls:
        return ""
    last = calls[-1]
    if last.on is None:
        return f"The call was {call_text(last)}."
    same = [call_text(call) for call in calls if call.on == last.on and not call.read]
    return (
        f"The calls were {', then '.join(same)}." if 1 < len(same) <= MAX_CALLS else f"The call was {call_text(last)}."
    )


def value_text(value: Any) -> str:
    """A value in one short line."""
    if isinstance(value, np.ndarray):
        if value.size <= SMALL:
            return _nested(value.tolist())
        return f"<array of shape {value.shape}>"
    if isinstance(value, (np.generic, float)):
        return _nested(value.item() if isinstance(value, np.generic) else value)
    if callable(value):
        return clean_line(getattr(value, "__name__", "function"), 40)
    if isinstance(value, np.random.Generator):
        return "rng"
    return clean_line(repr(value), 80)


def _nested(value: Any) -> str:
    """A number, or lists of numbers, without needless digits."""
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return f"{value:.10g}" if isinstance(value, (float, complex)) else str(value)


def out_of_time(calls: Sequence[Call], seconds: float, *, shortened: bool) -> StudentError:
    """The deadline passed. ``shortened``: because the check or the submission had no more left."""
    what = "Loading your file" if not calls else f"{calls[0].title}" + (f", {len(calls)} calls," if calls[1:] else "")
    limit = "what was left of the time for this check" if shortened else f"{seconds:g} s"
    advice = (
        "Does it train or wait at the top level? Put that under if __name__ == '__main__':"
        if not calls
        else "Is there a loop that never ends, or one that numpy could do in one step?"
    )
    return StudentError(f"{what} did not finish within {limit}. {advice}", crash=_crash("out of time", calls))


def ended(calls: Sequence[Call], ending: Ending) -> StudentError:
    """The worker's process ended by itself. With a hidden input, how it ended could say what the input was."""
    where = f"In {calls[0].title} your" if calls else "While your file was being loaded, your"
    crash = _crash("ended by the system" if ending.signal is not None else "ended by itself", calls)
    if ending.signal is not None:
        name = signal.Signals(ending.signal).name if ending.signal in set(signal.Signals) else str(ending.signal)
        why = _SIGNALS.get(name, "")
        words = f"{where} program was ended by {name}" + (f": {why}." if why else ".")
        return StudentError(words, f"{where} program was ended by the system." if calls else words, crash=crash)
    words = f"{where} program ended itself with exit code {ending.code}: is there an exit() in it?"
    return StudentError(
        words, f"{where} program ended itself: is there an exit() in it?" if calls else words, crash=crash
    )


def not_an_answer(calls: Sequence[Call]) -> StudentError:
    """Something came back that no honest worker sends."""
    what = f"calling {calls[0].title}" if calls else "loading your file"
    return StudentError(
        f"What came back from {what} was not an answer that can be read.", crash=_crash("no readable answer", calls)
    )


def unsteady(title: str) -> str:
    """A function answered the same question in two ways."""
    return (
        f"{title} gives another answer when it is called a second time with the same arguments. "
        "Does it keep something from the call before, or draw random numbers?"
    )


def load_failed(report: dict[str, Any], submission: Submission) -> StudentError | None:
    """Why the submission could not be loaded, if it could not. Nothing hidden has been sent to it at that time."""
    if not report.get("fatal"):
        return None
    errors = report.get("errors")
    error = errors[-1] if isinstance(errors, list) and errors and isinstance(errors[-1], dict) else {}
    place = _place([[error.get("piece"), error.get("line")]], submission)
    column = error.get("column")
    if type(column) is int and 0 < column < 10_000:
        place = place.replace(":\n", f", column {column}:\n", 1)
    text = _exception_text(error)
    if error.get("type") == "SystemExit":
        text = "it ends the program."
    hint = error.get("hint")
    advice = f"\n{clean_line(hint)}" if isinstance(hint, str) else ""
    crash = _crash("could not be loaded", (), error, submission, [[error.get("piece"), error.get("line")]])
    return StudentError(f"Your file {submission.file} could not be loaded: {text}{place}{advice}", crash=crash)


def call_failed(error: dict[str, Any], call: Call, submission: Submission, others: Sequence[str] = ()) -> StudentError:
    """Why a call gave no value, from the worker's description of it. others: names that may have been meant."""
    kind, title = error.get("kind"), call.title
    if kind == "missing":
        if call.on is not None:
            return StudentError(f"There is no {title} in your {submission.file}.", crash=_crash("missing", [call]))
        import difflib

        close = difflib.get_close_matches(title, others, n=1, cutoff=0.75)
        guess = f" It has {clean_line(close[0], 60)}: is that the one?" if close else ""
        return StudentError(f"Your {submission.file} has no {title}.{guess}", crash=_crash("missing", [call]))
    if kind == "not_callable":
        words = f"{title} in your {submission.file} is not a function that can be called."
        return StudentError(words, crash=_crash("no function", [call]))
    if kind == "signature":
        count = len(call.args) + len(call.kwargs)
        sealed = f"{title} cannot be called with {count} argument{'s' * (count != 1)}, as the handout has it."
        full = f"{sealed} Yours is {call.name}{clean_line(str(error.get('signature', '')))}."
        return StudentError(full, sealed, crash=_crash("other arguments than the handout's", [call]))
    if kind == "too_large":
        sealed = f"{title} returned something that is too large to be an answer."
        full = f"{sealed} ({clean_line(str(error.get('message', '')))})"
        return StudentError(full, sealed, crash=_crash("too large an answer", [call]))
    place = _place(error.get("lines"), submission)
    if error.get("type") == "SystemExit":
        words = f"{title} ended the program instead of returning a value: is there an exit() in it?{place}"
        return StudentError(words, crash=_crash("ended by itself", [call]))
    if error.get("type") == "NotImplementedError" and not error.get("message"):
        return StudentError(f"{title} is not filled in yet.{place}", crash=_crash("not filled in", [call]))
    full = f"{call_text(call)} raised {_exception_text(error)}{place}"
    crash = _crash("raised", [call], error, submission, error.get("lines"))
    raised = Raised(str(error.get("type", "")), clean(str(error.get("message", "")), 500))
    return StudentError(full, f"{title} raised {_class_name(error)}.{place}", raised, crash=crash)


def _crash(
    kind: str,
    calls: Sequence[Call],
    error: dict[str, Any] | None = None,
    submission: Submission | None = None,
    lines: Any = None,
) -> Crash:
    """The same in parts, for staff."""
    from autograder.evidence import Crash  # only here: most code does not crash

    exception = clean_line(str((error or {}).get("type", "")), 60)
    found = _innermost(lines, submission) if submission is not None else None
    return Crash(kind, calls[0].title if calls else "", exception, found[2] if found else "")


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
    """The innermost line of the student's own files, as a message shows it."""
    found = _innermost(lines, submission)
    return f"\n  in {found[0]}, line {found[1]}:\n    {found[2]}" if found else ""


def _innermost(lines: Any, submission: Submission) -> tuple[str, int, str] | None:
    """That line with its file and number, quoted from what was handed in, not from what the worker says."""
    if not isinstance(lines, list):
        return None
    for entry in reversed(lines):
        if not isinstance(entry, list) or len(entry) != 2 or type(entry[1]) is not int:
            continue
        name, number = entry
        source = _source(name, submission)
        if 1 <= number <= len(source):
            return clean_line(name, 80), number, clean_line(source[number - 1], 160)
    return None


def _source(name: Any, submission: Submission) -> list[str]:
    """The lines of a piece, or of a sibling module in the private copy; none for anything else."""
    for piece in submission.pieces:
        if piece.name == name:
            return piece.source.splitlines()
    path = submission.folder / name if isinstance(name, str) and "\0" not in name else submission.folder
    inside = path.resolve().is_relative_to(submission.folder.resolve())
    return path.read_bytes().decode(errors="replace").splitlines() if inside and path.is_file() else []
