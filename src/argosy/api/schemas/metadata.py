"""What a user notes about an asset: any JSON that both databases can keep."""

from decimal import Decimal
from math import isfinite
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_DEPTH_MAX = 50


def _kept(value: Any, depth: int = 0) -> Any:
    """Return JSON with fractions as the nearest float: it is nobody's money."""
    if depth > _DEPTH_MAX:
        raise _refused(f"is nested more than {_DEPTH_MAX} deep")
    if isinstance(value, dict):
        return {_kept(key): _kept(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_kept(inner, depth + 1) for inner in value]
    if isinstance(value, str) and "\x00" in value:
        raise _refused("holds a NUL character")
    if isinstance(value, Decimal):
        number = float(value)
        if not isfinite(number):
            raise _refused("holds a number that is too large")
        return number
    return value


def _refused(why: str) -> PydanticCustomError:
    return PydanticCustomError("metadata_invalid", "metadata {why}", {"why": why})


MetadataIn = Annotated[dict[str, Any], AfterValidator(_kept)]
"""An object of JSON; numbers with a fraction are floats."""
