"""The map in reference/README.md: it names every public function of the reference, and nothing that does not exist."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import reference

FOLDER = Path(reference.__file__).parent
ASSIGNMENTS = {
    "gates",
    "computation_graph",
    "matrix_gradients",
    "activations",
    "gradcheck",
    "losses",
    "initialization",
    "optimizers",
    "word_window",
    "vectorization",
}
DOCUMENTS = {"000", "001", "002", "003", "004"}


def table(heading):
    """The rows of the table below a heading of the README, as lists of cells."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def in_the_map():
    return [component.strip().strip("`") for row in table("The map") for component in row[1].split(",")]


def public_names():
    """Every function and class that a module of the reference defines, with its module: "gates.AddGate"."""
    names = set()
    for path in FOLDER.glob("*.py"):
        module = importlib.import_module(f"reference.{path.stem}") if path.stem != "__init__" else reference
        for name, value in vars(module).items():
            defined_here = (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module.__name__
            if defined_here and not name.startswith("_"):
                names.add(f"{path.stem}.{name}")
    return names


def test_every_public_function_is_in_the_map_once_and_every_entry_exists():
    entries = in_the_map()
    assert len(entries) == len(set(entries)) > 100
    assert set(entries) == public_names()


def test_every_row_has_a_topic_an_assignment_and_its_documents():
    rows = table("The map")
    assert all(len(row) == 4 and all(row) for row in rows)
    assert {row[2] for row in rows} == ASSIGNMENTS
    assert (
        {key for row in rows for key in row[3].split(", ")} == DOCUMENTS == {row[0] for row in table("The documents")}
    )


def test_every_public_function_says_what_it_is():
    for entry in in_the_map():
        module, name = entry.split(".")
        component = getattr(importlib.import_module(f"reference.{module}"), name)
        assert inspect.getdoc(component), entry
