"""A ledger as text in a test: the `ledger` fixture reads the test's docstring.

    def test_a_sale_takes_the_oldest_lots(ledger):
        '''
        portfolio main USD method fifo
        2024-01-02 buy   10 ACME @ 100 USD
        2024-03-01 buy   10 ACME @ 120 USD
        2024-06-03 sell  12 ACME @ 150 USD
        '''
        assert ledger.gains() == [
            gain("500 USD", bought="2024-01-02"), gain("60 USD", bought="2024-03-01")
        ]

The language is described in `tests.support.ledger_text`.
"""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.position import Disposal, Position
from argosy.core.ledger.transaction import (
    PortfolioRules,
    Transaction,
    TransactionType,
    ledger_order,
)
from argosy.core.market.asset import Asset, AssetCategory, Split
from argosy.core.market.history import MarketFacts, PriceHistory, RateRow
from argosy.core.market.market import Market
from tests.support.ledger_text import DEFAULT_PORTFOLIO, LedgerText, parse_ledger


@dataclass(frozen=True)
class Gain:
    """One lot's part of a realized gain; two are equal if amount, currency and purchase are."""

    amount: Decimal
    currency: str
    bought: date
    sold: date | None = field(default=None, compare=False)
    quantity: Decimal | None = field(default=None, compare=False)


def gain(money: str, *, bought: str) -> Gain:
    """Write an expected gain, `gain("500 USD", bought="2024-01-02")`."""
    amount, currency = money.split()
    return Gain(Decimal(amount), currency, date.fromisoformat(bought))


class Ledger:
    """A parsed ledger with its replayed books."""

    def __init__(self, text: LedgerText) -> None:
        self.text = text
        self.rules: dict[str, PortfolioRules] = dict(text.rules)
        self.transactions = sorted(text.transactions, key=ledger_order)

    @classmethod
    def read(cls, text: str) -> "Ledger":
        """Read a ledger from text."""
        return cls(parse_ledger(text))

    def under(self, **settings: Any) -> "Ledger":
        """Return the same ledger with other settings in every portfolio: `under(method=…)`."""
        twin = Ledger(self.text)
        twin.rules = {key: replace(rules, **settings) for key, rules in self.rules.items()}
        return twin

    @cached_property
    def market(self) -> Market:
        return make_market(
            self.text.currencies,
            closes=self.text.closes,
            rates=self.text.rates,
            stated=self.text.stated,
            booked=booked_splits(self.transactions),
        )

    @cached_property
    def books(self) -> dict[str, Book]:
        return replay(self.transactions, self.rules, self.market)

    @property
    def main(self) -> str:
        """Name of the first portfolio that has transactions, else of the first."""
        used = [entry.portfolio_id for entry in self.text.transactions]
        return used[0] if used else next(iter(self.rules), DEFAULT_PORTFOLIO)

    def book(self, portfolio: str | None = None) -> Book:
        return self.books[portfolio or self.main]

    def holding(self, symbol: str, portfolio: str | None = None) -> Position:
        return self.book(portfolio).positions[symbol]

    def disposals(self, symbol: str | None = None, portfolio: str | None = None) -> list[Disposal]:
        """Return realized gains by day, of one asset or all."""
        book = self.book(portfolio)
        positions = book.positions.values() if symbol is None else [book.positions[symbol]]
        found = [disposal for position in positions for disposal in position.disposals()]
        return sorted(found, key=lambda disposal: disposal.day)

    def gains(self, symbol: str | None = None, portfolio: str | None = None) -> list[Gain]:
        """Return realized gains by lot; proceeds are shared out by quantity."""
        currency = self.book(portfolio).rules.currency
        return [
            part
            for disposal in self.disposals(symbol, portfolio)
            for part in _gain_parts(disposal, currency)
        ]

    def realized(self, portfolio: str | None = None) -> Decimal:
        """Return the sum of all realized gains of a portfolio."""
        positions = self.book(portfolio).positions.values()
        return sum((position.realized() for position in positions), Decimal(0))


def make_market(
    currencies: Mapping[str, str],
    *,
    closes: Iterable[tuple[str, date, Decimal]] = (),
    rates: Iterable[RateRow] = (),
    stated: Iterable[tuple[str, Split]] = (),
    booked: Iterable[tuple[str, Split]] = (),
) -> Market:
    """Make a market of assets whose ids are their symbols."""
    assets = {
        symbol: Asset(
            id=symbol,
            key=key,
            symbol=symbol,
            exchange=None,
            name=symbol.title(),
            category=AssetCategory.STOCK,
            currency=currency,
        )
        for key, (symbol, currency) in enumerate(sorted(currencies.items()), 1)
    }
    by_symbol: dict[str, list[tuple[date, Decimal]]] = {}
    for symbol, day, close in closes:
        by_symbol.setdefault(symbol, []).append((day, close))
    splits: dict[str, tuple[Split, ...]] = {}
    for symbol, split in stated:
        splits[symbol] = (*splits.get(symbol, ()), split)
    facts = MarketFacts(
        histories={symbol: make_history(days) for symbol, days in by_symbol.items()},
        splits=splits,
        rates=tuple(rates),
    )
    return Market(assets, facts, booked=tuple(booked))


def make_history(closes: Iterable[tuple[date, Decimal]]) -> PriceHistory:
    """Make a history of raw closes; the last given for a day wins."""
    rows = sorted(dict(closes).items())
    pairs = [_scaled(close) for _, close in rows]
    midnights = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day, _ in rows]
    return PriceHistory(
        days=np.array([day.toordinal() for day, _ in rows], np.int64),
        mantissas=np.array([mantissa for mantissa, _ in pairs], np.int64),
        scales=np.array([scale for _, scale in pairs], np.int8),
        sources=np.zeros(len(rows), np.int16),
        overrides=np.zeros(len(rows), np.bool_),
        stamps=np.array([int(at.timestamp()) * 1_000_000 for at in midnights], np.int64),
        source_names=("test",),
    )


def booked_splits(transactions: Iterable[Transaction]) -> list[tuple[str, Split]]:
    """Return the splits that a ledger books, once for each asset and day."""
    found = {
        (
            entry.asset_id or "",
            Split(entry.day, entry.ratio_new or Decimal(1), entry.ratio_old or Decimal(1)),
        )
        for entry in transactions
        if entry.type is TransactionType.SPLIT
    }
    return sorted(found, key=lambda pair: (pair[0], pair[1].day))


def _gain_parts(disposal: Disposal, currency: str) -> list[Gain]:
    whole = sum((piece.quantity for piece in disposal.pieces), Decimal(0))
    rest, parts = disposal.proceeds, []
    for index, piece in enumerate(disposal.pieces, 1):
        share = rest
        if index < len(disposal.pieces):
            with localcontext(prec=50):
                share = (disposal.proceeds * piece.quantity / whole).quantize(Decimal("1E-18"))
        rest -= share
        parts.append(Gain(share - piece.cost, currency, piece.day, disposal.day, piece.quantity))
    return parts


def _scaled(close: Decimal) -> tuple[int, int]:
    _, digits, exponent = close.as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)))
    return (whole * 10**exponent, 0) if exponent > 0 else (whole, -exponent)


@pytest.fixture(name="ledger")
def ledger_fixture(request: pytest.FixtureRequest) -> Ledger:
    """Read the ledger in the test's docstring."""
    text = inspect.getdoc(request.function)
    assert text, f"{request.function.__name__} has no ledger in its docstring"
    return Ledger.read(text)
