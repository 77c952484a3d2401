"""The routes of figures: fields as in the contract, refusals, days, freshness, and both databases."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from argosy.api.schemas.figures import (
    ExplanationOut,
    HoldingOut,
    PortfolioFiguresOut,
)
from argosy.api.schemas.gains import GainsOut
from argosy.api.schemas.performance import PerformanceOut, SeriesOut
from tests.api.story import BASE, LINES, Story, line
from tests.support.api import app_client, sign_up
from tests.support.snapshots import matches_snapshot

ROUTES: dict[str, tuple[str, dict[str, str], Any]] = {
    "portfolio": ("", {}, PortfolioFiguresOut),
    "holdings": ("/holdings", {"include": "lots,closed"}, list[HoldingOut]),
    "gains": ("/gains", {}, GainsOut),
    "series": ("/series", {"start": "2024-05-28"}, SeriesOut),
    "performance": ("/performance", {}, PerformanceOut),
    "explain": ("/explain", {"figure": "income"}, ExplanationOut),
}


@pytest.fixture
async def story(client) -> Story:
    return await Story.told(client)


@pytest.mark.parametrize("name", ROUTES)
async def test_bytes_have_the_shape_that_the_schema_says(story, name):
    """Strict: a number where a string belongs is refused, and so is a field too many."""
    path, query, schema = ROUTES[name]
    response = await story.client.get(f"{BASE}/portfolios/{story.portfolio_id}{path}", params=query)
    assert response.status_code == 200
    TypeAdapter(schema).validate_json(response.content, strict=True)
    for shown in _objects(response.json()):
        for own in _models(schema):
            if set(own.model_fields) <= set(shown):
                assert set(shown) == set(own.model_fields)


@pytest.mark.parametrize("name", ROUTES)
async def test_answers_are_kept_as_snapshots(story, name):
    path, query, _ = ROUTES[name]
    assert matches_snapshot(f"figures.{name}", await story.ask(path, **query))


async def test_fields_of_the_contract_are_there(story):
    contract = (
        "total_value, total_cost, unrealized_gain, realized_gain, income, fees, fees_separate, "
        "total_gain, total_return, day_change, invested, cash, flags"
    )
    assert set(contract.split(", ")) <= set(await story.ask())
    contract = (
        "asset_id, symbol, exchange, name, currency, quantity, average_cost, cost, price, price_at, "
        "value, weight, unrealized_gain, unrealized_return, realized_gain, income, fees, flags, lots, "
        "local_cost, local_value"
    )
    holdings = await story.ask("/holdings", include="lots")
    assert all(set(contract.split(", ")) <= set(holding) for holding in holdings)
    assert {"acquired", "quantity", "cost"} <= set(holdings[0]["lots"][0])
    gains = await story.ask("/gains")
    contract = "date, asset_id, symbol, quantity, proceeds, cost, gain, price_part, currency_part, acquired, days_held, lots"
    assert all(set(contract.split(", ")) <= set(gain) for gain in gains["items"])
    series = await story.ask("/series")
    assert list(series)[:5] == ["date", "value", "cost", "invested", "twr"]
    contract = (
        "twr, mwr, mwr_annual, modified_dietz, total_return, annualized_twr, value_start, value_end, "
        "flows, gain, reasons"
    )
    assert set(contract.split(", ")) <= set(await story.ask("/performance"))


async def test_money_is_text_and_fractions_are_numbers(story):
    found = await story.ask()
    assert all(
        isinstance(found[x], str) for x in ("total_value", "total_cost", "day_change", "invested")
    )
    assert isinstance(found["total_return"], float)
    (acme,) = [x for x in await story.ask("/holdings") if x["symbol"] == "ACME"]
    assert all(
        isinstance(acme[x], str)
        for x in ("quantity", "price", "value", "average_cost", "local_value")
    )
    assert all(isinstance(acme[x], float) for x in ("weight", "unrealized_return"))
    series = await story.ask("/series")
    assert all(
        isinstance(x, float) for name in ("value", "cost", "invested", "twr") for x in series[name]
    )


async def test_series_has_an_entry_for_every_calendar_day_to_the_latest(story):
    series = await story.ask("/series")
    assert (series["date"][0], series["date"][-1]) == ("2023-01-02", "2024-06-01")
    columns = ("date", "value", "cost", "invested", "twr")
    assert len({len(series[name]) for name in columns}) == 1
    assert len(series["date"]) == 517
    found = await story.ask()
    assert found["as_of"] == "2024-06-01", "the last day of a price of something held"
    assert series["value"][-1] == pytest.approx(float(found["total_value"]), rel=1e-12)
    assert series["cost"][-1] == pytest.approx(float(found["total_cost"]), rel=1e-12)
    assert series["invested"][-1] == pytest.approx(float(found["invested"]), rel=1e-12)
    whole = await story.ask("/performance", range="all")
    assert series["twr"][-1] == whole["twr"]
    for day in (30, 162, 200, 400):
        exact = await story.ask(as_of=series["date"][day])
        assert series["value"][day] == pytest.approx(float(exact["total_value"]), rel=1e-12)


async def test_a_slice_of_the_series_starts_its_return_at_zero(story):
    part = await story.ask("/series", start="2024-05-30", end="2024-05-31")
    assert part["date"] == ["2024-05-30", "2024-05-31"]
    returns = await story.ask("/performance", start="2024-05-30", end="2024-05-31")
    assert part["twr"][-1] == pytest.approx(returns["twr"], abs=1e-15)
    beyond = await story.ask("/series", start="2024-06-01", end="2030-01-01")
    assert beyond["date"] == ["2024-06-01", "2024-06-02", "2024-06-03"], "no day after today"
    assert (await story.ask("/series", end="2020-01-01"))["date"] == []


async def test_a_day_cuts_the_ledger_after_it(story):
    before, on = await story.ask(as_of="2023-07-02"), await story.ask(as_of="2023-07-03")
    assert before["realized_gain"] != on["realized_gain"]
    assert (before["as_of"], on["as_of"]) == ("2023-07-02", "2023-07-03")
    symbols = {x["symbol"] for x in await story.ask("/holdings", as_of="2023-01-31")}
    assert symbols == {"ACME"}
    first = await story.ask(as_of="1900-01-01")
    assert (first["total_value"], first["total_return"]) == ("0", None)
    assert (await story.ask(as_of="9998-12-31"))["total_value"] is not None


async def test_stale_is_judged_against_today_unless_a_day_is_asked_for(story):
    by_default = {x["symbol"]: x["flags"] for x in await story.ask("/holdings")}
    assert by_default["BARE"] == ["estimated", "split_unbooked", "stale"]
    assert by_default["ACME"] == []
    then = {x["symbol"]: x["flags"] for x in await story.ask("/holdings", as_of="2024-04-03")}
    assert then["BARE"] == ["estimated"]
    assert then["SPUN"] == ["stale"]
    assert "stale:BARE" in (await story.ask())["flags"]


async def test_holdings_come_by_value_and_closed_ones_last_if_wanted(story):
    held = await story.ask("/holdings")
    values = [Decimal(x["value"]) for x in held]
    assert values == sorted(values, reverse=True)
    assert all(x["lots"] is None for x in held)
    everything = await story.ask("/holdings", include="closed")
    assert {x["symbol"] for x in everything} - {x["symbol"] for x in held} == {"OLDCO"}
    assert everything[-1]["symbol"] == "OLDCO"
    assert sum(x["weight"] for x in held) == pytest.approx(1, abs=1e-12)


async def test_gains_add_up_and_can_be_cut(story):
    gains = await story.ask("/gains")
    found = await story.ask()
    assert gains["totals"]["gain"] == found["realized_gain"]
    for item in gains["items"]:
        assert Decimal(item["gain"]) == Decimal(item["proceeds"]) - Decimal(item["cost"])
        assert Decimal(item["gain"]) == Decimal(item["price_part"]) + Decimal(item["currency_part"])
    part = await story.ask("/gains", start="2024-01-01", end="2024-02-29")
    assert [x["date"] for x in part["items"]] == [
        x["date"] for x in gains["items"] if x["date"].startswith(("2024-01", "2024-02"))
    ]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"as_of": "yesterday"}),
        ("/holdings", {"include": "lots,everything"}),
        ("/performance", {"range": "1H"}),
        ("/performance", {"range": "1M", "start": "2024-01-01"}),
        ("/performance", {"start": "2024-02-01", "end": "2024-01-01"}),
        ("/explain", {"figure": "luck"}),
        ("/explain", {"figure": "total_value", "start": "2024-01-01"}),
        ("/explain", {}),
        ("/series", {"start": "1.1.2024"}),
    ],
)
async def test_what_cannot_be_meant_is_refused(story, path, query):
    response = await story.client.get(f"{BASE}/portfolios/{story.portfolio_id}{path}", params=query)
    assert response.status_code == 422, response.text
    assert response.json()["detail"]


async def test_a_holding_that_never_was_is_not_found(story):
    for asset_id in (story.assets["NEVER"], "nonsense"):
        query = {"figure": "value", "asset_id": asset_id}
        response = await story.client.get(
            f"{BASE}/portfolios/{story.portfolio_id}/explain", params=query
        )
        assert response.status_code == 404


async def test_portfolios_of_others_do_not_exist(story, argosy):
    async with app_client(argosy) as other:
        anonymous = await other.get(f"{BASE}/portfolios/{story.portfolio_id}/series")
        assert anonymous.status_code == 401
        await sign_up(other, "eve")
        for path, query, _ in ROUTES.values():
            for portfolio in (story.portfolio_id, "01890a5d-ac96-774b-bcce-b302099a8057", "x"):
                response = await other.get(f"{BASE}/portfolios/{portfolio}{path}", params=query)
                assert response.status_code == 404


async def test_an_empty_portfolio_has_zeros_where_they_are_true(client):
    story = await Story.told(client, lines=[])
    found = await story.ask()
    zeros = (
        "total_value",
        "total_cost",
        "unrealized_gain",
        "realized_gain",
        "income",
        "fees",
        "total_gain",
        "invested",
    )
    assert {found[x] for x in zeros} == {"0"}
    assert (found["total_return"], found["reasons"]) == (
        None,
        {"total_return": "Nothing has been bought yet."},
    )
    assert (found["flags"], found["cash"], found["as_of"]) == ([], {}, "2024-06-03")
    assert await story.ask("/holdings") == []
    assert (await story.ask("/gains"))["items"] == []
    assert await story.ask("/series") == {
        "date": [],
        "value": [],
        "cost": [],
        "invested": [],
        "twr": [],
        "start": None,
        "end": None,
        "currency": "EUR",
        "scope": "portfolio",
        "method": "daily closes",
        "flags": [],
        "reasons": {},
    }
    returns = await story.ask("/performance")
    for name in ("twr", "mwr", "mwr_annual", "modified_dietz", "total_return", "annualized_twr"):
        assert returns[name] is None
        assert returns["reasons"][name]
    explained = await story.ask("/explain", figure="twr")
    assert (explained["value"], explained["reason"]) == (None, "Nothing has happened yet.")
    assert (await story.ask("/explain", figure="total_value"))["value"] == "0"
    PerformanceOut.model_validate(returns)
    assert matches_snapshot("figures.performance.empty", returns)


async def test_an_answer_that_is_known_is_not_sent_again(story):
    url = f"{BASE}/portfolios/{story.portfolio_id}/series"
    first = await story.client.get(url)
    again = await story.client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    await story.enter([line("FEE", "2024-05-31", amount="1", currency="EUR")])
    fresh = await story.client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != first.headers["ETag"]


async def test_figures_follow_every_change_at_once(story):
    """Of the ledger, of prices, of splits, of rates and of the portfolio's settings."""
    seen = [(await story.ask())["total_value"]]

    async def changed() -> None:
        seen.append((await story.ask())["total_value"])
        assert seen[-1] != seen[-2]

    ids = await story.enter([line("BUY", "2024-05-31", "ACME", quantity="1", price="71")])
    await changed()
    response = await story.client.patch(f"{BASE}/transactions/{ids[0]}", json={"quantity": "2"})
    assert response.status_code == 200
    await changed()
    assert (await story.client.delete(f"{BASE}/transactions/{ids[0]}")).status_code == 204
    await changed()
    assert seen[-1] == seen[0]
    await story.put_prices("ACME", [("2024-05-31", "72.5")])
    await changed()
    rates = [{"currency": "EUR", "timestamp": "2024-05-31", "rate_to_usd": "1.09"}]
    await story.put("/exchange-rates", {"source": "manual", "rates": rates})
    await changed()
    splits = {"splits": [{"date": "2024-05-20", "ratio": "2:1"}]}
    await story.put(f"/assets/{story.assets['BARE']}/splits", splits)
    await changed()
    await story.change(track_cash=True)
    await changed()
    cost = (await story.ask())["total_cost"]
    await story.change(cost_basis_method="lifo")
    assert (await story.ask())["total_cost"] != cost


