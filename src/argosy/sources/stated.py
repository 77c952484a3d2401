"""Numbers, days and instants as sources write them: an exact value, or `SourceChangedError`."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeVar

from argosy.core.errors import InputError, SourceChangedError
from argosy.core.money import CONTEXT, parse_decimal
from argosy.sources.base import fraction
from argosy.sources.shape import number

D = TypeVar("D", bound=date)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HUNDRED = Decimal(100)


def instant(source: str, stamp: Any, *, per_s: int = 1) -> datetime:
    """Return the instant of a number counted from 1970 on, in seconds or in parts of one."""
    counted = isinstance(stamp, int | Decimal) and not isinstance(stamp, bool)
    exact = number(stamp) if counted else None
    try:
        if exact is not None:
            whole, part = divmod(int(exact), per_s)
            step = timedelta(seconds=whole, microseconds=part * 1_000_000 // per_s)
            return _possible(_EPOCH + step)
    except (ValueError, OverflowError):
        pass
    raise SourceChangedError(source, f"it sent a time that does not exist ({str(stamp)[:40]}).")


def moment(source: str, text: str | None, zone: tzinfo = UTC) -> datetime:
    """Return the instant of a text such as 2024-01-05T16:00:00Z; of a zone where it names none."""
    try:
        at = _possible(datetime.fromisoformat(text or ""))
    except ValueError as error:
        raise SourceChangedError(source, f"{(text or 'nothing')[:40]} is no time.") from error
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def day_of(source: str, text: str | None) -> date:
    """Return the day of a text such as 2024-01-05."""
    try:
        return _possible(date.fromisoformat(text or ""))
    except ValueError as error:
        raise SourceChangedError(source, f"{(text or 'nothing')[:40]} is no day.") from error


def optional_day(text: str | None) -> date | None:
    """Return the day that a text begins with; None where nothing is said, or 0000-00-00."""
    try:
        return _possible(date.fromisoformat((text or "")[:10]))
    except ValueError:
        return None


def exact(source: str, text: Any) -> Decimal:
    """Return a number that is sent as text, with every digit and without empty ones."""
    try:
        return CONTEXT.normalize(parse_decimal(text, field="A number"))
    except InputError as error:
        raise SourceChangedError(source, f"{str(text)[:40]} is no number.") from error


def percents(value: Decimal | None) -> Decimal | None:
    """Return percents as a fraction; None where there is nothing, or beyond 50 digits."""
    return None if value is None else fraction(value, _HUNDRED)


def _possible(found: D) -> D:
    """Refuse a day at the edge of the calendar, beyond which no week or zone has an end."""
    if not 1700 < found.year < 9000:
        raise ValueError
    return found
