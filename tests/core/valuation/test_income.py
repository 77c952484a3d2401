"""Income adds up by any key, gross and tax apart; what is expected is announced or a forecast."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.asset import Dividend
from argosy.core.money import ZERO, exact_context
from argosy.core.valuation.expected import Certainty, expected_payments
from argosy.core.valuation.figures import figures
from argosy.core.valuation.income import (
    AMOUNTS,
    IncomeBy,
    income_by,
    payments,
    total,
    year_before,
    yields,
)
from tests.support.ledger import Ledger

D = Decimal
FIRST, LAST = date(2020, 1, 1), date(2024, 12, 31)

PAID = st.lists(
    st.tuples(
        st.integers(0, 1800),
        st.sampled_from(["dividend", "interest", "reward"]),
        st.sampled_from(["ACME", "EURO", ""]),
        st.decimals(D("0.01"), 999, places=2),
        st.decimals(0, 9, places=2),
    ),
    max_size=12,
)


def _paid(entries) -> Ledger:
    lines = [
        "portfolio main USD",
        "asset EURO EUR",
        "rate 2019-12-31 EUR/USD 1.0987654321",
        "2020-01-01 buy 10 ACME @ 10 USD",
        "2020-01-01 buy 10 EURO @ 10 EUR",
    ]
    for days, kind, asset, amount, tax in entries:
        day = FIRST + timedelta(days=days)
        currency = "EUR" if asset == "EURO" else "USD"
        if kind == "reward":
            lines.append(f"{day} reward 0.1 {asset or 'ACME'} @ {amount} {currency}")
        elif kind == "dividend":
            lines.append(f"{day} dividend {amount} {currency} {asset or 'ACME'} tax {tax}")
        else:
            lines.append(f"{day} interest {amount} {currency} {asset} tax {tax}".replace("  ", " "))
    return Ledger.read("\n".join(lines))


@given(entries=PAID)
@pytest.mark.parametrize("by", IncomeBy)
def test_income_by_any_key_adds_up_to_the_book_exactly(by, entries):
    book = _paid(entries).book()
    paid = payments(book, FIRST, LAST)
    rows = income_by(book, paid, by, start=FIRST, end=LAST)
    with exact_context():
        for name in AMOUNTS:
            assert sum((getattr(row, name) for row in rows), ZERO) == getattr(total(paid), name)
        booked = sum((position.income for position in book.positions.values()), ZERO)
        assert total(paid).net == booked
        for row in (*rows, total(paid)):
            assert row.gross == row.net + row.tax + row.fees
            assert row.net == row.dividends + row.interest + row.rewards
    if by is IncomeBy.MONTH:
        assert [row.key for row in rows[:2]] == ["2020-01", "2020-02"]
        assert len(rows) == 60, "months without a payment are listed, too"


def test_tax_and_fees_are_apart_in_the_portfolios_currency(ledger):
    """
    portfolio main EUR
    asset ACME USD
    rate 2024-01-02 USD/EUR 0.9
    2024-01-02 buy 10 ACME @ 10 USD
    2024-03-01 dividend 20 USD ACME tax 3 fee 1
    2024-03-05 interest 8 EUR tax 2
    2024-03-06 reward 2 ACME @ 5 USD
    """
    book = ledger.book()
    (march,) = income_by(
        book,
        payments(book, date(2024, 3, 1), date(2024, 3, 31)),
        IncomeBy.MONTH,
        start=date(2024, 3, 1),
        end=date(2024, 3, 31),
    )
    amounts = {name: getattr(march, name) for name in AMOUNTS}
    assert amounts == {
        "gross": D("35"),
        "tax": D("4.7"),
        "fees": D("0.9"),
        "net": D("29.4"),
        "dividends": D("14.4"),
        "interest": D("6"),
        "rewards": D("9"),
    }
    assert (march.start, march.end, march.payments) == (date(2024, 3, 1), date(2024, 3, 31), 3)
    by_asset = income_by(book, payments(book, FIRST, LAST), IncomeBy.ASSET, start=FIRST, end=LAST)
    assert [(row.name, row.net) for row in by_asset] == [("ACME", D("23.4")), ("No asset", 6)]


def test_growth_is_of_whole_years_alone(ledger):
    """
    2021-12-30 buy 10 ACME @ 10 USD
    2022-06-01 dividend 10 USD ACME
    2023-06-01 dividend 12 USD ACME
    2024-02-01 dividend 3 USD ACME
    """
    start, end = date(2022, 1, 1), date(2024, 6, 3)
    rows = income_by(
        ledger.book(), payments(ledger.book(), start, end), IncomeBy.YEAR, start=start, end=end
    )
    assert [row.growth for row in rows] == [None, D("0.2"), None]
    assert "not whole" in rows[2].reasons["growth"]


def test_a_payment_without_a_rate_makes_its_month_unknown_and_no_other(ledger):
    """
    portfolio main USD
    asset EURO EUR
    2024-01-02 buy 1 EURO @ 10 EUR fx 1.1
    2024-01-05 dividend 3 EUR EURO
    2024-02-05 dividend 3 EUR EURO fx 1.2
    """
    paid = payments(ledger.book(), date(2024, 1, 1), date(2024, 2, 29))
    one, two = income_by(
        ledger.book(), paid, IncomeBy.MONTH, start=date(2024, 1, 1), end=date(2024, 2, 29)
    )
    assert (one.net, one.interest, two.net) == (None, 0, D("3.6"))
    assert one.reasons["net"] == "A payment has no rate or price on its day."


def test_yields_are_of_what_is_held(ledger):
    """
    price 2024-06-03 ACME 20 USD
    2023-01-02 buy 10 ACME @ 10 USD
    2023-01-02 buy 10 GONE @ 10 USD
    2023-05-02 dividend 90 USD ACME
    2023-09-01 dividend 4 USD ACME tax 1
    2023-09-01 dividend 50 USD GONE
    2024-01-02 sell 10 GONE @ 10 USD
    2024-03-01 dividend 4 USD ACME tax 1
    2024-03-01 interest 7 USD
    """
    end = date(2024, 6, 3)
    book = ledger.book()
    paid = payments(book, year_before(end) + timedelta(days=1), end)
    whole, (acme,) = yields(figures(book, as_of=end), paid)
    assert (acme.net, acme.gross, acme.on_cost, acme.on_value) == (6, 8, D("0.06"), D("0.03"))
    assert (whole.gross_on_cost, whole.gross_on_value) == (D("0.08"), D("0.04"))


def _expected(ledger: Ledger, today: str, *stated: Dividend):
    lines = ledger.transactions
    return [
        (one.certainty, one.ex_on.isoformat(), one.pay_on.isoformat(), one.shares, one.amount)
        for one in expected_payments(
            ledger.book(), {"ACME": stated}, lines, today=date.fromisoformat(today)
        )
    ]


def test_what_is_announced_is_paid_for_the_shares_of_the_ex_day(ledger):
    """
    2024-01-02 buy 10 ACME @ 10 USD
    2024-05-20 buy 5 ACME @ 10 USD
    2024-05-28 sell 15 ACME @ 10 USD
    """
    gone_ex = Dividend(date(2024, 5, 15), D("0.5"), "USD", date(2024, 6, 20))
    to_come = Dividend(date(2024, 7, 15), D("0.5"), "USD", date(2024, 8, 1))
    assert _expected(ledger, "2024-06-03", gone_ex, to_come) == [
        (Certainty.ANNOUNCED, "2024-05-15", "2024-06-20", 10, 5)
    ], "nothing is held any more when the second goes ex"


def test_the_last_year_is_repeated_in_shares_of_today(ledger):
    """
    2023-01-02 buy 10 ACME @ 10 USD
    2023-10-02 split ACME 2:1
    """
    paid = Dividend(date(2023, 8, 15), D("0.5"), "USD", date(2023, 9, 1))
    older = Dividend(date(2023, 5, 15), D("9"), "USD", date(2023, 6, 1))
    found = _expected(ledger, "2024-06-03", paid, older)
    assert found == [(Certainty.FORECAST, "2024-08-14", "2024-08-31", 20, 5)]
    announced = Dividend(date(2024, 8, 20), D("0.3"), "USD", None)
    assert _expected(ledger, "2024-06-03", paid, announced) == [
        (Certainty.ANNOUNCED, "2024-08-20", "2024-08-20", 20, 6)
    ], "the announced one takes the forecast's place"


def test_where_nobody_states_dividends_the_booked_ones_are_repeated(ledger):
    """
    2023-01-02 buy 10 ACME @ 10 USD
    2023-09-01 dividend 8 USD ACME tax 2
    2024-01-02 sell 5 ACME @ 10 USD
    """
    assert _expected(ledger, "2024-06-03") == [
        (Certainty.FORECAST, "2024-08-31", "2024-08-31", 5, 4)
    ]


def test_a_payment_in_a_currency_without_a_rate_has_no_value_and_says_why(ledger):
    """
    2023-01-02 buy 10 ACME @ 10 USD
    """
    paid = Dividend(date(2024, 7, 15), D("0.5"), "CHF", None)
    (one,) = expected_payments(ledger.book(), {"ACME": [paid]}, [], today=date(2024, 6, 3))
    assert (one.value, one.amount) == (None, 5)
    assert one.reasons == {"value": "There is no rate CHF/USD."}
