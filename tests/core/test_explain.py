"""Traced numbers compute as decimals do, and remember how."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.explain import Leaf, Traced, graph, named
from argosy.core.money import UNIT, exact_context

NUMBERS = st.decimals(-(10**9), 10**9, places=6, allow_nan=False)
ONE, TWO = Decimal(1), Decimal(2)


def leaf(value: Decimal | str, name: str = "x") -> Traced:
    return Traced.of_leaf(Decimal(value), Leaf("price", (("name", name),)))


@given(NUMBERS, NUMBERS)
def test_a_traced_number_is_the_number(first, second):
    a, b = leaf(first), leaf(second)
    with exact_context():
        pairs = [
            (a + b, first + second),
            (a - b, first - second),
            (a * b, first * second),
            (first - b, first - second),
            (sum([a, b], Decimal(0)), first + second),
            (-a, -first),
            (abs(a), abs(first)),
            ((a * b / 7).quantize(UNIT), (first * second / 7).quantize(UNIT)),
            (max(a, b), max(first, second)),
        ]
        if second:
            pairs.append((a / b, first / second))
    for ours, plain in pairs:
        assert isinstance(ours, Traced)
        assert ours == plain
        assert hash(ours) == hash(plain)


def test_what_changes_nothing_is_left_out():
    number = leaf("2.5")
    with exact_context():
        assert (number + 0) is number
        assert (number * ONE) is number
        assert (Decimal(0) + number) is number
        assert (number / 1) is number
        assert number.quantize(UNIT) is number
        assert (number - Decimal(0)) is number
        assert (0 - number).op == "subtract"


def test_a_graph_names_shared_parts_once_and_the_root_last():
    with exact_context():
        price = leaf("3")
        total = named(price * TWO + price, "three times")
    nodes = graph(total)
    assert [(x.kind, x.op, x.args) for x in nodes] == [
        ("price", None, ()),
        ("constant", None, ()),
        ("op", "multiply", (0, 1)),
        ("op", "add", (2, 0)),
    ]
    assert (nodes[-1].label, nodes[-1].value) == ("three times", 9)


def test_a_very_long_sum_does_not_recurse():
    with exact_context():
        total = sum((leaf("1") for _ in range(20_000)), Decimal(0))
    assert len(graph(total)) == 39_999


def test_a_name_is_given_once_and_only_to_operations():
    with exact_context():
        price = leaf("3")
        assert named(price, "x") is price
        assert price.label is None
        total = named(named(price * TWO, "first"), "second")
    assert total.label == "first"
    assert named(ONE, "plain") is ONE


def test_a_plain_number_is_a_constant():
    (node,) = graph(Decimal("1.5"))
    assert (node.kind, node.value, node.op) == ("constant", Decimal("1.5"), None)
