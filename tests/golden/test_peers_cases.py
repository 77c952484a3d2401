"""More mistakes that users reported to other trackers: performance, its parts, several accounts.

GF = ghostfolio/ghostfolio, WF = wealthfolio/wealthfolio, PP = portfolio-performance/portfolio; read
in stored copies of the issues. Where an issue gives numbers they are used, else they are chosen here
and the arithmetic stands beside them.

Source: the public issue that each test is named by, in the project named above.
"""

from datetime import date
from decimal import Decimal

import pytest

from argosy.core.money import exact_context
from argosy.core.performance.attribution import attribution
from argosy.core.performance.household import household
from argosy.core.performance.part import Part
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import Performance, performance
from argosy.core.returns.series import daily_series
from argosy.core.valuation.figures import PortfolioFigures, figures
from tests.support.ledger import Ledger


def over(ledger: Ledger, start: str, end: str) -> Performance:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    book = ledger.book()
    whole = figures(book, as_of=last) if first <= book.first_day else None
    return performance(book, daily_series(book, last), Range(first, last), whole=whole)


def on(ledger: Ledger, day: str) -> PortfolioFigures:
    return figures(ledger.book(), as_of=date.fromisoformat(day))


def part_of(ledger: Ledger, key: str, start: str, end: str) -> Part:
    span = Range(date.fromisoformat(start), date.fromisoformat(end))
    named = [line for line in ledger.transactions if line.fx_rate is not None]
    series = daily_series(ledger.book(), span.end)
    parts = attribution(ledger.book(), series, span, own_rates=named)
    return next(part for part in parts if part.key == key)


def test_gf_3359_sales_that_all_gained_leave_no_negative_performance(ledger):
    """
    portfolio main EUR
    2022-01-03 buy 10 APC @ 100 EUR
    2022-06-01 sell 10 APC @ 120 EUR
    2023-01-03 buy 5 APC @ 130 EUR
    2023-06-01 sell 3 APC @ 140 EUR
    price 2022-01-03 APC 100 EUR
    price 2022-06-01 APC 120 EUR
    price 2023-01-03 APC 130 EUR
    price 2023-06-01 APC 140 EUR
    price 2024-05-02 APC 150 EUR
    """
    found, held = over(ledger, "2022-01-03", "2024-05-02"), on(ledger, "2024-05-02").holdings[0]
    # 10 · 20 + 3 · 10 + 2 · 20 = 270 on 1,000 + 650 paid
    assert found.gain == 270
    assert found.total_return == pytest.approx(270 / 1650)
    # nothing held from June to January: 1.2, then 150 / 130
    assert found.twr == pytest.approx(1.2 * 150 / 130 - 1)
    assert (held.unrealized_gain, held.realized_gain) == (40, 230)


def test_gf_5451_a_dividend_before_a_later_purchase(ledger):
    """
    2024-12-20 buy 1 STOCK @ 10.80 USD fee 2
    2025-04-17 dividend 0.27 USD STOCK
    2025-08-29 buy 14 STOCK @ 12.00 USD fee 2
    price 2024-12-20 STOCK 10.80 USD
    price 2025-04-17 STOCK 10.80 USD
    price 2025-08-29 STOCK 11.62 USD
    """
    # the figures: 182.80 invested, 174.30 worth, −8.50, −4.65 % (−60.47 % was shown)
    found = on(ledger, "2025-08-29")
    assert (found.total_cost, found.total_value) == (Decimal("182.80"), Decimal("174.30"))
    (holding,) = found.holdings
    assert holding.unrealized_gain == Decimal("-8.50")
    assert round(holding.unrealized_return, 4) == Decimal("-0.0465")
    # with the dividend −8.23; −8.23 / 182.80 = −4.50 %
    assert found.total_gain == Decimal("-8.23")
    assert round(found.total_return, 4) == Decimal("-0.0450")


