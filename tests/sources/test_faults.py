"""Every adapter against every fault, through the simulator, held to the table in the docs."""

import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("yfinance")

from argosy.core.errors import (
    CurrencyMismatchError,
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceRefusedError,
)
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.base import History, Source
from argosy.sources.binance import BinanceSource
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.ecb import EcbSource
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.frankfurter import FrankfurterSource
from argosy.sources.manners import Manners
from argosy.sources.massive import MassiveSource
from argosy.sources.remote import RemoteSource
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from tests.simulator import alphavantage, coingecko, coinmarketcap, finnhub, massive
from tests.simulator.faults import Fault, Trait

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "sources.md"
AFTER = datetime(2025, 1, 7, 12, tzinfo=UTC)
WITHIN = datetime(2024, 12, 30, 17, 45, tzinfo=UTC)
"""After the last session of the small world, and within that of its stock."""

DNS = "DNS_FAILURE"
OF_ONE = {Fault.BANNED, Fault.DAY_USED_UP, Fault.BURST}
FAULTS = [fault for fault in Fault if fault not in {*OF_ONE, Fault.SLOW}]
TRAITS = [
    Trait.WRONG_CURRENCY,
    Trait.MISSING_DAY,
    Trait.DUPLICATE_DAY,
    Trait.LIVE_LAST_ROW,
    Trait.NAN_ROWS,
    Trait.ZERO_ROWS,
    Trait.SPIKE,
    Trait.HALF_SPLIT,
]
"""What can befall any provider; the others are one provider's, and in its own tests."""

PASSING = [
    Fault.RATE_LIMITED,
    Fault.RATE_LIMITED_BRIEFLY,
    Fault.SERVER_ERROR,
    Fault.EMPTY,
    Fault.TRUNCATED,
    Fault.DROPPED,
    Fault.CUT_SHORT,
    Fault.SLOW,
]
"""What a second attempt gets over."""

ERRORS = {
    SourceDownError: "down",
    RateLimitedError: "busy",
    SourceChangedError: "changed",
    SourceRefusedError: "refused",
    NotAtSourceError: "unknown",
    CurrencyMismatchError: "other currency",
}


class Case(NamedTuple):
    """How one adapter is made and asked."""

    make: Callable[..., Source]
    ask: Callable[[Any], Awaitable[Any]]
    unit: str = "USD"
    by_clock: bool = False
    """Whether its answers leave open what still runs, and the clock decides."""


class Minutes:
    """A clock of budgets: between any two looks at it a minute goes by, so that none is empty."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        self.at += 60.0
        return self.at


def history(symbol):
    return lambda source: source.history(symbol)


CASES = {
    "yahoo": Case(
        lambda url, manners, _: YahooSource(base_url=url, manners=manners), history("ACME")
    ),
    "alphavantage": Case(
        lambda url, manners, _: AlphaVantageSource(
            base_url=f"{url}/alphavantage", key=alphavantage.PAID, manners=manners
        ),
        history("ACME"),
    ),
    "binance": Case(
        lambda url, manners, _: BinanceSource(base_url=f"{url}/binance", manners=manners),
        history("BTCUSDT"),
        "USDT",
    ),
    "coingecko": Case(
        lambda url, manners, _: CoinGeckoSource(
            base_url=f"{url}/coingecko/api/v3", key=coingecko.KEY, manners=manners
        ),
        history("bitcoin"),
    ),
    "coinmarketcap": Case(
        lambda url, manners, clock: CoinMarketCapSource(
            base_url=f"{url}/coinmarketcap", key=coinmarketcap.KEY, clock=clock, manners=manners
        ),
        history("1"),
    ),
    "finnhub": Case(
        lambda url, manners, clock: FinnhubSource(
            base_url=f"{url}/finnhub", key=finnhub.PAID, clock=clock, manners=manners
        ),
        history("ACME"),
        by_clock=True,
    ),
    "massive": Case(
        lambda url, manners, clock: MassiveSource(
            base_url=f"{url}/massive", key=massive.PAID, clock=clock, manners=manners
        ),
        history("ACME"),
        by_clock=True,
    ),
    "remote": Case(
        lambda url, manners, _: RemoteSource(base_url=f"{url}/remote", manners=manners),
        history("ACME"),
    ),
    "ecb": Case(
        lambda url, manners, _: EcbSource(base_url=f"{url}/ecb", manners=manners),
        lambda source: source.refresh(since=date(2026, 10, 1), today=date(2026, 10, 30)),
    ),
    "frankfurter": Case(
        lambda url, manners, _: FrankfurterSource(base_url=f"{url}/frankfurter", manners=manners),
        lambda source: source.rates(since=date(2026, 10, 1)),
    ),
}
ROWS = [*(fault.name for fault in FAULTS), Fault.SLOW.name, DNS, *(trait.name for trait in TRAITS)]


def manners(minutes, timeout_s=5.0):
    """Real rules with no time to waste."""
    policy = RetryPolicy(wait_s=0.01, wait_max_s=0.02, patience_s=0.5)
    return Manners(budgets=MemoryBudgets(minutes), policy=policy, timeout_s=timeout_s)


async def under_faults(simulator, case):
    """What comes of each fault if it lasts."""
    minutes, found = Minutes(), {}
    for timeout_s, faults in ((5.0, FAULTS), (0.4, [Fault.SLOW])):
        asking = manners(minutes, timeout_s)
        async with aclosing(case.make(simulator.url, asking, FixedClock(AFTER))) as source:
            await case.ask(source)
            for fault in faults:
                simulator.requests.clear()
                simulator.fail(fault, times=20)
                found[fault.name] = await failing(simulator, case, source)
                simulator.heal()
                minutes.at += 100_000.0  # another day, with a budget of its own
    return found


async def failing(simulator, case, source):
    with pytest.raises(tuple(ERRORS)) as caught:
        await case.ask(source)
    again = len([one for one in simulator.requests if "crumb" not in one.path != "/"]) >= 3
    if isinstance(caught.value, RateLimitedError) and caught.value.retry_after_s:
        assert not again
        return "waits"
    assert again == isinstance(caught.value, SourceDownError | RateLimitedError)
    return ERRORS[type(caught.value)]


async def without_a_name(case):
    """What comes of a host whose name nobody knows."""
    asking = manners(Minutes())
    async with aclosing(case.make("http://nowhere.invalid", asking, FixedClock(AFTER))) as source:
        with pytest.raises(tuple(ERRORS)) as caught:
            await case.ask(source)
    return {DNS: ERRORS[type(caught.value)]}


async def under_traits(simulator, case):
    """What comes of data that are odd; a dash where a provider's answers stay as they were."""
    simulator.requests.clear()
    usual = days(await answer(simulator, case, AFTER))
    requests = [one for one in simulator.requests if "crumb" not in one.path != "/"]
    replies = [simulator.reply(one) for one in requests]
    found = {}
    for trait in TRAITS:
        by_clock = case.by_clock and trait is Trait.LIVE_LAST_ROW
        simulator.traits = frozenset({trait})
        told = by_clock or replies != [simulator.reply(one) for one in requests]
        now = WITHIN if by_clock else AFTER
        found[trait.name] = await oddly(simulator, case, now, usual) if told else "–"
    return found


