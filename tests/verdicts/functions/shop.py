"""shop: (apples * price + oranges * price) * tax, with the gradient on every edge."""

from __future__ import annotations

from reference import circuits
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import changed
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["shop"])


def right_dict_filled_backwards(apples, apple_price, oranges, orange_price, tax):
    apple_cost, orange_cost = apples * apple_price, oranges * orange_price
    d = {"total": 1}
    d["tax"] = (apple_cost + orange_cost) * d["total"]
    d["cost"] = tax * d["total"]
    d["apple_cost"] = d["orange_cost"] = d["cost"]
    d["apples"], d["apple_price"] = d["apple_cost"] * apple_price, d["apple_cost"] * apples
    d["oranges"], d["orange_price"] = d["orange_cost"] * orange_price, d["orange_cost"] * oranges
    return (apple_cost + orange_cost) * tax, d


def edges(**changes):
    """The right gradients, but for some edges: name -> function of the five arguments."""
    return changed(circuits.shop, lambda r, *args: (r[0], r[1] | {name: f(*args) for name, f in changes.items()}))


WRONG = {
    "apples and price not switched": edges(apples=lambda a, p, o, q, t: t * a, apple_price=lambda a, p, o, q, t: t * p),
    "tax forgotten in the apples": edges(apples=lambda a, p, o, q, t: p),
    "gradient of the tax is the total": edges(tax=lambda a, p, o, q, t: (a * p + o * q) * t),
    "gradient of the cost is 1": edges(cost=lambda a, p, o, q, t: 1.0),
    "orange cost without the tax": edges(orange_cost=lambda a, p, o, q, t: 1.0),
    "total's own gradient is its value": edges(total=lambda a, p, o, q, t: (a * p + o * q) * t),
    "oranges' price from the apples": edges(orange_price=lambda a, p, o, q, t: t * a),
    "tax added, not multiplied": changed(circuits.shop, lambda r, a, p, o, q, t: (a * p + o * q + t, r[1])),
    "an edge left out": changed(circuits.shop, lambda r, *_: (r[0], {k: v for k, v in r[1].items() if k != "cost"})),
    "gradients in a list": changed(circuits.shop, lambda r, *_: (r[0], list(r[1].values()))),
}
