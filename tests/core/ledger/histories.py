"""Random but possible ledgers: each step is drawn in outline and made concrete by what is held."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from argosy.core.ledger.book import Book
from argosy.core.ledger.transaction import (
    CostBasisMethod,
    DividendPolicy,
    LotPick,
    PortfolioRules,
    Transaction,
    TransactionType,
)
from tests.core.ledger.world import ASSETS, CURRENCIES, FIRST

T = TransactionType
PLACES = Decimal("1E-18")

KINDS = (
    *[T.BUY] * 8,
    *[T.SELL] * 8,
    *[T.SPLIT] * 2,
    *[T.TRANSFER_OUT] * 3,
    *[T.RETURN_OF_CAPITAL] * 2,
    *[T.DIVIDEND] * 2,
    *[T.SPIN_OFF] * 2,
    T.MERGER,
    T.SYMBOL_CHANGE,
    T.REWARD,
    T.TRANSFER_IN,
    T.OPENING,
    T.INTEREST,
    T.FEE,
    T.TAX,
    T.DEPOSIT,
    T.WITHDRAWAL,
)
CORPORATE = {T.SPLIT, T.SPIN_OFF, T.MERGER, T.SYMBOL_CHANGE}
RATIOS = ((2, 1), (3, 2), (1, 10), (10, 1), (7, 3), (1, 3), (4, 1))


@dataclass(frozen=True)
class Step:
    """One event in outline."""

    kind: TransactionType
    gap_days: int
    asset: str
    portfolio: str
    quantity: Decimal
    price: Decimal
    by_amount: bool
    share: Decimal
    fee: Decimal
    tax: Decimal
    currency: str
    fx: Decimal | None
    ratio: tuple[int, int]
    with_cash: bool
    named: bool


def _decimals(low: int, high: int, places: tuple[int, ...]) -> st.SearchStrategy[Decimal]:
    return st.builds(
        lambda number, place: Decimal(number).scaleb(-place),
        st.integers(low, high),
        st.sampled_from(places),
    )


def steps(kinds: tuple[TransactionType, ...] = KINDS) -> st.SearchStrategy[Step]:
    """Draw one event in outline."""
    return st.builds(
        Step,
        kind=st.sampled_from(kinds),
        gap_days=st.sampled_from((0, 0, 0, 1, 2, 10, 29, 30, 31, 45)),
        asset=st.sampled_from(("ACME", "ACME", "ACME", "BETA", "NEWCO")),
        portfolio=st.sampled_from(("main", "main", "other")),
        quantity=st.one_of(st.integers(1, 200).map(Decimal), _decimals(10**8, 10**11, (8,))),
        price=st.one_of(st.integers(1, 300).map(Decimal), _decimals(100, 10**7, (2, 4))),
        by_amount=st.booleans(),
        share=st.sampled_from(
            tuple(map(Decimal, ("0.25", "0.333333333333", "0.5", "0.9", "1", "1", "1.5")))
        ),
        fee=st.sampled_from(tuple(map(Decimal, ("0", "0", "1", "0.37", "12.345")))),
        tax=st.sampled_from(tuple(map(Decimal, ("0", "0", "0", "0.5")))),
        currency=st.sampled_from((None, None, None, "USD", "EUR", "GBP")),
        fx=st.one_of(st.none(), st.none(), _decimals(500, 2000, (3,))),
        ratio=st.sampled_from(RATIOS),
        with_cash=st.booleans(),
        named=st.booleans(),
    )


def rules(
    methods: tuple[CostBasisMethod, ...] = tuple(CostBasisMethod),
) -> st.SearchStrategy[PortfolioRules]:
    """Draw the settings of a portfolio."""
    return st.builds(
        PortfolioRules,
        currency=st.sampled_from(("USD", "EUR")),
        method=st.sampled_from(methods),
        fees_in_cost=st.booleans(),
        dividend_policy=st.sampled_from(DividendPolicy),
        track_cash=st.booleans(),
        allow_short=st.sampled_from((False, False, True)),
    )


@dataclass
class Scribe:
    """Writes steps down as transactions, in ledger order, from what the books hold."""

    rules: dict[str, PortfolioRules]
    day: date = FIRST
    entry: int = 0
    traded: bool = False

    def write(self, step: Step, books: dict[str, Book]) -> Transaction | None:
        """Return the transaction of a step, or None where it has no meaning now."""
        gap = step.gap_days
        if step.kind in CORPORATE and not gap and self.traded:
            gap = 1
        day = self.day + timedelta(days=gap)
        book = books[step.portfolio]
        held = _held(book, step.asset)
        fields = self._fields(step, book, held)
        if fields is None:
            return None
        self.traded = step.kind not in CORPORATE or (self.traded and not gap)
        self.day, self.entry = day, self.entry + 1
        base = self.rules[step.portfolio].currency
        currency = step.currency or CURRENCIES[step.asset]
        return Transaction(
            **{
                "id": f"t{self.entry}",
                "portfolio_id": step.portfolio,
                "type": step.kind,
                "day": day,
                "entry": self.entry,
                "asset_id": step.asset,
                "currency": currency,
                "fx_rate": None if currency == base else step.fx,
                "fx_quote": None if currency == base or step.fx is None else base,
            }
            | fields
        )

    def _fields(self, step: Step, book: Book, held: Decimal) -> dict[str, Any] | None:
        kind = step.kind
        if kind in {T.BUY, T.OPENING}:
            return _trade(step, step.quantity)
        if kind is T.SELL:
            return _sale(step, book, held)
        if kind is T.REWARD:
            return _money(step, step.quantity) if step.with_cash else {"quantity": step.quantity}
        if kind is T.TRANSFER_IN:
            return {"quantity": step.quantity, "cost": step.price * 3}
        if kind is T.TRANSFER_OUT:
            quantity = (held * step.share).quantize(PLACES)
            to = "other" if step.portfolio == "main" else "main"
            return {"quantity": quantity, "to_portfolio_id": to} if quantity > 0 else None
        if kind in CORPORATE:
            return _corporate(step, book, held)
        fields: dict[str, Any] = {"amount": step.price}
        if kind in {T.DIVIDEND, T.INTEREST}:
            fields["tax"] = step.tax if step.named else step.price * step.share
        if kind in {T.INTEREST, T.FEE, T.TAX, T.DEPOSIT, T.WITHDRAWAL} and not step.named:
            fields["asset_id"] = None
        return fields


def _held(book: Book, asset: str) -> Decimal:
    position = book.positions.get(asset)
    return position.quantity if position else Decimal(0)


def _money(step: Step, quantity: Decimal) -> dict[str, Any]:
    fields: dict[str, Any] = {"quantity": quantity}
    if step.by_amount:
        return fields | {"amount": step.price * 7}
    return fields | {"price": step.price}


def _trade(step: Step, quantity: Decimal) -> dict[str, Any]:
    return _money(step, quantity) | {"fee": step.fee, "tax": step.tax}


def _sale(step: Step, book: Book, held: Decimal) -> dict[str, Any] | None:
    quantity = (held * step.share).quantize(PLACES)
    if quantity <= 0:
        if not book.rules.allow_short:
            return None
        quantity = step.quantity
    fields = _trade(step, quantity)
    if step.named and step.asset in book.positions and held > 0:
        lots = book.positions[step.asset].lots()
        last = lots[-1]
        fields["lots"] = (LotPick(last.transaction_id, min(last.quantity, quantity)),)
    return fields


def _corporate(step: Step, book: Book, held: Decimal) -> dict[str, Any] | None:
    new, old = map(Decimal, step.ratio)
    fields: dict[str, Any] = {"ratio_new": new, "ratio_old": old, "fx_rate": None, "fx_quote": None}
    if step.kind is T.SPLIT:
        after = held * new / old
        if (
            step.with_cash
            and old in {1, 2, 10}
            and Decimal("1E-6") < after % 1 < Decimal("0.999999")
        ):
            fields["amount"] = step.price
        return fields
    target = ASSETS[(ASSETS.index(step.asset) + 1) % len(ASSETS)]
    if held <= 0 or _held(book, target) < 0:
        return None
    fields["to_asset_id"] = target
    if step.kind is T.SPIN_OFF:
        fields["cost_share"] = min(step.share, Decimal(1)) * Decimal("0.4")
        return fields
    if step.kind is T.SYMBOL_CHANGE:
        return fields | {"ratio_new": None, "ratio_old": None}
    if step.with_cash:
        fields["amount"] = step.price
        fields["cost_share"] = Decimal("0.3") if step.named else None
        if step.by_amount:
            fields["to_asset_id"] = None
            fields["cost_share"] = None
    return fields
