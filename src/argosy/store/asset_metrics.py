"""Metrics of assets by timeframe, kept with the version of the facts they were computed from."""

import dataclasses
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.risk.asset_metrics import TIMEFRAMES, AssetMetrics
from argosy.store import versions
from argosy.store.database import dialect_of, fetch_all
from argosy.store.price_rows import in_keys, keys_value
from argosy.store.tables.asset_metrics import AssetMetricsRow as Row
from argosy.store.upserts import insert_into

SCOPES = ("assets", "prices", "splits")
"""The version scopes that metrics depend on."""

_FIELDS = tuple(field.name for field in dataclasses.fields(AssetMetrics))


async def read_version(session: AsyncSession) -> int:
    """Return one number for the state of all facts that metrics depend on.

    It is a sum of counters that only rise: as long as it is the same, each of them is.
    """
    return sum((await versions.read(session, SCOPES)).values())


async def read(
    session: AsyncSession, asset_keys: Sequence[int], *, version: int
) -> dict[int, tuple[AssetMetrics, ...]]:
    """Return the metrics of assets that were computed at a version; no entry where none were."""
    columns = [Row.asset_key, *(getattr(Row, name) for name in _FIELDS)]
    wanted = Row.asset_key.in_(asset_keys), Row.version == version
    found: dict[int, list[AssetMetrics]] = {}
    for key, *values in await session.execute(select(*columns).where(*wanted)):
        metrics = AssetMetrics(**dict(zip(_FIELDS, values, strict=True)))
        in_order = dict(sorted(metrics.reasons.items()))  # PostgreSQL has an order of its own
        found.setdefault(key, []).append(dataclasses.replace(metrics, reasons=in_order))
    return {
        key: tuple(sorted(some, key=lambda one: TIMEFRAMES.index(one.timeframe)))
        for key, some in found.items()
    }


async def replace(
    session: AsyncSession, metrics: Mapping[int, Sequence[AssetMetrics]], *, version: int
) -> None:
    """Let these be all metrics of the assets named, computed at a version.

    Metrics of a later version stay: somebody else was faster. An asset that is gone has none.
    """
    metrics = {key: metrics[key] for key in await _held(session, list(metrics))}
    gone = [key for key, some in metrics.items() if not some]
    if gone:
        await session.execute(delete(Row).where(Row.asset_key.in_(gone), Row.version < version))
    rows = [
        {"asset_key": key, "version": version, **{name: getattr(one, name) for name in _FIELDS}}
        for key, some in sorted(metrics.items())
        for one in some
    ]
    if not rows:
        return
    insert = insert_into(session, Row)
    set_ = {name: insert.excluded[name] for name in ("version", *_FIELDS[1:])}
    upsert = insert.on_conflict_do_update(
        index_elements=["asset_key", "timeframe"],
        set_={**set_, "updated_at": func.now()},
        where=Row.version <= insert.excluded.version,
    )
    # Not through the ORM: it makes a statement for each set of columns that are not null.
    await (await session.connection()).execute(upsert, rows)


async def _held(session: AsyncSession, asset_keys: list[int]) -> list[int]:
    """Return which of the assets there are, and let nobody take them away meanwhile."""
    lock = "" if dialect_of(session) == "sqlite" else " FOR KEY SHARE"
    sql = f"SELECT key FROM assets WHERE key {in_keys(session)} ORDER BY key{lock}"
    return [key for (key,) in await fetch_all(session, sql, (keys_value(session, asset_keys),))]


async def clear(session: AsyncSession) -> None:
    """Forget all metrics: they are computed when asked for until they are stored again."""
    await session.execute(delete(Row))


async def has_own_facts(session: AsyncSession, asset_key: int, viewer: str) -> bool:
    """Tell whether a user sees other prices or splits of an asset than everybody does."""
    sql = (
        "SELECT 1 FROM asset_prices WHERE asset_key = ? AND interval = '1d' AND owner = ?"
        " UNION ALL SELECT 1 FROM asset_splits WHERE asset_key = ? AND owner = ? LIMIT 1"
    )
    return bool(await fetch_all(session, sql, (asset_key, viewer, asset_key, viewer)))
