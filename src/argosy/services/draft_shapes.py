"""Which fields each type of transaction needs, may have and does not use."""

from dataclasses import dataclass
from enum import Enum, auto

from argosy.core.ledger.transaction import TransactionType

FIELDS = ("quantity", "price", "amount", "cost", "cost_share")
"""The numbers whose use depends on the type; fee, tax and fx_rate have rules of their own."""


class Money(Enum):
    """How a type says how much money moved."""

    TRADE = auto()
    """`price` or `amount`, above 0."""
    START = auto()
    """`price` or `amount`, 0 or more: what one starts with may have cost nothing."""
    SUM = auto()
    """`amount` above 0."""
    PAYOUT = auto()
    """`amount`, or `quantity` and `price` per share."""
    IN_KIND = auto()
    """`price` or `amount` if known; else the market says what it was worth."""
    CARRIED = auto()
    """`cost`, or `price`."""
    EXTRA = auto()
    """`amount` where cash came along."""
    NONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one type is made of. `needs` is part of `uses`."""

    money: Money
    needs: frozenset[str]
    uses: frozenset[str]
    charges: bool = False


def _shape(money: Money, needs: str = "", uses: str = "", *, charges: bool = False) -> Shape:
    needed = frozenset(needs.split())
    return Shape(money=money, needs=needed, uses=needed | frozenset(uses.split()), charges=charges)


_T = TransactionType
SHAPES: dict[TransactionType, Shape] = {
    _T.BUY: _shape(Money.TRADE, "asset quantity", "price amount", charges=True),
    _T.SELL: _shape(Money.TRADE, "asset quantity", "price amount lots", charges=True),
    _T.OPENING: _shape(Money.START, "asset quantity", "price amount", charges=True),
    _T.DIVIDEND: _shape(Money.PAYOUT, "asset", "quantity price amount", charges=True),
    _T.RETURN_OF_CAPITAL: _shape(Money.PAYOUT, "asset", "quantity price amount", charges=True),
    _T.INTEREST: _shape(Money.SUM, "amount", "asset", charges=True),
    _T.FEE: _shape(Money.SUM, "amount", "asset"),
    _T.TAX: _shape(Money.SUM, "amount", "asset"),
    _T.DEPOSIT: _shape(Money.SUM, "amount"),
    _T.WITHDRAWAL: _shape(Money.SUM, "amount"),
    _T.REWARD: _shape(Money.IN_KIND, "asset quantity", "price amount"),
    _T.SPLIT: _shape(Money.EXTRA, "asset ratio", "amount"),
    _T.SPIN_OFF: _shape(Money.EXTRA, "asset ratio to_asset cost_share", "amount"),
    _T.MERGER: _shape(Money.EXTRA, "asset", "ratio to_asset cost_share amount"),
    _T.SYMBOL_CHANGE: _shape(Money.EXTRA, "asset to_asset", "ratio cost_share amount"),
    _T.TRANSFER_IN: _shape(Money.CARRIED, "asset quantity", "cost price"),
    _T.TRANSFER_OUT: _shape(Money.NONE, "asset quantity", "cost price to_portfolio"),
}
