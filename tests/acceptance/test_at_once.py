"""Many requests at once: what is promised for one after the other holds."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.acceptance.conftest import POSTGRESQL
from tests.acceptance.person import Person
from tests.acceptance.program import Program

COUNT = 12


@pytest.fixture(params=["sqlite", POSTGRESQL])
def one(request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody on each kind of database."""
    name = {"sqlite": "program", "postgresql": "postgres_program"}[request.param]
    program: Program = request.getfixturevalue(name)
    person = Person(program.url)
    person.asset()
    yield person
    person.http.close()


def at_once(send: Callable[[int], httpx2.Response]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(COUNT) as pool:
        return list(pool.map(send, range(COUNT)))


def test_no_more_is_sold_than_is_held(one: Person):
    portfolio = one.portfolio()
    one.buy(portfolio, "2024-01-02", "5", "100")
    line = one.line(portfolio, "SELL", "2024-01-03", quantity="1", price="100")
    answers = at_once(lambda _: one.ask("POST", "/transactions", line))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * (COUNT - 5)
    assert one.get(f"/portfolios/{portfolio}/holdings") == []


def test_an_idempotency_key_is_used_once(one: Person):
    portfolio = one.portfolio()
    line = one.line(portfolio, "BUY", "2024-01-03", quantity="1", price="100")
    headers = {"Idempotency-Key": "key"}
    answers = at_once(lambda _: one.ask("POST", "/transactions", line, headers=headers))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(one.get(f"/transactions/portfolio/{portfolio}")) == 1


def test_an_external_id_is_entered_once(one: Person):
    portfolio = one.portfolio()
    line = one.line(portfolio, "BUY", "2024-01-03", quantity="1", price="100", external_id="x")
    answers = at_once(lambda _: one.ask("POST", "/transactions", line))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(one.get(f"/transactions/portfolio/{portfolio}")) == 1


def test_a_name_is_taken_once(one: Person):
    body = {"email": f"race-{one.name}@example.org", "username": f"race-{one.name}"}
    account = {**body, "password": "eight or more"}
    answers = at_once(lambda _: one.ask("POST", "/auth/register", account))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (COUNT - 1)


def test_the_same_prices_at_once_are_stored_once(one: Person):
    bars = [{"timestamp": "2024-01-02", "close": "1"}, {"timestamp": "2024-01-03", "close": "2"}]
    body = {"source": "manual", "interval": "1d", "bars": bars}
    answers = at_once(lambda _: one.ask("PUT", "/assets/ACME/prices", body))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["created"] for answer in answers) == 2


def test_a_batch_with_external_ids_is_entered_once(one: Person):
    portfolio = one.portfolio()
    line = one.line(portfolio, "BUY", "2024-01-03", quantity="1", price="100")
    body = {"transactions": [{**line, "external_id": str(number)} for number in range(5)]}
    answers = at_once(lambda _: one.ask("POST", "/transactions/batch", body))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(answer.json()["created"] for answer in answers) == 5
    assert len(one.get(f"/transactions/portfolio/{portfolio}")) == 5
