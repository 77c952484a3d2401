"""An asset's prices as a series: every source's bars, or the one daily series made of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.adjustment import AdjustedClose, Adjustment, adjusted_closes
from argosy.core.market.asset import Asset, Dividend
from argosy.core.market.bars import StoredBar
from argosy.core.market.history import NO_HISTORY, MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import split_minor_unit
from argosy.runtime.compute import ComputePool
from argosy.services import actions
from argosy.store import price_pages, prices, rates, splits, versions
from argosy.store.database import Database
from argosy.store.paging import Page, read_cursor, write_cursor
from argosy.store.price_pages import BarFilter

__all__ = ["AdjustedClose", "Adjustment", "BarFilter", "Page", "StoredBar"]

SCOPES = ("assets", "dividends", "prices", "rates", "splits")
"""The version scopes that a series depends on."""

_TOGETHER = 1_000  # bars made at one time: the event loop waits for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Which part of an asset's daily series is wanted, adjusted to the shares of `today`."""

    asset: Asset
    adjustment: Adjustment
    today: date
    start: date | None = None
    end: date | None = None


async def versions_of(session: AsyncSession) -> tuple[int, ...]:
    """Return the versions of all that a series depends on."""
    return tuple((await versions.read(session, SCOPES)).values())


async def daily(
    session: AsyncSession, viewer: str, wanted: Daily, *, compute: ComputePool
) -> list[AdjustedClose]:
    """Return one close a day as a user sees the asset, oldest first."""
    asset = wanted.asset
    paid: list[Dividend] = []
    if wanted.adjustment is Adjustment.ALL:
        known = await actions.of_asset(session, viewer, asset)
        paid = [action.event for action in known.dividends]
    currencies = {asset.currency, *(dividend.currency for dividend in paid)}
    wholes = {split_minor_unit(currency)[0] for currency in currencies}
    histories = await prices.read_histories(session, [asset.key], viewer=viewer)
    stated = await splits.read_splits(session, [asset.key], viewer=viewer)
    facts = MarketFacts(
        histories={asset.id: histories.get(asset.key, NO_HISTORY)},
        splits={asset.id: stated.get(asset.key, ())},
        rates=await rates.read_rates(session, wholes, viewer=viewer) if len(wholes) > 1 else (),
    )
    return await compute.run(_daily, facts, wanted, paid)


def _daily(facts: MarketFacts, wanted: Daily, paid: list[Dividend]) -> list[AdjustedClose]:
    market = Market({wanted.asset.id: wanted.asset}, facts)
    closes = adjusted_closes(
        market, wanted.asset, wanted.adjustment, until=wanted.today, dividends=paid
    )
    first, last = wanted.start or date.min, wanted.end or date.max
    return [close for close in closes if first <= close.day <= last]


def page_of(closes: list[AdjustedClose], *, limit: int, cursor: str | None) -> Page[AdjustedClose]:
    """Return some closes of a series, those after the cursor's day."""
    if cursor is not None:
        (after,) = read_cursor(cursor, int)
        closes = [close for close in closes if close.day.toordinal() > int(after)]
    more = len(closes) > limit
    items = closes[:limit]
    return Page(items, write_cursor((items[-1].day.toordinal(),)) if more else None)


async def most_decimals(session: AsyncSession, viewer: str, wanted: BarFilter) -> int:
    """Return how many digits after the point some number of these bars has."""
    return await price_pages.most_decimals(session, wanted, viewer=viewer)


async def bars(
    database: Database, viewer: str, wanted: BarFilter
) -> AsyncIterator[list[StoredBar]]:
    """Give all bars that a user sees, some at a time, out of one state of the database."""
    async with database.read() as session:
        cursor = None
        while True:
            page = await price_pages.read_bars(
                session, wanted, viewer=viewer, limit=_TOGETHER, cursor=cursor
            )
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return
