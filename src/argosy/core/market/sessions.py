"""Which days are trading sessions, and how many lie between two days."""

import warnings
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from argosy.core.market.days import exchange_zone

_CALENDARS = {
    "America/New_York": "XNYS",
    "America/Toronto": "XTSE",
    "America/Sao_Paulo": "BVMF",
    "America/Mexico_City": "XMEX",
    "Europe/London": "XLON",
    "Europe/Dublin": "XDUB",
    "Europe/Lisbon": "XLIS",
    "Europe/Berlin": "XETR",
    "Europe/Paris": "XPAR",
    "Europe/Amsterdam": "XAMS",
    "Europe/Brussels": "XBRU",
    "Europe/Madrid": "XMAD",
    "Europe/Rome": "XMIL",
    "Europe/Zurich": "XSWX",
    "Europe/Vienna": "XWBO",
    "Europe/Stockholm": "XSTO",
    "Europe/Oslo": "XOSL",
    "Europe/Copenhagen": "XCSE",
    "Europe/Helsinki": "XHEL",
    "Europe/Warsaw": "XWAR",
    "Europe/Prague": "XPRA",
    "Europe/Budapest": "XBUD",
    "Europe/Istanbul": "XIST",
    "Asia/Riyadh": "XSAU",
    "Africa/Johannesburg": "XJSE",
    "Asia/Kolkata": "XBOM",
    "Asia/Shanghai": "XSHG",
    "Asia/Hong_Kong": "XHKG",
    "Asia/Tokyo": "XTKS",
    "Asia/Seoul": "XKRX",
    "Asia/Taipei": "XTAI",
    "Asia/Singapore": "XSES",
    "Asia/Bangkok": "XBKK",
    "Asia/Jakarta": "XIDX",
    "Asia/Kuala_Lumpur": "XKLS",
    "Australia/Sydney": "XASX",
    "Pacific/Auckland": "XNZE",
}

STALE_SESSIONS = 5
_LONGEST_CLOSURE_DAYS = 20
_FIRST_YEAR, _LAST_YEAR = 1990, 2050
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SATURDAY = 5


def calendar_of(exchange: str | None) -> str | None:
    """Return the name of an exchange's trading calendar; None where there is none."""
    return _CALENDARS.get(exchange_zone(exchange).key)


def is_stale(priced: date, on: date, exchange: str | None) -> bool:
    """Tell whether a price is older than five sessions of its exchange.

    Sessions of an unknown or missing exchange (crypto, cash) are weekdays; so are those of years
    that a known exchange's calendar does not cover.
    """
    weekdays = int(np.busday_count(priced, on)) + _ends_on_weekday(on) - _ends_on_weekday(priced)
    if weekdays <= STALE_SESSIONS:
        return False
    calendar = calendar_of(exchange)
    if calendar is None or weekdays > STALE_SESSIONS + _LONGEST_CLOSURE_DAYS:
        return True
    sessions = _sessions(calendar, priced, on)
    return sessions is None or sessions > STALE_SESSIONS


def _ends_on_weekday(day: date) -> int:
    return int(day.weekday() < 5)


@lru_cache(maxsize=4096)
def _sessions(calendar: str, after: date, until: date) -> int | None:
    """Count the sessions after one day, up to and including another; None where unrecorded."""
    import exchange_calendars as xc  # noqa: PLC0415 - loads pandas; few answers need it
    import pandas as pd  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendars lag behind pandas
        try:
            known = xc.get_calendar(calendar, start=pd.Timestamp(after), end=pd.Timestamp(until))
        except ValueError:  # each calendar records the holidays of certain years only
            return None
    sessions = known.sessions
    return int((sessions > pd.Timestamp(after)).sum())


def sessions_between(exchange: str | None, first: date, last: date) -> NDArray[np.int64]:
    """Return the sessions of an exchange from one day to another, both inside.

    Parameters
    ----------
    exchange : str or None
    first, last : date

    Returns
    -------
    days : ndarray of int64, shape (n,)
        Proleptic ordinals, rising. Weekdays where the exchange is unknown or missing, and in years
        that its calendar does not record.

    Examples
    --------
    >>> days = sessions_between("NYSE", date(2023, 12, 29), date(2024, 1, 3))
    >>> [date.fromordinal(day).isoformat() for day in days.tolist()]
    ['2023-12-29', '2024-01-02', '2024-01-03']
    """
    calendar = calendar_of(exchange)
    days = np.arange(first.toordinal(), last.toordinal() + 1)
    traded = (days - 1) % 7 < _SATURDAY  # the first day of all was a Monday
    if calendar is not None:
        sessions, start, end = _recorded(calendar)
        recorded = (days >= start) & (days <= end)
        traded = np.where(recorded, np.isin(days, sessions), traded)
    return days[traded]


@lru_cache(maxsize=64)
def _recorded(calendar: str) -> tuple[NDArray[np.int64], int, int]:
    """Return all sessions of a calendar, and its first and last recorded days."""
    import exchange_calendars as xc  # noqa: PLC0415 - loads pandas; few answers need it
    import pandas as pd  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendars lag behind pandas
        year = pd.Timestamp(2022, 1, 1), pd.Timestamp(2022, 12, 31)  # all of them record it
        kind = type(xc.get_calendar(calendar, start=year[0], end=year[1]))
        start = max(pd.Timestamp(_FIRST_YEAR, 1, 1), kind.bound_min() or year[0].min)
        end = min(pd.Timestamp(_LAST_YEAR, 12, 31), kind.bound_max() or year[1].max)
        known = xc.get_calendar(calendar, start=start, end=end)
    sessions = known.sessions.values.astype("datetime64[D]").astype(np.int64) + _EPOCH_DAY
    return sessions, start.date().toordinal(), end.date().toordinal()
