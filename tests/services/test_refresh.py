"""Prices and rates from sources become facts that all users share."""

from contextlib import aclosing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from argosy.core.errors import (
    CurrencyMismatchError,
    InputError,
    NotAtSourceError,
    NotFoundError,
    SourceChangedError,
    SourceDownError,
    SourcesFailedError,
)
from argosy.core.market.asset import AssetCategory, AssetSource, Split
from argosy.services import asset_sources, assets, refresh
from argosy.services.assets import AssetDraft
from argosy.services.refresh import Loaded, NotLoaded, Wanted
from argosy.sources.binance import BinanceSource
from argosy.sources.breaker import FAILURES
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.ecb import EcbSource
from argosy.sources.manners import Manners
from argosy.sources.manual import ManualSource
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from argosy.store import asset_metrics, prices, rates, splits
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator
from tests.simulator.yahoo import raw_closes

TODAY = date(2030, 1, 8)


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
async def sources(simulator, tmp_path):
    quick = RetryPolicy(attempts=2, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=30.0)
    registry = Registry(
        [
            ManualSource(),
            CsvFileSource(tmp_path),
            EcbSource(
                base_url=f"{simulator.url}/ecb", manners=Manners(policy=quick, timeout_s=5.0)
            ),
            YahooSource(base_url=simulator.url, manners=Manners(policy=quick, timeout_s=5.0)),
        ]
    )
    yield registry
    await registry.aclose()


async def make(database, symbol, *, currency="USD", category=AssetCategory.STOCK):
    draft = AssetDraft(symbol=symbol, currency=currency, category=category)
    async with database.write() as session:
        return (await assets.create(session, draft, owner=None, by=None)).asset


async def call(database, sources, asset, source, symbol=None, rank=None):
    async with database.write() as session:
        stored = await asset_sources.of_asset(session, asset)
        wanted = [*stored, AssetSource(source=source, symbol=symbol, rank=rank)]
        await asset_sources.put(session, asset, wanted, registry=sources, by=None)


async def load(database, sources, symbol, **more):
    wanted = [Wanted(symbol=symbol, **more)]
    (done,) = await refresh.load_prices(database, sources, wanted, today=TODAY)
    if isinstance(done, NotLoaded):
        raise done.error
    return done


async def test_prices_and_splits_of_a_source_are_stored_as_traded(database, sources, simulator):
    pytest.importorskip("yfinance")
    asset = await make(database, "ACME")
    done = await load(database, sources, "ACME", source="yahoo")
    wanted = raw_closes(simulator.listings["ACME"])
    assert (done.bars.created, done.bars.unchanged, done.source) == (len(wanted), 0, "yahoo")
    assert (done.first_on, done.last_on) == (min(wanted), max(wanted))
    async with database.read() as session:
        history = (await prices.read_histories(session, [asset.key]))[asset.key]
        known = (await splits.read_splits(session, [asset.key]))[asset.key]
        version = await asset_metrics.read_version(session)
        metrics = (await asset_metrics.read(session, [asset.key], version=version))[asset.key]
    assert len(history.days) == len(wanted)
    assert metrics[-1].as_of == max(day for day in wanted if day.weekday() < 5)
    assert [(one.new, one.old) for one in known] == [(4, 1), (1, 8)]


async def test_a_second_load_stores_nothing(database, sources):
    pytest.importorskip("yfinance")
    await make(database, "ACME")
    await load(database, sources, "ACME", source="yahoo")
    again = await load(database, sources, "ACME", source="yahoo")
    assert not again.bars.changed
    assert not again.splits.changed


async def test_a_folder_is_asked_before_the_network_and_in_the_assets_own_unit(
    database, sources, simulator, tmp_path
):
    asset = await make(database, "TEA", currency="GBp")
    (tmp_path / "TEA.csv").write_text("date,close\n2024-01-05,812.5\n")
    done = await load(database, sources, "TEA")
    assert (done.source, done.bars.created) == ("csvfile", 1)
    assert simulator.requests == []
    async with database.read() as session:
        history = (await prices.read_histories(session, [asset.key]))[asset.key]
    assert history.mantissas[0] / 10 ** int(history.scales[0]) == 812.5


