"""Stock splits as facts about assets: from sources, and users' own."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.actions import E, StatedAction, same_day
from argosy.core.market.asset import Split
from argosy.core.market.bars import UpsertCounts
from argosy.core.market.reconcile import MANUAL
from argosy.store import dirty, versions
from argosy.store.beliefs import read_orders
from argosy.store.price_rows import DEFAULT_ORDER, place
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
        await dirty.mark_assets(session, {asset_key: dirty.ALWAYS}, owner=owner)
        await versions.bump(session, ["splits"])
    created = len(changed.keys() - stored.keys())
    return UpsertCounts(created, len(changed) - created, len(wanted) - len(changed))


async def read_splits(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    viewer: str | None = None,
) -> dict[int, tuple[Split, ...]]:
    """Return the splits of assets as one user sees them, oldest first; no entry where none.

    Sources may date one split a day apart, so the splits of an asset are those of one source, the
    one believed first. What is typed takes the place of what they say within a week of it.
    """
    stated = await read_stated(session, asset_keys, viewer=viewer)
    return {key: _believed(some) for key, some in stated.items()}


async def read_stated(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    viewer: str | None = None,
) -> dict[int, tuple[StatedAction[Split], ...]]:
    """Return what each source says of assets as one user sees it, the most believed first.

    The viewer's own word comes before all sources; no entry where nobody says anything.
    """
    names = await source_names(session)
    columns = (Row.asset_key, Row.day, Row.new, Row.old, Row.source, Row.owner)
    mine = or_(Row.owner == "", Row.owner == (viewer or ""))
    rows = await session.execute(select(*columns).where(Row.asset_key.in_(asset_keys), mine))
    found: dict[int, list[StatedAction[Split]]] = {}
    for key, day, new, old, source, owner in rows:
        split = Split(date.fromordinal(day), new, old)
        found.setdefault(key, []).append(StatedAction(split, names[source], own=bool(owner)))
    orders = await read_orders(session, list(found))
    return {key: in_order(some, orders.get(key, DEFAULT_ORDER)) for key, some in found.items()}


def in_order(
    stated: Iterable[StatedAction[E]], order: tuple[str, ...]
) -> tuple[StatedAction[E], ...]:
    """Return what was said with one's own word first, then by source and by day."""

    def believed(one: StatedAction[E]) -> tuple[bool, int, str, date]:
        return (not one.own, place(one.source, order), one.source, one.event.day)

    return tuple(sorted(stated, key=believed))


def _believed(stated: tuple[StatedAction[Split], ...]) -> tuple[Split, ...]:
    """Lay what people say over what one source says: it takes the place of those near it."""
    shared = [one for one in stated if not one.own]
    sources = [one.source for one in shared if one.source != MANUAL]
    layers = (
        [one.event for one in stated if one.own],
        [one.event for one in shared if one.source == MANUAL],
        [one.event for one in shared if one.source in sources[:1]],
    )
    believed: list[Split] = []
    for layer in layers:
        believed += [one for one in layer if not any(same_day(one, other) for other in believed)]
    return tuple(sorted(believed, key=lambda split: split.day))
