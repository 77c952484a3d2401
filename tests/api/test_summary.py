"""All portfolios of a user together, in any currency; transfers between them are no flows."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from argosy.api.schemas.summary import SummaryOut
from tests.api.story import BASE, Story, line, story_post
from tests.support.api import sign_up
from tests.support.snapshots import matches_snapshot

URL = f"{BASE}/users/me/summary"


async def ask(client, **query):
    response = await client.get(URL, params=query)
    assert response.status_code == 200, response.text
    TypeAdapter(SummaryOut).validate_json(response.content, strict=True)
    return response.json()


@pytest.fixture
async def two(each_client) -> Story:
    """One portfolio in euros, one in dollars that gets shares of the first."""
    lines = [line("BUY", "2024-05-28", "ACME", quantity="10", price="70")]
    story = await Story.told(each_client, lines=lines)
    body = {"name": "Dollars", "currency": "USD"}
    story.other = (await story_post(each_client, "/portfolios", body))["id"]
    return story


async def test_who_has_nothing_is_told_so(each_client):
    await sign_up(each_client)
    found = await ask(each_client)
    assert (found["portfolios"], found["total_value"], found["currency"]) == ([], "0", "USD")
    assert found["twr"] is None
    assert found["reasons"]["twr"]


async def test_one_portfolio_is_the_whole(client):
    story = await Story.told(client)
    own = await story.ask()
    for span in ("ALL", "3M"):
        found = await ask(client, range=span)
        alone = await story.ask("/performance", range=span)
        assert (found["total_value"], found["as_of"]) == (own["total_value"], own["as_of"])
        assert (found["total_gain"], found["day_change"]) == (own["total_gain"], own["day_change"])
        names = ("start", "end", "days", "gain", "flows", "value_end", "twr", "mwr", "total_return")
        for name in (*names, "modified_dietz", "annualized_twr"):
            assert found[name] == alone[name], name
    (member,) = found["portfolios"]
    assert (member["weight"], member["twr"]) == (1.0, alone["twr"])
    assert found["scope"] == "all"
    assert matches_snapshot("summary", found)


async def test_a_transfer_between_own_portfolios_is_no_flow(two):
    moved = line("TRANSFER_OUT", "2024-05-30", "ACME", quantity="4", to_portfolio_id=two.other)
    await two.enter([moved])
    found = await ask(two.client, currency="USD")
    # 10 · 70 paid; worth 10 · 71.5
    assert (found["money_in"], found["money_out"], found["total_value"]) == ("700", "0", "715")
    assert (found["gain"], found["currency"]) == ("15", "USD")
    assert found["twr"] == pytest.approx(15 / 700)
    first, second = found["portfolios"]
    assert (first["total_value"], second["total_value"]) == ("429", "286")
    assert (first["weight"], second["weight"]) == (pytest.approx(0.6), pytest.approx(0.4))
    assert (first["own_currency"], second["own_currency"]) == ("EUR", "USD")
    # 4 · 70.11 left the one for the other
    assert (first["money_out"], second["money_in"]) == ("280.44", "280.44")
    # 10 · (71.5 − 70.11) on the last day
    assert Decimal(found["day_change"]) == Decimal("13.9")
    assert sum(Decimal(one["gain"]) for one in found["portfolios"]) == Decimal(found["gain"])


async def test_a_summary_follows_an_edit_of_any_portfolio(two):
    first = await two.client.get(URL)
    again = await two.client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    await two.enter([line("BUY", "2024-05-31", "ACME", quantity="1", price="71")])
    fresh = await two.client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200


async def test_another_user_has_another_summary(two):
    await sign_up(two.client, "bob")
    assert (await ask(two.client))["portfolios"] == []


@pytest.mark.parametrize("query", [{"range": "1H"}, {"currency": "NOSUCH"}])
async def test_what_cannot_be_meant_is_refused(two, query):
    assert (await two.client.get(URL, params=query)).status_code == 422


async def test_csv_has_a_row_a_portfolio_and_one_for_all(two):
    text = (await two.client.get(URL, params={"format": "csv"})).text.splitlines()
    assert len(text) == 4
    assert text[0].startswith("id,name,own_currency")
    assert text[-1].startswith(",All,")
