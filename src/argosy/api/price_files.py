"""Prices as files: CSV by RFC 4180, and Arrow's IPC stream, row by row as they are read."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

import nanoarrow as na
from nanoarrow.ipc import StreamWriter

from argosy.api.schemas.fields import write_instant
from argosy.core.errors import plain
from argosy.runtime.compute import ComputePool
from argosy.services.series import AdjustedClose, StoredBar

Row = TypeVar("Row")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
DECIMALS = 18
"""Digits after the point in Arrow's 128 bits: with 20 before it all but the tiniest coins fit."""

_EPOCH = date(1970, 1, 1).toordinal()


class Kind(StrEnum):
    """What a column holds."""

    INSTANT = "instant"
    DAY = "day"
    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """The columns of a file, and the values that a row has in them."""

    columns: dict[str, Kind]
    values: Callable[[Row], Sequence[Any]]


BARS: Table[StoredBar] = Table(
    {
        "timestamp": Kind.INSTANT,
        "day": Kind.DAY,
        "interval": Kind.TEXT,
        "open": Kind.NUMBER,
        "high": Kind.NUMBER,
        "low": Kind.NUMBER,
        "close": Kind.NUMBER,
        "volume": Kind.NUMBER,
        "source": Kind.TEXT,
        "fetched_at": Kind.INSTANT,
        "override": Kind.FLAG,
        "status": Kind.TEXT,
    },
    lambda row: (
        row.bar.at, row.bar.day, row.interval, row.bar.open, row.bar.high, row.bar.low,
        row.bar.close, row.bar.volume, row.source, row.fetched_at, row.override, row.status,
    ),
)  # fmt: skip
CLOSES: Table[AdjustedClose] = Table(
    {
        "timestamp": Kind.INSTANT,
        "day": Kind.DAY,
        "close": Kind.NUMBER,
        "source": Kind.TEXT,
        "override": Kind.FLAG,
    },
    lambda row: (row.at, row.day, row.close, row.source, row.override),
)


async def as_csv(
    table: Table[Row], parts: AsyncIterator[list[Row]], compute: ComputePool
) -> AsyncIterator[bytes]:
    """Write a header and the rows; a text that a spreadsheet would run gets an apostrophe."""
    yield _lines([list(table.columns)])
    kinds = list(table.columns.values())

    def lines(rows: list[Row]) -> bytes:
        return _lines([list(map(_cell, kinds, table.values(row))) for row in rows])

    async for rows in parts:
        yield await compute.run(lines, rows)


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cell(kind: Kind, value: Any) -> str:
    match kind:
        case _ if value is None:
            return ""
        case Kind.INSTANT:
            return write_instant(value)
        case Kind.DAY:
            return str(value)
        case Kind.NUMBER:
            return plain(value)
        case Kind.FLAG:
            return "true" if value else "false"
        case Kind.TEXT:
            return f"'{value}" if value.startswith(_FORMULA) else str(value)


async def as_arrow(
    table: Table[Row], parts: AsyncIterator[list[Row]], compute: ComputePool
) -> AsyncIterator[bytes]:
    """Write the schema and a batch for each part; numbers are decimal128(38, 18)."""
    schema = na.struct({name: _TYPES[kind] for name, kind in table.columns.items()})
    written = io.BytesIO()
    writer = StreamWriter.from_writable(written)

    def batch(rows: list[Row]) -> bytes:
        values = [list(column) for column in zip(*map(table.values, rows), strict=True)]
        columns = zip(table.columns.values(), values or [[]] * len(table.columns), strict=True)
        children = [_array(kind, column) for kind, column in columns]
        writer.write_array(na.c_array_from_buffers(schema, len(rows), [None], children=children))
        return _drained(written)

    async for rows in parts:
        yield await compute.run(batch, rows)
    writer.close()
    yield _drained(written)


_TYPES = {
    Kind.INSTANT: na.timestamp("s", "UTC"),
    Kind.DAY: na.date32(),
    Kind.NUMBER: na.decimal128(38, DECIMALS),
    Kind.TEXT: na.string(),
    Kind.FLAG: na.bool_(),
}


def _array(kind: Kind, values: list[Any]) -> Any:
    if kind is Kind.NUMBER:
        return _decimals(values)
    numbers: dict[Kind, Callable[[Any], int]] = {
        Kind.INSTANT: lambda at: int(at.timestamp()),
        Kind.DAY: lambda day: day.toordinal() - _EPOCH,
    }
    read = numbers.get(kind)
    return na.c_array([read(one) for one in values] if read else values, _TYPES[kind])


def _decimals(values: list[Decimal | None]) -> Any:
    known = na.c_array([value is not None for value in values], na.bool_()).view().buffer(1)
    units = b"".join(
        (0 if value is None else int(value.scaleb(DECIMALS))).to_bytes(16, "little", signed=True)
        for value in values
    )
    valid = None if None not in values else known
    return na.c_array_from_buffers(_TYPES[Kind.NUMBER], len(values), [valid, units])


def _drained(written: io.BytesIO) -> bytes:
    data = written.getvalue()
    written.seek(0)
    written.truncate()
    return data
