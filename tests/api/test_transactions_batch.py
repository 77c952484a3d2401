"""Many lines at once: all or none, in any order, each problem by its row."""

import asyncio
import json
import os
import signal
import sys

import pytest

from tests.architecture.source import ROOT
from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot
from tests.support.turns import turns_of_the_loop

URL = f"{BASE}/transactions/batch"


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


def row(kind, quantity=None, day="2024-01-05", **fields):
    money = {"price": "100"} if kind in {"BUY", "SELL"} else {}
    counted = {"quantity": quantity} if quantity is not None else {}
    return {"type": kind, "symbol": "ACME", "timestamp": day, **counted, **money, **fields}


def reasons(answer):
    return {problem["row"]: problem["reason"] for problem in answer.json()["problems"]}


async def test_rows_come_in_any_order(each_desk):
    rows = [
        row("SELL", "4", "2024-03-01"),
        row("BUY", "3", "2024-02-01"),
        row("BUY", "2", "2024-01-01"),
    ]
    answer = await each_desk.batch(rows)
    assert answer.status_code == 201, answer.text
    assert matches_snapshot("transactions.batch", answer.json())
    lines = await each_desk.lines()
    assert [line["id"] for line in lines] == answer.json()["ids"]
    assert [line["quantity"] for line in lines] == ["4", "3", "2"]


async def test_rows_of_one_day_stand_in_the_order_of_the_batch(each_desk):
    rows = [row("BUY", "1", note="a"), row("BUY", "1", note="b"), row("BUY", "1", note="c")]
    await each_desk.batch(rows)
    assert [line["note"] for line in await each_desk.lines()] == ["c", "b", "a"]


async def test_one_wrong_row_keeps_all_out_and_every_problem_is_told(each_desk):
    rows = [
        row("BUY", "1"),
        row("BUY", "0"),
        row("BUY", "1", symbol="NOPE"),
        row("BUY", "NaN"),
        row("BUY", "1", price=None),
        row("BUYY", "1"),
        row("BUY", "1", portfolio_id="01890a5d-ac96-774b-bcce-b302099a8057"),
        "no row",
        row("BUY", "1", colour="red"),
        row("BUY", "1", day="2031-01-01"),
    ]
    answer = await each_desk.batch(rows)
    assert answer.status_code == 422
    found = reasons(answer)
    assert list(found) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert "quantity is 0" in found[1]
    assert "NOPE" in found[2]
    assert found[3] == "quantity is NaN; a finite number is needed."
    assert "price or amount" in found[4]
    assert found[5].startswith("type: 'BUYY' is not one of BUY, SELL")
    assert "There is no portfolio" in found[6]
    assert "colour" in found[8]
    assert "in the future" in found[9]
    assert answer.json()["detail"][0]["loc"] == ["body", 1]
    codes = {problem["row"]: problem["code"] for problem in answer.json()["problems"]}
    assert (codes[2], codes[6]) == ("unknown_asset", "not_found")
    assert await each_desk.lines() == []


async def test_contradictions_are_told_by_row_and_are_a_conflict(each_desk):
    await each_desk.asset("NEWCO")
    rows = [
        row("BUY", "5", "2024-01-02"),
        row("SELL", "6", "2024-01-03"),
        row("SELL", "5", "2024-01-04"),
        row("SELL", "1", "2024-01-05"),
        row("SELL", "1", "2024-01-05", symbol="NEWCO"),
    ]
    answer = await each_desk.batch(rows)
    assert answer.status_code == 409
    assert answer.json()["code"] == "batch_conflict"
    assert list(reasons(answer)) == [1, 3, 4]
    assert "5 held on 2024-01-03; this needs 6" in reasons(answer)[1]
    assert await each_desk.lines() == []


async def test_a_row_is_blamed_for_the_stored_line_that_it_makes_impossible(each_desk):
    await each_desk.buy("5", "2024-01-02")
    await each_desk.sell("5", "2024-03-01")
    answer = await each_desk.batch([row("BUY", "1", "2024-04-01"), row("SELL", "2", "2024-02-01")])
    assert answer.status_code == 409
    assert list(reasons(answer)) == [1]
    assert "the stored SELL of 2024-03-01" in reasons(answer)[1]


async def test_repeated_external_ids_add_nothing(each_desk):
    await each_desk.buy("1", "2024-01-02", external_id="old")
    rows = [
        row("BUY", "1", external_id="old"),
        row("BUY", "1", external_id="new"),
        row("BUY", "1", external_id="new"),
        row("BUY", "1"),
    ]
    answer = await each_desk.batch(rows)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["created"], answer.json()["duplicates"]) == (2, 2)
    again = (await each_desk.batch(rows[:3])).json()
    assert (again["created"], again["duplicates"], again["ids"]) == (0, 3, [])


async def test_a_dry_run_stores_nothing_and_finds_all_the_same(each_desk):
    answer = await each_desk.batch([row("BUY", "1")], dry_run=True)
    assert answer.status_code == 200
    assert (answer.json()["created"], answer.json()["ids"]) == (1, [])
    refused = await each_desk.batch([row("SELL", "1")], dry_run=True)
    assert refused.status_code == 409
    assert await each_desk.lines() == []
    assert (await each_desk.batch([row("BUY", "1")])).status_code == 201


