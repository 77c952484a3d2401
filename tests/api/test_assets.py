"""Finding, making and changing assets."""

import pytest
from sqlalchemy import text

from argosy.services import assets
from argosy.services.assets import AssetDraft
from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

URL = f"{BASE}/assets"


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


@pytest.fixture
async def shared(argosy):
    """An asset that all users share."""
    async with argosy.database.write() as session:
        draft = AssetDraft(symbol="BP", exchange="LSE", name="BP plc", currency="GBp")
        return (await assets.create(session, draft, owner=None, by=None)).asset


async def test_an_asset_is_private_and_found_by_id_and_symbol(each_desk):
    made = await each_desk.asset(
        "brk.b", name="Berkshire", category="etf", metadata={"isin": "US0846707026"}
    )
    assert matches_snapshot("assets.create", made)
    assert (made["symbol"], made["category"], made["owned"]) == ("BRK.B", "ETF", True)
    for name in (made["id"], made["id"].upper(), "BRK.B", "brk.b:nyse"):
        found = await each_desk.get(f"/assets/{name}")
        assert found.json() == made, found.text


async def test_any_exchange_and_no_exchange_are_accepted(desk):
    await desk.asset("GOLD", exchange="My drawer")
    coin = await desk.asset("BTC", exchange=None, category="Crypto")
    assert coin["exchange"] is None
    assert coin["name"] == "BTC"


@pytest.mark.parametrize(
    "fields",
    [
        {"symbol": ""},
        {"symbol": "X" * 51},
        {"symbol": "A\nB"},
        {"symbol": None},
        {"category": "STONK"},
        {"currency": "12"},
        {"exchange": "A:B"},
        {"name": "x" * 256},
        {"description": "a\x00b"},
        {"colour": "red"},
    ],
)
async def test_assets_that_cannot_be_meant_are_refused(desk, fields):
    answer = await desk.client.post(URL, json={"symbol": "NEW", **fields})
    assert answer.status_code == 422, answer.text


async def test_an_own_or_shared_asset_that_exists_is_named(desk, shared):
    own = await desk.client.post(URL, json={"symbol": "acme", "exchange": "nyse"})
    assert (own.status_code, own.json()["code"]) == (409, "duplicate")
    assert "own asset ACME:" in own.json()["detail"]
    taken = await desk.client.post(URL, json={"symbol": "bp", "exchange": "LSE"})
    assert taken.status_code == 409
    assert shared.id in taken.json()["detail"]
    elsewhere = await desk.client.post(URL, json={"symbol": "bp", "exchange": "NYSE"})
    assert elsewhere.status_code == 201


async def test_a_private_asset_exists_for_its_owner_alone(argosy, desk):
    mine = (await desk.get("/assets/ACME")).json()
    async with app_client(argosy) as client:
        eve = await Desk.opened(client, "eve")
        assert (await eve.get(f"/assets/{mine['id']}")).status_code == 404
        hers = (await eve.get("/assets/ACME")).json()
        assert hers["id"] != mine["id"]
        assert [one["id"] for one in (await eve.get("/assets")).json()["items"]] == [hers["id"]]
        changed = await eve.client.patch(f"{URL}/{mine['id']}", json={"name": "Mine"})
        assert changed.status_code == 404


async def test_a_symbol_means_ones_own_asset_first(desk, shared):
    assert (await desk.get("/assets/bp")).json()["id"] == shared.id
    own = await desk.asset("BP", exchange="NYSE")
    assert (await desk.get("/assets/bp")).json()["id"] == own["id"]
    assert (await desk.get("/assets/bp:lse")).json()["id"] == shared.id


async def test_several_matches_are_a_conflict_with_candidates(desk):
    await desk.asset("ACME", exchange="LSE")
    answer = await desk.get("/assets/acme")
    assert (answer.status_code, answer.json()["candidates"]) == (409, ["ACME:LSE", "ACME:NYSE"])
    assert (await desk.get("/assets/nothing")).status_code == 404


