"""The sources over the API."""

from datetime import timedelta

import pytest

from argosy.core.errors import RateLimitedError, SourceDownError
from argosy.sources.breaker import COOL_OFF, FAILURES
from argosy.wiring import Argosy
from tests.api.conftest import NOW
from tests.support.api import app_client, make_settings, sign_up

HEALTH = "/health/sources"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@pytest.fixture
def settings(tmp_path, sqlite_url):
    return make_settings(tmp_path, sqlite_url, coinmarketcap_key="sesame-1234")


def fail(argosy, name):
    for _ in range(FAILURES):
        argosy.sources.breaker(name).tell(SourceDownError(name, "it cannot be reached."))


async def listed(client):
    answer = await client.get("/api/v1/sources")
    assert answer.status_code == 200, answer.text
    assert "sesame" not in answer.text
    return {one["name"]: one for one in answer.json()}


async def test_sources_say_what_they_give_and_what_they_lack(signed_in):
    found = await listed(signed_in)
    binance, finnhub = found["binance"], found["finnhub"]
    assert binance["limits"] == [{"requests": 6000, "per_s": 60.0, "left": 6000}]
    assert binance["capabilities"] == ["history", "quotes", "search", "symbols"]
    assert (binance["categories"], binance["intervals"]) == (["CRYPTO"], ["1m", "1h", "1d", "1wk"])
    assert (binance["lacks"], binance["circuit"], binance["last_failure"]) == (None, "closed", None)
    assert (finnhub["needs_key"], finnhub["lacks"]) == (True, "ARGOSY_FINNHUB_KEY")
    assert (found["coinmarketcap"]["needs_key"], found["coinmarketcap"]["lacks"]) == (True, None)


async def test_sources_are_told_to_those_who_are_signed_in(client):
    assert (await client.get("/api/v1/sources")).status_code == 401


async def test_limits_that_nobody_can_tell_are_an_error_that_says_so(tmp_path, sqlite_url):
    gone = make_settings(tmp_path, sqlite_url, redis_url="redis://127.0.0.1:1/0")
    async with Argosy.opened(gone) as argosy, app_client(argosy) as client:
        await sign_up(client)
        answer = await client.get("/api/v1/sources")
    assert answer.status_code == 503
    assert answer.json() == {"detail": "Redis does not answer.", "code": "storage"}


async def test_a_source_that_is_left_alone_says_why_and_until_when(argosy, signed_in):
    fail(argosy, "binance")
    argosy.sources.breaker("yahoo").tell(RateLimitedError("yahoo", "slower."))
    found = await listed(signed_in)
    binance = found["binance"]
    assert (binance["circuit"], binance["retry_at"]) == ("open", (NOW + COOL_OFF).strftime(MOMENT))
    assert binance["last_failure"] == {
        "at": NOW.strftime(MOMENT),
        "code": "source_down",
        "reason": "binance: it cannot be reached.",
    }
    assert (found["yahoo"]["circuit"], found["yahoo"]["retry_at"]) == ("closed", None)
    assert found["yahoo"]["last_failure"]["code"] == "rate_limited"


async def test_health_tells_the_circuits_of_the_sources_that_are_set_up(argosy, client, clock):
    well = (await client.get(HEALTH)).json()
    assert well["status"] == "healthy"
    names = [one["name"] for one in well["sources"]]
    assert {"yahoo", "coinmarketcap"} <= set(names)
    assert "finnhub" not in names
    fail(argosy, "finnhub")
    assert (await client.get(HEALTH)).json() == well
    fail(argosy, "yahoo")
    answer = await client.get(HEALTH)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    yahoo = {"name": "yahoo", "circuit": "open", "retry_at": (NOW + COOL_OFF).strftime(MOMENT)}
    assert yahoo in answer.json()["sources"]
    clock.advance(COOL_OFF + timedelta(seconds=1))
    again = {one["name"]: one["circuit"] for one in (await client.get(HEALTH)).json()["sources"]}
    assert again["yahoo"] == "half_open"
    argosy.sources.breaker("yahoo").tell(None)
    assert (await client.get(HEALTH)).json() == well
