"""The one neutral form of a transaction before it is a fact.

A request body, a row of a batch and a line of a CSV file all become a `TransactionDraft`; the
transactions service checks and stores nothing else.
"""

from dataclasses import dataclass
from decimal import Decimal

from typing_extensions import override

from argosy.core.errors import InputError, RowProblem
from argosy.core.ledger.transaction import LotPick, TransactionType
from argosy.core.money import parse_decimal

__all__ = ["ImportProblem", "LotPick", "TransactionDraft", "parse_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionDraft:
    """What somebody says happened; nothing in it has met an asset, a portfolio or a price yet.

    Attributes
    ----------
    row : int
        Position in the batch or file, from 0; problems name it.
    type : TransactionType
    timestamp : str
        A bare date (2024-01-05) or an ISO 8601 instant, as given: its day depends on the
        exchange, which is not known here.
    portfolio_id : str or None
        None where the caller names one portfolio for all rows.
    asset_id, symbol, exchange : str or None
        One of id and symbol names the asset; the exchange narrows a symbol.
    quantity, price, amount, fee, tax, fx_rate, cost_share, cost : Decimal or None
        None where nothing was given; "0" stays zero. Money in `currency`.
    currency : str or None
        As written (GBp keeps its case); None = the asset's.
    ratio : str or None
        "new:old"; `parse_ratio` reads it.
    to_asset_id, to_symbol, to_exchange : str or None
        The new asset of a spin-off, merger or symbol change.
    lots : tuple of LotPick
        A sale's own choice of lots.
    """

    type: TransactionType
    timestamp: str
    row: int = 0
    portfolio_id: str | None = None
    asset_id: str | None = None
    symbol: str | None = None
    exchange: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    fee: Decimal | None = None
    tax: Decimal | None = None
    currency: str | None = None
    fx_rate: Decimal | None = None
    ratio: str | None = None
    note: str | None = None
    external_id: str | None = None
    lots: tuple[LotPick, ...] = ()
    to_asset_id: str | None = None
    to_symbol: str | None = None
    to_exchange: str | None = None
    to_portfolio_id: str | None = None
    cost_share: Decimal | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ImportProblem(RowProblem):
    """What is wrong with one line of a file, and how to mend it.

    Attributes
    ----------
    line : int
        Where the row starts in the file, from 1; the header is usually line 1.
    column : str or None
        Canonical name of the column at fault.
    suggestion : str or None
        The value that would mend it, where one follows from the rest of the row.
    """

    line: int = 0
    column: str | None = None
    suggestion: str | None = None

    @property
    @override
    def place(self) -> str:
        return f"line {self.line}"


def parse_ratio(text: str) -> tuple[Decimal, Decimal]:
    """Read a ratio "new:old" exactly: each `old` become `new`.

    Parameters
    ----------
    text : str
        "2:1" doubles, "1:10" is a reverse split; a bare "2" means "2:1".

    Returns
    -------
    new, old : Decimal
        Both above zero.

    Raises
    ------
    InputError
        If it is no ratio, or one side is not above zero.

    Examples
    --------
    >>> parse_ratio("3:2")
    (Decimal('3'), Decimal('2'))
    """
    head, colon, tail = text.strip().partition(":")
    new = parse_decimal(head, field="ratio")
    old = parse_decimal(tail, field="ratio") if colon else Decimal(1)
    if new <= 0 or old <= 0:
        message = f"ratio {text.strip()!r}: both sides must be above 0, as in 2:1 (new:old)."
        raise InputError(message)
    return new, old
