"""Asks Alpha Vantage: one path, one function a request."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from typing_extensions import override

from argosy.core.errors import NotAtSourceError
from argosy.core.market.asset import Split
from argosy.sources.alphavantage.parse import (
    KEY_SETTING,
    Series,
    parse_dividends,
    parse_exchange_rate,
    parse_listing,
    parse_profile,
    parse_quote,
    parse_search,
    parse_series,
    parse_splits,
    parse_unit,
)
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
    RateQuote,
    RateSource,
    SearchSource,
    SymbolList,
    SymbolSource,
    Unit,
)
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

T = TypeVar("T")

BASE_URL = "https://www.alphavantage.co"
COMPACT = 100
"""Rows of the short answer, the only one that a free key gets."""

_INTRADAY = {MINUTE: "1min", HOUR: "60min"}
_CURRENCIES = {
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS",
    "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD",
    "THB", "TRY", "USD", "ZAR",
}  # fmt: skip
"""Pairs of these are currencies; any other pair is a coin in a market."""


class AlphaVantageSource(
    HistorySource, QuoteSource, RateSource, SearchSource, ProfileSource, SymbolSource
):
    """Bars, prices, rates, search, profiles and lists; wants a key, and counts every request.

    A symbol is Alpha Vantage's own, such as IBM or VOD.LON, or a pair: BTC/USD is a coin in a
    market, EUR/USD a currency in another.
    """

    def __init__(
        self, *, key: str | None, base_url: str = BASE_URL, manners: Manners | None = None
    ) -> None:
        super().__init__("argosy.sources.alphavantage", lacks=None if key else KEY_SETTING)
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
            params={"apikey": key or ""},
        )
        self._units: dict[str, Unit] = {}

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return raw bars; with the days of a stock come all its splits and dividends.

        A free key has a hundred days, and weeks since the beginning.
        """
        self.require_key()
        if interval not in self.manifest.intervals or (interval in _INTRADAY and "/" in symbol):
            raise NotAtSourceError(self.name, f"it has no bars of {interval} of {symbol} here.")
        if interval in _INTRADAY:
            series = await self._intraday(symbol, start, end, interval)
        else:
            series = await self._series(symbol, start, interval)
        unit = await self._unit(symbol)
        bars = series.in_unit(unit).bars
        unfinished = bars[-1].day if series.running and interval == DAY else None
        if series.running and interval != DAY:
            bars = bars[:-1]
        splits, dividends = await self._events(symbol, unit) if interval == DAY else ((), ())
        return History(
            source=self.name,
            symbol=symbol,
            currency=unit.currency,
            bars=bars,
            interval=interval,
            unfinished=unfinished,
            splits=splits,
            dividends=dividends,
        ).between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return last prices, a request each; symbols that it does not know are left out."""
        self.require_key()
        found: list[Quote] = []
        for symbol in dict.fromkeys(symbols):
            try:
                quote = await self._quote(symbol)
            except NotAtSourceError:
                continue
            found += [quote] if quote is not None else []
        return tuple(found)

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return what a US dollar cost in the currencies that are named, a request each."""
        self.require_key()
        if currencies is None:
            message = "name the currencies: it has no list of rates, and counts each of them."
            raise NotAtSourceError(self.name, message)
        found: list[RateQuote] = []
        for currency in sorted(set(currencies) - {"USD"}):
            series = await self._series(f"USD/{currency}", since, DAY)
            bars = series.bars[:-1] if series.running else series.bars
            found += [
                RateQuote("USD", currency, bar.day, bar.close)
                for bar in bars
                if since is None or bar.day >= since
            ]
        return tuple(sorted(found, key=lambda rate: rate.day))

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return what it finds for a name or symbol; it finds no coins."""
        self.require_key()
        return (await self._ask("SYMBOL_SEARCH", {"keywords": text}, parse_search))[:limit]

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return what is known of a company."""
        self.require_key()
        return await self._ask(
            "OVERVIEW", {"symbol": symbol}, lambda answer: parse_profile(answer, symbol=symbol)
        )

    @override
    async def symbols(self) -> SymbolList:
        """Return the shares and funds of the United States, also those that are gone."""
        self.require_key()
        active = await self._ask("LISTING_STATUS", {"state": "active"}, parse_listing)
        gone = await self._ask("LISTING_STATUS", {"state": "delisted"}, parse_listing)
        return SymbolList((*active, *gone))

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _ask(
        self, function: str, params: Mapping[str, str], read: Callable[[Answer], T]
    ) -> T:
        return await self._provider.ask("/query", {"function": function, **params}, read=read)

    async def _quote(self, symbol: str) -> Quote | None:
        base, _, market = symbol.partition("/")
        if market:
            return await self._ask(
                "CURRENCY_EXCHANGE_RATE",
                {"from_currency": base, "to_currency": market},
                lambda answer: parse_exchange_rate(answer, symbol=symbol, currency=market),
            )
        unit = await self._unit(symbol)
        return await self._ask(
            "GLOBAL_QUOTE",
            {"symbol": symbol},
            lambda answer: parse_quote(answer, symbol=symbol, unit=unit),
        )

    async def _series(self, symbol: str, start: date | None, interval: str) -> Series:
        """Ask for days or weeks: the short answer if it reaches back to the start, or all."""
        function, params = _function(symbol, interval)

        def read(answer: Answer) -> Series:
            return parse_series(answer, interval=interval)

        if interval == WEEK or function.startswith("DIGITAL"):  # one answer has it all
            return await self._ask(function, params, read)
        if start is not None:
            recent = await self._ask(function, {**params, "outputsize": "compact"}, read)
            if len(recent.bars) < COMPACT or recent.bars[0].day <= start:
                return recent
        return await self._ask(function, {**params, "outputsize": "full"}, read)

    async def _intraday(
        self, symbol: str, start: date | None, end: date | None, interval: str
    ) -> Series:
        """Ask for the last 30 days, unless there is an end, and for each month before them."""
        params = {
            "symbol": symbol,
            "interval": _INTRADAY[interval],
            "adjusted": "false",
            "extended_hours": "false",
            "outputsize": "full",
        }

        async def page(**more: str) -> Series:
            return await self._ask(
                "TIME_SERIES_INTRADAY",
                {**params, **more},
                lambda answer: parse_series(answer, interval=interval),
            )

        last = Series(()) if end is not None else await page()
        first = last.bars[0].day if last.bars else end
        found = {bar.at: bar for bar in last.bars}
        if first is not None and (end is not None or (start is not None and start < first)):
            for month in _months(start or first, first):
                found |= {bar.at: bar for bar in (await page(month=month)).bars}
        return Series(tuple(found[at] for at in sorted(found)), last.running)

    async def _unit(self, symbol: str) -> Unit:
        """Return what a symbol is quoted in; only the search says so, outside the United States."""
        _, _, market = symbol.partition("/")
        _, _, exchange = symbol.partition(".")
        if market or len(exchange) < 2:  # BRK.B is a class of shares
            return Unit(market or "USD")
        if symbol not in self._units:
            self._units[symbol] = await self._ask(
                "SYMBOL_SEARCH",
                {"keywords": symbol},
                lambda answer: parse_unit(answer, symbol=symbol),
            )
        return self._units[symbol]

    async def _events(
        self, symbol: str, unit: Unit
    ) -> tuple[tuple[Split, ...], tuple[DividendEvent, ...]]:
        """Ask for all splits and dividends of a symbol whose prices it knows."""
        if "/" in symbol:
            return (), ()
        try:
            splits = await self._ask("SPLITS", {"symbol": symbol}, parse_splits)
            dividends = await self._ask(
                "DIVIDENDS", {"symbol": symbol}, lambda answer: parse_dividends(answer, unit=unit)
            )
        except NotAtSourceError:  # no events are kept of many exchanges
            return (), ()
        return splits, dividends


def _function(symbol: str, interval: str) -> tuple[str, dict[str, str]]:
    """Return the function that has days or weeks of a symbol, and how it names the symbol."""
    often = "WEEKLY" if interval == WEEK else "DAILY"
    base, _, market = symbol.partition("/")
    if not market:
        return f"TIME_SERIES_{often}", {"symbol": symbol}
    if {base, market} <= _CURRENCIES:
        return f"FX_{often}", {"from_symbol": base, "to_symbol": market}
    return f"DIGITAL_CURRENCY_{often}", {"symbol": base, "market": market}


def _months(start: date, end: date) -> Iterator[str]:
    """Yield the months from one day's to another's, such as 2024-01."""
    month = start.replace(day=1)
    while month <= end:
        yield f"{month:%Y-%m}"
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
