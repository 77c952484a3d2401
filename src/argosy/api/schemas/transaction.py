"""Bodies and answers about lines of a ledger."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Field,
    SkipValidation,
    StringConstraints,
)

from argosy.api.schemas.fields import (
    CurrencyIn,
    DecimalIn,
    DecimalOut,
    In,
    InstantOut,
    Out,
    TimestampIn,
    any_case,
)
from argosy.api.schemas.rows import Ratio, read_each
from argosy.core.errors import RowProblem, plain
from argosy.core.importers.draft import LotPick, TransactionDraft
from argosy.core.ledger.transaction import TransactionType
from argosy.services.drafts import EXTERNAL_ID_MAX, NOTE_MAX
from argosy.services.transactions import Entry, timestamp_of

_BUY: dict[str, Any] = {
    "portfolio_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "type": "BUY",
    "symbol": "AAPL",
    "exchange": "NASDAQ",
    "quantity": "10",
    "price": "187.25",
    "fee": "1",
    "currency": "USD",
    "fx_rate": "0.9132",
    "timestamp": "2024-01-05",
    "external_id": "broker-2024-0001",
}


Kind = Annotated[TransactionType, any_case]
Reference = Annotated[str, StringConstraints(max_length=200)]


class LotIn(In):
    """A lot that a sale takes: the line that acquired it, and how much of it."""

    transaction_id: Reference
    quantity: DecimalIn


class TransactionFields(In):
    """What every line may say; fields that its type does not use may be null or 0."""

    asset_id: Reference | None = None
    symbol: Reference | None = None
    exchange: Reference | None = None
    quantity: DecimalIn | None = None
    price: DecimalIn | None = None
    amount: DecimalIn | None = None
    fee: DecimalIn | None = None
    tax: DecimalIn | None = None
    currency: CurrencyIn | None = None
    fx_rate: DecimalIn | None = None
    ratio: Ratio | None = None
    note: Annotated[str, StringConstraints(max_length=NOTE_MAX)] | None = None
    external_id: Annotated[str, StringConstraints(max_length=EXTERNAL_ID_MAX)] | None = None
    lots: list[LotIn] | None = None
    to_asset_id: Reference | None = None
    to_symbol: Reference | None = None
    to_exchange: Reference | None = None
    to_portfolio_id: Reference | None = None
    cost_share: DecimalIn | None = None
    cost: DecimalIn | None = None

    def given(self) -> dict[str, Any]:
        """Return the fields that were sent, as a draft takes them."""
        found = {name: getattr(self, name) for name in self.model_fields_set}
        if "lots" in found:
            found["lots"] = _picks(self.lots)
        return found


class TransactionRowIn(TransactionFields):
    """A line of a ledger, where its portfolio may be known already."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BUY]})

    type: Kind
    timestamp: TimestampIn
    portfolio_id: Reference | None = None

    def draft(self, *, row: int = 0, portfolio_id: str | None = None) -> TransactionDraft:
        given = self.given()
        given["portfolio_id"] = self.portfolio_id or portfolio_id
        return TransactionDraft(row=row, **given)


class TransactionIn(TransactionRowIn):
    """A new line of a ledger."""

    portfolio_id: Reference


def _drop_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


_UNSAID = Field(json_schema_extra=_drop_default)


class TransactionPatch(TransactionFields):
    """Some fields of a line; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"price": "187.35", "note": None}]})

    # Never read unless they were sent; null is refused.
    type: Annotated[Kind, _UNSAID] = TransactionType.BUY
    timestamp: Annotated[TimestampIn, _UNSAID] = ""
    portfolio_id: Annotated[Reference, _UNSAID] = ""


class BatchIn(In):
    """Many lines at once, in any order; all are stored or none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"transactions": [_BUY], "dry_run": False}]}
    )

    # Checked row by row, so that one answer names all that is wrong.
    transactions: Annotated[
        list[SkipValidation[TransactionRowIn]], Field(min_length=1, max_length=100_000)
    ]
    portfolio_id: Reference | None = None
    dry_run: bool = False
    preview: Annotated[
        str | None,
        Field(max_length=100, description="As what-if gave it: 409 unless it would be the same."),
    ] = None


def read_rows(batch: BatchIn) -> tuple[list[TransactionDraft], list[RowProblem]]:
    """Turn the rows of a batch into drafts, and say of each other one what is wrong with it."""
    return read_each(
        batch.transactions, lambda row, given: TransactionRowIn.model_validate(given).draft(row=row)
    )


class LotOut(Out):
    """A lot that a sale takes."""

    transaction_id: str
    quantity: DecimalOut


class TransactionOut(Out):
    """A line of a ledger as it is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_BUY,
                    "id": "01890a5d-ac96-774b-bcce-b302099a8058",
                    "asset_id": "01890a5d-ac96-774b-bcce-b302099a8059",
                    "amount": None,
                    "tax": "0",
                    "fx_quote": "EUR",
                    "ratio": None,
                    "day": "2024-01-05",
                    "note": None,
                    "lots": [],
                    "to_asset_id": None,
                    "to_symbol": None,
                    "to_portfolio_id": None,
                    "cost_share": None,
                    "cost": None,
                    "created_at": "2024-01-05T14:30:00Z",
                    "updated_at": "2024-01-05T14:30:00Z",
                }
            ]
        }
    )

    id: str
    portfolio_id: str
    type: TransactionType
    asset_id: str | None
    symbol: str | None
    exchange: str | None
    quantity: DecimalOut | None
    price: DecimalOut | None
    amount: DecimalOut | None
    fee: DecimalOut
    tax: DecimalOut
    currency: str
    fx_rate: DecimalOut | None
    fx_quote: str | None
    ratio: str | None
    timestamp: str
    day: str
    note: str | None
    external_id: str | None
    lots: list[LotOut]
    to_asset_id: str | None
    to_symbol: str | None
    to_portfolio_id: str | None
    cost_share: DecimalOut | None
    cost: DecimalOut | None
    created_at: InstantOut
    updated_at: InstantOut

    @classmethod
    def of(cls, entry: Entry) -> Self:
        line, asset = entry.line, entry.asset
        same = (
            "id", "portfolio_id", "type", "asset_id", "quantity", "price", "amount", "fee", "tax",
            "currency", "fx_rate", "fx_quote", "note", "external_id", "to_asset_id",
            "to_portfolio_id", "cost_share", "cost",
        )  # fmt: skip
        new, old = line.ratio_new, line.ratio_old
        return cls(
            **{name: getattr(line, name) for name in same},
            symbol=asset.symbol if asset else None,
            exchange=asset.exchange if asset else None,
            ratio=f"{plain(new)}:{plain(old)}" if new is not None and old is not None else None,
            timestamp=timestamp_of(line),
            day=line.day.isoformat(),
            lots=[
                LotOut(transaction_id=pick.transaction_id, quantity=pick.quantity)
                for pick in line.lots
            ],
            to_symbol=entry.to_asset.symbol if entry.to_asset else None,
            created_at=entry.created_at,
            updated_at=entry.updated_at,
        )


class TransactionPage(Out):
    """Some lines, newest first, and the cursor that asks for the next ones."""

    items: list[TransactionOut]
    next_cursor: str | None


def _picks(lots: Sequence[LotIn] | None) -> tuple[LotPick, ...]:
    return tuple(LotPick(lot.transaction_id.lower(), lot.quantity) for lot in lots or ())
