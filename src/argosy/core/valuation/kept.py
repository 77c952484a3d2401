"""What each holding comes to at one date, kept while nothing of it changes.

After an edit of one holding of five hundred the others are what they were, but for their weight.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Position
from argosy.core.market.asset import Asset
from argosy.core.market.history import PriceHistory
from argosy.core.market.market import AppliedSplit
from argosy.core.market.rates import Rates
from argosy.core.valuation.statement import HoldingFigures


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """Of what figures were made: the very objects, nobody changes them."""

    position: Position
    asset: Asset
    history: PriceHistory
    splits: tuple[AppliedSplit, ...]

    def same(self, other: "_Made") -> bool:
        return (
            self.position is other.position
            and self.asset is other.asset
            and self.history is other.history
            and self.splits == other.splits
        )


@dataclass(frozen=True, slots=True)
class Figured:
    """A holding's figures without its weight, and its value at the end of the day before."""

    found: HoldingFigures
    before: Decimal | None


class KeptHoldings:
    """The figures of holdings at one date, for books that share positions and rates."""

    def __init__(self) -> None:
        self._of: tuple[date, date] | None = None
        self._rates: Rates | None = None
        self._kept: dict[str, tuple[_Made, Figured]] = {}

    def turn_to(self, book: Book, as_of: date, stale_on: date) -> None:
        """Forget what is of another date or of other rates."""
        if self._of != (as_of, stale_on) or self._rates is not book.market.rates:
            self._of, self._rates, self._kept = (as_of, stale_on), book.market.rates, {}

    def lookup(self, book: Book, position: Position) -> Figured | None:
        """Return the figures of a holding, if nothing that they are made of has changed."""
        kept = self._kept.get(position.asset_id)
        return kept[1] if kept is not None and kept[0].same(_made(book, position)) else None

    def keep(self, book: Book, position: Position, figured: Figured) -> None:
        """Keep the figures of a holding."""
        self._kept[position.asset_id] = _made(book, position), figured


def _made(book: Book, position: Position) -> _Made:
    key, market = position.asset_id, book.market
    return _Made(position, market.assets[key], market.history(key), market.splits.get(key, ()))
