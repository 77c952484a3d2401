"""The last prices of many assets at once: kept quotes where they are newer than stored closes."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset
from argosy.core.market.changes import LastPrice
from argosy.core.market.days import exchange_zone
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import CONTEXT, split_minor_unit
from argosy.services.quotes import Quotes
from argosy.sources.base import Quote
from argosy.store import latest, prices, splits


async def quoted(quotes: Quotes, assets: Iterable[Asset]) -> dict[str, LastPrice]:
    """Return the newest quotes that are kept, by asset; nobody is asked for any."""
    known = {asset.id: asset for asset in assets}
    kept = await quotes.kept(known.values())
    return {id_: _in_its_unit(quote, known[id_]) for id_, quote in kept.items()}


async def closes(session: AsyncSession, assets: Iterable[Asset]) -> dict[str, LastPrice]:
    """Return the newest shared closes by asset, with one question."""
    ids = {asset.key: asset.id for asset in assets}
    found = await latest.read_latest(session, list(ids))
    return {
        ids[key]: LastPrice(one.close, one.day, one.at, one.source, live=False)
        for key, one in found.items()
    }


async def market_of(
    session: AsyncSession, assets: Iterable[Asset], *, viewer: str | None = None
) -> Market:
    """Return the closes and splits of assets as a user sees them, or everybody."""
    known = {asset.key: asset for asset in assets}
    histories = await prices.read_histories(session, list(known), viewer=viewer)
    stated = await splits.read_splits(session, list(known), viewer=viewer)
    facts = MarketFacts(
        histories={known[key].id: history for key, history in histories.items()},
        splits={known[key].id: some for key, some in stated.items()},
    )
    return Market({asset.id: asset for asset in known.values()}, facts)


def newer(
    asset_id: str, quotes: Mapping[str, LastPrice], stored: LastPrice | None, today: date
) -> LastPrice | None:
    """Return the quote of an asset unless a close of a later day is stored; None of neither."""
    quote = quotes.get(asset_id)
    if quote is None or quote.day > today:
        return stored
    return quote if stored is None or quote.day >= stored.day else stored


def _in_its_unit(quote: Quote, asset: Asset) -> LastPrice:
    """Return a quote, which is in a whole currency, in the unit that the asset is quoted in."""
    _, parts = split_minor_unit(asset.currency)
    price = CONTEXT.multiply(quote.price, Decimal(parts))
    day = quote.at.astimezone(exchange_zone(asset.exchange)).date()
    return LastPrice(price, day, quote.at, quote.source, live=True)
