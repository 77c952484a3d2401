"""Field types that all schemas share: exact decimals, timestamps, enums, currencies."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from argosy.core.errors import InputError, plain
from argosy.core.market.days import read_timestamp
from argosy.core.money import MINOR_UNITS, parse_decimal

_NUMBER_LENGTH_MAX = 100
_CURRENCY_LENGTHS = range(3, 11)


class In(BaseModel):
    """A body that comes in: unknown fields are refused, so that a typing error is not lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    """An answer; no field has a default, so none is forgotten."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def _read_decimal(value: object, info: ValidationInfo) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        kind, message = "decimal_type", "A number is needed, as a string or a JSON number"
        raise PydanticCustomError(kind, message)
    if isinstance(value, str) and len(value) > _NUMBER_LENGTH_MAX:
        kind, message = "decimal_invalid", "The number has too many digits"
        raise PydanticCustomError(kind, message)
    try:
        return parse_decimal(value, field=info.field_name or "value")
    except InputError as error:
        raise _custom("decimal_invalid", str(error)) from error


def _custom(kind: str, message: str) -> PydanticCustomError:
    """Word a refusal; braces would be read as places to fill."""
    return PydanticCustomError(kind, "{message}", {"message": message})


DecimalIn = Annotated[
    Decimal,
    PlainValidator(_read_decimal),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}],
            "description": "A decimal of up to 20 + 18 digits; every digit is kept.",
            "examples": ["12.5"],
        }
    ),
]
"""A number from outside, exactly as it is written, as a string or a JSON number."""

DecimalOut = Annotated[
    Decimal,
    PlainSerializer(plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal", "examples": ["12.5"]}),
]
"""A plain decimal string, without exponent and trailing zeros."""


def _read_timestamp(text: str) -> str:
    try:
        day, _ = read_timestamp(text, None)
    except (ValueError, OverflowError) as error:
        message = (
            f"{text[:40]!r} is neither a date (2024-01-05) nor an instant (2024-01-05T14:30:00Z)"
        )
        raise _custom("timestamp_invalid", message) from error
    del day
    return text


def _write_moment(value: object) -> object:
    """Accept dates and instants of Python too, where a schema is built by hand."""
    return value.isoformat() if isinstance(value, date | datetime) else value


TimestampIn = Annotated[
    str,
    BeforeValidator(_write_moment),
    AfterValidator(_read_timestamp),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A date, or an ISO 8601 instant; without an offset it is the "
            "exchange's local time.",
            "examples": ["2024-01-05", "2024-01-05T14:30:00Z"],
        }
    ),
]
"""A bare date or an instant, checked and kept as text: its day depends on the exchange."""


def _refuse_number(value: object) -> object:
    """Refuse a bare number, in which pydantic would see seconds since 1970."""
    if isinstance(value, bool | int | float | Decimal) or (
        isinstance(value, str) and not value.count("-") > 1
    ):
        raise _custom("date_invalid", f"{str(value)[:40]!r} is no date; write 2024-01-05")
    return value


written_day = BeforeValidator(_refuse_number)

DayIn = Annotated[date, written_day]
"""A day, as year, month and day."""


def write_instant(value: datetime) -> str:
    """Write an instant in UTC, ending in Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


InstantOut = Annotated[datetime, PlainSerializer(write_instant, return_type=str, when_used="json")]
"""An instant in UTC, ending in Z."""


def _read_currency(text: str) -> str:
    if text in MINOR_UNITS:
        return text
    if len(text) not in _CURRENCY_LENGTHS or not (text.isascii() and text.isalpha()):
        message = f"{text[:20]!r} is no currency; three to ten letters are needed, like EUR"
        raise _custom("currency_invalid", message)
    return text.upper()


CurrencyIn = Annotated[
    str,
    AfterValidator(_read_currency),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A currency's code, in any letter case; GBp and the like are pence.",
            "examples": ["EUR"],
        }
    ),
]
"""A currency's code in capitals, or a unit in which exchanges quote a part of one."""


class _AnyCase:
    """Lets an enum's field take its values in any letter case: ``Annotated[Kind, any_case]``."""

    def __get_pydantic_core_schema__(
        self, source: type[Enum], _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        members = {str(member.value).casefold(): member for member in source}
        values = ", ".join(str(member.value) for member in source)

        def read(value: object) -> Enum:
            if isinstance(value, source):
                return value
            member = members.get(value.strip().casefold()) if isinstance(value, str) else None
            if member is None:
                message = f"{str(value)[:40]!r} is not one of {values}"
                raise _custom("enum", message)
            return member

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda member: member.value, when_used="json"
            ),
            metadata={"values": [member.value for member in source]},
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        metadata: dict[str, Any] = schema.get("metadata") or {}
        return {"type": "string", "enum": metadata["values"]}


any_case = _AnyCase()


class Problem(BaseModel):
    """An error: a sentence for people and a code for programs; some codes add fields."""

    model_config = ConfigDict(extra="allow")

    detail: str
    code: str


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    type: str
    loc: list[str | int]
    msg: str
    input: str | None = None


class InvalidInput(BaseModel):
    """Input that cannot be meant; one item a field. Some codes add fields."""

    model_config = ConfigDict(extra="allow")

    detail: list[FieldProblem]
    code: str
