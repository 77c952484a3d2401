"""Asks Yahoo, in a thread of its own: never on the event loop, one request at a time."""

import asyncio
import importlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote as quoted

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceRefusedError
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.bars import Bar
from argosy.runtime.clock import Clock, SystemClock
from argosy.sources.answers import read_json
from argosy.sources.base import (
    DAY,
    EURO_BEGAN,
    HOUR,
    MINUTE,
    WEEK,
    Found,
    History,
    HistorySource,
    Profile,
    ProfileSource,
    Quote,
    QuoteSource,
    RateQuote,
    RateSource,
    SearchSource,
    midnight,
)
from argosy.sources.manners import Manners
from argosy.sources.yahoo.currencies import CURRENCIES, pairs_of
from argosy.sources.yahoo.parse import (
    failure,
    parse_history,
    parse_intraday,
    parse_profile,
    parse_quotes,
    parse_rates,
    parse_search,
    rate_symbol,
)
from argosy.sources.yahoo.weeks import weekly

if TYPE_CHECKING:  # yfinance is an extra, and takes seconds to import
    from argosy.sources.yahoo.session import YahooSession

T = TypeVar("T")

HOST = "https://query2.finance.yahoo.com"
ALWAYS = {"period1": "-5364662400", "period2": "9999999999"}
"""From 1800 to long after today: prices are un-adjusted with every split up to now."""

QUOTES_A_REQUEST = 50

CRUMB_REQUESTS = 6
"""What a crumb takes at most: a cookie and the crumb; where Yahoo wants consent, its page, two
answers to that, and the crumb again."""

_ONE_DAY = timedelta(days=1)
_DEPTHS = {
    MINUTE: (timedelta(days=30), timedelta(days=7)),
    HOUR: (timedelta(days=730), timedelta(days=730)),
}
"""How far back Yahoo has such bars, and how many of them one request may span."""

_MARGIN = timedelta(hours=1)
"""Yahoo measures by its own clock, and a little later than we do."""


