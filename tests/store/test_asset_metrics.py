"""Stored metrics: kept with a version, served at that version alone."""

from datetime import date

from argosy.core.risk.asset_metrics import AssetMetrics
from argosy.store import asset_metrics, versions
from argosy.store.database import Database
from tests.store.test_prices import add_assets, bar, put

DAY = date(2024, 5, 31)
FULL = AssetMetrics(
    timeframe="ALL",
    start_on=date(2023, 5, 31),
    as_of=DAY,
    returns=250,
    sessions_a_year=251.5,
    sparse=True,
    total_return=0.1,
    annualized_return=0.0997,
    volatility=0.2,
    downside_deviation=0.15,
    sharpe_ratio=0.5,
    sortino_ratio=0.6,
    calmar_ratio=1.2,
    max_drawdown=-0.3,
    current_drawdown=-0.01,
    peak_on=date(2023, 6, 1),
    trough_on=date(2023, 7, 1),
    recovered_on=date(2023, 8, 1),
)
EMPTY = AssetMetrics(
    timeframe="1D", start_on=None, as_of=DAY, returns=0, reasons={"volatility": "Too few."}
)


async def keep(database: Database, metrics, version):
    async with database.write() as session:
        await asset_metrics.replace(session, metrics, version=version)


async def read(database: Database, version, keys=(1, 2, 3)):
    async with database.read() as session:
        return await asset_metrics.read(session, keys, version=version)


async def test_metrics_come_back_as_they_were_shortest_first(database: Database):
    await add_assets(database)
    await keep(database, {1: [FULL, EMPTY], 2: [EMPTY]}, 7)
    assert await read(database, 7) == {1: (EMPTY, FULL), 2: (EMPTY,)}
    assert await read(database, 8) == {}


async def test_later_metrics_win_whoever_writes_last(database: Database):
    await add_assets(database)
    await keep(database, {1: [FULL], 2: [FULL]}, 7)
    await keep(database, {1: [EMPTY, FULL]}, 8)
    await keep(database, {1: [], 2: []}, 8)
    await keep(database, {1: [EMPTY]}, 7)
    assert await read(database, 7) == {}
    assert await read(database, 8) == {1: (EMPTY, FULL)}


async def test_an_asset_that_is_gone_has_no_metrics(database: Database):
    await add_assets(database)
    await keep(database, {3: [EMPTY], 99: [EMPTY]}, 1)
    assert await read(database, 1, (3, 99)) == {3: (EMPTY,)}


async def test_the_version_rises_with_each_fact_that_metrics_depend_on(database: Database):
    async def version():
        async with database.read() as session:
            return await asset_metrics.read_version(session)

    seen = [await version()]
    for scope in asset_metrics.SCOPES:
        async with database.write() as session:
            await versions.bump(session, [scope])
        seen.append(await version())
    assert seen == sorted(set(seen))
    async with database.write() as session:
        await versions.bump(session, ["rates"])
    assert await version() == seen[-1]


async def test_own_facts_are_those_of_one_asset_and_one_user(database: Database):
    await add_assets(database)
    await put(database, [bar(DAY, "1")])
    await put(database, [bar(DAY, "2")], owner="u1")
    async with database.read() as session:
        found = [
            await asset_metrics.has_own_facts(session, key, user)
            for key, user in ((1, "u1"), (2, "u1"), (1, "u2"))
        ]
    assert found == [True, False, False]
