"""Lines of a ledger: entered once, read, paged, changed, taken back."""

import itertools

import pytest

from tests.acceptance.person import Person, exact, picked

END = "2024-06-03"
BIG = "12345678901234567890.123456789012345678"


def test_a_line_comes_back_as_it_was_entered(me: Person):
    portfolio = me.portfolio()
    fields = {
        "quantity": "0.000000000000000001",
        "price": "99999999999999999999.999999999999999999",
        "fee": "1.10",
        "tax": "0.000000000000000005",
        "currency": "USD",
        "note": "a «note»\nof two lines 🙂",
        "external_id": "broker-1",
    }
    made = me.enter(portfolio, "bUy", "2024-01-02T15:30:00+02:00", **fields)
    assert made["type"] == "BUY"
    assert picked(made, "quantity", "price", "fee", "tax") == exact(
        fields["quantity"], fields["price"], "1.1", fields["tax"]
    )
    assert all(isinstance(made[name], str) for name in ("quantity", "price", "fee", "tax"))
    assert (made["note"], made["external_id"]) == (fields["note"], "broker-1")
    assert made["timestamp"] == "2024-01-02T13:30:00Z"
    assert me.get(f"/transactions/{made['id']}") == made


@pytest.mark.parametrize("number", ["1e3", 1000, 1000.0, "1000.0", "1000"])
def test_numbers_may_be_strings_or_json_numbers(me: Person, number):
    made = me.buy(me.portfolio(), "2024-01-02", number, "1")
    assert made["quantity"] == "1000"


def test_a_json_number_keeps_all_its_digits(me: Person):
    portfolio = me.portfolio()
    text = (
        f'{{"portfolio_id": "{portfolio}", "type": "BUY", "symbol": "ACME",'
        f' "timestamp": "2024-01-02", "quantity": 1, "price": {BIG}}}'
    )
    headers = {"Content-Type": "application/json"}
    answer = me.http.post("/transactions", content=text, headers=headers)
    assert answer.json()["price"] == BIG


