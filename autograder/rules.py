"""The edits that make a mutant: for each kind of expression or statement, what people write in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# Simplest first: of two mutants that give the same values the earlier kind names the mistake.
KINDS = (
    *("sign", "missing division", "missing factor", "missing term", "missing transpose", "axis", "sum or mean"),
    *("accumulation", "power", "missing function", "missing step", "comparison", "order", "swapped arguments"),
    *("branch", "keepdims", "operator", "function", "epsilon", "tiny", "constant", "wrong variable", "kept value"),
    *("derivative", "applied twice", "reshape"),
)
EPSILONS = (1e-8, 1e-12, 1e-10, 1e-7, 1e-6, 1e-5, 1e-9)  # in the order of how often people write them
# A small number too much: as far from right as it is small, so a certificate does not ask for it.
TINY = "tiny"
LONGEST = 24  # characters of code that a label quotes; longer parts would be the solution

_SWAPS = {"sum": "mean", "mean": "sum", "maximum": "minimum", "minimum": "maximum", "std": "var", "var": "std"}
_SWAPS |= {"argmax": "argmin", "argmin": "argmax", "max": "min", "min": "max", "zeros_like": "ones_like"}
_SWAPS |= {"log": "log10", "ones": "zeros", "abs": "square", "less": "greater", "greater": "less", "sin": "cos"}
_SWAPS |= {"greater_equal": "less_equal", "less_equal": "greater_equal", "uniform": "normal", "normal": "uniform"}
_SLOPES = {
    "tanh": "1 - {f}({x}) ** 2",
    "sigmoid": "{f}({x}) * (1 - {f}({x}))",
    "log": "1 / ({x})",
    "sin": "np.cos({x})",
}
_MEANS = {"sum": "a mean is taken where a sum belongs", "mean": "a sum is taken where a mean belongs"}
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}


@dataclass(frozen=True)
class Edit:
    """What to put in the place of a node."""

    kind: str
    label: str
    node: ast.AST


def edits_of(node: ast.AST, function: ast.FunctionDef) -> Iterator[Edit]:
    """What a person might have written in the place of this node of this function."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp):
        yield from _of_sign(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _of_comparison(node)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield Edit("missing transpose", f"{said(node.value, 'a matrix')} is not transposed", node.value)
        flipped = "{m}.reshape({m}.shape[::-1])".format(m=ast.unparse(node.value))
        yield Edit("reshape", "an array is reshaped where it should be transposed", _parsed(flipped))
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
        yield from _of_statement(node, function)
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        yield from _of_variable(node, function)


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
        if isinstance(left, ast.Call) and _name(left) == "sqrt" and len(left.args) == 1:
            inside = _with_args(left, ast.BinOp(left.args[0], ast.Add(), right))
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


def _of_call(node: ast.Call) -> Iterator[Edit]:
    name = _name(node)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            for axis in (0, 1, None):
                if ast.unparse(keyword.value) != str(axis):
                    where = "over everything" if axis is None else f"along axis {axis}"
                    yield Edit("axis", f"{name} runs {where}, the wrong axis", _with(node, place, axis))
        elif keyword.arg == "keepdims":
            yield Edit("keepdims", "an axis of length 1 is left out or left in", _without(node, place))
    if name in _SWAPS:
        label = _MEANS.get(name, f"{_SWAPS[name]} is taken where {name} belongs")
        yield Edit("sum or mean" if name in _MEANS else "function", label, _renamed(node, _SWAPS[name]))
    if name == "where" and len(node.args) == 3:
        condition, yes, no = node.args
        yield Edit("branch", "the two cases are the wrong way round", _with_args(node, condition, no, yes))
        yield Edit("branch", "the same formula is used for both cases", yes)
        yield Edit("branch", "the same formula is used for both cases", no)
    if name in ("maximum", "minimum") and len(node.args) == 2 and text(node.args[1]) == f"-{text(node.args[0])}":
        yield Edit("sign", "the absolute value is not taken", node.args[0])
    elif name in ("maximum", "minimum") and len(node.args) == 2:
        yield Edit("missing function", f"{name} is not taken", node.args[0])
        yield Edit("missing function", f"{name} is not taken", node.args[1])
    if len(node.args) == 1 and name not in ("range", "len", "zeros", "ones", "empty", "arange", "asarray"):
        yield Edit("missing function", f"{name} is not applied", node.args[0])
        if not node.keywords and name.islower():
            yield Edit("applied twice", f"{name} is applied twice", _with_args(node, node))
    if name == "sqrt" and len(node.args) == 1 and isinstance(inner := node.args[0], ast.BinOp):
        if isinstance(inner.op, ast.Add):
            outside = ast.BinOp(_with_args(node, inner.left), ast.Add(), inner.right)
            yield Edit("epsilon", f"{said(inner.right, 'a number')} stands outside of the square root", outside)
    if name in ("sqrt", "log") and len(node.args) == 1:
        for epsilon in EPSILONS:
            inside = _with_args(node, ast.BinOp(node.args[0], ast.Add(), ast.Constant(epsilon)))
            yield Edit(TINY, f"a small number, {epsilon:g}, is added inside of {name}", inside)
    if name == "sum" and len(node.args) == 1 and not node.keywords and _is_square(node.args[0]):
        norm = _parsed(f"np.linalg.norm({ast.unparse(node.args[0].left)})")  # type: ignore[attr-defined]  # a BinOp
        yield Edit("power", "the norm is not squared", norm)
    if isinstance(node.func, ast.Attribute) and name in ("sum", "mean", "max") and not _is_numpy(node.func.value):
        yield Edit("missing function", f"{name} is not applied", node.func.value)
    if name in _SLOPES and len(node.args) == 1:
        slope = _SLOPES[name].format(f=ast.unparse(node.func), x=ast.unparse(node.args[0]))
        yield Edit("derivative", f"the derivative stands where {name} itself belongs", _parsed(slope))
    if len(node.args) >= 2 and name not in ("where", "maximum", "minimum", "at", "append"):
        first, second, *rest = node.args
        label = f"two arguments of {name} are swapped"
        yield Edit("swapped arguments", label, _with_args(node, second, first, *rest))
    if name == "append" and len(node.args) == 2:
        yield Edit("order", "an entry is put at the wrong end", _with_args(node, *node.args[::-1]))
    if name == "clip" and len(node.args) == 3:
        x, low, high = node.args
        lower, upper = ast.Call(_parsed("np.maximum"), [x, low], []), ast.Call(_parsed("np.minimum"), [x, high], [])
        yield Edit("missing function", "it is cut off on one side only", lower)
        yield Edit("missing function", "it is cut off on one side only", upper)


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


def _of_statement(node: ast.stmt, function: ast.FunctionDef) -> Iterator[Edit]:
    if isinstance(node, ast.AugAssign):
        label = f"{said(node.target, 'a sum')} is overwritten where it should add up"
        target = _parsed(ast.unparse(node.target))
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
    given_before = isinstance(node, ast.Assign) and _given_before(node, function)
    if isinstance(node, (ast.AugAssign, ast.Expr)) or given_before:
        what = "a step is left out"
        if isinstance(node, ast.AugAssign):
            verb = {ast.Add: "adding", ast.Sub: "subtracting", ast.Div: "dividing by"}.get(type(node.op), "changing by")
            what = f"{verb} {said(node.value, 'a part')} is left out"
        yield Edit("missing step", what, ast.Pass())


def _of_variable(node: ast.Name | ast.Attribute, function: ast.FunctionDef) -> Iterator[Edit]:
    """Another argument or variable, or another thing that the object keeps."""
    parts = list(ast.walk(function))
    if isinstance(node, ast.Attribute):
        if _is_kept(node):
            kept = {part.attr for part in parts if isinstance(part, ast.Attribute) and _is_kept(part)}
            for name in sorted(kept - {node.attr}):
                label = f"{name} is used where {node.attr} belongs"
                yield Edit("wrong variable", label, _parsed(f"self.{name}"))
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


def said(node: ast.AST, otherwise: str) -> str:
    """A name or a number as it is written; a longer part by its place, it would be the solution."""
    short = text(node)
    return short if isinstance(node, (ast.Name, ast.Attribute, ast.Constant)) and len(short) <= LONGEST else otherwise


def text(node: ast.AST) -> str:
    """Code as a student writes it: without self and np."""
    return ast.unparse(node).replace("self.", "").replace("np.", "")


def returns(function: ast.FunctionDef) -> bool:
    return any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(function))


