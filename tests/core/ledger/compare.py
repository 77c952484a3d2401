"""Compare the engine's books with the oracle's, and with each other."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Position
from argosy.core.ledger.transaction import CostBasisMethod, Transaction
from argosy.core.money import exact_context
from tests.core.ledger.oracle import OracleBook, OraclePosition, Sold

RELATIVE = Fraction(1, 10**15)
DUST = Fraction(1, 10**14)


class Scale:
    """The size of the numbers so far: rounding to 18 places is relative to the largest of them."""

    def __init__(self) -> None:
        self.size = Fraction(1)

    def see(self, *numbers: Decimal | None) -> None:
        for number in numbers:
            if number is not None:
                self.size = max(self.size, abs(Fraction(number)))

    def see_line(self, line: Transaction) -> None:
        """Take in the numbers of a transaction; prices of the world may be four times as high."""
        whole = (line.quantity or Decimal(0)) * (line.price or Decimal(1))
        self.see(line.quantity, line.amount, line.price, line.cost, whole * 4)

    def same(self, engine: Decimal, oracle: Fraction) -> bool:
        return engine.is_finite() and abs(Fraction(engine) - oracle) <= RELATIVE * self.size


def check_books(books: Mapping[str, Book], oracles: Mapping[str, OracleBook], scale: Scale) -> None:
    """Assert that every figure of every portfolio agrees."""
    with exact_context():
        _check_books(books, oracles, scale)


def _check_books(
    books: Mapping[str, Book], oracles: Mapping[str, OracleBook], scale: Scale
) -> None:
    for name, oracle in oracles.items():
        book = books[name]
        assert set(book.positions) == set(oracle.positions)
        for asset, expected in oracle.positions.items():
            check_position(book.positions[asset], expected, scale)
            check_sums(book.positions[asset])
        assert set(book.cash) == set(oracle.cash)
        for currency, amount in oracle.cash.items():
            _check(scale, f"cash {currency}", book.cash[currency], amount)
        flows = book.flows.days()
        assert set(flows) == set(oracle.flows)
        for day, sums in oracle.flows.items():
            for part, engine, amount in zip(("in", "out", "fees"), flows[day], sums, strict=True):
                _check(scale, f"flow {part} on {day}", engine, amount)


def check_position(position: Position, oracle: OraclePosition, scale: Scale) -> None:
    """Assert that an engine's position and an oracle's agree."""
    _check(scale, "quantity", position.quantity, oracle.quantity)
    _check(scale, "cost", position.cost, oracle.cost)
    _check(scale, "local cost", position.local_cost, oracle.local_cost)
    for name in ("income", "fees", "fees_separate", "bought"):
        _check(scale, name, getattr(position, name), getattr(oracle, name))
    sales = oracle.sales()
    _check(scale, "realized", position.realized(), sum((x.gain for x in sales), Fraction(0)))
    disposals = position.disposals()
    assert [x.transaction_id for x in disposals] == [x.source for x in sales]
    for disposal, sold in zip(disposals, sales, strict=True):
        _check_disposal(disposal, sold, scale)
        if oracle.pool is None and oracle.method is not CostBasisMethod.HIFO:
            engine = _rows(
                [
                    (x.day, x.transaction_id, x.quantity, x.cost, x.local_cost)
                    for x in disposal.pieces
                ]
            )
            assert_rows(sorted(engine, key=_by_name), sorted(_lots(sold.lots), key=_by_name), scale)
    if oracle.pool is None:
        sign = 1 if position.side > 0 else -1
        engine = _rows(
            [
                (x.day, x.transaction_id, sign * x.quantity, sign * x.cost, sign * x.local_cost)
                for x in position.lots()
            ]
        )
        lots = _lots(oracle.long + oracle.short)
        if oracle.method is CostBasisMethod.HIFO:
            engine, lots = sorted(engine, key=_by_name), sorted(lots, key=_by_name)
        assert_rows(engine, lots, scale)


def _check_disposal(disposal: Any, sold: Sold, scale: Scale) -> None:
    assert disposal.day == sold.day
    pairs = {
        "quantity": sold.quantity,
        "proceeds": sold.proceeds,
        "cost": sold.cost,
        "gain": sold.gain,
        "currency_part": sold.currency_part,
        "price_part": sold.gain - sold.currency_part,
        "local_proceeds": sold.local_proceeds,
        "local_cost": sold.local_cost,
    }
    for name, expected in pairs.items():
        engine = disposal.relief if name == "local_cost" else disposal
        _check(scale, f"{sold.source} {name}", getattr(engine, name), expected)


def check_sums(position: Position) -> None:
    """Assert what must hold exactly, to the last place: parts add up."""
    lots = position.lots()
    assert sum((x.quantity for x in lots), Decimal(0)) == position.quantity or position.quantity < 0
    if position.quantity >= 0:
        assert sum((x.cost for x in lots), Decimal(0)) == position.cost
        assert sum((x.local_cost for x in lots), Decimal(0)) == position.local_cost
    assert all(x.quantity * position.side >= 0 for x in lots)
    if position.quantity == 0:
        assert (position.cost, position.local_cost) == (0, 0)
    for disposal in position.disposals():
        assert sum((x.cost for x in disposal.pieces), Decimal(0)) == disposal.cost
        assert (
            sum((x.local_cost for x in disposal.pieces), Decimal(0)) == disposal.relief.local_cost
        )
        assert disposal.gain == disposal.proceeds - disposal.cost
        assert disposal.price_part + disposal.currency_part == disposal.gain
        if disposal.quantity and disposal.proceeds >= 0 and position.side > 0:
            assert all(piece.quantity > 0 for piece in disposal.pieces)


Row = tuple[Any, str, Fraction, Fraction, Fraction]


def assert_rows(engine: list[Row], oracle: list[Row], scale: Scale) -> None:
    """Assert that two lists of lots agree, apart from dust that rounding leaves."""
    assert [row[:2] for row in engine] == [row[:2] for row in oracle]
    for one, other in zip(engine, oracle, strict=True):
        for mine, theirs in zip(one[2:], other[2:], strict=True):
            assert abs(mine - theirs) <= RELATIVE * scale.size, (one, other)


def _rows(rows: list[tuple[Any, str, Decimal, Decimal, Decimal]]) -> list[Row]:
    found = [(d, s, Fraction(q), Fraction(c), Fraction(x)) for d, s, q, c, x in rows]
    return [row for row in found if row[2] > DUST]


def _lots(lots: list[Any]) -> list[Row]:
    return [(x.day, x.source, x.quantity, x.cost, x.local) for x in lots if x.quantity > DUST]


def _by_name(row: Row) -> tuple[Any, str, Fraction]:
    return row[0], row[1], round(row[2], 6)


def _check(scale: Scale, what: str, engine: Decimal, oracle: Fraction) -> None:
    assert scale.same(engine, oracle), f"{what}: engine {engine}, oracle {float(oracle)}"


def dump(books: Mapping[str, Book]) -> dict[str, Any]:
    """Return everything a set of books says, for exact comparison."""
    with exact_context():
        return {name: _dump_book(book) for name, book in books.items()}


def _dump_book(book: Book) -> dict[str, Any]:
    return {
        "days": (book.first_day, book.last_day),
        "cash": book.cash,
        "cash_steps": book.cash_steps,
        "flows": book.flows.days(),
        "bought": book.bought,
        "splits": book.splits,
        "positions": {key: _dump_position(x) for key, x in book.positions.items()},
    }


def _dump_position(position: Position) -> tuple[Any, ...]:
    return (
        position.quantity,
        position.cost,
        position.local_cost,
        position.lots(),
        tuple(position.disposals()),
        position.income,
        position.fees,
        position.fees_separate,
        position.bought,
        list(position.marks),
        position.paid,
        position.flags,
        list(position.steps),
    )
