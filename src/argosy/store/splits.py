"""Stock splits as facts about assets: from sources, and users' own."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Split
from argosy.core.market.bars import UpsertCounts
from argosy.store import versions
from argosy.store.price_rows import DEFAULT_ORDER, Orders, place
from argosy.store.price_sources import source_key, source_names
from argosy.store.tables.split import AssetSplitRow as Row
from argosy.store.upserts import insert_into


async def put_splits(
    session: AsyncSession,
    asset_key: int,
    splits: Iterable[Split],
    *,
    source: str,
    owner: str = "",
    replace: bool = False,
) -> UpsertCounts:
    """Store splits of an asset; with `replace` those of the same source and owner not named go.

    `owner` '' = shared, else that user's own.
    """
    wanted = {split.day.toordinal(): split for split in splits}
    key = {"asset_key": asset_key, "source": await source_key(session, source), "owner": owner}
    same = (Row.asset_key == asset_key, Row.source == key["source"], Row.owner == owner)
    found = await session.execute(select(Row.day, Row.new, Row.old).where(*same))
    stored: dict[int, tuple[Decimal, Decimal]] = {day: (new, old) for day, new, old in found}
    changed = {d: s for d, s in wanted.items() if stored.get(d) != (s.new, s.old)}
    if changed:
        insert = insert_into(session, Row)
        rows = [{**key, "day": d, "new": s.new, "old": s.old} for d, s in changed.items()]
        await session.execute(
            insert.on_conflict_do_update(
                index_elements=["asset_key", "day", "source", "owner"],
                set_={
                    "new": insert.excluded.new,
                    "old": insert.excluded.old,
                    "updated_at": func.now(),
                },
            ),
            rows,
        )
    gone = sorted(stored.keys() - wanted.keys()) if replace else []
    if gone:
        await session.execute(delete(Row).where(*same, Row.day.in_(gone)))
    if changed or gone:
        await versions.bump(session, ["splits"])
    created = len(changed.keys() - stored.keys())
    return UpsertCounts(created, len(changed) - created, len(wanted) - len(changed))


async def read_splits(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    viewer: str | None = None,
    orders: Orders | None = None,
) -> dict[int, tuple[Split, ...]]:
    """Return the splits of assets as one user sees them, oldest first; no entry where none.

    Sources may date one split a day apart, so the shared splits of an asset are those of one
    source, the one believed first; the viewer's own come on top, day by day.
    """
    names = await source_names(session)
    columns = (Row.asset_key, Row.day, Row.new, Row.old, Row.source, Row.owner)
    mine = or_(Row.owner == "", Row.owner == (viewer or ""))
    rows = await session.execute(select(*columns).where(Row.asset_key.in_(asset_keys), mine))
    shared: dict[int, dict[str, dict[int, Split]]] = {}
    own: dict[int, dict[int, Split]] = {}
    for key, day, new, old, source, owner in rows:
        split = Split(date.fromordinal(day), new, old)
        if owner:
            own.setdefault(key, {})[day] = split
        else:
            shared.setdefault(key, {}).setdefault(names[source], {})[day] = split
    found: dict[int, tuple[Split, ...]] = {}
    for key in shared.keys() | own.keys():
        order = (orders or {}).get(key, DEFAULT_ORDER)
        days = _believed(shared.get(key, {}), order) | own.get(key, {})
        found[key] = tuple(days[day] for day in sorted(days))
    return found


def _believed(sources: dict[str, dict[int, Split]], order: tuple[str, ...]) -> dict[int, Split]:
    if not sources:
        return {}
    return sources[min(sources, key=lambda name: (place(name, order), name))]