def test_gf_5869_what_was_sold_completely_does_not_meet_the_price_of_today(ledger):
    """
    2020-01-02 buy 100 VTIAX @ 30 USD
    2021-01-04 sell 100 VTIAX @ 33 USD
    2024-01-02 buy 50 VTIAX @ 40 USD
    price 2020-01-02 VTIAX 30 USD
    price 2021-01-04 VTIAX 33 USD
    price 2024-01-02 VTIAX 40 USD
    price 2025-10-29 VTIAX 44 USD
    """
    (holding,) = on(ledger, "2025-10-29").holdings
    # held: 50 · 4 = 200 on 2,000; before: 100 · 3 = 300
    assert (holding.unrealized_gain, holding.realized_gain) == (200, 300)
    assert holding.unrealized_return == Decimal("0.1")
    assert over(ledger, "2020-01-02", "2025-10-29").twr == pytest.approx(1.1 * 1.1 - 1)


def test_gf_3233_a_dividend_and_its_tax_count_together(ledger):
    """
    2024-01-02 buy 10 ACME @ 100 USD
    2024-04-02 dividend 10 USD ACME tax 3
    price 2024-01-02 ACME 100 USD
    price 2024-04-02 ACME 100 USD
    """
    # 10 − 3 = 7 on 1,000; the tax alone made −3 of it
    found = over(ledger, "2024-01-02", "2024-04-02")
    assert (found.gain, found.twr) == (7, pytest.approx(0.007))
    part = part_of(ledger, "ACME", "2024-01-02", "2024-04-02")
    assert (part.income, part.fees, part.price_part) == (7, 0, 0)


def test_gf_3083_a_sale_in_two_halves_on_one_day_is_one_sale():
    head = """
        2024-01-02 buy 10 ACME @ 100 USD
        price 2024-01-02 ACME 100 USD
        price 2024-02-01 ACME 120 USD
    """
    once = Ledger.read(head + "2024-02-01 sell 10 ACME @ 120 USD")
    twice = Ledger.read(head + "2024-02-01 sell 4 ACME @ 120 USD\n2024-02-01 sell 6 ACME @ 120 USD")
    found = [over(one, "2024-01-02", "2024-02-01") for one in (once, twice)]
    assert found[0] == found[1]
    assert found[0].twr == pytest.approx(0.2)


def test_gf_6857_a_falling_dollar_takes_from_a_return_in_ringgit(ledger):
    """
    portfolio main MYR
    rate 2024-01-02 USD/MYR 4.40
    rate 2024-06-03 USD/MYR 4.20
    rate 2024-09-02 USD/MYR 4.10
    rate 2025-06-02 USD/MYR 3.93
    price 2024-01-02 MU 100 USD
    price 2024-06-03 MU 150 USD
    price 2024-09-02 MU 140 USD
    price 2025-06-02 MU 160 USD
    2024-01-02 buy 10 MU @ 100 USD
    2024-06-03 sell 10 MU @ 150 USD
    2024-09-02 buy 10 MU @ 140 USD
    """
    ringgit = over(ledger, "2024-01-02", "2025-06-02")
    dollars = over(ledger.under(currency="USD"), "2024-01-02", "2025-06-02")
    # 1.5 · 160 / 140 = +71.4 % in dollars; · (4.20 / 4.40) · (3.93 / 4.10) = +56.9 % in ringgit
    assert dollars.twr == pytest.approx(1.5 * 160 / 140 - 1)
    assert ringgit.twr == pytest.approx(1.5 * 160 / 140 * (4.20 / 4.40) * (3.93 / 4.10) - 1)
    # while 1,000 and 1,400 dollars were held they lost 1,000 · 0.20 and 1,400 · 0.17
    part = part_of(ledger, "MU", "2024-01-02", "2025-06-02")
    assert part.currency_part == pytest.approx(Decimal(-438), abs=Decimal("1e-9"))
    # 500 dollars at 4.20 and 200 at 3.93
    assert part.price_part == pytest.approx(Decimal(2886), abs=Decimal("1e-9"))
    assert part.gain == 2448


