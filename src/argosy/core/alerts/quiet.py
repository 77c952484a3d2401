"""Quiet hours: what happens in them is told when they are over."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from argosy.core.errors import InputError


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until before `end` on a zone's clock; past midnight where `end` is earlier."""

    start: time
    end: time
    zone: ZoneInfo

    def covers(self, at: datetime) -> bool:
        """Tell whether an aware instant lies in them."""
        on_the_wall = at.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= on_the_wall < self.end
        return on_the_wall >= self.start or on_the_wall < self.end


def read_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> read_zone("Europe/Zurich").key
    'Europe/Zurich'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name[:40]!r} is no time zone; one is Europe/Zurich, or UTC."
        raise InputError(message) from None


def tell_at(at: datetime, quiet: QuietHours | None) -> datetime:
    """Return when something of an instant may be told: at once, or when the quiet hours end.

    Parameters
    ----------
    at : datetime
        Aware.
    quiet : QuietHours or None

    Returns
    -------
    at : datetime
        In UTC; never before `at`. Where the clock leaves out the end, an hour later on it; where
        it shows the end twice, the first that is still to come.

    Examples
    --------
    >>> night = QuietHours(time(22), time(7), ZoneInfo("Europe/Zurich"))
    >>> tell_at(datetime(2024, 3, 30, 22, tzinfo=UTC), night).isoformat()  # the clock goes forward
    '2024-03-31T05:00:00+00:00'
    """
    if quiet is None or not quiet.covers(at):
        return at.astimezone(UTC)
    local = at.astimezone(quiet.zone)
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    end = datetime.combine(day, quiet.end, quiet.zone)
    if end.astimezone(UTC) <= at:
        end = end.replace(fold=1)
    return end.astimezone(UTC)