async def test_own_assets_can_be_changed_and_shared_ones_not(desk, shared):
    answer = await desk.client.patch(
        f"{URL}/ACME", json={"name": "Acme Corp", "currency": "gbp", "active": None}
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["name"], answer.json()["currency"]) == ("Acme Corp", "GBP")
    assert answer.json()["active"] is True
    refused = await desk.client.patch(f"{URL}/{shared.id}", json={"name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    await desk.asset("NEWCO")
    taken = await desk.client.patch(f"{URL}/ACME", json={"symbol": "newco"})
    assert taken.status_code == 409


async def test_the_list_goes_on_at_its_cursor_and_can_be_narrowed(each_desk):
    for symbol in ("ZZZ", "BBB", "CCC"):
        await each_desk.asset(symbol, category="FUND")
    first = (await each_desk.get("/assets", limit=3)).json()
    assert [one["symbol"] for one in first["items"]] == ["ACME", "BBB", "CCC"]
    rest = (await each_desk.get("/assets", cursor=first["next_cursor"])).json()
    assert [one["symbol"] for one in rest["items"]] == ["ZZZ"]
    assert rest["next_cursor"] is None
    funds = (await each_desk.get("/assets", category="fund")).json()["items"]
    assert len(funds) == 3


async def test_search_finds_by_symbol_and_name(each_desk):
    await each_desk.asset("XYZ", name="Acme's rival")
    found = (await each_desk.get("/assets/search", q="acm")).json()
    assert [one["symbol"] for one in found] == ["ACME", "XYZ"]
    assert (await each_desk.get("/assets/search", q="100%")).json() == []
    assert (await each_desk.get("/assets/search", q="")).status_code == 422


async def test_an_asset_in_another_currency_or_exchange_gives_the_day(desk):
    await desk.asset("7203", exchange="TSE", currency="JPY")
    line = await desk.entered(
        "BUY", symbol="7203", quantity="1", price="2000", timestamp="2024-01-05T20:00:00Z"
    )
    assert (line["day"], line["currency"]) == ("2024-01-06", "JPY")


async def put_sources(desk, name, *sources):
    return await desk.client.put(f"{URL}/{name}/sources", json={"sources": list(sources)})


async def test_an_own_asset_knows_what_sources_call_it(each_desk):
    name = "ACME"
    assert (await each_desk.get(f"/assets/{name}/sources")).json() == []
    yahoo = {"source": "yahoo", "symbol": "ACM.L", "rank": 1}
    put = await put_sources(each_desk, name, {"source": "Binance"}, yahoo)
    assert put.status_code == 200, put.text
    stored = [yahoo, {"source": "binance", "symbol": None, "rank": None}]
    assert put.json() == stored
    assert (await each_desk.get(f"/assets/{name}/sources")).json() == stored
    assert (await put_sources(each_desk, name)).json() == []


@pytest.mark.parametrize(
    "sources",
    [
        [{"source": "nowhere"}],
        [{"source": "ecb"}],
        [{"source": "yahoo"}, {"source": "YAHOO "}],
        [{"source": "yahoo", "rank": 0}],
        [{"source": "yahoo", "rank": 1001}],
        [{"source": "yahoo", "symbol": "A\nB"}],
        [{"source": "yahoo", "symbol": "X" * 101}],
        [{"symbol": "AAPL"}],
    ],
)
async def test_sources_that_cannot_be_meant_are_refused(desk, sources):
    assert (await put_sources(desk, "ACME", *sources)).status_code == 422
    assert (await desk.get("/assets/ACME/sources")).json() == []


async def test_a_shared_assets_sources_are_read_by_all_and_changed_by_administrators(
    argosy, desk, shared
):
    refused = await put_sources(desk, shared.id, {"source": "yahoo", "symbol": "BP.L"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await desk.get(f"/assets/{shared.id}/sources")).json() == []
    mine = (await desk.get("/assets/ACME")).json()
    async with app_client(argosy) as client:
        eve = await Desk.opened(client, "eve")
        assert (await eve.get(f"/assets/{mine['id']}/sources")).status_code == 404
        assert (await put_sources(eve, mine["id"])).status_code == 404


async def test_lists_are_narrowed_sorted_and_go_on_page_by_page(each_desk):
    for symbol, fields in {
        "AAA": {"category": "etf", "currency": "EUR"},
        "BBB": {"category": "fund", "active": False},
        "CCC": {"category": "etf", "exchange": "LSE", "name": "Émile"},
    }.items():
        await each_desk.asset(symbol, **fields)

    async def listed(**query):
        answer = await each_desk.get("/assets", **query)
        assert answer.status_code == 200, answer.text
        return [one["symbol"] for one in answer.json()["items"]]

    assert await listed(category=["etf", "FUND"]) == ["AAA", "BBB", "CCC"]
    assert await listed(category="ETF", currency="eur") == ["AAA"]
    assert await listed(active="false") == ["BBB"]
    assert await listed(exchange="lse") == ["CCC"]
    assert await listed(q="emile") == ["CCC"]
    assert await listed(tracked="true") == []
    assert await listed(sort="-symbol", limit=2) == ["CCC", "BBB"]
    first = (await each_desk.get("/assets", sort="-created_at", limit=1)).json()
    assert first["items"][0]["symbol"] == "CCC"
    cursor = first["next_cursor"]
    assert await listed(sort="-created_at", limit=1, cursor=cursor) == ["BBB"]
    assert (await each_desk.get("/assets", cursor=cursor)).status_code == 422
    assert (await each_desk.get("/assets", sort="price")).status_code == 422
    assert (await each_desk.get("/assets", currency="1")).status_code == 422


async def test_search_is_within_categories_and_asks_nobody_else_unless_it_is_told_to(desk):
    await desk.asset("QQQ", category="etf", name="Nestlé fund")
    (fund,) = (await desk.get("/assets/search", q="nestle")).json()
    assert fund["symbol"] == "QQQ"
    found = await desk.get("/assets/search", q="nestle", category="STOCK")
    assert found.json() == []


async def test_the_day_since_when_an_asset_is_gone_ends_with_it(argosy, desk):
    made = await desk.asset("GONE")
    async with argosy.database.write() as session:
        await session.execute(
            text(
                "UPDATE assets SET active = false, delisted_on = '2024-01-05' WHERE symbol = 'GONE'"
            )
        )
    gone = (await desk.get(f"/assets/{made['id']}")).json()
    assert (gone["active"], gone["delisted_on"]) == (False, "2024-01-05")
    assert (await desk.get("/assets/search", q="gone")).json()[0]["delisted_on"] == "2024-01-05"
    back = await desk.client.patch(f"{URL}/GONE", json={"active": True})
    assert (back.json()["active"], back.json()["delisted_on"]) == (True, None)
