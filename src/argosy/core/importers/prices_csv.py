"""Prices from a CSV file: date, open, high, low, close, volume; any length, in batches."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal

from argosy.core.errors import InputError
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.evidence import Styles, gather_styles
from argosy.core.importers.lines import Source
from argosy.core.importers.table import Columns, Form, Record, find_columns, open_table
from argosy.core.money import LIMIT

FORM = Form(
    columns={
        "symbol": ("ticker",),
        "exchange": ("market", "mic"),
        "timestamp": ("datetime", "date_time", "time"),
        "date": ("day", "datum"),
        "open": (),
        "high": (),
        "low": (),
        "close": ("price", "last", "close_last", "schluss", "schlusskurs"),
        "adj_close": ("adjclose", "adjusted_close"),
        "volume": ("vol",),
    },
    required=(("timestamp", "date"), ("close", "adj_close")),
)
NUMBERS = ("open", "high", "low", "close", "adj_close", "volume")

WHEN = ("timestamp", "date")

BATCH_ROWS = 20_000
SIGNIFICANT = Context(prec=18, rounding=ROUND_HALF_EVEN, traps=[])
"""A price keeps 18 digits wherever its point stands: more than any market writes."""

Cell = Decimal | None


@dataclass(frozen=True, slots=True)
class PriceBatch:
    """Bars of some rows of a file in columns of one length, and the problems of those rows.

    Attributes
    ----------
    rows, lines : list of int
        Position from 0 and line from 1 of each bar.
    symbols, exchanges : list of str or None
        None where the file has no such column or cell: the caller says whose prices they are.
    timestamps : list of str
        ISO dates, or instants.
    close : list of Decimal
        Raw as traded, in the asset's quote unit.
    open, high, low, adj_close, volume : list of Decimal or None
        `adj_close` is kept apart and never stands in for a close.
    skipped : int
        Rows with a date but no price at all.
    """

    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    symbols: list[str | None] = field(default_factory=list)
    exchanges: list[str | None] = field(default_factory=list)
    timestamps: list[str] = field(default_factory=list)
    open: list[Cell] = field(default_factory=list)
    high: list[Cell] = field(default_factory=list)
    low: list[Cell] = field(default_factory=list)
    close: list[Decimal] = field(default_factory=list)
    adj_close: list[Cell] = field(default_factory=list)
    volume: list[Cell] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    skipped: int = 0


def read_prices(
    source: Source, *, max_rows: int | None = None, batch_rows: int = BATCH_ROWS
) -> Iterator[PriceBatch]:
    r"""Read a price file in batches, so that its size does not matter.

    Rows with an adjusted close alone have no price as traded; each run of them is one problem.

    Parameters
    ----------
    source : str, bytes or callable
        The file; a callable starts reading it again each time, in chunks of bytes.
    max_rows : int or None
        None reads files of any length.
    batch_rows : int
        How many rows make a batch.

    Yields
    ------
    batch : PriceBatch
        At least one, of at most `batch_rows` rows.

    Raises
    ------
    ImportFormatError
        If the file is no table, lacks the columns `date` or `close`, or has too many rows.

    Examples
    --------
    >>> next(read_prices("Date;Close\n05.01.2024;1.234,50")).close
    [Decimal('1234.50')]
    """
    table = open_table(source, max_rows=max_rows)
    columns = find_columns(table.names, FORM)
    styles = gather_styles(table, columns, numbers=NUMBERS, dates=WHEN, enough_rows=2_000)
    reader = _BatchReader(columns, styles)
    for record in table.records():
        if isinstance(record, ImportProblem):
            reader.problems.append(record)
        else:
            reader.take(record)
        if reader.seen == batch_rows:
            yield reader.finish()
            reader = _BatchReader(columns, styles)
    yield reader.finish()


class _BatchReader:
    """Fills the columns of one batch."""

    def __init__(self, columns: Columns, styles: Styles) -> None:
        self.columns = columns
        self.styles = styles
        self.places = [(name, columns.places.get(name)) for name in NUMBERS]
        self.batch = PriceBatch()
        self.problems = self.batch.problems
        self.unpriced: list[Record] = []
        self.seen = 0
        self.skipped = 0

    def take(self, record: Record) -> None:
        """Add one row, or the problem that it has."""
        self.seen += 1
        try:
            cells = record.cells
            numbers = {
                name: self._number(cells[place], name) if place is not None else None
                for name, place in self.places
            }
            timestamp = self._timestamp(record)
        except InputError as error:
            self._add(record, reason=str(error), column=str(error).partition(":")[0])
            return
        close = numbers["close"]
        if close is not None:
            self._end_run()
            self._append(record, timestamp=timestamp, numbers=numbers, close=close)
        elif numbers["adj_close"] is not None:
            self.unpriced.append(record)
        elif any(numbers[name] is not None for name in ("open", "high", "low")):
            self._add(record, reason="close is empty. A bar needs one.", column="close")
        else:
            self.skipped += 1

    def finish(self) -> PriceBatch:
        """Return the batch, with its last run of unpriced rows closed."""
        self._end_run()
        self.problems.sort(key=lambda problem: problem.row)
        return replace(self.batch, skipped=self.skipped)

    def _append(
        self,
        record: Record,
        *,
        timestamp: str,
        numbers: dict[str, Cell],
        close: Decimal,
    ) -> None:
        batch = self.batch
        batch.rows.append(record.row)
        batch.lines.append(record.line)
        batch.symbols.append(self.columns.text(record, "symbol") or None)
        batch.exchanges.append(self.columns.text(record, "exchange") or None)
        batch.timestamps.append(timestamp)
        batch.open.append(numbers["open"])
        batch.high.append(numbers["high"])
        batch.low.append(numbers["low"])
        batch.close.append(close)
        batch.adj_close.append(numbers["adj_close"])
        batch.volume.append(numbers["volume"])

    def _number(self, text: str, name: str) -> Cell:
        if not text:
            return None
        plain = self.styles.numbers.plain(text, field=name)
        return None if plain is None else price_decimal(plain, field=name)

    def _timestamp(self, record: Record) -> str:
        name = "timestamp" if self.columns.text(record, "timestamp") else "date"
        return self.styles.dates.read(self.columns.text(record, name), field=name)

    def _end_run(self) -> None:
        if self.unpriced:
            first, last = self.unpriced[0], self.unpriced[-1]
            until = f" to line {last.line}" if last.line > first.line else ""
            reason = (
                f"there is no raw close{until}, only adj_close. An adjusted close is not a price "
                "that was paid; take a file with the column close."
            )
            self._add(first, reason=reason, column="close", code="no_raw_close")
            self.unpriced.clear()

    def _add(
        self, record: Record, *, reason: str, column: str | None, code: str = "invalid"
    ) -> None:
        self.problems.append(
            ImportProblem(row=record.row, reason=reason, code=code, line=record.line, column=column)
        )


def price_decimal(text: str, *, field: str) -> Decimal:
    """Read a price or volume exactly, to at most 18 significant digits.

    Returns
    -------
    value : Decimal

    Raises
    ------
    InputError
        If it is not below 1e20 in size.

    Examples
    --------
    >>> price_decimal("0.00001234567890123456789", field="close")
    Decimal('0.0000123456789012345679')
    """
    value = Decimal(text)
    if not value.is_finite() or value.copy_abs() >= LIMIT:
        message = f"{field}: {text[:40]!r} is too large."
        raise InputError(message)
    return SIGNIFICANT.plus(value) if len(text) > SIGNIFICANT.prec else value