class YahooSource(HistorySource, QuoteSource, RateSource, ProfileSource, SearchSource):
    """Histories with splits and dividends, last prices, exchange rates, profiles, and search.

    Needs the extra `market` (yfinance). `base_url` stands in for every host of Yahoo's, as the
    tests' simulator does.
    """

    listed = CURRENCIES

    def __init__(
        self,
        *,
        base_url: str | None = None,
        clock: Clock | None = None,
        manners: Manners | None = None,
    ) -> None:
        super().__init__("argosy.sources.yahoo")
        self._clock = clock or SystemClock()
        self._base_url = base_url
        self._manners = manners or Manners()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="yahoo")
        self._session: YahooSession | None = None

    @override
    def symbol_of(self, asset: Asset) -> str | None:
        """Return the asset's own symbol; a coin's with its currency, since BTC alone is a fund."""
        coin = asset.category is AssetCategory.CRYPTO
        return f"{asset.symbol}-{asset.currency}" if coin else asset.symbol

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return raw bars, and all splits and dividends there ever were.

        Minutes reach back thirty days and hours two years: of a range that begins before, the
        part that exists is returned. Every history begins with the days, which carry the splits.
        """
        if interval not in {MINUTE, HOUR, DAY, WEEK}:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        oldest = self._oldest(interval)
        if oldest is not None and end is not None and end < oldest.date():
            message = f"it has bars of {interval} since {oldest.date()} only."
            raise NotAtSourceError(self.name, message)
        history = await self._days(symbol)
        if oldest is not None:
            bars = await self._intraday(
                history, max(start or oldest.date(), oldest.date()), end, interval
            )
            history = replace(history, interval=interval, bars=bars, unfinished=None)
        elif interval == WEEK:
            history = weekly(history, now=self._clock.now())
        return history.between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return the last prices, in requests of fifty symbols."""
        found: list[Quote] = []
        for begin in range(0, len(symbols), QUOTES_A_REQUEST):
            params = {
                "symbols": ",".join(symbols[begin : begin + QUOTES_A_REQUEST]),
                "formatted": "false",
                "lang": "en-US",
                "region": "US",
            }
            found += await self._ask("/v7/finance/quote", params, parse_quotes, crumb=True)
        return tuple(found)

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return what a euro and a dollar cost on the days that are over, a request each.

        A day is London's, where Yahoo begins and ends it. A currency is unknown if both pairs are.
        """
        found: list[RateQuote] = []
        for currency in sorted(CURRENCIES if currencies is None else currencies):
            unknown: list[NotAtSourceError] = []
            for pair in pairs_of(currency):
                try:
                    found += await self._pair(pair, since or EURO_BEGAN)
                except NotAtSourceError as error:
                    unknown.append(error)
            if len(unknown) == len(pairs_of(currency)):
                raise NotAtSourceError(self.name, f"it has no rates of {currency}.")
        return tuple(sorted(found, key=lambda rate: rate.day))

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return what Yahoo says of a symbol."""
        path = f"/v10/finance/quoteSummary/{quoted(symbol, safe='')}"
        params = {"modules": "price,assetProfile,summaryDetail,quoteType", "formatted": "false"}
        return await self._ask(
            path, params, lambda body: parse_profile(body, symbol=symbol), crumb=True
        )

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return what Yahoo finds for a name, symbol or ISIN."""
        params = {
            "q": text,
            "quotesCount": str(limit),
            "newsCount": "0",
            "enableFuzzyQuery": "false",
        }
        return (await self._ask("/v1/finance/search", params, parse_search))[:limit]

    @override
    async def aclose(self) -> None:
        """Close the connections and end the thread."""
        if self._session is not None:
            await self._in_thread(self._session.close)
        self._thread.shutdown(wait=False)

    async def _days(self, symbol: str) -> History:
        params = ALWAYS | {"interval": DAY, "events": "div,splits,capitalGains"}
        return await self._ask(
            _chart(symbol), params, lambda body: parse_history(body, symbol=symbol)
        )

    async def _pair(self, pair: tuple[str, str], since: date) -> list[RateQuote]:
        now = self._clock.now()
        params = {
            "period1": str(int((midnight(since) - _ONE_DAY).timestamp())),
            "period2": str(int((now + _ONE_DAY).timestamp())),
            "interval": DAY,
        }
        path = _chart(rate_symbol(pair))
        days = await self._ask(path, params, lambda body: parse_rates(body, pair=pair, now=now))
        return [rate for rate in days if rate.day >= since]

    def _oldest(self, interval: str) -> datetime | None:
        """Return how far back bars within a day reach; None for whole days and weeks."""
        if interval not in _DEPTHS:
            return None
        depth, _ = _DEPTHS[interval]
        return self._clock.now() - depth + _MARGIN

    async def _intraday(
        self, days: History, start: date, end: date | None, interval: str
    ) -> tuple[Bar, ...]:
        """Ask for minutes or hours in order, window by window."""
        now, oldest = self._clock.now(), self._oldest(interval)
        assert oldest is not None, "such bars have a depth"
        _, span = _DEPTHS[interval]
        last = now if end is None or end >= now.date() else min(midnight(end) + 2 * _ONE_DAY, now)
        since = max(midnight(start) - _ONE_DAY, oldest)  # a day begins elsewhere than in UTC
        found: dict[datetime, Bar] = {}
        refused: NotAtSourceError | None = None
        while since < last:
            until = min(since + span, last)
            params = {
                "period1": str(int(since.timestamp())),
                "period2": str(int(until.timestamp())),
                "interval": interval,
                "includePrePost": "false",
            }
            try:
                page = await self._ask(
                    _chart(days.symbol),
                    params,
                    lambda body: parse_intraday(
                        body, symbol=days.symbol, interval=interval, splits=days.splits, now=now
                    ),
                )
                found |= {bar.at: bar for bar in page}
            except NotAtSourceError as error:  # it has the symbol, but nothing in this window
                refused = error
            since = until
        if refused is not None and not found:
            raise refused
        return tuple(found[at] for at in sorted(found))

    async def _ask(
        self,
        path: str,
        params: dict[str, str],
        parse: Callable[[Any], T],
        *,
        crumb: bool = False,
    ) -> T:
        """Ask, and once more with a fresh cookie and crumb after a refusal."""
        try:
            return await self._attempt(path, params, parse, crumb=crumb)
        except SourceRefusedError:
            await self._in_thread(lambda: self._opened().forget())
            return await self._attempt(path, params, parse, crumb=True)

    async def _attempt(
        self, path: str, params: dict[str, str], parse: Callable[[Any], T], *, crumb: bool
    ) -> T:
        limits = self.manifest.limits

        async def visit() -> None:
            await self._in_thread(lambda: self._opened().visit())

        async def once() -> T:
            return await self._in_thread(lambda: parse(self._body(path, params, crumb=crumb)))

        if crumb and not (self._session and self._session.has_crumb):
            await self._manners.ask(self.name, visit, limits=limits, cost=CRUMB_REQUESTS)
        return await self._manners.ask(self.name, once, limits=limits)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _body(self, path: str, params: dict[str, str], *, crumb: bool) -> Any:
        answer = self._opened().get(HOST + path, params, crumb=crumb)
        error = failure(answer)
        if error is not None:
            raise error
        return read_json(self.name, answer)

    def _opened(self) -> "YahooSession":
        if self._session is None:
            try:
                module = importlib.import_module("argosy.sources.yahoo.session")
            except ModuleNotFoundError as error:
                reason = "it needs yfinance: pip install 'argosy[market]'."
                raise SourceRefusedError(self.name, reason) from error
            self._session = module.YahooSession(self._base_url, self._manners.timeout_s)
        return self._session


def _chart(symbol: str) -> str:
    return f"/v8/finance/chart/{quoted(symbol, safe='')}"
