"""Asks CoinMarketCap."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from typing_extensions import override

from argosy.core.errors import NotAtSourceError
from argosy.core.market.bars import Bar
from argosy.runtime.clock import Clock
from argosy.sources.base import (
    DAY,
    HOUR,
    Found,
    History,
    HistorySource,
    Profile,
    ProfileSource,
    Quote,
    QuoteSource,
    SearchSource,
    SymbolList,
    SymbolSource,
)
from argosy.sources.coinmarketcap.parse import (
    CURRENCY,
    SETTING,
    Coin,
    found_coins,
    listed_coins,
    parse_bars,
    parse_map,
    parse_profile,
    parse_quotes,
)
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

BASE_URL = "https://pro-api.coinmarketcap.com"
FIRST = date(2013, 4, 28)
"""Before this day it has no prices."""

BARS_A_REQUEST = 10_000
QUOTES_A_REQUEST = 100
"""What one credit buys."""

COINS_A_PAGE = 5_000
"""So many coins are in one answer; the largest of them are searched."""

LISTED = 500
"""So many coins, the largest, are listed; of others it is only known that they are there."""

_PERIODS = {DAY: ("daily", 1), HOUR: ("hourly", 24)}
"""Its name for an interval, and how many there are in a day."""

_ONE_DAY = timedelta(days=1)


class CoinMarketCapSource(HistorySource, QuoteSource, SearchSource, ProfileSource, SymbolSource):
    """Bars (of paid plans), last prices, search, profiles, coins by size; symbols are numbers.

    Tickers are shared by many coins and change; the numbers (1 is Bitcoin) never do.
    """

    def __init__(
        self,
        *,
        key: str | None,
        clock: Clock,
        base_url: str = BASE_URL,
        manners: Manners | None = None,
    ) -> None:
        super().__init__("argosy.sources.coinmarketcap", lacks=None if key else SETTING)
        self._clock = clock
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
            headers={"X-CMC_PRO_API_KEY": key} if key else None,
        )
        self._coins: tuple[date, tuple[Coin, ...]] = (date.min, ())

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return bars, read in parts of ten thousand; a running one is named (days) or left out."""
        self.require_key()
        if interval not in _PERIODS:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        self._require_number(symbol)
        today = self._clock.now().date()
        first, last = max(start or FIRST, FIRST), min(end or today, today)
        bars: dict[datetime, Bar] = {}
        running = False
        while first <= last:
            until = min(last, first + (BARS_A_REQUEST // _PERIODS[interval][1] - 1) * _ONE_DAY)
            page = await self._provider.ask(
                "/v2/cryptocurrency/ohlcv/historical",
                {"id": symbol, **_span(first, until, interval)},
                read=partial(parse_bars, interval=interval),
            )
            bars |= {bar.at: bar for bar in page.bars}
            running = page.running
            first = until + _ONE_DAY
        if running and interval != DAY:
            bars.popitem()
        history = History(
            source=self.name,
            symbol=symbol,
            currency=CURRENCY,
            bars=tuple(bars.values()),
            interval=interval,
            unfinished=max(bars).date() if running and interval == DAY else None,
        )
        return history.between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return prices and changes over 24 hours; unknown numbers are left out."""
        self.require_key()
        wanted = [symbol for symbol in dict.fromkeys(symbols) if _is_number(symbol)]
        found: list[Quote] = []
        for begin in range(0, len(wanted), QUOTES_A_REQUEST):
            ids = ",".join(wanted[begin : begin + QUOTES_A_REQUEST])
            found += await self._provider.ask(
                "/v3/cryptocurrency/quotes/latest",
                {"id": ids, "convert": CURRENCY, "skip_invalid": "true"},
                read=parse_quotes,
            )
        return tuple(found)

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return coins by ticker or the beginning of a name; the list is read once a day."""
        self.require_key()
        today = self._clock.now().date()
        if self._coins[0] != today:
            self._coins = today, await self._page(1)
        return found_coins(self._coins[1], text)[:limit]

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return a coin's name, description and website."""
        self.require_key()
        self._require_number(symbol)
        return await self._provider.ask(
            "/v2/cryptocurrency/info", {"id": symbol}, read=parse_profile
        )

    @override
    async def symbols(self) -> SymbolList:
        """Return the largest coins; of the others there is no more than their numbers."""
        self.require_key()
        coins = page = await self._page(1)
        while len(page) == COINS_A_PAGE:
            page = await self._page(len(coins) + 1)
            coins += page
        others = frozenset(coin.symbol for coin in coins[LISTED:])
        return SymbolList(listed_coins(coins[:LISTED]), others=others)

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _page(self, start: int) -> tuple[Coin, ...]:
        """Return active coins, the largest first, from a place on."""
        return await self._provider.ask(
            "/v1/cryptocurrency/map",
            {
                "listing_status": "active",
                "sort": "cmc_rank",
                "start": str(start),
                "limit": str(COINS_A_PAGE),
            },
            read=parse_map,
        )

    def _require_number(self, symbol: str) -> None:
        if not _is_number(symbol):
            message = (
                f"it does not know {symbol[:40]}: its symbols are numbers, such as 1 for Bitcoin."
            )
            raise NotAtSourceError(self.name, message)


def _is_number(symbol: str) -> bool:
    return symbol.isascii() and symbol.isdigit()


def _span(first: date, until: date, interval: str) -> dict[str, str]:
    """Return the parameters for the bars of some days; what begins at the start is left out."""
    before = first - _ONE_DAY
    start, end = before.isoformat(), until.isoformat()
    if interval == HOUR:
        start, end = f"{start}T23:00:00Z", f"{end}T23:59:59Z"
    period = _PERIODS[interval][0]
    return {
        "convert": CURRENCY,
        "time_period": period,
        "interval": period,
        "time_start": start,
        "time_end": end,
        "count": str(BARS_A_REQUEST),
    }
