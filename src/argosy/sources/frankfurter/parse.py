"""Frankfurter's JSON as exchange rates. Pure; provider-formats.md §8, version 1."""

from collections.abc import Iterator
from datetime import date

from argosy.core.errors import NotAtSourceError, SourceChangedError, SourceError
from argosy.sources.answers import Answer, read_json, status_error
from argosy.sources.base import RateQuote
from argosy.sources.shape import Shape

SOURCE = "frankfurter"
BASE = "EUR"


def parse_range(answer: Answer) -> tuple[RateQuote, ...]:
    """Read the answer of `/v1/{from}..`, oldest day first.

    Only for one euro are the rates as the bank published them: all others are worked out and
    rounded. A range that begins on no day of publication holds the last one before it too.
    """
    body = _body(answer)
    if body.text("base") != BASE or body.number("amount") != 1:
        raise SourceChangedError(SOURCE, "the rates are not for one euro.")
    days = body.mapping("rates")
    return tuple(quote for name in sorted(days.value) for quote in _day(days.mapping(name), name))


def _day(rates: Shape, name: str) -> Iterator[RateQuote]:
    try:
        day = date.fromisoformat(name)
    except ValueError as error:
        raise SourceChangedError(SOURCE, f"{name[:40]} is no day.") from error
    for currency in rates.value:
        rate = rates.number(currency)
        if rate is not None and rate <= 0:
            raise SourceChangedError(SOURCE, f"a rate of {currency[:10]} is not above 0.")
        if rate is not None:
            yield RateQuote(BASE, currency, day, rate)


def _body(answer: Answer) -> Shape:
    """Return the JSON of an answer, or raise what it states instead."""
    error = status_error(SOURCE, answer)
    if error is None:
        return Shape(read_json(SOURCE, answer), SOURCE)
    if answer.status in {404, 422}:
        raise _stated(answer)
    raise error


def _stated(answer: Answer) -> SourceError:
    """Return the error that a refusal names; a 404 that names none may be anybody's."""
    try:
        said = Shape(read_json(SOURCE, answer), SOURCE).text("message")
    except SourceError:
        said = None
    if said is None:
        return SourceChangedError(SOURCE, f"it answers {answer.status} without saying why.")
    kind = NotAtSourceError if answer.status == 404 else SourceChangedError
    return kind(SOURCE, said[:200])