@pytest.mark.parametrize("span", ["1D", "7D", "1W", "1M", "3M", "6M", "YTD", "1Y", "5Y", "ALL"])
async def test_every_range_agrees_with_its_days(story, span):
    named = await story.ask("/performance", range=span)
    assert named["end"] == "2024-06-01"
    by_days = await story.ask("/performance", start=named["start"], end=named["end"])
    assert by_days == named
    flows, gain = Decimal(named["flows"]), Decimal(named["gain"])
    assert Decimal(named["value_end"]) - Decimal(named["value_start"]) - flows == gain
    assert flows == Decimal(named["money_in"]) - Decimal(named["money_out"])
    yearly = named["annualized_twr"] is not None and named["mwr_annual"] is not None
    assert yearly == (named["days"] >= 365)


async def test_a_range_outside_the_portfolio_has_no_returns(story):
    for query in (
        {"end": "2020-01-01"},
        {"start": "2031-01-01"},
        {"start": "2031-01-01", "end": "2032-01-01"},
    ):
        returns = await story.ask("/performance", **query)
        assert (returns["start"], returns["twr"]) == (None, None)
        assert returns["reasons"]["twr"]


async def test_missing_prices_and_rates_are_named_not_guessed(client):
    lines = [*LINES, line("OPENING", "2024-05-01", "NEVER", quantity="2", price="9")]
    story = await Story.told(client, lines=lines)
    found = await story.ask()
    assert found["flags"][0] == "incomplete"
    assert {"no_price:NEVER", "no_rate:NEVER"} <= set(found["flags"])
    assert "NEVER has no price on or before" in found["reasons"]["total_value"]
    (never,) = [x for x in await story.ask("/holdings") if x["symbol"] == "NEVER"]
    assert [
        never[x] for x in ("price", "value", "weight", "unrealized_gain", "day_change", "cost")
    ] == [None] * 6
    assert {"price", "value", "weight", "unrealized_gain", "day_change", "cost"} <= set(
        never["reasons"]
    )
    series = await story.ask("/series")
    assert series["value"][-1] is None
    assert series["twr"][-1] is None
    returns = await story.ask("/performance")
    assert returns["reasons"]["twr"] == "A price or rate is missing on 2024-05-01."
    assert matches_snapshot("figures.portfolio.incomplete", found)
    assert matches_snapshot("figures.performance.incomplete", returns)


async def test_both_databases_give_the_same_answers(each_client):
    story = await Story.told(each_client)
    for name, (path, query, _) in ROUTES.items():
        assert matches_snapshot(f"figures.{name}", await story.ask(path, **query))


def _objects(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, list):
        return [found for item in answer for found in _objects(item)]
    if not isinstance(answer, dict):
        return []
    return [answer, *(found for inner in answer.values() for found in _objects(inner))]


def _models(schema: Any) -> list[Any]:
    return [schema] if hasattr(schema, "model_fields") else [schema.__args__[0]]
