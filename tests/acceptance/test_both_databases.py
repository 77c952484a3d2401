"""The same story on SQLite and on PostgreSQL gives the same answers to the last digit."""

import re
from typing import Any

import pytest

from tests.acceptance.person import Json, Person
from tests.acceptance.program import Program

_UNLIKE = re.compile(r"_?ids?$|_at$|^external_id$")


def alike(value: Json) -> Json:
    """Leave out what differs from run to run: ids and the times of entry."""
    if isinstance(value, dict):
        return {k: alike(v) for k, v in value.items() if not _UNLIKE.search(k)}
    if isinstance(value, list):
        return [alike(item) for item in value]
    return value


def story(url: str) -> dict[str, Any]:
    """Live through everything once and return all answers."""
    me = Person(url, "narrator")
    seen: dict[str, Any] = {}
    me.asset()
    me.asset("VODA", currency="GBp", exchange="LSE")
    me.asset("CHILD")
    seen["rates"] = me.rates("EUR", {"2024-01-02": "1.0956", "2024-02-05": "1.0921"})
    me.rates("GBP", {"2024-01-02": "1.2732", "2024-03-01": "1.2655"})
    one = me.portfolio("EUR", name="one", cost_basis_method="fifo", track_cash=True)
    two = me.portfolio("EUR", name="two")
    me.enter(one, "DEPOSIT", "2024-01-02", amount="5000.000000000000000001", currency="EUR")
    me.buy(one, "2024-01-02", "7.123456789012345678", "181.18", fee="1.01", fx_rate="0.9133")
    me.enter(one, "BUY", "2024-01-10", symbol="VODA", quantity="300", amount="20526", fee="9")
    batch = [
        me.line(one, "SELL", "2024-02-06", quantity="11", price="64.3", tax="1.5"),
        me.line(one, "SPLIT", "2024-01-20", ratio="3:1"),
        me.line(one, "SPIN_OFF", "2024-01-30", to_symbol="CHILD", ratio="1:7", cost_share="0.07"),
        me.line(one, "DIVIDEND", "2024-02-07", symbol="VODA", amount="1234.5", tax="100"),
        me.line(one, "DEPOSIT", "2024-02-07", amount="3", currency="EUR", external_id="x"),
    ]
    seen["batch"] = me.post("/transactions/batch", {"transactions": batch})
    seen["again"] = me.post("/transactions/batch", {"transactions": batch[-1:]})
    me.enter(one, "TRANSFER_OUT", "2024-02-20", quantity="3.3", to_portfolio_id=two)
    refusals = [
        me.enter(one, "SELL", "2024-02-01", quantity="22", price="1", status=409),
        me.enter(one, "BUY", "2024-02-01", quantity="NaN", price="1", status=422),
    ]
    seen["refusals"] = refusals
    closes = {"2024-01-05": "182.000000000001", "2024-02-28": "62.01", "2024-03-04": "66.66"}
    seen["prices"] = [me.prices("ACME", closes), me.prices("ACME", closes)]
    me.prices("VODA", {"2024-01-05": "68.1", "2024-03-01": "71.23"})
    for name, portfolio in (("one", one), ("two", two)):
        path = f"/portfolios/{portfolio}"
        seen[f"{name} lines"] = me.get("/transactions", portfolio_id=portfolio)["items"]
        seen[f"{name} figures"] = [me.figures(portfolio, f"2024-0{n}-04") for n in range(1, 5)]
        for view in ("gains", "series", "performance"):
            seen[f"{name} {view}"] = me.get(f"{path}/{view}")
        seen[f"{name} holdings"] = me.get(f"{path}/holdings", include="lots,closed")
        seen[f"{name} explain"] = me.get(f"{path}/explain", figure="total_gain", as_of="2024-03-04")
    me.http.close()
    return alike(seen)


@pytest.mark.postgres
def test_both_databases_answer_alike(program: Program, postgres_program: Program):
    on_sqlite, on_postgresql = story(program.url), story(postgres_program.url)
    for name, answer in on_sqlite.items():
        assert on_postgresql[name] == answer, name
