"""Watchlists over the API: names, order, prices, and that they keep assets tracked."""

from decimal import Decimal

import pytest

from tests.support.api import Client, log_in, register, sign_up

BASE = "/api/v1"


@pytest.fixture
async def own(each_client: Client) -> Client:
    """A client that is signed in, with two assets of its own and their prices."""
    await sign_up(each_client)
    for symbol, currency in (("ACME", "USD"), ("PENNY", "GBp"), ("BARE", "USD")):
        body = {"symbol": symbol, "currency": currency, "exchange": "NYSE"}
        response = await each_client.post(f"{BASE}/assets", json=body)
        assert response.status_code == 201, response.text
    await put(each_client, "ACME", ("2024-05-30", "100"), ("2024-05-31", "102.5"))
    await put(each_client, "PENNY", ("2024-05-31", "250.5"))
    return each_client


async def put(client: Client, symbol: str, *rows: tuple[str, str]) -> None:
    bars = [{"timestamp": day, "close": close} for day, close in rows]
    response = await client.put(f"{BASE}/assets/{symbol}/prices", json={"bars": bars})
    assert response.status_code == 200, response.text


async def make(client: Client, name: str = "Mine", *symbols: str) -> str:
    response = await client.post(f"{BASE}/watchlists", json={"name": name})
    assert response.status_code == 201, response.text
    made: str = response.json()["id"]
    for symbol in symbols:
        body = {"asset": symbol}
        added = await client.post(f"{BASE}/watchlists/{made}/items", json=body)
        assert added.status_code == 201, added.text
    return made


async def shown(client: Client, watchlist_id: str) -> dict:
    response = await client.get(f"{BASE}/watchlists/{watchlist_id}")
    assert response.status_code == 200, response.text
    return response.json()


def symbols(found: dict) -> list[str]:
    return [one["asset"]["symbol"] for one in found["items"]]


async def test_an_asset_on_a_list_shows_its_price_and_how_it_changed(own: Client):
    found = await shown(own, await make(own, "Mine", "ACME", "PENNY", "BARE"))
    acme, penny, bare = found["items"]
    assert (acme["price"], acme["currency"], acme["price_on"]) == ("102.5", "USD", "2024-05-31")
    assert (acme["day_change"], acme["day_change_fraction"]) == ("2.5", 0.025)
    assert (acme["since"], acme["quality"]) == ("2024-05-30", "close")
    assert (penny["price"], penny["currency"], penny["day_change"]) == ("250.5", "GBp", None)
    assert "no price of PENNY" in penny["reasons"]["day_change"]
    assert (bare["price"], bare["source"]) == (None, None)
    assert bare["reasons"]["price"] == "There is no price of BARE."
    assert Decimal(acme["price"]) - Decimal(acme["day_change"]) == 100


async def test_lists_and_what_is_on_them_keep_the_order_that_is_wanted(own: Client):
    first, second = await make(own, "First", "ACME", "PENNY", "BARE"), await make(own, "Second")
    items = f"{BASE}/watchlists/{first}/items"
    ids = {one["asset"]["symbol"]: one["asset"]["id"] for one in (await shown(own, first))["items"]}
    order = [ids[symbol] for symbol in ("BARE", "ACME", "PENNY")]
    done = await own.put(f"{BASE}/watchlists/{first}/order", json={"asset_ids": order})
    assert done.status_code == 204
    assert symbols(await shown(own, first)) == ["BARE", "ACME", "PENNY"]
    await own.post(items, json={"asset": "PENNY", "position": 0, "note": "cheap"})
    found = await shown(own, first)
    assert symbols(found) == ["PENNY", "BARE", "ACME"]
    assert found["items"][0]["note"] == "cheap"
    assert (await own.delete(f"{items}/{ids['BARE']}")).status_code == 204
    assert symbols(await shown(own, first)) == ["PENNY", "ACME"]
    assert (await own.delete(f"{items}/{ids['BARE']}")).status_code == 404
    for wrong in ([], [ids["ACME"]], [ids["ACME"], ids["ACME"]], [*order]):
        answer = await own.put(f"{BASE}/watchlists/{first}/order", json={"asset_ids": wrong})
        assert answer.status_code == 422
    await own.patch(f"{BASE}/watchlists/{second}", json={"position": 0})
    listed = (await own.get(f"{BASE}/watchlists")).json()
    assert [(one["name"], one["size"]) for one in listed] == [("Second", 0), ("First", 2)]


async def test_a_name_is_ones_own_once_and_can_be_changed(own: Client):
    made = await make(own, "Mine")
    again = await own.post(f"{BASE}/watchlists", json={"name": " MINE "})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    changed = await own.patch(f"{BASE}/watchlists/{made}", json={"name": "Other", "note": "x"})
    assert (changed.json()["name"], changed.json()["note"]) == ("Other", "x")
    kept = await own.patch(f"{BASE}/watchlists/{made}", json={"name": "Third"})
    assert kept.json()["note"] == "x"
    bad = await own.post(f"{BASE}/watchlists", json={"name": "a\u0007b"})
    assert bad.status_code == 422
    assert "watchlist's name" in bad.text
    assert (await own.delete(f"{BASE}/watchlists/{made}")).status_code == 204
    assert (await own.get(f"{BASE}/watchlists/{made}")).status_code == 404


async def test_being_on_a_list_is_a_reason_to_be_tracked(own: Client):
    one, two = await make(own, "One", "ACME"), await make(own, "Two", "ACME")
    assert (await tracking(own))["watchers"] == 1  # people are counted, not lists
    await own.delete(f"{BASE}/watchlists/{one}")
    assert (await tracking(own))["watchers"] == 1
    await own.delete(f"{BASE}/watchlists/{two}")
    assert (await tracking(own))["watchers"] == 0


async def tracking(client: Client) -> dict[str, int]:
    response = await client.get(f"{BASE}/assets/ACME/tracking")
    found: dict[str, int] = response.json()["reasons"]
    return found


async def test_another_users_list_does_not_exist(own: Client):
    made = await make(own, "Mine", "ACME")
    asset_id = (await shown(own, made))["items"][0]["asset"]["id"]
    await register(own, "eve")
    tokens = await log_in(own, "eve")
    own.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    place = f"{BASE}/watchlists/{made}"
    answers = [
        await own.get(place),
        await own.patch(place, json={"name": "Hers"}),
        await own.delete(place),
        await own.post(f"{place}/items", json={"asset": asset_id}),
        await own.put(f"{place}/order", json={"asset_ids": [asset_id]}),
        await own.delete(f"{place}/items/{asset_id}"),
        await own.get(f"{BASE}/watchlists/none"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await own.get(f"{BASE}/watchlists")).json() == []
    hers = await make(own, "Hers")
    private = await own.post(f"{BASE}/watchlists/{hers}/items", json={"asset": asset_id})
    assert private.status_code == 404
