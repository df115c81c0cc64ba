"""Automatic differentiation: a Variable remembers how it was made, so that gradients come without further work.

Every operation computes its value and records, for each operand, a function from the upstream to the downstream
gradient: the lecture's gate, written in one line. ``backward`` walks the record in reverse topological order.

Conventions (CS224n lecture 4, "Automatic differentiation"):
- ``x.value`` is an array of floats of any shape, ``x.grad`` has the same shape and is None before the first backward.
- Operands broadcast as numpy's do. What forward copies along an axis, backward sums over that axis.
- At a tie of maximum the left operand takes the whole gradient; relu has slope 0 at 0.
- A plain number or array may stand on either side of an operator; it is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, Union

import numpy as np

Operand: TypeAlias = Union["Variable", np.ndarray, float]
Pullback: TypeAlias = Callable[[np.ndarray], np.ndarray]  # upstream gradient -> downstream gradient of one operand


class Variable:
    """An array in a computation that can be differentiated."""

    __array_ufunc__ = None  # array + Variable is for Variable.__radd__, not for numpy to spread over the elements

    def __init__(self, value: np.ndarray | float, *operands: tuple[Variable, Pullback]) -> None:
        """A float copy of value. ``operands`` is how it was made, and empty for an input."""
        self.value: np.ndarray = np.asanyarray(value) * 1.0
        self.grad: np.ndarray | None = None
        self.operands = operands

    def backward(self, upstream: np.ndarray | float | None = None) -> None:
        """Sets ``grad`` of this Variable and of all that it was computed from; what stood there is replaced.

        upstream: the gradient with respect to this Variable, of its shape; 1 if it is a single number. Raises
        ValueError where the shape is another, or where there is no upstream for more than one number.
        """
        if upstream is None and self.value.size != 1:
            raise ValueError(f"a Variable of shape {self.value.shape} needs an upstream gradient of that shape")
        seed = np.ones_like(self.value) if upstream is None else np.asanyarray(upstream) * 1.0
        if seed.shape != self.value.shape:
            raise ValueError(f"the upstream gradient has shape {seed.shape}, the Variable {self.value.shape}")
        order = _topologically_sorted(self)
        for variable in order:
            variable.grad = np.zeros_like(variable.value)
        self.grad = seed
        for variable in reversed(order):
            assert variable.grad is not None
            for operand, pullback in variable.operands:
                assert operand.grad is not None
                operand.grad = operand.grad + _sum_to_shape(pullback(variable.grad), operand.value.shape)

    # Arithmetic -----------------------------------------------------------------------------------------------------

    def __add__(self, other: Operand) -> Variable:
        x, y = self, _as_variable(other)
        return Variable(x.value + y.value, (x, lambda dz: dz), (y, lambda dz: dz))

    def __neg__(self) -> Variable:
        return Variable(-self.value, (self, lambda dz: -dz))

    def __sub__(self, other: Operand) -> Variable:
        x, y = self, _as_variable(other)
        return Variable(x.value - y.value, (x, lambda dz: dz), (y, lambda dz: -dz))

    def __mul__(self, other: Operand) -> Variable:
        x, y = self, _as_variable(other)
        return Variable(x.value * y.value, (x, lambda dz: dz * y.value), (y, lambda dz: dz * x.value))

    def __truediv__(self, other: Operand) -> Variable:
        x, y = self, _as_variable(other)
        z = x.value / y.value
        return Variable(z, (x, lambda dz: dz / y.value), (y, lambda dz: -dz * z / y.value))

    def __pow__(self, exponent: Operand) -> Variable:
        """x ** n for a number n, and x ** y for a Variable y, where x must be positive."""
        x = self
        if not isinstance(exponent, Variable):
            n = exponent  # n = 0 apart: 0 * x**(-1) has no value at x = 0, yet a constant has the slope 0
            return Variable(x.value**n, (x, lambda dz: dz * n * x.value ** (n - 1) if np.any(n) else 0 * dz))
        y, z = exponent, x.value**exponent.value
        return Variable(
            z, (x, lambda dz: dz * y.value * x.value ** (y.value - 1)), (y, lambda dz: dz * z * np.log(x.value))
        )

    def __radd__(self, other: Operand) -> Variable:
        return _as_variable(other) + self

    def __rsub__(self, other: Operand) -> Variable:
        return _as_variable(other) - self

    def __rmul__(self, other: Operand) -> Variable:
        return _as_variable(other) * self

    def __rtruediv__(self, other: Operand) -> Variable:
        return _as_variable(other) / self

    def __rpow__(self, base: Operand) -> Variable:
        return _as_variable(base) ** self

    def __matmul__(self, other: Operand) -> Variable:
        """The matrix product; a vector on the left is a row, on the right a column, as for numpy."""
        x, y = self, _as_variable(other)
        if x.value.ndim == 1 and y.value.ndim == 1:
            return (x * y).sum()
        if x.value.ndim == 1:
            return (x.reshape(1, -1) @ y)[..., 0, :]
        if y.value.ndim == 1:
            return (x @ y.reshape(-1, 1))[..., 0]
        return Variable(
            x.value @ y.value,
            (x, lambda dz: dz @ np.swapaxes(y.value, -1, -2)),
            (y, lambda dz: np.swapaxes(x.value, -1, -2) @ dz),
        )

    def __rmatmul__(self, other: Operand) -> Variable:
        return _as_variable(other) @ self

    # Functions of each element --------------------------------------------------------------------------------------

    def exp(self) -> Variable:
        z = np.exp(self.value)
        return Variable(z, (self, lambda dz: dz * z))

    def log(self) -> Variable:
        return Variable(np.log(self.value), (self, lambda dz: dz / self.value))

    def sigmoid(self) -> Variable:
        e = np.exp(np.minimum(self.value, -self.value))  # exp(-|x|) cannot overflow
        z = np.where(self.value >= 0, 1, e) / (1 + e)
        return Variable(z, (self, lambda dz: dz * z * (1 - z)))

    def tanh(self) -> Variable:
        z = np.tanh(self.value)
        return Variable(z, (self, lambda dz: dz * (1 - z**2)))

    def relu(self) -> Variable:
        return Variable(np.maximum(self.value, 0), (self, lambda dz: dz * (self.value > 0)))

    def maximum(self, other: Operand) -> Variable:
        """The larger of the two, element by element."""
        x, y = self, _as_variable(other)
        x_wins = x.value >= y.value
        return Variable(np.maximum(x.value, y.value), (x, lambda dz: dz * x_wins), (y, lambda dz: dz * ~x_wins))

    # Sums and shapes ------------------------------------------------------------------------------------------------

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        def spread(dz: np.ndarray) -> np.ndarray:
            if axis is not None and not keepdims:
                dz = np.expand_dims(dz, axis)
            return np.broadcast_to(dz, self.value.shape)

        return Variable(np.sum(self.value, axis=axis, keepdims=keepdims), (self, spread))

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Variable:
        total = self.sum(axis, keepdims)
        return total * (total.value.size / self.value.size)

    def reshape(self, *shape: int) -> Variable:
        return Variable(self.value.reshape(shape), (self, lambda dz: dz.reshape(self.value.shape)))

    def transpose(self, *axes: int) -> Variable:
        """Axes in the given order, or reversed if none is given."""
        order = axes or tuple(reversed(range(self.value.ndim)))
        back = np.argsort([axis % len(order) for axis in order])  # the permutation that undoes it
        return Variable(self.value.transpose(order), (self, lambda dz: dz.transpose(back)))

    @property
    def T(self) -> Variable:
        return self.transpose()

    def __getitem__(self, index: Any) -> Variable:
        def scatter(dz: np.ndarray) -> np.ndarray:
            dx = np.zeros_like(self.value)
            np.add.at(dx, index, dz)  # adds at every repeat of an index, where dx[index] += dz keeps the last only
            return dx

        return Variable(self.value[index], (self, scatter))


def differentiate(
    program: str,
    inputs: Mapping[str, np.ndarray | float],
    constants: Mapping[str, Any] | None = None,
    upstreams: Sequence[np.ndarray | float | None] = (None,),
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The value of f, and its gradient with respect to each input, where a few lines of Python compute f.

    ``differentiate("f = (x + y) * y", {"x": 1.0, "y": 2.0})``: every input is a Variable, a constant is what it is.
    upstreams: ``f.backward`` is called with each in turn, None for nothing; the gradients are those after the last.
    """
    variables = {name: Variable(value) for name, value in inputs.items()}
    names: dict[str, Any] = {**variables, **(constants or {})}
    exec(program, names)
    f = names["f"]
    for upstream in upstreams:
        if upstream is None:
            f.backward()
        else:
            f.backward(upstream)
    return f.value, {name: variable.grad for name, variable in variables.items() if variable.grad is not None}


def _as_variable(value: Operand) -> Variable:
    return value if isinstance(value, Variable) else Variable(value)


def _topologically_sorted(last: Variable) -> list[Variable]:
    """All that ``last`` was computed from, operands first; a walk in depth with its own stack, so of any depth."""
    order: list[Variable] = []
    seen: set[int] = set()
    stack = [(last, False)]
    while stack:
        variable, operands_done = stack.pop()
        if operands_done:
            order.append(variable)
        elif id(variable) not in seen:
            seen.add(id(variable))
            stack.append((variable, True))
            stack.extend((operand, False) for operand, _ in variable.operands)
    return order


def _sum_to_shape(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient of an operand of this shape, from that of what broadcasting made of it."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1 and gradient.shape[axis] != 1)
    return gradient.sum(axis=stretched, keepdims=True) if stretched else gradient
