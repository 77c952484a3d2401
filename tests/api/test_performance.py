"""Performance by part, by month, attributed and beside a benchmark: no two answers disagree."""

import csv
import io
from decimal import Decimal
from math import prod
from typing import Any

import pytest
from pydantic import TypeAdapter

from argosy.api.schemas.performance import (
    AttributionOut,
    BenchmarkOut,
    CalendarOut,
    PerformancesOut,
    ReturnsByOut,
)
from tests.api.story import BASE, Story, line
from tests.support.api import sign_up
from tests.support.snapshots import matches_snapshot

ROUTES: dict[str, tuple[str, dict[str, str], Any]] = {
    "performances": ("/performance", {"ranges": "1D,1M,YTD,ALL"}, PerformancesOut),
    "returns": ("/returns", {}, ReturnsByOut),
    "calendar": ("/returns/calendar", {"range": "3M"}, CalendarOut),
    "attribution": ("/attribution", {}, AttributionOut),
    "benchmark": (
        "/benchmark",
        {"asset": "ETH", "range": "3D", "include": "holdings"},
        BenchmarkOut,
    ),
}
PARTS = ("price_part", "currency_part", "income", "fees")


@pytest.fixture
async def story(client) -> Story:
    return await Story.told(client)


async def read_csv(story: Story, path: str, **query: str) -> list[dict[str, str]]:
    url = f"{BASE}/portfolios/{story.portfolio_id}{path}"
    response = await story.client.get(url, params={**query, "format": "csv"})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("name", ROUTES)
async def test_bytes_have_the_shape_that_the_schema_says(story, name):
    path, query, schema = ROUTES[name]
    response = await story.client.get(f"{BASE}/portfolios/{story.portfolio_id}{path}", params=query)
    assert response.status_code == 200, response.text
    TypeAdapter(schema).validate_json(response.content, strict=True)
    assert matches_snapshot(f"performance.{name}", response.json())


@pytest.mark.parametrize("name", ROUTES)
async def test_an_empty_portfolio_has_nulls_with_reasons(client, name):
    story = await Story.told(client, lines=[])
    path, query, schema = ROUTES[name]
    response = await story.client.get(f"{BASE}/portfolios/{story.portfolio_id}{path}", params=query)
    assert response.status_code == 200, response.text
    TypeAdapter(schema).validate_json(response.content, strict=True)


@pytest.mark.parametrize("name", ROUTES)
async def test_nobody_sees_another_ones(story, name):
    path, query, _ = ROUTES[name]
    await sign_up(story.client, "bob")
    response = await story.client.get(f"{BASE}/portfolios/{story.portfolio_id}{path}", params=query)
    assert response.status_code == 404


async def test_several_ranges_say_what_each_says_alone(story):
    names = ["1D", "2W", "1M", "YTD", "1Y", "ALL"]
    together = (await story.ask("/performance", ranges=",".join(names)))["ranges"]
    assert [one.pop("range") for one in together] == names
    for name, one in zip(names, together, strict=True):
        assert one == await story.ask("/performance", range=name)
        assert (one["currency"], one["scope"]) == ("EUR", "portfolio")
        assert one["method"]


async def test_a_view_names_itself(story):
    one = await story.ask("/performance", scope="category:CRYPTO", currency="USD")
    assert (one["scope"], one["currency"]) == ("category:CRYPTO", "USD")
    series = await story.ask("/series", scope="holding:ETH", currency="USD", start="2024-05-30")
    assert (series["start"], series["end"]) == ("2024-05-30", "2024-06-01")
    assert (series["scope"], series["currency"]) == ("holding:ETH", "USD")


@pytest.mark.parametrize("track_cash", [False, True])
@pytest.mark.parametrize("span", ["3D", "3M", "YTD"])
async def test_a_part_returns_what_its_scope_returns(client, track_cash, span):
    story = await Story.told(client, track_cash=track_cash)
    whole = await story.ask("/performance", range=span)
    for by in ("holding", "category", "currency"):
        answer = await story.ask("/returns", by=by, range=span)
        assert answer["total"] == whole
        assert answer["items"]
        for item in answer["items"]:
            alone = await story.ask(
                "/performance",
                scope=f"{by}:{item['key']}",
                start=answer["start"],
                end=answer["end"],
            )
            for name in ("start", "end", "days", "gain", "flows", "twr", "mwr", "total_return"):
                assert item[name] == alone[name], (by, item["symbol"], name)


