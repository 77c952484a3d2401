"""A JSON value that says what it lacks: every access has a type, or is `SourceChangedError`."""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import numpy as np

from argosy.core.errors import SourceChangedError
from argosy.core.money import LIMIT

_SINGLE = Context(prec=7)


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of an answer, and where it stands in it."""

    value: Any
    source: str
    path: str = "the answer"

    def has(self, name: str) -> bool:
        """Say whether there is something under a name; null is nothing."""
        return self._members().get(name) is not None

    def mapping(self, name: str) -> "Shape":
        """Return an object."""
        value = self._members().get(name)
        if not isinstance(value, dict):
            raise self._changed(name, "an object")
        return Shape(value, self.source, name)

    def items(self, name: str) -> list["Shape"]:
        """Return a list of objects; none where it is null or absent."""
        value = self._members().get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._changed(name, "a list")
        return [Shape(item, self.source, f"{name}[{index}]") for index, item in enumerate(value)]

    def first(self, name: str) -> "Shape":
        """Return the first object of a list; an empty one where there is none."""
        items = self.items(name)
        return items[0] if items else Shape({}, self.source, name)

    def values(self) -> list["Shape"]:
        """Return the objects of a map, whatever their keys."""
        return [Shape(item, self.source, self.path) for item in self._members().values()]

    def text(self, name: str) -> str | None:
        """Return a text; None where it is null, absent or empty."""
        value = self._members().get(name)
        if value is not None and not isinstance(value, str):
            raise self._changed(name, "text")
        return value or None

    def number(self, name: str) -> Decimal | None:
        """Return a number; None where it is null or absent."""
        value = self._members().get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
            raise self._changed(name, "a number")
        return number(value)

    def flag(self, name: str) -> bool:
        """Return whether something is so; it must be said."""
        value = self._members().get(name)
        if not isinstance(value, bool):
            raise self._changed(name, "true or false")
        return value

    def numbers(self, name: str) -> list[Decimal | None]:
        """Return a list of numbers, each of which may be null; none where it is absent."""
        value = self._members().get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(_numeric(item) for item in value):
            raise self._changed(name, "a list of numbers")
        return [number(item) for item in value]

    def column(self, name: str, length: int, *, required: bool = False) -> list[Decimal | None]:
        """Return a list of numbers of a length; nulls where it is absent and may be."""
        found = self.numbers(name)
        if not found and not required:
            return [None] * length
        if len(found) != length:
            raise self._changed(name, f"{length} numbers")
        return found

    def _members(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise SourceChangedError(self.source, f"{self.path} is not an object any more.")
        return self.value

    def _changed(self, name: str, what: str) -> SourceChangedError:
        return SourceChangedError(self.source, f"{self.path} has no {name} that is {what}.")


def number(value: int | Decimal | None) -> Decimal | None:
    """Return a JSON number as the decimal that was meant; None if it is absurdly large.

    A single-precision number that went through double precision shows false digits
    (43.064998626708984); it comes back as the shortest decimal of the same single-precision
    number (43.065).
    """
    if value is None:
        return None
    exact = Decimal(value)
    if not exact.is_finite() or exact.copy_abs() >= LIMIT:
        return None
    if len(exact.as_tuple().digits) <= 9 or exact.adjusted() < -30:
        return exact
    double = float(exact)
    single = np.float32(double)
    if float(single) != double or double.is_integer():
        return exact
    return Decimal(np.format_float_positional(single, unique=True, trim="-"))


def single_digits(value: Decimal) -> Decimal:
    """Round to the seven digits that single precision holds, without trailing zeros."""
    rounded = _SINGLE.plus(value)
    return _SINGLE.normalize(rounded)


def _numeric(value: object) -> bool:
    return value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool))
