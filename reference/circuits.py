"""The lecture's worked circuits, gate by gate, each with its value and its gradients.

Every function returns ``value, gradients``; the gradients stand in the order of the arguments (for the shop: by the
name of the edge). The order of the lines is the lesson: forward from the inputs to the loss, then backward from the
loss, where the gradient is 1, to the inputs.
"""

from __future__ import annotations

from reference.gates import (
    AddGate,
    ExpGate,
    MaxGate,
    MultiplyGate,
    NegateGate,
    ReciprocalGate,
    SigmoidGate,
    SquareGate,
    Value,
)


def lecture_example(x: Value, y: Value, z: Value) -> tuple[Value, list[Value]]:
    """f = (x + y) * max(y, z). At (1, 2, 0) the value is 6 and the gradients are [2, 5, 0] (CS224n lecture 4)."""
    add, maximum, multiply = AddGate(), MaxGate(), MultiplyGate()
    a = add.forward(x, y)
    b = maximum.forward(y, z)
    f = multiply.forward(a, b)

    da, db = multiply.backward(1.0)
    dy_by_max, dz = maximum.backward(db)
    dx, dy_by_add = add.backward(da)
    return f, [dx, dy_by_add + dy_by_max, dz]  # y branches outward, so its two gradients sum


def add_then_multiply(x: Value, y: Value, z: Value) -> tuple[Value, list[Value]]:
    """f = (x + y) * z. With q = x + y: df/dx = df/dy = z and df/dz = q (003, the circuit)."""
    add, multiply = AddGate(), MultiplyGate()
    q = add.forward(x, y)
    f = multiply.forward(q, z)

    dq, dz = multiply.backward(1.0)
    dx, dy = add.backward(dq)
    return f, [dx, dy, dz]


def squared_sum(x: Value, y: Value) -> tuple[Value, list[Value]]:
    """z = (x + y)**2. With t = x + y: dz/dx = dz/dy = 2 t (004, the chain rule)."""
    add, square = AddGate(), SquareGate()
    t = add.forward(x, y)
    z = square.forward(t)

    (dt,) = square.backward(1.0)
    dx, dy = add.backward(dt)
    return z, [dx, dy]


def shop(
    apples: Value, apple_price: Value, oranges: Value, orange_price: Value, tax: Value
) -> tuple[Value, dict[str, Value]]:
    """What the shopping costs: (apples * apple_price + oranges * orange_price) * tax (004, the supermarket).

    2 apples at 100 and 3 oranges at 150 with a tax factor of 1.1 cost 715. The gradients stand under the names of the
    edges: the five arguments, and ``apple_cost``, ``orange_cost``, ``cost`` and ``total`` in between.
    """
    apple_gate, orange_gate, add, tax_gate = MultiplyGate(), MultiplyGate(), AddGate(), MultiplyGate()
    apple_cost = apple_gate.forward(apples, apple_price)
    orange_cost = orange_gate.forward(oranges, orange_price)
    cost = add.forward(apple_cost, orange_cost)
    total = tax_gate.forward(cost, tax)

    edges: dict[str, Value] = {"total": 1.0}
    edges["cost"], edges["tax"] = tax_gate.backward(edges["total"])
    edges["apple_cost"], edges["orange_cost"] = add.backward(edges["cost"])
    edges["oranges"], edges["orange_price"] = orange_gate.backward(edges["orange_cost"])
    edges["apples"], edges["apple_price"] = apple_gate.backward(edges["apple_cost"])
    return total, edges


def sigmoid_neuron_by_gates(w_0: Value, x_0: Value, w_1: Value, x_1: Value, b: Value) -> tuple[Value, list[Value]]:
    """f = 1 / (1 + exp(-(w_0 x_0 + w_1 x_1 + b))) from the smallest gates: negate, exp, add 1, reciprocal (003)."""
    first, second, add, add_bias = MultiplyGate(), MultiplyGate(), AddGate(), AddGate()
    negate, exp, add_one, reciprocal = NegateGate(), ExpGate(), AddGate(), ReciprocalGate()
    z = add_bias.forward(add.forward(first.forward(w_0, x_0), second.forward(w_1, x_1)), b)
    f = reciprocal.forward(add_one.forward(exp.forward(negate.forward(z)), 1.0 + 0 * z))

    (d_denominator,) = reciprocal.backward(1.0)
    d_exp, _ = add_one.backward(d_denominator)
    (d_negated,) = exp.backward(d_exp)
    (dz,) = negate.backward(d_negated)
    d_sum, db = add_bias.backward(dz)
    d_first, d_second = add.backward(d_sum)
    return f, [*first.backward(d_first), *second.backward(d_second), db]


def sigmoid_neuron_merged(w_0: Value, x_0: Value, w_1: Value, x_1: Value, b: Value) -> tuple[Value, list[Value]]:
    """The same neuron with its last four gates merged into one sigmoid gate: equal value, equal gradients (003)."""
    first, second, add, add_bias, sigmoid = MultiplyGate(), MultiplyGate(), AddGate(), AddGate(), SigmoidGate()
    z = add_bias.forward(add.forward(first.forward(w_0, x_0), second.forward(w_1, x_1)), b)
    f = sigmoid.forward(z)

    (dz,) = sigmoid.backward(1.0)
    d_sum, db = add_bias.backward(dz)
    d_first, d_second = add.backward(d_sum)
    return f, [*first.backward(d_first), *second.backward(d_second), db]
