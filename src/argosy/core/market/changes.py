"""The last price of an asset, and how much it changed over some days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from argosy.core.market.asset import Asset
from argosy.core.market.market import Market
from argosy.core.market.sessions import is_stale
from argosy.core.money import UNIT, exact_context


@dataclass(frozen=True, slots=True)
class LastPrice:
    """A price in the asset's own currency as traded on `day`; `live` where it is a quote."""

    price: Decimal
    day: date
    at: datetime
    source: str
    live: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change of price, as an amount and as a fraction; `reason` says why there is none.

    `since` is the day of the price that it is measured from, and `before` that price, in the
    shares of the last one.
    """

    amount: Decimal | None = None
    fraction: Decimal | None = None
    since: date | None = None
    before: Decimal | None = None
    reason: str | None = None


def last_close(market: Market, asset: Asset, day: date) -> LastPrice | None:
    """Return the last stored close at or before a day, None if there is none."""
    found = market.quote(asset.id, day)
    if found is None:
        return None
    return LastPrice(found.price, found.day, found.at, found.source, live=False)


def change_over(market: Market, asset: Asset, last: LastPrice, days: int) -> Change:
    """Return how much an asset's price changed over some days.

    Parameters
    ----------
    market : Market
        Knows the asset's closes and splits.
    asset : Asset
    last : LastPrice
        The newest price, a quote or a close.
    days : int
        At least 1: since the last close at or before so many days before the day of `last`.

    Returns
    -------
    change : Change
        Exact; a split between counts as none. Unknown where the earlier close is missing, zero,
        or itself older than five sessions by then.
    """
    target = last.day - timedelta(days=days)
    close = market.quote(asset.id, target)
    if close is None:
        return Change(reason=f"There is no price of {asset.symbol} by {target}.")
    if is_stale(close.day, target, asset.exchange):
        return Change(reason=f"The last price of {asset.symbol} by {target} is of {close.day}.")
    with exact_context():
        before = market.in_shares_of(asset.id, close.price, close.day, last.day).quantize(UNIT)
        if not before:
            return Change(reason=f"The price of {asset.symbol} on {close.day} is zero.")
        amount = last.price - before
        fraction = (amount / before).quantize(UNIT)
    return Change(amount, fraction, close.day, before)
