"""What is told of a source before many histories are asked for."""

from datetime import date

import pytest

from argosy.runtime.clock import SystemClock
from argosy.services import filling
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.massive import MassiveSource
from argosy.sources.registry import Registry

TODAY = date(2026, 6, 1)


@pytest.fixture
def sources(tmp_path):
    return Registry(
        [
            MassiveSource(key="k", clock=SystemClock()),
            AlphaVantageSource(key="k"),
            CoinMarketCapSource(key="k", clock=SystemClock()),
            CsvFileSource(tmp_path),
        ]
    )


def told(sources, source, *, since=date(2026, 5, 1), assets=1):
    return filling.cautions(sources, source, since=since, assets_wanted=assets, today=TODAY)


def test_a_free_plan_is_told_where_it_does_not_reach(sources):
    title = sources.get("massive").manifest.title
    assert told(sources, "massive") == []
    assert told(sources, "massive", since=date(2024, 6, 1)) == []
    assert told(sources, "massive", since=date(2024, 5, 31)) == [
        f"{title} goes back to 2024-06-01 without a paid plan."
    ]
    assert len(told(sources, "massive", since=None)) == 1
    assert told(sources, "coinmarketcap") == ["CoinMarketCap has no histories without a paid plan."]
    assert told(sources, "csvfile", since=None, assets=100_000) == []


@pytest.mark.parametrize(
    ("source", "assets", "words"),
    [
        ("massive", 10, None),
        ("coinmarketcap", 30, "CoinMarketCap has no histories without a paid plan."),
        ("massive", 100, "100 assets take 19 minutes or more"),
        ("massive", 3_000, "3,000 assets take 10 hours or more"),
        ("alphavantage", 250, "250 assets take 9 days or more"),
    ],
)
def test_many_assets_take_as_long_as_the_limits_make_them(sources, source, assets, words):
    said = told(sources, source, assets=assets)
    assert [one.split(" within")[0] for one in said] == ([words] if words else [])
