"""What is tracked is kept fresh: quotes while its exchange trades, each day once it is over."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("yfinance")

from argosy.core.market.asset import Asset, AssetCategory, AssetSource
from argosy.core.market.bars import Bar, pack_bars
from argosy.runtime.clock import FixedClock
from argosy.services import asset_sources, assets
from argosy.services.assets import AssetDraft
from argosy.services.collecting import QUOTES, Collected, Collector, Pace, collect
from argosy.sources.base import midnight
from argosy.store import prices, queue, tracking
from argosy.wiring import Argosy
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator
from tests.support.api import make_settings

MONDAY_NOON_IN_NEW_YORK = datetime(2024, 12, 30, 17, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PACE = Pace(interval=QUARTER)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator().running() as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY_NOON_IN_NEW_YORK)


@pytest.fixture
async def argosy(
    database_url: str, tmp_path: Path, clock: FixedClock, simulator: Simulator
) -> AsyncIterator[Argosy]:
    chosen = make_settings(tmp_path, database_url, yahoo_url=simulator.url, quote_seconds=0)
    async with Argosy.opened(chosen, clock=clock) as argosy:
        yield argosy


async def tracked(
    argosy: Argosy, symbol: str, exchange: str | None = "NASDAQ", **settings: object
) -> Asset:
    """Make a shared asset that is enabled."""
    coin = exchange is None
    draft = AssetDraft(
        symbol=symbol,
        exchange=exchange,
        category=AssetCategory.CRYPTO if coin else AssetCategory.STOCK,
        currency="USD",
    )
    async with argosy.database.write() as session:
        asset = (await assets.create(session, draft, owner=None, by=None)).asset
        if coin:
            called = [AssetSource(source="yahoo", symbol=f"{symbol}-USD", rank=1)]
            await asset_sources.put(session, asset, called, registry=argosy.sources, by=None)
        await tracking.put(session, asset.id, {"enabled": True, **settings})
    return asset


async def stored(argosy: Argosy, asset: Asset, day: date) -> None:
    """Let an asset have a price of a day."""
    bar = Bar(at=midnight(day), day=day, close=Decimal(50))
    packed = pack_bars([bar], asset_key=asset.key, latest=day)
    async with argosy.database.write() as session:
        await prices.upsert_bars(session, packed.columns, source="yahoo")
        await tracking.collected(
            session, asset, at=argosy.clock.now() - QUARTER, changed=True,
            asked=tracking.Span(day - timedelta(days=400), day),
        )  # fmt: skip


async def cycle(argosy: Argosy, pace: Pace = PACE) -> Collected:
    by = Collector(
        database=argosy.database,
        sources=argosy.sources,
        quotes=argosy.quotes,
        bus=argosy.bus,
        clock=argosy.clock,
    )
    return await collect(by, pace=pace)


async def jobs_of(argosy: Argosy, asset: Asset) -> list[queue.Job]:
    async with argosy.database.read() as session:
        return (await queue.of_assets(session, [asset.id])).get(asset.id, [])


async def test_quotes_of_what_trades_now_are_told_to_the_bus(argosy: Argosy, simulator: Simulator):
    acme = await tracked(argosy, "ACME")
    async with argosy.bus.listen(QUOTES) as events:
        done = await cycle(argosy)
        told = json.loads((await asyncio.wait_for(anext(events), 5)).payload)
    assert (done.tracked, done.asked, done.quoted) == (1, 1, 1)
    assert told["asset_id"] == acme.id
    assert Decimal(told["price"]) == simulator.listings["ACME"].bars[-1].close
    assert (told["currency"], told["source"]) == ("USD", "yahoo")


async def test_many_are_asked_for_in_one_request(argosy: Argosy, simulator: Simulator):
    for symbol, exchange in (("ACME", "NASDAQ"), ("BTC", None)):
        await tracked(argosy, symbol, exchange)
    assert (await cycle(argosy)).quoted == 2
    assert len(simulator.paths("/v7/finance/quote")) == 1


async def test_at_night_only_crypto_is_asked_for_unless_a_setting_says_otherwise(
    argosy: Argosy, clock: FixedClock
):
    await tracked(argosy, "ACME")
    await tracked(argosy, "BTC", None)
    clock.advance(timedelta(hours=8))
    assert (await cycle(argosy)).asked == 1
    clock.advance(QUARTER)
    assert (await cycle(argosy, Pace(interval=QUARTER, trading_hours_only=False))).asked == 2


async def test_an_asset_has_an_interval_of_its_own(argosy: Argosy, clock: FixedClock):
    await tracked(argosy, "ACME", interval_minutes=60)
    await tracked(argosy, "BTC", None)
    asked = []
    for _ in range(5):
        asked.append((await cycle(argosy)).asked)
        clock.advance(QUARTER)
    assert asked == [2, 1, 1, 1, 2]


async def test_a_source_that_fails_is_asked_again_in_the_next_cycle(
    argosy: Argosy, simulator: Simulator, clock: FixedClock
):
    await tracked(argosy, "ACME")
    simulator.fail(Fault.SERVER_ERROR, times=20)
    assert (await cycle(argosy)).quoted == 0
    simulator.heal()
    clock.advance(timedelta(minutes=10))  # the source was left alone meanwhile
    assert (await cycle(argosy)).quoted == 1


async def test_a_day_is_queued_once_it_is_over_and_only_once(argosy: Argosy, clock: FixedClock):
    acme = await tracked(argosy, "ACME")
    await stored(argosy, acme, date(2024, 12, 27))
    assert (await cycle(argosy)).queued == 0  # Monday's session still runs
    clock.advance(timedelta(hours=4, minutes=30))
    assert (await cycle(argosy)).queued == 0  # it closed half an hour ago
    clock.advance(timedelta(minutes=45))
    assert (await cycle(argosy)).queued == 1
    assert (await cycle(argosy)).queued == 0
    (job,) = await jobs_of(argosy, acme)
    assert job.end_date == date(2024, 12, 30)


async def test_over_a_weekend_nothing_is_queued(argosy: Argosy, clock: FixedClock):
    acme = await tracked(argosy, "ACME")
    await stored(argosy, acme, date(2024, 12, 27))
    clock.advance(timedelta(days=-1))
    assert (await cycle(argosy)).queued == 0
    assert await jobs_of(argosy, acme) == []


async def test_what_nobody_tracks_any_more_is_left_alone(argosy: Argosy):
    acme = await tracked(argosy, "ACME")
    async with argosy.database.write() as session:
        await tracking.put(session, acme.id, {"enabled": False})
    assert await cycle(argosy) == Collected(tracked=0, asked=0, quoted=0, queued=0)
