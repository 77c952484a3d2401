"""What bodies of many rows share: ratios, and how a wrong row is told; commands tell it so too."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError

from argosy.core.errors import InputError, RowProblem

Draft = TypeVar("Draft")
Model = TypeVar("Model", bound=BaseModel)


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


def read_each(
    rows: Sequence[Any], read: Callable[[int, Any], Draft]
) -> tuple[list[Draft], list[RowProblem]]:
    """Read rows by their number, and say of each that cannot be read what is wrong with it."""
    drafts: list[Draft] = []
    problems: list[RowProblem] = []
    for row, given in enumerate(rows):
        try:
            drafts.append(read(row, given))
        except ValidationError as error:
            problems.append(RowProblem(row, told(error)))
    return drafts, problems


def checked(model: type[Model], fields: Mapping[str, object]) -> Model:
    """Return what fields say, or refuse them in one sentence."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise InputError(told(error)) from error


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
