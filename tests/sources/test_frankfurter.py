from contextlib import aclosing
from datetime import date, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    SourceKeyMissingError,
)
from argosy.runtime.budgets import MemoryBudgets
from argosy.sources.frankfurter import FrankfurterSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry


@pytest.fixture
async def frankfurter(simulator, manners):
    url = f"{simulator.url}/frankfurter"
    async with aclosing(FrankfurterSource(base_url=url, manners=manners)) as source:
        yield source


def of(rates, since=date.min):
    return {
        (day, currency, rate)
        for day, of_day in rates.items()
        for currency, rate in of_day.items()
        if day >= since
    }


async def test_all_rates_come_exactly_oldest_first_for_one_euro(simulator, frankfurter):
    rates = await frankfurter.rates()
    assert {(one.day, one.quote, one.rate) for one in rates} == of(simulator.rates)
    assert len(rates) == len(of(simulator.rates))
    assert {one.base for one in rates} == {"EUR"}
    assert [one.day for one in rates] == sorted(one.day for one in rates)
    assert simulator.paths("frankfurter") == ["/frankfurter/v1/1999-01-04.."]


async def test_from_a_weekend_on_there_is_nothing_of_the_friday(simulator, frankfurter):
    saturday = next(day for day in sorted(simulator.rates) if day.weekday() == 4) + timedelta(1)
    rates = await frankfurter.rates(since=saturday)
    assert {(one.day, one.quote, one.rate) for one in rates} == of(simulator.rates, saturday)


async def test_after_the_last_day_there_is_nothing(simulator, frankfurter):
    last = max(simulator.rates)
    assert {one.day for one in await frankfurter.rates(since=last)} == {last}
    with pytest.raises(NotAtSourceError):
        await frankfurter.rates(since=last + timedelta(days=1))


async def test_some_currencies_are_given_and_one_that_nobody_knows_takes_none_away(frankfurter):
    rates = await frankfurter.rates(currencies={"USD", "ZZZ"})
    assert {one.quote for one in rates} == {"USD"}
    assert len(rates) == 100
    assert all(isinstance(one.rate, Decimal) for one in rates)


async def test_a_request_is_taken_from_the_budget(simulator, quick):
    budgets = MemoryBudgets()
    manners = Manners(budgets=budgets, policy=quick)
    url = f"{simulator.url}/frankfurter"
    async with aclosing(FrankfurterSource(base_url=url, manners=manners)) as source:
        await source.rates()
        assert await budgets.left("frankfurter", source.manifest.limits) == (29,)


async def test_without_an_address_it_is_not_asked_and_the_setting_is_named():
    source = FrankfurterSource(base_url=None)
    assert Registry([source]).rates() == ()
    with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_FRANKFURTER_URL"):
        await source.rates()
