"""What a request asks the database, kept while somebody wants to see it.

`RECORDING` is None for almost every request: then a statement costs one look at it, no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

_SHAPES_MAX = 20
"""Of a statement for very many rows the first parameters tell enough."""


@dataclass(slots=True)
class Statement:
    """One statement as it ran.

    Its parameters are told by type and length only: passwords' hashes and tokens are among them.
    """

    sql: str
    shapes: tuple[str, ...]
    seconds: float = 0.0
    rows: int | None = None


RECORDING: ContextVar[list[Statement] | None] = ContextVar("recording", default=None)


@contextmanager
def recorded(kept: list[Statement], sql: str, parameters: Any = ()) -> Iterator[Statement]:
    """Time a statement; it is kept when it fails, too."""
    statement = Statement(sql, shapes_of(parameters))
    started = perf_counter()
    try:
        yield statement
    finally:
        statement.seconds = perf_counter() - started
        kept.append(statement)


def shapes_of(parameters: Any) -> tuple[str, ...]:
    """Say of each parameter what it is and how long, never what it says."""
    if not parameters:
        return ()
    if isinstance(parameters, Mapping):
        parameters = list(parameters.values())
    first = parameters[0]
    if isinstance(first, tuple | Mapping):
        return (f"{len(parameters)} rows of", *shapes_of(first))
    shapes = [_shape(value) for value in parameters[:_SHAPES_MAX]]
    if len(parameters) > _SHAPES_MAX:
        shapes.append(f"and {len(parameters) - _SHAPES_MAX} more")
    return tuple(shapes)


def _shape(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return f"text({len(value)})"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"bytes({len(value)})"
    if isinstance(value, Sequence):
        return f"list({len(value)})"
    return type(value).__name__.lower()
