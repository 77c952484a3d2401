"""How many trading sessions lie between two days."""

import warnings
from datetime import date
from functools import lru_cache

import numpy as np

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
