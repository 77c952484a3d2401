"""Prices in doubt, and what people decide about them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import AccessError, InputError, NotFoundError
from argosy.core.market.asset import Asset
from argosy.core.market.days import read_timestamp
from argosy.services import judging
from argosy.services.prices import DAILY, Writer
from argosy.store import assets as asset_store
from argosy.store import audit, price_points, price_verdicts
from argosy.store.audit import Change
from argosy.store.paging import Page
from argosy.store.price_sources import source_names
from argosy.store.price_verdicts import Status, Verdict

__all__ = ["Page", "Status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """What is thought of one stored price, by the name of its source."""

    asset: Asset
    source: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says of the price of a source on a day, or at an instant."""

    source: str
    timestamp: str
    status: Status


async def points(
    session: AsyncSession,
    asset: Asset,
    *,
    status: Status | None = None,
    limit: int,
    cursor: str | None,
) -> Page[Doubted]:
    """Return what is thought of an asset's prices, oldest first."""
    page = await price_verdicts.page(
        session, asset_key=asset.key, status=status, limit=limit, cursor=cursor
    )
    names = await source_names(session)
    items = [Doubted(asset=asset, source=names[v.source], verdict=v) for v in page.items]
    return Page(items, page.next_cursor)


async def decide(
    session: AsyncSession,
    writer: Writer,
    asset: Asset,
    decision: Decision,
    *,
    at: datetime,
) -> Doubted:
    """Accept or reject a price for all who see it; that sticks for the same value."""
    if decision.status is Status.SUSPECT:
        raise InputError("status: a person accepts or rejects.")
    if writer.owner_of(asset):
        message = f"{asset_store.address(asset)} is shared by all; an administrator decides."
        raise AccessError(message)
    old = await _verdict(session, asset, decision)
    new = await judging.decide(
        session, asset, old.verdict, decision.status, by=writer.user_id, at=at
    )
    change = Change(
        user_id=writer.user_id,
        action=decision.status.value.removesuffix("ed"),
        kind="price",
        subject_id=f"{asset.id}/{old.source}/{new.at.isoformat()}"[:100],
        before=_written(old.verdict) if old.verdict.reason or old.verdict.decided_at else None,
        after=_written(new),
    )
    await audit.record(session, change)
    return Doubted(asset=asset, source=old.source, verdict=new)


async def _verdict(session: AsyncSession, asset: Asset, decision: Decision) -> Doubted:
    """Find what is thought of a stored price; of one nobody doubted, that it is there."""
    timestamp = decision.timestamp
    try:
        day, at = read_timestamp(timestamp, asset.exchange)
        away = timedelta(0 if at is None else 1)  # a day's bar starts at most a day away in UTC
        start, end = day - away, day + away
    except (ValueError, OverflowError):
        raise InputError(f"timestamp: {timestamp[:40]!r} is no date or time.") from None
    names = await source_names(session)
    name = decision.source.strip().lower()
    stored = (await price_points.read_points(session, [asset.key], start=start, end=end)).get(
        asset.key
    )
    for verdict in await price_verdicts.read(session, [asset.key], start=start, end=end):
        if names[verdict.source] == name and at in {None, verdict.at}:
            return Doubted(asset=asset, source=name, verdict=verdict)
    rows = [] if stored is None or name not in names else stored.of_source(names.index(name))
    for day, stamp, close in rows:
        begins = datetime.fromtimestamp(stamp, UTC)
        if at in {None, begins}:
            verdict = Verdict(
                asset_key=asset.key,
                interval=DAILY,
                at=begins,
                source=names.index(name),
                day=day,
                close=close,
                status=Status.SUSPECT,
            )
            return Doubted(asset=asset, source=name, verdict=verdict)
    what = f"price of {decision.source} for"
    raise NotFoundError(what, timestamp)


def _written(verdict: Verdict) -> dict[str, str | None]:
    return {
        "status": verdict.status.value,
        "close": f"{verdict.close:f}",
        "kind": verdict.kind,
        "reason": verdict.reason,
    }
