"""Series and returns, worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.acceptance.person import Person, exact, picked


def performance(me: Person, portfolio: str, **query: str):
    return me.get(f"/portfolios/{portfolio}/performance", **query)


def series(me: Person, portfolio: str, **query: str):
    return me.get(f"/portfolios/{portfolio}/series", **query)


@pytest.fixture
def grown(me: Person) -> str:
    """Ten bought at 100 that go to 110, ten more at 110 that go to 121."""
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.buy(portfolio, "2024-01-04", "10", "110")
    me.prices("ACME", {"2024-01-02": "100", "2024-01-03": "110", "2024-01-04": "121"})
    return portfolio


def test_time_weighting_ignores_what_was_paid_in(me: Person, grown: str):
    answer = performance(me, grown, range="ALL")
    # 1000 → 1100 is + 10 %; 1100 + 1100 → 2420 is + 10 %
    assert answer["twr"] == pytest.approx(0.21, rel=1e-12)
    assert picked(answer, "value_start", "value_end", "gain") == exact("0", "2420", "320")
    # total gain by the cost of all buys
    assert answer["total_return"] == pytest.approx(320 / 2100, rel=1e-12)
    assert answer["annualized_twr"] is None
    assert answer["mwr_annual"] is None
    assert {"annualized_twr", "mwr_annual"} <= answer["reasons"].keys()
    # Two days: 1000 was inside all the time, 1100 none of it.
    assert answer["modified_dietz"] == pytest.approx(320 / 1000, rel=1e-12)


def test_money_weighting_solves_its_equation(me: Person, grown: str):
    growth = 1 + performance(me, grown, range="ALL")["mwr"]
    # over two days: 1000 · g + 1100 · g^(0/2) = 2420, so g = 1.32
    assert growth == pytest.approx(1.32, rel=1e-9)


def test_a_series_has_one_entry_a_calendar_day(me: Person, grown: str):
    answer = series(me, grown)
    columns = {name: values for name, values in answer.items() if isinstance(values, list)}
    assert columns == {
        "flags": [],
        "date": ["2024-01-02", "2024-01-03", "2024-01-04"],
        "value": [1000.0, 1100.0, 2420.0],
        "cost": [1000.0, 1000.0, 2100.0],
        "invested": [1000.0, 1000.0, 2100.0],
        "twr": [0.0, pytest.approx(0.1, rel=1e-12), pytest.approx(0.21, rel=1e-12)],
    }
    assert series(me, grown, start="2024-01-03", end="2024-01-03")["value"] == [1100.0]


def test_returns_over_two_years_are_annualized(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2023-01-02", "1", "100")
    me.prices("ACME", {"2023-01-02": "100", "2025-01-01": "121"})  # 730 days
    answer = performance(me, portfolio, range="ALL")
    assert answer["twr"] == pytest.approx(0.21, rel=1e-12)
    assert answer["annualized_twr"] == pytest.approx(0.1, rel=1e-9)
    assert answer["mwr"] == pytest.approx(0.21, rel=1e-9)
    assert answer["mwr_annual"] == pytest.approx(0.1, rel=1e-9)
    assert answer["modified_dietz"] == pytest.approx(0.21, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("1D", "2024-03-30"),
        ("1d", "2024-03-30"),
        ("10D", "2024-03-21"),
        ("1W", "2024-03-24"),
        ("1M", "2024-02-29"),
        ("3M", "2023-12-31"),
        ("1Y", "2023-03-31"),
        ("YTD", "2023-12-31"),
    ],
)
def test_a_range_begins_at_the_close_of_the_day_before(me: Person, name, before):
    first, last = date(2023, 1, 2), date(2024, 3, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    me.prices("ACME", {day.isoformat(): str(100 + n) for n, day in enumerate(days)})
    portfolio = me.portfolio()
    me.buy(portfolio, "2023-01-02", "1", "100")
    answer = performance(me, portfolio, range=name)
    value = 100 + (date.fromisoformat(before) - first).days
    assert Decimal(answer["value_start"]) == value
    assert answer["end"] == "2024-03-31"
    assert answer["twr"] == pytest.approx((100 + len(days) - 1) / value - 1, rel=1e-12)
    same = performance(me, portfolio, start=answer["start"], end="2024-03-31")
    assert same == answer


@pytest.mark.parametrize(
    "query",
    [
        {"range": "SOON"},
        {"range": "0D"},
        {"range": "-1D"},
        {"range": "1D", "start": "2024-01-02"},
        {"start": "x"},
        {"start": "2024-02-01", "end": "2024-01-01"},
        {"range": "9" * 30 + "Y"},
    ],
)
def test_a_range_that_cannot_be_is_422(me: Person, grown: str, query):
    performance(me, grown, status=422, **query)


def test_a_full_sale_freezes_the_return_and_a_later_buy_goes_on(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.prices("ACME", {"2024-01-02": "100", "2024-01-03": "110"})
    me.sell(portfolio, "2024-01-03", "10", "110")
    me.buy(portfolio, "2024-01-10", "1", "200")
    me.prices("ACME", {"2024-01-10": "200", "2024-01-11": "220"})
    twr = series(me, portfolio)["twr"]
    assert twr[1:8] == [pytest.approx(0.1, rel=1e-12)] * 7
    assert twr[-1] == pytest.approx(0.21, rel=1e-12)


def test_a_deposit_alone_never_moves_the_return(me: Person):
    portfolio = me.portfolio(track_cash=True)
    for day in ("2024-01-02", "2024-01-05", "2024-01-08"):
        me.enter(portfolio, "DEPOSIT", day, amount="1000", currency="USD")
    answer = series(me, portfolio)
    assert answer["value"][-1] == 3000.0
    assert answer["invested"][-1] == 3000.0
    assert all(value == 0 for value in answer["twr"])
    assert performance(me, portfolio, range="ALL")["gain"] == "0"


def test_a_purchase_is_first_paid_from_the_sales_before_it_on_its_day(me: Person):
    me.asset("OTHER")
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.sell(portfolio, "2024-01-03T10:00:00Z", "10", "110")
    me.buy(portfolio, "2024-01-03T11:00:00Z", "12", "100", symbol="OTHER")
    # 1200 of which 1100 come from the sale
    assert picked(me.figures(portfolio, "2024-01-03"), "invested") == exact("1100")


def test_a_total_loss_is_minus_one(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.enter(portfolio, "SELL", "2024-02-01", quantity="10", amount="5", fee="5")
    answer = performance(me, portfolio, range="ALL")
    assert answer["mwr"] == -1
    assert answer["twr"] == pytest.approx(-1)
    assert answer["total_return"] == pytest.approx(-1)


def test_what_is_undefined_is_null_with_its_reason(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "REWARD", "2024-01-02", quantity="1", price="30")
    answer = performance(me, portfolio, range="ALL")
    for name in ("mwr", "modified_dietz", "total_return"):
        assert answer[name] is None, name
        assert answer["reasons"][name], name


def test_a_base_below_zero_has_no_time_weighted_return(me: Person):
    portfolio = me.portfolio(allow_short=True)
    me.enter(portfolio, "SELL", "2024-01-02", quantity="10", price="100")
    me.prices("ACME", {"2024-01-02": "100", "2024-01-03": "90"})
    answer = performance(me, portfolio, range="ALL")
    assert answer["twr"] is None
    assert answer["reasons"]["twr"]


def test_a_series_equals_the_exact_value_of_every_day(me: Person):
    me.asset("FRANC", currency="CHF")
    portfolio = me.portfolio("EUR", cost_basis_method="fifo", track_cash=True)
    me.rates("EUR", {"2024-01-01": "1.0956", "2024-01-05": "1.0921", "2024-01-11": "1.0987"})
    me.rates("CHF", {"2024-01-01": "1.1837", "2024-01-08": "1.1765"})
    me.enter(portfolio, "DEPOSIT", "2024-01-02", amount="5000.77", currency="EUR")
    me.buy(portfolio, "2024-01-02", "3.333333", "181.18", fee="1.01", fx_rate="0.9133")
    me.buy(portfolio, "2024-01-04", "7", "55.123456789", symbol="FRANC", fee="2")
    me.enter(portfolio, "SPLIT", "2024-01-09", ratio="3:2")
    me.sell(portfolio, "2024-01-10", "1.7", "130.01", tax="0.37")
    me.enter(portfolio, "DIVIDEND", "2024-01-11", symbol="FRANC", amount="3.21", tax="1.12")
    me.enter(portfolio, "WITHDRAWAL", "2024-01-12", amount="100", currency="EUR")
    me.prices("ACME", {"2024-01-03": "184.25", "2024-01-08": "185.56", "2024-01-10": "124.01"})
    me.prices("FRANC", {"2024-01-05": "54.99", "2024-01-14": "56.01"})
    found = series(me, portfolio)
    assert len(found["date"]) == 13
    for number, day in enumerate(found["date"]):
        figures = me.figures(portfolio, day)
        for name, figure in (("value", "total_value"), ("cost", "total_cost"), ("invested",) * 2):
            wanted = Decimal(figures[figure])
            difference = abs(Decimal(found[name][number]) - wanted)
            assert difference <= abs(wanted) * Decimal("1e-12"), (day, name)
    answer = performance(me, portfolio, range="ALL")
    assert answer["twr"] == pytest.approx(found["twr"][-1], rel=1e-12)
