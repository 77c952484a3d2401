"""The live feed over real WebSockets: who may listen, what is told, and how one comes back."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from argosy.api import stream
from argosy.api.conversation import MESSAGES_AT_ONCE, Close
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.services import live
from argosy.services.collecting import QUOTES
from argosy.store.tables.user import UserRow
from argosy.wiring import Argosy
from tests.support.api import make_settings, sign_up
from tests.support.desk import BASE, Desk
from tests.support.live import Ear, Served, listening, serving


@pytest.fixture
async def served(tmp_path, sqlite_url, clock):
    async with serving(Argosy(make_settings(tmp_path, sqlite_url), clock=clock)) as running:
        yield running


@pytest.fixture
async def each_served(tmp_path, database_url, clock):
    async with serving(Argosy(make_settings(tmp_path, database_url), clock=clock)) as running:
        yield running


@pytest.fixture
async def desk(served: Served) -> Desk:
    return await Desk.opened(served.client)


async def acme(client) -> str:
    return (await client.get(f"{BASE}/assets/ACME")).json()["id"]


async def quote(served: Served, asset_id: str, price: str, *, symbol: str = "ACME") -> None:
    said = {
        "asset_id": asset_id, "symbol": symbol, "kind": "live", "price": price, "currency": "USD",
        "change": "0.5", "change_fraction": 0.0064, "at": "2024-06-03T12:00:00Z", "source": "test",
    }  # fmt: skip
    await served.argosy.bus.publish(QUOTES, json.dumps(said).encode())


async def listen_to(served: Served, ear: Ear, **wanted) -> dict:
    await ear.say("subscribe", **wanted)
    return await ear.next("subscribed")


async def test_an_edit_is_told_with_the_figures_that_the_portfolio_then_has(each_served):
    desk = await Desk.opened(each_served.client)
    await desk.buy("10", "2024-01-05")
    async with listening(each_served) as ear:
        welcome = await ear.next("connection")
        assert welcome["status"] == "connected"
        told = await listen_to(each_served, ear, portfolios=[desk.portfolio_id])
        assert told["topics"] == [
            f"portfolio:{desk.portfolio_id}", f"transactions:{desk.portfolio_id}",
        ]  # fmt: skip
        first = await ear.next("portfolio_update")
        assert first["snapshot"] is True
        assert first["portfolio"] == (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()

        line = await desk.buy("3", "2024-01-08")
        told = await ear.next("transactions_changed")
        assert told | {"seq": 0, "previous": 0} == {
            "type": "transactions_changed", "topic": f"transactions:{desk.portfolio_id}",
            "seq": 0, "previous": 0, "portfolio_id": desk.portfolio_id, "event": "created",
            "count": 1, "transaction_ids": [line["id"]], "from_day": "2024-01-08",
        }  # fmt: skip
        second = await ear.next("portfolio_update")
        assert second["previous"] == first["seq"]
        assert second["portfolio"]["total_cost"] == "1300"
        assert second["portfolio"] == (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()


async def test_new_prices_are_told_as_figures_and_a_dry_run_not_at_all(each_served):
    desk = await Desk.opened(each_served.client)
    await desk.buy("10", "2024-01-05")
    async with listening(each_served, f"/ws/portfolio/{desk.portfolio_id}") as ear:
        await ear.next("portfolio_update")
        dry = {"transactions": [desk.line("BUY", quantity="1", price="1")], "dry_run": True}
        answer = await desk.client.post(f"{BASE}/transactions/batch", json=dry)
        assert answer.status_code == 200, answer.text
        bars = [{"timestamp": "2024-01-09", "close": "123.45"}]
        body = {"source": "manual", "interval": "1d", "bars": bars}
        await desk.client.put(f"{BASE}/assets/ACME/prices", json=body)
        each_served.app.state.live.look_soon()  # what a lost message is found by, at once
        update = await ear.next("portfolio_update", "transactions_changed")
        assert update["type"] == "portfolio_update"
        assert update["portfolio"]["total_value"] == "1234.5"


async def test_a_price_reaches_all_who_listen_to_its_symbol_and_nobody_else(served, desk):
    asset_id = await acme(served.client)
    await desk.asset("OTHER")
    async with listening(served) as ear, listening(served) as deaf:
        told = await listen_to(served, ear, symbols=["ACME", "NOPE"])
        assert told["symbols"] == {"ACME": f"price:{asset_id}"}
        assert [(one["name"], one["code"]) for one in told["problems"]] == [
            ("NOPE", "unknown_asset")
        ]
        await listen_to(served, deaf, symbols=["OTHER"])
        await quote(served, asset_id, "187.25")
        update = await ear.next("price_update")
        assert update["price"] == "187.25"
        assert update["at"] == "2024-06-03T12:00:00Z"
        assert update["source"] == "test"
        assert update["prices"] == {
            "ACME": {
                "symbol": "ACME", "current_price": "187.25", "change": "0.5", "change_percent": 0.64,
            }
        }  # fmt: skip
        assert await deaf.silent_for(0.3)
        await ear.say("unsubscribe", symbols=["ACME"])
        assert (await ear.next("unsubscribed"))["topics"] == []
        await quote(served, asset_id, "190")
        assert await ear.silent_for(0.3)


async def test_others_portfolios_and_private_assets_do_not_exist(served, desk):
    mine, secret = desk.portfolio_id, await acme(served.client)
    await sign_up(served.client, "eve")
    async with listening(served) as ear:
        told = await listen_to(served, ear, portfolios=[mine], symbols=["ACME", secret], jobs=True)
        assert told["topics"] == []
        assert [one["code"] for one in told["problems"]] == [
            "not_found", "unknown_asset", "not_found", "forbidden",
        ]  # fmt: skip
        await desk.client.get(f"{BASE}/auth/me")
        await quote(served, secret, "187.25")
        assert await ear.silent_for(0.3)
    async with listening(served, f"/ws/portfolio/{mine}") as ear:
        assert (await ear.closed())[0] == Close.UNKNOWN


@pytest.mark.parametrize("token", ["", "nonsense", "refresh"])
async def test_without_a_valid_token_nobody_listens(served, desk, token, monkeypatch):
    monkeypatch.setattr(stream, "TOKEN_WITHIN_S", 0.2)
    if token == "refresh":
        user_id = (await served.client.get(f"{BASE}/auth/me")).json()["id"]
        token = served.argosy.tokens.refresh(user_id).text
    async with listening(served, token=token) as ear:
        code, reason = await ear.closed()
        assert code == Close.REFUSED
        assert reason
        assert ear.got == []


async def test_who_does_not_sign_in_first_is_sent_away(served, desk):
    async with listening(served, token="") as ear:
        await ear.say("subscribe", symbols=["ACME"])
        assert (await ear.closed())[0] == Close.REFUSED


async def test_a_token_may_come_as_a_subprotocol_but_never_in_the_address(served, desk):
    offered = ["argosy", f"bearer.{served.token}"]
    async with listening(served, token="", subprotocols=offered) as ear:
        assert (await ear.next())["type"] == "connection"
        assert ear.connection.subprotocol == "argosy"
    async with listening(served, f"/ws?token={served.token}", token="") as ear:
        assert (await ear.closed())[0] == Close.REFUSED


async def test_a_ticket_opens_one_connection_within_half_a_minute(tmp_path, database_url, clock):
    settings = make_settings(tmp_path, database_url, live_tickets=True)
    async with serving(Argosy(settings, clock=clock)) as served:
        await Desk.opened(served.client)
        made = await served.client.post(f"{BASE}/auth/ws-ticket")
        assert made.status_code == 201
        path = f"/ws?ticket={made.json()['ticket']}"
        async with listening(served, path, token="") as ear:
            assert (await ear.next("connection"))["expires_at"] == made.json()["session_expires_at"]
        async with listening(served, path, token="") as again:
            assert (await again.closed())[0] == Close.REFUSED
        late = (await served.client.post(f"{BASE}/auth/ws-ticket")).json()
        clock.advance(timedelta(seconds=30))
        async with listening(served, f"/ws?ticket={late['ticket']}", token="") as ear:
            assert (await ear.closed())[0] == Close.REFUSED


async def test_tickets_are_off_unless_switched_on(served, desk):
    assert (await served.client.post(f"{BASE}/auth/ws-ticket")).status_code == 403
    async with listening(served, "/ws?ticket=any", token="") as ear:
        assert (await ear.closed())[0] == Close.REFUSED


async def test_pages_of_other_sites_may_not_listen_unless_they_are_named(
    tmp_path, sqlite_url, clock
):
    settings = make_settings(tmp_path, sqlite_url, cors_origins=("https://shown.example",))
    async with serving(Argosy(settings, clock=clock)) as served:
        await sign_up(served.client)
        with pytest.raises(InvalidStatus) as refused:
            async with connect(served.address(), origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403
        for origin in ("https://shown.example", f"http://127.0.0.1:{served.port}"):
            async with listening(served, origin=origin) as ear:
                assert (await ear.next())["type"] == "connection"


async def test_the_end_of_the_token_ends_the_stream_unless_a_new_one_comes_before(
    served, desk, clock
):
    async with listening(served) as ear, listening(served) as renewed:
        await ear.next("connection")
        before = await renewed.next("connection")
        clock.advance(timedelta(minutes=29))
        user_id = (await served.client.get(f"{BASE}/auth/me")).json()["id"]
        await renewed.say("authenticate", token=served.argosy.tokens.access(user_id).text)
        after = await renewed.next("authenticated")
        assert after["expires_at"] > before["expires_at"]
        clock.advance(timedelta(minutes=2))
        assert await ear.closed() == (Close.EXPIRED, "The token has expired.")
        await renewed.say("ping")
        assert (await renewed.next())["type"] == "pong"


async def test_an_account_that_is_made_inactive_hears_nothing_any_more(each_served):
    await sign_up(each_served.client)
    user_id = (await each_served.client.get(f"{BASE}/auth/me")).json()["id"]
    async with listening(each_served) as ear:
        await ear.next("connection")
        async with each_served.argosy.database.write() as session:
            change = update(UserRow).where(UserRow.id == user_id)
            await session.execute(change.values(is_active=False))
        each_served.app.state.live.look_soon()  # sooner than it would look by itself
        assert await ear.closed() == (Close.REFUSED, "This account is not active.")


async def test_the_token_of_somebody_else_does_not_renew(served, desk):
    async with listening(served) as ear:
        await ear.next("connection")
        await sign_up(served.client, "eve")
        await ear.say("authenticate", token=served.token)
        assert (await ear.closed())[0] == Close.REFUSED


async def test_who_comes_back_gets_what_he_missed_once(served, desk):
    asset_id = await acme(served.client)
    wanted = {"portfolios": [desk.portfolio_id], "symbols": ["ACME"]}
    async with listening(served) as ear:
        stream_id = (await ear.next("connection"))["stream"]
        await listen_to(served, ear, **wanted)
        await quote(served, asset_id, "1")
        await ear.next("price_update")
        seen = ear.got[-1]["seq"]
    await quote(served, asset_id, "2")
    await desk.buy("1", "2024-01-05")
    await quote(served, asset_id, "3")
    async with listening(served) as ear:
        await ear.next("connection")
        await listen_to(served, ear, **wanted, resume={"stream": stream_id, "seq": seen})
        missed = [await ear.next("price_update") for _ in range(2)]
        await ear.next("portfolio_update")
        assert [one["price"] for one in missed] == ["2", "3"]
        assert missed[1]["previous"] == missed[0]["seq"]
        told = [one for one in ear.got if one["type"] == "transactions_changed"]
        assert len(told) == 1
        assert not any("snapshot" in one for one in ear.got)
        seqs = [one["seq"] for one in ear.got if "topic" in one]
        assert seqs == sorted(set(seqs))


async def test_who_was_away_too_long_or_comes_from_another_process_gets_snapshots(served, desk):
    asset_id = await acme(served.client)
    async with listening(served) as ear:
        stream_id = (await ear.next("connection"))["stream"]
        await listen_to(served, ear, symbols=["ACME"])
        await quote(served, asset_id, "0.5")
        seen = (await ear.next("price_update"))["seq"]
    for price in range(1, 40):
        await quote(served, asset_id, str(price))
    for stream_before in (stream_id, "another"):
        async with listening(served) as ear:
            resume = {"stream": stream_before, "seq": seen}
            await listen_to(served, ear, symbols=["ACME"], resume=resume)
            snapshot = await ear.next("price_update")
            assert (snapshot["price"], snapshot["snapshot"]) == ("39", True)
            assert await ear.silent_for(0.2)
    async with listening(served) as ear:
        wanted = {"portfolios": [desk.portfolio_id]}
        await listen_to(served, ear, **wanted, resume={"stream": "another", "seq": 5})
        assert {(await ear.next())["type"] for _ in range(2)} == {"portfolio_update", "missed"}


async def test_a_portfolio_is_computed_once_a_version_for_all_who_listen(served, desk, monkeypatch):
    computed = []
    feed = served.app.state.live._portfolios
    write = feed._engine.write
    counted = replace(feed._engine, write=lambda *args: computed.append(1) or write(*args))
    monkeypatch.setattr(feed, "_engine", counted)
    async with asyncio.TaskGroup() as group:
        ears = [listening(served, f"/ws/portfolio/{desk.portfolio_id}") for _ in range(10)]
        opened = [group.create_task(one.__aenter__()) for one in ears]
    for ear in opened:
        await ear.result().next("portfolio_update")
    assert len(computed) == 1
    await desk.buy("1", "2024-01-05")
    updates = [await ear.result().next("portfolio_update") for ear in opened]
    assert len(computed) == 2
    assert len({json.dumps(update) for update in updates}) == 1
    for one in ears:
        await one.__aexit__(None, None, None)


async def test_limits_hold(tmp_path, sqlite_url, clock):
    settings = make_settings(tmp_path, sqlite_url, live_connections=2, live_subscriptions=3)
    async with serving(Argosy(settings, clock=clock)) as served:
        await Desk.opened(served.client)
        async with listening(served) as one, listening(served) as two:
            await one.next("connection")
            await two.next("connection")
            async with listening(served) as three:
                assert (await three.closed())[0] == Close.TOO_MANY
            await one.say("subscribe", symbols=["A", "B", "C", "D"])
            assert (await one.next())["code"] == "invalid"
            await one.say("dance")
            assert (await one.next())["code"] == "invalid"
            for _ in range(MESSAGES_AT_ONCE + 5):
                await two.say("ping")
            assert (await two.closed())[0] == Close.TOO_MANY
            await one.say("subscribe", symbols=["A" * 100] * 1000)
            assert (await one.closed())[0] == Close.TOO_LARGE


async def test_who_does_not_read_costs_no_memory_and_gets_the_newest(served, desk):
    asset_id = await acme(served.client)
    options = {"max_queue": 1, "max_size": None}
    async with listening(served, **options) as slow, listening(served) as quick:
        for ear in (slow, quick):
            await listen_to(served, ear, symbols=["ACME"])
        slow.connection.transport.pause_reading()
        padding, count = "x" * 20_000, 600
        for price in range(1, count + 1):
            await quote(served, asset_id, str(price), symbol=padding)
            assert (await quick.next("price_update"))["price"] == str(price)
        boxes = served.app.state.live.hub._boxes[
            served.app.state.live.hub.find(f"price:{asset_id}")
        ]
        assert [len(box._behind) for box in boxes].count(1) == 1
        slow.connection.transport.resume_reading()
        prices = []
        while not prices or prices[-1] != str(count):
            prices.append((await slow.next("price_update"))["price"])
        assert len(prices) < count, "the newest takes the place of those before"
        assert prices == sorted(set(prices), key=int)


async def test_what_somebody_is_told_reaches_him_alone(served, desk):
    user_id = (await served.client.get(f"{BASE}/auth/me")).json()["id"]
    async with listening(served) as ear:
        await listen_to(served, ear, alerts=True)
        await live.tell(served.argosy.bus, "somebody else", "alert", {"title": "not for you"})
        await live.tell(served.argosy.bus, user_id, "alert", {"title": "ACME is above 100"})
        told = await ear.next()
        assert (told["type"], told["title"]) == ("alert", "ACME is above 100")


async def test_a_deleted_portfolio_is_told(served, desk):
    async with listening(served, f"/ws/portfolio/{desk.portfolio_id}") as ear:
        await ear.next("portfolio_update")
        await served.client.delete(f"{BASE}/portfolios/{desk.portfolio_id}")
        served.app.state.live.look_soon()
        assert (await ear.next("portfolio_deleted"))["topic"] == f"portfolio:{desk.portfolio_id}"


async def test_administrators_are_told_of_jobs(served, desk):
    user_id = (await served.client.get(f"{BASE}/auth/me")).json()["id"]
    async with served.argosy.database.write() as session:
        await session.execute(update(UserRow).where(UserRow.id == user_id).values(is_admin=True))
    runner = Runner(served.argosy, schedule_of(served.argosy.settings))
    await runner.register()
    async with listening(served) as ear:
        assert (await listen_to(served, ear, jobs=True))["topics"] == ["jobs"]
        await runner.run_one("queue.clean")
        begun, ended = [await ear.next("job_update") for _ in range(2)]
        assert (begun["name"], begun["event"], ended["event"]) == (
            "queue.clean",
            "started",
            "ended",
        )
        assert (ended["outcome"], ended["error"]) == ("0 jobs forgotten.", None)
        assert ended["previous"] == begun["seq"]


@pytest.mark.valkey
async def test_after_the_bus_was_lost_all_are_told_and_what_changed_is_found(
    tmp_path, sqlite_url, redis_url, clock, monkeypatch
):
    monkeypatch.setattr(live, "_AGAIN_S", 0.1)
    settings = make_settings(tmp_path, sqlite_url, redis_url=redis_url)
    async with serving(Argosy(settings, clock=clock)) as served:
        desk = await Desk.opened(served.client)
        asset_id = await acme(served.client)
        async with listening(served) as ear:
            await listen_to(served, ear, portfolios=[desk.portfolio_id], symbols=["ACME"])
            await ear.next("portfolio_update")
            assert served.argosy.redis is not None
            await served.argosy.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert (await ear.next("missed"))["topic"] == f"transactions:{desk.portfolio_id}"
            await desk.buy("1", "2024-01-05")
            assert (await ear.next("portfolio_update"))["portfolio"]["total_cost"] == "100"
            await quote(served, asset_id, "7")
            assert (await ear.next("price_update"))["price"] == "7"
