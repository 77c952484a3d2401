"""Portfolios: their fields, changes, and whose they are."""

import uuid

import pytest

from tests.acceptance.person import Person

FIELDS = {
    "name": "Savings",
    "description": "for later",
    "currency": "EUR",
    "cost_basis_method": "fifo",
    "fees_in_cost": False,
    "dividend_policy": "reduces_cost",
    "track_cash": True,
    "allow_short": True,
}
DEFAULTS = {
    "description": None,
    "cost_basis_method": "average",
    "fees_in_cost": True,
    "dividend_policy": "income",
    "track_cash": False,
    "allow_short": False,
}


def test_a_portfolio_is_made_listed_read_changed_and_deleted(me: Person):
    made = me.post("/portfolios", FIELDS)
    path = f"/portfolios/{made['id']}"
    assert FIELDS.items() <= made.items()
    assert uuid.UUID(made["id"]).version == 7
    assert [row["id"] for row in me.get("/portfolios")] == [made["id"]]
    assert FIELDS.items() <= me.get(path).items()
    patched = me.patch(path, {"name": "Renamed"})
    assert {**FIELDS, "name": "Renamed"}.items() <= patched.items()
    replaced = me.put(path, {"name": "Plain", "currency": "EUR"})
    assert {**DEFAULTS, "name": "Plain", "currency": "EUR"}.items() <= replaced.items()
    me.delete(path)
    assert me.get("/portfolios") == []
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert me.ask(method, path, {"name": "x"}).status_code == 404


def test_an_empty_portfolio_has_all_figures(me: Person):
    figures = me.get(f"/portfolios/{me.portfolio()}")
    assert {
        "total_value",
        "total_cost",
        "unrealized_gain",
        "realized_gain",
        "income",
        "fees",
        "fees_separate",
        "total_gain",
        "total_return",
        "day_change",
        "invested",
        "cash",
        "flags",
    } <= figures.keys()
    assert figures["total_return"] is None
    assert figures["cash"] == {}


def test_every_view_of_an_empty_portfolio_answers(me: Person):
    path = f"/portfolios/{me.portfolio()}"
    assert me.get(f"{path}/holdings") == []
    assert me.get(f"{path}/gains")["items"] == []
    series = me.get(f"{path}/series")
    assert all(series[name] == [] for name in ("date", "value", "cost", "invested", "twr"))
    performance = me.get(f"{path}/performance", range="ALL")
    assert performance["twr"] is None
    assert performance["reasons"]["twr"]


def test_enums_are_read_in_any_letter_case(me: Person):
    body = {**FIELDS, "cost_basis_method": "UK_Pool", "dividend_policy": "INCOME"}
    made = me.post("/portfolios", {**body, "currency": "chf"})
    assert made["cost_basis_method"] == "uk_pool"
    assert made["dividend_policy"] == "income"
    assert made["currency"] == "CHF"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", "n" * 1000),
        ("currency", "EU"),
        ("currency", "E1"),
        ("currency", 5),
        ("cost_basis_method", "guess"),
        ("dividend_policy", "burn"),
        ("track_cash", "perhaps"),
        ("allow_short", 7),
    ],
)
def test_a_field_that_cannot_be_is_named(me: Person, field, value):
    problem = me.post("/portfolios", {**FIELDS, field: value}, status=422)
    assert problem["detail"][0]["loc"] == ["body", field]
    assert me.get("/portfolios") == []


def test_another_users_portfolio_is_404_everywhere(me: Person, people):
    portfolio = me.portfolio()
    line = me.buy(portfolio, "2024-01-02", "1", "100")
    other = people()
    other.asset()
    path = f"/portfolios/{portfolio}"
    for view in ("", "/holdings", "/gains", "/series", "/performance"):
        other.get(f"{path}{view}", status=404)
    other.get(f"{path}/explain", status=404, figure="total_value")
    other.get(f"/transactions/portfolio/{portfolio}", status=404)
    other.get(f"/transactions/{line['id']}", status=404)
    other.put(path, {"name": "mine"}, status=404)
    other.patch(path, {"name": "mine"}, status=404)
    other.delete(path, status=404)
    other.buy(portfolio, "2024-01-02", "1", "100", status=404)
    new = other.line(portfolio, "BUY", "2024-01-02", quantity="1", price="1")
    other.put(f"/transactions/{line['id']}", new, status=404)
    other.patch(f"/transactions/{line['id']}", {"note": "mine"}, status=404)
    other.delete(f"/transactions/{line['id']}", status=404)
    refused = other.ask("POST", "/transactions/batch", {"transactions": [new]})
    assert refused.status_code in {404, 422}
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == [line]
    assert other.get("/transactions")["items"] == []
    answer = other.ask("GET", f"/transactions?portfolio_id={portfolio}")
    assert answer.status_code == 404 or answer.json()["items"] == []


@pytest.mark.parametrize("name", [str(uuid.UUID(int=7)), "nonsense", "0", "%00", "a" * 200])
def test_an_id_that_names_nothing_is_404(me: Person, name):
    for path in ("/portfolios/", "/transactions/", "/assets/"):
        me.get(path + name, status=404)


def test_an_idempotency_key_makes_one_portfolio(me: Person):
    keyed = {"headers": {"Idempotency-Key": "k1"}}
    first = me.ask("POST", "/portfolios", FIELDS, **keyed)
    again = me.ask("POST", "/portfolios", FIELDS, **keyed)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = me.ask("POST", "/portfolios", {**FIELDS, "name": "Other"}, **keyed)
    assert other.status_code == 409
    assert len(me.get("/portfolios")) == 1
