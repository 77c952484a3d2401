"""Exchange rates from a CSV file, in any of four forms.

- `currency, timestamp|date, rate_to_usd`: US dollars for one unit;
- `base, quote, timestamp|date, rate`: units of `quote` for one `base`;
- the ECB's wide form `Date, USD, JPY, …`: foreign units for one euro, N/A where not quoted;
- `timestamp|date, close` (or `rate`) of one pair that the caller names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from typing_extensions import override

from argosy.core.errors import ImportFormatError, InputError
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.evidence import Styles, gather_styles
from argosy.core.importers.lines import Source
from argosy.core.importers.table import (
    Columns,
    Form,
    Record,
    Table,
    find_columns,
    normal_name,
    open_table,
)
from argosy.core.money import parse_decimal

_WHEN = {"timestamp": ("datetime", "date_time"), "date": ("day", "datum")}
_DATED = ("timestamp", "date")
TO_USD = Form(
    {"currency": ("ccy",), "rate_to_usd": ("usd_rate", "to_usd"), **_WHEN},
    (("currency",), _DATED, ("rate_to_usd",)),
)
PAIRS = Form(
    {"base": ("from",), "quote": ("to",), "rate": ("close",), **_WHEN},
    (("base",), ("quote",), _DATED, ("rate",)),
)
SINGLE = Form({"rate": ("close", "price", "kurs"), **_WHEN}, (_DATED, ("rate",)))

BATCH_RATES = 50_000

_CODE = re.compile(r"[A-Z]{3}")
_CURRENCY = re.compile(r"[A-Za-z]{3,10}")


@dataclass(frozen=True, slots=True)
class RateBatch:
    """Rates of some rows in columns of one length, and the problems of those rows.

    `rates[i]` units of `quotes[i]` for one of `bases[i]`, as the file states it; `timestamps`
    are ISO dates or instants; `rows` count from 0, `lines` from 1.
    """

    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    timestamps: list[str] = field(default_factory=list)
    rates: list[Decimal] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def read_rates(
    source: Source, *, pair: tuple[str, str] | None = None, max_rows: int | None = None
) -> Iterator[RateBatch]:
    r"""Read a file of exchange rates in batches; its header tells the form.

    Parameters
    ----------
    source : str, bytes or callable
        The file; a callable starts reading it again each time, in chunks of bytes.
    pair : tuple of str or None
        (base, quote) of a file that has dates and rates alone.
    max_rows : int or None
        None reads files of any length.

    Yields
    ------
    batch : RateBatch
        At least one.

    Raises
    ------
    ImportFormatError
        If the file is no table, has none of the forms, or has too many rows.

    Examples
    --------
    >>> batch = next(read_rates("Date,USD,CYP,\n2024-01-05,1.0921,N/A,"))
    >>> batch.bases, batch.quotes, batch.rates
    (['EUR'], ['USD'], [Decimal('1.0921')])
    """
    table = open_table(source, max_rows=max_rows)
    reader = _reader(table, pair)
    batch = RateBatch()
    for record in table.records():
        if isinstance(record, ImportProblem):
            batch.problems.append(record)
        else:
            reader.take(record, batch)
        if len(batch.rates) + len(batch.problems) >= BATCH_RATES:
            yield batch
            batch = RateBatch()
    yield batch


class _RateReader:
    """Reads rows of one form: how a row names its pair, and which columns hold rates."""

    def __init__(self, columns: Columns, styles: Styles, pair: tuple[str, str] | None) -> None:
        self.columns = columns
        self.styles = styles
        self.pair = pair
        self.rate_column = "rate_to_usd" if "rate_to_usd" in columns else "rate"

    def take(self, record: Record, batch: RateBatch) -> None:
        """Add the rates of one row to the batch, or the problem that it has."""
        try:
            name = "timestamp" if self.columns.text(record, "timestamp") else "date"
            when = self.styles.dates.read(self.columns.text(record, name), field=name)
            for base, quote, rate in self.rates(record):
                batch.rows.append(record.row)
                batch.lines.append(record.line)
                batch.bases.append(base)
                batch.quotes.append(quote)
                batch.timestamps.append(when)
                batch.rates.append(rate)
        except InputError as error:
            batch.problems.append(
                ImportProblem(row=record.row, reason=str(error), line=record.line)
            )

    def rates(self, record: Record) -> Iterator[tuple[str, str, Decimal]]:
        """Yield the pair and rate that one row holds."""
        rate = self._positive(self.columns.text(record, self.rate_column), self.rate_column)
        if rate is None:
            message = f"{self.rate_column} is empty."
            raise InputError(message)
        base, quote = self.pair or self._pair(record)
        yield base, quote, rate

    def _pair(self, record: Record) -> tuple[str, str]:
        if "currency" in self.columns:
            return self._code(record, "currency"), "USD"
        return self._code(record, "base"), self._code(record, "quote")

    def _code(self, record: Record, name: str) -> str:
        text = self.columns.text(record, name)
        if not _CURRENCY.fullmatch(text):
            message = f"{name}: {text[:40]!r} is not a currency code such as EUR."
            raise InputError(message)
        return text.upper()

    def _positive(self, text: str, name: str) -> Decimal | None:
        plain = self.styles.numbers.plain(text, field=name)
        if plain is None:
            return None
        rate = parse_decimal(plain, field=name)
        if rate <= 0:
            message = f"{name}: {text[:40]!r} must be above 0."
            raise InputError(message)
        return rate


class _WideReader(_RateReader):
    """The ECB's form: one column a currency, foreign units for one euro."""

    @override
    def rates(self, record: Record) -> Iterator[tuple[str, str, Decimal]]:
        """Yield a rate for each currency that is quoted on the day."""
        found = []
        for quote, place in self.columns.places.items():
            if quote != "date":
                rate = self._positive(record.cells[place], quote)
                found.extend([("EUR", quote, rate)] if rate is not None else [])
        yield from found


def _reader(table: Table, pair: tuple[str, str] | None) -> _RateReader:
    names = {normal_name(name) for name in table.names}
    wide = _wide_columns(table.names)
    if wide is not None:
        quotes = [name for name in wide.places if name != "date"]
        styles = gather_styles(table, wide, numbers=quotes, dates=("date",))
        return _WideReader(wide, styles, None)
    if pair is not None and not names & {"currency", "ccy", "base", "from"}:
        form = SINGLE
    else:
        form = PAIRS if names & {"base", "from"} else TO_USD
        pair = None
    columns = _found(table, form)
    numbers = ("rate", "rate_to_usd")
    return _RateReader(columns, gather_styles(table, columns, numbers=numbers, dates=_DATED), pair)


def _found(table: Table, form: Form) -> Columns:
    try:
        return find_columns(table.names, form)
    except ImportFormatError as error:
        if form is not TO_USD:
            raise
        message = (
            f"{error} Other forms: base,quote,date,rate; the ECB's Date,USD,JPY,…; "
            "or date,close of one pair that you name."
        )
        raise ImportFormatError(message) from None


def _wide_columns(names: tuple[str, ...]) -> Columns | None:
    if normal_name(names[0]) != "date":
        return None
    quotes = [name for name in names[1:] if name]
    if not quotes or not all(_CODE.fullmatch(name) for name in quotes):
        return None
    return Columns({"date": 0, **{name: names.index(name) for name in quotes}})
