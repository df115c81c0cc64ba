"""Larger edits than those of rules.py: the order of operations, which entries are meant, where a statistic comes from.

The diagnosis tries them after the one-edit mutants; a certificate does not ask for them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence

from autograder.snippets import Edit, name_of, parsed, said, with_arguments

KINDS = ("accumulation", "index", "power", "function", "axis", "precedence", "wrong source")

_OTHERS = {
    "exp": ("exp2", "expm1", "log"),
    "log": ("log2", "log1p", "exp"),
    "mean": ("median", "max", "min", "std", "var"),
    "std": ("ptp", "mean", "median"),
    "sum": ("max", "min", "prod", "median"),
    "max": ("mean", "sum"),
    "sqrt": ("square", "abs", "cbrt"),
    "abs": ("sqrt", "sign"),
    "sign": ("abs", "tanh"),
    "tanh": ("arctan", "sin", "exp", "sinh"),
}
_REDUCE = ("sum", "mean", "max")
DEPTH = 3  # names that are followed to where they come from


def rewrites_of(node: ast.AST, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> Iterator[Edit]:
    """What a person might have written in the place of this node of this function. parts: all nodes of the function."""
    if isinstance(node, ast.BinOp):
        yield from _of_order(node)
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2":
            label = f"{said(node.left, 'one part')} is doubled where it should be squared"
            yield Edit("power", label, ast.BinOp(ast.Constant(2), ast.Mult(), node.left))
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, (ast.AugAssign, ast.Assign)):
        yield from _of_entries(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _of_source(node, function, parts)


def _of_order(node: ast.BinOp) -> Iterator[Edit]:
    """(a - b) / c for a - b / c, and a * (b - c) for a * b - c: the brackets are lost."""
    label = "brackets are missing, so that the operations come in another order"
    left, right = node.left, node.right
    if isinstance(node.op, (ast.Mult, ast.Div, ast.Pow)) and _is_sum(left):
        inner = ast.BinOp(left.right, node.op, right)  # type: ignore[attr-defined]  # a BinOp, as below
        yield Edit("precedence", label, ast.BinOp(left.left, left.op, inner))  # type: ignore[attr-defined]
    if isinstance(node.op, (ast.Mult, ast.Div)) and _is_sum(right):
        inner = ast.BinOp(left, node.op, right.left)  # type: ignore[attr-defined]
        yield Edit("precedence", label, ast.BinOp(inner, right.op, right.right))  # type: ignore[attr-defined]


def _of_call(node: ast.Call) -> Iterator[Edit]:
    name = name_of(node)
    for other in _OTHERS.get(name, ()):
        yield Edit("function", f"{other} is taken where {name} belongs", _renamed(node, other))
    if len(node.args) == 1 and isinstance(node.args[0], ast.BinOp) and name not in _REDUCE:
        inner = node.args[0]
        words = f"{name} is taken of one part only, and the other comes after it"
        yield Edit("precedence", words, ast.BinOp(with_arguments(node, inner.left), inner.op, inner.right))
        yield Edit("precedence", words, ast.BinOp(inner.left, inner.op, with_arguments(node, inner.right)))
    yield from _of_reduction(node, name)
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    if "axis" in keywords and "keepdims" not in keywords:
        for axis in ("0", "1"):
            if axis != keywords["axis"]:
                kept = [ast.keyword("axis", parsed(axis)), ast.keyword("keepdims", ast.Constant(True))]
                others = [keyword for keyword in node.keywords if keyword.arg != "axis"]
                label = f"{name} runs along axis {axis}, the wrong axis"
                yield Edit("axis", label, ast.Call(node.func, node.args, [*others, *kept]))


def _of_reduction(node: ast.Call, name: str) -> Iterator[Edit]:
    """np.sum(f(x)) for f(np.sum(x)): the order of the two is exchanged."""
    if name not in _REDUCE or len(node.args) != 1 or not isinstance(node.func, ast.Attribute):
        return
    inner, label = node.args[0], f"{name} is taken first, and not of the result"
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
        yield Edit("precedence", label, ast.BinOp(with_arguments(node, inner.left), inner.op, inner.right))
    elif isinstance(inner, ast.Call) and len(inner.args) == 1:
        yield Edit("precedence", label, with_arguments(inner, with_arguments(node, inner.args[0])))
    elif isinstance(inner, ast.Call) and name_of(inner) in ("maximum", "minimum") and len(inner.args) == 2:
        both = [with_arguments(node, argument) if _has_name(argument) else argument for argument in inner.args]
        yield Edit("precedence", label, with_arguments(inner, *both))


def _of_entries(node: ast.AugAssign | ast.Assign) -> Iterator[Edit]:
    """``a[rows, y] -= 1`` that is done to all entries, to whole columns, or that overwrites."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    if not isinstance(target, ast.Subscript):
        return
    array, value = ast.unparse(target.value), ast.unparse(node.value)
    sign = "-" if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub) else ""
    if sign:
        label = f"an entry of {array} is overwritten where it should be changed by {value}"
        yield Edit("accumulation", label, _statement(f"{ast.unparse(target)} = -({value})"))
    change = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}
    does = change.get(type(node.op)) if isinstance(node, ast.AugAssign) else "="
    if does is None:
        return
    all_of = array if does != "=" else f"{array}[...]"
    yield Edit(
        "index", f"it is done to every entry of {array}, not to the chosen ones", _statement(f"{all_of} {does} {value}")
    )
    if isinstance(target.slice, ast.Tuple) and len(target.slice.elts) == 2:
        first, second = map(ast.unparse, target.slice.elts)
        label = f"it is done to whole columns or rows of {array}, not to one entry of each"
        for places in (f":, {second}", f"{first}, :"):
            yield Edit("index", label, _statement(f"{array}[{places}] {does} {value}"))


