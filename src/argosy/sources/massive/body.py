"""Massive's answers before their contents: what one states, and its pages. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceRefusedError,
)
from argosy.sources.answers import Answer, read_json, retry_after_s, status_error
from argosy.sources.shape import Shape

SOURCE = "massive"
SETTING = "ARGOSY_MASSIVE_KEY"

_PASSING = {413, 499}
"""Statuses that Massive's own client asks again after."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and where the next ones are: a path, whatever host it was named with."""

    rows: tuple[T, ...]
    following: str | None


def read_page(answer: Answer, read: Callable[[Shape], T | None]) -> Page[T]:
    """Read a list in `results`, leaving out the rows of which nothing can be made."""
    body = read_body(answer)
    rows = tuple(row for item in body.items("results") if (row := read(item)) is not None)
    url = urlsplit(body.text("next_url") or "")
    return Page(rows, f"{url.path}?{url.query}" if url.path else None)


def read_body(answer: Answer) -> Shape:
    """Return the JSON of an answer, or raise what it states instead."""
    error = status_error(SOURCE, answer)
    if answer.status in _PASSING:
        error = SourceDownError(SOURCE, f"it answers {answer.status}.")
    if isinstance(error, RateLimitedError | SourceDownError):
        raise error
    if error is not None:
        raise _reason(answer) or error
    body = Shape(read_json(SOURCE, answer), SOURCE)
    stated = _stated(body, answer)
    if stated is not None:
        raise stated
    if not body.has("status"):
        raise SourceChangedError(SOURCE, "the answer does not say how it went.")
    return body


def _reason(answer: Answer) -> SourceError | None:
    try:
        return _stated(Shape(read_json(SOURCE, answer), SOURCE), answer)
    except SourceError:
        return None


def _stated(body: Shape, answer: Answer) -> SourceError | None:
    """Return the error that a body names; in words of our own where its key is meant."""
    status = body.text("status")
    said = (body.text("error") or body.text("message") or "no reason given")[:200]
    if status == "NOT_FOUND":
        return NotAtSourceError(SOURCE, said)
    if status == "NOT_AUTHORIZED":
        what = "these days" if "timeframe" in said else "this"
        return SourceRefusedError(SOURCE, f"the plan of its key does not include {what}.")
    if "api key" in said.lower():
        return SourceRefusedError(SOURCE, f"it does not accept the key. Check {SETTING}.")
    if "maximum requests" in said:
        return RateLimitedError(SOURCE, said, retry_after_s=retry_after_s(answer))
    return SourceChangedError(SOURCE, said) if status == "ERROR" else None
