"""What a portfolio held through and does not book is proposed, booked on demand, or put away."""

from datetime import date
from decimal import Decimal

import pytest

from argosy.core.market.asset import Dividend
from argosy.store import assets, dividends
from tests.support.api import sign_up
from tests.support.desk import BASE, Desk


async def pays(argosy, desk, *paid, symbol="ACME"):
    """Let a source say which dividends there were, and the user which splits."""
    found = (await desk.get(f"/assets/{symbol}")).json()
    async with argosy.database.write() as session:
        (asset,) = (await assets.get_many(session, [found["id"]])).values()
        await dividends.put_dividends(session, asset.key, paid, source="yahoo")


async def splits(desk, day, ratio, symbol="ACME"):
    path, body = f"/assets/{symbol}/splits", {"splits": [{"date": day, "ratio": ratio}]}
    answer = await desk.client.put(BASE + path, json=body)
    assert answer.status_code == 200, answer.text


async def proposed(desk, **query):
    answer = await desk.get(f"/portfolios/{desk.portfolio_id}/proposals", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(desk, key, verb=""):
    return f"{BASE}/portfolios/{desk.portfolio_id}/proposals/{key}{verb}"


def paid(day, amount, currency="USD", pay_on=None):
    return Dividend(date.fromisoformat(day), Decimal(amount), currency, pay_on)


@pytest.fixture
async def desk(each_argosy, each_client):
    desk = await Desk.opened(each_client)
    await desk.buy("10", "2024-01-05")
    return desk


async def test_a_dividend_is_proposed_as_a_complete_draft(each_argosy, desk):
    await pays(each_argosy, desk, paid("2024-02-09", "0.24", pay_on=date(2024, 2, 15)))
    (one,) = await proposed(desk)
    asset_id = (await desk.get("/assets/ACME")).json()["id"]
    assert one == {
        "key": f"dividend_2024-02-09_USD_{asset_id}",
        "type": "DIVIDEND",
        "asset_id": asset_id,
        "symbol": "ACME",
        "on": "2024-02-09",
        "ratio": None,
        "per_share": "0.24",
        "currency": "USD",
        "pay_on": "2024-02-15",
        "shares": "10",
        "sources": ["yahoo"],
        "disputed": [],
        "dismissed": False,
        "transaction": {
            "portfolio_id": desk.portfolio_id,
            "type": "DIVIDEND",
            "timestamp": "2024-02-15",
            "asset_id": asset_id,
            "ratio": None,
            "amount": "2.4",
            "currency": "USD",
            "external_id": f"dividend_2024-02-09_USD_{asset_id}",
        },
    }
    entered = await desk.client.post(f"{BASE}/transactions", json=one["transaction"])
    assert entered.status_code == 201, entered.text
    assert await proposed(desk) == []


async def test_booking_makes_one_audited_line_however_often(each_argosy, desk):
    await pays(each_argosy, desk, paid("2024-02-09", "0.24"))
    (one,) = await proposed(desk)
    booked = await desk.client.post(at(desk, one["key"], "/book"))
    assert (booked.status_code, booked.json()["amount"]) == (201, "2.4")
    again = await desk.client.post(at(desk, one["key"], "/book"), json={"amount": "9"})
    assert (again.status_code, again.json()["id"]) == (200, booked.json()["id"])
    assert again.json()["amount"] == "2.4"
    assert len(await desk.lines(type="DIVIDEND")) == 1
    assert await proposed(desk) == []
    async with each_argosy.database.read() as session:
        from argosy.store.database import fetch_all

        sql = "SELECT action FROM audit_log WHERE subject_id = ?"
        assert await fetch_all(session, sql, (booked.json()["id"],)) == [("create",)]


async def test_who_books_may_know_amount_tax_and_day_better(each_argosy, desk):
    await pays(each_argosy, desk, paid("2024-02-09", "0.24"))
    (one,) = await proposed(desk)
    better = {"amount": "2.35", "tax": "0.35", "date": "2024-02-16"}
    booked = (await desk.client.post(at(desk, one["key"], "/book"), json=better)).json()
    assert (booked["amount"], booked["tax"], booked["timestamp"]) == ("2.35", "0.35", "2024-02-16")
    assert await proposed(desk) == []


async def test_a_split_is_proposed_where_the_figures_flag_it(each_argosy, desk):
    await splits(desk, "2024-03-01", "4:1")
    await pays(each_argosy, desk, paid("2024-04-01", "0.1"))
    dividend, split = await proposed(desk)
    assert (split["type"], split["ratio"], split["shares"]) == ("SPLIT", "4:1", "10")
    assert (dividend["shares"], dividend["transaction"]["amount"]) == ("40", "4")
    refused = await desk.client.post(at(desk, split["key"], "/book"), json={"tax": "1"})
    assert refused.status_code == 422
    assert (await desk.client.post(at(desk, split["key"], "/book"))).status_code == 201
    (left,) = await proposed(desk)
    assert left == dividend
    holding = (await desk.get(f"/portfolios/{desk.portfolio_id}/holdings")).json()[0]
    assert holding["quantity"] == "40"


async def test_what_is_put_away_stays_so_until_it_is_brought_back(each_argosy, desk):
    await pays(each_argosy, desk, paid("2024-02-09", "0.24"), paid("2024-05-10", "0.25"))
    new, old = await proposed(desk)
    for _ in range(2):
        assert (await desk.client.delete(at(desk, old["key"]))).status_code == 204
    assert await proposed(desk) == [new]
    assert await proposed(desk, dismissed=True) == [new, {**old, "dismissed": True}]
    assert (await desk.client.post(at(desk, old["key"], "/restore"))).status_code == 204
    assert await proposed(desk) == [new, old]
    assert (await desk.client.post(at(desk, old["key"], "/restore"))).status_code == 404


async def test_shares_in_pence_are_paid_in_pounds(each_argosy, desk):
    await desk.asset("TEA", exchange="LSE", currency="GBp")
    rates = {"source": "manual", "rates": [
        {"currency": "GBP", "timestamp": "2024-01-02", "rate_to_usd": "1.25"}
    ]}  # fmt: skip
    assert (await desk.client.put(f"{BASE}/exchange-rates", json=rates)).status_code == 200
    await desk.buy("300", "2024-01-05", symbol="TEA", price="812.5")
    await pays(each_argosy, desk, paid("2024-02-09", "0.045", "GBP"), symbol="TEA")
    (one,) = await proposed(desk)
    assert (one["transaction"]["amount"], one["currency"]) == ("13.5", "GBP")
    assert (await desk.client.post(at(desk, one["key"], "/book"))).status_code == 201
    shown = (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()
    assert shown["income"] == "16.875"


async def test_nobody_sees_or_moves_anothers_proposals(each_argosy, each_client, desk):
    await pays(each_argosy, desk, paid("2024-02-09", "0.24"))
    (one,) = await proposed(desk)
    await sign_up(each_client, "bob")
    assert (await desk.get(f"/portfolios/{desk.portfolio_id}/proposals")).status_code == 404
    for answer in (
        await each_client.post(at(desk, one["key"], "/book")),
        await each_client.post(at(desk, one["key"], "/restore")),
        await each_client.delete(at(desk, one["key"])),
    ):
        assert answer.status_code == 404


async def test_a_key_that_is_none_is_not_found(desk):
    for key in ("nothing", "split_2024-01-05_x", "x" * 190):
        assert (await desk.client.post(at(desk, key, "/book"))).status_code == 404
        assert (await desk.client.delete(at(desk, key))).status_code == 404


async def test_nothing_is_proposed_to_the_demo(client, argosy):
    await sign_up(client)
    demo = (await client.post(f"{BASE}/portfolios/demo")).json()
    desk = Desk(client)
    desk.portfolio_id = demo["id"]
    assert await proposed(desk, dismissed=True) == []


async def test_actions_are_told_with_their_sources(each_argosy, desk):
    await splits(desk, "2024-03-01", "4:1")
    await pays(each_argosy, desk, paid("2024-02-09", "0.24"))
    dividend, split = (await desk.get("/assets/ACME/actions")).json()
    assert dividend == {
        "on": "2024-02-09", "ratio": None, "amount": "0.24", "currency": "USD", "pay_on": None,
        "type": "DIVIDEND", "sources": ["yahoo"], "own": False, "disputed": [],
    }  # fmt: skip
    assert (split["type"], split["ratio"], split["sources"]) == ("SPLIT", "4:1", ["manual"])
    assert (await desk.get("/assets/NOTHING/actions")).status_code == 404