@pytest.mark.parametrize("track_cash", [False, True])
@pytest.mark.parametrize("span", ["3D", "3M", "YTD"])
async def test_attribution_adds_up_and_agrees_with_performance(client, track_cash, span):
    story = await Story.told(client, track_cash=track_cash)
    whole = await story.ask("/performance", range=span)
    holdings = await story.ask("/attribution", range=span)
    by_key = {one["key"]: one for one in (await story.ask("/returns", range=span))["items"]}
    for by in ("holding", "category", "currency"):
        answer = await story.ask("/attribution", by=by, range=span)
        total = answer["total"]
        for name in ("value_start", "value_end", "flows", "gain"):
            assert total[name] == whole[name]
        assert (total["contribution"], answer["twr"]) == (whole["twr"], whole["twr"])
        for item in (*answer["items"], total):
            if item["residual"] is None:
                continue
            parts = sum(Decimal(item[name]) for name in PARTS)
            assert Decimal(item["gain"]) == parts + Decimal(item["residual"])
            assert abs(Decimal(item["residual"])) < Decimal("1e-9") * 100_000
        if all(item["gain"] is not None for item in answer["items"]):
            gains = sum(Decimal(item["gain"]) for item in answer["items"])
            assert abs(gains - Decimal(total["gain"])) < Decimal("1e-15")
            contributions = sum(item["contribution"] for item in answer["items"])
            assert contributions == pytest.approx(whole["twr"], abs=1e-12)
    for item in holdings["items"]:
        if item["kind"] == "holding":
            assert item["gain"] == by_key[item["key"]]["gain"]
            assert item["flows"] == by_key[item["key"]]["flows"]


async def test_the_gain_of_a_holding_over_all_time_is_its_total_gain(story):
    """Not of ACME: what it handed to SPUN was worth more than the cost that went with it."""
    shown = {one["symbol"]: one for one in await story.ask("/holdings", include="closed")}
    attributed = {one["symbol"]: one for one in (await story.ask("/attribution"))["items"]}
    for symbol in ("ETH", "PENNY", "BARE"):
        gain, total = attributed[symbol]["gain"], shown[symbol]["total_gain"]
        assert Decimal(gain) == pytest.approx(Decimal(total), abs=Decimal("1e-12"))


async def test_months_and_years_chain_to_the_whole(story):
    answer = await story.ask("/returns/calendar", range="3M")
    whole = await story.ask("/performance", range="3M")
    assert (answer["twr"], answer["start"], answer["end"]) == (
        whole["twr"],
        whole["start"],
        whole["end"],
    )
    for periods in (answer["months"], answer["years"]):
        assert prod(1 + one["twr"] for one in periods) == pytest.approx(1 + whole["twr"], rel=1e-12)
    known = [one["twr"] for one in answer["months"]]
    assert (answer["best_month"]["twr"], answer["worst_month"]["twr"]) == (max(known), min(known))
    assert answer["positive_share"] == sum(one > 0 for one in known) / len(known)


async def test_a_holding_beside_itself_did_neither_better_nor_worse(client):
    lines = [line("BUY", "2024-05-30", "ACME", quantity="10", price="70.11")]
    story = await Story.told(client, lines=lines)
    answer = await story.ask("/benchmark", asset="ACME")
    assert answer["gain_difference"] is not None
    assert Decimal(answer["gain_difference"]) == pytest.approx(0, abs=Decimal("1e-9"))
    assert answer["return_difference"] == pytest.approx(0, abs=1e-12)
    assert answer["twr"] == pytest.approx(answer["benchmark_return"], abs=1e-12)


