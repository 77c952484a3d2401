"""What time it is: the system's, or one that a test holds still."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; whoever needs it is given one."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where time comes in


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None, "instants are aware"
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self._at

    def advance(self, step: timedelta) -> None:
        """Move on by `step`."""
        self._at += step


def today(clock: Clock) -> date:
    """Return the present date in UTC."""
    return clock.now().date()
