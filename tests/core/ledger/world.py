"""A small fixed world for random histories: three assets, three currencies, a price every day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from argosy.core.ledger.transaction import PortfolioRules
from argosy.core.market.history import RateRow
from argosy.core.market.market import Market
from tests.core.ledger.oracle import OracleBook
from tests.support.ledger import make_market

FIRST = date(2024, 1, 2)
DAYS = 1500
CURRENCIES = {"ACME": "USD", "BETA": "EUR", "NEWCO": "USD"}
ASSETS = tuple(CURRENCIES)
BASE_PRICE = {"ACME": 10000, "BETA": 3700, "NEWCO": 150}
EUR_RATES = {"USD": (1_083_700, 1_117), "GBP": (853_100, 733), "EUR": (1_000_000, 0)}


def close(asset: str, day: date) -> Decimal:
    """Return the close of a day in cents; it wanders without meaning."""
    step = (day - FIRST).days
    return Decimal(BASE_PRICE[asset] + (step * 37 + step * step % 101) % 997) / 100


def monthly_rate(currency: str, day: date) -> Decimal:
    """Return units of a currency for one euro, fixed on the first day of each month."""
    base, step = EUR_RATES[currency]
    months = day.year * 12 + day.month - FIRST.year * 12 - FIRST.month
    return Decimal(base + step * (months * 7 % 11)) / 1_000_000


def price(asset: str, day: date) -> Fraction:
    return Fraction(close(asset, day))


def rate(base: str, quote: str, day: date) -> Fraction:
    return Fraction(monthly_rate(quote, day)) / Fraction(monthly_rate(base, day))


def make_world() -> Market:
    days = [FIRST + timedelta(days=step) for step in range(DAYS)]
    first_days = sorted({day.replace(day=1) for day in days})
    return make_market(
        CURRENCIES,
        closes=[(asset, day, close(asset, day)) for asset in ASSETS for day in days],
        rates=[
            RateRow(number, "EUR", currency, day, monthly_rate(currency, day), "test")
            for number, (currency, day) in enumerate(
                (currency, day) for currency in ("USD", "GBP") for day in first_days
            )
        ],
    )


WORLD = make_world()


def oracle_book(rules: PortfolioRules) -> OracleBook:
    return OracleBook(rules, CURRENCIES.__getitem__, price, rate)
