"""The log of wrong answers that nothing explains: an author reads it, and adds the misconception that is missing.

One line of JSON for each: the function, and of every wrong output its name, its shape and a hash of its numbers to six
digits, so that the same mistake of two students has the same line. Nothing that a student wrote is in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.case import Case, Key
from autograder.evidence import Unknown


def log(path: Path, case: Case, keys: Sequence[Key]) -> None:
    """Add these outputs of a case. A log that cannot be written costs nobody a point."""
    outputs = []
    for key in keys:
        got = case.entries[key][0].got
        outputs.append({"name": case.name(key), "shape": list(np.shape(got)), "hash": _hash(got)})
    if outputs:
        line = json.dumps({"function": case.subject, "outputs": outputs}, sort_keys=True)
        with contextlib.suppress(OSError), path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def unknown(case: Case, keys: Sequence[Key], asked: int) -> Unknown:
    """These outputs of a case. asked: how many of its calls the check itself made, the same for whoever errs alike."""
    numbers = [_hash(entry.got) for key in keys for entry in case.entries[key] if entry.at < asked]
    behaviour = hashlib.sha256(" ".join(numbers).encode()).hexdigest()[:12]
    return Unknown(case.subject, tuple(case.name(key) for key in keys), behaviour)


def grouped(path: Path) -> list[tuple[str, int]]:
    """The lines of a log with how often each stands there, the commonest first; none where there is no log."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    return Counter(words for words in map(_in_words, lines) if words).most_common()


def _in_words(line: str) -> str:
    try:
        data: dict[str, Any] = json.loads(line)
        outputs = [f"{one['name']} {tuple(one['shape'])} {one['hash']}" for one in data["outputs"]]
        return f"{data['function']}: {', '.join(outputs)}"
    except (ValueError, LookupError, TypeError):
        return ""  # a line that was cut short


def _hash(value: Any) -> str:
    digits = ",".join(f"{number:.6g}" for number in np.asarray(value).reshape(-1).tolist())
    return hashlib.sha256(digits.encode()).hexdigest()[:12]
