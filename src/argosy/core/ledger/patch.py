"""An edit of a few lines, without a replay of all the others.

What one asset does depends on no other one, unless a corporate action joins them. So where cash is
not tracked and nothing came from another portfolio, the lines of the assets that an edit touches
are replayed alone, as they were and as they are, and the rest of the book stays as it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from argosy.core.ledger.book import OUTSIDE, Book, replay
from argosy.core.ledger.position import Position
from argosy.core.ledger.transaction import Transaction, ledger_order
from argosy.core.market.market import Market
from argosy.core.money import exact_context

Assets = frozenset[str | None]
"""By `Transaction.asset_id`; None are the lines that name no asset."""

_Payment = tuple[date, Decimal]


class LinesByAsset:
    """The lines of one ledger by asset, and which assets its corporate actions join."""

    def __init__(self, lines: Iterable[Transaction] = ()) -> None:
        self._lines: dict[str | None, list[Transaction]] = {}
        self._links: set[tuple[str | None, str]] = set()
        for line in lines:
            self._lines.setdefault(line.asset_id, []).append(line)
            self._link(line)

    def of(self, assets: Assets) -> list[Transaction]:
        """Return the lines of some assets in ledger order."""
        found = [line for asset in assets for line in self._lines.get(asset, ())]
        return sorted(found, key=ledger_order) if len(assets) > 1 else found

    def edited(self, gone: Sequence[Transaction], new: Sequence[Transaction]) -> "LinesByAsset":
        """Return the lines with some taken out and others put in; these stay as they are."""
        twin, ids = LinesByAsset(), {line.id for line in gone}
        twin._lines, twin._links = dict(self._lines), set(self._links)
        for asset in {line.asset_id for line in (*gone, *new)}:
            kept = [line for line in self._lines.get(asset, ()) if line.id not in ids]
            own = [line for line in new if line.asset_id == asset]
            twin._lines[asset] = sorted([*kept, *own], key=ledger_order)
        for line in new:
            twin._link(line)
        return twin

    def joined(self, assets: Iterable[str | None]) -> Assets:
        """Return assets, and all that corporate actions ever joined with them."""
        wanted = set(assets)
        while reached := _linked(self._links, wanted) - wanted:
            wanted |= reached
        return frozenset(wanted)

    def _link(self, line: Transaction) -> None:
        if line.to_asset_id is not None:
            self._links.add((line.asset_id, line.to_asset_id))


def _linked(links: set[tuple[str | None, str]], wanted: set[str | None]) -> set[str | None]:
    return {one for link in links if wanted & set(link) for one in link}


def patched(
    book: Book,
    before: Sequence[Transaction],
    after: Sequence[Transaction],
    *,
    assets: Assets,
    market: Market,
    days: tuple[date, date],
) -> Book:
    """Return a book as a replay of all lines would make it, by a replay of some.

    Parameters
    ----------
    book : Book
        Of one portfolio that tracks no cash; it is not changed.
    before, after : sequence of Transaction
        All lines of `assets`, in ledger order, that the book is made of, and those that the new
        one shall be made of.
    assets : Assets
        As `joined` returns them. Prices and splits may differ for these.
    market : Market
        For the new book.
    days : tuple of (date, date)
        The first and the last day of the new book.

    Returns
    -------
    book : Book
        Shares all that is not concerned with the old one: neither may be carried on.

    Raises
    ------
    OversoldError, InputError
        As `replay`.
    """
    assert not book.rules.track_cash, "cash depends on every line"
    name = next((line.portfolio_id for line in (*before, *after)), "")
    old, new = (
        replay(lines, {name: book.rules}, by)[name]
        for lines, by in ((before, book.market), (after, market))
    )
    keys = {asset or OUTSIDE for asset in assets}
    twin = Book(book.rules, market)
    with exact_context():
        twin.flows = book.flows.replaced(assets, old.flows, new.flows)
    untouched = {key: at for key, at in book.positions.items() if key not in keys}
    twin.positions = dict(sorted({**untouched, **new.positions}.items(), key=_opened))
    twin.bought = _replaced(book.bought, old.bought, new.bought)
    kept = {key: splits for key, splits in book.splits.items() if key not in keys}
    twin.splits = {**kept, **new.splits}
    twin.first_day, twin.last_day = days
    return twin


def _opened(item: tuple[str, Position]) -> tuple[int, bool, bool, float, int]:
    line = item[1].opened_by
    assert line is not None, "a line opens a position"
    return ledger_order(line)


def _replaced(payments: list[_Payment], old: list[_Payment], new: list[_Payment]) -> list[_Payment]:
    """Take some payments out of many, in the order of days, and put others in."""
    found: list[_Payment] = []
    start = 0
    for day in sorted({payment[0] for payment in (*old, *new)}):
        first = bisect_left(payments, day, lo=start, key=_day)
        last = bisect_right(payments, day, lo=first, key=_day)
        left = payments[first:last]
        for gone in old[bisect_left(old, day, key=_day) : bisect_right(old, day, key=_day)]:
            left.pop(next(place for place, one in enumerate(left) if _same(one, gone)))
        among = new[bisect_left(new, day, key=_day) : bisect_right(new, day, key=_day)]
        found += [*payments[start:first], *left, *among]
        start = last
    return found + payments[start:]


def _same(one: _Payment, other: _Payment) -> bool:
    return one[1] == other[1] or (one[1].is_nan() and other[1].is_nan())


def _day(payment: _Payment) -> date:
    return payment[0]
