"""Past crises, by the days of their high and their low: data for stress tests.

Those of stocks run from the closing high to the closing low of the S&P 500, those of crypto from
high to low of bitcoin's closes in UTC.
"""

from dataclasses import dataclass
from datetime import date

from argosy.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Crisis:
    """A span of time in which prices fell."""

    key: str
    name: str
    start: date
    end: date


CRISES = (
    Crisis("dotcom-2000", "End of the dot-com boom", date(2000, 3, 24), date(2002, 10, 9)),
    Crisis("financial-2008", "Financial crisis", date(2007, 10, 9), date(2009, 3, 9)),
    Crisis("lehman-2008", "Autumn after Lehman", date(2008, 9, 12), date(2008, 11, 20)),
    Crisis("euro-2011", "Euro debt and downgrade", date(2011, 4, 29), date(2011, 10, 3)),
    Crisis("china-2015", "China and oil", date(2015, 5, 21), date(2016, 2, 11)),
    Crisis("crypto-2018", "Crypto winter", date(2017, 12, 16), date(2018, 12, 15)),
    Crisis("rates-2018", "Fourth quarter of 2018", date(2018, 9, 20), date(2018, 12, 24)),
    Crisis("covid-2020", "Covid-19", date(2020, 2, 19), date(2020, 3, 23)),
    Crisis("crypto-2021", "Crypto in May 2021", date(2021, 5, 8), date(2021, 5, 23)),
    Crisis("rates-2022", "Rates and crypto in 2022", date(2022, 1, 3), date(2022, 10, 12)),
    Crisis("terra-2022", "Terra and Luna", date(2022, 5, 4), date(2022, 6, 18)),
    Crisis("ftx-2022", "FTX", date(2022, 11, 5), date(2022, 11, 21)),
    Crisis("tariffs-2025", "Tariffs", date(2025, 2, 19), date(2025, 4, 8)),
)

STOCK_PROXIES = ("SPY", "VOO", "IVV", "VTI", "VT", "ACWI", "^GSPC", "SPX")
"""Broad indices of stocks that can stand for a holding without closes, the first known one."""

CRYPTO_PROXIES = ("BTC",)


def crises_of(keys: str) -> tuple[Crisis, ...]:
    """Return the crises of comma-separated keys, or all.

    Raises
    ------
    InputError
        If there is none of a key.
    """
    wanted = [part.strip().lower() for part in keys.split(",") if part.strip()]
    known = {one.key: one for one in CRISES}
    for key in wanted:
        if key not in known:
            raise InputError(f"crisis: there is no {key[:40]!r}. There are {', '.join(known)}.")
    return tuple(known[key] for key in wanted) or CRISES