async def test_a_batch_may_fill_several_portfolios_and_move_between_them(each_desk):
    other = (await each_desk.portfolio("Other"))["id"]
    rows = [
        row("SELL", "3", "2024-03-01", portfolio_id=other),
        row("TRANSFER_OUT", "3", "2024-02-01", to_portfolio_id=other),
        row("BUY", "5", "2024-01-01"),
    ]
    assert (await each_desk.batch(rows)).status_code == 201
    assert len(await each_desk.lines(portfolio_id=other)) == 1
    more = await each_desk.batch([row("SELL", "1", "2024-03-02", portfolio_id=other)])
    assert more.status_code == 409


async def test_a_batch_with_an_idempotency_key_is_entered_once(each_desk):
    body = {"portfolio_id": each_desk.portfolio_id, "transactions": [row("BUY", "1")]}
    headers = {"Idempotency-Key": "one"}
    first = await each_desk.client.post(URL, json=body, headers=headers)
    again = await each_desk.client.post(URL, json=body, headers=headers)
    assert first.json() == again.json()
    assert len(await each_desk.lines()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"transactions": []},
        {"transactions": {"type": "BUY"}},
        {"transactions": [None] * 100_001},
        [],
    ],
)
async def test_a_body_without_rows_is_refused(desk, body):
    assert (await desk.client.post(URL, json=body)).status_code == 422


async def test_a_row_needs_a_portfolio(desk):
    answer = await desk.client.post(URL, json={"transactions": [row("BUY", "1")]})
    assert reasons(answer) == {0: "portfolio_id is missing."}


async def test_a_strangers_portfolio_does_not_exist(argosy, desk):
    async with app_client(argosy) as client:
        stranger = await Desk.opened(client, "eve")
        answer = await stranger.batch([row("BUY", "1")], portfolio_id=desk.portfolio_id)
    assert answer.status_code == 404


async def test_health_answers_while_a_long_batch_is_stored(desk):
    rows = [row("BUY", "1", f"20{10 + n % 14}-01-02") for n in range(5_000)]
    answers = []

    async def watch():
        while True:
            answers.append(await desk.client.get("/health"))
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    with turns_of_the_loop() as turns:
        answer = await desk.batch(rows)
    watching.cancel()
    assert answer.status_code == 201
    assert len(answers) > 3
    assert {answer.status_code for answer in answers} == {200}
    assert turns.longest_share < 0.2


SERVER = """
import asyncio, sys
from pathlib import Path
from argosy.services import ledgers
from argosy.wiring import Argosy, set_up_logs
from tests.support.api import app_client, make_settings
from tests.support.desk import Desk

async def main(folder, url):
    settings = make_settings(Path(folder), url)
    set_up_logs(settings)
    real = ledgers.read
    async def read(*arguments):
        print("written, not committed", flush=True)
        await asyncio.sleep(60)
        return await real(*arguments)
    async with Argosy.opened(settings) as argosy:
        async with app_client(argosy) as client:
            desk = await Desk.opened(client)
            ledgers.read = read
            line = {"type": "BUY", "symbol": "ACME", "quantity": "1", "price": "1"}
            await desk.batch([{**line, "timestamp": "2024-01-05"}] * 3_000)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_in_the_middle_of_a_batch_leaves_nothing_of_it(
    tmp_path, database_url, database
):
    from argosy.store.database import fetch_all

    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(tmp_path), database_url,
        stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"written, not committed\n"
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    async with database.write() as session:
        assert await fetch_all(session, "SELECT version FROM portfolios") == [(1,)]
        for table in ("transactions", "dirty_markers"):
            assert await fetch_all(session, f"SELECT 1 FROM {table}") == []


def test_the_example_of_the_document_is_a_batch():
    from argosy.api.schemas.transaction import BatchIn, read_rows

    example = BatchIn.model_config["json_schema_extra"]["examples"][0]
    drafts, problems = read_rows(BatchIn.model_validate(json.loads(json.dumps(example))))
    assert len(drafts) == 1
    assert problems == []


async def test_a_full_disk_is_told_and_nothing_is_lost(argosy, desk):
    from sqlalchemy import event

    from argosy.store.database import fetch_all

    await desk.buy("5", "2024-01-02")
    async with argosy.database.read() as session:
        ((pages,),) = await fetch_all(session, "PRAGMA page_count")
    limit = [pages + 20]
    engine = argosy.database.engine

    @event.listens_for(engine.sync_engine, "checkout")
    def bound(connection, _record, _proxy):
        connection.cursor().execute(f"PRAGMA max_page_count = {limit[0]}")

    rows = [row("BUY", "1", note="n" * 100)] * 3_000
    answer = await desk.batch(rows)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage")
    assert "The disk is full. Nothing of this request is stored" in answer.json()["detail"]
    assert len(await desk.lines()) == 1
    limit[0] = 1_000_000
    assert (await desk.batch(rows)).status_code == 201
