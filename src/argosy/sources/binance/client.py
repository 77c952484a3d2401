"""Asks Binance."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import orjson
from typing_extensions import override

from argosy.core.errors import NotAtSourceError
from argosy.core.market.bars import Bar
from argosy.sources.base import (
    DAY,
    HOUR,
    MINUTE,
    WEEK,
    Found,
    History,
    HistorySource,
    Quote,
    QuoteSource,
    SearchSource,
    SymbolList,
    SymbolSource,
)
from argosy.sources.binance.parse import (
    PAGE,
    Pair,
    found_pairs,
    listed_pairs,
    milliseconds,
    parse_page,
    parse_pairs,
    parse_quotes,
)
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

BASE_URL = "https://api.binance.com"
QUOTES_A_REQUEST = 20
_INTERVALS = {MINUTE: "1m", HOUR: "1h", DAY: "1d", WEEK: "1w"}
_WEIGHTS = {"klines": 2, "ticker/24hr": 2, "exchangeInfo": 20}


class BinanceSource(HistorySource, QuoteSource, SearchSource, SymbolSource):
    """Bars, last prices and search of the spot market; no key.

    A pair such as BTCUSDT is priced in its second coin: USDT is not USD, and is not taken for it.
    """

    def __init__(self, *, base_url: str = BASE_URL, manners: Manners | None = None) -> None:
        super().__init__("argosy.sources.binance")
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
        )
        self._pairs: dict[str, Pair] = {}

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return bars, read page by page; a running one is named (days) or left out."""
        if interval not in _INTERVALS:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        pair = await self._pair(symbol)
        params = {"symbol": symbol, "interval": _INTERVALS[interval], "limit": str(PAGE)}
        if end is not None:
            params["endTime"] = str(milliseconds(end + timedelta(days=1)) - 1)
        found: dict[datetime, Bar] = {}
        since, running = milliseconds(start) if start else 0, False
        while True:
            params["startTime"] = str(since)
            page = await self._provider.ask(
                "/api/v3/klines", params, read=parse_page, cost=_WEIGHTS["klines"]
            )
            found |= {bar.at: bar for bar in page.bars}
            running = page.running if page.bars else running
            if len(page.bars) < PAGE:
                break
            since = int(page.bars[-1].at.timestamp() * 1000) + 1
        bars = list(found.values())
        unfinished = bars[-1].day if running and interval == DAY else None
        if running and interval != DAY:
            bars.pop()
        return History(
            source=self.name,
            symbol=symbol,
            currency=pair.quote,
            bars=tuple(bars),
            interval=interval,
            unfinished=unfinished,
        )

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return prices and changes over 24 hours; unknown symbols are left out."""
        await self._know(symbols)
        known = [symbol for symbol in dict.fromkeys(symbols) if symbol in self._pairs]
        found: list[Quote] = []
        for begin in range(0, len(known), QUOTES_A_REQUEST):
            asked = orjson.dumps(known[begin : begin + QUOTES_A_REQUEST]).decode()
            found += await self._provider.ask(
                "/api/v3/ticker/24hr",
                {"symbols": asked},
                read=lambda answer: parse_quotes(answer, self._pairs),
                cost=_WEIGHTS["ticker/24hr"],
            )
        return tuple(found)

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return pairs that begin with a coin or symbol; Binance has no search of its own."""
        return found_pairs(await self._all_pairs(), text)[:limit]

    @override
    async def symbols(self) -> SymbolList:
        """Return all pairs, each in its second coin; those that do not trade are not active."""
        return SymbolList(listed_pairs(await self._all_pairs()))

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _pair(self, symbol: str) -> Pair:
        if symbol not in self._pairs:
            pairs = await self._provider.ask(
                "/api/v3/exchangeInfo",
                {"symbol": symbol},
                read=parse_pairs,
                cost=_WEIGHTS["exchangeInfo"],
            )
            self._pairs.update({pair.symbol: pair for pair in pairs})
        if symbol not in self._pairs:
            raise NotAtSourceError(self.name, f"it does not know {symbol}.")
        return self._pairs[symbol]

    async def _know(self, symbols: Sequence[str]) -> None:
        """Learn what symbols are made of: one answer names them all."""
        if any(symbol not in self._pairs for symbol in symbols):
            await self._all_pairs()

    async def _all_pairs(self) -> tuple[Pair, ...]:
        pairs = await self._provider.ask(
            "/api/v3/exchangeInfo", read=parse_pairs, cost=_WEIGHTS["exchangeInfo"]
        )
        self._pairs = {pair.symbol: pair for pair in pairs}
        return pairs
