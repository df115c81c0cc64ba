"""An assignment's handout as the page that a student sees: Markdown and formulas rendered as Jupyter renders them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.gradescope.atomic import replace_file

# Jupyter sets the text of tables to the right, which suits numbers only.
LEFT = "<style>.rendered_html :is(th, td) { text-align: left; }</style>"


def render_handout(assignment: Assignment, output: Path) -> None:
    """Write handout.md as one HTML page. Its formulas are drawn by MathJax, which the reader's browser fetches.

    Raises AssignmentError when there is no handout, OSError when the page cannot be written.
    """
    import nbconvert
    import nbformat

    path = assignment.folder / "handout.md"
    if not path.is_file():
        raise AssignmentError(f"{assignment.folder} has no handout.md.")
    v4: Any = nbformat.v4  # its functions carry no types
    cell = v4.new_markdown_cell(path.read_text(encoding="utf-8"))
    notebook = v4.new_notebook(cells=[cell], metadata={"title": assignment.title})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of nbconvert's own dependencies; none of them changes the page
        exporter: Any = nbconvert.HTMLExporter  # nor do its
        page, _ = exporter(template_name="classic").from_notebook_node(notebook)
    # In a table MathJax would break a formula into a column of its own.
    page = page.replace("automatic: true", "automatic: false")
    replace_file(output, page.replace("</head>", f"{LEFT}</head>", 1).encode("utf-8"))
