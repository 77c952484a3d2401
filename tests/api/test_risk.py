"""Risk over the API: shapes, agreement between endpoints, explanations, refusals, both databases."""

import csv
import io
import math
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from pydantic import TypeAdapter

from argosy.api.schemas.risk import (
    AssetRiskOut,
    ContributionsOut,
    CorrelationsOut,
    DiversificationOut,
    DrawdownsOut,
    RiskOut,
    StressOut,
)
from argosy.services.explaining_risk import RISK_FIGURES
from tests.api.evaluator import evaluate, leaves
from tests.api.test_prices import put
from tests.support.api import app_client
from tests.support.desk import BASE, Desk

FIRST, LAST = date(2023, 2, 1), date(2024, 5, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WEEKDAYS = [day for day in DAYS if day.weekday() < 5]


def walk(seed, start, spread, days):
    """Closes that wander about; the same ones for a seed."""
    moves = np.random.Generator(np.random.PCG64(seed)).normal(0.0005, spread, len(days))
    closes = start * np.exp(np.cumsum(moves))
    return [
        {"timestamp": day.isoformat(), "close": f"{close:.4f}"}
        for day, close in zip(days, closes, strict=True)
    ]


OLD_ACME = [("2020-02-19", "80"), ("2020-03-23", "48")]
OLD_SPY = [("2020-02-18", "337.60"), ("2020-03-23", "222.95")]


def bars(rows):
    return [{"timestamp": day, "close": close} for day, close in rows]


async def told(client) -> Desk:
    """A stock, bitcoin, a share in euros, and a fund that nobody holds."""
    desk = await Desk.opened(client)
    await desk.asset("BTC", category="CRYPTO", exchange=None)
    await desk.asset("BOLT", currency="EUR", exchange="XETRA")
    await desk.asset("SPY", category="ETF")
    await put(desk, bars(OLD_ACME) + walk(1, 100, 0.012, WEEKDAYS))
    await put(desk, walk(2, 20_000, 0.035, DAYS), "BTC")
    await put(desk, walk(3, 40, 0.015, WEEKDAYS), "BOLT")
    await put(desk, bars(OLD_SPY) + walk(4, 400, 0.009, WEEKDAYS), "SPY")
    rates = [
        {"currency": "EUR", "timestamp": day.isoformat(), "rate_to_usd": f"1.0{n % 7}5"}
        for n, day in enumerate(WEEKDAYS)
    ]
    await desk.client.put(f"{BASE}/exchange-rates", json={"source": "manual", "rates": rates})
    await desk.buy("10", "2023-03-01", price="101")
    await desk.buy("0.1", "2023-03-04", symbol="BTC", price="20500", fee="5")
    await desk.buy("30", "2023-06-01", symbol="BOLT", price="41", currency="EUR")
    assert (await desk.sell("4", "2023-10-02", price="104")).status_code == 201
    return desk


@pytest.fixture
async def desk(client):
    return await told(client)


@pytest.fixture
async def each_desk(each_client):
    return await told(each_client)


async def asked(desk, path, **query):
    answer = await desk.get(f"/portfolios/{desk.portfolio_id}{path}", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def performance(desk, **query):
    return await asked(desk, "/performance", **query)


ROUTES = {
    "risk": ("/risk", {"include": "rolling,backtest"}, RiskOut),
    "holdings": ("/risk", {"basis": "holdings"}, RiskOut),
    "empty": ("/risk", {"end": "2020-01-01"}, RiskOut),
    "drawdowns": ("/drawdowns", {"include": "series"}, DrawdownsOut),
    "contributions": ("/risk/contributions", {}, ContributionsOut),
    "correlation": ("/risk/correlation", {}, CorrelationsOut),
    "diversification": ("/risk/diversification", {}, DiversificationOut),
    "stress": ("/stress", {}, StressOut),
}


async def test_bytes_have_the_shape_that_the_schema_says(each_desk):
    """Strict, over both databases: a number where a string belongs is refused."""
    for path, query, schema in ROUTES.values():
        answer = await each_desk.get(f"/portfolios/{each_desk.portfolio_id}{path}", **query)
        assert answer.status_code == 200, answer.text
        TypeAdapter(schema).validate_json(answer.content, strict=True)
    answer = await each_desk.get("/assets/BTC/risk", include="rolling,backtest")
    TypeAdapter(AssetRiskOut).validate_json(answer.content, strict=True)


async def test_every_figure_is_there_or_has_a_reason(desk):
    for query in ({}, {"start": "2024-05-20"}, {"end": "2020-01-01"}, {"basis": "holdings"}):
        found = await asked(desk, "/risk", **query)
        for name in (*RISK_FIGURES, "value_at_risk"):
            if name in found and found[name] is None:
                assert found["reasons"][name], (query, name)
            assert name not in found["reasons"] or found.get(name) is None


async def test_sessions_are_weekdays_and_what_trades_all_week_is_mixed_in(desk):
    found = await asked(desk, "/risk", start="2023-04-01")
    days = [day for day in WEEKDAYS if day >= date(2023, 4, 1)]
    assert (found["returns"], found["sessions_a_year"]) == (len(days), 252.0)
    assert found["flags"] == ["mixed_calendars"]
    whole = await performance(desk, start="2023-04-01")
    assert found["compound_return"] == pytest.approx(whole["twr"], rel=1e-12)
    assert found["annualized_return"] == pytest.approx(whole["annualized_twr"], rel=1e-12)


async def test_bitcoin_alone_trades_every_day(desk):
    found = await asked(desk, "/risk", scope="holding:BTC", start="2023-06-01")
    assert (found["returns"], found["sessions_a_year"], found["flags"]) == (366, 365.0, [])


async def test_a_return_after_the_last_session_belongs_to_the_next_one(desk):
    """Saturday and Sunday move bitcoin; sessions are weekdays, so they end on Friday."""
    friday = await asked(desk, "/risk", start="2023-04-03", end="2024-05-24")
    sunday = await asked(desk, "/risk", start="2023-04-03", end="2024-05-26")
    assert sunday["last_session"] == friday["last_session"] == "2024-05-24"
    assert sunday["volatility"] == friday["volatility"]


async def test_a_holding_carried_back_is_its_asset(desk):
    """Two endpoints, one figure: the scope of one holding, and the asset by itself."""
    for symbol, currency in (("BTC", None), ("BOLT", "USD")):
        query = {"start": "2023-07-01", "include": "rolling,backtest"}
        own = await asked(desk, "/risk", scope=f"holding:{symbol}", basis="holdings", **query)
        more = {} if currency is None else {"currency": currency}
        answer = await desk.get(f"/assets/{symbol}/risk", **query, **more)
        found = answer.json()
        for name in ("asset_id", "symbol", "scope", "method"):
            found.pop(name), own.pop(name, None)
        for name in ("basis", "covered", "left_out"):
            own.pop(name)
        assert own == found


async def test_an_assets_risk_is_that_of_its_metrics(desk):
    metrics = (await desk.get("/assets/ACME/metrics", risk_free="0.02")).json()["timeframes"]
    (year,) = [one for one in metrics if one["timeframe"] == "1Y"]
    found = (await desk.get("/assets/ACME/risk", range="1Y", rf="0.02")).json()
    assert found["opening"] == year["start_on"]
    for name in ("volatility", "sharpe_ratio", "sortino_ratio", "max_drawdown", "calmar_ratio"):
        assert found[name] == pytest.approx(year[name], rel=1e-9), name
    assert (found["peak_on"], found["trough_on"]) == (year["peak_on"], year["trough_on"])


async def test_contributions_add_up_to_the_risk_of_todays_holdings(desk):
    for query in ({}, {"range": "6M"}, {"currency": "EUR"}):
        whole = await asked(desk, "/risk", basis="holdings", **query)
        shared = await asked(desk, "/risk/contributions", **query)
        items = shared["items"]
        assert [one["symbol"] for one in items]
        assert shared["covered"] == whole["covered"]
        assert sum(one["weight"] for one in items) == pytest.approx(1, abs=1e-12)
        parts = math.fsum(one["component_volatility"] for one in items)
        assert parts == pytest.approx(whole["volatility"], rel=1e-12)
        assert shared["volatility"] == pytest.approx(whole["volatility"], rel=1e-12)
        lost = math.fsum(one["component_value_at_risk"] for one in items)
        assert lost == pytest.approx(whole["value_at_risk"]["parametric"]["var"], rel=1e-12)
        assert math.fsum(one["share"] for one in items) == pytest.approx(1, abs=1e-12)
        assert shared["diversification_ratio"] > 1


async def test_the_deepest_of_the_table_is_the_max_drawdown(desk):
    for query in ({}, {"basis": "holdings"}, {"start": "2023-09-01"}):
        risk = await asked(desk, "/risk", **query)
        table = await asked(desk, "/drawdowns", include="series", top="3", **query)
        first = table["items"][0]
        assert first["depth"] == risk["max_drawdown"] == min(table["under_water"]["drawdown"])
        for name in ("peak_on", "trough_on", "recovered_on"):
            assert first[name] == risk[name]
        assert table["under_water"]["drawdown"][-1] == risk["current_drawdown"]
        assert len(table["items"]) == 3
        assert [one["depth"] for one in table["items"]] == sorted(
            one["depth"] for one in table["items"]
        )


@pytest.mark.parametrize("figure", RISK_FIGURES)
async def test_every_risk_figure_is_explained_by_returns(desk, figure):
    """Evaluated from the JSON alone; its leaves are returns that /performance gives too."""
    query = {"figure": figure, "start": "2024-01-15", "as_of": "2024-05-17"}
    if figure in {"annualized_return", "calmar_ratio"}:
        query["start"] = "2023-04-03"
    risk = await asked(desk, "/risk", start=query["start"], end=query["as_of"])
    shown = risk.get(figure)
    if figure.startswith(("var_", "cvar_")):
        kind, _, method = figure.partition("_")
        shown = risk["value_at_risk"][method][kind]
    found = await asked(desk, "/explain", **query)
    value = float(evaluate(found["nodes"]))
    assert value == pytest.approx(shown, rel=1e-10, abs=1e-13)
    assert float(found["value"]) == value
    returns = [node for node in leaves(found["nodes"]) if node["kind"] == "figure"]
    assert returns
    for node in (returns[0], returns[-1]):
        facts = node["facts"]
        seen = await performance(desk, start=facts["start"], end=facts["as_of"])
        assert float(node["value"]) == pytest.approx(seen[facts["figure"]], abs=1e-13)


async def test_a_risk_figure_that_does_not_exist_says_why(desk):
    found = await asked(desk, "/explain", figure="volatility", start="2024-05-20")
    assert (found["value"], found["nodes"]) == (None, [])
    assert "20 returns are needed; this range has 10" in found["reason"]


async def test_choices_move_the_figures(desk):
    usual = await asked(desk, "/risk")
    free = await asked(desk, "/risk", rf="0.05")
    assert free["sharpe_ratio"] < usual["sharpe_ratio"]
    assert free["volatility"] == usual["volatility"]
    least = await asked(desk, "/risk", mar="0.001")
    assert least["downside_deviation"] > usual["downside_deviation"]
    strict = await asked(desk, "/risk", confidence="0.99", seed="7")
    for method in ("historical", "parametric", "monte_carlo"):
        tail = strict["value_at_risk"][method]
        assert tail["cvar"] <= tail["var"] < usual["value_at_risk"][method]["var"]
    again = await asked(desk, "/risk", seed="8")
    drawn = again["value_at_risk"]["monte_carlo"]
    assert drawn != usual["value_at_risk"]["monte_carlo"]
    assert again["value_at_risk"]["parametric"] == usual["value_at_risk"]["parametric"]


async def test_the_report_follows_its_thresholds(desk):
    found = (await asked(desk, "/risk"))["report"]
    assert found["recommendation"] == "REDUCE_RISK"
    assert any("deepest fall" in one for one in found["findings"])
    lax = {"cvar_limit": "-1", "drawdown_limit": "-1", "sharpe_least": "-100"}
    assert (await asked(desk, "/risk", **lax))["report"]["recommendation"] == "HOLD"
    strict = {**lax, "sharpe_least": "100"}
    found = (await asked(desk, "/risk", **strict))["report"]
    assert found["recommendation"] == "IMPROVE_EFFICIENCY"
    nothing = (await asked(desk, "/risk", start="2024-05-30"))["report"]
    assert nothing["recommendation"] == "INSUFFICIENT_DATA"


async def test_rolling_windows_end_with_the_whole(desk):
    query = {"start": "2024-01-15", "end": "2024-05-16"}
    found = await asked(desk, "/risk", include="rolling,backtest", **query)
    month = found["rolling"][0]
    assert (month["window"], month["date"][-1]) == (30, "2024-05-16")
    assert len(month["date"]) == len(month["volatility"]) == found["returns"] - 29
    assert found["rolling"][2]["date"] == []
    assert found["backtest"]["historical"]["tested"] == 0
    last = WEEKDAYS[WEEKDAYS.index(date(2024, 5, 16)) - 29]
    assert last.weekday() == 4  # before a Monday the weekend is in its return, not in a range
    alone = await asked(desk, "/risk", start=last.isoformat(), end="2024-05-16")
    assert month["volatility"][-1] == pytest.approx(alone["volatility"], rel=1e-12)
    assert month["sharpe_ratio"][-1] == pytest.approx(alone["sharpe_ratio"], rel=1e-12)


async def test_breaches_of_a_long_history_are_counted(desk):
    found = (await asked(desk, "/risk", include="backtest"))["backtest"]
    for one in found.values():
        assert one["tested"] > 50
        assert one["expected"] == pytest.approx(one["tested"] * 0.05)
        assert one["count"] == len(one["days"])
        assert 0 <= one["p_value"] <= 1


async def test_correlations_stand_on_the_days_of_each_pair(desk):
    found = await asked(desk, "/risk/correlation", end="2024-05-31")
    symbols, matrix = found["symbols"], np.array(found["matrix"], float)
    assert set(symbols) == {"ACME", "BTC", "BOLT"}
    assert np.array_equal(matrix, matrix.T)
    assert np.array_equal(np.diag(matrix), np.ones(3))
    bitcoin = symbols.index("BTC")
    points = np.array(found["points"])
    assert points[bitcoin, bitcoin] == 90
    assert points[bitcoin, symbols.index("ACME")] == 64  # weekdays from 4 March to 31 May
    pairs = matrix[np.triu_indices(3, k=1)]
    assert found["average"] == pytest.approx(pairs.mean())
    assert (found["minimum"], found["maximum"]) == (pairs.min(), pairs.max())
    own = {one["symbol"]: one["correlation"] for one in found["correlations"]}
    assert own["BTC"] == 1.0
    assert own["ACME"] == matrix[bitcoin, symbols.index("ACME")]
    assert 0 < found["portfolio"]["correlation"] < 1


async def test_what_cannot_be_correlated_says_why(desk):
    few = await asked(desk, "/risk/correlation", lookback="20")
    assert few["average"] is None
    assert few["reasons"]["average"]
    assert few["lacking"]
    assert all("20 common returns" in one["reason"] for one in few["lacking"])
    none = await asked(desk, "/risk/correlation", against="NOPE")
    assert none["against"] is None
    assert "no asset of that name" in none["portfolio"]["reason"]
    fund = await asked(desk, "/risk/correlation", against="SPY")
    assert fund["against"] == "SPY"
    assert len(fund["symbols"]) == 3
    assert all(one["correlation"] is not None for one in fund["correlations"])


async def test_shocks_come_together_exactly(desk):
    body = {
        "shocks": [
            {"category": "CRYPTO", "change": "-0.5"},
            {"currency": "EUR", "change": "-0.1"},
            {"asset": "BOLT", "change": "0.333333333333333333"},
        ]
    }
    path = f"{BASE}/portfolios/{desk.portfolio_id}/stress"
    found = (await desk.client.post(path, json=body)).json()
    TypeAdapter(StressOut).validate_python(found)
    (scenario,) = found["scenarios"]
    items = {one["symbol"]: one for one in scenario["items"]}
    assert items["ACME"]["gain"] == "0"
    assert Decimal(items["BTC"]["gain"]) * -2 == Decimal(items["BTC"]["value"])
    factor = Decimal("0.9") * Decimal("1.333333333333333333") - 1
    expected = (Decimal(items["BOLT"]["value"]) * factor).quantize(Decimal("1E-18"))
    assert Decimal(items["BOLT"]["gain"]) == expected
    gains = sum(Decimal(one["gain"]) for one in items.values())
    assert Decimal(scenario["gain"]) == gains
    assert Decimal(scenario["value_after"]) == Decimal(scenario["value"]) + gains
    shown = await asked(desk, "")
    assert scenario["value"] == shown["total_value"]


@pytest.mark.parametrize(
    "shock",
    [
        {"change": "-0.1"},
        {"asset": "ACME", "category": "CRYPTO", "change": "-0.1"},
        {"asset": "ACME", "change": "-1.01"},
        {"category": "HATS", "change": "-0.1"},
        {"currency": "USD", "change": "-0.1"},
    ],
)
async def test_shocks_that_cannot_be_meant_are_refused(desk, shock):
    path = f"{BASE}/portfolios/{desk.portfolio_id}/stress"
    answer = await desk.client.post(path, json={"shocks": [shock]})
    assert answer.status_code == 422, answer.text
    assert "shocks" in answer.text


async def test_a_crisis_hits_by_own_closes_or_by_a_proxy(desk):
    found = await asked(desk, "/stress", crisis="covid-2020,ftx-2022")
    covid, ftx = found["scenarios"]
    items = {one["symbol"]: one for one in covid["items"]}
    assert (items["ACME"]["how"], items["ACME"]["change"]) == ("closes", pytest.approx(-0.4))
    bolt = items["BOLT"]
    assert (bolt["how"], bolt["proxy"]) == ("proxy", "SPY")
    assert bolt["change"] == pytest.approx(bolt["beta"] * (222.95 / 337.60 - 1))
    assert items["BTC"]["how"] == "unknown"
    assert "closes of the time" in items["BTC"]["reason"]
    assert covid["unknown"] == ["BTC"]
    assert found["flags"] == ["incomplete"]
    known = [Decimal(items[symbol]["gain"]) for symbol in ("ACME", "BOLT")]
    assert Decimal(covid["gain"]) == sum(known)
    assert (ftx["gain"], ftx["change"]) == (None, None)
    assert ftx["reasons"]["gain"]


async def test_diversification_suggests_what_is_known(desk):
    found = await asked(desk, "/risk/diversification")
    held = {one["key"]: one["symbols"] for one in found["categories"] if one["symbols"]}
    assert held == {"stable_crypto": ["BTC"], "stocks": ["ACME", "BOLT"]}
    assert found["score"] == pytest.approx(2 / 9)
    assert not found["is_diversified"]
    assert found["suggestions"] == []
    await desk.asset("GLD", category="ETF")
    await desk.asset("USDC", category="CRYPTO", exchange=None)
    await put(desk, bars([("2024-05-31", "1")]), "USDC")
    found = await asked(desk, "/risk/diversification")
    assert {one["symbol"] for one in found["suggestions"]} == {"GLD", "USDC"}
    holdings = await asked(desk, "/holdings")
    squares = sum(one["weight"] ** 2 for one in holdings)
    assert found["concentration"]["herfindahl"] == pytest.approx(squares)
    assert found["concentration"]["effective_holdings"] == pytest.approx(1 / squares)
    assert found["concentration"]["top"]["1"] == pytest.approx(
        max(one["weight"] for one in holdings)
    )


async def test_figures_come_as_csv_too(desk):
    risk = await asked(desk, "/risk")
    for path in ("/risk", "/drawdowns", "/risk/contributions", "/risk/correlation", "/stress"):
        answer = await desk.get(f"/portfolios/{desk.portfolio_id}{path}", format="csv")
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"].endswith('.csv"')
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert rows, path
        if path == "/risk":
            values = {row["figure"]: row["value"] for row in rows}
            assert float(values["volatility"]) == risk["volatility"]


async def test_what_cannot_be_asked_is_refused(desk, argosy):
    path = f"/portfolios/{desk.portfolio_id}"
    for query in (
        {"range": "3X"},
        {"range": "1Y", "start": "2023-01-01"},
        {"confidence": "1"},
        {"confidence": "nan"},
        {"rf": "-1"},
        {"mar": "inf"},
        {"include": "everything"},
        {"basis": "guess"},
    ):
        assert (await desk.get(f"{path}/risk", **query)).status_code == 422, query
    assert (await desk.get(f"{path}/stress", crisis="flood")).status_code == 422
    assert (await desk.get("/assets/ACME/risk", range="3X")).status_code == 422
    async with app_client(argosy) as other:
        stranger = await Desk.opened(other, "bob")
        for route in ("/risk", "/drawdowns", "/risk/correlation", "/stress"):
            assert (await stranger.get(path + route)).status_code == 404


async def test_an_answer_is_kept_until_a_price_changes(desk):
    path = f"/portfolios/{desk.portfolio_id}/risk"
    first = await desk.get(path)
    headers = {"If-None-Match": first.headers["etag"]}
    assert (await desk.client.get(BASE + path, headers=headers)).status_code == 304
    await put(desk, bars([("2024-05-31", "50")]))
    again = await desk.client.get(BASE + path, headers=headers)
    assert again.status_code == 200
    assert again.json()["volatility"] > first.json()["volatility"]


async def test_spans_without_end_are_answered_as_far_as_there_is_something(desk):
    for query in (
        {"range": "99999Y", "basis": "holdings"},
        {"start": "1900-01-01", "end": "9998-12-31", "basis": "holdings"},
        {"start": "1900-01-01", "end": "9998-12-31"},
    ):
        assert (await asked(desk, "/risk", **query))["volatility"] > 0
    wide = await desk.get("/assets/BTC/risk", start="1900-01-01", end="9998-12-31")
    assert wide.json()["returns"] == len(DAYS) - 1
    for query in ({"start": "2030-01-01"}, {"end": "1990-01-01"}):
        outside = (await desk.get("/assets/BTC/risk", **query)).json()
        assert outside["volatility"] is None
        assert outside["reasons"]["volatility"]
        assert (await asked(desk, "/risk", **query))["reasons"]["volatility"]
