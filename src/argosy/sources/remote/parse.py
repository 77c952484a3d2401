"""The answers of an Argosy's own API as bars and splits. Pure; docs/api.md, Prices and splits."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from argosy.core.errors import (
    NotAtSourceError,
    SourceChangedError,
    SourceError,
    SourceRefusedError,
)
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.core.money import LIMIT
from argosy.sources.answers import Answer, read_json, status_error
from argosy.sources.base import DAY, WEEK, midnight
from argosy.sources.shape import Shape
from argosy.sources.stated import day_of, moment

SOURCE = "remote"
ADDRESS, TOKEN = "ARGOSY_REMOTE_URL", "ARGOSY_REMOTE_TOKEN"

_NO_ROUTE = "Not Found"
"""What a server says of a path that it does not have; an asset it lacks has a sentence."""


class Told(NamedTuple):
    """A bar as one of the server's sources tells it."""

    bar: Bar
    own: bool
    fetched_at: datetime


class Page(NamedTuple):
    """Some bars, oldest first, and the cursor that asks for the next ones."""

    told: tuple[Told, ...]
    cursor: str | None


def parse_page(answer: Answer, interval: str) -> Page:
    """Read the answer of `/assets/{id}/prices`; only `timestamp` and `close` must be there."""
    body = Shape(_body(answer), SOURCE)
    if not isinstance(body.value, dict) or not isinstance(body.value.get("items"), list):
        raise SourceChangedError(SOURCE, "there is no list of bars.")
    return Page(
        tuple(_told(row, interval) for row in body.items("items")), body.text("next_cursor")
    )


def best(told: Iterable[Told]) -> tuple[Bar, ...]:
    """Return one bar an instant, oldest first: an own one before others, then the newest."""
    found: dict[datetime, Told] = {}
    for one in told:
        before = found.get(one.bar.at)
        if before is None or one[1:] >= before[1:]:
            found[one.bar.at] = one
    return tuple(found[at].bar for at in sorted(found))


def parse_unit(answer: Answer) -> str | None:
    """Read from the answer of `/assets/{id}` what its prices are in."""
    return Shape(_body(answer), SOURCE).text("currency")


def parse_splits(answer: Answer) -> tuple[Split, ...]:
    """Read the answer of `/assets/{id}/splits`."""
    body = _body(answer)
    if not isinstance(body, list):
        raise SourceChangedError(SOURCE, "the splits are no list.")
    return tuple(_split(Shape(entry, SOURCE, "a split")) for entry in body)


def lacks_route(answer: Answer) -> bool:
    """Say whether a server lacks the path itself, and not just what was asked for there."""
    return answer.status == 404 and _detail(answer) in {None, _NO_ROUTE}


def _told(row: Shape, interval: str) -> Told:
    if (row.text("interval") or interval) != interval:
        raise SourceChangedError(SOURCE, "it sent bars of another interval.")
    at, close = moment(SOURCE, row.text("timestamp")), _number(row, "close")
    if close is None:
        raise SourceChangedError(SOURCE, "a bar has no close.")
    day = day_of(SOURCE, row.text("day") or at.date().isoformat())
    bar = Bar(
        at=midnight(day) if interval in {DAY, WEEK} else at,
        day=day,
        close=close,
        open=_number(row, "open"),
        high=_number(row, "high"),
        low=_number(row, "low"),
        volume=_number(row, "volume"),
    )
    fetched_at = row.text("fetched_at")
    fetched = moment(SOURCE, fetched_at) if fetched_at else datetime.min.replace(tzinfo=UTC)
    return Told(bar, row.value.get("override") is True, fetched)


def _split(entry: Shape) -> Split:
    new, _, old = (entry.text("ratio") or "").partition(":")
    ratio = Shape({"new": new, "old": old}, SOURCE, "a split")
    shares, before = _number(ratio, "new"), _number(ratio, "old")
    if shares is None or before is None or shares <= 0 or before <= 0:
        raise SourceChangedError(SOURCE, "a split has no ratio.")
    return Split(day_of(SOURCE, entry.text("date")), shares, before)


def _body(answer: Answer) -> Any:
    """Return the JSON of an answer, or raise what it states instead."""
    error = status_error(SOURCE, answer)
    if error is None:
        return read_json(SOURCE, answer)
    if isinstance(error, SourceRefusedError):
        raise SourceRefusedError(SOURCE, f"it refuses. Check {TOKEN}.")
    if answer.status not in {404, 409}:
        raise error
    if lacks_route(answer):
        raise SourceChangedError(SOURCE, f"it has no such route. Check {ADDRESS}.")
    raise NotAtSourceError(SOURCE, (_detail(answer) or "it does not know that.")[:200])


def _detail(answer: Answer) -> str | None:
    try:
        return Shape(read_json(SOURCE, answer), SOURCE).text("detail")
    except SourceError:
        return None


def _number(row: Shape, name: str) -> Decimal | None:
    """Return a number that is sent as text or as a number, with every digit; None where null."""
    if not row.has(name):
        return None
    value = row.value[name]
    if not isinstance(value, str):
        return row.number(name)
    try:
        exact = Decimal(value if value.isascii() and "_" not in value else "")
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or exact.copy_abs() >= LIMIT:
        raise SourceChangedError(SOURCE, f"{name} is no number.")
    return exact
