"""The starter as a notebook: the handout between its cells, one cell for each definition, the checks at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from autograder.assignment import Assignment
from autograder.starter import Starter

CHECK = "from autograder import check\n\ncheck(globals())"
_WORK = "## Your work\n\nEach cell below is one function or class to fill in. Run a cell after you have changed it."
_AFTER = (
    "## Check your work\n\nThe cell below runs the public checks on what the cells above define, as often as you like. "
    'One question alone: `check(globals(), "1.2")`.'
)


def notebook_of(assignment: Assignment, starter: Starter, handout: str) -> str:
    """The text of the .ipynb file, the same for the same input."""
    constants = "".join(part.text for part in starter.parts if not part.is_code)
    first = f"{starter.imports}\n{constants}".rstrip()
    cells = [_code(first), *map(_markdown, sections(handout)), _markdown(_WORK)]
    cells += [_code(part.text.rstrip()) for part in starter.parts if part.is_code]
    cells += [_markdown(_AFTER), _code(CHECK)]
    for at, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{assignment.name} {at}".encode()).hexdigest()[:8]
    notebook = {
        "cells": [dict(sorted(cell.items())) for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": assignment.title,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def sections(handout: str) -> Iterator[str]:
    """A Markdown text, split before each heading; a # in a block of code is none."""
    section: list[str] = []
    in_code = False
    for line in handout.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        if line.startswith("#") and not in_code and "".join(section).strip():
            yield "\n".join(section).strip()
            section = []
        section.append(line)
    if "".join(section).strip():
        yield "\n".join(section).strip()


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _source(text)}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": _source(text)}


def _source(text: str) -> list[str]:
    return text.splitlines(keepends=True)
