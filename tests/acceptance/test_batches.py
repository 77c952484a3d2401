"""Batches: all or nothing, in any order, wrong rows named."""

import pytest

from tests.acceptance.person import Person, exact, picked

END = "2024-06-03"


def rows(me: Person, portfolio: str) -> list[dict[str, object]]:
    """A sale that stands before its purchase."""
    return [
        me.line(portfolio, "SELL", "2024-02-01", quantity="4", price="120"),
        me.line(portfolio, "buy", "2024-01-02", quantity="10", price="100"),
    ]


def test_a_batch_is_taken_in_any_order(me: Person):
    portfolio = me.portfolio()
    answer = me.post("/transactions/batch", {"transactions": rows(me, portfolio)})
    assert answer["created"] == 2
    assert picked(me.holdings(portfolio, END)["ACME"], "quantity", "cost") == exact("6", "600")


def test_a_batch_may_fill_several_portfolios(me: Person):
    one, two = me.portfolio(), me.portfolio()
    me.post("/transactions/batch", {"transactions": rows(me, one) + rows(me, two)})
    assert me.holdings(one, END)["ACME"]["quantity"] == me.holdings(two, END)["ACME"]["quantity"]


def test_a_dry_run_stores_nothing(me: Person):
    portfolio = me.portfolio()
    body = {"transactions": rows(me, portfolio), "dry_run": True}
    answer = me.post("/transactions/batch", body, status=200)
    assert answer["dry_run"] is True
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []


@pytest.mark.parametrize("dry_run", [False, True])
def test_every_wrong_row_is_named_and_nothing_is_kept(me: Person, dry_run):
    portfolio = me.portfolio()
    good = rows(me, portfolio)
    wrong = [
        {**good[0], "symbol": "UNKNOWN"},
        {**good[0], "quantity": "-1"},
        {**good[0], "currency": "EU"},
        {**good[0], "timestamp": "2999-01-01"},
        {**good[0], "type": "GIFT"},
        {**good[0], "price": "NaN"},
    ]
    body = {"transactions": [*good, *wrong], "dry_run": dry_run}
    answer = me.ask("POST", "/transactions/batch", body)
    problem = answer.json()
    assert answer.status_code == (200 if dry_run and "code" not in problem else 422)
    assert {row["row"] for row in problem["problems"]} == {2, 3, 4, 5, 6, 7}
    assert all(row["reason"] for row in problem["problems"])
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []


def test_rows_that_contradict_the_ledger_are_a_conflict_with_their_row(me: Person):
    portfolio = me.portfolio()
    body = [*rows(me, portfolio), me.line(portfolio, "SELL", "2024-03-01", quantity="7", price="1")]
    problem = me.post("/transactions/batch", {"transactions": body}, status=409)
    assert problem["problems"][0]["row"] == 2
    assert "6" in problem["problems"][0]["reason"]
    assert "2024-03-01" in problem["problems"][0]["reason"]
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []


def test_a_row_twice_is_two_rows_and_an_external_id_twice_is_one(me: Person):
    portfolio = me.portfolio()
    row = me.line(portfolio, "BUY", "2024-01-02", quantity="1", price="100")
    me.post("/transactions/batch", {"transactions": [row, row]})
    named = {**row, "external_id": "one"}
    answer = me.post("/transactions/batch", {"transactions": [named, named]})
    assert answer["created"] == 1
    assert picked(me.holdings(portfolio, END)["ACME"], "quantity") == exact("3")


@pytest.mark.parametrize(
    "body", [{}, {"transactions": None}, {"transactions": "x"}, {"transactions": [5]}]
)
def test_a_batch_that_is_none_is_422(me: Person, body):
    me.post("/transactions/batch", body, status=422)


def test_an_idempotency_key_replays_a_batch(me: Person):
    portfolio = me.portfolio()
    body = {"transactions": rows(me, portfolio)}
    keyed = {"headers": {"Idempotency-Key": "batch"}}
    answers = [me.ask("POST", "/transactions/batch", body, **keyed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert len(me.get("/transactions", portfolio_id=portfolio)["items"]) == 2


def test_more_than_a_hundred_thousand_rows_are_refused(me: Person):
    row = me.line(me.portfolio(), "BUY", "2024-01-02", quantity="1", price="1")
    me.post("/transactions/batch", {"transactions": [row] * 100_001}, status=422)
