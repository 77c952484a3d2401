"""What sources call assets, and in which order an asset wants them asked and believed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import AssetSource
from argosy.store import dividends, prices, versions
from argosy.store.tables.asset_source import AssetSourceRow as Row
from argosy.store.upserts import insert_into


async def of_assets(
    session: AsyncSession, asset_keys: Sequence[int]
) -> dict[int, tuple[AssetSource, ...]]:
    """Return the sources stored for assets: the ranked first, then by name; no entry where none."""
    columns = (Row.asset_key, Row.source, Row.symbol, Row.rank)
    order = (Row.rank.asc().nulls_last(), Row.source)
    query = select(*columns).where(Row.asset_key.in_(asset_keys)).order_by(*order)
    found: dict[int, tuple[AssetSource, ...]] = {}
    for key, source, symbol, rank in await session.execute(query):
        stored = AssetSource(source=source, symbol=symbol, rank=rank)
        found[key] = (*found.get(key, ()), stored)
    return found


async def put(session: AsyncSession, asset_key: int, wanted: Iterable[AssetSource]) -> bool:
    """Let these be all the sources of an asset; return whether anything changed.

    Other ranks are another order of belief: the daily series follows at once.
    """
    old = {one.source: one for one in (await of_assets(session, [asset_key])).get(asset_key, ())}
    new = {one.source: one for one in wanted}
    gone = sorted(old.keys() - new.keys())
    if gone:
        mine = Row.asset_key == asset_key, Row.source.in_(gone)
        await session.execute(delete(Row).where(*mine))
    changed = [one for name, one in new.items() if old.get(name) != one]
    if changed:
        insert = insert_into(session, Row)
        given = insert.excluded
        update = {"symbol": given.symbol, "rank": given.rank, "updated_at": func.now()}
        await session.execute(
            insert.on_conflict_do_update(index_elements=["asset_key", "source"], set_=update),
            [
                {"asset_key": asset_key, "source": s.source, "symbol": s.symbol, "rank": s.rank}
                for s in changed
            ],
        )
    if _order(old.values()) != _order(new.values()):
        await prices.choose_anew(session, [asset_key])
        await versions.bump(session, ["splits", dividends.SCOPE])
    return bool(gone or changed)


def _order(sources: Iterable[AssetSource]) -> list[tuple[int, str]]:
    """Return whom the ranks believe first."""
    return sorted((one.rank, one.source) for one in sources if one.rank is not None)
