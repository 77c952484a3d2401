"""The facts that come with Argosy: where they are from, and that they are whole."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise

import pytest

from argosy.core.errors import NotAtSourceError
from argosy.sources.base import HistorySource
from argosy.sources.demo import LAST_DAY, DemoSource

SYMBOLS = ("AAPL", "BTC", "EEM", "SPY", "XAU")
LICENSES = ("Apache-2.0", "ODC-PDDL-1.0", "Facts")


def test_each_file_names_its_source_and_license():
    folder = files("argosy.sources.demo")
    present = {entry.name for entry in folder.iterdir() if entry.name.endswith(".csv")}
    named = {file.name: file for file in DemoSource().manifest.files}
    assert set(named) == present
    for file in named.values():
        assert file.source
        assert file.note
        assert file.license.startswith(LICENSES)


def test_the_facts_are_small():
    folder = files("argosy.sources.demo")
    assert sum(len(entry.read_bytes()) for entry in folder.iterdir() if entry.is_file()) < 100_000


@pytest.mark.parametrize("symbol", SYMBOLS)
async def test_days_rise_and_end_on_the_last_day(symbol):
    history = await DemoSource().history(symbol)
    days = [bar.day for bar in history.bars]
    assert all(before < after for before, after in pairwise(days))
    assert days[-1] == LAST_DAY
    assert all(bar.close > 0 for bar in history.bars)
    assert history.currency == "USD"


async def test_prices_are_as_traded_through_the_split():
    """Apple closed at 499.23 on the Friday before its 4:1 split and at 129.04 on the Monday."""
    history = await DemoSource().history("AAPL", start=date(2020, 8, 28), end=date(2020, 8, 31))
    assert [bar.close for bar in history.bars] == [Decimal("499.23"), Decimal("129.04")]
    assert [(split.day, split.new, split.old) for split in history.splits] == [
        (date(2020, 8, 31), 4, 1)
    ]
    assert history.dividends[-1].amount == Decimal("0.205")


async def test_bitcoin_has_a_close_each_month_and_nothing_between():
    days = [bar.day for bar in (await DemoSource().history("BTC")).bars]
    assert len(days) == 64
    assert len({(day.year, day.month) for day in days}) == len(days)


async def test_what_it_does_not_have_it_does_not_know():
    source = DemoSource()
    assert isinstance(source, HistorySource)
    for symbol in ("TSLA", "../ecb/manifest", "events", ""):
        with pytest.raises(NotAtSourceError):
            await source.history(symbol)
    with pytest.raises(NotAtSourceError):
        await source.history("AAPL", interval="1h")