def test_unused_fields_may_be_null_or_zero(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    unused = {"quantity": "0", "price": "0", "fee": "0", "fx_rate": None, "ratio": None}
    empty = {"lots": None, "to_asset_id": None, "cost_share": None, "cost": "0", "note": None}
    me.enter(portfolio, "DIVIDEND", "2024-01-03", amount="5", **unused, **empty)
    split = {"quantity": "0", "price": "0", "amount": "0", "fee": "0", "tax": "0"}
    me.enter(portfolio, "SPLIT", "2024-01-04", ratio="2:1", **split)
    buy = {"quantity": "1", "price": "50", "amount": None, "cost_share": "0", "cost": None}
    me.enter(portfolio, "BUY", "2024-01-05", **buy)
    me.enter(portfolio, "BUY", "2024-01-05", quantity="1", price="0", amount="50")
    assert picked(me.holdings(portfolio, END)["ACME"], "quantity") == exact("22")


def test_amount_stands_for_quantity_times_price(me: Person):
    portfolio = me.portfolio()
    made = me.enter(portfolio, "BUY", "2024-01-02", quantity="3", amount="100")
    assert picked(made, "amount", "quantity") == exact("100", "3")
    assert made["price"] is None
    assert picked(me.figures(portfolio, END), "total_cost") == exact("100")


def test_an_asset_is_named_by_id_or_by_symbol_in_any_letter_case(me: Person):
    portfolio = me.portfolio()
    there = me.asset("TWIN", exchange="XETRA")
    here = me.asset("TWIN", exchange="Some Exchange")
    line = {"quantity": "1", "price": "1"}
    me.enter(portfolio, "BUY", "2024-01-02", symbol="acme", **line)
    made = me.enter(portfolio, "BUY", "2024-01-02", symbol="twin", exchange="xetra", **line)
    assert made["asset_id"] == there
    assert me.enter(portfolio, "BUY", "2024-01-02", asset_id=here, **line)["asset_id"] == here
    problem = me.enter(portfolio, "BUY", "2024-01-02", symbol="TWIN", **line, status=409)
    assert sorted(problem["candidates"]) == ["TWIN:Some Exchange", "TWIN:XETRA"]


def test_a_repeated_external_id_adds_nothing(me: Person):
    portfolio, other = me.portfolio(), me.portfolio()
    line = {"quantity": "1", "price": "100", "external_id": "x-1"}
    first = me.enter(portfolio, "BUY", "2024-01-02", **line)
    again = me.ask("POST", "/transactions", me.line(portfolio, "BUY", "2024-01-02", **line))
    assert again.status_code in {200, 201}
    assert again.json()["id"] == first["id"]
    assert len(me.get("/transactions", portfolio_id=portfolio)["items"]) == 1
    me.enter(other, "BUY", "2024-01-02", **line)
    batch = [me.line(portfolio, "BUY", "2024-01-02", **line)] * 2
    answer = me.post("/transactions/batch", {"transactions": batch})
    assert answer["created"] == 0
    assert len(me.get("/transactions", portfolio_id=portfolio)["items"]) == 1


def test_an_idempotency_key_replays_the_first_answer(me: Person, people):
    portfolio = me.portfolio()
    line = me.line(portfolio, "BUY", "2024-01-02", quantity="1", price="100")
    keyed = {"headers": {"Idempotency-Key": "same"}}
    first = me.ask("POST", "/transactions", line, **keyed)
    again = me.ask("POST", "/transactions", line, **keyed)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert me.ask("POST", "/transactions", {**line, "quantity": "2"}, **keyed).status_code == 409
    assert len(me.get("/transactions", portfolio_id=portfolio)["items"]) == 1
    # The key is the user's and the route's own.
    batch = me.ask("POST", "/transactions/batch", {"transactions": [line]}, **keyed)
    assert batch.status_code == 201
    other = people()
    other.asset()
    theirs = other.line(other.portfolio(), "BUY", "2024-01-02", quantity="1", price="100")
    assert other.ask("POST", "/transactions", theirs, **keyed).status_code == 201


def test_a_list_is_filtered_and_paged(me: Person):
    portfolio, other = me.portfolio(), me.portfolio()
    me.asset("SECOND")
    for day in range(1, 8):
        me.buy(portfolio, f"2024-01-0{day}", "1", "100")
    me.enter(portfolio, "BUY", "2024-02-01", quantity="1", price="1", symbol="SECOND")
    me.enter(portfolio, "DIVIDEND", "2024-02-02", amount="1")
    me.buy(other, "2024-01-05", "1", "100")

    def days(**query):
        return sorted(row["day"] for row in me.get("/transactions", **query)["items"])

    assert len(days()) == 10
    assert len(days(portfolio_id=portfolio)) == 9
    assert days(portfolio_id=portfolio, symbol="second") == ["2024-02-01"]
    assert days(portfolio_id=portfolio, type="dividend") == ["2024-02-02"]
    assert days(portfolio_id=portfolio, start="2024-01-06", end="2024-02-01") == [
        "2024-01-06",
        "2024-01-07",
        "2024-02-01",
    ]
    assert len(_every(me, portfolio_id=portfolio, limit="2")) == 9
    of_one = me.get(f"/transactions/portfolio/{portfolio}")
    assert of_one == me.get("/transactions", portfolio_id=portfolio)["items"]
    (dividend,) = me.get(f"/transactions/portfolio/{portfolio}", type="dividend")
    assert dividend["day"] == "2024-02-02"
    for query in ({"cursor": "nonsense"}, {"limit": "0"}, {"start": "soon"}, {"type": "GIFT"}):
        me.get("/transactions", status=422, **query)


def _every(me: Person, **query: str) -> set[str]:
    found: set[str] = set()
    for _ in itertools.count():
        page = me.get("/transactions", **query)
        ids = {row["id"] for row in page["items"]}
        assert not ids & found
        found |= ids
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]
    raise AssertionError


def test_a_line_is_replaced_patched_and_taken_back(me: Person):
    portfolio = me.portfolio()
    made = me.buy(portfolio, "2024-01-02", "10", "100", note="first", fee="1")
    path = f"/transactions/{made['id']}"
    patched = me.patch(path, {"price": "90"})
    assert picked(patched, "price", "quantity", "fee") == exact("90", "10", "1")
    assert patched["note"] == "first"
    assert picked(me.figures(portfolio, END), "total_cost") == exact("901")
    body = me.line(portfolio, "buy", "2024-01-03", quantity="5", amount="400")
    replaced = me.put(path, body)
    assert (replaced["id"], replaced["day"], replaced["note"]) == (made["id"], "2024-01-03", None)
    assert picked(me.figures(portfolio, END), "total_cost") == exact("400")
    assert me.holdings(portfolio, "2024-01-02") == {}
    me.delete(path)
    me.get(path, status=404)
    assert me.holdings(portfolio, END) == {}


