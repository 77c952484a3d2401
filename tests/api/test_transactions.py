"""Entering, listing, changing and taking back lines of a ledger."""

import asyncio
from decimal import Decimal

import pytest

from argosy.core.ledger.transaction import TransactionType
from argosy.store.paging import write_cursor
from tests.support.api import app_client, sign_up
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
URL = f"{BASE}/transactions"


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


@pytest.fixture
async def stranger(argosy):
    """Somebody else with a desk of their own."""
    async with app_client(argosy) as client:
        yield await Desk.opened(client, "eve")


async def test_a_line_comes_back_as_it_was_entered(each_desk):
    body = each_desk.line(
        "buy",
        symbol="acme",
        quantity="10.500",
        price=Decimal("0.000000000000000001").__str__(),
        fee="1",
        currency="eur",
        fx_rate="1.0921",
        timestamp="2024-01-05T14:30:00-05:00",
        note="  the first  ",
        external_id="b-1",
    )
    answer = await each_desk.client.post(URL, json=body)
    assert answer.status_code == 201, answer.text
    entered = answer.json()
    assert entered["quantity"] == "10.5"
    assert entered["price"] == "0.000000000000000001"
    assert entered["timestamp"] == "2024-01-05T19:30:00Z"
    assert (entered["day"], entered["note"]) == ("2024-01-05", "the first")
    assert (entered["symbol"], entered["exchange"]) == ("ACME", "NYSE")
    assert (entered["currency"], entered["fx_quote"]) == ("EUR", "USD")
    assert matches_snapshot("transactions.create", entered)
    one = await each_desk.get(f"/transactions/{entered['id']}")
    assert one.json() == entered
    listed = await each_desk.get("/transactions")
    assert listed.json() == {"items": [entered], "next_cursor": None}
    of_portfolio = await each_desk.get(f"/transactions/portfolio/{each_desk.portfolio_id}")
    assert of_portfolio.json() == [entered]


@pytest.mark.parametrize("kind", TransactionType)
async def test_every_type_can_be_entered_and_read(desk, kind):
    newco = await desk.asset("NEWCO")
    await desk.buy("100", "2024-01-02")
    fields = {
        "BUY": {"quantity": "1", "price": "2"},
        "SELL": {"quantity": "1", "amount": "2"},
        "OPENING": {"quantity": "1", "price": "2"},
        "REWARD": {"quantity": "1", "price": None, "amount": "0"},
        "SPLIT": {"ratio": "1:10"},
        "SPIN_OFF": {"ratio": "1:4", "cost_share": "0.2", "to_asset_id": newco["id"]},
        "MERGER": {"ratio": "1:2", "to_symbol": "newco", "amount": "5"},
        "SYMBOL_CHANGE": {"to_asset_id": newco["id"]},
        "TRANSFER_IN": {"quantity": "1", "cost": "7"},
        "TRANSFER_OUT": {"quantity": "1"},
    }.get(kind, {"amount": "3"})
    entered = await desk.entered(str(kind).title(), **fields)
    assert entered["type"] == kind
    newest = (await desk.lines(type=str(kind).lower()))[0]
    assert newest == entered