async def oddly(simulator, case, now, usual):
    try:
        told = await answer(simulator, case, now)
        if isinstance(told, History):
            told.quoted_in(case.unit)
    except tuple(ERRORS) as error:
        return ERRORS[type(error)]
    found = days(told)
    if isinstance(told, History) and told.unfinished is not None:
        assert told.unfinished == told.bars[-1].day
        return "marked"
    if usual.keys() - found.keys():
        return "left out"
    return "no harm" if found == usual else "as sent"


async def answer(simulator, case, now):
    async with aclosing(case.make(simulator.url, manners(Minutes()), FixedClock(now))) as source:
        return await case.ask(source)


async def outcomes(simulator, provider):
    """Return the column of a provider."""
    case = CASES[provider]
    found = await under_faults(simulator, case)
    return found | await without_a_name(case) | await under_traits(simulator, case)


def days(found):
    """Return the figures of an answer by day, each once."""
    if not isinstance(found, History):
        return {(rate.day, rate.quote): rate.rate for rate in found}
    closes = {bar.day: bar.close for bar in found.bars}
    assert len(closes) == len(found.bars), "a day stands twice"
    return closes


def table():
    """The cells of the table in the docs, by fault and provider."""
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    head = next(row for row in rows if set(CASES) < set(row))
    found = {}
    for row in rows:
        name = re.search(r"`([A-Z_0-9]+)`", row[0])
        if name and len(row) == len(head):
            found[name[1]] = dict(zip(head[1:], row[1:], strict=True))
    return found


def test_the_table_has_each_fault_and_each_provider():
    told = table()
    assert sorted(told) == sorted(ROWS)
    assert all(set(row) == set(CASES) for row in told.values())


@pytest.mark.parametrize("provider", CASES)
async def test_each_provider_fails_as_the_table_says(simulator, provider):
    told = {row: cells[provider] for row, cells in table().items()}
    assert await outcomes(simulator, provider) == told


@pytest.mark.parametrize("provider", CASES)
async def test_a_fault_that_passes_is_not_seen(simulator, provider):
    case, minutes = CASES[provider], Minutes()
    asking = manners(minutes, timeout_s=2.0)
    async with aclosing(case.make(simulator.url, asking, FixedClock(AFTER))) as source:
        usual = days(await case.ask(source))
        for fault in PASSING:
            minutes.at += 100_000.0  # another day, with a budget of its own
            simulator.fail(fault)
            assert days(await case.ask(source)) == usual, fault
