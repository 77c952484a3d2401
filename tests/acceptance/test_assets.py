"""Assets, prices, splits, rates: what is stored, what is refused, and whom it reaches."""

import pytest

from tests.acceptance.person import Person, exact, picked


def test_a_private_asset_is_its_owners_alone(me: Person, people):
    made = me.post(
        "/assets",
        {
            "symbol": "Mine",
            "exchange": "any exchange / at all",
            "name": "My own",
            "category": "Real_Estate",
            "currency": "gbp",
            "metadata": {"rooms": 3},
        },
    )
    assert (made["category"], made["currency"]) == ("REAL_ESTATE", "GBP")
    assert made["exchange"] == "any exchange / at all"
    assert me.get(f"/assets/{made['id']}") == made
    assert me.get("/assets/mine")["id"] == made["id"]
    assert made["id"] in {row["id"] for row in me.get("/assets/search", q="my own")}
    other = people()
    for name in (made["id"], "MINE"):
        other.get(f"/assets/{name}", status=404)
        other.patch(f"/assets/{name}", {"name": "theirs"}, status=404)
        other.get(f"/assets/{name}/prices", status=404)
        other.put(f"/assets/{name}/splits", {"splits": []}, status=404)
        bars = {"source": "manual", "interval": "1d", "bars": []}
        other.put(f"/assets/{name}/prices", bars, status=404)
    assert other.get("/assets/search", q="my own") == []
    assert made["id"] not in {row["id"] for row in other.get("/assets")["items"]}
    line = other.line(other.portfolio(), "BUY", "2024-01-02", quantity="1", price="1")
    other.post("/transactions", {**line, "symbol": "MINE"}, status=422)
    named = {key: value for key, value in line.items() if key != "symbol"}
    refused = other.ask("POST", "/transactions", {**named, "asset_id": made["id"]})
    assert refused.status_code in {404, 422}


def test_an_own_asset_is_made_once(me: Person, people):
    body = {"symbol": "acme", "currency": "EUR"}
    problem = me.post("/assets", body, status=409)
    assert "ACME" in problem["detail"]
    me.post("/assets", {**body, "exchange": "XETRA"})
    people().post("/assets", body)


def test_an_asset_is_changed(me: Person):
    changed = me.patch("/assets/ACME", {"name": "Acme plc", "category": "etf", "active": False})
    assert (changed["name"], changed["category"], changed["active"]) == ("Acme plc", "ETF", False)
    assert me.get("/assets/ACME") == changed


def test_assets_are_paged(me: Person):
    made = {me.asset(f"A{count}") for count in range(5)}
    found: set[str] = set()
    query = {"limit": "2"}
    while True:
        page = me.get("/assets", **query)
        assert len(page["items"]) <= 2
        found |= {row["id"] for row in page["items"]}
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert made <= found


@pytest.mark.parametrize(
    "fields",
    [{"symbol": ""}, {"symbol": None}, {"category": "TULIP"}, {"currency": "1"}, {"metadata": 5}],
)
def test_an_asset_that_cannot_be_is_422(me: Person, fields):
    me.post("/assets", {"symbol": "OK", **fields}, status=422)


def test_prices_are_counted_and_idempotent(me: Person):
    bars = {"2024-01-02": "100.10", "2024-01-03": "101"}
    counts = ("created", "updated", "unchanged")
    assert picked(me.prices("ACME", bars), *counts) == (2, 0, 0)
    assert picked(me.prices("ACME", bars), *counts) == (0, 0, 2)
    answer = me.prices("ACME", {"2024-01-02": "100.1", "2024-01-03": "102", "2024-01-04": "1"})
    assert picked(answer, *counts) == (1, 1, 1)
    items = me.get("/assets/ACME/prices", interval="1d")["items"]
    assert [row["close"] for row in items] == ["100.1", "102", "1"]
    assert {row["source"] for row in items} == {"manual"}