async def test_json_numbers_keep_every_digit(desk):
    raw = (
        f'{{"portfolio_id": "{desk.portfolio_id}", "type": "BUY", "symbol": "ACME", '
        '"quantity": 12345678901234567.123456789012345678, "price": 1, "timestamp": "2024-01-05"}'
    )
    answer = await desk.client.post(URL, content=raw, headers={"Content-Type": "application/json"})
    assert answer.json()["quantity"] == "12345678901234567.123456789012345678"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"quantity": "0"}, "quantity is 0"),
        ({"quantity": "-1"}, "quantity is -1"),
        ({"quantity": "1" * 40}, "20 digits"),
        ({"quantity": "0." + "1" * 40}, "18 digits"),
        ({"quantity": "NaN"}, "finite"),
        ({"quantity": "Infinity"}, "finite"),
        ({"quantity": "ten"}, "not a number"),
        ({"quantity": "1_000"}, "not a number"),
        ({"quantity": True}, "number"),
        ({"quantity": None}, "quantity is missing"),
        ({"price": None}, "price or amount"),
        ({"type": "BUYY"}, "is not one of"),
        ({"currency": "??"}, "no currency"),
        ({"fx_rate": "0.9"}, "must be 1"),
        ({"timestamp": "2024-06-05"}, "in the future"),
        ({"timestamp": "soon"}, "neither a date"),
        ({"timestamp": "1899-12-31"}, "before the year 1900"),
        ({"type": "SPLIT", "quantity": None, "price": None, "ratio": "0:1"}, "above 0"),
        ({"symbol": None}, "needs an asset"),
        ({"unknown": "1"}, "Extra inputs"),
        ({"portfolio_id": None}, "valid string"),
    ],
)
async def test_input_that_cannot_be_meant_is_refused_with_its_mend(desk, fields, says):
    answer = await desk.post("BUY", **{"quantity": "1", "price": "2", **fields})
    assert answer.status_code == 422, answer.text
    assert says in " ".join(problem["msg"] for problem in answer.json()["detail"])
    assert await desk.lines() == []


async def test_nan_in_json_is_refused(desk):
    raw = f'{{"portfolio_id": "{desk.portfolio_id}", "type": "BUY", "quantity": NaN}}'
    answer = await desk.client.post(URL, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


async def test_dates_before_1970_are_days_like_others(each_desk):
    line = await each_desk.buy("1", "1929-10-24")
    assert line["day"] == "1929-10-24"
    early = await each_desk.buy("1", "1929-10-24T15:00:00Z")
    assert [one["id"] for one in await each_desk.lines()] == [line["id"], early["id"]]


async def test_an_unknown_symbol_says_how_to_make_the_asset(desk):
    answer = await desk.post("BUY", quantity="1", price="1", symbol="NOPE")
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["symbol"]) == ("unknown_asset", "NOPE")


async def test_an_ambiguous_symbol_names_the_candidates(desk):
    await desk.asset("ACME", exchange="LSE")
    answer = await desk.post("BUY", quantity="1", price="1")
    assert answer.status_code == 409
    assert answer.json()["candidates"] == ["ACME:LSE", "ACME:NYSE"]
    for names in ({"exchange": "lse"}, {"symbol": "acme:LSE"}):
        entered = await desk.entered("BUY", quantity="1", price="1", **names)
        assert entered["exchange"] == "LSE"


async def test_symbol_and_id_must_name_one_asset(desk):
    newco = await desk.asset("NEWCO")
    answer = await desk.post("BUY", quantity="1", price="1", symbol="ACME", asset_id=newco["id"])
    assert answer.status_code == 422
    same = await desk.post("BUY", quantity="1", price="1", symbol="newco", asset_id=newco["id"])
    assert same.status_code == 201


