"""Which assets are fetched by themselves: held, watched, a benchmark, in an alert, or enabled."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ArgosyError, InputError, StorageError
from argosy.core.market.asset import Asset
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.services import backfill, positions
from argosy.services.books import LedgerCache
from argosy.sources.registry import Registry
from argosy.store import audit
from argosy.store import tracking as rows
from argosy.store.audit import Change
from argosy.store.database import Database
from argosy.store.tracking import Reason, Tracked

__all__ = ["Reason", "Tracked"]

log = structlog.get_logger(__name__)

PRIORITIES = range(1, 4)
INTERVAL_MAX = 44_640
"""A month of minutes."""

_TOGETHER = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How somebody wants an asset to be fetched."""

    enabled: bool | None = None
    priority: int | None = None
    interval_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """What followed from changed facts; `assets` are those whose counts are others now."""

    portfolios: int = 0
    assets: int = 0
    enqueued: int = 0
    canceled: int = 0

    def and_(self, other: "CaughtUp") -> "CaughtUp":
        """Return both together."""
        return CaughtUp(
            **{name: value + getattr(other, name) for name, value in asdict(self).items()}
        )


async def catch_up(
    database: Database,
    sources: Registry,
    *,
    compute: ComputePool,
    clock: Clock,
    ledgers: LedgerCache | None = None,
) -> CaughtUp:
    """Follow the ledgers that have changed: positions, counts, and the histories to be fetched.

    Each portfolio is a transaction that takes its mark away: whoever is killed before leaves the
    mark to the next. Several processes may do this at once.
    """
    async with database.read() as session:
        marked = await positions.waiting(session)
    ledgers = ledgers or LedgerCache()
    done = CaughtUp()
    for portfolio_id in marked:
        try:
            async with database.read() as session:
                await positions.ready(session, portfolio_id, ledgers=ledgers, compute=compute)
            async with database.write() as session:
                held = await positions.project(
                    session, portfolio_id, ledgers=ledgers, compute=compute, always=False
                )
                if held is None:  # somebody else was faster
                    continue
                named = await rows.assets_of(session, portfolio_id)
                gone = await rows.no_longer_needed(session)
                settled = await settle(session, sources, held | named | gone, clock=clock)
        except StorageError:
            raise
        except ArgosyError as error:  # a ledger that contradicts itself stops no other
            log.warning("portfolio_not_projected", portfolio_id=portfolio_id, reason=str(error))
        else:
            done = done.and_(settled).and_(CaughtUp(portfolios=1))
    return done


async def settle(
    session: AsyncSession,
    sources: Registry,
    asset_ids: Iterable[str],
    *,
    clock: Clock,
) -> CaughtUp:
    """Count the reasons of assets again, and queue or cancel what follows.

    The one way for every reason: it is called in the transaction of the fact that changed.
    """
    ids = set(asset_ids)
    await rows.hold(session, ids)
    changed = await rows.recount(session, ids)
    planned = await backfill.plan(session, sources, ids, today=today(clock))
    return CaughtUp(assets=len(changed), enqueued=planned.enqueued, canceled=planned.canceled)


async def recount(database: Database) -> int:
    """Count all reasons of all assets again; return how many assets had other counts."""
    async with database.read() as session:
        ids = await rows.counted_ids(session)
    changed = 0
    for start in range(0, len(ids), _TOGETHER):
        some = ids[start : start + _TOGETHER]
        async with database.write() as session:
            await rows.hold(session, some)
            changed += len(await rows.recount(session, some))
    return changed


async def tracked(session: AsyncSession) -> list[Tracked]:
    """Return all assets that are fetched by themselves, the most urgent first."""
    return await rows.tracked(session)


async def of_asset(session: AsyncSession, asset: Asset) -> Tracked:
    """Return why and how an asset is fetched."""
    return (await rows.read(session, [asset.id])).get(asset.id, Tracked(asset_id=asset.id))


async def collected(session: AsyncSession, asset: Asset, *, clock: Clock, changed: bool) -> None:
    """Note that an asset's sources answered, in the transaction that stores what they said."""
    await rows.collected(session, asset, at=clock.now(), changed=changed)


async def configure(
    session: AsyncSession,
    sources: Registry,
    asset: Asset,
    wanted: Fetching,
    *,
    clock: Clock,
    by: str | None = None,
) -> Tracked:
    """Say whether and how an asset is fetched by itself; what is None stays as it is."""
    settings = {name: value for name, value in asdict(wanted).items() if value is not None}
    if wanted.priority is not None and wanted.priority not in PRIORITIES:
        raise InputError("priority is 1, 2 or 3; 1 comes first.")
    if wanted.interval_minutes is not None and not 1 <= wanted.interval_minutes <= INTERVAL_MAX:
        raise InputError(f"interval is between 1 and {INTERVAL_MAX} minutes.")
    await rows.hold(session, [asset.id])
    before = await of_asset(session, asset)
    if settings.items() - asdict(before).items():
        await rows.put(session, asset.id, settings)
        change = Change(
            user_id=by,
            action="track",
            kind="asset",
            subject_id=asset.id,
            before={name: getattr(before, name) for name in settings},
            after=settings,
        )
        await audit.record(session, change)
    await settle(session, sources, [asset.id], clock=clock)
    return await of_asset(session, asset)