@pytest.mark.parametrize(
    "bar",
    [
        {"close": "0"},
        {"close": "-1"},
        {"close": "NaN"},
        {"close": None},
        {"close": "1,5"},
        {"close": "1" * 40},
        {"timestamp": "2999-01-01"},
        {"timestamp": "soon"},
        {"timestamp": None},
        {"high": "90"},
        {"low": "110"},
        {"volume": "-1"},
    ],
)
def test_a_bar_that_cannot_be_is_rejected_and_the_others_stay(me: Person, bar):
    good = {"timestamp": "2024-01-02", "close": "100"}
    wrong = {"timestamp": "2024-01-03", "close": "100", **bar}
    body = {"source": "manual", "interval": "1d", "bars": [good, wrong]}
    answer = me.put("/assets/ACME/prices", body)
    assert answer["created"] == 1
    assert [row["row"] for row in answer["rejected"]] == [1]
    assert answer["rejected"][0]["reason"]
    assert len(me.get("/assets/ACME/prices")["items"]) == 1


@pytest.mark.parametrize(
    "close",
    ["0.000000000001", "1000000000000", "123456.789012345", "0.000000000123456789012345"[:17]],
)
def test_a_price_reads_back_as_it_was_written(me: Person, close):
    me.prices("ACME", {"2024-01-02": close})
    items = me.get("/assets/ACME/prices")["items"]
    assert picked(items[0], "close") == exact(close)


def test_prices_of_several_sources_live_side_by_side(me: Person):
    me.prices("ACME", {"2024-01-02": "100"})
    me.prices("ACME", {"2024-01-02": "101"}, source="mybroker")
    assert len(me.get("/assets/ACME/prices")["items"]) == 2
    one = me.get("/assets/ACME/prices", source="mybroker")["items"]
    assert [row["close"] for row in one] == ["101"]


def test_prices_are_listed_by_span_and_page(me: Person):
    closes = {f"2024-01-{day:02}": str(day) for day in range(2, 12)}
    me.prices("ACME", closes)
    span = me.get("/assets/ACME/prices", start="2024-01-04", end="2024-01-06")
    assert [row["close"] for row in span["items"]] == ["4", "5", "6"]
    page = me.get("/assets/ACME/prices", limit="4")
    rest = me.get("/assets/ACME/prices", limit="100", cursor=page["next_cursor"])
    assert [row["close"] for row in page["items"] + rest["items"]] == list(closes.values())
    assert rest["next_cursor"] is None


def test_bodies_that_are_no_prices_are_422(me: Person):
    for body in ({}, {"bars": None}, {"bars": [], "interval": "1 fortnight"}, {"bars": "x"}):
        me.put("/assets/ACME/prices", body, status=422)
    for query in ({"interval": "fortnight"}, {"start": "x"}, {"cursor": "x"}, {"limit": "0"}):
        me.get("/assets/ACME/prices", status=422, **query)


def test_rates_are_counted_crossed_and_dated(me: Person):
    euro = {"2024-01-02": "1.10", "2024-01-05": "1.25"}
    counts = ("created", "updated", "unchanged")
    assert picked(me.rates("eur", euro), *counts) == (2, 0, 0)
    assert picked(me.rates("EUR", euro), *counts) == (0, 0, 2)
    me.rates("GBP", {"2024-01-03": "1.5"})

    def rate(base: str, quote: str, day: str) -> object:
        return picked(me.get("/exchange-rates", base=base, quote=quote, date=day), "rate")

    assert rate("EUR", "USD", "2024-01-04") == exact("1.1")
    assert rate("eur", "usd", "2024-01-05") == exact("1.25")
    assert rate("USD", "EUR", "2024-01-09") == exact("0.8")
    # 1.5 / 1.25 through the dollar
    assert rate("GBP", "EUR", "2024-01-09") == exact("1.2")
    assert rate("EUR", "EUR", "2024-01-09") == exact("1")
    answer = me.get("/exchange-rates", base="GBP", quote="EUR", date="2024-01-09")
    assert len(answer["path"]) == 2
    refused = me.ask("GET", "/exchange-rates?base=EUR&quote=USD&date=2024-01-01")
    assert refused.status_code in {404, 409}


