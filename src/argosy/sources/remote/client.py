"""Asks a server of the operator's."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar
from urllib.parse import quote as quoted

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceChangedError
from argosy.core.market.asset import Asset
from argosy.core.money import split_minor_unit
from argosy.sources.answers import Answer
from argosy.sources.base import DAY, HOUR, MINUTE, WEEK, History, HistorySource, scaled_bar
from argosy.sources.http import Provider
from argosy.sources.manners import Manners
from argosy.sources.remote.parse import (
    ADDRESS,
    Told,
    best,
    lacks_route,
    parse_page,
    parse_splits,
    parse_unit,
)

T = TypeVar("T")

_INTERVALS = {MINUTE, HOUR, DAY, WEEK}
_BARS_A_PAGE = "10000"


class RemoteSource(HistorySource):
    """Bars as traded, from the one address that the operator has set; a token is optional.

    A symbol is what that server calls an asset: its id, `SYMBOL` or `SYMBOL:EXCHANGE`. The unit
    of its prices and its splits are known where it has `/assets/{id}` and `…/splits` too.
    """

    def __init__(
        self, *, base_url: str | None, token: str | None = None, manners: Manners | None = None
    ) -> None:
        super().__init__("argosy.sources.remote", lacks=None if base_url else ADDRESS)
        self._provider = Provider(
            self.name,
            base_url or "",
            manners=manners or Manners(),
            limits=self.manifest.limits,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    @override
    def symbol_of(self, asset: Asset) -> str | None:
        """Return the asset's own symbol: that server names things as we do."""
        return asset.symbol

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return bars, read page by page: of several sources of that server the best one's."""
        self.require_key()
        if interval not in _INTERVALS:
            raise NotAtSourceError(self.name, f"it has no bars of {interval} here.")
        asset = f"/assets/{quoted(symbol, safe='')}"
        told = await self._told(f"{asset}/prices", start, end, interval)
        unit = await self._besides(asset, parse_unit)
        splits = await self._besides(f"{asset}/splits", parse_splits) if interval == DAY else None
        currency, parts = split_minor_unit(unit) if unit else (None, 1)
        return History(
            source=self.name,
            symbol=symbol,
            currency=currency,
            bars=tuple(scaled_bar(bar, Decimal(1) / parts) for bar in best(told)),
            interval=interval,
            splits=splits or (),
        )

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()

    async def _told(
        self, path: str, start: date | None, end: date | None, interval: str
    ) -> list[Told]:
        params = {"interval": interval, "limit": _BARS_A_PAGE}
        for name, day in (("start", start), ("end", end)):
            params |= {name: day.isoformat()} if day is not None else {}
        told: list[Told] = []
        seen: set[str] = set()
        while True:
            page = await self._provider.ask(
                path, params, read=lambda answer: parse_page(answer, interval)
            )
            told += page.told
            if page.cursor is None:
                return told
            if page.cursor in seen:
                raise SourceChangedError(self.name, "its pages go in a circle.")
            seen.add(page.cursor)
            params["cursor"] = page.cursor

    async def _besides(self, path: str, read: Callable[[Answer], T]) -> T | None:
        """Return what a server may have beside prices, or None if it has prices alone."""
        return await self._provider.ask(
            path, read=lambda answer: None if lacks_route(answer) else read(answer)
        )
