"""What sources call an asset, and which of them it wants asked first."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.market.asset import Asset, AssetSource
from argosy.sources.manifest import Capability
from argosy.sources.registry import Registry
from argosy.store import asset_sources as rows
from argosy.store import audit, queue
from argosy.store.audit import Change

SYMBOL_MAX = 100
RANK_MAX = 1000

_BY_SYMBOL = {Capability.HISTORY, Capability.QUOTES, Capability.PROFILE}


async def of_asset(session: AsyncSession, asset: Asset) -> tuple[AssetSource, ...]:
    """Return what is stored for an asset, the sources it wants asked first at the top."""
    return (await rows.of_assets(session, [asset.key])).get(asset.key, ())


async def put(
    session: AsyncSession,
    asset: Asset,
    wanted: Sequence[AssetSource],
    *,
    registry: Registry,
    by: str | None,
) -> tuple[AssetSource, ...]:
    """Let these be all that is stored for an asset; return them in their order."""
    checked = [_checked(one, registry) for one in wanted]
    names = [one.source for one in checked]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"source: {twice[0]} is named twice.")
    before = await of_asset(session, asset)
    if not await rows.put(session, asset.key, checked):
        return before
    after = await of_asset(session, asset)
    failed = await queue.failed(session, asset_id=asset.id)
    await queue.retry(session, [job.id for job in failed])  # its sources may have it now
    change = Change(
        user_id=by,
        action="sources",
        kind="asset",
        subject_id=asset.id,
        before=[asdict(one) for one in before],
        after=[asdict(one) for one in after],
    )
    await audit.record(session, change)
    return after


def changed(
    stored: Sequence[AssetSource],
    source: str,
    *,
    symbol: str | None = None,
    rank: int | None = None,
) -> tuple[AssetSource, ...]:
    """Return what is stored with one source said anew; what is None stays as it is."""
    old = next((one for one in stored if one.source == source), AssetSource(source=source))
    new = AssetSource(
        source=source,
        symbol=old.symbol if symbol is None else symbol,
        rank=old.rank if rank is None else rank,
    )
    return (*without(stored, source), new)


def without(stored: Sequence[AssetSource], source: str) -> tuple[AssetSource, ...]:
    """Return what is stored but for one source."""
    return tuple(one for one in stored if one.source != source)


def _checked(one: AssetSource, registry: Registry) -> AssetSource:
    source = registry.get(one.source.strip().lower())
    if not _BY_SYMBOL & source.manifest.capabilities:
        raise InputError(f"source: {source.name} is not asked for assets.")
    symbol = (one.symbol or "").strip()
    if len(symbol) > SYMBOL_MAX or not symbol.isprintable():
        raise InputError(f"symbol has at most {SYMBOL_MAX} printable characters.")
    if one.rank is not None and not 1 <= one.rank <= RANK_MAX:
        raise InputError(f"rank is between 1 and {RANK_MAX}.")
    return AssetSource(source=source.name, symbol=symbol or None, rank=one.rank)
