"""The price a holding is valued at: the newer of the market's and its own last trade."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from argosy.core.ledger.position import Mark, Position
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.market import Market, Quote


@dataclass(frozen=True, slots=True)
class Marked:
    """A holding's price in its own currency, in the shares of the day it is asked for.

    Attributes
    ----------
    price : Decimal
        Not rounded: of small prices no digit may be lost before they meet a quantity.
    day : date
        The day the price is of.
    at : datetime or None
        Its instant, where it has one.
    source : str
        The market source, or `trade`.
    """

    price: Decimal
    day: date
    at: datetime | None
    source: str
    estimated: bool = False
    override: bool = False


def mark_on(market: Market, position: Position, day: date) -> Marked | None:
    """Return the mark of a position at the end of a day, or None if nothing is known by then.

    The market's price wins on the same day. A price older than a split is divided by its ratio.
    """
    quote = market.quote(position.asset_id, day)
    trade = _last_trade(position, day, after=None if quote is None else quote.day)
    if trade is not None:
        return _of_trade(market, position, trade, day)
    return None if quote is None else _of_quote(market, position, quote, day)


def _last_trade(position: Position, day: date, *, after: date | None) -> Mark | None:
    """Return the last own trade whose price is known: its currency may lack a rate."""
    index = bisect_right(position.marks, day, key=_mark_day)
    for at in range(index - 1, -1, -1):
        mark = Mark(*position.marks[at])
        if after is not None and mark.transaction.day <= after:
            return None
        if not mark.price.is_nan():
            return mark
    return None


def _mark_day(mark: tuple[Transaction, Decimal]) -> date:
    return mark[0].day


def _of_quote(market: Market, position: Position, quote: Quote, day: date) -> Marked:
    price = market.in_shares_of(position.asset_id, quote.price, quote.day, day)
    return Marked(price, quote.day, quote.at, quote.source, override=quote.override)


def _of_trade(market: Market, position: Position, trade: Mark, day: date) -> Marked:
    since = trade.transaction.day
    price = market.in_shares_of(position.asset_id, trade.price, since, day, own=True)
    return Marked(price, since, trade.transaction.at, "trade", estimated=True)
