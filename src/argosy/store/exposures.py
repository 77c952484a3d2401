"""What assets are made of: as all see it, and users' own."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import plain
from argosy.core.valuation.allocation import Dimension
from argosy.core.valuation.exposures import Exposure
from argosy.store import versions
from argosy.store.tables.exposure import AssetExposureRow as Row
from argosy.store.upserts import insert_into

SCOPE = "exposures"
"""The version scope of what assets are made of."""

_MANY = 500


async def put(
    session: AsyncSession, asset_key: int, exposures: Iterable[Exposure], *, owner: str = ""
) -> None:
    """Store weights, in place of those of the same dimension and day. `owner` '' = for all."""
    insert = insert_into(session, Row)
    given = insert.excluded
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["asset_key", "owner", "dimension", "day"],
            set_={"source": given.source, "weights": given.weights, "updated_at": func.now()},
        ),
        [
            {
                "asset_key": asset_key,
                "owner": owner,
                "dimension": one.dimension.value,
                "day": one.day.toordinal(),
                "source": one.source,
                "weights": {unit: plain(weight) for unit, weight in one.weights.items()},
            }
            for one in exposures
        ],
    )
    await versions.bump(session, [SCOPE])


async def remove(
    session: AsyncSession,
    asset_key: int,
    *,
    owner: str,
    dimension: Dimension | None = None,
    day: date | None = None,
) -> int:
    """Forget weights of one owner: of one dimension, one day, or all; return how many sets."""
    where = [Row.asset_key == asset_key, Row.owner == owner]
    if dimension is not None:
        where.append(Row.dimension == dimension.value)
    if day is not None:
        where.append(Row.day == day.toordinal())
    gone = (await session.execute(delete(Row).where(*where).returning(Row.day))).all()
    if gone:
        await versions.bump(session, [SCOPE])
    return len(gone)


async def read(
    session: AsyncSession, asset_keys: Sequence[int], *, viewer: str | None
) -> dict[int, tuple[Exposure, ...]]:
    """Return all that is stored of assets as one user sees it, by dimension and day."""
    found: dict[int, tuple[Exposure, ...]] = {}
    columns = (Row.asset_key, Row.dimension, Row.day, Row.source, Row.weights, Row.owner)
    mine = or_(Row.owner == "", Row.owner == (viewer or ""))
    for start in range(0, len(asset_keys), _MANY):
        some = Row.asset_key.in_(asset_keys[start : start + _MANY])
        query = select(*columns).where(some, mine).order_by(Row.dimension, Row.day, Row.owner)
        for key, dimension, day, source, weights, owner in await session.execute(query):
            stated = Exposure(
                dimension=Dimension(dimension),
                day=date.fromordinal(day),
                source=source,
                weights={unit: Decimal(weights[unit]) for unit in sorted(weights)},
                own=bool(owner),
            )
            found[key] = (*found.get(key, ()), stated)
    return found