def test_nothing_in_the_past_may_make_a_later_quantity_negative(me: Person):
    portfolio = me.portfolio()
    bought = me.buy(portfolio, "2024-01-02", "10", "100")
    me.sell(portfolio, "2024-03-01", "8", "110")
    before = me.get("/transactions", portfolio_id=portfolio)
    path = f"/transactions/{bought['id']}"
    moved = me.line(portfolio, "BUY", "2024-03-02", quantity="10", price="100")
    refusals = [
        me.enter(portfolio, "SELL", "2024-02-01", quantity="3", price="1", status=409),
        me.patch(path, {"quantity": "7"}, status=409),
        me.put(path, moved, status=409),
        me.delete(path, status=409),
        me.enter(portfolio, "SPLIT", "2024-02-01", ratio="1:2", status=409),
    ]
    for problem in refusals:
        assert "2024-03-01" in problem["detail"], problem
        assert "ACME" in problem["detail"]
    # What is held on that day, in each case.
    assert [problem["held"] for problem in refusals] == ["7", "7", "0", "0", "5"]
    assert me.get("/transactions", portfolio_id=portfolio) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": "0"},
        {"quantity": "-1"},
        {"quantity": None},
        {"quantity": ""},
        {"quantity": "NaN"},
        {"quantity": "Infinity"},
        {"quantity": "1" * 40},
        {"quantity": "0." + "0" * 20 + "1"},
        {"quantity": "1,5"},
        {"quantity": True},
        {"quantity": []},
        {"price": "-1"},
        {"price": "NaN"},
        {"price": "1e400"},
        {"price": "1." + "1" * 40},
        {"price": None},
        {"amount": "101"},
        {"fee": "-1"},
        {"tax": "sNaN"},
        {"currency": "E1"},
        {"currency": "EU"},
        {"fx_rate": "-1"},
        {"fx_rate": "NaN"},
        {"type": "GIFT"},
        {"type": None},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "yesterday"},
        {"timestamp": "2024-02-30"},
        {"timestamp": "2999-01-01"},
        {"timestamp": "0000-01-01"},
        {"timestamp": "1602-01-01"},
        {"timestamp": "99999-01-01"},
        {"symbol": "UNKNOWN"},
        {"symbol": None},
        {"symbol": ""},
        {"symbol": "A" * 500},
        {"symbol": "AC\u0000ME"},
        {"note": "a\u0000b"},
        {"external_id": "e" * 300},
        {"portfolio_id": None},
        {"ratio": "2:1"},
        {"colour": "red"},
    ],
)
def test_a_line_that_cannot_be_is_422_and_nothing_is_kept(me: Person, fields):
    portfolio = me.portfolio()
    line = me.line(portfolio, "BUY", "2024-01-02", quantity="1", price="100")
    problem = me.post("/transactions", {**line, **fields}, status=422)
    assert problem["detail"][0]["msg"]
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []


@pytest.mark.parametrize("day", ["1969-12-31", "1900-03-01"])
def test_days_before_1970_count(me: Person, day):
    portfolio = me.portfolio()
    me.buy(portfolio, day, "2", "100")
    me.prices("ACME", {day: "110"})
    assert picked(me.figures(portfolio, day), "total_value") == exact("220")
    me.enter(portfolio, "SELL", "2024-01-02", quantity="2", price="150")
    assert me.gains(portfolio)[0]["acquired"] == day
    series = me.get(f"/portfolios/{portfolio}/series", start=day, end=day)
    assert series["value"] == [220.0]


def test_the_order_in_a_day_is_time_then_entry_and_a_bare_date_comes_last(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "1", "100")
    me.sell(portfolio, "2024-01-02T10:00:00Z", "1", "100", status=409)
    me.buy(portfolio, "2024-01-02T09:00:00Z", "1", "100")
    me.sell(portfolio, "2024-01-02T10:00:00Z", "1", "100")
    me.sell(portfolio, "2024-01-02", "1", "100")
    assert me.holdings(portfolio, END) == {}


def test_the_day_is_the_exchanges(me: Person):
    portfolio = me.portfolio()
    me.asset("LATE", exchange="NYSE")
    # 02:00 UTC is the evening before in New York.
    made = me.buy(portfolio, "2024-01-03T02:00:00Z", "1", "100", symbol="LATE")
    assert made["day"] == "2024-01-02"
    assert me.buy(portfolio, "2024-01-03T02:00:00Z", "1", "100")["day"] == "2024-01-03"
