"""Assets with closes that a test writes down."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from argosy.core.market.asset import Asset, AssetCategory, Split
from argosy.core.market.history import MarketFacts, PriceHistory, RateRow
from argosy.core.market.market import Market


def asset(symbol: str = "ACME", *, category: str = "STOCK", currency: str = "USD") -> Asset:
    """An asset whose id is its symbol in small letters."""
    return Asset(
        id=symbol.lower(),
        key=1,
        symbol=symbol,
        exchange=None,
        name=symbol,
        category=AssetCategory[category],
        currency=currency,
    )


def history(closes: Mapping[date, str | float]) -> PriceHistory:
    """Daily closes, exactly."""
    days = sorted(closes)
    exact = [Decimal(str(closes[day])) for day in days]
    scales = [max(0, -int(close.as_tuple().exponent)) for close in exact]
    count = len(days)
    return PriceHistory(
        days=np.array([day.toordinal() for day in days], np.int64),
        mantissas=np.array(
            [int(c.scaleb(s)) for c, s in zip(exact, scales, strict=True)], np.int64
        ),
        scales=np.array(scales, np.int8),
        sources=np.zeros(count, np.int16),
        overrides=np.zeros(count, np.bool_),
        stamps=np.zeros(count, np.int64),
        source_names=("test",),
    )


def market(
    closes: Mapping[Asset, Mapping[date, str | float]],
    *,
    splits: Mapping[Asset, Iterable[Split]] | None = None,
    rates: Iterable[RateRow] = (),
) -> Market:
    """A market of these assets."""
    facts = MarketFacts(
        histories={one.id: history(some) for one, some in closes.items()},
        splits={one.id: tuple(some) for one, some in (splits or {}).items()},
        rates=tuple(rates),
    )
    return Market({one.id: one for one in closes}, facts)


def weekdays(last: date, count: int) -> list[date]:
    """The last so many weekdays up to a day."""
    days = (last - timedelta(days=back) for back in range(3 * count + 10))
    return sorted([day for day in days if day.weekday() < 5][:count])
