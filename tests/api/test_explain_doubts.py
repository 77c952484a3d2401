"""An explanation says which newer close it does without, and why."""

import pytest

from tests.api.test_prices import put
from tests.api.test_quality import SESSIONS, bars, decide
from tests.support.desk import Desk

LAST = SESSIONS[-1]
GOOD = SESSIONS[-2]


@pytest.fixture
async def desk(each_client):
    opened = await Desk.opened(each_client)
    await put(opened, bars({LAST: 9999}), source="feed")
    await opened.buy("10", "2024-05-02")
    return opened


async def id_of(desk):
    return (await desk.get("/assets/ACME")).json()["id"]


async def explained(desk, figure, **query):
    answer = await desk.get(f"/portfolios/{desk.portfolio_id}/explain", figure=figure, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_newer_close_in_doubt_is_named_with_its_reason(desk):
    acme = await id_of(desk)
    for figure, query in (
        ("price", {"asset_id": acme}),
        ("value", {"asset_id": acme}),
        ("total_value", {}),
    ):
        (passed,) = (await explained(desk, figure, **query))["passed_over"]
        reason = passed.pop("reason")
        assert "9999" in reason
        assert passed == {
            "asset_id": acme,
            "symbol": "ACME",
            "source": "feed",
            "on": LAST.isoformat(),
            "close": "9999",
        }


async def test_what_does_not_depend_on_it_or_is_of_a_day_before_does_not_name_it(desk):
    assert (await explained(desk, "total_cost"))["passed_over"] == []
    assert (await explained(desk, "total_value", as_of=GOOD.isoformat()))["passed_over"] == []


async def test_a_close_that_a_person_accepted_is_used_and_not_named(desk):
    assert (await decide(desk, "accepted", day=LAST)).status_code == 200
    found = await explained(desk, "total_value")
    assert (found["passed_over"], found["value"]) == ([], "99990")