async def test_what_one_source_lacks_the_next_one_gives_under_its_own_name(database, sources):
    pytest.importorskip("yfinance")
    await make(database, "TEA", currency="GBp")
    done = await load(database, sources, "TEA", symbol_there="TEA.L")
    assert done.source == "yahoo"
    assert done.bars.created > 200


async def test_each_source_is_asked_by_the_symbol_that_is_stored_for_it(
    database, sources, tmp_path
):
    pytest.importorskip("yfinance")
    (tmp_path / "darjeeling.csv").write_text("date,close\n2024-01-05,812.5\n")
    tea = await make(database, "TEA", currency="GBp")
    await call(database, sources, tea, "yahoo", "TEA.L")
    await call(database, sources, tea, "csvfile", "Darjeeling")
    assert (await load(database, sources, "TEA")).source == "csvfile"
    assert (await load(database, sources, "TEA", source="yahoo")).bars.created > 200


async def test_the_assets_own_order_comes_before_the_categorys(database, sources, tmp_path):
    pytest.importorskip("yfinance")
    (tmp_path / "ACME.csv").write_text("date,close\n2024-01-05,812.5\n")
    acme = await make(database, "ACME")
    assert (await load(database, sources, "ACME")).source == "csvfile"
    await call(database, sources, acme, "yahoo", rank=1)
    assert (await load(database, sources, "ACME")).source == "yahoo"


async def test_a_source_in_another_currency_is_passed_over(database, sources, tmp_path):
    pytest.importorskip("yfinance")
    (tmp_path / "ACME.csv").write_text("date,close\n2024-01-05,812.5\n")
    acme = await make(database, "ACME", currency="EUR")
    await call(database, sources, acme, "yahoo", rank=1)
    with pytest.raises(CurrencyMismatchError):
        await load(database, sources, "ACME", source="yahoo")
    assert (await load(database, sources, "ACME")).source == "csvfile"


async def test_a_load_that_failed_everywhere_names_each_source_and_why(
    database, sources, simulator
):
    pytest.importorskip("yfinance")
    await make(database, "ACME")
    simulator.fail(Fault.SERVER_ERROR, times=4)
    with pytest.raises(SourcesFailedError) as failed:
        await load(database, sources, "ACME")
    assert {name: type(error) for name, error in failed.value.errors.items()} == {
        "csvfile": NotAtSourceError,
        "yahoo": SourceDownError,
    }
    assert str(failed.value).startswith("csvfile, yahoo: none of them gave it. csvfile: there is")


async def test_a_source_that_keeps_failing_is_passed_over_unless_it_is_named(
    database, sources, simulator, tmp_path
):
    pytest.importorskip("yfinance")
    acme = await make(database, "ACME")
    await call(database, sources, acme, "yahoo", rank=1)
    for _ in range(FAILURES):
        sources.breaker("yahoo").tell(SourceDownError("yahoo", "gone."))
    with pytest.raises(SourcesFailedError, match="yahoo: it failed too often and is left alone"):
        await load(database, sources, "ACME")
    (tmp_path / "ACME.csv").write_text("date,close\n2024-01-05,812.5\n")
    assert (await load(database, sources, "ACME")).source == "csvfile"
    assert simulator.requests == []
    assert (await load(database, sources, "ACME", source="yahoo")).source == "yahoo"
    assert (await load(database, sources, "ACME")).source == "yahoo"


async def test_the_only_source_there_is_is_asked_however_often_it_failed(database, simulator):
    pytest.importorskip("yfinance")
    await make(database, "ACME")
    alone = Registry([YahooSource(base_url=simulator.url)])
    for _ in range(FAILURES):
        alone.breaker("yahoo").tell(SourceDownError("yahoo", "gone."))
    assert (await load(database, alone, "ACME")).source == "yahoo"
    await alone.aclose()


async def test_a_source_that_fails_is_told_and_nothing_is_stored(database, sources, simulator):
    pytest.importorskip("yfinance")
    asset = await make(database, "ACME")
    simulator.fail(Fault.SERVER_ERROR, times=4)
    with pytest.raises(SourceDownError):
        await load(database, sources, "ACME", source="yahoo")
    async with database.read() as session:
        assert await prices.read_histories(session, [asset.key]) == {}


