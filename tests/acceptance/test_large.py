"""The largest batch that is allowed, and `/health` meanwhile."""

import threading
import time
from datetime import date, timedelta

import httpx2

from tests.acceptance.person import Person, exact, picked
from tests.acceptance.program import Program

ROWS = 100_000


def test_a_hundred_thousand_rows_are_taken_while_health_answers(program: Program, me: Person):
    portfolio = me.portfolio()
    first = date(2000, 1, 3)
    lines = [
        me.line(
            portfolio,
            "SELL" if number % 2 else "BUY",
            (first + timedelta(days=number // 20 + number % 2)).isoformat(),
            quantity="1" if number % 2 else "2",
            price=f"{100 + number % 50}.25",
            fee="0.1",
        )
        for number in range(ROWS)
    ]
    lines.reverse()  # any order; sales come a day after their purchases
    answers: list[httpx2.Response] = []

    def work() -> None:
        answers.append(me.ask("POST", "/transactions/batch", {"transactions": lines}))
        answers.append(me.ask("GET", f"/portfolios/{portfolio}"))
        answers.append(me.ask("GET", f"/portfolios/{portfolio}/series"))
        answers.append(me.ask("GET", f"/transactions/portfolio/{portfolio}"))

    working = threading.Thread(target=work)
    waits: list[float] = []
    with httpx2.Client(base_url=program.url) as client:
        client.get("/health")
        begun = time.perf_counter()
        working.start()
        while working.is_alive():
            begin = time.perf_counter()
            assert client.get("/health").status_code == 200
            waits.append(time.perf_counter() - begin)
            time.sleep(0.02)
    working.join()
    lasted = time.perf_counter() - begun
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200], answers[0].text[:500]
    assert answers[0].json()["created"] == len(answers[-1].json()) == ROWS
    holding = me.holdings(portfolio, "2024-01-02")["ACME"]
    # Half buy 2, half sell 1.
    assert picked(holding, "quantity") == exact(str(ROWS // 2))
    # Nothing holds the event loop: a part of the work done there would be a part of its time.
    assert max(waits) < lasted / 5
