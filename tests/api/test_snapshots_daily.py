"""What a portfolio was worth at the end of each day, and the newest figures in the list of all."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from argosy.jobs import tasks
from argosy.services import tracking
from argosy.sources.registry import Registry
from tests.support.desk import BASE, Desk


@pytest.fixture
async def desk(each_client):
    desk = await Desk.opened(each_client)
    await desk.buy("10", "2024-05-01")
    await desk.sell("4", "2024-05-20")
    return desk


async def snapshots(desk, **query):
    response = await desk.get(f"/portfolios/{desk.portfolio_id}/snapshots", **query)
    assert response.status_code == 200, response.text
    return response.json()


async def stored(argosy):
    async with argosy.database.read() as session:
        rows = await session.execute(
            text("SELECT snapshot_date FROM portfolio_snapshots ORDER BY snapshot_date")
        )
        return [str(row[0])[:10] for row in rows]


async def follow(argosy):
    await tracking.catch_up(
        argosy.database,
        Registry([]),
        compute=argosy.compute,
        clock=argosy.clock,
        ledgers=argosy.ledgers,
    )


async def test_days_are_valued_from_the_first_line_to_yesterday(desk):
    found = await snapshots(desk)
    assert (found["start"], found["end"]) == ("2024-05-01", "2024-06-02")
    assert found["currency"] == "USD"
    first, last = found["items"][0], found["items"][-1]
    assert (first["total_value"], first["total_value_usd"]) == ("1000", "1000")
    assert last["total_value"] == "660"
    assert [(one["symbol"], one["quantity"]) for one in last["positions"]] == [("ACME", "6")]


async def test_a_page_ends_where_the_next_begins(desk):
    whole = (await snapshots(desk))["items"]
    first = await snapshots(desk, limit=20)
    rest = await snapshots(desk, limit=20, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == whole
    assert rest["next_cursor"] is None


async def test_a_snapshot_says_what_the_figures_of_its_day_say(desk):
    (one,) = (await snapshots(desk, start="2024-05-19", end="2024-05-19"))["items"]
    response = await desk.get(f"/portfolios/{desk.portfolio_id}", as_of="2024-05-19")
    assert one["total_value"] == response.json()["total_value"]


async def test_what_was_computed_is_kept_and_an_edit_takes_away_what_it_changes(desk, each_argosy):
    await snapshots(desk)
    assert await stored(each_argosy) == [], "a mark reaches them"
    await follow(each_argosy)
    await snapshots(desk, limit=50)
    assert len(await stored(each_argosy)) == 33
    await desk.buy("1", "2024-05-11")
    assert (await snapshots(desk))["items"][-1]["total_value"] == "770"
    await follow(each_argosy)
    assert (await stored(each_argosy))[-1] == "2024-05-10"


async def test_the_nightly_job_keeps_each_day_since_the_portfolio_exists(desk, each_argosy):
    async with each_argosy.database.write() as session:
        await session.execute(text("UPDATE portfolios SET created_at = '2024-05-28 08:00:00'"))
    assert await tasks.take_snapshots(each_argosy) == "6 snapshots taken."
    assert await stored(each_argosy) == [f"2024-{day}" for day in _last_days()]
    assert await tasks.take_snapshots(each_argosy) == "0 snapshots taken."


def _last_days():
    return ["05-28", "05-29", "05-30", "05-31", "06-01", "06-02"]


async def test_snapshots_come_as_a_file_too(desk):
    response = await desk.get(f"/portfolios/{desk.portfolio_id}/snapshots", format="csv", limit=1)
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text == "date,total_value,total_value_usd\r\n2024-05-01,1000,1000\r\n"


async def test_nobody_sees_somebody_elses_snapshots(desk, each_argosy):
    other = await Desk.opened(desk.client, "bob")
    response = await other.get(f"/portfolios/{desk.portfolio_id}/snapshots")
    assert response.status_code == 404


async def test_the_list_has_the_newest_figures_and_says_when_they_are_stale(desk, each_argosy):
    (listed,) = (await desk.get("/portfolios")).json()
    assert listed["current"] is None
    await follow(each_argosy)
    (listed,) = (await desk.get("/portfolios")).json()
    current = listed["current"]
    whole = (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()
    assert current["current_value"] == whole["total_value"] == "660"
    assert current["total_invested"] == whole["invested"]
    assert current["total_return"] == whole["total_return"]
    assert current["day_change_value"] == whole["day_change"]
    assert current["usd"]["current_value"] == "660"
    assert (current["stale"], current["incomplete"]) == (False, False)
    await desk.buy("1", "2024-05-21")
    (listed,) = (await desk.get("/portfolios")).json()
    assert listed["current"]["stale"] is True
    await follow(each_argosy)
    (listed,) = (await desk.get("/portfolios")).json()
    assert listed["current"]["stale"] is False
    assert Decimal(listed["current"]["total_invested"]) == Decimal(1100)


async def test_each_change_is_the_time_weighted_return_of_its_range(desk, each_argosy):
    await desk.buy("3", "2024-05-30", price="121")
    await follow(each_argosy)
    (listed,) = (await desk.get("/portfolios")).json()
    for name, span in (("day_change", "1D"), ("week_change", "1W"), ("year_change", "1Y")):
        path = f"/portfolios/{desk.portfolio_id}/performance"
        found = (await desk.get(path, range=span)).json()
        assert listed["current"][name] == pytest.approx(found["twr"], rel=1e-12, abs=1e-15)


async def test_a_strange_cursor_is_refused(desk):
    path = f"{BASE}/portfolios/{desk.portfolio_id}/snapshots"
    assert (await desk.client.get(path, params={"cursor": "x"})).status_code == 422
