"""Transactions from a CSV file whose columns are the fields of POST /transactions."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from argosy.core.errors import InputError, plain
from argosy.core.importers.draft import ImportProblem, LotPick, TransactionDraft, parse_ratio
from argosy.core.importers.evidence import Styles, gather_styles
from argosy.core.importers.lines import Source
from argosy.core.importers.table import (
    MAX_ROWS,
    Columns,
    Form,
    Record,
    find_columns,
    open_table,
)
from argosy.core.ledger.transaction import TransactionType
from argosy.core.money import CONTEXT

FORM = Form(
    columns={
        "type": ("transaction_type", "action", "side", "typ", "art"),
        "symbol": ("ticker",),
        "exchange": ("market", "mic", "börse"),
        "asset_id": (),
        "quantity": ("qty", "shares", "units", "stück", "anzahl", "menge"),
        "price": ("unit_price", "price_per_share", "kurs", "preis"),
        "amount": ("betrag",),
        "fee": ("fees", "commission", "gebühr", "gebühren"),
        "tax": ("taxes", "withholding_tax", "steuer", "steuern"),
        "currency": ("ccy", "währung"),
        "fx_rate": ("exchange_rate", "wechselkurs"),
        "ratio": ("split_ratio",),
        "timestamp": ("datetime", "date_time"),
        "date": ("trade_date", "day", "datum"),
        "note": ("notes", "comment", "notiz"),
        "external_id": ("reference",),
        "to_asset_id": (),
        "to_symbol": (),
        "to_exchange": (),
        "cost_share": (),
        "cost": (),
        "to_portfolio_id": (),
        "lots": (),
    },
    required=(("type",), ("timestamp", "date")),
)

T = TypeVar("T")

NUMBERS = ("quantity", "price", "amount", "fee", "tax", "fx_rate", "cost_share", "cost")
TEXTS = (
    "asset_id",
    "symbol",
    "exchange",
    "currency",
    "note",
    "external_id",
    "to_asset_id",
    "to_symbol",
    "to_exchange",
    "to_portfolio_id",
)

TYPE_WORDS = {
    "bought": TransactionType.BUY,
    "purchase": TransactionType.BUY,
    "kauf": TransactionType.BUY,
    "sold": TransactionType.SELL,
    "sale": TransactionType.SELL,
    "verkauf": TransactionType.SELL,
    "dividende": TransactionType.DIVIDEND,
    "ausschüttung": TransactionType.DIVIDEND,
    "zinsen": TransactionType.INTEREST,
    "staking": TransactionType.REWARD,
    "airdrop": TransactionType.REWARD,
    "gebühr": TransactionType.FEE,
    "steuer": TransactionType.TAX,
    "einzahlung": TransactionType.DEPOSIT,
    "auszahlung": TransactionType.WITHDRAWAL,
}
"""Other words for a type, casefolded; the types' own names come first."""

NEEDS_QUANTITY = frozenset(
    {
        TransactionType.BUY,
        TransactionType.SELL,
        TransactionType.REWARD,
        TransactionType.TRANSFER_IN,
        TransactionType.TRANSFER_OUT,
        TransactionType.OPENING,
    }
)


@dataclass(frozen=True, slots=True)
class TransactionFile:
    """What a file of transactions says: a draft or at least one problem for each row.

    Attributes
    ----------
    lines : tuple of int
        `lines[row]` is where a row stands in the file, from 1; screens show that.
    ignored_columns : tuple of str
        Columns of the file that mean nothing to this importer, as written.
    """

    drafts: tuple[TransactionDraft, ...]
    problems: tuple[ImportProblem, ...]
    lines: tuple[int, ...]
    ignored_columns: tuple[str, ...] = ()


def read_transactions(
    source: Source, *, portfolio_id: str | None = None, max_rows: int | None = MAX_ROWS
) -> TransactionFile:
    r"""Read a whole file of transactions; a wrong row becomes a problem and stops no other row.

    Parameters
    ----------
    source : str, bytes or callable
        The file; a callable starts reading it again each time, in chunks of bytes.
    portfolio_id : str or None
        Put into every draft.
    max_rows : int or None
        The most rows that are taken; None takes any number.

    Returns
    -------
    file : TransactionFile

    Raises
    ------
    ImportFormatError
        If the file is no table, lacks the columns `type` or `date`, or has too many rows.

    Examples
    --------
    >>> file = read_transactions("type,symbol,quantity,price,date\nbuy,A,2,59.10,2024-01-05")
    >>> file.drafts[0].quantity, file.drafts[0].timestamp, file.problems
    (Decimal('2'), '2024-01-05', ())
    """
    table = open_table(source, max_rows=max_rows)
    columns = find_columns(table.names, FORM)
    styles = gather_styles(table, columns, numbers=NUMBERS, dates=("timestamp", "date"))
    drafts: list[TransactionDraft] = []
    problems: list[ImportProblem] = []
    lines: list[int] = []
    for record in table.records():
        lines.append(record.line)
        if isinstance(record, ImportProblem):
            problems.append(record)
            continue
        reader = _RowReader(record, columns, styles)
        draft = reader.draft(portfolio_id)
        problems.extend(reader.problems)
        if draft is not None:
            drafts.append(draft)
    return TransactionFile(tuple(drafts), tuple(problems), tuple(lines), columns.ignored)


