import asyncio
import socket
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, date, time
from decimal import Decimal

import httpx2
import pytest
import uvicorn

from argosy.api.app import create_app
from argosy.core.errors import (
    NotAtSourceError,
    SourceChangedError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import MemoryBudgets
from argosy.sources.base import HOUR, MINUTE
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.remote import RemoteSource
from argosy.wiring import Argosy
from tests.simulator.remote import TOKEN
from tests.support.api import make_settings, sign_up


@pytest.fixture
async def remote(simulator, manners):
    url = f"{simulator.url}/remote"
    async with aclosing(RemoteSource(base_url=url, manners=manners)) as source:
        yield source


def values(bars):
    return [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]


async def test_days_come_back_as_they_were_traded_once_each_page_by_page(simulator, remote):
    history = await remote.history("ACME:NMS")
    listing = simulator.listings["ACME"]
    assert values(history.bars) == values(listing.bars)
    assert {bar.at.timetz() for bar in history.bars} == {time(tzinfo=UTC)}
    assert (history.currency, history.unfinished) == ("USD", None)
    assert [(one.day, one.new, one.old) for one in history.splits] == [
        (day, new, old) for day, (new, old) in listing.splits.items()
    ]
    assert len(simulator.paths("/prices")) == 2


async def test_pence_become_pounds_where_the_server_says_so(simulator, remote):
    history = await remote.history("TEA.L")
    assert history.currency == "GBP"
    last = simulator.listings["TEA.L"].bars[-1]
    assert history.bars[-1].close == last.close / 100
    assert history.bars[-1].volume == last.volume
    assert history.quoted_in("GBp").bars[-1].close == last.close


async def test_a_server_that_has_prices_alone_says_no_currency(simulator, manners):
    url = f"{simulator.url}/remote/bare"
    async with aclosing(RemoteSource(base_url=url, manners=manners)) as source:
        history = await source.history("TEA.L")
    assert values(history.bars) == values(simulator.listings["TEA.L"].bars)
    assert (history.currency, history.splits) == (None, ())


async def test_a_part_is_asked_for_alone(remote):
    history = await remote.history("BTC-USD", start=date(2024, 3, 1), end=date(2024, 3, 10))
    assert [bar.day.day for bar in history.bars] == list(range(1, 11))


async def test_nothing_in_a_part_is_an_empty_history(remote):
    history = await remote.history("ACME", start=date(2010, 3, 1), end=date(2010, 3, 10))
    assert history.bars == ()


@pytest.mark.parametrize(("interval", "count"), [(HOUR, 72), (MINUTE, 4_320)])
async def test_hours_and_minutes_add_up_to_their_days(simulator, remote, interval, count):
    history = await remote.history("BTC-USD", interval=interval)
    assert len(history.bars) == count
    for traded in simulator.listings["BTC-USD"].bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == traded.day]
        assert (parts[0].open, parts[-1].close) == (traded.open, traded.close)
        assert sum(bar.volume for bar in parts) == traded.volume


async def test_an_unknown_asset_is_an_error_of_its_own_and_asked_for_once(simulator, remote):
    with pytest.raises(NotAtSourceError, match="There is no asset NOSUCH"):
        await remote.history("NOSUCH")
    assert len(simulator.requests) == 1


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, remote):
    with pytest.raises(NotAtSourceError, match="5y"):
        await remote.history("ACME", interval="5y")
    assert simulator.requests == []


async def test_a_wrong_address_is_told_in_words(simulator, manners):
    url = f"{simulator.url}/remote/api/v2"
    async with aclosing(RemoteSource(base_url=url, manners=manners)) as source:
        with pytest.raises(SourceChangedError, match="Check ARGOSY_REMOTE_URL"):
            await source.history("ACME")


async def test_a_token_is_sent_and_a_wrong_one_is_refused_and_not_told(simulator, manners):
    url = f"{simulator.url}/remote"
    async with aclosing(RemoteSource(base_url=url, token=TOKEN, manners=manners)) as source:
        await source.history("ACME")
    assert {one.headers["authorization"] for one in simulator.requests} == {f"Bearer {TOKEN}"}
    async with aclosing(RemoteSource(base_url=url, token="stale", manners=manners)) as source:
        with pytest.raises(SourceRefusedError, match="Check ARGOSY_REMOTE_TOKEN") as caught:
            await source.history("ACME")
    assert "stale" not in str(caught.value)


async def test_requests_are_taken_from_the_budget(simulator, quick):
    budgets = MemoryBudgets()
    manners = Manners(budgets=budgets, policy=quick)
    async with aclosing(
        RemoteSource(base_url=f"{simulator.url}/remote", manners=manners)
    ) as source:
        await source.history("BTC-USD", start=date(2024, 3, 1), end=date(2024, 3, 10))
        assert await budgets.left("remote", source.manifest.limits) == (120 - 3,)


async def test_without_an_address_it_is_not_asked_and_the_setting_is_named():
    source = RemoteSource(base_url=None, token=TOKEN)
    assert Registry([source]).histories(AssetCategory.STOCK) == ()
    with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_REMOTE_URL"):
        await source.history("ACME")


@asynccontextmanager
async def serving(argosy):
    """A real Argosy on loopback, by its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(argosy), log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


async def test_it_reads_what_a_real_argosy_answers(tmp_path, sqlite_url, manners):
    bars = [
        {"timestamp": "2024-01-05", "open": "68.1", "close": "68.42", "volume": "1000.5"},
        {"timestamp": "2024-01-08", "close": "0.000000000000000000123"},
    ]
    async with (
        Argosy.opened(make_settings(tmp_path, sqlite_url)) as argosy,
        serving(argosy) as address,
        httpx2.AsyncClient(base_url=address) as client,
    ):
        await sign_up(client)
        asset = {"symbol": "VOD", "exchange": "LSE", "currency": "GBp"}
        await client.post("/api/v1/assets", json=asset)
        put = await client.put("/api/v1/assets/VOD:LSE/prices", json={"bars": bars})
        split = {"splits": [{"date": "2024-01-08", "ratio": "3:2"}]}
        await client.put("/api/v1/assets/VOD:LSE/splits", json=split)
        assert put.json()["created"] == 2
        token = client.headers["Authorization"].removeprefix("Bearer ")
        url = f"{address}/api/v1"
        async with aclosing(RemoteSource(base_url=url, token=token, manners=manners)) as source:
            history = await source.history("VOD:LSE")
            with pytest.raises(NotAtSourceError, match="no asset NOSUCH"):
                await source.history("NOSUCH")
        async with aclosing(RemoteSource(base_url=url, manners=manners)) as source:
            with pytest.raises(SourceRefusedError):
                await source.history("VOD:LSE")
        async with aclosing(RemoteSource(base_url=address, manners=manners)) as source:
            with pytest.raises(SourceChangedError):
                await source.history("VOD:LSE")
    first, second = history.bars
    assert history.currency == "GBP"
    assert (first.day, first.open, first.close) == (
        date(2024, 1, 5),
        Decimal("0.681"),
        Decimal("0.6842"),
    )
    assert first.volume == Decimal("1000.5")
    assert second.close == Decimal("0.00000000000000000000123")
    assert [(one.new, one.old) for one in history.splits] == [(3, 2)]