def test_wf_379_a_value_that_rose_by_deposits_is_no_performance(ledger):
    """
    2025-03-03 buy 10000 FUND @ 1.0000 USD
    2025-09-01 buy 1936 FUND @ 1.0046 USD
    price 2025-03-03 FUND 1.0000 USD
    price 2025-08-29 FUND 1.0046 USD
    """
    found = over(ledger, "2025-03-04", "2025-09-01")
    # 11,936 · 1.0046 = 11,990.9056: + 19.9 % of value, of which 1,944.9056 were paid in
    assert found.value_end / found.value_start == Decimal("1.19909056")
    assert (found.flows, found.gain) == (Decimal("1944.9056"), 46)
    assert found.twr == pytest.approx(0.0046)


def test_wf_743_and_wf_1414_an_account_that_joins_is_money_in():
    """A gains 11.69 % before B joins with five times as much; then A stays and B loses 13.55 %."""
    ledger = Ledger.read(
        """
        portfolio a USD
        2025-12-16 buy 10000 A @ 1 USD
        portfolio b USD
        2026-06-25 buy 50000 B @ 1 USD
        price 2025-12-16 A 1 USD
        price 2026-06-24 A 1.1169 USD
        price 2026-06-25 B 1 USD
        price 2026-08-07 B 0.8645 USD
        """
    )
    books = {name: ledger.book(name) for name in ("a", "b")}
    end = date(2026, 8, 7)
    series = {name: daily_series(book, end) for name, book in books.items()}
    found = household(books, series).performance(Range(date(2025, 12, 16), end))
    # 1.1169 · (11,169 + 43,225) / (11,169 + 50,000) = 0.9932; nothing below what the worse one lost
    assert found.twr == pytest.approx(1.1169 * (11169 + 43225) / (11169 + 50000) - 1)
    assert found.gain == 1169 - 6775
    assert found.total_return == pytest.approx((1169 - 6775) / 60000)


def test_wf_1518_foreign_cash_that_gained_has_a_positive_return(ledger):
    """
    portfolio main EUR cash
    rate 2024-01-02 USD/EUR 0.90
    rate 2024-06-03 USD/EUR 0.95
    2024-01-02 deposit 1000 USD
    2024-03-01 withdrawal 400 USD
    """
    found = over(ledger, "2024-01-02", "2024-06-03")
    # 600 · 0.05 = 30; 0.95 / 0.90
    assert (found.gain, found.twr) == (30, pytest.approx(0.95 / 0.90 - 1))
    assert found.mwr > 0
    assert part_of(ledger, "USD", "2024-01-02", "2024-06-03").gain == 30


def test_pp_423_bought_and_sold_on_one_day_is_no_total_loss(ledger):
    """
    2016-01-04 09:00 buy 10 ACME @ 100 USD
    2016-01-04 16:00 sell 10 ACME @ 101 USD
    price 2016-01-04 ACME 101 USD
    price 2016-02-10 ACME 50 USD
    """
    found = over(ledger, "2016-01-04", "2016-02-10")
    # (0 + 1,010) / 1,000 − 1, and frozen from then on
    assert (found.gain, found.twr) == (10, pytest.approx(0.01))


def test_wf_205_a_range_that_begins_with_dust_does_not_explode(ledger):
    """
    2024-01-02 buy 0.0001 COIN @ 100 USD
    2024-06-03 buy 100 COIN @ 200 USD
    price 2024-01-02 COIN 100 USD
    price 2024-06-03 COIN 200 USD
    price 2024-07-01 COIN 190 USD
    """
    found = over(ledger, "2024-05-01", "2024-07-01")
    # 20,000 work from the morning on which 0.01 doubles; then 190 / 200
    with exact_context():
        assert found.gain == Decimal("100.0001") * 190 - Decimal("0.01") - 20000
    assert found.twr == pytest.approx(20000.02 / 20000.01 * 190 / 200 - 1)
    assert found.total_return == pytest.approx(-999.991 / 20000.01)
    assert found.modified_dietz == pytest.approx(-999.991 / (0.01 + 20000 * 28 / 62))