class _RowReader:
    """Reads one row and collects everything that is wrong with it."""

    def __init__(self, record: Record, columns: Columns, styles: Styles) -> None:
        self.record = record
        self.columns = columns
        self.styles = styles
        self.problems: list[ImportProblem] = []

    def draft(self, portfolio_id: str | None) -> TransactionDraft | None:
        """Return the row as a draft, or None and have `problems` say why."""
        kind = self._read("type", _type)
        timestamp = self._timestamp()
        fields: dict[str, Any] = {name: self._text(name) or None for name in TEXTS}
        for name in NUMBERS:
            fields[name] = self._read(name, partial(self.styles.numbers.read, field=name))
        fields["ratio"] = self._read("ratio", self._ratio)
        fields["lots"] = self._read("lots", self._lots) or ()
        if kind in NEEDS_QUANTITY and not self._text("quantity").strip("-–—"):
            self._quantity_missing(fields)
        if self.problems or kind is None or timestamp is None:
            return None
        return TransactionDraft(
            type=kind,
            timestamp=timestamp,
            row=self.record.row,
            portfolio_id=portfolio_id,
            **fields,
        )

    def _text(self, name: str) -> str:
        return self.columns.text(self.record, name)

    def _read(self, name: str, read: Callable[[str], T]) -> T | None:
        text = self._text(name)
        if not text and name != "type":
            return None
        try:
            return read(text)
        except InputError as error:
            self._add(str(error), column=name)
            return None

    def _timestamp(self) -> str | None:
        name = "timestamp" if self._text("timestamp") else "date"
        try:
            return self.styles.dates.read(self._text(name), field=name)
        except InputError as error:
            self._add(str(error), column=name)
            return None

    def _ratio(self, text: str) -> str:
        numbers = self.styles.numbers
        sides = text.replace("/", ":").split(":")
        read = [numbers.plain(side.strip(), field="ratio") or "" for side in sides]
        new, old = parse_ratio(":".join(read))
        return f"{plain(new)}:{plain(old)}"

    def _lots(self, text: str) -> tuple[LotPick, ...]:
        picks: list[LotPick] = []
        for part in text.replace("|", ";").split(";"):
            name, colon, count = part.strip().rpartition(":")
            quantity = self.styles.numbers.read(count.strip(), field="lots") if colon else None
            if not name.strip() or quantity is None:
                message = "lots: write them as transaction_id:quantity, joined by |."
                raise InputError(message)
            picks.append(LotPick(name.strip(), quantity))
        return tuple(picks)

    def _quantity_missing(self, fields: dict[str, Any]) -> None:
        amount, price = fields["amount"], fields["price"]
        if not amount or not price:
            self._add("quantity is empty.", column="quantity", code="quantity_missing")
            return
        quantity = plain(_quotient(amount, price))
        reason = f"quantity is empty. {amount:,f} ÷ {price:,f} suggests {quantity}."
        self._add(reason, column="quantity", code="quantity_missing", suggestion=quantity)

    def _add(
        self, reason: str, *, column: str, code: str = "invalid", suggestion: str | None = None
    ) -> None:
        self.problems.append(
            ImportProblem(
                row=self.record.row,
                reason=reason,
                code=code,
                line=self.record.line,
                column=column,
                suggestion=suggestion,
            )
        )


def _quotient(amount: Decimal, price: Decimal) -> Decimal:
    """Divide and keep eight places, as many as a broker shows of a quantity."""
    return CONTEXT.divide(amount, price).quantize(Decimal("1E-8"), context=CONTEXT)


def _type(text: str) -> TransactionType:
    word = text.casefold().replace("-", "_").replace(" ", "_")
    if word.upper() in TransactionType.__members__:
        return TransactionType[word.upper()]
    if word in TYPE_WORDS:
        return TYPE_WORDS[word]
    names = {name.lower(): kind for name, kind in TransactionType.__members__.items()}
    near = difflib.get_close_matches(word[:40], [*names, *TYPE_WORDS], n=1)
    if near:
        meant = (names | TYPE_WORDS)[near[0]]
        message = f"type: {text[:40]!r} is unknown. Did you mean {meant}?"
    elif text:
        message = f"type: {text[:40]!r} is unknown. Use one of {', '.join(TransactionType)}."
    else:
        message = f"type is empty. Use one of {', '.join(TransactionType)}."
    raise InputError(message)
