"""Asks CoinGecko."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from urllib.parse import quote as quoted

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceRefusedError
from argosy.runtime.budgets import RateLimit
from argosy.sources.base import (
    DAY,
    HOUR,
    Found,
    History,
    HistorySource,
    Listed,
    Profile,
    ProfileSource,
    Quote,
    QuoteSource,
    SearchSource,
    SymbolList,
    SymbolSource,
)
from argosy.sources.coingecko.parse import (
    SETTING,
    parse_days,
    parse_hours,
    parse_ids,
    parse_profile,
    parse_quotes,
    parse_ranked,
    parse_search,
)
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

BASE_URL = "https://api.coingecko.com/api/v3"
KEYLESS = (RateLimit(5, 60.0),)
"""Without a key all who share an address share its limit, which nobody states."""

QUOTES_A_REQUEST = 100
COINS_A_PAGE, PAGES = 250, 2
"""Of all coins the five hundred that are worth most are listed."""
_ENDLESS = "max"
_REACH = {DAY: 365, HOUR: 90}
"""How many days back one request goes; a paid plan gives all days."""


class CoinGeckoSource(HistorySource, QuoteSource, SearchSource, ProfileSource, SymbolSource):
    """Closes of days and hours, last prices, search and profiles; a symbol is an id (`bitcoin`).

    It answers without a key, slowly. At the paid plans' address (`pro-api.coingecko.com`) it needs
    one, and its days reach back to a coin's first.
    """

    def __init__(
        self, *, base_url: str = BASE_URL, key: str | None = None, manners: Manners | None = None
    ) -> None:
        self._paid = "pro-api." in base_url
        super().__init__(
            "argosy.sources.coingecko", lacks=SETTING if self._paid and key is None else None
        )
        if key is None:
            self.manifest = replace(self.manifest, limits=KEYLESS, stated_limits=False)
        header = "x-cg-pro-api-key" if self._paid else "x-cg-demo-api-key"
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
            headers={header: key} if key else None,
        )

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return bars that have a close alone; a start beyond the plan's reach is refused."""
        self.require_key()
        if interval not in _REACH:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        endless = self._paid and interval == DAY
        params = {
            "vs_currency": "usd",
            "days": _ENDLESS if endless else str(_REACH[interval]),
            "precision": "full",
        }
        if interval == DAY:
            params["interval"] = "daily"
        history = await self._provider.ask(
            f"/coins/{quoted(symbol, safe='')}/market_chart",
            params,
            read=partial(parse_days if interval == DAY else parse_hours, symbol=symbol),
        )
        if start is not None and not endless:
            self._require_reach(history, start)
        return history.between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return prices and changes over 24 hours; unknown ids are left out."""
        self.require_key()
        wanted = list(dict.fromkeys(symbols))
        found: list[Quote] = []
        for begin in range(0, len(wanted), QUOTES_A_REQUEST):
            ids = ",".join(wanted[begin : begin + QUOTES_A_REQUEST])
            params = {"vs_currency": "usd", "ids": ids, "per_page": str(QUOTES_A_REQUEST)}
            found += await self._provider.ask("/coins/markets", params, read=parse_quotes)
        return tuple(found)

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return coins by name or ticker, the largest first."""
        self.require_key()
        return (await self._provider.ask("/search", {"query": text}, read=parse_search))[:limit]

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return a coin's name, description, website and market value."""
        self.require_key()
        left_out = ("localization", "tickers", "community_data", "developer_data")
        return await self._provider.ask(
            f"/coins/{quoted(symbol, safe='')}",
            dict.fromkeys(left_out, "false"),
            read=parse_profile,
        )

    @override
    async def symbols(self) -> SymbolList:
        """Return the largest coins; of the others there is no more than their ids."""
        self.require_key()
        ids = await self._provider.ask("/coins/list", read=parse_ids)
        params = {"vs_currency": "usd", "order": "market_cap_desc", "per_page": str(COINS_A_PAGE)}
        coins: list[Listed] = []
        for page in range(1, PAGES + 1):
            asked = {**params, "page": str(page)}
            coins += await self._provider.ask("/coins/markets", asked, read=parse_ranked)
        return SymbolList(tuple(coins), others=ids)

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    def _require_reach(self, history: History, start: date) -> None:
        """Refuse a part whose beginning was cut off; a coin younger than the reach is whole."""
        if not history.bars or history.bars[0].day <= start:
            return
        first, last = history.bars[0].day, history.bars[-1].day
        reach = _REACH[history.interval]
        if last - first >= timedelta(days=reach - 2):
            message = (
                f"bars of {history.interval} reach back {reach} days here, to {first}; all days "
                "need a paid plan's key and ARGOSY_COINGECKO_URL."
            )
            raise SourceRefusedError(self.name, message)
