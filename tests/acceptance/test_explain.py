"""Every figure explained: evaluated from its JSON alone, its leaves compared with what is stored."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import reduce
from typing import Any

import pytest

from tests.acceptance.person import Person

DAY = "2024-03-05"
OF_PORTFOLIO = (
    "total_value total_cost unrealized_gain realized_gain income fees fees_separate total_gain"
    " total_return day_change invested"
)
OF_HOLDING = (
    "quantity average_cost cost price rate value weight unrealized_gain unrealized_return"
    " realized_gain income fees local_cost local_value"
)
_STEP = Decimal("1e-18")
OPS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "add": lambda args: sum(args, Decimal(0)),
    "subtract": lambda args: args[0] - sum(args[1:], Decimal(0)),
    "multiply": lambda args: reduce(lambda a, b: a * b, args),
    "divide": lambda args: args[0] / args[1],
    "negate": lambda args: -args[0],
    "round": lambda args: args[0].quantize(_STEP, rounding=ROUND_HALF_EVEN),
    "max": max,
    "min": min,
}


def evaluated(explanation: Any) -> Decimal:
    """Compute the root from the leaves, in 50 digits as numbers.md says."""
    values: dict[int, Decimal] = {}
    with localcontext(prec=50):
        for node in explanation["nodes"]:
            if node["kind"] == "op":
                values[node["id"]] = OPS[node["op"]]([values[it] for it in node["args"]])
            else:
                values[node["id"]] = Decimal(node["value"])
    return values[explanation["root"]]


@pytest.fixture
def story(me: Person) -> str:
    """Two assets in dollars and pence in a portfolio in EUR, with everything that counts."""
    me.asset("VODA", currency="GBp")
    portfolio = me.portfolio("EUR", cost_basis_method="fifo")
    me.rates("EUR", {"2024-01-01": "1.0956", "2024-02-05": "1.0921", "2024-03-04": "1.0987"})
    me.rates("GBP", {"2024-01-01": "1.2732", "2024-03-01": "1.2655"})
    me.buy(portfolio, "2024-01-02", "7", "181.18", fee="1.01", fx_rate="0.9133")
    me.buy(portfolio, "2024-01-09", "5", "170.5", fee="1", tax="0.2")
    me.enter(portfolio, "BUY", "2024-01-10", symbol="VODA", quantity="300", price="68.42", fee="9")
    me.enter(portfolio, "SPLIT", "2024-01-20", ratio="3:1")
    me.sell(portfolio, "2024-02-06", "22", "64.3", fee="1.5")
    me.enter(portfolio, "DIVIDEND", "2024-02-07", amount="3.21", tax="1.12")
    me.enter(portfolio, "FEE", "2024-02-08", amount="2")
    me.prices("ACME", {"2024-02-28": "62.01", "2024-03-05": "66.66"})
    me.prices("VODA", {"2024-02-28": "70.1", "2024-03-04": "71.23"})
    return portfolio


def test_every_figure_of_the_portfolio_comes_out_of_its_explanation(me: Person, story: str):
    figures = me.figures(story, DAY)
    for name in OF_PORTFOLIO.split():
        explanation = me.get(f"/portfolios/{story}/explain", figure=name, as_of=DAY)
        compare(me, explanation, figures[name])


@pytest.mark.parametrize("symbol", ["ACME", "VODA"])
def test_every_figure_of_a_holding_comes_out_of_its_explanation(me: Person, story: str, symbol):
    holding = me.holdings(story, DAY)[symbol]
    for name in OF_HOLDING.split():
        query = {"figure": name, "asset_id": holding["asset_id"], "as_of": DAY}
        compare(me, me.get(f"/portfolios/{story}/explain", **query), holding[name])


def compare(me: Person, explanation: Any, figure: Any) -> None:
    found = evaluated(explanation)
    if isinstance(figure, str):
        assert found == Decimal(figure), explanation["figure"]
        assert Decimal(explanation["value"]) == found
    else:
        assert float(found) == pytest.approx(figure, rel=1e-12), explanation["figure"]
    for node in explanation["nodes"]:
        LEAVES.get(node["kind"], lambda _me, _node: None)(me, node)


def _transaction(me: Person, node: Any) -> None:
    facts = node["facts"]
    stored = me.get(f"/transactions/{facts['transaction_id']}")
    new, old = (stored["ratio"] or "1:1").split(":")
    field = {**stored, "ratio_new": new, "ratio_old": old}[facts["field"]]
    assert Decimal(field) == Decimal(node["value"])


def _price(me: Person, node: Any) -> None:
    facts = node["facts"]
    span = {"start": facts["on"], "end": facts["on"], "source": facts["source"]}
    (bar,) = me.get(f"/assets/{facts['asset_id']}/prices", **span)["items"]
    assert Decimal(bar["close"]) == Decimal(node["value"])


def _rate(me: Person, node: Any) -> None:
    facts = node["facts"]
    query = {"base": facts["base"], "quote": facts["quote"], "date": facts["on"]}
    stored = me.get("/exchange-rates", **query)
    assert Decimal(stored["rate"]) == Decimal(node["value"])


LEAVES = {"transaction": _transaction, "price": _price, "rate": _rate}


@pytest.mark.parametrize("figure", ["twr", "mwr", "modified_dietz"])
def test_returns_are_explained_too(me: Person, story: str, figure):
    answer = me.get(f"/portfolios/{story}/explain", figure=figure, as_of=DAY)
    assert answer["nodes"]
    whole = me.get(f"/portfolios/{story}/performance", start="2024-01-02", end=DAY)
    assert float(answer["value"]) == pytest.approx(whole[figure], rel=1e-9)


def test_a_figure_that_is_none_is_422_and_a_foreign_asset_404(me: Person, story: str, people):
    path = f"/portfolios/{story}/explain"
    me.get(path, status=422, figure="luck")
    me.get(path, status=422)
    foreign = people().asset("FOREIGN")
    me.get(path, status=404, figure="value", asset_id=foreign)


def test_a_missing_figure_is_explained_by_its_reason(me: Person):
    portfolio = me.portfolio("EUR")
    me.buy(portfolio, "2024-01-02", "7", "181.18")
    answer = me.get(f"/portfolios/{portfolio}/explain", figure="total_value", as_of=DAY)
    assert answer["value"] is None
    assert answer["reason"]
