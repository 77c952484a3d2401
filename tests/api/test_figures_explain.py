"""Every figure is explained by rows: evaluated with plain arithmetic, its leaves read anew."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from argosy.services import explaining
from argosy.services.explaining import HOLDING_FIGURES, PORTFOLIO_FIGURES, RETURN_FIGURES
from argosy.store.tables.rate import ExchangeRateRow
from argosy.wiring import Argosy
from tests.api.evaluator import Node, evaluate, leaves
from tests.api.story import BASE, LINES, SPLITS, Story, line

METHODS = ("average", "fifo", "lifo", "hifo", "specific", "uk_pool")


class Rows:
    """What the database says about leaves."""

    def __init__(self, story: Story, argosy: Argosy) -> None:
        self.story, self.argosy = story, argosy
        self.kinds: set[str] = set()
        self._known: dict[tuple[Any, ...], Any] = {}

    async def check(self, node: Node) -> None:
        self.kinds.add(node["kind"])
        facts, value = node["facts"], Decimal(node["value"])
        match node["kind"]:
            case "transaction":
                stored = await self._transaction(facts["transaction_id"], facts["field"])
                assert (stored, facts["type"]) == (value, await self._type(facts["transaction_id"]))
            case "price":
                assert await self._price(facts) == value
            case "rate":
                base, quote, rate = await self._rate(int(facts["rate_id"]))
                assert (base, quote, rate) == (facts["base"], facts["quote"], value)
            case "split":
                ratios = dict(SPLITS[self._symbol(facts["asset_id"])])
                new, old = ratios[facts["on"]].split(":")
                assert value == Decimal({"new": new, "old": old}[facts["field"]])
            case "figure":
                assert await self._figure(facts) == pytest.approx(float(value), rel=1e-12)
            case "flow":
                day = facts["on"]
                found = await self.story.ask("/performance", start=day, end=day)
                assert float(found[facts["flow"]]) == float(value)
            case "discount":
                assert set(facts) == {"growth", "time"}
            case kind:
                assert kind == "constant"
                assert value == value.to_integral_value(), "constants are counts: 1, 100, 365, days"

    async def _get(self, path: str, **query: Any) -> Any:
        key = (path, *query.items())
        if key not in self._known:
            answer = await self.story.client.get(BASE + path, params=query)
            assert answer.status_code == 200, answer.text
            self._known[key] = answer.json()
        return self._known[key]

    async def _transaction(self, transaction_id: str, field: str) -> Decimal:
        row = await self._get(f"/transactions/{transaction_id}")
        if field in {"ratio_new", "ratio_old"}:
            return Decimal(row["ratio"].split(":")[field == "ratio_old"])
        return Decimal(row[field])

    async def _type(self, transaction_id: str) -> str:
        found: str = (await self._get(f"/transactions/{transaction_id}"))["type"]
        return found

    async def _price(self, facts: dict[str, str]) -> Decimal:
        page = await self._get(
            f"/assets/{facts['asset_id']}/prices", start=facts["on"], end=facts["on"]
        )
        (bar,) = [x for x in page["items"] if x["source"] == facts["source"]]
        return Decimal(bar["close"])

    async def _rate(self, row_id: int) -> tuple[str, str, Decimal]:
        async with self.argosy.database.read() as session:
            row = ExchangeRateRow
            found = await session.execute(
                select(row.base, row.quote, row.rate).where(row.id == row_id)
            )
            base, quote, rate = found.one()
            return base, quote, rate

    async def _figure(self, facts: dict[str, str]) -> float:
        on = facts["as_of"]
        if "start" in facts:
            found = await self.story.ask("/performance", start=facts["start"], end=on)
            return float(found[facts["figure"]])
        if "asset_id" not in facts:
            return float((await self.story.ask(as_of=on))[facts["figure"]])
        holdings = await self.story.ask("/holdings", as_of=on, include="closed")
        (own,) = [x for x in holdings if x["asset_id"] == facts["asset_id"]]
        return float(own[facts["figure"]])

    def _symbol(self, asset_id: str) -> str:
        return next(x for x, y in self.story.assets.items() if y == asset_id)


async def check_figure(story: Story, rows: Rows, shown: Any, **query: Any) -> None:
    """The explanation's value is the figure that is shown, and its nodes lead to it."""
    found = await story.ask("/explain", **query)
    if shown is None:
        assert (found["value"], found["nodes"], found["root"]) == (None, [], None)
        assert found["reason"], query
        assert found["status"] == "unknown"
        return
    nodes = found["nodes"]
    assert found["root"] == nodes[-1]["id"]
    result = evaluate(nodes)
    assert result == Decimal(found["value"]), query
    if isinstance(shown, str):
        assert result == Decimal(shown), query
    else:
        assert abs(float(result) - shown) <= 1e-12 * (1 + abs(shown)), query
    for node in leaves(nodes):
        await rows.check(node)


