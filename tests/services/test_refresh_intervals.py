"""Bars of other lengths than a day: fetched where a source has them, and stored beside the days."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

pytest.importorskip("yfinance")

from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.runtime.clock import FixedClock
from argosy.services import assets, refresh
from argosy.services.assets import AssetDraft
from argosy.services.refresh import Loaded, NotLoaded, Wanted
from argosy.store import price_pages
from argosy.store.price_pages import BarFilter
from argosy.wiring import Argosy
from tests.simulator.market import within
from tests.simulator.server import Simulator
from tests.support.api import make_settings

DAY = date(2024, 12, 30)


@pytest.fixture
async def argosy(database_url: str, tmp_path: Path) -> AsyncIterator[Argosy]:
    with Simulator().running() as simulator:
        chosen = make_settings(tmp_path, database_url, yahoo_url=simulator.url)
        clock = FixedClock(datetime(2024, 12, 31, 12, tzinfo=UTC))
        async with Argosy.opened(chosen, clock=clock) as argosy:
            argosy.simulator = simulator
            yield argosy


async def acme(argosy: Argosy) -> Asset:
    async with argosy.database.write() as session:
        draft = AssetDraft(symbol="ACME", exchange="NASDAQ", currency="USD")
        return (await assets.create(session, draft, owner=None, by=None)).asset


async def loaded(argosy: Argosy, **wanted: object) -> Loaded | NotLoaded:
    (done,) = await refresh.load_prices(
        argosy.database,
        argosy.sources,
        [Wanted(symbol="ACME", start=DAY, end=DAY, **wanted)],
        today=date(2024, 12, 31),
    )
    return done


@pytest.mark.parametrize(("interval", "count"), [("1m", 390), ("1h", 7)])
async def test_short_bars_are_stored_beside_the_days(argosy: Argosy, interval: str, count: int):
    asset = await acme(argosy)
    await loaded(argosy)
    done = await loaded(argosy, interval=interval)
    assert isinstance(done, Loaded), done
    assert done.bars.created == count
    async with argosy.database.read() as session:
        short = await price_pages.read_bars(
            session, BarFilter(asset_key=asset.key, interval=interval), viewer=None
        )
        days = await price_pages.read_bars(session, BarFilter(asset_key=asset.key), viewer=None)
    bar = argosy.simulator.listings["ACME"].bars[-1]
    assert [one.bar.close for one in short.items] == [one.close for one in within(bar, count)]
    assert [one.bar.close for one in days.items] == [bar.close]


async def test_a_second_load_of_short_bars_changes_nothing(argosy: Argosy):
    await acme(argosy)
    await loaded(argosy, interval="1h")
    again = await loaded(argosy, interval="1h")
    assert isinstance(again, Loaded)
    assert (again.bars.created, again.bars.unchanged) == (0, 7)


async def test_an_interval_that_no_source_has_is_refused(argosy: Argosy):
    await acme(argosy)
    done = await loaded(argosy, interval="4h")
    assert isinstance(done, NotLoaded)
    assert isinstance(done.error, InputError)
    assert "4h" in str(done.error)
