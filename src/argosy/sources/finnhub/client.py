"""Asks Finnhub."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceRefusedError
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT
from argosy.runtime.clock import Clock
from argosy.sources.answers import Answer
from argosy.sources.base import (
    DAY,
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
    scaled_bar,
)
from argosy.sources.finnhub.parse import (
    KEY_SETTING,
    parse_bars,
    parse_dividends,
    parse_listed,
    parse_pairs,
    parse_profile,
    parse_quote,
    parse_rates,
    parse_search,
    parse_splits,
    parse_units,
    raw_bar,
)
from argosy.sources.finnhub.symbols import (
    COIN_MARKET,
    RESOLUTIONS,
    STEPS,
    UNITED_STATES,
    Kind,
    Symbol,
)
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

T = TypeVar("T")

BASE_URL = "https://finnhub.io/api/v1"
FIRST = date(1960, 1, 1)
"""Before this day Finnhub has no bars."""

_PAGE = timedelta(days=28)
"""A request for minutes or hours spans a month at most."""

_ONE_DAY = timedelta(days=1)


class FinnhubSource(
    HistorySource, QuoteSource, RateSource, SearchSource, ProfileSource, SymbolSource
):
    """Bars as traded with splits and dividends, prices, rates, search, profiles, lists of symbols.

    Symbols are Finnhub's: AAPL, VOD.L, BINANCE:BTCUSDT (in USDT), OANDA:EUR_USD.
    """

    def __init__(
        self,
        *,
        key: str | None,
        clock: Clock,
        base_url: str = BASE_URL,
        manners: Manners | None = None,
    ) -> None:
        super().__init__("argosy.sources.finnhub", lacks=None if key else KEY_SETTING)
        self._clock = clock
        self._provider = Provider(
            self.name,
            base_url,
            manners=manners or Manners(),
            limits=self.manifest.limits,
            params={"token": key or ""},
        )
        self._units: dict[tuple[Kind, str], dict[str, Unit]] = {}

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return raw bars, of minutes and hours the last four weeks where no start is named."""
        self.require_key()
        if interval not in RESOLUTIONS:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        asked, now = Symbol(symbol), self._clock.now()
        unit = await self._unit(asked)
        bars = await self._bars(asked, start, end, interval)
        if not bars:
            await self._expect(asked)
        unfinished = None
        if bars and asked.ends_at(bars[-1], interval) > now:
            if interval == DAY:
                unfinished = bars[-1].day
            else:
                bars.pop()
        is_stock = asked.kind is Kind.STOCK
        splits = await self._splits(symbol) if is_stock and interval not in STEPS else ()
        dividends = await self._dividends(symbol, unit) if is_stock and interval == DAY else ()
        whole = CONTEXT.divide(Decimal(1), Decimal(unit.parts))
        return History(
            source=self.name,
            symbol=symbol,
            currency=unit.currency,
            bars=tuple(scaled_bar(raw_bar(bar, splits, interval), whole) for bar in bars),
            interval=interval,
            unfinished=unfinished,
            splits=splits,
            dividends=dividends,
        ).between(start, end)

    @override
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return last prices, a request each; what it or the plan does not have is left out."""
        self.require_key()
        found: list[Quote] = []
        refused: SourceRefusedError | None = None
        for symbol in dict.fromkeys(symbols):
            asked = Symbol(symbol)
            try:
                quote = await self._quote(asked)
            except NotAtSourceError:
                continue
            except SourceRefusedError as error:
                if asked.exchange is None:  # every plan has the United States: it is the key
                    raise
                refused = error
                continue
            found += [quote] if quote is not None else []
        if refused is not None and not found:
            raise refused
        return tuple(found)

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return what a US dollar cost on each weekday that is over, a request each."""
        self.require_key()
        yesterday = self._clock.now().date() - _ONE_DAY
        last = yesterday - timedelta(days=max(yesterday.weekday() - 4, 0))
        day, found = since or last, list[RateQuote]()
        while day <= last:
            if day.weekday() < 5:
                found += await self._rates_of(day)
            day += _ONE_DAY
        return tuple(rate for rate in found if currencies is None or rate.quote in currencies)

    @override
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return what it finds for a name, symbol, ISIN or CUSIP; it finds no coins."""
        self.require_key()
        return (await self._ask("/search", {"q": text}, parse_search))[:limit]

    @override
    async def profile(self, symbol: str) -> Profile:
        """Return what is known of a company."""
        self.require_key()
        return await self._ask(
            "/stock/profile2",
            {"symbol": symbol},
            lambda answer: parse_profile(answer, symbol=symbol),
        )

    @override
    async def symbols(self) -> SymbolList:
        """Return the shares and funds of the United States, and the pairs of one coin market."""
        self.require_key()
        shares = await self._ask(
            "/stock/symbol",
            {"exchange": UNITED_STATES},
            lambda answer: parse_listed(answer, code=UNITED_STATES),
        )
        pairs = await self._ask("/crypto/symbol", {"exchange": COIN_MARKET}, parse_pairs)
        return SymbolList((*shares, *pairs))

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _ask(self, path: str, params: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        return await self._provider.ask(path, params, read=read)

    async def _bars(
        self, symbol: Symbol, start: date | None, end: date | None, interval: str
    ) -> list[Bar]:
        """Ask for bars in order: all days in one request, minutes and hours month by month."""
        now = self._clock.now()
        beyond = _ONE_DAY * (8 if interval == WEEK else 2)  # a week comes whole, or is cut
        last = min(_midnight(end, beyond) if end else now, now)
        is_short = interval in STEPS
        since = _midnight(start, -_ONE_DAY) if start else last - _PAGE
        if not is_short and start is None:
            since = _midnight(FIRST)
        step = _PAGE if is_short else last - since + _ONE_DAY
        found: dict[datetime, Bar] = {}
        while since <= last:
            until = min(since + step, last)
            params = {
                "symbol": symbol.text,
                "resolution": RESOLUTIONS[interval],
                "from": str(int(since.timestamp())),
                "to": str(int(until.timestamp())),
            }
            page = await self._ask(
                f"/{symbol.kind}/candle",
                params,
                lambda answer: parse_bars(answer, symbol=symbol, interval=interval),
            )
            found |= {bar.at: bar for bar in page}
            since = until + timedelta(seconds=1)
        return [found[at] for at in sorted(found)]

    async def _quote(self, symbol: Symbol) -> Quote | None:
        unit = await self._unit(symbol)
        return await self._ask(
            "/quote",
            {"symbol": symbol.text},
            lambda answer: parse_quote(answer, symbol=symbol.text, unit=unit),
        )

    async def _unit(self, symbol: Symbol) -> Unit:
        """Return what a symbol is quoted in; one list an exchange says so, and who is on it."""
        if symbol.exchange is None:
            return Unit("USD")
        place = (symbol.kind, symbol.exchange)
        if place not in self._units:
            self._units[place] = await self._ask(
                f"/{symbol.kind}/symbol", {"exchange": symbol.exchange}, parse_units
            )
        if symbol.text not in self._units[place]:
            raise NotAtSourceError(self.name, f"it does not know {symbol.text[:40]}.")
        return self._units[place][symbol.text]

    async def _expect(self, symbol: Symbol) -> None:
        """Raise if there is no such symbol: without bars, known and unknown look the same."""
        if symbol.exchange is None:
            found = await self._ask("/search", {"q": symbol.text}, parse_search)
            if not any(one.symbol == symbol.text for one in found):
                raise NotAtSourceError(self.name, f"it does not know {symbol.text[:40]}.")

    async def _splits(self, symbol: str) -> tuple[Split, ...]:
        return await self._ask("/stock/split", self._ever(symbol), parse_splits)

    async def _dividends(self, symbol: str, unit: Unit) -> tuple[DividendEvent, ...]:
        return await self._ask(
            "/stock/dividend",
            self._ever(symbol),
            lambda answer: parse_dividends(answer, unit=unit),
        )

    async def _rates_of(self, day: date) -> tuple[RateQuote, ...]:
        return await self._ask(
            "/forex/rates",
            {"base": "USD", "date": day.isoformat()},
            lambda answer: parse_rates(answer, day=day),
        )

    def _ever(self, symbol: str) -> dict[str, str]:
        """Return the range of all events up to today: bars are adjusted for no later ones."""
        today = self._clock.now().date()
        return {"symbol": symbol, "from": FIRST.isoformat(), "to": today.isoformat()}


def _midnight(day: date, later: timedelta = timedelta(0)) -> datetime:
    """Return where a day begins in UTC, moved: the exchange's day may begin or end elsewhere."""
    try:
        return datetime.combine(day, time(), UTC) + later
    except OverflowError:
        return datetime.combine(day, time(), UTC)
