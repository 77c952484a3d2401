"""Evaluate the nodes of an explanation, knowing nothing but the JSON."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

Node = dict[str, Any]
CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[])
PLACES = Decimal("1E-18")


def _total(change: Callable[[Decimal, Decimal], Decimal]) -> Callable[[list[Decimal]], Decimal]:
    return lambda args: change(*args)


OPERATIONS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "add": _total(lambda a, b: a + b),
    "subtract": _total(lambda a, b: a - b),
    "multiply": _total(lambda a, b: a * b),
    "divide": _total(lambda a, b: a / b),
    "negate": lambda args: -args[0],
    "absolute": lambda args: abs(args[0]),
    "round": lambda args: args[0].quantize(PLACES),
    "floor": lambda args: args[0].to_integral_value(rounding="ROUND_FLOOR"),
    "power": lambda args: Decimal(repr(float(args[0]) ** float(args[1]))),
}


def evaluate(nodes: list[Node]) -> Decimal:
    """Work out the last node; every operation must give the value that its node shows."""
    values: dict[int, Decimal] = {}
    with localcontext(CONTEXT):
        for place, node in enumerate(nodes):
            assert node["id"] == place, "operands stand before operations"
            shown = Decimal(node["value"])
            if node["op"] is None:
                assert not node["args"]
                values[place] = shown
                continue
            assert node["kind"] == "op"
            args = [values[arg] for arg in node["args"]]
            if node["op"] == "solve":
                _check_root(nodes, shown, args[0])
                values[place] = shown
                continue
            found = OPERATIONS[node["op"]](args)
            assert abs(found - shown) <= abs(found) * Decimal("1E-45"), node
            values[place] = found
    return values[len(nodes) - 1]


def _check_root(nodes: list[Node], root: Decimal, rest: Decimal) -> None:
    """The growth discounts every flow, and all flows add up to nothing."""
    size = sum(
        (abs(Decimal(x["value"])) for x in nodes if x["kind"] in {"flow", "figure"}), Decimal(0)
    )
    assert abs(rest) <= size * Decimal("1E-9")
    for node in nodes:
        if node["kind"] == "discount":
            growth, time = float(node["facts"]["growth"]), float(node["facts"]["time"])
            assert growth == 1.0 + float(root)
            assert float(node["value"]) == growth**time


def leaves(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if node["op"] is None]
