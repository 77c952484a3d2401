"""Asks Massive."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import quote as quoted

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceChangedError, SourceRefusedError
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.runtime.clock import Clock
from argosy.sources.answers import Answer
from argosy.sources.base import (
    DAY,
    HOUR,
    MINUTE,
    WEEK,
    DividendEvent,
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
from argosy.sources.http import Provider
from argosy.sources.manners import Manners
from argosy.sources.massive.body import SETTING, Page
from argosy.sources.massive.parse import (
    Ticker,
    ends_at,
    parse_bars,
    parse_dividends,
    parse_listed,
    parse_previous,
    parse_profile,
    parse_search,
    parse_snapshot,
    parse_splits,
)

T = TypeVar("T")

BASE_URL = "https://api.massive.com"
FIRST = date(2003, 9, 10)
"""Before this day Massive has no bars."""

QUOTES_A_REQUEST = 100
_BARS_A_PAGE = "50000"
_ROWS_A_PAGE = "1000"
_FOUND_A_PAGE = "100"
_SPANS = {MINUTE: "minute", HOUR: "hour", DAY: "day", WEEK: "week"}
_SNAPSHOTS = {
    "": "us/markets/stocks",
    "X": "global/markets/crypto",
    "C": "global/markets/forex",
}
"""Where the prices of now are, by the prefix of a ticker; each belongs to a plan of its own."""


class MassiveSource(HistorySource, QuoteSource, ProfileSource, SearchSource, SymbolSource):
    """Bars as traded with splits and dividends, last prices, profiles, search, lists; wants a key.

    Minutes and hours hold the trades before and after a session too.
    """

    def __init__(
        self,
        *,
        key: str | None,
        clock: Clock,
        base_url: str = BASE_URL,
        manners: Manners | None = None,
    ) -> None:
        super().__init__("argosy.sources.massive", lacks=None if key else SETTING)
        self._clock = clock
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
            headers={"Authorization": f"Bearer {key}"},
        )
        self._not_in_plan: set[str] = set()

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return bars, and with days of a share its splits and dividends up to today."""
        self.require_key()
        if interval not in _SPANS:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        ticker, now = Ticker(symbol), self._clock.now()
        today = now.astimezone(ticker.zone).date()
        first, last = start or FIRST, end or today
        if interval == WEEK:  # Massive's week begins on Sunday, and comes whole
            first, last = first - timedelta(days=1), last + timedelta(days=6)
        bars = await self._bars(ticker, first, min(last, today), interval)
        if not bars:
            await self.profile(symbol)  # says whether there is such a ticker at all
        unfinished = None
        if bars and ends_at(bars[-1], ticker, interval) > now:
            if interval == DAY:
                unfinished = bars[-1].day
            else:
                bars.pop()
        wanted = interval == DAY and ticker.is_share
        return History(
            source=self.name,
            symbol=symbol,
            currency=ticker.currency,
            bars=tuple(bars),
            interval=interval,
            unfinished=unfinished,
            splits=await self._splits(symbol, today) if wanted else (),
            dividends=await self._dividends(symbol, today) if wanted else (),
        ).between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return the prices of now, or of the last whole day where the plan has no others."""
        self.require_key()
        wanted = tuple(dict.fromkeys(symbols))
        found = {one.symbol: one for one in await self._snapshots(wanted)}
        for symbol in wanted:
            if symbol not in found:
                last = await self._previous(Ticker(symbol))
                found |= {symbol: last} if last is not None else {}
        return tuple(found[symbol] for symbol in wanted if symbol in found)

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return what is known of a ticker."""
        self.require_key()
        path = f"/v3/reference/tickers/{quoted(symbol, safe='')}"
        return await self._provider.ask(path, read=parse_profile)

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return active tickers: the very symbol first, then those that begin with the text."""
        self.require_key()
        wanted = text.strip().upper()
        if not wanted:
            return ()
        params = {"search": wanted, "active": "true", "limit": _FOUND_A_PAGE}
        page = await self._provider.ask("/v3/reference/tickers", params, read=parse_search)

        def rank(one: Found) -> tuple[bool, bool, bool, str]:
            starts = one.symbol.startswith(wanted), one.name.upper().startswith(wanted)
            return one.symbol != wanted, not starts[0], not starts[1], one.symbol

        return tuple(sorted(page.rows, key=rank)[:limit])

    @override
    async def symbols(self) -> SymbolList:
        """Return the shares and funds of the United States, also those that are gone."""
        self.require_key()
        params = {"market": "stocks", "sort": "ticker", "order": "asc", "limit": _ROWS_A_PAGE}
        found = [
            await self._all("/v3/reference/tickers", {**params, "active": active}, parse_listed)
            for active in ("true", "false")
        ]
        return SymbolList(tuple(row for rows in found for row in rows))

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _bars(self, ticker: Ticker, start: date, end: date, interval: str) -> list[Bar]:
        """Return bars in order; a page may begin with the last row of the one before it."""
        if start > end:
            return []
        path = f"/v2/aggs/ticker/{quoted(ticker.symbol, safe='')}/range/1/{_SPANS[interval]}"
        rows = await self._all(
            f"{path}/{start}/{end}",
            {"adjusted": "false", "sort": "asc", "limit": _BARS_A_PAGE},
            lambda answer: parse_bars(answer, ticker, interval),
        )
        bars = {bar.at: bar for bar in rows}
        return [bars[at] for at in sorted(bars)]

    async def _splits(self, symbol: str, today: date) -> tuple[Split, ...]:
        """Return the splits that have happened, one a day: wrong doubles occur."""
        params = _events(symbol, "execution_date", today)
        rows = await self._all("/v3/reference/splits", params, parse_splits)
        return tuple({split.day: split for split in rows}.values())

    async def _dividends(self, symbol: str, today: date) -> tuple[DividendEvent, ...]:
        params = _events(symbol, "ex_dividend_date", today)
        return tuple(await self._all("/v3/reference/dividends", params, parse_dividends))

    async def _snapshots(self, symbols: Sequence[str]) -> list[Quote]:
        """Return the prices of now that the plan includes."""
        found: list[Quote] = []
        for prefix, market in _SNAPSHOTS.items():
            tickers = [symbol for symbol in symbols if symbol.rpartition(":")[0] == prefix]
            for begin in range(0, len(tickers), QUOTES_A_REQUEST):
                if prefix in self._not_in_plan:
                    break
                asked = ",".join(tickers[begin : begin + QUOTES_A_REQUEST])
                path = f"/v2/snapshot/locale/{market}/tickers"
                try:
                    found += await self._provider.ask(path, {"tickers": asked}, read=parse_snapshot)
                except SourceRefusedError:
                    self._not_in_plan.add(prefix)
        return found

    async def _previous(self, ticker: Ticker) -> Quote | None:
        return await self._provider.ask(
            f"/v2/aggs/ticker/{quoted(ticker.symbol, safe='')}/prev",
            {"adjusted": "false"},
            read=lambda answer: parse_previous(answer, ticker),
        )

    async def _all(
        self, path: str, params: Mapping[str, str], read: Callable[[Answer], Page[T]]
    ) -> list[T]:
        """Return the rows of all pages; a next page's address holds all but the key."""
        page = await self._provider.ask(path, params, read=read)
        rows = [*page.rows]
        seen: set[str] = set()
        while page.following is not None:
            if page.following in seen:
                raise SourceChangedError(self.name, "its pages go in a circle.")
            seen.add(page.following)
            page = await self._provider.ask(page.following, read=read)
            rows += page.rows
        return rows


def _events(symbol: str, day: str, until: date) -> dict[str, str]:
    return {
        "ticker": symbol,
        f"{day}.lte": until.isoformat(),
        "sort": day,
        "order": "asc",
        "limit": _ROWS_A_PAGE,
    }
