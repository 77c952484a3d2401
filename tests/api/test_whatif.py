"""What would be, beside what is; and that nothing of it is stored."""

import pytest

from tests.support.desk import BASE, Desk


@pytest.fixture
async def desk(each_client):
    desk = await Desk.opened(each_client)
    await desk.asset("OTHER", currency="EUR")
    await desk.buy("10", "2024-05-01")
    await desk.buy("10", "2024-05-02", price="120")
    return desk


async def ask(desk, *, status=200, **body):
    path = f"{BASE}/portfolios/{desk.portfolio_id}/what-if"
    response = await desk.client.post(path, json=body)
    assert response.status_code == status, response.text
    return response.json()


def sale(**fields):
    return {
        "type": "SELL",
        "symbol": "ACME",
        "quantity": "5",
        "price": "130",
        "timestamp": "2024-05-10",
        **fields,
    }


async def unchanged(desk):
    whole = (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()
    return whole["total_value"], whole["realized_gain"], whole["cost_basis_method"]


async def test_a_sale_is_seen_before_it_is_made(desk):
    before = await unchanged(desk)
    found = await ask(desk, add=[sale()])
    assert found["before"]["portfolio"]["realized_gain"] == "0"
    assert found["after"]["portfolio"]["realized_gain"] == "100"
    assert found["after"]["holdings"][0]["quantity"] == "15"
    assert found["after"]["gains"]["gain"] == "100"
    assert found["difference"]["realized_gain"] == "100"
    assert found["after"]["performance"]["ALL"]["total_return"] is not None
    assert await unchanged(desk) == before
    assert len(await desk.lines()) == 2


async def test_another_method_gives_other_gains(desk):
    await desk.sell("10", "2024-05-10", price="130")
    found = await ask(desk, rules={"cost_basis_method": "lifo"})
    assert found["before"]["gains"]["gain"] == "200"
    assert found["after"]["gains"]["gain"] == "100"
    assert found["after"]["portfolio"]["cost_basis_method"] == "lifo"
    assert (await unchanged(desk))[2] == "average"


async def test_lines_are_changed_and_taken_back_on_the_copy_alone(desk):
    newest, oldest = await desk.lines()
    change = [{"id": oldest["id"], "quantity": "1"}]
    found = await ask(desk, change=change, delete=[newest["id"]])
    assert found["after"]["holdings"][0]["quantity"] == "1"
    assert found["preview"] is None
    assert "one" in found["reasons"]["preview"]
    assert len(await desk.lines()) == 2


async def test_lines_that_need_each_other_are_looked_at_together(desk):
    newest, oldest = await desk.lines()
    found = await ask(
        desk, delete=[newest["id"], oldest["id"]], add=[sale(type="BUY"), sale(quantity="2")]
    )
    assert found["after"]["holdings"][0]["quantity"] == "3"


@pytest.mark.parametrize(
    ("price", "value"), [({"price": "60"}, "1200"), ({"change": "-0.5"}, "1200")]
)
async def test_another_price_is_that_of_the_last_day(desk, price, value):
    found = await ask(desk, prices=[{"symbol": "ACME", **price}])
    assert found["before"]["portfolio"]["total_value"] == "2400"
    assert found["after"]["portfolio"]["total_value"] == value
    assert (await unchanged(desk))[0] == "2400"


async def test_another_rate_moves_what_is_in_that_currency(desk):
    await desk.entered(
        "BUY",
        symbol="OTHER",
        quantity="1",
        price="100",
        currency="EUR",
        fx_rate="1.1",
        timestamp="2024-05-02",
    )
    found = await ask(desk, rates=[{"currency": "EUR", "rate": "2"}])
    assert found["after"]["portfolio"]["total_value"] == "2600"


async def test_what_was_shown_is_what_a_batch_stores(desk):
    found = await ask(desk, add=[sale()])
    response = await desk.batch([sale()], preview=found["preview"])
    assert response.status_code == 201, response.text
    whole = (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()
    assert whole["realized_gain"] == found["after"]["portfolio"]["realized_gain"]


async def test_a_batch_of_other_lines_than_were_shown_is_refused(desk):
    found = await ask(desk, add=[sale()])
    response = await desk.batch([sale(quantity="6")], preview=found["preview"])
    assert response.status_code == 409
    assert len(await desk.lines()) == 2


async def test_a_batch_is_refused_once_the_ledger_is_another(desk):
    found = await ask(desk, add=[sale()])
    await desk.buy("1", "2024-05-03")
    response = await desk.batch([sale()], preview=found["preview"])
    assert response.status_code == 409
    assert len(await desk.lines()) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"prices": [{"symbol": "ACME"}]},
        {"prices": [{"symbol": "ACME", "price": "-1"}]},
        {"prices": [{"price": "1"}]},
        {"rates": [{"currency": "USD", "rate": "1"}]},
        {"rates": [{"currency": "EUR", "rate": "0"}]},
        {"rates": [{"currency": "GBP", "change": "0.1"}]},
        {"colour": "red"},
    ],
)
async def test_what_cannot_be_meant_is_refused(desk, body):
    await ask(desk, status=422, **body)


async def test_what_the_ledger_contradicts_is_a_conflict(desk):
    await ask(desk, status=409, add=[sale(quantity="21")])


async def test_nobody_looks_ahead_in_somebody_elses_portfolio(desk):
    mine = desk.portfolio_id
    other = await Desk.opened(desk.client, "bob")
    other.portfolio_id = mine
    await ask(other, status=404, rules={"cost_basis_method": "fifo"})
