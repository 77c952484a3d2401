"""Asks Yahoo, in a thread of its own: never on the event loop, one request at a time."""

import asyncio
import importlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote as quoted

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceRefusedError
from argosy.sources.answers import read_json
from argosy.sources.base import (
    DAY,
    Found,
    History,
    HistorySource,
    Quote,
    QuoteSource,
    SearchSource,
)
from argosy.sources.manners import Manners
from argosy.sources.yahoo.parse import failure, parse_history, parse_quotes, parse_search

if TYPE_CHECKING:  # yfinance is an extra, and takes seconds to import
    from argosy.sources.yahoo.session import YahooSession

T = TypeVar("T")

HOST = "https://query2.finance.yahoo.com"
ALWAYS = {"period1": "-5364662400", "period2": "9999999999"}
"""From 1800 to long after today: prices are un-adjusted with every split up to now."""

QUOTES_A_REQUEST = 50


class YahooSource(HistorySource, QuoteSource, SearchSource):
    """Daily histories with splits and dividends, last prices, and search.

    Needs the extra `market` (yfinance). `base_url` stands in for every host of Yahoo's, as the
    tests' simulator does.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        manners: Manners | None = None,
    ) -> None:
        super().__init__("argosy.sources.yahoo")
        self._base_url = base_url
        self._manners = manners or Manners()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="yahoo")
        self._session: YahooSession | None = None

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return raw daily bars, and all splits and dividends there ever were."""
        if interval != DAY:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        path = f"/v8/finance/chart/{quoted(symbol, safe='')}"
        params = ALWAYS | {"interval": DAY, "events": "div,splits,capitalGains"}
        history = await self._ask(path, params, lambda body: parse_history(body, symbol=symbol))
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
            await asyncio.get_running_loop().run_in_executor(self._thread, self._session.close)
        self._thread.shutdown(wait=False)

    async def _ask(
        self,
        path: str,
        params: dict[str, str],
        parse: Callable[[Any], T],
        *,
        crumb: bool = False,
    ) -> T:
        async def once() -> T:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._thread, lambda: self._fetch(path, params, parse, crumb=crumb)
            )

        return await self._manners.ask(self.name, once, limits=self.manifest.limits)

    def _fetch(
        self, path: str, params: dict[str, str], parse: Callable[[Any], T], *, crumb: bool
    ) -> T:
        """Fetch and parse; a refusal is answered once with a fresh cookie and crumb."""
        try:
            return parse(self._body(path, params, crumb=crumb))
        except SourceRefusedError:
            self._opened().forget()
            return parse(self._body(path, params, crumb=True))

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
