"""What risk one asset bears, by its closes: the same figures as of a portfolio."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.core.market.market import Market
from argosy.core.performance.ranges import Range, parse_range
from argosy.services import asset_metrics
from argosy.services.session_returns import Basis, Found, Span, matrix_over, returns_of


async def market_of(
    session: AsyncSession, viewer: str | None, asset: Asset, *, currency: str | None
) -> Market:
    """Read an asset's closes and splits as a user sees them, and the rates to a currency."""
    return await asset_metrics.market_of(session, [asset], viewer=viewer, currency=currency)


def found_of(market: Market, asset: Asset, currency: str | None, asked: Span) -> Found:
    """Return an asset's returns between sessions; over all of its closes if no range is given.

    Raises
    ------
    InputError
        If the range is none, or ends before it starts.
    """
    days = market.history(asset.id).days
    if asked.name is not None and (asked.start is not None or asked.end is not None):
        raise InputError("Give either range or start and end, not both.")
    if asked.start is not None and asked.end is not None and asked.end < asked.start:
        raise InputError(f"The range ends on {asked.end}, before it starts on {asked.start}.")
    if not len(days):
        return Found(basis=Basis.HOLDINGS, span=None, reason=f"{asset.symbol} has no closes.")
    first, latest = (date.fromordinal(int(days[at])) for at in (0, -1))
    if asked.name is None and (asked.start is not None or asked.end is not None):
        last = min(asked.end or latest, latest)
        span = Range(min(asked.start or first, last), last)
    else:
        after_first = date.fromordinal(first.toordinal() + 1)
        span = parse_range(asked.name or "ALL", first=after_first, latest=latest)
    matrix = matrix_over(market, [asset], currency, span)
    if not len(matrix.days):
        why = f"{asset.symbol} has no two closes in this range."
        if asset.id in matrix.left_out and currency not in {None, asset.currency}:
            why = f"{why} There may be no rate {asset.currency}/{currency}."
        return Found(basis=Basis.HOLDINGS, span=span, reason=why)
    return Found(basis=Basis.HOLDINGS, span=span, sessions=returns_of(matrix), covered=1.0)
