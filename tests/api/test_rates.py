"""Exchange rates over the API."""

import pytest

from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

URL = f"{BASE}/exchange-rates"


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


async def put(desk, *rates):
    rows = [
        {"currency": currency, "timestamp": day, "rate_to_usd": rate}
        for currency, day, rate in rates
    ]
    return await desk.client.put(URL, json={"source": "manual", "rates": rows})


async def find(desk, base, quote, day="2024-01-07"):
    return await desk.get("/exchange-rates", base=base, quote=quote, date=day)


async def test_rates_are_stored_once_and_crossed_with_their_path(each_desk):
    rates = [
        ("EUR", "2024-01-05", "1.0921"),
        ("gbp", "2024-01-04", "1.27"),
        ("USD", "2024-01-05", "1"),
    ]
    first = await put(each_desk, *rates)
    assert first.json() == {"created": 2, "updated": 0, "unchanged": 1, "rejected": []}
    again = await put(each_desk, *rates)
    assert again.json() == {"created": 0, "updated": 0, "unchanged": 3, "rejected": []}
    direct = (await find(each_desk, "eur", "usd")).json()
    assert (direct["rate"], direct["path"][0]["on"]) == ("1.0921", "2024-01-05")
    crossed = await find(each_desk, "GBP", "EUR")
    assert crossed.status_code == 200, crossed.text
    assert matches_snapshot("rates.find", crossed.json())
    assert crossed.json()["rate"] == "1.162897170588773922"
    assert [leg["inverted"] for leg in crossed.json()["path"]] == [False, True]


async def test_pence_are_a_hundredth_of_a_pound(desk):
    await put(desk, ("GBP", "2024-01-04", "1.27"))
    assert (await find(desk, "GBp", "USD")).json()["rate"] == "0.0127"
    assert (await find(desk, "USD", "GBp")).json()["rate"] == "78.74015748031496063"
    assert (await find(desk, "GBP", "GBp")).json()["rate"] == "100"


async def test_a_currency_is_worth_one_of_itself(desk):
    answer = (await find(desk, "CHF", "chf")).json()
    assert (answer["rate"], answer["path"]) == ("1", [])


async def test_a_later_rate_is_never_used(desk):
    await put(desk, ("EUR", "2024-01-05", "1.0921"))
    answer = await find(desk, "EUR", "USD", "2024-01-04")
    assert (answer.status_code, answer.json()["code"]) == (409, "rate_missing")
    assert (await find(desk, "EUR", "CHF")).status_code == 409


async def test_the_day_is_today_unless_it_is_named(desk):
    await put(desk, ("EUR", "2024-06-03", "1.08"))
    answer = await desk.get("/exchange-rates", base="EUR", quote="USD")
    assert (answer.json()["date"], answer.json()["rate"]) == ("2024-06-03", "1.08")
    assert (await find(desk, "EUR", "U")).status_code == 422
    assert (await desk.get("/exchange-rates", base="EUR")).status_code == 422


async def test_rates_that_cannot_be_true_are_rejected_one_by_one(each_desk):
    answer = await put(
        each_desk,
        ("EUR", "2024-01-05", "1.09"),
        ("EUR", "2024-01-05", "0"),
        ("EUR", "2024-01-05", "-1"),
        ("EUR", "2024-06-09", "1"),
        ("E?", "2024-01-05", "1"),
        ("GBp", "2024-01-05", "0.0127"),
        ("USD", "2024-01-05", "2"),
        ("EUR", "soon", "1"),
        ("EUR", "2024-01-05", "NaN"),
        ("EUR", "2024-01-05", "1" * 40),
    )
    assert answer.status_code == 200
    assert answer.json()["created"] == 1
    assert [one["row"] for one in answer.json()["rejected"]] == list(range(1, 10))


async def test_a_second_rate_of_one_day_is_rejected_and_the_first_stored(each_desk):
    answer = await put(
        each_desk,
        ("EUR", "2024-01-05", "1.09"),
        ("EUR", "2024-01-05", "1.10"),
        ("EUR", "2024-01-05", "1.090"),
        ("EUR", "2024-01-05T12:00:00Z", "1.11"),
    )
    counts = answer.json()
    assert (counts["created"], counts["unchanged"]) == (2, 1)
    assert [one["row"] for one in counts["rejected"]] == [1]
    assert counts["rejected"][0]["reason"] == (
        "EUR/USD of 2024-01-05 is 1.09 in an earlier row, and 1.1 here; leave one of them out."
    )
    assert (await find(each_desk, "EUR", "USD")).json()["rate"] == "1.11"


async def test_a_users_rates_reach_that_user_alone(each_argosy, each_client):
    desk = await Desk.opened(each_client)
    await put(desk, ("EUR", "2024-01-05", "2"))
    async with app_client(each_argosy) as client:
        eve = await Desk.opened(client, "eve")
        assert (await find(eve, "EUR", "USD")).status_code == 409
    assert (await find(desk, "EUR", "USD")).json()["rate"] == "2"
