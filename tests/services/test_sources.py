"""What the sources can do, how they are doing, and whether they answer."""

from datetime import UTC, datetime

import pytest

from argosy.core.errors import (
    InputError,
    SourceDownError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.services import sources
from argosy.sources.binance import BinanceSource
from argosy.sources.breaker import COOL_OFF, FAILURES, Circuit
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.ecb import EcbSource
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.frankfurter import FrankfurterSource
from argosy.sources.manners import Manners
from argosy.sources.manual import ManualSource
from argosy.sources.registry import Registry
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator

CLOCK = FixedClock(datetime(2030, 1, 8, 12, 0, tzinfo=UTC))
TODAY = CLOCK.now().date()


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def budgets():
    return MemoryBudgets()


@pytest.fixture
async def registry(simulator, budgets, tmp_path):
    manners = Manners(budgets=budgets)
    registry = Registry(
        [
            ManualSource(),
            CsvFileSource(tmp_path),
            EcbSource(base_url=f"{simulator.url}/ecb", manners=manners),
            FrankfurterSource(base_url=f"{simulator.url}/frankfurter", manners=manners),
            BinanceSource(base_url=f"{simulator.url}/binance", manners=manners),
            FinnhubSource(key=None, clock=CLOCK, manners=manners),
        ],
        clock=CLOCK,
    )
    yield registry
    await registry.aclose()


async def check(registry, *names):
    done = await sources.check(registry, names, today=TODAY)
    return {one.source: one.error for one in done}


async def test_every_source_that_is_set_up_is_asked_something_small(registry, simulator):
    expected = dict.fromkeys(("csvfile", "ecb", "frankfurter", "binance"))
    assert await check(registry) == expected
    assert len(simulator.requests) == 3
    assert simulator.paths("eurofxref-daily")
    assert simulator.paths("/v1/2030-01-01..")


async def test_what_fails_is_told_and_stands_beside_what_answers(registry, simulator):
    simulator.fail(Fault.FORBIDDEN)
    done = await check(registry, "binance", "csvfile", "Binance")
    assert list(done) == ["binance", "csvfile"]
    assert isinstance(done["binance"], SourceRefusedError)
    assert done["csvfile"] is None
    last = registry.breaker("binance").last
    assert last is not None
    assert last.reason == str(done["binance"])


async def test_one_that_is_named_says_what_it_lacks_and_some_cannot_be_asked(registry, simulator):
    lacking = await check(registry, "finnhub")
    assert isinstance(lacking["finnhub"], SourceKeyMissingError)
    for name in ("manual", "nowhere"):
        with pytest.raises(InputError):
            await check(registry, name)
    assert simulator.requests == []


async def test_a_check_asks_also_whom_the_others_leave_alone_and_finds_it_well(registry):
    breaker = registry.breaker("binance")
    for _ in range(FAILURES):
        breaker.tell(SourceDownError("binance", "gone."))
    assert breaker.circuit is Circuit.OPEN
    assert await check(registry, "binance") == {"binance": None}
    assert breaker.circuit is Circuit.CLOSED


async def test_the_state_tells_what_is_left_and_what_happened(registry, budgets):
    breaker = registry.breaker("binance")
    for _ in range(FAILURES):
        breaker.tell(SourceDownError("binance", "gone."))
    await check(registry, "frankfurter")
    found = {one.manifest.name: one for one in await sources.states(registry, budgets)}
    assert list(found) == [source.name for source in registry]
    binance, frankfurter = found["binance"], found["frankfurter"]
    assert [left for _, left in binance.limits] == [6000]
    assert (binance.circuit, binance.lacks) == (Circuit.OPEN, None)
    assert (binance.last_failure.at, binance.retry_at) == (CLOCK.now(), CLOCK.now() + COOL_OFF)
    ((limit, left),) = frankfurter.limits
    assert left == limit.requests - 1
    assert (frankfurter.circuit, frankfurter.last_failure) == (Circuit.CLOSED, None)
    assert found["finnhub"].lacks == "ARGOSY_FINNHUB_KEY"
    assert found["manual"].limits == ()