def _operator(node: ast.BinOp, operator: ast.operator, label: str) -> Edit:
    return Edit("operator", label, ast.BinOp(node.left, operator, node.right))


def _with(node: ast.Call, place: int, value: int | None) -> ast.Call:
    keywords = [*node.keywords]
    keywords[place] = ast.keyword(keywords[place].arg, _parsed(str(value)))
    return ast.Call(node.func, node.args, keywords)


def _without(node: ast.Call, place: int) -> ast.Call:
    return ast.Call(node.func, node.args, [*node.keywords[:place], *node.keywords[place + 1 :]])


def _with_args(node: ast.Call, *args: ast.expr) -> ast.Call:
    return ast.Call(node.func, list(args), node.keywords)


def _renamed(node: ast.Call, name: str) -> ast.Call:
    func = node.func
    renamed = ast.Attribute(func.value, name, ast.Load()) if isinstance(func, ast.Attribute) else None
    return ast.Call(renamed or ast.Name(name, ast.Load()), node.args, node.keywords)


def _negated(node: ast.If) -> ast.If:
    return ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _given_before(node: ast.Assign, function: ast.FunctionDef) -> bool:
    """Whether the name that is set here has a value already: then the line can be left out."""
    names = [argument.arg for argument in function.args.args]
    for part in ast.walk(function):
        if isinstance(part, ast.Assign) and part.lineno < node.lineno:
            names += [target.id for target in part.targets if isinstance(target, ast.Name)]
    return all(not isinstance(target, ast.Name) or target.id in names for target in node.targets)


def _is_kept(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self" and isinstance(node.ctx, ast.Load)


def _is_square(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and text(node.right) == "2"


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"


def _parsed(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body