async def test_what_belongs_to_another_does_not_exist(desk, stranger):
    line = await desk.buy("10", "2024-01-02")
    theirs = await stranger.asset("SECRET")
    moved = {"quantity": "1", "portfolio_id": stranger.portfolio_id}
    answers = [
        await desk.post("BUY", quantity="1", price="1", portfolio_id=stranger.portfolio_id),
        await desk.post("BUY", quantity="1", price="1", portfolio_id=NOBODY),
        await desk.post("BUY", quantity="1", price="1", portfolio_id="mine"),
        await desk.post("BUY", quantity="1", price="1", asset_id=theirs["id"]),
        await desk.post("BUY", quantity="1", price="1", asset_id=NOBODY),
        await desk.post("TRANSFER_OUT", quantity="1", to_portfolio_id=stranger.portfolio_id),
        await desk.client.patch(f"{URL}/{line['id']}", json=moved),
        await stranger.get(f"/transactions/{line['id']}"),
        await stranger.client.delete(f"{URL}/{line['id']}"),
        await stranger.client.patch(f"{URL}/{line['id']}", json={"note": "mine"}),
        await stranger.client.put(f"{URL}/{line['id']}", json=stranger.line("FEE", amount="1")),
        await stranger.get("/transactions", portfolio_id=desk.portfolio_id),
        await stranger.get(f"/transactions/portfolio/{desk.portfolio_id}"),
        await desk.get("/transactions/nonsense"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    hidden = await desk.post("BUY", quantity="1", price="1", symbol="SECRET")
    assert hidden.json()["code"] == "unknown_asset"
    assert len(await desk.lines()) == 1
    assert await stranger.lines() == []


async def test_nobody_enters_without_a_token(client):
    assert (await client.post(URL, json={})).status_code == 401
    assert (await client.get(URL)).status_code == 401


# Selling more than there is


async def test_selling_more_than_is_held_is_refused_with_what_is_held(each_desk):
    await each_desk.buy("10", "2024-01-02")
    answer = await each_desk.sell("10.5", "2024-01-03")
    assert answer.status_code == 409
    assert matches_snapshot("transactions.oversold", answer.json() | {"transaction_id": None})
    assert len(await each_desk.lines()) == 1


async def test_a_sale_before_its_purchase_is_refused(desk):
    await desk.buy("10", "2024-01-05")
    assert (await desk.sell("1", "2024-01-04")).status_code == 409
    same_day = await desk.sell("1", "2024-01-05")
    assert same_day.status_code == 201


async def test_the_past_cannot_be_changed_so_that_a_later_sale_lacks_shares(each_desk):
    desk = each_desk
    bought = await desk.buy("10", "2024-01-02")
    sold = (await desk.sell("8", "2024-03-01")).json()
    before = await desk.lines()
    url = f"{URL}/{bought['id']}"
    later = {"timestamp": "2024-03-02"}
    fewer = {**desk.line("BUY", quantity="7", price="100", timestamp="2024-01-02")}
    refused = [
        await desk.sell("3", "2024-02-01"),
        await desk.client.delete(url),
        await desk.client.patch(url, json={"quantity": "7"}),
        await desk.client.patch(url, json=later),
        await desk.client.put(url, json=fewer),
        await desk.post("SPLIT", ratio="1:2", timestamp="2024-02-01"),
        await desk.client.patch(f"{URL}/{sold['id']}", json={"quantity": "11"}),
    ]
    for answer in refused:
        assert answer.status_code == 409, answer.text
        assert answer.json()["code"] == "oversold"
        assert answer.json()["on"] == "2024-03-01"
    assert await desk.lines() == before


async def test_the_first_refused_sale_is_named(desk):
    await desk.buy("10", "2024-01-02")
    sold = (await desk.sell("8", "2024-03-01")).json()
    answer = (await desk.sell("3", "2024-02-01")).json()
    assert answer["transaction_id"] == sold["id"]
    assert (answer["held"], answer["wanted"]) == ("7", "8")


async def test_what_an_exchange_brings_in_counts_for_later_sales(desk):
    newco = await desk.asset("NEWCO")
    await desk.buy("10", "2024-01-02")
    merger = await desk.entered(
        "MERGER", to_asset_id=newco["id"], ratio="2:1", timestamp="2024-02-01"
    )
    sale = await desk.sell("20", "2024-03-01", symbol="NEWCO")
    assert sale.status_code == 201
    bought = (await desk.lines(type="BUY"))[0]
    for url in (f"{URL}/{merger['id']}", f"{URL}/{bought['id']}"):
        answer = await desk.client.delete(url)
        assert answer.status_code == 409, answer.text
        assert answer.json()["symbol"] == "NEWCO"


async def test_shares_that_moved_to_another_portfolio_are_needed_there(each_desk):
    desk = each_desk
    other = (await desk.portfolio("Other"))["id"]
    bought = await desk.buy("10", "2024-01-02")
    moved = await desk.entered(
        "TRANSFER_OUT", quantity="10", to_portfolio_id=other, timestamp="2024-02-01"
    )
    assert (await desk.sell("10", "2024-03-01", portfolio_id=other)).status_code == 201
    for one in (bought, moved):
        assert (await desk.client.delete(f"{URL}/{one['id']}")).status_code == 409
    back = await desk.sell("1", "2024-03-01")
    assert back.status_code == 409


async def test_a_portfolio_may_allow_shorts(client):
    desk = await Desk.opened(client, allow_short=True)
    assert (await desk.sell("5", "2024-01-02")).status_code == 201


async def test_cash_in_lieu_needs_a_fraction(desk):
    await desk.buy("10", "2024-01-02")
    answer = await desk.post("SPLIT", ratio="1:2", amount="3", timestamp="2024-02-01")
    assert answer.status_code == 422
    assert "fraction" in answer.json()["detail"][0]["msg"]
    assert len(await desk.lines()) == 1


async def test_under_specific_a_sale_names_lots_that_are_open(client):
    desk = await Desk.opened(client, cost_basis_method="specific")
    old, new = await desk.buy("5", "2024-01-02"), await desk.buy("5", "2024-01-03")

    async def sale(*picks):
        lots = [{"transaction_id": name, "quantity": count} for name, count in picks]
        total = str(sum(int(count) for _, count in picks) or 3)
        return await desk.sell(total, "2024-02-01", lots=lots)

    for refused in ([], [(NOBODY, "3")], [(old["id"], "6")]):
        assert (await sale(*refused)).status_code == 422, refused
    sold = await sale((new["id"], "3"), (old["id"], "1"))
    assert sold.status_code == 201, sold.text
    assert sold.json()["lots"][0] == {"transaction_id": new["id"], "quantity": "3"}
    assert (await sale((new["id"], "3"))).status_code == 422
    gone = await desk.client.delete(f"{URL}/{new['id']}")
    assert gone.status_code == 409, gone.text


async def test_a_sale_from_before_the_method_specific_can_still_be_changed(desk):
    await desk.buy("5", "2024-01-02")
    sold = (await desk.sell("2", "2024-02-01")).json()
    settings = {"cost_basis_method": "specific"}
    await desk.client.patch(f"{BASE}/portfolios/{desk.portfolio_id}", json=settings)
    noted = await desk.client.patch(f"{URL}/{sold['id']}", json={"note": "old"})
    assert noted.status_code == 200, noted.text
    assert (await desk.sell("1", "2024-02-02")).status_code == 422


async def test_a_transfer_to_a_portfolio_that_was_put_away_can_still_be_changed(desk):
    other = (await desk.portfolio("Other"))["id"]
    await desk.buy("5", "2024-01-02")
    moved = await desk.entered(
        "TRANSFER_OUT", quantity="5", to_portfolio_id=other, timestamp="2024-01-03"
    )
    await desk.client.delete(f"{BASE}/portfolios/{other}")
    noted = await desk.client.patch(f"{URL}/{moved['id']}", json={"note": "closed"})
    assert noted.status_code == 200, noted.text
    assert noted.json()["to_portfolio_id"] == other


# Changing and taking back


async def test_put_replaces_all_and_keeps_the_id(each_desk):
    line = await each_desk.buy("10", "2024-01-02", note="first", fee="1")
    body = each_desk.line("BUY", quantity="4", amount="500", timestamp="2024-01-03")
    answer = await each_desk.client.put(f"{URL}/{line['id']}", json=body)
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert changed["id"] == line["id"]
    assert (changed["note"], changed["fee"], changed["price"]) == (None, "0", None)
    assert (changed["amount"], changed["day"]) == ("500", "2024-01-03")
    assert await each_desk.lines() == [changed]


async def test_what_was_read_can_be_put_back(desk):
    line = await desk.buy("10", "2024-01-02T20:00:00Z", fee="1", fx_rate="1.1", currency="EUR")
    given = {"day", "id", "created_at", "updated_at", "fx_quote"}
    body = {name: value for name, value in line.items() if name not in given}
    again = (await desk.client.put(f"{URL}/{line['id']}", json=body)).json()
    assert again == line


async def test_patch_changes_what_it_names_and_what_that_makes_untrue(desk):
    newco = await desk.asset("NEWCO", currency="EUR")
    line = await desk.buy("10", "2024-01-02", note="first")
    url = f"{URL}/{line['id']}"

    async def patched(**changes):
        answer = await desk.client.patch(url, json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert (await patched(note=None))["note"] is None
    amount = await patched(amount="1234.5")
    assert (amount["amount"], amount["price"]) == ("1234.5", None)
    moved = await patched(symbol="NEWCO")
    assert (moved["asset_id"], moved["currency"]) == (newco["id"], "USD")
    foreign = await patched(currency="EUR", fx_rate="1.1")
    assert (foreign["fx_rate"], foreign["fx_quote"]) == ("1.1", "USD")
    assert (await patched(currency="GBP"))["fx_rate"] is None
    assert (await patched(timestamp="2024-01-09"))["day"] == "2024-01-09"
    refused = await desk.client.patch(url, json={"quantity": "0"})
    assert refused.status_code == 422
    assert (await desk.client.patch(url, json={"type": None})).status_code == 422


async def test_a_rate_keeps_its_target_when_the_portfolio_changes_its_currency(desk):
    line = await desk.buy("10", "2024-01-02", currency="EUR", fx_rate="1.1")
    changed = await desk.client.patch(
        f"{BASE}/portfolios/{desk.portfolio_id}", json={"currency": "EUR"}
    )
    assert changed.status_code == 200
    noted = await desk.client.patch(f"{URL}/{line['id']}", json={"note": "still"})
    assert noted.status_code == 200, noted.text
    assert (noted.json()["fx_rate"], noted.json()["fx_quote"]) == ("1.1", "USD")


async def test_a_line_can_be_taken_back(each_desk):
    line = await each_desk.buy("10", "2024-01-02")
    answer = await each_desk.client.delete(f"{URL}/{line['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await each_desk.get(f"/transactions/{line['id']}")).status_code == 404
    assert await each_desk.lines() == []


# Once, and at once


async def test_a_repeated_external_id_adds_nothing(each_desk):
    first = await each_desk.post("BUY", quantity="1", price="2", external_id="x-1")
    again = await each_desk.post("BUY", quantity="1", price="2", external_id="x-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(await each_desk.lines()) == 1
    other = await each_desk.portfolio("Other")
    elsewhere = await each_desk.post(
        "BUY", quantity="1", price="2", external_id="x-1", portfolio_id=other["id"]
    )
    assert elsewhere.status_code == 201


async def test_a_line_cannot_take_the_external_id_of_another(desk):
    await desk.buy("1", "2024-01-02", external_id="x-1")
    second = await desk.buy("1", "2024-01-02", external_id="x-2")
    answer = await desk.client.patch(f"{URL}/{second['id']}", json={"external_id": "x-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")


async def test_an_idempotency_key_enters_once(each_desk):
    body = each_desk.line("BUY", quantity="1", price="2")
    headers = {"Idempotency-Key": "form-1"}
    first = await each_desk.client.post(URL, json=body, headers=headers)
    again = await each_desk.client.post(URL, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    other = await each_desk.client.post(URL, json={**body, "price": "3"}, headers=headers)
    assert other.status_code == 409
    assert len(await each_desk.lines()) == 1


async def test_two_sales_at_once_cannot_both_have_the_last_shares(each_desk):
    await each_desk.buy("10", "2024-01-02")
    answers = await asyncio.gather(*(each_desk.sell("6", "2024-01-03") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_what_makes_a_stored_line_impossible_is_a_conflict(each_desk):
    await each_desk.buy("4", "2024-01-03")
    one = await each_desk.buy("1", "2024-01-04")
    split = await each_desk.entered("SPLIT", ratio="3:2", amount="50", timestamp="2024-02-01")
    for answer in (
        await each_desk.client.delete(f"{URL}/{one['id']}"),
        await each_desk.client.patch(f"{URL}/{one['id']}", json={"quantity": "2"}),
        await each_desk.post("BUY", quantity="1", price="1", timestamp="2024-01-05"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert split["id"] in answer.json()["detail"]
        assert "cash in lieu has nothing to sell" in answer.json()["detail"]
    line = each_desk.line("BUY", quantity="1", price="1", timestamp="2024-01-05")
    batch = await each_desk.client.post(f"{URL}/batch", json={"transactions": [line]})
    assert (batch.status_code, batch.json()["code"]) == (409, "batch_conflict")


# Lists


async def test_a_list_is_newest_first_and_goes_on_at_its_cursor(each_desk):
    for day in ("2024-01-03", "2024-01-02", "2024-01-03T15:00:00Z", "2024-01-04", "2024-01-03"):
        await each_desk.buy("1", day)
    whole = await each_desk.lines()
    assert [line["timestamp"] for line in whole] == [
        "2024-01-04", "2024-01-03", "2024-01-03", "2024-01-03T15:00:00Z", "2024-01-02",
    ]  # fmt: skip
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await each_desk.get("/transactions", **query)).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole
    assert (await each_desk.get("/transactions", cursor="nonsense")).status_code == 422
    for limit in (0, 1001):
        assert (await each_desk.get("/transactions", limit=limit)).status_code == 422


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/transactions", [0, 0, 0]),
        ("/transactions", [-1, 1, 1]),
        ("/transactions", [10**9, 1, 1]),
        ("/transactions", [738_000, 10**30, 1]),
        ("/transactions", [738_000, 1]),
        ("/assets", ["ACME", "", 10**30]),
        ("/assets", ["\ud800", "", 1]),
        ("/assets", ["A\0", "", 1]),
        ("/assets/ACME/prices", [10**30, 1, ""]),
        ("/assets/ACME/prices", [-(10**15), 1, ""]),
        ("/assets/ACME/prices", [1, 1, "\ud800"]),
    ],
)
async def test_a_cursor_that_no_page_has_given_is_refused(each_desk, path, place):
    await each_desk.buy("1", "2024-01-03")
    answer = await each_desk.get(path, cursor=write_cursor(place))
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"][0]["msg"]


async def test_a_list_can_be_narrowed(each_desk):
    desk = each_desk
    other = (await desk.portfolio("Other"))["id"]
    await desk.asset("NEWCO", exchange="LSE")
    await desk.buy("5", "2024-01-02")
    await desk.sell("2", "2024-02-01")
    await desk.buy("1", "2024-03-01", symbol="NEWCO")
    await desk.buy("1", "2024-03-01", portfolio_id=other)

    async def count(**query):
        return len(await desk.lines(**query))

    assert await count() == 4
    assert await count(portfolio_id=desk.portfolio_id) == 3
    assert await count(symbol="acme") == 3
    assert await count(symbol="NEWCO:LSE") == 1
    assert await count(symbol="NEWCO:NYSE") == 0
    assert await count(type="Sell") == 1
    assert await count(type=["SELL", "buy"]) == 4
    assert await count(start="2024-02-01") == 3
    assert await count(start="2024-02-01", end="2024-02-01") == 1
    assert await count(symbol="ACME", portfolio_id=other, type="BUY") == 1
    assert (await desk.get("/transactions", type="BUYY")).status_code == 422


async def test_every_change_leaves_a_trace(each_desk, each_argosy):
    from argosy.store import audit, dirty

    line = await each_desk.buy("10", "2024-01-02")
    await each_desk.client.patch(f"{URL}/{line['id']}", json={"quantity": "9"})
    await each_desk.client.delete(f"{URL}/{line['id']}")
    async with each_argosy.database.read() as session:
        entries = await audit.of_subject(session, "transaction", line["id"])
        marks = await dirty.read(session)
    changes = [(entry.change.action, entry.change.before, entry.change.after) for entry in entries]
    assert [action for action, _, _ in changes] == ["delete", "change", "create"]
    assert changes[1][1]["quantity"] == "10"
    assert changes[1][2]["quantity"] == "9"
    assert changes[0][2] is None
    assert marks[each_desk.portfolio_id].isoformat() == "2024-01-02"


async def test_a_newcomer_sees_nothing(argosy, desk):
    await desk.buy("1", "2024-01-02")
    async with app_client(argosy) as client:
        await sign_up(client, "zoe")
        assert (await client.get(URL)).json() == {"items": [], "next_cursor": None}
