"""Reads the code cells of a notebook of any version, without running or checking anything."""

from __future__ import annotations

import json
import warnings
from typing import Any

from autograder.errors import SubmissionError

NEWEST = 4  # nbformat's newest major version
MOST_CELLS = 10_000  # nbformat takes 8 s for ten times as many, before any deadline runs


def code_cells(text: str, name: str) -> tuple[str, ...]:
    """The source of each code cell in ``text``, an .ipynb file's content, in order; ``name`` is for messages.

    Cell k of the result is the k-th code cell from the top, text cells not counted: what a reader counts along the
    brackets in the margin. Outputs, metadata and everything else is dropped before nbformat sees it, so that a
    damaged picture costs nothing. Raises SubmissionError if it is not JSON (with line and column) or no notebook.
    """
    data = _json(text, name)
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise SubmissionError(f"{name} is not a notebook: it has no cells.")
    major = _version(data)
    if major > NEWEST:
        raise SubmissionError(f"{name} is a notebook of a version newer than can be read here.")
    try:
        bare = _bare(data, major)
        cells = bare["cells"] if "cells" in bare else bare["worksheets"][0]["cells"]
        if len(cells) > MOST_CELLS:
            raise SubmissionError(f"{name} has more than {MOST_CELLS} code cells.")
        return _converted(bare, major)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as exc:
        raise SubmissionError(f"{name} is not a notebook in any form known here.") from exc


def _json(text: str, name: str) -> Any:
    if not text.strip():
        raise SubmissionError(f"{name} is empty.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise SubmissionError(
            f"{name} is not a notebook that can be read: at line {exc.lineno}, column {exc.colno} it stops being"
            f" JSON ({exc.msg}). Was a merge or an edit by hand left unfinished?"
        ) from exc
    except (ValueError, RecursionError) as exc:  # a number of 4,300 digits; nested without end
        raise SubmissionError(f"{name} is not a notebook: its JSON goes beyond what a notebook holds.") from exc


def _version(data: dict[str, Any]) -> int:
    major = data.get("nbformat")
    if isinstance(major, int) and major >= 1:
        return major
    return 4 if "cells" in data else 3


def _bare(data: dict[str, Any], major: int) -> dict[str, Any]:
    """The notebook with nothing in it but what its code cells say, in the layout of its version."""
    sheets = [data] if "cells" in data else data["worksheets"]
    cells = [_bare_cell(cell) for sheet in sheets for cell in sheet["cells"] if cell.get("cell_type") == "code"]
    bare: dict[str, Any] = {"nbformat": major, "nbformat_minor": 0, "metadata": {}}
    if major in (2, 3):
        return {**bare, "worksheets": [{"cells": cells, "metadata": {}}]}
    return {**bare, "cells": cells}


def _bare_cell(cell: dict[str, Any]) -> dict[str, Any]:
    source = next((cell[key] for key in ("source", "input", "code") if key in cell), "")
    if isinstance(source, list):
        source = [line for line in source if isinstance(line, str)]
    elif not isinstance(source, str):
        source = ""
    bare = {"cell_type": "code", "outputs": [], "metadata": {}, "language": "python"}
    return {**bare, "source": source, "input": source, "code": source}


def _converted(data: dict[str, Any], major: int) -> tuple[str, ...]:
    import nbformat.converter  # here, as it takes 0.1 s: more than grading a module does

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the form of a notebook, not about what is in its cells
        node = nbformat.versions[major].to_notebook_json(data, minor=0)
        node = nbformat.converter.convert(node, NEWEST)  # type: ignore[no-untyped-call]  # nbformat has no types there
    return tuple(_clean(cell["source"]) for cell in node["cells"])


def _clean(source: str) -> str:
    """JSON may hold half a surrogate pair, which no encoding takes."""
    text = source.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
