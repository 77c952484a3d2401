"""The demo in one's own account: in with one request, out with another."""

import asyncio

import pytest

from argosy.core.market.asset import AssetCategory
from argosy.services import assets
from argosy.services.assets import AssetDraft
from tests.support.api import app_client, sign_up
from tests.support.desk import BASE
from tests.support.turns import turns_of_the_loop

URL = f"{BASE}/portfolios"


async def _open(client):
    response = await client.post(f"{URL}/demo")
    return response.status_code, response.json()


@pytest.fixture
async def each_signed_in(each_client):
    await sign_up(each_client)
    return each_client


async def test_the_demo_comes_with_all_it_needs_and_a_second_call_answers_it(each_signed_in):
    status, demo = await _open(each_signed_in)
    assert (status, demo["name"], demo["is_demo"], demo["currency"]) == (201, "Demo", True, "EUR")
    shown = (await each_signed_in.get(f"{URL}/{demo['id']}")).json()
    assert (shown["as_of"], shown["is_demo"]) == ("2021-03-31", True)
    assert shown["total_value"].startswith("63715.08")
    assert shown["reasons"] == {}
    assert await _open(each_signed_in) == (200, demo)


async def test_two_calls_at_once_make_one(each_signed_in):
    both = await asyncio.gather(_open(each_signed_in), _open(each_signed_in))
    assert sorted(status for status, _ in both) == [200, 201]
    assert len((await each_signed_in.get(URL)).json()) == 1


async def test_only_the_demo_itself_counts_and_once_deleted_it_can_be_made_again(signed_in):
    own = (await signed_in.post(URL, json={"name": "Demo"})).json()
    _, demo = await _open(signed_in)
    assert (own["is_demo"], demo["is_demo"]) == (False, True)
    renamed = await signed_in.patch(f"{URL}/{demo['id']}", json={"name": "Mine now"})
    assert renamed.json()["is_demo"] is True
    assert (await signed_in.delete(f"{URL}/{demo['id']}")).status_code == 204
    assert [one["id"] for one in (await signed_in.get(URL)).json()] == [own["id"]]
    status, again = await _open(signed_in)
    assert status == 201
    assert again["id"] not in {own["id"], demo["id"]}


async def test_each_has_a_demo_of_their_own_on_the_same_shared_assets(signed_in, argosy):
    _, ours = await _open(signed_in)
    async with app_client(argosy) as other:
        await sign_up(other, "bob")
        status, theirs = await _open(other)
        assert status == 201
        assert (await other.get(f"{URL}/{ours['id']}")).status_code == 404
        held = (await other.get(f"{URL}/{theirs['id']}/holdings")).json()
    mine = (await signed_in.get(f"{URL}/{ours['id']}/holdings")).json()
    assert {one["asset_id"] for one in held} == {one["asset_id"] for one in mine}


async def test_a_shared_asset_in_another_currency_stops_it_and_nothing_is_stored(signed_in, argosy):
    bitcoin = AssetDraft(
        symbol="BTC", name="Bitcoin", category=AssetCategory.CRYPTO, currency="EUR"
    )
    async with argosy.database.write() as session:
        await assets.create(session, bitcoin, owner=None, by=None)
    status, refused = await _open(signed_in)
    assert status == 422
    assert refused["detail"][0]["msg"] == "demo quotes BTC in USD, not in EUR."
    assert (await signed_in.get(URL)).json() == []
    known = (await signed_in.get(f"{BASE}/assets")).json()["items"]
    assert [asset["symbol"] for asset in known] == ["BTC"]


async def test_others_are_answered_while_it_is_made(signed_in):
    with turns_of_the_loop() as turns:
        status, _ = await _open(signed_in)
    assert status == 201
    assert turns.longest_share < 0.2


async def test_strangers_get_none(client):
    assert (await client.post(f"{URL}/demo")).status_code == 401