async def check_everything(story: Story, rows: Rows, **as_of: Any) -> None:
    portfolio = await story.ask(**as_of)
    cash = portfolio["cash_value"]
    for figure in PORTFOLIO_FIGURES:
        shown = cash if figure == "cash" else portfolio[figure]
        await check_figure(story, rows, shown, figure=figure, **as_of)
    for holding in await story.ask("/holdings", include="closed", **as_of):
        for figure in HOLDING_FIGURES:
            own = {"figure": figure, "asset_id": holding["asset_id"]}
            await check_figure(story, rows, holding[figure], **own, **as_of)
    performance = await story.ask("/performance", **({"end": as_of["as_of"]} if as_of else {}))
    for figure in RETURN_FIGURES:
        await check_figure(story, rows, performance[figure], figure=figure, **as_of)


@pytest.mark.parametrize("method", METHODS)
async def test_every_figure_is_explained_down_to_its_rows(client, argosy, method):
    story = await Story.told(client)
    await story.change(cost_basis_method=method, track_cash=method in {"fifo", "uk_pool"})
    rows = Rows(story, argosy)
    await check_everything(story, rows)
    assert (await story.ask("/performance"))["twr"] is not None
    assert rows.kinds >= {"transaction", "price", "rate", "split", "figure", "flow", "discount"}


async def test_an_earlier_day_is_explained_as_well(client, argosy):
    story = await Story.told(client)
    rows = Rows(story, argosy)
    for day in ("2023-06-12", "2023-09-01"):
        await check_everything(story, rows, as_of=day)


async def test_separate_fees_and_lower_costs_are_explained(client, argosy):
    story = await Story.told(
        client, fees_in_cost=False, dividend_policy="reduces_cost", track_cash=True
    )
    await check_everything(story, Rows(story, argosy))


async def test_what_is_missing_is_explained_by_its_reason(client, argosy):
    story = await Story.told(
        client, lines=[*LINES, line("OPENING", "2024-05-01", "NEVER", quantity="2", price="9")]
    )
    await check_everything(story, Rows(story, argosy))


async def test_a_long_ledger_is_explained_by_its_holdings(client, argosy, monkeypatch):
    """Of more lines than are expanded at once, the leaves of a total are figures of holdings."""
    monkeypatch.setattr(explaining, "EXPANDED_LINES", 3)
    story = await Story.told(client, track_cash=True)
    rows = Rows(story, argosy)
    portfolio = await story.ask()
    for figure in (
        "total_value",
        "total_cost",
        "unrealized_gain",
        "realized_gain",
        "income",
        "fees",
        "total_gain",
    ):
        found = await story.ask("/explain", figure=figure)
        assert evaluate(found["nodes"]) == Decimal(portfolio[figure])
        outside = [
            x for x in leaves(found["nodes"]) if x["facts"].get("figure") == "outside_holdings"
        ]
        for node in leaves(found["nodes"]):
            if node not in outside:
                await rows.check(node)
        assert len(outside) <= 1
    for holding in await story.ask("/holdings"):
        await check_figure(
            story, rows, holding["weight"], figure="weight", asset_id=holding["asset_id"]
        )


async def test_cash_in_lieu_depends_on_what_was_held_before(client, argosy):
    """Explained alone, the parent must still see what the fraction was made of."""
    lines = [
        line("BUY", "2023-01-03", "ACME", quantity="4", price="100"),
        line("BUY", "2023-01-04", "SPUN", quantity="0.75", price="20"),
        line(
            "SPIN_OFF",
            "2023-09-01",
            "ACME",
            to_symbol="SPUN",
            ratio="1:2",
            cost_share="0.2",
            amount="9",
        ),
    ]
    story = await Story.told(client, lines=lines)
    await check_everything(story, Rows(story, argosy))


