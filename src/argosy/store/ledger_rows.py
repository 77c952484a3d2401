"""How one line of the ledger lies in its row, both ways; the hot path of every figure."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from argosy.core.ledger.transaction import (
    CORPORATE_ACTIONS,
    EXACT_FIELDS,
    LotPick,
    Transaction,
    TransactionType,
)
from argosy.core.money import plain
from argosy.store.types import decode_exact, encode_exact

FIELDS = (
    "id", "portfolio_id", "type", "day", "timestamp", "entry", "asset_id",
    "quantity", "price", "amount", "fee", "tax", "currency", "fx_rate", "fx_quote",
    "ratio_new", "ratio_old", "to_asset_id", "cost_share", "cost", "to_portfolio_id",
    "lots", "note", "external_id",
)  # fmt: skip
"""The columns, in the order of `Transaction`'s fields."""

STORED = ("turn", *(field for field in FIELDS if field != "entry"))
"""The columns that an insert names; the database counts `entry`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ACTIONS_FIRST = -(1 << 61)
_AFTER_ALL_INSTANTS = 1 << 60


def select_list(dialect: str, alias: str = "t") -> str:
    """Return the columns of a ledger line for a SELECT, in the order of `Transaction`'s fields."""
    if dialect == "sqlite":
        return ", ".join(f"{alias}.{field}" for field in FIELDS)
    return ", ".join(_postgresql(f"{alias}.{field}") for field in FIELDS)


def turn_of(transaction: Transaction) -> int:
    """Return a line's place within its day: corporate actions, then instants, bare dates last.

    Microseconds since 1970; a bare date comes after every instant, and corporate actions have
    the same order before all others. The database sorts by (day, turn, entry).
    """
    at = transaction.at
    moment = _AFTER_ALL_INSTANTS if at is None else (at - _EPOCH) // _MICROSECOND
    return _ACTIONS_FIRST + moment if transaction.type in CORPORATE_ACTIONS else moment


def encode(transactions: Iterable[Transaction], dialect: str) -> list[tuple[Any, ...]]:
    """Return the rows of ledger lines, in the order of `STORED`."""
    sqlite = dialect == "sqlite"
    number: Callable[[Decimal], Any] = _ExactTexts().__getitem__ if sqlite else _same
    instant: Callable[[datetime], Any] = _instant_text if sqlite else _same
    day: Callable[[date], Any] = date.isoformat if sqlite else _same
    return [
        (
            turn_of(line),
            line.id,
            line.portfolio_id,
            line.type.value,
            day(line.day),
            None if line.at is None else instant(line.at),
            line.asset_id,
            *(None if value is None else number(value) for value in line[7:12]),
            line.currency,
            None if line.fx_rate is None else number(line.fx_rate),
            line.fx_quote,
            None if line.ratio_new is None else number(line.ratio_new),
            None if line.ratio_old is None else number(line.ratio_old),
            line.to_asset_id,
            None if line.cost_share is None else number(line.cost_share),
            None if line.cost is None else number(line.cost),
            line.to_portfolio_id,
            _lots_text(line.lots),
            line.note,
            line.external_id,
        )
        for line in transactions
    ]


def decode(rows: Sequence[tuple[Any, ...]], dialect: str) -> list[Transaction]:
    """Return the ledger lines of rows that `select_list` selected."""
    return _decode_sqlite(rows) if dialect == "sqlite" else _decode_postgresql(rows)


def _decode_sqlite(rows: Sequence[tuple[Any, ...]]) -> list[Transaction]:
    # Dates and most numbers repeat: each text is read once. The rest is one flat loop, because
    # a call a row costs more here than all the reading.
    days, numbers, types = _Days(), _Numbers(), _TYPES
    instant = datetime.fromisoformat
    make = tuple.__new__
    return [
        make(
            Transaction,
            (
                id_, portfolio, types[kind], days[day],
                at and instant(at + "+00:00"), entry, asset,
                quantity and numbers[quantity], price and numbers[price],
                amount and numbers[amount], numbers[fee], numbers[tax], currency,
                fx_rate and numbers[fx_rate], fx_quote,
                new and numbers[new], old and numbers[old], to_asset,
                share and numbers[share], cost and numbers[cost], to_portfolio,
                _read_lots(lots) if lots else (), note, external,
            ),
        )
        for (
            id_, portfolio, kind, day, at, entry, asset, quantity, price, amount, fee, tax,
            currency, fx_rate, fx_quote, new, old, to_asset, share, cost, to_portfolio,
            lots, note, external,
        ) in rows
    ]  # fmt: skip


def _decode_postgresql(rows: Sequence[tuple[Any, ...]]) -> list[Transaction]:
    types, make = _TYPES, tuple.__new__
    return [
        make(
            Transaction,
            (*row[:2], types[row[2]], *row[3:21], _read_lots(row[21]), *row[22:]),
        )
        for row in rows
    ]


_TYPES = {kind.value: kind for kind in TransactionType}


def _postgresql(column: str) -> str:
    name = column.rpartition(".")[2]
    if name in EXACT_FIELDS:
        return f"trim_scale({column})"  # NUMERIC(38, 18) would come with 18 digits always
    return f"{column}::text" if name == "id" or name.endswith("_id") else column


def _instant_text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _same(value: Any) -> Any:
    return value


def _lots_text(lots: Iterable[LotPick]) -> str | None:
    picks = [[pick.transaction_id, plain(pick.quantity)] for pick in lots]
    return json.dumps(picks) if picks else None


def _read_lots(stored: str | list[list[str]] | None) -> tuple[LotPick, ...]:
    picks = json.loads(stored) if isinstance(stored, str) else stored or []
    return tuple(LotPick(line, Decimal(quantity)) for line, quantity in picks)


class _Days(dict[str, date]):
    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


class _Numbers(dict[str, Decimal]):
    def __missing__(self, text: str) -> Decimal:
        number = self[text] = decode_exact(text)
        return number


class _ExactTexts(dict[Decimal, str]):
    def __missing__(self, value: Decimal) -> str:
        text = self[value] = encode_exact(value)
        return text
