"""A piece of code in the place of another, and how a student is told of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

EPSILONS = (1e-8, 1e-12, 1e-10, 1e-7, 1e-6, 1e-5, 1e-9)  # in the order of how often people write them
# A small number too much: as far from right as it is small, so a certificate does not ask for it.
TINY = "tiny"
LONGEST = 24  # characters of code that a label quotes; longer parts would be the solution


@dataclass(frozen=True)
class Edit:
    """What to put in the place of a node."""

    kind: str
    label: str
    node: ast.AST


def said(node: ast.AST, otherwise: str) -> str:
    """A name or a number as it is written; a longer part by its place, it would be the solution."""
    short = text(node)
    return short if isinstance(node, (ast.Name, ast.Attribute, ast.Constant)) and len(short) <= LONGEST else otherwise


def text(node: ast.AST) -> str:
    """Code as a student writes it: without self and np."""
    return shortened(ast.unparse(node))


def shortened(code: str) -> str:
    """The same of code that is a text already."""
    return code.replace("self.", "").replace("np.", "")


def parsed(code: str) -> ast.expr:
    """The expression that this text is."""
    return ast.parse(code, mode="eval").body


def name_of(node: ast.Call) -> str:
    """The name of the function that is called, without its module or object."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def with_arguments(node: ast.Call, *args: ast.expr) -> ast.Call:
    """The same call with these arguments."""
    return ast.Call(node.func, list(args), node.keywords)
