"""Column types that keep their promise on both databases: exact decimals, ids, aware instants."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CHAR,
    JSON,
    NUMERIC,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    SQLColumnExpression,
    String,
    TypeDecorator,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from argosy.core.money import CONTEXT, UNIT

_NOT_NEGATIVE = "1"
_NEGATIVE = "0"
_END = "~"  # sorts behind all digits and the point
_LENGTHS = "abcdefghijklmnopqrst"  # one letter for each count of digits before the point
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MIRROR = str.maketrans("0123456789" + _LENGTHS, "9876543210" + _LENGTHS[::-1])

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""An integer key that counts up by itself (SQLite does so for INTEGER alone)."""

Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value; a missing one is SQL's NULL."""


def encode_exact(value: Decimal) -> str:
    """Write a decimal as text whose order is the numeric order.

    A sign, a letter for the count of digits before the point, and the plain number. Negative
    numbers are mirrored digit by digit and closed by `~`, so that -2 sorts before -1.

    Examples
    --------
    >>> encode_exact(Decimal("1.50")), encode_exact(Decimal("-12.25"))
    ('1a1.5', '0s87.74~')
    >>> encode_exact(Decimal("10")) > encode_exact(Decimal("9.5")) > encode_exact(Decimal("-2"))
    True
    """
    text = f"{value.quantize(UNIT, context=CONTEXT):f}".rstrip("0").rstrip(".")
    whole, _, _ = text.partition(".")
    if text[0] != "-":
        return _NOT_NEGATIVE + _LENGTHS[len(whole) - 1] + text
    if text == "-0":
        return _NOT_NEGATIVE + _LENGTHS[0] + "0"
    return _NEGATIVE + (_LENGTHS[len(whole) - 2] + text[1:]).translate(_MIRROR) + _END


def decode_exact(text: str) -> Decimal:
    """Read what `encode_exact` wrote, digit for digit.

    Examples
    --------
    >>> decode_exact(encode_exact(Decimal("-12.25"))), decode_exact("1a0.5")
    (Decimal('-12.25'), Decimal('0.5'))
    """
    if text[0] == _NOT_NEGATIVE:
        return Decimal(text[2:])
    return Decimal("-" + text[2:-1].translate(_MIRROR))


class Exact(TypeDecorator[Decimal]):
    """A decimal of 20 + 18 digits: NUMERIC(38, 18) on PostgreSQL, sortable text on SQLite.

    SQLite would turn a NUMERIC column into a float and lose digits without a word.
    """

    impl = CHAR(42)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(NUMERIC(38, 18))
        return dialect.type_descriptor(CHAR(42))

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return encode_exact(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, str):
            return decode_exact(value)
        exact: Decimal = value.normalize(CONTEXT)
        return exact


def read_id(text: str) -> str | None:
    """Return a UUID in its canonical form; None if the text is none.

    PostgreSQL would fail where SQLite finds nothing: repositories ask this first.

    Examples
    --------
    >>> read_id("01890A5D-AC96-774B-BCCE-B302099A8057")
    '01890a5d-ac96-774b-bcce-b302099a8057'
    >>> read_id("AAPL") is None
    True
    """
    return text.lower() if _ID.fullmatch(text) else None


def is_id(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """Compare a column of ids with a text that somebody sent: what is no id equals none."""
    key = read_id(text)
    return false() if key is None else column == key


class Id(TypeDecorator[str]):
    """A UUID, carried in Python as its canonical 36 characters."""

    impl = String(36)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=False))
        return dialect.type_descriptor(String(36))


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as ISO text, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "instants are aware"
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else read_instant(value)


def read_instant(stored: str | datetime) -> datetime:
    """Return an instant as the driver gives it: text on SQLite, perhaps without its zone.

    Examples
    --------
    >>> read_instant("2024-01-05 14:30:00").isoformat()
    '2024-01-05T14:30:00+00:00'
    """
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