async def test_returns_are_explained_after_the_last_known_day(client):
    story = await Story.told(client)
    found = await story.ask("/explain", figure="twr", as_of="2024-06-03")
    shown = await story.ask("/performance", end="2024-06-03")
    assert float(found["value"]) == pytest.approx(shown["twr"], rel=1e-12)


@pytest.mark.parametrize("figure", ["twr", "mwr", "modified_dietz", "gain", "flows"])
async def test_a_return_can_be_explained_over_a_range(client, argosy, figure):
    story = await Story.told(client)
    days = (await story.ask("/series"))["date"]
    start, end = days[len(days) // 2], days[-1]
    shown = await story.ask("/performance", start=start, end=end)
    query = {"figure": figure, "start": start, "as_of": end}
    await check_figure(story, Rows(story, argosy), shown[figure], **query)


async def test_a_figure_stands_beside_itself_under_the_other_methods(client):
    story = await Story.told(client)
    asked = {"figure": "unrealized_gain", "include": "methods"}
    holdings = await story.ask("/holdings")
    of_holdings = [{**asked, "asset_id": one["asset_id"]} for one in holdings]
    queries = [asked, *of_holdings, {**asked, "figure": "realized_gain", "as_of": "2023-09-01"}]
    told = [(query, await story.ask("/explain", **query)) for query in queries]
    for query, found in told:
        names = [other["method"] for other in found["methods"]]
        assert names == [method for method in METHODS[1:] if method != "specific"] or (
            names == list(METHODS[1:])
        )
        for other in found["methods"]:
            await story.change(cost_basis_method=other["method"])
            under = await story.ask("/explain", **{**query, "include": ""})
            assert other["value"] == under["value"], (query, other)
        await story.change(cost_basis_method="average")
    assert len({other["value"] for other in told[0][1]["methods"]}) > 1


async def test_what_no_method_has_a_say_in_is_not_compared(client):
    story = await Story.told(client)
    found = await story.ask("/explain", figure="total_value", include="methods")
    assert found["methods"] == []
    assert found["day_before"] is None
    assert (await story.ask("/explain", figure="cost", asset_id=story.assets["ACME"]))[
        "methods"
    ] is None


async def test_a_figure_stands_beside_itself_a_day_earlier(client):
    story = await Story.told(client)
    asset = story.assets["ETH"]
    for query in (
        {"figure": "total_value"},
        {"figure": "value", "asset_id": asset},
        {"figure": "twr", "start": "2023-06-01"},
    ):
        now = await story.ask("/explain", **query, include="day_before")
        earlier = now["day_before"]
        then = await story.ask("/explain", **query, as_of=earlier["as_of"])
        assert earlier["value"] == then["value"]
        change = Decimal(now["value"]) - Decimal(then["value"])
        assert abs(Decimal(earlier["change"]) - change) < Decimal("1E-25")
        assert earlier["reason"] is None


async def test_a_day_earlier_may_be_too_early(client):
    story = await Story.told(client)
    first = min(entry["timestamp"][:10] for entry in LINES if entry["type"] == "BUY")
    query = {"figure": "twr", "start": first, "as_of": first, "include": "day_before"}
    assert (await story.ask("/explain", **query))["day_before"]["reason"]
    bought = {"figure": "value", "as_of": first, "include": "day_before"}
    holdings = await story.ask("/holdings", as_of=first)
    found = await story.ask("/explain", **bought, asset_id=holdings[0]["asset_id"])
    assert (found["day_before"]["value"], found["day_before"]["change"]) == (None, None)
    assert found["day_before"]["reason"]


async def test_status_names_the_worst_that_is_known(client):
    story = await Story.told(client)
    shown = await story.ask("/explain", figure="value", asset_id=story.assets["BARE"])
    assert (shown["status"], shown["flags"]) == (
        "stale",
        ["estimated", "split_unbooked", "stale"],
    )
    exact = await story.ask("/explain", figure="value", asset_id=story.assets["ETH"])
    assert (exact["status"], exact["flags"]) == ("exact", [])
    never = await story.ask("/explain", figure="quantity", asset_id=story.assets["ACME"])
    assert never["currency"] is None
    assert never["formula"]
