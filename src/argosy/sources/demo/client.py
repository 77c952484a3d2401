"""Reads the facts that lie beside this module; needs no network."""

from datetime import date
from importlib.resources import files

from typing_extensions import override

from argosy.core.errors import NotAtSourceError
from argosy.core.market.asset import Asset
from argosy.sources.base import DAY, History, HistorySource
from argosy.sources.demo.parse import parse_closes, parse_events

LAST_DAY = date(2021, 3, 31)
"""The last day that any of the prices is of; every asset has one on it."""

_SYMBOLS = frozenset({"AAPL", "BTC", "EEM", "SPY", "XAU"})


class DemoSource(HistorySource):
    """Closes, splits and dividends of a few assets, as they were."""

    def __init__(self) -> None:
        super().__init__("argosy.sources.demo")

    @override
    def symbol_of(self, asset: Asset) -> str | None:
        """Return the asset's own symbol: the demo knows just its own."""
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
        """Return what is known of a symbol."""
        if symbol not in _SYMBOLS or interval != DAY:
            raise NotAtSourceError(self.name, f"it has no prices of {symbol} ({interval}).")
        events = parse_events(_read("events.csv"), symbol)
        return History(
            source=self.name,
            symbol=symbol,
            currency="USD",
            bars=parse_closes(_read(f"{symbol}.csv")),
            splits=events.splits,
            dividends=events.dividends,
        ).between(start, end)


def portfolio_csv() -> bytes:
    """Return the demo portfolio as a file that `argosy transactions import` reads."""
    return files(__package__).joinpath("portfolio.csv").read_bytes()


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="ascii")
