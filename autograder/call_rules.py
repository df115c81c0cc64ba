"""The edits of a call: another axis, a mean for a sum, a function that is not applied, arguments that are swapped."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.snippets import EPSILONS, TINY, Edit, name_of, parsed, said, text, with_arguments

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


def of_call(node: ast.Call) -> Iterator[Edit]:
    """What a person might have written in the place of this call."""
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return  # f(*args): an argument that is no expression of its own
    name = name_of(node)
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
        yield Edit("branch", "the two cases are the wrong way round", with_arguments(node, condition, no, yes))
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
            yield Edit("applied twice", f"{name} is applied twice", with_arguments(node, node))
    inner = node.args[0] if len(node.args) == 1 else None
    if name == "sqrt" and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add):
        outside = ast.BinOp(with_arguments(node, inner.left), ast.Add(), inner.right)
        yield Edit("epsilon", f"{said(inner.right, 'a number')} stands outside of the square root", outside)
    if name in ("sqrt", "log") and len(node.args) == 1:
        for epsilon in EPSILONS:
            inside = with_arguments(node, ast.BinOp(node.args[0], ast.Add(), ast.Constant(epsilon)))
            yield Edit(TINY, f"a small number, {epsilon:g}, is added inside of {name}", inside)
    if name == "sum" and len(node.args) == 1 and not node.keywords and _is_square(node.args[0]):
        norm = parsed(f"np.linalg.norm({ast.unparse(node.args[0].left)})")  # type: ignore[attr-defined]  # a BinOp
        yield Edit("power", "the norm is not squared", norm)
    if isinstance(node.func, ast.Attribute) and name in ("sum", "mean", "max") and not _is_numpy(node.func.value):
        yield Edit("missing function", f"{name} is not applied", node.func.value)
    if name in _SLOPES and len(node.args) == 1:
        slope = _SLOPES[name].format(f=ast.unparse(node.func), x=ast.unparse(node.args[0]))
        yield Edit("derivative", f"the derivative stands where {name} itself belongs", parsed(slope))
    if len(node.args) >= 2 and name not in ("where", "maximum", "minimum", "at", "append"):
        first, second, *rest = node.args
        label = f"two arguments of {name} are swapped"
        yield Edit("swapped arguments", label, with_arguments(node, second, first, *rest))
    if name == "append" and len(node.args) == 2:
        yield Edit("order", "an entry is put at the wrong end", with_arguments(node, *node.args[::-1]))
    if name == "clip" and len(node.args) == 3:
        x, low, high = node.args
        lower, upper = ast.Call(parsed("np.maximum"), [x, low], []), ast.Call(parsed("np.minimum"), [x, high], [])
        yield Edit("missing function", "it is cut off on one side only", lower)
        yield Edit("missing function", "it is cut off on one side only", upper)


def _with(node: ast.Call, place: int, value: int | None) -> ast.Call:
    keywords = [*node.keywords]
    keywords[place] = ast.keyword(keywords[place].arg, parsed(str(value)))
    return ast.Call(node.func, node.args, keywords)


def _without(node: ast.Call, place: int) -> ast.Call:
    return ast.Call(node.func, node.args, [*node.keywords[:place], *node.keywords[place + 1 :]])


def _renamed(node: ast.Call, name: str) -> ast.Call:
    func = node.func
    renamed = ast.Attribute(func.value, name, ast.Load()) if isinstance(func, ast.Attribute) else None
    return ast.Call(renamed or ast.Name(name, ast.Load()), node.args, node.keywords)


def _is_square(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and text(node.right) == "2"


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"