async def test_a_benchmark_answers_with_the_portfolios_own_figures(story):
    answer = await story.ask(
        "/benchmark", assets="ETH:0.6,ACME:0.4", range="3D", include="holdings"
    )
    whole = await story.ask("/performance", range="3D")
    for name in ("start", "end", "days", "value_start", "value_end", "flows", "gain", "twr", "mwr"):
        assert answer[name] == whole[name]
    assert [one["weight"] for one in answer["assets"]] == [0.6, 0.4]
    ahead = Decimal(answer["gain"]) - Decimal(answer["benchmark_gain"])
    assert Decimal(answer["gain_difference"]) == pytest.approx(ahead, abs=Decimal("1e-9"))
    assert answer["beaten"] == (ahead > 0)
    assert answer["series"]["benchmark_value"][-1] == float(answer["benchmark_value_end"])
    assert len(answer["series"]["date"]) == answer["days"] + 1
    assert answer["reasons"]["beta"].startswith("20 sessions")
    own = {one["key"]: one for one in (await story.ask("/returns", range="3D"))["items"]}
    assert {one["asset_id"] for one in answer["holdings"]} == set(own)
    for one in answer["holdings"]:
        assert (one["gain"], one["twr"]) == (
            own[one["asset_id"]]["gain"],
            own[one["asset_id"]]["twr"],
        )


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/performance", {"ranges": "1D,1M", "range": "1Y"}),
        ("/performance", {"ranges": "1D,1H"}),
        ("/performance", {"ranges": ","}),
        ("/returns", {"by": "color"}),
        ("/attribution", {"range": "1Q"}),
        ("/benchmark", {"asset": "ETH", "assets": "ETH:1"}),
        ("/benchmark", {"assets": "ETH:0.5,ACME:0.4"}),
        ("/benchmark", {"assets": "ETH:1.5,ACME:-0.5"}),
        ("/benchmark", {"assets": "ETH"}),
        ("/benchmark", {"assets": "ETH:0.5,eth:0.5"}),
        ("/benchmark", {"asset": "ETH", "rebalance": "sometimes"}),
        ("/benchmark", {"asset": "ETH", "include": "lots"}),
    ],
)
async def test_what_cannot_be_meant_is_refused(story, path, query):
    url = f"{BASE}/portfolios/{story.portfolio_id}{path}"
    assert (await story.client.get(url, params=query)).status_code == 422


async def test_a_benchmark_that_nobody_knows_is_not_found(story):
    url = f"{BASE}/portfolios/{story.portfolio_id}/benchmark"
    assert (await story.client.get(url, params={"asset": "NOSUCH"})).status_code == 404


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/performance", None),
        ("/returns", "items"),
        ("/attribution", "items"),
        ("/returns/calendar", "months"),
        ("/benchmark", "holdings"),
    ],
)
async def test_csv_has_the_figures_of_the_json(story, path, rows):
    query = {"asset": "ETH", "include": "holdings"} if path == "/benchmark" else {}
    answer = await story.ask(path, range="3M", **query)
    lines = await read_csv(story, path, range="3M", **query)
    wanted = [answer] if rows is None else answer[rows]
    if path == "/benchmark":
        lines = lines[1:]
    for row, item in zip(lines, wanted, strict=False):
        for name, cell in row.items():
            value = item.get(name)
            if isinstance(value, float):
                assert float(cell) == value
            elif isinstance(value, str):
                assert cell == value
            elif value is None:
                assert cell == ""
    assert len(lines) >= len(wanted)


async def test_a_series_as_csv_has_a_row_a_day(story):
    answer = await story.ask("/series", start="2024-05-01")
    lines = await read_csv(story, "/series", start="2024-05-01")
    assert [row["date"] for row in lines] == answer["date"]
    assert [float(row["cost"]) for row in lines] == answer["cost"]


async def test_bitcoin_beside_itself_in_itself_stands_still(client):
    """Every figure that needs a benchmark that moves is null, whatever rounding leaves."""
    closes = [(f"2024-05-{day:02d}", f"{day * day % 97 + 100}.123456789") for day in range(1, 32)]
    lines = [line("BUY", "2024-05-01", "ETH", quantity="0.3", price="101.123456789")]
    story = await Story.told(client, lines=lines)
    await story.put_prices("ETH", closes)
    answer = await story.ask("/benchmark", asset="ETH", currency="ETH", range="25D")
    assert answer["sessions"] == 25
    assert answer["benchmark_return"] == pytest.approx(0, abs=1e-12)
    for name in ("beta", "alpha", "correlation", "up_capture", "down_capture"):
        assert answer[name] is None, name
        assert answer["reasons"][name]


async def test_a_month_that_cannot_be_known_says_why(story):
    answer = await story.ask("/returns/calendar")
    for period in (*answer["months"], *answer["years"]):
        assert (period["twr"] is None) == (period["period"] in answer["reasons"])


async def test_what_trades_all_week_beside_what_does_not_is_named(story):
    answer = await story.ask("/benchmark", asset="ETH", range="3D")
    assert "mixed_calendars" in answer["flags"]
