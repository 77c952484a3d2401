"""Figures of a part of a portfolio, and in another currency or unit of account."""

from decimal import Decimal

import pytest

from tests.api.evaluator import evaluate
from tests.api.story import BASE, Story
from tests.support.api import sign_up


@pytest.fixture
async def story(client) -> Story:
    return await Story.told(client)


async def total(story: Story, **query: str) -> Decimal:
    return Decimal((await story.ask(**query))["total_value"])


async def test_a_holding_alone_says_what_it_says_among_the_others(story):
    holdings = {one["symbol"]: one for one in await story.ask("/holdings", include="closed")}
    names = ("total_value", "realized_gain", "income", "fees", "total_gain")
    for symbol in ("ACME", "PENNY", "ETH", "SPUN", "BIGCO", "OLDCO"):
        alone = await story.ask(scope=f"holding:{symbol}")
        own = holdings[symbol]
        assert alone["total_cost"] == (own["cost"] if Decimal(own["quantity"]) else "0")
        assert alone["total_value"] == own["value"]
        assert alone["day_change"] == own["day_change"]
        if Decimal(own["quantity"]):
            assert alone["unrealized_gain"] == own["unrealized_gain"]
        assert [alone[name] for name in names[1:]] == [own[name] for name in names[1:]]


async def test_categories_add_up_to_the_portfolio(story):
    whole = await story.ask()
    parts = [await story.ask(scope=f"category:{name}") for name in ("STOCK", "CRYPTO", "OTHER")]
    for name in ("total_value", "total_cost", "realized_gain"):
        assert sum(Decimal(part[name] or 0) for part in parts) == Decimal(whole[name])


async def test_currencies_of_assets_add_up_and_pence_are_pounds(story):
    parts = [await total(story, scope=f"currency:{name}") for name in ("USD", "GBP", "EUR")]
    assert sum(parts) == await total(story)
    assert await total(story, scope="currency:gbp") == await total(story, scope="holding:PENNY")


async def test_a_coin_in_its_own_unit_is_its_quantity(story):
    holding = next(one for one in await story.ask("/holdings") if one["symbol"] == "ETH")
    shown = await story.ask(scope="holding:ETH", currency="ETH")
    assert shown["total_value"] == holding["quantity"]
    assert shown["currency"] == "ETH"


async def test_a_value_in_another_unit_is_converted_on_its_day(story):
    euros = await total(story, as_of="2024-05-31")
    dollars = await total(story, as_of="2024-05-31", currency="USD")
    assert dollars == pytest.approx(euros * Decimal("1.0852"), rel=Decimal("1e-30"))
    shares = await total(story, as_of="2024-05-31", currency="ACME")
    assert shares == pytest.approx(dollars / Decimal("71.5"), rel=Decimal("1e-17"))


async def test_the_portfolios_own_currency_is_the_portfolio_as_it_is(story):
    assert await story.ask(currency="eur") == await story.ask()


async def test_a_split_unit_is_todays_share(story):
    """ACME closed at 110.25 before its 2:1: a unit of today cost half of it."""
    before = await total(story, as_of="2023-03-31", currency="ACME")
    dollars = await total(story, as_of="2023-03-31", currency="USD")
    assert before == pytest.approx(dollars / Decimal("55.125"), rel=Decimal("1e-17"))


@pytest.mark.parametrize("figure", ["total_value", "realized_gain", "income"])
@pytest.mark.parametrize("view", [{"currency": "ETH"}, {"scope": "category:STOCK"}])
async def test_what_is_seen_is_explained(story, figure, view):
    shown = await story.ask(**view)
    explained = await story.ask("/explain", figure=figure, **view)
    assert Decimal(explained["value"]) == Decimal(shown[figure])
    assert evaluate(explained["nodes"]) == pytest.approx(
        Decimal(shown[figure]), abs=Decimal("1e-15")
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"currency": "NOPE"}, 422),
        ({"currency": "NEVER"}, 422),
        ({"scope": "shares"}, 422),
        ({"scope": "category:SHARES"}, 422),
        ({"scope": "holding:"}, 422),
        ({"scope": "portfolio:x"}, 422),
        ({"scope": "holding:NEVER"}, 404),
    ],
)
async def test_a_view_that_cannot_be_is_refused_with_words(story, query, status):
    path = f"{BASE}/portfolios/{story.portfolio_id}"
    response = await story.client.get(path, params=query)
    assert response.status_code == status
    assert response.json()["detail"]


async def test_a_scope_without_holdings_is_empty(story):
    shown = await story.ask(scope="category:BOND")
    assert (shown["total_value"], shown["total_return"]) == ("0", None)
    assert await story.ask("/holdings", scope="category:BOND") == []


async def test_a_private_asset_is_nobody_elses_unit(client, story):
    ada = client.headers["Authorization"]
    await sign_up(client, "bob")
    response = await client.post(f"{BASE}/assets", json={"symbol": "BOBCO", "currency": "USD"})
    bars = {"source": "manual", "bars": [{"timestamp": "2024-05-31", "close": "2"}]}
    await client.put(f"{BASE}/assets/{response.json()['id']}/prices", json=bars)
    client.headers["Authorization"] = ada
    path = f"{BASE}/portfolios/{story.portfolio_id}"
    response = await client.get(path, params={"currency": "BOBCO"})
    assert response.status_code == 422
