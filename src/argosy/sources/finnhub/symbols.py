"""Finnhub's symbols: what kind each is, where it is traded, and when its bars are over. Pure."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from argosy.core.market.bars import Bar
from argosy.core.market.days import exchange_zone
from argosy.core.market.exchanges import exchange_name
from argosy.sources.base import DAY, HOUR, MINUTE, WEEK

STEPS = {MINUTE: timedelta(minutes=1), HOUR: timedelta(hours=1)}

_SESSION_OVER = time(18)
"""By this time of its own day every exchange has closed, and delayed prices have arrived."""

_FOREX = {"OANDA", "FXCM", "FXPRO", "FOREX.COM", "ICM", "IC MARKETS", "PEPPERSTONE"}
UNITED_STATES = "US"
"""The list of symbols that have no suffix."""
COIN_MARKET = "binance"
"""The market of coins whose pairs are listed: the one that has the most of them."""

_EXCHANGES = {
    "AS": "XAMS", "AX": "XASX", "BK": "XBKK", "BO": "XBOM", "BR": "XBRU", "CO": "XCSE",
    "DE": "XETR", "F": "XFRA", "HE": "XHEL", "HK": "XHKG", "IR": "XDUB", "IS": "XIST",
    "JK": "XIDX", "JO": "XJSE", "KL": "XKLS", "KS": "XKRX", "L": "XLON", "LS": "XLIS",
    "MC": "XMAD", "MI": "XMIL", "MX": "XMEX", "NS": "XNSE", "NZ": "XNZE", "OL": "XOSL",
    "PA": "XPAR", "SA": "BVMF", "SI": "XSES", "SS": "XSHG", "ST": "XSTO", "SW": "XSWX",
    "SZ": "XSHE", "T": "XTKS", "TA": "XTAE", "TO": "XTSE", "TW": "XTAI", "V": "TSXV",
    "VI": "XWBO", "WA": "XWAR",
}  # fmt: skip
"""Exchanges by suffix; any other suffix is a class of shares of the United States, as in BRK.B."""


def exchange_of(mic: str | None, code: str) -> str | None:
    """Return the usual name of an exchange by its market code, else by its list's code.

    Examples
    --------
    >>> exchange_of("XNAS", "US"), exchange_of(None, "L"), exchange_of("", "US")
    ('NASDAQ', 'LSE', None)
    """
    return exchange_name(mic) or exchange_name(_EXCHANGES.get(code))


class Kind(StrEnum):
    """The part of Finnhub's address that a symbol belongs to."""

    STOCK = "stock"
    CRYPTO = "crypto"
    FOREX = "forex"


class Symbol:
    """A symbol such as AAPL, VOD.L, BINANCE:BTCUSDT or OANDA:EUR_USD.

    Attributes
    ----------
    kind : Kind
    exchange : str or None
        As Finnhub's lists are named: a suffix, or the market of a coin or currency; None for the
        United States.
    zone : ZoneInfo
        Where its days are counted; UTC for what never closes.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        market, _, pair = text.partition(":")
        suffix = text.rpartition(".")[2]
        self.exchange: str | None = None
        if pair:
            self.kind = Kind.FOREX if market.upper() in _FOREX else Kind.CRYPTO
            self.exchange, self.zone = market.lower(), ZoneInfo("UTC")
        else:
            self.kind = Kind.STOCK
            if suffix != text and suffix in _EXCHANGES:
                self.exchange = suffix
            self.zone = exchange_zone(_EXCHANGES.get(self.exchange or "", "XNYS"))

    def ends_at(self, bar: Bar, interval: str) -> datetime:
        """Return when a bar is over."""
        if interval in STEPS:
            return bar.at + STEPS[interval]
        if self.kind is not Kind.STOCK:
            return bar.at + timedelta(days=7 if interval == WEEK else 1)
        last = bar.day + timedelta(days=4 if interval == WEEK else 0)
        return datetime.combine(last, _SESSION_OVER, self.zone).astimezone(UTC)


RESOLUTIONS = {MINUTE: "1", HOUR: "60", DAY: "D", WEEK: "W"}
"""Bars as Finnhub names them."""
