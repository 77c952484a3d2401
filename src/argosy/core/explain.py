"""Numbers that remember where they came from.

A `Traced` is a `Decimal` that also carries its expression. The same code that computes a figure
therefore explains it: feed it traced transactions, prices and rates, and the result holds the
graph of all that went in. Nothing is computed twice, so an explanation cannot disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Self

from typing_extensions import override

from argosy.core.errors import plain


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a number is: a transaction's, price, rate, split, figure, flow or discount (`kind`)."""

    kind: str
    facts: tuple[tuple[str, str], ...] = ()


class Traced(Decimal):
    """A decimal with the expression that made it.

    `op` is None for a leaf, else add, subtract, multiply, divide, negate, round, power or solve.
    """

    op: str | None
    args: tuple[Decimal, ...]
    leaf: Leaf | None
    label: str | None

    @classmethod
    def of_leaf(cls, value: Decimal, leaf: Leaf) -> Self:
        """Wrap a stored number."""
        traced = cls(value)
        traced.op, traced.args, traced.leaf, traced.label = None, (), leaf, None
        return traced

    @classmethod
    def of_op(cls, value: Decimal, op: str, *args: Decimal) -> Self:
        """Wrap the result of an operation."""
        traced = cls(value)
        traced.op, traced.args, traced.leaf, traced.label = op, args, None, None
        return traced

    @override
    def __add__(self, other: Any) -> Any:
        return _binary("add", Decimal.__add__, self, other)

    @override
    def __radd__(self, other: Any) -> Any:
        return _binary("add", Decimal.__add__, other, self)

    @override
    def __sub__(self, other: Any) -> Any:
        return _binary("subtract", Decimal.__sub__, self, other)

    @override
    def __rsub__(self, other: Any) -> Any:
        return _binary("subtract", Decimal.__sub__, other, self)

    @override
    def __mul__(self, other: Any) -> Any:
        return _binary("multiply", Decimal.__mul__, self, other)

    @override
    def __rmul__(self, other: Any) -> Any:
        return _binary("multiply", Decimal.__mul__, other, self)

    @override
    def __truediv__(self, other: Any) -> Any:
        return _binary("divide", Decimal.__truediv__, self, other)

    @override
    def __rtruediv__(self, other: Any) -> Any:
        return _binary("divide", Decimal.__truediv__, other, self)

    @override
    def __neg__(self, context: Context | None = None) -> "Traced":
        return Traced.of_op(Decimal.__neg__(self), "negate", self)

    @override
    def __abs__(self, round: bool = True) -> "Traced":
        return self if self >= 0 else -self

    @override
    def quantize(self, *args: Any, **kwargs: Any) -> "Traced":
        rounded = Decimal.quantize(self, *args, **kwargs)
        if rounded == self:
            return self
        return Traced.of_op(rounded, "round", self)

    __hash__ = Decimal.__hash__


def _binary(op: str, compute: Callable[[Decimal, Any], Decimal], left: Any, right: Any) -> Decimal:
    a = Decimal(left) if isinstance(left, int) else left
    b = Decimal(right) if isinstance(right, int) else right
    value = compute(Decimal(a), Decimal(b))
    shortcut = _identity(op, a, b)
    return shortcut if shortcut is not None else Traced.of_op(value, op, a, b)


def _identity(op: str, a: Decimal, b: Decimal) -> Decimal | None:
    """Leave out x + 0, x - 0, x * 1 and x / 1: they explain nothing."""
    if op in {"add", "subtract"} and type(b) is Decimal and b == 0:
        return a
    if op == "add" and type(a) is Decimal and a == 0:
        return b
    if op in {"multiply", "divide"} and type(b) is Decimal and b == 1:
        return a
    if op == "multiply" and type(a) is Decimal and a == 1:
        return b
    return None


def named(value: Decimal, label: str) -> Decimal:
    """Give a traced number a name for the reader; leave a plain one alone."""
    if isinstance(value, Traced) and value.op is not None and value.label is None:
        value.label = label
    return value


@dataclass(frozen=True, slots=True)
class Node:
    """One line of an explanation: a stored number, or an operation on earlier lines."""

    id: int
    kind: str
    value: Decimal
    op: str | None
    args: tuple[int, ...]
    label: str | None
    facts: Mapping[str, str]


def graph(root: Decimal) -> list[Node]:
    """Return the expression behind a number, operands before operations; the last is the root.

    Shared parts stand once. Depth does not matter: nothing here recurses.
    """
    nodes: list[Node] = []
    seen: dict[int, int] = {}
    stack: list[tuple[Decimal, bool]] = [(root, False)]
    while stack:
        value, ready = stack.pop()
        if id(value) in seen:
            continue
        args = value.args if isinstance(value, Traced) else ()
        if args and not ready:
            stack.append((value, True))
            stack.extend((arg, False) for arg in reversed(args))
            continue
        seen[id(value)] = len(nodes)
        nodes.append(_node(len(nodes), value, tuple(seen[id(arg)] for arg in args)))
    return nodes


def _node(number: int, value: Decimal, args: tuple[int, ...]) -> Node:
    if not isinstance(value, Traced):
        return Node(number, "constant", value, None, (), None, {})
    leaf = value.leaf
    if leaf is None:
        return Node(number, "op", Decimal(value), value.op, args, value.label, {})
    return Node(number, leaf.kind, Decimal(value), None, (), value.label, dict(leaf.facts))


def node_text(node: Node) -> str:
    """Write one node for a terminal.

    Examples
    --------
    >>> price = Traced.of_leaf(Decimal("2.50"), Leaf("price", (("source", "manual"),)))
    >>> [node_text(node) for node in graph(price * Decimal(4))]
    ['0: 2.5 price source=manual', '1: 4 constant', '2: 10 = multiply(0, 1)']
    """
    tail = (
        f"= {node.op}({', '.join(map(str, node.args))})"
        if node.op
        else " ".join([node.kind, *(f"{k}={v}" for k, v in node.facts.items())])
    )
    label = f"  {node.label}" if node.label else ""
    return f"{node.id}: {plain(node.value)} {tail}{label}"
