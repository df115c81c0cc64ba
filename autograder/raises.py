"""Does the student's code refuse what it should? By an exception of its own, whose message says where."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from autograder.errors import StudentError, WrongAnswer


def assert_raises(call: Callable[[], Any], why: str, names: Sequence[Collection[str]] = (), kind: str = "") -> str:
    """What this call raises, "ValueError: no such node". WrongAnswer where none is raised, or it does not say where.

    why: a sentence that says why one is due, "There is a cycle."; in a hidden check it must give no input away. names:
    the message must hold a name of each of these groups. kind: the class it must be of, "ValueError"; else any will do.
    Whatever is no exception of the student's own is passed on: time that is up, a function that is not there, or not
    filled in yet.
    """
    try:
        call()
    except StudentError as error:
        if error.raised is None or error.raised.kind == "NotImplementedError" or kind not in ("", error.raised.kind):
            raise
        said = f"{error.raised.kind}: {error.raised.text}" if error.raised.text.strip() else error.raised.kind
    else:
        due = "an exception" if not kind else f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"
        words = f"{why} That should raise {due}, and none came."
        raise WrongAnswer(words, words)
    for group in names:
        if not any(is_named(name, said) for name in group):
            found = f"{why} An exception is raised, as it should be, but its message"
            wanted = " or ".join(sorted(group))
            raise WrongAnswer(f"{found} should name {wanted}; it says: {said}", f"{found} does not say where.")
    return said


def is_named(name: str, text: str) -> bool:
    """Whether this name stands in a text, as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