@pytest.mark.parametrize(
    "rate",
    [
        {"rate_to_usd": "0"},
        {"rate_to_usd": "-1"},
        {"rate_to_usd": "NaN"},
        {"rate_to_usd": None},
        {"currency": "E"},
        {"currency": None},
        {"timestamp": "2999-01-01"},
        {"timestamp": "x"},
    ],
)
def test_a_rate_that_cannot_be_is_rejected_and_the_others_stay(me: Person, rate):
    good = {"currency": "EUR", "timestamp": "2024-01-02", "rate_to_usd": "1.1"}
    body = {"source": "manual", "rates": [{**good, **rate}, good]}
    answer = me.put("/exchange-rates", body)
    assert (answer["created"], [row["row"] for row in answer["rejected"]]) == (1, [0])


def test_one_users_rates_reach_nobody_else(me: Person, people):
    me.rates("EUR", {"2024-01-02": "1.10"})
    other = people()
    answer = other.ask("GET", "/exchange-rates?base=EUR&quote=USD&date=2024-01-04")
    assert answer.status_code in {404, 409}
    other.rates("EUR", {"2024-01-02": "2"})
    query = {"base": "EUR", "quote": "USD", "date": "2024-01-04"}
    assert picked(me.get("/exchange-rates", **query), "rate") == exact("1.1")
    assert picked(other.get("/exchange-rates", **query), "rate") == exact("2")


def test_a_body_above_64_mib_is_refused_and_the_program_goes_on(me: Person):
    piece = b" " * (1 << 20)

    def body():
        yield b'{"source": "manual", "interval": "1d", "bars": ['
        for _ in range(65):
            yield piece
        yield b"]}"

    headers = {"Content-Type": "application/json"}
    answer = me.http.put("/assets/ACME/prices", content=body(), headers=headers)
    assert answer.status_code == 413
    assert {"detail", "code"} <= answer.json().keys()
    me.prices("ACME", {"2024-01-02": "1"})


def test_metadata_is_any_json(me: Person):
    metadata = {"strike": 12.5, "tags": ["a", {"b": None}], "n": 10**20, "ok": True, "small": 1e-9}
    made = me.post("/assets", {"symbol": "OPT", "category": "OPTION", "metadata": metadata})
    assert made["metadata"] == metadata
    assert me.get("/assets/OPT")["metadata"] == metadata
    assert me.patch("/assets/OPT", {"metadata": {"x": 0.1}})["metadata"] == {"x": 0.1}


@pytest.mark.parametrize("text", ["1e400", "[" * 300 + "]" * 300, "NaN"])
def test_metadata_that_cannot_be_kept_is_422(me: Person, text):
    content = f'{{"symbol": "OPT", "metadata": {{"k": {text}}}}}'
    headers = {"Content-Type": "application/json"}
    assert me.http.post("/assets", content=content, headers=headers).status_code == 422


def test_a_number_is_no_date(me: Person):
    portfolio = me.portfolio()
    for day in ("0", "1704067200", "2024", "20240105"):
        me.get(f"/portfolios/{portfolio}", status=422, as_of=day)
        me.get("/transactions", status=422, start=day)
        me.get("/assets/ACME/prices", status=422, end=day)
        me.put("/assets/ACME/splits", {"splits": [{"date": day, "ratio": "2:1"}]}, status=422)


def test_a_body_of_nearly_64_mib_is_taken(me: Person):
    bars = b'{"source": "manual", "interval": "1d", "bars": [' + b" " * (63 << 20) + b"]}"
    headers = {"Content-Type": "application/json"}
    answer = me.http.put("/assets/ACME/prices", content=bars, headers=headers)
    assert answer.status_code == 200
