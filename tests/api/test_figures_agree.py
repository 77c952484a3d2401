"""No two endpoints disagree: what several of them say of a portfolio is the same to the last digit.

Floating-point statistics that are summed in another order may differ in their last bits.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.story import BASE, Story
from tests.support.api import Client, sign_up

ROUTES = {
    "portfolio": "",
    "holdings": "/holdings?include=closed",
    "performance": "/performance",
    "series": "/series",
    "returns": "/returns?by=holding",
    "by_category": "/returns?by=category",
    "calendar": "/returns/calendar",
    "attribution": "/attribution",
    "benchmark": "/benchmark?asset={benchmark}",
    "allocation": "/allocation?by=holding",
    "categories": "/allocation?by=category",
    "drift": "/drift",
    "gains": "/gains",
    "methods": "/gains/methods",
    "income": "/income",
    "risk": "/risk",
    "drawdowns": "/drawdowns",
    "stress": "/stress",
    "diversification": "/risk/diversification",
}
VIEWS = [{}, {"currency": "USD"}, {"scope": "category:STOCK"}, {"scope": "category:CRYPTO", "currency": "GBP"}]  # fmt: skip


class Told:
    """What every route says of one portfolio under one view."""

    def __init__(self, client: Client, portfolio_id: str, benchmark: str) -> None:
        self.client = client
        self.portfolio_id = portfolio_id
        self.benchmark = benchmark
        self.said: dict[str, Any] = {}

    async def ask(self, **view: str) -> "Told":
        for name, path in ROUTES.items():
            address = (
                f"{BASE}/portfolios/{self.portfolio_id}{path.format(benchmark=self.benchmark)}"
            )
            url = (
                address + "".join(f"&{key}={value}" for key, value in view.items())
                if "?" in address
                else address + "?" + "&".join(f"{key}={value}" for key, value in view.items())
            )
            response = await self.client.get(url)
            assert response.status_code == 200, (name, response.text)
            self.said[name] = response.json()
        day = self.said["portfolio"]["as_of"]
        address = f"{BASE}/portfolios/{self.portfolio_id}/explain"
        for figure in ("total_value", "twr", "gain", "realized_gain", "income", "max_drawdown"):
            query = {"figure": figure, "as_of": day, **view}
            self.said[f"explain {figure}"] = (await self.client.get(address, params=query)).json()
        return self

    def __getitem__(self, path: str) -> Any:
        """Return a field by its path: `performance.value_end`."""
        name, _, fields = path.partition(".")
        found = self.said[name]
        for field in fields.split("."):
            found = found[int(field)] if isinstance(found, list) else found[field]
        return found


def total(rows: list[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows if row[field] is not None), Decimal(0))


@pytest.fixture(params=["story", "cash", "demo"])
async def told(request: pytest.FixtureRequest, client: Client) -> Told:
    if request.param == "demo":
        await sign_up(client)
        made = await client.post(f"{BASE}/portfolios/demo")
        return Told(client, made.json()["id"], "BTC")
    story = await Story.told(client, track_cash=request.param == "cash")
    return Told(client, story.portfolio_id, "ACME")


@pytest.mark.parametrize("view", VIEWS, ids=str)
async def test_what_is_said_twice_is_the_same(told: Told, view: dict[str, str]):
    said = await told.ask(**view)
    exact = {
        "value": {
            "portfolio.total_value", "performance.value_end", "returns.total.value_end",
            "attribution.total.value_end", "benchmark.value_end", "allocation.total_value",
            "categories.total_value", "drift.total_value", "explain total_value.value",
        },
        "gain": {
            "performance.gain", "returns.total.gain", "attribution.total.gain", "benchmark.gain",
            "by_category.total.gain", "explain gain.value",
        },
        "flows": {
            "performance.flows", "returns.total.flows", "attribution.total.flows",
            "benchmark.flows",
        },
        "realized": {
            "portfolio.realized_gain", "gains.totals.gain", "explain realized_gain.value",
        },
        "income": {"portfolio.income", "income.total.net", "explain income.value"},
        "currency": {f"{name}.currency" for name in ROUTES if name not in {"holdings", "series"}},
        "scope": {f"{name}.scope" for name in ROUTES if name not in {"holdings", "series"}},
    }  # fmt: skip
    for about, paths in exact.items():
        assert len({said[path] for path in paths}) == 1, (
            about,
            {path: said[path] for path in paths},
        )
    close = {
        "twr": {
            "performance.twr", "returns.total.twr", "attribution.twr", "benchmark.twr",
            "calendar.twr", "attribution.total.contribution",
        },
        "mwr": {"performance.mwr", "returns.total.mwr", "benchmark.mwr"},
    }  # fmt: skip
    for about, paths in close.items():
        found = {path: said[path] for path in paths}
        first = said[f"performance.{about}"]
        for value in found.values():
            assert value == pytest.approx(first, rel=1e-9, abs=1e-12), (about, found)
    deepest = {said["risk.max_drawdown"]}
    if said["drawdowns.items"]:
        deepest.add(said["drawdowns.items.0.depth"])
        explained = said["explain max_drawdown.value"]
        assert float(explained) == pytest.approx(said["risk.max_drawdown"], rel=1e-12)
    assert len(deepest) == 1


@pytest.mark.parametrize("view", VIEWS, ids=str)
async def test_parts_add_up_to_the_whole(told: Told, view: dict[str, str]):
    said = await told.ask(**view)
    holdings, whole = said.said["holdings"], said.said["portfolio"]
    cash = Decimal(whole["cash_value"])
    assert total(holdings, "value") + cash == Decimal(whole["total_value"])
    for field in ("realized_gain", "income", "fees"):
        outside = Decimal(whole[field]) - total(holdings, field)
        assert outside == 0 or not view.get("scope"), field
    for name in ("allocation", "categories"):
        assert total(said[f"{name}.slices"], "value") == Decimal(whole["total_value"])
    assert total(said["gains.items"], "gain") == Decimal(said["gains.totals.gain"])
    terms = said["gains.by_term"].values()
    assert total(list(terms), "gain") == Decimal(said["gains.totals.gain"])
    method = next(one for one in said["methods.items"] if one["current"])
    assert method["realized"] == whole["realized_gain"]
    assert Decimal(method["value"]) == total(holdings, "value")
    assert method["unrealized"] == whole["unrealized_gain"]
    assert total(said["income.items"], "net") == Decimal(said["income.total.net"])
    parts = said["attribution.total"]
    split = [Decimal(parts[name]) for name in ("price_part", "currency_part", "income", "fees", "residual")]  # fmt: skip
    assert sum(split) == Decimal(parts["gain"])
    assert abs(Decimal(parts["residual"])) <= Decimal("1e-9") * abs(Decimal(whole["total_value"]))


async def test_what_is_said_of_all_portfolios_is_what_one_alone_says(told: Told):
    said = await told.ask()
    summary = (await told.client.get(f"{BASE}/users/me/summary")).json()
    listed = (await told.client.get(f"{BASE}/portfolios")).json()
    assert len(listed) == 1
    for field in ("value_end", "gain", "flows", "twr", "mwr", "modified_dietz", "total_return"):
        assert summary[field] == said.said["performance"][field], field
    assert summary["total_value"] == said["portfolio.total_value"]
    assert summary["day_change"] == said["portfolio.day_change"]
    day = said["portfolio.as_of"]
    address = f"{BASE}/portfolios/{told.portfolio_id}/snapshots?start={day}&end={day}"
    (snapshot,) = (await told.client.get(address)).json()["items"]
    assert snapshot["total_value"] == said["portfolio.total_value"]
    assert said["series.value"][-1] == pytest.approx(float(summary["total_value"]), rel=1e-12)
    assert said["series.twr"][-1] == pytest.approx(summary["twr"], rel=1e-12)
