"""Making, listing, changing and putting away portfolios."""

import pytest

from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

URL = f"{BASE}/portfolios"


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


async def test_a_portfolio_has_the_documented_defaults(each_desk):
    listed = (await each_desk.get("/portfolios")).json()
    assert matches_snapshot("portfolios.list", listed)
    (one,) = listed
    assert (one["currency"], one["cost_basis_method"]) == ("USD", "average")
    assert (one["fees_in_cost"], one["track_cash"], one["allow_short"]) == (True, False, False)
    assert one["dividend_policy"] == "income"


async def test_settings_are_taken_in_any_letter_case(desk):
    made = await desk.portfolio(
        " Rente ",
        description="für später",
        currency="eur",
        cost_basis_method="UK_Pool",
        fees_in_cost=False,
        dividend_policy="Reduces_Cost",
        track_cash=True,
    )
    assert (made["name"], made["description"]) == ("Rente", "für später")
    assert (made["currency"], made["cost_basis_method"]) == ("EUR", "uk_pool")
    assert (made["dividend_policy"], made["track_cash"]) == ("reduces_cost", True)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 101},
        {"name": "tab\there"},
        {"name": None},
        {"currency": "E"},
        {"currency": "GBp"},
        {"cost_basis_method": "best"},
        {"dividend_policy": "spend"},
        {"fees_in_cost": None},
        {"colour": "red"},
        {"description": "x" * 2001},
    ],
)
async def test_settings_that_cannot_be_meant_are_refused(desk, fields):
    answer = await desk.client.post(URL, json={"name": "Other", **fields})
    assert answer.status_code == 422, answer.text


async def test_patch_changes_what_it_names(each_desk):
    url = f"{URL}/{each_desk.portfolio_id}"
    answer = await each_desk.client.patch(url, json={"cost_basis_method": "FIFO", "currency": None})
    assert answer.status_code == 200
    assert (answer.json()["cost_basis_method"], answer.json()["currency"]) == ("fifo", "USD")
    described = await each_desk.client.patch(url, json={"description": "text"})
    assert described.json()["description"] == "text"
    emptied = await each_desk.client.patch(url, json={"description": None})
    assert emptied.json()["description"] is None
    assert emptied.json()["cost_basis_method"] == "fifo"


async def test_put_sets_everything_anew(desk):
    url = f"{URL}/{desk.portfolio_id}"
    await desk.client.patch(url, json={"track_cash": True, "description": "text"})
    answer = await desk.client.put(url, json={"name": "New", "currency": "CHF"})
    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["name"], changed["currency"], changed["description"]) == ("New", "CHF", None)
    assert changed["track_cash"] is False


async def test_a_setting_that_the_ledger_contradicts_is_refused(client):
    desk = await Desk.opened(client, allow_short=True)
    assert (await desk.sell("5", "2024-01-02")).status_code == 201
    url = f"{URL}/{desk.portfolio_id}"
    answer = await desk.client.patch(url, json={"allow_short": False, "name": "Changed"})
    assert (answer.status_code, answer.json()["code"]) == (409, "oversold")
    assert (await desk.get("/portfolios")).json()[0]["name"] == "Main"


async def test_any_method_can_follow_any_other_and_nothing_stored_changes(each_desk):
    await each_desk.buy("5", "2024-01-02")
    await each_desk.sell("2", "2024-01-03")
    before = await each_desk.lines()
    url = f"{URL}/{each_desk.portfolio_id}"
    for method in ("specific", "uk_pool", "hifo", "lifo", "fifo", "average"):
        answer = await each_desk.client.patch(url, json={"cost_basis_method": method})
        assert answer.status_code == 200, answer.text
    assert await each_desk.lines() == before


async def test_a_deleted_portfolio_is_gone_and_what_it_sent_stays(each_desk):
    desk = each_desk
    other = (await desk.portfolio("Other"))["id"]
    await desk.buy("5", "2024-01-02")
    await desk.entered("TRANSFER_OUT", quantity="5", to_portfolio_id=other, timestamp="2024-01-03")
    answer = await desk.client.delete(f"{URL}/{desk.portfolio_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert [one["id"] for one in (await desk.get("/portfolios")).json()] == [other]
    assert await desk.lines() == []
    for gone in (
        await desk.client.delete(f"{URL}/{desk.portfolio_id}"),
        await desk.client.patch(f"{URL}/{desk.portfolio_id}", json={"name": "Back"}),
        await desk.post("BUY", quantity="1", price="1"),
        await desk.get("/transactions", portfolio_id=desk.portfolio_id),
    ):
        assert gone.status_code == 404
    assert (await desk.sell("5", "2024-01-04", portfolio_id=other)).status_code == 201
    assert (await desk.sell("1", "2024-01-04", portfolio_id=other)).status_code == 409


async def test_a_transfer_to_a_deleted_portfolio_leads_outside(desk):
    other = (await desk.portfolio("Other"))["id"]
    await desk.buy("5", "2024-01-02")
    await desk.entered("TRANSFER_OUT", quantity="5", to_portfolio_id=other, timestamp="2024-01-03")
    assert (await desk.client.delete(f"{URL}/{other}")).status_code == 204
    assert (await desk.sell("1", "2024-01-04")).status_code == 409
    assert (await desk.buy("1", "2024-01-04"))["quantity"] == "1"


async def test_anothers_portfolio_does_not_exist(argosy, desk):
    url = f"{URL}/{desk.portfolio_id}"
    async with app_client(argosy) as client:
        eve = await Desk.opened(client, "eve")
        answers = [
            await eve.client.put(url, json={"name": "Mine"}),
            await eve.client.patch(url, json={"name": "Mine"}),
            await eve.client.delete(url),
            await eve.client.delete(f"{URL}/nonsense"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert len((await eve.get("/portfolios")).json()) == 1


async def test_every_change_raises_the_version_and_leaves_a_trace(argosy, desk):
    from argosy.store import audit, portfolios

    async def version():
        async with argosy.database.read() as session:
            return (await portfolios.get_many(session, [desk.portfolio_id]))[
                desk.portfolio_id
            ].version

    first = await version()
    line = await desk.buy("1", "2024-01-02")
    second = await version()
    await desk.client.patch(f"{BASE}/transactions/{line['id']}", json={"note": "x"})
    third = await version()
    await desk.client.patch(f"{URL}/{desk.portfolio_id}", json={"name": "New"})
    assert first < second < third < await version()
    async with argosy.database.read() as session:
        entries = await audit.of_subject(session, "portfolio", desk.portfolio_id)
    assert [entry.change.action for entry in entries] == ["change", "create"]
    assert entries[0].change.before["name"] == "Main"


async def test_an_idempotency_key_makes_one_portfolio(desk):
    headers = {"Idempotency-Key": "k"}
    first = await desk.client.post(URL, json={"name": "Once"}, headers=headers)
    again = await desk.client.post(URL, json={"name": "Once"}, headers=headers)
    assert first.json() == again.json()
    assert len((await desk.get("/portfolios")).json()) == 2
