"""Old bars keep their close alone, and get the rest back when they are fetched again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import InputError
from argosy.core.market.bars import UpsertCounts
from argosy.runtime.clock import FixedClock
from argosy.services import retention
from argosy.services.retention import Reduced
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.registry import Registry
from argosy.sources.yahoo import YahooSource
from argosy.store import latest
from argosy.store.check import check
from argosy.store.database import fetch_all
from argosy.store.price_pages import BarFilter, read_bars
from tests.store.test_prices import add_assets, bar, closes, put

TODAY = date(2026, 6, 1)
CLOCK = FixedClock(datetime(2026, 6, 1, 3, tzinfo=UTC))
FULL = {"open": "10", "high": "11.25", "low": "9", "volume": "700.5"}
OLD, NEW = date(2024, 5, 31), date(2024, 6, 2)


@pytest.fixture
def sources(tmp_path):
    return Registry([YahooSource(), CsvFileSource(tmp_path)])


async def fetched(database, at=datetime(2026, 4, 1, tzinfo=UTC)):
    """Let all bars have been fetched at an instant."""
    stamp = "?" if database.is_sqlite else "to_timestamp(?)"
    async with database.write() as session:
        sql = f"UPDATE asset_prices SET fetched_at = {stamp}"
        await fetch_all(session, sql, (int(at.timestamp()),))
        await latest.refresh(session, range(1, 26))


async def whole(database, asset=1, viewer=None):
    """The days and sources of the bars that have more than a close."""
    async with database.read() as session:
        page = await read_bars(session, BarFilter(asset_key=asset), viewer=viewer)
    assert all(one.bar.close == Decimal("10.5") for one in page.items)
    return [(one.bar.day, one.source) for one in page.items if one.bar.open or one.bar.volume]


async def compact(database, sources, *, days=730, **options):
    return await retention.compact(database, sources, days=days, clock=CLOCK, **options)


async def test_old_bars_keep_their_close_alone(database, sources):
    await add_assets(database)
    for day in (OLD, NEW):
        await put(database, [bar(day, "10.5", **FULL)])
    await put(database, [bar(OLD, "10.5", open="10")], asset="2")
    await fetched(database)
    before = await closes(database)
    tried = await compact(database, sources, dry_run=True)
    assert (tried.rows, tried.bytes > 0, len(await whole(database))) == (2, True, 2)
    assert await compact(database, sources) == tried
    assert await whole(database) == [(NEW, "yahoo")]
    assert await closes(database) == before
    assert await check(database) == []
    assert await compact(database, sources) == Reduced()


async def test_what_nobody_can_fetch_again_is_left_whole(database, sources):
    await add_assets(database)
    for source, owner in (("manual", ""), ("csvfile", ""), ("my broker", ""), ("yahoo", "u1")):
        await put(database, [bar(OLD, "10.5", **FULL)], source=source, owner=owner)
    await put(database, [bar(OLD, "10.5", **FULL)], asset="2")
    async with database.write() as session:
        await fetch_all(session, "UPDATE assets SET owner_key = 'u1' WHERE key = 2")
    await put(database, [bar(OLD, "10.5", **FULL)], asset="3", interval="1h")
    await fetched(database)
    assert await compact(database, sources) == Reduced()
    assert len(await whole(database, viewer="u1")) == 4
    assert len(await whole(database, asset=2)) == 1


async def test_bars_that_are_fetched_again_are_whole_again_and_stay_so_for_a_month(
    database, sources
):
    await add_assets(database)
    await put(database, [bar(OLD, "10.5", **FULL)])
    await fetched(database)
    assert (await compact(database, sources)).rows == 1
    assert await put(database, [bar(OLD, "10.5", **FULL)]) == UpsertCounts(updated=1)
    assert await whole(database) == [(OLD, "yahoo")]
    await fetched(database, CLOCK.now() - timedelta(days=29))
    assert await compact(database, sources) == Reduced()
    await fetched(database, CLOCK.now() - timedelta(days=31))
    assert (await compact(database, sources)).rows == 1


async def test_nothing_is_taken_unless_somebody_says_so(database, sources):
    await add_assets(database)
    await put(database, [bar(OLD, "10.5", **FULL)])
    await fetched(database)
    assert await compact(database, sources, days=None) == Reduced()
    with pytest.raises(InputError, match="for a day at least"):
        await compact(database, sources, days=0)
    assert await whole(database) == [(OLD, "yahoo")]


async def test_many_assets_are_taken_some_at_a_time(database, sources):
    await add_assets(database, 25)
    for asset in range(1, 26):
        await put(database, [bar(OLD, "10.5", **FULL)], asset=str(asset))
    await fetched(database)
    steps = []
    await compact(database, sources, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(10, 25), (20, 25), (25, 25)]
    assert (await compact(database, sources, dry_run=True)).rows == 0
