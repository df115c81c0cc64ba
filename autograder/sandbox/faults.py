"""What went wrong in the student's code, as plain data: where, of which class, and a hint for the common causes."""

from __future__ import annotations

import builtins
import linecache
import os
import re
from collections.abc import Sequence
from typing import Any

MAX_FRAMES = 20  # of a recursion without end the last ones say enough
MAX_MESSAGE = 500
MAX_LINE = 200


def frames(exception: BaseException, pieces: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    """(name, line) of each frame in the student's own code, the innermost last.

    The student's own are the pieces, by their names, and the files below the working folder, by their relative paths.
    """
    found = []
    traceback = exception.__traceback__
    while traceback is not None:
        if own := _own_file(traceback.tb_frame.f_code.co_filename, pieces):
            found.append((own, traceback.tb_lineno or 0))
        traceback = traceback.tb_next
    return found[-MAX_FRAMES:]


def inside(file: Any, folder: str) -> str | None:
    """The path of one of the student's own files relative to their folder; None for any other file."""
    if not isinstance(file, str) or not os.path.isabs(file) or f"{os.sep}site-packages{os.sep}" in file:
        return None
    relative = os.path.relpath(file, folder)
    return None if relative.startswith(os.pardir) else relative


def _own_file(file: Any, pieces: Sequence[tuple[str, str]]) -> str | None:
    return file if any(file == name for name, _ in pieces) else inside(file, os.getcwd())


def record(exception: BaseException, piece: str, pieces: Sequence[tuple[str, str]], line: int = 0) -> dict[str, Any]:
    """An exception while ``piece`` was loaded, ready for JSON.

    piece, line, column, text: where; the column, from 1, only where the source does not parse. type, builtin,
    message: the exception. hint: a sentence, or None. ``line`` is where it happened if the traceback does not say.
    """
    column = None
    unparsed = _own_file(exception.filename, pieces) if isinstance(exception, SyntaxError) else None
    if isinstance(exception, SyntaxError) and unparsed:
        piece, line, column = unparsed, exception.lineno or 1, exception.offset
    elif places := frames(exception, pieces):
        piece, line = places[-1]
    return {
        "piece": piece,
        "line": line,
        "column": column,
        "type": str(type(exception).__name__)[:100],
        "builtin": getattr(builtins, type(exception).__name__, None) is type(exception),
        "message": message_of(exception),
        "text": linecache.getline(piece, line).strip()[:MAX_LINE] if line else "",
        "hint": hint(exception),
    }


def message_of(exception: BaseException) -> str:
    try:
        text = exception.msg if isinstance(exception, SyntaxError) else str(exception)
        return str(text)[:MAX_MESSAGE]
    except BaseException:  # a student's own __str__ may raise anything
        return ""


def hint(exception: BaseException) -> str | None:
    """A sentence that a TA would say at once, or None."""
    message = message_of(exception)
    if isinstance(exception, SyntaxError) and exception.text:
        message = f"{message} | {exception.text}"
    for kind, pattern, advice in _HINTS:
        if isinstance(exception, kind) and re.search(pattern, message):
            return advice
    return None


_PYTHON_2 = "This looks like Python 2; it is graded by Python 3."
_HINTS: tuple[tuple[type[BaseException], str, str], ...] = (
    (TabError, "", "The file mixes tabs and spaces; let your editor turn the tabs into spaces."),
    (SyntaxError, r"in call to 'print'|^[^|]*\| *print [^(=]", f"{_PYTHON_2} There print needs brackets: print(x)."),
    (SyntaxError, r"in call to 'exec'", f"{_PYTHON_2} There exec needs brackets: exec(code)."),
    (SyntaxError, r"multiple exception types", f"{_PYTHON_2} There it is: except Error as e."),
    (SyntaxError, r"\| *raise \w+ *,", f"{_PYTHON_2} There it is: raise Error('message')."),
    (SyntaxError, r"\|.*<>", f"{_PYTHON_2} There 'not equal' is !=."),
    (SyntaxError, r"leading zeros in decimal", f"{_PYTHON_2} There an octal number is 0o17."),
    (SyntaxError, r"invalid decimal literal \|.*\d[lL]\b", f"{_PYTHON_2} There long numbers have no L."),
    (SyntaxError, r"\|.*`", f"{_PYTHON_2} There backquotes are repr(x)."),
    (SyntaxError, r"\| *(<<<<<<<|=======|>>>>>>>)", "A merge was left unfinished: remove its markers."),
    (SyntaxError, r"null byte", "The source holds NUL bytes: it was damaged on its way."),
    (NameError, r"'xrange'", f"{_PYTHON_2} There xrange is called range."),
    (NameError, r"'raw_input'", f"{_PYTHON_2} There raw_input is called input."),
    (NameError, r"'unicode'|'basestring'", f"{_PYTHON_2} There every string is a str."),
    (NameError, r"'long'", f"{_PYTHON_2} There every whole number is an int."),
    (NameError, r"'reduce'", f"{_PYTHON_2} There reduce is imported from functools."),
    (NameError, r"'(cmp|reload|unichr|execfile|file)'", f"{_PYTHON_2} That name is gone in Python 3."),
    (
        AttributeError,
        r"'dict' object has no attribute '(iter\w+|has_key)'",
        f"{_PYTHON_2} That method of dict is gone.",
    ),
    (TypeError, r">>: 'builtin_function_or_method'", f"{_PYTHON_2} There it is: print(x, file=f)."),
    (EOFError, r"", "Nobody answers input() while your work is graded; put it below if __name__ == '__main__':."),
    (SystemExit, r"", "The file ends the program while it is loaded; put exit() below if __name__ == '__main__':."),
)
