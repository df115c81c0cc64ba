"""The edits that make a mutant: for each kind of expression or statement, what people write in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from autograder.call_rules import of_call
from autograder.snippets import EPSILONS, TINY, Edit, name_of, parsed, said, with_arguments

# Simplest first: of two mutants that give the same values the earlier kind names the mistake.
KINDS = (
    *("sign", "missing division", "missing factor", "missing term", "missing transpose", "axis", "sum or mean"),
    *("accumulation", "power", "missing function", "missing step", "comparison", "order", "swapped arguments"),
    *("branch", "keepdims", "operator", "function", "epsilon", "tiny", "constant", "wrong variable", "kept value"),
    *("derivative", "applied twice", "reshape"),
)

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}


def edits_of(node: ast.AST, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> Iterator[Edit]:
    """What a person might have written in the place of this node of this function. parts: all nodes of the function."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp):
        yield from _of_sign(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _of_comparison(node)
    elif isinstance(node, ast.Call):
        yield from of_call(node)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield Edit("missing transpose", f"{said(node.value, 'a matrix')} is not transposed", node.value)
        flipped = "{m}.reshape({m}.shape[::-1])".format(m=ast.unparse(node.value))
        yield Edit("reshape", "an array is reshaped where it should be transposed", parsed(flipped))
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield from _of_constant(node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Edit("operator", '"and" and "or" are mixed up', ast.BoolOp(other, node.values))
    elif isinstance(node, ast.IfExp):
        yield Edit("branch", "the two cases are the wrong way round", ast.IfExp(node.test, node.orelse, node.body))
    elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield Edit("order", "two values stand in the wrong order", type(node)(node.elts[::-1], node.ctx))
    elif isinstance(node, ast.stmt):
        yield from _of_statement(node, function, parts)
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        yield from _of_variable(node, function, parts)


def _of_operation(node: ast.BinOp) -> Iterator[Edit]:
    left, right = node.left, node.right
    if isinstance(node.op, ast.Mult):
        yield Edit("missing factor", f"{said(left, 'one factor')} is missing as a factor", right)
        yield Edit("missing factor", f"{said(right, 'one factor')} is missing as a factor", left)
        yield _operator(node, ast.Div(), "divides where it should multiply")
        yield _operator(node, ast.Add(), "adds where it should multiply")
    elif isinstance(node.op, ast.Div):
        yield Edit("missing division", f"the division by {said(right, 'the denominator')} is missing", left)
        yield _operator(node, ast.Mult(), "multiplies where it should divide")
        for epsilon in EPSILONS:
            label = f"a small number, {epsilon:g}, is added to a denominator"
            yield Edit(TINY, label, ast.BinOp(left, node.op, ast.BinOp(right, ast.Add(), ast.Constant(epsilon))))
    elif isinstance(node.op, ast.Add):
        yield Edit("missing term", f"{said(right, 'one term')} is missing in a sum", left)
        yield Edit("missing term", f"{said(left, 'one term')} is missing in a sum", right)
        yield Edit("sign", "one term has the wrong sign", ast.BinOp(left, ast.Sub(), right))
        yield Edit("sign", "one term has the wrong sign", ast.BinOp(right, ast.Sub(), left))
        yield _operator(node, ast.Mult(), "multiplies where it should add")
        if isinstance(left, ast.Call) and name_of(left) == "sqrt" and len(left.args) == 1:
            inside = with_arguments(left, ast.BinOp(left.args[0], ast.Add(), right))
            yield Edit("epsilon", f"{said(right, 'a number')} stands inside of the square root", inside)
    elif isinstance(node.op, ast.Sub):
        yield Edit("sign", "the sign of a difference is flipped", ast.BinOp(right, ast.Sub(), left))
        yield Edit("sign", "one term has the wrong sign", ast.BinOp(left, ast.Add(), right))
        yield Edit("missing term", f"{said(right, 'one term')} is missing in a difference", left)
        yield Edit("missing term", f"{said(left, 'one term')} is missing", ast.UnaryOp(ast.USub(), right))
        yield Edit("missing term", f"{said(left, 'one term')} is missing in a difference", right)
    elif isinstance(node.op, ast.Pow):
        yield Edit("power", f"the power of {said(left, 'one part')} is missing", left)
        yield Edit("power", "a square root is taken", ast.BinOp(left, ast.Pow(), ast.Constant(0.5)))
    elif isinstance(node.op, ast.MatMult):
        yield Edit("swapped arguments", "a matrix product is in the wrong order", ast.BinOp(right, node.op, left))
        yield _operator(node, ast.Mult(), "an elementwise product stands where a matrix product belongs")
    elif isinstance(node.op, ast.FloorDiv):
        yield _operator(node, ast.Div(), "divides without rounding down")


def _of_sign(node: ast.UnaryOp) -> Iterator[Edit]:
    if isinstance(node.op, ast.USub):
        yield Edit("sign", "the sign is flipped", node.operand)
    elif isinstance(node.op, ast.Invert):
        yield Edit("comparison", "a mask is the wrong way round", node.operand)
    elif isinstance(node.op, ast.Not):
        yield Edit("comparison", "a condition is the wrong way round", node.operand)


def _of_comparison(node: ast.Compare) -> Iterator[Edit]:
    kind = type(node.ops[0])
    if kind in _COMPARED:
        swapped = ast.Compare(node.left, [_COMPARED[kind]()], node.comparators)
        yield Edit("comparison", "a comparison is the wrong way round", swapped)
    if kind in _EDGES:
        edge = ast.Compare(node.left, [_EDGES[kind]()], node.comparators)
        yield Edit("comparison", "a comparison treats equality wrongly", edge)


def _of_constant(node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield Edit("constant", "a switch is set the wrong way", ast.Constant(not value))
        return
    assert isinstance(value, (int, float))
    others = [0, 1, 2, -1, value + 1, value - 1] if isinstance(value, int) else [0.0, 1.0, 2.0, 0.5, 10 * value]
    others += [0.5] if value == 2 else []
    others += [value / 10, 0.5 * value, 0.9, 0.99, 0.999] if isinstance(value, float) else []
    for other in dict.fromkeys(others):
        if other != value:
            yield Edit("constant", f"{other:g} is used where {value:g} belongs", ast.Constant(other))


def _of_statement(node: ast.stmt, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> Iterator[Edit]:
    if isinstance(node, ast.AugAssign):
        label = f"{said(node.target, 'a sum')} is overwritten where it should add up"
        target = parsed(ast.unparse(node.target))
        store = ast.parse(f"{ast.unparse(target)} = {ast.unparse(node.value)}").body[0]
        yield Edit("accumulation", label, store)
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield Edit("sign", "the sign of a contribution is flipped", ast.AugAssign(node.target, other, node.value))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "np.add.at":
        array, places, values = (ast.unparse(argument) for argument in node.value.args)
        label = "of a repeated index only the last contribution counts"
        yield Edit("accumulation", label, ast.parse(f"{array}[{places}] = {values}").body[0])
    if isinstance(node, ast.If):
        yield Edit("branch", "a condition is the wrong way round", _negated(node))
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        yield from _of_kept(node, function)
    given_before = isinstance(node, ast.Assign) and _given_before(node, function, parts)
    if isinstance(node, (ast.AugAssign, ast.Expr)) or given_before:
        what = "a step is left out"
        if isinstance(node, ast.AugAssign):
            verb = {ast.Add: "adding", ast.Sub: "subtracting", ast.Div: "dividing by"}.get(type(node.op), "changing by")
            what = f"{verb} {said(node.value, 'a part')} is left out"
        yield Edit("missing step", what, ast.Pass())


def _of_variable(node: ast.Name | ast.Attribute, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> Iterator[Edit]:
    """Another argument or variable, or another thing that the object keeps."""
    if isinstance(node, ast.Attribute):
        if _is_kept(node):
            kept = {part.attr for part in parts if isinstance(part, ast.Attribute) and _is_kept(part)}
            for name in sorted(kept - {node.attr}):
                label = f"{name} is used where {node.attr} belongs"
                yield Edit("wrong variable", label, parsed(f"self.{name}"))
        return
    names = dict.fromkeys(argument.arg for argument in (*function.args.args, *function.args.kwonlyargs))
    for argument, default in zip(function.args.args[::-1], function.args.defaults[::-1], strict=False):
        if isinstance(default, ast.Constant) and isinstance(default.value, bool):
            del names[argument.arg]  # nobody takes a switch for a number
    names |= dict.fromkeys(
        part.id
        for part in parts
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.lineno < node.lineno
    )
    names.pop("self", None)
    if node.id in names:
        for name in names:
            if name != node.id:
                yield Edit("wrong variable", f"{name} is used where {node.id} belongs", ast.Name(name, ast.Load()))


def _of_kept(node: ast.Assign | ast.AnnAssign, function: ast.FunctionDef) -> Iterator[Edit]:
    """forward keeps its input where backward needs the output."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if len(targets) == 1 and isinstance(targets[0], ast.Attribute) and ast.unparse(targets[0].value) == "self":
        for argument in function.args.args[1:]:
            if not isinstance(node.value, ast.Name):
                label = f"{argument.arg} is used where {targets[0].attr} belongs"
                kept = ast.Assign([targets[0]], ast.Name(argument.arg, ast.Load()), lineno=node.lineno)
                yield Edit("kept value", label, kept)


def returns(function: ast.FunctionDef) -> bool:
    return any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(function))


def _operator(node: ast.BinOp, operator: ast.operator, label: str) -> Edit:
    return Edit("operator", label, ast.BinOp(node.left, operator, node.right))


def _negated(node: ast.If) -> ast.If:
    return ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _given_before(node: ast.Assign, function: ast.FunctionDef, parts: Sequence[ast.AST]) -> bool:
    """Whether the name that is set here has a value already: then the line can be left out."""
    names = [argument.arg for argument in function.args.args]
    for part in parts:
        if isinstance(part, ast.Assign) and part.lineno < node.lineno:
            names += [target.id for target in part.targets if isinstance(target, ast.Name)]
    return all(not isinstance(target, ast.Name) or target.id in names for target in node.targets)


def _is_kept(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self" and isinstance(node.ctx, ast.Load)
