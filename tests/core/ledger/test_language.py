"""The ledger text reads as it looks."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from argosy.core.ledger.transaction import CostBasisMethod, LotPick, TransactionType
from tests.support.ledger import Ledger, gain


def test_fifo_sells_the_oldest_lots_first(ledger):
    """
    portfolio main USD method fifo
    2024-01-02 buy   10 ACME @ 100 USD
    2024-03-01 buy   10 ACME @ 120 USD
    2024-06-03 sell  12 ACME @ 150 USD
    """
    assert ledger.gains() == [
        gain("500 USD", bought="2024-01-02"),
        gain("60 USD", bought="2024-03-01"),
    ]


def test_every_line_of_the_language_is_understood(ledger):
    """
    portfolio main EUR method specific fees separate dividends reduces_cost cash shorts
    portfolio other EUR
    asset ETH USD
    asset VOD GBp
    price 2024-06-03 ACME 150.25 USD
    rate  2024-06-03 EUR/USD 1.08
    stated 2024-06-10 ACME 2:1
    2023-01-02       opening 10 OLD @ 90 EUR           # a comment
    portfolio main EUR method specific fees separate dividends reduces_cost cash shorts
    2024-01-02       buy 10 ACME @ 100 USD fee 1 tax 0.5 fx 0.9 id first
    2024-01-02 14:30 sell 4 ACME for 480 USD lots first:3 other:1
    2024-01-03       dividend 12 USD ACME tax 2
    2024-01-03       interest 3 USD
    2024-01-03       reward 0.1 ETH @ 2,000 USD
    2024-01-04       fee 3 USD
    2024-01-04       tax 3 USD ACME
    2024-01-05       split ACME 2:1 cash 12 USD
    2024-01-05       spin off ACME -> NEWCO 1:10 share 0.2
    2024-01-06       merger NEWCO -> BIG 1:2 cash 40 USD share 0.1
    2024-01-06       symbol change ACME -> NEW
    2024-01-07       return of capital 50 USD ACME
    2024-01-07       transfer in 10 ACME cost 900 USD @ 95
    2024-01-08       transfer out 10 ACME @ 95 USD to other
    2024-01-09       deposit 100 EUR
    2024-01-09       withdrawal 50 EUR in other
    """
    by_type = {entry.type: entry for entry in ledger.transactions}
    assert set(by_type) == set(TransactionType)
    buy = by_type[TransactionType.BUY]
    assert (buy.price, buy.fee, buy.tax, buy.fx_rate) == tuple(
        map(Decimal, ("100", "1", "0.5", "0.9"))
    )
    assert (buy.id, buy.fx_quote, buy.portfolio_id, buy.at) == ("first", "EUR", "main", None)
    sell = by_type[TransactionType.SELL]
    assert (sell.price, sell.amount) == (None, Decimal(480))
    assert sell.lots == (LotPick("first", Decimal(3)), LotPick("other", Decimal(1)))
    assert sell.at == datetime(2024, 1, 2, 14, 30, tzinfo=UTC)
    merger = by_type[TransactionType.MERGER]
    assert (merger.ratio_new, merger.ratio_old, merger.to_asset_id) == (1, 2, "BIG")
    assert (merger.amount, merger.cost_share, merger.currency) == (40, Decimal("0.1"), "USD")
    moved = by_type[TransactionType.TRANSFER_OUT]
    assert (moved.price, moved.to_portfolio_id) == (95, "other")
    assert by_type[TransactionType.TRANSFER_IN].cost == 900
    assert by_type[TransactionType.WITHDRAWAL].portfolio_id == "other"
    assert by_type[TransactionType.OPENING].portfolio_id == "other"
    rules = ledger.rules["main"]
    assert rules.method is CostBasisMethod.SPECIFIC
    assert rules.allow_short
    assert rules.track_cash
    assert not rules.fees_in_cost
    assert ledger.market.quote("ACME", date(2024, 6, 3)).price == Decimal("150.25")
    assert ledger.market.rates.rate("EUR", "USD", date(2024, 6, 3)) == Decimal("1.08")
    assert ledger.market.assets["NEW"].currency == "USD"
    assert ledger.market.assets["VOD"].currency == "GBp"
    assert "GBp" not in ledger.market.assets


def test_a_line_that_makes_no_sense_is_named():
    with pytest.raises(ValueError, match="borrow"):
        Ledger.read("2024-01-02 borrow 10 ACME @ 100 USD")
    with pytest.raises(ValueError, match="sometime"):
        Ledger.read("2024-01-02 buy 10 ACME @ 100 USD sometime")
    with pytest.raises(ValueError, match="ends too early"):
        Ledger.read("2024-01-02 buy 10")
