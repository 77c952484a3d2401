"""What bodies of many rows share: ratios, and how a wrong row is told."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError


def _as_text(value: object) -> object:
    """Take a number as the text of it."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


Ratio = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(max_length=100),
    Field(description="`new:old`; 2:1 doubles the shares.", examples=["2:1"]),
]


def told(error: ValidationError) -> str:
    """Return all that is wrong with a row as one sentence."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(_sentence(problem["loc"], problem["msg"]) for problem in found)


def _sentence(loc: tuple[int | str, ...], message: str) -> str:
    """Name the field before what is wrong with it, unless the message begins with it."""
    message = message.removeprefix("Value error, ")
    name = ".".join(map(str, loc))
    return (
        message
        if not name or message.startswith((f"{name} ", f"{name}:"))
        else f"{name}: {message}"
    )