def _of_source(node: ast.Name, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> Iterator[Edit]:
    """A mean, a deviation ... that is computed from another set than it should be."""
    given = _given_once(parts)
    if node.id not in given:
        return
    origin = _followed(given[node.id], given)
    parameters = [argument.arg for argument in (*function.args.args, *filter(None, [function.args.vararg]))]
    targets = [
        part.target.id for part in parts if isinstance(part, ast.comprehension) and isinstance(part.target, ast.Name)
    ]
    used = {part.id for part in ast.walk(origin) if isinstance(part, ast.Name)}
    for name in parameters:
        for other in dict.fromkeys([*targets, *parameters]):
            if name in used and other != name:
                label = f"{node.id} is computed from {other} where it should be from {name}"
                yield Edit("wrong source", label, _renaming(name, other).visit(copy.deepcopy(origin)))


def _given_once(parts: Sequence[ast.AST]) -> dict[str, ast.expr]:
    found: dict[str, list[ast.expr]] = {}
    for part in parts:
        if isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], ast.Name):
            found.setdefault(part.targets[0].id, []).append(part.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _followed(value: ast.expr, given: dict[str, ast.expr], depth: int = DEPTH) -> ast.expr:
    if depth == 0:
        return value

    class Follow(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:  # the name that ast asks for
            return _followed(given[name.id], given, depth - 1) if name.id in given else name

    followed: ast.expr = Follow().visit(copy.deepcopy(value))
    return followed


def _renaming(name: str, other: str) -> ast.NodeTransformer:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Name(other, node.ctx) if node.id == name else node

    return Rename()


def _renamed(node: ast.Call, name: str) -> ast.Call:
    """np.median(x, axis=0), also where the method x.mean(axis=0) stood."""
    args = node.args
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != "np":
        args = [node.func.value, *args]
    return ast.Call(parsed(f"np.{name}"), args, node.keywords)


def _statement(code: str) -> ast.stmt:
    return ast.parse(code).body[0]


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))


def _has_name(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(node))
