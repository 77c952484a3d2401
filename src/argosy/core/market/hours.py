"""When an exchange trades, and which of its days are over."""

import warnings
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from argosy.core.market.days import exchange_zone
from argosy.core.market.sessions import calendar_of

_BACK_DAYS = 30
_OPEN, _CLOSE = 9, 18  # of an exchange without a calendar: a weekday's working hours


def is_trading(exchange: str | None, at: datetime, *, all_week: bool) -> bool:
    """Tell whether an exchange trades at an instant.

    Parameters
    ----------
    exchange : str or None
    at : datetime
        Aware.
    all_week : bool
        The asset never rests (crypto): always true.

    Returns
    -------
    trading : bool
        By the exchange's calendar, early closes and holidays included; where it is not known,
        9 to 18 o'clock of a weekday in its time zone (UTC without one).

    Examples
    --------
    >>> friday = datetime(2024, 1, 5, 15, 0, tzinfo=UTC)
    >>> is_trading("NYSE", friday, all_week=False), is_trading("XETRA", friday, all_week=False)
    (True, True)
    >>> is_trading("NYSE", datetime(2024, 1, 1, 15, 0, tzinfo=UTC), all_week=False)  # New Year
    False
    """
    if all_week:
        return True
    local = at.astimezone(exchange_zone(exchange))
    calendar = calendar_of(exchange)
    hours = None if calendar is None else _hours(calendar, local.date())
    if hours is None:
        return local.weekday() < 5 and _OPEN <= local.hour < _CLOSE
    return any(opens <= at < closes for opens, closes in hours)


def last_session(exchange: str | None, at: datetime, *, all_week: bool) -> date:
    """Return the last day that is wholly over where the asset is traded.

    Parameters
    ----------
    exchange : str or None
    at : datetime
        Aware.
    all_week : bool
        The asset never rests: yesterday in UTC.

    Returns
    -------
    day : date
        The last session whose close lies before `at`; of an exchange without a calendar the last
        weekday before today in its time zone.

    Examples
    --------
    >>> monday = datetime(2024, 1, 8, 3, 0, tzinfo=UTC)
    >>> last_session("NYSE", monday, all_week=False).isoformat()
    '2024-01-05'
    >>> last_session(None, monday, all_week=True).isoformat()
    '2024-01-07'
    """
    if all_week:
        return at.astimezone(UTC).date() - timedelta(days=1)
    local = at.astimezone(exchange_zone(exchange)).date()
    calendar = calendar_of(exchange)
    for back in range(_BACK_DAYS):
        day = local - timedelta(days=back)
        hours = None if calendar is None else _hours(calendar, day)
        if hours is None:
            if back and day.weekday() < 5:
                return day
        elif hours and hours[-1][1] <= at:
            return day
    return local - timedelta(days=_BACK_DAYS)


@lru_cache(maxsize=4096)
def _hours(calendar: str, day: date) -> tuple[tuple[datetime, datetime], ...] | None:
    """Return the hours of a day, none of a holiday; None where the calendar does not reach."""
    known = _calendar(calendar, day.year)
    if known is None:
        return None
    import pandas as pd  # noqa: PLC0415 - takes a second; few processes need it

    session = pd.Timestamp(day)
    if session not in known.sessions:
        return ()
    opens, closes = known.session_open(session), known.session_close(session)
    return ((opens.to_pydatetime(), closes.to_pydatetime()),)


@lru_cache(maxsize=64)
def _calendar(calendar: str, year: int) -> Any | None:
    import exchange_calendars as xc  # noqa: PLC0415 - takes a second; few processes need it
    import pandas as pd  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendars lag behind pandas
        try:
            return xc.get_calendar(
                calendar, start=pd.Timestamp(year, 1, 1), end=pd.Timestamp(year, 12, 31)
            )
        except ValueError:  # each calendar records the holidays of certain years only
            return None