async def test_what_cannot_be_asked_is_refused_before_anything_happens(database, sources):
    await make(database, "ACME")
    await make(database, "HOUSE", category=AssetCategory.REAL_ESTATE)
    with pytest.raises(NotFoundError):
        await load(database, sources, "NOTHING")
    with pytest.raises(InputError):
        await load(database, sources, "ACME", source="manual")
    with pytest.raises(NotAtSourceError):
        await load(database, sources, "HOUSE")
    nobody = Registry([ManualSource()])
    with pytest.raises(InputError):
        await load(database, nobody, "ACME")


async def test_what_fails_takes_nothing_from_what_comes_before_and_after(
    database, sources, tmp_path
):
    for symbol in ("TEA", "SALT"):
        await make(database, symbol)
        (tmp_path / f"{symbol}.csv").write_text("date,close\n2024-01-05,812.5\n")
    (tmp_path / "SALT.csv").write_text("date,close\n2024-01-05,NaN\n")
    wanted = [Wanted(symbol=name, source="csvfile") for name in ("NOTHING", "SALT", "TEA")]
    nothing, salt, tea = await refresh.load_prices(database, sources, wanted, today=TODAY)
    assert isinstance(nothing, NotLoaded)
    assert isinstance(nothing.error, NotFoundError)
    assert isinstance(salt, NotLoaded)
    assert isinstance(salt.error, SourceChangedError)
    assert isinstance(tea, Loaded)
    async with database.read() as session:
        assert list(await prices.read_histories(session, [tea.asset.key])) == [tea.asset.key]


async def test_installed_rates_are_stored_and_newer_ones_fetched(database, sources, simulator):
    last, since = date(2030, 1, 7), date(2021, 3, 31)  # later than any package is installed
    simulator.rates[last] = {"USD": Decimal("1.2345")}
    done = await refresh.load_rates(database, sources, since=since, today=last, currencies={"USD"})
    assert [one.source for one in done] == ["ecb", "ecb"]
    async with database.read() as session:
        rows = {row.day: row.rate for row in await rates.read_rates(session, {"EUR", "USD"})}
    assert rows[since] == Decimal("1.1725")
    assert rows[last] == Decimal("1.2345")


async def test_rates_that_are_installed_stay_when_the_network_is_gone(database, sources, simulator):
    simulator.fail(Fault.SERVER_ERROR, times=8)
    stored, missed = await refresh.load_rates(
        database, sources, since=date(2021, 3, 31), today=TODAY, currencies={"USD"}
    )
    assert stored.rates.created > 0
    assert isinstance(missed.error, SourceDownError)
    async with database.read() as session:
        rows = await rates.read_rates(session, {"EUR", "USD"})
    assert rows[0].rate == Decimal("1.1725")


async def test_a_split_of_the_demo_is_what_the_company_did(database):
    from argosy.sources.demo import DemoSource

    asset = await make(database, "AAPL")
    history = await DemoSource().history("AAPL")
    async with database.write() as session:
        done = await refresh.store_prices(session, asset, history, today=TODAY)
        known = await splits.read_splits(session, [asset.key])
    assert done.rejected == ()
    assert known[asset.key] == (Split(date(2020, 8, 31), Decimal(4), Decimal(1)),)
    assert datetime.combine(done.last_on, datetime.min.time(), UTC).year == 2021


async def test_a_coin_is_never_taken_for_what_bears_its_ticker_elsewhere(database, sources):
    pytest.importorskip("yfinance")
    await make(database, "BTC", category=AssetCategory.CRYPTO)
    done = await load(database, sources, "BTC")
    assert (done.source, done.bars.created) == ("yahoo", 366)  # as BTC-USD


async def test_a_source_with_names_of_its_own_is_not_asked_for_ours(database, simulator):
    await make(database, "BTC", category=AssetCategory.CRYPTO)
    coins = BinanceSource(base_url=f"{simulator.url}/binance")
    async with aclosing(coins):
        with pytest.raises(NotAtSourceError, match="what it calls BTC is not stored"):
            await load(database, Registry([coins]), "BTC")
    assert simulator.requests == []
